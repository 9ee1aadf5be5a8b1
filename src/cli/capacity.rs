//! `hexsky capacity`: arguments to settings, one library call, report and files.

mod arguments;
mod demand;
mod idle;
mod messages;
mod side_by_side;

use std::path::{Path, PathBuf};

use hexsky::capacity::ability::{Abilities, NoCapacity};
use hexsky::capacity::demand::{Demand, Quantity};
use hexsky::capacity::feeder::Gateways;
use hexsky::capacity::memory::{self, Skies};
use hexsky::capacity::plan::{Mover, PlanError, PlanInputs};
use hexsky::capacity::{Capacity, Plan, Settings, curve, run as capacity_run, topology};
use hexsky::checkpoint::Checkpoint;
use hexsky::constellation::{Constellation, ServiceKind};
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::memory::Made;
use hexsky::export::{capacity_csv, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::grid::cells::Grid;
use hexsky::grid::region::Region;
use hexsky::ground::Site;
use hexsky::report::capacity::{CapacityReport, Context};
use hexsky::report::page::{CAPACITY_FIGURES, Head, MESSAGE_FIGURES, Page};
use hexsky::time::Window;

pub use self::arguments::CapacityArgs;
use super::agreed::{Asked, agreed, in_degrees, stated_or};
use super::coverage::{Area, fleet, mask};
use super::gateways;
use super::given::Given;
use super::memory::Outlook;
use super::turn::Turn;
use super::{Failure, capacity_text, checkpoint, ground_notes, progress};

/// Options that have an effect on systems of short messages only.
const OF_MESSAGES: [&str; 3] = ["devices", "message-rate-kbps", "access-efficiency"];
/// Options that make megabits of people.
const OF_PEOPLE: [&str; 3] = ["penetration", "busy-hour-mbps", "oversubscription"];

/// Runs the command.
pub fn run(args: &CapacityArgs, given: &Given) -> Result<(), Failure> {
    let mut inputs = args.files.clone();
    inputs.extend([args.demand.demand.clone(), args.region.clone()]);
    inputs.extend(args.report_regions.iter().cloned());
    inputs.extend(args.ground.gateways.iter().chain(&args.demand.tracks).cloned().chain(args.earth.input()));
    let outputs: Vec<Option<&Path>> = files(args).map(Some).collect();
    args.outputs.check(&outputs, &inputs)?;
    args.checkpoint.check(&outputs)?;
    if args.side_by_side {
        return side_by_side::run(args, given);
    }
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    args.start.settle(&constellations);
    args.strict.admit(&mut constellations, Some(&window(args)))?;
    refuse_navigation(&constellations)?;
    let is_messages = constellations.iter().any(|one| one.service.kind == ServiceKind::Messages);
    if is_messages {
        messages::admit(&constellations, given)?;
    } else {
        given.none_of(&OF_MESSAGES, "for systems of short messages only")?;
        idle::refuse(args, given, &constellations)?;
    }
    args.outputs.check_figure(if is_messages { &MESSAGE_FIGURES } else { &CAPACITY_FIGURES })?;
    // A missing mask is told, and too much memory refused, before anything is computed.
    admit_memory(args, &constellations)?;
    let area = Area::of_region(&args.region, args.resolution)?;
    if is_messages {
        if args.checkpoint.is_given() {
            return Err(Failure::input(
                "runs of systems of short messages keep no checkpoint",
                "leave out --checkpoint, or shorten the window with --duration",
            ));
        }
        return messages::run(args, &constellations, &area);
    }
    let Done { plan, capacity, report, movers, orientation, _checkpoint } =
        compute(args, given, &constellations, &area)?;
    let table = capacity_csv::Table::new(&area.grid, &plan, &capacity);
    let command = super::command_line();
    let mut given: Vec<String> =
        report.attenuation.as_ref().and_then(|_| args.maps.told()).into_iter().collect();
    if !args.demand.tracks.is_empty() {
        given.push(format!("tracks of {}", args.demand.tracks.join(", ")));
    }
    let page = || {
        Page::of_capacity(&report, &constellations, &area.grid, &plan, &capacity, &movers, &command)
            .with(&given)
    };
    let texts = |number: usize| table.texts(number);
    let fields = capacity_csv::Table::fields();
    let features = Features::new("capacity", fields, &area.grid.points, &texts)
        .about(Head::of_capacity(&report).with(&given).about());
    let sites: Vec<&Site> =
        plan.gateways.sites().map(|(site, _)| site).chain(movers.iter().map(|mover| &mover.site)).collect();
    for turn in Turn::ORDER {
        if let Some(path) = turn.of(&args.csv) {
            write_file(path, |out| capacity_csv::write(out, &table))?;
        }
        if let Some(path) = turn.of(&args.json) {
            super::write_json(path, &report)?;
        }
        args.outputs.write(turn, page, &orientation, &features, &sites)?;
    }
    super::print_report(args.quiet, files(args), || capacity_text::render(&report))?;
    args.checkpoint.clear();
    Ok(())
}

fn window(args: &CapacityArgs) -> Window {
    Window { start: args.start.epoch(), duration_s: args.duration }
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
        help: "give one for all with --gso-avoidance",
        told: in_degrees,
    };
    let stated = |one: &Constellation| one.service.gso_avoidance_deg;
    let angle = agreed(constellations, &angles, |one| stated_or(one, stated(one), 0.0))?;
    Ok(angle.map(|(angle, _)| angle).filter(|_| constellations.iter().any(|one| stated(one).is_some())))
}

