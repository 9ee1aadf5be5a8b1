//! OMM in keyword = value notation.

use std::borrow::Cow;

use super::{Fields, KEYWORDS, Key, check_unit, ends_within, position, unended};
use crate::constellation::catalogue::Catalogue;

/// The keyword that a message begins with.
const VERSION: &str = "CCSDS_OMM_VERS";

/// Keywords that stand before the fields of a message, or behind those of the one before where no version parts them.
const HEADER: [&str; 4] = ["CREATION_DATE", "ORIGINATOR", "MESSAGE_ID", "CLASSIFICATION"];

/// Reads a file of one or more messages. A message begins with `CCSDS_OMM_VERS`, or where a keyword
/// comes again. The last one is left out where the file ends within it.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut message = Message::default();
    let mut before = Before::default();
    let mut number = 0;
    for line in text.lines() {
        number += 1;
        let Some((keyword, value)) = line.split_once('=') else { continue };
        let keyword = keyword.trim();
        let position = position(keyword);
        let begins = keyword.eq_ignore_ascii_case(VERSION);
        if begins || position.is_some_and(|position| message.has(position)) {
            std::mem::take(&mut message).finish(file, &mut catalogue, &mut before);
        }
        message.latest = keyword;
        match position {
            _ if begins => message.begin = Some(number),
            Some(position) => message.set(position, value, number),
            None => message.follow(keyword),
        }
    }
    let open = text.lines().next_back().filter(|_| !text.ends_with(['\n', '\r']));
    let cut = before.cut(&message, open);
    let begun = open.filter(|line| cut.is_none() && message.gives_way_to(line.trim()));
    let doubt = open.and_then(|line| message.doubt(line));
    message.fault = message.fault.or(cut);
    let sure = catalogue.records.len();
    message.finish(file, &mut catalogue, &mut before);
    if catalogue.records.len() > sure {
        catalogue.doubts.extend(doubt);
    }
    if let Some(keyword) = begun {
        catalogue.add(file, number, Fields::default().who(), Err(ends_within(keyword.trim(), "")));
    }
    catalogue
}

#[derive(Default)]
struct Message<'a> {
    fields: Fields<'a>,
    /// One bit for each keyword of a field that was given.
    seen: u32,
    /// The field that was given last.
    last: usize,
    /// What stands last before a sign of equality.
    latest: &'a str,
    /// Its keywords in their order, without comments and those of a header.
    keywords: Vec<&'a str>,
    /// Line of its version.
    begin: Option<usize>,
    /// Line of its first field.
    line: usize,
    fault: Option<String>,
}

impl<'a> Message<'a> {
    fn has(&self, position: usize) -> bool {
        self.seen & (1 << position) != 0
    }

    fn set(&mut self, position: usize, value: &'a str, line: usize) {
        if self.seen == 0 {
            self.line = line;
        }
        self.seen |= 1 << position;
        self.last = position;
        self.keywords.push(self.latest);
        // Elsewhere brackets belong to the value: to a name, such as STARLINK-11072 [DTC], or to what is no value then.
        let measured = !KEYWORDS[position].1.is_empty();
        let bracket = value.trim_end().strip_suffix(']').filter(|_| measured);
        let (value, unit) = bracket.and_then(|value| value.rsplit_once('[')).unwrap_or((value, ""));
        if let Err(fault) = check_unit(position, unit) {
            self.fault.get_or_insert(fault);
        }
        self.fields.set_text(position, Cow::Borrowed(value));
    }

