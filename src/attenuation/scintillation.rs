//! Fading by tropospheric scintillation: Recommendation ITU-R P.618-13 (2017), §2.4.1.
//!
//! For elevations of 5° and more; stated for 4 to 20 GHz and used beyond, as the ITU's worked examples do.

/// What scintillation depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScintillationPath {
    /// Frequency in GHz.
    pub frequency_ghz: f64,
    /// Elevation in degrees.
    pub elevation_deg: f64,
    /// Physical diameter of the station's antenna in m.
    pub antenna_diameter_m: f64,
    /// Efficiency of the antenna, above 0 and up to 1.
    pub antenna_efficiency: f64,
    /// Median wet term of the surface refractivity in N-units (P.453).
    pub wet_refractivity: f64,
}

/// Height of the turbulent layer in m that the Recommendation takes.
const TURBULENT_LAYER_M: f64 = 1000.0;

/// Standard deviation of the signal in dB (equations 43 to 47).
pub fn standard_deviation_db(path: &ScintillationPath) -> f64 {
    let sin = path.elevation_deg.to_radians().sin();
    let f = path.frequency_ghz;
    let reference = 3.6e-3 + 1e-4 * path.wet_refractivity;
    let length_m = 2.0 * TURBULENT_LAYER_M / ((sin * sin + 2.35e-4).sqrt() + sin);
    // Effective diameter squared, D_eff² = η D².
    let x = 1.22 * path.antenna_efficiency * path.antenna_diameter_m.powi(2) * f / length_m;
    if x >= 7.0 {
        return 0.0;
    }
    let averaging = 3.86 * (x * x + 1.0).powf(11.0 / 12.0) * (11.0 / 6.0 * (1.0_f64).atan2(x)).sin()
        - 7.08 * x.powf(5.0 / 6.0);
    reference * f.powf(7.0 / 12.0) * averaging.max(0.0).sqrt() / sin.powf(1.2)
}

/// Fade depth in dB exceeded for `percent` of an average year, never below 0 (equations 48 and 49).
/// Stated for 0.01 % to 50 %.
pub fn fade_depth_db(path: &ScintillationPath, percent: f64) -> f64 {
    let log = percent.log10();
    let factor = -0.061 * log.powi(3) + 0.072 * log.powi(2) - 1.71 * log + 3.0;
    (factor * standard_deviation_db(path)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P.618-13, equation 46: an aperture that is large to the turbulence averages all of it out.
    #[test]
    fn a_large_antenna_sees_no_scintillation() {
        let path = |antenna_diameter_m| ScintillationPath {
            frequency_ghz: 30.0,
            elevation_deg: 10.0,
            antenna_diameter_m,
            antenna_efficiency: 0.6,
            wet_refractivity: 60.0,
        };
        let small = standard_deviation_db(&path(1.0));
        let larger = standard_deviation_db(&path(5.0));
        assert!(small > larger && larger > 0.0, "{small} {larger}");
        assert_eq!(standard_deviation_db(&path(60.0)), 0.0);
    }
}
