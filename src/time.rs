//! Instants in UTC and evenly spaced sampling of a window.
//!
//! A day counts 86,400 s: leap seconds are not counted, as in the Julian dates that SGP4
//! and its element sets are used with. Reading and writing of ISO 8601 is chrono's.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc};

use crate::units::SECONDS_PER_DAY;

pub mod intervals;

const NANOS_PER_SECOND: f64 = 1e9;
const NANOS_PER_DAY: i64 = 86_400_000_000_000;
/// 2000-01-01T12:00:00 in nanoseconds after 1970-01-01T00:00:00.
const J2000_UNIX_NANOS: i64 = 946_728_000 * 1_000_000_000;

/// An instant in UTC, to the nanosecond, between the years 1678 and 2262.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch {
    unix_nanos: i64,
}

/// Years of instants that are read. Windows are 100 years long at most, so that they end well before the last
/// instant that there is.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2150;

/// A text that is no instant, or none that can be worked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseEpochError {
    /// It is none.
    #[error("'{0}' is not a UTC instant; expected ISO 8601 such as 2026-01-01T00:00:00Z")]
    NoInstant(String),
    /// It is a 61st second that no minute of UTC has.
    #[error("'{0}' is no second of UTC: no leap second was inserted there")]
    NoLeapSecond(String),
    /// It is outside [`YEARS`].
    #[error("'{0}' lies outside the years {first} to {last}", first = YEARS.start(), last = YEARS.end())]
    Year(String),
}

impl Epoch {
    /// From nanoseconds after 1970-01-01T00:00:00 UTC, leap seconds not counted.
    pub const fn from_unix_nanos(unix_nanos: i64) -> Self {
        Self { unix_nanos }
    }

    /// Nanoseconds after 1970-01-01T00:00:00 UTC, leap seconds not counted.
    pub const fn unix_nanos(self) -> i64 {
        self.unix_nanos
    }

    /// From a chrono date and time read as UTC; `None` outside 1678 to 2262.
    pub fn from_naive(datetime: NaiveDateTime) -> Option<Self> {
        datetime.and_utc().timestamp_nanos_opt().map(Self::from_unix_nanos)
    }

    /// The same instant as a chrono date and time in UTC.
    pub fn to_naive(self) -> NaiveDateTime {
        DateTime::<Utc>::from_timestamp_nanos(self.unix_nanos).naive_utc()
    }

    /// The instant `seconds` later (earlier when negative), to the nanosecond.
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self { unix_nanos: self.unix_nanos.saturating_add((seconds * NANOS_PER_SECOND).round() as i64) }
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        // Whole days and the rest are kept apart so that decades lose no nanoseconds.
        let difference = i128::from(self.unix_nanos) - i128::from(earlier.unix_nanos);
        let day = i128::from(NANOS_PER_DAY);
        (difference / day) as f64 * SECONDS_PER_DAY + (difference % day) as f64 / NANOS_PER_SECOND
    }

    /// Days after 2000-01-01T12:00:00 in two parts: whole days and a fraction in `[0, 1)`.
    pub fn days_since_j2000(self) -> (f64, f64) {
        let since = i128::from(self.unix_nanos) - i128::from(J2000_UNIX_NANOS);
        let day = i128::from(NANOS_PER_DAY);
        (since.div_euclid(day) as f64, since.rem_euclid(day) as f64 / NANOS_PER_DAY as f64)
    }

    /// Julian years of 365.25 days after 2000-01-01T12:00:00, the epoch that SGP4 takes.
    pub fn julian_years_since_j2000(self) -> f64 {
        let (days, fraction) = self.days_since_j2000();
        (days + fraction) / 365.25
    }
}

impl FromStr for Epoch {
    type Err = ParseEpochError;

