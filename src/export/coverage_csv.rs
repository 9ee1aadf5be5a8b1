//! Coverage of each point as CSV.

use std::io::{self, Write};

use super::features::Field;
use super::gis::{ColumnType, GEOMETRY_COLUMN, cell_wkt, place_wkt};
use crate::coverage::{Coverage, PointFigures};
use crate::frames::Geodetic;
use crate::grid::cells::{Grid, GridPoint};
use crate::report::percent;

/// First columns of a table of cells.
const CELL_COLUMNS: [&str; 4] = ["hex_id", "lat_deg", "lon_deg", "area_km2"];
/// First columns of a table of places.
const PLACE_COLUMNS: [&str; 4] = ["name", "lat_deg", "lon_deg", "height_m"];
/// The columns that follow.
const FIGURE_COLUMNS: [&str; 17] = [
    "percent_covered",
    "percent_covered_2",
    "percent_covered_3",
    "percent_covered_4",
    "mean_in_view",
    "min_in_view",
    "max_in_view",
    "access_count",
    "mean_access_s",
    "gap_count",
    "mean_gap_s",
    "p50_gap_s",
    "p95_gap_s",
    "max_gap_s",
    "max_gap_start",
    "mean_response_s",
    "flags",
];

/// The fields of a table, in the order of [`texts`].
pub fn fields(grid: &Grid) -> Vec<Field> {
    let first = if grid.resolution.is_some() { CELL_COLUMNS } else { PLACE_COLUMNS };
    let names = first.into_iter().chain(FIGURE_COLUMNS);
    names.zip(column_types(grid)).map(|(name, kind)| Field::new(name, kind)).collect()
}

/// The values of a point as text; empty where there is none.
pub fn texts(grid: &Grid, coverage: &Coverage, names: &[String], number: usize) -> Vec<String> {
    let mut texts = row(&grid.points[number], names.get(number), &coverage.points[number], coverage);
    if let (Some(text), Some(name)) = (texts.first_mut(), names.get(number)) {
        // Only spreadsheets need the guard that a CSV cell has.
        text.clone_from(name);
    }
    texts
}

/// Types of the columns of a table with geometry, for [`super::gis::write_sidecars`].
pub fn column_types(grid: &Grid) -> Vec<ColumnType> {
    let first = if grid.resolution.is_some() { CELL_COLUMNS } else { PLACE_COLUMNS };
    let typed = |name: &&str| match *name {
        "hex_id" | "name" | "flags" => ColumnType::Text,
        "min_in_view" | "max_in_view" | "access_count" | "gap_count" => ColumnType::Integer,
        "max_gap_start" => ColumnType::DateTime,
        _ => ColumnType::Real,
    };
    first.iter().chain(&FIGURE_COLUMNS).map(typed).chain([ColumnType::Geometry]).collect()
}

/// Writes one row for each point. `names` are those of the places, empty for cells; `geometry` adds a
/// last column with the hexagon or the place as well-known text.
///
/// # Errors
/// What the writer says.
pub fn write(
    out: &mut dyn Write,
    grid: &Grid,
    coverage: &Coverage,
    names: &[String],
    geometry: bool,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let first = if grid.resolution.is_some() { CELL_COLUMNS } else { PLACE_COLUMNS };
    table.write_record(first.iter().chain(&FIGURE_COLUMNS).chain(geometry.then_some(&GEOMETRY_COLUMN)))?;
    for (number, (point, figures)) in grid.points.iter().zip(&coverage.points).enumerate() {
        let mut record = row(point, names.get(number), figures, coverage);
        if geometry {
            record.push(shape(point));
        }
        table.write_record(record)?;
    }
    table.flush()
}

fn shape(point: &GridPoint) -> String {
    match point.cell {
        Some(cell) => cell_wkt(cell),
        None => place_wkt(&Geodetic {
            latitude_deg: point.latitude_deg,
            longitude_deg: point.longitude_deg,
            height_km: point.height_km,
        }),
    }
}

