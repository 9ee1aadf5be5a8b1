//! How far a footprint reaches to the west and to the east in each of a range of rows.
//!
//! At one geodetic latitude the points that see a satellite are those within a half-width in longitude of
//! it, and that half-width has a closed form on the ellipsoid. What holds at the two boundaries of a row
//! bounds what holds in it; the points between the bounds are left to be tested.

use std::ops::Range;

use super::rows::{Buckets, RowLayout, Tile};
use super::spot::Spot;
use crate::frames::prime_vertical_radius_km;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM};

/// Rows are worked on in whole groups of so many, with some beyond the last: no remainder is left that the
/// vector units cannot take.
pub(super) const LANES: usize = 16;

/// Constants of the boundaries between rows: boundary `i` is the lower one of row `i - 1`, and the one at
/// either pole stands twice, so that every row has two boundaries on each side. Behind the north pole it
/// stands [`LANES`] times more.
///
/// Single precision is enough for bounds, and twice as many lanes; [`ROUNDING`] makes up for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Boundaries {
    sin: Vec<f32>,
    /// `N`, radius of curvature in the prime vertical, km.
    n: Vec<f32>,
    /// `p·n` of a point on the boundary, `a²/N`, km.
    p_dot_n: Vec<f32>,
    /// `|p|²`, km².
    p_squared: Vec<f32>,
    /// z of a point, km.
    z: Vec<f32>,
    /// Twice the distance of a point from the axis, km.
    twice_rho: Vec<f32>,
}

impl Boundaries {
    /// Of rows of equal thickness from pole to pole.
    pub fn new(row_count: usize) -> Self {
        let mut boundaries = Self::default();
        let thickness_rad = std::f64::consts::PI / row_count as f64;
        let beyond = std::iter::repeat_n(row_count, 1 + LANES);
        for boundary in std::iter::once(0).chain(0..=row_count).chain(beyond) {
            let latitude = boundary as f64 * thickness_rad - std::f64::consts::FRAC_PI_2;
            let (sin, cos) = latitude.sin_cos();
            let n = prime_vertical_radius_km(sin);
            let (rho, z) = ((n * cos).max(0.0), n * (1.0 - EARTH_ECCENTRICITY_SQUARED) * sin);
            boundaries.sin.push(sin as f32);
            boundaries.n.push(n as f32);
            boundaries.p_dot_n.push((EARTH_EQUATORIAL_RADIUS_KM * EARTH_EQUATORIAL_RADIUS_KM / n) as f32);
            boundaries.p_squared.push((rho * rho + z * z) as f32);
            boundaries.z.push(z as f32);
            boundaries.twice_rho.push((2.0 * rho) as f32);
        }
        boundaries
    }

    /// Those around a range of rows, with one more on each side, so that a peak between two boundaries is
    /// recognised.
    fn around(&self, rows: &Range<usize>) -> BoundariesAround<'_> {
        let range = rows.start..rows.start + (rows.len() + 3).next_multiple_of(LANES);
        BoundariesAround {
            sin: &self.sin[range.clone()],
            n: &self.n[range.clone()],
            p_dot_n: &self.p_dot_n[range.clone()],
            p_squared: &self.p_squared[range.clone()],
            z: &self.z[range.clone()],
            twice_rho: &self.twice_rho[range],
        }
    }
}

#[derive(Clone, Copy)]
struct BoundariesAround<'a> {
    sin: &'a [f32],
    n: &'a [f32],
    p_dot_n: &'a [f32],
    p_squared: &'a [f32],
    z: &'a [f32],
    twice_rho: &'a [f32],
}

/// The satellite as the half-widths need it.
#[derive(Clone, Copy)]
struct Above {
    z: f32,
    rho: f32,
    squared: f32,
    sin_mask: f32,
    margin_km: f32,
    dip_margin_km: f32,
    /// Rounding errors of squares of distances, km².
    rounding: f32,
}

impl Above {
    fn new(spot: &Spot, sin_mask: f64) -> Self {
        let reach = spot.squared.sqrt() + EARTH_EQUATORIAL_RADIUS_KM;
        Self {
            z: spot.state.position.z as f32,
            rho: spot.rho as f32,
            squared: spot.squared as f32,
            sin_mask: sin_mask as f32,
            margin_km: spot.margin_km as f32,
            dip_margin_km: spot.dip_margin_km as f32,
            rounding: (ROUNDING * (reach * reach + 2.0 * EARTH_EQUATORIAL_RADIUS_KM * spot.margin_km)) as f32,
        }
    }
}

