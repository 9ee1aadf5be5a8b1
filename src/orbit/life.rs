//! How far from their epoch mean elements can be flown.
//!
//! The drag terms of SGP4 are polynomials of time. Past the decay they run on: the semi-major axis falls through zero and
//! rises again, so that a satellite that burnt up weeks ago has a position once more, in the end beyond the Moon. Before
//! the epoch they raise the orbit without end. A position is one only where SGP4 has had one all the way from the epoch.

use super::{PropagationError, Propagator};
use crate::frames::Teme;
use crate::time::{Epoch, Window};
use crate::units::EARTH_MU_WGS72_KM3_S2;

/// The semi-major axis that drag may have lifted an orbit to, over that of its elements, less what periodic terms do.
const HIGHEST_LIFT: f64 = 1.1;
/// First step of a walk away from the epoch, minutes.
const FIRST_STEP_MIN: f64 = 60.0;
/// Longer steps, by how far from the epoch they begin: a decay keeps its satellite under the ground for longer.
const STEP_GROWTH: f64 = 0.15;
/// Longest step where the Sun and the Moon move the perigee, minutes.
const LONGEST_STEP_MIN: f64 = 2880.0;
/// Osculating perigees this far above the ground may come down to it within a revolution.
const GRAZING_KM: f64 = 30.0;
/// Minutes that are looked at one by one at most. A perigee that stays near the ground for so long and never comes under
/// it is of no satellite, and would be looked at for as long as years have minutes.
const MOST_MINUTES: f64 = 200_000.0;
/// At so many minutes from the epoch the integration costs as much as all else.
const DEAR_MIN: f64 = 36_000.0;
/// How far from the last failure on the way back a window may begin, minutes; a revolution where that is longer.
const MARGIN_MIN: f64 = 1440.0;
/// Periods below this are near-Earth to SGP4: without drag nothing changes the perigee.
const DEEP_SPACE_MIN: f64 = 225.0;

/// Semi-major axis in km from which on an orbit is one that drag has lifted out of the theory, of one with the mean
/// semi-major axis `axis_km`.
pub(super) fn highest_axis_km(axis_km: f64, eccentricity: f64) -> f64 {
    // J2 moves the semi-major axis by a term in a² over the cube of the perigee: a tenth for nearly parabolic orbits.
    let perigee_km = axis_km * (1.0 - eccentricity);
    let periodic = 3.0 * sgp4::WGS72.j2 * sgp4::WGS72.ae.powi(2) * axis_km / perigee_km.powi(3);
    axis_km * (HIGHEST_LIFT + periodic)
}

impl Propagator {
    /// Why SGP4 cannot be asked for positions at `start` and after it, or nothing where it can, with the first instant
    /// without a position: before `start`, where the satellite decays on the way there from the epoch of its elements;
    /// else `start`.
    pub fn lost_before(&self, start: Epoch) -> Option<(Epoch, PropagationError)> {
        let (minutes, reason) = self.first_failure(start.seconds_since(self.epoch) / 60.0)?;
        let failed = self.epoch.plus_seconds(minutes * 60.0);
        match minutes < 0.0 {
            // Between the minutes SGP4 may fail in a few revolutions more.
            true => {
                let until = failed.plus_seconds(self.period_min.max(MARGIN_MIN) * 60.0);
                Some((start, PropagationError::NotYet(until)))
            }
            false => Some((failed.min(start), reason)),
        }
    }

    /// From when on a satellite that is there at the epoch of its elements, or later, is lost until `end`.
    pub fn lost_by(&self, end: Epoch) -> Option<(Epoch, PropagationError)> {
        let to_min = end.seconds_since(self.epoch) / 60.0;
        let (minutes, reason) = if to_min > 0.0 { self.first_failure(to_min)? } else { return None };
        Some((self.epoch.plus_seconds(minutes * 60.0), reason))
    }

    /// From when on a satellite is lost by the end of a window: [`Self::lost_before`] its start, else [`Self::lost_by`] its
    /// end.
    pub fn lost_in(&self, window: &Window) -> Option<(Epoch, PropagationError)> {
        self.lost_before(window.start).or_else(|| self.lost_by(window.end()))
    }

