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
use crate::frames::{EarthOrientation, Ecef, rotate_to_ecef};
use crate::orbit::{ElementsError, MeanElements, PropagationError, Propagator};
use crate::time::{Epoch, Window};

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
    /// First node without a position; the satellite is absent from here on.
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

/// A satellite lost during the window, as reports tell it.
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
    /// What was computed around the last node of the last block of [`Fleet::smooth_nodes`].
    tail: Option<(NodeGrid, Rows)>,
}

/// States at consecutive nodes: `[node][satellite]`.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    satellites: usize,
    states: Vec<State>,
}

impl Nodes {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.states.len().checked_div(self.satellites).unwrap_or(0)
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// States of all satellites at one node.
    pub fn at(&self, node: usize) -> &[State] {
        &self.states[node * self.satellites..(node + 1) * self.satellites]
    }
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
        Ok(Self { propagators, orientation: orientation.into(), losses, tail: None })
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

    /// Takes these satellites for lost, and no others.
    pub fn set_losses(&mut self, losses: &[Loss]) {
        self.losses.fill(None);
        self.tail = None;
        for &loss in losses {
            if let Some(place) = self.losses.get_mut(loss.satellite) {
                *place = Some(loss);
            }
        }
    }

    /// State of one satellite at one instant.
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

    /// The satellites that have no position at the end of a window, each from about when, for a run that computes no
    /// positions itself. A minute after it was still there, a satellite is lost.
    pub fn losses_by_the_end_of(&self, window: &Window) -> Vec<Loss> {
        const MINUTE_S: f64 = 60.0;
        let lost = |satellite: usize| {
            let at = |t_s: f64| {
                let epoch = window.start.plus_seconds(t_s);
                let reason = self.propagators[satellite].propagate(epoch).err()?;
                Some(Loss { satellite, from: epoch, reason })
            };
            let (mut there_s, mut gone_s) = (0.0, window.duration_s);
            let mut loss = at(gone_s)?;
            if let Some(from_the_start) = at(there_s) {
                return Some(from_the_start);
            }
            while gone_s - there_s > MINUTE_S {
                let middle_s = 0.5 * (there_s + gone_s);
                match at(middle_s) {
                    Some(earlier) => (loss, gone_s) = (earlier, middle_s),
                    None => there_s = middle_s,
                }
            }
            Some(loss)
        };
        (0..self.len()).into_par_iter().filter_map(lost).collect()
    }

    /// States of all satellites at `count` nodes from number `first` on of `start, start + step, …`, with the velocities
    /// of SGP4.
    ///
    /// Blocks are asked for in the order of time: a satellite lost in one stays lost in the next.
    pub fn nodes(&mut self, start: Epoch, step_s: f64, first: usize, count: usize) -> Nodes {
        let grid = NodeGrid { start, step_s };
        let mut rows = self.rows(&grid, first as i64, count);
        self.lose(&rows.failures);
        self.leave_out_lost(&grid, &mut rows);
        Nodes { satellites: self.len(), states: rows.states }
    }

    /// As [`Fleet::nodes`], with velocities that are the derivatives of the positions, for [`Segment`]s.
    ///
    /// The velocities of SGP4 leave out how some of its periodic terms change: by 2 m/s in a transfer orbit, which would
    /// bend its arcs by 10 m. The derivative is that of the polynomial of sixth degree through the node and three on
    /// either side (Fornberg 1988, table 1); next to a node without a position, the velocity of SGP4 stays.
    pub fn smooth_nodes(&mut self, start: Epoch, step_s: f64, first: usize, count: usize) -> Nodes {
        let grid = NodeGrid { start, step_s };
        let satellites = self.len();
        let from = first as i64 - SIDE as i64;
        let known = self.tail.take().filter(|(known, rows)| *known == grid && rows.first == from);
        let mut rows = known.map_or_else(|| Rows { first: from, ..Rows::default() }, |(_, rows)| rows);
        let had = rows.states.len().checked_div(satellites).unwrap_or(0);
        let more = self.rows(&grid, from + had as i64, (count + 2 * SIDE).saturating_sub(had));
        rows.states.extend(more.states);
        rows.failures.extend(more.failures);
        // A node that is only looked at for the slopes of others loses nobody.
        let ends = first as i64..(first + count) as i64;
        let failures: Vec<(i64, Loss)> =
            rows.failures.iter().filter(|(node, _)| ends.contains(node)).copied().collect();
        self.lose(&failures);
        self.leave_out_lost(&grid, &mut rows);
        rows.take_slopes(satellites, count, step_s);

        // The next block begins with the last node of this one.
        let Rows { mut states, mut failures, .. } = rows;
        let tail = ends.end - 1 - SIDE as i64;
        failures.retain(|(node, _)| *node >= tail);
        let kept = states[count.saturating_sub(1) * satellites..].to_vec();
        self.tail = Some((grid, Rows { first: tail, states: kept, failures }));
        states.truncate((SIDE + count) * satellites);
        states.drain(..SIDE * satellites);
        Nodes { satellites, states }
    }

