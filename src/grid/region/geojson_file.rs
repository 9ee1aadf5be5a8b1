//! The polygons of a GeoJSON file (RFC 7946), with the place of whatever is wrong with it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use geo::{Area, Coord, LineString, Polygon};
use geojson::{GeometryValue, Position};
use serde_json::Value;
use serde_json::value::RawValue;

use super::outline::Outline;
use super::polar_ring::closed_at_pole;
use super::{Region, Shape};
use crate::diagnostics::{TextError, counted, json_words};
use crate::input::{
    FileError, GEOJSON_GROWTH, GEOJSON_LIST_BYTES, GEOJSON_TEXT_GROWTH, admit, read_text, without_mark,
};

/// What a file of a region holds, for messages.
const EXAMPLE: &str =
    "a square is {\"type\": \"Polygon\", \"coordinates\": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}";
const EXPECTED: &str = "a region file is GeoJSON (RFC 7946): a Polygon, a MultiPolygon, or features of these";

/// Longitudes may run on beyond ±180° so that a ring crosses the antimeridian in one piece.
const LONGITUDE_LIMIT_DEG: f64 = 540.0;

pub(super) fn read(path: &Path) -> Result<Region, FileError> {
    let file = path.display().to_string();
    let text = read_text(&file, GEOJSON_GROWTH)?;
    let lists = text.bytes().filter(|&byte| byte == b'[').count();
    let bytes = lists as f64 * GEOJSON_LIST_BYTES + text.len() as f64 * GEOJSON_TEXT_GROWTH;
    admit(&file, "what is in it", bytes)?;
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned());
    Ok(parse(name, &file, &text)?)
}

/// The region of a file's text. `file` is for error messages.
pub(super) fn parse(name: String, file: &str, text: &str) -> Result<Region, Box<TextError>> {
    let text = without_mark(text);
    if text.trim().is_empty() {
        return Err(TextError::whole_file(file, "the file is empty").help(EXPECTED).into());
    }
    let whole: Value = serde_json::from_str(text).map_err(|error| {
        let at = offset(text, error.line(), error.column());
        TextError::at(file, text, at..at + 1, format!("not JSON: {}", json_words(&error)))
            .help(if error.is_eof() { "the file is cut off" } else { EXPECTED })
    })?;
    let mut reader = Reader { file, text, path: Vec::new(), polygons: Vec::new(), found: Found::default() };
    reader.reference_system(&whole)?;
    reader.object(&whole)?;
    let Reader { polygons, found, .. } = reader;
    if polygons.is_empty() {
        let message = format!("no polygon with an area in it{}", found.left_out_in_brackets());
        return Err(TextError::whole_file(file, message).help(EXPECTED).into());
    }
    let notes = found.notes();
    Ok(Region { name, shape: Shape::Outline(Outline::new(polygons)), members: None, notes })
}

/// A step from a JSON value to one inside it.
enum Step {
    Key(&'static str),
    Index(usize),
}

/// What was met beside sound polygons.
#[derive(Default)]
struct Found {
    without_geometry: usize,
    points_and_lines: usize,
    without_area: usize,
    unclosed_rings: usize,
    /// Rings around a pole.
    polar_rings: usize,
    /// Positions of two numbers, and of three.
    flat_positions: usize,
    positions_with_height: usize,
    /// Rings with an edge over more than half a turn.
    long_edges: usize,
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    path: Vec<Step>,
    polygons: Vec<Polygon<f64>>,
    found: Found,
}

impl Reader<'_> {
    fn object(&mut self, value: &Value) -> Result<(), Box<TextError>> {
        match value.get("type").and_then(Value::as_str) {
            Some("FeatureCollection") => self.each(value, "features", Self::object),
            Some("GeometryCollection") => self.each(value, "geometries", Self::object),
            Some("Feature") => match value.get("geometry") {
                None | Some(Value::Null) => {
                    self.found.without_geometry += 1;
                    Ok(())
                }
                Some(geometry) => self.within(Step::Key("geometry"), |reader| reader.object(geometry)),
            },
            Some("Point" | "MultiPoint" | "LineString" | "MultiLineString") => {
                self.found.points_and_lines += 1;
                Ok(())
            }
            Some("Polygon" | "MultiPolygon") => self.geometry(value),
            Some(_) => self.within(Step::Key("type"), |reader| {
                Err(reader
                    .text_error("expected a GeoJSON type such as Polygon, MultiPolygon or FeatureCollection")
                    .help("types are written exactly so, with their capitals")
                    .into())
            }),
            None => Err(self.error("expected a GeoJSON object with a member \"type\"")),
        }
    }

