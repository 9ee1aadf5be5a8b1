//! A run over a window of time.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::attenuation::maps::{MapError, Maps};
use crate::coverage::{Progress, Stopped, Watch};
use crate::ephemeris::{Fleet, Loss};
use crate::grid::cells::{Grid, GridPoint};
use crate::ground::Site;
use crate::time::{Epoch, Window};

use super::ability::{Abilities, Rate, kbps};
use super::demand::{CountryCode, Demand, NO_COUNTRY, Quantity, Usage};
use super::feeder::Gateways;
use super::fold::{CellFigures, Fold, Limit, SatelliteFigures, Unserved};
use super::instant::{Grant, Instant, UNLIMITED, total};
use super::isl::{self, IslLink};
use super::radio::{Dish, Sky};
use super::scene::{Scene, place};
use super::snapshot::Snapshot;
use super::{Assign, exact, greedy};

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

/// Everything of a run that does not change with time.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Cells with demand at any time, in the order of the grid.
    pub points: Vec<GridPoint>,
    /// Their demand in kbit/s, without what moves.
    pub demand: Vec<u32>,
    /// The countries that each cell's demand is of, in Mbit/s.
    pub countries: Vec<Vec<(CountryCode, f64)>>,
    /// What moves: for each instant, cells and kbit/s.
    pub moving: Vec<Vec<(u32, u32)>>,
    /// What the satellites can do.
    pub abilities: Abilities,
    /// The gateways; without any, feeder links are taken to reach the ground always.
    pub gateways: Gateways,
    /// Links between satellites.
    pub isl: Vec<IslLink>,
    pub(super) scene: Scene,
    /// Beams that a cell can hold.
    pub(super) cell_beams: Vec<f32>,
    /// For each kind of satellite, the sky of each cell.
    pub(super) skies: Vec<Option<Vec<Sky>>>,
    /// Demand that lies in none of the grid's cells, Mbit/s.
    pub outside_mbps: f64,
}

/// A plan that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The attenuation cannot be computed.
    #[error(transparent)]
    Map(#[from] MapError),
    /// No cell of the grid has any demand.
    #[error("no demand lies in the region")]
    NoDemand,
    /// A cell wants more than amounts can say.
    #[error("a cell wants {mbps:.0} Mbit/s, more than the {} that can be told", f64::from(UNLIMITED) / 1e3)]
    TooMuch {
        /// What it wants, Mbit/s.
        mbps: f64,
    },
}

/// A user that moves, such as a ship or an aircraft.
#[derive(Debug, Clone, PartialEq)]
pub struct Mover {
    /// Where it is when.
    pub site: Site,
    /// What it wants, Mbit/s.
    pub mbps: f64,
}

/// The user's antenna, for scintillation.
const USER_DISH: Dish = Dish { diameter_m: 0.5, efficiency: 0.6 };

/// What a plan is made of.
#[derive(Debug)]
pub struct PlanInputs<'a> {
    /// The cells that may be served.
    pub grid: &'a Grid,
    /// Demand that stays.
    pub demand: &'a Demand,
    /// From people to megabits.
    pub usage: Usage,
    /// Demand that moves.
    pub movers: &'a [Mover],
    /// What the satellites can do.
    pub abilities: Abilities,
    /// The gateways.
    pub gateways: Gateways,
    /// Links between satellites.
    pub isl: Vec<IslLink>,
    /// Availability of the user links in percent of an average year; none leaves the atmosphere out.
    pub availability_percent: Option<f64>,
    /// Maps for the attenuation.
    pub maps: &'a Maps,
}

