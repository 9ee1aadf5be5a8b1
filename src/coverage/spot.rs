//! A satellite at one instant, with all that its footprints in every tile share.

use std::ops::Range;

use super::rows::{RowLayout, Tile};
use crate::access::{curvature_bound, least_range_at_mask_km};
use crate::ephemeris::State;
use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, EARTH_ROTATION_RAD_S};

const EARTH_POLAR_RADIUS_KM: f64 = 6356.752;
/// Gravitational parameter for bounds, rounded up, km³/s².
const MU_BOUND: f64 = 398_700.0;
/// Largest angle between the geocentric and the geodetic latitude of a point on or above the ellipsoid,
/// 0.1925°, rounded up, radians.
const LATITUDES_APART_RAD: f64 = 0.2 * std::f64::consts::PI / 180.0;

/// A satellite at one instant.
///
/// Aligned with the lines of the cache, so that it takes no more than two of them.
#[derive(Debug, Clone, Copy)]
#[repr(align(128))]
pub(super) struct Spot {
    pub state: State,
    pub longitude_rad: f64,
    /// Distance from the axis, km.
    pub rho: f64,
    /// Square of the distance from the centre, km².
    pub squared: f64,
    /// Upper bound of the half-width in longitude anywhere, radians.
    pub widest_rad: f64,
    /// How far below 0 the clearance of a point may be that sees the satellite for a moment around this instant,
    /// km.
    pub margin_km: f64,
    /// How far above 0 that of a point may be that loses sight of it for a moment, km; 0 where none can.
    pub dip_margin_km: f64,
    /// Rate of the clearance within which it may turn before the neighbouring instant, km/s.
    pub turn_km_s: f64,
    /// Bound of the second derivative of the clearance near the mask, km/s².
    pub curvature_km_s2: f64,
    /// Rows that the footprint can reach, margin included. Empty when the satellite is absent.
    rows: (u32, u32),
    /// Rows in which the point below the satellite may lie. It is always in the footprint, however small
    /// that is.
    foot: (u32, u32),
}

impl Spot {
    /// Prepares a satellite. `reach_s` is the time to the neighbouring instants; 0 leaves out the margin.
    /// `drag_km_s2` is by how much its path until then may bend otherwise than a free fall's.
    pub fn new(layout: &RowLayout, state: &State, sin_mask: f64, reach_s: f64, drag_km_s2: f64) -> Self {
        if !state.is_present() {
            return Self::absent(state);
        }
        let s = state.position;
        let squared = s.norm_squared();
        let radius = squared.sqrt();
        let speed = state.velocity.norm();
        let along = s.dot(&state.velocity);
        let least_radius = radius - along.abs() / radius * reach_s;
        let least_range = least_range_at_mask_km(least_radius, sin_mask);
        let acceleration = MU_BOUND / squared
            + EARTH_ROTATION_RAD_S * EARTH_ROTATION_RAD_S * radius
            + 2.0 * EARTH_ROTATION_RAD_S * speed
            + drag_km_s2;
        // A tenth is added because speed and range change a little until the neighbouring instant.
        let curvature = 1.1 * curvature_bound(acceleration, speed, least_range, sin_mask);
        let margin_km = curvature * reach_s * reach_s / 8.0;
        let falls_free = drag_km_s2 == 0.0;
        let sags = falls_free && bends_down(radius, speed, along, margin_km / least_range, sin_mask);
        // Radius of the footprint on the smallest sphere inside the ellipsoid, with the elevation
        // lowered by the margin and by the largest tilt between ellipsoid normal and radius, 0.2°.
        let elevation = (sin_mask - margin_km / least_range).max(-1.0).asin() - 0.2f64.to_radians();
        let cosine = (EARTH_POLAR_RADIUS_KM / radius * elevation.cos()).min(1.0);
        let angle = (cosine.acos() - elevation + 0.25f64.to_radians()).max(0.0);
        let rho = s.x.hypot(s.y);
        let latitude = s.z.atan2(rho);
        let quarter = std::f64::consts::FRAC_PI_2;
        let row = |latitude: f64| {
            ((latitude.clamp(-quarter, quarter) + quarter) / layout.thickness_rad)
                .clamp(0.0, (layout.row_count - 1) as f64) as u32
        };
        let rows = |half: f64| (row(latitude - half), row(latitude + half) + 1);
        let widest_rad = if latitude.abs() + angle >= quarter {
            std::f64::consts::PI
        } else {
            (angle.sin() / latitude.cos()).min(1.0).asin() * 1.01 + 0.005
        };
        Self {
            state: *state,
            longitude_rad: s.y.atan2(s.x),
            rho,
            squared,
            widest_rad,
            margin_km,
            dip_margin_km: if sags { 0.0 } else { margin_km },
            turn_km_s: curvature * reach_s,
            curvature_km_s2: curvature,
            rows: rows(angle),
            foot: rows(LATITUDES_APART_RAD),
        }
    }

