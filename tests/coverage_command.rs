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
    for fold in ["2-fold 0.", "3-fold 0.", "4-fold 0 points", "rough error of a cell", "mean in view 0."] {
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
    .stderr(contains("x.tle:1:69").and(contains("checksum of line 1 is 5, its columns sum to")));
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
    hexsky().args(["coverage", &file, "--resolution", "12"]).assert().code(2).stderr(contains("from 0 to 7"));
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

/// The dissolved areas are the cells of the CSV file for which their names hold.
#[test]
fn areas_are_those_of_the_cells_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let run = |mask: &str, name: &str| -> (serde_json::Value, String) {
        hexsky()
            .current_dir(folder.path())
            .args([
                "coverage",
                "hongyun",
                "--resolution",
                "1",
                "--duration",
                "2h",
                "--quiet",
                "--min-elevation",
                mask,
            ])
            .args(["--areas", name, "--areas-gap", "12min", "--csv", "cells.csv"])
            .assert()
            .success();
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        (serde_json::from_str(&text).unwrap(), fs::read_to_string(folder.path().join("cells.csv")).unwrap())
    };
    let mut kinds_seen = Vec::new();
    for mask in ["35", "75"] {
        let (areas, table) = run(mask, "areas.geojson");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let number = |row: &csv::StringRecord, name: &str| -> f64 {
            row[header.iter().position(|column| column == name).unwrap()].parse().unwrap()
        };
        let kinds: [(&str, &dyn Fn(&csv::StringRecord) -> bool); 3] = [
            ("always_covered", &|row| number(row, "gap_count") == 0.0),
            ("never_covered", &|row| number(row, "access_count") == 0.0),
            ("gap_over_12_min", &|row| number(row, "max_gap_s") > 720.0),
        ];
        let whole: f64 = rows.iter().map(|row| number(row, "area_km2")).sum();
        let features = areas["features"].as_array().unwrap();
        for (kind, holds) in kinds {
            let own: Vec<f64> =
                rows.iter().filter(|row| holds(row)).map(|row| number(row, "area_km2")).collect();
            let feature = features.iter().find(|feature| feature["properties"]["kind"] == kind);
            assert_eq!(feature.is_some(), !own.is_empty(), "{kind} at {mask}");
            let Some(feature) = feature else { continue };
            kinds_seen.push(kind);
            let told = |name: &str| feature["properties"][name].as_f64().unwrap();
            let sum = own.iter().sum::<f64>();
            assert_eq!(told("cells") as usize, own.len(), "{kind}");
            assert!((told("area_km2") / sum - 1.0).abs() < 1e-9, "{kind}: {} {sum}", told("area_km2"));
            assert!((told("percent_of_region") - 100.0 * sum / whole).abs() < 1e-5, "{kind}");
            assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        }
    }
    kinds_seen.sort_unstable();
    kinds_seen.dedup();
    assert_eq!(kinds_seen, ["always_covered", "gap_over_12_min", "never_covered"]);
    hexsky()
        .current_dir(folder.path())
        .args(["coverage", "hongyun", "--resolution", "1", "--duration", "2h", "--areas", "areas.txt"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("--areas"));
}

/// A page through gateways shows them and says how far they reach; a page of places shows the places.
#[test]
fn pages_show_gateways_and_places() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "name,lat_deg,lon_deg\nRome,41.9,12.5\nQuito,-0.2,-78.5\n")
        .unwrap();
    let run = |arguments: &[&str]| -> (String, serde_json::Value, serde_json::Value) {
        let out = hexsky()
            .current_dir(folder.path())
            .args(["coverage", "hongyun", "--duration", "3h", "--html", "page.html", "--json", "r.json"])
            .args(arguments)
            .assert()
            .success();
        let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
        let page = page.split("id=\"hexsky-page\">").nth(1).unwrap().split("</script>").next().unwrap();
        (
            String::from_utf8(out.get_output().stdout.clone()).unwrap(),
            serde_json::from_str(page).unwrap(),
            serde_json::from_slice(&fs::read(folder.path().join("r.json")).unwrap()).unwrap(),
        )
    };
    let (text, page, report) = run(&["--points", "p.csv", "--gateways", "ksat"]);
    let names: Vec<&str> =
        page["places"].as_array().unwrap().iter().map(|place| place["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Rome", "Quito"]);
    assert_eq!(page["markers"].as_array().unwrap().len(), 36);
    let reach = format!("{:.2} % of the time", report["gateways"]["percent_in_reach"].as_f64().unwrap());
    assert!(text.contains(&format!("a satellite serves while it sees one: {reach} on average")), "{text}");
    let made = page["made"].to_string();
    assert!(made.contains(&reach) && made.contains("36 of ksat"), "{made}");

    let (text, page, _) = run(&["--resolution", "0", "--exact", "none", "--step", "90s"]);
    assert!(
        text.contains("nothing: a quick look; gaps and percentages are as coarse as the step of 90 s"),
        "{text}"
    );
    assert!(page["made"].to_string().contains("nothing: everything is sampled at the step"));
    for (arguments, message) in [
        (
            &["--region", "10,10,10.1,10.1", "--resolution", "0"][..],
            "no cell of resolution 0 has its centre in",
        ),
        (&["--region", "Zzzzzzzzz"], "a country by code or name"),
        (&["--min-elevation", "high"], "expected a number of degrees such as 10 or 25.5"),
    ] {
        hexsky()
            .args(["coverage", "hongyun"])
            .args(arguments)
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(message));
    }
}

