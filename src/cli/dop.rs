//! `hexsky dop`: arguments to settings, one library call, report and files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use h3o::Resolution;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::memory::Made;
use hexsky::export::write_file;
use hexsky::grid::places;
use hexsky::grid::region::Region;
use hexsky::memory::FEWER_PLACES;
use hexsky::navigation::almanac::Broadcaster;
use hexsky::navigation::dop::from_look_angles;
use hexsky::navigation::memory;
use hexsky::navigation::run::{Ground, Request, Run, RunError, run as run_survey};
use hexsky::navigation::source::Source;
use hexsky::navigation::survey::Criteria;
use hexsky::navigation::system::Orbit;
use hexsky::navigation::tracks::Clock;
use hexsky::report::page::{DOP_FIGURES, Head, Page};
use hexsky::time::{Epoch, Window};

use super::earth::EarthArgs;
use super::given::Given;
use super::memory::{MemoryArg, Outlook};
use super::outputs::OutputArgs;
use super::strict::StrictArg;
use super::turn::Turn;
use super::{Failure, degrees, dop_text, epoch, positive_duration_s};

mod satellites;

use satellites::{narrow, read_sources, told};

/// Dilution of precision and availability of navigation systems.
///
/// GDOP, PDOP, HDOP, VDOP and TDOP of each H3 cell or place, the satellites in view, and the share of time
/// with PDOP at most a threshold. Several files are solved together; --sky takes satellites by azimuth and
/// elevation instead of files.
#[derive(Debug, Args)]
pub struct DopArgs {
    /// Constellation files (TOML), catalogues (TLE, OMM), almanacs (YUMA, not SEM) or names of shipped files, each with a
    /// phase if wanted; each is a system.
    #[arg(value_name = "FILE[:PHASE]", required_unless_present = "sky")]
    files: Vec<String>,
    /// H3 resolution of the grid, 0 to 6.
    #[arg(long, default_value_t = 3, value_parser = crate::cli::whole(0u8, 6))]
    resolution: u8,
    /// Start of the window, UTC [default: the newest epoch of the files, to the hour].
    #[arg(long, value_parser = epoch, conflicts_with = "at")]
    start: Option<Epoch>,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true, conflicts_with = "at")]
    duration: f64,
    /// Time between the instants.
    #[arg(long, default_value = "60s", value_parser = positive_duration_s, allow_hyphen_values = true, conflicts_with = "at")]
    step: f64,
    /// A single instant, UTC; with --points the satellites used are listed.
    #[arg(long, value_name = "INSTANT", value_parser = epoch)]
    at: Option<Epoch>,
    /// Elevation mask of the receiver in degrees, 0 to 90.
    #[arg(long, value_name = "DEG", default_value_t = 5.0, value_parser = degrees, allow_negative_numbers = true)]
    min_elevation: f64,
    /// Largest PDOP at which the service counts as available.
    #[arg(long, value_name = "PDOP", default_value_t = 6.0, value_parser = threshold)]
    threshold: f64,
    /// Which satellites share a clock unknown.
    #[arg(long, value_enum, default_value_t = ClockArg::PerSystem)]
    clock: ClockArg,
    /// Region: globe, a country, a named region, a box, a latitude band or a GeoJSON file. May be given
    /// several times; each is summed up for itself.
    #[arg(long, default_value = "globe", conflicts_with = "points", allow_hyphen_values = true)]
    region: Vec<String>,
    /// Places instead of cells: a CSV file with name, lat_deg, lon_deg and, if wanted, height_m.
    #[arg(long, value_name = "FILE")]
    points: Option<String>,
    #[command(flatten)]
    earth: EarthArgs,
    /// Deployment phase of the files.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    /// System of the almanacs, whose time and constants they are in: one for all, or one for each almanac in
    /// order [default: what satellite codes such as C19 mean, or GPS].
    #[arg(long, value_name = "SYSTEM,…", value_enum, value_delimiter = ',')]
    almanac_system: Vec<AlmanacSystemArg>,
    /// Shells to keep, by name; in files without such a shell, the layers GEO, IGSO, MEO, LEO, and HEO for
    /// eccentricities from 0.25 on.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    shells: Vec<String>,
    /// Satellites to leave out, by name, by number, or by the beginning of names and `*`.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    exclude: Vec<String>,
    /// A file with satellites to leave out, one a line; `#` starts a comment.
    #[arg(long, value_name = "FILE")]
    exclude_from: Option<PathBuf>,
    /// Availability with each satellite, each two satellites and each plane out.
    #[arg(long)]
    loss: bool,
    /// Satellites as azimuth:elevation in degrees, separated by `;`: their dilution, and nothing else.
    #[arg(
        long,
        value_name = "AZ:EL;…",
        allow_hyphen_values = true,
        conflicts_with_all = ["files", "points", "at", "csv", "html", "out", "loss"]
    )]
    sky: Option<String>,
    /// Write a row for each cell or place; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// Write the whole report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = crate::cli::whole(1u16, 1024))]
    threads: Option<u16>,
    #[command(flatten)]
    memory: MemoryArg,
    /// No report.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    strict: StrictArg,
}

