//! A whole definition read, and every way in which one is refused.

use crate::constellation::payload::IslTopology;
use crate::constellation::{Confidence, Constellation, Figure, ReadOptions, ServiceKind, parse};
use crate::diagnostics::TextError;
use crate::input::FileError;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

const SAMPLE: &str = r#"name = "Sample"
operator = "Somebody"
status = "planned"
as_of = 2021-01-31
epoch = "2026-01-01T00:00:00Z"
default_phase = "full"
notes = ["one remark"]

[sources]
filing = "A filing, 2020"
book = "A book, 1999"

[reasons]
planes = "no source gives planes"

[service]
source = "filing"
min_elevation_deg = 10
bands = ["L", "Ka"]

[[shell]]
name = "MEO"
pattern = "walker-delta"
satellites = 24
planes = 3
phasing = 1
altitude_km = 21528
inclination_deg = 55
first_raan_deg = 10.0
source = "filing"
derived.altitude_km = ["book: table 2", "filing"]
assumed.planes = "planes"
assumed.phasing = "any other F would do as well"

[[shell]]
name = "star"
pattern = "walker-star"
satellites = 66
planes = 6
phase_step_deg = 15.1
raan_step_deg = 31.6
altitude_km = 780
inclination_deg = 86.4
source = "filing"

[[satellite]]
name = "G1"
shell = "GEO"
orbit = "geo"
longitude_deg = 140
norad_id = 43683
source = "filing"

[[satellite]]
name = "I1"
shell = "IGSO"
orbit = "igso"
node_longitude_deg = 118
inclination_deg = 55
phase_deg = 120
source = "filing"

[[satellite]]
name = "X"
orbit = "elements"
mean_motion_rev_day = 15.2
inclination_deg = 97.5
raan_deg = 12
mean_anomaly_deg = 20
source = "filing"
confidence = "derived"

[[phase]]
name = "first"
date = "2020"
shells = ["MEO", "GEO"]
planes = { MEO = 2 }
source = "filing"

[[phase]]
name = "thin"
shells = ["star"]
satellites = { star = 10 }
source = "filing"

[[phase]]
name = "full"
shells = ["MEO", "star", "GEO", "IGSO", "X"]

[[payload]]
shells = ["star"]
capacity_gbps_per_satellite = 20
isl = "+grid"
isl_gbps = 10
source = "filing"

[payload.user]
beams = 16

[payload.user.down]
frequency_ghz = 11.7
eirp_dbw = 34.6
"#;

fn read(text: &str, phase: Option<&str>) -> Constellation {
    let options = ReadOptions { phase: phase.map(str::to_owned), shells: Vec::new() };
    parse("sample.toml", text.as_bytes(), &options).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: &str) -> TextError {
    match parse("sample.toml", text.as_bytes(), &ReadOptions::default()) {
        Err(FileError::Text(error)) => *error,
        other => panic!("{other:?}"),
    }
}

/// The error after replacing `from` by `to` in the sample.
fn changed(from: &str, to: &str) -> TextError {
    assert!(SAMPLE.contains(from), "{from}");
    error(&SAMPLE.replacen(from, to, 1))
}

#[test]
fn a_definition_is_read_whole() {
    let sample = read(SAMPLE, None);
    assert_eq!(sample.name, "Sample");
    assert_eq!(sample.as_of.as_deref(), Some("2021-01-31"));
    assert_eq!(sample.phase.as_deref(), Some("full"));
    assert_eq!(sample.min_elevation_deg, Some(10.0));
    assert_eq!(sample.service.bands, ["L", "Ka"]);
    assert_eq!(sample.satellites.len(), 24 + 66 + 3);
    let counts: Vec<(&str, usize)> = sample.shells.iter().map(|s| (s.name.as_str(), s.satellites)).collect();
    assert_eq!(counts, [("MEO", 24), ("star", 66), ("GEO", 1), ("IGSO", 1), ("X", 1)]);
    assert_eq!(sample.shells[0].pattern, "Walker delta 24/3/1");
    let payload = sample.payload_of("star").unwrap();
    assert_eq!(payload.isl.unwrap().topology, IslTopology::PlusGrid);
    let user = payload.user.as_ref().unwrap();
    assert_eq!((user.beams, user.down.as_ref().unwrap().eirp_dbw), (Some(16), Some(34.6)));
    assert_eq!(sample.payload_of("MEO"), None);
}

#[test]
fn a_shell_has_its_altitude_and_walker_steps() {
    let sample = read(SAMPLE, None);
    let meo: Vec<_> = sample.satellites.iter().filter(|s| s.shell == "MEO").collect();
    for satellite in &meo {
        let altitude = satellite.elements.brouwer_semi_major_axis_km() - EARTH_EQUATORIAL_RADIUS_KM;
        assert!((altitude - 21_528.0).abs() < 1e-7);
    }
    assert_eq!(meo[0].name, "MEO P01 S01");
    assert_eq!(meo[0].elements.raan_deg, 10.0);
    assert_eq!((meo[8].elements.raan_deg, meo[8].elements.mean_anomaly_deg), (130.0, 15.0));
    let star: Vec<_> = sample.satellites.iter().filter(|s| s.shell == "star").collect();
    assert!((star[11].elements.raan_deg - 31.6).abs() < 1e-9);
    assert!((star[11].elements.mean_anomaly_deg - 15.1).abs() < 1e-9);
}

