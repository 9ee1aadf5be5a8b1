//! Coverage through bent pipes: a satellite serves only while it is in reach of a gateway.
//!
//! A point is in view of a satellite here while the satellite stands above the mask *and* sees a gateway
//! at that moment. The accesses of a point, solved for as in [`super::plain`], are cut by the intervals in
//! which the satellite is in reach; the edges of those are edges like any other. Everything is solved.
//!
//! Only points near the ground track are looked at (module `near`), so this engine serves grids of cells
//! as well as lists of places.

use rayon::prelude::*;

use super::fold::{CoveredArea, Edge, PointAccount, PointListener, fold, sort_edges, square_metres};
use super::seen::Seen;
use super::{Coverage, Exact, NODE_STEP_S, PointFigures, Settings, Stopped, Watch};
use crate::access::{Clearance, Site};
use crate::checkpoint::{Checkpoint, Interrupted, end_block, only_stopped, restore};
use crate::ephemeris::{Fleet, LastArc, Nodes, Segment, State};
use crate::frames::Geodetic;
use crate::grid::cells::Grid;
use crate::time::intervals::Interval;

mod gate;
mod near;

use gate::Gate;
use near::{Cap, Lowest, Row, rows};

/// Ephemeris steps worked on at a time.
const BLOCK_BYTES: usize = 32 << 20;
/// Bands of rows that are worked on in parallel.
const BANDS: usize = 64;

/// The account of one point.
struct Point {
    /// Number in the grid.
    number: usize,
    area_m2: i64,
    account: PointAccount,
    edges: Vec<Edge>,
}

/// Neighbouring rows of points, by latitude and in each row by longitude.
///
/// Longitudes and sites, which every satellite nearby asks for, stand apart from the accounts, which few
/// of them change.
struct Band {
    rows: Vec<Row>,
    longitudes_deg: Vec<f64>,
    sites: Vec<Site>,
    points: Vec<Point>,
    covered: CoveredArea,
}

/// One satellite over one step in which it is in reach.
struct Leg<'a> {
    start_s: f64,
    span_s: f64,
    /// Its way to where it is lost in this step.
    last: Option<LastArc>,
    from: &'a State,
    /// None where the satellite is lost in this step.
    to: Option<(&'a State, Segment)>,
    /// The clearance leaves its chord between the nodes by no more than this, km.
    bulge_km: f64,
    cap: Cap,
    gate: Gate,
}

/// Computes coverage of every point by the satellites while they are in reach; everything is solved,
/// whatever `settings.exact` says.
///
/// `reach` holds, for each satellite of the fleet, the sorted and disjoint intervals in which it serves, in
/// seconds after the start of the window, as [`crate::passes::network_visibility`] gives them.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    reach: &[Vec<Interval>],
    watch: Watch<'_>,
) -> Result<Coverage, Stopped> {
    only_stopped(resume(grid, fleet, settings, reach, watch, None))
}

