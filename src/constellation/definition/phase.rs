//! `[[phase]]`: which shells fly in a phase of deployment, how much of each, and what service they give.

use super::group::{Group, evenly};
use super::section::{Given, Read, Section, Shape, known_names};
use super::service;
use crate::constellation::{Figure, Phase, Satellite};
use crate::diagnostics::counted;

pub(super) const PHASE: Shape = Shape {
    header: "[[phase]]",
    fields: &["name", "date", "note", "shells", "planes", "satellites", "service"],
};

/// Shell, a count or plane numbers from 1, true for numbers.
type Counts = (Given<String>, Vec<Given<u32>>, bool);

/// A phase as the file writes it.
pub(super) struct Deployment {
    pub name: Given<String>,
    pub phase: Phase,
    /// What is otherwise than in the file's `[service]`.
    pub service: service::Given,
    shells: Vec<Given<String>>,
    planes: Vec<Counts>,
    satellites: Vec<Counts>,
    figures: Vec<Figure>,
}

/// Reads one phase and checks it against the groups of the file.
pub(super) fn read(section: Section, groups: &[Group]) -> Read<Deployment> {
    let name = section.text("name")?.ok_or_else(|| section.missing("name", "give the phase a name"))?;
    section.set_title(format!("phase {}", name.value));
    let shells = section.texts("shells")?;
    if shells.is_empty() {
        return Err(section.missing("shells", "name the shells that fly: shells = [\"MEO\"]"));
    }
    let planes = section.counts("planes", 1_000_000)?;
    let satellites = section.counts("satellites", 1_000_000)?;
    for shell in shells.iter().chain(planes.iter().chain(&satellites).map(|(shell, ..)| shell)) {
        let Some(group) = groups.iter().find(|group| group.name == shell.value) else {
            let error = section.error(&shell.span, format!("no shell is named '{}'", shell.value));
            let names = groups.iter().map(|group| group.name.as_str());
            return Err(Box::new(error.help(known_names(&shell.value, names))));
        };
        if !shells.iter().any(|named| named.value == shell.value) {
            let message = format!("'{}' is not among the shells of this phase", shell.value);
            let error = section.error(&shell.span, message);
            return Err(Box::new(error.help("name it in shells too, or leave it out here")));
        }
        check_planes(&section, group, &planes)?;
        check_counts(&section, group, &planes, group.planes, "planes")?;
        check_counts(&section, group, &satellites, group.members.len() as u32, "satellites")?;
        check_planes_hold(&section, group, &planes, &satellites)?;
    }
    if let Some((shell, numbers, _)) = satellites.iter().find(|(.., list)| *list) {
        let span = numbers.first().map_or(&shell.span, |number| &number.span);
        let error = section.error(span, format!("satellites.{} must be a number", shell.value));
        return Err(Box::new(error.help("that many satellites are spread evenly over the shell")));
    }
    let phase = Phase {
        name: name.value.clone(),
        date: section.date("date")?.map(|given| given.value),
        note: section.text("note")?.map(|given| given.value),
        satellites: 0,
        min_elevation_deg: None,
    };
    let service = match section.table("service", &service::PHASE_SERVICE)? {
        Some(section) => service::read(section)?,
        None => service::Given::default(),
    };
    let figures = section.finish()?;
    Ok(Deployment { name, phase, service, shells, planes, satellites, figures })
}

fn check_counts(section: &Section, group: &Group, counts: &[Counts], available: u32, what: &str) -> Read<()> {
    let numbers = counts.iter().filter(|(shell, ..)| shell.value == group.name).flat_map(|(_, n, _)| n);
    for number in numbers {
        if number.value > available {
            let message = format!("shell '{}' has {available} {what}, not {}", group.name, number.value);
            let error = section.error(&number.span, message);
            let tells = group.singles > 0 && what == "planes";
            return Err(Box::new(if tells {
                error.help(
                    "a single satellite that is put into the shell is on none of its planes: it flies with the shell, \
                     whatever its planes",
                )
            } else {
                error
            }));
        }
    }
    Ok(())
}

