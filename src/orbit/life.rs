//! How far from their epoch mean elements can be flown.
//!
//! The drag terms of SGP4 are polynomials of time. Past the decay they run on: the semi-major axis falls through zero and
//! rises again, so that a satellite that burnt up weeks ago has a position once more, in the end beyond the Moon. Before
//! the epoch they raise the orbit without end. A position is one only where SGP4 has had one all the way from the epoch.

use super::{MeanElements, PropagationError, Propagator};
use crate::frames::Teme;
use crate::time::{Epoch, Window};
use crate::units::EARTH_MU_WGS72_KM3_S2;

/// The semi-major axis that drag may have lifted an orbit to, over that of its elements, less what periodic terms do.
const HIGHEST_LIFT: f64 = 1.1;
/// First step of a walk away from the epoch, minutes.
const FIRST_STEP_MIN: f64 = 60.0;
/// Longer steps, by how far from the epoch they begin: a decay keeps its satellite under the ground for longer.
const STEP_GROWTH: f64 = 0.15;
/// Revolutions this near to the ground may come under it between two minutes, km.
const DIPPING_KM: f64 = 10.0;
/// How exactly the instant of a failure is found, minutes: half a millisecond.
const INSTANT_MIN: f64 = 0.5e-3 / 60.0;
/// From this product of a negative drag term and minutes on the eccentricity changes so much that elements may leave the
/// theory, in a part of each revolution first, and with no perigee near to the ground.
const HEAVY_DRAG: f64 = -50.0;
/// Instants of a revolution that are looked at there.
const LOOKS: u32 = 8;
/// Longest step where the Sun and the Moon move the perigee, minutes.
const LONGEST_STEP_MIN: f64 = 2880.0;
/// Osculating perigees this far above the ground may come down to it within a revolution.
const GRAZING_KM: f64 = 30.0;
/// Minutes that are looked at one by one at most. A perigee that stays near the ground for so long and never comes under
/// it is of no satellite, and would be looked at for as long as years have minutes: from then on it is taken for lost.
const MOST_MINUTES: f64 = 200_000.0;
/// The lowest point of a revolution moves by no more than this while the perigee turns by a radian, km: twice what J2 and J3
/// do near to the ground.
const LOWEST_KM_RAD: f64 = 20.0;
/// The lowest point of a revolution may lie this far below the lowest of its minutes, km: no revolution of less than
/// [`DEEP_SPACE_MIN`] rises faster in the half minute after its perigee.
const BETWEEN_MINUTES_KM: f64 = 2.5;
/// How far from the last failure on the way back a window may begin, minutes; a revolution where that is longer. Further
/// back than this drag changes elements so much that they leave the theory in a part of each revolution first.
const MARGIN_MIN: f64 = 1440.0;
/// Periods below this are near-Earth to SGP4: without drag only the Earth's shape moves the perigee.
const DEEP_SPACE_MIN: f64 = 225.0;
/// It moves a mean perigee above this to no less than [`GRAZING_KM`]: by terms of J2 and J3, some ten kilometres each.
const LOW_KM: f64 = 80.0;

/// Semi-major axis in km from which on an orbit is one that drag has lifted out of the theory, of one with the mean
/// semi-major axis `axis_km`.
pub(super) fn highest_axis_km(axis_km: f64, eccentricity: f64) -> f64 {
    // J2 moves the semi-major axis by a term in a² over the cube of the perigee: a tenth for nearly parabolic orbits.
    let perigee_km = axis_km * (1.0 - eccentricity);
    let periodic = 3.0 * sgp4::WGS72.j2 * sgp4::WGS72.ae.powi(2) * axis_km / perigee_km.powi(3);
    axis_km * (HIGHEST_LIFT + periodic)
}

