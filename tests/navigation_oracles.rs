//! Dilution of precision against independent tools: numpy with sgp4 and Skyfield over real element sets,
//! and sky lists of gnss_lib_py. The cases are not part of this repository; they are looked for in the
//! folder `shared` beside it, or where HEXSKY_SHARED says, and a line says so when they are absent.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::navigation::almanac::YumaOptions;
use hexsky::navigation::dop::{Dop, NoFix, from_look_angles};
use hexsky::navigation::sky::sky;
use hexsky::navigation::source;
use hexsky::navigation::survey::{Criteria, survey};
use hexsky::navigation::system::System;
use hexsky::navigation::tracks::{Clock, Tracks};
use hexsky::time::{Epoch, Window};

fn shared(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HEXSKY_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        Some(path)
    } else {
        println!("{} is not there: this comparison is not made", path.display());
        None
    }
}

fn rows(path: &Path) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(path).unwrap().into_records().collect::<Result<_, _>>().unwrap()
}

fn assert_dop(case: &str, got: &Dop, expected: [f64; 5], relative: f64) {
    let got = [got.gdop, got.pdop, got.hdop, got.vdop, got.tdop];
    for (got, expected) in got.into_iter().zip(expected) {
        assert!((got / expected - 1.0).abs() < relative, "case {case}: {got} is not {expected}");
    }
}

/// One receiver at one instant, SGP4 positions of BEIDOU-3 satellites: the dilutions and the very
/// satellites in use.
#[test]
fn single_receivers_match_numpy_and_skyfield() {
    let (Some(almanac), Some(cases), Some(visible)) = (
        shared("data/oracles/dop/almanac.tle"),
        shared("data/oracles/dop/dop.csv"),
        shared("data/oracles/dop/visible.csv"),
    ) else {
        return;
    };
    let all = source::read(almanac.to_str().unwrap(), None, &YumaOptions::default()).unwrap();
    assert!(all.left_out.is_empty());
    let visible = rows(&visible);
    let mut fixes = 0;
    for row in rows(&cases) {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let mut system: System = all.system.clone();
        let is_meo = |name: &str| name.contains(" M");
        match &row[6] {
            "no-meo" => system.satellites.retain(|satellite| !is_meo(&satellite.name)),
            "first-8-meo" => {
                system.satellites.retain(|satellite| is_meo(&satellite.name));
                system.satellites.truncate(8);
            }
            subset => assert_eq!(subset, "all"),
        }
        let epoch: Epoch = row[1].parse().unwrap();
        let place =
            Geodetic { latitude_deg: number(2), longitude_deg: number(3), height_km: number(4) / 1000.0 };
        let criteria = Criteria { min_elevation_deg: number(5), pdop_threshold: 6.0 };
        let systems = [system];
        let window = Window { start: epoch, duration_s: 60.0 };
        let tracks =
            Tracks::new(&systems, Clock::PerSystem, window, 60.0, EarthOrientation::default()).unwrap();
        let got = sky(&tracks, &systems, 0, &place, &criteria);
        let figures = survey(&tracks, &[place], &criteria)[0];
        assert_eq!(got.satellites.len().to_string(), row[7], "case {}", &row[0]);
        assert_eq!(figures.min_in_view.to_string(), row[7]);

        let seen: BTreeSet<String> =
            got.satellites.iter().map(|satellite| satellite.number.unwrap().to_string()).collect();
        let expected: BTreeSet<String> =
            visible.iter().filter(|other| other[0] == row[0]).map(|other| other[1].to_owned()).collect();
        assert_eq!(seen, expected, "case {}", &row[0]);
        for other in visible.iter().filter(|other| other[0] == row[0]) {
            let satellite = got.satellites.iter().find(|one| one.number.unwrap().to_string() == other[1]);
            let expected: f64 = other[2].parse().unwrap();
            assert!((satellite.unwrap().elevation_deg - expected).abs() < 1e-5);
        }
        match (&got.dop, row[8].is_empty()) {
            (Some(dop), false) => {
                assert_dop(&row[0], dop, [8, 9, 10, 11, 12].map(number), 1e-5);
                let mean = figures.dop.unwrap();
                assert!((mean.pdop.mean - dop.pdop).abs() < 1e-9 * dop.pdop);
                assert!((mean.tdop.mean - dop.tdop).abs() < 1e-9 * dop.gdop);
                fixes += 1;
            }
            (None, true) => assert_eq!((figures.without_fix(), figures.dop), (1, None)),
            (got, _) => panic!("case {}: {got:?}", &row[0]),
        }
    }
    assert!(fixes > 0);
}

/// Satellites by azimuth and elevation.
#[test]
fn sky_lists_match_gnss_lib_py() {
    let Some(cases) = shared("data/link/dop_cases.csv") else { return };
    for row in rows(&cases) {
        let satellites: Vec<(f64, f64)> = row[1]
            .split(';')
            .map(|pair| {
                let (azimuth, elevation) = pair.split_once(':').unwrap();
                (azimuth.parse().unwrap(), elevation.parse().unwrap())
            })
            .collect();
        let count = satellites.len();
        match (from_look_angles(satellites), &row[2]) {
            (Err(NoFix::TooFew), "undefined") => assert!(count < 4, "{}", &row[0]),
            (Err(NoFix::Singular), "undefined") => assert!(count >= 4, "{}", &row[0]),
            (Ok(dop), _) => {
                let expected = [2, 3, 4, 5, 6].map(|column| row[column].parse().unwrap());
                assert_dop(&row[0], &dop, expected, 1e-8);
            }
            (got, expected) => panic!("case {}: {got:?}, expected {expected}", &row[0]),
        }
    }
}
