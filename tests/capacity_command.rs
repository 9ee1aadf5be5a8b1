//! `hexsky capacity` as it is used: exit codes, files, laws that hold between them.

use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;

fn hexsky(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.arg("capacity").args(arguments);
    command
}

const SHORT: [&str; 4] = ["--duration", "10min", "--step", "2min"];

/// Rows of a CSV file as texts, and the column of a name.
struct Table {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        Self { header, rows: reader.records().map(Result::unwrap).collect() }
    }

    fn column(&self, name: &str) -> Vec<f64> {
        let at = self.header.iter().position(|column| column == name).unwrap();
        self.rows.iter().map(|row| row[at].parse().unwrap_or(0.0)).collect()
    }

    fn sum(&self, name: &str) -> f64 {
        self.column(name).iter().sum()
    }
}

fn run(arguments: &[&str]) -> (Table, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let (csv, json) = (folder.path().join("cells.csv"), folder.path().join("report.json"));
    let outputs = ["--quiet", "--csv", csv.to_str().unwrap(), "--json", json.to_str().unwrap()];
    hexsky(arguments).args(outputs).assert().success().stdout("");
    let report = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    (Table::read(&csv), report)
}

#[test]
fn cells_and_report_agree_and_nothing_is_made_of_nothing() {
    let base = ["hongyun", "--region", "beidou-users", "--resolution", "2", "--bound"];
    let (table, report) = run(&[&base[..], &SHORT].concat());
    let header: Vec<&str> = table.header.iter().take(11).collect();
    assert_eq!(
        header.join(","),
        "hex_id,lat_deg,lon_deg,area_km2,demand_mbps,served_mean_mbps,served_p05_mbps,percent_time_fully_served,\
         mean_spectral_efficiency,mean_elevation_deg,handovers_per_hour"
    );
    let system = &report["system"];
    let served = system["served_tbps"].as_f64().unwrap();
    assert!((table.sum("served_mean_mbps") / 1e6 - served).abs() < 1e-6);
    assert!((table.sum("demand_mbps") / 1e6 - system["demand_tbps"].as_f64().unwrap()).abs() < 1e-6);
    assert!(served <= system["bound_tbps"].as_f64().unwrap() * (1.0 + 1e-9));
    assert!(system["percent_of_bound"].as_f64().unwrap() > 98.0, "{system}");
    assert!(served <= 1.56 && served > 0.0, "156 satellites of 10 Gbit/s carry no more: {served}");
    let countries: f64 =
        report["countries"].as_array().unwrap().iter().map(|c| c["served_mbps"].as_f64().unwrap()).sum();
    assert!((countries / 1e6 - served).abs() < 1e-9);
    let limits: f64 =
        report["limited_by_percent"].as_object().unwrap().values().map(|value| value.as_f64().unwrap()).sum();
    assert!((limits - 100.0).abs() < 1e-9);
    for (mean, low) in table.column("served_mean_mbps").iter().zip(table.column("served_p05_mbps")) {
        assert!(low <= mean + 1e-3);
    }
    for (demand, (served, unserved)) in table
        .column("demand_mbps")
        .iter()
        .zip(table.column("served_mean_mbps").iter().zip(table.column("unserved_mean_mbps")))
    {
        assert!((demand - served - unserved).abs() < 2e-3, "{demand} {served} {unserved}");
    }
}

#[test]
fn threads_do_not_change_the_result() {
    let run_on = |threads: &str| {
        let base = ["hongyun", "--region", "FR", "--assign", "flow", "--csv", "-", "--threads", threads];
        hexsky(&[&base[..], &SHORT].concat()).assert().success().get_output().stdout.clone()
    };
    assert_eq!(run_on("1"), run_on("2"));
}

