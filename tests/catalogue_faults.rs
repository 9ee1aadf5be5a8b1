//! Faults of real catalogues, each by name: one bad satellite never spoils a run, and is never passed over
//! in silence.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use hexsky::constellation::{Constellation, ReadOptions, parse};
use hexsky::input::FileError;

/// Vanguard 1, the first set of AIAA 2006-6753: published, sums right, deep enough to fly for ever.
const ONE: &str = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
const TWO: &str = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667";

/// A line with columns from `from` (counted from 1) replaced and its checksum put right.
fn patched(line: &str, from: usize, text: &str) -> String {
    let mut bytes = line.as_bytes()[..68].to_vec();
    bytes[from - 1..from - 1 + text.len()].copy_from_slice(text.as_bytes());
    let sum: u32 = bytes
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'-' => 1,
            _ => 0,
        })
        .sum();
    bytes.push(b'0' + (sum % 10) as u8);
    String::from_utf8(bytes).unwrap()
}

/// A sound set of another catalogue number.
fn sound(number: &str) -> String {
    format!("SOUND {number}\n{}\n{}\n", patched(ONE, 3, number), patched(TWO, 3, number))
}

const HEADER: &str = "OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY,EPHEMERIS_TYPE,NORAD_CAT_ID,BSTAR";

/// A line of an OMM catalogue in CSV.
fn row(name: &str, number: &str, epoch: &str, mean_motion: &str, eccentricity: &str) -> String {
    format!("{name},2026-001A,{epoch},{mean_motion},{eccentricity},53.05,10,0,0,0,{number},0.0001\n")
}

fn sound_row(number: &str) -> String {
    row(&format!("SOUND {number}"), number, "2026-01-01T00:00:00.000000", "15.06", "0.0001")
}

