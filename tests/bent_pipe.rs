//! Coverage through bent pipes against two other ways: the plain engine where gateways are always in
//! reach, and, for gateways at sea and ashore, contacts of every point found by the contact search and
//! intersected with those of the gateways.

#[path = "support/contact_support.rs"]
mod support;

use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::coverage::{Coverage, Exact, PointFigures, Settings, Watch, bent_pipe, engine, plain};
use hexsky::frames::Geodetic;
use hexsky::grid::cells::{Grid, GridPoint};
use hexsky::ground::{self, Outside, Site, Track, Waypoint};
use hexsky::orbit::MeanElements;
use hexsky::passes::{self, contacts, network_visibility};
use hexsky::time::Window;
use hexsky::time::intervals::{Interval, union};
use proptest::prelude::*;
use support::{circular, elliptic, fleet};

fn window(duration_s: f64) -> Window {
    Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s }
}

fn settings(duration_s: f64, min_elevation_deg: f64, at_least: u32) -> Settings {
    Settings { window: window(duration_s), step_s: 60.0, min_elevation_deg, at_least, exact: Exact::All }
}

fn piped(elements: &[MeanElements], grid: &Grid, settings: &Settings, reach: &[Vec<Interval>]) -> Coverage {
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    bent_pipe::run(grid, &mut fleet(elements), settings, reach, watch).unwrap()
}

/// Low, medium, geosynchronous and very eccentric orbits, over the poles and along the equator.
fn mixed() -> Vec<MeanElements> {
    let mut elements: Vec<MeanElements> =
        (0..6).map(|n| circular(1000.0, 80.0, 60.0 * f64::from(n), 25.0 * f64::from(n))).collect();
    elements.extend([
        circular(400.0, 0.5, 0.0, 10.0),
        circular(550.0, 97.6, 40.0, 200.0),
        circular(21_528.0, 55.0, 120.0, 90.0),
        circular(35_786.0, 55.0, 10.0, 30.0),
        circular(35_786.0, 0.1, 0.0, 250.0),
        elliptic(20_182.0, 0.74, 63.4, 80.0, 270.0, 0.0),
    ]);
    elements
}

fn assert_same(a: &PointFigures, b: &PointFigures, place: &str) {
    assert!((a.percent_covered - b.percent_covered).abs() < 1e-6, "{place}\n{a:?}\n{b:?}");
    assert!((a.mean_in_view - b.mean_in_view).abs() < 1e-8, "{place}\n{a:?}\n{b:?}");
    assert_eq!(
        (a.gap_count, a.access_count, a.min_in_view, a.max_in_view),
        (b.gap_count, b.access_count, b.min_in_view, b.max_in_view),
        "{place}\n{a:?}\n{b:?}"
    );
    assert!((a.max_gap_s - b.max_gap_s).abs() < 1e-3, "{place}\n{a:?}\n{b:?}");
    assert!((a.mean_response_s - b.mean_response_s).abs() < 1e-3, "{place}\n{a:?}\n{b:?}");
}

#[test]
fn with_gateways_always_in_reach_it_is_the_plain_engine() {
    let elements = mixed();
    for (duration_s, mask, at_least, resolution) in [
        (10_000.0, 10.0, 1, Resolution::Two),
        (7_230.0, 0.0, 2, Resolution::One),
        (7_200.0, 40.0, 1, Resolution::Two),
        (50.0, 25.0, 1, Resolution::One),
    ] {
        let settings = settings(duration_s, mask, at_least);
        let grid = Grid::globe(resolution);
        let always = vec![vec![Interval { start_s: 0.0, end_s: duration_s }]; elements.len()];
        let got = piped(&elements, &grid, &settings, &always);
        let never = AtomicBool::new(false);
        let watch = Watch { progress: &|_| (), stop: &never };
        let plain = plain::run(&grid, &mut fleet(&elements), &settings, 1, watch).unwrap();
        for ((point, got), plain) in grid.points.iter().zip(&got.points).zip(&plain.points) {
            assert_same(got, plain, &format!("mask {mask}: {point:?}"));
        }
        for (a, b) in got.series_percent.iter().zip(&plain.series_percent) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }
}

/// What the plain engine finds at every point of a grid, with the gateways always in reach.
fn assert_as_plain(elements: &[MeanElements], grid: &Grid, settings: &Settings) -> Coverage {
    let always = vec![vec![Interval { start_s: 0.0, end_s: settings.window.duration_s }]; elements.len()];
    let got = piped(elements, grid, settings, &always);
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    let plain = plain::run(grid, &mut fleet(elements), settings, 6, watch).unwrap();
    assert_eq!(got.losses, plain.losses);
    for ((point, got), plain) in grid.points.iter().zip(&got.points).zip(&plain.points) {
        assert_same(got, plain, &format!("{point:?}"));
    }
    got
}