/// Relative error of the squares of distances by which half-widths are found: some twenty roundings of
/// 2⁻²⁴ = 6e-8 each, of numbers no larger than `(|s| + |p|)² + 2 N margin`.
const ROUNDING: f64 = 2e-6;

/// What a footprint surely and possibly covers of consecutive rows of a tile, and the space to find it.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans {
    /// Half-widths at the boundaries, radians: where the clearance may be as low as minus the margin of passes,
    /// and where it is at least the margin of dips.
    at_outer: Vec<f32>,
    at_inner: Vec<f32>,
    /// Half-widths outside of which no point of a row, and within which every point, is in the footprint.
    outer: Vec<f32>,
    inner: Vec<f32>,
    /// For each row, where in the longitude index the first possible, the first sure, the first no longer
    /// sure and the first no longer possible point stand.
    buckets: [Vec<u32>; 4],
}

impl Spans {
    /// Finds the half-widths in a range of latitude rows, and where they end in the rows of a tile.
    pub fn find(
        &mut self,
        layout: &RowLayout,
        tile: &Tile,
        latitudes: Range<usize>,
        centre_rad: f64,
        spot: &Spot,
        sin_mask: f64,
    ) {
        let count = latitudes.len().next_multiple_of(LANES);
        self.at_outer.resize(count + LANES, 0.0);
        self.at_inner.resize(count + LANES, 0.0);
        self.outer.resize(count, 0.0);
        self.inner.resize(count, 0.0);
        self.buckets.iter_mut().for_each(|buckets| buckets.resize(count, 0));
        let around = layout.boundaries.around(&latitudes);
        let foot = spot.foot();
        let foot = foot.start.clamp(latitudes.start, latitudes.end) - latitudes.start
            ..foot.end.clamp(latitudes.start, latitudes.end) - latitudes.start;
        find(
            &around,
            Above::new(spot, sin_mask),
            spot.widest_rad as f32,
            foot,
            layout.buckets(tile, &latitudes),
            centre_rad as f32,
            self,
        );
    }

    /// Moves the same half-widths to another centre.
    pub fn move_to(&mut self, layout: &RowLayout, tile: &Tile, latitudes: &Range<usize>, centre_rad: f64) {
        let [west, sure_west, sure_east, east] = &mut self.buckets;
        let index = layout.buckets(tile, latitudes);
        into_buckets(&index, centre_rad as f32, &self.outer, &self.inner, west, sure_west, sure_east, east);
    }

    /// Where the points of a row stand in the longitude index: the first possible, the first sure, the first
    /// no longer sure, the first no longer possible one.
    #[inline(always)]
    pub fn at(&self, row: usize) -> [u32; 4] {
        let [west, sure_west, sure_east, east] = &self.buckets;
        [west[row], sure_west[row], sure_east[row], east[row]]
    }
}

#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn find(
    around: &BoundariesAround<'_>,
    above: Above,
    widest_rad: f32,
    foot: Range<usize>,
    index: Buckets<'_>,
    centre_rad: f32,
    spans: &mut Spans,
) {
    let Spans { at_outer, at_inner, outer, inner, buckets } = spans;
    half_widths(around, above, at_outer, at_inner);
    widest_of_rows(at_outer, at_inner, widest_rad, outer, inner);
    // A footprint that is lower than a row may cross no boundary. The point below the satellite is in it.
    for row in foot {
        if outer[row] == 0.0 {
            outer[row] = widest_rad;
        }
    }
    let [west, sure_west, sure_east, east] = buckets;
    into_buckets(&index, centre_rad, outer, inner, west, sure_west, sure_east, east);
}

/// Error of [`acos_near`], 6.7e-5 rad (Abramowitz and Stegun 1964, 4.4.45), and of single precision in it, in the
/// longitudes and in their place among the buckets: less than 2⁻²⁰ rad each.
const WIDTH_ERROR: f32 = 7.2e-5;

