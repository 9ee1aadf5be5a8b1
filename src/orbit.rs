//! Mean elements and SGP4 propagation.
//!
//! SGP4 is the `sgp4` crate's, with the WGS-72 constants that element sets are fitted with and
//! the sidereal time of the IAU ("improved mode"), for catalogues and designed shells alike.
//! Source: Hoots and Roehrich 1980; Vallado et al., AIAA 2006-6753.

use nalgebra::Vector3;

use crate::frames::Teme;
use crate::time::Epoch;
use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_WGS72_KM3_S2};

pub mod anomaly;
pub mod geosynchronous;
pub mod life;
pub mod osculating;
pub mod planes;
mod resonance;
pub mod walker;

/// Name of the propagation mode, as reports print it.
pub const SGP4_MODE: &str = "SGP4, WGS-72, improved mode";

/// SGP4 mean elements, as an element set (TLE, OMM) carries them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanElements {
    /// Epoch of the elements, UTC.
    pub epoch: Epoch,
    /// Inclination in degrees, `[0, 180]`.
    pub inclination_deg: f64,
    /// Right ascension of the ascending node in degrees.
    pub raan_deg: f64,
    /// Eccentricity, `[0, 1)`.
    pub eccentricity: f64,
    /// Argument of perigee in degrees.
    pub argument_of_perigee_deg: f64,
    /// Mean anomaly in degrees.
    pub mean_anomaly_deg: f64,
    /// Kozai mean motion in revolutions per day: the number an element set prints.
    pub mean_motion_rev_day: f64,
    /// B* drag term in inverse Earth radii.
    pub bstar: f64,
}

/// Elements that SGP4 cannot start from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ElementsError {
    /// The eccentricity is outside `[0, 1)`.
    #[error("eccentricity {0} is outside 0 to 1 (1 excluded)")]
    Eccentricity(f64),
    /// The mean motion is zero, negative or not a number.
    #[error("mean motion {0} rev/day is not above zero")]
    MeanMotion(f64),
    /// The mean motion is so high that the orbit lies inside the Earth.
    #[error("perigee {0:.1} km above the equatorial radius is below the ground")]
    Underground(f64),
    /// An angle or the drag term is not a finite number.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
}

/// Why a satellite has no position at some instant.
#[derive(serde::Serialize, serde::Deserialize, Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PropagationError {
    /// Mean eccentricity ran out of `[0, 1)`: code 1 or 3 of the reference code.
    #[error("eccentricity {0:.6} out of range")]
    Eccentricity(f64),
    /// Semi-latus rectum below zero: code 4 of the reference code.
    #[error("semi-latus rectum below zero")]
    SemiLatusRectum,
    /// The satellite is below the equatorial radius: code 6 of the reference code.
    #[error("decayed: {0:.1} km from the centre of the Earth")]
    Decayed(f64),
    /// The theory broke down to a number that is none.
    #[error("position is not a number")]
    NotANumber,
    /// Drag has lifted the orbit, as it does before the epoch or with a negative drag term, beyond what the theory is
    /// for.
    #[error("its drag term has lifted the semi-major axis to {0:.0} km, by more than a tenth")]
    Lifted(f64),
    /// SGP4 has no position, or none that can be, between this instant and the epoch of the elements.
    #[error(
        "no position before {0}, up to where its elements can be flown backwards; begin the window there"
    )]
    NotYet(Epoch),
    /// The perigee has been near to the ground for so long that it is of no satellite.
    #[error("its perigee has been within 30 km of the ground for 139 days in all")]
    NearGround,
}

impl MeanElements {
    /// Semi-major axis in km of the Brouwer mean motion that SGP4 recovers from the Kozai one.
    ///
    /// Source: Hoots and Roehrich 1980, recovery of the original mean motion. Not a number
    /// where the mean motion or the eccentricity is out of range.
    pub fn brouwer_semi_major_axis_km(&self) -> f64 {
        let kozai = self.mean_motion_rev_day * (std::f64::consts::TAU / 1440.0);
        let brouwer =
            brouwer_mean_motion_rad_min(kozai, self.inclination_deg.to_radians(), self.eccentricity);
        semi_major_axis_km(brouwer)
    }

    /// Kozai mean motion in revolutions per day whose SGP4 mean semi-major axis is `a_km`.
    ///
    /// The inverse of [`Self::brouwer_semi_major_axis_km`], to the last bits of a double.
    pub fn kozai_mean_motion_rev_day(a_km: f64, inclination_deg: f64, eccentricity: f64) -> f64 {
        let wanted = sgp4::WGS72.ke * (a_km / sgp4::WGS72.ae).powf(-1.5);
        let inclination = inclination_deg.to_radians();
        let mut kozai = wanted;
        // The correction is of the order of J2, so each round gains three digits.
        for _ in 0..12 {
            kozai *= wanted / brouwer_mean_motion_rad_min(kozai, inclination, eccentricity);
        }
        kozai * (1440.0 / std::f64::consts::TAU)
    }

