//! `hexsky capacity`: arguments to settings, one library call, report and files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use hexsky::attenuation::maps::Maps;
use hexsky::capacity::ability::{Abilities, NoCapacity};
use hexsky::capacity::demand::{Demand, Quantity, Usage, grid_file, shipped, table};
use hexsky::capacity::feeder::Gateways;
use hexsky::capacity::messages::{self, MessageSettings, SLOTTED_ALOHA};
use hexsky::capacity::run::{Mover, PlanError, PlanInputs};
use hexsky::capacity::{Assign, Plan, Settings, curve, isl, run as run_capacity};
use hexsky::constellation::{Constellation, ReadOptions, ServiceKind, read};
use hexsky::export::{capacity_csv, write_file};
use hexsky::grid::cells::Grid;
use hexsky::grid::region::Region;
use hexsky::ground::{self, Outside};
use hexsky::report::capacity::{CapacityReport, Context};
use hexsky::report::messages::{MessageContext, MessageReport};
use hexsky::time::{Epoch, Window};

use super::attenuation::MapArgs;
use super::coverage::{Area, fleet, mask};
use super::{Failure, capacity_text, degrees, epoch, positive_duration_s, print, progress};

/// Who gets how much: demand, beams, gateways, and the allocation of cells to satellites.
#[derive(Debug, Args)]
pub struct CapacityArgs {
    /// Constellation files (TOML) or names of shipped files; several are flown together.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// H3 resolution of the cells, 0 to 6.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=6))]
    resolution: u8,
    /// Start of the window, UTC.
    #[arg(long, default_value = "2026-01-01T00:00:00Z", value_parser = epoch)]
    start: Epoch,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s)]
    duration: f64,
    /// Step between the instants at which cells are allocated.
    #[arg(long, default_value = "60s", value_parser = positive_duration_s)]
    step: f64,
    /// Elevation mask of the users in degrees [default: the file's service mask].
    #[arg(long, value_name = "DEG", value_parser = degrees)]
    min_elevation: Option<f64>,
    /// Region whose cells are served: globe, a country, a named region, a box or a GeoJSON file.
    #[arg(long, default_value = "globe", allow_hyphen_values = true)]
    region: String,
    /// Deployment phase of the file.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    #[command(flatten)]
    demand: DemandArgs,
    #[command(flatten)]
    ground: GroundArgs,
    #[command(flatten)]
    messages: MessageArgs,
    /// How cells are allocated to satellites.
    #[arg(long, value_enum, default_value_t = AssignArg::Greedy)]
    assign: AssignArg,
    /// Also compute the most that could be carried, by maximum flow at each instant.
    #[arg(long)]
    bound: bool,
    /// Capacity of a satellite in Gbit/s where its file gives none.
    #[arg(long, value_name = "GBPS", value_parser = positive)]
    satellite_gbps: Option<f64>,
    /// Least angle in degrees between user links and the geostationary arc [default: the file's, or none].
    #[arg(long, value_name = "DEG", value_parser = degrees)]
    gso_avoidance: Option<f64>,
    /// Percentage of an average year in which the attenuation of the links is not exceeded. It matters only
    /// where the file gives link budgets.
    #[arg(long, value_name = "PERCENT", default_value_t = 99.5, value_parser = availability)]
    availability: f64,
    #[command(flatten)]
    maps: MapArgs,
    /// Regions told in the report beside countries, with commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "belt-and-road,beidou-users")]
    report_regions: Vec<String>,
    /// Write a row for each cell; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// Write the whole report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No report and no progress.
    #[arg(long)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Demand")]
