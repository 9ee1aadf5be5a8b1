//! OMM in XML: `<omm>` messages, alone or many in an `<ndm>`.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Fields, KEYWORDS, Value, check_unit, no_value, position};
use crate::constellation::catalogue::Catalogue;
use crate::diagnostics::TextError;

/// Reads a file; a message that is no element set is left out, broken XML is an error.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Result<Catalogue, Box<TextError>> {
    let mut reader = Reader::from_str(text);
    let mut catalogue = Catalogue::default();
    let mut message: Option<Message> = None;
    let mut open: Option<(usize, String)> = None;
    let (mut line, mut counted) = (1, 0);
    let mut depth = 0_usize;
    loop {
        let before = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let at = reader.error_position() as usize;
            broken(file, text, at, &error.to_string())
        })?;
        line += text.as_bytes()[counted..before].iter().filter(|&&byte| byte == b'\n').count();
        counted = before;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "omm" => {
                if let Some(unclosed) = message.take() {
                    unclosed.finish(file, &mut catalogue);
                }
                message = Some(Message { fields: Fields::default(), line, fault: None });
            }
            Event::Start(tag) => {
                hold(&mut message, &open);
                open = position(tag.local_name().as_ref()).map(|position| (position, String::new()));
                if let (Some(message), Some((position, _))) = (&mut message, &open)
                    && let Some(units) = tag.try_get_attribute("units").ok().flatten()
                    && let Err(fault) = check_unit(*position, &units.value)
                {
                    message.fault.get_or_insert(fault);
                }
            }
            Event::Text(content) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&content);
                }
            }
            Event::CData(content) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&content);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some((_, value)) = &mut open {
                    let character = reference.resolve_char_ref().ok().flatten();
                    match quick_xml::escape::resolve_predefined_entity(&reference) {
                        Some(text) => value.push_str(text),
                        None => value.push(character.unwrap_or('\u{fffd}')),
                    }
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "omm" => {
                if let Some(message) = message.take() {
                    message.finish(file, &mut catalogue);
                }
            }
            Event::End(_) => {
                if let (Some(message), Some((position, value))) = (&mut message, open.take()) {
                    if message.fields.0[position] != Value::Missing {
                        let fault = format!("{} is given twice", KEYWORDS[position].0);
                        message.fault.get_or_insert(fault);
                    }
                    message.fields.set_text(position, Cow::Owned(value));
                }
            }
            Event::Eof => break,
            Event::Empty(_) => hold(&mut message, &open),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if message.is_some() {
        return Err(broken(file, text, text.len(), "the last <omm> is not closed"));
    }
    if depth > 0 {
        return Err(broken(file, text, text.len(), "the last tag is not closed"));
    }
    Ok(catalogue)
}

/// Notes that the field that is open holds a tag, which is no value: passed over, it would change what the field says.
fn hold(message: &mut Option<Message>, open: &Option<(usize, String)>) {
    if let (Some(message), Some((position, _))) = (message, open) {
        message.fault.get_or_insert(no_value(KEYWORDS[*position].0));
    }
}

fn broken(file: &str, text: &str, at: usize, what: &str) -> Box<TextError> {
    Box::new(
        TextError::at(file, text, at..at + 1, format!("broken XML: {what}")).help(
            "expected <omm> messages as a catalogue server sends with FORMAT=xml, whole to the last tag",
        ),
    )
}

struct Message {
    fields: Fields<'static>,
    line: usize,
    fault: Option<String>,
}

impl Message {
    fn finish(self, file: &str, catalogue: &mut Catalogue) {
        let outcome = match self.fault {
            Some(fault) => Err(fault),
            None => self.fields.record(self.line),
        };
        catalogue.add(file, self.line, self.fields.who(), outcome);
    }
}
