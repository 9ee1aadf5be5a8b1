//! Which satellite works with which gateway, where antennas are counted: an antenna follows one satellite at a time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

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

    /// The same for satellites that bring what others want: those links first that carry most of what theirs could use and
    /// have no link for yet.
    pub fn give_to_fastest(&self, views: &[FeederView], most: &[u32]) -> Vec<FeederView> {
        self.in_order(views, most, &[], |_, worth| worth)
    }

    /// The same in order of what a flow carries over each view, then of what theirs could use: see
    /// [`Antennas::flow_of_loads`].
    pub fn give_by_flow(&self, views: &[FeederView], flow: &[u32], most: &[u32]) -> Vec<FeederView> {
        self.in_order(views, most, &[], |at, worth| (flow[at].min(worth), worth))
    }

    /// The views of another giving, and beside them those of most worth that there are antennas for.
    pub fn give_beside(&self, given: &[FeederView], views: &[FeederView], most: &[u32]) -> Vec<FeederView> {
        self.in_order(views, most, given, |_, worth| worth)
    }

    /// The same to satellites in the order of what one more link lets them carry. One that finds no antenna free gets one
    /// where others can go to other gateways, so that none is left without for one that carries less: where all links of a
    /// satellite have one rate, no giving carries more.
    pub fn give_by_worth(&self, views: &[FeederView], most: &[u32]) -> Vec<FeederView> {
        let mut of_satellite: Vec<Vec<FeederView>> = vec![Vec::new(); most.len()];
        for view in views {
            of_satellite[view.satellite as usize].push(*view);
        }
        for views in &mut of_satellite {
            views.sort_unstable_by(|a, b| b.rate.cmp(&a.rate).then(a.gateway.cmp(&b.gateway)));
        }
        let mut matching =
            Matching::new(&of_satellite, vec![self.of_gateway.unwrap_or(u32::MAX); self.gateways]);
        // Satellites by what the next link of each brings; of equal ones those with the fewest gateways come first.
        let mut order: BinaryHeap<(u32, Reverse<usize>, Reverse<usize>)> = of_satellite
            .iter()
            .enumerate()
            .filter_map(|(s, views)| {
                Some((views.first()?.rate.min(most[s]), Reverse(views.len()), Reverse(s)))
            })
            .collect();
        let mut carried = vec![0u32; most.len()];
        while let Some((worth, choice, Reverse(satellite))) = order.pop() {
            let links = matching.links_of(satellite);
            if worth == 0 || links >= self.of_satellite[satellite] as usize || !matching.link(satellite) {
                continue;
            }
            carried[satellite] += worth;
            // A further link is no faster than the first ones.
            if let Some(next) = of_satellite[satellite].get(links + 1) {
                let worth = next.rate.min(most[satellite] - carried[satellite]);
                order.push((worth, choice, Reverse(satellite)));
            }
        }
        matching.into_views()
    }

    /// What a maximum flow of the satellites' loads carries over each view where the antennas of a gateway, or of a
    /// satellite, can be shared by all that it sees.
    pub fn flow_of_loads(
        &self,
        views: &[FeederView],
        load: &[u32],
        most: &[u32],
        links: &[IslLink],
    ) -> Vec<u32> {
        let satellites = load.len();
        let (source, sink) = (satellites, satellites + 1);
        let mut network = Network::new(sink + 1 + self.shared_nodes());
        for (satellite, &load) in load.iter().enumerate() {
            network.arc(source, satellite, load);
        }
        lay_links(&mut network, links, 0);
        let arcs = self.lay_shared(&mut network, views, most, 0, sink);
        network.maximise(source, sink);
        arcs.into_iter().map(|arc| network.flow(arc)).collect()
    }

    /// Nodes that antennas which can be shared take in a network.
    pub(super) fn shared_nodes(&self) -> usize {
        self.of_satellite.len() + self.gateways
    }

    /// Lays the ways from satellites, whose nodes begin at `linked`, over antennas that can be shared, to the sink. Their own
    /// nodes come after it. No view carries more than the `most` that its satellite can bring. Answers with the arcs of the
    /// views.
    pub(super) fn lay_shared(
        &self,
        network: &mut Network,
        views: &[FeederView],
        most: &[u32],
        linked: usize,
        sink: usize,
    ) -> Vec<usize> {
        let satellites = self.of_satellite.len();
        let rate = |view: &FeederView| view.rate.min(most[view.satellite as usize]);
        let (antennas, gateways) = (sink + 1, sink + 1 + satellites);
        let rates = |end: &dyn Fn(&FeederView) -> u32, count: usize| {
            let mut rates = vec![Vec::new(); count];
            views.iter().for_each(|view| rates[end(view) as usize].push(rate(view)));
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
            network.arc(from, to, rate(view))
        };
        views.iter().map(arc).collect()
    }

    /// Gives antennas to the views that come first by what their rate is worth, as long as both ends have one; none to those
    /// of no worth. A link is worth what its satellite could carry beside the links it has; `given` has its antennas first.
    fn in_order<W: Ord + Default>(
        &self,
        views: &[FeederView],
        most: &[u32],
        given: &[FeederView],
        order_of: impl Fn(usize, u32) -> W,
    ) -> Vec<FeederView> {
        let mut of_gateway = vec![self.of_gateway.unwrap_or(u32::MAX); self.gateways];
        let mut of_satellite = self.of_satellite.to_vec();
        let mut left = most.to_vec();
        let (mut in_use, mut ends) = (Vec::new(), HashSet::new());
        let mut take = |view: &FeederView, left: &mut [u32]| {
            let satellite = view.satellite as usize;
            let antennas = [&mut of_gateway[view.gateway as usize], &mut of_satellite[satellite]];
            let is_free = antennas.iter().all(|free| **free > 0);
            if is_free {
                antennas.into_iter().for_each(|free| *free -= 1);
                left[satellite] = left[satellite].saturating_sub(view.rate);
            }
            is_free
        };
        for view in given.iter().filter(|view| take(view, &mut left)) {
            ends.insert((view.gateway, view.satellite));
            in_use.push(*view);
        }
        let worth =
            |at: usize, left: &[u32]| order_of(at, views[at].rate.min(left[views[at].satellite as usize]));
        let mut order: BinaryHeap<(W, Reverse<(u32, u32)>, Reverse<usize>)> = (0..views.len())
            .filter(|&at| ends.is_empty() || !ends.contains(&(views[at].gateway, views[at].satellite)))
            .map(|at| (worth(at, &left), Reverse((views[at].gateway, views[at].satellite)), Reverse(at)))
            .collect();
        while let Some((known, place, Reverse(at))) = order.pop() {
            // It is worth less where its satellite has got another link since.
            let now = worth(at, &left);
            if now == W::default() {
                continue;
            }
            if now < known {
                order.push((now, place, Reverse(at)));
                continue;
            }
            if take(&views[at], &mut left) {
                in_use.push(views[at]);
            }
        }
        in_use
    }
}

