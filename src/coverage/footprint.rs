//! Footprints: which points see a satellite at one instant, as bits in rows.

use std::ops::Range;

use super::rows::{Above, BucketSpan, HalfWidths, Row, RowLayout};
use crate::access::{curvature_bound, least_range_at_mask_km};
use crate::ephemeris::State;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM, EARTH_ROTATION_RAD_S};

const EARTH_POLAR_RADIUS_KM: f64 = 6356.752;
/// Gravitational parameter for bounds, rounded up, km³/s².
const MU_BOUND: f64 = 398_700.0;

/// A satellite at one instant, with all that its footprints in every band share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub state: State,
    longitude_rad: f64,
    rho: f64,
    squared: f64,
    /// Rows that the footprint can reach, margin included. Empty when the satellite is absent.
    pub rows: (u32, u32),
    /// Upper bound of the half-width in longitude anywhere, radians.
    widest_rad: f64,
    /// Clearance within which a point may cross the mask twice around this instant, km.
    pub margin_km: f64,
    /// Bound of the second derivative of the clearance near the mask, km/s².
    pub curvature_km_s2: f64,
    /// Rate of the clearance within which it may turn before the neighbouring instant, km/s.
    turn_km_s: f64,
    /// The footprint is hardly higher than a row.
    small: bool,
}

impl Spot {
    /// Prepares a satellite. `reach_s` is the time to the neighbouring instants; 0 leaves out the margin.
    pub fn new(layout: &RowLayout, state: &State, sin_mask: f64, reach_s: f64) -> Self {
        let absent = Self {
            state: *state,
            longitude_rad: 0.0,
            rho: 0.0,
            squared: 0.0,
            rows: (0, 0),
            widest_rad: 0.0,
            margin_km: 0.0,
            curvature_km_s2: 0.0,
            turn_km_s: 0.0,
            small: false,
        };
        if !state.is_present() {
            return absent;
        }
        let s = state.position;
        let squared = s.norm_squared();
        let radius = squared.sqrt();
        let speed = state.velocity.norm();
        let least_range = least_range_at_mask_km(radius, sin_mask);
        let acceleration = MU_BOUND / squared
            + EARTH_ROTATION_RAD_S * EARTH_ROTATION_RAD_S * radius
            + 2.0 * EARTH_ROTATION_RAD_S * speed;
        // A tenth is added because speed and range change a little until the neighbouring instant.
        let curvature = 1.1 * curvature_bound(acceleration, speed, least_range, sin_mask);
        let margin_km = curvature * reach_s * reach_s / 8.0;
        // Radius of the footprint on the smallest sphere inside the ellipsoid, with the elevation
        // lowered by the margin and by the largest tilt between ellipsoid normal and radius, 0.2°.
        let elevation = (sin_mask - margin_km / least_range).max(-1.0).asin() - 0.2f64.to_radians();
        let cosine = (EARTH_POLAR_RADIUS_KM / radius * elevation.cos()).min(1.0);
        let angle = (cosine.acos() - elevation + 0.25f64.to_radians()).max(0.0);
        let rho = s.x.hypot(s.y);
        let latitude = s.z.atan2(rho);
        let quarter = std::f64::consts::FRAC_PI_2;
        let row = |latitude: f64| {
            ((latitude.clamp(-quarter, quarter) + quarter) / layout.thickness_rad)
                .clamp(0.0, (layout.rows.len() - 1) as f64) as u32
        };
        let widest_rad = if latitude.abs() + angle >= quarter {
            std::f64::consts::PI
        } else {
            (angle.sin() / latitude.cos()).min(1.0).asin() * 1.01 + 0.005
        };
        Self {
            state: *state,
            longitude_rad: s.y.atan2(s.x),
            rho,
            squared,
            rows: (row(latitude - angle), row(latitude + angle) + 1),
            widest_rad,
            margin_km,
            curvature_km_s2: curvature,
            turn_km_s: curvature * reach_s,
            small: angle < 4.0 * layout.thickness_rad,
        }
    }
}

