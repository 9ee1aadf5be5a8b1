//! Points sorted into thin latitude rows, each row by longitude, one bit per point.
//!
//! At one geodetic latitude the points that see a satellite are those within a half-width in longitude
//! of it, and that half-width has a closed form on the ellipsoid ([`HalfWidths`]). Rows are thinner than
//! cells, so a footprint is one span per row, certain but for a few points near its ends.

use std::ops::Range;

use crate::frames::prime_vertical_radius_km;
use crate::grid::cells::Grid;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM};

/// Slot of a point that is padding at the end of a row's last word.
const NO_POINT: u32 = u32::MAX;

/// One latitude row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    /// First word of the row; its points are the first `points` bits from there on.
    pub word: u32,
    /// Number of points.
    pub points: u32,
    /// Where the row's longitude index begins, and how many buckets it has.
    bucket: u32,
    buckets: u32,
}

impl Row {
    pub fn words(&self) -> u32 {
        self.points.div_ceil(64)
    }
}

/// Constants of one boundary between rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Boundaries {
    pub sin: Vec<f64>,
    /// `N`, radius of curvature in the prime vertical, km.
    pub n: Vec<f64>,
    /// `p·n` of a point on the boundary, `a²/N`, km.
    pub p_dot_n: Vec<f64>,
    /// `|p|²`, km².
    pub p_squared: Vec<f64>,
    /// z of a point, km.
    pub z: Vec<f64>,
    /// Twice the distance of a point from the axis, km.
    pub twice_rho: Vec<f64>,
}

/// All points of a grid in rows.
#[derive(Debug, Clone)]
pub(super) struct RowLayout {
    pub rows: Vec<Row>,
    pub boundaries: Boundaries,
    /// Thickness of a row, radians.
    pub thickness_rad: f64,
    /// For each slot: the three components of the ellipsoid normal, and N in km.
    pub normals: Vec<[f64; 4]>,
    /// For each slot: the point's number in the grid.
    pub point: Vec<u32>,
    /// First point of each longitude bucket, as position within the row.
    bucket_starts: Vec<u32>,
    /// For each row, its number of buckets per radian.
    buckets_per_rad: Vec<f64>,
}

