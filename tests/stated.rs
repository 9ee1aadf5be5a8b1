//! What pages, maps and GIS files say of themselves: they are read where nobody has the command line at hand.

use std::collections::BTreeSet;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use rusqlite::Connection;
use serde_json::{Value, json};

use node::in_node_after;
use pages::{described, hexsky};

#[path = "support/node.rs"]
mod node;
#[path = "support/pages.rs"]
mod pages;

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn page(folder: &Path) -> Value {
    described(&text(folder, "page.html"))
}

/// Runs scripts of the page in Node; none where it is not installed, which is said.
fn in_node(scripts: &[&str], program: &str) -> Option<Value> {
    in_node_after("", scripts, program)
}

/// Corners of a box [west, south, east, north] on the screen of a page that opens with it, as `app.js` does: the box
/// is given before the size of the map is known.
fn corners(bounds: &Value, width: f64, height: f64) -> Option<Vec<[f64; 2]>> {
    let program = format!(
        "(() => {{ const view = new View(); const [w, s, e, n] = {bounds}; view.reset([w, s, e, n]); \
         view.resize({width}, {height}); return [[w, s], [w, n], [e, s], [e, n]].map(([x, y]) => view.project(x, y)); }})()"
    );
    in_node(&["view.js"], &program).map(|value| serde_json::from_value(value).unwrap())
}

#[test]
fn a_page_opens_on_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let places = "name,lat_deg,lon_deg\nBeijing,39.9,116.4\nNairobi,-1.3,36.8\nLongyearbyen,78.2,15.6\n";
    std::fs::write(folder.path().join("places.csv"), places).unwrap();
    let of_region = |name: &str| format!("--region {name} --resolution 2 --csv rows.csv");
    let runs = ["russia", "greenland", "norway", "belt-and-road", "NZ"].map(of_region);
    for run in runs.iter().map(String::as_str).chain(["--points places.csv --csv rows.csv"]) {
        let line =
            format!("coverage hongyun --duration 10m --min-elevation 40 --quiet --html page.html {run}");
        hexsky(folder.path(), &words(&line));
        let bounds = page(folder.path())["box"].clone();
        let [west, south, east, north] = serde_json::from_value::<[f64; 4]>(bounds.clone()).unwrap();
        // Cells lie in the box whole.
        let rows = text(folder.path(), "rows.csv");
        let cells = rows.lines().filter_map(|row| row.split(',').next()?.parse::<h3o::CellIndex>().ok());
        for corner in cells.flat_map(|cell| cell.boundary().iter().copied().collect::<Vec<_>>()) {
            // Turned to within half a turn of the middle of the box.
            let middle = (west + east) / 2.0;
            let along = middle + (corner.lng() - middle + 540.0).rem_euclid(360.0) - 180.0;
            let is_within =
                (south..=north).contains(&corner.lat()) && (west - 1e-9..=east + 1e-9).contains(&along);
            assert!(is_within, "{run}: {corner} is not in {bounds}");
        }
        for (width, height) in [(944.0, 472.0), (1310.0, 655.0), (350.0, 300.0), (471.0, 472.0)] {
            for [x, y] in corners(&bounds, width, height).into_iter().flatten() {
                let is_seen = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
                assert!(is_seen, "{run}: a corner of {bounds} is at {x}, {y} of {width} × {height}");
            }
        }
    }
}

