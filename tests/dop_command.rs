//! `hexsky dop` as a user meets it: exit codes, standard output and error, files.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

fn hexsky() -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1");
    command
}

/// A YUMA almanac made for this test: 24 satellites in six planes like the GPS baseline, the 24th ill.
fn almanac(folder: &Path) -> PathBuf {
    let mut text = String::new();
    for number in 0..24u32 {
        let (plane, slot) = (number / 4, number % 4);
        let node = -3.0 + f64::from(plane) * std::f64::consts::TAU / 6.0;
        let anomaly = -3.0 + f64::from(slot) * 1.57 + f64::from(plane) * 0.7;
        let health = if number == 23 { 63 } else { 0 };
        let prn = number + 1;
        writeln!(
            text,
            "******** Week 380 almanac for PRN-{prn:02} ********\nID: {prn:02}\nHealth: {health:03}\n\
             Eccentricity: 0.1E-002\nTime of Applicability(s): 319488.0000\n\
             Orbital Inclination(rad): 0.9599310886\nRate of Right Ascen(r/s): -0.79E-008\n\
             SQRT(A)  (m 1/2): 5153.6\nRight Ascen at Week(rad): {node}\n\
             Argument of Perigee(rad): 0.1\nMean Anom(rad): {anomaly}\nAf0(s): 0.0\nAf1(s/s): 0.0\n\
             week: 380\n"
        )
        .unwrap();
    }
    let path = folder.join("gps.alm");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_sky_by_hand_is_solved() {
    hexsky()
        .args(["dop", "--sky", "0:0;90:0;180:45;270:45;360:90"])
        .assert()
        .success()
        .stdout(contains("PDOP 2.533114  HDOP 1.659052  VDOP 1.914214  TDOP 1.118034"));
    hexsky().args(["dop", "--sky", "0:10;90:20"]).assert().success().stdout(contains("no fix: too few"));
    hexsky().args(["dop", "--sky", "0:10;x"]).assert().code(2).stderr(contains("'x' is not azimuth"));
    hexsky().args(["dop", "--sky", "0:100"]).assert().code(2).stderr(contains("beyond ±90°"));
}

#[test]
fn an_almanac_is_run_and_what_is_left_out_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let csv = folder.path().join("cells.csv");
    let json = folder.path().join("report.json");
    let run = |threads: &str, csv: &Path| {
        hexsky()
            .args(["dop", "--resolution", "1", "--duration", "6h", "--step", "10m", "--loss"])
            .args(["--threads", threads, "--csv"])
            .arg(csv)
            .arg("--json")
            .arg(&json)
            .arg(&file)
            .assert()
            .success()
    };
    run("2", &csv)
        .stdout(contains("GPS: 23 satellites (23 MEO)"))
        .stdout(contains("2026-07-22T16:00:00.000Z + 6 h, 36 instants every 10 min"))
        .stdout(contains("almanac week 380 (modulo 1024) is taken as GPS week 2428"))
        .stdout(contains("left out    PRN-24 (line 346): unhealthy: health code 063 in the almanac"))
        .stdout(
            contains("worst single").and(contains("worst two")).and(contains("23 satellites can be out")),
        );
    let table = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(table.lines().count(), 843);
    assert!(table.starts_with(
        "hex_id,lat_deg,lon_deg,area_km2,availability_percent,mean_pdop,p95_pdop,max_pdop,mean_hdop,mean_vdop,\
         mean_tdop,min_in_view,mean_in_view,"
    ));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(report["instants"], 36);
    assert_eq!(report["regions"][0]["figures"]["cells"], 842);
    assert_eq!(report["loss"]["singles"].as_array().unwrap().len(), 23);
    assert_eq!(report["loss"]["planes"].as_array().unwrap().len(), 6);

    let again = folder.path().join("again.csv");
    run("1", &again);
    assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&csv).unwrap());
}

#[test]
fn bad_input_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let name = file.to_str().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let broken = folder.path().join("broken.alm");
    std::fs::write(&broken, text.replacen("5153.6", "wide", 1)).unwrap();
    hexsky()
        .arg("dop")
        .arg(&broken)
        .assert()
        .success()
        .stdout(contains("left out    PRN 01 (line 8): expected a number for 'SQRT(A) (m 1/2)'"))
        .stderr(contains("2 satellites left out, the first: PRN 01 (line 8)"));
    hexsky().arg("dop").arg(&broken).arg("--strict").assert().code(2).stdout("").stderr(contains("--strict"));
    let alone = text.split_inclusive("week: 380\n").next().unwrap().replacen("5153.6", "wide", 1);
    std::fs::write(&broken, alone).unwrap();
    hexsky()
        .arg("dop")
        .arg(&broken)
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("broken.alm:8:19").and(contains("expected a number")));
    for (arguments, expected) in [
        (vec!["dop"], "required"),
        (vec!["dop", "nowhere.tle"], "nowhere.tle"),
        (vec!["dop", name, "--exclude", "PRN-99"], "did you mean 'PRN-09'?"),
        (vec!["dop", name, "--shells", "LEO"], "there are MEO, almanac"),
        (vec!["dop", name, "--exclude", "PRN*"], "no satellite is left"),
        (vec!["dop", name, "--region", "Chima"], "China"),
        (vec!["dop", name, "--threshold", "0"], "above zero"),
        (vec!["dop", name, "--step", "1ms", "--memory", "1GB"], "may take 1.0 GB: "),
        (vec!["dop", name, "--at", "2026-07-22", "--start", "2026-07-22"], "cannot be used with"),
        (vec!["dop", name, "--csv", name], "also the input"),
    ] {
        let code = if expected == "also the input" { 1 } else { 2 };
        hexsky().args(&arguments).assert().code(code).stdout("").stderr(contains(expected));
    }
    hexsky()
        .args(["dop", name, "--resolution", "0", "--step", "6h", "--csv", "/nowhere/at/all.csv"])
        .assert()
        .code(2)
        .stderr(contains("cannot write /nowhere/at/all.csv"));
}

#[test]
fn lists_of_satellites_come_from_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let list = folder.path().join("spare.txt");
    std::fs::write(&list, "PRN-01 # spare\n\n# nothing\nprn 02\n3\n").unwrap();
    hexsky()
        .args(["dop", "--resolution", "0", "--step", "6h", "--exclude-from"])
        .arg(&list)
        .arg(&file)
        .assert()
        .success()
        .stdout(contains("GPS: 20 satellites").and(contains("4 satellites left out")))
        .stdout(contains("left out    PRN-03: excluded by the list: '3'"));
}
