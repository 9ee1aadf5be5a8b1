//! `catalogue = "file.tle"` and `[catalogue]`: satellites from a catalogue beside the definition.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::basis::Basis;
use super::group::{Group, Member};
use super::section::{Document, Given, Limits, Read, Section, Shape};
use crate::constellation::catalogue::{Catalogue, Record};
use crate::constellation::format::Format;
use crate::constellation::pattern::NamePattern;
use crate::constellation::{
    CATALOGUE_PATTERN, Confidence, LeftOut, format, read_catalogue, stem, without_mark,
};
use crate::diagnostics::quoted;
use crate::input::{CATALOGUE_GROWTH, read_file};

const CATALOGUE_NUMBER: Limits = Limits::closed(1.0, 999_999_999.0, "as a catalogue number");

const CATALOGUE: Shape = Shape {
    header: "[catalogue]",
    fields: &["file", "shell", "include", "exclude", "norad_ids", "exclude_norad_ids"],
};

/// Which satellites of a catalogue are meant.
#[derive(Default)]
struct Filter {
    include: Vec<NamePattern>,
    exclude: Vec<NamePattern>,
    norad_ids: Vec<u32>,
    exclude_norad_ids: Vec<u32>,
}

/// Reads the catalogue that a definition points at; what is to be said about it goes to `notes` and
/// `warnings`.
pub(super) fn read(
    document: &Document,
    root: &Section,
    value: Option<&DeValue>,
    notes: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> Read<Option<Group>> {
    let (file, shell, filter, include_span, figures) = match value {
        None => {
            root.has("catalogue");
            return Ok(None);
        }
        Some(DeValue::Table(_)) => {
            let Some(section) = root.table("catalogue", &CATALOGUE)? else { return Ok(None) };
            section.set_title("catalogue".to_owned());
            let file = section
                .text("file")?
                .ok_or_else(|| section.missing("file", "write file = \"beidou.tle\", beside this file"))?;
            section.note_or("file", &file.span, itself(&file.value));
            let include = section.texts("include")?;
            let include_span = include.first().map(|given| given.span.clone());
            let filter = Filter {
                include: patterns(&include),
                exclude: patterns(&section.texts("exclude")?),
                norad_ids: section.numbers("norad_ids", &CATALOGUE_NUMBER)?,
                exclude_norad_ids: section.numbers("exclude_norad_ids", &CATALOGUE_NUMBER)?,
            };
            let shell = section.text("shell")?;
            (file, shell, filter, include_span, section.finish()?)
        }
        Some(_) => {
            let Some(file) = root.text("catalogue")? else { return Ok(None) };
            root.note_or("catalogue", &file.span, itself(&file.value));
            (file, None, Filter::default(), None, Vec::new())
        }
    };
    let (path, mut catalogue) = open(document, root, &file)?;
    warnings.extend(catalogue.settle(&path));
    let read = catalogue.records.len();
    warnings.extend(filter.without_effect(&path, &catalogue));
    filter.apply(&path, &mut catalogue);
    if catalogue.records.is_empty() {
        let span = include_span.unwrap_or_else(|| file.span.clone());
        let message = match catalogue.left_out.first() {
            Some(first) if read == 0 => format!("no usable satellite in {path}: {}", first.reason),
            _ => format!("none of the satellites of {path} passes the filter; it has {read}"),
        };
        let help = format!("`hexsky show {path}` tells what is in it");
        return Err(Box::new(root.error(&span, message).help(help)));
    }
    if catalogue.records.len() < read {
        notes.push(format!("{} of {read} satellites of {path} pass the filter", catalogue.records.len()));
    }
    let name = shell.unwrap_or(Given { value: stem(&path), span: file.span });
    Ok(Some(Group {
        members: catalogue
            .records
            .into_iter()
            .map(|record| Member { plane: 0, satellite: record.into_satellite(&name.value) })
            .collect(),
        name: name.value,
        span: name.span,
        pattern: CATALOGUE_PATTERN.to_owned(),
        figures,
        left_out: catalogue.left_out,
        launch_order: Vec::new(),
    }))
}

const ELEMENT_SETS: &str = "name a file of element sets: TLE or OMM";

/// Element sets are published as they are: the file is their own source.
fn itself(file: &str) -> Basis {
    Basis { confidence: Confidence::Stated, source: format!("element sets in {file}") }
}

fn patterns(given: &[Given<String>]) -> Vec<NamePattern> {
    given.iter().map(|given| NamePattern::new(&given.value)).collect()
}

/// The path of the catalogue that a definition points at.
fn path_beside(definition: &str, catalogue: &str) -> PathBuf {
    Path::new(definition).parent().unwrap_or(Path::new("")).join(catalogue)
}

/// [`path_beside`] of the catalogue that the text of a definition names, whether it can be read or not.
pub(super) fn named_in(definition: &str, text: &str) -> Option<PathBuf> {
    let root = DeTable::parse(text).ok()?;
    let file = match root.get_ref().get("catalogue")?.get_ref() {
        DeValue::Table(table) => table.get("file")?.get_ref().as_str()?.to_owned(),
        value => value.as_str()?.to_owned(),
    };
    Some(path_beside(definition, file.trim()))
}

/// The catalogue's path as messages tell it, and what is in it.
fn open(document: &Document, root: &Section, file: &Given<String>) -> Read<(String, Catalogue)> {
    let path = path_beside(document.file, &file.value).to_string_lossy().into_owned();
    if Path::new(&path).exists() && !Path::new(&path).is_file() {
        let error = root.error(&file.span, format!("the catalogue {path} is no file"));
        return Err(Box::new(error.help(ELEMENT_SETS)));
    }
    let bytes = read_file(Path::new(&path), CATALOGUE_GROWTH).map_err(|error| {
        Box::new(
            root.error(&file.span, format!("cannot read the catalogue {path}: {error}"))
                .help("the path is relative to the folder of this definition"),
        )
    })?;
    let bytes = without_mark(&bytes);
    match format::sniff(&path, bytes) {
        Ok(Format::Definition) => {
            let error =
                root.error(&file.span, format!("{path} is a definition itself, expected a catalogue"));
            Err(Box::new(error.help(ELEMENT_SETS)))
        }
        Ok(format) => {
            let catalogue = read_catalogue(&path, bytes, format)?;
            Ok((path, catalogue))
        }
        Err(error) => {
            let refused = root.error(&file.span, format!("{path}: {}", error.message));
            Err(Box::new(refused.help(error.help.as_deref().unwrap_or(ELEMENT_SETS))))
        }
    }
}

impl Filter {
    /// What is to be said of patterns and numbers that match no satellite of the catalogue. Those of `norad_ids` are
    /// listed as left out.
    fn without_effect(&self, path: &str, catalogue: &Catalogue) -> Vec<String> {
        let is_named = |pattern: &NamePattern| {
            let left_out = catalogue.left_out.iter().map(|entry| bare(&entry.satellite));
            let mut names = catalogue.records.iter().map(|record| record.name.as_str()).chain(left_out);
            names.any(|name| pattern.matches(name))
        };
        let idle = |field: &str, patterns: &[NamePattern]| -> Vec<String> {
            let idle = patterns.iter().filter(|pattern| !is_named(pattern));
            idle.map(|pattern| format!("{field} '{}'", quoted(pattern.text()))).collect()
        };
        let is_there = |number: u32| {
            let told = number.to_string();
            let numbered = |entry: &LeftOut| {
                entry.satellite.trim_end_matches(')').rsplit('(').next() == Some(told.as_str())
            };
            catalogue.records.iter().any(|record| record.norad_id == Some(number))
                || catalogue.left_out.iter().any(numbered)
        };
        let unknown = self
            .exclude_norad_ids
            .iter()
            .filter(|&&number| !is_there(number))
            .map(|number| format!("exclude_norad_ids {number}"));
        [idle("include", &self.include), idle("exclude", &self.exclude)]
            .into_iter()
            .flatten()
            .chain(unknown)
            .map(|filter| format!("{filter} of [catalogue] matches no satellite of {path}"))
            .collect()
    }

    fn apply(&self, path: &str, catalogue: &mut Catalogue) {
        for &wanted in &self.norad_ids {
            if !catalogue.records.iter().any(|record| record.norad_id == Some(wanted)) {
                catalogue.left_out.push(LeftOut {
                    place: 0..0,
                    satellite: wanted.to_string(),
                    file: path.to_owned(),
                    line: 0,
                    reason: "named in norad_ids, but not (usable) in the catalogue".to_owned(),
                });
            }
        }
        catalogue.records.retain(|record| self.keeps(record));
        // What is left out of the catalogue matters only where it would have been taken.
        if !self.include.is_empty() {
            catalogue.left_out.retain(|entry| entry.line == 0 || self.includes_name(&entry.satellite, true));
        }
    }

    fn keeps(&self, record: &Record) -> bool {
        let numbered = |numbers: &[u32]| record.norad_id.is_some_and(|number| numbers.contains(&number));
        let named = if self.include.is_empty() && self.norad_ids.is_empty() {
            true
        } else {
            numbered(&self.norad_ids) || self.includes_name(&record.name, false)
        };
        named && !numbered(&self.exclude_norad_ids) && !matches(&self.exclude, &record.name)
    }

    /// `labelled` names carry the catalogue number in parentheses behind them.
    fn includes_name(&self, name: &str, labelled: bool) -> bool {
        matches(&self.include, if labelled { bare(name) } else { name })
    }
}

/// The name of a satellite that is labelled with its catalogue number.
fn bare(label: &str) -> &str {
    label.rsplit_once(" (").map_or(label, |(bare, _)| bare)
}

fn matches(patterns: &[NamePattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(name))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::constellation::{Constellation, ReadOptions, catalogue_beside, read};
    use crate::input::FileError;

    const CATALOGUE: &str = "\
OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID
BEIDOU-3 M1,2026-01-01T00:00:00,1.86,0.001,55,0,0,0,101
BEIDOU-3 M2,2026-01-01T00:00:00,1.86,0.001,55,0,0,45,102
BEIDOU-3 IGSO-1,2026-01-01T00:00:00,1.0027,0.003,55,30,0,0,103
TIANLIAN 2,2026-01-01T00:00:00,1.0027,0.001,2,60,0,0,104
TIANLIAN 3,2026-01-01T00:00:00,wide,0.001,2,60,0,0,105
";

    /// Reads a definition of these lines with the catalogue beside it, in a folder of their own.
    fn definition(folder: &Path, lines: &str) -> Result<Constellation, FileError> {
        std::fs::write(folder.join("sats.csv"), CATALOGUE).unwrap();
        let path = folder.join("plan.toml");
        std::fs::write(&path, format!("name = \"Plan\"\n{lines}")).unwrap();
        read(path.to_str().unwrap(), &ReadOptions::default())
    }

    #[test]
    fn a_filter_takes_by_name_and_number() {
        let folder = tempfile::tempdir().unwrap();
        for (filter, taken, left_out) in [
            ("", "101 102 103 104", "105"),
            ("include = \"beidou-3 m*\"", "101 102", ""),
            ("include = [\"BEIDOU-3 ?1\"]", "101", ""),
            ("include = [\"*IGSO*\"]\nnorad_ids = [104]", "103 104", ""),
            ("norad_ids = [101, 999]", "101", "105 999"),
            ("exclude = [\"*M2\", \"*igso*\"]\nexclude_norad_ids = [104]", "101", "105"),
            ("include = [\"TIANLIAN*\"]", "104", "105"),
        ] {
            let lines = format!("[catalogue]\nfile = \"sats.csv\"\nshell = \"mine\"\n{filter}\n");
            let constellation = definition(folder.path(), &lines).unwrap();
            let numbers: Vec<String> =
                constellation.satellites.iter().map(|own| own.norad_id.unwrap().to_string()).collect();
            assert_eq!(numbers.join(" "), taken, "{filter}");
            assert!(constellation.satellites.iter().all(|own| own.shell == "mine"));
            let left: Vec<&str> = constellation
                .left_out
                .iter()
                .map(|own| own.satellite.trim_end_matches(')').rsplit('(').next().unwrap())
                .collect();
            assert_eq!(left.join(" "), left_out, "{filter}");
            let told = format!("{} of 4 satellites of", numbers.len());
            let is_told = constellation.notes.iter().any(|note| note.starts_with(&told));
            assert_eq!(is_told, numbers.len() < 4, "{:?}", constellation.notes);
        }
        let beside = catalogue_beside(folder.path().join("plan.toml").to_str().unwrap());
        assert_eq!(beside, Some(folder.path().join("sats.csv")));
    }

    /// They passed in silence, as if they had done what they say.
    #[test]
    fn filters_that_match_nothing_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let lines = "[catalogue]\nfile = \"sats.csv\"\ninclude = [\"zzz*\", \"*\"]\nexclude = [\"qq*\", \"*M2\"]\n\
                     exclude_norad_ids = [99997, 104]\nnorad_ids = [101, 99998]\n";
        let constellation = definition(folder.path(), lines).unwrap();
        let sats = folder.path().join("sats.csv");
        let told =
            |filter: &str| format!("{filter} of [catalogue] matches no satellite of {}", sats.display());
        assert_eq!(
            constellation.warnings,
            [told("include 'zzz*'"), told("exclude 'qq*'"), told("exclude_norad_ids 99997")]
        );
        assert!(constellation.left_out.iter().any(|own| own.satellite == "99998"));
        // A satellite that cannot be used is there all the same.
        let lines = "[catalogue]\nfile = \"sats.csv\"\nexclude = [\"TIANLIAN 3\"]\n";
        assert!(definition(folder.path(), lines).unwrap().warnings.is_empty());
    }

    #[test]
    fn what_cannot_be_taken_is_told_at_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let header = CATALOGUE.lines().next().unwrap();
        std::fs::write(
            folder.path().join("bad.csv"),
            format!("{header}\nX,2026-01-01T00:00:00,0,0,0,0,0,0,7\n"),
        )
        .unwrap();
        std::fs::write(folder.path().join("page.html"), "<!DOCTYPE html><html></html>").unwrap();
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        for (lines, place, message) in [
            ("[catalogue]\ninclude = [\"A*\"]", ":2:", "file is missing"),
            (
                "[catalogue]\nfile = \"sats.csv\"\ninclude = [\"GPS*\"]",
                ":4:12",
                "passes the filter; it has 4",
            ),
            ("[catalogue]\nfile = \"sats.csv\"\nexclude = [\"*\"]", ":3:8", "passes the filter; it has 4"),
            ("[catalogue]\nfile = \"sats.csv\"\ninclude = [5]", ":4:12", "is a number, expected a text"),
            ("[catalogue]\nfile = \"sats.csv\"\ninclude = [\" \"]", ":4:12", "is empty, expected a text"),
            ("[catalogue]\nfile = \"sats.csv\"\nnorad_ids = 7", ":4:13", "expected a list of numbers"),
            ("[catalogue]\nfile = \"sats.csv\"\nnorad_ids = [0]", ":4:14", "is 0, expected 1 to"),
            ("catalogue = 5", ":2:13", "catalogue is a number, expected a text"),
            ("catalogue = \"gone.csv\"", ":2:13", "cannot read the catalogue"),
            ("catalogue = \"folder\"", ":2:13", "is no file"),
            ("catalogue = \"plan.toml\"", ":2:13", "is a definition itself"),
            ("catalogue = \"page.html\"", ":2:13", "web page"),
            ("catalogue = \"bad.csv\"", ":2:13", "no usable satellite in"),
        ] {
            let error = definition(folder.path(), &format!("{lines}\n")).unwrap_err().to_string();
            assert!(
                error.contains(message) && error.contains(&format!("plan.toml{place}")),
                "{lines}\n{error}"
            );
        }
    }
}
