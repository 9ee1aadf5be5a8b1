//! Links against the tables and vectors in the folder that `HEXSKY_SHARED` names or `../shared`, when it is
//! there. What holds without it stands beside the code.

use std::path::{Path, PathBuf};

use hexsky::link::antenna::Antenna;
use hexsky::link::budget::{Interference, Link, LinkPath, Receiver, Transmitter, Waveform};
use hexsky::link::modcod::ModcodTable;
use hexsky::link::{SlantGeometry, antenna, free_space_loss_db};

/// A table of the shared folder as text by column, or `None` with a line saying so.
fn table(name: &str) -> Option<Vec<Vec<(String, String)>>> {
    let shared = std::env::var_os("HEXSKY_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("data/link").join(name);
    if !path.is_file() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let rows: Vec<Vec<(String, String)>> = reader
        .records()
        .map(|record| {
            header.iter().map(str::to_owned).zip(record.unwrap().iter().map(str::to_owned)).collect()
        })
        .collect();
    assert!(!rows.is_empty());
    Some(rows)
}

fn text<'a>(row: &'a [(String, String)], column: &str) -> &'a str {
    &row.iter().find(|(name, _)| name == column).unwrap_or_else(|| panic!("no column {column}")).1
}

fn number(row: &[(String, String)], column: &str) -> f64 {
    text(row, column).parse().unwrap()
}

#[track_caller]
fn near(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{got}, expected {expected}");
}

/// The table of the standard, as `tests/data/link/README.md` tells its origin.
#[test]
fn dvb_s2_as_the_standard_prints_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/link/dvb_s2.csv");
    let mut count = 0;
    for record in csv::Reader::from_path(file).unwrap().into_records().map(Result::unwrap) {
        let (modcod, threshold) = ModcodTable::DvbS2.find(&record[0]).unwrap();
        near(modcod.efficiency(), record[1].parse().unwrap(), 1e-6);
        assert_eq!(threshold, record[2].parse::<f64>().unwrap(), "{}", &record[0]);
        // At its threshold it is the one to choose, unless another is at least as fast and needs no more.
        let (chosen, needs) = ModcodTable::DvbS2.choose(threshold).unwrap();
        assert!(chosen.efficiency() >= modcod.efficiency() && needs <= threshold, "{}", &record[0]);
        count += 1;
    }
    assert_eq!(count, ModcodTable::DvbS2.entries().count());
}

#[test]
fn dvb_tables() {
    let Some(rows) = table("dvb_s2_modcod.csv") else { return };
    assert_eq!(rows.len(), ModcodTable::DvbS2.entries().count());
    for row in rows {
        let (modcod, threshold) = ModcodTable::DvbS2.find(text(&row, "modcod")).unwrap();
        near(modcod.efficiency(), number(&row, "efficiency_bit_per_symbol"), 1e-6);
        assert_eq!(threshold, number(&row, "esn0_ideal_db"));
    }
    let Some(rows) = table("dvb_s2x_modcod_normal.csv") else { return };
    assert_eq!(rows.len(), ModcodTable::DvbS2xNonLinear.entries().count());
    for row in rows {
        let (modcod, threshold) = ModcodTable::DvbS2xNonLinear.find(text(&row, "modcod")).unwrap();
        near(modcod.efficiency(), number(&row, "efficiency_bit_per_symbol"), 1e-6);
        assert_eq!(threshold, number(&row, "esn0_nonlinear_hardlimiter_db"));
        assert_eq!(modcod.es_n0_db, number(&row, "esn0_ideal_awgn_db"));
    }
}

#[test]
fn dvb_choices() {
    let Some(rows) = table("dvb_s2_selection.csv") else { return };
    for row in rows {
        let choice = ModcodTable::DvbS2.choose(number(&row, "esn0_db")).map(|(modcod, _)| modcod);
        assert_eq!(choice.map_or("none", |modcod| modcod.name), text(&row, "best_modcod"));
        let efficiency = choice.map_or(0.0, |modcod| modcod.efficiency());
        near(efficiency, number(&row, "efficiency_bit_per_symbol"), 1e-6);
    }
}