#[test]
fn a_satellite_that_is_lost_serves_until_then() {
    let decaying = MeanElements { bstar: 0.5, ..circular(160.0, 50.0, 20.0, 40.0) };
    let grid = Grid::globe(Resolution::Two);
    // Lost within the window, in its last step, which is no whole one, and before it begins.
    let settings = settings(40_000.0, 0.0, 1);
    let lost = assert_as_plain(&[decaying, circular(1000.0, 80.0, 0.0, 0.0)], &grid, &settings);
    let lost_s = lost.losses[0].from.seconds_since(settings.window.start);
    assert!(lost_s > 60.0 && lost_s < 40_000.0, "{lost_s}");
    let seen = lost.points.iter().filter(|point| point.percent_covered > 0.0).count();
    assert!(seen > 1000, "{seen}");
    for duration_s in [lost_s + 1.0, (lost_s / 60.0).floor() * 60.0 + 30.0] {
        let cut = Settings { window: window(duration_s), ..settings };
        let alone = assert_as_plain(&[decaying], &grid, &cut);
        assert!(alone.points.iter().any(|point| point.percent_covered > 0.0 && point.last_gap_cut_s < 60.0));
    }
}

/// A geosynchronous satellite that dips below the mask for some seconds within one step, and is above it at
/// both ends of that step.
#[test]
fn a_dip_within_a_step_is_found() {
    let elements = [circular(35_786.0, 55.0, 10.0, 30.0)];
    let start = window(0.0).start;
    let sky = fleet(&elements);
    let elevation_deg = |place: &Geodetic, t_s: f64| {
        let state = sky.state(0, start.plus_seconds(t_s)).unwrap();
        hexsky::frames::Horizon::at(place).look(&hexsky::frames::Ecef(state.position)).elevation_deg
    };
    // The first place of a ring that sees the satellite lowest above the horizon at some time, to the second.
    let lowest = |place: &Geodetic| -> Option<f64> {
        let low = (1..1440).map(|n| 60.0 * f64::from(n)).find(|&t_s| {
            let here = elevation_deg(place, t_s);
            here > 5.0 && here < elevation_deg(place, t_s - 60.0) && here < elevation_deg(place, t_s + 60.0)
        })?;
        (-60..=60)
            .map(|n| low + f64::from(n))
            .min_by(|a, b| elevation_deg(place, *a).total_cmp(&elevation_deg(place, *b)))
    };
    let cells = Grid::globe(Resolution::Two);
    let ring = cells.points.iter().filter(|point| (18.0..22.0).contains(&point.latitude_deg));
    let (place, point, lowest_s) = ring
        .map(|point| {
            let (latitude_deg, longitude_deg) = (point.latitude_deg, point.longitude_deg);
            (Geodetic { latitude_deg, longitude_deg, height_km: 0.0 }, *point)
        })
        .find_map(|(place, point)| Some((place, point, lowest(&place)?)))
        .expect("a lowest elevation above the horizon");
    let elevation_deg = |t_s: f64| elevation_deg(&place, t_s);
    // The lowest elevation comes half a minute into a step, the mask ten seconds before and after it.
    let from_s = lowest_s - 30.0 - 60.0 * (lowest_s / 60.0 - 1.0).floor();
    let mask = elevation_deg(lowest_s + 10.0);
    assert!(elevation_deg(lowest_s + 30.0) > mask && elevation_deg(lowest_s - 30.0) > mask);
    let grid = Grid { resolution: Some(Resolution::Two), points: vec![point] };
    let window = Window { start: start.plus_seconds(from_s), duration_s: lowest_s - from_s + 90.0 };
    let settings = Settings { window, ..settings(0.0, mask, 1) };
    let got = assert_as_plain(&elements, &grid, &settings);
    let never = AtomicBool::new(false);
    let watch = Watch { progress: &|_| (), stop: &never };
    for exact in [Exact::Edges, Exact::All] {
        // The engine of footprints finds it too, with what it samples besides or without.
        let by_footprint =
            engine::run(&grid, &mut fleet(&elements), &Settings { exact, ..settings }, watch).unwrap();
        let (a, b) = (&by_footprint.points[0], &got.points[0]);
        assert_eq!((a.gap_count, a.access_count), (b.gap_count, b.access_count), "{a:?} {b:?}");
        assert!((a.percent_covered - b.percent_covered).abs() < 1e-4, "{a:?} {b:?}");
    }
    let [own] = got.points.as_slice() else { panic!() };
    let inner_s = own.max_inner_gap_s;
    assert!(own.gap_count >= 1 && (inner_s - 20.0).abs() < 1.0, "{own:?}");
}

