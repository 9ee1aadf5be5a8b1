//! One step of a tile, from node to node: who is held, whose edges must be solved, and what follows.

use std::ops::Range;

use super::briefs::{Between, Brief, find_briefs};
use super::counters::Planes;
use super::edges::{Solver, site_of};
use super::fold::{CoveredArea, Edge, Listener, fold, sort_edges};
use super::footprint::Scratch;
use super::gaps::{Gap, GapLog};
use super::instants::{Block, Instant};
use super::prints::NearPoint;
use super::seen::Seen;
use super::tile::{Kept, TileAccount};
use super::{Exact, Settings};

/// No edge of a point has been noted.
const NO_EDGE: u32 = u32::MAX;

/// A satellite with its footprints at both nodes of a step: their places among those of each node, past
/// the last where there is none, and the brief passes that follow from them.
struct Pair {
    satellite: usize,
    before: usize,
    after: usize,
    briefs: Range<usize>,
    /// Its edges to be solved, in [`Work::slots`].
    edges: Range<usize>,
}

const NO_PRINT: usize = usize::MAX;

/// Set in a slot's number when a satellite rises over it.
const RISING: u32 = 1 << 31;

/// Space that a step needs, kept for the next one.
pub(super) struct Work {
    pub reaching: Vec<u32>,
    pub scratch: Scratch,
    pairs: Vec<Pair>,
    sure: Vec<u64>,
    /// Points that are covered throughout the step, and by how many satellites where that must be counted.
    held: Vec<u64>,
    holders: Option<Planes>,
    briefs: Vec<Brief>,
    /// A footprint that sees nothing, as long as the tile.
    nothing: Vec<u64>,
    /// Points with an edge of this step, and those with more than one.
    once: Vec<u64>,
    repeated: Vec<u64>,
    /// The points whose edges are solved, [`RISING`] set where the satellite rises.
    slots: Vec<u32>,
    solver: Solver,
    times_s: Vec<f64>,
    heads: Vec<u32>,
    touched: Vec<u32>,
    edges: Vec<(Edge, u32)>,
    sorted: Vec<Edge>,
}

// The stages of a step stay functions of their own, so that a profile shows them by name.
impl TileAccount {
    /// From the last node to this one: who is held, whose edges must be solved, and what follows.
    pub fn step(&mut self, block: &Block<'_>, instant: &Instant, node: usize) {
        let start_s = self.kept.last_t_s.unwrap_or(0.0);
        let span_s = instant.t_s - start_s;
        self.look(block, instant);
        let lost: Vec<usize> =
            node.checked_sub(1).map_or_else(Vec::new, |before| block.nodes.lost_after(before).collect());
        self.find_pairs(&lost);
        let all_held = self.find_surely_held(block);
        self.find_briefs(block, instant, node, span_s);
        if !all_held {
            self.find_held(block);
        }
        self.list_edges();
        for satellite in lost {
            self.note_last(block, node, satellite, start_s, span_s);
        }
        self.solve_edges(block, instant, node, start_s, span_s);
        self.fold_edges(block.settings);
        self.keep_next(instant.t_s);
    }

    /// Puts the footprints of both nodes side by side, but those of satellites that are lost between them.
    #[inline(never)]
    fn find_pairs(&mut self, lost: &[usize]) {
        let (before, after) = (&self.kept.prints, &self.next_prints);
        let pairs = &mut self.work.pairs;
        pairs.clear();
        let (mut b, mut a) = (0, 0);
        loop {
            let (satellite, before, after) = match (before.satellite(b), after.satellite(a)) {
                (Some(was), Some(is)) if was == is => (was, b, a),
                (Some(was), Some(is)) if was < is => (was, b, NO_PRINT),
                (Some(was), None) => (was, b, NO_PRINT),
                (_, Some(is)) => (is, NO_PRINT, a),
                (None, None) => break,
            };
            b += usize::from(before != NO_PRINT);
            a += usize::from(after != NO_PRINT);
            if lost.contains(&(satellite as usize)) {
                continue;
            }
            pairs.push(Pair { satellite: satellite as usize, before, after, briefs: 0..0, edges: 0..0 });
        }
    }

