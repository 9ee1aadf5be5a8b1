//! `catalogue = "file.tle"` and `[catalogue]`: satellites from a catalogue beside the definition.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::basis::Basis;
use super::group::{Group, Member};
use super::satellite::CATALOGUE_NUMBER;
use super::section::{Document, Given, Read, Section, Shape};
use crate::constellation::catalogue::{Catalogue, Damaged};
use crate::constellation::format::Format;
use crate::constellation::pattern::NamePattern;
use crate::constellation::{
    CATALOGUE_PATTERN, Confidence, LeftOut, format, read_catalogue, stem, without_mark,
};
use crate::diagnostics::quoted;
use crate::input::{CATALOGUE_GROWTH, read_file};

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
    // Their lines are of the catalogue, and readers know the definition.
    warnings.extend(catalogue.settle(&path).into_iter().map(|warning| format!("{path}: {warning}")));
    let read = catalogue.records.len();
    warnings.extend(filter.without_effect(&path, &catalogue));
    let first_reason = catalogue.damaged.first().map(|damaged| damaged.entry.reason.clone());
    filter.apply(&path, &mut catalogue);
    if catalogue.records.is_empty() {
        let span = include_span.unwrap_or_else(|| file.span.clone());
        let message = match &first_reason {
            Some(reason) if read == 0 => format!("no usable satellite in {path}: {reason}"),
            _ => format!("none of the satellites of {path} passes the filter; it has {read}"),
        };
        let help = format!("`hexsky show {path}` tells what is in it");
        return Err(Box::new(root.error(&span, message).help(help)));
    }
    if catalogue.records.len() < read {
        notes.push(format!("{} of {read} satellites of {path} pass the filter", catalogue.records.len()));
    }
    let name = shell.unwrap_or(Given { value: stem(&path), span: file.span });
    let left_out = catalogue.take_left_out();
    Ok(Some(Group {
        members: catalogue
            .records
            .into_iter()
            .map(|record| Member { plane: 0, satellite: record.into_satellite(&name.value) })
            .collect(),
        name: name.value,
        span: name.span,
        pattern: CATALOGUE_PATTERN.to_owned(),
        of_shell: false,
        planes: 1,
        singles: 0,
        figures,
        left_out,
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
            let damaged = catalogue.damaged.iter().filter_map(|damaged| damaged.name.as_deref());
            let mut names = catalogue.records.iter().map(|record| record.name.as_str()).chain(damaged);
            names.any(|name| pattern.matches(name))
        };
        let idle = |field: &str, patterns: &[NamePattern]| -> Vec<String> {
            let idle = patterns.iter().filter(|pattern| !is_named(pattern));
            idle.map(|pattern| format!("{field} '{}'", quoted(pattern.text()))).collect()
        };
        let unknown = self
            .exclude_norad_ids
            .iter()
            .filter(|&&number| !holds(catalogue, number))
            .map(|number| format!("exclude_norad_ids {number}"));
        [idle("include", &self.include), idle("exclude", &self.exclude)]
            .into_iter()
            .flatten()
            .chain(unknown)
            .map(|filter| format!("{filter} of [catalogue] matches no satellite of {path}"))
            .collect()
    }

    /// Keeps what is meant, of what is left out too: what nobody asked for is not missing.
    fn apply(&self, path: &str, catalogue: &mut Catalogue) {
        let missing = |wanted: &u32| !holds(catalogue, *wanted);
        let missing: Vec<u32> = self.norad_ids.iter().copied().filter(missing).collect();
        for wanted in missing {
            let entry = LeftOut {
                place: 0..0,
                satellite: wanted.to_string(),
                file: path.to_owned(),
                line: 0,
                reason: "named in norad_ids, but not in the catalogue".to_owned(),
            };
            catalogue.damaged.push(Damaged { entry, name: None, number: Some(wanted) });
        }
        catalogue.records.retain(|record| self.means(Some(&record.name), record.norad_id));
        catalogue.damaged.retain(|damaged| self.means(damaged.name.as_deref(), damaged.number));
    }

    /// Whether a satellite is meant. One of which neither name nor number can be read may be.
    fn means(&self, name: Option<&str>, number: Option<u32>) -> bool {
        let numbered = |numbers: &[u32]| number.is_some_and(|number| numbers.contains(&number));
        let named = |patterns: &[NamePattern]| name.is_some_and(|name| matches(patterns, name));
        let is_unknown = name.is_none() && number.is_none();
        let takes_all = self.include.is_empty() && self.norad_ids.is_empty();
        (takes_all || is_unknown || numbered(&self.norad_ids) || named(&self.include))
            && !numbered(&self.exclude_norad_ids)
            && !named(&self.exclude)
    }
}

/// Whether a catalogue has a set of this number, usable or not.
fn holds(catalogue: &Catalogue, number: u32) -> bool {
    catalogue.records.iter().any(|record| record.norad_id == Some(number))
        || catalogue.damaged.iter().any(|damaged| damaged.number == Some(number))
}

