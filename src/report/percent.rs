//! Percentages as texts and pages have them.

/// Points within which a percentage is 0 or 100 but for rounding. A gap of a second in thirty days at one of a million
/// places takes more: means are made such that all alike give exactly that.
const NONE_POINTS: f64 = 1e-12;

/// A percentage with so many decimals. What is less than all is never told as 100, and what is more than nothing never
/// as 0: beside a gap, `100.00 %` would be wrong.
pub fn percent(value: f64, decimals: usize) -> String {
    format!("{:.decimals$}", percent_rounded(value, decimals))
}

/// The same as a number.
pub fn percent_rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10f64.powi(decimals as i32);
    let units = (value * scale).round();
    if units == 100.0 * scale && value < 100.0 - NONE_POINTS {
        return (units - 1.0) / scale;
    }
    if units == 0.0 {
        return if value > NONE_POINTS { 1.0 / scale } else { 0.0 };
    }
    value
}

/// By how many points a percentage changes between two that are told with so many decimals: the difference of what is
/// told.
pub fn percent_change(from: f64, to: f64, decimals: usize) -> f64 {
    let told = |value: f64| {
        let scale = 10f64.powi(decimals as i32);
        (percent_rounded(value, decimals) * scale).round() / scale
    };
    let change = told(to) - told(from);
    if change == 0.0 { 0.0 } else { change }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_all_is_never_told_as_all() {
        for (value, decimals, told) in [
            (100.0, 2, "100.00"),
            (99.995_2, 2, "99.99"),
            (99.995_2, 4, "99.9952"),
            (99.999_999_4, 4, "99.9999"),
            // Sums of many cells.
            (99.999_999_999_999_97, 4, "100.0000"),
            (99.6, 0, "99"),
            (49.995, 1, "50.0"),
            (0.0, 2, "0.00"),
            (1e-13, 2, "0.00"),
            // A second of thirty days at one of 50,000 places.
            (99.999_999_999_228_42, 4, "99.9999"),
            (-1e-14, 2, "0.00"),
            (7.7e-10, 4, "0.0001"),
            (0.000_01, 2, "0.01"),
            (0.004, 1, "0.1"),
            (100.004, 2, "100.00"),
        ] {
            assert_eq!(percent(value, decimals), told, "{value} with {decimals}");
        }
        assert_eq!(percent_rounded(99.999_8, 3), 99.999);
        assert_eq!(percent_rounded(12.345_678, 3), 12.345_678);
    }

    #[test]
    fn a_change_is_of_what_is_told() {
        for (from, to, told) in [
            (100.0, 99.999_99, "-0.001"),
            (99.999_99, 99.999_98, "+0.000"),
            (50.000_2, 99.999_99, "+49.999"),
            (0.000_01, 0.0, "-0.001"),
            (12.345_4, 12.345_3, "+0.000"),
        ] {
            assert_eq!(format!("{:+.3}", percent_change(from, to, 3)), told, "{from} to {to}");
        }
    }
}
