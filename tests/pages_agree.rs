//! Pages and files agree with the run that they are of: what a page computes by itself with the CSV file beside it.

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

/// All scripts of a page but the one that starts it.
const SCRIPTS: [&str; 11] = [
    "data.js",
    "colour.js",
    "view.js",
    "map.js",
    "charts.js",
    "sky.js",
    "time.js",
    "contacts.js",
    "app.js",
    "panel.js",
    "controls.js",
];

fn run(folder: &Path, line: &str) {
    hexsky(folder, &line.split_whitespace().collect::<Vec<_>>());
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn page(folder: &Path) -> Value {
    described(&text(folder, "page.html"))
}

/// What a program gives that runs in `page.html` of a folder, with its satellites as `sky`.
fn on_page(folder: &Path, program: &str) -> Option<Value> {
    let file = json!(folder.join("page.html"));
    let before = format!(
        "const html = require('fs').readFileSync({file}, 'utf8');
        const textOf = (id) => html.split(`id=\"${{id}}\">`)[1]?.split('</script>')[0];
        globalThis.document = {{ documentElement: {{ dataset: {{}} }}, getElementById: (id) => ({{ textContent: textOf(id) }}) }};"
    );
    let whole = format!(
        "(async () => {{
            const app = new App();
            const library = await App.library('hexsky-satellites');
            const elements = JSON.parse(new TextDecoder().decode(await unpacked('hexsky-sky')));
            const sky = new Sky(page.sky, elements, library);
            return {program};
        }})()"
    );
    in_node_after(&before, &SCRIPTS, &whole)
}

/// Percent of the time that a page says each of its places is covered, as its timelines have it.
fn percents_of_timelines(folder: &Path) -> Option<Vec<f64>> {
    let percents = on_page(
        folder,
        "await Promise.all(page.places.map(async ({ longitude, latitude, height_km: height }) => {
            const { counts } = await sky.timeline({ longitude, latitude, height }, (at) => app.sitesAt(at), () => {});
            return (100 * counts[0].filter((count) => count >= page.sky.at_least).length) / counts[0].length;
        }))",
    )?;
    Some(serde_json::from_value(percents).unwrap())
}

/// A column of a CSV file as numbers.
fn column(folder: &Path, file: &str, name: &str) -> Vec<f64> {
    let mut table = csv::Reader::from_path(folder.join(file)).unwrap();
    let at = table.headers().unwrap().iter().position(|header| header == name).unwrap();
    table.records().map(|row| row.unwrap()[at].parse().unwrap()).collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// A system of `count` satellites in two planes, of an epoch.
fn walker(count: usize, epoch: &str) -> String {
    format!(
        "name = \"Two\"\nepoch = \"{epoch}\"\n[sources]\nbook = \"a book\"\n[service]\nsource = \"book\"\n\
         min_elevation_deg = 10\n[[shell]]\nsource = \"book\"\nname = \"a\"\npattern = \"walker-delta\"\n\
         satellites = {count}\nplanes = 2\nphasing = 1\naltitude_km = 1000\ninclination_deg = 53\n"
    )
}

const START: &str = "2026-01-01T00:00:00Z";

/// A satellite that stands over the Gulf of Guinea.
const STATIONARY: &str = "name = \"Geo\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\nbook = \"a book\"\n[service]\n\
    source = \"book\"\nmin_elevation_deg = 10\n[[satellite]]\nsource = \"book\"\nname = \"g0\"\norbit = \"geo\"\n\
    longitude_deg = 0.0\n";

/// A gateway below it, with a line more.
fn gateway(name: &str, more: &str) -> String {
    format!(
        "[[site]]\nname = \"{name}\"\nkind = \"gateway\"\nlat_deg = 0.0\nlon_deg = 0.0\nheight_m = 0\n\
         min_elevation_deg = 0\nsource = \"s\"\n{more}\n"
    )
}

/// More values than a call may have arguments.
#[test]
fn a_page_of_many_instants_draws_its_charts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "two.toml", &walker(4, START));
    write(folder, "here.csv", "name,lat_deg,lon_deg\nhere,40,5\n");
    let line = "coverage two.toml --points here.csv --duration 150000s --step 1s --quiet --html page.html";
    run(folder, line);
    let drawn = on_page(
        folder,
        "(() => {
            class Part { setAttribute() {} append() {} addEventListener() {} }
            Object.assign(document, { createElement: () => new Part(), createElementNS: () => new Part() });
            const long = page.charts.filter(({ x }) => x.length >= 150000);
            return [long.length, long.every((each) => chart(each) !== null)];
        })()",
    );
    if let Some(drawn) = drawn {
        assert!(drawn[0].as_u64().unwrap() > 0 && drawn[1] == true, "{drawn}");
    }
}

