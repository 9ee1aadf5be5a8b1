//! Radio links between a satellite and the ground: geometry, antennas, budget, modulation and coding.
//!
//! * [`antenna`]: gain and off-axis patterns of ITU-R S.1528 and S.465-6, a parabolic dish, a phased array;
//! * [`modcod`]: the MODCODs of DVB-S2 and DVB-S2X and the choice among them;
//! * [`budget`]: from EIRP to margin and rate, line by line.
//!
//! Attenuation by the atmosphere is [`crate::attenuation`]'s.

pub mod antenna;
pub mod budget;
pub mod modcod;

use serde::Serialize;

use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, SPEED_OF_LIGHT_KM_S};

/// Ten times the decimal logarithm of Boltzmann's constant in W/(K Hz) (exact in the SI of 2019).
pub const BOLTZMANN_DBW_K_HZ: f64 = -228.599_167_173;

/// Free-space loss between isotropic antennas in dB, `20 lg(4π d f / c)` (ITU-R P.525-4, equation 4).
pub fn free_space_loss_db(frequency_ghz: f64, range_km: f64) -> f64 {
    20.0 * (4.0 * std::f64::consts::PI * range_km * frequency_ghz * 1e9 / SPEED_OF_LIGHT_KM_S).log10()
}

/// Wavelength in m.
pub fn wavelength_m(frequency_ghz: f64) -> f64 {
    SPEED_OF_LIGHT_KM_S * 1e-6 / frequency_ghz
}

/// How a satellite on a circular orbit stands to a station, on a sphere of the equatorial radius.
///
/// For the design of links; exact look angles on the ellipsoid are [`crate::frames::Horizon`]'s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SlantGeometry {
    /// Distance in km.
    pub range_km: f64,
    /// Angle at the satellite between nadir and the station in degrees.
    pub nadir_deg: f64,
    /// Angle at the centre of the Earth in degrees.
    pub central_deg: f64,
    /// Area in km² within which the satellite is seen at this elevation or higher.
    pub cap_area_km2: f64,
}

impl SlantGeometry {
    /// From altitude and elevation above a sphere of radius 6378.137 km.
    pub fn at(altitude_km: f64, elevation_deg: f64) -> Self {
        let ground = EARTH_EQUATORIAL_RADIUS_KM;
        let orbit = ground + altitude_km;
        let (sin, cos) = elevation_deg.to_radians().sin_cos();
        // Law of sines for the nadir angle, law of cosines solved for the range.
        let nadir_rad = (ground * cos / orbit).asin();
        let range_km = (orbit * orbit - (ground * cos).powi(2)).sqrt() - ground * sin;
        let central_rad = std::f64::consts::FRAC_PI_2 - elevation_deg.to_radians() - nadir_rad;
        Self {
            range_km,
            nadir_deg: nadir_rad.to_degrees(),
            central_deg: central_rad.to_degrees(),
            cap_area_km2: std::f64::consts::TAU * ground * ground * (1.0 - central_rad.cos()),
        }
    }
}

/// A ratio in decibels.
pub(crate) fn decibels(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// A ratio from decibels.
pub(crate) fn ratio(decibels: f64) -> f64 {
    10.0_f64.powf(decibels / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_loss_is_the_closed_form() {
        // 92.4478 dB at 1 GHz and 1 km: 20 lg(4π 10⁹ · 10³ / 299 792 458).
        assert!((free_space_loss_db(1.0, 1.0) - 92.447_783).abs() < 1e-6);
        // Six decibels for each doubling of distance or frequency.
        let doubling = 20.0 * 2.0_f64.log10();
        assert!((free_space_loss_db(24.0, 500.0) - free_space_loss_db(12.0, 500.0) - doubling).abs() < 1e-9);
        assert!((free_space_loss_db(12.0, 1000.0) - free_space_loss_db(12.0, 500.0) - doubling).abs() < 1e-9);
        // Del Portillo, Cameron, Crawley 2019, table 6: 179.6 dB at 13.5 GHz and 1684 km.
        assert!((free_space_loss_db(13.5, 1684.0) - 179.6).abs() < 0.05);
    }

    #[test]
    fn overhead_and_at_the_horizon() {
        let zenith = SlantGeometry::at(1200.0, 90.0);
        assert!((zenith.range_km - 1200.0).abs() < 1e-9 && zenith.nadir_deg.abs() < 1e-9);
        // Closed form: the horizon is seen at √(h² + 2 R h).
        let horizon = SlantGeometry::at(600.0, 0.0);
        let expected = (600.0_f64.powi(2) + 2.0 * EARTH_EQUATORIAL_RADIUS_KM * 600.0).sqrt();
        assert!((horizon.range_km - expected).abs() < 1e-9);
    }

    #[test]
    fn boltzmann_is_the_constant_of_the_si() {
        assert!((decibels(1.380_649e-23) - BOLTZMANN_DBW_K_HZ).abs() < 1e-7);
    }
}
