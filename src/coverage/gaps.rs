//! Gap algebra of one point: what is kept while edges arrive in the order of time.

use serde::{Deserialize, Serialize};

/// A gap in coverage, in seconds after the window's start.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub(super) struct Gap {
    pub start_s: f64,
    pub end_s: f64,
}

impl Gap {
    pub fn length_s(&self) -> f64 {
        self.end_s - self.start_s
    }
}

/// The gap that a point is in, if any: all that must be at hand while edges arrive.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub(super) struct OpenGap {
    /// When it began, seconds after the window's start; NaN while covered.
    since_s: f64,
}

impl OpenGap {
    /// At the start of the window, covered or not.
    pub fn new(covered: bool) -> Self {
        Self { since_s: if covered { f64::NAN } else { 0.0 } }
    }

    pub fn is_open(&self) -> bool {
        !self.since_s.is_nan()
    }

    /// Coverage is lost at `t_s`.
    pub fn open(&mut self, t_s: f64) {
        debug_assert!(!self.is_open());
        self.since_s = t_s;
    }

    /// Coverage returns at `t_s`, or the window ends; the gap, none when it has no length, as when two
    /// satellites hand over at the same instant.
    pub fn close(&mut self, t_s: f64) -> Option<Gap> {
        let gap = Gap { start_s: std::mem::replace(&mut self.since_s, f64::NAN), end_s: t_s };
        (gap.length_s() > 0.0).then_some(gap)
    }
}

/// Gaps of many points in the order in which they ended.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
pub(super) struct GapLog {
    slots: Vec<u32>,
    gaps: Vec<Gap>,
}

impl GapLog {
    pub fn push(&mut self, slot: u32, gap: Gap) {
        self.slots.push(slot);
        self.gaps.push(gap);
    }

    /// Brings the gaps of each of `slots` points together, in the order of time.
    pub fn sort_into(&self, slots: usize, sorted: &mut SortedGaps) {
        let SortedGaps { gaps, starts, next } = sorted;
        starts.clear();
        starts.resize(slots + 1, 0);
        for &slot in &self.slots {
            starts[slot as usize + 1] += 1;
        }
        for slot in 1..starts.len() {
            starts[slot] += starts[slot - 1];
        }
        next.clone_from(starts);
        gaps.resize(self.gaps.len(), Gap { start_s: 0.0, end_s: 0.0 });
        for (&slot, &gap) in self.slots.iter().zip(&self.gaps) {
            let place = &mut next[slot as usize];
            gaps[*place] = gap;
            *place += 1;
        }
    }
}

/// Gaps point by point, in space that is used again for the next tile.
#[derive(Debug, Default)]
pub(super) struct SortedGaps {
    gaps: Vec<Gap>,
    /// Where the gaps of each point begin.
    starts: Vec<usize>,
    next: Vec<usize>,
}

impl SortedGaps {
    /// The gaps of one point in the order of time.
    pub fn of(&self, slot: usize) -> &[Gap] {
        &self.gaps[self.starts[slot]..self.starts[slot + 1]]
    }
}

/// Figures of the gaps of one point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GapTally {
    pub count: u32,
    pub total_s: f64,
    pub square_s2: f64,
    pub longest_s: f64,
    pub longest_start_s: f64,
    /// Length of the gap cut by the window's start, 0 when there is none.
    pub first_cut_s: f64,
    /// Length of the gap cut by the window's end, 0 when there is none.
    pub last_cut_s: f64,
    /// Longest gap with both ends inside the window.
    pub longest_inner_s: f64,
}

impl GapTally {
    /// Of gaps in the order of time in a window of `window_s` seconds. `last_cut` says whether the last of
    /// them lasts beyond the window.
    pub fn of(gaps: &[Gap], last_cut: bool) -> Self {
        let mut tally = Self::default();
        for (number, gap) in gaps.iter().enumerate() {
            tally.add(gap, last_cut && number + 1 == gaps.len());
        }
        tally
    }

