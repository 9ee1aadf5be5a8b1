//! Orbit Mean-Elements Messages (OMM): the fields, whatever notation they come in.
//!
//! CCSDS 502.0-B-3, section 4. The keywords are the same in JSON, CSV, XML and KVN; numbers may be
//! written as text. Fields that SGP4 has no use for are passed over.

use std::borrow::Cow;

use chrono::Datelike;

use super::catalogue::{Record, Who};
use super::identity::of_number_alone;
use super::tle;
use crate::orbit::MeanElements;
use crate::time::{Epoch, YEARS};

pub(super) mod csv;
pub(super) mod json;
pub(super) mod kvn;
pub(super) mod xml;

/// A keyword of an OMM that decides what is propagated, or whether.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    ObjectName,
    ObjectId,
    CenterName,
    RefFrame,
    TimeSystem,
    Theory,
    Epoch,
    MeanMotion,
    Eccentricity,
    Inclination,
    Raan,
    ArgumentOfPerigee,
    MeanAnomaly,
    EphemerisType,
    CatalogueNumber,
    Bstar,
}

/// Keyword and the unit it may carry, in the order of [`Key`]; none where it carries none.
const KEYWORDS: [(&str, &str); 16] = [
    ("OBJECT_NAME", ""),
    ("OBJECT_ID", ""),
    ("CENTER_NAME", ""),
    ("REF_FRAME", ""),
    ("TIME_SYSTEM", ""),
    ("MEAN_ELEMENT_THEORY", ""),
    ("EPOCH", ""),
    ("MEAN_MOTION", "rev/day"),
    ("ECCENTRICITY", "n/a"),
    ("INCLINATION", "deg"),
    ("RA_OF_ASC_NODE", "deg"),
    ("ARG_OF_PERICENTER", "deg"),
    ("MEAN_ANOMALY", "deg"),
    ("EPHEMERIS_TYPE", ""),
    ("NORAD_CAT_ID", ""),
    ("BSTAR", "1/ER"),
];

/// Position of a keyword in [`KEYWORDS`].
fn position(keyword: &str) -> Option<usize> {
    let keyword = keyword.trim();
    KEYWORDS.iter().position(|(known, _)| known.eq_ignore_ascii_case(keyword))
}

/// The value of a field.
#[derive(Debug, Clone, Default, PartialEq)]
enum Value<'a> {
    /// Not given, or given as nothing.
    #[default]
    Missing,
    Text(Cow<'a, str>),
    Number(f64),
    /// An array, an object, a truth value.
    Other,
}

/// The known fields of one message.
#[derive(Debug, Clone, Default, PartialEq)]
struct Fields<'a>([Value<'a>; KEYWORDS.len()]);

impl<'a> Fields<'a> {
    fn is_empty(&self) -> bool {
        self.0.iter().all(|value| *value == Value::Missing)
    }

    /// Sets a field from text; blank text is no value.
    fn set_text(&mut self, position: usize, text: Cow<'a, str>) {
        self.0[position] = if text.trim().is_empty() { Value::Missing } else { Value::Text(text) };
    }