fn read(text: &str) -> Constellation {
    parse("sample", text.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refused(bytes: &[u8]) -> String {
    match parse("sample", bytes, &ReadOptions::default()).unwrap_err() {
        FileError::Text(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// The damaged text beside two sound satellites, before and behind it: those are kept, and one entry tells
/// what is left out, on which line and why.
fn left_out_of_tle(damaged: &str) -> (usize, String) {
    let constellation = read(&format!("{}{}\n{}", sound("00006"), damaged.trim_end(), sound("00007")));
    assert_eq!(constellation.satellites.len(), 2, "{damaged}\n{:?}", constellation.left_out);
    let [entry] = constellation.left_out.as_slice() else { panic!("{:?}", constellation.left_out) };
    assert_eq!(entry.file, "sample");
    (entry.line, entry.reason.clone())
}

/// As [`left_out_of_tle`], for a line of an OMM catalogue in CSV.
fn left_out_of_csv(damaged: &str) -> (usize, String) {
    let text = format!("{HEADER}\n{}{}\n{}", sound_row("6"), damaged.trim_end(), sound_row("7"));
    let constellation = read(&text);
    assert_eq!(constellation.satellites.len(), 2, "{damaged}\n{:?}", constellation.left_out);
    let [entry] = constellation.left_out.as_slice() else { panic!("{:?}", constellation.left_out) };
    (entry.line, entry.reason.clone())
}

/// The set as it is, the only one besides two sound ones, is read.
fn taken(set: &str) -> Constellation {
    let constellation = read(&format!("{}{}\n{}", sound("00006"), set.trim_end(), sound("00007")));
    assert_eq!(constellation.satellites.len(), 3, "{:?}", constellation.left_out);
    assert!(constellation.left_out.is_empty(), "{:?}", constellation.left_out);
    constellation
}

#[test]
fn a_wrong_checksum() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{ONE}\n{}9", &TWO[..68]));
    assert_eq!((line, reason.as_str()), (6, "checksum of line 2 is 9, its columns sum to 7"));
    let (line, reason) = left_out_of_tle(&format!("BAD\n{}A\n{TWO}", &ONE[..68]));
    assert_eq!((line, reason.as_str()), (5, "checksum of line 1 is 'A' instead of a digit"));
}

#[test]
fn lines_of_68_columns() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{}\n{TWO}", &ONE[..68]));
    assert_eq!((line, reason.as_str()), (5, "line 1 has 68 columns instead of 69"));
}

#[test]
fn lines_of_71_columns() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{ONE}\n{TWO}88"));
    assert_eq!((line, reason.as_str()), (6, "line 2 has 71 columns instead of 69"));
}

#[test]
fn alpha_5_numbers() {
    let constellation = taken(&sound("T0007"));
    assert_eq!(constellation.satellites[1].norad_id, Some(270_007));
}

#[test]
fn a_blank_ephemeris_type() {
    taken(&format!("{}\n{TWO}", patched(ONE, 63, " ")));
}

#[test]
fn an_ephemeris_type_of_another_theory() {
    for (kind, what) in
        [("4", "is SGP4-XP, not SGP4"), ("7", "type '7' is not SGP4"), ("x", "type 'x' is not")]
    {
        let (line, reason) = left_out_of_tle(&format!("BAD\n{}\n{TWO}", patched(ONE, 63, kind)));
        assert!(line == 5 && reason.contains(what), "{line} {reason}");
    }
}

#[test]
fn an_eccentricity_that_is_no_number() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{ONE}\n{}", patched(TWO, 27, "18596.7")));
    assert!(line == 6 && reason.contains("'18596.7' in columns 27 to 33"), "{line} {reason}");
}

/// Some writers give the drag term as a plain decimal, some leave its exponent out.
#[test]
fn a_drag_term_in_other_notations() {
    for (field, expected) in
        [(" 28098-4", 0.28098e-4), (".0000281", 2.81e-5), ("-.000028", -2.8e-5), ("   28098", 0.28098)]
    {
        let read = taken(&format!(
            "S\n{}\n{}",
            patched(&patched(ONE, 54, field), 3, "00008"),
            patched(TWO, 3, "00008")
        ));
        let bstar = read.satellites.iter().find(|own| own.norad_id == Some(8)).unwrap().elements.bstar;
        assert!((bstar / expected - 1.0).abs() < 1e-12, "'{field}' is {bstar}");
    }
    let (line, reason) = left_out_of_tle(&format!("BAD\n{}\n{TWO}", patched(ONE, 54, ".00.0281")));
    assert!(line == 5 && reason.contains(".00.0281"), "{line} {reason}");
}

#[test]
fn line_ends_of_other_systems() {
    let text = format!("{}{}", sound("00006"), sound("00007")).replace('\n', "\r\n");
    let constellation = read(&text);
    assert_eq!((constellation.satellites.len(), constellation.left_out.len()), (2, 0));
    assert_eq!(constellation.satellites[0].name, "SOUND 00006");
    let csv = format!("{HEADER}\n{}", sound_row("6")).replace('\n', "\r\n");
    assert_eq!(read(&csv).satellites[0].name, "SOUND 6");
}

/// The notations of OMM, of two satellites.
fn notations() -> [(&'static str, String); 4] {
    let pairs = |number: &str| -> Vec<(String, String)> {
        let row = sound_row(number);
        HEADER.split(',').map(str::to_owned).zip(row.trim_end().split(',').map(str::to_owned)).collect()
    };
    let of = |shape: &dyn Fn(Vec<(String, String)>) -> String| {
        format!("{}{}", shape(pairs("6")), shape(pairs("7")))
    };
    let csv = format!("{HEADER}\n{}{}", sound_row("6"), sound_row("7"));
    let json = of(&|pairs| {
        let fields: Vec<String> = pairs.iter().map(|(k, v)| format!("\"{k}\": \"{v}\"")).collect();
        format!("{{{}}},\n", fields.join(",\n"))
    });
    let xml = of(&|pairs| {
        let fields: String = pairs.iter().map(|(k, v)| format!("<{k}>{v}</{k}>\n")).collect();
        format!("<omm>\n{fields}</omm>\n")
    });
    let kvn = of(&|pairs| pairs.iter().map(|(k, v)| format!("{k} = {v}\n")).collect());
    [
        ("csv", csv),
        ("json", format!("[{}]", json.trim_end_matches(",\n"))),
        ("xml", format!("<ndm>\n{xml}</ndm>\n")),
        ("kvn", kvn),
    ]
}

/// Files of the Macintosh before 2001 were one line to every reader, and CSV and KVN without a satellite.
#[test]
fn carriage_returns_alone() {
    let tle = ("tle", format!("{}{}", sound("00006"), sound("00007")));
    for (ending, text) in notations().into_iter().chain([tle]) {
        let file = Written::new(&format!("mac.{ending}"), &text.replace('\n', "\r"));
        let shown = file.hexsky(&["show"], &["--strict"]);
        assert_eq!(shown.status.code(), Some(0), "{ending}: {}", text_of(&shown.stderr));
        assert!(text_of(&shown.stdout).contains("satellites    2"), "{ending}: {}", text_of(&shown.stdout));
    }
    // Lines are counted as editors count them.
    let bad = format!("{HEADER}\n{}{}", sound_row("6"), row("BAD", "8", "2026-01-01", "0", "0"));
    let shown = Written::new("mac.csv", &bad.replace('\n', "\r")).hexsky(&["show"], &[]);
    assert!(text_of(&shown.stderr).contains("BAD (8) (line 3)"), "{}", text_of(&shown.stderr));
}

#[test]
fn indented_sets() {
    let both = format!("{}{}", sound("00006"), sound("00007"));
    for indent in ["    ", "\t"] {
        let indented: String = both.lines().map(|line| format!("{indent}{line}  \n")).collect();
        let constellation = read(&indented);
        assert_eq!((constellation.satellites.len(), constellation.left_out.len()), (2, 0));
        assert_eq!(constellation.satellites[0].name, "SOUND 00006");
    }
}

#[test]
fn element_lines_behind_something_else() {
    let quoted: String = sound("00006").lines().map(|line| format!("> {line}\n")).collect();
    let message = refused(quoted.as_bytes());
    assert!(message.contains("does not begin its line") && message.contains("sample:2:3"), "{message}");
    let message = refused(sound("00006").replace('\n', " ").as_bytes());
    assert!(message.contains("does not begin its line") && message.contains("sample:1:13"), "{message}");
    let constellation = read(&format!("{}{quoted}", sound("00007")));
    assert_eq!(constellation.left_out[1].reason, "an element line that does not begin its line");
}

#[test]
fn characters_other_than_ascii() {
    // Copied from a web page: no-break spaces.
    let (line, reason) = left_out_of_tle(&ONE.replace(' ', "\u{a0}"));
    assert_eq!(line, 4);
    assert_eq!(reason, "an element line with characters other than ASCII, such as no-break spaces");
}

/// Bytes were counted, and 69 columns of them called wrong.
#[test]
fn a_letter_with_an_accent_in_an_element_line() {
    let at = ONE.find("U ").unwrap();
    let (line, reason) = left_out_of_tle(&format!("{}é{}\n{TWO}", &ONE[..at], &ONE[at + 1..]));
    assert_eq!((line, reason.as_str()), (4, "line 1 holds 'é', which no element line does"));
}

/// Two sets of one epoch were told as if the epoch had decided.
#[test]
fn duplicates_of_one_epoch_say_whether_their_elements_differ() {
    let rows = |anomaly: &str| {
        format!(
            "{HEADER}\nA,,2026-01-01T00:00:00,15,0,50,0,0,10,0,7,0\nA,,2026-01-01T00:00:00,15,0,50,0,0,{anomaly},0,7,0\n"
        )
    };
    for (anomaly, told) in [("10", "with the same elements (line 2)"), ("40", "with other elements (line 2)")]
    {
        let warnings = read(&rows(anomaly)).warnings;
        assert!(warnings[0].contains(told) && warnings[0].contains("twice, the last taken"), "{warnings:?}");
    }
}

/// Whatever stands in columns 10 to 17, in however many bytes a letter, costs neither the satellite nor the run.
#[test]
fn designators_of_any_letters() {
    for (text, expected) in [
        ("58002B  ", Some("1958-002B")),
        ("05001AA ", Some("2005-001AA")),
        ("57001A  ", Some("1957-001A")),
        ("        ", None),
        ("UNKNOWN ", None),
        ("58002   ", None),
        ("1é002B ", None),
        ("58é02B ", None),
        ("é8002B ", None),
        ("58002é ", None),
        ("北京A ", None),
    ] {
        assert_eq!(text.len(), 8, "{text}");
        let line = patched(ONE, 10, text);
        let read = read(&format!("A\n{line}\n{TWO}\n"));
        assert_eq!(read.satellites.len(), 1, "{text}: {:?}", read.left_out);
        assert_eq!(read.satellites[0].designator.as_deref(), expected, "{text}");
    }
}

#[test]
fn blank_columns() {
    for (from, blank, what) in [(9, 8, "inclination"), (27, 7, "eccentricity"), (53, 11, "mean motion")] {
        let (line, reason) =
            left_out_of_tle(&format!("BAD\n{ONE}\n{}", patched(TWO, from, &" ".repeat(blank))));
        assert_eq!(line, 6);
        assert_eq!(reason, format!("columns {from} to {}, the {what}, are blank", from + blank - 1));
    }
    let (_, reason) = left_out_of_tle(&format!("BAD\n{}\n{TWO}", patched(ONE, 19, &" ".repeat(14))));
    assert_eq!(reason, "columns 19 to 32, the epoch, are blank");
}

/// The only satellite of a file: the columns that are wrong are marked, not the whole line.
#[test]
fn the_columns_of_a_fault_are_marked() {
    let marks = |message: &str| {
        message.lines().find(|line| line.contains('^')).unwrap_or_default().matches('^').count()
    };
    for (set, column, length) in [
        (format!("A\n{ONE}\n{}9\n", &TWO[..68]), "sample:3:69", 1),
        (format!("A\n  {ONE}\n  {}\n", patched(TWO, 9, "        ")), "sample:3:11", 8),
        (format!("A\n{}\n{TWO}\n", patched(ONE, 3, "t0005")), "sample:2:3", 5),
        (format!("A\n{ONE}\n{TWO}88\n"), "sample:3:69", 3),
        (format!("{HEADER}\n{}", row("A", "8", "2026-01-01", "fast", "0")), "sample:2:24", 4),
    ] {
        let message = refused(set.as_bytes());
        assert!(message.contains(column), "{message}");
        assert_eq!(marks(&message), length, "{message}");
    }
}

/// Where the zero stood decided whether one name or the whole file was lost.
#[test]
fn a_zero_byte_spoils_no_more_than_its_satellite() {
    let zero =
        |text: String| text.replace("SOUND 00006", "SOUND\u{0}00006").replace("SOUND 6", "SOUND\u{0}6");
    assert_eq!(read(&zero(format!("{}{}", sound("00006"), sound("00007")))).satellites.len(), 2);
    assert_eq!(read(&zero(format!("{HEADER}\n{}{}", sound_row("6"), sound_row("7")))).satellites.len(), 2);
    // The sign with which some systems end a text, and what fills a block on a tape.
    for end in ["\u{1a}", "\u{0}\u{0}\u{0}"] {
        let constellation = read(&format!("{}{}{end}", sound("00006"), sound("00007")));
        assert_eq!((constellation.satellites.len(), constellation.left_out.len()), (2, 0));
    }
}

#[test]
fn files_of_another_kind_are_called_by_their_name() {
    let utf16: Vec<u8> = sound("00006").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, what) in [
        (utf16.as_slice(), "text in UTF-16"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"\xfd7zXZ\0\0", "an xz archive"),
        (b"\x28\xb5\x2f\xfd\0", "a zstd archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a binary file"),
        (b"******** Week 1375 almanac for PRN-01 ********\nID: 01\n", "a YUMA almanac (hexsky dop reads it)"),
        (b"ID: 01\nHealth: 000\nTime of Applicability(s): 319488\n", "a YUMA almanac (hexsky dop reads it)"),
    ] {
        let message = refused(bytes);
        assert!(message.contains(&format!("this is {what}")), "{message}");
    }
}

/// The last of two values was taken in silence.
#[test]
fn a_keyword_twice() {
    let csv = format!("{HEADER},MEAN_MOTION\n{}", sound_row("6").replace('\n', ",3\n"));
    let message = refused(csv.as_bytes());
    assert!(message.contains("the header names MEAN_MOTION twice"), "{message}");
    let [_, (_, json), (_, xml), _] = notations();
    let json = json.replacen("\"EPOCH\"", "\"MEAN_MOTION\": 3, \"EPOCH\"", 1);
    let xml = xml.replacen("<EPOCH>", "<MEAN_MOTION>3</MEAN_MOTION>\n<EPOCH>", 1);
    for text in [json, xml] {
        let constellation = read(&text);
        assert_eq!(constellation.satellites.len(), 1);
        assert!(constellation.left_out[0].reason.contains("MEAN_MOTION is given twice"), "{text}");
    }
}

#[test]
fn a_header_in_small_letters_and_tabs_between() {
    let csv = format!("{HEADER}\n{}{}", sound_row("6"), sound_row("7"));
    for text in [csv.replacen(HEADER, &HEADER.to_lowercase(), 1), csv.replace(',', "\t")] {
        assert_eq!(read(&text).satellites.len(), 2, "{text}");
    }
}

/// Read until the system ended the program.
#[cfg(unix)]
#[test]
fn a_file_that_never_ends() {
    let output = Command::cargo_bin("hexsky").unwrap().args(["show", "/dev/zero"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text_of(&output.stderr));
    assert!(text_of(&output.stderr).contains("would not fit into memory"), "{}", text_of(&output.stderr));
}

/// A pipe can be read but once, and several look at it.
#[test]
fn a_catalogue_from_standard_input() {
    if !std::path::Path::new("/dev/stdin").exists() {
        return;
    }
    for command in [vec!["show"], vec!["coverage", "--resolution", "0", "--duration", "10m"]] {
        let mut hexsky = Command::cargo_bin("hexsky").unwrap();
        hexsky.arg(command[0]).arg("/dev/stdin").args(&command[1..]);
        let output = hexsky.write_stdin(format!("{}{}", sound("00006"), sound("00007"))).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text_of(&output.stderr));
    }
}

#[test]
fn a_byte_order_mark() {
    let csv = format!("{HEADER}\n{}", sound_row("6"));
    for text in [sound("00006"), csv.clone()] {
        let constellation = read(&format!("\u{feff}{text}"));
        assert_eq!((constellation.satellites.len(), constellation.left_out.len()), (1, 0), "{text}");
    }
    // The same behind a definition that points at the catalogue.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("marked.csv"), format!("\u{feff}{csv}")).unwrap();
    let definition = folder.path().join("pointing.toml");
    std::fs::write(&definition, "name = \"Pointing\"\ncatalogue = \"marked.csv\"\n").unwrap();
    let pointed = hexsky::constellation::read(definition.to_str().unwrap(), &ReadOptions::default()).unwrap();
    assert_eq!(pointed.satellites.len(), 1);
}

#[test]
fn line_1_without_line_2() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{ONE}"));
    assert_eq!((line, reason.as_str()), (5, "line 1 without a line 2 after it"));
    let (line, reason) = left_out_of_tle(&format!("BAD\n{TWO}"));
    assert_eq!((line, reason.as_str()), (5, "line 2 without a line 1 before it"));
}

