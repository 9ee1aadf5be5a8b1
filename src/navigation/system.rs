//! Navigation systems: named sets of satellites that keep one clock, from constellation files or almanacs.

use crate::constellation::identity::told;
use crate::constellation::{Constellation, LeftOut};
use crate::diagnostics::nearest;
use crate::navigation::almanac::{Almanac, AlmanacOrbit, AlmanacSatellite, Broadcaster};
use crate::navigation::repeats::epoch;
use crate::navigation::source::Unhealthy;
use crate::orbit::MeanElements;
use crate::orbit::geosynchronous::Geosynchronous;

/// What a satellite's position is computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Orbit {
    /// SGP4 mean elements of a catalogue or a designed shell.
    Elements(MeanElements),
    /// An almanac.
    Almanac(AlmanacOrbit),
}

/// Least eccentricity of a highly elliptical orbit: below those of Tundra and Molniya orbits, above all of navigation
/// systems.
const HIGHLY_ELLIPTICAL: f64 = 0.25;

impl Orbit {
    /// The kind of orbit by its shape, period and inclination: `HEO` has an eccentricity of 0.25 or more, or goes round
    /// less often than geosynchronous orbits; `GEO` and `IGSO` go round once a day, below and from 15° of inclination;
    /// `LEO` 11.25 times a day or more; `MEO` in between.
    pub fn layer(&self) -> &'static str {
        let (rev_day, inclination_deg, eccentricity) = match self {
            Self::Elements(elements) => {
                (elements.mean_motion_rev_day, elements.inclination_deg, elements.eccentricity)
            }
            Self::Almanac(orbit) => {
                (orbit.revolutions_per_day(), orbit.inclination_rad.to_degrees(), orbit.eccentricity)
            }
        };
        match rev_day {
            _ if eccentricity >= HIGHLY_ELLIPTICAL => "HEO",
            n if n >= 11.25 => "LEO",
            n if n >= 1.05 => "MEO",
            n if n >= 0.95 && inclination_deg < 15.0 => "GEO",
            n if n >= 0.95 => "IGSO",
            _ => "HEO",
        }
    }
}

/// A navigation satellite.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmitter {
    /// Name from the catalogue, the design or the almanac.
    pub name: String,
    /// Catalogue number, or the number of the pseudo-random code of an almanac: that of QZSS is 193 for J01.
    pub number: Option<u32>,
    /// International designator, where a catalogue gives it.
    pub designator: Option<String>,
    /// Whether it is designed, and not of a catalogue or an almanac.
    pub is_designed: bool,
    /// Shell of the constellation file it belongs to.
    pub shell: String,
    /// Its orbit.
    pub orbit: Orbit,
    /// The station of a designed geosynchronous satellite, which SGP4 does not keep.
    pub station: Option<Box<Geosynchronous>>,
    /// The same satellite as other files have it, out of which it was taken: their names mean it too.
    pub repeats: Vec<Transmitter>,
}

/// Satellites that keep one clock.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Name, as reports print it.
    pub name: String,
    /// The file it was read from.
    pub file: String,
    /// Its satellites.
    pub satellites: Vec<Transmitter>,
}

/// A name in a list of satellites that no satellite bears.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no satellite is called '{name}'")]
pub struct UnknownSatellite {
    /// The name as given.
    pub name: String,
    /// The nearest name that there is.
    pub nearest: Option<String>,
}

/// A shell or layer that no system has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no system has a shell or layer called '{name}'")]
pub struct UnknownShell {
    /// The name as given.
    pub name: String,
    /// The names that there are.
    pub known: Vec<String>,
}

impl From<&Constellation> for System {
    fn from(constellation: &Constellation) -> Self {
        let satellites = constellation
            .satellites
            .iter()
            .zip(told(constellation))
            .map(|(satellite, told)| Transmitter {
                name: satellite.name.clone(),
                number: satellite.norad_id,
                designator: satellite.designator.clone(),
                is_designed: told.shell.is_some(),
                shell: satellite.shell.clone(),
                orbit: Orbit::Elements(satellite.elements),
                station: satellite.station.clone(),
                repeats: Vec::new(),
            })
            .collect();
        Self { name: constellation.name.clone(), file: constellation.file.clone(), satellites }
    }
}

