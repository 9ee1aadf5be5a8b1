//! The footprint engine.
//!
//! Points lie in thin latitude rows, one bit each (module `rows`). At each ephemeris node every
//! satellite's footprint is a few bits per row (module `footprint`). Comparing the footprints of two
//! consecutive nodes gives, 64 points at a time,
//! - who is *held*: seen by one satellite at both nodes and so throughout (or by N of them);
//! - whose satellites change: the exclusive or. Only where a point is not held can its coverage change,
//!   and only there are edges solved (module `edges`), many at once.
//!
//! Passes and dips that begin and end between two nodes touch only points whose clearance at a node is
//! within the bound of [`crate::access::curvature_bound`]; those points are tested one by one anyway.
//!
//! Tiles of rows are independent: they run in parallel and the result does not depend on how.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::counters::Planes;
use super::edges::{site_of, solve};
use super::fold::{CoveredArea, Edge, Listener, ViewTally, figures, fold, sort_edges, square_metres};
use super::footprint::{NearPoint, Prints, Scratch, Spot};
use super::gaps::{Gap, GapLog, GapTally, OpenGap, SortedGaps};
use super::rows::RowLayout;
use super::sampled::{ErrorTally, SampledHalves};
use super::{Coverage, Exact, NODE_STEP_S, PointFigures, Settings, Stopped, Watch};
use crate::access::Clearance;
use crate::checkpoint::{Checkpoint, Interrupted, end_block, only_stopped, restore};
use crate::ephemeris::{Fleet, Nodes, Segment, State};
use crate::grid::cells::Grid;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// Memory that one block of instants may take, bytes, and the most steps of a block. Within a block the
/// accounts of a tile stay in cache.
const BLOCK_BYTES: usize = 48 << 20;
const BLOCK_STEPS: usize = 240;
/// Tiles that hand in their figures together.
const FINISHED_TILES: usize = 64;
const NO_EDGE: u32 = u32::MAX;

/// A gap in the log of a tile, bytes.
pub(super) const BYTES_PER_GAP: f64 = (size_of::<Gap>() + size_of::<u32>()) as f64;
/// Nodes whose states are held at a time, at most.
pub(super) const NODES_AT_A_TIME: usize = BLOCK_STEPS + 1;

/// One instant of the run with all satellites.
struct Instant {
    t_s: f64,
    /// Number of the node within the block; none for an instant that is only sampled.
    node: Option<usize>,
    sampled: bool,
    spots: Vec<Spot>,
    reached: Reached,
}

/// The satellites whose footprint may reach each tile, in their order.
struct Reached {
    /// Where the satellites of each tile begin.
    starts: Vec<u32>,
    satellites: Vec<u32>,
}

impl Reached {
    fn new(layout: &RowLayout, spots: &[Spot]) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(4 * spots.len());
        for (satellite, spot) in spots.iter().enumerate() {
            layout.tiles_around(spot.latitudes(), spot.longitude_rad, spot.widest_rad, |tile| {
                pairs.push((tile, satellite as u32));
            });
        }
        // A counting sort, which keeps the order of the satellites.
        let mut starts = vec![0u32; layout.tiles.len() + 1];
        for &(tile, _) in &pairs {
            starts[tile as usize + 1] += 1;
        }
        for tile in 1..starts.len() {
            starts[tile] += starts[tile - 1];
        }
        let mut next = starts.clone();
        let mut satellites = vec![0; pairs.len()];
        for (tile, satellite) in pairs {
            let place = &mut next[tile as usize];
            satellites[*place as usize] = satellite;
            *place += 1;
        }
        Self { starts, satellites }
    }

    fn of(&self, tile: usize) -> &[u32] {
        &self.satellites[self.starts[tile] as usize..self.starts[tile + 1] as usize]
    }
}

/// What all tiles share during a block.
struct Block<'a> {
    layout: &'a RowLayout,
    settings: &'a Settings,
    sin_mask: f64,
    instants: &'a [Instant],
    nodes: &'a Nodes,
}

/// Computes coverage of a grid of points at height 0.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Coverage, Stopped> {
    only_stopped(resume(grid, fleet, settings, watch, None))
}

