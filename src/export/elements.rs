//! Satellites as element sets that other tools read: TLE with names (three lines), OMM in CSV and JSON.
//!
//! Designed satellites have no catalogue number, so they are given numbers. A TLE holds numbers up to
//! 339,999, those from 100,000 on as Alpha-5 (Space-Track, "Alpha-5"); an OMM up to nine digits. An OMM
//! keeps every bit of the elements. A TLE rounds angles to 0.0001°, the mean motion to 1e-8 rev/day and
//! the epoch to 1e-8 day (0.9 ms).

use std::collections::HashSet;
use std::io::{self, Write};

use chrono::Datelike;
use serde::Serialize;

use crate::constellation::tle::{ALPHA5, checksum, is_name_line};
use crate::constellation::{Constellation, Satellite};
use crate::orbit::MeanElements;
use crate::time::Epoch;
use crate::units::SECONDS_PER_DAY;

/// Where numbering of satellites without a catalogue number begins: the first of the range that
/// Space-Track sets aside for analyst objects (270,000 to 339,999). A TLE can write all of it.
pub const FIRST_NUMBER: u32 = 270_000;
/// The greatest number that Alpha-5 can write.
pub const GREATEST_TLE_NUMBER: u32 = 339_999;
/// The greatest number of nine digits, the limit of an OMM.
pub const GREATEST_OMM_NUMBER: u32 = 999_999_999;
/// Characters of a name that the three-line format has room for.
pub const TLE_NAME_LENGTH: usize = 24;

/// A satellite under the number it is written with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbered<'a> {
    /// The satellite.
    pub satellite: &'a Satellite,
    /// Its catalogue number, or the one it is given.
    pub norad_id: u32,
}

/// Why satellites cannot be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ElementsExportError {
    /// A number above what the format holds.
    #[error("{satellite} has the number {norad_id}, above {greatest}, the greatest that {format} can write")]
    Number {
        /// Name of the satellite.
        satellite: String,
        /// Its number.
        norad_id: u64,
        /// The greatest possible.
        greatest: u32,
        /// The format.
        format: &'static str,
    },
    /// An epoch that a two-digit year cannot tell.
    #[error("{satellite} has the epoch {epoch}, outside the years 1957 to 2056 of a TLE")]
    Year {
        /// Name of the satellite.
        satellite: String,
        /// Its epoch.
        epoch: Epoch,
    },
    /// A value that has more digits than its columns.
    #[error("{satellite}: {what} {value} does not fit the columns of a TLE")]
    TooWide {
        /// Name of the satellite.
        satellite: String,
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
    },
}

/// Gives numbers from `first` on to satellites that have none, passing over those that are taken.
///
/// # Errors
/// [`ElementsExportError::Number`] where a number is above `greatest`, the limit of `format`.
pub fn number<'a>(
    constellation: &'a Constellation,
    first: u32,
    greatest: u32,
    format: &'static str,
) -> Result<Vec<Numbered<'a>>, ElementsExportError> {
    let taken: HashSet<u64> =
        constellation.satellites.iter().filter_map(|satellite| satellite.norad_id.map(u64::from)).collect();
    let mut next = u64::from(first);
    constellation
        .satellites
        .iter()
        .map(|satellite| {
            let norad_id = match satellite.norad_id {
                Some(number) => u64::from(number),
                None => {
                    while taken.contains(&next) {
                        next += 1;
                    }
                    next += 1;
                    next - 1
                }
            };
            match u32::try_from(norad_id) {
                Ok(norad_id) if norad_id <= greatest => Ok(Numbered { satellite, norad_id }),
                _ => Err(ElementsExportError::Number {
                    satellite: satellite.name.clone(),
                    norad_id,
                    greatest,
                    format,
                }),
            }
        })
        .collect()
}

