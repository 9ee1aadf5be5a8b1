//! Footprints: which points see a satellite at one instant, as bits in rows.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::rows::{Above, HalfWidths, RowLayout, Spans, Tile};
use crate::access::{curvature_bound, least_range_at_mask_km};
use crate::ephemeris::State;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM, EARTH_ROTATION_RAD_S};

const EARTH_POLAR_RADIUS_KM: f64 = 6356.752;
/// Gravitational parameter for bounds, rounded up, km³/s².
const MU_BOUND: f64 = 398_700.0;

/// A satellite at one instant, with all that its footprints in every tile share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub state: State,
    pub longitude_rad: f64,
    rho: f64,
    squared: f64,
    /// Rows that the footprint can reach, margin included. Empty when the satellite is absent.
    pub rows: (u32, u32),
    /// Upper bound of the half-width in longitude anywhere, radians.
    pub widest_rad: f64,
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
    /// Latitude rows that the footprint can reach.
    pub fn latitudes(&self) -> Range<usize> {
        self.rows.0 as usize..self.rows.1 as usize
    }

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
                .clamp(0.0, (layout.row_count - 1) as f64) as u32
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
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
pub(super) struct NearPoint {
    pub slot: u32,
    pub inside: bool,
    pub rising: bool,
}

/// Where the footprint of one satellite is kept in [`Prints`].
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
struct PrintIndex {
    satellite: u32,
    /// Words of the tile that the footprint's rows take.
    first_word: u32,
    end_word: u32,
    at: u32,
    near_from: u32,
    near_to: u32,
}

/// The footprints in one tile at one instant, of the satellites that see any of it, in their order.
///
/// The words of a row are kept whole, so that a footprint is one run of words and two footprints are
/// compared as slices.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
pub(super) struct Prints {
    index: Vec<PrintIndex>,
    words: Vec<u64>,
    near: Vec<NearPoint>,
}

/// A footprint: the tile's words from `first_word` on.
#[derive(Debug, Clone, Copy, Default)]
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

    /// The words of a range of the tile, which must lie in the footprint or be empty.
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
    spans: Spans,
    images: Spans,
    tests: Vec<u32>,
}

impl Prints {
    pub fn clear(&mut self) {
        self.index.clear();
        self.words.clear();
        self.near.clear();
    }

    /// Number of footprints.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Number of the satellite whose footprint stands at a place.
    pub fn satellite(&self, place: usize) -> Option<u32> {
        self.index.get(place).map(|index| index.satellite)
    }

    /// The footprint at a place; empty where there is none.
    #[inline]
    pub fn at(&self, place: usize) -> Print<'_> {
        let Some(index) = self.index.get(place) else { return Print::default() };
        let count = index.end_word - index.first_word;
        Print {
            first_word: index.first_word as usize,
            words: &self.words[index.at as usize..(index.at + count) as usize],
            near: &self.near[index.near_from as usize..index.near_to as usize],
        }
    }

    /// Adds the footprint of the next satellite in a tile, if it has any point of it.
    pub fn push(
        &mut self,
        layout: &RowLayout,
        tile: &Tile,
        satellite: u32,
        spot: &Spot,
        sin_mask: f64,
        scratch: &mut Scratch,
    ) {
        let first = (spot.rows.0 as usize).max(tile.latitudes.start);
        let end = (spot.rows.1 as usize).min(tile.latitudes.end);
        if first >= end {
            return;
        }
        let rows =
            tile.rows.start + first - tile.latitudes.start..tile.rows.start + end - tile.latitudes.start;
        scratch.tests.clear();
        row_widths(layout, first..end, spot, sin_mask, scratch);
        let Scratch { outer, inner, spans, images, tests, .. } = scratch;
        let (centre, second) = tile.images_rad(spot.longitude_rad);
        let per_rad = layout.buckets_per_rad(rows.clone());
        spans.fill(per_rad, centre, outer, inner);
        // A wide footprint comes into the tile from both sides.
        let twice = second > -spot.widest_rad && second < tile.width_rad() + spot.widest_rad;
        if twice {
            images.fill(per_rad, second, outer, inner);
        }
        let rows = &layout.rows[rows];
        let last = &rows[rows.len() - 1];
        let (first_word, end_word) = (rows[0].word, last.word + last.words());
        let at = self.words.len();
        self.words.resize(at + (end_word - first_word) as usize, 0);
        let words = &mut self.words[at..];
        let mut any = false;
        for (number, row) in rows.iter().enumerate() {
            let base = (row.word - first_word) * 64;
            let direct = layout.positions(row, spans.at(number));
            if let Some(positions) = direct {
                any |= fill_row(base, positions, words, tests);
            }
            if twice && let Some(image) = layout.positions(row, images.at(number)) {
                // A point on the border of both images is taken once.
                let apart = match direct {
                    None => image,
                    Some(direct) if second < centre => image.map(|position| position.min(direct[0])),
                    Some(direct) => image.map(|position| position.max(direct[3])),
                };
                any |= fill_row(base, apart, words, tests);
            }
        }
        let near_from = self.near.len() as u32;
        any |= test(layout, spot, sin_mask, tests, first_word * 64, words, &mut self.near);
        if !any {
            self.words.truncate(at);
            return;
        }
        self.index.push(PrintIndex {
            satellite,
            first_word: first_word - tile.words.start as u32,
            end_word: end_word - tile.words.start as u32,
            at: at as u32,
            near_from,
            near_to: self.near.len() as u32,
        });
    }
}

