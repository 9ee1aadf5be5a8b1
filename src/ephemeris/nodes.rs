//! States of a fleet at evenly spaced instants.

use std::collections::BTreeMap;

use nalgebra::Vector3;
use rayon::prelude::*;

use super::{Fleet, Loss, Segment, State};
use crate::frames::{EarthOrientation, Ecef, rotate_to_ecef};
use crate::orbit::life::Walk;
use crate::time::Epoch;

/// States at consecutive nodes: `[node][satellite]`.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    satellites: usize,
    states: Vec<State>,
    first: usize,
    step_s: f64,
    /// Satellites that are lost, when, in seconds after the start, and where they are last; by number.
    lost: Vec<(usize, f64, State)>,
}

/// The path of a satellite from a node to where it is lost before the next one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastArc {
    /// In time after the node.
    pub segment: Segment,
    /// From the node to the loss, seconds.
    pub span_s: f64,
    /// Where it is last.
    pub end: State,
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

    /// The way of a satellite from a node on which it is lost before the next one; none where it is not, or within a
    /// millisecond of the node.
    pub fn last_arc(&self, node: usize, satellite: usize) -> Option<LastArc> {
        let found = self.lost.binary_search_by_key(&satellite, |(number, ..)| *number).ok()?;
        let (_, lost_s, end) = self.lost[found];
        let span_s = lost_s - LAST_S - (self.first + node) as f64 * self.step_s;
        let from = &self.at(node)[satellite];
        let is_here = span_s > 0.0 && span_s < self.step_s && from.is_present() && end.is_present();
        is_here.then(|| LastArc { segment: Segment::between(from, &end, span_s), span_s, end })
    }

    /// The satellites that are lost in the step after a node.
    pub fn lost_after(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let from_s = (self.first + node) as f64 * self.step_s;
        let until_s = from_s + self.step_s;
        let is_here = move |(_, lost_s, _): &&(usize, f64, State)| (from_s..=until_s).contains(lost_s);
        self.lost.iter().filter(is_here).map(|(satellite, ..)| *satellite)
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
        let losses = self.losses_among(&grid, &rows);
        losses.iter().for_each(|loss| self.lose(loss));
        leave_out(self.losses(), self.len(), &grid, &mut rows);
        Nodes {
            satellites: self.len(),
            states: rows.states,
            first,
            step_s,
            lost: self.last_places(&grid, first, count),
        }
    }

    /// As [`Fleet::nodes`], with velocities that are the derivatives of the positions, for [`super::Segment`]s.
    ///
    /// The velocities of SGP4 leave out how some of its periodic terms change: by 2 m/s in a transfer orbit, which would
    /// bend its arcs by 10 m, and in a satellite about to be lost how it falls. The derivative is that of the polynomial of
    /// sixth degree through the node and three on either side (Fornberg 1988, table 1); next to a node without a position,
    /// through instants beside it.
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
        rows.doubts.extend(more.doubts);
        // What is lost at a node that is only looked at for the slopes of others is lost in a later block.
        let end = grid.epoch((first + count) as i64 - 1);
        let losses = self.losses_among(&grid, &rows);
        losses.iter().filter(|loss| loss.from <= end).for_each(|loss| self.lose(loss));
        leave_out(losses.iter().chain(self.losses()), satellites, &grid, &mut rows);
        for at in rows.take_slopes(satellites, count, step_s) {
            let (satellite, epoch) = (at % satellites, grid.epoch(rows.first + (at / satellites) as i64));
            let known =
                losses.iter().chain(&self.losses[satellite]).filter(|loss| loss.satellite == satellite);
            let lost = known.map(|loss| loss.from).reduce(|a, b| if b < a { b } else { a });
            if let Some(slope) = self.slope(satellite, epoch, lost) {
                rows.states[at].velocity = slope;
            }
        }

        // The next block begins with the last node of this one.
        let Rows { mut states, mut doubts, .. } = rows;
        let tail = (first + count) as i64 - 1 - SIDE as i64;
        doubts.retain(|(node, _)| *node >= tail);
        let kept = states[count.saturating_sub(1) * satellites..].to_vec();
        self.tail = Some((grid, Rows { first: tail, states: kept, doubts }));
        states.truncate((SIDE + count) * satellites);
        states.drain(..SIDE * satellites);
        Nodes { satellites, states, first, step_s, lost: self.last_places(&grid, first, count) }
    }

    /// Makes the satellites ready for positions from a start on, and loses those that are not there, though the theory
    /// may have positions for them again.
    fn begin(&mut self, start: Epoch) {
        if self.begun == Some(start) {
            return;
        }
        self.begun = Some(start);
        self.propagators.par_iter_mut().for_each(|propagator| propagator.go_on_from(start));
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
        let doubts = states
            .par_chunks_mut(satellites.max(1))
            .zip(instants.par_iter())
            .flat_map_iter(|(row, (node, epoch, gmst, orientation))| {
                let mut doubts = Vec::new();
                for (number, (state, propagator)) in row.iter_mut().zip(&self.propagators).enumerate() {
                    if self.losses[number].is_some_and(|loss| loss.from <= *epoch) {
                        continue;
                    }
                    let found = propagator.propagate(*epoch);
                    if found.as_ref().map_or(true, |found| propagator.is_doubtful(found)) {
                        doubts.push((*node, number));
                    }
                    if let Ok((position, velocity)) = found {
                        let (Ecef(position), Ecef(velocity)) =
                            rotate_to_ecef(position, velocity, *gmst, orientation);
                        *state = State { position, velocity };
                    }
                }
                doubts
            })
            .collect();
        Rows { first, states, doubts }
    }

    /// The losses, up to the last of some rows, of satellites that are near to the ground there or have no position.
    /// What is lost before the start is known already, and what can be flown back to the start need not fly further.
    fn losses_among(&mut self, grid: &NodeGrid, rows: &Rows) -> Vec<Loss> {
        let mut nodes: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for &(node, satellite) in rows.doubts.iter().filter(|(node, _)| *node >= 0) {
            nodes.entry(satellite).or_default().push(node);
        }
        let walked: Vec<(usize, Walk, Option<Loss>)> = nodes
            .into_par_iter()
            .map(|(satellite, mut nodes)| {
                nodes.sort_unstable();
                let is_absent = |node: &i64| {
                    let row = (node - rows.first) as usize * self.len();
                    !rows.states[row + satellite].is_present()
                };
                // Nothing is kept after a node without a position, whatever is found on the way to later ones.
                let mut asked: Vec<i64> = nodes.iter().copied().find(is_absent).into_iter().collect();
                asked.extend(nodes.last());
                asked.dedup();
                let mut walk = self.walks[satellite];
                let lost = asked.into_iter().filter_map(|node| {
                    let (further, lost) = self.propagators[satellite].walk_to(walk, grid.epoch(node));
                    walk = further;
                    let (from, reason) = lost?;
                    Some(Loss { satellite, from, reason })
                });
                let first = lost.min_by_key(|loss| loss.from);
                (satellite, walk, first)
            })
            .collect();
        walked.iter().for_each(|&(satellite, walk, _)| self.walks[satellite] = walk);
        walked.into_iter().filter_map(|(_, _, loss)| loss).collect()
    }

    /// Takes the first failure of each satellite for its loss.
    fn lose(&mut self, loss: &Loss) {
        let known = &mut self.losses[loss.satellite];
        if known.is_none_or(|earlier| loss.from < earlier.from) {
            *known = Some(*loss);
        }
    }

    /// How the position of a satellite changes at an instant, km/s: by differences of fourth order between instants beside
    /// it, before a loss of those before it (Fornberg 1988, tables 1 and 3). None where any of them has no position.
    fn slope(&self, satellite: usize, epoch: Epoch, lost: Option<Epoch>) -> Option<Vector3<f64>> {
        let reach_s = 2.0 * BESIDE_S;
        let is_before = lost.is_some_and(|lost| epoch.plus_seconds(reach_s) >= lost);
        let weights = if is_before { &WEIGHTS_BEFORE } else { &WEIGHTS_AROUND };
        let mut slope = Vector3::zeros();
        for &(steps, weight) in weights {
            let state = self.state(satellite, epoch.plus_seconds(steps * BESIDE_S)).ok()?;
            slope += state.position * weight;
        }
        let slope = slope / BESIDE_S;
        slope.x.is_finite().then_some(slope)
    }

    /// Who is lost among some nodes, how many seconds after the start, and where.
    fn last_places(&self, grid: &NodeGrid, first: usize, count: usize) -> Vec<(usize, f64, State)> {
        let (from, to) = (grid.epoch(first as i64), grid.epoch((first + count) as i64));
        let place = |loss: &Loss| {
            let epoch = loss.from.plus_seconds(-LAST_S);
            let mut last = self.state(loss.satellite, epoch).unwrap_or(State::ABSENT);
            if let Some(slope) = self.slope(loss.satellite, epoch, Some(loss.from)) {
                last.velocity = slope;
            }
            (loss.satellite, loss.from.seconds_since(grid.start), last)
        };
        self.losses().filter(|loss| (from..=to).contains(&loss.from)).map(place).collect()
    }
}

