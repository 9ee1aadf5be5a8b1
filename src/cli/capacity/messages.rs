//! `hexsky capacity` of systems of short messages.

use h3o::Resolution;
use hexsky::capacity::demand::{Demand, shipped};
use hexsky::capacity::memory;
use hexsky::capacity::messages::{self, Devices, MessageSettings};
use hexsky::constellation::{Constellation, Satellite, ServiceKind};
use hexsky::coverage::memory::Size;
use hexsky::ephemeris::{Fleet, LostSatellite};
use hexsky::export::features::Features;
use hexsky::export::memory::Made;
use hexsky::export::{capacity_csv, write_file};
use hexsky::grid::cells::Grid;
use hexsky::report::messages::{MessageContext, MessageReport};
use hexsky::report::page::{Head, MESSAGE_FIGURES, Page};

use super::{CapacityArgs, demand, files, window};
use crate::cli::coverage::{Area, fleet_of, mask};
use crate::cli::given::Given;
use crate::cli::memory::Outlook;
use crate::cli::turn::Turn;
use crate::cli::{Failure, capacity_text, command_line, print_report, progress, with_threads, write_json};

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

/// Refuses systems of another kind beside these, for megabits and messages do not add up, and options that the run would
/// pass over.
pub fn admit(constellations: &[Constellation], given: &Given) -> Result<(), Failure> {
    if let Some(other) = constellations.iter().find(|one| one.service.kind != ServiceKind::Messages) {
        return Err(Failure::input(
            format!("{} is no system of short messages, and another file is one", other.name),
            "run them one at a time: megabits and messages do not add up",
        ));
    }
    given.none_of(&OF_MEGABITS, "without effect on a system of short messages")
}

/// Refuses a run that needs more memory than there is.
pub fn admit_memory(
    args: &CapacityArgs,
    constellations: &[Constellation],
    min_elevation_deg: f64,
    outlook: &Outlook,
) -> Result<(), Failure> {
    let settings = settings(args, constellations, min_elevation_deg);
    let mut fleet = fleet(args, constellations, &settings)?;
    let settings = messages::coverage_settings(settings.window, settings.step_s, min_elevation_deg);
    let elsewhere = elsewhere(args)?;
    let told = |size: &Size| {
        let made = Made::of(size.points, MESSAGE_FIGURES.len());
        args.outputs.counted_in(memory::estimate_messages(size, &settings, elsewhere), &made)
    };
    with_threads(args.threads, || {
        outlook.admit(args.memory, constellations, &mut fleet, &settings, None, told)
    })?
}

fn settings(
    args: &CapacityArgs,
    constellations: &[Constellation],
    min_elevation_deg: f64,
) -> MessageSettings {
    let of_file = |constellation: &Constellation, satellite: &Satellite| {
        constellation.payload_of(&satellite.shell).and_then(|payload| payload.message_rate_kbps)
    };
    let rate_kbps = constellations.iter().flat_map(|constellation| {
        let rate = |satellite| args.messages.message_rate_kbps.or(of_file(constellation, satellite));
        constellation.satellites.iter().map(rate)
    });
    MessageSettings {
        window: window(args),
        step_s: args.step,
        min_elevation_deg,
        rate_kbps: rate_kbps.collect(),
        access_efficiency: args.messages.access_efficiency,
    }
}

/// The satellites that take part.
fn fleet(
    args: &CapacityArgs,
    constellations: &[Constellation],
    settings: &MessageSettings,
) -> Result<Fleet, Failure> {
    let satellites: Vec<&Satellite> =
        constellations.iter().flat_map(|constellation| &constellation.satellites).collect();
    let taking_part: Vec<&Satellite> =
        settings.taking_part().into_iter().map(|number| satellites[number]).collect();
    fleet_of(&taking_part, &args.earth.orientation(&settings.window)?)
}

