//! The shape of an H3 cell on a map: cut at the antimeridian, closed along the pole.

use geo::{Coord, LineString, MultiPolygon, Polygon, coord};
use h3o::CellIndex;

/// Area of a cell in km² on the sphere that has the area of the WGS-84 ellipsoid, radius 6,371.007 km
/// (h3o's `area_km2`, great-circle edges). Over all cells of a resolution it adds up to the ellipsoid's
/// 510,065,622 km².
///
/// H3 puts its cells on this sphere while their latitudes are read as geodetic. Measured on the
/// ellipsoid itself a small cell would have 0.45 % less at the equator and 0.90 % more at the poles.
pub fn cell_area_km2(cell: CellIndex) -> f64 {
    cell.area_km2()
}

/// The cell in the longitude-latitude plane, WGS-84 degrees, x the longitude in `[-180, 180]`.
///
/// Edges are straight in that plane, as GeoJSON and GIS programs draw them. A cell across the
/// antimeridian becomes two polygons that meet it on either side (RFC 7946, section 3.1.9); the cell
/// around a pole is closed along ±90°. Rings run counter-clockwise and end where they begin. Together the
/// cells of a resolution cover the plane once, 64,800 square degrees.
pub fn cell_polygons(cell: CellIndex) -> MultiPolygon<f64> {
    let boundary = cell.boundary();
    let mut ring: Vec<Coord<f64>> = Vec::with_capacity(boundary.len() + 4);
    let mut turns = 0.0;
    for vertex in boundary.iter() {
        let mut x = vertex.lng() + turns;
        if let Some(last) = ring.last() {
            let turn = whole_turn(x - last.x);
            turns -= turn;
            x -= turn;
        }
        ring.push(coord! { x: x, y: vertex.lat() });
    }
    let back = ring[0].x + turns - ring[ring.len() - 1].x;
    let around = turns - whole_turn(back);
    if around != 0.0 {
        return MultiPolygon::new(vec![around_pole(&ring, around)]);
    }
    let (west, east) = ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(west, east), point| {
        (west.min(point.x), east.max(point.x))
    });
    if west >= -180.0 && east <= 180.0 {
        return MultiPolygon::new(vec![closed(ring)]);
    }
    let meridian = if east > 180.0 { 180.0 } else { -180.0 };
    let parts = [(1.0, meridian), (-1.0, -meridian)].map(|(side, brought_to)| {
        let mut part = beside(&ring, meridian, side * meridian.signum());
        part.iter_mut().for_each(|point| point.x += brought_to - meridian);
        part
    });
    MultiPolygon::new(parts.into_iter().filter(|part| part.len() > 2).map(closed).collect())
}

/// 360, -360 or 0: what to take from a step in longitude so that it is no more than half a turn.
fn whole_turn(step: f64) -> f64 {
    if step > 180.0 {
        360.0
    } else if step < -180.0 {
        -360.0
    } else {
        0.0
    }
}

/// The part of a ring on one side of a meridian: west of it for `side` 1, east for -1.
///
/// Sutherland and Hodgman 1974. It leaves one piece, and so it is right, because no cell crosses the
/// antimeridian more than once forth and back.
fn beside(ring: &[Coord<f64>], meridian: f64, side: f64) -> Vec<Coord<f64>> {
    let within = |point: &Coord<f64>| (meridian - point.x) * side;
    let mut part = Vec::with_capacity(ring.len() + 2);
    for (index, &to) in ring.iter().enumerate() {
        let from = ring[(index + ring.len() - 1) % ring.len()];
        if within(&from) * within(&to) < 0.0 {
            part.push(crossing(from, to, meridian));
        }
        if within(&to) >= 0.0 {
            part.push(to);
        }
    }
    // What only touches the meridian has no area on this side.
    if part.iter().all(|point| point.x == meridian) { Vec::new() } else { part }
}

/// Where an edge meets a meridian. Neighbours get the same number, whichever end they come from.
fn crossing(a: Coord<f64>, b: Coord<f64>, meridian: f64) -> Coord<f64> {
    let (west, east) = if a.x < b.x { (a, b) } else { (b, a) };
    let along = (meridian - west.x) / (east.x - west.x);
    coord! { x: meridian, y: west.y + along * (east.y - west.y) }
}

/// A ring that goes once around a pole, `around` being 360 eastward and -360 westward: counter-clockwise
/// seen from above, hence eastward around the north pole and westward around the south pole.
fn around_pole(ring: &[Coord<f64>], around: f64) -> Polygon<f64> {
    let first = ring[0];
    let end = coord! { x: first.x + around, y: first.y };
    let meridian = if around > 0.0 { 180.0 } else { -180.0 };
    let mut before = Vec::with_capacity(ring.len() + 5);
    let mut after = Vec::with_capacity(ring.len());
    let mut meeting = first.y;
    for (index, &from) in ring.iter().enumerate() {
        let to = *ring.get(index + 1).unwrap_or(&end);
        let passed = |point: Coord<f64>| (point.x - meridian) * around.signum() >= 0.0;
        if passed(from) {
            after.push(coord! { x: from.x - around, y: from.y });
        } else {
            before.push(from);
            if passed(to) {
                meeting = crossing(from, to, meridian).y;
            }
        }
    }
    let pole = 90.0_f64.copysign(around);
    let mut points = vec![coord! { x: -meridian, y: meeting }];
    points.extend(after);
    points.extend(before);
    points.extend([
        coord! { x: meridian, y: meeting },
        coord! { x: meridian, y: pole },
        coord! { x: -meridian, y: pole },
    ]);
    closed(points)
}

