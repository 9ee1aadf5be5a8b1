//! When one satellite is above one site's least elevation: every crossing found, by a bound.
//!
//! With d from the site to the satellite and n the ellipsoid's normal, the satellite is in sight while
//! g = d·n − sin(mask)·|d| ≥ 0. Between two instants g cannot leave its chord by more than
//! max|g″|·h²/8, and g″ is bounded from the arc's speed and acceleration and the least range. So an
//! interval is put aside only when g cannot change its sign inside, is solved when g has exactly one
//! zero inside, and is halved otherwise, down to [`FINEST_S`].

use nalgebra::Vector3;

use super::path::{Arc, Path};
use crate::ephemeris::Fleet;
use crate::frames::Horizon;
use crate::ground::ship::Leg;
use crate::ground::{Course, Stretch};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// Intervals are halved down to this length: no window or gap longer than it is missed, seconds.
pub(super) const FINEST_S: f64 = 0.05;

/// An edge is solved against SGP4 itself where the arc's error would move it by more, seconds.
const EDGE_TOLERANCE_S: f64 = 5e-4;

/// No radius of curvature of the ellipsoid, with a site's height, is above this, km.
const LARGEST_RADIUS_KM: f64 = 6420.0;

/// A site over one stretch, with its motion bounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub from_s: f64,
    pub to_s: f64,
    /// Whether it begins when and where the one before it ends.
    pub is_continued: bool,
    course: StandCourse,
    /// No point of the course is faster, km/s.
    pub speed_km_s: f64,
    /// The vertical turns at this rate, rad/s.
    pub turn_rad_s: f64,
    /// Distance from the centre of the Earth, at most, km.
    radius_km: f64,
}

#[derive(Debug, Clone, Copy)]
enum StandCourse {
    Still { horizon: Horizon },
    Under { leg: Leg, since_s: f64 },
}

/// One look: the value of g, its rate, and the range.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub t_s: f64,
    pub value_km: f64,
    rate_km_s: f64,
    range_km: f64,
}

impl Sample {
    fn is_in_sight(&self) -> bool {
        self.value_km >= 0.0
    }
}

impl Stand {
    /// Of a stretch, after the one before it.
    pub fn new(stretch: &Stretch, before: Option<&Stretch>) -> Self {
        let (course, speed_km_s, turn_rad_s, radius_km) = match &stretch.course {
            Course::Still(place) => {
                let horizon = Horizon::at(place);
                (StandCourse::Still { horizon }, 0.0, 0.0, horizon.position.norm())
            }
            Course::Under { leg, since_s } => {
                let turn = leg.rate_rad_s();
                let ends = [stretch.from_s, stretch.to_s].map(|t| leg.place(t - since_s).height_km);
                let radius = EARTH_EQUATORIAL_RADIUS_KM + ends[0].max(ends[1]);
                (StandCourse::Under { leg: *leg, since_s: *since_s }, leg.fastest_km_s(), turn, radius)
            }
        };
        let is_continued = before.is_some_and(|before| before.is_continued_by(stretch));
        let (from_s, to_s) = (stretch.from_s, stretch.to_s);
        Self { from_s, to_s, is_continued, course, speed_km_s, turn_rad_s, radius_km }
    }

    /// The local axes at an instant.
    pub fn horizon(&self, t_s: f64) -> Horizon {
        match &self.course {
            StandCourse::Still { horizon } => *horizon,
            StandCourse::Under { leg, since_s } => Horizon::at(&leg.place(t_s - since_s)),
        }
    }

    /// From the site to a satellite (km), how that changes (km/s), the vertical and how it turns (1/s).
    pub fn line(
        &self,
        t_s: f64,
        position: &Vector3<f64>,
        velocity: &Vector3<f64>,
    ) -> (Vector3<f64>, Vector3<f64>, Vector3<f64>, Vector3<f64>) {
        match &self.course {
            StandCourse::Still { horizon } => {
                (position - horizon.position, *velocity, horizon.up, Vector3::zeros())
            }
            StandCourse::Under { leg, since_s } => {
                let here = leg.standpoint(t_s - since_s);
                (position - here.position, velocity - here.velocity, here.up, here.up_rate)
            }
        }
    }
}

