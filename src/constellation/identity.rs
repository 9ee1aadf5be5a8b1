//! What tells a satellite from all others, wherever it is read from: the same for everyone who asks.
//!
//! A catalogue number is one satellite's for good, and so is an international designator. Numbers of the range set
//! aside for analyst objects are lent, and exports of designed satellites begin with the same one: there the name and the
//! shape of the orbit must agree too. What bears neither is told by its name and its elements together, for catalogues call many objects alike
//! ("TBA", "OBJECT A").

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{CATALOGUE_PATTERN, Constellation, Satellite};
use crate::orbit::MeanElements;
use crate::time::Epoch;

/// A mark that no two satellites share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark<'a> {
    /// Catalogue number.
    Number(u32),
    /// Number of the range that is lent, name, and inclination in tenths of a degree and mean motion in hundredths of a
    /// revolution a day, which another notation or a newer epoch leaves as they are.
    Lent(u32, &'a str, [i64; 2]),
    /// International designator of a satellite whose number is not told.
    Designator(&'a str),
}

/// Numbers for analyst objects (Space-Track, "Alpha-5"), from which [`crate::export::elements`] numbers designed
/// satellites.
const LENT: std::ops::RangeInclusive<u32> = 270_000..=339_999;

/// Whether a number is of the range that is lent, and alone tells no satellite of one file from one of another.
pub fn is_lent(number: u32) -> bool {
    LENT.contains(&number)
}

/// The catalogue numbers of designators, from those that are told with both.
#[derive(Debug, Default)]
pub struct Designators<'a>(HashMap<&'a str, Option<u32>>);

impl<'a> Designators<'a> {
    /// From catalogue numbers and designators as they are read.
    pub fn of(read: impl Iterator<Item = (Option<u32>, Option<&'a str>)> + Clone) -> Self {
        // Most catalogues number all they hold, and have no use for this.
        let mut numbers = HashMap::new();
        if !read.clone().any(|(number, designator)| number.is_none() && designator.is_some()) {
            return Self(numbers);
        }
        for (number, designator) in read {
            let (Some(number), Some(designator)) = (number.filter(|&number| number != 0), designator) else {
                continue;
            };
            // A designator that stands beside several numbers tells none of them.
            let known = numbers.entry(designator).or_insert(Some(number));
            *known = known.filter(|&other| other == number);
        }
        Self(numbers)
    }

    /// The mark of a satellite. Number 0 is given to objects that have none yet:
    /// those are not the same satellite.
    pub fn mark(&self, one: &Told<'a>) -> Option<Mark<'a>> {
        let shape = || [one.elements.inclination_deg * 10.0, one.elements.mean_motion_rev_day * 100.0];
        let of_number = |number| match is_lent(number) {
            true => Mark::Lent(number, one.name, shape().map(|figure| figure.round() as i64)),
            false => Mark::Number(number),
        };
        match (one.number, one.designator.filter(|text| is_told(text))) {
            (Some(0), _) | (None, None) => None,
            (Some(number), _) => Some(of_number(number)),
            (None, Some(designator)) => Some(match self.0.get(designator) {
                Some(&Some(number)) => of_number(number),
                _ => Mark::Designator(designator),
            }),
        }
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

/// What a constellation tells of its satellites, in their order.
pub fn told<'a>(constellation: &'a Constellation) -> Vec<Told<'a>> {
    let catalogues = constellation.shells.iter().filter(|shell| shell.pattern == CATALOGUE_PATTERN);
    let catalogues: Vec<&str> = catalogues.map(|shell| shell.name.as_str()).collect();
    let told = |satellite: &'a Satellite| Told {
        number: satellite.norad_id,
        designator: satellite.designator.as_deref(),
        shell: Some(satellite.shell.as_str()).filter(|shell| !catalogues.contains(shell)),
        name: &satellite.name,
        elements: &satellite.elements,
    };
    constellation.satellites.iter().map(told).collect()
}

/// The marks of satellites of several files, in their order.
pub fn marks<'a>(files: &[Vec<Told<'a>>]) -> Vec<Vec<Option<Mark<'a>>>> {
    let designators = Designators::of(files.iter().flatten().map(|one| (one.number, one.designator)));
    let marks = |one: &Vec<Told<'a>>| one.iter().map(|one| designators.mark(one)).collect();
    files.iter().map(marks).collect()
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

/// Which element sets of a file are of satellites that it tells more than once.
pub fn duplicates(told: &[Told]) -> Duplicates {
    let designators = Designators::of(told.iter().map(|one| (one.number, one.designator)));
    let mut newest: HashMap<Mark, usize> = HashMap::with_capacity(told.len());
    let mut found = Duplicates { dropped: vec![false; told.len()], pairs: Vec::new() };
    for (index, one) in told.iter().enumerate() {
        let Some(mark) = designators.mark(one) else { continue };
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
                [530, 1500]
            )))
        );
        assert_eq!(of_second, [of_first[1]]);
        // Another shape of the orbit is another satellite, whatever its name.
        let row = "A1,,270000,2026-01-01,15,0.001,86,0,0,0\n";
        let other = parse("c.csv", format!("{HEADER}{row}").as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(marks(&[told(&other)])[0], [Some(Mark::Lent(270_000, "A1", [860, 1500]))]);
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
