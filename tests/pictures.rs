//! Pages, maps and GIS files as a user makes them, held to the CSV file of the same run and to GDAL.

use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin_cmd;
use rusqlite::Connection;

use pages::{described, hexsky};

#[path = "support/pages.rs"]
mod pages;

/// Hongyun above 35°: gaps nearly everywhere, so that every figure varies.
fn run(folder: &Path, more: &[&str]) {
    let mut arguments = vec!["coverage", "hongyun", "--min-elevation", "35", "--quiet", "--duration", "6h"];
    arguments.extend(more);
    hexsky(folder, &arguments);
}

#[test]
fn a_page_is_one_small_file_that_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--resolution", "3", "--html", "page.html"]);
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.len() < 800_000, "{} bytes", page.len());
    let description = described(&page);
    assert_eq!(description["count"], 41_162);
    assert_eq!(description["resolution"], 3);
    let figures = description["layers"][0]["figures"].as_array().unwrap();
    assert!(figures.iter().any(|figure| figure["name"] == "max_gap_start"));
    assert_eq!(figures.len(), 15);
    let without_namespaces = page.replace("http://www.w3.org/2000/svg", "");
    for outside in ["src=", "href=\"http", "@import", "url(http", "fetch(\"", "XMLHttpRequest"] {
        assert!(!without_namespaces.contains(outside), "the page holds {outside}");
    }
    assert!(page.contains("default-src 'none'"));
    for part in ["\"percent_covered\"", "\"max_gap_s\"", "hexsky coverage hongyun --min-elevation 35"] {
        assert!(page.contains(part), "the page does not hold {part}");
    }
}

fn page_of(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    hexsky(folder, arguments);
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.len() < 800_000, "{} bytes", page.len());
    described(&page)
}

