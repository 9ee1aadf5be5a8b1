//! Passes and dips that begin and end between two nodes.

use super::edges::site_of;
use super::instants::Block;
use super::prints::{NearPoint, Print};
use crate::access::Clearance;

/// A pass or a dip between two nodes.
pub(super) struct Brief {
    /// Counted from the start of the grid.
    pub slot: u32,
    /// Seconds into the step.
    pub first_s: f64,
    pub last_s: f64,
    /// A dip: seen, not seen for a moment, seen.
    pub dip: bool,
    /// When the point changes sides once more, seconds into the step: it ends on the other side then.
    pub then_s: Option<f64>,
}

/// A satellite's footprints at both nodes of a step in a tile that begins at a slot.
pub(super) struct Between<'a> {
    pub satellite: usize,
    pub before: Print<'a>,
    pub after: Print<'a>,
    pub first_slot: u32,
    /// No clearance near the mask has a minimum: it turns once at most.
    pub bends_down: bool,
}

/// Finds the passes and dips of a satellite in a step of `span_s` seconds up to a node, but at points for
/// which they do not matter.
pub(super) fn find_briefs(
    block: &Block<'_>,
    node: usize,
    span_s: f64,
    between: &Between<'_>,
    matters: impl Fn(&NearPoint) -> bool,
    briefs: &mut Vec<Brief>,
) {
    let Between { satellite, before, after, first_slot, bends_down } = between;
    let from = briefs.len();
    // A point is a candidate from the node before when it heads for the mask there, and from the node after
    // when it comes from the mask there; the one seen from both is taken once. It must be on the same side
    // at the other node. Where the clearance may turn twice, every point near the mask is one.
    let heading = before.near.iter().filter(|near| {
        !bends_down || near.inside != near.rising && after.has(near.slot - first_slot) == near.inside
    });
    let coming = after.near.iter().filter(|near| {
        !bends_down || near.inside == near.rising && before.has(near.slot - first_slot) == near.inside
    });
    let mut segment = None;
    for near in heading.chain(coming).filter(|near| matters(near)) {
        if briefs[from..].iter().any(|brief| brief.slot == near.slot) {
            continue;
        }
        let segment = match &segment {
            Some(segment) => segment,
            None => match block.segment(node, *satellite) {
                Some(found) => segment.insert(found),
                None => return,
            },
        };
        let site = site_of(block.layout, near.slot);
        let clearance = Clearance { site: &site, segment, sin_mask: block.sin_mask };
        let inside = [before, after].map(|print| print.has(near.slot - first_slot));
        push_brief(&clearance, near.slot, inside, span_s, briefs);
    }
}

/// Looks for more crossings within the step than the sides of a point at both ends tell.
fn push_brief(clearance: &Clearance<'_>, slot: u32, inside: [bool; 2], span_s: f64, briefs: &mut Vec<Brief>) {
    let (before, after) = (clearance.with_rate(0.0), clearance.with_rate(span_s));
    // Within rounding of the mask the footprint decides.
    if [before.0 >= 0.0, after.0 >= 0.0] != inside {
        return;
    }
    let (first_s, last_s, then_s) = match *clearance.crossings(before, after, [0.0, span_s]) {
        [first_s, last_s] => (first_s, last_s, None),
        [first_s, last_s, then_s] => (first_s, last_s, Some(then_s)),
        _ => return,
    };
    briefs.push(Brief { slot, first_s, last_s, dip: inside[0], then_s });
}