/// The three lines of a satellite: name, line 1, line 2, each ended by a line feed.
///
/// # Errors
/// [`ElementsExportError`] where an epoch, a mean motion or a drag term has no place in the columns.
pub fn tle(numbered: &Numbered<'_>) -> Result<String, ElementsExportError> {
    let satellite = numbered.satellite;
    let elements = &satellite.elements;
    let number = alpha5(numbered.norad_id);
    let epoch = tle_epoch(elements.epoch).ok_or_else(|| ElementsExportError::Year {
        satellite: satellite.name.clone(),
        epoch: elements.epoch,
    })?;
    let too_wide =
        |what, value| ElementsExportError::TooWide { satellite: satellite.name.clone(), what, value };
    let drag = exponential(elements.bstar).ok_or_else(|| too_wide("drag term", elements.bstar))?;
    let motion = format!("{:11.8}", elements.mean_motion_rev_day);
    if motion.len() > 11 {
        return Err(too_wide("mean motion", elements.mean_motion_rev_day));
    }
    let eccentricity = ((elements.eccentricity * 1e7).round() as u32).min(9_999_999);
    let designator = satellite.designator.as_deref().and_then(short_designator).unwrap_or_default();
    let first = format!("1 {number}U {designator:<8} {epoch}  .00000000  00000-0 {drag} 0  999");
    let second = format!(
        "2 {number} {:>8} {:>8} {eccentricity:07} {:>8} {:>8} {motion}{:5}",
        format!("{:.4}", elements.inclination_deg),
        angle(elements.raan_deg),
        angle(elements.argument_of_perigee_deg),
        angle(elements.mean_anomaly_deg),
        0
    );
    let [first, second] = [first, second].map(|line| format!("{line}{}", checksum(line.as_bytes())));
    Ok(format!("{}\n{first}\n{second}\n", name_line(&satellite.name)))
}

/// The name as one line. What would be taken for an element line or a comment is marked as a name by the `0 `
/// of the three-line format.
fn name_line(name: &str) -> String {
    let name = one_line(name);
    if is_name_line(name.as_bytes()) && !name.starts_with("0 ") { name } else { format!("0 {name}") }
}

/// A text without line breaks and other control characters.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// An international designator as a TLE writes it: `98067A` for 1998-067A. None where the columns have no room for
/// it: another year, number of the launch or piece.
fn short_designator(designator: &str) -> Option<String> {
    let (year, launch) = designator.split_once('-')?;
    let (number, piece) = launch.split_at_checked(3)?;
    let fits = (1957..=2056).contains(&year.parse::<u16>().ok()?)
        && year.len() == 4
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=3).contains(&piece.len())
        && piece.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then(|| format!("{}{launch}", &year[2..]))
}

/// Five digits, or a letter and four digits.
fn alpha5(number: u32) -> String {
    match number {
        0..100_000 => format!("{number:05}"),
        _ => {
            let letter = ALPHA5.get((number / 10_000) as usize - 10).copied().unwrap_or(b'?');
            format!("{}{:04}", char::from(letter), number % 10_000)
        }
    }
}

/// An angle in `[0, 360)` with four decimals.
fn angle(degrees: f64) -> String {
    match format!("{:.4}", degrees.rem_euclid(360.0)).as_str() {
        "360.0000" => "0.0000".to_owned(),
        text => text.to_owned(),
    }
}

/// `YYDDD.DDDDDDDD`; none outside 1957 to 2056.
fn tle_epoch(epoch: Epoch) -> Option<String> {
    const PARTS: f64 = 1e8;
    let mut year = epoch.to_naive().year();
    let start = |year| {
        let date = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?;
        Epoch::from_naive(date.and_time(chrono::NaiveTime::MIN))
    };
    // Counted in hundred-millionths of a day, so that rounding up can end a day or a year.
    let mut parts = (epoch.seconds_since(start(year)?) / SECONDS_PER_DAY * PARTS).round() as u64;
    let year_parts = (start(year + 1)?.seconds_since(start(year)?) / SECONDS_PER_DAY * PARTS) as u64;
    if parts >= year_parts {
        (year, parts) = (year + 1, 0);
    }
    let (day, fraction) = (parts / PARTS as u64 + 1, parts % PARTS as u64);
    (1957..=2056).contains(&year).then(|| format!("{:02}{day:03}.{fraction:08}", year % 100))
}

