//! Many paths at once: a CSV of paths in, the same with attenuations out.
//!
//! | column | meaning | allowed |
//! | --- | --- | --- |
//! | `lat_deg`, `lon_deg` | station, degrees | −90 to 90, −180 to 360 |
//! | `station_height_km` | above sea level; blank takes the topographic map | −0.5 to 9 |
//! | `freq_ghz` | frequency | 1 to 350 |
//! | `elevation_deg` | elevation | above 0, up to 90 |
//! | `antenna_d_m`, `efficiency` | the station's antenna | above 0 and up to 100; above 0 and up to 1 |
//! | `tau_deg` | polarisation tilt | −180 to 180 |
//! | `p_percent` | percentage of an average year | above 0, up to 50 |
//! | `r001_mm_h`, `rain_height_km`, `temp_k`, `pressure_hpa`, `rho_g_m3`, `v_t_kg_m2`, `lred_kg_m2`, `n_wet` | optional site parameters instead of maps; blank takes the map | not negative |
//!
//! Other columns are carried through. Columns named as the results are replaced by the results.

use std::io::{self, Write};
use std::ops::Range;

use super::{Attenuation, PartsAt, Site, SlantPath, stated};
use crate::diagnostics::{TextError, nearest, quoted};
use crate::export::text_cell;
use crate::input::without_mark;

/// How a value is to be written.
const PLAIN: &str = "write a number in the unit of the column, with a point and without the unit";

/// Columns that a table must have.
pub const REQUIRED_COLUMNS: [&str; 9] = [
    "lat_deg",
    "lon_deg",
    "station_height_km",
    "freq_ghz",
    "elevation_deg",
    "antenna_d_m",
    "efficiency",
    "tau_deg",
    "p_percent",
];

/// Columns with site parameters that take the place of maps.
pub const SITE_COLUMNS: [&str; 8] =
    ["r001_mm_h", "rain_height_km", "temp_k", "pressure_hpa", "rho_g_m3", "v_t_kg_m2", "lred_kg_m2", "n_wet"];

/// Columns of the results, in the order of the output.
pub const RESULT_COLUMNS: [&str; 5] = ["gas_db", "cloud_db", "rain_db", "scintillation_db", "total_db"];

/// What a column may hold.
struct Bounds {
    low: f64,
    high: f64,
    /// Whether `low` itself is allowed.
    low_included: bool,
    what: &'static str,
}

/// Bounds of [`REQUIRED_COLUMNS`] and then [`SITE_COLUMNS`].
#[rustfmt::skip]
const BOUNDS: [Bounds; 17] = [
    Bounds { low: -90.0, high: 90.0, low_included: true, what: "a latitude from -90 to 90 degrees" },
    Bounds { low: -180.0, high: 360.0, low_included: true, what: "a longitude from -180 to 360 degrees" },
    Bounds { low: -0.5, high: 9.0, low_included: true, what: "a height from -0.5 to 9 km above sea level" },
    Bounds { low: 1.0, high: 350.0, low_included: true, what: "a frequency from 1 to 350 GHz" },
    Bounds { low: 0.0, high: 90.0, low_included: false, what: "an elevation above 0 and up to 90 degrees" },
    Bounds { low: 0.0, high: 100.0, low_included: false, what: "a diameter above 0 and up to 100 m" },
    Bounds { low: 0.0, high: 1.0, low_included: false, what: "an efficiency above 0 and up to 1" },
    Bounds { low: -180.0, high: 180.0, low_included: true, what: "a tilt from -180 to 180 degrees" },
    Bounds { low: 0.0, high: 50.0, low_included: false, what: "a percentage above 0 and up to 50" },
    Bounds { low: 0.0, high: 1000.0, low_included: true, what: "a rain rate from 0 to 1000 mm/h" },
    Bounds { low: 0.0, high: 10.0, low_included: true, what: "a rain height from 0 to 10 km" },
    Bounds { low: 150.0, high: 350.0, low_included: true, what: "a temperature from 150 to 350 K" },
    Bounds { low: 100.0, high: 1200.0, low_included: true, what: "a pressure from 100 to 1200 hPa" },
    Bounds { low: 0.0, high: 100.0, low_included: true, what: "a water-vapour density from 0 to 100 g/m³" },
    Bounds { low: 0.0, high: 200.0, low_included: true, what: "a water-vapour content from 0 to 200 kg/m²" },
    Bounds { low: 0.0, high: 20.0, low_included: true, what: "a reduced liquid content from 0 to 20 kg/m²" },
    Bounds { low: 0.0, high: 1000.0, low_included: true, what: "a wet refractivity from 0 to 1000 N-units" },
];