    /// Reads ISO 8601: a date, or a date and time with `Z`, an offset or nothing (then UTC).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let naive = read_iso_8601(text).ok_or_else(|| ParseEpochError::NoInstant(text.to_owned()))?;
        // Chrono has the 61st second of a minute as a 60th of more than a thousand milliseconds.
        if naive.nanosecond() >= 1_000_000_000 && !ends_with_a_leap_second(naive) {
            return Err(ParseEpochError::NoLeapSecond(text.to_owned()));
        }
        let within = Some(naive).filter(|naive| YEARS.contains(&naive.year()));
        within.and_then(Self::from_naive).ok_or_else(|| ParseEpochError::Year(text.to_owned()))
    }
}

/// Whether a leap second follows the second that an instant lies in.
fn ends_with_a_leap_second(naive: NaiveDateTime) -> bool {
    let leaps = |unix_s: i64| {
        let since = hifitime::Duration::from_total_nanoseconds(i128::from(unix_s) * 1_000_000_000);
        hifitime::Epoch::from_unix_duration(since).leap_seconds_iers()
    };
    let last_s = naive.and_utc().timestamp();
    // An hour to either side, for hifitime counts each from half a minute before it on. In 1972 they began with ten.
    (last_s + 1).rem_euclid(86_400) == 0 && leaps(last_s + 3600) - leaps(last_s - 3600) == 1
}

