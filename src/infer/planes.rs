//! Planes of a shell, and the places in them.

use nalgebra::Vector3;

use super::Place;
use super::cluster::HIGH_KM;
use crate::orbit::planes::clear_planes;

/// Nodes of low orbits further apart than this belong to different planes, degrees.
pub(super) const PLANE_GAP_DEG: f64 = 0.75;
/// Where it leaves more than one satellite in so many alone, the nodes have drifted, and it does not tell the planes.
const MOST_ALONE: usize = 4;
/// How well satellites must keep to evenly spaced places: mean resultant length, 1 for perfect keeping.
const LEAST_KEEPING: f64 = 0.8;
/// Planes with fewer satellites do not tell where places are; nor do all planes that have as many where they
/// hold less than this share of the satellites.
const TELLING: usize = 3;
const LEAST_TELLING_SHARE: f64 = 0.5;
/// Fewer places are none: any satellites that fly in one bunch keep to one or two.
const LEAST_PLACES: u32 = 3;
/// More than this share of the places must be held, in the middle plane and in all, which a bunch does not do.
const LEAST_HELD_SHARE: f64 = 0.5;
/// A fit this near to the best one is as good.
const AS_GOOD: f64 = 0.95;

/// A plane.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Plane {
    /// Right ascension of its node at the common epoch, degrees.
    pub raan_deg: f64,
    /// Number of satellites.
    pub satellites: usize,
}

/// What was found of a shell's planes.
pub(super) struct Found {
    pub planes: Vec<Plane>,
    /// Plane by plane, in each by the argument of latitude.
    pub places: Vec<Place>,
    pub places_per_plane: Option<PlacesPerPlane>,
}

/// Evenly spaced places that the satellites of all planes keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PlacesPerPlane {
    pub count: u32,
    /// Places of all planes that hold a satellite, percent.
    pub held_percent: f64,
}

impl Found {
    /// No planes: satellites that stand.
    pub fn none(places: Vec<Place>) -> Self {
        Self { planes: Vec::new(), places, places_per_plane: None }
    }
}

/// Finds the planes of a shell.
///
/// Low satellites that keep their planes lie within a fraction of a degree of one another. Higher up Moon and Sun
/// turn the orbits of a plane apart by degrees over the years, and so they drift in old low systems; there the
/// planes are told by the gaps between them, as for navigation systems.
pub(super) fn find(mut places: Vec<Place>) -> Found {
    places.sort_by(|a, b| a.raan_deg.total_cmp(&b.raan_deg));
    let altitude_km =
        super::range(&places, |place| place.kepler_altitude_km).map_or(0.0, |range| range.median);
    let groups = if altitude_km < HIGH_KM {
        let near = near(&places);
        let alone = near.iter().filter(|group| group.len() == 1).count();
        let apart = if alone * MOST_ALONE > places.len() { clear(&places) } else { None };
        apart.unwrap_or(near)
    } else {
        clear(&places).unwrap_or_else(|| vec![places])
    };
    let mut groups: Vec<(Plane, Vec<Place>)> = groups
        .into_iter()
        .map(|mut group| {
            group.sort_by(|a, b| a.argument_of_latitude_deg.total_cmp(&b.argument_of_latitude_deg));
            (Plane { raan_deg: mean_angle_deg(&group), satellites: group.len() }, group)
        })
        .collect();
    groups.sort_by(|a, b| a.0.raan_deg.total_cmp(&b.0.raan_deg));
    let places_per_plane = places_per_plane(&groups);
    let planes = groups.iter().map(|(plane, _)| *plane).collect();
    Found { planes, places_per_plane, places: groups.into_iter().flat_map(|(_, group)| group).collect() }
}

/// Places, sorted by node, whose nodes follow one another closely.
fn near(places: &[Place]) -> Vec<Vec<Place>> {
    let count = places.len();
    let gap_behind = |at: usize| (places[(at + 1) % count].raan_deg - places[at].raan_deg).rem_euclid(360.0);
    // The circle is cut behind a gap, so that no plane is cut in two where the nodes begin again at 0°.
    let widest = (0..count).max_by(|a, b| gap_behind(*a).total_cmp(&gap_behind(*b))).unwrap_or(0);
    let (before, behind) = places.split_at(((widest + 1) % count.max(1)).min(count));
    let mut groups: Vec<Vec<Place>> = Vec::new();
    let mut last: Option<f64> = None;
    for place in behind.iter().chain(before) {
        let near = last.is_some_and(|last| (place.raan_deg - last).rem_euclid(360.0) <= PLANE_GAP_DEG);
        match groups.last_mut() {
            Some(group) if near => group.push(*place),
            _ => groups.push(vec![*place]),
        }
        last = Some(place.raan_deg);
    }
    groups
}

