//! `hexsky show` and `hexsky infer` as a user meets them: text, JSON, and what is refused.

use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

fn hexsky(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1").current_dir(folder).args(arguments);
    command
}

fn text(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

fn json(command: &mut Command) -> serde_json::Value {
    serde_json::from_str(&text(command)).unwrap()
}

/// The line of a text that begins with a word.
fn line<'a>(text: &'a str, word: &str) -> &'a str {
    let found = text.lines().find(|line| line.split_whitespace().next() == Some(word));
    found.unwrap_or_else(|| panic!("no line of {word} in {text}"))
}

const NETWORK: &str = r#"
name = "Everything"

[[site]]
name = "bare"
lat_deg = 10
lon_deg = 20
height_m = 123

[[site]]
name = "hills"
lat_deg = -33.5
lon_deg = 350.25
mask = [[0, 5], [180, 12.5], [360, 5]]
confidence = "high"

[[site]]
name = "flat"
lat_deg = 0
lon_deg = 0
min_elevation_deg = 3
confidence = "low"
position = "assumed"

[[site]]
name = "doubtful"
lat_deg = 1
lon_deg = 1
confidence = "assumed"

[[site]]
name = "middling"
lat_deg = 1
lon_deg = 2
confidence = "medium"

[[ship]]
name = "held"
[[ship.voyage]]
name = "one"
track = "track.csv"
before = "hold"
after = "hold"

[[ship]]
name = "bound"
[[ship.voyage]]
name = "two"
track = "track.csv"
before = "absent"
after = "absent"

[[ship]]
name = "leaving"
[[ship.voyage]]
name = "three"
track = "track.csv"
before = "hold"
after = "absent"

[[ship]]
name = "coming"
[[ship.voyage]]
name = "four"
track = "track.csv"
before = "absent"
after = "hold"
[[ship.voyage]]
name = "five"
mission = "no positions"
until = 2027-01-02
"#;

const TRACK: &str = "utc,lat_deg,lon_deg\n2026-03-01T00:00:00Z,5,100\n2026-03-03T00:00:00Z,6,101\n";

fn network(folder: &Path, text: &str) {
    std::fs::write(folder.join("sites.toml"), text).unwrap();
    std::fs::write(folder.join("track.csv"), TRACK).unwrap();
}

#[test]
fn stations_and_voyages_are_shown_with_masks_and_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    network(folder.path(), NETWORK);
    let shown = text(&mut hexsky(folder.path(), &["show", "sites.toml"]));
    let ends = |word: &str, parts: &[&str]| {
        let line = line(&shown, word);
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?} in {line}");
    };
    ends("bare", &["10.0000", "20.0000", "123", "none: 10°"]);
    ends("hills", &["-33.5000", "5° to 12.5°", "high"]);
    ends("flat", &["3°", "assumed"]);
    ends("doubtful", &["assumed"]);
    ends("middling", &["medium"]);
    ends("held", &["2026-03-01 to 2026-03-03, held"]);
    ends("bound", &["2026-03-01 to 2026-03-03 "]);
    ends("leaving", &["until 2026-03-01 to 2026-03-03"]);
    ends("coming", &["from 2026-03-01 to 2026-03-03"]);
    assert!(!line(&shown, "bound").contains("held"));
    assert!(shown.contains("coming/five: no positions, until 2027-01-02"), "{shown}");

    let told = json(&mut hexsky(folder.path(), &["show", "sites.toml", "--json", "-"]));
    let site = |name: &str| {
        let sites = told["sites"].as_array().unwrap();
        sites.iter().find(|site| site["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(site("bare")["height_m"], 123.0);
    assert_eq!(site("hills")["mask"], serde_json::json!([[0.0, 5.0], [180.0, 12.5], [360.0, 5.0]]));
    assert_eq!(site("held")["latitude_deg"], serde_json::Value::Null);
    assert_eq!(
        site("held")["waypoints"],
        serde_json::json!([
            {"utc": "2026-03-01T00:00:00.000Z", "latitude_deg": 5.0, "longitude_deg": 100.0, "part": 1},
            {"utc": "2026-03-03T00:00:00.000Z", "latitude_deg": 6.0, "longitude_deg": 101.0, "part": 1}
        ])
    );
    let written = text(&mut hexsky(folder.path(), &["show", "sites.toml", "--json", "sites.json"]));
    assert_eq!(written, shown);
    let file: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("sites.json")).unwrap()).unwrap();
    assert_eq!(file, told);
}