/// Links of satellites to gateways that are given one by one, earlier ones moving to other gateways where they must.
struct Matching<'a> {
    /// The views of each satellite, the best first.
    views: &'a [Vec<FeederView>],
    /// Antennas of each gateway that are free.
    free: Vec<u32>,
    /// Views in use, by the number of the satellite and of the view among its own.
    in_use: Vec<Vec<usize>>,
    /// The satellites that work with each gateway.
    at: Vec<Vec<usize>>,
    /// Last search that met each gateway; [`NEVER`] where no search will find room behind it.
    met: Vec<u32>,
    search: u32,
}

const NEVER: u32 = u32::MAX;

impl<'a> Matching<'a> {
    fn new(views: &'a [Vec<FeederView>], free: Vec<u32>) -> Self {
        let gateways = free.len();
        let in_use = vec![Vec::new(); views.len()];
        Self { views, free, in_use, at: vec![Vec::new(); gateways], met: vec![0; gateways], search: 0 }
    }

    fn links_of(&self, satellite: usize) -> usize {
        self.in_use[satellite].len()
    }

    /// Gives a satellite one more link, and tells whether there is one for it.
    fn link(&mut self, satellite: usize) -> bool {
        self.search += 1;
        // Each gateway that was met, with the view that leads to it and the step that came before.
        let mut steps: Vec<(usize, usize, Option<usize>)> = Vec::new();
        let found = self.meet(satellite, None, &mut steps).or_else(|| {
            let mut next = 0;
            while next < steps.len() {
                let (from, view, _) = steps[next];
                let gateway = self.views[from][view].gateway as usize;
                for number in 0..self.at[gateway].len() {
                    let other = self.at[gateway][number];
                    if let Some(found) = self.meet(other, Some(next), &mut steps) {
                        return Some(found);
                    }
                }
                next += 1;
            }
            None
        });
        let Some(mut step) = found else {
            // What could not be left now cannot be later: all that leads away from it leads to more of the same.
            for (from, view, _) in steps {
                self.met[self.views[from][view].gateway as usize] = NEVER;
            }
            return false;
        };
        let (last, view, _) = steps[step];
        self.free[self.views[last][view].gateway as usize] -= 1;
        loop {
            let (from, view, before) = steps[step];
            let gateway = self.views[from][view].gateway as usize;
            self.in_use[from].push(view);
            self.at[gateway].push(from);
            let Some(before) = before else { return true };
            let left = self.views[steps[before].0][steps[before].1].gateway as usize;
            self.in_use[from].retain(|&view| self.views[from][view].gateway as usize != left);
            self.at[left].retain(|&satellite| satellite != from);
            step = before;
        }
    }

