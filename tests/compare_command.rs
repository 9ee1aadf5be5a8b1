//! `hexsky compare`, `diff`, `phases`, `resilience`, `export`, `infer` as a user meets them.

use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use h3o::Resolution;
use hexsky::compare::{Comparison, Entry, Unlike};
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{Coverage, Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::grid::region::Region;
use hexsky::report::coverage::{Context, CoverageReport};
use hexsky::time::Window;
use predicates::prelude::*;
use predicates::str::contains;

fn hexsky() -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1");
    command
}

fn json(path: &std::path::Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A run of a shipped system over some hours on a coarse globe.
fn run(name: &str, hours: f64, resolution: Resolution) -> (Grid, Coverage, CoverageReport) {
    let constellation = read(name, &ReadOptions::default()).unwrap();
    let grid = Grid::globe(resolution);
    let elements = constellation.satellites.iter().map(|satellite| &satellite.elements);
    let mut fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
    let settings = Settings {
        window: Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 3600.0 * hours },
        step_s: 60.0,
        min_elevation_deg: constellation.min_elevation_deg.unwrap(),
        at_least: 1,
        exact: Exact::Edges,
    };
    let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
    let coverage = engine::run(&grid, &mut fleet, &settings, watch).unwrap();
    let orientation = EarthOrientation::default().into();
    let context = Context {
        orientation: &orientation,
        constellations: std::slice::from_ref(&constellation),
        region: "globe",
        min_elevation_basis: "test",
        place_names: &[],
        notes: &[],
        gateways: None,
    };
    let report = CoverageReport::new(&context, &grid, &coverage);
    (grid, coverage, report)
}

fn entry<'a>(label: &str, coverage: &'a Coverage, report: &'a CoverageReport) -> Entry<'a> {
    Entry { label: label.to_owned(), report, coverage: Some(coverage) }
}

#[test]
fn unlike_windows_and_grids_are_refused_with_the_reason() {
    let (grid, a_run, a) = run("orbcomm", 2.0, Resolution::Zero);
    let (_, b_run, b) = run("globalstar", 3.0, Resolution::Zero);
    let (_, c_run, c) = run("globalstar", 2.0, Resolution::One);
    let compare = |entries: &[Entry]| Comparison::new(entries, Some(&grid), 0, &[]);
    let first = || entry("A", &a_run, &a);
    let error = compare(&[first(), entry("B", &b_run, &b)]).unwrap_err();
    assert!(matches!(error, Unlike::Window { .. }));
    assert!(
        error.to_string().contains("over 7200 s, B from 2026-01-01T00:00:00.000Z over 10800 s"),
        "{error}"
    );
    let error = compare(&[first(), entry("C", &c_run, &c)]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("globe at resolution 0 (122 cells), C on globe at resolution 1 (842 cells)")
    );
    let mut other = a.clone();
    other.at_least = 4;
    let error = compare(&[first(), entry("D", &a_run, &other)]).unwrap_err();
    assert!(matches!(error, Unlike::Setting { .. }), "{error}");
    assert!(matches!(compare(&[first()]), Err(Unlike::TooFew(1))));
}

/// What is compared is what the runs say, and shares of the area add up.
#[test]
fn a_comparison_repeats_the_reports_and_its_shares_add_up() {
    let (grid, a_run, a) = run("orbcomm", 6.0, Resolution::One);
    let (_, b_run, b) = run("globalstar", 6.0, Resolution::One);
    let regions = [Region::parse("lat:-90..0").unwrap(), Region::parse("lat:0..90").unwrap()];
    let comparison =
        Comparison::new(&[entry("A", &a_run, &a), entry("B", &b_run, &b)], Some(&grid), 1, &regions).unwrap();
    let covered = &comparison.rows[0];
    assert_eq!(covered.values, [a.summary.percent_covered, b.summary.percent_covered]);
    assert_eq!(covered.difference, [a.summary.percent_covered - b.summary.percent_covered, 0.0]);
    assert_eq!(covered.best, [false, true]);
    // Both halves weighted by their areas make the whole.
    let [south, north] = &comparison.regions[..] else { panic!("two regions") };
    for system in 0..2 {
        let halves =
            south.area_km2 * south.rows[0].values[system] + north.area_km2 * north.rows[0].values[system];
        assert!((halves / grid.total_area_km2() - covered.values[system]).abs() < 1e-9);
    }
    for beats in &comparison.beats {
        let [[own, wins], [losses, other]] = [[0, 1], [1, 0]]
            .map(|[a, b]| [beats.percent_of_area[a][a], beats.percent_of_area[a][b]])
            .map(|pair| pair);
        assert_eq!((own, losses.min(0.0)), (0.0, 0.0), "{beats:?}");
        assert!(wins + other <= 100.0 + 1e-9, "{beats:?}");
    }
    assert_eq!(comparison.latitude_profile.len(), a.latitude_profile.len());
}

