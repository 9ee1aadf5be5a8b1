//! Rings that run around a pole, which a flat map cannot close.

use geo::{Coord, LineString, Polygon, Validation, coord};

use super::geojson_file::flat;

/// Beyond this latitude a ring around the globe is taken for one around the pole.
const POLAR_DEG: f64 = 45.0;

/// The ring closed along the pole that it runs around; none for a ring that is sound on a flat map.
///
/// `ring` ends where it begins. RFC 7946 wants edges straight on the flat map, where no ring can hold a pole without
/// going there. A ring runs around a pole when the shortest ways from corner to corner add up to a whole turn of
/// longitude and the flat reading makes no sense: it has no area or crosses itself, its ends are one place at ±180°, or
/// all of it is beyond 45°. An edge over half a turn beside one along a meridian is the side of a box, and is
/// left as it is drawn.
///
/// The pole is the nearer one, whichever way the ring runs: files do not keep to the right-hand rule. A ring on
/// both sides of the equator has its inside on the left.
pub(super) fn closed_at_pole(ring: &LineString<f64>) -> Option<LineString<f64>> {
    let points = &ring.0;
    let corners = points.len().checked_sub(1)?;
    let given = |edge: usize| points[edge % corners + 1].x - points[edge % corners].x;
    let mut same_place = false;
    let mut any_wide = false;
    let steps: Vec<f64> = (0..corners)
        .map(|edge| {
            let step = given(edge);
            let side_of_box = || given(edge + 1) == 0.0 || given(edge + corners - 1) == 0.0;
            if step.abs() <= 180.0 || side_of_box() {
                return step;
            }
            any_wide = true;
            same_place |= step.abs() == 360.0 && points[edge].y == points[edge + 1].y;
            step - 360.0f64.copysign(step)
        })
        .collect();
    let turn: f64 = steps.iter().sum();
    if !any_wide || (turn.abs() - 360.0).abs() > 1e-6 {
        return None;
    }
    let beyond = |pole: f64| points.iter().all(|point| point.y * pole > POLAR_DEG);
    let senseless = || flat(ring) || !Polygon::new(ring.clone(), Vec::new()).is_valid();
    if !(same_place || beyond(1.0) || beyond(-1.0) || senseless()) {
        return None;
    }
    let pole = if points.iter().all(|point| point.y >= 0.0) {
        90.0
    } else if points.iter().all(|point| point.y <= 0.0) {
        -90.0
    } else {
        90.0f64.copysign(turn)
    };
    let start = coord! { x: super::wrap_longitude_deg(points[0].x), y: points[0].y };
    let mut closed: Vec<Coord<f64>> = vec![start];
    let mut x = start.x;
    for (step, point) in steps.iter().zip(&points[1..]) {
        x += step;
        closed.push(coord! { x: x, y: point.y });
    }
    // Copies of the ring a turn away meet this one there, so the two edges to the pole must be alike.
    let end = start.x + 360.0f64.copysign(turn);
    if let Some(last) = closed.last_mut() {
        last.x = end;
    }
    closed.extend([coord! { x: end, y: pole }, coord! { x: start.x, y: pole }, start]);
    Some(LineString::new(closed))
}