/// Places between whose planes the gaps are clear; none where they are not.
fn clear(places: &[Place]) -> Option<Vec<Vec<Place>>> {
    let normal = |place: &Place| {
        let (sin_node, cos_node) = place.raan_deg.to_radians().sin_cos();
        let (sin_i, cos_i) = place.inclination_deg.to_radians().sin_cos();
        Vector3::new(sin_i * sin_node, -sin_i * cos_node, cos_i)
    };
    let normals: Vec<Vector3<f64>> = places.iter().map(normal).collect();
    let of = |numbers: Vec<usize>| numbers.into_iter().map(|number| places[number]).collect();
    Some(clear_planes(&normals)?.into_iter().map(of).collect())
}

/// Middle direction of the nodes.
fn mean_angle_deg(group: &[Place]) -> f64 {
    let (sine, cosine) = group.iter().fold((0.0, 0.0), |(sine, cosine), place| {
        let angle = place.raan_deg.to_radians();
        (sine + angle.sin(), cosine + angle.cos())
    });
    f64::atan2(sine, cosine).to_degrees().rem_euclid(360.0)
}

/// Sum over the satellites of a plane of the unit vectors at `places` times their arguments of latitude. All
/// satellites on evenly spaced places make it as long as their number.
fn resultant(group: &[Place], places: u32) -> (f64, f64) {
    group.iter().fold((0.0, 0.0), |(sine, cosine), place| {
        let angle = (place.argument_of_latitude_deg * f64::from(places)).to_radians();
        (sine + angle.sin(), cosine + angle.cos())
    })
}

/// How well `places` evenly spaced places fit, satellite by satellite: the resultant length of the
/// arguments of latitude times the number of places (Mardia and Jupp 2000, section 2.3), a mean over planes.
fn keeping(groups: &[&Vec<Place>], places: u32) -> f64 {
    let (sum, count) = groups.iter().fold((0.0, 0.0), |(sum, count), group| {
        let (sine, cosine) = resultant(group, places);
        (sum + f64::hypot(sine, cosine), count + group.len() as f64)
    });
    sum / count
}