/// Which satellites share a clock unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClockArg {
    /// One unknown for each file: the biases between systems are solved for.
    PerSystem,
    /// One unknown for all: the biases between systems are known.
    Common,
}

impl From<ClockArg> for Clock {
    fn from(clock: ClockArg) -> Self {
        match clock {
            ClockArg::PerSystem => Self::PerSystem,
            ClockArg::Common => Self::Common,
        }
    }
}

/// Systems of almanacs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AlmanacSystemArg {
    /// GPS time, weeks modulo 1024.
    Gps,
    /// BDT, weeks from 2006.
    Beidou,
    /// Galileo system time, weeks from 1999.
    Galileo,
    /// As GPS.
    Qzss,
}

impl From<AlmanacSystemArg> for Broadcaster {
    fn from(system: AlmanacSystemArg) -> Self {
        match system {
            AlmanacSystemArg::Gps => Self::Gps,
            AlmanacSystemArg::Beidou => Self::Beidou,
            AlmanacSystemArg::Galileo => Self::Galileo,
            AlmanacSystemArg::Qzss => Self::Qzss,
        }
    }
}

/// Runs the command.
pub fn run(args: &DopArgs, given: &Given) -> Result<(), Failure> {
    if let Some(sky) = &args.sky {
        given.only(
            &["sky", "json", "quiet", "strict", "threads", "memory"],
            "--sky takes the satellites as they are given",
            "leave out what has no effect; leave satellites that do not count out of the list by hand",
        )?;
        return solve_sky(args, sky);
    }
    let inputs: Vec<String> = args
        .files
        .iter()
        .cloned()
        .chain(args.points.clone())
        .chain(args.earth.input())
        .chain(args.region.iter().cloned())
        .chain(args.exclude_from.iter().map(|path| path.display().to_string()))
        .collect();
    let outputs: Vec<Option<&Path>> = [args.csv.as_deref(), args.json.as_deref()]
        .into_iter()
        .chain(args.outputs.paths().into_iter().map(Some))
        .collect();
    args.outputs.check(&outputs, &inputs)?;
    args.outputs.check_figure(&DOP_FIGURES)?;
    args.outputs.check_scene(args.at.is_none())?;
    let mut sources = read_sources(args)?;
    let epochs = sources.iter().filter_map(|source| source.epoch);
    let (start, start_basis) = super::start::newest(args.at.or(args.start), epochs);
    let duration_s = if args.at.is_some() { 0.0 } else { args.duration };
    args.strict.admit_sources(&sources)?;
    let aside = narrow(args, &mut sources)?;
    super::strict::take_to(&Window { start, duration_s }, &mut sources);
    let mut satellites = sources.iter().flat_map(|source| &source.system.satellites);
    args.outputs.check_scene(satellites.all(|satellite| matches!(satellite.orbit, Orbit::Elements(_))))?;
    super::with_threads(args.threads, || admit(args, &sources, start))??;
    let (ground, notes) = ground(args)?;
    let request = Request {
        sources,
        aside,
        clock: args.clock.into(),
        window: Window { start, duration_s: args.duration },
        start_basis,
        step_s: args.step,
        single_instant: args.at.is_some(),
        criteria: Criteria { min_elevation_deg: args.min_elevation, pdop_threshold: args.threshold },
        orientation: args.earth.orientation(&Window { start, duration_s })?,
        ground,
        notes,
        loss: args.loss,
    };
    let outcome = super::with_threads(args.threads, || run_survey(&request))?
        .map_err(|error| run_failure(&error, &request.sources))?;
    args.strict.complete(outcome.report.lost.iter().map(LostSatellite::told))?;
    let chosen = told(args);
    let page = || Page::of_dop(&outcome, &request.sources, &super::command_line()).with(&chosen);
    let (points, texts) = (outcome.points(), |number: usize| outcome.texts(number));
    let features = Features::new("dop", outcome.fields(), &points, &texts)
        .about(Head::of_dop(&outcome.report).with(&chosen).about());
    for turn in Turn::ORDER {
        write_outputs(args, turn, &outcome)?;
        args.outputs.write(turn, page, &request.orientation, &features, &[])?;
    }
    super::print_report(args.quiet, outputs.into_iter().flatten(), || dop_text::render(&outcome.report))
}

/// Columns of a GIS file, those that hold instants as texts counted for three.
const TABLE_COLUMNS: usize = 52;

