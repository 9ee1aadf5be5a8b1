//! Loss of satellites: what is left of the availability when one, two or a whole plane is out.
//!
//! Trying every pair at every site and instant would be hundreds of solutions each. Most are ruled out by
//! the leverage of the satellites: with `h = g Q gᵀ` of a row `g` of the geometry matrix, leaving out a set
//! whose leverages add up to `H < 1` gives `Q' ≤ Q / (1 − H)` (Cook and Weisberg 1982, section 3.6, by
//! the Woodbury identity), so PDOP stays below its threshold `T` when `tr Q / (1 − H) ≤ T²`. For the others the
//! identity gives PDOP itself: with the rows `g` of the set and `H_ij = gᵢ Q gⱼᵀ`,
//! `tr Q' = tr Q + Σ (1 − H)⁻¹ᵢⱼ cᵢ·cⱼ`, where `c` are the three space terms of `Q gᵀ`. Only what is nearly
//! singular or nearly at the threshold, where rounding might decide, and planes are solved again.

use nalgebra::{Matrix3, Vector3};
use rayon::prelude::*;

use crate::frames::Geodetic;
use crate::navigation::dop::{Geometry, SINGULAR_PDOP};
use crate::navigation::planes::Plane;
use crate::navigation::summary::Site;
use crate::navigation::survey::Criteria;
use crate::navigation::tracks::Tracks;

/// Most satellites of which every pair is tried.
pub const MOST_FOR_PAIRS: usize = 150;
/// What `1 − H` may at least be, or its determinant, for PDOP to be taken from the identity.
const NEARLY_SINGULAR: f64 = 1e-6;
/// Relative distance of PDOP² from its limit below which a set is solved again.
const DOUBTFUL: f64 = 1e-6;
/// Parts that the sites are divided into; fixed, so that sums do not depend on the number of threads.
const PARTS: usize = 64;

/// What is left when some satellites are out.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Outage {
    /// Numbers of the satellites that are out, counted through all systems.
    pub satellites: Vec<usize>,
    /// Percent of area and time with PDOP at most the threshold.
    pub availability_percent: f64,
    /// Percent of the area where that holds at every instant.
    pub always_available_percent: f64,
    /// Number of the site with the least availability.
    pub worst_site: usize,
    /// Its availability, percent of time.
    pub worst_site_percent: f64,
    /// Instants that are not available, counted at each site: outages that lose nothing have as many as nothing out has,
    /// where sums of areas differ by rounding.
    #[serde(skip)]
    pub lost_instants: u64,
}

/// Outages, each kind with the least availability first.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Outages {
    /// Nothing out.
    pub none: Outage,
    /// Every single satellite.
    pub singles: Vec<Outage>,
    /// Every pair of satellites; empty with more than [`MOST_FOR_PAIRS`] satellites.
    pub pairs: Vec<Outage>,
    /// Every plane, in the order of the planes given.
    pub planes: Vec<Outage>,
}

/// Instants lost at a site, or sums over sites, for nothing out, each satellite, each pair and each plane.
struct Tally<T> {
    base: T,
    singles: Vec<T>,
    pairs: Vec<T>,
    planes: Vec<T>,
}

/// Sum over sites.
#[derive(Debug, Clone, Copy)]
struct Sum {
    /// Instants that are not available, counted at each site.
    count: u64,
    /// Area times instants that are not available.
    lost: f64,
    /// Sites that are always available, and their area.
    always: usize,
    always_km2: f64,
    /// Most instants that are not available at one site, and that site.
    worst: (u32, usize),
}

/// A satellite in view.
struct Seen {
    number: usize,
    clock: usize,
    line: Vector3<f64>,
}

/// Number of pairs of so many satellites that are tried.
fn pairs_of(satellites: usize) -> usize {
    if satellites <= MOST_FOR_PAIRS { satellites * satellites.saturating_sub(1) / 2 } else { 0 }
}

/// About how much memory the outages of so many satellites take, bytes: the sums of each part of the sites, and a list
/// of them all with the numbers of two satellites.
pub(super) fn bytes(satellites: usize) -> f64 {
    let outage = size_of::<Outage>() + 2 * size_of::<usize>();
    (satellites + pairs_of(satellites)) as f64 * (PARTS * size_of::<Sum>() + outage) as f64
}

