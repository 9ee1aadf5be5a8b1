//! Points that a satellite can possibly see within a step.
//!
//! With n the ellipsoid's normal at a point p, T the part of p across n, θ the angle between n and the
//! satellite's direction and r its distance from the centre, an elevation of at least m asks for
//! `r cos θ − p·n ≥ tan m (r sin θ − T)`, that is `cos(θ + m) ≥ ((p·n) cos m − T sin m) / r`. So θ is at
//! most `acos((P cos m − T sin m) / r) − m` with the least P = p·n and the largest T on the Earth.

use crate::coverage::NODE_STEP_S;
use crate::ephemeris::State;
use crate::grid::cells::Grid;
use crate::units::{EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM};

/// Height of a row, degrees.
const ROW_DEG: f64 = 0.5;
/// No point of the ellipsoid is farther across its normal, km: a e² sin φ cos φ / √(1 − e² sin² φ).
const LARGEST_ACROSS_KM: f64 = 21.5;
/// A satellite gains no more height than this between two nodes over its larger end, km: g h² / 8.
const BULGE_KM: f64 = 4.5;
/// By how much the angular rate may exceed that at the ends of a step.
const RATE_MARGIN: f64 = 1.05;

/// Neighbours by latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    middle_deg: f64,
    /// Number of the first point in its band.
    pub first: usize,
    pub count: usize,
}

/// The rows of a grid that hold points, south first, with the numbers of their points by longitude.
pub(super) fn rows(grid: &Grid) -> Vec<(Row, Vec<usize>)> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); (180.0 / ROW_DEG) as usize + 1];
    for (number, point) in grid.points.iter().enumerate() {
        members[((point.latitude_deg + 90.0) / ROW_DEG) as usize].push(number);
    }
    let longitude = |number: &usize| wrapped_deg(grid.points[*number].longitude_deg);
    members
        .into_iter()
        .enumerate()
        .filter(|(_, members)| !members.is_empty())
        .map(|(row, mut members)| {
            members.sort_by(|a, b| longitude(a).total_cmp(&longitude(b)).then(a.cmp(b)));
            let middle_deg = (row as f64 + 0.5) * ROW_DEG - 90.0;
            (Row { middle_deg, first: 0, count: members.len() }, members)
        })
        .collect()
}

/// A longitude in degrees, `[-180, 180)`.
pub(super) fn wrapped_deg(longitude_deg: f64) -> f64 {
    (longitude_deg + 180.0).rem_euclid(360.0) - 180.0
}

/// What bounds the angle at which a point can see a satellite.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lowest {
    mask_rad: f64,
    /// P cos m − T sin m.
    reach_km: f64,
}

impl Lowest {
    /// For all points of a grid and a least elevation in degrees.
    pub fn of(grid: &Grid, min_elevation_deg: f64) -> Self {
        let polar_km = EARTH_EQUATORIAL_RADIUS_KM * (1.0 - EARTH_ECCENTRICITY_SQUARED).sqrt();
        let height_km = grid.points.iter().map(|point| point.height_km).fold(0.0, f64::min);
        let (sin, cos) = min_elevation_deg.to_radians().sin_cos();
        Self {
            mask_rad: min_elevation_deg.to_radians(),
            reach_km: (polar_km + height_km) * cos - LARGEST_ACROSS_KM * sin,
        }
    }
}

/// A cap on the sphere of normals that holds every point in sight during a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    sin_latitude: f64,
    cos_latitude: f64,
    latitude_deg: f64,
    longitude_deg: f64,
    radius_rad: f64,
}

impl Cap {
    /// Around the middle between two nodes, or around the first where there is no second.
    pub fn new(from: &State, to: Option<&State>, lowest: &Lowest) -> Self {
        let rate =
            |state: &State| state.position.cross(&state.velocity).norm() / state.position.norm_squared();
        let farthest = |state: &State| state.position.norm() + BULGE_KM;
        let (middle, highest_km, slack_rad) = match to {
            Some(to) => (
                (from.position + to.position).normalize(),
                farthest(from).max(farthest(to)),
                // The middle direction is not where the satellite is at half time: the whole arc is allowed.
                from.position.angle(&to.position).max(rate(from).max(rate(to)) * RATE_MARGIN * NODE_STEP_S)
                    * 0.6,
            ),
            None => (from.position.normalize(), farthest(from), 0.0),
        };
        let seen_rad = (lowest.reach_km / highest_km).clamp(-1.0, 1.0).acos() - lowest.mask_rad;
        let latitude = middle.z.clamp(-1.0, 1.0).asin();
        Self {
            sin_latitude: latitude.sin(),
            cos_latitude: latitude.cos(),
            latitude_deg: latitude.to_degrees(),
            longitude_deg: middle.y.atan2(middle.x).to_degrees(),
            radius_rad: seen_rad.max(0.0) + slack_rad,
        }
    }

    /// Ranges of longitude in degrees in which points of a row can lie within the cap; none where none can.
    pub fn longitudes(&self, row: &Row) -> Option<[(f64, f64); 2]> {
        const EVERYWHERE: [(f64, f64); 2] = [(-180.0, 180.0), NOWHERE];
        const NOWHERE: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);
        // Points of the row are moved to its middle, which the cap grows for.
        let radius = self.radius_rad + (0.5 * ROW_DEG).to_radians() * (1.0 + 1e-9);
        if (row.middle_deg - self.latitude_deg).abs() > radius.to_degrees() {
            return None;
        }
        let (sin_row, cos_row) = row.middle_deg.to_radians().sin_cos();
        // cos ρ = sin φ sin φ₀ + cos φ cos φ₀ cos Δλ
        let level = cos_row * self.cos_latitude;
        let cos_width = (radius.min(std::f64::consts::PI).cos() - sin_row * self.sin_latitude) / level;
        if level < 1e-9 || cos_width <= -1.0 {
            return Some(EVERYWHERE);
        }
        if cos_width >= 1.0 {
            return None;
        }
        let width = cos_width.acos().to_degrees() + 1e-9;
        let (west, east) = (self.longitude_deg - width, self.longitude_deg + width);
        if east - west >= 360.0 {
            return Some(EVERYWHERE);
        }
        Some(if west < -180.0 {
            [(west + 360.0, 180.0), (-180.0, east)]
        } else if east > 180.0 {
            [(west, 180.0), (-180.0, east - 360.0)]
        } else {
            [(west, east), NOWHERE]
        })
    }
}
