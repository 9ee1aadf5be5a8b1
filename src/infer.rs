//! Shells as flown: what pattern a catalogue's satellites form.
//!
//! Satellites are brought to one epoch with SGP4. Those that lie densely together in altitude and
//! inclination are a shell (module `cluster`); within it nodes that lie together are planes, and where the
//! satellites of the planes keep to evenly spaced places, the number of places is found (module `planes`).
//! Satellites on their way up or down, and strays, end up in no shell and are counted.
//!
//! Two altitudes are told. One is that of a circular Kepler orbit with the printed mean motion,
//! (µ/n²)^⅓ − 6,378.137 km, by which catalogues and filings are usually compared: names of shells use that one.
//! The other is that of the mean semi-major axis that SGP4 works with, which a definition needs for the same
//! motion; for near-polar low orbits it is some 3 km lower. Filed altitudes of Starlink, Kuiper and Guowang come
//! out to 0.1 km in it.

use crate::constellation::{Constellation, Satellite};
use crate::orbit::MeanElements;
use crate::orbit::osculating::{Osculating, is_equatorial};
use crate::time::Epoch;
use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, SECONDS_PER_DAY};

mod cluster;
pub mod definition;
mod planes;

pub use planes::Plane;

/// Gravitational parameter of the Earth, km³/s² (WGS-84).
const MU_KM3_S2: f64 = 398_600.441_8;
/// Orbits with a greater eccentricity belong to no shell.
const MOST_ECCENTRIC: f64 = 0.02;
/// Mean altitude from which orbits count as geosynchronous up to the same distance above it.
const GEOSYNCHRONOUS_KM: (f64, f64) = (35_586.0, 35_986.0);
/// Below this inclination a geosynchronous satellite stands rather than goes round a plane.
const GEOSTATIONARY_INCLINATION_DEG: f64 = 15.0;

/// A satellite at the common epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Number of the satellite in the catalogue.
    pub satellite: usize,
    /// Altitude of the Kepler orbit with the printed mean motion, km.
    pub kepler_altitude_km: f64,
    /// Altitude of the mean semi-major axis of SGP4, km.
    pub mean_altitude_km: f64,
    /// Mean inclination, degrees.
    pub inclination_deg: f64,
    /// Right ascension of the osculating node at the common epoch, degrees.
    pub raan_deg: f64,
    /// Osculating argument of latitude at the common epoch, degrees.
    pub argument_of_latitude_deg: f64,
}

/// Least, middle and largest of a set of numbers.
pub type Range = crate::constellation::summary::Range;

/// A shell that was found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Shell {
    /// Inclination and Kepler altitude, such as `53.0-550`.
    pub name: String,
    /// Number of satellites.
    pub satellites: usize,
    /// Altitudes of Kepler orbits with the printed mean motions, km.
    pub kepler_altitude_km: Range,
    /// Altitudes of the mean semi-major axes of SGP4, km.
    pub mean_altitude_km: Range,
    /// Mean inclinations, degrees.
    pub inclination_deg: Range,
    /// Planes in the order of their nodes; empty for geostationary satellites.
    pub planes: Vec<Plane>,
    /// Median step of the nodes from plane to plane, degrees, of two planes the smaller; none below two.
    pub node_step_deg: Option<f64>,
    /// Evenly spaced places in a plane, where the satellites keep to such.
    pub places_per_plane: Option<u32>,
    /// Places that hold a satellite or more in percent of all places of the planes; none without known places.
    pub fill_percent: Option<f64>,
    /// The satellites at the common epoch, plane by plane.
    #[serde(skip)]
    pub places: Vec<Place>,
}

/// A satellite that belongs to no shell.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Unplaced {
    /// Name and catalogue number.
    pub satellite: String,
    /// Altitude of the Kepler orbit with the printed mean motion, km.
    pub kepler_altitude_km: f64,
    /// Inclination, degrees.
    pub inclination_deg: f64,
    /// Why.
    pub reason: &'static str,
}

/// What a catalogue's satellites form.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Inference {
    /// The epoch that all satellites were brought to: the middle one of the catalogue.
    pub epoch: Epoch,
    /// Shells, the one with the most satellites first.
    pub shells: Vec<Shell>,
    /// Satellites of no shell.
    pub unplaced: Vec<Unplaced>,
}

/// Finds the shells of a constellation, usually a catalogue. None for one without satellites.
pub fn infer(constellation: &Constellation) -> Option<Inference> {
    let mut epochs: Vec<Epoch> =
        constellation.satellites.iter().map(|satellite| satellite.elements.epoch).collect();
    epochs.sort_unstable();
    let epoch = *epochs.get(epochs.len() / 2)?;
    let mut unplaced = Vec::new();
    let mut places = Vec::new();
    for (number, satellite) in constellation.satellites.iter().enumerate() {
        if satellite.elements.eccentricity > MOST_ECCENTRIC {
            unplaced.push(not_placed(satellite, "the orbit is not near-circular"));
        } else {
            match place(number, &satellite.elements, epoch) {
                Some(place) => places.push(place),
                None => unplaced.push(not_placed(satellite, "it cannot be propagated to the common epoch")),
            }
        }
    }
    let (clusters, strays) = cluster::shells(&places);
    let mut shells: Vec<Shell> = clusters.into_iter().filter_map(shell).collect();
    shells.sort_by(|a, b| b.satellites.cmp(&a.satellites).then(a.name.cmp(&b.name)));
    let reason = "too few others near its altitude and inclination";
    unplaced
        .extend(strays.iter().map(|place| not_placed(&constellation.satellites[place.satellite], reason)));
    name_apart(&mut shells);
    Some(Inference { epoch, shells, unplaced })
}

