//! Constellation definitions in TOML: shells, satellites, phases, service, and a source for every figure.
//!
//! The format is written down in `docs/constellation-format.md`.

use toml::de::{DeTable, DeValue};

use super::identity::{Told, duplicates_of_definition};
use super::{Constellation, Figure, ReadOptions, Satellite, Shell};
use crate::diagnostics::{TextError, decimal_comma};
use crate::input::FileError;
use crate::time::{Epoch, ParseEpochError};

mod basis;
mod group;
mod payload;
mod phase;
mod pointer;
mod satellite;
mod section;
mod service;
mod shell;
#[cfg(test)]
mod tests;

use basis::Library;
use group::Group;
use phase::Deployment;
use section::{Document, Given, Read, Section, Shape, known_names};

const TOP: Shape = Shape {
    header: "the top of the file",
    fields: &[
        "name",
        "operator",
        "status",
        "as_of",
        "epoch",
        "default_phase",
        "notes",
        "sources",
        "reasons",
        "service",
        "shell",
        "satellite",
        "catalogue",
        "phase",
        "payload",
    ],
};

/// Reads a definition.
pub(super) fn read(file: &str, text: &str, options: &ReadOptions) -> Result<Constellation, FileError> {
    let document = Document { file, text };
    let parsed = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let help = decimal_comma(text, &span).unwrap_or_else(|| {
            "a definition is a TOML file; docs/constellation-format.md describes its fields, docs/ground-stations.md those of \
             station files"
                .to_owned()
        });
        Box::new(
            document
                .error(&span, format!("not valid TOML: {}", error.message().replace('\n', ", ")))
                .help(help),
        )
    })?;
    let table = parsed.get_ref();
    let library = Library::read(&document, table)?;
    let root = Section::new(&document, &library, table, 0..0, &TOP, None)?;
    root.set_title("file".to_owned());
    root.has("sources");
    root.has("reasons");
    let content = Content::read(&document, &root, table)?;
    let constellation = content.constellation(file, &root, options)?;
    let figures = root.finish()?;
    Ok(Constellation { figures: [figures, constellation.figures].concat(), ..constellation })
}

/// The catalogue that the text of a definition points at.
pub(super) fn catalogue_named_in(file: &str, text: &str) -> Option<std::path::PathBuf> {
    pointer::named_in(file, text)
}

/// Everything a definition holds, before a phase is chosen.
struct Content {
    name: String,
    operator: Option<String>,
    status: Option<String>,
    as_of: Option<String>,
    epoch: Option<Epoch>,
    notes: Vec<String>,
    warnings: Vec<String>,
    service: super::Service,
    payloads: Vec<super::payload::Payload>,
    groups: Vec<Group>,
    phases: Vec<Deployment>,
    default_phase: Option<Given<String>>,
    /// Figures that belong to no shell.
    figures: Vec<Figure>,
}

/// How an instant is written in a definition.
const EPOCH_HELP: &str = "write date and time of day in UTC: epoch = \"2026-01-01T00:00:00Z\"";