/// Availability of the sites with every single satellite, every pair and every plane out.
pub fn outages(tracks: &Tracks, sites: &[Site], planes: &[Plane], criteria: &Criteria) -> Outages {
    let count = tracks.satellites();
    let pairs = pairs_of(count);
    let mut plane_of = vec![usize::MAX; count];
    for (number, plane) in planes.iter().enumerate() {
        for &satellite in &plane.satellites {
            plane_of[satellite] = number;
        }
    }
    let none = Sum { count: 0, lost: 0.0, always: 0, always_km2: 0.0, worst: (0, usize::MAX) };
    let part_size = sites.len().div_ceil(PARTS).max(1);
    let parts: Vec<Tally<Sum>> = sites
        .par_chunks(part_size)
        .enumerate()
        .map(|(part, members)| {
            let mut sums = Tally::new(none, count, pairs, planes.len());
            let mut lost = Tally::new(0, count, pairs, planes.len());
            for (index, site) in members.iter().enumerate() {
                lost.fill(0);
                observe(tracks, &site.place, criteria, &plane_of, &mut lost);
                sums.add_site(&lost, part * part_size + index, site.area_km2);
            }
            sums
        })
        .collect();
    let mut total = Tally::new(none, count, pairs, planes.len());
    for part in &parts {
        total.merge(part);
    }

    let area_km2: f64 = sites.iter().map(|site| site.area_km2).sum();
    let instants = tracks.instants() as f64;
    let most = (sites.len() * tracks.instants()) as u64;
    let outage = |satellites: Vec<usize>, sum: &Sum| Outage {
        satellites,
        // Sums of areas in another order are not quite the same.
        availability_percent: match sum.count {
            0 => 100.0,
            count if count == most => 0.0,
            _ => (100.0 * (1.0 - sum.lost / (area_km2 * instants))).clamp(0.0, 100.0),
        },
        always_available_percent: match sum.always {
            always if always == sites.len() => 100.0,
            _ => (100.0 * sum.always_km2 / area_km2).min(100.0),
        },
        worst_site: sum.worst.1,
        worst_site_percent: 100.0 * (1.0 - f64::from(sum.worst.0) / instants),
        lost_instants: sum.count,
    };
    let sorted = |mut outages: Vec<Outage>| {
        outages.sort_by(|a, b| {
            a.availability_percent
                .total_cmp(&b.availability_percent)
                .then(a.worst_site_percent.total_cmp(&b.worst_site_percent))
                .then(a.satellites.cmp(&b.satellites))
        });
        outages
    };
    let singles = total.singles.iter().enumerate().map(|(number, sum)| outage(vec![number], sum)).collect();
    let each_pair = (1..count).flat_map(|high| (0..high).map(move |low| vec![low, high]));
    let pairs = each_pair.zip(&total.pairs).map(|(pair, sum)| outage(pair, sum)).collect();
    Outages {
        none: outage(Vec::new(), &total.base),
        singles: sorted(singles),
        pairs: sorted(pairs),
        planes: planes
            .iter()
            .zip(&total.planes)
            .map(|(plane, sum)| outage(plane.satellites.clone(), sum))
            .collect(),
    }
}

/// Place of a pair in a list of all pairs, the higher number first: (1, 0), (2, 0), (2, 1), …
fn pair_index(one: usize, other: usize) -> usize {
    let (low, high) = (one.min(other), one.max(other));
    high * (high - 1) / 2 + low
}

