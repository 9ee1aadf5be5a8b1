//! The most that an instant can carry, and an allocation that carries it.
//!
//! Without beams, or where all beams carry one rate and only satellites and cells limit them, this is a maximum
//! flow and exact. Else it is a linear program: [`bound`] takes the lesser of two bounds, that of [`dual`] and
//! the flow with each satellite's beams relaxed to the most they could carry were all its cells its own; and
//! [`allocate`] takes the best of three allocations, which all keep every limit.

use super::antennas::Antennas;
use super::dual;
use super::feeder::FeederView;
use super::flow::{Network, UNBOUNDED};
use super::greedy;
use super::instant::{Grant, Instant, load, total};
use super::isl::{self, IslLink, Way};

/// The most that can be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// No allocation carries more.
    pub amount: u64,
    /// Whether it is known that one carries as much, to a millionth.
    pub is_exact: bool,
}

/// An allocation by maximum flow. `keep` as in [`greedy::allocate`].
pub fn allocate(instant: &Instant, keep: &[u32]) -> Vec<Grant> {
    let start = greedy::allocate(instant, keep);
    let (grants, _) = Relaxed::new(instant, &start).solve(instant, &start);
    let Some(plan) = instant.beams.as_ref().filter(|_| one_rate(instant).is_none()) else { return grants };
    let mended = greedy::complete(instant, &within_beams(instant, &grants));
    let start = guided(instant, start);
    // Mending may cost more than the flow has gained.
    let best = if total(&mended) >= total(&start) { mended } else { start };
    let program = dual::solve(instant, plan, &best);
    let rounded = greedy::complete(instant, &within_beams(instant, &rounded(instant, &program.flow)));
    if total(&rounded) > total(&best) { rounded } else { best }
}

/// Steps of [`dual::flow`] for [`guided`]: as many as so many looks at edges allow, between two numbers.
const GUIDING_LOOKS: usize = 20_000_000;
const GUIDING_STEPS: [usize; 2] = [512, 1536];

/// A fast allocation made better where neighbouring cells share channels and demand is left: which of them
/// should have the beams is what [`greedy`] sees worst, and a few steps of the linear program tell.
pub fn guided(instant: &Instant, start: Vec<Grant>) -> Vec<Grant> {
    let wanted: u64 = instant.demand.iter().map(|&demand| u64::from(demand)).sum();
    let plan = instant.beams.as_ref().filter(|plan| plan.reuse.is_some() && total(&start) < wanted);
    let Some(plan) = plan else { return start };
    let steps = GUIDING_LOOKS / instant.satellite.len().max(1);
    let flow = dual::flow(instant, plan, &start, steps.clamp(GUIDING_STEPS[0], GUIDING_STEPS[1]));
    let rounded = greedy::complete(instant, &within_beams(instant, &rounded(instant, &flow)));
    if total(&rounded) > total(&start) { rounded } else { start }
}

/// The most that an instant can carry, never below the optimum. `start` is an allocation to begin with.
pub fn bound(instant: &Instant, start: &[Grant]) -> Bound {
    let relaxed = Relaxed::new(instant, start).solve(instant, start).1;
    let Some(plan) = instant.beams.as_ref().filter(|_| one_rate(instant).is_none()) else {
        return Bound { amount: relaxed, is_exact: true };
    };
    let amount = relaxed.min(dual::solve(instant, plan, start).bound).max(total(start));
    Bound { amount, is_exact: amount as f64 <= total(start) as f64 * (1.0 + 1e-6) }
}

/// The rate of all beams, where they have but one and only satellites and cells limit them: then beams are
/// amounts.
fn one_rate(instant: &Instant) -> Option<f32> {
    let plan = instant.beams.as_ref().filter(|plan| plan.reuse.is_none() && plan.fixed.is_none())?;
    let first = *plan.rate.first()?;
    plan.rate.iter().all(|&rate| rate == first).then_some(first)
}

/// What beams carry at one rate, rounded down to whole amounts.
fn beams_carry(beams: f32, rate: f32) -> u32 {
    (f64::from(beams) * f64::from(rate)).min(f64::from(UNBOUNDED)) as u32
}

/// A fractional flow as grants that no cell's demand and no satellite's limit forbids.
fn rounded(instant: &Instant, flow: &[f32]) -> Vec<Grant> {
    let mut load = vec![0.0f64; instant.limit.len()];
    for (&satellite, &amount) in instant.satellite.iter().zip(flow) {
        load[satellite as usize] += f64::from(amount);
    }
    let mut grants = Vec::new();
    for cell in 0..instant.cells() {
        let wanted: f64 = instant.edges(cell).map(|edge| f64::from(flow[edge])).sum();
        let of_demand = f64::from(instant.demand[cell]) / wanted.max(1e-9);
        for edge in instant.edges(cell) {
            let satellite = instant.satellite[edge] as usize;
            let part =
                (f64::from(instant.limit[satellite]) / load[satellite].max(1e-9)).min(of_demand).min(1.0);
            let amount = (f64::from(flow[edge]) * part) as u32;
            if amount > 0 {
                grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
            }
        }
    }
    grants
}

/// The flow network of an instant.
struct Relaxed {
    /// What each satellite carries at most, beams considered.
    most: Vec<u32>,
}

impl Relaxed {
    fn new(instant: &Instant, start: &[Grant]) -> Self {
        let mut most = instant.limit.clone();
        if let Some(plan) = &instant.beams {
            let beams = match one_rate(instant) {
                Some(rate) => plan.of_satellite.iter().map(|&beams| beams_carry(beams, rate)).collect(),
                None => carried_alone(instant),
            };
            // What is carried already may pass the beams by what they are summed with.
            for ((most, beams), load) in most.iter_mut().zip(beams).zip(load(instant, start)) {
                *most = (*most).min(beams.max(load));
            }
        }
        Self { most }
    }

