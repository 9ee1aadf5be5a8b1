//! A run over a window of time.

use rayon::prelude::*;

use crate::checkpoint::{Checkpoint, Interrupted, Job, end_block, only_stopped, restore};
use crate::coverage::{Stopped, Watch};
use crate::ephemeris::{Fleet, Loss};
use crate::orbit::MeanElements;
use crate::time::{Epoch, Window};

use super::exact::Bound;
use super::fold::{CellFigures, Fold, Limit, SatelliteFigures, Unserved};
use super::instant::{Grant, Instant, load, total};
use super::isl::{self, Choices, Way};
use super::plan::Plan;
use super::relay::{self, InReach};
use super::snapshot::Snapshot;
use super::{Assign, even, exact, greedy};

/// Settings of a capacity run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The window of time.
    pub window: Window,
    /// Step between instants, s.
    pub step_s: f64,
    /// Elevation mask of the users, degrees.
    pub min_elevation_deg: f64,
    /// Least angle between a user link and the geostationary arc, degrees; none for no avoidance.
    pub gso_avoidance_deg: Option<f64>,
    /// How cells are allocated.
    pub assign: Assign,
    /// Whether the most that can be carried is computed beside the allocation.
    pub bound: bool,
}

impl Settings {
    /// What part of the step that begins at an instant lies in the window; a single instant stands for all of it.
    pub(super) fn part(&self, instant: usize) -> f64 {
        if self.step_s < self.window.duration_s {
            self.window.part_of_step(self.step_s, instant)
        } else {
            1.0
        }
    }

    /// The sum of the parts of all instants.
    pub(super) fn parts(&self) -> f64 {
        if self.step_s < self.window.duration_s { self.window.parts_of_steps(self.step_s) } else { 1.0 }
    }
}

/// The instant a number of steps after the start.
pub(super) fn step_epoch(settings: &Settings, step: usize) -> Epoch {
    settings.window.start.plus_seconds(step as f64 * settings.step_s)
}

/// What the whole system does at one instant, Mbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// What is wanted.
    pub demand_mbps: f64,
    /// What is carried.
    pub served_mbps: f64,
    /// What satellites over demand and with a way to the ground could carry.
    pub sellable_mbps: f64,
    /// The most that could be carried; none where it was not asked for.
    pub bound_mbps: Option<f64>,
    /// Whether it is known that the bound can be reached.
    pub bound_is_exact: Option<bool>,
}

/// Result of a capacity run.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// The settings that made it.
    pub settings: Settings,
    /// Figures of the plan's cells, in its order.
    pub cells: Vec<CellFigures>,
    /// Figures of the satellites.
    pub satellites: Vec<SatelliteFigures>,
    /// The system at each instant.
    pub series: Vec<Moment>,
    /// Satellites lost by the end of the window.
    pub losses: Vec<Loss>,
}

/// Instants prepared together.
pub(super) const BLOCK: usize = 16;

/// Runs a plan over its window.
///
/// Instants are prepared in parallel and allocated one after the other, because each keeps what it can of
/// the one before: results do not depend on the number of threads.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    plan: &Plan,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Capacity, Stopped> {
    only_stopped(resume(plan, fleet, settings, watch, None))
}

/// The same from where its checkpoint stands.
///
/// # Errors
/// [`Interrupted`] when the watch asked for it, or by a checkpoint that cannot be used.
pub fn resume(
    plan: &Plan,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<Capacity, Interrupted> {
    let steps = settings.window.sample_count(settings.step_s);
    let mut fold = Fold::new(plan.points.len(), fleet.len(), steps, settings.parts());
    let mut series = Vec::with_capacity(steps);
    let mut first = 0;
    if let Some(saved) = restore(checkpoint, fleet)? {
        (first, series, fold) = saved;
    }
    while first < steps {
        let count = BLOCK.min(steps - first);
        let nodes = fleet.nodes(settings.window.start, settings.step_s, first, count);
        let snapshots: Vec<Snapshot> = (0..count)
            .into_par_iter()
            .map(|at| Snapshot::at(plan, settings, first + at, nodes.at(at)))
            .collect();
        for mut snapshot in snapshots {
            let part = settings.part(series.len());
            series.push(step(plan, settings, &mut snapshot, &mut fold, part));
        }
        first += count;
        let stopped = watch.step(first as f64 * settings.step_s, settings.window.duration_s);
        end_block(checkpoint, stopped, fleet, || (first, &series, &fold))?;
    }
    let hours = steps.saturating_sub(1) as f64 * settings.step_s / 3600.0;
    let (cells, satellites) = fold.finish(hours, plan.unit);
    Ok(Capacity {
        settings: *settings,
        cells,
        satellites,
        series,
        losses: fleet.losses_until(settings.window.end()),
    })
}

/// What decides the result of a run, for its checkpoint. `elements` are those of the fleet.
pub fn job<'a>(
    plan: &Plan,
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
) -> Job {
    // The number goes up whenever what is kept of a run changes, so that no program reads what another means otherwise.
    let job = Job::new("capacity 4").debug(&(settings, plan));
    elements.into_iter().fold(job, |job, elements| job.debug(elements))
}