/// Leaves satellites out of rows from where they are lost, though the theory may have positions for them later on.
fn leave_out<'a>(
    losses: impl Iterator<Item = &'a Loss>,
    satellites: usize,
    grid: &NodeGrid,
    rows: &mut Rows,
) {
    for loss in losses {
        for (node, row) in (rows.first..).zip(rows.states.chunks_mut(satellites)) {
            if grid.epoch(node) >= loss.from {
                row[loss.satellite] = State::ABSENT;
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

/// States at consecutive nodes, `[node][satellite]`, and who had no position at which, or one near to the ground.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    first: i64,
    states: Vec<State>,
    doubts: Vec<(i64, usize)>,
}

impl Rows {
    /// Replaces the velocities at `count` nodes after the first [`SIDE`] by slopes of the positions. Answers with the
    /// numbers of the states that are there beside nodes without a position, and keep theirs.
    fn take_slopes(&mut self, satellites: usize, count: usize, step_s: f64) -> Vec<usize> {
        let mut left = Vec::new();
        for at in SIDE * satellites..(SIDE + count) * satellites {
            let mut slope = Vector3::zeros();
            for (distance, weight) in (1..).zip(SLOPE_WEIGHTS) {
                let [before, after] = [at - distance * satellites, at + distance * satellites];
                slope += (self.states[after].position - self.states[before].position) * weight;
            }
            if slope.x.is_finite() {
                self.states[at].velocity = slope / step_s;
            } else if self.states[at].is_present() {
                left.push(at);
            }
        }
        left
    }
}

/// How long before its loss a satellite has its last position, seconds.
pub(crate) const LAST_S: f64 = 1e-3;
/// Nodes on either side of one that its slope is taken from.
const SIDE: usize = 3;
/// States that a block of [`Fleet::smooth_nodes`] holds besides its own: those beside its ends, and those kept for the
/// next block.
pub(crate) const NODES_BESIDE: usize = 4 * SIDE + 1;
/// Seconds between the instants that a slope beside a node without a position is taken from.
const BESIDE_S: f64 = 0.5;
/// In steps of these seconds, with their weights: on both sides of an instant, and before it.
const WEIGHTS_AROUND: [(f64, f64); 5] =
    [(-2.0, 1.0 / 12.0), (-1.0, -2.0 / 3.0), (0.0, 0.0), (1.0, 2.0 / 3.0), (2.0, -1.0 / 12.0)];
const WEIGHTS_BEFORE: [(f64, f64); 5] =
    [(0.0, 25.0 / 12.0), (-1.0, -4.0), (-2.0, 3.0), (-3.0, -4.0 / 3.0), (-4.0, 0.25)];
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
        let lost_at = (loss.from.seconds_since(doomed.epoch) / 60.0).ceil() as usize;
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
        let node = (loss.from.seconds_since(doomed.epoch) / 60.0).ceil() as usize;
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