/// A point that is close to the mask at an instant and may turn before the next or after the last one.
#[derive(Debug, Clone, Copy)]
pub(super) struct NearPoint {
    pub slot: u32,
    pub inside: bool,
    pub rising: bool,
}

/// Where the footprint of one satellite is kept in [`Prints`].
#[derive(Debug, Clone, Copy, Default)]
struct PrintIndex {
    /// Words of the band that the footprint's rows take.
    first_word: u32,
    end_word: u32,
    at: u32,
    near_from: u32,
    near_to: u32,
}

/// The footprints of all satellites in one band at one instant.
///
/// The words of a row are kept whole, so that a footprint is one run of words and two footprints are
/// compared as slices.
#[derive(Debug, Clone, Default)]
pub(super) struct Prints {
    index: Vec<PrintIndex>,
    words: Vec<u64>,
    near: Vec<NearPoint>,
}

/// A footprint: the band's words from `first_word` on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Print<'a> {
    pub first_word: usize,
    pub words: &'a [u64],
    /// Points close to the mask, by slots counted from the start of the grid.
    pub near: &'a [NearPoint],
}

impl Print<'_> {
    pub fn end_word(&self) -> usize {
        self.first_word + self.words.len()
    }

    /// The words of a range of the band, which must lie in the footprint or be empty.
    pub fn slice(&self, range: Range<usize>) -> &[u64] {
        if range.is_empty() {
            return &[];
        }
        &self.words[range.start - self.first_word..range.end - self.first_word]
    }

    /// The words that both footprints have.
    pub fn common(&self, other: &Print<'_>) -> Range<usize> {
        let start = self.first_word.max(other.first_word);
        start..self.end_word().min(other.end_word()).max(start)
    }
}

/// Space that building a footprint needs, kept for the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    widths: HalfWidths,
    outer: Vec<f64>,
    inner: Vec<f64>,
    spans: Vec<BucketSpan>,
    tests: Vec<u32>,
}

impl Prints {
    pub fn clear(&mut self) {
        self.index.clear();
        self.words.clear();
        self.near.clear();
    }

    /// The footprint of one satellite, in the order in which they were added; empty before any was.
    #[inline]
    pub fn of(&self, satellite: usize) -> Print<'_> {
        let index = self.index.get(satellite).copied().unwrap_or_default();
        let count = index.end_word - index.first_word;
        Print {
            first_word: index.first_word as usize,
            words: &self.words[index.at as usize..(index.at + count) as usize],
            near: &self.near[index.near_from as usize..index.near_to as usize],
        }
    }

    /// Adds the footprint of the next satellite in the rows of a band, whose first word is `band_word`.
    pub fn push(
        &mut self,
        layout: &RowLayout,
        band: &Range<usize>,
        band_word: u32,
        spot: &Spot,
        sin_mask: f64,
        scratch: &mut Scratch,
    ) {
        let first = (spot.rows.0 as usize).max(band.start);
        let end = (spot.rows.1 as usize).min(band.end);
        let near_from = self.near.len() as u32;
        if first >= end {
            self.index.push(PrintIndex { near_from, near_to: near_from, ..PrintIndex::default() });
            return;
        }
        scratch.tests.clear();
        row_widths(layout, first..end, spot, sin_mask, scratch);
        layout.spans(first..end, spot.longitude_rad, &scratch.outer, &scratch.inner, &mut scratch.spans);
        let last = &layout.rows[end - 1];
        let (first_word, end_word) = (layout.rows[first].word, last.word + last.words());
        let at = self.words.len();
        self.words.resize(at + (end_word - first_word) as usize, 0);
        let words = &mut self.words[at..];
        for (number, row) in layout.rows[first..end].iter().enumerate() {
            let (outer, inner) = (scratch.outer[number], scratch.inner[number]);
            if outer > 0.0 && row.points > 0 {
                let row_words = &mut words[(row.word - first_word) as usize..][..row.words() as usize];
                fill_row(layout, row, (outer, inner), &scratch.spans[number], row_words, &mut scratch.tests);
            }
        }
        test(layout, spot, sin_mask, &scratch.tests, first_word, words, &mut self.near);
        self.index.push(PrintIndex {
            first_word: first_word - band_word,
            end_word: end_word - band_word,
            at: at as u32,
            near_from,
            near_to: self.near.len() as u32,
        });
    }
}

