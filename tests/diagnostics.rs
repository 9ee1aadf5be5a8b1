//! Every kind of message that a wrong file or a wrong option gets, as the user reads it, in one snapshot:
//! `tests/snapshots/diagnostics__messages.snap`. Read it after a change as somebody who made the mistake.

#![cfg(target_os = "linux")]

use std::fmt::Write;

use assert_cmd::Command;

const TOML: &str = r#"name = "Sample"
epoch = "2026-01-01T00:00:00Z"

[sources]
paper = "A paper"

[[shell]]
name = "low"
pattern = "walker-delta"
satellites = 12
planes = 3
phasing = 1
altitude_km = 1000
inclination_deg = 55
source = "paper"
"#;
const ONE: &str = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
const TWO: &str = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667";
const OMM: &str = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                   MEAN_ANOMALY,NORAD_CAT_ID\n";
const YUMA: &str = "******** Week 380 almanac for PRN-07 ********\nID: 07\nHealth: 000\n\
    Eccentricity: 0.1829147339E-002\nTime of Applicability(s): 319488.0000\nOrbital Inclination(rad): 0.957\n\
    Rate of Right Ascen(r/s): -0.8114623721E-008\nSQRT(A)  (m 1/2): 5153.549805\n\
    Right Ascen at Week(rad): 0.62\nArgument of Perigee(rad): 0.193269221\nMean Anom(rad): -0.71\n\
    Af0(s): 0.2155303955E-003\nAf1(s/s): -0.1091393642E-010\nweek: 380\n";
const PATHS: &str =
    "lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,p_percent\n";
const SITES: &str = "[[site]]\nname = \"a\"\nlat_deg = 10\nlon_deg = 20\n";
const ASC: &str = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n1 2\n3 4\n";

/// Runs the program in a folder of its own with one file, and writes what comes to stderr.
struct Messages {
    text: String,
}

impl Messages {
    fn chapter(&mut self, title: &str) {
        writeln!(self.text, "\n######## {title}").unwrap();
    }

    /// A file's fault. `{}` in the arguments is where the file's name goes.
    fn of(&mut self, what: &str, file: &str, content: impl AsRef<[u8]>, arguments: &str) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), content).unwrap();
        self.run(what, folder.path(), &arguments.replace("{}", file));
    }

    /// A fault of the arguments alone.
    fn told(&mut self, what: &str, arguments: &str) {
        let folder = tempfile::tempdir().unwrap();
        self.run(what, folder.path(), arguments);
    }

    fn run(&mut self, what: &str, folder: &std::path::Path, arguments: &str) {
        let output = Command::cargo_bin("hexsky")
            .unwrap()
            .current_dir(folder)
            .env("NO_COLOR", "1")
            .args(arguments.split(' ').filter(|part| !part.is_empty()))
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{what}: {stderr}");
        assert!(!stderr.trim().is_empty(), "{what}: nothing is said");
        writeln!(self.text, "\n-- {what}\n$ hexsky {arguments}    (exit code {code})\n{stderr}").unwrap();
    }
}

#[test]
fn messages() {
    let mut all = Messages { text: String::new() };
    definitions(&mut all);
    catalogues(&mut all);
    ground(&mut all);
    regions_and_places(&mut all);
    demand_and_paths(&mut all);
    outputs(&mut all);
    options(&mut all);
    commands(&mut all);
    insta::assert_snapshot!("messages", all.text);
}

