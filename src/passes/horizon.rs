//! Windows over a mask table: the least elevation changes with azimuth.
//!
//! The windows above the table's lowest elevation hold all there are. Inside them, h = elevation −
//! mask(azimuth) has corners, so it is bounded by its slope alone: elevation turns no faster than
//! speed over range, azimuth by the cosine of the elevation faster, and the mask is no steeper than
//! its steepest row. Above the table's highest elevation the azimuth does not matter.

use std::f64::consts::FRAC_PI_2;

use super::sight::{FINEST_S, Sight, zero_between};
use crate::frames::Ecef;
use crate::ground::MaskTable;

/// Elevations above this have no useful bound on the azimuth's rate, radians.
const NEAR_ZENITH_RAD: f64 = 1.55;

/// A mask table with what its bound needs.
pub(super) struct Horizon<'a> {
    table: &'a MaskTable,
    lowest_rad: f64,
    highest_rad: f64,
    steepest: f64,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    t_s: f64,
    /// Elevation above the mask, radians.
    value_rad: f64,
    elevation_rad: f64,
    range_km: f64,
}

impl<'a> Horizon<'a> {
    pub fn new(table: &'a MaskTable) -> Self {
        Self {
            table,
            lowest_rad: table.lowest_deg().to_radians(),
            highest_rad: table.highest_deg().to_radians(),
            steepest: table.steepest(),
        }
    }

    /// Adds the instants in `[from, to]` at which the satellite passes through the mask, in the order of
    /// time; answers whether it is in sight at the start. The interval must lie within the stretch.
    pub fn crossings(&self, sight: &Sight, from_s: f64, to_s: f64, roots: &mut Vec<f64>) -> bool {
        let first = self.look(sight, from_s);
        let mut here = first;
        let mut number = sight.flight.path.arc_at(from_s);
        loop {
            let end_s = sight.flight.path.arcs[number].end_s();
            let last = end_s >= to_s || number + 1 == sight.flight.path.arcs.len();
            let there = self.look(sight, if last { to_s } else { end_s });
            self.scan(sight, number, &here, &there, roots);
            if last {
                return first.value_rad >= 0.0;
            }
            here = there;
            number += 1;
        }
    }

    fn scan(&self, sight: &Sight, number: usize, a: &Sample, b: &Sample, roots: &mut Vec<f64>) {
        let h = b.t_s - a.t_s;
        let is_same = (a.value_rad >= 0.0) == (b.value_rad >= 0.0);
        if h <= FINEST_S {
            if !is_same {
                let value = |t_s: f64| self.look_closely(sight, t_s).value_rad;
                roots.push(zero_between((a.t_s, a.value_rad), (b.t_s, b.value_rad), 1e-5, value));
            }
            return;
        }
        if is_same && self.is_clear(sight, number, a, b, h) {
            return;
        }
        let middle = self.look(sight, a.t_s + 0.5 * h);
        self.scan(sight, number, a, &middle, roots);
        self.scan(sight, number, &middle, b, roots);
    }

    /// Whether the satellite stays on one side of the mask between two looks on that side.
    fn is_clear(&self, sight: &Sight, number: usize, a: &Sample, b: &Sample, h: f64) -> bool {
        let speed = sight.flight.path.arcs[number].speed_km_s + sight.stand.speed_km_s;
        let nearest = 0.5 * (a.range_km + b.range_km - speed * h);
        if nearest <= 0.0 {
            return false;
        }
        let turn = speed / nearest + sight.stand.turn_rad_s;
        let highest = a.elevation_rad.max(b.elevation_rad) + 0.5 * turn * h;
        let lowest = a.elevation_rad.min(b.elevation_rad) - 0.5 * turn * h;
        if highest < self.lowest_rad || lowest > self.highest_rad {
            return true;
        }
        if highest.min(FRAC_PI_2) > NEAR_ZENITH_RAD {
            return false;
        }
        // A turning vertical moves the azimuth by tan(elevation) times its own rate beside.
        let steep = turn + self.steepest * (turn + sight.stand.turn_rad_s) / highest.cos();
        a.value_rad.abs() + b.value_rad.abs() > steep * h
    }

    /// A look along the path whose sign is that of SGP4 itself.
    fn look(&self, sight: &Sight, t_s: f64) -> Sample {
        let arc = &sight.flight.path.arcs[sight.flight.path.arc_at(t_s)];
        let look = self.at(sight, t_s, &arc.position(t_s));
        // The arc's error seen from the site, along and, near the zenith, across.
        let blur = arc.error_km / look.range_km * (1.0 + self.steepest / look.elevation_rad.cos().max(1e-6));
        if look.value_rad.abs() <= 2.0 * blur { self.look_closely(sight, t_s) } else { look }
    }

    fn look_closely(&self, sight: &Sight, t_s: f64) -> Sample {
        let arc = &sight.flight.path.arcs[sight.flight.path.arc_at(t_s)];
        self.at(sight, t_s, &sight.true_position(arc, t_s))
    }

    fn at(&self, sight: &Sight, t_s: f64, position: &nalgebra::Vector3<f64>) -> Sample {
        let look = sight.stand.horizon(t_s).look(&Ecef(*position));
        let mask_rad = self.table.elevation_deg(look.azimuth_deg).to_radians();
        let elevation_rad = look.elevation_deg.to_radians();
        Sample { t_s, value_rad: elevation_rad - mask_rad, elevation_rad, range_km: look.range_km }
    }
}
