//! Memory of coverage runs, before they start.

use super::engine::{self, NODES_AT_A_TIME};
use super::rows::RowLayout;
use super::{Exact, NODE_STEP_S, PointFigures, Settings, Watch};
use crate::ephemeris::{Fleet, Loss, State};
use crate::grid::cells::Grid;
use crate::memory::{COARSER, Estimate};
use crate::orbit::MeanElements;

use std::sync::atomic::AtomicBool;

const SHORTER: &str = "a shorter --duration, or --at-least closer to what is always in view";
const LONGER_STEP: &str = "a longer --step or a shorter --duration";
/// Propagations that a look at the gaps may take.
const LOOK_PROPAGATIONS: usize = 400_000;
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
    /// Gaps of a point in the window, on the average.
    pub gaps_per_point: f64,
}

/// More gaps than a point has: none has more than there are passes, and a satellite passes no more than once
/// in a revolution.
pub fn most_gaps_per_point<'a>(
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
) -> f64 {
    let days = settings.window.duration_s / 86_400.0;
    1.0 + elements
        .into_iter()
        .map(|elements| (elements.mean_motion_rev_day * days).max(0.0) + 1.0)
        .sum::<f64>()
}

/// Gaps of a point in the window on the average, from a short look at some points. Satellites that it loses
/// are not lost to the run.
pub fn gaps_per_point(look: &Grid, fleet: &mut Fleet, settings: &Settings) -> f64 {
    let affordable_s = (LOOK_PROPAGATIONS / fleet.len().max(1)).max(10) as f64 * NODE_STEP_S;
    let mut short = Settings { exact: Exact::Edges, step_s: NODE_STEP_S, ..*settings };
    short.window.duration_s = settings.window.duration_s.min(affordable_s);
    let before: Vec<Loss> = fleet.losses().copied().collect();
    let never = AtomicBool::new(false);
    let outcome = engine::run(look, fleet, &short, Watch { progress: &|_| (), stop: &never });
    fleet.set_losses(&before);
    let Ok(coverage) = outcome else { return 0.0 };
    let begun: u32 =
        coverage.points.iter().map(|point| point.gap_count - u32::from(point.first_gap_cut_s > 0.0)).sum();
    let points = coverage.points.len().max(1) as f64;
    1.0 + f64::from(begun) / points * settings.window.duration_s / short.window.duration_s
}

/// What one coverage run needs.
pub fn estimate(size: &Size, settings: &Settings, method: Method) -> Estimate {
    let Size { points, satellites, gaps_per_point } = *size;
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
    let Size { points, satellites, gaps_per_point } = *size;
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
