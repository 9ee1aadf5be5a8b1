//! The cells of a run, sorted so that those under a satellite are found at once.
//!
//! Cells lie in rows of latitude, each row by longitude. A satellite's footprint, enlarged for the ellipsoid
//! and for the rows' thickness, is one span of each row; every cell of a span is then put to the exact
//! condition of [`crate::access`].

use nalgebra::Vector3;

use crate::access::Site;
use crate::ephemeris::State;
use crate::frames::Geodetic;
use crate::grid::cells::GridPoint;

/// Radius of a sphere inside the ellipsoid, km.
const INNER_RADIUS_KM: f64 = 6356.752;
/// Tilt of the ellipsoid's normal, 0.2°, and the difference of latitudes, in radians.
const ELLIPSOID_RAD: f64 = 0.007;
/// Rows are this thick, radians.
const THICKNESS_RAD: f64 = 0.01;

/// Cells in rows.
#[derive(Debug, Clone)]
pub struct Scene {
    rows: Vec<Row>,
    longitude_rad: Vec<f64>,
    /// Number of the cell at each place of the rows.
    cell: Vec<u32>,
    site: Vec<Site>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    latitude_rad: f64,
    first: u32,
    end: u32,
}

/// One cell seeing one satellite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Number of the cell.
    pub cell: u32,
    /// Number of the satellite.
    pub satellite: u32,
    /// Sine of the elevation.
    pub sin_elevation: f32,
    /// Slant range, km.
    pub range_km: f32,
}

impl Scene {
    /// Sorts the points; their numbers are their places in the slice.
    pub fn new(points: &[GridPoint]) -> Self {
        let row_of = |point: &GridPoint| {
            ((point.latitude_deg.to_radians() + std::f64::consts::FRAC_PI_2) / THICKNESS_RAD) as u32
        };
        let mut order: Vec<(u32, f64, u32)> = points
            .iter()
            .enumerate()
            .map(|(number, point)| (row_of(point), wrap(point.longitude_deg.to_radians()), number as u32))
            .collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut scene =
            Self { rows: Vec::new(), longitude_rad: Vec::new(), cell: Vec::new(), site: Vec::new() };
        for row in order.chunk_by(|a, b| a.0 == b.0) {
            let first = scene.cell.len() as u32;
            for &(_, longitude, number) in row {
                scene.longitude_rad.push(longitude);
                scene.cell.push(number);
                scene.site.push(Site::at(&place(&points[number as usize])));
            }
            let latitude_rad = (f64::from(row[0].0) + 0.5) * THICKNESS_RAD - std::f64::consts::FRAC_PI_2;
            scene.rows.push(Row { latitude_rad, first, end: scene.cell.len() as u32 });
        }
        scene
    }

