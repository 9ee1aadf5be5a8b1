//! What a point sees of a satellite in a step, and in the one in which the satellite is lost.

use super::fold::Edge;
use crate::access::{Clearance, Site};
use crate::ephemeris::{LastArc, State};

/// Times at which a satellite is seen in a step, seconds after its start; at most two.
pub(super) struct Seen {
    times_s: [(f64, f64); 2],
    count: usize,
    /// Whether it is seen at the start.
    pub at_start: bool,
    /// Whether it is seen at the end and goes on.
    pub at_end: bool,
}

impl Seen {
    /// From a node up to the loss, or for `longest_s` seconds where the window ends before. Without an arc it is lost at
    /// the node, within a millisecond.
    pub fn of(site: &Site, from: &State, arc: Option<&LastArc>, longest_s: f64, sin_mask: f64) -> Self {
        let before = site.clearance_and_rate(&from.position, &from.velocity, sin_mask);
        let at_start = before.0 >= 0.0;
        let Some(arc) = arc else {
            let times_s = [(0.0, 0.0); 2];
            return Self { times_s, count: usize::from(at_start), at_start, at_end: false };
        };
        let goes_on = longest_s < arc.span_s;
        let span_s = if goes_on { longest_s } else { arc.span_s };
        let clearance = Clearance { site, segment: &arc.segment, sin_mask };
        let after = clearance.with_rate(span_s);
        let seen = Self::between(at_start, &clearance.crossings(before, after, [0.0, span_s]), span_s);
        Self { at_end: seen.at_end && goes_on, ..seen }
    }

    /// From one crossing of the mask to the next, and to the end of a step where it is seen there.
    pub fn between(at_start: bool, crossings: &[f64], span_s: f64) -> Self {
        let mut edges_s = [0.0; 5];
        let mut count = usize::from(at_start);
        edges_s[count..count + crossings.len()].copy_from_slice(crossings);
        count += crossings.len();
        let at_end = count % 2 == 1;
        if at_end {
            edges_s[count] = span_s;
            count += 1;
        }
        let pairs = edges_s[..count].as_chunks::<2>().0;
        let times_s = std::array::from_fn(|pass| pairs.get(pass).map_or((0.0, 0.0), |&[a, b]| (a, b)));
        Self { times_s, count: pairs.len(), at_start, at_end }
    }

    pub fn times_s(&self) -> &[(f64, f64)] {
        &self.times_s[..self.count]
    }

    /// Its edges in a step that begins `start_s` seconds after the start of the window, at a point that takes it for
    /// seen at the start, or not: within rounding of the mask that need not be what the arc says.
    pub fn edges(&self, is_seen: bool, start_s: f64) -> impl Iterator<Item = Edge> + '_ {
        let at_start = (is_seen != self.at_start).then_some(Edge { t_s: start_s, up: self.at_start });
        let of_times = self.times_s().iter().enumerate().flat_map(move |(pass, &(from_s, to_s))| {
            let rises = (pass > 0 || !self.at_start).then_some(Edge { t_s: start_s + from_s, up: true });
            let sets = pass + 1 < self.count || !self.at_end;
            rises.into_iter().chain(sets.then_some(Edge { t_s: start_s + to_s, up: false }))
        });
        at_start.into_iter().chain(of_times)
    }
}