#[test]
fn a_line_of_many_instants_keeps_its_peaks() {
    let before = "class Part { setAttribute() {} append() {} addEventListener() {} }
        globalThis.document = { createElement: () => new Part(), createElementNS: () => new Part() };";
    let drawn = in_node_after(
        before,
        &["data.js", "colour.js", "charts.js"],
        "(() => {
            const values = Array.from({ length: 200000 }, (_, at) => (at % 7 === 3 ? null : at % 100));
            const line = { name: 'covered', values };
            const x = values.map((_, at) => 60 * at);
            const made = chart({ title: '', axis: 'time', start: '2026-01-01T00:00:00Z', x, lines: [line, line] });
            const told = [99.9999, 100, 99.9, 0.0004, 0].map((value) => readText(value, '% of time'));
            const rows = drawnRows(values, 648);
            const kept = new Set(rows);
            // Few rows, in their order, and one peak alone is among them.
            const peak = values.map((value, at) => (at === 123456 ? 1000 : value));
            const drawn = [rows.length < 3300, rows.every((row, at) => !at || row > rows[at - 1]), kept.has(0), kept.has(199999)];
            drawn.push(drawnRows(peak, 648).includes(123456), rows.some((row) => values[row] === null), drawnRows([1, null, 2], 648));
            return [made !== null, extentOf([values, values]), extentOf([[null, NaN]]), told, drawn];
        })()",
    );
    if let Some(drawn) = drawn {
        assert_eq!(
            drawn,
            json!([
                true,
                [0, 99],
                null,
                ["99.999", "100", "99.9", "0.001", "0"],
                [true, true, true, true, true, true, [0, 1, 2]]
            ])
        );
    }
}

/// As texts have them: `src/report/percent.rs`.
#[test]
fn percentages_of_a_page_hide_no_gap() {
    let told = in_node_after(
        "",
        &["data.js", "colour.js"],
        "[
            [[99.99653, 2], [100, 2], [99.9999999, 2], [0.0004, 3], [0, 2], [49.995, 1], [100 - 1e-14, 2]].map(
                ([value, decimals]) => percentText(value, decimals)
            ),
            markTexts([99.9999, 99.99995, 100], true),
            markTexts([0, 50, 99.9999], true),
            markTexts([0.00004, 50, 100], true),
            markTexts([0, 2500, 5000], false),
            markTexts([0.000012, 0.000018], false),
        ]",
    );
    if let Some(told) = told {
        assert_eq!(
            told,
            json!([
                ["99.99", "100.00", "99.99", "0.001", "0.00", "50.0", "100.00"],
                ["99.9999", "99.99995", "100"],
                ["0", "50", "99.9999"],
                ["0.00004", "50", "100"],
                ["0", "2,500", "5,000"],
                ["0.000012", "0.000018"]
            ])
        );
    }
}

