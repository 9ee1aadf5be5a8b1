//! `hexsky coverage`: arguments to settings, one library call, report and files.

use std::path::{Path, PathBuf};

use clap::Args;
use h3o::Resolution;
use hexsky::constellation::{Constellation, Satellite};
use hexsky::coverage::memory::{self as memory_of, Method};
use hexsky::coverage::{self, Coverage, Settings, bent_pipe};
use hexsky::ephemeris::Fleet;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::gis::{self, write_sidecars};
use hexsky::export::memory::Made;
use hexsky::export::{areas, coverage_csv, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::grid::cells::{Grid, GridPoint};
use hexsky::grid::places;
use hexsky::grid::region::Region;
use hexsky::memory::{COARSER, FEWER_PLACES};
use hexsky::report::coverage::{Context, CoverageReport};
use hexsky::report::page::{COVERAGE_FIGURES, Head, Page};
use hexsky::time::Window;

use super::agreed::{Asked, agreed, in_degrees};
use super::checkpoint::{self, CheckpointArgs};
use super::earth::EarthArgs;
use super::given::Given;
use super::memory::{MemoryArg, Outlook};
use super::outputs::{self, OutputArgs};
use super::run_options::ExactArg;
use super::start::StartArg;
use super::strict::StrictArg;
use super::turn::Turn;
use super::{Failure, degrees, positive_duration_s, progress};
use super::{coverage_text, gateways};

/// Coverage, N-fold coverage, gaps and response time of a constellation.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// Constellation files (TOML), catalogues (TLE, OMM) or names of shipped files,
    /// each with a phase if wanted; several are flown together.
    #[arg(value_name = "FILE[:PHASE]", required = true)]
    files: Vec<String>,
    /// H3 resolution of the grid, 0 to 7.
    #[arg(long, default_value_t = 3, value_parser = crate::cli::whole(0u8, 7))]
    resolution: u8,
    #[command(flatten)]
    start: StartArg,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true)]
    duration: f64,
    /// Step at which in-view figures, the further N-fold percentages and the time series are sampled.
    /// Percent covered, gaps, accesses and response time are solved and do not depend on it.
    #[arg(long, default_value = "60s", value_parser = positive_duration_s, allow_hyphen_values = true)]
    step: f64,
    /// Elevation mask in degrees, 0 to 90 [default: the file's service mask; 10 for a bare catalogue].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    min_elevation: Option<f64>,
    /// Number of satellites that must be in view for a place to count as covered.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = crate::cli::whole(1u32, u32::MAX))]
    at_least: u32,
    /// Region: globe, a country, a named region, a box, a latitude band or a GeoJSON file.
    #[arg(long, default_value = "globe", conflicts_with = "points", allow_hyphen_values = true)]
    region: String,
    /// Deployment phase of the file.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    /// Places instead of cells: a CSV file with name, lat_deg, lon_deg and, if wanted, height_m.
    #[arg(long, value_name = "FILE")]
    points: Option<String>,
    #[command(flatten)]
    earth: EarthArgs,
    /// Gateways (station files or names of shipped networks): a satellite serves only while it sees one of
    /// them, as bent pipes do. Everything is solved then. Several may follow: put other files before.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gateways: Vec<String>,
    /// Least elevation at the gateways in degrees [default: that of each gateway's file, else that of the
    /// constellation, else 10].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true, requires = "gateways")]
    gateway_min_elevation: Option<f64>,
    /// What is solved for instead of sampled; beside --points and --gateways all is.
    #[arg(long, value_enum, default_value_t = ExactArg::Edges)]
    exact: ExactArg,
    /// Write a row for each cell or place; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// With --csv: add a WKT column with the hexagon, and write .csvt and .prj beside it for GIS tools.
    #[arg(long, requires = "csv")]
    gis: bool,
    /// Write the whole report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Write the areas covered at all times, never covered, and with a gap over --areas-gap, which holds what is never
    /// covered too, each dissolved to one shape, as a GIS file by its ending as in --out.
    #[arg(long, value_name = "FILE", conflicts_with = "points")]
    areas: Option<PathBuf>,
    /// Gap above which --areas marks an area.
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = positive_duration_s, allow_hyphen_values = true, requires = "areas")]
    areas_gap: f64,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = crate::cli::whole(1u16, 1024))]
    threads: Option<u16>,
    #[command(flatten)]
    memory: MemoryArg,
    #[command(flatten)]
    checkpoint: CheckpointArgs,
    /// No report and no progress.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    strict: StrictArg,
}

/// Elevation mask of a catalogue that states none, degrees.
pub const DEFAULT_MASK_DEG: f64 = 10.0;

