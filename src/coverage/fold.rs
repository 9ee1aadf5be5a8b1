//! Folding edges in the order of time into the figures of one point: the same for every engine.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::gaps::{Gap, GapTally, OpenGap, percentiles_of};
use super::{Exact, PointFigures, Settings};

/// A satellite rises above the mask at a point, or sets below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// Seconds after the window's start.
    pub t_s: f64,
    /// Rises.
    pub up: bool,
}

/// Sorts edges by time; at the same instant AOS goes first, so that a handover leaves no gap.
pub(super) fn sort_edges(edges: &mut [Edge]) {
    edges.sort_unstable_by(|a, b| a.t_s.total_cmp(&b.t_s).then(b.up.cmp(&a.up)));
}

/// Time-weighted account of the number in view.
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
pub(super) struct ViewTally {
    since_s: f64,
    pub in_view: u32,
    at_least_s: [f64; 4],
    sum_s: f64,
    least: u32,
    most: u32,
}

impl ViewTally {
    pub fn new(in_view: u32) -> Self {
        Self { since_s: 0.0, in_view, at_least_s: [0.0; 4], sum_s: 0.0, least: in_view, most: in_view }
    }

    #[inline]
    fn advance(&mut self, t_s: f64) {
        let passed = t_s - self.since_s;
        for held in &mut self.at_least_s[..self.in_view.min(4) as usize] {
            *held += passed;
        }
        self.sum_s += f64::from(self.in_view) * passed;
        self.since_s = t_s;
    }

    #[inline]
    fn change(&mut self, t_s: f64, in_view: u32) {
        self.advance(t_s);
        self.in_view = in_view;
        self.least = self.least.min(in_view);
        self.most = self.most.max(in_view);
    }
}

/// What hears of coverage lost and regained.
pub(super) trait Listener {
    /// A gap of this length ended, or the window cut it.
    fn gap(&mut self, gap: Gap);
    /// Coverage is lost (`false`) or returns at an instant.
    fn covered(&mut self, t_s: f64, covered: bool);
}

/// Hears for one point: its gaps, and its area in what is covered.
pub(super) struct PointListener<'a> {
    pub gaps: &'a mut Vec<Gap>,
    pub covered: &'a mut CoveredArea,
    pub area_m2: i64,
}

impl Listener for PointListener<'_> {
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    fn covered(&mut self, t_s: f64, covered: bool) {
        self.covered.change(t_s, if covered { self.area_m2 } else { -self.area_m2 });
    }
}

/// Takes sorted edges into a point's account. `in_view` is the number before the first edge;
/// answers with the number after the last.
pub(super) fn fold(
    edges: &[Edge],
    mut in_view: u32,
    at_least: u32,
    open: &mut OpenGap,
    mut view: Option<&mut ViewTally>,
    listener: &mut impl Listener,
) -> u32 {
    for edge in edges {
        let before = in_view;
        debug_assert!(edge.up || before > 0, "a satellite sets that was not in view");
        in_view = if edge.up { before + 1 } else { before.saturating_sub(1) };
        if let Some(view) = view.as_deref_mut() {
            view.change(edge.t_s, in_view);
        }
        if before >= at_least && in_view < at_least {
            open.open(edge.t_s);
            listener.covered(edge.t_s, false);
        } else if before < at_least && in_view >= at_least && open.is_open() {
            if let Some(gap) = open.close(edge.t_s) {
                listener.gap(gap);
            }
            listener.covered(edge.t_s, true);
        }
    }
    in_view
}

/// What a point carries from one block of steps to the next where everything is solved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PointAccount {
    pub in_view: u32,
    pub open: OpenGap,
    pub view: ViewTally,
    pub gaps: Vec<Gap>,
}

impl PointAccount {
    /// At the start of the window with so many in view.
    pub fn new(in_view: u32, at_least: u32) -> Self {
        Self {
            in_view,
            open: OpenGap::new(in_view >= at_least),
            view: ViewTally::new(in_view),
            gaps: Vec::new(),
        }
    }