fn read_iso_8601(text: &str) -> Option<NaiveDateTime> {
    let trimmed = text.trim();
    DateTime::parse_from_rfc3339(trimmed)
        .map(|datetime| datetime.naive_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|_| NaiveDateTime::parse_from_str(trimmed, "%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|_| NaiveDateTime::parse_from_str(trimmed.trim_end_matches('Z'), "%Y-%m-%dT%H:%M"))
        .or_else(|_| NaiveDateTime::parse_from_str(trimmed.trim_end_matches('Z'), "%Y-%m-%d %H:%M"))
        .or_else(|_| {
            NaiveDate::parse_from_str(trimmed, "%Y-%m-%d").map(|date| date.and_time(chrono::NaiveTime::MIN))
        })
        .ok()
}

impl fmt::Display for Epoch {
    /// ISO 8601 in UTC, rounded to the millisecond, such as `2026-01-01T00:00:00.000Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = self.unix_nanos.saturating_add(500_000).div_euclid(1_000_000) * 1_000_000;
        let datetime = DateTime::<Utc>::from_timestamp_nanos(rounded);
        formatter.write_str(&datetime.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl serde::Serialize for Epoch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Epoch {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        // Ends of windows may lie beyond the years that are read from people.
        let epoch = read_iso_8601(&text).and_then(Self::from_naive);
        epoch.ok_or_else(|| serde::de::Error::custom(ParseEpochError::NoInstant(text.into_owned())))
    }
}

/// A length of time that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a duration; expected a number with a unit such as 90s, 10m, 24h or 7d")]
pub struct ParseDurationError {
    /// The text as given.
    pub text: String,
}

/// Whether a duration is a number alone, of seconds: whoever writes 24 may mean hours.
pub fn is_without_unit(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(|number| number > 0.0)
}

/// A length of time in the largest unit of which it is a whole number, or in seconds with all their digits.
pub fn exact_length(seconds: f64) -> String {
    let units = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")];
    for (unit, name) in units {
        // A day reads better as 24 h, as planners write it.
        if seconds > unit && (seconds / unit).fract() == 0.0 || seconds == unit && name != "d" {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{seconds} s")
}

/// Reads a duration such as `90s`, `10m`, `24h`, `7d`, `1h30m` or `60` (seconds) as seconds.
///
/// # Errors
/// [`ParseDurationError`] for any other text.
pub fn parse_duration_s(text: &str) -> Result<f64, ParseDurationError> {
    let error = || ParseDurationError { text: text.to_owned() };
    let trimmed = text.trim();
    if let Ok(seconds) = trimmed.parse::<f64>() {
        return if seconds.is_finite() && seconds >= 0.0 { Ok(seconds) } else { Err(error()) };
    }
    let mut total = 0.0;
    let mut rest = trimmed;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or_else(error)?;
        let value: f64 = rest[..digits].parse().map_err(|_| error())?;
        rest = &rest[digits..];
        let unit_length = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let seconds_per_unit = match rest[..unit_length].trim() {
            "ms" => 0.001,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => SECONDS_PER_DAY,
            "w" => 7.0 * SECONDS_PER_DAY,
            _ => return Err(error()),
        };
        total += value * seconds_per_unit;
        rest = &rest[unit_length..];
    }
    if trimmed.is_empty() || !total.is_finite() { Err(error()) } else { Ok(total) }
}

/// A window of time: where it starts and how long it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// First instant.
    pub start: Epoch,
    /// Length in seconds, above zero.
    pub duration_s: f64,
}

impl Window {
    /// The instant at the end of the window.
    pub fn end(&self) -> Epoch {
        self.start.plus_seconds(self.duration_s)
    }

    /// Seconds after the start of each instant `0, step, 2 step, …` in `[0, duration)`.
    ///
    /// The end belongs to the next window, as contacts do: `[AOS, LOS)`.
    pub fn sample_count(&self, step_s: f64) -> usize {
        // A hair is taken off so that 86,400 / 60 gives 1,440 and not 1,441 by rounding.
        ((self.duration_s / step_s) * (1.0 - 1e-12)).ceil().max(1.0) as usize
    }

    /// What part of the step that begins at an instant lies in the window: 1, and less only for the last instant of
    /// a window that its steps do not divide.
    pub fn part_of_step(&self, step_s: f64, instant: usize) -> f64 {
        let steps = self.duration_s / step_s;
        let part = steps - instant as f64;
        // By rounding, the last of steps that do divide the window may seem to miss a hair of it.
        if part > 1.0 - (1e-12 * steps).max(1e-9) { 1.0 } else { part.max(0.0) }
    }

    /// The sum of the parts of all steps: the length of the window in steps.
    pub fn parts_of_steps(&self, step_s: f64) -> f64 {
        let last = self.sample_count(step_s) - 1;
        last as f64 + self.part_of_step(step_s, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_seconds_are_those_that_were_inserted() {
        let read = |text: &str| text.parse::<Epoch>();
        assert_eq!(read("2016-12-31T23:59:60Z"), read("2017-01-01T00:00:00Z"));
        assert_eq!(read("2015-07-01T07:59:60+08:00"), read("2015-07-01T00:00:00Z"));
        read("1972-06-30T23:59:60.5Z").unwrap();
        for wrong in [
            "2026-01-01T23:59:60Z",
            "2016-12-31T23:58:60Z",
            "2017-12-31T23:59:60Z",
            "1971-12-31T23:59:60Z",
            "1960-06-30T23:59:60Z",
        ] {
            assert_eq!(read(wrong), Err(ParseEpochError::NoLeapSecond(wrong.to_owned())));
        }
    }

    #[test]
    fn reads_and_writes_iso_8601() {
        for (text, expected) in [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"),
            ("2026-01-01T00:00:00.1236Z", "2026-01-01T00:00:00.124Z"),
            ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.000Z"),
            ("2026-01-01T00:00:00", "2026-01-01T00:00:00.000Z"),
            ("2026-01-01 00:00:00", "2026-01-01T00:00:00.000Z"),
            ("2026-01-01T06:30Z", "2026-01-01T06:30:00.000Z"),
            ("2026-01-01 06:30", "2026-01-01T06:30:00.000Z"),
            ("2026-01-01 06:30:00Z", "2026-01-01T06:30:00.000Z"),
            ("2026-01-01", "2026-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(text.parse::<Epoch>().unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "2026-01-01T25:00:00Z"] {
            assert_eq!(text.parse::<Epoch>(), Err(ParseEpochError::NoInstant(text.to_owned())));
        }
    }

    /// A window that ran beyond the last instant there is stood still there, in silence.
    #[test]
    fn windows_end_before_time_does() {
        for text in ["9999-01-01", "2151-01-01", "1899-12-31T23:59:59Z", "0001-01-01"] {
            let error = text.parse::<Epoch>().unwrap_err();
            assert_eq!(error.to_string(), format!("'{text}' lies outside the years 1900 to 2150"));
        }
        let last: Epoch = "2150-12-31T23:59:59.999999999Z".parse().unwrap();
        let window = Window { start: last, duration_s: 100.0 * 365.25 * SECONDS_PER_DAY };
        assert_eq!(window.end().seconds_since(last), window.duration_s);
        // What a report tells of it is read back.
        let text = serde_json::to_string(&window.end()).unwrap();
        let again: Epoch = serde_json::from_str(&text).unwrap();
        assert!(again.seconds_since(window.end()).abs() < 0.001, "{text}");
        let epoch = "[{\"EPOCH\": \"2200-001T00:00:00\"}]".as_bytes();
        let options = crate::constellation::ReadOptions::default();
        let error = crate::constellation::parse("a.json", epoch, &options).unwrap_err().to_string();
        assert!(error.contains("EPOCH '2200-001T00:00:00' is no UTC instant"), "{error}");
    }

    #[test]
    fn seconds_over_decades_keep_their_fraction() {
        let start: Epoch = "1980-01-06T00:00:00Z".parse().unwrap();
        let later = start.plus_seconds(1.5e9 + 0.123_456_789);
        assert!((later.seconds_since(start) - (1.5e9 + 0.123_456_789)).abs() < 3e-7);
        assert_eq!(start.seconds_since(later), -later.seconds_since(start));
    }

    #[test]
    fn reads_durations() {
        assert_eq!(parse_duration_s("24h"), Ok(86_400.0));
        assert_eq!(parse_duration_s("1h30m"), Ok(5400.0));
        assert_eq!(parse_duration_s("0s"), Ok(0.0));
        assert_eq!(parse_duration_s("60"), Ok(60.0));
        for text in ["", "h", "3 parsecs", "-5s", "nan", "inf", "1h30"] {
            assert!(parse_duration_s(text).is_err(), "{text}");
        }
        let bare = ["24", " 7 ", "0.5", "0", "24h", "h", "1h30"].map(is_without_unit);
        assert_eq!(bare, [true, true, true, false, false, false, false]);
    }

    #[test]
    fn samples_exclude_the_end() {
        let window = Window { start: Epoch::from_unix_nanos(0), duration_s: 86_400.0 };
        assert_eq!(window.sample_count(60.0), 1440);
        assert_eq!(window.sample_count(7.0), 12_343);
        assert_eq!(window.sample_count(100_000.0), 1);
    }

    #[test]
    fn the_last_step_ends_with_the_window() {
        let window = |duration_s| Window { start: Epoch::from_unix_nanos(0), duration_s };
        let hour = window(3600.0);
        assert_eq!(hour.part_of_step(3540.0, 0), 1.0);
        assert!((hour.part_of_step(3540.0, 1) - 60.0 / 3540.0).abs() < 1e-12);
        assert!((hour.parts_of_steps(3540.0) - 3600.0 / 3540.0).abs() < 1e-12);
        assert_eq!(window(60.0).part_of_step(600.0, 0), 0.1);
        for (duration_s, step_s) in [(86_400.0, 60.0), (0.3, 0.1), (86_400.0, 0.1), (3.0e8, 0.7)] {
            let window = window(duration_s);
            let count = window.sample_count(step_s);
            let parts = window.parts_of_steps(step_s);
            assert!(
                (parts - duration_s / step_s).abs() < 1e-6 && parts <= count as f64,
                "{duration_s} {step_s}"
            );
        }
        for (duration_s, step_s) in [(86_400.0, 60.0), (0.3, 0.1), (86_400.0, 0.1), (600.0, 120.0)] {
            let window = window(duration_s);
            let last = window.sample_count(step_s) - 1;
            assert_eq!(window.part_of_step(step_s, last), 1.0, "{duration_s} {step_s}");
        }
    }
}
