//! OMM in keyword = value notation.

use std::borrow::Cow;

use super::{Fields, check_unit, position};
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
        let (value, unit) = match value.trim_end().strip_suffix(']').and_then(|value| value.rsplit_once('['))
        {
            Some((value, unit)) => (value, unit),
            None => (value, ""),
        };
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
            catalogue.add(file, self.line, self.fields.label(), outcome);
        }
    }
}
