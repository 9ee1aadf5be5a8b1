//! Links of `hexsky capacity` are those of `hexsky link`, down to the horizon, and what is extrapolated is said.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let mut hexsky = Command::cargo_bin("hexsky").unwrap();
    hexsky.current_dir(folder).args(arguments).args(["--json", "-"]);
    let output = hexsky.assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

/// A geostationary satellite at 20° E whose users and gateways may be as low as the horizon.
fn satellite(payload: &str) -> String {
    format!(
        "name = \"G\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[service]\nmin_elevation_deg = 0\n\
         gateway_min_elevation_deg = 0\nsource = \"s\"\n[[satellite]]\nname = \"G\"\norbit = \"geo\"\n\
         longitude_deg = 20\nsource = \"s\"\n[[payload]]\ncapacity_gbps_per_satellite = 1000\nsource = \"s\"\n{payload}"
    )
}

/// Elevation in degrees and distance in km of a place at sea level on the WGS 84 ellipsoid.
fn look(latitude_deg: f64, longitude_deg: f64) -> (f64, f64) {
    let (sin, cos) = latitude_deg.to_radians().sin_cos();
    let (sin_east, cos_east) = (longitude_deg - 20.0).to_radians().sin_cos();
    let e2 = 6.694_379_990_14e-3;
    let n = 6378.137 / (1.0 - e2 * sin * sin).sqrt();
    let up = [cos * cos_east, cos * sin_east, sin];
    let line = [42_164.17 - n * up[0], -n * up[1], -n * (1.0 - e2) * up[2]];
    let range_km = line.iter().map(|x| x * x).sum::<f64>().sqrt();
    let height = line.iter().zip(up).map(|(x, u)| x * u).sum::<f64>();
    ((height / range_km).asin().to_degrees(), range_km)
}

fn rate_by_link(folder: &Path, place: (f64, f64), carrier: &[&str], diameter_m: &str) -> f64 {
    let (elevation_deg, range_km) = look(place.0, place.1);
    let path = [
        format!("--range-km={range_km}"),
        format!("--elevation-deg={elevation_deg}"),
        format!("--latitude-deg={}", place.0),
        format!("--longitude-deg={}", place.1),
        format!("--station-diameter-m={diameter_m}"),
    ];
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let report = json(folder, &[&["link", "--availability=99.5"], carrier, &path[..]].concat());
    report["links"][0]["rate_mbps"].as_f64().unwrap()
}

const SHORT: [&str; 8] = ["--duration", "1m", "--step", "1m", "--ut1-utc", "0", "--resolution", "1"];

/// A gateway at 2.98° carried 404 Mbit/s up, at the attenuation of 5°.
#[test]
fn a_gateway_near_the_horizon_carries_what_its_link_does() {
    let folder = tempfile::tempdir().unwrap();
    let feeder =
        "[payload.feeder.up]\nfrequency_ghz = 14\nbandwidth_mhz = 500\neirp_dbw = 75\ng_over_t_db_k = 10\n";
    std::fs::write(folder.path().join("g.toml"), satellite(feeder)).unwrap();
    let carrier = ["--frequency-ghz=14", "--eirp-dbw=75", "--gt-db-k=10", "--bandwidth-mhz=500"];
    let mut rates = Vec::new();
    for east in [-56.5, -55.0, -54.0, -53.0, -50.0] {
        std::fs::write(
            folder.path().join("site.csv"),
            format!("name,lat_deg,lon_deg,height_m,min_elevation_deg\nA,30,{east},0,0\n"),
        )
        .unwrap();
        let run = ["capacity", "g.toml", "--gateways", "site.csv", "--demand", "uniform:0.01"];
        let report = json(folder.path(), &[&run[..], &SHORT].concat());
        let served = report["system"]["served_tbps"].as_f64().unwrap() * 1e6;
        let expected = rate_by_link(folder.path(), (30.0, east), &carrier, "3.5");
        // One MODCOD of difference is some 50 Mbit/s.
        assert!((served - expected).abs() < 1.0, "{east}: {served} and {expected} by link");
        let notes = report["notes"].to_string();
        assert!(notes.contains("feeder links at 14 GHz, from 0° up"), "{notes}");
        assert!(notes.contains("below 5 degrees, where the gas, cloud"), "{notes}");
        rates.push(served);
    }
    assert!(rates[0] == 0.0 && rates[4] > 100.0, "{rates:?}");
    assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]), "{rates:?}");
}

