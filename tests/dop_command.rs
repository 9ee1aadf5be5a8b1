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
    almanac_of(folder, "gps.alm", "", 380)
}

/// The same with a letter before the numbers of the satellites, of another week.
fn almanac_of(folder: &Path, name: &str, letter: &str, week: u32) -> PathBuf {
    let mut text = String::new();
    for number in 0..24u32 {
        let (plane, slot) = (number / 4, number % 4);
        let node = -3.0 + f64::from(plane) * std::f64::consts::TAU / 6.0;
        let anomaly = -3.0 + f64::from(slot) * 1.57 + f64::from(plane) * 0.7;
        let health = if number == 23 { 63 } else { 0 };
        let prn = number + 1;
        writeln!(
            text,
            "******** Week {week} almanac for PRN-{prn:02} ********\nID: {letter}{prn:02}\nHealth: {health:03}\n\
             Eccentricity: 0.1E-002\nTime of Applicability(s): 319488.0000\n\
             Orbital Inclination(rad): 0.9599310886\nRate of Right Ascen(r/s): -0.79E-008\n\
             SQRT(A)  (m 1/2): 5153.6\nRight Ascen at Week(rad): {node}\n\
             Argument of Perigee(rad): 0.1\nMean Anom(rad): {anomaly}\nAf0(s): 0.0\nAf1(s/s): 0.0\n\
             week: {week}\n"
        )
        .unwrap();
    }
    let path = folder.join(name);
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

/// A mask, a map and a file of Earth orientation were passed over without a word.
#[test]
fn what_has_no_effect_on_a_sky_by_hand_is_refused() {
    let sky = ["dop", "--sky", "0:90;0:5;120:5;240:5"];
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| hexsky().current_dir(folder.path()).args(sky).args(more).assert();
    for more in [
        &["--map", "x.svg"][..],
        &["--ascii-map"],
        &["--min-elevation", "45"],
        &["--min-elevation", "5"],
        &["--threshold", "2"],
        &["--region", "CN"],
        &["--exclude", "A"],
        &["--shells", "MEO"],
        &["--eop", "missing.csv"],
        &["--clock", "common"],
        &["--duration", "1h"],
        &["--resolution", "2"],
    ] {
        let said = format!("--sky takes the satellites as they are given: {} has no effect", more[0]);
        run(more).code(2).stdout("").stderr(contains(said));
    }
    run(&["--map", "x.svg", "--eop", "e"])
        .code(2)
        .stderr(contains("--eop, --map have no effect").or(contains("--map, --eop have no effect")));
    run(&["--json", "no/x.json"]).code(2).stderr(contains("there is no folder no"));
    run(&["--threads", "1", "--json", "sky.json", "--quiet"]).success().stdout("");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// The other files stood already when it was told, with the exit code of "nothing was written".
#[test]
fn a_scene_in_which_nothing_moves_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let almanac = almanac(folder.path());
    let almanac = almanac.to_str().unwrap();
    for run in [&["gps", "--at", "2026-01-01T00:00:00Z"][..], &[almanac, "--duration", "1h"]] {
        hexsky()
            .current_dir(folder.path())
            .args(["dop", "--resolution", "0", "--csv", "d.csv", "--json", "d.json", "--out", "d.czml"])
            .args(run)
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("no satellites with mean elements in motion"));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
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
            contains("worst single")
                .and(contains("worst two"))
                .and(contains("least cell, a plane out"))
                .and(contains("23 satellites can be out")),
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
    // The lowest cell of any outage, which the standards promise most for, is named with its satellite.
    let at_worst = |outage: &serde_json::Value| outage["worst_site_percent"].as_f64().unwrap();
    let singles = report["loss"]["singles"].as_array().unwrap();
    let least = singles.iter().map(at_worst).fold(100.0, f64::min);
    let lowest = &report["loss"]["lowest_single"];
    assert_eq!(at_worst(lowest), least);
    assert!(singles.iter().any(|single| single == lowest));
    assert!(at_worst(&report["loss"]["lowest_pair"]) <= least);

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
        (vec!["dop", name, "--phase", "first"], "an almanac has no deployment phase 'first'"),
        (vec!["dop", name, "--almanac-system", "gps,beidou"], "names 2 systems, and 1 of the files"),
        (vec!["dop", "gps", "--almanac-system", "gps"], "0 of the files are almanacs"),
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
    let layer = folder.path().join("dop.geojson");
    hexsky()
        .args(["dop", "--resolution", "0", "--step", "6h", "--exclude-from"])
        .arg(&list)
        .arg(&file)
        .arg("--out")
        .arg(&layer)
        .assert()
        .success()
        .stdout(contains("GPS: 20 satellites").and(contains("4 satellites left out")))
        .stdout(contains("left out    PRN-03: excluded by the list: '3'"));
    let layer: serde_json::Value = serde_json::from_slice(&std::fs::read(layer).unwrap()).unwrap();
    let told = layer["description"].as_str().unwrap();
    assert!(told.contains("spare.txt"), "a layer says which satellites it is without: {told}");
}

#[test]
fn a_list_of_satellites_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let list = folder.path().join("spare.txt");
    std::fs::write(&list, "# spares\n PRN-01\nPRN-77 # gone\n").unwrap();
    hexsky()
        .args(["dop", "--resolution", "0", "--exclude-from"])
        .arg(&list)
        .arg(&file)
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("no satellite is called 'PRN-77'").and(contains("spare.txt:3:1")));
}

