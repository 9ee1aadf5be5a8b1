//! Contacts against closed forms and against a plain search that looks at SGP4 every second.

#[path = "support/contact_support.rs"]
mod support;

#[path = "support/places.rs"]
mod places;

use hexsky::frames::{Ecef, Geodetic, Horizon};
use hexsky::ground::{Mask, MaskTable, Outside, Site, Track, Waypoint};
use hexsky::orbit::MeanElements;
use hexsky::passes::{Contact, Cut, Settings, contacts, masks_in_words, network_visibility, series};
use hexsky::time::Window;
use places::TWENTY;
use proptest::prelude::*;
use support::{above_mask_deg, circular, elliptic, fleet, plain_search};

fn day() -> Window {
    Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 }
}

fn site(latitude_deg: f64, longitude_deg: f64) -> Site {
    Site::fixed("site", Geodetic { latitude_deg, longitude_deg, height_km: 0.1 })
}

fn at_mask(mask_deg: f64) -> Settings {
    Settings { min_elevation_deg: Some(mask_deg), ..Settings::over(day()) }
}

fn found(elements: &[MeanElements], sites: &[Site], settings: &Settings) -> Vec<Contact> {
    contacts(&fleet(elements), sites, settings, &|| {}).contacts
}

/// Pass of a circular orbit over a pole, with the satellite's inertial angular rate n and a spherical
/// Earth of the pole's radius: half the pass is the Earth-central angle acos(R cos m / r) − m. The site
/// is on the axis, so the Earth's turning does not matter. SGP4's J2 terms change rate and radius by
/// a few parts in a thousand.
#[test]
fn a_polar_orbit_passes_the_pole_as_long_as_geometry_says() {
    for (altitude_km, mask_deg) in [(500.0, 0.0), (500.0, 10.0), (1000.0, 30.0)] {
        let passes = found(&[circular(altitude_km, 90.0, 0.0, 0.0)], &[site(90.0, 0.0)], &at_mask(mask_deg));
        let (pole_km, r_km) = (6356.752 + 0.1, 6378.137 + altitude_km);
        let mask = f64::to_radians(mask_deg);
        let half = (pole_km * mask.cos() / r_km).acos() - mask;
        let expected = 2.0 * half / (398_600.8 / r_km.powi(3)).sqrt();
        let period = std::f64::consts::TAU / (398_600.8 / r_km.powi(3)).sqrt();
        let whole: Vec<&Contact> = passes.iter().filter(|pass| pass.cut == Cut::No).collect();
        assert!((whole.len() as f64 - 86_400.0 / period).abs() <= 1.0, "{} passes", whole.len());
        for pass in whole {
            assert!(
                (pass.duration_s() / expected - 1.0).abs() < 0.01,
                "{} for {expected}",
                pass.duration_s()
            );
            assert!(pass.max_elevation_deg > 89.0);
            assert!((pass.tca_s - 0.5 * (pass.aos_s + pass.los_s)).abs() < 1.0, "{pass:?}");
        }
    }
}

#[test]
fn a_geostationary_satellite_is_seen_always_or_never() {
    let geo = MeanElements { raan_deg: 100.6, ..circular(35_786.03, 0.01, 0.0, 0.0) };
    let always = found(&[geo], &[site(0.0, 0.0)], &at_mask(10.0));
    assert_eq!(always.len(), 1);
    assert_eq!((always[0].aos_s, always[0].los_s, always[0].cut), (0.0, 86_400.0, Cut::Both));
    assert!(always[0].max_elevation_deg > 80.0);
    assert!(found(&[geo], &[site(0.0, 180.0)], &at_mask(0.0)).is_empty());
}

/// The same orbit and site turned about the axis by one angle give the same contacts: only the
/// longitude-dependent resonances of deep space would tell, and this orbit is low.
#[test]
fn turning_orbit_and_site_together_changes_nothing() {
    let base = found(&[circular(780.0, 86.4, 10.0, 20.0)], &[site(50.0, 170.0)], &at_mask(5.0));
    let turned = found(&[circular(780.0, 86.4, 35.0, 20.0)], &[site(50.0, -165.0)], &at_mask(5.0));
    assert!(base.len() > 5);
    assert_eq!(base.len(), turned.len());
    for (a, b) in base.iter().zip(&turned) {
        assert!((a.aos_s - b.aos_s).abs() < 1e-3 && (a.max_elevation_deg - b.max_elevation_deg).abs() < 1e-4);
        assert!((a.los_azimuth_deg - b.los_azimuth_deg).abs() < 1e-4);
    }
}

