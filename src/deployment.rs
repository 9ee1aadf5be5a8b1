//! How a constellation grows: step by step through its declared phases, or plane by plane.
//!
//! Plane by plane, the shells come in the order of the file. Within a shell the planes come in the
//! `launch_order` that the file gives, and otherwise in *van der Corput order*: plane ⌊P·φ(k)⌋ for
//! k = 0, 1, 2, …, with φ(k) the binary digits of k mirrored at the point (van der Corput 1935), planes
//! that were there before passed over. That always halves the widest stretches of nodes first.

use std::collections::HashMap;

use crate::constellation::identity::{Identity, of_constellations};
use crate::constellation::{Constellation, Satellite};
use crate::coverage::subsets::{Members, SubsetFigures};

/// One step of a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Phase, or shell and plane.
    pub label: String,
    /// When, in the file's words.
    pub date: Option<String>,
    /// Who flies after this step.
    pub members: Members,
}

impl Step {
    /// Number of satellites that fly after it.
    pub fn flying(&self) -> usize {
        self.members.iter().filter(|member| **member).count()
    }
}

/// A deployment: satellites, and who of them flies when.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    /// Every satellite that flies in some step.
    pub satellites: Vec<Satellite>,
    /// The steps.
    pub steps: Vec<Step>,
    /// Where the order comes from.
    pub order: String,
    /// Whether each step keeps what flew before.
    pub grows: bool,
}

/// The phases of a file in its order, from a constellation for each of them.
pub fn by_phase(phases: &[Constellation]) -> Deployment {
    let mut satellites: Vec<Satellite> = Vec::new();
    let mut flown: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<(Identity, usize), usize> = HashMap::new();
    for (phase, identities) in phases.iter().zip(of_constellations(phases)) {
        // A definition may give one number to several satellites, all of which fly.
        let mut seen: HashMap<Identity, usize> = HashMap::new();
        let numbers = phase.satellites.iter().zip(identities).map(|(satellite, identity)| {
            let occurrence = seen.entry(identity).or_default();
            *occurrence += 1;
            *known.entry((identity, *occurrence)).or_insert_with(|| {
                satellites.push(satellite.clone());
                satellites.len() - 1
            })
        });
        flown.push(numbers.collect());
    }
    let steps: Vec<Step> = phases
        .iter()
        .zip(&flown)
        .map(|(constellation, numbers)| {
            let mut members = vec![false; satellites.len()];
            numbers.iter().for_each(|&number| members[number] = true);
            let label = constellation.phase.clone().unwrap_or_else(|| constellation.name.clone());
            let date = constellation.phases.iter().find(|phase| phase.name == label);
            Step { date: date.and_then(|phase| phase.date.clone()), label, members }
        })
        .collect();
    let grows = steps
        .windows(2)
        .all(|pair| pair[0].members.iter().zip(&pair[1].members).all(|(before, after)| *after || !*before));
    Deployment { satellites, steps, order: "phases in the order of the file".to_owned(), grows }
}

/// Plane by plane.
pub fn by_plane(constellation: &Constellation) -> Deployment {
    let mut steps = Vec::new();
    let mut members = vec![false; constellation.satellites.len()];
    let (mut given, mut filled) = (false, false);
    let mut first = 0;
    for shell in &constellation.shells {
        let planes = shell.plane_of.iter().map(|plane| plane + 1).max().unwrap_or(0);
        let order = match shell.launch_order.is_empty() {
            false => shell.launch_order.clone(),
            true => van_der_corput_order(planes),
        };
        given |= !shell.launch_order.is_empty();
        filled |= shell.launch_order.is_empty() && planes > 1;
        for plane in order {
            let mut any = false;
            for (index, _) in shell.plane_of.iter().enumerate().filter(|(_, own)| **own == plane) {
                members[first + index] = true;
                any = true;
            }
            // A phase may leave planes out.
            if any {
                let label = format!("{} plane {}", shell.name, plane + 1);
                steps.push(Step { label, date: None, members: members.clone() });
            }
        }
        first += shell.plane_of.len();
    }
    let order = match (given, filled) {
        (true, false) => "plane by plane in the file's launch_order",
        (true, true) => "plane by plane in the file's launch_order, van der Corput order where it gives none",
        _ => "plane by plane in van der Corput order (the widest stretch of nodes is halved first)",
    };
    Deployment { satellites: constellation.satellites.clone(), steps, order: order.to_owned(), grows: true }
}