fn report(arguments: &[&str]) -> serde_json::Value {
    let output = hexsky()
        .arg("dop")
        .args(arguments)
        .args(["--resolution", "0", "--step", "30m", "--quiet", "--json", "-"])
        .assert()
        .success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

/// GDOP is over the position and all clocks; only TDOP is that of the first.
#[test]
fn the_order_of_two_systems_changes_only_tdop() {
    let (one, other) = (report(&["beidou-3", "gps"]), report(&["gps", "beidou-3"]));
    let of = |report: &serde_json::Value, kind: &str| {
        report["regions"][0]["figures"]["mean"][kind].as_f64().unwrap()
    };
    for kind in ["gdop", "pdop", "hdop", "vdop"] {
        assert!((of(&one, kind) / of(&other, kind) - 1.0).abs() < 1e-12, "{kind}");
    }
    assert!((of(&one, "tdop") / of(&other, "tdop") - 1.0).abs() > 1e-3);
    assert!(of(&one, "gdop").powi(2) > of(&one, "pdop").powi(2) + 1.5 * of(&one, "tdop").powi(2));
}

/// The same file under another name, a copy of it, a shipped name twice.
#[test]
fn files_that_repeat_one_another_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let copy = folder.path().join("copy.alm");
    std::fs::copy(&file, &copy).unwrap();
    let roundabout = folder.path().join(".").join("gps.alm");
    let [file, copy, roundabout] = [&file, &copy, &roundabout].map(|path| path.to_str().unwrap());
    for pair in [["gps", "gps"], [file, copy], [file, roundabout]] {
        let message = format!("{} and {} hold the same satellites", pair[0], pair[1]);
        hexsky().arg("dop").args(pair).assert().code(2).stdout("").stderr(contains(message));
    }
}

/// Two catalogues of one satellite: a second line of sight to it would make a geometry that is not there.
#[test]
fn a_satellite_of_two_catalogues_is_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                  ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID";
    let write = |name: &str, numbers: std::ops::Range<u32>, epoch: &str| {
        let rows: String = numbers
            .map(|n| format!("S{n},{epoch},2.0057,0.001,55,{},0,{},{n}\n", 60 * (n % 6), 47 * n % 360))
            .collect();
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{header}\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = write("old.csv", 1..25, "2026-01-01T00:00:00");
    let new = write("new.csv", 20..31, "2026-01-02T00:00:00");
    hexsky()
        .args(["dop", &old, &new, "--resolution", "0", "--step", "6h"])
        .assert()
        .success()
        .stdout(contains("old: 19 satellites (19 MEO)").and(contains("new: 11 satellites (11 MEO)")))
        .stderr(contains(format!(
            "warning: {old}: 5 satellites are in another file too, whose elements are taken as the newest or the \
             first, and used once: S20 of {new}, …"
        )));
    let whole = write("whole.csv", 1..20, "2026-01-01T00:00:00");
    let (twice, once) = (report(&[&old, &new]), report(&[&whole, &new]));
    assert_eq!(twice["regions"][0]["figures"], once["regions"][0]["figures"]);
}

