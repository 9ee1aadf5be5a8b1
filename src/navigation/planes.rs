//! Orbital planes of navigation systems, found from the orbits themselves, so that catalogues need no annotation.

use nalgebra::Vector3;

use crate::frames::EarthOrientation;
use crate::navigation::almanac::gps_seconds;
use crate::navigation::system::{Orbit, System};
use crate::orbit::osculating::Osculating;
use crate::orbit::planes::clear_planes;
use crate::time::Epoch;

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
/// Satellites of a system and layer are parted where the gap is clear ([`clear_planes`]), and strays such as old GPS
/// satellites whose nodes have drifted are planes of their own. The geostationary ones count as one plane. Satellites
/// without a position are left out.
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
            let mut found: Vec<(f64, Plane)> = clear_planes(&normals)
                .unwrap_or_else(|| vec![(0..normals.len()).collect()])
                .into_iter()
                .filter(|group| !group.is_empty())
                .map(|group| {
                    let mean: Vector3<f64> = group.iter().map(|&member| normals[member]).sum();
                    // The node is where the plane goes up through the equator: ẑ × n.
                    let node_deg = mean.x.atan2(-mean.y).to_degrees().rem_euclid(360.0);
                    // Rounded first, so that 359.9° is not called 360°.
                    let name = format!("{} {layer}, node {:.0}°", system.name, node_deg.round() % 360.0);
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
        Orbit::Elements(elements) => Osculating::at(elements, epoch)?.normal(),
        Orbit::Almanac(orbit) => {
            let gmst = epoch.gmst82_rad(&EarthOrientation::default());
            let (sin_node, cos_node) = (orbit.node_longitude_rad(gps_seconds(epoch)) + gmst).sin_cos();
            let (sin_i, cos_i) = orbit.inclination_rad.sin_cos();
            Some(Vector3::new(sin_i * sin_node, -sin_i * cos_node, cos_i))
        }
    }
}
