//! Where navigation systems come from: constellation files, catalogues and almanacs, told apart by content.

use std::collections::HashMap;

use crate::constellation::{self, Confidence, Figure, LeftOut, ReadError, ReadOptions};
use crate::navigation::almanac::{Almanac, looks_like_yuma, read_yuma, utc_of_gps_seconds};
use crate::navigation::system::{Orbit, System};
use crate::time::{Epoch, Window};

/// A system with what its file says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The system.
    pub system: System,
    /// Deployment phase, where the file declares phases.
    pub phase: Option<String>,
    /// Epoch of the design, the newest elements or the almanac.
    pub epoch: Option<Epoch>,
    /// Number of figures that the file holds.
    pub figures: usize,
    /// Those of them that are assumed.
    pub assumed: Vec<Figure>,
    /// Satellites that were read but are not used.
    pub left_out: Vec<LeftOut>,
    /// What the reader wants said.
    pub notes: Vec<String>,
    /// What may make results wrong: duplicates resolved, elements far from the window.
    pub warnings: Vec<String>,
}

impl Source {
    /// Adds a warning about element sets of catalogues that are far from a window; see
    /// [`constellation::age::warning`].
    pub fn warn_of_age(&mut self, window: &Window) {
        // Only satellites of catalogues have numbers beside elements.
        let sets = self.system.satellites.iter().filter_map(|satellite| match &satellite.orbit {
            Orbit::Elements(elements) if satellite.number.is_some() => {
                Some((satellite.name.as_str(), elements))
            }
            _ => None,
        });
        let warning = constellation::age::warning(sets, window);
        self.warnings.extend(warning);
    }
}

/// Reads a constellation file, a catalogue, a YUMA almanac or a shipped definition. Weeks of an almanac that are counted modulo
/// 1024 are taken nearest to `near`, or in the era from 2019-04-07.
///
/// # Errors
/// As [`constellation::read`].
pub fn read(file: &str, phase: Option<&str>, near: Option<Epoch>) -> Result<Source, ReadError> {
    let options = ReadOptions { phase: phase.map(str::to_owned), ..ReadOptions::default() };
    let constellation = match std::fs::read(file) {
        Ok(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) if looks_like_yuma(text) => {
                return Ok(from_almanac(file, read_yuma(file, text, near)?, near));
            }
            _ => constellation::parse(file, &bytes, &options)?,
        },
        Err(_) => constellation::read(file, &options)?,
    };
    Ok(Source {
        system: System::from(&constellation),
        phase: constellation.phase,
        epoch: constellation.epoch,
        figures: constellation.figures.len(),
        assumed: constellation
            .figures
            .into_iter()
            .filter(|figure| figure.confidence == Confidence::Assumed)
            .collect(),
        left_out: constellation.left_out,
        notes: constellation.notes,
        warnings: constellation.warnings,
    })
}

fn from_almanac(file: &str, almanac: Almanac, near: Option<Epoch>) -> Source {
    let (system, unhealthy) = System::from_almanac("GPS", file, &almanac.satellites);
    let left_out = [almanac.left_out, unhealthy].concat();
    let almanac = almanac.satellites;
    let epoch = almanac.iter().map(|satellite| satellite.orbit.reference_gps_s()).max_by(f64::total_cmp);
    let mut notes = Vec::new();
    let mut weeks: Vec<(u32, u32)> =
        almanac.iter().map(|satellite| (satellite.written_week, satellite.orbit.week)).collect();
    weeks.sort_unstable();
    weeks.dedup();
    for (written, full) in weeks.into_iter().filter(|(written, full)| written != full) {
        let start = utc_of_gps_seconds(f64::from(full) * 604_800.0);
        let why = match near {
            Some(_) => "the one nearest to the window",
            None => "the one in the era from 2019-04-07",
        };
        notes.push(format!(
            "almanac week {written} (modulo 1024) is taken as GPS week {full}, {why}, from {start}"
        ));
    }
    Source {
        system,
        phase: None,
        epoch: epoch.map(utc_of_gps_seconds),
        figures: 0,
        assumed: Vec::new(),
        left_out,
        notes,
        warnings: Vec::new(),
    }
}

/// Takes satellites out that an earlier source holds already, by their catalogue numbers: the same one
/// twice would count as two lines of sight.
pub fn leave_out_repeated(sources: &mut [Source]) {
    let mut known: HashMap<u32, String> = HashMap::new();
    for source in sources {
        let Source { system, left_out, .. } = source;
        system.satellites.retain(|satellite| {
            let catalogued = matches!(satellite.orbit, crate::navigation::system::Orbit::Elements(_));
            let Some(number) = satellite.number.filter(|_| catalogued) else { return true };
            if let Some(file) = known.get(&number) {
                left_out.push(LeftOut {
                    satellite: satellite.name.clone(),
                    file: system.file.clone(),
                    line: 0,
                    reason: format!("number {number} is in {file} already"),
                });
                return false;
            }
            known.insert(number, system.file.clone());
            true
        });
    }
}
