//! Several systems cell by cell as CSV: one column for each system and figure, and the differences.

use std::io::{self, Write};

use super::features::Field;
use super::gis::{ColumnType, GEOMETRY_COLUMN, cell_wkt, place_wkt};
use crate::compare::{POINT_FIGURES, best_at};
use crate::coverage::{Coverage, PointFigures};
use crate::frames::Geodetic;
use crate::grid::cells::{Grid, GridPoint};

/// A label as part of a column's name: lower case, words joined by `_`.
pub fn slug(label: &str) -> String {
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Names of all columns. The differences are those of every system but the baseline to it.
pub fn columns(grid: &Grid, labels: &[String], baseline: usize, geometry: bool) -> Vec<String> {
    let first = match grid.resolution {
        Some(_) => ["hex_id", "lat_deg", "lon_deg", "area_km2"],
        None => ["name", "lat_deg", "lon_deg", "height_m"],
    };
    let mut columns: Vec<String> = first.map(str::to_owned).to_vec();
    for label in labels {
        columns.extend(POINT_FIGURES.iter().map(|figure| format!("{}_{}", slug(label), figure.column)));
    }
    for (_, label) in labels.iter().enumerate().filter(|(number, _)| *number != baseline) {
        let pair = format!("{}_minus_{}", slug(label), slug(&labels[baseline]));
        columns.extend(POINT_FIGURES.iter().map(|figure| format!("{pair}_{}", figure.column)));
    }
    columns.extend(POINT_FIGURES.iter().map(|figure| format!("best_{}", figure.column)));
    columns.extend(geometry.then(|| GEOMETRY_COLUMN.to_owned()));
    columns
}

/// Types of the columns of a table with geometry, for [`super::gis::write_sidecars`].
pub fn column_types(grid: &Grid, labels: &[String], baseline: usize) -> Vec<ColumnType> {
    let typed = |name: &String| match name.as_str() {
        "hex_id" | "name" => ColumnType::Text,
        GEOMETRY_COLUMN => ColumnType::Geometry,
        best if best.starts_with("best_") => ColumnType::Text,
        _ => ColumnType::Real,
    };
    columns(grid, labels, baseline, true).iter().map(typed).collect()
}

/// The fields of a table, in the order of [`texts`].
pub fn fields(grid: &Grid, labels: &[String], baseline: usize) -> Vec<Field> {
    let names = columns(grid, labels, baseline, false).into_iter();
    names.zip(column_types(grid, labels, baseline)).map(|(name, kind)| Field::new(name, kind)).collect()
}

/// The values of a point as text.
pub fn texts(table: &Table<'_>, number: usize) -> Vec<String> {
    let mut texts = row(&Table { geometry: false, ..*table }, number, &table.grid.points[number]);
    if let (Some(text), Some(name)) = (texts.first_mut(), table.names.get(number)) {
        // Only spreadsheets need the guard that a CSV cell has.
        text.clone_from(name);
    }
    texts
}

/// What a table of several systems shows.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The points.
    pub grid: &'a Grid,
    /// Names of the places; empty for cells.
    pub names: &'a [String],
    /// Labels of the systems.
    pub labels: &'a [String],
    /// Their runs on the grid.
    pub runs: &'a [Coverage],
    /// Number of the baseline.
    pub baseline: usize,
    /// Whether a last column holds the shape.
    pub geometry: bool,
}

/// Writes one row for each point.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, table: &Table<'_>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns(table.grid, table.labels, table.baseline, table.geometry))?;
    for (number, point) in table.grid.points.iter().enumerate() {
        writer.write_record(row(table, number, point))?;
    }
    writer.flush()
}

fn row(table: &Table<'_>, number: usize, point: &GridPoint) -> Vec<String> {
    let figures: Vec<&PointFigures> = table.runs.iter().map(|run| &run.points[number]).collect();
    let place = Geodetic {
        latitude_deg: point.latitude_deg,
        longitude_deg: point.longitude_deg,
        height_km: point.height_km,
    };
    let (id, weight) = match point.cell {
        Some(cell) => (cell.to_string(), format!("{:.6}", point.area_km2)),
        None => {
            let name = table.names.get(number).map_or("", String::as_str);
            (super::text_cell(name), format!("{:.3}", point.height_km * 1000.0))
        }
    };
    let mut row =
        vec![id, format!("{:.9}", place.latitude_deg), format!("{:.9}", place.longitude_deg), weight];
    for figures in &figures {
        row.extend(POINT_FIGURES.iter().map(|figure| {
            let value = (figure.of)(figures);
            format!("{value:.*}", figure.decimals)
        }));
    }
    for (_, own) in figures.iter().enumerate().filter(|(system, _)| *system != table.baseline) {
        row.extend(POINT_FIGURES.iter().map(|figure| {
            // Adding 0 makes -0 a plain one.
            let difference = (figure.of)(own) - (figure.of)(figures[table.baseline]) + 0.0;
            format!("{difference:.*}", figure.decimals)
        }));
    }
    row.extend(POINT_FIGURES.iter().map(|figure| match best_at(figure, &figures) {
        Some(best) => slug(&table.labels[best]),
        None => "alike".to_owned(),
    }));
    if table.geometry {
        row.push(point.cell.map_or_else(|| place_wkt(&place), cell_wkt));
    }
    row
}
