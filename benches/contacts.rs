//! Contact jobs, in CPU seconds: `cargo bench --bench contacts -- [NAME...] [--threads N] [--catalogue FILE]`.
//!
//! As in `jobs`, a job runs once and CPU time is what counts. Without names, and in test mode, only the
//! small job runs. `D` flies 16,069 satellites made in code, or those of a catalogue.

use std::time::Instant;

use cpu_time::ProcessTime;
use hexsky::constellation::{ReadOptions, read};
use hexsky::ephemeris::Fleet;
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::ground::Site;
use hexsky::orbit::MeanElements;
use hexsky::orbit::walker::{Pattern, Walker};
use hexsky::passes::{Settings, contacts};
use hexsky::time::{Epoch, Window};

/// Latitude and longitude in degrees of twenty places from pole to pole, the antimeridian among them.
const PLACES: [(f64, f64); 20] = [
    (90.0, 0.0),
    (78.2, 15.4),
    (67.9, 21.1),
    (64.8, -147.5),
    (53.3, -60.4),
    (47.9, 106.9),
    (40.4, 116.9),
    (39.5, 76.0),
    (35.3, -116.9),
    (27.8, -15.6),
    (18.2, 109.6),
    (5.3, -52.8),
    (1.3, 103.8),
    (-3.0, 40.2),
    (-18.1, 178.4),
    (-22.6, 14.5),
    (-33.1, -70.7),
    (-44.0, -176.6),
    (-52.9, -70.9),
    (-77.8, 166.7),
];

fn start() -> Epoch {
    Epoch::from_unix_nanos(1_767_225_600_000_000_000)
}

/// A Walker delta shell at an altitude above the equatorial radius.
fn shell(satellites: u32, planes: u32, altitude_km: f64, inclination_deg: f64) -> Vec<MeanElements> {
    let walker = Walker {
        pattern: Pattern::Delta,
        satellites,
        planes,
        phasing: 1.0,
        raan_spread_deg: None,
        first_raan_deg: 0.0,
        first_anomaly_deg: 0.0,
    };
    let motion = MeanElements::kozai_mean_motion_rev_day(6378.137 + altitude_km, inclination_deg, 0.0);
    walker
        .slots()
        .into_iter()
        .map(|slot| MeanElements {
            epoch: start(),
            inclination_deg,
            raan_deg: slot.raan_deg,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: slot.argument_of_latitude_deg,
            mean_motion_rev_day: motion,
            bstar: 0.0,
        })
        .collect()
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
    let sites: Vec<Site> = PLACES
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
            _ => panic!("no job named {name}; there are small, B and D"),
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
