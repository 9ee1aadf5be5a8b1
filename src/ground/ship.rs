//! Ships: positions between waypoints, with the local vertical moving along.
//!
//! Between two waypoints the geodetic latitude and longitude, taken as angles on a sphere, go along
//! the great circle at a constant angular rate; height goes evenly. The direction so followed is the
//! ellipsoid's normal at the ship, so the normal turns at that rate too and both derivatives are exact.

use geo::{Distance, Geodesic, Point};
use nalgebra::Vector3;

use crate::frames::{Geodetic, prime_vertical_radius_km};
use crate::time::{Epoch, Window};
use crate::units::EARTH_ECCENTRICITY_SQUARED;

/// Fastest speed that a track of a ship may imply, in knots. No ship is near it; a track above it has a wrong
/// time or place.
pub const FASTEST_KNOTS: f64 = 100.0;

/// The same of a track that may be that of an aircraft: above supersonic airliners with the wind behind them.
pub const FASTEST_AIRCRAFT_KNOTS: f64 = 1500.0;

/// Kilometres per second of one knot (1,852 m/h, exact).
pub const KNOT_KM_S: f64 = 1.852 / 3600.0;

/// A place and when the ship is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waypoint {
    /// When.
    pub epoch: Epoch,
    /// Where.
    pub place: Geodetic,
}

/// What holds before the first and after the last waypoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outside {
    /// The ship stays at the first or last waypoint.
    Hold,
    /// There is no ship: it makes no contacts.
    #[default]
    Absent,
}

/// The voyage of a ship.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    waypoints: Vec<Waypoint>,
    /// None behind the last waypoint of a part.
    legs: Vec<Option<Leg>>,
    before: Outside,
    after: Outside,
}

/// Why waypoints make no track.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrackError {
    /// There are no waypoints.
    #[error("a track needs at least one waypoint")]
    Empty,
    /// A waypoint is earlier than the one before it.
    #[error("waypoint {} at {at} is earlier than the one before it, at {before}", number + 1)]
    Order {
        /// Number of the waypoint from 0.
        number: usize,
        /// Its time.
        at: Epoch,
        /// The time of the one before.
        before: Epoch,
    },
    /// Two waypoints have the same time.
    #[error("waypoints {number} and {} have the same time, {at}", number + 1)]
    EqualTimes {
        /// Number of the later waypoint from 0.
        number: usize,
        /// The time of both.
        at: Epoch,
    },
    /// The ship or the aircraft would have to be faster than such go.
    #[error(
        "waypoint {} asks for {knots:.0} knots from the one before it ({distance_km:.1} km in {hours:.2} h); the fastest accepted is {fastest_knots:.0}",
        number + 1
    )]
    TooFast {
        /// Number of the waypoint from 0.
        number: usize,
        /// Speed over the ellipsoid, knots.
        knots: f64,
        /// Length of the leg, km.
        distance_km: f64,
        /// Time of the leg, hours.
        hours: f64,
        /// The fastest speed that is accepted, knots.
        fastest_knots: f64,
    },
    /// Two waypoints are on opposite sides of the Earth: every great circle joins them.
    #[error("waypoint {} is opposite to the one before it, so the course between them is undefined", number + 1)]
    Opposite {
        /// Number of the waypoint from 0.
        number: usize,
    },
}

/// One leg between two waypoints, in seconds after the first of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Ellipsoid normal at the start.
    from: Vector3<f64>,
    /// Unit vector along the course at the start, at right angles to `from`.
    ahead: Vector3<f64>,
    /// Angular rate, rad/s.
    rate_rad_s: f64,
    height_km: f64,
    climb_km_s: f64,
}

/// Where a site is at an instant, and how it moves, Earth-fixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standpoint {
    /// Position, km.
    pub position: Vector3<f64>,
    /// Velocity, km/s.
    pub velocity: Vector3<f64>,
    /// Outward normal of the ellipsoid.
    pub up: Vector3<f64>,
    /// Rate of change of the normal, 1/s.
    pub up_rate: Vector3<f64>,
}

/// A stretch of a window over which a site stands still or follows one leg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Start, seconds after the start of the window.
    pub from_s: f64,
    /// End, seconds after the start of the window.
    pub to_s: f64,
    /// What the site does.
    pub course: Course,
}

