//! Memory of coverage runs, before they start.

use super::engine::{self, NODES_AT_A_TIME};
use super::rows::RowLayout;
use super::{PointFigures, Settings};
use crate::ephemeris::State;
use crate::memory::{COARSER, Estimate};
use crate::orbit::MeanElements;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

mod look;

pub use look::{Reach, gaps_per_point, passes_per_point};

const SHORTER: &str = "a shorter --duration, or --at-least closer to what is always in view";
const LONGER_STEP: &str = "a longer --step or a shorter --duration";
/// Vectors that grow are larger than what is in them.
const GROWTH: f64 = 1.25;
/// What the allocator and the last words of rows leave unused.
const WASTE: f64 = 1.15;
/// One step of a satellite towards several subsets: an edge with its satellite, bytes.
const EDGE_BYTES: f64 = 24.0;

/// How coverage is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Footprints on cells.
    Footprints,
    /// Point by point: places, and bent pipes.
    Points,
}

/// What decides the memory of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Number of points.
    pub points: f64,
    /// Number of satellites.
    pub satellites: usize,
    /// Gaps of a point in the window, on the average; of subsets the passes, each of which is solved.
    pub gaps_per_point: f64,
    /// Mean number of satellites in view.
    pub in_view: f64,
}

/// Mean number of satellites above an elevation in degrees from a round Earth.
pub fn mean_in_view<'a>(elements: impl IntoIterator<Item = &'a MeanElements>, min_elevation_deg: f64) -> f64 {
    let mask = min_elevation_deg.to_radians();
    let seen = |elements: &MeanElements| {
        let radius_km = elements.brouwer_semi_major_axis_km().max(EARTH_EQUATORIAL_RADIUS_KM);
        let reach = (EARTH_EQUATORIAL_RADIUS_KM / radius_km * mask.cos()).min(1.0).acos() - mask;
        (1.0 - reach.max(0.0).cos()) / 2.0
    };
    elements.into_iter().map(seen).sum()
}

/// More passes than a point has: a satellite passes no more than once in a revolution.
pub fn most_passes<'a>(elements: impl IntoIterator<Item = &'a MeanElements>, settings: &Settings) -> f64 {
    let days = settings.window.duration_s / 86_400.0;
    elements.into_iter().map(|elements| (elements.mean_motion_rev_day * days).max(0.0) + 1.0).sum()
}

/// More gaps than a point has: none has more than there are passes, and gateways cut each into so many more at most,
/// where the satellite comes into their reach ([`crate::passes::memory::cuts`]).
pub fn most_gaps_per_point<'a>(
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
    cuts: f64,
) -> f64 {
    1.0 + most_passes(elements, settings) * (1.0 + cuts)
}

/// What one coverage run needs.
pub fn estimate(size: &Size, settings: &Settings, method: Method) -> Estimate {
    let Size { points, satellites, gaps_per_point, in_view } = *size;
    let samples = settings.window.sample_count(settings.step_s) as f64;
    let figures = size_of::<PointFigures>() as f64;
    let start = Estimate::of_satellites(satellites).with_grid(points * WASTE);
    let gaps = points * gaps_per_point;
    match method {
        Method::Footprints => {
            let account = engine::bytes_per_point(satellites, settings);
            // Accounts turn into figures tile by tile, and those are then put in the order of the grid.
            let finished = 2.0 * (figures + 16.0);
            let (gaps_of_point, gap) = engine::bytes_of_gaps(settings);
            start
                .with(
                    "figures of points",
                    points * WASTE * (RowLayout::BYTES_PER_POINT + account.max(finished)),
                    COARSER,
                )
                .with("gaps", (points * gaps_of_point + gaps * gap) * GROWTH, SHORTER)
                .with("the time series", 3.0 * 8.0 * samples, LONGER_STEP)
                .with("instants", engine::bytes_of_block(satellites, settings), LONGER_STEP)
                .with("footprints", engine::bytes_of_prints(points, satellites, in_view), "fewer satellites")
        }
        Method::Points => {
            let (account, gap) = super::fold::bytes_of_account();
            start
                .with("figures of points", points * WASTE * (account + 2.0 * figures), COARSER)
                .with("gaps", gaps * gap * 1.6, SHORTER)
                .with("the time series", 3.0 * 8.0 * samples, LONGER_STEP)
                .with(
                    "instants",
                    1.5 * (32 << 20) as f64 + nodes(satellites, NODES_AT_A_TIME),
                    "fewer satellites",
                )
        }
    }
}

/// What a run of many subsets needs: points go through it in shards.
pub fn estimate_subsets(size: &Size, settings: &Settings, subsets: usize) -> Estimate {
    let Size { points, satellites, gaps_per_point, .. } = *size;
    let (shard, paths) = super::subsets::limits(satellites, settings);
    let edges = points.min(shard) * gaps_per_point * 2.0 * EDGE_BYTES;
    Estimate::of_satellites(satellites)
        .with_grid(points * WASTE)
        .with("passes", edges * GROWTH, "a shorter --duration, or fewer satellites")
        .with("paths of satellites", paths, "a shorter --duration")
        .with("subsets", (subsets * (satellites + satellites / 8 + 1024)) as f64, "fewer --trials")
}

/// States of satellites at so many nodes, bytes.
fn nodes(satellites: usize, count: usize) -> f64 {
    (satellites * count * size_of::<State>()) as f64
}
