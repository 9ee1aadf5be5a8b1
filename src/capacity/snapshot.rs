//! One instant made ready: cells in view of satellites as edges, and what does not become one.

use std::collections::HashMap;

use crate::access::Site;
use crate::ephemeris::State;

use super::ability::Rate;
use super::beam::Sight;
use super::feeder::FeederView;
use super::gso;
use super::instant::{BeamPlan, FixedPlan, Instant, WITHOUT_BEAMS};
use super::plan::Plan;
use super::run::Settings;
use super::scene::View;

/// An instant with what the figures need beside it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub instant: Instant,
    /// Sine of the elevation of each edge.
    pub sin_elevation: Vec<f32>,
    /// Spectral efficiency of each edge in bit/s/Hz; NaN where the file gives no link.
    pub efficiency: Vec<f32>,
    /// Why views of a cell are no edges: too close to the geostationary arc, or a link that does not close.
    pub arc: Vec<bool>,
    pub closed: Vec<bool>,
    /// Satellites in view of what feeds them.
    pub feeders: Vec<FeederView>,
    /// Satellites that nothing feeds: no gateway has an antenna for them, or no way leads to one.
    pub unfed: Vec<bool>,
    pub states: Vec<State>,
    /// What the beams of each satellite carry over the cells with the best rates in view.
    pub beams_carry: Vec<f64>,
}

struct Edge {
    view: View,
    rate: f32,
    efficiency: f32,
    /// Number of the fixed beam among those of its satellite.
    beam: u32,
}

impl Snapshot {
    /// Prepares the instant at a number of steps after the start.
    pub fn at(plan: &Plan, settings: &Settings, step: usize, states: &[State]) -> Self {
        let cells = plan.points.len();
        let demand = plan.demand_at(step);
        let sin_mask = settings.min_elevation_deg.to_radians().sin();
        let limit_rad = settings.gso_avoidance_deg.unwrap_or(0.0).to_radians();
        let (mut arc, mut closed) = (vec![false; cells], vec![false; cells]);
        let mut edges: Vec<Edge> = Vec::new();
        for (number, state) in states.iter().enumerate() {
            plan.scene.look(number as u32, state, sin_mask, |view, site| {
                let cell = view.cell as usize;
                if demand[cell] == 0 {
                    return;
                }
                if limit_rad > 0.0 && gso::is_too_close(site, &state.position, limit_rad) {
                    arc[cell] = true;
                    return;
                }
                let edge = plan.edge(view, site, state);
                if edge.rate > 0.0 {
                    edges.push(edge);
                } else {
                    closed[cell] = true;
                }
            });
        }
        let mut snapshot = Self {
            instant: Instant {
                demand,
                limit: plan
                    .abilities
                    .of_satellite
                    .iter()
                    .map(|&k| plan.unit.limit(plan.abilities.kinds[usize::from(k)].user_limit))
                    .collect(),
                ..Instant::default()
            },
            sin_elevation: Vec::new(),
            efficiency: Vec::new(),
            arc,
            closed,
            feeders: plan.feeders(settings, step, states),
            unfed: vec![false; states.len()],
            states: states.to_vec(),
            beams_carry: Vec::new(),
        };
        snapshot.sort_edges(plan, &edges);
        for (limit, state) in snapshot.instant.limit.iter_mut().zip(states) {
            if !state.is_present() {
                *limit = 0;
            }
        }
        snapshot
    }

