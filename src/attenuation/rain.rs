//! Rain on a slant path: Recommendations ITU-R P.838-3 (2005), P.839-4 (2013) and P.618-13 (2017), §2.2.1.

use statrs::function::erf::{erfc, erfc_inv};

/// Radius in km of the effective Earth for paths below 5° (P.618-13, equation 2).
const EFFECTIVE_EARTH_RADIUS_KM: f64 = 8500.0;

/// One side of P.838-3: the terms `(a, b, c)` of the sum, then slope and constant.
struct Curve<const N: usize> {
    terms: [(f64, f64, f64); N],
    slope: f64,
    constant: f64,
}

impl<const N: usize> Curve<N> {
    /// `Σ a exp(−((lg f − b)/c)²) + m lg f + c` (equations 2 and 3).
    fn at(&self, log_f: f64) -> f64 {
        let sum: f64 = self.terms.iter().map(|(a, b, c)| a * (-((log_f - b) / c).powi(2)).exp()).sum();
        sum + self.slope * log_f + self.constant
    }
}

// Tables 1 to 4 of P.838-3.
const K_HORIZONTAL: Curve<4> = Curve {
    terms: [
        (-5.33980, -0.10008, 1.13098),
        (-0.35351, 1.26970, 0.45400),
        (-0.23789, 0.86036, 0.15354),
        (-0.94158, 0.64552, 0.16817),
    ],
    slope: -0.18961,
    constant: 0.71147,
};
const K_VERTICAL: Curve<4> = Curve {
    terms: [
        (-3.80595, 0.56934, 0.81061),
        (-3.44965, -0.22911, 0.51059),
        (-0.39902, 0.73042, 0.11899),
        (0.50167, 1.07319, 0.27195),
    ],
    slope: -0.16398,
    constant: 0.63297,
};
const ALPHA_HORIZONTAL: Curve<5> = Curve {
    terms: [
        (-0.14318, 1.82442, -0.55187),
        (0.29591, 0.77564, 0.19822),
        (0.32177, 0.63773, 0.13164),
        (-5.37610, -0.96230, 1.47828),
        (16.1721, -3.29980, 3.43990),
    ],
    slope: 0.67849,
    constant: -1.95537,
};
const ALPHA_VERTICAL: Curve<5> = Curve {
    terms: [
        (-0.07771, 2.33840, -0.76284),
        (0.56727, 0.95545, 0.54039),
        (-0.20238, 1.14520, 0.26809),
        (-48.2991, 0.791669, 0.116226),
        (48.5833, 0.791459, 0.116479),
    ],
    slope: -0.053739,
    constant: 0.83433,
};

/// Coefficients `k` and `α` of `γ = k Rᵅ` (P.838-3, equations 4 and 5), from 1 to 1000 GHz.
///
/// `tilt_deg` is the polarisation tilt: 0 horizontal, 90 vertical, 45 circular.
pub fn power_law(frequency_ghz: f64, elevation_deg: f64, tilt_deg: f64) -> (f64, f64) {
    let log_f = frequency_ghz.log10();
    let (kh, kv) = (10.0_f64.powf(K_HORIZONTAL.at(log_f)), 10.0_f64.powf(K_VERTICAL.at(log_f)));
    let (ah, av) = (ALPHA_HORIZONTAL.at(log_f), ALPHA_VERTICAL.at(log_f));
    let mix = elevation_deg.to_radians().cos().powi(2) * (2.0 * tilt_deg).to_radians().cos();
    let k = (kh + kv + (kh - kv) * mix) / 2.0;
    let alpha = (kh * ah + kv * av + (kh * ah - kv * av) * mix) / (2.0 * k);
    (k, alpha)
}

/// Specific attenuation in dB/km at a rain rate in mm/h (P.838-3, equation 1).
pub fn specific_attenuation_db_km(
    rain_rate_mm_h: f64,
    frequency_ghz: f64,
    elevation_deg: f64,
    tilt_deg: f64,
) -> f64 {
    let (k, alpha) = power_law(frequency_ghz, elevation_deg, tilt_deg);
    k * rain_rate_mm_h.powf(alpha)
}

/// Mean rain height in km above sea level from the 0 °C isotherm (P.839-4), `h_R = h_0 + 0.36`.
pub fn rain_height_km(zero_isotherm_height_km: f64) -> f64 {
    zero_isotherm_height_km + 0.36
}

/// What rain attenuation on a path depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RainPath {
    /// Latitude of the station in degrees.
    pub latitude_deg: f64,
    /// Height of the station above sea level in km.
    pub station_height_km: f64,
    /// Mean rain height above sea level in km.
    pub rain_height_km: f64,
    /// Frequency in GHz.
    pub frequency_ghz: f64,
    /// Elevation in degrees.
    pub elevation_deg: f64,
    /// Polarisation tilt in degrees.
    pub tilt_deg: f64,
    /// Rain rate in mm/h exceeded for 0.01 % of an average year.
    pub r001_mm_h: f64,
}

/// Length in km of a slant path below the rain height; 0 where the station stands above it
/// (P.618-13, equations 1 and 2).
pub fn slant_length_km(station_height_km: f64, rain_height_km: f64, elevation_deg: f64) -> f64 {
    let rise = (rain_height_km - station_height_km).max(0.0);
    let sin = elevation_deg.to_radians().sin();
    if elevation_deg >= 5.0 {
        rise / sin
    } else {
        2.0 * rise / ((sin * sin + 2.0 * rise / EFFECTIVE_EARTH_RADIUS_KM).sqrt() + sin)
    }
}

