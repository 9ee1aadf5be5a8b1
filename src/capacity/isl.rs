//! Links between satellites, and what they and the gateways carry together.

use std::collections::HashSet;

use nalgebra::Vector3;

use crate::ephemeris::State;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

use super::antennas::Antennas;
use super::feeder::FeederView;
use super::flow::Network;
use super::fold::FULL;
use super::instant::UNLIMITED;

/// A link between two satellites, the same both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IslLink {
    /// The one.
    pub from: u32,
    /// The other.
    pub to: u32,
    /// What it carries each way: kbit/s, in a plan its amounts.
    pub rate: u32,
}

/// A line of sight must stay this high above the equatorial radius, km: below lies air that bends light.
const GRAZING_KM: f64 = 80.0;
/// Whether two satellites see each other above the air.
fn in_sight(a: &Vector3<f64>, b: &Vector3<f64>) -> bool {
    let along = b - a;
    let at = (-a.dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
    (a + along * at).norm() > EARTH_EQUATORIAL_RADIUS_KM + GRAZING_KM
}

/// The ways from satellites to the ground: links between satellites, and gateways in view.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Links in use, with no Earth between their ends.
    pub links: Vec<IslLink>,
    /// Links to gateways in use: each has an antenna of its satellite and one of its gateway for itself.
    pub views: Vec<FeederView>,
}

/// The links that no Earth is in the way of.
pub fn open(states: &[State], links: &[IslLink]) -> Vec<IslLink> {
    let open = |link: &&IslLink| {
        let (a, b) = (&states[link.from as usize], &states[link.to as usize]);
        a.is_present() && b.is_present() && in_sight(&a.position, &b.position)
    };
    links.iter().filter(open).copied().collect()
}

/// Amounts of satellites, each with all that its links could bring beside.
pub fn with_links(amounts: &[u32], links: &[IslLink]) -> Vec<u32> {
    let mut all = amounts.to_vec();
    for link in links {
        for end in [link.from, link.to] {
            let amount = &mut all[end as usize];
            *amount = amount.saturating_add(link.rate).min(UNLIMITED);
        }
    }
    all
}

impl Way {
    /// That of the choices by which most of what satellites `need` of their own reaches the ground, or else of the `most`
    /// they can carry.
    pub fn with_antennas(
        antennas: &Antennas<'_>,
        views: &[FeederView],
        links: &[IslLink],
        need: &[u32],
        most: &[u32],
        parts: &[Part],
    ) -> Self {
        let reached =
            |way: &Self| [need, most].map(|load| carried(load, way).into_iter().map(u64::from).sum::<u64>());
        let flow = |views: &[FeederView]| antennas.flow_of_loads(views, need, most, links);
        let mut choices = Choices::new(antennas, views, links, need, most, flow);
        for part in parts {
            choices.add(part, antennas, views, need, most, flow);
        }
        best_of(choices.first, choices.others, reached)
    }

    /// What each of so many satellites has for itself: the rates of its links to gateways together.
    pub fn limits(&self, satellites: usize) -> Vec<u32> {
        limits(&self.views, satellites)
    }

    /// Lays the ways from satellites, whose nodes begin at `linked`, to the sink.
    pub(super) fn lay(&self, network: &mut Network, linked: usize, sink: usize) {
        for view in &self.views {
            network.arc(linked + view.satellite as usize, sink, view.rate);
        }
        lay_links(network, &self.links, linked);
    }
}

/// Lays links both ways between satellites, whose nodes begin at `linked`.
pub(super) fn lay_links(network: &mut Network, links: &[IslLink], linked: usize) {
    for link in links {
        let (a, b) = (linked + link.from as usize, linked + link.to as usize);
        network.arc(a, b, link.rate);
        network.arc(b, a, link.rate);
    }
}

/// Some of the satellites, as if there were no others, or all with fewer antennas.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Whether each satellite belongs to it.
    pub members: Vec<bool>,
    /// Antennas that each has for gateways.
    pub antennas: Vec<u32>,
    /// What each wants of its own.
    pub need: Vec<u32>,
}

/// Amounts of some of the satellites; nothing for the others.
pub fn of_members(amounts: &[u32], members: &[bool]) -> Vec<u32> {
    amounts.iter().zip(members).map(|(&amount, &is_member)| if is_member { amount } else { 0 }).collect()
}

