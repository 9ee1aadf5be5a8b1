//! Regions: the globe, boxes, latitude bands, countries, oceans, named groups and GeoJSON areas.
//!
//! A region is a set of points of latitude and longitude. Lines between given points are straight in
//! the longitude-latitude plane, as RFC 7946 (2016, section 3.1.1) has it for GeoJSON.

mod bounds;
mod countries;
mod descent;
mod geojson_file;
mod named;
mod oceans;
mod outline;
mod polar_ring;

use std::path::Path;

use h3o::{CellIndex, Resolution};

use crate::input::FileError;
use bounds::LatLonBox;
use outline::{Outline, Relation};

/// Resolution at which an outlook counts cells, and how many of them it gives at most.
const LOOK_RESOLUTION: Resolution = Resolution::Three;
const LOOK_CELLS: usize = 800;

/// A part of the Earth's surface with a name.
#[derive(Debug, Clone)]
pub struct Region {
    name: String,
    shape: Shape,
    /// None where the borders are not those of countries.
    members: Option<Members>,
    notes: Vec<String>,
}

/// The countries that a region is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Members {
    /// Those of these ISO 3166 codes of two letters.
    Of(Vec<String>),
    /// All: the land.
    All,
    /// None: a sea.
    Nobody,
}

/// The point set of a region.
#[derive(Debug, Clone)]
enum Shape {
    Globe,
    Boxes(Vec<LatLonBox>),
    Outline(Outline),
    /// What is in one of the parts and not in the outline: an ocean is an area without its land.
    Without(Box<Shape>, &'static Outline),
}

/// Why a text names no region.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// Neither a known name, nor a box or band, nor a file.
    #[error("unknown region `{text}`")]
    Unknown {
        /// The text given.
        text: String,
        /// A known name that is spelt much like it.
        nearest: Option<String>,
    },
    /// A box or band with a number that cannot be.
    #[error("in region `{text}`: {}{problem}", if part == text { String::new() } else { format!("`{part}`: ") })]
    Bounds {
        /// The text given.
        text: String,
        /// The part of it that is wrong.
        part: String,
        /// What was expected there.
        problem: BoundsProblem,
    },
    /// A territory with an ISO code but without an outline of its own at this scale.
    #[error("{name} ({alpha2}) has no outline of its own in Natural Earth 1:50m")]
    NoOutline {
        /// The territory.
        name: String,
        /// Its ISO 3166 code of two letters.
        alpha2: String,
    },
    /// A file that cannot be read, is no GeoJSON, or holds no area, or an area that cannot be.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What is wrong with a number of a box or band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundsProblem {
    /// Not a number.
    #[error("expected a number of degrees")]
    NotANumber,
    /// A band that is not written `MIN..MAX`.
    #[error("expected `lat:MIN..MAX` or `lon:WEST..EAST` in degrees")]
    NotARange,
    /// Not four numbers.
    #[error("expected the four numbers lat_min,lon_min,lat_max,lon_max in degrees")]
    NotFour,
    /// A latitude beyond a pole.
    #[error("expected a latitude from -90 to 90 degrees; the order is lat_min,lon_min,lat_max,lon_max")]
    Latitude,
    /// A longitude out of range.
    #[error("expected a longitude from -180 to 360 degrees")]
    Longitude,
    /// The lower latitude is not below the upper one.
    #[error("expected the southern latitude first and a northern one above it")]
    UpsideDown,
    /// West and east are the same meridian.
    #[error("expected two meridians that differ; -180..180 goes all round")]
    Empty,
    /// From west to east is more than once round.
    #[error("expected at most 360 degrees from west to east")]
    TooWide,
    /// The same side is given twice.
    #[error("given twice")]
    Twice,
}