/// The same from where its checkpoint stands.
///
/// # Errors
/// [`Interrupted`] when the watch asked for it, or by a checkpoint that cannot be used.
pub fn resume(
    grid: &Grid,
    fleet: &mut Fleet,
    settings: &Settings,
    reach: &[Vec<Interval>],
    watch: Watch<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<Coverage, Interrupted> {
    let settings = Settings { exact: Exact::All, ..*settings };
    let window = settings.window;
    let duration_s = window.duration_s;
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let satellites = fleet.len();
    let samples = window.sample_count(settings.step_s);
    let lowest = Lowest::of(grid, settings.min_elevation_deg);
    let mut covered = CoveredArea::new(samples, settings.step_s);
    let mut bands = bands(grid, || covered.part(0.0, 0.0));

    let steps = (duration_s / NODE_STEP_S * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let bytes = std::mem::size_of::<Leg<'_>>() + std::mem::size_of::<State>();
    let block = (BLOCK_BYTES / (bytes * satellites.max(1))).clamp(1, 256);
    let mut step = 0;
    if let Some(saved) = restore::<(usize, CoveredArea, Vec<Vec<PointAccount>>)>(checkpoint, fleet)? {
        let accounts;
        (step, covered, accounts) = saved;
        for (band, accounts) in bands.iter_mut().zip(accounts) {
            for (point, account) in band.points.iter_mut().zip(accounts) {
                point.account = account;
            }
        }
    }
    while step < steps {
        let count = block.min(steps - step);
        let nodes = fleet.smooth_nodes(window.start, NODE_STEP_S, step, count + 1);
        let legs = legs(&nodes, reach, &lowest, step, count, duration_s);
        let ends_s = [step, step + count].map(|step| (step as f64 * NODE_STEP_S).min(duration_s));
        bands.par_iter_mut().for_each(|band| {
            band.covered.restart(ends_s[0], ends_s[1]);
            if step == 0 {
                band.begin(&legs, sin_mask, settings.at_least);
            }
            for leg in &legs {
                band.look(leg, sin_mask);
            }
            band.fold(settings.at_least);
        });
        for band in &bands {
            covered.add(&band.covered);
        }
        step += count;
        let stopped = watch.step((step as f64 * NODE_STEP_S).min(duration_s), duration_s);
        end_block(checkpoint, stopped, fleet, || {
            (step, &covered, bands.iter().map(Band::accounts).collect::<Vec<Vec<&PointAccount>>>())
        })?;
    }

    let mut whole = 0;
    let mut points: Vec<Option<PointFigures>> = vec![None; grid.points.len()];
    for band in bands {
        for point in band.points {
            whole += point.area_m2;
            points[point.number] = Some(point.account.finish(&settings));
        }
    }
    Ok(Coverage {
        settings,
        points: points.into_iter().flatten().collect(),
        series_percent: covered.percent(whole),
        sampling_error: None,
        losses: fleet.losses_until(settings.window.end()),
        satellites,
    })
}

/// The points of a grid in rows, the rows in bands.
fn bands(grid: &Grid, covered: impl Fn() -> CoveredArea) -> Vec<Band> {
    let rows = rows(grid);
    let per_band = rows.iter().map(|(_, members)| members.len()).sum::<usize>().div_ceil(BANDS).max(1);
    let mut bands: Vec<Band> = Vec::new();
    for (mut row, members) in rows {
        let starts_anew = bands.last().is_none_or(|band| band.points.len() >= per_band);
        if starts_anew {
            bands.push(Band {
                rows: Vec::new(),
                longitudes_deg: Vec::new(),
                sites: Vec::new(),
                points: Vec::new(),
                covered: covered(),
            });
        }
        let Some(band) = bands.last_mut() else { continue };
        row.first = band.points.len();
        band.rows.push(row);
        for number in members {
            let point = &grid.points[number];
            band.longitudes_deg.push(near::wrapped_deg(point.longitude_deg));
            band.sites.push(Site::at(&Geodetic {
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                height_km: point.height_km,
            }));
            band.points.push(Point {
                number,
                area_m2: square_metres(point.area_km2),
                account: PointAccount::new(0, 1),
                edges: Vec::new(),
            });
        }
    }
    bands
}

/// All satellites over all steps of a block in which they are in reach, by satellite and step.
fn legs<'a>(
    nodes: &'a Nodes,
    reach: &[Vec<Interval>],
    lowest: &Lowest,
    first: usize,
    count: usize,
    duration_s: f64,
) -> Vec<Leg<'a>> {
    let of_satellite = |(satellite, intervals): (usize, &Vec<Interval>)| -> Vec<Leg<'a>> {
        let mut legs = Vec::new();
        for local in 0..count {
            let from = &nodes.at(local)[satellite];
            if !from.is_present() {
                break;
            }
            let start_s = (first + local) as f64 * NODE_STEP_S;
            let span_s = NODE_STEP_S.min(duration_s - start_s);
            let Some(gate) = Gate::new(intervals, start_s, span_s, duration_s) else { continue };
            let to = &nodes.at(local + 1)[satellite];
            let to = to.is_present().then(|| (to, Segment::between(from, to, NODE_STEP_S)));
            let last = nodes.last_arc(local, satellite);
            let end = to.as_ref().map(|(to, _)| *to).or(last.as_ref().map(|last| &last.end));
            let cap = Cap::new(from, end, lowest);
            let bulge_km =
                to.as_ref().map_or(f64::INFINITY, |(to, segment)| lowest.bulge_km(from, to, segment));
            legs.push(Leg { start_s, span_s, last, from, to, bulge_km, cap, gate });
        }
        legs
    };
    let lists: Vec<Vec<Leg<'a>>> = reach.par_iter().enumerate().map(of_satellite).collect();
    lists.into_iter().flatten().collect()
}