impl RowLayout {
    /// Sorts the points of a grid, all at height 0.
    pub fn new(grid: &Grid) -> Self {
        // The spacing of the cells, had the grid their density everywhere; regions keep it.
        let density = match grid.resolution {
            Some(resolution) => 2.0 + 120.0 * 7f64.powi(u8::from(resolution).into()),
            None => 41_162.0,
        };
        let spacing_rad = (4.0 * std::f64::consts::PI / density).sqrt();
        let row_count = (std::f64::consts::PI / (ROW_THICKNESS * spacing_rad)).ceil() as usize;
        let thickness_rad = std::f64::consts::PI / row_count as f64;
        let row_of = |latitude_deg: f64| {
            let row = ((latitude_deg.to_radians() + std::f64::consts::FRAC_PI_2) / thickness_rad) as usize;
            row.min(row_count - 1)
        };
        let mut members: Vec<(u32, f64, u32)> = grid
            .points
            .iter()
            .enumerate()
            .map(|(number, point)| {
                (row_of(point.latitude_deg) as u32, wrap_rad(point.longitude_deg.to_radians()), number as u32)
            })
            .collect();
        members.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));

        let mut layout = Self {
            rows: vec![Row::default(); row_count],
            boundaries: Boundaries::at(
                (0..=row_count).map(|i| i as f64 * thickness_rad - std::f64::consts::FRAC_PI_2),
            ),
            thickness_rad,
            normals: Vec::new(),
            point: Vec::new(),
            bucket_starts: Vec::new(),
            buckets_per_rad: Vec::new(),
        };
        let mut rest = members.as_slice();
        for number in 0..row_count {
            let count = rest.iter().take_while(|member| member.0 as usize == number).count();
            let (row, later) = rest.split_at(count);
            layout.push_row(number, row, grid);
            rest = later;
        }
        layout
    }

    fn push_row(&mut self, number: usize, members: &[(u32, f64, u32)], grid: &Grid) {
        let buckets = (members.len() * BUCKETS_PER_POINT).next_power_of_two();
        self.rows[number] = Row {
            word: (self.point.len() / 64) as u32,
            points: members.len() as u32,
            bucket: self.bucket_starts.len() as u32,
            buckets: buckets as u32,
        };
        self.buckets_per_rad.push(buckets as f64 / std::f64::consts::TAU);
        let mut next = 0;
        for bucket in 0..=buckets {
            while next < members.len() && bucket_of(members[next].1, buckets) < bucket {
                next += 1;
            }
            self.bucket_starts.push(next as u32);
        }
        for &(_, _, point) in members {
            let place = &grid.points[point as usize];
            let (sin_lat, cos_lat) = place.latitude_deg.to_radians().sin_cos();
            let (sin_lon, cos_lon) = place.longitude_deg.to_radians().sin_cos();
            self.normals.push([
                cos_lat * cos_lon,
                cos_lat * sin_lon,
                sin_lat,
                prime_vertical_radius_km(sin_lat),
            ]);
            self.point.push(point);
        }
        while !self.point.len().is_multiple_of(64) {
            self.normals.push([0.0, 0.0, 0.0, EARTH_EQUATORIAL_RADIUS_KM]);
            self.point.push(NO_POINT);
        }
    }

    /// Number of words of all rows.
    pub fn words(&self) -> usize {
        self.point.len() / 64
    }

    /// The points of a range of words, with their slots.
    pub fn points_in(&self, words: Range<usize>) -> impl Iterator<Item = (usize, u32)> + '_ {
        (words.start * 64..words.end * 64)
            .map(|slot| (slot, self.point[slot]))
            .filter(|&(_, point)| point != NO_POINT)
    }

    /// Position at which a bucket of a row begins. Buckets count on beyond both ends of the row, and so
    /// do positions: a span that crosses the antimeridian begins below 0 or ends above the row's points.
    #[inline]
    pub fn position(&self, row: &Row, bucket: i32) -> i32 {
        let buckets = row.buckets as i32;
        let (around, bucket) = if bucket < 0 {
            (-(row.points as i32), bucket + buckets)
        } else if bucket >= buckets {
            (row.points as i32, bucket - buckets)
        } else {
            (0, bucket)
        };
        // Spans are at most one turn wide around a longitude within the row, so one turn is enough.
        around + self.bucket_starts[(row.bucket as i32 + bucket) as usize] as i32
    }

    /// The positions at which a span's possible and certain points begin and end, where the span does not
    /// reach either end of the row.
    #[inline]
    pub fn positions_inside(&self, row: &Row, span: &BucketSpan) -> Option<[u32; 4]> {
        if span.west < 0 || span.east as u32 >= row.buckets {
            return None;
        }
        let starts = self.bucket_starts.get(row.bucket as usize..)?.get(..=row.buckets as usize)?;
        let start = |bucket: i32| starts.get(bucket as usize).copied();
        Some([start(span.west)?, start(span.sure_west + 1)?, start(span.sure_east)?, start(span.east + 1)?])
    }

    /// The longitude buckets in which the spans of consecutive rows begin and end.
    pub fn spans(
        &self,
        rows: Range<usize>,
        centre_rad: f64,
        outer: &[f64],
        inner: &[f64],
        spans: &mut Vec<BucketSpan>,
    ) {
        spans.clear();
        spans.resize(rows.len(), BucketSpan::default());
        bucket_spans(&self.buckets_per_rad[rows], centre_rad + std::f64::consts::PI, outer, inner, spans);
    }

    /// Parts the rows into `count` bands of about the same number of words.
    pub fn bands(&self, count: usize) -> Vec<Range<usize>> {
        let target = self.words().div_ceil(count.max(1)).max(1);
        let mut bands = Vec::new();
        let (mut start, mut words) = (0, 0);
        for (number, row) in self.rows.iter().enumerate() {
            words += row.words() as usize;
            if words >= target {
                bands.push(start..number + 1);
                (start, words) = (number + 1, 0);
            }
        }
        if words > 0 {
            bands.push(start..self.rows.len());
        }
        bands
    }

    /// The words of a range of rows.
    pub fn words_of(&self, rows: &Range<usize>) -> Range<usize> {
        let start = self.rows[rows.start].word as usize;
        let last = &self.rows[rows.end - 1];
        start..(last.word + last.words()) as usize
    }
}

