//! The allocation against HiGHS: `tests/data/assignment/cases.jsonl`, which `scripts/assignment_oracle.py` draws
//! with a fixed seed and solves with highspy 1.16.0 (PyPI, MIT).

use std::path::Path;
use std::sync::Arc;

use hexsky::capacity::antennas::Antennas;
use hexsky::capacity::feeder::FeederView;
use hexsky::capacity::instant::{BeamPlan, Instant, total};
use hexsky::capacity::isl::{self, Choices, IslLink, Part, Way};
use hexsky::capacity::reuse::Reuse;
use hexsky::capacity::{dual, exact, greedy};

#[derive(serde::Deserialize)]
struct Case {
    kind: String,
    demand: Vec<u32>,
    limit: Vec<u32>,
    sees: Vec<Vec<u32>>,
    optimum: f64,
    #[serde(default)]
    beams_of_satellite: Vec<f32>,
    #[serde(default)]
    beams_of_cell: Vec<f32>,
    #[serde(default)]
    rate: Vec<f32>,
    #[serde(default)]
    clusters: Vec<Vec<u32>>,
    #[serde(default)]
    beams_of_cluster: Vec<f32>,
    #[serde(default)]
    links: Vec<[u32; 3]>,
    #[serde(default)]
    views: Vec<[u32; 3]>,
    #[serde(default)]
    gateways: usize,
    antennas: Option<u32>,
    #[serde(default)]
    used: Vec<usize>,
    #[serde(default)]
    antennas_of: Vec<u32>,
}

impl Case {
    fn instant(&self) -> Instant {
        let mut first_edge = vec![0];
        for seen in &self.sees {
            first_edge.push(first_edge.last().unwrap() + seen.len() as u32);
        }
        let mut clusters_of_cell = vec![Vec::new(); self.demand.len()];
        for (cluster, members) in self.clusters.iter().enumerate() {
            for &cell in members {
                clusters_of_cell[cell as usize].push(cluster as u32);
            }
        }
        Instant {
            demand: self.demand.clone(),
            limit: self.limit.clone(),
            first_edge,
            satellite: self.sees.concat(),
            beams: (self.kind == "beams").then(|| BeamPlan {
                of_satellite: self.beams_of_satellite.clone(),
                of_cell: self.beams_of_cell.clone(),
                rate: self.rate.clone(),
                reuse: Some(Arc::new(Reuse::of_clusters(&clusters_of_cell, self.beams_of_cluster.clone()))),
                fixed: None,
            }),
        }
    }
}

fn cases(kind: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/assignment/cases.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str::<Case>(line).unwrap());
    let cases: Vec<Case> = cases.filter(|case| case.kind == kind).collect();
    assert_eq!(cases.len(), 24);
    cases
}

#[test]
fn flow_reaches_the_optimum_of_highs_and_greedy_stays_within_two_percent() {
    let mut worst = 1.0f64;
    for case in cases("flow") {
        let instant = case.instant();
        let flow = exact::allocate(&instant, &[]);
        instant.check(&flow).unwrap();
        assert!((total(&flow) as f64 - case.optimum).abs() < 0.5, "{} {}", total(&flow), case.optimum);
        let fast = greedy::allocate(&instant, &[]);
        instant.check(&fast).unwrap();
        let bound = exact::bound(&instant, &fast);
        assert!(bound.is_exact && bound.amount == total(&flow), "{bound:?}");
        worst = worst.min(total(&fast) as f64 / case.optimum);
    }
    println!("greedy carries at least {:.3} % of the optimum", 100.0 * worst);
    assert!(worst >= 0.98, "{worst}");
}

#[test]
fn with_beams_of_unlike_rates_the_bound_is_tight_and_the_flow_near() {
    let (mut loosest, mut least, mut fastest) = (1.0f64, 1.0f64, 1.0f64);
    for case in cases("beams") {
        let instant = case.instant();
        let fast = exact::guided(&instant, greedy::allocate(&instant, &[]));
        let flow = exact::allocate(&instant, &[]);
        for grants in [&fast, &flow] {
            instant.check(grants).unwrap();
            // Beams are summed with a tolerance of 10⁻⁴.
            assert!(total(grants) as f64 <= case.optimum * (1.0 + 1e-3) + 25.0);
        }
        assert!(total(&flow) >= total(&fast), "{} {}", total(&flow), total(&fast));
        let program = dual::solve(&instant, instant.beams.as_ref().unwrap(), &flow);
        let bound = exact::bound(&instant, &flow).amount.min(program.bound) as f64;
        assert!(bound >= case.optimum * (1.0 - 1e-6), "{bound} {}", case.optimum);
        loosest = loosest.max(bound / case.optimum);
        least = least.min(total(&flow) as f64 / case.optimum);
        fastest = fastest.min(total(&fast) as f64 / case.optimum);
    }
    println!(
        "bound at most {:.3} % of the optimum, flow at least {:.2} %, greedy at least {:.2} %",
        100.0 * loosest,
        100.0 * least,
        100.0 * fastest
    );
    assert!(loosest < 1.01, "{loosest}");
    assert!(least > 0.98, "{least}");
    assert!(fastest > 0.98, "{fastest}");
}