/// Stations without a mask are looked at with that of the constellation, unless one is asked for.
#[test]
fn the_constellation_gives_gateways_without_a_mask_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bare.csv"), "name,lat_deg,lon_deg\na,60,10\nb,-30,100\n").unwrap();
    let stated = "name,lat_deg,lon_deg,min_elevation_deg\na,60,10,40\nb,-30,100,40\n";
    fs::write(folder.path().join("stated.csv"), stated).unwrap();
    let text =
        SHELL.replace("[[shell]]", "[service]\ngateway_min_elevation_deg = 40\nsource = \"plan\"\n[[shell]]");
    let file = trial(folder.path(), &text);
    let run = |more: &[&str]| -> (String, serde_json::Value) {
        let run = hexsky()
            .current_dir(folder.path())
            .args(["coverage", &file, "--resolution", "0", "--duration", "6h", "--json", "r.json"])
            .args(more)
            .assert()
            .success();
        let report = serde_json::from_slice(&fs::read(folder.path().join("r.json")).unwrap()).unwrap();
        (String::from_utf8(run.get_output().stdout.clone()).unwrap(), report)
    };
    let percent = |report: &serde_json::Value| report["summary"]["percent_covered"].as_f64().unwrap();
    let (text, bare) = run(&["--gateways", "bare.csv"]);
    assert!(text.contains("2 sites state no mask; 40° of the constellation is taken"), "{text}");
    let (text, own) = run(&["--gateways", "stated.csv"]);
    assert!(!text.contains("state no mask"), "{text}");
    assert_eq!(percent(&bare), percent(&own));
    let (_, asked) = run(&["--gateways", "bare.csv", "--gateway-min-elevation", "5"]);
    assert!(percent(&asked) > percent(&bare), "{asked}");
    hexsky()
        .args(["coverage", &file, "--gateways", "chinese-control-centres"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("can serve as a gateway"));
}

#[test]
fn outputs_of_places_and_what_they_cannot_show() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "name,lat_deg,lon_deg\nRome,41.9,12.5\nQuito,-0.2,-78.5\n")
        .unwrap();
    let run = |more: &[&str]| {
        let mut command = hexsky();
        command
            .current_dir(folder.path())
            .args(["coverage", "hongyun", "--duration", "1h", "--quiet"])
            .args(more);
        command
    };
    run(&["--points", "p.csv", "--gis", "--csv", "out.csv"]).assert().success();
    let table = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert!(table.lines().nth(1).unwrap().ends_with(",POINT(12.5 41.9)"), "{table}");
    run(&["--points", "p.csv", "--resolution", "2"]).assert().success().stderr(contains("no effect"));
    run(&["--points", "p.csv"]).assert().success().stderr("");
    run(&["--points", "p.csv", "--ascii-map"])
        .assert()
        .success()
        .stdout("")
        .stderr(contains("shows cells, not places"));
    run(&["--resolution", "0", "--map", "m.svg", "--figure", "percent_coverd"])
        .assert()
        .code(2)
        .stderr(contains("there is no such figure").and(contains("percent_covered")));
    hexsky()
        .current_dir(folder.path())
        .args(["dop", "gps", "--at", "2026-01-01", "--resolution", "0", "--out", "a.czml", "--quiet"])
        .assert()
        .code(2)
        .stderr(contains("no satellites with mean elements in motion"));
    assert!(!folder.path().join("m.svg").exists() && !folder.path().join("a.czml").exists());
    run(&["--resolution", "0", "--map", "m.svg", "--projection", "equirectangular"]).assert().success();
    let flat = fs::read_to_string(folder.path().join("m.svg")).unwrap();
    run(&["--resolution", "0", "--map", "e.svg"]).assert().success();
    assert_ne!(flat, fs::read_to_string(folder.path().join("e.svg")).unwrap());
}