/// Runs the command.
pub fn run(args: &CoverageArgs, given: &Given) -> Result<(), Failure> {
    // Beside --points, which exclude --areas, clap does not ask for them.
    if args.areas.is_none() {
        given.none_of(&["areas-gap"], "without effect where no --areas are written")?;
    }
    let ground = [&args.region].into_iter().chain(&args.points).chain(&args.gateways);
    let inputs: Vec<String> = args.files.iter().chain(ground).cloned().chain(args.earth.input()).collect();
    super::check_gis(args.gis, args.csv.as_deref())?;
    args.outputs.check_figure(&COVERAGE_FIGURES)?;
    let mut beside: Vec<PathBuf> =
        args.csv.iter().filter(|_| args.gis).flat_map(|csv| gis::sidecars(csv)).collect();
    beside.extend(args.areas.iter().flat_map(|path| outputs::sidecars(path)));
    let outputs: Vec<Option<&Path>> = [args.csv.as_deref(), args.json.as_deref()]
        .into_iter()
        .chain(args.outputs.paths().into_iter().map(Some))
        .chain([args.areas.as_deref()])
        .chain(beside.iter().map(|path| Some(path.as_path())))
        .collect();
    args.outputs.check(&outputs, &inputs)?;
    args.checkpoint.check(&outputs)?;
    let areas = match args.areas.as_deref() {
        Some(path) => Some((path, outputs::format("--areas", path)?)),
        None => None,
    };
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    args.start.settle(&constellations);
    let window = Window { start: args.start.epoch(), duration_s: args.duration };
    args.strict.admit(&mut constellations, Some(&window))?;
    let orientation = args.earth.orientation(&window)?;
    let (mask_deg, mask_basis) = mask(&constellations, args.min_elevation)?;
    let settings = Settings {
        window,
        step_s: args.step,
        min_elevation_deg: mask_deg,
        at_least: args.at_least,
        exact: args.exact.chosen(point_by_point(args)),
    };
    let mut fleet = fleet(&constellations, &orientation)?;
    let method = if point_by_point(args) { Method::Points } else { Method::Footprints };
    let outlook = Outlook::of(args.points.as_deref(), &args.region, args.resolution)?;
    let gateways =
        gateways::read(&args.gateways, args.gateway_min_elevation, &constellations, settings.window)?;
    super::with_threads(args.threads, || {
        let told = |size: &memory_of::Size| {
            let instants = settings.window.sample_count(settings.step_s);
            let made = Made::of(size.points, COVERAGE_FIGURES.len()).over_time(instants, 1);
            let estimate = args.outputs.counted_in(memory_of::estimate(size, &settings, method), &made);
            match (&args.areas, &args.points) {
                (Some(_), _) => estimate.with("areas", made.areas_bytes(), COARSER),
                (None, Some(_)) => estimate.without_cells(FEWER_PLACES),
                (None, None) => estimate,
            }
        };
        outlook.admit(args.memory, &constellations, &mut fleet, &settings, gateways.as_ref(), told)
    })??;
    let area = Area::new(args)?;
    // The checkpoint keeps other runs out of its folder until the results are written.
    let (coverage, reach, _checkpoint) = super::with_threads(args.threads, || {
        gateways.as_ref().map_or(Ok(()), |gateways| gateways.admit(args.memory, &constellations, &fleet))?;
        let reach = gateways.as_ref().map(|gateways| gateways.reach(&fleet));
        let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
        let checkpoint = args.checkpoint.open(|| {
            let elements = satellites.map(|satellite| &satellite.elements);
            let job = coverage::job(&area.grid, elements, &settings).debug(&orientation);
            match &reach {
                Some((intervals, _)) => job.debug(intervals),
                None => job,
            }
        })?;
        let kept = checkpoint.as_ref();
        progress::watched(args.quiet, |watch| match &reach {
            Some((intervals, _)) => {
                bent_pipe::resume(&area.grid, &mut fleet, &settings, intervals, watch, kept)
            }
            None => coverage::resume(&area.grid, &mut fleet, &settings, watch, kept),
        })
        .map_err(|interrupted| checkpoint::failure(interrupted, kept))
        .map(|coverage| (coverage, reach.map(|(_, report)| report), checkpoint))
    })??;

    let context = Context {
        constellations: &constellations,
        region: &area.description,
        min_elevation_basis: &mask_basis,
        place_names: &area.names,
        notes: &area.notes,
        gateways: reach.as_ref(),
        orientation: &orientation,
    };
    let report = CoverageReport::new(&context, &area.grid, &coverage);
    args.strict.complete(report.lost.iter().map(LostSatellite::told))?;
    let sites = gateways.as_ref().map(gateways::Gateways::with_masks).unwrap_or_default();
    let page = || {
        Page::of_coverage(
            &report,
            &constellations,
            &area.grid,
            &coverage,
            &area.names,
            &sites,
            &super::command_line(),
        )
    };
    let texts = |number: usize| coverage_csv::texts(&area.grid, &coverage, &area.names, number);
    let about = Head::of_coverage(&report).about();
    let features = Features::new("coverage", coverage_csv::fields(&area.grid), &area.grid.points, &texts)
        .about(about.clone());
    let sites: Vec<_> = sites.iter().map(|(site, _)| site).collect();
    for turn in Turn::ORDER {
        write_outputs(args, turn, &area, &coverage, &report)?;
        args.outputs.write(turn, page, &orientation, &features, &sites)?;
        if let Some((path, format)) = areas.filter(|(path, _)| turn.takes(path)) {
            let areas = areas::of_coverage(&area.grid, &coverage, args.areas_gap);
            if areas.is_empty() {
                super::say(&format!("note: {}: {}", path.display(), areas::NOTHING));
            }
            let of_areas = areas::about(&areas, args.areas_gap, coverage.settings.window.duration_s);
            areas::write(path, format, &areas, format!("{about}\n{of_areas}"))?;
        }
    }
    super::print_report(args.quiet, outputs.into_iter().flatten(), || coverage_text::render(&report))?;
    args.checkpoint.clear();
    Ok(())
}

