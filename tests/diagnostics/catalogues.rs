//! Catalogues of elements and almanacs.

use super::{Messages, OMM, ONE, TWO, YUMA};

pub fn catalogues(all: &mut Messages) {
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
    all.of(
        "a field shifted by a column",
        "a.tle",
        format!("A\n{ONE}\n2 00005 34.2682 348.7242 1859667 331.7664  19.3264 10.82419157 413667\n"),
        "show {}",
    );
    all.of(
        "an epoch with a blank in it",
        "a.tle",
        format!("A\n1 00005U 58002B   001 9.78495062  .00000023  00000-0  28098-4 0  4756\n{TWO}\n"),
        "show {}",
    );
    all.of("two numbers", "a.tle", format!("A\n{ONE}\n2 00006{}8\n", &TWO[7..68]), "show {}");
    all.of("OMM CSV with a column twice", "a.csv", OMM.replace("EPOCH", "EPOCH,EPOCH"), "show {}");
    all.of("OMM JSON with a keyword twice", "a.json", "[{\"EPOCH\": 1, \"EPOCH\": 2}]", "show {}");
    all.of("JSON of something else", "a.json", "{\"error\": \"rate limited\"}", "show {}");
    all.of("a catalogue has no shells", "a.tle", format!("{ONE}\n{TWO}\n"), "show {} --shells high");
    all.of("no shell to be found", "a.tle", format!("{ONE}\n{TWO}\n"), "infer {} --output found.toml");
    all.of("planes of a catalogue", "a.tle", format!("{ONE}\n{TWO}\n"), "phases {} --start 2026-01-01");
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

    columns_of_tle(all);
    fields_of_omm(all);
    blocks_of_yuma(all);
}

fn columns_of_tle(all: &mut Messages) {
    all.chapter("Catalogues: what a column of a TLE cannot be");
    let spliced = |line: &str, at: usize, text: &str| {
        let line = format!("{}{text}{}", &line[..at - 1], &line[at - 1 + text.len()..68]);
        let sum: u32 = line
            .bytes()
            .map(|byte| if byte == b'-' { 1 } else { (byte as char).to_digit(10).unwrap_or(0) })
            .sum();
        format!("{line}{}", sum % 10)
    };
    for (what, at, text) in [
        ("no catalogue number", 3, "     "),
        ("a catalogue number with a letter that is not used", 3, "I0005"),
        ("no epoch", 19, "              "),
        ("an epoch that is none", 19, "JANUARY"),
        ("a day that is none", 19, "00367"),
        ("a drag term that is none", 54, " .1E+5.0"),
        ("SGP4-XP", 63, "4"),
        ("an ephemeris type that is none", 63, "X"),
    ] {
        all.of(what, "a.tle", format!("A\n{}\n{TWO}\n", spliced(ONE, at, text)), "show {} --strict");
    }
    for (what, at, text) in [
        ("an inclination beyond 180 degrees", 9, "190.0000"),
        ("a node that is no angle", 18, "748.0000"),
        ("a node that is no number", 18, "north   "),
        ("no eccentricity", 27, "       "),
        ("an eccentricity with a point", 27, "0.18596"),
        ("a mean motion of zero", 53, " 0.00000000"),
        ("an orbit beyond the Earth", 53, " 0.00100000"),
        ("a satellite under the ground", 53, "19.00000000"),
    ] {
        all.of(what, "a.tle", format!("A\n{ONE}\n{}\n", spliced(TWO, at, text)), "show {} --strict");
    }
    all.of("a line cut short", "a.tle", format!("A\n{}\n{TWO}\n", &ONE[..60]), "show {} --strict");
    all.of("a line too long", "a.tle", format!("A\n{ONE}77\n{TWO}\n"), "show {} --strict");
    all.of(
        "a checksum that is no digit",
        "a.tle",
        format!("A\n{}X\n{TWO}\n", &ONE[..68]),
        "show {} --strict",
    );
}

fn fields_of_omm(all: &mut Messages) {
    all.chapter("Catalogues: what a field of an OMM cannot be");
    for (what, from, to) in [
        ("an epoch that is none", "2026-01-01T00:00:00", "yesterday"),
        ("no epoch", "2026-01-01T00:00:00", ""),
        ("an eccentricity of one", "0.001", "1.0"),
        ("no number at all", ",53,", ",nan,"),
        ("a number beyond nine digits", ",7\n", ",1234567890\n"),
        ("a value too many", ",7\n", ",7,8\n"),
    ] {
        let row = "A,2026-01-01T00:00:00,15,0.001,53,0,0,0,7\n".replace(from, to);
        all.of(what, "a.csv", format!("{OMM}{row}"), "show {} --strict");
    }
    all.of(
        "OMM JSON with a list for a number",
        "a.json",
        "[{\"OBJECT_NAME\": \"A\", \"EPOCH\": [1]}]",
        "show {} --strict",
    );
    all.of(
        "OMM JSON of other keywords",
        "a.json",
        "[{\"EPOCH\": \"2026-01-01\"}, {\"name\": \"A\"}]",
        "show {} --strict",
    );
    all.of("OMM XML, a tag that is not closed", "a.xml", "<ndm><omm></omm>\n", "show {}");
    all.of("OMM KVN with a line that is none", "a.kvn", "CCSDS_OMM_VERS = 2.0\nOBJECT_NAME A\n", "show {}");
    for (what, start) in [
        ("a zip archive", &b"PK\x03\x04"[..]),
        ("a bzip2 archive", b"BZh91AY&SY"),
        ("a zstd archive", b"\x28\xb5\x2f\xfd"),
        ("a 7z archive", b"7z\xbc\xaf\x27\x1c"),
        ("a PDF", b"%PDF-1.7\n"),
    ] {
        all.of(what, "a.tle", start, "show {}");
    }
}

fn blocks_of_yuma(all: &mut Messages) {
    all.chapter("Catalogues: what a block of a YUMA almanac cannot be");
    for (what, from, to) in [
        ("a health with a fraction", "Health: 000", "Health: 0.5"),
        ("a line twice", "Health: 000\n", "Health: 000\nHealth: 063\n"),
        ("a letter of no system", "ID: 07", "ID: R07"),
        ("a letter without a number", "ID: 07", "ID: G"),
        ("no number of the satellite", "ID: 07\n", ""),
    ] {
        all.of(what, "gps.alm", YUMA.replace(from, to), "dop {} --resolution 0 --duration 1h --strict");
    }
    let beidou = YUMA.replace("ID: 07", "ID: C07");
    all.of("a satellite of another system", "gps.alm", beidou, "dop {} --almanac-system gps --strict");
    all.of("a satellite twice", "gps.alm", YUMA.repeat(2), "dop {} --resolution 0 --duration 1h --strict");
    all.of(
        "a header without a block",
        "gps.alm",
        YUMA.lines().next().unwrap(),
        "dop {} --resolution 0 --duration 1h",
    );
    all.of("a phase of an almanac", "gps.alm", YUMA, "dop {}:first --resolution 0 --duration 1h");
    all.of("systems of almanacs that are not there", "gps.alm", YUMA, "dop {} --almanac-system gps,beidou");
}
