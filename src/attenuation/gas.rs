//! Gaseous attenuation on a slant path: Recommendation ITU-R P.676-12 (2019), with the pressure of P.835-6.
//!
//! Specific attenuation is the line-by-line sum of annex 1; the slant path takes the equivalent height of
//! oxygen and the zenith attenuation by water vapour of annex 2. Valid from 1 to 350 GHz and for elevations
//! of 5° and more. As the ITU's worked examples do, the pressure at the site is taken for the dry pressure.

mod lines;

/// The air at the station.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Air {
    /// Pressure in hPa.
    pub pressure_hpa: f64,
    /// Temperature in K.
    pub temperature_k: f64,
    /// Water-vapour density in g/m³.
    pub water_vapour_density_g_m3: f64,
}

impl Air {
    /// Water-vapour partial pressure in hPa, `e = ρ T / 216.7` (equation 4).
    fn vapour_pressure_hpa(&self) -> f64 {
        self.water_vapour_density_g_m3 * self.temperature_k / 216.7
    }
}

/// Specific attenuation by dry air in dB/km (P.676-12, annex 1, equations 1 to 8).
pub fn dry_specific_attenuation_db_km(frequency_ghz: f64, air: &Air) -> f64 {
    let f = frequency_ghz;
    let (p, e) = (air.pressure_hpa, air.vapour_pressure_hpa());
    let theta = 300.0 / air.temperature_k;
    let lines: f64 = lines::OXYGEN
        .iter()
        .map(|&[f0, a1, a2, a3, a4, a5, a6]| {
            // S = a₁ 10⁻⁷ p θ³ exp(a₂ (1 − θ))
            let strength = a1 * 1e-7 * p * theta.powi(3) * (a2 * (1.0 - theta)).exp();
            // Δf = a₃ 10⁻⁴ (p θ^(0.8 − a₄) + 1.1 e θ), broadened by the Zeeman effect
            let width = a3 * 1e-4 * (p * theta.powf(0.8 - a4) + 1.1 * e * theta);
            let width = (width * width + 2.25e-6).sqrt();
            // δ = (a₅ + a₆ θ) 10⁻⁴ (p + e) θ^0.8
            let interference = (a5 + a6 * theta) * 1e-4 * (p + e) * theta.powf(0.8);
            strength * line_shape(f, f0, width, interference)
        })
        .sum();
    // Debye spectrum below 10 GHz and pressure-induced nitrogen absorption above 100 GHz (equation 8).
    let d = 5.6e-4 * (p + e) * theta.powf(0.8);
    let continuum = f
        * p
        * theta
        * theta
        * (6.14e-5 / (d * (1.0 + (f / d).powi(2)))
            + 1.4e-12 * p * theta.powf(1.5) / (1.0 + 1.9e-5 * f.powf(1.5)));
    0.1820 * f * (lines + continuum)
}

/// Specific attenuation by water vapour in dB/km (P.676-12, annex 1, equations 1 to 7).
pub fn wet_specific_attenuation_db_km(frequency_ghz: f64, air: &Air) -> f64 {
    let f = frequency_ghz;
    let (p, e) = (air.pressure_hpa, air.vapour_pressure_hpa());
    let theta = 300.0 / air.temperature_k;
    let lines: f64 = lines::WATER_VAPOUR
        .iter()
        .map(|&[f0, b1, b2, b3, b4, b5, b6]| {
            // S = b₁ 10⁻¹ e θ^3.5 exp(b₂ (1 − θ))
            let strength = b1 * 0.1 * e * theta.powf(3.5) * (b2 * (1.0 - theta)).exp();
            // Δf = b₃ 10⁻⁴ (p θ^b₄ + b₅ e θ^b₆), broadened by the Doppler effect
            let width = b3 * 1e-4 * (p * theta.powf(b4) + b5 * e * theta.powf(b6));
            let width = 0.535 * width + (0.217 * width * width + 2.1316e-12 * f0 * f0 / theta).sqrt();
            strength * line_shape(f, f0, width, 0.0)
        })
        .sum();
    0.1820 * f * lines
}

/// Line shape with interference correction `δ` (equation 5).
fn line_shape(f: f64, f0: f64, width: f64, interference: f64) -> f64 {
    f / f0
        * ((width - interference * (f0 - f)) / ((f0 - f).powi(2) + width * width)
            + (width - interference * (f0 + f)) / ((f0 + f).powi(2) + width * width))
}

/// Equivalent height of oxygen in km (P.676-12, annex 2, equations 30 to 34).
pub fn oxygen_equivalent_height_km(frequency_ghz: f64, air: &Air) -> f64 {
    const LINES: [(f64, f64); 7] = [
        (0.1597, 118.750_334),
        (0.1066, 368.498_246),
        (0.1325, 424.763_020),
        (0.1242, 487.249_273),
        (0.0938, 715.392_902),
        (0.1448, 773.839_490),
        (0.1374, 834.145_546),
    ];
    let f = frequency_ghz;
    let rp = (air.pressure_hpa + air.vapour_pressure_hpa()) / 1013.25;
    let t1 = 5.1040 / (1.0 + 0.066 * rp.powf(-2.3))
        * (-((f - 59.7) / (2.87 + 12.4 * (-7.9 * rp).exp())).powi(2)).exp();
    let t2: f64 = LINES
        .iter()
        .map(|&(c, fi)| c * (2.12 * rp).exp() / ((f - fi).powi(2) + 0.025 * (2.2 * rp).exp()))
        .sum();
    let t3 = 0.0114 * f / (1.0 + 0.14 * rp.powf(-2.6)) * (15.02 * f * f - 1353.0 * f + 5.333e4)
        / (f.powi(3) - 151.3 * f * f + 9629.0 * f - 6803.0);
    let a = 0.7832 + 0.00709 * (air.temperature_k - 273.15);
    let height = 6.1 * a / (1.0 + 0.17 * rp.powf(-1.1)) * (1.0 + t1 + t2 + t3);
    if f < 70.0 { height.min(10.7 * rp.powf(0.3)) } else { height }
}

