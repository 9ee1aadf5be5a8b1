//! What tells a satellite from all others, wherever it is read from: the same for everyone who asks.
//!
//! A catalogue number is one satellite's for good, and so is an international designator. Numbers of the range set
//! aside for analyst objects are lent, and exports of designed satellites begin with the same one: there the name must
//! agree too, and from file to file the shape of the orbit. A designator that one file writes beside several names, and
//! beside no number, wants its name too, also to lead to the number that others give it. What bears neither is told by its
//! name and its elements together, for catalogues call many objects alike ("TBA", "OBJECT A").

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::{Constellation, Satellite};
use crate::orbit::MeanElements;
use crate::time::Epoch;

/// A mark that no two satellites share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark<'a> {
    /// Catalogue number.
    Number(u32),
    /// Number of the range that is lent, name, and which of the shapes of orbits that both stand beside.
    Lent(u32, &'a str, usize),
    /// International designator of a satellite whose number is not told.
    Designator(&'a str),
    /// The same and the name, where a file tells satellites of other names by it too.
    Named(&'a str, &'a str),
}

/// Numbers for analyst objects (Space-Track, "Alpha-5"), from which [`crate::export::elements`] numbers designed
/// satellites.
const LENT: std::ops::RangeInclusive<u32> = 270_000..=339_999;

/// Whether a number is of the range that is lent, and alone tells no satellite of one file from one of another.
pub fn is_lent(number: u32) -> bool {
    LENT.contains(&number)
}

/// Inclinations in degrees and mean motions in revolutions a day that differ less are of one orbit: no more than what
/// another notation rounds and a newer epoch has drifted.
const SAME_SHAPE: [f64; 2] = [0.1, 0.05];

/// What designators tell, from the satellites that bear them.
#[derive(Debug, Default)]
struct Designators<'a> {
    /// The catalogue number of each, from the satellites that are told with both.
    numbers: HashMap<&'a str, Option<u32>>,
    /// Each with the names that stand beside it and a number.
    numbered: HashSet<(&'a str, &'a str)>,
    /// Those that stand beside several names: of satellites of number 0, which is given to objects that have none yet,
    /// or of one file and without a number. One designator is one object, and its names may change, but scripts that make
    /// many satellites of one give them all its designator.
    shared: HashSet<&'a str>,
}