/// The numbers from 0 to `planes` - 1 in van der Corput order.
pub fn van_der_corput_order(planes: u32) -> Vec<u32> {
    if planes == 0 {
        return Vec::new();
    }
    let bits = planes.next_power_of_two().trailing_zeros();
    let mut order = Vec::with_capacity(planes as usize);
    for k in 0..planes.next_power_of_two() {
        let mirrored = if bits == 0 { 0 } else { k.reverse_bits() >> (32 - bits) };
        let plane = ((u64::from(planes) * u64::from(mirrored)) >> bits) as u32;
        if !order.contains(&plane) {
            order.push(plane);
        }
    }
    order
}

/// The steps in which the whole area is covered at all times.
pub fn continuous_steps(figures: &[SubsetFigures]) -> Vec<usize> {
    figures.iter().enumerate().filter(|(_, figures)| figures.max_gap_s <= 0.0).map(|(step, _)| step).collect()
}

/// The first step from which on the whole area is covered at all times; none where the last is not, and where steps do
/// not keep what flew before: what comes after one of them is then not more of it.
pub fn continuous_from(deployment: &Deployment, figures: &[SubsetFigures]) -> Option<usize> {
    let behind_the_last_gap =
        figures.iter().rposition(|figures| figures.max_gap_s > 0.0).map_or(0, |last| last + 1);
    (deployment.grows && behind_the_last_gap < figures.len()).then_some(behind_the_last_gap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse, read};

    #[test]
    fn the_order_halves_the_widest_stretch() {
        assert_eq!(van_der_corput_order(8), [0, 4, 2, 6, 1, 5, 3, 7]);
        assert_eq!(van_der_corput_order(6), [0, 3, 1, 4, 2, 5]);
        assert_eq!(van_der_corput_order(1), [0]);
        assert!(van_der_corput_order(0).is_empty());
        for planes in 1..80 {
            let mut order = van_der_corput_order(planes);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..planes));
        }
    }

    #[test]
    fn planes_come_shell_by_shell_and_grow() {
        let hongyan = read("hongyan", &ReadOptions::default()).unwrap();
        let deployment = by_plane(&hongyan);
        assert_eq!(deployment.steps.len(), 6 + 13);
        let count = |step: &Step| step.members.iter().filter(|member| **member).count();
        let counts: Vec<usize> = deployment.steps.iter().map(count).collect();
        assert_eq!(counts[..7], [10, 20, 30, 40, 50, 60, 80]);
        assert_eq!(counts[18], 320);
        assert_eq!(deployment.steps[1].label, "core plane 4");
    }

    #[test]
    fn a_launch_order_of_the_file_is_kept() {
        let text = r#"
name = "x"
epoch = "2026-01-01T00:00:00Z"
[sources]
book = "a book"
[[shell]]
source = "book"
name = "a"
pattern = "walker-delta"
satellites = 6
planes = 3
phasing = 1
altitude_km = 1000
inclination_deg = 53
launch_order = [2, 3, 1]
"#;
        let deployment = by_plane(&parse("x.toml", text.as_bytes(), &ReadOptions::default()).unwrap());
        let labels: Vec<&str> = deployment.steps.iter().map(|step| step.label.as_str()).collect();
        assert_eq!(labels, ["a plane 2", "a plane 3", "a plane 1"]);
        assert!(deployment.order.contains("launch_order"));
        assert_eq!(deployment.order, "plane by plane in the file's launch_order");
        let second = text[text.find("[[shell]]").unwrap()..]
            .replace("\"a\"", "\"b\"")
            .replace("launch_order = [2, 3, 1]", "");
        let mixed = by_plane(
            &parse("x.toml", format!("{text}{second}").as_bytes(), &ReadOptions::default()).unwrap(),
        );
        assert_eq!(mixed.steps[3].label, "b plane 1");
        assert!(
            mixed.order.ends_with("launch_order, van der Corput order where it gives none"),
            "{}",
            mixed.order
        );
        for (wrong, message) in [("[2, 3]", "all 3 planes"), ("[2, 2, 1]", "twice"), ("[1, 2, 4]", "1 to 3")]
        {
            let text = text.replace("[2, 3, 1]", wrong);
            let error = parse("x.toml", text.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn phases_share_the_satellites_they_have_in_common() {
        let phases: Vec<Constellation> = ["first", "full"]
            .iter()
            .map(|phase| {
                read("hongyan", &ReadOptions { phase: Some((*phase).to_owned()), shells: vec![] }).unwrap()
            })
            .collect();
        let deployment = by_phase(&phases);
        assert_eq!(deployment.satellites.len(), 320);
        assert!(deployment.grows);
        assert_eq!(deployment.steps[0].members.iter().filter(|member| **member).count(), 60);
    }
}
