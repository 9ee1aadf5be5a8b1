//! Digests of where a run was computed, by which reports of other places are told apart although their files are called
//! alike.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::grid::cells::Grid;
use crate::ground::{Site, Whereabouts};

/// SHA-256 of the cells of a grid, or of the coordinates and heights of its places in whatever order.
pub(super) fn of_grid(grid: &Grid) -> String {
    let mut digest = Sha256::new();
    let mut places = Vec::new();
    for point in &grid.points {
        match point.cell {
            Some(cell) => digest.update(u64::from(cell).to_be_bytes()),
            None => places.push(place(point.latitude_deg, point.longitude_deg, point.height_km)),
        }
    }
    of_lines(digest, places)
}

/// SHA-256 of where and when sites are, and of the masks that they state, in whatever order.
pub fn of_sites(sites: &[Site]) -> String {
    let line = |site: &Site| {
        let mut line = match &site.whereabouts {
            Whereabouts::Fixed(fixed) => place(fixed.latitude_deg, fixed.longitude_deg, fixed.height_km),
            Whereabouts::Ship(track) => {
                let mut line = format!("{:?} {:?}", track.before(), track.after());
                for waypoint in track.waypoints() {
                    let there = &waypoint.place;
                    let there = place(there.latitude_deg, there.longitude_deg, there.height_km);
                    // Writing to a string does not fail.
                    let _ = write!(line, " {} {there}", waypoint.epoch);
                }
                for number in track.begins() {
                    let _ = write!(line, " /{number}");
                }
                line
            }
        };
        let [from, until] =
            [site.service_from, site.service_until].map(|epoch| epoch.map(|epoch| epoch.to_string()));
        let mask = serde_json::to_string(&site.mask).unwrap_or_default();
        let _ = write!(line, " {mask} {from:?} {until:?}");
        line
    };
    of_lines(Sha256::new(), sites.iter().map(line).collect())
}

/// Numbers as they are read again to the last bit.
fn place(latitude_deg: f64, longitude_deg: f64, height_km: f64) -> String {
    // Adding 0 makes a plain zero of a negative one.
    format!("{:?} {:?} {:?}", latitude_deg + 0.0, longitude_deg + 0.0, height_km + 0.0)
}

fn of_lines(mut digest: Sha256, mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    for line in lines {
        digest.update(line);
        digest.update("\n");
    }
    digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::Geodetic;
    use crate::grid::cells::GridPoint;
    use crate::ground::Mask;

    #[test]
    fn order_and_names_are_one_and_places_are_not() {
        let point = |latitude_deg, height_km| GridPoint {
            cell: None,
            latitude_deg,
            longitude_deg: 5.0,
            height_km,
            area_km2: 1.0,
        };
        let grid = |points: &[GridPoint]| of_grid(&Grid { resolution: None, points: points.to_vec() });
        let (a, b) = (point(1.0, 0.0), point(2.0, 0.0));
        assert_eq!(grid(&[a, b]), grid(&[b, a]));
        assert_ne!(grid(&[a, b]), grid(&[a, a]));
        assert_ne!(grid(&[a]), grid(&[point(1.0, 0.1)]));
        let site = |name: &str, latitude_deg, mask| Site {
            mask,
            ..Site::fixed(name, Geodetic { latitude_deg, longitude_deg: 5.0, height_km: 0.0 })
        };
        let (x, y) = (site("x", 1.0, None), site("y", 2.0, None));
        assert_eq!(of_sites(&[x.clone(), y.clone()]), of_sites(&[y, site("other", 1.0, None)]));
        assert_ne!(
            of_sites(std::slice::from_ref(&x)),
            of_sites(&[site("x", 1.0, Some(Mask::Constant(5.0)))])
        );
        assert_ne!(of_sites(&[x]), of_sites(&[site("x", 1.5, None)]));
    }
}
