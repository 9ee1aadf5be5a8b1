//! One instant of the allocation: what cells want, what satellites can give, who sees whom.
//!
//! Amounts are whole numbers of one unit, kbit/s in a run, so that nothing is lost or made by rounding.
//! A beam carries a rate that may differ from cell to cell; time on a beam is shared as finely as wanted.

/// The greatest amount: a satellite without a limit of its own, 2.1 Tbit/s where the unit is kbit/s.
pub const UNLIMITED: u32 = super::flow::UNBOUNDED;

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
        match (0..served.len()).find(|&cell| over(cell_beams[cell], plan.of_cell[cell])) {
            Some(cell) => Err(Broken::CellBeams(cell)),
            None => Ok(()),
        }
    }
}

/// Sum of all amounts.
pub fn total(grants: &[Grant]) -> u64 {
    grants.iter().map(|grant| u64::from(grant.amount)).sum()
}
