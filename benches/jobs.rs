//! Whole jobs, in CPU seconds: `cargo bench --bench jobs -- [NAME...] [--threads N]`.
//!
//! Not a criterion bench: a job runs once, for seconds, and what counts is CPU time and ratios within
//! one run. Without names, and in test mode, only the small job runs.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cpu_time::ProcessTime;
use h3o::Resolution;
use hexsky::coverage::{Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::orbit::MeanElements;
use hexsky::orbit::walker::{Pattern, Walker};
use hexsky::time::{Epoch, Window};

/// The benchmark shell of every job named A: Walker delta 80°: 156/13/1 at 1000 km.
fn shell() -> Vec<MeanElements> {
    let walker = Walker {
        pattern: Pattern::Delta,
        satellites: 156,
        planes: 13,
        phasing: 1.0,
        raan_spread_deg: None,
        first_raan_deg: 0.0,
        first_anomaly_deg: 0.0,
    };
    walker
        .slots()
        .into_iter()
        .map(|slot| MeanElements {
            epoch: start(),
            inclination_deg: 80.0,
            raan_deg: slot.raan_deg,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: slot.argument_of_latitude_deg,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(7378.137, 80.0, 0.0),
            bstar: 0.0,
        })
        .collect()
}

fn start() -> Epoch {
    Epoch::from_unix_nanos(1_767_225_600_000_000_000)
}

/// One job: its name, resolution, mask in degrees, what is exact, hours.
struct Job(&'static str, u8, f64, Exact, f64);

const JOBS: [Job; 12] = [
    Job("small", 1, 30.0, Exact::Edges, 2.0),
    Job("A", 3, 30.0, Exact::Edges, 24.0),
    Job("A-hour", 3, 30.0, Exact::Edges, 1.0),
    Job("A-hour-none", 3, 30.0, Exact::None, 1.0),
    Job("A-res5-hour-none", 5, 30.0, Exact::None, 1.0),
    Job("A-all", 3, 30.0, Exact::All, 24.0),
    Job("A-10", 3, 10.0, Exact::Edges, 24.0),
    Job("A-week", 3, 30.0, Exact::Edges, 168.0),
    Job("A-none", 3, 30.0, Exact::None, 24.0),
    Job("A-res5-none", 5, 30.0, Exact::None, 24.0),
    Job("A-res4", 4, 30.0, Exact::Edges, 24.0),
    Job("A-res5", 5, 30.0, Exact::Edges, 24.0),
];

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|a| a != "--bench" && a != "--test").collect();
    let mut names = Vec::new();
    let mut threads = 1;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--threads" {
            threads = arguments.next().and_then(|n| n.parse().ok()).expect("--threads takes a number");
        } else if !argument.starts_with('-') {
            names.push(argument);
        }
    }
    if names.is_empty() {
        names.push("small".to_owned());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("one pool");
    println!(
        "{:<14} {:>8} {:>9} {:>9} {:>11} {:>10}",
        "job", "cells", "grid s", "CPU s", "elapsed s", "covered %"
    );
    for name in names {
        let Job(name, resolution, mask, exact, hours) =
            JOBS.iter().find(|job| job.0 == name).unwrap_or_else(|| panic!("no job named {name}"));
        let cpu = ProcessTime::now();
        let grid = Grid::globe(Resolution::try_from(*resolution).expect("0 to 15"));
        let grid_s = cpu.elapsed().as_secs_f64();
        let elements = shell();
        let mut fleet = Fleet::new(&elements, EarthOrientation::default()).expect("sound elements");
        let settings = Settings {
            window: Window { start: start(), duration_s: hours * 3600.0 },
            step_s: 60.0,
            min_elevation_deg: *mask,
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
        println!("{name:<14} {:>8} {grid_s:>9.3} {cpu:>9.3} {wall:>11.3} {covered:>10.5}", grid.points.len());
    }
}
