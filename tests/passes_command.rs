//! `hexsky passes` as a user meets it: exit codes, standard output and error, files.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

const HEADER: &str = "satellite,norad_id,site,aos,tca,los,duration_s,max_elevation_deg,aos_azimuth_deg,\
                      tca_azimuth_deg,los_azimuth_deg,tca_range_km,cut";

fn hexsky() -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1");
    command
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Rows of a CSV text as columns by the header.
fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
}

const SHIP: &str = "time,lat_deg,lon_deg,height_m\n2026-01-01T02:00:00Z,3.0,176.0,15\n\
                    2026-01-01T12:00:00Z,1.0,179.5,15\n2026-01-01T20:00:00Z,-1.5,-179.0,15\n";

#[test]
fn contacts_go_to_files_of_every_kind() {
    let folder = tempfile::tempdir().unwrap();
    let ship = write(folder.path(), "ship.csv", SHIP);
    let at = |name: &str| folder.path().join(name);
    hexsky()
        .args(["passes", "hongyun", "--satellites", "main P01*", "--stations", "chinese-ttc"])
        .args(["--sites", "sanya,kashi", "--ship"])
        .arg(format!("survey={}", ship.display()))
        .args(["--duration", "24h", "--gaps", "--without", "survey", "--csv"])
        .arg(at("a.csv"))
        .arg("--json")
        .arg(at("a.json"))
        .arg("--series")
        .arg(at("series.csv"))
        .args(["--plan", at("b.ics").to_str().unwrap(), "--plan", at("b.czml").to_str().unwrap()])
        .args(["--plan", at("b.csv").to_str().unwrap()])
        .assert()
        .success()
        .stdout(
            contains("by main P01*: 12 satellites")
                .and(contains("3 sites, 1 of them ships"))
                .and(contains("Out of reach of the whole network"))
                .and(contains("What each site adds"))
                .and(contains("With and without survey"))
                .and(contains("held where").not())
                .and(contains("for a part of the window: survey 75.0 %"))
                .and(contains(
                    "mask        5° to 10° elevation, each site's own; 1 of 3 sites state none: 10°",
                )),
        );
    let csv = std::fs::read_to_string(at("a.csv")).unwrap();
    assert_eq!(csv.lines().next().unwrap(), HEADER);
    assert_eq!(csv, std::fs::read_to_string(at("b.csv")).unwrap());
    let contacts = rows(&csv);
    assert!(contacts.len() > 100);
    for row in &contacts {
        let instants: Vec<hexsky::time::Epoch> = (3..6).map(|column| row[column].parse().unwrap()).collect();
        assert!(instants[0] <= instants[1] && instants[1] <= instants[2], "{row:?}");
        let duration_s: f64 = row[6].parse().unwrap();
        assert!((instants[2].seconds_since(instants[0]) - duration_s).abs() < 0.0021, "{row:?}");
        assert!(["no", "start", "end", "both"].contains(&&row[12]));
    }
    // Absent before 02:00 and after 20:00, so no contact of the ship is outside.
    let at_sea = contacts.iter().filter(|row| &row[2] == "survey");
    assert!(at_sea.clone().count() > 20);
    for row in at_sea {
        assert!(&row[3] >= "2026-01-01T02:00:00.000Z" && &row[5] <= "2026-01-01T20:00:00.000Z", "{row:?}");
    }

    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(at("a.json")).unwrap()).unwrap();
    assert_eq!(report["contacts"].as_array().unwrap().len(), contacts.len());
    assert_eq!(report["summary"]["contacts"], contacts.len());
    assert_eq!(report["gaps"]["satellites"].as_array().unwrap().len(), 12);
    let with = report["without"]["with"]["percent_in_contact"].as_f64().unwrap();
    let without = report["without"]["without"]["percent_in_contact"].as_f64().unwrap();
    assert!(with > without + 1.0);
    let alone = report["gaps"]["contributions"].as_array().unwrap();
    let ship = alone.iter().find(|site| site["name"] == "survey").unwrap();
    assert!((ship["percent_without"].as_f64().unwrap() - without).abs() < 1e-9);

    let calendar = std::fs::read_to_string(at("b.ics")).unwrap();
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), contacts.len());
    assert!(calendar.lines().all(|line| line.len() <= 75), "RFC 5545 folds lines at 75 octets");
    let mut names: Vec<&str> = calendar.lines().filter(|line| line.starts_with("UID:")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), contacts.len());
}