#[test]
fn a_payload_has_antennas_and_fixed_beams() {
    let antennas =
        "eirp_dbw = 34.6\ntx_antenna = \"array:gmax=34,n=1.3,at=nadir\"\ntotal_bandwidth_mhz = 500";
    let fixed = "beams = 16\ncolours = 4\nbeam_antenna = \"s1528:gmax=30,psi_b=2,ln=-20\"\nfixed_rows = 16\n\
                 fixed_columns = 1\nrow_spacing_deg = 3\ncolumn_spacing_deg = 40";
    let text = SAMPLE.replacen("eirp_dbw = 34.6", antennas, 1).replacen("beams = 16", fixed, 1);
    let sample = read(&text, None);
    let user = sample.payload_of("star").unwrap().user.as_ref().unwrap();
    assert_eq!(user.fixed.unwrap().row_spacing_deg, 3.0);
    let down = user.down.as_ref().unwrap();
    assert_eq!(down.tx_antenna.unwrap().to_string(), "array:gmax=34,n=1.3,at=nadir");
    assert_eq!(down.total_bandwidth_mhz, Some(500.0));
    assert!(sample.figures.iter().any(|figure| figure.name == "payload (star) user.down: tx_antenna"));
    for (from, to, message) in [
        ("at=nadir", "at=sideways", "tx_antenna: at=sideways: expected an angle"),
        ("total_bandwidth_mhz = 500", "total_bandwidth_mhz = 500\nbandwidth_mhz = 125", "are both given"),
        ("fixed_columns = 1\n", "", "fixed_columns is missing"),
        ("ln=-20\"", "ln=-20,at=nadir\"", "about its own axis"),
        ("beam_antenna = \"s1528:gmax=30,psi_b=2,ln=-20\"\n", "", "beam_antenna is missing"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = error(&text.replacen(from, to, 1)).to_string();
        assert!(error.contains(message), "{message}: {error}");
    }
}

#[test]
fn every_figure_has_its_confidence_and_source() {
    let sample = read(SAMPLE, None);
    let figure = |name: &str| sample.figures.iter().find(|figure| figure.name == name).unwrap();
    let altitude = figure("shell MEO: altitude_km");
    assert_eq!((altitude.value.as_str(), altitude.confidence), ("21528", Confidence::Derived));
    assert_eq!(altitude.source, "A book, 1999 (table 2); A filing, 2020");
    assert_eq!(figure("shell MEO: planes").source, "no source gives planes");
    assert_eq!(figure("shell MEO: planes").confidence, Confidence::Assumed);
    assert_eq!(figure("shell MEO: inclination_deg").source, "A filing, 2020");
    assert_eq!(figure("satellite X: raan_deg").confidence, Confidence::Derived);
    assert_eq!(figure("service: bands").value, "L, Ka");
    assert_eq!(figure("payload (star) user.down: eirp_dbw").source, "A filing, 2020");
    assert!(figure("shell MEO: eccentricity").is_default());
    assert!(sample.figures.iter().all(|figure| !figure.source.is_empty()));
    let defaults = sample.figures.iter().filter(|figure| figure.is_default()).count();
    assert_eq!(sample.assumed_count(), defaults + 2);
}

#[test]
fn phases_take_whole_shells_planes_or_evenly_spread_satellites() {
    let first = read(SAMPLE, Some("first"));
    assert_eq!(first.satellites.len(), 16 + 1);
    assert_eq!(first.phase.as_deref(), Some("first"));
    assert_eq!((first.shells[0].satellites, first.shells[0].designed), (16, 24));
    assert!(first.figures.iter().any(|figure| figure.name == "phase first: planes.MEO"));
    assert!(!first.figures.iter().any(|figure| figure.name.starts_with("shell star")));
    let counts: Vec<usize> = first.phases.iter().map(|phase| phase.satellites).collect();
    assert_eq!(counts, [17, 10, 93]);
    assert_eq!(read(SAMPLE, Some("thin")).satellites.len(), 10);
    let by_number = SAMPLE.replacen("{ MEO = 2 }", "{ MEO = [1, 3] }", 1);
    let nodes: Vec<f64> =
        read(&by_number, Some("first")).satellites.iter().map(|s| s.elements.raan_deg).collect();
    assert!(nodes[..16].iter().all(|raan| [10.0, 250.0].contains(raan)), "{nodes:?}");
}

/// What a phase gives of the service stands in the place of the file's, with its own source; the rest stays.
#[test]
fn a_phase_may_have_a_service_of_its_own() {
    let own = r#"satellites = { star = 10 }
source = "filing"
[phase.service]
min_elevation_deg = 25
kind = "messages"
assumed.min_elevation_deg = "no source gives that of the thin phase""#;
    let text = SAMPLE.replacen("satellites = { star = 10 }\nsource = \"filing\"", own, 1);
    let (file, thin) = (read(&text, Some("full")), read(&text, Some("thin")));
    assert_eq!((file.min_elevation_deg, thin.min_elevation_deg), (Some(10.0), Some(25.0)));
    assert_eq!(thin.service.min_elevation_deg, Some(25.0));
    assert_eq!(thin.service.kind, ServiceKind::Messages);
    assert_eq!(thin.service.bands, file.service.bands);
    let masks = |constellation: &Constellation| -> Vec<Figure> {
        let named = |figure: &&Figure| figure.name == "service: min_elevation_deg";
        constellation.figures.iter().filter(named).cloned().collect()
    };
    let [stated] = &masks(&file)[..] else { panic!("one mask") };
    assert_eq!((stated.value.as_str(), stated.confidence), ("10", Confidence::Stated));
    let [assumed] = &masks(&thin)[..] else { panic!("one mask") };
    assert_eq!((assumed.value.as_str(), assumed.confidence), ("25", Confidence::Assumed));
    assert!(assumed.source.contains("thin phase"));
    let error = error(&text.replace("kind = \"messages\"", "mask = 5")).to_string();
    assert!(error.contains("unknown field 'mask' in [phase.service]"), "{error}");
}

#[test]
fn unknown_phase_and_shell_are_listed() {
    let options = |phase: Option<&str>, shell: Option<&str>| ReadOptions {
        phase: phase.map(str::to_owned),
        shells: shell.map(str::to_owned).into_iter().collect(),
    };
    for (options, message, help) in [
        (
            options(Some("ful"), None),
            "no deployment phase 'ful'",
            "did you mean 'full'? Known: first, thin, full",
        ),
        (options(None, Some("LEO")), "no shell 'LEO'", "MEO, star, GEO, IGSO, X"),
    ] {
        let error = parse("sample.toml", SAMPLE.as_bytes(), &options).unwrap_err().to_string();
        assert!(error.contains(message) && error.contains(help), "{error}");
    }
    let only = parse("sample.toml", SAMPLE.as_bytes(), &options(None, Some("MEO"))).unwrap();
    assert_eq!(only.satellites.len(), 24);
}

#[test]
fn faults_are_told_with_line_column_and_help() {
    let mut wrong = Vec::new();
    for (from, to, place, message, help) in [
        (
            "altitude_km = 21528",
            "altitud_km = 21528",
            (27, 1),
            "unknown field 'altitud_km' in [[shell]]",
            "did you mean 'altitude_km'",
        ),
        (
            "altitude_km = 21528",
            "altitude_m = 21528000",
            (27, 1),
            "unknown field 'altitude_m'",
            "did you mean 'altitude_km'",
        ),
        (
            "altitude_km = 21528",
            "altitude_km = \"21528\"",
            (27, 15),
            "altitude_km is a text, expected a number of kilometres",
            "write altitude_km = 21528 without quotes",
        ),
        (
            "altitude_km = 21528",
            "altitude_km = \"21528 km\"",
            (27, 15),
            "altitude_km is a text",
            "the unit is that of the field's name",
        ),
        (
            "altitude_km = 21528",
            "altitude_km = 21528000",
            (27, 15),
            "altitude_km is 21528000, expected 100 to 400000 kilometres",
            "",
        ),
        ("altitude_km = 21528", "altitude_km = nan", (27, 15), "altitude_km is nan", ""),
        (
            "planes = 3",
            "planes = 5",
            (25, 10),
            "24 satellites cannot be shared evenly by 5 planes",
            "24 divides into 1, 2, 3, 4, 6, 8, 12, 24 planes",
        ),
        ("planes = 3", "planes = 3.0", (25, 10), "expected a whole number", ""),
        ("planes = 3", "planes = 0", (25, 10), "planes is 0, expected 1 to", ""),
        (
            "first_raan_deg = 10.0",
            "eccentricity = 1.2",
            (29, 16),
            "eccentricity is 1.2, expected 0 to below 1",
            "",
        ),
        (
            "inclination_deg = 55",
            "inclination_deg = -5",
            (28, 19),
            "inclination_deg is -5, expected 0 to 180 degrees",
            "",
        ),
        (
            "min_elevation_deg = 10",
            "min_elevation_deg = -5",
            (18, 21),
            "min_elevation_deg is -5, expected 0 to below 90 degrees",
            "",
        ),
        (
            "min_elevation_deg = 10",
            "min_elevation_deg = 95",
            (18, 21),
            "min_elevation_deg is 95, expected 0 to below 90",
            "",
        ),
        (
            "pattern = \"walker-delta\"",
            "pattern = \"walker\"",
            (23, 11),
            "pattern 'walker' is not known",
            "walker-star",
        ),
        ("phasing = 1\n", "", (21, 1), "phasing is missing in [[shell]]", "phase_step_deg"),
        ("phasing = 1\n", "phasing = 1\nphase_step_deg = 15\n", (27, 18), "only one of phasing", ""),
        ("source = \"filing\"\nderived", "derived", (23, 11), "pattern has no source", "assumed.pattern"),
        (
            "\"planes\"\n",
            "\"plains\"\n",
            (32, 18),
            "'plains' is neither a reason in words nor a key of [reasons]",
            "did you mean 'planes'",
        ),
        (
            "[\"book: table 2\"",
            "[\"buch: table 2\"",
            (31, 24),
            "'buch' is not a key of [sources]",
            "known: book, filing",
        ),
        (
            "assumed.planes",
            "assumed.plane",
            (32, 9),
            "a source for 'plane', but [[shell]] has no such figure",
            "did you mean 'planes'",
        ),
        ("assumed.planes", "assumed.altitude_km", (32, 9), "altitude_km has two sources", ""),
        (
            "shells = [\"MEO\", \"GEO\"]",
            "shells = [\"MEO\", \"GE0\"]",
            (76, 18),
            "no shell is named 'GE0'",
            "did you mean 'GEO'",
        ),
        ("{ MEO = 2 }", "{ MEO = 4 }", (77, 18), "shell 'MEO' has 3 planes, not 4", ""),
        ("{ MEO = 2 }", "{ star = 2 }", (77, 12), "'star' is not among the shells of this phase", ""),
        (
            "default_phase = \"full\"\n",
            "",
            (73, 8),
            "a file with phases needs a default_phase",
            "default_phase = \"first\"",
        ),
        (
            "default_phase = \"full\"",
            "default_phase = \"fool\"",
            (6, 17),
            "no [[phase]] is named 'fool'",
            "did you mean 'full'",
        ),
        ("name = \"star\"", "name = \"MEO\"", (36, 8), "a second shell named 'MEO'", ""),
        ("epoch = \"2026-01-01T00:00:00Z\"", "epoch = \"soon\"", (5, 9), "'soon' is not a UTC instant", ""),
        ("epoch = \"2026-01-01T00:00:00Z\"\n", "", (1, 1), "epoch is missing", "write epoch"),
        ("name = \"Sample\"\n", "", (1, 1), "name is missing", "begin with name"),
        ("longitude_deg = 140", "longitude_deg = 540", (50, 17), "longitude_deg is 540", ""),
        (
            "longitude_deg = 140",
            "longitude_deg = 140\nraan_deg = 3",
            (51, 1),
            "'raan_deg' has no meaning in this [[satellite]]",
            "longitude_deg",
        ),
        ("orbit = \"geo\"", "orbit = \"leo\"", (49, 9), "orbit 'leo' is not known", "geo"),
        (
            "mean_motion_rev_day = 15.2",
            "mean_motion_rev_day = 0",
            (66, 23),
            "mean_motion_rev_day is 0, expected above 0 and up to 18",
            "",
        ),
        ("mean_motion_rev_day = 15.2", "mean_motion_rev_day = 17.9", (63, 1), "no orbit: perigee", ""),
        ("name = \"Sample\"", "name = ", (1, 8), "not valid TOML", ""),
        (
            "mean_motion_rev_day = 15.2",
            "mean_motion_rev_day = 15,2",
            (66, 25),
            "not valid TOML",
            "numbers have a decimal point, and nothing between thousands: write 15.2",
        ),
        ("[service]", "[service", (16, 9), "not valid TOML", ""),
    ] {
        let error = changed(from, to);
        let fits = (error.line, error.column) == place
            && error.message.contains(message)
            && error.help.as_deref().unwrap_or_default().contains(help);
        if !fits {
            wrong.push(format!("{to}: expected {message} at {place:?}\n{error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_without_content_are_refused() {
    assert!(error("").message.contains("empty"));
    assert!(error("# nothing\n").message.contains("name is missing"));
    let bare = error("name = \"x\"\n");
    assert!(bare.message.contains("a satellite is missing"), "{bare}");
    let latin = parse("x.toml", b"name = \"\xe9\"\n", &ReadOptions::default()).unwrap_err().to_string();
    assert!(latin.contains("not UTF-8") && latin.contains("x.toml:1:9"), "{latin}");
}

/// Kinds of values, lists, doubles and what is missing: each is told where it stands.
#[test]
fn values_of_the_wrong_kind_are_told_at_their_place() {
    let mut wrong = Vec::new();
    // What is replaced, by what, the text in it that is marked, the message, a part of the help.
    for (from, to, marked, message, help) in [
        (
            "confidence = \"derived\"",
            "confidence = \"sure\"",
            "\"sure\"",
            "must be stated, derived or assumed",
            "",
        ),
        (
            "source = \"filing\"\nconfidence = \"derived\"",
            "confidence = \"derived\"",
            "\"derived\"",
            "confidence without a source",
            "add source = ",
        ),
        (
            "derived.altitude_km = [\"book: table 2\", \"filing\"]",
            "derived = 5",
            "5",
            "derived must name a figure",
            "write derived.altitude_km",
        ),
        ("{ star = 10 }", "{ star = [3, 4] }", "3", "satellites.star must be a number", "spread evenly"),
        ("{ MEO = 2 }", "2", "2", "planes is a number, expected a table such as", ""),
        ("{ MEO = 2 }", "{ MEO = [3, 1, 3] }", "3", "planes.MEO names plane 3 twice", "planes.MEO = 3"),
        ("{ MEO = 2 }", "{ MEO = [] }", "MEO", "planes.MEO is an empty list", "for all of them"),
        (
            "shells = [\"star\"]\ncapacity",
            "shells = [\"str\"]\ncapacity",
            "\"str\"",
            "no shell is named 'str'",
            "star",
        ),
        (
            "mean_anomaly_deg = 20",
            "epoch = \"2026-13-01\"\nmean_anomaly_deg = 20",
            "\"2026-13-01\"",
            "2026-13-01",
            "",
        ),
        (
            "mean_anomaly_deg = 20",
            "mean_anomaly_deg = 20\nargument_of_latitude_deg = 50",
            "50",
            "mean_anomaly_deg or argument_of_latitude_deg, not both",
            "",
        ),
        (
            "mean_motion_rev_day = 15.2\n",
            "",
            "[[satellite]]",
            "altitude_km is missing",
            "semi_major_axis_km or mean_motion",
        ),
        (
            "mean_motion_rev_day = 15.2",
            "mean_motion_rev_day = 15.2\naltitude_km = 500",
            "15.2",
            "only one of altitude_km, semi_major_axis_km and mean_motion_rev_day",
            "",
        ),
        ("name = \"X\"", "name = \" \"", "\" \"", "name is empty, expected a text", ""),
        ("name = \"X\"", "name = 7", "7", "name is a number, expected a text", ""),
        ("[\"L\", \"Ka\"]", "[\"L\", 9]", "9", "an entry of bands is a number, expected a text", ""),
        ("[\"L\", \"Ka\"]", "[\"L\", \"\"]", "\"\"", "an entry of bands is empty, expected a text", ""),
        ("min_elevation_deg = 10", "min_elevation_deg = true", "true", "is true or false, expected", ""),
        ("min_elevation_deg = 10", "min_elevation_deg = 2020-01-01", "2020-01-01", "is a date, expected", ""),
        ("min_elevation_deg = 10", "min_elevation_deg = [10]", "[10]", "is a list, expected", ""),
        ("min_elevation_deg = 10", "min_elevation_deg = { a = 1 }", "{ a = 1 }", "is a table, expected", ""),
        ("phasing = 1", "plane_phases_deg = []", "[]", "plane_phases_deg is an empty list", ""),
        (
            "phasing = 1",
            "plane_phases_deg = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
            "plane_phases_deg has 10 entries for",
            "one phase a plane",
        ),
        ("phasing = 1", "plane_phases_deg = 5", "5", "is a number, expected a list of numbers", ""),
        ("phasing = 1", "phasing = 1\nlaunch_order = [1.5]", "[1.5]", "1.5 is no number of a plane", ""),
        (
            "raan_step_deg = 31.6",
            "raan_spread_deg = 180\nraan_step_deg = 31.6",
            "31.6",
            "give raan_spread_deg or raan_step_deg, not both",
            "",
        ),
    ] {
        let text = SAMPLE.replacen(from, to, 1);
        let error = error(&text);
        let line = text.lines().nth(error.line.wrapping_sub(1)).unwrap_or_default();
        let at: String = line.chars().skip(error.column.wrapping_sub(1)).collect();
        let fits = at.starts_with(marked)
            && error.message.contains(message)
            && error.help.as_deref().unwrap_or_default().contains(help);
        if !SAMPLE.contains(from) || !fits {
            wrong.push(format!("{to}: expected {message} at {marked}\n{error}"));
        }
    }
    for (line, message) in [
        ("sources = 3", "sources must be a table of texts, headed [sources]"),
        ("shell = 5", "shell is a number, expected a list of tables, each headed [[shell]]"),
        ("shell = [5]", "an entry of shell is a number, expected a table"),
        ("service = 5", "service is a number, expected a table headed [service]"),
    ] {
        let error = error(&format!("name = \"x\"\n{line}\n"));
        if error.line != 2 || !error.message.contains(message) {
            wrong.push(format!("{line}: expected {message}\n{error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same orbit by its axis as by its altitude, the same planes by their spread as by their step.
#[test]
fn figures_that_say_the_same_make_the_same_orbits() {
    let elements = |to: &str| {
        let changed = read(&SAMPLE.replace("mean_motion_rev_day = 15.2", to), None);
        changed.satellites.iter().find(|own| own.name == "X").unwrap().elements
    };
    let axis_km = 500.0 + EARTH_EQUATORIAL_RADIUS_KM;
    let by_axis = elements(&format!("semi_major_axis_km = {axis_km}"));
    assert_eq!(by_axis, elements("altitude_km = 500"));
    let of_its_own = elements("altitude_km = 500\nepoch = 2026-02-03T04:05:06Z");
    assert_eq!(of_its_own.epoch.to_string(), "2026-02-03T04:05:06.000Z");
    assert_eq!((of_its_own.mean_motion_rev_day, of_its_own.raan_deg), (by_axis.mean_motion_rev_day, 12.0));

    let by_step = read(SAMPLE, None);
    let by_spread = read(&SAMPLE.replace("raan_step_deg = 31.6", "raan_spread_deg = 189.6"), None);
    assert_eq!(by_step.satellites.len(), by_spread.satellites.len());
    for (one, other) in by_step.satellites.iter().zip(&by_spread.satellites) {
        assert!((one.elements.raan_deg - other.elements.raan_deg).abs() < 1e-9, "{one:?} {other:?}");
    }
}

/// Walker patterns are even in time and told by mean anomalies; slots and satellites are where they are said to be.
#[test]
fn a_walker_pattern_counts_mean_anomaly_and_a_slot_the_true_one() {
    let orbit = "altitude_km = 7000\ninclination_deg = 63\neccentricity = 0.3\nargument_of_perigee_deg = 30\n\
                 source = \"s\"\n";
    let text = format!(
        "name = \"E\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n\
         [[shell]]\nname = \"W\"\npattern = \"walker-delta\"\nsatellites = 3\nplanes = 1\nfirst_anomaly_deg = 100\n{orbit}\
         [[shell]]\nname = \"S\"\npattern = \"slots\"\n\
         slots = [{{ name = \"A\", raan_deg = 0, argument_of_latitude_deg = 100 }}]\n{orbit}\
         [[satellite]]\nname = \"B\"\norbit = \"elements\"\nraan_deg = 0\nargument_of_latitude_deg = 100\n{orbit}"
    );
    let read = read(&text, None);
    let mean: Vec<f64> = read.satellites.iter().map(|one| one.elements.mean_anomaly_deg).collect();
    for (got, expected) in mean[..3].iter().zip([70.0, 190.0, 310.0]) {
        assert!((got - expected).abs() < 1e-9, "{mean:?}");
    }
    // tan(E/2) = sqrt(0.7/1.3) tan(35°), M = E - 0.3 sin E.
    let eccentric = 2.0 * ((0.7f64 / 1.3).sqrt() * 35f64.to_radians().tan()).atan();
    let expected = (eccentric - 0.3 * eccentric.sin()).to_degrees();
    assert!((mean[3] - expected).abs() < 1e-9 && (mean[4] - expected).abs() < 1e-9, "{mean:?} {expected}");
}

/// Nodes no longer tell the planes that have drifted wide.
#[test]
fn slots_may_name_their_planes() {
    let of = |planes: [&str; 3]| {
        let slots = planes.map(|plane| {
            format!("{{ name = \"A\", {plane}raan_deg = {}, argument_of_latitude_deg = 9 }}", plane.len())
        });
        format!(
            "name = \"E\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"S\"\n\
             pattern = \"slots\"\nslots = [{}]\naltitude_km = 7000\ninclination_deg = 63\nsource = \"s\"\n",
            slots.join(", ")
        )
    };
    let two = read(&of(["plane = 2, ", "plane = 1, ", "plane = 2,  "]), None);
    assert_eq!(
        (two.shells[0].plane_of.as_slice(), two.shells[0].pattern.as_str()),
        (&[1, 0, 1][..], "3 slots on 2 planes")
    );
    let none = read(&of([""; 3]), None);
    assert_eq!(none.shells[0].plane_of, [0; 3]);
    for (planes, expected) in [
        (["plane = 1, ", "", ""], "some slots of this shell name their planes, and others do not"),
        (["", "plane = 1, ", ""], "some slots of this shell name their planes, and others do not"),
        (["plane = 1, ", "plane = 3, ", "plane = 1, "], "there is a plane 3 and no plane 2"),
        (["plane = 1.5, ", "plane = 1, ", "plane = 1, "], "plane is 1.5, expected a whole number"),
        (["plane = 0, ", "plane = 1, ", "plane = 1, "], "plane is 0"),
    ] {
        let error = parse("e.toml", of(planes).as_bytes(), &ReadOptions::default());
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("e.toml:8:"), "{error}");
    }
}

/// 30 satellites of planes that hold 20 were 13: numbers of an even spread came twice.
#[test]
fn a_phase_keeps_no_more_satellites_than_its_planes_hold() {
    let of = |count: u32| {
        SAMPLE.replacen(
            "planes = { MEO = 2 }",
            &format!("planes = {{ MEO = 2 }}\nsatellites = {{ MEO = {count} }}"),
            1,
        )
    };
    for count in [1, 10, 16] {
        let read = read(&of(count), Some("first"));
        assert_eq!(read.satellites.iter().filter(|one| one.shell == "MEO").count(), count as usize);
        assert_eq!(read.phases[0].satellites, count as usize + 1, "with that of GEO");
    }
    let error = error(&of(17));
    assert_eq!(
        error.message,
        "the 2 planes of shell 'MEO' that fly in this phase hold 16 satellites, not 17"
    );
    assert!(error.to_string().contains("satellites = { MEO = 17 }"), "{error}");
}

/// Three planes of a shell with ten satellites beside them were plane 1 and two of those.
#[test]
fn a_satellite_that_is_put_into_a_shell_is_none_of_its_planes_and_flies_with_them() {
    let single = |name: &str| {
        format!(
            "[[satellite]]\nname = \"{name}\"\nshell = \"MEO\"\norbit = \"geo\"\nlongitude_deg = 5\nsource = \"filing\"\n"
        )
    };
    let with = |planes: &str| SAMPLE.replacen("{ MEO = 2 }", planes, 1) + &single("S1") + &single("S2");
    for (planes, own) in [("{ MEO = 3 }", 24), ("{ MEO = 2 }", 16), ("{ MEO = [3] }", 8)] {
        let read = read(&with(planes), Some("first"));
        let shell = &read.shells[0];
        assert_eq!((shell.planes, shell.satellites, shell.designed), (3, own + 2, 26), "{planes}");
        assert_eq!(shell.plane_of.iter().filter(|&&plane| plane < 3).count(), own, "{planes}");
        assert_eq!(read.phases[0].satellites, own + 2 + 1, "with that of GEO");
    }
    for wrong in ["{ MEO = 4 }", "{ MEO = [1, 4] }"] {
        let error = error(&with(wrong));
        assert_eq!(error.message, "shell 'MEO' has 3 planes, not 4");
        assert!(error.help.unwrap().contains("flies with the shell, whatever its planes"), "{wrong}");
    }
    // They are satellites of the shell.
    let more = error(&with("{ MEO = 2 }\nsatellites = { MEO = 27 }"));
    assert_eq!((more.message.as_str(), &more.help), ("shell 'MEO' has 26 satellites, not 27", &None));
    let error = error(&with("{ MEO = 2 }\nsatellites = { MEO = 19 }"));
    assert!(
        error.message.starts_with("the 2 planes and 2 single satellites of shell 'MEO'"),
        "{}",
        error.message
    );
}

/// The first payload without shells was that of all, also of shells that a second one named.
#[test]
fn a_shell_carries_the_payload_that_names_it() {
    let payload = |lines: &str| format!("[[payload]]\n{lines}\nsource = \"filing\"\n\n");
    let (head, tail) = SAMPLE.split_at(SAMPLE.find("[[payload]]").unwrap());
    let all = payload("capacity_gbps_per_satellite = 1");
    for text in [format!("{head}{all}{tail}"), format!("{SAMPLE}\n{all}")] {
        let read = read(&text, None);
        let carried = |shell: &str| read.payload_of(shell).unwrap().capacity_gbps_per_satellite;
        assert_eq!((carried("star"), carried("MEO"), carried("X")), (Some(20.0), Some(1.0), Some(1.0)));
    }
    assert!(read(SAMPLE, None).payload_of("MEO").is_none());
    // Both lines are told: the one that is marked, and the one before.
    let lines = head.lines().count();
    let twice = error(&format!("{SAMPLE}\n{}", payload("shells = [\"MEO\", \"star\"]")));
    assert_eq!(twice.message, format!("a second payload for shell 'star': line {} gives it one", lines + 2));
    let within = changed("shells = [\"star\"]\ncapacity", "shells = [\"star\", \"star\"]\ncapacity");
    assert_eq!(within.message, "shells names 'star' twice");
    assert_eq!(twice.line, SAMPLE.lines().count() + 3);
    let twice = error(&format!("{head}{all}{all}{tail}"));
    assert_eq!(
        twice.message,
        format!("a second payload for all shells: that of line {} names none either", lines + 1)
    );
    assert_eq!(twice.line, lines + 5);
}

/// Figures of all payloads were listed under the same words, and only the first was compared.
#[test]
fn figures_of_several_payloads_are_listed_under_their_own() {
    let second = "[[payload]]\nname = \"big\"\nshells = [\"MEO\"]\nsource = \"filing\"\nuser.down.capacity_gbps = 3\n\
                  [[payload]]\nsource = \"filing\"\nuser.beams = 4\n";
    let read = read(&format!("{SAMPLE}\n{second}"), None);
    for name in [
        "payload (star): capacity_gbps_per_satellite",
        "payload (star) user: beams",
        "payload (star) user.down: eirp_dbw",
        "payload big (MEO) user.down: capacity_gbps",
        "payload user: beams",
    ] {
        assert_eq!(
            read.figures.iter().filter(|figure| figure.name == name).count(),
            1,
            "{name}: {:?}",
            read.figures
        );
    }
}

#[test]
fn a_rate_of_links_wants_links() {
    for (from, to, message) in [
        ("isl = \"+grid\"\n", "", "isl_gbps without isl, which says what links there are"),
        ("isl = \"+grid\"\n", "isl = \"none\"\n", "isl_gbps beside isl = \"none\""),
    ] {
        let error = changed(from, to);
        assert_eq!(error.message, message);
        assert!(error.to_string().contains("isl_gbps = 10"), "{error}");
        assert!(error.help.as_deref().unwrap().contains("write isl = \"ring\" or \"+grid\""));
    }
    assert!(read(&SAMPLE.replace("isl_gbps = 10\n", ""), None).payloads[0].isl.is_some());
}

/// 0, 360 and −0 were three nodes.
#[test]
fn a_node_written_in_several_ways_is_one_plane() {
    let slots: Vec<String> = ["0", "360", "-0.0", "-360", "-90", "270"]
        .iter()
        .map(|raan| format!("{{ name = \"A\", raan_deg = {raan}, argument_of_latitude_deg = 9 }}"))
        .collect();
    let text = format!(
        "name = \"E\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"S\"\n\
         pattern = \"slots\"\nslots = [{}]\naltitude_km = 7000\ninclination_deg = 63\nsource = \"s\"\n",
        slots.join(", ")
    );
    let read = read(&text, None);
    assert_eq!(read.shells[0].plane_of, [0, 0, 0, 0, 1, 1]);
    assert_eq!(read.shells[0].pattern, "6 slots on 2 planes");
}

#[test]
fn a_catalogue_number_is_whole() {
    let error = changed("norad_id = 43683", "norad_id = 43683.5");
    assert_eq!(error.message, "norad_id is 43683.5, expected a whole number");
    let error = changed("norad_id = 43683", "norad_id = 0");
    assert_eq!(error.message, "norad_id is 0, expected 1 to 999999999 as a catalogue number");
    assert_eq!(read(SAMPLE, None).satellites.iter().find_map(|one| one.norad_id), Some(43683));
}

#[test]
fn a_shell_of_another_phase_is_told_as_such() {
    let refused = |shell: &str| {
        let options = ReadOptions { phase: Some("first".to_owned()), shells: vec![shell.to_owned()] };
        parse("sample.toml", SAMPLE.as_bytes(), &options).unwrap_err().to_string()
    };
    let star = refused("star");
    assert!(star.contains("shell 'star' does not fly in phase 'first'"), "{star}");
    assert!(star.contains("phases in which it flies: thin, full"), "{star}");
    let none = refused("sta");
    assert!(none.contains("there is no shell 'sta'"), "{none}");
}

/// Such a shell flew through the ground, and nothing was said.
#[test]
fn a_perigee_below_the_air_is_warned_of() {
    let with = |lines: &str| read(&SAMPLE.replace("altitude_km = 780\n", lines), None).warnings;
    assert!(with("altitude_km = 780\n").is_empty());
    // Just as high as a circle may be.
    assert!(with("altitude_km = 100\n").is_empty());
    let low = with("altitude_km = 500\neccentricity = 0.08\n");
    assert_eq!(
        low,
        [
            "the perigee of star is at -50 km, under the ground, and orbits stay up from 100 km on: raise the altitude or \
          lower the eccentricity"
        ]
    );
    let above = with("altitude_km = 500\neccentricity = 0.06\n");
    assert!(above[0].starts_with("the perigee of star is at 87 km, and orbits"), "{above:?}");
    let satellite = read(
        &SAMPLE.replace(
            "mean_motion_rev_day = 15.2",
            "mean_motion_rev_day = 15.2\neccentricity = 0.06\nargument_of_perigee_deg = 0",
        ),
        None,
    );
    assert!(satellite.warnings[0].starts_with("the perigee of X is at"), "{:?}", satellite.warnings);
    // The shell that it is put into is none of it.
    let low = "name = \"X\"\nshell = \"MEO\"\norbit = \"elements\"\neccentricity = 0.06\nargument_of_perigee_deg = 0";
    let within = SAMPLE.replace("name = \"X\"\norbit = \"elements\"", low).replace(", \"X\"]", "]");
    let within = read(&within, None).warnings;
    assert!(within.len() == 1 && within[0].starts_with("the perigee of X is at"), "{within:?}");
    // Where it does not fly, nothing is wrong.
    let first = read(
        &SAMPLE.replace("altitude_km = 780\n", "altitude_km = 500\neccentricity = 0.08\n"),
        Some("first"),
    );
    assert!(first.warnings.is_empty(), "{:?}", first.warnings);
}

#[test]
fn a_layout_tells_the_satellites_that_stand_beside_it() {
    let layout = |text: &str, shell: &str| {
        let read = read(text, None);
        read.shells.iter().find(|own| own.name == shell).unwrap().pattern.clone()
    };
    let into = |shell: &str| {
        SAMPLE
            .replace("name = \"X\"\n", &format!("name = \"X\"\nshell = \"{shell}\"\n"))
            .replace(", \"X\"]", "]")
    };
    assert_eq!(layout(&into("MEO"), "MEO"), "Walker delta 24/3/1 and a single satellite");
    assert_eq!(layout(&into("GEO"), "GEO"), "GEO, single satellites");
    assert_eq!(layout(&into("IGSO"), "GEO"), "GEO");
    let two = into("MEO")
        .replace("shell = \"GEO\"", "shell = \"MEO\"")
        .replace("\"GEO\", ", "")
        .replace(", \"GEO\"", "");
    assert_eq!(layout(&two, "MEO"), "Walker delta 24/3/1 and 2 single satellites");
}
