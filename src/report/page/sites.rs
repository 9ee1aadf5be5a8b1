//! Stations, gateways and ships on a page.

use super::{Marker, Page, Track};
use crate::frames::Geodetic;
use crate::ground::{Kind, Mask, Site, Stretch, Whereabouts};
use crate::time::Window;

/// Points of a ship's way at even steps of the window, besides its waypoints.
pub(super) const TRACK_POINTS: usize = 289;
/// A way of more waypoints than this has points at so many even steps instead: each frame of a page goes through them.
pub(super) const MOST_WAYPOINTS: usize = 2000;

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
    Some(first.place(first.from_s))
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

/// Instants of a window and places of a ship's way: at even steps, at waypoints, and where it comes and goes. Where it is
/// elsewhere at once, both places have the same instant.
fn way(stretches: &[Stretch], window: &Window) -> Vec<(f64, Geodetic)> {
    let has_waypoints = stretches.len() <= MOST_WAYPOINTS;
    let steps = if has_waypoints { TRACK_POINTS - 1 } else { MOST_WAYPOINTS };
    let step_s = window.duration_s / steps as f64;
    let mut points = Vec::new();
    for run in stretches.chunk_by(Stretch::is_continued_by) {
        let mut last_s = f64::NEG_INFINITY;
        let mut add = |stretch: &Stretch, t_s: f64| {
            if t_s > last_s {
                points.push((t_s, stretch.place(t_s)));
                last_s = t_s;
            }
        };
        for (number, stretch) in run.iter().enumerate() {
            if number == 0 || has_waypoints {
                add(stretch, stretch.from_s);
            }
            let first = (stretch.from_s / step_s).floor() as usize;
            let steps = (first..).map(|number| number as f64 * step_s);
            steps
                .take_while(|&t_s| t_s < stretch.to_s)
                .filter(|&t_s| t_s >= stretch.from_s)
                .for_each(|t_s| add(stretch, t_s));
        }
        if let Some(last) = run.last() {
            add(last, last.to_s);
        }
    }
    points
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

    /// Adds a ship's way in the window.
    pub(super) fn add_ship(&mut self, site: &Site, mask_deg: f64, window: &Window) {
        let points = way(&site.stretches(window), window);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Outside, Track as Voyage, Waypoint};

    fn window() -> Window {
        Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 }
    }

    fn waypoint(seconds: f64, longitude_deg: f64) -> Waypoint {
        let place = Geodetic { latitude_deg: 10.0, longitude_deg, height_km: 0.0 };
        Waypoint { epoch: window().start.plus_seconds(seconds), place }
    }

    fn added(voyage: Voyage) -> Track {
        let mut page = Page::new("", "", window().start);
        page.add_ship(&Site::ship("s", voyage), 5.0, &window());
        page.tracks.remove(0)
    }

    /// It is no line from one place to the other, and nothing is between them.
    #[test]
    fn a_ship_that_is_elsewhere_at_once_has_both_places_at_that_instant() {
        let waypoints = [(0.0, 0.0), (10_000.0, 1.0), (43_210.0, 90.0), (60_000.0, 91.0)];
        let waypoints: Vec<Waypoint> = waypoints.map(|(at, longitude)| waypoint(at, longitude)).into();
        for (after, jumps) in [(Outside::Hold, 1), (Outside::Absent, 0)] {
            let voyage = Voyage::in_parts(100.0, waypoints.clone(), &[2], after, after).unwrap();
            let track = added(voyage);
            let pairs = || track.times.windows(2).zip(track.points.windows(2));
            assert!(pairs().all(|(times, _)| times[0] <= times[1]));
            let doubled: Vec<_> = pairs().filter(|(times, _)| times[0] == times[1]).collect();
            assert_eq!(doubled.len(), jumps, "{after:?}");
            for (times, points) in doubled {
                assert_eq!((times[0], points), (43_210.0, &[(1.0, 10.0), (90.0, 10.0)][..]));
            }
            let ways = track.ways();
            assert_eq!(ways.len(), 2, "{after:?}");
            assert_eq!((ways[0][0], ways[1][0]), ((0.0, 10.0), (90.0, 10.0)));
            assert_eq!(ways[0].last(), Some(&(1.0, 10.0)));
            assert_eq!(ways.iter().map(|way| way.len()).sum::<usize>(), track.points.len());
        }
    }

    /// A page of a log of each second would be large, and each of its frames slow.
    #[test]
    fn ways_of_many_waypoints_have_as_many_points_as_a_page_can_show() {
        let log = |count: u32| {
            let step_s = 86_400.0 / f64::from(count);
            let point = |number: u32| waypoint(f64::from(number) * step_s, 1e-4 * f64::from(number));
            added(Voyage::new((0..=count).map(point).collect(), Outside::Absent, Outside::Absent).unwrap())
        };
        let few = log(1000);
        let has = |t_s: f64| few.times.iter().any(|time| (time - t_s).abs() < 1e-6);
        assert!((1..1000).all(|number| has(f64::from(number) * 86.4)));
        let many = log(20_000);
        assert_eq!(many.points.len(), MOST_WAYPOINTS + 1);
        assert_eq!((many.times[0], many.times[MOST_WAYPOINTS]), (0.0, 86_400.0));
        assert!((many.points[1000].0 - 1.0).abs() < 1e-4);
    }
}