impl<'a> Designators<'a> {
    fn of<'t>(files: impl Iterator<Item = &'t [Told<'a>]> + Clone) -> Self
    where
        'a: 't,
    {
        let mut known = Self::default();
        // Most catalogues number all they hold, and have no use for this.
        if !files.clone().flatten().any(|one| one.unnumbered_designator().is_some()) {
            return known;
        }
        let mut names: HashMap<(Option<usize>, &str), &str> = HashMap::new();
        for (file, read) in files.enumerate() {
            for one in read {
                if let (Some(designator), Some(number)) = (one.designator, one.catalogue_number()) {
                    known.numbered.insert((designator, one.name));
                    // A designator that stands beside several numbers tells none of them.
                    let known = known.numbers.entry(designator).or_insert(Some(number));
                    *known = known.filter(|&other| other == number);
                } else if let Some(designator) = one.unnumbered_designator() {
                    let within = one.number.is_none().then_some(file);
                    if *names.entry((within, designator)).or_insert(one.name) != one.name {
                        known.shared.insert(designator);
                    }
                }
            }
        }
        known
    }

    /// The mark of a satellite, whatever the shape of its orbit.
    fn mark(&self, one: &Told<'a>) -> Option<Mark<'a>> {
        let of_number = |number| match is_lent(number) {
            true => Mark::Lent(number, one.name, 0),
            false => Mark::Number(number),
        };
        if let Some(number) = one.catalogue_number() {
            return Some(of_number(number));
        }
        let designator = one.unnumbered_designator()?;
        let is_shared = self.shared.contains(designator);
        Some(match self.numbers.get(designator) {
            Some(&Some(number)) if !is_shared || self.numbered.contains(&(designator, one.name)) => {
                of_number(number)
            }
            _ if is_shared => Mark::Named(designator, one.name),
            _ => Mark::Designator(designator),
        })
    }
}

/// Whether this is a designator, which begins with a year, and no word that stands for none, such as UNKNOWN.
fn is_told(designator: &str) -> bool {
    designator.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// One satellite, in whatever file or phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity<'a> {
    /// It bears a mark.
    Marked(Mark<'a>),
    /// It bears none.
    Unmarked {
        /// File and shell of a designed satellite, whose name means nothing elsewhere; none in a catalogue.
        home: Option<(usize, &'a str)>,
        /// Name.
        name: &'a str,
        /// Elements.
        elements: ElementBits,
        /// The how-manieth it is in its file of those that all the rest is the same of.
        occurrence: usize,
    },
}

/// Elements to the last bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ElementBits(Epoch, [u64; 7]);

impl From<&MeanElements> for ElementBits {
    fn from(elements: &MeanElements) -> Self {
        let numbers = [
            elements.inclination_deg,
            elements.raan_deg,
            elements.eccentricity,
            elements.argument_of_perigee_deg,
            elements.mean_anomaly_deg,
            elements.mean_motion_rev_day,
            elements.bstar,
        ];
        // The sum makes one zero of both.
        Self(elements.epoch, numbers.map(|number| (number + 0.0).to_bits()))
    }
}

/// A file under the one name that all its names lead to; shipped ones keep theirs.
pub(super) fn place(file: &str) -> PathBuf {
    Path::new(file).canonicalize().unwrap_or_else(|_| PathBuf::from(file))
}

/// What is told of a satellite that identifies it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Catalogue number.
    pub number: Option<u32>,
    /// International designator.
    pub designator: Option<&'a str>,
    /// Shell of a designed satellite; none in a catalogue.
    pub shell: Option<&'a str>,
    /// Name.
    pub name: &'a str,
    /// Elements.
    pub elements: &'a MeanElements,
}

impl<'a> Told<'a> {
    /// What a satellite of a catalogue tells, or of a shell.
    pub fn of(satellite: &'a Satellite, shell: Option<&'a str>) -> Self {
        Self {
            number: satellite.norad_id,
            designator: satellite.designator.as_deref(),
            shell,
            name: &satellite.name,
            elements: &satellite.elements,
        }
    }

    /// The designator of a satellite whose number is not told.
    fn unnumbered_designator(&self) -> Option<&'a str> {
        self.designator.filter(|text| self.catalogue_number().is_none() && is_told(text))
    }

    /// The catalogue number, of which 0 is none.
    fn catalogue_number(&self) -> Option<u32> {
        self.number.filter(|&number| number != 0)
    }
}

/// Name, number and designator of a satellite, of which one element set may tell what another does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Papers {
    /// Its name; none where its number or its designator stands for one.
    pub name: Option<String>,
    /// Catalogue number.
    pub number: Option<u32>,
    /// International designator.
    pub designator: Option<String>,
}

impl Papers {
    /// Those that a set tells; `name` is what its satellite is called.
    pub fn new(name: &str, number: Option<u32>, designator: Option<&str>) -> Self {
        let is_given =
            designator != Some(name) && number.is_none_or(|number| of_number_alone(number) != name);
        Self { name: is_given.then(|| name.to_owned()), number, designator: designator.map(str::to_owned) }
    }

    /// Takes what these lack from those of another set of the same satellite.
    pub fn complete(&mut self, other: &Self) {
        if self.name.is_none() {
            self.name.clone_from(&other.name);
        }
        if self.number.is_none_or(|number| number == 0) {
            self.number = other.number.or(self.number);
        }
        if self.designator.is_none() {
            self.designator.clone_from(&other.designator);
        }
    }
}

/// What a satellite is called of which nothing but its catalogue number is told.
pub fn of_number_alone(number: u32) -> String {
    format!("NORAD {number}")
}

/// What a constellation tells of its satellites, in their order.
pub fn told<'a>(constellation: &'a Constellation) -> Vec<Told<'a>> {
    let catalogues = constellation.catalogues();
    let told = |satellite: &'a Satellite| {
        Told::of(satellite, Some(satellite.shell.as_str()).filter(|shell| !catalogues.contains(shell)))
    };
    constellation.satellites.iter().map(told).collect()
}

