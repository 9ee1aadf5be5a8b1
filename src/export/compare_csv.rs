//! Several systems cell by cell as CSV: one column for each system and figure, and the differences.

use std::io::{self, Write};

use super::features::Field;
use super::gis::{ColumnType, GEOMETRY_COLUMN, cell_wkt, place_wkt};
use crate::compare::{POINT_FIGURES, PointFigure, best_at};
use crate::coverage::{Coverage, PointFigures};
use crate::frames::Geodetic;
use crate::grid::cells::{Grid, GridPoint};
use crate::report::{percent, percent_change};

/// What the columns of the systems and of their differences begin with, an underscore following.
///
/// No two are alike, however much the labels are, so that no two columns have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes {
    /// One for each system; also its word in the columns `best_FIGURE`.
    pub systems: Vec<String>,
    /// One for each system's differences to the baseline; that of the baseline itself is not used.
    pub differences: Vec<String>,
}

impl Prefixes {
    /// Prefixes made of the labels of the systems: lower case, words joined by `_`.
    pub fn new(labels: &[String], baseline: usize) -> Self {
        // These two have a meaning of their own in the table.
        let mut taken = vec!["best".to_owned(), "alike".to_owned()];
        let mut apart = |wanted: String| {
            let numbered = (2..).map(|number| format!("{wanted}_{number}"));
            let found = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(name));
            // The numbers never end, so one is always found.
            let name = found.unwrap_or(wanted);
            taken.push(name.clone());
            name
        };
        let systems: Vec<String> = labels.iter().map(|label| apart(slug(label))).collect();
        let base = systems.get(baseline).cloned().unwrap_or_default();
        let differences = systems.iter().map(|system| apart(format!("{system}_minus_{base}"))).collect();
        Self { systems, differences }
    }
}

fn slug(label: &str) -> String {
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match words.map(str::to_lowercase).collect::<Vec<_>>().join("_") {
        empty if empty.is_empty() => "system".to_owned(),
        slug => slug,
    }
}

/// Names of all columns. The differences are those of every system but the baseline to it.
pub fn columns(grid: &Grid, labels: &[String], baseline: usize, geometry: bool) -> Vec<String> {
    let first = match grid.resolution {
        Some(_) => ["hex_id", "lat_deg", "lon_deg", "area_km2"],
        None => ["name", "lat_deg", "lon_deg", "height_m"],
    };
    let mut columns: Vec<String> = first.map(str::to_owned).to_vec();
    let Prefixes { systems, differences } = Prefixes::new(labels, baseline);
    let others = differences.into_iter().enumerate().filter(|(number, _)| *number != baseline);
    for prefix in systems.into_iter().chain(others.map(|(_, prefix)| prefix)) {
        columns.extend(POINT_FIGURES.iter().map(|figure| format!("{prefix}_{}", figure.column)));
    }
    columns.extend(POINT_FIGURES.iter().map(|figure| format!("best_{}", figure.column)));
    columns.extend(geometry.then(|| GEOMETRY_COLUMN.to_owned()));
    columns
}

