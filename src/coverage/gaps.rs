//! Gap algebra of one point: what is kept while edges arrive in the order of time.

/// Running account of the gaps of one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct GapTally {
    /// When the open gap began, seconds after the window's start; NaN while covered.
    open_since_s: f64,
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
    /// At the start of the window, covered or not.
    pub fn new(covered: bool) -> Self {
        Self {
            open_since_s: if covered { f64::NAN } else { 0.0 },
            count: 0,
            total_s: 0.0,
            square_s2: 0.0,
            longest_s: 0.0,
            longest_start_s: 0.0,
            first_cut_s: 0.0,
            last_cut_s: 0.0,
            longest_inner_s: 0.0,
        }
    }

    pub fn is_open(&self) -> bool {
        !self.open_since_s.is_nan()
    }

    /// Coverage is lost at `t_s`.
    pub fn open(&mut self, t_s: f64) {
        debug_assert!(!self.is_open());
        self.open_since_s = t_s;
    }

    /// Coverage returns at `t_s`; the length of the gap, none when it has no length.
    pub fn close(&mut self, t_s: f64) -> Option<f64> {
        let length = self.end_gap(t_s)?;
        if self.open_since_s == 0.0 {
            self.first_cut_s = length;
        } else {
            self.longest_inner_s = self.longest_inner_s.max(length);
        }
        self.open_since_s = f64::NAN;
        Some(length)
    }

    /// The window ends at `end_s`; the length of the gap that it cuts, where one is open.
    pub fn finish(&mut self, end_s: f64) -> Option<f64> {
        if !self.is_open() {
            return None;
        }
        let length = self.end_gap(end_s)?;
        self.last_cut_s = length;
        if self.open_since_s == 0.0 {
            self.first_cut_s = length;
        }
        self.open_since_s = f64::NAN;
        Some(length)
    }

    fn end_gap(&mut self, t_s: f64) -> Option<f64> {
        debug_assert!(self.is_open());
        let length = t_s - self.open_since_s;
        // Two satellites that hand over at the same instant leave no gap.
        if length <= 0.0 {
            self.open_since_s = f64::NAN;
            return None;
        }
        self.count += 1;
        self.total_s += length;
        self.square_s2 += length * length;
        if length > self.longest_s {
            self.longest_s = length;
            self.longest_start_s = self.open_since_s;
        }
        Some(length)
    }
}

/// Percentile of ascending values by linear interpolation between the two nearest ranks
/// (Hyndman and Fan 1996, definition 7: the default of numpy and spreadsheets).
pub fn percentile(ascending: &[f64], percent: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let rank = percent / 100.0 * last as f64;
    let below = rank.floor() as usize;
    let above = (below + 1).min(last);
    Some(ascending[below] + (ascending[above] - ascending[below]) * (rank - below as f64))
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
        assert_eq!(percentile(&[5.0], 95.0), Some(5.0));
    }

    #[test]
    fn gaps_add_up() {
        let mut tally = GapTally::new(false);
        assert_eq!(tally.close(10.0), Some(10.0));
        tally.open(30.0);
        assert_eq!(tally.close(50.0), Some(20.0));
        tally.open(60.0);
        assert_eq!(tally.close(60.0), None);
        tally.open(90.0);
        assert_eq!(tally.finish(100.0), Some(10.0));
        assert_eq!((tally.count, tally.total_s, tally.square_s2), (3, 40.0, 600.0));
        assert_eq!((tally.longest_s, tally.longest_start_s, tally.longest_inner_s), (20.0, 30.0, 20.0));
        assert_eq!((tally.first_cut_s, tally.last_cut_s), (10.0, 10.0));
    }

    #[test]
    fn never_covered_is_one_gap_as_long_as_the_window() {
        let mut tally = GapTally::new(false);
        assert_eq!(tally.finish(86_400.0), Some(86_400.0));
        assert_eq!((tally.count, tally.first_cut_s, tally.last_cut_s), (1, 86_400.0, 86_400.0));
    }
}
