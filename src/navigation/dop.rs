//! Dilution of precision from lines of sight: the plain version, one receiver at one instant.
//!
//! Each satellite in use adds the row `(u, e_s)` to the geometry matrix `G`: `u` is the unit line of
//! sight and `e_s` the column of the clock that its system keeps. The cofactor matrix is
//! `Q = (GᵀG)⁻¹`, equal weights (Langley 1999, "Dilution of precision", GPS World 10(5)).
//!
//! Clocks are eliminated before anything is inverted: with `b = Σ u` over the `n` satellites of a clock,
//! the position block of `Q` is the inverse of `M = Σ u uᵀ − Σ_clocks b bᵀ / n` (Schur complement), and
//! the variance of a clock is `1/n + b̄ᵀ M⁻¹ b̄` with `b̄ = b / n`, so that of all clocks together
//! `Σ 1/n + tr(M⁻¹ Σ b̄ b̄ᵀ)`. Any number of clocks costs a 3×3 Cholesky decomposition and no memory, and `M`
//! needs no local axes: the trace does not know them.

use nalgebra::{Matrix3, Vector3};

/// PDOP from which the geometry counts as singular: a metre of ranging error would be a
/// thousand kilometres of position. Rounding in the sums hides a true singularity well below it.
pub const SINGULAR_PDOP: f64 = 1e6;

/// Dilution of precision: standard deviations in units of the ranging error.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Dop {
    /// Geometric: the root of the trace of `Q` over the position and every clock that has a satellite in use.
    /// With one clock that is `sqrt(PDOP² + TDOP²)`; with several it does not depend on their order.
    pub gdop: f64,
    /// Position, three-dimensional.
    pub pdop: f64,
    /// Horizontal: in the plane normal to the ellipsoid's normal.
    pub hdop: f64,
    /// Vertical: along the ellipsoid's normal.
    pub vdop: f64,
    /// Time: the clock of the first system that has a satellite in use.
    pub tdop: f64,
}

/// Why there is no position fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoFix {
    /// Fewer satellites than unknowns: three coordinates and a clock per system in view.
    #[error("too few satellites")]
    TooFew,
    /// Enough satellites, but some direction is not observed.
    #[error("singular geometry")]
    Singular,
}

/// Parts of the cofactor matrix `Q`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cofactors {
    /// Block of the position.
    pub position: Matrix3<f64>,
    /// Variance of the first clock that has a satellite in use.
    pub first_clock: f64,
    /// Sum of the variances of all clocks that have satellites in use.
    pub all_clocks: f64,
}

/// The normal equations of a fix, built up one line of sight at a time.
///
/// ```
/// use hexsky::navigation::dop::Geometry;
/// use nalgebra::Vector3;
///
/// let mut geometry = Geometry::default();
/// for (east, north, up) in [(0.0, 0.0, 1.0), (0.8, 0.0, 0.6), (-0.8, 0.0, 0.6), (0.0, 1.0, 0.0)] {
///     geometry.add(&Vector3::new(east, north, up));
/// }
/// geometry.close_clock();
/// let dop = geometry.solve(&Vector3::z()).unwrap();
/// assert!((dop.pdop.powi(2) - dop.hdop.powi(2) - dop.vdop.powi(2)).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Geometry {
    /// `Σ u uᵀ` less `b bᵀ / n` of the clocks that are closed.
    position: Matrix3<f64>,
    /// `Σ u` of the open clock.
    open_sum: Vector3<f64>,
    open_count: u32,
    /// `1/n` and mean line of sight of the first closed clock that has satellites.
    reference: Option<(f64, Vector3<f64>)>,
    /// `Σ 1/n` of the closed clocks that have satellites.
    clock_weight: f64,
    /// `Σ b̄ b̄ᵀ` of the closed clocks.
    clock_spread: Matrix3<f64>,
    in_use: u32,
    /// Satellites beyond the first of each clock: what is left to observe the position with.
    redundancy: u32,
}

impl Geometry {
    /// Adds a satellite of the open clock by its unit line of sight, in any frame.
    pub fn add(&mut self, line_of_sight: &Vector3<f64>) {
        self.position += line_of_sight * line_of_sight.transpose();
        self.open_sum += line_of_sight;
        self.open_count += 1;
        self.in_use += 1;
    }

    /// Ends a system: the satellites added since the last call share one clock unknown.
    pub fn close_clock(&mut self) {
        if self.open_count == 0 {
            return;
        }
        let weight = 1.0 / f64::from(self.open_count);
        let mean = self.open_sum * weight;
        self.position -= self.open_sum * mean.transpose();
        self.reference.get_or_insert((weight, mean));
        self.clock_weight += weight;
        self.clock_spread += mean * mean.transpose();
        self.redundancy += self.open_count - 1;
        self.open_sum = Vector3::zeros();
        self.open_count = 0;
    }

