//! One instant of the allocation: what cells want, what satellites can give, who sees whom.
//!
//! Amounts are whole numbers of one unit, kbit/s in a run, so that nothing is lost or made by rounding.
//! A beam carries a rate that may differ from cell to cell; time on a beam is shared as finely as wanted.

use std::sync::Arc;

use super::reuse::Reuse;

/// The greatest amount: a satellite without a limit of its own, 2.1 Tbit/s where the unit is kbit/s.
pub const UNLIMITED: u32 = super::flow::UNBOUNDED;

/// Rate of a beam of a satellite that has no number of beams: so high that it takes no share of them.
pub const WITHOUT_BEAMS: f32 = 1e12;

/// Cells, satellites and the edges between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Instant {
    /// What each cell wants.
    pub demand: Vec<u32>,
    /// What each satellite carries at most: the least of user link and feeder.
    pub limit: Vec<u32>,
    /// Where the edges of each cell begin; one more than there are cells.
    pub first_edge: Vec<u32>,
    /// Satellite of each edge.
    pub satellite: Vec<u32>,
    /// Beams, where satellites have a number of them.
    pub beams: Option<BeamPlan>,
}

/// Beams of an instant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeamPlan {
    /// Beams of each satellite.
    pub of_satellite: Vec<f32>,
    /// Beams that each cell can hold at a time, all satellites together.
    pub of_cell: Vec<f32>,
    /// Rate of a whole beam on each edge.
    pub rate: Vec<f32>,
    /// Beams that neighbouring cells can hold together; none where the frequency plan is not told.
    pub reuse: Option<Arc<Reuse>>,
    /// Beams that stand still, where any do.
    pub fixed: Option<FixedPlan>,
}

/// Beams that stand still: each serves only what lies in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FixedPlan {
    /// Number of the beam of each edge.
    pub of_edge: Vec<u32>,
    /// Channels of each beam: one for each polarisation; infinite for satellites with steered beams.
    pub channels: Vec<f32>,
}

impl BeamPlan {
    /// The clusters that a cell belongs to.
    pub fn clusters(&self, cell: usize) -> &[u32] {
        self.reuse.as_ref().map_or(&[], |reuse| reuse.clusters(cell))
    }

    /// Beams that each cluster can hold.
    pub fn cluster_limits(&self) -> &[f32] {
        self.reuse.as_ref().map_or(&[], |reuse| reuse.limits())
    }

    /// Channels of each fixed beam.
    pub fn channels(&self) -> &[f32] {
        self.fixed.as_ref().map_or(&[], |fixed| &fixed.channels)
    }

    /// The fixed beam of an edge.
    pub fn fixed_beam(&self, edge: usize) -> Option<usize> {
        self.fixed.as_ref().map(|fixed| fixed.of_edge[edge] as usize)
    }
}

impl BeamPlan {
    /// Beams in use in each cluster and of each fixed beam.
    pub fn used(&self, grants: &[Grant], held: impl Fn(usize) -> f64) -> (Vec<f64>, Vec<f64>) {
        let mut clusters = vec![0.0; self.cluster_limits().len()];
        if !clusters.is_empty() {
            for cell in 0..self.of_cell.len() {
                let beams = held(cell);
                for &cluster in self.clusters(cell) {
                    clusters[cluster as usize] += beams;
                }
            }
        }
        let mut fixed = vec![0.0; self.channels().len()];
        for grant in grants {
            let edge = grant.edge as usize;
            if let Some(beam) = self.fixed_beam(edge) {
                fixed[beam] += f64::from(grant.amount) / f64::from(self.rate[edge]);
            }
        }
        (clusters, fixed)
    }
}

/// An amount that a satellite carries for a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Number of the cell.
    pub cell: u32,
    /// Number of the edge, which tells the satellite.
    pub edge: u32,
    /// The amount, above zero.
    pub amount: u32,
}