#[test]
fn what_a_voyage_cannot_be_is_told_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    std::fs::write(
        folder.path().join("fast.csv"),
        TRACK.replace("2026-03-03T00", "2026-03-01T01").replace(",6,", ",16,"),
    )
    .unwrap();
    let held = "name = \"one\"\ntrack = \"track.csv\"\nbefore = \"hold\"\nafter = \"hold\"\n";
    for (from, to, message) in [
        (held, "name = \"one\"\ntrack = \"track.csv\"\n", "does not say what holds outside"),
        (
            held,
            "name = \"one\"\ntrack = \"track.csv\"\nbefore = \"hold\"\nafter = \"hold\"\n\
             waypoints = [{ utc = 2026-01-01, lat_deg = 0, lon_deg = 0 }]\n",
            "has both a track file and waypoints",
        ),
        ("track = \"track.csv\"", "track = \"folder\"", "is no file"),
        ("track = \"track.csv\"", "track = \"gone.csv\"", "gone.csv: there is no such file"),
        ("track = \"track.csv\"", "track = \"fast.csv\"", "fast.csv:3"),
        ("name = \"held\"", "name = \"held, perhaps\"", "must not be empty or hold a comma"),
        ("name = \"bare\"", "name = \"\"", "must not be empty or hold a comma"),
    ] {
        network(folder.path(), &NETWORK.replacen(from, to, 1));
        hexsky(folder.path(), &["show", "sites.toml"]).assert().code(2).stdout("").stderr(contains(message));
    }
    // A file that cannot be read is told where the network names it.
    network(folder.path(), &NETWORK.replacen("track = \"track.csv\"", "track = \"gone.csv\"", 1));
    hexsky(folder.path(), &["show", "sites.toml"])
        .assert()
        .code(2)
        .stderr(contains("sites.toml:").and(contains("relative to the folder of this file")));
}

#[test]
fn a_payload_is_shown_with_its_beams_carriers_and_links() {
    let folder = tempfile::tempdir().unwrap();
    let definition = r#"
name = "Fed"
epoch = "2026-01-01T00:00:00Z"
default_phase = "all"
[sources]
s = "a test"
[[shell]]
name = "one"
pattern = "walker-delta"
satellites = 4
planes = 2
phasing = 1
altitude_km = 800
inclination_deg = 50
source = "s"
[[shell]]
name = "two"
pattern = "walker-delta"
satellites = 4
planes = 2
phasing = 1
altitude_km = 900
inclination_deg = 50
source = "s"
derived.altitude_km = "s: by hand"
[[phase]]
name = "first"
shells = ["one", "two"]
satellites = { two = 1 }
source = "s"
[phase.service]
min_elevation_deg = 25
source = "s"
[[phase]]
name = "all"
shells = ["one", "two"]
source = "s"
[service]
min_elevation_deg = 15
confidence = "derived"
source = "s"
[[payload]]
shells = ["one"]
capacity_gbps_per_satellite = 8
gateway_antennas = 2
isl = "ring"
isl_gbps = 4
source = "s"
[payload.user]
beams = 16
colours = 4
polarisations = 2
beam_area_km2 = 5000
fixed_rows = 2
fixed_columns = 8
row_spacing_deg = 4
column_spacing_deg = 5
beam_antenna = "s1528:gmax=38,psi_b=1.2,ln=-15"
source = "s"
[payload.user.down]
frequency_ghz = 20
total_bandwidth_mhz = 400
eirp_dbw = 36
g_over_t_db_k = 12
tx_antenna = "array:gmax=34,n=1.3,at=nadir"
source = "s"
[payload.feeder.up]
capacity_gbps = 6
source = "s"
"#;
    std::fs::write(folder.path().join("fed.toml"), definition).unwrap();
    let shown = text(&mut hexsky(folder.path(), &["show", "fed.toml"]));
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "user mask 15° (derived)",
        "8 Gbit/s per satellite",
        "inter-satellite links in the plane at 4 Gbit/s",
        "user 16 beams, 4 colours, 2 polarisations, 5000 km² a beam, beam s1528:",
        "2 rows of 8 fixed beams, 4° by 5° apart",
        "down 20 GHz 400 MHz in all colours 36 dBW 12 dB/K from array:gmax=34,n=1.3,at=nadir",
        "feeder up 6 Gbit/s",
        "2 gateways at a time",
        "(one)",
        ", mask 25°",
    ] {
        assert!(words.contains(part), "no '{part}' in {shown}");
    }
    let told = json(&mut hexsky(folder.path(), &["show", "fed.toml", "--json", "-"])).to_string();
    assert!(told.contains("\"s1528:gmax=38,psi_b=1.2,ln=-15,z=1\""), "{told}");
    let first = text(&mut hexsky(folder.path(), &["show", "fed.toml:first"]));
    assert!(first.contains("1 of 4"), "{first}");
}

