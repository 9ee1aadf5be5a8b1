//! Almanacs: the orbits that navigation satellites themselves broadcast for finding one another.
//!
//! An almanac gives Earth-fixed positions directly, by Kepler's equation in the rotating frame:
//! IS-GPS-200N (2022), table 20-IV with the terms that an almanac lacks at zero. Beidou (BDS-SIS-ICD-B1I-3.0)
//! and Galileo (OS SIS ICD 2.1) take the same equations with constants and a time of their own, see
//! [`Broadcaster`]. It is good to a few kilometres for weeks, which no DOP of three digits notices.

use nalgebra::Vector3;

use crate::frames::Ecef;
use crate::time::Epoch;

mod broadcaster;
mod yuma;

pub use broadcaster::{Broadcaster, is_of_qzss};
pub use yuma::{Almanac, AlmanacSatellite, YumaOptions, looks_like_yuma, read_yuma};

/// Seconds of a week, in the time of any of the systems.
const SECONDS_PER_WEEK: f64 = 604_800.0;

/// Orbit of one satellite as an almanac gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlmanacOrbit {
    /// The system whose time and constants it is in.
    pub system: Broadcaster,
    /// Week of the almanac in the system's own count, not rolled over.
    pub week: u32,
    /// Time of applicability, seconds of the system's time into the week; may exceed one week.
    pub time_of_applicability_s: f64,
    /// Eccentricity.
    pub eccentricity: f64,
    /// Inclination, rad.
    pub inclination_rad: f64,
    /// Rate of the right ascension of the node, rad/s.
    pub node_rate_rad_s: f64,
    /// Square root of the semi-major axis, √m.
    pub sqrt_semi_major_axis: f64,
    /// Longitude of the ascending node at the start of the week, rad.
    pub node_at_week_rad: f64,
    /// Argument of perigee, rad.
    pub argument_of_perigee_rad: f64,
    /// Mean anomaly at the time of applicability, rad.
    pub mean_anomaly_rad: f64,
}

impl AlmanacOrbit {
    /// Time of applicability in seconds of GPS time after 1980-01-06T00:00:00.
    pub fn reference_gps_s(&self) -> f64 {
        self.system.start_gps_s() + f64::from(self.week) * SECONDS_PER_WEEK + self.time_of_applicability_s
    }

    /// Time of applicability in UTC.
    pub fn epoch(&self) -> Epoch {
        utc_of_gps_seconds(self.reference_gps_s())
    }

    /// Revolutions per day, `sqrt(μ / a³)`.
    pub fn revolutions_per_day(&self) -> f64 {
        self.mean_motion_rad_s() * crate::units::SECONDS_PER_DAY / std::f64::consts::TAU
    }

    fn mean_motion_rad_s(&self) -> f64 {
        (self.system.mu_m3_s2() / self.sqrt_semi_major_axis.powi(6)).sqrt()
    }

    /// Longitude of the ascending node in rad at seconds of GPS time after 1980-01-06T00:00:00.
    pub fn node_longitude_rad(&self, gps_s: f64) -> f64 {
        // Ω = Ω0 + (Ω̇ − Ω̇e) t − Ω̇e toa
        let earth_rate = self.system.earth_rate_rad_s();
        self.node_at_week_rad + (self.node_rate_rad_s - earth_rate) * (gps_s - self.reference_gps_s())
            - earth_rate * self.time_of_applicability_s
    }

    /// Earth-fixed position in km at seconds of GPS time after 1980-01-06T00:00:00.
    pub fn position(&self, gps_s: f64) -> Ecef {
        let a_m = self.sqrt_semi_major_axis.powi(2);
        let t = gps_s - self.reference_gps_s();
        // M = M0 + sqrt(μ / a³) t, and E − e sin E = M.
        let mean = self.mean_anomaly_rad + self.mean_motion_rad_s() * t;
        let eccentric = eccentric_anomaly(mean, self.eccentricity);
        let (sin_e, cos_e) = eccentric.sin_cos();
        let true_anomaly =
            ((1.0 - self.eccentricity.powi(2)).sqrt() * sin_e).atan2(cos_e - self.eccentricity);
        let r_km = a_m * (1.0 - self.eccentricity * cos_e) / 1000.0;
        let node = self.node_longitude_rad(gps_s);
        let (sin_u, cos_u) = (true_anomaly + self.argument_of_perigee_rad).sin_cos();
        let (sin_node, cos_node) = node.sin_cos();
        let (sin_i, cos_i) = self.inclination_rad.sin_cos();
        Ecef(
            Vector3::new(
                cos_u * cos_node - sin_u * cos_i * sin_node,
                cos_u * sin_node + sin_u * cos_i * cos_node,
                sin_u * sin_i,
            ) * r_km,
        )
    }
}

