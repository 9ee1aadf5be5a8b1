//! Geosynchronous orbits by the longitude they hold: GEO and IGSO.
//!
//! SGP4 knows no station keeping. The mean motion is chosen so that the mean longitude is at rest at the
//! epoch under everything SGP4 models (J2, Sun and Moon, the one-day resonance); from there the
//! satellite drifts as an unkept one does, by under 0.1° in ten days.

use nalgebra::Vector3;

use super::anomaly::mean_from_true_deg;
use super::{ElementsError, MeanElements, PropagationError, Propagator};
use crate::frames::EarthOrientation;
use crate::time::Epoch;
use crate::units::EARTH_MU_WGS72_KM3_S2;

/// Half of the span over which the longitude is held at rest: half a sidereal month, in minutes.
/// A whole month averages what the Moon does.
const HALF_SPAN_MIN: f64 = 27.321_661 * 720.0;

/// The longitude that a geosynchronous orbit holds, degrees, east positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Longitude {
    /// The mean one of the satellite, as of the station of a GEO satellite.
    Mean(f64),
    /// That of its northward crossing of the equator, as of an IGSO satellite.
    Node(f64),
}

/// A geosynchronous orbit as it is designed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geosynchronous {
    /// Instant at which the longitude and the phase hold.
    pub epoch: Epoch,
    /// The longitude that it holds.
    pub longitude: Longitude,
    /// Inclination in degrees, below 180.
    pub inclination_deg: f64,
    /// Argument of latitude at the epoch, degrees from the ascending node; the mean one beside a mean longitude.
    pub phase_deg: f64,
    /// Eccentricity.
    pub eccentricity: f64,
    /// Argument of perigee in degrees.
    pub argument_of_perigee_deg: f64,
}