#[test]
fn swapped_lines() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{TWO}\n{ONE}"));
    assert_eq!((line, reason.as_str()), (5, "the lines are swapped: line 2 stands before line 1"));
}

#[test]
fn mean_motion_of_zero() {
    let (line, reason) = left_out_of_tle(&format!("BAD\n{ONE}\n{}", patched(TWO, 53, " 0.00000000")));
    assert_eq!(line, 5);
    assert!(reason.contains("mean motion 0 rev/day"), "{reason}");
    let (line, reason) = left_out_of_csv(&row("BAD", "8", "2026-01-01T00:00:00", "0", "0.001"));
    assert_eq!(line, 3);
    assert!(reason.contains("mean motion 0 rev/day"), "{reason}");
    let (_, reason) = left_out_of_csv(&row("BAD", "8", "2026-01-01T00:00:00", "1e-9", "0.001"));
    assert!(reason.contains("no Earth orbit"), "{reason}");
}

#[test]
fn eccentricity_of_one_and_more() {
    for eccentricity in ["1", "1.0", "1.7", "-0.1", "1e300"] {
        let (line, reason) = left_out_of_csv(&row("BAD", "8", "2026-01-01T00:00:00", "15", eccentricity));
        assert_eq!(line, 3);
        assert!(reason.contains("eccentricity") && reason.contains("outside 0 to 1"), "{reason}");
    }
}

