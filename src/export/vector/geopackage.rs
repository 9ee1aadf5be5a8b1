//! OGC GeoPackage (12-128r17), version 1.2 so that older programs open it too.

use std::io::{self, Write};

use geozero::{CoordDimensions, ToWkb};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::bounds;
use crate::export::features::{Features, GEOMETRY_NAME, Value};
use crate::export::gis::ColumnType;

const EPSG: i32 = 4326;

/// Tables that every GeoPackage holds, and the three reference systems that it must know
/// (clause 1.1.2.1.2).
const FRAME: &str = r#"
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10200;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
"#;

/// Writes a GeoPackage with one layer. It is put together in memory.
pub(super) fn write(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let mut base = build(features)?;
    let bytes = base.serialize("main").map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn build(features: &Features<'_>) -> io::Result<Connection> {
    let mut base = Connection::open_in_memory().map_err(io::Error::other)?;
    base.execute_batch(FRAME).map_err(io::Error::other)?;
    base.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, ?1, \
         'longitude and latitude in degrees')",
        [crate::export::gis::PRJ.trim_end()],
    )
    .map_err(io::Error::other)?;
    base.execute_batch(&layer_table(features)).map_err(io::Error::other)?;
    let extent = fill(&mut base, features)?;
    describe(&base, features, extent).map_err(io::Error::other)?;
    Ok(base)
}

/// An identifier of SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn layer_table(features: &Features<'_>) -> String {
    let fields: String = features
        .fields
        .iter()
        .map(|field| {
            let kind = match field.kind {
                ColumnType::Text | ColumnType::Geometry => "TEXT",
                ColumnType::Integer => "MEDIUMINT",
                ColumnType::Integer64 => "INTEGER",
                ColumnType::Real => "DOUBLE",
                ColumnType::DateTime => "DATETIME",
            };
            format!(", {} {kind}", quoted(&field.name))
        })
        .collect();
    format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {GEOMETRY_NAME} {}{fields})",
        quoted(features.layer),
        geometry_type(features)
    )
}

fn geometry_type(features: &Features<'_>) -> &'static str {
    if features.are_areas() { "MULTIPOLYGON" } else { "POINT" }
}

/// Inserts the features and tells their extent.
fn fill(base: &mut Connection, features: &Features<'_>) -> io::Result<[f64; 4]> {
    let mut extent = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let transaction = base.transaction().map_err(io::Error::other)?;
    {
        let places = vec!["?"; features.fields.len() + 1].join(", ");
        let names: String = features.fields.iter().map(|field| format!(", {}", quoted(&field.name))).collect();
        let statement =
            format!("INSERT INTO {} ({GEOMETRY_NAME}{names}) VALUES ({places})", quoted(features.layer));
        let mut insert = transaction.prepare(&statement).map_err(io::Error::other)?;
        for number in 0..features.len() {
            let shape = features.shape(number);
            let [west, south, east, north] = bounds(&shape);
            extent = [extent[0].min(west), extent[1].min(south), extent[2].max(east), extent[3].max(north)];
            // The envelope of a point is the point itself and left out.
            let envelope = if features.are_areas() { vec![west, east, south, north] } else { Vec::new() };
            let blob =
                shape.to_gpkg_wkb(CoordDimensions::xy(), Some(EPSG), envelope).map_err(io::Error::other)?;
            let values = features.values(number)?;
            let row = std::iter::once(Box::new(blob) as Box<dyn ToSql>).chain(values.into_iter().map(sql));
            insert.execute(params_from_iter(row)).map_err(io::Error::other)?;
        }
    }
    transaction.commit().map_err(io::Error::other)?;
    Ok(extent)
}

fn sql(value: Value) -> Box<dyn ToSql> {
    match value {
        Value::Nothing => Box::new(rusqlite::types::Null),
        Value::Text(text) | Value::Instant(text) => Box::new(text),
        Value::Integer(number) => Box::new(number),
        Value::Real(number) => Box::new(number),
    }
}

fn describe(base: &Connection, features: &Features<'_>, extent: [f64; 4]) -> rusqlite::Result<()> {
    let [west, south, east, north] = extent;
    base.execute(
        "INSERT INTO gpkg_contents \
         (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id) \
         VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, 4326)",
        (features.layer, west, south, east, north),
    )?;
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, 4326, 0, 0)",
        (features.layer, GEOMETRY_NAME, geometry_type(features)),
    )?;
    Ok(())
}