/// A gateway whose height is stated had the attenuation of the topographic map's height.
#[test]
fn a_gateway_has_the_attenuation_of_its_stated_height() {
    let folder = tempfile::tempdir().unwrap();
    let feeder =
        "[payload.feeder.up]\nfrequency_ghz = 29\nbandwidth_mhz = 500\neirp_dbw = 75\ng_over_t_db_k = 2\n";
    std::fs::write(folder.path().join("g.toml"), satellite(feeder)).unwrap();
    let carrier = ["--frequency-ghz=29", "--eirp-dbw=75", "--gt-db-k=2", "--bandwidth-mhz=500"];
    // Addis Abeba lies at 2.4 km; the valley is put there to be far from the map's height.
    let rates = [Some(0.0), Some(4000.0), None].map(|height_m: Option<f64>| {
        let height = height_m.map_or(String::new(), |height_m| height_m.to_string());
        std::fs::write(
            folder.path().join("site.csv"),
            format!("name,lat_deg,lon_deg,height_m\nA,9.03,38.74,{height}\n"),
        )
        .unwrap();
        let run = ["capacity", "g.toml", "--gateways", "site.csv", "--demand", "uniform:0.01"];
        let report = json(folder.path(), &[&run[..], &SHORT].concat());
        let served = report["system"]["served_tbps"].as_f64().unwrap() * 1e6;
        let stated = height_m.map(|height_m| format!("--height-km={}", height_m / 1000.0));
        let link: Vec<&str> = carrier.into_iter().chain(stated.as_deref()).collect();
        let expected = rate_by_link(folder.path(), (9.03, 38.74), &link, "3.5");
        // One MODCOD of difference is some 20 Mbit/s.
        assert!((served - expected).abs() < 1.0, "{height_m:?}: {served} and {expected} by link");
        served
    });
    assert!(rates[0] < rates[2] && rates[2] < rates[1], "{rates:?}");
}

/// A cell at 1.1° was served, though its link does not close.
#[test]
fn users_near_the_horizon_are_served_where_their_links_close() {
    let folder = tempfile::tempdir().unwrap();
    let user = "[payload.user]\nbeams = 1000\n[payload.user.down]\nfrequency_ghz = 20\nbandwidth_mhz = 250\n\
                eirp_dbw = 66\ng_over_t_db_k = 15\nroll_off = 0.2\n";
    std::fs::write(folder.path().join("g.toml"), satellite(user)).unwrap();
    let csv = folder.path().join("cells.csv");
    let run = ["capacity", "g.toml", "--demand", "uniform:0.00001", "--csv", "cells.csv"];
    let report = json(folder.path(), &[&run[..], &SHORT].concat());
    assert!(report["notes"].to_string().contains("user links at 20 GHz, from 0° up"), "{report}");
    let carrier =
        ["--frequency-ghz=20", "--eirp-dbw=66", "--gt-db-k=15", "--bandwidth-mhz=250", "--rolloff=0.2"];
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    let rows: Vec<std::collections::HashMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    let (mut closed, mut open) = (0, 0);
    for row in &rows {
        let number = |name: &str| row[name].parse::<f64>().unwrap_or(0.0);
        let place = (number("lat_deg"), number("lon_deg"));
        let (elevation_deg, _) = look(place.0, place.1);
        if !(0.05..6.0).contains(&elevation_deg) {
            continue;
        }
        let expected = rate_by_link(folder.path(), place, &carrier, "0.5") / 250.0;
        let got = number("mean_spectral_efficiency");
        assert_eq!(number("served_mean_mbps") > 0.0, expected > 0.0, "{elevation_deg}: {row:?}");
        // One MODCOD of difference is 0.03 bit/s/Hz and more.
        assert!(
            (got - expected).abs() < 0.05 * expected + 1e-6,
            "{elevation_deg}: {got} and {expected} by link"
        );
        closed += usize::from(expected > 0.0);
        open += usize::from(expected == 0.0);
    }
    assert!(closed >= 5 && open >= 5, "{closed} closed, {open} not, of {}", rows.len());
}