/// The ways over links, and over gateways whose antennas are given out in each of four manners: to as many satellites as
/// can have one, to the links that carry most, by a maximum flow, and to satellites by what they carry. Where there are
/// antennas for all that satellites want there is one way only, and ways that come to the same are there once.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// That which is taken unless another is better.
    pub first: Way,
    /// The others.
    pub others: Vec<Way>,
    /// Whether there are fewer antennas than satellites want, so that a part could do better by itself.
    pub are_scarce: bool,
    /// What satellites make use of by each way.
    used: HashSet<Vec<u32>>,
}

impl Choices {
    /// All of them, the first one first.
    pub fn all(&self) -> Vec<&Way> {
        std::iter::once(&self.first).chain(&self.others).collect()
    }

    /// `need` is what satellites want of their own, `most` what they can carry, `flow` what a flow in which antennas can be
    /// shared carries over each of some views.
    pub fn new(
        antennas: &Antennas<'_>,
        views: &[FeederView],
        links: &[IslLink],
        need: &[u32],
        most: &[u32],
        flow: impl FnOnce(&[FeederView]) -> Vec<u32>,
    ) -> Self {
        let [wanted, wanted_most] = [need, most].map(|own| with_links(own, links));
        let use_of = |views: &[FeederView]| use_of(views, &wanted, &wanted_most);
        let way = |views| Way { links: links.to_vec(), views };
        let first = antennas.give(views, &wanted, &wanted_most);
        let mut used = HashSet::from([use_of(&first)]);
        let for_all = Antennas { of_gateway: None, ..*antennas };
        let mut others = Vec::new();
        let are_scarce = antennas.of_gateway.is_some()
            && !used.contains(&use_of(&for_all.give(views, &wanted, &wanted_most)));
        if are_scarce {
            others.push(antennas.give_to_fastest(views, &wanted));
            others.push(antennas.give_by_flow(views, &flow(views), &wanted));
            others.push(antennas.give_by_worth(views, &wanted));
            others.push(antennas.give_by_worth(views, &wanted_most));
            others.retain(|views| used.insert(use_of(views)));
        }
        Self { first: way(first), others: others.into_iter().map(way).collect(), are_scarce, used }
    }

    /// Adds the ways that a part would have by itself, with the antennas that it leaves given to the others: so these, or
    /// their further antennas, take nothing away. Where there are antennas for all, nothing is added.
    pub fn add(
        &mut self,
        part: &Part,
        antennas: &Antennas<'_>,
        views: &[FeederView],
        need: &[u32],
        most: &[u32],
        flow: impl FnOnce(&[FeederView]) -> Vec<u32>,
    ) {
        let own: Vec<FeederView> =
            views.iter().filter(|view| part.members[view.satellite as usize]).copied().collect();
        if !self.are_scarce || own.is_empty() {
            return;
        }
        let links = self.first.links.clone();
        let alone = Antennas { of_satellite: &part.antennas, ..*antennas };
        let of_own = Self::new(&alone, &own, &links, &part.need, &of_members(most, &part.members), flow);
        let [wanted, wanted_most] = [need, most].map(|own| with_links(own, &links));
        for way in of_own.all() {
            let views = antennas.give_beside(&way.views, views, &wanted);
            if self.used.insert(use_of(&views, &wanted, &wanted_most)) {
                self.others.push(Way { links: links.clone(), views });
            }
        }
    }
}

/// What satellites can make use of over some views: it is all that tells ways apart.
fn use_of(views: &[FeederView], wanted: &[u32], most: &[u32]) -> Vec<u32> {
    let all = wanted.iter().zip(most).zip(limits(views, wanted.len()));
    all.map(|((&wanted, &most), limit)| if wanted > 0 { limit.min(most) } else { 0 }).collect()
}

/// What links to gateways carry together for each of so many satellites.
fn limits(views: &[FeederView], satellites: usize) -> Vec<u32> {
    let mut limits = vec![0u32; satellites];
    for view in views {
        let limit = &mut limits[view.satellite as usize];
        *limit = (*limit + view.rate).min(UNLIMITED);
    }
    limits
}

