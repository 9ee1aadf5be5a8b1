//! The page of `hexsky view`: satellites, stations and ships in time.

use super::{Marker, Page, Sky, Track, length};
use crate::constellation::Constellation;
use crate::ground::{Mask, Site, Whereabouts};
use crate::report::coverage::Input;
use crate::time::Window;

/// Points of a ship's way that a page keeps.
const TRACK_POINTS: usize = 289;

/// What a view shows.
#[derive(Debug, Clone, Copy)]
pub struct ViewContext<'a> {
    /// The constellations.
    pub constellations: &'a [Constellation],
    /// Stations and ships.
    pub sites: &'a [Site],
    /// The window.
    pub window: Window,
    /// Elevation mask of the footprints, degrees, which is also that of sites without one.
    pub min_elevation_deg: f64,
    /// Where the mask comes from.
    pub min_elevation_basis: &'a str,
    /// The command line as the user could repeat it.
    pub command: &'a str,
}

impl Page {
    /// A page without figures whose satellites, footprints, ships and contacts move.
    pub fn of_view(view: &ViewContext<'_>) -> Self {
        let names: Vec<&str> = view.constellations.iter().map(|each| each.name.as_str()).collect();
        let subtitle = format!(
            "{} + {} · elevation mask {}°",
            view.window.start,
            length(view.window.duration_s),
            view.min_elevation_deg
        );
        let mut page = Self::new(names.join(" + "), subtitle, view.window.start);
        page.playing = true;
        page.sky = Some(Sky {
            window: view.window,
            min_elevation_deg: view.min_elevation_deg,
            at_least: 1,
            satellites: view
                .constellations
                .iter()
                .flat_map(|constellation| &constellation.satellites)
                .map(|satellite| (satellite.name.clone(), satellite.elements))
                .collect(),
        });
        for site in view.sites {
            add_site(&mut page, site, view);
        }
        page.section(
            "Run",
            [
                ("command", view.command.to_owned()),
                ("version", format!("hexsky {}", env!("CARGO_PKG_VERSION"))),
                ("satellites", "SGP4 from the mean elements at every instant shown, by satellite.js in this page: nothing is interpolated".to_owned()),
                ("footprints", format!(
                    "circles on the sphere at {}° of elevation ({}); the figures of hexsky are on the ellipsoid",
                    view.min_elevation_deg, view.min_elevation_basis
                )),
                ("contacts", "a line from a site to each satellite above its mask; a mask by azimuth counts with its lowest elevation".to_owned()),
                ("ships", format!("straight between {TRACK_POINTS} instants of the window")),
            ],
        );
        for constellation in view.constellations {
            let input = Input::of(constellation);
            page.file_section(&input.facts());
        }
        page
    }
}

fn add_site(page: &mut Page, site: &Site, view: &ViewContext<'_>) {
    let mask_deg = match &site.mask {
        None => view.min_elevation_deg,
        Some(Mask::Constant(mask_deg)) => *mask_deg,
        Some(Mask::Table(table)) => table.lowest_deg(),
    };
    let step_s = view.window.duration_s / (TRACK_POINTS - 1) as f64;
    match &site.whereabouts {
        Whereabouts::Fixed(place) => page.markers.push(Marker {
            name: site.name.clone(),
            kind: "station",
            longitude: place.longitude_deg,
            latitude: place.latitude_deg,
            mask_deg: Some(mask_deg),
        }),
        Whereabouts::Ship(_) => {
            let seen: Vec<(f64, f64, f64)> = (0..TRACK_POINTS)
                .filter_map(|number| {
                    let seconds = number as f64 * step_s;
                    let place = site.place(view.window.start.plus_seconds(seconds))?;
                    Some((seconds, place.longitude_deg, place.latitude_deg))
                })
                .collect();
            page.tracks.push(Track {
                name: site.name.clone(),
                points: seen.iter().map(|&(_, longitude, latitude)| (longitude, latitude)).collect(),
                times: seen.iter().map(|&(seconds, ..)| seconds).collect(),
                mask_deg: Some(mask_deg),
            });
        }
    }
}
