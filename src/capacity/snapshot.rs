//! One instant made ready: cells in view of satellites as edges, and what does not become one.

use crate::ephemeris::State;

use super::ability::Rate;
use super::feeder::FeederView;
use super::gso;
use super::instant::{BeamPlan, Instant};
use super::plan::Plan;
use super::run::Settings;
use super::scene::View;

/// Rate of a beam, kbit/s, of a satellite that has no number of beams: so high that it takes no share of them.
const WITHOUT_BEAMS: f32 = 1e12;

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
    /// Satellites in view of gateways.
    pub feeders: Vec<FeederView>,
    pub states: Vec<State>,
    /// What the beams of each satellite carry at the mean rate of its edges, kbit/s.
    pub beams_carry: Vec<f32>,
}

struct Edge {
    view: View,
    rate: f32,
    efficiency: f32,
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
                let (rate, efficiency) = plan.rate(&view);
                if rate > 0.0 {
                    edges.push(Edge { view, rate, efficiency });
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
                    .map(|&k| plan.abilities.kinds[usize::from(k)].user_limit)
                    .collect(),
                ..Instant::default()
            },
            sin_elevation: Vec::new(),
            efficiency: Vec::new(),
            arc,
            closed,
            feeders: plan.gateways.views(plan.epoch(settings, step), states, &plan.abilities),
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
        let (mut sum, mut count) = (vec![0.0f32; satellites], vec![0u32; satellites]);
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
            sum[satellite] += edge.rate;
            count[satellite] += 1;
        }
        self.instant.first_edge = first;
        self.beams_carry = (0..satellites)
            .map(|s| match plan.abilities.get(s).beams {
                Some(beams) if count[s] > 0 => beams * sum[s] / count[s] as f32,
                Some(_) => 0.0,
                None => f32::INFINITY,
            })
            .collect();
        if has_beams {
            self.instant.beams = Some(BeamPlan {
                of_satellite: (0..satellites)
                    .map(|s| plan.abilities.get(s).beams.unwrap_or(f32::INFINITY))
                    .collect(),
                of_cell: plan.cell_beams.clone(),
                rate: rates,
            });
        }
    }

    /// What each satellite could use were every cell to spread its demand evenly over what it sees, kbit/s.
    pub fn need(&self) -> Vec<u32> {
        let mut need = vec![0.0f32; self.instant.limit.len()];
        for cell in 0..self.instant.cells() {
            let edges = self.instant.edges(cell);
            let share = self.instant.demand[cell] as f32 / edges.len().max(1) as f32;
            for &satellite in &self.instant.satellite[edges] {
                need[satellite as usize] += share;
            }
        }
        need.iter().zip(&self.instant.limit).map(|(&need, &limit)| (need.ceil() as u32).min(limit)).collect()
    }
}

impl Plan {
    /// Rate of a beam in kbit/s and spectral efficiency in bit/s/Hz over a view.
    fn rate(&self, view: &View) -> (f32, f32) {
        let kind = usize::from(self.abilities.of_satellite[view.satellite as usize]);
        match &self.abilities.kinds[kind].user {
            Rate::Unstated => (1.0, f32::NAN),
            Rate::Stated(kbps) => (*kbps as f32, f32::NAN),
            Rate::Radio(radio) => {
                let sky = self.skies[kind].as_ref().map(|skies| &skies[view.cell as usize]);
                let clear = sky.map_or(1.0, |sky| sky.transmission(view.sin_elevation.into()));
                let mbps = radio.beam_mbps(view.range_km.into(), clear);
                ((mbps * 1e3) as f32, (mbps / radio.bandwidth_mhz) as f32)
            }
        }
    }
}
