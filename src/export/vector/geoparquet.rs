//! GeoParquet 1.1: WKB geometry, a bounding box for each row, the reference system as PROJJSON.

use std::io::{self, Write};
use std::sync::Arc;

use geozero::{CoordDimensions, ToWkb};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::bounds;
use crate::export::features::{Features, GEOMETRY_NAME, Value};
use crate::export::gis::ColumnType;
use crate::time::Epoch;

/// Rows that are written together.
const GROUP: usize = 50_000;

/// Writes a GeoParquet file. The compressed file is put together in memory.
pub(super) fn write(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let schema = parse_message_type(&schema(features)).map_err(io::Error::other)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("hexsky {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))
        .map_err(io::Error::other)?;
    let mut extent = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for first in (0..features.len()).step_by(GROUP) {
        let group = Group::read(features, first..features.len().min(first + GROUP))?;
        for [west, south, east, north] in &group.boxes {
            extent =
                [extent[0].min(*west), extent[1].min(*south), extent[2].max(*east), extent[3].max(*north)];
        }
        group.write(&mut writer, features)?;
    }
    let metadata = metadata(features, extent).to_string();
    writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), metadata));
    if !features.about.is_empty() {
        writer.append_key_value_metadata(KeyValue::new("description".to_owned(), features.about.clone()));
    }
    writer.close().map_err(io::Error::other)?;
    out.write_all(&bytes)
}

/// The schema in the language of Parquet.
fn schema(features: &Features<'_>) -> String {
    let fields: String = features
        .fields
        .iter()
        .map(|field| {
            let name = &*field.name;
            match field.kind {
                ColumnType::Text | ColumnType::Geometry => format!("optional binary {name} (STRING);"),
                ColumnType::Integer => format!("optional int32 {name};"),
                ColumnType::Integer64 => format!("optional int64 {name};"),
                ColumnType::Real => format!("optional double {name};"),
                ColumnType::DateTime => format!("optional int64 {name} (TIMESTAMP(MILLIS,true));"),
            }
        })
        .collect();
    format!(
        "message hexsky {{ {fields} required group bbox {{ required double xmin; required double ymin; \
         required double xmax; required double ymax; }} required binary {GEOMETRY_NAME}; }}"
    )
}

fn metadata(features: &Features<'_>, extent: [f64; 4]) -> serde_json::Value {
    let kind = if features.are_areas() { "MultiPolygon" } else { "Point" };
    let axis = |name: &str, abbreviation: &str, direction: &str| json!({"name": name, "abbreviation": abbreviation, "direction": direction, "unit": "degree"});
    let crs = json!({
        "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
        "type": "GeographicCRS",
        "name": "WGS 84",
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": "World Geodetic System 1984",
            "ellipsoid": {
                "name": "WGS 84", "semi_major_axis": 6_378_137, "inverse_flattening": 298.257_223_563
            }
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [
                axis("Geodetic latitude", "Lat", "north"),
                axis("Geodetic longitude", "Lon", "east")
            ]
        },
        "id": {"authority": "EPSG", "code": 4326}
    });
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": [kind],
        "crs": crs,
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {
            "xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"],
            "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"]
        }}
    });
    // Nothing has no extent.
    if !features.is_empty() {
        column["bbox"] = json!(extent);
    }
    json!({ "version": "1.1.0", "primary_column": GEOMETRY_NAME, "columns": { GEOMETRY_NAME: column } })
}

/// Rows of a group, column by column.
struct Group {
    /// `[field][row]`.
    columns: Vec<Vec<Value>>,
    boxes: Vec<[f64; 4]>,
    shapes: Vec<ByteArray>,
}

impl Group {
    fn read(features: &Features<'_>, rows: std::ops::Range<usize>) -> io::Result<Self> {
        let mut group = Self {
            columns: vec![Vec::with_capacity(rows.len()); features.fields.len()],
            boxes: Vec::with_capacity(rows.len()),
            shapes: Vec::with_capacity(rows.len()),
        };
        for number in rows {
            for (column, value) in group.columns.iter_mut().zip(features.values(number)?) {
                column.push(value);
            }
            let shape = features.shape(number);
            group.boxes.push(bounds(&shape));
            let wkb = shape.to_wkb(CoordDimensions::xy()).map_err(io::Error::other)?;
            group.shapes.push(ByteArray::from(wkb));
        }
        Ok(group)
    }

    fn write(
        &self,
        writer: &mut SerializedFileWriter<&mut Vec<u8>>,
        features: &Features<'_>,
    ) -> io::Result<()> {
        let mut group = writer.next_row_group().map_err(io::Error::other)?;
        for (column, field) in self.columns.iter().zip(&features.fields) {
            write_column(&mut group, column, field.kind)?;
        }
        for side in 0..4 {
            let values: Vec<f64> = self.boxes.iter().map(|bounds| bounds[side]).collect();
            next(&mut group, |column| column.typed::<DoubleType>().write_batch(&values, None, None))?;
        }
        next(&mut group, |column| column.typed::<ByteArrayType>().write_batch(&self.shapes, None, None))?;
        group.close().map_err(io::Error::other)?;
        Ok(())
    }
}

type ColumnWriter<'a> = parquet::file::writer::SerializedColumnWriter<'a>;

/// Writes the next column of a group.
fn next(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    fill: impl FnOnce(&mut ColumnWriter<'_>) -> Result<usize, ParquetError>,
) -> io::Result<()> {
    let missing = || io::Error::other("the schema has fewer columns than the table");
    let mut column = group.next_column().map_err(io::Error::other)?.ok_or_else(missing)?;
    fill(&mut column).map_err(io::Error::other)?;
    column.close().map_err(io::Error::other)
}

/// Writes an optional column: its values, and for each row whether there is one.
fn write_column(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    column: &[Value],
    kind: ColumnType,
) -> io::Result<()> {
    let levels: Vec<i16> = column.iter().map(|value| i16::from(*value != Value::Nothing)).collect();
    let levels = Some(levels.as_slice());
    match kind {
        ColumnType::Text | ColumnType::Geometry => {
            let values: Vec<ByteArray> = present(column, |value| match value {
                Value::Text(text) => Some(ByteArray::from(text.as_str())),
                _ => None,
            });
            next(group, |column| column.typed::<ByteArrayType>().write_batch(&values, levels, None))
        }
        ColumnType::Integer => {
            let values: Vec<i32> = present(column, |value| integer(value).map(|number| number as i32));
            next(group, |column| column.typed::<Int32Type>().write_batch(&values, levels, None))
        }
        ColumnType::Integer64 => {
            let values: Vec<i64> = present(column, integer);
            next(group, |column| column.typed::<Int64Type>().write_batch(&values, levels, None))
        }
        ColumnType::Real => {
            let values: Vec<f64> = present(column, |value| match value {
                Value::Real(number) => Some(*number),
                _ => None,
            });
            next(group, |column| column.typed::<DoubleType>().write_batch(&values, levels, None))
        }
        ColumnType::DateTime => {
            let values: Vec<i64> = present(column, |value| match value {
                Value::Instant(text) => {
                    text.parse::<Epoch>().ok().map(|epoch| epoch.unix_nanos().div_euclid(1_000_000))
                }
                _ => None,
            });
            next(group, |column| column.typed::<Int64Type>().write_batch(&values, levels, None))
        }
    }
}

fn present<T>(column: &[Value], read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    column.iter().filter_map(read).collect()
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}
