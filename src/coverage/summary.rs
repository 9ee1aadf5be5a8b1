//! Area-weighted figures of a whole grid, and its latitude profile.

use super::{Coverage, PointFigures};
use crate::grid::cells::{Grid, GridPoint};

/// Area-weighted figures of a set of points.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    /// Number of points.
    pub points: usize,
    /// Sum of the weights: km² for cells, the number of places for places.
    pub area_km2: f64,
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
    /// Greatest number in view of any point.
    pub max_in_view: u32,
    /// Mean of the points' longest gaps (0 for a point without gaps), s.
    pub mean_max_gap_s: f64,
    /// Mean gap of the points that have gaps, s; none without any.
    pub mean_gap_s: Option<f64>,
    /// Mean response time, s.
    pub mean_response_s: f64,
    /// Mean number of accesses.
    pub mean_access_count: f64,
    /// Longest gap of any point, s.
    pub max_gap_s: f64,
    /// Number of the point with the longest gap; none without gaps.
    pub max_gap_point: Option<usize>,
    /// Longest gap that begins and ends inside the window, s.
    pub max_inner_gap_s: f64,
}

/// Summary of a band of latitude.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LatitudeBand {
    /// Southern edge, degrees.
    pub from_deg: f64,
    /// Northern edge, degrees.
    pub to_deg: f64,
    /// Figures of the points in the band.
    #[serde(flatten)]
    pub summary: Summary,
}

/// Height of a band of the latitude profile, degrees.
pub const PROFILE_BAND_DEG: f64 = 5.0;

/// The unit of a figure on places, which are counted and have no area, where on cells it is a share of the area.
pub fn unit_of_share(unit: &'static str, on_places: bool) -> &'static str {
    if on_places && unit == "% of area" { "% of places" } else { unit }
}

/// Summary of the points that `keep` accepts; none when it accepts none.
pub fn summarise(grid: &Grid, coverage: &Coverage, keep: impl Fn(&GridPoint) -> bool) -> Option<Summary> {
    let chosen: Vec<(usize, f64, &PointFigures)> = grid
        .points
        .iter()
        .zip(&coverage.points)
        .enumerate()
        .filter(|(_, (point, _))| keep(point))
        .map(|(number, (point, figures))| (number, point.area_km2, figures))
        .collect();
    if chosen.is_empty() {
        return None;
    }
    let area: f64 = chosen.iter().map(|(_, area, _)| area).sum();
    let mean = |value: &dyn Fn(&PointFigures) -> f64| {
        weighted_mean(chosen.iter().map(|(_, area, figures)| (*area, value(figures))))
    };
    let share = |test: &dyn Fn(&PointFigures) -> bool| {
        // An empty sum of floats is -0; adding 0 makes it a plain one.
        let sum: f64 = chosen.iter().filter(|(_, _, figures)| test(figures)).map(|(_, area, _)| area).sum();
        100.0 * ((sum + 0.0) / area)
    };
    let with_gaps = chosen.iter().filter(|(_, _, figures)| figures.gap_count > 0);
    let mean_gap_s = (with_gaps.clone().count() > 0).then(|| {
        weighted_mean(with_gaps.map(|(_, area, figures)| (*area, figures.mean_gap_s().unwrap_or(0.0))))
    });
    // The first of equals, so that the answer does not hang on the order of comparison.
    let longest = chosen
        .iter()
        .filter(|(_, _, figures)| figures.gap_count > 0)
        .max_by(|a, b| a.2.max_gap_s.total_cmp(&b.2.max_gap_s).then(b.0.cmp(&a.0)));
    Some(Summary {
        points: chosen.len(),
        area_km2: area,
        percent_covered: mean(&|f| f.percent_covered),
        percent_area_always: share(&|f| f.gap_count == 0),
        percent_area_never: share(&|f| f.access_count == 0),
        percent_at_least: std::array::from_fn(|n| mean(&|f| f.percent_at_least[n])),
        mean_in_view: mean(&|f| f.mean_in_view),
        min_in_view: chosen.iter().map(|(_, _, f)| f.min_in_view).min().unwrap_or(0),
        max_in_view: chosen.iter().map(|(_, _, f)| f.max_in_view).max().unwrap_or(0),
        mean_max_gap_s: mean(&|f| f.max_gap_s),
        mean_gap_s,
        mean_response_s: mean(&|f| f.mean_response_s),
        mean_access_count: mean(&|f| f64::from(f.access_count)),
        max_gap_s: longest.map_or(0.0, |(_, _, f)| f.max_gap_s),
        max_gap_point: longest.map(|(number, _, _)| *number),
        max_inner_gap_s: chosen.iter().map(|(_, _, f)| f.max_inner_gap_s).fold(0.0, f64::max),
    })
}

/// Mean of values by their weights, above zero, given as `(weight, value)`; 0 of none. What is added up is by how much
/// values differ from the first: of values that are all alike it is that value, and one that differs a little from a
/// million others is not lost in the rounding of their sum. It lies between the least and the greatest value.
pub(crate) fn weighted_mean(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut values = values.peekable();
    let Some(&(_, first)) = values.peek() else { return 0.0 };
    let (mut weights, mut sum) = (0.0, 0.0);
    let (mut least, mut greatest) = (first, first);
    for (weight, value) in values {
        weights += weight;
        sum += weight * (value - first);
        least = least.min(value);
        greatest = greatest.max(value);
    }
    if weights > 0.0 { (first + sum / weights).clamp(least, greatest) } else { 0.0 }
}

/// The latitude profile in bands of [`PROFILE_BAND_DEG`], north first; bands without points are left out.
pub fn latitude_profile(grid: &Grid, coverage: &Coverage) -> Vec<LatitudeBand> {
    let bands = (180.0 / PROFILE_BAND_DEG) as usize;
    let band_of = |latitude_deg: f64| (((latitude_deg + 90.0) / PROFILE_BAND_DEG) as usize).min(bands - 1);
    (0..bands)
        .rev()
        .filter_map(|band| {
            let summary = summarise(grid, coverage, |point| band_of(point.latitude_deg) == band)?;
            let from_deg = band as f64 * PROFILE_BAND_DEG - 90.0;
            Some(LatitudeBand { from_deg, to_deg: from_deg + PROFILE_BAND_DEG, summary })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gap of a second in thirty days at one of 50,000 places, wherever it stands among them.
    #[test]
    fn one_value_below_a_hundred_keeps_the_mean_below() {
        let gap_percent = 100.0 / (30.0 * 86_400.0);
        for gappy in [0, 1, 25_000, 49_999] {
            let values = (0..50_000).map(|n| {
                let weight = 12_392.264 + 0.37 * f64::from(n % 1000);
                (weight, if n == gappy { 100.0 - gap_percent } else { 100.0 })
            });
            let lost = 100.0 - weighted_mean(values);
            let expected = gap_percent / 50_000.0;
            assert!((lost / expected - 1.0).abs() < 0.02, "{gappy}: {lost} for {expected}");
        }
    }

    /// These weights times 100 add up to 100.00000000000001 times their sum.
    #[test]
    fn a_mean_of_hundreds_is_a_hundred() {
        for count in 1..2000 {
            let weights = (0..count).map(|n| 12_392.264 + 0.37 * f64::from(n));
            assert_eq!(weighted_mean(weights.map(|weight| (weight, 100.0))), 100.0);
        }
        assert_eq!(weighted_mean([(1.0, 2.0), (3.0, 6.0)].into_iter()), 5.0);
        assert_eq!(weighted_mean(std::iter::empty()), 0.0);
    }
}