    /// The first of the minutes, on the way from the epoch of the elements to one `to_min` minutes after it, at which there
    /// is no position.
    ///
    /// A satellite that grazes the ground has positions for most of a revolution, so failures are no interval that halving
    /// could find the end of. What changes in one direction is the perigee: minutes are looked at one by one from the
    /// revolution on in which it comes near to the ground.
    pub fn first_failure(&self, to_min: f64) -> Option<(f64, PropagationError)> {
        if !self.changes_perigee {
            return None;
        }
        let (end_min, sign) = (to_min.abs(), to_min.signum());
        let is_low =
            |minutes: f64| self.propagate_minutes(sign * minutes).map_or(true, |state| is_grazing(&state));
        let is_deep = self.period_min >= DEEP_SPACE_MIN;
        // The Moon moves perigees within its month.
        let longest_min = if is_deep { LONGEST_STEP_MIN } else { f64::INFINITY };
        let (mut sound_min, mut looked_min, mut left_min) = (0.0, 0.0_f64, MOST_MINUTES);
        while sound_min < end_min {
            let step_min = FIRST_STEP_MIN.max(STEP_GROWTH * sound_min).min(longest_min);
            let next_min = (sound_min + step_min).min(end_min);
            if is_low(next_min) {
                let (mut high_min, mut low_min) = (sound_min, next_min);
                while low_min - high_min > self.period_min {
                    let middle_min = 0.5 * (high_min + low_min);
                    if is_low(middle_min) { low_min = middle_min } else { high_min = middle_min }
                }
                let until_min = (next_min + self.period_min).min(end_min);
                // SGP4 integrates the resonances of deep space from the epoch on, each time anew.
                let cost = if is_deep { 1.0 + until_min / DEAR_MIN } else { 1.0 };
                let affordable_min = (left_min / cost).max(0.0);
                let from_min = (high_min - self.period_min)
                    .max(looked_min)
                    .max(until_min - affordable_min)
                    .floor()
                    .max(0.0);
                left_min -= (until_min - from_min) * cost;
                let minutes = (0..).map(|minute| from_min + f64::from(minute));
                let mut minutes = minutes.take_while(|&minute| minute < until_min).chain([until_min]);
                let failure =
                    |minute: f64| Some((sign * minute, self.propagate_minutes(sign * minute).err()?));
                if let Some(failure) = minutes.find_map(failure) {
                    return Some(failure);
                }
                looked_min = until_min;
            }
            sound_min = next_min;
        }
        None
    }

    /// The same for the way to an instant after the epoch at which the satellite is at a place again; a quick look
    /// unless the perigee there is near to the ground.
    pub(crate) fn fell_before(
        &self,
        epoch: Epoch,
        state: &(Teme, Teme),
    ) -> Option<(Epoch, PropagationError)> {
        if self.changes_perigee && is_grazing(state) { self.lost_by(epoch) } else { None }
    }

    /// Whether the perigee of such an orbit can come down by itself.
    pub(super) fn changes_perigee(mean_motion_rev_day: f64, bstar: f64) -> bool {
        bstar != 0.0 || 1440.0 / mean_motion_rev_day >= DEEP_SPACE_MIN
    }
}