/// A scene for Cesium: positions in metres, Earth-fixed, for everything that a line refers to.
#[test]
fn the_scene_holds_satellites_stations_ships_and_lines() {
    let folder = tempfile::tempdir().unwrap();
    let ship = write(folder.path(), "ship.csv", SHIP);
    let output = hexsky()
        .args(["passes", "beidou-3", "--satellites", "IGSO*", "--stations", "ksat", "--sites", "ksat-dubai"])
        .arg("--ship")
        .arg(format!("survey={}", ship.display()))
        .args(["--quiet", "--plan"])
        .arg(folder.path().join("a.czml"))
        .assert()
        .success()
        .stdout("");
    drop(output);
    let scene: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(folder.path().join("a.czml")).unwrap()).unwrap();
    assert_eq!((&scene[0]["id"], &scene[0]["version"]), (&"document".into(), &"1.0".into()));
    let packet = |id: &str| scene.iter().find(|packet| packet["id"] == id).unwrap();
    let samples = packet("satellite/0")["position"]["cartesian"].as_array().unwrap();
    assert_eq!(samples.len() % 4, 0);
    for sample in samples.chunks(4) {
        let [x, y, z] = [1, 2, 3].map(|k: usize| sample[k].as_f64().unwrap());
        let radius_m = (x * x + y * y + z * z).sqrt();
        assert!((radius_m - 42_164e3).abs() < 100e3, "{radius_m}");
    }
    let sailing = packet("site/1")["position"]["cartesian"].as_array().unwrap();
    let times: Vec<f64> = sailing.chunks(4).map(|sample| sample[0].as_f64().unwrap()).collect();
    assert_eq!((times[0], times[times.len() - 1]), (7200.0, 72_000.0));
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(
        packet("site/1")["availability"],
        serde_json::json!(["2026-01-01T02:00:00.000Z/2026-01-01T20:00:00.000Z"])
    );
    let line = scene.iter().find(|packet| packet["id"].as_str().unwrap().starts_with("contact/")).unwrap();
    let references = line["polyline"]["positions"]["references"].as_array().unwrap();
    for reference in references {
        packet(reference.as_str().unwrap().strip_suffix("#position").unwrap());
    }
    assert_eq!(line["polyline"]["show"][0]["boolean"], false);
    assert_eq!(line["polyline"]["show"][1]["boolean"], true);
}

#[test]
fn geostationary_satellites_are_told_plainly() {
    hexsky()
        .args(["passes", "beidou-3", "--satellites", "GEO*", "--stations", "ksat", "--sites", "ksat-dubai"])
        .args(["--csv", "-"])
        .assert()
        .success()
        .stdout(
            contains(HEADER)
                .and(contains("GEO-2,,ksat-dubai,2026-01-01T00:00:00.000Z").and(contains(",both"))),
        );
    hexsky()
        .args(["passes", "beidou-3", "--satellites", "GEO*", "--stations", "ksat", "--sites", "ksat-dubai"])
        .assert()
        .success()
        .stdout(
            contains("always in view  GEO-2 at ksat-dubai")
                .and(contains("never in view   GEO-1"))
                .and(contains("cut by the window: 2")),
        );
}

#[test]
fn a_window_that_cuts_the_only_pass_says_so() {
    let all = hexsky()
        .args(["passes", "hongyun", "--satellites", "main P01 S01", "--stations", "ksat"])
        .args(["--sites", "ksat-dubai", "--csv", "-"])
        .output()
        .unwrap();
    let all = rows(std::str::from_utf8(&all.stdout).unwrap());
    let pass = all.iter().find(|row| row[6].parse::<f64>().unwrap() > 400.0).unwrap();
    let inside = pass[3].parse::<hexsky::time::Epoch>().unwrap().plus_seconds(100.0).to_string();
    hexsky()
        .args(["passes", "hongyun", "--satellites", "main P01 S01", "--stations", "ksat"])
        .args(["--sites", "ksat-dubai", "--start", &inside, "--duration", "60s"])
        .assert()
        .success()
        .stdout(contains("1 contact of 1 satellite with 1 site").and(contains("cut: both")));
}

