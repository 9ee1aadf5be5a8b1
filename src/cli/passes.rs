//! `hexsky passes`: arguments to settings, one library call, report and files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use hexsky::constellation::names::told_apart;
use hexsky::constellation::pattern::NamePattern;
use hexsky::constellation::{Constellation, Satellite};
use hexsky::ephemeris::Fleet;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::memory::Made;
use hexsky::export::sites::SiteTable;
use hexsky::export::{contacts_csv, contacts_ical, czml, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::ground::{self, Network, Outside, Site};
use hexsky::passes::memory::{Size, estimate};
use hexsky::passes::{self, Contacts, Interval, Settings, contribution_bytes, series_bytes};
use hexsky::report::page::{Head, PASSES_FIGURES, Page};
use hexsky::report::passes::{Context, PassesReport, Plan, Series};
use hexsky::time::{Epoch, Window};

use super::earth::EarthArgs;
use super::ground_errors::some_take_part;
use super::memory::MemoryArg;
use super::outputs::OutputArgs;
use super::selection::some_of;
use super::strict::StrictArg;
use super::turn::Turn;
use super::{Failure, degrees, epoch, ground_notes, passes_text, positive_duration_s, progress};

/// Contact windows between satellites and ground stations or tracking ships.
///
/// Every window of every satellite–site pair, however short: AOS, TCA and LOS in UTC, azimuths, largest
/// elevation, range. With --gaps, how long satellites are out of reach of the whole network, how busy the
/// sites are and what each of them adds.
#[derive(Debug, Args)]
pub struct PassesArgs {
    /// Constellation files (TOML), catalogues (TLE, OMM) or names of shipped files,
    /// each with a phase if wanted.
    #[arg(value_name = "FILE[:PHASE]", required = true)]
    files: Vec<String>,
    /// Station files (TOML, CSV) or names of shipped networks such as chinese-ttc and yuanwang. Several may
    /// follow, so constellation files go before this option or after `--`.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "ship")]
    stations: Vec<String>,
    /// A ship's track from CSV (time or utc, lat_deg, lon_deg, if wanted height_m) or GPX.
    #[arg(long, value_name = "NAME=FILE", value_parser = ship)]
    ship: Vec<(String, String)>,
    /// Whether the ships of --ship stay before their first and after their last waypoint.
    #[arg(long, value_enum, default_value_t = OutsideArg::Absent, requires = "ship")]
    ship_outside: OutsideArg,
    /// Only these sites, by name; control centres, launch sites and further voyages take part only so.
    #[arg(long, value_name = "NAME,…")]
    sites: Vec<String>,
    /// Only satellites whose name matches the pattern (`*` and `?`; brackets are meant as they stand), or of this
    /// catalogue number.
    #[arg(long, value_name = "GLOB")]
    satellites: Option<String>,
    /// Deployment phase of the files.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    /// Start of the window, UTC [default: the newest epoch of the files, to the hour].
    #[arg(long, value_parser = epoch)]
    start: Option<Epoch>,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true)]
    duration: f64,
    /// Least elevation of all sites in degrees, 0 to 90; mask tables are raised to it [default: each
    /// site's own, 10 where its file gives none].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    min_elevation: Option<f64>,
    #[command(flatten)]
    earth: EarthArgs,
    /// Leave out contacts shorter than this; they are counted.
    #[arg(long, default_value = "0s", value_parser = super::duration_s)]
    min_duration: f64,
    /// Time out of reach for each satellite, load of each site, and what each site adds to the network.
    #[arg(long)]
    gaps: bool,
    /// Compare the network with and without these sites, by name.
    #[arg(long, value_name = "SITE,…")]
    without: Vec<String>,
    /// Write a row for each contact; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// Write the whole report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    pictures: OutputArgs,
    /// Write a contact plan in the format of the path's ending: .csv, .json, .ics (iCalendar) or .czml
    /// (Cesium). May be given several times.
    #[arg(long, value_name = "PATH", value_parser = plan)]
    plan: Vec<PlanFile>,
    /// Write azimuth, elevation, range, range rate and Doppler along each contact as CSV.
    #[arg(long, value_name = "PATH")]
    series: Option<PathBuf>,
    /// Time between two rows of --series.
    #[arg(long, default_value = "10s", value_parser = positive_duration_s, allow_hyphen_values = true, requires = "series")]
    series_step: f64,
    /// Carrier of the Doppler shift in --series, MHz.
    #[arg(long, value_name = "MHZ", default_value_t = 2200.0, value_parser = carrier, requires = "series")]
    carrier_mhz: f64,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = crate::cli::whole(1u16, 1024))]
    threads: Option<u16>,
    #[command(flatten)]
    memory: MemoryArg,
    /// No report and no progress.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    strict: StrictArg,
}