/// Whether each point is looked at for itself, which solves everything.
fn point_by_point(args: &CoverageArgs) -> bool {
    args.points.is_some() || !args.gateways.is_empty()
}

fn write_outputs(
    args: &CoverageArgs,
    turn: Turn,
    area: &Area,
    coverage: &Coverage,
    report: &CoverageReport,
) -> Result<(), Failure> {
    if let Some(path) = turn.of(&args.csv) {
        write_file(path, |out| coverage_csv::write(out, &area.grid, coverage, &area.names, args.gis))?;
        if args.gis {
            write_sidecars(path, &coverage_csv::column_types(&area.grid))?;
        }
    }
    if let Some(path) = turn.of(&args.json) {
        super::write_json(path, report)?;
    }
    Ok(())
}

/// The propagators of all constellations, in order.
pub fn fleet(constellations: &[Constellation], orientation: &Orientation) -> Result<Fleet, Failure> {
    let satellites: Vec<_> =
        constellations.iter().flat_map(|constellation| &constellation.satellites).collect();
    fleet_of(&satellites, orientation)
}

/// Propagators of some satellites.
pub fn fleet_of(satellites: &[&Satellite], orientation: &Orientation) -> Result<Fleet, Failure> {
    Fleet::new(satellites.iter().map(|satellite| &satellite.elements), orientation.clone()).map_err(
        |(number, error)| {
            Failure::input(
                format!("{}: {error}", satellites[number].name),
                "correct the elements of this satellite",
            )
        },
    )
}

/// The mask in degrees and where it comes from.
pub fn mask(constellations: &[Constellation], asked: Option<f64>) -> Result<(f64, String), Failure> {
    if let Some(mask) = asked {
        return Ok((mask, "asked for".to_owned()));
    }
    let masks = Asked {
        what: "elevation masks",
        help: "give one mask for all with --min-elevation",
        told: in_degrees,
    };
    let of = |constellation: &Constellation| match constellation.min_elevation_deg {
        Some(mask) => (mask, format!("service mask of {}", constellation.file)),
        None => (DEFAULT_MASK_DEG, format!("default: {} states none", constellation.file)),
    };
    Ok(agreed(constellations, &masks, of)?.unwrap_or_else(|| (DEFAULT_MASK_DEG, "default".to_owned())))
}

/// What is to be covered: cells of a region, or places.
pub struct Area {
    /// The points.
    pub grid: Grid,
    /// Region or file, as asked for.
    pub description: String,
    /// Names of the places; empty for cells.
    pub names: Vec<String>,
    /// What the reader of the region or of the places wants said.
    pub notes: Vec<String>,
}

impl Area {
    fn new(args: &CoverageArgs) -> Result<Self, Failure> {
        match &args.points {
            Some(file) => Self::of_places(file),
            None => Self::of_region(&args.region, args.resolution),
        }
    }

    /// The places of a CSV file.
    pub fn of_places(file: &str) -> Result<Self, Failure> {
        let places::Places { places, notes } = places::read(Path::new(file))?;
        let points = places
            .iter()
            .map(|place| GridPoint {
                cell: None,
                latitude_deg: place.geodetic.latitude_deg,
                longitude_deg: place.geodetic.longitude_deg,
                height_km: place.geodetic.height_km,
                area_km2: 1.0,
            })
            .collect();
        Ok(Self {
            grid: Grid { resolution: None, points },
            description: format!("places of {file}"),
            names: places.into_iter().map(|place| place.name).collect(),
            notes,
        })
    }

    /// The cells of a region.
    pub fn of_region(text: &str, resolution: u8) -> Result<Self, Failure> {
        let resolution = Resolution::try_from(resolution).expect("clap keeps it to 0..=7");
        let region = Region::parse(text).map_err(Failure::from)?;
        let cells = region.cells(resolution);
        if cells.is_empty() {
            return Err(Failure::input(
                format!("no cell of resolution {resolution} has its centre in {}", region.name()),
                "take a finer --resolution or a larger region",
            ));
        }
        Ok(Self {
            grid: Grid::from_cells(resolution, cells),
            description: region.name().to_owned(),
            names: Vec::new(),
            notes: region.notes().to_vec(),
        })
    }
}