/// Refuses what needs more memory than there is.
fn admit_memory(args: &CapacityArgs, constellations: &[Constellation]) -> Result<(), Failure> {
    let (min_elevation_deg, _) = mask(constellations, args.min_elevation)?;
    let outlook = Outlook::of(None, &args.region, args.resolution)?;
    if constellations.iter().any(|one| one.service.kind == ServiceKind::Messages) {
        return messages::admit_memory(args, constellations, min_elevation_deg, &outlook);
    }
    let settings = settings(args, constellations, min_elevation_deg)?;
    let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
    // Files that give no capacity are refused when it is asked for.
    let gateways = gateways::count(&args.ground.gateways)?;
    let abilities = Abilities::of(constellations, args.satellite_gbps).unwrap_or_default();
    let estimate = memory::estimate(
        outlook.points,
        demand::cells(args, outlook.points)?,
        Skies::of(&abilities, gateways),
        satellites.map(|satellite| &satellite.elements),
        &settings,
    );
    let instants = settings.window.sample_count(settings.step_s);
    // Demand, served, sellable, and what could be served at most.
    let lines = if args.bound { 4 } else { 3 };
    let made = Made::of(outlook.points, CAPACITY_FIGURES.len()).over_time(instants, lines);
    let estimate = estimate.with_sites(gateways).with(
        "maps of the atmosphere",
        idle::bytes_of_maps(args, constellations)?,
        "nothing",
    );
    args.memory.admit(&args.outputs.counted_in(estimate, &made))
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
    let regions = report_regions(&args.report_regions)
        .iter()
        .map(|name| Region::parse(name).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    let settings = settings(args, constellations, min_elevation_deg)?;
    let mut notes = area.notes.clone();
    let demand = demand::read(args, &area.grid)?;
    if demand.quantity == Quantity::Mbps {
        given.none_of(&OF_PEOPLE, "without effect on a demand in Mbit/s")?;
    }
    notes.extend(demand.notes.iter().cloned());
    let movers = args.demand.movers()?;
    notes.extend(ground_notes::in_parts(movers.iter().map(|mover| &mover.site)));
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
        track_mbps: args.demand.track_mbps,
        availability_percent: args.availability,
        reuse: !args.ignore_reuse,
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

/// The regions of a list with commas, in which four numbers after each other are a box.
fn report_regions(pieces: &[String]) -> Vec<String> {
    let is_number = |piece: &String| piece.trim().parse::<f64>().is_ok();
    let mut regions = Vec::new();
    let mut rest = pieces;
    while let [first, others @ ..] = rest {
        match rest.get(..4) {
            Some(sides) if sides.iter().all(is_number) => {
                regions.push(sides.join(","));
                rest = &rest[4..];
            }
            _ => {
                regions.push(first.clone());
                rest = others;
            }
        }
    }
    regions.retain(|region| !region.is_empty());
    regions
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
    let isl = topology::links(constellations, &abilities, settings.window.start);
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
        PlanError::TooCoarse { .. } => Failure::input(
            error.to_string(),
            "take smaller cells by a finer --resolution, or give less demand",
        ),
        PlanError::TooLittle(_) => {
            Failure::input(error.to_string(), "give more demand, or take a larger --region")
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
        help: "give one for all with --antennas-per-gateway",
        told: |number: &Option<u32>| number.map_or("any number".to_owned(), |number| number.to_string()),
    };
    let of = |one: &Constellation| stated_or(one, one.service.antennas_per_gateway.map(Some), None);
    Ok(agreed(constellations, &antennas, of)?.and_then(|(number, _)| number))
}
