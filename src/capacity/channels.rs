//! How many beams places can hold at a time, where satellites of one or of several frequency plans serve them.

use h3o::CellIndex;

use crate::diagnostics::counted;
use crate::grid::cells::GridPoint;

use super::ability::{Abilities, Ability};
use super::reuse::{FrequencyPlan, Other, Reuse};

/// What cells and their surroundings can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Channels {
    /// Beams that each cell can hold.
    pub of_cell: Vec<f32>,
    /// Beams that neighbouring cells can hold together.
    pub reuse: Option<Reuse>,
    /// Where a plan lets cells hold fewer than another, what it lets each cell hold.
    pub of_plans: Vec<Vec<f32>>,
    /// For each kind of satellite, the number of its plan among those.
    pub plan_of_kind: Vec<Option<usize>>,
}

impl Channels {
    /// All satellites together hold no more beams at a place than the plan that lets it hold most does, any number where
    /// beams have no stated area, and those of a plan no more in a cell than their own. `neighbours` tells whether neighbouring cells are held to colours.
    pub fn of(points: &[GridPoint], abilities: &Abilities, neighbours: bool) -> Self {
        let plans: Option<Vec<Other>> =
            with_beams(abilities).map(|kind| plan(kind).map(|plan| other(kind, plan, neighbours))).collect();
        let mut plans = plans.unwrap_or_default();
        // Shells of one system have one plan.
        let mut known = Vec::new();
        plans.retain(|one| {
            !known.contains(one) && {
                known.push(*one);
                true
            }
        });
        let most = |point: &GridPoint| {
            let most = plans.iter().map(|one| one.plan.beams_on(point.area_km2)).reduce(f64::max);
            most.map_or(f32::INFINITY, |beams| beams as f32)
        };
        let of_cell: Vec<f32> = points.iter().map(most).collect();
        let (mut of_plans, mut known, mut plan_of_kind) = (Vec::new(), Vec::new(), Vec::new());
        for kind in &abilities.kinds {
            let own = plan(kind).filter(|_| kind.beams.is_some());
            plan_of_kind.push(own.and_then(|own| {
                let number = known.iter().position(|one| *one == own).unwrap_or_else(|| {
                    known.push(own);
                    of_plans.push(points.iter().map(|point| own.beams_on(point.area_km2) as f32).collect());
                    known.len() - 1
                });
                (of_plans[number] != of_cell).then_some(number)
            }));
        }
        if plan_of_kind.iter().all(Option::is_none) {
            of_plans.clear();
        }
        let widest = plans
            .iter()
            .copied()
            .filter(|one| one.binds_neighbours)
            .max_by(|a, b| a.plan.needed_km2().total_cmp(&b.plan.needed_km2()));
        let cells: Vec<CellIndex> = points.iter().filter_map(|point| point.cell).collect();
        plans.retain(|one| Some(*one) != widest);
        let reuse = widest.and_then(|widest| Reuse::of_plans(&cells, &widest.plan, &plans));
        Self { of_cell, reuse, of_plans, plan_of_kind }
    }
}

fn with_beams(abilities: &Abilities) -> impl Iterator<Item = &Ability> {
    abilities.kinds.iter().filter(|kind| kind.beams.is_some())
}

/// The frequency plan of satellites; one channel where no colours are told, none where beams have no stated area.
fn plan(kind: &Ability) -> Option<FrequencyPlan> {
    let (colours, polarisations) = kind.colours.map_or((1, 1), |colours| (colours, kind.polarisations));
    Some(FrequencyPlan { beam_area_km2: kind.beam_area_km2?, colours, polarisations })
}

fn other(kind: &Ability, plan: FrequencyPlan, neighbours: bool) -> Other {
    Other { plan, binds_neighbours: neighbours && kind.colours.is_some() }
}

/// The frequency plan of satellites in words.
pub fn told(kind: &Ability) -> String {
    match (kind.colours, kind.beam_area_km2) {
        (_, None) => "beams of no stated area, any number of which a cell can hold".to_owned(),
        (None, Some(km2)) => format!("beams of {km2} km², colours not told"),
        (Some(colours), Some(km2)) => format!(
            "{} on {}, beams of {km2} km²",
            counted(colours as usize, "colour"),
            counted(kind.polarisations as usize, "polarisation")
        ),
    }
}

/// What is to be said where satellites of unlike plans are flown together.
pub(super) fn note(abilities: &Abilities) -> Option<String> {
    let first = with_beams(abilities).next().map(told)?;
    if with_beams(abilities).all(|kind| told(kind) == first) {
        return None;
    }
    let each: Vec<String> =
        with_beams(abilities).map(|kind| format!("{}: {}", kind.title, told(kind))).collect();
    Some(format!(
        "frequency plans differ: in a cell satellites keep to their own, and all together a place holds no more than by that \
         which lets it hold most ({})",
        each.join("; ")
    ))
}
