//! How a constellation grows: step by step through its declared phases, or plane by plane.
//!
//! Plane by plane, the shells come in the order of the file. Within a shell the planes come in the
//! `launch_order` that the file gives, and otherwise each [in the middle of the widest stretch](order) of planes that is
//! still missing.

use std::collections::HashMap;

use crate::constellation::identity::{Identity, of_constellations};
use crate::constellation::{Constellation, Satellite, Shell};
use crate::coverage::subsets::{Members, SubsetFigures};

pub mod order;

use order::halving;

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
        self.members.count()
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
///
/// A satellite of a phase is that of an earlier one where both are told to be the same and fly the same elements. One that a
/// later phase puts elsewhere is another from then on.
pub fn by_phase(phases: &[Constellation]) -> Deployment {
    let mut satellites: Vec<Satellite> = Vec::new();
    let mut flown: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<(Identity, usize), Vec<usize>> = HashMap::new();
    for (phase, identities) in phases.iter().zip(of_constellations(phases)) {
        // A definition may give one number to several satellites, all of which fly.
        let mut seen: HashMap<Identity, usize> = HashMap::new();
        let mut numbers = Vec::with_capacity(phase.satellites.len());
        for (satellite, identity) in phase.satellites.iter().zip(identities) {
            let occurrence = seen.entry(identity).or_default();
            *occurrence += 1;
            let places = known.entry((identity, *occurrence)).or_default();
            let same = places.iter().find(|&&number| satellites[number].elements == satellite.elements);
            numbers.push(same.copied().unwrap_or_else(|| {
                satellites.push(satellite.clone());
                places.push(satellites.len() - 1);
                satellites.len() - 1
            }));
        }
        flown.push(numbers);
    }
    let steps: Vec<Step> = phases
        .iter()
        .zip(&flown)
        .map(|(constellation, numbers)| {
            let members = Members::of(satellites.len(), numbers.iter().copied());
            let label = constellation.phase.clone().unwrap_or_else(|| constellation.name.clone());
            let date = constellation.phases.iter().find(|phase| phase.name == label);
            Step { date: date.and_then(|phase| phase.date.clone()), label, members }
        })
        .collect();
    let grows = steps.windows(2).all(|pair| pair[0].members.are_within(&pair[1].members));
    Deployment { satellites, steps, order: "phases in the order of the file".to_owned(), grows }
}

/// Number of steps plane by plane.
pub fn planes(constellation: &Constellation) -> usize {
    let of_shell = |shell: &Shell| shell.satellites_of_planes().iter().filter(|own| !own.is_empty()).count();
    constellation.shells.iter().map(of_shell).sum()
}

