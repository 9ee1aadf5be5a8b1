//! Where navigation systems come from: constellation files, catalogues and almanacs, told apart by content.

use std::path::Path;

use crate::constellation::{self, Confidence, Figure, LeftOut, ReadOptions};
use crate::diagnostics::TextError;
use crate::input::{CATALOGUE_GROWTH, FileError, read_file};
use crate::navigation::almanac::{Almanac, Broadcaster, YumaOptions, looks_like_yuma, read_yuma};
use crate::navigation::system::{Orbit, System, Transmitter};
use crate::time::{Epoch, Window};

/// A satellite that is not used, for its almanac calls it unhealthy.
#[derive(Debug, Clone, PartialEq)]
pub struct Unhealthy {
    /// The satellite.
    pub satellite: Transmitter,
    /// How that is told.
    pub told: LeftOut,
}

/// A system with what its file says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The system.
    pub system: System,
    /// Deployment phase, where the file declares phases.
    pub phase: Option<String>,
    /// The system of an almanac; none for files of other kinds.
    pub almanac: Option<Broadcaster>,
    /// Epoch of the design, the newest elements or the almanac.
    pub epoch: Option<Epoch>,
    /// Number of figures that the file holds.
    pub figures: usize,
    /// Those of them that are assumed.
    pub assumed: Vec<Figure>,
    /// Satellites that were read but are not used.
    pub left_out: Vec<LeftOut>,
    /// Those of them that an almanac calls unhealthy, be it another one: what it says of a satellite holds for other files
    /// too.
    pub unhealthy: Vec<Unhealthy>,
    /// What the reader wants said.
    pub notes: Vec<String>,
    /// What may make results wrong: duplicates resolved, elements far from the window.
    pub warnings: Vec<String>,
}

impl Source {
    /// Brings designed geosynchronous satellites to a window as [`constellation::station`] does, and adds warnings about
    /// element sets and almanacs that are far from it; see [`constellation::age`].
    pub fn take_to(&mut self, window: &Window) {
        let designed = self.system.satellites.iter_mut().filter_map(|satellite| {
            let Transmitter { name, orbit, station, .. } = satellite;
            match (orbit, station.as_deref()) {
                (Orbit::Elements(elements), Some(station)) => Some((name.as_str(), elements, station)),
                _ => None,
            }
        });
        self.warnings.extend(constellation::station::keep(designed, window));
        let satellites = &self.system.satellites;
        // Designed orbits are not observations and do not age, but those that a definition carries under a catalogue
        // number are.
        let sets = satellites.iter().filter_map(|satellite| match &satellite.orbit {
            Orbit::Elements(elements) if !satellite.is_designed || satellite.number.is_some() => {
                Some((satellite.name.as_str(), elements))
            }
            _ => None,
        });
        let almanacs = satellites.iter().filter_map(|satellite| match &satellite.orbit {
            Orbit::Almanac(orbit) => Some((satellite.name.as_str(), orbit.epoch())),
            Orbit::Elements(_) => None,
        });
        let warnings = constellation::age::warning(sets, window)
            .into_iter()
            .chain(constellation::age::almanac_warning(almanacs, window));
        self.warnings.extend(warnings);
    }
}