/// Places nearer to each other than this are one, km: what rounding does to the end of a leg is far below it.
const ONE_PLACE_KM: f64 = 1e-6;

impl Stretch {
    /// Where the site is at an instant of the stretch, seconds after the start of the window.
    pub fn place(&self, t_s: f64) -> Geodetic {
        match &self.course {
            Course::Still(place) => *place,
            Course::Under { leg, since_s } => leg.place(t_s - since_s),
        }
    }

    /// Whether the next stretch begins when and where this one ends. A ship that is held between two parts of its track
    /// is at one place until the later part begins, and at another from then on.
    pub fn is_continued_by(&self, next: &Self) -> bool {
        let (here, there) = (self.place(self.to_s).to_ecef(), next.place(next.from_s).to_ecef());
        self.to_s == next.from_s && (here.0 - there.0).norm() < ONE_PLACE_KM
    }

    /// Whether the next stretch begins when this one ends, but elsewhere.
    pub fn jumps_to(&self, next: &Self) -> bool {
        self.to_s == next.from_s && !self.is_continued_by(next)
    }
}

/// What a site does over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Course {
    /// It stands still.
    Still(Geodetic),
    /// It follows a leg that began at `since_s` seconds after the start of the window.
    Under {
        /// The leg.
        leg: Leg,
        /// Start of the leg, seconds after the start of the window.
        since_s: f64,
    },
}

impl Leg {
    /// From one waypoint to the next; `None` where the two are opposite.
    fn between(from: &Waypoint, to: &Waypoint) -> Option<Self> {
        let seconds = to.epoch.seconds_since(from.epoch);
        let (a, b) = (from.place.normal(), to.place.normal());
        let across = a.cross(&b);
        let angle = across.norm().atan2(a.dot(&b));
        if angle > std::f64::consts::PI - 1e-9 {
            return None;
        }
        // Below a hundredth of a millimetre the ship lies still; any direction serves.
        let ahead = if angle < 1e-12 { Vector3::zeros() } else { across.cross(&a).normalize() };
        Some(Self {
            from: a,
            ahead,
            rate_rad_s: if angle < 1e-12 { 0.0 } else { angle / seconds },
            height_km: from.place.height_km,
            climb_km_s: (to.place.height_km - from.place.height_km) / seconds,
        })
    }

    /// Angular rate of the normal, rad/s.
    pub fn rate_rad_s(&self) -> f64 {
        self.rate_rad_s
    }

    /// The ship is nowhere on the leg faster than this, km/s.
    pub fn fastest_km_s(&self) -> f64 {
        // No radius of curvature of the ellipsoid is above 6,400 km; 20 km are left for height.
        self.rate_rad_s * 6420.0 + self.climb_km_s.abs()
    }

    /// Position, velocity and vertical at `t_s` seconds after the start of the leg.
    pub fn standpoint(&self, t_s: f64) -> Standpoint {
        let (sin, cos) = (self.rate_rad_s * t_s).sin_cos();
        let up = self.from * cos + self.ahead * sin;
        let up_rate = (self.ahead * cos - self.from * sin) * self.rate_rad_s;
        let height = self.height_km + self.climb_km_s * t_s;
        let flat = |v: &Vector3<f64>| Vector3::new(v.x, v.y, v.z * (1.0 - EARTH_ECCENTRICITY_SQUARED));
        // p = N diag(1, 1, 1 - e²) n + h n, and dN/dt = N³/a² e² n_z dn_z/dt.
        let n = prime_vertical_radius_km(up.z);
        let a = crate::units::EARTH_EQUATORIAL_RADIUS_KM;
        let n_rate = n * n * n / (a * a) * EARTH_ECCENTRICITY_SQUARED * up.z * up_rate.z;
        Standpoint {
            position: flat(&up) * n + up * height,
            velocity: flat(&up_rate) * n + flat(&up) * n_rate + up_rate * height + up * self.climb_km_s,
            up,
            up_rate,
        }
    }

    /// The place at `t_s` seconds after the start of the leg.
    pub fn place(&self, t_s: f64) -> Geodetic {
        let (sin, cos) = (self.rate_rad_s * t_s).sin_cos();
        let up = self.from * cos + self.ahead * sin;
        Geodetic {
            latitude_deg: up.z.atan2(up.x.hypot(up.y)).to_degrees(),
            longitude_deg: up.y.atan2(up.x).to_degrees(),
            height_km: self.height_km + self.climb_km_s * t_s,
        }
    }
}

