//! Anomalies of an ellipse.

use std::f64::consts::TAU;

/// Mean anomaly in degrees where the true anomaly is `true_deg`: Kepler's equation, in the revolution of the true
/// anomaly, so that both are equal at perigee and apogee (Vallado 2013, equations 2-14 and 2-4).
pub fn mean_from_true_deg(true_deg: f64, eccentricity: f64) -> f64 {
    if eccentricity == 0.0 {
        return true_deg;
    }
    let true_rad = true_deg.to_radians();
    let (sin, cos) = (0.5 * true_rad).sin_cos();
    let eccentric = 2.0 * ((1.0 - eccentricity).sqrt() * sin).atan2((1.0 + eccentricity).sqrt() * cos);
    let mean = eccentric - eccentricity * eccentric.sin();
    (mean + ((true_rad - mean) / TAU).round() * TAU).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vallado (2013), example 2-1 the other way: M = 235.4° at e = 0.4 has E = 220.512 074 767 522°.
    #[test]
    fn the_example_of_vallado() {
        let e: f64 = 0.4;
        let eccentric = 220.512_074_767_522_f64.to_radians();
        let true_anomaly = 2.0
            * ((1.0 + e).sqrt() * (0.5 * eccentric).sin()).atan2((1.0 - e).sqrt() * (0.5 * eccentric).cos());
        let mean = mean_from_true_deg(true_anomaly.to_degrees(), e).rem_euclid(360.0);
        assert!((mean - 235.4).abs() < 1e-9, "{mean}");
    }

    #[test]
    fn both_are_equal_at_perigee_and_apogee_of_every_turn() {
        for e in [0.0, 0.01, 0.7] {
            for turn in -3..=3 {
                let apse = 180.0 * f64::from(turn);
                assert!((mean_from_true_deg(apse, e) - apse).abs() < 1e-9, "{apse} {e}");
            }
            assert!(mean_from_true_deg(90.0, e) <= 90.0 && mean_from_true_deg(-90.0, e) >= -90.0);
        }
    }
}