#[test]
fn an_orbit_below_the_ground() {
    let (_, reason) = left_out_of_csv(&row("BAD", "8", "2026-01-01T00:00:00", "18.5", "0.001"));
    assert!(reason.contains("below the ground"), "{reason}");
}

#[test]
fn numbers_of_six_to_nine_digits() {
    for number in ["100001", "1234567", "12345678", "999999999"] {
        let constellation = read(&format!("{HEADER}\n{}", sound_row(number)));
        assert_eq!(constellation.satellites[0].norad_id, number.parse().ok());
    }
    let (line, reason) = left_out_of_csv(&sound_row("1000000000"));
    assert_eq!(line, 3);
    assert!(reason.contains("'1000000000' is no number of up to nine digits"), "{reason}");
}

#[test]
fn json_with_numbers_as_strings() {
    let object = |quote: &str| {
        format!(
            "{{\"OBJECT_NAME\": \"A\", \"EPOCH\": \"2026-01-01T00:00:00\", \"MEAN_MOTION\": {quote}15.06{quote}, \
             \"ECCENTRICITY\": {quote}0.0001{quote}, \"INCLINATION\": {quote}53.05{quote}, \
             \"RA_OF_ASC_NODE\": {quote}10{quote}, \"ARG_OF_PERICENTER\": {quote}0{quote}, \
             \"MEAN_ANOMALY\": {quote}5{quote}, \"NORAD_CAT_ID\": {quote}44713{quote}, \
             \"BSTAR\": {quote}0.0001{quote}}}"
        )
    };
    let (numbers, strings) = (read(&format!("[{}]", object(""))), read(&format!("[{}]", object("\""))));
    assert_eq!(numbers.satellites, strings.satellites);
    assert_eq!(numbers.satellites[0].norad_id, Some(44_713));
}

/// Escapes in names, and lists, tables and truth values where a number or a text belongs.
#[test]
fn json_with_values_of_other_kinds() {
    let object = |name: &str, key: &str, value: &str| {
        let numbers = [
            "MEAN_MOTION",
            "ECCENTRICITY",
            "INCLINATION",
            "RA_OF_ASC_NODE",
            "ARG_OF_PERICENTER",
            "MEAN_ANOMALY",
        ];
        let fields: String = numbers
            .iter()
            .map(|own| format!(", \"{own}\": {}", if *own == key { value } else { "0.5" }))
            .collect();
        let name = if key == "OBJECT_NAME" { value.to_owned() } else { format!("\"{name}\"") };
        format!("{{\"OBJECT_NAME\": {name}, \"EPOCH\": \"2026-01-01T00:00:00\"{fields}}}")
    };
    let list = [
        object("GOOD \\u0041\\/B", "MEAN_MOTION", "2"),
        object("BAD 1", "MEAN_MOTION", "[2, {}]"),
        object("BAD 2", "MEAN_MOTION", "{\"a\": [2]}"),
        object("BAD 3", "MEAN_MOTION", "true"),
        object("BAD 4", "MEAN_MOTION", "\"\\u0020\""),
        object("GOOD C", "MEAN_MOTION", "\"\\u0032\""),
    ];
    let read = read(&format!("[{}]", list.join(",\n")));
    let names: Vec<&str> = read.satellites.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["GOOD A/B", "GOOD C"]);
    assert_eq!(read.satellites[1].elements.mean_motion_rev_day, 2.0);
    let left: Vec<_> = read.left_out.iter().map(|own| (own.line, own.reason.as_str())).collect();
    let no_number = "MEAN_MOTION is neither a text nor a number";
    assert_eq!(left, [(2, no_number), (3, no_number), (4, no_number), (5, "MEAN_MOTION is missing")]);
}