/// Solves Kepler's equation `E − e sin E = M` by Newton's method.
fn eccentric_anomaly(mean: f64, eccentricity: f64) -> f64 {
    let mut e = if eccentricity < 0.8 { mean } else { mean + eccentricity * mean.sin().signum() };
    for _ in 0..30 {
        let step = (e - eccentricity * e.sin() - mean) / (1.0 - eccentricity * e.cos());
        e -= step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    e
}

/// Seconds of GPS time after 1980-01-06T00:00:00 at an instant of UTC, leap seconds by hifitime's
/// table (IERS bulletin C up to 2017-01-01, none announced since).
pub fn gps_seconds(epoch: Epoch) -> f64 {
    let nanos = i128::from(epoch.unix_nanos());
    let utc = hifitime::Epoch::from_unix_duration(hifitime::Duration::from_total_nanoseconds(nanos));
    utc.to_gpst_duration().to_seconds()
}

/// The instant of UTC at seconds of GPS time after 1980-01-06T00:00:00, to the microsecond.
pub fn utc_of_gps_seconds(gps_s: f64) -> Epoch {
    let utc = hifitime::Epoch::from_gpst_seconds(gps_s);
    let nanos = utc.to_unix_duration().total_nanoseconds();
    Epoch::from_unix_nanos((nanos as f64 / 1000.0).round() as i64 * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::EarthOrientation;
    use crate::orbit::MeanElements;

    fn epoch(text: &str) -> Epoch {
        text.parse().unwrap()
    }

    /// GPS time at well-known instants: its start, the rollovers of 1999 and 2019 (GPS week 1024 and
    /// 2048, IS-GPS-200 and the United States Naval Observatory's notices), with 13 and 18 leap seconds.
    #[test]
    fn gps_time_counts_leap_seconds() {
        for (utc, week, leap_s) in [
            ("1980-01-06T00:00:00Z", 0u32, 0.0),
            ("1999-08-21T23:59:47Z", 1024, 0.0),
            ("2019-04-06T23:59:42Z", 2048, 0.0),
        ] {
            assert!(
                (gps_seconds(epoch(utc)) - f64::from(week) * SECONDS_PER_WEEK - leap_s).abs() < 1e-6,
                "{utc}"
            );
            assert_eq!(utc_of_gps_seconds(f64::from(week) * SECONDS_PER_WEEK), epoch(utc));
        }
    }

    /// One satellite of the almanac of GPS week 380 (mod 1024), as the United States Coast Guard's
    /// Navigation Center published it in July 2026, against the catalogue: the elements of the same
    /// satellite of August 2026 propagated back by SGP4.
    #[test]
    fn an_almanac_and_the_catalogue_agree() {
        let almanac = AlmanacOrbit {
            system: Broadcaster::Gps,
            week: 2428,
            time_of_applicability_s: 319_488.0,
            eccentricity: 0.182_914_733_9e-2,
            inclination_rad: 0.957_104_542_6,
            node_rate_rad_s: -0.811_462_372_1e-8,
            sqrt_semi_major_axis: 5_153.549_805,
            node_at_week_rad: 0.628_269_245_6,
            argument_of_perigee_rad: 0.193_269_221,
            mean_anomaly_rad: -0.710_469_044_2,
        };
        // NAVSTAR 83 (USA 440), PRN 01, from CelesTrak's "active" group of 2026-08-22.
        let catalogue = MeanElements {
            epoch: epoch("2026-08-19T14:35:44.592864Z"),
            inclination_deg: 54.8177,
            raan_deg: 331.6094,
            eccentricity: 0.001_857_2,
            argument_of_perigee_deg: 2.9664,
            mean_anomaly_deg: 321.1239,
            mean_motion_rev_day: 2.005_732_79,
            bstar: 0.0,
        };
        let fleet = crate::ephemeris::Fleet::new([&catalogue], EarthOrientation::default()).unwrap();
        for hours in 0..24 {
            let gps_s = almanac.reference_gps_s() + f64::from(hours) * 3600.0;
            let state = fleet.state(0, utc_of_gps_seconds(gps_s)).unwrap();
            let apart_km = (state.position - almanac.position(gps_s).0).norm();
            // Four weeks lie between the two; the 18 leap seconds alone would be 70 km.
            assert!(apart_km < 35.0, "{hours} h: {apart_km} km");
        }
    }
}