#[test]
fn ships_far_from_the_days_of_their_voyages_are_told() {
    hexsky()
        .args(["passes", "beidou-3", "--satellites", "MEO*", "--stations", "yuanwang"])
        .assert()
        .success()
        .stdout(
            contains("4 sites, 4 of them ships")
                .and(contains("assumed positions: yuanwang-3"))
                .and(contains("held where their tracks begin or end, all of the window: yuanwang-3"))
                .and(contains("not named, so not used: yuanwang-7/atlantic-2020")),
        );
}

/// Sites that took no part were counted among those without a height, and positions told as approximate and sites of low
/// confidence were told in no report.
#[test]
fn doubts_about_the_sites_of_a_run_are_told_and_about_no_others() {
    let short = ["--duration", "10m"];
    hexsky()
        .args(["passes", "hongyun:experimental", "--stations", "chinese-home", "--sites", "kashi-ds"])
        .args(short)
        .assert()
        .success()
        .stdout(
            contains("  1 site has no published height; taken as 0 m\n")
                .and(contains("  approximate positions: kashi-ds\n"))
                .and(contains("  of low confidence: kashi-ds\n")),
        );
    let folder = tempfile::tempdir().unwrap();
    let site =
        |name: &str, rest: &str| format!("[[site]]\nname = \"{name}\"\nlat_deg = 48\nlon_deg = 11\n{rest}\n");
    let text = [
        site("doubtful", "position = \"approximate\"\nconfidence = \"low\""),
        site("later", "service_from = 2030-01-01\nposition = \"approximate\"\nconfidence = \"low\""),
        site("known", "height_m = 500\nconfidence = \"high\""),
        site("centre", "kind = \"control-centre\"\nposition = \"approximate\""),
    ];
    let file = write(folder.path(), "net.toml", &text.concat());
    let file = file.to_str().unwrap();
    let told = [
        "1 site has no published height",
        "approximate positions: doubtful\n",
        "of low confidence: doubtful\n",
    ];
    for command in [
        &["coverage", "hongyun", "--gateways"][..],
        &["compare", "hongyun", "hongyan", "--gateways"],
        &["capacity", "hongyun", "--gateways"],
        &["passes", "hongyun", "--stations"],
    ] {
        let resolution = if command[0] == "passes" { &[][..] } else { &["--resolution", "0"] };
        let output = hexsky().args(command).arg(file).args(resolution).args(short).assert().success();
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(told.iter().all(|words| text.contains(words)), "{command:?}: {text}");
    }
    let report = folder.path().join("report.json");
    let passes = ["passes", "hongyun", "--stations", file, "--quiet", "--json"];
    hexsky().args(passes).arg(&report).args(short).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert!(
        report["ground"]["notes"].to_string().contains("approximate positions: doubtful"),
        "{}",
        report["ground"]
    );
    hexsky()
        .args(["show", file])
        .assert()
        .success()
        .stdout(contains("approximate, low").and(contains("note: 3 sites have no published height")));
}

#[test]
fn the_ground_segment_is_listed_and_shown() {
    hexsky().arg("list").assert().success().stdout(contains("Ground segment").and(contains("chinese-ttc")));
    hexsky()
        .args(["show", "yuanwang"])
        .assert()
        .success()
        .stdout(contains("yuanwang-7/atlantic-2020 *").and(contains("Without a published position")));
    let shown = hexsky().args(["show", "chinese-ttc", "--json", "-"]).output().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let sites = shown["sites"].as_array().unwrap();
    assert_eq!(sites.len(), 22);
    assert!(sites.iter().all(|site| !site["source"].as_str().unwrap().is_empty()));
}

