//! Figures of cells and satellites, gathered instant by instant.

use std::collections::BinaryHeap;

use crate::coverage::percentile;

use super::instant::{Grant, Instant};
use super::snapshot::Snapshot;
use super::unit::Unit;

/// Percentile of what a cell is served that is told beside the mean.
const LOW_PERCENT: f64 = 5.0;
/// A limit binds where at least this share of it is in use.
pub(super) const FULL: f64 = 0.999;
/// What is no more than this share is not left.
const LEFT: f64 = 1.0 - FULL;

/// What keeps a satellite from carrying more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The rate to its users.
    UserLink,
    /// The number of its beams, or the channels of those that stand still over demand.
    Beams,
    /// Cells that want more can hold no more beams, by themselves or with those around them.
    FullCells,
    /// The rate of the links that feed it.
    Feeder,
    /// No gateway has an antenna for it.
    Gateways,
    /// It has room that the allocation did not use.
    Allocation,
    /// Nobody it sees wants more.
    Demand,
}

impl Limit {
    /// All of them, in the order of [`SatelliteFigures::bound_by`].
    pub const ALL: [Self; 7] = [
        Self::UserLink,
        Self::Beams,
        Self::FullCells,
        Self::Feeder,
        Self::Gateways,
        Self::Allocation,
        Self::Demand,
    ];
}

/// Why demand is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unserved {
    /// No satellite is above the mask.
    NoneInView,
    /// Those in view are too close to the geostationary arc.
    GeostationaryArc,
    /// The link to those in view does not close.
    Link,
    /// Those in view are full of user traffic.
    UserLink,
    /// Those in view have no beam left, or the cell can hold no more.
    Beams,
    /// Cells around use the channels of the frequency plan.
    Reuse,
    /// The links that feed those in view are full.
    Feeder,
    /// No gateway has an antenna for those in view.
    Gateways,
    /// Those in view had room that the allocation did not use.
    Allocation,
}

impl Unserved {
    /// All of them, in the order of [`CellFigures::unserved_mbps`].
    pub const ALL: [Self; 9] = [
        Self::NoneInView,
        Self::GeostationaryArc,
        Self::Link,
        Self::UserLink,
        Self::Beams,
        Self::Reuse,
        Self::Feeder,
        Self::Gateways,
        Self::Allocation,
    ];

    /// The reason of most of what a cell is not served.
    pub fn main(figures: &CellFigures) -> Option<Self> {
        Self::ALL
            .into_iter()
            .filter(|reason| figures.unserved_mbps[*reason as usize] > 0.0)
            .max_by(|a, b| figures.unserved_mbps[*a as usize].total_cmp(&figures.unserved_mbps[*b as usize]))
    }

    /// Its name in tables, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoneInView => "none_in_view",
            Self::GeostationaryArc => "geostationary_arc",
            Self::Link => "link",
            Self::UserLink => "user_link",
            Self::Beams => "beams",
            Self::Reuse => "reuse",
            Self::Feeder => "feeder",
            Self::Gateways => "gateways",
            Self::Allocation => "allocation",
        }
    }

    fn of(limit: Limit) -> Self {
        match limit {
            Limit::UserLink => Self::UserLink,
            Limit::Beams => Self::Beams,
            Limit::Feeder => Self::Feeder,
            Limit::Gateways => Self::Gateways,
            Limit::FullCells | Limit::Allocation | Limit::Demand => Self::Allocation,
        }
    }
}

/// Figures of one cell over the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellFigures {
    /// Mean demand, Mbit/s.
    pub demand_mbps: f64,
    /// Mean of what it is served, Mbit/s.
    pub served_mean_mbps: f64,
    /// 5th percentile over the instants of what it is served, Mbit/s: between two ranks in proportion, as [`percentile`]
    /// has it.
    pub served_p05_mbps: f64,
    /// Percent of the time with demand in which all of it is served.
    pub percent_time_fully_served: f64,
    /// Mean spectral efficiency of what it is served, bit/s/Hz; none without service or without link budget.
    pub mean_spectral_efficiency: Option<f64>,
    /// Mean of what it is served over links that have a budget, Mbit/s: what the spectral efficiency is of.
    pub served_by_budget_mbps: f64,
    /// Mean elevation of the serving satellites, degrees, weighted by what they carry; none without service.
    pub mean_elevation_deg: Option<f64>,
    /// How often in an hour the satellite that carries most of its traffic leaves it for another.
    pub handovers_per_hour: f64,
    /// Mean of what is not served, Mbit/s, by reason in the order of [`Unserved::ALL`].
    pub unserved_mbps: [f64; 9],
}