#[test]
fn the_next_contacts_of_a_site_tell_the_day() {
    let told = in_node_after(
        "",
        &["data.js", "contacts.js"],
        "[['2026-01-01T00:00:00Z', 86400], ['2026-01-01T18:00:00Z', 43200], ['2026-12-31T18:00:00Z', 43200]].map(
            ([start, window]) => nextText(start, 36000, window)
        )",
    );
    if let Some(told) = told {
        assert_eq!(told, json!(["10:00:00", "01-02 04:00:00", "2027-01-01 04:00:00"]));
    }
}

#[test]
fn a_page_says_which_contacts_it_lacks() {
    let told = in_node_after(
        "const parts = {};
         globalThis.byId = (id) => (parts[id] ??= {});
         globalThis.page = { start: '2026-01-01T00:00:00Z', contacts: 60000, contacts_in_all: 70000,
             contacts_until_s: 7.5, contacts_lacking_before: 3, sky: { start: '2026-01-01T00:00:00Z', duration_s: 60 } };",
        &["data.js", "time.js", "contacts.js"],
        "[0, 30].map((seconds) => {
            Clock.prototype.tell.call({ seconds, app: {} });
            return parts.clock.textContent;
        }).concat(Object.getOwnPropertyDescriptor(Contacts.prototype, 'lacking').get.call({}))",
    );
    if let Some(told) = told {
        assert_eq!(
            told,
            json!([
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:00:30Z · contacts from 2026-01-01T00:00:07.500Z on are not on this page",
                "Only the 60,000 contacts that begin before 2026-01-01T00:00:07.500Z, at the first sites, are on this \
                 page, of 70,000: the file of --csv has all. "
            ])
        );
    }
}

#[test]
fn marks_of_time_tell_the_day() {
    let texts = |start: &str, seconds: &[u32], each: bool| {
        let program = format!("instantTexts('{start}', {}, {each})", json!(seconds));
        in_node_after("", &["charts.js"], &program)
    };
    for (start, seconds, each, told) in [
        (START, &[0, 10_800, 21_600][..], false, json!(["00:00", "03:00", "06:00"])),
        (START, &[0, 43_200, 86_400], false, json!(["01-01", "12:00", "01-02"])),
        (START, &[0, 86_400, 172_800], false, json!(["01-01", "01-02", "01-03"])),
        ("2026-12-31T18:00:00Z", &[0, 43_200], false, json!(["2026-12-31 18:00", "2027-01-01 06:00"])),
        ("2026-01-01T18:00:00Z", &[0, 14_400, 28_800], false, json!(["01-01 18:00", "22:00", "01-02 02:00"])),
        (START, &[0, 10, 20], false, json!(["00:00:00", "00:00:10", "00:00:20"])),
        (START, &[0, 13_560, 300_000], true, json!(["01-01 00:00", "01-01 03:46", "01-04 11:20"])),
    ] {
        if let Some(made) = texts(start, seconds, each) {
            assert_eq!(made, told);
        }
    }
}

/// The two digits of a year in element sets are of 1957 to 2056.
#[test]
fn satellites_of_every_epoch_are_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for year in [1900, 1950, 1956, 1957, 1999, 2026, 2056, 2057, 2060, 2100, 2101, 2148] {
        write(folder, "late.toml", &walker(4, &format!("{year}-03-01T00:00:00Z")));
        run(
            folder,
            &format!(
                "view late.toml --start {year}-03-02 --duration 6h --html page.html --no-open --out a.czml"
            ),
        );
        let scene: Value = serde_json::from_str(&text(folder, "a.czml")).unwrap();
        let samples = scene[1]["position"]["cartesian"].as_array().unwrap();
        let row = &samples[4 * (samples.len() / 8)..][..4];
        let row: Vec<f64> = row.iter().map(|value| value.as_f64().unwrap()).collect();
        let Some(on_page) = on_page(folder, &format!("Array.from(sky.positions({}).slice(0, 3))", row[0]))
        else {
            return;
        };
        let on_page: Vec<f64> = serde_json::from_value(on_page).unwrap();
        let away_m =
            on_page.iter().zip(&row[1..]).map(|(km, m)| (1000.0 * km - m).powi(2)).sum::<f64>().sqrt();
        // Polar motion, which the page leaves out, is 18 m at most.
        assert!(away_m < 30.0, "{year}: {away_m} m");
    }
}