#[test]
fn compare_prints_marks_differences_and_writes_files() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, report) = (folder.path().join("cells.csv"), folder.path().join("report.json"));
    hexsky()
        .args([
            "compare",
            "orbcomm",
            "globalstar:2026-08",
            "hongyan:first",
            "--resolution",
            "1",
            "--duration",
            "3h",
        ])
        .args([
            "--baseline",
            "globalstar:2026-08",
            "--by-region",
            "beidou-users",
            "--by-region",
            "LU",
            "--gis",
        ])
        .arg("--csv")
        .arg(&csv)
        .arg("--json")
        .arg(&report)
        .assert()
        .success()
        .stdout(contains("Differences to Globalstar"))
        .stdout(contains("service mask of orbcomm"))
        .stdout(predicate::str::is_match(r"covered at all times, % of area +[\d.]+").unwrap())
        .stdout(contains("Luxembourg: no cell of the grid has its centre there"))
        .stdout(contains("Latitude profile: percent covered / mean in view"))
        .stdout(contains("Hongyan: assumed: service: "))
        .stdout(contains("; shell core: pattern, planes, "));
    let document = json(&report);
    assert_eq!(document["comparison"]["labels"].as_array().unwrap().len(), 3);
    assert_eq!(document["comparison"]["baseline"], 1);
    let masks: Vec<f64> = document["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| report["min_elevation_deg"].as_f64().unwrap())
        .collect();
    assert_eq!(masks, [5.0, 10.0, 10.0]);
    let mut table = csv::Reader::from_path(&csv).unwrap();
    let columns: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(columns[0], "hex_id");
    let column = |name: &str| {
        columns.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name}: {columns:?}"))
    };
    let (own, base) = (column("orbcomm_percent_covered"), column("globalstar_percent_covered"));
    let difference = column("orbcomm_minus_globalstar_percent_covered");
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 842);
    for row in &rows {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        assert!((number(own) - number(base) - number(difference)).abs() < 2e-6);
    }
    assert!(csv.with_extension("csvt").is_file() && csv.with_extension("prj").is_file());
    // One mask for all, by name.
    hexsky()
        .args(["compare", "orbcomm", "gps", "--resolution", "0", "--duration", "1h", "--min-elevation", "20"])
        .assert()
        .success()
        .stdout(contains("asked for, the same for all"));
}

#[test]
fn compare_refuses_what_it_cannot_do() {
    let refused = |args: &[&str], message: &str| {
        hexsky().args(args).assert().code(2).stdout("").stderr(contains(message.to_owned()));
    };
    refused(&["compare", "hongyan"], "a comparison needs two");
    refused(&["compare", "hongyan:ful", "hongyun"], "no deployment phase 'ful'");
    refused(&["compare", "hongyan:", "hongyun"], "neither FILE nor FILE:PHASE");
    refused(&["compare", "honyan", "hongyun"], "did you mean the shipped 'hongyan'");
    refused(&["compare", "hongyan", "hongyun", "--by-region", "Atlantis"], "unknown region");
    refused(&["compare", "hongyan", "hongyun", "--csv", "x", "--json", "x"], "two outputs");
    refused(&["compare", "hongyun", "xingyun", "--min-elevation", "-5"], "between 0 and 90");
    refused(&["resilience", "hongyun", "--lose", "500"], "500 satellites cannot be lost, there are 156");
    refused(&["resilience", "hongyun", "--lose", "0%"], "expected a number such as 3");
    refused(&["phases", "iridium-next", "--by", "phase"], "declares no phases");
    refused(&["phases", "hongyan:ful"], "no deployment phase 'ful'");
    refused(
        &["coverage", "hongyan:first", "--phase", "full"],
        "names the phase 'first', --phase names 'full'",
    );
    refused(&["compare", "hongyan", "hongyun", "--gateway-min-elevation", "5"], "--gateways");
    refused(&["compare", "hongyan", "hongyun", "--gateways", "nowhere"], "nowhere");
}

