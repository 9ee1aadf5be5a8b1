//! Solving many edges of one satellite in one ephemeris step, several at a time.

use super::rows::RowLayout;
use crate::access::{Clearance, EDGE_TOLERANCE_S, Site};
use crate::ephemeris::Segment;
use crate::units::EARTH_ECCENTRICITY_SQUARED;

/// Points solved together: two AVX-512 registers or four of AVX2.
const LANES: usize = 8;
/// Error bound in seconds up to which the solution of the lanes is taken: that of the plain solver.
const ERROR_S: f64 = EDGE_TOLERANCE_S;

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

/// Space for solving, kept for the next time.
#[derive(Debug, Default)]
pub(super) struct Solver {
    /// Normal and N of each point; the last group is filled up.
    normals: Vec<[f64; 4]>,
    /// When each point's clearance changes sign, seconds into the step; NaN where that is not settled.
    times_s: Vec<f64>,
}

impl Solver {
    /// The instants, in seconds into the step, at which each point's clearance changes sign within
    /// `[0, span_s]`.
    ///
    /// Every point has opposite signs at the two ends. First guess: inverse cubic Hermite interpolation of
    /// the clearance and its rate at both ends, bettered by a Newton step on their cubic; then Newton steps
    /// on the clearance itself; where they do not settle, the bracketed solver of [`Clearance::crossing`].
    /// `curvature_km_s2` bounds the second derivative of the clearance.
    pub fn solve(
        &mut self,
        layout: &RowLayout,
        segment: &Segment,
        span_s: f64,
        sin_mask: f64,
        curvature_km_s2: f64,
        slots: impl ExactSizeIterator<Item = u32> + Clone,
    ) -> &[f64] {
        let count = slots.len();
        self.normals.clear();
        self.normals.extend(slots.clone().map(|slot| layout.normals[slot as usize]));
        let Some(&first) = self.normals.first() else { return &[] };
        self.normals.resize(count.next_multiple_of(LANES), first);
        self.times_s.resize(self.normals.len(), 0.0);
        solve_lanes(&Path::new(segment, span_s), &self.normals, sin_mask, curvature_km_s2, &mut self.times_s);
        self.times_s.truncate(count);
        for (t_s, slot) in self.times_s.iter_mut().zip(slots) {
            if t_s.is_nan() {
                let site = site_of(layout, slot);
                *t_s = Clearance { site: &site, segment, sin_mask }.crossing(0.0, span_s);
            }
        }
        &self.times_s
    }
}

/// Path of the satellite: coefficients of x, y, z and of |s|² in time, and the state at the end.
struct Path {
    x: [f64; 4],
    y: [f64; 4],
    z: [f64; 4],
    squared: [f64; 7],
    span: f64,
    end: [f64; 3],
    end_velocity: [f64; 3],
    end_squared: f64,
    end_along: f64,
}

impl Path {
    fn new(segment: &Segment, span: f64) -> Self {
        let c = &segment.coefficients;
        let mut squared = [0.0; 7];
        for i in 0..4 {
            for j in 0..4 {
                squared[i + j] += c[i].dot(&c[j]);
            }
        }
        let (end, velocity) = (segment.position(span), segment.velocity(span));
        Self {
            x: std::array::from_fn(|k| c[k].x),
            y: std::array::from_fn(|k| c[k].y),
            z: std::array::from_fn(|k| c[k].z),
            squared,
            span,
            end: end.into(),
            end_velocity: velocity.into(),
            end_squared: end.norm_squared(),
            end_along: end.dot(&velocity),
        }
    }
}

/// Newton steps after the guess, at most.
const STEPS: usize = 4;