impl Plan {
    /// Puts demand on the cells of a grid and works out what does not change.
    ///
    /// # Errors
    /// [`PlanError`].
    ///
    /// # Panics
    /// When the grid is one of places, which have no cells.
    pub fn new(inputs: PlanInputs<'_>, settings: &Settings) -> Result<Self, PlanError> {
        let resolution = inputs.grid.resolution.expect("capacity is computed on cells");
        let scale = match inputs.demand.quantity {
            Quantity::People => inputs.usage.mbps_per_person(),
            Quantity::Mbps => 1.0,
        };
        let mut wanted = inputs.demand.at(resolution);
        let mut moving_cells: HashMap<h3o::CellIndex, u32> = HashMap::new();
        let steps = settings.window.sample_count(settings.step_s);
        let tracks: Vec<Vec<Option<h3o::CellIndex>>> = inputs
            .movers
            .iter()
            .map(|mover| {
                (0..steps)
                    .map(|step| {
                        let place = mover.site.place(step_epoch(settings, step))?;
                        let place = h3o::LatLng::new(place.latitude_deg, place.longitude_deg).ok()?;
                        Some(place.to_cell(resolution))
                    })
                    .collect()
            })
            .collect();
        for &cell in tracks.iter().flatten().flatten() {
            moving_cells.insert(cell, 0);
        }
        let (mut points, mut demand, mut countries) = (Vec::new(), Vec::new(), Vec::new());
        for point in &inputs.grid.points {
            let Some(cell) = point.cell else { continue };
            let shares = wanted.remove(&cell).unwrap_or_default();
            let mbps: f64 = shares.iter().map(|(_, amount)| amount * scale).sum();
            let visited = moving_cells.get_mut(&cell);
            if kbps(mbps) == 0 && visited.is_none() {
                continue;
            }
            if mbps * 1e3 > f64::from(UNLIMITED) {
                return Err(PlanError::TooMuch { mbps });
            }
            if let Some(number) = visited {
                *number = points.len() as u32;
            }
            points.push(*point);
            demand.push(kbps(mbps));
            countries.push(shares.into_iter().map(|(code, amount)| (code, amount * scale)).collect());
        }
        if points.is_empty() {
            return Err(PlanError::NoDemand);
        }
        let outside_mbps = wanted.values().flatten().map(|(_, amount)| amount * scale).sum();
        let in_grid: HashMap<h3o::CellIndex, u32> = points
            .iter()
            .enumerate()
            .filter_map(|(number, point)| Some((point.cell?, number as u32)))
            .collect();
        let mut moving = vec![Vec::new(); if tracks.is_empty() { 0 } else { steps }];
        for (mover, track) in inputs.movers.iter().zip(&tracks) {
            for (step, cell) in track.iter().enumerate() {
                if let Some(&number) = cell.and_then(|cell| in_grid.get(&cell)) {
                    moving[step].push((number, kbps(mover.mbps)));
                }
            }
        }
        let beam_area =
            inputs.abilities.kinds.iter().filter_map(|kind| kind.beam_area_km2).min_by(f64::total_cmp);
        let cell_beams = points
            .iter()
            .map(|point| beam_area.map_or(f32::INFINITY, |area| (point.area_km2 / area).max(1.0) as f32))
            .collect();
        let skies = inputs
            .abilities
            .kinds
            .iter()
            .map(|kind| match (&kind.user, inputs.availability_percent) {
                (Rate::Radio(radio), Some(percent)) => points
                    .par_iter()
                    .map(|point| {
                        let mask = settings.min_elevation_deg;
                        Sky::over(&place(point), radio.frequency_ghz, percent, mask, USER_DISH, inputs.maps)
                    })
                    .collect::<Result<Vec<_>, _>>()
                    .map(Some),
                _ => Ok(None),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            scene: Scene::new(&points),
            points,
            demand,
            countries,
            moving,
            abilities: inputs.abilities,
            gateways: inputs.gateways,
            isl: inputs.isl,
            cell_beams,
            skies,
            outside_mbps,
        })
    }

    /// Demand of each cell at a step, kbit/s.
    pub(super) fn demand_at(&self, step: usize) -> Vec<u32> {
        let mut demand = self.demand.clone();
        for &(cell, kbps) in self.moving.get(step).into_iter().flatten() {
            let sum = &mut demand[cell as usize];
            *sum = sum.saturating_add(kbps).min(UNLIMITED);
        }
        demand
    }

    pub(super) fn epoch(&self, settings: &Settings, step: usize) -> Epoch {
        step_epoch(settings, step)
    }

    /// Whether gateways limit what satellites carry, each for itself.
    fn is_bent_pipe(&self) -> bool {
        !self.gateways.is_empty() && self.isl.is_empty()
    }
}

fn step_epoch(settings: &Settings, step: usize) -> Epoch {
    settings.window.start.plus_seconds(step as f64 * settings.step_s)
}

/// What the whole system does at one instant, Mbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Moment {
    /// What is wanted.
    pub demand_mbps: f64,
    /// What is carried.
    pub served_mbps: f64,
    /// What satellites over demand and with a way to the ground could carry.
    pub sellable_mbps: f64,
    /// The most that could be carried; none where it was not asked for.
    pub bound_mbps: Option<f64>,
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
    /// Satellites lost during the window.
    pub losses: Vec<Loss>,
}