#[test]
fn reports_are_compared_as_they_are_and_unlike_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let report = |name: &str, system: &str, more: &[&str]| {
        let path = folder.path().join(name);
        hexsky()
            .args(["coverage", system, "--resolution", "1", "--quiet", "--json"])
            .arg(&path)
            .args(more)
            .assert()
            .success();
        path
    };
    let a = report("a.json", "orbcomm", &["--duration", "3h"]);
    let b = report("b.json", "globalstar", &["--duration", "3h"]);
    let saved = hexsky().arg("compare").args([&a, &b]).assert().success();
    let run = hexsky()
        .args(["compare", "orbcomm", "globalstar", "--resolution", "1", "--duration", "3h"])
        .assert()
        .success();
    let table = |output: &[u8]| {
        let text = String::from_utf8_lossy(output).into_owned();
        let from = text.find("Figures of merit").unwrap();
        text[from..text.find("Percent of the area where").unwrap_or(text.find("\nLatitude").unwrap())]
            .trim_end()
            .to_owned()
    };
    assert_eq!(table(&saved.get_output().stdout), table(&run.get_output().stdout));
    let longer = report("longer.json", "globalstar", &["--duration", "4h"]);
    hexsky().arg("compare").args([&a, &longer]).assert().code(2).stdout("").stderr(contains("over 14400 s"));
    let smaller = report("smaller.json", "globalstar", &["--duration", "3h", "--region", "lat:0..90"]);
    hexsky()
        .arg("compare")
        .args([&a, &smaller])
        .assert()
        .code(2)
        .stderr(contains("was computed on globe at resolution 1"));
    hexsky()
        .arg("compare")
        .arg(&a)
        .arg("gps")
        .assert()
        .code(2)
        .stderr(contains("reports and constellations"));
    hexsky()
        .arg("compare")
        .args([&a, &b])
        .args(["--csv", "-"])
        .assert()
        .code(2)
        .stderr(contains("hold no cells"));
    // What was given in vain was passed over in silence.
    for (option, value) in [
        ("--min-elevation", "10"),
        ("--region", "CN"),
        ("--points", "missing.csv"),
        ("--start", "2026-01-01"),
        ("--duration", "24h"),
        ("--at-least", "2"),
        ("--resolution", "3"),
        ("--step", "60s"),
        ("--exact", "all"),
        ("--ut1-utc", "0.1"),
    ] {
        let said = format!("reports are compared as they are: {option} has no effect");
        let outcome = hexsky().arg("compare").args([&a, &b]).args([option, value]).assert();
        outcome.code(2).stdout("").stderr(contains(said));
    }
    hexsky().arg("compare").args([&a, &b]).args(["--threads", "1", "--quiet", "--strict"]).assert().success();
}

