//! One table of a definition: typed fields with their place, and errors that point at it.
//!
//! A table refuses unknown fields at once, and at its end those that no one asked for.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::basis::{Basis, Library, Overrides};
use crate::constellation::{Confidence, Figure};
use crate::diagnostics::{TextError, nearest};

/// Result of reading a part of a definition.
pub(super) type Read<T> = Result<T, Box<TextError>>;

/// The file that is being read.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Document<'_> {
    /// An error at a place of the file.
    pub fn error(&self, span: &Range<usize>, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, span.clone(), message)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Given<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// What a number may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub low: f64,
    pub high: f64,
    /// The ends do not belong to the range.
    pub low_open: bool,
    pub high_open: bool,
    /// What the number counts, for messages.
    pub unit: &'static str,
}

impl Limits {
    /// Both ends belong to the range.
    pub const fn closed(low: f64, high: f64, unit: &'static str) -> Self {
        Self { low, high, low_open: false, high_open: false, unit }
    }

    /// The upper end does not belong to the range.
    pub const fn half_open(low: f64, high: f64, unit: &'static str) -> Self {
        Self { low, high, low_open: false, high_open: true, unit }
    }

    /// Above zero, up to and with `high`.
    pub const fn positive(high: f64, unit: &'static str) -> Self {
        Self { low: 0.0, high, low_open: true, high_open: false, unit }
    }

    fn holds(&self, value: f64) -> bool {
        let above = if self.low_open { value > self.low } else { value >= self.low };
        let below = if self.high_open { value < self.high } else { value <= self.high };
        above && below
    }

    fn text(&self) -> String {
        let Self { low, high, unit, .. } = self;
        let low = if self.low_open { format!("above {low} and up") } else { low.to_string() };
        format!("{low} to {}{high} {unit}", if self.high_open { "below " } else { "" })
    }
}

/// How messages call a list of tables, and one table, before its header.
const DOUBLE: &str = "a list of tables, each headed ";
const SINGLE: &str = "a table headed ";

/// How messages call what stands in a list.
const ENTRY: &str = "an entry of ";

/// How to mend a number that is out of its limits.
fn out_of_range(key: &str, limits: &Limits) -> String {
    let example = [0.0, 1.0].into_iter().find(|&number| limits.holds(number)).unwrap_or(limits.low);
    let hint = match key {
        "eccentricity" => "an orbit around the Earth has less than 1; a circle has 0",
        "min_elevation_deg" | "gateway_min_elevation_deg" => {
            return format!("elevation counts from the horizon, 0, to the zenith, 90; write {key} = 10, say");
        }
        "altitude_km" => "it counts from the equator's radius of 6378.137 km; write altitude_km = 550, say",
        "semi_major_axis_km" => "it counts from the Earth's centre; write semi_major_axis_km = 6928.137, say",
        "inclination_deg" => "it counts from the equator; beyond 90 the orbit is retrograde",
        "longitude_deg" | "node_longitude_deg" => "west of Greenwich is negative",
        "mean_motion_rev_day" => "write mean_motion_rev_day = 15.06, say",
        // An entry of a list has no name of its own to write a number behind.
        _ if limits.unit.starts_with("as ") && key.starts_with(ENTRY) => {
            return "correct the number, or take it out of the list".to_owned();
        }
        _ if limits.unit.starts_with("as ") => return format!("write {key} = {} or more", limits.low),
        _ if key.starts_with(ENTRY) => {
            return format!("write {example}, say; the unit is that of the field's name");
        }
        _ => return format!("write {key} = {example}, say; the unit is that of the field's name"),
    };
    hint.to_owned()
}

/// How a kind of table is written and which fields it may have.
pub(super) struct Shape {
    /// Such as `[[shell]]`.
    pub header: &'static str,
    pub fields: &'static [&'static str],
}