/// Figures of one satellite over the window.
#[derive(serde::Serialize, serde::Deserialize, Debug, Clone, Copy, PartialEq, Default)]
pub struct SatelliteFigures {
    /// Mean load, Mbit/s.
    pub mean_mbps: f64,
    /// Largest load, Mbit/s.
    pub max_mbps: f64,
    /// Number of steps in which each limit binds, in the order of [`Limit::ALL`]; the last counts as far as it lies in
    /// the window.
    pub bound_by: [f64; 7],
}

#[derive(serde::Serialize, serde::Deserialize, Debug, Clone, Default)]
struct CellSums {
    demand: f64,
    served: f64,
    wanting: f64,
    full: f64,
    efficiency: f64,
    with_efficiency: f64,
    elevation: f64,
    /// The satellite that carries most, while it carries anything.
    main: Option<u32>,
    handovers: u32,
    unserved: [f64; 9],
    /// The least served instants, as a heap with the largest on top.
    low: BinaryHeap<u32>,
}

/// What the sums and the figures of a cell take, its least served instants left out, bytes.
pub(super) const BYTES_PER_CELL: usize = size_of::<CellSums>() + size_of::<CellFigures>();

/// How many of the least values of so many the percentile needs: those up to its rank, and the value above it
/// that it is interpolated with.
pub(super) fn low_values(steps: usize) -> usize {
    let low = (LOW_PERCENT / 100.0 * steps.saturating_sub(1) as f64).floor() as usize + 2;
    low.min(steps)
}

/// Sums over the instants so far, each of them counted by the part of its step that lies in the window.
#[derive(serde::Serialize, serde::Deserialize, Debug, Clone)]
pub struct Fold {
    cells: Vec<CellSums>,
    satellites: Vec<SatelliteFigures>,
    /// Cells and satellites that served them at the last instant, by cell and satellite.
    serving: Vec<(u32, u32)>,
    steps: usize,
    /// The length of the window in steps.
    parts: f64,
    /// How many of the least values the percentile needs.
    low: usize,
}

impl Fold {
    /// Nothing yet, of so many instants that stand for a window of so many steps.
    pub fn new(cells: usize, satellites: usize, steps: usize, parts: f64) -> Self {
        Self {
            cells: vec![CellSums::default(); cells],
            satellites: vec![SatelliteFigures::default(); satellites],
            serving: Vec::new(),
            steps,
            parts,
            low: low_values(steps),
        }
    }

    /// Who served whom at the last instant.
    pub fn serving(&self) -> &[(u32, u32)] {
        &self.serving
    }

    /// Adds an instant that stands for a part of a step. `user_limit` is what satellites carry for users whatever
    /// their feeder links carry.
    pub fn add(&mut self, snapshot: &Snapshot, grants: &[Grant], user_limit: &[u32], unit: Unit, part: f64) {
        let instant = &snapshot.instant;
        let full = FullBeams::of(instant, grants);
        let left = left_over(instant, grants, &full);
        let limits = self.add_satellites(snapshot, grants, &left, user_limit, unit, part);
        self.serving.clear();
        let mut rest = grants;
        for cell in 0..instant.cells() {
            let count = rest.iter().take_while(|grant| grant.cell as usize == cell).count();
            let (own, later) = rest.split_at(count);
            rest = later;
            self.add_cell(snapshot, cell, own, &limits, &full, part);
            let serving = own.iter().map(|grant| (cell as u32, instant.satellite[grant.edge as usize]));
            self.serving.extend(serving);
        }
    }

    fn add_satellites(
        &mut self,
        snapshot: &Snapshot,
        grants: &[Grant],
        left: &[Limit],
        user_limit: &[u32],
        unit: Unit,
        part: f64,
    ) -> Vec<Limit> {
        let instant = &snapshot.instant;
        let mut load = vec![0.0f64; user_limit.len()];
        let mut beams = vec![0.0f64; user_limit.len()];
        for grant in grants {
            let (edge, amount) = (grant.edge as usize, f64::from(grant.amount));
            load[instant.satellite[edge] as usize] += amount;
            beams[instant.satellite[edge] as usize] += amount / f64::from(instant.rate(edge));
        }
        let mut sees_demand = vec![false; user_limit.len()];
        for &satellite in &instant.satellite {
            sees_demand[satellite as usize] = true;
        }
        let parts = self.parts;
        (0..load.len())
            .map(|s| {
                let beams_of =
                    instant.beams.as_ref().map_or(f64::INFINITY, |plan| plan.of_satellite[s].into());
                let limit = f64::from(instant.limit[s]);
                let bound = if !sees_demand[s] {
                    Limit::Demand
                } else if snapshot.unfed[s] {
                    Limit::Gateways
                } else if load[s] >= FULL * limit {
                    if instant.limit[s] < user_limit[s] { Limit::Feeder } else { Limit::UserLink }
                } else if beams[s] >= FULL * beams_of {
                    Limit::Beams
                } else {
                    left[s]
                };
                if snapshot.states[s].is_present() {
                    let figures = &mut self.satellites[s];
                    figures.mean_mbps += part * unit.mbps(load[s]) / parts;
                    figures.max_mbps = figures.max_mbps.max(unit.mbps(load[s]));
                    figures.bound_by[bound as usize] += part;
                }
                bound
            })
            .collect()
    }

