//! Throughput against the number of gateways: which to build next.
//!
//! Gateways are added one at a time, each time the one that adds most to the mean traffic that reaches the
//! ground, with the loads that satellites would carry were a gateway always in view. A candidate whose gain
//! was small before is looked at again only when it may be the best now (Minoux 1978): gains fall as gateways
//! are added, save for small exceptions where antennas are scarce.

use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::coverage::{Stopped, Watch};
use crate::ephemeris::Fleet;

use super::feeder::FeederView;
use super::greedy;
use super::isl;
use super::plan::Plan;
use super::run::Settings;
use super::snapshot::Snapshot;

/// One point of the curve.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    /// Number of gateways.
    pub gateways: usize,
    /// The one added last.
    pub added: String,
    /// Mean traffic that reaches the ground, Tbit/s.
    pub served_tbps: f64,
}

/// Instants of the window at which the curve is computed.
const INSTANTS: usize = 24;

/// A satellite's loads at one instant, and who sees which gateway.
struct Sample {
    /// What part of a step it stands for.
    part: f64,
    snapshot: Snapshot,
    load: Vec<u32>,
}

impl Sample {
    /// An amount by the part of a step that it holds for.
    fn counted(&self, amount: u64) -> u64 {
        (amount as f64 * self.part).round() as u64
    }
}

/// A candidate with the gain it had when it was looked at last.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    gain: u64,
    /// Earlier ones first among equals.
    order: std::cmp::Reverse<usize>,
    looked_at: usize,
}

/// Computes the curve up to a number of gateways.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn compute(
    plan: &Plan,
    fleet: &mut Fleet,
    settings: &Settings,
    most: usize,
    watch: Watch<'_>,
) -> Result<Vec<CurvePoint>, Stopped> {
    let steps = settings.window.sample_count(settings.step_s);
    let instants = INSTANTS.min(steps);
    let samples: Vec<Sample> = (0..instants)
        .map(|number| {
            let step = number * steps / instants;
            let nodes = fleet.nodes(settings.window.start, settings.step_s, step, 1);
            let snapshot = Snapshot::at(plan, settings, step, nodes.at(0));
            let mut load = vec![0; snapshot.instant.limit.len()];
            for grant in greedy::allocate(&snapshot.instant, &[]) {
                load[snapshot.instant.satellite[grant.edge as usize] as usize] += grant.amount;
            }
            Sample { part: settings.part(step), snapshot, load }
        })
        .collect();
    let parts: f64 = samples.iter().map(|sample| sample.part).sum();
    let names: Vec<&str> = plan.gateways.names().collect();
    let most = most.min(names.len());
    let total_s = settings.window.duration_s;
    let mut chosen = vec![false; names.len()];
    let mut served = 0;
    let mut curve = Vec::new();
    let mut heap: BinaryHeap<Candidate> = (0..names.len())
        .map(|number| Candidate { gain: u64::MAX, order: std::cmp::Reverse(number), looked_at: usize::MAX })
        .collect();
    while curve.len() < most {
        let Some(mut best) = heap.pop() else { break };
        let round = curve.len();
        if best.looked_at != round {
            let number = best.order.0;
            chosen[number] = true;
            best.gain = carried(plan, &samples, &chosen).saturating_sub(served);
            chosen[number] = false;
            best.looked_at = round;
            heap.push(best);
        } else {
            let number = best.order.0;
            chosen[number] = true;
            served += best.gain;
            curve.push(CurvePoint {
                gateways: round + 1,
                added: names[number].to_owned(),
                served_tbps: served as f64 * f64::from(plan.unit.kbps()) / parts / 1e9,
            });
        }
        let done_s = total_s * curve.len() as f64 / most as f64;
        watch.step(done_s, total_s)?;
    }
    Ok(curve)
}

/// What reaches the ground over the chosen gateways, summed over the samples.
fn carried(plan: &Plan, samples: &[Sample], chosen: &[bool]) -> u64 {
    samples
        .par_iter()
        .map(|sample| {
            let views: Vec<FeederView> = sample
                .snapshot
                .feeders
                .iter()
                .filter(|view| chosen[view.gateway as usize])
                .copied()
                .collect();
            let way = plan.way(&sample.snapshot.states, &views, &sample.load, &sample.load);
            let reached = isl::carried(&sample.load, &way);
            sample.counted(reached.into_iter().map(u64::from).sum())
        })
        .sum()
}
