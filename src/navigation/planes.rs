//! Orbital planes: which satellites of a system fly in one plane, found from the orbits themselves, so
//! that catalogues need no annotation.

use nalgebra::Vector3;

use crate::frames::EarthOrientation;
use crate::navigation::almanac::gps_seconds;
use crate::navigation::system::{Orbit, System};
use crate::orbit::Propagator;
use crate::time::Epoch;

/// Planes nearer than this are one, whatever else: what satellites of a plane drift apart over years.
const SAME_PLANE_DEG: f64 = 0.5;
/// How much wider the gap between planes must be than the widest gap within one.
const CLEAR_RATIO: f64 = 3.0;

/// Satellites in one orbital plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// System, layer and longitude of the node, such as `Galileo MEO, node 317°`.
    pub name: String,
    /// Numbers of the satellites, counted through all systems.
    pub satellites: Vec<usize>,
}

/// The planes of all systems at an instant, those with at least two satellites and the lone ones alike.
///
/// Satellites of a system and layer are joined when the angle between their orbital planes is small
/// beside the angle to others: single linkage, cut at the widest relative step of the joining angles.
/// The geostationary ones count as one plane. Satellites without a position are left out.
pub fn planes(systems: &[System], epoch: Epoch) -> Vec<Plane> {
    let mut planes = Vec::new();
    let mut first = 0;
    for system in systems {
        let mut layers: Vec<&str> = Vec::new();
        for satellite in &system.satellites {
            let layer = satellite.orbit.layer();
            if !layers.contains(&layer) {
                layers.push(layer);
            }
        }
        for layer in layers {
            let (numbers, normals): (Vec<usize>, Vec<Vector3<f64>>) = system
                .satellites
                .iter()
                .enumerate()
                .filter(|(_, satellite)| satellite.orbit.layer() == layer)
                .filter_map(|(number, satellite)| Some((first + number, normal(&satellite.orbit, epoch)?)))
                .unzip();
            if layer == "GEO" {
                planes.push(Plane { name: format!("{} GEO", system.name), satellites: numbers });
                continue;
            }
            let mut found: Vec<(f64, Plane)> = groups(&normals)
                .into_iter()
                .map(|group| {
                    let mean: Vector3<f64> = group.iter().map(|&member| normals[member]).sum();
                    // The node is where the plane goes up through the equator: ẑ × n.
                    let node_deg = mean.x.atan2(-mean.y).to_degrees().rem_euclid(360.0);
                    let name = format!("{} {layer}, node {node_deg:.0}°", system.name);
                    let satellites = group.iter().map(|&member| numbers[member]).collect();
                    (node_deg, Plane { name, satellites })
                })
                .collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0));
            planes.extend(found.into_iter().map(|(_, plane)| plane));
        }
        first += system.satellites.len();
    }
    planes
}

/// Unit normal of the orbital plane in axes that do not turn with the Earth.
fn normal(orbit: &Orbit, epoch: Epoch) -> Option<Vector3<f64>> {
    match orbit {
        Orbit::Elements(elements) => {
            let (position, velocity) = Propagator::new(elements).ok()?.propagate(epoch).ok()?;
            position.0.cross(&velocity.0).try_normalize(0.0)
        }
        Orbit::Almanac(orbit) => {
            let gmst = epoch.gmst82_rad(&EarthOrientation::default());
            let (sin_node, cos_node) = (orbit.node_longitude_rad(gps_seconds(epoch)) + gmst).sin_cos();
            let (sin_i, cos_i) = orbit.inclination_rad.sin_cos();
            Some(Vector3::new(sin_i * sin_node, -sin_i * cos_node, cos_i))
        }
    }
}

/// Groups of normals by single linkage.
fn groups(normals: &[Vector3<f64>]) -> Vec<Vec<usize>> {
    let count = normals.len();
    // Prim's algorithm: each normal is joined to the nearest that is in the tree already.
    let mut joints: Vec<(f64, usize, usize)> = Vec::new();
    let mut nearest: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); count];
    let mut joined = vec![false; count];
    let mut current = 0;
    for _ in 1..count {
        joined[current] = true;
        for other in (0..count).filter(|&other| !joined[other]) {
            let angle = normals[current].angle(&normals[other]).to_degrees();
            if angle < nearest[other].0 {
                nearest[other] = (angle, current);
            }
        }
        let next = (0..count).filter(|&other| !joined[other]);
        current = next.min_by(|&a, &b| nearest[a].0.total_cmp(&nearest[b].0)).unwrap_or(0);
        joints.push((nearest[current].0, nearest[current].1, current));
    }
    let mut angles: Vec<f64> = joints.iter().map(|joint| joint.0.max(SAME_PLANE_DEG)).collect();
    angles.push(SAME_PLANE_DEG);
    angles.sort_by(f64::total_cmp);
    let widest = angles.windows(2).max_by(|a, b| (a[1] / a[0]).total_cmp(&(b[1] / b[0])));
    let cut = widest.filter(|step| step[1] / step[0] >= CLEAR_RATIO).map_or(f64::INFINITY, |step| step[0]);

    let mut group: Vec<usize> = (0..count).collect();
    for (angle, from, to) in joints {
        if angle <= cut {
            let (keep, drop) = (group[from].min(group[to]), group[from].max(group[to]));
            group.iter_mut().filter(|group| **group == drop).for_each(|group| *group = keep);
        }
    }
    let members = |wanted: usize| (0..count).filter(|&member| group[member] == wanted).collect::<Vec<_>>();
    (0..count).filter(|&leader| group[leader] == leader).map(members).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normals(planes: &[(f64, f64)], scatter_deg: f64, per_plane: usize) -> Vec<Vector3<f64>> {
        let mut normals = Vec::new();
        for &(inclination_deg, node_deg) in planes {
            for k in 0..per_plane {
                let off = scatter_deg * (k as f64 / per_plane as f64 - 0.5);
                let (sin_i, cos_i) = (inclination_deg + off).to_radians().sin_cos();
                let (sin_node, cos_node) = (node_deg - off).to_radians().sin_cos();
                normals.push(Vector3::new(sin_i * sin_node, -sin_i * cos_node, cos_i));
            }
        }
        normals
    }

    #[test]
    fn planes_are_told_apart() {
        let six: Vec<(f64, f64)> = (0..6).map(|k| (55.0, 60.0 * f64::from(k) + 17.0)).collect();
        for scatter_deg in [0.0, 0.3, 3.0, 6.0] {
            let found = groups(&normals(&six, scatter_deg, 5));
            assert_eq!(found.len(), 6, "{scatter_deg}");
            assert_eq!(found[1], [5, 6, 7, 8, 9]);
        }
        let many: Vec<(f64, f64)> = (0..72).map(|k| (53.0, 5.0 * f64::from(k))).collect();
        assert_eq!(groups(&normals(&many, 0.2, 3)).len(), 72);
        assert_eq!(groups(&normals(&[(55.0, 0.0)], 2.0, 8)).len(), 1);
        assert_eq!(groups(&normals(&[(55.0, 0.0), (55.0, 120.0), (55.0, 240.0)], 0.0, 1)).len(), 3);
        assert!(groups(&[]).is_empty());
    }
}