#[test]
fn with_gateways_never_in_reach_nothing_is_served() {
    let elements = mixed();
    let grid = Grid::globe(Resolution::One);
    let got = piped(&elements, &grid, &settings(7200.0, 10.0, 1), &vec![Vec::new(); elements.len()]);
    assert!(got.points.iter().all(|point| point.percent_covered == 0.0 && point.max_gap_s == 7200.0));
    assert!(got.series_percent.iter().all(|percent| *percent == 0.0));
}

/// What a point is served for by contacts of its own and those of the gateways, as another program would
/// do it: intersect the two for each satellite, unite over the satellites.
fn by_contacts(
    elements: &[MeanElements],
    grid: &Grid,
    settings: &Settings,
    reach: &[Vec<Interval>],
) -> Vec<Vec<Interval>> {
    let sites: Vec<Site> = grid
        .points
        .iter()
        .enumerate()
        .map(|(number, point)| {
            let place = Geodetic {
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                height_km: point.height_km,
            };
            Site::fixed(number.to_string(), place)
        })
        .collect();
    let search = passes::Settings {
        min_elevation_deg: Some(settings.min_elevation_deg),
        ..passes::Settings::over(settings.window)
    };
    let mut served: Vec<Vec<Interval>> = vec![Vec::new(); sites.len()];
    for contact in contacts(&fleet(elements), &sites, &search, &|| {}).contacts {
        for open in &reach[contact.satellite] {
            let (start_s, end_s) = (contact.aos_s.max(open.start_s), contact.los_s.min(open.end_s));
            if start_s < end_s {
                served[contact.site].push(Interval { start_s, end_s });
            }
        }
    }
    served.into_iter().map(union).collect()
}

#[test]
fn accesses_cut_by_gateway_contacts_are_those_of_the_contact_search() {
    let elements = mixed();
    let settings = settings(43_200.0, 10.0, 1);
    let at = |hours: f64, latitude_deg: f64, longitude_deg: f64| Waypoint {
        epoch: settings.window.start.plus_seconds(3600.0 * hours),
        place: Geodetic { latitude_deg, longitude_deg, height_km: 0.01 },
    };
    let track = vec![at(1.0, 3.0, 176.0), at(5.0, 2.0, 177.0), at(10.0, -1.5, -179.0)];
    let ship = Track::new(track, Outside::Absent, Outside::Absent).unwrap();
    let mut gateways = ground::read(["chinese-home"]).unwrap().choose(&[]).unwrap();
    gateways.push(Site::ship("ship", ship));
    gateways.push(Site::fixed("pole", Geodetic { latitude_deg: -90.0, longitude_deg: 0.0, height_km: 2.8 }));
    let reach = network_visibility(&fleet(&elements), &gateways, &passes::Settings::over(settings.window));
    assert!(reach.iter().filter(|intervals| intervals.len() > 3).count() >= 6);

    // Cells and, beside them, places with heights: the poles and both sides of the antimeridian.
    let mut grid = Grid::globe(Resolution::One);
    grid.points = grid.points.into_iter().step_by(5).collect();
    for (latitude_deg, longitude_deg, height_km) in
        [(90.0, 0.0, 0.0), (-90.0, 0.0, 2.8), (10.0, 180.0, 0.0), (10.0, -180.0, 3.0), (27.9, 86.9, 8.8)]
    {
        grid.points.push(GridPoint { cell: None, latitude_deg, longitude_deg, height_km, area_km2: 1.0 });
    }
    let got = piped(&elements, &grid, &settings, &reach);
    let expected = by_contacts(&elements, &grid, &settings, &reach);
    let mut partly = 0;
    for ((point, got), served) in grid.points.iter().zip(&got.points).zip(&expected) {
        let total_s: f64 = served.iter().map(Interval::length_s).sum();
        let got_s = settings.window.duration_s * got.percent_covered / 100.0;
        // Both solve their edges; the engine's cubic is within metres of SGP4, which a geostationary
        // satellite that grazes the mask takes some milliseconds to cross.
        let tolerance_s = 0.01 * (served.len() + 1) as f64;
        assert!((got_s - total_s).abs() < tolerance_s, "{point:?}: {got_s} s, expected {total_s} s");
        assert_eq!(got.access_count as usize, served.len(), "{point:?}: {got:?}");
        partly += usize::from(!served.is_empty() && total_s < settings.window.duration_s);
    }
    assert!(partly > 100, "{partly} points are served for a part of the time");
}