#[test]
fn threads_change_nothing() {
    let run = |threads: &str| {
        let output = hexsky()
            .args(["passes", "hongyun", "--stations", "chinese-ttc", "yuanwang", "--csv", "-"])
            .args(["--duration", "6h", "--threads", threads])
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    assert_eq!(run("1"), run("3"));
}

#[test]
fn bad_input_is_told_with_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| write(folder.path(), name, text).to_str().unwrap().to_owned();
    let track = |name: &str, rows: &str| {
        format!("a={}", file(name, &format!("utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,0,0\n{rows}\n")))
    };
    let site = "[[site]]\nname = \"a\"\nlat_deg = 1\nlon_deg = 2\n";
    let order = track("order.csv", "2025-12-31T00:00:00Z,0,1");
    let equal = track("equal.csv", "2026-01-01T00:00:00Z,0,1");
    let fast = track("fast.csv", "2026-01-01T01:00:00Z,15,0");
    let north = file("north.csv", "name,lat_deg,lon_deg\na,95,2\n");
    let open = file("open.toml", &format!("{site}mask = [[0, 5], [180, 9], [350, 5]]\n"));
    let steep = file("steep.toml", &format!("{site}mask = [[0, 5], [180, 9], [360, 6]]\n"));
    let empty = file("empty.toml", "name = \"nothing\"\n");
    let header = file("header.csv", "name,lat_deg,lon_deg\n");
    let out = folder.path().join("out.csv");
    let with = |rest: &[&str]| -> Vec<String> {
        ["passes", "hongyun", "--csv", out.to_str().unwrap()]
            .iter()
            .chain(rest)
            .map(|s| (*s).to_owned())
            .collect()
    };
    for (arguments, expected, help) in [
        (with(&["--ship", &order]), "earlier than the one before", "order of time"),
        (with(&["--ship", &equal]), "have the same time", "keep one of the two"),
        (with(&["--ship", &fast]), "asks for 896 knots", "check the time and the place"),
        (with(&["--ship", "nothing.csv"]), "expected NAME=FILE", ""),
        (with(&["--ship", "a=no/such.csv"]), "cannot read no/such.csv", ""),
        (with(&["--stations", &north]), "north.csv:2:3", "swapped"),
        (with(&["--stations", &open]), "does not close", "repeats the elevation of the first"),
        (with(&["--stations", &steep]), "elevation 5 at azimuth 0 but 6", "repeats the elevation"),
        (with(&["--stations", &empty]), "the network is empty", "add a [[site]]"),
        (with(&["--stations", &header]), "the network is empty", "add a line for each station"),
        (
            with(&["--stations", "ksat", "--sites", "ksat-svalbrad"]),
            "'ksat-svalbrad'",
            "did you mean 'ksat-svalbard'?",
        ),
        (
            with(&["--stations", "ksat", "--without", "svalbard"]),
            "no site is named 'svalbard'",
            "'ksat-svalbard'",
        ),
        (with(&["--stations", "chinese-tcc"]), "neither a file nor a network", "did you mean 'chinese-ttc'"),
        (with(&["--stations", "chinese-launch-sites"]), "takes part without being named", "--sites"),
        (
            with(&["--stations", "ksat", "--satellites", "main X*"]),
            "matches none of 156",
            "names are such as",
        ),
        (with(&["--stations", "ksat", "--min-elevation", "95"]), "between 0 and 90", ""),
        (with(&["--stations", "ksat", "--duration", "0s"]), "longer than zero", ""),
        (with(&["--stations", "ksat", "--plan", "plan.pdf"]), ".csv, .json, .ics or .czml", ""),
        (with(&["--stations", "ksat", "--json", out.to_str().unwrap()]), "two outputs", "its own path"),
        (
            with(&["--stations", "ksat", "--json", &north, "--stations", &north]),
            "also the input",
            "another path",
        ),
        (with(&[]), "--stations", ""),
    ] {
        let code = if expected == "also the input" { 1 } else { 2 };
        let outcome = hexsky().args(&arguments).assert().code(code).stdout("");
        outcome.stderr(contains(expected).and(contains(help)));
        assert!(!out.exists(), "{arguments:?}");
    }
}