/// Bent pipes side by side are what `coverage` says of each; through other gateways nothing is compared.
#[test]
fn gateways_are_the_same_for_all_and_unlike_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let short = ["--resolution", "0", "--duration", "2h", "--quiet", "--json"];
    let report = |name: &str, system: &str, gateways: &[&str]| {
        let path = folder.path().join(name);
        let mut command = hexsky();
        command.args(["coverage", system]).args(short).arg(&path);
        if !gateways.is_empty() {
            command.arg("--gateways").args(gateways);
        }
        command.assert().success();
        path
    };
    let through = report("through.json", "globalstar", &["chinese-ttc"]);
    let others = report("others.json", "orbcomm", &["ksat"]);
    let without = report("without.json", "orbcomm", &[]);
    let compared = folder.path().join("compared.json");
    let page = folder.path().join("page.html");
    hexsky()
        .args(["compare", "globalstar", "orbcomm"])
        .args(short)
        .arg(&compared)
        .args(["--html", page.to_str().unwrap(), "--gateways", "chinese-ttc"])
        .assert()
        .success();
    let (alone, both) = (json(&through), json(&compared));
    assert_eq!(both["reports"][0]["summary"], alone["summary"]);
    assert_eq!(both["reports"][0]["gateways"], alone["gateways"]);
    assert!(
        both["reports"][1]["summary"]["percent_covered"].as_f64()
            < json(&without)["summary"]["percent_covered"].as_f64()
    );
    assert!(std::fs::read_to_string(&page).unwrap().contains("\"through_gateways\":true"));
    hexsky()
        .args(["compare", "globalstar", "orbcomm", "--resolution", "0", "--duration", "10m"])
        .args(["--gateways", "chinese-ttc"])
        .assert()
        .success()
        .stdout(contains("a satellite serves while it sees one").and(contains("in reach of gateways")));
    for other in [&others, &without] {
        hexsky()
            .arg("compare")
            .args([&through, other])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("the ground that satellites must reach is chinese-ttc"));
    }
    hexsky()
        .arg("compare")
        .args([&without, &without])
        .args(["--gateways", "ksat"])
        .assert()
        .code(2)
        .stderr(contains("reports are compared as they are"));
}

/// Every command that takes a file takes `FILE:PHASE`.
#[test]
fn a_phase_is_named_behind_the_file_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let view = folder.path().join("view.html");
    let short = ["--duration", "1h"];
    for (arguments, expected) in [
        (vec!["show", "hongyan:first"], "phase         first"),
        (vec!["coverage", "hongyan:first", "--resolution", "0"], "hongyan, phase first: 60 satellites"),
        (vec!["passes", "hongyan:first", "--stations", "ksat"], "60 satellites"),
        (vec!["dop", "hongyan:first", "--resolution", "0", "--min-elevation", "10"], "60 satellites"),
        (vec!["capacity", "hongyan:first", "--resolution", "0", "--step", "30min"], "60 satellites"),
        (vec!["phases", "hongyan:first", "--resolution", "0"], "Growth of Hongyan (hongyan, phase first)"),
        (
            vec!["resilience", "hongyan:first", "--lose", "1", "--trials", "2", "--resolution", "0"],
            "Loss of 1 of 60",
        ),
        (vec!["infer", "hongyan:first"], "60 satellites at"),
        (vec!["diff", "hongyan:first", "hongyan:full"], "phase first"),
    ] {
        let timed = !["show", "infer", "diff"].contains(&arguments[0]);
        let output = hexsky().args(&arguments).args(if timed { &short[..] } else { &[] }).assert().success();
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    hexsky().args(["view", "hongyan:first", "--no-open", "--html"]).arg(&view).assert().success();
    hexsky()
        .args(["export", "hongyan:first", "--format", "omm-csv"])
        .assert()
        .success()
        .stdout(predicate::function(|text: &str| text.lines().count() == 61));
}

/// A report is not compared with itself where the baseline is written another way.
#[test]
fn a_saved_baseline_may_be_spelled_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    for (name, mask) in [("a.json", "20"), ("b.json", "30")] {
        hexsky()
            .current_dir(folder.path())
            .args(["coverage", "orbcomm", "--resolution", "0", "--duration", "1h", "--quiet"])
            .args(["--min-elevation", mask, "--json", name])
            .assert()
            .success();
    }
    let out = folder.path().join("out.json");
    hexsky()
        .current_dir(folder.path())
        .args(["compare", "a.json", "b.json", "--baseline", "./b.json", "--quiet", "--json"])
        .arg(&out)
        .assert()
        .success();
    let comparison = &json(&out)["comparison"];
    assert_eq!(comparison["labels"].as_array().unwrap().len(), 2, "{comparison}");
    assert_eq!(comparison["baseline"], 1);
}

