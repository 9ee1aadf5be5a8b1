//! Coasts and borders for a page: the country outlines that the program carries, each line once.

use std::collections::HashMap;

use geo::{Coord, LineString, Simplify};

use super::pack::{push_number, push_signed};
use crate::grid::region::outline_edges;

/// Degrees by which a line may be moved to save points: 5 km on the ground.
const TOLERANCE_DEG: f64 = 0.045;
/// Units of a degree in the page.
const SCALE: f64 = 100.0;

/// A vertex as whole numbers, so that equal places are equal.
type Vertex = (i64, i64);

fn vertex(point: Coord<f64>) -> Vertex {
    ((point.x * 1e6).round() as i64, (point.y * 1e6).round() as i64)
}

/// A coast or a border.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    /// Whether it divides two countries.
    pub border: bool,
    /// Longitude and latitude in degrees.
    pub line: LineString<f64>,
}

/// Coasts and borders, simplified. An edge of two countries is a border, one of a single country a coast;
/// edges along the antimeridian and the south pole are cuts of the map and left out.
pub(crate) fn outlines(tolerance_deg: f64) -> Vec<Outline> {
    let mut owners: HashMap<(Vertex, Vertex), u8> = HashMap::new();
    let mut order: Vec<(Vertex, Vertex)> = Vec::new();
    for (from, to) in outline_edges() {
        let cut = (from.x.abs() > 179.99 && to.x.abs() > 179.99) || (from.y < -89.0 && to.y < -89.0);
        let (a, b) = (vertex(from), vertex(to));
        if cut || a == b {
            continue;
        }
        let edge = if a < b { (a, b) } else { (b, a) };
        let count = owners.entry(edge).or_insert_with(|| {
            order.push(edge);
            0
        });
        *count = count.saturating_add(1);
    }
    chains(&owners, &order)
        .into_iter()
        .map(|(border, points)| {
            let degrees =
                points.iter().map(|&(x, y)| Coord { x: x as f64 / 1e6, y: y as f64 / 1e6 }).collect();
            Outline { border, line: LineString::new(degrees).simplify(tolerance_deg) }
        })
        .collect()
}

/// Joins edges of one kind to lines from junction to junction.
fn chains(owners: &HashMap<(Vertex, Vertex), u8>, order: &[(Vertex, Vertex)]) -> Vec<(bool, Vec<Vertex>)> {
    let mut beside: HashMap<Vertex, Vec<usize>> = HashMap::new();
    for (number, (a, b)) in order.iter().enumerate() {
        beside.entry(*a).or_default().push(number);
        beside.entry(*b).or_default().push(number);
    }
    let border = |number: usize| owners[&order[number]] > 1;
    let is_junction = |place: &Vertex| match beside[place].as_slice() {
        [a, b] => border(*a) != border(*b),
        _ => true,
    };
    let mut used = vec![false; order.len()];
    let mut made = Vec::new();
    let mut follow = |start: Vertex, first: usize, used: &mut Vec<bool>| {
        let (mut points, mut at, mut edge) = (vec![start], start, first);
        loop {
            used[edge] = true;
            let (a, b) = order[edge];
            at = if a == at { b } else { a };
            points.push(at);
            if is_junction(&at) {
                break;
            }
            match beside[&at].iter().find(|&&next| !used[next]) {
                Some(&next) => edge = next,
                None => break,
            }
        }
        made.push((border(first), points));
    };
    // Lines that end at junctions first, then the closed ones.
    for closed in [false, true] {
        for number in 0..order.len() {
            let (a, b) = order[number];
            for end in [a, b] {
                if !used[number] && (closed || is_junction(&end)) {
                    follow(end, number, &mut used);
                }
            }
        }
    }
    made
}

/// The outlines as a page carries them.
pub(super) fn packed() -> Vec<u8> {
    let outlines = outlines(TOLERANCE_DEG);
    let mut data = Vec::new();
    push_number(&mut data, outlines.len() as u64);
    for outline in &outlines {
        push_number(&mut data, u64::from(outline.border));
        push_number(&mut data, outline.line.0.len() as u64);
        let (mut x, mut y) = (0, 0);
        for point in &outline.line.0 {
            let at = ((point.x * SCALE).round() as i64, (point.y * SCALE).round() as i64);
            push_signed(&mut data, at.0 - x);
            push_signed(&mut data, at.1 - y);
            (x, y) = at;
        }
    }
    data
}
