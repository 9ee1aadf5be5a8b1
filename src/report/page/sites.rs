//! Stations, gateways and ships on a page.

use super::{Marker, Page, Track};
use crate::ground::{Kind, Mask, Site, Whereabouts};
use crate::time::Window;

/// Points of a ship's way that a page keeps.
pub(super) const TRACK_POINTS: usize = 289;

/// The one elevation by which a page shows contacts of a mask: the lowest of a table by azimuth.
pub(super) fn lowest_mask_deg(mask: Option<&Mask>, default_deg: f64) -> f64 {
    match mask {
        None => default_deg,
        Some(Mask::Constant(mask_deg)) => *mask_deg,
        Some(Mask::Table(table)) => table.lowest_deg(),
    }
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
                mask_deg: Some(mask_deg),
            }),
            Whereabouts::Ship(_) => self.add_ship(site, mask_deg, window),
        }
    }

    /// Adds a ship's way in the window.
    pub(super) fn add_ship(&mut self, site: &Site, mask_deg: f64, window: &Window) {
        let step_s = window.duration_s / (TRACK_POINTS - 1) as f64;
        let seen: Vec<(f64, f64, f64)> = (0..TRACK_POINTS)
            .filter_map(|number| {
                let seconds = number as f64 * step_s;
                let place = site.place(window.start.plus_seconds(seconds))?;
                // A ten-thousandth of a degree is 11 m.
                let rounded = |degrees: f64| (degrees * 1e4).round() / 1e4;
                Some((seconds, rounded(place.longitude_deg), rounded(place.latitude_deg)))
            })
            .collect();
        self.tracks.push(Track {
            name: site.name.clone(),
            points: seen.iter().map(|&(_, longitude, latitude)| (longitude, latitude)).collect(),
            times: seen.iter().map(|&(seconds, ..)| seconds).collect(),
            mask_deg: Some(mask_deg),
        });
    }
}
