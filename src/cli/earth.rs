//! The options that say how the Earth is oriented, on every command that propagates.

use std::path::PathBuf;

use hexsky::frames::orientation::Orientation;
use hexsky::frames::ut1_table;
use hexsky::time::Window;

use super::Failure;

/// Where UT1 and the pole come from.
#[derive(Debug, Clone, clap::Args)]
pub struct EarthArgs {
    /// UT1 - UTC in seconds, 0 for UT1 = UTC [default: the shipped IERS table where it holds the window, else 0].
    #[arg(long, value_name = "SECONDS", value_parser = ut1_minus_utc, allow_negative_numbers = true, conflicts_with = "eop")]
    ut1_utc: Option<f64>,
    /// UT1 - UTC and polar motion from a file of the IERS: finals2000A, EOP C04, or CSV of either.
    #[arg(long, value_name = "FILE")]
    eop: Option<PathBuf>,
}

/// Largest UT1 - UTC that is taken, seconds: far more than UTC has ever been off.
const MOST_UT1_MINUS_UTC_S: f64 = 10.0;

impl EarthArgs {
    /// The orientation of the Earth over a window.
    pub fn orientation(&self, window: &Window) -> Result<Orientation, Failure> {
        if let Some(seconds) = self.ut1_utc {
            return Ok(Orientation::of_ut1(seconds));
        }
        let Some(path) = &self.eop else { return Ok(Orientation::of_window(window)) };
        let table = ut1_table::read(path).map_err(|error| {
            Failure::file(error, "give a file of the IERS, or leave --eop away for the shipped table")
        })?;
        let name = path.display().to_string();
        Orientation::of_table(table, &name, window).map_err(|outside| {
            Failure::input(
                format!("{name}: {outside}"),
                "give a file that holds the window, or --ut1-utc 0 for UT1 = UTC",
            )
        })
    }

    /// The file that is read, if any.
    pub fn input(&self) -> Option<String> {
        self.eop.as_ref().map(|path| path.display().to_string())
    }
}

fn ut1_minus_utc(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(seconds) if seconds.abs() <= MOST_UT1_MINUS_UTC_S => Ok(seconds),
        _ => Err(format!(
            "expected seconds from -{MOST_UT1_MINUS_UTC_S} to {MOST_UT1_MINUS_UTC_S} such as 0.07"
        )),
    }
}
