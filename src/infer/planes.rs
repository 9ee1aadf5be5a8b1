//! Planes of a shell, and the places in them.

use super::Place;

/// Nodes further apart than this belong to different planes, degrees.
const PLANE_GAP_DEG: f64 = 0.75;
/// How well satellites must keep to evenly spaced places: mean resultant length, 1 for perfect keeping.
const LEAST_KEEPING: f64 = 0.8;
/// Planes with fewer satellites do not tell where places are.
const TELLING: usize = 3;

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
    pub places_per_plane: Option<u32>,
}

impl Found {
    /// No planes: satellites that stand.
    pub fn none(places: Vec<Place>) -> Self {
        Self { planes: Vec::new(), places, places_per_plane: None }
    }
}

/// Finds the planes of a shell.
pub(super) fn find(mut places: Vec<Place>) -> Found {
    places.sort_by(|a, b| a.raan_deg.total_cmp(&b.raan_deg));
    let count = places.len();
    let gap_behind = |at: usize| (places[(at + 1) % count].raan_deg - places[at].raan_deg).rem_euclid(360.0);
    // The circle is cut behind a gap, so that no plane is cut in two where the nodes begin again at 0°.
    let widest = (0..count).max_by(|a, b| gap_behind(*a).total_cmp(&gap_behind(*b))).unwrap_or(0);
    places.rotate_left((widest + 1) % count.max(1));
    let mut groups: Vec<Vec<Place>> = Vec::new();
    let mut last: Option<f64> = None;
    for place in places {
        let near = last.is_some_and(|last| (place.raan_deg - last).rem_euclid(360.0) <= PLANE_GAP_DEG);
        match groups.last_mut() {
            Some(group) if near => group.push(place),
            _ => groups.push(vec![place]),
        }
        last = Some(place.raan_deg);
    }
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

/// Middle direction of the nodes.
fn mean_angle_deg(group: &[Place]) -> f64 {
    let (sine, cosine) = group.iter().fold((0.0, 0.0), |(sine, cosine), place| {
        let angle = place.raan_deg.to_radians();
        (sine + angle.sin(), cosine + angle.cos())
    });
    f64::atan2(sine, cosine).to_degrees().rem_euclid(360.0)
}

/// How well `places` evenly spaced places fit, satellite by satellite: the resultant length of the
/// arguments of latitude times the number of places (Mardia and Jupp 2000, section 2.3), a mean over planes.
fn keeping(groups: &[&Vec<Place>], places: u32) -> f64 {
    let mut sum = 0.0;
    let mut count = 0.0;
    for group in groups {
        let (sine, cosine) = group.iter().fold((0.0, 0.0), |(sine, cosine), place| {
            let angle = (place.argument_of_latitude_deg * f64::from(places)).to_radians();
            (sine + angle.sin(), cosine + angle.cos())
        });
        sum += f64::hypot(sine, cosine);
        count += group.len() as f64;
    }
    sum / count
}

/// The least number of places that the satellites of the planes keep to.
///
/// Any few satellites keep to some large number of places by chance, so no more than twice those of a
/// well-filled plane are tried.
fn places_per_plane(groups: &[(Plane, Vec<Place>)]) -> Option<u32> {
    let telling: Vec<&Vec<Place>> =
        groups.iter().map(|(_, group)| group).filter(|group| group.len() >= TELLING).collect();
    let mut counts: Vec<usize> = telling.iter().map(|group| group.len()).collect();
    counts.sort_unstable();
    let middle = *counts.get(counts.len() / 2)? as u32;
    let filled = *counts.get(counts.len() * 9 / 10)? as u32;
    let fits: Vec<(u32, f64)> =
        (middle..=2 * filled).map(|places| (places, keeping(&telling, places))).collect();
    let best = fits.iter().map(|(_, fit)| *fit).fold(0.0, f64::max);
    fits.into_iter().find(|(_, fit)| *fit >= LEAST_KEEPING && *fit >= 0.95 * best).map(|(places, _)| places)
}

/// Middle step of the nodes from plane to plane, all round.
pub(super) fn node_step_deg(planes: &[Plane]) -> Option<f64> {
    if planes.len() < 2 {
        return None;
    }
    let mut steps: Vec<f64> = (0..planes.len())
        .map(|at| (planes[(at + 1) % planes.len()].raan_deg - planes[at].raan_deg).rem_euclid(360.0))
        .collect();
    steps.sort_unstable_by(f64::total_cmp);
    Some(steps[steps.len() / 2])
}