/// Counts the instants that a site loses.
fn observe(
    tracks: &Tracks,
    place: &Geodetic,
    criteria: &Criteria,
    plane_of: &[usize],
    lost: &mut Tally<u32>,
) {
    let (position, up) = (place.to_ecef().0, place.normal());
    let sin_mask = criteria.min_elevation_deg.to_radians().sin();
    let limit = criteria.pdop_threshold.min(SINGULAR_PDOP).powi(2);
    let mut seen: Vec<Seen> = Vec::with_capacity(tracks.satellites());
    let mut influences: Vec<Influence> = Vec::with_capacity(tracks.satellites());
    let mut plane_leverage = vec![0.0; lost.planes.len()];
    for instant in 0..tracks.instants() {
        seen.clear();
        let satellites = tracks.at(instant);
        for (clock, numbers) in tracks.clocks().iter().enumerate() {
            for number in numbers.clone() {
                let satellite = &satellites[number];
                let line = Vector3::from(satellite.xyz) - position;
                // The sign of the elevation is known before any root is drawn.
                let rise = line.dot(&up);
                if satellite.radius == 0.0 || (rise < 0.0 && sin_mask >= 0.0) {
                    continue;
                }
                let line = line.normalize();
                if line.dot(&up) >= sin_mask {
                    seen.push(Seen { number, clock, line });
                }
            }
        }
        let available = |pdop_squared: f64| pdop_squared <= limit;
        let without = |out: &dyn Fn(&Seen) -> bool| {
            geometry(&seen, out).cofactors().is_ok_and(|cofactors| available(cofactors.position.trace()))
        };
        let cofactor = geometry(&seen, &|_| false).cofactors().map(|cofactors| cofactors.position);
        let Some(cofactor) = cofactor.ok().filter(|cofactor| available(cofactor.trace())) else {
            lost.base += 1;
            continue;
        };
        weigh(&seen, &cofactor, &mut influences);
        let total = cofactor.trace();
        // Sets whose leverages add up to no more than this keep the service.
        let harmless = 1.0 - total / limit;
        let decided = |pdop_squared: Option<f64>| {
            pdop_squared.filter(|value| (value / limit - 1.0).abs() > DOUBTFUL).map(available)
        };

        plane_leverage.fill(0.0);
        for (satellite, influence) in seen.iter().zip(&influences) {
            let leverage = influence.leverage;
            if let Some(sum) = plane_leverage.get_mut(plane_of[satellite.number]) {
                *sum += leverage;
            }
            let kept = leverage <= harmless
                || decided(influence.pdop_squared_without(total))
                    .unwrap_or_else(|| without(&|other| other.number == satellite.number));
            if kept {
                continue;
            }
            lost.singles[satellite.number] += 1;
            if !lost.pairs.is_empty() {
                // With a partner that is not in view, losing the pair is losing this one.
                for partner in (0..satellites.len()).filter(|&partner| partner != satellite.number) {
                    if !seen.iter().any(|other| other.number == partner) {
                        lost.pairs[pair_index(satellite.number, partner)] += 1;
                    }
                }
            }
        }
        for (plane, &leverage) in plane_leverage.iter().enumerate() {
            if leverage > harmless && !without(&|other| plane_of[other.number] == plane) {
                lost.planes[plane] += 1;
            }
        }
        if lost.pairs.is_empty() {
            continue;
        }
        for (high, second) in seen.iter().enumerate() {
            for (low, first) in seen[..high].iter().enumerate() {
                let (one, other) = (&influences[low], &influences[high]);
                let same_clock = first.clock == second.clock;
                let kept = one.leverage + other.leverage <= harmless
                    || decided(one.pdop_squared_without_both(other, same_clock, total)).unwrap_or_else(
                        || without(&|out| out.number == first.number || out.number == second.number),
                    );
                if !kept {
                    lost.pairs[pair_index(first.number, second.number)] += 1;
                }
            }
        }
    }
}

/// The normal equations of the satellites in view but those that are out.
fn geometry(seen: &[Seen], out: &dyn Fn(&Seen) -> bool) -> Geometry {
    let mut geometry = Geometry::default();
    let mut clock = 0;
    for satellite in seen.iter().filter(|satellite| !out(satellite)) {
        if satellite.clock != clock {
            geometry.close_clock();
            clock = satellite.clock;
        }
        geometry.add(&satellite.line);
    }
    geometry
}

/// What a satellite in view does to the solution.
struct Influence {
    /// Diagonal of `G Q Gᵀ` with all clocks: `1/n + (u − b̄)ᵀ Q (u − b̄)`.
    leverage: f64,
    /// `1/n` of its clock.
    weight: f64,
    /// `u − b̄`.
    off: Vector3<f64>,
    /// The space terms of `Q gᵀ`: the position block of `Q` times `u − b̄`.
    shift: Vector3<f64>,
}

/// The influence of each satellite in view.
fn weigh(seen: &[Seen], cofactor: &Matrix3<f64>, influences: &mut Vec<Influence>) {
    influences.clear();
    for group in seen.chunk_by(|a, b| a.clock == b.clock) {
        let weight = 1.0 / group.len() as f64;
        let mean = group.iter().map(|satellite| satellite.line).sum::<Vector3<f64>>() * weight;
        influences.extend(group.iter().map(|satellite| {
            let off = satellite.line - mean;
            let shift = cofactor * off;
            Influence { leverage: weight + off.dot(&shift), weight, off, shift }
        }));
    }
}

