//! What feeds the satellites of a run: gateways, or, where none are given, feeder links with the rates that the files state.

use crate::ephemeris::State;

use super::ability::{Abilities, Rate};
use super::exact;
use super::feeder::FeederView;
use super::instant::UNLIMITED;
use super::isl::{self, Choices, Part, Way};
use super::plan::Plan;
use super::run::Settings;
use super::snapshot::Snapshot;

impl Plan {
    /// Whether anything limits what reaches the satellites from the ground.
    pub(super) fn is_fed_by_limits(&self) -> bool {
        !self.gateways.is_empty() || has_stated_feeders(&self.abilities)
    }

    /// The views of gateways at a step, with the rates of their links as amounts. Without gateways each satellite sees
    /// one of its own, over which all of its antennas feed it at the stated rate.
    pub(super) fn feeders(&self, settings: &Settings, step: usize, states: &[State]) -> Vec<FeederView> {
        let views = if !self.gateways.is_empty() {
            self.gateways.views(self.epoch(settings, step), states, &self.abilities)
        } else if has_stated_feeders(&self.abilities) {
            stated(states, &self.abilities)
        } else {
            Vec::new()
        };
        let counted = views.into_iter().map(|view| FeederView { rate: self.unit.limit(view.rate), ..view });
        counted.filter(|view| view.rate > 0).collect()
    }

    /// The ways to the ground at an instant, one for each manner of giving out antennas. `need` is what satellites want of
    /// their own.
    pub(super) fn ways(&self, snapshot: &Snapshot, need: &[u32]) -> Choices {
        let (instant, views) = (&snapshot.instant, &snapshot.feeders);
        let of_satellite = self.abilities.gateway_antennas();
        let antennas = self.gateways.sharing(&of_satellite);
        let links = isl::open(&snapshot.states, &self.isl);
        let flow = |views: &[FeederView]| exact::shared_flow(instant, &antennas, views, &links);
        let mut choices = Choices::new(&antennas, views, &links, need, &instant.limit, flow);
        if choices.are_scarce {
            let sees_gateway = snapshot.sees_gateway();
            let need_of = |members: &[bool]| {
                let serving: Vec<bool> = members.iter().zip(&sees_gateway).map(|(a, b)| *a && *b).collect();
                snapshot.need(&serving)
            };
            for part in self.parts(&of_satellite, need_of) {
                choices.add(&part, &antennas, views, need, &instant.limit, flow);
            }
        }
        choices
    }

    /// That of the ways by which most of what satellites need reaches the ground.
    pub(super) fn way(&self, states: &[State], views: &[FeederView], need: &[u32], most: &[u32]) -> Way {
        let antennas = self.abilities.gateway_antennas();
        let sharing = self.gateways.sharing(&antennas);
        let parts = self.parts(&antennas, |members| isl::of_members(need, members));
        Way::with_antennas(&sharing, views, &isl::open(states, &self.isl), need, most, &parts)
    }

    /// Each of several constellations alone, and all with one antenna each where any has more.
    fn parts(&self, antennas: &[u32], need_of: impl Fn(&[bool]) -> Vec<u32>) -> Vec<Part> {
        let of_kind = &self.abilities.constellation_of_kind;
        let constellation = |satellite: usize| of_kind[usize::from(self.abilities.of_satellite[satellite])];
        let count = of_kind.iter().max().map_or(0, |&last| usize::from(last) + 1);
        let with = |members: Vec<bool>, antennas: Vec<u32>| {
            let need = need_of(&members);
            Part { members, antennas, need }
        };
        let mut parts = Vec::new();
        if count > 1 {
            let members = |number: usize| {
                (0..antennas.len()).map(|s| usize::from(constellation(s)) == number).collect::<Vec<_>>()
            };
            parts.extend((0..count).map(|number| with(members(number), antennas.to_vec())));
        }
        if antennas.iter().any(|&antennas| antennas > 1) {
            parts.push(with(vec![true; antennas.len()], antennas.iter().map(|&own| own.min(1)).collect()));
        }
        parts
    }
}

/// Whether the rate of any feeder link is stated, so that it is known wherever the gateways are.
pub(super) fn has_stated_feeders(abilities: &Abilities) -> bool {
    abilities.kinds.iter().any(|kind| matches!(kind.feeder, Rate::Stated(_)))
}

/// For each satellite one gateway, with the number of the satellite, and what its antennas together carry.
fn stated(states: &[State], abilities: &Abilities) -> Vec<FeederView> {
    let rate = |satellite: usize| {
        let kind = abilities.get(satellite);
        match kind.feeder {
            Rate::Stated(kbps) => kbps.saturating_mul(kind.gateway_antennas).min(UNLIMITED),
            Rate::Radio(_) | Rate::Unstated => UNLIMITED,
        }
    };
    let present = states.iter().enumerate().filter(|(_, state)| state.is_present());
    present.map(|(s, _)| FeederView { gateway: s as u32, satellite: s as u32, rate: rate(s) }).collect()
}

/// What is to be said of feeder links whose rate needs the place of a gateway, where there is none.
pub(super) fn note_without_gateways(abilities: &Abilities) -> Option<String> {
    let kinds = abilities.kinds.iter().filter(|kind| matches!(kind.feeder, Rate::Radio(_)));
    let titles: Vec<&str> = kinds.map(|kind| kind.title.as_str()).collect();
    (!titles.is_empty()).then(|| {
        format!(
            "feeder links have a budget, which needs the places of gateways: without --gateways they set no limit ({})",
            titles.join(", ")
        )
    })
}
