//! Where beams have unlike rates: the linear program of an instant, solved to a bound and a fractional flow.
//!
//! The primal is the most that edges carry within the demand and beams of cells, the limit and beams of
//! satellites, the beams of clusters and those of fixed beams. Each of these limits has a price in the dual;
//! prices that pay one for every edge, `α + β + (μ + λ + Σρ + γ)/rate ≥ 1`, bound whatever can be carried by the
//! limits at their prices. Prices are found by the primal-dual hybrid gradient method (A. Chambolle, T. Pock
//! 2011; diagonal steps of T. Pock, A. Chambolle 2011, restarts as D. Applegate et al. 2021), and made to pay
//! for every edge by solving for those of each cell exactly: so the bound holds however far the method got.

use super::instant::{BeamPlan, Grant, Instant, UNLIMITED, WITHOUT_BEAMS};

/// What came of the linear program.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// No allocation carries more.
    pub bound: u64,
    /// A flow on each edge that nearly keeps all limits.
    pub flow: Vec<f32>,
}

/// Steps at most, and how many lie between two looks at the bound.
const STEPS: usize = 768;
const BETWEEN_LOOKS: usize = 64;
/// A bound this near to what is carried already is near enough.
const NEAR: f64 = 2e-4;

/// Bounds an instant with beams; `start` is an allocation to begin with.
pub fn solve(instant: &Instant, plan: &BeamPlan, start: &[Grant]) -> Program {
    let carried: f64 = start.iter().map(|grant| f64::from(grant.amount)).sum();
    let rows = Rows::new(instant, plan);
    let mut run = Run::new(&rows, start);
    let mut best = Program { bound: u64::MAX, flow: Vec::new() };
    for step in 1..=STEPS {
        run.step(&rows);
        if step % BETWEEN_LOOKS == 0 {
            let bound = run.look(&rows);
            best.bound = best.bound.min(bound);
            if best.bound as f64 <= carried * (1.0 + NEAR) {
                break;
            }
        }
    }
    best.flow = run.amounts(&rows);
    best
}

/// The flow alone after a number of steps: the more, the nearer to the optimum.
pub fn flow(instant: &Instant, plan: &BeamPlan, start: &[Grant], steps: usize) -> Vec<f32> {
    let rows = Rows::new(instant, plan);
    let mut run = Run::new(&rows, start);
    for step in 1..=steps {
        run.step(&rows);
        if step % BETWEEN_LOOKS == 0 || step == steps {
            run.restart();
        }
    }
    run.amounts(&rows)
}

/// The limits as rows of one matrix. Amounts are in units of a mean beam, so that all entries are near one.
struct Rows<'a> {
    instant: &'a Instant,
    plan: &'a BeamPlan,
    unit: f64,
    /// Beams that one unit takes on each edge.
    beams_of_unit: Vec<f64>,
    cell_of_edge: Vec<u32>,
    /// Limits: demand and beams of cells, limits and beams of satellites, clusters, fixed beams.
    limit: [Vec<f64>; 6],
    /// Edges of each satellite.
    of_satellite: Vec<Vec<u32>>,
}

const DEMAND: usize = 0;
const CELL_BEAMS: usize = 1;
const LIMIT: usize = 2;
const BEAMS: usize = 3;
const CLUSTER: usize = 4;
const FIXED: usize = 5;

