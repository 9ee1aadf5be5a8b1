//! Boxes of latitude and longitude, bands and sectors, and how they are written.

use std::fmt;

use super::{BoundsProblem, RegionError, outline::Relation};

/// A rectangle in the longitude-latitude plane, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LatLonBox {
    pub south: f64,
    pub north: f64,
    /// In `[-180, 180)`.
    pub west: f64,
    /// From west to east, in `(0, 360]`.
    pub width: f64,
}

impl LatLonBox {
    /// The rectangle between two meridians, across the antimeridian where `west` is not below `east`.
    pub const fn between(south: f64, north: f64, west: f64, east: f64) -> Self {
        Self { south, north, west, width: if east > west { east - west } else { east - west + 360.0 } }
    }

    /// `lon_deg` in `[-180, 180)`.
    pub fn contains(&self, lat_deg: f64, lon_deg: f64) -> bool {
        let below_top = lat_deg < self.north || (self.north >= 90.0 && lat_deg <= 90.0);
        lat_deg >= self.south && below_top && self.eastward(lon_deg) < self.width
    }

    pub fn relation(&self, other: &Self) -> Relation {
        if other.south > self.north || other.north < self.south {
            return Relation::Outside;
        }
        let latitudes_within = other.south >= self.south && (other.north < self.north || self.north >= 90.0);
        if self.width >= 360.0 {
            return if latitudes_within { Relation::Inside } else { Relation::Mixed };
        }
        let start = self.eastward(other.west);
        let end = start + other.width;
        if start >= self.width && end < 360.0 {
            Relation::Outside
        } else if latitudes_within && end < self.width {
            Relation::Inside
        } else {
            Relation::Mixed
        }
    }

    /// The western and the eastern side, each in `[-180, 180]`.
    fn sides(&self) -> (f64, f64) {
        let east = self.west + self.width;
        (self.west, if east > 180.0 { east - 360.0 } else { east })
    }

    /// Degrees from the western side eastward to a longitude, in `[0, 360)`.
    fn eastward(&self, lon_deg: f64) -> f64 {
        let east = lon_deg - self.west;
        if east < 0.0 { east + 360.0 } else { east }
    }
}

impl fmt::Display for LatLonBox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all_latitudes = self.south <= -90.0 && self.north >= 90.0;
        if !all_latitudes {
            write!(formatter, "lat:{}..{}", self.south, self.north)?;
        }
        if self.width < 360.0 || all_latitudes {
            // All the way round has no sides, and must not read as if it had no width.
            let (west, east) = if self.width < 360.0 { self.sides() } else { (-180.0, 180.0) };
            write!(formatter, "{}lon:{west}..{east}", if all_latitudes { "" } else { "," })?;
        }
        Ok(())
    }
}

/// A box, band or sector, or `None` where the text is written like neither.
pub(super) fn parse(text: &str) -> Result<Option<LatLonBox>, RegionError> {
    let failed = |part: &str, problem| {
        Err(RegionError::Bounds { text: text.to_owned(), part: part.trim().to_owned(), problem })
    };
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (mut latitudes, mut longitudes) = (None, None);
    if parts.iter().any(|part| side(part).is_some()) {
        for part in &parts {
            let Some((is_latitude, range)) = side(part) else {
                return failed(part, BoundsProblem::NotARange);
            };
            let Some((low, high)) = range.split_once("..") else {
                return failed(part, BoundsProblem::NotARange);
            };
            let place = if is_latitude { &mut latitudes } else { &mut longitudes };
            if place.replace((low.trim(), high.trim())).is_some() {
                return failed(part, BoundsProblem::Twice);
            }
        }
    } else {
        let numbers = parts.iter().filter(|part| part.parse::<f64>().is_ok()).count();
        // `12,abc,..` with one number at least is meant as a box; names may hold commas, too.
        if numbers == 0 || parts.len() == 1 {
            return Ok(None);
        }
        let &[lat_min, lon_min, lat_max, lon_max] = parts.as_slice() else {
            return failed(text, BoundsProblem::NotFour);
        };
        latitudes = Some((lat_min, lat_max));
        longitudes = Some((lon_min, lon_max));
    }

    let number = |part: &str| part.parse::<f64>().ok().filter(|value| value.is_finite());
    let mut bounds = LatLonBox { south: -90.0, north: 90.0, west: -180.0, width: 360.0 };
    if let Some((low, high)) = latitudes {
        for (part, place) in [(low, &mut bounds.south), (high, &mut bounds.north)] {
            *place = match number(part) {
                None => return failed(part, BoundsProblem::NotANumber),
                Some(value) if value.abs() > 90.0 => return failed(part, BoundsProblem::Latitude),
                Some(value) => value,
            };
        }
        if bounds.south >= bounds.north {
            return failed(&format!("{low}..{high}"), BoundsProblem::UpsideDown);
        }
    }
    if let Some((low, high)) = longitudes {
        let mut ends = [0.0; 2];
        for (part, place) in [low, high].into_iter().zip(&mut ends) {
            *place = match number(part) {
                None => return failed(part, BoundsProblem::NotANumber),
                Some(value) if !(-180.0..=360.0).contains(&value) => {
                    return failed(part, BoundsProblem::Longitude);
                }
                Some(value) => value,
            };
        }
        let [west, east] = ends;
        if east - west > 360.0 {
            return failed(&format!("{low}..{high}"), BoundsProblem::TooWide);
        }
        let width = if east > west { east - west } else { (east - west).rem_euclid(360.0) };
        if width == 0.0 {
            return failed(&format!("{low}..{high}"), BoundsProblem::Empty);
        }
        bounds.west = super::wrap_longitude_deg(west);
        bounds.width = width;
    }
    Ok(Some(bounds))
}