#[test]
fn gateways_narrow_coverage() {
    let percent = |extra: &[&str]| -> f64 {
        let output = hexsky()
            .args(["coverage", "hongyun", "--resolution", "1", "--duration", "3h", "--json", "-"])
            .args(extra)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["summary"]["percent_covered"].as_f64().unwrap()
    };
    let (all, few) = (percent(&[]), percent(&["--gateways", "chinese-home"]));
    let more = percent(&["--gateways", "chinese-home", "ksat"]);
    assert!(few < more && more <= all, "{few} {more} {all}");
    hexsky()
        .args(["coverage", "hongyun", "--resolution", "1", "--duration", "1h", "--gateways", "chinese-home"])
        .assert()
        .success()
        .stdout(
            contains("gateways    chinese-home: 7 sites")
                .and(contains("a satellite serves while it sees one")),
        );
    hexsky()
        .args(["coverage", "hongyun", "--gateways", "ksta"])
        .assert()
        .code(2)
        .stderr(contains("did you mean 'ksat'"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_search_and_says_how_far_it_came() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    // A busy machine may take longer to get as far as the search.
    for wait_s in [1, 4, 16] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hexsky"))
            .current_dir(folder.path())
            .args(["passes", "starlink-gen1", "--stations", "ksat", "--duration", "60d", "--csv", "out.csv"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_secs(wait_s));
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
        if output.status.code().is_some() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("satellites; nothing was written"), "{stderr}");
            return;
        }
    }
    panic!("the search never began");
}

#[test]
fn what_is_left_out_and_what_is_asked_for_wrongly_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let passes = |arguments: &[&str]| {
        let mut command = hexsky();
        command.current_dir(folder.path()).args(["passes", "hongyun", "--duration", "1h"]).args(arguments);
        command
    };
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = passes(&[arguments, &["--quiet", "--json", "-"]].concat()).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    };
    let all = json(&["--stations", "ksat"])["summary"]["contacts"].as_u64().unwrap();
    let long =
        json(&["--stations", "ksat", "--min-duration", "14m"])["summary"]["contacts"].as_u64().unwrap();
    assert!(long > 0 && long < all);
    passes(&["--stations", "ksat", "--min-duration", "14m"])
        .assert()
        .success()
        .stdout(contains(format!("left out        {} shorter than 14 min", all - long)));
    write(folder.path(), "empty.toml", "name = \"E\"\n[[unplaced]]\nname = \"x\"\nabout = \"y\"\n");
    for (arguments, message, help) in [
        (
            &["--stations", "ksat", "--satellites", "mian P01 S01"][..],
            "matches none of 156",
            "did you mean 'main P01 S01'",
        ),
        (&["--stations", "ksat", "--carrier-mhz", "S"], "expected a frequency in MHz", ""),
        (&["--stations", "chinese-control-centres"], "takes part without being named", "--sites"),
        (&["--stations", "empty.toml"], "one site or voyage, without a position", "add a [[site]]"),
    ] {
        passes(arguments).assert().code(2).stdout("").stderr(contains(message).and(contains(help)));
    }
}

/// The second replaced the first when both were imported.
#[test]
fn calendars_without_contacts_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pole.csv", "name,lat_deg,lon_deg\npole,90,0\n");
    write(folder.path(), "south.csv", "name,lat_deg,lon_deg\nsouth,-90,0\n");
    let uid = |system: &str, sites: &str| {
        let options = ["--duration", "1h", "--min-elevation", "89", "--start", "2026-01-01", "--quiet"];
        hexsky()
            .current_dir(folder.path())
            .args(["passes", system, "--stations", sites, "--plan", "none.ics"])
            .args(options)
            .assert()
            .success();
        let calendar = std::fs::read_to_string(folder.path().join("none.ics")).unwrap();
        let unfolded = calendar.replace("\r\n ", "");
        unfolded.lines().find(|line| line.starts_with("UID:none-")).unwrap().to_owned()
    };
    let uids = [("galileo", "pole.csv"), ("gps", "pole.csv"), ("galileo", "south.csv")]
        .map(|(system, sites)| uid(system, sites));
    assert!(uids[0] != uids[1] && uids[0] != uids[2] && uids[1] != uids[2], "{uids:?}");
    assert_eq!(uid("galileo", "pole.csv"), uids[0]);
}

/// A calendar without contacts says so with one event that takes up no time; a plan may be JSON.
#[test]
fn plans_without_contacts_and_in_json() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pole.csv", "name,lat_deg,lon_deg\npole,90,0\n");
    let run = |more: &[&str]| {
        hexsky()
            .current_dir(folder.path())
            .args(["passes", "galileo", "--stations", "pole.csv", "--duration", "1h", "--quiet"])
            .args(more)
            .assert()
            .success();
    };
    run(&["--min-elevation", "89", "--plan", "none.ics", "--start", "2026-01-01"]);
    let calendar = std::fs::read_to_string(folder.path().join("none.ics")).unwrap();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    for part in [
        "SUMMARY:No contacts: satellites 24\\, sites pole",
        "TRANSP:TRANSPARENT",
        "DTSTART:20260101T000000Z",
        "DTEND:20260101T010000Z",
    ] {
        assert!(calendar.contains(part), "no '{part}' in {calendar}");
    }
    run(&["--plan", "plan.json", "--json", "report.json"]);
    let [plan, report] =
        ["plan.json", "report.json"].map(|name| std::fs::read(folder.path().join(name)).unwrap());
    assert_eq!(plan, report);
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert!(report["summary"]["contacts"].as_u64().unwrap() > 0, "{report}");
}

