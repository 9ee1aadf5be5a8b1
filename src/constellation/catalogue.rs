//! What every catalogue reader shares: records, the check that SGP4 can start, duplicates.

use rayon::prelude::*;

use super::identity::{Papers, Told, duplicates_of_catalogue, epochs_of, shared_designators};
use super::{CATALOGUE_PATTERN, Constellation, LeftOut, ReadOptions, Satellite, Service, Shell, age, stem};
use crate::diagnostics::TextError;
use crate::input::FileError;
use crate::orbit::{MeanElements, Propagator};

/// One element set as a catalogue holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    pub name: String,
    pub norad_id: Option<u32>,
    /// International designator, where a catalogue gives it.
    pub designator: Option<String>,
    pub elements: MeanElements,
    /// Line of the file from 1; 0 where the format tells none.
    pub line: usize,
}

/// Whose a set is that cannot be used, as far as it can be read.
#[derive(Debug)]
pub(super) struct Who {
    /// How it is called in a list of what was left out.
    pub label: String,
    /// The name that its record would bear.
    pub name: Option<String>,
    pub number: Option<u32>,
}

/// A set that cannot be used. Name and number are kept apart, so that it can be told whether it was wanted at all.
#[derive(Debug)]
pub(super) struct Damaged {
    pub entry: LeftOut,
    pub name: Option<String>,
    pub number: Option<u32>,
}

/// What a reader makes of a file before the elements are looked at.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub records: Vec<Record>,
    pub damaged: Vec<Damaged>,
    /// What makes a value doubtful that is taken all the same.
    pub doubts: Vec<String>,
}

/// Why SGP4 cannot start from these elements, or nothing.
fn impossible(elements: &MeanElements) -> Option<String> {
    if !(0.0..=180.0).contains(&elements.inclination_deg) {
        return Some(format!("inclination {} is outside 0 to 180 degrees", elements.inclination_deg));
    }
    for (name, angle_deg) in [
        ("right ascension of the node", elements.raan_deg),
        ("argument of perigee", elements.argument_of_perigee_deg),
        ("mean anomaly", elements.mean_anomaly_deg),
    ] {
        if !(-360.0..=360.0).contains(&angle_deg) {
            return Some(format!("{name} {angle_deg} is no angle of up to 360 degrees"));
        }
    }
    if elements.mean_motion_rev_day > 0.0 && elements.mean_motion_rev_day < LEAST_REV_DAY {
        let mean_motion = elements.mean_motion_rev_day;
        return Some(format!("mean motion {mean_motion} rev/day is below {LEAST_REV_DAY}: no Earth orbit"));
    }
    Propagator::new(elements).err().map(|error| error.to_string())
}

/// Mean motion below which an orbit would reach beyond the Earth's sphere of influence (0.9 million km).
const LEAST_REV_DAY: f64 = 0.01;

impl Catalogue {
    /// Takes a set that was read, or notes why it is left out.
    pub fn add(&mut self, file: &str, line: usize, who: Who, outcome: Result<Record, String>) {
        match outcome {
            Ok(record) => self.records.push(record),
            Err(reason) => {
                let Who { label: satellite, name, number } = who;
                let entry = LeftOut { satellite, file: file.to_owned(), line, reason, place: 0..0 };
                self.damaged.push(Damaged { entry, name, number });
            }
        }
    }

    /// What is left out, without what only filters need.
    pub fn take_left_out(&mut self) -> Vec<LeftOut> {
        std::mem::take(&mut self.damaged).into_iter().map(|damaged| damaged.entry).collect()
    }

    /// Leaves out sets that describe no orbit and resolves duplicates: the newest epoch wins, of equal
    /// ones the last in the file. Returns what is to be said about it.
    pub fn settle(&mut self, file: &str) -> Vec<String> {
        let all_damaged = &mut self.damaged;
        // Making SGP4 ready is most of the cost of reading a catalogue.
        let reasons: Vec<Option<String>> =
            self.records.par_iter().with_min_len(512).map(|record| impossible(&record.elements)).collect();
        let mut reasons = reasons.into_iter();
        self.records.retain(|record| match reasons.next().flatten() {
            None => true,
            Some(reason) => {
                let satellite = match record.norad_id {
                    Some(number) => format!("{} ({number})", record.name),
                    None => record.name.clone(),
                };
                let (file, line) = (file.to_owned(), record.line);
                let entry = LeftOut { satellite, file, line, reason, place: 0..0 };
                let name = Some(record.name.clone());
                all_damaged.push(Damaged { entry, name, number: record.norad_id });
                false
            }
        });
        all_damaged.sort_by_key(|damaged| damaged.entry.line);
        let told: Vec<Told> = self
            .records
            .iter()
            .map(|record| Told {
                number: record.norad_id,
                designator: record.designator.as_deref(),
                shell: None,
                name: &record.name,
                elements: &record.elements,
            })
            .collect();
        let duplicates = duplicates_of_catalogue(&told);
        let shared = shared_designators(&told);
        for &(kept, older) in &duplicates.pairs {
            let older = self.records[older].papers();
            self.records[kept].complete(&older);
        }
        let note = duplicates.note(|kept, older| {
            let (kept, older) = (&self.records[kept], &self.records[older]);
            let identity = match (kept.norad_id.filter(|&number| number != 0), &kept.designator) {
                (Some(number), _) => number.to_string(),
                (None, designator) => designator.clone().unwrap_or_default(),
            };
            let epochs = epochs_of(&kept.elements, &older.elements);
            format!("{} ({identity}): {epochs} (line {})", kept.name, older.line)
        });
        let mut dropped = duplicates.dropped.into_iter();
        self.records.retain(|_| dropped.next() != Some(true));
        std::mem::take(&mut self.doubts).into_iter().chain(note).chain(shared).collect()
    }

