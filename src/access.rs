//! Who sees whom: the one place that decides.
//!
//! A point sees a satellite when the satellite's geometric elevation, above the plane normal to the
//! ellipsoid at the point, is at or above the mask. With `d` the line from point to satellite and `n`
//! the normal, `sin(elevation) = d·n / |d|`, so the condition is that the *clearance*
//! `d·n - sin(mask) |d|`, in km, is not negative. Access is `[AOS, LOS)`.

use nalgebra::Vector3;

use crate::ephemeris::Segment;
use crate::frames::Geodetic;

/// A fixed point on the Earth with its ellipsoid normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Earth-fixed position, km.
    pub position: Vector3<f64>,
    /// Outward unit normal of the ellipsoid.
    pub normal: Vector3<f64>,
}

impl Site {
    /// The site at a geodetic place.
    pub fn at(place: &Geodetic) -> Self {
        Self { position: place.to_ecef().0, normal: place.normal() }
    }

    /// Clearance of a satellite above the mask, km: not negative exactly when it is seen.
    pub fn clearance_km(&self, satellite: &Vector3<f64>, sin_mask: f64) -> f64 {
        let line = satellite - self.position;
        line.dot(&self.normal) - sin_mask * line.norm()
    }

    /// Clearance and its rate in km and km/s.
    pub fn clearance_and_rate(
        &self,
        satellite: &Vector3<f64>,
        velocity: &Vector3<f64>,
        sin_mask: f64,
    ) -> (f64, f64) {
        let line = satellite - self.position;
        let range = line.norm();
        (
            line.dot(&self.normal) - sin_mask * range,
            velocity.dot(&self.normal) - sin_mask * velocity.dot(&line) / range,
        )
    }
}

/// The clearance of one satellite above the mask at one site during one ephemeris step.
#[derive(Debug, Clone, Copy)]
pub struct Clearance<'a> {
    /// The site.
    pub site: &'a Site,
    /// The satellite's path.
    pub segment: &'a Segment,
    /// Sine of the elevation mask.
    pub sin_mask: f64,
}

/// When the clearance changes sign within a step, in seconds, in order: three times at most.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Crossings {
    times_s: [f64; 3],
    count: usize,
}

impl std::ops::Deref for Crossings {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.times_s[..self.count]
    }
}

/// Time to which edges are solved, in seconds.
pub const EDGE_TOLERANCE_S: f64 = 1e-7;