/// The same from where its checkpoint stands.
///
/// # Errors
/// [`Interrupted`] when the watch asked for it, or by a checkpoint that cannot be used.
pub fn resume(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<Coverage, Interrupted> {
    let duration_s = settings.window.duration_s;
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let layout = RowLayout::new(grid, footprint_radius_rad(fleet, settings));
    let satellites = fleet.len();
    let samples = settings.window.sample_count(settings.step_s);
    let mut covered = CoveredArea::new(samples, settings.step_s);
    let mut accounts: Vec<TileAccount> = (0..layout.tiles.len())
        .into_par_iter()
        .map(|tile| TileAccount::new(&layout, grid, tile, settings, satellites, &covered))
        .collect();

    let steps = (duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let (block, _) = block_of(satellites, settings);
    let mut step = 0;
    if let Some(saved) = restore::<(usize, CoveredArea, Vec<Kept>)>(checkpoint, fleet)? {
        let kept;
        (step, covered, kept) = saved;
        for (account, kept) in accounts.iter_mut().zip(kept) {
            account.kept = kept;
        }
    }
    while step < steps {
        let count = block.min(steps - step);
        let nodes = fleet.nodes(settings.window.start, NODE_STEP_S, step, count + 1);
        let instants = instants_of_block(&layout, &nodes, settings, sin_mask, step, count, samples);
        let block = Block { layout: &layout, settings, sin_mask, instants: &instants, nodes: &nodes };
        let ends_s = [step, step + count].map(|step| (step as f64 * NODE_STEP_S).min(duration_s));
        accounts.par_iter_mut().with_max_len(1).for_each(|account| {
            account.covered.restart(ends_s[0], ends_s[1]);
            account.advance(&block);
        });
        for account in &accounts {
            covered.add(&account.covered);
        }
        step += count;
        let stopped = watch.step((step as f64 * NODE_STEP_S).min(duration_s), duration_s);
        end_block(checkpoint, stopped, fleet, || {
            (step, &covered, accounts.iter().map(|account| &account.kept).collect::<Vec<_>>())
        })?;
    }

    let mut points = vec![PointFigures::default(); grid.points.len()];
    let mut whole = 0;
    let mut errors = ErrorTally::default();
    let mut rest = accounts.into_iter();
    loop {
        // A few tiles at a time, so that their figures are not held twice.
        let some: Vec<TileAccount> = rest.by_ref().take(FINISHED_TILES).collect();
        if some.is_empty() {
            break;
        }
        let finished: Vec<FinishedTile> = some
            .into_par_iter()
            .map_init(Default::default, |space, account| account.finish(&layout, settings, space))
            .collect();
        for tile in finished {
            whole += tile.area_m2;
            errors.join(&tile.errors);
            for (point, figures) in tile.points {
                points[point as usize] = figures;
            }
        }
    }
    Ok(Coverage {
        settings: *settings,
        series_percent: covered.percent(whole),
        sampling_error: (settings.exact == Exact::Edges).then(|| errors.finish(settings)),
        points,
        losses: fleet.losses().copied().collect(),
        satellites,
    })
}

/// Steps of a block, and instants in each.
fn block_of(satellites: usize, settings: &Settings) -> (usize, f64) {
    let instants_per_step = 1.0 + (NODE_STEP_S / settings.step_s).ceil();
    let bytes_per_step = (satellites * size_of::<Spot>()) as f64 * instants_per_step;
    let steps = (BLOCK_BYTES as f64 / bytes_per_step.max(1.0)) as usize;
    (steps.clamp(1, BLOCK_STEPS), instants_per_step)
}

/// What the instants of a block take, bytes: states at the nodes, spots, and who reaches which tile.
pub(super) fn bytes_of_block(satellites: usize, settings: &Settings) -> f64 {
    let (steps, instants_per_step) = block_of(satellites, settings);
    // Pairs of a satellite and a tile, four of them, of two numbers each.
    let instant = size_of::<Spot>() + 4 * size_of::<(u32, u32)>();
    let nodes = (steps + 1) * size_of::<State>();
    satellites as f64 * (nodes as f64 + steps as f64 * instants_per_step * instant as f64)
}

/// What a point takes during a run, bytes: in the rows, and in the account of its tile.
pub(super) fn bytes_per_point(satellites: usize, settings: &Settings) -> (f64, f64) {
    let account = size_of::<i64>() + size_of::<OpenGap>() + size_of::<u32>();
    let views = match settings.exact {
        Exact::All => size_of::<ViewTally>() as f64,
        _ => SampledHalves::bytes_per_point(satellites, settings),
    };
    (RowLayout::BYTES_PER_POINT, account as f64 + views + Planes::bytes_per_point(satellites) * 3.0)
}

/// Radius of a typical footprint at the window's start, from the middle one of the satellites, radians.
fn footprint_radius_rad(fleet: &Fleet, settings: &Settings) -> f64 {
    let mask = settings.min_elevation_deg.to_radians();
    let mut radii_km: Vec<f64> = (0..fleet.len())
        .filter_map(|satellite| fleet.state(satellite, settings.window.start).ok())
        .map(|state| state.position.norm())
        .collect();
    let middle = radii_km.len() / 2;
    if radii_km.is_empty() {
        return std::f64::consts::FRAC_PI_2;
    }
    let (_, radius_km, _) = radii_km.select_nth_unstable_by(middle, f64::total_cmp);
    let cosine = (EARTH_EQUATORIAL_RADIUS_KM / *radius_km * mask.cos()).min(1.0);
    (cosine.acos() - mask).max(0.0)
}

/// The nodes and sampled instants of `count` steps from step `first` on, the first node left out but
/// at the very start, where the block before has had it.
fn instants_of_block(
    layout: &RowLayout,
    nodes: &Nodes,
    settings: &Settings,
    sin_mask: f64,
    first: usize,
    count: usize,
    samples: usize,
) -> Vec<Instant> {
    let duration_s = settings.window.duration_s;
    let step_s = settings.step_s;
    let solved = settings.exact != Exact::None;
    let sampled_views = settings.exact != Exact::All;
    let (start_s, end_s) =
        (first as f64 * NODE_STEP_S, ((first + count) as f64 * NODE_STEP_S).min(duration_s));
    let mut times: Vec<(f64, Option<usize>, bool)> = Vec::new();
    if solved {
        let skipped = usize::from(first > 0);
        times.extend(
            (skipped..=count)
                .map(|node| (((first + node) as f64 * NODE_STEP_S).min(duration_s), Some(node), false)),
        );
    }
    if sampled_views {
        // An instant on the border of two blocks belongs to the earlier one, whose last node it is.
        let mut sample = if first == 0 { 0 } else { (start_s / step_s).floor() as usize };
        while sample < samples {
            let t_s = sample as f64 * step_s;
            sample += 1;
            if first > 0 && t_s <= start_s + SAME_INSTANT_S {
                continue;
            }
            if t_s > end_s + SAME_INSTANT_S {
                break;
            }
            match times.iter_mut().find(|(at, node, _)| node.is_some() && (at - t_s).abs() <= SAME_INSTANT_S)
            {
                Some(node) => node.2 = true,
                None => times.push((t_s, None, true)),
            }
        }
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    times
        .into_par_iter()
        .map(|(t_s, node, sampled)| {
            let reach_s = if node.is_some() { NODE_STEP_S } else { 0.0 };
            let local_s = t_s - start_s;
            let from = ((local_s / NODE_STEP_S) as usize).min(count - 1);
            let into_s = local_s - from as f64 * NODE_STEP_S;
            let spots: Vec<Spot> = (0..nodes.at(0).len())
                .map(|satellite| {
                    let (a, b) = (&nodes.at(from)[satellite], &nodes.at(from + 1)[satellite]);
                    let state = if into_s == 0.0 {
                        *a
                    } else if into_s == NODE_STEP_S {
                        *b
                    } else {
                        let segment = Segment::between(a, b, NODE_STEP_S);
                        State { position: segment.position(into_s), velocity: segment.velocity(into_s) }
                    };
                    Spot::new(layout, &state, sin_mask, reach_s)
                })
                .collect();
            let reached = Reached::new(layout, &spots);
            Instant { t_s, node, sampled, spots, reached }
        })
        .collect()
}

/// Instants closer than this are one.
const SAME_INSTANT_S: f64 = 1e-6;

/// A pass or a dip between two nodes.
struct Brief {
    slot: u32,
    first_s: f64,
    last_s: f64,
    /// A dip: seen, not seen for a moment, seen.
    dip: bool,
}

/// The accounts of the points of one tile. Slots and words are counted from the tile's start.
struct TileAccount {
    tile: usize,
    words: Range<usize>,
    areas_m2: Vec<i64>,
    /// Of the block of instants at hand.
    covered: CoveredArea,
    kept: Kept,
    next_prints: Prints,
    next_numbers: Planes,
    held: Vec<u64>,
    holders: Option<Planes>,
    work: Work,
}

/// What a tile carries from one block of instants to the next.
#[derive(Serialize, Deserialize)]
struct Kept {
    open: Vec<OpenGap>,
    views: Vec<ViewTally>,
    samples: SampledHalves,
    gaps: GapLog,
    last_t_s: Option<f64>,
    prints: Prints,
    numbers: Planes,
    previous_covered: Vec<u64>,
}

/// What a tile hands in at the end.
struct FinishedTile {
    area_m2: i64,
    /// Number of the point in the grid, and its figures.
    points: Vec<(u32, PointFigures)>,
    errors: ErrorTally,
}

/// A satellite with its footprints at both nodes of a step: their places among those of each node, past
/// the last where there is none, and the brief passes that follow from them.
struct Pair {
    satellite: usize,
    before: usize,
    after: usize,
    briefs: Range<usize>,
    /// Its edges to be solved, in [`Work::slots`].
    edges: Range<usize>,
}

const NO_PRINT: usize = usize::MAX;

/// Set in a slot's number when a satellite rises over it.
const RISING: u32 = 1 << 31;

/// Space that a step needs, kept for the next one.
#[derive(Default)]
struct Work {
    scratch: Scratch,
    pairs: Vec<Pair>,
    sure: Vec<u64>,
    briefs: Vec<Brief>,
    /// A footprint that sees nothing, as long as the tile.
    nothing: Vec<u64>,
    /// Points with an edge of this step, and those with more than one.
    once: Vec<u64>,
    repeated: Vec<u64>,
    /// The points whose edges are solved, [`RISING`] set where the satellite rises.
    slots: Vec<u32>,
    times_s: Vec<f64>,
    heads: Vec<u32>,
    touched: Vec<u32>,
    edges: Vec<(Edge, u32)>,
    sorted: Vec<Edge>,
}

// The stages of a step stay functions of their own, so that a profile shows them by name.
impl TileAccount {
    fn new(
        layout: &RowLayout,
        grid: &Grid,
        tile: usize,
        settings: &Settings,
        satellites: usize,
        covered: &CoveredArea,
    ) -> Self {
        let words = layout.tiles[tile].words.clone();
        let slots = words.len() * 64;
        let mut areas_m2 = vec![0; slots];
        for (slot, point) in layout.points_in(words.clone()) {
            areas_m2[slot - words.start * 64] = square_metres(grid.points[point as usize].area_km2);
        }
        let all = settings.exact == Exact::All;
        Self {
            areas_m2,
            covered: covered.part(0.0, 0.0),
            kept: Kept {
                open: vec![OpenGap::new(true); slots],
                views: if all { vec![ViewTally::new(0); slots] } else { Vec::new() },
                samples: SampledHalves::new(words.len(), satellites, settings),
                gaps: GapLog::default(),
                last_t_s: None,
                prints: Prints::default(),
                numbers: Planes::new(words.len(), satellites),
                previous_covered: vec![0; words.len()],
            },
            next_prints: Prints::default(),
            next_numbers: Planes::new(words.len(), satellites),
            held: vec![0; words.len()],
            holders: (settings.at_least > 1).then(|| Planes::new(words.len(), satellites)),
            work: Work {
                heads: vec![NO_EDGE; slots],
                nothing: vec![0; words.len()],
                once: vec![0; words.len()],
                repeated: vec![0; words.len()],
                ..Work::default()
            },
            tile,
            words,
        }
    }

    fn advance(&mut self, block: &Block<'_>) {
        for instant in block.instants {
            match instant.node {
                Some(node) if self.kept.last_t_s.is_some() => self.step(block, instant, node),
                Some(_) => {
                    self.look(block, instant);
                    self.begin(block.settings, instant.t_s);
                    std::mem::swap(&mut self.kept.prints, &mut self.next_prints);
                    std::mem::swap(&mut self.kept.numbers, &mut self.next_numbers);
                }
                None => {
                    // Between nodes the previous footprints stay where they are.
                    self.look(block, instant);
                    if block.settings.exact == Exact::None {
                        if self.kept.last_t_s.is_none() {
                            self.begin(block.settings, instant.t_s);
                        } else {
                            self.sample_gaps(block.settings, instant.t_s);
                        }
                    }
                    self.kept.samples.add(&self.next_numbers);
                }
            }
            if instant.sampled && instant.node.is_some() {
                self.kept.samples.add(&self.kept.numbers);
            }
        }
    }

    /// Footprints and numbers in view at an instant, into `next_prints` and `next_numbers`.
    #[inline(never)]
    fn look(&mut self, block: &Block<'_>, instant: &Instant) {
        self.next_prints.clear();
        self.next_numbers.clear();
        let Self { tile, next_prints, next_numbers, work, .. } = self;
        let shape = &block.layout.tiles[*tile];
        for &satellite in instant.reached.of(*tile) {
            let spot = &instant.spots[satellite as usize];
            next_prints.push(block.layout, shape, satellite, spot, block.sin_mask, &mut work.scratch);
        }
        for place in 0..next_prints.len() {
            let print = next_prints.at(place);
            for (word, &bits) in print.words.iter().enumerate() {
                if bits != 0 {
                    next_numbers.add(print.first_word + word, bits);
                }
            }
        }
    }

    /// Opens the accounts at the first instant.
    fn begin(&mut self, settings: &Settings, t_s: f64) {
        for slot in 0..self.kept.open.len() {
            let in_view = self.next_numbers.number(slot);
            let covered = in_view >= settings.at_least;
            self.kept.open[slot] = OpenGap::new(covered);
            if let Some(view) = self.kept.views.get_mut(slot) {
                *view = ViewTally::new(in_view);
            }
            if covered {
                self.covered.change(t_s, self.areas_m2[slot]);
                self.kept.previous_covered[slot / 64] |= 1 << (slot % 64);
            }
        }
        self.kept.last_t_s = Some(t_s);
    }

    /// Gaps as coarse as the samples, for [`Exact::None`].
    #[inline(never)]
    fn sample_gaps(&mut self, settings: &Settings, t_s: f64) {
        let mut gained_m2 = 0;
        // The instants here are multiples of the step.
        let sample = |t_s: f64| (t_s / settings.step_s).round() as u32;
        for word in 0..self.words.len() {
            let now = self.next_numbers.at_least(word, settings.at_least);
            let mut changed = now ^ std::mem::replace(&mut self.kept.previous_covered[word], now);
            while changed != 0 {
                let bit = changed.trailing_zeros() as usize;
                changed &= changed - 1;
                let slot = word * 64 + bit;
                let open = &mut self.kept.open[slot];
                if now >> bit & 1 == 1 {
                    if let Some(gap) = open.close(t_s) {
                        self.kept.gaps.push_sampled(slot as u32, sample(gap.start_s), sample(t_s));
                    }
                    gained_m2 += self.areas_m2[slot];
                } else {
                    open.open(t_s);
                    gained_m2 -= self.areas_m2[slot];
                }
            }
        }
        self.covered.change(t_s, gained_m2);
        self.kept.last_t_s = Some(t_s);
    }

    /// From the last node to this one: who is held, whose edges must be solved, and what follows.
    fn step(&mut self, block: &Block<'_>, instant: &Instant, node: usize) {
        let start_s = self.kept.last_t_s.unwrap_or(0.0);
        let span_s = instant.t_s - start_s;
        self.look(block, instant);
        self.find_pairs();
        self.find_surely_held(block);
        self.find_briefs(block, node, span_s);
        self.find_held(block);
        self.list_edges();
        self.solve_edges(block, instant, node, start_s, span_s);
        self.fold_edges(block.settings);
        std::mem::swap(&mut self.kept.prints, &mut self.next_prints);
        std::mem::swap(&mut self.kept.numbers, &mut self.next_numbers);
        self.kept.last_t_s = Some(instant.t_s);
    }

    fn segment(block: &Block<'_>, node: usize, satellite: usize) -> Option<Segment> {
        let (from, to) = (&block.nodes.at(node - 1)[satellite], &block.nodes.at(node)[satellite]);
        (from.is_present() && to.is_present()).then(|| Segment::between(from, to, NODE_STEP_S))
    }

    /// Puts the footprints of both nodes side by side.
    #[inline(never)]
    fn find_pairs(&mut self) {
        let (before, after) = (&self.kept.prints, &self.next_prints);
        let pairs = &mut self.work.pairs;
        pairs.clear();
        let (mut b, mut a) = (0, 0);
        loop {
            let (satellite, before, after) = match (before.satellite(b), after.satellite(a)) {
                (Some(was), Some(is)) if was == is => (was, b, a),
                (Some(was), Some(is)) if was < is => (was, b, NO_PRINT),
                (Some(was), None) => (was, b, NO_PRINT),
                (_, Some(is)) => (is, NO_PRINT, a),
                (None, None) => break,
            };
            b += usize::from(before != NO_PRINT);
            a += usize::from(after != NO_PRINT);
            pairs.push(Pair { satellite: satellite as usize, before, after, briefs: 0..0, edges: 0..0 });
        }
    }

    /// Marks the points that some satellite holds without coming near the mask: whatever else passes or
    /// dips there, they stay covered. In a dense fleet that is most of them.
    #[inline(never)]
    fn find_surely_held(&mut self, block: &Block<'_>) {
        self.held.fill(0);
        if block.settings.exact == Exact::All || self.holders.is_some() {
            return;
        }
        let first_slot = self.words.start as u32 * 64;
        let Work { pairs, sure, .. } = &mut self.work;
        for Pair { before, after, .. } in pairs.iter() {
            let (before, after) = (self.kept.prints.at(*before), self.next_prints.at(*after));
            let common = before.common(&after);
            if common.is_empty() {
                continue;
            }
            sure.clear();
            let both = before.slice(common.clone()).iter().zip(after.slice(common.clone()));
            sure.extend(both.map(|(was, is)| was & is));
            for near in before.near.iter().chain(after.near) {
                let slot = near.slot - first_slot;
                let word = ((slot / 64) as usize).checked_sub(common.start);
                if let Some(sure) = word.and_then(|word| sure.get_mut(word)) {
                    *sure &= !(1 << (slot % 64));
                }
            }
            for (held, sure) in self.held[common].iter_mut().zip(sure.iter()) {
                *held |= sure;
            }
        }
    }

    /// Passes and dips between the nodes, satellite by satellite, but at points that are held anyway.
    #[inline(never)]
    fn find_briefs(&mut self, block: &Block<'_>, node: usize, span_s: f64) {
        let Work { pairs, briefs, .. } = &mut self.work;
        briefs.clear();
        let first_slot = self.words.start as u32 * 64;
        let held = &self.held;
        let matters = |near: &&NearPoint| {
            let slot = near.slot - first_slot;
            held[(slot / 64) as usize] >> (slot % 64) & 1 == 0
        };
        for pair in pairs {
            let satellite = pair.satellite;
            let from = briefs.len();
            let (before, after) = (self.kept.prints.at(pair.before), self.next_prints.at(pair.after));
            let mut segment = None;
            // A point is a candidate from the node before when it heads for the mask there, and from the
            // node after when it comes from the mask there; the one seen from both is taken once.
            let heading = before.near.iter().filter(|near| near.inside != near.rising).filter(matters);
            for near in heading {
                let Some(segment) = lazily(&mut segment, || Self::segment(block, node, satellite)) else {
                    break;
                };
                let site = site_of(block.layout, near.slot);
                let clearance = Clearance { site: &site, segment, sin_mask: block.sin_mask };
                push_brief(&clearance, near.slot, near.inside, span_s, briefs);
            }
            let coming = after.near.iter().filter(|near| near.inside == near.rising).filter(matters);
            for near in coming {
                let Some(segment) = lazily(&mut segment, || Self::segment(block, node, satellite)) else {
                    break;
                };
                if briefs[from..].iter().any(|brief| brief.slot == near.slot) {
                    continue;
                }
                let site = site_of(block.layout, near.slot);
                let clearance = Clearance { site: &site, segment, sin_mask: block.sin_mask };
                push_brief(&clearance, near.slot, near.inside, span_s, briefs);
            }
            pair.briefs = from..briefs.len();
        }
    }

    /// Marks the points that at least N satellites see at both nodes and in between.
    #[inline(never)]
    fn find_held(&mut self, block: &Block<'_>) {
        self.held.fill(0);
        if block.settings.exact == Exact::All {
            return;
        }
        if let Some(holders) = &mut self.holders {
            holders.clear();
        }
        let tile_word = self.words.start as u32;
        for Pair { before, after, briefs, .. } in &self.work.pairs {
            let (before, after) = (self.kept.prints.at(*before), self.next_prints.at(*after));
            let common = before.common(&after);
            let both = before.slice(common.clone()).iter().zip(after.slice(common.clone()));
            let dips = self.work.briefs[briefs.clone()].iter().filter(|brief| brief.dip);
            match &mut self.holders {
                None if briefs.is_empty() => {
                    for (held, (was, is)) in self.held[common].iter_mut().zip(both) {
                        *held |= was & is;
                    }
                }
                holders => {
                    for (word, (was, is)) in common.zip(both) {
                        let mut both = was & is;
                        for dip in dips.clone().filter(|dip| (dip.slot / 64 - tile_word) as usize == word) {
                            both &= !(1 << (dip.slot % 64));
                        }
                        match holders {
                            None => self.held[word] |= both,
                            Some(holders) => holders.add(word, both),
                        }
                    }
                }
            }
        }
        if let Some(holders) = &self.holders {
            for (word, held) in self.held.iter_mut().enumerate() {
                *held = holders.at_least(word, block.settings.at_least);
            }
        }
    }

    /// Lists the edges of the points that are not held, and who has more than one.
    #[inline(never)]
    fn list_edges(&mut self) {
        let Self { kept: Kept { prints, .. }, next_prints, held, work, words, .. } = self;
        let Work { pairs, briefs, nothing, once, repeated, slots, .. } = work;
        once.fill(0);
        repeated.fill(0);
        slots.clear();
        for brief in briefs.iter() {
            let slot = brief.slot - words.start as u32 * 64;
            repeated[(slot / 64) as usize] |= 1 << (slot % 64);
        }
        for pair in pairs {
            let from = slots.len();
            let (before, after) = (prints.at(pair.before), next_prints.at(pair.after));
            let common = before.common(&after);
            let mut list = |from: Range<usize>, was: &[u64], is: &[u64]| {
                let accounts =
                    held[from.clone()].iter().zip(&mut once[from.clone()]).zip(&mut repeated[from.clone()]);
                for ((word, ((held, once), repeated)), (was, is)) in
                    from.zip(accounts).zip(was.iter().zip(is))
                {
                    let mut changed = (was ^ is) & !held;
                    if changed == 0 {
                        continue;
                    }
                    *repeated |= *once & changed;
                    *once |= changed;
                    while changed != 0 {
                        let bit = changed.trailing_zeros();
                        changed &= changed - 1;
                        let rising = ((is >> bit & 1) as u32) << 31;
                        slots.push((word as u32 * 64 + bit) | rising);
                    }
                }
            };
            list(common.clone(), before.slice(common.clone()), after.slice(common.clone()));
            for (print, sets) in [(&before, true), (&after, false)] {
                let all = print.first_word..print.end_word();
                let alone = match common.is_empty() {
                    true => [all, 0..0],
                    false => [all.start..common.start, common.end..all.end],
                };
                for part in alone {
                    let (bits, none) = (print.slice(part.clone()), &nothing[..part.len()]);
                    if sets { list(part, bits, none) } else { list(part, none, bits) }
                }
            }
            pair.edges = from..slots.len();
        }
    }

    /// Solves the listed edges. A point that has but one is done with at once, the others' are noted.
    #[inline(never)]
    fn solve_edges(&mut self, block: &Block<'_>, instant: &Instant, node: usize, start_s: f64, span_s: f64) {
        let Self { held, work, areas_m2, words, covered, kept, .. } = self;
        let Kept { open, views, numbers, gaps, .. } = kept;
        let first_slot = words.start as u32 * 64;
        let at_least = block.settings.at_least;
        for pair in 0..work.pairs.len() {
            let Pair { satellite, ref briefs, ref edges, .. } = work.pairs[pair];
            let (briefs, edges) = (briefs.clone(), edges.clone());
            if edges.is_empty() && briefs.is_empty() {
                continue;
            }
            let count = edges.len();
            work.times_s.clear();
            match Self::segment(block, node, satellite) {
                Some(segment) => {
                    let Work { slots, times_s, .. } = &mut *work;
                    let curvature = instant.spots[satellite].curvature_km_s2;
                    let slots = slots[edges.clone()].iter().map(|slot| first_slot + (slot & !RISING));
                    solve(block.layout, &segment, span_s, block.sin_mask, curvature, slots, times_s);
                }
                // Lost in this step: seen until its end.
                None => work.times_s.resize(count, span_s),
            }
            for edge in 0..count {
                let marked = work.slots[edges.start + edge];
                let (slot, up) = (marked & !RISING, marked & RISING != 0);
                let t_s = start_s + work.times_s[edge];
                if work.repeated[(slot / 64) as usize] >> (slot % 64) & 1 == 1 {
                    work.note(slot, Edge { t_s, up });
                    continue;
                }
                let open = &mut open[slot as usize];
                let mut listener = SlotListener { slot, area_m2: areas_m2[slot as usize], covered, gaps };
                match views.get_mut(slot as usize) {
                    None if at_least == 1 => {
                        // At a point that no satellite holds, the only one in view sets or the first one
                        // rises.
                        debug_assert_eq!(numbers.number(slot as usize), u32::from(!up));
                        if !up {
                            open.open(t_s);
                            listener.covered(t_s, false);
                        } else if open.is_open() {
                            if let Some(gap) = open.close(t_s) {
                                listener.gap(gap);
                            }
                            listener.covered(t_s, true);
                        }
                    }
                    view => {
                        let in_view =
                            view.as_ref().map_or_else(|| numbers.number(slot as usize), |view| view.in_view);
                        fold(&[Edge { t_s, up }], in_view, at_least, open, view, &mut listener);
                    }
                }
            }
            for brief in briefs {
                let Brief { slot, first_s, last_s, dip } = work.briefs[brief];
                let slot = slot - first_slot;
                if held[(slot / 64) as usize] >> (slot % 64) & 1 == 0 {
                    work.note(slot, Edge { t_s: start_s + first_s, up: !dip });
                    work.note(slot, Edge { t_s: start_s + last_s, up: dip });
                }
            }
        }
    }

    /// Takes the noted edges of this step into the accounts of their points.
    #[inline(never)]
    fn fold_edges(&mut self, settings: &Settings) {
        let Self { work, areas_m2, covered, kept: Kept { open, views, numbers, gaps, .. }, .. } = self;
        for &slot in &work.touched {
            let mut next = std::mem::replace(&mut work.heads[slot as usize], NO_EDGE);
            let open = &mut open[slot as usize];
            work.sorted.clear();
            while next != NO_EDGE {
                let (edge, following) = work.edges[next as usize];
                work.sorted.push(edge);
                next = following;
            }
            if work.sorted.len() > 1 {
                sort_edges(&mut work.sorted);
            }
            let view = views.get_mut(slot as usize);
            let in_view = view.as_ref().map_or_else(|| numbers.number(slot as usize), |view| view.in_view);
            let mut listener = SlotListener { slot, area_m2: areas_m2[slot as usize], covered, gaps };
            fold(&work.sorted, in_view, settings.at_least, open, view, &mut listener);
        }
        work.touched.clear();
        work.edges.clear();
    }

    /// Ends the accounts.
    fn finish(
        mut self,
        layout: &RowLayout,
        settings: &Settings,
        (sorted, lengths_s): &mut (SortedGaps, Vec<f64>),
    ) -> FinishedTile {
        let duration_s = settings.window.duration_s;
        let last_gaps: Vec<bool> = self
            .kept
            .open
            .iter_mut()
            .enumerate()
            .map(|(slot, open)| {
                let last = open.close(duration_s);
                last.inspect(|&gap| self.kept.gaps.push(slot as u32, gap)).is_some()
            })
            .collect();
        self.kept.gaps.sort_into(self.kept.open.len(), settings.step_s, sorted);
        drop(std::mem::take(&mut self.kept.gaps));
        let first_slot = self.words.start * 64;
        let sampled = self.kept.samples.finish();
        let mut errors = ErrorTally::default();
        let points = layout
            .points_in(self.words.clone())
            .map(|(slot, point)| {
                let slot = slot - first_slot;
                let gaps = sorted.of(slot);
                let tally = GapTally::of(gaps, last_gaps[slot]);
                lengths_s.clear();
                lengths_s.extend(gaps.iter().map(Gap::length_s));
                let (at_least, exact) = (settings.at_least, settings.exact);
                let mut figures = |view| figures(&tally, &view, lengths_s, duration_s, at_least, exact);
                let figures = match self.kept.views.get(slot) {
                    Some(view) => figures(view.finish(duration_s)),
                    None => {
                        let sampled = sampled(slot);
                        let figures = figures(sampled.view());
                        errors.add(&sampled, figures.percent_covered);
                        figures
                    }
                };
                (point, figures)
            })
            .collect();
        FinishedTile { area_m2: self.areas_m2.iter().sum(), points, errors }
    }
}

impl Work {
    /// Notes an edge of a point until the step is folded.
    #[inline]
    fn note(&mut self, slot: u32, edge: Edge) {
        let head = &mut self.heads[slot as usize];
        if *head == NO_EDGE {
            self.touched.push(slot);
        }
        let previous = std::mem::replace(head, self.edges.len() as u32);
        self.edges.push((edge, previous));
    }
}

/// The value behind `slot`, made at the first call.
fn lazily<T>(slot: &mut Option<Option<T>>, make: impl FnOnce() -> Option<T>) -> Option<&T> {
    slot.get_or_insert_with(make).as_ref()
}

/// Looks for two crossings within the step at a point that is on the same side at both ends.
fn push_brief(clearance: &Clearance<'_>, slot: u32, inside: bool, span_s: f64, briefs: &mut Vec<Brief>) {
    let (before, after) = (clearance.with_rate(0.0), clearance.with_rate(span_s));
    let same_side = (before.0 >= 0.0) == inside && (after.0 >= 0.0) == inside;
    let turns = (before.1 > 0.0) != inside && (after.1 < 0.0) != inside;
    if !(same_side && turns) {
        return;
    }
    if let Some(extremum) = clearance.extremum(0.0, span_s)
        && (clearance.at(extremum) >= 0.0) != inside
    {
        briefs.push(Brief {
            slot,
            first_s: clearance.crossing(0.0, extremum),
            last_s: clearance.crossing(extremum, span_s),
            dip: inside,
        });
    }
}

struct SlotListener<'a> {
    slot: u32,
    area_m2: i64,
    covered: &'a mut CoveredArea,
    gaps: &'a mut GapLog,
}

impl Listener for SlotListener<'_> {
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(self.slot, gap);
    }

    fn covered(&mut self, t_s: f64, covered: bool) {
        self.covered.change(t_s, if covered { self.area_m2 } else { -self.area_m2 });
    }
}
