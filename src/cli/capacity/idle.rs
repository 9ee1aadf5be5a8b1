//! Options that what the files state leaves without effect.

use hexsky::capacity::ability::{Abilities, Ability, Rate};
use hexsky::constellation::Constellation;

use super::CapacityArgs;
use crate::cli::Failure;
use crate::cli::given::Given;

/// Refuses a capacity for satellites whose files state one, the weather where no link has a budget, and to ignore a
/// frequency plan that no file gives.
pub fn refuse(args: &CapacityArgs, given: &Given, constellations: &[Constellation]) -> Result<(), Failure> {
    if args.ignore_reuse && !has_frequency_plan(args, constellations) {
        return Err(Failure::input(
            "--ignore-reuse has no effect: no file gives a frequency plan",
            "leave it out; a plan is the colours and the beam_area_km2 of [payload.user]",
        ));
    }
    let stated = Abilities::of(constellations, None);
    if stated.is_ok() && args.satellite_gbps.is_some() {
        return Err(Failure::input(
            "--satellite-gbps has no effect: each file states what its satellites carry",
            "leave it out, or change capacity_gbps_per_satellite in a copy of the file",
        ));
    }
    // Satellites without any capacity are refused elsewhere, with what to do about it.
    let Ok(abilities) = stated.or_else(|_| Abilities::of(constellations, args.satellite_gbps)) else {
        return Ok(());
    };
    if weather(args, &abilities) {
        return Ok(());
    }
    given.none_of(&["availability", "itu-data"], "without effect where no link has a budget")
}

/// Whether links have budgets, which the weather is a part of.
fn weather(args: &CapacityArgs, abilities: &Abilities) -> bool {
    let budget = |rate: &Rate| matches!(rate, Rate::Radio(_));
    let has_gateways = !args.ground.gateways.is_empty();
    let is_weathered = |ability: &Ability| budget(&ability.user) || has_gateways && budget(&ability.feeder);
    abilities.kinds.iter().any(is_weathered)
}

/// What the maps of the weather take where links have budgets, bytes.
pub fn bytes_of_maps(args: &CapacityArgs, constellations: &[Constellation]) -> Result<f64, Failure> {
    // Satellites without any capacity are refused elsewhere, with what to do about it.
    match Abilities::of(constellations, args.satellite_gbps) {
        Ok(abilities) if weather(args, &abilities) => Ok(args.maps.open()?.get().bytes()),
        _ => Ok(0.0),
    }
}

/// Whether any satellites have beams whose colours neighbouring cells are held to.
fn has_frequency_plan(args: &CapacityArgs, constellations: &[Constellation]) -> bool {
    // Satellites without any capacity are refused elsewhere, with what to do about it.
    let Ok(abilities) = Abilities::of(constellations, args.satellite_gbps) else { return true };
    abilities.kinds.iter().any(|kind| kind.colours.is_some() && kind.beam_area_km2.is_some())
}