    /// Nodes as SGP4 has them; satellites already lost are left out.
    fn rows(&self, grid: &NodeGrid, first: i64, count: usize) -> Rows {
        let satellites = self.len();
        let instants: Vec<(i64, Epoch, f64, EarthOrientation)> = (first..first + count as i64)
            .map(|node| {
                let epoch = grid.epoch(node);
                let orientation = self.orientation.at(epoch);
                (node, epoch, epoch.gmst82_rad(&orientation), orientation)
            })
            .collect();
        let mut states = vec![State::ABSENT; satellites * count];
        let failures = states
            .par_chunks_mut(satellites.max(1))
            .zip(instants.par_iter())
            .flat_map_iter(|(row, (node, epoch, gmst, orientation))| {
                let mut failures = Vec::new();
                for (number, (state, propagator)) in row.iter_mut().zip(&self.propagators).enumerate() {
                    if self.losses[number].is_some() {
                        continue;
                    }
                    match propagator.propagate(*epoch) {
                        Ok((position, velocity)) => {
                            let (Ecef(position), Ecef(velocity)) =
                                rotate_to_ecef(position, velocity, *gmst, orientation);
                            *state = State { position, velocity };
                        }
                        Err(reason) => {
                            failures.push((*node, Loss { satellite: number, from: *epoch, reason }));
                        }
                    }
                }
                failures
            })
            .collect();
        Rows { first, states, failures }
    }

    /// Takes the first failure of each satellite for its loss.
    fn lose(&mut self, failures: &[(i64, Loss)]) {
        for (_, loss) in failures {
            let known = &mut self.losses[loss.satellite];
            if known.is_none_or(|earlier| loss.from < earlier.from) {
                *known = Some(*loss);
            }
        }
    }

    /// Leaves satellites out from where they are lost, though the theory may have positions for them later on.
    fn leave_out_lost(&self, grid: &NodeGrid, rows: &mut Rows) {
        let satellites = self.len();
        for loss in self.losses.iter().flatten() {
            for (node, row) in (rows.first..).zip(rows.states.chunks_mut(satellites)) {
                if grid.epoch(node) >= loss.from {
                    row[loss.satellite] = State::ABSENT;
                }
            }
        }
    }
}

/// Evenly spaced instants, numbered from that of the start.
#[derive(Debug, Clone, Copy, PartialEq)]
struct NodeGrid {
    start: Epoch,
    step_s: f64,
}

impl NodeGrid {
    fn epoch(&self, node: i64) -> Epoch {
        self.start.plus_seconds(node as f64 * self.step_s)
    }
}

/// States at consecutive nodes, `[node][satellite]`, and who had no position at which.
#[derive(Debug, Clone, Default)]
struct Rows {
    first: i64,
    states: Vec<State>,
    failures: Vec<(i64, Loss)>,
}

impl Rows {
    /// Replaces the velocities at `count` nodes after the first [`SIDE`] by slopes of the positions.
    fn take_slopes(&mut self, satellites: usize, count: usize, step_s: f64) {
        for at in SIDE * satellites..(SIDE + count) * satellites {
            let mut slope = Vector3::zeros();
            for (distance, weight) in (1..).zip(SLOPE_WEIGHTS) {
                let [before, after] = [at - distance * satellites, at + distance * satellites];
                slope += (self.states[after].position - self.states[before].position) * weight;
            }
            if slope.x.is_finite() {
                self.states[at].velocity = slope / step_s;
            }
        }
    }
}

/// Nodes on either side of one that its slope is taken from.
const SIDE: usize = 3;
/// States that a block of [`Fleet::smooth_nodes`] holds besides its own: those beside its ends, and those kept for the
/// next block.
pub(crate) const NODES_BESIDE: usize = 4 * SIDE + 1;
/// Weights of the differences between the nodes one, two and three steps after and before.
const SLOPE_WEIGHTS: [f64; SIDE] = [0.75, -0.15, 1.0 / 60.0];

/// The cubic Hermite polynomial between two nodes, in time after the first one.
///
/// Error bound: `h⁴/384 · max|r⁗|`, 0.4 m for a low orbit with `h` = 60 s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Coefficients of 1, t, t², t³; t in seconds after the first node, km.
    pub coefficients: [Vector3<f64>; 4],
}

impl Segment {
    /// Through both ends, `step_s` seconds apart.
    pub fn between(from: &State, to: &State, step_s: f64) -> Self {
        let slope = (to.position - from.position) / step_s;
        Self {
            coefficients: [
                from.position,
                from.velocity,
                (slope * 3.0 - from.velocity * 2.0 - to.velocity) / step_s,
                (from.velocity + to.velocity - slope * 2.0) / (step_s * step_s),
            ],
        }
    }

