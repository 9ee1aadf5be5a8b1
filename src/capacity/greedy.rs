//! Allocation by scarcity: cells with the least to choose from come first, each takes from the satellites
//! that are wanted least; then cells left short have served cells moved to satellites with room.
//!
//! Moving is a search along satellites: from those that a short cell sees over the cells they serve to the
//! satellites these see, until one has room. A search that ends without has met satellites that can never be
//! relieved again, as in any augmenting-path method, and later searches leave them out.
//!
//! A satellite's *pressure* is what the cells it sees would bring it if each spread its demand evenly over
//! the satellites it sees, divided by what the satellite can carry. It is computed once, so the first part
//! looks at each edge a small number of times.

use super::instant::{BeamPlan, Grant, Instant, WITHOUT_BEAMS, total};

/// How many edges the search for one short cell may look at.
const SEARCH_EDGES: usize = 20_000;
const NONE: u32 = u32::MAX;
/// How much faster a beam must be for a cell to leave the satellite that served it, where beams are short: a step of a
/// MODCOD is hardly worth a handover.
const WORTH_OF_STAYING: f32 = 1.1;

/// Allocates an instant.
///
/// `keep` are edges on which cells are to stay as far as they can, such as those of the satellites that
/// served them an instant ago.
pub fn allocate(instant: &Instant, keep: &[u32]) -> Vec<Grant> {
    let mut filling = Filling::new(instant, &[]);
    filling.keep(keep);
    let scarce = filling.finish();
    // Where beams are short, those that carry most come first.
    let is_short = || total(&scarce) < instant.demand.iter().map(|&demand| u64::from(demand)).sum();
    if !has_unlike_rates(instant) || !is_short() {
        return scarce;
    }
    let mut filling = Filling::new(instant, &[]);
    filling.fill_by_rate(keep);
    let quick = filling.finish();
    if total(&quick) > total(&scarce) { quick } else { scarce }
}

/// Whether some beams carry more than others.
pub(super) fn has_unlike_rates(instant: &Instant) -> bool {
    let Some(plan) = &instant.beams else { return false };
    let mut rates = plan.rate.iter().filter(|rate| **rate < WITHOUT_BEAMS);
    let first = rates.next();
    rates.any(|rate| Some(rate) != first)
}

/// Adds to an allocation what still fits.
pub fn complete(instant: &Instant, given: &[Grant]) -> Vec<Grant> {
    Filling::new(instant, given).finish()
}

/// An allocation being made.
pub(super) struct Filling<'a> {
    instant: &'a Instant,
    /// What each cell still wants.
    wanted: Vec<u32>,
    /// What each satellite can still carry.
    room: Vec<u32>,
    /// Beams left of each satellite and for each cell; empty where beams do not count.
    beams: Vec<f32>,
    cell_beams: Vec<f32>,
    /// Beams left for each cluster and of each fixed beam.
    clusters: Vec<f32>,
    fixed: Vec<f32>,
    /// Grants as linked lists, one for each satellite.
    grants: Vec<Grant>,
    next: Vec<u32>,
    head: Vec<u32>,
    /// First edge of each cell that may lead to a satellite with room: satellites only get fuller.
    cursor: Vec<u32>,
    search: Search,
}

/// What a search for room keeps.
#[derive(Default)]
struct Search {
    /// Number of the search under way.
    number: u32,
    /// Last search that met each satellite; [`NONE`] for one that can never be relieved again.
    met: Vec<u32>,
    met_cell: Vec<u32>,
    queue: Vec<u32>,
    /// How each satellite was met: the grant that could move to it, and the edge it would move to.
    from: Vec<(u32, u32)>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(instant: &'a Instant, given: &[Grant]) -> Self {
        let (beams, cell_beams) = match &instant.beams {
            Some(plan) => (plan.of_satellite.clone(), plan.of_cell.clone()),
            None => (Vec::new(), Vec::new()),
        };
        let plan = instant.beams.as_ref();
        let mut filling = Self {
            instant,
            clusters: plan.map_or(Vec::new(), |plan| plan.cluster_limits().to_vec()),
            fixed: plan.map_or(Vec::new(), |plan| plan.channels().to_vec()),
            wanted: instant.demand.clone(),
            room: instant.limit.clone(),
            beams,
            cell_beams,
            grants: Vec::with_capacity(instant.cells() + instant.cells() / 4),
            next: Vec::new(),
            head: vec![NONE; instant.limit.len()],
            cursor: instant.first_edge[..instant.cells()].to_vec(),
            search: Search {
                met: vec![0; instant.limit.len()],
                met_cell: vec![0; instant.cells()],
                from: vec![(NONE, NONE); instant.limit.len()],
                ..Search::default()
            },
        };
        for grant in given {
            filling.take(grant.cell as usize, grant.edge as usize, grant.amount);
        }
        filling
    }