impl Track {
    /// A ship's, from waypoints in the order of time.
    ///
    /// # Errors
    /// [`TrackError`]: times that do not go up, a speed no ship reaches, an undefined course.
    pub fn new(waypoints: Vec<Waypoint>, before: Outside, after: Outside) -> Result<Self, TrackError> {
        Self::up_to(FASTEST_KNOTS, waypoints, before, after)
    }

    /// The same of something that is not faster than so many knots.
    ///
    /// # Errors
    /// As [`Track::new`].
    pub fn up_to(
        fastest_knots: f64,
        waypoints: Vec<Waypoint>,
        before: Outside,
        after: Outside,
    ) -> Result<Self, TrackError> {
        Self::in_parts(fastest_knots, waypoints, &[], before, after)
    }

    /// The same of a track in parts, the later of which begin at the waypoints of these numbers, in order. Between two parts there
    /// is no leg: what holds after the last waypoint holds there too.
    ///
    /// # Errors
    /// As [`Track::new`].
    pub fn in_parts(
        fastest_knots: f64,
        waypoints: Vec<Waypoint>,
        begins: &[usize],
        before: Outside,
        after: Outside,
    ) -> Result<Self, TrackError> {
        if waypoints.is_empty() {
            return Err(TrackError::Empty);
        }
        let mut legs = Vec::with_capacity(waypoints.len() - 1);
        for (number, pair) in waypoints.windows(2).enumerate() {
            let (from, to) = (&pair[0], &pair[1]);
            let number = number + 1;
            match to.epoch.cmp(&from.epoch) {
                std::cmp::Ordering::Less => {
                    return Err(TrackError::Order { number, at: to.epoch, before: from.epoch });
                }
                std::cmp::Ordering::Equal => return Err(TrackError::EqualTimes { number, at: to.epoch }),
                std::cmp::Ordering::Greater => {}
            }
            if begins.binary_search(&number).is_ok() {
                legs.push(None);
                continue;
            }
            let leg = Leg::between(from, to).ok_or(TrackError::Opposite { number })?;
            let point = |place: &Geodetic| Point::new(place.longitude_deg, place.latitude_deg);
            let distance_km = Geodesic.distance(point(&from.place), point(&to.place)) / 1000.0;
            let seconds = to.epoch.seconds_since(from.epoch);
            let knots = distance_km / seconds / KNOT_KM_S;
            if knots.is_nan() || knots > fastest_knots {
                let hours = seconds / 3600.0;
                return Err(TrackError::TooFast { number, knots, distance_km, hours, fastest_knots });
            }
            legs.push(Some(leg));
        }
        Ok(Self { waypoints, legs, before, after })
    }

    /// The track with something else outside it.
    #[must_use]
    pub fn with_outside(self, before: Outside, after: Outside) -> Self {
        Self { before, after, ..self }
    }

    /// Number of parts between which the ship is not followed.
    pub fn parts(&self) -> usize {
        1 + self.begins().count()
    }