#[test]
fn a_missing_field() {
    let text = format!("{HEADER}\n{}", sound_row("6"));
    let (line, reason) = left_out_of_csv("BAD,2026-001A,2026-01-01,15,,53,10,0,0,0,8,0");
    assert_eq!((line, reason.as_str()), (3, "ECCENTRICITY is missing"));
    let (line, reason) = left_out_of_csv("BAD,2026-001A,2026-01-01,15,0,53,10,0,0,0,8");
    assert_eq!((line, reason.as_str()), (3, "the line has 11 fields, the header 12"));
    // What SGP4 can do without is no fault: the drag term, the name, the number.
    let without = text.replace(",BSTAR", "").replace(",0.0001\n", "\n");
    assert_eq!(read(&without).satellites.len(), 1, "{without}");
    let message = refused(text.replace("MEAN_ANOMALY", "MEAN_ANOMALIE").as_bytes());
    assert!(message.contains("the header lacks MEAN_ANOMALY") && message.contains("sample:1:1"), "{message}");
}

#[test]
fn extra_fields() {
    let text = format!(
        "{HEADER},REV_AT_EPOCH,FUTURE_FIELD\n{}",
        sound_row("6").replace('\n', ",12345,\"anything, at all\"\n")
    );
    assert_eq!(read(&text).satellites.len(), 1);
    assert!(read(&text).left_out.is_empty());
}

#[test]
fn a_quotation_mark_that_is_never_closed_spoils_one_line() {
    let (line, _) = left_out_of_csv(&sound_row("8").replace("SOUND", "\"SOUND"));
    assert_eq!(line, 3);
}

#[test]
fn an_xml_message_that_is_never_closed() {
    let fields: String = HEADER
        .split(',')
        .zip(sound_row("6").trim_end().split(','))
        .map(|(keyword, value)| format!("<{keyword}>{value}</{keyword}>"))
        .collect();
    let whole = format!("<ndm><omm>{fields}</omm><omm>{}</omm></ndm>", fields.replace(">6<", ">7<"));
    assert_eq!(read(&whole).satellites.len(), 2);
    // Cut between two messages and within one.
    for cut in [whole.find("</omm>").unwrap() + 6, whole.len() - 20] {
        let message = refused(&whole.as_bytes()[..cut]);
        assert!(message.contains("not closed"), "{message}");
    }
}

#[test]
fn duplicates_with_different_epochs() {
    let text = format!(
        "{HEADER}\n{}{}{}",
        row("OLD", "8", "2025-12-31T00:00:00", "15.06", "0.001"),
        row("NEW", "8", "2026-01-02T00:00:00", "15.06", "0.001"),
        row("MIDDLE", "8", "2026-01-01T00:00:00", "15.06", "0.001"),
    );
    let constellation = read(&text);
    assert_eq!(constellation.satellites.len(), 1);
    assert_eq!(constellation.satellites[0].name, "NEW");
    let warning = &constellation.warnings[0];
    assert!(warning.contains("2 element sets are duplicates, the newest epoch wins"), "{warning}");
    assert!(warning.contains("line 2") && warning.contains("line 4"), "{warning}");
    // Text, stderr and JSON all say it.
    let file = Written::new("duplicates.csv", &text);
    let shown = file.hexsky(&["show"], &["--json", "report.json"]);
    assert!(text_of(&shown.stdout).contains("2 element sets are duplicates"), "{}", text_of(&shown.stdout));
    assert!(text_of(&shown.stderr).contains("warning: "), "{}", text_of(&shown.stderr));
    assert!(text_of(&shown.stderr).contains("2 element sets are duplicates"));
    assert!(file.json("report.json")["warnings"][0].as_str().unwrap().contains("2 element sets"));
}

/// The international designator is what an OMM must give; the catalogue number need not be there.
#[test]
fn duplicates_without_catalogue_numbers() {
    let with = |row: String, designator: &str| row.replace("2026-001A", designator);
    let text = format!(
        "{HEADER}\n{}{}{}{}",
        with(row("NEW", "", "2025-12-31T00:00:00", "15.06", "0.001"), "2020-001A"),
        with(row("NEW", "", "2026-01-02T00:00:00", "15.06", "0.001"), "2020-001A"),
        with(row("OTHER", "", "2026-01-02T00:00:00", "15.06", "0.001"), "2020-001B"),
        with(row("NAMELESS", "", "2026-01-02T00:00:00", "15.06", "0.001"), ""),
    );
    let constellation = read(&text);
    let names: Vec<&str> = constellation.satellites.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["NEW", "OTHER", "NAMELESS"]);
    let [warning] = constellation.warnings.as_slice() else { panic!("{:?}", constellation.warnings) };
    assert!(warning.contains("NEW (2020-001A)") && warning.contains("(line 2)"), "{warning}");
}

/// A name or a damaged field could otherwise clear the screen, or show a figure that is not there.
#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
    let bad = format!("BAD\u{1b}[2J\n{}\n{TWO}\n", patched(ONE, 19, "001\u{1b}[31mx"));
    let catalogue = format!("{}{bad}{}", sound("00006"), sound("00007"));
    let definition = "name = \"E\\u001b[31mvil\"\nepoch = \"2026-01-01\"\n[sources]\ns = \"t\\u009b2J\"\n\
                      [[shell]]\nname = \"lo\\u0007w\"\npattern = \"walker-delta\"\nsatellites = 3\nplanes = 3\n\
                      phasing = 0\naltitude_km = 1000\ninclination_deg = 55\nsource = \"s\"\n";
    let broken = definition.replace("pattern =", "\"pat\\u001btern\" =");
    for (name, text) in [("a.tle", catalogue.as_str()), ("a.toml", definition), ("b.toml", &broken)] {
        let output = Written::new(name, text).hexsky(&["show"], &[]);
        for stream in [&output.stdout, &output.stderr] {
            let text = text_of(stream);
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{name}: {text:?}");
        }
    }
}

#[test]
fn an_empty_file() {
    for bytes in [b"".as_slice(), b" \r\n\n", b"\xef\xbb\xbf"] {
        let message = refused(bytes);
        assert!(message.contains("the file is empty") && message.contains("TLE"), "{message}");
    }
}

#[test]
fn a_web_page_where_data_should_be() {
    for page in ["<!DOCTYPE html><html><body>403</body></html>", "<HTML>\n<head><title>Sorry</title></head>"]
    {
        let message = refused(page.as_bytes());
        assert!(message.contains("a web page (HTML)"), "{message}");
    }
}

