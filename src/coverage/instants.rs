//! The instants of a block of steps: every satellite at each node and sample, and the tiles that it reaches.

use std::ops::Range;

use nalgebra::Vector3;
use rayon::prelude::*;

use super::rows::RowLayout;
use super::spot::Spot;
use super::{Exact, NODE_STEP_S, Settings};
use crate::ephemeris::{Nodes, Segment, State};
use crate::units::{EARTH_MU_WGS72_KM3_S2, EARTH_ROTATION_RAD_S};

/// One instant of the run with all satellites.
#[derive(Default)]
pub(super) struct Instant {
    pub t_s: f64,
    /// Number of the node within the block; none for an instant that is only sampled.
    pub node: Option<usize>,
    pub sampled: bool,
    pub spots: Vec<Spot>,
    pub reached: Reached,
}

/// The satellites whose footprint may reach each tile, in their order.
#[derive(Default)]
pub(super) struct Reached {
    /// Where the satellites of each tile begin.
    starts: Vec<u32>,
    satellites: Vec<u32>,
}

impl Reached {
    /// Takes the place of what was reached before.
    fn fill(&mut self, layout: &RowLayout, spots: &[Spot]) {
        let around = |spot: &Spot, reached: &mut dyn FnMut(u32)| {
            layout.tiles_around(spot.latitudes(), spot.longitude_rad, spot.widest_rad, reached);
        };
        // A counting sort, which keeps the order of the satellites. Each tile counts up in the start of the next one,
        // until that is where it belongs.
        let Self { starts, satellites } = self;
        starts.clear();
        starts.resize(layout.tiles.len() + 2, 0);
        for spot in spots {
            around(spot, &mut |tile| starts[tile as usize + 2] += 1);
        }
        for tile in 2..starts.len() {
            starts[tile] += starts[tile - 1];
        }
        satellites.clear();
        satellites.resize(starts[layout.tiles.len() + 1] as usize, 0);
        for (satellite, spot) in spots.iter().enumerate() {
            around(spot, &mut |tile| {
                let place = &mut starts[tile as usize + 1];
                satellites[*place as usize] = satellite as u32;
                *place += 1;
            });
        }
    }

    pub fn of(&self, tile: usize) -> &[u32] {
        &self.satellites[self.starts[tile] as usize..self.starts[tile + 1] as usize]
    }
}

/// What all tiles share during a block.
pub(super) struct Block<'a> {
    pub layout: &'a RowLayout,
    pub settings: &'a Settings,
    pub sin_mask: f64,
    pub instants: &'a [Instant],
    pub nodes: &'a Nodes,
}

impl Block<'_> {
    /// The path of a satellite from the node before to a node; none where it is not there throughout.
    pub fn segment(&self, node: usize, satellite: usize) -> Option<Segment> {
        let (from, to) = (&self.nodes.at(node - 1)[satellite], &self.nodes.at(node)[satellite]);
        (from.is_present() && to.is_present()).then(|| Segment::between(from, to, NODE_STEP_S))
    }
}

/// Fills in the nodes and sampled instants of some steps, the first node left out but at the very start, where the
/// block before has had it. What the block before has allocated is used again: many megabytes, given back and asked for
/// with each block, leave the heap in pieces.
pub(super) fn fill_block(
    instants: &mut Vec<Instant>,
    layout: &RowLayout,
    nodes: &Nodes,
    settings: &Settings,
    sin_mask: f64,
    steps: Range<usize>,
    samples: usize,
) {
    let (first, count) = (steps.start, steps.len());
    let start_s = first as f64 * NODE_STEP_S;
    let times = times_of_block(settings, first, count, samples);
    instants.resize_with(times.len(), Instant::default);
    instants.par_iter_mut().zip(times).for_each(
        |(Instant { spots, reached, t_s: at_s, node: of_node, sampled: is_sampled }, time)| {
            let (t_s, node, sampled) = time;
            let reach_s = if node.is_some() { NODE_STEP_S } else { 0.0 };
            let local_s = t_s - start_s;
            let from = ((local_s / NODE_STEP_S) as usize).min(count - 1);
            let into_s = local_s - from as f64 * NODE_STEP_S;
            spots.clear();
            spots.extend((0..nodes.at(0).len()).map(|satellite| {
                let (a, b) = (&nodes.at(from)[satellite], &nodes.at(from + 1)[satellite]);
                let state = if into_s == 0.0 {
                    *a
                } else if into_s == NODE_STEP_S {
                    *b
                } else {
                    let segment = if b.is_present() {
                        Some(Segment::between(a, b, NODE_STEP_S))
                    } else {
                        let last = nodes.last_arc(from, satellite);
                        last.filter(|last| into_s < last.span_s).map(|last| last.segment)
                    };
                    segment.map_or(State::ABSENT, |segment| State {
                        position: segment.position(into_s),
                        velocity: segment.velocity(into_s),
                    })
                };
                let drag_km_s2 = node.map_or(0.0, |node| drag_km_s2(nodes, node, satellite));
                Spot::new(layout, &state, sin_mask, reach_s, drag_km_s2)
            }));
            reached.fill(layout, spots);
            (*at_s, *of_node, *is_sampled) = (t_s, node, sampled);
        },
    );
}

/// Part of gravity that the flattened Earth may add to it: 3 J2 at most, and what the polynomials between nodes are off.
const FLATTENED: f64 = 0.01;