    /// Marks the points that some satellite holds and cannot lose for a moment: whatever else passes or dips
    /// there, they stay covered. In a dense fleet that is most of them. Answers whether no others are held.
    #[inline(never)]
    fn find_surely_held(&mut self, block: &Block<'_>) -> bool {
        let Work { pairs, sure, held, holders, .. } = &mut self.work;
        held.fill(0);
        if block.settings.exact == Exact::All || holders.is_some() {
            return block.settings.exact == Exact::All;
        }
        let mut all = true;
        let first_slot = self.words.start as u32 * 64;
        for Pair { before, after, .. } in pairs.iter() {
            let (before, after) = (self.kept.prints.at(*before), self.next_prints.at(*after));
            let common = before.common(&after);
            if common.is_empty() {
                continue;
            }
            let both = before.slice(common.clone()).iter().zip(after.slice(common.clone()));
            let both = both.map(|(was, is)| was & is);
            let mut dipping = before.near.iter().chain(after.near).filter(|near| near.inside).peekable();
            if dipping.peek().is_none() {
                for (held, both) in held[common].iter_mut().zip(both) {
                    *held |= both;
                }
                continue;
            }
            all = false;
            sure.clear();
            sure.extend(both);
            for near in dipping {
                let slot = near.slot - first_slot;
                let word = ((slot / 64) as usize).checked_sub(common.start);
                if let Some(sure) = word.and_then(|word| sure.get_mut(word)) {
                    *sure &= !(1 << (slot % 64));
                }
            }
            for (held, sure) in held[common].iter_mut().zip(sure.iter()) {
                *held |= sure;
            }
        }
        all
    }

    /// Passes and dips between the nodes, satellite by satellite, but at points that are held anyway.
    #[inline(never)]
    fn find_briefs(&mut self, block: &Block<'_>, instant: &Instant, node: usize, span_s: f64) {
        let Work { pairs, briefs, held, .. } = &mut self.work;
        briefs.clear();
        let first_slot = self.words.start as u32 * 64;
        for pair in pairs {
            let from = briefs.len();
            let between = Between {
                satellite: pair.satellite,
                before: self.kept.prints.at(pair.before),
                after: self.next_prints.at(pair.after),
                first_slot,
                bends_down: instant.spots[pair.satellite].bends_down(),
            };
            let matters = |near: &NearPoint| {
                let slot = near.slot - first_slot;
                held[(slot / 64) as usize] >> (slot % 64) & 1 == 0
            };
            find_briefs(block, node, span_s, &between, matters, briefs);
            pair.briefs = from..briefs.len();
        }
    }

    /// Marks the points that at least N satellites see at both nodes and in between.
    #[inline(never)]
    fn find_held(&mut self, block: &Block<'_>) {
        let Work { pairs, briefs: all_briefs, held, holders, .. } = &mut self.work;
        held.fill(0);
        if block.settings.exact == Exact::All {
            return;
        }
        if let Some(holders) = holders {
            holders.clear();
        }
        let tile_word = self.words.start as u32;
        for Pair { before, after, briefs, .. } in pairs.iter() {
            let (before, after) = (self.kept.prints.at(*before), self.next_prints.at(*after));
            let common = before.common(&after);
            let both = before.slice(common.clone()).iter().zip(after.slice(common.clone()));
            let dips = all_briefs[briefs.clone()].iter().filter(|brief| brief.dip);
            match &mut *holders {
                None if briefs.is_empty() => {
                    for (held, (was, is)) in held[common].iter_mut().zip(both) {
                        *held |= was & is;
                    }
                }
                holders => {
                    for (word, (was, is)) in common.zip(both) {
                        let mut both = was & is;
                        for dip in dips.clone().filter(|dip| (dip.slot / 64 - tile_word) as usize == word) {
                            both &= !(1 << (dip.slot % 64));
                        }
                        match holders {
                            None => held[word] |= both,
                            Some(holders) => holders.add(word, both),
                        }
                    }
                }
            }
        }
        if let Some(holders) = holders {
            holders.all_at_least(block.settings.at_least, held);
        }
    }