    /// Raises a flow to the maximum.
    fn solve(self, instant: &Instant, start: &[Grant]) -> (Vec<Grant>, u64) {
        let cells = instant.cells();
        let (source, sink) = (cells + self.most.len(), cells + self.most.len() + 1);
        let mut network = Network::new(sink + 1);
        network.reserve(cells + self.most.len() + instant.satellite.len());
        // Arcs of the cells, then of the satellites, then of the edges, in their order.
        for (cell, wanted) in wanted(instant, start).into_iter().enumerate() {
            network.arc(source, cell, wanted);
        }
        for (satellite, &most) in self.most.iter().enumerate() {
            network.arc(cells + satellite, sink, most);
        }
        let edges = cells + self.most.len();
        lay_edges(&mut network, instant);
        for grant in start {
            let satellite = instant.satellite[grant.edge as usize] as usize;
            network.put(grant.cell as usize, grant.amount);
            network.put(cells + satellite, grant.amount);
            network.put(edges + grant.edge as usize, grant.amount);
        }
        let carried = total(start) + network.maximise(source, sink);
        (grants(&network, instant, edges), carried)
    }
}

/// An allocation together with its ways to the ground, where links between satellites lead there.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// What cells are granted; where beams count it may use more of them than there are.
    pub grants: Vec<Grant>,
    /// No allocation carries more to the ground.
    pub carried: u64,
}

/// The maximum flow from cells over satellites, links between them and gateways; beams relaxed as in [`bound`].
/// Without beams it is an optimum.
pub fn over_links(instant: &Instant, way: &Way) -> Joint {
    let UsersSide { mut network, linked, edges, source, sink } = UsersSide::new(instant, 0);
    way.lay(&mut network, linked, sink);
    let carried = network.maximise(source, sink);
    Joint { grants: grants(&network, instant, edges), carried }
}

/// What a maximum flow from cells over satellites and links carries over each view of gateways, where the antennas of a
/// gateway, or of a satellite, can be shared by all that it sees.
pub fn shared_flow(
    instant: &Instant,
    antennas: &Antennas<'_>,
    views: &[FeederView],
    links: &[IslLink],
) -> Vec<u32> {
    let most = isl::with_links(&instant.limit, links);
    let UsersSide { mut network, linked, source, sink, .. } =
        UsersSide::new(instant, antennas.shared_nodes());
    isl::lay_links(&mut network, links, linked);
    let arcs = antennas.lay_shared(&mut network, views, &most, linked, sink);
    network.maximise(source, sink);
    arcs.into_iter().map(|arc| network.flow(arc)).collect()
}

/// A network laid from its source over cells to satellites.
struct UsersSide {
    network: Network,
    /// The first satellite as the network of links sees it.
    linked: usize,
    /// The arc of the first edge.
    edges: usize,
    source: usize,
    sink: usize,
}

impl UsersSide {
    /// With so many nodes more after the sink.
    fn new(instant: &Instant, more: usize) -> Self {
        let most = Relaxed::new(instant, &[]).most;
        let (cells, satellites) = (instant.cells(), most.len());
        // A satellite as its users see it, and as the network of links does.
        let (linked, source) = (cells + satellites, cells + 2 * satellites);
        let sink = source + 1;
        let mut network = Network::new(sink + 1 + more);
        for (cell, wanted) in wanted(instant, &[]).into_iter().enumerate() {
            network.arc(source, cell, wanted);
        }
        for (satellite, &most) in most.iter().enumerate() {
            network.arc(cells + satellite, linked + satellite, most);
        }
        lay_edges(&mut network, instant);
        Self { network, linked, edges: cells + satellites, source, sink }
    }
}

/// What each cell wants and its beams can carry.
fn wanted(instant: &Instant, start: &[Grant]) -> Vec<u32> {
    let rate = one_rate(instant);
    let mut wanted = vec![0; instant.cells()];
    for grant in start {
        wanted[grant.cell as usize] += grant.amount;
    }
    for (cell, wanted) in wanted.iter_mut().enumerate() {
        *wanted = instant.demand[cell].min(beams_of_cell(instant, cell, rate).max(*wanted));
    }
    wanted
}

/// Lays the edges in their order; cells are the first nodes, satellites follow.
fn lay_edges(network: &mut Network, instant: &Instant) {
    let cells = instant.cells();
    for cell in 0..cells {
        for edge in instant.edges(cell) {
            network.arc(cell, cells + instant.satellite[edge] as usize, cell_limit(instant, cell, edge));
        }
    }
}

/// The flow on the edges, whose arcs begin at a number.
fn grants(network: &Network, instant: &Instant, edges: usize) -> Vec<Grant> {
    let mut grants = Vec::with_capacity(instant.cells());
    for cell in 0..instant.cells() {
        for edge in instant.edges(cell) {
            let amount = network.flow(edges + edge);
            if amount > 0 {
                grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
            }
        }
    }
    grants
}

/// The most that the beams of a cell can carry.
fn beams_of_cell(instant: &Instant, cell: usize, rate: Option<f32>) -> u32 {
    let Some(plan) = &instant.beams else { return UNBOUNDED };
    if let Some(rate) = rate {
        return beams_carry(plan.of_cell[cell], rate);
    }
    let best = instant.edges(cell).map(|edge| plan.rate[edge]).fold(0.0, f32::max);
    (plan.of_cell[cell] * best * 1.000_1 + 1.0) as u32
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
pub(super) fn within_beams(instant: &Instant, grants: &[Grant]) -> Vec<Grant> {
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
