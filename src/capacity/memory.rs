//! Memory of capacity runs, before they start.

use super::ability::Abilities;
use super::fold::{BYTES_PER_CELL, low_values};
use super::run::{BLOCK, Moment, Settings};
use super::sky::Sky;
use crate::coverage;
use crate::coverage::memory::{Method, SHORTER_OR_AT_LEAST, Size, mean_in_view};
use crate::ephemeris::State;
use crate::memory::{COARSER, Estimate};
use crate::orbit::MeanElements;

/// One view of a satellite from a cell in an instant that is ready, bytes; and those of the one instant that
/// each thread makes ready, spread over the instants prepared together.
const VIEW_BYTES: f64 = 16.0 + 8.0;
/// Where people live, and the curves of the Recommendations, bytes.
const TABLES_BYTES: f64 = 4e6;
/// A cell in the plan without the sky over it: demand and whose it is, place in the scene, bytes.
const PLAN_BYTES: f64 = 300.0;
/// A cell of a system of short messages: its devices, its place in the scene, what is sampled of it, bytes.
const DEVICE_CELL_BYTES: f64 = 300.0;
/// Mean number in view where people live over that of the whole globe.
const CROWDING: f64 = 1.5;

/// Skies that are kept of the links with a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skies {
    /// Over each cell: the frequencies of the user links.
    pub of_cell: usize,
    /// Over gateways, all together.
    pub of_gateways: usize,
}

impl Skies {
    /// Of satellites with these abilities and so many gateways.
    pub fn of(abilities: &Abilities, gateways: usize) -> Self {
        let feeders = abilities.kinds.iter().filter(|kind| kind.feeder.frequency_ghz().is_some()).count();
        Self { of_cell: abilities.user_frequencies_ghz().len(), of_gateways: gateways * feeders }
    }
}

/// What a run needs on a grid of so many cells, of which so many have demand, beside the maps of the atmosphere.
pub fn estimate<'a>(
    grid: f64,
    cells: f64,
    skies: Skies,
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
) -> Estimate {
    let mut satellites = 0;
    let in_view = mean_in_view(elements.into_iter().inspect(|_| satellites += 1), settings.min_elevation_deg);
    let steps = settings.window.sample_count(settings.step_s);
    let views = cells * (in_view * CROWDING).max(1.0) * BLOCK as f64;
    let of_cell = BYTES_PER_CELL as f64 + PLAN_BYTES;
    // Masks of gateways may be as low as they like.
    let of_gateways = skies.of_gateways as f64 * Sky::bytes(0.0);
    let of_cells = cells * skies.of_cell as f64 * Sky::bytes(settings.min_elevation_deg);
    Estimate::of_satellites(satellites)
        .with("shipped tables", TABLES_BYTES, "nothing")
        .with_grid(grid)
        .with("cells", cells * of_cell, COARSER)
        .with("skies over cells", of_cells, COARSER)
        .with("skies over gateways", of_gateways, "fewer gateways")
        .with(
            "least served instants of cells",
            cells * low_values(steps) as f64 * 6.0,
            "a longer --step or a shorter --duration",
        )
        .with("views of satellites from cells", views * VIEW_BYTES, COARSER)
        .with("instants", (BLOCK * satellites * (2 * size_of::<State>() + 64)) as f64, "fewer satellites")
        .with(
            "the time series",
            (2 * steps * size_of::<Moment>()) as f64,
            "a longer --step or a shorter --duration",
        )
}

/// What a run of a system of short messages needs, whose coverage is solved first. Beyond the grid lie so many cells
/// with devices.
///
/// Gaps as they are sampled come when the solved ones are gone; there are no more of them, and each is smaller.
pub fn estimate_messages(size: &Size, settings: &coverage::Settings, elsewhere: f64) -> Estimate {
    coverage::memory::estimate(size, settings, Method::Footprints)
        .with_remedy(SHORTER_OR_AT_LEAST, "a shorter --duration")
        .with("cells", size.points * DEVICE_CELL_BYTES, COARSER)
        .with("devices elsewhere", elsewhere * DEVICE_CELL_BYTES, COARSER)
}