/// ` 12345-4` for 0.12345e-4; none where the exponent has more than one digit.
fn exponential(value: f64) -> Option<String> {
    let sign = if value < 0.0 { '-' } else { ' ' };
    // Rust writes d.dddde±x; the columns hold 0.ddddd and an exponent that is one higher.
    let text = format!("{:.4e}", value.abs());
    let (mantissa, exponent) = text.split_once('e')?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = if value == 0.0 { 0 } else { exponent.parse::<i32>().ok()? + 1 };
    match exponent {
        // Below the smallest number of the columns: nothing of it can be written.
        ..=-10 => Some(" 00000-0".to_owned()),
        -9..=0 => Some(format!("{sign}{digits}-{}", -exponent)),
        1..=9 => Some(format!("{sign}{digits}+{exponent}")),
        _ => None,
    }
}

/// Writes all satellites as three-line element sets.
///
/// # Errors
/// [`ElementsExportError`] before anything is handed out: the text is whole or not made.
pub fn tle_text(satellites: &[Numbered<'_>]) -> Result<String, ElementsExportError> {
    satellites.iter().map(tle).collect()
}

/// One OMM with the keywords of CCSDS 502.0-B-3 in the order in which CelesTrak publishes them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Omm<'a> {
    object_name: String,
    object_id: &'a str,
    epoch: String,
    mean_motion: f64,
    eccentricity: f64,
    inclination: f64,
    ra_of_asc_node: f64,
    arg_of_pericenter: f64,
    mean_anomaly: f64,
    ephemeris_type: u8,
    classification_type: char,
    norad_cat_id: u32,
    element_set_no: u16,
    rev_at_epoch: u32,
    bstar: f64,
    mean_motion_dot: f64,
    mean_motion_ddot: f64,
}

impl<'a> Omm<'a> {
    fn of(numbered: &Numbered<'a>) -> Self {
        let MeanElements {
            epoch,
            inclination_deg,
            raan_deg,
            eccentricity,
            argument_of_perigee_deg,
            mean_anomaly_deg,
            mean_motion_rev_day,
            bstar,
        } = numbered.satellite.elements;
        Self {
            object_name: one_line(&numbered.satellite.name),
            // What the standard has an object called whose designator is not known.
            object_id: numbered
                .satellite
                .designator
                .as_deref()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
                .filter(|text| text.starts_with(|first: char| first.is_ascii_digit()))
                .unwrap_or("UNKNOWN"),
            // Six decimals as CelesTrak writes them, nine where the epoch has them.
            epoch: match epoch.unix_nanos() % 1000 {
                0 => epoch.to_naive().format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
                _ => epoch.to_naive().format("%Y-%m-%dT%H:%M:%S%.9f").to_string(),
            },
            mean_motion: mean_motion_rev_day,
            eccentricity,
            inclination: inclination_deg,
            ra_of_asc_node: raan_deg,
            arg_of_pericenter: argument_of_perigee_deg,
            mean_anomaly: mean_anomaly_deg,
            ephemeris_type: 0,
            classification_type: 'U',
            norad_cat_id: numbered.norad_id,
            element_set_no: 999,
            rev_at_epoch: 0,
            bstar,
            mean_motion_dot: 0.0,
            mean_motion_ddot: 0.0,
        }
    }
}

/// Writes all satellites as OMM in CSV, one line each under a header of keywords.
///
/// # Errors
/// What the writer says.
pub fn write_omm_csv(out: &mut dyn Write, satellites: &[Numbered<'_>]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for satellite in satellites {
        let omm = Omm::of(satellite);
        table.serialize(Omm { object_name: super::text_cell(&omm.object_name), ..omm })?;
    }
    table.flush()
}

