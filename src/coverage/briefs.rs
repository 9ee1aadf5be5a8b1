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
}

/// A satellite's footprints at both nodes of a step in a tile that begins at a slot.
pub(super) struct Between<'a> {
    pub satellite: usize,
    pub before: Print<'a>,
    pub after: Print<'a>,
    pub first_slot: u32,
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
    let Between { satellite, before, after, first_slot } = between;
    let from = briefs.len();
    // A point is a candidate from the node before when it heads for the mask there, and from the node after
    // when it comes from the mask there; the one seen from both is taken once. It must be on the same side
    // at the other node.
    let heading = before
        .near
        .iter()
        .filter(|near| near.inside != near.rising && after.has(near.slot - first_slot) == near.inside);
    let coming = after
        .near
        .iter()
        .filter(|near| near.inside == near.rising && before.has(near.slot - first_slot) == near.inside);
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
        push_brief(&clearance, near.slot, near.inside, span_s, briefs);
    }
}

/// Looks for two crossings within the step at a point that is on the same side at both ends.
fn push_brief(clearance: &Clearance<'_>, slot: u32, inside: bool, span_s: f64, briefs: &mut Vec<Brief>) {
    let (before, after) = (clearance.with_rate(0.0), clearance.with_rate(span_s));
    let same_side = (before.0 >= 0.0) == inside && (after.0 >= 0.0) == inside;
    let turns = (before.1 > 0.0) != inside && (after.1 < 0.0) != inside;
    if !(same_side && turns) {
        return;
    }
    if let Some(extremum) = clearance.extremum(0.0, span_s)
        && (clearance.at(extremum) >= 0.0) != inside
    {
        briefs.push(Brief {
            slot,
            first_s: clearance.crossing(0.0, extremum),
            last_s: clearance.crossing(extremum, span_s),
            dip: inside,
        });
    }
}
