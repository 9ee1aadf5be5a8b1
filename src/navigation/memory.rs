//! Memory of DOP runs, before they start.

use super::figures::Figures;
use super::summary::Site;
use super::table::Subject;
use super::tracks::Position;
use crate::memory::{COARSER, Estimate};
use crate::time::Window;

/// What a survey of so many sites by so many satellites needs.
pub fn estimate(sites: f64, satellites: usize, window: &Window, step_s: f64) -> Estimate {
    let site = size_of::<Figures>() + size_of::<Site>() + size_of::<Subject>() + 64;
    let positions = window.sample_count(step_s) * satellites.max(1);
    Estimate::of_satellites(satellites)
        .with("sites and their figures", sites * 1.3 * site as f64, COARSER)
        .with(
            "positions of satellites",
            positions as f64 * size_of::<Position>() as f64,
            "a longer --step, a shorter --duration or fewer satellites",
        )
}
