//! Reader of YUMA almanacs: one block of `name: value` lines per satellite, as the United States
//! Coast Guard's Navigation Center publishes them and receivers write them.

use std::ops::Range;

use super::{AlmanacOrbit, Broadcaster};
use crate::constellation::LeftOut;
use crate::diagnostics::TextError;
use crate::time::Epoch;

/// A satellite of an almanac.
#[derive(Debug, Clone, PartialEq)]
pub struct AlmanacSatellite {
    /// Number of its pseudo-random code.
    pub prn: u32,
    /// Health code: 0 is usable.
    pub health: u32,
    /// Its orbit.
    pub orbit: AlmanacOrbit,
    /// Week number as the file writes it.
    pub written_week: u32,
    /// Line on which its block starts.
    pub line: usize,
}

/// The fields of a block, by the beginning of their name in small letters without spaces.
const FIELDS: [(&str, &str); 13] = [
    ("id", "ID"),
    ("health", "Health"),
    ("eccentricity", "Eccentricity"),
    ("timeofapplicability", "Time of Applicability(s)"),
    ("orbitalinclination", "Orbital Inclination(rad)"),
    ("rateofrightascen", "Rate of Right Ascen(r/s)"),
    ("sqrt(a)", "SQRT(A) (m 1/2)"),
    ("rightascen", "Right Ascen at Week(rad)"),
    ("argumentofperigee", "Argument of Perigee(rad)"),
    ("meananom", "Mean Anom(rad)"),
    ("af0", "Af0(s)"),
    ("af1", "Af1(s/s)"),
    ("week", "week"),
];

/// Whether a text starts as a YUMA almanac does.
pub fn looks_like_yuma(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().map(str::trim).find(|line| !line.is_empty());
    first.is_some_and(|line| {
        let line = line.to_ascii_lowercase();
        (line.starts_with("**") && line.contains("almanac")) || line.starts_with("id:")
    })
}

/// A value with its place.
struct Value<'a> {
    line: usize,
    text: &'a str,
    span: Range<usize>,
}

/// What a YUMA file does not say itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct YumaOptions {
    /// The system of the satellites; without it the one that the first code such as `C19` means, or GPS.
    pub system: Option<Broadcaster>,
    /// Weeks that have rolled over are taken nearest to this instant; see [`Broadcaster::full_week`].
    pub near: Option<Epoch>,
}

/// A YUMA almanac as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Almanac {
    /// The system of its satellites.
    pub system: Broadcaster,
    /// The satellites with sound blocks, in the order of the file.
    pub satellites: Vec<AlmanacSatellite>,
    /// Blocks that cannot be used: a line that is no `name: value`, a field that is unknown, missing or
    /// given twice, a value that is no number or out of range, a satellite that appears twice or is of another
    /// system.
    pub left_out: Vec<LeftOut>,
}

/// Reads all satellites of a YUMA almanac.
///
/// # Errors
/// No block is sound: the place of the first fault.
pub fn read_yuma(file: &str, text: &str, options: &YumaOptions) -> Result<Almanac, TextError> {
    let system = options.system.or_else(|| system_of_codes(text)).unwrap_or_default();
    let mut reading = Reading { system, near: options.near, satellites: Vec::new(), faults: Vec::new() };
    let mut block = Block::default();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let is_header = trimmed.starts_with('*');
        let is_id = name_of(trimmed) == "id";
        if is_header || (is_id && block.values[0].is_some()) {
            reading.close(block, file);
            block = Block { line: number, header: Some(line), ..Block::default() };
        }
        if !is_header {
            block.add(file, number, line);
        }
    }
    reading.close(block, file);
    let Reading { satellites, mut faults, .. } = reading;
    if satellites.is_empty() {
        if !faults.is_empty() {
            return Err(faults.swap_remove(0).1);
        }
        return Err(TextError::whole_file(file, "the almanac holds no satellite")
            .help("a YUMA block starts with '******** Week 380 almanac for PRN-01 ********'"));
    }
    let left_out = faults
        .into_iter()
        .map(|(satellite, fault)| LeftOut {
            place: 0..0,
            satellite,
            file: file.to_owned(),
            line: fault.line,
            reason: fault.message,
        })
        .collect();
    Ok(Almanac { system, satellites, left_out })
}

