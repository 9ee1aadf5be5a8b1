//! Vector files for GIS programs. The ending of the path chooses the format: `.geojson`, `.gpkg`
//! (GeoPackage), `.fgb` (FlatGeobuf), `.parquet` (GeoParquet 1.1), `.kml`, `.kmz`, or `.csv` with a `WKT` column.
//! All hold the same fields, typed, in WGS 84 longitude and latitude (EPSG:4326).

use std::io::{self, Write};
use std::path::Path;

use super::features::Features;
use super::gis::{ColumnType, GEOMETRY_COLUMN, write_sidecars};
use super::{WriteError, write_file};

mod flatgeobuf;
mod geojson;
mod geopackage;
mod geoparquet;
mod kml;

/// A format of vector files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GeoJSON, RFC 7946.
    GeoJson,
    /// OGC GeoPackage 1.2.
    GeoPackage,
    /// FlatGeobuf 3.
    FlatGeobuf,
    /// GeoParquet 1.1.
    GeoParquet,
    /// OGC KML 2.2.
    Kml,
    /// The same in a ZIP archive.
    Kmz,
    /// CSV with a `WKT` column, with `.csvt` and `.prj` beside it.
    Csv,
}

/// The endings that are known, as messages list them.
pub const ENDINGS: &str = ".geojson, .gpkg, .fgb, .parquet, .kml, .kmz, .csv";

impl Format {
    /// The format of a path; none when its ending is not known.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "geojson" => Self::GeoJson,
            "gpkg" => Self::GeoPackage,
            "fgb" => Self::FlatGeobuf,
            "parquet" | "geoparquet" => Self::GeoParquet,
            "kml" => Self::Kml,
            "kmz" => Self::Kmz,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

/// Writes a vector file whole or not at all.
///
/// # Errors
/// [`WriteError`].
pub fn write(path: &Path, format: Format, features: &Features<'_>) -> Result<(), WriteError> {
    write_file(path, |out| match format {
        Format::GeoJson => geojson::write(out, features),
        Format::GeoPackage => geopackage::write(out, features),
        Format::FlatGeobuf => flatgeobuf::write(out, features),
        Format::GeoParquet => geoparquet::write(out, features),
        Format::Kml => kml::write(out, features),
        Format::Kmz => kml::write_zipped(out, features),
        Format::Csv => write_csv(out, features),
    })?;
    if format == Format::Csv {
        let kinds: Vec<_> =
            features.fields.iter().map(|field| field.kind).chain([ColumnType::Geometry]).collect();
        write_sidecars(path, &kinds)?;
    }
    Ok(())
}

fn write_csv(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    use wkt::ToWkt;
    let mut table = csv::Writer::from_writer(out);
    let header = features.fields.iter().map(|field| super::text_cell(&field.name));
    table.write_record(header.chain([GEOMETRY_COLUMN.to_owned()]))?;
    for number in 0..features.len() {
        let mut record = features.texts(number);
        for (text, field) in record.iter_mut().zip(&features.fields) {
            if field.kind == ColumnType::Text {
                *text = super::text_cell(text);
            }
        }
        record.push(features.shape(number).wkt_string());
        table.write_record(record)?;
    }
    table.flush()
}

/// West, south, east and north of a geometry; all zero for an empty one.
fn bounds(shape: &geo::Geometry<f64>) -> [f64; 4] {
    use geo::BoundingRect;
    shape.bounding_rect().map_or([0.0; 4], |rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y])
}
