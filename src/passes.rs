//! Contact windows between satellites and sites.
//!
//! A contact is `[AOS, LOS)`: the satellite's geometric elevation above the plane normal to the
//! ellipsoid at the site is at least the mask. No window longer than 0.05 s is missed, by a bound and
//! not by dense sampling; `docs/passes.md` states it. Edges are those of SGP4 to a tenth of a
//! millisecond. TCA is the instant of the largest elevation within the window.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::ephemeris::{Fleet, LAST_S, Loss};
use crate::frames::Ecef;
use crate::ground::{Mask, Site};
use crate::time::{Epoch, Window};

pub use crate::time::intervals::{Interval, union};

mod contribution;
mod culmination;
mod gaps;
mod horizon;
pub mod memory;
mod path;
mod series;
mod sight;

pub use contribution::{Contribution, contribution_bytes, contributions};
pub use gaps::{Reach, SiteLoad, busiest_hour, reach, site_loads};
pub use series::{SeriesPoint, series, series_bytes};

use path::Path;
use sight::{Flight, Sight, Stand};

/// Least elevation of sites whose file gives none, degrees.
pub const DEFAULT_MIN_ELEVATION_DEG: f64 = 10.0;

/// What contacts are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The window.
    pub window: Window,
    /// Least elevation in degrees of every site in place of its own; a mask table is raised to it.
    pub min_elevation_deg: Option<f64>,
    /// Contacts shorter than this within the window are left out, seconds.
    pub min_duration_s: f64,
    /// Longest time between two nodes of a path in seconds; none for what each orbit asks for. The
    /// contacts do not depend on it, the time they take does.
    pub longest_step_s: Option<f64>,
}

impl Settings {
    /// All contacts of a window, each site with its own mask.
    pub fn over(window: Window) -> Self {
        Self { window, min_elevation_deg: None, min_duration_s: 0.0, longest_step_s: None }
    }

    /// The mask that holds for a site.
    pub fn mask(&self, site: &Site) -> Mask {
        match (&site.mask, self.min_elevation_deg) {
            (Some(Mask::Table(table)), Some(floor)) => Mask::Table(table.raised_to(floor)),
            (_, Some(floor)) => Mask::Constant(floor),
            (Some(mask), None) => mask.clone(),
            (None, None) => Mask::Constant(DEFAULT_MIN_ELEVATION_DEG),
        }
    }
}

/// The masks of some sites and where they come from, in words.
pub fn masks_in_words(settings: &Settings, sites: &[Site]) -> String {
    let tables = sites.iter().filter(|site| matches!(site.mask, Some(Mask::Table(_)))).count();
    let tables = match tables {
        0 => String::new(),
        count => format!("; {count} by a table of azimuth"),
    };
    if let Some(floor) = settings.min_elevation_deg {
        let raised = if tables.is_empty() { "" } else { ", raised to it" };
        return format!("{floor}° elevation (asked for){tables}{raised}");
    }
    let constants: Vec<f64> = sites
        .iter()
        .filter_map(|site| match settings.mask(site) {
            Mask::Constant(elevation) => Some(elevation),
            Mask::Table(_) => None,
        })
        .collect();
    let least = constants.iter().copied().fold(f64::INFINITY, f64::min);
    let most = constants.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let unstated = sites.iter().filter(|site| site.mask.is_none()).count();
    if unstated == sites.len() {
        return format!("{DEFAULT_MIN_ELEVATION_DEG}° elevation (default: no site states one)");
    }
    let own = match constants.len() {
        0 => "each site's own".to_owned(),
        _ if least == most => format!("{least}° elevation, each site's own"),
        _ => format!("{least}° to {most}° elevation, each site's own"),
    };
    let default = match unstated {
        0 => String::new(),
        count => {
            format!("; {count} of {} sites state none: {}°", sites.len(), DEFAULT_MIN_ELEVATION_DEG)
        }
    };
    format!("{own}{tables}{default}")
}

/// Which edges of a contact are no passage through the mask, but the window's edge, the end of a ship's track, the start of a
/// later part of it while the ship is held elsewhere, the end of a site's service, or the loss of the satellite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// Both edges are passages through the mask.
    #[default]
    No,
    /// The satellite is in sight already where the contact begins.
    Start,
    /// The satellite is still in sight where the contact ends.
    End,
    /// Both.
    Both,
}

