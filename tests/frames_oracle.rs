//! Frames against published values, and against the reference folder where it is at hand: sidereal time and
//! geodetic coordinates of ERFA, the TEME to ITRF example of AIAA 2006-6753.

mod common;

use std::f64::consts::{PI, TAU};

use h3o::{CellIndex, Resolution};
use hexsky::frames::{EarthOrientation, Ecef, Geodetic, Teme, gmst82_rad, teme_to_ecef};
use hexsky::time::Epoch;
use nalgebra::Vector3;

/// Days from the Julian date 0 to that of J2000.
const J2000_JD: f64 = 2_451_545.0;

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// The Julian date is given in two parts, of which the first is a whole or a half day.
fn assert_sidereal_time(jd_day: f64, jd_fraction: f64, expected_rad: f64) {
    let got_rad = gmst82_rad(jd_day - J2000_JD, jd_fraction);
    let difference_rad = (got_rad - expected_rad + PI).rem_euclid(TAU) - PI;
    assert!(difference_rad.abs() < 1e-12, "{jd_day} + {jd_fraction}: {difference_rad} rad");
}

fn assert_geodetic(place: &Geodetic, expected_m: Vector3<f64>) {
    let difference_m = (place.to_ecef().0 * 1000.0 - expected_m).norm();
    // The values are rounded to a micrometre in each axis.
    assert!(difference_m < 1e-6, "{place:?}: {difference_m} m");
    let back = Ecef(expected_m / 1000.0).to_geodetic();
    assert!((back.height_km - place.height_km).abs() < 2e-9, "{back:?} {place:?}");
    assert!((back.latitude_deg - place.latitude_deg).abs() < 2e-11, "{back:?} {place:?}");
    let along_m = (back.longitude_deg - place.longitude_deg + 180.0).rem_euclid(360.0) - 180.0;
    let along_m = along_m.to_radians() * expected_m.xy().norm();
    assert!(along_m.abs() < 2e-6, "{back:?} {place:?}");
}

/// SOFA's own test of `iauGmst82` (t_sofa_c.c, 2023-10-11): 1.754174981860675 rad.
#[test]
fn sidereal_time_is_that_of_sofa() {
    assert_sidereal_time(2_400_000.5, 53_736.0, 1.754_174_981_860_675);
    let Some(folder) = common::reference_folder("oracles/frames") else { return };
    let rows = common::rows(&folder.join("gmst82.csv"));
    for row in &rows {
        let [day, fraction, gmst_rad] =
            ["jd_ut1_day", "jd_ut1_fraction", "gmst82_rad"].map(|name| number(&row[name]));
        assert_sidereal_time(day, fraction, gmst_rad);
    }
    println!("{} rows of gmst82.csv", rows.len());
    assert!(!rows.is_empty());
}

/// SOFA's own test of `iauGd2gc` with WGS-84 (t_sofa_c.c, 2023-10-11): longitude 3.1 rad, latitude -0.5 rad, height
/// 2500 m.
#[test]
fn geodetic_is_that_of_sofa() {
    let place =
        Geodetic { latitude_deg: (-0.5f64).to_degrees(), longitude_deg: 3.1f64.to_degrees(), height_km: 2.5 };
    assert_geodetic(
        &place,
        Vector3::new(-5_599_000.557_704_994, 233_011.672_234_792_03, -3_040_909.470_698_336),
    );
    let Some(folder) = common::reference_folder("oracles/frames") else { return };
    let rows = common::rows(&folder.join("geodetic.csv"));
    for row in &rows {
        let [latitude_deg, longitude_deg, height_m, x, y, z] =
            ["lat_deg", "lon_deg", "height_m", "x_m", "y_m", "z_m"].map(|name| number(&row[name]));
        let place = Geodetic { latitude_deg, longitude_deg, height_km: height_m / 1000.0 };
        assert_geodetic(&place, Vector3::new(x, y, z));
    }
    println!("{} rows of geodetic.csv", rows.len());
    assert!(!rows.is_empty());
}

/// AIAA 2006-6753, appendix C: 2004-04-06T07:51:28.386 UTC. The time is rounded to a millisecond, in which the
/// satellite moves some metres, but the published vectors agree to two centimetres.
#[test]
fn teme_to_itrf_is_the_published_example() {
    let epoch: Epoch = "2004-04-06T07:51:28.386Z".parse().unwrap();
    let arcsecond = (1.0f64 / 3600.0).to_radians();
    let ut1 = EarthOrientation { ut1_minus_utc_s: -0.439_961, ..EarthOrientation::default() };
    let full =
        EarthOrientation { polar_x_rad: -0.140_682 * arcsecond, polar_y_rad: 0.333_309 * arcsecond, ..ut1 };
    let published = [
        Vector3::new(5_094.180_162_10, 6_127.644_659_50, 6_380.344_532_70),
        Vector3::new(-1_033.479_383_00, 7_901.295_275_40, 6_380.356_595_80),
    ];
    let mut examples = vec![published];
    if let Some(folder) = common::reference_folder("oracles/frames") {
        let rows = common::rows(&folder.join("teme_itrf_example.csv"));
        let vector = |quantity: &str| {
            let row = rows.iter().find(|row| row["quantity"] == quantity).unwrap();
            Vector3::from(["x_km", "y_km", "z_km"].map(|name| number(&row[name])))
        };
        examples.push([vector("teme_position"), vector("itrf_position")]);
    }
    for [teme, itrf] in examples {
        let still = Teme(Vector3::zeros());
        let difference_m = |orientation: &EarthOrientation| {
            (teme_to_ecef(Teme(teme), still, epoch, orientation).0.0 - itrf).norm() * 1000.0
        };
        let [whole, without_polar_motion, plain] =
            [full, ut1, EarthOrientation::default()].map(|orientation| difference_m(&orientation));
        assert!(whole < 0.02, "{whole} m");
        assert!((5.0..25.0).contains(&without_polar_motion), "{without_polar_motion} m");
        assert!((200.0..350.0).contains(&plain), "{plain} m");
    }
}

/// H3 has 2 + 120 · 7^r cells at resolution r, of which 12 are pentagons (h3geo.org, table of cell statistics).
#[test]
fn cells_are_as_many_as_h3_has() {
    for level in 0..=4u8 {
        let resolution = Resolution::try_from(level).unwrap();
        let cells: Vec<CellIndex> =
            CellIndex::base_cells().flat_map(|base| base.children(resolution)).collect();
        assert_eq!(cells.len() as u64, 2 + 120 * 7u64.pow(level.into()));
        assert_eq!(cells.iter().filter(|cell| cell.is_pentagon()).count(), 12);
        assert_eq!(hexsky::grid::cells::Grid::globe(resolution).points.len(), cells.len());
    }
}