/// What holds outside a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutsideArg {
    /// The ship stays at its first or last waypoint.
    Hold,
    /// There is no ship: it makes no contacts.
    Absent,
}

impl From<OutsideArg> for Outside {
    fn from(outside: OutsideArg) -> Self {
        match outside {
            OutsideArg::Hold => Self::Hold,
            OutsideArg::Absent => Self::Absent,
        }
    }
}

/// A contact plan that is asked for.
#[derive(Debug, Clone)]
struct PlanFile {
    path: PathBuf,
    format: PlanFormat,
}

#[derive(Debug, Clone, Copy)]
enum PlanFormat {
    Csv,
    Json,
    Calendar,
    Czml,
}

/// The sites of a run and what their files say besides.
struct Ground {
    name: String,
    files: Vec<String>,
    sites: Vec<Site>,
    not_named: Vec<Site>,
    unplaced: Vec<ground::Unplaced>,
    notes: Vec<String>,
}

/// Runs the command.
pub fn run(args: &PassesArgs) -> Result<(), Failure> {
    let ground_files: Vec<String> =
        args.stations.iter().chain(args.ship.iter().map(|(_, file)| file)).cloned().collect();
    let inputs: Vec<String> =
        args.files.iter().chain(&ground_files).cloned().chain(args.earth.input()).collect();
    let outputs: Vec<Option<&Path>> = args.outputs().map(Some).collect();
    args.pictures.check(&outputs, &inputs)?;
    args.pictures.check_figure(&PASSES_FIGURES)?;
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    let epochs = constellations.iter().filter_map(|constellation| constellation.epoch);
    let (start, start_basis) = super::start::newest(args.start, epochs);
    let window = Window { start, duration_s: args.duration };
    args.strict.admit(&mut constellations, Some(&window))?;
    let orientation = args.earth.orientation(&window)?;
    let chosen = choose_satellites(&constellations, args.satellites.as_deref())?;
    let names = told_apart(&chosen);
    let (satellites, files): (Vec<&Satellite>, Vec<&str>) = chosen.into_iter().unzip();
    let ground = read_ground(args, ground_files, &window)?;
    let without = ground::find_sites(&ground.sites, &args.without)?;
    let settings = Settings {
        min_elevation_deg: args.min_elevation,
        min_duration_s: args.min_duration,
        ..Settings::over(window)
    };
    let fleet = fleet(&satellites, &orientation)?;
    let contacts = super::with_threads(args.threads, || {
        let elements = satellites.iter().map(|satellite| &satellite.elements);
        let sites = ground.sites.len();
        let told = |size: &Size| {
            let estimate = estimate(size, fleet.len(), args.bytes_per_contact()).with_sites(sites);
            let estimate = match args.gaps {
                true => estimate.with("what each site adds", contribution_bytes(sites), "fewer sites"),
                false => estimate,
            };
            let estimate = match args.series {
                Some(_) => estimate.with("looks along contacts", series_bytes(), "no --series"),
                None => estimate,
            };
            let made = Made::of(sites as f64, PASSES_FIGURES.len());
            args.pictures
                .counted_in(estimate, &made)
                .without_cells("fewer sites, or no page, map or GIS file")
        };
        args.memory.admit_closer(&told(&Size::most(elements, &ground.sites, &settings)), || {
            told(&Size::look(&fleet, &ground.sites, &settings))
        })?;
        progress::counted(args.quiet, fleet.len(), "satellites", |go_on| {
            passes::contacts_until(&fleet, &ground.sites, &settings, go_on)
        })
    })??;
    let plan = Plan {
        contacts: &contacts,
        satellites: &satellites,
        names: &names,
        files: &files,
        sites: &ground.sites,
    };
    let context = Context {
        constellations: &constellations,
        chosen: args.satellites.as_deref(),
        start_basis: &start_basis,
        network: &ground.name,
        files: &ground.files,
        not_named: &ground.not_named,
        unplaced: &ground.unplaced,
        notes: &ground.notes,
        settings: &settings,
        gaps: args.gaps,
        without: &without,
        orientation: &orientation,
    };
    let series =
        args.series.as_ref().map(|_| Series { step_s: args.series_step, carrier_mhz: args.carrier_mhz });
    let report =
        super::with_threads(args.threads, || PassesReport { series, ..PassesReport::new(&context, plan) })?;
    args.strict.complete(report.lost.iter().map(LostSatellite::told))?;
    let chosen = args.told();
    let page = || Page::of_passes(&report, &settings, &super::command_line()).with(&chosen);
    let table = SiteTable::new(&report);
    let texts = |row: usize| table.texts(row);
    let features = Features::new("sites", SiteTable::fields(), table.points(), &texts)
        .about(Head::of_passes(&report).with(&chosen).about());
    let sites: Vec<&Site> = ground.sites.iter().collect();
    for turn in Turn::ORDER {
        write_outputs(args, turn, &report, &fleet, &settings)?;
        args.pictures.write(turn, page, &orientation, &features, &sites)?;
    }
    super::print_report(args.quiet, args.outputs(), || passes_text::render(&report))
}

