//! The footprint engine against the plain one, which looks from every point at every satellite and finds
//! roots by bracketing: per-cell percent to 1e-6 points, gap edges to 0.01 s, nothing over 0.1 s missed.

use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::coverage::{self, Coverage, Exact, PointFigures, Settings, Watch, engine, plain};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::orbit::MeanElements;
use hexsky::time::{Epoch, Window};
use proptest::prelude::*;

fn start() -> Epoch {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

#[derive(Debug, Clone)]
struct Orbit {
    altitude_km: f64,
    inclination_deg: f64,
    eccentricity: f64,
    raan_deg: f64,
    argument_of_perigee_deg: f64,
    mean_anomaly_deg: f64,
}

impl Orbit {
    fn elements(&self) -> MeanElements {
        // The altitude is that of the perigee, so that eccentric orbits stay above the ground.
        let a_km = (6378.137 + self.altitude_km) / (1.0 - self.eccentricity);
        MeanElements {
            epoch: start(),
            inclination_deg: self.inclination_deg,
            raan_deg: self.raan_deg,
            eccentricity: self.eccentricity,
            argument_of_perigee_deg: self.argument_of_perigee_deg,
            mean_anomaly_deg: self.mean_anomaly_deg,
            mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
                a_km,
                self.inclination_deg,
                self.eccentricity,
            ),
            bstar: 0.0,
        }
    }
}

fn orbits() -> impl Strategy<Value = Orbit> {
    let altitude = prop_oneof![
        3 => 300.0..2000.0,
        1 => 2000.0..25_000.0,
        1 => Just(35_786.0),
    ];
    let eccentricity = prop_oneof![3 => Just(0.0), 1 => 0.0..0.02, 1 => 0.5..0.74];
    (altitude, 0.0..180.0, eccentricity, 0.0..360.0, 0.0..360.0, 0.0..360.0).prop_map(
        |(
            altitude_km,
            inclination_deg,
            eccentricity,
            raan_deg,
            argument_of_perigee_deg,
            mean_anomaly_deg,
        )| Orbit {
            altitude_km,
            inclination_deg,
            eccentricity,
            raan_deg,
            argument_of_perigee_deg,
            mean_anomaly_deg,
        },
    )
}

fn both(orbits: &[Orbit], grid: &Grid, settings: &Settings) -> (Coverage, Coverage) {
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    let elements: Vec<MeanElements> = orbits.iter().map(Orbit::elements).collect();
    let fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
    let fast = engine::run(grid, &mut fleet.clone(), settings, watch).unwrap();
    let slow = plain::run(grid, &mut fleet.clone(), settings, 6, watch).unwrap();
    (fast, slow)
}

/// Figures of which a pass or gap shorter than 0.1 s may change the count but not the sums.
fn assert_same(fast: &PointFigures, slow: &PointFigures, exact: Exact, place: &str) {
    assert!((fast.percent_covered - slow.percent_covered).abs() < 1e-6, "{place}\n{fast:?}\n{slow:?}");
    assert!((fast.gap_total_s - slow.gap_total_s).abs() < 0.001, "{place}\n{fast:?}\n{slow:?}");
    assert_eq!(fast.gap_count, slow.gap_count, "{place}\n{fast:?}\n{slow:?}");
    assert_eq!(fast.access_count, slow.access_count, "{place}\n{fast:?}\n{slow:?}");
    assert!((fast.max_gap_s - slow.max_gap_s).abs() < 0.001, "{place}\n{fast:?}\n{slow:?}");
    assert!((fast.max_inner_gap_s - slow.max_inner_gap_s).abs() < 0.001, "{place}\n{fast:?}\n{slow:?}");
    assert!((fast.mean_response_s - slow.mean_response_s).abs() < 0.001, "{place}\n{fast:?}\n{slow:?}");
    for (a, b) in [(fast.p50_gap_s, slow.p50_gap_s), (fast.p95_gap_s, slow.p95_gap_s)] {
        assert!((a.unwrap_or(-1.0) - b.unwrap_or(-1.0)).abs() < 0.001, "{place}\n{fast:?}\n{slow:?}");
    }
    if exact == Exact::All {
        for (a, b) in fast.percent_at_least.iter().zip(slow.percent_at_least) {
            assert!((a - b).abs() < 1e-6, "{place}\n{fast:?}\n{slow:?}");
        }
        assert!((fast.mean_in_view - slow.mean_in_view).abs() < 1e-8, "{place}\n{fast:?}\n{slow:?}");
        assert_eq!((fast.min_in_view, fast.max_in_view), (slow.min_in_view, slow.max_in_view), "{place}");
    }
}

