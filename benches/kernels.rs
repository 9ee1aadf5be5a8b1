//! The fast paths of propagation, access and coverage, each beside the plain one that it replaces, on the shipped
//! file `hongyun`: 156 satellites.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use h3o::Resolution;
use hexsky::access::{Clearance, EDGE_TOLERANCE_S, Site};
use hexsky::constellation::{ReadOptions, read};
use hexsky::coverage::{Exact, Settings, Watch, engine, plain};
use hexsky::ephemeris::{Fleet, Nodes, Segment};
use hexsky::frames::{EarthOrientation, Geodetic};
use hexsky::grid::cells::Grid;
use hexsky::time::{Epoch, Window};

const NODE_STEP_S: f64 = 60.0;
const STEPS: usize = 60;
const MASK_DEG: f64 = 30.0;

fn start() -> Epoch {
    "2026-01-01T00:00:00Z".parse().expect("a date")
}

fn hongyun() -> Fleet {
    let read = read("hongyun", &ReadOptions::default()).expect("a shipped file");
    let elements = read.satellites.iter().map(|satellite| &satellite.elements);
    Fleet::new(elements, EarthOrientation::default()).expect("sound elements")
}

/// Arcs of each satellite from node to node.
fn segments(nodes: &Nodes) -> impl Iterator<Item = Segment> + '_ {
    (0..STEPS).flat_map(move |step| {
        let pairs = nodes.at(step).iter().zip(nodes.at(step + 1));
        pairs.map(|(from, to)| Segment::between(from, to, NODE_STEP_S))
    })
}

fn propagation(criterion: &mut Criterion) {
    const EACH: usize = 6;
    let mut fleet = hongyun();
    let satellites = fleet.len();
    let mut group = criterion.benchmark_group("propagation: an hour of hongyun every 10 s");
    group.throughput(Throughput::Elements((satellites * STEPS * EACH) as u64));
    group.bench_function("nodes and arcs", |bencher| {
        bencher.iter(|| {
            let nodes = fleet.smooth_nodes(start(), NODE_STEP_S, 0, STEPS + 1);
            for segment in segments(&nodes) {
                for part in 0..EACH {
                    black_box(segment.position(part as f64 * NODE_STEP_S / EACH as f64));
                }
            }
        });
    });
    group.bench_function("plain: SGP4 at each instant", |bencher| {
        bencher.iter(|| {
            for instant in 0..STEPS * EACH {
                let epoch = start().plus_seconds(instant as f64 * NODE_STEP_S / EACH as f64);
                for satellite in 0..satellites {
                    black_box(fleet.state(satellite, epoch).expect("hongyun stays up"));
                }
            }
        });
    });
    group.finish();
}

fn access(criterion: &mut Criterion) {
    let nodes = hongyun().smooth_nodes(start(), NODE_STEP_S, 0, STEPS + 1);
    let sin_mask = MASK_DEG.to_radians().sin();
    let places = (-6..=6).map(|tens| Geodetic {
        latitude_deg: 10.0 * f64::from(tens),
        longitude_deg: 25.0 * f64::from(tens),
        height_km: 0.0,
    });
    let sites: Vec<Site> = places.map(|place| Site::at(&place)).collect();
    let edges: Vec<(Site, Segment)> = segments(&nodes)
        .flat_map(|segment| sites.iter().map(move |site| (*site, segment)))
        .filter(|(site, segment)| {
            let clearance = Clearance { site, segment, sin_mask };
            (clearance.at(0.0) < 0.0) != (clearance.at(NODE_STEP_S) < 0.0)
        })
        .collect();
    let mut group = criterion.benchmark_group("access: edges of hongyun at 13 sites in an hour");
    group.throughput(Throughput::Elements(edges.len() as u64));
    group.bench_function("bracketed Newton", |bencher| {
        bencher.iter(|| {
            for (site, segment) in &edges {
                black_box(Clearance { site, segment, sin_mask }.crossing(0.0, NODE_STEP_S));
            }
        });
    });
    group.bench_function("plain: bisection", |bencher| {
        bencher.iter(|| {
            for (site, segment) in &edges {
                let clearance = Clearance { site, segment, sin_mask };
                let (mut low, mut high) = (0.0, NODE_STEP_S);
                let rising = clearance.at(low) < 0.0;
                while high - low > EDGE_TOLERANCE_S {
                    let middle = 0.5 * (low + high);
                    let side = if (clearance.at(middle) < 0.0) == rising { &mut low } else { &mut high };
                    *side = middle;
                }
                black_box(low);
            }
        });
    });
    group.finish();
}

fn coverage(criterion: &mut Criterion) {
    let grid = Grid::globe(Resolution::Two);
    let settings = Settings {
        window: Window { start: start(), duration_s: 3600.0 },
        step_s: 60.0,
        min_elevation_deg: MASK_DEG,
        at_least: 1,
        exact: Exact::All,
    };
    let never = AtomicBool::new(false);
    let watch = || Watch { progress: &|_| (), stop: &never };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut group =
        criterion.benchmark_group("coverage: an hour of hongyun, resolution 2, all solved, one thread");
    group.sample_size(10);
    group.bench_function("footprints", |bencher| {
        bencher.iter(|| one.install(|| engine::run(&grid, &mut hongyun(), &settings, watch())));
    });
    group.bench_function("plain: every satellite, cell and instant", |bencher| {
        bencher.iter(|| one.install(|| plain::run(&grid, &mut hongyun(), &settings, 1, watch())));
    });
    group.finish();
}

criterion_group!(benches, propagation, access, coverage);
criterion_main!(benches);