#[test]
fn gateways_and_links_between_satellites_limit() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites.csv");
    std::fs::write(&sites, "name,lat_deg,lon_deg\nparis,48.9,2.4\nmadrid,40.4,-3.7\nsydney,-33.9,151.2\n")
        .unwrap();
    let sites = sites.to_str().unwrap();
    let linked = folder.path().join("linked.toml");
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/hongyun.toml")).unwrap();
    std::fs::write(
        &linked,
        text.replace(
            "capacity_gbps_per_satellite = 10",
            "capacity_gbps_per_satellite = 10\nisl = \"+grid\"\nisl_gbps = 20",
        ),
    )
    .unwrap();
    let served = |more: &[&str]| {
        let base = ["--region", "lat:-60..60", "--resolution", "2"];
        let (_, report) = run(&[&base[..], &SHORT, more].concat());
        report["system"]["served_tbps"].as_f64().unwrap()
    };
    let free = served(&["hongyun"]);
    let bent = served(&["hongyun", "--gateways", sites]);
    let few = served(&["hongyun", "--gateways", sites, "--antennas-per-gateway", "1"]);
    let links = served(&[linked.to_str().unwrap(), "--gateways", sites]);
    assert!(few < bent && bent < links && links <= free + 1e-9, "{few} {bent} {links} {free}");
    // Three antennas of unlimited rate feed three satellites of 10 Gbit/s.
    assert!(few <= 0.030 + 1e-9, "{few}");
    let (_, report) = run(&[
        &["hongyun", "--gateways", sites, "--gateway-curve", "--region", "lat:-60..60", "--resolution", "2"]
            [..],
        &SHORT,
    ]
    .concat());
    let curve = report["gateway_curve"].as_array().unwrap();
    let values: Vec<f64> = curve.iter().map(|point| point["served_tbps"].as_f64().unwrap()).collect();
    assert_eq!(values.len(), 3);
    assert!(values.is_sorted() && values[1] - values[0] <= values[0] + 1e-12, "{values:?}");
}

