//! Named places read from a CSV file, for figures that are exact to the place and not to its cell.
//!
//! The first line names the columns: `name`, `lat_deg`, `lon_deg` and, where wanted, `height_m`, in any
//! order and case. Latitudes are geodetic, longitudes east from -180 to 360, heights above the WGS-84
//! ellipsoid; a place without one stands at height 0. Lines that begin with `#` are comments.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use crate::diagnostics::{TextError, nearest, quoted};
use crate::frames::Geodetic;
use crate::input::{FileError, PLACES_GROWTH, read_text, without_mark};

/// A named place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name, unlike that of any other place of the file.
    pub name: String,
    /// Where it is; longitude in `[-180, 180]`.
    pub geodetic: Geodetic,
}

/// The places of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Places {
    /// At least one, in the order of the file.
    pub places: Vec<Place>,
    /// What was in the file and is not in the places.
    pub notes: Vec<String>,
}

const NEEDED: [&str; 3] = ["name", "lat_deg", "lon_deg"];
const HEIGHT: &str = "height_m";
const EXAMPLE: &str = "name,lat_deg,lon_deg,height_m";

/// From the deepest sea floor to where aircraft end.
const HEIGHTS_M: RangeInclusive<f64> = -12_000.0..=100_000.0;

/// Reads a CSV file of places.
///
/// # Errors
/// [`FileError`], with line and column, for a missing column, a value that is no number or out of range,
/// an empty or repeated name, a row of another length than the header, a file without places.
pub fn read(path: &Path) -> Result<Places, FileError> {
    let file = path.display().to_string();
    Ok(parse(&file, &read_text(&file, PLACES_GROWTH)?)?)
}

/// Places from the text of a file, whose name is for error messages.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &str, text: &str) -> Result<Places, Box<TextError>> {
    let text = without_mark(text);
    let table = Table { file, text };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| table.unreadable(&error))?.clone();
    let columns = Columns::find(&table, &header)?;

    let mut places: Vec<Place> = Vec::new();
    let mut rows_of_names: HashMap<String, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| table.unreadable(&error))?;
        let row = Row { table: &table, start: record.position().map_or(0, |at| at.byte() as usize), record };
        if row.record.len() != header.len() {
            let message =
                format!("{} values where the header names {} columns", row.record.len(), header.len());
            return Err(row
                .whole(message)
                .help("a value that holds a comma needs double quotes around it")
                .into());
        }
        let [name_column, lat_column, lon_column] = columns.needed;
        let name = row.record[name_column].to_owned();
        if name.is_empty() {
            return Err(row
                .wrong(name_column, "expected a name")
                .help("give each place a name of its own")
                .into());
        }
        let latitude_deg = row.number(lat_column, -90.0..=90.0, "a geodetic latitude in degrees")?;
        let east_deg = row.number(lon_column, -180.0..=360.0, "a longitude in degrees, east positive")?;
        let height_m = match columns.height {
            Some(column) if !row.record[column].is_empty() => {
                row.number(column, HEIGHTS_M, "a height above the ellipsoid in metres")?
            }
            _ => 0.0,
        };
        // Lines are counted only where they are told: counting them for each row takes minutes for 100,000.
        if let Some(first) = rows_of_names.insert(name.clone(), row.start) {
            let first = table.wrong(first, name_column, "").line;
            let error = row.wrong(name_column, format!("the name `{name}` is taken"));
            return Err(error.help(format!("line {first} has it; give each place a name of its own")).into());
        }
        let longitude_deg = if east_deg > 180.0 { east_deg - 360.0 } else { east_deg };
        let geodetic = Geodetic { latitude_deg, longitude_deg, height_km: height_m / 1000.0 };
        places.push(Place { name, geodetic });
    }
    if places.is_empty() {
        return Err(TextError::whole_file(file, "no place in it")
            .help(format!("below the header `{EXAMPLE}` write one place a line"))
            .into());
    }
    let notes = if columns.ignored.is_empty() {
        Vec::new()
    } else {
        vec![format!("columns not used: {}", columns.ignored.join(", "))]
    };
    Ok(Places { places, notes })
}

