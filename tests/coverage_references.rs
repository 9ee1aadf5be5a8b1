//! Coverage and gaps against closed forms and against values of independent programs.

mod common;

use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{Coverage, Exact, Settings, Watch, engine, plain};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::{Grid, GridPoint};
use hexsky::orbit::MeanElements;
use hexsky::time::{Epoch, Window};

fn start() -> Epoch {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn watch(never: &AtomicBool) -> Watch<'_> {
    Watch { progress: &|_| (), stop: never }
}

fn circular(altitude_km: f64, inclination_deg: f64, raan_deg: f64, mean_anomaly_deg: f64) -> MeanElements {
    MeanElements {
        epoch: start(),
        inclination_deg,
        raan_deg,
        eccentricity: 0.0,
        argument_of_perigee_deg: 0.0,
        mean_anomaly_deg,
        mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(
            altitude_km + 6378.137,
            inclination_deg,
            0.0,
        ),
        bstar: 0.0,
    }
}

fn cover(elements: &[MeanElements], grid: &Grid, mask_deg: f64, duration_s: f64, exact: Exact) -> Coverage {
    let mut fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
    let settings = Settings {
        window: Window { start: start(), duration_s },
        step_s: 60.0,
        min_elevation_deg: mask_deg,
        at_least: 1,
        exact,
    };
    engine::run(grid, &mut fleet, &settings, watch(&AtomicBool::new(false))).unwrap()
}

fn mean_in_view(grid: &Grid, coverage: &Coverage) -> f64 {
    let weighted: f64 =
        grid.points.iter().zip(&coverage.points).map(|(p, f)| p.area_km2 * f.mean_in_view).sum();
    weighted / grid.total_area_km2()
}

/// Footprint of one satellite as a fraction of the sphere, `(1 - cos Λ)/2` with
/// `Λ = acos(R/(R+h) cos ε) - ε` (Wertz, Mission Geometry, 2001, section 9.1). An equatorial orbit keeps
/// its altitude above the ellipsoid; the smaller radius of curvature along the meridian there and the
/// reading of spherical cell centres as geodetic leave up to 2.5 percent for small footprints.
#[test]
fn one_footprint_covers_the_closed_form_fraction() {
    let grid = Grid::globe(Resolution::Three);
    for (altitude_km, mask_deg) in [(1000.0, 10.0), (1000.0, 30.0), (550.0, 25.0), (20_000.0, 5.0)] {
        let coverage = cover(&[circular(altitude_km, 0.1, 0.0, 0.0)], &grid, mask_deg, 86_400.0, Exact::All);
        let mask = f64::to_radians(mask_deg);
        let angle = (6378.137 / (6378.137 + altitude_km) * mask.cos()).acos() - mask;
        let expected = (1.0 - angle.cos()) / 2.0;
        let got = mean_in_view(&grid, &coverage);
        assert!((got / expected - 1.0).abs() < 0.025, "{altitude_km} km, {mask_deg}°: {got} {expected}");
    }
}

/// A geostationary satellite at mask 0 is seen to 81.3° of latitude and of longitude from its meridian.
#[test]
fn a_geostationary_satellite_ends_at_81_degrees() {
    let grid = Grid::globe(Resolution::Three);
    let coverage = cover(&[circular(35_786.0, 0.0, 0.0, 0.0)], &grid, 0.0, 3600.0, Exact::Edges);
    let highest = grid
        .points
        .iter()
        .zip(&coverage.points)
        .filter(|(_, figures)| figures.access_count > 0)
        .map(|(point, _)| point.latitude_deg.abs())
        .fold(0.0, f64::max);
    assert!((80.3..81.5).contains(&highest), "{highest}");
    let always = coverage.points.iter().filter(|figures| figures.gap_count == 0).count() as f64;
    // (1 - cos 81.3°)/2 of the globe.
    assert!((always / grid.points.len() as f64 - 0.4244).abs() < 0.01, "{always}");
}

/// What is covered and what is not make up the window, and more satellites never cover less.
#[test]
fn covered_and_gaps_make_up_the_window() {
    let grid = Grid::globe(Resolution::Two);
    let mut elements = Vec::new();
    let mut before: Option<Coverage> = None;
    for satellite in 0..6 {
        elements.push(circular(900.0, 70.0, 60.0 * f64::from(satellite), 25.0 * f64::from(satellite)));
        let coverage = cover(&elements, &grid, 20.0, 20_000.0, Exact::Edges);
        for (number, figures) in coverage.points.iter().enumerate() {
            let covered_s = figures.percent_covered / 100.0 * 20_000.0;
            assert!((covered_s + figures.gap_total_s - 20_000.0).abs() < 1e-6, "{figures:?}");
            if let Some(before) = &before {
                assert!(figures.percent_covered >= before.points[number].percent_covered - 1e-9);
                assert!(figures.max_gap_s <= before.points[number].max_gap_s + 1e-6);
            }
        }
        let higher_mask = cover(&elements, &grid, 25.0, 20_000.0, Exact::Edges);
        for (low, high) in coverage.points.iter().zip(&higher_mask.points) {
            assert!(high.percent_covered <= low.percent_covered + 1e-9);
        }
        before = Some(coverage);
    }
}