/// A table of paths, ready to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct PathTable {
    header: csv::StringRecord,
    records: Vec<csv::StringRecord>,
    /// The paths, one for each row.
    pub paths: Vec<(SlantPath, Site)>,
}

impl PathTable {
    /// Reads a CSV with a header line; `file` is its name for messages.
    ///
    /// # Errors
    /// The first fault: a missing or repeated column, a row of another length, a cell that is no number or
    /// out of bounds.
    pub fn read(file: &str, text: &str) -> Result<Self, Box<TextError>> {
        let body = without_mark(text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(body.as_bytes());
        let shift = text.len() - body.len();
        let mut records = Vec::new();
        for record in reader.records() {
            records.push(record.map_err(|error| {
                let at = error.position().map_or(0, |position| position.byte() as usize + shift);
                TextError::at(file, text, at..at + 1, error.to_string())
            })?);
        }
        let source = Source { file, text, shift };
        let mut records = records.into_iter();
        let header = records.next().ok_or_else(|| {
            TextError::whole_file(file, "the file is empty")
                .help(format!("begin with the line {}", REQUIRED_COLUMNS.join(",")))
        })?;
        let columns = find_columns(&source, &header)?;
        let records: Vec<_> = records.collect();
        if records.is_empty() {
            return Err(TextError::whole_file(file, "there is no path below the header line")
                .help("write one path a line, with a value for each column")
                .into());
        }
        let paths = records
            .iter()
            .map(|record| read_path(&source, &header, record, &columns))
            .collect::<Result<_, _>>()?;
        Ok(Self { header, records, paths })
    }

    /// What should be known about the table beside its numbers, with counts.
    pub fn notes(&self, parts: PartsAt) -> Vec<String> {
        let mut notes = Vec::new();
        let without_height = self.paths.iter().filter(|(path, _)| path.station_height_km.is_none()).count();
        if without_height > 0 {
            let all = self.paths.len();
            notes.push(format!(
                "{without_height} of {all} paths give no station height: the topographic map was taken"
            ));
        }
        let paths: Vec<&SlantPath> = self.paths.iter().map(|(path, _)| path).collect();
        let below = paths.iter().filter(|path| path.percent < 1.0).count();
        if below > 0 {
            let all = self.paths.len();
            notes.push(match parts {
                PartsAt::Percentage => format!(
                    "gas_db and cloud_db are those of p_percent itself (of 0.1 % at least); total_db takes them at 1 % where \
                     p_percent is below that (P.618-13, equations 65 and 66), so {below} of {all} rows do not add up to it: \
                     --parts-in-total lists them as it takes them"
                ),
                PartsAt::Total => format!(
                    "gas_db and cloud_db of {below} of {all} paths are those of 1 % and not of p_percent, as total_db takes \
                     them (P.618-13, equations 65 and 66)"
                ),
            });
        }
        notes.extend(stated::notes(&paths));
        let known = |name: &str| {
            REQUIRED_COLUMNS.contains(&name) || SITE_COLUMNS.contains(&name) || RESULT_COLUMNS.contains(&name)
        };
        let carried: Vec<&str> = self.header.iter().filter(|name| !known(name)).collect();
        if !carried.is_empty() {
            notes.push(format!("columns carried through and not read: {}", carried.join(", ")));
        }
        let replaced: Vec<&str> = self.header.iter().filter(|name| RESULT_COLUMNS.contains(name)).collect();
        if !replaced.is_empty() {
            notes.push(format!("columns replaced by the results: {}", replaced.join(", ")));
        }
        notes
    }

    /// Writes the table with the results, one for each path: numbers to ten significant digits.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, results: &[Attenuation], writer: &mut dyn Write) -> io::Result<()> {
        assert_eq!(results.len(), self.records.len());
        let kept: Vec<usize> = (0..self.header.len())
            .filter(|&column| !RESULT_COLUMNS.contains(&&self.header[column]))
            .collect();
        let mut writer = csv::Writer::from_writer(writer);
        let passed_on: Vec<String> = kept.iter().map(|&column| text_cell(&self.header[column])).collect();
        writer.write_record(passed_on.iter().map(String::as_str).chain(RESULT_COLUMNS))?;
        for (record, result) in self.records.iter().zip(results) {
            let numbers =
                [result.gas_db, result.cloud_db, result.rain_db, result.scintillation_db, result.total_db]
                    .map(ten_digits);
            // Columns that are passed on may hold any text; a number stays one, negative or not.
            let cells = kept.iter().map(|&column| match record[column].parse::<f64>() {
                Ok(_) => record[column].to_owned(),
                Err(_) => text_cell(&record[column]),
            });
            writer.write_record(cells.chain(numbers))?;
        }
        writer.flush()
    }
}

