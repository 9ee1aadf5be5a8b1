//! Dilution of precision over the globe: the fast kernel beside the plain one, and the whole survey.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use h3o::{CellIndex, LatLng, Resolution};
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::navigation::survey::{Block, Criteria, LANES, Series, lanes, plain, survey};
use hexsky::navigation::system::{Orbit, System, Transmitter};
use hexsky::navigation::tracks::{Clock, Tracks};
use hexsky::orbit::MeanElements;
use hexsky::time::Window;

/// Thirty satellites in the manner of Beidou-3: 24 in medium orbit, 3 inclined and 3 equatorial
/// geosynchronous ones.
fn thirty() -> System {
    let mut satellites = Vec::new();
    let mut add = |altitude_km: f64, inclination_deg: f64, raan_deg: f64, mean_anomaly_deg: f64| {
        let a_km = altitude_km + 6378.137;
        satellites.push(Transmitter {
            name: format!("satellite {}", satellites.len()),
            number: None,
            designator: None,
            is_designed: true,
            shell: "thirty".into(),
            orbit: Orbit::Elements(MeanElements {
                epoch: "2026-01-01T00:00:00Z".parse().expect("a date"),
                inclination_deg,
                raan_deg,
                eccentricity: 0.0,
                argument_of_perigee_deg: 0.0,
                mean_anomaly_deg,
                mean_motion_rev_day: MeanElements::kozai_mean_motion_rev_day(a_km, inclination_deg, 0.0),
                bstar: 0.0,
            }),
            station: None,
            repeats: Vec::new(),
        });
    };
    for plane in 0..3 {
        for slot in 0..8 {
            add(21_528.0, 55.0, 120.0 * f64::from(plane), 45.0 * f64::from(slot) + 15.0 * f64::from(plane));
        }
        add(35_786.0, 55.0, 120.0 * f64::from(plane), -120.0 * f64::from(plane));
        add(35_786.0, 0.0, 0.0, 180.0 + 30.0 * f64::from(plane));
    }
    System { name: "thirty".into(), file: "thirty".into(), satellites }
}

fn centres(resolution: Resolution) -> Vec<Geodetic> {
    CellIndex::base_cells()
        .flat_map(|cell| cell.children(resolution))
        .map(|cell| {
            let centre = LatLng::from(cell);
            Geodetic { latitude_deg: centre.lat(), longitude_deg: centre.lng(), height_km: 0.0 }
        })
        .collect()
}

fn bench(criterion: &mut Criterion) {
    let window = Window { start: "2026-01-01T00:00:00Z".parse().expect("a date"), duration_s: 86_400.0 };
    let systems = [thirty()];
    let tracks = Tracks::new(&systems, Clock::PerSystem, window, 60.0, EarthOrientation::default())
        .expect("sound elements");
    let criteria = Criteria { min_elevation_deg: 5.0, pdop_threshold: 6.0 };

    let sites = centres(Resolution::Three);
    let block = Block::new(&sites[800..800 + LANES]);
    let mut series = Series::new(tracks.instants());
    let mut group = criterion.benchmark_group("eight sites, 1440 instants, 30 satellites");
    group.throughput(Throughput::Elements((LANES * tracks.instants()) as u64));
    group.bench_function("fast", |bencher| {
        bencher.iter(|| lanes::observe(&tracks, &block, &criteria, &mut series));
    });
    group.bench_function("plain", |bencher| {
        bencher.iter(|| plain::observe(&tracks, &block, &criteria, &mut series));
    });
    group.finish();

    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut group = criterion.benchmark_group("resolution 3, 24 h, 60 s, 30 satellites, one thread");
    group.sample_size(10);
    group.bench_function("survey", |bencher| {
        bencher.iter(|| one.install(|| survey(&tracks, &sites, &criteria)));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