/// Texts of an SVG map with their places: x, y, text.
fn labels(map: &str) -> Vec<(f64, f64, String)> {
    let number = |tag: &str, name: &str| -> f64 {
        tag.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let texts = map.lines().filter(|line| line.starts_with("<text"));
    texts
        .map(|line| {
            let (tag, rest) = line.split_once('>').unwrap();
            (number(tag, " x"), number(tag, " y"), rest.trim_end_matches("</text>").to_owned())
        })
        .collect()
}

fn told(map: &str) -> String {
    labels(map).into_iter().map(|(.., text)| text).collect::<Vec<_>>().join(" ")
}

/// Eleven geostationary systems side by side and the cells in which two are as good: twelve colours, twelve names, all
/// on the sheet; and the same colours on the page.
#[test]
fn the_best_of_many_systems_can_be_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<String> = (0..11).map(|number| format!("g{number}.toml")).collect();
    for (number, file) in files.iter().enumerate() {
        let longitude = -180 + 33 * number as i32;
        let definition = format!(
            "name = \"Company number {number}\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\np = \"own\"\n\
             [[satellite]]\nname = \"G\"\norbit = \"geo\"\nlongitude_deg = {longitude}\nsource = \"p\"\n"
        );
        std::fs::write(folder.path().join(file), definition).unwrap();
    }
    let options = "--min-elevation 55 --resolution 2 --duration 10m --quiet --map best.svg \
                   --figure best_percent_covered";
    let arguments = ["compare"].into_iter().chain(files.iter().map(String::as_str)).chain(words(options));
    hexsky(folder.path(), &arguments.collect::<Vec<_>>());
    let map = text(folder.path(), "best.svg");
    let height: f64 = map.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    for (x, y, text) in labels(&map) {
        let right = if x > 900.0 { x } else { x + 5.0 * text.chars().count() as f64 };
        assert!(right <= 960.0 && y <= height, "'{text}' at {x}, {y} leaves the sheet of 960 × {height}");
    }
    let swatches: Vec<&str> =
        map.lines().filter(|line| line.contains("width=\"14\" height=\"12\"")).collect();
    let fill = |line: &str| line.split("fill=\"#").nth(1).unwrap()[..6].to_owned();
    let colours: Vec<String> = swatches.iter().map(|line| fill(line)).collect();
    assert_eq!(colours.iter().collect::<BTreeSet<_>>().len(), 12, "{colours:?}");
    let names: Vec<String> = labels(&map).into_iter().map(|(.., text)| text).collect();
    let expected: Vec<String> =
        (0..11).map(|n| format!("Company number {n}")).chain(["alike".into()]).collect();
    let first = names.iter().position(|name| *name == expected[0]).unwrap();
    assert_eq!(names[first..first + 12], expected);
    assert!(names.contains(&"alike: within 0.01 points".to_owned()), "{names:?}");
    let figure = json!({"centre": null, "better": null, "neutral": 11, "categories": expected, "values": (0..12).collect::<Vec<_>>()});
    let program = format!(
        "(() => {{ const shading = new Shading({figure}, {{ low: 0, high: 11 }}, false, 'viridis'); \
         const palette = shading.palette({{ noValue: [205, 210, 216], others: '222222' }}); \
         return shading.key().map(([number]) => [...palette.slice(4 * (1 + number), 4 * (1 + number) + 3)] \
         .map((part) => part.toString(16).padStart(2, '0')).join('')); }})()"
    );
    if let Some(on_page) = in_node(&["colour.js"], &program) {
        assert_eq!(on_page, json!(colours));
    }
}

/// Lines of a chart differ in colour or dashes, as many as 24.
#[test]
fn lines_of_a_chart_can_be_told_apart() {
    let classes = in_node(&["charts.js"], "Array.from({ length: 24 }, (_, number) => lineClass(number))");
    let Some(classes) = classes else { return };
    let classes: BTreeSet<String> = serde_json::from_value(classes).unwrap();
    assert_eq!(classes.len(), 24, "{classes:?}");
    let style = include_str!("../src/export/html/style.css");
    for class in classes.iter().flat_map(|class| class.split(' ')).filter(|class| *class != "dash-0") {
        assert!(style.contains(&format!(".{class} {{")), "style.css has no {class}");
    }
}

