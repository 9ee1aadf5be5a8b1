//! Allocation of one large instant, in CPU seconds: `cargo bench --bench allocation -- [large]`.
//!
//! Walker delta 53° at 550 km, mask 25°, cells of resolution 3 within 60° of the equator. Access is made ready
//! first; what is told is the allocation alone. Without `large`, and in test mode, 1,584 satellites.

use std::sync::OnceLock;

use cpu_time::ProcessTime;
use h3o::Resolution;
use hexsky::capacity::instant::{Instant, total};
use hexsky::capacity::scene::Scene;
use hexsky::capacity::{exact, greedy};
use hexsky::ephemeris::{Fleet, State};
use hexsky::frames::EarthOrientation;
use hexsky::grid::cells::{Grid, GridPoint};
use hexsky::orbit::walker::Walker;
use hexsky::time::Epoch;

fn states(satellites: u32, planes: u32) -> Vec<State> {
    let start = Epoch::from_unix_nanos(1_767_225_600_000_000_000);
    let elements = Walker::delta(satellites, planes, 17.0).circular_orbits(start, 550.0, 53.0);
    let mut fleet = Fleet::new(&elements, EarthOrientation::default()).expect("sound elements");
    fleet.nodes(start, 60.0, 0, 1).at(0).to_vec()
}

fn points() -> &'static [GridPoint] {
    static POINTS: OnceLock<Vec<GridPoint>> = OnceLock::new();
    POINTS.get_or_init(|| {
        let grid = Grid::globe(Resolution::Three);
        grid.points.into_iter().filter(|point| point.latitude_deg.abs() <= 60.0).collect()
    })
}

fn instant(states: &[State], beams: u32, demand: u32) -> Instant {
    let points = points();
    let scene = Scene::new(points);
    let mut sees = vec![Vec::new(); points.len()];
    for (number, state) in states.iter().enumerate() {
        scene.look(number as u32, state, 25f64.to_radians().sin(), |view, _| {
            sees[view.cell as usize].push(view.satellite);
        });
    }
    let mut first_edge = vec![0];
    let mut satellite = Vec::new();
    for seen in sees {
        satellite.extend(seen);
        first_edge.push(satellite.len() as u32);
    }
    Instant {
        demand: vec![demand; points.len()],
        limit: vec![beams; states.len()],
        first_edge,
        satellite,
        beams: None,
    }
}

fn main() {
    let large = std::env::args().any(|argument| argument == "large");
    let jobs: &[(u32, u32, u32, u32)] = if large {
        &[(1584, 72, 24, 1), (40_000, 200, 8, 8), (40_000, 200, 16, 8)]
    } else {
        &[(1584, 72, 24, 1)]
    };
    for &(satellites, planes, beams, demand) in jobs {
        let states = states(satellites, planes);
        let instant = instant(&states, beams, demand);
        let start = ProcessTime::now();
        let grants = greedy::allocate(&instant, &[]);
        let spent = start.elapsed().as_secs_f64();
        instant.check(&grants).expect("limits hold");
        let keep: Vec<u32> = grants.iter().map(|grant| grant.edge).collect();
        let start = ProcessTime::now();
        let again = greedy::allocate(&instant, &keep);
        let kept = start.elapsed().as_secs_f64();
        let start = ProcessTime::now();
        let flow = total(&exact::allocate(&instant, &[]));
        println!(
            "{satellites} satellites of {beams}, {} cells of {demand}, {} edges: greedy {} in {spent:.3} s, kept {} \
             in {kept:.3} s, maximum flow {flow} in {:.3} s; greedy is {:.2} %",
            instant.cells(),
            instant.satellite.len(),
            total(&grants),
            total(&again),
            start.elapsed().as_secs_f64(),
            100.0 * total(&grants) as f64 / flow as f64
        );
    }
}
