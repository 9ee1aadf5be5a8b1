//! Footprints: which points see a satellite at one instant, as bits in rows.

use super::prints::{NearPoint, Prints};
use super::rows::{RowLayout, Tile};
use super::spot::Spot;
use super::widths::Spans;
use crate::units::EARTH_ECCENTRICITY_SQUARED;

/// Space that building a footprint needs, kept for the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    spans: Spans,
    images: Spans,
    /// Points to be tested, counted from the first of the footprint's words, and their normals.
    tests: Listed,
    normals: Vec<[f64; 4]>,
    /// What the tests found: [`INSIDE`], [`NEAR`] and [`RISING`].
    found: Vec<u8>,
}

/// Numbers in a list that is written faster than a vector: the count stays in a register, and there is
/// always room for a few more.
#[derive(Debug, Clone, Default)]
struct Listed {
    room: Vec<u32>,
    count: usize,
}

/// Adds the footprint of the next satellite in a tile, if it has any point of it.
pub(super) fn push(
    prints: &mut Prints,
    layout: &RowLayout,
    tile: &Tile,
    satellite: u32,
    spot: &Spot,
    sin_mask: f64,
    scratch: &mut Scratch,
) {
    let latitudes = spot.latitudes_in(tile);
    if latitudes.is_empty() {
        return;
    }
    let Scratch { spans, images, tests, .. } = scratch;
    tests.count = 0;
    let (centre, second) = tile.images_rad(spot.longitude_rad);
    spans.find(layout, tile, latitudes.clone(), centre, spot, sin_mask);
    let rows = &layout.rows[tile.rows_of(&latitudes)];
    let last = &rows[rows.len() - 1];
    let (first_word, end_word) = (rows[0].word, last.word + last.words());
    let tile_word = tile.words.start as u32;
    let begun = prints.begin(first_word - tile_word..end_word - tile_word);
    let (words, near) = prints.at_work(&begun);
    let starts = layout.bucket_starts(tile);
    let position = |at: u32| starts[at as usize];
    let mut any = false;
    let (room, mut count) = (&mut tests.room, 0);
    for (number, row) in rows.iter().enumerate() {
        let [start, sure_start, sure_end, end] = spans.at(number).map(position);
        let positions = [start, sure_start, sure_end, end];
        any |= fill_row((row.word - first_word) * 64, positions, words, room, &mut count);
    }
    // A wide footprint comes into the tile from both sides.
    if second > -spot.widest_rad && second < tile.width_rad() + spot.widest_rad {
        images.clone_from(spans);
        images.move_to(layout, tile, &latitudes, second);
        for (number, row) in rows.iter().enumerate() {
            let [start, _, _, end] = spans.at(number).map(position);
            let image = images.at(number).map(position);
            // A point on the border of both images is taken once.
            let apart = if start >= end {
                image
            } else if second < centre {
                image.map(|position| position.min(start))
            } else {
                image.map(|position| position.max(end))
            };
            any |= fill_row((row.word - first_word) * 64, apart, words, room, &mut count);
        }
    }
    tests.count = count;
    any |= test(layout, spot, sin_mask, first_word * 64, words, near, scratch);
    prints.end(begun, satellite, any);
}

/// Sets the bits of a row that are sure and lists the points to be tested, counted from the first of the
/// footprint's words; answers whether any is sure.
#[inline(always)]
fn fill_row(
    base: u32,
    [start, sure_start, sure_end, end]: [u32; 4],
    words: &mut [u64],
    tests: &mut Vec<u32>,
    count: &mut usize,
) -> bool {
    // Where nothing is sure, or nothing reached, the positions are out of order.
    let sure_start = sure_start.clamp(start, end.max(start));
    let sure_end = sure_end.clamp(sure_start, end.max(sure_start));
    list(tests, count, base + start, sure_start - start);
    list(tests, count, base + sure_end, end.saturating_sub(sure_end));
    if sure_start < sure_end {
        set_range(words, base + sure_start, base + sure_end);
    }
    sure_start < sure_end
}

/// Adds consecutive numbers to a list of so many.
#[inline(always)]
fn list(numbers: &mut Vec<u32>, count: &mut usize, from: u32, more: u32) {
    let (start, end) = (*count, *count + more as usize);
    if end + 4 > numbers.len() {
        numbers.resize(2 * (end + 4), 0);
    }
    // Mostly they are few, and how many is beyond prediction: four at a blow cost less than a loop.
    numbers[start..start + 4].copy_from_slice(&[from, from + 1, from + 2, from + 3]);
    if more > 4 {
        for (number, value) in numbers[start + 4..end].iter_mut().zip(from + 4..) {
            *number = value;
        }
    }
    *count = end;
}

