//! The accounts of the points of one tile, from the first instant to the last.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::counters::Planes;
use super::fold::{CoveredArea, ViewTally, figures, square_metres};
use super::footprint;
use super::gaps::{Gap, GapLog, GapTally, OpenGap, SortedGaps, percentiles_of};
use super::instants::{Block, Instant};
use super::prints::Prints;
use super::rows::RowLayout;
use super::sampled::{ErrorTally, SampledHalves};
use super::sampled_gaps::SampledGaps;
use super::step::Work;
use super::{Exact, PointFigures, Settings};
use crate::grid::cells::Grid;

/// The accounts of the points of one tile. Slots and words are counted from the tile's start.
pub(super) struct TileAccount {
    tile: usize,
    pub words: Range<usize>,
    pub areas_m2: Vec<i64>,
    /// Of the block of instants at hand.
    pub covered: CoveredArea,
    pub kept: Kept,
    pub next_prints: Prints,
    pub next_numbers: Planes,
    pub work: Work,
}

/// What a tile carries from one block of instants to the next.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// The gap that each point is in, where gaps are solved.
    pub open: Vec<OpenGap>,
    pub gaps: GapLog,
    /// Gaps where they are sampled.
    sampled: Option<SampledGaps>,
    /// Numbers in view where they are solved, and where they are sampled.
    pub views: Vec<ViewTally>,
    samples: SampledHalves,
    /// Time of the last node, its footprints, and the numbers in view.
    pub last_t_s: Option<f64>,
    pub prints: Prints,
    pub numbers: Planes,
}

/// What a tile hands in at the end.
pub(super) struct FinishedTile {
    pub area_m2: i64,
    /// Number of the point in the grid, and its figures.
    pub points: Vec<(u32, PointFigures)>,
    pub errors: ErrorTally,
}

/// What a point takes in the account of its tile, bytes, without its gaps.
pub(super) fn bytes_per_point(satellites: usize, settings: &Settings) -> f64 {
    let gaps = match settings.exact {
        Exact::None => SampledGaps::bytes_per_point(),
        _ => (size_of::<OpenGap>() + size_of::<u32>()) as f64,
    };
    let views = match settings.exact {
        Exact::All => size_of::<ViewTally>() as f64,
        _ => SampledHalves::bytes_per_point(satellites, settings),
    };
    size_of::<i64>() as f64 + gaps + views + Planes::bytes_per_point(satellites) * 3.0
}

/// What the log of gaps takes, bytes: for each point, and for each gap.
pub(super) fn bytes_of_gaps(settings: &Settings) -> (f64, f64) {
    match settings.exact {
        Exact::None => SampledGaps::bytes_of_log(settings.window.sample_count(settings.step_s) as f64),
        _ => (0.0, (size_of::<Gap>() + size_of::<u32>()) as f64),
    }
}

impl TileAccount {
    pub fn new(
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
        let solved_slots = if settings.exact == Exact::None { 0 } else { slots };
        let all = settings.exact == Exact::All;
        Self {
            areas_m2,
            covered: covered.part(0.0, 0.0),
            kept: Kept {
                open: vec![OpenGap::new(true); solved_slots],
                gaps: GapLog::default(),
                sampled: (settings.exact == Exact::None).then(|| SampledGaps::new(words.len())),
                views: if all { vec![ViewTally::new(0); slots] } else { Vec::new() },
                samples: SampledHalves::new(words.len(), satellites, settings),
                last_t_s: None,
                prints: Prints::default(),
                numbers: Planes::new(words.len(), satellites),
            },
            next_prints: Prints::default(),
            next_numbers: Planes::new(words.len(), satellites),
            work: Work::new(words.len(), solved_slots, satellites, settings),
            tile,
            words,
        }
    }

