//! When a satellite is in reach of a gateway within one step, and how that cuts its accesses.

use crate::coverage::fold::Edge;
use crate::time::intervals::Interval;

/// The open times of one step, in seconds after its start.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gate {
    open: Vec<(f64, f64)>,
    span_s: f64,
    /// Open at both ends, asked of the instants alone.
    at: (bool, bool),
}

impl Gate {
    /// The part of sorted, disjoint intervals that lies in a step; none where the gate is closed from the
    /// start of the step to its end.
    ///
    /// An interval that lasts to the end of the window is open there: the window cuts it, nothing closes.
    pub fn new(intervals: &[Interval], start_s: f64, span_s: f64, duration_s: f64) -> Option<Self> {
        let end_s = start_s + span_s;
        let last_s = |interval: &Interval| {
            if interval.end_s >= duration_s { f64::INFINITY } else { interval.end_s }
        };
        let first = intervals.partition_point(|interval| last_s(interval) <= start_s);
        let inside = intervals[first..].iter().take_while(|interval| interval.start_s <= end_s);
        let is_open =
            |t_s: f64| inside.clone().any(|interval| interval.start_s <= t_s && t_s < last_s(interval));
        let open: Vec<(f64, f64)> = inside
            .clone()
            .map(|interval| ((interval.start_s - start_s).max(0.0), (last_s(interval) - start_s).min(span_s)))
            .filter(|(from, to)| from < to)
            .collect();
        let at = (is_open(start_s), is_open(end_s));
        (!open.is_empty() || at.1).then_some(Self { open, span_s, at })
    }

    pub fn is_open_at_start(&self) -> bool {
        self.at.0
    }

    pub fn is_open_throughout(&self) -> bool {
        self.at == (true, true) && self.open == [(0.0, self.span_s)]
    }

    /// Adds the edges of what is both seen and open, for a step that begins at `start_s`.
    ///
    /// `seen` are the times in sight in seconds after the start of the step, in their order; `seen_at`
    /// tells whether the satellite is in sight at both ends. The edges lead from what holds at the start
    /// to what holds at the end, so that steps join.
    pub fn edges(&self, seen: &[(f64, f64)], seen_at: (bool, bool), start_s: f64, edges: &mut Vec<Edge>) {
        let served_at = (seen_at.0 && self.at.0, seen_at.1 && self.at.1);
        let mut is_served = served_at.0;
        let mut add = |t_s: f64, up: bool| {
            if up != is_served {
                edges.push(Edge { t_s: start_s + t_s, up });
                is_served = up;
            }
        };
        let mut last_s = 0.0;
        for &(from, to) in seen {
            for &(opens, closes) in &self.open {
                let (from, to) = (from.max(opens), to.min(closes));
                if from >= to {
                    continue;
                }
                // Served at the start but not from the start on: it ended there.
                if from > last_s {
                    add(last_s, false);
                }
                add(from, true);
                last_s = to;
            }
        }
        if last_s < self.span_s {
            add(last_s, false);
        }
        add(self.span_s, served_at.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(intervals: &[(f64, f64)]) -> Option<Gate> {
        let intervals: Vec<Interval> =
            intervals.iter().map(|&(start_s, end_s)| Interval { start_s, end_s }).collect();
        Gate::new(&intervals, 60.0, 60.0, 600.0)
    }

    fn edges(gate: &Gate, seen: &[(f64, f64)], seen_at: (bool, bool)) -> Vec<(f64, bool)> {
        let mut edges = Vec::new();
        gate.edges(seen, seen_at, 60.0, &mut edges);
        edges.iter().map(|edge| (edge.t_s, edge.up)).collect()
    }

    #[test]
    fn closed_gates_are_none() {
        assert_eq!(gate(&[]), None);
        assert_eq!(gate(&[(0.0, 60.0), (121.0, 200.0)]), None);
        assert!(gate(&[(120.0, 200.0)]).is_some());
        assert!(gate(&[(0.0, 600.0)]).unwrap().is_open_throughout());
    }

    #[test]
    fn accesses_are_cut_by_the_gate() {
        let always = gate(&[(0.0, 600.0)]).unwrap();
        assert_eq!(edges(&always, &[(10.0, 60.0)], (false, true)), [(70.0, true)]);
        assert_eq!(edges(&always, &[(0.0, 20.0), (30.0, 60.0)], (true, true)), [(80.0, false), (90.0, true)]);
        let twice = gate(&[(0.0, 75.0), (90.0, 100.0)]).unwrap();
        assert_eq!(
            edges(&twice, &[(0.0, 60.0)], (true, true)),
            [(75.0, false), (90.0, true), (100.0, false)]
        );
        assert_eq!(
            edges(&twice, &[(0.0, 35.0)], (true, false)),
            [(75.0, false), (90.0, true), (95.0, false)]
        );
        assert_eq!(edges(&twice, &[(16.0, 29.0)], (false, false)), []);
    }

    /// Edges of the gate that fall on the nodes: each change is told once, by one of the two steps.
    #[test]
    fn steps_join_where_the_gate_opens_or_closes_at_a_node() {
        let opens_at_end = gate(&[(120.0, 200.0)]).unwrap();
        assert_eq!(edges(&opens_at_end, &[(0.0, 60.0)], (true, true)), [(120.0, true)]);
        let open_from_start = gate(&[(60.0, 200.0)]).unwrap();
        assert_eq!(edges(&open_from_start, &[(0.0, 60.0)], (true, true)), []);
        let opens_again = gate(&[(0.0, 100.0), (120.0, 200.0)]).unwrap();
        assert!(!opens_again.is_open_throughout());
        assert_eq!(edges(&opens_again, &[(0.0, 60.0)], (true, true)), [(100.0, false), (120.0, true)]);
        let closes_at_end = gate(&[(0.0, 120.0)]).unwrap();
        assert_eq!(edges(&closes_at_end, &[(0.0, 60.0)], (true, true)), [(120.0, false)]);
    }
}
