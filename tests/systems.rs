//! The shipped systems against what is published about them.

use std::sync::atomic::AtomicBool;

use h3o::Resolution;
use hexsky::constellation::{Confidence, Constellation, ReadOptions, read};
use hexsky::coverage::{Coverage, Exact, Settings, Watch, engine};
use hexsky::ephemeris::Fleet;
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::Grid;
use hexsky::grid::region::Region;
use hexsky::time::{Epoch, Window};

fn start() -> Epoch {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn shipped(name: &str, phase: Option<&str>, shells: &[&str]) -> Constellation {
    let options = ReadOptions {
        phase: phase.map(str::to_owned),
        shells: shells.iter().map(|shell| (*shell).to_owned()).collect(),
    };
    read(name, &options).unwrap_or_else(|error| panic!("{error}"))
}

fn fleet(constellation: &Constellation) -> Fleet {
    let elements = constellation.satellites.iter().map(|satellite| &satellite.elements);
    Fleet::new(elements, EarthOrientation::default()).unwrap()
}

fn cover(constellation: &Constellation, grid: &Grid, mask_deg: f64, at_least: u32) -> Coverage {
    let settings = Settings {
        window: Window { start: start(), duration_s: 86_400.0 },
        step_s: 60.0,
        min_elevation_deg: mask_deg,
        at_least,
        exact: Exact::Edges,
    };
    let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
    engine::run(grid, &mut fleet(constellation), &settings, watch).unwrap()
}

/// Iridium: 66 satellites on six planes cover the whole Earth at all times at 8.2° (Fossa, Raines, Gunsch and
/// Temple 1998, "An overview of the IRIDIUM low Earth orbit satellite system", IEEE NAECON; SaVi 1.5.1 has the mask).
#[test]
fn iridium_is_continuous_everywhere_at_its_mask() {
    let iridium = shipped("iridium-next", None, &[]);
    assert_eq!(iridium.min_elevation_deg, Some(8.2));
    let coverage = cover(&iridium, &Grid::globe(Resolution::Three), 8.2, 1);
    let gaps = coverage.points.iter().filter(|figures| figures.gap_count > 0).count();
    assert_eq!(gaps, 0, "{:?}", coverage.points.iter().map(|f| f.max_gap_s).fold(0.0, f64::max));
    // It is a close fit: at 12° there are gaps.
    let higher = cover(&iridium, &Grid::globe(Resolution::Two), 12.0, 1);
    assert!(higher.points.iter().any(|figures| figures.gap_count > 0));
}

/// Beidou-3 shows at least four satellites above 5° everywhere, as a position needs (BDS-OS-PS-3.0, 2021, whose
/// open service is worldwide with a mask of 5°; Wang et al. 2019, GPS Solutions 23:14, count more than that).
#[test]
fn beidou_shows_four_satellites_everywhere_at_five_degrees() {
    let beidou = shipped("beidou-3", None, &[]);
    let coverage = cover(&beidou, &Grid::globe(Resolution::Three), 5.0, 4);
    assert!(coverage.points.iter().all(|figures| figures.gap_count == 0 && figures.min_in_view >= 4));
}

/// A geostationary satellite is seen up to arccos(6,378 / 42,164) = 81.3° from its sub-satellite point
/// (Maral and Bousquet 2009, Satellite Communications Systems, section 2.2). That is geocentric on a sphere;
/// on the ellipsoid cos φ = (a/r) √(1 − e² sin² φ) gives a geodetic latitude of 81.33°.
#[test]
fn geostationary_satellites_cover_nothing_beyond_81_degrees() {
    let geo = shipped("beidou-3", None, &["GEO"]);
    assert_eq!(geo.satellites.len(), 3);
    let mut highest = 0.0f64;
    for band in ["lat:80..90", "lat:-90..-80"] {
        let cells = Region::parse(band).unwrap().cells(Resolution::Five);
        let grid = Grid::from_cells(Resolution::Five, cells);
        let coverage = cover(&geo, &grid, 0.0, 1);
        for (point, figures) in grid.points.iter().zip(&coverage.points) {
            if figures.access_count > 0 {
                highest = highest.max(point.latitude_deg.abs());
            }
        }
    }
    // The Moon and the Sun tilt the orbits a little, which lifts the satellites above the equator.
    let fleet = fleet(&geo);
    let tilt_deg = (0..3 * 144)
        .map(|k| fleet.state(k % 3, start().plus_seconds(600.0 * (k / 3) as f64)).unwrap().position)
        .map(|position| (position.z.abs() / position.norm()).asin().to_degrees())
        .fold(0.0, f64::max);
    assert!(tilt_deg < 0.05, "{tilt_deg}");
    // Centres of cells of resolution 5 lie some 0.15° apart.
    assert!((81.1..81.335 + tilt_deg).contains(&highest), "{highest} with a tilt of {tilt_deg}");
}

/// The file with all phases and the one of Gen1 alone hold the same satellites.
#[test]
fn both_starlink_files_have_the_same_first_generation() {
    for phase in ["gen1", "2020-12"] {
        let all = shipped("starlink", Some(phase), &[]);
        let alone = shipped("starlink-gen1", Some(phase), &[]);
        assert_eq!(all.satellites, alone.satellites);
    }
}

/// Numbers of satellites as the study of January 2021 (M. Julienne, Ifri) and the filings state them.
#[test]
fn phases_have_the_published_numbers_of_satellites() {
    for (name, phase, count) in [
        ("beidou-3", None, 30),
        ("hongyan", Some("experimental"), 1),
        ("hongyan", Some("first"), 60),
        ("hongyan", Some("full"), 320),
        ("hongyun", Some("experimental"), 1),
        ("hongyun", Some("full"), 156),
        ("xingyun", Some("test"), 2),
        ("xingyun", Some("full"), 80),
        ("starlink", Some("gen1"), 4408),
        ("starlink", Some("vleo"), 7518),
        ("starlink", Some("gen2-7500"), 7500),
        ("starlink", Some("gen2"), 29_988),
        ("starlink", Some("42000"), 41_914),
        ("guowang", Some("GW-A59"), 6080),
        ("guowang", Some("GW-2"), 6912),
        ("qianfan", Some("648"), 648),
        ("qianfan", None, 179),
        ("oneweb", Some("phase-1"), 588),
        ("oneweb", Some("phase-2"), 6372),
        ("kuiper", Some("full"), 3236),
        ("kuiper", Some("2026-08"), 319),
        ("telesat-lightspeed", None, 1671),
        ("iridium-next", None, 66),
        ("globalstar", Some("nominal"), 48),
        ("globalstar", None, 24),
        ("orbcomm", None, 35),
        ("gps", None, 24),
        ("galileo", None, 24),
        ("glonass", None, 24),
        ("tiangong", None, 1),
    ] {
        assert_eq!(shipped(name, phase, &[]).satellites.len(), count, "{name} {phase:?}");
    }
}

/// No two satellites of a phase start in one place: shells of one altitude and inclination are set off.
#[test]
fn no_two_satellites_share_a_place() {
    for file in hexsky::constellation::shipped::SHIPPED {
        let whole = shipped(file.name, None, &[]);
        for phase in whole.phases.iter().map(|phase| Some(phase.name.as_str())).chain([None]) {
            let mut places = std::collections::HashMap::new();
            for satellite in shipped(file.name, phase, &[]).satellites {
                let elements = &satellite.elements;
                // To a hundredth of a degree, a kilometre or so.
                let fine = |degrees: f64| (degrees.rem_euclid(360.0) * 100.0).round() as i64;
                let along = elements.argument_of_perigee_deg + elements.mean_anomaly_deg;
                let altitude_m = (elements.mean_altitude_km() * 1000.0).round() as i64;
                let place =
                    (altitude_m, fine(elements.inclination_deg), fine(elements.raan_deg), fine(along));
                if let Some(other) = places.insert(place, satellite.name.clone()) {
                    panic!("{} {phase:?}: {other} and {} share a place", file.name, satellite.name);
                }
            }
        }
    }
}

/// Masks by phase: what a source tells is stated, what none tells is marked.
#[test]
fn masks_of_phases_are_stated_or_marked() {
    use hexsky::constellation::Confidence::{Assumed, Stated};
    for (name, phase, mask_deg, confidence) in [
        ("starlink", "2020-12", 25.0, Stated),
        ("starlink", "gen1", 25.0, Stated),
        ("starlink", "vleo", 25.0, Assumed),
        ("starlink", "12000", 25.0, Assumed),
        ("starlink", "gen2-7500", 25.0, Stated),
        ("starlink", "gen2", 25.0, Stated),
        ("starlink", "42000", 25.0, Assumed),
        ("oneweb", "phase-1", 45.0, Stated),
        ("oneweb", "phase-1-inclined", 45.0, Assumed),
        ("oneweb", "phase-2", 45.0, Assumed),
    ] {
        let constellation = shipped(name, Some(phase), &[]);
        let figure = constellation.figures.iter().find(|figure| figure.name == "service: min_elevation_deg");
        let figure = figure.unwrap_or_else(|| panic!("{name}:{phase}"));
        assert_eq!(
            (constellation.min_elevation_deg, figure.confidence),
            (Some(mask_deg), confidence),
            "{name}:{phase}"
        );
    }
}

/// Longitudes at which the baseline slots cross the equator northwards, modulo 180° (two a day), from
/// table 3.2-1 of the GPS SPS Performance Standard, 5th edition, April 2020, in the order of the slots.
const GPS_CROSSINGS_DEG: [f64; 24] = [
    127.85, 74.68, 179.63, 14.69, 94.27, 140.46, 28.78, 155.98, 169.73, 119.69, 103.62, 54.57, 61.40, 126.51,
    11.37, 77.47, 152.31, 25.09, 86.82, 40.63, 53.23, 106.40, 166.39, 1.46,
];

#[test]
fn gps_slots_cross_the_equator_where_the_standard_says() {
    let gps = shipped("gps", None, &[]);
    let fleet = fleet(&gps);
    for (satellite, expected) in GPS_CROSSINGS_DEG.iter().enumerate() {
        let at =
            |minute: u32| fleet.state(satellite, start().plus_seconds(60.0 * f64::from(minute))).unwrap();
        let minute = (0..720).find(|&m| at(m).position.z < 0.0 && at(m + 1).position.z >= 0.0).unwrap();
        let (before, after) = (at(minute).position, at(minute + 1).position);
        let crossing = before + (after - before) * (before.z / (before.z - after.z));
        let longitude = crossing.y.atan2(crossing.x).to_degrees();
        let off = (longitude - expected + 90.0).rem_euclid(180.0) - 90.0;
        assert!(off.abs() < 0.3, "{}: {longitude} {expected}", gps.satellites[satellite].name);
    }
}

/// Node and mean argument of latitude of the satellites of a system, degrees.
fn angles(constellation: &Constellation) -> Vec<(f64, f64)> {
    constellation
        .satellites
        .iter()
        .map(|satellite| {
            let elements = &satellite.elements;
            let along = elements.argument_of_perigee_deg + elements.mean_anomaly_deg;
            (elements.raan_deg.rem_euclid(360.0), along.rem_euclid(360.0))
        })
        .collect()
}

/// From one angle to another on a circle of `circle_deg`, the short way.
fn turn_deg(from: f64, to: f64, circle_deg: f64) -> f64 {
    (to - from + circle_deg / 2.0).rem_euclid(circle_deg) - circle_deg / 2.0
}

/// Kuiper's table in FCC SAT-LOA-20190704-00057, as the simulator "hermes" codes it: steps from plane to plane of 3, 3 and
/// 1 times 360°/T. The file had 1 for all of them and said that no source gives a step.
#[test]
fn kuiper_steps_as_its_filing_has_it() {
    for (shell, satellites, planes, phasing) in
        [("630", 1156, 34, 3.0), ("610", 1296, 36, 3.0), ("590", 784, 28, 1.0)]
    {
        let kuiper = shipped("kuiper", Some("full"), &[shell]);
        let angles = angles(&kuiper);
        assert_eq!(angles.len(), satellites);
        let (first, second) = (angles[0], angles[satellites / planes]);
        assert!(
            (turn_deg(first.0, second.0, 360.0) - 360.0 / planes as f64).abs() < 1e-9,
            "{first:?} {second:?}"
        );
        let step = phasing * 360.0 / satellites as f64;
        assert!((turn_deg(first.1, second.1, 360.0) - step).abs() < 1e-9, "{shell}: {first:?} {second:?}");
    }
}

/// Globalstar flew as every second satellite of its first generation, a pattern that does not fly: neighbouring planes of
/// the 24 are half a slot apart.
#[test]
fn globalstar_flies_half_a_slot_apart() {
    let angles = angles(&shipped("globalstar", Some("2026-08"), &[]));
    let planes: Vec<&[(f64, f64)]> = angles.chunks(3).collect();
    assert_eq!(planes.len(), 8);
    let mut off = 0;
    for pair in planes.windows(2) {
        let nodes = pair.iter().map(|plane| plane[0].0).collect::<Vec<_>>();
        assert!((turn_deg(nodes[0], nodes[1], 360.0) - 45.0).abs() < 10.0, "{nodes:?}");
    }
    for (number, plane) in planes.iter().enumerate() {
        let place = 111.0 + 60.0 * (number % 2) as f64;
        off += plane.iter().filter(|(_, along)| turn_deg(place, *along, 120.0).abs() > 3.0).count();
    }
    assert_eq!(off, 2);
}

/// Qianfan's planes hold what they hold: twenty on each, spread evenly, covered the equator without a gap.
#[test]
fn qianfan_flies_on_planes_that_are_not_alike() {
    let mut held: Vec<usize> = vec![0; 36];
    for (node, _) in angles(&shipped("qianfan", Some("2026-08"), &[])) {
        held[(node / 10.0) as usize] += 1;
    }
    held.retain(|count| *count > 0);
    assert_eq!(held, [34, 17, 4, 18, 34, 18, 18, 18, 18]);
}

/// The planes of Orbcomm in SaVi: three of eight and one of seven, in step, and two pairs on orbits of their own.
#[test]
fn orbcomm_is_what_savi_has() {
    let orbcomm = shipped("orbcomm", None, &[]);
    let mut planes = std::collections::BTreeMap::<(u64, u64), Vec<f64>>::new();
    for (satellite, (node, along)) in orbcomm.satellites.iter().zip(angles(&orbcomm)) {
        let inclination = satellite.elements.inclination_deg.round() as u64;
        planes.entry((inclination, node.round() as u64)).or_default().push(along);
    }
    let counts: Vec<((u64, u64), usize)> =
        planes.iter().map(|(plane, along)| (*plane, along.len())).collect();
    let rosette = [((45, 0), 8), ((45, 90), 8), ((45, 180), 8), ((45, 270), 7)];
    assert_eq!(counts, [&rosette[..], &[((70, 0), 2), ((108, 0), 2)]].concat());
    assert!(planes.values().all(|along| along.iter().any(|angle| turn_deg(0.0, *angle, 360.0).abs() < 1e-9)));
}

/// The grant of December 2022 put off the E band, which the phase listed with it.
#[test]
fn bands_are_those_of_the_grant() {
    assert_eq!(shipped("starlink", Some("gen2-7500"), &[]).service.bands, ["Ku", "Ka"]);
    assert_eq!(shipped("starlink", Some("gen2"), &[]).service.bands, ["Ku", "Ka", "E"]);
}

/// A phase "as flown" covers what the catalogue of its day covers: the shell spread evenly over the places of a filing
/// covered 4 % more, 7 % less and 9 % less.
#[test]
fn phases_as_flown_cover_what_their_catalogues_cover() {
    let folder =
        std::env::var_os("HEXSKY_SHARED").map_or_else(|| "../shared".into(), std::path::PathBuf::from);
    let folder = folder.join("data/tle");
    if !folder.is_dir() {
        eprintln!("no folder {}: the snapshots are not looked at", folder.display());
        return;
    }
    let grid = Grid::globe(Resolution::One);
    for (name, catalogue, heights_km, mask_deg) in [
        ("qianfan", "qianfan_2026-08-22.tle", 1045.0..1090.0, 25.0),
        ("kuiper", "kuiper_2026-08-22.tle", 616.0..643.0, 35.0),
        ("globalstar", "globalstar_2026-08-22.tle", 1413.0..1415.0, 10.0),
    ] {
        let phase = shipped(name, Some("2026-08"), &[]);
        let mut flown = read(folder.join(catalogue).to_str().unwrap(), &ReadOptions::default()).unwrap();
        flown.satellites.retain(|satellite| heights_km.contains(&satellite.elements.mean_altitude_km()));
        assert_eq!(flown.satellites.len(), phase.satellites.len(), "{name}");
        let percent = |constellation: &Constellation, start: Epoch| {
            let settings = Settings {
                window: Window { start, duration_s: 6.0 * 3600.0 },
                step_s: 60.0,
                min_elevation_deg: mask_deg,
                at_least: 1,
                exact: Exact::Edges,
            };
            let watch = Watch { progress: &|_| (), stop: &AtomicBool::new(false) };
            let coverage = engine::run(&grid, &mut fleet(constellation), &settings, watch).unwrap();
            let covered: f64 = coverage.points.iter().map(|figures| figures.percent_covered).sum();
            covered / grid.points.len() as f64
        };
        let (own, real) =
            (percent(&phase, start()), percent(&flown, "2026-08-22T08:00:00Z".parse().unwrap()));
        assert!((own - real).abs() < 1.0, "{name}: {own} {real}");
    }
}

/// The column "assumed" of `docs/systems.md` names each figure that the program counts as assumed, and no other.
#[test]
fn the_document_names_what_is_assumed() {
    let document = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/systems.md");
    let document = std::fs::read_to_string(document).unwrap();
    let word = |field: &str| match field {
        "min_elevation_deg" => "mask",
        "gateway_min_elevation_deg" => "gateway mask",
        "capacity_gbps_per_satellite" => "capacity",
        "message_rate_kbps" => "rate of messages",
        "isl" => "links between satellites",
        "satellites" => "satellites of each shell",
        "pattern" => "spread of nodes",
        "planes" => "planes",
        "phasing" | "phase_step_deg" | "plane_phases_deg" => "phasing",
        "raan_step_deg" => "step of nodes",
        "first_raan_deg" | "raan_deg" => "node",
        "first_anomaly_deg" | "argument_of_latitude_deg" => "place in the plane",
        "inclination_deg" => "inclination",
        other => panic!("no word for {other}"),
    };
    let mut told = 0;
    for row in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [files, _, _, _, assumed] = cells[..] else { continue };
        // Values stand in brackets, remarks behind a semicolon.
        let figures = assumed.split(';').next().unwrap().split('(').enumerate();
        let names: String =
            figures.map(|(at, part)| if at == 0 { part } else { part.split_once(')').unwrap().1 }).collect();
        let named: std::collections::BTreeSet<&str> =
            names.split(',').map(str::trim).filter(|name| *name != "nothing").collect();
        for file in files.split(", ").map(|file| file.trim_matches('`')) {
            let (name, phase) =
                file.split_once(':').map_or((file, None), |(name, phase)| (name, Some(phase)));
            let constellation = shipped(name, phase, &[]);
            let is_assumed =
                |figure: &&hexsky::constellation::Figure| figure.confidence == Confidence::Assumed;
            let fields = constellation.figures.iter().filter(is_assumed).map(|figure| {
                let field = figure.name.rsplit(": ").next().unwrap();
                field.split('.').next().unwrap()
            });
            let expected: std::collections::BTreeSet<&str> =
                fields.filter(|field| *field != "eccentricity").map(word).collect();
            assert_eq!(named, expected, "{file}");
            told += 1;
        }
    }
    assert!(told >= 39, "{told}");
}