/// The marks of satellites of several files, in their order.
pub fn marks<'a>(files: &[Vec<Told<'a>>]) -> Vec<Vec<Option<Mark<'a>>>> {
    let designators = Designators::of(files.iter().map(Vec::as_slice));
    let marks = |one: &Vec<Told<'a>>| one.iter().map(|one| designators.mark(one)).collect();
    let mut marks: Vec<Vec<Option<Mark<'a>>>> = files.iter().map(marks).collect();
    tell_shapes_apart(files, &mut marks);
    marks
}

/// Tells satellites of one lent number and name apart whose orbits are of unlike shapes. Shapes are alike that are within
/// [`SAME_SHAPE`] of one another, or of others between: a border that is fixed would part what happens to lie beside it.
fn tell_shapes_apart<'a>(files: &[Vec<Told<'a>>], marks: &mut [Vec<Option<Mark<'a>>>]) {
    let mut lent: HashMap<(u32, &str), Vec<(usize, usize)>> = HashMap::new();
    for (file, marks) in marks.iter().enumerate() {
        for (at, mark) in marks.iter().enumerate() {
            if let Some(Mark::Lent(number, name, _)) = mark {
                lent.entry((*number, name)).or_default().push((file, at));
            }
        }
    }
    for (_, places) in lent.into_iter().filter(|(_, places)| places.len() > 1) {
        let mut alike = vec![places];
        for (figure, tolerance) in SAME_SHAPE.into_iter().enumerate() {
            let of = |&(file, at): &(usize, usize)| {
                let elements = files[file][at].elements;
                [elements.inclination_deg, elements.mean_motion_rev_day][figure]
            };
            for part in std::mem::take(&mut alike) {
                let mut part = part;
                part.sort_by(|a, b| of(a).total_cmp(&of(b)));
                alike.extend(part.chunk_by(|a, b| of(b) - of(a) <= tolerance).map(<[_]>::to_vec));
            }
        }
        alike.sort_by_key(|part| part.iter().min().copied());
        for (shape, part) in alike.into_iter().enumerate() {
            for (file, at) in part {
                if let Some(Mark::Lent(_, _, of)) = &mut marks[file][at] {
                    *of = shape;
                }
            }
        }
    }
}

/// Element sets of one file of which several are of one satellite.
#[derive(Debug, Default)]
pub struct Duplicates {
    /// Whether a set is older than another of its satellite; of equal epochs the last is taken.
    pub dropped: Vec<bool>,
    /// Each set that is dropped, behind the one that was taken when it was.
    pub pairs: Vec<(usize, usize)>,
}

/// How many duplicates are told one by one.
const DUPLICATES_TOLD: usize = 5;

impl Duplicates {
    /// What is to be said of them, with words for a set that was taken and the one that it drops; none without any.
    pub fn note(&self, words: impl Fn(usize, usize) -> String) -> Option<String> {
        let told: Vec<String> =
            self.pairs.iter().take(DUPLICATES_TOLD).map(|&(kept, older)| words(kept, older)).collect();
        let more = match self.pairs.len().saturating_sub(DUPLICATES_TOLD) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let sets = if self.pairs.len() == 1 { "set is a duplicate" } else { "sets are duplicates" };
        (!self.pairs.is_empty()).then(|| {
            format!("{} element {sets}, the newest epoch wins: {}{more}", self.pairs.len(), told.join("; "))
        })
    }
}

/// What is said of the epochs of a set that was taken and of the one that it drops.
pub fn epochs_of(kept: &MeanElements, older: &MeanElements) -> String {
    if kept.epoch != older.epoch {
        return format!("epoch {} taken, {} dropped", kept.epoch, older.epoch);
    }
    let elements = if kept == older { "the same elements" } else { "other elements" };
    format!("epoch {} twice, the last taken, the one before dropped, with {elements}", kept.epoch)
}

/// Which element sets of a catalogue are of satellites that it tells more than once: those of one lent number and name
/// are one satellite, whatever their orbits.
pub fn duplicates_of_catalogue(told: &[Told]) -> Duplicates {
    let designators = Designators::of(std::iter::once(told));
    duplicates(told, told.iter().map(|one| designators.mark(one)))
}