#[test]
fn a_comparison_has_a_layer_for_each_system_difference_and_the_best() {
    let folder = tempfile::tempdir().unwrap();
    let files =
        ["--html", "page.html", "--csv", "plain.csv", "--out", "a.gpkg", "--out", "a.czml", "--map", "a.svg"];
    let mut arguments =
        vec!["compare", "hongyun", "xingyun", "hongyan", "--resolution", "1", "--duration", "3h", "--quiet"];
    arguments.extend(files);
    let page = page_of(folder.path(), &arguments);
    let names: Vec<&str> =
        page["layers"].as_array().unwrap().iter().map(|layer| layer["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["Hongyun", "Xingyun", "Hongyan", "Xingyun − Hongyun", "Hongyan − Hongyun", "Best system"]
    );
    assert_eq!(page["layers"][3]["difference_of"], serde_json::json!([1, 0]));
    assert_eq!(page["sky"]["systems"][2]["count"], 320);
    // Every layer says which columns of the CSV file hold its figures.
    let table = std::fs::read_to_string(folder.path().join("plain.csv")).unwrap();
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    for layer in page["layers"].as_array().unwrap() {
        let column = format!("{}mean_response_s", layer["columns"].as_str().unwrap());
        assert!(header.contains(&column.as_str()), "{column}");
    }
    let base = Connection::open(folder.path().join("a.gpkg")).unwrap();
    let sum: f64 = base
        .query_row(
            "SELECT sum(abs(xingyun_percent_covered - hongyun_percent_covered - \
             xingyun_minus_hongyun_percent_covered)) FROM compare",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(sum < 1e-3, "{sum}");
    let map = std::fs::read_to_string(folder.path().join("a.svg")).unwrap();
    assert!(map.contains("Xingyun − Hongyun: Time covered, points"));
    let scene = std::fs::read_to_string(folder.path().join("a.czml")).unwrap();
    let packets: serde_json::Value = serde_json::from_str(&scene).unwrap();
    assert_eq!(packets.as_array().unwrap().len(), 1 + 156 + 80 + 320);
}

#[test]
fn a_page_of_passes_holds_every_contact_and_files_every_site() {
    let folder = tempfile::tempdir().unwrap();
    let ship = "time,lat_deg,lon_deg\n2026-01-01T00:00:00Z,-20,160\n2026-01-01T06:00:00Z,-21,163\n";
    std::fs::write(folder.path().join("ship.csv"), ship).unwrap();
    let files = [
        "--html",
        "page.html",
        "--csv",
        "plain.csv",
        "--out",
        "a.geojson",
        "--out",
        "a.czml",
        "--map",
        "a.svg",
    ];
    let mut arguments = vec![
        "passes",
        "iridium-next",
        "--stations",
        "chinese-ttc",
        "--ship",
        "yw=ship.csv",
        "--start",
        "2026-01-01T00:00:00Z",
        "--duration",
        "3h",
        "--quiet",
    ];
    arguments.extend(files);
    let page = page_of(folder.path(), &arguments);
    let table = std::fs::read_to_string(folder.path().join("plain.csv")).unwrap();
    assert_eq!(page["contacts"].as_u64().unwrap() as usize, table.lines().count() - 1);
    assert_eq!(page["sky"]["names"].as_array().unwrap().len(), 66);
    assert_eq!(page["tracks"][0]["name"], "yw");
    let text = std::fs::read_to_string(folder.path().join("a.geojson")).unwrap();
    let sites: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = sites["features"].as_array().unwrap();
    assert_eq!(features.len(), page["places"].as_array().unwrap().len());
    let contacts: u64 = features.iter().map(|site| site["properties"]["contacts"].as_u64().unwrap()).sum();
    assert_eq!(contacts as usize, table.lines().count() - 1);
    let scene = std::fs::read_to_string(folder.path().join("a.czml")).unwrap();
    assert!(scene.contains("\"contact/0/"));
    assert!(std::fs::read_to_string(folder.path().join("a.svg")).unwrap().contains(">kiruna</text>"));
}

#[test]
fn a_page_of_capacity_tells_what_limits_and_shows_the_gateways() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "capacity",
        "starlink",
        "--phase",
        "2020-12",
        "--gateways",
        "starlink-gateways",
        "--resolution",
        "2",
        "--duration",
        "20m",
        "--quiet",
        "--html",
        "page.html",
        "--csv",
        "plain.csv",
        "--out",
        "a.kmz",
        "--map",
        "a.svg",
        "--figure",
        "unserved_reason",
    ];
    let page = page_of(folder.path(), &arguments);
    assert_eq!(page["markers"].as_array().unwrap().len(), 116);
    let limits = &page["bars"][0]["rows"];
    let sum: f64 = limits.as_array().unwrap().iter().map(|row| row[1].as_f64().unwrap()).sum();
    assert!((sum - 100.0).abs() < 1e-6, "{limits}");
    let mut categories = page["layers"][0]["figures"].as_array().unwrap().iter();
    let reason = categories.find(|figure| figure["name"] == "unserved_reason").unwrap();
    assert!(reason["categories"].as_array().unwrap().iter().any(|name| name == "gateways"), "{reason}");
    assert!(std::fs::read_to_string(folder.path().join("a.svg")).unwrap().contains(">gateways</text>"));
    let archive = std::fs::File::open(folder.path().join("a.kmz")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let document = std::io::read_to_string(archive.by_index(0).unwrap()).unwrap();
    let table = std::fs::read_to_string(folder.path().join("plain.csv")).unwrap();
    assert_eq!(document.matches("<Placemark>").count(), table.lines().count() - 1);
}

/// The row of a table of a page that begins with a name.
fn row<'a>(table: &'a serde_json::Value, name: &str) -> Vec<&'a str> {
    let rows = table["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no {name} in {table}"));
    row.as_array().unwrap()[1..].iter().map(|cell| cell.as_str().unwrap()).collect()
}

fn json(folder: &Path, name: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

/// Bound, curve, tracks and limits of a run stand on its page as in its report.
#[test]
fn a_page_of_capacity_tells_what_the_report_tells() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("sites.csv", "name,lat_deg,lon_deg\nparis,48.9,2.4\nmadrid,40.4,-3.7\n");
    write("ship.csv", "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,44,-10\n2026-01-01T12:00:00Z,45,-10\n");
    let base = "capacity hongyun --region FR --resolution 2 --duration 4min --step 2min --quiet --html page.html \
                --json report.json";
    let more = " --gateways sites.csv --antennas-per-gateway 2 --gateway-curve --bound --tracks ship.csv \
                --gso-avoidance 5";
    let page = page_of(folder.path(), &[base, more].concat().split_whitespace().collect::<Vec<_>>());
    let report = json(folder.path(), "report.json");
    let line = |name: &str| -> Vec<f64> {
        let charts = page["charts"].as_array().unwrap();
        let mut lines = charts.iter().flat_map(|chart| chart["lines"].as_array().unwrap());
        let line =
            lines.find(|line| line["name"] == name).unwrap_or_else(|| panic!("no {name} in {charts:?}"));
        line["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    let told = |list: &str, key: &str, factor: f64| -> Vec<f64> {
        report[list].as_array().unwrap().iter().map(|one| factor * one[key].as_f64().unwrap()).collect()
    };
    let close = |a: Vec<f64>, b: Vec<f64>| {
        assert!(
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a / b - 1.0).abs() < 1e-5),
            "{a:?} {b:?}"
        );
    };
    // Other antennas might let more be served.
    close(
        line("most that could be served, for the antennas as they are given"),
        told("series", "bound_mbps", 1e-3),
    );
    let curve = page["charts"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&curve["title"], &curve["x"]),
        (&"Served by number of gateways".into(), &serde_json::json!([1.0, 2.0]))
    );
    let served = curve["lines"][0]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap());
    close(served.collect(), told("gateway_curve", "served_tbps", 1e3));
    assert_eq!(page["tracks"][0]["name"], "ship.csv");
    let made = page["made"].to_string();
    assert!(made.contains("2 with 2 antennas each") && made.contains("kept clear by 5°"), "{made}");
    let free = page_of(folder.path(), &base.split_whitespace().collect::<Vec<_>>());
    assert!(free["made"].to_string().contains("not limited: feeder links always reach the ground"));
}