/// A law that an allocation breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A cell is served more than it wants.
    #[error("cell {0} is served more than it wants")]
    Demand(usize),
    /// A satellite carries more than its limit.
    #[error("satellite {0} carries more than its limit")]
    Limit(usize),
    /// A satellite uses more beams than it has.
    #[error("satellite {0} uses more beams than it has")]
    Beams(usize),
    /// A cell holds more beams than it can.
    #[error("cell {0} holds more beams than it can")]
    CellBeams(usize),
    /// A cluster of cells holds more beams than the frequency plan lets it.
    #[error("cluster {0} holds more beams than the frequency plan lets it")]
    Cluster(usize),
    /// A fixed beam is used more than it can be.
    #[error("fixed beam {0} is used more than it can be")]
    FixedBeam(usize),
    /// An edge does not belong to the cell of its grant.
    #[error("a grant of cell {0} is on an edge of another cell")]
    Edge(usize),
}

impl Instant {
    /// Number of cells.
    pub fn cells(&self) -> usize {
        self.demand.len()
    }

    /// Numbers of the edges of a cell.
    pub fn edges(&self, cell: usize) -> std::ops::Range<usize> {
        self.first_edge[cell] as usize..self.first_edge[cell + 1] as usize
    }

    /// Rate of a whole beam on an edge; infinite where beams do not count.
    pub fn rate(&self, edge: usize) -> f32 {
        self.beams.as_ref().map_or(f32::INFINITY, |beams| beams.rate[edge])
    }

    /// Checks that no cell, satellite or beam carries more than it may.
    ///
    /// # Errors
    /// [`Broken`] with the first law that does not hold. Beams are summed with a tolerance of 10⁻⁴.
    pub fn check(&self, grants: &[Grant]) -> Result<(), Broken> {
        let mut served = vec![0u64; self.cells()];
        let mut load = vec![0u64; self.limit.len()];
        let mut beams_used = vec![0f64; self.limit.len()];
        let mut cell_beams = vec![0f64; self.cells()];
        for grant in grants {
            let (cell, edge) = (grant.cell as usize, grant.edge as usize);
            if !self.edges(cell).contains(&edge) {
                return Err(Broken::Edge(cell));
            }
            let satellite = self.satellite[edge] as usize;
            served[cell] += u64::from(grant.amount);
            load[satellite] += u64::from(grant.amount);
            let beams = f64::from(grant.amount) / f64::from(self.rate(edge));
            beams_used[satellite] += beams;
            cell_beams[cell] += beams;
        }
        if let Some(cell) = (0..served.len()).find(|&cell| served[cell] > u64::from(self.demand[cell])) {
            return Err(Broken::Demand(cell));
        }
        if let Some(satellite) = (0..load.len()).find(|&s| load[s] > u64::from(self.limit[s])) {
            return Err(Broken::Limit(satellite));
        }
        let Some(plan) = &self.beams else { return Ok(()) };
        let over = |used: f64, most: f32| used > f64::from(most) * (1.0 + 1e-4) + 1e-4;
        if let Some(satellite) = (0..load.len()).find(|&s| over(beams_used[s], plan.of_satellite[s])) {
            return Err(Broken::Beams(satellite));
        }
        if let Some(cell) = (0..served.len()).find(|&cell| over(cell_beams[cell], plan.of_cell[cell])) {
            return Err(Broken::CellBeams(cell));
        }
        let (clusters, fixed) = plan.used(grants, |cell| cell_beams[cell]);
        if let Some(at) = (0..clusters.len()).find(|&at| over(clusters[at], plan.cluster_limits()[at])) {
            return Err(Broken::Cluster(at));
        }
        match (0..fixed.len()).find(|&at| over(fixed[at], plan.channels()[at])) {
            Some(at) => Err(Broken::FixedBeam(at)),
            None => Ok(()),
        }
    }
}

/// What each satellite carries.
pub(super) fn load(instant: &Instant, grants: &[Grant]) -> Vec<u32> {
    let mut load = vec![0; instant.limit.len()];
    for grant in grants {
        load[instant.satellite[grant.edge as usize] as usize] += grant.amount;
    }
    load
}

