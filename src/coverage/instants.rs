//! The instants of a block of steps: every satellite at each node and sample, and the tiles that it reaches.

use rayon::prelude::*;

use super::rows::RowLayout;
use super::spot::Spot;
use super::{Exact, NODE_STEP_S, Settings};
use crate::ephemeris::{Nodes, Segment, State};

/// One instant of the run with all satellites.
pub(super) struct Instant {
    pub t_s: f64,
    /// Number of the node within the block; none for an instant that is only sampled.
    pub node: Option<usize>,
    pub sampled: bool,
    pub spots: Vec<Spot>,
    pub reached: Reached,
}

/// The satellites whose footprint may reach each tile, in their order.
pub(super) struct Reached {
    /// Where the satellites of each tile begin.
    starts: Vec<u32>,
    satellites: Vec<u32>,
}

impl Reached {
    fn new(layout: &RowLayout, spots: &[Spot]) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(4 * spots.len());
        for (satellite, spot) in spots.iter().enumerate() {
            layout.tiles_around(spot.latitudes(), spot.longitude_rad, spot.widest_rad, |tile| {
                pairs.push((tile, satellite as u32));
            });
        }
        // A counting sort, which keeps the order of the satellites.
        let mut starts = vec![0u32; layout.tiles.len() + 1];
        for &(tile, _) in &pairs {
            starts[tile as usize + 1] += 1;
        }
        for tile in 1..starts.len() {
            starts[tile] += starts[tile - 1];
        }
        let mut next = starts.clone();
        let mut satellites = vec![0; pairs.len()];
        for (tile, satellite) in pairs {
            let place = &mut next[tile as usize];
            satellites[*place as usize] = satellite;
            *place += 1;
        }
        Self { starts, satellites }
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

/// The nodes and sampled instants of `count` steps from step `first` on, the first node left out but
/// at the very start, where the block before has had it.
pub(super) fn instants_of_block(
    layout: &RowLayout,
    nodes: &Nodes,
    settings: &Settings,
    sin_mask: f64,
    first: usize,
    count: usize,
    samples: usize,
) -> Vec<Instant> {
    let duration_s = settings.window.duration_s;
    let step_s = settings.step_s;
    let solved = settings.exact != Exact::None;
    let sampled_views = settings.exact != Exact::All;
    let (start_s, end_s) =
        (first as f64 * NODE_STEP_S, ((first + count) as f64 * NODE_STEP_S).min(duration_s));
    let mut times: Vec<(f64, Option<usize>, bool)> = Vec::new();
    if solved {
        let skipped = usize::from(first > 0);
        times.extend(
            (skipped..=count)
                .map(|node| (((first + node) as f64 * NODE_STEP_S).min(duration_s), Some(node), false)),
        );
    }
    if sampled_views {
        // An instant on the border of two blocks belongs to the earlier one, whose last node it is.
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
            match times.iter_mut().find(|(at, node, _)| node.is_some() && (at - t_s).abs() <= SAME_INSTANT_S)
            {
                Some(node) => node.2 = true,
                None => times.push((t_s, None, true)),
            }
        }
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    times
        .into_par_iter()
        .map(|(t_s, node, sampled)| {
            let reach_s = if node.is_some() { NODE_STEP_S } else { 0.0 };
            let local_s = t_s - start_s;
            let from = ((local_s / NODE_STEP_S) as usize).min(count - 1);
            let into_s = local_s - from as f64 * NODE_STEP_S;
            let spots: Vec<Spot> = (0..nodes.at(0).len())
                .map(|satellite| {
                    let (a, b) = (&nodes.at(from)[satellite], &nodes.at(from + 1)[satellite]);
                    let state = if into_s == 0.0 {
                        *a
                    } else if into_s == NODE_STEP_S {
                        *b
                    } else {
                        let segment = Segment::between(a, b, NODE_STEP_S);
                        State { position: segment.position(into_s), velocity: segment.velocity(into_s) }
                    };
                    Spot::new(layout, &state, sin_mask, reach_s)
                })
                .collect();
            let reached = Reached::new(layout, &spots);
            Instant { t_s, node, sampled, spots, reached }
        })
        .collect()
}

/// Instants closer than this are one.
const SAME_INSTANT_S: f64 = 1e-6;