#[test]
fn a_file_without_one_usable_satellite() {
    let message = refused(format!("{HEADER}\n{}", row("BAD", "8", "2026-01-01", "0", "0")).as_bytes());
    assert!(
        message.contains("no usable satellite: the only satellite is left out: mean motion 0"),
        "{message}"
    );
    assert!(message.contains("sample:2:1"), "{message}");
    let file = Written::new("none.tle", &format!("BAD\n{ONE}\n"));
    let output = file.hexsky(&["coverage"], &["--resolution", "0", "--csv", "none.out"]);
    assert_eq!(output.status.code(), Some(2), "{}", text_of(&output.stderr));
    assert!(!file.path("none.out").exists());
}

/// A catalogue written to a folder of its own.
struct Written {
    folder: tempfile::TempDir,
    name: String,
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Written {
    fn new(name: &str, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        Self { folder, name: name.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command on the file.
    fn hexsky(&self, command: &[&str], options: &[&str]) -> Output {
        Command::cargo_bin("hexsky")
            .unwrap()
            .current_dir(self.folder.path())
            .args(command)
            .arg(&self.name)
            .args(options)
            .output()
            .unwrap()
    }

    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).unwrap()).unwrap()
    }
}

const QUICK: [&str; 6] = ["--resolution", "0", "--duration", "1h", "--start", "2026-01-01"];

#[test]
fn epochs_years_from_the_window() {
    let text =
        format!("{HEADER}\n{}{}", sound_row("6"), row("OLD", "7", "2020-01-01T00:00:00", "15.06", "0.001"));
    let file = Written::new("old.csv", &text);
    let output = file.hexsky(&["coverage"], &[QUICK.as_slice(), &["--json", "report.json"]].concat());
    assert!(output.status.success(), "{}", text_of(&output.stderr));
    let expected = "1 of 2 element sets are 14 days or more from an end of the window, the farthest 2192 days \
                    (OLD, epoch 2020-01-01T00:00:00.000Z): SGP4 drifts 1 to 3 km a day along the track, 2192 to \
                    6576 km there";
    assert!(text_of(&output.stderr).contains(expected), "{}", text_of(&output.stderr));
    assert!(text_of(&output.stdout).contains(expected), "{}", text_of(&output.stdout));
    assert!(file.json("report.json")["inputs"][0]["warnings"][0].as_str().unwrap().contains(expected));
    let dop = file.hexsky(&["dop"], &[QUICK.as_slice(), &["--json", "dop.json"]].concat());
    assert!(text_of(&dop.stdout).contains(expected), "{}{}", text_of(&dop.stdout), text_of(&dop.stderr));
    assert!(file.json("dop.json")["inputs"][0]["warnings"][0].as_str().unwrap().contains(expected));
}

#[test]
fn a_satellite_that_decays_during_the_window() {
    let decaying = sound_row("7").replace("15.06", "16.4").replace(",0.0001\n", ",0.5\n");
    let file = Written::new("decay.csv", &format!("{HEADER}\n{}{decaying}", sound_row("6")));
    let window = ["--resolution", "0", "--duration", "3d", "--start", "2026-01-01"];
    let output = file.hexsky(&["coverage"], &[window.as_slice(), &["--json", "report.json"]].concat());
    assert!(output.status.success(), "{}", text_of(&output.stderr));
    assert!(text_of(&output.stdout).contains("1 satellite lost by the end of the window"));
    let report = file.json("report.json");
    assert_eq!(report["lost"][0]["satellite"], "SOUND 7");
    assert!(report["lost"][0]["reason"].as_str().unwrap().contains("decayed"), "{report}");
    let strict =
        file.hexsky(&["coverage"], &[window.as_slice(), &["--strict", "--json", "no.json"]].concat());
    assert_eq!(strict.status.code(), Some(2));
    assert!(text_of(&strict.stderr).contains("--strict: 1 satellite lost"), "{}", text_of(&strict.stderr));
    assert!(!file.path("no.json").exists());
}

/// SGP4 lets the second satellite decay after 23 days and has positions for it again after 90; 200 days before its epoch
/// they are far out. It flew, in coverage at 0.6 % and in passes beyond the Moon.
#[test]
fn a_satellite_that_decayed_before_the_window_is_not_flown() {
    let falling =
        row("FALLEN", "7", "2026-01-01T00:00:00.000000", "15.9", "0.0001").replace(",0.0001\n", ",0.002\n");
    let sound = format!("{HEADER}\n{}", sound_row("6").replace(",0.0001\n", ",0\n"));
    let (both, one) =
        (Written::new("both.csv", &format!("{sound}{falling}")), Written::new("one.csv", &sound));
    std::fs::write(both.path("p.csv"), "name,lat_deg,lon_deg\nP,0,0\n").unwrap();
    for (start, from, reason) in [
        ("2026-05-01", "2026-01-", "decayed"),
        ("2027-01-01", "2026-01-", "decayed"),
        ("2025-06-15", "2025-06-15", "no position before 2025-"),
    ] {
        let window = ["--start", start, "--duration", "3h"];
        let coarse = [&window[..], &["--resolution", "0"]].concat();
        let covered = |file: &Written| {
            let run = file.hexsky(&["coverage"], &[&coarse[..], &["--json", "c.json"]].concat());
            assert!(run.status.success(), "{}", text_of(&run.stderr));
            file.json("c.json")
        };
        let (with, without) = (covered(&both), covered(&one));
        assert_eq!(with["summary"], without["summary"], "{start}");
        let stations = [&window[..], &["--stations", "p.csv", "--min-elevation", "0"]].concat();
        let carried = [&coarse[..], &["--satellite-gbps", "1", "--demand", "uniform:1"]].concat();
        for (command, options) in
            [("coverage", &coarse), ("passes", &stations), ("dop", &coarse), ("capacity", &carried)]
        {
            let run = both.hexsky(&[command], &[&options[..], &["--json", "r.json"]].concat());
            assert!(run.status.success(), "{command}: {}", text_of(&run.stderr));
            let lost = &both.json("r.json")["lost"];
            assert_eq!(lost.as_array().unwrap().len(), 1, "{command} {start}: {lost}");
            assert_eq!(lost[0]["satellite"], "FALLEN", "{command}");
            assert!(lost[0]["from"].as_str().unwrap().starts_with(from), "{command} {start}: {lost}");
            assert!(lost[0]["reason"].as_str().unwrap().starts_with(reason), "{command} {start}: {lost}");
        }
        let seen = both.hexsky(&["passes"], &[&stations[..], &["--csv", "seen.csv"]].concat());
        assert!(seen.status.success());
        assert!(!std::fs::read_to_string(both.path("seen.csv")).unwrap().contains("FALLEN"), "{start}");
        let view = both.hexsky(
            &["view"],
            &[&window[..], &["--no-open", "--html", "v.html", "--out", "v.czml"]].concat(),
        );
        assert!(view.status.success(), "{}", text_of(&view.stderr));
        assert!(text_of(&view.stderr).contains("lost        FALLEN"), "{}", text_of(&view.stderr));
        assert!(std::fs::read_to_string(both.path("v.html")).unwrap().contains("\"lost\":[[1,0.0]]"));
        let scene = both.json("v.czml");
        let positions = |name: &str| {
            let packet = scene.as_array().unwrap().iter().find(|packet| packet["name"] == name).unwrap();
            packet.get("position").is_some()
        };
        assert!(positions("SOUND 6") && !positions("FALLEN"), "{start}");
    }
}