/// The names of the events of a calendar, its folded lines put together.
fn uids(calendar: &str) -> Vec<String> {
    let lines = calendar.replace("\r\n ", "");
    lines.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned).collect()
}

fn without_doubles(mut uids: Vec<String>) -> usize {
    uids.sort_unstable();
    uids.dedup();
    uids.len()
}

const ALIKE: &str = "name = \"Alike\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\n\
                     name = \"main\"\npattern = \"walker-delta\"\nsatellites = 6\nplanes = 2\nphasing = 1\n\
                     altitude_km = 1200\ninclination_deg = 60\nsource = \"s\"\n";

/// An importer keeps one of several events of one name (RFC 5545, 3.8.4.7).
#[test]
fn no_two_events_of_a_calendar_have_one_name() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "sites.csv",
        "name,lat_deg,lon_deg\n北京,39.9,116.4\n上海,31.2,121.5\n喀什,39.5,76\nk_1,30,110\nk 1,31,110\n",
    );
    let geo = "name = \"Geo\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[satellite]]\n\
               name = \"g\"\norbit = \"geo\"\nlongitude_deg = 105\nsource = \"s\"\n";
    write(folder.path(), "geo.toml", geo);
    // Two files of one name with satellites of the same names, nearly in the same places.
    for (place, inclination) in [("A", "60"), ("B", "60.001")] {
        std::fs::create_dir(folder.path().join(place)).unwrap();
        let text = ALIKE.replace("inclination_deg = 60", &format!("inclination_deg = {inclination}"));
        write(&folder.path().join(place), "w.toml", &text);
    }
    let run = |files: &[&str], duration: &str| {
        hexsky()
            .current_dir(folder.path())
            .arg("passes")
            .args(files)
            .args(["--stations", "sites.csv", "--start", "2026-01-01", "--duration", duration, "--quiet"])
            .args(["--plan", "a.ics", "--csv", "a.csv"])
            .assert()
            .success();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        (uids(&read("a.ics")), rows(&read("a.csv")))
    };
    let (geo, contacts) = run(&["geo.toml"], "1h");
    assert_eq!((contacts.len(), without_doubles(geo.clone())), (5, 5), "{geo:?}");
    let (both, contacts) = run(&["A/w.toml", "B/w.toml"], "12h");
    assert!(contacts.len() > 100);
    assert_eq!((both.len(), without_doubles(both.clone())), (contacts.len(), contacts.len()), "{both:?}");
    // The instants of a contact move by a millisecond with the window; its name does not, unless the window cuts it.
    let (short, contacts) = run(&["A/w.toml"], "7h");
    let (long, _) = run(&["A/w.toml"], "24h");
    let cut = contacts.iter().filter(|row| matches!(&row[12], "end" | "both")).count();
    let other = short.iter().filter(|uid| !long.contains(uid)).count();
    assert!(other <= cut && contacts.len() > 30 + cut, "{other} {cut} {}", contacts.len());
}