/// Buckets of the outer and the inner span of a row. They may lie outside the row where a span crosses the antimeridian.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BucketSpan {
    pub west: i32,
    pub sure_west: i32,
    pub sure_east: i32,
    pub east: i32,
}

#[multiversion::multiversion(targets("x86_64+avx+avx2"))]
fn bucket_spans(per_rad: &[f64], from_west_rad: f64, outer: &[f64], inner: &[f64], spans: &mut [BucketSpan]) {
    let count = spans.len();
    assert!(per_rad.len() == count && outer.len() == count && inner.len() == count);
    for i in 0..count {
        spans[i] = BucketSpan {
            west: floor_small((from_west_rad - outer[i]) * per_rad[i]),
            sure_west: floor_small((from_west_rad - inner[i]) * per_rad[i]),
            sure_east: floor_small((from_west_rad + inner[i]) * per_rad[i]),
            east: floor_small((from_west_rad + outer[i]) * per_rad[i]),
        };
    }
}

/// The integer below a number smaller than 2³⁰ by the rounding of an addition, which vector units have
/// and conversions they lack. A whole number may come out one lower; spans carry a margin above that.
#[inline(always)]
fn floor_small(x: f64) -> i32 {
    const ROUND: f64 = 6_755_399_441_055_744.0;
    ((x - 0.5) + ROUND).to_bits() as i32
}

/// Thickness of a row in units of the spacing between cells.
const ROW_THICKNESS: f64 = 1.2;
/// Longitude buckets for each point of a row.
const BUCKETS_PER_POINT: usize = 4;

#[inline]
fn bucket_of(longitude_rad: f64, buckets: usize) -> usize {
    let scaled = (longitude_rad + std::f64::consts::PI) * (buckets as f64 / std::f64::consts::TAU);
    (scaled as usize).min(buckets - 1)
}

/// A longitude brought to `[-π, π)`.
fn wrap_rad(longitude_rad: f64) -> f64 {
    let pi = std::f64::consts::PI;
    (longitude_rad + pi).rem_euclid(std::f64::consts::TAU) - pi
}

impl Boundaries {
    fn at(latitudes_rad: impl Iterator<Item = f64>) -> Self {
        let mut boundaries = Self::default();
        for latitude in latitudes_rad {
            let (sin, cos) = latitude.sin_cos();
            let n = prime_vertical_radius_km(sin);
            let (rho, z) = ((n * cos).max(0.0), n * (1.0 - EARTH_ECCENTRICITY_SQUARED) * sin);
            boundaries.sin.push(sin);
            boundaries.n.push(n);
            boundaries.p_dot_n.push(EARTH_EQUATORIAL_RADIUS_KM * EARTH_EQUATORIAL_RADIUS_KM / n);
            boundaries.p_squared.push(rho * rho + z * z);
            boundaries.z.push(z);
            boundaries.twice_rho.push(2.0 * rho);
        }
        boundaries
    }
}

/// Half-widths in longitude, in radians, of a footprint at consecutive row boundaries.
#[derive(Debug, Clone, Default)]
pub(super) struct HalfWidths {
    /// Where the clearance may be as low as `-margin`.
    pub outer: Vec<f64>,
    /// Where the clearance is at least `+margin`.
    pub inner: Vec<f64>,
}

