//! The figures that are compared, and which of two values is the better one.

use serde::Serialize;

use crate::coverage::PointFigures;
use crate::coverage::summary::Summary;

/// Which values of a figure are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// The higher ones.
    Higher,
    /// The lower ones.
    Lower,
}

impl Better {
    /// By how much `a` is better than `b`; negative where it is worse.
    pub fn lead(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Higher => a - b,
            Self::Lower => b - a,
        }
    }

    /// Which values are the best; none of them where all are alike.
    pub fn best_of(self, values: &[f64]) -> Vec<bool> {
        let best: Vec<bool> =
            values.iter().map(|&value| values.iter().all(|&other| self.lead(value, other) >= 0.0)).collect();
        if best.iter().all(|&best| best) { vec![false; values.len()] } else { best }
    }
}

/// A figure of a whole grid or region.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Name, as tables print it.
    pub name: &'static str,
    /// Unit, on cells; see [`unit_of_share`](crate::coverage::summary::unit_of_share) for places.
    pub unit: &'static str,
    /// Which values are better.
    pub better: Better,
    /// The value in a summary.
    pub of: fn(&Summary) -> f64,
}

/// The figures that are compared over a grid or region.
pub const FIGURES: &[Figure] = &[
    Figure { name: "percent covered", unit: "%", better: Better::Higher, of: |s| s.percent_covered },
    Figure {
        name: "covered at all times",
        unit: "% of area",
        better: Better::Higher,
        of: |s| s.percent_area_always,
    },
    Figure { name: "never covered", unit: "% of area", better: Better::Lower, of: |s| s.percent_area_never },
    Figure { name: "2 in view", unit: "%", better: Better::Higher, of: |s| s.percent_at_least[1] },
    Figure { name: "3 in view", unit: "%", better: Better::Higher, of: |s| s.percent_at_least[2] },
    Figure { name: "4 in view", unit: "%", better: Better::Higher, of: |s| s.percent_at_least[3] },
    Figure { name: "mean in view", unit: "", better: Better::Higher, of: |s| s.mean_in_view },
    Figure { name: "least in view", unit: "", better: Better::Higher, of: |s| f64::from(s.min_in_view) },
    Figure { name: "mean response time", unit: "s", better: Better::Lower, of: |s| s.mean_response_s },
    // No gap at all is as good as gaps of no length.
    Figure {
        name: "mean gap where any",
        unit: "s",
        better: Better::Lower,
        of: |s| s.mean_gap_s.unwrap_or(0.0),
    },
    Figure { name: "mean of longest gaps", unit: "s", better: Better::Lower, of: |s| s.mean_max_gap_s },
    Figure { name: "longest gap", unit: "s", better: Better::Lower, of: |s| s.max_gap_s },
];

/// A figure of one point.
#[derive(Debug, Clone, Copy)]
pub struct PointFigure {
    /// Name, as tables print it.
    pub name: &'static str,
    /// Name of its column in a CSV file.
    pub column: &'static str,
    /// Which values are better.
    pub better: Better,
    /// Values as near as this count as equal, in the figure's unit.
    pub tolerance: f64,
    /// Digits after the point in files.
    pub decimals: usize,
    /// The value at a point.
    pub of: fn(&PointFigures) -> f64,
}

impl PointFigure {
    /// Whether `a` is better than `b` by more than the tolerance.
    pub fn beats(&self, a: &PointFigures, b: &PointFigures) -> bool {
        self.better.lead((self.of)(a), (self.of)(b)) > self.tolerance
    }
}

/// The figures that are compared point by point.
pub const POINT_FIGURES: &[PointFigure] = &[
    PointFigure {
        name: "percent covered",
        column: "percent_covered",
        better: Better::Higher,
        tolerance: 0.01,
        decimals: 6,
        of: |f| f.percent_covered,
    },
    PointFigure {
        name: "mean in view",
        column: "mean_in_view",
        better: Better::Higher,
        tolerance: 0.01,
        decimals: 6,
        of: |f| f.mean_in_view,
    },
    PointFigure {
        name: "longest gap",
        column: "max_gap_s",
        better: Better::Lower,
        tolerance: 1.0,
        decimals: 3,
        of: |f| f.max_gap_s,
    },
    PointFigure {
        name: "mean response time",
        column: "mean_response_s",
        better: Better::Lower,
        tolerance: 1.0,
        decimals: 3,
        of: |f| f.mean_response_s,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_marked_and_a_draw_is_not() {
        assert_eq!(Better::Higher.best_of(&[1.0, 3.0, 3.0]), [false, true, true]);
        assert_eq!(Better::Lower.best_of(&[1.0, 3.0, 3.0]), [true, false, false]);
        assert_eq!(Better::Lower.best_of(&[2.0, 2.0]), [false, false]);
    }
}