/// The perigee of an orbit near to the Earth turns by no more than this, rad/min: by J2, and a little by its square and J4.
pub(super) fn perigee_turn_rad_min(elements: &MeanElements) -> f64 {
    let parameter_km = elements.brouwer_semi_major_axis_km() * (1.0 - elements.eccentricity.powi(2));
    let cos_squared = elements.inclination_deg.to_radians().cos().powi(2);
    let oblateness = sgp4::WGS72.j2 * (sgp4::WGS72.ae / parameter_km).powi(2);
    let per_radian = 0.75 * oblateness * (5.0 * cos_squared - 1.0).abs();
    (1.05 * per_radian + 5e-5) * std::f64::consts::TAU / elements.period_min()
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

    /// The first instant, on the way from the epoch of the elements to one `to_min` minutes after it, at which there is no
    /// position, to the millisecond.
    ///
    /// A satellite that grazes the ground has positions for most of a revolution, so failures are no interval that halving
    /// could find the end of. What changes in one direction is the perigee: minutes are looked at one by one from the
    /// revolution on in which it comes near to the ground, and the perigees between them.
    pub fn first_failure(&self, to_min: f64) -> Option<(f64, PropagationError)> {
        self.walk_on(Walk::default(), to_min).err()
    }

    /// The first failure on the way from the epoch of the elements to an instant at which there may be no position, before
    /// the epoch too: there it is that instant itself. A walk tells how much of the way after the epoch is known already,
    /// and is answered with what is known then.
    pub(crate) fn walk_to(&self, walk: Walk, epoch: Epoch) -> (Walk, Option<(Epoch, PropagationError)>) {
        let to_min = epoch.seconds_since(self.epoch) / 60.0;
        let further = match to_min > 0.0 {
            true => self.walk_on(walk, to_min),
            false => Ok(walk),
        };
        match further {
            Err((minutes, reason)) => (walk, Some((self.epoch.plus_seconds(minutes * 60.0), reason))),
            Ok(further) => {
                let failure = self.propagate(epoch).err();
                let lost = failure.map(|reason| self.lost_before(epoch).unwrap_or((epoch, reason)));
                (further, lost)
            }
        }
    }

    /// The first failure behind a walk, in its direction, and no further than `to_min`; else the walk up to there.
    fn walk_on(&self, walk: Walk, to_min: f64) -> Result<Walk, (f64, PropagationError)> {
        if !self.may_come_down || walk.sound_min >= to_min.abs() {
            return Ok(walk);
        }
        let heavy_from_min =
            if to_min > 0.0 && self.bstar < 0.0 { HEAVY_DRAG / self.bstar } else { f64::INFINITY };
        let mut way = Way { propagator: self.clone(), sign: to_min.signum(), heavy_from_min };
        let end_min = to_min.abs();
        let is_deep = self.period_min >= DEEP_SPACE_MIN;
        if self.bstar == 0.0 && !is_deep {
            return way.first_dip(walk, end_min);
        }
        // The Moon moves perigees within its month.
        let longest_min = if is_deep { LONGEST_STEP_MIN } else { f64::INFINITY };
        let Walk { mut sound_min, mut looked_min, mut left_min } = walk;
        while sound_min < end_min {
            // No minute before this one is looked at any more.
            way.go_on_from((sound_min - self.period_min.max(MARGIN_MIN)).floor().max(0.0));
            let step_min = FIRST_STEP_MIN.max(STEP_GROWTH * sound_min).min(longest_min);
            let next_min = (sound_min + step_min).min(end_min);
            if way.is_low(next_min) {
                let (mut high_min, mut low_min) = (sound_min, next_min);
                while low_min - high_min > self.period_min {
                    let middle_min = 0.5 * (high_min + low_min);
                    if way.is_low(middle_min) { low_min = middle_min } else { high_min = middle_min }
                }
                let until_min = (next_min + self.period_min).min(end_min);
                let earlier_min = if high_min >= heavy_from_min { MARGIN_MIN } else { self.period_min };
                let from_min = (high_min - earlier_min).max(looked_min).floor().max(0.0);
                let last_min = until_min.min(from_min + left_min);
                way.lowest(from_min, last_min)?;
                if last_min < until_min {
                    return Err((way.sign * last_min, PropagationError::NearGround));
                }
                left_min -= until_min - from_min;
                looked_min = until_min;
            }
            sound_min = next_min;
        }
        let unseen_min = match end_min >= heavy_from_min {
            true => MARGIN_MIN,
            false if to_min < -MARGIN_MIN => self.period_min.min(MARGIN_MIN),
            false => 0.0,
        };
        if unseen_min > 0.0 {
            way.lowest((end_min - unseen_min).max(looked_min).floor(), end_min)?;
            looked_min = end_min;
        }
        Ok(Walk { sound_min, looked_min, left_min })
    }

    /// Whether a satellite with a position at some instant may have had none since a revolution ago.
    pub(crate) fn is_doubtful(&self, state: &(Teme, Teme)) -> bool {
        self.may_come_down && is_grazing(state)
    }

    /// Whether such an orbit can come under the ground: drag, the Sun or the Moon bring its perigee down, or it is there.
    pub(super) fn may_come_down(elements: &MeanElements) -> bool {
        let perigee_km = elements.brouwer_semi_major_axis_km() * (1.0 - elements.eccentricity);
        elements.bstar != 0.0
            || elements.period_min() >= DEEP_SPACE_MIN
            || perigee_km < sgp4::WGS72.ae + LOW_KM
    }
}