/// Allocates one instant, which stands for a part of a step, and adds it to the figures.
fn step(plan: &Plan, settings: &Settings, snapshot: &mut Snapshot, fold: &mut Fold, part: f64) -> Moment {
    let user_limit = snapshot.instant.limit.clone();
    let keep = kept_edges(&snapshot.instant, fold);
    let all = vec![true; user_limit.len()];
    let (mut need, grants, bound);
    if plan.is_fed_by_limits() {
        need = snapshot.need(&snapshot.sees_gateway());
        let ways = plan.ways(snapshot, &need);
        if plan.isl.is_empty() {
            grants = over_feeders(&ways, snapshot, &keep, settings.assign);
            bound = bound_of(&snapshot.instant, &grants, settings);
        } else {
            need = snapshot.need(&all);
            (grants, bound) = over_links(&ways, snapshot, &keep, settings);
        }
    } else {
        need = snapshot.need(&all);
        grants = allocate(&snapshot.instant, &keep, settings.assign);
        bound = bound_of(&snapshot.instant, &grants, settings);
    }
    debug_assert_eq!(snapshot.instant.check(&grants), Ok(()));
    fold.add(snapshot, &grants, &user_limit, plan.unit, part);
    let mbps = |amount: f64| plan.unit.mbps(amount);
    Moment {
        demand_mbps: mbps(sum(&snapshot.instant.demand) as f64),
        served_mbps: mbps(total(&grants) as f64),
        sellable_mbps: mbps(sellable(snapshot, &need, &load(&snapshot.instant, &grants))),
        bound_mbps: bound.map(|bound| mbps(bound.amount as f64)),
        bound_is_exact: bound.map(|bound| bound.is_exact),
    }
}

/// Allocates an instant whose satellites are limited to what their own feeder links carry, by that of the ways over which
/// most is served. The limits stay.
fn over_feeders(ways: &Choices, snapshot: &mut Snapshot, keep: &[u32], assign: Assign) -> Vec<Grant> {
    let own = snapshot.instant.limit.clone();
    let is_wanted = wanted_satellites(&snapshot.instant);
    let instant = &mut snapshot.instant;
    let demand = sum(&instant.demand);
    let limits = |feeder: &[u32]| -> Vec<u32> {
        own.iter().zip(feeder).map(|(&own, &feeder)| own.min(feeder)).collect()
    };
    let all = if is_slow(instant, assign) {
        promising(ways.all(), |way| {
            instant.limit = limits(&way.limits(own.len()));
            total(&greedy::allocate(instant, keep))
        })
    } else {
        ways.all()
    };
    let most = |way: &Way| sum(&isl::of_members(&limits(&way.limits(own.len())), &is_wanted));
    let serve = |way: &Way| {
        let feeder = way.limits(own.len());
        instant.limit = limits(&feeder);
        (allocate(instant, keep, assign), feeder)
    };
    let (grants, feeder) = best_served(&all, demand, most, serve, |(grants, _)| grants);
    for (satellite, feeder) in feeder.into_iter().enumerate() {
        snapshot.instant.limit[satellite] = own[satellite].min(feeder);
        snapshot.unfed[satellite] = feeder == 0;
    }
    grants
}

/// Allocates an instant so that its loads reach the ground over links, by that of the ways over which most is served, and
/// limits the satellites that could bring no more there to what they carry. The bound is that of the same way.
fn over_links(
    ways: &Choices,
    snapshot: &mut Snapshot,
    keep: &[u32],
    settings: &Settings,
) -> (Vec<Grant>, Option<Bound>) {
    let instant = &mut snapshot.instant;
    let in_reach = InReach::of(instant, keep, settings);
    let is_wanted = wanted_satellites(instant);
    let wanted = isl::of_members(&instant.limit, &is_wanted);
    let demand = sum(&instant.demand);
    let all = if is_slow(instant, settings.assign) {
        let first = greedy::allocate(instant, keep);
        promising(ways.all(), |way| relay::looked_at(instant, way, &first, keep))
    } else {
        ways.all()
    };
    let most = |way: &Way| sum(&isl::carried(&wanted, way));
    let serve = |way: &Way| relay::over_links(instant, way, &in_reach, keep, settings);
    let best = best_served(&all, demand, most, serve, |relayed| &relayed.grants);
    snapshot.unfed = best.unfed;
    snapshot.instant.limit = best.limit;
    (best.grants, best.bound)
}

/// What is served by that of the ways over which most is, the first of equals. A way is not looked at that could not serve
/// more than another does: for no more than the demand, and than the `most` that satellites carry over it.
fn best_served<T>(
    ways: &[&Way],
    demand: u64,
    most: impl Fn(&Way) -> u64,
    mut serve: impl FnMut(&Way) -> T,
    grants: impl Fn(&T) -> &[Grant],
) -> T {
    let mut best = serve(ways[0]);
    for way in &ways[1..] {
        let served = total(grants(&best));
        if most(way).min(demand) <= served {
            continue;
        }
        let other = serve(way);
        if total(grants(&other)) > served {
            best = other;
        }
    }
    best
}