    /// Takes note of a keyword that SGP4 has no use for.
    fn follow(&mut self, keyword: &'a str) {
        let is_comment = keyword.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("COMMENT"));
        if !is_comment && !HEADER.iter().any(|header| header.eq_ignore_ascii_case(keyword)) {
            self.keywords.push(keyword);
        }
    }

    /// Whether a piece of a keyword, with which the file ends, begins another message.
    fn gives_way_to(&self, piece: &str) -> bool {
        let begins =
            |keyword: &str| keyword.get(..piece.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(piece));
        let again = (0..KEYWORDS.len()).filter(|&position| self.has(position));
        let mut again = again.map(|position| KEYWORDS[position].0).chain([VERSION]);
        self.seen != 0 && !piece.is_empty() && again.any(begins)
    }

    /// What is to be said where the last line of the file has no end and gives a field.
    fn doubt(&self, line: &str) -> Option<String> {
        let (keyword, value) = line.split_once('=').filter(|_| !is_whole(line))?;
        let (keyword, _) = KEYWORDS[position(keyword)?];
        Some(unended(keyword, value, &self.fields.who()))
    }

    fn finish(self, file: &str, catalogue: &mut Catalogue, before: &mut Before<'a>) {
        let line = match self.begin {
            _ if self.seen != 0 => self.line,
            Some(line) => line,
            None => return,
        };
        let outcome = match self.fault {
            Some(fault) => Err(fault),
            None => self.fields.record(line),
        };
        catalogue.add(file, line, self.fields.who(), outcome);
        before.add(self.seen, self.keywords);
    }
}

/// Whether a value is whole that a line without an end gives: a blank or the bracket of its unit stands behind it.
fn is_whole(line: &str) -> bool {
    line.ends_with([' ', '\t', ']'])
}

/// What the messages before the last one have in common, which tells where that should end.
#[derive(Default)]
struct Before<'a> {
    messages: usize,
    /// Fields that all of them have.
    seen: u32,
    /// The keywords of the one before.
    keywords: Vec<&'a str>,
    /// The last keyword, where it is the same in all.
    end: Option<&'a str>,
}

impl<'a> Before<'a> {
    fn add(&mut self, seen: u32, keywords: Vec<&'a str>) {
        let Some(&last) = keywords.last() else { return };
        (self.seen, self.end) = match self.messages {
            0 => (seen, Some(last)),
            _ => (self.seen & seen, self.end.filter(|known| known.eq_ignore_ascii_case(last))),
        };
        self.keywords = keywords;
        self.messages += 1;
    }

    /// Why the file ends within its last message, if it does; `open` is the last line where that has no end.
    fn cut(&self, message: &Message<'_>, open: Option<&str>) -> Option<String> {
        let ends_within = |remedy: &str| Some(ends_within(message.latest, remedy));
        if message.seen == 0 {
            return message.begin.and_then(|_| ends_within(""));
        }
        let orbit = Key::Epoch as usize..=Key::MeanAnomaly as usize;
        let lacks_orbit = orbit.clone().into_iter().any(|field| field > message.last && !message.has(field));
        if let Some(keyword) = self.lacking(message) {
            let is_whole = orbit.clone().all(|field| message.has(field));
            let remedy = format!(", or write '{keyword} =' at its end where there is none");
            return ends_within(if is_whole { &remedy } else { "" });
        }
        if open.is_some() && lacks_orbit {
            return ends_within("");
        }
        let line = open?;
        let (keyword, value) = line.split_once('=')?;
        position(keyword)?;
        let goes_on = |end: &str| !message.keywords.iter().any(|known| known.eq_ignore_ascii_case(end));
        let ends_early = self.end.is_some_and(goes_on) && !is_whole(line);
        if ends_early || value.trim().is_empty() { ends_within(", or end its last line") } else { None }
    }