    /// Beams that a cell can still hold, itself and its neighbours considered.
    fn beams_at(&self, cell: usize) -> f32 {
        let Some(plan) = &self.instant.beams else { return f32::INFINITY };
        let of_clusters = plan.clusters(cell).iter().map(|&cluster| self.clusters[cluster as usize]);
        of_clusters.fold(self.cell_beams[cell], f32::min).max(0.0)
    }

    /// How much more an edge can carry for its cell.
    pub(super) fn fits(&self, cell: usize, edge: usize) -> u32 {
        self.fits_within(cell, edge, self.beams_at(cell))
    }

    /// The same where it is known how many beams the cell can still hold.
    fn fits_within(&self, cell: usize, edge: usize, beams_at: f32) -> u32 {
        let satellite = self.instant.satellite[edge] as usize;
        let amount = self.wanted[cell].min(self.room[satellite]);
        match &self.instant.beams {
            None => amount,
            Some(plan) => {
                let fixed = plan.fixed_beam(edge).map_or(f32::INFINITY, |beam| self.fixed[beam]);
                let beams = self.beams[satellite].min(beams_at).min(fixed).max(0.0);
                amount.min((beams * plan.rate[edge]) as u32)
            }
        }
    }

    /// Whether a satellite has room for anything at all.
    fn has_room(&self, satellite: usize) -> bool {
        self.room[satellite] > 0 && (self.beams.is_empty() || self.beams[satellite] > 1e-5)
    }

    /// Gives a cell so much on an edge.
    pub(super) fn take(&mut self, cell: usize, edge: usize, amount: u32) {
        let satellite = self.instant.satellite[edge] as usize;
        self.charge(cell, edge, amount);
        self.next.push(self.head[satellite]);
        self.head[satellite] = self.grants.len() as u32;
        self.grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
    }

    fn charge(&mut self, cell: usize, edge: usize, amount: u32) {
        let satellite = self.instant.satellite[edge] as usize;
        self.wanted[cell] -= amount;
        self.room[satellite] -= amount;
        if let Some(plan) = &self.instant.beams {
            self.use_beams(plan, cell, edge, amount as f32 / plan.rate[edge]);
        }
    }

    fn release(&mut self, cell: usize, edge: usize, amount: u32) {
        let satellite = self.instant.satellite[edge] as usize;
        self.wanted[cell] += amount;
        self.room[satellite] += amount;
        if let Some(plan) = &self.instant.beams {
            self.use_beams(plan, cell, edge, -(amount as f32) / plan.rate[edge]);
        }
    }

    /// Takes beams of a satellite for a cell; gives them back below zero.
    fn use_beams(&mut self, plan: &BeamPlan, cell: usize, edge: usize, beams: f32) {
        self.beams[self.instant.satellite[edge] as usize] -= beams;
        self.cell_beams[cell] -= beams;
        for &cluster in plan.clusters(cell) {
            self.clusters[cluster as usize] -= beams;
        }
        if let Some(beam) = plan.fixed_beam(edge) {
            self.fixed[beam] -= beams;
        }
    }

    /// Cells stay on the given edges as far as these carry them.
    fn keep(&mut self, edges: &[u32]) {
        let mut cell = 0;
        for &edge in edges {
            while self.instant.first_edge[cell + 1] <= edge {
                cell += 1;
            }
            let amount = self.fits(cell, edge as usize);
            if amount > 0 {
                self.take(cell, edge as usize, amount);
            }
        }
    }

    /// The allocation with what still fits.
    fn finish(mut self) -> Vec<Grant> {
        self.fill();
        self.mend();
        self.grants()
    }

    /// Takes for each cell what it still wants, those with the fewest satellites in view first.
    fn fill(&mut self) {
        let pressure = self.pressure();
        for cell in self.by_scarcity() {
            let cell = cell as usize;
            while self.wanted[cell] > 0 {
                let mut best = (f32::INFINITY, usize::MAX);
                let beams_at = self.beams_at(cell);
                if beams_at <= 0.0 {
                    break;
                }
                for edge in self.instant.edges(cell) {
                    let satellite = self.instant.satellite[edge] as usize;
                    let mut score = pressure[satellite];
                    if let Some(plan) = &self.instant.beams {
                        score /= plan.rate[edge];
                    }
                    if score < best.0
                        && self.has_room(satellite)
                        && self.fits_within(cell, edge, beams_at) > 0
                    {
                        best = (score, edge);
                    }
                }
                if best.1 == usize::MAX {
                    break;
                }
                self.take(cell, best.1, self.fits(cell, best.1));
            }
        }
    }