#[test]
fn a_window_inside_the_only_pass_is_cut_on_both_sides() {
    let elements = [circular(550.0, 53.0, 0.0, 0.0)];
    let whole = found(&elements, &[site(30.0, 100.0)], &at_mask(10.0));
    let pass = whole.iter().find(|pass| pass.cut == Cut::No && pass.duration_s() > 200.0).unwrap();
    let inside = Window { start: day().start.plus_seconds(pass.aos_s + 50.0), duration_s: 60.0 };
    let settings = Settings { window: inside, ..at_mask(10.0) };
    let cut = found(&elements, &[site(30.0, 100.0)], &settings);
    assert_eq!(cut.len(), 1);
    assert_eq!((cut[0].aos_s, cut[0].los_s, cut[0].cut), (0.0, 60.0, Cut::Both));
    let over_end = Window { start: day().start.plus_seconds(pass.aos_s - 50.0), duration_s: 60.0 };
    let cut = found(&elements, &[site(30.0, 100.0)], &Settings { window: over_end, ..at_mask(10.0) });
    assert_eq!(cut.len(), 1);
    assert!((cut[0].aos_s - 50.0).abs() < 1e-3 && cut[0].los_s == 60.0 && cut[0].cut == Cut::End);
}

/// The 156 satellites of the shipped Hongyun file and twenty sites: the windows are the same for nodes
/// 30 s to an hour apart, and one is shorter than ten seconds.
#[test]
fn the_number_of_windows_does_not_depend_on_the_step() {
    let options = hexsky::constellation::ReadOptions::default();
    let hongyun = hexsky::constellation::read("hongyun", &options).unwrap();
    let elements: Vec<MeanElements> = hongyun.satellites.iter().map(|satellite| satellite.elements).collect();
    assert_eq!(elements.len(), 156);
    let fleet = fleet(&elements);
    let sites: Vec<Site> = TWENTY
        .iter()
        .map(|&(latitude, longitude)| Site {
            name: format!("{latitude} {longitude}"),
            ..site(latitude, longitude)
        })
        .collect();
    let run = |longest_step_s: Option<f64>| {
        contacts(&fleet, &sites, &Settings { longest_step_s, ..at_mask(10.0) }, &|| {}).contacts
    };
    let natural = run(None);
    assert!(natural.len() > 15_000);
    let brief = natural.iter().filter(|contact| contact.cut == Cut::No && contact.duration_s() < 10.0);
    assert!(brief.count() >= 1, "a window shorter than ten seconds");
    for step_s in [30.0, 61.0, 300.0, 3600.0] {
        let other = run(Some(step_s));
        assert_eq!(natural.len(), other.len(), "{step_s}");
        for (a, b) in natural.iter().zip(&other) {
            assert!((a.aos_s - b.aos_s).abs() < 1e-3 && (a.los_s - b.los_s).abs() < 1e-3, "{a:?} {b:?}");
        }
    }
}

/// The mask is set a hair below a pass's largest elevation, so that the pass lasts seconds or less.
#[test]
fn grazing_passes_are_found_down_to_a_tenth_of_a_second() {
    let elements = [circular(550.0, 53.0, 0.0, 0.0)];
    let fleet = fleet(&elements);
    let place = site(47.0, 8.0);
    let passes = found(&elements, std::slice::from_ref(&place), &at_mask(0.0));
    for pass in passes.iter().filter(|pass| pass.cut == Cut::No) {
        for below_deg in [1e-1, 1e-2, 1e-3, 1e-4, 1e-6] {
            let mask = pass.max_elevation_deg - below_deg;
            let grazing = found(&elements, std::slice::from_ref(&place), &at_mask(mask));
            let hit = grazing.iter().find(|graze| (graze.tca_s - pass.tca_s).abs() < 30.0);
            // Over the zenith the elevation is sharp and the pass far shorter than elsewhere.
            let Some(hit) = hit else {
                assert!(below_deg < 1e-5, "{pass:?} lost at {below_deg}");
                continue;
            };
            for (edge, outside) in [(hit.aos_s, -0.01), (hit.los_s, 0.01)] {
                let above = |t: f64| {
                    let epoch = day().start.plus_seconds(t);
                    above_mask_deg(&fleet, 0, &place, &Mask::Constant(mask), epoch).unwrap()
                };
                assert!(above(edge + outside) < 0.0, "{hit:?}");
                if hit.duration_s() > 0.05 {
                    assert!(above(edge - outside) > 0.0, "{hit:?}");
                }
            }
        }
        let above = found(&elements, std::slice::from_ref(&place), &at_mask(pass.max_elevation_deg + 1e-4));
        assert!(above.iter().all(|other| (other.tca_s - pass.tca_s).abs() > 30.0));
    }
}