/// Places are no cells, beside regions either.
#[test]
fn regions_count_places_as_places() {
    let folder = tempfile::tempdir().unwrap();
    let places = folder.path().join("places.csv");
    std::fs::write(&places, "name,lat_deg,lon_deg\nBeijing,39.9,116.4\nNairobi,-1.3,36.8\n").unwrap();
    hexsky()
        .args([
            "compare",
            "hongyan",
            "orbcomm",
            "--duration",
            "10m",
            "--by-region",
            "CN",
            "--by-region",
            "LU",
        ])
        .arg("--points")
        .arg(&places)
        .assert()
        .success()
        .stdout(contains("China (1 place; * the best)"))
        .stdout(contains("Luxembourg: no place lies there"));
}

/// The baseline under another spelling is the system that is there, and systems called alike have columns apart.
#[test]
fn systems_called_alike_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/orbcomm.toml"))
                .unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    let (one, two, csv) = (file("one.toml"), file("two.toml"), folder.path().join("cells.csv"));
    hexsky()
        .args([
            "compare",
            one.to_str().unwrap(),
            two.to_str().unwrap(),
            "hongyan",
            "--baseline",
            "hongyan:full",
        ])
        .args(["--resolution", "0", "--duration", "1h", "--csv"])
        .arg(&csv)
        .assert()
        .success()
        .stdout(contains("Comparison of Orbcomm (one), Orbcomm (two), Hongyan\n"))
        .stdout(contains("Differences to Hongyan\n"));
    let mut columns: Vec<String> =
        csv::Reader::from_path(&csv).unwrap().headers().unwrap().iter().map(str::to_owned).collect();
    assert!(columns.contains(&"orbcomm_one_minus_hongyan_max_gap_s".to_owned()), "{columns:?}");
    let count = columns.len();
    columns.sort();
    columns.dedup();
    assert_eq!(columns.len(), count);
    let saved = |name: &str, mask: &str| {
        let path = folder.path().join(name);
        hexsky()
            .args(["coverage", "orbcomm", "--resolution", "0", "--duration", "1h", "--quiet"])
            .args(["--min-elevation", mask, "--json"])
            .arg(&path)
            .assert()
            .success();
        path
    };
    hexsky()
        .arg("compare")
        .args([saved("a.json", "5"), saved("b.json", "15")])
        .assert()
        .success()
        .stdout(contains("Comparison of Orbcomm 5°, Orbcomm 15°\n"));
}

/// Each phase is covered at its own service mask.
#[test]
fn phases_keep_their_own_masks() {
    let folder = tempfile::tempdir().unwrap();
    let (path, csv) = (folder.path().join("grown.toml"), folder.path().join("steps.csv"));
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/globalstar.toml"))
            .unwrap();
    let own = "[phase.service]\nmin_elevation_deg = 10\n";
    assert!(text.contains(own));
    std::fs::write(&path, text.replace(own, "[phase.service]\nmin_elevation_deg = 40\n")).unwrap();
    let short = ["--resolution", "0", "--duration", "2h"];
    hexsky()
        .args(["phases", path.to_str().unwrap(), "--csv"])
        .arg(&csv)
        .args(short)
        .assert()
        .success()
        .stdout(contains("each phase has its own, in the table").and(contains(" 40° ")));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(&csv).unwrap().records().map(Result::unwrap).collect();
    assert_eq!((&rows[0][3], &rows[1][3]), ("40", "10"));
    for (row, phase) in rows.iter().zip(["2026-08", "nominal"]) {
        let report = folder.path().join("report.json");
        hexsky()
            .args(["coverage", &format!("{}:{phase}", path.display()), "--quiet", "--json"])
            .arg(&report)
            .args(short)
            .assert()
            .success();
        let covered = json(&report)["summary"]["percent_covered"].as_f64().unwrap();
        assert!((row[4].parse::<f64>().unwrap() - covered).abs() < 1e-5, "{phase}: {covered} {row:?}");
    }
    // The growth may end with a phase, or fill one plane by plane.
    hexsky()
        .args(["phases", "hongyan:first", "--by", "phase"])
        .args(short)
        .assert()
        .success()
        .stdout(contains("experimental").and(contains("first")).and(contains("full ").not()));
}

