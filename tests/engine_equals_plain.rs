//! The footprint engine against the plain one, which looks from every point at every satellite and finds
//! roots by bracketing: per-cell percent to 1e-6 points, gap edges to 0.01 s, nothing over 0.1 s missed.
//! What is sampled is held to counting at every sample.

use std::cmp::Ordering;
use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::access::Site;
use hexsky::coverage::{
    self, Coverage, Exact, NODE_STEP_S, PointFigures, Settings, Watch, engine, percentile, plain,
};
use hexsky::ephemeris::{Fleet, Segment, State};
use hexsky::frames::{EarthOrientation, Geodetic};
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
    bstar: f64,
}

impl Orbit {
    /// A circular orbit.
    fn circular(altitude_km: f64, inclination_deg: f64, raan_deg: f64, mean_anomaly_deg: f64) -> Self {
        Self {
            altitude_km,
            inclination_deg,
            eccentricity: 0.0,
            raan_deg,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg,
            bstar: 0.0,
        }
    }

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
            bstar: self.bstar,
        }
    }
}

fn orbits() -> impl Strategy<Value = Orbit> {
    let altitude = prop_oneof![
        1 => 90.0..300.0,
        3 => 300.0..2000.0,
        1 => 2000.0..25_000.0,
        1 => Just(35_786.0),
    ];
    let eccentricity = prop_oneof![3 => Just(0.0), 1 => 0.0..0.02, 1 => 0.5..0.74];
    let inclination = prop_oneof![6 => 0.0..180.0, 1 => Just(0.0), 1 => Just(90.0), 1 => 86.0..100.0];
    // With the largest drag a low satellite is lost within the window.
    let bstar = prop_oneof![8 => Just(0.0), 1 => 0.1..0.5];
    let angles = (0.0..360.0, 0.0..360.0, 0.0..360.0);
    (altitude, inclination, eccentricity, angles, bstar).prop_map(
        |(altitude_km, inclination_deg, eccentricity, angles, bstar)| Orbit {
            altitude_km,
            inclination_deg,
            eccentricity,
            raan_deg: angles.0,
            argument_of_perigee_deg: angles.1,
            mean_anomaly_deg: angles.2,
            bstar,
        },
    )
}

/// Orbits that decay within minutes or hours.
fn falling_orbits() -> impl Strategy<Value = Orbit> {
    let altitude = prop_oneof![3 => 100.0..250.0, 1 => 250.0..500.0];
    let eccentricity = prop_oneof![3 => Just(0.0), 1 => 0.0..0.02, 1 => 0.02..0.7];
    let angles = (0.0..360.0, 0.0..360.0, 0.0..360.0);
    (altitude, 0.0..180.0, eccentricity, angles, -2.0..1.0).prop_map(
        |(altitude_km, inclination_deg, eccentricity, angles, drag): (_, _, _, _, f64)| Orbit {
            altitude_km,
            inclination_deg,
            eccentricity,
            raan_deg: angles.0,
            argument_of_perigee_deg: angles.1,
            mean_anomaly_deg: angles.2,
            bstar: 10f64.powf(drag),
        },
    )
}

fn settings() -> impl Strategy<Value = Settings> {
    let mask = prop_oneof![1 => Just(0.0), 4 => 0.0f64..50.0, 2 => 50.0f64..89.0];
    // In less than half a minute the tolerance of the edges, 1e-7 s, would be more than 1e-6 points.
    let duration = prop_oneof![600.0f64..20_000.0, Just(7200.0), 40.0f64..130.0];
    let step = prop_oneof![Just(60.0), Just(45.0), Just(130.0), Just(7.3), 10.0f64..300.0];
    (mask, 1u32..5, duration, step).prop_map(|(min_elevation_deg, at_least, duration_s, step_s)| Settings {
        window: Window { start: start(), duration_s },
        step_s,
        min_elevation_deg,
        at_least,
        exact: Exact::Edges,
    })
}