#[test]
fn maps_and_pages_say_what_they_show() {
    let folder = tempfile::tempdir().unwrap();
    let line = "coverage hongyun:trial --at-least 3 --gateways chinese-ttc --min-elevation 20 --resolution 0 \
                --duration 65min --quiet --map map.svg --html page.html";
    hexsky(folder.path(), &words(line));
    let html = text(folder.path(), "page.html");
    for part in [
        "3-fold coverage of Hongyun",
        "phase trial: 4 satellites",
        "globe · 122 cells of H3 resolution 0",
        "2026-01-01T00:00:00.000Z + 65 min",
        "elevation mask 20°",
        "covered with 3 or more in view",
        "through 14 gateways of chinese-ttc",
    ] {
        assert!(told(&text(folder.path(), "map.svg")).contains(part), "the map does not say '{part}'");
        assert!(
            html.split("id=\"hexsky-page\"").next().unwrap().contains(part),
            "the page does not head '{part}'"
        );
    }
    let made = page(folder.path())["made"].to_string();
    let reach = "at least 3 in view of the centre of a cell, each while it is in reach of a gateway";
    assert!(made.contains(reach), "{made}");

    let compared =
        "compare hongyun xingyun --resolution 0 --duration 10m --quiet --map map.svg --html page.html";
    hexsky(folder.path(), &words(compared));
    let map = told(&text(folder.path(), "map.svg"));
    for part in
        ["Hongyun (phase full: 156 satellites), Xingyun (phase full: 80 satellites)", "elevation mask 10°"]
    {
        assert!(map.contains(part), "{map}");
    }
    let masks = "compare hongyun beidou-3 --resolution 0 --duration 10m --quiet --map map.svg";
    hexsky(folder.path(), &words(masks));
    let map = told(&text(folder.path(), "map.svg"));
    assert!(map.contains("156 satellites, mask 10°), Beidou-3 (30 satellites, mask 5°)"), "{map}");
}

/// Places are no cells, in words either.
#[test]
fn a_page_of_places_speaks_of_places() {
    let folder = tempfile::tempdir().unwrap();
    let places = "name,lat_deg,lon_deg\nBeijing,39.9,116.4\nNairobi,-1.3,36.8\n";
    std::fs::write(folder.path().join("places.csv"), places).unwrap();
    for command in ["coverage hongyun", "compare hongyun xingyun"] {
        let line = format!(
            "{command} --points places.csv --min-elevation 40 --duration 2h --quiet --html page.html"
        );
        hexsky(folder.path(), &words(&line));
        let page = page(folder.path());
        let made = page["made"].to_string();
        assert!(made.contains("at least 1 in view of the place\""), "{made}");
        let all = format!("{}{made}", page["charts"]);
        assert!(!all.contains("the cells") && !all.contains("of a cell\""), "{all}");
    }
}

#[test]
fn legends_tell_instants_categories_and_what_is_grey() {
    let folder = tempfile::tempdir().unwrap();
    let map_of = |line: &str| {
        hexsky(folder.path(), &words(&format!("{line} --quiet --map map.svg")));
        told(&text(folder.path(), "map.svg"))
    };
    let gaps = "coverage hongyun --min-elevation 35 --resolution 1 --duration 6h --figure max_gap_start";
    let map = map_of(gaps);
    assert!(map.contains("Start of the longest gap, UTC") && map.contains("01-01 00:0"), "{map}");
    // Above 10° hongyun leaves no gap: all is grey.
    let map = map_of("coverage hongyun --resolution 1 --duration 1h --figure max_gap_start");
    assert!(map.contains("no gaps") && !map.contains("no value"), "{map}");
    let capacity = "capacity hongyun --resolution 1 --duration 4min --step 2min --figure";
    let map = map_of(&format!("{capacity} unserved_reason"));
    assert!(map.contains("user link") && map.contains("all is served, or nothing wanted"), "{map}");
    assert!(map_of(&format!("{capacity} percent_served")).contains("no demand"));
    let differences = "compare hongyun xingyun --resolution 1 --duration 1h --figure \
                       xingyun_minus_hongyun_percent_covered";
    let map = map_of(differences);
    assert!(map.contains("orange: more than Hongyun, which is better"), "{map}");
}

#[test]
fn signs_that_the_font_of_maps_lacks_are_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("places.csv"), "name,lat_deg,lon_deg\n北京,39.9,116.4\n").unwrap();
    let run = |map: &str| {
        let line = format!("coverage hongyun --points places.csv --duration 10m --quiet --map {map}");
        let output = cargo_bin_cmd!("hexsky").current_dir(folder.path()).args(words(&line)).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let said = run("map.png");
    assert!(
        said.contains("map.png: the font of .png maps lacks '京', '北', for which it has empty boxes"),
        "{said}"
    );
    assert_eq!(run("map.svg"), "");
    assert!(text(folder.path(), "map.svg").contains("北京"));
}

