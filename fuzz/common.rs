//! What must hold for every input of every reader, whoever makes the inputs: `cargo fuzz` from the targets
//! beside this file, or `tests/fuzz_properties.rs` by mutation of the seeds.
//!
//! A reader takes an input or refuses it with a message; it never panics, hangs or takes all memory. What it
//! takes has finite figures; it takes the same twice; and elements that are written back are read as they were.

// Each target uses a part of this file.
#![allow(dead_code)]

use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::attenuation::PartsAt;
use hexsky::attenuation::table::PathTable;
use hexsky::capacity::demand::{Demand, Quantity, grid_file, table};
use hexsky::constellation::summary::Summary;
use hexsky::constellation::{Constellation, ReadOptions, parse, repeated};
use hexsky::coverage::{Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::export::elements::{
    FIRST_NUMBER, GREATEST_OMM_NUMBER, GREATEST_TLE_NUMBER, number, tle_text, write_omm_csv, write_omm_json,
};
use hexsky::frames::{EarthOrientation, Geodetic, ut1_table};
use hexsky::grid::cells::Grid;
use hexsky::grid::places;
use hexsky::grid::region::Region;
use hexsky::ground::{self, Outside};
use hexsky::input::FileError;
use hexsky::navigation::almanac::{YumaOptions, looks_like_yuma, read_yuma};
use hexsky::orbit::{MeanElements, Propagator};
use hexsky::report::coverage::{Context, CoverageReport};
use hexsky::time::Window;

/// What a reader made of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is taken.
    Taken,
    /// A part of it is left out and told.
    Partly,
    /// It is refused with a message.
    Refused,
}

/// A check of one reader.
pub type Check = fn(&[u8]) -> Verdict;

/// All targets: the name, which is that of its folder of seeds too, and the check.
pub const TARGETS: [(&str, Check); 19] = [
    ("definition", constellation),
    ("tle", constellation),
    ("omm_csv", constellation),
    ("omm_json", constellation),
    ("omm_xml", constellation),
    ("omm_kvn", constellation),
    ("yuma", yuma),
    ("eop", eop),
    ("stations_toml", stations_toml),
    ("stations_csv", stations_csv),
    ("track_csv", track_csv),
    ("track_gpx", track_gpx),
    ("geojson", geojson),
    ("demand_csv", demand_csv),
    ("demand_asc", demand_asc),
    ("places", places_csv),
    ("attenuation", attenuation),
    ("show", show),
    ("coverage", coverage),
];

/// A name in a folder that does not exist, so that no input reads files.
const FILE: &str = "/nonexistent/input";
/// Satellites above which a constellation is read once and some of its satellites are looked at: a definition of
/// a hundred bytes can ask for a million.
const LOOKED_AT_TWICE: usize = 2000;
/// Satellites above which a constellation is not written back and read again: it takes too long.
const WRITTEN_BACK: usize = 300;

/// Reads twice: the outcomes must be the same, and refusals say something.
fn twice<T: Debug, E: ToString>(read: impl Fn() -> Result<T, E>) -> Option<T> {
    match (read(), read()) {
        (Ok(first), Ok(second)) => {
            assert_eq!(format!("{first:?}"), format!("{second:?}"), "two readings differ");
            Some(first)
        }
        (Err(first), Err(second)) => {
            let (first, second) = (first.to_string(), second.to_string());
            assert_eq!(first, second, "two refusals differ");
            assert!(first.trim().len() > "error: ".len(), "an empty message");
            assert!(first.len() < 20_000, "a message of {} bytes", first.len());
            None
        }
        (first, second) => panic!("taken once and refused once: {} {}", first.is_ok(), second.is_ok()),
    }
}

fn read(data: &[u8]) -> Result<Constellation, FileError> {
    parse(FILE, data, &ReadOptions::default())
}

fn verdict(partly: bool) -> Verdict {
    if partly { Verdict::Partly } else { Verdict::Taken }
}

/// Definitions and catalogues of every notation.
pub fn constellation(data: &[u8]) -> Verdict {
    if let Ok(large) = read(data)
        && large.satellites.len() > LOOKED_AT_TWICE
    {
        large.satellites.iter().step_by(LOOKED_AT_TWICE).for_each(|each| sound(&each.name, &each.elements));
        return verdict(!large.left_out.is_empty());
    }
    let Some(read) = twice(|| read(data)) else { return Verdict::Refused };
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(!read.satellites.is_empty(), "taken without a satellite");
    for satellite in &read.satellites {
        sound(&satellite.name, &satellite.elements);
    }
    for entry in &read.left_out {
        assert!(entry.line <= lines && !entry.reason.is_empty(), "{entry:?}");
    }
    let in_shells: usize = read.shells.iter().map(|shell| shell.satellites).sum();
    assert_eq!(in_shells, read.satellites.len(), "shells and satellites differ in number");
    if read.satellites.len() <= WRITTEN_BACK {
        written_back(&read);
    }
    verdict(!read.left_out.is_empty() || !read.warnings.is_empty())
}