/// A polygon of a ring without its repeated points.
fn closed(mut points: Vec<Coord<f64>>) -> Polygon<f64> {
    points.dedup();
    Polygon::new(LineString::new(points), Vec::new())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use geo::{Area, Validation};
    use h3o::{LatLng, Resolution};
    use rayon::prelude::*;

    use super::*;

    fn every_cell(resolution: Resolution) -> Vec<CellIndex> {
        CellIndex::base_cells().flat_map(|base| base.children(resolution)).collect()
    }

    fn assert_sound(cell: CellIndex) -> f64 {
        let polygons = cell_polygons(cell);
        assert!(polygons.is_valid(), "{cell}: {polygons:?}");
        assert!((1..=2).contains(&polygons.0.len()), "{cell}: {polygons:?}");
        for polygon in &polygons {
            let ring = polygon.exterior();
            assert!(polygon.signed_area() > 0.0, "{cell} runs clockwise");
            assert!(ring.is_closed() && ring.0.windows(2).all(|ends| ends[0] != ends[1]), "{cell}");
            assert!(ring.0.iter().all(|point| point.x.abs() <= 180.0 && point.y.abs() <= 90.0), "{cell}");
            assert!(
                ring.lines().all(|line| line.dx().abs() < 180.0 || line.start.y.abs() == 90.0),
                "{cell} smears"
            );
        }
        polygons.unsigned_area()
    }

    /// 360 by 180 square degrees, as the GDAL and h3-py cut of all cells gave it, too.
    #[test]
    fn cells_cover_the_plane_once() {
        for resolution in
            [Resolution::Zero, Resolution::One, Resolution::Two, Resolution::Three, Resolution::Four]
        {
            let cells = every_cell(resolution);
            let sum: f64 = cells.par_iter().map(|&cell| assert_sound(cell)).sum();
            assert!((sum - 64_800.0).abs() < 1e-6, "{resolution}: {sum}");
        }
    }

    #[test]
    fn cells_at_poles_and_antimeridian_are_sound_at_every_resolution() {
        for level in 0..=12 {
            let resolution = Resolution::try_from(level).unwrap();
            let mut places = vec![(90.0, 0.0), (-90.0, 0.0), (89.999, 180.0), (-89.9, -180.0)];
            places.extend((-17..=17).map(|k| (f64::from(k) * 5.0 + 0.3, 180.0)));
            for (lat, lon) in places {
                let centre = LatLng::new(lat, lon).unwrap().to_cell(resolution);
                for cell in centre.grid_disk::<Vec<_>>(if level < 2 { 1 } else { 4 }) {
                    assert_sound(cell);
                }
            }
        }
    }

    /// 218 cells at resolution 3 cross the antimeridian or hold a pole, 597 at resolution 4 (measured with
    /// h3-py 4.5.0 by the span of their vertices' longitudes).
    #[test]
    fn as_many_cells_are_cut_as_have_vertices_on_both_sides() {
        for (resolution, count) in [(Resolution::Two, 88), (Resolution::Three, 218), (Resolution::Four, 597)]
        {
            let cut = every_cell(resolution)
                .into_iter()
                .filter(|&cell| {
                    let polygons = cell_polygons(cell);
                    polygons.0.len() == 2
                        || polygons.0[0].exterior().0.iter().any(|point| point.y.abs() == 90.0)
                })
                .count();
            assert_eq!(cut, count, "{resolution}");
        }
    }

    /// h3o cuts cells at the antimeridian, too, by another method; it does not close pole cells.
    #[test]
    fn cut_cells_agree_with_h3o() {
        let mut compared = 0;
        for cell in every_cell(Resolution::Three) {
            let ours = cell_polygons(cell);
            if ours.0.len() == 2 {
                let theirs = MultiPolygon::from(cell).unsigned_area();
                // It snaps to a grid of about 1e-7 degrees.
                let ours = ours.unsigned_area();
                assert!((ours - theirs).abs() < 2e-6 * ours, "{cell}: {ours} {theirs}");
                compared += 1;
            }
        }
        assert_eq!(compared, 216);
    }

    /// Vertices of neighbours are the same numbers, cuts included: each edge is met once in each direction
    /// save along the plane's rim.
    #[test]
    fn neighbours_share_their_edges() {
        let mut edges = HashSet::new();
        let key = |point: Coord<f64>| ((point.x * 1e9).round() as i64, (point.y * 1e9).round() as i64);
        for cell in every_cell(Resolution::Two) {
            for polygon in cell_polygons(cell) {
                edges.extend(polygon.exterior().lines().map(|line| (key(line.start), key(line.end))));
            }
        }
        let alone = edges.iter().filter(|(from, to)| !edges.contains(&(*to, *from)));
        for (from, to) in alone {
            let on_rim = from.0 == to.0 && from.0.abs() == 180_000_000_000
                || from.1 == to.1 && from.1.abs() == 90_000_000_000;
            assert!(on_rim, "{from:?} {to:?}");
        }
    }

    /// Area of the ellipsoid: 4π times the square of the authalic radius 6,371.0071809 km (WGS-84, NGA
    /// TR8350.2, table 3.3).
    #[test]
    fn areas_add_up_to_the_earth() {
        for resolution in [Resolution::Zero, Resolution::One, Resolution::Two, Resolution::Three] {
            let sum: f64 = every_cell(resolution).into_iter().map(cell_area_km2).sum();
            assert!((sum - 510_065_621.7).abs() < 1.0, "{resolution}: {sum}");
        }
    }
}