/// Whether the osculating perigee of a position and velocity is near to the ground, or under it.
fn is_grazing((Teme(position), Teme(velocity)): &(Teme, Teme)) -> bool {
    let axis_km = super::axis_km(position, velocity);
    let momentum = position.cross(velocity).norm_squared() / EARTH_MU_WGS72_KM3_S2;
    axis_km * (1.0 - (1.0 - momentum / axis_km).max(0.0).sqrt()) < sgp4::WGS72.ae + GRAZING_KM
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orbit::MeanElements;

    fn elements(altitude_km: f64, eccentricity: f64, bstar: f64) -> MeanElements {
        let axis_km = crate::units::EARTH_EQUATORIAL_RADIUS_KM + altitude_km;
        MeanElements {
            epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
            inclination_deg: 53.0,
            raan_deg: 40.0,
            eccentricity,
            argument_of_perigee_deg: 270.0,
            mean_anomaly_deg: 10.0,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(axis_km, 53.0, eccentricity),
            bstar,
        }
    }

    /// A satellite that decays within 23 days had positions again 67 days later, which the reference code has too
    /// (`sgp4` 2.27 for Python: error 6 first at minute 32,713, none any more at 129,196).
    #[test]
    fn a_decayed_satellite_does_not_rise_again() {
        let doomed = elements(300.0, 0.0001, 0.002);
        let propagator = Propagator::new(&doomed).unwrap();
        let has_position = |minute: &u32| propagator.propagate_minutes(f64::from(*minute)).is_ok();
        let decay = (0..60_000).find(|minute| !has_position(minute)).unwrap();
        let rise = (60_000..200_000).find(has_position).unwrap();
        assert_eq!((decay, rise), (32_713, 129_196));
        let lost = |minute: f64| propagator.lost_before(doomed.epoch.plus_seconds(minute * 60.0));
        assert_eq!(lost(f64::from(decay - 2)), None);
        for minute in [f64::from(rise), 1.1 * f64::from(rise), 10.0 * f64::from(rise), 5e6] {
            let (from, reason) = lost(minute).unwrap();
            // It grazes the ground for hours before it has no position any more.
            let after_min = from.seconds_since(doomed.epoch) / 60.0 - f64::from(decay);
            assert!((0.0..1440.0).contains(&after_min), "{minute}: {after_min}");
            assert!(matches!(reason, PropagationError::Decayed(_)));
        }
    }

    /// Backwards the same terms lift the orbit without end.
    #[test]
    fn before_its_epoch_a_satellite_is_not_flown_out_of_the_theory() {
        let dragged = elements(300.0, 0.001, 0.005);
        let propagator = Propagator::new(&dragged).unwrap();
        let before = |days: f64| dragged.epoch.plus_seconds(-days * 86_400.0);
        assert_eq!(propagator.lost_before(before(1.0)), None);
        let start = before(200.0);
        let Some((from, PropagationError::NotYet(until))) = propagator.lost_before(start) else {
            panic!("it is flown")
        };
        assert!(from == start && until > start && until < dragged.epoch);
        assert_eq!(propagator.lost_before(until), None);
        assert!(propagator.lost_before(until.plus_seconds(-25.0 * 3600.0)).is_some());
    }

    /// Sun and Moon bring the perigee down to the ground and up again. The reference code (`sgp4` 2.27 for Python) has
    /// no position in six to 25 stretches of one to ten minutes, 63 hours apart, and the others were taken for sound.
    #[test]
    fn a_perigee_under_the_ground_is_found_from_any_later_instant() {
        for (raan_deg, first_min) in [(0.0, 3650.0), (60.0, 7396.0)] {
            let doomed = grazing(raan_deg);
            let propagator = Propagator::new(&doomed).unwrap();
            assert_eq!(propagator.first_failure(first_min - 1.0), None);
            for later in 0..200 {
                let (failed_min, reason) =
                    propagator.first_failure(first_min + 271.0 * f64::from(later)).unwrap();
                assert_eq!(failed_min, first_min, "{raan_deg}, {later}");
                assert!(matches!(reason, PropagationError::Decayed(_)));
            }
        }
    }

    /// Nodes an hour apart all lie beside the minutes in which it is under the ground.
    #[test]
    fn coarse_nodes_lose_what_is_under_the_ground_between_them() {
        let doomed = grazing(60.0);
        let mut fleet =
            crate::ephemeris::Fleet::new([&doomed], crate::frames::EarthOrientation::default()).unwrap();
        let nodes = fleet.nodes(doomed.epoch, 3600.0, 0, 200);
        let losses: Vec<_> =
            fleet.losses().map(|loss| loss.from.seconds_since(doomed.epoch) / 60.0).collect();
        assert_eq!(losses, [7396.0]);
        assert!((0..200).all(|node| nodes.at(node)[0].is_present() == (node * 60 < 7396)));
    }

    fn grazing(raan_deg: f64) -> MeanElements {
        let (axis_km, inclination_deg) = (80_000.0, 63.4);
        let eccentricity = 1.0 - (crate::units::EARTH_EQUATORIAL_RADIUS_KM + 150.0) / axis_km;
        MeanElements {
            inclination_deg,
            raan_deg,
            eccentricity,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
                axis_km,
                inclination_deg,
                eccentricity,
            ),
            bstar: 0.0,
            ..elements(0.0, 0.0, 0.0)
        }
    }

    /// Orbits of all kinds without drag, and with what satellites have of it, can be flown for months.
    #[test]
    fn sound_orbits_are_never_lost() {
        for (altitude_km, eccentricity, bstar) in [
            (550.0, 0.0001, 2e-4),
            (1200.0, 0.001, 1e-3),
            (550.0, 0.0, 0.0),
            (20_184.0, 0.01, 0.0),
            (35_786.0, 0.0002, 0.0),
            (20_200.0, 0.72, 1e-4),
            (58_000.0, 0.89, 0.0),
        ] {
            let elements = elements(altitude_km, eccentricity, bstar);
            let propagator = Propagator::new(&elements).unwrap();
            for days in [-60.0, -7.0, -0.1, 0.0, 0.1, 7.0, 60.0] {
                let at = elements.epoch.plus_seconds(days * 86_400.0);
                assert_eq!(propagator.lost_before(at), None, "{altitude_km} km, {days} days");
            }
        }
    }
}
