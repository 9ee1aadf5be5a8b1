//! Coverage by many subsets of one fleet: phases of deployment, losses of satellites.
//!
//! When each satellite is seen from each point does not depend on the others. So accesses are solved once,
//! and every subset only unites those of its own satellites. Accesses are those of [`super::plain`], to the
//! last bit: the same edges, found with less looking. Where the clearance `g` is so far from zero that it
//! cannot get there, whole steps are passed over: with `v` the greatest speed of the satellite in the
//! rotating frame, `|ġ| ≤ (1 + S) v` for the sine `S` of the mask.
//!
//! Hundreds of subsets are folded at once, a bit each (module `lanes`). Points go through in shards, so memory does
//! not grow with the grid.

use std::borrow::Borrow;

use rayon::prelude::*;

use super::fold::Edge;
use super::plain::{ONE_SUBSTEP, edges_in_step};
use super::seen::Seen;
use super::{NODE_STEP_S, Settings, Stopped, Watch};
use crate::access::{Clearance, Site};
use crate::ephemeris::{Fleet, LastArc, Loss, Segment, State};
use crate::frames::Geodetic;
use crate::frames::orientation::Orientation;
use crate::grid::cells::{Grid, GridPoint};
use crate::orbit::{ElementsError, MeanElements};

mod lanes;
mod members;

use lanes::{Block, Folder, Lane};
pub use members::Members;

/// States of satellites kept at a time, bytes.
const PATH_BYTES: usize = 384 << 20;
/// Satellites times points of a shard.
const SHARD_PAIRS: usize = 2_000_000;
/// Points that one thread takes at a time: enough to make use of a satellite's path while it is in cache.
const CHUNK: usize = 64;
/// Sums of chunks of points held at a time, bytes.
const SUMS_BYTES: usize = 32 << 20;
/// Satellites whose paths are held at a time where passes are only counted.
const LOOK_GROUP: usize = 256;
/// The interpolant between two nodes may be this much faster than the nodes.
const SPEED_MARGIN: f64 = 1.001;

/// Area-weighted figures of one subset over the whole grid. Everything is solved.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct SubsetFigures {
    /// Number of satellites.
    pub satellites: usize,
    /// Mean percent covered.
    pub percent_covered: f64,
    /// Percent of the area covered at all times.
    pub percent_area_always: f64,
    /// Percent of the area never covered.
    pub percent_area_never: f64,
    /// Mean percent of time with at least 1, 2, 3, 4 in view.
    pub percent_at_least: [f64; 4],
    /// Mean number in view.
    pub mean_in_view: f64,
    /// Least number in view of any point.
    pub min_in_view: u32,
    /// Mean response time, s.
    pub mean_response_s: f64,
    /// Mean of the points' longest gaps, s.
    pub mean_max_gap_s: f64,
    /// Longest gap of any point, s.
    pub max_gap_s: f64,
    /// Number of the point with the longest gap; none without gaps.
    pub max_gap_point: Option<usize>,
}

/// Result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Subsets {
    /// Figures of each subset, in the order given.
    pub figures: Vec<SubsetFigures>,
    /// Satellites lost by the end of the window.
    pub losses: Vec<Loss>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum SubsetsError {
    /// The watch asked to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// Elements that SGP4 cannot start from, with the number of the satellite.
    #[error("satellite {0}: {1}")]
    Elements(usize, ElementsError),
}

/// One satellite rises or sets at one point.
#[derive(Debug, Clone, Copy)]
struct SatelliteEdge {
    edge: Edge,
    satellite: u32,
}

/// One point with everything that is seen from it.
#[derive(Default)]
struct Sightings {
    /// In view at the start.
    initial: Vec<u32>,
    edges: Vec<SatelliteEdge>,
}

impl Sightings {
    /// Makes room for more edges: a quarter more than there are, not twice as much, for these are most of what a
    /// run holds.
    fn make_room(&mut self, more: usize) {
        if self.edges.capacity() - self.edges.len() < more {
            self.edges.reserve_exact(more.max(self.edges.len() / 4));
        }
    }
}