/// Random satellites of every kind with random times in reach, against the contact search.
fn orbit() -> impl Strategy<Value = MeanElements> {
    let angles = || (0.0..360.0f64, 0.0..360.0f64);
    prop_oneof![
        3 => (300.0..2000.0f64, 0.0..150.0f64, angles())
            .prop_map(|(height, incl, (raan, m))| circular(height, incl, raan, m)),
        1 => (20_000.0..36_000.0f64, 0.0..65.0f64, angles())
            .prop_map(|(height, incl, (raan, m))| circular(height, incl, raan, m)),
        1 => (0.6..0.74f64, angles()).prop_map(|(e, (raan, m))| elliptic(20_182.0, e, 63.4, raan, 270.0, m)),
    ]
}

/// An orbit that decays within minutes or hours.
fn falling_orbit() -> impl Strategy<Value = MeanElements> {
    (100.0f64..300.0, 0.0f64..180.0, 0.0f64..360.0, 0.0f64..360.0, -2.0f64..0.5).prop_map(
        |(altitude_km, inclination_deg, raan_deg, anomaly_deg, drag)| MeanElements {
            bstar: 10f64.powf(drag),
            ..circular(altitude_km, inclination_deg, raan_deg, anomaly_deg)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Drag makes them sink by up to kilometres a second, so that a point may see them twice within a step.
    #[test]
    fn satellites_that_fall_are_in_reach_as_the_plain_engine_finds(
        elements in proptest::collection::vec(falling_orbit(), 1..4),
        mask in 0.0f64..60.0,
        duration_s in 100.0f64..5000.0,
    ) {
        assert_as_plain(&elements, &Grid::globe(Resolution::One), &settings(duration_s, mask, 1));
    }

    #[test]
    fn any_times_in_reach_cut_the_accesses(
        elements in proptest::collection::vec(orbit(), 1..8),
        raw in proptest::collection::vec(proptest::collection::vec((0.0..1.0f64, 0.0..0.2f64), 0..6), 8),
        mask in 0.0..60.0f64,
        duration_s in 600.0..20_000.0f64,
    ) {
        let reach: Vec<Vec<Interval>> = raw[..elements.len()]
            .iter()
            .map(|list| {
                union(
                    list.iter()
                        .map(|&(from, length)| Interval {
                            start_s: from * duration_s,
                            end_s: ((from + length) * duration_s).min(duration_s),
                        })
                        .collect(),
                )
            })
            .collect();
        let settings = settings(duration_s, mask, 1);
        let grid = Grid::globe(Resolution::Zero);
        let got = piped(&elements, &grid, &settings, &reach);
        // A pass that grazes the mask hangs on metres: the engine's cubic is off by up to 15 m at the
        // perigee of a Molniya orbit, 0.002° from there. A higher mask never adds time in sight.
        let at_mask = |min_elevation_deg: f64| {
            by_contacts(&elements, &grid, &Settings { min_elevation_deg, ..settings }, &reach)
        };
        let (low, high) = (at_mask(mask - 0.002), at_mask(mask + 0.002));
        let total_s = |served: &[Interval]| served.iter().map(Interval::length_s).sum::<f64>();
        // What is shorter than a tenth of a second may be there or not.
        let is_long = |served: &[Interval]| {
            served.iter().all(|interval| interval.length_s() > 0.1)
                && served.windows(2).all(|pair| pair[1].start_s - pair[0].end_s > 0.1)
        };
        for (number, (point, got)) in grid.points.iter().zip(&got.points).enumerate() {
            let (low, high) = (&low[number], &high[number]);
            let got_s = duration_s * got.percent_covered / 100.0;
            let (most_s, least_s) = (total_s(low) + 1e-3, total_s(high) - 1e-3);
            prop_assert!((least_s..=most_s).contains(&got_s), "{point:?}: {least_s} {got_s} {most_s}");
            if low.len() == high.len() && is_long(low) && is_long(high) {
                prop_assert_eq!(got.access_count as usize, low.len(), "{:?}: {:?}", point, got);
            }
        }
    }
}