/// What has been read so far: sound satellites, and names and faults of the others.
struct Reading {
    system: Broadcaster,
    near: Option<Epoch>,
    satellites: Vec<AlmanacSatellite>,
    faults: Vec<(String, TextError)>,
}

impl Reading {
    fn close(&mut self, block: Block<'_>, file: &str) {
        let name = block.label();
        match block.finish(file, self) {
            Ok(satellite) => self.satellites.extend(satellite),
            Err(fault) => self.faults.push((name, fault)),
        }
    }
}

/// The system of the first satellite that is named by a code such as `C19`.
fn system_of_codes(text: &str) -> Option<Broadcaster> {
    let ids = text.lines().filter(|line| name_of(line) == "id").filter_map(|line| line.split_once(':'));
    ids.filter_map(|(_, id)| id.trim().chars().next()).find_map(Broadcaster::of_letter)
}

/// The name before the colon in small letters without spaces.
fn name_of(line: &str) -> String {
    let name = line.split_once(':').map_or("", |(name, _)| name);
    name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// One satellite's lines.
#[derive(Default)]
struct Block<'a> {
    line: usize,
    header: Option<&'a str>,
    values: [Option<Value<'a>>; 13],
    /// The first line that is none of a block.
    fault: Option<TextError>,
}

impl<'a> Block<'a> {
    /// How the satellite is called in a list of what was left out.
    fn label(&self) -> String {
        match &self.values[0] {
            Some(value) => format!("PRN {}", value.text[value.span.clone()].trim().escape_default()),
            None => format!("the block on line {}", self.line),
        }
    }

    fn add(&mut self, file: &str, number: usize, line: &'a str) {
        if let Err(fault) = self.take(file, number, line) {
            self.fault.get_or_insert(fault);
        }
    }

    fn take(&mut self, file: &str, number: usize, line: &'a str) -> Result<(), TextError> {
        let error = |span, message: String| TextError::on_line(file, number, line, span, message);
        let Some(colon) = line.find(':') else {
            return Err(error(0..line.len(), "expected 'name: value' of a YUMA almanac".into())
                .help("a block holds ID, Health, Eccentricity and so on, one a line"));
        };
        let name = name_of(line);
        // The rate comes before the node in the table, so the longer name is met first.
        let Some(field) = FIELDS.iter().position(|(start, _)| name.starts_with(start)) else {
            let known = FIELDS.map(|(_, name)| name).join(", ");
            return Err(error(0..colon, "unknown field of a YUMA almanac".into())
                .help(format!("the fields are {known}")));
        };
        if self.values[field].is_some() {
            return Err(error(0..colon, format!("'{}' is given twice in this block", FIELDS[field].1))
                .help("keep one of the two lines; a blank line or a header begins the next block"));
        }
        let value = &line[colon + 1..];
        let start = colon + 1 + (value.len() - value.trim_start().len());
        let span = start..start + value.trim().len();
        if self.line == 0 {
            self.line = number;
            self.header = Some(line);
        }
        self.values[field] = Some(Value { line: number, text: line, span });
        Ok(())
    }

    fn number(&self, file: &str, field: usize, range: Range<f64>) -> Result<f64, TextError> {
        let Some(value) = &self.values[field] else {
            let header = self.header.unwrap_or_default();
            return Err(TextError::on_line(
                file,
                self.line,
                header,
                0..header.len(),
                format!("this block lacks '{}'", FIELDS[field].1),
            )
            .help("add the line, or remove the whole block"));
        };
        let error =
            |message: String| TextError::on_line(file, value.line, value.text, value.span.clone(), message);
        let number: f64 = value.text[value.span.clone()].parse().map_err(|_| {
            error(format!("expected a number for '{}'", FIELDS[field].1))
                .help("write it as 0.0018 or 0.18E-002, or remove the whole block")
        })?;
        if !(range.start <= number && number < range.end) {
            let message =
                format!("'{}' is expected from {} up to {}", FIELDS[field].1, range.start, range.end);
            return Err(error(message).help("correct it, or remove the whole block; fetch the almanac anew"));
        }
        Ok(number)
    }

    fn whole(&self, file: &str, field: usize, below: f64) -> Result<u32, TextError> {
        let number = self.number(file, field, 0.0..below)?;
        match &self.values[field] {
            Some(value) if number.fract() != 0.0 => Err(TextError::on_line(
                file,
                value.line,
                value.text,
                value.span.clone(),
                format!("expected a whole number for '{}'", FIELDS[field].1),
            )
            .help("write it with digits alone, or remove the whole block")),
            _ => Ok(number as u32),
        }
    }

    /// Number of the satellite's code; `19` and `C19` are the same when the almanac is of Beidou.
    fn prn(&self, file: &str, system: Broadcaster) -> Result<u32, TextError> {
        let Some(value) = &self.values[0] else { return self.whole(file, 0, 1000.0) };
        let mut code = value.text[value.span.clone()].chars();
        let Some(letter) = code.next().filter(char::is_ascii_alphabetic) else {
            return self.whole(file, 0, 1000.0);
        };
        let error = |message| TextError::on_line(file, value.line, value.text, value.span.clone(), message);
        match Broadcaster::of_letter(letter) {
            Some(other) if other != system => {
                Err(error(format!("a satellite of {other}, but this almanac is read as one of {system}"))
                    .help("give each system a file of its own; --almanac-system names it"))
            }
            Some(_) => code.as_str().parse().ok().filter(|&prn| prn < 1000).ok_or_else(|| {
                error("expected a number after the letter of the system".into())
                    .help(format!("write it as {letter}07, or remove the whole block"))
            }),
            None => Err(error(format!("{letter} is no letter of a system that is read"))
                .help("almanacs of GPS (G), Beidou (C), Galileo (E) and QZSS (J) are read")),
        }
    }

    fn finish(self, file: &str, reading: &Reading) -> Result<Option<AlmanacSatellite>, TextError> {
        let &Reading { system, near, ref satellites, .. } = reading;
        // A header without a single field is met before the first block and between concatenated files.
        if self.values.iter().all(Option::is_none) && self.fault.is_none() {
            return Ok(None);
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let angle = -10.0..10.0;
        let prn = self.prn(file, system)?;
        let health = self.whole(file, 1, 1000.0)?;
        let written_week = self.whole(file, 12, 9000.0)?;
        let orbit = AlmanacOrbit {
            system,
            week: system.full_week(written_week, near),
            eccentricity: self.number(file, 2, 0.0..1.0)?,
            time_of_applicability_s: self.number(file, 3, 0.0..2.0 * super::SECONDS_PER_WEEK)?,
            inclination_rad: self.number(file, 4, 0.0..std::f64::consts::PI)?,
            node_rate_rad_s: self.number(file, 5, -1e-5..1e-5)?,
            sqrt_semi_major_axis: self.number(file, 6, 2500.0..20_000.0)?,
            node_at_week_rad: self.number(file, 7, angle.clone())?,
            argument_of_perigee_rad: self.number(file, 8, angle.clone())?,
            mean_anomaly_rad: self.number(file, 9, angle)?,
        };
        // The clock terms do not move the satellite; they are read so that a broken line is not passed over.
        self.number(file, 10, -1.0..1.0)?;
        self.number(file, 11, -1.0..1.0)?;
        if let Some(other) = satellites.iter().find(|other| other.prn == prn) {
            let header = self.header.unwrap_or_default();
            return Err(TextError::on_line(
                file,
                self.line,
                header,
                0..header.len(),
                format!("PRN {prn} appears twice, first on line {}", other.line),
            )
            .help("keep one almanac a satellite"));
        }
        Ok(Some(AlmanacSatellite { prn, health, orbit, written_week, line: self.line }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "\
******** Week 380 almanac for PRN-07 ********
ID:                         07
Health:                     000
Eccentricity:               0.1829147339E-002
Time of Applicability(s):  319488.0000
Orbital Inclination(rad):   0.9571045426
Rate of Right Ascen(r/s):  -0.8114623721E-008
SQRT(A)  (m 1/2):           5153.549805
Right Ascen at Week(rad):   0.6282692456E+000
Argument of Perigee(rad):   0.193269221
Mean Anom(rad):            -0.7104690442E+000
Af0(s):                     0.2155303955E-003
Af1(s/s):                  -0.1091393642E-010
week:                        380
";

    #[test]
    fn reads_blocks_with_either_line_end() {
        let text = format!("{BLOCK}\n{}", BLOCK.replace("PRN-07", "PRN-08").replace("  07", "  08"));
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            assert!(looks_like_yuma(&text));
            let satellites = read_yuma("a.alm", &text, &YumaOptions::default()).unwrap().satellites;
            assert_eq!(satellites.iter().map(|satellite| satellite.prn).collect::<Vec<_>>(), [7, 8]);
            assert_eq!(satellites[1].line, 16);
            assert_eq!(satellites[0].orbit.week, 2428);
            assert_eq!(satellites[0].orbit.node_rate_rad_s, -0.8114623721e-8);
            assert_eq!(satellites[0].orbit.node_at_week_rad, 0.6282692456);
        }
    }

    #[test]
    fn says_where_a_block_is_wrong() {
        for (from, to, line, expected) in [
            ("0.193269221", "none", 10, "expected a number"),
            ("0.1829147339E-002", "1.5", 4, "from 0 up to 1"),
            ("Mean Anom(rad)", "Mean Anomal y", 0, ""),
            ("Health:                     000\n", "", 1, "lacks 'Health'"),
            ("Af0(s):", "Clock:", 12, "unknown field"),
            ("Af0(s):", "Af1(s):", 13, "given twice"),
            ("SQRT(A)  (m 1/2):           5153.549805", "SQRT(A)", 8, "name: value"),
            ("week:                        380", "week: 380.5", 14, "whole number"),
        ] {
            let text = BLOCK.replace(from, to);
            match read_yuma("a.alm", &text, &YumaOptions::default()) {
                Ok(_) => assert_eq!(line, 0, "{to}"),
                Err(error) => {
                    assert_eq!(error.line, line, "{error}");
                    assert!(error.to_string().contains(expected), "{error}");
                }
            }
        }
        let twice = format!("{BLOCK}{BLOCK}");
        let almanac = read_yuma("a.alm", &twice, &YumaOptions::default()).unwrap();
        assert_eq!((almanac.satellites.len(), almanac.left_out.len()), (1, 1));
        assert_eq!(almanac.left_out[0].line, 15);
        assert!(almanac.left_out[0].reason.contains("PRN 7 appears twice"), "{:?}", almanac.left_out);
        assert!(
            read_yuma("a.alm", "********\n", &YumaOptions::default())
                .unwrap_err()
                .to_string()
                .contains("no satellite")
        );
        assert!(!looks_like_yuma("GPS BIIR-2\n1 24876U"));
    }
    #[test]
    fn codes_with_letters_tell_the_system() {
        let beidou = BLOCK.replace("PRN-07", "C19").replace("  07", " C19").replace("  380", " 1071");
        let almanac = read_yuma("b.alm", &beidou, &YumaOptions::default()).unwrap();
        assert_eq!(almanac.system, Broadcaster::Beidou);
        let orbit = almanac.satellites[0].orbit;
        assert_eq!((almanac.satellites[0].prn, orbit.system, orbit.week), (19, Broadcaster::Beidou, 1071));
        let number_alone = BLOCK.replace("  380", " 1071");
        let options = YumaOptions { system: Some(Broadcaster::Beidou), near: None };
        assert_eq!(read_yuma("b.alm", &number_alone, &options).unwrap().satellites[0].orbit, orbit);

        let mixed = format!("{beidou}{BLOCK}{}", BLOCK.replace("  07", " E05"));
        let almanac = read_yuma("b.alm", &mixed, &YumaOptions::default()).unwrap();
        assert_eq!(almanac.satellites.iter().map(|satellite| satellite.prn).collect::<Vec<_>>(), [19, 7]);
        assert!(almanac.left_out[0].reason.contains("a satellite of Galileo"), "{:?}", almanac.left_out);
        for (id, expected) in [(" R07", "no letter of a system"), (" G0x", "a number after the letter")] {
            let error = read_yuma("b.alm", &BLOCK.replace("  07", id), &YumaOptions::default()).unwrap_err();
            assert!(error.line == 2 && error.to_string().contains(expected), "{error}");
        }
    }
}
