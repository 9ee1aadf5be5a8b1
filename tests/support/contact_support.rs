//! What the tests of contacts share: element sets, the folder of reference values, a plain search.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;

use hexsky::ephemeris::Fleet;
use hexsky::frames::orientation::Orientation;
use hexsky::frames::{EarthOrientation, Ecef, Horizon};
use hexsky::ground::{Mask, Site};
use hexsky::orbit::MeanElements;
use hexsky::time::{Epoch, Window};

/// The folder of reference values, if it is there.
pub fn shared(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HEXSKY_SHARED")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let path = root.join(part);
    if !path.exists() {
        eprintln!("left out: no reference values at {}", path.display());
        return None;
    }
    Some(path)
}

/// Element sets of a three-line file, parsed by the `sgp4` crate, with their catalogue numbers.
pub fn read_tle(path: &std::path::Path) -> Vec<(u64, MeanElements)> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .chunks(3)
        .filter_map(|set| {
            let [_, first, second] = set else { return None };
            let read =
                sgp4::Elements::from_tle(None, first.trim_end().as_bytes(), second.trim_end().as_bytes());
            let read = read.unwrap();
            let elements = MeanElements {
                epoch: Epoch::from_naive(read.datetime).unwrap(),
                inclination_deg: read.inclination,
                raan_deg: read.right_ascension,
                eccentricity: read.eccentricity,
                argument_of_perigee_deg: read.argument_of_perigee,
                mean_anomaly_deg: read.mean_anomaly,
                mean_motion_rev_day: read.mean_motion,
                bstar: read.drag_term,
            };
            Some((read.norad_id, elements))
        })
        .collect()
}

pub fn fleet(elements: &[MeanElements]) -> Fleet {
    fleet_over(elements, EarthOrientation::default().into())
}

/// Propagators over an Earth that is oriented so.
pub fn fleet_over(elements: &[MeanElements], orientation: Orientation) -> Fleet {
    Fleet::new(elements, orientation).unwrap()
}

/// A circular orbit at an altitude above the equatorial radius.
pub fn circular(altitude_km: f64, inclination_deg: f64, raan_deg: f64, anomaly_deg: f64) -> MeanElements {
    elliptic(altitude_km, 0.0, inclination_deg, raan_deg, 0.0, anomaly_deg)
}

/// An orbit whose mean semi-major axis is at an altitude above the equatorial radius.
pub fn elliptic(
    altitude_km: f64,
    eccentricity: f64,
    inclination_deg: f64,
    raan_deg: f64,
    perigee_deg: f64,
    anomaly_deg: f64,
) -> MeanElements {
    MeanElements {
        epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
        inclination_deg,
        raan_deg,
        eccentricity,
        argument_of_perigee_deg: perigee_deg,
        mean_anomaly_deg: anomaly_deg,
        mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
            6378.137 + altitude_km,
            inclination_deg,
            eccentricity,
        ),
        bstar: 0.0,
    }
}

/// Elevation of a satellite above a site's mask, degrees, by SGP4 and the site's place alone.
pub fn above_mask_deg(
    fleet: &Fleet,
    satellite: usize,
    site: &Site,
    mask: &Mask,
    epoch: Epoch,
) -> Option<f64> {
    let place = site.place(epoch)?;
    let position = fleet.state(satellite, epoch).ok()?.position;
    let look = Horizon::at(&place).look(&Ecef(position));
    let least = match mask {
        Mask::Constant(elevation) => *elevation,
        Mask::Table(table) => table.elevation_deg(look.azimuth_deg),
    };
    Some(look.elevation_deg - least)
}

/// Windows by looking every second and halving: edges in seconds after the start.
pub fn plain_search(
    fleet: &Fleet,
    satellite: usize,
    site: &Site,
    mask: &Mask,
    window: &Window,
) -> Vec<(f64, f64)> {
    let sees = |t: f64| {
        above_mask_deg(fleet, satellite, site, mask, window.start.plus_seconds(t))
            .is_some_and(|above| above >= 0.0)
    };
    let solve = |mut from: f64, mut to: f64| {
        let at_from = sees(from);
        while to - from > 1e-5 {
            let middle = 0.5 * (from + to);
            if sees(middle) == at_from { from = middle } else { to = middle }
        }
        0.5 * (from + to)
    };
    let mut windows = Vec::new();
    let mut open = sees(0.0).then_some(0.0);
    let mut before = 0.0;
    while before < window.duration_s {
        let now = (before + 1.0_f64).min(window.duration_s);
        match (open, sees(now)) {
            (None, true) => open = Some(solve(before, now)),
            (Some(start), false) => {
                windows.push((start, solve(before, now)));
                open = None;
            }
            _ => {}
        }
        before = now;
    }
    if let Some(start) = open {
        windows.push((start, window.duration_s));
    }
    windows
}
