//! Azimuth, elevation, range and range rate along contacts.

use rayon::prelude::*;

use super::path::Path;
use super::{Contact, Place, Settings};
use crate::ephemeris::Fleet;
use crate::frames::Ecef;
use crate::ground::Site;
use crate::units::SPEED_OF_LIGHT_KM_S;

/// One instant of a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesPoint {
    /// Number of the contact in the list that was asked for.
    pub contact: usize,
    /// Seconds after the start of the window.
    pub t_s: f64,
    /// Azimuth, degrees.
    pub azimuth_deg: f64,
    /// Elevation, degrees.
    pub elevation_deg: f64,
    /// Range, km.
    pub range_km: f64,
    /// Rate of the range, km/s; negative while the satellite comes nearer.
    pub range_rate_km_s: f64,
}

impl SeriesPoint {
    /// Doppler shift in Hz of a carrier in Hz, to first order in v/c: `−f ṙ / c`.
    pub fn doppler_hz(&self, carrier_hz: f64) -> f64 {
        -carrier_hz * self.range_rate_km_s / SPEED_OF_LIGHT_KM_S
    }
}

/// The look of each contact at AOS, every `step_s` seconds after it, and LOS.
///
/// The contacts must come from a run with these satellites, sites and settings, in its order.
pub fn series(
    fleet: &Fleet,
    sites: &[Site],
    settings: &Settings,
    contacts: &[Contact],
    step_s: f64,
) -> Vec<SeriesPoint> {
    let places: Vec<Place> = sites.iter().map(|site| Place::new(site, settings)).collect();
    let mut groups: Vec<(usize, &[Contact])> = Vec::new();
    let mut first = 0;
    for group in contacts.chunk_by(|a, b| a.satellite == b.satellite) {
        groups.push((first, group));
        first += group.len();
    }
    let points: Vec<Vec<SeriesPoint>> = groups
        .into_par_iter()
        .map(|(first, group)| {
            let path = Path::new(fleet, group[0].satellite, &settings.window, settings.longest_step_s);
            let mut points = Vec::new();
            for (number, contact) in group.iter().enumerate() {
                let whole = ((contact.duration_s() / step_s) * (1.0 - 1e-12)).ceil().max(1.0) as usize;
                let instants = (0..whole).map(|k| contact.aos_s + k as f64 * step_s);
                for t_s in instants.chain([contact.los_s]) {
                    let stand = places[contact.site].stand_at(t_s);
                    let (position, velocity) = path.arcs[path.arc_at(t_s)].state(t_s);
                    let look = stand.horizon(t_s).look(&Ecef(position));
                    let (line, moving, _, _) = stand.line(t_s, &position, &velocity);
                    points.push(SeriesPoint {
                        contact: first + number,
                        t_s,
                        azimuth_deg: look.azimuth_deg,
                        elevation_deg: look.elevation_deg,
                        range_km: look.range_km,
                        range_rate_km_s: line.dot(&moving) / look.range_km,
                    });
                }
            }
            points
        })
        .collect();
    points.concat()
}
