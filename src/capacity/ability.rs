//! What each satellite can do, from the payloads of the constellation files.

use crate::constellation::Constellation;
use crate::constellation::payload::{Beams, Carrier, IslTopology, Payload};

use super::beam::StandingBeams;
use super::instant::UNLIMITED;
use super::radio::Radio;
use super::unit::Unit;

/// The rate of one link.
#[derive(Debug, Clone, PartialEq)]
pub enum Rate {
    /// By a link budget.
    Radio(Box<Radio>),
    /// As the file states it, in kbit/s.
    Stated(u32),
    /// Not stated: no limit of its own.
    Unstated,
}

/// What the satellites of a shell can do.
#[derive(Debug, Clone, PartialEq)]
pub struct Ability {
    /// Constellation and payload, for reports.
    pub title: String,
    /// What a satellite carries for its users at most, kbit/s.
    pub user_limit: u32,
    /// Whether that is what was asked for, since the file gives no capacity.
    pub is_assumed: bool,
    /// Beams at a time, where the file gives them together with a rate.
    pub beams: Option<f32>,
    /// Area of a beam, km².
    pub beam_area_km2: Option<f64>,
    /// Colours of the users' frequency plan, where the file gives them.
    pub colours: Option<u32>,
    /// Polarisations of the users' frequency plan; 1 where the file does not tell.
    pub polarisations: u32,
    /// Rate of one beam to the users.
    pub user: Rate,
    /// Where beams of a stated rate stand; none where they are steered, or have a link budget, which tells it itself.
    pub standing: Option<StandingBeams>,
    /// Gateways a satellite works with at a time.
    pub gateway_antennas: u32,
    /// Rate of the link from one gateway.
    pub feeder: Rate,
    /// Links between satellites: who with whom, and kbit/s.
    pub isl: Option<(IslTopology, u32)>,
}

impl Ability {
    /// What a satellite carries for its users at most, kbit/s: no more than its beams do, where their rate is stated.
    pub fn most_to_users(&self) -> u32 {
        match (self.beams, &self.user) {
            (Some(beams), Rate::Stated(kbps)) => {
                let of_beams = f64::from(beams) * f64::from(*kbps);
                self.user_limit.min(of_beams.min(UNLIMITED.into()) as u32)
            }
            _ => self.user_limit,
        }
    }
}

/// What all satellites can do, and what the reader of the result should know of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Abilities {
    /// The different ones.
    pub kinds: Vec<Ability>,
    /// For each of them, the number of its constellation.
    pub constellation_of_kind: Vec<u16>,
    /// For each satellite of the run, its place in `kinds`.
    pub of_satellite: Vec<u16>,
    /// What the files do not say and what stands in its place.
    pub notes: Vec<String>,
}

/// A constellation that says nothing of its capacity.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file} says nothing of the capacity of the satellites of {what}")]
pub struct NoCapacity {
    /// The file.
    pub file: String,
    /// Shell, or the whole constellation.
    pub what: String,
}

impl Abilities {
    /// From the constellations, whose satellites are numbered in order. `assumed_gbps` stands where a file
    /// gives no capacity.
    ///
    /// # Errors
    /// [`NoCapacity`] when a shell has neither a capacity nor beams with a rate, and none is assumed.
    pub fn of(constellations: &[Constellation], assumed_gbps: Option<f64>) -> Result<Self, NoCapacity> {
        let mut all = Self::default();
        for (number, constellation) in constellations.iter().enumerate() {
            let mut known: Vec<(&str, u16)> = Vec::new();
            let first = all.kinds.len();
            for satellite in &constellation.satellites {
                let shell = satellite.shell.as_str();
                let kind = match known.iter().find(|(name, _)| *name == shell) {
                    Some(&(_, kind)) => kind,
                    None => {
                        let kind = all.kind(constellation, shell, first, assumed_gbps)?;
                        known.push((shell, kind));
                        kind
                    }
                };
                all.of_satellite.push(kind);
            }
            all.constellation_of_kind.resize(all.kinds.len(), number as u16);
        }
        Ok(all)
    }

    /// A kind of satellites that carry, or whose feeder links carry, so little that counting it in whole units takes
    /// more than 1 % of it: its title, and kbit/s.
    pub(super) fn lost_in(&self, unit: Unit, percent: u32) -> Option<(String, u32)> {
        let stated = |kind: &Ability| match kind.feeder {
            Rate::Stated(kbps) => Some(kbps),
            Rate::Radio(_) | Rate::Unstated => None,
        };
        self.kinds.iter().find_map(|kind| {
            let limits = [Some(kind.user_limit), stated(kind)];
            let lost = limits.into_iter().flatten().find(|&kbps| unit.loses(kbps, percent))?;
            Some((kind.title.clone(), lost))
        })
    }

