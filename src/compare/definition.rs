//! Two constellation files side by side: which parameters differ, shell by shell, with their sources, and which satellites.

use std::collections::BTreeSet;

use serde::Serialize;

use super::satellites::SatelliteDifference;
use crate::constellation::payload::Payload;
use crate::constellation::{Confidence, Constellation, Figure, LeftOut};

/// One side of a parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The value as the file writes it.
    pub value: String,
    /// How it is known.
    pub confidence: Confidence,
    /// Citation, or the reason of an assumption.
    pub source: String,
}

impl Side {
    fn of(figure: &Figure) -> Self {
        Self { value: figure.value.clone(), confidence: figure.confidence, source: figure.source.clone() }
    }
}

/// A parameter that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The parameter, such as `altitude_km`.
    pub parameter: String,
    /// In the first file; none where it does not stand there.
    pub a: Option<Side>,
    /// In the second file.
    pub b: Option<Side>,
}

/// What differs in one part of the files: a shell, the service, a payload.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The part in the first file; none where only the second has it.
    pub a: Option<String>,
    /// The part in the second file.
    pub b: Option<String>,
    /// The parameters that differ.
    pub differences: Vec<Difference>,
    /// Number of parameters that are the same.
    pub same: usize,
}

/// What differs between two files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileDifference {
    /// Parts that stand in one of the files or in both.
    pub parts: Vec<Part>,
    /// The satellites that fly.
    pub satellites: SatelliteDifference,
    /// Those of each file that were read and are not used: one that is missing on a side may be among them.
    pub left_out: [Vec<LeftOut>; 2],
}

/// A part of a file with its figures under their bare names.
struct Group<'a> {
    name: &'a str,
    /// The payload it belongs to, and which part of that it is.
    of_payload: Option<(usize, &'a str)>,
    figures: Vec<(&'a str, &'a Figure)>,
}

impl FileDifference {
    /// Compares the figures of two constellations in the phases they were read in.
    ///
    /// Parts with the same name belong together; shells left over are paired in the order of the files. Payloads of one name
    /// belong together, then those of the same shells, and what is left in the order of the files.
    pub fn new(a: &Constellation, b: &Constellation) -> Self {
        let satellites = SatelliteDifference::new(a, b);
        let left_out = [a, b].map(|one| one.left_out.clone());
        let payloads = payload_partners(&a.payloads, &b.payloads);
        let figures = [figures(a), figures(b)];
        let (a, b) = (groups(&figures[0], &a.payloads), groups(&figures[1], &b.payloads));
        let belong = |part: &Group, other: &Group| match (part.of_payload, other.of_payload) {
            (Some((payload, part)), Some((other, its))) => payloads[payload] == Some(other) && part == its,
            (None, None) => part.name == other.name,
            _ => false,
        };
        let mut partner: Vec<Option<usize>> =
            a.iter().map(|part| b.iter().position(|other| belong(part, other))).collect();
        let is_shell = |group: &Group| group.name.starts_with("shell ");
        let mut left: Vec<usize> =
            (0..b.len()).filter(|index| is_shell(&b[*index]) && !partner.contains(&Some(*index))).collect();
        for (part, partner) in a.iter().zip(&mut partner) {
            if partner.is_none() && is_shell(part) && !left.is_empty() {
                *partner = Some(left.remove(0));
            }
        }
        let taken: Vec<usize> = partner.iter().flatten().copied().collect();
        let mut parts: Vec<Part> = a
            .iter()
            .zip(&partner)
            .map(|(part, partner)| pair(Some(part), partner.map(|index| &b[index])))
            .collect();
        parts.extend(
            b.iter()
                .enumerate()
                .filter(|(index, _)| !taken.contains(index))
                .map(|(_, part)| pair(None, Some(part))),
        );
        Self { parts, satellites, left_out }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.satellites.is_empty() && self.same_parameters()
    }

    /// Whether no parameter differs.
    pub fn same_parameters(&self) -> bool {
        self.parts.iter().all(|part| part.differences.is_empty() && part.a.is_some() && part.b.is_some())
    }
}

/// Which payload of the other file each one is.
fn payload_partners(a: &[Payload], b: &[Payload]) -> Vec<Option<usize>> {
    let shells = |payload: &Payload| -> BTreeSet<String> { payload.shells.iter().cloned().collect() };
    let named = |a: &Payload, b: &Payload| a.name.is_some() && a.name == b.name;
    let alike: [&dyn Fn(&Payload, &Payload) -> bool; 4] = [
        &|a, b| a.name == b.name && shells(a) == shells(b),
        &named,
        &|a, b| shells(a) == shells(b),
        &|_, _| true,
    ];
    let mut partners: Vec<Option<usize>> = vec![None; a.len()];
    for is_alike in alike {
        for (number, payload) in
            a.iter().enumerate().filter(|(number, _)| partners[*number].is_none()).collect::<Vec<_>>()
        {
            partners[number] =
                (0..b.len()).find(|at| !partners.contains(&Some(*at)) && is_alike(payload, &b[*at]));
        }
    }
    partners
}