    /// Puts the edges, which come by satellite, in order of their cells.
    fn sort_edges(&mut self, plan: &Plan, edges: &[Edge]) {
        let cells = plan.points.len();
        let mut first = vec![0u32; cells + 1];
        for edge in edges {
            first[edge.view.cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            first[cell + 1] += first[cell];
        }
        let mut place = first.clone();
        self.instant.satellite = vec![0; edges.len()];
        self.sin_elevation = vec![0.0; edges.len()];
        self.efficiency = vec![0.0; edges.len()];
        let has_beams = plan.abilities.kinds.iter().any(|kind| kind.beams.is_some());
        let mut rates = vec![0.0; if has_beams { edges.len() } else { 0 }];
        let satellites = self.instant.limit.len();
        let fixed = plan.fixed_beams();
        let mut of_edge = vec![0; if fixed.is_some() { edges.len() } else { 0 }];
        for edge in edges {
            let at = place[edge.view.cell as usize] as usize;
            place[edge.view.cell as usize] += 1;
            let satellite = edge.view.satellite as usize;
            self.instant.satellite[at] = edge.view.satellite;
            self.sin_elevation[at] = edge.view.sin_elevation;
            self.efficiency[at] = edge.efficiency;
            if has_beams {
                let beams = plan.abilities.get(satellite).beams;
                rates[at] = if beams.is_some() { edge.rate } else { WITHOUT_BEAMS };
            }
            if let Some(fixed) = &fixed {
                of_edge[at] = fixed.beam(plan, edge);
            }
        }
        self.instant.first_edge = first;
        let beams_of = |s: usize| plan.abilities.get(s).beams;
        let unseen = |s: usize| if beams_of(s).is_some() { 0.0 } else { f64::INFINITY };
        self.beams_carry = (0..satellites).map(unseen).collect();
        // Edges come by satellite.
        for own in edges.chunk_by(|a, b| a.view.satellite == b.view.satellite) {
            let satellite = own[0].view.satellite as usize;
            if let Some(beams) = beams_of(satellite) {
                let channels = fixed.as_ref().map(|fixed| |edge: &Edge| fixed.limit(plan, edge));
                self.beams_carry[satellite] = at_best_rates(beams, own, &plan.cell_beams, channels);
            }
        }
        if has_beams {
            self.instant.beams = Some(BeamPlan {
                of_satellite: (0..satellites)
                    .map(|s| plan.abilities.get(s).beams.unwrap_or(f32::INFINITY))
                    .collect(),
                of_cell: plan.cell_beams.clone(),
                rate: rates,
                reuse: plan.reuse.clone(),
                fixed: fixed.map(|fixed| FixedPlan { of_edge, channels: fixed.channels }),
            });
        }
    }

    /// Whether each satellite sees what feeds it.
    pub fn sees_gateway(&self) -> Vec<bool> {
        let mut sees = vec![false; self.instant.limit.len()];
        for view in &self.feeders {
            sees[view.satellite as usize] = true;
        }
        sees
    }

    /// What each satellite could use were every cell to spread its demand evenly over those it sees that may serve.
    pub fn need(&self, may_serve: &[bool]) -> Vec<u32> {
        let mut need = vec![0.0f32; self.instant.limit.len()];
        for cell in 0..self.instant.cells() {
            let seen = &self.instant.satellite[self.instant.edges(cell)];
            let serving = seen.iter().map(|&satellite| satellite as usize).filter(|&s| may_serve[s]);
            let share = self.instant.demand[cell] as f32 / serving.clone().count().max(1) as f32;
            for satellite in serving {
                need[satellite] += share;
            }
        }
        need.iter().zip(&self.instant.limit).map(|(&need, &limit)| (need.ceil() as u32).min(limit)).collect()
    }
}

/// What so many beams of a satellite carry at most over the cells of its edges, each of which holds no more than its
/// number of beams, and each fixed beam no more than its channels: number and channels of that of an edge.
fn at_best_rates(
    beams: f32,
    edges: &[Edge],
    cell_beams: &[f32],
    fixed: Option<impl Fn(&Edge) -> (u32, f32)>,
) -> f64 {
    let mut best: Vec<&Edge> = edges.iter().collect();
    best.sort_unstable_by(|a, b| b.rate.total_cmp(&a.rate));
    let mut left = f64::from(beams);
    let mut used: HashMap<u32, f64> = HashMap::new();
    let mut sum = 0.0;
    for edge in best {
        let mut here = left.min(cell_beams[edge.view.cell as usize].into());
        if let Some((beam, channels)) = fixed.as_ref().map(|of| of(edge)) {
            let used = used.entry(beam).or_default();
            here = here.min(f64::from(channels) - *used);
            *used += here;
        }
        sum += here * f64::from(edge.rate);
        left -= here;
        if left <= 0.0 {
            break;
        }
    }
    sum
}

impl Plan {
    /// The edge of a view, with the rate of a beam and the spectral efficiency in bit/s/Hz.
    fn edge(&self, view: View, site: &Site, state: &State) -> Edge {
        let kind = usize::from(self.abilities.of_satellite[view.satellite as usize]);
        let ability = &self.abilities.kinds[kind];
        let sight = Sight {
            line: state.position - site.position,
            range_km: view.range_km.into(),
            sin_elevation: view.sin_elevation.into(),
            satellite: state,
        };
        let (rate, efficiency, beam) = match &ability.user {
            Rate::Unstated => (1.0, f32::NAN, 0),
            Rate::Stated(kbps) => {
                let rate = self.unit.rate(f64::from(*kbps) / 1e3);
                match ability.standing.as_ref().map(|standing| standing.over(&sight)) {
                    None => (rate, f32::NAN, 0),
                    Some(Some(beam)) => (rate, f32::NAN, beam),
                    Some(None) => (0.0, f32::NAN, 0),
                }
            }
            Rate::Radio(radio) => {
                let sky = self.skies[kind].as_ref().map(|skies| &skies[view.cell as usize]);
                let clear = sky.map_or(1.0, |sky| sky.transmission(view.sin_elevation.into()));
                let pointed = radio.pointed(&sight);
                let mbps = radio.beam_mbps(view.range_km.into(), clear, pointed);
                (self.unit.rate(mbps), (mbps / radio.bandwidth_mhz) as f32, pointed.beam)
            }
        };
        Edge { view, rate, efficiency, beam }
    }