    fn add_cell(
        &mut self,
        snapshot: &Snapshot,
        cell: usize,
        grants: &[Grant],
        limits: &[Limit],
        full: &FullBeams,
        part: f64,
    ) {
        let instant = &snapshot.instant;
        let sums = &mut self.cells[cell];
        let demand = instant.demand[cell];
        let served: u32 = grants.iter().map(|grant| grant.amount).sum();
        sums.demand += part * f64::from(demand);
        sums.served += part * f64::from(served);
        sums.wanting += if demand > 0 { part } else { 0.0 };
        sums.full += if demand > 0 && served == demand { part } else { 0.0 };
        if sums.low.len() < self.low {
            sums.low.push(served);
        } else if sums.low.peek().is_some_and(|&largest| served < largest) {
            sums.low.pop();
            sums.low.push(served);
        }
        for grant in grants {
            let (edge, amount) = (grant.edge as usize, part * f64::from(grant.amount));
            sums.elevation +=
                amount * f64::from(snapshot.sin_elevation[edge]).clamp(-1.0, 1.0).asin().to_degrees();
            let efficiency = f64::from(snapshot.efficiency[edge]);
            if !efficiency.is_nan() {
                sums.efficiency += amount * efficiency;
                sums.with_efficiency += amount;
            }
        }
        let still = sums
            .main
            .is_some_and(|main| grants.iter().any(|grant| instant.satellite[grant.edge as usize] == main));
        if !still {
            let largest = grants.iter().max_by_key(|grant| (grant.amount, u32::MAX - grant.edge));
            let new = largest.map(|grant| instant.satellite[grant.edge as usize]);
            sums.handovers += u32::from(sums.main.is_some() && new.is_some());
            sums.main = new;
        }
        let short = part * f64::from(demand - served);
        if short > 0.0 {
            let edges = instant.edges(cell);
            if edges.is_empty() {
                let reason = if snapshot.closed[cell] {
                    Unserved::Link
                } else if snapshot.arc[cell] {
                    Unserved::GeostationaryArc
                } else {
                    Unserved::NoneInView
                };
                sums.unserved[reason as usize] += short;
            } else {
                let share = short / edges.len() as f64;
                let cell_is_full = full.cells.get(cell).is_some_and(|full| *full);
                for edge in edges {
                    let limit = limits[instant.satellite[edge] as usize];
                    let reason = if cell_is_full {
                        Unserved::Beams
                    } else if full.around(instant, cell) {
                        Unserved::Reuse
                    } else if Unserved::of(limit) == Unserved::Allocation && full.fixed_beam(instant, edge) {
                        Unserved::Beams
                    } else {
                        Unserved::of(limit)
                    };
                    sums.unserved[reason as usize] += share;
                }
            }
        }
    }

    /// The figures, for a window of so many hours between first and last instant.
    pub fn finish(self, hours: f64, unit: Unit) -> (Vec<CellFigures>, Vec<SatelliteFigures>) {
        let (parts, rank) = (self.parts, self.steps);
        let cells = self
            .cells
            .into_iter()
            .map(|sums| {
                let low: Vec<f64> =
                    sums.low.into_sorted_vec().into_iter().map(|amount| unit.mbps(amount.into())).collect();
                CellFigures {
                    demand_mbps: unit.mbps(sums.demand) / parts,
                    served_mean_mbps: unit.mbps(sums.served) / parts,
                    served_p05_mbps: low_percentile(&low, rank),
                    percent_time_fully_served: percent(sums.full, sums.wanting),
                    mean_spectral_efficiency: (sums.with_efficiency > 0.0)
                        .then(|| sums.efficiency / sums.with_efficiency),
                    served_by_budget_mbps: unit.mbps(sums.with_efficiency) / parts,
                    mean_elevation_deg: (sums.served > 0.0).then(|| sums.elevation / sums.served),
                    handovers_per_hour: if hours > 0.0 { f64::from(sums.handovers) / hours } else { 0.0 },
                    unserved_mbps: sums.unserved.map(|amount| unit.mbps(amount) / parts),
                }
            })
            .collect();
        (cells, self.satellites)
    }
}