/// How far an orbit is known to be sound, in minutes from the epoch of its elements on, in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Walk {
    /// Up to here it is.
    sound_min: f64,
    /// Up to here minutes were looked at one by one, where there were such.
    looked_min: f64,
    /// So many more of them may be looked at.
    left_min: f64,
}

impl Default for Walk {
    fn default() -> Self {
        Self { sound_min: 0.0, looked_min: 0.0, left_min: MOST_MINUTES }
    }
}

/// The minutes after the epoch of the elements, or before it.
struct Way {
    propagator: Propagator,
    /// -1 before the epoch.
    sign: f64,
    /// From when on drag is heavy, minutes; infinite where it never is.
    heavy_from_min: f64,
}

impl Way {
    fn go_on_from(&mut self, minutes: f64) {
        self.propagator.go_on_from_minutes(self.sign * minutes);
    }

    fn state(&self, minutes: f64) -> Result<(Teme, Teme), PropagationError> {
        self.propagator.propagate_minutes(self.sign * minutes)
    }

    /// Whether there may be no position at an instant, or in the revolution before it.
    fn is_low(&self, minutes: f64) -> bool {
        let looks = if minutes < self.heavy_from_min { 1 } else { LOOKS };
        let step_min = self.propagator.period_min / f64::from(LOOKS);
        (0..looks).any(|look| {
            let earlier = (minutes - f64::from(look) * step_min).max(0.0);
            self.state(earlier).map_or(true, |state| is_grazing(&state))
        })
    }

    /// The first failure behind a walk of an orbit near to the Earth without drag, as [`Propagator::walk_on`].
    ///
    /// Of such an orbit only the directions change, evenly with time, and of them only that of the perigee moves the lowest
    /// point of a revolution: how far one keeps from the ground tells how many after it do.
    fn first_dip(&self, walk: Walk, end_min: f64) -> Result<Walk, (f64, PropagationError)> {
        let km_min = LOWEST_KM_RAD * self.propagator.perigee_turn_rad_min;
        let mut sound_min = walk.sound_min;
        while sound_min < end_min {
            // From perigee to perigee it takes up to a hundredth longer; a lowest point has a minute on either side.
            let from_min = (sound_min - 2.0).max(0.0);
            let until_min = from_min + 1.01 * self.propagator.period_min + 4.0;
            match self.lowest(from_min, until_min) {
                Ok(lowest_km) => {
                    sound_min = until_min + (lowest_km - sgp4::WGS72.ae).max(0.0) / km_min;
                }
                Err((failed_min, reason)) if failed_min.abs() <= end_min => return Err((failed_min, reason)),
                Err(_) => sound_min = end_min,
            }
        }
        Ok(Walk { sound_min, ..walk })
    }