/// With `p = N (nx, ny, (1 - e²) nz)`: `d·n = s·n - N (1 - e² nz²) = Σ a_k t^k` and
/// `|d|² = |s|² + |p|² - 2 s·p = Σ b_k t^k`, eight points at a time.
#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn solve_lanes(path: &Path, normals: &[[f64; 4]], sin_mask: f64, curvature: f64, times: &mut [f64]) {
    const FLAT: f64 = 1.0 - EARTH_ECCENTRICITY_SQUARED;
    let span = path.span;
    for (normals, times) in normals.as_chunks::<LANES>().0.iter().zip(times.as_chunks_mut::<LANES>().0) {
        let mut a = [[0.0; LANES]; 4];
        let mut b = [[0.0; LANES]; 4];
        let mut t = [0.0; LANES];
        for l in 0..LANES {
            let [nx, ny, nz, n] = normals[l];
            let twice_n = 2.0 * n;
            let p_dot_n = n * (1.0 - nz * nz * EARTH_ECCENTRICITY_SQUARED);
            let p_squared = n * n * (1.0 - nz * nz * (1.0 - FLAT * FLAT));
            for k in 0..4 {
                let level = path.x[k] * nx + path.y[k] * ny;
                let axial = path.z[k] * nz;
                a[k][l] = level + axial;
                b[k][l] = path.squared[k] - twice_n * (level + FLAT * axial);
            }
            a[0][l] -= p_dot_n;
            b[0][l] += p_squared;
            let range = b[0][l].sqrt();
            let g0 = a[0][l] - sin_mask * range;
            let r0 = a[1][l] - sin_mask * 0.5 * b[1][l] / range;
            let level = path.end[0] * nx + path.end[1] * ny;
            let axial = path.end[2] * nz;
            let range = (path.end_squared + p_squared - twice_n * (level + FLAT * axial)).sqrt();
            let g1 = level + axial - p_dot_n - sin_mask * range;
            let level = path.end_velocity[0] * nx + path.end_velocity[1] * ny;
            let axial = path.end_velocity[2] * nz;
            let r1 = level + axial - sin_mask * (path.end_along - n * (level + FLAT * axial)) / range;

            let rise = g1 - g0;
            let s = -g0 / rise;
            let (p, q) = (r0 * span, r1 * span);
            // The inverse of the cubic through both ends, then one Newton step on that cubic.
            let inverse = s * s * (3.0 - 2.0 * s) + rise * s * (1.0 - s) * ((1.0 - s) * q - s * p) / (p * q);
            let monotone = p * rise > 0.0 && q * rise > 0.0;
            let guess = within_unit(if monotone { inverse } else { s });
            let (square, cube) = (3.0 * rise - 2.0 * p - q, p + q - 2.0 * rise);
            let value = ((cube * guess + square) * guess + p) * guess + g0;
            let rate = (3.0 * cube * guess + 2.0 * square) * guess + p;
            t[l] = within_unit(guess - value / rate) * span;
        }
        let [_, _, _, _, b4, b5, b6] = path.squared;
        let mut moving = [1u64; LANES];
        for _ in 0..STEPS {
            let mut rest = 0;
            for l in 0..LANES {
                let at = t[l];
                let up = ((a[3][l] * at + a[2][l]) * at + a[1][l]) * at + a[0][l];
                let up_rate = (3.0 * a[3][l] * at + 2.0 * a[2][l]) * at + a[1][l];
                let squared = (((((b6 * at + b5) * at + b4) * at + b[3][l]) * at + b[2][l]) * at + b[1][l])
                    * at
                    + b[0][l];
                let half_rate =
                    ((((3.0 * b6 * at + 2.5 * b5) * at + 2.0 * b4) * at + 1.5 * b[3][l]) * at + b[2][l]) * at
                        + 0.5 * b[1][l];
                let range = squared.sqrt();
                let value = up - sin_mask * range;
                let rate = up_rate - sin_mask * half_rate / range;
                let step = -value / rate;
                let next = at + step;
                // Newton's error after a step is at most step² · max|g̈| / (2 |ġ|). A step that leaves the span
                // has not settled, whatever its length; what has settled stays.
                let inside = next >= 0.0 && next <= span;
                let small = step * step * curvature < 2.0 * ERROR_S * rate.abs();
                t[l] = if moving[l] != 0 { next } else { at };
                moving[l] &= u64::from(!(inside & small));
                rest |= moving[l];
            }
            if rest == 0 {
                break;
            }
        }
        for l in 0..LANES {
            times[l] = if moving[l] == 0 { t[l] } else { f64::NAN };
        }
    }
}

/// The value kept within 0 to 1; 0 for NaN, from which the next Newton step recovers or is refused.
#[inline(always)]
fn within_unit(value: f64) -> f64 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}