/// Altitude of a circular Kepler orbit, km.
fn kepler_altitude_km(elements: &MeanElements) -> f64 {
    let motion_rad_s = elements.mean_motion_rev_day * std::f64::consts::TAU / SECONDS_PER_DAY;
    (MU_KM3_S2 / (motion_rad_s * motion_rad_s)).cbrt() - EARTH_EQUATORIAL_RADIUS_KM
}

fn not_placed(satellite: &Satellite, reason: &'static str) -> Unplaced {
    let number = satellite.norad_id.map(|number| format!(" ({number})")).unwrap_or_default();
    Unplaced {
        satellite: format!("{}{number}", satellite.name),
        kepler_altitude_km: kepler_altitude_km(&satellite.elements),
        inclination_deg: satellite.elements.inclination_deg,
        reason,
    }
}

fn place(satellite: usize, elements: &MeanElements, epoch: Epoch) -> Option<Place> {
    let (raan_deg, argument_of_latitude_deg) = slot(elements, epoch)?;
    Some(Place {
        satellite,
        kepler_altitude_km: kepler_altitude_km(elements),
        mean_altitude_km: elements.mean_altitude_km(),
        inclination_deg: elements.inclination_deg,
        raan_deg,
        argument_of_latitude_deg,
    })
}

/// How often a slot is put right by what the satellite is off from it.
const CORRECTIONS: usize = 3;

/// Node and argument of latitude, degrees, of the circular orbit on which SGP4 has a satellite where the elements have
/// it, but for what its ellipse swings about its mean motion. What the flattened Earth does to both is the same then;
/// angles that osculate at the epoch hold a part of it, by which a circular orbit would be off.
fn slot(elements: &MeanElements, epoch: Epoch) -> Option<(f64, f64)> {
    let equatorial = is_equatorial(elements);
    let seen = Osculating::at(elements, epoch)?;
    let there = seen.node_and_mean_argument_deg(equatorial);
    let (mut raan_deg, mut argument_deg) = seen.node_and_mean_argument_deg(false);
    let turn = |from_deg: f64, to_deg: f64| (to_deg - from_deg + 180.0).rem_euclid(360.0) - 180.0;
    for _ in 0..CORRECTIONS {
        let circular = MeanElements {
            epoch,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            raan_deg,
            mean_anomaly_deg: argument_deg,
            bstar: 0.0,
            ..*elements
        };
        // On the equator both nodes are 0°, and that of the slot stays.
        let here = Osculating::at(&circular, epoch)?.node_and_mean_argument_deg(equatorial);
        raan_deg = (raan_deg + turn(here.0, there.0)).rem_euclid(360.0);
        argument_deg = (argument_deg + turn(here.1, there.1)).rem_euclid(360.0);
    }
    Some((raan_deg, argument_deg))
}

fn range(places: &[Place], of: impl Fn(&Place) -> f64) -> Option<Range> {
    let mut values: Vec<f64> = places.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    Some(Range { min: *values.first()?, median: values[values.len() / 2], max: *values.last()? })
}

fn shell(places: Vec<Place>) -> Option<Shell> {
    let kepler_altitude_km = range(&places, |place| place.kepler_altitude_km)?;
    let mean_altitude_km = range(&places, |place| place.mean_altitude_km)?;
    let inclination_deg = range(&places, |place| place.inclination_deg)?;
    let geostationary = (GEOSYNCHRONOUS_KM.0..GEOSYNCHRONOUS_KM.1).contains(&kepler_altitude_km.median)
        && inclination_deg.median < GEOSTATIONARY_INCLINATION_DEG;
    let found = if geostationary { planes::Found::none(places) } else { planes::find(places) };
    Some(Shell {
        name: format!("{:.1}-{:.0}", inclination_deg.median, kepler_altitude_km.median),
        satellites: found.places.len(),
        kepler_altitude_km,
        mean_altitude_km,
        inclination_deg,
        node_step_deg: planes::node_step_deg(&found.planes),
        planes: found.planes,
        places_per_plane: found.places_per_plane.map(|places| places.count),
        fill_percent: found.places_per_plane.map(|places| places.held_percent),
        places: found.places,
    })
}

/// Shells that round to the same name get a letter behind it.
fn name_apart(shells: &mut [Shell]) {
    for number in 1..shells.len() {
        let (before, rest) = shells.split_at_mut(number);
        let own = &mut rest[0];
        let letters = ('b'..='z').map(String::from).chain((27..).map(|number| format!("-{number}")));
        let mut names = std::iter::once(String::new()).chain(letters).map(|end| format!("{}{end}", own.name));
        if let Some(free) = names.find(|name| before.iter().all(|shell| shell.name != *name)) {
            own.name = free;
        }
    }
}

#[cfg(test)]
mod tests;