    /// Position at `t_s` seconds after the first node.
    pub fn position(&self, t_s: f64) -> Vector3<f64> {
        let [c0, c1, c2, c3] = &self.coefficients;
        c0 + (c1 + (c2 + c3 * t_s) * t_s) * t_s
    }

    /// Velocity at `t_s` seconds after the first node.
    pub fn velocity(&self, t_s: f64) -> Vector3<f64> {
        let [_, c1, c2, c3] = &self.coefficients;
        c1 + (c2 * 2.0 + c3 * (3.0 * t_s)) * t_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circular(altitude_km: f64, inclination_deg: f64) -> MeanElements {
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

    #[test]
    fn the_interpolant_stays_within_metres_of_sgp4() {
        let molniya = MeanElements {
            inclination_deg: 63.4,
            eccentricity: 0.74,
            argument_of_perigee_deg: 270.0,
            mean_motion_rev_day: 2.006,
            ..circular(500.0, 63.4)
        };
        let transfer = MeanElements {
            inclination_deg: 27.0,
            eccentricity: 0.73,
            argument_of_perigee_deg: 178.0,
            mean_motion_rev_day: 2.27,
            bstar: 1e-4,
            ..circular(500.0, 27.0)
        };
        let eccentric = MeanElements { eccentricity: 0.06, ..circular(1000.0, 90.0) };
        let elements = [
            circular(300.0, 53.0),
            circular(1000.0, 80.0),
            circular(35_786.0, 55.0),
            eccentric,
            transfer,
            molniya,
        ];
        let mut fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
        let start = elements[0].epoch;
        let nodes = fleet.smooth_nodes(start, 60.0, 0, 1441);
        for satellite in 0..fleet.len() {
            let mut worst = 0.0f64;
            for node in 0..1440 {
                let segment =
                    Segment::between(&nodes.at(node)[satellite], &nodes.at(node + 1)[satellite], 60.0);
                for t in [12.0, 15.0, 30.0, 45.0, 48.0] {
                    let epoch = start.plus_seconds(node as f64 * 60.0 + t);
                    let truth = fleet.state(satellite, epoch).unwrap().position;
                    worst = worst.max((segment.position(t) - truth).norm());
                }
            }
            println!("satellite {satellite}: {worst} km");
            let bound_km = if satellite >= 4 { 0.002 } else { 0.000_6 };
            assert!(worst < bound_km, "satellite {satellite}: {worst} km");
        }
    }

    /// However the window is cut into blocks; a satellite that is lost is lost at the same node.
    #[test]
    fn blocks_make_no_difference() {
        let doomed = MeanElements { bstar: 0.02, ..circular(180.0, 51.6) };
        let fleet = Fleet::new(&[circular(550.0, 53.0), doomed], EarthOrientation::default()).unwrap();
        let mut whole = fleet.clone();
        let expected = whole.smooth_nodes(doomed.epoch, 60.0, 0, 1001);
        let loss = *whole.losses().next().expect("it decays within these hours");
        let lost_at = (loss.from.seconds_since(doomed.epoch) / 60.0).round() as usize;
        assert!((10..990).contains(&lost_at), "{lost_at}");
        for block in [1, 2, 3, 7, lost_at - 2, lost_at - 1, lost_at, lost_at + 1] {
            for continued in [true, false] {
                let mut cut = fleet.clone();
                for first in (0..1000).step_by(block) {
                    if !continued {
                        let losses: Vec<Loss> = cut.losses().copied().collect();
                        cut.set_losses(&losses);
                    }
                    let count = block.min(1000 - first) + 1;
                    let nodes = cut.smooth_nodes(doomed.epoch, 60.0, first, count);
                    assert_eq!(nodes.len(), count);
                    for node in 0..count {
                        // Absent states are NaN, which equals nothing.
                        let [got, wanted] =
                            [nodes.at(node), expected.at(first + node)].map(|row| format!("{row:?}"));
                        assert_eq!(got, wanted, "node {} in blocks of {block}", first + node);
                    }
                }
                assert_eq!(cut.losses().collect::<Vec<_>>(), [&loss]);
            }
        }
    }

    #[test]
    fn a_decayed_satellite_stays_lost() {
        let doomed = MeanElements { bstar: 0.5, ..circular(160.0, 51.6) };
        let mut fleet = Fleet::new(&[circular(550.0, 53.0), doomed], EarthOrientation::default()).unwrap();
        let first = fleet.nodes(doomed.epoch, 60.0, 0, 2000);
        let loss = *fleet.losses().next().expect("it decays within a day");
        assert_eq!(loss.satellite, 1);
        let node = (loss.from.seconds_since(doomed.epoch) / 60.0).round() as usize;
        assert!(first.at(node - 1)[1].is_present());
        assert!(
            (node..2000).all(|later| !first.at(later)[1].is_present() && first.at(later)[0].is_present())
        );
        assert!(!fleet.nodes(doomed.epoch, 60.0, 2000, 1).at(0)[1].is_present());
    }
}