#[test]
fn places_are_as_high_in_the_page_as_in_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "six.toml", &walker(12, START));
    let places = "name,lat_deg,lon_deg,height_m\nballoon,40,5,100000\nsea,40,5,0\nflight,40,5,12000\n";
    write(folder, "places.csv", places);
    run(
        folder,
        "coverage six.toml --points places.csv --min-elevation 5 --duration 24h --quiet --csv rows.csv --html page.html",
    );
    let given = column(folder, "rows.csv", "percent_covered");
    assert!((given[0] - given[1]).abs() > 5.0, "{given:?}");
    for (told, given) in percents_of_timelines(folder).iter().flatten().zip(&given) {
        assert!((told - given).abs() < 0.3, "{told} {given}");
    }
    assert_eq!(page(folder)["places"][2]["height_km"], 12.0);
}

/// A gateway that begins its service in the window serves from there on, in the page too.
#[test]
fn a_page_knows_when_gateways_are_in_service() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "geo.toml", STATIONARY);
    write(folder, "here.csv", "name,lat_deg,lon_deg\nhere,0,5\n");
    let sites = gateway("late", "service_from = 2026-01-01T06:00:00Z");
    write(folder, "gateways.toml", &format!("name = \"gw\"\n{sites}"));
    run(
        folder,
        "coverage geo.toml --points here.csv --gateways gateways.toml --duration 12h --quiet --csv rows.csv --html page.html",
    );
    assert_eq!(column(folder, "rows.csv", "percent_covered"), [50.0]);
    assert_eq!(page(folder)["markers"][0]["present"], json!([[21_600.0, 43_200.0]]));
    for told in percents_of_timelines(folder).iter().flatten() {
        assert!((told - 50.0).abs() < 0.2, "{told}");
    }

    // A view shows no contacts of what is not there, and says what is not.
    let sites = gateway("late", "service_from = 2026-01-01T06:00:00Z")
        + &gateway("planned", "service_from = 2030-01-01").replace("lat_deg = 0.0", "lat_deg = 1.0");
    write(folder, "gateways.toml", &format!("name = \"gw\"\n{sites}"));
    let mut view = cargo_bin_cmd!("hexsky");
    view.current_dir(folder).args(["view", "geo.toml", "--stations", "gateways.toml", "--duration", "12h"]);
    let output = view.args(["--html", "page.html", "--no-open"]).assert().success();
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    let absent = "absent or out of service throughout, so not used: planned";
    let partly = "there or in service for a part of the window: late 50.0 %";
    let page = page(folder);
    for part in [absent, partly] {
        assert!(said.contains(part) && page["made"].to_string().contains(part), "{said}");
    }
    assert_eq!(page["markers"].as_array().unwrap().len(), 1);
    let at = "[0, 21599, 21600, 43200].map((at) => app.sitesAt(at).length)";
    if let Some(there) = on_page(folder, at) {
        assert_eq!(there, json!([0, 0, 1, 1]));
    }
    let mut show = cargo_bin_cmd!("hexsky");
    let shown = show.current_dir(folder).args(["show", "gateways.toml"]).assert().success();
    let shown = String::from_utf8(shown.get_output().stdout.clone()).unwrap();
    assert!(shown.contains("in service from 2030-01-01T00:00:00"), "{shown}");
}

