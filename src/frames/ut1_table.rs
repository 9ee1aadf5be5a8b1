//! Tables of UT1 − UTC and of the pole by day: the shipped one, and files of the IERS.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use chrono::Datelike;

use super::EarthOrientation;
use crate::diagnostics::TextError;
use crate::input::{FileError, TEXT_GROWTH, read_bytes, without_mark};
use crate::packed::Unpacker;
use crate::time::Epoch;
use crate::units::SECONDS_PER_DAY;

/// UT1 − UTC of 1972-01-01 to 2027-10-29, as `scripts/embed_ut1.py` writes it.
const SHIPPED: &[u8] = include_bytes!("ut1_utc.bin");
/// 2000-01-01T12:00:00 as a modified Julian date.
const J2000_MJD: f64 = 51_544.5;
/// Most days between two rows of a file: linear interpolation over more loses what tides do to UT1.
const MOST_DAYS_APART: f64 = 5.0;
/// Fewest days between two rows: nothing tells UT1 more often than by the minute, and slopes stay numbers.
const LEAST_DAYS_APART: f64 = 1.0 / 1440.0;

const EXPECTED: &str = "give finals2000A.all or .data of the IERS, an EOP C04 file, or CSV with the columns MJD, \
                        x_pole, y_pole and UT1-UTC";

/// The Earth's orientation at 0h UTC of some days, linear in between.
#[derive(Clone, PartialEq)]
pub struct OrientationTable {
    rows: Vec<Row>,
    predicted_from_mjd: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    mjd: f64,
    orientation: EarthOrientation,
}

impl OrientationTable {
    /// First and last instant.
    pub fn span(&self) -> (Epoch, Epoch) {
        let ends = (self.rows.first(), self.rows.last());
        let (Some(first), Some(last)) = ends else { unreachable!("a table has two rows at least") };
        (epoch_of(first.mjd), epoch_of(last.mjd))
    }

    /// The instant from which on it is a prediction, where it tells so.
    pub fn predicted_from(&self) -> Option<Epoch> {
        self.predicted_from_mjd.map(epoch_of)
    }

    /// The orientation at an instant, that of the nearer end beyond the table.
    ///
    /// Between two days UT1 runs evenly: what tides do beside that stays near 0.1 ms. A leap
    /// second between them comes at the end of a month, so before it UT1 - UTC runs towards the value less 1 s.
    pub fn at(&self, epoch: Epoch) -> EarthOrientation {
        let (days, fraction) = epoch.days_since_j2000();
        let mjd = days + fraction + J2000_MJD;
        let after = self.place(mjd);
        let Some(before) = after.checked_sub(1) else { return self.rows[0].orientation };
        let (before, Some(after)) = (self.rows[before], self.rows.get(after)) else {
            return self.rows[self.rows.len() - 1].orientation;
        };
        let (from, to) = (before.orientation, after.orientation);
        let part = (mjd - before.mjd) / (after.mjd - before.mjd);
        let leap_s = (to.ut1_minus_utc_s - from.ut1_minus_utc_s).round();
        let between = |from: f64, to: f64| from + (to - from) * part;
        let ut1_minus_utc_s = between(from.ut1_minus_utc_s, to.ut1_minus_utc_s - leap_s);
        let has_leapt = leap_s != 0.0 && mjd >= month_begins(before.mjd, after.mjd);
        EarthOrientation {
            ut1_minus_utc_s: if has_leapt { ut1_minus_utc_s + leap_s } else { ut1_minus_utc_s },
            polar_x_rad: between(from.polar_x_rad, to.polar_x_rad),
            polar_y_rad: between(from.polar_y_rad, to.polar_y_rad),
        }
    }

    /// Number of the first row after an instant.
    fn place(&self, mjd: f64) -> usize {
        // Where rows are a day apart, as nearly always, the place is known without a search.
        let guess = (mjd - self.rows[0].mjd).max(0.0) as usize;
        let is_right =
            guess + 1 < self.rows.len() && self.rows[guess].mjd <= mjd && mjd < self.rows[guess + 1].mjd;
        if is_right { guess + 1 } else { self.rows.partition_point(|row| row.mjd <= mjd) }
    }
}

impl fmt::Debug for OrientationTable {
    /// Every row, to the last bit.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(formatter)
    }
}

