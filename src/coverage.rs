//! Coverage: percent covered, N-fold, gaps, response time, per point of a grid.
//!
//! A point is *covered* while at least N satellites see it (N = 1 unless asked otherwise). Edges of
//! coverage are solved for, so percent covered and every figure of gaps and accesses is independent of
//! the sampling step. Two engines give the same answers: [`engine`] works on footprints and carries the
//! load, [`plain`] looks at every satellite from every point and is the reference.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::checkpoint::{Checkpoint, Interrupted, Job, only_stopped};
use crate::ephemeris::{Fleet, Loss};
use crate::grid::cells::Grid;
use crate::orbit::MeanElements;
use crate::time::Window;

pub mod bent_pipe;
mod briefs;
mod counters;
mod edges;
pub mod engine;
mod fold;
mod footprint;
mod gaps;
mod instants;
pub mod memory;
pub mod plain;
mod prints;
mod rows;
mod sampled;
mod sampled_gaps;
mod seen;
mod spot;
mod step;
pub mod subsets;
pub mod summary;
mod tile;
mod widths;

pub use gaps::percentile;

/// Which figures are solved for instead of sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exact {
    /// Everything sampled at the step: a quick look, whose gaps are as coarse as the step.
    None,
    /// Percent covered, gaps, response time and accesses solved; in-view figures and N-fold sampled.
    Edges,
    /// Everything solved.
    All,
}

/// Settings of a coverage run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The window of time.
    pub window: Window,
    /// Step at which in-view figures and the time series are sampled, seconds.
    pub step_s: f64,
    /// Elevation mask in degrees, 0 to 90.
    pub min_elevation_deg: f64,
    /// Number of satellites that must see a point for it to count as covered.
    pub at_least: u32,
    /// What is solved for.
    pub exact: Exact,
}

/// Figures of merit of one point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PointFigures {
    /// Percent of the window covered (at least N in view).
    pub percent_covered: f64,
    /// Percent of the window with at least 1, 2, 3 and 4 satellites in view.
    pub percent_at_least: [f64; 4],
    /// Mean number in view.
    pub mean_in_view: f64,
    /// Least number in view.
    pub min_in_view: u32,
    /// Greatest number in view.
    pub max_in_view: u32,
    /// Number of uninterrupted intervals of coverage.
    pub access_count: u32,
    /// Number of gaps, those cut by the window's ends included.
    pub gap_count: u32,
    /// Sum of all gaps, s.
    pub gap_total_s: f64,
    /// Median gap, s; none without gaps.
    pub p50_gap_s: Option<f64>,
    /// 95th percentile of the gaps, s; none without gaps.
    pub p95_gap_s: Option<f64>,
    /// Longest gap, s; 0 without gaps.
    pub max_gap_s: f64,
    /// When the longest gap starts, seconds after the window's start.
    pub max_gap_start_s: f64,
    /// Mean response time, s: the wait for coverage, averaged over all instants of the window.
    pub mean_response_s: f64,
    /// Length of the gap cut by the window's start, s; 0 when covered there.
    pub first_gap_cut_s: f64,
    /// Length of the gap cut by the window's end, s; 0 when covered there.
    pub last_gap_cut_s: f64,
    /// Longest gap that begins and ends inside the window, s; 0 without one.
    pub max_inner_gap_s: f64,
}

impl PointFigures {
    /// Mean length of an access, s; none without accesses.
    pub fn mean_access_s(&self, window_s: f64) -> Option<f64> {
        (self.access_count > 0).then(|| (window_s - self.gap_total_s) / f64::from(self.access_count))
    }

    /// Mean length of a gap, s; none without gaps.
    pub fn mean_gap_s(&self) -> Option<f64> {
        (self.gap_count > 0).then(|| self.gap_total_s / f64::from(self.gap_count))
    }
}