fn definitions(all: &mut Messages) {
    all.chapter("Constellation definitions (TOML)");
    for (what, from, to) in [
        ("a misspelt field", "inclination_deg", "inclintion_deg"),
        ("a text for a number", "altitude_km = 1000", "altitude_km = \"high\""),
        ("a number out of range", "inclination_deg = 55", "inclination_deg = 255"),
        ("an altitude in metres", "altitude_km = 1000", "altitude_km = 1000000"),
        ("planes that do not divide", "planes = 3", "planes = 5"),
        ("a pattern that is none", "walker-delta", "walker-dleta"),
        ("no phasing", "phasing = 1\n", ""),
        ("no source", "source = \"paper\"\n", ""),
        ("a source that is not listed", "source = \"paper\"", "source = \"papre\""),
        ("no epoch", "epoch = \"2026-01-01T00:00:00Z\"\n", ""),
        ("an epoch that is none", "2026-01-01T00:00:00Z", "January"),
        ("broken TOML", "planes = 3", "planes = "),
        ("a bracket that is not closed", "[[shell]]", "[[shell]"),
        ("a field twice", "planes = 3", "planes = 3\nplanes = 4"),
        ("a billion satellites", "satellites = 12", "satellites = 1000000000"),
        ("no name", "name = \"Sample\"\n", ""),
        ("no shell", &TOML[TOML.find("[[shell]]").unwrap()..], ""),
        ("an orbit through the ground", "source = \"paper\"\n", "eccentricity = 0.5\nsource = \"paper\"\n"),
    ] {
        all.of(what, "sample.toml", TOML.replacen(from, to, 1), "show {}");
    }
    let twice = format!("{TOML}{}", &TOML[TOML.find("[[shell]]").unwrap()..]);
    all.of("two shells of one name", "sample.toml", twice, "show {}");
    let phases = format!("{TOML}[[phase]]\nname = \"first\"\nshells = [\"high\"]\nsource = \"paper\"\n");
    all.of("a phase of a shell that is not there", "sample.toml", phases, "show {}");
    let pointing = "name = \"P\"\ncatalogue = \"none.tle\"\n";
    all.of("a catalogue that is not there", "sample.toml", pointing, "show {}");
    all.of("not UTF-8", "sample.toml", b"name = \"\xff\"\n", "show {}");
    all.of("a phase that is not declared", "sample.toml", TOML, "show {} --phase full");
    all.of("a shell that is not there", "sample.toml", TOML, "show {} --shells lo");
    all.told("a shipped name misspelt", "show beidou3");
    all.told("a file that is not there", "show no/such.toml");
}