/// Rain attenuation in dB exceeded for `percent` of an average year (P.618-13, §2.2.1.1, steps 1 to 10).
///
/// Valid from 0.001 % to 5 % and up to 55 GHz; outside, the same expressions are extrapolated.
pub fn attenuation_db(path: &RainPath, percent: f64) -> f64 {
    let at_001 = attenuation_at_001_db(path);
    if at_001 <= 0.0 {
        return 0.0;
    }
    let sin = path.elevation_deg.to_radians().sin();
    let latitude = path.latitude_deg.abs();
    let beta = if percent >= 1.0 || latitude >= 36.0 {
        0.0
    } else if path.elevation_deg >= 25.0 {
        -0.005 * (latitude - 36.0)
    } else {
        -0.005 * (latitude - 36.0) + 1.8 - 4.25 * sin
    };
    // A_p = A_0.01 (p/0.01)^−(0.655 + 0.033 ln p − 0.045 ln A_0.01 − β (1 − p) sin θ)
    let exponent = 0.655 + 0.033 * percent.ln() - 0.045 * at_001.ln() - beta * (1.0 - percent) * sin;
    at_001 * (percent / 0.01).powf(-exponent)
}

/// Rain attenuation in dB exceeded for 0.01 % of an average year (steps 1 to 9).
fn attenuation_at_001_db(path: &RainPath) -> f64 {
    let rise = path.rain_height_km - path.station_height_km;
    if rise <= 0.0 || path.r001_mm_h <= 0.0 {
        return 0.0;
    }
    let f = path.frequency_ghz;
    let (sin, cos) = path.elevation_deg.to_radians().sin_cos();
    let projection = slant_length_km(path.station_height_km, path.rain_height_km, path.elevation_deg) * cos;
    let gamma = specific_attenuation_db_km(path.r001_mm_h, f, path.elevation_deg, path.tilt_deg);
    let reduction =
        1.0 / (1.0 + 0.78 * (projection * gamma / f).sqrt() - 0.38 * (1.0 - (-2.0 * projection).exp()));
    let zeta_deg = rise.atan2(projection * reduction).to_degrees();
    let rainy_length = if zeta_deg > path.elevation_deg { projection * reduction / cos } else { rise / sin };
    let chi = (36.0 - path.latitude_deg.abs()).max(0.0);
    let adjustment = 1.0
        / (1.0
            + sin.sqrt()
                * (31.0 * (1.0 - (-path.elevation_deg / (1.0 + chi)).exp()) * (rainy_length * gamma).sqrt()
                    / (f * f)
                    - 0.45));
    gamma * rainy_length * adjustment
}

/// Percentage of an average year with rain attenuation on a slant path, from the percentage with rain at the
/// station (P.618-13, §2.2.1.2).
pub fn attenuation_probability_percent(
    rain_probability_percent: f64,
    slant_length_km: f64,
    elevation_deg: f64,
) -> f64 {
    let p0 = rain_probability_percent / 100.0;
    if p0 <= 0.0 {
        return 0.0;
    }
    if p0 >= 1.0 {
        return 100.0;
    }
    // α = Q⁻¹(P₀) with Q(x) = erfc(x/√2)/2
    let alpha = std::f64::consts::SQRT_2 * erfc_inv(2.0 * p0);
    let distance = slant_length_km * elevation_deg.to_radians().cos();
    let correlation = 0.59 * (-distance.abs() / 31.0).exp() + 0.41 * (-distance.abs() / 800.0).exp();
    let joint = both_exceed(alpha, correlation);
    100.0 * (1.0 - (1.0 - p0) * ((joint - p0 * p0) / (p0 * (1.0 - p0))).powf(p0))
}

/// Probability that both of two standard normal variables of a correlation exceed `a`.
///
/// `Q(a)² + (1/2π) ∫₀^asin ρ exp(−a²/(1 + sin t)) dt`, the derivative with respect to the correlation
/// integrated (Drezner and Wesolowsky 1990); the integrand is smooth, so Simpson's rule on 200 intervals
/// leaves less than 1e-12.
fn both_exceed(a: f64, correlation: f64) -> f64 {
    const INTERVALS: usize = 200;
    let single = 0.5 * erfc(a / std::f64::consts::SQRT_2);
    let step = correlation.asin() / INTERVALS as f64;
    let sum: f64 = (0..=INTERVALS)
        .map(|i| {
            let weight = match i {
                0 | INTERVALS => 1.0,
                i if i % 2 == 1 => 4.0,
                _ => 2.0,
            };
            weight * (-a * a / (1.0 + (i as f64 * step).sin())).exp()
        })
        .sum();
    single * single + sum * step / 3.0 / std::f64::consts::TAU
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where it never rains no path is rained on, where it always does every path is; in between a path sees rain
    /// more often than its own end, and along the horizon more often than overhead.
    #[test]
    fn how_often_it_rains_on_a_path() {
        assert_eq!(attenuation_probability_percent(0.0, 5.0, 30.0), 0.0);
        assert_eq!(attenuation_probability_percent(100.0, 5.0, 30.0), 100.0);
        let [overhead, slanted, low] =
            [90.0, 30.0, 5.0].map(|elevation_deg| attenuation_probability_percent(4.0, 40.0, elevation_deg));
        assert!((overhead - 4.0).abs() < 1e-6, "{overhead}");
        assert!(4.0 < slanted && slanted < low && low < 100.0, "{slanted} {low}");
    }
}