/// All but two of the commands flew it at the beginning of 2026.
#[test]
fn a_catalogue_is_flown_at_its_newest_epoch() {
    let rows = [("6", "2024-03-01T10:20:00"), ("7", "2024-03-02T11:50:00")];
    let rows = rows.map(|(number, epoch)| row("OLD", number, epoch, "15.06", "0.0001"));
    let file = Written::new("old.csv", &format!("{HEADER}\n{}", rows.concat()));
    let short = ["--duration", "1m", "--resolution", "0", "--json", "r.json"];
    for command in [&["coverage"][..], &["resilience", "--lose", "1"]] {
        let run = file.hexsky(command, &short);
        assert!(run.status.success(), "{}", text_of(&run.stderr));
        assert_eq!(file.json("r.json")["start"], "2024-03-02T11:00:00.000Z", "{command:?}");
        let told = "the window begins at 2024-03-02T11:00:00.000Z, the newest epoch of the catalogues";
        assert!(text_of(&run.stderr).contains(told), "{}", text_of(&run.stderr));
        let asked = file.hexsky(command, &[&short[..], &["--start", "2024-03-01"]].concat());
        assert_eq!(file.json("r.json")["start"], "2024-03-01T00:00:00.000Z", "{command:?}");
        assert!(!text_of(&asked.stderr).contains("the window begins"), "{}", text_of(&asked.stderr));
    }
}

/// The page of a view computes the positions itself and cannot tell.
#[test]
fn a_view_says_which_satellites_decay() {
    let decaying = sound_row("7").replace("15.06", "16.4").replace(",0.0001\n", ",0.5\n");
    let file = Written::new("decay.csv", &format!("{HEADER}\n{}{decaying}", sound_row("6")));
    let view = ["--duration", "3d", "--no-open", "--html", "view.html"];
    let strict = file.hexsky(&["view"], &[&view[..], &["--strict"]].concat());
    assert_eq!(strict.status.code(), Some(2));
    assert!(!file.path("view.html").exists());
    let output = file.hexsky(&["view"], &view);
    assert!(output.status.success(), "{}", text_of(&output.stderr));
    for told in [&strict.stderr, &output.stderr] {
        assert!(text_of(told).contains("1 satellite lost by the end of the window"), "{}", text_of(told));
        assert!(text_of(told).contains("lost        SOUND 7 at 2026-01-01T"), "{}", text_of(told));
    }
    // The page outlives the terminal.
    let page = std::fs::read_to_string(file.path("view.html")).unwrap();
    assert!(page.contains("2 satellites, 1 of them lost before the end · 2026-01-01T"));
    assert!(page.contains("[\"lost satellite\",\"SOUND 7 from 2026-01-01T"));
}

#[test]
fn strict_refuses_what_is_left_out_in_every_command() {
    let bad = row("BAD", "9", "2026-01-01T00:00:00", "0", "0.001");
    let shell: String = (0..8)
        .map(|number| {
            sound_row(&format!("{}", 10 + number)).replace(",10,0,0,0,", &format!(",{},0,0,0,", 45 * number))
        })
        .collect();
    let file = Written::new("mixed.csv", &format!("{HEADER}\n{shell}{bad}"));
    let definition = format!("name = \"Mixed\"\ncatalogue = \"{}\"\n", file.name);
    std::fs::write(file.path("mixed.toml"), definition).unwrap();
    let output_of = |command: &str| match command {
        "infer" | "export" => "--output",
        "view" => "--html",
        _ => "--json",
    };
    let cases: [(&str, &[&str], &[&str]); 9] = [
        ("show", &["show"], &[]),
        ("coverage", &["coverage"], &QUICK),
        ("dop", &["dop"], &QUICK),
        ("passes", &["passes"], &["--duration", "1h", "--stations", "ksat"]),
        ("compare", &["compare", "kuiper:full"], &QUICK),
        ("view", &["view"], &["--no-open"]),
        ("infer", &["infer"], &[]),
        ("export", &["export"], &["--format", "omm-csv"]),
        ("diff", &["diff", "kuiper"], &[]),
    ];
    for (name, command, options) in cases {
        let output = [output_of(name), "strict.out", "--strict"];
        let strict = file.hexsky(command, &[options, &output].concat());
        let stderr = text_of(&strict.stderr);
        assert_eq!(strict.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains("--strict: mixed.csv: 1 satellite left out"), "{name}: {stderr}");
        assert!(stderr.contains("BAD (9) (line 10): mean motion 0"), "{name}: {stderr}");
        assert!(stderr.contains("help: "), "{name}: {stderr}");
        assert!(!file.path("strict.out").exists(), "{name}");
        let loose = file.hexsky(command, &[options, &output[..2]].concat());
        let stderr = text_of(&loose.stderr);
        assert_eq!(loose.status.code(), Some(0), "{name}: {stderr}");
        assert!(
            stderr.contains("warning: mixed.csv: 1 satellite left out: BAD (9) (line 10)"),
            "{name}: {stderr}"
        );
        std::fs::remove_file(file.path("strict.out")).unwrap();
    }
    // Capacity, growth and loss need more than a bare catalogue and are refused before their work begins.
    for command in [&["capacity", "--satellite-gbps", "1"][..], &["phases"], &["resilience", "--lose", "1"]] {
        let strict = file.hexsky(command, &["--strict"]);
        assert_eq!(strict.status.code(), Some(2), "{command:?}");
        let stderr = text_of(&strict.stderr);
        assert!(stderr.contains("--strict: mixed.csv: 1 satellite left out"), "{command:?}: {stderr}");
    }
}

