//! Definition → TLE or OMM → coverage agrees with the direct run, and other readers understand the files.

use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::constellation::{Constellation, ReadOptions, parse, read};
use hexsky::coverage::summary::{Summary, summarise};
use hexsky::coverage::{Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::export::elements::{
    FIRST_NUMBER, GREATEST_OMM_NUMBER, GREATEST_TLE_NUMBER, number, tle_text, write_omm_csv, write_omm_json,
};
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::time::Window;

fn shipped(name: &str, phase: Option<&str>) -> Constellation {
    read(name, &ReadOptions { phase: phase.map(str::to_owned), shells: Vec::new() }).unwrap()
}

fn tle(constellation: &Constellation, first: u32) -> String {
    tle_text(&number(constellation, first, GREATEST_TLE_NUMBER, "a TLE").unwrap()).unwrap()
}

fn omm_csv(constellation: &Constellation, first: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_omm_csv(&mut bytes, &number(constellation, first, GREATEST_OMM_NUMBER, "an OMM").unwrap()).unwrap();
    bytes
}

fn omm_json(constellation: &Constellation, first: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_omm_json(&mut bytes, &number(constellation, first, GREATEST_OMM_NUMBER, "an OMM").unwrap())
        .unwrap();
    bytes
}

fn back(bytes: &[u8]) -> Constellation {
    let read = parse("round-trip", bytes, &ReadOptions::default()).unwrap();
    assert!(read.left_out.is_empty(), "{:?}", read.left_out.first());
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    read
}

fn coverage(constellation: &Constellation, mask_deg: f64) -> Summary {
    let grid = Grid::globe(Resolution::One);
    let elements = constellation.satellites.iter().map(|satellite| &satellite.elements);
    let mut fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
    let settings = Settings {
        window: Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 },
        step_s: 60.0,
        min_elevation_deg: mask_deg,
        at_least: 1,
        exact: Exact::Edges,
    };
    let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
    let coverage = engine::run(&grid, &mut fleet, &settings, watch).unwrap();
    summarise(&grid, &coverage, |_| true).unwrap()
}

#[test]
fn coverage_of_the_round_trip_agrees_to_a_hundredth_of_a_point() {
    // Masks at which coverage is partial, so that a difference would show.
    for (name, mask_deg) in [("hongyun", 30.0), ("iridium-next", 25.0), ("beidou-3", 60.0)] {
        let direct = shipped(name, None);
        let expected = coverage(&direct, mask_deg).percent_covered;
        assert!((5.0..95.0).contains(&expected), "{name}: {expected}");
        let files = [
            tle(&direct, FIRST_NUMBER).into_bytes(),
            omm_csv(&direct, FIRST_NUMBER),
            omm_json(&direct, FIRST_NUMBER),
        ];
        for file in files {
            let got = coverage(&back(&file), mask_deg).percent_covered;
            assert!((got - expected).abs() < 0.01, "{name}: {got} {expected}");
        }
    }
}

#[test]
fn omm_gives_the_same_satellites_to_the_last_bit() {
    for (name, phase) in [("hongyan", Some("full")), ("gps", None), ("tiangong", None)] {
        let direct = shipped(name, phase);
        for file in [omm_csv(&direct, 999_000_000), omm_json(&direct, 999_000_000)] {
            let read = back(&file);
            assert_eq!(read.satellites.len(), direct.satellites.len());
            let mut next = 999_000_000;
            for (read, direct) in read.satellites.iter().zip(&direct.satellites) {
                assert_eq!((&read.name, &read.elements), (&direct.name, &direct.elements));
                // Nine digits where the definition tells no number.
                assert_eq!(read.norad_id, direct.norad_id.or(Some(next)));
                next += u32::from(direct.norad_id.is_none());
            }
        }
    }
}

#[test]
fn a_tle_gives_the_same_satellites_to_its_digits() {
    let direct = shipped("starlink", Some("42000"));
    let text = tle(&direct, FIRST_NUMBER);
    assert!(text.lines().skip(1).step_by(3).all(|line| line.len() == 69));
    assert!(text.lines().skip(2).step_by(3).all(|line| line.len() == 69));
    let read = back(text.as_bytes());
    assert_eq!(read.satellites.len(), 41_914);
    let turn = |a: f64, b: f64| ((a - b + 180.0).rem_euclid(360.0) - 180.0).abs();
    for (number, (read, direct)) in read.satellites.iter().zip(&direct.satellites).enumerate() {
        // 270,000 is T0000 in Alpha-5.
        assert_eq!(read.norad_id, Some(FIRST_NUMBER + number as u32));
        assert_eq!(read.name, direct.name);
        let (read, direct) = (&read.elements, &direct.elements);
        assert_eq!(read.epoch, direct.epoch);
        assert!((read.inclination_deg - direct.inclination_deg).abs() < 5.1e-5);
        assert!(turn(read.raan_deg, direct.raan_deg) < 5.1e-5);
        assert!(turn(read.mean_anomaly_deg, direct.mean_anomaly_deg) < 5.1e-5);
        assert!((read.mean_motion_rev_day - direct.mean_motion_rev_day).abs() < 5.1e-9);
    }
}

