//! Every satellite flies once, and none is taken for another: what is called alike, what two files hold, what has no
//! number, and what is in planes that no file tells.

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::Value;
use tempfile::TempDir;

const HEADER: &str = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY\n";

/// A satellite on each of four planes a quarter turn apart; names, designators and numbers with commas.
fn catalogue(satellites: [&str; 4], epoch: &str) -> String {
    let rows: String = satellites
        .iter()
        .enumerate()
        .map(|(k, marks)| format!("{marks},2026-01-01T{epoch},14.2,0.0001,53,{},0,{}\n", 90 * k, 37 * k))
        .collect();
    format!("{HEADER}{rows}")
}

/// A definition that flies two of a catalogue's satellites first, and then all four.
fn in_phases(catalogue: &str) -> String {
    format!(
        "name = \"P\"\ndefault_phase = \"full\"\n[sources]\ns = \"a test\"\n[catalogue]\nfile = \"{catalogue}\"\n\
         shell = \"c\"\n[[phase]]\nname = \"first\"\nshells = [\"c\"]\nsource = \"s\"\nsatellites.c = 2\n\
         [[phase]]\nname = \"full\"\nshells = [\"c\"]\n"
    )
}

const ALIKE: [&str; 4] = ["TBA,,", "TBA,,", "TBA,,", "TBA,,"];
const NUMBERED: [&str; 4] = ["TBA,,91", "TBA,,92", "TBA,,93", "TBA,,94"];
const DESIGNATED: [&str; 4] = ["A,2025-001A,", "B,2025-001B,", "C,2025-001C,", "D,2025-001D,"];
const QUICK: &str = "--resolution 1 --duration 3h --quiet --json -";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("alike.csv", catalogue(ALIKE, "00:00:00"));
    write("copy.csv", catalogue(ALIKE, "00:00:00"));
    write("numbered.csv", catalogue(NUMBERED, "00:00:00"));
    write("old.csv", catalogue(DESIGNATED, "00:00:00"));
    write("new.csv", catalogue(DESIGNATED, "06:00:00"));
    write("alike.toml", in_phases("alike.csv"));
    write("numbered.toml", in_phases("numbered.csv"));
    folder
}

fn hexsky(folder: &TempDir, arguments: &str) -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.current_dir(folder.path()).env("NO_COLOR", "1").args(arguments.split_whitespace());
    command
}

fn report(folder: &TempDir, arguments: &str) -> Value {
    let output = hexsky(folder, &format!("{arguments} {QUICK}")).assert().success().get_output().clone();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn percent_covered(folder: &TempDir, files: &str) -> f64 {
    report(folder, &format!("coverage {files} --exact all"))["summary"]["percent_covered"].as_f64().unwrap()
}

#[test]
fn phases_grow_by_satellites_and_not_by_names() {
    let folder = folder();
    for file in ["alike", "numbered"] {
        let growth = report(&folder, &format!("phases {file}.toml --by phase"));
        for (step, phase) in [(0, "first"), (1, "full")] {
            let figures = &growth["steps"][step];
            let covered = figures["percent_covered"].as_f64().unwrap();
            let alone = percent_covered(&folder, &format!("{file}.toml:{phase} --min-elevation 10"));
            assert_eq!(figures["satellites"], 2 + 2 * step, "{file}");
            assert!((covered - alone).abs() < 1e-9, "{file} {phase}: {covered} {alone}");
        }
    }
}

#[test]
fn phases_that_fly_together_lose_no_satellite_of_a_common_name() {
    let folder = folder();
    for file in ["alike", "numbered"] {
        let full = percent_covered(&folder, &format!("{file}.toml:full"));
        assert_eq!(percent_covered(&folder, &format!("{file}.toml:first {file}.toml:full")), full, "{file}");
        hexsky(&folder, &format!("coverage {file}.toml:first {file}.toml:full {QUICK}"))
            .assert()
            .stderr(contains("2 satellites are in another file too"));
    }
    assert_eq!(percent_covered(&folder, "alike.csv copy.csv"), percent_covered(&folder, "alike.csv"));
}

#[test]
fn a_satellite_that_its_designator_tells_flies_once() {
    let folder = folder();
    let new = percent_covered(&folder, "new.csv");
    assert_eq!(percent_covered(&folder, "old.csv new.csv"), new);
    hexsky(&folder, "coverage old.csv new.csv --resolution 0 --duration 10m --quiet")
        .assert()
        .stderr(contains("old.csv: 4 satellites are in another file too"));
    hexsky(&folder, "dop old.csv new.csv --resolution 0 --duration 10m --quiet")
        .assert()
        .success()
        .stderr(contains("4 satellites are in another file too"));
}

#[test]
fn a_catalogue_beside_shells_is_no_plane() {
    let folder = folder();
    let shell = "name = \"P\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"one\"\n\
                 pattern = \"walker-delta\"\nsatellites = 12\nplanes = 3\nphasing = 1\naltitude_km = 800\n\
                 inclination_deg = 80\nsource = \"s\"\n[catalogue]\nfile = \"alike.csv\"\nshell = \"cat\"\n";
    std::fs::write(folder.path().join("planes.toml"), shell).unwrap();
    for command in ["resilience planes.toml --lose 1 --what planes", "phases planes.toml --by plane"] {
        hexsky(&folder, &format!("{command} {QUICK}"))
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("'cat' of planes.toml is a catalogue, which tells no planes: 4 satellites"))
            .stderr(contains("hexsky infer"));
    }
    report(&folder, "resilience planes.toml --lose 1 --trials 2");
}

/// A TLE writes the designator as 58002B, an OMM as 1958-002B.
#[test]
fn a_designator_is_the_same_in_every_notation() {
    let folder = folder();
    let tle = "V\n1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n\
               2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n";
    std::fs::write(folder.path().join("v.tle"), tle).unwrap();
    let row = "V,1958-002B,,2000-06-28T00:00:00,10.824,0.186,34.27,348.4,332.2,120\n";
    std::fs::write(folder.path().join("v.csv"), format!("{HEADER}{row}")).unwrap();
    hexsky(&folder, "coverage v.tle v.csv --resolution 0 --duration 10m --start 2000-06-28")
        .assert()
        .success()
        .stderr(contains("v.tle: 1 satellite is in another file too"));
}

/// Elements that a definition carries under a catalogue number are observed, and age.
#[test]
fn observed_elements_of_a_definition_age() {
    hexsky(&folder(), "dop tiangong --start 2030-01-01 --resolution 0 --duration 10m")
        .assert()
        .success()
        .stderr(contains("the farthest 1228 days (Tiangong"));
}
