//! The footprint engine.
//!
//! Points lie in thin latitude rows, one bit each (module `rows`). At each ephemeris node every
//! satellite's footprint is a few bits per row (module `footprint`). Comparing the footprints of two
//! consecutive nodes gives, 64 points at a time,
//! - who is *held*: seen by one satellite at both nodes and so throughout (or by N of them);
//! - whose satellites change: the exclusive or. Only where a point is not held can its coverage change,
//!   and only there are edges solved (module `edges`), many at once.
//!
//! Passes and dips that begin and end between two nodes touch only points whose clearance at a node is
//! within the bound of [`crate::access::curvature_bound`]; those points are tested one by one anyway.
//!
//! Tiles of rows are independent: they run in parallel and the result does not depend on how.

use rayon::prelude::*;

use super::fold::CoveredArea;
use super::instants::{Block, Instant, fill_block};
use super::prints::Prints;
use super::rows::RowLayout;
use super::sampled::ErrorTally;
use super::spot::Spot;
use super::tile::{FinishedTile, Kept, TileAccount};
use super::{Coverage, Exact, NODE_STEP_S, PointFigures, Settings, Stopped, Watch};
use crate::checkpoint::{Checkpoint, Interrupted, end_block, only_stopped, restore};
use crate::ephemeris::{Fleet, NODES_BESIDE, State};
use crate::grid::cells::Grid;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

pub(super) use super::tile::{bytes_of_gaps, bytes_per_point};

/// Memory that one block of instants may take, bytes, and the most steps of a block. Within a block the
/// accounts of a tile stay in cache.
const BLOCK_BYTES: usize = 48 << 20;
const BLOCK_STEPS: usize = 64;
/// Tiles that a footprint lies in, about.
const TILES_REACHED: usize = 8;
/// Tiles that hand in their figures together.
const FINISHED_TILES: usize = 64;

/// Nodes whose states are held at a time, at most.
pub(super) const NODES_AT_A_TIME: usize = BLOCK_STEPS + 1 + NODES_BESIDE;

/// Computes coverage of a grid of points at height 0.
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
    let duration_s = settings.window.duration_s;
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let layout = RowLayout::new(grid, footprint_radius_rad(fleet, settings));
    let satellites = fleet.len();
    let samples = settings.window.sample_count(settings.step_s);
    let mut covered = CoveredArea::new(samples, settings.step_s);
    let mut accounts: Vec<TileAccount> = (0..layout.tiles.len())
        .into_par_iter()
        .map(|tile| TileAccount::new(&layout, grid, tile, settings, satellites, &covered))
        .collect();

    let steps = (duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let (block, _) = block_of(satellites, settings);
    let mut step = 0;
    let mut instants: Vec<Instant> = Vec::new();
    if let Some(saved) = restore::<(usize, CoveredArea, Vec<Kept>)>(checkpoint, fleet)? {
        let kept;
        (step, covered, kept) = saved;
        for (account, kept) in accounts.iter_mut().zip(kept) {
            account.kept = kept;
        }
    }
    while step < steps {
        let count = block.min(steps - step);
        let nodes = fleet.smooth_nodes(settings.window.start, NODE_STEP_S, step, count + 1);
        let steps = step..step + count;
        fill_block(&mut instants, &layout, &nodes, settings, sin_mask, steps, samples);
        let block = Block { layout: &layout, settings, sin_mask, instants: &instants, nodes: &nodes };
        let ends_s = [step, step + count].map(|step| (step as f64 * NODE_STEP_S).min(duration_s));
        accounts.par_iter_mut().with_max_len(1).for_each(|account| {
            account.covered.restart(ends_s[0], ends_s[1]);
            account.advance(&block);
        });
        for account in &accounts {
            covered.add(&account.covered);
        }
        step += count;
        let stopped = watch.step((step as f64 * NODE_STEP_S).min(duration_s), duration_s);
        end_block(checkpoint, stopped, fleet, || {
            (step, &covered, accounts.iter().map(|account| &account.kept).collect::<Vec<_>>())
        })?;
    }

    drop(instants);
    let mut points = vec![PointFigures::default(); grid.points.len()];
    let mut whole = 0;
    let mut errors = ErrorTally::default();
    let mut rest = accounts.into_iter();
    loop {
        // A few tiles at a time, so that their figures are not held twice.
        let some: Vec<TileAccount> = rest.by_ref().take(FINISHED_TILES).collect();
        if some.is_empty() {
            break;
        }
        let finished: Vec<FinishedTile> = some
            .into_par_iter()
            .map_init(Default::default, |space, account| account.finish(&layout, settings, space))
            .collect();
        for tile in finished {
            whole += tile.area_m2;
            errors.join(&tile.errors);
            for (point, figures) in tile.points {
                points[point as usize] = figures;
            }
        }
    }
    Ok(Coverage {
        settings: *settings,
        series_percent: covered.percent(whole),
        // One sample has no halves that could differ.
        sampling_error: (settings.exact == Exact::Edges && settings.window.sample_count(settings.step_s) > 1)
            .then(|| errors.finish(settings)),
        points,
        losses: fleet.losses_until(settings.window.end()),
        satellites,
    })
}

/// Steps of a block, and instants in each.
fn block_of(satellites: usize, settings: &Settings) -> (usize, f64) {
    let instants_per_step = 1.0 + (NODE_STEP_S / settings.step_s).ceil();
    let bytes_per_step = (satellites * size_of::<Spot>()) as f64 * instants_per_step;
    let steps = (BLOCK_BYTES as f64 / bytes_per_step.max(1.0)) as usize;
    (steps.clamp(1, BLOCK_STEPS), instants_per_step)
}

/// What the instants of a block take, bytes: states at the nodes, spots, and who reaches which tile.
pub(super) fn bytes_of_block(satellites: usize, settings: &Settings) -> f64 {
    let (steps, instants_per_step) = block_of(satellites, settings);
    let instant = size_of::<Spot>() + TILES_REACHED * size_of::<u32>();
    let nodes = (steps + 1 + NODES_BESIDE) * size_of::<State>();
    satellites as f64 * (nodes as f64 + steps as f64 * instants_per_step * instant as f64)
}

/// What the footprints at the last node and at this one take, bytes; these vectors grow to up to twice what is in them.
pub(super) fn bytes_of_prints(points: f64, satellites: usize, in_view: f64) -> f64 {
    let satellites = satellites.max(1) as f64;
    // Points in a footprint, and the rows that they lie in.
    let seen = points * in_view / satellites;
    let rows = (seen * 4.0 / std::f64::consts::PI).sqrt();
    let words = rows * (2.0 + rows / 64.0) + TILES_REACHED as f64;
    2.0 * 1.5 * satellites * Prints::bytes(TILES_REACHED as f64, words, rows)
}

/// Radius of a typical footprint at the window's start, from the middle one of the satellites, radians.
fn footprint_radius_rad(fleet: &Fleet, settings: &Settings) -> f64 {
    let mask = settings.min_elevation_deg.to_radians();
    let mut radii_km: Vec<f64> = (0..fleet.len())
        .filter_map(|satellite| fleet.state(satellite, settings.window.start).ok())
        .map(|state| state.position.norm())
        .collect();
    let middle = radii_km.len() / 2;
    if radii_km.is_empty() {
        return std::f64::consts::FRAC_PI_2;
    }
    let (_, radius_km, _) = radii_km.select_nth_unstable_by(middle, f64::total_cmp);
    let cosine = (EARTH_EQUATORIAL_RADIUS_KM / *radius_km * mask.cos()).min(1.0);
    (cosine.acos() - mask).max(0.0)
}