/// Cells of the whole Earth whose devices share the satellites with those of the region.
fn elsewhere(args: &CapacityArgs) -> Result<f64, Failure> {
    let resolution = demand::resolution(args)?;
    Ok(match args.demand.demand.as_str() {
        "population" => shipped::population().cells_at(resolution),
        _ if demand::is_uniform(args) => resolution.cell_count() as f64,
        _ => demand::read_file(args, resolution)?.cells_at(resolution),
    })
}

/// The run of a system of short messages.
pub fn run(args: &CapacityArgs, constellations: &[Constellation], area: &Area) -> Result<(), Failure> {
    let (min_elevation_deg, mask_basis) = mask(constellations, args.min_elevation)?;
    let settings = settings(args, constellations, min_elevation_deg);
    let resolution = area.grid.resolution.expect("an area of a region has a resolution");
    // Devices are those of the whole Earth, whichever region is asked for.
    let demand = match demand::is_uniform(args) {
        true => demand::read(args, &Grid::globe(resolution))?,
        false => demand::read(args, &area.grid)?,
    };
    if demand.total() <= 0.0 {
        return Err(Failure::input(
            format!("the demand of {} is nothing in all: devices are spread as it is", demand.source),
            "give a demand that is above 0 somewhere, for cells of any region",
        ));
    }
    let devices = devices(args.messages.devices, &demand, &area.grid, resolution);
    let orientation = args.earth.orientation(&settings.window)?;
    let mut fleet = fleet(args, constellations, &settings)?;
    let messages = with_threads(args.threads, || {
        progress::watched(args.quiet, |watch| {
            messages::run(&area.grid, &devices, &mut fleet, &settings, watch)
        })
    })?
    .map_err(|stopped| Failure::Run(format!("{stopped}; nothing was written")))?;
    let context = MessageContext {
        constellations,
        region: &area.description,
        h3_resolution: args.resolution,
        min_elevation_basis: &mask_basis,
        demand: &demand.source,
        devices: args.messages.devices,
        notes: &[area.notes.as_slice(), demand.notes.as_slice()].concat(),
        orientation: &orientation,
    };
    let report = MessageReport::new(&context, &area.grid, &messages);
    args.strict.complete(report.lost.iter().map(LostSatellite::told))?;
    let command = command_line();
    let page = || Page::of_messages(&report, constellations, &area.grid, &messages, &command);
    let texts = |number: usize| capacity_csv::message_texts(&area.grid, &messages, number);
    let fields = capacity_csv::message_fields();
    let features = Features::new("messages", fields, &area.grid.points, &texts)
        .about(Head::of_messages(&report, area.grid.points.len()).about());
    for turn in Turn::ORDER {
        if let Some(path) = turn.of(&args.csv) {
            write_file(path, |out| capacity_csv::write_messages(out, &area.grid, &messages))?;
        }
        if let Some(path) = turn.of(&args.json) {
            write_json(path, &report)?;
        }
        args.outputs.write(turn, page, &orientation, &features, &[])?;
    }
    print_report(args.quiet, files(args), || capacity_text::render_messages(&report))
}

/// Shares devices among cells as the demand is shared.
fn devices(number: f64, demand: &Demand, grid: &Grid, resolution: Resolution) -> Devices {
    let (mut amounts, total) = (demand.at(resolution), demand.total());
    let share =
        |shares: Vec<(_, f64)>| number * shares.into_iter().map(|(_, amount)| amount).sum::<f64>() / total;
    let mut take = |cell| amounts.remove(&cell).map_or(0.0, share);
    let here = grid.points.iter().map(|point| point.cell.map_or(0.0, &mut take)).collect();
    let (cells, theirs): (Vec<_>, Vec<f64>) =
        amounts.into_iter().map(|(cell, shares)| (cell, share(shares))).unzip();
    let elsewhere = Grid::from_cells(resolution, cells).points.into_iter().zip(theirs).collect();
    Devices { here, elsewhere }
}