/// How many of `places` evenly spaced places of a plane hold a satellite or more.
fn held(group: &[Place], places: u32) -> usize {
    let (sine, cosine) = resultant(group, places);
    let step_deg = 360.0 / f64::from(places);
    let first_deg = f64::atan2(sine, cosine).to_degrees() / f64::from(places);
    let mut numbers: Vec<i64> = group
        .iter()
        .map(|place| ((place.argument_of_latitude_deg - first_deg) / step_deg).round() as i64)
        .map(|number| number.rem_euclid(i64::from(places)))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// The least number of places that fits the satellites of the planes about as well as any.
///
/// Several satellites may share a place, so there may be fewer places than satellites. Any few satellites keep
/// to some large number of places by chance, so no more than twice the satellites of a well-filled plane are
/// tried.
fn places_per_plane(groups: &[(Plane, Vec<Place>)]) -> Option<PlacesPerPlane> {
    let telling: Vec<&Vec<Place>> =
        groups.iter().map(|(_, group)| group).filter(|group| group.len() >= TELLING).collect();
    let count = |groups: &mut dyn Iterator<Item = usize>| groups.sum::<usize>() as f64;
    let all = count(&mut groups.iter().map(|(_, group)| group.len()));
    if count(&mut telling.iter().map(|group| group.len())) < LEAST_TELLING_SHARE * all {
        return None;
    }
    let mut counts: Vec<usize> = telling.iter().map(|group| group.len()).collect();
    counts.sort_unstable();
    let filled = *counts.get(counts.len() * 9 / 10)? as u32;
    let fits: Vec<(u32, f64)> = (LEAST_PLACES..=2 * filled)
        .filter(|&places| {
            let mut held: Vec<usize> = telling.iter().map(|group| self::held(group, places)).collect();
            held.sort_unstable();
            held[held.len() / 2] as f64 > LEAST_HELD_SHARE * f64::from(places)
        })
        .map(|places| (places, keeping(&telling, places)))
        .collect();
    let best = fits.iter().map(|(_, fit)| *fit).fold(0.0, f64::max);
    let (places, _) = fits.into_iter().find(|(_, fit)| *fit >= LEAST_KEEPING && *fit >= AS_GOOD * best)?;
    let held: usize = groups.iter().map(|(_, group)| self::held(group, places)).sum();
    let held_share = held as f64 / (groups.len() as f64 * f64::from(places));
    (held_share > LEAST_HELD_SHARE)
        .then_some(PlacesPerPlane { count: places, held_percent: 100.0 * held_share })
}

/// Median of the steps of the nodes from plane to plane, all round. The way round the back of planes that fill half of the
/// circle or less is one of many then; of two planes it is one of two, and the other one is the step.
pub(super) fn node_step_deg(planes: &[Plane]) -> Option<f64> {
    if planes.len() < 2 {
        return None;
    }
    let mut steps: Vec<f64> = (0..planes.len())
        .map(|at| (planes[(at + 1) % planes.len()].raan_deg - planes[at].raan_deg).rem_euclid(360.0))
        .collect();
    steps.sort_unstable_by(f64::total_cmp);
    let middle = steps.len() / 2;
    Some(match steps.len() {
        2 => steps[0],
        count if count % 2 == 0 => (steps[middle - 1] + steps[middle]) / 2.0,
        _ => steps[middle],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes of the planes of satellites at a height whose nodes are these, tenths of a degree.
    fn sizes(altitude_km: f64, inclination_deg: f64, nodes: &[u16]) -> Vec<usize> {
        let place = |(satellite, node): (usize, &u16)| Place {
            satellite,
            kepler_altitude_km: altitude_km,
            mean_altitude_km: altitude_km,
            inclination_deg,
            raan_deg: f64::from(*node) / 10.0,
            argument_of_latitude_deg: 40.0 * satellite as f64 % 360.0,
        };
        let found = find(nodes.iter().enumerate().map(place).collect());
        assert_eq!(found.places.len(), nodes.len());
        found.planes.iter().map(|plane| plane.satellites).collect()
    }

    /// Nodes of the element sets of 2026-08-22: three planes of Beidou and of GLONASS, eight of Globalstar.
    #[test]
    fn planes_that_have_drifted_wide_are_told_by_the_gaps_between_them() {
        let beidou = [
            601, 601, 605, 605, 607, 607, 608, 610, 610, 610, 610, 1788, 1789, 1801, 1801, 1801, 1801, 1805,
            1806, 2975, 2976, 2977, 2977, 2977, 2977, 2998, 2998, 3000, 3000, 3000, 3001, 3019, 3027,
        ];
        assert_eq!(sizes(21_528.0, 54.4, &beidou), [11, 8, 14]);
        let glonass = [
            686, 688, 700, 704, 706, 707, 708, 708, 714, 716, 718, 1881, 1897, 1897, 1898, 1903, 1904, 1904,
            1906, 3083, 3101, 3108, 3115, 3117, 3122, 3123, 3123, 3127, 3138, 3139,
        ];
        assert_eq!(sizes(19_130.0, 65.0, &glonass), [11, 8, 11]);
        let globalstar = [
            361, 412, 427, 784, 806, 829, 1277, 1278, 1339, 1718, 1766, 1784, 2218, 2236, 2243, 2673, 2675,
            2680, 3091, 3095, 3101, 3526, 3550, 3590,
        ];
        assert_eq!(sizes(1413.6, 52.0, &globalstar), [3; 8]);
    }

    /// Planes of Starlink as near as 0.9°, a few satellites between them: no wide gaps make one plane of several.
    #[test]
    fn planes_of_low_systems_may_lie_close_together() {
        let plane = |first: u16| (0..24).map(move |number| first + number / 20);
        let mut nodes: Vec<u16> = [685, 694, 724, 733, 801, 810, 2900].into_iter().flat_map(plane).collect();
        nodes.push(766);
        assert_eq!(sizes(465.5, 97.3, &nodes), [24, 24, 24, 24, 1, 24, 24, 24]);
    }

    /// Nodes of the catalogue of Qianfan of 2026-08-22: two planes 4.24° apart were told as 355.76° apart.
    #[test]
    fn the_step_of_two_planes_is_the_way_between_them() {
        let step = |nodes: &[f64]| {
            let planes: Vec<Plane> =
                nodes.iter().map(|&raan_deg| Plane { raan_deg, satellites: 1 }).collect();
            node_step_deg(&planes).map(|step| (step * 100.0).round() / 100.0)
        };
        assert_eq!(step(&[52.49, 56.73]), Some(4.24));
        assert_eq!(step(&[1.0, 359.0]), Some(2.0));
        assert_eq!(step(&[0.0, 180.0]), Some(180.0));
        // Of a number of steps that has no middle one it is the mean of both.
        assert_eq!(step(&[0.0, 60.0, 150.0, 250.0]), Some(95.0));
        assert_eq!(step(&[0.0, 30.0, 60.0, 90.0, 120.0, 150.0]), Some(30.0));
        assert_eq!(step(&[0.0, 119.0, 240.0]), Some(120.0));
        assert_eq!(step(&[10.0]), None);
    }

    /// Without a clear gap high satellites are of one plane; on the equator nodes mean nothing.
    #[test]
    fn high_satellites_without_a_gap_are_of_one_plane() {
        assert_eq!(sizes(20_182.0, 55.0, &[2015, 2052, 2060, 2080, 2081, 2114]), [6]);
        assert_eq!(sizes(8066.0, 0.05, &[3, 400, 440, 1200, 2000, 2300]), [6]);
    }
}