    /// Altitude in km of the mean semi-major axis above the equatorial radius 6,378.137 km.
    pub fn mean_altitude_km(&self) -> f64 {
        self.brouwer_semi_major_axis_km() - EARTH_EQUATORIAL_RADIUS_KM
    }

    /// Anomalistic period in minutes of the Kozai mean motion.
    pub fn period_min(&self) -> f64 {
        1440.0 / self.mean_motion_rev_day
    }
}

/// Semi-major axis in km of a Brouwer mean motion in rad/min.
fn semi_major_axis_km(brouwer_rad_min: f64) -> f64 {
    sgp4::WGS72.ae * (sgp4::WGS72.ke / brouwer_rad_min).powf(2.0 / 3.0)
}

/// Brouwer mean motion from the Kozai mean motion, both rad/min.
fn brouwer_mean_motion_rad_min(kozai: f64, inclination_rad: f64, eccentricity: f64) -> f64 {
    let a1 = (sgp4::WGS72.ke / kozai).powf(2.0 / 3.0);
    let cos_squared = inclination_rad.cos().powi(2);
    // p0 = 3/4 J2 (3 cos²i - 1) (1 - e²)^(-3/2)
    let p0 =
        0.75 * sgp4::WGS72.j2 * (3.0 * cos_squared - 1.0) / (1.0 - eccentricity * eccentricity).powf(1.5);
    let d1 = p0 / (a1 * a1);
    // a0 = a1 (1 - δ1/3 - δ1² - 134/81 δ1³)
    let a0 = a1 * (1.0 - d1 * (1.0 / 3.0 + d1 * (1.0 + 134.0 / 81.0 * d1)));
    kozai / (1.0 + p0 / (a0 * a0))
}

/// An SGP4 propagator made ready from mean elements.
#[derive(Debug, Clone)]
pub struct Propagator {
    epoch: Epoch,
    constants: sgp4::Constants,
    mark: resonance::Mark,
    /// No osculating semi-major axis of the theory's own is longer, km.
    highest_axis_km: f64,
    period_min: f64,
    bstar: f64,
    /// The Earth's shape turns the perigee by no more than this, rad/min.
    perigee_turn_rad_min: f64,
    /// Whether it can come under the ground.
    may_come_down: bool,
}

impl Propagator {
    /// Prepares SGP4 with WGS-72 constants and IAU sidereal time.
    ///
    /// # Errors
    /// [`ElementsError`] for elements that describe no orbit around the Earth.
    pub fn new(elements: &MeanElements) -> Result<Self, ElementsError> {
        let propagator = Self::with_any_perigee(elements)?;
        let perigee_km = elements.brouwer_semi_major_axis_km() * (1.0 - elements.eccentricity);
        // A hundred kilometres under the surface is no orbit; catalogues do hold sets that dip a
        // little below it near the end of life, and those decay when propagated.
        if perigee_km.is_nan() || perigee_km <= EARTH_EQUATORIAL_RADIUS_KM - 100.0 {
            return Err(ElementsError::Underground(perigee_km - EARTH_EQUATORIAL_RADIUS_KM));
        }
        Ok(propagator)
    }

    /// [`Self::new`] for orbits whose perigee may lie in the Earth, of which SGP4 gives the part above ground:
    /// the published verification sets hold such a one.
    ///
    /// # Errors
    /// [`ElementsError`], but never [`ElementsError::Underground`].
    pub fn with_any_perigee(elements: &MeanElements) -> Result<Self, ElementsError> {
        for (name, value) in [
            ("inclination", elements.inclination_deg),
            ("right ascension of the node", elements.raan_deg),
            ("argument of perigee", elements.argument_of_perigee_deg),
            ("mean anomaly", elements.mean_anomaly_deg),
            ("drag term", elements.bstar),
        ] {
            if !value.is_finite() {
                return Err(ElementsError::NotFinite(name));
            }
        }
        if !(0.0..1.0).contains(&elements.eccentricity) {
            return Err(ElementsError::Eccentricity(elements.eccentricity));
        }
        if !(elements.mean_motion_rev_day > 0.0 && elements.mean_motion_rev_day.is_finite()) {
            return Err(ElementsError::MeanMotion(elements.mean_motion_rev_day));
        }
        let orbit = sgp4::Orbit::from_kozai_elements(
            &sgp4::WGS72,
            elements.inclination_deg.to_radians(),
            elements.raan_deg.to_radians(),
            elements.eccentricity,
            elements.argument_of_perigee_deg.to_radians(),
            elements.mean_anomaly_deg.to_radians(),
            elements.mean_motion_rev_day * (std::f64::consts::PI / 720.0),
        )
        .map_err(|_| ElementsError::MeanMotion(elements.mean_motion_rev_day))?;
        let constants = sgp4::Constants::new(
            sgp4::WGS72,
            sgp4::iau_epoch_to_sidereal_time,
            elements.epoch.julian_years_since_j2000(),
            elements.bstar,
            orbit,
        )
        .map_err(|error| ElementsError::Eccentricity(error.0))?;
        let axis_km = elements.brouwer_semi_major_axis_km();
        Ok(Self {
            epoch: elements.epoch,
            mark: resonance::Mark::at_epoch(&constants),
            constants,
            highest_axis_km: life::highest_axis_km(axis_km, elements.eccentricity),
            period_min: elements.period_min(),
            bstar: elements.bstar,
            perigee_turn_rad_min: life::perigee_turn_rad_min(elements),
            may_come_down: Self::may_come_down(elements),
        })
    }