/// Types of the columns of a table with geometry, for [`super::gis::write_sidecars`].
pub fn column_types(grid: &Grid, labels: &[String], baseline: usize) -> Vec<ColumnType> {
    // A system may be called "Best of all"; only the bare figure behind it tells the column of the best.
    let is_figure = |rest: &str| POINT_FIGURES.iter().any(|figure| figure.column == rest);
    let typed = |name: &String| match name.as_str() {
        "hex_id" | "name" => ColumnType::Text,
        GEOMETRY_COLUMN => ColumnType::Geometry,
        best if best.strip_prefix("best_").is_some_and(is_figure) => ColumnType::Text,
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
    let systems = Prefixes::new(table.labels, table.baseline).systems;
    let mut texts = row(&Table { geometry: false, ..*table }, &systems, number, &table.grid.points[number]);
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
    let systems = Prefixes::new(table.labels, table.baseline).systems;
    for (number, point) in table.grid.points.iter().enumerate() {
        writer.write_record(row(table, &systems, number, point))?;
    }
    writer.flush()
}

fn row(table: &Table<'_>, systems: &[String], number: usize, point: &GridPoint) -> Vec<String> {
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
        row.extend(POINT_FIGURES.iter().map(|figure| told(figure, (figure.of)(figures))));
    }
    for (_, own) in figures.iter().enumerate().filter(|(system, _)| *system != table.baseline) {
        let from = figures[table.baseline];
        row.extend(POINT_FIGURES.iter().map(|figure| change(figure, (figure.of)(from), (figure.of)(own))));
    }
    row.extend(POINT_FIGURES.iter().map(|figure| match best_at(figure, &figures) {
        Some(best) => systems[best].clone(),
        None => "alike".to_owned(),
    }));
    if table.geometry {
        row.push(point.cell.map_or_else(|| place_wkt(&place), cell_wkt));
    }
    row
}

/// Whether less than all of a figure, and more than nothing, is told as such.
fn is_percent(figure: &PointFigure) -> bool {
    figure.column.starts_with("percent")
}

fn told(figure: &PointFigure, value: f64) -> String {
    if is_percent(figure) {
        return percent(value, figure.decimals);
    }
    format!("{value:.*}", figure.decimals)
}

/// By how much a figure differs: what rounds to nothing has no sign.
fn change(figure: &PointFigure, from: f64, to: f64) -> String {
    let difference = if is_percent(figure) { percent_change(from, to, figure.decimals) } else { to - from };
    let text = format!("{difference:.*}", figure.decimals);
    let is_nothing = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_nothing { text.trim_start_matches('-').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_access_is_not_nothing_and_no_difference_has_no_sign() {
        let of = |column: &str| POINT_FIGURES.iter().find(|figure| figure.column == column).unwrap();
        let (covered, gap) = (of("percent_covered"), of("max_gap_s"));
        for (value, text) in
            [(4e-7, "0.000001"), (99.999_999_9, "99.999999"), (100.0, "100.000000"), (0.0, "0.000000")]
        {
            assert_eq!(told(covered, value), text);
        }
        for (from, to, text) in [
            (100.0, 4e-7, "-99.999999"),
            (100.0, 99.999_999_9, "-0.000001"),
            (50.0, 49.999_999_9, "0.000000"),
            (12.0, 12.5, "0.500000"),
        ] {
            assert_eq!(change(covered, from, to), text);
        }
        for (from, to, text) in [(4e-4, 0.0, "0.000"), (1.0, 0.5, "-0.500"), (0.0, 10.0, "10.000")] {
            assert_eq!(change(gap, from, to), text);
        }
    }

    #[test]
    fn no_two_columns_have_one_name_however_alike_the_labels() {
        let labels: Vec<String> =
            ["My system", "my-system", "MY SYSTEM 2", "Best", "!", "?", "my-system minus my system"]
                .map(str::to_owned)
                .to_vec();
        for baseline in 0..labels.len() {
            let grid = Grid { resolution: None, points: Vec::new() };
            let mut columns = columns(&grid, &labels, baseline, true);
            assert_eq!(columns.len(), 4 + 4 * (7 + 6 + 1) + 1);
            columns.sort();
            columns.dedup();
            assert_eq!(columns.len(), 4 + 4 * (7 + 6 + 1) + 1, "{columns:?}");
            let types = column_types(&grid, &labels, baseline);
            let texts = types.iter().filter(|kind| **kind == ColumnType::Text).count();
            assert_eq!(texts, 1 + 4, "the name and the best of four figures");
        }
        let prefixes = Prefixes::new(&labels, 0).systems;
        assert_eq!(
            prefixes[..6],
            ["my_system", "my_system_2", "my_system_2_2", "best_2", "system", "system_2"]
        );
    }
}