/// One satellite over the window: its path, and SGP4 itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flight<'a> {
    pub fleet: &'a Fleet,
    pub satellite: usize,
    pub start: Epoch,
    pub path: &'a Path,
}

/// One satellite, one site over one stretch, one least elevation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    pub flight: Flight<'a>,
    pub stand: &'a Stand,
    pub sin_mask: f64,
}

impl Sight<'_> {
    /// Adds the instants in `[from, to]` at which g passes through zero, in the order of time; answers
    /// whether the satellite is in sight at the start.
    ///
    /// The interval must lie within the stretch and the path.
    pub fn crossings(&self, from_s: f64, to_s: f64, roots: &mut Vec<f64>) -> bool {
        let path = self.flight.path;
        let mut number = path.arc_at(from_s);
        let mut here = self.at(&path.arcs[number], from_s);
        let was_in_sight = here.is_in_sight();
        // |g′| ≤ (|v| + |ship|)(1 + |sin mask|) + |d|·(turn of the vertical).
        let reach = path.highest_radius_km + self.stand.radius_km;
        let fastest = (path.speed_km_s + self.stand.speed_km_s) * (1.0 + self.sin_mask.abs())
            + reach * self.stand.turn_rad_s;
        loop {
            let arc = &path.arcs[number];
            // As far from zero as this, no crossing happens within so many whole arcs.
            let idle = ((here.value_km.abs() - 0.1) / (fastest * arc.length_s)) as usize;
            if idle > 0 {
                // The node behind those arcs: `here` may stand inside its arc, which only helps.
                number += idle;
                let Some(next) = path.arcs.get(number) else { return was_in_sight };
                if next.start_s >= to_s {
                    return was_in_sight;
                }
                here = self.look(next.start_s, &path.nodes[number].position, &path.nodes[number].velocity);
                continue;
            }
            let end_s = arc.end_s();
            let last = end_s >= to_s || number + 1 == path.arcs.len();
            let there = if last {
                self.at(arc, to_s.min(end_s))
            } else {
                let node = &path.nodes[number + 1];
                self.look(path.arcs[number + 1].start_s, &node.position, &node.velocity)
            };
            self.scan(arc, &here, &there, roots);
            if last {
                return was_in_sight;
            }
            here = there;
            number += 1;
        }
    }

    /// Finds the zeros of g between two looks of one arc.
    fn scan(&self, arc: &Arc, a: &Sample, b: &Sample, roots: &mut Vec<f64>) {
        let h = b.t_s - a.t_s;
        if h <= 0.0 {
            return;
        }
        let (fall, rise) = self.bends(arc, a, b, h);
        let is_same = a.is_in_sight() == b.is_in_sight();
        if self.is_monotone(arc, a, b, h, fall, rise) {
            if !is_same {
                roots.push(self.crossing(arc, a, b));
            }
            return;
        }
        if is_same {
            // The chord of g, off by the arc's error at its ends, and how far g can leave it.
            let slack = self.error_km(arc);
            let clear = if a.is_in_sight() {
                a.value_km.min(b.value_km) - slack > rise * h * h / 8.0
            } else {
                -a.value_km.max(b.value_km) - slack > fall * h * h / 8.0
            };
            if clear {
                return;
            }
        }
        if h <= FINEST_S {
            if !is_same {
                roots.push(self.crossing(arc, a, b));
            }
            return;
        }
        let middle = self.at(arc, a.t_s + 0.5 * h);
        self.scan(arc, a, &middle, roots);
        self.scan(arc, &middle, b, roots);
    }

    /// Bounds over an interval: −g″ is at most the first, g″ at most the second, km/s².
    ///
    /// g″ = a·(n − sin m·d̂) + 2 d′·n′ + d·n″ − sin m·(|d′|² − (d′·d̂)²)/|d|, the last term of one sign.
    fn bends(&self, arc: &Arc, a: &Sample, b: &Sample, h: f64) -> (f64, f64) {
        let speed = arc.speed_km_s + self.stand.speed_km_s;
        let turn = self.stand.turn_rad_s;
        let lean = 1.0 + self.sin_mask.abs();
        // Ships: |p″| is below w²·R·1.02; d·n″ is at most w²·|d|.
        let reach = arc.speed_km_s * h + a.range_km.max(b.range_km);
        let own = turn * turn * (LARGEST_RADIUS_KM * 1.02 * lean + reach) + 2.0 * speed * turn;
        let common = arc.acceleration_km_s2 * lean + own;
        // No range is below (|d(a)| + |d(b)| − speed·h)/2 nor below the arc's height.
        let nearest = (0.5 * (a.range_km + b.range_km - speed * h))
            .max(arc.lowest_radius_km - self.stand.radius_km)
            .max(0.0);
        let turning = match self.sin_mask.abs() {
            0.0 => 0.0,
            sin => sin * speed * speed / nearest,
        };
        if self.sin_mask >= 0.0 { (common + turning, common) } else { (common, common + turning) }
    }

    /// Whether g′ keeps its sign between two looks.
    fn is_monotone(&self, arc: &Arc, a: &Sample, b: &Sample, h: f64, fall: f64, rise: f64) -> bool {
        if !(fall.is_finite() && rise.is_finite()) {
            return false;
        }
        // Differences of arc and SGP4 in velocity: the error swings over no less than a tenth of an arc.
        let slack = 20.0 * self.error_km(arc) / arc.length_s;
        let least = |from: f64, to: f64, down: f64, up: f64| {
            // The rate is at least max(from − down·t, to − up·(h − t)): least where the two meet.
            let t = ((from - to + up * h) / (down + up)).clamp(0.0, h);
            (from - down * t).max(to - up * (h - t))
        };
        let (from, to) = (a.rate_km_s, b.rate_km_s);
        if from > 0.0 && to > 0.0 {
            least(from, to, fall, rise) > slack
        } else if from < 0.0 && to < 0.0 {
            least(-from, -to, rise, fall) > slack
        } else {
            false
        }
    }

    /// The one zero of g between two looks of unlike sign.
    fn crossing(&self, arc: &Arc, a: &Sample, b: &Sample) -> f64 {
        let mut t = hermite_zero(a, b);
        let (mut low, mut high) = (a.t_s, b.t_s);
        let mut rate = 0.0;
        for _ in 0..60 {
            let (position, velocity) = arc.state(t);
            let look = self.look(t, &position, &velocity);
            rate = look.rate_km_s;
            if look.is_in_sight() == a.is_in_sight() {
                low = t;
            } else {
                high = t;
            }
            let mut next = t - look.value_km / look.rate_km_s;
            if !(next > low && next < high) {
                next = 0.5 * (low + high);
            }
            let moved = (next - t).abs();
            t = next;
            if moved < 1e-6 {
                break;
            }
        }
        let error_km = self.error_km(arc);
        if error_km <= EDGE_TOLERANCE_S * rate.abs() {
            return t;
        }
        // One step of Newton against SGP4 itself is enough where g is steep.
        let correction = -self.true_value(arc, t) / rate;
        if correction.abs() < 1e-3 && a.t_s < t + correction && t + correction < b.t_s {
            return t + correction;
        }
        // Against SGP4 itself, in a bracket around the arc's zero or, failing that, the whole interval.
        let margin = (3.0 * error_km / rate.abs()).max(1e-3);
        let narrow = (
            (t - margin).max(a.t_s), //
            (t + margin).min(b.t_s),
        );
        let value = |t: f64| self.true_value(arc, t);
        let (from, to) = (value(narrow.0), value(narrow.1));
        if (from >= 0.0) == a.is_in_sight() && (to >= 0.0) == b.is_in_sight() {
            return zero_between((narrow.0, from), (narrow.1, to), 1e-5, value);
        }
        zero_between((a.t_s, a.value_km), (b.t_s, b.value_km), 1e-5, value)
    }

    /// g off by at most this for the arc's departure from SGP4, km.
    fn error_km(&self, arc: &Arc) -> f64 {
        arc.error_km * (1.0 + self.sin_mask.abs())
    }

    /// A look along an arc whose sign is that of SGP4 itself.
    fn at(&self, arc: &Arc, t_s: f64) -> Sample {
        let (position, velocity) = arc.state(t_s);
        let mut look = self.look(t_s, &position, &velocity);
        if look.value_km.abs() <= 2.0 * self.error_km(arc) {
            look.value_km = self.true_value(arc, t_s);
        }
        look
    }

    /// g by SGP4 itself; by the arc where SGP4 gives nothing.
    fn true_value(&self, arc: &Arc, t_s: f64) -> f64 {
        let position = self.true_position(arc, t_s);
        self.look(t_s, &position, &Vector3::zeros()).value_km
    }

    /// The position by SGP4 itself; by the arc where SGP4 gives nothing.
    pub fn true_position(&self, arc: &Arc, t_s: f64) -> Vector3<f64> {
        match self.flight.fleet.state(self.flight.satellite, self.flight.start.plus_seconds(t_s)) {
            Ok(state) => state.position,
            Err(_) => arc.position(t_s),
        }
    }

    fn look(&self, t_s: f64, position: &Vector3<f64>, velocity: &Vector3<f64>) -> Sample {
        let (line, moving, up, up_rate) = self.stand.line(t_s, position, velocity);
        let range = line.norm();
        Sample {
            t_s,
            value_km: line.dot(&up) - self.sin_mask * range,
            rate_km_s: moving.dot(&up) + line.dot(&up_rate) - self.sin_mask * line.dot(&moving) / range,
            range_km: range,
        }
    }
}