impl System {
    /// The healthy satellites of an almanac, and those with another health code.
    pub fn from_almanac(file: &str, almanac: &Almanac) -> (Self, Vec<Unhealthy>) {
        let name_of = |satellite: &AlmanacSatellite| almanac.system.satellite_name(satellite.prn);
        let (healthy, ill): (Vec<_>, Vec<_>) =
            almanac.satellites.iter().partition(|satellite| satellite.health == 0);
        let transmitter = |satellite: &AlmanacSatellite| Transmitter {
            name: name_of(satellite),
            number: Some(almanac.system.code_number(satellite.prn)),
            designator: None,
            is_designed: false,
            shell: "almanac".into(),
            orbit: Orbit::Almanac(satellite.orbit),
            station: None,
            repeats: Vec::new(),
        };
        let satellites = healthy.into_iter().map(transmitter).collect();
        let unhealthy = ill
            .into_iter()
            .map(|satellite| Unhealthy {
                satellite: transmitter(satellite),
                told: LeftOut {
                    place: 0..0,
                    satellite: name_of(satellite),
                    file: file.into(),
                    line: satellite.line,
                    reason: format!("unhealthy: health code {:03} in the almanac", satellite.health),
                },
            })
            .collect();
        (Self { name: almanac.system.to_string(), file: file.into(), satellites }, unhealthy)
    }
}

/// Takes the listed satellites out of all systems and tells for each system which they were.
///
/// A name is a satellite's whole name, the part of it in parentheses or before them, its number, that of its code after
/// `PRN` where an almanac has it, or the beginning of names followed by `*`. Capitals, spaces and hyphens do not matter.
///
/// `out` are satellites that are left out already: their names are known.
///
/// # Errors
/// [`UnknownSatellite`] for the first name that fits none; nothing is taken out then.
pub fn exclude(
    systems: &mut [System],
    names: &[String],
    out: &[&Transmitter],
) -> Result<Vec<Vec<LeftOut>>, UnknownSatellite> {
    for name in names {
        let mut all = systems.iter().flat_map(|system| &system.satellites).chain(out.iter().copied());
        if !all.any(|satellite| is_meant(name, satellite)) {
            let all = systems.iter().flat_map(|system| &system.satellites);
            let near = nearest(name, all.map(|satellite| satellite.name.as_str())).map(str::to_owned);
            return Err(UnknownSatellite { name: name.clone(), nearest: near });
        }
    }
    let mut all = Vec::new();
    for system in systems {
        let mut left_out = Vec::new();
        system.satellites.retain(|satellite| {
            let by = names.iter().find(|name| is_meant(name, satellite));
            if let Some(name) = by {
                left_out.push(LeftOut {
                    place: 0..0,
                    satellite: satellite.name.clone(),
                    file: system.file.clone(),
                    line: 0,
                    reason: format!("excluded by the list: '{name}'"),
                });
            }
            by.is_none()
        });
        all.push(left_out);
    }
    Ok(all)
}

/// Keeps the satellites of the named shells, or of the named layers (`GEO`, `IGSO`, `MEO`, `LEO`,
/// `HEO`) in systems whose file has no such shell; tells how many of each system are left aside.
///
/// # Errors
/// [`UnknownShell`] for the first name that fits no satellite of any system.
pub fn keep_shells(systems: &mut [System], shells: &[String]) -> Result<Vec<usize>, UnknownShell> {
    let shells: Vec<&str> = shells.iter().map(|shell| shell.trim()).collect();
    let fits = |shell: &str, system: &System, satellite: &Transmitter| {
        let declared = system.satellites.iter().any(|other| other.shell.eq_ignore_ascii_case(shell));
        if declared {
            satellite.shell.eq_ignore_ascii_case(shell)
        } else {
            satellite.orbit.layer().eq_ignore_ascii_case(shell)
        }
    };
    for &shell in &shells {
        let met = systems
            .iter()
            .any(|system| system.satellites.iter().any(|satellite| fits(shell, system, satellite)));
        if !met {
            let mut known: Vec<String> = systems
                .iter()
                .flat_map(|system| &system.satellites)
                .flat_map(|satellite| [satellite.shell.clone(), satellite.orbit.layer().to_owned()])
                .collect();
            known.sort();
            known.dedup();
            return Err(UnknownShell { name: shell.to_owned(), known });
        }
    }
    let mut aside = Vec::new();
    for system in systems {
        let kept: Vec<Transmitter> = system
            .satellites
            .iter()
            .filter(|satellite| shells.iter().any(|shell| fits(shell, system, satellite)))
            .cloned()
            .collect();
        aside.push(system.satellites.len() - kept.len());
        system.satellites = kept;
    }
    Ok(aside)
}

