//! Solving many edges of one satellite in one ephemeris step, several at a time.

use super::rows::RowLayout;
use crate::access::{Clearance, Site};
use crate::ephemeris::Segment;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM};

/// Points solved together: two AVX-512 registers or four of AVX2.
const LANES: usize = 8;
/// Error bound in seconds up to which the solution of the lanes is taken.
const ERROR_S: f64 = 1e-6;

/// The site of a slot for the plain solver.
pub(super) fn site_of(layout: &RowLayout, slot: u32) -> Site {
    let i = slot as usize;
    let [nx, ny, nz, n] = layout.normals[i];
    let normal = nalgebra::Vector3::new(nx, ny, nz);
    Site {
        position: nalgebra::Vector3::new(
            n * normal.x,
            n * normal.y,
            n * (1.0 - EARTH_ECCENTRICITY_SQUARED) * normal.z,
        ),
        normal,
    }
}

/// Adds the instants, in seconds into the step, at which each point's clearance changes sign within `[0, span_s]`.
///
/// Every point has opposite signs at the two ends. First guess: inverse cubic Hermite interpolation of
/// the clearance and its rate at both ends, bettered by a Newton step on their cubic; then a Newton step
/// on the clearance itself; where that has not settled, the bracketed solver of [`Clearance::crossing`].
/// `curvature_km_s2` bounds the second derivative of the clearance.
pub(super) fn solve(
    layout: &RowLayout,
    segment: &Segment,
    span_s: f64,
    sin_mask: f64,
    curvature_km_s2: f64,
    mut slots: impl ExactSizeIterator<Item = u32>,
    times_s: &mut Vec<f64>,
) {
    times_s.reserve(slots.len());
    let path = Path::new(segment);
    let mut points = Points::default();
    let mut lanes = [0; LANES];
    while slots.len() > 0 {
        // Lanes without a slot keep the point that they had.
        let count = slots.len().min(LANES);
        for (lane, slot) in slots.by_ref().take(count).enumerate() {
            lanes[lane] = slot;
            [points.nx[lane], points.ny[lane], points.nz[lane], points.n[lane]] =
                layout.normals[slot as usize];
        }
        let (found, error) = solve_lanes(&path, &points, span_s, sin_mask, curvature_km_s2);
        for lane in 0..count {
            // The comparison is false for NaN, which then goes the safe way.
            let settled = error[lane] < ERROR_S;
            times_s.push(if settled {
                found[lane]
            } else {
                let site = site_of(layout, lanes[lane]);
                Clearance { site: &site, segment, sin_mask }.crossing(0.0, span_s)
            });
        }
    }
}

/// Path of the satellite: coefficients of x, y, z and of |s|² in time.
struct Path {
    x: [f64; 4],
    y: [f64; 4],
    z: [f64; 4],
    squared: [f64; 7],
}

impl Path {
    fn new(segment: &Segment) -> Self {
        let c = &segment.coefficients;
        let mut squared = [0.0; 7];
        for i in 0..4 {
            for j in 0..4 {
                squared[i + j] += c[i].dot(&c[j]);
            }
        }
        Self {
            x: std::array::from_fn(|k| c[k].x),
            y: std::array::from_fn(|k| c[k].y),
            z: std::array::from_fn(|k| c[k].z),
            squared,
        }
    }
}

#[derive(Default)]
struct Points {
    nx: [f64; LANES],
    ny: [f64; LANES],
    nz: [f64; LANES],
    n: [f64; LANES],
}