/// Sum of all amounts.
pub fn total(grants: &[Grant]) -> u64 {
    grants.iter().map(|grant| u64::from(grant.amount)).sum()
}

#[cfg(test)]
mod tests {
    use h3o::{LatLng, Resolution};

    use super::*;
    use crate::capacity::reuse::FrequencyPlan;

    /// Two cells that see one satellite, with beams that stand still, each over one of them.
    fn instant() -> Instant {
        Instant {
            demand: vec![10, 20],
            limit: vec![25],
            first_edge: vec![0, 1, 2],
            satellite: vec![0, 0],
            beams: Some(BeamPlan {
                of_satellite: vec![3.0],
                of_cell: vec![2.0, 2.0],
                rate: vec![8.0, 16.0],
                reuse: None,
                fixed: Some(FixedPlan { of_edge: vec![0, 1], channels: vec![2.0, 1.0] }),
            }),
        }
    }

    fn grant(cell: u32, edge: u32, amount: u32) -> Grant {
        Grant { cell, edge, amount }
    }

    #[test]
    fn each_law_that_is_broken_is_told() {
        let sound = [grant(0, 0, 9), grant(1, 1, 16)];
        assert_eq!(instant().check(&sound), Ok(()));
        assert_eq!(instant().check(&[grant(0, 1, 5)]), Err(Broken::Edge(0)));
        assert_eq!(instant().check(&[grant(1, 1, 9), grant(1, 1, 12)]), Err(Broken::Demand(1)));
        assert_eq!(instant().check(&[grant(0, 0, 10), grant(1, 1, 16)]), Err(Broken::Limit(0)));
        let beams = |change: &dyn Fn(&mut BeamPlan)| {
            let mut instant = instant();
            change(instant.beams.as_mut().unwrap());
            instant.check(&sound)
        };
        assert_eq!(beams(&|plan| plan.of_satellite[0] = 2.0), Err(Broken::Beams(0)));
        assert_eq!(beams(&|plan| plan.of_cell[0] = 1.0), Err(Broken::CellBeams(0)));
        let channels = |plan: &mut BeamPlan| plan.fixed.as_mut().unwrap().channels[1] = 0.5;
        assert_eq!(beams(&channels), Err(Broken::FixedBeam(1)));
    }

    #[test]
    fn neighbours_hold_no_more_beams_than_the_frequency_plan_has() {
        let centre = LatLng::new(35.0, 105.0).unwrap().to_cell(Resolution::Three);
        let cells: Vec<h3o::CellIndex> = centre.grid_disk(4);
        let plan = FrequencyPlan { beam_area_km2: 75_000.0, colours: 2, polarisations: 1 };
        let reuse = Reuse::new(&cells, &plan).unwrap();
        let count = cells.len() as u32;
        let instant = Instant {
            demand: vec![10; cells.len()],
            limit: vec![10_000],
            first_edge: (0..=count).collect(),
            satellite: vec![0; cells.len()],
            beams: Some(BeamPlan {
                of_satellite: vec![1e6],
                of_cell: vec![10.0; cells.len()],
                rate: vec![1.0; cells.len()],
                reuse: Some(Arc::new(reuse.clone())),
                fixed: None,
            }),
        };
        let near: Vec<u32> = (0..count).filter(|&cell| reuse.clusters(cell as usize).contains(&0)).collect();
        let most = reuse.limits()[0] as usize;
        let one_beam_each =
            |cells: &[u32]| cells.iter().map(|&cell| grant(cell, cell, 1)).collect::<Vec<_>>();
        assert!(most >= 1 && near.len() > most, "{most} {}", near.len());
        assert_eq!(instant.check(&one_beam_each(&near[..1])), Ok(()));
        assert!(matches!(instant.check(&one_beam_each(&near)), Err(Broken::Cluster(_))));
    }
}