/// A ship that is there for a few minutes only, and one that comes back.
#[test]
fn a_ship_of_a_few_minutes_is_in_pages_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "six.toml", &walker(12, START));
    write(folder, "far.csv", "name,lat_deg,lon_deg\nfar,39.5,76\n");
    let track = |rows: &str| format!("utc,lat_deg,lon_deg\n{rows}");
    let short = "2026-01-03T05:01:00Z,30,10\n2026-01-03T05:12:00Z,30.1,10\n";
    write(folder, "ship.csv", &track(short));
    run(
        folder,
        "passes six.toml --ship a=ship.csv --stations far.csv --start 2026-01-01 --duration 10d --quiet --csv rows.csv \
         --out sites.geojson --html page.html",
    );
    let rows = text(folder, "rows.csv");
    let own = rows.lines().filter(|line| line.split(',').nth(2) == Some("a")).count();
    assert!(own > 0, "{rows}");
    let sites: Value = serde_json::from_str(&text(folder, "sites.geojson")).unwrap();
    let ship =
        sites["features"].as_array().unwrap().iter().find(|site| site["properties"]["name"] == "a").unwrap();
    assert_eq!(ship["properties"]["contacts"], own);
    assert_eq!(ship["geometry"]["coordinates"], json!([10.0, 30.0]));
    let page = page(folder);
    let from = f64::from(2 * 86_400 + 5 * 3600 + 60);
    assert_eq!(page["tracks"][0]["present"], json!([[from, from + 660.0]]));
    let there = format!(
        "[{}, {from}, {}, {}].map((at) => app.ships(at).length)",
        from - 1.0,
        from + 300.0,
        from + 661.0
    );
    if let Some(there) = on_page(folder, &there) {
        assert_eq!(there, json!([0, 1, 1, 0]));
    }
}

/// One that is held until the next part of its track begins elsewhere is there from that instant on.
#[test]
fn a_ship_that_is_elsewhere_at_once_is_so_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "six.toml", &walker(12, START));
    let point = |hour: u32, lon: u32| {
        format!("<trkpt lat=\"10\" lon=\"{lon}\"><time>2026-01-01T{hour:02}:00:00Z</time></trkpt>")
    };
    let part = |hour: u32, lon: u32| format!("<trkseg>{}{}</trkseg>", point(hour, lon), point(hour + 2, lon));
    write(folder, "ship.gpx", &format!("<gpx><trk>{}{}</trk></gpx>", part(1, 0), part(12, 90)));
    run(
        folder,
        "passes six.toml --ship a=ship.gpx --ship-outside hold --start 2026-01-01 --duration 1d --quiet --html page.html",
    );
    let places =
        "[0, 43199.9, 43200, 43200.1, 86400].map((at) => app.ships(at).map((ship) => ship.longitude))";
    if let Some(places) = on_page(folder, places) {
        assert_eq!(places, json!([[0], [0], [90], [90], [90]]));
    }
}

/// Of satellites with and without a rate, a page flies those whose messages it tells of.
#[test]
fn a_page_of_messages_flies_the_satellites_that_take_part() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let shell = |name: &str, count: usize, planes: usize| {
        format!(
            "[[shell]]\nsource = \"book\"\nname = \"{name}\"\npattern = \"walker-delta\"\nsatellites = {count}\n\
             planes = {planes}\nphasing = 1\naltitude_km = 1000\ninclination_deg = 53\n"
        )
    };
    let head = "name = \"Msg\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\nbook = \"a book\"\n[service]\n\
                source = \"book\"\nmin_elevation_deg = 10\nkind = \"messages\"\n";
    let payload = "[[payload]]\nsource = \"book\"\nshells = [\"a\"]\nmessage_rate_kbps = 9.6\n";
    write(folder, "msg.toml", &[head, &shell("b", 60, 6), &shell("a", 2, 2), payload].concat());
    run(
        folder,
        "capacity msg.toml --resolution 0 --duration 6h --step 1min --quiet --csv rows.csv --html page.html --out a.czml",
    );
    let counts = on_page(
        folder,
        "(async () => {
            const { counts } = await sky.timeline({ longitude: 0, latitude: 0 }, () => [], () => {});
            return [sky.satellites.length, Math.max(...counts[0])];
        })()",
    );
    if let Some(counts) = counts {
        assert_eq!(counts[0], 2);
        assert!(counts[1].as_u64().unwrap() <= 2);
    }
    let scene: Value = serde_json::from_str(&text(folder, "a.czml")).unwrap();
    assert_eq!(scene.as_array().unwrap().len(), 1 + 2);
}

