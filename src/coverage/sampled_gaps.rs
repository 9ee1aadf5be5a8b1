//! Gaps as coarse as the samples, of the points of one tile.
//!
//! Samples come as rows of bits, one for each point. Sixty-four of them are turned over at a time, so that
//! each point has its samples in one word, whose edges are its gaps. Of a gap that has ended its length in
//! samples stays, mostly in one byte; what else a point needs is sixteen bytes.

use serde::{Deserialize, Serialize};

use super::fold::CoveredArea;
use super::gaps::GapTally;

/// Samples that are turned over together.
const ROWS: usize = 64;
/// No gap is open.
const COVERED: u32 = u32::MAX;
/// Stands before a length that does not fit into a byte.
const LONG: u8 = u8::MAX;

/// What a point carries from one turn to the next, in numbers of samples.
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
struct PointGaps {
    /// First sample of the open gap, or [`COVERED`].
    since: u32,
    longest: u32,
    longest_start: u32,
    /// Length of the gap that the window's start cuts.
    first: u32,
}

/// Gaps between samples at which points are covered or not.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub(super) struct SampledGaps {
    points: Vec<PointGaps>,
    /// For each turn, for each point: the number of gaps that ended, and their lengths.
    log: Vec<u8>,
    /// Where each turn begins in the log.
    turns: Vec<usize>,
    /// Samples turned over so far.
    turned: u32,
    /// Rows of bits yet to be turned over.
    rows: Vec<u64>,
    words: usize,
}

impl SampledGaps {
    /// For so many words of points, none of them in a gap before the first sample.
    pub fn new(words: usize) -> Self {
        let point = PointGaps { since: COVERED, longest: 0, longest_start: 0, first: 0 };
        Self {
            points: vec![point; words * 64],
            log: Vec::new(),
            turns: Vec::new(),
            turned: 0,
            rows: Vec::new(),
            words,
        }
    }

    /// Bytes that a point takes, without its gaps: its state and the rows yet to be turned over.
    pub fn bytes_per_point() -> f64 {
        (size_of::<PointGaps>() + ROWS / 8) as f64
    }

    /// Bytes in the log: for each point in each turn, and for each gap.
    pub fn bytes_of_log(samples: f64) -> (f64, f64) {
        (samples / ROWS as f64 + 1.0, 1.25)
    }

    /// Room for the bits of the next sample. At the first one everything counts as covered before.
    pub fn next_row(&mut self) -> &mut [u64] {
        let from = self.rows.len();
        self.rows.resize(from + self.words, 0);
        &mut self.rows[from..]
    }

    /// Whether no further row should come before a turn.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= ROWS * self.words
    }

    /// Takes the rows into the accounts of the points, and the areas that gain or lose coverage into those
    /// of the samples.
    pub fn turn(&mut self, areas_m2: &[i64], covered: &mut CoveredArea) {
        let Self { points, log, turns, turned, rows, words } = self;
        let count = rows.len().checked_div(*words).unwrap_or(0);
        if count == 0 {
            return;
        }
        turns.push(log.len());
        let mut changes_m2 = [0i64; ROWS];
        let accounts = points.as_chunks_mut::<64>().0.iter_mut().zip(areas_m2.as_chunks::<64>().0);
        for (word, (points, areas_m2)) in accounts.enumerate() {
            // After the last row nothing changes.
            let last = rows[(count - 1) * *words + word];
            let mut bits = [last; ROWS];
            for (bits, row) in bits.iter_mut().zip(rows.chunks_exact(*words)) {
                *bits = row[word];
            }
            turn_over(&mut bits);
            for ((point, &area_m2), bits) in points.iter_mut().zip(areas_m2).zip(bits) {
                point.take(bits, *turned, area_m2, log, &mut changes_m2);
            }
        }
        for (sample, change_m2) in (*turned as usize..).zip(&changes_m2[..count]) {
            covered.change_at(sample, *change_m2);
        }
        *turned += count as u32;
        rows.clear();
    }

    /// Answers for one point after another, in their order, once all samples are turned over.
    pub fn finish(&self, step_s: f64, window_s: f64) -> Finished<'_> {
        debug_assert!(self.rows.is_empty());
        Finished {
            gaps: self,
            step_s,
            window_s,
            next: self.turns.clone(),
            counts: [0; LONG as usize],
            long: Vec::new(),
        }
    }
}