    /// Beams that stand still, and what a plan lets cells hold beside another that lets them hold more; none where there are
    /// neither.
    fn fixed_beams(&self) -> Option<Fixed> {
        let of_kind: Vec<Option<u32>> = self
            .abilities
            .kinds
            .iter()
            .map(|kind| match &kind.user {
                Rate::Radio(radio) => radio.pointing.as_ref()?.fixed_beams(),
                Rate::Stated(_) => Some(kind.standing.as_ref()?.count()),
                Rate::Unstated => None,
            })
            .collect();
        if of_kind.iter().all(Option::is_none) && self.plan_of_kind.iter().all(Option::is_none) {
            return None;
        }
        let (mut first, mut channels) = (Vec::new(), Vec::new());
        for &kind in &self.abilities.of_satellite {
            let kind = usize::from(kind);
            let each = match of_kind[kind] {
                Some(_) => self.abilities.kinds[kind].polarisations as f32,
                None => f32::INFINITY,
            };
            first.push(channels.len() as u32);
            channels.resize(channels.len() + of_kind[kind].unwrap_or(1) as usize, each);
        }
        let mut cells_of_plan = Vec::new();
        for cells in &self.cell_beams_of_plans {
            cells_of_plan.push(channels.len() as u32);
            channels.extend_from_slice(cells);
        }
        // A satellite whose beams stand still keeps to these.
        let steered = of_kind.iter().zip(&self.plan_of_kind);
        let cells_of_kind = steered
            .map(|(beams, plan)| plan.filter(|_| beams.is_none()).map(|plan| cells_of_plan[plan]))
            .collect();
        Some(Fixed { first, cells_of_kind, channels })
    }
}

/// Beams that stand still, numbered by satellite, and after them cells, numbered by frequency plan.
struct Fixed {
    /// For each satellite, its first beam.
    first: Vec<u32>,
    /// For each kind of satellites that keep to a plan of their own, its first cell.
    cells_of_kind: Vec<Option<u32>>,
    /// What each of them holds.
    channels: Vec<f32>,
}

impl Fixed {
    /// The number of that which an edge uses.
    fn beam(&self, plan: &Plan, edge: &Edge) -> u32 {
        let satellite = edge.view.satellite as usize;
        match self.cells_of_kind[usize::from(plan.abilities.of_satellite[satellite])] {
            Some(first) => first + edge.view.cell,
            None => self.first[satellite] + edge.beam,
        }
    }

    /// The same, with what it holds.
    fn limit(&self, plan: &Plan, edge: &Edge) -> (u32, f32) {
        let beam = self.beam(plan, edge);
        (beam, self.channels[beam as usize])
    }
}
