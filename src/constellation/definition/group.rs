//! Satellites that belong together under one name: a shell, single satellites, a catalogue.

use std::ops::Range;

use super::shell::ALTITUDE;
use crate::constellation::{CATALOGUE_PATTERN, Figure, LeftOut, Satellite, age};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// A satellite and its plane within the group, from 0. A satellite that is put into a `[[shell]]` has a number of its own
/// behind the shell's planes.
pub(super) struct Member {
    pub plane: u32,
    pub satellite: Satellite,
}

/// A named group, whole as designed.
pub(super) struct Group {
    pub name: String,
    /// Where the name stands in the file.
    pub span: Range<usize>,
    /// How the group is laid out, in words.
    pub pattern: String,
    /// Whether a `[[shell]]` lays it out.
    pub of_shell: bool,
    /// Planes of the group as designed, without the satellites that are put into a `[[shell]]`.
    pub planes: u32,
    /// Satellites of `[[satellite]]` that are put into a `[[shell]]`.
    pub singles: u32,
    pub members: Vec<Member>,
    pub figures: Vec<Figure>,
    pub left_out: Vec<LeftOut>,
    /// Planes from 0 in the order of launch; empty where the file does not say.
    pub launch_order: Vec<u32>,
}

impl Group {
    /// How the group is laid out, with what stands in it besides.
    pub fn layout(&self) -> String {
        match self.singles {
            0 => self.pattern.clone(),
            1 => format!("{} and a single satellite", self.pattern),
            more => format!("{} and {more} single satellites", self.pattern),
        }
    }

    /// The newest epoch of its satellites. That of one wrong epoch among a hundred of a catalogue does not count.
    pub fn newest_epoch(&self) -> Option<Epoch> {
        let epochs = self.members.iter().map(|member| member.satellite.elements.epoch);
        if self.pattern == CATALOGUE_PATTERN { age::newest(epochs) } else { epochs.max() }
    }

    /// What is to be said of designed orbits that come too low to be flown: that of the shell, and the lowest of single
    /// satellites. Where a circle may not be, a perigee may: nothing but the figures of an orbit tells that it is meant.
    pub fn perigee_warnings(&self) -> impl Iterator<Item = String> {
        let is_single = |member: &&Member| !self.of_shell || member.plane >= self.planes;
        let designed = (self.pattern != CATALOGUE_PATTERN).then_some(&self.members).into_iter();
        let (singles, shell): (Vec<&Member>, Vec<&Member>) = designed.flatten().partition(is_single);
        [(shell, Some(&self.name)), (singles, None)].into_iter().filter_map(|(members, name)| {
            let (low_km, lowest) = lowest(&members)?;
            perigee_warning(name.unwrap_or(&lowest.satellite.name), low_km)
        })
    }

    /// Whether a satellite flies where the group flies with these planes, numbered from 0: what is put into a shell is on
    /// none of them, and flies with the shell.
    pub fn flies(&self, member: &Member, planes: &[u32]) -> bool {
        member.plane >= self.planes || planes.contains(&member.plane)
    }

    /// Keeps the satellites of these numbers, which ascend from 0.
    pub fn keep(&mut self, numbers: &[usize]) {
        let mut numbers = numbers.iter().copied().peekable();
        let mut index = 0;
        self.members.retain(|_| {
            let keeps = numbers.next_if_eq(&index).is_some();
            index += 1;
            keeps
        });
    }
}

/// The satellite that comes lowest, and the height of its perigee in kilometres.
fn lowest<'a>(members: &[&'a Member]) -> Option<(f64, &'a Member)> {
    let perigee_km = |member: &Member| {
        let elements = &member.satellite.elements;
        elements.brouwer_semi_major_axis_km() * (1.0 - elements.eccentricity) - EARTH_EQUATORIAL_RADIUS_KM
    };
    let perigees = members.iter().map(|&member| (perigee_km(member), member));
    perigees.min_by(|(one_km, _), (other_km, _)| one_km.total_cmp(other_km))
}

fn perigee_warning(name: &str, perigee_km: f64) -> Option<String> {
    // An altitude of just that much comes back with other last digits.
    (perigee_km < ALTITUDE.low - 1e-6).then(|| {
        let ground = if perigee_km < 0.0 { ", under the ground" } else { "" };
        format!(
            "the perigee of {name} is at {perigee_km:.0} km{ground}, and orbits stay up from {} km on: raise the altitude or \
             lower the eccentricity",
            ALTITUDE.low
        )
    })
}

/// `count` of the numbers from 0 to `total` - 1, evenly spread: the floor of k·total/count; all where there are no more.
pub(super) fn evenly(count: u32, total: u32) -> Vec<u32> {
    let count = count.min(total);
    (0..count).map(|k| (u64::from(k) * u64::from(total) / u64::from(count)) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_comes_twice_where_more_are_asked_for_than_there_are() {
        assert_eq!(evenly(30, 20), (0..20).collect::<Vec<_>>());
        assert_eq!(evenly(4, 10), [0, 2, 5, 7]);
        assert!(evenly(0, 10).is_empty() && evenly(3, 0).is_empty());
    }
}
