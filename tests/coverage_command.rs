//! `hexsky coverage`, `show` and `list` as a user runs them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

const HEADER: &str = "percent_covered,percent_covered_2,percent_covered_3,percent_covered_4,mean_in_view,\
min_in_view,max_in_view,access_count,mean_access_s,gap_count,mean_gap_s,p50_gap_s,p95_gap_s,max_gap_s,\
max_gap_start,mean_response_s,flags";

const SHELL: &str = r#"name = "Trial"
epoch = "2026-01-01T00:00:00Z"
[sources]
plan = "this test"
[[shell]]
name = "A"
pattern = "walker-delta"
satellites = 12
planes = 3
phasing = 1
altitude_km = 1000
inclination_deg = 80
source = "plan"
"#;

fn hexsky() -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1");
    command
}

fn trial(folder: &Path, text: &str) -> String {
    let path = folder.join("trial.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_csv_has_the_header_and_a_row_for_each_cell() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("out.csv");
    let json = folder.path().join("out.json");
    hexsky()
        .args(["coverage", "hongyun", "--resolution", "1", "--duration", "2h", "--min-elevation", "30"])
        .args(["--csv", csv.to_str().unwrap(), "--json", json.to_str().unwrap()])
        .assert()
        .success()
        .stdout(contains("8 of 12 figures are assumed").and(contains("Latitude profile")));
    let text = fs::read_to_string(csv).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next().unwrap(), format!("hex_id,lat_deg,lon_deg,area_km2,{HEADER}"));
    assert_eq!(lines.count(), 842);
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(report["inputs"][0]["satellites"], 156);
}

/// Never covered is one gap as long as the window; always covered is no gap at all.
#[test]
fn places_give_rows_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let places = folder.path().join("places.csv");
    fs::write(
        &places,
        "name,lat_deg,lon_deg,height_m\nUnder it,0,110.5,10\nNorth Pole,90,0,0\n=cmd(),0,-70,0\n",
    )
    .unwrap();
    let geo = "name = \"G\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\nplan = \"this test\"\n[[satellite]]\n\
name = \"G\"\norbit = \"geo\"\nlongitude_deg = 110.5\nsource = \"plan\"\n";
    let output = hexsky()
        .args(["coverage", &trial(folder.path(), geo), "--min-elevation", "5", "--csv", "-", "--points"])
        .arg(&places)
        .assert()
        .success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0].join(","), format!("name,lat_deg,lon_deg,height_m,{HEADER}"));
    // percent covered, gap_count, p50, max_gap_s
    assert_eq!((rows[1][4], rows[1][13], rows[1][15], rows[1][17]), ("100.000000", "0", "", "0.000"));
    assert_eq!((rows[2][4], rows[2][13], rows[2][17]), ("0.000000", "1", "86400.000"));
    assert_eq!(rows[3][0], "'=cmd()");
}

#[test]
fn gis_files_stand_beside_the_csv() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("map.csv");
    hexsky()
        .args(["coverage", "hongyun", "--resolution", "0", "--duration", "10m", "--gis", "--csv"])
        .arg(&csv)
        .assert()
        .success();
    let text = fs::read_to_string(&csv).unwrap();
    assert!(text.lines().next().unwrap().ends_with(",WKT"));
    assert_eq!(text.matches("POLYGON").count(), 122);
    assert!(fs::read_to_string(folder.path().join("map.prj")).unwrap().contains("WGS_1984"));
    assert!(fs::read_to_string(folder.path().join("map.csvt")).unwrap().starts_with("String,Real,Real"));
}

