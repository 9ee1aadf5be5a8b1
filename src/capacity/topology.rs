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
/// Satellites face each other up to this share of the distance between two of a plane; half of it is between equals.
const FACING: f64 = 0.75;

/// A plane of a shell: its node, and its satellites by argument of latitude.
struct Plane {
    raan_deg: f64,
    /// In the order of flight.
    members: Vec<Member>,
}

/// Mean argument of latitude of a satellite in degrees, and its number.
type Member = (f64, u32);

impl Plane {
    /// The least number of its satellites.
    fn first(&self) -> u32 {
        self.members.iter().map(|member| member.1).min().unwrap_or(u32::MAX)
    }
}

/// The links of all constellations, by shell: links run inside a shell only.
///
/// A ring links each satellite with the next of its plane. A +grid also links each satellite with the one of
/// the next plane whose argument of latitude is nearest, of two equally near ones with that ahead; planes that are
/// further apart than one and a half times the usual step, as at the seam of a star, are not linked.
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
        match shift(&here.members, &next.members) {
            Some(shift) => {
                let turned = next.members.iter().cycle().skip(shift);
                links.extend(here.members.iter().zip(turned).map(|(from, to)| link(from.1, to.1, rate)));
            }
            None => {
                let nearest = |from: &Member| nearest(from, &next.members).map(|to| link(from.1, to, rate));
                links.extend(here.members.iter().filter_map(nearest));
            }
        }
    }
}

fn link(from: u32, to: u32, rate: u32) -> IslLink {
    IslLink { from, to, rate }
}

/// How many places the next plane is to be turned for each satellite to face its neighbour: one for all, so that
/// every satellite has one neighbour on either side, also where two are equally near. None between planes that are
/// not filled alike.
fn shift(here: &[Member], next: &[Member]) -> Option<usize> {
    let count = next.len();
    if here.len() != count {
        return None;
    }
    let slot = 360.0 / count as f64;
    let faced = next
        .iter()
        .enumerate()
        .min_by(|a, b| turn(here[0].0, a.1.0).abs().total_cmp(&turn(here[0].0, b.1.0).abs()))?
        .0;
    // Mean distance, mean turn and shift; the nearest of the first satellite may be one beside that of most.
    let mut found: Vec<(f64, f64, usize)> = Vec::new();
    for shift in [count - 1, 0, 1].map(|beside| (faced + beside) % count) {
        let turns = (0..count).map(|at| turn(here[at].0, next[(at + shift) % count].0));
        let (mut distance, mut ahead, mut furthest) = (0.0, 0.0, 0.0f64);
        for turn in turns {
            distance += turn.abs() / count as f64;
            ahead += turn / count as f64;
            furthest = furthest.max(turn.abs());
        }
        if furthest <= FACING * slot {
            found.push((distance, ahead, shift));
        }
    }
    let least = found.iter().map(|each| each.0).fold(f64::INFINITY, f64::min);
    let near = AS_NEAR_DEG.min(slot / 4.0);
    found.retain(|each| each.0 <= least + near);
    found.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|each| each.2)
}

/// The satellite of the next plane that is nearest along the orbit, of those equally near the one furthest ahead.
fn nearest(from: &Member, next: &[Member]) -> Option<u32> {
    let ahead = |member: &Member| turn(from.0, member.0);
    let least = next.iter().map(|member| ahead(member).abs()).fold(f64::INFINITY, f64::min);
    let near = AS_NEAR_DEG.min(90.0 / next.len() as f64);
    let nearest = next.iter().filter(|member| ahead(member).abs() <= least + near);
    nearest.max_by(|a, b| ahead(a).total_cmp(&ahead(b))).map(|member| member.1)
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
        // Slot 1 of each plane with the slots beside it, and with those half a slot ahead in the next plane.
        assert!(expected.contains(&(0, 1)) && expected.contains(&(0, 11)) && expected.contains(&(0, 12)));
        let apart = with_epochs_apart(&one);
        assert_ne!(apart.satellites[1].elements.epoch, one.satellites[1].elements.epoch);
        for start in ["2026-01-03T00:00:00Z", "2026-01-03T07:13:00Z"] {
            assert_eq!(pairs(&apart, epoch(start)), expected, "{start}");
            assert_eq!(pairs(&one, epoch(start)), expected, "{start}");
        }
    }

    /// Half a slot between planes: of two satellites equally near, one was linked twice and one not at all.
    #[test]
    fn equivalent_slots_have_equal_links() {
        for (satellites, planes, phasing, altitude_km) in
            [(16, 4, 2, 8000), (96, 8, 4, 800), (1584, 72, 37, 550), (60, 6, 3, 1200)]
        {
            let definition = format!(
                "name = \"x\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\n\
                 name = \"a\"\npattern = \"walker-delta\"\nsatellites = {satellites}\nplanes = {planes}\n\
                 phasing = {phasing}\naltitude_km = {altitude_km}\ninclination_deg = 60\nsource = \"s\"\n\
                 [[payload]]\nsource = \"s\"\ncapacity_gbps_per_satellite = 5\nisl = \"+grid\"\nisl_gbps = 10\n"
            );
            let system = parse("x.toml", definition.as_bytes(), &ReadOptions::default()).unwrap();
            for start in ["2026-01-01T00:00:00Z", "2026-01-01T00:47:00Z", "2026-02-13T05:00:00Z"] {
                let mut degree = vec![0; satellites];
                for (from, to) in pairs(&system, epoch(start)) {
                    degree[from as usize] += 1;
                    degree[to as usize] += 1;
                }
                assert!(degree.iter().all(|&links| links == 4), "{satellites} {start} {degree:?}");
            }
        }
    }

    /// A plane that has lost a satellite is linked from each of its neighbours to the nearest.
    #[test]
    fn a_plane_with_a_hole_is_linked_with_the_nearest() {
        let plane = |arguments: &[f64]| -> Vec<Member> {
            arguments.iter().enumerate().map(|(number, &argument)| (argument, number as u32)).collect()
        };
        let (whole, hole) = (plane(&[0.0, 90.0, 180.0, 270.0]), plane(&[45.0, 135.0, 315.0]));
        assert_eq!(shift(&whole, &hole), None);
        let to: Vec<_> = whole.iter().map(|from| nearest(from, &hole)).collect();
        assert_eq!(to, [Some(0), Some(1), Some(1), Some(2)]);
        // As many, but not where they face each other.
        assert_eq!(shift(&whole, &plane(&[0.0, 10.0, 20.0, 30.0])), None);
        // Equally near to within what rounds off, on whatever side.
        assert_eq!(shift(&whole, &plane(&[45.0 + 1e-9, 135.0 - 1e-9, 225.0, 315.0 + 1e-9])), Some(0));
        assert_eq!(shift(&whole, &plane(&[45.0 - 1e-9, 135.0 + 1e-9, 225.0, 315.0 - 1e-9])), Some(0));
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
