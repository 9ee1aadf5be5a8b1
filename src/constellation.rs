//! Constellations: who flies, on which orbits, serving at which mask, and how each figure is known.
//!
//! This room is the only reader of constellation files and catalogues.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::diagnostics::{TextError, utf8};
use crate::input::{CATALOGUE_GROWTH, FileError, read_file};
use crate::orbit::MeanElements;
use crate::orbit::geosynchronous::Geosynchronous;
use crate::time::{Epoch, Window};

pub mod age;
mod catalogue;
mod definition;
mod format;
pub mod identity;
pub mod names;
mod omm;
pub mod pattern;
pub mod payload;
pub mod repeated;
pub mod shipped;
pub mod station;
pub mod summary;
pub(crate) mod tle;

use catalogue::Catalogue;
use format::Format;
pub(crate) use format::UNKNOWN;
use payload::Payload;

/// How a figure of a constellation file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Stated by a source.
    Stated,
    /// Derived from stated figures or measured from published elements.
    Derived,
    /// Chosen because no source gives it.
    Assumed,
}

/// One figure of a constellation file with where it comes from.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Figure {
    /// Where it stands, such as `shell MEO: altitude_km`.
    pub name: String,
    /// The value as the file writes it.
    pub value: String,
    /// How it is known.
    pub confidence: Confidence,
    /// Citation, or the reason of an assumption.
    pub source: String,
}

/// A satellite with the elements it is propagated from.
#[derive(Debug, Clone, PartialEq)]
pub struct Satellite {
    /// Name from the catalogue, or made from shell, plane and slot.
    pub name: String,
    /// Catalogue number; none for designed satellites.
    pub norad_id: Option<u32>,
    /// International designator, where a catalogue gives it.
    pub designator: Option<String>,
    /// Shell or group it belongs to; the name of the file's group for catalogues.
    pub shell: String,
    /// SGP4 mean elements.
    pub elements: MeanElements,
    /// The station of a designed geosynchronous satellite, which SGP4 does not keep.
    pub station: Option<Box<Geosynchronous>>,
}

impl Satellite {
    /// What tells whose elements these are.
    fn papers(&self) -> identity::Papers {
        identity::Papers::new(&self.name, self.norad_id, self.designator.as_deref())
    }

    /// Takes what it does not tell from another set of the same satellite.
    fn complete(&mut self, other: &identity::Papers) {
        let mut own = self.papers();
        own.complete(other);
        (self.norad_id, self.designator) = (own.number, own.designator);
        if let Some(name) = own.name {
            self.name = name;
        }
    }

    /// The catalogue number; none where it is 0, which objects have that were given none yet.
    pub fn catalogue_number(&self) -> Option<u32> {
        self.norad_id.filter(|&number| number != 0)
    }
}

/// A satellite that was read but is not used, and why.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LeftOut {
    /// Name or catalogue number as far as it could be read.
    pub satellite: String,
    /// The file.
    pub file: String,
    /// Line of the file, 0 where none applies.
    pub line: usize,
    /// Why.
    pub reason: String,
    /// Bytes of the line that this is about; empty for the whole line.
    #[serde(skip)]
    pub place: Range<usize>,
}

/// A constellation, read and ready to propagate.
#[derive(Debug, Clone, PartialEq)]
pub struct Constellation {
    /// Name of the system.
    pub name: String,
    /// Operator, where known.
    pub operator: Option<String>,
    /// The file it was read from, as the user named it.
    pub file: String,
    /// Deployment phase that was chosen, where the file declares phases.
    pub phase: Option<String>,
    /// Epoch of designed shells; the newest element epoch of a catalogue.
    pub epoch: Option<Epoch>,
    /// Minimum elevation of the user in degrees as the file states it; none for bare catalogues.
    pub min_elevation_deg: Option<f64>,
    /// The satellites.
    pub satellites: Vec<Satellite>,
    /// Every figure with its source and confidence.
    pub figures: Vec<Figure>,
    /// What was left out and why.
    pub left_out: Vec<LeftOut>,
    /// Things the reader wants said: what the file itself notes, which part of a catalogue is used.
    pub notes: Vec<String>,
    /// What may make results wrong: duplicates resolved, elements far from the window.
    pub warnings: Vec<String>,
    /// State of the system in the file's words, such as `operational`.
    pub status: Option<String>,
    /// Date to which the file's figures belong, in the file's words.
    pub as_of: Option<String>,
    /// What users and gateways need.
    pub service: Service,
    /// What the satellites carry; see [`Constellation::payload_of`].
    pub payloads: Vec<Payload>,
    /// The shells or groups in use, in the order of the file.
    pub shells: Vec<Shell>,
    /// All deployment phases of the file.
    pub phases: Vec<Phase>,
}