fn catalogues(all: &mut Messages) {
    all.chapter("Catalogues (TLE, OMM, YUMA)");
    all.of("an empty file", "a.tle", "", "show {}");
    all.of("a web page", "a.tle", "<!DOCTYPE html>\n<html><body>403</body></html>", "show {}");
    all.of("a gzip archive", "a.tle.gz", b"\x1f\x8b\x08\x00", "show {}");
    all.of("an xz archive", "a.tle", b"\xfd7zXZ\0\0", "show {}");
    all.of("a picture", "a.tle", b"\x89PNG\r\n\x1a\n\0\0", "show {}");
    all.of("an element line behind something else", "a.tle", format!("> {ONE}\n> {TWO}\n"), "show {}");
    all.of(
        "blank columns",
        "a.tle",
        format!("A\n{ONE}\n2 00005          348.7242 1859667 331.7664  19.3264 10.82419157413662\n"),
        "show {}",
    );
    all.of("two numbers", "a.tle", format!("A\n{ONE}\n2 00006{}8\n", &TWO[7..68]), "show {}");
    all.of("OMM CSV with a column twice", "a.csv", OMM.replace("EPOCH", "EPOCH,EPOCH"), "show {}");
    all.of("OMM JSON with a keyword twice", "a.json", "[{\"EPOCH\": 1, \"EPOCH\": 2}]", "show {}");
    all.of("JSON of something else", "a.json", "{\"error\": \"rate limited\"}", "show {}");
    all.of("a catalogue has no shells", "a.tle", format!("{ONE}\n{TWO}\n"), "show {} --shells high");
    all.of("no shell to be found", "a.tle", format!("{ONE}\n{TWO}\n"), "infer {} --output found.toml");
    all.of("planes of a catalogue", "a.tle", format!("{ONE}\n{TWO}\n"), "phases {}");
    all.of(
        "a catalogue of another kind pointed at",
        "s.toml",
        "name = \"P\"\ncatalogue = \"s.toml\"\n",
        "show {}",
    );
    all.of("UTF-16", "a.tle", b"\xff\xfe1\x00 \x00", "show {}");
    all.of("a server's refusal", "a.tle", "No GP data found\n", "show {}");
    all.of("a wrong checksum", "a.tle", format!("NAME\n{ONE}\n{}9\n", &TWO[..68]), "show {}");
    all.of("a line without its second", "a.tle", format!("NAME\n{ONE}\n"), "show {}");
    all.of("some bad sets of many", "a.tle", format!("{ONE}\n{TWO}\nBAD\n{ONE}\n{TWO}\n{TWO}\n"), "show {}");
    let good = "A,2026-01-01T00:00:00,15,0.001,53,0,0,0,7\n";
    let bad = "B,2026-01-01T00:00:00,fast,0.001,53,0,0,0,8\n";
    all.of("with --strict", "a.csv", format!("{OMM}{good}{bad}"), "show {} --strict");
    all.of("only a warning", "a.csv", format!("{OMM}{good}{bad}"), "export {} --format tle --output out.tle");
    all.of(
        "elements far from the window",
        "a.csv",
        format!("{OMM}{good}"),
        "coverage {} --resolution 0 --duration 1h --start 2027-01-01 --quiet",
    );
    all.of("OMM CSV without a column", "a.csv", OMM.replace("ECCENTRICITY,", "") + "A,15\n", "show {}");
    all.of("OMM CSV, the only line is bad", "a.csv", format!("{OMM}{bad}"), "show {}");
    all.of("OMM JSON cut off", "a.json", "[{\"OBJECT_NAME\": \"A\",\n \"EPOCH\": \"2026-", "show {}");
    all.of("OMM JSON with a slip", "a.json", "[\n {\"EPOCH\": }\n]", "show {}");
    all.of("OMM JSON without a satellite", "a.json", "[]", "show {}");
    all.of("OMM XML cut off", "a.xml", "<ndm><omm><EPOCH>2026-01-01</EPOCH>", "show {}");
    all.of("OMM XML with tags crossed", "a.xml", "<omm>\n<EPOCH></INCLINATION></omm>", "show {}");
    all.of("OMM KVN in radians", "a.kvn", "OBJECT_NAME = A\nINCLINATION = 0.9 [rad]\n", "show {}");
    all.of("a catalogue has no phase", "a.tle", format!("{ONE}\n{TWO}\n"), "show {} --phase full");
    for (what, from, to) in [
        ("YUMA with a text for a number", "0.193269221", "none"),
        ("YUMA with an eccentricity above 1", "0.1829147339E-002", "1.5"),
        ("YUMA without a field", "Health: 000\n", ""),
        ("YUMA with an unknown field", "Af0(s)", "Clock"),
        ("YUMA with a line that is none", "week: 380", "week 380"),
    ] {
        all.of(what, "gps.alm", YUMA.replace(from, to), "dop {} --resolution 0 --duration 1h");
    }
}