impl Influence {
    /// PDOP² without the satellite, from PDOP² with it; none when the geometry is nearly singular then.
    fn pdop_squared_without(&self, total: f64) -> Option<f64> {
        let rest = 1.0 - self.leverage;
        (rest > NEARLY_SINGULAR).then(|| total + self.shift.norm_squared() / rest)
    }

    /// PDOP² without this satellite and another.
    fn pdop_squared_without_both(&self, other: &Self, same_clock: bool, total: f64) -> Option<f64> {
        let cross = if same_clock { self.weight } else { 0.0 } + self.off.dot(&other.shift);
        let (rest, others_rest) = (1.0 - self.leverage, 1.0 - other.leverage);
        let determinant = rest * others_rest - cross * cross;
        (rest > NEARLY_SINGULAR && determinant > NEARLY_SINGULAR).then(|| {
            total
                + (others_rest * self.shift.norm_squared()
                    + rest * other.shift.norm_squared()
                    + 2.0 * cross * self.shift.dot(&other.shift))
                    / determinant
        })
    }
}

impl<T: Copy> Tally<T> {
    fn new(value: T, singles: usize, pairs: usize, planes: usize) -> Self {
        let of = |count| vec![value; count];
        Self { base: value, singles: of(singles), pairs: of(pairs), planes: of(planes) }
    }

    fn fill(&mut self, value: T) {
        self.base = value;
        self.each_mut().for_each(|item| *item = value);
    }

    fn each(&self) -> impl Iterator<Item = &T> {
        self.singles.iter().chain(&self.pairs).chain(&self.planes)
    }

    fn each_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.singles.iter_mut().chain(&mut self.pairs).chain(&mut self.planes)
    }
}

impl Tally<Sum> {
    /// Adds a site; what is not available with all satellites is not with fewer.
    fn add_site(&mut self, lost: &Tally<u32>, site: usize, area_km2: f64) {
        self.base.add_site(lost.base, site, area_km2);
        for (sum, more) in self.each_mut().zip(lost.each()) {
            sum.add_site(lost.base + more, site, area_km2);
        }
    }

    /// Adds the sums over later sites.
    fn merge(&mut self, later: &Self) {
        self.base.merge(&later.base);
        for (sum, later) in self.each_mut().zip(later.each()) {
            sum.merge(later);
        }
    }
}

impl Sum {
    fn add_site(&mut self, lost: u32, site: usize, area_km2: f64) {
        self.count += u64::from(lost);
        self.lost += f64::from(lost) * area_km2;
        if lost == 0 {
            self.always += 1;
            self.always_km2 += area_km2;
        }
        if self.worst.1 == usize::MAX || lost > self.worst.0 {
            self.worst = (lost, site);
        }
    }

