//! The most that an instant can carry, and an allocation that carries it.
//!
//! Without beams, or where a satellite's beams carry one rate, this is a maximum flow and exact. Where the
//! rate of a beam differs from cell to cell it is a linear program; then [`bound`] relaxes a satellite's beams
//! to the most it could carry were all its cells its own, which is never below the optimum, and
//! [`allocate`] mends the relaxed flow into an allocation that keeps every limit.

use super::flow::{Network, UNBOUNDED};
use super::greedy;
use super::instant::{Grant, Instant, total};

/// An allocation by maximum flow. `keep` as in [`greedy::allocate`].
pub fn allocate(instant: &Instant, keep: &[u32]) -> Vec<Grant> {
    let start = greedy::allocate(instant, keep);
    let (grants, _) = Relaxed::new(instant, &start).solve(instant, &start);
    match instant.beams {
        None => grants,
        Some(_) => {
            let mended = greedy::complete(instant, &within_beams(instant, &grants));
            // Mending may cost more than the flow has gained.
            if total(&mended) >= total(&start) { mended } else { start }
        }
    }
}

/// The most that an instant can carry, never below the optimum.
pub fn bound(instant: &Instant, start: &[Grant]) -> u64 {
    Relaxed::new(instant, start).solve(instant, start).1
}

/// The flow network of an instant.
struct Relaxed {
    network: Network,
    /// What each satellite carries at most, beams considered.
    most: Vec<u32>,
}

impl Relaxed {
    fn new(instant: &Instant, start: &[Grant]) -> Self {
        let mut most = instant.limit.clone();
        if instant.beams.is_some() {
            let beams = carried_alone(instant);
            let mut load = vec![0u32; most.len()];
            for grant in start {
                load[instant.satellite[grant.edge as usize] as usize] += grant.amount;
            }
            for (satellite, most) in most.iter_mut().enumerate() {
                *most = (*most).min(beams[satellite].max(load[satellite]));
            }
        }
        Self { network: Network::new(instant.cells() + most.len() + 2), most }
    }

    /// Raises a flow to the maximum.
    fn solve(mut self, instant: &Instant, start: &[Grant]) -> (Vec<Grant>, u64) {
        let cells = instant.cells();
        let (source, sink) = (cells + self.most.len(), cells + self.most.len() + 1);
        let network = &mut self.network;
        network.reserve(cells + self.most.len() + instant.satellite.len());
        // Arcs of the cells, then of the satellites, then of the edges, in their order.
        for (cell, &demand) in instant.demand.iter().enumerate() {
            network.arc(source, cell, demand);
        }
        for (satellite, &most) in self.most.iter().enumerate() {
            network.arc(cells + satellite, sink, most);
        }
        let edges = cells + self.most.len();
        for cell in 0..cells {
            for edge in instant.edges(cell) {
                network.arc(cell, cells + instant.satellite[edge] as usize, cell_limit(instant, cell, edge));
            }
        }
        for grant in start {
            let satellite = instant.satellite[grant.edge as usize] as usize;
            network.put(grant.cell as usize, grant.amount);
            network.put(cells + satellite, grant.amount);
            network.put(edges + grant.edge as usize, grant.amount);
        }
        let carried = total(start) + network.maximise(source, sink);
        let mut grants = Vec::with_capacity(cells);
        for cell in 0..cells {
            for edge in instant.edges(cell) {
                let amount = network.flow(edges + edge);
                if amount > 0 {
                    grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
                }
            }
        }
        (grants, carried)
    }
}

/// The most that one edge can carry.
fn cell_limit(instant: &Instant, cell: usize, edge: usize) -> u32 {
    match &instant.beams {
        None => UNBOUNDED,
        Some(plan) => {
            let satellite = instant.satellite[edge] as usize;
            (plan.of_cell[cell].min(plan.of_satellite[satellite]) * plan.rate[edge] * 1.000_1 + 1.0) as u32
        }
    }
}

/// What the beams of each satellite carry if no other satellite serves its cells: best rates first.
fn carried_alone(instant: &Instant) -> Vec<u32> {
    let Some(plan) = &instant.beams else { return Vec::new() };
    let mut edges: Vec<Vec<(f32, u32)>> = vec![Vec::new(); instant.limit.len()];
    for cell in 0..instant.cells() {
        if instant.demand[cell] > 0 {
            for edge in instant.edges(cell) {
                edges[instant.satellite[edge] as usize].push((plan.rate[edge], cell as u32));
            }
        }
    }
    edges
        .iter_mut()
        .zip(&plan.of_satellite)
        .map(|(edges, &beams)| {
            edges.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let (mut left, mut sum) = (f64::from(beams), 0.0);
            for &(rate, cell) in edges.iter() {
                let demand = f64::from(instant.demand[cell as usize]);
                let wanted = (demand / f64::from(rate)).min(plan.of_cell[cell as usize].into()).min(left);
                sum += wanted * f64::from(rate);
                left -= wanted;
                if left <= 0.0 {
                    break;
                }
            }
            (sum * (1.0 + 1e-6)).ceil().min(f64::from(UNBOUNDED)) as u32
        })
        .collect()
}

/// The grants scaled down where a satellite or a cell would need more beams than there are.
fn within_beams(instant: &Instant, grants: &[Grant]) -> Vec<Grant> {
    let Some(plan) = &instant.beams else { return grants.to_vec() };
    let mut used = vec![0f32; instant.limit.len()];
    let mut held = vec![0f32; instant.cells()];
    for grant in grants {
        let beams = grant.amount as f32 / plan.rate[grant.edge as usize];
        used[instant.satellite[grant.edge as usize] as usize] += beams;
        held[grant.cell as usize] += beams;
    }
    let (clusters, fixed) = plan.used(grants, |cell| held[cell].into());
    grants
        .iter()
        .filter_map(|grant| {
            let around = plan
                .clusters(grant.cell as usize)
                .iter()
                .map(|&at| plan.cluster_limits()[at as usize] / clusters[at as usize] as f32);
            let own = plan
                .fixed_beam(grant.edge as usize)
                .map_or(1.0, |beam| plan.channels()[beam] / fixed[beam] as f32);
            let satellite = instant.satellite[grant.edge as usize] as usize;
            let share = (plan.of_satellite[satellite] / used[satellite])
                .min(plan.of_cell[grant.cell as usize] / held[grant.cell as usize])
                .min(own)
                .min(around.fold(1.0, f32::min));
            let amount =
                if share < 1.0 { (grant.amount as f32 * share * 0.999_99) as u32 } else { grant.amount };
            (amount > 0).then_some(Grant { amount, ..*grant })
        })
        .collect()
}