/// A contact of a satellite with a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Number of the satellite in the fleet.
    pub satellite: usize,
    /// Number of the site.
    pub site: usize,
    /// Acquisition of signal, seconds after the start of the window.
    pub aos_s: f64,
    /// Largest elevation, seconds after the start of the window.
    pub tca_s: f64,
    /// Loss of signal, seconds after the start of the window.
    pub los_s: f64,
    /// Largest elevation, degrees.
    pub max_elevation_deg: f64,
    /// Azimuth at AOS, degrees.
    pub aos_azimuth_deg: f64,
    /// Azimuth at TCA, degrees.
    pub tca_azimuth_deg: f64,
    /// Azimuth at LOS, degrees.
    pub los_azimuth_deg: f64,
    /// Range at TCA, km.
    pub tca_range_km: f64,
    /// Which edges are cut.
    pub cut: Cut,
}

impl Contact {
    /// Length in seconds.
    pub fn duration_s(&self) -> f64 {
        self.los_s - self.aos_s
    }
}

/// All contacts of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Contacts {
    /// The window.
    pub window: Window,
    /// The contacts, by satellite, then site, then AOS.
    pub contacts: Vec<Contact>,
    /// Satellites that SGP4 lost, and when: they make no contacts from then on.
    pub losses: Vec<Loss>,
    /// What was left out because it is too short.
    pub too_short: TooShort,
}

/// What was left out of a run as too short.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TooShort {
    /// Number of contacts.
    pub contacts: usize,
    /// Satellites that are in sight, but never for long enough.
    pub satellites: Vec<usize>,
    /// Sites that see satellites, but none for long enough.
    pub sites: Vec<usize>,
}

impl Contacts {
    /// An instant of the window.
    pub fn epoch(&self, seconds: f64) -> Epoch {
        self.window.start.plus_seconds(seconds)
    }

    /// When a satellite is lost within the window, seconds after its start; none where it is lost before it, or is not yet
    /// there.
    pub fn lost_s(&self, satellite: usize) -> Option<f64> {
        // They are in the order of the satellites, each of which is lost once.
        let at = self.losses.binary_search_by_key(&satellite, |loss| loss.satellite).ok()?;
        Some(self.losses[at].from.seconds_since(self.window.start)).filter(|&lost_s| lost_s > 0.0)
    }

    /// Whether a contact ends because the satellite is lost.
    pub fn ends_by_loss(&self, contact: &Contact) -> bool {
        matches!(contact.cut, Cut::End | Cut::Both)
            && self
                .lost_s(contact.satellite)
                .is_some_and(|lost_s| (lost_s - contact.los_s).abs() < 2.0 * LAST_S)
    }

    /// The contacts without those of some sites.
    #[must_use]
    pub fn without_sites(&self, sites: &[usize]) -> Self {
        let contacts =
            self.contacts.iter().filter(|contact| !sites.contains(&contact.site)).copied().collect();
        Self { contacts, losses: self.losses.clone(), too_short: self.too_short.clone(), window: self.window }
    }
}

/// All contacts of all satellites with all sites.
///
/// `done` is called once for every satellite that is finished, from any thread.
pub fn contacts(fleet: &Fleet, sites: &[Site], settings: &Settings, done: &(dyn Fn() + Sync)) -> Contacts {
    let found = search(fleet, sites, settings, &|| {
        done();
        true
    });
    gather(found.into_iter().flatten().collect(), settings)
}

