//! UT1 and the pole as a user meets them: the shipped table by default, `--ut1-utc` and `--eop`, on every
//! command that propagates.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// EOP C04 of three days with a UT1 that is a second off, so that it shows.
const EOP: &str = "\
# EOP (IERS) 20 C04 TIME SERIES
2026   1   1   0  61041.00    0.100000    0.300000   0.9000000    0.000000    0.000000
2026   1   2   0  61042.00    0.101000    0.301000   0.9010000    0.000000    0.000000
2026   1   3   0  61043.00    0.102000    0.302000   0.9020000    0.000000    0.000000
";

/// A small run of each command whose report has a line `model`.
const RUNS: [&str; 8] = [
    "coverage hongyun --resolution 0",
    "coverage hongyun --resolution 0 --gateways ksat",
    "compare hongyun xingyun --resolution 0",
    "phases beidou-3 --resolution 0 --by plane",
    "resilience beidou-3 --resolution 0 --lose 1 --trials 1",
    "capacity hongyun --resolution 0 --step 10min",
    "dop beidou-3 --resolution 0 --step 10min",
    "passes beidou-3 --stations ksat",
];

fn hexsky(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1").current_dir(folder).args(arguments.split(' '));
    command
}

fn done(folder: &Path, arguments: &str) -> Output {
    let output = hexsky(folder, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn every_report_tells_where_ut1_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("eop.txt"), EOP).unwrap();
    for run in RUNS {
        for (option, told) in [
            ("", "UT1 − UTC = +0.0741 s (IERS table, shipped), no polar motion"),
            (" --ut1-utc 0", "UT1 = UTC (asked for), no polar motion"),
            (" --ut1-utc -0.25", "UT1 − UTC = −0.2500 s (asked for), no polar motion"),
            (" --eop eop.txt", "UT1 − UTC = +0.9000 s, pole at 0.100″ 0.300″ (eop.txt)"),
        ] {
            let output =
                done(folder.path(), &format!("{run} --start 2026-01-01T00:00:00Z --duration 30min{option}"));
            let report = String::from_utf8(output.stdout).unwrap();
            assert!(report.contains(told), "{run}{option}:\n{report}");
        }
        let output = done(folder.path(), &format!("{run} --start 2040-01-01T00:00:00Z --duration 30min"));
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(report.contains("UT1 = UTC, within 0.9 s or 0.42 km on the equator"), "{run}:\n{report}");
    }
}

/// The Earth turns by 15.041″ in a second (IERS Conventions 2010, table 1.2), so UT1 ahead of UTC puts a
/// satellite so much farther west.
#[test]
fn ut1_turns_the_earth() {
    let folder = tempfile::tempdir().unwrap();
    let places = |option: &str, file: &str| -> f64 {
        let scene = "passes beidou-3 --satellites GEO-1 --stations ksat --sites ksat-dubai --duration 1h --quiet --plan";
        let _ = done(folder.path(), &format!("{scene} {file}{option}"));
        let scene: Vec<serde_json::Value> =
            serde_json::from_slice(&std::fs::read(folder.path().join(file)).unwrap()).unwrap();
        let packet = scene.iter().find(|packet| packet["id"] == "satellite/0").unwrap();
        let first = packet["position"]["cartesian"].as_array().unwrap();
        let [x, y] = [1, 2].map(|number: usize| first[number].as_f64().unwrap());
        y.atan2(x).to_degrees()
    };
    let (early, late) = (places(" --ut1-utc 0", "a.czml"), places(" --ut1-utc 1", "b.czml"));
    assert!(((early - late) * 3600.0 - 15.041).abs() < 0.01, "{early} {late}");
    let shipped = places("", "c.czml");
    assert!(((early - shipped) * 3600.0 - 15.041 * 0.0741).abs() < 0.01, "{early} {shipped}");
}

#[test]
fn wrong_orientation_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("eop.txt", EOP);
    write("torn.txt", &EOP.replace("0.301000", "0.3o1000"));
    write("stations.csv", "name,lat_deg,lon_deg\na,1,2\n");
    for (option, code, expected, help) in [
        ("--ut1-utc 11", 2, "expected seconds from -10 to 10", ""),
        ("--ut1-utc nan", 2, "expected seconds from -10 to 10", ""),
        ("--ut1-utc 0 --eop eop.txt", 2, "cannot be used with", ""),
        ("--eop none.txt", 2, "cannot read none.txt", "leave --eop away"),
        ("--eop torn.txt", 2, "torn.txt:3:", "finals2000A"),
        ("--eop stations.csv", 2, "not a file of Earth orientation", "finals2000A"),
        ("--eop eop.txt --duration 3d", 2, "is not within 2026-01-01", "--ut1-utc 0"),
        ("--eop eop.txt --json eop.txt", 1, "also the input", "another path"),
    ] {
        for run in ["coverage hongyun --resolution 0", "passes hongyun --stations ksat"] {
            hexsky(folder.path(), &format!("{run} --csv out.csv --start 2026-01-01T00:00:00Z {option}"))
                .assert()
                .code(code)
                .stdout("")
                .stderr(contains(expected).and(contains(help)));
            assert!(!folder.path().join("out.csv").exists(), "{run} {option}");
        }
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("eop.txt")).unwrap(), EOP);
}

#[test]
fn a_checkpoint_of_another_orientation_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        "coverage hongyun --resolution 1 --duration 4h --checkpoint state --checkpoint-every 1ms --quiet";
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hexsky"));
    let mut child = command.current_dir(folder.path()).args(run.split(' ')).spawn().unwrap();
    let saved = folder.path().join("state/hexsky.checkpoint");
    let mut has_ended = false;
    while !saved.exists() && !has_ended {
        std::thread::sleep(std::time::Duration::from_millis(1));
        has_ended = child.try_wait().unwrap().is_some();
    }
    assert!(!has_ended, "it ended before it could be killed");
    child.kill().unwrap();
    child.wait().unwrap();
    hexsky(folder.path(), &format!("{run} --ut1-utc 0"))
        .assert()
        .code(2)
        .stderr(contains("is of another run"));
    hexsky(folder.path(), run).assert().success();
}

#[test]
fn every_command_that_propagates_takes_the_options() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["coverage", "compare", "phases", "resilience", "capacity", "dop", "passes", "view"] {
        hexsky(folder.path(), &format!("{command} --help"))
            .assert()
            .success()
            .stdout(contains("--ut1-utc <SECONDS>").and(contains("--eop <FILE>")));
    }
}