/// By how much the path of a satellite may bend otherwise than a free fall's around a node, km/s²; 0 where it is a free
/// fall but for the flattened Earth.
///
/// SGP4's drag makes a decaying satellite sink by up to kilometres a second, which no bound from gravity knows of. Twice
/// what is found in the steps before and behind the node is allowed for: it grows until the next node, and one of the two
/// steps may belong to the next block.
fn drag_km_s2(nodes: &Nodes, node: usize, satellite: usize) -> f64 {
    let here = &nodes.at(node)[satellite];
    let (free, gravity) = free_fall_km_s2(here);
    // Second derivative of the cubic between two nodes, at the one of which it is asked. What lies beyond the block, or is
    // lost, is NaN, of which nothing is larger.
    let apart = |other: usize, step_s: f64| {
        let Some(there) = (other < nodes.len()).then(|| &nodes.at(other)[satellite]) else { return f64::NAN };
        let slope = (there.position - here.position) * (6.0 / step_s);
        let bend = (slope - here.velocity * 4.0 - there.velocity * 2.0) * (1.0 / step_s);
        (bend - free).norm_squared()
    };
    let worst = apart(node.wrapping_sub(1), -NODE_STEP_S).max(apart(node + 1, NODE_STEP_S));
    let negligible = FLATTENED * gravity;
    if worst > negligible * negligible { 2.0 * worst.sqrt() } else { 0.0 }
}

/// Acceleration of a free fall towards a round Earth, in the frame that turns with it, and gravity alone, km/s².
fn free_fall_km_s2(state: &State) -> (Vector3<f64>, f64) {
    let State { position: s, velocity: v } = state;
    let squared = s.norm_squared();
    let gravity = EARTH_MU_WGS72_KM3_S2 / squared;
    let turn = EARTH_ROTATION_RAD_S;
    let turning = Vector3::new(2.0 * v.y + turn * s.x, turn * s.y - 2.0 * v.x, 0.0) * turn;
    (turning - s * (gravity / squared.sqrt()), gravity)
}

/// When an instant is, in seconds after the start; the number of its node within the block, if it is one; and whether it
/// is sampled.
type Time = (f64, Option<usize>, bool);

/// The times of a block, in order.
fn times_of_block(settings: &Settings, first: usize, count: usize, samples: usize) -> Vec<Time> {
    let duration_s = settings.window.duration_s;
    let step_s = settings.step_s;
    let solved = settings.exact != Exact::None;
    let sampled_views = settings.exact != Exact::All;
    let (start_s, end_s) =
        (first as f64 * NODE_STEP_S, ((first + count) as f64 * NODE_STEP_S).min(duration_s));
    let mut times: Vec<Time> = Vec::new();
    let skipped = usize::from(first > 0);
    if solved {
        times.extend(
            (skipped..=count)
                .map(|node| (((first + node) as f64 * NODE_STEP_S).min(duration_s), Some(node), false)),
        );
    }
    if sampled_views {
        // An instant on the border of two blocks belongs to the earlier one, whose last node it is.
        let nodes = times.len();
        let mut sample = if first == 0 { 0 } else { (start_s / step_s).floor() as usize };
        while sample < samples {
            let t_s = sample as f64 * step_s;
            sample += 1;
            if first > 0 && t_s <= start_s + SAME_INSTANT_S {
                continue;
            }
            if t_s > end_s + SAME_INSTANT_S {
                break;
            }
            // Nodes stand in order, so that no other than those around the sample can be the same instant.
            let before = ((t_s - start_s) / NODE_STEP_S) as usize;
            let around = before.saturating_sub(1 + skipped).min(nodes)..(before + 2).min(nodes);
            match times[around].iter_mut().find(|(at, ..)| (at - t_s).abs() <= SAME_INSTANT_S) {
                Some(node) => node.2 = true,
                None => times.push((t_s, None, true)),
            }
        }
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    times
}

/// Instants closer than this are one.
const SAME_INSTANT_S: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Window;

    fn settings(duration_s: f64, step_s: f64) -> Settings {
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s };
        Settings { window, step_s, min_elevation_deg: 10.0, at_least: 1, exact: Exact::Edges }
    }

    /// Every sample stands once over all blocks, on its node where there is one, wherever steps and nodes meet.
    #[test]
    fn samples_at_a_node_are_that_node() {
        for (duration_s, step_s) in
            [(610.0, 60.0), (600.0, 20.0), (601.0, 0.1), (605.0, 7.0), (300.0, 1.0 / 3.0)]
        {
            let settings = settings(duration_s, step_s);
            let samples = settings.window.sample_count(step_s);
            let steps = (duration_s / NODE_STEP_S).ceil() as usize;
            let mut sampled = 0;
            for first in (0..steps).step_by(4) {
                let times = times_of_block(&settings, first, 4.min(steps - first), samples);
                assert!(times.is_sorted_by(|a, b| a.0 < b.0), "{duration_s} {step_s} {first}");
                for (t_s, node, is_sampled) in times {
                    let on_a_step = (t_s / step_s).round() * step_s;
                    let is_due =
                        (on_a_step - t_s).abs() <= SAME_INSTANT_S && t_s < duration_s - SAME_INSTANT_S;
                    assert!(!is_due || is_sampled, "{t_s} by {step_s}");
                    if let Some(node) = node {
                        assert_eq!(t_s, ((first + node) as f64 * NODE_STEP_S).min(duration_s));
                    }
                    sampled += usize::from(is_sampled);
                }
            }
            assert_eq!(sampled, samples, "{duration_s} by {step_s}");
        }
    }

    /// Half a million samples: comparing each with all before it takes minutes.
    #[test]
    fn many_samples_take_time_that_goes_with_their_number() {
        let settings = settings(1800.0, 0.0036);
        let before = std::time::Instant::now();
        let times = times_of_block(&settings, 0, 30, settings.window.sample_count(settings.step_s));
        assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
        assert_eq!(times.iter().filter(|time| time.2).count(), 500_000);
    }
}
