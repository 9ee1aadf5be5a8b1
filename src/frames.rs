//! Frames: TEME, Earth-fixed, geodetic, and the local horizon.
//!
//! | transform | function | accuracy |
//! | --- | --- | --- |
//! | TEME → Earth-fixed | [`teme_to_ecef`] | exact for the Earth orientation given: 18 m on the ground without polar motion, 0.42 km with UT1 = UTC |
//! | geodetic → Earth-fixed | [`Geodetic::to_ecef`] | exact |
//! | Earth-fixed → geodetic | [`Ecef::to_geodetic`] | better than 1e-9 rad and 1e-6 m from the surface to 60,000 km |
//! | Earth-fixed → azimuth, elevation, range | [`Horizon::look`] | exact, geometric: no refraction |

use nalgebra::{Matrix3, Vector3};

use crate::time::Epoch;
use crate::units::{
    EARTH_ECCENTRICITY_SQUARED, EARTH_EQUATORIAL_RADIUS_KM, EARTH_ROTATION_RAD_S, SECONDS_PER_DAY,
};

pub mod orientation;
pub mod ut1_table;

/// A position in km or velocity in km/s in SGP4's true equator, mean equinox frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Teme(pub Vector3<f64>);

/// A position in km or velocity in km/s in the Earth-fixed frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ecef(pub Vector3<f64>);

/// A place by geodetic latitude and longitude on the WGS-84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geodetic {
    /// Geodetic latitude in degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude in degrees, east positive.
    pub longitude_deg: f64,
    /// Height above the ellipsoid in km.
    pub height_km: f64,
}

/// What the Earth does beside turning evenly with UTC, at one instant. The default is UT1 = UTC and no polar
/// motion; [`orientation::Orientation`] is its course in time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EarthOrientation {
    /// UT1 − UTC in seconds.
    pub ut1_minus_utc_s: f64,
    /// Polar motion x in radians.
    pub polar_x_rad: f64,
    /// Polar motion y in radians.
    pub polar_y_rad: f64,
}

/// Greenwich mean sidereal time of 1982 in radians in `[0, 2π)`.
///
/// `whole_days` and `fraction` add up to days of UT1 after 2000-01-01T12:00:00.
/// Source: Aoki et al. 1982, as in SOFA `iauGmst82`.
pub fn gmst82_rad(whole_days: f64, fraction: f64) -> f64 {
    let t = (whole_days + fraction) / 36_525.0;
    // The day of the formula begins at 0h UT1, half a day away from where J2000 days begin.
    let seconds_of_day = SECONDS_PER_DAY * (whole_days.fract() + fraction.fract());
    let seconds = 24_110.548_41 - SECONDS_PER_DAY / 2.0
        + (8_640_184.812_866 + (0.093_104 - 6.2e-6 * t) * t) * t
        + seconds_of_day;
    (seconds * (std::f64::consts::TAU / SECONDS_PER_DAY)).rem_euclid(std::f64::consts::TAU)
}

impl Epoch {
    /// Greenwich mean sidereal time of 1982 at this instant, in radians in `[0, 2π)`.
    pub fn gmst82_rad(self, orientation: &EarthOrientation) -> f64 {
        let (days, fraction) = self.days_since_j2000();
        gmst82_rad(days, fraction + orientation.ut1_minus_utc_s / SECONDS_PER_DAY)
    }
}

/// Position and velocity from TEME to the Earth-fixed frame at an instant.
///
/// Rotation by GMST 1982, then polar motion. Source: Vallado et al., AIAA 2006-6753, appendix C.
pub fn teme_to_ecef(
    position: Teme,
    velocity: Teme,
    epoch: Epoch,
    orientation: &EarthOrientation,
) -> (Ecef, Ecef) {
    rotate_to_ecef(position, velocity, epoch.gmst82_rad(orientation), orientation)
}

/// [`teme_to_ecef`] with the sidereal time already at hand, for many satellites at one instant.
pub fn rotate_to_ecef(
    position: Teme,
    velocity: Teme,
    gmst_rad: f64,
    orientation: &EarthOrientation,
) -> (Ecef, Ecef) {
    let (sin, cos) = gmst_rad.sin_cos();
    let turn = |v: &Vector3<f64>| Vector3::new(cos * v.x + sin * v.y, cos * v.y - sin * v.x, v.z);
    let fixed = turn(&position.0);
    let carried = turn(&velocity.0) - Vector3::new(0.0, 0.0, EARTH_ROTATION_RAD_S).cross(&fixed);
    if orientation.polar_x_rad == 0.0 && orientation.polar_y_rad == 0.0 {
        return (Ecef(fixed), Ecef(carried));
    }
    let (sin_x, cos_x) = orientation.polar_x_rad.sin_cos();
    let (sin_y, cos_y) = orientation.polar_y_rad.sin_cos();
    // r(ITRF) = R2(-xp) R1(-yp) r(PEF), the transpose of the matrix in AIAA 2006-6753, equation C-4.
    let polar = Matrix3::new(
        cos_x,
        sin_x * sin_y,
        sin_x * cos_y, //
        0.0,
        cos_y,
        -sin_y, //
        -sin_x,
        cos_x * sin_y,
        cos_x * cos_y,
    );
    (Ecef(polar * fixed), Ecef(polar * carried))
}

