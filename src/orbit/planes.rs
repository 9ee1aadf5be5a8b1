//! Which orbits lie in one plane, told by the gaps between them.

use nalgebra::Vector3;

/// Planes nearer than this are one, whatever else: what satellites of a plane drift apart over years.
const SAME_PLANE_DEG: f64 = 0.5;
/// How much wider the gap between planes must be than the widest gap within one.
const CLEAR_RATIO: f64 = 3.0;
/// Least ratio of the joining angles on both sides of a cut that is tried; a stray can be little farther from
/// its plane than the members are from one another.
const NEXT_RATIO: f64 = 1.2;
/// Strays are at most one satellite in so many.
const MOST_STRAYS: usize = 4;

/// Groups of orbits, given by the normals of their planes, between which the gap is clear; none where no gap is.
///
/// Orbits are joined when the angle between them is small beside the angle between planes: single linkage, cut where
/// the gap between groups is clear. Orbits far from every plane bridge no gap: they are left alone, as few of them as
/// possible, each a group of its own. Groups come in the order of their first orbits.
pub fn clear_planes(normals: &[Vector3<f64>]) -> Option<Vec<Vec<usize>>> {
    let joints = joints(normals);
    let mut angles: Vec<f64> = joints.iter().map(|joint| joint.0.max(SAME_PLANE_DEG)).collect();
    angles.push(SAME_PLANE_DEG);
    angles.sort_by(f64::total_cmp);
    // Fewest strays first, then the clearest gap.
    let best = angles
        .windows(2)
        .filter(|step| step[1] / step[0] >= NEXT_RATIO)
        .filter_map(|step| {
            let labels = labels(normals.len(), &joints, step[0]);
            let Parting { gap_deg, strays } = parting(normals, &labels)?;
            let ratio = gap_deg / step[0];
            (ratio >= CLEAR_RATIO).then_some((strays, ratio, labels))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let (.., labels) = best?;
    let members = |wanted: usize| (0..labels.len()).filter(|&one| labels[one] == wanted).collect::<Vec<_>>();
    Some((0..labels.len()).filter(|&leader| labels[leader] == leader).map(members).collect())
}

/// The shortest tree that joins all normals: angle in degrees and both ends of each joint (Prim's algorithm).
fn joints(normals: &[Vector3<f64>]) -> Vec<(f64, usize, usize)> {
    let count = normals.len();
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
    joints
}

/// The first member of the group of each normal, when joints up to an angle hold.
fn labels(count: usize, joints: &[(f64, usize, usize)], cut_deg: f64) -> Vec<usize> {
    let mut labels: Vec<usize> = (0..count).collect();
    for &(angle, from, to) in joints {
        if angle <= cut_deg {
            let (keep, drop) = (labels[from].min(labels[to]), labels[from].max(labels[to]));
            labels.iter_mut().filter(|label| **label == drop).for_each(|label| *label = keep);
        }
    }
    labels
}

/// How groups lie to one another.
struct Parting {
    /// Least angle between satellites of different planes.
    gap_deg: f64,
    /// Satellites that are alone beside planes of several.
    strays: usize,
}

/// The parting of the groups; none when there is one plane only, or when strays are so many that they tell
/// against the planes. Where nothing is grouped, each satellite is a plane of its own and none a stray.
fn parting(normals: &[Vector3<f64>], labels: &[usize]) -> Option<Parting> {
    let mut sizes = vec![0_usize; labels.len()];
    labels.iter().for_each(|&label| sizes[label] += 1);
    let planes = sizes.iter().filter(|&&size| size > 1).count();
    let alone = sizes.iter().filter(|&&size| size == 1).count();
    // A stray is one beside two planes at least: beside a single one it may as well be the second.
    let (with_alone, strays) = if planes < 2 { (true, 0) } else { (false, alone) };
    if strays * MOST_STRAYS > labels.len() || planes + alone < 2 {
        return None;
    }
    let chosen: Vec<usize> = (0..labels.len()).filter(|&one| with_alone || sizes[labels[one]] > 1).collect();
    let mut cos_gap = -1.0_f64;
    for (number, &one) in chosen.iter().enumerate() {
        for &other in chosen[..number].iter().filter(|&&other| labels[other] != labels[one]) {
            cos_gap = cos_gap.max(normals[one].dot(&normals[other]));
        }
    }
    Some(Parting { gap_deg: cos_gap.clamp(-1.0, 1.0).acos().to_degrees(), strays })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(normals: &[Vector3<f64>]) -> Vec<Vec<usize>> {
        clear_planes(normals).unwrap()
    }

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
        assert_eq!(clear_planes(&normals(&[(55.0, 0.0)], 2.0, 8)), None);
        assert_eq!(groups(&normals(&[(55.0, 0.0), (55.0, 120.0), (55.0, 240.0)], 0.0, 1)).len(), 3);
        assert_eq!(clear_planes(&[]), None);
    }

    /// Inclinations and nodes of the GPS satellites in the element sets of 2020-12-01 and 2026-08-21, CelesTrak's
    /// group "active", in degrees. USA 145 stands 16 degrees and more from every plane, halfway to the next.
    #[test]
    fn strays_of_gps_bridge_no_planes() {
        let of_2026 = [
            (55.065, 20.875),
            (56.250, 24.893),
            (56.712, 26.402),
            (57.002, 28.334),
            (57.032, 28.453),
            (55.279, 28.510),
            (54.147, 77.352),
            (54.911, 84.105),
            (55.398, 85.888),
            (55.132, 86.133),
            (55.566, 86.902),
            (55.724, 89.587),
            (55.663, 92.355),
            (56.031, 96.001),
            (53.593, 140.938),
            (55.126, 145.990),
            (53.660, 146.696),
            (54.502, 147.317),
            (54.714, 148.723),
            (53.162, 201.462),
            (54.959, 205.217),
            (54.265, 205.965),
            (54.476, 208.043),
            (53.973, 208.138),
            (54.928, 211.448),
            (54.873, 212.358),
            (54.844, 212.555),
            (53.935, 264.367),
            (54.458, 266.349),
            (54.828, 270.509),
            (54.983, 271.518),
            (54.779, 273.075),
            (51.403, 292.579),
            (55.093, 322.239),
            (54.768, 322.749),
            (55.600, 328.538),
            (56.462, 328.983),
            (56.529, 329.451),
            (55.139, 329.880),
            (54.818, 331.609),
        ];
        let of_2020 = [
            (52.363, 22.819),
            (55.077, 46.119),
            (54.737, 46.182),
            (56.259, 50.325),
            (56.288, 50.783),
            (55.352, 51.532),
            (53.637, 102.221),
            (53.447, 104.940),
            (53.541, 107.793),
            (54.686, 108.325),
            (55.140, 108.801),
            (55.431, 110.112),
            (55.435, 110.276),
            (53.205, 163.891),
            (54.603, 169.306),
            (54.835, 169.843),
            (55.016, 172.118),
            (55.461, 177.655),
            (53.609, 226.472),
            (54.564, 230.794),
            (54.815, 231.706),
            (53.720, 232.011),
            (55.838, 241.650),
            (54.102, 287.990),
            (55.191, 290.236),
            (55.460, 291.876),
            (54.974, 292.911),
            (55.917, 294.301),
            (55.926, 295.362),
            (55.872, 295.580),
            (55.504, 349.299),
            (55.992, 350.226),
            (56.337, 353.622),
            (56.438, 354.328),
            (56.244, 356.221),
        ];
        for (orbits, sizes) in
            [(&of_2026[..], vec![6, 8, 5, 8, 5, 1, 7]), (&of_2020[..], vec![1, 5, 7, 5, 5, 7, 5])]
        {
            let normals: Vec<_> = orbits.iter().flat_map(|&orbit| normals(&[orbit], 0.0, 1)).collect();
            assert_eq!(groups(&normals).iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        }
    }

    /// Beidou's inclined geosynchronous satellites of 2026-08-20, one plane of which has drifted wide.
    #[test]
    fn a_wide_plane_is_no_heap_of_strays() {
        let orbits = [
            (58.790, 36.976),
            (60.325, 37.388),
            (62.491, 39.598),
            (55.252, 158.305),
            (54.307, 162.369),
            (55.215, 162.515),
            (54.605, 165.090),
            (49.152, 258.227),
            (47.433, 271.046),
            (54.691, 280.198),
            (49.070, 294.681),
        ];
        let normals: Vec<_> = orbits.iter().flat_map(|&orbit| normals(&[orbit], 0.0, 1)).collect();
        assert_eq!(groups(&normals).iter().map(Vec::len).collect::<Vec<_>>(), [3, 4, 4]);
    }
}
