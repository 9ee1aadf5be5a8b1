//! GeoJSON (RFC 7946): one feature a line.

use std::io::{self, Write};

use geo::Geometry;
use geojson::JsonValue;

use crate::export::features::{Features, Value};

/// Writes a feature collection.
pub(super) fn write(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let name = serde_json::to_string(features.layer)?;
    write!(out, "{{\"type\":\"FeatureCollection\",\"name\":{name}")?;
    if !features.about.is_empty() {
        // A foreign member (RFC 7946, 6.1), which GDAL reads as the description of the layer.
        write!(out, ",\"description\":{}", serde_json::to_string(&features.about)?)?;
    }
    write!(out, ",\"features\":[")?;
    for number in 0..features.len() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        write!(out, "{{\"type\":\"Feature\",\"properties\":{{")?;
        // By hand, because a map of serde_json would sort the fields by name.
        for (at, (field, value)) in features.fields.iter().zip(features.values(number)?).enumerate() {
            let (comma, name) = (if at == 0 { "" } else { "," }, serde_json::to_string(&field.name)?);
            write!(out, "{comma}{name}:{}", json(value))?;
        }
        write!(out, "}},\"geometry\":{}}}", geometry(&features.shape(number)))?;
    }
    out.write_all(b"\n]}\n")
}

fn geometry(shape: &Geometry<f64>) -> geojson::Geometry {
    geojson::Geometry::new(geojson::GeometryValue::from(shape))
}

fn json(value: Value) -> JsonValue {
    match value {
        Value::Nothing => JsonValue::Null,
        Value::Text(text) | Value::Instant(text) => text.into(),
        Value::Integer(number) => number.into(),
        Value::Real(number) => number.into(),
    }
}
