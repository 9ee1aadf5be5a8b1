//! Which satellite works with which gateway, where antennas are counted: an antenna follows one satellite at a time.

use super::feeder::FeederView;
use super::flow::Network;
use super::instant::UNLIMITED;
use super::isl::{IslLink, lay_links};

/// The antennas of an instant.
#[derive(Debug, Clone, Copy)]
pub struct Antennas<'a> {
    /// Number of gateways.
    pub gateways: usize,
    /// Antennas of a gateway; none for as many as there are satellites.
    pub of_gateway: Option<u32>,
    /// Antennas that each satellite has for gateways.
    pub of_satellite: &'a [u32],
}

impl Antennas<'_> {
    /// The views that antennas are given to, each of which takes one of its gateway and one of its satellite.
    ///
    /// `need` is what each satellite could use were it not for others, `most` what it could use at all. Satellites
    /// with the fewest gateways in view come first, of these the neediest; each takes the best links until its need
    /// is met or its antennas are in use. Where that leaves a satellite without any link although another could have
    /// gone elsewhere, a maximum matching finds it one. Antennas that are left when all needs are met go to
    /// satellites in need that can use more, in the same order.
    pub fn give(&self, views: &[FeederView], need: &[u32], most: &[u32]) -> Vec<FeederView> {
        let mut of_satellite: Vec<Vec<FeederView>> = vec![Vec::new(); need.len()];
        for view in views {
            of_satellite[view.satellite as usize].push(*view);
        }
        for views in &mut of_satellite {
            views.sort_unstable_by(|a, b| b.rate.cmp(&a.rate).then(a.gateway.cmp(&b.gateway)));
        }
        let antennas_of = |satellite: usize| self.of_satellite[satellite] as usize;
        let Some(antennas) = self.of_gateway else {
            let best = |(s, views): (usize, Vec<FeederView>)| views.into_iter().take(antennas_of(s));
            return of_satellite.into_iter().enumerate().flat_map(best).collect();
        };
        let mut free = vec![antennas; self.gateways];
        let mut carried = vec![0u32; need.len()];
        let mut wanting: Vec<usize> =
            (0..need.len()).filter(|&s| need[s] > 0 && !of_satellite[s].is_empty()).collect();
        wanting.sort_by_key(|&s| (of_satellite[s].len(), u32::MAX - need[s], s));
        let mut in_use: Vec<Vec<FeederView>> = vec![Vec::new(); need.len()];
        for (satellite, view) in matching(&wanting, &of_satellite, &mut free) {
            carried[satellite] = view.rate;
            in_use[satellite].push(view);
        }
        let rounds = wanting.iter().map(|&s| antennas_of(s)).max().unwrap_or(1);
        for goal in [need, most] {
            for _ in 1..rounds {
                for &satellite in &wanting {
                    let used = &mut in_use[satellite];
                    if carried[satellite] >= goal[satellite] || used.len() >= antennas_of(satellite) {
                        continue;
                    }
                    let is_spare = |view: &&FeederView| {
                        free[view.gateway as usize] > 0
                            && used.iter().all(|other| other.gateway != view.gateway)
                    };
                    if let Some(view) = of_satellite[satellite].iter().find(is_spare) {
                        free[view.gateway as usize] -= 1;
                        used.push(*view);
                        carried[satellite] = (carried[satellite] + view.rate).min(UNLIMITED);
                    }
                }
            }
        }
        in_use.concat()
    }

    /// The same for satellites that bring what others want: those links first that carry most of what theirs could use.
    pub fn give_to_fastest(&self, views: &[FeederView], most: &[u32]) -> Vec<FeederView> {
        let worth = |view: &FeederView| view.rate.min(most[view.satellite as usize]);
        self.in_order(views, |_, view| worth(view))
    }

    /// The same in order of what a flow carries over each view, then of what theirs could use: see
    /// [`Antennas::flow_of_loads`].
    pub fn give_by_flow(&self, views: &[FeederView], flow: &[u32], most: &[u32]) -> Vec<FeederView> {
        self.in_order(views, |at, view| (flow[at], view.rate.min(most[view.satellite as usize])))
    }

    /// What a maximum flow of the satellites' loads carries over each view where the antennas of a gateway, or of a
    /// satellite, can be shared by all that it sees.
    pub fn flow_of_loads(&self, views: &[FeederView], load: &[u32], links: &[IslLink]) -> Vec<u32> {
        let satellites = load.len();
        let (source, sink) = (satellites, satellites + 1);
        let mut network = Network::new(sink + 1 + self.shared_nodes());
        for (satellite, &load) in load.iter().enumerate() {
            network.arc(source, satellite, load);
        }
        lay_links(&mut network, links, 0);
        let arcs = self.lay_shared(&mut network, views, 0, sink);
        network.maximise(source, sink);
        arcs.into_iter().map(|arc| network.flow(arc)).collect()
    }

    /// Nodes that antennas which can be shared take in a network.
    pub(super) fn shared_nodes(&self) -> usize {
        self.of_satellite.len() + self.gateways
    }

    /// Lays the ways from satellites, whose nodes begin at `linked`, over antennas that can be shared, to the sink. Their own
    /// nodes come after it. Answers with the arcs of the views.
    pub(super) fn lay_shared(
        &self,
        network: &mut Network,
        views: &[FeederView],
        linked: usize,
        sink: usize,
    ) -> Vec<usize> {
        let satellites = self.of_satellite.len();
        let (antennas, gateways) = (sink + 1, sink + 1 + satellites);
        let rates = |end: &dyn Fn(&FeederView) -> u32, count: usize| {
            let mut rates = vec![Vec::new(); count];
            views.iter().for_each(|view| rates[end(view) as usize].push(view.rate));
            rates
        };
        for (satellite, rates) in rates(&|view| view.satellite, satellites).into_iter().enumerate() {
            let together = sum_of_best(rates, self.of_satellite[satellite]);
            network.arc(linked + satellite, antennas + satellite, together);
        }
        for (gateway, rates) in rates(&|view| view.gateway, self.gateways).into_iter().enumerate() {
            network.arc(gateways + gateway, sink, sum_of_best(rates, self.of_gateway.unwrap_or(u32::MAX)));
        }
        let arc = |view: &FeederView| {
            let (from, to) = (antennas + view.satellite as usize, gateways + view.gateway as usize);
            network.arc(from, to, view.rate)
        };
        views.iter().map(arc).collect()
    }

    /// Gives antennas to the views of most worth first, as long as both ends have one; none to those of no worth.
    fn in_order<W: Ord + Default>(
        &self,
        views: &[FeederView],
        worth: impl Fn(usize, &FeederView) -> W,
    ) -> Vec<FeederView> {
        let mut order: Vec<(W, FeederView)> =
            views.iter().enumerate().map(|(at, view)| (worth(at, view), *view)).collect();
        order.retain(|(worth, _)| *worth > W::default());
        order.sort_by(|(a, one), (b, other)| {
            b.cmp(a).then((one.gateway, one.satellite).cmp(&(other.gateway, other.satellite)))
        });
        let mut of_gateway = vec![self.of_gateway.unwrap_or(u32::MAX); self.gateways];
        let mut of_satellite = self.of_satellite.to_vec();
        order.retain(|(_, view)| {
            let ends = [&mut of_gateway[view.gateway as usize], &mut of_satellite[view.satellite as usize]];
            let is_given = ends.iter().all(|free| **free > 0);
            if is_given {
                ends.into_iter().for_each(|free| *free -= 1);
            }
            is_given
        });
        order.into_iter().map(|(_, view)| view).collect()
    }
}