#[test]
fn free_space_and_geometry() {
    for row in table("fspl.csv").into_iter().flatten() {
        let got = free_space_loss_db(number(&row, "freq_ghz"), number(&row, "distance_km"));
        near(got, number(&row, "fspl_db"), 1e-5);
    }
    for row in table("slant_geometry.csv").into_iter().flatten() {
        let got = SlantGeometry::at(number(&row, "altitude_km"), number(&row, "elevation_deg"));
        near(got.range_km, number(&row, "slant_range_km"), 1e-5);
        near(got.nadir_deg, number(&row, "nadir_angle_deg"), 1e-5);
        near(got.central_deg, number(&row, "earth_central_angle_deg"), 1e-5);
        near(got.cap_area_km2, number(&row, "cap_area_km2"), 1e-2);
    }
}

#[test]
fn reference_patterns() {
    for row in table("antenna_s1528_rec12.csv").into_iter().flatten() {
        let side_lobes = match text(&row, "ln_db") {
            "-15" => antenna::SideLobes::Minus15,
            "-20" => antenna::SideLobes::Minus20,
            "-25" => antenna::SideLobes::Minus25,
            _ => antenna::SideLobes::Minus30,
        };
        let pattern = Antenna::S1528(antenna::S1528 {
            peak_dbi: number(&row, "gmax_dbi"),
            half_beamwidth_deg: number(&row, "psi_b_deg"),
            side_lobes,
            axis_ratio: number(&row, "z"),
        });
        let got = pattern.relative_db(12.0, number(&row, "off_axis_deg"));
        near(got, number(&row, "relative_gain_db"), number(&row, "tolerance_db"));
    }
    for row in table("antenna_s465.csv").into_iter().flatten() {
        let pattern =
            Antenna::S465 { peak_dbi: number(&row, "gmax_dbi"), diameter_m: number(&row, "diameter_m") };
        let got = pattern.gain_dbi(number(&row, "freq_ghz"), number(&row, "off_axis_deg"));
        near(got, number(&row, "gain_dbi"), number(&row, "tolerance_db"));
    }
}

#[test]
fn published_budgets() {
    for row in table("published_link_budget_sample.csv").into_iter().flatten() {
        let bandwidth_mhz = 1e3 * number(&row, "bandwidth_ghz");
        let (modcod, threshold) =
            ModcodTable::DvbS2x.find(text(&row, "modcod_that_reproduces_rate")).unwrap();
        let link = Link {
            frequency_ghz: number(&row, "freq_ghz"),
            transmitter: Transmitter::Eirp(number(&row, "eirp_dbw")),
            output_backoff_db: 0.0,
            transmit_antenna: None,
            other_losses_db: 0.0,
            receive_antenna: None,
            receiver: Receiver::Antenna {
                gain_dbi: number(&row, "rx_gain_dbi"),
                loss_db: 0.0,
                temperature_k: number(&row, "system_temp_k"),
                sees_sky: false,
            },
            bandwidth_mhz,
            rolloff: number(&row, "rolloff"),
            interference: Interference::default(),
            implementation_loss_db: 0.0,
            required_margin_db: 0.0,
            waveform: Waveform::Fixed(modcod, threshold),
        };
        let budget = link.budget(&LinkPath {
            range_km: number(&row, "range_km"),
            elevation_deg: Some(number(&row, "elevation_deg")),
            nadir_deg: None,
            atmosphere_db: number(&row, "atm_loss_db"),
        });
        let budget = budget.unwrap();
        // The table prints one decimal.
        near(budget.free_space_loss_db, number(&row, "fspl_db"), 0.05);
        near(budget.rate_mbps, number(&row, "data_rate_mbps"), 0.2);
    }
}