#[test]
fn a_page_of_dilution_tells_what_the_report_tells() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "dop gps galileo --start 2026-01-01 --duration 6h --step 30m --resolution 1 --loss --quiet \
                     --region arctic --region globe --html page.html --csv plain.csv --json report.json";
    let page = page_of(folder.path(), &arguments.split_whitespace().collect::<Vec<_>>());
    let report = json(folder.path(), "report.json");
    assert_eq!(page["sky"]["duration_s"], 21_600.0);
    let table = std::fs::read_to_string(folder.path().join("plain.csv")).unwrap();
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    for figure in page["layers"][0]["figures"].as_array().unwrap() {
        assert!(header.contains(&figure["name"].as_str().unwrap()), "{figure}");
    }
    let tables = page["tables"].as_array().unwrap();
    assert_eq!(tables[0]["columns"], serde_json::json!(["figure", "arctic", "globe"]));
    for (name, value, decimals) in [
        ("PDOP at most 6, of area and time", "/availability_percent", 4),
        ("at every instant, of the area", "/always_available_percent", 4),
        ("mean number in view", "/mean_in_view", 3),
        ("mean PDOP", "/mean/pdop", 3),
        ("mean GDOP", "/mean/gdop", 3),
        ("mean of 95th percentiles of PDOP", "/p95/pdop", 3),
        ("largest PDOP", "/max_pdop", 3),
    ] {
        let unit = if decimals == 4 { " %" } else { "" };
        let told = [0, 1].map(|region: usize| {
            let value =
                report["regions"][region]["figures"].pointer(value).and_then(serde_json::Value::as_f64);
            format!("{:.decimals$}{unit}", value.unwrap())
        });
        assert_eq!(row(&tables[0], name), told, "{name}");
    }
    let outages =
        ["singles", "worst_pairs", "planes"].map(|kind| report["loss"][kind].as_array().unwrap().len());
    let rows: Vec<usize> = tables[1..].iter().map(|table| table["rows"].as_array().unwrap().len()).collect();
    assert_eq!(rows, [outages[0] + 1, outages[1], outages[2]]);
    // Two lines for two regions; the arctic has bands of the globe, and none where it has no cells.
    for chart in page["charts"].as_array().unwrap() {
        let lines = chart["lines"].as_array().unwrap();
        let given = |line: usize| {
            lines[line]["values"].as_array().unwrap().iter().filter(|value| !value.is_null()).count()
        };
        assert!(lines.len() == 2 && given(0) > 0 && given(0) <= given(1), "{chart}");
    }
}

#[test]
fn a_page_of_messages_tells_what_the_report_tells() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "capacity xingyun --resolution 1 --duration 3h --step 1min --quiet --html page.html \
                     --csv plain.csv --json report.json";
    let page = page_of(folder.path(), &arguments.split_whitespace().collect::<Vec<_>>());
    let report = json(folder.path(), "report.json");
    let means = [&report["devices_mean"], &report["area_mean"]];
    let table = &page["tables"][0];
    let told = |key: &str, decimals: usize, unit: &str| {
        means.map(|mean| format!("{:.decimals$}{unit}", mean[key].as_f64().unwrap())).to_vec()
    };
    assert_eq!(row(table, "contacts in a day"), told("contacts_per_day", 2, ""));
    assert_eq!(row(table, "with a satellite in view"), told("percent_covered", 3, " %"));
    assert_eq!(row(table, "mean wait"), told("mean_wait_s", 1, " s"));
    assert_eq!(row(table, "wait in 95 % of the instants"), told("p95_wait_s", 1, " s"));
    assert_eq!(row(table, "bytes of a device in a day"), told("bytes_per_device_day", 0, ""));
    let csv = std::fs::read_to_string(folder.path().join("plain.csv")).unwrap();
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    for figure in page["layers"][0]["figures"].as_array().unwrap() {
        assert!(header.contains(&figure["name"].as_str().unwrap()), "{figure}");
    }
    assert_eq!(page["count"].as_u64().unwrap() as usize, csv.lines().count() - 1);
    assert_eq!(
        page["charts"][0]["x"].as_array().unwrap().len(),
        report["latitudes"].as_array().unwrap().len()
    );
}

