//! Satellites that belong together under one name: a shell, single satellites, a catalogue.

use std::ops::Range;

use super::shell::ALTITUDE;
use crate::constellation::{CATALOGUE_PATTERN, Figure, LeftOut, Satellite, age};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// A satellite and its plane within the group, from 0.
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
    /// Satellites of `[[satellite]]` that were put into a `[[shell]]`, each a plane of its own behind the shell's.
    pub singles: usize,
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

    /// What is to be said of designed orbits that come too low to be flown. Where a circle may not be, a perigee may:
    /// nothing but the figures of an orbit tells that it is meant.
    pub fn perigee_warning(&self) -> Option<String> {
        if self.pattern == CATALOGUE_PATTERN {
            return None;
        }
        let low = |member: &Member| {
            let elements = &member.satellite.elements;
            let perigee_km = elements.brouwer_semi_major_axis_km() * (1.0 - elements.eccentricity);
            perigee_km - EARTH_EQUATORIAL_RADIUS_KM
        };
        let least_km = self.members.iter().map(low).fold(f64::INFINITY, f64::min);
        // An altitude of just that much comes back with other last digits.
        (least_km < ALTITUDE.low - 1e-6).then(|| {
            let ground = if least_km < 0.0 { ", under the ground" } else { "" };
            format!(
                "the perigee of {} is at {least_km:.0} km{ground}, and orbits stay up from {} km on: raise the altitude or \
                 lower the eccentricity",
                self.name, ALTITUDE.low
            )
        })
    }

    /// Number of planes that hold satellites.
    pub fn planes(&self) -> u32 {
        self.members.iter().map(|member| member.plane + 1).max().unwrap_or(0)
    }

    /// Keeps the satellites of these planes, numbered from 0.
    pub fn keep_planes(&mut self, planes: &[u32]) {
        self.members.retain(|member| planes.contains(&member.plane));
    }

    /// Keeps `count` satellites spread evenly over the group in its order.
    pub fn keep_evenly(&mut self, count: u32) {
        let kept = evenly(count, self.members.len() as u32);
        let mut index = 0;
        self.members.retain(|_| {
            index += 1;
            kept.binary_search(&(index - 1)).is_ok()
        });
    }
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