/// Whether a part is `lat:…` or `lon:…`, and what follows.
fn side(part: &str) -> Option<(bool, &str)> {
    let (key, range) = part.split_once(':')?;
    match key.trim().to_ascii_lowercase().as_str() {
        "lat" => Some((true, range)),
        "lon" => Some((false, range)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> LatLonBox {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn boxes_bands_and_sectors() {
        let pacific = bounds("-20, 170, 10, -170");
        assert!(pacific.contains(0.0, -175.0) && pacific.contains(0.0, 170.0));
        assert!(!pacific.contains(0.0, -170.0) && !pacific.contains(10.0, 175.0));
        assert_eq!(pacific, bounds("-20,170,10,190"));
        assert_eq!(pacific, bounds("lon:170..-170 , lat:-20..10"));
        assert_eq!(pacific.to_string(), "lat:-20..10,lon:170..-170");
        assert_eq!(bounds(&pacific.to_string()), pacific);
        assert!(bounds("lat:66..90").contains(90.0, -180.0));
        assert_eq!(bounds("-90,-180,90,180").to_string(), "lon:-180..180");
        assert_eq!(bounds("-90,0,90,360").width, 360.0);
    }

    #[test]
    fn all_longitudes_are_written_as_they_are_read() {
        for text in ["lon:0..360", "lon:-180..180", "-90,0,90,360", "lon:-10..350"] {
            let all = bounds(text);
            assert_eq!(all.to_string(), "lon:-180..180", "{text}");
            assert_eq!(bounds(&all.to_string()).width, 360.0, "{text}");
        }
        assert_eq!(bounds("lat:-10..20,lon:0..360").to_string(), "lat:-10..20");
        for text in ["lon:350..10", "lon:0..359", "lat:-10..20,lon:170..200"] {
            let sector = bounds(text);
            assert_eq!(bounds(&sector.to_string()), sector, "{text}");
        }
    }

    #[test]
    fn what_is_no_box_is_left_to_others() {
        for text in ["Korea, Republic of", "China", "12.geojson", "", "a:b"] {
            assert_eq!(parse(text).unwrap(), None, "{text}");
        }
    }

    #[test]
    fn wrong_numbers_are_named() {
        for (text, wrong, expected) in [
            ("70,-55,150,55", "150", BoundsProblem::Latitude),
            ("1,2,3", "1,2,3", BoundsProblem::NotFour),
            ("10,0,-10,5", "10..-10", BoundsProblem::UpsideDown),
            ("0,5,1,5", "5..5", BoundsProblem::Empty),
            ("0,-180,1,200", "-180..200", BoundsProblem::TooWide),
            ("0,-181,1,20", "-181", BoundsProblem::Longitude),
            ("0,x,1,20", "x", BoundsProblem::NotANumber),
            ("0,nan,1,20", "nan", BoundsProblem::NotANumber),
            ("lat:10", "lat:10", BoundsProblem::NotARange),
            ("lat:1..2,lat:3..4", "lat:3..4", BoundsProblem::Twice),
        ] {
            match parse(text) {
                Err(RegionError::Bounds { part, problem, .. }) => {
                    assert_eq!((part.as_str(), problem), (wrong, expected), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