    /// Lists the edges of the points that are not held, and who has more than one.
    #[inline(never)]
    fn list_edges(&mut self) {
        let Self { kept: Kept { prints, .. }, next_prints, work, words, .. } = self;
        let Work { pairs, held, briefs, nothing, once, repeated, slots, .. } = work;
        once.fill(0);
        repeated.fill(0);
        slots.clear();
        for brief in briefs.iter() {
            let slot = brief.slot - words.start as u32 * 64;
            repeated[(slot / 64) as usize] |= 1 << (slot % 64);
        }
        for pair in pairs {
            let from = slots.len();
            let (before, after) = (prints.at(pair.before), next_prints.at(pair.after));
            let common = before.common(&after);
            let mut list = |from: Range<usize>, was: &[u64], is: &[u64]| {
                let accounts =
                    held[from.clone()].iter().zip(&mut once[from.clone()]).zip(&mut repeated[from.clone()]);
                for ((word, ((held, once), repeated)), (was, is)) in
                    from.zip(accounts).zip(was.iter().zip(is))
                {
                    let mut changed = (was ^ is) & !held;
                    if changed == 0 {
                        continue;
                    }
                    *repeated |= *once & changed;
                    *once |= changed;
                    while changed != 0 {
                        let bit = changed.trailing_zeros();
                        changed &= changed - 1;
                        let rising = ((is >> bit & 1) as u32) << 31;
                        slots.push((word as u32 * 64 + bit) | rising);
                    }
                }
            };
            list(common.clone(), before.slice(common.clone()), after.slice(common.clone()));
            for (print, sets) in [(&before, true), (&after, false)] {
                let all = print.first_word..print.end_word();
                let alone = match common.is_empty() {
                    true => [all, 0..0],
                    false => [all.start..common.start, common.end..all.end],
                };
                for part in alone {
                    let (bits, none) = (print.slice(part.clone()), &nothing[..part.len()]);
                    if sets { list(part, bits, none) } else { list(part, none, bits) }
                }
            }
            pair.edges = from..slots.len();
        }
    }

    /// Notes the edges of a satellite that is lost in this step, at all points that are not held.
    fn note_last(&mut self, block: &Block<'_>, node: usize, satellite: usize, start_s: f64, span_s: f64) {
        let Self { kept, work, words, .. } = self;
        let from = &block.nodes.at(node - 1)[satellite];
        if kept.open.is_empty() || !from.is_present() {
            return;
        }
        let arc = block.nodes.last_arc(node - 1, satellite);
        let print = kept.prints.of(satellite);
        let first_slot = words.start as u32 * 64;
        for (slot, _) in block.layout.points_in(words.clone()) {
            let local = slot as u32 - first_slot;
            let (word, bit) = ((local / 64) as usize, 1 << (local % 64));
            if work.held[word] & bit != 0 {
                continue;
            }
            let site = site_of(block.layout, slot as u32);
            let seen = Seen::of(&site, from, arc.as_ref(), span_s, block.sin_mask);
            for edge in seen.edges(print.has(local), start_s) {
                work.repeated[word] |= bit;
                work.note(local, edge);
            }
        }
    }

    /// Solves the listed edges. A point that has but one is done with at once, the others' are noted.
    #[inline(never)]
    fn solve_edges(&mut self, block: &Block<'_>, instant: &Instant, node: usize, start_s: f64, span_s: f64) {
        let Self { work, areas_m2, words, covered, kept, .. } = self;
        let Kept { open, views, numbers, gaps, .. } = kept;
        let first_slot = words.start as u32 * 64;
        let at_least = block.settings.at_least;
        for pair in 0..work.pairs.len() {
            let Pair { satellite, ref briefs, ref edges, .. } = work.pairs[pair];
            let (briefs, edges) = (briefs.clone(), edges.clone());
            if edges.is_empty() && briefs.is_empty() {
                continue;
            }
            let count = edges.len();
            work.times_s.clear();
            match block.segment(node, satellite) {
                Some(segment) => {
                    let Work { slots, times_s, solver, .. } = &mut *work;
                    let curvature = instant.spots[satellite].curvature_km_s2;
                    let slots = slots[edges.clone()].iter().map(|slot| first_slot + (slot & !RISING));
                    let solved =
                        solver.solve(block.layout, &segment, span_s, block.sin_mask, curvature, slots);
                    times_s.extend_from_slice(solved);
                }
                // Those that are lost have edges of their own.
                None => work.times_s.resize(count, span_s),
            }
            for brief in &work.briefs[briefs.clone()] {
                let Some(then_s) = brief.then_s else { continue };
                let slot = brief.slot - first_slot;
                if let Some(edge) = work.slots[edges.clone()].iter().position(|edge| edge & !RISING == slot) {
                    work.times_s[edge] = then_s;
                }
            }
            for edge in 0..count {
                let marked = work.slots[edges.start + edge];
                let (slot, up) = (marked & !RISING, marked & RISING != 0);
                let t_s = start_s + work.times_s[edge];
                if work.repeated[(slot / 64) as usize] >> (slot % 64) & 1 == 1 {
                    work.note(slot, Edge { t_s, up });
                    continue;
                }
                let open = &mut open[slot as usize];
                let mut listener = SlotListener { slot, area_m2: areas_m2[slot as usize], covered, gaps };
                match views.get_mut(slot as usize) {
                    None if at_least == 1 => {
                        // At a point that no satellite holds, the only one in view sets or the first one
                        // rises.
                        debug_assert_eq!(numbers.number(slot as usize), u32::from(!up));
                        if !up {
                            open.open(t_s);
                            listener.covered(t_s, false);
                        } else if open.is_open() {
                            if let Some(gap) = open.close(t_s) {
                                listener.gap(gap);
                            }
                            listener.covered(t_s, true);
                        }
                    }
                    view => {
                        let in_view =
                            view.as_ref().map_or_else(|| numbers.number(slot as usize), |view| view.in_view);
                        fold(&[Edge { t_s, up }], in_view, at_least, open, view, &mut listener);
                    }
                }
            }
            for brief in briefs {
                let Brief { slot, first_s, last_s, dip, .. } = work.briefs[brief];
                let slot = slot - first_slot;
                if work.held[(slot / 64) as usize] >> (slot % 64) & 1 == 0 {
                    work.note(slot, Edge { t_s: start_s + first_s, up: !dip });
                    work.note(slot, Edge { t_s: start_s + last_s, up: dip });
                }
            }
        }
    }