/// What each satellite could use were every cell to spread its demand evenly over those that see a gateway.
fn need(instant: &Instant, views: &[FeederView]) -> Vec<u32> {
    let mut need = vec![0.0; instant.limit.len()];
    for cell in 0..instant.cells() {
        let seen = instant.edges(cell).map(|edge| instant.satellite[edge]);
        let fed: Vec<u32> = seen.filter(|s| views.iter().any(|view| view.satellite == *s)).collect();
        fed.iter().for_each(|&s| need[s as usize] += f64::from(instant.demand[cell]) / fed.len() as f64);
    }
    need.iter().zip(&instant.limit).map(|(need, &limit)| (need.ceil() as u32).min(limit)).collect()
}

/// HiGHS gives out the antennas of gateways and satellites in whole numbers.
#[test]
fn over_links_the_flow_is_the_optimum_of_highs() {
    let (mut least, mut sums) = (1.0f64, [0.0; 2]);
    for case in cases("links") {
        let instant = case.instant();
        let views: Vec<FeederView> = case
            .views
            .iter()
            .map(|&[gateway, satellite, rate]| FeederView { gateway, satellite, rate })
            .collect();
        let links: Vec<IslLink> =
            case.links.iter().map(|&[from, to, rate]| IslLink { from, to, rate }).collect();
        let best = Way { links: links.clone(), views: case.used.iter().map(|&at| views[at]).collect() };
        let joint = exact::over_links(&instant, &best);
        instant.check(&joint.grants).unwrap();
        assert_eq!(total(&joint.grants), joint.carried);
        assert!((joint.carried as f64 - case.optimum).abs() < 0.5, "{} {}", joint.carried, case.optimum);
        // Where the ground takes in less than there is to bring, some satellites can bring no more.
        let load = joint.grants.iter().fold(vec![0; instant.limit.len()], |mut load, grant| {
            load[instant.satellite[grant.edge as usize] as usize] += grant.amount;
            load
        });
        assert_eq!(isl::carried(&load, &best), load);
        let has_room = isl::ground(&load, &best).has_room;
        assert!(
            joint.carried == total(&exact::allocate(&instant, &[])) || !has_room.iter().all(|&room| room)
        );
        // Antennas that are given out before the flow keep their numbers and carry no more than the optimum.
        let antennas =
            Antennas { gateways: case.gateways, of_gateway: case.antennas, of_satellite: &case.antennas_of };
        let need = need(&instant, &views);
        let flow = |views: &[FeederView]| exact::shared_flow(&instant, &antennas, views, &links);
        let mut choices = Choices::new(&antennas, &views, &links, &need, &instant.limit, flow);
        let of_one = Part {
            members: vec![true; need.len()],
            antennas: case.antennas_of.iter().map(|&own| own.min(1)).collect(),
            need: need.clone(),
        };
        choices.add(&of_one, &antennas, &views, &need, &instant.limit, flow);
        let ways = std::iter::once(choices.first).chain(choices.others).inspect(|way| {
            for gateway in 0..case.gateways as u32 {
                let count = way.views.iter().filter(|view| view.gateway == gateway).count();
                assert!(count <= case.antennas.unwrap() as usize, "{way:?}");
            }
            for (satellite, &most) in case.antennas_of.iter().enumerate() {
                let count = way.views.iter().filter(|view| view.satellite as usize == satellite).count();
                assert!(count <= most as usize, "{way:?}");
            }
        });
        let carried = ways.map(|way| exact::over_links(&instant, &way).carried).max().unwrap() as f64;
        assert!(carried <= case.optimum + 0.5, "{carried} {}", case.optimum);
        least = least.min(carried / case.optimum);
        sums = [sums[0] + carried / case.optimum, sums[1] + 1.0];
    }
    let mean = sums[0] / sums[1];
    println!(
        "antennas given out before the flow carry {:.1} % of the best in the mean, {:.1} % at least",
        100.0 * mean,
        100.0 * least
    );
    assert!(mean > 0.985 && least > 0.87, "{mean} {least}");
}
