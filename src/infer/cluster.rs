//! Satellites that lie densely together in altitude and inclination.
//!
//! DBSCAN (Ester, Kriegel, Sander and Xu 1996) on both, scaled by a radius each: a satellite with enough
//! others in its neighbourhood founds or extends a cluster. Clusters with alike inclination whose altitudes
//! come as near as planes that are stacked on purpose (OneWeb's are 4 km apart) are one shell.

use rstar::{AABB, RTree, RTreeObject};

use super::Place;

/// From this altitude on the Moon and the Sun spread inclinations and altitudes of one shell.
pub(super) const HIGH_KM: f64 = 2_000.0;
/// Radius of a neighbourhood: altitude in km and inclination in degrees, low and high.
const LOW: (f64, f64) = (2.0, 0.1);
const HIGH: (f64, f64) = (30.0, 2.0);
/// Neighbours that make a place dense, the satellite itself among them: at least, and as part of all.
const LEAST_DENSE: usize = 4;
const DENSE_SHARE: f64 = 0.004;
/// Shells with fewer satellites are strays.
const LEAST_SATELLITES: usize = 4;
/// Clusters are one shell when no further apart: altitude between their ends, km, and inclination, degrees.
const STACKED_KM: f64 = 4.5;
const STACKED_DEG: f64 = 0.1;

/// A place in units of the radius of a neighbourhood.
struct Scaled {
    number: usize,
    at: [f64; 2],
}

impl RTreeObject for Scaled {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.at)
    }
}

fn scaled(place: &Place) -> [f64; 2] {
    let (altitude, inclination) = if place.kepler_altitude_km < HIGH_KM { LOW } else { HIGH };
    // Shifting the high ones apart keeps the two scales from meeting.
    let shift = if place.kepler_altitude_km < HIGH_KM { 0.0 } else { 1e6 };
    [place.kepler_altitude_km / altitude + shift, place.inclination_deg / inclination]
}

/// The shells, and who belongs to none.
pub(super) fn shells(places: &[Place]) -> (Vec<Vec<Place>>, Vec<Place>) {
    let points: Vec<[f64; 2]> = places.iter().map(scaled).collect();
    let tree = RTree::bulk_load(
        points.iter().enumerate().map(|(number, &at)| Scaled { number, at }).collect::<Vec<_>>(),
    );
    let neighbours = |number: usize| -> Vec<usize> {
        let [x, y] = points[number];
        let square = AABB::from_corners([x - 1.0, y - 1.0], [x + 1.0, y + 1.0]);
        tree.locate_in_envelope(&square)
            .filter(|other| (other.at[0] - x).powi(2) + (other.at[1] - y).powi(2) <= 1.0)
            .map(|other| other.number)
            .collect()
    };
    let dense = ((places.len() as f64 * DENSE_SHARE).ceil() as usize).max(LEAST_DENSE);
    let mut cluster_of: Vec<Option<usize>> = vec![None; places.len()];
    let mut visited = vec![false; places.len()];
    let mut count = 0;
    for seed in 0..places.len() {
        if visited[seed] || cluster_of[seed].is_some() || neighbours(seed).len() < dense {
            continue;
        }
        let mut open = vec![seed];
        while let Some(number) = open.pop() {
            if std::mem::replace(&mut visited[number], true) {
                continue;
            }
            cluster_of[number].get_or_insert(count);
            let near = neighbours(number);
            if near.len() >= dense {
                for other in near {
                    if cluster_of[other].is_none() {
                        cluster_of[other] = Some(count);
                        open.push(other);
                    }
                }
            }
        }
        count += 1;
    }
    let mut clusters: Vec<Vec<Place>> = vec![Vec::new(); count];
    let mut strays = Vec::new();
    for (place, cluster) in places.iter().zip(cluster_of) {
        match cluster {
            Some(cluster) => clusters[cluster].push(*place),
            None => strays.push(*place),
        }
    }
    let (whole, small): (Vec<_>, Vec<_>) =
        stack(clusters).into_iter().partition(|cluster| cluster.len() >= LEAST_SATELLITES);
    strays.extend(small.into_iter().flatten());
    strays.sort_by_key(|place| place.satellite);
    (whole, strays)
}

/// Puts clusters together that are stacked.
fn stack(clusters: Vec<Vec<Place>>) -> Vec<Vec<Place>> {
    let mut stacked: Vec<Vec<Place>> = Vec::new();
    let mut ordered = clusters;
    let lowest = |cluster: &Vec<Place>| {
        cluster.iter().map(|place| place.kepler_altitude_km).fold(f64::INFINITY, f64::min)
    };
    let highest = |cluster: &Vec<Place>| {
        cluster.iter().map(|place| place.kepler_altitude_km).fold(f64::NEG_INFINITY, f64::max)
    };
    ordered.sort_by(|a, b| lowest(a).total_cmp(&lowest(b)));
    for cluster in ordered {
        let joins = stacked.iter_mut().find(|below| {
            lowest(&cluster) - highest(below) <= STACKED_KM
                && (inclination(below) - inclination(&cluster)).abs() <= STACKED_DEG
        });
        match joins {
            Some(below) => below.extend(cluster),
            None => stacked.push(cluster),
        }
    }
    stacked
}

/// Middle inclination.
fn inclination(cluster: &[Place]) -> f64 {
    super::range(cluster, |place| place.inclination_deg).map_or(f64::NAN, |range| range.median)
}