/// Refuses a list of planes that is empty or names one of them twice.
fn check_planes(section: &Section, group: &Group, planes: &[Counts]) -> Read<()> {
    let Some((shell, numbers, _)) = planes.iter().find(|(shell, _, list)| *list && shell.value == group.name)
    else {
        return Ok(());
    };
    if numbers.is_empty() {
        let error = section.error(&shell.span, format!("planes.{} is an empty list", shell.value));
        return Err(Box::new(
            error.help("name planes from 1; leave it away for all of them, or the shell out of this phase"),
        ));
    }
    let twice = numbers
        .iter()
        .enumerate()
        .find(|(index, number)| numbers[..*index].iter().any(|before| before.value == number.value));
    match twice {
        Some((_, number)) => {
            let message = format!("planes.{} names plane {} twice", shell.value, number.value);
            let help = format!("name each plane once, or write planes.{} = {}", shell.value, numbers.len());
            Err(Box::new(section.error(&number.span, message).help(help)))
        }
        None => Ok(()),
    }
}

/// Refuses more satellites of a shell than the planes hold that the same phase keeps of it.
fn check_planes_hold(section: &Section, group: &Group, planes: &[Counts], satellites: &[Counts]) -> Read<()> {
    let (Some(kept), Some(count)) = (kept_planes(group, planes), count_of(group, satellites)) else {
        return Ok(());
    };
    let held = held_by(group, &kept);
    if count.value as usize <= held {
        return Ok(());
    }
    let singles = match group.singles as usize {
        0 => String::new(),
        count => format!(" and {}", counted(count, "single satellite")),
    };
    let message = format!(
        "the {}{singles} of shell '{}' that fly in this phase hold {}, not {}",
        counted(kept.len(), "plane"),
        group.name,
        counted(held, "satellite"),
        count.value
    );
    let help = format!("write {held} or less, or more planes.{}", group.name);
    Err(Box::new(section.error(&count.span, message).help(help)))
}

/// The planes that a phase keeps of a group, from 0; none where it says nothing of them.
fn kept_planes(group: &Group, planes: &[Counts]) -> Option<Vec<u32>> {
    let (_, numbers, list) = planes.iter().find(|(shell, ..)| shell.value == group.name)?;
    Some(match (numbers.as_slice(), list) {
        ([count], false) => evenly(count.value, group.planes),
        (numbers, _) => numbers.iter().map(|number| number.value - 1).collect(),
    })
}

/// The number of satellites that a phase keeps of a group; none where it says nothing of it.
fn count_of<'a>(group: &Group, satellites: &'a [Counts]) -> Option<&'a Given<u32>> {
    let (_, numbers, _) = satellites.iter().find(|(shell, ..)| shell.value == group.name)?;
    numbers.first()
}

/// Satellites of a group that fly with these planes.
fn held_by(group: &Group, planes: &[u32]) -> usize {
    group.members.iter().filter(|member| group.flies(member, planes)).count()
}

impl Deployment {
    /// True when the shell flies in this phase.
    pub fn flies(&self, shell: &str) -> bool {
        self.shells.iter().any(|named| named.value == shell)
    }

    /// The satellites that fly in this phase.
    pub fn satellites<'g>(&self, groups: &'g [Group]) -> impl Iterator<Item = &'g Satellite> {
        let flying = groups.iter().filter(|group| self.flies(&group.name));
        flying
            .flat_map(|group| self.members(group).into_iter().map(|number| &group.members[number].satellite))
    }

    /// The satellites of a group that fly in this phase, as numbers that ascend.
    fn members(&self, group: &Group) -> Vec<usize> {
        let planes = kept_planes(group, &self.planes);
        let is_kept = |number: &usize| {
            planes.as_ref().is_none_or(|planes| group.flies(&group.members[*number], planes))
        };
        let kept: Vec<usize> = (0..group.members.len()).filter(is_kept).collect();
        match count_of(group, &self.satellites) {
            Some(count) => {
                let spread = evenly(count.value, kept.len() as u32);
                spread.into_iter().map(|place| kept[place as usize]).collect()
            }
            None => kept,
        }
    }

    /// Takes away what does not fly, and hands out the figures of the phase.
    pub fn apply(&self, groups: &mut Vec<Group>) -> Vec<Figure> {
        groups.retain(|group| self.flies(&group.name));
        for group in groups {
            let members = self.members(group);
            group.keep(&members);
        }
        self.figures.clone()
    }
}