/// A table of the file with everything that reading it needs.
pub(super) struct Section<'a> {
    document: &'a Document<'a>,
    library: &'a Library<'a>,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    shape: &'static Shape,
    /// What its figures are listed under, such as `shell MEO`.
    title: RefCell<String>,
    basis: Option<Basis>,
    overrides: Overrides<'a>,
    /// Fields that were asked for.
    asked: RefCell<Vec<&'static str>>,
    figures: RefCell<Vec<Figure>>,
}

/// Names of the fields that give sources; every table has them.
const BASIS_FIELDS: [&str; 5] = ["source", "confidence", "stated", "derived", "assumed"];

impl<'a> Section<'a> {
    /// The table at `span`; figures without a source of their own take the table's, else `parent`'s.
    ///
    /// # Errors
    /// For fields that no such table has, and sources that are not there.
    pub fn new(
        document: &'a Document<'a>,
        library: &'a Library<'a>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        shape: &'static Shape,
        parent: Option<&Basis>,
    ) -> Read<Self> {
        for (key, _) in in_order(table) {
            let name = key.get_ref().as_ref();
            if !shape.fields.contains(&name) && !BASIS_FIELDS.contains(&name) {
                let message = format!("unknown field '{name}' in {}", shape.header);
                let help = known_names(name, shape.fields.iter().copied());
                return Err(Box::new(document.error(&key.span(), message).help(help)));
            }
        }
        let basis = library.default_of(document, table)?.or_else(|| parent.cloned());
        let overrides = library.overrides_of(document, table)?;
        let title = RefCell::new(shape.header.trim_matches(['[', ']']).to_owned());
        let (asked, figures) = Default::default();
        Ok(Self { document, library, table, span, shape, title, basis, overrides, asked, figures })
    }

    /// Sets what the figures of this table are listed under.
    pub fn set_title(&self, title: String) {
        *self.title.borrow_mut() = title;
    }

    /// Where the table stands.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// An error at a place of the file.
    pub fn error(&self, span: &Range<usize>, message: impl Into<String>) -> TextError {
        self.document.error(span, message)
    }