    /// The last field that is missing while all others have it, and the one before behind what this one ends with.
    fn lacking(&self, message: &Message<'_>) -> Option<&'static str> {
        let place =
            |keyword: &&str| self.keywords.iter().rposition(|known| known.eq_ignore_ascii_case(keyword));
        let behind = message.keywords.iter().rev().find_map(place).map_or(0, |place| place + 1);
        let fields = self.keywords[behind..].iter().rev().filter_map(|keyword| position(keyword));
        let mut missing = fields.filter(|field| self.seen & (1 << field) != 0 && !message.has(*field));
        missing.next().map(|field| KEYWORDS[field].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One message in the order of the CCSDS.
    fn message(name: &str, number: &str) -> String {
        format!(
            "CCSDS_OMM_VERS = 2.0\nOBJECT_NAME = {name}\nEPOCH = 2026-01-01T00:00:00\nMEAN_MOTION = 15 [rev/day]\n\
             ECCENTRICITY = 0.001\nINCLINATION = 53\nRA_OF_ASC_NODE = 0\nARG_OF_PERICENTER = 0\nMEAN_ANOMALY = 120\n\
             NORAD_CAT_ID = {number}\nBSTAR = 0.0001\nMEAN_MOTION_DOT = 0\n"
        )
    }

    /// A satellite lost its number, elements of SGP4-XP were flown as of SGP4, and an epoch in TAI as one in UTC.
    #[test]
    fn brackets_are_a_unit_of_what_is_measured_and_of_nothing_else() {
        let text = message("S1", "44713") + "EPHEMERIS_TYPE = 0\n";
        for (value, wrong, reason) in [
            ("= 44713", "= [44713]", "NORAD_CAT_ID '[44713]' is no number"),
            ("TYPE = 0", "TYPE = [4]", "EPHEMERIS_TYPE is '[4]', not 0"),
            ("T00:00:00", "T00:00:00 [TAI]", "EPOCH '2026-01-01T00:00:00 [TAI]' is no UTC instant"),
            ("= 0.001", "= 0.001 [km]", "ECCENTRICITY is in 'km', expected n/a"),
            ("= 0.0001", "= [0.0001]", "BSTAR is in '0.0001', expected 1/ER"),
            ("= 0.0001", "= 0.0001 [m**2/kg]", "BSTAR is in 'm**2/kg', expected 1/ER"),
        ] {
            let read = read("a.kvn", &text.replacen(value, wrong, 1));
            assert!(read.records.is_empty(), "{wrong}");
            assert!(read.damaged[0].entry.reason.contains(reason), "{:?}", read.damaged);
        }
        let units = text.replacen("= 0.001", "= 0.001 [n/a]", 1).replacen("= 0.0001", "= 0.0001 [1/ER]", 1);
        assert_eq!(read("a.kvn", &units).records, read("a.kvn", &text).records);
    }

    /// The header of a message that a download broke off was passed over, and the beginning of its first keyword.
    #[test]
    fn a_message_without_fields_is_left_out() {
        let both = message("S1", "44713") + &message("S2", "44714");
        for (end, keyword) in [
            ("CCSDS_OMM_VERS = 2.0\n", "CCSDS_OMM_VERS"),
            ("CCSDS_OMM_VERS = 2.0\nCREATION_DATE = 2026", "CREATION_DATE"),
            (
                "CCSDS_OMM_VERS = 2.0\nCREATION_DATE = 2026-01-01\nORIGINATOR = X\nOBJECT_NAME = ",
                "OBJECT_NAME",
            ),
            ("CCSDS_OMM_VERS = 2.0\nOBJECT_NA", "CCSDS_OMM_VERS"),
            ("CCSDS_OM", "CCSDS_OM"),
            ("OBJECT_NAM", "OBJECT_NAM"),
            ("OBJECT_NAME =", "OBJECT_NAME"),
        ] {
            let read = read("a.kvn", &(both.clone() + end));
            assert_eq!((read.records.len(), read.damaged.len()), (2, 1), "{end}");
            let reason = &read.damaged[0].entry.reason;
            assert!(reason.starts_with(&format!("the file ends within it, at {keyword}: ")), "{reason}");
        }
        let within = read("a.kvn", &format!("CCSDS_OMM_VERS = 2.0\nORIGINATOR = X\n{both}"));
        assert_eq!((within.records.len(), within.damaged.len()), (2, 1));
        assert_eq!(within.damaged[0].entry.line, 1);
        for whole in ["", "MEAN_MOTION_DDOT = 0", "MEAN_MOTION_DD", "COMMENT the end", "\n\n"] {
            let read = read("a.kvn", &(both.clone() + whole));
            assert_eq!((read.records.len(), read.damaged.len(), read.doubts.len()), (2, 0, 0), "{whole}");
        }
    }

    /// `MEAN_ANOMALY = 120` that was cut to `= 1` flew as that in silence.
    #[test]
    fn a_last_value_without_the_end_of_its_line_is_doubtful() {
        let up_to = |text: &str, keyword: &str| text[..text.find(keyword).unwrap()].to_owned();
        for next in ["NORAD_CAT_ID", "BSTAR", "MEAN_MOTION_DOT"] {
            let [one, last] =
                [("S1", "44713"), ("S2", "44714")].map(|(name, number)| up_to(&message(name, number), next));
            for text in [last.clone(), one + &last] {
                let whole = read("a.kvn", &text);
                assert!(whole.doubts.is_empty() && whole.damaged.is_empty(), "{next}");
                let unended = read("a.kvn", text.trim_end());
                assert_eq!((&unended.records, unended.damaged.len()), (&whole.records, 0), "{next}");
                let value = text.lines().next_back().unwrap();
                assert!(
                    unended.doubts[0].contains(&format!("read is {value} of S2")),
                    "{:?}",
                    unended.doubts
                );
                for sure in [" ", "\r"] {
                    assert!(read("a.kvn", &(text.trim_end().to_owned() + sure)).doubts.is_empty(), "{next}");
                }
                // Where the value is gone, nothing is there to be taken.
                let blank = read("a.kvn", &text[..=text.rfind('=').unwrap()]);
                assert_eq!(blank.damaged.len(), 1, "{next}");
            }
        }
        let [one, last] = [("S1", "44713"), ("S2", "44714")].map(|(name, number)| message(name, number));
        let cut = read("a.kvn", &(one + up_to(&last, "\nMEAN_MOTION_DOT").as_str()));
        let reason = &cut.damaged[0].entry.reason;
        assert!(
            reason.ends_with(
                "at BSTAR: perhaps a download was cut off; fetch the file anew, or end its last line"
            ),
            "{reason}"
        );
    }

    /// It was called cut off for a field that stands elsewhere in the others.
    #[test]
    fn a_whole_message_with_fewer_fields_than_the_one_before_flies() {
        let without = |name: &str, keyword: &str| -> String {
            let text = message(name, "44714");
            text.split_inclusive('\n').filter(|line| !line.starts_with(keyword)).collect()
        };
        let end = |text: String| text.replace("MEAN_MOTION_DOT = 0\n", "");
        let [one, short] = [end(message("S1", "44713")), end(without("S2", "BSTAR"))];
        let told = read("a.kvn", &(one.clone() + &short)).damaged.remove(0).entry.reason;
        assert!(
            told.ends_with("fetch the file anew, or write 'BSTAR =' at its end where there is none"),
            "{told}"
        );
        assert_eq!(read("a.kvn", &(one + &short + "BSTAR =\n")).records.len(), 2);
        let first = message("S1", "44713").replace("EPOCH", "OBJECT_ID = 2020-001A\nEPOCH");
        for keyword in ["BSTAR", "NORAD_CAT_ID", "nothing"] {
            let text = first.clone() + &without("S2", keyword);
            for text in [text.as_str(), text.trim_end()] {
                let read = read("a.kvn", text);
                assert_eq!(
                    (read.records.len(), read.damaged.len(), read.doubts.len()),
                    (2, 0, 0),
                    "{keyword}"
                );
            }
        }
    }

    /// Of `STARLINK-11072 [DTC]` the end was taken for a unit.
    #[test]
    fn brackets_of_a_name_are_no_unit() {
        let text = "OBJECT_NAME = STARLINK-11072 [DTC]\nOBJECT_ID = 2024-001A [x]\nEPOCH = 2026-08-20T00:00:00\n\
                    MEAN_MOTION = 15.7 [rev/day]\nECCENTRICITY = .0001 [n/a]\nINCLINATION = 53 [deg]\n\
                    RA_OF_ASC_NODE = 1 [deg]\nARG_OF_PERICENTER = 2\nMEAN_ANOMALY = 3\nNORAD_CAT_ID = 58705\n";
        let read = read("a.kvn", text);
        let [record] = read.records.as_slice() else { panic!("{:?}", read.damaged) };
        assert_eq!(record.name, "STARLINK-11072 [DTC]");
        assert_eq!(record.designator.as_deref(), Some("2024-001A [x]"));
        assert_eq!((record.elements.mean_motion_rev_day, record.elements.inclination_deg), (15.7, 53.0));
        let in_radians = super::read("a.kvn", &text.replace("53 [deg]", "0.9 [rad]"));
        assert_eq!(in_radians.damaged[0].name.as_deref(), Some("STARLINK-11072 [DTC]"));
        assert!(in_radians.damaged[0].entry.reason.contains("INCLINATION is in 'rad', expected deg"));
    }
}