fn row(point: &GridPoint, name: Option<&String>, figures: &PointFigures, coverage: &Coverage) -> Vec<String> {
    let window_s = coverage.settings.window.duration_s;
    let seconds = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.3}"));
    let percent = |value: f64| percent(value, 6);
    let id = match point.cell {
        Some(cell) => cell.to_string(),
        None => super::text_cell(name.map_or("", String::as_str)),
    };
    let weight = match point.cell {
        Some(_) => format!("{:.6}", point.area_km2),
        None => format!("{:.3}", point.height_km * 1000.0),
    };
    vec![
        id,
        format!("{:.9}", point.latitude_deg),
        format!("{:.9}", point.longitude_deg),
        weight,
        percent(figures.percent_covered),
        percent(figures.percent_at_least[1]),
        percent(figures.percent_at_least[2]),
        percent(figures.percent_at_least[3]),
        format!("{:.6}", figures.mean_in_view),
        figures.min_in_view.to_string(),
        figures.max_in_view.to_string(),
        figures.access_count.to_string(),
        seconds(figures.mean_access_s(window_s)),
        figures.gap_count.to_string(),
        seconds(figures.mean_gap_s()),
        seconds(figures.p50_gap_s),
        seconds(figures.p95_gap_s),
        seconds(Some(figures.max_gap_s)),
        if figures.gap_count > 0 {
            coverage.settings.window.start.plus_seconds(figures.max_gap_start_s).to_string()
        } else {
            String::new()
        },
        seconds(Some(figures.mean_response_s)),
        flags(figures),
    ]
}

/// What is remarkable about a point, joined by semicolons.
pub fn flags(figures: &PointFigures) -> String {
    let mut flags = Vec::new();
    if figures.access_count == 0 {
        flags.push("never_covered");
    } else if figures.gap_count == 0 {
        flags.push("always_covered");
    }
    if figures.first_gap_cut_s > 0.0 {
        flags.push("gap_at_start");
    }
    if figures.last_gap_cut_s > 0.0 {
        flags.push("gap_at_end");
    }
    flags.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Exact, Settings};
    use crate::time::Window;

    /// A reader who filters by 100 or by 0 must not take a place with a short gap, or lose one with a short access.
    #[test]
    fn a_short_gap_is_not_all_and_a_short_access_not_nothing() {
        let duration_s = 1e9;
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s };
        let settings =
            Settings { window, step_s: 60.0, min_elevation_deg: 10.0, at_least: 1, exact: Exact::Edges };
        let point =
            GridPoint { cell: None, latitude_deg: 1.0, longitude_deg: 2.0, height_km: 0.003, area_km2: 1.0 };
        let all_but_a_second = 100.0 * (1.0 - 1.0 / duration_s);
        let figures = PointFigures {
            percent_covered: all_but_a_second,
            percent_at_least: [all_but_a_second, 100.0, 100.0 / duration_s, 0.0],
            gap_count: 1,
            gap_total_s: 1.0,
            max_gap_s: 1.0,
            ..PointFigures::default()
        };
        let grid = Grid { resolution: None, points: vec![point] };
        let coverage = Coverage {
            settings,
            points: vec![figures],
            series_percent: Vec::new(),
            sampling_error: None,
            losses: Vec::new(),
            satellites: 1,
        };
        let mut file = Vec::new();
        write(&mut file, &grid, &coverage, &["p".to_owned()], false).unwrap();
        let text = String::from_utf8(file).unwrap();
        let row = text.lines().nth(1).unwrap();
        let told = "p,1.000000000,2.000000000,3.000,99.999999,100.000000,0.000001,0.000000,";
        assert!(row.starts_with(told), "{row}");
        assert_eq!(
            texts(&grid, &coverage, &["p".to_owned()], 0)[4..8],
            row.split(',').collect::<Vec<_>>()[4..8]
        );
    }
}