    /// Numbers of the waypoints at which the later parts begin.
    pub fn begins(&self) -> impl Iterator<Item = usize> + '_ {
        self.legs.iter().enumerate().filter(|(_, leg)| leg.is_none()).map(|(number, _)| number + 1)
    }

    /// The waypoints, in the order of time.
    pub fn waypoints(&self) -> &[Waypoint] {
        &self.waypoints
    }

    /// What holds before the first waypoint.
    pub fn before(&self) -> Outside {
        self.before
    }

    /// What holds after the last waypoint.
    pub fn after(&self) -> Outside {
        self.after
    }

    /// Where the ship is; `None` where its file says that it is absent.
    pub fn place(&self, epoch: Epoch) -> Option<Geodetic> {
        let passed = self.waypoints.partition_point(|waypoint| waypoint.epoch <= epoch);
        if passed == 0 {
            return (self.before == Outside::Hold).then(|| self.waypoints[0].place);
        }
        let last = &self.waypoints[passed - 1];
        match self.legs.get(passed - 1) {
            Some(Some(leg)) => Some(leg.place(epoch.seconds_since(last.epoch))),
            Some(None) | None => (epoch == last.epoch || self.after == Outside::Hold).then_some(last.place),
        }
    }

    /// What the ship does over a window: stretches in the order of time, none where it is absent. Where a part of its track
    /// begins while the ship is held elsewhere, two of them meet in time but not in place.
    pub fn stretches(&self, window: &Window) -> Vec<Stretch> {
        let since = |waypoint: &Waypoint| waypoint.epoch.seconds_since(window.start);
        let (first, last) = (&self.waypoints[0], &self.waypoints[self.waypoints.len() - 1]);
        let mut stretches = Vec::new();
        let mut add = |from_s: f64, to_s: f64, course: Course| {
            let (from_s, to_s) = (from_s.max(0.0), to_s.min(window.duration_s));
            if from_s < to_s {
                stretches.push(Stretch { from_s, to_s, course });
            }
        };
        if self.before == Outside::Hold {
            add(0.0, since(first), Course::Still(first.place));
        }
        for (pair, leg) in self.waypoints.windows(2).zip(&self.legs) {
            let (from_s, to_s) = (since(&pair[0]), since(&pair[1]));
            let Some(leg) = leg else {
                if self.after == Outside::Hold {
                    add(from_s, to_s, Course::Still(pair[0].place));
                }
                continue;
            };
            let course = if leg.rate_rad_s == 0.0 && leg.climb_km_s == 0.0 {
                Course::Still(pair[0].place)
            } else {
                Course::Under { leg: *leg, since_s: from_s }
            };
            add(from_s, to_s, course);
        }
        if self.after == Outside::Hold {
            add(since(last), window.duration_s, Course::Still(last.place));
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waypoint(time: &str, latitude_deg: f64, longitude_deg: f64) -> Waypoint {
        Waypoint {
            epoch: time.parse().unwrap(),
            place: Geodetic { latitude_deg, longitude_deg, height_km: 0.015 },
        }
    }

    fn track(waypoints: Vec<Waypoint>) -> Track {
        Track::new(waypoints, Outside::Hold, Outside::Absent).unwrap()
    }

    #[test]
    fn a_leg_across_the_antimeridian_takes_the_short_way() {
        let ship = track(vec![
            waypoint("2024-07-17T00:00:00Z", 0.0, 179.0),
            waypoint("2024-07-17T20:00:00Z", 0.0, -177.0),
        ]);
        let half = ship.place("2024-07-17T10:00:00Z".parse().unwrap()).unwrap();
        assert!((half.longitude_deg.rem_euclid(360.0) - 181.0).abs() < 1e-9, "{half:?}");
        assert!(half.latitude_deg.abs() < 1e-12);
    }

    /// Over the pole: from 89.5° N at 0° E to 89.5° N at 180° E the great circle is the meridian.
    #[test]
    fn a_leg_over_the_pole_goes_through_it() {
        let ship = track(vec![
            waypoint("2024-07-17T00:00:00Z", 89.5, 0.0),
            waypoint("2024-07-17T10:00:00Z", 89.5, 180.0),
        ]);
        let pole = ship.place("2024-07-17T05:00:00Z".parse().unwrap()).unwrap();
        assert!((pole.latitude_deg - 90.0).abs() < 1e-9, "{pole:?}");
        let before = ship.place("2024-07-17T04:00:00Z".parse().unwrap()).unwrap();
        assert!((before.latitude_deg - 89.9).abs() < 1e-9 && before.longitude_deg.abs() < 1e-6, "{before:?}");
    }

    /// Derivatives against central differences of the closed geodetic formula.
    #[test]
    fn velocity_and_vertical_are_the_derivatives() {
        let from = waypoint("2024-07-17T00:00:00Z", 50.0, 170.0);
        let mut to = waypoint("2024-07-18T00:00:00Z", 46.0, -178.0);
        to.place.height_km = 0.115;
        let leg = Leg::between(&from, &to).unwrap();
        for t in [0.0, 40_000.0, 86_400.0] {
            let here = leg.standpoint(t);
            assert!((here.position - leg.place(t).to_ecef().0).norm() < 1e-9);
            assert!((here.up - leg.place(t).normal()).norm() < 1e-14);
            let difference = (leg.place(t + 5.0).to_ecef().0 - leg.place(t - 5.0).to_ecef().0) / 10.0;
            assert!((here.velocity - difference).norm() < 1e-9, "{}", (here.velocity - difference).norm());
            let turned = (leg.place(t + 5.0).normal() - leg.place(t - 5.0).normal()) / 10.0;
            assert!((here.up_rate - turned).norm() < 1e-13);
        }
        assert!((leg.place(86_400.0).to_ecef().0 - to.place.to_ecef().0).norm() < 1e-9);
    }

    #[test]
    fn hold_and_absent_are_obeyed() {
        let ship = track(vec![
            waypoint("2024-07-17T06:00:00Z", 1.0, 10.0),
            waypoint("2024-07-17T12:00:00Z", 1.0, 10.0),
            waypoint("2024-07-17T18:00:00Z", 2.0, 10.0),
        ]);
        assert_eq!(ship.place("2020-01-01T00:00:00Z".parse().unwrap()).unwrap().latitude_deg, 1.0);
        assert_eq!(ship.place("2024-07-17T18:00:00.001Z".parse().unwrap()), None);
        let window = Window { start: "2024-07-17T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        let stretches = ship.stretches(&window);
        let spans: Vec<_> = stretches.iter().map(|s| (s.from_s / 3600.0, s.to_s / 3600.0)).collect();
        assert_eq!(spans, [(0.0, 6.0), (6.0, 12.0), (12.0, 18.0)]);
        assert!(matches!(stretches[1].course, Course::Still(_)));
        let later = Window { start: "2024-07-18T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        assert!(ship.stretches(&later).is_empty());
    }

    #[test]
    fn between_two_parts_holds_what_holds_at_the_end() {
        let waypoints = vec![
            waypoint("2024-07-17T00:00:00Z", 0.0, 0.0),
            waypoint("2024-07-17T06:00:00Z", 1.0, 0.0),
            waypoint("2024-07-17T12:00:00Z", 1.0, 90.0),
            waypoint("2024-07-17T18:00:00Z", 2.0, 90.0),
        ];
        let window = Window { start: "2024-07-17T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        for (after, spans, there) in [
            (Outside::Absent, vec![(0.0, 6.0), (12.0, 18.0)], false),
            (Outside::Hold, vec![(0.0, 6.0), (6.0, 12.0), (12.0, 18.0), (18.0, 24.0)], true),
        ] {
            let ship = Track::in_parts(100.0, waypoints.clone(), &[2], Outside::Absent, after).unwrap();
            assert_eq!(ship.parts(), 2);
            let stretches = ship.stretches(&window);
            let got: Vec<_> = stretches.iter().map(|s| (s.from_s / 3600.0, s.to_s / 3600.0)).collect();
            assert_eq!(got, spans);
            let between = ship.place("2024-07-17T09:00:00Z".parse().unwrap());
            assert_eq!(between, there.then_some(waypoints[1].place));
            assert!(ship.place("2024-07-17T06:00:00Z".parse().unwrap()).is_some());
            // It jumps where the second part begins, and nowhere else.
            let jumps: Vec<_> = stretches.windows(2).map(|pair| pair[0].jumps_to(&pair[1])).collect();
            let continued: Vec<_> =
                stretches.windows(2).map(|pair| pair[0].is_continued_by(&pair[1])).collect();
            match there {
                true => assert_eq!((jumps, continued), (vec![false, true, false], vec![true, false, true])),
                false => assert_eq!((jumps, continued), (vec![false], vec![false])),
            }
        }
        // Without parts it would have to be faster than any ship.
        assert!(Track::new(waypoints, Outside::Hold, Outside::Hold).is_err());
    }

    #[test]
    fn impossible_tracks_are_refused() {
        let start = waypoint("2024-07-17T00:00:00Z", 0.0, 0.0);
        for (second, expected) in [
            (waypoint("2024-07-16T00:00:00Z", 0.0, 1.0), "earlier than the one before"),
            (waypoint("2024-07-17T00:00:00Z", 0.0, 1.0), "waypoints 1 and 2 have the same time"),
            (waypoint("2024-07-17T01:00:00Z", 15.0, 0.0), "asks for 896 knots"),
            (waypoint("2025-07-17T01:00:00Z", 0.0, 180.0), "opposite"),
        ] {
            let message =
                Track::new(vec![start, second], Outside::Hold, Outside::Hold).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert_eq!(Track::new(vec![], Outside::Hold, Outside::Hold).unwrap_err(), TrackError::Empty);
    }
}