/// Numbers with `--almanac-system` and codes with a letter mean the same; the time is the system's own, 14 s
/// beside that of GPS, and the age is told.
#[test]
fn almanacs_are_in_the_time_of_their_system() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, letter: &str, week: u32| {
        almanac_of(folder.path(), name, letter, week).to_str().unwrap().to_owned()
    };
    let gps = path("gps.alm", "", 380);
    let (coded, plain) = (path("coded.alm", "C", 1072), path("plain.alm", "", 1072));
    let start = ["--start", "2026-07-23T00:00:00Z"];
    let of_codes = report(&[&[coded.as_str()][..], &start].concat());
    let of_numbers = report(&[&[plain.as_str(), "--almanac-system", "beidou"][..], &start].concat());
    assert_eq!(of_codes["regions"], of_numbers["regions"]);
    assert!(of_codes["model"].as_str().unwrap().contains("time and constants of Beidou"));
    hexsky()
        .args(["dop", &gps, &plain, "--almanac-system", "gps,beidou", "--resolution", "0", "--step", "6h"])
        .args(["--start", "2026-09-01"])
        .assert()
        .success()
        .stdout(contains("GPS: 23 satellites").and(contains("Beidou: 23 satellites")))
        .stderr(contains("gps.alm: 23 of 23 satellites of the almanac apply 14 days or more"))
        .stderr(contains("the farthest 41 days (PRN-01, 2026-07-22T16:44:30.000Z)"))
        .stderr(contains("the farthest 41 days (C01, 2026-07-22T16:44:44.000Z)"));
    hexsky()
        .args(["dop", &coded, "--almanac-system", "gps"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("a satellite of Beidou, but this almanac is read as one of GPS"));
}

/// BDS-OS-PS-3.0, table 5-16: PDOP of at most 6 for at least 98 % of area and time, 88 % at the worst site, which
/// all 30 satellites exceed; what the IGSO and GEO satellites add is in the regional service area.
#[test]
fn beidou_3_exceeds_its_standard_and_its_layers_add_up() {
    let quick = ["--step", "10m", "--resolution", "1", "--region", "globe", "--region", "asia-pacific"];
    let of = |shells: &str| {
        let output = hexsky()
            .args(["dop", "beidou-3", "--shells", shells, "--quiet", "--json", "-"])
            .args(quick)
            .assert()
            .success();
        let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        [0, 1].map(|region| report["regions"][region]["figures"].clone())
    };
    let figure = |figures: &serde_json::Value, name: &str| figures[name].as_f64().unwrap();
    let [all, regional] = of("MEO,IGSO,GEO");
    assert_eq!((all["cells"].as_u64(), all["cells_always_available"].as_u64()), (Some(842), Some(842)));
    let [meo, regional_meo] = of("MEO");
    // A blank behind the comma, as people write lists.
    let [with_igso, regional_with_igso] = of("MEO, IGSO");
    for (fewer, more) in [
        (&meo, &with_igso),
        (&with_igso, &all),
        (&regional_meo, &regional_with_igso),
        (&regional_with_igso, &regional),
    ] {
        assert!(figure(more, "mean_in_view") > figure(fewer, "mean_in_view"));
        assert!(figure(&more["mean"], "pdop") < figure(&fewer["mean"], "pdop"));
    }
    let gain = |with: &serde_json::Value, without: &serde_json::Value| {
        figure(with, "mean_in_view") - figure(without, "mean_in_view")
    };
    // Three geostationary satellites between 80 and 140 degrees east are all above most of the region.
    assert!(gain(&regional, &regional_with_igso) > 2.5 && gain(&all, &with_igso) < 1.5);
}

const PLACES: &str = "name,lat_deg,lon_deg,height_m\nRome,41.9,12.5,20\nPole,90,0,0\n";

