//! Tables with geometry, from which every GIS format is written: the same fields, names and values as in
//! the CSV file of the command, typed.

use std::borrow::Cow;
use std::io;

use geo::{Geometry, MapCoords, MultiPolygon, Point};

use super::gis::{ColumnType, rounded};
use crate::grid::cells::GridPoint;
use crate::grid::polygon::cell_polygons;

/// Name of the geometry column in formats that name it.
pub const GEOMETRY_NAME: &str = "geometry";

/// A value of a feature.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There is none.
    Nothing,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// An instant, ISO 8601 in UTC.
    Instant(String),
}

/// A field of all features.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What its values are.
    pub kind: ColumnType,
}

impl Field {
    /// A field of this name and kind.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: ColumnType) -> Self {
        Self { name: name.into(), kind }
    }
}

/// A value as a CSV file writes it.
///
/// # Errors
/// When the text is none of its kind.
fn typed(text: &str, kind: ColumnType) -> io::Result<Value> {
    let wrong = || io::Error::other(format!("'{text}' is no {kind:?}"));
    Ok(match kind {
        _ if text.is_empty() && kind != ColumnType::Text => Value::Nothing,
        ColumnType::Text | ColumnType::Geometry => Value::Text(text.to_owned()),
        ColumnType::Integer | ColumnType::Integer64 => Value::Integer(text.parse().map_err(|_| wrong())?),
        ColumnType::Real => Value::Real(text.parse().map_err(|_| wrong())?),
        ColumnType::DateTime => Value::Instant(text.to_owned()),
    })
}

/// Where the shapes of features come from.
enum Shapes<'a> {
    /// Cells or places.
    Points(&'a [GridPoint]),
    /// Given shapes.
    Areas(&'a [MultiPolygon<f64>]),
}

/// Features with one type of geometry: multipolygons of cells or points of places.
pub struct Features<'a> {
    /// Name of the layer.
    pub layer: &'a str,
    /// What was computed, for formats that can hold it: satellites, window, mask and the like; may be empty.
    pub about: String,
    /// The fields, without geometry.
    pub fields: Vec<Field>,
    shapes: Shapes<'a>,
    row: &'a (dyn Fn(usize) -> Vec<String> + 'a),
}

impl<'a> Features<'a> {
    /// Features of cells or places with the row of each as its CSV file has it.
    pub fn new(
        layer: &'a str,
        fields: Vec<Field>,
        points: &'a [GridPoint],
        row: &'a (dyn Fn(usize) -> Vec<String> + 'a),
    ) -> Self {
        Self { layer, about: String::new(), fields, shapes: Shapes::Points(points), row }
    }

    /// Features of areas with the row of each as text.
    pub fn of_areas(
        layer: &'a str,
        fields: Vec<Field>,
        areas: &'a [MultiPolygon<f64>],
        row: &'a (dyn Fn(usize) -> Vec<String> + 'a),
    ) -> Self {
        Self { layer, about: String::new(), fields, shapes: Shapes::Areas(areas), row }
    }

    /// With what the file says of its numbers.
    #[must_use]
    pub fn about(self, about: String) -> Self {
        Self { about, ..self }
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        match &self.shapes {
            Shapes::Points(points) => points.len(),
            Shapes::Areas(areas) => areas.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the geometries are multipolygons, and not points.
    pub fn are_areas(&self) -> bool {
        match &self.shapes {
            Shapes::Points(points) => points.first().is_some_and(|point| point.cell.is_some()),
            Shapes::Areas(_) => true,
        }
    }

    /// The values of a feature, one for each field.
    ///
    /// # Errors
    /// When a row holds a text that is not of its field's kind.
    pub fn values(&self, number: usize) -> io::Result<Vec<Value>> {
        self.texts(number).iter().zip(&self.fields).map(|(text, field)| typed(text, field.kind)).collect()
    }

    /// The values of a feature as text.
    pub fn texts(&self, number: usize) -> Vec<String> {
        (self.row)(number)
    }

    /// The shape of a feature in WGS-84 degrees, longitude first, rounded to 1e-7°.
    pub fn shape(&self, number: usize) -> Geometry<f64> {
        let point = match &self.shapes {
            Shapes::Points(points) => &points[number],
            Shapes::Areas(areas) => return Geometry::MultiPolygon(areas[number].map_coords(rounded)),
        };
        match point.cell {
            Some(cell) => Geometry::MultiPolygon(cell_polygons(cell).map_coords(rounded)),
            None => Geometry::Point(Point::new(point.longitude_deg, point.latitude_deg).map_coords(rounded)),
        }
    }
}