/// Where the first month begins after one day and until another; the latter where none does.
fn month_begins(after_mjd: f64, until_mjd: f64) -> f64 {
    let mut midnights = (1..=MOST_DAYS_APART as i64).map(|day| after_mjd.floor() + day as f64);
    midnights
        .find(|&midnight| midnight <= until_mjd && epoch_of(midnight).to_naive().day() == 1)
        .unwrap_or(until_mjd)
}

fn epoch_of(mjd: f64) -> Epoch {
    // Whole days and the rest apart, so that neither loses nanoseconds.
    let days = mjd.floor();
    let midnight = (days - 40_587.0) as i64 * 86_400_000_000_000;
    Epoch::from_unix_nanos(midnight).plus_seconds((mjd - days) * SECONDS_PER_DAY)
}

/// The table of UT1 − UTC that is part of the program: EOP 20 C04 of the IERS, continued by its rapid service
/// and its predictions. Without polar motion.
pub fn shipped() -> Arc<OrientationTable> {
    static TABLE: OnceLock<Arc<OrientationTable>> = OnceLock::new();
    TABLE.get_or_init(|| Arc::new(unpack(SHIPPED))).clone()
}

fn unpack(bytes: &[u8]) -> OrientationTable {
    let mut unpacker = Unpacker::new(bytes);
    assert_eq!(unpacker.take(4), b"HXU1", "the shipped table of UT1 begins with its name");
    let first = unpacker.number() as f64;
    let measured = unpacker.number() as f64;
    let count = unpacker.number() as usize;
    let (mut value, mut slope) = (0i64, 0i64);
    let rows = (0..count)
        .map(|number| {
            let change = unpacker.signed() + slope;
            value += change;
            slope = if number > 0 { change } else { 0 };
            let ut1_minus_utc_s = value as f64 * 1e-5;
            let orientation = EarthOrientation { ut1_minus_utc_s, ..EarthOrientation::default() };
            Row { mjd: first + number as f64, orientation }
        })
        .collect();
    OrientationTable { rows, predicted_from_mjd: Some(measured + 1.0) }
}

/// Reads a file of the IERS: finals2000A (or finals) in its columns, EOP C04 in either layout, or CSV with a
/// header, as the IERS and CelesTrak write it, commas or semicolons between.
///
/// # Errors
/// [`FileError`], with line and column, for a file of another kind, values that are no numbers or
/// out of range, days out of order or more than five apart, fewer than two days.
pub fn read(path: &Path) -> Result<OrientationTable, FileError> {
    let file = path.display().to_string();
    // All these formats are ASCII; anything else is told where a number should stand.
    Ok(parse(&file, &String::from_utf8_lossy(&read_bytes(&file, TEXT_GROWTH)?))?)
}

/// A table from the text of a file, whose name is for error messages.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &str, text: &str) -> Result<OrientationTable, Box<TextError>> {
    let text = without_mark(text);
    let mut format = None;
    let mut rows: Vec<Row> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = Line { file, number: number + 1, text: line };
        if line.text.trim().is_empty() || line.text.starts_with('#') {
            continue;
        }
        let Some(format) = &format else {
            format = Format::of(line.text);
            // A header row has no values; the first row of the other formats has.
            match &format {
                Some(Format::Csv { .. }) | None => {}
                Some(known) => rows.extend(line.row(known)?),
            }
            continue;
        };
        let Some(row) = line.row(format)? else { continue };
        if let Some(last) = rows.last() {
            line.follows(last.mjd, row.mjd, format)?;
        }
        rows.push(row);
    }
    if format.is_none() {
        return Err(TextError::whole_file(file, "not a file of Earth orientation").help(EXPECTED).into());
    }
    if rows.len() < 2 {
        return Err(TextError::whole_file(file, "fewer than two days with UT1 in it").help(EXPECTED).into());
    }
    Ok(OrientationTable { rows, predicted_from_mjd: None })
}

/// Where the values of a row stand.
enum Format {
    /// In columns of characters: finals2000A (ReadMe of the IERS rapid service).
    Finals,
    /// Between blanks, the MJD at this place: EOP C04.
    Blanks { mjd: usize },
    /// Between commas or semicolons, at these places.
    Csv { separator: char, columns: [usize; 4] },
}