/// Hongyun with a link budget: `user` and `down` are lines of these tables.
fn with_beams(folder: &Path, user: &str, down: &str) -> String {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/hongyun.toml")).unwrap();
    let payload = format!(
        "source = \"dongfang: at 1,175 km\"\n\n[payload.user]\n{user}\nsource = \"dongfang: a test\"\n\n\
         [payload.user.down]\nfrequency_ghz = 20\neirp_dbw = 36\ng_over_t_db_k = 12\n{down}\n\
         source = \"dongfang: a test\"\n"
    );
    let path = folder.join("beams.toml");
    std::fs::write(&path, text.replace("source = \"dongfang: at 1,175 km\"", &payload)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn antennas_and_colours_cost_what_they_must() {
    let folder = tempfile::tempdir().unwrap();
    let report = |user: &str, down: &str, more: &[&str]| {
        let file = with_beams(folder.path(), user, down);
        let base = [file.as_str(), "--region", "beidou-users", "--resolution", "3", "--duration", "2min"];
        let (_, report) = run(&[&base[..], &["--step", "2min"], more].concat());
        report
    };
    let served = |report: &serde_json::Value| report["system"]["served_tbps"].as_f64().unwrap();
    let efficiency =
        |report: &serde_json::Value| report["system"]["mean_spectral_efficiency"].as_f64().unwrap();
    let band = "bandwidth_mhz = 250";
    let plain = report("beams = 16\nbeam_area_km2 = 4000", band, &[]);
    let scanned = format!("{band}\ntx_antenna = \"array:gmax=34,n=1.3,at=nadir\"");
    let scanned = report("beams = 16\nbeam_area_km2 = 4000", &scanned, &[]);
    assert!(
        efficiency(&scanned) < 0.97 * efficiency(&plain),
        "{} {}",
        efficiency(&scanned),
        efficiency(&plain)
    );
    // Large beams: four colours share what neighbours can hold; two polarisations hold twice as much.
    let large = |polarisations: &str, more: &[&str]| {
        let user = format!("beams = 64\nbeam_area_km2 = 60000\ncolours = 4\npolarisations = {polarisations}");
        report(&user, "total_bandwidth_mhz = 1000", more)
    };
    let (one, two, free) = (large("1", &[]), large("2", &[]), large("1", &["--ignore-reuse"]));
    assert!(
        served(&one) < served(&two) && served(&two) < 2.0 * served(&one) + 1e-9,
        "{} {}",
        served(&one),
        served(&two)
    );
    assert!(served(&one) < 0.9 * served(&free), "{} {}", served(&one), served(&free));
    assert!(one["unserved_mbps"]["reuse"].as_f64().unwrap() > 0.0);
    assert_eq!(free["unserved_mbps"]["reuse"].as_f64().unwrap(), 0.0);
    // Beams of one colour interfere once their pattern is told.
    let pattern =
        "beams = 16\nbeam_area_km2 = 4000\ncolours = 4\nbeam_antenna = \"s1528:gmax=38,psi_b=1.2,ln=-15\"";
    let quiet = report("beams = 16\nbeam_area_km2 = 4000\ncolours = 4", band, &[]);
    assert!(efficiency(&report(pattern, band, &[])) < efficiency(&quiet));
    // Fixed beams serve less than as many that are steered: each carries no more than its own bandwidth.
    let fixed = format!(
        "{pattern}\nfixed_rows = 4\nfixed_columns = 4\nrow_spacing_deg = 20\ncolumn_spacing_deg = 20"
    );
    let fixed = report(&fixed, band, &[]);
    assert!(served(&fixed) > 0.0 && served(&fixed) < served(&quiet), "{} {}", served(&fixed), served(&quiet));
}

#[test]
fn the_arc_costs_capacity_near_the_equator() {
    let served = |more: &[&str]| {
        let base = ["hongyun", "--region", "lat:-10..10", "--resolution", "2"];
        let (_, report) = run(&[&base[..], &SHORT, more].concat());
        report["system"]["served_tbps"].as_f64().unwrap()
    };
    let (without, with) = (served(&[]), served(&["--gso-avoidance", "40"]));
    assert!(with < 0.95 * without, "{with} {without}");
}

#[test]
fn demand_of_a_table_and_of_tracks() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("demand.csv");
    std::fs::write(&table, "hex_id,demand_mbps\n821fb7fffffffff,100\n823887fffffffff,50\n").unwrap();
    let track = folder.path().join("ship.csv");
    std::fs::write(&track, "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,0,-30\n2026-01-01T12:00:00Z,1,-30\n")
        .unwrap();
    let arguments = [
        "hongyun",
        "--resolution",
        "2",
        "--demand",
        table.to_str().unwrap(),
        "--tracks",
        track.to_str().unwrap(),
        "--track-mbps",
        "25",
    ];
    let (rows, report) = run(&[&arguments[..], &SHORT].concat());
    assert!((rows.sum("demand_mbps") - 175.0).abs() < 1e-6, "{}", rows.sum("demand_mbps"));
    assert!(report["system"]["served_percent"].as_f64().unwrap() > 99.9);
    std::fs::write(&table, "hex_id,demand_mbps\n821fb7fffffffff,much\n").unwrap();
    hexsky(&["hongyun", "--demand", table.to_str().unwrap()]).assert().code(2).stderr(
        predicate::str::contains("`much` is no amount").and(predicate::str::contains("demand.csv:2")),
    );
}

#[test]
fn navigation_has_no_capacity() {
    hexsky(&["beidou-3"]).assert().code(2).stdout("").stderr(
        predicate::str::contains("capacity does not apply to").and(predicate::str::contains("hexsky dop")),
    );
}

#[test]
fn messages_wait_for_a_pass() {
    let base = ["xingyun", "--resolution", "1", "--duration", "12h", "--step", "1min"];
    let (table, report) = run(&base);
    let devices = &report["devices_mean"];
    let wait = devices["mean_wait_s"].as_f64().unwrap();
    assert!(wait > 0.0 && wait < devices["p95_wait_s"].as_f64().unwrap(), "{devices}");
    assert!((table.sum("devices") - 1e6).abs() < 1.0);
    // What all devices get through in a day is no more than all satellites take in.
    let bytes: f64 = table
        .column("devices")
        .iter()
        .zip(table.column("bytes_per_device_day"))
        .map(|(devices, bytes)| devices * bytes)
        .sum();
    assert!(bytes > 0.0 && bytes <= 80.0 * 9600.0 / 8.0 * 0.368 * 86_400.0, "{bytes}");
    hexsky(&["xingyun", "hongyun", "--min-elevation", "10"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("no system of short messages"));
}

/// The head of the table is that of the plain report, and so is what it says of satellites left out.
#[test]
fn side_by_side_tells_what_the_plain_report_tells() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.tle");
    let mut export = Command::cargo_bin("hexsky").unwrap();
    export.args(["export", "iridium-next", "--format", "tle", "--output"]).arg(&file).assert().success();
    let sound = std::fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = sound.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("1 ")).unwrap();
    let broken = lines[first].replacen("26001", "26002", 1);
    lines[first] = &broken;
    std::fs::write(&file, lines.join("\n")).unwrap();
    let options =
        ["--satellite-gbps", "2", "--oversubscription", "20", "--assign", "even", "--resolution", "0"];
    let window = ["--start", "2026-03-01T00:00:00Z", "--duration", "10m", "--step", "5m"];
    hexsky(&[&[file.to_str().unwrap(), "hongyan:full", "--side-by-side"][..], &options, &window].concat())
        .assert()
        .success()
        .stdout(
            predicate::str::contains("0.3 Mbit/s each, 20 users share it")
                .and(predicate::str::contains("; allocation even\n"))
                .and(predicate::str::contains("bad.tle: 1 satellite left out\n"))
                .and(predicate::str::contains("bad.tle: warning: "))
                .and(predicate::str::contains("element sets")),
        );
}