/// Ways that are allocated where that takes long.
const MOST_SLOW_WAYS: usize = 3;

/// Whether an allocation takes so long that few can be made: that of beams is no flow.
fn is_slow(instant: &Instant, assign: Assign) -> bool {
    instant.beams.is_some() && assign != Assign::Even
}

/// Those of all ways that carry most by a quick look, in their order.
fn promising(all: Vec<&Way>, mut quick: impl FnMut(&Way) -> u64) -> Vec<&Way> {
    if all.len() <= MOST_SLOW_WAYS {
        return all;
    }
    let mut looked: Vec<(u64, usize)> = all.iter().enumerate().map(|(at, way)| (quick(way), at)).collect();
    looked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    looked.truncate(MOST_SLOW_WAYS);
    looked.sort_unstable_by_key(|&(_, at)| at);
    looked.into_iter().map(|(_, at)| all[at]).collect()
}

/// Satellites that any cell sees: others carry nothing, whatever they could.
fn wanted_satellites(instant: &Instant) -> Vec<bool> {
    let mut wanted = vec![false; instant.limit.len()];
    instant.satellite.iter().for_each(|&satellite| wanted[satellite as usize] = true);
    wanted
}

/// What could be carried at most, where it is asked for.
fn bound_of(instant: &Instant, grants: &[Grant], settings: &Settings) -> Option<Bound> {
    settings.bound.then(|| match settings.assign {
        Assign::Flow if instant.beams.is_none() => Bound { amount: total(grants), is_exact: true },
        Assign::Even => exact::bound(instant, &[]),
        _ => exact::bound(instant, grants),
    })
}

/// An allocation of what satellites can carry, `keep` as in [`greedy::allocate`].
pub(super) fn allocate(instant: &Instant, keep: &[u32], assign: Assign) -> Vec<Grant> {
    match assign {
        Assign::Greedy => exact::guided(instant, greedy::allocate(instant, keep)),
        Assign::Flow => exact::allocate(instant, keep),
        Assign::Even => even::allocate(instant),
    }
}

/// Edges that lead to the satellites which served each cell an instant ago.
fn kept_edges(instant: &Instant, fold: &Fold) -> Vec<u32> {
    fold.serving()
        .iter()
        .filter_map(|&(cell, satellite)| {
            let edges = instant.edges(cell as usize);
            // Edges of a cell come in the order of satellites.
            let found = instant.satellite[edges.clone()].binary_search(&satellite).ok()?;
            Some((edges.start + found) as u32)
        })
        .collect()
}

/// What satellites with demand in view and a way to the ground carry at most. What they do carry may be above by as much
/// as beams are summed up with.
fn sellable(snapshot: &Snapshot, need: &[u32], load: &[u32]) -> f64 {
    // A sum of nothing is −0.
    let sellable: f64 = (0..need.len())
        .filter(|&s| need[s] > 0)
        .map(|s| f64::from(snapshot.instant.limit[s]).min(snapshot.beams_carry[s]).max(load[s].into()))
        .sum();
    sellable + 0.0
}

fn sum(amounts: &[u32]) -> u64 {
    amounts.iter().map(|&amount| u64::from(amount)).sum()
}

impl Capacity {
    /// Mean over the window of a figure of the system, Mbit/s.
    pub fn mean(&self, figure: impl Fn(&Moment) -> f64) -> f64 {
        let sum: f64 = self.parts().map(|(part, moment)| part * figure(moment)).sum();
        sum / self.settings.parts()
    }

    /// Mean of the bound, Tbit/s; none where it was not asked for.
    pub fn bound_tbps(&self) -> Option<f64> {
        let sum: Option<f64> = self.parts().map(|(part, moment)| Some(part * moment.bound_mbps?)).sum();
        sum.filter(|_| self.settings.bound).map(|sum| sum / 1e6 / self.settings.parts())
    }

    /// The system at each instant, with the part of a step that it stands for.
    fn parts(&self) -> impl Iterator<Item = (f64, &Moment)> {
        self.series.iter().enumerate().map(|(instant, moment)| (self.settings.part(instant), moment))
    }

    /// Share of the satellites' time in which each limit binds, in percent.
    pub fn limits_percent(&self) -> Vec<(Limit, f64)> {
        let all: f64 = self.satellites.iter().flat_map(|satellite| satellite.bound_by).sum();
        Limit::ALL
            .into_iter()
            .map(|limit| {
                let of = self.satellites.iter().map(|satellite| satellite.bound_by[limit as usize]);
                // A sum of nothing is −0.
                let of = of.fold(0.0, |sum, steps| sum + steps);
                (limit, if all > 0.0 { 100.0 * of / all } else { 0.0 })
            })
            .collect()
    }

    /// What demand is not served for, mean Mbit/s.
    pub fn unserved_mbps(&self) -> Vec<(Unserved, f64)> {
        Unserved::ALL
            .into_iter()
            .map(|reason| {
                let of_cells = self.cells.iter().map(|cell| cell.unserved_mbps[reason as usize]);
                (reason, of_cells.fold(0.0, |sum, mbps| sum + mbps))
            })
            .collect()
    }
}
