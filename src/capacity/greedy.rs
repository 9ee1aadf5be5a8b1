//! Allocation by scarcity: cells with the least to choose from come first, each takes from the satellites
//! that are wanted least; then cells left short have served cells moved to satellites with room.
//!
//! A satellite's *pressure* is what the cells it sees would bring it if each spread its demand evenly over
//! the satellites it sees, divided by what the satellite can carry. It is computed once, so the first part
//! looks at each edge a small number of times.

use super::instant::{Grant, Instant};

/// How many steps the search for one short cell may take.
const SEARCH_STEPS: u32 = 4000;
/// How many cells in a row may be moved to make room for one.
const SEARCH_DEPTH: u32 = 4;
const NONE: u32 = u32::MAX;

/// Allocates an instant.
///
/// `keep` are edges on which cells are to stay as far as they can, such as those of the satellites that
/// served them an instant ago.
pub fn allocate(instant: &Instant, keep: &[u32]) -> Vec<Grant> {
    let mut filling = Filling::new(instant, &[]);
    filling.keep(keep);
    filling.fill();
    filling.mend();
    filling.grants()
}

/// Adds to an allocation what still fits.
pub fn complete(instant: &Instant, given: &[Grant]) -> Vec<Grant> {
    let mut filling = Filling::new(instant, given);
    filling.fill();
    filling.mend();
    filling.grants()
}

/// An allocation being made.
struct Filling<'a> {
    instant: &'a Instant,
    /// What each cell still wants.
    wanted: Vec<u32>,
    /// What each satellite can still carry.
    room: Vec<u32>,
    /// Beams left of each satellite and for each cell; empty where beams do not count.
    beams: Vec<f32>,
    cell_beams: Vec<f32>,
    /// Grants as linked lists, one for each satellite.
    grants: Vec<Grant>,
    next: Vec<u32>,
    head: Vec<u32>,
    /// First edge of each cell that may lead to a satellite with room: satellites only get fuller.
    cursor: Vec<u32>,
    /// Last search that met the satellite.
    met: Vec<u32>,
    search: u32,
    steps: u32,
}

impl<'a> Filling<'a> {
    fn new(instant: &'a Instant, given: &[Grant]) -> Self {
        let (beams, cell_beams) = match &instant.beams {
            Some(plan) => (plan.of_satellite.clone(), plan.of_cell.clone()),
            None => (Vec::new(), Vec::new()),
        };
        let mut filling = Self {
            instant,
            wanted: instant.demand.clone(),
            room: instant.limit.clone(),
            beams,
            cell_beams,
            grants: Vec::with_capacity(instant.cells() + instant.cells() / 4),
            next: Vec::new(),
            head: vec![NONE; instant.limit.len()],
            cursor: instant.first_edge[..instant.cells()].to_vec(),
            met: vec![0; instant.limit.len()],
            search: 0,
            steps: 0,
        };
        for grant in given {
            filling.take(grant.cell as usize, grant.edge as usize, grant.amount);
        }
        filling
    }

    /// How much more an edge can carry for its cell.
    fn fits(&self, cell: usize, edge: usize) -> u32 {
        let satellite = self.instant.satellite[edge] as usize;
        let amount = self.wanted[cell].min(self.room[satellite]);
        match &self.instant.beams {
            None => amount,
            Some(plan) => {
                let beams = self.beams[satellite].min(self.cell_beams[cell]).max(0.0);
                amount.min((beams * plan.rate[edge]) as u32)
            }
        }
    }

    /// Whether a satellite has room for anything at all.
    fn has_room(&self, satellite: usize) -> bool {
        self.room[satellite] > 0 && (self.beams.is_empty() || self.beams[satellite] > 1e-5)
    }

