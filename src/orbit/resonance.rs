//! Where SGP4's integration of resonances with the turning Earth goes on.
//!
//! For orbits of half a day and of a day SGP4 integrates from the epoch of the elements on, each time anew, so that a
//! position costs the more the farther from it it is. The steps of 720 minutes are the same wherever the integration
//! goes on, so positions are too, to the last bit.

use super::Propagator;
use crate::time::Epoch;

/// The state of an integration; none for orbits without resonance.
#[derive(Clone, Copy)]
pub(super) struct Mark(Option<sgp4::ResonanceState>);

impl Mark {
    /// The integration at the epoch of the elements.
    pub(super) fn at_epoch(constants: &sgp4::Constants) -> Self {
        Self(constants.initial_state())
    }

    /// The state from which the integration reaches an instant: this one, or for instants that are not beyond it the
    /// one at the epoch.
    pub(super) fn towards(&self, minutes: f64, constants: &sgp4::Constants) -> Option<sgp4::ResonanceState> {
        let is_on_the_way = |state: &sgp4::ResonanceState| {
            let reached = state.t();
            reached == 0.0 || (minutes.signum() == reached.signum() && minutes.abs() >= reached.abs())
        };
        self.0.filter(is_on_the_way).or_else(|| constants.initial_state())
    }
}

impl std::fmt::Debug for Mark {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Mark").field(&self.0.map(|state| state.t())).finish()
    }
}

impl Propagator {
    /// Makes positions at `epoch` and further from the epoch of the elements as cheap as near to it. They are the same,
    /// and so are those on the way there.
    pub fn go_on_from(&mut self, epoch: Epoch) {
        self.go_on_from_minutes(epoch.seconds_since(self.epoch) / 60.0);
    }

    /// [`Self::go_on_from`] by minutes after the epoch of the elements.
    pub(super) fn go_on_from_minutes(&mut self, minutes: f64) {
        let mut state = self.mark.towards(minutes, &self.constants);
        if state.is_some() {
            // Where there is no position the state is one of those on the way all the same.
            let _ =
                self.constants.propagate_from_state(sgp4::MinutesSinceEpoch(minutes), state.as_mut(), false);
            self.mark = Mark(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::orbit::{MeanElements, Propagator};

    /// Half a day (Molniya), a day (geostationary and inclined), none (navigation), near the Earth.
    #[test]
    fn positions_are_the_same_from_wherever_the_integration_goes_on() {
        for (mean_motion_rev_day, eccentricity, inclination_deg) in [
            (2.005, 0.7, 63.4),
            (1.0027, 0.0003, 0.05),
            (1.0027, 0.01, 55.0),
            (2.0056, 0.01, 55.0),
            (15.0, 0.001, 53.0),
        ] {
            let elements = MeanElements {
                epoch: "2026-01-01T00:00:00Z".parse().unwrap(),
                inclination_deg,
                raan_deg: 40.0,
                eccentricity,
                argument_of_perigee_deg: 270.0,
                mean_anomaly_deg: 10.0,
                mean_motion_rev_day,
                bstar: 0.0,
            };
            let fresh = Propagator::new(&elements).unwrap();
            let mut marked = fresh.clone();
            for from in [3.0, 719.9, 720.0, 50_000.5, 2_000.0, -720.0, -90_000.0, -1.0, 0.0, 400_000.0] {
                marked.go_on_from_minutes(from);
                for to in [0.0, -0.0, 1.0, 720.0, 60_000.3, 500_000.0, -5.0, -720.0, -100_000.7] {
                    let [(place, speed), (marked_place, marked_speed)] =
                        [&fresh, &marked].map(|propagator| propagator.propagate_minutes(to).unwrap());
                    assert_eq!((place.0, speed.0), (marked_place.0, marked_speed.0), "{from} {to}");
                }
            }
        }
    }
}
