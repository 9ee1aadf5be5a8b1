//! What of a run does not change with time: cells and their demand, abilities, gateways, skies.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::attenuation::maps::{MapError, Maps};
use crate::diagnostics::{counted, quoted};
use crate::grid::cells::{Grid, GridPoint};
use crate::ground::Site;
use crate::time::Epoch;

use super::ability::{Abilities, Rate};
use super::channels::{self, Channels};
use super::demand::{CountryCode, Demand, NO_COUNTRY, Quantity, Usage};
use super::feeder::Gateways;
use super::feeds;
use super::instant::UNLIMITED;
use super::isl::IslLink;
use super::reuse::Reuse;
use super::rounding::{Counted, Rounding, Wish};
use super::run::{Settings, step_epoch};
use super::scene::{Scene, place};
use super::sky::{self, Dish, Sky};
use super::unit::Unit;

/// Everything of a run that does not change with time.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Cells with demand at any time, in the order of the grid.
    pub points: Vec<GridPoint>,
    /// What the amounts of the plan and of its runs stand for.
    pub unit: Unit,
    /// Their demand, without what moves.
    pub demand: Vec<u32>,
    /// The countries that each cell's demand is of, in Mbit/s.
    pub countries: Vec<Vec<(CountryCode, f64)>>,
    /// What moves.
    pub moving: Vec<Moving>,
    /// What the satellites can do.
    pub abilities: Abilities,
    /// The gateways; without any, feeder links are taken to reach the ground always, at the rate that their file states.
    pub gateways: Gateways,
    /// Links between satellites.
    pub isl: Vec<IslLink>,
    pub(super) scene: Scene,
    /// Beams that cells can hold, by the plan that lets them hold most and by the plan of each kind of satellites.
    pub(super) cell_beams: Vec<f32>,
    pub(super) cell_beams_of_plans: Vec<Vec<f32>>,
    pub(super) plan_of_kind: Vec<Option<usize>>,
    /// Beams that neighbouring cells can hold together.
    pub(super) reuse: Option<Arc<Reuse>>,
    /// For each kind of satellite, the sky of each cell; kinds of one frequency share it.
    pub(super) skies: Vec<Option<Arc<Vec<Sky>>>>,
    /// Demand that lies in none of the grid's cells, Mbit/s.
    pub outside_mbps: f64,
    /// What the reader of the result should know.
    pub notes: Vec<String>,
}

/// Demand that moves from cell to cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Moving {
    /// What it wants wherever it is.
    pub amount: u32,
    /// The steps from which on it is in another cell than before, in order and from 0 on, and the number of the cell;
    /// none where it is in none of the plan.
    pub stays: Vec<(usize, Option<u32>)>,
}

impl Moving {
    /// The cell at a step.
    fn at(&self, step: usize) -> Option<u32> {
        self.stays[..self.stays.partition_point(|stay| stay.0 <= step)].last()?.1
    }
}