pub struct DemandArgs {
    /// Demand: population (shipped), a CSV file of hex_id with demand_mbps or population, an ESRI ASCII grid of
    /// people (.asc), or uniform:MBPS for each km².
    #[arg(long, value_name = "SOURCE", default_value = "population")]
    demand: String,
    /// Share of the people who are users.
    #[arg(long, value_name = "RATIO", default_value_t = 0.1, value_parser = share)]
    penetration: f64,
    /// Rate of a user in the busy hour, Mbit/s.
    #[arg(long, value_name = "MBPS", default_value_t = 0.3, value_parser = positive)]
    busy_hour_mbps: f64,
    /// Users who share a rate sold to each of them.
    #[arg(long, value_name = "USERS", default_value_t = 1.0, value_parser = positive)]
    oversubscription: f64,
    /// Tracks of ships or aircraft that want capacity where they are: CSV or GPX files.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    tracks: Vec<String>,
    /// What each track wants, Mbit/s.
    #[arg(long, value_name = "MBPS", default_value_t = 50.0, value_parser = positive)]
    track_mbps: f64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Gateways")]
pub struct GroundArgs {
    /// Gateways: station files (TOML, CSV) or names of shipped networks. Without any, feeder links are taken
    /// to reach the ground always.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gateways: Vec<String>,
    /// Antennas of a gateway [default: the file's, or as many as there are satellites].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    antennas_per_gateway: Option<u32>,
    /// Throughput against the number of gateways, up to a number of them: which to build next.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10000", requires = "gateways",
        value_parser = clap::value_parser!(u32).range(1..))]
    gateway_curve: Option<u32>,
    /// Elevation mask of the gateways in degrees [default: the file's, or 10].
    #[arg(long, value_name = "DEG", value_parser = degrees)]
    gateway_min_elevation: Option<f64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Systems of short messages")]
pub struct MessageArgs {
    /// Devices of the whole Earth, spread as the demand is.
    #[arg(long, value_name = "N", default_value_t = 1e6, value_parser = positive)]
    pub devices: f64,
    /// Rate in kbit/s at which a satellite takes in messages [default: the file's].
    #[arg(long, value_name = "KBPS", value_parser = positive)]
    pub message_rate_kbps: Option<f64>,
    /// Share of that rate which gets through when devices send at random [default: 1/e, slotted ALOHA].
    #[arg(long, value_name = "RATIO", default_value_t = SLOTTED_ALOHA, hide_default_value = true, value_parser = share)]
    pub access_efficiency: f64,
}

/// How cells are allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AssignArg {
    /// By scarcity, with mending: fast.
    Greedy,
    /// By maximum flow: the most that can be carried.
    Flow,
    /// Each cell evenly over the satellites it sees (del Portillo, Cameron, Crawley 2019).
    Even,
}

/// Elevation mask of a gateway where neither the file nor the user tells one, degrees.
const GATEWAY_MASK_DEG: f64 = 10.0;

/// Runs the command.
pub fn run(args: &CapacityArgs) -> Result<(), Failure> {
    let mut inputs = args.files.clone();
    inputs.push(args.demand.demand.clone());
    super::refuse_shared_output(&[args.csv.as_deref(), args.json.as_deref()], &inputs)?;
    let options = ReadOptions { phase: args.phase.clone(), ..ReadOptions::default() };
    let constellations = args
        .files
        .iter()
        .map(|file| read(file, &options).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    refuse_navigation(&constellations)?;
    let (min_elevation_deg, mask_basis) = mask(&constellations, args.min_elevation)?;
    let area = Area::of_region(&args.region, args.resolution)?;
    if constellations.iter().any(|constellation| constellation.service.kind == ServiceKind::Messages) {
        return message_run(args, &constellations, &area, min_elevation_deg, &mask_basis);
    }
    let regions = args
        .report_regions
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| Region::parse(name).map_err(Failure::from))
        .collect::<Result<Vec<_>, _>>()?;
    let settings = Settings {
        window: Window { start: args.start, duration_s: args.duration },
        step_s: args.step,
        min_elevation_deg,
        gso_avoidance_deg: args
            .gso_avoidance
            .or_else(|| first_given(&constellations, |c| c.service.gso_avoidance_deg)),
        assign: args.assign.into(),
        bound: args.bound,
    };
    let mut notes = area.notes.clone();
    let demand = demand(args, &area.grid)?;
    notes.extend(demand.notes.iter().cloned());
    let plan = plan(args, &constellations, &area.grid, &demand, &settings)?;
    notes.extend(plan.abilities.notes.iter().cloned());
    let mut fleet = fleet(&constellations)?;
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
    let capacity = super::with_threads(args.threads, || {
        progress::watched(args.quiet, |watch| run_capacity(&plan, &mut fleet, &settings, watch))
    })?
    .map_err(|stopped| Failure::Run(format!("{stopped}; nothing was written")))?;

    let context = Context {
        constellations: &constellations,
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
    };
    let report = CapacityReport::new(&context, &plan, &capacity);
    if let Some(path) = &args.csv {
        write_file(path, |out| capacity_csv::write(out, &area.grid, &plan, &capacity))?;
    }
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    if args.quiet || stdout_taken(args) { Ok(()) } else { print(&capacity_text::render(&report)) }
}