impl PassesArgs {
    /// What of the sites options say.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if !self.sites.is_empty() {
            told.push(format!("sites {}", some_of(&self.sites)));
        }
        if !self.ship.is_empty() {
            let stay = match self.ship_outside {
                OutsideArg::Hold => "stay where they begin and end",
                OutsideArg::Absent => "are absent",
            };
            told.push(format!("ships {stay} outside their tracks"));
        }
        told
    }

    /// About how much memory is taken for each contact besides the contact itself, bytes.
    fn bytes_per_contact(&self) -> f64 {
        // Intervals of each satellite and of each site, and their unions.
        let gaps =
            if self.gaps || !self.without.is_empty() { 4.0 * size_of::<Interval>() as f64 } else { 0.0 };
        let event = |plan: &PlanFile| match plan.format {
            PlanFormat::Calendar => CALENDAR_BYTES,
            PlanFormat::Csv | PlanFormat::Json | PlanFormat::Czml => 0.0,
        };
        gaps + self.plan.iter().map(event).fold(0.0, f64::max)
    }

    /// Where something is written to.
    fn outputs(&self) -> impl Iterator<Item = &Path> {
        let plans = self.plan.iter().map(|plan| &plan.path);
        let tables = [&self.csv, &self.json, &self.series].into_iter().flatten();
        tables.chain(plans).map(PathBuf::as_path).chain(self.pictures.paths())
    }
}

fn write_outputs(
    args: &PassesArgs,
    turn: Turn,
    report: &PassesReport<'_>,
    fleet: &Fleet,
    settings: &Settings,
) -> Result<(), Failure> {
    if let Some(path) = turn.of(&args.csv) {
        write_file(path, |out| contacts_csv::write(out, &report.contacts))?;
    }
    if let Some(path) = turn.of(&args.json) {
        super::write_json(path, report)?;
    }
    for PlanFile { path, format } in args.plan.iter().filter(|plan| turn.takes(&plan.path)) {
        let plan = &report.contacts;
        match format {
            PlanFormat::Csv => write_file(path, |out| contacts_csv::write(out, plan))?,
            PlanFormat::Json => super::write_json(path, report)?,
            PlanFormat::Calendar => write_file(path, |out| contacts_ical::write(out, plan))?,
            PlanFormat::Czml => write_file(path, |out| czml::write_plan(out, plan, fleet))?,
        }
    }
    if let Some(path) = turn.of(&args.series) {
        write_series(path, &report.contacts, fleet, settings, args)?;
    }
    Ok(())
}

/// An event of a calendar, which is made whole before it is written, bytes.
const CALENDAR_BYTES: f64 = 2400.0;

fn write_series(
    path: &Path,
    plan: &Plan<'_>,
    fleet: &Fleet,
    settings: &Settings,
    args: &PassesArgs,
) -> Result<(), Failure> {
    let Contacts { contacts, .. } = plan.contacts;
    write_file(path, |out| {
        contacts_csv::write_series_header(out)?;
        let carrier_hz = args.carrier_mhz * 1e6;
        passes::series(fleet, plan.sites, settings, contacts, args.series_step, |points| {
            contacts_csv::write_series(out, plan, points, carrier_hz)
        })
    })?;
    Ok(())
}