    /// Frequencies of the user links that have a budget, each once.
    pub fn user_frequencies_ghz(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self.kinds.iter().filter_map(|kind| kind.user.frequency_ghz()).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    }

    /// For each kind what is made of the frequency of its user link, once for all kinds of one frequency; none where it
    /// has no link budget.
    pub(super) fn skies<T: Clone, E>(&self, make: impl Fn(f64) -> Result<T, E>) -> Result<Vec<Option<T>>, E> {
        let frequencies_ghz = self.user_frequencies_ghz();
        let made = frequencies_ghz
            .iter()
            .map(|&frequency_ghz| make(frequency_ghz))
            .collect::<Result<Vec<T>, E>>()?;
        let of_kind = |kind: &Ability| {
            let own = kind.user.frequency_ghz()?;
            let number = frequencies_ghz.iter().position(|&frequency_ghz| frequency_ghz == own)?;
            Some(made[number].clone())
        };
        Ok(self.kinds.iter().map(of_kind).collect())
    }

    /// Antennas that each satellite has for gateways.
    pub fn gateway_antennas(&self) -> Vec<u32> {
        self.of_satellite.iter().map(|&kind| self.kinds[usize::from(kind)].gateway_antennas).collect()
    }

    /// The ability of a satellite.
    pub fn get(&self, satellite: usize) -> &Ability {
        &self.kinds[usize::from(self.of_satellite[satellite])]
    }

    /// The kind of a shell's satellites. Kinds from number `first` on are those of the constellation: alike ones of
    /// others stay apart, for a report names each by its constellation.
    fn kind(
        &mut self,
        constellation: &Constellation,
        shell: &str,
        first: usize,
        assumed_gbps: Option<f64>,
    ) -> Result<u16, NoCapacity> {
        let payload = constellation.payload_of(shell);
        let title = format!("{} {shell}", constellation.name);
        let ability = match payload.and_then(|payload| self.of_payload(payload, &title)) {
            Some(ability) => ability,
            None => {
                let gbps = assumed_gbps.ok_or_else(|| NoCapacity {
                    file: constellation.file.clone(),
                    what: format!("shell '{shell}'"),
                })?;
                self.note(format!(
                    "{title}: no capacity in its file; {gbps} Gbit/s per satellite assumed as asked"
                ));
                Ability {
                    title: title.clone(),
                    user_limit: kbps(gbps * 1e3),
                    is_assumed: true,
                    beams: None,
                    beam_area_km2: None,
                    colours: None,
                    polarisations: 1,
                    user: Rate::Unstated,
                    standing: None,
                    gateway_antennas: 1,
                    feeder: Rate::Unstated,
                    isl: None,
                }
            }
        };
        let same = |known: &Ability| Ability { title: title.clone(), ..known.clone() } == ability;
        if let Some(known) = self.kinds[first..].iter().position(same) {
            self.kinds[first + known].title = constellation.name.clone();
            return Ok((first + known) as u16);
        }
        self.kinds.push(ability);
        Ok((self.kinds.len() - 1) as u16)
    }