    fn text(&self, key: Key) -> Option<Cow<'_, str>> {
        match &self.0[key as usize] {
            Value::Text(text) => Some(Cow::Borrowed(text.trim())),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Missing | Value::Other => None,
        }
    }

    fn number(&self, key: Key) -> Result<Option<f64>, String> {
        let keyword = KEYWORDS[key as usize].0;
        match &self.0[key as usize] {
            Value::Missing => Ok(None),
            Value::Number(number) => Ok(Some(*number)),
            Value::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(format!("{keyword} '{}' is not a number", shortened(text.trim()))),
            },
            Value::Other => Err(no_value(keyword)),
        }
    }

    fn required(&self, key: Key) -> Result<f64, String> {
        self.number(key)?.ok_or_else(|| format!("{} is missing", KEYWORDS[key as usize].0))
    }

    /// Whose elements these are, as far as it can be read.
    fn who(&self) -> Who {
        let label = match (self.text(Key::ObjectName), self.text(Key::CatalogueNumber)) {
            (Some(name), Some(number)) => format!("{} ({})", shortened(&name), shortened(&number)),
            (Some(one), None) | (None, Some(one)) => shortened(&one),
            (None, None) => "a message without a name".to_owned(),
        };
        let number = self.text(Key::CatalogueNumber).and_then(|text| catalogue_number(&text).ok());
        Who { label, name: self.name(number), number }
    }

    /// The name of the satellite, or what stands for it.
    fn name(&self, number: Option<u32>) -> Option<String> {
        self.text(Key::ObjectName)
            .or_else(|| self.text(Key::ObjectId))
            .map(|name| name.chars().filter(|c| !c.is_control()).take(120).collect())
            .or_else(|| number.map(of_number_alone))
    }

    /// The element set, or why it cannot be used.
    fn record(&self, line: usize) -> Result<Record, String> {
        if self.is_empty() {
            return Err("none of the fields of an OMM is there".to_owned());
        }
        // Taken for a field that is not given, it would be passed over in silence.
        if let Some(position) = self.0.iter().position(|value| *value == Value::Other) {
            return Err(no_value(KEYWORDS[position].0));
        }
        self.check_theory()?;
        let norad_id = self.text(Key::CatalogueNumber).map(|text| catalogue_number(&text)).transpose()?;
        let epoch = self.text(Key::Epoch).ok_or("EPOCH is missing")?;
        let elements = MeanElements {
            epoch: parse_epoch(&epoch).ok_or_else(|| {
                format!("EPOCH '{}' is no UTC instant such as 2026-01-01T00:00:00.000000", shortened(&epoch))
            })?,
            mean_motion_rev_day: self.required(Key::MeanMotion)?,
            eccentricity: self.required(Key::Eccentricity)?,
            inclination_deg: self.required(Key::Inclination)?,
            raan_deg: self.required(Key::Raan)?,
            argument_of_perigee_deg: self.required(Key::ArgumentOfPerigee)?,
            mean_anomaly_deg: self.required(Key::MeanAnomaly)?,
            bstar: self.number(Key::Bstar)?.unwrap_or(0.0),
        };
        let name = self.name(norad_id).ok_or("neither OBJECT_NAME nor NORAD_CAT_ID is given")?;
        // Signs that no file shows, or that are written as blanks, tell no two satellites apart.
        let shown = |text: Cow<'_, str>| text.replace(char::is_control, "").trim().to_owned();
        let designator = self.text(Key::ObjectId).map(shown).filter(|text| !text.is_empty());
        Ok(Record { name, norad_id, designator, elements, line })
    }

    /// Only SGP4 elements of the Earth in TEME and UTC are what the propagator takes.
    fn check_theory(&self) -> Result<(), String> {
        for (key, accepted) in [
            (Key::Theory, ["SGP4", "SGP/SGP4", "SDP4"].as_slice()),
            (Key::CenterName, &["EARTH"]),
            (Key::RefFrame, &["TEME", "TEMEOFDATE", "TEME OF DATE"]),
            (Key::TimeSystem, &["UTC"]),
            (Key::EphemerisType, &["0", "2", "3", "SGP4"]),
        ] {
            if let Some(value) = self.text(key)
                && !accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(&value))
            {
                let keyword = KEYWORDS[key as usize].0;
                return Err(format!("{keyword} is '{}', not {}", shortened(&value), accepted[0]));
            }
        }
        Ok(())
    }
}

/// What is said of an array, an object or a truth value in the place of a value.
fn no_value(keyword: &str) -> String {
    format!("{keyword} is neither a text nor a number")
}

/// A number of one to nine digits, or Alpha-5. Tables whose column has gaps write whole numbers as 25544.0.
fn catalogue_number(text: &str) -> Result<u32, String> {
    let zeros = |places: &str| places.bytes().all(|byte| byte == b'0');
    let text = text.split_once('.').filter(|(_, places)| zeros(places)).map_or(text, |(whole, _)| whole);
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits {
        text.parse().ok().filter(|&number| number <= 999_999_999)
    } else {
        tle::catalogue_number(text.as_bytes()).ok()
    };
    number.ok_or_else(|| format!("NORAD_CAT_ID '{}' is no number of up to nine digits", shortened(text)))
}