/// No cell is in two areas: their shares add up to the region at most, and to what the rows of the cells say.
#[test]
fn areas_that_overlap_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let line = "coverage hongyun:trial --min-elevation 60 --resolution 2 --duration 24h --quiet --areas areas.geojson \
                --csv cells.csv";
    hexsky(folder.path(), &words(line));
    let areas: Value = serde_json::from_str(&text(folder.path(), "areas.geojson")).unwrap();
    let rows: Vec<&Value> =
        areas["features"].as_array().unwrap().iter().map(|area| &area["properties"]).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["never_covered", "gap_over_10_min"]);
    // Every cell has a gap of more than ten minutes, some of them because they are never covered.
    assert_eq!(rows[1]["cells"], text(folder.path(), "cells.csv").lines().count() - 1);
    assert!((rows[1]["percent_of_region"].as_f64().unwrap() - 100.0).abs() < 1e-5, "{rows:?}");
    assert!(rows[0]["cells"].as_u64().unwrap() > 10, "{rows:?}");
    assert!(areas["description"].as_str().unwrap().contains("never covered has a gap as long as the window"));
}

#[test]
fn gis_files_say_what_was_computed() {
    let folder = tempfile::tempdir().unwrap();
    let line = "coverage hongyun --at-least 2 --min-elevation 35 --region CN --resolution 1 --duration 90min --quiet \
                --areas areas.gpkg";
    let formats = ["geojson", "gpkg", "fgb", "parquet", "kml", "kmz"].map(|ending| format!("a.{ending}"));
    let outputs = formats.iter().flat_map(|path| ["--out", path]);
    hexsky(folder.path(), &words(line).into_iter().chain(outputs).collect::<Vec<_>>());
    let collection: Value = serde_json::from_str(&text(folder.path(), "a.geojson")).unwrap();
    let about = collection["description"].as_str().unwrap();
    let lines: Vec<&str> = about.lines().collect();
    assert_eq!(lines[0], "2-fold coverage of Hongyun");
    assert!(lines[1].starts_with("phase full: 156 satellites · China · "), "{about}");
    let end = "2026-01-01T00:00:00.000Z + 90 min · elevation mask 35° · covered with 2 or more in view · \
               in-view and further N-fold figures sampled every 1 min";
    assert!(lines[1].ends_with(end), "{about}");
    assert_eq!(lines[2], format!("hexsky {}", env!("CARGO_PKG_VERSION")));
    for file in ["a.gpkg", "areas.gpkg"] {
        let base = Connection::open(folder.path().join(file)).unwrap();
        let told: String =
            base.query_row("SELECT description FROM gpkg_contents", [], |row| row.get(0)).unwrap();
        let of_areas = if file == "areas.gpkg" {
            let overlap =
                "what is never covered has a gap as long as the window, so an area with a gap over some time";
            format!("\n{overlap} holds it too")
        } else {
            String::new()
        };
        assert_eq!(told, format!("{about}{of_areas}"), "{file}");
    }
    for file in ["a.fgb", "a.parquet", "a.kml"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        let is_there = bytes.windows(about.len()).any(|window| window == about.as_bytes());
        assert!(is_there, "{file} does not say what was computed");
    }
    let kml = text(folder.path(), "a.kml");
    assert!(kml.contains(&format!("<name>coverage</name><description>{about}</description>")));
    // Every command whose table can be such a file.
    let commands = [
        (
            "compare hongyun xingyun --resolution 0 --duration 10m",
            "Coverage compared · Hongyun (phase full: 156 ",
        ),
        (
            "dop beidou-3 --resolution 0 --duration 2h --step 1h",
            "Dilution of precision of Beidou-3\n30 satellites · ",
        ),
        (
            "capacity hongyun --resolution 0 --duration 2min --step 1min",
            "Capacity of Hongyun\nphase full: 156 ",
        ),
        (
            "capacity xingyun --resolution 0 --duration 1h",
            "Messages over Xingyun\nphase full: 80 satellites · ",
        ),
        ("passes iridium-next --stations nasa-dsn --duration 1h", "66 satellites · 3 sites of nasa-dsn · "),
    ];
    for (line, part) in commands {
        hexsky(folder.path(), &words(&format!("{line} --quiet --out b.geojson")));
        let collection: Value = serde_json::from_str(&text(folder.path(), "b.geojson")).unwrap();
        let about = collection["description"].as_str().unwrap();
        assert!(about.contains(part), "{line}: {about}");
    }
}