    /// Takes on the fastest edges first, whosever they are, of equally fast ones for the cells with the fewest
    /// satellites in view; edges on which cells are to stay count as somewhat faster. Satellites without a number of beams
    /// have no part in it.
    fn fill_by_rate(&mut self, keep: &[u32]) {
        let Some(plan) = &self.instant.beams else { return };
        let mut worth = vec![1.0; plan.rate.len()];
        keep.iter().for_each(|&edge| worth[edge as usize] = WORTH_OF_STAYING);
        let mut edges: Vec<(f32, u32, u32, u32)> = Vec::new();
        for cell in (0..self.instant.cells()).filter(|&cell| self.wanted[cell] > 0) {
            let own = self.instant.edges(cell);
            let count = own.len() as u32;
            let beams = own.filter(|&edge| plan.rate[edge] < WITHOUT_BEAMS);
            edges.extend(beams.map(|edge| (worth[edge] * plan.rate[edge], count, cell as u32, edge as u32)));
        }
        edges.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.3.cmp(&b.3)));
        for (_, _, cell, edge) in edges {
            let (cell, edge) = (cell as usize, edge as usize);
            if self.wanted[cell] > 0 && self.has_room(self.instant.satellite[edge] as usize) {
                let amount = self.fits(cell, edge);
                if amount > 0 {
                    self.take(cell, edge, amount);
                }
            }
        }
    }

    fn pressure(&self) -> Vec<f32> {
        let mut pressure = vec![0.0f32; self.room.len()];
        for cell in 0..self.instant.cells() {
            let edges = self.instant.edges(cell);
            let share = self.instant.demand[cell] as f32 / edges.len().max(1) as f32;
            for &satellite in &self.instant.satellite[edges] {
                pressure[satellite as usize] += share;
            }
        }
        for (pressure, &limit) in pressure.iter_mut().zip(&self.instant.limit) {
            *pressure = (*pressure + 1.0) / (limit as f32).max(1.0);
        }
        pressure
    }

    /// Cells that still want something, those with the fewest satellites in view first, and of these the
    /// hungriest.
    fn by_scarcity(&self) -> Vec<u32> {
        let mut cells: Vec<u32> =
            (0..self.instant.cells() as u32).filter(|&cell| self.wanted[cell as usize] > 0).collect();
        cells.sort_unstable_by_key(|&cell| {
            let cell = cell as usize;
            (self.instant.edges(cell).len(), u32::MAX - self.wanted[cell], cell)
        });
        cells
    }

    /// Makes room for cells that are short by moving others.
    fn mend(&mut self) {
        for cell in self.by_scarcity() {
            let cell = cell as usize;
            while self.wanted[cell] > 0 {
                let Some(satellite) = self.find_room(cell) else { break };
                if !self.relieve(cell, satellite) {
                    break;
                }
            }
        }
    }

    /// The nearest satellite with room along satellites whose cells could move.
    fn find_room(&mut self, cell: usize) -> Option<usize> {
        let mut search = std::mem::take(&mut self.search);
        search.number += 1;
        search.queue.clear();
        for edge in self.instant.edges(cell) {
            search.meet(self.instant.satellite[edge] as usize, (NONE, edge as u32));
        }
        let mut looked_at = 0;
        let mut next = 0;
        let mut found = None;
        'search: while let Some(&satellite) = search.queue.get(next) {
            next += 1;
            if self.has_room(satellite as usize) {
                found = Some(satellite as usize);
                break;
            }
            let mut number = self.head[satellite as usize];
            while number != NONE {
                let grant = self.grants[number as usize];
                let other = grant.cell as usize;
                if grant.amount > 0 && search.met_cell[other] != search.number {
                    search.met_cell[other] = search.number;
                    looked_at += self.instant.edges(other).len();
                    if looked_at > SEARCH_EDGES {
                        break 'search;
                    }
                    if let Some(edge) = self.roomy_edge(other) {
                        let roomy = self.instant.satellite[edge] as usize;
                        search.from[roomy] = (number, edge as u32);
                        found = Some(roomy);
                        break 'search;
                    }
                    for edge in self.instant.edges(other) {
                        search.meet(self.instant.satellite[edge] as usize, (number, edge as u32));
                    }
                }
                number = self.next[number as usize];
            }
        }
        if found.is_none() && looked_at <= SEARCH_EDGES {
            for &satellite in &search.queue {
                search.met[satellite as usize] = NONE;
            }
        }
        self.search = search;
        found
    }

    /// The first edge of a cell that leads to a satellite with room.
    fn roomy_edge(&mut self, cell: usize) -> Option<usize> {
        let end = self.instant.first_edge[cell + 1];
        while self.cursor[cell] < end {
            let edge = self.cursor[cell] as usize;
            if self.has_room(self.instant.satellite[edge] as usize) {
                return Some(edge);
            }
            self.cursor[cell] += 1;
        }
        None
    }

    /// Moves cells along the way to a satellite with room, and serves the short cell with what that frees.
    fn relieve(&mut self, cell: usize, roomy: usize) -> bool {
        let mut amount = self.wanted[cell];
        let mut at = roomy;
        loop {
            let (number, edge) = self.search.from[at];
            if number == NONE {
                let fits = self.fits(cell, edge as usize).min(amount);
                if fits > 0 {
                    self.take(cell, edge as usize, fits);
                }
                return fits > 0;
            }
            at = self.instant.satellite[self.grants[number as usize].edge as usize] as usize;
            amount = self.shift(number, edge as usize, amount);
            if amount == 0 {
                return false;
            }
        }
    }

    /// Moves up to an amount of a grant to another edge of its cell; what was moved.
    fn shift(&mut self, number: u32, edge: usize, amount: u32) -> u32 {
        let grant = self.grants[number as usize];
        let cell = grant.cell as usize;
        if edge == grant.edge as usize {
            return 0;
        }
        let moved = grant.amount.min(amount);
        let mut spare = self.beams_at(cell);
        if let Some(plan) = &self.instant.beams
            && let Some(beam) = plan.fixed_beam(edge)
            && plan.fixed_beam(grant.edge as usize) == Some(beam)
        {
            spare = spare.min(self.fixed[beam]);
        }
        self.release(cell, grant.edge as usize, moved);
        let mut fits = self.fits(cell, edge).min(moved);
        if let Some(plan) = &self.instant.beams {
            // What stays behind still needs its beams: a slower link may take only what the cell has to spare.
            let dearer = 1.0 / plan.rate[edge] - 1.0 / plan.rate[grant.edge as usize];
            if dearer > 0.0 {
                fits = fits.min((spare / dearer) as u32);
            }
        }
        self.charge(cell, grant.edge as usize, moved - fits);
        if fits == 0 {
            return 0;
        }
        self.grants[number as usize].amount -= fits;
        self.take(cell, edge, fits);
        fits
    }

    /// The grants by cell and edge, one for each edge.
    pub(super) fn grants(mut self) -> Vec<Grant> {
        self.grants.retain(|grant| grant.amount > 0);
        self.grants.sort_unstable_by_key(|grant| grant.edge);
        self.grants.dedup_by(|later, first| {
            let same = later.edge == first.edge;
            if same {
                first.amount += later.amount;
            }
            same
        });
        self.grants
    }
}