    fn merge(&mut self, later: &Self) {
        self.count += later.count;
        self.lost += later.lost;
        self.always += later.always;
        self.always_km2 += later.always_km2;
        if self.worst.1 == usize::MAX || later.worst.0 > self.worst.0 {
            self.worst = later.worst;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::EarthOrientation;
    use crate::navigation::planes::planes;
    use crate::navigation::survey::survey;
    use crate::navigation::survey::tests::{designed, places};
    use crate::navigation::system::System;
    use crate::navigation::tracks::Clock;
    use crate::time::Window;

    fn window() -> Window {
        Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 6.0 * 3600.0 }
    }

    /// Sites whose areas are unlike from set to set, so that sums of them round otherwise.
    fn of_unlike_areas(set: i32) -> Vec<Site> {
        let areas = (0..97).map(|k| 0.1 + 1.7 * (f64::from(set) + 3.1 * f64::from(k)).sin().abs());
        places(97).into_iter().zip(areas).map(|(place, area_km2)| Site { place, area_km2 }).collect()
    }

    /// Where there is never a fix the sums of lost instants are those of all, but for rounding.
    #[test]
    fn nothing_is_available_without_a_fix() {
        let systems = [designed("meo", 21_528.0, 55.0, 3, 3)];
        let criteria = Criteria { min_elevation_deg: 5.0, pdop_threshold: 6.0 };
        let tracks = fly(&systems);
        let mut rounded = 0;
        for set in 0..60 {
            let sites = of_unlike_areas(set);
            let outages = outages(&tracks, &sites, &[], &criteria);
            for outage in outages.singles.iter().chain(&outages.pairs).chain([&outages.none]) {
                assert_eq!(outage.availability_percent.to_bits(), 0.0f64.to_bits(), "{set} {outage:?}");
                assert_eq!(outage.lost_instants, 97 * tracks.instants() as u64);
            }
            // Sums in another order, which decided before.
            let instants = tracks.instants() as f64;
            let (lost, all) = sites
                .iter()
                .fold((0.0, 0.0), |(lost, all), site| (lost + site.area_km2 * instants, all + site.area_km2));
            rounded += u32::from(lost < all * instants);
        }
        assert!(rounded > 5, "{rounded}");
    }

    /// A percentage of all is told as 99.99 where its sum of areas falls short of theirs.
    #[test]
    fn always_and_everywhere_is_all() {
        let systems = [designed("meo", 21_528.0, 55.0, 27, 3)];
        let criteria = Criteria { min_elevation_deg: 0.0, pdop_threshold: 1e9 };
        let tracks = fly(&systems);
        let mut rounded = 0;
        for set in 0..60 {
            let sites = of_unlike_areas(set);
            let outage = outages(&tracks, &sites, &[], &criteria).none;
            assert_eq!((outage.always_available_percent, outage.lost_instants), (100.0, 0), "{set}");
            // Sums of parts, as they are added up.
            let part_size = sites.len().div_ceil(PARTS);
            let parts =
                sites.chunks(part_size).map(|part| part.iter().map(|site| site.area_km2).sum::<f64>());
            rounded += u32::from(parts.sum::<f64>() < sites.iter().map(|site| site.area_km2).sum());
        }
        assert!(rounded > 5, "{rounded}");
    }

    fn fly(systems: &[System]) -> Tracks {
        Tracks::new(systems, Clock::PerSystem, window(), 900.0, EarthOrientation::default()).unwrap()
    }

    /// Every outage against a survey of the systems without those satellites.
    #[test]
    fn outages_equal_runs_without_the_satellites() {
        let systems = [designed("meo", 21_528.0, 55.0, 24, 3), designed("igso", 35_786.0, 55.0, 3, 3)];
        // The threshold of the standards, and one that most pairs of outages break somewhere.
        for pdop_threshold in [6.0, 3.0] {
            assert_outages(&systems, &Criteria { min_elevation_deg: 5.0, pdop_threshold });
        }
    }

    fn assert_outages(systems: &[System], criteria: &Criteria) {
        let sites: Vec<Site> = places(4)
            .into_iter()
            .enumerate()
            .map(|(k, place)| Site { place, area_km2: 1.0 + k as f64 })
            .collect();
        let places: Vec<_> = sites.iter().map(|site| site.place).collect();
        let planes = planes(systems, window().start);
        assert_eq!(planes.len(), 6);
        let outages = outages(&fly(systems), &sites, &planes, criteria);
        assert_eq!((outages.singles.len(), outages.pairs.len()), (27, 351));
        let mut kinds = [0, 0];
        for outage in
            outages.singles.iter().chain(&outages.pairs).chain(&outages.planes).chain([&outages.none])
        {
            let mut number = 0;
            let mut left = systems.to_vec();
            for system in &mut left {
                system.satellites.retain(|_| {
                    number += 1;
                    !outage.satellites.contains(&(number - 1))
                });
            }
            let figures = survey(&fly(&left), &places, criteria);
            let all: f64 = sites.iter().map(|site| site.area_km2).sum();
            let mean = |value: &dyn Fn(usize) -> f64| {
                (0..sites.len()).map(|site| sites[site].area_km2 * value(site)).sum::<f64>() / all
            };
            let availability = mean(&|site| figures[site].availability_percent());
            assert!((outage.availability_percent - availability).abs() < 1e-9, "{outage:?} {availability}");
            let always = mean(&|site| if figures[site].is_always_available() { 100.0 } else { 0.0 });
            assert!((outage.always_available_percent - always).abs() < 1e-9);
            let worst = figures.iter().map(|figures| figures.availability_percent()).fold(100.0, f64::min);
            assert!((outage.worst_site_percent - worst).abs() < 1e-9);
            assert!((figures[outage.worst_site].availability_percent() - worst).abs() < 1e-9);
            kinds[usize::from(outage.availability_percent < outages.none.availability_percent)] += 1;
        }
        // Some outages cost something and some nothing, or the test would show little.
        assert!(kinds[0] >= 1 && kinds[1] > 20, "{kinds:?}");
        assert!(outages.singles.is_sorted_by(|a, b| a.availability_percent <= b.availability_percent));
    }
}
