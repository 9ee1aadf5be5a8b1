//! What a command takes from the files that are named: every phase that flies, each satellite once, and all that is to be
//! said about them.

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

const ONE: &str = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
const TWO: &str = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667";
const HEAD: &str = "name = \"S\"\nepoch = \"2000-06-01T00:00:00Z\"\ndefault_phase = \"small\"\n\
                    catalogue = { file = \"mixed.tle\", shell = \"late\" }\n[sources]\nplan = \"a plan\"\n";
const SHELL: &str = "[[shell]]\nname = \"low\"\npattern = \"walker-delta\"\nsatellites = 12\nplanes = 3\nphasing = 1\n\
                     altitude_km = 1000\ninclination_deg = 55\nsource = \"plan\"\n";
const PHASES: &str = "[[phase]]\nname = \"small\"\nshells = [\"low\"]\nsource = \"plan\"\n\
                      [[phase]]\nname = \"big\"\nshells = [\"low\", \"late\"]\nsource = \"plan\"\n";

/// A definition whose second phase flies a catalogue too, one satellite of which has a bad checksum.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("s.toml"), format!("{HEAD}{SHELL}{PHASES}")).unwrap();
    let bad = format!("BAD\n{}\n{}9\n", ONE.replace("00005", "00006"), &TWO.replace("00005", "00006")[..68]);
    std::fs::write(folder.path().join("mixed.tle"), format!("GOOD\n{ONE}\n{TWO}\n{bad}")).unwrap();
    folder
}

fn hexsky(folder: &tempfile::TempDir, arguments: &str) -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.current_dir(folder.path()).env("NO_COLOR", "1").args(arguments.split(' '));
    command
}

#[test]
fn growth_tells_what_is_left_out_of_every_phase() {
    let folder = folder();
    let job = "phases s.toml --resolution 0 --duration 10m --start 2000-06-27";
    hexsky(&folder, &format!("{job} --strict"))
        .assert()
        .code(2)
        .stderr(contains("--strict: s.toml: 1 satellite left out").and(contains("BAD")));
    hexsky(&folder, job)
        .assert()
        .success()
        .stdout(contains("1 satellite of the file left out: BAD"))
        .stderr(contains("checksum"));
    // The phase that flies by default has none of it, and by plane nothing else grows.
    hexsky(&folder, &format!("{job} --by plane --strict")).assert().success();
    hexsky(&folder, "phases s.toml --resolution 0 --duration 10m --start 2026-01-01 --quiet")
        .assert()
        .success()
        .stderr(contains("days").and(contains("GOOD")));
}

/// Exports number designed satellites from the same number on: GPS was taken for BeiDou, satellite by satellite.
#[test]
fn exports_of_two_designs_fly_together() {
    let folder = folder();
    for (system, format) in [("beidou-3", "omm-csv"), ("gps", "omm-csv"), ("beidou-3", "tle"), ("gps", "tle")]
    {
        let to = if format == "tle" { format!("{system}.tle") } else { format!("{system}.csv") };
        hexsky(&folder, &format!("export {system} --format {format} -o {to}")).assert().success();
    }
    for ending in ["csv", "tle"] {
        let job = format!("coverage beidou-3.{ending} gps.{ending} --resolution 0 --duration 10m");
        let held = |file: &str, count| contains(format!("{file}.{ending}: {count} satellites"));
        hexsky(&folder, &job)
            .assert()
            .success()
            .stdout(held("beidou-3", 30).and(held("gps", 24)))
            .stderr(contains("in another file").not());
    }
    // Satellites of the same names in other orbits.
    for system in ["hongyun", "xingyun"] {
        hexsky(&folder, &format!("export {system} --format tle -o {system}.tle")).assert().success();
    }
    hexsky(&folder, "coverage hongyun.tle xingyun.tle --resolution 0 --duration 10m --min-elevation 10")
        .assert()
        .success()
        .stdout(contains("hongyun.tle: 156 satellites").and(contains("xingyun.tle: 80 satellites")))
        .stderr(contains("in another file").not());
    // Two notations of one design hold each satellite once.
    hexsky(&folder, "coverage beidou-3.csv beidou-3.tle --resolution 0 --duration 10m")
        .assert()
        .success()
        .stderr(contains("30 satellites are in another file too"));
    hexsky(&folder, "dop beidou-3.csv gps.csv --resolution 0 --duration 10m")
        .assert()
        .success()
        .stdout(contains("gps: 24 satellites"));
}