fn json(assert: &assert_cmd::assert::Assert) -> serde_json::Value {
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

/// The satellites that an instant lists, given back by azimuth and elevation, have the dilution that it tells.
#[test]
fn the_sky_of_an_instant_gives_its_dilution_again() {
    let folder = tempfile::tempdir().unwrap();
    let dop = |arguments: &[&str]| {
        std::fs::write(folder.path().join("places.csv"), PLACES).unwrap();
        let mut command = hexsky();
        command.current_dir(folder.path()).arg("dop").args(arguments);
        command
    };
    let instant = ["--points", "places.csv", "--at", "2026-01-01T06:00:00Z"];
    let report = json(&dop(&[&["gps", "--json", "-"][..], &instant].concat()).assert().success());
    let places = report["places"].as_array().unwrap();
    assert_eq!(places.len(), 2);
    for place in places {
        let sky = &place["sky"];
        let satellites = sky["satellites"].as_array().unwrap();
        let number = |satellite: &serde_json::Value, key: &str| satellite[key].as_f64().unwrap();
        let elevations: Vec<f64> = satellites.iter().map(|own| number(own, "elevation_deg")).collect();
        assert!(
            elevations.is_sorted_by(|a, b| a >= b) && elevations.iter().all(|deg| (5.0..=90.0).contains(deg))
        );
        let list: Vec<String> = satellites
            .iter()
            .map(|own| format!("{}:{}", number(own, "azimuth_deg"), number(own, "elevation_deg")))
            .collect();
        let by_hand = json(&dop(&["--sky", &list.join(";"), "--json", "-"]).assert().success());
        assert_eq!(by_hand["satellites"].as_u64().unwrap() as usize, satellites.len());
        for kind in ["gdop", "pdop", "hdop", "vdop", "tdop"] {
            let (one, other) = (number(&sky["dop"], kind), number(&by_hand["dop"], kind));
            assert!((one / other - 1.0).abs() < 1e-9, "{kind}: {one} {other}");
        }
    }
    // Two clocks: each system's own satellites and TDOP, told beside the list.
    let two = json(&dop(&[&["gps", "galileo", "--json", "-"][..], &instant].concat()).assert().success());
    let rome = &two["places"][0]["sky"];
    let clocks = rome["clocks"].as_array().unwrap();
    let systems: Vec<&str> = clocks.iter().map(|clock| clock["systems"].as_str().unwrap()).collect();
    assert_eq!(systems, ["GPS", "Galileo"]);
    let of = |system: &str| {
        rome["satellites"].as_array().unwrap().iter().filter(|own| own["system"] == system).count() as u64
    };
    assert_eq!([of("GPS"), of("Galileo")].map(Some), [0, 1].map(|n: usize| clocks[n]["in_use"].as_u64()));
    assert!(
        (clocks[0]["tdop"].as_f64().unwrap() / rome["dop"]["tdop"].as_f64().unwrap() - 1.0).abs() < 1e-12
    );
    let gdop = rome["dop"]["gdop"].as_f64().unwrap().powi(2);
    let parts = clocks.iter().map(|clock| clock["tdop"].as_f64().unwrap().powi(2)).sum::<f64>()
        + rome["dop"]["pdop"].as_f64().unwrap().powi(2);
    assert!((gdop / parts - 1.0).abs() < 1e-9, "GDOP² is the sum of PDOP² and every clock's TDOP²");
    let first = &rome["satellites"][0];
    dop(&[&["gps", "galileo"][..], &instant].concat())
        .assert()
        .success()
        .stdout(contains(format!(
            "clock of GPS: TDOP {:.6}, {} in use",
            clocks[0]["tdop"].as_f64().unwrap(),
            of("GPS")
        )))
        .stdout(contains("(41.900000, 12.500000, 20 m) at 2026-01-01T06:00:00.000Z"))
        .stdout(contains("  available: PDOP against 6"))
        .stdout(contains(format!(
            "{:>9.4}  {:>11.4}  {:>10.3}",
            first["azimuth_deg"].as_f64().unwrap(),
            first["elevation_deg"].as_f64().unwrap(),
            first["range_km"].as_f64().unwrap()
        )));
    dop(&[&["gps", "--threshold", "1"][..], &instant].concat())
        .assert()
        .success()
        .stdout(contains("  not available: PDOP against 1"));
    // One clock for both: fewer unknowns, less dilution.
    let common = dop(&[&["gps", "galileo", "--clock", "common"][..], &instant].concat());
    let text = String::from_utf8({ common }.assert().success().get_output().stdout.clone()).unwrap();
    assert!(
        text.contains("one for all systems: their biases are taken as known") && !text.contains("clock of")
    );
    dop(&[&["gps", "--min-elevation", "85"][..], &instant].concat())
        .assert()
        .success()
        .stdout(contains("no fix: too few").and(contains("  0 satellites in view\n")));
}

#[test]
fn places_have_a_row_each_in_text_table_and_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = almanac(folder.path());
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("places.csv"), PLACES.replace("Pole", "=Pole")).unwrap();
    let arguments = |elevation: &'static str| {
        let mut command = hexsky();
        command.current_dir(folder.path()).arg("dop").arg(&file);
        command.args(["--points", "places.csv", "--duration", "6h", "--step", "30m"]);
        command.args(["--min-elevation", elevation, "--json", "r.json"]);
        command
    };
    let files = ["--csv", "r.csv", "--html", "page.html", "--out", "r.geojson"];
    let run = arguments("5").args(files).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(at("r.json")).unwrap()).unwrap();
    let [rome, pole] = report["places"].as_array().unwrap().as_slice() else { panic!("{report}") };
    let pdop = &rome["figures"]["dop"]["pdop"];
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(text.contains("PDOP at ") && text.contains(rome["max_pdop_utc"].as_str().unwrap()), "{text}");
    assert!(text.contains(&format!("{:>9.3}", pdop["mean"].as_f64().unwrap())), "{text}");
    // Only what a spreadsheet would run is guarded, and only in the table.
    assert_eq!(pole["name"], "=Pole");
    let table = std::fs::read_to_string(at("r.csv")).unwrap();
    assert!(table.lines().nth(2).unwrap().starts_with("'=Pole,"), "{table}");
    let drawn: serde_json::Value = serde_json::from_slice(&std::fs::read(at("r.geojson")).unwrap()).unwrap();
    for (feature, place) in drawn["features"].as_array().unwrap().iter().zip([rome, pole]) {
        let told = &feature["properties"];
        assert_eq!(told["name"], place["name"]);
        assert!(
            (told["mean_pdop"].as_f64().unwrap() - place["figures"]["dop"]["pdop"]["mean"].as_f64().unwrap())
                .abs()
                < 1e-5
        );
        assert_eq!(
            feature["geometry"]["coordinates"],
            serde_json::json!([place["lon_deg"], place["lat_deg"]])
        );
    }
    let page = std::fs::read_to_string(at("page.html")).unwrap();
    let page = page.split("id=\"hexsky-page\">").nth(1).unwrap().split("</script>").next().unwrap();
    let page: serde_json::Value = serde_json::from_str(page).unwrap();
    assert_eq!(
        page["places"],
        serde_json::json!([
            {"name": "Rome", "longitude": 12.5, "latitude": 41.9, "height_km": 0.02},
            {"name": "=Pole", "longitude": 0.0, "latitude": 90.0, "height_km": 0.0}
        ])
    );
    // A page cannot move the satellites of an almanac.
    assert_eq!(page["sky"], serde_json::Value::Null);
    let row = page["tables"][0]["rows"][0].as_array().unwrap();
    assert_eq!(
        (row[0].as_str(), row[2].as_str()),
        (Some("Rome"), Some(&*format!("{:.2}", pdop["mean"].as_f64().unwrap())))
    );

    let none = arguments("80").assert().success();
    let text = String::from_utf8(none.get_output().stdout.clone()).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(at("r.json")).unwrap()).unwrap();
    let first = report["places"][0]["first_without_fix_utc"].as_str().unwrap();
    assert_eq!(first, report["start"].as_str().unwrap());
    assert!(text.contains(&format!("first without a fix at {first}")), "{text}");
}

