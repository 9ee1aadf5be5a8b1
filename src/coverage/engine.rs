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
//! Bands of rows are independent: they run in parallel and the result does not depend on how.

use std::ops::Range;

use rayon::prelude::*;

use super::counters::{InViewSamples, Planes, at_least};
use super::edges::{site_of, solve};
use super::fold::{
    CoveredArea, Edge, Listener, ViewFigures, ViewTally, figures, fold, sort_edges, square_metres,
};
use super::footprint::{Prints, Scratch, Spot};
use super::gaps::GapTally;
use super::rows::RowLayout;
use super::{Coverage, Exact, NODE_STEP_S, PointFigures, SamplingError, Settings, Stopped, Watch};
use crate::access::Clearance;
use crate::ephemeris::{Fleet, Nodes, Segment};
use crate::grid::cells::Grid;

/// Memory that one block of instants may take, bytes.
const BLOCK_BYTES: usize = 48 << 20;
/// Words of a band: enough to outweigh the look at every satellite, few enough to stay in cache.
const BAND_WORDS: usize = 192;
const NO_EDGE: u32 = u32::MAX;

/// One instant of the run with all satellites.
struct Instant {
    t_s: f64,
    /// Number of the node within the block; none for an instant that is only sampled.
    node: Option<usize>,
    sampled: bool,
    spots: Vec<Spot>,
}

