//! `hexsky capacity`: arguments to settings, one library call, report and files.

mod arguments;
mod side_by_side;

use std::path::{Path, PathBuf};

use h3o::Resolution;
use hexsky::capacity::ability::{Abilities, NoCapacity};
use hexsky::capacity::demand::{Demand, Quantity, Usage, grid_file, shipped, table};
use hexsky::capacity::feeder::Gateways;
use hexsky::capacity::memory;
use hexsky::capacity::messages::{self, Devices, MessageSettings};
use hexsky::capacity::plan::{Mover, PlanError, PlanInputs};
use hexsky::capacity::{Capacity, Plan, Settings, curve, isl, run as capacity_run};
use hexsky::checkpoint::Checkpoint;
use hexsky::constellation::{Constellation, ServiceKind};
use hexsky::diagnostics::utf8;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::{capacity_csv, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::grid::cells::Grid;
use hexsky::grid::region::Region;
use hexsky::ground::{self, Outside, Site};
use hexsky::input::{TEXT_GROWTH, read_file};
use hexsky::memory::COARSER;
use hexsky::report::capacity::{CapacityReport, Context};
use hexsky::report::messages::{MessageContext, MessageReport};
use hexsky::report::page::{CAPACITY_FIGURES, MESSAGE_FIGURES, Page};
use hexsky::time::Window;

pub use self::arguments::CapacityArgs;
use self::arguments::{DemandArgs, positive};
use super::agreed::{Asked, agreed};
use super::coverage::{Area, fleet, mask};
use super::gateways;
use super::given::Given;
use super::memory::Outlook;
use super::{Failure, capacity_text, checkpoint, progress};

/// Options that have no effect on a system of short messages.
const OF_MEGABITS: [&str; 17] = [
    "gateways",
    "antennas-per-gateway",
    "gateway-curve",
    "gateway-min-elevation",
    "tracks",
    "track-mbps",
    "penetration",
    "busy-hour-mbps",
    "oversubscription",
    "assign",
    "bound",
    "satellite-gbps",
    "gso-avoidance",
    "availability",
    "ignore-reuse",
    "itu-data",
    "report-regions",
];
/// Options that have an effect on such systems only.
const OF_MESSAGES: [&str; 3] = ["devices", "message-rate-kbps", "access-efficiency"];
/// A cell beyond the region: its amount, its point, its place in the scene.
const DEVICE_CELL_BYTES: f64 = 300.0;
/// Options that make megabits of people.
const OF_PEOPLE: [&str; 3] = ["penetration", "busy-hour-mbps", "oversubscription"];

/// Runs the command.
pub fn run(args: &CapacityArgs, given: &Given) -> Result<(), Failure> {
    let mut inputs = args.files.clone();
    inputs.extend([args.demand.demand.clone(), args.region.clone()]);
    inputs.extend(args.ground.gateways.iter().chain(&args.demand.tracks).cloned().chain(args.earth.input()));
    let outputs: Vec<Option<&Path>> = files(args).map(Some).collect();
    args.outputs.check(&outputs, &inputs)?;
    args.checkpoint.check(&outputs)?;
    if args.side_by_side {
        return side_by_side::run(args, given);
    }
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    args.strict.admit(&mut constellations, Some(&window(args)))?;
    refuse_navigation(&constellations)?;
    let messages = constellations.iter().any(|one| one.service.kind == ServiceKind::Messages);
    if messages {
        refuse_megabits(&constellations)?;
        refuse_options(given, &OF_MEGABITS, "without effect on a system of short messages")?;
    } else {
        refuse_options(given, &OF_MESSAGES, "for systems of short messages only")?;
    }
    args.outputs.check_figure(if messages { &MESSAGE_FIGURES } else { &CAPACITY_FIGURES })?;
    // A missing mask is told, and too much memory refused, before anything is computed.
    admit_memory(args, &constellations)?;
    let area = Area::of_region(&args.region, args.resolution)?;
    if messages {
        if args.checkpoint.is_given() {
            return Err(Failure::input(
                "runs of systems of short messages keep no checkpoint",
                "leave out --checkpoint, or shorten the window with --duration",
            ));
        }
        return message_run(args, &constellations, &area);
    }
    let Done { plan, capacity, report, movers, orientation, _checkpoint } =
        compute(args, given, &constellations, &area)?;
    let table = capacity_csv::Table::new(&area.grid, &plan, &capacity);
    if let Some(path) = &args.csv {
        write_file(path, |out| capacity_csv::write(out, &table))?;
    }
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    let command = super::command_line();
    let page =
        || Page::of_capacity(&report, &constellations, &area.grid, &plan, &capacity, &movers, &command);
    let texts = |number: usize| table.texts(number);
    let fields = capacity_csv::Table::fields();
    let features = Features::new("capacity", fields, &area.grid.points, &texts);
    let sites: Vec<&Site> =
        plan.gateways.sites().map(|(site, _)| site).chain(movers.iter().map(|mover| &mover.site)).collect();
    args.outputs.write(page, &orientation, &features, &sites)?;
    super::print_report(args.quiet, files(args), || capacity_text::render(&report))?;
    args.checkpoint.clear();
    Ok(())
}

fn window(args: &CapacityArgs) -> Window {
    Window { start: args.start, duration_s: args.duration }
}

fn settings(
    args: &CapacityArgs,
    constellations: &[Constellation],
    min_elevation_deg: f64,
) -> Result<Settings, Failure> {
    Ok(Settings {
        window: window(args),
        step_s: args.step,
        min_elevation_deg,
        gso_avoidance_deg: match args.gso_avoidance {
            None => gso_avoidance(constellations)?,
            asked => asked,
        },
        assign: args.assign.into(),
        bound: args.bound,
    })
}

/// The angle that all files keep from the geostationary arc; a file that states none keeps 0°.
fn gso_avoidance(constellations: &[Constellation]) -> Result<Option<f64>, Failure> {
    let angles = Asked {
        what: "angles to keep from the geostationary arc",
        option: "--gso-avoidance",
        unit: "°",
        without: "0°",
    };
    let stated = |one: &Constellation| one.service.gso_avoidance_deg;
    let angle = agreed(constellations, &angles, stated, |angle| angle.or(Some(0.0)))?;
    Ok(angle.filter(|_| constellations.iter().any(|one| stated(one).is_some())))
}

/// Refuses what needs more memory than there is.
fn admit_memory(args: &CapacityArgs, constellations: &[Constellation]) -> Result<(), Failure> {
    let (min_elevation_deg, _) = mask(constellations, args.min_elevation)?;
    let outlook = Outlook::of(None, &args.region, args.resolution)?;
    let settings = settings(args, constellations, min_elevation_deg)?;
    let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
    let mut estimate = memory::estimate(
        outlook.points,
        demand_cells(args, outlook.points)?,
        satellites.map(|satellite| &satellite.elements),
        &settings,
    );
    if constellations.iter().any(|one| one.service.kind == ServiceKind::Messages) {
        estimate = estimate.with("devices elsewhere", device_cells(args)? * DEVICE_CELL_BYTES, COARSER);
    }
    args.memory.admit(&args.outputs.counted_in(estimate, outlook.points))
}

/// A run that has come to its end.
struct Done {
    plan: Plan,
    capacity: Capacity,
    report: CapacityReport,
    movers: Vec<Mover>,
    orientation: Orientation,
    /// Keeps other runs out of its folder until the results are written.
    _checkpoint: Option<Checkpoint>,
}

/// Computes the constellations together.
fn compute(
    args: &CapacityArgs,
    given: &Given,
    constellations: &[Constellation],
    area: &Area,
) -> Result<Done, Failure> {
    let (min_elevation_deg, mask_basis) = mask(constellations, args.min_elevation)?;
    let regions = args
        .report_regions
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| Region::parse(name).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    let settings = settings(args, constellations, min_elevation_deg)?;
    let mut notes = area.notes.clone();
    let demand = demand(args, &area.grid)?;
    if demand.quantity == Quantity::Mbps {
        refuse_options(given, &OF_PEOPLE, "without effect on a demand in Mbit/s")?;
    }
    notes.extend(demand.notes.iter().cloned());
    let movers = args.demand.movers()?;
    let ground = &args.ground;
    let gateways =
        gateways::read(&ground.gateways, ground.gateway_min_elevation, constellations, settings.window)?;
    notes.extend(
        gateways.iter().flat_map(|gateways| gateways.notes()).map(|note| format!("gateways: {note}")),
    );
    let masks = gateways.as_ref().map(gateways::Gateways::masks);
    let sites = gateways.as_ref().map(gateways::Gateways::masked).unwrap_or_default();
    let plan = plan(args, constellations, &area.grid, &demand, &movers, sites, &settings)?;
    notes.extend(plan.abilities.notes.iter().cloned());
    let orientation = args.earth.orientation(&settings.window)?;
    let mut fleet = fleet(constellations, &orientation)?;
    let curve = match args.ground.gateway_curve {
        None => None,
        Some(most) => Some(
            super::with_threads(args.threads, || {
                progress::watched(args.quiet, |watch| {
                    curve::compute(&plan, &mut fleet, &settings, most as usize, watch)
                })
            })?
            .map_err(|stopped| Failure::Run(format!("{stopped}; nothing was written")))?,
        ),
    };
    let checkpoint = args.checkpoint.open(|| {
        let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
        capacity_run::job(&plan, satellites.map(|satellite| &satellite.elements), &settings)
            .debug(&orientation)
    })?;
    let kept = checkpoint.as_ref();
    let capacity = super::with_threads(args.threads, || {
        progress::watched(args.quiet, |watch| capacity_run::resume(&plan, &mut fleet, &settings, watch, kept))
    })?
    .map_err(|interrupted| checkpoint::failure(interrupted, kept))?;

    let context = Context {
        constellations,
        region: &area.description,
        cells: area.grid.points.len(),
        h3_resolution: args.resolution,
        min_elevation_basis: &mask_basis,
        demand: &demand.source,
        usage: (demand.quantity == Quantity::People).then(|| args.demand.usage()),
        movers: args.demand.tracks.len(),
        regions: &regions,
        gateway_files: &args.ground.gateways,
        gateway_masks: masks.as_deref(),
        curve: curve.as_deref(),
        notes: &notes,
        orientation: &orientation,
    };
    let report = CapacityReport::new(&context, &plan, &capacity);
    args.strict.complete(report.lost.iter().map(LostSatellite::told))?;
    Ok(Done { plan, capacity, report, movers, orientation, _checkpoint: checkpoint })
}

/// The run of a system of short messages.
fn message_run(args: &CapacityArgs, constellations: &[Constellation], area: &Area) -> Result<(), Failure> {
    let (min_elevation_deg, mask_basis) = mask(constellations, args.min_elevation)?;
    let rate_kbps = constellations
        .iter()
        .flat_map(|constellation| {
            constellation.satellites.iter().map(|satellite| {
                let of_file =
                    constellation.payload_of(&satellite.shell).and_then(|payload| payload.message_rate_kbps);
                args.messages.message_rate_kbps.or(of_file)
            })
        })
        .collect();
    let settings = MessageSettings {
        window: window(args),
        step_s: args.step,
        min_elevation_deg,
        rate_kbps,
        access_efficiency: args.messages.access_efficiency,
    };
    let resolution = area.grid.resolution.expect("an area of a region has a resolution");
    // Devices are those of the whole Earth, whichever region is asked for.
    let demand = match is_uniform(args) {
        true => demand(args, &Grid::globe(resolution))?,
        false => demand(args, &area.grid)?,
    };
    let devices = devices(args.messages.devices, &demand, &area.grid, resolution);
    let orientation = args.earth.orientation(&settings.window)?;
    let mut fleet = fleet(constellations, &orientation)?;
    let messages = super::with_threads(args.threads, || {
        progress::watched(args.quiet, |watch| {
            messages::run(&area.grid, &devices, &mut fleet, &settings, watch)
        })
    })?
    .map_err(|stopped| Failure::Run(format!("{stopped}; nothing was written")))?;
    let context = MessageContext {
        constellations,
        region: &area.description,
        min_elevation_basis: &mask_basis,
        demand: &demand.source,
        devices: args.messages.devices,
        notes: &[area.notes.as_slice(), demand.notes.as_slice()].concat(),
        orientation: &orientation,
    };
    let report = MessageReport::new(&context, &area.grid, &messages);
    args.strict.complete(report.lost.iter().map(LostSatellite::told))?;
    if let Some(path) = &args.csv {
        write_file(path, |out| capacity_csv::write_messages(out, &area.grid, &messages))?;
    }
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    let command = super::command_line();
    let page = || Page::of_messages(&report, constellations, &area.grid, &messages, &command);
    let texts = |number: usize| capacity_csv::message_texts(&area.grid, &messages, number);
    let fields = capacity_csv::message_fields();
    args.outputs.write(
        page,
        &orientation,
        &Features::new("messages", fields, &area.grid.points, &texts),
        &[],
    )?;
    super::print_report(args.quiet, files(args), || capacity_text::render_messages(&report))
}

/// Shares devices among cells as the demand is shared.
fn devices(number: f64, demand: &Demand, grid: &Grid, resolution: Resolution) -> Devices {
    let (mut amounts, total) = (demand.at(resolution), demand.total().max(f64::MIN_POSITIVE));
    let share =
        |shares: Vec<(_, f64)>| number * shares.into_iter().map(|(_, amount)| amount).sum::<f64>() / total;
    let mut take = |cell| amounts.remove(&cell).map_or(0.0, share);
    let here = grid.points.iter().map(|point| point.cell.map_or(0.0, &mut take)).collect();
    let (cells, theirs): (Vec<_>, Vec<f64>) =
        amounts.into_iter().map(|(cell, shares)| (cell, share(shares))).unzip();
    let elsewhere = Grid::from_cells(resolution, cells).points.into_iter().zip(theirs).collect();
    Devices { here, elsewhere }
}

/// The files that are to be written.
fn files(args: &CapacityArgs) -> impl Iterator<Item = &Path> {
    let tables = [&args.csv, &args.json].into_iter().flatten().map(PathBuf::as_path);
    tables.chain(args.outputs.paths())
}

/// Refuses options that the run would pass over.
fn refuse_options(given: &Given, names: &[&str], why: &str) -> Result<(), Failure> {
    match given.among(names).as_slice() {
        [] => Ok(()),
        [one] => Err(Failure::input(format!("{one} is {why}"), "leave it out")),
        several => Err(Failure::input(format!("{} are {why}", several.join(", ")), "leave them out")),
    }
}

/// Megabits and messages do not add up.
fn refuse_megabits(constellations: &[Constellation]) -> Result<(), Failure> {
    match constellations.iter().find(|one| one.service.kind != ServiceKind::Messages) {
        None => Ok(()),
        Some(other) => Err(Failure::input(
            format!("{} is no system of short messages, and another file is one", other.name),
            "run them one at a time: megabits and messages do not add up",
        )),
    }
}

/// Navigation systems have no capacity to sell.
fn refuse_navigation(constellations: &[Constellation]) -> Result<(), Failure> {
    match constellations.iter().find(|constellation| constellation.service.kind == ServiceKind::Navigation) {
        None => Ok(()),
        Some(constellation) => Err(Failure::input(
            format!(
                "capacity does not apply to {}: it broadcasts navigation signals, which any number of receivers \
                 use at once",
                constellation.name
            ),
            "ask for its geometry with `hexsky dop`, or for its coverage with `hexsky coverage`",
        )),
    }
}

/// How many of so many cells have demand, at most.
fn demand_cells(args: &CapacityArgs, points: f64) -> Result<f64, Failure> {
    if args.demand.demand != "population" {
        return Ok(points);
    }
    Ok(points.min(shipped::population().at(resolution(args)?).len() as f64))
}

/// Cells of the whole Earth with devices that share the satellites with those of the region.
fn device_cells(args: &CapacityArgs) -> Result<f64, Failure> {
    let resolution = resolution(args)?;
    Ok(match args.demand.demand.as_str() {
        "population" => shipped::population().at(resolution).len() as f64,
        _ if is_uniform(args) => resolution.cell_count() as f64,
        _ => 0.0,
    })
}

fn resolution(args: &CapacityArgs) -> Result<Resolution, Failure> {
    Resolution::try_from(args.resolution)
        .map_err(|error| Failure::input(error.to_string(), "take a coarser --resolution"))
}

/// Whether the demand is the same for each km².
fn is_uniform(args: &CapacityArgs) -> bool {
    args.demand.demand.starts_with(UNIFORM)
}

/// What a demand for each km² begins with.
const UNIFORM: &str = "uniform:";

fn demand(args: &CapacityArgs, grid: &Grid) -> Result<Demand, Failure> {
    let source = args.demand.demand.as_str();
    if source == "population" {
        return Ok(shipped::population());
    }
    if let Some(density) = source.strip_prefix(UNIFORM) {
        let mbps = positive(density).map_err(|expected| {
            Failure::input(
                format!("demand `{source}`: {expected}"),
                "write uniform:0.05 for 0.05 Mbit/s for each km²",
            )
        })?;
        let cells: Vec<_> = grid.points.iter().filter_map(|point| point.cell).collect();
        return Ok(Demand::uniform(mbps, &cells));
    }
    let bytes = read_file(Path::new(source), TEXT_GROWTH).map_err(|error| {
        Failure::input(
            format!("cannot read the demand {source}: {error}"),
            "give `population`, uniform:MBPS, a CSV file of cells or an ESRI ASCII grid (.asc)",
        )
    })?;
    let text = utf8(source, &bytes)?;
    let is_grid =
        Path::new(source).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("asc"));
    let resolution = grid.resolution.expect("an area of a region has a resolution");
    Ok(if is_grid {
        grid_file::parse(source, text, Quantity::People, resolution)?
    } else {
        table::parse(source, text)?
    })
}