#[test]
fn diff_tells_values_and_sources_shell_by_shell() {
    hexsky()
        .args(["diff", "starlink:gen1", "starlink:vleo"])
        .assert()
        .success()
        .stdout(contains("shell 550 (A), shell 345.6 (B)"))
        .stdout(contains("shell 560a: only in A"))
        .stdout(contains("A  550  (stated: "))
        .stdout(contains("one satellite in each plane"));
    hexsky().args(["diff", "gps", "gps"]).assert().success().stdout(contains("no parameter differs"));
}

#[test]
fn phases_and_planes_grow_to_continuous_coverage() {
    hexsky()
        .args(["phases", "iridium-next", "--resolution", "1", "--duration", "6h"])
        .assert()
        .success()
        .stdout(contains("each in the middle of the widest stretch of planes that is missing"))
        .stdout(contains("globe is covered at all times from 66 satellites on (step main plane 6)"));
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("phases.json");
    hexsky()
        .args(["phases", "hongyan", "--resolution", "0", "--duration", "3h", "--quiet", "--json"])
        .arg(&report)
        .assert()
        .success()
        .stdout("");
    let document = json(&report);
    let counts: Vec<u64> = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["satellites"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, [1, 60, 320]);
    // The last step is what `coverage` says of the default phase.
    let coverage = folder.path().join("coverage.json");
    hexsky()
        .args(["coverage", "hongyan", "--resolution", "0", "--duration", "3h", "--quiet", "--json"])
        .arg(&coverage)
        .assert()
        .success();
    let (own, other) = (&document["steps"][2], &json(&coverage)["summary"]);
    for figure in ["percent_covered", "percent_area_always", "mean_response_s", "max_gap_s"] {
        let (own, other) = (own[figure].as_f64().unwrap(), other[figure].as_f64().unwrap());
        assert!((own - other).abs() < 1e-6 * other.abs().max(1.0), "{figure}: {own} {other}");
    }
}

#[test]
fn losses_are_repeatable_and_exact_where_they_can_be() {
    let lose = |args: &[&str]| {
        let output = hexsky()
            .args(["resilience", "iridium-next", "--resolution", "0", "--duration", "3h"])
            .args(args)
            .assert()
            .success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let sampled = lose(&["--lose", "5%", "--trials", "20", "--seed", "7"]);
    assert!(sampled.contains("Loss of 3 of 66 satellites"), "{sampled}");
    assert!(sampled.contains("sampled: 20 of 45760 combinations, seed 7"), "{sampled}");
    assert_eq!(sampled, lose(&["--lose", "5%", "--trials", "20", "--seed", "7", "--threads", "1"]));
    assert_ne!(sampled, lose(&["--lose", "5%", "--trials", "20", "--seed", "8"]));
    let exact = lose(&["--lose", "1", "--what", "planes"]);
    assert!(exact.contains("exact: all 6 combinations"), "{exact}");
}

/// Growth and loss say which satellites of a catalogue take no part, as all reports do.
#[test]
fn losses_tell_what_was_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.tle");
    hexsky().args(["export", "iridium-next", "--format", "tle", "--output"]).arg(&file).assert().success();
    let sound = std::fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = sound.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("1 ")).unwrap();
    let broken = lines[first].replacen("86", "68", 1).replacen("26001", "26002", 1);
    lines[first] = &broken;
    std::fs::write(&file, lines.join("\n")).unwrap();
    hexsky()
        .args(["resilience", file.to_str().unwrap(), "--lose", "1", "--trials", "2", "--resolution", "0"])
        .args(["--duration", "10m"])
        .assert()
        .success()
        .stdout(contains("1 satellite of the file left out: ").and(contains("checksum")));
}

#[test]
fn export_infer_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (tle, derived) = (folder.path().join("hongyun.tle"), folder.path().join("derived.toml"));
    hexsky()
        .args(["export", "hongyun", "--format", "tle", "--output"])
        .arg(&tle)
        .assert()
        .success()
        .stderr(contains("156 satellites of Hongyun written; 156 of them are given numbers from 270000 on"));
    hexsky()
        .arg("infer")
        .arg(&tle)
        .arg("--output")
        .arg(&derived)
        .assert()
        .success()
        .stdout(contains("80.0-1003").and(contains("1002.7 (")).and(contains("1000.0")))
        .stdout(contains("0 satellites belong to no shell"));
    hexsky().arg("show").arg(&derived).assert().success().stdout(contains("156 slots on 13 planes"));
    hexsky()
        .arg("diff")
        .arg(&derived)
        .arg("hongyun")
        .assert()
        .success()
        .stdout(contains("(derived: element sets of"));
    hexsky()
        .args(["export", "starlink:42000", "--format", "tle", "--first-number", "300000"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("the greatest that a TLE can write"));
}