#[test]
fn short_contacts_are_counted_when_left_out() {
    let elements = [circular(550.0, 53.0, 0.0, 0.0)];
    let all = contacts(&fleet(&elements), &[site(47.0, 8.0)], &at_mask(10.0), &|| {});
    let mean_s = all.contacts.iter().map(Contact::duration_s).sum::<f64>() / all.contacts.len() as f64;
    let settings = Settings { min_duration_s: mean_s, ..at_mask(10.0) };
    let long = contacts(&fleet(&elements), &[site(47.0, 8.0)], &settings, &|| {});
    assert_eq!(all.contacts.len(), long.contacts.len() + long.too_short.contacts);
    assert!(
        long.too_short.contacts > 0 && long.contacts.iter().all(|contact| contact.duration_s() >= mean_s)
    );
}

#[test]
fn a_lost_satellite_ends_its_contact_and_is_reported() {
    let doomed = MeanElements { bstar: 0.5, ..circular(160.0, 51.6, 0.0, 0.0) };
    let window = Window { duration_s: 172_800.0, ..day() };
    let fleet = fleet(&[circular(550.0, 53.0, 0.0, 0.0), doomed]);
    let sites: Vec<Site> =
        (0..360).step_by(4).map(|lon| Site { name: lon.to_string(), ..site(0.0, f64::from(lon)) }).collect();
    let run = contacts(&fleet, &sites, &Settings { window, ..at_mask(0.0) }, &|| {});
    assert_eq!(run.losses.len(), 1);
    assert_eq!(run.losses[0].satellite, 1);
    let lost_s = run.losses[0].from.seconds_since(window.start);
    let last = run.contacts.iter().filter(|c| c.satellite == 1).map(|c| c.los_s).fold(0.0, f64::max);
    assert!(last <= lost_s && lost_s < window.duration_s);
    assert!(run.contacts.iter().any(|c| c.satellite == 0 && c.aos_s > lost_s));
}

/// From minutes before the loss to less than the time to which it is told.
#[test]
fn a_window_that_begins_just_before_a_satellite_is_lost() {
    let doomed = fleet(&[MeanElements { bstar: 0.5, ..circular(160.0, 51.6, 0.0, 0.0) }]);
    let sites: Vec<Site> = (0..360).step_by(30).map(|lon| site(0.0, f64::from(lon))).collect();
    let whole = Window { duration_s: 172_800.0, ..day() };
    let lost = contacts(&doomed, &sites, &Settings { window: whole, ..at_mask(0.0) }, &|| {}).losses[0];
    for before_s in [600.0, 30.0, 1.0, 0.05, 0.002, 0.0005, 1e-5] {
        let window = Window { start: lost.from.plus_seconds(-before_s), duration_s: before_s + 3600.0 };
        for mask in [0.0, -89.0] {
            let settings = Settings { window, ..at_mask(mask) };
            let run = contacts(&doomed, &sites, &settings, &|| {});
            let [loss] = run.losses.as_slice() else { panic!("{before_s} s: {:?}", run.losses) };
            assert!(loss.from.seconds_since(lost.from).abs() < 0.01, "{before_s} s: {loss:?} {lost:?}");
            for contact in &run.contacts {
                assert!(
                    contact.aos_s >= 0.0 && contact.los_s <= before_s + 0.01,
                    "{before_s} s: {contact:?}"
                );
            }
            // From below the horizon nothing hides it, up to the loss.
            assert!(mask > -89.0 || before_s < 1.0 || run.contacts.len() == sites.len(), "{before_s} s");
        }
    }
    let after = Window { start: lost.from.plus_seconds(10.0), duration_s: 3600.0 };
    let run = contacts(&doomed, &sites, &Settings { window: after, ..at_mask(0.0) }, &|| {});
    assert!(
        run.contacts.is_empty() && (run.losses[0].from.seconds_since(lost.from)).abs() < 60.0,
        "{:?}",
        run.losses
    );
}