impl Geodetic {
    /// The place in the Earth-fixed frame, km.
    pub fn to_ecef(&self) -> Ecef {
        let (sin_lat, cos_lat) = self.latitude_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = self.longitude_deg.to_radians().sin_cos();
        let n = prime_vertical_radius_km(sin_lat);
        let rho = (n + self.height_km) * cos_lat;
        Ecef(Vector3::new(
            rho * cos_lon,
            rho * sin_lon,
            (n * (1.0 - EARTH_ECCENTRICITY_SQUARED) + self.height_km) * sin_lat,
        ))
    }

    /// Unit vector along the outward normal of the ellipsoid at the place.
    pub fn normal(&self) -> Vector3<f64> {
        let (sin_lat, cos_lat) = self.latitude_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = self.longitude_deg.to_radians().sin_cos();
        Vector3::new(cos_lat * cos_lon, cos_lat * sin_lon, sin_lat)
    }
}

/// Radius of curvature in the prime vertical in km, `N = a / sqrt(1 - e² sin²φ)`.
pub fn prime_vertical_radius_km(sin_latitude: f64) -> f64 {
    EARTH_EQUATORIAL_RADIUS_KM / (1.0 - EARTH_ECCENTRICITY_SQUARED * sin_latitude * sin_latitude).sqrt()
}

impl Ecef {
    /// Geodetic latitude, longitude and height above the WGS-84 ellipsoid.
    ///
    /// Bowring's parametric-latitude iteration (Bowring 1976), repeated until it stands still.
    pub fn to_geodetic(&self) -> Geodetic {
        let (x, y, z) = (self.0.x, self.0.y, self.0.z);
        let a = EARTH_EQUATORIAL_RADIUS_KM;
        let b = a * (1.0 - EARTH_ECCENTRICITY_SQUARED).sqrt();
        let second_eccentricity_squared = EARTH_ECCENTRICITY_SQUARED / (1.0 - EARTH_ECCENTRICITY_SQUARED);
        let rho = x.hypot(y);
        let mut parametric = (z * a).atan2(rho * b);
        let mut latitude: f64 = 0.0;
        for _ in 0..6 {
            let (sin, cos) = parametric.sin_cos();
            latitude = (z + second_eccentricity_squared * b * sin.powi(3))
                .atan2(rho - EARTH_ECCENTRICITY_SQUARED * a * cos.powi(3));
            let next = ((1.0 - EARTH_ECCENTRICITY_SQUARED).sqrt() * latitude.sin()).atan2(latitude.cos());
            if (next - parametric).abs() < 1e-15 {
                break;
            }
            parametric = next;
        }
        let (sin, cos) = latitude.sin_cos();
        // Projection onto the normal stays accurate at the poles, where rho / cos does not.
        let height = rho * cos + z * sin - a * (1.0 - EARTH_ECCENTRICITY_SQUARED * sin * sin).sqrt();
        Geodetic {
            latitude_deg: latitude.to_degrees(),
            longitude_deg: y.atan2(x).to_degrees(),
            height_km: height,
        }
    }
}

/// Where a satellite stands in the sky of a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Azimuth in degrees in `[0, 360)`, clockwise from north.
    pub azimuth_deg: f64,
    /// Geometric elevation in degrees above the plane normal to the ellipsoid.
    pub elevation_deg: f64,
    /// Slant range in km.
    pub range_km: f64,
}

/// A site with its local axes, ready for look angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Position of the site, Earth-fixed, km.
    pub position: Vector3<f64>,
    /// Unit vector to the east.
    pub east: Vector3<f64>,
    /// Unit vector to the north.
    pub north: Vector3<f64>,
    /// Unit vector along the outward normal of the ellipsoid.
    pub up: Vector3<f64>,
}

impl Horizon {
    /// The local axes at a place. At a pole, north is along the meridian of its longitude.
    pub fn at(place: &Geodetic) -> Self {
        let (sin_lat, cos_lat) = place.latitude_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = place.longitude_deg.to_radians().sin_cos();
        Self {
            position: place.to_ecef().0,
            east: Vector3::new(-sin_lon, cos_lon, 0.0),
            north: Vector3::new(-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat),
            up: Vector3::new(cos_lat * cos_lon, cos_lat * sin_lon, sin_lat),
        }
    }