impl Content {
    fn read<'a>(document: &'a Document<'a>, root: &Section<'a>, table: &'a DeTable<'a>) -> Read<Self> {
        let text = |key| -> Read<Option<String>> { Ok(root.text(key)?.map(|given| given.value)) };
        let name = text("name")?.ok_or_else(|| root.missing("name", "begin with name = \"My system\""))?;
        let epoch = match root.date("epoch")? {
            Some(given) => Some(given.value.parse().map_err(|error: ParseEpochError| {
                Box::new(root.error(&given.span, error.to_string()).help(EPOCH_HELP))
            })?),
            None => None,
        };
        let mut notes: Vec<String> = root.texts("notes")?.into_iter().map(|note| note.value).collect();
        let (mut service, mut figures) = (super::Service::default(), Vec::new());
        if let Some(section) = root.table("service", &service::SERVICE)? {
            service::read(section)?.apply(&mut service, &mut figures);
        }
        let mut warnings = Vec::new();
        let groups = groups(document, root, table, epoch, &mut notes, &mut warnings)?;
        let (payloads, sourced) = payload::read(root, &groups)?;
        figures.extend(sourced);
        let phases = phases(root, &groups)?;
        let default_phase = root.text("default_phase")?;
        Ok(Self {
            name,
            operator: text("operator")?,
            status: text("status")?,
            as_of: root.date("as_of")?.map(|given| given.value),
            epoch,
            notes,
            warnings,
            service,
            payloads,
            groups,
            phases,
            default_phase,
            figures,
        })
    }

    /// The constellation in the wanted phase, with the wanted shells.
    fn constellation(
        mut self,
        file: &str,
        root: &Section,
        options: &ReadOptions,
    ) -> Result<Constellation, FileError> {
        let phase = self.choose_phase(file, root, options)?;
        let designed: Vec<(String, usize)> =
            self.groups.iter().map(|group| (group.name.clone(), group.members.len())).collect();
        let mut phases = Vec::new();
        for deployment in &self.phases {
            let flying: Vec<&Satellite> = deployment.satellites(&self.groups).collect();
            // Each flies once; what has neither number nor designator is told once.
            let marked = flying.iter().filter(|one| one.norad_id.is_some() || one.designator.is_some());
            let told: Vec<Told> = marked.map(|one| Told::of(one, None)).collect();
            let satellites = flying.len() - duplicates_of_definition(told).pairs.len();
            let min_elevation_deg = deployment.service.min_elevation_deg().or(self.service.min_elevation_deg);
            phases.push(super::Phase { satellites, min_elevation_deg, ..deployment.phase.clone() });
        }
        if let Some(index) = phase {
            let deployment = &self.phases[index];
            deployment.service.clone().apply(&mut self.service, &mut self.figures);
            self.figures.extend(deployment.apply(&mut self.groups));
        }
        self.choose_shells(file, options, phase, &designed)?;
        let shells = self
            .groups
            .iter()
            .map(|group| Shell {
                name: group.name.clone(),
                pattern: group.layout(),
                satellites: group.members.len(),
                designed: designed.iter().find(|(name, _)| *name == group.name).map_or(0, |(_, n)| *n),
                planes: group.planes,
                plane_of: group.members.iter().map(|member| member.plane).collect(),
                launch_order: group.launch_order.clone(),
            })
            .collect();
        let mut figures = self.figures;
        let (mut satellites, mut left_out) = (Vec::new(), Vec::new());
        let mut newest: Option<Epoch> = None;
        for group in self.groups {
            newest = newest.max(group.newest_epoch());
            self.warnings.extend(group.perigee_warnings());
            figures.extend(group.figures);
            left_out.extend(group.left_out);
            satellites.extend(group.members.into_iter().map(|member| member.satellite));
        }
        let mut constellation = Constellation {
            name: self.name,
            operator: self.operator,
            file: file.to_owned(),
            phase: phase.map(|index| self.phases[index].name.value.clone()),
            epoch: newest.or(self.epoch),
            min_elevation_deg: self.service.min_elevation_deg,
            satellites,
            figures,
            left_out,
            notes: self.notes,
            warnings: self.warnings,
            status: self.status,
            as_of: self.as_of,
            service: self.service,
            payloads: self.payloads,
            shells,
            phases,
        };
        super::repeated::keep_newest(&mut constellation);
        Ok(constellation)
    }

    /// Index of the phase that is asked for, else of the default.
    fn choose_phase(
        &self,
        file: &str,
        root: &Section,
        options: &ReadOptions,
    ) -> Result<Option<usize>, FileError> {
        let names = || self.phases.iter().map(|phase| phase.name.value.as_str());
        let find = |name: &str| names().position(|known| known == name);
        match (&options.phase, &self.default_phase) {
            (Some(wanted), _) => match find(wanted) {
                Some(index) => Ok(Some(index)),
                None => {
                    let message = format!("there is no deployment phase '{wanted}'");
                    Err(TextError::whole_file(file, message).help(known_names(wanted, names())).into())
                }
            },
            (None, Some(default)) => match find(&default.value) {
                Some(index) => Ok(Some(index)),
                None => {
                    let message = format!("no [[phase]] is named '{}'", default.value);
                    Err(root.error(&default.span, message).help(known_names(&default.value, names())).into())
                }
            },
            (None, None) => match self.phases.first() {
                None => Ok(None),
                Some(first) => {
                    let message = "a file with phases needs a default_phase";
                    let help = format!("write default_phase = \"{}\" at the top", first.name.value);
                    Err(root.error(&first.name.span, message).help(help).into())
                }
            },
        }
    }

    /// Keeps the shells that are asked for, of those that fly. `designed` are all shells of the file.
    fn choose_shells(
        &mut self,
        file: &str,
        options: &ReadOptions,
        phase: Option<usize>,
        designed: &[(String, usize)],
    ) -> Result<(), FileError> {
        for wanted in &options.shells {
            if self.groups.iter().any(|group| group.name == *wanted) {
                continue;
            }
            let (message, help) = match phase.filter(|_| designed.iter().any(|(name, _)| name == wanted)) {
                Some(phase) => {
                    let flying = self.phases.iter().filter(|phase| phase.flies(wanted));
                    let flying: Vec<&str> = flying.map(|phase| phase.name.value.as_str()).collect();
                    let help = match flying.is_empty() {
                        true => "no phase of the file names it in its shells".to_owned(),
                        false => format!("phases in which it flies: {}", flying.join(", ")),
                    };
                    let phase = &self.phases[phase].name.value;
                    (format!("shell '{wanted}' does not fly in phase '{phase}'"), help)
                }
                None => {
                    let names = self.groups.iter().map(|group| group.name.as_str());
                    (format!("there is no shell '{wanted}'"), known_names(wanted, names))
                }
            };
            return Err(TextError::whole_file(file, message).help(help).into());
        }
        if !options.shells.is_empty() {
            self.groups.retain(|group| options.shells.contains(&group.name));
        }
        Ok(())
    }
}