/// What each site adds, and what is lost without some of them: with gaps asked for the page has both.
#[test]
fn a_page_of_passes_tells_the_reach_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "passes iridium-next --stations nasa-dsn --duration 6h --gaps --without dsn-madrid --quiet \
                     --html page.html --json report.json";
    let page = page_of(folder.path(), &arguments.split_whitespace().collect::<Vec<_>>());
    let report = json(folder.path(), "report.json");
    let tables = page["tables"].as_array().unwrap();
    let of = |title: &str| {
        tables
            .iter()
            .find(|table| table["title"].as_str().unwrap().starts_with(title))
            .unwrap_or_else(|| panic!("no {title} in {tables:?}"))
    };
    let network = &report["gaps"]["network"];
    let percent = format!("{:.3} %", network["percent_in_contact"].as_f64().unwrap());
    assert_eq!(row(of("Reach of the network"), "time in contact, mean satellite"), [percent.as_str()]);
    let adds = of("What each site adds");
    assert_eq!(adds["rows"].as_array().unwrap().len(), 3);
    let compared = row(of("With and without"), "time in contact, mean satellite");
    assert_eq!(compared[0], percent);
    assert_ne!(compared[1], percent);
    let without = format!("{:.3} %", report["without"]["without"]["percent_in_contact"].as_f64().unwrap());
    assert_eq!(compared[1], without);
}

#[test]
fn gis_files_hold_what_the_csv_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["a.geojson", "a.gpkg", "a.fgb", "a.parquet", "a.kml", "a.csv"];
    let mut arguments = vec!["--resolution", "1", "--csv", "plain.csv"];
    arguments.extend(files.iter().flat_map(|file| ["--out", file]));
    run(folder.path(), &arguments);
    let mut plain = csv::Reader::from_path(folder.path().join("plain.csv")).unwrap();
    let names: Vec<String> = plain.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = plain.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 842);

    let text = std::fs::read_to_string(folder.path().join("a.geojson")).unwrap();
    let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (row, feature) in rows.iter().zip(collection["features"].as_array().unwrap()) {
        for (name, given) in names.iter().zip(row) {
            let value = &feature["properties"][name];
            let same = match value {
                serde_json::Value::Null => given.is_empty(),
                serde_json::Value::String(text) => text == given,
                number => (number.as_f64().unwrap() - given.parse::<f64>().unwrap()).abs() < 1e-9,
            };
            assert!(same, "{name}: {value} in GeoJSON, {given} in CSV");
        }
    }

    let base = Connection::open(folder.path().join("a.gpkg")).unwrap();
    let sum: f64 = base.query_row("SELECT sum(percent_covered) FROM coverage", [], |row| row.get(0)).unwrap();
    let column = names.iter().position(|name| name == "percent_covered").unwrap();
    let expected: f64 = rows.iter().map(|row| row[column].parse::<f64>().unwrap()).sum();
    assert!((sum - expected).abs() < 1e-6, "{sum} {expected}");
    let kinds: Vec<String> = base
        .prepare(
            "SELECT DISTINCT typeof(min_in_view) || typeof(mean_in_view) || typeof(hex_id) FROM coverage",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(kinds, ["integerrealtext"]);
    gdal_opens(folder.path(), &["a.geojson", "a.gpkg", "a.fgb", "a.csv", "a.kml"]);
}

/// GDAL's own reading, where it is installed.
fn gdal_opens(folder: &Path, files: &[&str]) {
    for file in files {
        let run = Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(folder.join(file)).output();
        let Ok(output) = run else {
            eprintln!("ogrinfo is not installed: GDAL's reading of {file} is not checked");
            continue;
        };
        let shown = String::from_utf8_lossy(&output.stdout);
        let mut expected = vec![
            "Feature Count: 842",
            "ID[\"EPSG\",4326]",
            "Extent: (-180.000000, -90.000000) - (180.000000, 90.000000)",
        ];
        if !file.ends_with("kml") {
            expected.extend([
                "hex_id: String",
                "mean_in_view: Real",
                "min_in_view: Integer",
                "max_gap_start: DateTime",
            ]);
        }
        for part in expected {
            assert!(shown.contains(part), "{file}: {part} is not in\n{shown}");
        }
    }
}