#[test]
fn what_leaves_nothing_to_compute_is_told_with_what_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let other = almanac_of(folder.path(), "other.alm", "E", 1400);
    let other = other.to_str().unwrap();
    for (arguments, message, help) in [
        (
            vec!["gps", "--region", "10,10,10.1,10.1", "--resolution", "0"],
            "no cell of resolution 0",
            "finer --resolution",
        ),
        (vec!["gps", "--threshold", "low"], "expected a number such as 6", ""),
        (vec!["gps", "--exclude-from", "no-such-list.txt"], "cannot read no-such-list.txt", "on each line"),
        (
            vec![other, "--almanac-system", "qzss"],
            "a satellite of Galileo, but this almanac is read as one of QZSS",
            "",
        ),
    ] {
        hexsky()
            .arg("dop")
            .args(&arguments)
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(message).and(contains(help)));
    }
    hexsky()
        .args(["dop", other, "--almanac-system", "galileo", "--resolution", "0", "--step", "6h"])
        .assert()
        .success()
        .stdout(contains("Galileo: 23 satellites"));
}

/// The table of losses in docs/navigation.md is what the command prints.
#[test]
fn the_losses_that_the_document_tells_are_those_of_the_command() {
    let document = include_str!("../docs/navigation.md");
    let (_, table) = document.split_once("## When satellites are out").unwrap();
    let mut rows = 0;
    for system in ["beidou-3", "galileo", "gps", "glonass"] {
        let run = ["dop", system, "--resolution", "1", "--step", "5m", "--loss", "--quiet", "--json", "-"];
        let report = json(&hexsky().args(run).assert().success());
        let loss = &report["loss"];
        let percent =
            |worst: &serde_json::Value, figure: &str| format!("{:.4}", worst[figure].as_f64().unwrap());
        let cells =
            [("singles", "single"), ("worst_pairs", "pair"), ("planes", "plane")].map(|(all, lowest)| {
                let worst = percent(&loss[all][0], "availability_percent");
                format!("{worst}, {}", percent(&loss[format!("lowest_{lowest}")], "worst_site_percent"))
            });
        let row = format!("| {system} | {} |", cells.join(" | "));
        assert!(table.lines().any(|line| line == row), "the document has not the row\n{row}");
        rows += 1;
    }
    assert_eq!(table.lines().filter(|line| line.starts_with("| ")).count(), rows + 2);
}