    /// Satellites in use.
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// The cofactors of the position and of the clocks.
    ///
    /// # Errors
    /// [`NoFix`].
    pub fn cofactors(&self) -> Result<Cofactors, NoFix> {
        let mut closed = self.clone();
        closed.close_clock();
        let Some((weight, mean)) = closed.reference.filter(|_| closed.redundancy >= 3) else {
            return Err(NoFix::TooFew);
        };
        let position = closed.position.cholesky().ok_or(NoFix::Singular)?.inverse();
        // Written so that NaN fails it as well.
        if position.trace().is_nan() || position.trace() >= SINGULAR_PDOP * SINGULAR_PDOP {
            return Err(NoFix::Singular);
        }
        Ok(Cofactors {
            position,
            first_clock: weight + mean.dot(&(position * mean)),
            // Both are symmetric: the trace of their product is the sum of the products of their elements.
            all_clocks: closed.clock_weight + position.dot(&closed.clock_spread),
        })
    }

    /// Dilution of precision for a receiver whose vertical is the unit vector `up`.
    ///
    /// # Errors
    /// [`NoFix`].
    pub fn solve(&self, up: &Vector3<f64>) -> Result<Dop, NoFix> {
        let Cofactors { position, first_clock, all_clocks } = self.cofactors()?;
        let total = position.trace();
        let vertical = up.dot(&(position * up));
        Ok(Dop {
            gdop: (total + all_clocks).sqrt(),
            pdop: total.sqrt(),
            hdop: (total - vertical).max(0.0).sqrt(),
            vdop: vertical.sqrt(),
            tdop: first_clock.sqrt(),
        })
    }
}

/// Unit line of sight in east, north, up from azimuth and elevation in degrees.
pub fn line_of_sight(azimuth_deg: f64, elevation_deg: f64) -> Vector3<f64> {
    let (sin_azimuth, cos_azimuth) = azimuth_deg.to_radians().sin_cos();
    let (sin_elevation, cos_elevation) = elevation_deg.to_radians().sin_cos();
    Vector3::new(sin_azimuth * cos_elevation, cos_azimuth * cos_elevation, sin_elevation)
}

