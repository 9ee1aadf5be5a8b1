//! Memory of DOP runs, before they start.

use super::figures::Figures;
use super::loss;
use super::report::PlaceFigures;
use super::sky::Sighting;
use super::summary::Site;
use super::survey;
use super::system::{Orbit, Transmitter};
use super::table::Subject;
use super::tracks::{self, Position};
use crate::frames::Geodetic;
use crate::memory::{COARSER, Estimate};
use crate::time::Window;
use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_WGS72_KM3_S2, SECONDS_PER_DAY};

/// Figures are gathered from blocks of sites, of which some are held beside the whole.
const SITE_GROWTH: f64 = 1.6;

/// How often the name of a place is held, and what the room of a short text takes, bytes.
const NAMES: usize = 3;
const NAME_BYTES: usize = 32;
/// The row of a place on a page, bytes.
const ROW_BYTES: usize = 450;
/// Lines of a place over a window in the report as text, bytes.
const LINES_BYTES: usize = 600;
/// Lines of a place at an instant about its fix, bytes.
const FIX_LINES_BYTES: usize = 150;
/// What a satellite in view of a place is listed by: two names, and its line as text, bytes.
const SIGHTING_NAMES_BYTES: usize = 64;
const SIGHTING_LINE_BYTES: usize = 88;
/// What the text of a report takes while it grows, as a multiple of its length.
const TEXT_GROWTH: f64 = 3.0;

/// An estimate with what the loss of any of so many satellites, and of any two, takes.
pub fn with_loss(estimate: Estimate, satellites: usize) -> Estimate {
    estimate.with("outages", loss::bytes(satellites), "fewer satellites, or no --loss")
}

/// An estimate with what so many named places take beside their sites: their names, at each of which they are held, their
/// rows, and their lines where the report is told as text. At an instant, each has a list of the satellites in its view, of
/// which there are so many in the mean.
pub fn with_places(estimate: Estimate, places: f64, in_view: Option<f64>, is_told: bool) -> Estimate {
    let place = size_of::<PlaceFigures>() + size_of::<(String, Geodetic)>() + NAMES * NAME_BYTES + ROW_BYTES;
    let lines = match in_view {
        None => LINES_BYTES as f64,
        Some(in_view) => FIX_LINES_BYTES as f64 + in_view * SIGHTING_LINE_BYTES as f64,
    };
    let sighting = size_of::<Sighting>() + SIGHTING_NAMES_BYTES;
    let text = if is_told { TEXT_GROWTH * lines } else { 0.0 };
    estimate
        .with("places and their rows", places * place as f64, COARSER)
        .with("lines of places", places * text, "--quiet, or fewer places in the file of --points")
        .with("satellites in view of places", places * in_view.unwrap_or(0.0) * sighting as f64, COARSER)
}

/// About how many of the satellites a place sees in the mean over the Earth, above a mask.
pub fn mean_in_view<'a>(satellites: impl Iterator<Item = &'a Transmitter>, min_elevation_deg: f64) -> f64 {
    let (sin_mask, cos_mask) = min_elevation_deg.to_radians().sin_cos();
    let share = |satellite: &Transmitter| {
        let rev_day = match &satellite.orbit {
            Orbit::Elements(elements) => elements.mean_motion_rev_day,
            Orbit::Almanac(orbit) => orbit.revolutions_per_day(),
        };
        let rate_rad_s = rev_day * std::f64::consts::TAU / SECONDS_PER_DAY;
        let radius_km = (EARTH_MU_WGS72_KM3_S2 / rate_rad_s.powi(2)).cbrt();
        // The cap from which the satellite stands above the mask.
        let nadir = (EARTH_EQUATORIAL_RADIUS_KM * cos_mask / radius_km).min(1.0).asin();
        0.5 * (1.0 - (sin_mask.acos() - nadir).cos())
    };
    satellites.map(share).sum()
}

/// What a survey of so many sites by so many satellites needs on the threads of this pool.
pub fn estimate(sites: f64, satellites: usize, window: &Window, step_s: f64) -> Estimate {
    let site = size_of::<Figures>() + size_of::<Site>() + size_of::<Subject>() + 64;
    let instants = window.sample_count(step_s);
    let positions = instants * satellites.max(1);
    let blocks = (instants * rayon::current_num_threads()) as f64 * survey::BYTES_PER_INSTANT;
    let transmitter = size_of::<Transmitter>() + 2 * NAME_BYTES;
    Estimate::of_satellites(satellites)
        .with("the systems", (satellites * transmitter) as f64, "fewer satellites")
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