/// What users and gateways need, as the file states it.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Service {
    /// What the system is for.
    pub kind: ServiceKind,
    /// Least angle in degrees between a link and the geostationary arc, seen from the ground.
    pub gso_avoidance_deg: Option<f64>,
    /// Antennas of a gateway, each of which follows one satellite.
    pub antennas_per_gateway: Option<u32>,
    /// Minimum elevation of the user in degrees.
    pub min_elevation_deg: Option<f64>,
    /// Minimum elevation of a gateway in degrees.
    pub gateway_min_elevation_deg: Option<f64>,
    /// Frequency bands, in words.
    pub bands: Vec<String>,
}

/// What a system is for: it decides what capacity means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceKind {
    /// Megabits for users, continuously.
    #[default]
    Broadband,
    /// Short messages of devices that wait for a pass.
    Messages,
    /// Navigation signals: one-way, the same for all.
    Navigation,
}

/// A shell or group of a constellation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Shell {
    /// Name, as in [`Satellite::shell`].
    pub name: String,
    /// How it is laid out, such as `Walker delta 24/3/1`.
    pub pattern: String,
    /// Satellites in use.
    pub satellites: usize,
    /// Satellites of the whole shell, in whatever phase.
    pub designed: usize,
    /// Planes of the whole shell, in whatever phase.
    #[serde(skip)]
    pub planes: u32,
    /// Plane of each satellite in use, from 0, in the order of [`Constellation::satellites`], in which the
    /// shells follow one another. A catalogue tells no planes: all 0. A single satellite that the file puts into a shell has a
    /// number of its own from [`Self::planes`] on.
    #[serde(skip)]
    pub plane_of: Vec<u32>,
    /// Planes from 0 in the order in which they are launched; empty where the file does not say.
    #[serde(skip)]
    pub launch_order: Vec<u32>,
}

/// A phase of deployment.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Phase {
    /// Name.
    pub name: String,
    /// When, in the file's words.
    pub date: Option<String>,
    /// What is to be known about it.
    pub note: Option<String>,
    /// Number of satellites.
    pub satellites: usize,
    /// Minimum elevation of the user in degrees in this phase; none where the file states none.
    pub min_elevation_deg: Option<f64>,
}

/// [`Shell::pattern`] of the satellites of a catalogue, which tells no planes.
pub const CATALOGUE_PATTERN: &str = "catalogue";

impl Shell {
    /// The satellites of each plane, as numbers within the shell; behind the planes those of each single satellite.
    pub fn satellites_of_planes(&self) -> Vec<Vec<usize>> {
        let count = self.plane_of.iter().map(|plane| plane + 1).fold(self.planes, u32::max);
        let mut planes = vec![Vec::new(); count as usize];
        for (index, &plane) in self.plane_of.iter().enumerate() {
            planes[plane as usize].push(index);
        }
        planes
    }

    /// What a plane is called, whose first satellite this is.
    pub fn plane_label(&self, plane: u32, first: &Satellite) -> String {
        match plane < self.planes {
            true => format!("{} plane {}", self.name, plane + 1),
            false => format!("{} satellite {}", self.name, first.name),
        }
    }
}

impl Figure {
    /// The part of the file that it stands in, such as `shell MEO`, and its own name. Names that a file gives may hold what
    /// parts both; figures do not, but for those of a phase that name a shell.
    pub fn place(&self) -> (&str, &str) {
        place_of(&self.name)
    }

    /// Source of figures that a file leaves to the format's default.
    pub const DEFAULT_SOURCE: &'static str = "not given: the format's default";

    /// True when the file does not give the figure and the format's default stands.
    pub fn is_default(&self) -> bool {
        self.source == Self::DEFAULT_SOURCE
    }
}

/// [`Figure::place`] of a figure of this name.
pub fn place_of(name: &str) -> (&str, &str) {
    let of_shell = [": planes.", ": satellites."].into_iter().filter(|_| name.starts_with("phase "));
    let at = of_shell.filter_map(|key| name.find(key)).min().or_else(|| name.rfind(": "));
    at.map_or(("file", name), |at| (&name[..at], &name[at + 2..]))
}

impl Constellation {
    /// Number of figures that are assumed, defaults included.
    pub fn assumed_count(&self) -> usize {
        self.figures.iter().filter(|figure| figure.confidence == Confidence::Assumed).count()
    }

    /// Names of the shells whose satellites are observed and not designed.
    pub fn catalogues(&self) -> Vec<&str> {
        let catalogues = self.shells.iter().filter(|shell| shell.pattern == CATALOGUE_PATTERN);
        catalogues.map(|shell| shell.name.as_str()).collect()
    }