    fn each(
        &mut self,
        value: &Value,
        key: &'static str,
        read: impl Fn(&mut Self, &Value) -> Result<(), Box<TextError>>,
    ) -> Result<(), Box<TextError>> {
        let Some(items) = value.get(key).and_then(Value::as_array) else {
            return Err(self.error(format!("expected an array \"{key}\" here")));
        };
        self.within(Step::Key(key), |reader| {
            for (index, item) in items.iter().enumerate() {
                reader.within(Step::Index(index), |reader| read(reader, item))?;
            }
            Ok(())
        })
    }

    fn geometry(&mut self, value: &Value) -> Result<(), Box<TextError>> {
        let geometry: geojson::Geometry = serde_json::from_value(value.clone()).map_err(|error| {
            let words = json_words(&error);
            // The library tells the type by itself, and dimensions where brackets are meant.
            let nested = words.contains("dimensions");
            self.error(match nested {
                true => "the coordinates of this geometry are not nested as its type asks for".to_owned(),
                false => format!("no sound geometry: {words}"),
            })
        })?;
        self.within(Step::Key("coordinates"), |reader| match geometry.value {
            GeometryValue::Polygon { coordinates } => reader.polygon(&coordinates),
            GeometryValue::MultiPolygon { coordinates } => {
                for (index, rings) in coordinates.iter().enumerate() {
                    reader.within(Step::Index(index), |reader| reader.polygon(rings))?;
                }
                Ok(())
            }
            _ => Ok(()),
        })
    }

    fn polygon(&mut self, rings: &[Vec<Position>]) -> Result<(), Box<TextError>> {
        let mut lines = Vec::with_capacity(rings.len());
        for (index, ring) in rings.iter().enumerate() {
            lines.push(self.within(Step::Index(index), |reader| reader.ring(ring))?);
        }
        let mut lines = lines.into_iter();
        let Some(exterior) = lines.next() else {
            return Err(self.error("expected at least one ring in a polygon"));
        };
        let polygon = Polygon::new(exterior, lines.collect());
        // Opposite signs of a self-crossing ring may cancel; the rings' extents tell the flat ones.
        if polygon.unsigned_area() == 0.0 && flat(polygon.exterior()) {
            self.found.without_area += 1;
        } else {
            self.polygons.push(polygon);
        }
        Ok(())
    }

    fn ring(&mut self, positions: &[Position]) -> Result<LineString<f64>, Box<TextError>> {
        let mut points: Vec<Coord<f64>> = Vec::with_capacity(positions.len() + 1);
        for (index, position) in positions.iter().enumerate() {
            let numbers = position.as_slice();
            let &[x, y, ..] = numbers else {
                return self.within(Step::Index(index), |reader| {
                    Err(reader.error("expected a position of at least two numbers, [longitude, latitude]"))
                });
            };
            match numbers.len() {
                2 => self.found.flat_positions += 1,
                3 => self.found.positions_with_height += 1,
                count => {
                    return self.within(Step::Index(index), |reader| {
                        Err(reader
                            .text_error(format!(
                                "expected a position of two numbers, or three with a height, found {count}"
                            ))
                            .help(
                                "decimals are written with a point: [10.5, 50.2]; for measures beside the \
                                 positions run `ogr2ogr -dim XY out.geojson in.geojson`",
                            )
                            .into())
                    });
                }
            }
            let wrong = if !(-90.0..=90.0).contains(&y) {
                Some((1, "expected a latitude from -90 to 90 degrees"))
            } else if !(-LONGITUDE_LIMIT_DEG..=LONGITUDE_LIMIT_DEG).contains(&x) {
                Some((0, "expected a longitude in degrees, within ±180 or running on to ±540"))
            } else {
                None
            };
            if let Some((axis, message)) = wrong {
                return self.within(Step::Index(index), |reader| {
                    reader.within(Step::Index(axis), |reader| {
                        Err(reader
                            .text_error(message)
                            .help(
                                "positions are [longitude, latitude] in WGS-84 degrees; for projected metres \
                             run `ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`",
                            )
                            .into())
                    })
                });
            }
            points.push(Coord { x, y });
        }
        // A ring around a pole may end a whole turn from where it began.
        let closed = match points.as_slice() {
            [first, .., last] => first.y == last.y && [0.0, 360.0].contains(&(first.x - last.x).abs()),
            _ => false,
        };
        if points.len() < if closed { 4 } else { 3 } {
            return Err(self
                .text_error("expected at least three corners and the first one again in a ring")
                .help("a triangle is [[0, 0], [10, 0], [10, 10], [0, 0]]")
                .into());
        }
        if !closed {
            self.found.unclosed_rings += 1;
        }
        if points.first() != points.last() {
            points.push(points[0]);
        }
        let (west, east) = extent(points.iter().map(|point| point.x));
        if east - west > 360.0 {
            return Err(self.error("expected a ring no more than 360 degrees wide"));
        }
        let ring = LineString::new(points);
        if let Some(closed) = closed_at_pole(&ring) {
            self.found.polar_rings += 1;
            return Ok(closed);
        }
        if ring.lines().any(|edge| edge.dx().abs() > 180.0) {
            self.found.long_edges += 1;
        }
        Ok(ring)
    }

