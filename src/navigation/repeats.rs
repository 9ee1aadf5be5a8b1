//! What several files say of the same satellites: a satellite twice would count as two lines of sight.

use std::collections::HashMap;

use crate::constellation::LeftOut;
use crate::constellation::identity::{Identity, Told, identities};
use crate::navigation::almanac::{Broadcaster, is_of_qzss};
use crate::navigation::source::{Source, Unhealthy};
use crate::navigation::system::{Orbit, Transmitter};
use crate::time::Epoch;
use crate::units::SECONDS_PER_DAY;

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

/// Numbers of a file and of a satellite in it.
type Place = (usize, usize);

/// The epoch and the number of the file of what almanacs say, by the satellite's code.
type Words = HashMap<Mark<'static>, (Epoch, usize)>;

/// How much newer than an almanac the elements of a satellite may be, in days, for what it says of health to hold for them:
/// half a year. An almanac is made for weeks; satellites stay ill for months, and codes pass on within years.
const WORD_HOLDS_DAYS: f64 = 183.0;

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
/// in the first, or in the catalogue. What is taken out of a source is told in its warnings, and kept with the satellite
/// that stays.
///
/// Catalogues and designs know a satellite as they do in all commands, by its
/// [identity](crate::constellation::identity). An almanac and a catalogue know it by its code, which catalogues have
/// in the brackets of their names; two catalogues do not, for codes pass from one satellite to the next. Of all that
/// catalogues have under a code it is that of the newest elements, as long as no newer name of it bears another.
///
/// What the newest almanac says of a satellite's health holds for all files whose elements are not much newer: none of
/// them is used for one that is unhealthy, and one that was so in an older almanac is.
pub fn use_once(sources: &mut [Source]) {
    forget_outdated_health(sources);
    leave_out_unhealthy(sources);
    let marks = marks(sources);
    let mut newest: HashMap<Mark, (Epoch, Place)> = HashMap::new();
    for (file, (source, marks)) in sources.iter().zip(&marks).enumerate() {
        for (number, (satellite, marks)) in source.system.satellites.iter().zip(marks).enumerate() {
            let epoch = epoch(satellite);
            for &mark in marks {
                let known = newest.entry(mark).or_insert((epoch, (file, number)));
                if epoch > known.0 {
                    *known = (epoch, (file, number));
                }
            }
        }
    }
    let files: Vec<String> = sources.iter().map(|source| source.system.file.clone()).collect();
    // That of another file which each satellite is taken as.
    let mut holders: Vec<Vec<Option<Place>>> = Vec::new();
    for (file, (source, marks)) in sources.iter().zip(&marks).enumerate() {
        let holder = |(satellite, marks): (&Transmitter, &Vec<Mark>)| {
            let own = epoch(satellite);
            let elsewhere = |&mark: &Mark| {
                let same = (!matches!(mark, Mark::Catalogued(..))).then(|| newest.get(&mark)).flatten();
                let newer = mark.counterpart().and_then(|other| {
                    let wins_ties = matches!(other, Mark::Catalogued(..));
                    newest.get(&other).filter(|(epoch, _)| *epoch > own || (*epoch == own && wins_ties))
                });
                [same, newer].into_iter().flatten().map(|&(_, holder)| holder).find(|holder| holder.0 != file)
            };
            marks.iter().find_map(elsewhere)
        };
        holders.push(source.system.satellites.iter().zip(marks).map(holder).collect());
    }
    let mut repeats: HashMap<Place, Vec<Transmitter>> = HashMap::new();
    for (file, of_file) in holders.iter().enumerate() {
        let mut repeated =
            of_file.iter().enumerate().filter_map(|(number, holder)| Some((number, (*holder)?)));
        let Some((first, first_holder)) = repeated.next() else { continue };
        let others = repeated.count();
        let (satellites, more) = match others {
            0 => ("1 satellite is".to_owned(), ""),
            others => (format!("{} satellites are", others + 1), ", …"),
        };
        let source = &mut sources[file];
        source.warnings.push(format!(
            "{satellites} in another file too, whose elements are taken as the newest or the first, and used once: \
             {} of {}{more}",
            source.system.satellites[first].name, files[first_holder.0]
        ));
        for (number, holder) in of_file.iter().enumerate() {
            let Some(mut stays) = *holder else { continue };
            // What it is taken as may be taken as another one still.
            while let Some(next) = holders[stays.0][stays.1] {
                stays = next;
            }
            repeats.entry(stays).or_default().push(source.system.satellites[number].clone());
        }
    }
    for (file, (source, holders)) in sources.iter_mut().zip(&holders).enumerate() {
        for (number, satellite) in source.system.satellites.iter_mut().enumerate() {
            satellite.repeats.extend(repeats.remove(&(file, number)).unwrap_or_default());
        }
        let mut holders = holders.iter();
        source.system.satellites.retain(|_| holders.next().is_none_or(Option::is_none));
    }
}