/// Sets the bits of a range that is not empty.
#[inline(always)]
fn set_range(words: &mut [u64], start: u32, end: u32) {
    let (first, last) = ((start / 64) as usize, ((end - 1) / 64) as usize);
    let from = u64::MAX << (start % 64);
    let to = u64::MAX >> (63 - (end - 1) % 64);
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

/// A tested point sees the satellite; it may cross the mask twice around the instant; its clearance rises.
const INSIDE: u8 = 1;
const NEAR: u8 = 2;
const RISING: u8 = 4;

/// Decides the listed points one by one, counted from a slot, and notes those that may cross the mask twice
/// around the instant; answers whether there is any of either.
fn test(
    layout: &RowLayout,
    spot: &Spot,
    sin_mask: f64,
    first_slot: u32,
    words: &mut [u64],
    near: &mut Vec<NearPoint>,
    Scratch { tests, normals, found, .. }: &mut Scratch,
) -> bool {
    let tests = &tests.room[..tests.count];
    if tests.is_empty() {
        return false;
    }
    // The last eight are filled up with the first point.
    let points = &layout.normals[first_slot as usize..];
    normals.clear();
    normals.extend(tests.iter().map(|&bit| points[bit as usize]));
    normals.resize(tests.len().next_multiple_of(LANES), points[tests[0] as usize]);
    found.resize(normals.len(), 0);
    judge(normals, spot, sin_mask, found);
    let mut any = 0;
    for (bits, found) in tests.chunks(LANES).zip(found.as_chunks::<LANES>().0) {
        for (&bit, &found) in bits.iter().zip(found) {
            words[(bit / 64) as usize] |= u64::from(found & INSIDE) << (bit % 64);
            any |= found;
        }
        if u64::from_le_bytes(*found) & u64::from_le_bytes([NEAR; LANES]) != 0 {
            for (&bit, &found) in bits.iter().zip(found).filter(|&(_, found)| found & NEAR != 0) {
                let (inside, rising) = (found & INSIDE != 0, found & RISING != 0);
                near.push(NearPoint { slot: first_slot + bit, inside, rising });
            }
        }
    }
    any & (INSIDE | NEAR) != 0
}

/// Clearance and its rate at points given by the components of their normal and N, eight at a time.
///
/// With `p = N (nx, ny, (1 - e²) nz)`: `d·n = s·n - N (1 - e² nz²)` and `|d|² = |s|² + |p|² - 2 s·p`.
#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn judge(normals: &[[f64; 4]], spot: &Spot, sin_mask: f64, found: &mut [u8]) {
    const FLAT: f64 = 1.0 - EARTH_ECCENTRICITY_SQUARED;
    let (s, v) = (spot.state.position, spot.state.velocity);
    let along = s.dot(&v);
    for (normals, found) in normals.as_chunks::<LANES>().0.iter().zip(found.as_chunks_mut::<LANES>().0) {
        let mut code = [0u64; LANES];
        for l in 0..LANES {
            let [nx, ny, nz, n] = normals[l];
            let level = s.x * nx + s.y * ny;
            let axial = s.z * nz;
            let nz_squared = nz * nz;
            let p_squared = n * n * (1.0 - nz_squared * (1.0 - FLAT * FLAT));
            let range = (spot.squared + p_squared - 2.0 * n * (level + FLAT * axial)).sqrt();
            let p_dot_n = n * (1.0 - nz_squared * EARTH_ECCENTRICITY_SQUARED);
            let level_rate = v.x * nx + v.y * ny;
            let axial_rate = v.z * nz;
            let closing = along - n * (level_rate + FLAT * axial_rate);
            let clearance = level + axial - p_dot_n - sin_mask * range;
            let rate = level_rate + axial_rate - sin_mask * closing / range;
            let inside = if clearance >= 0.0 { u64::from(INSIDE) } else { 0 };
            let slow = rate.abs() <= spot.turn_km_s;
            let close = clearance >= -spot.margin_km && clearance <= spot.dip_margin_km;
            let near = if close && slow { u64::from(NEAR) } else { 0 };
            let rising = if rate > 0.0 { u64::from(RISING) } else { 0 };
            code[l] = inside | near | rising;
        }
        *found = code.map(|code| code as u8);
    }
}