/// A satellite's way through the window.
struct Track {
    satellite: u32,
    /// States at the nodes, as far as the satellite is there.
    states: Vec<State>,
    /// Its way on from the last of them to where it is lost.
    last: Option<LastArc>,
    speed_km_s: f64,
}

/// Points of a shard, and what the paths of satellites take at most, bytes.
pub(super) fn limits(satellites: usize, settings: &Settings) -> (f64, f64) {
    let steps = (settings.window.duration_s / NODE_STEP_S).ceil().max(1.0) + 1.0;
    let state = size_of::<State>() as f64;
    let paths = (2.0 * satellites as f64 * steps * state).min((PATH_BYTES as f64).max(2.0 * steps * state));
    ((SHARD_PAIRS / satellites.max(1)).max(CHUNK) as f64, paths)
}

/// What so many subsets take beside their [`Members`] while so many points of a shard are summed, bytes: lanes of the
/// satellites, sums of each chunk of points and of all, and the figures.
pub(super) fn bytes_of_subsets(subsets: usize, satellites: usize, points: f64) -> f64 {
    let blocks = subsets.div_ceil(lanes::LANES).max(1);
    let chunks = (points / CHUNK as f64).ceil().clamp(1.0, chunks_at_a_time(subsets) as f64);
    let sums = subsets as f64 * size_of::<Sum>() as f64 * (chunks + 1.0);
    let times = satellites as f64 * 8.0 * (chunks + 1.0);
    (blocks * satellites * lanes::BYTES_OF_SATELLITE) as f64
        + sums
        + times
        + (subsets * size_of::<SubsetFigures>()) as f64
}

/// Chunks of points whose sums are held at a time: as many as fit, and one for each thread at least.
fn chunks_at_a_time(subsets: usize) -> usize {
    (SUMS_BYTES / (subsets.max(1) * size_of::<Sum>())).max(rayon::current_num_threads())
}

/// Computes coverage of the grid by every subset. `settings.exact` and `step_s` have no effect.
///
/// # Errors
/// [`SubsetsError`].
pub fn run(
    grid: &Grid,
    elements: &[&MeanElements],
    orientation: &Orientation,
    settings: &Settings,
    subsets: &[impl Borrow<Members>],
    watch: Watch<'_>,
) -> Result<Subsets, SubsetsError> {
    let steps = steps(settings);
    let group_size = (PATH_BYTES / (2 * (steps + 1) * std::mem::size_of::<State>())).max(1);
    let shard_size = (SHARD_PAIRS / elements.len().max(1)).max(CHUNK);
    run_parted(grid, elements, orientation, settings, subsets, (group_size, shard_size), watch)
}

/// Passes of the satellites over each of some points in the window.
///
/// # Errors
/// [`SubsetsError::Elements`].
pub(super) fn passes(
    points: &[GridPoint],
    elements: &[&MeanElements],
    orientation: &Orientation,
    settings: &Settings,
) -> Result<Vec<f64>, SubsetsError> {
    let steps = steps(settings);
    let mut passes = vec![0.0; points.len()];
    for (number, group) in elements.chunks(LOOK_GROUP).enumerate() {
        let tracks = tracks(number * LOOK_GROUP, group, orientation, settings, steps, &mut Vec::new())?;
        let chunks = passes.par_chunks_mut(CHUNK).zip(points.par_chunks(CHUNK));
        chunks.for_each(|(passes, points)| {
            let mut sightings: Vec<Sightings> = points.iter().map(|_| Sightings::default()).collect();
            look(&tracks, points, settings, &mut sightings);
            for (passes, sightings) in passes.iter_mut().zip(&sightings) {
                *passes += sightings.edges.len() as f64 / 2.0;
            }
        });
    }
    Ok(passes)
}