    /// The first failure at the minutes of an interval, at its end, and at the perigees between them; else how near to the
    /// centre of the Earth those perigees are, km.
    fn lowest(&self, from_min: f64, until_min: f64) -> Result<f64, (f64, PropagationError)> {
        let minutes = (0..).map(|minute| from_min + f64::from(minute));
        let minutes = minutes.take_while(|&minute| minute < until_min).chain([until_min]);
        // The last two instants with their distances from the centre of the Earth.
        let mut before: [Option<(f64, f64)>; 2] = [None; 2];
        let mut lowest_km = f64::INFINITY;
        for minute in minutes {
            let radius_km = match self.state(minute) {
                Ok((Teme(position), _)) => position.norm(),
                Err(reason) => {
                    return Err(self.beginning(before[1].map(|(sound, _)| sound), (minute, reason)));
                }
            };
            if let [Some((first_min, first_km)), Some((_, middle_km))] = before
                && middle_km <= first_km.min(radius_km)
            {
                let perigee_km = match middle_km < sgp4::WGS72.ae + DIPPING_KM {
                    true => self
                        .perigee_km(first_min, minute)
                        .map_err(|failure| self.beginning(Some(first_min), failure))?,
                    false => middle_km - BETWEEN_MINUTES_KM,
                };
                lowest_km = lowest_km.min(perigee_km);
            }
            before = [before[1], Some((minute, radius_km))];
        }
        Ok(lowest_km)
    }

    /// The least distance from the centre of the Earth within an interval, km, or an instant about it without a position.
    fn perigee_km(&self, mut from_min: f64, mut to_min: f64) -> Result<f64, (f64, PropagationError)> {
        let radius_km = |minute: f64| match self.state(minute) {
            Ok((Teme(position), _)) => Ok(position.norm()),
            Err(reason) => Err((minute, reason)),
        };
        let mut least_km = f64::INFINITY;
        while to_min - from_min > INSTANT_MIN {
            let third_min = (to_min - from_min) / 3.0;
            let [first, second] = [from_min + third_min, to_min - third_min];
            let [one_km, other_km] = [radius_km(first)?, radius_km(second)?];
            least_km = least_km.min(one_km).min(other_km);
            if one_km < other_km { to_min = second } else { from_min = first }
        }
        Ok(least_km)
    }

