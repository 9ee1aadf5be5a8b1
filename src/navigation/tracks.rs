//! Where every satellite is at every instant of a run: computed once, shared by all sites.

use std::ops::Range;

use rayon::prelude::*;

use crate::ephemeris::{Fleet, Loss, State};
use crate::frames::orientation::Orientation;
use crate::navigation::almanac::gps_seconds;
use crate::navigation::system::{Orbit, System};
use crate::orbit::ElementsError;
use crate::time::{Epoch, Window};

/// Positions of 64 GiB. What fits into memory, [`super::memory`] tells before; this is for those who do not ask.
const MOST_POSITIONS: usize = 1 << 31;
/// Most instants that are propagated before they are packed, and most states, for satellites may be many.
const BLOCK: usize = 256;
const BLOCK_STATES: usize = 1 << 20;
/// Instants of so many satellites that keep all threads busy.
const LEAST_BLOCK: usize = 8;

/// Instants that are propagated together.
fn block(satellites: usize) -> usize {
    (BLOCK_STATES / satellites.max(1)).clamp(LEAST_BLOCK, BLOCK)
}

/// What is held beside the positions while they are computed, bytes.
pub(super) fn states_bytes(satellites: usize, instants: usize) -> usize {
    block(satellites).min(instants) * satellites * size_of::<State>()
}

/// Which satellites share a clock unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// One unknown for each system: the biases between systems are solved for.
    PerSystem,
    /// One unknown for all: the biases between systems are known.
    Common,
}

/// An Earth-fixed position with its distance from the centre, km.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Earth-fixed x, y, z in km.
    pub xyz: [f64; 3],
    /// Distance from the centre of the Earth in km; 0 marks a satellite that is not there.
    pub radius: f64,
}

/// A run that cannot be prepared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TracksError {
    /// SGP4 cannot start from a satellite's elements.
    #[error("satellite {satellite}: {reason}")]
    Elements {
        /// Name of the satellite.
        satellite: String,
        /// Why.
        reason: ElementsError,
    },
    /// The positions would take more than 64 GiB.
    #[error("{instants} instants of {satellites} satellites are more than 2^31 positions")]
    TooLarge {
        /// Number of instants.
        instants: usize,
        /// Number of satellites.
        satellites: usize,
    },
}

/// Positions of all satellites at evenly spaced instants, `[instant][satellite]`.
#[derive(Debug, Clone)]
pub struct Tracks {
    start: Epoch,
    step_s: f64,
    satellites: usize,
    clocks: Vec<Range<usize>>,
    positions: Vec<Position>,
    losses: Vec<Loss>,
}

impl Tracks {
    /// Propagates all satellites of all systems, in their order, over a window.
    ///
    /// # Errors
    /// [`TracksError`].
    pub fn new(
        systems: &[System],
        clock: Clock,
        window: Window,
        step_s: f64,
        orientation: impl Into<Orientation>,
    ) -> Result<Self, TracksError> {
        let all: Vec<_> = systems.iter().flat_map(|system| &system.satellites).collect();
        let satellites = all.len();
        let instants = window.sample_count(step_s);
        if instants.saturating_mul(satellites.max(1)) > MOST_POSITIONS {
            return Err(TracksError::TooLarge { instants, satellites });
        }
        let mut flown = Vec::new();
        let mut elements = Vec::new();
        let mut almanacs = Vec::new();
        for (number, satellite) in all.iter().enumerate() {
            match &satellite.orbit {
                Orbit::Elements(set) => {
                    flown.push(number);
                    elements.push(set);
                }
                Orbit::Almanac(orbit) => almanacs.push((number, orbit)),
            }
        }
        let mut fleet = Fleet::new(elements, orientation).map_err(|(number, reason)| {
            TracksError::Elements { satellite: all[flown[number]].name.clone(), reason }
        })?;

        let absent = Position { xyz: [0.0; 3], radius: 0.0 };
        let mut positions = vec![absent; instants * satellites];
        let most = block(satellites);
        for (block, rows) in positions.chunks_mut((most * satellites).max(1)).enumerate() {
            let first = block * most;
            let nodes = fleet.nodes(window.start, step_s, first, rows.len() / satellites);
            rows.par_chunks_mut(satellites).enumerate().for_each(|(node, row)| {
                let place = |xyz: nalgebra::Vector3<f64>| Position { xyz: xyz.into(), radius: xyz.norm() };
                if !flown.is_empty() {
                    for (state, &number) in nodes.at(node).iter().zip(&flown) {
                        if state.is_present() {
                            row[number] = place(state.position);
                        }
                    }
                }
                if !almanacs.is_empty() {
                    let gps_s = gps_seconds(window.start.plus_seconds((first + node) as f64 * step_s));
                    for &(number, orbit) in &almanacs {
                        row[number] = place(orbit.position(gps_s).0);
                    }
                }
            });
        }

        let mut next = 0;
        let mut clocks: Vec<Range<usize>> = systems
            .iter()
            .map(|system| {
                next += system.satellites.len();
                next - system.satellites.len()..next
            })
            .collect();
        if clock == Clock::Common {
            clocks = std::iter::once(0..satellites).collect();
        }
        let losses = fleet
            .losses_until(window.end())
            .into_iter()
            .map(|loss| Loss { satellite: flown[loss.satellite], ..loss })
            .collect();
        Ok(Self { start: window.start, step_s, satellites, clocks, positions, losses })
    }

    /// Number of instants.
    pub fn instants(&self) -> usize {
        self.positions.len().checked_div(self.satellites).unwrap_or(0)
    }

    /// Number of satellites of all systems.
    pub fn satellites(&self) -> usize {
        self.satellites
    }

    /// The instant with this number.
    pub fn epoch(&self, instant: usize) -> Epoch {
        self.start.plus_seconds(instant as f64 * self.step_s)
    }

    /// Positions of all satellites at an instant.
    pub fn at(&self, instant: usize) -> &[Position] {
        &self.positions[instant * self.satellites..(instant + 1) * self.satellites]
    }

    /// Numbers of the satellites that share each clock, in order.
    pub fn clocks(&self) -> &[Range<usize>] {
        &self.clocks
    }

    /// Satellites lost during the run: decayed, or beyond what SGP4 can tell.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }
}