/// The figures of a constellation, with the shells of its payloads before those of each.
fn figures(one: &Constellation) -> Vec<Figure> {
    let mut figures = one.figures.clone();
    for payload in one.payloads.iter().filter(|payload| !payload.shells.is_empty()) {
        let mut shells = payload.shells.clone();
        shells.sort_unstable();
        let own = figures.iter().position(|figure| part_of(figure.place().0, payload).is_some());
        let shells = Figure {
            name: format!("{}: shells", payload.title),
            value: shells.join(", "),
            confidence: Confidence::Stated,
            source: "the file itself".to_owned(),
        };
        figures.insert(own.unwrap_or(figures.len()), shells);
    }
    figures
}

/// Which part of a payload a part of its file is, such as `user.down`; none where it is of another.
fn part_of<'a>(part: &'a str, payload: &Payload) -> Option<&'a str> {
    let rest = part.strip_prefix(payload.title.as_str())?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// The figures by the part of the file that they stand in, in its order.
fn groups<'a>(figures: &'a [Figure], payloads: &[Payload]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for figure in figures {
        let (part, name) = figure.place();
        match groups.iter_mut().find(|group| group.name == part) {
            Some(group) => group.figures.push((name, figure)),
            None => {
                // The title of one may begin with that of another.
                let own = payloads.iter().enumerate().filter_map(|(number, payload)| {
                    Some((payload.title.len(), (number, part_of(part, payload)?)))
                });
                let of_payload = own.max_by_key(|(length, _)| *length).map(|(_, own)| own);
                groups.push(Group { name: part, of_payload, figures: vec![(name, figure)] });
            }
        }
    }
    groups
}

fn pair(a: Option<&Group<'_>>, b: Option<&Group<'_>>) -> Part {
    let of = |group: Option<&Group<'_>>, name: &str| {
        let (_, figure) = group?.figures.iter().find(|(known, _)| *known == name)?;
        Some(Side::of(figure))
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in [a, b].into_iter().flatten().flat_map(|group| &group.figures) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let (mut differences, mut same) = (Vec::new(), 0);
    for name in names {
        let (a, b) = (of(a, name), of(b, name));
        match (&a, &b) {
            (Some(one), Some(other)) if alike(&one.value, &other.value) => same += 1,
            _ => differences.push(Difference { parameter: name.to_owned(), a, b }),
        }
    }
    Part {
        a: a.map(|group| group.name.to_owned()),
        b: b.map(|group| group.name.to_owned()),
        differences,
        same,
    }
}

