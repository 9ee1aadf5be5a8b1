//! Two constellation files side by side: which parameters differ, shell by shell, with their sources, and which satellites.

use serde::Serialize;

use super::satellites::SatelliteDifference;
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
    figures: Vec<(&'a str, &'a Figure)>,
}

impl FileDifference {
    /// Compares the figures of two constellations in the phases they were read in.
    ///
    /// Parts with the same name belong together; shells left over are paired in the order of the files.
    pub fn new(a: &Constellation, b: &Constellation) -> Self {
        let satellites = SatelliteDifference::new(a, b);
        let left_out = [a, b].map(|one| one.left_out.clone());
        let (a, b) = (groups(&a.figures), groups(&b.figures));
        let mut partner: Vec<Option<usize>> =
            a.iter().map(|part| b.iter().position(|other| other.name == part.name)).collect();
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

/// The figures by the part of the file that they stand in, in its order.
fn groups(figures: &[Figure]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for figure in figures {
        let (part, name) = figure.name.split_once(": ").unwrap_or(("file", &figure.name));
        match groups.iter_mut().find(|group| group.name == part) {
            Some(group) => group.figures.push((name, figure)),
            None => groups.push(Group { name: part, figures: vec![(name, figure)] }),
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
