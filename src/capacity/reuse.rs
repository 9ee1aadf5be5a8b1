//! Frequency reuse: how many beams neighbouring cells can hold at the same instant.
//!
//! A frequency plan of K colours on P polarisations uses each of its K·P channels once in every K beam areas.
//! A place smaller than that can have all K·P channels at a time, but then its surroundings have none: so the
//! rule is put on *clusters*, the smallest rings of cells around each cell that have the area of K beams.

use std::collections::HashMap;

use h3o::{CellIndex, Resolution};

/// Rings around a cell at most; where more would be needed, coarser cells are gathered instead.
const MOST_RINGS: u32 = 3;

/// The colours and polarisations of a frequency plan and the area of its beams.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrequencyPlan {
    /// Area of a beam, km².
    pub beam_area_km2: f64,
    /// Number of colours.
    pub colours: u32,
    /// Number of polarisations.
    pub polarisations: u32,
}

impl FrequencyPlan {
    /// The area on which each channel may be used once, km².
    pub fn needed_km2(&self) -> f64 {
        f64::from(self.colours) * self.beam_area_km2
    }

    /// Beams that an area can hold at a time.
    pub fn beams_on(&self, area_km2: f64) -> f64 {
        f64::from(self.polarisations) * f64::from(self.colours).max(area_km2 / self.beam_area_km2)
    }
}

/// The frequency plan of satellites beside those whose plan makes the clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Other {
    /// The plan.
    pub plan: FrequencyPlan,
    /// Whether it holds neighbouring cells to its colours.
    pub binds_neighbours: bool,
}

/// Clusters of cells and the beams that each can hold at a time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reuse {
    /// For each cell, where the list of its clusters begins and ends.
    lists: Vec<[u32; 2]>,
    clusters: Vec<u32>,
    /// Beams that each cluster can hold, all satellites together.
    limit: Vec<f32>,
}

impl Reuse {
    /// The clusters around the given cells, all of one resolution. There are none where a cell by itself has
    /// the area of all colours: what it can hold is then its own affair.
    pub fn new(cells: &[CellIndex], plan: &FrequencyPlan) -> Option<Self> {
        Self::of_plans(cells, plan, &[])
    }

    /// The clusters of the plan whose colours take the largest area, where satellites of other plans use the same
    /// places: a cluster can hold what the plan that lets it hold most would let it hold by itself. A plan by which
    /// clusters would be smaller, or which puts nothing on neighbours, lets each cell of a cluster be full.
    pub fn of_plans(cells: &[CellIndex], plan: &FrequencyPlan, others: &[Other]) -> Option<Self> {
        let resolution = cells.first()?.resolution();
        let needed_km2 = plan.needed_km2();
        if cells.iter().all(|cell| cell.area_km2() >= needed_km2) {
            return None;
        }
        let of_units = unit_resolution(resolution, needed_km2);
        let unit_of = |cell: CellIndex| cell.parent(of_units).unwrap_or(cell);
        let mut numbers: HashMap<CellIndex, u32> = HashMap::new();
        let mut units = Vec::new();
        let of_cell: Vec<u32> = cells
            .iter()
            .map(|&cell| {
                let unit = unit_of(cell);
                *numbers.entry(unit).or_insert_with(|| {
                    units.push(unit);
                    units.len() as u32 - 1
                })
            })
            .collect();
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); units.len()];
        let mut areas_km2 = Vec::with_capacity(units.len());
        for (cluster, &unit) in units.iter().enumerate() {
            let (disk, area_km2) = disk(unit, needed_km2);
            areas_km2.push(area_km2);
            for unit in disk.iter().filter_map(|unit| numbers.get(unit)) {
                members[*unit as usize].push(cluster as u32);
            }
        }
        let mut limit: Vec<f64> = areas_km2.iter().map(|&area_km2| plan.beams_on(area_km2)).collect();
        for other in others {
            let mut all_full = vec![0.0; units.len()];
            for (cell, &unit) in cells.iter().zip(&of_cell) {
                let beams = other.plan.beams_on(cell.area_km2());
                members[unit as usize].iter().for_each(|&cluster| all_full[cluster as usize] += beams);
            }
            let other_km2 = other.plan.needed_km2();
            let is_near = other.binds_neighbours && unit_resolution(resolution, other_km2) == of_units;
            for (cluster, &area_km2) in areas_km2.iter().enumerate() {
                let is_alike = is_near && disk(units[cluster], other_km2).1 >= area_km2;
                let beams = if is_alike { other.plan.beams_on(area_km2) } else { all_full[cluster] };
                limit[cluster] = limit[cluster].max(beams);
            }
        }
        let limit = limit.into_iter().map(|beams| beams as f32).collect();
        Some(Self::of_lists(&of_cell, &members, limit))
    }

    /// From the unit of each cell, the clusters of each unit, and their limits.
    fn of_lists(of_cell: &[u32], members: &[Vec<u32>], limit: Vec<f32>) -> Self {
        let mut clusters = Vec::new();
        let places: Vec<[u32; 2]> = members
            .iter()
            .map(|list| {
                let first = clusters.len() as u32;
                clusters.extend_from_slice(list);
                [first, clusters.len() as u32]
            })
            .collect();
        let lists = of_cell.iter().map(|&unit| places[unit as usize]).collect();
        Self { lists, clusters, limit }
    }

    /// From the clusters of each cell and the beams that each cluster can hold.
    ///
    /// # Panics
    /// When a cell names a cluster that has no limit.
    pub fn of_clusters(clusters_of_cell: &[Vec<u32>], limit: Vec<f32>) -> Self {
        assert!(clusters_of_cell.iter().flatten().all(|&cluster| (cluster as usize) < limit.len()));
        let of_cell: Vec<u32> = (0..clusters_of_cell.len() as u32).collect();
        Self::of_lists(&of_cell, clusters_of_cell, limit)
    }

    /// The clusters that a cell belongs to.
    pub fn clusters(&self, cell: usize) -> &[u32] {
        let [first, end] = self.lists[cell];
        &self.clusters[first as usize..end as usize]
    }

    /// Beams that each cluster can hold.
    pub fn limits(&self) -> &[f32] {
        &self.limit
    }
}