/// The globe, or the cells of it in a box or a cap: what a region leaves of it.
fn grids() -> impl Strategy<Value = Grid> {
    let whole = (0u8..3).prop_map(globe);
    let boxes = (2u8..5, -90.0f64..85.0, -180.0f64..180.0, 1.0f64..60.0).prop_map(
        |(resolution, south_deg, west_deg, width_deg)| {
            // Some hundreds of cells at most, for the plain engine looks from all of them.
            let height_deg = 400.0 / width_deg / 7f64.powi(i32::from(resolution) - 2);
            part(&globe(resolution), |latitude_deg, longitude_deg| {
                (longitude_deg - west_deg).rem_euclid(360.0) < width_deg
                    && (south_deg..south_deg + height_deg.clamp(2.0, 40.0)).contains(&latitude_deg)
            })
        },
    );
    let caps = (2u8..5, prop::bool::ANY).prop_map(|(resolution, north)| {
        let least_deg = 90.0 - [0.0, 0.0, 20.0, 8.0, 3.0][resolution as usize];
        part(
            &globe(resolution),
            |latitude_deg, _| {
                if north { latitude_deg > least_deg } else { latitude_deg < -least_deg }
            },
        )
    });
    prop_oneof![2 => whole, 1 => boxes, 1 => caps]
}

fn globe(resolution: u8) -> Grid {
    Grid::globe(Resolution::try_from(resolution).unwrap())
}