/// Zero of the cubic through values and rates of two looks of unlike sign: a first guess.
fn hermite_zero(a: &Sample, b: &Sample) -> f64 {
    let h = b.t_s - a.t_s;
    let (r0, r1) = (a.rate_km_s * h, b.rate_km_s * h);
    let chord = b.value_km - a.value_km;
    let (c2, c3) = (3.0 * chord - 2.0 * r0 - r1, r0 + r1 - 2.0 * chord);
    let (mut low, mut high) = (0.0, 1.0);
    let mut u = (-a.value_km / chord).clamp(0.0, 1.0);
    for _ in 0..8 {
        let value = a.value_km + (r0 + (c2 + c3 * u) * u) * u;
        if (value >= 0.0) == a.is_in_sight() {
            low = u;
        } else {
            high = u;
        }
        let next = u - value / (r0 + (2.0 * c2 + 3.0 * c3 * u) * u);
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        if (next - u).abs() < 1e-7 {
            return a.t_s + next * h;
        }
        u = next;
    }
    a.t_s + u * h
}

/// A zero of a function between two points of unlike sign, to `tolerance` in the argument.
///
/// The Illinois variant of false position, with bisection when it stalls (Dowell and Jarratt 1971).
pub(super) fn zero_between(a: (f64, f64), b: (f64, f64), tolerance: f64, value: impl Fn(f64) -> f64) -> f64 {
    let ((mut t0, mut f0), (mut t1, mut f1)) = (a, b);
    let mut side = 0i8;
    for round in 0..100 {
        if (t1 - t0).abs() <= tolerance {
            break;
        }
        let mut t = if f1 == f0 { 0.5 * (t0 + t1) } else { (t0 * f1 - t1 * f0) / (f1 - f0) };
        if !(t > t0.min(t1) && t < t0.max(t1)) || round % 8 == 7 {
            t = 0.5 * (t0 + t1);
        }
        let f = value(t);
        if f == 0.0 {
            return t;
        }
        if (f >= 0.0) == (f1 >= 0.0) {
            if (t - t1).abs() <= tolerance {
                return t;
            }
            (t1, f1) = (t, f);
            if side == -1 {
                f0 *= 0.5;
            }
            side = -1;
        } else {
            if (t - t0).abs() <= tolerance {
                return t;
            }
            (t0, f0) = (t, f);
            if side == 1 {
                f1 *= 0.5;
            }
            side = 1;
        }
    }
    0.5 * (t0 + t1)
}