    fn take(&mut self, cell: usize, edge: usize, amount: u32) {
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
            let beams = amount as f32 / plan.rate[edge];
            self.beams[satellite] -= beams;
            self.cell_beams[cell] -= beams;
        }
    }

    fn release(&mut self, cell: usize, edge: usize, amount: u32) {
        let satellite = self.instant.satellite[edge] as usize;
        self.wanted[cell] += amount;
        self.room[satellite] += amount;
        if let Some(plan) = &self.instant.beams {
            let beams = amount as f32 / plan.rate[edge];
            self.beams[satellite] += beams;
            self.cell_beams[cell] += beams;
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

    /// Takes for each cell what it still wants, scarce cells first.
    fn fill(&mut self) {
        let pressure = self.pressure();
        for cell in self.by_scarcity() {
            let cell = cell as usize;
            while self.wanted[cell] > 0 {
                let mut best = (f32::INFINITY, usize::MAX);
                for edge in self.instant.edges(cell) {
                    let satellite = self.instant.satellite[edge] as usize;
                    let mut score = pressure[satellite];
                    if let Some(plan) = &self.instant.beams {
                        score /= plan.rate[edge];
                    }
                    if score < best.0 && self.has_room(satellite) && self.fits(cell, edge) > 0 {
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
                self.search += 1;
                self.steps = 0;
                let got = self.instant.edges(cell).any(|edge| {
                    let satellite = self.instant.satellite[edge] as usize;
                    let limit = self.wanted[cell];
                    self.make_room(satellite, limit, SEARCH_DEPTH) && {
                        let amount = self.fits(cell, edge);
                        if amount > 0 {
                            self.take(cell, edge, amount);
                        }
                        amount > 0
                    }
                });
                if !got {
                    break;
                }
            }
        }
    }

    /// Moves served cells away from a satellite until it has some room; true when it has.
    fn make_room(&mut self, satellite: usize, amount: u32, depth: u32) -> bool {
        if self.has_room(satellite) {
            return true;
        }
        if depth == 0 || self.met[satellite] == self.search {
            return false;
        }
        self.met[satellite] = self.search;
        let mut number = self.head[satellite];
        while number != NONE {
            self.steps += 1;
            if self.steps > SEARCH_STEPS {
                return false;
            }
            let grant = self.grants[number as usize];
            if grant.amount > 0 && self.move_away(number, amount, depth) {
                return true;
            }
            number = self.next[number as usize];
        }
        false
    }

    /// Moves a part of a grant to another satellite.
    fn move_away(&mut self, number: u32, amount: u32, depth: u32) -> bool {
        let grant = self.grants[number as usize];
        let cell = grant.cell as usize;
        let end = self.instant.first_edge[cell + 1];
        while self.cursor[cell] < end
            && !self.has_room(self.instant.satellite[self.cursor[cell] as usize] as usize)
        {
            self.cursor[cell] += 1;
        }
        if self.cursor[cell] < end {
            return (self.cursor[cell]..end).any(|edge| self.shift(number, edge as usize, amount));
        }
        // Every satellite of this cell is full: make room on one of them first.
        for edge in self.instant.edges(cell) {
            let other = self.instant.satellite[edge] as usize;
            if self.met[other] != self.search
                && self.make_room(other, amount.min(grant.amount), depth - 1)
                && self.shift(number, edge, amount)
            {
                return true;
            }
        }
        false
    }

    /// Moves up to an amount of a grant to another edge of its cell; true when anything moved.
    fn shift(&mut self, number: u32, edge: usize, amount: u32) -> bool {
        let grant = self.grants[number as usize];
        let cell = grant.cell as usize;
        if edge == grant.edge as usize || !self.has_room(self.instant.satellite[edge] as usize) {
            return false;
        }
        let moved = grant.amount.min(amount);
        self.release(cell, grant.edge as usize, moved);
        let fits = self.fits(cell, edge).min(moved);
        // What does not fit elsewhere stays where it was.
        self.charge(cell, grant.edge as usize, moved - fits);
        if fits == 0 {
            return false;
        }
        self.grants[number as usize].amount -= fits;
        self.take(cell, edge, fits);
        true
    }

    /// The grants by cell and edge, one for each edge.
    fn grants(mut self) -> Vec<Grant> {
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