    /// Ends the account with the window.
    pub fn finish(mut self, settings: &Settings) -> PointFigures {
        let window_s = settings.window.duration_s;
        let last = self.open.close(window_s);
        self.gaps.extend(last);
        let tally = GapTally::of(&self.gaps, last.is_some());
        let mut lengths_s: Vec<f64> = self.gaps.iter().map(Gap::length_s).collect();
        let view = self.view.finish(window_s);
        figures(&tally, &view, percentiles_of(&mut lengths_s), window_s, settings.at_least, Exact::All)
    }
}

/// Bytes of a point where everything is solved, with its site and place; and of each of its gaps.
pub(super) fn bytes_of_account() -> (f64, f64) {
    let point = size_of::<PointAccount>() + size_of::<crate::access::Site>() + 80;
    (point as f64, size_of::<Gap>() as f64)
}

/// In-view figures of one point, solved or sampled.
#[derive(Debug, Clone, Copy)]
pub(super) struct ViewFigures {
    pub share_at_least: [f64; 4],
    pub mean: f64,
    pub least: u32,
    pub most: u32,
}

impl ViewTally {
    /// Ends the account with the window.
    pub fn finish(mut self, window_s: f64) -> ViewFigures {
        self.advance(window_s);
        ViewFigures {
            share_at_least: self.at_least_s.map(|held| held / window_s),
            mean: self.sum_s / window_s,
            least: self.least,
            most: self.most,
        }
    }
}

/// Figures of a point from the tally of its gaps and their median and 95th percentile.
pub(super) fn figures(
    tally: &GapTally,
    view: &ViewFigures,
    [p50_gap_s, p95_gap_s]: [Option<f64>; 2],
    window_s: f64,
    at_least: u32,
    exact: Exact,
) -> PointFigures {
    let percent_covered = 100.0 * (1.0 - tally.total_s / window_s).clamp(0.0, 1.0);
    let mut percent_at_least = view.share_at_least.map(|share| (100.0 * share).min(100.0));
    let mut min_in_view = view.least;
    let mut max_in_view = view.most;
    if exact != Exact::All {
        // What the gaps know, solved or not, is not left to the samples: fewer in view are never rarer, more are never
        // more frequent than the number that the gaps are of.
        for (number, percent) in (1..).zip(&mut percent_at_least) {
            *percent = match u32::cmp(&number, &at_least) {
                Ordering::Less => percent.max(percent_covered),
                Ordering::Equal => percent_covered,
                Ordering::Greater => percent.min(percent_covered),
            };
        }
        if tally.count > 0 {
            min_in_view = min_in_view.min(at_least - 1);
        }
        if tally.total_s < window_s {
            max_in_view = max_in_view.max(at_least);
        }
    }
    let gaps_at_ends = u32::from(tally.first_cut_s > 0.0) + u32::from(tally.last_cut_s > 0.0);
    let never_covered = tally.count == 1 && tally.first_cut_s > 0.0 && tally.last_cut_s > 0.0;
    PointFigures {
        percent_covered,
        percent_at_least,
        mean_in_view: view.mean,
        min_in_view,
        max_in_view,
        // Between two gaps lies one access, and one more at each end that no gap cuts.
        access_count: if never_covered { 0 } else { tally.count + 1 - gaps_at_ends },
        gap_count: tally.count,
        gap_total_s: tally.total_s,
        p50_gap_s,
        p95_gap_s,
        max_gap_s: tally.longest_s,
        max_gap_start_s: tally.longest_start_s,
        mean_response_s: tally.square_s2 / (2.0 * window_s),
        first_gap_cut_s: tally.first_cut_s,
        last_gap_cut_s: tally.last_cut_s,
        max_inner_gap_s: tally.longest_inner_s,
    }
}

