//! Satellites that several files or phases of one file hold, each of which flies once.

use std::collections::HashMap;

use super::Constellation;
use super::identity::{
    Identity, Papers, duplicates_of_definition, epochs_of, of_constellations, place, told,
};
use crate::time::Epoch;

/// Whether two constellations are the same file in the same phase, by whatever name.
pub fn same(one: &Constellation, other: &Constellation) -> bool {
    one.phase == other.phase && place(&one.file) == place(&other.file)
}

/// Leaves every satellite in one of the constellations only, with its newest elements; of equal ones in the
/// first. What is taken out of a constellation is told in its warnings.
pub fn fly_once(constellations: &mut [Constellation]) {
    if constellations.len() < 2 {
        return;
    }
    let identities = of_constellations(constellations);
    let mut newest: HashMap<Identity, (Epoch, usize)> = HashMap::new();
    let mut papers: HashMap<Identity, Papers> = HashMap::new();
    for (file, constellation) in constellations.iter().enumerate() {
        for (satellite, identity) in constellation.satellites.iter().zip(&identities[file]) {
            let epoch = satellite.elements.epoch;
            let known = newest.entry(*identity).or_insert((epoch, file));
            if epoch > known.0 {
                *known = (epoch, file);
            }
            papers.entry(*identity).or_default().complete(&satellite.papers());
        }
    }
    let papers: Vec<Vec<Papers>> =
        identities.iter().map(|own| own.iter().map(|identity| papers[identity].clone()).collect()).collect();
    let kept: Vec<Vec<bool>> = identities
        .iter()
        .enumerate()
        .map(|(file, own)| own.iter().map(|identity| newest[identity].1 == file).collect())
        .collect();
    for ((constellation, keep), papers) in constellations.iter_mut().zip(kept).zip(papers) {
        for (satellite, papers) in constellation.satellites.iter_mut().zip(&papers) {
            satellite.complete(papers);
        }
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

/// Leaves each satellite that a definition tells more than once with its newest elements, as catalogues do, and tells
/// it in the warnings.
pub(super) fn keep_newest(constellation: &mut Constellation) {
    let duplicates = duplicates_of_definition(told(constellation));
    let note = duplicates.note(|kept, older| {
        let [kept, older] = [kept, older].map(|number| &constellation.satellites[number]);
        let number = kept.norad_id.map_or(String::new(), |number| format!(" ({number})"));
        let epochs = epochs_of(&kept.elements, &older.elements);
        format!("{}{number} of {}: {epochs} ({} of {})", kept.name, kept.shell, older.name, older.shell)
    });
    if let Some(note) = note {
        constellation.warnings.push(note);
        for &(kept, older) in &duplicates.pairs {
            let older = constellation.satellites[older].papers();
            constellation.satellites[kept].complete(&older);
        }
        let keep: Vec<bool> = duplicates.dropped.iter().map(|dropped| !dropped).collect();
        retain(constellation, &keep);
    }
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
    fn phases_of_a_definition_share_what_flies_in_both() {
        let phase = |name: &str| {
            let options = ReadOptions { phase: Some(name.to_owned()), ..ReadOptions::default() };
            crate::constellation::read("hongyan", &options).unwrap()
        };
        let mut both = [phase("first"), phase("full")];
        assert!(!same(&both[0], &both[1]) && same(&both[0], &phase("first")));
        let full = both[1].satellites.len();
        fly_once(&mut both);
        assert_eq!(both.iter().map(|one| one.satellites.len()).sum::<usize>(), full);
        assert!(both[1].warnings.iter().any(|warning| warning.contains("in another file too")));
        // Objects of one file that are called alike are two.
        let header = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,MEAN_ANOMALY";
        let row = "DEB,2026-01-01,15,0.001,53,0,0,0\n";
        let debris =
            || parse("d.csv", format!("{header}\n{row}{row}").as_bytes(), &ReadOptions::default()).unwrap();
        let mut alone = [debris()];
        fly_once(&mut alone);
        assert_eq!(alone[0].satellites.len(), debris().satellites.len());
    }

    /// Both flew, and the satellite counted twice.
    #[test]
    fn a_satellite_that_a_definition_tells_twice_flies_once() {
        let satellite = |name: &str, shell: &str, number: &str, epoch: &str| {
            format!(
                "[[satellite]]\nname = \"{name}\"\nshell = \"{shell}\"\n{number}orbit = \"elements\"\nepoch = \"{epoch}\"\n\
                 altitude_km = 500\ninclination_deg = 53\nraan_deg = 0\nmean_anomaly_deg = 0\nsource = \"s\"\n"
            )
        };
        let text = [
            "name = \"T\"\n[sources]\ns = \"a test\"\n".to_owned(),
            satellite("A", "one", "norad_id = 7\n", "2026-01-02T00:00:00Z"),
            satellite("A'", "two", "norad_id = 7\n", "2026-01-01T00:00:00Z"),
            satellite("B", "two", "", "2026-01-01T00:00:00Z"),
            satellite("B", "two", "", "2026-01-01T00:00:00Z"),
        ];
        let read = parse("t.toml", text.concat().as_bytes(), &ReadOptions::default()).unwrap();
        let names: Vec<&str> = read.satellites.iter().map(|satellite| satellite.name.as_str()).collect();
        assert_eq!(names, ["A", "B", "B"]);
        let shells: Vec<(usize, usize, usize)> = read
            .shells
            .iter()
            .map(|shell| (shell.satellites, shell.designed, shell.plane_of.len()))
            .collect();
        assert_eq!(shells, [(1, 1, 1), (2, 3, 2)]);
        assert!(
            read.warnings.iter().any(|warning| warning.contains("A (7) of one: epoch 2026-01-02")
                && warning.contains("dropped (A' of two)")),
            "{:?}",
            read.warnings
        );
        // Of one epoch, neither is the newest.
        let alike = text.concat().replace("2026-01-02", "2026-01-01");
        let read = parse("t.toml", alike.as_bytes(), &ReadOptions::default()).unwrap();
        let told = "A' (7) of two: epoch 2026-01-01T00:00:00.000Z twice, the last taken, the one before dropped, with the \
                    same elements (A of one)";
        assert!(read.warnings.iter().any(|warning| warning.ends_with(told)), "{:?}", read.warnings);
        // Phases count what flies in them.
        let phases = "[[phase]]\nname = \"p\"\nshells = [\"one\", \"two\"]\n[[phase]]\nname = \"q\"\nshells = [\"two\"]\n";
        let phased = text.concat().replace("[sources]", "default_phase = \"p\"\n[sources]") + phases;
        let read = parse("t.toml", phased.as_bytes(), &ReadOptions::default()).unwrap();
        let counts: Vec<usize> = read.phases.iter().map(|phase| phase.satellites).collect();
        assert_eq!((read.satellites.len(), counts), (3, vec![3, 3]));
        let options = ReadOptions { shells: vec!["two".to_owned()], ..ReadOptions::default() };
        assert_eq!(parse("t.toml", text.concat().as_bytes(), &options).unwrap().satellites.len(), 3);
    }

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