impl RegionError {
    /// How to mend it, where the message does not say so itself.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(name), .. } => Some(format!("did you mean `{name}`?")),
            Self::Unknown { nearest: None, .. } => Some(
                "a region is `globe`, a country by code or name, a named region such as `arctic` or `pacific`, \
                 a box `lat_min,lon_min,lat_max,lon_max`, a band `lat:MIN..MAX` or a GeoJSON file"
                    .to_owned(),
            ),
            Self::Bounds { .. } => Some(
                "a box is `lat_min,lon_min,lat_max,lon_max` in degrees, such as -20,170,10,-170, \
                 or `lat:-20..10,lon:170..-170`"
                    .to_owned(),
            ),
            Self::NoOutline { .. } => {
                Some("give a box or a GeoJSON file; docs/regions.md says what it is part of".to_owned())
            }
            Self::File(FileError::Read { .. }) => {
                Some("give the path of a GeoJSON file, or the name of a region".to_owned())
            }
            Self::File(FileError::Text(_)) => None,
        }
    }
}

impl Region {
    /// The whole Earth.
    pub fn globe() -> Self {
        Self { name: "globe".to_owned(), shape: Shape::Globe, members: None, notes: Vec::new() }
    }

    /// The region that a text names. Case and punctuation of names do not matter.
    ///
    /// | text | region |
    /// | --- | --- |
    /// | `globe` | all of it |
    /// | `lat_min,lon_min,lat_max,lon_max` | a box in degrees; across the antimeridian where west is greater than east (`-20,170,10,-170`), or with longitudes to 360 |
    /// | `lat:-10..10`, `lon:70..150`, `lat:-55..55,lon:70..150` | a band, a sector, a box with its sides named |
    /// | `CN`, `CHN`, `China` | a country by ISO 3166 code or English name |
    /// | `beidou-users`, `arctic`, `pacific`, … | a named region, see [`Region::names`] |
    /// | `area.geojson` | the polygons of a GeoJSON file; a path with a `/` or a `.` that is a file |
    ///
    /// # Errors
    /// [`RegionError`], which says what was expected and the nearest known name.
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let text = text.trim();
        if let Some(region) = named::find(text) {
            return Ok(region);
        }
        if let Some(bounds) = bounds::parse(text)? {
            return Ok(Self {
                name: bounds.to_string(),
                shape: Shape::Boxes(vec![bounds]),
                members: None,
                notes: vec![],
            });
        }
        if let Some(country) = countries::find(text) {
            return Self::country(country);
        }
        let path = Path::new(text);
        let looks_like_file = text.contains(['/', '\\'])
            || path.extension().is_some_and(|extension| {
                extension.eq_ignore_ascii_case("geojson") || extension.eq_ignore_ascii_case("json")
            });
        if looks_like_file || path.is_file() {
            return Ok(geojson_file::read(path)?);
        }
        Err(RegionError::Unknown { text: text.to_owned(), nearest: nearest_name(text) })
    }

    /// The polygons of a GeoJSON text; `file` names it in messages and is the region's name.
    ///
    /// # Errors
    /// The place of what is wrong: no JSON, a position beyond the globe, no polygon with an area.
    pub fn parse_geojson(file: &str, text: &str) -> Result<Self, Box<crate::diagnostics::TextError>> {
        geojson_file::parse(file.to_owned(), file, text)
    }

    fn country(country: &countries::Country) -> Result<Self, RegionError> {
        if country.polygons.is_empty() {
            return Err(RegionError::NoOutline {
                name: country.name.clone(),
                alpha2: country.alpha2.clone(),
            });
        }
        Ok(Self {
            name: country.name.clone(),
            shape: Shape::Outline(Outline::new(country.polygons.iter().cloned())),
            // An outline without a code is of land that the codes count to other countries.
            members: (!country.alpha2.is_empty()).then(|| Members::Of(vec![country.alpha2.clone()])),
            notes: vec![countries::SOURCE.to_owned()],
        })
    }

    /// What a report calls the region: the country, the named region, the box, or the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a reader of the result should know: how the region is defined, what a file held that is
    /// not part of it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Every name that [`Region::parse`] knows, with what it stands for: named regions first, then
    /// countries.
    pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
        named::described().chain(
            countries::all()
                .iter()
                .filter(|country| !country.polygons.is_empty())
                .map(|country| (country.name.as_str(), country.alpha2.as_str())),
        )
    }

    /// Whether a place lies in the region. Latitude in degrees within ±90, longitude in degrees, any
    /// multiple of 360 added.
    ///
    /// South and west borders belong to a region, north and east borders do not, save at the poles: so
    /// regions side by side share no place and leave none out.
    pub fn contains(&self, lat_deg: f64, lon_deg: f64) -> bool {
        self.shape.contains(lat_deg, wrap_longitude_deg(lon_deg))
    }

    /// Whether the country of an ISO 3166 code of two letters belongs to the region; none where the region is not made
    /// of countries, so that a country may lie in it with a part. A sea has none of them.
    pub fn takes_country(&self, alpha2: &str) -> Option<bool> {
        Some(match self.members.as_ref()? {
            Members::Of(codes) => codes.iter().any(|code| code == alpha2),
            Members::All => true,
            Members::Nobody => false,
        })
    }

    /// Whether the region is a sea: what lies within its ring or box without any land.
    pub fn is_sea(&self) -> bool {
        self.members == Some(Members::Nobody)
    }

    /// All H3 cells of a resolution whose centre lies in the region, in ascending order of index.
    ///
    /// None for a region so small that it lies between the centres.
    pub fn cells(&self, resolution: Resolution) -> Vec<CellIndex> {
        descent::cells(&self.shape, resolution)
    }

    /// About how many cells of a resolution the region has, without making them; and coarse cells spread over
    /// it, those of the whole globe where it is too small for any.
    pub fn outlook(&self, resolution: Resolution) -> (f64, Vec<CellIndex>) {
        let coarse = resolution.min(LOOK_RESOLUTION);
        let cells = self.cells(coarse);
        let finer = 7f64.powi(i32::from(u8::from(resolution)) - i32::from(u8::from(coarse)));
        let count = cells.len() as f64 * finer;
        match cells.is_empty() {
            // Smaller than about a coarse cell.
            true => (2.0 * finer, Self::globe().cells(Resolution::One)),
            false => {
                let every = cells.len().div_ceil(LOOK_CELLS);
                (count, cells.into_iter().step_by(every).collect())
            }
        }
    }
}

