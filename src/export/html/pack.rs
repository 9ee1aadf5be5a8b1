//! Numbers packed for a page; `data.js` reads them.

use std::io::Write;

use base64::Engine;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use h3o::CellIndex;

/// Values as whole numbers in units of the last decimal kept: 0 for no value, otherwise
/// `value - offset + 1`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Least value.
    pub offset: i64,
    /// The numbers.
    pub stored: Vec<i64>,
}

impl Column {
    /// Rounds values to a number of decimals, halves away from zero.
    pub fn new(values: impl Iterator<Item = Option<f64>>, decimals: u8) -> Self {
        let scale = 10f64.powi(decimals.into());
        let rounded: Vec<Option<i64>> =
            values.map(|value| value.filter(|v| v.is_finite()).map(|v| (v * scale).round() as i64)).collect();
        let offset = rounded.iter().flatten().copied().min().unwrap_or(0);
        let stored = rounded.iter().map(|value| value.map_or(0, |value| value - offset + 1)).collect();
        Self { offset, stored }
    }
}

/// Appends a column: the number of byte planes, then the planes, lowest first, of the zigzag differences
/// from row to row. Planes of their own let the upper bytes, mostly zero, shrink to nothing.
pub(super) fn push_column(data: &mut Vec<u8>, column: &Column) {
    let mut last = 0;
    let differences: Vec<u64> = column
        .stored
        .iter()
        .map(|&value| {
            let difference = value - last;
            last = value;
            ((difference << 1) ^ (difference >> 63)) as u64
        })
        .collect();
    let most = differences.iter().copied().max().unwrap_or(0);
    let width = (64 - most.leading_zeros()).div_ceil(8).max(1);
    data.push(width as u8);
    for plane in 0..width {
        data.extend(differences.iter().map(|&difference| (difference >> (8 * plane)) as u8));
    }
}

/// Appends ascending cells of one resolution: the steps, less one, of base cell and digits as one number.
pub(super) fn push_cells(data: &mut Vec<u8>, cells: &[CellIndex]) {
    const BASE_AND_DIGITS: u64 = (1 << 52) - 1;
    let mut next = 0;
    for &cell in cells {
        let unused = 3 * (15 - u32::from(u8::from(cell.resolution())));
        let number = (u64::from(cell) & BASE_AND_DIGITS) >> unused;
        push_number(data, number - next);
        next = number + 1;
    }
}

/// Appends a number, seven bits a byte, lowest first.
pub(super) fn push_number(data: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        data.push(number as u8 | 0x80);
        number >>= 7;
    }
    data.push(number as u8);
}

/// Appends a number with its sign in the lowest bit.
pub(super) fn push_signed(data: &mut Vec<u8>, number: i64) {
    push_number(data, ((number << 1) ^ (number >> 63)) as u64);
}

/// Deflated (zlib, RFC 1950) and in base 64.
pub(super) fn deflated_base64(bytes: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let deflated = encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default();
    base64::engine::general_purpose::STANDARD.encode(deflated)
}
