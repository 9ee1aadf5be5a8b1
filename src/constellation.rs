//! Constellations: who flies, on which orbits, serving at which mask, and how each figure is known.
//!
//! This room is the only reader of constellation files and catalogues.

use crate::orbit::MeanElements;
use crate::time::Epoch;

/// How a figure of a constellation file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
    /// Shell or group it belongs to; the name of the file's group for catalogues.
    pub shell: String,
    /// SGP4 mean elements.
    pub elements: MeanElements,
}

/// A satellite that was read but is not used, and why.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LeftOut {
    /// Name or catalogue number as far as it could be read.
    pub satellite: String,
    /// The file.
    pub file: String,
    /// Line of the file, 0 where none applies.
    pub line: usize,
    /// Why.
    pub reason: String,
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
    /// Things the reader wants said: conflicts between sources, duplicates resolved, old epochs.
    pub notes: Vec<String>,
}