#[test]
fn strict_lets_a_sound_file_pass() {
    let file = Written::new("sound.csv", &format!("{HEADER}\n{}", sound_row("6")));
    let output = file.hexsky(&["coverage"], &[QUICK.as_slice(), &["--strict"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text_of(&output.stderr));
}

#[test]
fn a_satellite_in_two_files_is_flown_once() {
    let file = Written::new("twice.csv", &format!("{HEADER}\n{}", sound_row("6")));
    let output =
        file.hexsky(&["coverage", "twice.csv"], &[QUICK.as_slice(), &["--json", "report.json"]].concat());
    assert!(
        text_of(&output.stderr).contains("1 satellite is in another file too"),
        "{}",
        text_of(&output.stderr)
    );
    assert_eq!(file.json("report.json")["summary"]["max_in_view"], 1);
}

/// 100 MB of OMM in CSV, one satellite in a thousand bad. Two minutes hold for an unoptimised build on a
/// slow machine; an optimised one takes seconds.
#[test]
fn a_file_of_100_megabytes() {
    let mut text = String::with_capacity(101 << 20);
    text.push_str(HEADER);
    text.push('\n');
    let mut number = 0;
    while text.len() < 100 << 20 {
        number += 1;
        let mean_motion = if number % 1000 == 0 { "none" } else { "15.06" };
        text.push_str(&row("SATELLITE", &number.to_string(), "2026-01-01T00:00:00", mean_motion, "0.0001"));
    }
    let begun = std::time::Instant::now();
    let constellation = read(&text);
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
    assert_eq!(constellation.left_out.len(), number / 1000);
    assert_eq!(constellation.satellites.len(), number - number / 1000);
    assert_eq!(constellation.left_out[0].line, 1001);
}

#[test]
fn a_name_that_looks_like_another_notation() {
    for name in ["<A>", "A = B", "[1]", "{}", "CCSDS_OMM_VERS = 2.0", "OBJECT_NAME, MEAN_MOTION"] {
        let text = format!("{name}\n{ONE}\n{TWO}\n");
        assert_eq!(read(&text).satellites[0].name, name);
    }
}

/// Fuzzing found it: rows of a table are no lines of a TLE, whatever their names begin with.
#[test]
fn a_table_of_names_that_begin_as_element_lines() {
    let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                  MEAN_ANOMALY,NORAD_CAT_ID";
    let row = |number: u32| {
        format!("{number} 026-001A {},2026-01-01T00:00:00,15,0.001,53,0,0,0,{number}", "x".repeat(40))
    };
    let both = read(&format!("{header}\n{}\n{}\n", row(1), row(2)));
    assert_eq!((both.satellites.len(), both.left_out.len()), (2, 0));
    assert!(both.satellites[1].name.starts_with("2 026-001A"));
}

/// Fuzzing found it: a satellite whose name is a piece of a header is written as a TLE, which is no table.
#[test]
fn a_tle_whose_first_name_is_the_header_of_a_table() {
    let name =
        "SYSTEM,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY";
    let first = "1 25544U 98067A   26001.50000000  .00000000  00000-0  00000-0 0  999";
    let second = "2 25544  51.6400 200.0000 0005000  30.0000 100.0000 15.50000000    0";
    let [first, second] = [first, second].map(|line| {
        let sum: u32 = line.chars().map(|c| if c == '-' { 1 } else { c.to_digit(10).unwrap_or(0) }).sum();
        format!("{line}{}", sum % 10)
    });
    let both = read(&format!("{name}\n{first}\n{second}\n"));
    assert_eq!((both.satellites.len(), both.left_out.len()), (1, 0));
    assert_eq!(both.satellites[0].name, name);
}

#[test]
fn names_that_are_written_are_read_again() {
    use hexsky::export::elements::{FIRST_NUMBER, number, tle_text, write_omm_csv};
    for name in ["# 1", "1 25544U", "0 ZERO", "LINE\nBREAK", "<A>", "\"QUOTED\"", "=1"] {
        let mut constellation = read(&sound("00006"));
        constellation.satellites[0].name = name.to_owned();
        let numbered = number(&constellation, FIRST_NUMBER, 339_999, "a TLE").unwrap();
        let mut csv = Vec::new();
        write_omm_csv(&mut csv, &numbered).unwrap();
        for text in [tle_text(&numbered).unwrap(), String::from_utf8(csv).unwrap()] {
            let again = read(&text);
            assert_eq!((again.satellites.len(), again.left_out.len()), (1, 0), "{text}");
            let expected = name.replace('\n', " ");
            let found = again.satellites[0].name.trim_start_matches('\'');
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn an_omm_keeps_the_nanoseconds_of_an_epoch() {
    use hexsky::export::elements::{FIRST_NUMBER, number, write_omm_json};
    let constellation = read(&format!("{ONE}\n{TWO}\n"));
    assert_ne!(constellation.satellites[0].elements.epoch.unix_nanos() % 1000, 0);
    let mut json = Vec::new();
    write_omm_json(&mut json, &number(&constellation, FIRST_NUMBER, 999_999_999, "an OMM").unwrap()).unwrap();
    assert_eq!(
        read(&String::from_utf8(json).unwrap()).satellites[0].elements,
        constellation.satellites[0].elements
    );
}

/// Found by mutation: the digits before the letter overflowed.
#[test]
fn a_long_number_with_a_letter_in_it() {
    for number in ["999999999999x", "100\"999999999", "A99999999999"] {
        let (line, reason) = left_out_of_csv(&sound_row(number).replace("SOUND", "BAD"));
        assert_eq!(line, 3);
        assert!(reason.contains("no number of up to nine digits"), "{reason}");
    }
}