/// Why an orbit cannot be made geosynchronous.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeosynchronousError {
    /// SGP4 cannot start.
    #[error(transparent)]
    Elements(#[from] ElementsError),
    /// SGP4 loses the satellite within a month.
    #[error(transparent)]
    Propagation(#[from] PropagationError),
}

/// A mean sidereal day, after which the Earth is turned to the equinox as before, seconds (Astronomical Almanac).
const SIDEREAL_DAY_S: f64 = 86_164.090_5;

impl Geosynchronous {
    /// The same orbit, as a satellite that is kept on its station flies it about `start`: whole sidereal days later or
    /// earlier, when satellite and Earth stand as at the epoch.
    pub fn kept_until(&self, start: Epoch) -> Self {
        let days = (start.seconds_since(self.epoch) / SIDEREAL_DAY_S).round();
        Self { epoch: self.epoch.plus_seconds(days * SIDEREAL_DAY_S), ..*self }
    }

    /// How far elements have drifted from where their mean longitude was at their epoch, degrees east.
    ///
    /// # Errors
    /// As [`Propagator::propagate`].
    pub fn drift_deg(&self, elements: &MeanElements, epoch: Epoch) -> Result<f64, GeosynchronousError> {
        let propagator = Propagator::new(elements)?;
        let at_epoch = Self { epoch: elements.epoch, ..*self };
        let minutes = epoch.seconds_since(elements.epoch) / 60.0;
        let moved =
            at_epoch.longitude_deg(&propagator, minutes)? - at_epoch.longitude_deg(&propagator, 0.0)?;
        Ok(wrapped_deg(moved))
    }

    /// The SGP4 mean elements whose mean longitude rests at the wanted one.
    ///
    /// # Errors
    /// [`GeosynchronousError`] for an eccentricity or angles that describe no orbit.
    pub fn elements(&self) -> Result<MeanElements, GeosynchronousError> {
        let gmst_deg = self.epoch.gmst82_rad(&EarthOrientation::default()).to_degrees();
        // Mean argument of latitude where the argument of latitude is `phase_deg`.
        let mean = |phase_deg: f64| {
            let true_deg = phase_deg - self.argument_of_perigee_deg;
            self.argument_of_perigee_deg + mean_from_true_deg(true_deg, self.eccentricity)
        };
        let (mean_longitude_deg, mean_phase_deg) = match self.longitude {
            Longitude::Mean(longitude_deg) => (longitude_deg, self.phase_deg),
            Longitude::Node(longitude_deg) if self.eccentricity == 0.0 => (longitude_deg, self.phase_deg),
            Longitude::Node(longitude_deg) => (longitude_deg + mean(0.0), mean(self.phase_deg)),
        };
        let mut elements = MeanElements {
            epoch: self.epoch,
            inclination_deg: self.inclination_deg,
            raan_deg: (mean_longitude_deg + gmst_deg - mean_phase_deg).rem_euclid(360.0),
            eccentricity: self.eccentricity,
            argument_of_perigee_deg: self.argument_of_perigee_deg,
            mean_anomaly_deg: (mean_phase_deg - self.argument_of_perigee_deg).rem_euclid(360.0),
            // One revolution in a sidereal day.
            mean_motion_rev_day: 1.002_737_9,
            bstar: 0.0,
        };
        for _ in 0..4 {
            let propagator = Propagator::new(&elements)?;
            let before = self.longitude_deg(&propagator, -HALF_SPAN_MIN)?;
            let after = self.longitude_deg(&propagator, HALF_SPAN_MIN)?;
            let drift_deg = wrapped_deg(after - before);
            elements.mean_motion_rev_day -= drift_deg / 360.0 / (2.0 * HALF_SPAN_MIN / 1440.0);
            // Periodic terms shift the osculating longitude by hundredths of a degree.
            let offset = self.longitude_deg(&propagator, 0.0)? - mean_longitude_deg;
            elements.raan_deg = (elements.raan_deg - wrapped_deg(offset)).rem_euclid(360.0);
        }
        Ok(elements)
    }

    /// Right ascension of the node plus mean argument of latitude minus the Earth's turn. What an ellipse is ahead of
    /// its mean motion is taken off, or half a month, no whole number of turns, would show it as drift.
    fn longitude_deg(&self, propagator: &Propagator, minutes: f64) -> Result<f64, PropagationError> {
        let (position, velocity) = propagator.propagate_minutes(minutes)?;
        let epoch = self.epoch.plus_seconds(minutes * 60.0);
        let gmst_deg = epoch.gmst82_rad(&EarthOrientation::default()).to_degrees();
        let ahead_rad = match self.eccentricity > 0.0 {
            true => equation_of_centre_rad(&position.0, &velocity.0),
            // Of a circle only what periodic terms make of it would be taken off.
            false => 0.0,
        };
        Ok((true_longitude_rad(position.0, velocity.0) - ahead_rad).to_degrees() - gmst_deg)
    }
}

/// Ω + u in radians: the angle in the orbit plane after turning that plane about its node into the
/// equator. Defined for equatorial orbits too.
fn true_longitude_rad(position: Vector3<f64>, velocity: Vector3<f64>) -> f64 {
    let normal = position.cross(&velocity).normalize();
    let axis = normal.cross(&Vector3::z());
    let sin = axis.norm();
    let flat = if sin < 1e-12 {
        position
    } else {
        // Rodrigues' rotation about the line of nodes.
        let axis = axis / sin;
        position * normal.z + axis.cross(&position) * sin + axis * axis.dot(&position) * (1.0 - normal.z)
    };
    flat.y.atan2(flat.x)
}

/// True less mean anomaly in radians, of the osculating ellipse; sound for circles too.
fn equation_of_centre_rad(position: &Vector3<f64>, velocity: &Vector3<f64>) -> f64 {
    let axis = super::axis_km(position, velocity);
    let cos = 1.0 - position.norm() / axis;
    let sin = position.dot(velocity) / (EARTH_MU_WGS72_KM3_S2 * axis).sqrt();
    // These are e·cos E and e·sin E; β/e = 1/(1 + √(1 − e²)) takes the eccentric to the true anomaly.
    let share = 1.0 / (1.0 + (1.0 - cos * cos - sin * sin).max(0.0).sqrt());
    2.0 * (share * sin).atan2(1.0 - share * cos) + sin
}

fn wrapped_deg(angle: f64) -> f64 {
    (angle + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::teme_to_ecef;
    use crate::units::{EARTH_MU_WGS72_KM3_S2, EARTH_ROTATION_RAD_S};

    fn designed(node_longitude_deg: f64, inclination_deg: f64, phase_deg: f64) -> (Epoch, MeanElements) {
        let epoch: Epoch = "2026-01-01T00:00:00Z".parse().unwrap();
        let design = Geosynchronous {
            epoch,
            longitude: Longitude::Node(node_longitude_deg),
            inclination_deg,
            phase_deg,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
        };
        (epoch, design.elements().unwrap())
    }

    fn longitude_and_latitude(elements: &MeanElements, epoch: Epoch) -> (f64, f64) {
        let (position, velocity) = Propagator::new(elements).unwrap().propagate(epoch).unwrap();
        let ecef = teme_to_ecef(position, velocity, epoch, &EarthOrientation::default()).0;
        let place = ecef.to_geodetic();
        (place.longitude_deg, place.latitude_deg)
    }

    /// A stationary satellite stays where it is put; 0.1° is the width of an ITU station-keeping box
    /// (Radio Regulations 22.8).
    #[test]
    fn a_geo_satellite_holds_its_longitude() {
        for longitude in [-100.0, 0.0, 80.0, 110.5, 140.0] {
            let (epoch, elements) = designed(longitude, 0.0, 0.0);
            for days in [0.0, 0.3, 1.0, 3.7, 7.0, 10.0] {
                let (found, latitude) =
                    longitude_and_latitude(&elements, epoch.plus_seconds(days * 86_400.0));
                let error = wrapped_deg(found - longitude);
                assert!(error.abs() < 0.1, "{longitude} after {days} d: {error}");
                assert!(latitude.abs() < 0.05, "{latitude}");
            }
        }
    }

    /// Where an inclined satellite crosses the equator northwards is its node longitude.
    #[test]
    fn an_inclined_satellite_crosses_the_equator_at_its_node_longitude() {
        for phase in [0.0, 120.0, 240.0] {
            let (epoch, elements) = designed(118.0, 55.0, phase);
            // It comes to the node after the rest of its turn.
            let to_node_s = (360.0 - phase) / 360.0 * 86_164.09;
            let (longitude, latitude) = longitude_and_latitude(&elements, epoch.plus_seconds(to_node_s));
            assert!((longitude - 118.0).abs() < 0.1, "phase {phase}: {longitude}");
            assert!(latitude.abs() < 0.3, "phase {phase}: {latitude}");
        }
    }

    /// An eccentric one too, wherever it is at the epoch; half an hour is told apart by 7.5° of the Earth's turn. Its argument
    /// of latitude at the epoch is what was asked for, and its period is that of the Earth's turn at every phase.
    #[test]
    fn an_eccentric_satellite_crosses_the_equator_at_its_node_longitude() {
        let epoch: Epoch = "2026-01-01T00:00:00Z".parse().unwrap();
        for (eccentricity, argument_of_perigee_deg) in [(0.075, 270.0), (0.25, 270.0), (0.1, 30.0)] {
            let mut motions = Vec::new();
            for phase_deg in [0.0, 90.0, 200.0] {
                let design = Geosynchronous {
                    epoch,
                    longitude: Longitude::Node(135.0),
                    inclination_deg: 43.0,
                    phase_deg,
                    eccentricity,
                    argument_of_perigee_deg,
                };
                let elements = design.elements().unwrap();
                motions.push(elements.mean_motion_rev_day);
                let propagator = Propagator::new(&elements).unwrap();
                let (position, velocity) = propagator.propagate(epoch).unwrap();
                let normal = position.0.cross(&velocity.0).normalize();
                let node = Vector3::new(-normal.y, normal.x, 0.0).normalize();
                let latitude = position.0.dot(&normal.cross(&node)).atan2(position.0.dot(&node));
                let error = wrapped_deg(latitude.to_degrees() - phase_deg);
                assert!(error.abs() < 0.3, "{eccentricity} {phase_deg}: {error}");
                // The first northward crossing within a turn, by bisection of the height over the equator.
                let z = |seconds: f64| propagator.propagate(epoch.plus_seconds(seconds)).unwrap().0.0.z;
                let start = (0..97)
                    .map(|k| 900.0 * f64::from(k) - 450.0)
                    .find(|&s| z(s) < 0.0 && z(s + 900.0) >= 0.0);
                let (mut south, mut north) =
                    start.map(|start| (start, start + 900.0)).expect("it crosses daily");
                for _ in 0..40 {
                    let middle = 0.5 * (south + north);
                    if z(middle) < 0.0 { south = middle } else { north = middle }
                }
                let (longitude, _) = longitude_and_latitude(&elements, epoch.plus_seconds(north));
                assert!(
                    wrapped_deg(longitude - 135.0).abs() < 0.3,
                    "{eccentricity} {phase_deg}: {longitude}"
                );
            }
            // 1e-5 revolutions a day are 0.0036° of drift a day.
            assert!(motions.iter().all(|motion| (motion - motions[0]).abs() < 1e-4), "{motions:?}");
        }
    }

    /// Closed form: a satellite over the equator rests where n (1 + 3/2·J2·(R/a)²·2) equals the sidereal
    /// rate of the Earth, which puts it 2·J2·R²/a above the two-body radius.
    #[test]
    fn the_radius_is_the_stationary_one() {
        let (_, elements) = designed(75.0, 0.0, 0.0);
        let two_body_km = (EARTH_MU_WGS72_KM3_S2 / EARTH_ROTATION_RAD_S.powi(2)).cbrt();
        let above_km = 2.0 * sgp4::WGS72.j2 * sgp4::WGS72.ae.powi(2) / two_body_km;
        let radius_km = elements.brouwer_semi_major_axis_km();
        // Sun and Moon take part in SGP4's rates: some hundreds of metres.
        assert!((radius_km - two_body_km - above_km).abs() < 0.6, "{radius_km} {two_body_km} {above_km}");
    }
}