#[test]
fn the_newest_epoch_is_that_of_the_satellites() {
    let folder = folder();
    hexsky(&folder, "show s.toml:big")
        .assert()
        .stdout(contains("2000-06-01T00:00:00.000Z to 2000-06-27T18:50"));
    hexsky(&folder, "show s.toml:big --shells late")
        .assert()
        .stdout(contains("epoch         2000-06-27T18:50"));
    hexsky(&folder, "dop s.toml:big --resolution 0 --duration 10m")
        .assert()
        .stdout(contains("2000-06-27T18:00:00.000Z").and(contains("newest epoch")));
}

#[test]
fn satellites_of_a_file_named_twice_and_of_phases_fly_once() {
    let folder = folder();
    let window = "--resolution 0 --duration 10m --start 2000-06-27";
    let mean = |files: &str| {
        let output =
            hexsky(&folder, &format!("coverage {files} {window} --min-elevation 10 --quiet --json -"))
                .output()
                .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["summary"]["mean_in_view"].as_f64().unwrap()
    };
    assert_eq!(mean("s.toml:small s.toml:big"), mean("s.toml:big"));
    assert_eq!(mean("s.toml ./s.toml"), mean("s.toml"));
    hexsky(&folder, &format!("coverage s.toml ./s.toml {window} --min-elevation 10"))
        .assert()
        .success()
        .stderr(contains("12 satellites are in another file too"));
}

#[test]
fn notes_of_a_region_are_told_by_every_command() {
    let folder = folder();
    let flat = r#"{"type": "MultiPolygon", "coordinates": [[[[0, 0], [40, 0], [40, 40], [0, 0]]], [[[0, 0], [9, 0], [18, 0], [0, 0]]]]}"#;
    std::fs::write(folder.path().join("r.geojson"), flat).unwrap();
    for command in [
        "coverage s.toml",
        "compare s.toml hongyan",
        "phases s.toml",
        "resilience s.toml --lose 1 --trials 2",
    ] {
        let job = format!("{command} --resolution 1 --duration 10m --start 2000-06-27 --region r.geojson");
        hexsky(&folder, &job).assert().success().stdout(contains("1 polygon without area"));
    }
}

#[test]
fn a_baseline_under_another_spelling_is_one_of_the_systems() {
    let folder = folder();
    let job = "compare s.toml hongyan --baseline ./s.toml --resolution 0 --duration 10m --start 2000-06-27";
    hexsky(&folder, job).assert().success().stdout(contains("Comparison of S, Hongyan\n"));
}

#[test]
fn satellites_that_differ_are_told_by_diff() {
    let folder = folder();
    let other = format!("OTHER\n{}\n{}", ONE.replace("00005", "00007"), TWO.replace("00005", "00007"));
    // Two more in the sums of both lines.
    let other = other.replace("4753", "4755").replace("413667", "413669");
    std::fs::write(folder.path().join("other.tle"), format!("GOOD\n{ONE}\n{TWO}\n{other}\n")).unwrap();
    hexsky(&folder, "diff mixed.tle other.tle")
        .assert()
        .success()
        .stdout(contains("no parameter differs\n\nsatellites\n  1 only in B: OTHER\n  1 is the same\n"));
    hexsky(&folder, "diff other.tle other.tle")
        .assert()
        .success()
        .stdout(contains("no parameter differs").and(contains("satellites\n").not()));
}