impl Clearance<'_> {
    /// Clearance in km at `t_s` seconds into the step.
    pub fn at(&self, t_s: f64) -> f64 {
        self.site.clearance_km(&self.segment.position(t_s), self.sin_mask)
    }

    /// Clearance in km and its rate in km/s at `t_s` seconds into the step.
    pub fn with_rate(&self, t_s: f64) -> (f64, f64) {
        self.site.clearance_and_rate(&self.segment.position(t_s), &self.segment.velocity(t_s), self.sin_mask)
    }

    /// The instant in `[from_s, to_s]` at which the clearance changes sign.
    ///
    /// Newton's method kept inside a shrinking bracket; both ends must have opposite signs.
    pub fn crossing(&self, from_s: f64, to_s: f64) -> f64 {
        let (mut low, mut high) = (from_s, to_s);
        let rising = self.at(low) < 0.0;
        let mut t = 0.5 * (low + high);
        for _ in 0..100 {
            let (value, rate) = self.with_rate(t);
            if (value < 0.0) == rising {
                low = t;
            } else {
                high = t;
            }
            let newton = t - value / rate;
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - t).abs() < EDGE_TOLERANCE_S || high - low < EDGE_TOLERANCE_S {
                return next;
            }
            t = next;
        }
        t
    }

    /// The instants in `[start_s, end_s]` at which the clearance changes sign, in order.
    ///
    /// The clearance and its rate at both ends are given. Along a cubic path the clearance above a mask of 0° is a
    /// cubic, and close to one above any other: it turns twice at most, and is taken as one only to find an instant
    /// between the two turns.
    pub fn crossings(&self, before: (f64, f64), after: (f64, f64), [start_s, end_s]: [f64; 2]) -> Crossings {
        let mut found = Crossings::default();
        let (mut from_s, mut seen) = (start_s, before.0 >= 0.0);
        let turns = self.turns(before, after, [start_s, end_s]).into_iter().flatten();
        for (to_s, value) in turns.map(|turn_s| (turn_s, self.at(turn_s))).chain([(end_s, after.0)]) {
            if (value >= 0.0) != seen {
                found.times_s[found.count] = self.crossing(from_s, to_s);
                found.count += 1;
                seen = !seen;
            }
            from_s = to_s;
        }
        found
    }

    /// The extrema within `[from_s, to_s]` that the clearance may change its sign before or after, in order.
    fn turns(&self, before: (f64, f64), after: (f64, f64), [from_s, to_s]: [f64; 2]) -> [Option<f64>; 2] {
        let rises = |rate: f64| rate >= 0.0;
        if rises(before.1) != rises(after.1) {
            // The one turn leads away from the mask.
            let stays = (before.0 >= 0.0) == (after.0 >= 0.0) && (before.0 >= 0.0) == rises(before.1);
            return [if stays { None } else { self.extremum(from_s, to_s) }, None];
        }
        let span_s = to_s - from_s;
        // The cubic through both ends bends the other way from here on: between two extrema it is steepest there.
        let slope = (after.0 - before.0) / span_s;
        let square = 3.0 * slope - 2.0 * before.1 - after.1;
        let cube = before.1 + after.1 - 2.0 * slope;
        let middle_s = from_s - square / (3.0 * cube) * span_s;
        if middle_s > from_s && middle_s < to_s && rises(self.with_rate(middle_s).1) != rises(before.1) {
            [self.extremum(from_s, middle_s), self.extremum(middle_s, to_s)]
        } else {
            [None, None]
        }
    }

    /// The instant in `[from_s, to_s]` at which the rate of the clearance changes sign, where it does.
    pub fn extremum(&self, from_s: f64, to_s: f64) -> Option<f64> {
        let (mut low, mut high) = (from_s, to_s);
        let (mut rate_low, mut rate_high) = (self.with_rate(low).1, self.with_rate(high).1);
        if (rate_low < 0.0) == (rate_high < 0.0) {
            return None;
        }
        // Illinois variant of the false position: the rate is close to linear over a step.
        let mut side = 0;
        for _ in 0..60 {
            let t = (low * rate_high - high * rate_low) / (rate_high - rate_low);
            let rate = self.with_rate(t).1;
            if (rate < 0.0) == (rate_low < 0.0) {
                if (t - low).abs() < 1e-6 {
                    return Some(t);
                }
                (low, rate_low) = (t, rate);
                if side == -1 {
                    rate_high *= 0.5;
                }
                side = -1;
            } else {
                if (high - t).abs() < 1e-6 {
                    return Some(t);
                }
                (high, rate_high) = (t, rate);
                if side == 1 {
                    rate_low *= 0.5;
                }
                side = 1;
            }
        }
        Some(0.5 * (low + high))
    }
}

/// Bound on how fast the clearance can curve, km/s², at points where the satellite is near the mask.
///
/// With `g = d·n - S|d|`: `g̈ = s̈·n - S (v⊥²/|d| + s̈·d̂)`, so `|g̈| ≤ (1 + S) |s̈| + S v²/|d|`.
/// Between two nodes `h` apart at which `g` has the same sign, it can only have changed sign twice
/// where `|g| ≤ M h²/8` at one of them: an extremum at distance `x ≤ h/2` from the nearer node lies
/// within `M x²/2` of the value there. This is why no pass and no gap between samples is lost.
pub fn curvature_bound(acceleration_km_s2: f64, speed_km_s: f64, least_range_km: f64, sin_mask: f64) -> f64 {
    (1.0 + sin_mask) * acceleration_km_s2 + sin_mask * speed_km_s * speed_km_s / least_range_km
}

/// Least slant range in km to a satellite at geocentric distance `radius_km` seen at the mask from
/// a sphere of the equatorial radius, lowered by a tenth for the ellipsoid and the neighbourhood of the edge.
pub fn least_range_at_mask_km(radius_km: f64, sin_mask: f64) -> f64 {
    let earth = crate::units::EARTH_EQUATORIAL_RADIUS_KM;
    let squared = (earth * sin_mask).powi(2) + (radius_km * radius_km - earth * earth).max(1.0);
    0.9 * (squared.sqrt() - earth * sin_mask)
}
