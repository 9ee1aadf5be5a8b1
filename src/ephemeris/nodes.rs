//! States of a fleet at evenly spaced instants.

use nalgebra::Vector3;
use rayon::prelude::*;

use super::{Fleet, Loss, State};
use crate::frames::{EarthOrientation, Ecef, rotate_to_ecef};
use crate::time::Epoch;

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
    /// States of all satellites at `count` nodes from number `first` on of `start, start + step, …`, with the velocities
    /// of SGP4.
    ///
    /// A satellite that is once found lost stays lost from that instant on, in every later call; before it, it is there,
    /// so that a window can be flown again from its start. One that cannot be flown from the epoch of its elements to the
    /// start is lost throughout.
    pub fn nodes(&mut self, start: Epoch, step_s: f64, first: usize, count: usize) -> Nodes {
        let grid = NodeGrid { start, step_s };
        self.begin(start);
        let mut rows = self.rows(&grid, first as i64, count);
        rows.failures.iter().for_each(|(_, loss)| self.lose(loss));
        self.leave_out_lost(&grid, &mut rows);
        Nodes { satellites: self.len(), states: rows.states }
    }

    /// As [`Fleet::nodes`], with velocities that are the derivatives of the positions, for [`super::Segment`]s.
    ///
    /// The velocities of SGP4 leave out how some of its periodic terms change: by 2 m/s in a transfer orbit, which would
    /// bend its arcs by 10 m. The derivative is that of the polynomial of sixth degree through the node and three on
    /// either side (Fornberg 1988, table 1); next to a node without a position, the velocity of SGP4 stays.
    pub fn smooth_nodes(&mut self, start: Epoch, step_s: f64, first: usize, count: usize) -> Nodes {
        let grid = NodeGrid { start, step_s };
        self.begin(start);
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
        rows.failures.iter().filter(|(node, _)| ends.contains(node)).for_each(|(_, loss)| self.lose(loss));
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

    /// Loses the satellites that are not there at a start, though the theory may have positions for them again.
    fn begin(&mut self, start: Epoch) {
        if self.begun == Some(start) {
            return;
        }
        self.begun = Some(start);
        let lost: Vec<Loss> = (0..self.len())
            .into_par_iter()
            .filter_map(|satellite| self.lost_before(satellite, start))
            .collect();
        for loss in lost {
            self.lose(&loss);
        }
    }

    /// Nodes as SGP4 has them; satellites are left out from where they are known to be lost.
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
                    if self.losses[number].is_some_and(|loss| loss.from <= *epoch) {
                        continue;
                    }
                    let found = propagator.propagate(*epoch);
                    // Between coarse nodes a satellite may have been under the ground.
                    let fell = match &found {
                        Ok(found) if grid.step_s > CLOSE_S => propagator.fell_before(*epoch, found),
                        _ => None,
                    };
                    if let Some((from, reason)) = fell {
                        failures.push((*node, Loss { satellite: number, from, reason }));
                        continue;
                    }
                    match found {
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
    fn lose(&mut self, loss: &Loss) {
        let known = &mut self.losses[loss.satellite];
        if known.is_none_or(|earlier| loss.from < earlier.from) {
            *known = Some(*loss);
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
pub(super) struct NodeGrid {
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
pub(super) struct Rows {
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

/// Nodes up to this far apart find each time under the ground themselves, seconds.
const CLOSE_S: f64 = 60.0;
/// Nodes on either side of one that its slope is taken from.
const SIDE: usize = 3;
/// States that a block of [`Fleet::smooth_nodes`] holds besides its own: those beside its ends, and those kept for the
/// next block.
pub(crate) const NODES_BESIDE: usize = 4 * SIDE + 1;
/// Weights of the differences between the nodes one, two and three steps after and before.
const SLOPE_WEIGHTS: [f64; SIDE] = [0.75, -0.15, 1.0 / 60.0];

#[cfg(test)]
mod tests {
    use super::super::tests::circular;
    use super::*;
    use crate::orbit::MeanElements;

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

    /// A run may look at the window before another does, at the same instants or at fewer.
    #[test]
    fn a_window_flown_again_has_what_it_had() {
        let doomed = MeanElements { bstar: 0.5, ..circular(160.0, 51.6) };
        let new = || Fleet::new(&[circular(550.0, 53.0), doomed], EarthOrientation::default()).unwrap();
        let flown = |fleet: &mut Fleet, step_s: f64, count: usize| {
            format!("{:?}", fleet.nodes(doomed.epoch, step_s, 0, count).states)
        };
        let (once, coarse) = (flown(&mut new(), 60.0, 2000), flown(&mut new(), 600.0, 200));
        let mut fleet = new();
        assert_eq!(flown(&mut fleet, 600.0, 200), coarse);
        assert_eq!(flown(&mut fleet, 60.0, 2000), once);
        assert_eq!(flown(&mut fleet, 60.0, 2000), once);
        let smooth =
            |fleet: &mut Fleet| format!("{:?}", fleet.smooth_nodes(doomed.epoch, 60.0, 0, 2000).states);
        assert_eq!(smooth(&mut fleet), smooth(&mut new()));
    }
}