/// Outer and inner half-width that hold for each whole row of a range of latitude rows.
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
    let above = Above { z: spot.state.position.z, rho: spot.rho, squared: spot.squared };
    widths.fill(&layout.boundaries, rows.start..rows.end + 3, above, sin_mask, spot.margin_km);
    outer.resize(rows.len(), 0.0);
    inner.resize(rows.len(), 0.0);
    widest_of_rows(&widths.outer, &widths.inner, spot.widest_rad, outer, inner);
}

/// The bounds of rows from the half-widths at their boundaries, of which there is one more on each side.
#[cfg_attr(not(feature = "portable"), multiversion::multiversion(targets("x86_64+avx+avx2")))]
fn widest_of_rows(at_outer: &[f64], at_inner: &[f64], widest_rad: f64, outer: &mut [f64], inner: &mut [f64]) {
    let rows = outer.len();
    assert!(inner.len() == rows && at_outer.len() == rows + 3 && at_inner.len() == rows + 3);
    for i in 0..rows {
        let (below, lower, upper, above) = (at_outer[i], at_outer[i + 1], at_outer[i + 2], at_outer[i + 3]);
        // A footprint that is higher than a row crosses a boundary: a row between two that it does not
        // reach is outside.
        let peak = (lower > 0.0) | (upper > 0.0);
        let peak = peak & (lower >= below) & (upper >= above);
        outer[i] = if peak { widest_rad } else { lower.max(upper) };
        inner[i] = at_inner[i + 1].min(at_inner[i + 2]);
    }
}

/// Sets the bits of a row that are sure and lists the points to be tested, counted from the first of the
/// footprint's words; answers whether any is sure.
#[inline(always)]
fn fill_row(
    base: u32,
    [start, sure_start, sure_end, end]: [u32; 4],
    words: &mut [u64],
    tests: &mut Vec<u32>,
) -> bool {
    // The ranges are short: a loop costs less than extending by a range does.
    for position in start..sure_start {
        tests.push(base + position);
    }
    for position in sure_end..end {
        tests.push(base + position);
    }
    if sure_start < sure_end {
        set_range(words, base + sure_start..base + sure_end);
    }
    sure_start < sure_end
}

/// Sets the bits of a range that is not empty.
#[inline(always)]
fn set_range(words: &mut [u64], bits: Range<u32>) {
    let (first, last) = ((bits.start / 64) as usize, ((bits.end - 1) / 64) as usize);
    let from = u64::MAX << (bits.start % 64);
    let to = u64::MAX >> (63 - (bits.end - 1) % 64);
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

/// Decides the listed points one by one, counted from a slot, and notes those that may cross the mask twice around the instant;
/// answers whether there is any of either.
fn test(
    layout: &RowLayout,
    spot: &Spot,
    sin_mask: f64,
    tests: &[u32],
    first_slot: u32,
    words: &mut [u64],
    near: &mut Vec<NearPoint>,
) -> bool {
    let mut any = false;
    let (s, v) = (spot.state.position, spot.state.velocity);
    let along = s.dot(&v);
    for chunk in tests.chunks(LANES) {
        let mut normals = [[0.0; LANES]; 4];
        for (lane, &bit) in chunk.iter().enumerate() {
            let normal = &layout.normals[(first_slot + bit) as usize];
            for axis in 0..4 {
                normals[axis][lane] = normal[axis];
            }
        }
        normals[3][chunk.len()..].fill(1.0);
        let (clearance, rate) =
            clearances(&normals, [s.x, s.y, s.z], [v.x, v.y, v.z], spot.squared, along, sin_mask);
        for (lane, &bit) in chunk.iter().enumerate() {
            let inside = clearance[lane] >= 0.0;
            any |= inside;
            words[(bit / 64) as usize] |= u64::from(inside) << (bit % 64);
            if clearance[lane].abs() <= spot.margin_km && rate[lane].abs() <= spot.turn_km_s {
                near.push(NearPoint { slot: first_slot + bit, inside, rising: rate[lane] > 0.0 });
                any = true;
            }
        }
    }
    any
}

/// Clearance and its rate at eight points, km and km/s.
///
/// With `p = N (nx, ny, (1 - e²) nz)`: `d·n = s·n - a²/N` and `|d|² = |s|² + |p|² - 2 s·p`.
#[cfg_attr(not(feature = "portable"), multiversion::multiversion(targets("x86_64+avx+avx2")))]
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