#[test]
fn satellites_of_one_name_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                  MEAN_ANOMALY,NORAD_CAT_ID\n";
    let rows_of = "SAME,2025-12-31,15.5,0.0001,51.6,100,0,0,25544\nSAME,2020-12-31,15.5,0.0001,51.6,200,0,0,25545\n\
                   OTHER,2025-12-31,15.5,0.0001,51.6,300,0,0,25546\n";
    write(folder.path(), "dup.csv", &format!("{header}{rows_of}"));
    write(folder.path(), "one.toml", ALIKE);
    write(folder.path(), "two.toml", ALIKE);
    write(folder.path(), "sites.csv", "name,lat_deg,lon_deg\nA,40,116\nB,31,121\n");
    let run = |files: &[&str], duration: &str| {
        let output = hexsky()
            .current_dir(folder.path())
            .arg("passes")
            .args(files)
            .args(["--stations", "sites.csv", "--start", "2026-01-01", "--duration", duration, "--gaps"])
            .args(["--csv", "a.csv", "--json", "a.json"])
            .assert()
            .success();
        let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        let csv = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.path().join("a.json")).unwrap()).unwrap();
        (text, rows(&csv), report)
    };
    let (text, contacts, report) = run(&["dup.csv"], "6h");
    assert!(text.contains("(SAME (25545), epoch 2020-12-31"), "{text}");
    for name in ["SAME (25544)", "SAME (25545)", "OTHER"] {
        // The list of contacts, the timeline, and the gaps.
        assert!(
            text.lines().filter(|line| line.starts_with(&format!("  {name} "))).count() >= 3,
            "{name}: {text}"
        );
    }
    assert!(!text.contains("SAME  ") && !text.contains("OTHER ("), "{text}");
    let of = |row: &csv::StringRecord| (row[0].to_owned(), row[1].to_owned());
    assert!(contacts.iter().map(of).any(|pair| pair == ("SAME (25545)".to_owned(), "25545".to_owned())));
    assert_eq!(report["gaps"]["satellites"][1]["name"], "SAME (25545)");
    let (_, contacts, report) = run(&["one.toml", "two.toml"], "2h");
    assert!(
        contacts.iter().all(|row| row[0].ends_with("(one)") || row[0].ends_with("(two)")),
        "{contacts:?}"
    );
    assert_eq!(report["gaps"]["satellites"][6]["name"], "main P01 S01 (two)");
    // Alone they are called as ever.
    let (_, contacts, _) = run(&["one.toml"], "2h");
    assert!(contacts.iter().all(|row| !row[0].contains('(')), "{contacts:?}");
}

/// Outside its track a ship is absent, unless it is asked to be held where it was seen last.
#[test]
fn a_ship_is_held_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "ship.csv", SHIP);
    let contacts = |more: &[&str]| -> Vec<csv::StringRecord> {
        let output = hexsky()
            .current_dir(folder.path())
            .args(["passes", "hongyun", "--ship", "s=ship.csv", "--duration", "30h"])
            .args(["--start", "2026-01-01", "--quiet", "--csv", "-"])
            .args(more)
            .assert()
            .success();
        rows(&String::from_utf8(output.get_output().stdout.clone()).unwrap())
    };
    let (absent, held) = (contacts(&[]), contacts(&["--ship-outside", "hold"]));
    let ends = |rows: &[csv::StringRecord]| {
        (
            rows.iter().map(|row| row[3].to_owned()).min().unwrap(),
            rows.iter().map(|row| row[5].to_owned()).max().unwrap(),
        )
    };
    let (first, last) = ends(&absent);
    assert!(
        first.as_str() >= "2026-01-01T02:00" && last.as_str() <= "2026-01-01T20:00:00.000Z",
        "{first} {last}"
    );
    let (first, last) = ends(&held);
    assert!(first.as_str() < "2026-01-01T02:00" && last.as_str() > "2026-01-02T00:00", "{first} {last}");
}

/// The place that holds at the end of a contact was that at which the ship is from then on.
#[test]
fn a_ship_that_is_elsewhere_at_once_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let point = |hour: u32, lat: u32, lon: u32| {
        format!("<trkpt lat=\"{lat}\" lon=\"{lon}\"><time>2026-01-01T{hour:02}:00:00Z</time></trkpt>")
    };
    let parts = [[point(0, 10, 0), point(4, 11, 0)], [point(12, 10, 90), point(16, 11, 90)]];
    let parts: String = parts.iter().map(|part| format!("<trkseg>{}</trkseg>", part.concat())).collect();
    write(folder.path(), "held.gpx", &format!("<gpx><trk>{parts}</trk></gpx>"));
    let text = |start: &str| {
        let run = hexsky()
            .current_dir(folder.path())
            .args([
                "passes",
                "hongyun",
                "--ship",
                "s=held.gpx",
                "--ship-outside",
                "hold",
                "--min-elevation",
                "5",
            ])
            .args(["--start", start, "--duration", "20min", "--series", "looks.csv"])
            .assert()
            .success();
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    let jumps = text("2026-01-01T11:50:00Z");
    assert!(jumps.contains("  cut by the window or the start of a track's next part: "), "{jumps}");
    let looks = rows(&std::fs::read_to_string(folder.path().join("looks.csv")).unwrap());
    let elevations: Vec<f64> = looks
        .iter()
        .filter(|row| &row[4] == "2026-01-01T12:00:00.000Z")
        .map(|row| row[6].parse().unwrap())
        .collect();
    assert!(elevations.len() >= 2 && elevations.iter().all(|&elevation| elevation >= 5.0), "{elevations:?}");
    let whole = text("2026-01-01T11:30:00Z");
    assert!(whole.contains("  cut by the window: "), "{whole}");
}