/// The same until `go_on`, called once for every satellite that is finished, answers no; then none.
pub fn contacts_until(
    fleet: &Fleet,
    sites: &[Site],
    settings: &Settings,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Option<Contacts> {
    let found: Option<Vec<Found>> = search(fleet, sites, settings, go_on).into_iter().collect();
    found.map(|found| gather(found, settings))
}

/// The contacts of one satellite, and when it was lost.
type Found = (Vec<Contact>, Option<Loss>);

/// The contacts of each satellite; none for those that came after `go_on` answered no.
fn search(
    fleet: &Fleet,
    sites: &[Site],
    settings: &Settings,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Vec<Option<Found>> {
    let places: Vec<Place> = sites.iter().map(|site| Place::new(site, settings)).collect();
    let stopped = AtomicBool::new(false);
    (0..fleet.len())
        .into_par_iter()
        .map(|satellite| {
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let path = Path::new(fleet, satellite, &settings.window, settings.longest_step_s);
            let mut contacts = Vec::new();
            let flight = Flight { fleet, satellite, start: settings.window.start, path: &path };
            for (site, place) in places.iter().enumerate() {
                place.contacts(&flight, site, &mut contacts);
            }
            if !go_on() {
                stopped.store(true, Ordering::Relaxed);
                return None;
            }
            Some((contacts, path.loss))
        })
        .collect()
}

fn gather(found: Vec<Found>, settings: &Settings) -> Contacts {
    let total = found.iter().map(|(contacts, _)| contacts.len()).sum();
    let mut all = Vec::with_capacity(total);
    let mut losses = Vec::new();
    for (contacts, loss) in found {
        all.extend(contacts);
        losses.extend(loss);
    }
    let seen = Seen::by(&all);
    all.retain(|contact| contact.duration_s() >= settings.min_duration_s);
    let too_short = seen.too_short(&Seen::by(&all), total - all.len());
    Contacts { window: settings.window, contacts: all, losses, too_short }
}

/// Which satellites and which sites have contacts.
struct Seen {
    satellites: Vec<bool>,
    sites: Vec<bool>,
}

impl Seen {
    fn by(contacts: &[Contact]) -> Self {
        let marked = |number: &dyn Fn(&Contact) -> usize| {
            let mut marks = vec![false; contacts.iter().map(|one| number(one) + 1).max().unwrap_or(0)];
            contacts.iter().for_each(|one| marks[number(one)] = true);
            marks
        };
        Self { satellites: marked(&|one| one.satellite), sites: marked(&|one| one.site) }
    }

    /// What is missing from those that are left after so many contacts were left out.
    fn too_short(&self, left: &Self, contacts: usize) -> TooShort {
        let missing = |all: &[bool], left: &[bool]| {
            (0..all.len()).filter(|&number| all[number] && left.get(number) != Some(&true)).collect()
        };
        TooShort {
            contacts,
            satellites: missing(&self.satellites, &left.satellites),
            sites: missing(&self.sites, &left.sites),
        }
    }
}

/// When each satellite sees any of the sites: per satellite the sorted, disjoint intervals of the
/// window, in seconds after its start.
///
/// This is what a bent-pipe payload needs: a satellite serves only while it sees a gateway.
pub fn network_visibility(fleet: &Fleet, sites: &[Site], settings: &Settings) -> Vec<Vec<Interval>> {
    let found = contacts(fleet, sites, settings, &|| {});
    let mut visible: Vec<Vec<Interval>> = vec![Vec::new(); fleet.len()];
    for contact in &found.contacts {
        visible[contact.satellite].push(Interval { start_s: contact.aos_s, end_s: contact.los_s });
    }
    visible.into_par_iter().map(union).collect()
}

/// A site over the window with its mask.
struct Place {
    stands: Vec<Stand>,
    mask: Mask,
    lowest_sine: f64,
}

/// A window in sight while it is put together: edges and whether each is cut.
#[derive(Debug, Clone, Copy)]
struct Span {
    start_s: f64,
    end_s: f64,
    is_cut: (bool, bool),
}

impl Place {
    fn new(site: &Site, settings: &Settings) -> Self {
        let mask = settings.mask(site);
        let lowest_deg = match &mask {
            Mask::Constant(elevation) => *elevation,
            Mask::Table(table) => table.lowest_deg(),
        };
        let stretches = site.stretches(&settings.window);
        let before = std::iter::once(None).chain(stretches.iter().map(Some));
        Self {
            stands: stretches
                .iter()
                .zip(before)
                .map(|(stretch, before)| Stand::new(stretch, before))
                .collect(),
            mask,
            lowest_sine: lowest_deg.to_radians().sin(),
        }
    }

    fn contacts(&self, flight: &Flight, site: usize, contacts: &mut Vec<Contact>) {
        let path = flight.path;
        for span in self.spans(flight) {
            let tca_s = culmination::culmination_s(path, &self.stands, span.start_s, span.end_s);
            let look = |t_s: f64| {
                let stand = self.stand_within(span.start_s, t_s);
                let position = path.arcs[path.arc_at(t_s)].position(t_s);
                stand.horizon(t_s).look(&Ecef(position))
            };
            let (aos, tca, los) = (look(span.start_s), look(tca_s), look(span.end_s));
            contacts.push(Contact {
                satellite: flight.satellite,
                site,
                aos_s: span.start_s,
                tca_s,
                los_s: span.end_s,
                max_elevation_deg: tca.elevation_deg,
                aos_azimuth_deg: aos.azimuth_deg,
                tca_azimuth_deg: tca.azimuth_deg,
                los_azimuth_deg: los.azimuth_deg,
                tca_range_km: tca.range_km,
                cut: match span.is_cut {
                    (false, false) => Cut::No,
                    (true, false) => Cut::Start,
                    (false, true) => Cut::End,
                    (true, true) => Cut::Both,
                },
            });
        }
    }

    /// The stand at an instant of a contact. At its end that is the one up to there, and not one that begins elsewhere then.
    fn stand_within(&self, aos_s: f64, t_s: f64) -> &Stand {
        let after = self.stands.partition_point(|stand| stand.from_s <= aos_s || stand.from_s < t_s);
        &self.stands[after.saturating_sub(1)]
    }

    /// The spans in sight, in the order of time.
    fn spans(&self, flight: &Flight) -> Vec<Span> {
        let path = flight.path;
        let low = self.gather(path, |stand, from_s, to_s, roots| {
            self.sight(flight, stand).crossings(from_s, to_s, roots)
        });
        let Mask::Table(table) = &self.mask else { return low };
        // Only near a window above the lowest elevation can there be one above the table.
        let horizon = horizon::Horizon::new(table);
        self.gather(path, |stand, from_s, to_s, roots| {
            let mut is_first_in_sight = false;
            for (number, span) in low.iter().enumerate() {
                // Begun a moment early, h is below zero for certain where a window opens.
                let gap_before = low[..number].last().map_or(f64::INFINITY, |last| span.start_s - last.end_s);
                let gap_after = low.get(number + 1).map_or(f64::INFINITY, |next| next.start_s - span.end_s);
                let start_s = (span.start_s - (0.5 * gap_before).min(1.0)).max(from_s);
                let end_s = (span.end_s + (0.5 * gap_after).min(1.0)).min(to_s);
                if start_s >= end_s {
                    continue;
                }
                let before = roots.len();
                let inside = horizon.crossings(&self.sight(flight, stand), start_s, end_s, roots);
                let is_inside_last = inside ^ ((roots.len() - before) % 2 == 1);
                // Windows of the lowest elevation that nearly touch can be cut apart in sight.
                if inside && start_s == from_s {
                    is_first_in_sight = true;
                } else if inside {
                    roots.insert(before, start_s);
                }
                if is_inside_last && end_s < to_s {
                    roots.push(end_s);
                }
            }
            is_first_in_sight
        })
    }

    fn sight<'a>(&self, flight: &Flight<'a>, stand: &'a Stand) -> Sight<'a> {
        Sight { flight: *flight, stand, sin_mask: self.lowest_sine }
    }

    /// Puts spans together from the crossings of each stretch. None goes on where the site is elsewhere at once.
    fn gather(
        &self,
        path: &Path,
        mut crossings: impl FnMut(&Stand, f64, f64, &mut Vec<f64>) -> bool,
    ) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut open: Option<(f64, bool)> = None;
        let mut before_s = f64::NAN;
        let mut roots = Vec::new();
        for stand in &self.stands {
            let (from_s, to_s) = (stand.from_s, stand.to_s.min(path.end_s));
            if from_s >= to_s {
                continue;
            }
            let mut close = |open: &mut Option<(f64, bool)>, end_s: f64, is_cut: bool| {
                if let Some((start_s, cut_start)) = open.take()
                    && start_s < end_s
                {
                    spans.push(Span { start_s, end_s, is_cut: (cut_start, is_cut) });
                }
            };
            roots.clear();
            let is_in_sight = crossings(stand, from_s, to_s, &mut roots);
            if !stand.is_continued {
                close(&mut open, before_s, true);
            }
            match (is_in_sight, open.is_some()) {
                (true, false) => open = Some((from_s, !stand.is_continued)),
                (false, true) => close(&mut open, from_s, false),
                _ => {}
            }
            for &root in &roots {
                match open {
                    Some(_) => close(&mut open, root, false),
                    None => open = Some((root, false)),
                }
            }
            before_s = to_s;
        }
        if let Some((start_s, cut_start)) = open
            && start_s < before_s
        {
            spans.push(Span { start_s, end_s: before_s, is_cut: (cut_start, true) });
        }
        spans
    }
}
