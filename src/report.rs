//! Results as plain data with the inputs, sources and versions that made them. No computing here.

pub mod capacity;
pub mod coverage;
pub mod digest;
pub mod gateways;
pub mod lost;
pub mod messages;
pub mod page;
pub mod passes;
mod percent;

pub use percent::{percent, percent_change, percent_rounded};

use crate::constellation::LeftOut;

/// Where a satellite that is left out stands, in brackets: its line, and its file where that is not the one that the
/// user gave but a catalogue behind it. Nothing where both are known.
pub fn left_out_at(left_out: &LeftOut, file: &str) -> String {
    match (left_out.line, left_out.file == file) {
        (0, true) => String::new(),
        (0, false) => format!(" ({})", left_out.file),
        (line, true) => format!(" (line {line})"),
        (line, false) => format!(" ({}, line {line})", left_out.file),
    }
}