#[test]
fn reports_say_what_would_mislead() {
    let run = |arguments: &[&str]| {
        let output = hexsky().arg("coverage").args(arguments).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    // Small regions in whole square kilometres; a bar is full where coverage is; each sampled figure has its error.
    let small = run(&["xingyun", "--region", "LU", "--resolution", "5", "--duration", "3h"]);
    assert!(small.contains("12 cells, 2"), "{small}");
    assert!(!small.contains("0.00 million"), "{small}");
    assert!(!small.contains(&"█".repeat(40)), "{small}");
    for fold in ["2-fold 0.", "3-fold 0.", "4-fold 0.", "points, mean in view 0."] {
        assert!(small.contains(fold), "{small}");
    }
    let never =
        run(&["beidou-3", "--region", "LU", "--resolution", "5", "--duration", "1h", "--at-least", "31"]);
    assert!(never.contains("at least 31 satellites in view, more than there are"), "{never}");
    assert!(never.contains("cut by the window; none begins and ends inside it"), "{never}");
    let solved =
        run(&["xingyun", "--region", "LU", "--resolution", "5", "--duration", "1h", "--exact", "all"]);
    assert!(
        solved.contains("the time series every 1 min") && solved.contains("solved      everything"),
        "{solved}"
    );
}

/// A wrong file: exit code 2, the line, what was expected, and no output.
#[test]
fn wrong_definitions_are_explained() {
    let cases = [
        ("planes = 3", "plains = 3", "trial.toml:9:1", "did you mean 'planes'?"),
        ("altitude_km = 1000", "altitude_km = \"1000 km\"", "trial.toml:11:15", "write altitude_km = 1000"),
        ("planes = 3", "planes = 5", "trial.toml:9:10", "T must be a multiple of P"),
        ("phasing = 1", "phasing = 1\neccentricity = 1.2", "trial.toml:11:16", "0 to below 1"),
        ("[[shell]]", "[service]\nmin_elevation_deg = -1\n[[shell]]", "trial.toml:6:21", "0 to below 90"),
        ("[[shell]]", "[service]\nmin_elevation_deg = 95\n[[shell]]", "trial.toml:6:21", "0 to below 90"),
    ];
    for (from, to, place, help) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = trial(folder.path(), &SHELL.replacen(from, to, 1));
        hexsky()
            .args(["coverage", &file, "--resolution", "0", "--csv"])
            .arg(folder.path().join("out.csv"))
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(place).and(contains(help)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{to}");
    }
}

#[test]
fn wrong_catalogues_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.tle");
    let run = |text: &str| {
        fs::write(&path, text).unwrap();
        hexsky().args(["coverage", path.to_str().unwrap(), "--resolution", "0"]).assert().code(2)
    };
    run("").stderr(contains("the file is empty"));
    run("1 25544U 98067A   26001.50000000  .00016717  00000-0  10270-3 0  9005\n\
2 25544  51.6400 208.9163 0006317  69.9862  25.2906 15.49815350 00008\n")
    .stderr(contains("x.tle:1:1").and(contains("checksum of line 1 is 5, its columns sum to")));
    run("1 25544U 98067A   26001.50000000  .00016717\n").stderr(contains("x.tle:1"));
}

#[test]
fn wrong_arguments_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = trial(folder.path(), SHELL);
    let refused = |arguments: &[&str], code: i32, message: &str| {
        hexsky()
            .args(["coverage", &file, "--resolution", "0"])
            .args(arguments)
            .assert()
            .code(code)
            .stdout("")
            .stderr(contains(message));
    };
    refused(&["--min-elevation", "-5"], 2, "between 0 and 90");
    refused(&["--min-elevation", "95"], 2, "between 0 and 90");
    refused(&["--step", "0s"], 2, "must be longer than zero");
    refused(&["--step", "0"], 2, "must be longer than zero");
    for negative in ["-5", "-5s", "-1h30m", "\u{2212}5s"] {
        refused(&["--step", negative], 2, "must be longer than zero, not negative");
        refused(&["--duration", negative], 2, "must be longer than zero, not negative");
        refused(&[&format!("--duration={negative}")], 2, "must be longer than zero, not negative");
    }
    refused(&["--duration", "--quiet"], 2, "'--quiet' is not a duration");
    refused(&["--start", "yesterday"], 2, "expected ISO 8601");
    refused(&["--phase", "full"], 2, "phase");
    refused(&["--region", "chna"], 2, "China");
    refused(&["--csv", "/no-such-folder/out.csv"], 2, "there is no folder");
    refused(&["--csv", folder.path().to_str().unwrap()], 1, "a directory is in the way");
    refused(&["--csv", &file], 1, "is also the input");
    hexsky().args(["coverage", &file, "--resolution", "12"]).assert().code(2).stderr(contains("0..=7"));
    hexsky()
        .args(["coverage", "hongyu"])
        .assert()
        .code(2)
        .stderr(contains("did you mean the shipped 'hongyun'?"));
    assert_eq!(fs::read_to_string(&file).unwrap(), SHELL);
}

#[test]
fn shipped_files_are_listed_and_shown() {
    let output = hexsky().arg("list").assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for name in ["beidou-3", "hongyan", "hongyun", "xingyun", "starlink-gen1"] {
        assert!(text.contains(name), "{name}");
        hexsky().args(["show", name]).assert().success().stdout(contains("figures assumed"));
    }
    // A payload of messages alone is told, too.
    hexsky().args(["show", "xingyun"]).assert().success().stdout(contains("messages at 9.6 kbit/s"));
}