    pub fn advance(&mut self, block: &Block<'_>) {
        if block.settings.exact == Exact::None && self.kept.last_t_s.is_none() {
            // All is covered before the first sample, which takes away what is not.
            self.covered.change_at(0, self.areas_m2.iter().sum());
            self.kept.last_t_s = Some(0.0);
        }
        for instant in block.instants {
            match instant.node {
                Some(node) if self.kept.last_t_s.is_some() => self.step(block, instant, node),
                Some(_) => {
                    self.look(block, instant);
                    self.begin(block.settings, instant.t_s);
                    self.keep_next(instant.t_s);
                }
                None => {
                    // Between nodes the previous footprints stay where they are.
                    self.look(block, instant);
                    self.kept.samples.add(&self.next_numbers);
                    if let Some(gaps) = &mut self.kept.sampled {
                        self.next_numbers.all_at_least(block.settings.at_least, gaps.next_row());
                        if gaps.is_full() {
                            gaps.turn(&self.areas_m2, &mut self.covered);
                        }
                    }
                }
            }
            if instant.sampled && instant.node.is_some() {
                self.kept.samples.add(&self.kept.numbers);
            }
        }
        if let Some(gaps) = &mut self.kept.sampled {
            gaps.turn(&self.areas_m2, &mut self.covered);
        }
    }

    /// Makes the next node the last one.
    pub fn keep_next(&mut self, t_s: f64) {
        std::mem::swap(&mut self.kept.prints, &mut self.next_prints);
        std::mem::swap(&mut self.kept.numbers, &mut self.next_numbers);
        self.kept.last_t_s = Some(t_s);
    }

    /// Footprints and numbers in view at an instant, into `next_prints` and `next_numbers`.
    #[inline(never)]
    pub fn look(&mut self, block: &Block<'_>, instant: &Instant) {
        self.next_prints.clear();
        let Self { tile, next_prints, next_numbers, work, .. } = self;
        let shape = &block.layout.tiles[*tile];
        // All satellites are touched before the first is worked on, so that the waits for memory overlap: their
        // spots, and at a node the states that their paths will be made from.
        let states = instant.node.map(|node| block.nodes.at(node));
        work.reaching.clear();
        work.reaching.extend(instant.reached.of(*tile).iter().filter(|&&satellite| {
            let spot = &instant.spots[satellite as usize];
            let state = states.map_or(&spot.state, |states| &states[satellite as usize]);
            !spot.latitudes_in(shape).is_empty() & !state.velocity.z.is_nan()
        }));
        for &satellite in &work.reaching {
            let spot = &instant.spots[satellite as usize];
            footprint::push(
                next_prints,
                block.layout,
                shape,
                satellite,
                spot,
                block.sin_mask,
                &mut work.scratch,
            );
        }
        next_numbers.count((0..next_prints.len()).map(|place| {
            let print = next_prints.at(place);
            (print.first_word, print.words)
        }));
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
            }
        }
    }

    /// Ends the accounts.
    pub fn finish(
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
        self.kept.gaps.sort_into(self.kept.open.len(), sorted);
        drop(std::mem::take(&mut self.kept.gaps));
        let mut tally_solved = |slot: usize| {
            let gaps = sorted.of(slot);
            lengths_s.clear();
            lengths_s.extend(gaps.iter().map(Gap::length_s));
            (GapTally::of(gaps, last_gaps[slot]), percentiles_of(lengths_s))
        };
        let sampled_gaps = self.kept.sampled.take();
        let mut sampled_gaps = sampled_gaps.as_ref().map(|gaps| gaps.finish(settings.step_s, duration_s));
        let first_slot = self.words.start * 64;
        let sampled = self.kept.samples.finish();
        let mut errors = ErrorTally::default();
        let mut points = Vec::new();
        for slot in 0..self.areas_m2.len() {
            // The log of sampled gaps is read slot by slot, points or not.
            let (tally, percentiles) = match &mut sampled_gaps {
                Some(gaps) => gaps.point(slot),
                None if layout.has_point(first_slot + slot) => tally_solved(slot),
                None => continue,
            };
            if !layout.has_point(first_slot + slot) {
                continue;
            }
            let (at_least, exact) = (settings.at_least, settings.exact);
            let figures = |view| figures(&tally, &view, percentiles, duration_s, at_least, exact);
            let figures = match self.kept.views.get(slot) {
                Some(view) => figures(view.finish(duration_s)),
                None => {
                    let sampled = sampled(slot);
                    let figures = figures(sampled.view());
                    errors.add(&sampled, figures.percent_covered);
                    figures
                }
            };
            points.push((layout.point[first_slot + slot], figures));
        }
        FinishedTile { area_m2: self.areas_m2.iter().sum(), points, errors }
    }
}