impl PointGaps {
    /// Takes in sixty-four samples, the first in the lowest bit, set where the point is covered.
    #[inline(always)]
    fn take(
        &mut self,
        covered: u64,
        first: u32,
        area_m2: i64,
        log: &mut Vec<u8>,
        changes_m2: &mut [i64; ROWS],
    ) {
        let before = u64::from(self.since == COVERED);
        let mut edges = covered ^ (covered << 1 | before);
        log.push((edges & covered).count_ones() as u8);
        if edges == 0 {
            return;
        }
        let mut since = self.since;
        loop {
            if since == COVERED {
                let at = edges.trailing_zeros();
                edges &= edges - 1;
                since = first + at;
                changes_m2[at as usize] -= area_m2;
            }
            if edges == 0 {
                break;
            }
            let at = edges.trailing_zeros();
            edges &= edges - 1;
            changes_m2[at as usize] += area_m2;
            let length = first + at - since;
            if length < u32::from(LONG) {
                log.push(length as u8);
            } else {
                log.push(LONG);
                log.extend_from_slice(&length.to_le_bytes());
            }
            if length > self.longest {
                (self.longest, self.longest_start) = (length, since);
            }
            if since == 0 {
                self.first = length;
            }
            since = COVERED;
            if edges == 0 {
                break;
            }
        }
        self.since = since;
    }
}

/// Turns a square of bits over, so that rows become columns.
fn turn_over(bits: &mut [u64; 64]) {
    // Quarters of ever smaller squares change places (Warren, Hacker's Delight, 2013, 7-3).
    #[inline(always)]
    fn exchange<const HALF: usize>(bits: &mut [u64; 64], mask: u64) {
        for square in bits.chunks_exact_mut(2 * HALF) {
            let (upper, lower) = square.split_at_mut(HALF);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let differing = (*upper >> HALF ^ *lower) & mask;
                *lower ^= differing;
                *upper ^= differing << HALF;
            }
        }
    }
    exchange::<32>(bits, 0x0000_0000_ffff_ffff);
    exchange::<16>(bits, 0x0000_ffff_0000_ffff);
    exchange::<8>(bits, 0x00ff_00ff_00ff_00ff);
    exchange::<4>(bits, 0x0f0f_0f0f_0f0f_0f0f);
    exchange::<2>(bits, 0x3333_3333_3333_3333);
    exchange::<1>(bits, 0x5555_5555_5555_5555);
}

/// Reads the log point by point.
pub(super) struct Finished<'a> {
    gaps: &'a SampledGaps,
    step_s: f64,
    window_s: f64,
    /// Where the point's entry stands in each turn.
    next: Vec<usize>,
    /// How many gaps of the point are how many samples long.
    counts: [u32; LONG as usize],
    /// Lengths beyond those.
    long: Vec<u32>,
}

