//! Sorted lists of intervals of a window.

/// A half-open interval `[start, end)` in seconds after the start of a window.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Start, seconds.
    pub start_s: f64,
    /// End, seconds.
    pub end_s: f64,
}

impl Interval {
    /// Length in seconds.
    pub fn length_s(&self) -> f64 {
        self.end_s - self.start_s
    }
}

/// Sorted, disjoint intervals that cover what any of the given ones covers; empty ones vanish.
pub fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|interval| interval.start_s < interval.end_s);
    intervals.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut united: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match united.last_mut() {
            // Half-open intervals that touch leave no gap.
            Some(last) if interval.start_s <= last.end_s => last.end_s = last.end_s.max(interval.end_s),
            _ => united.push(interval),
        }
    }
    united
}

/// What sorted, disjoint intervals leave of `[0, duration)`.
pub fn complement(covered: &[Interval], duration_s: f64) -> Vec<Interval> {
    let mut gaps = Vec::with_capacity(covered.len() + 1);
    let mut from = 0.0;
    for interval in covered {
        if from < interval.start_s {
            gaps.push(Interval { start_s: from, end_s: interval.start_s });
        }
        from = interval.end_s;
    }
    if from < duration_s {
        gaps.push(Interval { start_s: from, end_s: duration_s });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Covered and gaps make up the window, and membership is that of any given interval.
        #[test]
        fn union_and_complement_are_set_algebra(
            raw in proptest::collection::vec((0u32..100, 0u32..30), 0..12), probe in 0u32..100,
        ) {
            let given: Vec<Interval> = raw
                .iter()
                .map(|&(start, length)| Interval {
                    start_s: f64::from(start),
                    end_s: f64::from((start + length).min(100)),
                })
                .collect();
            let covered = union(given.clone());
            let gaps = complement(&covered, 100.0);
            let total: f64 = covered.iter().chain(&gaps).map(Interval::length_s).sum();
            prop_assert_eq!(total, 100.0);
            prop_assert!(covered.windows(2).all(|pair| pair[0].end_s < pair[1].start_s));
            let at = f64::from(probe) + 0.5;
            let holds = |list: &[Interval]| list.iter().any(|i| i.start_s <= at && at < i.end_s);
            prop_assert_eq!(holds(&covered), holds(&given));
            prop_assert_eq!(holds(&gaps), !holds(&given));
        }
    }
}
