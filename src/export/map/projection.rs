//! Projections of a static map, on the sphere.

/// A projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    /// Equal Earth: areas are true (Šavrič, Patterson and Jenny 2018).
    EqualEarth,
    /// Plate carrée: longitude and latitude as they are.
    Equirectangular,
}

/// Coefficients A1 to A4 of Equal Earth.
const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];

impl Projection {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::EqualEarth => "Equal Earth",
            Self::Equirectangular => "plate carrée",
        }
    }

    /// x and y on a sphere of radius 1.
    pub fn project(self, longitude_deg: f64, latitude_deg: f64) -> (f64, f64) {
        let (lambda, phi) = (longitude_deg.to_radians(), latitude_deg.to_radians());
        match self {
            Self::Equirectangular => (lambda, phi),
            Self::EqualEarth => {
                // sin θ = √3/2 sin φ; equations 8 and 9 of Šavrič et al. 2018.
                let root3 = 3.0f64.sqrt();
                let theta = (root3 / 2.0 * phi.sin()).asin();
                let (t2, t6) = (theta.powi(2), theta.powi(6));
                let slope = 9.0 * A[3] * t6 * t2 + 7.0 * A[2] * t6 + 3.0 * A[1] * t2 + A[0];
                let x = 2.0 * root3 * lambda * theta.cos() / (3.0 * slope);
                let y = theta * (A[3] * t6 * t2 + A[2] * t6 + A[1] * t2 + A[0]);
                (x, y)
            }
        }
    }

    /// Half the width and half the height of the whole Earth.
    pub fn extent(self) -> (f64, f64) {
        (self.project(180.0, 0.0).0, self.project(0.0, 90.0).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The conservation law of an equal-area projection: the Jacobian over cos φ is the same everywhere.
    #[test]
    fn equal_earth_keeps_areas() {
        let h = 1e-5;
        for latitude in [-85.0, -60.0, -30.0, 0.0, 10.0, 45.0, 75.0] {
            for longitude in [-170.0, -20.0, 0.0, 130.0] {
                let at = |dx: f64, dy: f64| Projection::EqualEarth.project(longitude + dx, latitude + dy);
                let (east, west, north, south) = (at(h, 0.0), at(-h, 0.0), at(0.0, h), at(0.0, -h));
                let jacobian =
                    (east.0 - west.0) * (north.1 - south.1) - (north.0 - south.0) * (east.1 - west.1);
                let unit = (2.0 * h).to_radians().powi(2) * latitude.to_radians().cos();
                assert!((jacobian / unit - 1.0).abs() < 1e-4, "{latitude} {longitude}: {}", jacobian / unit);
            }
        }
    }

    #[test]
    fn equal_earth_meets_the_published_extent() {
        // Šavrič et al. 2018: the map is 2.05458 times as wide as it is high.
        let (width, height) = Projection::EqualEarth.extent();
        assert!((width / height - 2.054_58).abs() < 1e-4, "{}", width / height);
    }
}