    fn absent(state: &State) -> Self {
        Self {
            state: *state,
            longitude_rad: 0.0,
            rho: 0.0,
            squared: 0.0,
            widest_rad: 0.0,
            margin_km: 0.0,
            dip_margin_km: 0.0,
            turn_km_s: 0.0,
            curvature_km_s2: 0.0,
            rows: (0, 0),
            foot: (0, 0),
        }
    }

    /// Whether no clearance near the mask has a minimum until the neighbouring instants.
    pub fn bends_down(&self) -> bool {
        self.dip_margin_km == 0.0
    }

    /// Latitude rows that the footprint can reach.
    pub fn latitudes(&self) -> Range<usize> {
        self.rows.0 as usize..self.rows.1 as usize
    }

    /// Those of a tile.
    pub fn latitudes_in(&self, tile: &Tile) -> Range<usize> {
        let Range { start, end } = self.latitudes();
        start.max(tile.latitudes.start)..end.min(tile.latitudes.end)
    }

    /// Latitude rows in which the point below the satellite may lie.
    pub fn foot(&self) -> Range<usize> {
        self.foot.0 as usize..self.foot.1 as usize
    }
}

/// Whether the clearance of every point bends downward while it is below the mask by no more than the margin:
/// then it has no minimum there, and no point loses sight of the satellite for a moment.
///
/// With the acceleration `s̈` in the rotating frame, `g̈ = s̈·n - S (v⊥²/|d| + s̈·d̂)`. Gravity `a` gives
/// `-a cos ψ + S a cos η`, where ψ is the angle at the centre and η that at the satellite; with
/// `η = 90° - ε - ψ`, `sin η = R cos ε / r` and `S = sin ε` that is `-a (R/r) cos² ε`. Below the mask
/// `cos ε` is no smaller. Rotation adds at most `(1 + S) (2 ω v + ω² r)`. The velocity is at least
/// `90° - η - γ` from the line of sight, γ being the flight path angle: `v⊥ ≥ v cos(η + γ)`. Allowed for besides: a
/// fiftieth of `a` for the flattened Earth and its normals, a tenth of everything for the time to the next
/// instant. `sine_below` is the margin as a difference of `sin ε`.
fn bends_down(radius_km: f64, speed_km_s: f64, along: f64, sine_below: f64, sin_mask: f64) -> bool {
    let gravity = (MU_BOUND - 400.0) / (radius_km * radius_km);
    let earth = EARTH_POLAR_RADIUS_KM;
    let turning = EARTH_ROTATION_RAD_S * (2.0 * speed_km_s + EARTH_ROTATION_RAD_S * radius_km);
    let down = gravity * (earth / radius_km * (1.0 - sin_mask * sin_mask) - 0.02);
    let up = (1.0 + sin_mask) * turning;
    // The lowest elevation has the longest line and the largest η.
    let lowest = (sin_mask - sine_below).max(-1.0);
    let level = EARTH_EQUATORIAL_RADIUS_KM * (1.0 - lowest * lowest).sqrt();
    let sin_eta = (level / radius_km).min(1.0);
    let longest = (radius_km * radius_km - level * level).max(0.0).sqrt() - earth * lowest.min(0.0);
    let path_angle = (along / (radius_km * speed_km_s)).clamp(-1.0, 1.0).asin().abs();
    let angle = (sin_eta.asin() + path_angle + 0.02).min(std::f64::consts::FRAC_PI_2);
    let across = speed_km_s * angle.cos();
    0.9 * down + 0.8 * sin_mask * across * across / longest.max(1.0) > 1.1 * up
}