/// `53` and `53.0` are the same number.
fn alike(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse, read};

    #[test]
    fn a_file_does_not_differ_from_itself() {
        let hongyun = read("hongyun", &ReadOptions::default()).unwrap();
        assert!(FileDifference::new(&hongyun, &hongyun).is_empty());
    }

    /// Figures of all payloads were called alike, and only the first was looked at.
    #[test]
    fn each_payload_is_compared_with_its_own() {
        let file = |high: u32, shells: &str| {
            let shell = |name: &str| {
                format!(
                    "[[shell]]\nname = \"{name}\"\npattern = \"walker-delta\"\nsatellites = 6\nplanes = 3\nphasing = 1\n\
                     altitude_km = 1000\ninclination_deg = 53\nsource = \"s\"\n"
                )
            };
            let payload = |name: &str, shells: &str, gbps: u32| {
                format!(
                    "[[payload]]\nname = \"{name}\"\nshells = [{shells}]\nsource = \"s\"\n[payload.user.down]\n\
                     capacity_gbps = {gbps}\n"
                )
            };
            let text = format!(
                "name = \"P\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n{}{}{}{}{}",
                shell("A"),
                shell("B"),
                shell("C"),
                payload("low", "\"A\"", 1),
                payload("high", shells, high)
            );
            parse("p.toml", text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        let one = file(1, "\"B\"");
        let faster = FileDifference::new(&one, &file(5, "\"B\""));
        let differ: Vec<&Part> = faster.parts.iter().filter(|part| !part.differences.is_empty()).collect();
        assert_eq!(differ.len(), 1);
        assert_eq!(differ[0].a.as_deref(), Some("payload high (B) user.down"));
        assert_eq!(differ[0].differences[0].parameter, "capacity_gbps");
        // Who carries it is no figure, and differs all the same.
        assert!(!FileDifference::new(&one, &file(1, "\"B\", \"C\"")).same_parameters());
        assert!(FileDifference::new(&one, &file(1, "\"B\"")).is_empty());
    }

    /// The number of a payload, the order of its shells and the names of those made another payload of it.
    #[test]
    fn payloads_are_the_same_whatever_their_order_and_that_of_their_shells() {
        let file = |shells: [&str; 2], payloads: &[(&str, &[&str], u32)]| {
            let shell = |name: &str| {
                format!(
                    "[[shell]]\nname = \"{name}\"\npattern = \"walker-delta\"\nsatellites = 6\nplanes = 3\nphasing = 1\n\
                     altitude_km = 1000\ninclination_deg = 53\nsource = \"s\"\n"
                )
            };
            let payload = |&(name, shells, gbps): &(&str, &[&str], u32)| {
                let name = if name.is_empty() { String::new() } else { format!("name = \"{name}\"\n") };
                let shells = if shells.is_empty() { String::new() } else { format!("shells = {shells:?}\n") };
                format!(
                    "[[payload]]\n{name}{shells}source = \"s\"\n[payload.user.down]\ncapacity_gbps = {gbps}\n"
                )
            };
            let text = format!(
                "name = \"P\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n{}{}{}",
                shell(shells[0]),
                shell(shells[1]),
                payloads.iter().map(payload).collect::<String>()
            );
            parse("p.toml", text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        let differ = |one: &Constellation, other: &Constellation| -> Vec<String> {
            let difference = FileDifference::new(one, other);
            let told = |part: &Part| -> Vec<String> {
                let whose = part.a.as_ref().or(part.b.as_ref()).unwrap().clone();
                part.differences.iter().map(|one| format!("{whose}: {}", one.parameter)).collect()
            };
            difference.parts.iter().flat_map(told).collect()
        };
        let all: &[&str] = &[];
        let unnamed = |order: [usize; 2]| {
            let both = [("", all, 1), ("", &["B"][..], 2)];
            file(["A", "B"], &order.map(|number| both[number]))
        };
        assert!(differ(&unnamed([0, 1]), &unnamed([1, 0])).is_empty());
        let alone = file(["A", "B"], &[("", all, 1)]);
        assert_eq!(
            differ(&alone, &unnamed([0, 1])),
            ["payload (B): shells", "payload (B) user.down: capacity_gbps"]
        );
        let named = |shells: &[&str], gbps| file(["A", "B"], &[("x: y", shells, gbps)]);
        assert!(differ(&named(&["A", "B"], 2), &named(&["B", "A"], 2)).is_empty());
        assert_eq!(
            differ(&named(&["A", "B"], 2), &named(&["A", "B"], 3)),
            ["payload x: y (A, B) user.down: capacity_gbps"]
        );
        let renamed = file(["A1", "B1"], &[("x: y", &["A1", "B1"], 2)]);
        assert_eq!(differ(&named(&["A", "B"], 2), &renamed), ["payload x: y (A, B): shells"]);
        let other = file(["A", "B"], &[("z", &["A"], 5)]);
        assert_eq!(
            differ(&named(&["A", "B"], 2), &other),
            ["payload x: y (A, B): shells", "payload x: y (A, B) user.down: capacity_gbps"]
        );
        // A shell whose name holds what stands behind the name of a part.
        let colon = |altitude: &str| {
            let text = format!(
                "name = \"P\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[shell]]\nname = \"A: B\"\n\
                 pattern = \"walker-delta\"\nsatellites = 6\nplanes = 3\nphasing = 1\naltitude_km = {altitude}\n\
                 inclination_deg = 53\nsource = \"s\"\n"
            );
            parse("c.toml", text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        assert_eq!(differ(&colon("1000"), &colon("1100")), ["shell A: B: altitude_km"]);
    }

    #[test]
    fn shells_of_other_names_are_paired_in_order() {
        let (a, b) = (read("hongyun", &ReadOptions::default()), read("xingyun", &ReadOptions::default()));
        let difference = FileDifference::new(&a.unwrap(), &b.unwrap());
        let shell = difference.parts.iter().find(|part| part.a.as_deref() == Some("shell main")).unwrap();
        let altitude = shell.differences.iter().find(|d| d.parameter == "altitude_km").unwrap();
        assert_eq!(altitude.a.as_ref().unwrap().value, "1000");
        assert_eq!(altitude.b.as_ref().unwrap().value, "560");
        assert!(altitude.b.as_ref().unwrap().source.contains("list23"));
        let (a, b) =
            (read("iridium-next", &ReadOptions::default()), read("globalstar", &ReadOptions::default()));
        let difference = FileDifference::new(&a.unwrap(), &b.unwrap());
        let only_in_a = difference.parts.iter().find(|part| part.b.is_none());
        assert!(
            only_in_a.is_some_and(|part| part.a.as_deref().is_some_and(|name| name.starts_with("payload")))
        );
    }
}