impl Shape {
    fn contains(&self, lat_deg: f64, lon_deg: f64) -> bool {
        match self {
            Self::Globe => true,
            Self::Boxes(boxes) => boxes.iter().any(|bounds| bounds.contains(lat_deg, lon_deg)),
            Self::Outline(outline) => outline.contains(lat_deg, lon_deg),
            Self::Without(area, land) => area.contains(lat_deg, lon_deg) && !land.contains(lat_deg, lon_deg),
        }
    }

    /// How a latitude-longitude rectangle lies to the region. `Mixed` may be said of one that does not
    /// meet the border; `Inside` and `Outside` are certain.
    fn relation(&self, rectangle: &LatLonBox) -> Relation {
        match self {
            Self::Globe => Relation::Inside,
            Self::Boxes(boxes) => {
                boxes.iter().map(|bounds| bounds.relation(rectangle)).fold(Relation::Outside, Relation::or)
            }
            Self::Outline(outline) => outline.relation(rectangle),
            Self::Without(area, land) => area.relation(rectangle).and_not(land.relation(rectangle)),
        }
    }
}

/// The longitude in `[-180, 180)`.
fn wrap_longitude_deg(lon_deg: f64) -> f64 {
    if (-180.0..180.0).contains(&lon_deg) {
        return lon_deg;
    }
    // A tiny negative remainder rounds to 360 itself.
    match (lon_deg + 180.0).rem_euclid(360.0) - 180.0 {
        wrapped if wrapped < 180.0 => wrapped,
        _ => -180.0,
    }
}

fn nearest_name(text: &str) -> Option<String> {
    let names = named::described().map(|(name, _)| name).chain(countries::all().iter().flat_map(|country| {
        std::iter::once(country.name.as_str()).chain(country.names.iter().map(String::as_str))
    }));
    crate::diagnostics::nearest(text, names).map(str::to_owned)
}

/// Edges of all country outlines, ring by ring, in degrees.
pub(crate) fn outline_edges() -> impl Iterator<Item = (geo::Coord<f64>, geo::Coord<f64>)> {
    countries::all()
        .iter()
        .flat_map(|country| &country.polygons)
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .flat_map(|ring| ring.lines().map(|line| (line.start, line.end)))
}

#[cfg(test)]
mod tests;
