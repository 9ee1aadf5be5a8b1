//! Areas of one kind, dissolved: tens of shapes where a grid has thousands of cells.

use std::path::Path;

use geo::{Area, MultiPolygon, Polygon, unary_union};

use super::WriteError;
use super::features::{Features, Field};
use super::gis::ColumnType;
use super::vector::{self, Format};
use crate::coverage::{Coverage, PointFigures};
use crate::grid::cells::Grid;
use crate::grid::polygon::cell_polygons;
use crate::report::percent;
use crate::time::exact_length;

/// Slivers below this, in square degrees, come from the last digits of vertices that neighbours share: the
/// smallest cell of resolution 7 has 4e-4.
const SLIVER_DEG2: f64 = 1e-9;

/// What a file of areas says of them: which share cells, and that there are none where there are none.
pub fn about(areas: &[DissolvedArea], gap_s: f64, window_s: f64) -> String {
    let overlap = if gap_s < window_s {
        "what is never covered has a gap as long as the window, so an area with a gap over some time holds it too"
            .to_owned()
    } else {
        format!(
            "no gap is longer than the window, so there is no area with a gap over {}, not even of what is never covered",
            exact_length(gap_s)
        )
    };
    let nothing = if areas.is_empty() { format!("; {NOTHING}") } else { String::new() };
    format!("{overlap}{nothing}")
}

/// What is said of a file of areas without an area.
pub const NOTHING: &str = "no cell is in any of the areas";

/// An area of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct DissolvedArea {
    /// What holds in it, such as `always_covered`.
    pub kind: String,
    /// Cells in it.
    pub cells: usize,
    /// The area of these cells, km².
    pub area_km2: f64,
    /// Share of the grid's area, percent.
    pub percent_of_region: f64,
    /// Its shape, WGS-84 degrees, cut at the antimeridian.
    pub shape: MultiPolygon<f64>,
}

/// The areas of a coverage run that are covered at all times, that are never covered, and that have a gap longer than
/// `gap_s`. What is never covered has one gap as long as the window, so it is in the last of them too. Cells with shorter
/// gaps are in none. Kinds without a cell are left out.
pub fn of_coverage(grid: &Grid, coverage: &Coverage, gap_s: f64) -> Vec<DissolvedArea> {
    let minutes = gap_s / 60.0;
    let over = if minutes.fract() == 0.0 { format!("{minutes}_min") } else { format!("{gap_s}_s") };
    let kinds: [(String, &dyn Fn(&PointFigures) -> bool); 3] = [
        ("always_covered".to_owned(), &|figures| figures.gap_count == 0),
        ("never_covered".to_owned(), &|figures| figures.access_count == 0),
        (format!("gap_over_{over}"), &|figures| figures.max_gap_s > gap_s),
    ];
    kinds
        .into_iter()
        .filter_map(|(kind, holds)| dissolve(grid, kind, |number| holds(&coverage.points[number])))
        .collect()
}

/// The cells for which something holds as one area; none when it holds for no cell.
fn dissolve(grid: &Grid, kind: String, holds: impl Fn(usize) -> bool) -> Option<DissolvedArea> {
    let chosen: Vec<_> = grid.points.iter().enumerate().filter(|(number, _)| holds(*number)).collect();
    let polygons: Vec<Polygon<f64>> =
        chosen.iter().filter_map(|(_, point)| point.cell).flat_map(|cell| cell_polygons(cell).0).collect();
    if polygons.is_empty() {
        return None;
    }
    let area_km2: f64 = chosen.iter().map(|(_, point)| point.area_km2).sum();
    Some(DissolvedArea {
        kind,
        cells: chosen.len(),
        area_km2,
        // The product may round to a little beside a hundred times the area.
        percent_of_region: 100.0 * (area_km2 / grid.total_area_km2()),
        shape: without_slivers(unary_union(&polygons)),
    })
}

fn without_slivers(shape: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let is_large =
        |ring: &geo::LineString<f64>| Polygon::new(ring.clone(), Vec::new()).unsigned_area() > SLIVER_DEG2;
    shape
        .into_iter()
        .filter(|polygon| is_large(polygon.exterior()))
        .map(|polygon| {
            let (exterior, holes) = polygon.into_inner();
            Polygon::new(exterior, holes.into_iter().filter(is_large).collect())
        })
        .collect()
}

/// Writes areas as a GIS file that says `about` them what was computed.
///
/// # Errors
/// [`WriteError`].
pub fn write(path: &Path, format: Format, areas: &[DissolvedArea], about: String) -> Result<(), WriteError> {
    let fields = [
        ("kind", ColumnType::Text),
        ("cells", ColumnType::Integer),
        ("area_km2", ColumnType::Real),
        ("percent_of_region", ColumnType::Real),
    ];
    let fields = fields.into_iter().map(|(name, kind)| Field::new(name, kind)).collect();
    let shapes: Vec<MultiPolygon<f64>> = areas.iter().map(|area| area.shape.clone()).collect();
    let row = |number: usize| {
        let area = &areas[number];
        vec![
            area.kind.clone(),
            area.cells.to_string(),
            format!("{:.6}", area.area_km2),
            percent(area.percent_of_region, 6),
        ]
    };
    vector::write(path, format, &Features::of_areas("areas", fields, &shapes, &row).about(about))
}

#[cfg(test)]
mod tests {
    use geo::Validation;
    use h3o::Resolution;

    use super::*;

    /// Conservation: the parts of the globe cover the plane of 64,800 square degrees once.
    #[test]
    fn halves_of_the_globe_cover_the_plane() {
        let grid = Grid::globe(Resolution::Two);
        let north = dissolve(&grid, "north".into(), |n| grid.points[n].latitude_deg > 20.0).unwrap();
        let rest = dissolve(&grid, "rest".into(), |n| grid.points[n].latitude_deg <= 20.0).unwrap();
        assert!(north.shape.is_valid() && rest.shape.is_valid());
        let sum = north.shape.unsigned_area() + rest.shape.unsigned_area();
        assert!((sum - 64_800.0).abs() < 1e-4, "{sum}");
        assert_eq!(north.cells + rest.cells, grid.points.len());
        assert!((north.percent_of_region + rest.percent_of_region - 100.0).abs() < 1e-9);
        assert_eq!((north.shape.0.len(), rest.shape.0.len()), (1, 1));
    }
}
