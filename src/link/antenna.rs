//! Antenna gain on and off the axis.

mod notation;

pub use self::notation::{Direction, ParseAntennaError, PointedAntenna};
use super::{decibels, wavelength_m};

/// An antenna with its pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Antenna {
    /// Satellite antenna of a low or medium orbit, reference pattern of ITU-R S.1528 (2001), recommends 1.2.
    S1528(S1528),
    /// Earth-station antenna, reference pattern of ITU-R S.465-6 (2010).
    S465 {
        /// Gain on the axis in dBi.
        peak_dbi: f64,
        /// Diameter in m.
        diameter_m: f64,
    },
    /// Uniformly lit circular aperture.
    Parabolic {
        /// Diameter in m.
        diameter_m: f64,
        /// Efficiency, above 0 and up to 1; it scales the gain and leaves the pattern.
        efficiency: f64,
    },
    /// Beam of a phased array steered to the angle: `G cosⁿ θ` with θ from broadside.
    PhasedArray {
        /// Gain at broadside in dBi.
        peak_dbi: f64,
        /// Exponent of the scan loss.
        exponent: f64,
    },
}

/// Parameters of the pattern of S.1528, recommends 1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct S1528 {
    /// Gain on the axis in dBi.
    pub peak_dbi: f64,
    /// Half of the 3 dB beamwidth in the plane of interest, in degrees.
    pub half_beamwidth_deg: f64,
    /// Level of the near side lobes relative to the peak.
    pub side_lobes: SideLobes,
    /// Major over minor axis of an elliptical beam; 1 for a circular one.
    pub axis_ratio: f64,
}

/// The near side-lobe levels that S.1528 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideLobes {
    /// −15 dB.
    Minus15,
    /// −20 dB.
    Minus20,
    /// −25 dB.
    Minus25,
    /// −30 dB.
    Minus30,
}

impl Antenna {
    /// Gain on the axis, or at broadside, in dBi.
    pub fn peak_dbi(&self, frequency_ghz: f64) -> f64 {
        match *self {
            Self::S1528(S1528 { peak_dbi, .. })
            | Self::S465 { peak_dbi, .. }
            | Self::PhasedArray { peak_dbi, .. } => peak_dbi,
            // G = η (π D / λ)²
            Self::Parabolic { diameter_m, efficiency } => decibels(
                efficiency * (std::f64::consts::PI * diameter_m / wavelength_m(frequency_ghz)).powi(2),
            ),
        }
    }

    /// Gain in dBi at an angle from 0 to 180° off the axis.
    pub fn gain_dbi(&self, frequency_ghz: f64, off_axis_deg: f64) -> f64 {
        let peak = self.peak_dbi(frequency_ghz);
        let angle = off_axis_deg.abs();
        match *self {
            Self::S1528(pattern) => pattern.gain_dbi(angle),
            Self::S465 { diameter_m, .. } => s465_dbi(peak, diameter_m / wavelength_m(frequency_ghz), angle),
            Self::Parabolic { diameter_m, .. } => {
                // Airy pattern (2 J₁(u)/u)², u = π D/λ sin θ (3GPP TR 38.811, 2020, §6.4.1); nothing behind.
                let u = std::f64::consts::PI * diameter_m / wavelength_m(frequency_ghz)
                    * angle.min(90.0).to_radians().sin();
                if u < 1e-6 { peak } else { peak + 2.0 * decibels((2.0 * libm::j1(u) / u).abs().max(1e-10)) }
            }
            Self::PhasedArray { exponent, .. } => {
                peak + exponent * decibels(angle.min(90.0).to_radians().cos().max(1e-10))
            }
        }
    }

    /// Gain relative to the axis in dB; 0 on it.
    pub fn relative_db(&self, frequency_ghz: f64, off_axis_deg: f64) -> f64 {
        self.gain_dbi(frequency_ghz, off_axis_deg) - self.peak_dbi(frequency_ghz)
    }
}

impl SideLobes {
    /// Level in dB.
    pub fn level_db(self) -> f64 {
        match self {
            Self::Minus15 => -15.0,
            Self::Minus20 => -20.0,
            Self::Minus25 => -25.0,
            Self::Minus30 => -30.0,
        }
    }

    /// Factor `k` in `a = 2.58 √(1 − k lg z)`.
    fn axis_factor(self) -> f64 {
        match self {
            Self::Minus15 => 1.4,
            Self::Minus20 => 1.0,
            Self::Minus25 => 0.6,
            Self::Minus30 => 0.4,
        }
    }
}

impl S1528 {
    /// Gain in dBi (S.1528, recommends 1.2, with a far side-lobe level of 0 dBi).
    ///
    /// Its far side lobes are stated for antennas of more than 0 dBi: those of others stay below their axis.
    fn gain_dbi(&self, angle: f64) -> f64 {
        self.stated_dbi(angle).min(self.peak_dbi)
    }

    fn stated_dbi(&self, angle: f64) -> f64 {
        const FAR_DBI: f64 = 0.0;
        const B: f64 = 6.32;
        let (peak, near, beam) = (self.peak_dbi, self.side_lobes.level_db(), self.half_beamwidth_deg);
        let log_z = self.axis_ratio.log10();
        let a = 2.58 * (1.0 - self.side_lobes.axis_factor() * log_z).max(0.0).sqrt();
        // Y = b ψ_b 10^(0.04 (G_m + L_N − L_F))
        let far_from = B * beam * 10.0_f64.powf(0.04 * (peak + near - FAR_DBI));
        if angle > 90.0 {
            (15.0 + near + 0.25 * peak + 5.0 * log_z).max(0.0)
        } else if angle <= a * beam {
            peak - 3.0 * (angle / beam).powf(1.5)
        } else if angle <= 0.5 * B * beam {
            peak + near + 20.0 * log_z
        } else if angle <= B * beam {
            peak + near
        } else if angle <= far_from {
            // X − 25 lg ψ with X = G_m + L_N + 25 lg(b ψ_b)
            peak + near + 25.0 * (B * beam / angle).log10()
        } else {
            FAR_DBI
        }
    }
}