fn matches(patterns: &[NamePattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(name))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::constellation::{Constellation, ReadOptions, Satellite, catalogue_beside, read};
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
            ("norad_ids = [101, 999]", "101", "999"),
            ("exclude = [\"*M2\", \"*igso*\"]\nexclude_norad_ids = [104]", "101", "105"),
            ("include = [\"TIANLIAN*\"]", "104", "105"),
            // A satellite that cannot be used is missing once, and only where it was wanted.
            ("norad_ids = [101, 105]", "101", "105"),
            ("exclude = [\"TIANLIAN*\"]", "101 102 103", ""),
            ("exclude_norad_ids = [105]", "101 102 103 104", ""),
            ("norad_ids = [101, 999]\nexclude_norad_ids = [999]", "101", ""),
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

    /// What stood in brackets behind a name was taken for its number, and what was taken out for missing.
    #[test]
    fn what_is_damaged_is_missing_where_it_was_wanted_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let header = CATALOGUE.lines().next().unwrap();
        let rows = "TIANHE (CSS),2026-01-01T00:00:00,wide,0.001,41.5,0,0,0,\n\
                    GOOD,2026-01-01T00:00:00,15.6,0.001,41.5,0,0,10,\n\
                    ,2026-01-01T00:00:00,wide,0.001,41.5,0,0,10,\n";
        std::fs::write(folder.path().join("css.csv"), format!("{header}\n{rows}")).unwrap();
        // Of the last row nobody can tell whether it was wanted.
        for (filter, left_out) in [
            ("include = [\"*(CSS)\", \"GOOD\"]", "2 4"),
            ("include = [\"TIANHE\", \"GOOD\"]", "4"),
            ("exclude = [\"*(CSS)\"]", "4"),
        ] {
            let constellation =
                definition(folder.path(), &format!("[catalogue]\nfile = \"css.csv\"\n{filter}\n"));
            let constellation = constellation.unwrap();
            let lines: Vec<String> =
                constellation.left_out.iter().map(|entry| entry.line.to_string()).collect();
            assert_eq!(lines.join(" "), left_out, "{filter}: {:?}", constellation.left_out);
            let idle = filter.contains("\"TIANHE\"");
            assert_eq!(constellation.warnings.len(), usize::from(idle), "{:?}", constellation.warnings);
        }
        // A set of two lines without a name is called by its number, damaged or not.
        let one = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
        let two = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667";
        let other = "1 00006U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4754\n\
                     2 00006  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413668";
        std::fs::write(folder.path().join("v.tle"), format!("{one}\n{}9\n{other}\n", &two[..68])).unwrap();
        for (filter, left_out) in [
            ("include = [\"NORAD ?\"]", 1),
            ("norad_ids = [5, 6]", 1),
            ("norad_ids = [6]", 0),
            ("exclude = [\"NORAD 5\"]", 0),
            ("exclude_norad_ids = [5]", 0),
        ] {
            let constellation =
                definition(folder.path(), &format!("[catalogue]\nfile = \"v.tle\"\n{filter}\n"));
            let left = constellation.unwrap().left_out;
            assert_eq!(left.len(), left_out, "{filter}: {left:?}");
            assert!(
                left.iter().all(|entry| entry.reason.contains("checksum") && entry.line == 2),
                "{left:?}"
            );
        }
    }

    /// It was said to be none of the catalogue, and the number that a filter took out to match nothing.
    #[test]
    fn a_set_of_two_satellites_is_wanted_by_the_number_of_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let one = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
        let two = "2 00006  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413668";
        let other = "1 00007U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4755\n\
                     2 00007  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413669";
        std::fs::write(folder.path().join("m.tle"), format!("VANGUARD\n{one}\n{two}\nOTHER\n{other}\n"))
            .unwrap();
        for (filter, left_out) in [("norad_ids = [5, 7]", 1), ("exclude_norad_ids = [5]", 0)] {
            let read =
                definition(folder.path(), &format!("[catalogue]\nfile = \"m.tle\"\n{filter}\n")).unwrap();
            assert_eq!((read.satellites.len(), read.left_out.len()), (1, left_out), "{filter}");
            assert!(read.warnings.is_empty(), "{:?}", read.warnings);
            for entry in read.left_out {
                assert_eq!(entry.satellite, "VANGUARD (00005)");
                assert_eq!(entry.reason, "line 2 belongs to 00006, line 1 to 00005");
            }
        }
    }

    /// The newest set of the satellite tells its designator alone: the number of the older one was gone.
    #[test]
    fn a_satellite_keeps_the_number_that_any_of_its_sets_tells() {
        let folder = tempfile::tempdir().unwrap();
        let header = format!("OBJECT_ID,{}", CATALOGUE.lines().next().unwrap());
        let row = |day: u32, number: &str| {
            format!("2020-001A,S,2026-01-0{day}T00:00:00,15,0.001,53,0,0,0,{number}\n")
        };
        let file = |name: &str, rows: &str| {
            std::fs::write(folder.path().join(name), format!("{header}\n{rows}")).unwrap()
        };
        file("both.csv", &(row(1, "44713") + &row(2, "")));
        let both =
            definition(folder.path(), "[catalogue]\nfile = \"both.csv\"\nnorad_ids = [44713]\n").unwrap();
        assert_eq!((both.satellites[0].norad_id, both.left_out.len()), (Some(44_713), 0));
        assert_eq!(both.satellites[0].elements.epoch.to_string(), "2026-01-02T00:00:00.000Z");
        assert!(both.warnings[0].contains("S (44713): epoch 2026-01-02"), "{:?}", both.warnings);
        let excluded = "[catalogue]\nfile = \"both.csv\"\nexclude_norad_ids = [44713]\n";
        assert!(
            definition(folder.path(), excluded).unwrap_err().to_string().contains("none of the satellites")
        );
        // So does one of two files.
        file("old.csv", &row(1, "44713"));
        file("new.csv", &row(2, ""));
        let mut files = ["old.csv", "new.csv"]
            .map(|name| read(folder.path().join(name).to_str().unwrap(), &ReadOptions::default()).unwrap());
        crate::constellation::repeated::fly_once(&mut files);
        assert_eq!((files[0].satellites.len(), files[1].satellites[0].norad_id), (0, Some(44_713)));
    }

    /// The newest set has no name: its satellite was none of those that a list names, and flew where it was excluded.
    #[test]
    fn a_satellite_keeps_the_name_that_any_of_its_sets_tells() {
        let folder = tempfile::tempdir().unwrap();
        let header = format!("OBJECT_ID,{}", CATALOGUE.lines().next().unwrap());
        let row = |day: u32, name: &str, number: u32| {
            format!("2020-{number:03}A,{name},2026-01-0{day}T00:00:00,15,0.001,53,0,0,0,{number}\n")
        };
        let file = |name: &str, rows: &[String]| {
            std::fs::write(folder.path().join(name), format!("{header}\n{}", rows.concat())).unwrap()
        };
        file("both.csv", &[row(1, "S1", 1), row(1, "BAD DEB", 2), row(2, "", 2)]);
        let flown = |lines: &str| -> Vec<String> {
            let read =
                definition(folder.path(), &format!("[catalogue]\nfile = \"both.csv\"\n{lines}")).unwrap();
            let told = |one: &Satellite| format!("{} {}", one.name, one.elements.epoch);
            read.satellites.iter().map(told).collect()
        };
        let newest = "BAD DEB 2026-01-02T00:00:00.000Z";
        assert_eq!(flown(""), ["S1 2026-01-01T00:00:00.000Z", newest]);
        assert_eq!(flown("include = [\"* DEB\"]\n"), [newest]);
        assert_eq!(flown("exclude = [\"* DEB\"]\n"), ["S1 2026-01-01T00:00:00.000Z"]);
        // So does one of two files, and a set of two lines is called by its number.
        file("old.csv", &[row(1, "S", 44_714)]);
        let lines = "1 44714U 26001A   26002.00000000  .00000000  00000-0  00000-0 0  9999\n\
                     2 44714  53.0000  10.0000 0010000  90.0000  60.0000 15.00000000    14\n";
        std::fs::write(folder.path().join("new.tle"), lines).unwrap();
        let mut files = ["old.csv", "new.tle"]
            .map(|name| read(folder.path().join(name).to_str().unwrap(), &ReadOptions::default()).unwrap());
        assert_eq!(files[1].satellites[0].name, "NORAD 44714");
        crate::constellation::repeated::fly_once(&mut files);
        assert_eq!((files[0].satellites.len(), files[1].satellites[0].name.as_str()), (0, "S"));
    }

    /// `coverage` began with the others, `dop` and `passes` thirty years later.
    #[test]
    fn one_wrong_epoch_of_a_catalogue_is_not_that_of_its_definition() {
        let folder = tempfile::tempdir().unwrap();
        let header = CATALOGUE.lines().next().unwrap();
        let rows: String = (0..150)
            .map(|number| {
                format!("S{number},2026-08-20T00:00:00,15,0.001,53,0,0,{number},{}\n", 1000 + number)
            })
            .collect();
        let slip = "X,2056-08-20T00:00:00,15,0.001,53,0,0,0,2000\n";
        std::fs::write(folder.path().join("slip.csv"), format!("{header}\n{rows}{slip}")).unwrap();
        let epoch = |lines: &str| definition(folder.path(), lines).unwrap().epoch.unwrap().to_string();
        let pointed = "[catalogue]\nfile = \"slip.csv\"\n";
        assert_eq!(epoch(pointed), "2026-08-20T00:00:00.000Z");
        // What a file designs is where it says, whatever the catalogue beside it.
        let designed = "epoch = \"2027-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[[satellite]]\nname = \"G\"\n\
                        orbit = \"geo\"\nlongitude_deg = 5\nsource = \"s\"\n";
        assert_eq!(epoch(&format!("{designed}{pointed}")), "2027-01-01T00:00:00.000Z");
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
            ("[catalogue]\nfile = \"sats.csv\"\nnorad_ids = [7.9, 8]", ":4:14", "is 7.9, expected a whole"),
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