/// `attenuation` said so for the same paths, `link` nothing.
#[test]
fn link_says_where_its_attenuation_is_extrapolated() {
    let folder = tempfile::tempdir().unwrap();
    let base = [
        "link",
        "--range-km=3000",
        "--eirp-dbw=60",
        "--gt-db-k=20",
        "--bandwidth-mhz=100",
        "--latitude-deg=30",
        "--longitude-deg=10",
    ];
    let told = |more: &[&str]| -> Vec<String> {
        let report = json(folder.path(), &[&base, more].concat());
        let notes: Vec<String> = serde_json::from_value(report["notes"].clone()).unwrap();
        let output = Command::cargo_bin("hexsky")
            .unwrap()
            .args(base)
            .args(more)
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        let text = String::from_utf8(output).unwrap();
        for note in &notes {
            assert!(text.contains(&format!("note: {note}\n")), "{note}: {text}");
        }
        assert_eq!(text.matches("note: ").count(), notes.len(), "{text}");
        notes
    };
    assert_eq!(told(&["--frequency-ghz=20", "--elevation-deg=30", "--availability=99.5"]), [""; 0]);
    assert_eq!(
        told(&["--frequency-ghz=20", "--elevation-deg=1", "--availability=60"]),
        [
            "the path is below 5 degrees, where the gas, cloud and scintillation models are not stated",
            "the path is at a percentage outside 0.001 to 5, for which P.618-13 rain is stated",
        ]
    );
    assert_eq!(
        told(&["--frequency-ghz=70", "--elevation-deg=3,30,4", "--availability=99.5"]),
        [
            "2 of 3 paths are below 5 degrees, where the gas, cloud and scintillation models are not stated",
            "3 of 3 paths are above 55 GHz, where P.618-13 rain is not stated",
            "3 of 3 paths are outside 4 to 20 GHz, for which P.618-13 scintillation is stated",
        ]
    );
}

/// It was shared by the number of cells: 17.073 Mbit/s for the small cell in the middle of a pentagon.
#[test]
fn the_demand_of_a_coarse_cell_is_shared_by_area() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("g.toml"), satellite("")).unwrap();
    std::fs::write(folder.path().join("demand.csv"), "hex_id,demand_mbps\n8009fffffffffff,700\n").unwrap();
    let run = ["capacity", "g.toml", "--demand", "demand.csv", "--csv", "cells.csv", "--quiet"];
    let times = ["--duration", "1m", "--step", "1m", "--ut1-utc", "0", "--resolution", "2"];
    json(folder.path(), &[&run[..], &times].concat());
    let mut reader = csv::Reader::from_path(folder.path().join("cells.csv")).unwrap();
    let rows: Vec<std::collections::HashMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    let wanting: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| (row["area_km2"].parse().unwrap(), row["demand_mbps"].parse().unwrap()))
        .filter(|&(_, mbps): &(f64, f64)| mbps > 0.0)
        .collect();
    assert_eq!(wanting.len(), 41);
    let area_km2: f64 = wanting.iter().map(|one| one.0).sum();
    let mbps: f64 = wanting.iter().map(|one| one.1).sum();
    assert!((mbps - 700.0).abs() < 0.05, "{mbps}");
    for (of_cell_km2, demand_mbps) in wanting {
        let expected = 700.0 * of_cell_km2 / area_km2;
        assert!(
            (demand_mbps - expected).abs() < 0.002,
            "{of_cell_km2} km²: {demand_mbps} and not {expected}"
        );
    }
}