fn compare(orbits: &[Orbit], grid: &Grid, settings: &Settings) {
    for exact in [Exact::Edges, Exact::All] {
        let settings = Settings { exact, ..*settings };
        let (fast, slow) = both(orbits, grid, &settings);
        for ((point, fast), slow) in grid.points.iter().zip(&fast.points).zip(&slow.points) {
            let place = format!("{exact:?} {} {}", point.latitude_deg, point.longitude_deg);
            assert_same(fast, slow, exact, &place);
        }
        for (sample, (a, b)) in fast.series_percent.iter().zip(&slow.series_percent).enumerate() {
            assert!((a - b).abs() < 1e-9, "sample {sample}: {a} {b}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn on_random_constellations(
        orbits in prop::collection::vec(orbits(), 1..12),
        mask in prop_oneof![1 => Just(0.0), 4 => 0.0f64..50.0, 1 => 50.0f64..89.0],
        at_least in 1u32..4,
        duration in prop_oneof![600.0f64..20_000.0, Just(7200.0)],
        step in prop_oneof![Just(60.0), Just(45.0), Just(130.0), 10.0f64..300.0],
        resolution in 0u8..3,
    ) {
        let resolution = Resolution::try_from(resolution).unwrap();
        let settings = Settings {
            window: Window { start: start(), duration_s: duration },
            step_s: step,
            min_elevation_deg: mask,
            at_least,
            exact: Exact::Edges,
        };
        compare(&orbits, &Grid::globe(resolution), &settings);
    }
}

#[test]
fn on_poles_equator_and_antimeridian() {
    // A polar orbit, an equatorial one and a geostationary one over the antimeridian.
    let orbit = |altitude_km, inclination_deg, mean_anomaly_deg| Orbit {
        altitude_km,
        inclination_deg,
        eccentricity: 0.0,
        raan_deg: 0.0,
        argument_of_perigee_deg: 0.0,
        mean_anomaly_deg,
    };
    let orbits = [orbit(800.0, 90.0, 0.0), orbit(1200.0, 0.0, 50.0), orbit(35_786.0, 0.01, 280.0)];
    for mask in [0.0, 5.0, 30.0, 80.0] {
        let settings = Settings {
            window: Window { start: start(), duration_s: 21_600.0 },
            step_s: 60.0,
            min_elevation_deg: mask,
            at_least: 1,
            exact: Exact::Edges,
        };
        compare(&orbits, &Grid::globe(Resolution::Two), &settings);
    }
}

#[test]
fn places_and_cells_agree() {
    let orbits: Vec<Orbit> = (0..6)
        .map(|n| Orbit {
            altitude_km: 1000.0,
            inclination_deg: 60.0,
            eccentricity: 0.0,
            raan_deg: 60.0 * f64::from(n),
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 10.0 * f64::from(n),
        })
        .collect();
    let cells = Grid::globe(Resolution::One);
    let places = Grid { resolution: None, ..cells.clone() };
    let settings = Settings {
        window: Window { start: start(), duration_s: 10_000.0 },
        step_s: 60.0,
        min_elevation_deg: 10.0,
        at_least: 1,
        exact: Exact::All,
    };
    let elements: Vec<MeanElements> = orbits.iter().map(Orbit::elements).collect();
    let fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    let a = coverage::run(&cells, &mut fleet.clone(), &settings, watch).unwrap();
    let b = coverage::run(&places, &mut fleet.clone(), &settings, watch).unwrap();
    for (a, b) in a.points.iter().zip(&b.points) {
        assert_same(a, b, Exact::All, "place");
    }
}