/// What all bands share during a block.
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
    let layout = RowLayout::new(grid);
    let duration_s = settings.window.duration_s;
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let satellites = fleet.len();
    let samples = settings.window.sample_count(settings.step_s);
    let band_count = (layout.words() / BAND_WORDS).clamp(8, 256);
    let mut bands: Vec<Band> = layout
        .bands(band_count)
        .into_iter()
        .map(|rows| Band::new(&layout, grid, rows, settings, satellites, samples))
        .collect();

    let steps = (duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let instants_per_step = 1.0 + (NODE_STEP_S / settings.step_s).ceil();
    let bytes_per_step = (satellites * std::mem::size_of::<Spot>()) as f64 * instants_per_step;
    let block = ((BLOCK_BYTES as f64 / bytes_per_step.max(1.0)) as usize).clamp(1, 64);
    let mut step = 0;
    while step < steps {
        let count = block.min(steps - step);
        let nodes = fleet.nodes(settings.window.start, NODE_STEP_S, step, count + 1);
        let instants = instants_of_block(&layout, &nodes, settings, sin_mask, step, count, samples);
        let block = Block { layout: &layout, settings, sin_mask, instants: &instants, nodes: &nodes };
        bands.par_iter_mut().for_each(|band| band.advance(&block));
        step += count;
        watch.step((step as f64 * NODE_STEP_S).min(duration_s), duration_s)?;
    }

    let mut points = vec![None; grid.points.len()];
    let mut covered = CoveredArea::new(samples, settings.step_s);
    let mut whole = 0;
    let mut squared_error = 0.0;
    let mut worst_error = 0.0f64;
    let finished: Vec<FinishedBand> =
        bands.into_par_iter().map(|band| band.finish(&layout, settings)).collect();
    for band in finished {
        covered.add(&band.covered);
        whole += band.area_m2;
        for (point, figures, error) in band.points {
            squared_error += error * error;
            worst_error = worst_error.max(error.abs());
            points[point as usize] = Some(figures);
        }
    }
    let points: Vec<PointFigures> = points.into_iter().flatten().collect();
    debug_assert_eq!(points.len(), grid.points.len());
    Ok(Coverage {
        settings: *settings,
        series_percent: covered.percent(whole),
        sampling_error: (settings.exact == Exact::Edges).then(|| SamplingError {
            rms_points: (squared_error / points.len().max(1) as f64).sqrt(),
            worst_points: worst_error,
        }),
        points,
        losses: fleet.losses().copied().collect(),
        satellites,
    })
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
            let spots = (0..nodes.at(0).len())
                .map(|satellite| {
                    let (a, b) = (&nodes.at(from)[satellite], &nodes.at(from + 1)[satellite]);
                    let state = if into_s == 0.0 {
                        *a
                    } else if into_s == NODE_STEP_S {
                        *b
                    } else {
                        let segment = Segment::between(a, b, NODE_STEP_S);
                        crate::ephemeris::State {
                            position: segment.position(into_s),
                            velocity: segment.velocity(into_s),
                        }
                    };
                    Spot::new(layout, &state, sin_mask, reach_s)
                })
                .collect();
            Instant { t_s, node, sampled, spots }
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

/// The rows of one band with the accounts of its points. Slots and words are counted from the band's start.
struct Band {
    rows: Range<usize>,
    words: Range<usize>,
    areas_m2: Vec<i64>,
    tallies: Vec<GapTally>,
    views: Vec<ViewTally>,
    samples: InViewSamples,
    covered: CoveredArea,
    gaps: Vec<(u32, f64)>,

    last_t_s: Option<f64>,
    prints: Prints,
    next_prints: Prints,
    numbers: Planes,
    next_numbers: Planes,
    held: Vec<u64>,
    holders: Option<Planes>,
    previous_covered: Vec<u64>,
    work: Work,
}

/// What a band hands in at the end.
struct FinishedBand {
    covered: CoveredArea,
    area_m2: i64,
    /// Number of the point in the grid, its figures, and sampled minus solved percent covered.
    points: Vec<(u32, PointFigures, f64)>,
}

/// Space that a step needs, kept for the next one.
#[derive(Default)]
struct Work {
    scratch: Scratch,
    briefs: Vec<Brief>,
    briefs_of: Vec<Range<usize>>,
    /// A footprint that sees nothing, as long as the band.
    nothing: Vec<u64>,
    slots: Vec<u32>,
    rising: Vec<bool>,
    times_s: Vec<f64>,
    heads: Vec<u32>,
    touched: Vec<u32>,
    edges: Vec<(Edge, u32)>,
    sorted: Vec<Edge>,
}

impl Band {
    fn new(
        layout: &RowLayout,
        grid: &Grid,
        rows: Range<usize>,
        settings: &Settings,
        satellites: usize,
        samples: usize,
    ) -> Self {
        let words = layout.words_of(&rows);
        let slots = words.len() * 64;
        let mut areas_m2 = vec![0; slots];
        for (slot, point) in layout.points_in(words.clone()) {
            areas_m2[slot - words.start * 64] = square_metres(grid.points[point as usize].area_km2);
        }
        let all = settings.exact == Exact::All;
        let sampled_words = if all { 0 } else { words.len() };
        Self {
            areas_m2,
            tallies: vec![GapTally::new(true); slots],
            views: if all { vec![ViewTally::new(0); slots] } else { Vec::new() },
            samples: InViewSamples::new(sampled_words, satellites, settings.at_least),
            covered: CoveredArea::new(samples, settings.step_s),
            gaps: Vec::new(),
            last_t_s: None,
            prints: Prints::default(),
            next_prints: Prints::default(),
            numbers: Planes::new(words.len(), satellites),
            next_numbers: Planes::new(words.len(), satellites),
            held: vec![0; words.len()],
            holders: (settings.at_least > 1).then(|| Planes::new(words.len(), satellites)),
            previous_covered: vec![0; words.len()],
            work: Work { heads: vec![NO_EDGE; slots], nothing: vec![0; words.len()], ..Work::default() },
            rows,
            words,
        }
    }

    fn advance(&mut self, block: &Block<'_>) {
        for instant in block.instants {
            match instant.node {
                Some(node) if self.last_t_s.is_some() => self.step(block, instant, node),
                Some(_) => {
                    self.look(block, instant);
                    self.begin(block.settings, instant.t_s);
                    std::mem::swap(&mut self.prints, &mut self.next_prints);
                    std::mem::swap(&mut self.numbers, &mut self.next_numbers);
                }
                None => {
                    // Between nodes the previous footprints stay where they are.
                    self.look(block, instant);
                    if block.settings.exact == Exact::None {
                        if self.last_t_s.is_none() {
                            self.begin(block.settings, instant.t_s);
                        } else {
                            self.sample_gaps(block.settings, instant.t_s);
                        }
                    }
                    self.samples.add(&self.next_numbers);
                }
            }
            if instant.sampled && instant.node.is_some() {
                self.samples.add(&self.numbers);
            }
        }
    }

    /// Footprints and numbers in view at an instant, into `next_prints` and `next_numbers`.
    fn look(&mut self, block: &Block<'_>, instant: &Instant) {
        self.next_prints.clear();
        self.next_numbers.clear();
        let band_word = self.words.start as u32;
        let Self { rows, next_prints, next_numbers, work, .. } = self;
        for (satellite, spot) in instant.spots.iter().enumerate() {
            next_prints.push(block.layout, rows, band_word, spot, block.sin_mask, &mut work.scratch);
            let print = next_prints.of(satellite);
            for (word, &bits) in print.words.iter().enumerate() {
                if bits != 0 {
                    next_numbers.add(print.first_word + word, bits);
                }
            }
        }
    }

    /// Opens the accounts at the first instant.
    fn begin(&mut self, settings: &Settings, t_s: f64) {
        for slot in 0..self.tallies.len() {
            let in_view = self.next_numbers.number(slot);
            let covered = in_view >= settings.at_least;
            self.tallies[slot] = GapTally::new(covered);
            if let Some(view) = self.views.get_mut(slot) {
                *view = ViewTally::new(in_view);
            }
            if covered {
                self.covered.change(t_s, self.areas_m2[slot]);
                self.previous_covered[slot / 64] |= 1 << (slot % 64);
            }
        }
        self.last_t_s = Some(t_s);
    }

    /// Gaps as coarse as the samples, for [`Exact::None`].
    fn sample_gaps(&mut self, settings: &Settings, t_s: f64) {
        for word in 0..self.words.len() {
            let now = at_least(self.next_numbers.word(word), settings.at_least);
            let mut changed = now ^ std::mem::replace(&mut self.previous_covered[word], now);
            while changed != 0 {
                let bit = changed.trailing_zeros() as usize;
                changed &= changed - 1;
                let slot = word * 64 + bit;
                let area = self.areas_m2[slot];
                if now >> bit & 1 == 1 {
                    if let Some(length) = self.tallies[slot].close(t_s) {
                        self.gaps.push((slot as u32, length));
                    }
                    self.covered.change(t_s, area);
                } else {
                    self.tallies[slot].open(t_s);
                    self.covered.change(t_s, -area);
                }
            }
        }
        self.last_t_s = Some(t_s);
    }

    /// From the last node to this one: who is held, whose edges must be solved, and what follows.
    fn step(&mut self, block: &Block<'_>, instant: &Instant, node: usize) {
        let start_s = self.last_t_s.unwrap_or(0.0);
        let span_s = instant.t_s - start_s;
        self.look(block, instant);
        self.find_briefs(block, node, span_s);
        self.find_held(block);
        self.solve_edges(block, instant, node, start_s, span_s);
        self.fold_edges(block.settings);
        std::mem::swap(&mut self.prints, &mut self.next_prints);
        std::mem::swap(&mut self.numbers, &mut self.next_numbers);
        self.last_t_s = Some(instant.t_s);
    }

    fn segment(block: &Block<'_>, node: usize, satellite: usize) -> Option<Segment> {
        let (from, to) = (&block.nodes.at(node - 1)[satellite], &block.nodes.at(node)[satellite]);
        (from.is_present() && to.is_present()).then(|| Segment::between(from, to, NODE_STEP_S))
    }

    /// Passes and dips between the nodes, satellite by satellite.
    fn find_briefs(&mut self, block: &Block<'_>, node: usize, span_s: f64) {
        let work = &mut self.work;
        work.briefs.clear();
        work.briefs_of.clear();
        for satellite in 0..block.nodes.at(0).len() {
            let from = work.briefs.len();
            let (before, after) = (self.prints.of(satellite), self.next_prints.of(satellite));
            let mut segment = None;
            // A point is a candidate from the node before when it heads for the mask there, and from the
            // node after when it comes from the mask there; the one seen from both is taken once.
            let heading = before.near.iter().filter(|near| near.inside != near.rising);
            for near in heading {
                let Some(segment) = lazily(&mut segment, || Self::segment(block, node, satellite)) else {
                    break;
                };
                let site = site_of(block.layout, near.slot);
                let clearance = Clearance { site: &site, segment, sin_mask: block.sin_mask };
                push_brief(&clearance, near.slot, near.inside, span_s, &mut work.briefs);
            }
            let coming = after.near.iter().filter(|near| near.inside == near.rising);
            for near in coming {
                let Some(segment) = lazily(&mut segment, || Self::segment(block, node, satellite)) else {
                    break;
                };
                if work.briefs[from..].iter().any(|brief| brief.slot == near.slot) {
                    continue;
                }
                let site = site_of(block.layout, near.slot);
                let clearance = Clearance { site: &site, segment, sin_mask: block.sin_mask };
                push_brief(&clearance, near.slot, near.inside, span_s, &mut work.briefs);
            }
            work.briefs_of.push(from..work.briefs.len());
        }
    }

    /// Marks the points that at least N satellites see at both nodes and in between.
    fn find_held(&mut self, block: &Block<'_>) {
        self.held.fill(0);
        if block.settings.exact == Exact::All {
            return;
        }
        if let Some(holders) = &mut self.holders {
            holders.clear();
        }
        let band_word = self.words.start as u32;
        for (satellite, briefs) in self.work.briefs_of.iter().enumerate() {
            let (before, after) = (self.prints.of(satellite), self.next_prints.of(satellite));
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
                        for dip in dips.clone().filter(|dip| (dip.slot / 64 - band_word) as usize == word) {
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
                *held = at_least(holders.word(word), block.settings.at_least);
            }
        }
    }

    /// Solves the edges of the points that are not held.
    fn solve_edges(&mut self, block: &Block<'_>, instant: &Instant, node: usize, start_s: f64, span_s: f64) {
        let first_word = self.words.start as u32;
        let first_slot = first_word * 64;
        for satellite in 0..instant.spots.len() {
            let (before, after) = (self.prints.of(satellite), self.next_prints.of(satellite));
            self.work.slots.clear();
            self.work.rising.clear();
            let common = before.common(&after);
            let Work { slots, rising, nothing, .. } = &mut self.work;
            let held = &self.held;
            let mut list = |from: Range<usize>, was: &[u64], is: &[u64]| {
                for (word, ((held, was), is)) in from.clone().zip(held[from].iter().zip(was).zip(is)) {
                    let mut changed = (was ^ is) & !held;
                    while changed != 0 {
                        let bit = changed.trailing_zeros();
                        changed &= changed - 1;
                        slots.push((first_word + word as u32) * 64 + bit);
                        rising.push(is >> bit & 1 == 1);
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
            let briefs = self.work.briefs_of[satellite].clone();
            if self.work.slots.is_empty() && briefs.is_empty() {
                continue;
            }
            match Self::segment(block, node, satellite) {
                Some(segment) => {
                    let Work { slots, times_s, .. } = &mut self.work;
                    let curvature = instant.spots[satellite].curvature_km_s2;
                    solve(block.layout, &segment, span_s, block.sin_mask, curvature, slots, times_s);
                }
                // Lost in this step: seen until its end.
                None => self.work.times_s = vec![span_s; self.work.slots.len()],
            }
            for edge in 0..self.work.slots.len() {
                let slot = self.work.slots[edge] - first_slot;
                let edge = Edge { t_s: start_s + self.work.times_s[edge], up: self.work.rising[edge] };
                self.work.note(slot, edge);
            }
            for brief in briefs {
                let Brief { slot, first_s, last_s, dip } = self.work.briefs[brief];
                if self.held[(slot / 64 - first_word) as usize] >> (slot % 64) & 1 == 0 {
                    self.work.note(slot - first_slot, Edge { t_s: start_s + first_s, up: !dip });
                    self.work.note(slot - first_slot, Edge { t_s: start_s + last_s, up: dip });
                }
            }
        }
    }

    /// Takes the edges of this step into the accounts of their points.
    fn fold_edges(&mut self, settings: &Settings) {
        let Self { work, tallies, views, numbers, areas_m2, covered, gaps, .. } = self;
        for &slot in &work.touched {
            let mut next = std::mem::replace(&mut work.heads[slot as usize], NO_EDGE);
            let tally = &mut tallies[slot as usize];
            let (edge, following) = work.edges[next as usize];
            if following == NO_EDGE && settings.at_least == 1 && views.is_empty() {
                // One edge alone, at a point that no satellite holds: the only one in view sets, or one
                // rises over a point that sees none, or one more over a point that is covered already.
                let mut listener = SlotListener { slot, area_m2: areas_m2[slot as usize], covered, gaps };
                if !edge.up {
                    debug_assert_eq!(numbers.number(slot as usize), 1);
                    tally.open(edge.t_s);
                    listener.covered(edge.t_s, false);
                } else if tally.is_open() {
                    if let Some(length) = tally.close(edge.t_s) {
                        listener.gap(length);
                    }
                    listener.covered(edge.t_s, true);
                }
                continue;
            }
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
            fold(&work.sorted, in_view, settings.at_least, tally, view, &mut listener);
        }
        work.touched.clear();
        work.edges.clear();
    }

    /// Ends the accounts.
    fn finish(mut self, layout: &RowLayout, settings: &Settings) -> FinishedBand {
        let duration_s = settings.window.duration_s;
        for (slot, tally) in self.tallies.iter_mut().enumerate() {
            if let Some(length) = tally.finish(duration_s) {
                self.gaps.push((slot as u32, length));
            }
        }
        // A counting sort brings each point's gaps together in one array.
        let mut ends = vec![0usize; self.tallies.len() + 1];
        for &(slot, _) in &self.gaps {
            ends[slot as usize + 1] += 1;
        }
        for slot in 1..ends.len() {
            ends[slot] += ends[slot - 1];
        }
        let starts = ends.clone();
        let mut sorted = vec![0.0; self.gaps.len()];
        for &(slot, length) in &self.gaps {
            sorted[ends[slot as usize]] = length;
            ends[slot as usize] += 1;
        }
        drop(std::mem::take(&mut self.gaps));
        let first_slot = self.words.start * 64;
        let sampled = self.samples.finish();
        let figures = layout
            .points_in(self.words.clone())
            .map(|(slot, point)| {
                let slot = slot - first_slot;
                let (view, share) = match self.views.get(slot) {
                    Some(view) => (view.finish(duration_s), None),
                    None => {
                        let sampled = sampled(slot);
                        let [one, two, three, four, chosen] = sampled.at_least;
                        let view = ViewFigures {
                            share_at_least: [one, two, three, four],
                            mean: sampled.mean,
                            least: sampled.least,
                            most: sampled.most,
                        };
                        (view, Some(chosen))
                    }
                };
                let gaps = &mut sorted[starts[slot]..starts[slot + 1]];
                let figures =
                    figures(&self.tallies[slot], &view, gaps, duration_s, settings.at_least, settings.exact);
                let error = share.map_or(0.0, |share| 100.0 * share - figures.percent_covered);
                (point, figures, error)
            })
            .collect();
        FinishedBand { covered: self.covered, area_m2: self.areas_m2.iter().sum(), points: figures }
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
    gaps: &'a mut Vec<(u32, f64)>,
}

impl Listener for SlotListener<'_> {
    fn gap(&mut self, length_s: f64) {
        self.gaps.push((self.slot, length_s));
    }

    fn covered(&mut self, t_s: f64, covered: bool) {
        self.covered.change(t_s, if covered { self.area_m2 } else { -self.area_m2 });
    }
}
