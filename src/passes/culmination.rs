//! The instant of the largest elevation in a window.

use nalgebra::Vector3;

use super::path::Path;
use super::sight::{Stand, zero_between};

/// To what the instant is solved, seconds.
const TOLERANCE_S: f64 = 1e-4;

/// One look at how high the satellite stands and whether it still rises.
#[derive(Debug, Clone, Copy)]
struct Height {
    t_s: f64,
    /// Sine of the elevation.
    sine: f64,
    /// |d|³ times the rate of the sine: the same sign, and nearly straight in a pass.
    climb: f64,
}

/// The instant of the largest elevation between two instants of one window.
///
/// `stands` are the stretches of the site in the order of time; the window lies within them. Elevation
/// is looked at on the edges and at every node between, and each turn from rising to falling is solved;
/// the highest of all is the answer. Long windows of high orbits can hold several such turns.
pub(super) fn culmination_s(path: &Path, stands: &[Stand], aos_s: f64, los_s: f64) -> f64 {
    let mut best: Option<Height> = None;
    let mut keep = |height: Height| {
        if best.is_none_or(|known| height.sine > known.sine) {
            best = Some(height);
        }
    };
    for stand in stands.iter().filter(|stand| stand.from_s < los_s && stand.to_s > aos_s) {
        let (from_s, to_s) = (aos_s.max(stand.from_s), los_s.min(stand.to_s));
        let mut number = path.arc_at(from_s);
        let (position, velocity) = path.arcs[number].state(from_s);
        let mut here = look(stand, from_s, &position, &velocity);
        keep(here);
        loop {
            let arc = &path.arcs[number];
            let last = arc.end_s() >= to_s || number + 1 == path.arcs.len();
            let there = if last {
                let end_s = to_s.min(arc.end_s());
                let (position, velocity) = arc.state(end_s);
                look(stand, end_s, &position, &velocity)
            } else {
                let node = &path.nodes[number + 1];
                look(stand, arc.end_s(), &node.position, &node.velocity)
            };
            keep(there);
            if here.climb > 0.0 && there.climb < 0.0 {
                let at = |t_s: f64| {
                    let (position, velocity) = arc.state(t_s);
                    look(stand, t_s, &position, &velocity)
                };
                let (from, to) = ((here.t_s, here.climb), (there.t_s, there.climb));
                keep(at(zero_between(from, to, TOLERANCE_S, |t_s| at(t_s).climb)));
            }
            if last {
                break;
            }
            here = there;
            number += 1;
        }
    }
    best.map_or(aos_s, |height| height.t_s)
}

fn look(stand: &Stand, t_s: f64, position: &Vector3<f64>, velocity: &Vector3<f64>) -> Height {
    let (line, moving, up, up_rate) = stand.line(t_s, position, velocity);
    let square = line.norm_squared();
    let rise = line.dot(&up);
    // With s = d·n / |d|: |d|³ s′ = |d|² (d′·n + d·n′) − (d·n)(d·d′).
    Height {
        t_s,
        sine: rise / square.sqrt(),
        climb: square * (moving.dot(&up) + line.dot(&up_rate)) - rise * line.dot(&moving),
    }
}