    /// None where neither the satellite nor its beams have a rate.
    fn of_payload(&mut self, payload: &Payload, title: &str) -> Option<Ability> {
        let user = payload.user.as_ref();
        let feeder = payload.feeder.as_ref();
        let user_rate =
            self.rate(user.and_then(|user| Some((user.down.as_ref()?, user))), title, "user.down");
        let beams = match user_rate {
            Rate::Unstated => None,
            _ => user.and_then(beams_of).map(|beams| beams as f32),
        };
        let standing = match user_rate {
            Rate::Stated(_) => user.and_then(|user| StandingBeams::of(user.down.as_ref()?, user)),
            _ => None,
        };
        if user.is_some_and(|user| user.fixed.is_some()) && standing.is_none() {
            let lacks = match user_rate {
                Rate::Radio(_) => None,
                Rate::Stated(_) => Some("frequency_ghz in user.down, which their pattern goes with"),
                Rate::Unstated => Some("a rate or a link budget in user.down"),
            };
            if let Some(lacks) = lacks {
                self.note(format!(
                    "{title}: its fixed beams lack {lacks}: they are taken to reach every place in view"
                ));
            }
        }
        let colours = user.and_then(|user| user.colours);
        if beams.is_some() && colours.is_some() && user.is_some_and(|user| user.beam_area_km2.is_none()) {
            self.note(format!(
                "{title}: colours without beam_area_km2: neighbouring cells are not held to them"
            ));
        }
        let stated = payload.capacity_gbps_per_satellite.map(|gbps| kbps(gbps * 1e3));
        if stated.is_none() && beams.is_none() {
            return None;
        }
        let polarisations = feeder.and_then(|feeder| feeder.polarisations).unwrap_or(1);
        let mut feeder_rate =
            self.rate(feeder.and_then(|feeder| Some((feeder.up.as_ref()?, feeder))), title, "feeder.up");
        if polarisations == 2 {
            feeder_rate = feeder_rate.twice();
        }
        Some(Ability {
            title: title.to_owned(),
            user_limit: stated.unwrap_or(UNLIMITED),
            is_assumed: false,
            beams,
            beam_area_km2: user.and_then(|user| user.beam_area_km2),
            colours,
            polarisations: user.and_then(|user| user.polarisations).unwrap_or(1),
            user: user_rate,
            standing,
            gateway_antennas: payload.gateway_antennas.unwrap_or(1),
            feeder: feeder_rate,
            isl: payload
                .isl
                .filter(|isl| isl.topology != IslTopology::None)
                .map(|isl| (isl.topology, isl.gbps.map_or(UNLIMITED, |gbps| kbps(gbps * 1e3)))),
        })
    }