/// The run of a system of short messages.
fn message_run(
    args: &CapacityArgs,
    constellations: &[Constellation],
    area: &Area,
    min_elevation_deg: f64,
    mask_basis: &str,
) -> Result<(), Failure> {
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
        window: Window { start: args.start, duration_s: args.duration },
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
    let mut fleet = fleet(constellations)?;
    let messages = super::with_threads(args.threads, || {
        progress::watched(args.quiet, |watch| {
            messages::run(&area.grid, &devices, &mut fleet, &settings, watch)
        })
    })?
    .map_err(|stopped| Failure::Run(format!("{stopped}; nothing was written")))?;
    let context = MessageContext {
        constellations,
        region: &area.description,
        min_elevation_basis: mask_basis,
        demand: &demand.source,
        devices: args.messages.devices,
        notes: &[area.notes.as_slice(), demand.notes.as_slice()].concat(),
    };
    let report = MessageReport::new(&context, &area.grid, &messages);
    if let Some(path) = &args.csv {
        write_file(path, |out| capacity_csv::write_messages(out, &area.grid, &messages))?;
    }
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    if args.quiet || stdout_taken(args) { Ok(()) } else { print(&capacity_text::render_messages(&report)) }
}

/// Whether a file goes to standard output, where the report would go.
fn stdout_taken(args: &CapacityArgs) -> bool {
    [&args.csv, &args.json].into_iter().flatten().any(|path| path.as_os_str() == "-")
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
    let text = std::fs::read_to_string(source).map_err(|error| {
        Failure::input(
            format!("cannot read the demand {source}: {error}"),
            "give `population`, uniform:MBPS, a CSV file of cells or an ESRI ASCII grid (.asc)",
        )
    })?;
    let is_grid =
        Path::new(source).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("asc"));
    let resolution = grid.resolution.expect("an area of a region has a resolution");
    Ok(if is_grid {
        grid_file::parse(source, &text, Quantity::People, resolution)?
    } else {
        table::parse(source, &text)?
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
                let site = ground::read_ship(file, file, Outside::Absent).map_err(ground_failure)?;
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
    let movers = args.demand.movers()?;
    let inputs = PlanInputs {
        grid,
        demand,
        usage: args.demand.usage(),
        movers: &movers,
        abilities,
        gateways,
        isl,
        availability_percent: availability,
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
        let network = ground::read(ground.gateways.iter().map(String::as_str)).map_err(ground_failure)?;
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

fn ground_failure(error: ground::ReadError) -> Failure {
    match error {
        ground::ReadError::Text(error) => Failure::Text(error),
        other => Failure::Input { message: other.to_string(), help: other.help() },
    }
}

/// The first value that a constellation gives.
fn first_given<T>(
    constellations: &[Constellation],
    value: impl Fn(&Constellation) -> Option<T>,
) -> Option<T> {
    constellations.iter().find_map(value)
}

impl From<AssignArg> for Assign {
    fn from(assign: AssignArg) -> Self {
        match assign {
            AssignArg::Greedy => Self::Greedy,
            AssignArg::Flow => Self::Flow,
            AssignArg::Even => Self::Even,
        }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value < 1e9);
    value.ok_or_else(|| "expected a number above 0".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value <= 1.0);
    value.ok_or_else(|| "expected a share above 0 and up to 1, such as 0.1".to_owned())
}

fn availability(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| (50.0..=99.999).contains(value));
    value.ok_or_else(|| "expected a percentage from 50 to 99.999".to_owned())
}