/// 0.02 s of a day without a gateway: no text and no page may round that to the whole.
#[test]
fn no_percentage_hides_the_gap_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "geo.toml", STATIONARY);
    let sites = gateway("early", "service_until = 2026-01-01T23:59:59.98Z");
    write(folder, "gateways.toml", &format!("name = \"gw\"\n{sites}"));
    write(folder, "here.csv", "name,lat_deg,lon_deg\nhere,0,5\n");
    let line = "--points here.csv --gateways gateways.toml --duration 24h --html page.html";
    for command in ["coverage geo.toml", "compare geo.toml geo2.toml"] {
        write(folder, "geo2.toml", &STATIONARY.replace("\"Geo\"", "\"Other\""));
        let mut told = cargo_bin_cmd!("hexsky");
        told.current_dir(folder).args(command.split(' ')).args(line.split(' '));
        let shown = String::from_utf8(told.assert().success().get_output().stdout.clone()).unwrap();
        let page = page(folder);
        let all = format!("{} {}", page["headline"], page["tables"]);
        assert!(all.contains("99.999") && shown.contains("99.999"), "{all} {shown}");
        // All is covered at some time by one satellite, and nothing at all times.
        assert!(!all.contains("100.0") && !shown.contains("100.0"), "{all} {shown}");
        let figure = &page["layers"][0]["figures"][0];
        assert_eq!((&figure["name"], &figure["offset"]), (&json!("percent_covered"), &json!(999_999)));
    }
}

#[test]
fn a_page_of_a_comparison_tells_what_the_text_tells_of_gateways() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "geo.toml", STATIONARY);
    write(folder, "two.toml", &walker(4, START));
    let sites = gateway("here", "") + &gateway("planned", "service_from = 2030-01-01");
    write(folder, "gateways.toml", &format!("name = \"gw\"\n{sites}"));
    run(
        folder,
        "compare geo.toml two.toml --gateways gateways.toml --resolution 0 --duration 1h --quiet --html page.html",
    );
    let made = page(folder)["made"].to_string();
    assert_eq!(
        made.matches("absent or out of service throughout, so not used: planned").count(),
        1,
        "{made}"
    );
}