/// What is to be said of satellites of a catalogue that bear one designator, no number, and other names: whether they are
/// one, only its maker knows.
pub fn shared_designators(told: &[Told]) -> Option<String> {
    let designators = Designators::of(std::iter::once(told));
    let sharing =
        |one: &&Told| one.unnumbered_designator().is_some_and(|own| designators.shared.contains(own));
    let first = told.iter().find(sharing)?.unnumbered_designator()?;
    let mut names: Vec<&str> = Vec::new();
    for one in told.iter().filter(|one| one.unnumbered_designator() == Some(first)) {
        if !names.contains(&one.name) && names.len() <= SHARING_TOLD {
            names.push(one.name);
        }
    }
    let more = if names.len() > SHARING_TOLD { ", …" } else { "" };
    names.truncate(SHARING_TOLD);
    Some(format!(
        "{} element sets without catalogue numbers share designators under different names, and are taken for as many \
         satellites as names: {first} of {}{more}; NORAD_CAT_ID tells which of them are one",
        told.iter().filter(sharing).count(),
        names.join(", ")
    ))
}

/// How many names of one designator are told.
const SHARING_TOLD: usize = 3;

/// Which satellites a definition tells more than once, which may take them from several catalogues.
pub fn duplicates_of_definition(told: Vec<Told>) -> Duplicates {
    let files = [told];
    duplicates(&files[0], marks(&files).into_iter().flatten())
}

fn duplicates<'a>(told: &[Told], marks: impl Iterator<Item = Option<Mark<'a>>>) -> Duplicates {
    let mut newest: HashMap<Mark, usize> = HashMap::with_capacity(told.len());
    let mut found = Duplicates { dropped: vec![false; told.len()], pairs: Vec::new() };
    for (index, (one, mark)) in told.iter().zip(marks).enumerate() {
        let Some(mark) = mark else { continue };
        let Some(&other) = newest.get(&mark) else {
            newest.insert(mark, index);
            continue;
        };
        let (kept, older) =
            if one.elements.epoch >= told[other].elements.epoch { (index, other) } else { (other, index) };
        newest.insert(mark, kept);
        found.dropped[older] = true;
        found.pairs.push((kept, older));
    }
    found
}

/// The identities of satellites of several files, in their order, by the paths of the files and what they tell.
pub fn identities<'a>(paths: &[&str], files: &[Vec<Told<'a>>]) -> Vec<Vec<Identity<'a>>> {
    let places: Vec<PathBuf> = paths.iter().map(|path| place(path)).collect();
    let mut all = Vec::with_capacity(files.len());
    for ((own, told), marks) in places.iter().zip(files).zip(marks(files)) {
        let file = places.iter().position(|place| place == own).unwrap_or_default();
        let mut seen: HashMap<(Option<&str>, &str, ElementBits), usize> = HashMap::new();
        let identities = told.iter().zip(marks).map(|(one, mark)| {
            if let Some(mark) = mark {
                return Identity::Marked(mark);
            }
            let elements = ElementBits::from(one.elements);
            let occurrence = seen.entry((one.shell, one.name, elements)).or_default();
            *occurrence += 1;
            let home = one.shell.map(|shell| (file, shell));
            Identity::Unmarked { home, name: one.name, elements, occurrence: *occurrence }
        });
        all.push(identities.collect());
    }
    all
}