    /// Meets the gateways that a satellite could work with beside its own; the step to one with a free antenna, if any has.
    fn meet(
        &mut self,
        satellite: usize,
        before: Option<usize>,
        steps: &mut Vec<(usize, usize, Option<usize>)>,
    ) -> Option<usize> {
        for (number, view) in self.views[satellite].iter().enumerate() {
            let gateway = view.gateway as usize;
            if self.met[gateway] == self.search
                || self.met[gateway] == NEVER
                || self.in_use[satellite].contains(&number)
            {
                continue;
            }
            self.met[gateway] = self.search;
            steps.push((satellite, number, before));
            if self.free[gateway] > 0 {
                return Some(steps.len() - 1);
            }
        }
        None
    }

    fn into_views(self) -> Vec<FeederView> {
        let views = self.views;
        self.in_use
            .iter()
            .zip(views)
            .flat_map(|(used, views)| used.iter().map(move |&at| views[at]))
            .collect()
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
        antennas.give_by_flow(views, &antennas.flow_of_loads(views, load, &[100; 4], links), &[100; 4])
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

    /// A second antenna was given to a satellite whose first link carries all that it has.
    #[test]
    fn a_link_is_worth_what_the_others_leave() {
        let antennas = Antennas { gateways: 2, of_gateway: Some(1), of_satellite: &[2, 1] };
        let views = views(&[[0, 0, 90], [1, 0, 90], [1, 1, 40]]);
        let ends = |given: Vec<FeederView>| {
            let mut ends: Vec<_> = given.iter().map(|view| [view.gateway, view.satellite]).collect();
            ends.sort_unstable();
            ends
        };
        for given in [
            antennas.give_to_fastest(&views, &[50, 50]),
            antennas.give_by_flow(&views, &[50, 0, 0], &[50, 50]),
            antennas.give_by_worth(&views, &[50, 50]),
        ] {
            assert_eq!(ends(given), [[0, 0], [1, 1]]);
        }
        assert_eq!(ends(antennas.give_by_worth(&views, &[150, 50])), [[0, 0], [1, 0]]);
        assert_eq!(ends(antennas.give_beside(&views[2..], &views, &[150, 50])), [[0, 0], [1, 1]]);
    }

    /// Against all givings: of no more antennas than there are, the satellites carry as much as can be.
    #[test]
    fn by_worth_most_is_carried_where_each_satellite_has_one_rate() {
        let mut seed = 7u64;
        let mut draw = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) as u32) % below
        };
        for _ in 0..300 {
            let satellites = 2 + draw(3) as usize;
            let (gateways, of_gateway) = (1 + draw(3) as usize, 1 + draw(2));
            let of_satellite: Vec<u32> = (0..satellites).map(|_| 1 + draw(2)).collect();
            let most: Vec<u32> = (0..satellites).map(|_| 10 * (1 + draw(6))).collect();
            let rates: Vec<u32> = (0..satellites).map(|_| 10 * (1 + draw(4))).collect();
            let all: Vec<FeederView> = (0..gateways as u32)
                .flat_map(|gateway| (0..satellites as u32).map(move |satellite| (gateway, satellite)))
                .filter(|_| draw(3) > 0)
                .map(|(gateway, satellite)| FeederView {
                    gateway,
                    satellite,
                    rate: rates[satellite as usize],
                })
                .collect();
            let antennas = Antennas { gateways, of_gateway: Some(of_gateway), of_satellite: &of_satellite };
            let carried = |given: &[FeederView]| -> Option<u32> {
                let is_too_many = |count: usize, most: u32| count > most as usize;
                let of = |end: &dyn Fn(&FeederView) -> bool| given.iter().filter(|view| end(view)).count();
                let over = (0..gateways)
                    .any(|g| is_too_many(of(&|view| view.gateway as usize == g), of_gateway))
                    || (0..satellites)
                        .any(|s| is_too_many(of(&|view| view.satellite as usize == s), of_satellite[s]));
                let sum = |s: usize| {
                    let rates =
                        given.iter().filter(|view| view.satellite as usize == s).map(|view| view.rate);
                    rates.sum::<u32>().min(most[s])
                };
                (!over).then(|| (0..satellites).map(sum).sum())
            };
            let chosen = |mask: usize| -> Vec<FeederView> {
                all.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, view)| *view).collect()
            };
            let best = (0..1usize << all.len()).filter_map(|mask| carried(&chosen(mask))).max().unwrap();
            assert_eq!(
                carried(&antennas.give_by_worth(&all, &most)),
                Some(best),
                "{all:?} {most:?} {antennas:?}"
            );
        }
    }
}