#[test]
fn figures_left_to_the_formats_defaults_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let shell = |more: &str| {
        format!(
            "name = \"S\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"main\"\n\
             pattern = \"walker-delta\"\nsatellites = 6\nplanes = 2\nphasing = 1\naltitude_km = 1200\n\
             inclination_deg = 60\nsource = \"s\"\n{more}"
        )
    };
    let assumed = "assumed.phasing = \"a guess\"\n";
    for (name, more) in [("one.toml", ""), ("two.toml", assumed)] {
        std::fs::write(folder.path().join(name), shell(more)).unwrap();
    }
    hexsky()
        .current_dir(folder.path())
        .args(["compare", "one.toml", "two.toml", "--resolution", "0", "--duration", "10m"])
        .assert()
        .success()
        .stdout(contains("S (one): assumed: 3 by the format's default\n"))
        .stdout(contains("S (two): assumed: shell main: phasing; 3 by the format's default\n"));
}

#[test]
fn show_counts_what_is_assumed() {
    hexsky().args(["show", "guowang"]).assert().success().stdout(contains("36 of 64 figures assumed"));
}

/// Two satellites, of which the second falls within a day.
fn falling(folder: &std::path::Path) -> String {
    let path = folder.join("falling.csv");
    let text = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                MEAN_ANOMALY,NORAD_CAT_ID,BSTAR\n\
                STAYS,2026-01-01T00:00:00,15.06,0.0001,53,10,0,0,1,0\n\
                FALLS,2026-01-01T00:00:00,16.4,0.0001,53,10,0,90,2,0.5\n";
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn described(page: &std::path::Path) -> serde_json::Value {
    let page = std::fs::read_to_string(page).unwrap();
    let page = page.split("id=\"hexsky-page\">").nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str(page).unwrap()
}

#[test]
fn satellites_that_fall_are_told_in_texts_and_pages() {
    let folder = tempfile::tempdir().unwrap();
    let file = falling(folder.path());
    let run = |arguments: &[&str]| {
        let assert = hexsky()
            .current_dir(folder.path())
            .args(arguments)
            .args(["--start", "2026-01-01", "--duration", "2d", "--resolution", "0"])
            .assert()
            .success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let lost = "1 satellite lost by the end of the window: FALLS at 2026-01-0";
    let text = run(&["resilience", &file, "--lose", "1", "--trials", "2"]);
    assert!(text.contains(lost), "{text}");
    let text = run(&["compare", &file, "hongyun", "--min-elevation", "10", "--html", "compared.html"]);
    assert!(text.contains("falling: 1 satellite lost by the end of the window"), "{text}");
    run(&["coverage", &file, "--html", "covered.html"]);
    for (page, words) in
        [("compared.html", "falling: FALLS from 2026-01-0"), ("covered.html", "FALLS from 2026-01-0")]
    {
        let made = described(&folder.path().join(page))["made"].to_string();
        assert!(made.contains("lost satellite") && made.contains(words), "{page}: {made}");
    }
}

#[test]
fn comparisons_of_places_by_two_satellites_in_view() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.csv"), "name,lat_deg,lon_deg\nRome,41.9,12.5\nQuito,-0.2,-78.5\n")
        .unwrap();
    let run = |more: &[&str]| {
        hexsky()
            .current_dir(folder.path())
            .args([
                "compare",
                "hongyun",
                "iridium-next",
                "--points",
                "p.csv",
                "--duration",
                "3h",
                "--at-least",
                "2",
            ])
            .args(["--min-elevation", "10"])
            .args(more)
            .assert()
            .success()
    };
    run(&["--html", "page.html"]).stdout(
        contains("places of p.csv: 2 places")
            .and(contains("covered     means at least 2 satellites in view"))
            .and(contains("covered at all times, % of places"))
            .and(contains("Percent of the places where the system"))
            .and(contains("the time series every 1 min"))
            .and(contains("area").not()),
    );
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("Places covered over time") && !page.contains("of the area"));
    for command in ["resilience iridium-next --lose 1 --trials 2", "phases hongyun"] {
        let command = format!("{command} --points p.csv --duration 10m");
        let told = hexsky().current_dir(folder.path()).args(command.split(' ')).assert().success();
        told.stdout(contains("% of places").or(contains("always % places")).and(contains("% of area").not()));
    }
    assert_eq!(described(&folder.path().join("page.html"))["places"].as_array().unwrap().len(), 2);
    let output = run(&["--quiet", "--json", "-"]);
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    for own in report["reports"].as_array().unwrap() {
        let summary = &own["summary"];
        assert_eq!(own["at_least"], 2);
        let (covered, twice) = (&summary["percent_covered"], &summary["percent_at_least"][1]);
        assert!((covered.as_f64().unwrap() - twice.as_f64().unwrap()).abs() < 1e-6, "{summary}");
    }
}

