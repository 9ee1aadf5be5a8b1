//! The allocation where links between satellites carry loads to the ground.

use super::Assign;
use super::exact::{self, Bound};
use super::greedy;
use super::instant::{Grant, Instant, load, total};
use super::isl::{self, Way};
use super::run::{Settings, allocate};

/// An allocation whose loads all reach the ground.
pub struct Relayed {
    pub grants: Vec<Grant>,
    /// None where it was not asked for.
    pub bound: Option<Bound>,
    /// Satellites from which no way leads to the ground.
    pub unfed: Vec<bool>,
    /// What each satellite carries at most: what it does where it could bring no more to the ground.
    pub limit: Vec<u32>,
}

/// What an instant comes to were the ground always in reach, whatever the way there.
pub struct InReach {
    /// The allocation.
    first: Vec<Grant>,
    /// The same by scarcity, where the flow has to be held against it.
    fast: Vec<Grant>,
    /// What the users' side carries by itself at most, where a bound is asked for that the flow over the links is not.
    bound: Option<u64>,
}

impl InReach {
    /// Of an instant.
    pub fn of(instant: &Instant, keep: &[u32], settings: &Settings) -> Self {
        let first = allocate(instant, keep, settings.assign);
        let has_beams = instant.beams.is_some();
        let is_flow = settings.assign == Assign::Flow;
        let fast = if is_flow && has_beams { allocate(instant, keep, Assign::Greedy) } else { Vec::new() };
        let bound = (settings.bound && has_beams).then(|| exact::bound(instant, &first).amount);
        Self { first, fast, bound }
    }
}

/// Allocates an instant so that the loads reach the ground.
pub fn over_links(
    instant: &mut Instant,
    way: &Way,
    in_reach: &InReach,
    keep: &[u32],
    settings: &Settings,
) -> Relayed {
    let is_flow = settings.assign == Assign::Flow;
    let joint = (settings.bound || is_flow).then(|| exact::over_links(instant, way));
    let grants = match &joint {
        Some(joint) if is_flow && instant.beams.is_none() => joint.grants.clone(),
        Some(joint) if is_flow => {
            let others = [
                settled(instant, way, in_reach.fast.clone(), keep, Manner::As(Assign::Greedy)),
                exact::within_beams(instant, &joint.grants),
            ];
            let own = settled(instant, way, in_reach.first.clone(), keep, Manner::As(Assign::Flow));
            others
                .into_iter()
                .fold(own, |best, other| if total(&other) > total(&best) { other } else { best })
        }
        _ => settled(instant, way, in_reach.first.clone(), keep, Manner::As(settings.assign)),
    };
    let bound = joint.filter(|_| settings.bound).map(|joint| {
        let amount = joint.carried.min(in_reach.bound.unwrap_or(u64::MAX)).max(total(&grants));
        let is_reached = amount as f64 <= total(&grants) as f64 * (1.0 + 1e-6);
        Bound { amount, is_exact: instant.beams.is_none() || is_reached }
    });
    let load = load(instant, &grants);
    let ground = isl::ground(&load, way);
    let limit = |(satellite, &own): (usize, &u32)| {
        if ground.has_room[satellite] { own } else { own.min(load[satellite]) }
    };
    Relayed {
        grants,
        bound,
        unfed: ground.has_way.iter().map(|has_way| !has_way).collect(),
        limit: instant.limit.iter().enumerate().map(limit).collect(),
    }
}

/// What is served over a way by a quick look: that of an allocation in the order of scarcity. `first` is what such a one
/// comes to were the ground always in reach.
pub fn looked_at(instant: &mut Instant, way: &Way, first: &[Grant], keep: &[u32]) -> u64 {
    total(&settled(instant, way, first.to_vec(), keep, Manner::Quick))
}

/// How cells look for others when the satellites of theirs can bring no more to the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// As asked for.
    As(Assign),
    /// In the order of scarcity, without what is solved for beside.
    Quick,
}

impl Manner {
    fn allocate(self, instant: &Instant, keep: &[u32]) -> Vec<Grant> {
        match self {
            Self::As(assign) => allocate(instant, keep, assign),
            Self::Quick => greedy::allocate(instant, keep),
        }
    }
}

/// An allocation changed until its loads reach the ground. Satellites whose load does not are limited to what does, and
/// cells look for others, twice; then what is left over is cut. The limits are then again what they were.
fn settled(
    instant: &mut Instant,
    way: &Way,
    mut grants: Vec<Grant>,
    keep: &[u32],
    manner: Manner,
) -> Vec<Grant> {
    let limits = instant.limit.clone();
    for round in 0.. {
        let load = load(instant, &grants);
        let carried = isl::carried(&load, way);
        if load == carried {
            break;
        }
        if round == 2 {
            grants = cut(instant, grants, &load, &carried);
            if manner != Manner::As(Assign::Even) {
                // The parts of units that cutting takes from each.
                instant.limit = carried;
                grants = greedy::complete(instant, &grants);
            }
            break;
        }
        for (limit, (load, carried)) in instant.limit.iter_mut().zip(load.iter().zip(&carried)) {
            if carried < load {
                *limit = (*limit).min(*carried);
            }
        }
        grants = manner.allocate(instant, keep);
    }
    instant.limit = limits;
    grants
}

/// Grants cut down to what of each satellite's load is carried.
fn cut(instant: &Instant, grants: Vec<Grant>, load: &[u32], carried: &[u32]) -> Vec<Grant> {
    grants
        .into_iter()
        .filter_map(|grant| {
            let s = instant.satellite[grant.edge as usize] as usize;
            let amount = u64::from(grant.amount) * u64::from(carried[s]) / u64::from(load[s].max(1));
            (amount > 0).then_some(Grant { amount: amount as u32, ..grant })
        })
        .collect()
}
