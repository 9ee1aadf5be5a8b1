//! Wet term of the radio refractivity: Recommendation ITU-R P.453-14 (2019).

/// Saturation vapour pressure over liquid water in hPa at a temperature in °C and a pressure in hPa
/// (equation 9 with the enhancement factor of water).
pub fn saturation_vapour_pressure_hpa(temperature_c: f64, pressure_hpa: f64) -> f64 {
    let t = temperature_c;
    let enhancement = 1.0 + 1e-4 * (7.2 + pressure_hpa * (0.0320 + 5.9e-6 * t * t));
    enhancement * 6.1121 * ((18.678 - t / 234.5) * t / (t + 257.14)).exp()
}

/// Wet term of the refractivity in N-units from the vapour pressure in hPa and the temperature in K,
/// `N = 72 e/T + 3.75·10⁵ e/T²` (equation 4).
pub fn wet_refractivity(vapour_pressure_hpa: f64, temperature_k: f64) -> f64 {
    72.0 * vapour_pressure_hpa / temperature_k
        + 3.75e5 * vapour_pressure_hpa / (temperature_k * temperature_k)
}