/// That of greatest value, the first of equals. One alone is not valued.
fn best_of<T, V: PartialOrd>(first: T, others: impl IntoIterator<Item = T>, value: impl Fn(&T) -> V) -> T {
    let mut others = others.into_iter().peekable();
    if others.peek().is_none() {
        return first;
    }
    let mut best = (value(&first), first);
    for other in others {
        let of_other = value(&other);
        if of_other > best.0 {
            best = (of_other, other);
        }
    }
    best.1
}

/// Loads of satellites, laid over the ways to the ground.
struct Laid {
    network: Network,
    source: usize,
    sink: usize,
    from_source: Vec<usize>,
}

impl Laid {
    fn new(load: &[u32], way: &Way) -> Self {
        let satellites = load.len();
        let (source, sink) = (satellites, satellites + 1);
        let mut network = Network::new(sink + 1);
        let from_source = (0..satellites).map(|s| network.arc(source, s, load[s])).collect();
        way.lay(&mut network, 0, sink);
        Self { network, source, sink, from_source }
    }
}

/// What of each satellite's load reaches the ground over links and gateways, by maximum flow.
pub fn carried(load: &[u32], way: &Way) -> Vec<u32> {
    let mut laid = Laid::new(load, way);
    laid.network.maximise(laid.source, laid.sink);
    laid.from_source.iter().map(|&arc| laid.network.flow(arc)).collect()
}

/// A way is full when no more than this share of it is left.
const LEFT: f64 = 1.0 - FULL;

/// What satellites could bring to the ground beside their loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Satellites from which any way leads there, however full.
    pub has_way: Vec<bool>,
    /// Satellites that could bring more there, all other loads as they are.
    pub has_room: Vec<bool>,
}

