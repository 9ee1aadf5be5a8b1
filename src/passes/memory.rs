//! Memory of contact searches, before they start.

use super::path::{self, Path};
use super::sight::Flight;
use super::{Contact, Place, Settings};
use crate::coverage::memory::most_passes;
use crate::ephemeris::Fleet;
use crate::ground::{Mask, Site};
use crate::memory::Estimate;
use crate::orbit::MeanElements;
use crate::time::Window;
use crate::units::SECONDS_PER_DAY;

const SHORTER: &str = "a shorter --duration, or fewer satellites or sites";
/// Contacts are gathered from lists of each satellite, which have grown to up to twice what is in them, and go over into
/// one list while some of these are left.
const GROWTH: f64 = 2.2;
/// Nodes move closer along a whole path where one arc of it asks for that, which a look may not see.
const CLOSER_NODES: f64 = 2.0;

/// How long a look is, at most.
const LOOK_S: f64 = 2.0 * SECONDS_PER_DAY;
/// How many satellites and sites a look takes, at most.
const LOOK_AT: usize = 64;

/// What decides the memory of a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Contacts in all.
    pub contacts: f64,
    /// Nodes of the longest path of a satellite over the window.
    pub nodes: f64,
}

impl Size {
    /// More than there can be: [`most_passes`] of each satellite over a site, each of which a height of a mask by azimuth
    /// cuts once more at most.
    pub fn most<'a>(
        elements: impl IntoIterator<Item = &'a MeanElements>,
        sites: &[Site],
        settings: &Settings,
    ) -> Self {
        Self {
            contacts: most_passes(elements, settings.window.duration_s) * cuts(sites, settings),
            nodes: settings.window.duration_s / path::LEAST_STEP_S,
        }
    }

    /// About what there will be, from a short look at some satellites and sites.
    pub fn look(fleet: &Fleet, sites: &[Site], settings: &Settings) -> Self {
        let window = &settings.window;
        let short = Window { duration_s: window.duration_s.min(LOOK_S), ..*window };
        let settings = Settings { window: short, ..*settings };
        let every = |count: usize| count.div_ceil(LOOK_AT).max(1);
        let places: Vec<Place> =
            sites.iter().step_by(every(sites.len())).map(|site| Place::new(site, &settings)).collect();
        let (mut satellites, mut contacts, mut nodes) = (0, Vec::new(), 0);
        for satellite in (0..fleet.len()).step_by(every(fleet.len())) {
            let path = Path::new(fleet, satellite, &short, settings.longest_step_s);
            let flight = Flight { fleet, satellite, start: short.start, path: &path };
            places.iter().for_each(|place| place.contacts(&flight, 0, &mut contacts));
            nodes = nodes.max(path.nodes.len());
            satellites += 1;
        }
        let longer = window.duration_s / short.duration_s;
        let share = |part: usize, whole: usize| whole as f64 / part.max(1) as f64;
        let more = share(satellites, fleet.len()) * share(places.len(), sites.len());
        Self { contacts: contacts.len() as f64 * more * longer, nodes: nodes as f64 * longer * CLOSER_NODES }
    }
}

/// Into how many contacts sites with these masks cut a pass over them all, at most.
pub fn cuts(sites: &[Site], settings: &Settings) -> f64 {
    let of = |site: &Site| match settings.mask(site) {
        Mask::Constant(_) => 1,
        Mask::Table(table) => 1 + table.heights(),
    };
    sites.iter().map(of).sum::<usize>() as f64
}

/// What a search of so many contacts needs; `bytes_per_contact` is what is made of each of them besides.
pub fn estimate(size: &Size, satellites: usize, bytes_per_contact: f64) -> Estimate {
    let contact = GROWTH * size_of::<Contact>() as f64 + bytes_per_contact;
    let paths = size.nodes * path::BYTES_PER_NODE * rayon::current_num_threads() as f64;
    Estimate::of_satellites(satellites).with("contacts", size.contacts * contact, SHORTER).with(
        "paths of satellites",
        paths,
        "a shorter --duration",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, read};
    use crate::frames::EarthOrientation;
    use crate::{ground, passes};

    /// The look is held to the whole search, and the bound lies above both.
    #[test]
    fn a_look_tells_about_how_many_contacts_there_are() {
        let constellation = read("hongyun", &ReadOptions::default()).unwrap();
        let elements = || constellation.satellites.iter().map(|satellite| &satellite.elements);
        let fleet = Fleet::new(elements(), EarthOrientation::default()).unwrap();
        let sites = ground::read(["chinese-ttc"]).unwrap().choose(&[]).unwrap();
        let window =
            Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 4.0 * SECONDS_PER_DAY };
        let settings = Settings::over(window);
        let look = Size::look(&fleet, &sites, &settings);
        let most = Size::most(elements(), &sites, &settings);
        let found = passes::contacts(&fleet, &sites, &settings, &|| ()).contacts.len() as f64;
        assert!((look.contacts / found - 1.0).abs() < 0.1, "{look:?}, found {found}");
        assert!(most.contacts > look.contacts && most.nodes > look.nodes, "{most:?} {look:?}");
        let path = Path::new(&fleet, 0, &window, None);
        assert!((1.0..4.0).contains(&(look.nodes / path.nodes.len() as f64)), "{look:?}");
    }
}