/// Solves for the half-width at each boundary, 0 where the footprint does not reach.
///
/// With `c = cos Δλ`: `d·n = A c + B` and `|d|² = C - D c`. The condition `A c + B ± margin = S q` with
/// `q = |d|` becomes `q²/(2N) + S q - (C/(2N) + B ± margin) = 0` because `A/D = 1/(2N)` on the
/// ellipsoid, so `q = -S N + sqrt(S² N² + C + 2 N (B ± margin))` and `c = (C - q²)/D`.
#[inline(always)]
fn half_widths(around: &BoundariesAround<'_>, above: Above, outer: &mut [f32], inner: &mut [f32]) {
    let BoundariesAround { sin, n, p_dot_n, p_squared, z, twice_rho } = *around;
    let count = sin.len();
    assert!([n, p_dot_n, p_squared, z, twice_rho].iter().all(|array| array.len() == count));
    let (outer, inner) = (&mut outer[..count], &mut inner[..count]);
    for i in 0..count {
        let b = above.z * sin[i] - p_dot_n[i];
        let c = above.squared + p_squared[i] - 2.0 * above.z * z[i];
        let d = (above.rho * twice_rho[i]).max(1e-6);
        let s_n = above.sin_mask * n[i];
        let base = s_n * s_n + c + 2.0 * n[i] * b;
        let spread = 2.0 * n[i] * above.margin_km + above.rounding;
        let dip_spread = 2.0 * n[i] * above.dip_margin_km + above.rounding;
        let q_outer = (base + spread).max(0.0).sqrt() - s_n;
        let q_inner = (base - dip_spread).max(0.0).sqrt() - s_n;
        let cos_outer = (c - q_outer * q_outer.max(0.0) - above.rounding) / d;
        let cos_inner = (c - q_inner * q_inner.max(0.0) + above.rounding) / d;
        let w_outer = acos_near(cos_outer.clamp(-1.0, 1.0)) + WIDTH_ERROR;
        let w_inner = acos_near(cos_inner.clamp(-1.0, 1.0)) - WIDTH_ERROR;
        outer[i] = if q_outer > 0.0 && cos_outer <= 1.0 { w_outer } else { 0.0 };
        inner[i] = if q_inner > 0.0 && cos_inner <= 1.0 { w_inner.max(0.0) } else { 0.0 };
    }
}

/// Arc cosine to 6.7e-5 rad. Source: Abramowitz and Stegun 1964, equation 4.4.45.
#[inline(always)]
fn acos_near(x: f32) -> f32 {
    let t = x.abs();
    let r = (1.0 - t).sqrt() * (1.570_728_8 + t * (-0.212_114_4 + t * (0.074_261_0 - 0.018_729_3 * t)));
    if x < 0.0 { std::f32::consts::PI - r } else { r }
}

/// The bounds of rows from the half-widths at their boundaries, of which there is one more on each side.
///
/// The half-width rises to one peak and falls again with latitude, so it is nowhere in a row below the
/// smaller of its ends; and nowhere above the larger, but in the row that holds the peak, where the
/// bound on any half-width of the footprint stands in.
#[inline(always)]
fn widest_of_rows(at_outer: &[f32], at_inner: &[f32], widest_rad: f32, outer: &mut [f32], inner: &mut [f32]) {
    let rows = outer.len();
    assert!(inner.len() == rows && at_outer.len() >= rows + 3 && at_inner.len() >= rows + 3);
    for i in 0..rows {
        let (below, lower, upper, above) = (at_outer[i], at_outer[i + 1], at_outer[i + 2], at_outer[i + 3]);
        let peak = (lower > 0.0) | (upper > 0.0);
        let peak = peak & (lower >= below) & (upper >= above);
        outer[i] = if peak { widest_rad } else { lower.max(upper) };
        inner[i] = at_inner[i + 1].min(at_inner[i + 2]);
    }
}

/// More buckets than a row has: with as many, single precision would not tell one from the next.
const MOST_BUCKETS: f32 = 16_777_216.0;

/// Spans around a longitude, counted from the western border of the rows' tile, for half-widths in
/// longitude. A row of half-width 0 is not reached.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "flat arrays are what the vector units take")]
fn into_buckets(
    index: &Buckets<'_>,
    centre_rad: f32,
    outer: &[f32],
    inner: &[f32],
    west: &mut [u32],
    sure_west: &mut [u32],
    sure_east: &mut [u32],
    east: &mut [u32],
) {
    let Buckets { first, count, per_rad } = *index;
    let rows = first.len();
    assert!(count.len() == rows && per_rad.len() == rows && outer.len() == rows && inner.len() == rows);
    assert!(west.len() == rows && sure_west.len() == rows && sure_east.len() == rows && east.len() == rows);
    for i in 0..rows {
        // The whole number next to zero is the one below, or where it is not, is outside the row.
        let bucket = |rad: f32, more: i32| {
            let bucket = (rad * per_rad[i]).clamp(-2.0, MOST_BUCKETS) as i32 + more;
            (first[i] + bucket.max(0).min(count[i])) as u32
        };
        west[i] = bucket(centre_rad - outer[i], 0);
        sure_west[i] = bucket(centre_rad - inner[i], 1);
        sure_east[i] = bucket(centre_rad + inner[i], 0);
        let end = bucket(centre_rad + outer[i], 1);
        east[i] = if outer[i] > 0.0 { end } else { first[i] as u32 };
    }
}
