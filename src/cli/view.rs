//! `hexsky view`: a page in which satellites, footprints, ships and contacts move.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use hexsky::constellation::Constellation;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::stream::Stream;
use hexsky::export::{html, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::ground::{self, Network, Outside};
use hexsky::report::lost::lost_of;
use hexsky::report::page::{Page, ViewContext};
use hexsky::time::Window;

use super::columns::Lines;
use super::coverage::{fleet, mask};
use super::earth::EarthArgs;
use super::ground_errors::some_take_part;
use super::passes::ship;
use super::start::StartArg;
use super::strict::StrictArg;
use super::{Failure, degrees, positive_duration_s, print};
use super::{ground_notes, missing, outputs};

/// Satellites, footprints, ships and contacts in motion, as a page that opens offline.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Constellation files (TOML), catalogues (TLE, OMM) or names of shipped files,
    /// each with a phase if wanted.
    #[arg(value_name = "FILE[:PHASE]", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    start: StartArg,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true)]
    duration: f64,
    /// Elevation mask of the footprints in degrees [default: the file's service mask; 10 for a bare catalogue].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    min_elevation: Option<f64>,
    /// Deployment phase of the files.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    /// Station files or names of shipped networks. Several may follow, so constellation files go before this
    /// option or after `--`.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    stations: Vec<String>,
    /// A ship and its track (CSV or GPX); may be given several times.
    #[arg(long, value_name = "NAME=FILE", value_parser = ship)]
    ship: Vec<(String, String)>,
    #[command(flatten)]
    earth: EarthArgs,
    /// Where the page goes [default: a new file in the folder for temporary files, which stays].
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
    /// Also write satellites, stations and ships in motion for Cesium, .czml.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only write the page, open no browser.
    #[arg(long)]
    no_open: bool,
    #[command(flatten)]
    strict: StrictArg,
}

/// Runs the command.
pub fn run(args: &ViewArgs) -> Result<(), Failure> {
    let tracks = args.ship.iter().map(|(_, file)| file.to_owned());
    let stations = args.stations.iter().cloned();
    let inputs: Vec<String> =
        args.files.iter().cloned().chain(stations).chain(tracks).chain(args.earth.input()).collect();
    super::check_outputs(&[args.html.as_deref(), args.out.as_deref()], &inputs)?;
    if let Some(out) = args.out.as_deref().filter(|out| !outputs::is_czml(out)) {
        return Err(Failure::input(
            format!("--out {}: a view is written for Cesium only", out.display()),
            "give a path that ends in .czml",
        ));
    }
    let mut constellations = super::read_constellations(&args.files, args.phase.as_ref())?;
    args.start.settle(&constellations);
    let window = Window { start: args.start.epoch(), duration_s: args.duration };
    args.strict.admit(&mut constellations, Some(&window))?;
    let orientation = args.earth.orientation(&window)?;
    let (min_elevation_deg, basis) = mask(&constellations, args.min_elevation)?;
    let mut network = match args.stations.as_slice() {
        [] => Network::default(),
        stations => ground::read(stations.iter().map(String::as_str))?,
    };
    for (name, file) in &args.ship {
        network.add(ground::read_ship(name, file, Outside::Absent)?)?;
    }
    let sites = network.take(&[])?;
    if !(args.stations.is_empty() && args.ship.is_empty()) {
        some_take_part(
            &network,
            &sites,
            "hexsky passes --sites names such sites; name another network here",
        )?;
    }
    let (sites, absent) = ground_notes::by_presence(sites, &window);
    let notes = [network.notes.clone(), ground_notes::of_sites(&sites, &absent, &window)].concat();
    for note in &notes {
        super::say(&format!("note: {note}"));
    }
    let lost = admit_losses(args, &constellations, &orientation, &window)?;
    let page = Page::of_view(&ViewContext {
        constellations: &constellations,
        sites: &sites,
        notes: &notes,
        window,
        min_elevation_deg,
        min_elevation_basis: &basis,
        command: &super::command_line(),
        orientation: &orientation,
        lost: &lost,
    });
    let scene = || match &args.out {
        Some(out) => outputs::write_scene(out, &page, &sites.iter().collect::<Vec<_>>()),
        None => Ok(()),
    };
    // What flows into a pipe comes last: its reader may go away before its end.
    if let Some(stream) = args.html.as_deref().filter(|path| Stream::is_output(path)) {
        scene()?;
        return Ok(write_file(stream, |out| html::write(out, &page))?);
    }
    let path = write_page(args.html.as_deref(), &page)?;
    scene()?;
    print(&format!("{}\n", path.display()))?;
    if !args.no_open && !opened(&path) {
        super::say("no browser could be started: open the page by hand");
    }
    Ok(())
}

/// Writes the page to its path, or to a new file where none is given.
fn write_page(path: Option<&Path>, page: &Page) -> Result<PathBuf, Failure> {
    let write = |path: &Path| write_file(path, |out| html::write(out, page));
    if let Some(path) = path {
        write(path)?;
        return Ok(path.to_owned());
    }
    // All users of a machine may share the folder: under a name that is known, a link of another's might lie there.
    let folder = std::env::temp_dir();
    let failed = |error: std::io::Error| {
        Failure::Run(format!("cannot make a page in {}: {error}; name one with --html", folder.display()))
    };
    let new = tempfile::Builder::new()
        .prefix("hexsky-view-")
        .suffix(".html")
        .tempfile_in(&folder)
        .map_err(failed)?
        .into_temp_path();
    write(&new)?;
    new.keep().map_err(|error| failed(error.error))
}

/// Says and tells which satellites are gone before the window ends, or with --strict refuses.
fn admit_losses(
    args: &ViewArgs,
    constellations: &[Constellation],
    orientation: &Orientation,
    window: &Window,
) -> Result<Vec<LostSatellite>, Failure> {
    let losses = fleet(constellations, orientation)?.losses_by_the_end_of(window);
    let lost = lost_of(&losses, constellations);
    args.strict.complete(lost.iter().map(LostSatellite::told))?;
    let mut list = Lines::default();
    // Writing to a String cannot fail.
    let _ = missing::lost(&mut list, lost.iter().map(LostSatellite::told));
    let list = list.into_string();
    if !list.is_empty() {
        super::say(&format!("warning: {}", list.trim_end()));
    }
    Ok(lost)
}

/// Hands a file to the program that the desktop opens it with.
fn opened(path: &Path) -> bool {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    Command::new(program)
        .args(arguments)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}