impl Format {
    /// The format of a file by its first row, or by a line of headings before it; none for other lines.
    fn of(line: &str) -> Option<Self> {
        let is_mjd =
            |text: &str| text.trim().parse::<f64>().is_ok_and(|mjd| (20_000.0..100_000.0).contains(&mjd));
        let is_date = |text: &str| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit());
        if line.get(..6).is_some_and(is_date) && line.get(7..15).is_some_and(is_mjd) {
            return Some(Self::Finals);
        }
        for separator in [';', ','] {
            let names: Vec<String> =
                line.split(separator).map(|name| name.trim().trim_matches('"').to_lowercase()).collect();
            let find = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
            if let (Some(mjd), Some(x), Some(y), Some(ut1)) =
                (find(&["mjd"]), find(&["x_pole", "x"]), find(&["y_pole", "y"]), find(&["ut1-utc"]))
            {
                return Some(Self::Csv { separator, columns: [mjd, x, y, ut1] });
            }
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        let has_year = fields.len() >= 7 && fields[0].len() == 4 && is_date(fields[0]);
        let mjd = [3, 4].into_iter().find(|&place| has_year && is_mjd(fields[place]));
        mjd.map(|mjd| Self::Blanks { mjd })
    }
}

struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The row of the line; none where it tells no UT1, as the last lines of finals2000A do.
    fn row(&self, format: &Format) -> Result<Option<Row>, Box<TextError>> {
        let [mjd, x, y, ut1] = match format {
            Format::Finals => [(7, 15), (18, 27), (37, 46), (58, 68)]
                .map(|(from, to)| self.text.get(from..to).unwrap_or("")),
            Format::Blanks { mjd } => {
                let fields: Vec<&str> = self.text.split_whitespace().collect();
                [0, 1, 2, 3].map(|place| fields.get(mjd + place).copied().unwrap_or(""))
            }
            Format::Csv { separator, columns } => {
                let fields: Vec<&str> = self.text.split(*separator).collect();
                columns.map(|place| fields.get(place).map_or("", |field| field.trim_matches('"')))
            }
        };
        let has_values = !ut1.trim().is_empty() || matches!(format, Format::Blanks { .. });
        if !has_values {
            return Ok(None);
        }
        let arcseconds =
            |field, what| Ok::<f64, Box<TextError>>((self.value(field, 2.0, what)? / 3600.0).to_radians());
        Ok(Some(Row {
            mjd: self.day(mjd)?,
            orientation: EarthOrientation {
                polar_x_rad: arcseconds(x, "polar motion x in arcseconds")?,
                polar_y_rad: arcseconds(y, "polar motion y in arcseconds")?,
                ut1_minus_utc_s: self.value(ut1, 2.0, "UT1 - UTC in seconds")?,
            },
        }))
    }

    /// The number in a field of the line, up to `most` either way.
    fn value(&self, field: &str, most: f64, what: &str) -> Result<f64, Box<TextError>> {
        match field.trim().parse::<f64>() {
            Ok(value) if value.abs() <= most => Ok(value),
            Ok(_) => Err(self.wrong(field, format!("expected {what}, {most} at most either way"))),
            Err(_) => Err(self.wrong(field, format!("expected {what}"))),
        }
    }

    /// The modified Julian date in a field of the line.
    fn day(&self, field: &str) -> Result<f64, Box<TextError>> {
        let mjd = self.value(field, 1e5, "a modified Julian date")?;
        // Instants reach back to 1677 only, and no table of UT1 to before 1846.
        if mjd < -5000.0 {
            return Err(self.wrong(field, "expected a modified Julian date after 1845".to_owned()));
        }
        Ok(mjd)
    }

    /// Refuses a day that does not follow the one before.
    fn follows(&self, before: f64, mjd: f64, format: &Format) -> Result<(), Box<TextError>> {
        let message = if mjd - before < LEAST_DAYS_APART {
            format!("expected a day after MJD {before}, the row before")
        } else if mjd - before > MOST_DAYS_APART {
            format!("expected a day within {MOST_DAYS_APART} of MJD {before}, the row before")
        } else {
            return Ok(());
        };
        let field = match format {
            Format::Finals => self.text.get(7..15).unwrap_or(""),
            Format::Blanks { mjd } => self.text.split_whitespace().nth(*mjd).unwrap_or(""),
            Format::Csv { separator, columns } => self.text.split(*separator).nth(columns[0]).unwrap_or(""),
        };
        Err(self.wrong(field, message))
    }

    /// An error at a field, which is a part of the line or empty.
    fn wrong(&self, field: &str, message: String) -> Box<TextError> {
        let field = field.trim();
        let at = (field.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let at = if field.is_empty() || at > self.text.len() { self.text.len() } else { at };
        let span = at..at + field.len();
        Box::new(TextError::on_line(self.file, self.number, self.text, span, message).help(EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(text: &str) -> Epoch {
        text.parse().unwrap()
    }

    /// UT1 − UTC at an instant of the example in AIAA 2006-6753, appendix C, and the values of IERS bulletin B
    /// and C04 at 0h of days before and after the leap seconds of 1999-01-01 and 2017-01-01.
    #[test]
    fn the_shipped_table_is_that_of_the_iers() {
        let table = shipped();
        for (instant, expected_s) in [
            ("2004-04-06T07:51:28.386Z", -0.439_961),
            ("2016-12-31T00:00:00Z", -0.407_77),
            ("2017-01-01T00:00:00Z", 0.591_287),
            ("1999-01-01T00:00:00Z", 0.716_665),
            ("2024-07-17T00:00:00Z", 0.013_873),
        ] {
            let got = table.at(epoch(instant)).ut1_minus_utc_s;
            assert!((got - expected_s).abs() < 5e-4, "{instant}: {got} for {expected_s}");
        }
        assert_eq!(table.at(epoch("1960-01-01T00:00:00Z")), table.at(epoch("1972-01-01T00:00:00Z")));
        assert_eq!(table.span(), (epoch("1972-01-01T00:00:00Z"), epoch("2027-10-29T00:00:00Z")));
    }

    /// Rows may be five days apart: the leap second of 2016-12-31 came three days late with these, 465 m at the equator.
    #[test]
    fn a_leap_second_comes_at_the_end_of_its_month() {
        let table = parse("a.csv", "MJD,x_pole,y_pole,UT1-UTC\n57752,0,0,-.4068\n57757,0,0,.5849\n").unwrap();
        let whole = shipped();
        for hours in 0..120 {
            let at = epoch("2016-12-30T00:00:00Z").plus_seconds(f64::from(hours) * 3600.0);
            let apart = table.at(at).ut1_minus_utc_s - whole.at(at).ut1_minus_utc_s;
            assert!(apart.abs() < 3e-3, "{at}: {apart}");
        }
        let just = |text| table.at(epoch(text)).ut1_minus_utc_s;
        let leap_s = just("2017-01-01T00:00:00Z") - just("2016-12-31T23:59:59.999Z");
        assert!((leap_s - 1.0).abs() < 1e-6, "{leap_s}");
    }

    /// UTC is kept within 0.9 s of UT1 (ITU-R TF.460-6), with 27 leap seconds from 1972-06-30 to 2016-12-31
    /// (IERS bulletin C). A day is longer than 86,400 s by less than 5 ms.
    #[test]
    fn the_shipped_table_keeps_the_law_of_leap_seconds() {
        let table = shipped();
        let jumps = table.rows.windows(2).filter(|pair| {
            let change = pair[1].orientation.ut1_minus_utc_s - pair[0].orientation.ut1_minus_utc_s;
            let is_leap = change > 0.5;
            assert!((change - f64::from(u8::from(is_leap))).abs() < 5e-3, "{pair:?}");
            is_leap
        });
        assert_eq!(jumps.count(), 27);
        assert!(table.rows.iter().all(|row| row.orientation.ut1_minus_utc_s.abs() < 0.9));
    }

    #[test]
    fn a_day_that_ends_in_a_leap_second_runs_to_its_end() {
        let table = shipped();
        let late = table.at(epoch("2016-12-31T23:59:59.999Z")).ut1_minus_utc_s;
        assert!((late + 0.4087).abs() < 1e-4, "{late}");
    }

    /// Two days as each format writes them.
    const FINALS: &str = "\
24 717 60508.00 I  0.127893 0.000091  0.479652 0.000091  I 0.0138727 0.0000102  0.4113 0.0078  I     0.363
24 718 60509.00 I  0.129201 0.000091  0.478811 0.000091  I 0.0134001 0.0000102  0.5113 0.0078  I     0.363
24 719 60510.00
";
    const C04: &str = "\
# EOP (IERS) 20 C04
2024   7  17   0  60508.00    0.127893    0.479652   0.0138727    0.000363   -0.000097
2024   7  18   0  60509.00    0.129201    0.478811   0.0134001    0.000363   -0.000097
";
    const OLD_C04: &str = "\
      Date      MJD      x          y        UT1-UTC       LOD         dX        dY
2024   7  17  60508   0.127893   0.479652   0.0138727   0.0004113   0.000363   -0.000097
2024   7  18  60509   0.129201   0.478811   0.0134001   0.0004113   0.000363   -0.000097
";
    const CELESTRAK: &str = "\
DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE
2024-07-17,60508,0.127893,0.479652,0.0138727,0.0004113,0,0,0,0,37,O
2024-07-18,60509,0.129201,0.478811,0.0134001,0.0004113,0,0,0,0,37,O
";
    const IERS_CSV: &str = "\
MJD;Year;Month;Day;Type;x_pole;sigma_x_pole;y_pole;sigma_y_pole;Type;UT1-UTC;sigma_UT1-UTC
60508;2024;07;17;final;0.127893;0.00009;0.479652;0.00009;final;0.0138727;0.00001
60509;2024;07;18;final;0.129201;0.00009;0.478811;0.00009;final;0.0134001;0.00001
";

    #[test]
    fn every_format_tells_the_same() {
        let wanted = parse("c04", C04).unwrap();
        let noon = wanted.at(epoch("2024-07-17T12:00:00Z"));
        assert!((noon.ut1_minus_utc_s - 0.013_636_4).abs() < 1e-12);
        assert!((noon.polar_x_rad.to_degrees() * 3600.0 - 0.128_547).abs() < 1e-12);
        assert!((noon.polar_y_rad.to_degrees() * 3600.0 - 0.479_231_5).abs() < 1e-12);
        for (name, text) in
            [("finals", FINALS), ("old", OLD_C04), ("celestrak", CELESTRAK), ("iers", IERS_CSV)]
        {
            assert_eq!(parse(name, text).unwrap(), wanted, "{name}");
        }
    }

    #[test]
    fn wrong_files_are_told_where_they_are_wrong() {
        let repeated = format!("{C04}{}", C04.lines().nth(1).unwrap());
        let far = C04.replace("60509", "60519");
        let word = FINALS.replace("0.0134001", "0.013x001");
        let large = CELESTRAK.replace("0.0134001", "9.0");
        let short =
            "2024   7  17   0  60508.00    0.127893    0.479652   0.0138727\n2024 7 18 0 60509.00 0.1 0.2\n";
        // Nanoseconds of an instant do not reach there: it was an overflow.
        let old = CELESTRAK.replace("60508", "-99999").replace("60509", "-99998");
        // A slope over nearly no time was no number.
        let near = CELESTRAK.replace("60508", "0").replace("60509", "1e-320");
        for (text, line, message) in [
            (near.as_str(), 3, "expected a day after MJD 0"),
            (old.as_str(), 2, "expected a modified Julian date after 1845"),
            (repeated.as_str(), 4, "expected a day after MJD 60509"),
            (&far, 3, "expected a day within 5 of MJD 60508"),
            (&word, 2, "expected UT1 - UTC in seconds"),
            (&large, 3, "2 at most either way"),
            (short, 2, "expected UT1 - UTC in seconds"),
            ("", 0, "not a file of Earth orientation"),
            ("name,lat_deg,lon_deg\nParis,48,2\n", 0, "not a file of Earth orientation"),
            (C04.lines().nth(1).unwrap(), 0, "fewer than two days"),
        ] {
            let error = parse("eop", text).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.message.contains(message), "{error}");
        }
    }

    proptest::proptest! {
        /// Whatever is done to a file, it is read or refused, and what is read has its days in order.
        #[test]
        fn no_text_is_too_odd(
            which in 0usize..5, at in 0usize..600, length in 0usize..40, put in "[ -~\\n;,é]{0,20}",
        ) {
            let mut text = [FINALS, C04, OLD_C04, CELESTRAK, IERS_CSV][which].to_owned();
            let (from, to) = (at.min(text.len()), (at + length).min(text.len()));
            text.replace_range(from..to, &put);
            if let Ok(table) = parse("eop", &text) {
                proptest::prop_assert!(table.rows.windows(2).all(|pair| pair[0].mjd < pair[1].mjd));
                let (first, last) = table.span();
                proptest::prop_assert!(first < last);
                proptest::prop_assert!(table.at(first).ut1_minus_utc_s.is_finite());
            }
        }
    }
}
