//! The satellites of two constellation files side by side: which only one has, and which fly otherwise.

use std::collections::HashMap;

use serde::Serialize;

use crate::constellation::identity::{ElementBits, Mark, marks, told};
use crate::constellation::names::told_apart;
use crate::constellation::{Constellation, Satellite};
use crate::time::Epoch;

/// Which satellites differ, matched by catalogue number or designator, else by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SatelliteDifference {
    /// Newest epoch of each file, as [`Constellation::epoch`] has it.
    pub epochs: [Option<Epoch>; 2],
    /// Names of those that only the first file has, each told apart from all others.
    pub only_a: Vec<String>,
    /// Names of those that only the second file has.
    pub only_b: Vec<String>,
    /// Names of those that both have, with other elements or of another epoch.
    pub changed: Vec<String>,
    /// Number of those that are the same.
    pub same: usize,
}

impl SatelliteDifference {
    /// Compares the satellites of two constellations in the phases they were read in.
    pub fn new(a: &Constellation, b: &Constellation) -> Self {
        let partner = partners(a, b);
        let (mut only_a, mut changed, mut same) = (Vec::new(), Vec::new(), 0);
        let mut is_taken = vec![false; b.satellites.len()];
        partner.iter().flatten().for_each(|&number| is_taken[number] = true);
        let only_b = b.satellites.iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
        let mut all: Vec<(&Satellite, &str)> =
            a.satellites.iter().map(|satellite| (satellite, a.file.as_str())).collect();
        all.extend(only_b.map(|(satellite, _)| (satellite, b.file.as_str())));
        // Satellites of one name are told apart, also those of two files.
        let mut names = told_apart(&all);
        let only_b = names.split_off(a.satellites.len());
        for ((satellite, partner), name) in a.satellites.iter().zip(partner).zip(names) {
            match partner {
                None => only_a.push(name),
                Some(number) if b.satellites[number].elements == satellite.elements => same += 1,
                Some(_) => changed.push(name),
            }
        }
        Self { epochs: [a.epoch, b.epoch], only_a, only_b, changed, same }
    }

    /// Whether the same satellites fly in the same orbits.
    pub fn is_empty(&self) -> bool {
        self.only_a.is_empty() && self.only_b.is_empty() && self.changed.is_empty()
    }
}