impl Search {
    /// Puts a satellite in the queue when it is met for the first time.
    fn meet(&mut self, satellite: usize, from: (u32, u32)) {
        if self.met[satellite] != self.number && self.met[satellite] != NONE {
            self.met[satellite] = self.number;
            self.from[satellite] = from;
            self.queue.push(satellite as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first cell has the fastest beam and a slower one that another cell has more of.
    #[test]
    fn the_fastest_edges_come_first_and_not_the_fastest_cells() {
        let instant = Instant {
            demand: vec![1100, 1000],
            limit: vec![1000, 1000, 1000, 0, 0],
            first_edge: vec![0, 3, 6],
            satellite: vec![0, 1, 2, 1, 3, 4],
            beams: Some(BeamPlan {
                of_satellite: vec![1.0, 1.0, f32::INFINITY, 1.0, 1.0],
                of_cell: vec![f32::INFINITY; 2],
                rate: vec![100.0, 60.0, WITHOUT_BEAMS, 90.0, 10.0, 10.0],
                ..BeamPlan::default()
            }),
        };
        // The third has no beams, which makes its cell no faster than others.
        assert_eq!(total(&allocate(&instant, &[])), 1190);
        let two = Instant { limit: vec![1000, 1000, 0, 0, 0], ..instant };
        for keep in [&[][..], &[1]] {
            let grants = allocate(&two, keep);
            two.check(&grants).unwrap();
            assert_eq!(total(&grants), 190, "{keep:?}");
        }
        // A beam that is a little faster is not worth a handover.
        let near = BeamPlan {
            rate: vec![100.0, 85.0, WITHOUT_BEAMS, 90.0, 10.0, 10.0],
            ..two.beams.clone().unwrap()
        };
        let near = Instant { demand: vec![1100, 80], beams: Some(near), ..two };
        assert_eq!(total(&allocate(&near, &[0, 1])), 185);
    }
}
