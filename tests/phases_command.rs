//! `hexsky phases`: when coverage becomes continuous, and what each step rests on.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::Inputs;

const ARCTIC: &str = "phases starlink --region arctic --resolution 0 --duration 1h";

fn numbers(values: &Value) -> Vec<u64> {
    values.as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
}

/// Three steps of four without a gap were passed over, because phases that hold none of their satellites lie between.
#[test]
fn phases_that_do_not_grow_are_listed_where_they_leave_no_gap() {
    let inputs = Inputs::new(&[]);
    let report = inputs.report(ARCTIC);
    assert_eq!(numbers(&report["continuous_steps"]), [1, 3, 5, 6]);
    assert!(report["continuous_from"].is_null() && report["continuous_satellites"].is_null());
    let text = inputs.text(ARCTIC);
    assert!(
        text.contains(
            "arctic is covered at all times in 4 of 7 steps: gen1 (4408 satellites), 12000 (11926 satellites), \
             gen2 (29988 satellites), 42000 (41914 satellites)\nthe phases do not all keep the satellites of the \
             one before"
        ),
        "{text}"
    );
    inputs
        .command(&format!("{ARCTIC} --min-elevation 89"))
        .assert()
        .success()
        .stdout(contains("arctic is covered at all times in none of the steps\n"));
}

/// Where each step keeps what flew before, coverage stays from the first one on that leaves no gap.
#[test]
fn growth_is_continuous_from_a_step_on() {
    let inputs = Inputs::new(&[]);
    let run = "phases iridium-next --resolution 0 --duration 2h";
    let report = inputs.report(run);
    let steps = numbers(&report["continuous_steps"]);
    let from = report["continuous_from"].as_u64().unwrap();
    assert_eq!(steps.first(), Some(&from));
    assert_eq!(steps.len() as u64, report["steps"].as_array().unwrap().len() as u64 - from);
    inputs
        .command(run)
        .assert()
        .success()
        .stdout(contains("globe is covered at all times from 66 satellites on"));
}

/// The count of the phase that flies by default stood beneath the figures of all.
#[test]
fn each_phase_tells_how_much_of_it_is_assumed() {
    let inputs = Inputs::new(&[]);
    let report = inputs.report(ARCTIC);
    assert!(report.get("assumed").is_none() && report.get("figures").is_none());
    let text = inputs.text(&format!("{ARCTIC} --csv steps.csv"));
    assert!(!text.contains("figures of phase"), "{text}");
    let mut table = csv::Reader::from_path(inputs.0.path().join("steps.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|own| own == name).unwrap();
    for (row, step) in table.records().zip(report["steps"].as_array().unwrap()) {
        let row = row.unwrap();
        let phase = step["step"].as_str().unwrap();
        let show = inputs.report(&format!("coverage starlink:{phase} --resolution 0 --duration 1m"));
        let (assumed, figures) =
            (show["inputs"][0]["assumed"].as_array().unwrap().len(), &show["inputs"][0]["figures"]);
        assert_eq!((&step["assumed"], &step["figures"]), (&Value::from(assumed), figures), "{phase}");
        assert_eq!(row[column("assumed")], assumed.to_string());
        assert_eq!(row[column("figures")], figures.to_string());
        let line = text.lines().find(|line| line.trim_start().starts_with(&format!("{phase} (")));
        assert!(line.unwrap().ends_with(&format!("  {assumed} of {figures} figures")), "{phase}: {text}");
    }
    // Planes are all of one phase, whose count stands beneath the table.
    let planes = inputs.command("phases hongyan:first --resolution 0 --duration 10m").assert().success();
    planes.stdout(contains("figures of phase first are assumed").and(contains("assumed\n\n").not()));
}

/// A satellite that a later phase moves was flown in all phases as the first one had it.
#[test]
fn each_phase_flies_a_satellite_in_the_orbit_that_it_gives() {
    let satellite = |shell: &str, orbit: &str| {
        format!(
            "[[satellite]]\nname = \"X\"\nshell = \"{shell}\"\nnorad_id = 60100\norbit = \"elements\"\n{orbit}\n\
             argument_of_latitude_deg = 0\nsource = \"p\"\n"
        )
    };
    let phase = |name: &str, shell: &str| {
        format!("[[phase]]\nname = \"{name}\"\nshells = [\"{shell}\"]\nsource = \"p\"\n")
    };
    let text = [
        "name = \"Moved\"\nepoch = \"2026-01-01T00:00:00Z\"\ndefault_phase = \"b\"\n[sources]\np = \"plan\"\n".to_owned(),
        satellite("early", "altitude_km = 500\ninclination_deg = 53\nraan_deg = 0"),
        satellite("late", "altitude_km = 1500\ninclination_deg = 80\nraan_deg = 100"),
        phase("a", "early"),
        phase("b", "late"),
    ];
    let inputs = Inputs::new(&[("ph.toml", &text.concat())]);
    let window = "--duration 2h --resolution 1";
    let phases = inputs.report(&format!("phases ph.toml --by phase {window}"));
    for (number, phase) in ["a", "b"].into_iter().enumerate() {
        let own = inputs.report(&format!("phases ph.toml:{phase} --by plane {window}"));
        assert_eq!(phases["steps"][number]["percent_covered"], own["steps"][0]["percent_covered"], "{phase}");
    }
    assert_ne!(phases["steps"][0]["percent_covered"], phases["steps"][1]["percent_covered"]);
    assert!(phases["continuous_from"].is_null());
}