fn part(grid: &Grid, keeps: impl Fn(f64, f64) -> bool) -> Grid {
    let kept = grid.points.iter().filter(|point| keeps(point.latitude_deg, point.longitude_deg));
    Grid { resolution: grid.resolution, points: kept.copied().collect() }
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

/// Every figure of the fully sampled run, and the sampled ones of the solved run, by looking from each
/// point at each satellite at each sample.
fn compare_samples(orbits: &[Orbit], grid: &Grid, settings: &Settings) {
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    let elements: Vec<MeanElements> = orbits.iter().map(Orbit::elements).collect();
    let fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
    let [none, edges] = [Exact::None, Exact::Edges]
        .map(|exact| engine::run(grid, &mut fleet.clone(), &Settings { exact, ..*settings }, watch).unwrap());
    let duration_s = settings.window.duration_s;
    let samples = settings.window.sample_count(settings.step_s);
    let nodes = fleet.clone().smooth_nodes(start(), NODE_STEP_S, 0, (duration_s / NODE_STEP_S) as usize + 2);
    let times_s: Vec<f64> = (0..samples).map(|sample| sample as f64 * settings.step_s).collect();
    let positions: Vec<_> = times_s
        .iter()
        .map(|&t_s| {
            let node = (t_s / NODE_STEP_S) as usize;
            let into_s = t_s - node as f64 * NODE_STEP_S;
            let (from, to) = (nodes.at(node), nodes.at(node + 1));
            let at = |(satellite, (from, to)): (usize, (&State, &State))| {
                if into_s == 0.0 {
                    return from.position;
                }
                if to.is_present() {
                    return Segment::between(from, to, NODE_STEP_S).position(into_s);
                }
                let last = nodes.last_arc(node, satellite).filter(|last| into_s < last.span_s);
                last.map_or(State::ABSENT.position, |last| last.segment.position(into_s))
            };
            from.iter().zip(to).enumerate().map(at).collect::<Vec<_>>()
        })
        .collect();
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let mut covered_area = vec![0.0; samples];
    for (number, point) in grid.points.iter().enumerate() {
        let place = format!("{} {}", point.latitude_deg, point.longitude_deg);
        let site = Site::at(&Geodetic {
            latitude_deg: point.latitude_deg,
            longitude_deg: point.longitude_deg,
            height_km: 0.0,
        });
        let in_view: Vec<u32> = positions
            .iter()
            .map(|all| all.iter().filter(|at| site.clearance_km(at, sin_mask) >= 0.0).count() as u32)
            .collect();
        // Each sample stands for the time until the next, the last one for what is left of the window.
        let lasts_s = |sample: usize| settings.step_s.min(duration_s - times_s[sample]);
        let share = |least: u32| {
            let seen = (0..samples).filter(|&sample| in_view[sample] >= least);
            100.0 * seen.map(lasts_s).sum::<f64>() / duration_s
        };
        let mut gaps: Vec<(f64, f64)> = Vec::new();
        let mut was = true;
        for (sample, &t_s) in times_s.iter().enumerate() {
            let is = in_view[sample] >= settings.at_least;
            if is {
                covered_area[sample] += point.area_km2;
            } else if was {
                gaps.push((t_s, duration_s));
            }
            if is && !was {
                gaps.last_mut().unwrap().1 = t_s;
            }
            was = is;
        }
        let mut lengths_s: Vec<f64> = gaps.iter().map(|gap| gap.1 - gap.0).collect();
        let first_cut = gaps.first().filter(|gap| gap.0 == 0.0).map_or(0.0, |gap| gap.1 - gap.0);
        let last_cut = gaps.last().filter(|_| !was).map_or(0.0, |gap| gap.1 - gap.0);
        let inner = gaps.iter().filter(|gap| gap.0 > 0.0 && (was || gap.1 < duration_s));
        let longest_inner = inner.map(|gap| gap.1 - gap.0).fold(0.0, f64::max);
        let longest = gaps.iter().fold((0.0, 0.0), |longest, gap| {
            if gap.1 - gap.0 > longest.1 + 1e-6 { (gap.0, gap.1 - gap.0) } else { longest }
        });
        let square: f64 = lengths_s.iter().map(|length| length * length).sum();
        lengths_s.sort_by(f64::total_cmp);
        let total: f64 = lengths_s.iter().sum();
        let got = &none.points[number];
        let near =
            |a: f64, b: f64| assert!((a - b).abs() < 1e-6 * (1.0 + b.abs()), "{place}: {a} {b}\n{got:?}");
        assert_eq!(got.gap_count as usize, gaps.len(), "{place} {got:?}");
        near(got.gap_total_s, total);
        near(got.max_gap_s, longest.1);
        near(got.max_gap_start_s, longest.0);
        near(got.first_gap_cut_s, first_cut);
        near(got.last_gap_cut_s, last_cut);
        near(got.max_inner_gap_s, longest_inner);
        near(got.mean_response_s, square / (2.0 * duration_s));
        near(got.p50_gap_s.unwrap_or(-1.0), percentile(&lengths_s, 50.0).unwrap_or(-1.0));
        near(got.p95_gap_s.unwrap_or(-1.0), percentile(&lengths_s, 95.0).unwrap_or(-1.0));
        near(got.percent_covered, 100.0 * (1.0 - total / duration_s));
        let solved = &edges.points[number];
        for least in 1..=4 {
            near(got.percent_at_least[least as usize - 1], share(least));
            // What was solved for bounds what was sampled.
            let bound = match least.cmp(&settings.at_least) {
                Ordering::Less => share(least).max(solved.percent_covered),
                Ordering::Equal => solved.percent_covered,
                Ordering::Greater => share(least).min(solved.percent_covered),
            };
            near(solved.percent_at_least[least as usize - 1], bound);
        }
        let sum: f64 = (0..samples).map(|sample| f64::from(in_view[sample]) * lasts_s(sample)).sum();
        for figures in [got, solved] {
            near(figures.mean_in_view, sum / duration_s);
        }
        // The figures of a run agree with one another to the last digit.
        let [at_least @ .., _] = got.percent_at_least;
        assert!(at_least.iter().zip(&got.percent_at_least[1..]).all(|(less, more)| less >= more), "{got:?}");
        assert_eq!(got.percent_at_least[settings.at_least as usize - 1], got.percent_covered, "{place}");
        assert_eq!(Some(got.min_in_view), in_view.iter().copied().min(), "{place}");
        assert_eq!(Some(got.max_in_view), in_view.iter().copied().max(), "{place}");
    }
    let whole = grid.total_area_km2();
    for (sample, area) in covered_area.into_iter().enumerate() {
        let percent = 100.0 * area / whole.max(1e-9);
        let sampled = none.series_percent[sample];
        assert!((sampled - percent).abs() < 1e-6, "sample {sample}: {sampled} {percent}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn on_random_constellations(
        orbits in prop::collection::vec(orbits(), 1..12),
        settings in settings(),
        grid in grids(),
    ) {
        compare(&orbits, &grid, &settings);
    }

    #[test]
    fn samples_are_counted(
        orbits in prop::collection::vec(orbits(), 1..12),
        settings in settings(),
        grid in grids(),
    ) {
        compare_samples(&orbits, &grid, &settings);
    }

    /// A window of a step and a ninth: the second sample stands for a tenth of it.
    #[test]
    fn the_last_sample_weighs_what_is_left_of_the_window(
        orbits in prop::collection::vec(orbits(), 1..12),
        at_least in 1u32..4,
        duration_s in prop_oneof![Just(100.0), 91.0..180.0f64, 5.0..90.0f64],
    ) {
        let window = Window { start: start(), duration_s };
        let settings =
            Settings { window, step_s: 90.0, min_elevation_deg: 10.0, at_least, exact: Exact::None };
        compare_samples(&orbits, &globe(1), &settings);
    }

    /// Drag makes them sink by up to kilometres a second: what rises and sets above a point is no longer that of an
    /// orbit, and may turn twice within a step.
    #[test]
    fn of_falling_satellites(
        orbits in prop::collection::vec(falling_orbits(), 1..4),
        settings in settings(),
        grid in grids(),
    ) {
        compare(&orbits, &grid, &settings);
    }

    /// Of a wide fleet many cells are in view of several satellites.
    #[test]
    fn of_dense_fleets(
        altitude_km in 400.0f64..3000.0,
        inclination_deg in 30.0f64..150.0,
        settings in settings(),
    ) {
        let orbits: Vec<Orbit> = (0..40)
            .map(|n| Orbit::circular(altitude_km, inclination_deg, f64::from(n) * 45.0, f64::from(n) * 9.0 + 1.0))
            .collect();
        let window = Window { duration_s: settings.window.duration_s.min(3000.0), ..settings.window };
        compare(&orbits, &globe(1), &Settings { window, ..settings });
    }
}

/// A footprint that lies wholly between two rows of a coarse grid crosses no boundary between rows, while the
/// margin for short passes is as wide as the Earth.
#[test]
fn of_very_low_satellites() {
    for (altitude_km, mask_deg) in [(120.0, 60.0), (120.0, 30.0), (95.0, 80.0), (180.0, 5.0), (150.0, 45.0)] {
        let orbits: Vec<Orbit> = (0..30)
            .map(|n| Orbit::circular(altitude_km, 80.0, f64::from(n % 10) * 36.0, f64::from(n) * 61.0))
            .collect();
        let settings = Settings {
            window: Window { start: start(), duration_s: 3000.0 },
            step_s: 60.0,
            min_elevation_deg: mask_deg,
            at_least: 1,
            exact: Exact::Edges,
        };
        for resolution in 0..2 {
            compare(&orbits, &globe(resolution), &settings);
            compare_samples(&orbits, &globe(resolution), &Settings { step_s: 10.0, ..settings });
        }
    }
}

/// An edge that is 4e-7 s off is 1.7e-6 points of so short a window.
#[test]
fn in_a_window_of_half_a_minute() {
    let orbit = Orbit {
        argument_of_perigee_deg: 257.33899022439687,
        ..Orbit::circular(1157.2565118937298, 57.19531150043028, 56.398006476592876, 243.10094576812807)
    };
    let settings = Settings {
        window: Window { start: start(), duration_s: 25.54228451182902 },
        step_s: 60.0,
        min_elevation_deg: 32.540441790638376,
        at_least: 1,
        exact: Exact::Edges,
    };
    compare(&[orbit], &globe(1), &settings);
}

#[test]
fn on_poles_equator_and_antimeridian() {
    // A polar orbit, an equatorial one and a geostationary one over the antimeridian.
    let orbits = [
        Orbit::circular(800.0, 90.0, 0.0, 0.0),
        Orbit::circular(1200.0, 0.0, 0.0, 50.0),
        Orbit::circular(35_786.0, 0.01, 0.0, 280.0),
    ];
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
    let orbits: Vec<Orbit> =
        (0..6).map(|n| Orbit::circular(1000.0, 60.0, 60.0 * f64::from(n), 10.0 * f64::from(n))).collect();
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