    /// Takes the noted edges of this step into the accounts of their points.
    #[inline(never)]
    fn fold_edges(&mut self, settings: &Settings) {
        let Self { work, areas_m2, covered, kept: Kept { open, views, numbers, gaps, .. }, .. } = self;
        for &slot in &work.touched {
            let mut next = std::mem::replace(&mut work.heads[slot as usize], NO_EDGE);
            let open = &mut open[slot as usize];
            work.sorted.clear();
            while next != NO_EDGE {
                let (edge, following) = work.edges[next as usize];
                work.sorted.push(edge);
                next = following;
            }
            if work.sorted.len() > 1 {
                sort_edges(&mut work.sorted);
            }
            let view = views.get_mut(slot as usize);
            let in_view = view.as_ref().map_or_else(|| numbers.number(slot as usize), |view| view.in_view);
            let mut listener = SlotListener { slot, area_m2: areas_m2[slot as usize], covered, gaps };
            fold(&work.sorted, in_view, settings.at_least, open, view, &mut listener);
        }
        work.touched.clear();
        work.edges.clear();
    }
}

impl Work {
    /// For a tile of so many words, in so many slots of which gaps are solved.
    pub fn new(words: usize, slots: usize, satellites: usize, settings: &Settings) -> Self {
        let words = if slots > 0 { words } else { 0 };
        Self {
            reaching: Vec::new(),
            scratch: Scratch::default(),
            pairs: Vec::new(),
            sure: Vec::new(),
            held: vec![0; words],
            holders: (slots > 0 && settings.at_least > 1).then(|| Planes::new(words, satellites)),
            briefs: Vec::new(),
            nothing: vec![0; words],
            once: vec![0; words],
            repeated: vec![0; words],
            slots: Vec::new(),
            solver: Solver::default(),
            times_s: Vec::new(),
            heads: vec![NO_EDGE; slots],
            touched: Vec::new(),
            edges: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// Notes an edge of a point until the step is folded.
    #[inline]
    fn note(&mut self, slot: u32, edge: Edge) {
        let head = &mut self.heads[slot as usize];
        if *head == NO_EDGE {
            self.touched.push(slot);
        }
        let previous = std::mem::replace(head, self.edges.len() as u32);
        self.edges.push((edge, previous));
    }
}

struct SlotListener<'a> {
    slot: u32,
    area_m2: i64,
    covered: &'a mut CoveredArea,
    gaps: &'a mut GapLog,
}

impl Listener for SlotListener<'_> {
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(self.slot, gap);
    }

    fn covered(&mut self, t_s: f64, covered: bool) {
        self.covered.change(t_s, if covered { self.area_m2 } else { -self.area_m2 });
    }
}