/// How far figures sampled at the step are from solved ones, of a single point.
///
/// Averages over many points err far less.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct SamplingError {
    /// Percent covered, had it been sampled, against the solved one: measured in the same run. Root mean square over
    /// the points, percentage points.
    pub rms_points: f64,
    /// Largest of any point, percentage points.
    pub worst_points: f64,
    /// Percent of the window with at least 1, 2, 3 and 4 in view: estimated from how every other sample differs from
    /// the rest and from what was measured on percent covered where it can be: a rough figure, within a factor of two.
    /// Root mean square over the points, percentage points; 0 for what was solved.
    #[serde(default)]
    pub percent_at_least: [f64; 4],
    /// Mean number in view: estimated in the same way. Root mean square over the points, satellites.
    #[serde(default)]
    pub mean_in_view: f64,
}

impl SamplingError {
    /// The estimated errors in words, to two digits, of a run in which `at_least` in view was solved for.
    pub fn told(&self, at_least: u32) -> String {
        let folds: Vec<String> = (1..)
            .zip(self.percent_at_least)
            .filter(|(number, _)| *number != at_least)
            .map(|(number, error)| format!("{number}-fold {}", rough(error)))
            .collect();
        format!("{} points, mean in view {}", folds.join(", "), rough(self.mean_in_view))
    }
}

/// Two digits of a figure that is not known to more.
fn rough(value: f64) -> String {
    let decimals = if value > 0.0 { (1.0 - value.log10().floor()).clamp(0.0, 6.0) } else { 0.0 };
    format!("{value:.*}", decimals as usize)
}

/// Result of a coverage run.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The settings that made it.
    pub settings: Settings,
    /// Figures of each point, in the order of the grid.
    pub points: Vec<PointFigures>,
    /// Percent of the grid's area covered at each sampled instant, at `i · step` after the start.
    pub series_percent: Vec<f64>,
    /// Error of the figures that were sampled; none when all were solved or all were sampled, and of one sample.
    pub sampling_error: Option<SamplingError>,
    /// Satellites lost by the end of the window.
    pub losses: Vec<Loss>,
    /// Number of satellites at the start.
    pub satellites: usize,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Seconds of the window done.
    pub done_s: f64,
    /// Seconds of the window in all.
    pub total_s: f64,
}

/// Where a run reports to and how it is stopped.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Called now and then.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set to stop the run at the next block.
    pub stop: &'a AtomicBool,
}

impl Watch<'_> {
    /// Reports how far the work has come, and stops it where that is asked for.
    pub(crate) fn step(&self, done_s: f64, total_s: f64) -> Result<(), Stopped> {
        (self.progress)(Progress { done_s, total_s });
        if self.stop.load(Ordering::Relaxed) { Err(Stopped { done_s, total_s }) } else { Ok(()) }
    }
}

/// A run that was stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("stopped after {done_s:.0} of {total_s:.0} s of the window")]
pub struct Stopped {
    /// Seconds of the window done.
    pub done_s: f64,
    /// Seconds of the window in all.
    pub total_s: f64,
}

/// Runs the engine that fits the grid: footprints for cells, the plain one for places.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Coverage, Stopped> {
    only_stopped(resume(grid, fleet, settings, watch, None))
}

/// The same from where its checkpoint stands.
///
/// # Errors
/// [`Interrupted`] when the watch asked for it, or by a checkpoint that cannot be used.
pub fn resume(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    watch: Watch<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<Coverage, Interrupted> {
    if grid.resolution.is_some() {
        engine::resume(grid, fleet, settings, watch, checkpoint)
    } else {
        plain::resume(grid, fleet, settings, plain::ONE_SUBSTEP, watch, checkpoint)
    }
}

/// What decides the result of a run, for its checkpoint. `elements` are those of the fleet.
pub fn job<'a>(
    grid: &Grid,
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
) -> Job {
    let points = grid
        .points
        .iter()
        .flat_map(|point| [point.latitude_deg, point.longitude_deg, point.height_km, point.area_km2]);
    // The number goes up whenever what is kept of a run changes, so that no program reads what another means otherwise.
    let job = Job::new("coverage 2").debug(&(settings, grid.resolution)).numbers(points);
    elements.into_iter().fold(job, |job, elements| job.debug(elements))
}

/// Spacing of the ephemeris nodes between which edges are solved, s. It does not follow the sampling
/// step, so that solved figures cannot depend on that.
pub const NODE_STEP_S: f64 = 60.0;