impl<'a> Rows<'a> {
    fn new(instant: &'a Instant, plan: &'a BeamPlan) -> Self {
        // Satellites without beams have rates beyond any real one, and no part in the unit.
        let real = plan.rate.iter().filter(|rate| **rate < WITHOUT_BEAMS);
        let (sum, count) = real.fold((0.0, 0), |(sum, count), &rate| (sum + f64::from(rate), count + 1));
        let unit = if count > 0 { sum / f64::from(count) } else { 1.0 };
        let amount = |limits: &[u32]| -> Vec<f64> {
            let open = |limit: u32| limit >= UNLIMITED;
            limits
                .iter()
                .map(|&limit| if open(limit) { f64::INFINITY } else { f64::from(limit) / unit })
                .collect()
        };
        let wide = |limits: &[f32]| limits.iter().map(|&limit| f64::from(limit)).collect::<Vec<f64>>();
        let mut cell_of_edge = vec![0; instant.satellite.len()];
        for cell in 0..instant.cells() {
            cell_of_edge[instant.edges(cell)].fill(cell as u32);
        }
        let mut of_satellite = vec![Vec::new(); instant.limit.len()];
        for (edge, &satellite) in instant.satellite.iter().enumerate() {
            of_satellite[satellite as usize].push(edge as u32);
        }
        Self {
            instant,
            plan,
            unit,
            beams_of_unit: plan.rate.iter().map(|&rate| unit / f64::from(rate)).collect(),
            cell_of_edge,
            limit: [
                instant.demand.iter().map(|&demand| f64::from(demand) / unit).collect(),
                wide(&plan.of_cell),
                amount(&instant.limit),
                wide(&plan.of_satellite),
                wide(plan.cluster_limits()),
                wide(plan.channels()),
            ],
            of_satellite,
        }
    }

    /// Adds to each row what the edges bring to it: `entry` of an edge for amounts, times its beams for beams.
    fn gather(&self, entry: &[f64]) -> [Vec<f64>; 6] {
        let mut sums = [0, 1, 2, 3, 4, 5].map(|kind: usize| vec![0.0; self.limit[kind].len()]);
        for (edge, &amount) in entry.iter().enumerate() {
            let (cell, satellite) = (self.cell_of_edge[edge] as usize, self.instant.satellite[edge] as usize);
            let beams = amount * self.beams_of_unit[edge];
            sums[DEMAND][cell] += amount;
            sums[CELL_BEAMS][cell] += beams;
            sums[LIMIT][satellite] += amount;
            sums[BEAMS][satellite] += beams;
            if let Some(beam) = self.plan.fixed_beam(edge) {
                sums[FIXED][beam] += beams;
            }
        }
        for cell in 0..self.instant.cells() {
            for &cluster in self.plan.clusters(cell) {
                sums[CLUSTER][cluster as usize] += sums[CELL_BEAMS][cell];
            }
        }
        sums
    }

    /// Price of the beams of each cell that its clusters ask.
    fn around(&self, price: &[Vec<f64>; 6]) -> Vec<f64> {
        let of = |cell| self.plan.clusters(cell).iter().map(|&at| price[CLUSTER][at as usize]).sum();
        (0..self.instant.cells()).map(of).collect()
    }

    /// What an edge pays for beams, without those of its cell and of its satellite.
    fn beams_price(&self, price: &[Vec<f64>; 6], around: &[f64], edge: usize) -> f64 {
        let fixed = self.plan.fixed_beam(edge).map_or(0.0, |beam| price[FIXED][beam]);
        around[self.cell_of_edge[edge] as usize] + fixed
    }

    /// The bound of prices, those of cells and satellites worked out anew. Prices end up paying for every edge.
    fn bound(&self, price: &mut [Vec<f64>; 6]) -> u64 {
        let around = self.around(price);
        let mut items = Vec::new();
        for round in 0..2 {
            for cell in 0..self.instant.cells() {
                items.clear();
                items.extend(self.instant.edges(cell).map(|edge| {
                    let satellite = self.instant.satellite[edge] as usize;
                    let beams = self.beams_price(price, &around, edge) + price[BEAMS][satellite];
                    let each = self.beams_of_unit[edge];
                    (1.0 - price[LIMIT][satellite] - beams * each, each)
                }));
                let (amount, beams) =
                    cheapest(self.limit[DEMAND][cell], self.limit[CELL_BEAMS][cell], &items);
                (price[DEMAND][cell], price[CELL_BEAMS][cell]) = (amount, beams);
            }
            if round == 1 {
                break;
            }
            for satellite in 0..self.instant.limit.len() {
                items.clear();
                items.extend(self.of_satellite[satellite].iter().map(|&edge| {
                    let (edge, cell) = (edge as usize, self.cell_of_edge[edge as usize] as usize);
                    let beams = self.beams_price(price, &around, edge) + price[CELL_BEAMS][cell];
                    let each = self.beams_of_unit[edge];
                    (1.0 - price[DEMAND][cell] - beams * each, each)
                }));
                let (amount, beams) =
                    cheapest(self.limit[LIMIT][satellite], self.limit[BEAMS][satellite], &items);
                (price[LIMIT][satellite], price[BEAMS][satellite]) = (amount, beams);
            }
        }
        let sum: f64 = price
            .iter()
            .zip(&self.limit)
            .flat_map(|(price, limit)| price.iter().zip(limit))
            .filter(|(price, _)| **price > 0.0)
            .map(|(price, limit)| price * limit)
            .sum();
        let bound = sum * self.unit * (1.0 + 1e-9) + 1.0;
        if bound < u64::MAX as f64 { bound as u64 } else { u64::MAX }
    }
}