    /// The constellation of a bare catalogue. `text` is the file, for errors that show a line, and `tle` whether it
    /// holds element sets of two lines.
    pub fn into_constellation(
        mut self,
        file: &str,
        text: &str,
        tle: bool,
        options: &ReadOptions,
    ) -> Result<Constellation, FileError> {
        let warnings = self.settle(file);
        let left_out = self.take_left_out();
        if self.records.is_empty() {
            return Err(nothing_usable(file, text, tle, &left_out).into());
        }
        let shell = stem(file);
        if let Some(wanted) = options.shells.iter().find(|&wanted| *wanted != shell) {
            let error = TextError::whole_file(file, format!("a catalogue has no shell '{wanted}'"))
                .help(format!("its satellites form one group, '{shell}'"));
            return Err(error.into());
        }
        if let Some(phase) = &options.phase {
            let error = TextError::whole_file(file, format!("a catalogue has no deployment phase '{phase}'"))
                .help("leave the phase out, or name a definition file (TOML) with [[phase]] tables");
            return Err(error.into());
        }
        Ok(Constellation {
            name: shell.clone(),
            operator: None,
            file: file.to_owned(),
            phase: None,
            epoch: age::newest(self.records.iter().map(|record| record.elements.epoch)),
            min_elevation_deg: None,
            figures: Vec::new(),
            left_out,
            notes: Vec::new(),
            warnings,
            status: None,
            as_of: None,
            service: Service::default(),
            payloads: Vec::new(),
            shells: vec![Shell {
                name: shell.clone(),
                pattern: CATALOGUE_PATTERN.to_owned(),
                satellites: self.records.len(),
                designed: self.records.len(),
                planes: 1,
                plane_of: vec![0; self.records.len()],
                launch_order: Vec::new(),
            }],
            phases: Vec::new(),
            satellites: self.records.into_iter().map(|record| record.into_satellite(&shell)).collect(),
        })
    }
}

impl Record {
    /// What tells whose elements these are.
    fn papers(&self) -> Papers {
        Papers::new(&self.name, self.norad_id, self.designator.as_deref())
    }

    /// Takes what it does not tell from another set of its satellite.
    fn complete(&mut self, other: &Papers) {
        let mut own = self.papers();
        own.complete(other);
        (self.norad_id, self.designator) = (own.number, own.designator);
        if let Some(name) = own.name {
            self.name = name;
        }
    }

    /// The satellite of this record as a member of `shell`.
    pub fn into_satellite(self, shell: &str) -> Satellite {
        Satellite {
            name: self.name,
            norad_id: self.norad_id,
            designator: self.designator,
            station: None,
            shell: shell.to_owned(),
            elements: self.elements,
        }
    }
}

/// The error of a catalogue without any usable set: shows the first one that was left out.
fn nothing_usable(file: &str, text: &str, tle: bool, left_out: &[LeftOut]) -> TextError {
    let Some(first) = left_out.first() else {
        return TextError::whole_file(file, "there is no satellite in this file")
            .help("give a catalogue with at least one element set");
    };
    let count = match left_out.len() {
        1 => "the only satellite is left out".to_owned(),
        many => format!("all {many} satellites are left out; the first"),
    };
    let message = format!("no usable satellite: {count}: {}", first.reason);
    let line = |number: usize| text.lines().nth(number.wrapping_sub(1));
    let in_second = |line: &str| {
        super::tle::place_in_second(&first.reason, line).filter(|_| tle && first.place.is_empty())
    };
    let second = line(first.line + 1).and_then(|line| Some((line, in_second(line)?)));
    let error = match (line(first.line), second) {
        (_, Some((line, place))) => TextError::on_line(file, first.line + 1, line, place, message),
        (Some(line), None) => {
            let place = if first.place.is_empty() { 0..line.len() } else { first.place.clone() };
            TextError::on_line(file, first.line, line, place, message)
        }
        (None, None) => TextError::whole_file(file, message),
    };
    error.help(if tle {
        "an element set has two lines of 69 columns whose last is the checksum; fetch the catalogue anew"
    } else {
        "an OMM needs EPOCH, MEAN_MOTION (rev/day), ECCENTRICITY, INCLINATION, RA_OF_ASC_NODE, \
         ARG_OF_PERICENTER and MEAN_ANOMALY (degrees); fetch the catalogue anew"
    })
}
