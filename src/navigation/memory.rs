//! Memory of DOP runs, before they start.

use super::figures::Figures;
use super::loss;
use super::report::PlaceFigures;
use super::summary::Site;
use super::survey;
use super::table::Subject;
use super::tracks::{self, Position};
use crate::frames::Geodetic;
use crate::memory::{COARSER, Estimate};
use crate::time::Window;

/// Figures are gathered from blocks of sites, of which some are held beside the whole.
const SITE_GROWTH: f64 = 1.6;

/// How often the name of a place is held, and what the room of a short text takes, bytes.
const NAMES: usize = 3;
const NAME_BYTES: usize = 32;
/// Lines of a place in the report as text, or its row on a page, bytes.
const LINES_BYTES: usize = 450;

/// An estimate with what the loss of any of so many satellites, and of any two, takes.
pub fn with_loss(estimate: Estimate, satellites: usize) -> Estimate {
    estimate.with("outages", loss::bytes(satellites), "fewer satellites, or no --loss")
}

/// An estimate with what so many named places take beside their sites: their names, at each of which they are held, and
/// their rows in the report.
pub fn with_places(estimate: Estimate, places: f64) -> Estimate {
    let place =
        size_of::<PlaceFigures>() + size_of::<(String, Geodetic)>() + NAMES * NAME_BYTES + LINES_BYTES;
    estimate.with("places and their rows", places * place as f64, COARSER)
}

/// What a survey of so many sites by so many satellites needs on the threads of this pool.
pub fn estimate(sites: f64, satellites: usize, window: &Window, step_s: f64) -> Estimate {
    let site = size_of::<Figures>() + size_of::<Site>() + size_of::<Subject>() + 64;
    let instants = window.sample_count(step_s);
    let positions = instants * satellites.max(1);
    let blocks = (instants * rayon::current_num_threads()) as f64 * survey::BYTES_PER_INSTANT;
    Estimate::of_satellites(satellites)
        .with("sites and their figures", sites * SITE_GROWTH * site as f64, COARSER)
        .with(
            "positions of satellites",
            positions as f64 * size_of::<Position>() as f64,
            "a longer --step, a shorter --duration or fewer satellites",
        )
        .with("states of satellites", tracks::states_bytes(satellites, instants) as f64, "fewer satellites")
        .with(
            "dilution over the instants",
            blocks,
            "a longer --step, a shorter --duration or fewer --threads",
        )
}