/// For each satellite what keeps it from carrying more where it has room itself: the least of what cells in its view that
/// want more are kept from it by.
fn left_over(instant: &Instant, grants: &[Grant], full: &FullBeams) -> Vec<Limit> {
    let mut left = vec![Limit::Demand; instant.limit.len()];
    let mut short = instant.demand.clone();
    for grant in grants {
        short[grant.cell as usize] -= grant.amount;
    }
    for (cell, &short) in short.iter().enumerate() {
        // What rounding leaves of a cell's demand is nothing that it wants.
        if f64::from(short) <= (LEFT * f64::from(instant.demand[cell])).max(1.0) {
            continue;
        }
        let is_full = full.cells.get(cell).is_some_and(|full| *full) || full.around(instant, cell);
        for edge in instant.edges(cell) {
            let kept_by = if is_full {
                Limit::FullCells
            } else if full.fixed_beam(instant, edge) {
                Limit::Beams
            } else {
                Limit::Allocation
            };
            let satellite = &mut left[instant.satellite[edge] as usize];
            let weight = |limit: Limit| match limit {
                Limit::Allocation => 3,
                Limit::Beams => 2,
                Limit::FullCells => 1,
                _ => 0,
            };
            if weight(kept_by) > weight(*satellite) {
                *satellite = kept_by;
            }
        }
    }
    left
}

/// Which cells, which clusters of them and which fixed beams are full at an instant.
struct FullBeams {
    /// Of their own beams, whatever their neighbours hold.
    cells: Vec<bool>,
    clusters: Vec<bool>,
    fixed: Vec<bool>,
}

impl FullBeams {
    fn of(instant: &Instant, grants: &[Grant]) -> Self {
        let Some(plan) = &instant.beams else {
            return Self { cells: Vec::new(), clusters: Vec::new(), fixed: Vec::new() };
        };
        let mut held = vec![0.0; instant.cells()];
        for grant in grants {
            held[grant.cell as usize] += f64::from(grant.amount) / f64::from(plan.rate[grant.edge as usize]);
        }
        let (clusters, fixed) = plan.used(grants, |cell| held[cell]);
        let full = |used: Vec<f64>, most: &[f32]| {
            used.iter().zip(most).map(|(&used, &most)| used >= FULL * f64::from(most)).collect()
        };
        Self {
            clusters: full(clusters, plan.cluster_limits()),
            fixed: full(fixed, plan.channels()),
            cells: full(held, &plan.of_cell),
        }
    }

    /// Whether a cell can hold no more because of its neighbours.
    fn around(&self, instant: &Instant, cell: usize) -> bool {
        let clusters = instant.beams.as_ref().map_or(&[][..], |plan| plan.clusters(cell));
        clusters.iter().any(|&cluster| self.clusters[cluster as usize])
    }

    /// Whether the fixed beam of an edge is full.
    fn fixed_beam(&self, instant: &Instant, edge: usize) -> bool {
        let beam = instant.beams.as_ref().and_then(|plan| plan.fixed_beam(edge));
        beam.is_some_and(|beam| self.fixed[beam])
    }
}

/// A part of a whole in percent: 100 where they are the same, whatever rounding makes of it, and 0 of nothing.
fn percent(part: f64, whole: f64) -> f64 {
    if whole <= 0.0 {
        0.0
    } else if part == whole {
        100.0
    } else {
        100.0 * part / whole
    }
}

/// The low percentile of `count` values of which the least are known, as [`percentile`] has it of all.
fn low_percentile(least: &[f64], count: usize) -> f64 {
    let Some(last) = least.len().checked_sub(1) else { return 0.0 };
    // The same rank as a percentile of the values that are known.
    let rank = LOW_PERCENT / 100.0 * count.saturating_sub(1) as f64;
    let percent = if last == 0 { 0.0 } else { (100.0 * rank / last as f64).min(100.0) };
    percentile(least, percent).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_of_the_least_is_that_of_all() {
        for count in [1usize, 2, 20, 21, 97, 1440] {
            let all: Vec<f64> = (0..count).map(|i| (i as f64 * 0.37).sin() + i as f64 * 0.01).collect();
            let mut sorted = all.clone();
            sorted.sort_by(f64::total_cmp);
            let fold = Fold::new(1, 1, count, count as f64);
            let least = &sorted[..fold.low];
            let (got, expected) = (low_percentile(least, count), percentile(&sorted, 5.0).unwrap());
            assert!((got - expected).abs() < 1e-9, "{count}: {got} {expected}");
        }
    }

    /// It was called what is served in all but 5 % of the instants, which of these three is 0.
    #[test]
    fn the_percentile_lies_between_two_ranks() {
        assert_eq!(low_percentile(&[0.0, 100.0], 3), 10.0);
    }
}