/// What decides the figures stands in the description of a file: two runs that differ in it do not say the same.
#[test]
fn files_say_what_decides_their_figures() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "two.toml", &walker(4, START));
    let track = "time,lat_deg,lon_deg\n2026-01-01T00:00:00Z,0,0\n2026-01-01T02:00:00Z,0,1\n";
    write(folder, "ship.csv", track);
    write(folder, "again.csv", track);
    write(folder, "here.csv", "name,lat_deg,lon_deg\nhere,40,5\n");
    write(folder, "there.csv", "name,lat_deg,lon_deg\nthere,-40,5\n");
    let hongyun = include_str!("../constellations/hongyun.toml");
    let source = "source = \"dongfang: at 1,175 km\"";
    assert!(hongyun.contains(source));
    let beams = format!(
        "{source}\n[payload.user]\nbeams = 16\nbeam_area_km2 = 4000\ncolours = 4\nsource = \"dongfang: a test\"\n\
         [payload.user.down]\nfrequency_ghz = 20\neirp_dbw = 36\ng_over_t_db_k = 12\ntotal_bandwidth_mhz = 1000\n\
         source = \"dongfang: a test\"\n"
    );
    write(folder, "beams.toml", &hongyun.replace(source, &beams));
    for (command, variants) in [
        (
            "dop beidou-3 --resolution 0 --duration 2h",
            &[
                "",
                "--threshold 2",
                "--clock common",
                "--step 30min",
                "--min-elevation 10",
                "--shells MEO",
                "--exclude GEO-1",
                "--exclude GEO-2",
                "--ut1-utc 0.9",
                "--ut1-utc -0.9",
            ][..],
        ),
        ("dop beidou-3 --duration 2h", &["--points here.csv", "--points there.csv"]),
        (
            "capacity hongyun --resolution 0 --duration 2min",
            &[
                "",
                "--penetration 0.2",
                "--busy-hour-mbps 1",
                "--assign even",
                "--gso-avoidance 10",
                "--step 30s",
                "--demand uniform:1",
                "--ut1-utc 0.9",
                "--ut1-utc -0.9",
                "--gateways chinese-ttc",
                "--gateways chinese-ttc --antennas-per-gateway 2",
                "--gateways chinese-ttc --gateway-min-elevation 5",
                "--gateways chinese-ttc --gateway-min-elevation 40",
                "--tracks ship.csv",
                "--tracks again.csv",
                "--tracks ship.csv --track-mbps 10",
            ],
        ),
        ("capacity two.toml --resolution 0 --duration 2min", &["--satellite-gbps 1", "--satellite-gbps 100"]),
        (
            "capacity beams.toml --resolution 0 --duration 2min",
            &["", "--ignore-reuse", "--availability 99.9"],
        ),
        (
            "capacity xingyun --resolution 0 --duration 1h",
            &["", "--devices 1000", "--message-rate-kbps 1", "--access-efficiency 0.1", "--step 30s"],
        ),
        (
            "passes two.toml --duration 6h",
            &[
                "--stations nasa-dsn",
                "--stations nasa-dsn --min-duration 8m",
                "--stations nasa-dsn --min-elevation 20",
                "--stations nasa-dsn --satellites *1*",
                "--stations nasa-dsn --sites dsn-goldstone",
                "--stations nasa-dsn --sites dsn-madrid",
                "--stations nasa-dsn --ut1-utc 0.9",
                "--ship s=ship.csv",
                "--ship s=again.csv",
                "--ship s=ship.csv --ship-outside hold",
            ],
        ),
        (
            "coverage two.toml --resolution 0 --duration 2h",
            &[
                "",
                "--exact none",
                "--exact all",
                "--step 90s",
                "--at-least 2",
                "--min-elevation 20",
                "--gateways chinese-ttc",
                "--gateways chinese-ttc --gateway-min-elevation 40",
                "--ut1-utc 0.9",
                "--ut1-utc -0.9",
            ],
        ),
        (
            "compare two.toml hongyun --resolution 0 --duration 2h",
            &["", "--exact none", "--baseline hongyun", "--ut1-utc 0.9", "--gateways chinese-ttc"],
        ),
    ] {
        let mut told: Vec<String> = Vec::new();
        for variant in variants {
            run(folder, &format!("{command} {variant} --quiet --out a.geojson"));
            let collection: Value = serde_json::from_str(&text(folder, "a.geojson")).unwrap();
            let about = collection["description"].as_str().unwrap().to_owned();
            assert!(!told.contains(&about), "{command} {variant}: {about}");
            told.push(about);
        }
    }
}

