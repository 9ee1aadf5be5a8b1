//! Contacts, coverage and dilution of precision against values that share nothing with hexsky: `scripts/oracles.py`
//! makes them with Vallado's SGP4 (sgp4 2.27), SOFA's sidereal time and ellipsoid (pyerfa), Uber's H3 and numpy, with
//! UT1 = UTC and no polar motion. Nothing may be missing or extra.

mod common;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use common::rows;
use h3o::{CellIndex, Resolution};
use hexsky::coverage::{Coverage, Exact, PointFigures, Settings, Watch, engine, plain};
use hexsky::ephemeris::Fleet;
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::grid::cells::Grid;
use hexsky::ground::Site;
use hexsky::navigation::dop::Dop;
use hexsky::navigation::sky::sky;
use hexsky::navigation::survey::Criteria;
use hexsky::navigation::system::{Orbit, System, Transmitter};
use hexsky::navigation::tracks::{Clock, Tracks};
use hexsky::orbit::MeanElements;
use hexsky::passes;
use hexsky::time::{Epoch, Window};

type Row = HashMap<String, String>;

/// Most that an edge of a contact may be off, seconds.
const CONTACT_EDGE_S: f64 = 2e-4;
/// Most that an edge of coverage may be off, seconds: arcs between two nodes are half a metre off, which is more time
/// the flatter a pass grazes the mask.
const EDGE_S: f64 = 0.01;
/// Most that all edges of a cell together may be off, seconds, in 99 of 100 cells.
const MOST_CELLS_S: f64 = 5e-3;
/// Most that an arc between two nodes may be off, kilometres.
const ARC_KM: f64 = 0.003;

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/oracles").join(name)
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|error| panic!("{column} of {row:?}: {error}"))
}

fn window(duration_s: f64) -> Window {
    Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s }
}

/// Names and elements of the sets wanted.
fn satellites(wanted: &[&str]) -> (Vec<String>, Vec<MeanElements>) {
    let rows = rows(&file("satellites.csv"));
    rows.iter()
        .filter(|row| wanted.contains(&row["set"].as_str()))
        .map(|row| {
            let elements = MeanElements {
                epoch: row["epoch"].parse::<Epoch>().unwrap(),
                inclination_deg: number(row, "inclination_deg"),
                raan_deg: number(row, "raan_deg"),
                eccentricity: number(row, "eccentricity"),
                argument_of_perigee_deg: number(row, "argument_of_perigee_deg"),
                mean_anomaly_deg: number(row, "mean_anomaly_deg"),
                mean_motion_rev_day: number(row, "mean_motion_rev_day"),
                bstar: number(row, "bstar"),
            };
            (row["name"].clone(), elements)
        })
        .unzip()
}

fn place(row: &Row) -> Geodetic {
    Geodetic {
        latitude_deg: number(row, "lat_deg"),
        longitude_deg: number(row, "lon_deg"),
        height_km: number(row, "height_m") / 1000.0,
    }
}

#[test]
fn contacts_are_those_of_other_programs() {
    let expected = rows(&file("contacts.csv"));
    let mut sites: Vec<(&str, f64, Site)> = Vec::new();
    for row in &expected {
        if !sites.iter().any(|(name, ..)| *name == row["site"]) {
            sites.push((
                &row["site"],
                number(row, "mask_deg"),
                Site::fixed(row["site"].as_str(), place(row)),
            ));
        }
    }
    let (names, elements) = satellites(&["low", "high"]);
    let fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
    let (mut worst_s, mut count) = (0.0_f64, 0);
    for (site_name, mask_deg, site) in sites {
        let settings = passes::Settings {
            min_elevation_deg: Some(mask_deg),
            ..passes::Settings::over(window(43_200.0))
        };
        let found = passes::contacts(&fleet, std::slice::from_ref(&site), &settings, &|| {}).contacts;
        for (number_of, name) in names.iter().enumerate() {
            let mut got: Vec<_> = found.iter().filter(|contact| contact.satellite == number_of).collect();
            got.sort_by(|a, b| a.aos_s.total_cmp(&b.aos_s));
            let wanted: Vec<&Row> =
                expected.iter().filter(|row| row["site"] == site_name && row["satellite"] == *name).collect();
            assert_eq!(got.len(), wanted.len(), "{name} at {site_name}: {got:?}");
            for (contact, row) in got.iter().zip(wanted) {
                for (edge_s, column) in [(contact.aos_s, "aos_s"), (contact.los_s, "los_s")] {
                    let off_s = (edge_s - number(row, column)).abs();
                    assert!(off_s <= CONTACT_EDGE_S, "{name} at {site_name}: {column} {edge_s}, {row:?}");
                    worst_s = worst_s.max(off_s);
                }
                // Overhead, an arc that passes a few metres from where SGP4 does is as many metres off in elevation.
                let off_deg = (contact.max_elevation_deg - number(row, "max_elevation_deg")).abs();
                let most_deg = (ARC_KM / contact.tca_range_km).to_degrees();
                assert!(off_deg < most_deg, "{name} at {site_name}: {contact:?}, {row:?}");
                count += 1;
            }
        }
    }
    assert_eq!(count, expected.len());
    println!("{count} contacts, worst edge {worst_s:.6} s");
}