    fn rate(&mut self, carrier: Option<(&Carrier, &Beams)>, title: &str, name: &str) -> Rate {
        let Some((carrier, beams)) = carrier else { return Rate::Unstated };
        if let Some(radio) = Radio::of(carrier, beams) {
            return Rate::Radio(Box::new(radio));
        }
        if let Some(gbps) = carrier.capacity_gbps {
            return Rate::Stated(kbps(gbps * 1e3));
        }
        self.note(format!(
            "{title}: {name} has no link budget: it needs frequency_ghz, bandwidth_mhz or total_bandwidth_mhz, eirp_dbw and \
             g_over_t_db_k, or capacity_gbps"
        ));
        Rate::Unstated
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

impl Rate {
    /// Frequency of a link that has a budget.
    pub fn frequency_ghz(&self) -> Option<f64> {
        match self {
            Self::Radio(radio) => Some(radio.frequency_ghz),
            Self::Stated(_) | Self::Unstated => None,
        }
    }

    /// Two polarisations of one link.
    fn twice(self) -> Self {
        match self {
            Self::Radio(radio) => Self::Radio(Box::new(radio.on_two_polarisations())),
            Self::Stated(kbps) => Self::Stated(kbps),
            Self::Unstated => Self::Unstated,
        }
    }
}

/// Beams of a satellite: as given, or all of its fixed ones on every polarisation.
fn beams_of(user: &Beams) -> Option<u32> {
    let fixed = |beams: &Beams| {
        let fixed = beams.fixed?;
        Some(fixed.rows * fixed.columns * beams.polarisations.unwrap_or(1))
    };
    user.beams.or_else(|| fixed(user))
}

/// The most that a satellite or a link may be stated to carry, Gbit/s: what can be counted in kbit/s.
pub const MOST_GBPS: f64 = 2000.0;

/// Whole kbit/s, at most [`UNLIMITED`].
pub fn kbps(mbps: f64) -> u32 {
    Unit::KILOBIT.amount(mbps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse};

    /// The ability of a shell whose payload has these lines, and the notes on it.
    fn ability(payload: &str) -> Option<(Ability, Vec<String>)> {
        let text = format!(
            "name = \"T\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"s\"\n[[shell]]\nname = \"one\"\n\
             pattern = \"walker-delta\"\nsatellites = 2\nplanes = 1\naltitude_km = 800\ninclination_deg = 50\n\
             source = \"s\"\n[[payload]]\nsource = \"s\"\n{payload}"
        );
        let read =
            parse("t.toml", text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        let abilities = Abilities::of(&[read], None).ok()?;
        assert_eq!(abilities.of_satellite, [0, 0]);
        Some((abilities.kinds[0].clone(), abilities.notes))
    }

    #[test]
    fn rates_are_by_budget_as_stated_or_unlimited() {
        let carrier = |lines: &str| {
            let payload = format!(
                "capacity_gbps_per_satellite = 8\n[payload.feeder]\npolarisations = 2\n[payload.feeder.up]\n{lines}\n"
            );
            ability(&payload).unwrap()
        };
        let (stated, notes) = carrier("capacity_gbps = 6");
        assert_eq!(
            (stated.user_limit, stated.beams, stated.feeder),
            (8_000_000, None, Rate::Stated(6_000_000))
        );
        assert_eq!(notes, [""; 0]);
        let (unstated, notes) = carrier("frequency_ghz = 28");
        assert_eq!(unstated.feeder, Rate::Unstated);
        assert!(notes[0].contains("has no link budget: it needs frequency_ghz"), "{notes:?}");
        let (budget, _) =
            carrier("frequency_ghz = 28\nbandwidth_mhz = 500\neirp_dbw = 66\ng_over_t_db_k = 2");
        let Rate::Radio(radio) = budget.feeder else { panic!("{:?}", budget.feeder) };
        assert_eq!(radio.bandwidth_mhz, 1000.0, "both polarisations");
    }

    #[test]
    fn beams_that_stand_still_are_counted_and_colours_want_an_area() {
        let down = "[payload.user.down]\ncapacity_gbps = 0.5\n";
        let fixed_lines = "fixed_rows = 2\nfixed_columns = 8\nrow_spacing_deg = 4\ncolumn_spacing_deg = 5\npolarisations = 2\n\
                     beam_antenna = \"s1528:gmax=38,psi_b=1.2,ln=-15\"\n";
        let (fixed, _) = ability(&format!("[payload.user]\n{fixed_lines}{down}")).unwrap();
        assert_eq!((fixed.beams, fixed.user), (Some(32.0), Rate::Stated(500_000)));
        assert_eq!(fixed.standing.map(|standing| standing.count()), Some(16));
        // Where they stand is not known of a dish without a frequency, and of no use without a rate.
        let dish = fixed_lines.replace("s1528:gmax=38,psi_b=1.2,ln=-15", "parabolic:d=1,eta=0.65");
        for (payload, lacks) in [
            (format!("[payload.user]\n{dish}{down}"), "lack frequency_ghz"),
            (format!("capacity_gbps_per_satellite = 3\n[payload.user]\n{fixed_lines}"), "lack a rate"),
        ] {
            let (ability, notes) = ability(&payload).unwrap();
            assert_eq!(ability.standing, None);
            assert!(notes[0].contains(lacks), "{notes:?}");
        }
        let (coloured, notes) = ability(&format!("[payload.user]\nbeams = 4\ncolours = 4\n{down}")).unwrap();
        assert_eq!((coloured.beams, coloured.colours), (Some(4.0), Some(4)));
        // Four beams carry less than a stated capacity, or all there is where none is.
        let (wide, _) =
            ability(&format!("capacity_gbps_per_satellite = 3\n[payload.user]\nbeams = 4\n{down}")).unwrap();
        assert_eq!([&wide, &coloured].map(Ability::most_to_users), [2_000_000; 2]);
        assert_eq!((wide.user_limit, coloured.user_limit), (3_000_000, UNLIMITED));
        assert!(notes.iter().any(|note| note.contains("colours without beam_area_km2")), "{notes:?}");
        // Neither a capacity nor beams with a rate: it can do nothing that is known.
        assert_eq!(ability("gateway_antennas = 2\n"), None);
    }

    /// Satellites that can do the same are one kind within a constellation and two kinds between two.
    #[test]
    fn kinds_are_those_of_one_constellation() {
        let read = |name: &str, shells: &[&str]| {
            let shell = |shell: &&str| {
                format!(
                    "[[shell]]\nname = \"{shell}\"\npattern = \"walker-delta\"\nsatellites = 2\nplanes = 1\n\
                     altitude_km = 800\ninclination_deg = 50\nsource = \"s\"\n"
                )
            };
            let text = format!(
                "name = \"{name}\"\nepoch = 2026-01-01T00:00:00Z\n[sources]\ns = \"s\"\n{}\
                 [[payload]]\nsource = \"s\"\ncapacity_gbps_per_satellite = 5\n",
                shells.iter().map(shell).collect::<String>()
            );
            parse("t.toml", text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
        };
        let all = [read("A", &["one"]), read("B", &["one", "two"])];
        let abilities = Abilities::of(&all, None).unwrap();
        let titles: Vec<&str> = abilities.kinds.iter().map(|kind| kind.title.as_str()).collect();
        assert_eq!(titles, ["A one", "B"]);
        assert_eq!(abilities.of_satellite, [0, 0, 1, 1, 1, 1]);
    }
}