/// Whether an entry of a list means this satellite, in any of the files that have it. A code in the brackets of its name
/// goes to another satellite in time: of several names the newest tells it.
fn is_meant(entry: &str, satellite: &Transmitter) -> bool {
    let all = || std::iter::once(satellite).chain(&satellite.repeats);
    let newest = all().filter(|one| in_brackets(one).is_some()).max_by_key(|one| epoch(one));
    all().any(|one| calls(entry, one, newest.is_some_and(|newest| std::ptr::eq(newest, one))))
}

/// The name of a satellite before its brackets, and what stands in them.
fn in_brackets(satellite: &Transmitter) -> Option<(&str, &str)> {
    let (before, rest) = satellite.name.split_once('(')?;
    Some((before, rest.trim_end().trim_end_matches(')')))
}

/// Whether an entry of a list calls a satellite as its file does, also by what stands in the brackets of its name where
/// that counts.
fn calls(entry: &str, satellite: &Transmitter, brackets_count: bool) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase()
    };
    let name = plain(&satellite.name);
    if let Some(start) = entry.trim().strip_suffix('*') {
        return name.starts_with(&plain(start));
    }
    let entry = plain(entry);
    name == entry
        || in_brackets(satellite).is_some_and(|(before, within)| {
            plain(before) == entry || brackets_count && plain(within) == entry
        })
        || satellite.number.is_some_and(|number| entry.parse() == Ok(number))
        || entry.strip_prefix("PRN").is_some_and(|code| satellite.is_of_code(code))
}

impl Transmitter {
    /// Its catalogue number; none of an almanac, and none where a catalogue has 0, which stands for no number yet.
    pub fn catalogue_number(&self) -> Option<u32> {
        self.number.filter(|&number| number != 0 && matches!(self.orbit, Orbit::Elements(_)))
    }