impl DemandArgs {
    fn usage(&self) -> Usage {
        Usage {
            penetration: self.penetration,
            busy_hour_mbps: self.busy_hour_mbps,
            oversubscription: self.oversubscription,
        }
    }

    fn movers(&self) -> Result<Vec<Mover>, Failure> {
        self.tracks
            .iter()
            .map(|file| {
                let site = ground::read_ship(file, file, Outside::Absent)?;
                Ok(Mover { site, mbps: self.track_mbps })
            })
            .collect()
    }
}

fn plan(
    args: &CapacityArgs,
    constellations: &[Constellation],
    grid: &Grid,
    demand: &Demand,
    movers: &[Mover],
    sites: Vec<Site>,
    settings: &Settings,
) -> Result<Plan, Failure> {
    let abilities = Abilities::of(constellations, args.satellite_gbps).map_err(|error: NoCapacity| {
        Failure::input(
            error.to_string(),
            "give one with --satellite-gbps, or write a [[payload]] with capacity_gbps_per_satellite into the file",
        )
    })?;
    let maps = args.maps.open()?;
    let availability = Some(args.availability);
    let antennas = match args.ground.antennas_per_gateway {
        None if !sites.is_empty() => antennas_per_gateway(constellations)?,
        asked => asked,
    };
    let gateways = Gateways::new(sites, antennas, &abilities, availability, maps.get())?;
    let isl = isl::links(constellations, &abilities);
    let inputs = PlanInputs {
        grid,
        demand,
        usage: args.demand.usage(),
        movers,
        abilities,
        gateways,
        isl,
        availability_percent: availability,
        reuse: !args.ignore_reuse,
        maps: maps.get(),
    };
    Plan::new(inputs, settings).map_err(|error| match error {
        PlanError::Map(error) => error.into(),
        PlanError::TooMuch(_) => {
            Failure::input(error.to_string(), "give less demand, or smaller cells by a finer --resolution")
        }
        PlanError::NoDemand => Failure::input(
            format!("no demand lies in {}", args.region),
            "take a larger region, a finer or coarser --resolution, or another --demand",
        ),
    })
}

/// The antennas of a gateway that all files state; without a number, as many as there are satellites.
fn antennas_per_gateway(constellations: &[Constellation]) -> Result<Option<u32>, Failure> {
    let antennas = Asked {
        what: "numbers of antennas per gateway",
        option: "--antennas-per-gateway",
        unit: "",
        without: "any number",
    };
    agreed(constellations, &antennas, |one| one.service.antennas_per_gateway, |number| number)
}
