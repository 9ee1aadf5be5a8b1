//! What several files say of the same satellites: a satellite twice would count as two lines of sight.

use std::collections::HashMap;

use crate::constellation::identity::{Identity, Told, identities};
use crate::navigation::almanac::Broadcaster;
use crate::navigation::source::Source;
use crate::navigation::system::{Orbit, Transmitter};
use crate::time::Epoch;

/// Two files that hold the same satellites.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{first} and {second} hold the same satellites")]
pub struct SameFile {
    /// The file named first.
    pub first: String,
    /// The file that repeats it.
    pub second: String,
}

/// What tells a satellite from others in any file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mark<'a> {
    /// As in all commands.
    Own(Identity<'a>),
    /// Letter of the system and number of the code, in an almanac.
    Code(char, u32),
    /// The same in the name of a catalogue.
    Catalogued(char, u32),
}

impl Mark<'_> {
    /// What the other kind of file would call the satellite of a code.
    fn counterpart(self) -> Option<Self> {
        match self {
            Self::Own(_) => None,
            Self::Code(letter, number) => Some(Self::Catalogued(letter, number)),
            Self::Catalogued(letter, number) => Some(Self::Code(letter, number)),
        }
    }
}

/// Refuses files that repeat one another, whatever their names.
///
/// # Errors
/// [`SameFile`] for the first such pair.
pub fn refuse_same(sources: &[Source]) -> Result<(), SameFile> {
    for (number, second) in sources.iter().enumerate() {
        let same = |first: &&Source| {
            !second.system.satellites.is_empty() && first.system.satellites == second.system.satellites
        };
        if let Some(first) = sources[..number].iter().find(same) {
            return Err(SameFile { first: first.system.file.clone(), second: second.system.file.clone() });
        }
    }
    Ok(())
}

/// Leaves every satellite in one of the sources only, with its newest elements or almanac; of equally new ones
/// in the first, or in the catalogue. What is taken out of a source is told in its warnings.
///
/// Catalogues and designs know a satellite as they do in all commands, by its
/// [identity](crate::constellation::identity). An almanac and a catalogue know it by its code, which catalogues have
/// in the brackets of their names; two catalogues do not, for codes pass from one satellite to the next.
pub fn use_once(sources: &mut [Source]) {
    let marks = marks(sources);
    let mut newest: HashMap<Mark, (Epoch, usize)> = HashMap::new();
    for (file, (source, marks)) in sources.iter().zip(&marks).enumerate() {
        for (satellite, marks) in source.system.satellites.iter().zip(marks) {
            let epoch = epoch(satellite);
            for &mark in marks {
                let known = newest.entry(mark).or_insert((epoch, file));
                if epoch > known.0 {
                    *known = (epoch, file);
                }
            }
        }
    }
    let files: Vec<String> = sources.iter().map(|source| source.system.file.clone()).collect();
    // The other file that each satellite is taken from.
    let mut holders: Vec<Vec<Option<usize>>> = Vec::new();
    for (file, (source, marks)) in sources.iter().zip(&marks).enumerate() {
        let holder = |(satellite, marks): (&Transmitter, &Vec<Mark>)| {
            let own = epoch(satellite);
            let elsewhere = |&mark: &Mark| {
                let same = (!matches!(mark, Mark::Catalogued(..))).then(|| newest.get(&mark)).flatten();
                let newer = mark.counterpart().and_then(|other| {
                    let wins_ties = matches!(other, Mark::Catalogued(..));
                    newest.get(&other).filter(|(epoch, _)| *epoch > own || (*epoch == own && wins_ties))
                });
                [same, newer].into_iter().flatten().map(|&(_, holder)| holder).find(|&holder| holder != file)
            };
            marks.iter().find_map(elsewhere)
        };
        holders.push(source.system.satellites.iter().zip(marks).map(holder).collect());
    }
    for (source, holders) in sources.iter_mut().zip(holders) {
        let mut repeated: Vec<(String, usize)> = Vec::new();
        let mut holders = holders.into_iter();
        source.system.satellites.retain(|satellite| {
            let holder = holders.next().flatten();
            repeated.extend(holder.map(|holder| (satellite.name.clone(), holder)));
            holder.is_none()
        });
        let Some((first, holder)) = repeated.first() else { continue };
        let (satellites, more) = match repeated.len() {
            1 => ("1 satellite is".to_owned(), ""),
            count => (format!("{count} satellites are"), ", …"),
        };
        source.warnings.push(format!(
            "{satellites} in another file too, whose elements are taken as the newest or the first, and used once: \
             {first} of {}{more}",
            files[*holder]
        ));
    }
}

/// The epoch of what a satellite's position is computed from.
fn epoch(satellite: &Transmitter) -> Epoch {
    match &satellite.orbit {
        Orbit::Elements(elements) => elements.epoch,
        Orbit::Almanac(orbit) => orbit.epoch(),
    }
}

