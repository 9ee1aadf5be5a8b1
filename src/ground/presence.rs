//! How much of a window a site is there and in service.

use super::{Site, Whereabouts};
use crate::time::Window;
use crate::units::SECONDS_PER_DAY;

/// Shares of a window above this are all of it but for rounding, percent.
const WHOLE_PERCENT: f64 = 99.999_999;

/// How much of a window a site is there for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Presence {
    /// It is absent or out of service throughout.
    Absent,
    /// It is there and in service for a part, percent of the window.
    Part(f64),
    /// It is there and in service throughout.
    Whole,
}

impl Presence {
    /// From the percent of a window at which a site is there and in service.
    pub fn of_percent(percent: f64) -> Self {
        match percent {
            0.0 => Self::Absent,
            percent if percent < WHOLE_PERCENT => Self::Part(percent),
            _ => Self::Whole,
        }
    }
}

impl Site {
    /// Time at which the site is there and in service, percent of a window.
    pub fn percent_in_service(&self, window: &Window) -> f64 {
        let present: f64 = self.stretches(window).iter().map(|s| s.to_s - s.from_s).sum();
        100.0 * ((present + 0.0) / window.duration_s)
    }

    /// The same in three kinds.
    pub fn presence(&self, window: &Window) -> Presence {
        Presence::of_percent(self.percent_in_service(window))
    }

    /// How often a ship that is held between two parts of its track is elsewhere at once, since the later one begins there.
    pub fn jumps(&self, window: &Window) -> usize {
        self.stretches(window).windows(2).filter(|pair| pair[0].jumps_to(&pair[1])).count()
    }

    /// Whether the site is a ship that lies held where its track begins or ends for all of a window.
    pub fn is_held(&self, window: &Window) -> bool {
        self.percent_in_service(window) > 0.0 && self.is_outside_track(window)
    }

    /// Whether a ship's track holds nothing of a window.
    fn is_outside_track(&self, window: &Window) -> bool {
        let Whereabouts::Ship(track) = &self.whereabouts else { return false };
        match track.waypoints() {
            [first, .., last] => last.epoch <= window.start || first.epoch >= window.end(),
            // A single waypoint is a stay by itself, known for that day alone.
            [only] => {
                only.epoch.seconds_since(window.start) < -SECONDS_PER_DAY
                    || only.epoch.seconds_since(window.end()) > SECONDS_PER_DAY
            }
            [] => false,
        }
    }
}