/// The satellites of all constellations that match a pattern, with their files.
fn choose_satellites<'a>(
    constellations: &'a [Constellation],
    pattern: Option<&str>,
) -> Result<Vec<(&'a Satellite, &'a str)>, Failure> {
    let of_one = |constellation: &'a Constellation| {
        constellation.satellites.iter().map(|satellite| (satellite, constellation.file.as_str()))
    };
    let all: Vec<(&Satellite, &str)> = constellations.iter().flat_map(of_one).collect();
    let Some(text) = pattern else { return Ok(all) };
    let pattern = NamePattern::new(text);
    let names = |(satellite, _): &(&Satellite, &str)| {
        pattern.matches(&satellite.name)
            || satellite.norad_id.is_some_and(|number| pattern.matches(&number.to_string()))
    };
    let chosen: Vec<(&Satellite, &str)> = all.iter().copied().filter(names).collect();
    if chosen.is_empty() {
        let near =
            hexsky::diagnostics::nearest(text, all.iter().map(|(satellite, _)| satellite.name.as_str()));
        let some: Vec<&str> = all.iter().take(3).map(|(satellite, _)| satellite.name.as_str()).collect();
        return Err(Failure::input(
            format!("--satellites '{text}' matches none of {} satellites", all.len()),
            match near {
                _ if text.contains('[') => {
                    format!("brackets are meant as they stand; names are such as {}", some.join(", "))
                }
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("names are such as {}", some.join(", ")),
            },
        ));
    }
    Ok(chosen)
}

fn read_ground(args: &PassesArgs, files: Vec<String>, window: &Window) -> Result<Ground, Failure> {
    let mut network = match args.stations.as_slice() {
        [] => Network { name: "ships".to_owned(), ..Network::default() },
        stations => ground::read(stations.iter().map(String::as_str))?,
    };
    let mut names = args.sites.clone();
    for (name, file) in &args.ship {
        network.add(ground::read_ship(name, file, args.ship_outside.into())?)?;
        // A ship that is given is meant, whatever other sites are named.
        if !names.is_empty() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    let sites = network.take(&names)?;
    some_take_part(&network, &sites, "name sites with --sites")?;
    let Network { sites: others, unplaced, mut notes, .. } = network;
    let not_named = if args.sites.is_empty() { others } else { Vec::new() };
    let (present, absent) = ground_notes::by_presence(sites.iter().collect(), window);
    notes.extend(ground_notes::of_sites(&present, &absent, window));
    Ok(Ground { name: networks_of(&sites), files, sites, not_named, unplaced, notes })
}

/// The networks of some sites, the first few by name.
fn networks_of(sites: &[Site]) -> String {
    const NAMED: usize = 3;
    let mut names: Vec<&str> = Vec::new();
    for site in sites {
        if !names.contains(&site.network.as_str()) {
            names.push(&site.network);
        }
    }
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.truncate(NAMED);
    format!("{}{more}", names.join(" + "))
}

/// The propagators of the chosen satellites.
fn fleet(satellites: &[&Satellite], orientation: &Orientation) -> Result<Fleet, Failure> {
    let elements = satellites.iter().map(|satellite| &satellite.elements);
    Fleet::new(elements, orientation.clone()).map_err(|(number, error)| {
        Failure::input(
            format!("{}: {error}", satellites[number].name),
            "correct the elements of this satellite",
        )
    })
}

/// A ship from the command line: its name and its file.
pub(super) fn ship(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.trim().is_empty() && !file.is_empty() => {
            Ok((name.trim().to_owned(), file.to_owned()))
        }
        _ => Err("expected NAME=FILE such as yuanwang-5=voyage.csv".to_owned()),
    }
}

/// A contact plan from the command line: the ending of the path tells the format.
fn plan(text: &str) -> Result<PlanFile, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let format = match ending.as_str() {
        "csv" => PlanFormat::Csv,
        "json" => PlanFormat::Json,
        "ics" => PlanFormat::Calendar,
        "czml" => PlanFormat::Czml,
        _ => return Err("expected a path that ends in .csv, .json, .ics or .czml".to_owned()),
    };
    Ok(PlanFile { path, format })
}

/// Carriers from 1 kHz to 1000 GHz.
const LEAST_CARRIER_MHZ: f64 = 1e-3;
const MOST_CARRIER_MHZ: f64 = 1e9;

/// A carrier from the command line, MHz.
fn carrier(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (LEAST_CARRIER_MHZ..=MOST_CARRIER_MHZ).contains(&value) => Ok(value),
        _ => Err(format!(
            "expected a frequency in MHz such as 2200, from {LEAST_CARRIER_MHZ} to {MOST_CARRIER_MHZ}"
        )),
    }
}
