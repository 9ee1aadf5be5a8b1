//! Arguments, outputs and what single commands refuse.

use assert_cmd::Command;

use super::{Messages, OMM, PATHS, YUMA};

pub fn options(all: &mut Messages) {
    all.chapter("Options");
    for (what, arguments) in [
        ("a command misspelt", "covrage beidou-3"),
        ("an option misspelt", "coverage beidou-3 --resoltion 2"),
        ("no file", "coverage"),
        ("a resolution out of range", "coverage beidou-3 --resolution 9"),
        ("a time that is none", "coverage beidou-3 --start tomorrow"),
        ("a duration whose unit is none", "coverage beidou-3 --duration 3fortnights"),
        ("a duration of nothing", "coverage beidou-3 --duration 0s"),
        ("a duration without a unit", "coverage beidou-3 --duration 24 --resolution 99"),
        ("a duration of ages", "coverage beidou-3 --duration 1000000d"),
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

pub fn outputs(all: &mut Messages) {
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

pub fn commands(all: &mut Messages) {
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
        ("a duration that is negative", "coverage beidou-3 --duration -1d"),
        ("a mask that is a word", "coverage beidou-3 --min-elevation high"),
        ("a start before there were satellites", "coverage beidou-3 --start 1800-01-01"),
        ("a threshold that is a word", "dop beidou-3 --threshold six"),
        ("a list of satellites that is not there", "dop beidou-3 --exclude-from none.txt"),
        ("a ship to look at without a file", "view beidou-3 --ship vessel"),
        ("no satellite of such a shell and name", "dop beidou-3 --exclude MEO*,IGSO*,GEO*"),
    ] {
        all.told(what, arguments);
    }
    let decaying = format!("{OMM}A,2026-01-01T00:00:00,16.4,0.001,53,0,0,0,7\n")
        .replace("NORAD_CAT_ID", "NORAD_CAT_ID,BSTAR");
    let decaying = decaying.replace("0,7\n", "0,7,0.05\n");
    let window = "coverage {} --resolution 0 --start 2026-01-01 --duration 5d --quiet --strict";
    all.of("a satellite that decays in the window", "a.csv", decaying, window);
    let late = format!("{OMM}A,2060-01-01T00:00:00,15,0.001,53,0,0,0,7\n");
    all.of("an epoch too late for a TLE", "a.csv", late, "export {} --format tle --output out.tle");
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

    maps_of_rain(all);
    earth_orientation(all);
    comparisons(all);
    links(all);
}

fn maps_of_rain(all: &mut Messages) {
    all.chapter("Maps of the ITU");
    let row = "51.5,-0.14,0.031,14.25,31.08,1,0.65,0,1\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("paths.csv"), format!("{PATHS}{row}")).unwrap();
    let maps = folder.path().join("maps");
    for name in [
        "837/v7_r001",
        "1510/v1_t_annual",
        "453/v13_nwet_annual_50",
        "839/v4_esa0height",
        "836/v6_v_1",
        "840/v7_lred_1",
        "836/v6_topo_0dot5",
    ] {
        let map = maps.join(format!("{name}.txt"));
        std::fs::create_dir_all(map.parent().unwrap()).unwrap();
        std::fs::write(map, "1 2 3\n").unwrap();
    }
    all.run("maps with too few values", folder.path(), "attenuation paths.csv --itu-data maps");
    for name in [
        "837/v7_r001",
        "839/v4_esa0height",
        "836/v6_topo_0dot5",
        "1510/v1_t_annual",
        "453/v13_nwet_annual_50",
    ] {
        std::fs::write(maps.join(format!("{name}.txt")), "1 much 3\n").unwrap();
    }
    all.run("maps with a word for a number", folder.path(), "attenuation paths.csv --itu-data maps");
    std::fs::remove_dir_all(maps.join("839")).unwrap();
    all.run("a map that is missing", folder.path(), "attenuation paths.csv --itu-data maps");
    all.told("slant paths that are not there", "attenuation none.csv");
}

fn earth_orientation(all: &mut Messages) {
    all.chapter("Earth orientation");
    let head = "MJD;x_pole;y_pole;UT1-UTC\n";
    for (what, rows) in [
        ("a single day", "61041;0.1;0.4;0.06\n"),
        ("a day twice", "61041;0.1;0.4;0.06\n61041;0.1;0.4;0.06\n"),
        ("years between two days", "61041;0.1;0.4;0.06\n62041;0.1;0.4;0.06\n"),
        ("a text for a number", "61041;0.1;0.4;0.06\n61042;x;0.4;0.06\n"),
        ("UT1 far from UTC", "61041;0.1;0.4;0.06\n61042;0.1;0.4;37\n"),
        ("a day before there were clocks", "-9000;0.1;0.4;0.06\n61042;0.1;0.4;0.06\n"),
    ] {
        all.of(what, "eop.csv", format!("{head}{rows}"), "coverage beidou-3 --eop {}");
    }
    let two_days = format!("{head}61041;0.1;0.4;0.06\n61042;0.1;0.4;0.06\n");
    all.of(
        "a window outside the table",
        "eop.csv",
        two_days,
        "coverage beidou-3 --start 2030-01-01 --eop {}",
    );
    all.told("a file that is not there", "coverage beidou-3 --eop none.csv");
    all.told("two orientations", "coverage beidou-3 --eop none.csv --ut1-utc 0");
}

fn comparisons(all: &mut Messages) {
    all.chapter("Comparisons and saved reports");
    let folder = tempfile::tempdir().unwrap();
    let quick = "--resolution 0 --quiet --start 2026-01-01";
    for (name, arguments) in [
        ("ten.json", format!("coverage beidou-3 {quick} --duration 10m --json ten.json")),
        (
            "capacity.json",
            "capacity hongyun --resolution 0 --quiet --duration 10m --json capacity.json".to_owned(),
        ),
        ("twenty.json", format!("coverage beidou-3 {quick} --duration 20m --json twenty.json")),
        (
            "north.json",
            format!("coverage beidou-3 {quick} --duration 10m --region lat:0..90 --json north.json"),
        ),
    ] {
        Command::cargo_bin("hexsky")
            .unwrap()
            .current_dir(folder.path())
            .args(arguments.split(' '))
            .assert()
            .success();
        assert!(folder.path().join(name).exists());
    }
    for (what, arguments) in [
        ("a report beside a constellation", "compare ten.json hongyan"),
        ("a report of another command", "compare ten.json capacity.json"),
        ("reports of different windows", "compare ten.json twenty.json"),
        ("reports of different areas", "compare ten.json north.json"),
        ("gateways of reports", "compare ten.json ten.json --gateways ksat"),
        ("cells of reports", "compare ten.json ten.json --csv cells.csv"),
        ("one report", "compare ten.json"),
    ] {
        all.run(what, folder.path(), arguments);
    }
}

fn links(all: &mut Messages) {
    all.chapter("Links");
    let link = "link --frequency-ghz 12 --bandwidth-mhz 36 --range-km 1000 --gt-db-k 10";
    for (what, arguments) in [
        ("the gain of an amplifier's antenna", format!("{link} --tx-power-dbw 10")),
        ("Shannon's bound without a gap", format!("{link} --eirp-dbw 40 --waveform shannon")),
        (
            "a MODCOD of Shannon's bound",
            format!("{link} --eirp-dbw 40 --waveform shannon --gap-db 2 --modcod QPSK"),
        ),
        ("a gap without Shannon's bound", format!("{link} --eirp-dbw 40 --gap-db 2")),
        ("a MODCOD misspelt", format!("{link} --eirp-dbw 40 --modcod 16APKS")),
        (
            "a parameter of an antenna that is none",
            format!("{link} --tx-power-dbw 10 --tx-antenna parabolic:d=1,et=0.6"),
        ),
        ("an efficiency above one", format!("{link} --tx-power-dbw 10 --tx-antenna parabolic:d=1,eta=60")),
        ("an antenna without its size", format!("{link} --tx-power-dbw 10 --tx-antenna parabolic:eta=0.6")),
        (
            "side lobes that are none",
            format!("{link} --tx-power-dbw 10 --tx-antenna s1528:gmax=34,psi_b=1,ln=-22"),
        ),
        (
            "an angle that is none",
            format!("{link} --tx-power-dbw 10 --tx-antenna array:gmax=34,n=1.3,at=side"),
        ),
        (
            "an axis ratio below one",
            format!("{link} --tx-power-dbw 10 --tx-antenna s1528:gmax=34,psi_b=1,ln=-25,z=0.5"),
        ),
    ] {
        all.told(what, &arguments);
    }
    let place = "link --frequency-ghz 0.4 --bandwidth-mhz 1 --altitude-km 1000 --elevation-deg 10 --gt-db-k 10 \
                 --eirp-dbw 40 --latitude-deg 50 --longitude-deg 10 --availability 99.5";
    all.told("rain at a frequency below the model", place);
}