    /// Where a failure begins that is known at an instant, after a last one with a position.
    fn beginning(&self, sound_min: Option<f64>, failure: (f64, PropagationError)) -> (f64, PropagationError) {
        let (mut failed_min, mut reason) = failure;
        let Some(mut sound_min) = sound_min else { return (self.sign * failed_min, reason) };
        while failed_min - sound_min > INSTANT_MIN {
            let middle_min = 0.5 * (sound_min + failed_min);
            match self.state(middle_min) {
                Ok(_) => sound_min = middle_min,
                Err(earlier) => (failed_min, reason) = (middle_min, earlier),
            }
        }
        (self.sign * failed_min, reason)
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
            let before_min = f64::from(decay) - from.seconds_since(doomed.epoch) / 60.0;
            assert!((0.0..=1.0).contains(&before_min), "{minute}: {before_min}");
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

    /// Sun and Moon bring the perigee down to the ground and up again. The reference code (`sgp4` 2.27 for Python, halved
    /// to the millisecond) has no position from these instants on for one to six minutes.
    #[test]
    fn a_perigee_under_the_ground_is_found_from_any_later_instant() {
        for (raan_deg, first_s) in [(0.0, 218_991.859), (60.0, 443_756.497)] {
            let doomed = grazing(raan_deg);
            let propagator = Propagator::new(&doomed).unwrap();
            let first_min = first_s / 60.0;
            assert_eq!(propagator.first_failure(first_min - 1e-4), None);
            for later in 0..200 {
                let (failed_min, reason) =
                    propagator.first_failure(first_min + 1.0 + 271.3 * f64::from(later)).unwrap();
                assert!((failed_min * 60.0 - first_s).abs() < 0.002, "{raan_deg}, {later}: {failed_min}");
                assert!(matches!(reason, PropagationError::Decayed(_)));
            }
        }
    }

    /// A perigee that dips under the ground for a few seconds, between any two of the minutes.
    #[test]
    fn a_dip_of_seconds_is_found_between_the_minutes() {
        let fails = |propagator: &Propagator, second: &i32| {
            propagator.propagate_minutes(f64::from(*second) / 60.0).is_err()
        };
        let revolution = 443_000..444_600;
        // The perigee of less eccentric orbits is higher by 80 m each, until it dips for seconds only.
        let mut dips = (1..400).map(|step| {
            let long = grazing(60.0);
            let eccentricity = long.eccentricity - f64::from(step) * 1e-6;
            Propagator::new(&MeanElements { eccentricity, ..long }).unwrap()
        });
        let of_seconds = |propagator: &Propagator| {
            (1..12).contains(&revolution.clone().filter(|second| fails(propagator, second)).count())
        };
        let dip = dips.find(of_seconds).expect("a dip of seconds");
        let first = f64::from(revolution.clone().find(|second| fails(&dip, second)).unwrap());
        for later_min in [0.5, 7.0, 20.25, 90.0, 1441.0] {
            let (failed_min, _) = dip.first_failure(first / 60.0 + later_min).unwrap();
            let before_s = first - failed_min * 60.0;
            assert!((0.0..=1.0).contains(&before_s), "{later_min}: {before_s}");
        }
    }

    /// On the way back drag takes elements out of the theory in a part of each revolution first: the reference code
    /// (`sgp4` 2.27 for Python) has no position at minutes -19,454 to -19,470, -19,533 to -19,562 and so on.
    #[test]
    fn positions_beyond_the_first_failure_on_the_way_back_are_none() {
        let dragged = MeanElements {
            mean_motion_rev_day: 15.8,
            argument_of_perigee_deg: 90.0,
            ..elements(0.0, 0.001, 0.01)
        };
        let propagator = Propagator::new(&dragged).unwrap();
        let at = |minute: f64| dragged.epoch.plus_seconds(minute * 60.0);
        assert_eq!(propagator.lost_before(at(-19_450.0)), None);
        for minute in [-19_471.0, -19_500.0, -19_532.0, -19_563.0, -19_600.0, -19_653.0] {
            assert!(propagator.propagate_minutes(minute).is_ok(), "{minute}");
            let Some((from, PropagationError::NotYet(until))) = propagator.lost_before(at(minute)) else {
                panic!("{minute} is flown")
            };
            assert!(from == at(minute) && until > at(-19_454.0), "{minute}");
            assert_eq!(propagator.lost_before(until), None);
        }
    }

    /// Heavy drag of either sign takes the eccentricity out of the theory in a part of each revolution first: the reference
    /// code (`sgp4` 2.27 for Python) has no position at minutes 67,058 to 67,060, 67,148 to 67,166 and so on, from this
    /// instant on.
    #[test]
    fn failures_in_a_part_of_each_revolution_are_found_from_any_later_instant() {
        let lifted = MeanElements {
            mean_motion_rev_day: 14.7,
            inclination_deg: 87.0,
            argument_of_perigee_deg: 90.0,
            mean_anomaly_deg: 70.0,
            ..elements(0.0, 0.0001, -0.14)
        };
        let propagator = Propagator::new(&lifted).unwrap();
        assert_eq!(propagator.first_failure(67_057.0), None);
        for later_min in
            [67_059.0, 67_100.0, 67_160.0, 67_200.0, 67_300.0, 68_000.0, 70_000.5, 90_000.0, 119_999.0]
        {
            let (failed_min, _) = propagator.first_failure(later_min).unwrap();
            assert!((failed_min * 60.0 - 4_023_436.339).abs() < 0.01, "{later_min}: {failed_min}");
        }
    }

    /// Nodes an hour apart all lie beside the minutes in which it is under the ground. From wherever the nodes are
    /// counted, it is lost at the same instant.
    #[test]
    fn coarse_nodes_lose_what_is_under_the_ground_between_them() {
        let doomed = grazing(60.0);
        for (step_s, offset_s, count) in [(3600.0, 0.0, 200), (3600.0, 1234.5, 200), (60.0, 13.0, 7500)] {
            let mut fleet =
                crate::ephemeris::Fleet::new([&doomed], crate::frames::EarthOrientation::default()).unwrap();
            let start = doomed.epoch.plus_seconds(offset_s);
            let nodes = fleet.nodes(start, step_s, 0, count);
            let lost_s = fleet.losses().next().unwrap().from.seconds_since(doomed.epoch);
            assert!((lost_s - 443_756.497).abs() < 0.002, "{lost_s}");
            let is_there = |node: usize| node as f64 * step_s + offset_s < lost_s;
            assert!((0..count).all(|node| nodes.at(node)[0].is_present() == is_there(node)));
        }
    }

    /// Near to the Earth and without drag: the perigee turns by a degree in a month, and comes under the ground after a year.
    fn dipping() -> MeanElements {
        MeanElements {
            mean_motion_rev_day: 14.9,
            inclination_deg: 62.0,
            raan_deg: 10.0,
            mean_anomaly_deg: 40.0,
            ..elements(0.0, 0.085, 0.0)
        }
    }

    /// The reference code (`sgp4` 2.27 for Python, each tenth of a second, then halved) has error 6 first at this instant.
    #[test]
    fn a_perigee_that_sinks_for_a_year_is_found_from_any_later_instant() {
        let propagator = Propagator::new(&dipping()).unwrap();
        let first_s = 32_970_531.659;
        assert_eq!(propagator.first_failure(first_s / 60.0 - 1e-3), None);
        let mut walk = Walk::default();
        for day in 0..600 {
            let at = dipping().epoch.plus_seconds(f64::from(day) * 86_400.0);
            let (further, lost) = propagator.walk_to(walk, at);
            walk = further;
            let lost = lost.or_else(|| propagator.lost_before(at));
            assert_eq!(lost.is_some(), f64::from(day) * 86_400.0 >= first_s, "{day}");
            if let Some((from, reason)) = lost {
                assert!((from.seconds_since(dipping().epoch) - first_s).abs() < 0.002, "{day}: {from}");
                assert!(matches!(reason, PropagationError::Decayed(_)));
            }
        }
    }

    /// Revolutions are passed over by how far one of them keeps from the ground: as if each minute were looked at.
    #[test]
    fn dips_are_those_of_looking_at_every_minute() {
        let (mut sunk, mut sound) = (0, 0);
        for (inclination_deg, eccentricity) in
            [(0.5, 0.05), (28.0, 0.0), (53.0, 0.001), (53.0, 0.2), (90.0, 0.01), (98.0, 0.002), (116.0, 0.4)]
        {
            for perigee_km in [-6.0, 2.0, 5.0, 8.0, 11.0, 14.0, 22.0] {
                let axis_km = (sgp4::WGS72.ae + perigee_km) / (1.0 - eccentricity);
                let low = MeanElements {
                    inclination_deg,
                    argument_of_perigee_deg: 40.0,
                    mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
                        axis_km,
                        inclination_deg,
                        eccentricity,
                    ),
                    ..elements(0.0, eccentricity, 0.0)
                };
                let propagator = Propagator::new(&low).unwrap();
                let end_min = 25.0 * 1440.0;
                let way = Way { propagator: propagator.clone(), sign: 1.0, heavy_from_min: f64::INFINITY };
                let every_minute = way.lowest(0.0, end_min).err().map(|(minutes, _)| minutes);
                let passed_over = propagator.first_failure(end_min).map(|(minutes, _)| minutes);
                let case = format!("{inclination_deg}° {eccentricity} {perigee_km} km");
                match (every_minute, passed_over) {
                    (None, None) => sound += 1,
                    (Some(one), Some(other)) => {
                        sunk += 1;
                        assert!((one - other).abs() < 3.0 * INSTANT_MIN, "{case}: {one} {other}");
                    }
                    _ => panic!("{case}: {every_minute:?} {passed_over:?}"),
                }
            }
        }
        assert!(sunk > 10 && sound > 10, "{sunk} {sound}");
    }

    /// One that keeps near to the ground for so long that no more of its minutes are looked at is lost then, for whoever asks.
    #[test]
    fn a_perigee_near_to_the_ground_for_months_is_of_no_satellite() {
        // Perigees between 6 and 29 km above the ground.
        let axis_km = (sgp4::WGS72.ae + 14.0) / (1.0 - 0.05);
        let low = MeanElements {
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(axis_km, 53.0, 0.05),
            ..elements(0.0, 0.05, 1e-12)
        };
        let propagator = Propagator::new(&low).unwrap();
        assert_eq!(propagator.first_failure(MOST_MINUTES - 5000.0), None);
        for end_min in [1.1, 1.5, 3.0].map(|part| part * MOST_MINUTES) {
            let (minutes, reason) = propagator.first_failure(end_min).unwrap();
            assert!((minutes - MOST_MINUTES).abs() < 200.0, "{minutes}");
            assert_eq!(reason, PropagationError::NearGround);
        }
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
