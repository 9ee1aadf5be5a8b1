//! Areas of many H3 cells.

use std::collections::HashMap;

use h3o::{CellIndex, LatLng, Resolution};
use nalgebra::Vector3;

/// Steps per unit into which products of directions are rounded: far finer than cells, far coarser than
/// the last bits in which equal cells of different faces differ.
const STEPS: f64 = 1e9;

/// Areas in km² of cells of one resolution with the directions of their centres.
///
/// Every face of H3's icosahedron carries the same lattice, turned into itself by a third of a turn, so that the
/// area of a cell depends only on where its centre lies between the three nearest corners, and in which sense
/// they go round. One cell of each kind, about one in sixty of the globe, is measured; the rest is looked up.
pub(super) fn areas_km2(cells: &[(CellIndex, Vector3<f64>)]) -> Vec<f64> {
    let corners: Vec<Vector3<f64>> =
        Resolution::Zero.pentagons().map(|cell| direction(LatLng::from(cell))).collect();
    let mut known: HashMap<(i64, i64, bool), f64> = HashMap::new();
    cells
        .iter()
        .map(|&(cell, centre)| *known.entry(kind(&corners, &centre)).or_insert_with(|| cell.area_km2()))
        .collect()
}

/// Unit vector of a place on the sphere.
pub(super) fn direction(place: LatLng) -> Vector3<f64> {
    let (sin_latitude, cos_latitude) = place.lat_radians().sin_cos();
    let (sin_longitude, cos_longitude) = place.lng_radians().sin_cos();
    Vector3::new(cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude)
}

/// Nearness to the two nearest corners, and the sense in which the three nearest go round.
fn kind(corners: &[Vector3<f64>], centre: &Vector3<f64>) -> (i64, i64, bool) {
    let mut nearest = [(f64::NEG_INFINITY, Vector3::zeros()); 3];
    for corner in corners {
        let nearness = corner.dot(centre);
        if nearness > nearest[2].0 {
            nearest[2] = (nearness, *corner);
            if nearest[2].0 > nearest[1].0 {
                nearest.swap(1, 2);
                if nearest[1].0 > nearest[0].0 {
                    nearest.swap(0, 1);
                }
            }
        }
    }
    let [first, second, third] = nearest;
    let rounded = |nearness: f64| (nearness * STEPS).round() as i64;
    (rounded(first.0), rounded(second.0), first.1.cross(&second.1).dot(&third.1) > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::cells::every_cell;

    /// h3o's own area of each cell. Corners of cells are known to h3o within about 1e-10 of their distance.
    #[test]
    fn areas_are_those_of_h3() {
        for resolution in [Resolution::Zero, Resolution::One, Resolution::Two, Resolution::Three] {
            let cells: Vec<_> = every_cell(resolution)
                .into_iter()
                .map(|cell| (cell, direction(LatLng::from(cell))))
                .collect();
            for (&(cell, _), area) in cells.iter().zip(areas_km2(&cells)) {
                let expected = cell.area_km2();
                assert!((area / expected - 1.0).abs() < 1e-9, "{cell}: {area} {expected}");
            }
        }
    }
}