    /// Azimuth, elevation and range of a satellite.
    pub fn look(&self, satellite: &Ecef) -> Look {
        let line = satellite.0 - self.position;
        let (east, north, up) = (line.dot(&self.east), line.dot(&self.north), line.dot(&self.up));
        Look {
            azimuth_deg: east.atan2(north).to_degrees().rem_euclid(360.0),
            elevation_deg: up.atan2(east.hypot(north)).to_degrees(),
            range_km: line.norm(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOFA's test of `iauGmst82` (test value 1.754174981860675 rad) and ERFA values for other dates.
    #[test]
    fn sidereal_time_matches_sofa() {
        for (day, fraction, expected) in [
            (2_400_000.5 - 2_451_545.0, 53_736.0, 1.754_174_981_860_675),
            (0.0, 0.0, 4.894_961_212_823_059),
            (2_453_101.5 - 2_451_545.0, 0.3274, 5.459_519_851_383_842),
        ] {
            let got = gmst82_rad(day, fraction);
            assert!((got - expected).abs() < 1e-12, "{got} {expected}");
        }
    }

    /// The example of Vallado et al., AIAA 2006-6753, appendix C.
    #[test]
    fn teme_to_itrf_matches_the_published_example() {
        let epoch: Epoch = "2004-04-06T07:51:28.386Z".parse().unwrap();
        let arcsecond = (1.0f64 / 3600.0).to_radians();
        let orientation = EarthOrientation {
            ut1_minus_utc_s: -0.439_961,
            polar_x_rad: -0.140_682 * arcsecond,
            polar_y_rad: 0.333_309 * arcsecond,
        };
        let position = Teme(Vector3::new(5_094.180_162_10, 6_127.644_659_50, 6_380.344_532_70));
        let velocity = Teme(Vector3::new(-4.746_131_487, 0.785_818_041, 5.531_931_288));
        let (fixed, moving) = teme_to_ecef(position, velocity, epoch, &orientation);
        let expected = Vector3::new(-1_033.479_383_00, 7_901.295_275_40, 6_380.356_595_80);
        assert!((fixed.0 - expected).norm() < 2e-5, "{:?}", fixed.0 - expected);
        let expected = Vector3::new(-3.225_636_520, -2.872_451_450, 5.531_924_446);
        assert!((moving.0 - expected).norm() < 1e-6, "{:?}", moving.0 - expected);
    }

    /// ERFA `gd2gc`, ellipsoid 1 (pyerfa 2.0.1.5).
    #[test]
    fn geodetic_matches_erfa() {
        for (latitude_deg, longitude_deg, height_m, expected_m) in [
            (30.5, -120.25, 12.5, [-2_770_930.243_953, -4_751_392.561_421, 3_218_260.889_907]),
            (-67.8, 179.9, 250.0, [-2_416_955.849_698, 4_218.388_029, -5_882_932.095_169]),
            (89.999, 10.0, 0.0, [109.997_097, 19.395_456, 6_356_752.313_270]),
            (-1.3, 104.2, 35_786_000.0, [-10_340_514.683_577, 40_865_316.140_414, -955_623.392_217]),
        ] {
            let place = Geodetic { latitude_deg, longitude_deg, height_km: height_m / 1000.0 };
            let difference_m = place.to_ecef().0 * 1000.0 - Vector3::from(expected_m);
            assert!(difference_m.norm() < 2e-6, "{place:?}: {difference_m}");
        }
    }

    #[test]
    fn geodetic_round_trip_returns() {
        for latitude_deg in [-90.0, -89.999, -45.0, -1e-7, 0.0, 30.0, 67.857, 89.999_999, 90.0] {
            for height_km in [-0.4, 0.0, 0.1, 550.0, 35_786.0, 60_000.0] {
                let place = Geodetic { latitude_deg, longitude_deg: -176.55, height_km };
                let back = place.to_ecef().to_geodetic();
                assert!((back.latitude_deg - latitude_deg).abs() < 1e-10, "{place:?} {back:?}");
                assert!((back.height_km - height_km).abs() < 1e-9, "{place:?} {back:?}");
            }
        }
    }

    #[test]
    fn a_satellite_overhead_is_at_ninety_degrees() {
        let place = Geodetic { latitude_deg: -43.95, longitude_deg: -176.55, height_km: 0.01 };
        let above = Geodetic { height_km: 800.01, ..place };
        let look = Horizon::at(&place).look(&above.to_ecef());
        assert!((look.elevation_deg - 90.0).abs() < 1e-9);
        assert!((look.range_km - 800.0).abs() < 1e-9);
    }

    #[test]
    fn azimuth_turns_clockwise_from_north() {
        let horizon = Horizon::at(&Geodetic { latitude_deg: 10.0, longitude_deg: 20.0, height_km: 0.0 });
        for (direction, azimuth) in
            [(horizon.north, 0.0), (horizon.east, 90.0), (-horizon.north, 180.0), (-horizon.east, 270.0)]
        {
            let look = horizon.look(&Ecef(horizon.position + direction * 100.0));
            assert!((look.azimuth_deg - azimuth).abs() < 1e-9);
            assert!(look.elevation_deg.abs() < 1e-9);
        }
    }
}
