//! Earth-fixed positions and velocities of many satellites over a window.
//!
//! SGP4 is evaluated at evenly spaced nodes; between two nodes a cubic Hermite polynomial through
//! both positions and the slopes there stands for the orbit ([`Segment`]). With nodes 60 s apart it stays
//! within 0.6 m of SGP4 for low orbits and within 2 m at the perigee of Molniya and transfer orbits; a test
//! measures it.

use nalgebra::Vector3;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::frames::orientation::Orientation;
use crate::frames::{Ecef, rotate_to_ecef};
use crate::orbit::life::Walk;
use crate::orbit::{ElementsError, MeanElements, PropagationError, Propagator};
use crate::time::{Epoch, Window};

mod nodes;
mod segment;

pub(crate) use nodes::LAST_S;
pub(crate) use nodes::NODES_BESIDE;
pub use nodes::{LastArc, Nodes};
use nodes::{NodeGrid, Rows};
pub use segment::Segment;

/// Earth-fixed position (km) and velocity (km/s) of a satellite at a node.
///
/// All components are NaN where the satellite has no position: it decayed or the theory broke down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Position, km.
    pub position: Vector3<f64>,
    /// Velocity in the rotating frame, km/s.
    pub velocity: Vector3<f64>,
}

impl State {
    /// The state of a satellite that is not there.
    pub const ABSENT: Self = Self {
        position: Vector3::new(f64::NAN, f64::NAN, f64::NAN),
        velocity: Vector3::new(f64::NAN, f64::NAN, f64::NAN),
    };

    /// Whether the satellite has a position here.
    pub fn is_present(&self) -> bool {
        !self.position.x.is_nan()
    }
}

/// When and why a satellite was lost during a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Number of the satellite in the fleet.
    pub satellite: usize,
    /// First node without a position, or an instant before the window; the satellite is absent from here on.
    pub from: Epoch,
    /// Why.
    pub reason: PropagationError,
}

impl Loss {
    /// The same with the satellite's name, for reports.
    pub fn of(&self, name: &str) -> LostSatellite {
        LostSatellite { satellite: name.to_owned(), from: self.from, reason: self.reason.to_string() }
    }
}

/// A satellite lost by the end of the window, as reports tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LostSatellite {
    /// Its name.
    pub satellite: String,
    /// First instant without a position.
    pub from: Epoch,
    /// Why.
    pub reason: String,
}

impl LostSatellite {
    /// Name, instant and reason, for lists.
    pub fn told(&self) -> (&str, Epoch, &str) {
        (&self.satellite, self.from, &self.reason)
    }
}

/// Propagators of all satellites of a run.
#[derive(Debug, Clone)]
pub struct Fleet {
    propagators: Vec<Propagator>,
    orientation: Orientation,
    losses: Vec<Option<Loss>>,
    /// How far each satellite is known to be sound from the epoch of its elements on.
    walks: Vec<Walk>,
    /// The start of the window for which the satellites that are not there at its start are known.
    begun: Option<Epoch>,
    /// What was computed around the last node of the last block of [`Fleet::smooth_nodes`].
    tail: Option<(NodeGrid, Rows)>,
}

impl Fleet {
    /// Prepares the propagators, over an Earth that is oriented so.
    ///
    /// # Errors
    /// The number of the first satellite whose elements SGP4 cannot start from, with the reason.
    /// Readers have refused such satellites already, so this is for elements made in code.
    pub fn new<'a>(
        elements: impl IntoIterator<Item = &'a MeanElements>,
        orientation: impl Into<Orientation>,
    ) -> Result<Self, (usize, ElementsError)> {
        let propagators = elements
            .into_iter()
            .enumerate()
            .map(|(number, elements)| Propagator::new(elements).map_err(|error| (number, error)))
            .collect::<Result<Vec<_>, _>>()?;
        let losses = vec![None; propagators.len()];
        let walks = vec![Walk::default(); propagators.len()];
        Ok(Self { propagators, orientation: orientation.into(), losses, walks, begun: None, tail: None })
    }

    /// Number of satellites.
    pub fn len(&self) -> usize {
        self.propagators.len()
    }

    /// Whether there are no satellites.
    pub fn is_empty(&self) -> bool {
        self.propagators.is_empty()
    }

    /// Satellites lost so far, in the order of their numbers.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.losses.iter().flatten()
    }

    /// Satellites lost so far, but those that are there until `end`.
    pub fn losses_until(&self, end: Epoch) -> Vec<Loss> {
        self.losses().filter(|loss| loss.from < end).copied().collect()
    }

    /// Takes these satellites for lost, and no others.
    pub fn set_losses(&mut self, losses: &[Loss]) {
        self.losses.fill(None);
        self.begun = None;
        self.tail = None;
        for &loss in losses {
            if let Some(place) = self.losses.get_mut(loss.satellite) {
                *place = Some(loss);
            }
        }
    }

    /// State of one satellite at one instant. Far from the epoch of its elements, [`Self::lost_before`] tells whether it
    /// can be one.
    ///
    /// # Errors
    /// As [`Propagator::propagate`].
    pub fn state(&self, satellite: usize, epoch: Epoch) -> Result<State, PropagationError> {
        let (position, velocity) = self.propagators[satellite].propagate(epoch)?;
        let orientation = self.orientation.at(epoch);
        let (Ecef(position), Ecef(velocity)) =
            rotate_to_ecef(position, velocity, epoch.gmst82_rad(&orientation), &orientation);
        Ok(State { position, velocity })
    }

    /// Why a satellite is not there in a window that begins at `start`, if it is lost on the way there from the epoch of
    /// its elements, or cannot be flown back so far.
    pub fn lost_before(&self, satellite: usize, start: Epoch) -> Option<Loss> {
        let (from, reason) = self.propagators[satellite].lost_before(start)?;
        Some(Loss { satellite, from, reason })
    }

    /// When and why a satellite is lost by the end of a window.
    pub fn lost_in(&self, satellite: usize, window: &Window) -> Option<Loss> {
        let (from, reason) = self.propagators[satellite].lost_in(window)?;
        Some(Loss { satellite, from, reason })
    }

    /// The satellites that are lost by the end of a window, for a run that computes no positions itself.
    pub fn losses_by_the_end_of(&self, window: &Window) -> Vec<Loss> {
        (0..self.len()).into_par_iter().filter_map(|satellite| self.lost_in(satellite, window)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For the tests of the rooms below too.
    pub(super) fn circular(altitude_km: f64, inclination_deg: f64) -> MeanElements {
        MeanElements {
            epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
            inclination_deg,
            raan_deg: 40.0,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 10.0,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
                altitude_km + crate::units::EARTH_EQUATORIAL_RADIUS_KM,
                inclination_deg,
                0.0,
            ),
            bstar: 0.0,
        }
    }
}