/// The shortest left out the contacts that the window cuts, the mean did not, and neither said so.
#[test]
fn lengths_are_over_all_contacts_and_those_too_short_are_told() {
    let run = |more: &[&str]| {
        let mut command = hexsky();
        command.args(["passes", "hongyun", "--satellites", "main P01 S01", "--stations", "ksat"]).args(more);
        command.assert().success()
    };
    let json = |more: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&run(&[more, &["--json", "-"]].concat()).get_output().stdout).unwrap()
    };
    let short = ["--sites", "ksat-dubai,ksat-svalbard,ksat-troll", "--duration"];
    let whole_day = json(&[&short[..], &["24h"]].concat());
    let contacts = whole_day["contacts"].as_array().unwrap();
    let seconds = |contact: &serde_json::Value, key: &str| contact[key].as_f64().unwrap();
    // A window that ends a minute into a contact, which is the shortest then.
    let aos: hexsky::time::Epoch = contacts[1]["aos"].as_str().unwrap().parse().unwrap();
    let start: hexsky::time::Epoch = whole_day["start"].as_str().unwrap().parse().unwrap();
    let until = format!("{}s", (aos.unix_nanos() - start.unix_nanos()) / 1_000_000_000 + 60);
    let cut = json(&[&short[..], &[&until]].concat());
    let lengths: Vec<f64> =
        cut["contacts"].as_array().unwrap().iter().map(|contact| seconds(contact, "duration_s")).collect();
    let (summary, least) = (&cut["summary"], lengths.iter().copied().fold(f64::INFINITY, f64::min));
    assert!((59.0..61.0).contains(&least), "{least}");
    assert_eq!(summary["cut"], 1);
    assert!((seconds(summary, "shortest_s") - least).abs() < 1e-3);
    assert!((seconds(summary, "mean_s") - lengths.iter().sum::<f64>() / lengths.len() as f64).abs() < 1e-3);
    assert!(seconds(summary, "shortest_whole_s") > 100.0);
    run(&[&short[..], &[&until]].concat()).stdout(
        contains(format!("shortest {least:.1} s, mean")).and(contains("1 cut among them, the shortest")),
    );
    // Seen, but too briefly, is not out of sight.
    let brief = [&short[..], &["24h", "--min-duration", "10h"]].concat();
    run(&brief).stdout(
        contains("only too short  main P01 S01")
            .and(contains("too short at    ksat-"))
            .and(contains("never in view").not())
            .and(contains("no contact at").not()),
    );
    let summary = &json(&brief)["summary"];
    assert_eq!(summary["too_short"].as_u64().unwrap() as usize, contacts.len());
    assert_eq!(summary["only_too_short"], serde_json::json!(["main P01 S01"]));
    assert_eq!((&summary["never"], &summary["idle_sites"]), (&serde_json::json!([]), &serde_json::json!([])));
}

/// The page of `view` showed no site and said nothing.
#[test]
fn a_view_of_a_network_without_sites_that_take_part_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "empty.toml", "name = \"E\"\n[[unplaced]]\nname = \"x\"\nabout = \"y\"\n");
    for (network, said) in [
        ("chinese-launch-sites", "no site of Chinese launch sites takes part without being named"),
        ("empty.toml", "one site or voyage, without a position"),
    ] {
        hexsky()
            .current_dir(folder.path())
            .args(["view", "hongyun", "--no-open", "--html", "v.html", "--stations", network])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(said));
    }
    assert!(!folder.path().join("v.html").exists());
}
