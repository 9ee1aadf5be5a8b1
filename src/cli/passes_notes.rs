//! What a reader of the contact report is to know besides: assumptions, absences, what was left out.

use std::fmt::{Result, Write};

use hexsky::ephemeris::LostSatellite;
use hexsky::report::passes::PassesReport;

use super::columns::Lines;
use super::{ground_notes, missing};

/// Writes the notes below the report.
pub fn notes(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    writeln!(out)?;
    for input in &report.inputs {
        for warning in &input.warnings {
            writeln!(out, "{}: warning: {warning}", input.file)?;
        }
        for note in &input.notes {
            writeln!(out, "{}: {note}", input.file)?;
        }
        missing::left_out(out, &input.file, &input.left_out)?;
    }
    let ground = &report.ground;
    let others = [
        ground_notes::listed("not named, so not used", &ground.not_named),
        ground_notes::unplaced(ground.unplaced.len()),
    ];
    for note in ground.notes.iter().chain(others.iter().flatten()) {
        writeln!(out, "  {note}")?;
    }
    missing::lost(out, report.lost.iter().map(LostSatellite::told))
}