#[test]
fn maps_are_drawn_at_the_size_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--resolution", "1", "--map", "map.svg", "--figure", "max_gap_s"]);
    let svg = std::fs::read_to_string(folder.path().join("map.svg")).unwrap();
    assert!(svg.contains("Longest gap, s") && svg.contains("Equal Earth"));
    run(folder.path(), &["--resolution", "1", "--map", "map.png", "--dpi", "300"]);
    let png = std::fs::read(folder.path().join("map.png")).unwrap();
    assert_eq!(&png[1..4], b"PNG");
    assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 3000);
}

#[test]
fn what_cannot_be_written_is_refused_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    for (option, file, hint) in [("--out", "a.shp", ".gpkg"), ("--map", "map.jpg", ".png")] {
        let output = cargo_bin_cmd!("hexsky")
            .current_dir(folder.path())
            .args(["coverage", "hongyun", option, file])
            .assert()
            .code(2);
        let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(said.contains(file) && said.contains(hint), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn topics_completions_and_man_pages_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let stdout = |arguments: &[&str]| {
        let run = cargo_bin_cmd!("hexsky").args(arguments).assert().success();
        String::from_utf8_lossy(&run.get_output().stdout).into_owned()
    };
    assert!(stdout(&["help", "gap"]).contains("gap_at_start"));
    assert!(stdout(&["help", "coverage"]).contains("--at-least"));
    assert!(stdout(&["help"]).contains("Topics"));
    assert!(stdout(&["completions", "bash"]).contains("--min-elevation"));
    hexsky(folder.path(), &["man", "pages"]);
    let page = std::fs::read_to_string(folder.path().join("pages/hexsky-coverage.1")).unwrap();
    assert!(page.contains("at\\-least"), "{page}");
    cargo_bin_cmd!("hexsky").args(["help", "nonsense"]).assert().code(2);
}

#[test]
fn a_terminal_map_is_plain_when_piped() {
    let run = cargo_bin_cmd!("hexsky")
        .args(["coverage", "hongyun", "--min-elevation", "35", "--duration", "2h", "--resolution", "2"])
        .args(["--quiet", "--ascii-map"])
        .assert()
        .success();
    let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(!text.contains('\x1b'), "{text}");
    assert_eq!(text.lines().filter(|line| line.chars().count() == 90).count(), 22, "{text}");
}

#[test]
fn a_view_carries_ships_and_writes_a_scene_too() {
    let folder = tempfile::tempdir().unwrap();
    let ship = "time,lat_deg,lon_deg\n2026-01-01T00:00:00Z,-20,160\n2026-01-01T06:00:00Z,-21,163\n";
    std::fs::write(folder.path().join("ship.csv"), ship).unwrap();
    let view = |more: &[&str]| {
        let mut command = cargo_bin_cmd!("hexsky");
        command.current_dir(folder.path()).args(["view", "beidou-3", "--no-open"]);
        command.args(more).assert()
    };
    view(&["--ship", "yw=ship.csv", "--start", "2026-01-01", "--html", "v.html", "--out", "v.czml"])
        .success()
        .stdout("v.html\n");
    let page = std::fs::read_to_string(folder.path().join("v.html")).unwrap();
    assert_eq!(described(&page)["tracks"][0]["name"], "yw");
    let scene = std::fs::read_to_string(folder.path().join("v.czml")).unwrap();
    let packets: serde_json::Value = serde_json::from_str(&scene).unwrap();
    assert_eq!(packets.as_array().unwrap().len(), 1 + 30 + 1);
    // A page on standard output is the page alone.
    let piped = view(&["--html", "-"]).success();
    let text = String::from_utf8_lossy(&piped.get_output().stdout).into_owned();
    assert!(text.trim_end().ends_with("</html>"), "{}", &text[text.len().saturating_sub(100)..]);
    for (more, message) in [
        (&["--html", "w.html", "--out", "w.gpkg"][..], "a view is written for Cesium only"),
        (&["--html", "w.html", "--ship", "ship.csv"], "expected NAME=FILE"),
    ] {
        let refused = view(more).code(2).stdout("");
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains(message), "{said}");
    }
    assert!(!folder.path().join("w.html").exists());
}

#[test]
fn a_view_carries_satellites_and_stations() {
    let folder = tempfile::tempdir().unwrap();
    hexsky(folder.path(), &["view", "hongyun", "--stations", "ksat", "--html", "view.html", "--no-open"]);
    let page = std::fs::read_to_string(folder.path().join("view.html")).unwrap();
    assert!(page.contains("\"playing\":true") && page.contains("\"kind\":\"station\""));
}