/// Instants prepared together.
const BLOCK: usize = 16;

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
    let steps = settings.window.sample_count(settings.step_s);
    let mut fold = Fold::new(plan.points.len(), fleet.len(), steps);
    let mut series = Vec::with_capacity(steps);
    for first in (0..steps).step_by(BLOCK) {
        let count = BLOCK.min(steps - first);
        let nodes = fleet.nodes(settings.window.start, settings.step_s, first, count);
        let snapshots: Vec<Snapshot> = (0..count)
            .into_par_iter()
            .map(|at| Snapshot::at(plan, settings, first + at, nodes.at(at)))
            .collect();
        for mut snapshot in snapshots {
            series.push(step(plan, settings, &mut snapshot, &mut fold));
        }
        report_progress(watch, (first + count) as f64 * settings.step_s, settings.window.duration_s)?;
    }
    let hours = steps.saturating_sub(1) as f64 * settings.step_s / 3600.0;
    let (cells, satellites) = fold.finish(hours);
    Ok(Capacity { settings: *settings, cells, satellites, series, losses: fleet.losses().copied().collect() })
}

fn report_progress(watch: Watch<'_>, done_s: f64, total_s: f64) -> Result<(), Stopped> {
    (watch.progress)(Progress { done_s, total_s });
    if watch.stop.load(Ordering::Relaxed) { Err(Stopped { done_s, total_s }) } else { Ok(()) }
}

/// Allocates one instant and adds it to the figures.
fn step(plan: &Plan, settings: &Settings, snapshot: &mut Snapshot, fold: &mut Fold) -> Moment {
    let user_limit = snapshot.instant.limit.clone();
    let need = snapshot.need();
    if plan.is_bent_pipe() {
        let feeder = plan.gateways.limits(&snapshot.feeders, &need, &plan.abilities);
        for (limit, feeder) in snapshot.instant.limit.iter_mut().zip(feeder) {
            *limit = (*limit).min(feeder);
        }
    }
    let keep = kept_edges(&snapshot.instant, fold);
    let mut grants = allocate(&snapshot.instant, &keep, settings.assign);
    let mut bound = settings.bound.then(|| match settings.assign {
        Assign::Flow if snapshot.instant.beams.is_none() => total(&grants),
        Assign::Even => exact::bound(&snapshot.instant, &[]),
        _ => exact::bound(&snapshot.instant, &grants),
    });
    if !plan.isl.is_empty() && !plan.gateways.is_empty() {
        grants = over_links(plan, settings, snapshot, grants, &keep);
        let ceiling: Vec<u32> = load(&snapshot.instant, &grants);
        bound = bound.map(|most| most.min(network_bound(plan, snapshot, &user_limit)).max(sum(&ceiling)));
    }
    debug_assert_eq!(snapshot.instant.check(&grants), Ok(()));
    fold.add(snapshot, &grants, &user_limit);
    let sellable = sellable(snapshot, &need);
    Moment {
        demand_mbps: sum(&snapshot.instant.demand) as f64 / 1e3,
        served_mbps: total(&grants) as f64 / 1e3,
        sellable_mbps: sellable / 1e3,
        bound_mbps: bound.map(|kbps| kbps as f64 / 1e3),
    }
}

fn allocate(instant: &Instant, keep: &[u32], assign: Assign) -> Vec<Grant> {
    match assign {
        Assign::Greedy => greedy::allocate(instant, keep),
        Assign::Flow => exact::allocate(instant, keep),
        Assign::Even => even(instant),
    }
}

/// The allocation when links between satellites carry the loads to the gateways.
///
/// Satellites whose load does not reach the ground are limited to what does, and cells look for others, twice.
fn over_links(
    plan: &Plan,
    settings: &Settings,
    snapshot: &mut Snapshot,
    mut grants: Vec<Grant>,
    keep: &[u32],
) -> Vec<Grant> {
    let reached = |snapshot: &Snapshot, grants: &[Grant]| {
        let load = load(&snapshot.instant, grants);
        let carried = isl::carried(
            &load,
            &snapshot.states,
            &plan.isl,
            &snapshot.feeders,
            plan.gateways.len(),
            plan.gateways.antennas(),
            &plan.abilities,
        );
        (load, carried)
    };
    for _ in 0..2 {
        let (load, carried) = reached(snapshot, &grants);
        if load == carried {
            return grants;
        }
        for (limit, (load, carried)) in snapshot.instant.limit.iter_mut().zip(load.iter().zip(&carried)) {
            if carried < load {
                *limit = (*limit).min(*carried);
            }
        }
        grants = allocate(&snapshot.instant, keep, settings.assign);
    }
    let (load, carried) = reached(snapshot, &grants);
    for (limit, (load, carried)) in snapshot.instant.limit.iter_mut().zip(load.iter().zip(&carried)) {
        if carried < load {
            *limit = (*limit).min(*carried);
        }
    }
    cut(&snapshot.instant, grants, &load, &carried)
}

