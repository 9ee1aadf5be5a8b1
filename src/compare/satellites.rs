//! The satellites of two constellation files side by side: which only one has, and which fly otherwise.

use std::collections::HashMap;

use serde::Serialize;

use crate::constellation::{Constellation, Satellite};
use crate::time::Epoch;

/// Which satellites differ, matched by catalogue number, else by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SatelliteDifference {
    /// Newest epoch of each file.
    pub epochs: [Option<Epoch>; 2],
    /// Names of those that only the first file has.
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
        // The same name may stand twice: the first of each is matched with the first of the other.
        let mut left: HashMap<(u32, &str), Vec<&Satellite>> = HashMap::new();
        for satellite in b.satellites.iter().rev() {
            left.entry(identity(satellite)).or_default().push(satellite);
        }
        let (mut only_a, mut changed, mut same) = (Vec::new(), Vec::new(), 0);
        for satellite in &a.satellites {
            match left.get_mut(&identity(satellite)).and_then(Vec::pop) {
                None => only_a.push(satellite.name.clone()),
                Some(other) if other.elements == satellite.elements => same += 1,
                Some(_) => changed.push(satellite.name.clone()),
            }
        }
        let only_b = b.satellites.iter().filter(|one| {
            left.get(&identity(one)).is_some_and(|rest| rest.iter().any(|other| std::ptr::eq(*other, *one)))
        });
        Self {
            epochs: [a, b].map(|one| one.satellites.iter().map(|satellite| satellite.elements.epoch).max()),
            only_a,
            only_b: only_b.map(|satellite| satellite.name.clone()).collect(),
            changed,
            same,
        }
    }

    /// Whether the same satellites fly in the same orbits.
    pub fn is_empty(&self) -> bool {
        self.only_a.is_empty() && self.only_b.is_empty() && self.changed.is_empty()
    }
}

/// A satellite without a number goes by its name.
fn identity(satellite: &Satellite) -> (u32, &str) {
    satellite.catalogue_number().map_or((0, &satellite.name), |number| (number, ""))
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
}