/// Neither the number of threads nor the order of the satellites changes a bit of the result.
#[test]
fn threads_and_order_change_nothing() {
    let grid = Grid::globe(Resolution::Two);
    let elements: Vec<MeanElements> = (0..20)
        .map(|n| {
            circular(
                600.0 + 50.0 * f64::from(n),
                5.0 * f64::from(n),
                36.0 * f64::from(n),
                77.0 * f64::from(n),
            )
        })
        .collect();
    let reversed: Vec<MeanElements> = elements.iter().rev().copied().collect();
    for exact in [Exact::Edges, Exact::All] {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(|| cover(&elements, &grid, 15.0, 30_000.0, exact));
        let two = pool(3).install(|| cover(&elements, &grid, 15.0, 30_000.0, exact));
        assert_eq!(one.points, two.points);
        assert_eq!(one.series_percent, two.series_percent);
        let other_order = cover(&reversed, &grid, 15.0, 30_000.0, exact);
        assert_eq!(one.points, other_order.points);
    }
}

/// The sampling step does not enter percent covered, gaps, accesses and response time.
#[test]
fn the_step_changes_no_solved_figure() {
    let grid = Grid::globe(Resolution::Two);
    let elements: Vec<MeanElements> =
        (0..12).map(|n| circular(1000.0, 80.0, 30.0 * f64::from(n), 50.0 * f64::from(n))).collect();
    let run = |step_s| {
        let mut fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
        let settings = Settings {
            window: Window { start: start(), duration_s: 43_200.0 },
            step_s,
            min_elevation_deg: 30.0,
            at_least: 1,
            exact: Exact::Edges,
        };
        engine::run(&grid, &mut fleet, &settings, watch(&AtomicBool::new(false))).unwrap()
    };
    let (fine, coarse) = (run(10.0), run(120.0));
    for (a, b) in fine.points.iter().zip(&coarse.points) {
        assert_eq!(a.percent_covered, b.percent_covered);
        assert_eq!((a.gap_count, a.access_count), (b.gap_count, b.access_count));
        assert_eq!(
            (a.max_gap_s, a.mean_response_s, a.p95_gap_s),
            (b.max_gap_s, b.mean_response_s, b.p95_gap_s)
        );
    }
}

/// What is said of the error of each sampled figure against everything solved.
#[test]
fn the_sampling_error_is_about_what_it_is_said_to_be() {
    // Where all is covered at all times there is nothing to set the estimate by, and it errs on the safe side.
    // Steps longer than the passes and gaps alias with the even spacing, which the estimate cannot see.
    for (system, mask_deg, at_least, most, resolution, hours, step_s) in [
        ("xingyun", 10.0, 1, 1.3, Resolution::Two, 24.0, 60.0),
        ("xingyun", 10.0, 2, 1.3, Resolution::One, 24.0, 60.0),
        ("xingyun", 10.0, 1, 1.3, Resolution::One, 7.0, 180.0),
        ("xingyun", 10.0, 1, 2.0, Resolution::One, 6.0, 30.0),
        ("hongyun", 30.0, 1, 1.3, Resolution::One, 24.0, 60.0),
        ("hongyun", 10.0, 1, 2.0, Resolution::One, 24.0, 60.0),
    ] {
        let grid = Grid::globe(resolution);
        let system = read(system, &ReadOptions::default()).unwrap();
        let elements: Vec<&MeanElements> = system.satellites.iter().map(|s| &s.elements).collect();
        let fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
        let run = |exact| {
            let settings = Settings {
                window: Window { start: start(), duration_s: hours * 3600.0 },
                step_s,
                min_elevation_deg: mask_deg,
                at_least,
                exact,
            };
            engine::run(&grid, &mut fleet.clone(), &settings, watch(&AtomicBool::new(false))).unwrap()
        };
        let (sampled, solved) = (run(Exact::Edges), run(Exact::All));
        let told = sampled.sampling_error.unwrap();
        let rms = |value: &dyn Fn(&hexsky::coverage::PointFigures) -> f64| {
            let pairs = sampled.points.iter().zip(&solved.points);
            let sum: f64 = pairs.map(|(a, b)| (value(a) - value(b)).powi(2)).sum();
            (sum / grid.points.len() as f64).sqrt()
        };
        for n in 0..4 {
            let measured = rms(&|figures| figures.percent_at_least[n]);
            println!(
                "{} {}-fold: told {:.3} points, measured {measured:.3}",
                system.name,
                n + 1,
                told.percent_at_least[n]
            );
            if n + 1 == at_least as usize {
                assert_eq!(told.percent_at_least[n], 0.0);
                assert!(measured < 1e-6, "{measured}");
                continue;
            }
            let ratio = told.percent_at_least[n] / measured;
            assert!((0.65..most).contains(&ratio) || measured < 0.001, "{}-fold: {ratio}", n + 1);
        }
        let measured = rms(&|figures| figures.mean_in_view);
        println!("{} mean in view: told {:.5}, measured {measured:.5}", system.name, told.mean_in_view);
        assert!((0.65..most).contains(&(told.mean_in_view / measured)), "{told:?} {measured}");
        // More in view are never more frequent, though some are sampled and some are solved.
        for figures in &sampled.points {
            assert!(figures.percent_at_least.is_sorted_by(|more, fewer| more >= fewer), "{figures:?}");
        }
    }
}