/// How two versions of a file know a satellite.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Mark(Mark<'a>),
    Orbit(&'a str, ElementBits),
    Name(&'a str),
}

fn keys<'a>(one: &'a Constellation, marks: &[Option<Mark<'a>>], by_name: bool) -> Vec<Key<'a>> {
    let key = |(satellite, mark): (&'a Satellite, &Option<Mark<'a>>)| match (mark, by_name) {
        (Some(mark), _) => Key::Mark(*mark),
        (None, false) => Key::Orbit(&satellite.name, ElementBits::from(&satellite.elements)),
        (None, true) => Key::Name(&satellite.name),
    };
    one.satellites.iter().zip(marks).map(key).collect()
}

/// The number in `b` of each satellite of `a`. Where there is no mark, those that are called alike and fly alike
/// belong together, and then those that are only called alike, in their order: a name may stand several times.
fn partners(a: &Constellation, b: &Constellation) -> Vec<Option<usize>> {
    let marks = marks(&[told(a), told(b)]);
    let mut partners: Vec<Option<usize>> = vec![None; a.satellites.len()];
    let mut is_taken = vec![false; b.satellites.len()];
    for by_name in [false, true] {
        let mut left: HashMap<Key, Vec<usize>> = HashMap::new();
        for (number, key) in
            keys(b, &marks[1], by_name).into_iter().enumerate().rev().filter(|(n, _)| !is_taken[*n])
        {
            left.entry(key).or_default().push(number);
        }
        for (partner, key) in
            partners.iter_mut().zip(keys(a, &marks[0], by_name)).filter(|(known, _)| known.is_none())
        {
            *partner = left.get_mut(&key).and_then(Vec::pop);
            partner.iter().for_each(|&number| is_taken[number] = true);
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::super::definition::FileDifference;
    use crate::constellation::ReadOptions;

    #[test]
    fn satellites_of_catalogues_are_compared_one_by_one() {
        let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID";
        let file = |rows: &[(u32, &str, f64)]| {
            let rows: String = rows
                .iter()
                .map(|(number, epoch, node)| format!("S{number},{epoch},15,0.001,53,{node},0,0,{number}\n"))
                .collect();
            let text = format!("{header}\n{rows}");
            crate::constellation::parse("a.csv", text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        let a = file(&[(1, "2026-01-01", 10.0), (2, "2026-01-01", 20.0), (3, "2026-01-01", 30.0)]);
        let b = file(&[(3, "2026-01-02", 30.0), (1, "2026-01-01", 10.0), (4, "2026-01-01", 40.0)]);
        let difference = FileDifference::new(&a, &b);
        let satellites = &difference.satellites;
        assert_eq!(
            (&satellites.only_a[..], &satellites.only_b[..]),
            (&["S2".to_owned()][..], &["S4".to_owned()][..])
        );
        assert_eq!((&satellites.changed[..], satellites.same), (&["S3".to_owned()][..], 1));
        assert!(difference.same_parameters() && !difference.is_empty());
        assert_eq!(
            satellites.epochs.map(|epoch| epoch.unwrap().to_string()[..10].to_owned()),
            ["2026-01-01", "2026-01-02"]
        );
        assert!(FileDifference::new(&a, &a).is_empty());
    }

    /// "only in A: TBA, TBA" told nobody which.
    #[test]
    fn satellites_that_are_called_alike_are_told_apart() {
        let header = "OBJECT_NAME,NORAD_CAT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY";
        let file = |name: &str, numbers: [u32; 3], epoch: &str| {
            let rows: String =
                numbers.iter().map(|number| format!("TBA,{number},{epoch},15,0.001,53,0,0,0\n")).collect();
            let text = format!("{header}\n{rows}");
            crate::constellation::parse(name, text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        let (a, b) = (file("a.csv", [1, 2, 3], "2026-01-01"), file("b.csv", [2, 3, 4], "2026-01-02"));
        let there = FileDifference::new(&a, &b).satellites;
        assert_eq!((there.only_a, there.only_b), (vec!["TBA (1)".to_owned()], vec!["TBA (4)".to_owned()]));
        assert_eq!(there.changed, ["TBA (2)", "TBA (3)"]);
    }

    /// The newest epoch was that of a slip, and not that from which all other commands begin.
    #[test]
    fn one_wrong_epoch_of_many_is_not_the_newest() {
        let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY";
        let row = |number: u32, year: u32| format!("S{number},{year}-08-20,15,0.001,53,0,0,{number}\n");
        let rows: String = (0..150).map(|number| row(number, 2026)).collect();
        let text = format!("{header}\n{rows}{}", row(150, 2056));
        let slip = crate::constellation::parse("a.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
        let [Some(epoch), _] = FileDifference::new(&slip, &slip).satellites.epochs else {
            panic!("no epoch")
        };
        assert_eq!(epoch.to_string(), "2026-08-20T00:00:00.000Z");
    }

    /// Names that repeat and designators without numbers: each satellite is matched with itself.
    #[test]
    fn satellites_that_are_called_alike_are_matched_by_their_orbits() {
        let header = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,\
                      RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY";
        let file = |rows: &[(&str, &str, f64)]| {
            let rows: String = rows
                .iter()
                .map(|(name, marks, node)| format!("{name},{marks},2026-01-01,15,0.001,53,{node},0,0\n"))
                .collect();
            let text = format!("{header}\n{rows}");
            crate::constellation::parse("a.csv", text.as_bytes(), &ReadOptions::default()).unwrap()
        };
        let a =
            file(&[("TBA", ",", 10.0), ("TBA", ",", 20.0), ("TBA", ",", 30.0), ("A", "2026-001A,7", 40.0)]);
        let b = file(&[("TBA", ",", 20.0), ("TBA", ",", 30.0), ("NEW NAME", "2026-001A,", 40.0)]);
        let there = FileDifference::new(&a, &b).satellites;
        assert_eq!((there.only_a.len(), there.only_b.len(), there.changed.len(), there.same), (1, 0, 0, 3));
        let c = file(&[("TBA", ",", 20.0), ("TBA", ",", 31.0), ("TBA", ",", 32.0)]);
        let moved = FileDifference::new(&b, &c).satellites;
        assert_eq!((moved.only_a.len(), moved.only_b.len(), moved.changed.len(), moved.same), (1, 1, 1, 1));
    }
}