/// Steps between nodes that a window holds.
fn steps(settings: &Settings) -> usize {
    (settings.window.duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize
}

/// [`run`] with this many satellites in a group and this many points in a shard.
fn run_parted(
    grid: &Grid,
    elements: &[&MeanElements],
    orientation: &Orientation,
    settings: &Settings,
    subsets: &[impl Borrow<Members>],
    (group_size, shard_size): (usize, usize),
    watch: Watch<'_>,
) -> Result<Subsets, SubsetsError> {
    let steps = steps(settings);
    let groups: Vec<(usize, &[&MeanElements])> =
        elements.chunks(group_size).enumerate().map(|(number, group)| (number * group_size, group)).collect();
    let mut losses: Vec<Loss> = Vec::new();
    // One group is computed once; several are computed anew for each shard of points.
    let mut kept = match groups.as_slice() {
        [(first, group)] => Some(tracks(*first, group, orientation, settings, steps, &mut losses)?),
        _ => None,
    };
    let shards = grid.points.len().div_ceil(shard_size).max(1);
    let blocks = Block::of(subsets, elements.len());
    let mut sums = vec![Sum::new(); subsets.len()];
    let mut in_view = vec![0.0; elements.len()];
    for (number, points) in grid.points.chunks(shard_size).enumerate() {
        let mut sightings: Vec<Sightings> = points.iter().map(|_| Sightings::default()).collect();
        for &(first, group) in &groups {
            let computed;
            let tracks = match &mut kept {
                Some(kept) => &*kept,
                None => {
                    losses.retain(|loss| !(first..first + group.len()).contains(&loss.satellite));
                    computed = tracks(first, group, orientation, settings, steps, &mut losses)?;
                    &computed
                }
            };
            sightings.par_chunks_mut(CHUNK).zip(points.par_chunks(CHUNK)).for_each(|(sightings, points)| {
                look(tracks, points, settings, sightings);
            });
        }
        let held = CHUNK * chunks_at_a_time(subsets.len());
        for (part, (sightings, points)) in sightings.chunks_mut(held).zip(points.chunks(held)).enumerate() {
            let first = number * shard_size + part * held;
            for partial in unite(first, points, sightings, settings, &blocks, elements.len()) {
                for (sum, partial) in sums.iter_mut().zip(&partial.sums) {
                    sum.merge(partial);
                }
                for (sum, partial) in in_view.iter_mut().zip(&partial.in_view) {
                    *sum += partial;
                }
            }
        }
        let duration_s = settings.window.duration_s;
        watch.step(duration_s * (number + 1) as f64 / shards as f64, duration_s)?;
    }
    let figures = sums
        .iter()
        .zip(subsets)
        .map(|(sum, members)| {
            let members = members.borrow();
            // An empty sum of floats is -0; adding 0 makes it a plain one.
            let in_view: f64 = members.numbers().map(|satellite| in_view[satellite]).sum::<f64>() + 0.0;
            sum.figures(members.count(), in_view, settings.window.duration_s)
        })
        .collect();
    Ok(Subsets { figures, losses })
}

/// Tracks of the satellites of one group over the Earth, the first of which has the number `first`.
fn tracks(
    first: usize,
    group: &[&MeanElements],
    orientation: &Orientation,
    settings: &Settings,
    steps: usize,
    losses: &mut Vec<Loss>,
) -> Result<Vec<Track>, SubsetsError> {
    let mut fleet = Fleet::new(group.iter().copied(), orientation.clone())
        .map_err(|(number, error)| SubsetsError::Elements(first + number, error))?;
    let nodes = fleet.smooth_nodes(settings.window.start, NODE_STEP_S, 0, steps + 1);
    let lost = fleet.losses_until(settings.window.end());
    losses.extend(lost.into_iter().map(|loss| Loss { satellite: first + loss.satellite, ..loss }));
    Ok((0..group.len())
        .into_par_iter()
        .map(|satellite| {
            let states: Vec<State> =
                (0..=steps).map(|node| nodes.at(node)[satellite]).take_while(State::is_present).collect();
            let speed_km_s = states.iter().map(|state| state.velocity.norm()).fold(0.0, f64::max);
            Track {
                satellite: (first + satellite) as u32,
                last: states.len().checked_sub(1).and_then(|node| nodes.last_arc(node, satellite)),
                states,
                speed_km_s: speed_km_s * SPEED_MARGIN,
            }
        })
        .collect())
}

/// Adds what is seen of the tracks from each point.
fn look(tracks: &[Track], points: &[GridPoint], settings: &Settings, sightings: &mut [Sightings]) {
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let sites: Vec<Site> = points
        .iter()
        .map(|point| {
            Site::at(&Geodetic {
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                height_km: point.height_km,
            })
        })
        .collect();
    let mut edges = Vec::new();
    for track in tracks {
        for (site, sightings) in sites.iter().zip(sightings.iter_mut()) {
            edges.clear();
            if track.edges(site, sin_mask, settings.window.duration_s, &mut edges) {
                sightings.initial.push(track.satellite);
            }
            let satellite = track.satellite;
            sightings.make_room(edges.len());
            sightings.edges.extend(edges.iter().map(|&edge| SatelliteEdge { edge, satellite }));
        }
    }
}

impl Track {
    /// Adds the edges at a site in the order of time; answers whether the satellite is seen at the start.
    fn edges(&self, site: &Site, sin_mask: f64, duration_s: f64, edges: &mut Vec<Edge>) -> bool {
        let Some(start) = self.states.first() else { return false };
        let clearance_at = |node: usize| site.clearance_km(&self.states[node].position, sin_mask);
        let seen_at_start = site.clearance_km(&start.position, sin_mask) >= 0.0;
        let reach_km = self.speed_km_s * (1.0 + sin_mask) * NODE_STEP_S;
        let last = self.states.len() - 1;
        let mut node = 0;
        while node < last {
            let start_s = node as f64 * NODE_STEP_S;
            if start_s >= duration_s {
                return seen_at_start;
            }
            let idle = (clearance_at(node).abs() / reach_km) as usize;
            if idle > 0 {
                node = (node + idle).min(last);
                continue;
            }
            let segment = Segment::between(&self.states[node], &self.states[node + 1], NODE_STEP_S);
            let clearance = Clearance { site, segment: &segment, sin_mask };
            edges_in_step(&clearance, start_s, NODE_STEP_S.min(duration_s - start_s), ONE_SUBSTEP, edges);
            node += 1;
        }
        let start_s = last as f64 * NODE_STEP_S;
        if start_s < duration_s {
            let (from, longest_s) = (&self.states[last], duration_s - start_s);
            let seen = Seen::of(site, from, self.last.as_ref(), longest_s, sin_mask);
            edges.extend(seen.edges(seen.at_start, start_s));
        }
        seen_at_start
    }
}

/// What a chunk of points adds.
struct Part {
    /// One for each subset.
    sums: Vec<Sum>,
    /// For each satellite the sum over points of the time for which it is seen, times the point's area, s km².
    in_view: Vec<f64>,
}

/// Sums over chunks of the points, in their order.
fn unite(
    first: usize,
    points: &[GridPoint],
    sightings: &mut [Sightings],
    settings: &Settings,
    blocks: &[Block],
    satellites: usize,
) -> Vec<Part> {
    let window_s = settings.window.duration_s;
    sightings
        .par_chunks_mut(CHUNK)
        .zip(points.par_chunks(CHUNK))
        .enumerate()
        .map(|(chunk, (sightings, points))| {
            let mut in_view = vec![0.0; satellites];
            let mut since_s = vec![f64::NAN; satellites];
            for (sightings, point) in sightings.iter_mut().zip(points) {
                sightings.edges.sort_unstable_by(|a, b| {
                    let (one, other) = (a.edge, b.edge);
                    one.t_s.total_cmp(&other.t_s).then(other.up.cmp(&one.up))
                });
                sightings.add_time_in_view(point.area_km2, window_s, &mut since_s, &mut in_view);
            }
            let mut sums = Vec::with_capacity(blocks.iter().map(|block| block.count).sum());
            for block in blocks {
                let mut own = vec![Sum::new(); block.count];
                let mut folder = Folder::new(block, settings.at_least, window_s);
                for (index, (sightings, point)) in sightings.iter().zip(points).enumerate() {
                    let number = first + chunk * CHUNK + index;
                    for (sum, lane) in own.iter_mut().zip(folder.point(sightings)) {
                        sum.add(lane, point.area_km2, number, window_s);
                    }
                }
                for (sum, least) in own.iter_mut().zip(folder.least_in_view()) {
                    sum.min_in_view = least;
                }
                sums.extend(own);
            }
            Part { sums, in_view }
        })
        .collect()
}

impl Sightings {
    /// Adds the time for which each satellite is seen, times the area. All of `since_s` is NaN before and after.
    fn add_time_in_view(&self, area_km2: f64, window_s: f64, since_s: &mut [f64], in_view: &mut [f64]) {
        for &satellite in &self.initial {
            since_s[satellite as usize] = 0.0;
        }
        for SatelliteEdge { edge, satellite } in &self.edges {
            let (since, in_view) = (&mut since_s[*satellite as usize], &mut in_view[*satellite as usize]);
            if edge.up {
                *since = edge.t_s;
            } else {
                *in_view += area_km2 * (edge.t_s - *since);
                *since = f64::NAN;
            }
        }
        // Those that are still seen at the end rose, or were there from the start.
        let seen = self.edges.iter().map(|edge| edge.satellite).chain(self.initial.iter().copied());
        for satellite in seen {
            let since = &mut since_s[satellite as usize];
            if !since.is_nan() {
                in_view[satellite as usize] += area_km2 * (window_s - *since);
                *since = f64::NAN;
            }
        }
    }
}

/// An area-weighted mean that is gathered point by point.
#[derive(Debug, Clone, Copy)]
struct Mean {
    /// What is added up is by how much values differ from this, which most of them may be.
    reference: f64,
    sum: f64,
    least: f64,
    greatest: f64,
}

impl Mean {
    const NONE: Self = Self { reference: 0.0, sum: 0.0, least: f64::INFINITY, greatest: f64::NEG_INFINITY };
    /// Of percentages: a little below 100 in one of many cells is not lost in the rounding of the sum.
    const NONE_OF_PERCENT: Self = Self { reference: 100.0, ..Self::NONE };

    fn add(&mut self, area_km2: f64, value: f64) {
        self.sum += area_km2 * (value - self.reference);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }

    fn merge(&mut self, later: &Self) {
        self.sum += later.sum;
        self.least = self.least.min(later.least);
        self.greatest = self.greatest.max(later.greatest);
    }

    /// Over points of so much area. The quotient may round to a little beside what all points have alike.
    fn over(&self, area_km2: f64) -> f64 {
        if area_km2 > 0.0 {
            (self.reference + self.sum / area_km2).clamp(self.least, self.greatest)
        } else {
            0.0
        }
    }
}

/// Area-weighted sums over points.
#[derive(Debug, Clone, Copy)]
struct Sum {
    area_km2: f64,
    percent_covered: Mean,
    always_km2: f64,
    never_km2: f64,
    percent_at_least: [Mean; 4],
    min_in_view: u32,
    response_s: Mean,
    max_gap_s: Mean,
    /// Longest gap and the first point that has it.
    longest: (f64, Option<usize>),
}

impl Sum {
    fn new() -> Self {
        Self {
            area_km2: 0.0,
            percent_covered: Mean::NONE_OF_PERCENT,
            always_km2: 0.0,
            never_km2: 0.0,
            percent_at_least: [Mean::NONE_OF_PERCENT; 4],
            min_in_view: u32::MAX,
            response_s: Mean::NONE,
            max_gap_s: Mean::NONE,
            longest: (0.0, None),
        }
    }

    fn add(&mut self, point: &Lane, area_km2: f64, number: usize, window_s: f64) {
        let gaps = &point.gaps;
        self.area_km2 += area_km2;
        self.percent_covered.add(area_km2, 100.0 * (1.0 - gaps.total_s / window_s).clamp(0.0, 1.0));
        self.always_km2 += if gaps.count == 0 { area_km2 } else { 0.0 };
        let never = gaps.count == 1 && gaps.first_cut_s > 0.0 && gaps.last_cut_s > 0.0;
        self.never_km2 += if never { area_km2 } else { 0.0 };
        for (mean, held_s) in self.percent_at_least.iter_mut().zip(point.at_least_s) {
            mean.add(area_km2, (100.0 * held_s / window_s).min(100.0));
        }
        self.response_s.add(area_km2, gaps.square_s2 / (2.0 * window_s));
        self.max_gap_s.add(area_km2, gaps.longest_s);
        if gaps.longest_s > self.longest.0 {
            self.longest = (gaps.longest_s, Some(number));
        }
    }

    /// Adds the sum over later points.
    fn merge(&mut self, later: &Self) {
        self.area_km2 += later.area_km2;
        self.percent_covered.merge(&later.percent_covered);
        self.always_km2 += later.always_km2;
        self.never_km2 += later.never_km2;
        for (mean, later) in self.percent_at_least.iter_mut().zip(&later.percent_at_least) {
            mean.merge(later);
        }
        self.min_in_view = self.min_in_view.min(later.min_in_view);
        self.response_s.merge(&later.response_s);
        self.max_gap_s.merge(&later.max_gap_s);
        if later.longest.0 > self.longest.0 {
            self.longest = later.longest;
        }
    }

    /// `in_view` is the sum of the times for which its satellites are seen, times the areas, s km².
    fn figures(&self, satellites: usize, in_view: f64, window_s: f64) -> SubsetFigures {
        let area = self.area_km2;
        SubsetFigures {
            satellites,
            percent_covered: self.percent_covered.over(area),
            percent_area_always: 100.0 * (self.always_km2 / area),
            percent_area_never: 100.0 * (self.never_km2 / area),
            percent_at_least: self.percent_at_least.map(|mean| mean.over(area)),
            mean_in_view: in_view / (area * window_s),
            min_in_view: if self.min_in_view == u32::MAX { 0 } else { self.min_in_view },
            mean_response_s: self.response_s.over(area),
            mean_max_gap_s: self.max_gap_s.over(area),
            max_gap_s: self.longest.0,
            max_gap_point: self.longest.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::constellation::{ReadOptions, read};
    use crate::coverage::summary::summarise;
    use crate::coverage::{Exact, plain};
    use crate::time::Window;
    use h3o::Resolution;

    /// Every subset against the plain engine on its satellites alone, a decaying satellite among them.
    /// A mean of 99.99999999999999 % stood beside 100 % of the area.
    #[test]
    fn a_mean_stays_between_its_least_and_greatest_value() {
        let (mut mean, mut area_km2) = (Mean::NONE, 0.0);
        for number in 1..1000 {
            let weight_km2 = 1.0 / f64::from(number);
            let mut one = Mean::NONE;
            one.add(weight_km2, 99.9);
            mean.merge(&one);
            area_km2 += weight_km2;
            assert_eq!(mean.over(area_km2), 99.9, "{number}");
        }
        mean.add(1.0, 0.0);
        assert!((0.0..99.9).contains(&mean.over(area_km2 + 1.0)));
        assert_eq!(Mean::NONE.over(0.0), 0.0);
    }

    #[test]
    fn subsets_equal_the_plain_engine() {
        let hongyan = read("hongyan", &ReadOptions { phase: Some("first".into()), shells: vec![] }).unwrap();
        let mut elements: Vec<MeanElements> = hongyan.satellites.iter().map(|s| s.elements).collect();
        elements
            .extend(read("beidou-3", &ReadOptions::default()).unwrap().satellites.iter().map(|s| s.elements));
        elements[3] = MeanElements {
            bstar: 0.5,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(6378.137 + 160.0, 50.0, 0.0),
            ..elements[3]
        };
        let grid = Grid::globe(Resolution::Zero);
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 40_050.0 };
        let every = |n: usize| (0..elements.len()).map(|k| k.is_multiple_of(n)).collect::<Members>();
        let subsets = [every(1), every(2), every(3), every(90)];
        for (at_least, min_elevation_deg) in [(1, 10.0), (3, 0.0)] {
            let settings = Settings { window, step_s: 60.0, min_elevation_deg, at_least, exact: Exact::All };
            let stop = AtomicBool::new(false);
            let watch = Watch { progress: &|_| (), stop: &stop };
            let references: Vec<&MeanElements> = elements.iter().collect();
            let orientation = Orientation::of_window(&window);
            let result = run(&grid, &references, &orientation, &settings, &subsets, watch).unwrap();
            assert_eq!(result.losses.len(), 1, "{:?}", result.losses);
            // Worked on in parts, for which paths are computed anew, it is the same but for the order of sums.
            let parts = (7, CHUNK);
            let parted =
                run_parted(&grid, &references, &orientation, &settings, &subsets, parts, watch).unwrap();
            assert_eq!(parted.losses, result.losses);
            for (parted, whole) in parted.figures.iter().zip(&result.figures) {
                assert!((parted.percent_covered - whole.percent_covered).abs() < 1e-9);
                assert!((parted.mean_in_view - whole.mean_in_view).abs() < 1e-9);
                assert_eq!(
                    (parted.min_in_view, parted.max_gap_s, parted.max_gap_point),
                    (whole.min_in_view, whole.max_gap_s, whole.max_gap_point)
                );
            }
            for (members, figures) in subsets.iter().zip(&result.figures) {
                let own = members.numbers().map(|satellite| &elements[satellite]);
                let mut fleet = Fleet::new(own, orientation.clone()).unwrap();
                let plain = plain::run(&grid, &mut fleet, &settings, ONE_SUBSTEP, watch).unwrap();
                let summary = summarise(&grid, &plain, |_| true).unwrap();
                assert_eq!(figures.satellites, plain.satellites);
                assert!((figures.percent_covered - summary.percent_covered).abs() < 1e-9);
                assert!((figures.percent_area_always - summary.percent_area_always).abs() < 1e-9);
                assert!((figures.percent_area_never - summary.percent_area_never).abs() < 1e-9);
                assert!((figures.mean_in_view - summary.mean_in_view).abs() < 1e-9);
                assert!((figures.mean_response_s - summary.mean_response_s).abs() < 1e-6);
                assert_eq!(
                    (figures.min_in_view, figures.max_gap_s, figures.max_gap_point),
                    (summary.min_in_view, summary.max_gap_s, summary.max_gap_point)
                );
            }
        }
    }

    /// At the instant of its loss a satellite as low as that is seen from cells that lie close together only.
    #[test]
    fn a_satellite_that_is_lost_is_seen_until_then() {
        let decaying = MeanElements {
            epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
            inclination_deg: 50.0,
            raan_deg: 20.0,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 40.0,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(6378.137 + 160.0, 50.0, 0.0),
            bstar: 0.5,
        };
        let grid = Grid::globe(Resolution::Two);
        let window = Window { start: decaying.epoch, duration_s: 40_000.0 };
        let settings =
            Settings { window, step_s: 60.0, min_elevation_deg: 0.0, at_least: 1, exact: Exact::All };
        let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
        let orientation = Orientation::of_window(&window);
        let every: Members = std::iter::once(true).collect();
        let result = run(&grid, &[&decaying], &orientation, &settings, &[every], watch).unwrap();
        let mut fleet = Fleet::new([&decaying], orientation).unwrap();
        let plain = plain::run(&grid, &mut fleet, &settings, ONE_SUBSTEP, watch).unwrap();
        let summary = summarise(&grid, &plain, |_| true).unwrap();
        let figures = &result.figures[0];
        assert_eq!(result.losses, plain.losses);
        assert!(plain.losses[0].from.seconds_since(window.start) < window.duration_s);
        assert!((figures.percent_covered - summary.percent_covered).abs() < 1e-9, "{figures:?} {summary:?}");
        assert!((figures.mean_in_view - summary.mean_in_view).abs() < 1e-9, "{figures:?} {summary:?}");
        assert_eq!(figures.max_gap_s, summary.max_gap_s);
    }
}
