//! Which satellites are linked with which: rings along planes, and grids across them.

use crate::constellation::Constellation;
use crate::constellation::payload::IslTopology;
use crate::orbit::osculating::{Osculating, is_equatorial};
use crate::time::Epoch;

use super::ability::Abilities;
use super::isl::IslLink;

/// Satellites whose nodes differ less are of one plane, degrees.
const SAME_PLANE_DEG: f64 = 0.5;
/// Satellites whose distances along the orbit differ less are equally near, degrees: what osculates swings by tenths.
const AS_NEAR_DEG: f64 = 0.5;

/// A plane of a shell: its node, and its satellites by argument of latitude.
struct Plane {
    raan_deg: f64,
    /// Mean argument of latitude in degrees, and number.
    members: Vec<(f64, u32)>,
}

impl Plane {
    /// The least number of its satellites.
    fn first(&self) -> u32 {
        self.members.iter().map(|member| member.1).min().unwrap_or(u32::MAX)
    }
}

/// The links of all constellations, by shell: links run inside a shell only.
///
/// A ring links each satellite with the next of its plane. A +grid also links each satellite with the one of
/// the next plane whose argument of latitude is nearest; planes that are further apart than one and a half
/// times the usual step, as at the seam of a star, are not linked.
///
/// All satellites are brought to one instant, the start of the run: elements of a catalogue are of as many epochs
/// as there are satellites. Those without a position then have no links.
pub fn links(constellations: &[Constellation], abilities: &Abilities, start: Epoch) -> Vec<IslLink> {
    let mut links = Vec::new();
    let mut first = 0;
    for constellation in constellations {
        let mut shells: Vec<(&str, Vec<Plane>)> = Vec::new();
        for (number, satellite) in constellation.satellites.iter().enumerate() {
            if abilities.get(first + number).isl.is_none() {
                continue;
            }
            let Some(orbit) = Osculating::at(&satellite.elements, start) else { continue };
            let at = shells.iter().position(|(name, _)| *name == satellite.shell).unwrap_or_else(|| {
                shells.push((satellite.shell.as_str(), Vec::new()));
                shells.len() - 1
            });
            let planes = &mut shells[at].1;
            let (raan_deg, argument) = orbit.node_and_mean_argument_deg(is_equatorial(&satellite.elements));
            let member = (argument, (first + number) as u32);
            match planes.iter_mut().find(|plane| turn(plane.raan_deg, raan_deg).abs() < SAME_PLANE_DEG) {
                Some(plane) => plane.members.push(member),
                None => planes.push(Plane { raan_deg, members: vec![member] }),
            }
        }
        for (_, mut planes) in shells {
            let some = planes[0].members[0].1 as usize;
            if let Some((topology, rate)) = abilities.get(some).isl {
                shell(&mut planes, topology, rate, &mut links);
            }
        }
        first += constellation.satellites.len();
    }
    links
}

fn shell(planes: &mut [Plane], topology: IslTopology, rate: u32, links: &mut Vec<IslLink>) {
    // Round from the first satellite, so that the order of the links does not change with the instant.
    let first = planes.iter().min_by_key(|plane| plane.first()).map_or(0.0, |plane| plane.raan_deg);
    let from_first = |plane: &Plane| (plane.raan_deg - first).rem_euclid(360.0);
    planes.sort_by(|a, b| from_first(a).total_cmp(&from_first(b)));
    for plane in planes.iter_mut() {
        let first = plane.members.iter().min_by_key(|member| member.1).map_or(0.0, |member| member.0);
        let from_first = |member: &(f64, u32)| (member.0 - first).rem_euclid(360.0);
        plane.members.sort_by(|a, b| from_first(a).total_cmp(&from_first(b)));
        let count = plane.members.len();
        // Two satellites of a plane have one link between them, not two.
        let steps = if count < 3 { count.saturating_sub(1) } else { count };
        for at in 0..steps {
            let (from, to) = (plane.members[at].1, plane.members[(at + 1) % count].1);
            links.push(IslLink { from, to, rate });
        }
    }
    if topology != IslTopology::PlusGrid || planes.len() < 2 {
        return;
    }
    let count = planes.len();
    let pairs = if count == 2 { 1 } else { count };
    let mut gaps: Vec<f64> = (0..count)
        .map(|at| turn(planes[at].raan_deg, planes[(at + 1) % count].raan_deg).rem_euclid(360.0))
        .collect();
    let unsorted = gaps.clone();
    gaps.sort_by(f64::total_cmp);
    let usual = gaps[count / 2];
    for at in (0..pairs).filter(|&at| unsorted[at] <= 1.5 * usual) {
        let (here, next) = (&planes[at], &planes[(at + 1) % count]);
        for &(argument, from) in &here.members {
            let off = |member: &(f64, u32)| turn(argument, member.0).abs();
            let least = next.members.iter().map(off).fold(f64::INFINITY, f64::min);
            let nearest = next.members.iter().filter(|member| off(member) <= least + AS_NEAR_DEG);
            if let Some(to) = nearest.map(|member| member.1).min() {
                links.push(IslLink { from, to, rate });
            }
        }
    }
}

