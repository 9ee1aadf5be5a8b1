//! Stations, gateways and ships on a page.

use super::{Marker, Page, Track};
use crate::frames::Geodetic;
use crate::ground::{Course, Kind, Mask, Site, Whereabouts};
use crate::time::Window;

/// Points of a ship's way that a page keeps, besides those where it comes and goes.
pub(super) const TRACK_POINTS: usize = 289;

/// The one elevation by which a page shows contacts of a mask: the lowest of a table by azimuth.
pub(super) fn lowest_mask_deg(mask: Option<&Mask>, default_deg: f64) -> f64 {
    match mask {
        None => default_deg,
        Some(Mask::Constant(mask_deg)) => *mask_deg,
        Some(Mask::Table(table)) => table.lowest_deg(),
    }
}

/// Where a site stands on the map: for a ship where it first is in the window.
pub(crate) fn first_place(site: &Site, window: &Window) -> Option<Geodetic> {
    let first = site.stretches(window).into_iter().next()?;
    Some(match first.course {
        Course::Still(place) => place,
        Course::Under { leg, since_s } => leg.place(first.from_s - since_s),
    })
}

/// Seconds of a window from and to which a site is there and in service; stretches that follow each other without a
/// break are one.
pub(crate) fn presence(site: &Site, window: &Window) -> Vec<(f64, f64)> {
    let mut present: Vec<(f64, f64)> = Vec::new();
    for stretch in site.stretches(window) {
        match present.last_mut() {
            Some(last) if last.1 == stretch.from_s => last.1 = stretch.to_s,
            _ => present.push((stretch.from_s, stretch.to_s)),
        }
    }
    present
}

/// The same where it is not all of the window.
fn partly(present: Vec<(f64, f64)>, window: &Window) -> Option<Vec<(f64, f64)>> {
    (present != [(0.0, window.duration_s)]).then_some(present)
}

impl Page {
    /// Adds a station as a marker, or a ship with its way in the window.
    pub(super) fn add_site(&mut self, site: &Site, mask_deg: f64, window: &Window) {
        match &site.whereabouts {
            Whereabouts::Fixed(place) => self.markers.push(Marker {
                name: site.name.clone(),
                kind: if site.kind == Kind::Gateway { "gateway" } else { "station" },
                longitude: place.longitude_deg,
                latitude: place.latitude_deg,
                height_km: place.height_km,
                mask_deg: Some(mask_deg),
                present: partly(presence(site, window), window),
            }),
            Whereabouts::Ship(_) => self.add_ship(site, mask_deg, window),
        }
    }

    /// Adds a ship's way in the window: points at even steps, and where it comes and goes.
    pub(super) fn add_ship(&mut self, site: &Site, mask_deg: f64, window: &Window) {
        let step_s = window.duration_s / (TRACK_POINTS - 1) as f64;
        let mut points = Vec::new();
        for stretch in site.stretches(window) {
            let first = (stretch.from_s / step_s).floor() as usize + 1;
            let steps = (first..).map(|number| number as f64 * step_s);
            let within = steps.take_while(|&seconds| seconds < stretch.to_s);
            let all = std::iter::once(stretch.from_s).chain(within).chain([stretch.to_s]);
            points.extend(all.map(|seconds| {
                let place = match &stretch.course {
                    Course::Still(place) => *place,
                    Course::Under { leg, since_s } => leg.place(seconds - since_s),
                };
                (seconds, place)
            }));
        }
        // The end of a stretch is the start of the next.
        points.dedup_by(|next, last| next.0 == last.0);
        // A ten-thousandth of a degree is 11 m.
        let rounded = |degrees: f64| (degrees * 1e4).round() / 1e4;
        let is_high = points.iter().any(|(_, place)| place.height_km != 0.0);
        self.tracks.push(Track {
            name: site.name.clone(),
            points: points
                .iter()
                .map(|(_, place)| (rounded(place.longitude_deg), rounded(place.latitude_deg)))
                .collect(),
            times: points.iter().map(|&(seconds, _)| seconds).collect(),
            heights_km: if is_high {
                points.iter().map(|(_, place)| place.height_km).collect()
            } else {
                Vec::new()
            },
            mask_deg: Some(mask_deg),
            present: partly(presence(site, window), window),
        });
    }
}