/// Grants cut down to what of each satellite's load is carried.
fn cut(instant: &Instant, grants: Vec<Grant>, load: &[u32], carried: &[u32]) -> Vec<Grant> {
    grants
        .into_iter()
        .filter_map(|grant| {
            let s = instant.satellite[grant.edge as usize] as usize;
            let amount = u64::from(grant.amount) * u64::from(carried[s]) / u64::from(load[s].max(1));
            (amount > 0).then_some(Grant { amount: amount as u32, ..grant })
        })
        .collect()
}

/// The most that links and gateways carry were every satellite full.
fn network_bound(plan: &Plan, snapshot: &Snapshot, user_limit: &[u32]) -> u64 {
    let gateways = plan.gateways.len();
    let antennas = plan.gateways.antennas();
    let (states, feeders) = (&snapshot.states, &snapshot.feeders);
    sum(&isl::carried(user_limit, states, &plan.isl, feeders, gateways, antennas, &plan.abilities))
}

/// Each cell spreads its demand evenly over the satellites it sees; a satellite that gets more than it can
/// carry carries the same share of every cell.
fn even(instant: &Instant) -> Vec<Grant> {
    let shares: Vec<f64> = (0..instant.cells())
        .flat_map(|cell| {
            let edges = instant.edges(cell);
            let count = edges.len() as f64;
            let share = f64::from(instant.demand[cell]) / count;
            // Beams over the cell are shared by the satellites in view as its demand is.
            edges.map(move |edge| match &instant.beams {
                None => share,
                Some(plan) => share.min(f64::from(plan.of_cell[cell]) / count * f64::from(plan.rate[edge])),
            })
        })
        .collect();
    let mut wanted = vec![0.0f64; instant.limit.len()];
    let mut beams = vec![0.0f64; instant.limit.len()];
    for (edge, share) in shares.iter().enumerate() {
        wanted[instant.satellite[edge] as usize] += share;
        beams[instant.satellite[edge] as usize] += share / f64::from(instant.rate(edge));
    }
    let part_of: Vec<f64> = (0..wanted.len())
        .map(|s| {
            let plan = instant.beams.as_ref().map_or(f64::INFINITY, |plan| plan.of_satellite[s].into());
            (f64::from(instant.limit[s]) / wanted[s]).min(plan / beams[s]).min(1.0)
        })
        .collect();
    let mut grants = Vec::new();
    for cell in 0..instant.cells() {
        for edge in instant.edges(cell) {
            let amount = (shares[edge] * part_of[instant.satellite[edge] as usize]).floor() as u32;
            if amount > 0 {
                grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
            }
        }
    }
    grants
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

fn sellable(snapshot: &Snapshot, need: &[u32]) -> f64 {
    (0..need.len())
        .filter(|&s| need[s] > 0)
        .map(|s| f64::from(snapshot.instant.limit[s]).min(f64::from(snapshot.beams_carry[s])))
        .sum()
}

fn load(instant: &Instant, grants: &[Grant]) -> Vec<u32> {
    let mut load = vec![0; instant.limit.len()];
    for grant in grants {
        load[instant.satellite[grant.edge as usize] as usize] += grant.amount;
    }
    load
}

fn sum(amounts: &[u32]) -> u64 {
    amounts.iter().map(|&amount| u64::from(amount)).sum()
}

impl Capacity {
    /// Mean over the window of a figure of the system, Mbit/s.
    pub fn mean(&self, figure: impl Fn(&Moment) -> f64) -> f64 {
        self.series.iter().map(figure).sum::<f64>() / self.series.len().max(1) as f64
    }

    /// Share of the satellites' time in which each limit binds, in percent.
    pub fn limits_percent(&self) -> Vec<(Limit, f64)> {
        let all: u64 = self.satellites.iter().flat_map(|satellite| satellite.bound_by).map(u64::from).sum();
        Limit::ALL
            .into_iter()
            .map(|limit| {
                let of: u64 = self
                    .satellites
                    .iter()
                    .map(|satellite| u64::from(satellite.bound_by[limit as usize]))
                    .sum();
                (limit, 100.0 * of as f64 / all.max(1) as f64)
            })
            .collect()
    }

    /// What demand is not served for, mean Mbit/s.
    pub fn unserved_mbps(&self) -> Vec<(Unserved, f64)> {
        Unserved::ALL
            .into_iter()
            .map(|reason| (reason, self.cells.iter().map(|cell| cell.unserved_mbps[reason as usize]).sum()))
            .collect()
    }
}

/// The country with the largest part of a cell's demand.
pub fn main_country(shares: &[(CountryCode, f64)]) -> CountryCode {
    shares.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(NO_COUNTRY, |share| share.0)
}
