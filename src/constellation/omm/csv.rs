//! OMM in CSV: a header of keywords, then one satellite a line.

use std::borrow::Cow;

use super::{Fields, position};
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
    for (index, line) in text.lines().enumerate() {
        let values = values(line, delimiter);
        if values.iter().all(|value| value.trim().is_empty()) {
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
        let outcome = if count == columns.len() {
            fields.record(index + 1)
        } else {
            Err(format!("the line has {count} fields, the header {}", columns.len()))
        };
        catalogue.add(file, index + 1, fields.label(), outcome);
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

/// Comma, or the semicolon that spreadsheets write in many countries.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    if header.contains(';') && !header.contains(',') { b';' } else { b',' }
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
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("the header lacks {}", missing.join(", "));
    Err(Box::new(
        TextError::on_line(file, number, header, 0..header.len(), message)
            .help("a catalogue in CSV has the OMM keywords as its header"),
    ))
}