/// A catalogue with a shell of three planes that are not equally full, satellites of very eccentric orbits and
/// a few that are alone.
fn mixed(path: &Path) {
    let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                  MEAN_ANOMALY,NORAD_CAT_ID";
    let mut number = 0;
    let mut row = |motion: f64, eccentricity: f64, inclination: f64, node: f64, anomaly: f64| {
        number += 1;
        format!(
            "S{number},2026-01-01T00:00:00,{motion},{eccentricity},{inclination},{node},0,{anomaly},{number}\n"
        )
    };
    let mut rows = String::new();
    for (plane, count) in [(0, 10), (1, 8), (2, 6)] {
        for slot in 0..count {
            rows += &row(
                14.2,
                0.0002,
                63.0,
                120.0 * f64::from(plane),
                360.0 / f64::from(count) * f64::from(slot),
            );
        }
    }
    rows += &row(2.0058, 0.72, 63.4, 10.0, 0.0);
    rows += &row(2.0058, 0.71, 63.4, 100.0, 0.0);
    rows += &row(12.5, 0.0002, 30.0, 10.0, 0.0);
    std::fs::write(path, format!("{header}\n{rows}")).unwrap();
}

#[test]
fn satellites_of_no_shell_are_counted_by_reason_and_named_in_json() {
    let folder = tempfile::tempdir().unwrap();
    mixed(&folder.path().join("mixed.csv"));
    let shown = text(&mut hexsky(folder.path(), &["infer", "mixed.csv"]));
    assert!(shown.contains("3 satellites belong to no shell"), "{shown}");
    assert!(
        shown.contains("2  the orbit is not near-circular") && shown.contains("--json names them"),
        "{shown}"
    );
    assert!(shown.contains("6–10 (8)"), "{shown}");
    let told = json(&mut hexsky(folder.path(), &["infer", "mixed.csv", "--json", "-"]));
    assert_eq!(told["satellites"], 27);
    let unplaced: Vec<&str> =
        told["unplaced"].as_array().unwrap().iter().map(|own| own["satellite"].as_str().unwrap()).collect();
    assert_eq!(unplaced, ["S25 (25)", "S26 (26)", "S27 (27)"]);
    assert_eq!(told["shells"].as_array().unwrap().len(), 1);
    // Both at once: the definition goes to its file, and JSON alone to standard output.
    let both = json(&mut hexsky(folder.path(), &["infer", "mixed.csv", "--json", "-", "--output", "d.toml"]));
    assert_eq!(both, told);
    let derived = std::fs::read_to_string(folder.path().join("d.toml")).unwrap();
    assert!(derived.contains("24 satellites on shells, 3 of no shell are left out"), "{derived}");
    hexsky(folder.path(), &["show", "d.toml"]).assert().success().stdout(contains("24"));
}

#[test]
fn a_catalogue_without_a_shell_makes_no_definition() {
    let folder = tempfile::tempdir().unwrap();
    mixed(&folder.path().join("mixed.csv"));
    let text = std::fs::read_to_string(folder.path().join("mixed.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    std::fs::write(folder.path().join("few.csv"), format!("{}\n{}\n{}\n", lines[0], lines[1], lines[25]))
        .unwrap();
    hexsky(folder.path(), &["infer", "few.csv", "--output", "few.toml"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("no shell was found among 2 satellites").and(contains("four satellites")));
    assert!(!folder.path().join("few.toml").exists());
    hexsky(folder.path(), &["infer", "few.csv"])
        .assert()
        .success()
        .stdout(contains("2 satellites belong to no shell"));
}
