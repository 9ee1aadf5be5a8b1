//! Walker patterns: where each satellite of a shell stands at the epoch.
//!
//! Source: Walker 1984, "Satellite constellations", J. Brit. Interplanet. Soc. 37. Tools differ in the
//! phasing of Star patterns: here it is F·360°/T for both kinds, as in brahe; lox takes half of it for Star.

use super::MeanElements;
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// How the ascending nodes of a pattern are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Nodes over 360°: the planes go up and down everywhere.
    Delta,
    /// Nodes over 180°: planes go up on one side of the Earth and down on the other, with a seam.
    Star,
}

/// A Walker pattern `i:T/P/F`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Walker {
    /// Delta or star.
    pub pattern: Pattern,
    /// Number of satellites T.
    pub satellites: u32,
    /// Number of planes P; divides T.
    pub planes: u32,
    /// Step in phase between neighbouring planes in units of 360°/T. Usually whole; published
    /// steps that are no multiple are kept as they are.
    pub phasing: f64,
    /// Spread of the nodes in degrees when the design departs from 360 (delta) or 180 (star).
    pub raan_spread_deg: Option<f64>,
    /// Right ascension of the first node, degrees.
    pub first_raan_deg: f64,
    /// Mean argument of latitude of the first satellite of the first plane, degrees: mean anomaly plus argument of
    /// perigee, which on a circle is the angle from the node.
    pub first_anomaly_deg: f64,
}

/// Place of one satellite in its pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// Plane number from 0.
    pub plane: u32,
    /// Number within the plane from 0.
    pub index: u32,
    /// Right ascension of the ascending node, degrees in `[0, 360)`.
    pub raan_deg: f64,
    /// Mean argument of latitude at the epoch, degrees in `[0, 360)`: the satellites of a plane are spaced evenly in
    /// time.
    pub argument_of_latitude_deg: f64,
}

impl Walker {
    /// The delta pattern T/P/F whose first satellite stands at node and mean argument of latitude 0.
    pub fn delta(satellites: u32, planes: u32, phasing: f64) -> Self {
        Self {
            pattern: Pattern::Delta,
            satellites,
            planes,
            phasing,
            raan_spread_deg: None,
            first_raan_deg: 0.0,
            first_anomaly_deg: 0.0,
        }
    }

    /// Mean elements of circular orbits in this pattern, in the order of [`Walker::slots`]. The altitude, in km, is
    /// that of the Brouwer semi-major axis above the equatorial radius, the inclination in degrees, drag none.
    pub fn circular_orbits(&self, epoch: Epoch, altitude_km: f64, inclination_deg: f64) -> Vec<MeanElements> {
        let a_km = EARTH_EQUATORIAL_RADIUS_KM + altitude_km;
        let mean_motion_rev_day = MeanElements::kozai_mean_motion_rev_day(a_km, inclination_deg, 0.0);
        self.slots()
            .into_iter()
            .map(|slot| MeanElements {
                epoch,
                inclination_deg,
                raan_deg: slot.raan_deg,
                eccentricity: 0.0,
                argument_of_perigee_deg: 0.0,
                mean_anomaly_deg: slot.argument_of_latitude_deg,
                mean_motion_rev_day,
                bstar: 0.0,
            })
            .collect()
    }

    /// All slots, plane by plane. Empty when P is 0 or does not divide T.
    pub fn slots(&self) -> Vec<Slot> {
        if self.planes == 0 || !self.satellites.is_multiple_of(self.planes) {
            return Vec::new();
        }
        let per_plane = self.satellites / self.planes;
        let spread = self.raan_spread_deg.unwrap_or(match self.pattern {
            Pattern::Delta => 360.0,
            Pattern::Star => 180.0,
        });
        (0..self.planes)
            .flat_map(|plane| (0..per_plane).map(move |index| (plane, index)))
            .map(|(plane, index)| Slot {
                plane,
                index,
                raan_deg: (self.first_raan_deg + spread * f64::from(plane) / f64::from(self.planes))
                    .rem_euclid(360.0),
                argument_of_latitude_deg: (self.first_anomaly_deg
                    + 360.0 * f64::from(index) / f64::from(per_plane)
                    + self.phasing * 360.0 / f64::from(self.satellites) * f64::from(plane))
                .rem_euclid(360.0),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walker(pattern: Pattern, satellites: u32, planes: u32, phasing: f64) -> Vec<Slot> {
        Walker {
            pattern,
            satellites,
            planes,
            phasing,
            raan_spread_deg: None,
            first_raan_deg: 10.0,
            first_anomaly_deg: 5.0,
        }
        .slots()
    }

    #[test]
    fn circular_orbits_stand_in_the_slots_at_the_altitude() {
        let walker = Walker::delta(24, 3, 1.0);
        let epoch = "2026-01-01T00:00:00Z".parse().unwrap();
        let orbits = walker.circular_orbits(epoch, 1000.0, 80.0);
        assert_eq!(orbits.len(), 24);
        for (orbit, slot) in orbits.iter().zip(walker.slots()) {
            assert_eq!(
                (orbit.raan_deg, orbit.mean_anomaly_deg),
                (slot.raan_deg, slot.argument_of_latitude_deg)
            );
            assert!((orbit.mean_altitude_km() - 1000.0).abs() < 1e-6, "{}", orbit.mean_altitude_km());
            assert_eq!((orbit.epoch, orbit.inclination_deg, orbit.eccentricity), (epoch, 80.0, 0.0));
        }
    }

    /// The Galileo reference, 56:24/3/1: nodes 120° apart, 45° in plane, 15° between planes.
    #[test]
    fn delta_24_3_1_has_the_published_steps() {
        let slots = walker(Pattern::Delta, 24, 3, 1.0);
        assert_eq!(slots.len(), 24);
        assert_eq!(slots[8].raan_deg, 130.0);
        assert_eq!(slots[1].argument_of_latitude_deg, 50.0);
        assert_eq!(slots[8].argument_of_latitude_deg, 20.0);
    }

    #[test]
    fn star_spreads_nodes_over_half_a_turn() {
        let slots = walker(Pattern::Star, 66, 6, 2.0);
        assert_eq!(slots[11].raan_deg, 40.0);
        assert!((slots[11].argument_of_latitude_deg - (5.0 + 2.0 * 360.0 / 66.0)).abs() < 1e-12);
    }

    #[test]
    fn planes_that_do_not_divide_give_nothing() {
        assert!(walker(Pattern::Delta, 10, 3, 1.0).is_empty());
        assert!(walker(Pattern::Delta, 10, 0, 1.0).is_empty());
    }
}