/// The text a record came from, for messages.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
    /// Bytes before the text that the CSV reader saw.
    shift: usize,
}

impl Source<'_> {
    fn error(&self, record: &csv::StringRecord, column: usize, message: String) -> TextError {
        let start = record.position().map_or(0, |position| position.byte() as usize) + self.shift;
        TextError::at(self.file, self.text, field_span(self.text, start, column), message)
    }
}

/// Place of each of [`REQUIRED_COLUMNS`] and then [`SITE_COLUMNS`] in a row.
fn find_columns(source: &Source, header: &csv::StringRecord) -> Result<[Option<usize>; 17], Box<TextError>> {
    for (column, name) in header.iter().enumerate() {
        if header.iter().take(column).any(|before| before == name) {
            return Err(source
                .error(header, column, format!("the column '{}' stands twice", quoted(name)))
                .help("rename or remove one of the two")
                .into());
        }
    }
    let mut columns = [None; 17];
    for (place, name) in columns.iter_mut().zip(REQUIRED_COLUMNS.iter().chain(&SITE_COLUMNS)) {
        *place = header.iter().position(|column| column == *name);
    }
    for (name, place) in REQUIRED_COLUMNS.iter().zip(&columns) {
        if place.is_none() && *name != "station_height_km" {
            let near = nearest(name, header.iter());
            let column = near.and_then(|near| header.iter().position(|known| known == near)).unwrap_or(0);
            return Err(source
                .error(header, column, format!("the column '{name}' is missing"))
                .help(format!("the header must have {}", REQUIRED_COLUMNS.join(", ")))
                .into());
        }
    }
    Ok(columns)
}

fn read_path(
    source: &Source,
    header: &csv::StringRecord,
    record: &csv::StringRecord,
    columns: &[Option<usize>; 17],
) -> Result<(SlantPath, Site), Box<TextError>> {
    if record.len() != header.len() {
        let message = format!("the row has {} cells, the header {}", record.len(), header.len());
        return Err(source
            .error(record, record.len().min(header.len()) - 1, message)
            .help("give each row a value for each column; one that holds a comma needs double quotes")
            .into());
    }
    let mut cells = [None; 17];
    for (at, cell) in cells.iter_mut().enumerate() {
        let Some(column) = columns[at] else { continue };
        let may_be_blank = at == 2 || at >= REQUIRED_COLUMNS.len();
        let text = &record[column];
        if text.is_empty() && may_be_blank {
            continue;
        }
        let Bounds { low, high, low_included, what } = BOUNDS[at];
        let name = &header[column];
        let wrong = |got: &str| source.error(record, column, format!("{name}: expected {what}, got {got}"));
        let value: f64 =
            text.parse().map_err(|_| wrong(if text.is_empty() { "nothing" } else { text }).help(PLAIN))?;
        let inside = if low_included { value >= low } else { value > low } && value <= high;
        if !inside {
            let error = wrong(text);
            let help = if at == 2 && value > high { "is it in metres? write kilometres" } else { PLAIN };
            return Err(error.help(help).into());
        }
        *cell = Some(value);
    }
    let required = |at: usize| cells[at].expect("required cells were read");
    let path = SlantPath {
        latitude_deg: required(0),
        longitude_deg: required(1),
        station_height_km: cells[2],
        frequency_ghz: required(3),
        elevation_deg: required(4),
        antenna_diameter_m: required(5),
        antenna_efficiency: required(6),
        tilt_deg: required(7),
        percent: required(8),
    };
    let site = Site {
        r001_mm_h: cells[9],
        rain_height_km: cells[10],
        temperature_k: cells[11],
        pressure_hpa: cells[12],
        water_vapour_density_g_m3: cells[13],
        water_vapour_content_kg_m2: cells[14],
        reduced_liquid_kg_m2: cells[15],
        wet_refractivity: cells[16],
    };
    Ok((path, site))
}