#[test]
fn what_is_no_report_no_loss_and_no_plane_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = falling(folder.path());
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, "{\"hexsky_version\": \"0.1.0\", \"latitude_profile\": []}").unwrap();
    let bad = bad.to_str().unwrap();
    for (arguments, message, help) in [
        (vec!["compare", bad, bad], "not the report of a coverage run", "write it anew"),
        (vec!["phases", &file], "is a catalogue, which tells no planes", "hexsky infer"),
        (
            vec!["resilience", "hongyun", "--lose", "0"],
            "expected a number such as 3, or a share such as 5%",
            "",
        ),
        (
            vec!["resilience", "hongyun", "--lose", "some"],
            "expected a number such as 3, or a share such as 5%",
            "",
        ),
    ] {
        hexsky().args(&arguments).assert().code(2).stdout("").stderr(contains(message).and(contains(help)));
    }
    // The reports of other commands are named, alone and beside one that can be compared.
    for (name, arguments, message) in [
        ("capacity.json", "capacity hongyun --resolution 0 --duration 10m", "a report of hexsky capacity"),
        (
            "messages.json",
            "capacity xingyun --resolution 0 --duration 10m",
            "a report of hexsky capacity on short messages",
        ),
        ("passes.json", "passes hongyan --stations ksat --duration 10m", "a report of hexsky passes"),
        ("dop.json", "dop galileo --resolution 0 --duration 10m", "a report of another command of hexsky"),
        ("coverage.json", "coverage hongyun --resolution 0 --duration 10m", ""),
    ] {
        let path = folder.path().join(name);
        let path = path.to_str().unwrap();
        hexsky().args(arguments.split(' ')).args(["--quiet", "--json", path]).assert().success();
        if !message.is_empty() {
            let message = format!("{path}: {message}, not of hexsky coverage");
            for pair in [[path, path], ["hongyun", path]] {
                hexsky()
                    .arg("compare")
                    .args(pair)
                    .assert()
                    .code(2)
                    .stdout("")
                    .stderr(contains(message.as_str()));
            }
        }
    }
    let [coverage, capacity] =
        ["coverage.json", "capacity.json"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    hexsky()
        .args(["compare", &coverage, &capacity])
        .assert()
        .code(2)
        .stderr(contains("a report of hexsky capacity").and(contains("--side-by-side")));
    // Systems of short messages are not taken side by side.
    let messages = folder.path().join("messages.json").to_str().unwrap().to_owned();
    hexsky()
        .args(["compare", &coverage, &messages])
        .assert()
        .code(2)
        .stderr(contains("on short messages, not of").and(contains("--side-by-side").not()));
    // Seventy of 156 can be lost in more ways than a number of 64 bits counts.
    let sampled =
        ["resilience", "hongyun", "--lose", "70", "--trials", "2", "--resolution", "0", "--duration", "10m"];
    hexsky()
        .args(sampled)
        .assert()
        .success()
        .stdout(contains("sampled: 2 of more than 2^64 combinations, seed 1").and(contains(" and 62 more")));
    let output = hexsky().args(sampled).args(["--quiet", "--json", "-"]).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(report["trials"], 2);
}
