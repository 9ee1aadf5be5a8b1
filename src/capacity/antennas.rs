//! Which satellite works with which gateway, where antennas are counted: an antenna follows one satellite at a time.

use super::feeder::FeederView;
use super::flow::Network;
use super::instant::UNLIMITED;

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
        let mut order = views.to_vec();
        order.sort_by_key(|view| (std::cmp::Reverse(worth(view)), view.gateway, view.satellite));
        let mut of_gateway = vec![self.of_gateway.unwrap_or(u32::MAX); self.gateways];
        let mut of_satellite = self.of_satellite.to_vec();
        order.retain(|view| {
            let ends = [&mut of_gateway[view.gateway as usize], &mut of_satellite[view.satellite as usize]];
            let is_given = worth(view) > 0 && ends.iter().all(|free| **free > 0);
            if is_given {
                ends.into_iter().for_each(|free| *free -= 1);
            }
            is_given
        });
        order
    }
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