/// ISO 8601, or year and day of the year, which the CCSDS also allows.
fn parse_epoch(text: &str) -> Option<Epoch> {
    let by_day = || {
        let text = text.trim_end_matches('Z');
        let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%jT%H:%M:%S%.f").ok();
        naive.filter(|naive| YEARS.contains(&naive.year())).and_then(Epoch::from_naive)
    };
    text.parse().ok().or_else(by_day)
}

/// Refuses another unit than the one that a field has.
fn check_unit(position: usize, unit: &str) -> Result<(), String> {
    let (keyword, expected) = KEYWORDS[position];
    let unit = unit.trim();
    if unit.is_empty() || unit.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let expected = if expected.is_empty() { "no unit" } else { expected };
    Err(format!("{keyword} is in '{}', expected {expected}", shortened(unit)))
}

/// What is said of a last line without an end: its value is whole where an editor wrote it so, and has lost digits where
/// a download was cut off.
fn unended(keyword: &str, value: &str, who: &Who) -> String {
    format!(
        "the last line has no end: the last value that is read is {keyword} = {} of {}; fetch the file anew where a download \
         was cut off, else end the line",
        shortened(value.trim()),
        who.label
    )
}

/// Why the last message or row is left out; `remedy` is what else may help.
fn ends_within(keyword: &str, remedy: &str) -> String {
    format!(
        "the file ends within it, at {keyword}: perhaps a download was cut off; fetch the file anew{remedy}"
    )
}

/// The beginning of a text that may be of any length.
fn shortened(text: &str) -> String {
    let clean = text.chars().filter(|c| !c.is_control());
    if text.chars().count() > 40 { clean.take(40).chain(['…']).collect() } else { clean.collect() }
}

#[cfg(test)]
mod tests {
    use crate::constellation::{Constellation, ReadOptions, parse};
    use crate::input::FileError;

    /// The field values of Vanguard 1 (AIAA 2006-6753) in the keywords of an OMM, line 1 in four notations.
    const FIELDS: [(&str, &str); 17] = [
        ("OBJECT_NAME", "VANGUARD & 1"),
        ("OBJECT_ID", "1958-002B"),
        ("CENTER_NAME", "EARTH"),
        ("REF_FRAME", "TEME"),
        ("TIME_SYSTEM", "UTC"),
        ("MEAN_ELEMENT_THEORY", "SGP4"),
        ("EPOCH", "2000-06-27T18:50:19.733568"),
        ("MEAN_MOTION", "10.82419157"),
        ("ECCENTRICITY", ".1859667"),
        ("INCLINATION", "34.2682"),
        ("RA_OF_ASC_NODE", "348.7242"),
        ("ARG_OF_PERICENTER", "331.7664"),
        ("MEAN_ANOMALY", "19.3264"),
        ("EPHEMERIS_TYPE", "0"),
        ("NORAD_CAT_ID", "5"),
        ("BSTAR", ".28098E-4"),
        ("REV_AT_EPOCH", "41366"),
    ];

    /// [`FIELDS`] with one value changed, or taken away by an empty one.
    fn changed(keyword: &str, value: &str) -> Vec<(&'static str, String)> {
        FIELDS
            .iter()
            .map(|&(known, text)| (known, if known == keyword { value } else { text }.to_owned()))
            .filter(|(known, text)| *known != keyword || !text.is_empty())
            .collect()
    }

    fn json(fields: &[(&str, String)]) -> String {
        let pairs: Vec<String> = fields.iter().map(|(k, v)| format!("  \"{k}\": \"{v}\"")).collect();
        format!("{{\n{}\n}}", pairs.join(",\n"))
    }

