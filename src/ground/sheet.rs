//! A CSV table with a header, whose cells know their place in the file. Commas, semicolons or tabs part them.

use std::ops::Range;

use crate::diagnostics::{TextError, counted, nearest, quoted};
use crate::input::repeated_column;

/// The columns of stations and tracks.
const KNOWN: [&str; 8] =
    ["name", "site_id", "lat_deg", "lon_deg", "height_m", "min_elevation_deg", "utc", "time"];

/// A CSV file with a header line; lines that start with `#` are comments.
pub(super) struct Sheet<'a> {
    file: &'a str,
    text: &'a str,
    separator: u8,
    header: csv::StringRecord,
}

/// One row of a sheet.
pub(super) struct Row<'a> {
    sheet: &'a Sheet<'a>,
    record: csv::StringRecord,
    start: usize,
}

impl<'a> Sheet<'a> {
    /// Reads the header.
    pub(super) fn open(file: &'a str, text: &'a str) -> Result<Self, TextError> {
        let separator = separator(text);
        let mut reader = Self::reader(text, separator);
        let header = reader
            .headers()
            .map_err(|error| TextError::whole_file(file, format!("not a CSV table: {error}")))?
            .clone();
        if header.iter().all(|name| name.trim().is_empty()) {
            return Err(TextError::whole_file(file, "the file is empty: no header line")
                .help("the first line names the columns, such as name,lat_deg,lon_deg,height_m"));
        }
        let sheet = Self { file, text, separator, header };
        if let Some((number, name)) = repeated_column(&sheet.header) {
            let message = format!("a second column '{}'", quoted(name));
            return Err(TextError::at(file, text, sheet.span_of(0, number), message)
                .help("rename or remove one of the two"));
        }
        Ok(sheet)
    }

    fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
        csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes())
    }

    /// The first of `names` that the header has.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }

    /// As [`Self::column`], or the error that says which column is missing.
    pub(super) fn need(&self, names: &[&str]) -> Result<usize, TextError> {
        self.column(names).ok_or_else(|| {
            let span = self.span_of(0, 0).start..self.span_of(0, self.header.len().saturating_sub(1)).end;
            let error = TextError::at(
                self.file,
                self.text,
                span,
                format!("the header has no column {}", names.join(" or ")),
            );
            // Columns that have their right name already are not meant.
            let others = self.header.iter().filter(|column| !KNOWN.contains(column));
            let akin = |column: &&str| column.to_ascii_lowercase().starts_with(&names[0][..3]);
            match others.clone().find(akin).or_else(|| nearest(names[0], others)) {
                Some(near) => error.help(format!("rename the column '{}' to '{}'", quoted(near), names[0])),
                None => error.help(format!("add a column '{}'", names[0])),
            }
        })
    }

    /// Columns that are not among `known`, in the order of the file.
    pub(super) fn others(&self, known: &[&str]) -> Vec<String> {
        self.header
            .iter()
            .filter(|column| !known.iter().any(|name| column.eq_ignore_ascii_case(name)))
            .map(quoted)
            .collect()
    }

    /// The rows one by one, in the order of the file: all of them together take many times the memory of their text.
    pub(super) fn rows(&'a self) -> impl Iterator<Item = Result<Row<'a>, TextError>> {
        let records = Self::reader(self.text, self.separator).into_records();
        records.map(|record| {
            let record = record
                .map_err(|error| TextError::whole_file(self.file, format!("not a CSV table: {error}")))?;
            self.row(record)
        })
    }

    /// A row that has as many values as the header names columns.
    fn row(&'a self, record: csv::StringRecord) -> Result<Row<'a>, TextError> {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        if record.len() == self.header.len() {
            return Ok(Row { sheet: self, start, record });
        }
        let last = record.len().saturating_sub(1);
        let span = self.span_of(start, 0).start..self.span_of(start, last).end;
        let message = format!(
            "{} where the header names {}",
            counted(record.len(), "value"),
            counted(self.header.len(), "column")
        );
        Err(TextError::at(self.file, self.text, span, message).help(format!(
            "a value that holds a {} needs double quotes around it",
            match self.separator {
                b';' => "semicolon",
                b'\t' => "tab",
                _ => "comma",
            }
        )))
    }

    /// An error at a cell of the row that [`Row::start`] tells the start of.
    pub(super) fn wrong(&self, start: usize, column: usize, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, self.span_of(start, column), message)
    }

    /// Byte range of a cell of the record that begins at or after `start`.
    fn span_of(&self, start: usize, column: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        // The reader counts blank and comment lines before a record as part of it.
        loop {
            match bytes.get(at) {
                Some(b'\n' | b'\r') => at += 1,
                Some(b'#') => {
                    at = self.text[at..].find('\n').map_or(bytes.len(), |end| at + end + 1);
                }
                _ => break,
            }
        }
        let mut from = at;
        let mut number = 0;
        let mut quoted = false;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => quoted = !quoted,
                byte if byte == self.separator && !quoted => {
                    if number == column {
                        break;
                    }
                    number += 1;
                    from = at + 1;
                }
                b'\n' | b'\r' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        from..at
    }
}

/// What stands between the cells: commas, or semicolons or tabs where the header has more of them, as
/// spreadsheets write where the comma stands in decimals.
fn separator(text: &str) -> u8 {
    let is_header = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let header = text.lines().find(is_header).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    // Of equal counts the last one wins: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

impl Row<'_> {
    /// A cell's text, without blanks around it.
    pub(super) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    /// A cell that holds a number.
    pub(super) fn number(&self, column: usize) -> Result<f64, TextError> {
        let text = self.text(column);
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ if text.is_empty() => Err(self
                .wrong(column, format!("{} is empty, expected a number", self.name(column)))
                .help("fill it in, or remove the line")),
            _ => Err(self
                .wrong(column, format!("{} '{text}' is not a number", self.name(column)))
                .help("write decimals with a point and no unit, such as 39.904 or -0.5")),
        }
    }

    /// A cell that holds a number or is empty.
    pub(super) fn optional_number(&self, column: Option<usize>) -> Result<Option<f64>, TextError> {
        match column {
            Some(column) if !self.text(column).is_empty() => self.number(column).map(Some),
            _ => Ok(None),
        }
    }

    /// An error at a cell.
    pub(super) fn wrong(&self, column: usize, message: impl Into<String>) -> TextError {
        self.sheet.wrong(self.start, column, message)
    }

    /// Where it begins in the text, in bytes.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    fn name(&self, column: usize) -> &str {
        self.sheet.header.get(column).unwrap_or("the value")
    }
}