fn assert_figures(figures: &PointFigures, row: &Row) {
    // Edges that are off to one side add up over the accesses.
    let part = (f64::from(figures.access_count) + 1.0) * EDGE_S / number(row, "duration_s");
    for (got, column) in figures.percent_at_least.iter().zip(["percent_1", "percent_2", "percent_3"]) {
        assert!((got - number(row, column)).abs() < 100.0 * part, "{column}: {figures:?}, {row:?}");
    }
    assert!((figures.mean_in_view - number(row, "mean_in_view")).abs() < 2.0 * part, "{figures:?}, {row:?}");
    assert_eq!(f64::from(figures.access_count), number(row, "accesses"), "{figures:?}, {row:?}");
    assert_eq!(f64::from(figures.gap_count), number(row, "gaps"), "{figures:?}, {row:?}");
    for (got, column) in [(figures.max_gap_s, "max_gap_s"), (figures.mean_response_s, "mean_response_s")] {
        assert!((got - number(row, column)).abs() < 2.0 * EDGE_S, "{column}: {figures:?}, {row:?}");
    }
}

#[test]
fn coverage_is_that_of_other_programs() {
    let expected = rows(&file("coverage.csv"));
    for (set, resolution) in [("low", Resolution::One), ("high", Resolution::Zero)] {
        let expected: HashMap<CellIndex, &Row> = expected
            .iter()
            .filter(|row| row["set"] == set)
            .map(|row| (row["cell"].parse::<CellIndex>().unwrap(), row))
            .collect();
        let any = expected.values().next().unwrap();
        let settings = Settings {
            window: window(number(any, "duration_s")),
            step_s: 60.0,
            min_elevation_deg: number(any, "mask_deg"),
            at_least: 1,
            exact: Exact::All,
        };
        let fleet = Fleet::new(&satellites(&[set]).1, EarthOrientation::default()).unwrap();
        let grid = Grid::globe(resolution);
        assert_eq!(grid.points.len(), expected.len());
        let never = AtomicBool::new(false);
        let watch = || Watch { progress: &|_| (), stop: &never };
        let fast = engine::run(&grid, &mut fleet.clone(), &settings, watch()).unwrap();
        let slow = plain::run(&grid, &mut fleet.clone(), &settings, plain::ONE_SUBSTEP, watch()).unwrap();
        let check = |engine: &str, coverage: &Coverage| {
            let mut off_s: Vec<f64> = Vec::new();
            for (point, figures) in grid.points.iter().zip(&coverage.points) {
                let row = expected[&point.cell.unwrap()];
                assert_figures(figures, row);
                let percent = (figures.percent_covered - number(row, "percent_1")).abs();
                let covered_s = percent / 100.0 * settings.window.duration_s;
                off_s.push(covered_s.max((figures.max_gap_s - number(row, "max_gap_s")).abs()));
            }
            off_s.sort_by(f64::total_cmp);
            let [median_s, most_s, worst_s] =
                [50, 99, 100].map(|percent| off_s[(off_s.len() - 1) * percent / 100]);
            println!(
                "{set}, {engine} engine, {} cells: seconds off: median {median_s:.6}, 99 % within {most_s:.6}, \
                 worst {worst_s:.6}",
                off_s.len()
            );
            assert!(most_s < MOST_CELLS_S);
        };
        check("fast", &fast);
        check("plain", &slow);
    }
}

#[test]
fn dilution_is_that_of_other_programs() {
    let (names, elements) = satellites(&["middle", "high"]);
    let positioning = names
        .into_iter()
        .zip(elements)
        .filter(|(name, _)| ["MIDDLE", "GEO", "IGSO"].iter().any(|kind| name.starts_with(kind)));
    let satellites: Vec<Transmitter> = positioning
        .map(|(name, elements)| Transmitter {
            name,
            number: None,
            designator: None,
            is_designed: true,
            shell: String::new(),
            orbit: Orbit::Elements(elements),
            station: None,
            repeats: Vec::new(),
        })
        .collect();
    assert_eq!(satellites.len(), 28);
    let systems = [System { name: "oracle".into(), file: "oracle".into(), satellites }];
    let expected = rows(&file("dilution.csv"));
    assert_eq!(expected.len(), 64);
    let mut worst = 0.0_f64;
    for row in &expected {
        let start = window(0.0).start.plus_seconds(number(row, "second"));
        let at = Window { start, duration_s: 60.0 };
        let tracks = Tracks::new(&systems, Clock::PerSystem, at, 60.0, EarthOrientation::default()).unwrap();
        let criteria = Criteria { min_elevation_deg: number(row, "mask_deg"), pdop_threshold: 6.0 };
        let seen = sky(&tracks, &systems, 0, &place(row), &criteria);
        assert_eq!(seen.satellites.len() as f64, number(row, "in_view"), "{row:?}");
        let Dop { gdop, pdop, hdop, vdop, tdop, .. } = seen.dop.unwrap();
        for (got, column) in [(gdop, "gdop"), (pdop, "pdop"), (hdop, "hdop"), (vdop, "vdop"), (tdop, "tdop")]
        {
            let off = (got / number(row, column) - 1.0).abs();
            assert!(off < 1e-6, "{column} {got}: {row:?}");
            worst = worst.max(off);
        }
    }
    println!("{} places and instants, worst relative difference {worst:.1e}", expected.len());
}