impl Finished<'_> {
    /// The tally of the gaps of the next point, and their median and 95th percentile.
    pub fn point(&mut self, slot: usize) -> (GapTally, [Option<f64>; 2]) {
        let Self { gaps, next, counts, long, .. } = self;
        let log = &gaps.log;
        let mut most = 0;
        long.clear();
        for at in next {
            let ended = usize::from(log[*at]);
            *at += 1;
            for _ in 0..ended {
                let length = log[*at];
                *at += 1;
                if length == LONG {
                    let bytes = [log[*at], log[*at + 1], log[*at + 2], log[*at + 3]];
                    long.push(u32::from_le_bytes(bytes));
                    *at += 4;
                } else {
                    counts[usize::from(length)] += 1;
                    most = most.max(length);
                }
            }
        }
        long.sort_unstable();
        let answer = self.tally(slot, most);
        self.counts[..=usize::from(most)].fill(0);
        answer
    }

    fn tally(&self, slot: usize, most: u8) -> (GapTally, [Option<f64>; 2]) {
        let Self { gaps, step_s, window_s, counts, long, .. } = self;
        let point = &gaps.points[slot];
        let counts = &counts[..=usize::from(most)];
        let (mut count, mut total, mut square) = (0u32, 0u64, 0u64);
        for (length, &number) in (0u64..).zip(counts) {
            count += number;
            total += length * u64::from(number);
            square += length * length * u64::from(number);
        }
        for &length in long {
            count += 1;
            total += u64::from(length);
            square += u64::from(length) * u64::from(length);
        }
        // The gap that lasts beyond the window ends with it, which need not be at a sample.
        let open = (point.since != COVERED).then(|| window_s - f64::from(point.since) * step_s);
        let open = open.filter(|&open_s| open_s > 0.0);
        let last_cut_s = open.unwrap_or(0.0);
        let mut longest_s = f64::from(point.longest) * step_s;
        let mut longest_start_s = f64::from(point.longest_start) * step_s;
        if last_cut_s > longest_s {
            (longest_s, longest_start_s) = (last_cut_s, f64::from(point.since) * step_s);
        }
        let first_cut_s = match point.since {
            0 => last_cut_s,
            _ => f64::from(point.first) * step_s,
        };
        // The longest that is left when the first is taken away.
        let mut first = point.first;
        let inner = long
            .iter()
            .rev()
            .copied()
            .chain(
                (1..=u32::from(most))
                    .rev()
                    .flat_map(|length| std::iter::repeat_n(length, counts[length as usize].min(2) as usize)),
            )
            .find(|&length| {
                let taken = length == first;
                first *= u32::from(!taken);
                !taken
            });
        let tally = GapTally {
            count: count + u32::from(open.is_some()),
            total_s: total as f64 * step_s + last_cut_s,
            square_s2: square as f64 * step_s * step_s + last_cut_s * last_cut_s,
            longest_s,
            longest_start_s,
            first_cut_s,
            last_cut_s,
            longest_inner_s: f64::from(inner.unwrap_or(0)) * step_s,
        };
        let at_rank = |rank: u32| self.at_rank(rank, count, counts, open);
        let percentile = |percent: f64| {
            let rank = percent / 100.0 * f64::from(tally.count.checked_sub(1)?);
            let low = at_rank(rank as u32);
            let high = at_rank((rank as u32 + 1).min(tally.count - 1));
            Some(low + (high - low) * rank.fract())
        };
        (tally, [percentile(50.0), percentile(95.0)])
    }

    /// Length of the gap of a rank, counted from the shortest, which is rank 0, s.
    fn at_rank(&self, rank: u32, count: u32, counts: &[u32], open: Option<f64>) -> f64 {
        let of_ended = |rank: u32| {
            let mut below = 0;
            for (length, &number) in counts.iter().enumerate() {
                below += number;
                if rank < below {
                    return length as f64 * self.step_s;
                }
            }
            self.long
                .get((rank - below) as usize)
                .map_or(f64::INFINITY, |&length| f64::from(length) * self.step_s)
        };
        match open {
            None => of_ended(rank),
            // One more among them, at its place.
            Some(open) => {
                let here = if rank < count { of_ended(rank) } else { f64::INFINITY };
                let before = if rank > 0 { of_ended(rank - 1) } else { 0.0 };
                here.min(open.max(before))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_turned_over() {
        let mut bits: [u64; 64] =
            std::array::from_fn(|row| (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let before = bits;
        turn_over(&mut bits);
        for (row, of_row) in before.iter().enumerate() {
            for (column, of_column) in bits.iter().enumerate() {
                assert_eq!(of_row >> column & 1, of_column >> row & 1);
            }
        }
    }

    /// Against the sum over a list, for gaps of one sample to a thousand, cut by either end or by none.
    #[test]
    fn tallies_are_those_of_the_list() {
        let samples = 3000;
        let mut gaps = SampledGaps::new(1);
        let mut random = 7u64;
        let mut next = move || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random >> 33
        };
        let columns: [Vec<bool>; 64] = std::array::from_fn(|slot| {
            let mut column = Vec::new();
            let mut covered = next() % 2 == 0;
            while column.len() < samples {
                let most = [1, 3, 20, 400, 1000, 5000][slot % 6];
                column.extend(vec![covered; 1 + next() as usize % most]);
                covered = !covered;
            }
            column.truncate(samples);
            column
        });
        let mut covered = CoveredArea::new(samples, 60.0);
        for sample in 0..samples {
            let bits = columns.iter().rev().fold(0, |bits, column| bits << 1 | u64::from(column[sample]));
            gaps.next_row()[0] = bits;
            if gaps.is_full() || sample % 1000 == 999 {
                gaps.turn(&[1; 64], &mut covered);
            }
        }
        let window_s = samples as f64 * 60.0 - 13.0;
        let mut finished = gaps.finish(60.0, window_s);
        for (slot, column) in columns.iter().enumerate() {
            let mut list: Vec<(f64, f64)> = Vec::new();
            for (sample, &covered) in column.iter().enumerate() {
                let t_s = sample as f64 * 60.0;
                match list.last_mut() {
                    Some(gap) if !covered && sample > 0 && !column[sample - 1] => gap.1 = t_s + 60.0,
                    _ if !covered => list.push((t_s, t_s + 60.0)),
                    _ => (),
                }
            }
            if let Some(gap) = list.last_mut() {
                gap.1 = gap.1.min(window_s);
            }
            let mut lengths: Vec<f64> = list.iter().map(|gap| gap.1 - gap.0).collect();
            let inner = list.iter().filter(|gap| gap.0 > 0.0 && gap.1 < window_s);
            let inner = inner.map(|gap| gap.1 - gap.0).fold(0.0, f64::max);
            let (tally, percentiles) = finished.point(slot);
            assert_eq!(tally.count as usize, list.len());
            assert_eq!(tally.total_s, lengths.iter().sum::<f64>());
            assert_eq!(tally.square_s2, lengths.iter().map(|length| length * length).sum::<f64>());
            assert_eq!(tally.longest_inner_s, inner);
            let longest = list.iter().find(|gap| gap.1 - gap.0 == tally.longest_s);
            assert_eq!(longest.map_or(0.0, |gap| gap.0), tally.longest_start_s);
            lengths.sort_by(f64::total_cmp);
            assert_eq!(lengths.last().copied().unwrap_or(0.0), tally.longest_s);
            for (percent, got) in [50.0, 95.0].into_iter().zip(percentiles) {
                let expected = super::super::percentile(&lengths, percent);
                assert!(
                    (got.unwrap_or(-1.0) - expected.unwrap_or(-1.0)).abs() < 1e-9,
                    "{got:?} {expected:?}"
                );
            }
        }
    }
}
