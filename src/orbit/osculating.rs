//! The orbit that position and velocity tell at an instant: what elements of different epochs are compared by.

use nalgebra::Vector3;

use super::anomaly::mean_from_true_deg;
use super::{MeanElements, Propagator};
use crate::frames::Teme;
use crate::time::Epoch;
use crate::units::EARTH_MU_WGS72_KM3_S2;

/// Within this of the equator a node means nothing, degrees.
const EQUATORIAL_DEG: f64 = 1.0;

/// Whether orbits of this mean inclination have no node to tell planes by. The osculating inclination swings about the
/// mean one, so that satellites of one plane could be taken either way.
pub fn is_equatorial(elements: &MeanElements) -> bool {
    elements.inclination_deg.min(180.0 - elements.inclination_deg) < EQUATORIAL_DEG
}

/// Position in km and velocity in km/s, TEME.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Osculating {
    position: Vector3<f64>,
    velocity: Vector3<f64>,
}

impl Osculating {
    /// Of elements of whatever epoch, at one instant; none where SGP4 gives no position all the way to it.
    pub fn at(elements: &MeanElements, epoch: Epoch) -> Option<Self> {
        let propagator = Propagator::new(elements).ok()?;
        if propagator.lost_before(epoch).is_some() {
            return None;
        }
        let (Teme(position), Teme(velocity)) = propagator.propagate(epoch).ok()?;
        Some(Self { position, velocity })
    }

    /// Angular momentum r × v, km²/s.
    fn momentum(&self) -> Vector3<f64> {
        self.position.cross(&self.velocity)
    }

    /// Unit normal of the plane; none on a line through the Earth.
    pub fn normal(&self) -> Option<Vector3<f64>> {
        self.momentum().try_normalize(0.0)
    }

    /// Right ascension of the ascending node, degrees from -180 to 180.
    pub fn raan_deg(&self) -> f64 {
        self.raan_rad().to_degrees()
    }

    /// The node points along ẑ × h.
    fn raan_rad(&self) -> f64 {
        let momentum = self.momentum();
        momentum.x.atan2(-momentum.y)
    }

    /// Angle along the orbit from the ascending node, degrees from -180 to 180.
    pub fn argument_of_latitude_deg(&self) -> f64 {
        self.angle_from_deg(self.raan_rad())
    }

    /// Angle along the orbit from a direction of this right ascension in the plane of the equator, degrees.
    fn angle_from_deg(&self, right_ascension_rad: f64) -> f64 {
        let from = Vector3::new(right_ascension_rad.cos(), right_ascension_rad.sin(), 0.0);
        let ahead = self.momentum().normalize().cross(&from);
        self.position.dot(&ahead).atan2(self.position.dot(&from)).to_degrees()
    }

    /// Node and mean argument of latitude in degrees, which grows alike for all satellites of a shell: the angle from
    /// the node less what the ellipse is ahead of its mean motion. On the equator ([`is_equatorial`]) both are counted
    /// from 0°.
    pub fn node_and_mean_argument_deg(&self, is_equatorial: bool) -> (f64, f64) {
        let momentum = self.momentum();
        let raan_rad = if is_equatorial { 0.0 } else { self.raan_rad() };
        let radius_km = self.position.norm();
        let parameter_km = momentum.norm_squared() / EARTH_MU_WGS72_KM3_S2;
        // e cos ν = p/r − 1, e sin ν = √(p/µ) r·v/r.
        let along = parameter_km / radius_km - 1.0;
        let across =
            (parameter_km / EARTH_MU_WGS72_KM3_S2).sqrt() * self.position.dot(&self.velocity) / radius_km;
        let (true_deg, eccentricity) = (across.atan2(along).to_degrees(), along.hypot(across));
        let ahead_deg = true_deg - mean_from_true_deg(true_deg, eccentricity.min(1.0));
        (
            raan_rad.to_degrees().rem_euclid(360.0),
            (self.angle_from_deg(raan_rad) - ahead_deg).rem_euclid(360.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(inclination_deg: f64, eccentricity: f64, angles_deg: [f64; 3]) -> MeanElements {
        MeanElements {
            epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
            inclination_deg,
            raan_deg: angles_deg[0],
            eccentricity,
            argument_of_perigee_deg: angles_deg[1],
            mean_anomaly_deg: angles_deg[2],
            mean_motion_rev_day: 8.0,
            bstar: 0.0,
        }
    }

    /// What osculates swings about the mean by a few hundredths of a degree.
    #[test]
    fn at_their_epoch_elements_are_found_again() {
        for inclination_deg in [30.0, 80.0, 120.0] {
            for eccentricity in [0.0, 0.001, 0.3] {
                for angles_deg in [[10.0, 0.0, 70.0], [200.0, 300.0, 250.0], [359.0, 90.0, 10.0]] {
                    let elements = elements(inclination_deg, eccentricity, angles_deg);
                    let (node, argument) =
                        Osculating::at(&elements, elements.epoch).unwrap().node_and_mean_argument_deg(false);
                    let off = |a: f64, b: f64| ((a - b + 180.0).rem_euclid(360.0) - 180.0).abs();
                    assert!(off(node, angles_deg[0]) < 0.1, "{elements:?}: {node}");
                    assert!(off(argument, angles_deg[1] + angles_deg[2]) < 0.3, "{elements:?}: {argument}");
                }
            }
        }
        let mut equatorial = elements(0.0, 0.0, [20.0, 30.0, 40.0]);
        equatorial.mean_motion_rev_day = 1.0027;
        let (node, argument) =
            Osculating::at(&equatorial, equatorial.epoch).unwrap().node_and_mean_argument_deg(true);
        assert!(node == 0.0 && (argument - 90.0).abs() < 0.1, "{node} {argument}");
    }
}