/// The marks of all satellites, source by source.
fn marks<'a>(sources: &'a [Source]) -> Vec<Vec<Vec<Mark<'a>>>> {
    let told = |source: &'a Source| source.system.satellites.iter().filter_map(told).collect();
    let files: Vec<&str> = sources.iter().map(|source| source.system.file.as_str()).collect();
    let identities = identities(&files, &sources.iter().map(told).collect::<Vec<_>>());
    let mut all = Vec::with_capacity(sources.len());
    for (source, identities) in sources.iter().zip(identities) {
        let mut identities = identities.into_iter();
        let marks =
            source.system.satellites.iter().map(|satellite| match (&satellite.orbit, satellite.number) {
                (Orbit::Almanac(orbit), prn) => prn.map(|prn| code(orbit.system, prn)).into_iter().collect(),
                (Orbit::Elements(_), number) => {
                    // Number 0 is given to objects that have none yet.
                    let code =
                        number.filter(|&number| number != 0).and_then(|_| code_in_name(&satellite.name));
                    let own = identities.next().map(Mark::Own);
                    own.into_iter().chain(code.and_then(Mark::counterpart)).collect()
                }
            });
        all.push(marks.collect());
    }
    all
}

/// What a satellite with elements tells of itself.
fn told(satellite: &Transmitter) -> Option<Told<'_>> {
    let Orbit::Elements(elements) = &satellite.orbit else { return None };
    Some(Told {
        number: satellite.number,
        designator: satellite.designator.as_deref(),
        shell: satellite.is_designed.then_some(satellite.shell.as_str()),
        name: &satellite.name,
        elements,
    })
}

/// The mark of a code; QZSS counts its own from 193 in the numbers of GPS.
fn code(system: Broadcaster, prn: u32) -> Mark<'static> {
    match system {
        Broadcaster::Qzss if prn <= 10 => Mark::Code('G', 192 + prn),
        Broadcaster::Gps | Broadcaster::Qzss => Mark::Code('G', prn),
        Broadcaster::Beidou | Broadcaster::Galileo => Mark::Code(system.letter(), prn),
    }
}

/// The code in the brackets of a catalogue's name: `GPS BIII-1 (PRN 04)`, `BEIDOU-3 M1 (C19)`.
fn code_in_name(name: &str) -> Option<Mark<'static>> {
    let (_, bracket) = name.rsplit_once('(')?;
    let mut words = bracket.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "PRN" {
            let code_of = words.next()?;
            if let Ok(prn) = code_of.parse() {
                return Some(code(Broadcaster::Gps, prn));
            }
            return lettered(code_of);
        }
        if let Some(mark) = lettered(word) {
            return Some(mark);
        }
    }
    None
}