/// Dilution of precision of satellites given by azimuth and elevation in degrees, one clock.
///
/// # Errors
/// [`NoFix`].
pub fn from_look_angles(satellites: impl IntoIterator<Item = (f64, f64)>) -> Result<Dop, NoFix> {
    let mut geometry = Geometry::default();
    for (azimuth_deg, elevation_deg) in satellites {
        geometry.add(&line_of_sight(azimuth_deg, elevation_deg));
    }
    geometry.solve(&Vector3::z())
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, Rotation3};
    use proptest::prelude::*;

    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-12 * expected.abs().max(1.0), "{got} is not {expected}");
    }

    /// Four satellites in the corners of a regular tetrahedron: GᵀG = diag(4/3, 4/3, 4/3, 4), the
    /// least GDOP that four satellites can have (Kaplan and Hegarty 2006, section 7.3).
    #[test]
    fn the_regular_tetrahedron() {
        let below = -(1.0f64 / 3.0).asin().to_degrees();
        let dop = from_look_angles([(0.0, 90.0), (0.0, below), (120.0, below), (240.0, below)]).unwrap();
        near(dop.pdop, 1.5);
        near(dop.hdop, 1.5f64.sqrt());
        near(dop.vdop, 0.75f64.sqrt());
        near(dop.tdop, 0.5);
        near(dop.gdop, 2.5f64.sqrt());
    }

    /// A ring of n at elevation E and one overhead. With s = sin E the normal matrix falls into
    /// n cos²E / 2 for east and north, and ((n s² + 1, n s + 1), (n s + 1, n + 1)) for up and clock,
    /// whose determinant is n (1 − s)².
    #[test]
    fn a_symmetric_ring_with_one_overhead() {
        for n in [3u32, 4, 5, 8, 12] {
            for elevation in [-19.47, 0.0, 5.0, 30.0, 60.0, 80.0] {
                let ring = (0..n).map(|k| (17.0 + 360.0 * f64::from(k) / f64::from(n), elevation));
                let dop = from_look_angles(ring.chain([(0.0, 90.0)])).unwrap();
                let (s, c) = elevation.to_radians().sin_cos();
                let n = f64::from(n);
                let tolerance = 1e-9;
                assert!((dop.hdop - 2.0 / (n.sqrt() * c)).abs() < tolerance * dop.hdop);
                let determinant = n * (1.0 - s).powi(2);
                assert!((dop.vdop - ((n + 1.0) / determinant).sqrt()).abs() < tolerance * dop.vdop);
                assert!((dop.tdop - ((n * s * s + 1.0) / determinant).sqrt()).abs() < tolerance * dop.tdop);
            }
        }
    }

    /// The limit of two dimensions: as a ring sinks to the horizon, HDOP tends to 2/√n, what n ranges in a
    /// plane give, while nothing in the ring sees the vertical; on the horizon there is no fix at all.
    #[test]
    fn the_limit_of_two_dimensions() {
        let ring = |elevation: f64| (0..6).map(move |k| (60.0 * f64::from(k), elevation));
        for elevation in [1.0, 0.1, 0.01] {
            // The one below the horizon lifts the tie between the vertical and the clock.
            let dop = from_look_angles(ring(elevation).chain([(0.0, -90.0)])).unwrap();
            let flat = 2.0 / 6.0f64.sqrt();
            assert!((dop.hdop / flat - 1.0).abs() < 2e-4 * elevation.powi(2), "{}", dop.hdop);
        }
        assert_eq!(from_look_angles(ring(0.0)), Err(NoFix::Singular));
        // Any single ring is a cone: the vertical and the clock cannot be told apart.
        assert_eq!(from_look_angles(ring(40.0)), Err(NoFix::Singular));
    }

    /// The example of gnss_lib_py's `test_dop.py`: GDOP √(23/3), PDOP ½√(77/3), HDOP √(25/6 − √2),
    /// VDOP √(9/4 + √2), TDOP ½√5. And its case without a solution.
    #[test]
    fn the_published_example_of_gnss_lib_py() {
        let sky = [(0.0, 0.0), (90.0, 0.0), (180.0, 45.0), (270.0, 45.0), (360.0, 90.0)];
        let dop = from_look_angles(sky).unwrap();
        let root2 = std::f64::consts::SQRT_2;
        near(dop.gdop, (23.0f64 / 3.0).sqrt());
        near(dop.pdop, 0.5 * (77.0f64 / 3.0).sqrt());
        near(dop.hdop, (25.0 / 6.0 - root2).sqrt());
        near(dop.vdop, (9.0 / 4.0 + root2).sqrt());
        near(dop.tdop, 0.5 * 5.0f64.sqrt());
        assert_eq!(from_look_angles([(90.0, 30.0); 5]), Err(NoFix::Singular));
        assert_eq!(from_look_angles([(30.0, 20.0), (60.0, 30.0)]), Err(NoFix::TooFew));
    }

    /// The textbook form for any number of clocks: the whole `G`, one column a clock, inverted at once.
    fn textbook(systems: &[Vec<Vector3<f64>>]) -> Option<Dop> {
        let rows: usize = systems.iter().map(Vec::len).sum();
        let clocks = systems.iter().filter(|system| !system.is_empty()).count();
        let mut g = DMatrix::zeros(rows, 3 + clocks);
        let mut row = 0;
        for (clock, system) in systems.iter().filter(|system| !system.is_empty()).enumerate() {
            for u in system {
                for axis in 0..3 {
                    g[(row, axis)] = u[axis];
                }
                g[(row, 3 + clock)] = 1.0;
                row += 1;
            }
        }
        let q = (g.transpose() * g).try_inverse()?;
        let (horizontal, vertical, clock) = (q[(0, 0)] + q[(1, 1)], q[(2, 2)], q[(3, 3)]);
        Some(Dop {
            gdop: q.trace().sqrt(),
            pdop: (horizontal + vertical).sqrt(),
            hdop: horizontal.sqrt(),
            vdop: vertical.sqrt(),
            tdop: clock.sqrt(),
        })
    }

    fn solved(systems: &[Vec<Vector3<f64>>], up: &Vector3<f64>) -> Result<Dop, NoFix> {
        let mut geometry = Geometry::default();
        for system in systems {
            for u in system {
                geometry.add(u);
            }
            geometry.close_clock();
        }
        geometry.solve(up)
    }

    fn values(dop: &Dop) -> [f64; 5] {
        [dop.gdop, dop.pdop, dop.hdop, dop.vdop, dop.tdop]
    }

    fn sky(least: usize, most: usize) -> impl Strategy<Value = Vec<Vector3<f64>>> {
        prop::collection::vec((0.0..360.0f64, 0.0..90.0f64), least..=most)
            .prop_map(|sky| sky.into_iter().map(|(az, el)| line_of_sight(az, el)).collect())
    }

    proptest! {
        #[test]
        fn eliminating_clocks_changes_nothing(first in sky(0, 9), second in sky(0, 9), third in sky(0, 9)) {
            let systems = [first, second, third];
            if let Ok(got) = solved(&systems, &Vector3::z()) && got.gdop < 1e3 {
                let expected = textbook(&systems).unwrap();
                for (got, expected) in values(&got).into_iter().zip(values(&expected)) {
                    prop_assert!((got - expected).abs() < 1e-7 * expected, "{got} {expected}");
                }
            }
        }

        #[test]
        fn turning_everything_about_the_vertical_changes_nothing(
            sky in sky(4, 12), angle in 0.0..std::f64::consts::TAU,
        ) {
            let turn = Rotation3::from_axis_angle(&Vector3::z_axis(), angle);
            let turned: Vec<_> = sky.iter().map(|u| turn * u).collect();
            if let Ok(before) = solved(&[sky], &Vector3::z()) && before.gdop < 1e3 {
                let after = solved(&[turned], &Vector3::z()).unwrap();
                for (before, after) in values(&before).into_iter().zip(values(&after)) {
                    prop_assert!((before - after).abs() < 1e-7 * before);
                }
            }
        }

        #[test]
        fn adding_a_satellite_never_raises_a_dop(sky in sky(4, 12), more in sky(1, 1)) {
            if let Ok(before) = solved(std::slice::from_ref(&sky), &Vector3::z()) {
                let after = solved(&[[sky, more].concat()], &Vector3::z()).unwrap();
                for (before, after) in values(&before).into_iter().zip(values(&after)) {
                    prop_assert!(after <= before * (1.0 + 1e-9), "{before} {after}");
                }
            }
        }

        #[test]
        fn a_lone_satellite_with_its_own_clock_adds_nothing(sky in sky(4, 12), lone in sky(1, 1)) {
            if let Ok(before) = solved(std::slice::from_ref(&sky), &Vector3::z()) && before.gdop < 1e3 {
                let after = solved(&[sky, lone.clone()], &Vector3::z()).unwrap();
                for kind in 1..5 {
                    let (before, after) = (values(&before)[kind], values(&after)[kind]);
                    prop_assert!((before - after).abs() < 1e-7 * before);
                }
                // It brings one more clock, which GDOP counts: its variance is 1 + uᵀ Q u.
                prop_assert!(after.gdop.powi(2) >= before.gdop.powi(2) * (1.0 - 1e-7) + 1.0);
            }
        }

        /// A satellite of a system that is in use already makes nothing worse, and the first one of a further system
        /// raises GDOP: what Teng and Wang 2014, "New characteristics of geometric dilution of precision (GDOP) for
        /// multi-GNSS constellations", Journal of Navigation 67(6), derived.
        #[test]
        fn adding_a_satellite_to_one_of_two_systems_never_raises_a_dop(
            first in sky(2, 8), second in sky(2, 8), more in sky(1, 1), to_first in any::<bool>(),
        ) {
            if let Ok(before) = solved(&[first.clone(), second.clone()], &Vector3::z()) {
                let more = if to_first { [[first, more].concat(), second] } else { [first, [second, more].concat()] };
                let after = solved(&more, &Vector3::z()).unwrap();
                for (before, after) in values(&before).into_iter().zip(values(&after)) {
                    prop_assert!(after <= before * (1.0 + 1e-9), "{before} {after}");
                }
            }
        }

        /// The order in which systems are named is that of their clocks; only TDOP, of the first, depends on it.
        #[test]
        fn the_order_of_the_systems_changes_no_gdop(first in sky(0, 8), second in sky(0, 8), third in sky(0, 8)) {
            let orders = [
                [first.clone(), second.clone(), third.clone()],
                [third.clone(), first.clone(), second.clone()],
                [second, first, third],
            ];
            if let Ok(before) = solved(&orders[0], &Vector3::z()) && before.gdop < 1e3 {
                for other in &orders[1..] {
                    let after = solved(other, &Vector3::z()).unwrap();
                    for kind in 0..4 {
                        let (before, after) = (values(&before)[kind], values(&after)[kind]);
                        prop_assert!((before - after).abs() < 1e-7 * before, "{before} {after}");
                    }
                }
            }
        }

        #[test]
        fn a_common_clock_is_never_worse_than_two(first in sky(1, 8), second in sky(1, 8)) {
            if let Ok(apart) = solved(&[first.clone(), second.clone()], &Vector3::z()) {
                let common = solved(&[[first, second].concat()], &Vector3::z()).unwrap();
                prop_assert!(common.pdop <= apart.pdop * (1.0 + 1e-9));
            }
        }
    }
}