    /// Whether an almanac of GPS or QZSS, which share their numbers, has it under this number of a code.
    fn is_of_code(&self, code: &str) -> bool {
        let Orbit::Almanac(orbit) = &self.orbit else { return false };
        let shares_numbers = matches!(orbit.system, Broadcaster::Gps | Broadcaster::Qzss);
        shares_numbers && self.number.is_some_and(|number| code.parse() == Ok(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Epoch;

    impl Transmitter {
        /// A satellite of a catalogue, on a circle.
        pub(in crate::navigation) fn catalogued(
            name: &str,
            number: u32,
            epoch: Epoch,
            rev_day: f64,
            inclination_deg: f64,
        ) -> Self {
            let elements = MeanElements {
                epoch,
                inclination_deg,
                raan_deg: 0.0,
                eccentricity: 0.0,
                argument_of_perigee_deg: 0.0,
                mean_anomaly_deg: 0.0,
                mean_motion_rev_day: rev_day,
                bstar: 0.0,
            };
            Self {
                name: name.into(),
                number: Some(number),
                designator: None,
                is_designed: false,
                shell: "catalogue".into(),
                orbit: Orbit::Elements(elements),
                station: None,
                repeats: Vec::new(),
            }
        }
    }

    fn satellite(name: &str, number: u32, rev_day: f64, inclination_deg: f64) -> Transmitter {
        let epoch = Epoch::from_unix_nanos(0);
        let satellite = Transmitter::catalogued(name, number, epoch, rev_day, inclination_deg);
        Transmitter { shell: "beidou".into(), ..satellite }
    }

    fn beidou() -> Vec<System> {
        let satellites = vec![
            satellite("BEIDOU-2 G8 (C01)", 44231, 1.0027, 1.4),
            satellite("BEIDOU-3 M1 (C19)", 43001, 1.8623, 56.1),
            satellite("BEIDOU-3 M11 (C25)", 43603, 1.8623, 54.4),
            satellite("BEIDOU-3 IGSO-1 (C38)", 44204, 1.0027, 55.0),
        ];
        vec![System { name: "Beidou".into(), file: "b.tle".into(), satellites }]
    }

    fn names(systems: &[System]) -> Vec<&str> {
        systems[0].satellites.iter().map(|satellite| &satellite.name[..satellite.name.len() - 6]).collect()
    }

    #[test]
    fn lists_name_satellites_in_many_ways() {
        for entry in ["beidou-3 m1 (c19)", "BEIDOU-3 M1", "BEIDOU 3M1", "C19", "43001"] {
            let mut systems = beidou();
            let left_out = exclude(&mut systems, &[entry.to_owned()], &[]).unwrap();
            assert_eq!(left_out[0].len(), 1, "{entry}");
            assert_eq!(left_out[0][0].satellite, "BEIDOU-3 M1 (C19)");
            assert_eq!(names(&systems), ["BEIDOU-2 G8", "BEIDOU-3 M11", "BEIDOU-3 IGSO-1"]);
        }
        let mut systems = beidou();
        assert_eq!(exclude(&mut systems, &["BEIDOU-2*".into()], &[]).unwrap()[0].len(), 1);
        let error = exclude(&mut systems, &["BEIDOU-3 M2 (C19)".into()], &[]).unwrap_err();
        assert_eq!(error.nearest.as_deref(), Some("BEIDOU-3 M1 (C19)"));
        assert_eq!(systems[0].satellites.len(), 3);
    }

    /// J02 of QZSS sends the code 194, and no satellite of GPS is meant by either.
    #[test]
    fn satellites_of_qzss_are_no_satellites_of_gps() {
        let of = |system: Broadcaster, prn: u32| {
            let orbit = AlmanacOrbit {
                system,
                week: 2428,
                time_of_applicability_s: 0.0,
                eccentricity: 0.0,
                inclination_rad: 0.7,
                node_rate_rad_s: 0.0,
                sqrt_semi_major_axis: 6493.4,
                node_at_week_rad: 0.0,
                argument_of_perigee_rad: 0.0,
                mean_anomaly_rad: 0.0,
            };
            let satellite = AlmanacSatellite { prn, health: 0, orbit, written_week: 380, line: 1 };
            let almanac = Almanac { system, satellites: vec![satellite], left_out: Vec::new() };
            System::from_almanac("a.alm", &almanac).0
        };
        for prn in [2, 194] {
            let systems = || vec![of(Broadcaster::Gps, 2), of(Broadcaster::Qzss, prn)];
            assert_eq!(systems()[1].satellites[0].name, "J02");
            for (entry, left) in [
                ("PRN-02", [0, 1]),
                ("2", [0, 1]),
                ("J02", [1, 0]),
                ("PRN-194", [1, 0]),
                ("194", [1, 0]),
                ("j*", [1, 0]),
            ] {
                let mut systems = systems();
                exclude(&mut systems, &[entry.to_owned()], &[]).unwrap();
                let counts: Vec<usize> = systems.iter().map(|system| system.satellites.len()).collect();
                assert_eq!(counts, left, "{entry} of {prn}");
            }
        }
    }

    #[test]
    fn orbits_are_told_by_their_shape_and_period() {
        for (rev_day, inclination_deg, eccentricity, layer) in [
            (15.2, 53.0, 0.001, "LEO"),
            (2.0057, 55.0, 0.01, "MEO"),
            (1.3, 55.0, 0.0, "MEO"),
            (1.7048, 50.0, 0.16, "MEO"),
            (1.0027, 1.0, 0.0, "GEO"),
            (1.0027, 41.0, 0.075, "IGSO"),
            (1.0027, 63.4, 0.2684, "HEO"),
            (2.0057, 63.4, 0.74, "HEO"),
            (0.5, 30.0, 0.0, "HEO"),
        ] {
            let mut orbit = satellite("S", 1, rev_day, inclination_deg).orbit;
            if let Orbit::Elements(elements) = &mut orbit {
                elements.eccentricity = eccentricity;
            }
            assert_eq!(orbit.layer(), layer, "{rev_day} rev/day, {eccentricity}");
        }
    }

    #[test]
    fn layers_stand_in_for_shells_in_catalogues() {
        let mut systems = beidou();
        assert_eq!(keep_shells(&mut systems, &["meo".into()]), Ok(vec![2]));
        assert_eq!(names(&systems), ["BEIDOU-3 M1", "BEIDOU-3 M11"]);
        let mut systems = beidou();
        assert_eq!(keep_shells(&mut systems, &["GEO".into(), "IGSO".into()]), Ok(vec![2]));
        assert_eq!(names(&systems), ["BEIDOU-2 G8", "BEIDOU-3 IGSO-1"]);
        let mut systems = beidou();
        assert_eq!(keep_shells(&mut systems, &["beidou".into()]), Ok(vec![0]));
        let error = keep_shells(&mut systems, &["LEO".into()]).unwrap_err();
        assert_eq!(error.known, ["GEO", "IGSO", "MEO", "beidou"]);
    }
}
