//! Contact jobs, in CPU seconds: `cargo bench --bench contacts -- [NAME...] [--threads N] [--catalogue FILE]`.
//!
//! As in `jobs`, a job runs once and CPU time is what counts. Without names, and in test mode, only the
//! small job runs. `D` flies 16,069 satellites made in code, or those of a catalogue. `gateways` is coverage
//! of the globe at resolution 3 with the twenty places as gateways of bent pipes.

#[path = "../tests/support/places.rs"]
mod places;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cpu_time::ProcessTime;
use h3o::Resolution;
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{self, Exact, Watch, bent_pipe};
use hexsky::ephemeris::Fleet;
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::grid::cells::Grid;
use hexsky::ground::Site;
use hexsky::orbit::MeanElements;
use hexsky::orbit::walker::Walker;
use hexsky::passes::{Settings, contacts, network_visibility};
use hexsky::time::{Epoch, Window};
use places::TWENTY;

fn start() -> Epoch {
    Epoch::from_unix_nanos(1_767_225_600_000_000_000)
}

/// A Walker delta shell at an altitude above the equatorial radius.
fn shell(satellites: u32, planes: u32, altitude_km: f64, inclination_deg: f64) -> Vec<MeanElements> {
    Walker::delta(satellites, planes, 1.0).circular_orbits(start(), altitude_km, inclination_deg)
}

/// As many satellites as the active catalogue of August 2026 holds, in shells of its main altitudes.
fn catalogue() -> Vec<MeanElements> {
    let shells = [
        (10_746, 54, 480.0, 53.0),
        (1_500, 30, 1200.0, 87.9),
        (2_400, 24, 520.0, 97.5),
        (660, 10, 800.0, 74.0),
        (144, 6, 20_200.0, 55.0),
        (560, 1, 35_786.0, 0.1),
        (59, 1, 35_786.0, 6.0),
    ];
    shells.into_iter().flat_map(|(count, planes, height, incl)| shell(count, planes, height, incl)).collect()
}

fn main() {
    let mut names = Vec::new();
    let (mut threads, mut file) = (1, None);
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench" && a != "--test");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => threads = arguments.next().and_then(|n| n.parse().ok()).expect("a number"),
            "--catalogue" => file = Some(arguments.next().expect("--catalogue takes a file")),
            name if !name.starts_with('-') => names.push(argument),
            _ => {}
        }
    }
    if names.is_empty() {
        names.push("small".to_owned());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("one pool");
    let sites: Vec<Site> = TWENTY
        .iter()
        .map(|&(latitude_deg, longitude_deg)| {
            let place = Geodetic { latitude_deg, longitude_deg, height_km: 0.0 };
            Site::fixed(format!("{latitude_deg} {longitude_deg}"), place)
        })
        .collect();
    println!(
        "{:<8} {:>10} {:>6} {:>9} {:>9} {:>11}",
        "job", "satellites", "sites", "windows", "CPU s", "elapsed s"
    );
    for name in names {
        if name == "gateways" {
            through_gateways(&sites);
            continue;
        }
        let mut begin = start();
        let (elements, hours) = match (name.as_str(), &file) {
            ("small", _) => (shell(12, 3, 1000.0, 80.0), 3.0),
            ("B", _) => (shell(156, 13, 1000.0, 80.0), 24.0),
            ("D", None) => (catalogue(), 24.0),
            ("D", Some(file)) => {
                let read = read(file, &ReadOptions::default()).expect("a catalogue");
                begin = read.epoch.unwrap_or(begin);
                (read.satellites.iter().map(|satellite| satellite.elements).collect(), 24.0)
            }
            _ => panic!("no job named {name}; there are small, B, D and gateways"),
        };
        let fleet = Fleet::new(&elements, EarthOrientation::default()).expect("sound elements");
        let window = Window { start: begin, duration_s: hours * 3600.0 };
        let settings = Settings { min_elevation_deg: Some(10.0), ..Settings::over(window) };
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        let found = contacts(&fleet, &sites, &settings, &|| {});
        let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
        println!(
            "{name:<8} {:>10} {:>6} {:>9} {cpu:>9.3} {wall:>11.3}",
            fleet.len(),
            sites.len(),
            found.contacts.len()
        );
    }
}

/// Coverage of the 156 satellites through bent pipes: cells and percent covered stand for sites and windows.
fn through_gateways(gateways: &[Site]) {
    let mut fleet = Fleet::new(&shell(156, 13, 1000.0, 80.0), EarthOrientation::default()).expect("elements");
    let window = Window { start: start(), duration_s: 86_400.0 };
    let grid = Grid::globe(Resolution::Three);
    let settings =
        coverage::Settings { window, step_s: 60.0, min_elevation_deg: 10.0, at_least: 1, exact: Exact::All };
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let search = Settings { min_elevation_deg: Some(10.0), ..Settings::over(window) };
    let reach = network_visibility(&fleet, gateways, &search);
    let covered = bent_pipe::run(&grid, &mut fleet, &settings, &reach, watch).expect("nobody stops it");
    let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
    let mean =
        covered.points.iter().map(|point| point.percent_covered).sum::<f64>() / grid.points.len() as f64;
    println!("gateways {:>10} {:>6} {mean:>9.3} {cpu:>9.3} {wall:>11.3}", fleet.len(), grid.points.len());
}
