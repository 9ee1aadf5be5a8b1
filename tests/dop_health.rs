//! `hexsky dop`: whose satellites almanacs tell of, in what health they are, and what is told of them and of places.

use std::collections::BTreeSet;
use std::fmt::Write;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::Inputs;

/// A YUMA almanac of satellites in one plane: letter before their numbers, week, numbers, and the one that is ill.
fn almanac(letter: &str, week: u32, numbers: std::ops::RangeInclusive<u32>, ill: u32) -> String {
    let mut text = String::new();
    for number in numbers {
        let health = if number == ill { 63 } else { 0 };
        writeln!(
            text,
            "******** Week {week} almanac for PRN-{number:02} ********\nID: {letter}{number:02}\nHealth: {health:03}\n\
             Eccentricity: 0.1E-002\nTime of Applicability(s): 319488.0000\n\
             Orbital Inclination(rad): 0.9599310886\nRate of Right Ascen(r/s): -0.79E-008\n\
             SQRT(A)  (m 1/2): 5153.6\nRight Ascen at Week(rad): 0.6\nArgument of Perigee(rad): 0.1\n\
             Mean Anom(rad): {}\nAf0(s): 0.0\nAf1(s/s): 0.0\nweek: {week}\n",
            0.7 * f64::from(number) - 3.0
        )
        .unwrap();
    }
    text
}

/// Places from which every satellite is seen by one of them.
const PLACES: (&str, &str) = (
    "pt.csv",
    "name,lat_deg,lon_deg\nP,45,10\nA,0,0\nB,0,90\nC,0,180\nD,0,-90\nE,45,100\nF,45,-170\nG,45,-80\nH,-45,10\nI,-45,100\n\
     J,-45,-170\nK,-45,-80\n",
);

fn at(inputs: &Inputs, files: &str, day: &str) -> serde_json::Value {
    inputs.report(&format!("dop {files} --at {day}T00:00:00Z --points pt.csv"))
}

fn used(report: &serde_json::Value) -> Vec<String> {
    let seen = |place: &serde_json::Value| place["sky"]["satellites"].as_array().unwrap().clone();
    let all = report["places"].as_array().unwrap().iter().flat_map(seen);
    let names: BTreeSet<String> = all.map(|one| one["satellite"].as_str().unwrap().to_owned()).collect();
    names.into_iter().collect()
}

/// The newest almanac called PRN-04 unhealthy, and it was flown from the older one, or from a catalogue.
#[test]
fn a_satellite_that_the_newest_almanac_calls_unhealthy_is_not_flown_from_another_file() {
    // The elements of a satellite that a catalogue has under the same code, a month on.
    let catalogue = "GPS X0 (PRN 04)\n\
                     1 24876U 97035A   26234.01431438 -.00000027  00000+0  00000+0 0  9990\n\
                     2 24876  56.0308  96.0005 0105233  58.3967 302.7048  2.00564320213274\n";
    let inputs = Inputs::new(&[
        ("old.alm", &almanac("", 379, 1..=6, 2)),
        ("new.alm", &almanac("", 380, 1..=5, 4)),
        ("g.tle", catalogue),
        PLACES,
    ]);
    for files in ["old.alm new.alm", "new.alm old.alm"] {
        let report = at(&inputs, files, "2026-07-24");
        assert_eq!(used(&report), ["PRN-01", "PRN-02", "PRN-03", "PRN-05", "PRN-06"], "{files}");
        let text = report["inputs"].to_string();
        assert!(
            text.contains("unhealthy in the almanac new.alm") && text.contains("health code 063"),
            "{text}"
        );
        assert!(
            text.contains("PRN-02 is unhealthy: health code 063 in the almanac, and healthy in a newer one")
        );
    }
    let report = at(&inputs, "new.alm g.tle", "2026-08-22");
    assert_eq!(used(&report), ["PRN-01", "PRN-02", "PRN-03", "PRN-05"]);
    let left_out = &report["inputs"][1]["left_out"][0];
    assert_eq!(left_out["satellite"], "GPS X0 (PRN 04)");
    assert_eq!(left_out["reason"], "unhealthy in the almanac new.alm");
    // It is known by all names that files have for it, and what is left out already is known too.
    let without = |files: &str| used(&at(&inputs, files, "2026-07-24"));
    assert_eq!(without("new.alm old.alm --exclude PRN-04,PRN-01"), ["PRN-02", "PRN-03", "PRN-05", "PRN-06"]);
    assert_eq!(without("old.alm g.tle --exclude 4"), ["PRN-01", "PRN-03", "PRN-05", "PRN-06"]);
    // One almanac alone says what it said before.
    assert_eq!(
        used(&at(&inputs, "old.alm", "2026-07-24")),
        ["PRN-01", "PRN-03", "PRN-04", "PRN-05", "PRN-06"]
    );
}