/// The satellite as [`HalfWidths::fill`] needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Above {
    pub z: f64,
    pub rho: f64,
    pub squared: f64,
}

/// Error of [`acos_near`], radians: Abramowitz and Stegun 1964, 4.4.45.
const ACOS_ERROR: f64 = 7e-5;

impl HalfWidths {
    /// Solves for the half-width at each boundary of `range`.
    ///
    /// With `c = cos Δλ`: `d·n = A c + B` and `|d|² = C - D c`. The condition `A c + B ± margin = S q` with
    /// `q = |d|` becomes `q²/(2N) + S q - (C/(2N) + B ± margin) = 0` because `A/D = 1/(2N)` on the
    /// ellipsoid, so `q = -S N + sqrt(S² N² + C + 2 N (B ± margin))` and `c = (C - q²)/D`.
    pub fn fill(
        &mut self,
        boundaries: &Boundaries,
        range: Range<usize>,
        above: Above,
        sin_mask: f64,
        margin_km: f64,
    ) {
        self.outer.clear();
        self.outer.resize(range.len(), 0.0);
        self.inner.clear();
        self.inner.resize(range.len(), 0.0);
        half_widths(
            &boundaries.sin[range.clone()],
            &boundaries.n[range.clone()],
            &boundaries.p_dot_n[range.clone()],
            &boundaries.p_squared[range.clone()],
            &boundaries.z[range.clone()],
            &boundaries.twice_rho[range],
            above,
            sin_mask,
            margin_km,
            &mut self.outer,
            &mut self.inner,
        );
    }
}

#[multiversion::multiversion(targets("x86_64+avx+avx2"))]
#[expect(clippy::too_many_arguments, reason = "flat arrays are what the vector units take")]
fn half_widths(
    sin: &[f64],
    n: &[f64],
    p_dot_n: &[f64],
    p_squared: &[f64],
    z: &[f64],
    twice_rho: &[f64],
    above: Above,
    sin_mask: f64,
    margin_km: f64,
    outer: &mut [f64],
    inner: &mut [f64],
) {
    let count = outer.len();
    assert!(
        [sin, n, p_dot_n, p_squared, z, twice_rho].iter().all(|array| array.len() == count)
            && inner.len() == count
    );
    for i in 0..count {
        let b = above.z * sin[i] - p_dot_n[i];
        let c = above.squared + p_squared[i] - 2.0 * above.z * z[i];
        let d = (above.rho * twice_rho[i]).max(1e-9);
        let s_n = sin_mask * n[i];
        let base = s_n * s_n + c + 2.0 * n[i] * b;
        let spread = 2.0 * n[i] * margin_km;
        let q_outer = (base + spread).max(0.0).sqrt() - s_n;
        let q_inner = (base - spread).max(0.0).sqrt() - s_n;
        let cos_outer = (c - q_outer * q_outer.max(0.0)) / d;
        let cos_inner = (c - q_inner * q_inner.max(0.0)) / d;
        let w_outer = acos_near(cos_outer.clamp(-1.0, 1.0)) + ACOS_ERROR;
        let w_inner = acos_near(cos_inner.clamp(-1.0, 1.0)) - ACOS_ERROR;
        outer[i] = if q_outer > 0.0 && cos_outer <= 1.0 { w_outer } else { 0.0 };
        inner[i] = if q_inner > 0.0 && cos_inner <= 1.0 { w_inner.max(0.0) } else { 0.0 };
    }
}

/// Arc cosine to 6.7e-5 rad. Source: Abramowitz and Stegun 1964, equation 4.4.45.
#[inline(always)]
fn acos_near(x: f64) -> f64 {
    let t = x.abs();
    let r = (1.0 - t).sqrt() * (1.570_728_8 + t * (-0.212_114_4 + t * (0.074_261_0 - 0.018_729_3 * t)));
    if x < 0.0 { std::f64::consts::PI - r } else { r }
}