/// A file of areas may hold none: every format is whole, and says so.
#[test]
fn files_without_an_area_are_whole_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // In the tropics a system of two planes leaves gaps everywhere, but none of 20 h.
    write(folder, "two.toml", &walker(4, START));
    let line = "coverage two.toml --resolution 0 --duration 24h --region lat:-40..40 --quiet";
    for ending in ["geojson", "gpkg", "fgb", "parquet", "kml", "csv"] {
        let mut command = cargo_bin_cmd!("hexsky");
        command.current_dir(folder).args(line.split(' '));
        command.args(["--areas-gap", "20h", "--areas", &format!("e.{ending}")]);
        let output = command.assert().success();
        let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        assert!(said.contains("no cell is in any of the areas"), "{ending}: {said}");
    }
    let base = Connection::open(folder.join("e.gpkg")).unwrap();
    let (extent, about): (Option<f64>, String) = base
        .query_row("SELECT min_x, description FROM gpkg_contents", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!(extent.is_none() && about.ends_with("; no cell is in any of the areas"), "{extent:?} {about}");
    let parquet = String::from_utf8_lossy(&std::fs::read(folder.join("e.parquet")).unwrap()).into_owned();
    assert!(!parquet.contains("null"), "{parquet}");
    for file in ["e.geojson", "e.gpkg", "e.fgb"] {
        let Ok(output) =
            std::process::Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(folder.join(file)).output()
        else {
            eprintln!("ogrinfo is not installed: GDAL's reading of {file} is not checked");
            continue;
        };
        let told =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("Feature Count: 0") && !told.contains("ERROR"), "{file}: {told}");
    }
}

#[test]
fn areas_are_told_by_the_gap_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "two.toml", &walker(4, START));
    let areas = |line: &str| -> (Vec<String>, String) {
        run(folder, &format!("coverage two.toml --resolution 0 --quiet --areas a.geojson {line}"));
        let collection: Value = serde_json::from_str(&text(folder, "a.geojson")).unwrap();
        let features = collection["features"].as_array().unwrap();
        let kinds = features.iter().map(|area| area["properties"]["kind"].as_str().unwrap().to_owned());
        (kinds.collect(), collection["description"].as_str().unwrap().to_owned())
    };
    let (kinds, about) = areas("--duration 2h --areas-gap 100s");
    assert_eq!(kinds, ["never_covered", "gap_over_100_s"]);
    assert!(about.contains("holds it too"), "{about}");
    // No gap is longer than the window.
    let (kinds, about) = areas("--duration 10m --areas-gap 10m");
    assert!(kinds.iter().all(|kind| !kind.starts_with("gap_over")), "{kinds:?}");
    assert!(about.contains("no gap is longer than the window") && !about.contains("holds it too"), "{about}");
}

/// A reader of a page that goes away takes no other file with it.
#[test]
fn a_scene_is_written_beside_a_page_that_nobody_reads_to_its_end() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "two.toml", &walker(4, START));
    let mut view = Command::new(assert_cmd::cargo::cargo_bin!("hexsky"))
        .current_dir(folder)
        .args(["view", "two.toml", "--html", "-", "--out", "v.czml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(view.stdout.take());
    view.wait().unwrap();
    let scene: Value = serde_json::from_str(&text(folder, "v.czml")).unwrap();
    assert_eq!(scene.as_array().unwrap().len(), 1 + 4);
}

#[test]
fn words_of_a_page_of_passes_agree_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "two.toml", &walker(4, START));
    write(folder, "far.csv", "name,lat_deg,lon_deg\nfar,39.5,76\n");
    run(
        folder,
        "passes two.toml --stations far.csv --start 2026-01-01 --duration 1h --gaps --quiet --json report.json --html page.html",
    );
    let report: Value = serde_json::from_str(&text(folder, "report.json")).unwrap();
    assert_eq!(report["gaps"]["network"]["largest_gap_is_cut"], true, "{report}");
    let page = page(folder);
    let all = format!("{} {}", page["headline"], page["tables"]);
    assert_eq!(all.matches(", cut by the window").count(), 2, "{all}");
    assert!(!all.contains("1 contacts"), "{all}");

    run(folder, "dop beidou-3 --points far.csv --at 2026-01-01 --quiet --html page.html");
    assert!(self::page(folder)["made"].to_string().contains("[\"instants\",\"1\"]"));
}