/// They were lost, and with them what tells a satellite without a number from others.
#[test]
fn international_designators_are_kept() {
    let omm = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
               ARG_OF_PERICENTER,MEAN_ANOMALY,BSTAR\n\
               A,2019-074B,44714,2026-01-01T00:00:00,15.05,0.0001,53,10,0,0,0\n\
               B,,44715,2026-01-01T00:00:00,15.05,0.0001,53,20,0,0,0\n\
               C,=1+1,44716,2026-01-01T00:00:00,15.05,0.0001,53,30,0,0,0\n\
               A,\0\u{1}2019-074B,0,2025-12-01T00:00:00,15.05,0.0001,53,10,0,0,0\n";
    // Found by fuzzing: with signs that are written as blanks before its designator, the last was a satellite of its own
    // until it was written.
    let direct = parse("d.csv", omm.as_bytes(), &ReadOptions::default()).unwrap();
    let text = tle(&direct, FIRST_NUMBER);
    assert_eq!(text.lines().nth(1).unwrap()[8..18].trim_end(), " 19074B");
    for file in [text.into_bytes(), omm_csv(&direct, FIRST_NUMBER), omm_json(&direct, FIRST_NUMBER)] {
        let read = back(&file);
        assert_eq!(read.satellites.len(), 3);
        assert_eq!(read.satellites[0].designator.as_deref(), Some("2019-074B"));
        assert!(matches!(read.satellites[1].designator.as_deref(), None | Some("UNKNOWN")));
    }
}

/// The `sgp4` crate reads TLE and OMM on its own.
#[test]
fn another_reader_understands_the_files() {
    let direct = shipped("hongyun", None);
    let text = tle(&direct, 90_000);
    let lines: Vec<&str> = text.lines().collect();
    let from_json: Vec<sgp4::Elements> = serde_json::from_slice(&omm_json(&direct, 90_000)).unwrap();
    for (number, satellite) in direct.satellites.iter().enumerate() {
        let [name, one, two] = [lines[3 * number], lines[3 * number + 1], lines[3 * number + 2]];
        let from_tle =
            sgp4::Elements::from_tle(Some(name.to_owned()), one.as_bytes(), two.as_bytes()).unwrap();
        for elements in [&from_tle, &from_json[number]] {
            assert_eq!(elements.object_name.as_deref(), Some(satellite.name.as_str()));
            assert_eq!(elements.norad_id, 90_000 + number as u64);
            assert!((elements.mean_motion - satellite.elements.mean_motion_rev_day).abs() < 5.1e-9);
            assert!((elements.right_ascension - satellite.elements.raan_deg).abs() < 5.1e-5);
        }
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused_and_taken_ones_passed_over() {
    let direct = shipped("hongyun", None);
    let error = number(&direct, 339_900, GREATEST_TLE_NUMBER, "a TLE").unwrap_err().to_string();
    assert!(error.contains("340000, above 339999"), "{error}");
    let hongyan = shipped("hongyan", Some("experimental"));
    assert_eq!(number(&hongyan, 1, GREATEST_TLE_NUMBER, "a TLE").unwrap()[0].norad_id, 43_914);
    let mut mixed = shipped("hongyun", None);
    mixed.satellites[5].norad_id = Some(70_000);
    let numbers: Vec<u32> = number(&mixed, 70_000, GREATEST_TLE_NUMBER, "a TLE")
        .unwrap()
        .iter()
        .map(|numbered| numbered.norad_id)
        .collect();
    assert_eq!(numbers[..7], [70_001, 70_002, 70_003, 70_004, 70_005, 70_000, 70_006]);
}

/// A name that ends in brackets came out of KVN without them, and so did every file made of it.
#[test]
fn names_in_brackets_go_through_every_notation() {
    let kvn = "CCSDS_OMM_VERS = 2.0\nOBJECT_NAME = STARLINK-11072 [DTC]\nEPOCH = 2026-08-20T00:00:00\nMEAN_MOTION = 15.7\n\
               ECCENTRICITY = .0001\nINCLINATION = 53 [deg]\nRA_OF_ASC_NODE = 1\nARG_OF_PERICENTER = 2\n\
               MEAN_ANOMALY = 3\nNORAD_CAT_ID = 58705\nBSTAR = 0\n";
    let direct = back(kvn.as_bytes());
    assert_eq!(direct.satellites[0].name, "STARLINK-11072 [DTC]");
    for file in [tle(&direct, FIRST_NUMBER).into_bytes(), omm_csv(&direct, 1), omm_json(&direct, 1)] {
        assert_eq!(back(&file).satellites[0].name, "STARLINK-11072 [DTC]");
    }
}