/// The cheapest prices for an amount and for beams that pay for all items, each `(wanted, beams of a unit)`:
/// `amount price + beam price × beams ≥ wanted`.
fn cheapest(amount: f64, beams: f64, items: &[(f64, f64)]) -> (f64, f64) {
    let cost_of_rest = |price: f64| {
        let short = items.iter().map(|&(wanted, each)| wanted - price * each).fold(0.0, f64::max);
        (if amount.is_finite() { short } else { 0.0 }, price)
    };
    // The dearest item without a price of beams; of equals that which beams pay for most slowly.
    let dearer = |a: &&(f64, f64), b: &&(f64, f64)| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1));
    let Some(&(mut wanted, mut each)) = items.iter().max_by(dearer) else { return (0.0, 0.0) };
    let mut price = 0.0;
    // From item to item along the upper hull, each with a lesser slope than the one before.
    loop {
        let short = wanted - price * each;
        if short <= 0.0 || !beams.is_finite() || (amount.is_finite() && amount * each <= beams) {
            return cost_of_rest(price);
        }
        let end = price + short / each;
        let crossing = |other: &(f64, f64)| (wanted - other.0) / (each - other.1);
        let next = items
            .iter()
            .filter(|other| other.1 < each)
            .min_by(|a, b| crossing(a).total_cmp(&crossing(b)).then(a.1.total_cmp(&b.1)));
        match next.map(|other| (crossing(other), *other)) {
            Some((at, other)) if at < end => {
                price = at.max(price);
                (wanted, each) = other;
            }
            _ => return cost_of_rest(end),
        }
    }
}

/// The state of the method.
struct Run {
    flow: Vec<f64>,
    ahead: Vec<f64>,
    price: [Vec<f64>; 6],
    flow_step: Vec<f64>,
    price_step: [Vec<f64>; 6],
    /// Sums since the last restart.
    flow_sum: Vec<f64>,
    price_sum: [Vec<f64>; 6],
    summed: f64,
}

impl Run {
    fn new(rows: &Rows<'_>, start: &[Grant]) -> Self {
        let edges = rows.instant.satellite.len();
        let mut flow = vec![0.0; edges];
        for grant in start {
            flow[grant.edge as usize] = f64::from(grant.amount) / rows.unit;
        }
        let none = || rows.limit.each_ref().map(|limit| vec![0.0; limit.len()]);
        let price_step = rows.gather(&vec![1.0; edges]).map(|sums| {
            sums.into_iter().map(|sum| if sum > 0.0 { 1.0 / sum } else { 0.0 }).collect::<Vec<f64>>()
        });
        let flow_step = (0..edges)
            .map(|edge| {
                let clusters = rows.plan.clusters(rows.cell_of_edge[edge] as usize).len() as f64;
                let fixed = if rows.plan.fixed.is_some() { 1.0 } else { 0.0 };
                1.0 / (2.0 + (2.0 + clusters + fixed) * rows.beams_of_unit[edge])
            })
            .collect();
        Self {
            ahead: flow.clone(),
            flow_sum: vec![0.0; edges],
            flow,
            price: none(),
            flow_step,
            price_step,
            price_sum: none(),
            summed: 0.0,
        }
    }