/// Which column holds what.
struct Columns {
    needed: [usize; 3],
    height: Option<usize>,
    ignored: Vec<String>,
}

impl Columns {
    fn find(table: &Table<'_>, header: &csv::StringRecord) -> Result<Self, Box<TextError>> {
        if header.iter().all(str::is_empty) {
            return Err(TextError::whole_file(table.file, "the file is empty")
                .help(format!("its first line names the columns: `{EXAMPLE}`"))
                .into());
        }
        let positions =
            |name: &'static str| (0..header.len()).filter(move |&at| header[at].eq_ignore_ascii_case(name));
        for name in NEEDED.into_iter().chain([HEIGHT]) {
            if let Some(again) = positions(name).nth(1) {
                let error = table.wrong(0, again, format!("a second column `{name}`"));
                return Err(Box::new(error.help("rename or remove one of the two")));
            }
        }
        let mut needed = [0; 3];
        for (name, place) in NEEDED.into_iter().zip(&mut needed) {
            *place = positions(name).next().ok_or_else(|| {
                let error = table.whole(0, format!("the header has no column `{name}`"));
                let others = header.iter().filter(|column| !NEEDED.contains(column) && *column != HEIGHT);
                // `lat` and `Latitude` are meant, far as they are from `lat_deg` letter by letter.
                let akin = |column: &&str| column.to_ascii_lowercase().starts_with(&name[..3]);
                Box::new(match others.clone().find(akin).or_else(|| nearest(name, others)) {
                    _ if header.len() == 1 && header[0].contains([';', '\t']) => {
                        error.help(format!("separate the columns with commas: `{EXAMPLE}`"))
                    }
                    Some(near) => error.help(format!("rename `{}` to `{name}`", quoted(near))),
                    None => error.help(format!("the columns are `{EXAMPLE}`")),
                })
            })?;
        }
        let known =
            |column: &str| NEEDED.into_iter().chain([HEIGHT]).any(|name| name.eq_ignore_ascii_case(column));
        let ignored = header.iter().filter(|column| !known(column)).map(quoted).collect();
        Ok(Self { needed, height: positions(HEIGHT).next(), ignored })
    }
}

struct Table<'a> {
    file: &'a str,
    text: &'a str,
}

struct Row<'a> {
    table: &'a Table<'a>,
    /// Byte where the CSV reader began to read the row.
    start: usize,
    record: csv::StringRecord,
}

impl Table<'_> {
    fn unreadable(&self, error: &csv::Error) -> Box<TextError> {
        Box::new(TextError::whole_file(self.file, format!("not a CSV file: {error}")))
    }

    fn wrong(&self, start: usize, column: usize, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, self.span(start, Some(column)), message)
    }

    fn whole(&self, start: usize, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, self.span(start, None), message)
    }

    /// Bytes of a value, or of the whole row, for the row that follows `start`.
    fn span(&self, start: usize, column: Option<usize>) -> Range<usize> {
        let mut from = start;
        // What stands between two rows, blank lines and comments, is skipped before the second.
        for line in self.text[start..].split_inclusive('\n') {
            if !line.trim_end_matches(['\r', '\n']).is_empty() && !line.starts_with('#') {
                break;
            }
            from += line.len();
        }
        let mut number = 0;
        let mut quoted = false;
        for (at, byte) in self.text.bytes().enumerate().skip(from) {
            match byte {
                b'"' => quoted = !quoted,
                b'\r' | b'\n' if !quoted => return from..at,
                b',' if !quoted && column == Some(number) => return from..at,
                b',' if !quoted && column.is_some() => {
                    number += 1;
                    from = at + 1;
                }
                _ => {}
            }
        }
        from..self.text.len()
    }
}

