//! OMM in keyword = value notation.

use std::borrow::Cow;

use super::{Fields, KEYWORDS, Key, check_unit, position};
use crate::constellation::catalogue::Catalogue;

/// Keywords that stand before the fields of a message, or behind those of the one before where no version parts them.
const HEADER: [&str; 4] = ["CREATION_DATE", "ORIGINATOR", "MESSAGE_ID", "CLASSIFICATION"];

/// Reads a file of one or more messages. A message begins with `CCSDS_OMM_VERS`, or where a keyword
/// comes again. The last one is left out where the file ends within it.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut message = Message::default();
    let mut before = Before::default();
    for (index, line) in text.lines().enumerate() {
        let Some((keyword, value)) = line.split_once('=') else { continue };
        let keyword = keyword.trim();
        if keyword.eq_ignore_ascii_case("CCSDS_OMM_VERS") {
            std::mem::take(&mut message).finish(file, &mut catalogue, &mut before);
            continue;
        }
        let Some(position) = position(keyword) else {
            message.follow(keyword);
            continue;
        };
        if message.seen & (1 << position) != 0 {
            std::mem::take(&mut message).finish(file, &mut catalogue, &mut before);
        }
        message.set(position, value, index + 1);
    }
    if before.is_cut(&message, text.ends_with('\n')) {
        let (keyword, _) = KEYWORDS[message.last];
        let reason =
            format!("the file ends within it, at {keyword}: perhaps a download was cut off; fetch it anew");
        message.fault = Some(reason);
    }
    message.finish(file, &mut catalogue, &mut before);
    catalogue
}

#[derive(Default)]
struct Message<'a> {
    fields: Fields<'a>,
    /// One bit for each keyword that was given.
    seen: u32,
    /// The one that was given last.
    last: usize,
    /// Whether another keyword of a message comes behind it.
    is_followed: bool,
    line: usize,
    fault: Option<String>,
}

impl<'a> Message<'a> {
    fn set(&mut self, position: usize, value: &'a str, line: usize) {
        if self.seen == 0 {
            self.line = line;
        }
        self.seen |= 1 << position;
        (self.last, self.is_followed) = (position, false);
        // Brackets at the end of a name, such as [DTC], belong to it: only numbers have units.
        let number = (position >= Key::Epoch as usize).then(|| value.trim_end().strip_suffix(']')).flatten();
        let (value, unit) = number.and_then(|value| value.rsplit_once('[')).unwrap_or((value, ""));
        if let Err(fault) = check_unit(position, unit) {
            self.fault.get_or_insert(fault);
        }
        self.fields.set_text(position, Cow::Borrowed(value));
    }

    /// Takes note of a keyword that SGP4 has no use for.
    fn follow(&mut self, keyword: &str) {
        let is_comment = keyword.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("COMMENT"));
        if !is_comment && !HEADER.iter().any(|header| header.eq_ignore_ascii_case(keyword)) {
            self.is_followed = true;
        }
    }

    fn finish(self, file: &str, catalogue: &mut Catalogue, before: &mut Before) {
        before.add(&self);
        if !self.fields.is_empty() {
            let outcome = match self.fault {
                Some(fault) => Err(fault),
                None => self.fields.record(self.line),
            };
            catalogue.add(file, self.line, self.fields.who(), outcome);
        }
    }
}

/// What all messages before the last one have in common, which tells where that should end.
#[derive(Default)]
struct Before {
    messages: usize,
    /// Keywords that all of them have.
    seen: u32,
    /// The last keyword that SGP4 has a use for, and whether another comes behind it; none where they differ.
    end: Option<(usize, bool)>,
}

impl Before {
    fn add(&mut self, message: &Message<'_>) {
        if message.seen == 0 {
            return;
        }
        let end = (message.last, message.is_followed);
        (self.seen, self.end) = match self.messages {
            0 => (message.seen, Some(end)),
            _ => (self.seen & message.seen, self.end.filter(|known| *known == end)),
        };
        self.messages += 1;
    }

    /// Whether the file ends within its last message; `line_ends` where its last line has an end.
    fn is_cut(&self, message: &Message<'_>, line_ends: bool) -> bool {
        if message.seen == 0 {
            return false;
        }
        let missing = self.seen & !message.seen;
        let lacks_end = self.end.is_some_and(|(last, _)| missing & (1 << last) != 0);
        let ends_early = match self.end {
            _ if line_ends || message.is_followed => false,
            Some(end) => end == (message.last, true),
            // What SGP4 elements need besides comes behind the orbit.
            None => (Key::Epoch as usize..=Key::MeanAnomaly as usize).contains(&message.last),
        };
        lacks_end || ends_early || (!line_ends && missing != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