/// Plane by plane.
pub fn by_plane(constellation: &Constellation) -> Deployment {
    let mut steps = Vec::new();
    let mut members = Members::none(constellation.satellites.len());
    let (mut given, mut halved, mut appended) = (false, false, false);
    let mut first = 0;
    for shell in &constellation.shells {
        let planes = shell.satellites_of_planes();
        // A phase may leave planes out.
        let is_there = |plane: &u32| !planes[*plane as usize].is_empty();
        let mut order: Vec<u32> = match shell.launch_order.is_empty() {
            false => shell.launch_order.clone(),
            true => halving(shell.planes, &(0..shell.planes).filter(is_there).collect::<Vec<_>>()),
        };
        // A satellite that the file puts into the shell is on no plane.
        order.extend(shell.planes..planes.len() as u32);
        appended |= planes.len() > shell.planes as usize;
        given |= !shell.launch_order.is_empty();
        halved |= shell.launch_order.is_empty() && shell.planes > 1;
        for plane in order.into_iter().filter(is_there) {
            let own = &planes[plane as usize];
            own.iter().for_each(|&index| members.insert(first + index));
            let label = shell.plane_label(plane, &constellation.satellites[first + own[0]]);
            steps.push(Step { label, date: None, members: members.clone() });
        }
        first += shell.plane_of.len();
    }
    let order = match (given, halved) {
        (true, false) => "plane by plane in the file's launch_order",
        (true, true) => {
            "plane by plane in the file's launch_order, and where it gives none each in the middle of the widest stretch of \
             planes that is missing"
        }
        _ => "plane by plane, each in the middle of the widest stretch of planes that is missing",
    };
    let order =
        format!("{order}{}", if appended { ", single satellites of a shell behind its planes" } else { "" });
    Deployment { satellites: constellation.satellites.clone(), steps, order, grows: true }
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
    fn planes_come_shell_by_shell_and_grow() {
        let hongyan = read("hongyan", &ReadOptions::default()).unwrap();
        let deployment = by_plane(&hongyan);
        assert_eq!(deployment.steps.len(), 6 + 13);
        assert_eq!(planes(&hongyan), deployment.steps.len());
        let counts: Vec<usize> = deployment.steps.iter().map(Step::flying).collect();
        assert_eq!(counts[..7], [10, 20, 30, 40, 50, 60, 80]);
        assert_eq!(counts[18], 320);
        assert_eq!(deployment.steps[1].label, "core plane 4");
    }

    /// Three planes with the order in which they are filled.
    const ORDERED: &str = r#"
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

    #[test]
    fn a_launch_order_of_the_file_is_kept() {
        let text = ORDERED;
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
            mixed.order.contains("launch_order, and where it gives none each in the middle of the widest"),
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

    /// The last step had 100 satellites of 101: the one that the file puts into the shell is on no plane of its order.
    #[test]
    fn what_no_launch_order_names_comes_last_and_is_said() {
        let satellite = r#"[[satellite]]
name = "X"
shell = "a"
orbit = "geo"
longitude_deg = 5
source = "book"
"#;
        let text = format!("{ORDERED}{satellite}");
        let of = |text: &str| by_plane(&parse("x.toml", text.as_bytes(), &ReadOptions::default()).unwrap());
        let deployment = of(&text);
        let steps: Vec<(&str, usize)> =
            deployment.steps.iter().map(|step| (step.label.as_str(), step.flying())).collect();
        assert_eq!(steps, [("a plane 2", 2), ("a plane 3", 4), ("a plane 1", 6), ("a satellite X", 7)]);
        let behind = ", single satellites of a shell behind its planes";
        assert_eq!(deployment.order, format!("plane by plane in the file's launch_order{behind}"));
        // It came before the second plane of the shell, as if it lay on the circle of its planes.
        let text = text + &satellite.replace("\"X\"", "\"Y\"");
        let without = of(&text.replace("launch_order = [2, 3, 1]", ""));
        let labels: Vec<&str> = without.steps.iter().map(|step| step.label.as_str()).collect();
        assert_eq!(labels, ["a plane 1", "a plane 2", "a plane 3", "a satellite X", "a satellite Y"]);
        assert!(without.order.ends_with(behind), "{}", without.order);
        assert_eq!(planes(&parse("x.toml", text.as_bytes(), &ReadOptions::default()).unwrap()), 5);
    }

    /// Of twelve planes a phase flies seven: they were filled as if seven went all round.
    #[test]
    fn planes_go_round_as_the_whole_shell_has_them_whatever_a_phase_flies() {
        let text = ORDERED
            .replace("launch_order = [2, 3, 1]", "")
            .replace("satellites = 6\nplanes = 3", "satellites = 12\nplanes = 12")
            .replace("[sources]", "default_phase = \"p\"\n[sources]");
        for (kept, order) in [
            ("[1, 2, 3, 4, 5, 6, 7]", [1, 7, 4, 2, 5, 3, 6].as_slice()),
            ("[2, 3, 4]", &[2, 4, 3]),
            ("4", &[1, 7, 4, 10]),
        ] {
            let phase =
                format!("[[phase]]\nname = \"p\"\nshells = [\"a\"]\nplanes.a = {kept}\nsource = \"book\"\n");
            let read = parse("x.toml", format!("{text}{phase}").as_bytes(), &ReadOptions::default()).unwrap();
            let labels: Vec<String> = by_plane(&read).steps.into_iter().map(|step| step.label).collect();
            let expected: Vec<String> = order.iter().map(|plane| format!("a plane {plane}")).collect();
            assert_eq!(labels, expected, "{kept}");
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
        assert_eq!(deployment.steps[0].flying(), 60);
    }
    /// A satellite that a later phase puts elsewhere flew as the earlier one had it.
    #[test]
    fn a_satellite_that_a_later_phase_moves_is_flown_as_each_phase_has_it() {
        let text = r#"
name = "Moved"
epoch = "2026-01-01T00:00:00Z"
default_phase = "b"
[sources]
p = "plan"
[[satellite]]
name = "X"
shell = "early"
norad_id = 60100
orbit = "elements"
altitude_km = 500
inclination_deg = 53
raan_deg = 0
argument_of_latitude_deg = 0
source = "p"
[[satellite]]
name = "X"
shell = "late"
norad_id = 60100
orbit = "elements"
altitude_km = 1500
inclination_deg = 80
raan_deg = 100
argument_of_latitude_deg = 0
source = "p"
[[phase]]
name = "a"
shells = ["early"]
source = "p"
[[phase]]
name = "b"
shells = ["late"]
source = "p"
"#;
        let phases = ["a", "b"].map(|phase| {
            let options = ReadOptions { phase: Some(phase.to_owned()), shells: vec![] };
            parse("x.toml", text.as_bytes(), &options).unwrap()
        });
        let deployment = by_phase(&phases);
        assert!(!deployment.grows);
        for (phase, step) in phases.iter().zip(&deployment.steps) {
            let flown: Vec<_> = step.members.numbers().map(|number| &deployment.satellites[number]).collect();
            assert_eq!(flown.len(), 1);
            assert_eq!(flown[0].elements, phase.satellites[0].elements, "{}", step.label);
        }
    }
}