fn sound(name: &str, elements: &MeanElements) {
    let MeanElements { inclination_deg, raan_deg, eccentricity, .. } = *elements;
    assert!((0.0..=180.0).contains(&inclination_deg) && (0.0..1.0).contains(&eccentricity), "{name}");
    assert!(raan_deg.is_finite() && elements.argument_of_perigee_deg.is_finite(), "{name}");
    assert!(elements.mean_anomaly_deg.is_finite() && elements.bstar.is_finite(), "{name}");
    assert!(elements.mean_motion_rev_day > 0.0 && elements.mean_altitude_km().is_finite(), "{name}");
    let propagator = Propagator::new(elements).unwrap_or_else(|error| panic!("{name}: {error}"));
    for minutes in [0.0, 60.0, 1e6] {
        if let Ok((position, velocity)) = propagator.propagate_minutes(minutes) {
            assert!(position.0.iter().all(|number| number.is_finite()), "{name} at {minutes} min");
            // A velocity that is none would be no less wrong for standing beside a sound position.
            assert!(velocity.0.iter().all(|number| number.is_finite()), "{name} at {minutes} min");
        }
    }
}

fn written_back(read: &Constellation) {
    let Ok(numbered) = number(read, FIRST_NUMBER, GREATEST_OMM_NUMBER, "an OMM") else { return };
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    write_omm_csv(&mut csv, &numbered).unwrap();
    write_omm_json(&mut json, &numbered).unwrap();
    for bytes in [csv, json] {
        let again = parse("again", &bytes, &ReadOptions::default());
        let again = again.unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&bytes)));
        assert!(again.left_out.is_empty(), "{:?}", again.left_out.first());
        assert_eq!(again.satellites.len(), read.satellites.len());
        for (again, first) in again.satellites.iter().zip(&read.satellites) {
            assert_eq!(again.elements, first.elements, "{}", first.name);
        }
    }
    let Ok(numbered) = number(read, FIRST_NUMBER, GREATEST_TLE_NUMBER, "a TLE") else { return };
    // What a TLE has no room for is refused; what it is written with, it is read with.
    let Ok(text) = tle_text(&numbered) else { return };
    let again = parse("again", text.as_bytes(), &ReadOptions::default());
    let again = again.unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(again.left_out.is_empty(), "{:?}\n{text}", again.left_out.first());
    assert_eq!(again.satellites.len(), read.satellites.len(), "{text}");
}

/// GPS almanacs.
pub fn yuma(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    looks_like_yuma(text);
    let Some(almanac) = twice(|| read_yuma(FILE, text, &YumaOptions::default())) else {
        return Verdict::Refused;
    };
    assert!(!almanac.satellites.is_empty());
    for satellite in &almanac.satellites {
        let now = satellite.orbit.reference_gps_s();
        for seconds in [0.0, 1e5, 1e8] {
            let position = satellite.orbit.position(now + seconds).0;
            assert!(position.iter().all(|number| number.is_finite()), "{satellite:?}");
        }
    }
    verdict(!almanac.left_out.is_empty())
}

/// Tables of the Earth's orientation.
pub fn eop(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let Some(table) = twice(|| ut1_table::parse(FILE, text)) else { return Verdict::Refused };
    let (first, last) = table.span();
    assert!(first < last, "{first} to {last}");
    let hour = last.seconds_since(first) / 7.0;
    for number in -1..=8 {
        let orientation = table.at(first.plus_seconds(f64::from(number) * hour));
        assert!(orientation.ut1_minus_utc_s.abs() <= 7.0, "{orientation:?}");
        let [x, y] = [orientation.polar_x_rad, orientation.polar_y_rad].map(f64::abs);
        assert!(x <= 1e-5 && y <= 1e-5, "{orientation:?}");
    }
    Verdict::Taken
}

fn on_the_globe(place: &Geodetic) {
    assert!((-90.0..=90.0).contains(&place.latitude_deg), "{place:?}");
    assert!((-180.0..=360.0).contains(&place.longitude_deg), "{place:?}");
    assert!(place.height_km.abs() <= 100.0, "{place:?}");
}

fn network(file: &str, data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let Some(network) = twice(|| ground::parse(file, text)) else { return Verdict::Refused };
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    for site in &network.sites {
        site.place(at).iter().for_each(on_the_globe);
    }
    verdict(!network.notes.is_empty() || ground::missing_heights(&network.sites).is_some())
}

/// Station files in TOML.
pub fn stations_toml(data: &[u8]) -> Verdict {
    network("/nonexistent/input.toml", data)
}

/// Station files in CSV.
pub fn stations_csv(data: &[u8]) -> Verdict {
    network("/nonexistent/input.csv", data)
}

fn track(file: &str, data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let Some(ship) = twice(|| ground::parse_ship("ship", file, text, Outside::Hold)) else {
        return Verdict::Refused;
    };
    for at in ["1970-01-01", "2024-07-17T06:00:00Z", "2024-07-17T18:31:07.5Z", "2100-01-01"] {
        on_the_globe(&ship.place(at.parse().unwrap()).expect("it holds outside its track"));
    }
    Verdict::Taken
}