/// The steps from which on a mover is in another cell than before, and the cell.
fn stays(
    mover: &Mover,
    settings: &Settings,
    steps: usize,
    resolution: h3o::Resolution,
) -> Vec<(usize, Option<h3o::CellIndex>)> {
    let cell = |step: usize| {
        let place = mover.site.place(step_epoch(settings, step))?;
        let place = h3o::LatLng::new(place.latitude_deg, place.longitude_deg).ok()?;
        Some(place.to_cell(resolution))
    };
    let mut stays: Vec<(usize, Option<h3o::CellIndex>)> = Vec::new();
    for step in 0..steps {
        let cell = cell(step);
        if stays.last().is_none_or(|stay| stay.1 != cell) {
            stays.push((step, cell));
        }
    }
    stays
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
    /// All cells together want less than can be counted, kbit/s.
    #[error("the region wants {0:.2e} kbit/s in all, less than can be counted: amounts are whole kbit/s")]
    TooLittle(f64),
    /// What a cell wants and what a satellite carries cannot be counted in one unit.
    #[error(
        "{title}: {kbps} kbit/s cannot be counted beside amounts of up to {most_tbps:.1} Tbit/s, which are whole {unit} kbit/s"
    )]
    TooCoarse {
        /// Kind of the satellites.
        title: String,
        /// What they, or their feeder links, carry.
        kbps: u32,
        /// What is counted in, kbit/s.
        unit: u32,
        /// The most that is to be counted.
        most_tbps: f64,
    },
    /// A cell wants more than can be counted.
    #[error("a cell wants {0:.0} Tbit/s; the most that can be allocated to one is {most:.0} Tbit/s", most = Unit::MOST_TBPS)]
    TooMuch(f64),
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
    /// Whether neighbouring cells are held to the colours of the frequency plan.
    pub reuse: bool,
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
        let mut own: Vec<h3o::CellIndex> = inputs.grid.points.iter().filter_map(|point| point.cell).collect();
        own.sort_unstable();
        let (mut wanted, elsewhere) = inputs.demand.on(resolution, &own);
        drop(own);
        let mut moving_cells: HashMap<h3o::CellIndex, u32> = HashMap::new();
        let steps = settings.window.sample_count(settings.step_s);
        let tracks: Vec<Vec<(usize, Option<h3o::CellIndex>)>> =
            inputs.movers.iter().map(|mover| stays(mover, settings, steps, resolution)).collect();
        for cell in tracks.iter().flatten().filter_map(|stay| stay.1) {
            moving_cells.insert(cell, 0);
        }
        let cells: Vec<Wish> = inputs
            .grid
            .points
            .iter()
            .filter_map(|point| {
                let cell = point.cell?;
                let mut shares = wanted.remove(&cell).unwrap_or_default();
                shares.iter_mut().for_each(|share| share.1 *= scale);
                let mbps: f64 = shares.iter().map(|(_, mbps)| mbps).sum();
                // Most of a globe of small cells wants nothing and is not kept.
                (mbps > 0.0 || moving_cells.contains_key(&cell)).then_some(Wish { point, cell, shares, mbps })
            })
            .collect();
        let wanted_mbps = cells.iter().map(|wish| wish.mbps);
        let sum_mbps: f64 = wanted_mbps.clone().sum();
        let moving_mbps: f64 = inputs.movers.iter().map(|mover| mover.mbps).sum();
        let of_cell_mbps = wanted_mbps.clone().fold(0.0, f64::max) + moving_mbps;
        let of_link_mbps = inputs.through_open_links_mbps(sum_mbps + moving_mbps);
        let most_mbps = of_cell_mbps.max(of_link_mbps.min(1e6 * Unit::MOST_TBPS));
        let unit = Unit::finest_for(most_mbps).ok_or(PlanError::TooMuch(most_mbps / 1e6))?;
        if let Some((title, kbps)) = inputs.abilities.lost_in(unit, 10) {
            return Err(PlanError::TooCoarse { title, kbps, unit: unit.kbps(), most_tbps: most_mbps / 1e6 });
        }
        let Counted { points, demand, countries, moved } = Counted::of(cells, unit, &mut moving_cells);
        if points.is_empty() {
            return Err(if sum_mbps > 0.0 {
                PlanError::TooLittle(1e3 * sum_mbps)
            } else {
                PlanError::NoDemand
            });
        }
        let in_grid: HashMap<h3o::CellIndex, u32> = points
            .iter()
            .enumerate()
            .filter_map(|(number, point)| Some((point.cell?, number as u32)))
            .collect();
        let mut notes = Vec::new();
        if unit.kbps() > 1 {
            notes.push(format!(
                "amounts of up to {:.1} Tbit/s are counted in whole {} kbit/s",
                most_mbps / 1e6,
                unit.kbps()
            ));
        }
        let links = inputs.isl.iter().filter(|link| unit.loses(link.rate, 1)).count();
        if let Some((title, kbps)) = inputs.abilities.lost_in(unit, 1) {
            let counted = unit.limit(kbps) * unit.kbps();
            notes.push(format!(
                "{title}: {kbps} kbit/s of a satellite or its feeder count as {counted} by that"
            ));
        }
        if links > 0 {
            notes.push(format!(
                "{} between satellites lose more than 1 % of their rate by that: a finer --resolution counts finer",
                counted(links, "link")
            ));
        }
        if moved > 0 {
            notes.push(format!(
                "{} of the region that want a part of {} kbit/s each are rounded together with the next ones",
                counted(moved, "cell"),
                unit.kbps()
            ));
        }
        let mut rounding = Rounding::to(unit);
        let mut moving = Vec::new();
        for (mover, track) in inputs.movers.iter().zip(&tracks) {
            let number = |cell: Option<h3o::CellIndex>| in_grid.get(&cell?).copied();
            let stays: Vec<_> = track.iter().map(|&(step, cell)| (step, number(cell))).collect();
            if stays.iter().any(|stay| stay.1.is_some()) {
                // A track that is nowhere here has no part in what is rounded.
                let amount = rounding.amount(mover.mbps);
                if amount == 0 && mover.mbps > 0.0 {
                    notes.push(format!(
                        "{} wants a part of {} kbit/s, too little to be counted by itself: it is rounded together with \
                         the other tracks",
                        quoted(&mover.site.name),
                        unit.kbps()
                    ));
                }
                moving.push(Moving { amount, stays });
            } else {
                let why = if track.iter().all(|stay| stay.1.is_none()) {
                    "absent in the whole window"
                } else {
                    "never in a cell of the region"
                };
                notes.push(format!("{} wants nothing: it is {why}", mover.site.name));
            }
        }
        let clear = inputs.gateways.under_clear_sky(&inputs.abilities);
        if !clear.is_empty() && inputs.availability_percent.is_some() {
            notes.push(format!(
                "gateways on ships have clear sky at all times, no rain: {}",
                clear.join(", ")
            ));
        }
        if inputs.gateways.is_empty() {
            notes.extend(feeds::note_without_gateways(&inputs.abilities));
        }
        if let Some(percent) = inputs.availability_percent {
            let users = inputs.abilities.kinds.iter().map(|kind| &kind.user);
            notes.extend(sky::notes("user links", users, percent, settings.min_elevation_deg));
            notes.extend(inputs.gateways.notes_on_attenuation(&inputs.abilities, percent));
        }
        let channels = Channels::of(&points, &inputs.abilities, inputs.reuse);
        notes.extend(channels::note(&inputs.abilities));
        let skies = match inputs.availability_percent {
            None => vec![None; inputs.abilities.kinds.len()],
            Some(percent) => inputs.abilities.skies(|frequency_ghz| {
                let over = |point: &GridPoint| {
                    let mask = settings.min_elevation_deg;
                    Sky::over(&place(point), None, frequency_ghz, percent, mask, USER_DISH, inputs.maps)
                };
                points.par_iter().map(over).collect::<Result<Vec<_>, _>>().map(Arc::new)
            })?,
        };
        Ok(Self {
            scene: Scene::new(&points),
            points,
            unit,
            demand,
            countries,
            moving,
            abilities: inputs.abilities,
            gateways: inputs.gateways,
            isl: inputs.isl.into_iter().map(|link| IslLink { rate: unit.limit(link.rate), ..link }).collect(),
            cell_beams: channels.of_cell,
            cell_beams_of_plans: channels.of_plans,
            plan_of_kind: channels.plan_of_kind,
            reuse: channels.reuse.map(Arc::new),
            skies,
            outside_mbps: elsewhere * scale,
            notes,
        })
    }

    /// Demand of each cell at a step.
    pub(super) fn demand_at(&self, step: usize) -> Vec<u32> {
        let mut demand = self.demand.clone();
        for moving in &self.moving {
            if let Some(cell) = moving.at(step) {
                demand[cell as usize] += moving.amount;
            }
        }
        demand
    }

    pub(super) fn epoch(&self, settings: &Settings, step: usize) -> Epoch {
        step_epoch(settings, step)
    }
}

impl PlanInputs<'_> {
    /// What may want to pass over one link of those that nothing limits; 0 where every link has a rate.
    fn through_open_links_mbps(&self, demand_mbps: f64) -> f64 {
        let open_feeder = self.abilities.kinds.iter().any(|kind| kind.feeder == Rate::Unstated);
        let is_open = open_feeder || self.isl.iter().any(|link| link.rate >= UNLIMITED);
        let is_limited = !self.gateways.is_empty() || feeds::has_stated_feeders(&self.abilities);
        if self.isl.is_empty() || !is_limited || !is_open {
            return 0.0;
        }
        let satellites = 0..self.abilities.of_satellite.len();
        let carried: f64 = satellites.map(|number| f64::from(self.abilities.get(number).user_limit)).sum();
        demand_mbps.min(carried / 1e3)
    }
}

/// The country with the largest part of a cell's demand.
pub fn main_country(shares: &[(CountryCode, f64)]) -> CountryCode {
    shares.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(NO_COUNTRY, |share| share.0)
}
