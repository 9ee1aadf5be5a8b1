//! Figures of merit of one site: distributions of its dilution of precision, and availability.

use crate::navigation::survey::{Criteria, Series};

/// How a dilution of precision is distributed over the instants that have a fix.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Distribution {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// 95th percentile, linear between order statistics (Hyndman and Fan 1996, type 7).
    pub p95: f64,
    /// Largest value.
    pub max: f64,
    /// Number of the first instant that has the largest value.
    pub max_instant: u32,
}

/// Distributions of the five dilutions of precision.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct DopFigures {
    /// Geometric.
    pub gdop: Distribution,
    /// Position.
    pub pdop: Distribution,
    /// Horizontal.
    pub hdop: Distribution,
    /// Vertical.
    pub vdop: Distribution,
    /// Time.
    pub tdop: Distribution,
}

/// Figures of a site over a run.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Figures {
    /// Instants of the run.
    pub instants: u32,
    /// Instants at which PDOP is at most the threshold.
    pub available: u32,
    /// Instants with fewer satellites than unknowns: no fix.
    pub too_few: u32,
    /// Instants with enough satellites whose geometry is singular: no fix.
    pub singular: u32,
    /// Number of the first instant without a fix; none when there is always one.
    pub first_without_fix: Option<u32>,
    /// Fewest satellites in view.
    pub min_in_view: u32,
    /// Mean number of satellites in view.
    pub mean_in_view: f64,
    /// Distributions over the instants with a fix; none when there is never one.
    pub dop: Option<DopFigures>,
}

impl Figures {
    /// Percent of the instants at which PDOP is at most the threshold.
    pub fn availability_percent(&self) -> f64 {
        100.0 * f64::from(self.available) / f64::from(self.instants.max(1))
    }

    /// Whether PDOP is at most the threshold at every instant.
    pub fn is_always_available(&self) -> bool {
        self.available == self.instants
    }

    /// Instants without a fix.
    pub fn without_fix(&self) -> u32 {
        self.too_few + self.singular
    }
}

/// Folds series to figures, with memory that is kept from site to site.
#[derive(Debug, Default)]
pub struct Folder {
    /// Values of one kind in the order of time, then partly sorted, as the bits of positive numbers:
    /// those compare as the numbers do, and as integers faster.
    bits: Vec<u64>,
}

impl Folder {
    /// The figures of one site of a block.
    pub fn fold(&mut self, series: &Series, lane: usize, criteria: &Criteria) -> Figures {
        let instants = series.dop.len();
        let available = series.dop.iter().filter(|dop| dop[1][lane] <= criteria.pdop_threshold).count();
        let without_fix = series.too_few[lane] + series.singular[lane] > 0;
        let first_without_fix =
            without_fix.then(|| series.dop.iter().position(|dop| dop[1][lane].is_nan())).flatten();
        let mut kind = |kind: usize| self.distribution(series.dop.iter().map(|dop| dop[kind][lane]));
        let dop = kind(1).and_then(|pdop| {
            Some(DopFigures { gdop: kind(0)?, pdop, hdop: kind(2)?, vdop: kind(3)?, tdop: kind(4)? })
        });
        Figures {
            instants: instants as u32,
            available: available as u32,
            too_few: series.too_few[lane],
            singular: series.singular[lane],
            first_without_fix: first_without_fix.map(|instant| instant as u32),
            min_in_view: series.in_view_min[lane] as u32,
            mean_in_view: series.in_view_sum[lane] / instants as f64,
            dop,
        }
    }

    /// Distribution of the values that are numbers; none when there is none.
    pub fn distribution(&mut self, values: impl Iterator<Item = f64>) -> Option<Distribution> {
        self.bits.clear();
        let (mut sum, mut max, mut max_instant) = (0.0, f64::NEG_INFINITY, 0);
        for (instant, value) in values.enumerate() {
            if value.is_nan() {
                continue;
            }
            sum += value;
            if value > max {
                (max, max_instant) = (value, instant as u32);
            }
            self.bits.push(value.to_bits());
        }
        let count = self.bits.len();
        if count == 0 {
            return None;
        }
        let high = (count - 1) * 95 / 100;
        let p95 = quantile(&mut self.bits, 0.95);
        // What lies below the 95th percentile is partitioned already.
        let median_at = (count - 1) as f64 * 0.5;
        let below = (high + 1).max(median_at.ceil() as usize + 1).min(count);
        let median = order_statistic(&mut self.bits[..below], median_at);
        Some(Distribution { mean: sum / count as f64, median, p95, max, max_instant })
    }
}

/// The quantile `q` of positive numbers, linear between order statistics.
fn quantile(bits: &mut [u64], q: f64) -> f64 {
    let at = (bits.len() - 1) as f64 * q;
    order_statistic(bits, at)
}

/// The value at a fractional place of the order; the slice is partitioned there.
fn order_statistic(bits: &mut [u64], at: f64) -> f64 {
    let low = (at as usize).min(bits.len() - 1);
    let fraction = at - low as f64;
    let (_, &mut value, above) = bits.select_nth_unstable(low);
    let value = f64::from_bits(value);
    match above.iter().min() {
        Some(&next) if fraction > 0.0 => value + (f64::from_bits(next) - value) * fraction,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.percentile([4, 1, 3, 2, 10], [50, 95])` is `[3, 8.8]`; of 1 to 100, `[50.5, 95.05]`.
    #[test]
    fn percentiles_are_numpys() {
        let mut folder = Folder::default();
        let five = folder.distribution([4.0, f64::NAN, 1.0, 3.0, 2.0, 10.0].into_iter()).unwrap();
        assert_eq!((five.mean, five.median, five.max, five.max_instant), (4.0, 3.0, 10.0, 5));
        assert!((five.p95 - 8.8).abs() < 1e-12);
        let hundred = folder.distribution((1..=100).rev().map(f64::from)).unwrap();
        assert!((hundred.median - 50.5).abs() < 1e-12 && (hundred.p95 - 95.05).abs() < 1e-12);
        let one = folder.distribution([2.5].into_iter()).unwrap();
        assert_eq!((one.mean, one.median, one.p95, one.max), (2.5, 2.5, 2.5, 2.5));
        assert_eq!(folder.distribution([f64::NAN; 3].into_iter()), None);
    }

    #[test]
    fn percentiles_agree_with_sorting() {
        let mut folder = Folder::default();
        for count in 1..200usize {
            let values: Vec<f64> = (0..count).map(|k| 1.0 + ((k * 7919) % 1009) as f64).collect();
            let got = folder.distribution(values.iter().copied()).unwrap();
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            for (q, got) in [(0.5, got.median), (0.95, got.p95)] {
                let at = (count - 1) as f64 * q;
                let low = at.floor() as usize;
                let next = sorted[(low + 1).min(count - 1)];
                let expected = sorted[low] + (next - sorted[low]) * (at - low as f64);
                assert!((got - expected).abs() < 1e-9, "{count} {q}: {got} {expected}");
            }
        }
    }
}