/// The epoch of what almanacs say of a satellite and the number of their file, by the satellite's code, the newest of
/// each; of equally new ones that of the first.
fn newest_word<'a>(all: impl Iterator<Item = (usize, &'a Transmitter)>) -> Words {
    let mut newest = Words::new();
    for (file, satellite) in all {
        let Some(code) = code_of(satellite) else { continue };
        let own = (epoch(satellite), file);
        let known = newest.entry(code).or_insert(own);
        if own.0 > known.0 {
            *known = own;
        }
    }
    newest
}

/// The code under which an almanac has a satellite.
fn code_of(satellite: &Transmitter) -> Option<Mark<'static>> {
    match (&satellite.orbit, satellite.number) {
        (Orbit::Almanac(orbit), Some(number)) => Some(code(orbit.system, number)),
        _ => None,
    }
}

/// Satellites that the newest almanac of all calls healthy are no longer left out for their health; they count as
/// repeated.
fn forget_outdated_health(sources: &mut [Source]) {
    let (healthy, ill) = words(sources);
    for source in sources {
        let Source { unhealthy, left_out, warnings, .. } = source;
        unhealthy.retain(|one| {
            let newest =
                code_of(&one.satellite).and_then(|code| Some((healthy.get(&code)?, ill.get(&code)?)));
            let is_outdated = newest.is_some_and(|(healthy, ill)| healthy.0 > ill.0);
            if is_outdated {
                left_out.retain(|told| *told != one.told);
                warnings.push(format!(
                    "{} is {}, and healthy in a newer one",
                    one.told.satellite, one.told.reason
                ));
            }
            !is_outdated
        });
    }
}

/// The newest words of almanacs on satellites that they call healthy, and on those that they call unhealthy.
fn words(sources: &[Source]) -> (Words, Words) {
    let ill = numbered(sources, |source| &source.unhealthy).map(|(file, ill)| (file, &ill.satellite));
    (newest_word(numbered(sources, |source| &source.system.satellites)), newest_word(ill))
}