#[test]
fn masks_are_told_as_they_hold() {
    let table = MaskTable::new(vec![[0.0, 5.0], [180.0, 20.0], [360.0, 5.0]]).unwrap();
    let with = |mask: Option<Mask>| Site { mask, ..site(0.0, 0.0) };
    let (hills, flat, low, none) = (
        with(Some(Mask::Table(table.clone()))),
        with(Some(Mask::Constant(10.0))),
        with(Some(Mask::Constant(3.0))),
        with(None),
    );
    let own = Settings::over(day());
    let floor = at_mask(8.0);
    for (settings, sites, words) in [
        (own, vec![hills.clone()], "each site's own; 1 by a table of azimuth"),
        (own, vec![hills.clone(), flat.clone()], "10° elevation, each site's own; 1 by a table of azimuth"),
        (own, vec![flat.clone(), low.clone()], "3° to 10° elevation, each site's own"),
        (own, vec![none.clone(), none.clone()], "10° elevation (default: no site states one)"),
        (
            own,
            vec![low.clone(), none.clone()],
            "3° to 10° elevation, each site's own; 1 of 2 sites state none: 10°",
        ),
        (floor, vec![flat.clone()], "8° elevation (asked for)"),
        (floor, vec![hills.clone(), none], "8° elevation (asked for); 1 by a table of azimuth, raised to it"),
    ] {
        assert_eq!(masks_in_words(&settings, &sites), words);
    }
    // A floor raises what is below it of a table, and stands in the place of a constant.
    assert_eq!(floor.mask(&flat), Mask::Constant(8.0));
    let Mask::Table(raised) = floor.mask(&hills) else { panic!("no table") };
    for azimuth in [0.0, 20.0, 90.0, 180.0, 300.0] {
        assert_eq!(raised.elevation_deg(azimuth), table.elevation_deg(azimuth).max(8.0), "{azimuth}");
    }
}

#[test]
fn a_ship_that_departs_ends_the_contact() {
    let window = day();
    let at = |hours: f64, longitude_deg: f64| Waypoint {
        epoch: window.start.plus_seconds(hours * 3600.0),
        place: Geodetic { latitude_deg: 5.0, longitude_deg, height_km: 0.0 },
    };
    let geo = MeanElements { raan_deg: 100.6, ..circular(35_786.03, 0.01, 0.0, 0.0) };
    let ship = |before, after| {
        Site::ship("ship", Track::new(vec![at(2.0, 1.0), at(20.0, 5.0)], before, after).unwrap())
    };
    let absent = found(&[geo], &[ship(Outside::Absent, Outside::Absent)], &at_mask(5.0));
    assert_eq!(absent.len(), 1);
    assert_eq!((absent[0].aos_s, absent[0].los_s, absent[0].cut), (7200.0, 72_000.0, Cut::Both));
    let held = found(&[geo], &[ship(Outside::Hold, Outside::Hold)], &at_mask(5.0));
    assert_eq!((held.len(), held[0].aos_s, held[0].los_s), (1, 0.0, 86_400.0));
}

