//! How far element sets are from the window they are used in, and what that does to positions.

use crate::orbit::MeanElements;
use crate::time::{Epoch, Window};
use crate::units::SECONDS_PER_DAY;

/// Days between an element set's epoch and the far end of a window from which on it is told.
pub const TOLD_FROM_DAYS: f64 = 14.0;

/// Growth of the error of SGP4 along the track of a low satellite, km a day: as a rule, and often.
///
/// Levit and Marshall, "Improved orbit predictions using two-line elements", Advances in Space Research
/// 47 (2011): their 100 m a day is about a tenth of what single element sets with SGP4 reach; 1 to 3 km
/// a day is what the documentation of the `sgp4` package for Python states. Both hold for the first weeks
/// only: drag and manoeuvres make it grow faster than in proportion.
pub const DRIFT_KM_PER_DAY: [f64; 2] = [1.0, 3.0];

/// What is to be said about element sets far from a window, or nothing where all are near.
///
/// `sets` are the element sets of a catalogue with their satellites' names; designed orbits are no
/// observations and do not age.
pub fn warning<'a>(
    sets: impl IntoIterator<Item = (&'a str, &'a MeanElements)>,
    window: &Window,
) -> Option<String> {
    let (mut all, mut far) = (0_usize, 0_usize);
    let mut farthest: Option<(f64, &str, &MeanElements)> = None;
    for (name, elements) in sets {
        all += 1;
        let days = days_from_ends(elements.epoch, window);
        if days >= TOLD_FROM_DAYS {
            far += 1;
            if farthest.is_none_or(|(most, ..)| days > most) {
                farthest = Some((days, name, elements));
            }
        }
    }
    let (days, name, elements) = farthest?;
    let [least, most] = DRIFT_KM_PER_DAY.map(|drift| drift * days);
    Some(format!(
        "{far} of {all} element sets are {TOLD_FROM_DAYS} days or more from an end of the window, the farthest \
         {days:.0} days ({name}, epoch {}): SGP4 drifts 1 to 3 km a day along the track, {least:.0} to \
         {most:.0} km there, and more with drag and manoeuvres; take newer elements or a nearer window",
        elements.epoch
    ))
}

/// What is to be said about almanacs of navigation satellites far from a window, by name and time of
/// applicability; nothing where all are near.
pub fn almanac_warning<'a>(
    almanacs: impl IntoIterator<Item = (&'a str, Epoch)>,
    window: &Window,
) -> Option<String> {
    let (mut all, mut far) = (0_usize, 0_usize);
    let mut farthest: Option<(f64, &str, Epoch)> = None;
    for (name, epoch) in almanacs {
        all += 1;
        let days = days_from_ends(epoch, window);
        if days >= TOLD_FROM_DAYS {
            far += 1;
            if farthest.is_none_or(|(most, ..)| days > most) {
                farthest = Some((days, name, epoch));
            }
        }
    }
    let (days, name, epoch) = farthest?;
    Some(format!(
        "{far} of {all} satellites of the almanac apply {TOLD_FROM_DAYS} days or more from an end of the window, the \
         farthest {days:.0} days ({name}, {epoch}): an almanac is made for weeks and knows of no manoeuvres \
         or satellites that came or went since; take a newer almanac or a nearer window"
    ))
}

/// The newest of the epochs of a catalogue, but for up to a hundredth of them that stand weeks after all others: those are
/// slips, and would take every other set to a day that has nothing to do with it.
pub fn newest(epochs: impl Iterator<Item = Epoch>) -> Option<Epoch> {
    let mut epochs: Vec<Epoch> = epochs.collect();
    epochs.sort_unstable();
    let common = *epochs.get((99 * epochs.len()).div_ceil(100).checked_sub(1)?)?;
    let latest = common.plus_seconds(TOLD_FROM_DAYS * SECONDS_PER_DAY);
    epochs.into_iter().rev().find(|&epoch| epoch <= latest)
}

/// Days from an epoch to the farther end of a window.
fn days_from_ends(epoch: Epoch, window: &Window) -> f64 {
    let seconds = [window.start, window.end()].map(|end| end.seconds_since(epoch).abs());
    seconds[0].max(seconds[1]) / SECONDS_PER_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sets_far_from_an_end_of_the_window_are_told() {
        let at = |epoch: &str| MeanElements {
            epoch: epoch.parse().unwrap(),
            inclination_deg: 53.0,
            raan_deg: 0.0,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 0.0,
            mean_motion_rev_day: 15.0,
            bstar: 0.0,
        };
        let window = Window { start: "2026-01-10T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        let (near, before, after) = (at("2026-01-01"), at("2025-01-11"), at("2026-02-09"));
        assert_eq!(warning([("NEAR", &near)], &window), None);
        let told = warning([("NEAR", &near), ("OLD", &before), ("NEW", &after)], &window).unwrap();
        assert!(told.starts_with("2 of 3 element sets"), "{told}");
        assert!(told.contains("365 days (OLD, epoch 2025-01-11"), "{told}");
        assert!(told.contains("365 to 1095 km"), "{told}");
    }

    /// One wrong year in 651 took the default window of all to 2056.
    #[test]
    fn a_wrong_epoch_of_many_is_not_the_newest() {
        let at = |day: u32| format!("2026-08-{:02}T00:00:00Z", 1 + day % 22).parse::<Epoch>().unwrap();
        let slip = "2056-08-21T12:00:00Z".parse::<Epoch>().unwrap();
        assert_eq!(newest((0..650).map(at).chain([slip])), Some(at(21)));
        // Of few, nobody can tell which one is wrong.
        assert_eq!(newest((0..20).map(at).chain([slip])), Some(slip));
        assert_eq!(newest([slip].into_iter()), Some(slip));
        assert_eq!(newest(std::iter::empty()), None);
    }

    #[test]
    fn almanacs_far_from_an_end_of_the_window_are_told_with_their_age() {
        let at = |epoch: &str| epoch.parse::<Epoch>().unwrap();
        let window = Window { start: at("2026-08-20T00:00:00Z"), duration_s: 86_400.0 };
        assert_eq!(almanac_warning([("PRN-01", at("2026-08-10T00:00:00Z"))], &window), None);
        let far = [("PRN-01", at("2026-08-10T00:00:00Z")), ("PRN-02", at("2026-07-22T00:00:00Z"))];
        let told = almanac_warning(far, &window).unwrap();
        assert!(told.starts_with("1 of 2 satellites of the almanac apply 14 days"), "{told}");
        assert!(told.contains("30 days (PRN-02, 2026-07-22"), "{told}");
    }
}