/// A code such as `C19`.
fn lettered(word: &str) -> Option<Mark<'static>> {
    let letter = word.chars().next()?;
    let digits = &word[letter.len_utf8()..];
    let prn = digits.parse().ok().filter(|_| digits.len() == 2)?;
    letter.is_ascii_uppercase().then_some(())?;
    Some(code(Broadcaster::of_letter(letter)?, prn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::navigation::almanac::AlmanacOrbit;
    use crate::navigation::system::System;
    use crate::orbit::MeanElements;

    fn catalogued(name: &str, number: u32, epoch: &str) -> Transmitter {
        let elements = MeanElements {
            epoch: epoch.parse().unwrap(),
            inclination_deg: 55.0,
            raan_deg: 0.0,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 0.0,
            mean_motion_rev_day: 2.0,
            bstar: 0.0,
        };
        let orbit = Orbit::Elements(elements);
        let (name, number, shell) = (name.into(), Some(number), "c".into());
        Transmitter { name, number, designator: None, is_designed: false, shell, orbit, station: None }
    }

    fn source(file: &str, satellites: Vec<Transmitter>) -> Source {
        Source {
            system: System { name: file.into(), file: file.into(), satellites },
            phase: None,
            almanac: None,
            epoch: None,
            figures: 0,
            assumed: Vec::new(),
            left_out: Vec::new(),
            notes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn names(source: &Source) -> Vec<&str> {
        source.system.satellites.iter().map(|satellite| satellite.name.as_str()).collect()
    }

    #[test]
    fn of_two_catalogues_the_newest_elements_of_a_satellite_are_used_once() {
        let old = [
            catalogued("A", 1, "2026-01-01"),
            catalogued("B", 2, "2026-01-01"),
            catalogued("0", 0, "2026-01-01"),
        ];
        let new = [
            catalogued("A", 1, "2026-02-01"),
            catalogued("B", 2, "2026-01-01"),
            catalogued("0", 0, "2026-01-02"),
        ];
        let mut sources = [source("old.tle", old.to_vec()), source("new.tle", new.to_vec())];
        assert_eq!(refuse_same(&sources), Ok(()));
        use_once(&mut sources);
        assert_eq!(names(&sources[0]), ["B", "0"]);
        assert_eq!(names(&sources[1]), ["A", "0"]);
        let told = |source: &Source, text: &str| {
            source.warnings[0].starts_with("1 satellite is") && source.warnings[0].ends_with(text)
        };
        assert!(told(&sources[0], "used once: A of new.tle"), "{:?}", sources[0].warnings);
        assert!(told(&sources[1], "used once: B of old.tle"), "{:?}", sources[1].warnings);

        let twice = [source("a.tle", old.to_vec()), source("./a.tle", old.to_vec())];
        let error = refuse_same(&twice).unwrap_err();
        assert_eq!(error.to_string(), "a.tle and ./a.tle hold the same satellites");
    }

    #[test]
    fn an_almanac_and_a_catalogue_know_a_satellite_by_its_code() {
        for (name, system, prn) in [
            ("GPS BIII-1  (PRN 04)", Broadcaster::Gps, 4),
            ("BEIDOU-3 M1 (C19)", Broadcaster::Beidou, 19),
            ("GSAT0101 (PRN E11)", Broadcaster::Galileo, 11),
            ("QZS-2 (QZSS/PRN 184)", Broadcaster::Qzss, 184),
        ] {
            let almanac = AlmanacOrbit {
                system,
                week: 2428,
                time_of_applicability_s: 0.0,
                eccentricity: 0.0,
                inclination_rad: 0.95,
                node_rate_rad_s: 0.0,
                sqrt_semi_major_axis: 5153.6,
                node_at_week_rad: 0.0,
                argument_of_perigee_rad: 0.0,
                mean_anomaly_rad: 0.0,
            };
            let of_almanac = |prn: u32| Transmitter {
                name: system.satellite_name(prn),
                number: Some(prn),
                designator: None,
                is_designed: false,
                shell: "almanac".into(),
                orbit: Orbit::Almanac(almanac),
                station: None,
            };
            let catalogue =
                [catalogued(name, 40_000, "2031-01-01"), catalogued("COSMOS 2456 (730)", 3, "2031-01-01")];
            let mut sources = [
                source("a.alm", vec![of_almanac(prn), of_almanac(prn + 1)]),
                source("c.tle", catalogue.to_vec()),
            ];
            if system == Broadcaster::Beidou || system == Broadcaster::Galileo {
                // Week 2428 of these systems is decades on, so that the almanac is the newer.
                sources.reverse();
                sources[0].system.satellites[0] = catalogued(name, 40_000, "2100-01-01");
            }
            use_once(&mut sources);
            let left: Vec<usize> = sources.iter().map(|source| source.system.satellites.len()).collect();
            assert_eq!(left.iter().sum::<usize>(), 3, "{name}");
            assert!(sources.iter().any(|source| names(source).contains(&name)), "{name}");
        }
        let codes_pass_on = [
            catalogued("BEIDOU-2 M1 (C13)", 1, "2015-01-01"),
            catalogued("BEIDOU-2 IGSO-6 (C13)", 2, "2026-01-01"),
        ];
        let mut sources = codes_pass_on.map(|satellite| source("c.tle", vec![satellite]));
        use_once(&mut sources);
        assert!(sources.iter().all(|source| source.system.satellites.len() == 1));
        assert_eq!(code_in_name("COSMOS 2456 (730)"), None);
        assert_eq!(code_in_name("NAVSTAR 43 (USA 132)"), None);
        assert_eq!(code_in_name("GSAT0212 (GALILEO 16)"), None);
        assert_eq!(code_in_name("STARLINK-1007"), None);
    }

    /// A satellite that only its designator, or only its name and elements tell, is one line of sight.
    #[test]
    fn satellites_without_numbers_are_used_once() {
        let unnumbered = |name: &str, designator: Option<&str>, epoch: &str| Transmitter {
            number: None,
            designator: designator.map(str::to_owned),
            ..catalogued(name, 1, epoch)
        };
        let designed = |name: &str| Transmitter { is_designed: true, ..unnumbered(name, None, "2026-01-01") };
        let mut sources = [
            source("a.csv", vec![unnumbered("A", Some("2025-001A"), "2026-01-01"), designed("S")]),
            source(
                "b.csv",
                vec![
                    unnumbered("B", Some("2025-001A"), "2026-01-02"),
                    unnumbered("TBA", None, "2026-01-01"),
                    unnumbered("TBA", None, "2026-01-02"),
                    designed("S"),
                ],
            ),
            source(
                "c.csv",
                vec![unnumbered("TBA", None, "2026-01-02"), unnumbered("TBA", None, "2026-01-03")],
            ),
            source("b.csv", vec![designed("S"), designed("T")]),
        ];
        use_once(&mut sources);
        assert_eq!(
            sources.each_ref().map(|source| names(source).join(" ")),
            ["S", "B TBA TBA S", "TBA", "T"]
        );
    }
}