    /// Makes the satellites ready for a window: designed geosynchronous ones are on their [`station`]s, and element sets of
    /// catalogues that are far from it are told in the warnings; see [`age::warning`].
    pub fn take_to(&mut self, window: &Window) {
        self.keep_stations(window);
        let catalogues = self.catalogues();
        let all: Vec<(&Satellite, &str)> =
            self.satellites.iter().map(|satellite| (satellite, self.file.as_str())).collect();
        let labels = names::told_apart(&all);
        let sets = self
            .satellites
            .iter()
            .zip(&labels)
            .filter(|(satellite, _)| catalogues.contains(&satellite.shell.as_str()))
            .map(|(satellite, label)| (label.as_str(), &satellite.elements));
        let warning = age::warning(sets, window);
        self.warnings.extend(warning);
    }

    /// Brings designed geosynchronous satellites to a window as if they had been kept on their stations until its start.
    /// In the window they drift, for SGP4 keeps no stations; what that comes to is added to the warnings.
    fn keep_stations(&mut self, window: &Window) {
        let designed = self.satellites.iter_mut().filter_map(|satellite| {
            let Satellite { name, elements, station, .. } = satellite;
            station.as_deref().map(|station| (name.as_str(), elements, station))
        });
        self.warnings.extend(station::keep(designed, window));
    }

    /// What the satellites of a shell carry: the payload that names the shell, else the one that names none.
    pub fn payload_of(&self, shell: &str) -> Option<&Payload> {
        let named = self.payloads.iter().find(|payload| payload.shells.iter().any(|name| name == shell));
        named.or_else(|| self.payloads.iter().find(|payload| payload.shells.is_empty()))
    }
}

/// How a constellation file or catalogue is to be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadOptions {
    /// Deployment phase to take; none for the file's default.
    pub phase: Option<String>,
    /// Shells to keep, by name; empty for all.
    pub shells: Vec<String>,
}

/// Reads a constellation definition or a bare catalogue; what it is, its content tells.
///
/// Where there is no such file, a [`shipped`] definition of that name is taken.
///
/// # Errors
/// [`FileError`] when the file cannot be opened, is no constellation, or holds no usable satellite.
/// A bad satellite among good ones is no error: it is in [`Constellation::left_out`].
pub fn read(path: &str, options: &ReadOptions) -> Result<Constellation, FileError> {
    match read_file(Path::new(path), CATALOGUE_GROWTH) {
        Ok(bytes) => parse(path, &bytes, options),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match shipped::find(path) {
            Some(shipped) => definition::read(path, shipped.text, options),
            None => Err(shipped::not_found(path).into()),
        },
        Err(source) => Err(FileError::Read { file: path.to_owned(), source }),
    }
}

/// The catalogue that the definition of a path points at, and that [`read`] would read with it. None where
/// there is no such file, where it is no definition, or where it points at none.
pub fn catalogue_beside(path: &str) -> Option<PathBuf> {
    let bytes = read_file(Path::new(path), CATALOGUE_GROWTH).ok()?;
    let text = std::str::from_utf8(without_mark(&bytes)).ok()?;
    definition::catalogue_named_in(path, text)
}

/// [`read`] on bytes in memory; `file` names them in messages.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &str, bytes: &[u8], options: &ReadOptions) -> Result<Constellation, FileError> {
    let bytes = without_end_sign(without_mark(bytes));
    match format::sniff(file, bytes)? {
        Format::Definition => definition::read(file, utf8(file, bytes)?, options),
        format => {
            let catalogue = read_catalogue(file, bytes, format)?;
            catalogue.into_constellation(
                file,
                &String::from_utf8_lossy(bytes),
                format == Format::Tle,
                options,
            )
        }
    }
}

/// Reads the sets of a catalogue as they are.
fn read_catalogue(file: &str, bytes: &[u8], format: Format) -> Result<Catalogue, Box<TextError>> {
    let text = || String::from_utf8_lossy(bytes);
    match format {
        Format::OmmJson => omm::json::read(file, &text()),
        Format::OmmCsv => omm::csv::read(file, &text()),
        Format::OmmXml => omm::xml::read(file, &text()),
        Format::OmmKvn => Ok(omm::kvn::read(file, &text())),
        Format::Tle | Format::Definition => Ok(tle::read(file, bytes)),
    }
}

/// The bytes behind a byte order mark.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The bytes before the sign with which some systems end a text.
fn without_end_sign(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_end().strip_suffix(b"\x1a").unwrap_or(bytes)
}

/// Name of a file without its folder and ending.
fn stem(file: &str) -> String {
    let path = Path::new(file);
    path.file_stem().map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