/// From one angle to another in `[-180, 180)`, degrees.
fn turn(from_deg: f64, to_deg: f64) -> f64 {
    (to_deg - from_deg + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, Satellite, parse, read};

    fn pairs(constellation: &Constellation, start: Epoch) -> Vec<(u32, u32)> {
        let mut abilities = Abilities::of(std::slice::from_ref(constellation), Some(5.0)).unwrap();
        // No shipped file gives links.
        abilities.kinds.iter_mut().for_each(|kind| kind.isl = Some((IslTopology::PlusGrid, 10)));
        let links = links(std::slice::from_ref(constellation), &abilities, start);
        let mut pairs: Vec<(u32, u32)> =
            links.iter().map(|link| (link.from.min(link.to), link.from.max(link.to))).collect();
        pairs.sort_unstable();
        pairs
    }

    fn epoch(text: &str) -> Epoch {
        text.parse().unwrap()
    }

    /// The same satellites, each with the elements of another day: SGP4's secular rates of the node, the perigee and
    /// the mean anomaly are found from its own positions.
    fn with_epochs_apart(constellation: &Constellation) -> Constellation {
        let mut apart = constellation.clone();
        for (number, satellite) in apart.satellites.iter_mut().enumerate() {
            let Satellite { elements, .. } = satellite;
            let later = elements.epoch.plus_seconds(3600.0 * ((number * 37) % 48) as f64);
            let (mut node, mut argument) = (elements.raan_deg, elements.mean_anomaly_deg);
            // Elements at the later epoch that lead to the same place there.
            for _ in 0..5 {
                let there = Osculating::at(elements, later)
                    .unwrap()
                    .node_and_mean_argument_deg(is_equatorial(elements));
                let trial = crate::orbit::MeanElements {
                    epoch: later,
                    raan_deg: node,
                    mean_anomaly_deg: argument,
                    ..*elements
                };
                let here =
                    Osculating::at(&trial, later).unwrap().node_and_mean_argument_deg(is_equatorial(&trial));
                node += turn(here.0, there.0);
                argument += turn(here.1, there.1);
            }
            (elements.epoch, elements.raan_deg) = (later, node.rem_euclid(360.0));
            elements.mean_anomaly_deg = argument.rem_euclid(360.0);
        }
        apart
    }

    #[test]
    fn satellites_are_linked_as_they_fly_whatever_the_epochs_of_their_elements() {
        let definition = "name = \"x\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\n\
                          name = \"a\"\npattern = \"walker-delta\"\nsatellites = 96\nplanes = 8\nphasing = 4\n\
                          altitude_km = 800\ninclination_deg = 60\nsource = \"s\"\n[[payload]]\nsource = \"s\"\n\
                          capacity_gbps_per_satellite = 5\nisl = \"+grid\"\nisl_gbps = 10\n";
        let one = parse("x.toml", definition.as_bytes(), &ReadOptions::default()).unwrap();
        let start = epoch("2026-01-01T00:00:00Z");
        let expected = pairs(&one, start);
        assert_eq!(expected.len(), 2 * 96);
        // Slot 1 of each plane with the slots beside it, and with those half a slot before in the next plane.
        assert!(expected.contains(&(0, 1)) && expected.contains(&(0, 11)) && expected.contains(&(0, 12)));
        let apart = with_epochs_apart(&one);
        assert_ne!(apart.satellites[1].elements.epoch, one.satellites[1].elements.epoch);
        for start in ["2026-01-03T00:00:00Z", "2026-01-03T07:13:00Z"] {
            assert_eq!(pairs(&apart, epoch(start)), expected, "{start}");
            assert_eq!(pairs(&one, epoch(start)), expected, "{start}");
        }
    }

    /// Nodes that turn past 0° and orbits that swing about their means change nothing.
    #[test]
    fn links_of_a_design_are_the_same_at_any_time() {
        for name in ["telesat-lightspeed", "iridium-next", "kuiper", "starlink-gen1"] {
            let system = read(name, &ReadOptions::default()).unwrap();
            let first = pairs(&system, epoch("2026-01-01T00:00:00Z"));
            assert!(first.len() >= system.satellites.len(), "{name}");
            for start in ["2026-01-01T00:47:00Z", "2026-02-13T05:00:00Z"] {
                assert_eq!(pairs(&system, epoch(start)), first, "{name} {start}");
            }
        }
    }

    /// The osculating inclination swings about that of the design, on both sides of where a node means nothing.
    #[test]
    fn a_ring_near_the_equator_is_one() {
        for (inclination_deg, raan_deg) in
            [(0.0, 0.0), (0.99, 90.0), (1.0, 90.0), (1.01, 90.0), (179.0, 90.0)]
        {
            let text = format!(
                "name = \"R\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"s\"\n[[shell]]\nname = \"one\"\n\
                 pattern = \"walker-delta\"\nsatellites = 12\nplanes = 1\nphasing = 0\naltitude_km = 1200\n\
                 inclination_deg = {inclination_deg:?}\nfirst_raan_deg = {raan_deg:?}\nsource = \"s\"\n"
            );
            let ring = parse("r.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
            let mut expected: Vec<(u32, u32)> = (0..11).map(|number| (number, number + 1)).collect();
            expected.insert(1, (0, 11));
            for start in ["2026-01-01T00:00:00Z", "2026-01-01T07:13:00Z"] {
                assert_eq!(pairs(&ring, epoch(start)), expected, "{inclination_deg} {raan_deg} {start}");
            }
        }
    }
}