/// Reads a constellation file, a catalogue, a YUMA almanac or a shipped definition.
///
/// # Errors
/// As [`constellation::read`].
pub fn read(file: &str, phase: Option<&str>, yuma: &YumaOptions) -> Result<Source, FileError> {
    let options = ReadOptions { phase: phase.map(str::to_owned), ..ReadOptions::default() };
    let constellation = match read_file(Path::new(file), CATALOGUE_GROWTH) {
        Ok(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) if looks_like_yuma(text) => {
                if let Some(phase) = phase {
                    let message = format!("an almanac has no deployment phase '{phase}'");
                    let fault = TextError::whole_file(file, message);
                    return Err(fault.help("leave the phase out, or name a definition file (TOML)").into());
                }
                return Ok(from_almanac(file, read_yuma(file, text, yuma)?, yuma.near));
            }
            Ok(text) if looks_like_sem(text) => {
                let mut lines = text.lines().enumerate();
                let (line, first) = lines.find(|(_, line)| !line.trim().is_empty()).unwrap_or_default();
                let what = "an almanac in the SEM format";
                let fault = TextError::on_line(file, line + 1, first, 0..first.len(), what);
                return Err(fault
                    .help("almanacs are read in the YUMA format (.alm): take the same week's file in that")
                    .into());
            }
            _ => constellation::parse(file, &bytes, &options).map_err(or_almanac)?,
        },
        Err(_) => constellation::read(file, &options)?,
    };
    Ok(Source {
        system: System::from(&constellation),
        phase: constellation.phase,
        almanac: None,
        epoch: constellation.epoch,
        figures: constellation.figures.len(),
        assumed: constellation
            .figures
            .into_iter()
            .filter(|figure| figure.confidence == Confidence::Assumed)
            .collect(),
        left_out: constellation.left_out,
        unhealthy: Vec::new(),
        notes: constellation.notes,
        warnings: constellation.warnings,
    })
}

/// Where it is told what a file is not, that it is no almanac either.
fn or_almanac(error: FileError) -> FileError {
    let mut error = match error {
        FileError::Text(error) if error.message == constellation::UNKNOWN => error,
        other => return other,
    };
    let message = "neither a constellation definition, nor a catalogue, nor an almanac".to_owned();
    let help =
        "give a definition (TOML), a catalogue (TLE, or OMM as JSON, CSV, XML or KVN) or an almanac (YUMA)";
    (error.message, error.help) = (message, Some(help.to_owned()));
    FileError::Text(error)
}

/// Whether a text is an almanac in the SEM format: the number of its records and a title, if it has one; then week and
/// time; then the records, the first of which begins with the number of a satellite on a line of its own. Lines may be
/// empty.
fn looks_like_sem(text: &str) -> bool {
    let lines =
        text.trim_start_matches('\u{feff}').lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut lines = lines.filter(|words| !words.is_empty());
    let [first, second, third] = [(); 3].map(|()| lines.next().unwrap_or_default());
    let is_whole = |word: &&str| word.parse::<u32>().is_ok();
    let is_time = |word: &&str| word.parse::<f64>().is_ok_and(|seconds| (0.0..=604_800.0).contains(&seconds));
    first.first().is_some_and(is_whole)
        && matches!(second[..], [week, time] if is_whole(&week) && is_time(&time))
        && matches!(third[..], [number] if is_whole(&number))
}

fn from_almanac(file: &str, almanac: Almanac, near: Option<Epoch>) -> Source {
    let broadcaster = almanac.system;
    let (system, unhealthy) = System::from_almanac(file, &almanac);
    let mut notes = Vec::new();
    let mut weeks: Vec<(u32, u32)> =
        almanac.satellites.iter().map(|satellite| (satellite.written_week, satellite.orbit.week)).collect();
    weeks.sort_unstable();
    weeks.dedup();
    for (written, full) in weeks.into_iter().filter(|(written, full)| written != full) {
        let start = broadcaster.start_of_week(full);
        let why = match near {
            Some(_) => "the one nearest to the window",
            None => "the one in the era from 2019-04-07",
        };
        notes.push(format!(
            "almanac week {written} (modulo {}) is taken as {broadcaster} week {full}, {why}, from {start}",
            broadcaster.weeks_per_era()
        ));
    }
    Source {
        system,
        phase: None,
        almanac: Some(broadcaster),
        epoch: almanac.satellites.iter().map(|satellite| satellite.orbit.epoch()).max(),
        figures: 0,
        assumed: Vec::new(),
        left_out: almanac.left_out.into_iter().chain(unhealthy.iter().map(|ill| ill.told.clone())).collect(),
        unhealthy,
        notes,
        warnings: Vec::new(),
    }
}