/// Refuses what needs too much memory.
fn admit(args: &DopArgs, sources: &[Source], start: Epoch) -> Result<(), Failure> {
    let mut points = 0.0;
    match &args.points {
        Some(_) => points = Outlook::of(args.points.as_deref(), "globe", args.resolution)?.points,
        None => {
            for region in &args.region {
                points += Outlook::of(None, region, args.resolution)?.points;
            }
        }
    }
    let satellites = sources.iter().map(|source| source.system.satellites.len()).sum();
    let window = Window { start, duration_s: if args.at.is_some() { args.step } else { args.duration } };
    let mut estimate = memory::estimate(points, satellites, &window, args.step);
    if args.points.is_some() {
        let all = || sources.iter().flat_map(|source| &source.system.satellites);
        let in_view = args.at.map(|_| memory::mean_in_view(all(), args.min_elevation));
        estimate = memory::with_places(estimate, points, in_view, !args.quiet);
    }
    if args.loss {
        estimate = memory::with_loss(estimate, satellites);
    }
    let made = Made { columns: TABLE_COLUMNS, ..Made::of(points, DOP_FIGURES.len()) };
    let estimate = args.outputs.counted_in(estimate, &made);
    args.memory.admit(&match &args.points {
        Some(_) => estimate.without_cells(FEWER_PLACES),
        None => estimate,
    })
}

fn write_outputs(args: &DopArgs, turn: Turn, run: &Run) -> Result<(), Failure> {
    if let Some(path) = turn.of(&args.csv) {
        write_file(path, |out| run.write_csv(out))?;
    }
    if let Some(path) = turn.of(&args.json) {
        super::write_json(path, &run.report)?;
    }
    Ok(())
}

/// The cells or places that are asked for, and what is to be said of them.
fn ground(args: &DopArgs) -> Result<(Ground, Vec<String>), Failure> {
    if let Some(file) = &args.points {
        let read = places::read(Path::new(file))?;
        let notes = read.notes.iter().map(|note| format!("places of {file}: {note}")).collect();
        let places = read.places.into_iter().map(|place| (place.name, place.geodetic)).collect();
        return Ok((Ground::Places(places), notes));
    }
    let resolution = Resolution::try_from(args.resolution)
        .map_err(|error| Failure::input(error.to_string(), "take a resolution from 0 to 6"))?;
    let regions = args
        .region
        .iter()
        .map(|text| Region::parse(text).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((Ground::Cells { resolution, regions }, Vec::new()))
}

fn run_failure(error: &RunError, sources: &[Source]) -> Failure {
    let is_ill = sources.iter().any(|source| !source.unhealthy.is_empty());
    let help = match error {
        RunError::NoSatellites if is_ill => {
            "satellites that the newest almanac calls unhealthy are not used: take another almanac, or name other files, \
             other --shells or fewer to exclude"
        }
        RunError::NoSatellites => "name other --shells or exclude fewer",
        RunError::NoCells { .. } => "take a finer --resolution or a larger region",
        RunError::TooManySites { .. } => "take a coarser --resolution or a smaller region",
        RunError::Tracks(_) => "take a longer --step, a shorter --duration or fewer satellites",
    };
    Failure::input(error.to_string(), help)
}

/// PDOP thresholds: no geometry is better than the one or worth anything beyond the other.
const LEAST_THRESHOLD: f64 = 0.01;
const MOST_THRESHOLD: f64 = 1e6;

/// A PDOP threshold from the command line.
fn threshold(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (LEAST_THRESHOLD..=MOST_THRESHOLD).contains(&value) => Ok(value),
        Ok(_) => {
            Err(format!("a PDOP threshold is above zero: expected {LEAST_THRESHOLD} to {MOST_THRESHOLD}"))
        }
        Err(_) => Err("expected a number such as 6".to_owned()),
    }
}

/// The dilution of satellites given by azimuth and elevation.
fn solve_sky(args: &DopArgs, text: &str) -> Result<(), Failure> {
    let expected = "write azimuth:elevation in degrees for each satellite, such as '0:90;0:5;120:5;240:5'";
    let angle = |text: &str| {
        let value = text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| Failure::input(format!("--sky: '{text}' is not a number of degrees"), expected))
    };
    let satellites = text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (azimuth, elevation) = part.split_once(':').ok_or_else(|| {
                Failure::input(format!("--sky: '{part}' is not azimuth:elevation"), expected)
            })?;
            let elevation_deg = angle(elevation)?;
            if !(-90.0..=90.0).contains(&elevation_deg) {
                return Err(Failure::input(
                    format!("--sky: elevation {elevation_deg} is beyond ±90°"),
                    expected,
                ));
            }
            Ok((angle(azimuth)?, elevation_deg))
        })
        .collect::<Result<Vec<_>, _>>()?;
    super::check_outputs(&[args.json.as_deref()], &[])?;
    let used = satellites.len();
    let solution = from_look_angles(satellites);
    if let Some(path) = &args.json {
        super::write_json(path, &dop_text::SkySolution::new(used, &solution))?;
    }
    super::print_report(args.quiet, args.json.as_deref(), || dop_text::render_sky(used, &solution))
}