/// The help was to name other shells or to exclude fewer.
#[test]
fn an_almanac_of_ill_satellites_is_told_for_what_it_is() {
    let inputs = Inputs::new(&[("a.alm", &almanac("", 380, 4..=4, 4)), PLACES]);
    let run = "dop a.alm --at 2026-07-24T00:00:00Z --points pt.csv";
    inputs.refused(run, &["no satellite is left", "unhealthy", "another almanac"]);
}

/// J02 was called PRN-02, and taken out with it.
#[test]
fn satellites_of_qzss_are_called_by_their_codes() {
    let inputs = Inputs::new(&[
        ("g.alm", &almanac("", 380, 1..=3, 0)),
        ("q.alm", &almanac("J", 380, 1..=3, 0)),
        PLACES,
    ]);
    let without = |more: &str| used(&at(&inputs, &format!("g.alm q.alm {more}"), "2026-07-24"));
    assert_eq!(without(""), ["J01", "J02", "J03", "PRN-01", "PRN-02", "PRN-03"]);
    assert_eq!(without("--exclude PRN-02"), ["J01", "J02", "J03", "PRN-01", "PRN-03"]);
    for name in ["J02", "PRN-194", "194"] {
        assert_eq!(
            without(&format!("--exclude {name}")),
            ["J01", "J03", "PRN-01", "PRN-02", "PRN-03"],
            "{name}"
        );
    }
}

#[test]
fn an_almanac_in_another_format_is_told_for_what_it_is() {
    let sem = "2  CURRENT.ALM\n380 319488\n\n1\n63\n0\n1.829147339E-03 3.046607971E-01 -2.582931519E-09\n";
    let untitled = sem.replace("2  CURRENT.ALM", "2");
    let loose =
        format!("\n{}", sem.replace("CURRENT.ALM", "THE CURRENT ALMANAC").replace("319488", "319488.0000"));
    let inputs = Inputs::new(&[
        ("a.al3", sem),
        ("b.al3", &untitled),
        ("c.al3", &loose),
        ("a.txt", "some words\n"),
        ("b.txt", "3 words here\n1 2\nmore of them\n"),
        PLACES,
    ]);
    inputs.refused("dop a.al3", &["an almanac in the SEM format", "a.al3:1:1", "YUMA"]);
    inputs.refused("dop b.al3", &["an almanac in the SEM format", "b.al3:1:1", "YUMA"]);
    inputs.refused("dop c.al3", &["an almanac in the SEM format", "c.al3:2:1", "YUMA"]);
    inputs.refused("dop b.txt", &["nor an almanac", "b.txt:1:1", "YUMA"]);
    inputs.refused("dop a.txt", &["nor an almanac", "a.txt:1:1", "YUMA"]);
}