/// What is left on the ways to the ground when they carry the loads.
pub fn ground(load: &[u32], way: &Way) -> Ground {
    let mut laid = Laid::new(load, way);
    let satellites = |mut reaching: Vec<bool>| {
        reaching.truncate(load.len());
        reaching
    };
    let has_way = satellites(laid.network.reaching(laid.sink, LEFT));
    laid.network.maximise(laid.source, laid.sink);
    Ground { has_way, has_room: satellites(laid.network.reaching(laid.sink, LEFT)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One gateway takes in more than one amount can tell, by an antenna for each satellite.
    #[test]
    fn a_gateway_takes_in_what_its_antennas_do_together() {
        let views: Vec<FeederView> =
            (0..4).map(|satellite| FeederView { gateway: 0, satellite, rate: 1_900_000_000 }).collect();
        let carried = |of_gateway: Option<u32>| -> u64 {
            let antennas = Antennas { gateways: 1, of_gateway, of_satellite: &[1; 4] };
            let load = [1_900_000_000; 4];
            let way = Way { links: Vec::new(), views: antennas.give(&views, &load, &load) };
            carried(&load, &way).into_iter().map(u64::from).sum()
        };
        assert_eq!(carried(None), 7_600_000_000);
        assert_eq!(carried(Some(3)), 5_700_000_000);
        assert_eq!(carried(Some(9)), 7_600_000_000);
    }

    /// A satellite passes on what others send it, over as many gateways as it has antennas.
    #[test]
    fn a_satellite_passes_on_what_its_antennas_do_together() {
        let views: Vec<FeederView> =
            (0..3).map(|gateway| FeederView { gateway, satellite: 0, rate: UNLIMITED }).collect();
        let links = (1..4).map(|to| IslLink { from: 0, to, rate: UNLIMITED }).collect();
        let antennas = Antennas { gateways: 3, of_gateway: None, of_satellite: &[2; 4] };
        let load = [2_000_000_000; 4];
        let way = Way { links, views: antennas.give(&views, &load, &load) };
        let sum: u64 = carried(&load, &way).into_iter().map(u64::from).sum();
        assert_eq!(sum, 2 * u64::from(UNLIMITED));
    }

    /// One antenna follows one satellite: what others bring goes over the links of that one. It was a pipe that all
    /// satellites in view shared.
    #[test]
    fn an_antenna_is_of_one_satellite_also_where_satellites_are_linked() {
        let views: Vec<FeederView> =
            (0..5).map(|satellite| FeederView { gateway: 0, satellite, rate: 10_000 }).collect();
        // A line of five satellites of 1,000 each.
        let load = [1_000; 5];
        let carried = |link: u32, of_gateway: u32| -> u32 {
            let links: Vec<IslLink> = (1..5).map(|to| IslLink { from: to - 1, to, rate: link }).collect();
            let antennas = Antennas { gateways: 1, of_gateway: Some(of_gateway), of_satellite: &[1; 5] };
            let way = Way::with_antennas(&antennas, &views, &links, &load, &load, &[]);
            carried(&load, &way).into_iter().sum()
        };
        assert_eq!([1, 2, 5].map(|antennas| carried(0, antennas)), [1_000, 2_000, 5_000]);
        // Its own and what its two links bring.
        assert_eq!(carried(1, 1), 1_002);
        assert_eq!(carried(1_000, 1), 3_000);
        assert_eq!(carried(9_000, 1), 5_000);
        assert_eq!(carried(1_000, 5), 5_000);
    }

    /// Where there are antennas for all that satellites want, whichever of two gateways they go to.
    #[test]
    fn one_way_is_enough_where_antennas_are() {
        let view = |gateway: u32, satellite: u32| FeederView { gateway, satellite, rate: 50 };
        let views = [view(0, 0), view(1, 0), view(0, 1), view(1, 1), view(0, 2)];
        let others = |of_gateway: Option<u32>, need: [u32; 3]| {
            let antennas = Antennas { gateways: 2, of_gateway, of_satellite: &[1; 3] };
            let flow = |views: &[FeederView]| antennas.flow_of_loads(views, &need, &[60; 3], &[]);
            Choices::new(&antennas, &views, &[], &need, &[60; 3], flow).others.len()
        };
        assert_eq!(others(None, [40; 3]), 0);
        assert_eq!(others(Some(2), [40; 3]), 0);
        assert_eq!(others(Some(1), [40, 0, 40]), 0);
        // The first manner gives them to 1 and 2, which see as few gateways as need be; the fastest are 0 and 1.
        assert_eq!(others(Some(1), [40; 3]), 1);
    }

    /// It was taken for what antennas for all would be used for, and left out. The neediest satellite goes to the gateway
    /// that the other one needs.
    #[test]
    fn a_way_that_leaves_nothing_to_want_is_a_choice() {
        let view = |gateway: u32, satellite: u32, rate: u32| FeederView { gateway, satellite, rate };
        let views = [view(0, 0, 50), view(1, 0, 50), view(0, 1, 40), view(1, 1, 10)];
        let antennas = Antennas { gateways: 2, of_gateway: Some(1), of_satellite: &[1; 2] };
        let need = [60, 50];
        let flow = |views: &[FeederView]| antennas.flow_of_loads(views, &need, &need, &[]);
        let choices = Choices::new(&antennas, &views, &[], &need, &need, flow);
        assert_eq!(choices.first.limits(2), [50, 10]);
        let others: Vec<Vec<u32>> = choices.others.iter().map(|way| way.limits(2)).collect();
        assert_eq!(others, [[50, 40]]);
    }

    /// Two satellites in a line, the far one behind the near one, and a third that sees nothing.
    #[test]
    fn ways_that_are_full_are_told_from_ways_that_are_not_there() {
        let views = vec![FeederView { gateway: 0, satellite: 0, rate: 10_000 }];
        let way = Way { links: vec![IslLink { from: 0, to: 1, rate: 6_000 }], views };
        let room = |load: [u32; 3]| {
            let ground = ground(&load, &way);
            assert_eq!(ground.has_way, [true, true, false]);
            ground.has_room
        };
        assert_eq!(room([3_000, 5_000, 0]), [true, true, false]);
        assert_eq!(room([3_000, 6_000, 0]), [true, false, false]);
        assert_eq!(room([4_000, 6_000, 0]), [false, false, false]);
        // What rounding leaves of a way is no room.
        assert_eq!(room([3_999, 5_996, 0]), [false, false, false]);
        // What the near satellite carries for its own users takes the far one's way.
        assert_eq!(room([10_000, 0, 0]), [false, false, false]);
    }
}