#[cfg_attr(not(feature = "portable"), multiversion::multiversion(targets("x86_64+avx+avx2")))]
fn solve_lanes(
    path: &Path,
    points: &Points,
    span: f64,
    sin_mask: f64,
    curvature: f64,
) -> ([f64; LANES], [f64; LANES]) {
    const A2: f64 = EARTH_EQUATORIAL_RADIUS_KM * EARTH_EQUATORIAL_RADIUS_KM;
    const FLAT: f64 = 1.0 - EARTH_ECCENTRICITY_SQUARED;
    // d·n = Σ a_k t^k and |d|² = Σ b_k t^k for each lane.
    let mut a = [[0.0; LANES]; 4];
    let mut b = [[0.0; LANES]; 7];
    for k in 0..4 {
        for l in 0..LANES {
            let level = path.x[k] * points.nx[l] + path.y[k] * points.ny[l];
            let axial = path.z[k] * points.nz[l];
            a[k][l] = level + axial;
            b[k][l] = path.squared[k] - 2.0 * points.n[l] * (level + FLAT * axial);
        }
    }
    for (higher, &coefficient) in b[4..].iter_mut().zip(&path.squared[4..]) {
        *higher = [coefficient; LANES];
    }
    for l in 0..LANES {
        let (n, nz) = (points.n[l], points.nz[l]);
        a[0][l] -= A2 / n;
        b[0][l] += n * n * (1.0 - nz * nz * (1.0 - FLAT * FLAT));
    }
    let (mut g0, mut r0) = ([0.0; LANES], [0.0; LANES]);
    for l in 0..LANES {
        let range = b[0][l].sqrt();
        g0[l] = a[0][l] - sin_mask * range;
        r0[l] = a[1][l] - sin_mask * 0.5 * b[1][l] / range;
    }
    let (g1, r1) = evaluate(&a, &b, &[span; LANES], sin_mask);
    let mut t = [0.0; LANES];
    for l in 0..LANES {
        let rise = g1[l] - g0[l];
        let s = -g0[l] / rise;
        let (p, q) = (r0[l] * span, r1[l] * span);
        // The inverse of the cubic through both ends, then one Newton step on that cubic.
        let inverse = s * s * (3.0 - 2.0 * s) + rise * s * (1.0 - s) * ((1.0 - s) / p - s / q);
        let monotone = p * rise > 0.0 && q * rise > 0.0;
        let guess = within_unit(if monotone { inverse } else { s });
        let (square, cube) = (3.0 * rise - 2.0 * p - q, p + q - 2.0 * rise);
        let value = ((cube * guess + square) * guess + p) * guess + g0[l];
        let rate = (3.0 * cube * guess + 2.0 * square) * guess + p;
        t[l] = within_unit(guess - value / rate) * span;
    }
    let (value, rate) = evaluate(&a, &b, &t, sin_mask);
    let mut error = [0.0; LANES];
    for l in 0..LANES {
        let step = -value[l] / rate[l];
        let next = t[l] + step;
        // Newton's error after a step is at most step² · max|g̈| / (2 |ġ|). A step that leaves the span
        // has not settled, whatever its length.
        error[l] = if next >= 0.0 && next <= span {
            step * step * curvature / (2.0 * rate[l].abs())
        } else {
            f64::NAN
        };
        t[l] = next;
    }
    (t, error)
}

/// The value kept within 0 to 1; 0 for NaN, from which the next Newton step recovers or is refused.
#[inline(always)]
fn within_unit(value: f64) -> f64 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// Clearance and rate at an instant of each lane.
#[inline(always)]
fn evaluate(
    a: &[[f64; LANES]; 4],
    b: &[[f64; LANES]; 7],
    t: &[f64; LANES],
    sin_mask: f64,
) -> ([f64; LANES], [f64; LANES]) {
    let mut value = [0.0; LANES];
    let mut rate = [0.0; LANES];
    for l in 0..LANES {
        let t = t[l];
        let up = ((a[3][l] * t + a[2][l]) * t + a[1][l]) * t + a[0][l];
        let up_rate = (3.0 * a[3][l] * t + 2.0 * a[2][l]) * t + a[1][l];
        let squared = (((((b[6][l] * t + b[5][l]) * t + b[4][l]) * t + b[3][l]) * t + b[2][l]) * t + b[1][l])
            * t
            + b[0][l];
        let half_rate = ((((3.0 * b[6][l] * t + 2.5 * b[5][l]) * t + 2.0 * b[4][l]) * t + 1.5 * b[3][l]) * t
            + b[2][l])
            * t
            + 0.5 * b[1][l];
        let range = squared.sqrt();
        value[l] = up - sin_mask * range;
        rate[l] = up_rate - sin_mask * half_rate / range;
    }
    (value, rate)
}