/// Outer and inner half-width that hold for each whole row of a range.
///
/// The half-width rises to one peak and falls again with latitude, so it is nowhere in a row below the
/// smaller of its ends; and nowhere above the larger, but in the row that holds the peak, where the
/// bound on any half-width of the footprint stands in.
fn row_widths(layout: &RowLayout, rows: Range<usize>, spot: &Spot, sin_mask: f64, scratch: &mut Scratch) {
    let Scratch { widths, outer, inner, .. } = scratch;
    outer.clear();
    inner.clear();
    if spot.small {
        outer.resize(rows.len(), spot.widest_rad);
        inner.resize(rows.len(), 0.0);
        return;
    }
    // One boundary more on each side, so that a peak between two boundaries is recognised.
    let low = rows.start.saturating_sub(1);
    let high = (rows.end + 1).min(layout.rows.len());
    let above = Above { z: spot.state.position.z, rho: spot.rho, squared: spot.squared };
    widths.fill(&layout.boundaries, low..high + 1, above, sin_mask, spot.margin_km);
    for lower in rows.start - low..rows.end - low {
        let (a, b) = (widths.outer[lower], widths.outer[lower + 1]);
        let rises_before = lower == 0 || a >= widths.outer[lower - 1];
        let falls_after = lower + 2 >= widths.outer.len() || b >= widths.outer[lower + 2];
        // A footprint that is higher than a row crosses a boundary: a row between two that it does not
        // reach is outside.
        let reached = a > 0.0 || b > 0.0;
        outer.push(if reached && rises_before && falls_after { spot.widest_rad } else { a.max(b) });
        inner.push(widths.inner[lower].min(widths.inner[lower + 1]));
    }
}

/// Sets the bits of a row that are sure and lists the points to be tested.
#[inline]
fn fill_row(
    layout: &RowLayout,
    row: &Row,
    (outer, inner): (f64, f64),
    span: &BucketSpan,
    words: &mut [u64],
    tests: &mut Vec<u32>,
) {
    let points = row.points as i32;
    if inner >= std::f64::consts::PI {
        set_range(words, 0..row.points);
        return;
    }
    let base = row.word * 64;
    if let Some([start, sure_start, sure_end, end]) = layout.positions_inside(row, span) {
        if inner > 0.0 && sure_start < sure_end {
            set_range(words, sure_start..sure_end);
            tests.extend(base + start..base + sure_start);
            tests.extend(base + sure_end..base + end);
        } else {
            tests.extend(base + start..base + end);
        }
        return;
    }
    let (start, end) = if outer >= std::f64::consts::PI {
        // All the way round, from the longitude opposite to the satellite.
        let start = layout.position(row, span.sure_west);
        (start, start + points)
    } else {
        let start = layout.position(row, span.west);
        (start, layout.position(row, span.east + 1).min(start + points))
    };
    let sure_start = layout.position(row, span.sure_west + 1).max(start);
    let sure_end = layout.position(row, span.sure_east).min(end);
    let slot = |position: i32| {
        let around = if position < 0 {
            points
        } else if position >= points {
            -points
        } else {
            0
        };
        base + (position + around) as u32
    };
    if inner > 0.0 && sure_start < sure_end {
        if sure_start >= 0 && sure_end <= points {
            set_range(words, sure_start as u32..sure_end as u32);
        } else if sure_start < 0 {
            set_range(words, (sure_start + points) as u32..(sure_end.min(0) + points) as u32);
            set_range(words, 0..sure_end.max(0) as u32);
        } else {
            set_range(words, sure_start.min(points) as u32..row.points);
            set_range(words, (sure_start - points).max(0) as u32..(sure_end - points) as u32);
        }
        tests.extend((start..sure_start).map(slot));
        tests.extend((sure_end..end).map(slot));
    } else {
        tests.extend((start..end).map(slot));
    }
}

