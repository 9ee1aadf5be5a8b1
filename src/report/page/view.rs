//! The page of `hexsky view`: satellites, stations and ships in time.

use super::sites::{MOST_WAYPOINTS, TRACK_POINTS, lowest_mask_deg};
use super::{Page, Sky};
use crate::constellation::Constellation;
use crate::diagnostics::counted;
use crate::ephemeris::LostSatellite;
use crate::frames::orientation::Orientation;
use crate::ground::Site;
use crate::report::coverage::Input;
use crate::time::{Window, exact_length};

/// What a view shows.
#[derive(Debug, Clone, Copy)]
pub struct ViewContext<'a> {
    /// The constellations.
    pub constellations: &'a [Constellation],
    /// Stations and ships that are there at some time of the window.
    pub sites: &'a [Site],
    /// What is to be known of them, and of those that are not there.
    pub notes: &'a [String],
    /// The window.
    pub window: Window,
    /// Elevation mask of the footprints, degrees, which is also that of sites without one.
    pub min_elevation_deg: f64,
    /// Where the mask comes from.
    pub min_elevation_basis: &'a str,
    /// The command line as the user could repeat it.
    pub command: &'a str,
    /// How the Earth is oriented.
    pub orientation: &'a Orientation,
    /// Satellites lost by the end of the window.
    pub lost: &'a [LostSatellite],
}

impl Page {
    /// A page without figures whose satellites, footprints, ships and contacts move.
    pub fn of_view(view: &ViewContext<'_>) -> Self {
        let names: Vec<&str> = view.constellations.iter().map(|each| each.name.as_str()).collect();
        let subtitle = format!(
            "{} · {} + {} · elevation mask {}°",
            satellites(view),
            view.window.start,
            exact_length(view.window.duration_s),
            view.min_elevation_deg
        );
        let mut page = Self::new(names.join(" + "), subtitle, view.window.start);
        if *view.orientation != Orientation::of_window(&view.window) {
            page = page.with(&[view.orientation.words().to_owned()]);
        }
        page.playing = true;
        page.orientation = view.orientation.clone();
        page.sky = Some(Sky::of(view.constellations, view.window, view.min_elevation_deg));
        for site in view.sites {
            let mask_deg = lowest_mask_deg(site.mask.as_ref(), view.min_elevation_deg);
            page.add_site(site, mask_deg, &view.window);
        }
        let mut rows = vec![
            ("command", view.command.to_owned()),
            ("version", format!("hexsky {}", env!("CARGO_PKG_VERSION"))),
            ("satellites", "SGP4 from the mean elements at every instant shown, by satellite.js in this page: nothing is interpolated".to_owned()),
            ("Earth", format!("GMST 1982, {}; turned by UT1 − UTC of the start throughout", view.orientation.words())),
            ("footprints", format!(
                "circles on the sphere at {}° of elevation ({}); the figures of hexsky are on the ellipsoid",
                view.min_elevation_deg, view.min_elevation_basis
            )),
            ("contacts", "a line from a site to each satellite above its mask while it is in service; a mask by azimuth counts with its lowest elevation".to_owned()),
            ("ships", format!(
                "straight between {TRACK_POINTS} instants of the window, their waypoints, and those at which they come and go; \
                 of more than {MOST_WAYPOINTS} waypoints, between as many instants in their place"
            )),
        ];
        rows.extend(view.notes.iter().map(|note| ("sites", note.clone())));
        let inputs: Vec<Input> = view.constellations.iter().map(Input::of).collect();
        page.run_sections(rows, view.lost, inputs.iter().map(Input::facts));
        page
    }
}

/// How many satellites there are, and how many of them the page shows for a part of the window or never.
fn satellites(view: &ViewContext<'_>) -> String {
    let count: usize = view.constellations.iter().map(|each| each.satellites.len()).sum();
    match view.lost.len() {
        0 => counted(count, "satellite"),
        lost => format!("{}, {lost} of them lost before the end", counted(count, "satellite")),
    }
}
