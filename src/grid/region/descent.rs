//! All cells of a region, by descent from the base cells: what is wholly inside or outside is not
//! looked at any further.

use std::f64::consts::{FRAC_PI_2, PI};

use h3o::{CellIndex, LatLng, Resolution};
use rayon::prelude::*;

use super::bounds::LatLonBox;
use super::outline::Relation;
use super::{Shape, wrap_longitude_deg};

/// Upper bound of the distance from the centre of a cell of resolution 0 to the centre of any of its
/// children, in radians; √7 times less with each resolution. Held to all cells up to resolution 4 and
/// to a sample of finer ones by a test below.
const CHILD_DISTANCE_RAD: f64 = 0.15;

/// Bound of the distance from a cell's centre to the centre of any of its descendants, radians: the sum
/// of the steps from generation to generation, a geometric series of ratio 1/√7.
fn descendant_distance_rad(resolution: Resolution) -> f64 {
    let shrink = 7_f64.sqrt().recip();
    CHILD_DISTANCE_RAD * shrink.powi(i32::from(u8::from(resolution))) / (1.0 - shrink)
}

pub(super) fn cells(shape: &Shape, resolution: Resolution) -> Vec<CellIndex> {
    let base: Vec<CellIndex> = CellIndex::base_cells().collect();
    let parts: Vec<Vec<CellIndex>> = base
        .into_par_iter()
        .map(|cell| {
            let mut found = Vec::new();
            descend(shape, cell, resolution, &mut found);
            found
        })
        .collect();
    // Children follow their parent's digits, so that the order of the descent is that of the indices.
    parts.concat()
}

fn descend(shape: &Shape, cell: CellIndex, target: Resolution, found: &mut Vec<CellIndex>) {
    if cell.resolution() == target {
        let centre = LatLng::from(cell);
        if shape.contains(centre.lat(), wrap_longitude_deg(centre.lng())) {
            found.push(cell);
        }
        return;
    }
    match shape.relation(&surroundings(cell)) {
        Relation::Outside => {}
        Relation::Inside => found.extend(cell.children(target)),
        Relation::Mixed => {
            let next = cell.resolution().succ().expect("the target is finer than the cell");
            cell.children(next).for_each(|child| descend(shape, child, target, found));
        }
    }
}

/// A latitude-longitude rectangle that holds the centres of all descendants of a cell.
fn surroundings(cell: CellIndex) -> LatLonBox {
    let centre = LatLng::from(cell);
    let radius = descendant_distance_rad(cell.resolution());
    let (south, north) = (centre.lat_radians() - radius, centre.lat_radians() + radius);
    let (west, width) = if north >= FRAC_PI_2 || south <= -FRAC_PI_2 {
        (-PI, 2.0 * PI)
    } else {
        // The meridians that touch a circle of angular radius ρ about latitude φ: sin Δλ = sin ρ / cos φ.
        let half_width = (radius.sin() / centre.lat_radians().cos()).min(1.0).asin();
        (centre.lng_radians() - half_width, 2.0 * half_width)
    };
    LatLonBox {
        south: south.max(-FRAC_PI_2).to_degrees(),
        north: north.min(FRAC_PI_2).to_degrees(),
        west: wrap_longitude_deg(west.to_degrees()),
        width: width.to_degrees(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound of this module, for every parent of resolutions 0 to 4 and a sample of those of 5 and 6.
    #[test]
    fn children_are_as_near_as_the_descent_takes_for_granted() {
        let mut worst: f64 = 0.0;
        for resolution in 0..=6_u8 {
            let parents = Resolution::try_from(resolution).unwrap();
            let children = parents.succ().unwrap();
            let step = if resolution < 5 { 1 } else { 997 };
            let scale = 7_f64.sqrt().powi(i32::from(resolution));
            for parent in CellIndex::base_cells().flat_map(|base| base.children(parents)).step_by(step) {
                let centre = LatLng::from(parent);
                for child in parent.children(children) {
                    worst = worst.max(centre.distance_rads(LatLng::from(child)) * scale);
                }
            }
            println!("resolution {resolution}: largest parent to child distance so far, scaled: {worst} rad");
        }
        assert!(worst < CHILD_DISTANCE_RAD / 1.02, "{worst}");
        assert!(worst > CHILD_DISTANCE_RAD / 1.2, "the bound is wider than it need be: {worst}");
    }
}
