//! Constellation definitions.

use super::{Messages, ONE, TWO};

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

pub fn definitions(all: &mut Messages) {
    all.chapter("Constellation definitions (TOML)");
    let faults = [
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
        ("a decimal comma", "inclination_deg = 55", "inclination_deg = 55,0"),
        ("a comma that may part thousands", "altitude_km = 1000", "altitude_km = 1,000"),
        ("a bracket that is not closed", "[[shell]]", "[[shell]"),
        ("a field twice", "planes = 3", "planes = 3\nplanes = 4"),
        ("a billion satellites", "satellites = 12", "satellites = 1000000000"),
        ("no name", "name = \"Sample\"\n", ""),
        ("no shell", &TOML[TOML.find("[[shell]]").unwrap()..], ""),
        ("an orbit through the ground", "source = \"paper\"\n", "eccentricity = 0.5\nsource = \"paper\"\n"),
    ];
    all.each_in("sample.toml", TOML, "show {}", &faults);
    let twice = format!("{TOML}{}", &TOML[TOML.find("[[shell]]").unwrap()..]);
    all.of("two shells of one name", "sample.toml", twice, "show {}");
    let high = format!("{TOML}[[phase]]\nname = \"first\"\nshells = [\"high\"]\nsource = \"paper\"\n");
    all.of("a phase of a shell that is not there", "sample.toml", high, "show {}");
    let pointing = "name = \"P\"\ncatalogue = \"none.tle\"\n";
    all.of("a catalogue that is not there", "sample.toml", pointing, "show {}");
    all.of("not UTF-8", "sample.toml", b"name = \"\xff\"\n", "show {}");
    all.of("a phase that is not declared", "sample.toml", TOML, "show {} --phase full");
    all.of("a shell that is not there", "sample.toml", TOML, "show {} --shells lo");
    all.told("a shipped name misspelt", "show beidou3");
    all.told("a file that is not there", "show no/such.toml");

    shells(all);
    single_satellites(all);
    sources(all);
    payloads(all);
    deployment_phases(all);
    pointed_at(all);
}

fn shells(all: &mut Messages) {
    all.chapter("Constellation definitions: shells");
    let faults = [
        ("two ways to tell the phasing", "phasing = 1", "phasing = 1\nphase_step_deg = 15.1"),
        (
            "two ways to spread the nodes",
            "phasing = 1",
            "phasing = 1\nraan_spread_deg = 360\nraan_step_deg = 120",
        ),
        ("two sizes of an orbit", "altitude_km = 1000", "altitude_km = 1000\nsemi_major_axis_km = 7378.137"),
        ("no size of an orbit", "altitude_km = 1000\n", ""),
        ("no inclination", "inclination_deg = 55\n", ""),
        ("phases of planes that are a number", "phasing = 1", "plane_phases_deg = 10"),
        ("phases of no plane", "phasing = 1", "plane_phases_deg = []"),
        ("phases of more planes than there are", "phasing = 1", "plane_phases_deg = [0, 10, 20, 30]"),
        ("a plane launched twice", "phasing = 1", "phasing = 1\nlaunch_order = [1, 2, 2]"),
        ("a plane that is not launched", "phasing = 1", "phasing = 1\nlaunch_order = [1, 2]"),
        ("half a plane launched", "phasing = 1", "phasing = 1\nlaunch_order = [1, 2.5, 3]"),
        ("a plane launched that is not there", "phasing = 1", "phasing = 1\nlaunch_order = [1, 2, 4]"),
        ("a whole number with a fraction", "planes = 3", "planes = 3.5"),
        ("no number at all", "planes = 3", "planes = nan"),
        ("a name that is empty", "name = \"low\"", "name = \" \""),
        ("a field below the sources", "[[shell]]\n", "satellites = 12\n[[shell]]\n"),
        ("a shell in single brackets", "[[shell]]\n", "[shell]\n"),
        ("a field of another pattern", "phasing = 1", "phasing = 1\nslots = []"),
        (
            "slots that are not given",
            "pattern = \"walker-delta\"\nsatellites = 12\nplanes = 3\nphasing = 1",
            "pattern = \"slots\"",
        ),
        (
            "a slot without its place",
            "pattern = \"walker-delta\"\nsatellites = 12\nplanes = 3\nphasing = 1",
            "pattern = \"slots\"\nslots = [{ name = \"A1\", raan_deg = 288.85 }]",
        ),
        (
            "a slot that is a number",
            "pattern = \"walker-delta\"\nsatellites = 12\nplanes = 3\nphasing = 1",
            "pattern = \"slots\"\nslots = [1]",
        ),
    ];
    all.each_in("sample.toml", TOML, "show {}", &faults);
    let large = TOML.replace("satellites = 12", "satellites = 900000");
    let second = large[large.find("[[shell]]").unwrap()..].replace("low", "second");
    all.of("too many satellites in all", "sample.toml", format!("{large}{second}"), "show {}");
}

