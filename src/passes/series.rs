//! Azimuth, elevation, range and range rate along contacts.

use std::ops::Range;

use rayon::prelude::*;

use super::path::Path;
use super::{Contact, Place, Settings};
use crate::ephemeris::Fleet;
use crate::frames::Ecef;
use crate::ground::Site;
use crate::units::SPEED_OF_LIGHT_KM_S;

/// One instant of a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesPoint {
    /// Number of the contact in the list that was asked for.
    pub contact: usize,
    /// Seconds after the start of the window.
    pub t_s: f64,
    /// Azimuth, degrees.
    pub azimuth_deg: f64,
    /// Elevation, degrees.
    pub elevation_deg: f64,
    /// Range, km.
    pub range_km: f64,
    /// Rate of the range, km/s; negative while the satellite comes nearer.
    pub range_rate_km_s: f64,
}

impl SeriesPoint {
    /// Doppler shift in Hz of a carrier in Hz, to first order in v/c: `−f ṙ / c`.
    pub fn doppler_hz(&self, carrier_hz: f64) -> f64 {
        -carrier_hz * self.range_rate_km_s / SPEED_OF_LIGHT_KM_S
    }
}

/// Looks that are held at a time.
const BLOCK: usize = 1 << 18;

/// What [`series`] holds at a time, bytes: looks, and what vectors that grow leave unused.
pub fn series_bytes() -> f64 {
    2.0 * (BLOCK * size_of::<SeriesPoint>()) as f64
}

/// The look of each contact at AOS, every `step_s` seconds after it, and LOS, given in their order to `take`, some
/// at a time: however close they are, no more than a block of them is held.
///
/// The contacts must come from a run with these satellites, sites and settings, in its order.
///
/// # Errors
/// What `take` says; the rest is not computed then.
pub fn series<E>(
    fleet: &Fleet,
    sites: &[Site],
    settings: &Settings,
    contacts: &[Contact],
    step_s: f64,
    take: impl FnMut(&[SeriesPoint]) -> Result<(), E>,
) -> Result<(), E> {
    let places: Vec<Place> = sites.iter().map(|site| Place::new(site, settings)).collect();
    Series { fleet, places: &places, settings, contacts, step_s }.in_blocks(BLOCK, take)
}

/// Some looks of one contact by their numbers: 0 at AOS, the last one at LOS.
struct Part {
    contact: usize,
    looks: Range<u64>,
}

struct Series<'a> {
    fleet: &'a Fleet,
    places: &'a [Place],
    settings: &'a Settings,
    contacts: &'a [Contact],
    step_s: f64,
}

impl Series<'_> {
    fn in_blocks<E>(
        &self,
        size: usize,
        mut take: impl FnMut(&[SeriesPoint]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut block: Vec<Part> = Vec::new();
        let mut room = size as u64;
        let mut flush = |block: &mut Vec<Part>| {
            let groups: Vec<&[Part]> = block
                .chunk_by(|a, b| self.contacts[a.contact].satellite == self.contacts[b.contact].satellite)
                .collect();
            let looks: Vec<Vec<SeriesPoint>> =
                groups.into_par_iter().map(|parts| self.looks(parts)).collect();
            block.clear();
            looks.iter().try_for_each(|points| take(points))
        };
        for (contact, _) in self.contacts.iter().enumerate() {
            let count = self.steps(contact) + 1;
            let mut next = 0;
            while next < count {
                let end = count.min(next + room);
                block.push(Part { contact, looks: next..end });
                room -= end - next;
                next = end;
                if room == 0 {
                    flush(&mut block)?;
                    room = size as u64;
                }
            }
        }
        flush(&mut block)
    }

    /// Steps from AOS to LOS.
    fn steps(&self, contact: usize) -> u64 {
        ((self.contacts[contact].duration_s() / self.step_s) * (1.0 - 1e-12)).ceil().max(1.0) as u64
    }

    /// The looks of some parts of contacts of one satellite.
    fn looks(&self, parts: &[Part]) -> Vec<SeriesPoint> {
        let mut points = Vec::new();
        let Some(first) = parts.first() else { return points };
        let satellite = self.contacts[first.contact].satellite;
        let path = Path::new(self.fleet, satellite, &self.settings.window, self.settings.longest_step_s);
        for part in parts {
            let contact = &self.contacts[part.contact];
            let last = self.steps(part.contact);
            for number in part.looks.clone() {
                let t_s = match number == last {
                    true => contact.los_s,
                    false => contact.aos_s + number as f64 * self.step_s,
                };
                let stand = self.places[contact.site].stand_within(contact.aos_s, t_s);
                let (position, velocity) = path.arcs[path.arc_at(t_s)].state(t_s);
                let look = stand.horizon(t_s).look(&Ecef(position));
                let (line, moving, _, _) = stand.line(t_s, &position, &velocity);
                points.push(SeriesPoint {
                    contact: part.contact,
                    t_s,
                    azimuth_deg: look.azimuth_deg,
                    elevation_deg: look.elevation_deg,
                    range_km: look.range_km,
                    range_rate_km_s: line.dot(&moving) / look.range_km,
                });
            }
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, read};
    use crate::frames::EarthOrientation;
    use crate::time::Window;
    use crate::{ground, passes};

    /// Blocks cut contacts anywhere; what is told of them stays the same.
    #[test]
    fn looks_do_not_depend_on_how_many_are_held() {
        let constellation = read("beidou-3", &ReadOptions::default()).unwrap();
        let elements = constellation.satellites.iter().map(|satellite| &satellite.elements);
        let fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
        let sites = ground::read(["chinese-ttc"]).unwrap().choose(&[]).unwrap();
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        let settings = Settings::over(Window { start, duration_s: 7200.0 });
        let found = passes::contacts(&fleet, &sites, &settings, &|| ()).contacts;
        let places: Vec<Place> = sites.iter().map(|site| Place::new(site, &settings)).collect();
        let series =
            Series { fleet: &fleet, places: &places, settings: &settings, contacts: &found, step_s: 60.0 };
        let told = |size: usize| {
            let (mut points, mut largest) = (Vec::new(), 0);
            let taken: Result<(), ()> = series.in_blocks(size, |some| {
                largest = largest.max(some.len());
                points.extend_from_slice(some);
                Ok(())
            });
            taken.unwrap();
            assert!(largest <= size, "{largest}");
            points
        };
        let whole = told(BLOCK);
        let last: Vec<&SeriesPoint> =
            whole.chunk_by(|a, b| a.contact == b.contact).map(|points| &points[points.len() - 1]).collect();
        assert_eq!(last.len(), found.len());
        assert!(last.iter().zip(&found).all(|(point, contact)| point.t_s == contact.los_s));
        for size in [1, 7, 1000] {
            assert!(told(size) == whole, "{size}");
        }
        assert_eq!(series.in_blocks(7, |_| Err("full")), Err("full"));
    }
}
