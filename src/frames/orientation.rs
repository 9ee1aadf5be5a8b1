//! The Earth's orientation in the course of time, and where it comes from.
//!
//! Where nothing else is given, UT1 − UTC is that of the IERS table that is part of the program
//! ([`super::ut1_table::shipped`]), if the table holds the whole window; beyond it UT1 is taken as UTC, which
//! leap seconds keep within 0.9 s (ITU-R TF.460-6): 0.42 km on the equator. The shipped table has no polar
//! motion, which moves the ground by up to 0.6″ or 18 m; a table from a file has it.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::EarthOrientation;
use super::ut1_table::{OrientationTable, shipped};
use crate::time::{Epoch, Window};

/// How the Earth is oriented at each instant, with words that say where that comes from.
///
/// An [`EarthOrientation`] turns into one that stays as it is.
#[derive(Clone, PartialEq)]
pub struct Orientation {
    course: Course,
    words: String,
}

#[derive(Clone, PartialEq)]
enum Course {
    Constant(EarthOrientation),
    Table(Arc<OrientationTable>),
}

/// A window that a table does not hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the window {start} to {end} is not within {first} to {last}, for which it tells UT1")]
pub struct OutsideTable {
    /// Start of the window.
    pub start: Epoch,
    /// End of the window.
    pub end: Epoch,
    /// First instant of the table.
    pub first: Epoch,
    /// Last instant of the table.
    pub last: Epoch,
}

impl Orientation {
    /// What holds for a window where nothing is asked for: UT1 − UTC of the shipped IERS table, or UT1 = UTC
    /// where the table does not hold the whole window.
    pub fn of_window(window: &Window) -> Self {
        let table = shipped();
        let (first, last) = table.span();
        if !holds(&table, window) {
            return Self {
                course: Course::Constant(EarthOrientation::default()),
                words: format!(
                    "UT1 = UTC, within 0.9 s or 0.42 km on the equator (the shipped IERS table is of {} to {}), \
                     no polar motion",
                    day(first),
                    day(last)
                ),
            };
        }
        let is_predicted = table.predicted_from().is_some_and(|from| window.end() > from);
        let kind = if is_predicted { "IERS prediction, shipped" } else { "IERS table, shipped" };
        let words = format!("{} ({kind}), no polar motion", ut1_words(&table.at(window.start)));
        Self { course: Course::Table(table), words }
    }

    /// UT1 − UTC in seconds as asked for, without polar motion.
    pub fn of_ut1(ut1_minus_utc_s: f64) -> Self {
        let orientation = EarthOrientation { ut1_minus_utc_s, ..EarthOrientation::default() };
        let words = format!("{} (asked for), no polar motion", ut1_words(&orientation));
        Self { course: Course::Constant(orientation), words }
    }

    /// That of a table, named in words as `name`, which has to hold the whole window.
    ///
    /// # Errors
    /// [`OutsideTable`].
    pub fn of_table(table: OrientationTable, name: &str, window: &Window) -> Result<Self, OutsideTable> {
        if !holds(&table, window) {
            let (first, last) = table.span();
            return Err(OutsideTable { start: window.start, end: window.end(), first, last });
        }
        let start = table.at(window.start);
        let arcseconds = |radians: f64| radians.to_degrees() * 3600.0;
        let words = format!(
            "{}, pole at {:.3}″ {:.3}″ ({name})",
            ut1_words(&start),
            arcseconds(start.polar_x_rad),
            arcseconds(start.polar_y_rad)
        );
        Ok(Self { course: Course::Table(Arc::new(table)), words })
    }

    /// The orientation at an instant. A table goes on beyond its ends as it is there.
    pub fn at(&self, epoch: Epoch) -> EarthOrientation {
        match &self.course {
            Course::Constant(orientation) => *orientation,
            Course::Table(table) => table.at(epoch),
        }
    }

    /// Where it comes from, with its values at the start of the window, such as `UT1 = UTC, no polar motion`.
    pub fn words(&self) -> &str {
        &self.words
    }
}

impl From<EarthOrientation> for Orientation {
    fn from(orientation: EarthOrientation) -> Self {
        let has_pole = orientation.polar_x_rad != 0.0 || orientation.polar_y_rad != 0.0;
        let pole = if has_pole { "with polar motion" } else { "no polar motion" };
        let words = format!("{}, {pole}", ut1_words(&orientation));
        Self { course: Course::Constant(orientation), words }
    }
}

impl fmt::Debug for Orientation {
    /// All that decides results, to the last bit: checkpoints tell runs apart by it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.course {
            Course::Constant(orientation) => orientation.fmt(formatter),
            Course::Table(table) => table.fmt(formatter),
        }
    }
}

fn holds(table: &OrientationTable, window: &Window) -> bool {
    let (first, last) = table.span();
    first <= window.start && window.end() <= last
}

fn ut1_words(orientation: &EarthOrientation) -> String {
    if orientation.ut1_minus_utc_s == 0.0 {
        return "UT1 = UTC".to_owned();
    }
    let mut words = String::from("UT1 − UTC = ");
    // Writing to a string does not fail.
    let _ = write!(words, "{:+.4} s", orientation.ut1_minus_utc_s);
    words.replace('-', "−")
}

fn day(epoch: Epoch) -> String {
    epoch.to_naive().format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: &str, duration_s: f64) -> Window {
        Window { start: start.parse().unwrap(), duration_s }
    }

    #[test]
    fn the_shipped_table_is_taken_where_it_holds_the_window() {
        let within = Orientation::of_window(&window("2024-07-17T06:00:00Z", 86_400.0));
        // C04 has 0.0138727 s on that day and 0.0149814 s on the next.
        assert_eq!(within.words(), "UT1 − UTC = +0.0141 s (IERS table, shipped), no polar motion");
        let ahead = Orientation::of_window(&window("2027-01-01T00:00:00Z", 86_400.0));
        assert!(ahead.words().contains("(IERS prediction, shipped)"), "{}", ahead.words());
        for (start, duration_s) in [
            ("1971-12-31T23:59:59Z", 60.0),
            ("2027-10-28T12:00:00Z", 86_400.0),
            ("2040-01-01T00:00:00Z", 60.0),
        ] {
            let beyond = Orientation::of_window(&window(start, duration_s));
            assert_eq!(beyond.at(start.parse().unwrap()), EarthOrientation::default(), "{start}");
            assert!(beyond.words().contains("1972-01-01 to 2027-10-29"), "{}", beyond.words());
        }
    }

    #[test]
    fn what_is_asked_for_is_told() {
        assert_eq!(Orientation::of_ut1(0.0).words(), "UT1 = UTC (asked for), no polar motion");
        assert_eq!(Orientation::of_ut1(-0.25).words(), "UT1 − UTC = −0.2500 s (asked for), no polar motion");
        let constant = Orientation::from(EarthOrientation::default());
        assert_eq!(constant.words(), "UT1 = UTC, no polar motion");
        assert_eq!(constant.at(Epoch::from_unix_nanos(0)), EarthOrientation::default());
    }
}