fn single_satellites(all: &mut Messages) {
    all.chapter("Constellation definitions: single satellites");
    let head = &TOML[..TOML.find("[[shell]]").unwrap()];
    let geo = "[[satellite]]\nname = \"G1\"\norbit = \"geo\"\nlongitude_deg = 110.5\nsource = \"paper\"\n";
    for (what, from, to) in [
        ("no longitude", "longitude_deg = 110.5\n", ""),
        ("an orbit that is none", "\"geo\"", "\"gso\""),
        ("no orbit", "orbit = \"geo\"\n", ""),
        ("no name", "name = \"G1\"\n", ""),
        ("a catalogue number that is none", "name = \"G1\"\n", "name = \"G1\"\nnorad_id = 0\n"),
        ("an epoch that is none", "source =", "epoch = \"soon\"\nsource ="),
        ("an eccentricity of one", "source =", "eccentricity = 1\nsource ="),
        (
            "an IGSO without its phase",
            "\"geo\"\nlongitude_deg = 110.5",
            "\"igso\"\nnode_longitude_deg = 118\ninclination_deg = 55",
        ),
        ("a field of another orbit", "source =", "raan_deg = 10\nsource ="),
    ] {
        all.of(what, "sample.toml", format!("{head}{}", geo.replacen(from, to, 1)), "show {}");
    }
    let elements = "[[satellite]]\nname = \"E1\"\norbit = \"elements\"\naltitude_km = 700\ninclination_deg = 98\n\
                    raan_deg = 10\nmean_anomaly_deg = 0\nsource = \"paper\"\n";
    for (what, from, to) in [
        ("an element that is missing", "raan_deg = 10\n", ""),
        ("no size of an orbit", "altitude_km = 700\n", ""),
        ("two sizes of an orbit", "altitude_km = 700", "altitude_km = 700\nmean_motion_rev_day = 14.5"),
        (
            "two places in the orbit",
            "mean_anomaly_deg = 0",
            "mean_anomaly_deg = 0\nargument_of_latitude_deg = 0",
        ),
        (
            "an eccentric orbit without its perigee",
            "mean_anomaly_deg = 0",
            "mean_anomaly_deg = 0\neccentricity = 0.01",
        ),
    ] {
        all.of(what, "sample.toml", format!("{head}{}", elements.replacen(from, to, 1)), "show {}");
    }
}

fn sources(all: &mut Messages) {
    all.chapter("Constellation definitions: sources and reasons");
    let faults = [
        ("sources that are a text", "[sources]\npaper = \"A paper\"\n", "sources = \"A paper\"\n"),
        ("a source without words", "paper = \"A paper\"", "paper = \"\""),
        ("a confidence that is none", "source = \"paper\"", "source = \"paper\"\nconfidence = \"sure\""),
        ("a confidence without a source", "source = \"paper\"", "confidence = \"derived\""),
        ("a source that is a number", "source = \"paper\"", "source = 7"),
        (
            "an assumption that names no figure",
            "source = \"paper\"",
            "source = \"paper\"\nassumed = \"a guess\"",
        ),
        (
            "a figure with two sources",
            "source = \"paper\"",
            "source = \"paper\"\nderived.phasing = \"paper\"\nassumed.phasing = \"a guess of ours\"",
        ),
        (
            "a source of a figure that is not there",
            "source = \"paper\"",
            "source = \"paper\"\nderived.phasin = \"paper\"",
        ),
        ("a reason of one word", "source = \"paper\"", "source = \"paper\"\nassumed.phasing = \"guess\""),
    ];
    all.each_in("sample.toml", TOML, "show {}", &faults);
}

