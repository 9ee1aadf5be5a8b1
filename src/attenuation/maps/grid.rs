//! One map on a regular grid, and the interpolations of Recommendation ITU-R P.1144.

use super::Place;

/// The grid of a map. Rows run along latitude, columns along longitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Geometry {
    pub rows: usize,
    pub columns: usize,
    pub first_latitude_deg: f64,
    pub first_longitude_deg: f64,
    /// Signed: negative where the first row is the northernmost.
    pub latitude_step_deg: f64,
    pub longitude_step_deg: f64,
    /// Rows and columns on each side that repeat the map for the bicubic stencil.
    pub margin: usize,
}

impl Geometry {
    /// Row and column of a place as real numbers. Longitude is wrapped into the map, latitude held inside it.
    fn locate(&self, place: Place) -> (f64, f64) {
        let row = (place.latitude_deg - self.first_latitude_deg) / self.latitude_step_deg;
        let west = self.first_longitude_deg + self.margin as f64 * self.longitude_step_deg;
        let east_of_west_deg = (place.longitude_deg - west).rem_euclid(360.0);
        let column = self.margin as f64 + east_of_west_deg / self.longitude_step_deg;
        (row.clamp(0.0, (self.rows - 1) as f64), column.min((self.columns - 1) as f64))
    }

    /// The grid points, row by row.
    pub fn nodes(self) -> impl Iterator<Item = Place> {
        (0..self.rows).flat_map(move |row| {
            (0..self.columns).map(move |column| Place {
                latitude_deg: self.first_latitude_deg + row as f64 * self.latitude_step_deg,
                longitude_deg: self.first_longitude_deg + column as f64 * self.longitude_step_deg,
            })
        })
    }
}

/// A map: a value for each point of its grid.
#[derive(Debug)]
pub(super) struct Grid {
    geometry: Geometry,
    values: Vec<f32>,
}

impl Grid {
    /// A map of `rows × columns` values, row by row.
    pub fn new(geometry: Geometry, values: Vec<f32>) -> Self {
        assert_eq!(values.len(), geometry.rows * geometry.columns);
        Self { geometry, values }
    }

    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    pub fn value(&self, node: usize) -> f64 {
        f64::from(self.values[node])
    }

    /// The four grid points around a place with their bilinear weights.
    pub fn corners(&self, place: Place) -> [(usize, f64); 4] {
        let (row, column) = self.geometry.locate(place);
        let r = (row as usize).min(self.geometry.rows - 2);
        let c = (column as usize).min(self.geometry.columns - 2);
        let (u, v) = (row - r as f64, column - c as f64);
        let at = |r: usize, c: usize| r * self.geometry.columns + c;
        [
            (at(r, c), (1.0 - u) * (1.0 - v)),
            (at(r + 1, c), u * (1.0 - v)),
            (at(r, c + 1), (1.0 - u) * v),
            (at(r + 1, c + 1), u * v),
        ]
    }

    /// Bilinear interpolation (P.1144, annex 1, §1b).
    pub fn bilinear(&self, place: Place) -> f64 {
        self.corners(place).into_iter().map(|(node, weight)| weight * self.value(node)).sum()
    }

    /// Bicubic convolution with a = −0.5 over 4 × 4 points (P.1144, annex 1, §2).
    pub fn bicubic(&self, place: Place) -> f64 {
        let (row, column) = self.geometry.locate(place);
        let first = |at: f64, count: usize| (at as usize).saturating_sub(1).min(count - 4);
        let r0 = first(row, self.geometry.rows);
        let c0 = first(column, self.geometry.columns);
        (r0..r0 + 4)
            .map(|r| {
                let along: f64 = (c0..c0 + 4)
                    .map(|c| self.value(r * self.geometry.columns + c) * cubic_kernel(column - c as f64))
                    .sum();
                along * cubic_kernel(row - r as f64)
            })
            .sum()
    }
}

/// Weight of a point at distance `d` in grid steps.
fn cubic_kernel(d: f64) -> f64 {
    let d = d.abs();
    if d <= 1.0 {
        1.5 * d.powi(3) - 2.5 * d * d + 1.0
    } else if d <= 2.0 {
        -0.5 * d.powi(3) + 2.5 * d * d - 4.0 * d + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(geometry: Geometry, f: impl Fn(Place) -> f64) -> Grid {
        let values = geometry.nodes().map(|node| f(node) as f32).collect();
        Grid::new(geometry, values)
    }

    const GLOBE: Geometry = Geometry {
        rows: 19,
        columns: 37,
        first_latitude_deg: 90.0,
        first_longitude_deg: 0.0,
        latitude_step_deg: -10.0,
        longitude_step_deg: 10.0,
        margin: 0,
    };

    #[test]
    fn a_plane_comes_back_whole() {
        // Closed form: bilinear and bicubic interpolation reproduce linear functions.
        let wide = Geometry {
            rows: 21,
            columns: 39,
            first_latitude_deg: 100.0,
            first_longitude_deg: -10.0,
            margin: 1,
            ..GLOBE
        };
        let plane = |p: Place| 2.0 * p.latitude_deg + 0.5 * p.longitude_deg;
        for (latitude_deg, longitude_deg) in [(12.3, 45.6), (-90.0, 0.0), (90.0, 359.5), (0.0, 180.0)] {
            let place = Place { latitude_deg, longitude_deg };
            assert!((ramp(GLOBE, plane).bilinear(place) - plane(place)).abs() < 1e-4);
            assert!((ramp(wide, plane).bicubic(place) - plane(place)).abs() < 1e-4);
        }
    }

    #[test]
    fn longitude_turns_and_latitude_is_held() {
        let grid = ramp(GLOBE, |p| (p.longitude_deg.to_radians()).cos() + p.latitude_deg);
        let at = |latitude_deg, longitude_deg| grid.bilinear(Place { latitude_deg, longitude_deg });
        assert!((at(10.0, -95.0) - at(10.0, 265.0)).abs() < 1e-9);
        assert!((at(10.0, 360.0) - at(10.0, 0.0)).abs() < 1e-6);
        assert_eq!(at(95.0, 20.0), at(90.0, 20.0));
    }
}