    fn step(&mut self, rows: &Rows<'_>) {
        let used = rows.gather(&self.ahead);
        for kind in 0..6 {
            let prices = self.price[kind].iter_mut().zip(&self.price_step[kind]);
            let rows = used[kind].iter().zip(&rows.limit[kind]);
            for (((price, step), (used, limit)), sum) in prices.zip(rows).zip(&mut self.price_sum[kind]) {
                // A row without a limit never has a price.
                *price = (*price + step * (used - limit)).max(0.0);
                *sum += *price;
            }
        }
        let around = rows.around(&self.price);
        for edge in 0..self.flow.len() {
            let (cell, satellite) = (rows.cell_of_edge[edge] as usize, rows.instant.satellite[edge] as usize);
            let beams = rows.beams_price(&self.price, &around, edge)
                + self.price[CELL_BEAMS][cell]
                + self.price[BEAMS][satellite];
            let paid =
                self.price[DEMAND][cell] + self.price[LIMIT][satellite] + beams * rows.beams_of_unit[edge];
            let before = self.flow[edge];
            self.flow[edge] = (before + self.flow_step[edge] * (1.0 - paid)).max(0.0);
            self.ahead[edge] = 2.0 * self.flow[edge] - before;
            self.flow_sum[edge] += self.flow[edge];
        }
        self.summed += 1.0;
    }

    /// The flow in whole units of the instant.
    fn amounts(&self, rows: &Rows<'_>) -> Vec<f32> {
        self.flow.iter().map(|&amount| (amount * rows.unit) as f32).collect()
    }

    /// Starts again from the mean since the last start, and answers with the better of the bounds of both.
    fn look(&mut self, rows: &Rows<'_>) -> u64 {
        let mut now = self.price.clone();
        let latest = rows.bound(&mut now);
        self.restart();
        let mut mean = self.price.clone();
        rows.bound(&mut mean).min(latest)
    }

    /// Starts again from the mean since the last start.
    fn restart(&mut self) {
        for (flow, sum) in self.flow.iter_mut().zip(&mut self.flow_sum) {
            *flow = *sum / self.summed;
            *sum = 0.0;
        }
        self.ahead.clone_from(&self.flow);
        for (prices, sums) in self.price.iter_mut().zip(&mut self.price_sum) {
            for (price, sum) in prices.iter_mut().zip(sums) {
                *price = *sum / self.summed;
                *sum = 0.0;
            }
        }
        self.summed = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cheapest prices against all corners of the two-dimensional program.
    #[test]
    fn the_cheapest_prices_are_those_of_the_best_corner() {
        let mut seed = 1u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / (1u64 << 31) as f64
        };
        for _ in 0..2000 {
            let count = 1 + (random() * 5.0) as usize;
            let items: Vec<(f64, f64)> =
                (0..count).map(|_| (1.4 * random() - 0.4, 0.2 + 2.0 * random())).collect();
            let (amount, beams) = (random(), random());
            let (a, b) = cheapest(amount, beams, &items);
            assert!(a >= 0.0 && b >= 0.0);
            assert!(items.iter().all(|&(wanted, each)| a + b * each >= wanted - 1e-12));
            let mut corners = vec![0.0];
            for &(wanted, each) in &items {
                corners.push((wanted / each).max(0.0));
                corners.extend(
                    items
                        .iter()
                        .filter(|other| other.1 != each)
                        .map(|other| ((wanted - other.0) / (each - other.1)).max(0.0)),
                );
            }
            let cost = |price: f64| {
                let short = items.iter().map(|&(wanted, each)| wanted - price * each).fold(0.0, f64::max);
                amount * short + beams * price
            };
            let best = corners.into_iter().map(cost).fold(f64::INFINITY, f64::min);
            assert!((amount * a + beams * b - best).abs() < 1e-9, "{items:?} {amount} {beams}");
        }
    }
}
