//! Whole jobs, in CPU seconds: `cargo bench --bench jobs -- [NAME...] [--threads N]`.
//!
//! Not a criterion bench: a job runs once, for seconds, and what counts is CPU time and ratios within
//! one run. Without names, and in test mode, only the small job runs.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cpu_time::ProcessTime;
use h3o::Resolution;
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::orbit::MeanElements;
use hexsky::orbit::walker::Walker;
use hexsky::time::{Epoch, Window};

/// The benchmark shell of every job named A, with 13 planes: Walker delta 80°: 156/13/1 at 1000 km.
fn shell(planes: u32) -> Vec<MeanElements> {
    walker(planes, 12, 80.0, 1000.0)
}

fn walker(planes: u32, in_plane: u32, inclination_deg: f64, altitude_km: f64) -> Vec<MeanElements> {
    Walker::delta(in_plane * planes, planes, 1.0).circular_orbits(start(), altitude_km, inclination_deg)
}

fn start() -> Epoch {
    Epoch::from_unix_nanos(1_767_225_600_000_000_000)
}

/// A fleet of the size and the orbits of Starlink in August 2026, 10,736 satellites in seven shells, for where
/// no catalogue is at hand: inclination (°), altitude (km), planes, satellites in each.
const LIKE_STARLINK: [(f64, f64, u32, u32); 7] = [
    (53.05, 550.0, 72, 22),
    (53.2, 540.0, 72, 22),
    (70.0, 570.0, 36, 20),
    (97.6, 560.0, 6, 58),
    (97.6, 560.0, 4, 43),
    (43.0, 530.0, 28, 120),
    (53.0, 525.0, 28, 106),
];

fn like_starlink() -> Vec<MeanElements> {
    let shells = LIKE_STARLINK.iter().map(|&(inclination_deg, altitude_km, planes, in_plane)| {
        walker(planes, in_plane, inclination_deg, altitude_km)
    });
    shells.flatten().collect()
}

/// The satellites of a catalogue, and the middle one of their epochs, at which the window begins.
fn catalogue(file: &str) -> (Epoch, Vec<MeanElements>) {
    let read = read(file, &ReadOptions::default()).expect("a catalogue");
    let elements: Vec<MeanElements> = read.satellites.iter().map(|satellite| satellite.elements).collect();
    let mut epochs: Vec<Epoch> = elements.iter().map(|elements| elements.epoch).collect();
    epochs.sort();
    (epochs[epochs.len() / 2], elements)
}

/// One job: what it is called and how it differs from A.
struct Job {
    name: &'static str,
    /// Planes of A's shell; none for the fleet of C.
    planes: u32,
    resolution: u8,
    mask_deg: f64,
    exact: Exact,
    hours: f64,
}

const A: Job = Job { name: "A", planes: 13, resolution: 3, mask_deg: 30.0, exact: Exact::Edges, hours: 24.0 };

const C: Job = Job { name: "C", planes: 0, resolution: 4, mask_deg: 25.0, exact: Exact::Edges, hours: 24.0 };

const JOBS: [Job; 22] = [
    Job { name: "small", resolution: 1, hours: 2.0, ..A },
    A,
    Job { name: "A-hour", hours: 1.0, ..A },
    Job { name: "A-hour-none", hours: 1.0, exact: Exact::None, ..A },
    Job { name: "A-res5-hour-none", resolution: 5, hours: 1.0, exact: Exact::None, ..A },
    Job { name: "A-all", exact: Exact::All, ..A },
    Job { name: "A-10", mask_deg: 10.0, ..A },
    Job { name: "A-week", hours: 168.0, ..A },
    Job { name: "A-none", exact: Exact::None, ..A },
    Job { name: "A-res4-none", resolution: 4, exact: Exact::None, ..A },
    Job { name: "A-res5-none", resolution: 5, exact: Exact::None, ..A },
    Job { name: "A-res2", resolution: 2, ..A },
    Job { name: "A-res4", resolution: 4, ..A },
    Job { name: "A-res5", resolution: 5, ..A },
    Job { name: "A-36", planes: 3, ..A },
    Job { name: "A-72", planes: 6, ..A },
    Job { name: "A-312", planes: 26, ..A },
    Job { name: "A-624", planes: 52, ..A },
    Job { name: "A-6h", hours: 6.0, ..A },
    C,
    Job { name: "C-hour", hours: 1.0, ..C },
    Job { name: "C-none", exact: Exact::None, ..C },
];

/// Jobs that go by one name.
const GROUPS: [(&str, &[&str]); 3] = [
    ("by-satellites", &["A-36", "A-72", "A", "A-312", "A-624"]),
    ("by-resolution", &["A-res2", "A", "A-res4", "A-res5", "A-none", "A-res4-none", "A-res5-none"]),
    ("by-window", &["A-hour", "A-6h", "A", "A-week"]),
];

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|a| a != "--bench" && a != "--test").collect();
    let mut names = Vec::new();
    let mut threads = 1;
    let mut file = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--threads" {
            threads = arguments.next().and_then(|n| n.parse().ok()).expect("--threads takes a number");
        } else if argument == "--catalogue" {
            file = Some(arguments.next().expect("--catalogue takes a file"));
        } else if !argument.starts_with('-') {
            names.push(argument);
        }
    }
    if names.is_empty() {
        names.push("small".to_owned());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("one pool");
    println!(
        "{:<16} {:>6} {:>8} {:>9} {:>9} {:>11} {:>10}",
        "job", "sats", "cells", "grid s", "CPU s", "elapsed s", "covered %"
    );
    let names = names.iter().flat_map(|name| match GROUPS.iter().find(|group| group.0 == name) {
        Some(group) => group.1.to_vec(),
        None => vec![name.as_str()],
    });
    for name in names {
        let Job { planes, resolution, mask_deg, exact, hours, .. } =
            JOBS.iter().find(|job| job.name == name).unwrap_or_else(|| panic!("no job named {name}"));
        let cpu = ProcessTime::now();
        let grid = Grid::globe(Resolution::try_from(*resolution).expect("0 to 15"));
        let grid_s = cpu.elapsed().as_secs_f64();
        let (start, elements) = match &file {
            _ if *planes > 0 => (start(), shell(*planes)),
            None => (start(), like_starlink()),
            Some(file) => catalogue(file),
        };
        let mut fleet = Fleet::new(&elements, EarthOrientation::default()).expect("sound elements");
        let settings = Settings {
            window: Window { start, duration_s: hours * 3600.0 },
            step_s: 60.0,
            min_elevation_deg: *mask_deg,
            at_least: 1,
            exact: *exact,
        };
        let never = AtomicBool::new(false);
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        let coverage = engine::run(&grid, &mut fleet, &settings, Watch { progress: &|_| (), stop: &never })
            .expect("nobody stops it");
        let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
        let area: f64 = grid.points.iter().map(|point| point.area_km2).sum();
        let covered: f64 = grid
            .points
            .iter()
            .zip(&coverage.points)
            .map(|(p, f)| p.area_km2 * f.percent_covered)
            .sum::<f64>()
            / area;
        println!(
            "{name:<16} {:>6} {:>8} {grid_s:>9.3} {cpu:>9.3} {wall:>11.3} {covered:>10.5}",
            elements.len(),
            grid.points.len()
        );
    }
}