    /// The line of the file, from 1, in which a place begins.
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.document.error(span, "").line
    }

    /// The error of a field that must be there.
    pub fn missing(&self, key: &str, help: &str) -> Box<TextError> {
        let preposition = if self.shape.header.starts_with("the top") { "at" } else { "in" };
        let message = format!("{key} is missing {preposition} {}", self.shape.header);
        Box::new(self.error(&self.span, message).help(help))
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        debug_assert!(self.shape.fields.contains(&key), "{key} is not in the shape of {}", self.shape.header);
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// True when the field is written, whatever its value.
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue>, expected: &str) -> Box<TextError> {
        let found = match value.get_ref().type_str() {
            "string" => "a text",
            "integer" | "float" => "a number",
            "boolean" => "true or false",
            "datetime" => "a date",
            "array" => "a list",
            _ => "a table",
        };
        let error = self.error(&value.span(), format!("{key} is {found}, expected {expected}"));
        let help = match value.get_ref() {
            DeValue::String(text) if expected.contains("number") => {
                let digits: String = text
                    .trim()
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
                    .collect();
                match digits.parse::<f64>() {
                    Ok(_) if digits == text.trim() => format!("write {key} = {digits} without quotes"),
                    Ok(_) => format!(
                        "the unit is that of the field's name: write {key} = {digits} if that is meant"
                    ),
                    Err(_) => "write a plain number".to_owned(),
                }
            }
            DeValue::Table(_) if expected.contains(DOUBLE) => {
                "write its header in double brackets, as there may be several".to_owned()
            }
            DeValue::Array(_) if expected.contains(SINGLE) => {
                "write its header in single brackets, as there is one".to_owned()
            }
            _ if expected == "a text" => "write it between double quotes".to_owned(),
            _ if expected == "a list of numbers" => format!("write {key} = [0, 15.5], say"),
            _ => return Box::new(error),
        };
        Box::new(error.help(help))
    }

    /// A text field.
    pub fn text(&self, key: &'static str) -> Read<Option<Given<String>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Ok(Some(Given { value: text.trim().to_owned(), span: value.span() }))
            }
            DeValue::String(_) => {
                let error = self.error(&value.span(), format!("{key} is empty, expected a text"));
                Err(Box::new(error.help("fill it in, or leave the field away")))
            }
            _ => Err(self.wrong_type(key, value, "a text")),
        }
    }

    /// A date or instant, written as a TOML date or as text; handed on as text.
    pub fn date(&self, key: &'static str) -> Read<Option<Given<String>>> {
        match self.get(key).map(|value| (value.get_ref(), value.span())) {
            Some((DeValue::Datetime(date), span)) => Ok(Some(Given { value: date.to_string(), span })),
            _ => self.text(key),
        }
    }

    /// A list of texts, or one text for a list of one.
    pub fn texts(&self, key: &'static str) -> Read<Vec<Given<String>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            return Ok(self.text(key)?.into_iter().collect());
        };
        items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    Ok(Given { value: text.trim().to_owned(), span: item.span() })
                }
                DeValue::String(_) => {
                    let message = format!("{ENTRY}{key} is empty, expected a text");
                    Err(Box::new(
                        self.error(&item.span(), message).help("fill it in, or take it out of the list"),
                    ))
                }
                _ => Err(self.wrong_type(&format!("{ENTRY}{key}"), item, "a text")),
            })
            .collect()
    }

    /// One of a closed set of words.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Read<Option<Given<T>>> {
        let Some(given) = self.text(key)? else { return Ok(None) };
        match words.iter().find(|(word, _)| *word == given.value) {
            Some(&(_, value)) => Ok(Some(Given { value, span: given.span })),
            None => {
                let names = words.iter().map(|(word, _)| *word);
                let error = self.error(&given.span, format!("{key} '{}' is not known", given.value));
                Err(Box::new(error.help(known_names(&given.value, names))))
            }
        }
    }

    /// A number within limits, without a source.
    pub fn number(&self, key: &'static str, limits: &Limits) -> Read<Option<Given<f64>>> {
        self.get(key).map(|value| self.number_of(key, value, limits)).transpose()
    }

    fn number_of(&self, key: &str, value: &Spanned<DeValue>, limits: &Limits) -> Read<Given<f64>> {
        let span = value.span();
        let number = match value.get_ref() {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|integer| integer as f64)
            }
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => return Err(self.wrong_type(key, value, &format!("a number of {}", limits.unit))),
        };
        match number {
            Some(number) if limits.holds(number) => Ok(Given { value: number, span }),
            _ => {
                let written = self.document.text.get(span.clone()).unwrap_or_default();
                let message = format!("{key} is {written}, expected {}", limits.text());
                Err(Box::new(self.error(&span, message).help(out_of_range(key, limits))))
            }
        }
    }

    /// A number within limits that must have a source.
    pub fn figure(&self, key: &'static str, limits: &Limits) -> Read<Option<Given<f64>>> {
        let given = self.number(key, limits)?;
        if let Some(given) = &given {
            self.note_written(key, &given.span)?;
        }
        Ok(given)
    }

    /// The value alone of [`Self::figure`].
    pub fn optional(&self, key: &'static str, limits: &Limits) -> Read<Option<f64>> {
        Ok(self.figure(key, limits)?.map(|given| given.value))
    }

    /// A figure that is `default` when it is not written. The default is listed as an assumption.
    pub fn figure_or(&self, key: &'static str, default: f64, limits: &Limits) -> Read<f64> {
        match self.figure(key, limits)? {
            Some(given) => Ok(given.value),
            None => {
                self.note_default(key, default.to_string());
                Ok(default)
            }
        }
    }

    /// A whole number from 1 to `most` that must have a source.
    pub fn count(&self, key: &'static str, most: u32) -> Read<Option<Given<u32>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let count = self.count_of(key, value, most)?;
        self.note_written(key, &count.span)?;
        Ok(Some(count))
    }

    fn count_of(&self, key: &str, value: &Spanned<DeValue>, most: u32) -> Read<Given<u32>> {
        self.whole_of(key, value, &Limits::closed(1.0, f64::from(most), "as a whole number"))
    }

    /// A whole number within limits, without a source.
    pub fn whole(&self, key: &'static str, limits: &Limits) -> Read<Option<u32>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        Ok(Some(self.whole_of(key, value, limits)?.value))
    }

    fn whole_of(&self, key: &str, value: &Spanned<DeValue>, limits: &Limits) -> Read<Given<u32>> {
        if matches!(value.get_ref(), DeValue::Float(_)) {
            let written = self.document.text.get(value.span()).unwrap_or_default();
            let error = self.error(&value.span(), format!("{key} is {written}, expected a whole number"));
            return Err(Box::new(error.help("write it with digits alone")));
        }
        let given = self.number_of(key, value, limits)?;
        Ok(Given { value: given.value as u32, span: given.span })
    }

    /// A table of whole numbers, or of lists of whole numbers, under free names.
    pub fn counts(&self, key: &'static str, most: u32) -> Read<Vec<(Given<String>, Vec<Given<u32>>, bool)>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.wrong_type(key, value, "a table such as { MEO = 6 }"));
        };
        let mut counts = Vec::new();
        for (name, value) in in_order(table) {
            let shell = Given { value: name.get_ref().to_string(), span: name.span() };
            let label = format!("{key}.{}", shell.value);
            let (numbers, list) = match value.get_ref() {
                DeValue::Array(items) => {
                    (items.iter().map(|item| self.count_of(&label, item, most)).collect::<Read<_>>()?, true)
                }
                _ => (vec![self.count_of(&label, value, most)?], false),
            };
            self.note_written_as(key, &label, &value.span())?;
            counts.push((shell, numbers, list));
        }
        Ok(counts)
    }

    /// A list of numbers within limits, sourced as a whole.
    pub fn figures(&self, key: &'static str, limits: &Limits) -> Read<Option<Given<Vec<f64>>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value, "a list of numbers"));
        };
        let label = format!("{ENTRY}{key}");
        let numbers: Vec<f64> =
            items.iter().map(|item| Ok(self.number_of(&label, item, limits)?.value)).collect::<Read<_>>()?;
        if numbers.is_empty() {
            let error = self.error(&value.span(), format!("{key} is an empty list"));
            return Err(Box::new(error.help("write numbers into it, or leave the field away")));
        }
        self.note_written(key, &value.span())?;
        Ok(Some(Given { value: numbers, span: value.span() }))
    }

    /// A list of whole numbers within limits, without a source.
    pub fn numbers(&self, key: &'static str, limits: &Limits) -> Read<Vec<u32>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value, "a list of numbers"));
        };
        let label = format!("{ENTRY}{key}");
        items.iter().map(|item| Ok(self.whole_of(&label, item, limits)?.value)).collect()
    }

    /// The tables of a list such as `[[shell]]`, in the order of the file.
    pub fn tables(&self, key: &'static str, shape: &'static Shape) -> Read<Vec<Section<'a>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value, &format!("{DOUBLE}{}", shape.header)));
        };
        items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::Table(table) => self.child(table, item.span(), shape),
                _ => Err(self.wrong_type(&format!("{ENTRY}{key}"), item, "a table")),
            })
            .collect()
    }

    /// A table such as `[service]`.
    pub fn table(&self, key: &'static str, shape: &'static Shape) -> Read<Option<Section<'a>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::Table(table) => self.child(table, value.span(), shape).map(Some),
            _ => Err(self.wrong_type(key, value, &format!("{SINGLE}{}", shape.header))),
        }
    }

    fn child(&self, table: &'a DeTable<'a>, span: Range<usize>, shape: &'static Shape) -> Read<Section<'a>> {
        Section::new(self.document, self.library, table, span, shape, self.basis.as_ref())
    }

    /// Notes a figure that is written at `span`.
    ///
    /// # Errors
    /// When neither the figure, the table nor the file gives a source.
    pub fn note_written(&self, key: &'static str, span: &Range<usize>) -> Read<()> {
        self.note_written_as(key, key, span)
    }

    fn note_written_as(&self, key: &'static str, label: &str, span: &Range<usize>) -> Read<()> {
        let written = self.document.text.get(span.clone()).unwrap_or_default();
        let value = written.split_whitespace().collect::<Vec<_>>().join(" ");
        self.note_sourced(key, label, value, span)
    }

    /// Notes a figure that is told otherwise than it is written.
    ///
    /// # Errors
    /// As [`Self::note_written`].
    pub fn note_value(&self, key: &'static str, value: String, span: &Range<usize>) -> Read<()> {
        self.note_sourced(key, key, value, span)
    }

    /// Notes a figure whose source is `fallback` when neither it nor its table gives one.
    pub fn note_or(&self, key: &'static str, span: &Range<usize>, fallback: Basis) {
        let value = self.document.text.get(span.clone()).unwrap_or_default().to_owned();
        let basis = self.overrides.of(key).or_else(|| self.basis.clone()).unwrap_or(fallback);
        self.note(key, value, basis);
    }

    fn note_sourced(&self, key: &'static str, label: &str, value: String, span: &Range<usize>) -> Read<()> {
        let Some(basis) = self.overrides.of(key).or_else(|| self.basis.clone()) else {
            let error = self.error(span, format!("{key} has no source")).help(format!(
                "write source = \"<key of [sources]>\" in {}, or stated.{key} = \"<key>\", derived.{key} = \"<key>\" \
                 or assumed.{key} = \"<why>\"",
                self.shape.header
            ));
            return Err(Box::new(error));
        };
        self.note(label, value, basis);
        Ok(())
    }

    /// Notes a figure that takes the format's default.
    pub fn note_default(&self, key: &'static str, value: String) {
        let basis = self.overrides.of(key).unwrap_or_else(|| Basis {
            confidence: Confidence::Assumed,
            source: Figure::DEFAULT_SOURCE.to_owned(),
        });
        self.note(key, value, basis);
    }

    fn note(&self, label: &str, value: String, basis: Basis) {
        let name = format!("{}: {label}", self.title.borrow());
        let Basis { confidence, source } = basis;
        self.figures.borrow_mut().push(Figure { name, value, confidence, source });
    }

    /// Refuses fields that have no meaning beside the others, and hands out the figures.
    pub fn finish(self) -> Read<Vec<Figure>> {
        let mut asked: Vec<&str> = Vec::new();
        for key in self.asked.into_inner() {
            if !asked.contains(&key) {
                asked.push(key);
            }
        }
        for (key, _) in in_order(self.table) {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) && !BASIS_FIELDS.contains(&name) {
                let message = format!("'{name}' has no meaning in this {}", self.shape.header);
                let error = self.document.error(&key.span(), message);
                return Err(Box::new(error.help(format!("fields that have one: {}", asked.join(", ")))));
            }
        }
        self.overrides.check_used(self.document, self.shape.header, self.shape.fields)?;
        Ok(self.figures.into_inner())
    }
}

/// Entries of a table in the order of the file.
pub(super) fn in_order<'t, 'a>(
    table: &'t DeTable<'a>,
) -> Vec<(&'t Spanned<toml::de::DeString<'a>>, &'t Spanned<DeValue<'a>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The help of an unknown name: the nearest candidate, and all of them.
pub(super) fn known_names<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match (nearest(name, known.iter().copied()), known.is_empty()) {
        (_, true) => "leave it out: there are none in this file".to_owned(),
        (Some(near), _) => format!("did you mean '{near}'? Known: {}", known.join(", ")),
        (None, _) => format!("known: {}", known.join(", ")),
    }
}
