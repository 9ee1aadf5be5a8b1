//! Country outlines: Natural Earth 1:50m, packed by `scripts/embed_countries.py`, which says how.

use std::sync::OnceLock;

use geo::{Coord, LineString, Polygon};

use super::outline::Outline;
use crate::packed::Unpacker;

/// A country or territory of Natural Earth's admin-0 level.
#[derive(Debug)]
pub(super) struct Country {
    /// ISO 3166 code of two letters; empty where there is none.
    pub alpha2: String,
    /// ISO 3166 code of three letters; empty where there is none.
    pub alpha3: String,
    /// English short name.
    pub name: String,
    /// Other English names and spellings.
    pub names: Vec<String>,
    /// Empty for a territory that has a code but no outline at this scale.
    pub polygons: Vec<Polygon<f64>>,
}

/// What a report says about an outline.
pub(super) const SOURCE: &str = "outline: Natural Earth 1:50m admin-0 (world-atlas 2.0.2), land and lakes";

static PACKED: &[u8] = include_bytes!("countries.bin");

/// All countries, by name.
pub(super) fn all() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES.get_or_init(|| unpack(Unpacker::new(PACKED)))
}

/// The land of the Earth: all countries in one.
pub(super) fn land() -> &'static Outline {
    static LAND: OnceLock<Outline> = OnceLock::new();
    LAND.get_or_init(|| Outline::new(all().iter().flat_map(|country| country.polygons.iter().cloned())))
}

/// The country of a code or an English name. Codes win over names.
pub(super) fn find(text: &str) -> Option<&'static Country> {
    let code = |country: &&Country| {
        !text.is_empty()
            && (country.alpha2.eq_ignore_ascii_case(text) || country.alpha3.eq_ignore_ascii_case(text))
    };
    let wanted = normal(text);
    all().iter().find(code).or_else(|| {
        all().iter().find(|country| {
            !wanted.is_empty()
                && (normal(&country.name) == wanted
                    || country.names.iter().any(|name| normal(name) == wanted))
        })
    })
}

/// A name in lower case, with single spaces in place of everything that is no letter or digit.
pub(super) fn normal(name: &str) -> String {
    let spaced: String =
        name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the packed countries.
fn unpack(mut unpacker: Unpacker<'_>) -> Vec<Country> {
    assert_eq!(unpacker.take(4), b"HXC1", "countries.bin is of another version");
    let [lon0, lat0, dlon, dlat] = std::array::from_fn(|_| {
        f64::from_le_bytes(unpacker.take(8).try_into().expect("eight bytes were taken"))
    });
    let degrees = |x: i64, y: i64| Coord {
        x: lon0 + x as f64 * dlon,
        // Latitude -90 is not on the grid.
        y: (lat0 + y as f64 * dlat).max(-90.0),
    };
    let count = unpacker.number();
    let countries = (0..count)
        .map(|_| Country {
            alpha2: unpacker.text(),
            alpha3: unpacker.text(),
            name: unpacker.text(),
            names: (0..unpacker.number()).map(|_| unpacker.text()).collect(),
            polygons: (0..unpacker.number()).map(|_| polygon(&mut unpacker, degrees)).collect(),
        })
        .collect();
    assert!(unpacker.is_empty(), "countries.bin goes on behind its end");
    countries
}

fn polygon(unpacker: &mut Unpacker<'_>, degrees: impl Fn(i64, i64) -> Coord<f64>) -> Polygon<f64> {
    let mut rings = (0..unpacker.number()).map(|_| {
        let (mut x, mut y) = (0, 0);
        let points = (0..unpacker.number()).map(|_| {
            x += unpacker.signed();
            y += unpacker.signed();
            degrees(x, y)
        });
        LineString::new(points.collect())
    });
    let exterior = rings.next().expect("a polygon has an outer ring");
    Polygon::new(exterior, rings.collect())
}
