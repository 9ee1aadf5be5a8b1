//! OMM in CSV: a header of keywords, then one satellite a line.

use std::borrow::Cow;

use super::{Fields, position};
use crate::constellation::catalogue::Catalogue;
use crate::diagnostics::TextError;

/// Reads a file; a line that is no element set is left out, a header without elements is an error.
pub(in crate::constellation) fn read(file: &str, text: &str) -> Result<Catalogue, Box<TextError>> {
    let delimiter = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut catalogue = Catalogue::default();
    let mut record = csv::StringRecord::new();
    let mut columns: Vec<Option<usize>> = Vec::new();
    // The text is valid UTF-8 in memory, so reading a record can only fail at its end.
    while let Ok(true) = reader.read_record(&mut record) {
        let line = record.position().map_or(0, |position| position.line() as usize);
        if columns.is_empty() {
            columns = record.iter().map(position).collect();
            check_header(file, text, &columns)?;
            continue;
        }
        let mut fields = Fields::default();
        for (column, value) in columns.iter().zip(&record) {
            if let Some(position) = *column {
                fields.set_text(position, Cow::Borrowed(value));
            }
        }
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        let outcome = if record.len() == columns.len() {
            fields.record(line)
        } else {
            Err(format!("the line has {} fields, the header {}", record.len(), columns.len()))
        };
        catalogue.add(file, line, fields.label(), outcome);
    }
    Ok(catalogue)
}

/// Comma, or the semicolon that spreadsheets write in many countries.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    if header.contains(';') && !header.contains(',') { b';' } else { b',' }
}

fn check_header(file: &str, text: &str, columns: &[Option<usize>]) -> Result<(), Box<TextError>> {
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
    let header = text.lines().next().unwrap_or_default();
    let message = format!("the header lacks {}", missing.join(", "));
    Err(Box::new(
        TextError::on_line(file, 1, header, 0..header.len(), message)
            .help("a catalogue in CSV has the OMM keywords as its header"),
    ))
}
