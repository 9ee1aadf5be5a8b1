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
    index(&mut base, features).map_err(io::Error::other)?;
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
        let names: String =
            features.fields.iter().map(|field| format!(", {}", quoted(&field.name))).collect();
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
    // Nothing has no extent, which clause 1.1.3.1.1 leaves open.
    let [west, south, east, north] = extent.map(|side| (!features.is_empty()).then_some(side));
    base.execute(
        "INSERT INTO gpkg_contents \
         (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) \
         VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, 4326)",
        (features.layer, &features.about, west, south, east, north),
    )?;
    base.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, 4326, 0, 0)",
        (features.layer, GEOMETRY_NAME, geometry_type(features)),
    )?;
    Ok(())
}

/// The spatial index as the R-tree extension has it (annex F.3), with the triggers that keep it.
fn index(base: &mut Connection, features: &Features<'_>) -> rusqlite::Result<()> {
    let (layer, column) = (features.layer, GEOMETRY_NAME);
    let tree = format!("rtree_{layer}_{column}");
    base.execute_batch(
        "CREATE TABLE gpkg_extensions (
           table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
           scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    )?;
    base.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index',
           'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (layer, column),
    )?;
    let quoted_tree = quoted(&tree);
    base.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {quoted_tree} USING rtree(id, minx, maxx, miny, maxy)"
    ))?;
    let transaction = base.transaction()?;
    {
        let mut insert = transaction.prepare(&format!("INSERT INTO {quoted_tree} VALUES (?, ?, ?, ?, ?)"))?;
        for number in 0..features.len() {
            let [west, south, east, north] = bounds(&features.shape(number));
            // Rows are numbered from one in the order of the features.
            insert.execute((number as i64 + 1, west, east, south, north))?;
        }
    }
    transaction.commit()?;
    base.execute_batch(&triggers(layer, column, &tree))
}

/// The triggers of annex F.3. They call functions that programs which edit GeoPackages bring along.
fn triggers(layer: &str, column: &str, tree: &str) -> String {
    let quoted_layer = quoted(layer);
    let quoted_tree = quoted(tree);
    let named = |name: &str| quoted(&format!("{tree}_{name}"));
    let put = format!(
        "INSERT OR REPLACE INTO {quoted_tree} VALUES (NEW.fid, ST_MinX(NEW.{column}), \
         ST_MaxX(NEW.{column}), ST_MinY(NEW.{column}), ST_MaxY(NEW.{column}));"
    );
    let there = |row: &str| format!("({row}.{column} NOTNULL AND NOT ST_IsEmpty({row}.{column}))");
    let missing = format!("(NEW.{column} ISNULL OR ST_IsEmpty(NEW.{column}))");
    let (new, take_old) = (there("NEW"), format!("DELETE FROM {quoted_tree} WHERE id = OLD.fid;"));
    let both = format!("DELETE FROM {quoted_tree} WHERE id IN (OLD.fid, NEW.fid);");
    let trigger = |name: &str, event: &str, when: &str, what: &str| {
        let name = named(name);
        format!("CREATE TRIGGER {name} AFTER {event} ON {quoted_layer} WHEN {when} BEGIN {what} END;\n")
    };
    let of_column = format!("UPDATE OF {column}");
    [
        trigger("insert", "INSERT", &new, &put),
        trigger("update1", &of_column, &format!("OLD.fid = NEW.fid AND {new}"), &put),
        trigger("update2", &of_column, &format!("OLD.fid = NEW.fid AND {missing}"), &take_old),
        trigger("update3", "UPDATE", &format!("OLD.fid != NEW.fid AND {new}"), &format!("{take_old} {put}")),
        trigger("update4", "UPDATE", &format!("OLD.fid != NEW.fid AND {missing}"), &both),
        trigger("delete", "DELETE", &format!("OLD.{column} NOT NULL"), &take_old),
    ]
    .concat()
}