    /// Takes in a gap later than all before; `to_end` says whether it lasts beyond the window.
    pub fn add(&mut self, gap: &Gap, to_end: bool) {
        let length = gap.length_s();
        self.count += 1;
        self.total_s += length;
        self.square_s2 += length * length;
        if length > self.longest_s {
            self.longest_s = length;
            self.longest_start_s = gap.start_s;
        }
        let from_start = gap.start_s == 0.0;
        if from_start {
            self.first_cut_s = length;
        }
        if to_end {
            self.last_cut_s = length;
        }
        if !from_start && !to_end {
            self.longest_inner_s = self.longest_inner_s.max(length);
        }
    }
}

/// Percentile of ascending values by linear interpolation between the two nearest ranks
/// (Hyndman and Fan 1996, definition 7: the default of numpy and spreadsheets).
pub fn percentile(ascending: &[f64], percent: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let rank = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    let below = rank.floor() as usize;
    let above = (below + 1).min(last);
    Some(ascending[below] + (ascending[above] - ascending[below]) * (rank - below as f64))
}

/// Median and 95th percentile of values in any order, which are put into another: as [`percentile`], but no
/// more is sorted than must be.
pub(super) fn percentiles_of(values: &mut [f64]) -> [Option<f64>; 2] {
    let mut of = |percent: f64| {
        let last = values.len().checked_sub(1)?;
        let rank = percent / 100.0 * last as f64;
        let (_, &mut low, above) = values.select_nth_unstable_by(rank as usize, f64::total_cmp);
        let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
        Some(low + (high - low) * rank.fract())
    };
    [of(50.0), of(95.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// numpy.percentile([1, 2, 4, 8], [50, 95]) = [3, 7.4].
    #[test]
    fn percentiles_interpolate() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(percentile(&values, 50.0), Some(3.0));
        assert!((percentile(&values, 95.0).unwrap() - 7.4).abs() < 1e-12);
        assert_eq!(percentile(&[], 50.0), None);
        // What lies outside 0 to 100 is held to the least and the greatest.
        assert_eq!((percentile(&values, 150.0), percentile(&values, -5.0)), (Some(8.0), Some(1.0)));
        assert_eq!(percentile(&[5.0], 95.0), Some(5.0));
        assert_eq!(percentiles_of(&mut [8.0, 1.0, 4.0, 2.0]), [Some(3.0), percentile(&values, 95.0)]);
        assert_eq!(percentiles_of(&mut [5.0]), [Some(5.0); 2]);
        assert_eq!(percentiles_of(&mut []), [None; 2]);
    }

    #[test]
    fn gaps_add_up() {
        let mut open = OpenGap::new(false);
        let mut gaps = vec![open.close(10.0).unwrap()];
        open.open(30.0);
        gaps.extend(open.close(50.0));
        open.open(60.0);
        assert_eq!(open.close(60.0), None);
        assert!(!open.is_open());
        open.open(90.0);
        gaps.extend(open.close(100.0));
        let tally = GapTally::of(&gaps, true);
        assert_eq!((tally.count, tally.total_s, tally.square_s2), (3, 40.0, 600.0));
        assert_eq!((tally.longest_s, tally.longest_start_s, tally.longest_inner_s), (20.0, 30.0, 20.0));
        assert_eq!((tally.first_cut_s, tally.last_cut_s), (10.0, 10.0));
    }

    #[test]
    fn never_covered_is_one_gap_as_long_as_the_window() {
        let gap = OpenGap::new(false).close(86_400.0).unwrap();
        let tally = GapTally::of(&[gap], true);
        assert_eq!((tally.count, tally.first_cut_s, tally.last_cut_s), (1, 86_400.0, 86_400.0));
        assert_eq!(tally.longest_inner_s, 0.0);
    }

    #[test]
    fn a_log_gives_each_point_its_gaps_in_the_order_of_time() {
        let gap = |start_s: f64| Gap { start_s, end_s: start_s + 1.0 };
        let mut log = GapLog::default();
        for (slot, start_s) in [(2, 1.0), (0, 2.0), (2, 3.0), (3, 4.0), (0, 5.0)] {
            log.push(slot, gap(start_s));
        }
        let mut sorted = SortedGaps::default();
        log.sort_into(4, &mut sorted);
        let of = |slot: usize| sorted.of(slot).to_vec();
        assert_eq!(
            [of(0), of(1), of(2), of(3)],
            [vec![2.0, 5.0], vec![], vec![1.0, 3.0], vec![4.0]]
                .map(|s| s.into_iter().map(gap).collect::<Vec<_>>())
        );
    }
}