/// Two Walker patterns at 24 points against a program of its own kind (numpy and python-sgp4 2.27,
/// 1 s sampling and bisection); runs where the reference folder is at hand.
#[test]
fn walker_patterns_match_the_reference_values() {
    let Some(folder) = common::reference_folder("oracles/coverage") else { return };
    let points = common::rows(&folder.join("points.csv"));
    let number = |text: &String| text.parse::<f64>().unwrap();
    for (id, mask_deg) in [("DEV18", 10.0), ("DEVSTAR24", 5.0)] {
        let constellation =
            read(folder.join(format!("{id}.tle")).to_str().unwrap(), &ReadOptions::default()).unwrap();
        let elements: Vec<&MeanElements> = constellation.satellites.iter().map(|s| &s.elements).collect();
        let fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
        let grid = Grid {
            resolution: None,
            points: points
                .iter()
                .map(|point| GridPoint {
                    cell: None,
                    latitude_deg: number(&point["lat_deg"]),
                    longitude_deg: number(&point["lon_deg"]),
                    height_km: 0.0,
                    area_km2: 1.0,
                })
                .collect(),
        };
        let mut checked = 0;
        let mut unseen_in_all = 0.0;
        for at_least in 1..=4 {
            let settings = Settings {
                window: Window { start: "2024-07-17T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 },
                step_s: 60.0,
                min_elevation_deg: mask_deg,
                at_least,
                exact: Exact::All,
            };
            let never = AtomicBool::new(false);
            let slow =
                plain::run(&grid, &mut fleet.clone(), &settings, plain::ONE_SUBSTEP, watch(&never)).unwrap();
            // The footprint engine takes any points at height 0.
            let fast = engine::run(&grid, &mut fleet.clone(), &settings, watch(&never)).unwrap();
            for row in common::rows(&folder.join(format!("{id}_sgp4.csv"))) {
                if row["N"] != at_least.to_string() {
                    continue;
                }
                checked += 1;
                let point = row["point"].parse::<usize>().unwrap();
                for figures in [&slow.points[point], &fast.points[point]] {
                    let fraction = figures.percent_covered / 100.0;
                    assert!(
                        (fraction - number(&row["covered_fraction"])).abs() < 1e-5,
                        "{id} {row:?} {figures:?}"
                    );
                    // The reference looks once a second: it cannot see a gap or window shorter than that.
                    let unseen = f64::from(figures.gap_count) - number(&row["gaps_all"]);
                    assert!((0.0..=1.0).contains(&unseen), "{id} {row:?} {figures:?}");
                    let windows = f64::from(figures.access_count) - number(&row["windows"]);
                    assert_eq!(windows, unseen, "{id} {row:?} {figures:?}");
                    unseen_in_all += unseen;
                    assert!(
                        (figures.max_gap_s - number(&row["max_gap_s"])).abs() < 0.2,
                        "{id} {row:?} {figures:?}"
                    );
                    assert!(
                        (figures.max_inner_gap_s - number(&row["max_inner_gap_s"])).abs() < 0.2,
                        "{id} {row:?} {figures:?}"
                    );
                    assert_eq!(
                        figures.min_in_view as f64,
                        number(&row["min_visible"]),
                        "{id} {row:?} {figures:?}"
                    );
                    assert_eq!(
                        figures.max_in_view as f64,
                        number(&row["max_visible"]),
                        "{id} {row:?} {figures:?}"
                    );
                }
            }
        }
        assert!(checked > 20, "{checked} rows checked");
        // Both engines count each: two rows of DEV18 and four of DEVSTAR24, of 144, hold so short an interval. A search
        // for the extrema of the elevation between samples finds the same six.
        assert!(unseen_in_all <= 8.0, "{unseen_in_all} intervals that the reference did not see");
    }
}
