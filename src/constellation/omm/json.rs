//! OMM in JSON: an array of flat objects, or one.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Fields, KEYWORDS, Value, position};
use crate::constellation::catalogue::{Catalogue, Who};
use crate::diagnostics::{TextError, json_words};

/// Reads a file; an object that is no element set is left out, broken JSON is an error.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Result<Catalogue, Box<TextError>> {
    let objects: Vec<&RawValue> = if text.trim_start().starts_with('{') {
        vec![serde_json::from_str(text).map_err(|error| broken(file, text, &error))?]
    } else {
        serde_json::from_str(text).map_err(|error| broken(file, text, &error))?
    };
    let mut catalogue = Catalogue::default();
    let (mut line, mut counted) = (1, 0);
    for object in objects {
        // Each object is a piece of `text`: its address tells its line.
        let at = object.get().as_ptr() as usize - text.as_ptr() as usize;
        line += text.as_bytes()[counted..at].iter().filter(|&&byte| byte == b'\n').count();
        counted = at;
        let mut deserializer = serde_json::Deserializer::from_str(object.get());
        match deserializer.deserialize_map(FieldsVisitor) {
            Ok(fields) => catalogue.add(file, line, fields.who(), fields.record(line)),
            Err(error) => {
                let reason = Err(format!("not an object of OMM fields: {}", json_words(&error)));
                let who = Who { label: super::shortened(object.get()), name: None, number: None };
                catalogue.add(file, line, who, reason);
            }
        }
    }
    Ok(catalogue)
}

fn broken(file: &str, text: &str, error: &serde_json::Error) -> Box<TextError> {
    let line = error.line().max(1);
    let line_text = text.split('\n').nth(line - 1).unwrap_or_default();
    let start = error.column().saturating_sub(1).min(line_text.len());
    let message = json_words(error);
    let help = if error.is_eof() {
        "the file ends early: perhaps a download was cut off"
    } else {
        "expected an array of OMM objects as a catalogue server sends with FORMAT=json"
    };
    Box::new(
        TextError::on_line(file, line, line_text, start..start + 1, format!("broken JSON: {message}"))
            .help(help),
    )
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object of OMM fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        let mut seen = [false; KEYWORDS.len()];
        while let Some(position) = map.next_key_seed(KeySeed)? {
            match position {
                // Which of two values was meant, nobody can tell.
                Some(position) if std::mem::replace(&mut seen[position], true) => {
                    return Err(serde::de::Error::custom(format_args!(
                        "{} is given twice",
                        KEYWORDS[position].0
                    )));
                }
                Some(position) => fields.0[position] = map.next_value_seed(ValueSeed)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a keyword")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<usize>, E> {
        Ok(position(text))
    }
}

struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Missing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(if text.trim().is_empty() { Value::Missing } else { Value::Text(Cow::Borrowed(text)) })
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(if text.trim().is_empty() { Value::Missing } else { Value::Text(Cow::Owned(text.to_owned())) })
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}