/// A ship that is held until the next part of its track begins elsewhere is seen from one place up to then, and from the other
/// from then on: no contact spans both, and the end of the first is a look from the first place.
#[test]
fn a_ship_that_is_elsewhere_at_once_makes_two_contacts() {
    let window = day();
    let at = |hours: f64, longitude_deg: f64| Waypoint {
        epoch: window.start.plus_seconds(hours * 3600.0),
        place: Geodetic { latitude_deg: 5.0, longitude_deg, height_km: 0.0 },
    };
    let waypoints = vec![at(2.0, 1.0), at(4.0, 1.5), at(12.0, 40.0), at(14.0, 40.5)];
    let track = Track::in_parts(100.0, waypoints, &[2], Outside::Absent, Outside::Hold).unwrap();
    let table = Mask::Table(MaskTable::new(vec![[0.0, 5.0], [180.0, 4.0], [360.0, 5.0]]).unwrap());
    // Over 0° E.
    let geo = MeanElements { raan_deg: 100.6, ..circular(35_786.03, 0.01, 0.0, 0.0) };
    let fleet = fleet(&[geo]);
    for mask in [None, Some(table)] {
        let ship = Site { mask, ..Site::ship("ship", track.clone()) };
        let settings = Settings::over(window);
        let run = contacts(&fleet, std::slice::from_ref(&ship), &settings, &|| {});
        let edges: Vec<_> = run.contacts.iter().map(|one| (one.aos_s, one.los_s, one.cut)).collect();
        assert_eq!(edges, [(7200.0, 43_200.0, Cut::Both), (43_200.0, 86_400.0, Cut::Both)]);
        let look = |t_s: f64| {
            let place = ship.place(window.start.plus_seconds(t_s)).unwrap();
            Horizon::at(&place).look(&Ecef(fleet.state(0, window.start.plus_seconds(t_s)).unwrap().position))
        };
        let [first, second] = run.contacts[..] else { unreachable!() };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-3, "{a} for {b}");
        near(first.los_azimuth_deg, look(43_199.999).azimuth_deg);
        near(second.aos_azimuth_deg, look(43_200.0).azimuth_deg);
        assert!((first.los_azimuth_deg - second.aos_azimuth_deg).abs() > 60.0);
        let mut rows = Vec::new();
        let all = &run.contacts;
        series(&fleet, std::slice::from_ref(&ship), &settings, all, 3600.0, |points| {
            rows.extend(
                points.iter().map(|point| (point.contact, point.t_s, point.elevation_deg, point.range_km)),
            );
            Ok::<(), ()>(())
        })
        .unwrap();
        for (t_s, (contact, at_s, elevation_deg, range_km)) in [
            (43_199.999, *rows.iter().rfind(|row| row.0 == 0).unwrap()),
            (43_200.0, *rows.iter().find(|row| row.0 == 1).unwrap()),
        ] {
            assert_eq!(at_s, 43_200.0, "{contact}");
            near(elevation_deg, look(t_s).elevation_deg);
            near(range_km, look(t_s).range_km);
        }
    }
}

#[test]
fn the_union_over_sites_is_what_any_site_sees() {
    let elements = [circular(550.0, 53.0, 0.0, 0.0), circular(1200.0, 87.9, 40.0, 10.0)];
    let sites: Vec<Site> = [(47.0, 8.0), (45.0, 12.0), (-30.0, 100.0)]
        .iter()
        .enumerate()
        .map(|(n, &(lat, lon))| Site { name: n.to_string(), ..site(lat, lon) })
        .collect();
    let all = found(&elements, &sites, &at_mask(5.0));
    let united = network_visibility(&fleet(&elements), &sites, &at_mask(5.0));
    for (satellite, intervals) in united.iter().enumerate() {
        assert!(intervals.windows(2).all(|pair| pair[0].end_s < pair[1].start_s));
        for step in 0..8640 {
            let t = f64::from(step) * 10.0 + 0.5;
            let any = all.iter().any(|c| c.satellite == satellite && c.aos_s <= t && t < c.los_s);
            assert_eq!(any, intervals.iter().any(|i| i.start_s <= t && t < i.end_s));
        }
    }
}

/// Orbits of every kind that the planner meets.
fn orbit() -> impl Strategy<Value = MeanElements> {
    let angles = || (0.0..360.0f64, 0.0..360.0f64);
    prop_oneof![
        (250.0..2000.0f64, 0.0..150.0f64, angles()).prop_map(|(h, i, (raan, m))| circular(h, i, raan, m)),
        (600.0..1500.0f64, 0.0..0.05f64, 40.0..100.0f64, angles())
            .prop_map(|(h, e, i, (raan, m))| elliptic(h, e, i, raan, 90.0, m)),
        (20_000.0..24_000.0f64, 50.0..65.0f64, angles())
            .prop_map(|(h, i, (raan, m))| circular(h, i, raan, m)),
        // Molniya, IGSO, nearly geostationary.
        (0.68..0.74f64, angles()).prop_map(|(e, (raan, m))| elliptic(20_182.0, e, 63.4, raan, 270.0, m)),
        (45.0..60.0f64, angles()).prop_map(|(i, (raan, m))| circular(35_786.0, i, raan, m)),
        (0.0..8.0f64, angles()).prop_map(|(i, (raan, m))| circular(35_786.0, i, raan, m)),
    ]
}

/// Sites everywhere, the poles and the antimeridian among them.
fn anywhere() -> impl Strategy<Value = (f64, f64)> {
    let latitude = prop_oneof![6 => -90.0..90.0f64, 1 => Just(90.0), 1 => Just(-90.0), 1 => Just(0.0)];
    let longitude =
        prop_oneof![4 => -180.0..180.0f64, 1 => Just(180.0), 1 => Just(-180.0), 1 => Just(179.99)];
    (latitude, longitude)
}