/// Sets the bits of a range of positions in a row.
#[inline]
fn set_range(words: &mut [u64], positions: Range<u32>) {
    if positions.is_empty() {
        return;
    }
    let (first, last) = ((positions.start / 64) as usize, ((positions.end - 1) / 64) as usize);
    let from = u64::MAX << (positions.start % 64);
    let to = u64::MAX >> (63 - (positions.end - 1) % 64);
    if first == last {
        words[first] |= from & to;
        return;
    }
    words[first] |= from;
    words[first + 1..last].fill(u64::MAX);
    words[last] |= to;
}

/// Points tested together.
const LANES: usize = 8;

/// Decides the listed points one by one and notes those that may cross the mask twice around the instant.
fn test(
    layout: &RowLayout,
    spot: &Spot,
    sin_mask: f64,
    tests: &[u32],
    first_word: u32,
    words: &mut [u64],
    near: &mut Vec<NearPoint>,
) {
    let (s, v) = (spot.state.position, spot.state.velocity);
    let along = s.dot(&v);
    for chunk in tests.chunks(LANES) {
        let mut normals = [[0.0; LANES]; 4];
        for (lane, &slot) in chunk.iter().enumerate() {
            let normal = &layout.normals[slot as usize];
            for axis in 0..4 {
                normals[axis][lane] = normal[axis];
            }
        }
        normals[3][chunk.len()..].fill(1.0);
        let (clearance, rate) =
            clearances(&normals, [s.x, s.y, s.z], [v.x, v.y, v.z], spot.squared, along, sin_mask);
        for (lane, &slot) in chunk.iter().enumerate() {
            let inside = clearance[lane] >= 0.0;
            words[(slot / 64 - first_word) as usize] |= u64::from(inside) << (slot % 64);
            if clearance[lane].abs() <= spot.margin_km && rate[lane].abs() <= spot.turn_km_s {
                near.push(NearPoint { slot, inside, rising: rate[lane] > 0.0 });
            }
        }
    }
}

/// Clearance and its rate at eight points, km and km/s.
///
/// With `p = N (nx, ny, (1 - e²) nz)`: `d·n = s·n - a²/N` and `|d|² = |s|² + |p|² - 2 s·p`.
#[multiversion::multiversion(targets("x86_64+avx+avx2"))]
fn clearances(
    normals: &[[f64; LANES]; 4],
    s: [f64; 3],
    v: [f64; 3],
    s_squared: f64,
    along: f64,
    sin_mask: f64,
) -> ([f64; LANES], [f64; LANES]) {
    const A2: f64 = EARTH_EQUATORIAL_RADIUS_KM * EARTH_EQUATORIAL_RADIUS_KM;
    const FLAT: f64 = 1.0 - EARTH_ECCENTRICITY_SQUARED;
    let [nx, ny, nz, n] = normals;
    let mut clearance = [0.0; LANES];
    let mut rate = [0.0; LANES];
    for l in 0..LANES {
        let level = s[0] * nx[l] + s[1] * ny[l];
        let axial = s[2] * nz[l];
        let p_squared = n[l] * n[l] * (1.0 - nz[l] * nz[l] * (1.0 - FLAT * FLAT));
        let range = (s_squared + p_squared - 2.0 * n[l] * (level + FLAT * axial)).sqrt();
        let level_rate = v[0] * nx[l] + v[1] * ny[l];
        let axial_rate = v[2] * nz[l];
        let closing = along - n[l] * (level_rate + FLAT * axial_rate);
        clearance[l] = level + axial - A2 / n[l] - sin_mask * range;
        rate[l] = level_rate + axial_rate - sin_mask * closing / range;
    }
    (clearance, rate)
}
