//! The plain engine: every satellite from every point in every step, then root finding.
//!
//! It is the reference for [`super::engine`], and it serves lists of places, which may have heights.

use rayon::prelude::*;

use super::fold::{CoveredArea, Edge, PointAccount, PointListener, fold, sort_edges, square_metres};
use super::seen::Seen;
use super::{Coverage, Exact, NODE_STEP_S, Settings, Stopped, Watch};
use crate::access::{Clearance, Site};
use crate::checkpoint::{Checkpoint, Interrupted, end_block, only_stopped, restore};
use crate::ephemeris::{Fleet, Segment};
use crate::frames::Geodetic;
use crate::grid::cells::Grid;

/// Enough where the clearance has at most one extremum in a step, as it has for any orbit.
pub const ONE_SUBSTEP: usize = 1;

/// Ephemeris steps worked on at a time.
const BLOCK_BYTES: usize = 32 << 20;

/// One point with its account.
struct PointState {
    site: Site,
    area_m2: i64,
    account: PointAccount,
}

/// Computes coverage of every point by itself; everything is solved, whatever `settings.exact` says.
///
/// `substeps` parts each ephemeris step before edges are looked for: 1 relies on the clearance having
/// at most one extremum in 60 s, more is for checking that.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    substeps: usize,
    watch: Watch<'_>,
) -> Result<Coverage, Stopped> {
    only_stopped(resume(grid, fleet, settings, substeps, watch, None))
}

/// The same from where its checkpoint stands.
///
/// # Errors
/// [`Interrupted`] when the watch asked for it, or by a checkpoint that cannot be used.
pub fn resume(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    substeps: usize,
    watch: Watch<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<Coverage, Interrupted> {
    let settings = Settings { exact: Exact::All, ..*settings };
    let window = settings.window;
    let duration_s = window.duration_s;
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let satellites = fleet.len();
    let steps = (duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let block = (BLOCK_BYTES / (std::mem::size_of::<Segment>() * satellites.max(1))).clamp(1, 256);

    let first = fleet.nodes(window.start, NODE_STEP_S, 0, 1);
    let mut points: Vec<PointState> = grid
        .points
        .par_iter()
        .map(|point| {
            let site = Site::at(&Geodetic {
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                height_km: point.height_km,
            });
            // Absent satellites compare false.
            let in_view = states_at(&first)
                .filter(|state| site.clearance_km(&state.position, sin_mask) >= 0.0)
                .count() as u32;
            PointState {
                site,
                area_m2: square_metres(point.area_km2),
                account: PointAccount::new(in_view, settings.at_least),
            }
        })
        .collect();
    let samples = window.sample_count(settings.step_s);
    let mut covered = CoveredArea::new(samples, settings.step_s);
    for point in &points {
        if !point.account.open.is_open() {
            covered.change(0.0, point.area_m2);
        }
    }

    let mut step = 0;
    if let Some(saved) = restore::<(usize, CoveredArea, Vec<PointAccount>)>(checkpoint, fleet)? {
        let accounts;
        (step, covered, accounts) = saved;
        for (point, account) in points.iter_mut().zip(accounts) {
            point.account = account;
        }
    }
    while step < steps {
        let count = block.min(steps - step);
        let nodes = fleet.smooth_nodes(window.start, NODE_STEP_S, step, count + 1);
        let ends_s = [step, step + count].map(|step| (step as f64 * NODE_STEP_S).min(duration_s));
        let changes = points
            .par_iter_mut()
            .fold(
                || covered.part(ends_s[0], ends_s[1]),
                |mut changes, point| {
                    // Of this point alone: those of a block at all points would be many times the accounts.
                    let mut edges = Vec::new();
                    for satellite in 0..satellites {
                        for local in 0..count {
                            let start_s = (step + local) as f64 * NODE_STEP_S;
                            let span_s = NODE_STEP_S.min(duration_s - start_s);
                            let (from, to) = (&nodes.at(local)[satellite], &nodes.at(local + 1)[satellite]);
                            if !from.is_present() {
                                break;
                            }
                            if !to.is_present() {
                                let arc = nodes.last_arc(local, satellite);
                                let seen = Seen::of(&point.site, from, arc.as_ref(), span_s, sin_mask);
                                edges.extend(seen.edges(seen.at_start, start_s));
                                break;
                            }
                            let segment = Segment::between(from, to, NODE_STEP_S);
                            let clearance = Clearance { site: &point.site, segment: &segment, sin_mask };
                            edges_in_step(&clearance, start_s, span_s, substeps, &mut edges);
                        }
                    }
                    sort_edges(&mut edges);
                    let mut listener = PointListener {
                        gaps: &mut point.account.gaps,
                        covered: &mut changes,
                        area_m2: point.area_m2,
                    };
                    point.account.in_view = fold(
                        &edges,
                        point.account.in_view,
                        settings.at_least,
                        &mut point.account.open,
                        Some(&mut point.account.view),
                        &mut listener,
                    );
                    changes
                },
            )
            .reduce(
                || covered.part(ends_s[0], ends_s[1]),
                |mut a, b| {
                    a.add(&b);
                    a
                },
            );
        covered.add(&changes);
        step += count;
        let stopped = watch.step((step as f64 * NODE_STEP_S).min(duration_s), duration_s);
        end_block(checkpoint, stopped, fleet, || {
            (step, &covered, points.iter().map(|point| &point.account).collect::<Vec<_>>())
        })?;
    }

    let whole: i64 = points.iter().map(|point| point.area_m2).sum();
    let figures = points.into_par_iter().map(|point| point.account.finish(&settings)).collect();
    Ok(Coverage {
        settings,
        points: figures,
        series_percent: covered.percent(whole),
        sampling_error: None,
        losses: fleet.losses_until(window.end()),
        satellites,
    })
}

fn states_at(nodes: &crate::ephemeris::Nodes) -> impl Iterator<Item = &crate::ephemeris::State> {
    (0..nodes.len()).flat_map(|node| nodes.at(node))
}

/// All edges of one satellite at one point in a step of `span_s` seconds that begins at `start_s`.
pub(super) fn edges_in_step(
    clearance: &Clearance<'_>,
    start_s: f64,
    span_s: f64,
    substeps: usize,
    edges: &mut Vec<Edge>,
) {
    let part = span_s / substeps as f64;
    let mut before = clearance.with_rate(0.0);
    for substep in 0..substeps {
        let (from, to) = (substep as f64 * part, (substep + 1) as f64 * part);
        let after = clearance.with_rate(to);
        let mut seen = before.0 >= 0.0;
        for &t_s in clearance.crossings(before, after, [from, to]).iter() {
            seen = !seen;
            edges.push(Edge { t_s: start_s + t_s, up: seen });
        }
        before = after;
    }
}
