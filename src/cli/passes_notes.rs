//! What a reader of the contact report is to know besides: assumptions, absences, what was left out.

use std::fmt::{Result, Write};

use hexsky::ephemeris::LostSatellite;
use hexsky::ground::{Position, Presence};
use hexsky::report::passes::PassesReport;

use super::missing;
use super::passes_text::listed;

/// Writes the notes below the report.
pub fn notes(out: &mut String, report: &PassesReport<'_>) -> Result {
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
    let assumed: Vec<&str> = report
        .ground
        .sites
        .iter()
        .filter(|site| site.position == Position::Assumed)
        .map(|site| site.name)
        .collect();
    listed(out, "assumed positions: ", &assumed, "sites")?;
    let held: Vec<&str> =
        report.ground.sites.iter().filter(|site| site.is_held).map(|site| site.name).collect();
    listed(out, "held where their tracks begin or end, all of the window: ", &held, "ships")?;
    let absent: Vec<&str> = report
        .ground
        .sites
        .iter()
        .filter(|site| Presence::of_percent(site.percent_in_service) == Presence::Absent)
        .map(|site| site.name)
        .collect();
    listed(out, "absent or out of service throughout: ", &absent, "sites")?;
    let partly: Vec<String> = report
        .ground
        .sites
        .iter()
        .filter_map(|site| match Presence::of_percent(site.percent_in_service) {
            Presence::Part(percent) => Some(format!("{} {percent:.1} %", site.name)),
            Presence::Absent | Presence::Whole => None,
        })
        .collect();
    let partly: Vec<&str> = partly.iter().map(String::as_str).collect();
    listed(out, "there or in service for a part of the window: ", &partly, "sites")?;
    listed(out, "not named, so not used: ", &report.ground.not_named, "sites")?;
    if !report.ground.unplaced.is_empty() {
        writeln!(
            out,
            "  without a published position: {} entries of the files",
            report.ground.unplaced.len()
        )?;
    }
    for note in report.ground.notes {
        writeln!(out, "  note: {note}")?;
    }
    missing::lost(out, report.lost.iter().map(LostSatellite::told))
}