fn ground(all: &mut Messages) {
    all.chapter("Stations (TOML, CSV) and ship tracks (CSV, GPX)");
    for (what, from, to) in [
        ("a misspelt field", "lat_deg", "lat_dge"),
        ("a latitude out of range", "lat_deg = 10", "lat_deg = 100"),
        ("a text for a number", "lon_deg = 20", "lon_deg = \"east\""),
        ("no longitude", "lon_deg = 20\n", ""),
        ("a mask that does not close", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [200, 3]]"),
        (
            "a mask with an azimuth twice",
            "lon_deg = 20",
            "lon_deg = 20\nmask = [[0, 5], [90, 3], [90, 4], [360, 5]]",
        ),
        ("a mask out of order", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [90, 3], [80, 4], [360, 5]]"),
        ("a mask below the horizon", "lon_deg = 20", "lon_deg = 20\nmask = [[0, -20], [360, -20]]"),
        ("a mask that steps at north", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [360, 7]]"),
        ("an include that is not there", "[[site]]", "include = [\"none\"]\n[[site]]"),
        ("broken TOML", "name = \"a\"", "name = \"a"),
    ] {
        all.of(what, "sites.toml", SITES.replacen(from, to, 1), "show {}");
    }
    all.of("two sites of one name", "sites.toml", SITES.repeat(2), "show {}");
    let latin: &[u8] = b"name,lat_deg,lon_deg\nRennes,48.1,-1.7\nBesan\xe7on,47.2,6\n";
    all.of("stations that are not UTF-8", "sites.csv", latin, "passes beidou-3 --stations {}");
    all.of("an empty network", "sites.toml", "unplaced = []\n", "show {}");
    for (what, content) in [
        ("CSV without a column", "name,lat_deg,lon\na,1,2\n"),
        ("CSV with a column twice", "name,lat_deg,lon_deg,lat_deg\na,1,2,3\n"),
        ("CSV with a blank number", "name,lat_deg,lon_deg\na,,2\n"),
        ("CSV with a text for a number", "name,lat_deg,lon_deg\na,north,2\n"),
        ("CSV with a latitude out of range", "name,lat_deg,lon_deg\na,1,2\nb,91,2\n"),
        ("CSV with a value too many", "name,lat_deg,lon_deg\na,1,2,3\n"),
        ("CSV with a name twice", "name,lat_deg,lon_deg\na,1,2\na,3,4\n"),
        ("CSV without a station", "name,lat_deg,lon_deg\n"),
        ("an empty CSV", ""),
    ] {
        all.of(what, "sites.csv", content, "passes beidou-3 --stations {}");
    }
    all.told("a network misspelt", "passes beidou-3 --stations chinese-tcc");
    all.told("a site misspelt", "passes beidou-3 --stations ksat --sites svalbrad");
    for (what, file, content) in [
        ("a track without a column", "t.csv", "utc,lat_deg\n2026-01-01,1\n"),
        ("a time that is none", "t.csv", "utc,lat_deg,lon_deg\nnoon,1,2\n"),
        ("times out of order", "t.csv", "utc,lat_deg,lon_deg\n2026-01-02,1,2\n2026-01-01,1,2\n"),
        ("two times alike", "t.csv", "utc,lat_deg,lon_deg\n2026-01-01,1,2\n2026-01-01,1,3\n"),
        ("no waypoint", "t.csv", "utc,lat_deg,lon_deg\n"),
        ("not GPX", "t.gpx", "<kml></kml>"),
        (
            "a ship that flies",
            "t.csv",
            "utc,lat_deg,lon_deg\n2026-01-01T00:00Z,1,2\n2026-01-01T01:00Z,60,2\n",
        ),
        (
            "a point without a time",
            "t.gpx",
            "<gpx><trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\"/>\n</trkseg></trk></gpx>",
        ),
        (
            "a point without a latitude",
            "t.gpx",
            "<gpx><trk><trkseg>\n<trkpt lon=\"2\"/>\n</trkseg></trk></gpx>",
        ),
        ("GPX cut off", "t.gpx", "<gpx><trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\"><time>2026"),
        ("GPX without a point", "t.gpx", "<gpx></gpx>"),
    ] {
        all.of(what, file, content, "passes beidou-3 --ship vessel={}");
    }
}

