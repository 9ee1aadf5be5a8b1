//! FlatGeobuf 3, with its index in space.

use std::io::{self, Write};

use flatgeobuf::{ColumnType as FgbType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, PropertyProcessor};

use crate::export::features::{Features, Value};
use crate::export::gis::ColumnType;

/// Writes a FlatGeobuf file.
pub(super) fn write(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let geometry = if features.are_areas() { GeometryType::MultiPolygon } else { GeometryType::Point };
    let options = FgbWriterOptions {
        description: (!features.about.is_empty()).then_some(features.about.as_str()),
        crs: FgbCrs { org: Some("EPSG"), code: 4326, name: Some("WGS 84"), ..FgbCrs::default() },
        // Of nothing there is no tree.
        write_index: !features.is_empty(),
        ..FgbWriterOptions::default()
    };
    let mut writer =
        FgbWriter::create_with_options(features.layer, geometry, options).map_err(io::Error::other)?;
    for field in &features.fields {
        writer.add_column(&field.name, column_type(field.kind), |_, _| {});
    }
    for number in 0..features.len() {
        let values = features.values(number)?;
        let mut refused = None;
        writer
            .add_feature_geom(features.shape(number), |feature| {
                for (at, (field, value)) in features.fields.iter().zip(&values).enumerate() {
                    if let Some(value) = column_value(value, field.kind)
                        && let Err(error) = feature.property(at, &field.name, &value)
                    {
                        refused = Some(error);
                    }
                }
            })
            .map_err(io::Error::other)?;
        if let Some(error) = refused {
            return Err(io::Error::other(error));
        }
    }
    writer.write(out).map_err(io::Error::other)
}

fn column_type(kind: ColumnType) -> FgbType {
    match kind {
        ColumnType::Text | ColumnType::Geometry => FgbType::String,
        ColumnType::Integer => FgbType::Int,
        ColumnType::Integer64 => FgbType::Long,
        ColumnType::Real => FgbType::Double,
        ColumnType::DateTime => FgbType::DateTime,
    }
}

/// The value as FlatGeobuf stores it; none is left out of the feature.
fn column_value(value: &Value, kind: ColumnType) -> Option<ColumnValue<'_>> {
    match value {
        Value::Nothing => None,
        Value::Text(text) => Some(ColumnValue::String(text)),
        Value::Instant(text) => Some(ColumnValue::DateTime(text)),
        // Counts of 32 bits came from numbers of 32 bits.
        Value::Integer(number) if kind == ColumnType::Integer => Some(ColumnValue::Int(*number as i32)),
        Value::Integer(number) => Some(ColumnValue::Long(*number)),
        Value::Real(number) => Some(ColumnValue::Double(*number)),
    }
}