/// What so many antennas carry together over the best of links.
fn sum_of_best(mut rates: Vec<u32>, antennas: u32) -> u32 {
    rates.sort_unstable_by(|a, b| b.cmp(a));
    let sum: u64 = rates.into_iter().take(antennas as usize).map(u64::from).sum();
    sum.min(UNLIMITED.into()) as u32
}

/// One gateway for each of as many satellites as can have one: greedy, then augmented to the maximum.
fn matching(
    wanting: &[usize],
    of_satellite: &[Vec<FeederView>],
    free: &mut [u32],
) -> Vec<(usize, FeederView)> {
    let gateways = free.len();
    let (source, sink) = (wanting.len() + gateways, wanting.len() + gateways + 1);
    let mut network = Network::new(sink + 1);
    let from_source: Vec<usize> = (0..wanting.len()).map(|at| network.arc(source, at, 1)).collect();
    let to_sink: Vec<usize> =
        (0..gateways).map(|gateway| network.arc(wanting.len() + gateway, sink, free[gateway])).collect();
    let mut links = Vec::new();
    for (at, &satellite) in wanting.iter().enumerate() {
        let mut placed = false;
        for view in &of_satellite[satellite] {
            let gateway = view.gateway as usize;
            let arc = network.arc(at, wanting.len() + gateway, 1);
            links.push((arc, satellite, *view));
            if !placed && free[gateway] > 0 {
                placed = true;
                free[gateway] -= 1;
                for arc in [from_source[at], arc, to_sink[gateway]] {
                    network.put(arc, 1);
                }
            }
        }
    }
    network.maximise(source, sink);
    for gateway in 0..gateways {
        free[gateway] = network.left_on(to_sink[gateway]);
    }
    links
        .into_iter()
        .filter(|&(arc, ..)| network.flow(arc) > 0)
        .map(|(_, satellite, view)| (satellite, view))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(of: &[[u32; 3]]) -> Vec<FeederView> {
        of.iter().map(|&[gateway, satellite, rate]| FeederView { gateway, satellite, rate }).collect()
    }

    fn by_flow(
        antennas: &Antennas<'_>,
        views: &[FeederView],
        load: &[u32],
        links: &[IslLink],
    ) -> Vec<FeederView> {
        antennas.give_by_flow(views, &antennas.flow_of_loads(views, load, links), &[100; 4])
    }

    /// Two gateways of one antenna. Satellite 0 sees both and has little to bring, 1 sees the better one and has much: the
    /// flow sends it there and the other one elsewhere, where the fastest link first would leave it with nothing.
    #[test]
    fn antennas_follow_the_flow() {
        let antennas = Antennas { gateways: 2, of_gateway: Some(1), of_satellite: &[1, 1] };
        let views = views(&[[0, 0, 90], [1, 0, 60], [0, 1, 80]]);
        let ends = |given: Vec<FeederView>| {
            let mut ends: Vec<_> = given.iter().map(|view| [view.gateway, view.satellite]).collect();
            ends.sort_unstable();
            ends
        };
        assert_eq!(ends(antennas.give_to_fastest(&views, &[100, 100])), [[0, 0]]);
        assert_eq!(ends(by_flow(&antennas, &views, &[50, 80], &[])), [[0, 1], [1, 0]]);
    }

    /// What is linked comes over the satellite that sees a gateway; a view that no load reaches gets what is left.
    #[test]
    fn antennas_follow_what_links_bring() {
        let views = views(&[[0, 0, 50], [0, 1, 50], [0, 2, 70]]);
        let links = [IslLink { from: 1, to: 3, rate: 30 }];
        let given = |of_gateway: u32| {
            let antennas = Antennas { gateways: 1, of_gateway: Some(of_gateway), of_satellite: &[1; 4] };
            let given = by_flow(&antennas, &views, &[5, 10, 0, 40], &links);
            given.iter().map(|view| view.satellite).collect::<Vec<_>>()
        };
        assert_eq!(given(1), [1]);
        assert_eq!(given(2), [1, 0]);
        assert_eq!(given(3), [1, 0, 2]);
    }
}