/// Ship tracks in CSV.
pub fn track_csv(data: &[u8]) -> Verdict {
    track("/nonexistent/input.csv", data)
}

/// Ship tracks in GPX.
pub fn track_gpx(data: &[u8]) -> Verdict {
    track("/nonexistent/input.gpx", data)
}

/// Regions in GeoJSON.
pub fn geojson(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let cells = || Region::parse_geojson(FILE, text).map(|region| region.cells(Resolution::Two));
    let Some(cells) = twice(cells) else { return Verdict::Refused };
    assert!(cells.len() <= 5882, "more cells than there are");
    assert!(cells.windows(2).all(|pair| pair[0] < pair[1]), "cells out of order or twice");
    Verdict::Taken
}

fn demand(demand: &Demand) -> Verdict {
    for part in &demand.parts {
        assert!(part.amount >= 0.0 && part.amount.is_finite(), "{part:?}");
    }
    assert!(demand.total().is_finite() && demand.total() >= 0.0);
    verdict(!demand.notes.is_empty())
}

/// Demand by cells in CSV.
pub fn demand_csv(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    twice(|| table::parse(FILE, text)).map_or(Verdict::Refused, |read| demand(&read))
}

/// Demand as an ESRI ASCII grid.
pub fn demand_asc(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    twice(|| grid_file::parse(FILE, text, Quantity::People, Resolution::Zero))
        .map_or(Verdict::Refused, |read| demand(&read))
}

/// Places in CSV.
pub fn places_csv(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let Some(read) = twice(|| places::parse(FILE, text)) else { return Verdict::Refused };
    assert!(!read.places.is_empty());
    read.places.iter().for_each(|place| on_the_globe(&place.geodetic));
    verdict(!read.notes.is_empty())
}

/// Slant paths in CSV.
pub fn attenuation(data: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(data) else { return Verdict::Refused };
    let Some(read) = twice(|| PathTable::read(FILE, text)) else { return Verdict::Refused };
    verdict(!read.notes(PartsAt::Percentage).is_empty())
}

/// The whole way of `hexsky show`: every figure of the summary is one.
pub fn show(data: &[u8]) -> Verdict {
    let Ok(read) = read(data) else { return Verdict::Refused };
    let summary = Summary::new(&read, 10.0);
    for shell in &summary.shells {
        for range in [shell.altitude_km, shell.inclination_deg, shell.period_min] {
            assert!(range.min <= range.median && range.median <= range.max, "{shell:?}");
            assert!(range.min.is_finite() && range.max.is_finite(), "{shell:?}");
        }
        let footprint = shell.footprint;
        assert!(footprint.radius_km.is_finite() && footprint.radius_deg.is_finite(), "{shell:?}");
    }
    serde_json::to_string(&summary).unwrap();
    verdict(!read.left_out.is_empty() || !read.warnings.is_empty())
}

/// Satellites that the coverage of an input is computed for.
const FLOWN: usize = 48;
/// Window of that coverage, s.
const WINDOW_S: f64 = 1200.0;

/// The whole way of `hexsky coverage` on a small grid and window: covered and gaps make up the window, and
/// the report reads back from JSON, which has no notation for what is no number.
pub fn coverage(data: &[u8]) -> Verdict {
    let Ok(mut read) = read(data) else { return Verdict::Refused };
    repeated::fly_once(std::slice::from_mut(&mut read));
    read.satellites.truncate(FLOWN);
    let elements: Vec<&MeanElements> = read.satellites.iter().map(|satellite| &satellite.elements).collect();
    let grid = Grid::globe(Resolution::Zero);
    let mut fleet = Fleet::new(elements.iter().copied(), EarthOrientation::default()).unwrap();
    let start = read.satellites[0].elements.epoch;
    let settings = Settings {
        window: Window { start, duration_s: WINDOW_S },
        step_s: 60.0,
        min_elevation_deg: 10.0,
        at_least: 1,
        exact: Exact::Edges,
    };
    let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
    let Ok(coverage) = engine::run(&grid, &mut fleet, &settings, watch) else { panic!("nobody stops it") };
    for figures in &coverage.points {
        let covered_s = figures.percent_covered / 100.0 * WINDOW_S;
        assert!((covered_s + figures.gap_total_s - WINDOW_S).abs() < 0.01, "{figures:?}");
        assert!(figures.min_in_view <= figures.max_in_view && figures.max_gap_s <= WINDOW_S, "{figures:?}");
    }
    let constellations = [read];
    let orientation = EarthOrientation::default().into();
    let context = Context {
        orientation: &orientation,
        constellations: &constellations,
        region: "globe",
        min_elevation_basis: "asked for",
        place_names: &[],
        notes: &[],
        gateways: None,
    };
    let report = CoverageReport::new(&context, &grid, &coverage);
    let text = serde_json::to_string(&report).unwrap();
    let again: CoverageReport = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    verdict(!report.lost.is_empty() || !report.inputs[0].left_out.is_empty())
}
