//! Attenuation by clouds: Recommendation ITU-R P.840-8 (2019).

/// Specific attenuation coefficient of cloud liquid water at 0 °C in (dB/km)/(g/m³), the temperature that
/// goes with reduced liquid (equations 2 to 11). Valid up to 200 GHz.
pub fn liquid_water_coefficient(frequency_ghz: f64) -> f64 {
    let f = frequency_ghz;
    let theta = 300.0 / 273.15;
    // Double-Debye permittivity of water.
    let e0 = 77.66 + 103.3 * (theta - 1.0);
    let e1 = 0.0671 * e0;
    let e2 = 3.52;
    let principal = 20.20 - 146.0 * (theta - 1.0) + 316.0 * (theta - 1.0) * (theta - 1.0);
    let secondary = 39.8 * principal;
    let (x, y) = (f / principal, f / secondary);
    let real = (e0 - e1) / (1.0 + x * x) + (e1 - e2) / (1.0 + y * y) + e2;
    let imaginary = x * (e0 - e1) / (1.0 + x * x) + y * (e1 - e2) / (1.0 + y * y);
    let eta = (2.0 + real) / imaginary;
    0.819 * f / (imaginary * (1.0 + eta * eta))
}

/// Cloud attenuation on a slant path in dB from the columnar content of reduced liquid in kg/m²
/// (equation 12), `A = L K / sin θ`.
pub fn slant_attenuation_db(frequency_ghz: f64, elevation_deg: f64, reduced_liquid_kg_m2: f64) -> f64 {
    reduced_liquid_kg_m2 * liquid_water_coefficient(frequency_ghz) / elevation_deg.to_radians().sin()
}
