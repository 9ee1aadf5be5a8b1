//! Tests of `infer`: designs found again, and the filed shells of real catalogues.

use super::*;
use crate::constellation::{ReadOptions, parse, read};

/// A shipped design, its angles off by up to `off_deg` as station keeping leaves them, with strays besides.
fn catalogue(name: &str, off_deg: f64) -> Constellation {
    let mut constellation = read(name, &ReadOptions::default()).unwrap();
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
        ("globalstar", 8, 6, 1414.0, 52.0),
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

/// Snapshots of what flew, against what was filed (sources in the shipped definitions).
#[test]
fn snapshots_give_the_filed_shells() {
    let folder =
        std::env::var_os("HEXSKY_SHARED").map_or_else(|| "../shared".into(), std::path::PathBuf::from);
    let folder = folder.join("data/tle");
    if !folder.is_dir() {
        eprintln!("no folder {}: the snapshots are not looked at", folder.display());
        return;
    }
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
    // Measured by hand from the same sets: twelve planes of nine, six of ten.
    let guowang = folder.join("hulianwang_2026-08-22.tle");
    let inference = infer(&read(guowang.to_str().unwrap(), &ReadOptions::default()).unwrap()).unwrap();
    let shapes: Vec<(usize, Option<u32>)> =
        inference.shells.iter().map(|shell| (shell.planes.len(), shell.places_per_plane)).collect();
    assert_eq!(shapes[..2], [(12, Some(9)), (6, Some(10))]);
}