    fn parsed(text: &str) -> Constellation {
        parse("sample", text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    fn refused(text: &str) -> String {
        match parse("sample", text.as_bytes(), &ReadOptions::default()).unwrap_err() {
            FileError::Text(error) => error.to_string(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn all_notations_give_the_elements_of_the_same_tle() {
        let tle = "VANGUARD & 1\n1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n\
                   2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n";
        let expected = parsed(tle).satellites;
        let keywords: Vec<&str> = FIELDS.iter().map(|(keyword, _)| *keyword).collect();
        let values: Vec<&str> = FIELDS.iter().map(|(_, value)| *value).collect();
        let kvn: String = FIELDS.iter().map(|(keyword, value)| format!("{keyword} = {value}\n")).collect();
        let xml: String = FIELDS
            .iter()
            .map(|(k, v)| format!("<{k}>{}</{k}>\n", v.replace('&', "&amp;").replace("VANG", "&#86;ANG")))
            .collect();
        let numbers = json(&changed("", ""))
            .replace("\"10.82419157\"", "10.82419157")
            .replace("\"5\"", "5")
            .replace("\"0\"", "null");
        for text in [
            json(&changed("", "")),
            format!("[{}]", json(&changed("", ""))),
            format!("\u{feff}\r\n[ {numbers} ]"),
            format!("{}\r\n{}\r\n", keywords.join(","), values.join(",")),
            format!("{}\n\"{}\"\n\n", keywords.join(";"), values.join("\";\"")),
            format!("CCSDS_OMM_VERS = 2.0\nCOMMENT x\n{kvn}"),
            kvn.replace("34.2682", "34.2682 [deg]"),
            format!("<?xml version=\"1.0\"?><ndm><omm><body><segment>{xml}</segment></body></omm></ndm>"),
        ] {
            let found = parsed(&text);
            assert!(found.left_out.is_empty(), "{text}\n{:?}", found.left_out);
            let (found, expected) = (&found.satellites[0], &expected[0]);
            assert_eq!((&found.name, found.norad_id), (&expected.name, expected.norad_id), "{text}");
            // The epoch of the TLE has eight decimals of a day, 0.9 ms.
            assert!(found.elements.epoch.seconds_since(expected.elements.epoch).abs() < 1e-3, "{text}");
            let mut same_epoch = found.elements;
            same_epoch.epoch = expected.elements.epoch;
            assert!((same_epoch.bstar - expected.elements.bstar).abs() < 1e-18);
            same_epoch.bstar = expected.elements.bstar;
            assert_eq!(same_epoch, expected.elements, "{text}");
        }
    }

    #[test]
    fn one_bad_message_is_left_out_with_its_line() {
        for (keyword, value, reason) in [
            ("MEAN_ELEMENT_THEORY", "SGP4-XP", "MEAN_ELEMENT_THEORY is 'SGP4-XP', not SGP4"),
            ("EPHEMERIS_TYPE", "4", "EPHEMERIS_TYPE is '4'"),
            ("REF_FRAME", "GCRF", "REF_FRAME is 'GCRF', not TEME"),
            ("CENTER_NAME", "MARS", "CENTER_NAME is 'MARS'"),
            ("TIME_SYSTEM", "GPS", "TIME_SYSTEM is 'GPS'"),
            ("EPOCH", "yesterday", "EPOCH 'yesterday' is no UTC instant"),
            ("EPOCH", "", "EPOCH is missing"),
            ("MEAN_MOTION", "fast", "MEAN_MOTION 'fast' is not a number"),
            ("MEAN_MOTION", "inf", "MEAN_MOTION 'inf' is not a number"),
            ("MEAN_MOTION", "0", "mean motion 0 rev/day"),
            ("MEAN_MOTION", "", "MEAN_MOTION is missing"),
            ("ECCENTRICITY", "1.2", "eccentricity 1.2 is outside"),
            ("INCLINATION", "-3", "inclination -3 is outside"),
            ("NORAD_CAT_ID", "1234567890", "no number of up to nine digits"),
        ] {
            let good = json(&changed("NORAD_CAT_ID", "6"));
            let constellation = parsed(&format!("[{good},\n{}]", json(&changed(keyword, value))));
            assert_eq!(constellation.satellites.len(), 1, "{keyword} {value}");
            let left_out = &constellation.left_out[0];
            assert!(left_out.reason.contains(reason), "{left_out:?}");
            assert_eq!(left_out.line, FIELDS.len() + 3, "{left_out:?}");
        }
        let constellation = parsed(&format!("[{}, 7, [], null]", json(&changed("", ""))));
        assert_eq!(constellation.left_out.len(), 3);
    }

    /// They were passed over: a satellite without its number, and elements of another theory flown as of SGP4.
    #[test]
    fn a_field_that_holds_no_value_leaves_its_message_out() {
        for (keyword, good, wrong) in [
            ("NORAD_CAT_ID", "\"5\"", "[25544]"),
            ("NORAD_CAT_ID", "\"5\"", "true"),
            ("NORAD_CAT_ID", "\"5\"", "{}"),
            ("EPHEMERIS_TYPE", "\"0\"", "[4]"),
            ("MEAN_ELEMENT_THEORY", "\"SGP4\"", "[\"SGP4-XP\"]"),
            ("CENTER_NAME", "\"EARTH\"", "{\"name\": \"MARS\"}"),
            ("TIME_SYSTEM", "\"UTC\"", "[\"GPS\"]"),
            ("REF_FRAME", "\"TEME\"", "false"),
            ("OBJECT_ID", "\"1958-002B\"", "[1]"),
            ("MEAN_MOTION", "\"10.82419157\"", "[10.8]"),
            ("EPOCH", "\"2000-06-27T18:50:19.733568\"", "[]"),
        ] {
            let message = json(&changed("", ""));
            let (good, wrong) = (format!("\"{keyword}\": {good}"), format!("\"{keyword}\": {wrong}"));
            assert!(message.contains(&good), "{good} in {message}");
            let other = json(&changed("NORAD_CAT_ID", "6"));
            let found = parsed(&format!("[{other}, {}]", message.replace(&good, &wrong)));
            assert_eq!((found.satellites.len(), found.left_out.len()), (1, 1), "{wrong}");
            let reason = format!("{keyword} is neither a text nor a number");
            assert_eq!(found.left_out[0].reason, reason, "{wrong}");
        }
    }

    #[test]
    fn numbers_of_six_to_nine_digits_and_missing_optional_fields() {
        for number in ["100001", "7654321", "87654321", "999999999"] {
            let found = parsed(&json(&changed("NORAD_CAT_ID", number)));
            assert_eq!(found.satellites[0].norad_id, number.parse().ok());
        }
        // Tables with gaps in the column hold it as a number with a point.
        for (number, read) in [("25544.0", 25_544), ("25540.00", 25_540), ("T0123", 270_123), ("100.", 100)] {
            assert_eq!(parsed(&json(&changed("NORAD_CAT_ID", number))).satellites[0].norad_id, Some(read));
        }
        assert!(
            refused(&json(&changed("NORAD_CAT_ID", "25544.5"))).contains("no number of up to nine digits")
        );
        let found = parsed(&json(&changed("OBJECT_NAME", "")));
        assert_eq!(found.satellites[0].name, "1958-002B");
        let found = parsed(&json(&changed("NORAD_CAT_ID", "")));
        assert_eq!(found.satellites[0].norad_id, None);
        let found = parsed(&json(&changed("EPOCH", "2000-179T18:50:19.733568Z")));
        assert_eq!(found.satellites[0].elements.epoch.to_string(), "2000-06-27T18:50:19.734Z");
    }

    #[test]
    fn units_other_than_the_standard_ones_are_left_out() {
        let kvn: String =
            changed("INCLINATION", "0.598 [rad]").iter().map(|(k, v)| format!("{k} = {v}\n")).collect();
        let message = refused(&kvn);
        assert!(message.contains("INCLINATION is in 'rad', expected deg"), "{message}");
    }

    #[test]
    fn kvn_messages_follow_one_another() {
        let first: String = FIELDS.iter().map(|(k, v)| format!("{k} = {v}\n")).collect();
        let second = first.replace("NORAD_CAT_ID = 5", "NORAD_CAT_ID = 6");
        assert_eq!(parsed(&format!("{first}{second}")).satellites.len(), 2);
        let both = format!("CCSDS_OMM_VERS = 3.0\n{first}\nCCSDS_OMM_VERS = 3.0\n{second}");
        assert_eq!(parsed(&both).satellites.len(), 2);
    }

    /// The last satellite of a download that broke off flew somewhere else, in silence.
    #[test]
    fn a_kvn_message_that_is_cut_off_is_left_out() {
        let one = |number: &str, versioned: bool| {
            let head = if versioned { "CCSDS_OMM_VERS = 3.0\nCREATION_DATE = 2026-01-01\n" } else { "" };
            let lines: String =
                changed("NORAD_CAT_ID", number).iter().map(|(k, v)| format!("{k} = {v}\n")).collect();
            format!("{head}{lines}MEAN_MOTION_DOT = 0.0001\n")
        };
        for versioned in [true, false] {
            let whole = one("6", versioned) + &one("7", versioned) + &one("5", versioned);
            assert_eq!(parsed(&whole).satellites.len(), 3);
            assert_eq!(parsed(whole.trim_end()).satellites.len(), 3, "{versioned}");
            let last = whole.rfind("EPOCH = ").unwrap();
            for end in last..whole.rfind("REV_AT_EPOCH").unwrap() {
                let cut = &whole[..end];
                let found = parsed(cut);
                assert_eq!((found.satellites.len(), found.left_out.len()), (2, 1), "{cut}");
            }
            let found = parsed(&whole[..whole.rfind("9.3264").unwrap()]);
            let left_out = &found.left_out[0];
            assert!(left_out.satellite.contains("VANGUARD"), "{left_out:?}");
            assert!(left_out.reason.contains("the file ends within it, at MEAN_ANOMALY"), "{left_out:?}");
        }
        // Nothing tells what a single message should hold, but none ends within its orbit.
        let single = one("5", true);
        let cut = &single[..single.find("1.7664").unwrap()];
        assert!(refused(cut).contains("the file ends within it"), "{}", refused(cut));
        let doubtful = parsed(&single[..single.find("9.3264").unwrap()]);
        assert!(doubtful.warnings[0].contains("read is MEAN_ANOMALY = 1 of"), "{:?}", doubtful.warnings);
        assert_eq!(parsed(single.trim_end()).satellites.len(), 1);
    }

    #[test]
    fn damaged_files_are_told_with_their_place() {
        let whole = json(&changed("", ""));
        let message = refused(&whole[..whole.len() - 30]);
        assert!(message.contains("broken JSON") && message.contains("cut off"), "{message}");
        let message = refused("[{\"EPOCH\": }]");
        assert!(message.contains("sample:1:12"), "{message}");
        let message = refused("<ndm><omm><EPOCH>2000-06-27</EPOCH>");
        assert!(message.contains("the last <omm> is not closed"), "{message}");
        let message = refused("<omm>\n<EPOCH></INCLINATION></omm>");
        assert!(message.contains("sample:2:"), "{message}");
        let message = refused("OBJECT_NAME,MEAN_MOTION\nA,15\n");
        assert!(message.contains("the header lacks EPOCH, ECCENTRICITY, INCLINATION"), "{message}");
        assert!(refused("[]").contains("no satellite in this file"));
        assert!(refused("{}").contains("no usable satellite"));
    }

    /// `NORAD_CAT_ID` 44714 that was cut to 447 flew as that in silence, and so did a value whose quotation mark is open.
    #[test]
    fn a_csv_that_is_cut_off_within_its_last_value_is_told() {
        let keywords: Vec<&str> = FIELDS.iter().map(|(keyword, _)| *keyword).take(15).collect();
        let values: Vec<&str> = FIELDS.iter().map(|(_, value)| *value).take(15).collect();
        let text = format!("{}\n{}", keywords.join(","), values.join(","));
        let doubt =
            "the last line has no end: the last value that is read is NORAD_CAT_ID = 5 of VANGUARD & 1 (5)";
        assert!(parsed(&text).warnings[0].starts_with(doubt), "{:?}", parsed(&text).warnings);
        for sure in ["\n", "\r\n", " "] {
            assert!(parsed(&format!("{text}{sure}")).warnings.is_empty());
        }
        // No figure that is flown stands last.
        let text = format!("{},REV_AT_EPOCH\n{},41366", keywords.join(","), values.join(","));
        assert!(parsed(&text).warnings.is_empty());
        let quoted = |values: &[&str]| format!("\"{}\"", values.join("\",\""));
        let text = format!(
            "{}\n{}\n{}",
            quoted(&keywords),
            quoted(&values),
            quoted(&values).replace("\"5\"", "\"64\"")
        );
        assert_eq!((parsed(&text).satellites.len(), parsed(&text).warnings.len()), (2, 0));
        let cut = parsed(&text[..text.len() - 2]);
        assert_eq!((cut.satellites.len(), cut.left_out.len()), (1, 1));
        assert_eq!(cut.left_out[0].reason, "the quotation mark of its last field is never closed");
        let inches = parsed(&text.replace("VANGUARD & 1", "VANGUARD \"\"1\"\""));
        assert_eq!(inches.satellites[0].name, "VANGUARD \"1\"");
    }

    /// A cut that takes the whole of the last value, and the sign with which some systems end a text.
    #[test]
    fn a_csv_whose_last_value_is_gone_loses_that_line_and_the_sign_of_its_end_is_no_line() {
        let keywords: Vec<&str> = FIELDS.iter().map(|(keyword, _)| *keyword).take(15).collect();
        let values: Vec<&str> = FIELDS.iter().map(|(_, value)| *value).take(15).collect();
        let (header, whole) = (keywords.join(","), values.join(","));
        let gone = whole
            .strip_suffix("5")
            .unwrap()
            .replace("VANGUARD & 1", "VANGUARD 2")
            .replace("58-002B", "58-002C");
        let cut = parsed(&format!("{header}\n{whole}\n{gone}"));
        assert_eq!((cut.satellites.len(), cut.left_out.len()), (1, 1));
        assert!(
            cut.left_out[0].reason.starts_with("the file ends within it, at NORAD_CAT_ID"),
            "{:?}",
            cut.left_out
        );
        // A line that ends, ends where its writer wanted.
        let ended = parsed(&format!("{header}\n{whole}\n{gone}\n"));
        assert_eq!((ended.satellites.len(), ended.left_out.len()), (2, 0));
        for end in ["\n\x1a", "\n\x1a\r\n", "\r\n\0\r\n"] {
            let read = parsed(&format!("{header}\n{whole}{end}"));
            assert_eq!(
                (read.satellites.len(), read.left_out.len(), read.warnings.len()),
                (1, 0, 0),
                "{end:?}"
            );
        }
    }

    /// The tag was passed over: a satellite without its number, and elements of another theory flown as of SGP4.
    #[test]
    fn a_tag_within_a_field_of_xml_leaves_its_message_out() {
        let lines: String =
            changed("OBJECT_NAME", "V").iter().map(|(k, v)| format!("<{k}>{v}</{k}>\n")).collect();
        let other = lines.replace(">5<", ">6<");
        for (value, wrong, keyword) in [
            (">5<", "><v>5</v><", "NORAD_CAT_ID"),
            (">5<", ">5<br/><", "NORAD_CAT_ID"),
            (">SGP4<", "><v>SGP4-XP</v><", "MEAN_ELEMENT_THEORY"),
            (">0<", "><BSTAR>4</BSTAR><", "EPHEMERIS_TYPE"),
        ] {
            assert!(lines.contains(value), "{value}");
            let found =
                parsed(&format!("<ndm><omm>{other}</omm><omm>{}</omm></ndm>", lines.replace(value, wrong)));
            assert_eq!((found.satellites.len(), found.left_out.len()), (1, 1), "{wrong}");
            assert_eq!(found.left_out[0].reason, format!("{keyword} is neither a text nor a number"));
        }
        let epoch = lines.replace("<EPOCH>", "<EPOCH units=\"TAI\">");
        assert!(refused(&format!("<omm>{epoch}</omm>")).contains("EPOCH is in 'TAI', expected no unit"));
    }

    #[test]
    fn a_csv_line_of_another_length_is_left_out() {
        let keywords: Vec<&str> = FIELDS.iter().map(|(keyword, _)| *keyword).collect();
        let values: Vec<&str> = FIELDS.iter().map(|(_, value)| *value).collect();
        let text = format!("{}\n{}\nVANGUARD,5\n", keywords.join(","), values.join(","));
        let left_out = &parsed(&text).left_out[0];
        assert_eq!((left_out.line, left_out.reason.as_str()), (3, "the line has 2 fields, the header 17"));
    }
}