impl Row<'_> {
    fn wrong(&self, column: usize, message: impl Into<String>) -> TextError {
        self.table.wrong(self.start, column, message)
    }

    fn whole(&self, message: impl Into<String>) -> TextError {
        self.table.whole(self.start, message)
    }

    fn number(&self, column: usize, range: RangeInclusive<f64>, what: &str) -> Result<f64, Box<TextError>> {
        let text = &self.record[column];
        match text.parse::<f64>() {
            Ok(value) if range.contains(&value) => Ok(value),
            Ok(_) => {
                let message = format!("expected {what} from {} to {}", range.start(), range.end());
                Err(Box::new(
                    self.wrong(column, message)
                        .help("check the unit, the sign, and that the columns are not swapped"),
                ))
            }
            Err(_) => Err(Box::new(
                self.wrong(column, format!("expected {what}, a number"))
                    .help("write decimals with a point and no unit, such as 39.904 or -0.5"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_any_order_with_bom_crlf_comments_and_quotes() {
        let text = "\u{feff}# towns\r\nLat_deg, country ,NAME,lon_deg,height_m\r\n\r\n39.9,CN,Beijing,116.4,44\r\n\
                    # an island\r\n-17.7,FJ,\"Nadi, Fiji\",182.5,\r\n";
        let read = parse("p.csv", text).unwrap();
        assert_eq!(read.notes, ["columns not used: country"]);
        let expected = [("Beijing", 39.9, 116.4, 0.044), ("Nadi, Fiji", -17.7, -177.5, 0.0)];
        assert_eq!(read.places.len(), expected.len());
        for (place, (name, latitude_deg, longitude_deg, height_km)) in read.places.iter().zip(expected) {
            let geodetic = Geodetic { latitude_deg, longitude_deg, height_km };
            assert_eq!(*place, Place { name: name.to_owned(), geodetic });
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        for (text, line, column, message, help) in [
            ("", 0, 0, "the file is empty", "its first line names"),
            ("name,lat_deg,lon_deg\n", 0, 0, "no place in it", "one place a line"),
            ("name,lat,lon_deg\nA,1,2\n", 1, 1, "no column `lat_deg`", "rename `lat` to `lat_deg`"),
            ("name;lat_deg;lon_deg\nA;1;2\n", 1, 1, "no column `name`", "separate the columns with commas"),
            ("name,lat_deg,lon_deg,LAT_DEG\nA,1,2,3\n", 1, 22, "a second column `lat_deg`", "remove one"),
            ("name,lat_deg,lon_deg\nA,1,2\n\n#\nB,91,2\n", 5, 3, "from -90 to 90", ""),
            ("name,lat_deg,lon_deg\n\"A, B\",1, 361\n", 2, 10, "from -180 to 360", ""),
            ("name,lat_deg,lon_deg\nA,north,2\n", 2, 3, "a number", "with a point"),
            ("name,lat_deg,lon_deg\nA,NaN,2\n", 2, 3, "from -90 to 90", ""),
            ("name,lat_deg,lon_deg\nA,,2\n", 2, 3, "a number", ""),
            ("name,lat_deg,lon_deg\nA,1\n", 2, 1, "2 values where the header names 3", "double quotes"),
            ("name,lat_deg,lon_deg\r\nA,1,2\r\nB,1,2\r\nA,3,4\r\n", 4, 1, "`A` is taken", "line 2 has it"),
            ("name,lat_deg,lon_deg\n ,1,2\n", 2, 1, "expected a name", ""),
            ("name,lat_deg,lon_deg,height_m\nA,1,2,1e6\n", 2, 7, "from -12000 to 100000", ""),
        ] {
            let error = parse("p.csv", text).unwrap_err();
            assert!(error.message.contains(message), "{error}");
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.help.as_deref().unwrap_or_default().contains(help), "{error}");
        }
    }

    #[test]
    fn files_that_cannot_be_read() {
        let error = read(Path::new("no/such.csv")).unwrap_err();
        assert!(error.to_string().contains("cannot read no/such.csv"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latin1.csv");
        std::fs::write(&path, b"name,lat_deg,lon_deg\nK\xf6ln,50.9,7\n").unwrap();
        let FileError::Text(error) = read(&path).unwrap_err() else { panic!("read") };
        assert_eq!((error.line, error.column), (2, 2), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(name,lat_deg,lon_deg\n)?[a-c,\"\r\n#é;. 0-9-]{0,60}") {
            let _ = parse("p.csv", &text);
        }
    }
}
