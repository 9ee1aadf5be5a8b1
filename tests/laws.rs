//! Laws that every run keeps, whatever the constellation: what is counted twice in different ways agrees,
//! sums are kept, and more of something never gives less.

#[path = "support/contact_support.rs"]
mod support;

use std::sync::atomic::AtomicBool;

use h3o::{CellIndex, Resolution};
use hexsky::attenuation::maps::Maps;
use hexsky::capacity::ability::Abilities;
use hexsky::capacity::demand::{Demand, Usage};
use hexsky::capacity::feeder::Gateways;
use hexsky::capacity::plan::PlanInputs;
use hexsky::capacity::{self, Assign, Plan};
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{Coverage, Exact, PointFigures, Settings, Watch, engine, plain};
use hexsky::ephemeris::Fleet;
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::grid::cells::{Grid, every_cell};
use hexsky::grid::region::Region;
use hexsky::ground::Site;
use hexsky::orbit::MeanElements;
use hexsky::passes;
use hexsky::time::intervals::{Interval, union};
use hexsky::time::{Epoch, Window};
use proptest::prelude::*;
use support::{circular, elliptic};

fn start() -> Epoch {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn settings(duration_s: f64, min_elevation_deg: f64) -> Settings {
    Settings {
        window: Window { start: start(), duration_s },
        step_s: 60.0,
        min_elevation_deg,
        at_least: 1,
        exact: Exact::All,
    }
}

fn fleet(elements: &[MeanElements]) -> Fleet {
    Fleet::new(elements, EarthOrientation::default()).unwrap()
}

fn run(grid: &Grid, elements: &[MeanElements], settings: &Settings) -> Coverage {
    let never = AtomicBool::new(false);
    engine::run(grid, &mut fleet(elements), settings, Watch { progress: &|_| (), stop: &never }).unwrap()
}

fn globe(resolution: u8) -> Grid {
    Grid::globe(Resolution::try_from(resolution).unwrap())
}

/// The mean of a figure over the grid by area.
fn mean(grid: &Grid, points: &[PointFigures], figure: impl Fn(&PointFigures) -> f64) -> f64 {
    let sum: f64 = grid.points.iter().zip(points).map(|(point, own)| point.area_km2 * figure(own)).sum();
    sum / grid.total_area_km2()
}

fn low_orbit() -> impl Strategy<Value = MeanElements> {
    (400.0..2000.0f64, 0.0..0.02f64, 0.0..120.0f64, 0.0..360.0f64, 0.0..360.0f64, 0.0..360.0f64).prop_map(
        |(altitude, eccentricity, inclination, raan, perigee, anomaly)| {
            // Perigees stay above the atmosphere.
            elliptic(altitude + 150.0, eccentricity, inclination, raan, perigee, anomaly)
        },
    )
}

fn any_orbit() -> impl Strategy<Value = MeanElements> {
    prop_oneof![
        4 => low_orbit(),
        1 => (2000.0..36_000.0f64, 0.0..120.0f64, 0.0..360.0f64, 0.0..360.0f64)
            .prop_map(|(altitude, inclination, raan, anomaly)| circular(altitude, inclination, raan, anomaly)),
    ]
}

fn constellation() -> impl Strategy<Value = Vec<MeanElements>> {
    prop::collection::vec(any_orbit(), 1..14)
}

/// Cells of the globe are the WGS-84 ellipsoid: 510,065,621.7 km² (NIMA TR8350.2, 4πR² with R of equal area).
#[test]
fn areas_sum_to_the_ellipsoid() {
    for resolution in 0..=4 {
        let area = globe(resolution).total_area_km2();
        assert!((area / 510_065_621.7 - 1.0).abs() < 1e-7, "{resolution}: {area}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// A region and what is left of the globe share no cell and leave none out.
    #[test]
    fn a_region_and_its_complement_are_the_globe(
        south in -89.0..80.0f64, height in 1.0..90.0f64, west in -180.0..180.0f64, width in 1.0..359.0f64,
        resolution in 0u8..4,
    ) {
        let north = (south + height).min(89.5);
        let east = if west + width > 180.0 { west + width - 360.0 } else { west + width };
        let parts = [
            format!("lat:-90..{south}"),
            format!("lat:{north}..90"),
            format!("lat:{south}..{north},lon:{west}..{east}"),
            format!("lat:{south}..{north},lon:{east}..{west}"),
        ];
        let resolution = Resolution::try_from(resolution).unwrap();
        let mut cells: Vec<CellIndex> =
            parts.iter().flat_map(|part| Region::parse(part).unwrap().cells(resolution)).collect();
        cells.sort_unstable();
        prop_assert_eq!(cells, every_cell(resolution));
    }

    /// Covered time and gaps fill the window of every point; accesses lie between gaps.
    #[test]
    fn covered_and_gaps_fill_the_window(
        elements in constellation(), mask in 0.0..60.0f64, duration in 600.0..15_000.0f64, at_least in 1u32..4,
        solved_all in any::<bool>(),
    ) {
        let grid = globe(1);
        let exact = if solved_all { Exact::All } else { Exact::Edges };
        let coverage = run(&grid, &elements, &Settings { at_least, exact, ..settings(duration, mask) });
        for own in &coverage.points {
            let covered_s = own.percent_covered / 100.0 * duration;
            prop_assert!((covered_s + own.gap_total_s - duration).abs() < 1e-6 * duration, "{own:?}");
            let (first_cut, last_cut) = (own.first_gap_cut_s > 0.0, own.last_gap_cut_s > 0.0);
            let never = own.gap_count == 1 && first_cut && last_cut;
            let accesses = own.gap_count + 1 - u32::from(first_cut) - u32::from(last_cut);
            prop_assert_eq!(own.access_count, if never { 0 } else { accesses });
            // An access may be as short as an instant: only that there is one tells it from none.
            prop_assert_eq!(own.access_count == 0, own.percent_covered < 1e-9, "{:?}", own);
            prop_assert_eq!(own.gap_count == 0, own.gap_total_s == 0.0);
            prop_assert!(own.max_gap_s <= own.gap_total_s && own.max_inner_gap_s <= own.max_gap_s);
            prop_assert!(own.gap_total_s <= f64::from(own.gap_count) * own.max_gap_s * (1.0 + 1e-12));
            prop_assert!(own.p50_gap_s <= own.p95_gap_s && own.p95_gap_s.unwrap_or(0.0) <= own.max_gap_s);
            prop_assert!(own.max_gap_start_s + own.max_gap_s <= duration + 1e-6);
            // Σ gap² lies between that of equal gaps and that of one gap as long as the longest.
            let squares = own.mean_response_s * 2.0 * duration;
            let equal = own.gap_total_s.powi(2) / f64::from(own.gap_count.max(1));
            prop_assert!(squares >= equal * (1.0 - 1e-9) && squares <= own.max_gap_s * own.gap_total_s * (1.0 + 1e-9));
        }
        // The series is a mean over samples of what the points are a mean over time of.
        for percent in &coverage.series_percent {
            prop_assert!((-1e-9..=100.0 + 1e-9).contains(percent));
        }
    }

    /// More satellites asked for are less time; the mean in view counts each of them once.
    #[test]
    fn n_fold_coverage_falls_with_n(elements in constellation(), mask in 0.0..40.0f64) {
        let grid = globe(0);
        let once = run(&grid, &elements, &settings(7200.0, mask));
        for own in &once.points {
            let folds = own.percent_at_least;
            prop_assert!((folds[0] - own.percent_covered).abs() < 1e-6);
            prop_assert!(folds.windows(2).all(|pair| pair[0] >= pair[1]), "{own:?}");
            let counted = folds.iter().sum::<f64>() / 100.0;
            prop_assert!(own.mean_in_view >= counted - 1e-9, "{own:?}");
            if own.max_in_view <= 4 {
                prop_assert!((own.mean_in_view - counted).abs() < 1e-9, "{own:?}");
            }
            prop_assert!(f64::from(own.min_in_view) <= own.mean_in_view + 1e-12);
            prop_assert!(own.mean_in_view <= f64::from(own.max_in_view) + 1e-12);
        }
        for at_least in 2..=4u32 {
            let run = run(&grid, &elements, &Settings { at_least, ..settings(7200.0, mask) });
            for (own, once) in run.points.iter().zip(&once.points) {
                prop_assert!((own.percent_covered - once.percent_at_least[at_least as usize - 1]).abs() < 1e-6);
            }
        }
    }

    /// A higher mask never sees more, more satellites never less, and two fleets together are seen as often as
    /// each alone.
    #[test]
    fn coverage_follows_mask_and_satellites(
        one in constellation(), other in constellation(), mask in 0.0..40.0f64, more in 0.1..40.0f64,
    ) {
        let grid = globe(0);
        let low = settings(7200.0, mask);
        let (first, second) = (run(&grid, &one, &low), run(&grid, &other, &low));
        let together = run(&grid, &[one.clone(), other].concat(), &low);
        let high = run(&grid, &one, &settings(7200.0, mask + more));
        for (number, own) in first.points.iter().enumerate() {
            let (all, added, above) = (&together.points[number], &second.points[number], &high.points[number]);
            prop_assert!(above.percent_covered <= own.percent_covered + 1e-6);
            prop_assert!(above.mean_in_view <= own.mean_in_view + 1e-9);
            prop_assert!(all.percent_covered >= own.percent_covered.max(added.percent_covered) - 1e-6);
            prop_assert!(all.percent_covered <= own.percent_covered + added.percent_covered + 1e-6);
            prop_assert!((all.mean_in_view - own.mean_in_view - added.mean_in_view).abs() < 1e-9);
            prop_assert!(all.max_gap_s <= own.max_gap_s.min(added.max_gap_s) + 1e-6);
        }
    }

    /// A window is its two halves.
    #[test]
    fn two_windows_are_one(elements in constellation(), mask in 0.0..40.0f64, minutes in 5u32..90) {
        let grid = globe(0);
        let first_s = f64::from(minutes) * 60.0;
        let whole = run(&grid, &elements, &settings(first_s + 3600.0, mask));
        let first = run(&grid, &elements, &settings(first_s, mask));
        let mut later = settings(3600.0, mask);
        later.window.start = start().plus_seconds(first_s);
        let second = run(&grid, &elements, &later);
        for (number, own) in whole.points.iter().enumerate() {
            let (a, b) = (&first.points[number], &second.points[number]);
            prop_assert!((own.gap_total_s - a.gap_total_s - b.gap_total_s).abs() < 1e-3, "{own:?} {a:?} {b:?}");
            let seen = a.mean_in_view * first_s + b.mean_in_view * 3600.0;
            prop_assert!((own.mean_in_view * (first_s + 3600.0) - seen).abs() < 1e-3);
        }
    }

    /// Turning the nodes and the points by one angle changes nothing: near the Earth SGP4 knows no longitude.
    #[test]
    fn turned_with_the_earth_all_is_the_same(
        elements in prop::collection::vec(low_orbit(), 1..14), turn_deg in 1.0..359.0f64, mask in 0.0..40.0f64,
    ) {
        let grid = globe(0);
        let mut turned_grid = grid.clone();
        for point in &mut turned_grid.points {
            let longitude_deg = point.longitude_deg + turn_deg;
            point.longitude_deg = if longitude_deg > 180.0 { longitude_deg - 360.0 } else { longitude_deg };
        }
        let turned: Vec<MeanElements> = elements
            .iter()
            .map(|one| MeanElements { raan_deg: (one.raan_deg + turn_deg) % 360.0, ..*one })
            .collect();
        let here = run(&grid, &elements, &settings(7200.0, mask));
        let there = run(&turned_grid, &turned, &settings(7200.0, mask));
        for (here, there) in here.points.iter().zip(&there.points) {
            prop_assert!((here.percent_covered - there.percent_covered).abs() < 1e-4, "{here:?} {there:?}");
            prop_assert!((here.mean_in_view - there.mean_in_view).abs() < 1e-6, "{here:?} {there:?}");
        }
    }

    /// For each satellite its mirror image: the same orbit half a turn on in node and in anomaly. What SGP4 knows
    /// of the Earth's pear shape moves satellites by some kilometres, which is the tolerance.
    #[test]
    fn symmetric_shells_cover_both_hemispheres_alike(
        places in prop::collection::vec((0.0..360.0f64, 0.0..360.0f64), 2..8),
        altitude in 700.0..2000.0f64, inclination in 20.0..100.0f64, mask in 5.0..30.0f64,
    ) {
        let half_on = |angle: f64| (angle + 180.0) % 360.0;
        let elements: Vec<MeanElements> = places
            .iter()
            .flat_map(|&(raan, anomaly)| [(raan, anomaly), (half_on(raan), half_on(anomaly))])
            .map(|(raan, anomaly)| circular(altitude, inclination, raan, anomaly))
            .collect();
        let mut grid = globe(1);
        let north = run(&grid, &elements, &settings(7200.0, mask));
        for point in &mut grid.points {
            point.latitude_deg = -point.latitude_deg;
        }
        let south = run(&grid, &elements, &settings(7200.0, mask));
        let seen = |coverage: &Coverage| mean(&grid, &coverage.points, |own| own.mean_in_view);
        prop_assert!((seen(&north) / seen(&south) - 1.0).abs() < 5e-3, "{} {}", seen(&north), seen(&south));
        // Grazing passes may be there on one side alone, so that places are held to it on the average.
        let apart: f64 = north
            .points
            .iter()
            .zip(&south.points)
            .map(|(north, south)| (north.percent_covered - south.percent_covered).abs())
            .sum();
        prop_assert!(apart / (grid.points.len() as f64) < 0.5, "{apart}");
    }

    /// The contact windows of all satellites with a place, put together, are when that place is covered.
    #[test]
    fn contacts_put_together_are_coverage(
        elements in constellation(), latitude_deg in -90.0..90.0f64, longitude_deg in -180.0..180.0f64,
        mask in 0.0..40.0f64,
    ) {
        let place = Geodetic { latitude_deg, longitude_deg, height_km: 0.3 };
        let mut grid = globe(0);
        grid.resolution = None;
        grid.points.truncate(1);
        let point = &mut grid.points[0];
        (point.latitude_deg, point.longitude_deg, point.height_km) = (latitude_deg, longitude_deg, 0.3);
        let settings = settings(14_400.0, mask);
        let never = AtomicBool::new(false);
        let watch = Watch { progress: &|_| (), stop: &never };
        let coverage = plain::run(&grid, &mut fleet(&elements), &settings, plain::ONE_SUBSTEP, watch).unwrap();
        let own = &coverage.points[0];
        let contact_settings =
            passes::Settings { min_elevation_deg: Some(mask), ..passes::Settings::over(settings.window) };
        let sites = [Site::fixed("place", place)];
        let contacts = passes::contacts(&fleet(&elements), &sites, &contact_settings, &|| {}).contacts;
        let seen_s: f64 = contacts.iter().map(|contact| contact.duration_s()).sum();
        prop_assert!((own.mean_in_view * 14_400.0 - seen_s).abs() < 0.02 * contacts.len().max(1) as f64);
        let intervals = contacts.iter().map(|contact| Interval { start_s: contact.aos_s, end_s: contact.los_s });
        let covered_s: f64 = union(intervals.collect()).iter().map(Interval::length_s).sum();
        let expected_s = 14_400.0 - own.gap_total_s;
        prop_assert!((covered_s - expected_s).abs() < 0.02 * contacts.len().max(1) as f64, "{covered_s} {expected_s}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// No cell is served more than it wants and no satellite carries more than it can; what cells get is what
    /// satellites carry is what the series tells; demand is served or counted by why it is not.
    #[test]
    fn capacity_is_neither_made_nor_lost(
        satellite_gbps in 0.05..30.0f64, mbps_per_km2 in 1e-5..0.01f64, mask in 5.0..40.0f64, assign in 0usize..3,
    ) {
        let constellation = read("globalstar", &ReadOptions::default()).unwrap();
        let grid = Grid::from_cells(Resolution::Two, Region::parse("lat:-60..60").unwrap().cells(Resolution::Two));
        let cells: Vec<CellIndex> = grid.points.iter().filter_map(|point| point.cell).collect();
        let settings = capacity::Settings {
            // The last step ends with the window, halfway.
            window: Window { start: start(), duration_s: 570.0 },
            step_s: 60.0,
            min_elevation_deg: mask,
            gso_avoidance_deg: None,
            assign: [Assign::Greedy, Assign::Flow, Assign::Even][assign],
            bound: true,
        };
        let constellations = std::slice::from_ref(&constellation);
        let abilities = Abilities::of(constellations, Some(satellite_gbps)).unwrap();
        let limits: Vec<f64> = (0..constellation.satellites.len())
            .map(|satellite| f64::from(abilities.get(satellite).user_limit) / 1e3)
            .collect();
        let inputs = PlanInputs {
            grid: &grid,
            demand: &Demand::uniform(mbps_per_km2, &cells),
            usage: Usage { penetration: 1.0, busy_hour_mbps: 1.0, oversubscription: 1.0 },
            movers: &[],
            reuse: true,
            gateways: Gateways::new(Vec::new(), None, &abilities, None, Maps::shipped()).unwrap(),
            abilities,
            isl: Vec::new(),
            availability_percent: None,
            maps: Maps::shipped(),
        };
        let plan = Plan::new(inputs, &settings).unwrap();
        let elements: Vec<MeanElements> =
            constellation.satellites.iter().map(|satellite| satellite.elements).collect();
        let never = AtomicBool::new(false);
        let watch = Watch { progress: &|_| (), stop: &never };
        let run = capacity::run(&plan, &mut fleet(&elements), &settings, watch).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-6;
        let (mut demand, mut served) = (0.0, 0.0);
        for cell in &run.cells {
            prop_assert!(cell.served_mean_mbps <= cell.demand_mbps * (1.0 + 1e-12));
            prop_assert!(cell.served_p05_mbps <= cell.demand_mbps * (1.0 + 1e-12));
            let unserved: f64 = cell.unserved_mbps.iter().sum();
            prop_assert!(close(cell.demand_mbps, cell.served_mean_mbps + unserved), "{cell:?}");
            demand += cell.demand_mbps;
            served += cell.served_mean_mbps;
        }
        for (satellite, limit) in run.satellites.iter().zip(&limits) {
            prop_assert!(satellite.mean_mbps <= satellite.max_mbps + 1e-9);
            prop_assert!(satellite.max_mbps <= limit * (1.0 + 1e-9), "{satellite:?} {limit}");
        }
        prop_assert!(close(served, run.satellites.iter().map(|satellite| satellite.mean_mbps).sum()));
        prop_assert!(close(served, run.mean(|moment| moment.served_mbps)));
        prop_assert!(close(demand, run.mean(|moment| moment.demand_mbps)));
        for moment in &run.series {
            prop_assert!(moment.served_mbps <= moment.demand_mbps + 1e-6);
            prop_assert!(moment.served_mbps <= moment.sellable_mbps + 1e-6, "{moment:?}");
            prop_assert!(moment.served_mbps <= moment.bound_mbps.unwrap() + 1e-6, "{moment:?}");
        }
    }
}

/// Every byte of every table and report is the same on one, two and three threads.
#[test]
fn the_number_of_threads_changes_no_byte() {
    for job in [
        "coverage hongyun --resolution 2 --duration 2h --min-elevation 25 --csv - --step 90s",
        "coverage hongyun --resolution 2 --duration 1h --at-least 2 --exact all --csv -",
        "coverage globalstar --resolution 1 --duration 1h --gateways viasat --csv -",
        "coverage hongyun --resolution 2 --duration 1h --json -",
        "dop gps --resolution 1 --duration 2h --start 2026-01-01T00:00:00Z --csv -",
        "capacity hongyun --resolution 2 --duration 20min --csv -",
        "phases hongyan --resolution 1 --duration 1h --csv -",
    ] {
        let on = |threads: &str| {
            let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_hexsky"));
            let output = command.args(job.split(' ')).args(["--threads", threads]).output().unwrap();
            assert!(output.status.success(), "{job}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(output.stdout.len() > 500, "{job}");
            output.stdout
        };
        let one = on("1");
        for threads in ["2", "3"] {
            assert!(on(threads) == one, "{job}: {threads} threads");
        }
    }
}