fn payloads(all: &mut Messages) {
    all.chapter("Constellation definitions: service and payload");
    for (what, text) in [
        ("a service that is none", "[service]\nkind = \"radio\"\nsource = \"paper\"\n"),
        ("a service in double brackets", "[[service]]\nmin_elevation_deg = 10\nsource = \"paper\"\n"),
        ("a mask beyond the zenith", "[service]\nmin_elevation_deg = 95\nsource = \"paper\"\n"),
        ("a band that is a number", "[service]\nbands = [12]\nsource = \"paper\"\n"),
        ("a band without a name", "[service]\nbands = [\"\"]\nsource = \"paper\"\n"),
        ("a payload of a shell that is not there", "[[payload]]\nshells = [\"lwo\"]\nsource = \"paper\"\n"),
        ("links between satellites that are none", "[[payload]]\nisl = \"mesh\"\nsource = \"paper\"\n"),
        ("beams that are a number", "[[payload]]\nuser = 8\nsource = \"paper\"\n"),
        ("a rate of links that are not", "[[payload]]\nisl_gbps = 5\nsource = \"paper\"\n"),
        (
            "a second payload of a shell",
            "[[payload]]\nshells = [\"low\"]\nsource = \"paper\"\n[[payload]]\nshells = [\"low\"]\nsource = \"paper\"\n",
        ),
        (
            "a second payload of all shells",
            "[[payload]]\nsource = \"paper\"\n[[payload]]\nsource = \"paper\"\n",
        ),
        (
            "two bandwidths",
            "[[payload]]\nsource = \"paper\"\n[payload.user.down]\nbandwidth_mhz = 250\n\
             total_bandwidth_mhz = 500\nsource = \"paper\"\n",
        ),
        (
            "an antenna that is none",
            "[[payload]]\nsource = \"paper\"\n[payload.user.down]\ntx_antenna = \"arary:gmax=34,n=1.3\"\n\
             source = \"paper\"\n",
        ),
        (
            "an antenna without its gain",
            "[[payload]]\nsource = \"paper\"\n[payload.user.down]\ntx_antenna = \"array:n=1.3\"\n\
             source = \"paper\"\n",
        ),
        (
            "a beam that looks at the nadir",
            "[[payload]]\nsource = \"paper\"\n[payload.user]\nbeam_antenna = \"array:gmax=34,n=1.3,at=nadir\"\n\
             source = \"paper\"\n",
        ),
        (
            "fixed beams without a pattern",
            "[[payload]]\nsource = \"paper\"\n[payload.user]\nfixed_rows = 8\nfixed_columns = 2\n\
             row_spacing_deg = 3\ncolumn_spacing_deg = 40\nsource = \"paper\"\n",
        ),
        (
            "fixed beams without a spacing",
            "[[payload]]\nsource = \"paper\"\n[payload.user]\nfixed_rows = 8\nfixed_columns = 2\n\
             row_spacing_deg = 3\nsource = \"paper\"\n",
        ),
    ] {
        all.of(what, "sample.toml", format!("{TOML}{text}"), "show {}");
    }
}

fn deployment_phases(all: &mut Messages) {
    all.chapter("Constellation definitions: deployment phases");
    let with_default = TOML.replacen("name = \"Sample\"", "name = \"Sample\"\ndefault_phase = \"first\"", 1);
    let first = "[[phase]]\nname = \"first\"\nshells = [\"low\"]\nsource = \"paper\"\n";
    all.of("no default phase", "sample.toml", format!("{TOML}{first}"), "show {}");
    all.of(
        "a default phase that is not there",
        "sample.toml",
        with_default.replace("first", "full") + first,
        "show {}",
    );
    all.of("a phase twice", "sample.toml", format!("{with_default}{first}{first}"), "show {}");
    for (what, from, to) in [
        ("a phase without a name", "name = \"first\"\n", ""),
        ("a phase without shells", "shells = [\"low\"]\n", ""),
        ("planes of no shell", "shells = [\"low\"]", "shells = [\"low\"]\nplanes = 2"),
        ("more planes than there are", "shells = [\"low\"]", "shells = [\"low\"]\nplanes = { low = 4 }"),
        (
            "more satellites than the planes hold",
            "shells = [\"low\"]",
            "shells = [\"low\"]\nplanes = { low = 2 }\nsatellites = { low = 9 }",
        ),
        ("satellites by number", "shells = [\"low\"]", "shells = [\"low\"]\nsatellites = { low = [1, 2] }"),
        ("a mask of a phase beyond the zenith", "source", "service.min_elevation_deg = 95\nsource"),
    ] {
        all.of(what, "sample.toml", format!("{with_default}{}", first.replacen(from, to, 1)), "show {}");
    }
    let other = TOML[TOML.find("[[shell]]").unwrap()..].replace("low", "high");
    let planes = first.replacen("shells = [\"low\"]", "shells = [\"low\"]\nplanes = { high = 1 }", 1);
    let high = first.replace("low", "high").replace("first", "second");
    all.of(
        "a shell that does not fly in the phase",
        "sample.toml",
        format!("{with_default}{other}{first}{high}"),
        "show {} --shells high",
    );
    all.of(
        "planes of a shell that does not fly",
        "sample.toml",
        format!("{with_default}{other}{planes}"),
        "show {}",
    );
}

fn pointed_at(all: &mut Messages) {
    all.chapter("Constellation definitions: catalogues they point at");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.tle"), format!("GOOD\n{ONE}\n{TWO}\n")).unwrap();
    std::fs::write(folder.path().join("bad.tle"), format!("BAD\n{ONE}\n{}9\n", &TWO[..68])).unwrap();
    std::fs::write(folder.path().join("page.tle"), "<html></html>\n").unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    for (what, catalogue) in [
        ("no satellite of that name", "{ file = \"good.tle\", include = [\"STARLINK*\"] }"),
        ("a number that is not in it", "{ file = \"good.tle\", norad_ids = [7] }"),
        ("a number that is none", "{ file = \"good.tle\", norad_ids = [-7] }"),
        ("no file", "{ include = [\"A\"] }"),
        ("no usable satellite", "\"bad.tle\""),
        ("a web page", "\"page.tle\""),
        ("a folder", "\"folder\""),
        ("a number for a file", "7"),
    ] {
        std::fs::write(folder.path().join("s.toml"), format!("name = \"S\"\ncatalogue = {catalogue}\n"))
            .unwrap();
        all.run(what, folder.path(), "show s.toml");
    }
}