    /// The old `crs` member of GeoJSON 2008 is taken where it says what RFC 7946 takes for granted.
    fn reference_system(&mut self, whole: &Value) -> Result<(), Box<TextError>> {
        let Some(name) = whole.pointer("/crs/properties/name").and_then(Value::as_str) else {
            return Ok(());
        };
        if name.contains("CRS84") || name.ends_with(":4326") {
            return Ok(());
        }
        self.within(Step::Key("crs"), |reader| {
            Err(reader
                .text_error(format!("expected WGS-84 degrees (CRS84 or EPSG:4326), found {name}"))
                .help("run `ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`")
                .into())
        })
    }

    fn within<T>(
        &mut self,
        step: Step,
        read: impl FnOnce(&mut Self) -> Result<T, Box<TextError>>,
    ) -> Result<T, Box<TextError>> {
        self.path.push(step);
        let result = read(self);
        self.path.pop();
        result
    }

    fn error(&self, message: impl Into<String>) -> Box<TextError> {
        Box::new(self.text_error(message).help(EXAMPLE))
    }

    fn text_error(&self, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, place(self.text, &self.path).unwrap_or(0..0), message)
    }
}

/// Where in a JSON text the value at the end of a path stands, in bytes.
fn place(text: &str, path: &[Step]) -> Option<Range<usize>> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    for step in path {
        value = match step {
            Step::Key(key) => {
                serde_json::from_str::<HashMap<String, &RawValue>>(value.get()).ok()?.remove(*key)?
            }
            Step::Index(index) => *serde_json::from_str::<Vec<&RawValue>>(value.get()).ok()?.get(*index)?,
        };
    }
    // The raw value is a slice of the text.
    let start = value.get().as_ptr() as usize - text.as_ptr() as usize;
    Some(start..start + value.get().len())
}

/// Byte offset of a line and column as serde_json counts them, both from 1, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// Whether all points of a ring lie on one line.
pub(super) fn flat(ring: &LineString<f64>) -> bool {
    let origin = ring.0[0];
    let Some(other) = ring.0.iter().find(|point| **point != origin) else { return true };
    let along = *other - origin;
    ring.0.iter().all(|point| {
        let arm = *point - origin;
        (along.x * arm.y - along.y * arm.x).abs() <= 1e-12 * (along.x.hypot(along.y) * arm.x.hypot(arm.y))
    })
}

impl Found {
    fn left_out(&self) -> Option<String> {
        let kinds = [
            (self.points_and_lines, "point or line", "points or lines"),
            (self.without_geometry, "feature without geometry", "features without geometry"),
            (self.without_area, "polygon without area", "polygons without area"),
        ];
        let parts: Vec<String> = kinds
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect();
        (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
    }

    fn left_out_in_brackets(&self) -> String {
        self.left_out().map_or_else(String::new, |text| format!(" ({text})"))
    }

    fn notes(&self) -> Vec<String> {
        let unclosed = (self.unclosed_rings > 0).then(|| match self.unclosed_rings {
            1 => "1 ring did not end where it began and was closed".to_owned(),
            many => format!("{many} rings did not end where they began and were closed"),
        });
        let long = (self.long_edges > 0).then(|| {
            format!(
                "{} rings have an edge over more than 180 degrees of longitude, read as drawn on a flat map; \
                 to cross the antimeridian cut the polygon in two or let longitudes run on beyond 180",
                self.long_edges
            )
        });
        let polar = (self.polar_rings > 0).then(|| {
            format!(
                "{} rings run around a pole and are read as the area between them and the nearer pole",
                self.polar_rings
            )
        });
        let mixed = (self.flat_positions > 0 && self.positions_with_height > 0).then(|| {
            format!(
                "{} of three numbers, the last taken for a height, beside {} of two: decimals are written with a point",
                counted(self.positions_with_height, "position"),
                self.flat_positions
            )
        });
        [self.left_out(), unclosed, polar, long, mixed].into_iter().flatten().collect()
    }
}