/// The finest resolution whose cells reach an area within [`MOST_RINGS`] rings.
fn unit_resolution(finest: Resolution, needed_km2: f64) -> Resolution {
    // A cell and k rings around it are 3k(k+1) + 1 cells.
    let most = f64::from(3 * MOST_RINGS * (MOST_RINGS + 1) + 1);
    let mut resolution = finest;
    while most * resolution.area_km2() < needed_km2 {
        let Some(coarser) = resolution.pred() else { break };
        resolution = coarser;
    }
    resolution
}

/// The smallest rings around a cell that have an area, and the area that they have, km².
fn disk(centre: CellIndex, needed_km2: f64) -> (Vec<CellIndex>, f64) {
    let mut rings = 0;
    loop {
        let cells: Vec<CellIndex> = centre.grid_disk(rings);
        let area_km2 = cells.iter().map(|cell| cell.area_km2()).sum();
        // Cells differ in area, so one ring more than planned may be needed.
        if area_km2 >= needed_km2 || rings > MOST_RINGS {
            return (cells, area_km2);
        }
        rings += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use h3o::LatLng;

    fn cells(resolution: Resolution) -> Vec<CellIndex> {
        let centre = LatLng::new(35.0, 105.0).unwrap().to_cell(resolution);
        centre.grid_disk(6)
    }

    #[test]
    fn clusters_have_the_area_of_all_colours() {
        // Beams of 75,000 km² in two colours, cells of 12,400 km²: two rings, 19 cells.
        let plan = FrequencyPlan { beam_area_km2: 75_000.0, colours: 2, polarisations: 1 };
        let cells = cells(Resolution::Three);
        let reuse = Reuse::new(&cells, &plan).unwrap();
        assert_eq!(reuse.limits().len(), cells.len());
        let inner = reuse.clusters(0);
        assert_eq!(inner.len(), 19);
        for &limit in reuse.limits() {
            assert!((2.0..5.0).contains(&limit), "{limit}");
        }
        // A cluster's beams times their area are its area: 19 cells of this place.
        let area: f64 = cells[0].grid_disk::<Vec<_>>(2).iter().map(|cell| cell.area_km2()).sum();
        assert!((f64::from(reuse.limits()[0]) * 75_000.0 - area).abs() < 1.0);
    }

    #[test]
    fn small_beams_need_no_clusters_and_polarisations_multiply() {
        let one = FrequencyPlan { beam_area_km2: 1000.0, colours: 4, polarisations: 1 };
        let two = FrequencyPlan { polarisations: 2, ..one };
        assert_eq!(Reuse::new(&cells(Resolution::Three), &one), None);
        assert_eq!(two.beams_on(12_000.0), 2.0 * one.beams_on(12_000.0));
        // Below the area of all colours a place can have each channel once.
        assert_eq!((one.beams_on(100.0), two.beams_on(100.0)), (4.0, 8.0));
        let fine = |plan| Reuse::new(&cells(Resolution::Five), plan).unwrap();
        for (a, b) in fine(&one).limits().iter().zip(fine(&two).limits()) {
            assert!((2.0 * a - b).abs() < 1e-4);
        }
    }

    #[test]
    fn fine_cells_are_gathered() {
        let plan = FrequencyPlan { beam_area_km2: 75_000.0, colours: 2, polarisations: 1 };
        let cells = cells(Resolution::Six);
        let reuse = Reuse::new(&cells, &plan).unwrap();
        // All of them lie in a few coarse cells.
        assert!(reuse.limits().len() < 10, "{}", reuse.limits().len());
        assert!(reuse.clusters(0).len() <= 37);
        for &limit in reuse.limits() {
            assert!((2.0..8.0).contains(&limit), "{limit}");
        }
    }
}