/// All satellites of a kind, each with the number of its file.
fn numbered<'a, T: 'a>(
    sources: &'a [Source],
    of: impl Fn(&'a Source) -> &'a Vec<T>,
) -> impl Iterator<Item = (usize, &'a T)> {
    sources.iter().enumerate().flat_map(move |(file, source)| of(source).iter().map(move |one| (file, one)))
}

/// Takes satellites that the newest almanac calls unhealthy out of all files, and tells it with each.
fn leave_out_unhealthy(sources: &mut [Source]) {
    let (healthy, mut ill) = words(sources);
    // Of two words of one instant that of illness holds.
    ill.retain(|code, word| healthy.get(code).is_none_or(|other| word.0 >= other.0));
    let files: Vec<String> = sources.iter().map(|source| source.system.file.clone()).collect();
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    {
        let marks = marks(sources);
        let mut elements: HashMap<Mark, Epoch> = HashMap::new();
        for (source, marks) in sources.iter().zip(&marks) {
            for (satellite, marks) in source.system.satellites.iter().zip(marks) {
                for &mark in marks {
                    let newest = elements.entry(mark).or_insert(epoch(satellite));
                    *newest = epoch(satellite).max(*newest);
                }
            }
        }
        for (source, marks) in sources.iter().zip(&marks) {
            let mut told = Vec::new();
            let mut by = |(satellite, marks): (&Transmitter, &Vec<Mark>)| {
                let mark = *marks.iter().find(|mark| !matches!(mark, Mark::Own(_)))?;
                let code = if let Mark::Catalogued(..) = mark { mark.counterpart()? } else { mark };
                let &(word, file) = ill.get(&code)?;
                let own = epoch(satellite);
                let days = elements[&mark].seconds_since(word) / SECONDS_PER_DAY;
                if days > WORD_HOLDS_DAYS {
                    if own == elements[&mark] {
                        told.push(format!(
                            "{} is used although the almanac {} calls the satellite of its code unhealthy: its elements \
                             are {days:.0} days newer, and what an almanac says of health holds for {WORD_HOLDS_DAYS}",
                            satellite.name, files[file]
                        ));
                    }
                    return None;
                }
                if matches!(mark, Mark::Code(..)) && own == word {
                    told.push(format!(
                        "{} is healthy here and unhealthy in {}, which is of the same time: it is left out",
                        satellite.name, files[file]
                    ));
                }
                Some(file)
            };
            out.push(source.system.satellites.iter().zip(marks).map(&mut by).collect::<Vec<_>>());
            warnings.push(told);
        }
    }
    for ((source, out), told) in sources.iter_mut().zip(out).zip(warnings) {
        source.warnings.extend(told);
        let Source { system, left_out, unhealthy, .. } = source;
        let all = std::mem::take(&mut system.satellites);
        for (satellite, by) in all.into_iter().zip(out) {
            let Some(by) = by else {
                system.satellites.push(satellite);
                continue;
            };
            let told = LeftOut {
                place: 0..0,
                satellite: satellite.name.clone(),
                file: system.file.clone(),
                line: 0,
                reason: format!("unhealthy in the almanac {}", files[by]),
            };
            left_out.push(told.clone());
            unhealthy.push(Unhealthy { satellite, told });
        }
    }
}

/// The epoch of what a satellite's position is computed from.
pub(super) fn epoch(satellite: &Transmitter) -> Epoch {
    match &satellite.orbit {
        Orbit::Elements(elements) => elements.epoch,
        Orbit::Almanac(orbit) => orbit.epoch(),
    }
}

/// The marks of all satellites, source by source. Those of catalogues have the code that is theirs, whatever their name
/// in an older catalogue.
fn marks<'a>(sources: &'a [Source]) -> Vec<Vec<Vec<Mark<'a>>>> {
    let told = |source: &'a Source| source.system.satellites.iter().filter_map(told).collect();
    let files: Vec<&str> = sources.iter().map(|source| source.system.file.as_str()).collect();
    let identities = identities(&files, &sources.iter().map(told).collect::<Vec<_>>());
    let mut all: Vec<Vec<Vec<Mark>>> = Vec::new();
    let mut newest_name: HashMap<Identity, (Epoch, Mark)> = HashMap::new();
    for (source, identities) in sources.iter().zip(&identities) {
        let mut identities = identities.iter();
        let own = |satellite: &'a Transmitter| {
            if let Orbit::Almanac(_) = satellite.orbit {
                return code_of(satellite).map_or_else(Vec::new, |code| vec![code]);
            }
            let Some(&own) = identities.next() else { return Vec::new() };
            // Number 0 is given to objects that have none yet.
            let code = satellite.catalogue_number().and_then(|_| code_in_name(&satellite.name));
            if let Some(code) = code.and_then(Mark::counterpart) {
                let epoch = epoch(satellite);
                let known = newest_name.entry(own).or_insert((epoch, code));
                if epoch > known.0 {
                    *known = (epoch, code);
                }
            }
            vec![Mark::Own(own)]
        };
        all.push(source.system.satellites.iter().map(own).collect::<Vec<_>>());
    }
    let mut newest_of_code: HashMap<Mark, Epoch> = HashMap::new();
    for &(epoch, code) in newest_name.values() {
        let newest = newest_of_code.entry(code).or_insert(epoch);
        *newest = epoch.max(*newest);
    }
    for marks in all.iter_mut().flatten() {
        if let Some(Mark::Own(own)) = marks.first() {
            let code = newest_name.get(own).filter(|(epoch, code)| newest_of_code[code] == *epoch);
            marks.extend(code.map(|&(_, code)| code));
        }
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

/// The mark of a code; QZSS counts in the numbers of GPS, where catalogues call its satellites by the code of another of
/// their signals.
fn code(system: Broadcaster, prn: u32) -> Mark<'static> {
    match system {
        Broadcaster::Gps if is_of_qzss(prn) => code(Broadcaster::Qzss, prn),
        Broadcaster::Gps | Broadcaster::Qzss => Mark::Code('G', system.code_number(prn)),
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
    use crate::navigation::system::{System, exclude};

    fn catalogued(name: &str, number: u32, epoch: &str) -> Transmitter {
        Transmitter::catalogued(name, number, epoch.parse().unwrap(), 2.0, 55.0)
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
            unhealthy: Vec::new(),
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

    fn of_week(system: Broadcaster, prn: u32, week: u32) -> Transmitter {
        let almanac = AlmanacOrbit {
            system,
            week,
            time_of_applicability_s: 0.0,
            eccentricity: 0.0,
            inclination_rad: 0.95,
            node_rate_rad_s: 0.0,
            sqrt_semi_major_axis: 5153.6,
            node_at_week_rad: 0.0,
            argument_of_perigee_rad: 0.0,
            mean_anomaly_rad: 0.0,
        };
        Transmitter {
            name: system.satellite_name(prn),
            number: Some(system.code_number(prn)),
            designator: None,
            is_designed: false,
            shell: "almanac".into(),
            orbit: Orbit::Almanac(almanac),
            station: None,
            repeats: Vec::new(),
        }
    }

    /// GPS satellites of an almanac of a week, of which one is ill.
    fn almanac(file: &str, week: u32, prns: &[u32], ill: u32) -> Source {
        let of = |prn: u32| of_week(Broadcaster::Gps, prn, week);
        let told = LeftOut {
            place: 0..0,
            satellite: of(ill).name,
            file: file.into(),
            line: 46,
            reason: "unhealthy: health code 063 in the almanac".into(),
        };
        let healthy = prns.iter().filter(|&&prn| prn != ill).map(|&prn| of(prn)).collect();
        Source {
            left_out: vec![told.clone()],
            unhealthy: vec![Unhealthy { satellite: of(ill), told }],
            ..source(file, healthy)
        }
    }

    /// The newest word on a satellite's health holds, and it is not flown from a file that does not know of it.
    #[test]
    fn an_unhealthy_satellite_is_flown_from_no_file() {
        let (old, new) =
            (almanac("old.alm", 2427, &[1, 2, 3, 4], 2), almanac("new.alm", 2428, &[1, 2, 4], 4));
        for mut sources in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            use_once(&mut sources);
            sources.sort_by_key(|source| source.system.file.clone());
            let [new, old] = &sources;
            assert_eq!((names(old), names(new)), (vec!["PRN-03"], vec!["PRN-01", "PRN-02"]));
            // Number 2 was ill and is well; number 4 was well and is ill.
            let left_out = |source: &Source| -> Vec<String> {
                source.left_out.iter().map(|one| format!("{}: {}", one.satellite, one.reason)).collect()
            };
            assert_eq!(left_out(old), ["PRN-04: unhealthy in the almanac new.alm"]);
            assert_eq!(left_out(new), ["PRN-04: unhealthy: health code 063 in the almanac"]);
            assert!(
                old.warnings[0].starts_with("PRN-02 is unhealthy")
                    && old.unhealthy[0].satellite.name == "PRN-04",
                "{:?}",
                old.warnings
            );
        }
        // Catalogues know nothing of health, and may be newer by months: neither one with codes nor one without.
        let coded = catalogued("GPS BIII-1  (PRN 04)", 43_873, "2026-12-01");
        let plain =
            [catalogued("NAVSTAR 77", 43_873, "2026-12-02"), catalogued("NAVSTAR 78", 44_506, "2026-12-02")];
        let mut sources = [new, source("coded.tle", vec![coded]), source("plain.tle", plain.to_vec())];
        use_once(&mut sources);
        assert_eq!(names(&sources[0]), ["PRN-01", "PRN-02"]);
        assert_eq!((names(&sources[1]), names(&sources[2])), (vec![], vec!["NAVSTAR 78"]));
        for source in &sources[1..] {
            assert_eq!(
                source.left_out[0].reason, "unhealthy in the almanac new.alm",
                "{}",
                source.system.file
            );
        }
    }

    /// The code of NAVSTAR 34 passed on to another satellite between the catalogues, and it was left out for the illness
    /// of that one.
    #[test]
    fn a_code_is_of_the_satellite_with_the_newest_elements_under_it() {
        let old = [catalogued("NAVSTAR 34 (PRN 04)", 22_877, "2026-04-10")];
        let new = [
            catalogued("NAVSTAR 34 (PRN 18)", 22_877, "2026-08-22"),
            catalogued("GPS BIII-1 (PRN 04)", 43_873, "2026-08-22"),
        ];
        let used = |almanac: Source| {
            let mut sources = [almanac, source("old.tle", old.to_vec()), source("new.tle", new.to_vec())];
            use_once(&mut sources);
            assert_eq!(names(&sources[1]), Vec::<&str>::new());
            sources
        };
        let [almanac_2026, older, catalogue] = used(almanac("new.alm", 2428, &[1, 4], 4));
        assert!(older.left_out.is_empty(), "{:?}", older.left_out);
        assert_eq!((names(&almanac_2026), names(&catalogue)), (vec!["PRN-01"], vec!["NAVSTAR 34 (PRN 18)"]));
        assert_eq!(catalogue.left_out.len(), 1);
        // That PRN 18 is unhealthy is said of NAVSTAR 34.
        let [_, _, catalogue] = used(almanac("new.alm", 2428, &[1, 18], 18));
        assert_eq!(names(&catalogue), ["GPS BIII-1 (PRN 04)"]);
        // A healthy satellite of the almanac is one of the newer catalogue, and none of the older.
        let [almanac_2026, _, catalogue] = used(almanac("new.alm", 2428, &[1, 4, 18], 1));
        assert_eq!((names(&almanac_2026).len(), names(&catalogue).len()), (0, 2));
        // The word of years ago was on another satellite.
        let [_, _, catalogue] = used(almanac("y2010.alm", 1587, &[1, 4], 4));
        assert_eq!(names(&catalogue), ["NAVSTAR 34 (PRN 18)", "GPS BIII-1 (PRN 04)"]);
        let told = catalogue.warnings.iter().filter(|told| told.contains("days newer")).collect::<Vec<_>>();
        assert!(told.len() == 1 && told[0].starts_with("GPS BIII-1 (PRN 04) is used"), "{told:?}");
    }

    /// `PRN 04` took out NAVSTAR 34 too, which had it four months before.
    #[test]
    fn a_code_in_a_list_means_the_satellite_that_has_it() {
        let old = catalogued("NAVSTAR 34 (PRN 04)", 22_877, "2026-04-10");
        let new = [
            catalogued("NAVSTAR 34 (PRN 18)", 22_877, "2026-08-22"),
            catalogued("GPS BIII-1 (PRN 04)", 43_873, "2026-08-22"),
        ];
        let left = |entry: &str| {
            let mut sources = [source("old.tle", vec![old.clone()]), source("new.tle", new.to_vec())];
            use_once(&mut sources);
            let mut systems = sources.map(|source| source.system).to_vec();
            exclude(&mut systems, &[entry.to_owned()], &[]).unwrap();
            systems
                .iter()
                .flat_map(|system| &system.satellites)
                .map(|one| one.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(left("PRN 04"), ["NAVSTAR 34 (PRN 18)"]);
        assert_eq!(left("PRN 18"), ["GPS BIII-1 (PRN 04)"]);
        for either in ["NAVSTAR 34", "22877", "NAVSTAR 34 (PRN 04)"] {
            assert_eq!(left(either), ["GPS BIII-1 (PRN 04)"], "{either}");
        }
        // A code that only an older file tells is meant as well.
        let plain = catalogued("NAVSTAR 34", 22_877, "2026-08-22");
        let mut sources = [source("old.tle", vec![old.clone()]), source("new.tle", vec![plain])];
        use_once(&mut sources);
        let mut systems = sources.map(|source| source.system).to_vec();
        exclude(&mut systems, &["PRN 04".to_owned()], &[]).unwrap();
        assert!(systems.iter().all(|system| system.satellites.is_empty()));
    }

    /// Of two almanacs of one week the word of illness holds, whichever comes first; of three the newest.
    #[test]
    fn the_last_word_on_health_holds() {
        let (well, ill) = (almanac("well.alm", 2428, &[1, 4], 1), almanac("ill.alm", 2428, &[4, 5], 4));
        for mut sources in [[well.clone(), ill.clone()], [ill.clone(), well.clone()]] {
            use_once(&mut sources);
            sources.sort_by_key(|source| source.system.file.clone());
            let [ill, well] = &sources;
            assert_eq!((names(ill), names(well)), (vec!["PRN-05"], vec![]));
            let told =
                "PRN-04 is healthy here and unhealthy in ill.alm, which is of the same time: it is left out";
            assert_eq!(well.warnings, [told]);
        }
        let mut sources = [
            almanac("379.alm", 2427, &[1, 4], 4),
            almanac("380.alm", 2428, &[1, 4], 9),
            almanac("381.alm", 2429, &[1, 4], 4),
        ];
        use_once(&mut sources);
        assert_eq!(sources.each_ref().map(|source| names(source).join(" ")), ["", "", "PRN-01"]);
        assert!(sources[0].warnings.iter().all(|told| !told.contains("healthy in a newer one")));
        assert_eq!(sources[0].left_out.len(), 1);
    }

    #[test]
    fn an_almanac_and_a_catalogue_know_a_satellite_by_its_code() {
        for (name, system, prn) in [
            ("GPS BIII-1  (PRN 04)", Broadcaster::Gps, 4),
            ("BEIDOU-3 M1 (C19)", Broadcaster::Beidou, 19),
            ("GSAT0101 (PRN E11)", Broadcaster::Galileo, 11),
            ("QZS-2 (QZSS/PRN 184)", Broadcaster::Qzss, 194),
            ("QZS-3 (QZSS/PRN 189)", Broadcaster::Gps, 199),
            ("QZS-1R (QZSS/PRN 186)", Broadcaster::Qzss, 4),
        ] {
            let of_almanac = |prn: u32| of_week(system, prn, 2428);
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
