//! The angle between a satellite and the geostationary arc, as seen from the ground.
//!
//! α is the smallest angle at the station between the satellite and any point of the arc above the
//! horizon (ITU-R S.1503). A system that must not interfere with geostationary ones gives up links whose α
//! is below a limit.

use nalgebra::Vector3;

use crate::access::Site;

/// Radius of the geostationary orbit, km: (μ/ω²)^⅓ with μ of EGM-96 and one turn in a sidereal day.
pub const GSO_RADIUS_KM: f64 = 42_164.17;

/// Smallest angle in radians between a satellite and the visible geostationary arc; none where the arc is
/// below the horizon.
pub fn arc_angle_rad(site: &Site, satellite: &Vector3<f64>) -> Option<f64> {
    let station = site.position;
    let line = (satellite - station).normalize();
    let rho = station.x.hypot(station.y);
    let middle = station.y.atan2(station.x);
    // The arc is above the horizon where Q·n ≥ p·n: cos Δλ ≥ p·n / (R n_ρ).
    let level = site.normal.x.hypot(site.normal.y);
    if rho < 1e-9 || level < 1e-12 {
        return None;
    }
    let cosine = station.dot(&site.normal) / (GSO_RADIUS_KM * level);
    if cosine > 1.0 {
        return None;
    }
    let half = cosine.max(-1.0).acos();
    let angle_cosine = |longitude: f64| {
        let (sin, cos) = (middle + longitude).sin_cos();
        let to_arc = Vector3::new(GSO_RADIUS_KM * cos, GSO_RADIUS_KM * sin, 0.0) - station;
        line.dot(&to_arc) / to_arc.norm()
    };
    // A coarse walk along the arc finds the bracket of the greatest cosine.
    let brackets = 8;
    let step = 2.0 * half / f64::from(brackets);
    let (mut best, mut at) = (f64::NEG_INFINITY, 0.0);
    for number in 0..=brackets {
        let longitude = -half + f64::from(number) * step;
        let value = angle_cosine(longitude);
        if value > best {
            (best, at) = (value, longitude);
        }
    }
    let (mut low, mut high) = ((at - step).max(-half), (at + step).min(half));
    // Golden section: 24 steps leave 10⁻⁵ of the bracket.
    let golden = 0.618_033_988_749_895;
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (angle_cosine(a), angle_cosine(b));
    for _ in 0..24 {
        if at_a > at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - golden * (high - low);
            at_a = angle_cosine(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + golden * (high - low);
            at_b = angle_cosine(b);
        }
    }
    Some(at_a.max(at_b).max(best).clamp(-1.0, 1.0).acos())
}

/// Whether a link must be given up because it runs within `limit_rad` of the arc.
pub fn is_too_close(site: &Site, satellite: &Vector3<f64>, limit_rad: f64) -> bool {
    arc_angle_rad(site, satellite).is_some_and(|angle| angle < limit_rad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::Geodetic;

    fn site(latitude_deg: f64) -> Site {
        Site::at(&Geodetic { latitude_deg, longitude_deg: 20.0, height_km: 0.0 })
    }

    /// On a sphere the arc lies φ + atan(sin φ / (R/Re − cos φ)) from the zenith; the ellipsoid changes
    /// that by the 0.2° between its normal and the radius, which the zenith here takes with it.
    #[test]
    fn closed_form_for_a_satellite_at_zenith() {
        for latitude in [1.0f64, 20.0, 45.0, 60.0, 75.0] {
            let site = site(latitude);
            let geocentric = (site.position.z / site.position.norm()).asin();
            let radius = site.position.norm();
            let satellite = site.position * (1.0 + 550.0 / radius);
            let expected =
                geocentric + (geocentric.sin() / (GSO_RADIUS_KM / radius - geocentric.cos())).atan();
            let got = arc_angle_rad(&site, &satellite).unwrap();
            assert!((got - expected).abs() < 1e-6, "{latitude}: {got} {expected}");
        }
        assert_eq!(arc_angle_rad(&site(85.0), &(site(85.0).position * 1.1)), None);
        // At the pole there is no direction in which the arc would be highest.
        assert_eq!(arc_angle_rad(&site(90.0), &(site(90.0).position * 1.1)), None);
    }

    #[test]
    fn a_fine_search_along_the_arc_agrees() {
        for latitude in [-70.0, -30.0, 0.0, 5.0, 50.0] {
            let site = site(latitude);
            for (azimuth, elevation) in
                [(0.0, 30.0), (80.0, 25.0), (180.0, 40.0), (225.0, 60.0), (271.0, 26.0)]
            {
                let horizon = crate::frames::Horizon::at(&Geodetic {
                    latitude_deg: latitude,
                    longitude_deg: 20.0,
                    height_km: 0.0,
                });
                let (sin_a, cos_a) = f64::to_radians(azimuth).sin_cos();
                let (sin_e, cos_e) = f64::to_radians(elevation).sin_cos();
                let line = (horizon.east * sin_a + horizon.north * cos_a) * cos_e + horizon.up * sin_e;
                let satellite = site.position + line * 1000.0;
                let mut least = f64::INFINITY;
                for step in 0..360_000 {
                    let (sin, cos) = f64::to_radians(f64::from(step) * 1e-3).sin_cos();
                    let to_arc = Vector3::new(GSO_RADIUS_KM * cos, GSO_RADIUS_KM * sin, 0.0) - site.position;
                    if to_arc.dot(&site.normal) >= 0.0 {
                        least = least.min((line.dot(&to_arc) / to_arc.norm()).clamp(-1.0, 1.0).acos());
                    }
                }
                let got = arc_angle_rad(&site, &satellite).unwrap();
                assert!((got - least).abs() < 2e-5, "{latitude} {azimuth}: {got} {least}");
            }
        }
    }
}