fn regions_and_places(all: &mut Messages) {
    all.chapter("Regions (GeoJSON) and places (CSV)");
    let square = r#"{"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]}"#;
    for (what, content) in [
        ("no JSON", "type: Polygon".to_owned()),
        ("JSON cut off", square[..60].to_owned()),
        ("another type", square.replace("Polygon", "Polygone")),
        ("a latitude out of range", square.replace("[10, 10]", "[10, 100]")),
        ("metres", square.replace("[10, 10]", "[500000, 10]")),
        ("a ring of two corners", square.replace("[10, 0], [10, 10], ", "[10, 0], ")),
        ("only a point", r#"{"type": "Point", "coordinates": [1, 2]}"#.to_owned()),
        ("an empty file", String::new()),
    ] {
        all.of(what, "area.geojson", content, "coverage beidou-3 --region {}");
    }
    for (what, region) in [
        ("a country misspelt", "Chnia"),
        ("a box upside down", "10,20,5,30"),
        ("a box of three numbers", "10,20,30"),
        ("a band that is none", "lat:10..north"),
        ("a band beyond the pole", "lat:80..100"),
        ("a band given twice", "lat:1..2,lat:3..4"),
        ("one meridian twice", "lon:10..10"),
        ("a file that is not there", "none.geojson"),
    ] {
        all.told(what, &format!("coverage beidou-3 --region {region}"));
    }
    for (what, content) in [
        ("a column misspelt", "name,latitude,lon_deg\na,1,2\n"),
        ("a column twice", "name,lat_deg,lon_deg,lat_deg\na,1,2,3\n"),
        ("a text for a number", "name,lat_deg,lon_deg\na,1,2\nb,1° N,2\n"),
        ("a longitude out of range", "name,lat_deg,lon_deg\na,1,361\n"),
        ("a name twice", "name,lat_deg,lon_deg\na,1,2\na,3,4\n"),
        ("a value too few", "name,lat_deg,lon_deg\na,1\n"),
        ("semicolons", "name;lat_deg;lon_deg\na;1;2\n"),
        ("no place", "name,lat_deg,lon_deg\n"),
        ("an empty file", ""),
    ] {
        all.of(what, "places.csv", content, "coverage beidou-3 --points {}");
    }
}

fn demand_and_paths(all: &mut Messages) {
    all.chapter("Demand (CSV, ASC) and slant paths (CSV)");
    for (what, content) in [
        ("no amounts", "hex_id,mbps\n8328b0fffffffff,1\n"),
        ("no H3 cell", "hex_id,demand_mbps\nxyz,1\n"),
        ("a column twice", "hex_id,demand_mbps,demand_mbps\n8328b0fffffffff,1,2\n"),
        ("a negative amount", "hex_id,demand_mbps\n8328b0fffffffff,-1\n"),
        ("a value too many", "hex_id,demand_mbps\n8328b0fffffffff,1,2\n"),
        ("no cell", "hex_id,demand_mbps\n"),
    ] {
        all.of(what, "demand.csv", content, "capacity hongyan --resolution 1 --demand {}");
    }
    for (what, from, to) in [
        ("no cell size", "cellsize 1\n", ""),
        ("a count that is none", "ncols 2", "ncols two"),
        ("a line of another length", "3 4", "3"),
        ("a row too many", "3 4", "3 4\n5 6"),
        ("a row too few", "3 4\n", ""),
        ("a text for a number", "3 4", "3 four"),
        ("a negative amount", "3 4", "3 -4"),
        ("beyond the globe", "yllcorner 0", "yllcorner 89"),
        ("more than once round", "ncols 2", "ncols 400"),
        ("a key that is none", "cellsize", "cellzise"),
    ] {
        all.of(what, "demand.asc", ASC.replacen(from, to, 1), "capacity hongyan --resolution 1 --demand {}");
    }
    all.told("a demand that is not there", "capacity hongyan --demand none.csv");
    all.told("a density that is none", "capacity hongyan --demand uniform:much");
    let row = "51.5,-0.14,0.031,14.25,31.08,1,0.65,0,1\n";
    for (what, content) in [
        ("a column misspelt", format!("{}{row}", PATHS.replace("freq_ghz", "frq_ghz"))),
        ("a column twice", format!("{}{row}", PATHS.replace("tau_deg", "lat_deg"))),
        ("a text for a number", format!("{PATHS}{}", row.replace("14.25", "Ku"))),
        ("a height in metres", format!("{PATHS}{}", row.replace("0.031", "31"))),
        ("an elevation of zero", format!("{PATHS}{}", row.replace("31.08", "0"))),
        ("a cell too few", format!("{PATHS}{}", row.replace(",0,1\n", ",0\n"))),
        ("no path", PATHS.to_owned()),
        ("an empty file", String::new()),
    ] {
        all.of(what, "paths.csv", content, "attenuation {}");
    }
}

fn options(all: &mut Messages) {
    all.chapter("Options");
    for (what, arguments) in [
        ("a command misspelt", "covrage beidou-3"),
        ("an option misspelt", "coverage beidou-3 --resoltion 2"),
        ("no file", "coverage"),
        ("a resolution out of range", "coverage beidou-3 --resolution 9"),
        ("a time that is none", "coverage beidou-3 --start tomorrow"),
        ("a duration without a unit that is one", "coverage beidou-3 --duration 3fortnights"),
        ("a duration of nothing", "coverage beidou-3 --duration 0s"),
        ("a duration of ages", "coverage beidou-3 --duration 1e30"),
        ("a mask out of range", "coverage beidou-3 --min-elevation 91"),
        ("a negative mask", "show beidou-3 --min-elevation -5"),
        ("options that exclude each other", "coverage beidou-3 --region CN --points a.csv"),
        ("different masks", "coverage beidou-3 kuiper"),
        ("an ending that tells no format", "coverage beidou-3 --out map.xyz"),
        ("a map of an ending that is none", "coverage beidou-3 --map map.jpg"),
        ("--gis without a file", "coverage beidou-3 --csv - --gis"),
        ("one system to compare", "compare beidou-3"),
        ("a phase in place of a file", "compare :first hongyan"),
        ("a phase named twice", "coverage hongyan:first --phase full"),
        ("a phase that is not there", "coverage hongyan:frist"),
        ("planes of a catalogue", "phases none.tle"),
        ("more losses than satellites", "resilience beidou-3 --lose 100"),
        ("a share that is none", "resilience beidou-3 --lose 150%"),
        ("a satellite misspelt", "dop beidou-3 --exclude MEO-99"),
        ("a shell misspelt", "dop beidou-3 --shells MEOO"),
        ("a sky that is none", "dop --sky 0:90;east:5"),
        ("no satellite matches", "passes beidou-3 --stations ksat --satellites X*"),
        ("a plan of an unknown kind", "passes beidou-3 --stations ksat --plan plan.txt"),
        ("a ship without a file", "passes beidou-3 --ship vessel"),
        ("capacity of a navigation system", "capacity beidou-3"),
        ("a threshold of zero", "dop beidou-3 --threshold 0"),
        ("a number too great for a TLE", "export kuiper --format tle --first-number 339999"),
        (
            "a figure that is none",
            "coverage beidou-3 --resolution 0 --duration 10m --quiet --map m.svg --figure x",
        ),
    ] {
        all.told(what, arguments);
    }
}

fn outputs(all: &mut Messages) {
    all.chapter("Outputs, checkpoint, memory");
    let places = "name,lat_deg,lon_deg\na,1,2\n";
    let quick = "coverage beidou-3 --resolution 0 --duration 10m --quiet";
    all.told("a folder that is not there", &format!("{quick} --csv none/out.csv"));
    all.told("two outputs in one place", &format!("{quick} --csv out --json ./out"));
    all.of("the output in the place of an input", "p.csv", places, "coverage beidou-3 --points {} --csv {}");
    all.told("a directory in the way", &format!("{quick} --csv ."));
    all.told(
        "a full disk behind an output that is whole",
        &format!("{quick} --csv out.csv --json /dev/full"),
    );
    all.told(
        "an output in the place of the checkpoint",
        &format!("{quick} --checkpoint . --csv hexsky.checkpoint"),
    );
    all.of(
        "a file in the place of the checkpoint's folder",
        "state",
        "",
        &format!("{quick} --checkpoint {{}}"),
    );
    all.of("a checkpoint that is none", "hexsky.checkpoint", "x", &format!("{quick} --checkpoint ."));
    all.told("too little memory", "coverage beidou-3 --resolution 5 --duration 1h --memory 100MB");
    all.told("too little memory for a map", &format!("{quick} --map m.png --dpi 1200 --memory 100MB"));
    all.told("a size that is none", &format!("{quick} --memory much"));
    all.told("a view for another program", "view beidou-3 --no-open --html v.html --out v.gpkg");
    let scene = "dop {} --resolution 0 --duration 1h --quiet --out scene.czml";
    all.of("satellites without mean elements", "gps.alm", YUMA, scene);
}

fn commands(all: &mut Messages) {
    all.chapter("Options of single commands");
    for (what, arguments) in [
        ("no thread", "coverage beidou-3 --threads 0"),
        ("too many dots", "coverage beidou-3 --map m.png --dpi 5000"),
        ("none in view", "coverage beidou-3 --at-least 0"),
        ("a number that is none", "coverage beidou-3 --at-least two"),
        ("UT1 far from UTC", "coverage beidou-3 --ut1-utc 5000"),
        ("a region without a cell", "coverage beidou-3 --resolution 0 --region SG"),
        ("gateways misspelt", "coverage beidou-3 --gateways ksta"),
        ("gateways without a site", "coverage beidou-3 --gateways chinese-launch-sites"),
        ("a figure of a comparison that is none", "compare hongyan beidou-3 --map m.svg --figure x"),
        ("a figure of navigation that is none", "dop beidou-3 --map m.svg --figure x"),
        ("a figure of capacity that is none", "capacity hongyan --map m.svg --figure x"),
        ("a figure of messages that is none", "capacity xingyun --map m.svg --figure x"),
        ("a figure of contacts that is none", "passes beidou-3 --stations ksat --map m.svg --figure x"),
        ("no file to navigate by", "dop"),
        ("one system twice", "dop beidou-3 beidou-3"),
        ("all satellites left out", "dop beidou-3 --exclude *"),
        ("a sky without a colon", "dop --sky 90"),
        ("a sky below the nadir", "dop --sky 0:95"),
        ("no station", "passes beidou-3"),
        ("a network that takes part by name only", "passes beidou-3 --stations chinese-launch-sites"),
        ("a pattern that is none", "passes beidou-3 --stations ksat --satellites [a"),
        ("no phase to grow by", "phases beidou-3 --by phase"),
        ("no trial", "resilience beidou-3 --lose 1 --trials 0"),
        ("messages and megabits together", "capacity xingyun hongyan"),
        ("messages with a checkpoint", "capacity xingyun --resolution 0 --duration 10m --checkpoint state"),
        ("messages side by side", "capacity xingyun hongyan --side-by-side"),
        ("a checkpoint side by side", "capacity hongyun hongyan --side-by-side --checkpoint state"),
        ("a page side by side", "capacity hongyun hongyan --side-by-side --html page.html"),
        ("a region without demand", "capacity hongyan --resolution 1 --region lat:-90..-85"),
        ("a link without a transmitter", "link --frequency-ghz 12 --bandwidth-mhz 36 --range-km 1000"),
        (
            "a link without a receiver",
            "link --frequency-ghz 12 --bandwidth-mhz 36 --range-km 1000 --eirp-dbw 40",
        ),
        ("a link without a distance", "link --frequency-ghz 12 --bandwidth-mhz 36 --eirp-dbw 40"),
        (
            "an antenna that is none",
            "link --frequency-ghz 12 --bandwidth-mhz 36 --range-km 1000 --tx-antenna dish:d=1",
        ),
        ("a group that is none", "fetch no/group"),
        ("no copy", "fetch starlink --offline --cache ."),
        ("a topic that is none", "help gaap"),
        ("a number beyond nine digits", "export beidou-3 --format omm-csv --first-number 1000000000"),
        ("a directory for a file", "coverage beidou-3 --points ."),
    ] {
        all.told(what, arguments);
    }
    all.of("no Earth orientation", "eop.txt", "hello\n", "coverage beidou-3 --eop {}");
    let report = "{\"hexsky_version\": 1, \"latitude_profile\": 2}";
    all.of("JSON that is no report", "r.json", report, "compare {} {}");
    all.of(
        "a list with a satellite that is not there",
        "list.txt",
        "NOBODY\n",
        "dop beidou-3 --exclude-from {}",
    );
    let row = "51.5,-0.14,0.031,14.25,31.08,1,0.65,0,1\n";
    all.of("maps that are not there", "paths.csv", format!("{PATHS}{row}"), "attenuation {} --itu-data none");
    let omm = format!("{OMM}A,2026-01-01T00:00:00,15,0.001,53,0,0,0,7\n");
    all.of(
        "satellites whose capacity is not known",
        "a.csv",
        omm,
        "capacity {} --resolution 0 --duration 10m",
    );
}