/// The identities of the satellites of constellations, in their order.
pub fn of_constellations(constellations: &[Constellation]) -> Vec<Vec<Identity<'_>>> {
    let paths: Vec<&str> = constellations.iter().map(|one| one.file.as_str()).collect();
    identities(&paths, &constellations.iter().map(told).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse};

    const HEADER: &str = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,\
                          RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY\n";

    fn catalogue(file: &str, rows: &[&str]) -> Constellation {
        let rows: String = rows.iter().map(|row| format!("{row},15,0.001,53,0,0,0\n")).collect();
        parse(file, format!("{HEADER}{rows}").as_bytes(), &ReadOptions::default()).unwrap()
    }

    #[test]
    fn a_designator_leads_to_the_number_that_stands_beside_it() {
        let numbered = catalogue("a.csv", &["A,2025-001A,7,2026-01-01", "B,2025-001B,8,2026-01-01"]);
        let bare = catalogue(
            "b.csv",
            &[
                "A,2025-001A,,2026-01-02",
                "C,2025-001C,,2026-01-02",
                "D,UNKNOWN,,2026-01-02",
                "E,UNKNOWN,,2026-01-02",
            ],
        );
        let [of_numbered, of_bare] = marks(&[told(&numbered), told(&bare)]).try_into().unwrap();
        assert_eq!(of_numbered, [Some(Mark::Number(7)), Some(Mark::Number(8))]);
        assert_eq!(of_bare, [Some(Mark::Number(7)), Some(Mark::Designator("2025-001C")), None, None]);
        let doubtful = catalogue("c.csv", &["A,2025-001A,7,2026-01-01", "B,2025-001A,9,2026-01-01"]);
        assert_eq!(marks(&[told(&doubtful), told(&bare)])[1][0], Some(Mark::Designator("2025-001A")));
    }

    /// Exports of two designs begin with the same number.
    #[test]
    fn a_number_that_is_lent_wants_its_name() {
        let rows = ["A1,,270000,2026-01-01", "A2,,270001,2026-01-01", "A3,,270000,2026-01-01"];
        let files = [catalogue("a.csv", &rows), catalogue("b.csv", &["A2,,270001,2026-01-02"])];
        assert_eq!(files[0].satellites.len(), 3, "none is a duplicate");
        let [of_first, of_second] = marks(&files.each_ref().map(told)).try_into().unwrap();
        assert_eq!(
            of_first,
            ["A1", "A2", "A3"].map(|name| Some(Mark::Lent(
                if name == "A2" { 270_001 } else { 270_000 },
                name,
                0
            )))
        );
        assert_eq!(of_second, [of_first[1]]);
        // Another shape of the orbit is another satellite, whatever its name.
        let row = "A1,,270000,2026-01-01,15,0.001,86,0,0,0\n";
        let other = parse("c.csv", format!("{HEADER}{row}").as_bytes(), &ReadOptions::default()).unwrap();
        let marks = marks(&[told(&files[0]), told(&other)]);
        assert_eq!((marks[0][0], marks[1][0]), (of_first[0], Some(Mark::Lent(270_000, "A1", 1))));
    }

    /// Rounded figures have borders, and one lay between two epochs as likely as not: both flew.
    #[test]
    fn epochs_of_an_analyst_object_are_one_satellite_on_both_sides_of_any_border() {
        let one = |file: &str, rows: &[(&str, f64, f64)]| {
            let rows: String = rows
                .iter()
                .map(|(epoch, motion, inclination)| {
                    format!("TBA,,270101,{epoch},{motion:.5},0.001,{inclination:.4},0,0,0\n")
                })
                .collect();
            parse(file, format!("{HEADER}{rows}").as_bytes(), &ReadOptions::default()).unwrap()
        };
        for step in 0..40 {
            let (motion, inclination) = (15.0 + 0.0005 * f64::from(step), 53.0 + 0.005 * f64::from(step));
            let older = ("2026-01-01", motion, inclination);
            let newer = ("2026-01-02", motion + 4e-5, inclination + 2e-4);
            let both = one("both.csv", &[older, newer]);
            assert_eq!((both.satellites.len(), both.warnings.len()), (1, 1), "{step}");
            let apart = [one("o.csv", &[older]), one("n.csv", &[newer])];
            let identities = of_constellations(&apart);
            assert_eq!(identities[0], identities[1], "{step}");
        }
        // In one file the number and the name suffice.
        let drifted = one("d.csv", &[("2026-01-01", 15.0, 53.0), ("2026-03-01", 15.9, 53.3)]);
        assert_eq!((drifted.satellites.len(), drifted.warnings.len()), (1, 1));
    }

    #[test]
    fn satellites_of_number_0_are_told_by_their_designators() {
        let zero = catalogue("a.csv", &["X,2026-001A,0,2026-01-01", "X,2026-001A,0,2026-01-02"]);
        assert_eq!(zero.satellites.len(), 1);
        assert!(zero.warnings[0].contains("X (2026-001A): epoch 2026-01-02"), "{:?}", zero.warnings);
        // As they are where the number is left out, and where another file gives it.
        let bare = catalogue("b.csv", &["X,2026-001A,,2026-01-01"]);
        let numbered = catalogue("c.csv", &["X,2026-001A,7,2026-01-01"]);
        assert_eq!(marks(&[told(&zero), told(&bare)]).concat(), [Some(Mark::Designator("2026-001A")); 2]);
        assert_eq!(marks(&[told(&zero), told(&numbered)]).concat(), [Some(Mark::Number(7)); 2]);
        // A script that makes many satellites of one line gives them all its designator.
        let many = catalogue("d.csv", &["A,2026-001A,0,2026-01-01", "B,2026-001A,0,2026-01-01"]);
        assert_eq!((many.satellites.len(), many.warnings.len()), (2, 1));
    }

    /// One of three flew, and the others were called duplicates of it.
    #[test]
    fn names_that_differ_are_satellites_of_their_own_where_only_a_designator_is_told() {
        let rows = [
            "SIM-1,2026-001A,,2026-01-01",
            "SIM-2,2026-001A,,2026-01-01",
            "SIM-3,2026-001A,,2026-01-01",
            "SIM-1,2026-001A,,2026-01-02",
        ];
        let many = catalogue("a.csv", &rows);
        let flown: Vec<(&str, String)> =
            many.satellites.iter().map(|one| (one.name.as_str(), one.elements.epoch.to_string())).collect();
        let [first, second] = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"].map(str::to_owned);
        assert_eq!(flown, [("SIM-2", first.clone()), ("SIM-3", first), ("SIM-1", second)]);
        let [duplicate, shared] = many.warnings.as_slice() else { panic!("{:?}", many.warnings) };
        assert!(duplicate.contains("SIM-1 (2026-001A): epoch 2026-01-02"), "{duplicate}");
        assert_eq!(
            shared,
            "4 element sets without catalogue numbers share designators under different names, and are taken for as many \
             satellites as names: 2026-001A of SIM-1, SIM-2, SIM-3; NORAD_CAT_ID tells which of them are one"
        );
        // A copy holds the same satellites; a catalogue of one of them holds that one.
        let (copy, one) = (catalogue("b.csv", &rows), catalogue("c.csv", &["SIM-2,2026-001A,,2026-01-05"]));
        let marks = marks(&[told(&many), told(&copy), told(&one)]);
        assert_eq!(marks[0], marks[1]);
        assert_eq!(marks[2], [Some(Mark::Named("2026-001A", "SIM-2"))]);
        // From one file to another an object may have got its name.
        let renamed = [
            catalogue("d.csv", &["OBJECT A,2026-001A,,2026-01-01"]),
            catalogue("e.csv", &["X,2026-001A,,2026-01-02"]),
        ];
        let marks = super::marks(&renamed.each_ref().map(told)).concat();
        assert_eq!(marks, [Some(Mark::Designator("2026-001A")); 2]);
    }

    /// S1 flew three times: without its number it was taken for one of those that a script had made of it.
    #[test]
    fn a_name_and_a_designator_lead_to_the_number_that_stands_beside_both() {
        let rows = ["S1,2020-001A,44713,2026-01-01", "S1,2020-001A,,2026-01-02", "OLD,2020-001A,,2026-01-03"];
        let one = catalogue("a.csv", &rows);
        let flown: Vec<_> = one.satellites.iter().map(|one| (one.name.as_str(), one.norad_id)).collect();
        assert_eq!(flown, [("S1", Some(44_713)), ("OLD", None)]);
        assert_eq!(one.satellites[0].elements.epoch.to_string(), "2026-01-02T00:00:00.000Z");
        let files = [catalogue("b.csv", &rows[..1]), catalogue("c.csv", &rows[1..])];
        let marks = marks(&files.each_ref().map(told)).concat();
        let numbered = Some(Mark::Number(44_713));
        assert_eq!(marks, [numbered, numbered, Some(Mark::Named("2020-001A", "OLD"))]);
    }

    #[test]
    fn names_that_repeat_are_no_identity() {
        let rows = ["TBA,,,2026-01-01", "TBA,,,2026-01-02", "TBA,,,2026-01-01"];
        let files = [
            catalogue("a.csv", &rows),
            catalogue("copy.csv", &rows),
            catalogue("b.csv", &["TBA,,,2026-01-03"]),
        ];
        let identities = of_constellations(&files);
        assert_eq!(identities[0], identities[1]);
        let mut all: Vec<Identity> = identities.concat();
        all.sort_by_key(|identity| format!("{identity:?}"));
        all.dedup();
        assert_eq!(all.len(), 4);
    }
}