/// Shells, single satellites and the catalogue, under names that differ.
fn groups<'a>(
    document: &'a Document<'a>,
    root: &Section<'a>,
    table: &'a DeTable<'a>,
    epoch: Option<Epoch>,
    notes: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> Read<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    for section in root.tables("shell", &shell::SHELL)? {
        let epoch = epoch.ok_or_else(|| epoch_missing(root))?;
        let group = shell::read(section, epoch)?;
        check_name(document, &groups, &group)?;
        let satellites = groups.iter().map(|group| group.members.len()).sum::<usize>() + group.members.len();
        if satellites > shell::MOST_SATELLITES as usize {
            let message = format!("more than {} satellites in one file", shell::MOST_SATELLITES);
            return Err(Box::new(document.error(&group.span, message).help("make the shells smaller")));
        }
        groups.push(group);
    }
    for section in root.tables("satellite", &satellite::SATELLITE)? {
        satellite::read(section, epoch, &mut groups)?;
    }
    let pointed = table.get("catalogue").map(|value| value.get_ref());
    if let Some(group) = pointer::read(document, root, pointed as Option<&DeValue>, notes, warnings)? {
        check_name(document, &groups, &group)?;
        groups.push(group);
    }
    if groups.is_empty() {
        return Err(
            root.missing("a satellite", "add a [[shell]], a [[satellite]] or catalogue = \"file.tle\"")
        );
    }
    Ok(groups)
}

fn check_name(document: &Document, groups: &[Group], group: &Group) -> Read<()> {
    match groups.iter().any(|known| known.name == group.name) {
        true => Err(Box::new(
            document
                .error(&group.span, format!("a second shell named '{}'", group.name))
                .help("give each shell, group of satellites and catalogue a name of its own"),
        )),
        false => Ok(()),
    }
}

fn phases(root: &Section, groups: &[Group]) -> Read<Vec<Deployment>> {
    let mut phases: Vec<Deployment> = Vec::new();
    for section in root.tables("phase", &phase::PHASE)? {
        let phase = phase::read(section, groups)?;
        if phases.iter().any(|known| known.name.value == phase.name.value) {
            let message = format!("a second phase named '{}'", phase.name.value);
            return Err(Box::new(
                root.error(&phase.name.span, message).help("give each phase a name of its own"),
            ));
        }
        phases.push(phase);
    }
    Ok(phases)
}

fn epoch_missing(section: &Section) -> Box<TextError> {
    section.missing("epoch", "write epoch = \"2026-01-01T00:00:00Z\" at the top of the file")
}