/// Bytes of a field of the record that begins at `start`, without the blanks around it.
fn field_span(text: &str, start: usize, field: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    // Blank lines before the record belong to where the reader says it begins.
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b'\n' | b'\r') {
        at += 1;
    }
    let (mut from, mut seen, mut quoted) = (at, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b',' if !quoted && seen == field => break,
            b',' if !quoted => {
                seen += 1;
                from = at + 1;
            }
            b'\n' if !quoted => break,
            _ => {}
        }
        at += 1;
    }
    let cell = &text[from..at];
    let from = from + (cell.len() - cell.trim_start().len());
    from..from + cell.trim().len()
}

/// A number with ten significant digits, as short as it goes.
fn ten_digits(value: f64) -> String {
    format!("{value:.9e}").parse::<f64>().map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,p_percent";

    fn error_of(text: &str) -> Box<TextError> {
        PathTable::read("paths.csv", text).unwrap_err()
    }

    #[test]
    fn reads_paths_with_and_without_site_parameters() {
        let text = format!(
            "\u{feff}name,{HEAD},r001_mm_h\nRome,41.9,12.49,0.046,29,40,1,0.65,0,0.1,33.9\r\n\nSea,0,-160,,14,30,1,0.6,45,1,\n"
        );
        let table = PathTable::read("paths.csv", &text).unwrap();
        assert_eq!(table.paths.len(), 2);
        assert_eq!(table.paths[0].1.r001_mm_h, Some(33.9));
        assert_eq!(table.paths[1].0.station_height_km, None);
        assert_eq!(table.paths[1].1, Site::default());
        let notes = table.notes(PartsAt::Percentage).join("\n");
        assert!(notes.contains("1 of 2 paths give no station height"), "{notes}");
        assert!(notes.contains("not read: name"), "{notes}");
    }

    #[test]
    fn results_go_behind_the_columns_and_take_their_old_place() {
        let text = format!("{HEAD},total_db,note\n41.9,12.49,0,29,40,1,0.65,0,0.1,9,\"a, b\"\n");
        let table = PathTable::read("paths.csv", &text).unwrap();
        let result = Attenuation {
            gas_db: 0.1,
            cloud_db: 1.0 / 3.0,
            rain_db: 0.0,
            scintillation_db: 2e-7,
            total_db: 12.0,
        };
        let mut bytes = Vec::new();
        table.write(&[result], &mut bytes).unwrap();
        let expected = format!(
            "{HEAD},note,{}\n41.9,12.49,0,29,40,1,0.65,0,0.1,\"a, b\",0.1,0.3333333333,0,0.0000002,12\n",
            RESULT_COLUMNS.join(",")
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn faults_are_shown_where_they_stand() {
        let row = "41.9,12.49,0,29,40,1,0.65,0,0.1";
        let at = |bad: &str| {
            let error = error_of(&format!("{HEAD}\n{row}\n{bad}\n"));
            (error.line, error.column, error.message)
        };
        assert_eq!(
            at("91,12.49,0,29,40,1,0.65,0,0.1"),
            (3, 1, "lat_deg: expected a latitude from -90 to 90 degrees, got 91".to_owned())
        );
        assert_eq!(at("41.9, 12.49x ,0,29,40,1,0.65,0,0.1").1, 7);
        assert_eq!(at("41.9,12.49,0,29,nan,1,0.65,0,0.1").1, 17);
        assert_eq!(at("41.9,12.49,0,29,40,1,0.65,0,").1, 29);
        assert!(at("41.9,12.49,0,29,40,1,0.65,0").2.contains("8 cells, the header 9"));
        assert!(at("41.9,12.49,46,29,40,1,0.65,0,1").2.contains("height"));
        assert!(error_of("").to_string().contains("begin with the line lat_deg"));
        assert!(error_of(HEAD).message.contains("no path"));
        assert!(
            error_of(&HEAD.replace("freq_ghz", "frequency_ghz"))
                .to_string()
                .contains("'freq_ghz' is missing")
        );
        assert!(error_of(&format!("{HEAD},lat_deg\n{row},1\n")).message.contains("twice"));
    }
}