/// Every window of the plain search is there with its edges; what is found beside is in sight in truth
/// and too short for the plain search.
fn assert_same(elements: &MeanElements, site: &Site, mask: &Mask, settings: &Settings) {
    let fleet = fleet(std::slice::from_ref(elements));
    let plain = plain_search(&fleet, 0, site, mask, &settings.window);
    let run = contacts(&fleet, std::slice::from_ref(site), settings, &|| {});
    let mut left: Vec<(f64, f64)> = plain;
    for contact in &run.contacts {
        let near = left
            .iter()
            .position(|w| (w.0 - contact.aos_s).abs() < 0.01 && (w.1 - contact.los_s).abs() < 0.01);
        let above =
            |t: f64| above_mask_deg(&fleet, 0, site, mask, settings.window.start.plus_seconds(t)).unwrap();
        match near {
            Some(number) => {
                let (start, end) = left.remove(number);
                // No instant of the plain search is higher than TCA.
                let top =
                    above_mask_deg(&fleet, 0, site, &Mask::Constant(0.0), run.epoch(contact.tca_s)).unwrap();
                let mut t = start;
                while t < end {
                    let here = above_mask_deg(&fleet, 0, site, &Mask::Constant(0.0), run.epoch(t)).unwrap();
                    assert!(here <= top + 1e-4, "higher at {t}: {here} over {top}, {contact:?}");
                    t += 20.0;
                }
            }
            None => {
                // A gap shorter than a second splits a window of the plain search.
                let middle = 0.5 * (contact.aos_s + contact.los_s);
                assert!(above(middle) >= -1e-9, "extra {contact:?}");
                let is_short = contact.duration_s() < 1.01;
                let is_part = left.iter().any(|w| w.0 - 0.01 < contact.aos_s && contact.los_s < w.1 + 0.01);
                assert!(is_short || is_part, "extra {contact:?} beside {left:?}");
            }
        }
    }
    for window in left {
        let covered: f64 =
            run.contacts.iter().map(|c| (c.los_s.min(window.1) - c.aos_s.max(window.0)).max(0.0)).sum();
        assert!(window.1 - window.0 - covered < 1.01, "missing {window:?} in {:?}", run.contacts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn windows_are_those_of_a_plain_search(
        elements in orbit(), (latitude, longitude) in anywhere(), mask in 0.0..25.0f64,
    ) {
        assert_same(&elements, &site(latitude, longitude), &Mask::Constant(mask), &at_mask(mask));
    }

    #[test]
    fn windows_over_a_mask_table_are_those_of_a_plain_search(
        elements in orbit(),
        (latitude, longitude) in anywhere(),
        heights in proptest::collection::vec(-1.0..60.0f64, 3..9),
    ) {
        let step = 360.0 / heights.len() as f64;
        let mut rows: Vec<[f64; 2]> = heights.iter().enumerate().map(|(n, &h)| [n as f64 * step, h]).collect();
        rows.push([360.0, heights[0]]);
        // A wall: forty degrees up and down within two degrees of azimuth.
        rows.insert(1, [1.0, 40.0]);
        let mask = Mask::Table(MaskTable::new(rows).unwrap());
        let place = Site { mask: Some(mask.clone()), ..site(latitude, longitude) };
        assert_same(&elements, &place, &mask, &Settings::over(day()));
    }

    #[test]
    fn windows_from_a_ship_are_those_of_a_plain_search(
        elements in orbit(),
        (latitude, longitude) in anywhere(),
        (north, east) in (-4.0..4.0f64, -4.0..4.0f64),
        mask in 0.0..25.0f64,
    ) {
        let start = day().start;
        let at = |hours: f64, part: f64| Waypoint {
            epoch: start.plus_seconds(hours * 3600.0),
            place: Geodetic {
                latitude_deg: (latitude + part * north).clamp(-90.0, 90.0),
                longitude_deg: longitude + part * east,
                height_km: 0.01 * part,
            },
        };
        let track = Track::new(vec![at(1.0, 0.0), at(9.0, 0.5), at(12.0, 0.5), at(22.0, 1.0)], Outside::Hold, Outside::Absent);
        let ship = Site::ship("ship", track.unwrap());
        assert_same(&elements, &ship, &Mask::Constant(mask), &at_mask(mask));
    }
}