#[test]
fn systems_stand_side_by_side_and_are_computed_alone() {
    let base = ["--region", "FR", "--resolution", "2", "--bound"];
    let files = ["hongyan:full", "hongyun", "--side-by-side"];
    let output = hexsky(&[&files[..], &base, &SHORT].concat()).assert().success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    let line = |name: &str| -> Vec<String> {
        let line =
            text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{text}"));
        line.trim_start()
            .strip_prefix(name)
            .unwrap()
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(line("satellites"), ["320", "156"]);
    // What is assumed is marked: Hongyan's capacity is, Hongyun's has a source.
    assert_eq!(line("each satellite carries, Gbit/s"), ["10 (a)", "10"]);
    let (_, alone) = run(&[&["hongyun"][..], &base, &SHORT].concat());
    let served = format!("{:.3}", alone["system"]["served_tbps"].as_f64().unwrap());
    assert_eq!(line("served, Tbit/s")[1], served);
    assert_eq!(alone["system"]["bound_is_exact"], true);
    let document = hexsky(&[&files[..], &base, &SHORT, &["--json", "-"]].concat()).assert().success();
    let document: serde_json::Value = serde_json::from_slice(&document.get_output().stdout).unwrap();
    assert_eq!(document["reports"][1]["system"], alone["system"]);
    hexsky(&["hongyan", "xingyun", "--side-by-side"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("no megabits"));
}

#[test]
fn the_papers_files_read() {
    for (name, satellites) in [("oneweb", 720), ("telesat", 117), ("spacex", 4425)] {
        let file = format!("{}/constellations/papers/{name}-2018.toml", env!("CARGO_MANIFEST_DIR"));
        let (_, report) = run(&[&file, "--resolution", "1", "--duration", "1min", "--assign", "even"]);
        assert_eq!(report["system"]["satellites"], satellites, "{name}");
    }
}

/// Every way of allocation keeps to colours and fixed beams (the program checks each instant in builds for tests),
/// and none carries more than the bound.
#[test]
fn every_allocation_keeps_to_the_frequency_plan() {
    let folder = tempfile::tempdir().unwrap();
    let large = "beams = 64\nbeam_area_km2 = 60000\ncolours = 4";
    let fixed = "beam_area_km2 = 60000\ncolours = 4\nbeam_antenna = \"s1528:gmax=38,psi_b=1.2,ln=-15\"\nfixed_rows = 4\n\
                 fixed_columns = 4\nrow_spacing_deg = 20\ncolumn_spacing_deg = 20\npolarisations = 2";
    // Beams whose rate is stated all carry the same, which the bound is exact for.
    let stated = {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/hongyun.toml");
        let source = "source = \"dongfang: at 1,175 km\"";
        let beams =
            "[payload.user]\nbeams = 16\nbeam_area_km2 = 4000\n[payload.user.down]\ncapacity_gbps = 0.4\n";
        let text =
            std::fs::read_to_string(shipped).unwrap().replace(source, &format!("{source}\n{beams}{source}"));
        let path = folder.path().join("stated.toml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for user in [large, fixed, ""] {
        let file = match user {
            "" => stated.clone(),
            user => with_beams(folder.path(), user, "total_bandwidth_mhz = 1000"),
        };
        let system = |assign: &str| {
            let base = [file.as_str(), "--region", "beidou-users", "--resolution", "3", "--duration", "2min"];
            let (_, report) = run(&[&base[..], &["--step", "2min", "--bound", "--assign", assign]].concat());
            report["system"].clone()
        };
        let [even, greedy, flow] = ["even", "greedy", "flow"].map(system);
        let number = |system: &serde_json::Value, key: &str| system[key].as_f64().unwrap();
        for system in [&even, &greedy, &flow] {
            assert!(number(system, "served_tbps") <= number(system, "bound_tbps") * (1.0 + 1e-6), "{system}");
        }
        assert!(number(&even, "served_tbps") > 0.0);
        assert!(
            number(&even, "served_tbps") <= number(&greedy, "served_tbps") * (1.0 + 1e-9),
            "{even} {greedy}"
        );
    }
}

/// Over links between satellites: the flow is the most there is, and with beams it stays within the bound.
#[test]
fn flow_over_links_between_satellites_is_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites.csv");
    std::fs::write(&sites, "name,lat_deg,lon_deg\nparis,48.9,2.4\nsydney,-33.9,151.2\n").unwrap();
    let linked = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap();
        let path = folder.path().join(name);
        let links = "capacity_gbps_per_satellite = 10\nisl = \"+grid\"\nisl_gbps = 5";
        std::fs::write(&path, text.replace("capacity_gbps_per_satellite = 10", links)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let plain = linked(concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/hongyun.toml"), "plain.toml");
    let beams = with_beams(folder.path(), "beams = 16\nbeam_area_km2 = 4000", "bandwidth_mhz = 250");
    let beams = linked(&beams, "linked-beams.toml");
    let sites = sites.to_str().unwrap();
    let common = [
        "--region",
        "lat:-60..60",
        "--resolution",
        "2",
        "--duration",
        "4min",
        "--step",
        "2min",
        "--gateways",
        sites,
        "--antennas-per-gateway",
        "3",
        "--bound",
    ];
    let system = |file: &str, assign: &str| {
        run(&[&[file, "--assign", assign][..], &common].concat()).1["system"].clone()
    };
    let number = |system: &serde_json::Value, key: &str| system[key].as_f64().unwrap();
    let (flow, greedy) = (system(&plain, "flow"), system(&plain, "greedy"));
    assert!((number(&flow, "served_tbps") / number(&flow, "bound_tbps") - 1.0).abs() < 1e-9, "{flow}");
    assert!(
        (number(&flow, "bound_tbps") / number(&greedy, "bound_tbps") - 1.0).abs() < 1e-9,
        "{flow} {greedy}"
    );
    // It is that of the antennas as they are given, which another giving might pass.
    assert_eq!([&flow["bound_is_exact"], &flow["bound_is_of_given_antennas"]], [false, true]);
    assert!(number(&greedy, "served_tbps") <= number(&flow, "served_tbps") * (1.0 + 1e-9));
    for assign in ["flow", "greedy"] {
        let with_beams = system(&beams, assign);
        assert!(number(&with_beams, "served_tbps") > 0.0);
        assert!(
            number(&with_beams, "served_tbps") <= number(&with_beams, "bound_tbps") * (1.0 + 1e-9),
            "{with_beams}"
        );
    }
    // One gateway after the other, each with its links: never less, and all of them within the bound.
    let (_, report) =
        run(&[&[plain.as_str(), "--assign", "greedy", "--gateway-curve"][..], &common].concat());
    let curve: Vec<f64> = report["gateway_curve"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| number(point, "served_tbps"))
        .collect();
    assert!(curve.len() == 2 && curve.is_sorted() && curve[0] > 0.0, "{curve:?}");
    assert!(curve[1] <= number(&flow, "bound_tbps") * (1.0 + 1e-6), "{curve:?} {flow}");
    let text = hexsky(&[&[plain.as_str(), "--assign", "greedy"][..], &common].concat()).assert().success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    for part in [
        "2 with 3 antennas each; ".to_owned(),
        " links between satellites".to_owned(),
        format!("{:.3} Tbit/s (", number(&greedy, "bound_tbps")),
        format!("served is {:.2} % of it", number(&greedy, "percent_of_bound")),
    ] {
        assert!(text.contains(&part), "no '{part}' in {text}");
    }
}

#[test]
fn the_text_tells_what_the_report_holds() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sites, track) = (at("sites.csv"), at("ship.csv"));
    std::fs::write(&sites, "name,lat_deg,lon_deg\nparis,48.9,2.4\nmadrid,40.4,-3.7\n").unwrap();
    std::fs::write(&track, "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,44,-10\n2026-01-01T12:00:00Z,45,-10\n")
        .unwrap();
    let arguments = [
        "hongyun",
        "--region",
        "FR",
        "--resolution",
        "2",
        "--duration",
        "4min",
        "--step",
        "2min",
        "--gateways",
        &sites,
        "--gateway-curve",
        "--tracks",
        &track,
        "--oversubscription",
        "20",
        "--gso-avoidance",
        "5",
        "--ut1-utc",
        "0",
    ];
    let (_, report) = run(&arguments);
    let text = hexsky(&arguments).assert().success().get_output().stdout.clone();
    let text = String::from_utf8(text).unwrap();
    let curve = report["gateway_curve"].as_array().unwrap();
    let gbps = |point: &serde_json::Value| 1e3 * point["served_tbps"].as_f64().unwrap();
    // France wants less than a tenth of a Tbit/s so.
    assert!((0.1..100.0).contains(&gbps(&curve[1])), "{curve:?}");
    for part in [
        "geostationary arc      5° kept clear".to_owned(),
        ", 20 users share it".to_owned(),
        "moving demand          1 track of 50 Mbit/s each\n".to_owned(),
        "gateways               2, with as many antennas as satellites".to_owned(),
        format!(
            "{:>8} {:>12.4} {:>12.2}  {}",
            1,
            gbps(&curve[0]),
            1e3 * gbps(&curve[0]),
            curve[0]["added"].as_str().unwrap()
        ),
        format!("{:>8} {:>12.4} {:>12.2}  ", 2, gbps(&curve[1]), 1e3 * (gbps(&curve[1]) - gbps(&curve[0]))),
        "gateways  served Gbps    gain Mbps  added".to_owned(),
    ] {
        assert!(text.contains(&part), "no '{part}' in {text}");
    }
    let text =
        hexsky(&["xingyun", "--resolution", "0", "--duration", "1h", "--step", "1min"]).assert().success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    let (_, report) = run(&["xingyun", "--resolution", "0", "--duration", "1h", "--step", "1min"]);
    let devices = &report["devices_mean"];
    let row = format!(
        "{:>12.2} {:>9.2} {:>11.1}",
        devices["contacts_per_day"].as_f64().unwrap(),
        devices["percent_covered"].as_f64().unwrap(),
        devices["mean_wait_s"].as_f64().unwrap()
    );
    assert!(text.contains("9.60 kbit/s for all in view, of which 0.368 gets through"), "{text}");
    assert!(text.contains(&row), "no '{row}' in {text}");
}

#[test]
fn what_capacity_cannot_do_is_told_with_what_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("bare.toml");
    let text = "name = \"Bare\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"s\"\n[[shell]]\nname = \"one\"\n\
                pattern = \"walker-delta\"\nsatellites = 4\nplanes = 2\nphasing = 1\naltitude_km = 800\n\
                inclination_deg = 50\nsource = \"s\"\n";
    std::fs::write(&bare, text).unwrap();
    let bare = bare.to_str().unwrap();
    for (arguments, message, help) in [
        (vec![bare], "says nothing of the capacity", "--satellite-gbps"),
        (vec!["xingyun", "--checkpoint", "state"], "short messages keep no checkpoint", "--checkpoint"),
        (
            vec!["hongyan", "hongyun", "--side-by-side", "--checkpoint", "state"],
            "side by side keep no checkpoint",
            "",
        ),
        (
            vec!["hongyan", "hongyun", "--side-by-side", "--html", "a.html"],
            "side by side make no pages",
            "--html",
        ),
        (
            vec!["hongyun", "--region", "-80,-130,-75,-120", "--resolution", "2"],
            "no demand lies in",
            "larger region",
        ),
        (vec!["hongyun", "--gateways", "no-such-network"], "no-such-network", ""),
    ] {
        hexsky(&arguments)
            .current_dir(folder.path())
            .assert()
            .code(2)
            .stdout("")
            .stderr(predicate::str::contains(message).and(predicate::str::contains(help)));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was written");
    let (_, report) =
        run(&[bare, "--satellite-gbps", "3", "--resolution", "1", "--duration", "2min", "--step", "2min"]);
    assert!(
        report["notes"].to_string().contains("3 Gbit/s per satellite assumed as asked"),
        "{}",
        report["notes"]
    );
    // A uniform demand is asked for by area.
    let uniform =
        ["hongyun", "--demand", "uniform:0.001", "--region", "FR", "--resolution", "2", "--duration", "2min"];
    let (table, _) = run(&[&uniform[..], &["--step", "2min"]].concat());
    for (demand, area) in table.column("demand_mbps").iter().zip(table.column("area_km2")) {
        assert!((demand - 0.001 * area).abs() < 2e-3, "{demand} {area}");
    }
}

/// The first of two satellites stays, the second falls seven minutes on.
#[test]
fn a_satellite_that_falls_carries_nothing_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("falling.csv");
    let text = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                MEAN_ANOMALY,NORAD_CAT_ID,BSTAR\n\
                STAYS,2026-01-01T00:00:00,15.06,0.0001,53,10,0,0,1,0\n\
                FALLS,2026-01-01T00:00:00,16.4,0.0001,53,10,0,90,2,0.5\n";
    std::fs::write(&file, text).unwrap();
    let base =
        [file.to_str().unwrap(), "--satellite-gbps", "1", "--min-elevation", "10", "--start", "2026-01-01"];
    let (_, report) =
        run(&[&base[..], &["--resolution", "1", "--duration", "20min", "--step", "1min"]].concat());
    assert_eq!(report["lost"][0]["satellite"], "FALLS");
    let start: hexsky::time::Epoch = report["start"].as_str().unwrap().parse().unwrap();
    let from: hexsky::time::Epoch = report["lost"][0]["from"].as_str().unwrap().parse().unwrap();
    let minute = (from.seconds_since(start) / 60.0).ceil() as usize;
    let served: Vec<f64> = report["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|moment| moment["served_mbps"].as_f64().unwrap())
        .collect();
    assert!((2..served.len()).contains(&minute), "{minute}");
    assert!(served[..minute].iter().any(|&mbps| mbps > 1000.0), "{served:?}");
    assert!(served[minute..].iter().all(|&mbps| mbps <= 1000.0), "{served:?}");
}