/// Gain in dBi of S.465-6; the axis gain inside the smallest angle that the pattern is stated for.
fn s465_dbi(peak_dbi: f64, diameter_in_wavelengths: f64, angle: f64) -> f64 {
    let d = diameter_in_wavelengths;
    let from = if d >= 50.0 { (100.0 / d).max(1.0) } else { (114.0 * d.powf(-1.09)).max(2.0) };
    if angle < from {
        peak_dbi
    } else if angle < 48.0 {
        (32.0 - 25.0 * angle.log10()).min(peak_dbi)
    } else {
        (-10.0_f64).min(peak_dbi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<PointedAntenna, String> {
        text.parse().map_err(|error: ParseAntennaError| error.to_string())
    }

    #[test]
    fn s1528_is_the_recommendation_s_pattern() {
        // Figures worked from recommends 1.2 by hand: G_m 39, ψ_b 1°, L_N −30, circular. Main lobe −3 ψ^1.5;
        // plateau −30 to 6.32°; then 25 dB a decade down to 0 dBi at Y = 6.32·10^0.36 = 14.48°; 0 dBi behind,
        // where 15 − 30 + 9.75 is negative.
        let antenna = parse("s1528:gmax=39,psi_b=1,ln=-30").unwrap().antenna;
        for (angle, relative) in [
            (0.0, 0.0),
            (1.0, -3.0),
            (2.0, -8.485),
            (3.0, -30.0),
            (6.0, -30.0),
            (8.0, -32.559),
            (10.0, -34.982),
            (14.4, -38.94),
            (15.0, -39.0),
            (120.0, -39.0),
        ] {
            let got = antenna.relative_db(12.0, angle);
            assert!((got - relative).abs() < 0.01, "{angle}: {got}, expected {relative}");
        }
        // Elliptical with −15 dB lobes: a = 2.58 √(1 − 1.4 lg 1.5) = 2.2388; plateau −15 + 3.522.
        let antenna = parse("s1528:gmax=30,psi_b=2,ln=-15,z=1.5").unwrap().antenna;
        assert!((antenna.relative_db(12.0, 4.4) - -3.0 * 2.2_f64.powf(1.5)).abs() < 0.01);
        assert!((antenna.relative_db(12.0, 5.0) - -11.478).abs() < 0.01);
        // Behind: 15 − 15 + 7.5 + 5 lg 1.5 = 8.380 dBi.
        assert!((antenna.gain_dbi(12.0, 120.0) - 8.380).abs() < 0.01);
    }

    #[test]
    fn no_pattern_is_above_its_axis() {
        for pattern in [
            "s1528:gmax=-5,psi_b=10,ln=-15",
            "s1528:gmax=3,psi_b=30,ln=-15,z=3",
            "s465:gmax=-20,d=0.1",
            "parabolic:d=0.1,eta=0.01",
            "array:gmax=-3,n=1.3",
        ] {
            let antenna = parse(pattern).unwrap().antenna;
            for angle in 0..=180 {
                let relative = antenna.relative_db(12.0, angle.into());
                assert!(relative <= 1e-12, "{pattern}: {relative} dB at {angle}°");
            }
        }
    }

    #[test]
    fn s465_is_the_recommendation_s_envelope() {
        // 32 − 25 lg φ from 1.375° (D/λ 72.7: 100 λ/D), −10 dBi from 48°.
        let antenna = parse("s465:gmax=40,d=0.8").unwrap().antenna;
        for (angle, gain) in
            [(1.0, 40.0), (2.0, 24.474), (10.0, 7.0), (47.9, -10.008), (48.0, -10.0), (170.0, -10.0)]
        {
            assert!((antenna.gain_dbi(27.25, angle) - gain).abs() < 0.01, "{angle}");
        }
        // Below 50 wavelengths the envelope begins at 114 (D/λ)^−1.09 = 3.65° and stays under the axis gain.
        let small = parse("s465:gmax=20,d=0.585").unwrap().antenna;
        assert_eq!(small.gain_dbi(12.0, 3.0), 20.0);
        assert!(small.gain_dbi(12.0, 4.0) <= 20.0);
    }

    #[test]
    fn a_dish_is_an_airy_disc() {
        let dish = parse("parabolic:d=1,eta=0.65").unwrap().antenna;
        // η (π D/λ)² at 12 GHz: 0.65·(125.752)² = 40.12 dBi.
        assert!((dish.peak_dbi(12.0) - 40.119).abs() < 0.001);
        // Half power at 1.6163 / (π D/λ), first null at 3.8317 / (π D/λ), first side lobe −17.57 dB.
        let k = std::f64::consts::PI / wavelength_m(12.0);
        let at = |u: f64| dish.relative_db(12.0, (u / k).asin().to_degrees());
        assert!((at(1.616_34) - -3.0103).abs() < 0.001);
        assert!(at(3.831_706) < -80.0);
        assert!((at(5.135_62) - -17.57).abs() < 0.01);
    }

    #[test]
    fn an_array_loses_with_the_cosine() {
        let array = parse("array:gmax=34,n=1.3,at=zenith").unwrap();
        assert_eq!(array.direction, Direction::FromZenith);
        // 1.3 · 10 lg cos 60° = −3.913 dB.
        assert!((array.antenna.relative_db(12.0, 60.0) - -3.913).abs() < 0.001);
        assert_eq!(array.antenna.relative_db(12.0, 0.0), 0.0);
    }
}