    /// Position in km and velocity in km/s, TEME, at `epoch`. Far from the epoch of the elements,
    /// [`Self::lost_before`] tells whether it can be one.
    ///
    /// # Errors
    /// [`PropagationError`], decay included: the crate itself does not look for it.
    pub fn propagate(&self, epoch: Epoch) -> Result<(Teme, Teme), PropagationError> {
        self.propagate_minutes(epoch.seconds_since(self.epoch) / 60.0)
    }

    /// [`Self::propagate`] by minutes after the epoch of the elements.
    ///
    /// # Errors
    /// As [`Self::propagate`].
    pub fn propagate_minutes(&self, minutes: f64) -> Result<(Teme, Teme), PropagationError> {
        let mut state = self.mark.towards(minutes, &self.constants);
        let prediction = self
            .constants
            .propagate_from_state(sgp4::MinutesSinceEpoch(minutes), state.as_mut(), false)
            .map_err(|error| match error {
                sgp4::Error::OutOfRangeEccentricity { eccentricity, .. }
                | sgp4::Error::OutOfRangePerturbedEccentricity { eccentricity, .. } => {
                    PropagationError::Eccentricity(eccentricity)
                }
                sgp4::Error::NegativeSemiLatusRectum { .. } => PropagationError::SemiLatusRectum,
            })?;
        let position = Vector3::from(prediction.position);
        let radius = position.norm();
        if radius.is_nan() || radius < sgp4::WGS72.ae {
            return Err(if radius.is_nan() {
                PropagationError::NotANumber
            } else {
                PropagationError::Decayed(radius)
            });
        }
        let velocity = Vector3::from(prediction.velocity);
        let axis_km = axis_km(&position, &velocity);
        if !(0.0..=self.highest_axis_km).contains(&axis_km) {
            return Err(PropagationError::Lifted(axis_km));
        }
        Ok((Teme(position), Teme(velocity)))
    }
}

/// Semi-major axis in km of the osculating orbit; negative for a hyperbola.
pub(crate) fn axis_km(position: &Vector3<f64>, velocity: &Vector3<f64>) -> f64 {
    1.0 / (2.0 / position.norm() - velocity.norm_squared() / EARTH_MU_WGS72_KM3_S2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_designed_altitude_is_the_brouwer_semi_major_axis() {
        for altitude_km in [300.0, 550.0, 1000.0, 21_528.0, 35_786.0] {
            for inclination_deg in [0.0, 53.0, 63.43, 97.5, 148.0] {
                for eccentricity in [0.0, 0.1, 0.7] {
                    let a_km = altitude_km + EARTH_EQUATORIAL_RADIUS_KM;
                    let elements = MeanElements {
                        epoch: Epoch::from_unix_nanos(0),
                        inclination_deg,
                        raan_deg: 0.0,
                        eccentricity,
                        argument_of_perigee_deg: 0.0,
                        mean_anomaly_deg: 0.0,
                        mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
                            a_km,
                            inclination_deg,
                            eccentricity,
                        ),
                        bstar: 0.0,
                    };
                    assert!((elements.brouwer_semi_major_axis_km() - a_km).abs() < 1e-8);
                }
            }
        }
    }

    #[test]
    fn impossible_elements_are_refused() {
        let sound = MeanElements {
            epoch: Epoch::from_unix_nanos(0),
            inclination_deg: 53.0,
            raan_deg: 0.0,
            eccentricity: 0.001,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 0.0,
            mean_motion_rev_day: 15.0,
            bstar: 0.0,
        };
        assert!(Propagator::new(&sound).is_ok());
        for (broken, expected) in [
            (MeanElements { eccentricity: 1.2, ..sound }, "eccentricity 1.2"),
            (MeanElements { mean_motion_rev_day: 0.0, ..sound }, "mean motion 0"),
            (MeanElements { mean_motion_rev_day: 40.0, ..sound }, "below the ground"),
            (MeanElements { raan_deg: f64::NAN, ..sound }, "right ascension"),
        ] {
            let message = Propagator::new(&broken).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