/// Covered area at each sampled instant, from the instants at which points gain and lose coverage.
///
/// Areas are whole square metres, so that sums do not depend on the order of the points.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub(super) struct CoveredArea {
    step_s: f64,
    steps_per_s: f64,
    samples: usize,
    /// The sample that the latest change belongs to, and the times between which changes do.
    latest: usize,
    latest_s: (f64, f64),
    /// Number of the sample that the first change belongs to.
    first: usize,
    changes_m2: Vec<i64>,
}

impl CoveredArea {
    pub fn new(samples: usize, step_s: f64) -> Self {
        Self {
            step_s,
            steps_per_s: 1.0 / step_s,
            samples,
            latest: 0,
            latest_s: (0.0, 0.0),
            first: 0,
            changes_m2: vec![0; samples],
        }
    }

    /// Empty, and of the samples between two instants alone: what one thread keeps for a block of instants,
    /// so that the memory of many threads or tiles does not grow with the window.
    pub fn part(&self, start_s: f64, end_s: f64) -> Self {
        let mut part = Self { changes_m2: Vec::new(), ..*self };
        part.restart(start_s, end_s);
        part
    }

    /// Makes it empty and moves it to other instants.
    pub fn restart(&mut self, start_s: f64, end_s: f64) {
        // The sums by which an edge's time is found may pass an end by their last bit.
        self.first = self.sample_after(start_s).saturating_sub(1);
        let end = (self.sample_after(end_s) + 2).min(self.samples);
        self.changes_m2.clear();
        self.changes_m2.resize(end.saturating_sub(self.first), 0);
    }

    /// The first sample at `t_s` or later.
    #[inline]
    fn sample_after(&self, t_s: f64) -> usize {
        // A product takes a third of the time of a quotient; its rounding is put right by what it is for.
        let sample = (t_s * self.steps_per_s) as i64 as usize;
        sample + usize::from(self.sample_s(sample) < t_s)
            - usize::from(sample > 0 && self.sample_s(sample - 1) >= t_s)
    }

    /// Time of a sample.
    #[inline]
    fn sample_s(&self, sample: usize) -> f64 {
        sample as f64 * self.step_s
    }

    /// From `t_s` on, this much more is covered (less when negative).
    #[inline]
    pub fn change(&mut self, t_s: f64, area_m2: i64) {
        // Most changes belong to the sample of the one before.
        if !(self.latest_s.0 < t_s && t_s <= self.latest_s.1) {
            self.latest = self.sample_after(t_s);
            let after = if self.latest == 0 { f64::NEG_INFINITY } else { self.sample_s(self.latest - 1) };
            self.latest_s = (after, self.sample_s(self.latest));
        }
        self.change_at(self.latest, area_m2);
    }

    /// From a sample on, this much more is covered.
    #[inline]
    pub fn change_at(&mut self, sample: usize, area_m2: i64) {
        debug_assert!(sample >= self.first, "sample {sample} is before the part");
        match self.changes_m2.get_mut(sample.wrapping_sub(self.first)) {
            Some(change) => *change += area_m2,
            None => debug_assert!(sample >= self.samples, "sample {sample} is after the part"),
        }
    }

    /// Adds a part of it, or another whole.
    pub fn add(&mut self, other: &Self) {
        debug_assert!(other.first >= self.first);
        for (mine, theirs) in self.changes_m2[other.first - self.first..].iter_mut().zip(&other.changes_m2) {
            *mine += theirs;
        }
    }

    /// Percent of the whole at each sampled instant.
    pub fn percent(&self, whole_m2: i64) -> Vec<f64> {
        self.changes_m2
            .iter()
            .scan(0i64, |covered, change| {
                *covered += change;
                Some(100.0 * *covered as f64 / whole_m2.max(1) as f64)
            })
            .collect()
    }
}

/// A weight in km² as whole square metres.
pub(super) fn square_metres(area_km2: f64) -> i64 {
    (area_km2 * 1e6).round() as i64
}
