//! OMM in CSV: a header of keywords, then one satellite a line.

use std::borrow::Cow;
use std::ops::Range;

use super::{Fields, KEYWORDS, ends_within, position, unended};
use crate::constellation::catalogue::Catalogue;
use crate::diagnostics::TextError;

/// Reads a file; a line that is no element set is left out, a header without elements is an error.
///
/// No value of an OMM has a line break in it, so each line stands for itself: a quotation mark that is
/// never closed spoils its own line only.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Result<Catalogue, Box<TextError>> {
    let delimiter = delimiter(text);
    let mut catalogue = Catalogue::default();
    let mut columns: Vec<Option<usize>> = Vec::new();
    let is_ended = text.ends_with(['\n', '\r']);
    let mut lines = text.lines().enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let values = values(line, delimiter);
        // Some systems end a text with a sign of its own.
        let is_blank = |value: &str| value.chars().all(|c| c.is_whitespace() || c.is_control());
        if values.iter().all(|value| is_blank(value)) {
            continue;
        }
        if columns.is_empty() {
            columns = values.iter().map(|value| position(value)).collect();
            check_header(file, index + 1, line, &columns)?;
            continue;
        }
        let count = values.len();
        let mut fields = Fields::default();
        for (column, value) in columns.iter().zip(values) {
            if let Some(position) = *column {
                fields.set_text(position, value);
            }
        }
        let is_cut = !is_ended && lines.peek().is_none();
        let last = columns.last().copied().flatten().filter(|_| is_cut);
        let value = line.rsplit(char::from(delimiter)).next().unwrap_or_default();
        let outcome = if line.contains('"') && is_open(line, delimiter) {
            Err("the quotation mark of its last field is never closed".to_owned())
        } else if let Some(last) = last
            && count == columns.len()
            && value.is_empty()
        {
            Err(ends_within(KEYWORDS[last].0, ", or end its last line"))
        } else if count == columns.len() {
            fields.record(index + 1)
        } else {
            Err(format!("the line has {count} fields, the header {}", columns.len()))
        };
        if let (Some(last), Ok(_)) = (last, &outcome) {
            // A blank or a quotation mark behind a value ends it as well.
            let doubt =
                (!value.ends_with([' ', '"'])).then(|| unended(KEYWORDS[last].0, value, &fields.who()));
            catalogue.doubts.extend(doubt);
        }
        let place = outcome.as_ref().err().and_then(|reason| place_of(reason, &columns, line, delimiter));
        catalogue.add(file, index + 1, fields.who(), outcome);
        if let (Some(place), Some(damaged)) = (place, catalogue.damaged.last_mut()) {
            damaged.entry.place = place;
        }
    }
    Ok(catalogue)
}

/// The values of one line.
fn values(line: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    if !line.contains('"') {
        return line.split(char::from(delimiter)).map(Cow::Borrowed).collect();
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    // The line is valid UTF-8 in memory, so reading it cannot fail.
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(|value| Cow::Owned(value.to_owned())).collect(),
        _ => Vec::new(),
    }
}

/// Whether the last field of a line begins with a quotation mark that is never closed.
fn is_open(line: &str, delimiter: u8) -> bool {
    let mut rest = line.as_bytes();
    loop {
        let is_end = |&byte: &u8| byte == delimiter;
        rest = match rest.strip_prefix(b"\"") {
            None => rest,
            Some(mut quoted) => loop {
                let Some(mark) = quoted.iter().position(|&byte| byte == b'"') else { return true };
                quoted = &quoted[mark + 1..];
                // Two of them are one that belongs to the value.
                match quoted.strip_prefix(b"\"") {
                    Some(further) => quoted = further,
                    None => break quoted,
                }
            },
        };
        match rest.iter().position(is_end) {
            Some(end) => rest = &rest[end + 1..],
            None => return false,
        }
    }
}

/// Where the field is that a reason begins with; none where it stands within quotes or names none.
fn place_of(reason: &str, columns: &[Option<usize>], line: &str, delimiter: u8) -> Option<Range<usize>> {
    let keyword = position(reason.split(' ').next()?)?;
    let column = columns.iter().position(|column| *column == Some(keyword))?;
    if line.contains('"') {
        return None;
    }
    let value = line.split(char::from(delimiter)).nth(column)?;
    // The value is a piece of the line: its address tells its place.
    let at = value.as_ptr() as usize - line.as_ptr() as usize;
    Some(at..at + value.len())
}

/// Comma, the semicolon that spreadsheets write in many countries, or the tab that they copy.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|&one| header.contains(char::from(one))).unwrap_or(b',')
}

fn check_header(
    file: &str,
    number: usize,
    header: &str,
    columns: &[Option<usize>],
) -> Result<(), Box<TextError>> {
    let required = ["EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION"];
    let rest = ["RA_OF_ASC_NODE", "ARG_OF_PERICENTER", "MEAN_ANOMALY"];
    let missing: Vec<&str> = required
        .into_iter()
        .chain(rest)
        .filter(|keyword| !columns.iter().any(|column| *column == position(keyword)))
        .collect();
    let refused = |message: String, help: &str| {
        Err(Box::new(TextError::on_line(file, number, header, 0..header.len(), message).help(help)))
    };
    if !missing.is_empty() {
        return refused(
            format!("the header lacks {}", missing.join(", ")),
            "a catalogue in CSV has the OMM keywords as its header",
        );
    }
    // Which of two columns was meant, nobody can tell.
    let twice = columns.iter().enumerate().find_map(|(number, column)| {
        column.filter(|_| columns[..number].contains(column)).map(|position| super::KEYWORDS[position].0)
    });
    match twice {
        Some(keyword) => refused(
            format!("the header names {keyword} twice"),
            "keep the column that is meant, remove the other",
        ),
        None => Ok(()),
    }
}