/// Two satellites out of four of one name could not be told.
#[test]
fn losses_name_each_satellite_by_a_name_of_its_own() {
    let satellite = |number: u32, anomaly: u32| {
        let lines = [
            format!("1 {number}U 26001A   26001.00000000  .00000000  00000+0  00000+0 0  999"),
            format!("2 {number}  55.0000  10.0000 0001000   0.0000 {anomaly:3}.0000  2.00560000    1"),
        ];
        let checked = lines.map(|line| {
            let sum: u32 = line
                .bytes()
                .map(|byte| match byte {
                    b'-' => 1,
                    digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
                    _ => 0,
                })
                .sum();
            format!("{line}{}", sum % 10)
        });
        format!("TBA\n{}\n", checked.join("\n"))
    };
    let catalogue: String = (0..4).map(|number| satellite(70_001 + number, 90 * number)).collect();
    let inputs = Inputs::new(&[("tba.tle", &catalogue), PLACES]);
    let window = "--start 2026-01-01T00:00:00Z --duration 1h";
    let named = |text: &str| (1..=4).filter(|number| text.contains(&format!("TBA (7000{number})"))).count();
    let text = inputs.text(&format!("resilience tba.tle --lose 2 {window} --resolution 0"));
    assert_eq!(named(text.lines().find(|line| line.starts_with("worst trial")).unwrap()), 2, "{text}");
    let report = inputs.report(&format!("resilience tba.tle --lose 2 {window} --resolution 0"));
    assert_eq!(named(&report["each"].to_string()), 4);
    let dop = format!("dop tba.tle --loss {window} --step 10min --points pt.csv");
    assert_eq!(named(&inputs.report(&dop)["loss"].to_string()), 4);
    // With four there is hardly ever a fix, and with no fix there is nothing to lose.
    let text = inputs.text(&format!("{dop} --min-elevation 40"));
    assert!(text.contains("with all satellites nothing is available anywhere"), "{text}");
    let nothing = text.lines().find(|line| line.starts_with("  nothing")).unwrap();
    assert_eq!(nothing.split_whitespace().nth(1), Some("0.0000"), "{nothing}");
    assert!(!text.contains("can be out singly"), "{text}");
}

/// A sample of one has no deviation, and 5 of 6 combinations were 4.
#[test]
fn a_sample_of_losses_is_of_different_ones() {
    let inputs = Inputs::new(&[]);
    let run = "resilience globalstar --lose 1 --resolution 0 --duration 10min --start 2026-01-01T00:00:00Z";
    let report = inputs.report(&format!("{run} --trials 20 --seed 3"));
    let mut lost: Vec<String> =
        report["each"].as_array().unwrap().iter().map(|trial| trial["lost"].to_string()).collect();
    lost.sort();
    lost.dedup();
    assert_eq!(lost.len(), 20);
    assert!(report["distributions"][0]["standard_error"].as_f64().is_some());
    let one = inputs.report(&format!("{run} --trials 1"));
    assert!(
        one["distributions"][0]["standard_error"].is_null() && one["distributions"][0]["deviation"].is_null()
    );
    let text = inputs.text(&format!("{run} --trials 1"));
    let line = text.lines().find(|line| line.starts_with("  percent covered")).unwrap();
    assert_eq!(line.matches('–').count(), 2, "{line}");
}

/// What was said of the columns of places was on stderr only.
#[test]
fn columns_of_places_that_are_not_used_are_told_in_the_report() {
    let inputs = Inputs::new(&[("pt.csv", "name,lat_deg,lon_deg,owner\nP,45,10,me\n")]);
    let run = "dop gps --points pt.csv --duration 10min --html page.html";
    let note = "places of pt.csv: columns not used: owner";
    assert_eq!(inputs.report(run)["notes"], serde_json::json!([note]));
    assert!(inputs.text(run).contains(&format!("  note        {note}\n")));
    assert!(std::fs::read_to_string(inputs.0.path().join("page.html")).unwrap().contains(note));
}

#[test]
fn one_is_told_in_the_singular() {
    let inputs = Inputs::new(&[("a.alm", &almanac("", 380, 1..=3, 0)), PLACES]);
    assert!(inputs.text("dop --sky 0:90").starts_with("Dilution of precision of 1 satellite, one clock"));
    let sky = inputs.text("dop a.alm --at 2026-07-24T00:00:00Z --points pt.csv");
    assert!(sky.contains("no fix: too few") && sky.contains("  1 satellite in view:\n"), "{sky}");
    assert!(!sky.contains("1 satellites") && !sky.contains(" in use"), "{sky}");
    let one = inputs.text("dop a.alm --at 2026-07-24T00:00:00Z --resolution 0 --region lat:40..50,lon:0..40");
    assert!(one.contains(", 1 instant without a fix") && !one.contains("1 instants"), "{one}");
}