/// Writes all satellites as OMM in JSON, an array of objects, one on each line.
///
/// # Errors
/// What the writer says.
pub fn write_omm_json(out: &mut dyn Write, satellites: &[Numbered<'_>]) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, satellite) in satellites.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &Omm::of(satellite))?;
    }
    out.write_all(b"\n]\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vanguard 1, the first set of the verification file of Vallado et al., AIAA 2006-6753, with the
    /// fields that a propagation does not use at their defaults.
    #[test]
    fn a_published_set_is_written_in_its_columns() {
        let satellite = Satellite {
            name: "VANGUARD 1".to_owned(),
            norad_id: Some(5),
            designator: Some("1958-002B".to_owned()),
            station: None,
            shell: "x".to_owned(),
            elements: MeanElements {
                epoch: "2000-06-27T18:50:19.733568Z".parse().unwrap(),
                inclination_deg: 34.2682,
                raan_deg: 348.7242,
                eccentricity: 0.185_966_7,
                argument_of_perigee_deg: 331.7664,
                mean_anomaly_deg: 19.3264,
                mean_motion_rev_day: 10.824_191_57,
                bstar: 0.280_98e-4,
            },
        };
        let text = tle(&Numbered { satellite: &satellite, norad_id: 5 }).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "VANGUARD 1");
        assert_eq!(lines[1], "1 00005U 58002B   00179.78495062  .00000000  00000-0  28098-4 0  9999");
        assert_eq!(lines[2], "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157    07");
        // The same columns as read by another reader.
        let read = sgp4::Elements::from_tle(None, lines[1].as_bytes(), lines[2].as_bytes()).unwrap();
        assert_eq!(read.norad_id, 5);
        assert_eq!(read.drag_term, 0.280_98e-4);
        assert_eq!(read.datetime.to_string(), "2000-06-27 18:50:19.733567999");
    }

    #[test]
    fn numbers_follow_alpha5() {
        // The examples of Space-Track's description of Alpha-5, and the bounds that follow from it.
        for (number, text) in [
            (5, "00005"),
            (99_999, "99999"),
            (100_000, "A0000"),
            (148_493, "E8493"),
            (182_931, "J2931"),
            (234_018, "P4018"),
            (301_928, "W1928"),
            (339_999, "Z9999"),
        ] {
            assert_eq!(alpha5(number), text);
        }
    }

    #[test]
    fn designators_have_eight_columns() {
        for (designator, short) in [
            ("1998-067A", Some("98067A")),
            ("2019-074XYZ", Some("19074XYZ")),
            ("2057-001A", None),
            ("1998-067ABCD", None),
            ("1998-67A", None),
            ("1998-067", None),
            ("1998-067\u{c4}", None),
            ("+998-067A", None),
            ("UNKNOWN", None),
        ] {
            assert_eq!(short_designator(designator).as_deref(), short, "{designator}");
        }
    }

    #[test]
    fn rounding_may_end_a_day_and_a_year() {
        let epoch = |text: &str| tle_epoch(text.parse().unwrap());
        assert_eq!(epoch("2025-12-31T23:59:59.9999Z").unwrap(), "26001.00000000");
        assert_eq!(epoch("2024-12-31T12:00:00Z").unwrap(), "24366.50000000");
        assert_eq!(epoch("2026-03-01T23:59:59.9999Z").unwrap(), "26061.00000000");
        assert_eq!(epoch("2057-01-01T00:00:00Z"), None);
        assert_eq!(angle(359.999_99), "0.0000");
    }

    #[test]
    fn drag_terms_keep_five_digits() {
        for (value, text) in [
            (0.0, " 00000-0"),
            (0.000_134_69, " 13469-3"),
            (-0.000_011_606, "-11606-4"),
            (0.5, " 50000-0"),
            (1.5, " 15000+1"),
            (0.999_999_9, " 10000+1"),
            (1e-12, " 00000-0"),
        ] {
            assert_eq!(exponential(value).unwrap(), text, "{value}");
        }
    }
}