/// Content of water vapour from which on the reference temperature of P.676-12 is taken as it is stated: 114 K there.
const LEAST_VAPOUR_KG_M2: f64 = 1e-4;

/// Zenith attenuation by water vapour in dB from its columnar content (P.676-12, annex 2, equations 39 to 41).
pub fn zenith_wet_attenuation_db(
    frequency_ghz: f64,
    water_vapour_content_kg_m2: f64,
    station_height_km: f64,
) -> f64 {
    let (f, v) = (frequency_ghz, water_vapour_content_kg_m2);
    if v <= 0.0 {
        return 0.0;
    }
    let reference = Air {
        pressure_hpa: 845.0,
        // So little vapour attenuates nothing; below it the reference temperature goes to absolute zero and beyond.
        temperature_k: 14.0 * (0.22 * v.max(LEAST_VAPOUR_KG_M2) / 2.38).ln() + 3.0 + 273.15,
        water_vapour_density_g_m3: v / 2.38,
    };
    let zenith = 0.0176 * v * wet_specific_attenuation_db_km(f, &reference)
        / wet_specific_attenuation_db_km(20.6, &reference);
    if f < 20.0 {
        return zenith;
    }
    let a = 0.2048 * (-((f - 22.43) / 3.097).powi(2)).exp()
        + 0.2326 * (-((f - 183.5) / 4.096).powi(2)).exp()
        + 0.2073 * (-((f - 325.0) / 3.651).powi(2)).exp()
        - 0.1113;
    let b = 8.741e4 * (-0.587 * f).exp() + 312.2 * f.powf(-2.38) + 0.723;
    zenith * (a * station_height_km.clamp(0.0, 4.0).powf(b) + 1.0)
}

/// Gaseous attenuation on a slant path in dB, never below 0 (P.676-12, annex 2, equation 28 with 39).
pub fn slant_attenuation_db(
    frequency_ghz: f64,
    elevation_deg: f64,
    air: &Air,
    water_vapour_content_kg_m2: f64,
    station_height_km: f64,
) -> f64 {
    let dry =
        dry_specific_attenuation_db_km(frequency_ghz, air) * oxygen_equivalent_height_km(frequency_ghz, air);
    let wet = zenith_wet_attenuation_db(frequency_ghz, water_vapour_content_kg_m2, station_height_km);
    ((dry + wet) / elevation_deg.to_radians().sin()).max(0.0)
}

/// Pressure in hPa of the mean annual global reference atmosphere up to 20 km of geopotential height
/// (P.835-6, 2017, equations 1a and 3a, 3b).
pub fn standard_pressure_hpa(height_km: f64) -> f64 {
    // Geopotential height h' = 6356.766 h / (6356.766 + h)
    let h = 6356.766 * height_km / (6356.766 + height_km);
    if h <= 11.0 {
        1013.25 * (288.15 / (288.15 - 6.5 * h)).powf(-34.1632 / 6.5)
    } else {
        226.3226 * (-34.1632 * (h - 11.0) / 216.65).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference temperature of the zenith attenuation goes with the logarithm of the content, below any temperature.
    #[test]
    fn next_to_no_vapour_leaves_the_attenuation_of_dry_air() {
        let air = Air { pressure_hpa: 1013.25, temperature_k: 288.15, water_vapour_density_g_m3: 7.5 };
        let slant = |content| slant_attenuation_db(20.0, 30.0, &air, content, 0.1);
        let dry = slant(0.0);
        assert!(dry > 0.01, "{dry}");
        for content in [1e-300, 1e-12, 1e-9, 1e-8, 1e-7, 1e-5] {
            let got = slant(content);
            assert!(got >= dry && got < 1.001 * dry, "{content}: {got} {dry}");
        }
        // The floor of the temperature is far below any content that there is, and does not move the attenuation there.
        let (below, above) = (slant(0.999 * LEAST_VAPOUR_KG_M2), slant(1.001 * LEAST_VAPOUR_KG_M2));
        assert!(below < above && above < 1.001 * below, "{below} {above}");
    }

    /// U.S. Standard Atmosphere (1976), table of geopotential heights; up to 20 km it is the atmosphere of P.835.
    #[test]
    fn pressures_of_the_standard_atmosphere() {
        for (geopotential_km, expected_hpa) in
            [(0.0, 1013.25), (5.0, 540.199), (11.0, 226.321), (15.0, 120.446), (20.0, 54.749)]
        {
            let height_km = 6356.766 * geopotential_km / (6356.766 - geopotential_km);
            let got = standard_pressure_hpa(height_km);
            assert!((got / expected_hpa - 1.0).abs() < 3e-5, "{geopotential_km} km: {got} {expected_hpa}");
        }
    }

    #[test]
    fn dry_air_has_no_wet_attenuation() {
        assert_eq!(zenith_wet_attenuation_db(22.235, 0.0, 0.0), 0.0);
        assert!(zenith_wet_attenuation_db(22.235, 10.0, 0.0) > 0.0);
    }
}