impl Leg<'_> {
    /// Adds the edges of being served at a point within this step.
    ///
    /// Whether it is served at a node is asked of the node alone, so that two steps agree on the node
    /// between them.
    fn edges(&self, site: &Site, sin_mask: f64, edges: &mut Vec<Edge>) {
        let at_start_km = site.clearance_km(&self.from.position, sin_mask);
        let Some((to, segment)) = &self.to else {
            let seen = Seen::of(site, self.from, self.last.as_ref(), self.span_s, sin_mask);
            self.gate.edges(seen.times_s(), (seen.at_start, seen.at_end), self.start_s, edges);
            return;
        };
        if self.span_s == NODE_STEP_S {
            let at_end_km = site.clearance_km(&to.position, sin_mask);
            // Farther from the mask at both ends than the clearance can bend: on one side throughout.
            if at_start_km.max(at_end_km) < -self.bulge_km {
                return;
            }
            if at_start_km.min(at_end_km) > self.bulge_km {
                if !self.gate.is_open_throughout() {
                    self.gate.edges(&[(0.0, self.span_s)], (true, true), self.start_s, edges);
                }
                return;
            }
        }
        let before = site.clearance_and_rate(&self.from.position, &self.from.velocity, sin_mask);
        let clearance = Clearance { site, segment, sin_mask };
        let after = if self.span_s == NODE_STEP_S {
            site.clearance_and_rate(&to.position, &to.velocity, sin_mask)
        } else {
            clearance.with_rate(self.span_s)
        };
        let seen = (before.0 >= 0.0, after.0 >= 0.0);
        let crossings = clearance.crossings(before, after, [0.0, self.span_s]);
        if crossings.is_empty() && (!seen.0 || self.gate.is_open_throughout()) {
            return;
        }
        let passes = Seen::between(seen.0, &crossings, self.span_s);
        self.gate.edges(passes.times_s(), seen, self.start_s, edges);
    }
}

impl Band {
    /// The accounts of its points, in their order.
    fn accounts(&self) -> Vec<&PointAccount> {
        self.points.iter().map(|point| &point.account).collect()
    }

    /// Counts who is served at the start of the window and opens the accounts.
    fn begin(&mut self, legs: &[Leg<'_>], sin_mask: f64, at_least: u32) {
        for leg in legs.iter().filter(|leg| leg.start_s == 0.0 && leg.gate.is_open_at_start()) {
            self.near(&leg.cap, |site, point| {
                point.account.in_view += u32::from(site.clearance_km(&leg.from.position, sin_mask) >= 0.0);
            });
        }
        for point in &mut self.points {
            point.account = PointAccount::new(point.account.in_view, at_least);
            if !point.account.open.is_open() {
                self.covered.change(0.0, point.area_m2);
            }
        }
    }

    /// Notes the edges of one satellite in one step at all points near it.
    fn look(&mut self, leg: &Leg<'_>, sin_mask: f64) {
        self.near(&leg.cap, |site, point| leg.edges(site, sin_mask, &mut point.edges));
    }

    /// Visits the points within a cap, and some beside it.
    fn near(&mut self, cap: &Cap, mut visit: impl FnMut(&Site, &mut Point)) {
        let Self { rows, longitudes_deg, sites, points, .. } = self;
        for row in rows.iter() {
            let Some(ranges) = cap.longitudes(row) else { continue };
            let longitudes = &longitudes_deg[row.first..row.first + row.count];
            for (west, east) in ranges {
                let from = row.first + longitudes.partition_point(|&longitude| longitude < west);
                let to = row.first + longitudes.partition_point(|&longitude| longitude <= east);
                if from < to {
                    sites[from..to].iter().zip(&mut points[from..to]).for_each(|(site, point)| {
                        visit(site, point);
                    });
                }
            }
        }
    }

    /// Takes the edges of a block into the accounts.
    fn fold(&mut self, at_least: u32) {
        let Self { points, covered, .. } = self;
        for point in points.iter_mut().filter(|point| !point.edges.is_empty()) {
            // Given back at once: the edges of a block at all points would be many times the accounts.
            let mut edges = std::mem::take(&mut point.edges);
            sort_edges(&mut edges);
            let PointAccount { in_view, open, view, gaps } = &mut point.account;
            let mut listener = PointListener { gaps, covered, area_m2: point.area_m2 };
            *in_view = fold(&edges, *in_view, at_least, open, Some(view), &mut listener);
        }
    }
}
