//! OMM in keyword = value notation.

use std::borrow::Cow;

use super::{Fields, Key, check_unit, position};
use crate::constellation::catalogue::Catalogue;

/// Reads a file of one or more messages. A message begins with `CCSDS_OMM_VERS`, or where a keyword
/// comes again.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut message = Message::default();
    for (index, line) in text.lines().enumerate() {
        let Some((keyword, value)) = line.split_once('=') else { continue };
        if keyword.trim().eq_ignore_ascii_case("CCSDS_OMM_VERS") {
            std::mem::take(&mut message).finish(file, &mut catalogue);
            continue;
        }
        let Some(position) = position(keyword) else { continue };
        if message.seen & (1 << position) != 0 {
            std::mem::take(&mut message).finish(file, &mut catalogue);
        }
        message.set(position, value, index + 1);
    }
    message.finish(file, &mut catalogue);
    catalogue
}

#[derive(Default)]
struct Message<'a> {
    fields: Fields<'a>,
    /// One bit for each keyword that was given.
    seen: u32,
    line: usize,
    fault: Option<String>,
}

impl<'a> Message<'a> {
    fn set(&mut self, position: usize, value: &'a str, line: usize) {
        if self.seen == 0 {
            self.line = line;
        }
        self.seen |= 1 << position;
        // Brackets at the end of a name, such as [DTC], belong to it: only numbers have units.
        let number = (position >= Key::Epoch as usize).then(|| value.trim_end().strip_suffix(']')).flatten();
        let (value, unit) = number.and_then(|value| value.rsplit_once('[')).unwrap_or((value, ""));
        if let Err(fault) = check_unit(position, unit) {
            self.fault.get_or_insert(fault);
        }
        self.fields.set_text(position, Cow::Borrowed(value));
    }

    fn finish(self, file: &str, catalogue: &mut Catalogue) {
        if !self.fields.is_empty() {
            let outcome = match self.fault {
                Some(fault) => Err(fault),
                None => self.fields.record(self.line),
            };
            catalogue.add(file, self.line, self.fields.who(), outcome);
        }
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
