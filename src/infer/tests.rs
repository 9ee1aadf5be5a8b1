//! Tests of `infer`: designs found again, and the filed shells of real catalogues.

use super::*;
use crate::constellation::{ReadOptions, parse, read};
use crate::orbit::Propagator;

/// A shipped design, its angles off by up to `off_deg` as station keeping leaves them, with strays besides.
fn catalogue(name: &str, off_deg: f64) -> Constellation {
    let (name, phase) = name.split_once(':').map_or((name, None), |(name, phase)| (name, Some(phase)));
    let options = ReadOptions { phase: phase.map(str::to_owned), ..ReadOptions::default() };
    let mut constellation = read(name, &options).unwrap();
    let mut state = 1u32;
    let mut off = || {
        // A linear congruential generator: Numerical Recipes, section 7.1.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) - 0.5) * 2.0 * off_deg
    };
    for satellite in &mut constellation.satellites {
        satellite.elements.raan_deg += off();
        satellite.elements.mean_anomaly_deg += off();
        satellite.elements.inclination_deg += 0.1 * off();
    }
    let first = constellation.satellites[0].clone();
    for stray in 1..=3 {
        let mut satellite = first.clone();
        satellite.name = format!("stray {stray}");
        satellite.elements.mean_motion_rev_day += 0.3 * f64::from(stray);
        constellation.satellites.push(satellite);
    }
    constellation
}

#[test]
fn a_design_is_found_again() {
    for (name, planes, per_plane, altitude_km, inclination_deg) in [
        ("hongyun", 13, 12, 1000.0, 80.0),
        ("iridium-next", 6, 11, 780.0, 86.4),
        ("globalstar:nominal", 8, 6, 1414.0, 52.0),
    ] {
        let catalogue = catalogue(name, 0.2);
        let inference = infer(&catalogue).unwrap();
        assert_eq!(inference.shells.len(), 1, "{name}: {:?}", inference.shells);
        let shell = &inference.shells[0];
        assert_eq!(shell.planes.len(), planes, "{name}");
        assert_eq!(shell.places_per_plane, Some(per_plane), "{name}");
        assert!(shell.planes.iter().all(|plane| plane.satellites == per_plane as usize), "{name}");
        assert!((shell.mean_altitude_km.median - altitude_km).abs() < 0.5, "{name}: {shell:?}");
        assert!((shell.inclination_deg.median - inclination_deg).abs() < 0.01, "{name}");
        assert_eq!(shell.fill_percent, Some(100.0));
        assert_eq!(inference.unplaced.len(), 3, "{name}");
        assert_eq!(shell.satellites + 3, catalogue.satellites.len());
    }
}

