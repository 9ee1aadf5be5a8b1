//! The allocation against independent optima.
//!
//! * A linear program solved by the crate microlp, on random cases.
//! * `assign_*` in the folder that `HEXSKY_SHARED` names or `../shared`, when it is there, in `data/link`:
//!   optimum by minimum-cost maximum flow of another program.

use std::path::{Path, PathBuf};

use hexsky::capacity::exact::Bound;
use hexsky::capacity::instant::{BeamPlan, Instant, total};
use hexsky::capacity::{exact, greedy};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};
use proptest::prelude::*;

/// The optimum of an instant as a linear program.
fn optimum(instant: &Instant) -> f64 {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let edges: Vec<_> =
        instant.satellite.iter().map(|_| problem.add_var(1.0, (0.0, f64::INFINITY))).collect();
    let at_most = |problem: &mut Problem, terms: Vec<(usize, f64)>, limit: f64| {
        let terms: Vec<_> = terms.into_iter().map(|(edge, factor)| (edges[edge], factor)).collect();
        if !terms.is_empty() {
            problem.add_constraint(&terms, ComparisonOp::Le, limit);
        }
    };
    let of = |satellite: usize| {
        (0..instant.satellite.len()).filter(move |&edge| instant.satellite[edge] as usize == satellite)
    };
    for cell in 0..instant.cells() {
        let terms = instant.edges(cell).map(|edge| (edge, 1.0)).collect();
        at_most(&mut problem, terms, instant.demand[cell].into());
    }
    for satellite in 0..instant.limit.len() {
        at_most(
            &mut problem,
            of(satellite).map(|edge| (edge, 1.0)).collect(),
            instant.limit[satellite].into(),
        );
    }
    if let Some(plan) = &instant.beams {
        let beam = |edge: usize| (edge, 1.0 / f64::from(plan.rate[edge]));
        for satellite in 0..instant.limit.len() {
            at_most(&mut problem, of(satellite).map(beam).collect(), plan.of_satellite[satellite].into());
        }
        for cell in 0..instant.cells() {
            at_most(&mut problem, instant.edges(cell).map(beam).collect(), plan.of_cell[cell].into());
        }
    }
    match problem.solve().expect("nothing served is a solution") {
        SolveOutcome::Solution(solution) => solution.objective(),
        SolveOutcome::Interrupted(_) => panic!("no limit of time was set"),
    }
}

/// Edges by cell as an instant without beams.
fn instant(demand: Vec<u32>, limit: Vec<u32>, sees: &[Vec<u32>]) -> Instant {
    let mut first_edge = vec![0];
    let mut satellite = Vec::new();
    for seen in sees {
        satellite.extend(seen);
        first_edge.push(satellite.len() as u32);
    }
    Instant { demand, limit, first_edge, satellite, beams: None }
}

fn random_instant(cells: usize, satellites: usize) -> impl Strategy<Value = Instant> {
    let sees = prop::collection::vec(
        prop::collection::btree_set(0..satellites as u32, 0..=satellites.min(6)),
        cells,
    );
    (prop::collection::vec(0u32..2000, cells), prop::collection::vec(0u32..5000, satellites), sees).prop_map(
        |(demand, limit, sees)| {
            let sees: Vec<Vec<u32>> = sees.into_iter().map(|seen| seen.into_iter().collect()).collect();
            instant(demand, limit, &sees)
        },
    )
}

