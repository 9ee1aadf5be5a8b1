//! Satellites that several files hold, told by their catalogue numbers.

use std::collections::HashMap;

use super::Constellation;
use crate::time::Epoch;

/// Leaves every satellite in one of the constellations only, with its newest elements; of equal ones in the
/// first. What is taken out of a constellation is told in its warnings.
pub fn fly_once(constellations: &mut [Constellation]) {
    let mut newest: HashMap<u32, (Epoch, usize)> = HashMap::new();
    for (file, constellation) in constellations.iter().enumerate() {
        for (number, epoch) in numbered(constellation) {
            let known = newest.entry(number).or_insert((epoch, file));
            if epoch > known.0 {
                *known = (epoch, file);
            }
        }
    }
    for (file, constellation) in constellations.iter_mut().enumerate() {
        let elsewhere = |number: Option<u32>| {
            number.and_then(|number| newest.get(&number)).is_some_and(|&(_, holder)| holder != file)
        };
        let keep: Vec<bool> =
            constellation.satellites.iter().map(|satellite| !elsewhere(satellite.norad_id)).collect();
        let Some(first) = keep.iter().position(|keep| !keep) else { continue };
        let count = keep.iter().filter(|keep| !**keep).count();
        let satellites = if count == 1 { "satellite is" } else { "satellites are" };
        constellation.warnings.push(format!(
            "{count} {satellites} in another file too, whose elements are taken as the newest or the first: {}{}",
            constellation.satellites[first].name,
            if count > 1 { ", …" } else { "" }
        ));
        retain(constellation, &keep);
    }
}

/// Catalogue numbers and epochs. Number 0 is given to objects that have none yet.
fn numbered(constellation: &Constellation) -> impl Iterator<Item = (u32, Epoch)> {
    constellation.satellites.iter().filter_map(|satellite| {
        let number = satellite.norad_id.filter(|&number| number != 0)?;
        Some((number, satellite.elements.epoch))
    })
}

/// Keeps the marked satellites, and in the shells their planes.
fn retain(constellation: &mut Constellation, keep: &[bool]) {
    let mut of_shell = keep;
    for shell in &mut constellation.shells {
        let (kept, rest) = of_shell.split_at(shell.satellites.min(of_shell.len()));
        of_shell = rest;
        let mut flags = kept.iter();
        shell.plane_of.retain(|_| flags.next() == Some(&true));
        shell.satellites = kept.iter().filter(|keep| **keep).count();
    }
    let mut flags = keep.iter();
    constellation.satellites.retain(|_| flags.next() == Some(&true));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse};

    #[test]
    fn the_newest_elements_of_a_satellite_in_two_files_are_flown_once() {
        let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID";
        let file = |name: &str, rows: &[(u32, &str)]| {
            let rows: String = rows
                .iter()
                .map(|(number, epoch)| format!("S{number},{epoch},15,0.001,53,0,0,0,{number}\n"))
                .collect();
            parse(name, format!("{header}\n{rows}").as_bytes(), &ReadOptions::default()).unwrap()
        };
        let mut both = [
            file("a.csv", &[(1, "2026-01-01"), (2, "2026-01-03"), (3, "2026-01-01")]),
            file("b.csv", &[(2, "2026-01-02"), (1, "2026-01-02"), (3, "2026-01-01"), (4, "2026-01-01")]),
        ];
        fly_once(&mut both);
        let names = |constellation: &Constellation| -> Vec<String> {
            constellation.satellites.iter().map(|satellite| satellite.name.clone()).collect()
        };
        assert_eq!(names(&both[0]), ["S2", "S3"]);
        assert_eq!(names(&both[1]), ["S1", "S4"]);
        for constellation in &both {
            assert_eq!(constellation.shells[0].satellites, 2);
            assert_eq!(constellation.shells[0].plane_of.len(), 2);
        }
        assert!(both[0].warnings[0].starts_with("1 satellite is in another file"), "{:?}", both[0].warnings);
        assert!(both[1].warnings[0].contains("2 satellites are"), "{:?}", both[1].warnings);
    }
}
