//! The points at which coverage is computed: cell centres or places, with their areas.

use h3o::{CellIndex, LatLng, Resolution};
use nalgebra::Vector3;
use rayon::prelude::*;

use super::areas;

/// One point of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridPoint {
    /// The H3 cell whose centre this is; none for a place.
    pub cell: Option<CellIndex>,
    /// Geodetic latitude in degrees. An H3 centre is read as geodetic, as GIS tools do.
    pub latitude_deg: f64,
    /// Longitude in degrees, `[-180, 180]`.
    pub longitude_deg: f64,
    /// Height above the WGS-84 ellipsoid in km; 0 for cells.
    pub height_km: f64,
    /// Weight of the point in every average: the area of its cell in km², 1 for a place.
    pub area_km2: f64,
}

/// The points of a run. The order is that of the results.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// H3 resolution; none for places.
    pub resolution: Option<Resolution>,
    /// The points.
    pub points: Vec<GridPoint>,
}

impl Grid {
    /// All cells of the globe at a resolution, in the order of their indexes: `2 + 120·7^r` of them.
    pub fn globe(resolution: Resolution) -> Self {
        Self::from_cells(resolution, every_cell(resolution))
    }

    /// The given cells of one resolution.
    pub fn from_cells(resolution: Resolution, cells: Vec<CellIndex>) -> Self {
        let (centres, directions): (Vec<LatLng>, Vec<(CellIndex, Vector3<f64>)>) = cells
            .into_par_iter()
            .map(|cell| {
                let centre = LatLng::from(cell);
                (centre, (cell, areas::direction(centre)))
            })
            .unzip();
        let points = areas::areas_km2(&directions)
            .into_iter()
            .zip(centres)
            .zip(directions)
            .map(|((area_km2, centre), (cell, _))| GridPoint {
                cell: Some(cell),
                latitude_deg: centre.lat(),
                longitude_deg: centre.lng(),
                height_km: 0.0,
                area_km2,
            })
            .collect();
        Self { resolution: Some(resolution), points }
    }

    /// Sum of the weights: the area of the grid in km², or the number of places.
    pub fn total_area_km2(&self) -> f64 {
        self.points.iter().map(|point| point.area_km2).sum()
    }
}

/// Every cell of a resolution in ascending order.
pub fn every_cell(resolution: Resolution) -> Vec<CellIndex> {
    let mut cells: Vec<CellIndex> =
        CellIndex::base_cells().flat_map(|base| base.children(resolution)).collect();
    cells.sort_unstable();
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of cells 2 + 120·7^r (H3 documentation) and the area of the authalic sphere.
    #[test]
    fn the_globe_is_complete() {
        for (resolution, count) in
            [(Resolution::Zero, 122), (Resolution::One, 842), (Resolution::Three, 41_162)]
        {
            let grid = Grid::globe(resolution);
            assert_eq!(grid.points.len(), count);
            let sphere = 4.0 * std::f64::consts::PI * 6_371.007_180_918_475f64.powi(2);
            assert!(
                (grid.total_area_km2() / sphere - 1.0).abs() < 1e-9,
                "{}",
                grid.total_area_km2() / sphere
            );
            assert!(grid.points.is_sorted_by_key(|point| point.cell));
        }
    }
}
