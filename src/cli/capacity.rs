//! `hexsky capacity`: arguments to settings, one library call, report and files.

mod arguments;
mod side_by_side;

use std::path::{Path, PathBuf};

use h3o::Resolution;
use hexsky::attenuation::maps::Maps;
use hexsky::capacity::ability::{Abilities, NoCapacity};
use hexsky::capacity::demand::{Demand, Quantity, Usage, grid_file, shipped, table};
use hexsky::capacity::feeder::Gateways;
use hexsky::capacity::memory;
use hexsky::capacity::messages::{self, MessageSettings};
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
use hexsky::report::capacity::{CapacityReport, Context};
use hexsky::report::messages::{MessageContext, MessageReport};
use hexsky::report::page::{CAPACITY_FIGURES, MESSAGE_FIGURES, Page};
use hexsky::time::Window;

pub use self::arguments::CapacityArgs;
use self::arguments::{DemandArgs, positive};
use super::coverage::{Area, fleet, mask};
use super::memory::Outlook;
use super::{Failure, capacity_text, checkpoint, progress};

/// Elevation mask of a gateway where neither the file nor the user tells one, degrees.
const GATEWAY_MASK_DEG: f64 = 10.0;

/// Runs the command.
pub fn run(args: &CapacityArgs) -> Result<(), Failure> {
    let mut inputs = args.files.clone();
    inputs.extend([args.demand.demand.clone(), args.region.clone()]);
    inputs.extend(args.ground.gateways.iter().chain(&args.demand.tracks).cloned().chain(args.earth.input()));
    let outputs: Vec<Option<&Path>> = files(args).map(Some).collect();
    args.outputs.check(&outputs, &inputs)?;
    args.checkpoint.check(&outputs)?;
    if args.side_by_side {
        return side_by_side::run(args);
    }
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    args.strict.admit(&mut constellations, Some(&window(args)))?;
    refuse_navigation(&constellations)?;
    let messages = constellations.iter().any(|one| one.service.kind == ServiceKind::Messages);
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
        compute(args, &constellations, &area)?;
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

fn settings(args: &CapacityArgs, constellations: &[Constellation], min_elevation_deg: f64) -> Settings {
    Settings {
        window: window(args),
        step_s: args.step,
        min_elevation_deg,
        gso_avoidance_deg: args
            .gso_avoidance
            .or_else(|| first_given(constellations, |c| c.service.gso_avoidance_deg)),
        assign: args.assign.into(),
        bound: args.bound,
    }
}

/// Refuses what needs more memory than there is.
fn admit_memory(args: &CapacityArgs, constellations: &[Constellation]) -> Result<(), Failure> {
    let (min_elevation_deg, _) = mask(constellations, args.min_elevation)?;
    let outlook = Outlook::of(None, &args.region, args.resolution)?;
    let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
    let estimate = memory::estimate(
        outlook.points,
        demand_cells(args, outlook.points)?,
        satellites.map(|satellite| &satellite.elements),
        &settings(args, constellations, min_elevation_deg),
    );
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
fn compute(args: &CapacityArgs, constellations: &[Constellation], area: &Area) -> Result<Done, Failure> {
    let (min_elevation_deg, mask_basis) = mask(constellations, args.min_elevation)?;
    let regions = args
        .report_regions
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| Region::parse(name).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    let settings = settings(args, constellations, min_elevation_deg);
    let mut notes = area.notes.clone();
    let demand = demand(args, &area.grid)?;
    notes.extend(demand.notes.iter().cloned());
    let movers = args.demand.movers()?;
    let plan = plan(args, constellations, &area.grid, &demand, &movers, &settings)?;
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
    if let Some(other) = constellations.iter().find(|one| one.service.kind != ServiceKind::Messages) {
        return Err(Failure::input(
            format!("{} is no system of short messages, and another file is one", other.name),
            "run them one at a time: megabits and messages do not add up",
        ));
    }
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
    let demand = demand(args, &area.grid)?;
    let resolution = area.grid.resolution.expect("an area of a region has a resolution");
    let (amounts, total) = (demand.at(resolution), demand.total());
    let devices: Vec<f64> = area
        .grid
        .points
        .iter()
        .map(|point| {
            let shares = point.cell.and_then(|cell| amounts.get(&cell));
            let amount: f64 = shares.into_iter().flatten().map(|(_, amount)| amount).sum();
            args.messages.devices * amount / total.max(f64::MIN_POSITIVE)
        })
        .collect();
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

/// The files that are to be written.
fn files(args: &CapacityArgs) -> impl Iterator<Item = &Path> {
    let tables = [&args.csv, &args.json].into_iter().flatten().map(PathBuf::as_path);
    tables.chain(args.outputs.paths())
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
    let resolution = Resolution::try_from(args.resolution)
        .map_err(|error| Failure::input(error.to_string(), "take a coarser --resolution"))?;
    Ok(points.min(shipped::population().at(resolution).len() as f64))
}

fn demand(args: &CapacityArgs, grid: &Grid) -> Result<Demand, Failure> {
    let source = args.demand.demand.as_str();
    if source == "population" {
        return Ok(shipped::population());
    }
    if let Some(density) = source.strip_prefix("uniform:") {
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
    let gateways = gateways(args, constellations, &abilities, maps.get())?;
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
        PlanError::NoDemand => Failure::input(
            format!("no demand lies in {}", args.region),
            "take a larger region, a finer or coarser --resolution, or another --demand",
        ),
    })
}

fn gateways(
    args: &CapacityArgs,
    constellations: &[Constellation],
    abilities: &Abilities,
    maps: &Maps,
) -> Result<Gateways, Failure> {
    let ground = &args.ground;
    let sites = if ground.gateways.is_empty() {
        Vec::new()
    } else {
        let network = ground::read(ground.gateways.iter().map(String::as_str))?;
        network.choose(&[]).map_err(|error| Failure::input(error.to_string(), "name stations that exist"))?
    };
    let antennas = ground
        .antennas_per_gateway
        .or_else(|| first_given(constellations, |c| c.service.antennas_per_gateway));
    let mask_deg = ground
        .gateway_min_elevation
        .or_else(|| first_given(constellations, |c| c.service.gateway_min_elevation_deg))
        .unwrap_or(GATEWAY_MASK_DEG);
    Ok(Gateways::new(sites, antennas, mask_deg, abilities, Some(args.availability), maps)?)
}

/// The first value that a constellation gives.
fn first_given<T>(
    constellations: &[Constellation],
    value: impl Fn(&Constellation) -> Option<T>,
) -> Option<T> {
    constellations.iter().find_map(value)
}
