//! Links between satellites, and what they and the gateways carry together.

use nalgebra::Vector3;

use crate::ephemeris::State;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

use super::ability::Abilities;
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
#[derive(Debug, Clone)]
pub struct Way<'a> {
    /// Links in use, with no Earth between their ends.
    pub links: Vec<IslLink>,
    /// Satellites in view of gateways.
    pub views: &'a [FeederView],
    /// Number of gateways.
    pub gateways: usize,
    /// Antennas of a gateway; none for as many as there are satellites. They limit what it takes in to as many
    /// of its best links.
    pub antennas: Option<u32>,
    /// Antennas that each satellite has for gateways; they limit it likewise.
    pub antennas_of: Vec<u32>,
}

impl<'a> Way<'a> {
    /// At an instant.
    pub fn at(
        states: &[State],
        links: &[IslLink],
        views: &'a [FeederView],
        gateways: usize,
        antennas: Option<u32>,
        abilities: &Abilities,
    ) -> Self {
        let open = |link: &&IslLink| {
            let (a, b) = (&states[link.from as usize], &states[link.to as usize]);
            a.is_present() && b.is_present() && in_sight(&a.position, &b.position)
        };
        Self {
            links: links.iter().filter(open).copied().collect(),
            views,
            gateways,
            antennas,
            antennas_of: (0..states.len()).map(|s| abilities.get(s).gateway_antennas).collect(),
        }
    }

    /// Number of nodes that [`Self::lay`] needs beside satellites and sink.
    pub(super) fn nodes(&self, satellites: usize) -> usize {
        satellites + self.gateways
    }

    /// Lays the ways from satellites, whose nodes begin at `linked`, to the sink; own nodes begin at `first`.
    pub(super) fn lay(
        &self,
        network: &mut Network,
        linked: usize,
        first: usize,
        sink: usize,
        satellites: usize,
    ) {
        let (down, gateway) = (first, first + satellites);
        let mut best = vec![0u32; satellites];
        let mut best_of_gateway = vec![0u32; self.gateways];
        let (mut views_of, mut views_of_gateway) = (vec![0u32; satellites], vec![0u32; self.gateways]);
        for view in self.views {
            let (s, g) = (view.satellite as usize, view.gateway as usize);
            views_of[s] += 1;
            views_of_gateway[g] += 1;
            best[s] = best[s].max(view.rate);
            best_of_gateway[g] = best_of_gateway[g].max(view.rate);
        }
        for (s, &rate) in best.iter().enumerate().filter(|(_, rate)| **rate > 0) {
            wide(network, linked + s, down + s, rate, self.antennas_of[s].min(views_of[s]));
        }
        for view in self.views {
            network.arc(down + view.satellite as usize, gateway + view.gateway as usize, view.rate);
        }
        for (g, &rate) in best_of_gateway.iter().enumerate() {
            let views = views_of_gateway[g];
            wide(
                network,
                gateway + g,
                sink,
                rate,
                self.antennas.map_or(views, |antennas| antennas.min(views)),
            );
        }
        for link in &self.links {
            let (a, b) = (linked + link.from as usize, linked + link.to as usize);
            network.arc(a, b, link.rate);
            network.arc(b, a, link.rate);
        }
    }
}

/// A way that is so many times as wide as a rate: as many arcs as that takes, for one holds [`UNLIMITED`] at most.
fn wide(network: &mut Network, from: usize, to: usize, rate: u32, times: u32) {
    let mut left = u64::from(rate) * u64::from(times);
    while left > 0 {
        let part = left.min(UNLIMITED.into());
        network.arc(from, to, part as u32);
        left -= part;
    }
}

/// Loads of satellites, laid over the ways to the ground.
struct Laid {
    network: Network,
    source: usize,
    sink: usize,
    from_source: Vec<usize>,
}

impl Laid {
    fn new(load: &[u32], way: &Way<'_>) -> Self {
        let satellites = load.len();
        let (source, ground) = (satellites, satellites + 1);
        let sink = ground + way.nodes(satellites);
        let mut network = Network::new(sink + 1);
        let from_source = (0..satellites).map(|s| network.arc(source, s, load[s])).collect();
        way.lay(&mut network, 0, ground, sink, satellites);
        Self { network, source, sink, from_source }
    }
}

/// What of each satellite's load reaches the ground over links and gateways, by maximum flow.
pub fn carried(load: &[u32], way: &Way<'_>) -> Vec<u32> {
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
pub fn ground(load: &[u32], way: &Way<'_>) -> Ground {
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

    /// One gateway, with or without a number of antennas, takes in more than one amount can tell.
    #[test]
    fn a_gateway_takes_in_what_its_antennas_do_together() {
        let views: Vec<FeederView> =
            (0..4).map(|satellite| FeederView { gateway: 0, satellite, rate: 1_900_000_000 }).collect();
        let carried = |antennas: Option<u32>| -> u64 {
            let way =
                Way { links: Vec::new(), views: &views, gateways: 1, antennas, antennas_of: vec![1; 4] };
            carried(&[1_900_000_000; 4], &way).into_iter().map(u64::from).sum()
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
        let way = Way { links, views: &views, gateways: 3, antennas: None, antennas_of: vec![2; 4] };
        let sum: u64 = carried(&[2_000_000_000; 4], &way).into_iter().map(u64::from).sum();
        assert_eq!(sum, 2 * u64::from(UNLIMITED));
    }

    /// Two satellites in a line, the far one behind the near one, and a third that sees nothing.
    #[test]
    fn ways_that_are_full_are_told_from_ways_that_are_not_there() {
        let views = [FeederView { gateway: 0, satellite: 0, rate: 10_000 }];
        let links = vec![IslLink { from: 0, to: 1, rate: 6_000 }];
        let way = Way { links, views: &views, gateways: 1, antennas: None, antennas_of: vec![1; 3] };
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