/// Satellites of a design, written as elements, inferred and flown, were up to 37 km from where the elements have them.
#[test]
fn inferred_satellites_fly_where_their_elements_do() {
    for (altitude_km, inclination_deg, satellites, planes) in
        [(550.0, 30.0, 55, 5), (1200.0, 87.0, 48, 6), (780.0, 86.4, 66, 6), (20_183.0, 55.0, 24, 6)]
    {
        let design = format!(
            "name = \"D\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"one\"\n\
             pattern = \"walker-delta\"\nsatellites = {satellites}\nplanes = {planes}\nphasing = 1\n\
             altitude_km = {altitude_km:?}\ninclination_deg = {inclination_deg:?}\nsource = \"s\"\n"
        );
        let flown = parse("d.toml", design.as_bytes(), &ReadOptions::default()).unwrap();
        let text = definition::definition(&flown, &infer(&flown).unwrap());
        let inferred = parse("i.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(inferred.satellites.len(), satellites);
        let epoch = flown.satellites[0].elements.epoch;
        for hours in [0.0, 1.0, 12.0] {
            let at = |satellite: &Satellite| {
                let propagator = Propagator::new(&satellite.elements).unwrap();
                propagator.propagate(epoch.plus_seconds(3600.0 * hours)).unwrap().0.0
            };
            let mut furthest_km = 0.0f64;
            for satellite in &flown.satellites {
                let own = inferred.satellites.iter().find(|own| own.name == satellite.name).unwrap();
                furthest_km = furthest_km.max((at(own) - at(satellite)).norm());
            }
            println!("{altitude_km} km, {inclination_deg}°, after {hours} h: {furthest_km:.3} km");
            assert!(furthest_km < 0.05, "{altitude_km} km after {hours} h: {furthest_km} km");
        }
    }
}

#[test]
fn shells_of_alike_altitude_are_told_apart_by_inclination() {
    let starlink = read("starlink-gen1", &ReadOptions::default()).unwrap();
    let inference = infer(&starlink).unwrap();
    let found: Vec<(usize, usize, Option<u32>)> = inference
        .shells
        .iter()
        .map(|shell| (shell.satellites, shell.planes.len(), shell.places_per_plane))
        .collect();
    // 560a and 560b share altitude and inclination; of their 6 + 4 planes two stand on the same node.
    assert_eq!(found[..3], [(1584, 72, Some(22)), (1584, 72, Some(22)), (720, 36, Some(20))]);
    assert_eq!(found[3].0, 348 + 172);
    assert!(inference.unplaced.is_empty());
}

#[test]
fn the_definition_reads_back_and_puts_the_satellites_where_they_are() {
    let catalogue = catalogue("hongyun", 0.2);
    let inference = infer(&catalogue).unwrap();
    let text = definition::definition(&catalogue, &inference);
    let derived = parse("derived.toml", text.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(derived.satellites.len(), 156);
    assert_eq!(derived.assumed_count(), 1, "the eccentricity alone");
    let later = inference.epoch.plus_seconds(7200.0);
    let at =
        |satellite: &Satellite| Propagator::new(&satellite.elements).unwrap().propagate(later).unwrap().0;
    for satellite in &derived.satellites {
        let original = catalogue.satellites.iter().find(|known| known.name == satellite.name).unwrap();
        let apart = (at(satellite).0 - at(original).0).norm();
        // Nodes of a plane are within 0.4° of each other, 50 km at this height; short-period terms add 20 km.
        assert!(apart < 80.0, "{}: {apart} km", satellite.name);
    }
}

/// The folder of catalogue snapshots, which are no part of the project; none, and said, where it is not there.
fn snapshots() -> Option<std::path::PathBuf> {
    let folder =
        std::env::var_os("HEXSKY_SHARED").map_or_else(|| "../shared".into(), std::path::PathBuf::from);
    let folder = folder.join("data/tle");
    if !folder.is_dir() {
        eprintln!("no folder {}: the snapshots are not looked at", folder.display());
        return None;
    }
    Some(folder)
}

/// Snapshots of what flew, against what was filed (sources in the shipped definitions).
#[test]
fn snapshots_give_the_filed_shells() {
    let Some(folder) = snapshots() else { return };
    let filed: [(&str, &[(f64, f64)]); 6] = [
        ("starlink_2020-12-03.tle", &[(53.0, 550.0)]),
        ("starlink_2023-08-22.tle", &[(53.0, 550.0), (53.2, 540.0), (70.0, 570.0), (97.6, 560.0)]),
        ("starlink_2026-08-22.tle", &[(70.0, 570.0)]),
        ("oneweb_2026-08-22.tle", &[(87.9, 1200.0)]),
        ("iridium_2020-12-03.tle", &[(86.4, 780.0)]),
        ("iridium_2026-08-22.tle", &[(86.4, 780.0)]),
    ];
    for (file, shells) in filed {
        let catalogue = read(folder.join(file).to_str().unwrap(), &ReadOptions::default()).unwrap();
        let inference = infer(&catalogue).unwrap();
        for (inclination_deg, altitude_km) in shells {
            assert!(
                inference.shells.iter().any(|shell| {
                    (shell.inclination_deg.median - inclination_deg).abs() <= 0.1
                        && (shell.kepler_altitude_km.median - altitude_km).abs() <= 5.0
                }),
                "{file}: {inclination_deg}°, {altitude_km} km not in {:?}",
                inference.shells.iter().map(|shell| &shell.name).collect::<Vec<_>>()
            );
        }
        let placed: usize = inference.shells.iter().map(|shell| shell.satellites).sum();
        assert_eq!(placed + inference.unplaced.len(), catalogue.satellites.len());
    }
    // Measured with the Python package sgp4 2.x and numpy from the same sets: the arguments of latitude of the
    // 70° shell keep to sixteen places (resultant length 0.99), of which several hold two satellites.
    let starlink = folder.join("starlink_2026-08-22.tle");
    let inference = infer(&read(starlink.to_str().unwrap(), &ReadOptions::default()).unwrap()).unwrap();
    let polar = inference.shells.iter().find(|shell| shell.name == "70.0-572").unwrap();
    assert_eq!(polar.places_per_plane, Some(16));
    assert!(polar.fill_percent.is_some_and(|percent| (93.0..94.5).contains(&percent)), "{polar:?}");
    // Planes that hold two satellites at most tell no places.
    let kuiper = folder.join("kuiper_2026-08-22.tle");
    let inference = infer(&read(kuiper.to_str().unwrap(), &ReadOptions::default()).unwrap()).unwrap();
    assert_eq!(inference.shells[0].places_per_plane, None);
    // Measured by hand from the same sets: twelve planes of nine, six of ten.
    let guowang = folder.join("hulianwang_2026-08-22.tle");
    let inference = infer(&read(guowang.to_str().unwrap(), &ReadOptions::default()).unwrap()).unwrap();
    let shapes: Vec<(usize, Option<u32>)> =
        inference.shells.iter().map(|shell| (shell.planes.len(), shell.places_per_plane)).collect();
    assert_eq!(shapes[..2], [(12, Some(9)), (6, Some(10))]);
}

/// Systems whose planes have drifted wide, against the published planes. GPS has one satellite besides, halfway between.
#[test]
fn planes_of_high_and_old_systems_are_the_published_ones() {
    let Some(folder) = snapshots() else { return };
    for (system, altitude_km, planes) in [
        ("beidou", 21_528.0, 3),
        ("galileo", 23_222.0, 3),
        ("glonass", 19_130.0, 3),
        ("gps", 20_182.0, 7),
        ("globalstar", 1413.6, 8),
    ] {
        for date in ["2020-12-03", "2026-08-22"] {
            let file = folder.join(format!("{system}_{date}.tle"));
            let inference = infer(&read(file.to_str().unwrap(), &ReadOptions::default()).unwrap()).unwrap();
            let shell = &inference.shells[0];
            assert!(
                (shell.kepler_altitude_km.median - altitude_km).abs() < 1.0,
                "{system} {date}: {shell:?}"
            );
            assert_eq!(shell.planes.len(), planes, "{system} {date}");
        }
    }
}

/// On the mean node of a plane that has drifted wide a satellite would stand degrees from where it is.
#[test]
fn satellites_of_wide_planes_keep_their_nodes() {
    let node = |n: usize| [60.0, 60.4, 62.9, 63.4, 180.0, 180.1, 180.2, 180.3, 297.5, 300.0, 301.9, 302.7][n];
    let rows: Vec<String> = (0..12)
        .map(|n| {
            format!(
                "S{n},2026-01-01T00:00:00,1.8623,0.0003,55,{},0,{},{},0\n",
                node(n),
                30 * (n * 5 % 12),
                n + 1
            )
        })
        .collect();
    let catalogue = catalogue_of(&rows);
    let inference = infer(&catalogue).unwrap();
    assert_eq!(inference.shells[0].planes.iter().map(|plane| plane.satellites).collect::<Vec<_>>(), [4; 3]);
    let text = definition::definition(&catalogue, &inference);
    assert!(text.contains("and those of the satellites where the plane is wide"), "{text}");
    let derived = parse("derived.toml", text.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(derived.shells[0].pattern, "12 slots on 3 planes");
    for satellite in &derived.satellites {
        let number: usize = satellite.name.trim_start_matches('S').parse().unwrap();
        let off_deg = (satellite.elements.raan_deg - node(number) + 180.0).rem_euclid(360.0) - 180.0;
        // The second plane keeps its middle, the others their own; the Moon's part of a node is less than this.
        assert!(off_deg.abs() < 0.25, "{}: {off_deg}", satellite.name);
    }
}

/// Two satellites side by side in a place are one place that is held, and a bunch on its way makes no places.
#[test]
fn places_are_told_by_fit_not_by_count() {
    // Thirteen planes of twelve, in the order of planes and places.
    let design = read("hongyun", &ReadOptions::default()).unwrap();
    let mut shared = design.clone();
    shared.satellites.clear();
    for (number, satellite) in design.satellites.iter().enumerate() {
        let (plane, place) = (number / 12, number % 12);
        // Each second plane has an empty place, and three places of each plane hold two.
        if plane % 2 == 1 || place != 3 {
            shared.satellites.push(satellite.clone());
        }
        if [1, 5, 7].contains(&place) {
            let mut twin = satellite.clone();
            twin.elements.mean_anomaly_deg += 0.5;
            shared.satellites.push(twin);
        }
    }
    let shell = &infer(&shared).unwrap().shells[0];
    assert_eq!((shell.satellites, shell.places_per_plane), (156 - 7 + 39, Some(12)));
    let held_percent = 100.0 * f64::from(156 - 7) / 156.0;
    assert!(shell.fill_percent.is_some_and(|percent| (percent - held_percent).abs() < 1e-9), "{shell:?}");

    let mut bunches = design.clone();
    for (number, satellite) in bunches.satellites.iter_mut().enumerate() {
        satellite.elements.mean_anomaly_deg = 2.5 * (number % 12) as f64;
    }
    assert_eq!(infer(&bunches).unwrap().shells[0].places_per_plane, None);
}

fn catalogue_of(rows: &[String]) -> Constellation {
    let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                  MEAN_ANOMALY,NORAD_CAT_ID,BSTAR";
    let text = format!("{header}\n{}", rows.concat());
    parse("rows.csv", text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Nodes of geostationary satellites mean nothing: they stand, and form no planes.
#[test]
fn geostationary_satellites_form_a_shell_without_planes() {
    let rows: Vec<String> = (0..8)
        .map(|n| {
            format!("G{n},2026-01-01T00:00:00,1.0027,0.0003,0.0{n},{},10,{},{},0\n", 45 * n, 40 * n, n + 1)
        })
        .collect();
    let inference = infer(&catalogue_of(&rows)).unwrap();
    let [shell] = inference.shells.as_slice() else { panic!("{:?}", inference.shells) };
    assert_eq!((shell.satellites, shell.planes.len(), shell.places_per_plane), (8, 0, None));
    assert_eq!((shell.node_step_deg, shell.fill_percent), (None, None));
    assert!((shell.kepler_altitude_km.median - 35_786.0).abs() < 10.0, "{shell:?}");
}

#[test]
fn satellites_that_are_gone_by_the_common_epoch_are_placed_nowhere() {
    let mut rows: Vec<String> = (0..8)
        .map(|n| {
            format!("S{n},2026-01-05T00:00:00,14.2,0.0003,63,{},0,{},{},0\n", 90 * (n % 4), 45 * n, n + 1)
        })
        .collect();
    rows.push("GONE,2026-01-01T00:00:00,16.4,0.0003,63,0,0,0,99,0.5\n".to_owned());
    let inference = infer(&catalogue_of(&rows)).unwrap();
    let [gone] = inference.unplaced.as_slice() else { panic!("{:?}", inference.unplaced) };
    assert_eq!(
        (gone.satellite.as_str(), gone.reason),
        ("GONE (99)", "it cannot be propagated to the common epoch")
    );
    assert_eq!(inference.shells[0].satellites, 8);
}

#[test]
fn shells_of_one_name_are_told_apart_by_letters() {
    let design = read("hongyun", &ReadOptions::default()).unwrap();
    let shell = infer(&design).unwrap().shells.remove(0);
    let mut shells = vec![shell.clone(); 28];
    name_apart(&mut shells);
    let ends: Vec<&str> = shells.iter().map(|own| own.name.strip_prefix(&shell.name).unwrap()).collect();
    assert_eq!((&ends[..3], &ends[24..]), (&["", "b", "c"][..], &["y", "z", "-27", "-28"][..]));
}