fn with_beams(cells: usize, satellites: usize) -> impl Strategy<Value = Instant> {
    random_instant(cells, satellites).prop_flat_map(move |instant| {
        let edges = instant.satellite.len();
        (
            Just(instant),
            prop::collection::vec(1u8..5, satellites),
            prop::collection::vec(1u8..4, cells),
            prop::collection::vec(200f32..1200.0, edges),
        )
            .prop_map(|(instant, of_satellite, of_cell, rate)| Instant {
                beams: Some(BeamPlan {
                    of_satellite: of_satellite.into_iter().map(f32::from).collect(),
                    of_cell: of_cell.into_iter().map(f32::from).collect(),
                    rate,
                    ..BeamPlan::default()
                }),
                ..instant
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn flow_is_the_optimum_of_the_linear_program(instant in random_instant(24, 9), seed in 0usize..5) {
        let best = optimum(&instant);
        // Whatever is kept, the flow ends at the optimum.
        let keep: Vec<u32> = (0..instant.satellite.len() as u32).filter(|edge| *edge as usize % 5 == seed).collect();
        let flow = exact::allocate(&instant, &keep);
        instant.check(&flow).unwrap();
        prop_assert!((total(&flow) as f64 - best).abs() < 1e-3, "{} {best}", total(&flow));
        let fast = greedy::allocate(&instant, &keep);
        instant.check(&fast).unwrap();
        prop_assert!(total(&fast) as f64 >= 0.98 * best - 1.0, "{} {best}", total(&fast));
        prop_assert_eq!(exact::bound(&instant, &fast), Bound { amount: total(&flow), is_exact: true });
    }

    #[test]
    fn with_beams_nothing_is_above_the_bound(instant in with_beams(18, 6)) {
        let best = optimum(&instant);
        let fast = greedy::allocate(&instant, &[]);
        let flow = exact::allocate(&instant, &[]);
        for grants in [&fast, &flow] {
            instant.check(grants).unwrap();
            prop_assert!(total(grants) as f64 <= best * (1.0 + 1e-3) + 25.0, "{} {best}", total(grants));
        }
        prop_assert!(total(&flow) >= total(&fast));
        let bound = exact::bound(&instant, &fast).amount as f64;
        prop_assert!(bound >= best - 25.0, "{bound} {best}");
    }

    #[test]
    fn more_satellites_never_carry_less(instant in random_instant(20, 8)) {
        let before = total(&exact::allocate(&instant, &[]));
        let mut wider = instant.clone();
        for limit in &mut wider.limit {
            *limit += 100;
        }
        prop_assert!(total(&exact::allocate(&wider, &[])) >= before);
    }
}

fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HEXSKY_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = folder.join("data/link").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn rows(path: &Path) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect()
}

#[test]
fn published_optima_are_reached() {
    let Some(optima) = shared("assignment_optima.csv") else { return };
    for optimum in rows(&optima) {
        let case = &optimum[0];
        let (Some(edges), Some(limits)) =
            (shared(&format!("{case}_edges.csv")), shared(&format!("{case}_limits.csv")))
        else {
            panic!("{case} has no files");
        };
        let (mut demand, mut limit) = (Vec::new(), Vec::new());
        for row in rows(&limits) {
            let channels: u32 = row[2].parse().unwrap();
            match &row[0] {
                "cell_demand" => demand.push(channels),
                _ => limit.push(channels),
            }
        }
        let mut sees = vec![Vec::new(); demand.len()];
        for row in rows(&edges) {
            sees[row[0].parse::<usize>().unwrap()].push(row[1].parse::<u32>().unwrap());
        }
        let instant = instant(demand, limit, &sees);
        let best: u64 = optimum[5].parse().unwrap();
        assert_eq!(total(&exact::allocate(&instant, &[])), best, "{case}");
        assert!(total(&greedy::allocate(&instant, &[])) as f64 >= 0.98 * best as f64, "{case}");
    }
}

/// Two cells, one satellite each sees alone and one that both see: kept edges stay, scarce cells are not
/// crowded out.
#[test]
fn a_cell_with_one_satellite_is_not_crowded_out() {
    let instant = instant(vec![10, 10], vec![10, 10], &[vec![0], vec![0, 1]]);
    // The second cell was on the first satellite an instant ago; it has to leave.
    let grants = greedy::allocate(&instant, &[1]);
    assert_eq!(total(&grants), 20);
    // Where there is room for both, it stays.
    let roomy = Instant { limit: vec![20, 10], ..instant };
    let grants = greedy::allocate(&roomy, &[1]);
    assert!(grants.iter().any(|grant| grant.edge == 1 && grant.amount == 10), "{grants:?}");
}