    /// Calls back with every cell that sees a satellite at or above the mask.
    pub fn look(&self, satellite: u32, state: &State, sin_mask: f64, mut seen: impl FnMut(View, &Site)) {
        if !state.is_present() {
            return;
        }
        let position = state.position;
        let radius = position.norm();
        let mask = sin_mask.asin();
        let reach = ((INNER_RADIUS_KM / radius * mask.cos()).min(1.0).acos() - mask).max(0.0)
            + ELLIPSOID_RAD
            + 0.5 * THICKNESS_RAD;
        let latitude = (position.z / radius).asin();
        let longitude = position.y.atan2(position.x);
        let (sin_latitude, cos_latitude) = latitude.sin_cos();
        let start = self.rows.partition_point(|row| row.latitude_rad < latitude - reach - THICKNESS_RAD);
        for row in &self.rows[start..] {
            if row.latitude_rad > latitude + reach + THICKNESS_RAD {
                break;
            }
            let (sin_row, cos_row) = row.latitude_rad.sin_cos();
            let below = cos_latitude * cos_row;
            let cosine = if below > 1e-6 { (reach.cos() - sin_latitude * sin_row) / below } else { -1.0 };
            if cosine > 1.0 {
                continue;
            }
            let half = if cosine <= -1.0 { std::f64::consts::PI } else { cosine.acos() };
            for (west, east) in spans(longitude, half).into_iter().flatten() {
                self.span(row, west, east, satellite, &position, sin_mask, &mut seen);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a private loop body")]
    fn span(
        &self,
        row: &Row,
        west: f64,
        east: f64,
        satellite: u32,
        position: &Vector3<f64>,
        sin_mask: f64,
        seen: &mut impl FnMut(View, &Site),
    ) {
        let (first, end) = (row.first as usize, row.end as usize);
        let longitudes = &self.longitude_rad[first..end];
        let from = first + longitudes.partition_point(|&longitude| longitude < west);
        let to = first + longitudes.partition_point(|&longitude| longitude <= east);
        for at in from..to {
            let site = &self.site[at];
            let line = position - site.position;
            let height = line.dot(&site.normal);
            let range = line.norm();
            if height >= sin_mask * range {
                let view = View {
                    cell: self.cell[at],
                    satellite,
                    sin_elevation: (height / range) as f32,
                    range_km: range as f32,
                };
                seen(view, site);
            }
        }
    }
}

/// Where a cell's centre is.
pub fn place(point: &GridPoint) -> Geodetic {
    Geodetic {
        latitude_deg: point.latitude_deg,
        longitude_deg: point.longitude_deg,
        height_km: point.height_km,
    }
}

/// The one or two spans of longitude in `[-π, π)` around a meridian.
fn spans(longitude: f64, half: f64) -> [Option<(f64, f64)>; 2] {
    let pi = std::f64::consts::PI;
    if half >= pi {
        return [Some((-pi, pi)), None];
    }
    let (west, east) = (longitude - half, longitude + half);
    if west < -pi {
        [Some((-pi, east)), Some((west + 2.0 * pi, pi))]
    } else if east >= pi {
        [Some((west, pi)), Some((-pi, east - 2.0 * pi))]
    } else {
        [Some((west, east)), None]
    }
}

fn wrap(longitude_rad: f64) -> f64 {
    let pi = std::f64::consts::PI;
    (longitude_rad + pi).rem_euclid(2.0 * pi) - pi
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::cells::Grid;

    /// Every cell against the condition of `access`, satellites at all latitudes and heights.
    #[test]
    fn finds_exactly_the_cells_in_view() {
        let grid = Grid::globe(h3o::Resolution::Two);
        let scene = Scene::new(&grid.points);
        let mut views = 0;
        for (number, (latitude, longitude, height, mask)) in [
            (0.0, 0.0, 550.0, 25.0),
            (53.0, 179.9, 550.0, 25.0),
            (-89.9, 40.0, 1200.0, 10.0),
            (90.0, 0.0, 560.0, 0.0),
            (-52.3, -179.5, 1325.0, 40.0),
            (33.0, 120.0, 35_786.0, 5.0),
            (70.0, -10.0, 400.0, 60.0),
            (12.0, 77.0, 1000.0, 0.0),
        ]
        .into_iter()
        .enumerate()
        {
            let spot =
                Geodetic { latitude_deg: latitude, longitude_deg: longitude, height_km: height }.to_ecef().0;
            let state = State { position: spot, velocity: Vector3::zeros() };
            let sin_mask = f64::to_radians(mask).sin();
            let mut found = vec![false; grid.points.len()];
            scene.look(number as u32, &state, sin_mask, |view, _| {
                assert!(!found[view.cell as usize], "cell twice");
                found[view.cell as usize] = true;
            });
            for (point, found) in grid.points.iter().zip(found) {
                let site = Site::at(&place(point));
                assert_eq!(site.clearance_km(&spot, sin_mask) >= 0.0, found, "{number} {point:?}");
                views += usize::from(found);
            }
        }
        assert!(views > 1000);
    }
}
