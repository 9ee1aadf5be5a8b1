//! The coverage report as a person reads it.

use std::fmt::Write;

use hexsky::coverage::Exact;
use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::report::coverage::CoverageReport;
use hexsky::report::percent;
pub use hexsky::time::exact_length as length;

use super::columns::Lines;
use super::missing;

/// Width of the bars of the latitude profile, characters.
const BAR_WIDTH: usize = 40;

/// The report as text, lines ended by line feeds.
pub fn render(report: &CoverageReport) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, report);
    text.into_string()
}

fn render_into(out: &mut Lines, report: &CoverageReport) -> std::fmt::Result {
    let names: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
    writeln!(out, "Coverage of {}", names.join(" + "))?;
    for input in &report.inputs {
        let phase = input.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        writeln!(out, "  file        {}{phase}: {}", input.file, counted(input.satellites, "satellite"))?;
    }
    let sampled = if report.exact == Exact::All { "the time series" } else { "sampled" };
    writeln!(
        out,
        "  window      {} + {}, {sampled} every {}",
        report.start,
        length(report.duration_s),
        length(report.step_s)
    )?;
    let area = report.grid.area_km2.map(|area| format!(", {}", surface(area))).unwrap_or_default();
    match report.grid.h3_resolution {
        Some(resolution) => {
            writeln!(
                out,
                "  grid        {}, H3 resolution {resolution}: {}{area}",
                report.grid.region,
                counted(report.grid.points, "cell")
            )?;
        }
        None => {
            writeln!(out, "  grid        {}: {}", report.grid.region, counted(report.grid.points, "place"))?
        }
    }
    writeln!(out, "  mask        {}° elevation ({})", report.min_elevation_deg, report.min_elevation_basis)?;
    if let Some(gateways) = &report.gateways {
        writeln!(
            out,
            "  gateways    {}: {}, mask {}",
            gateways.files.join(", "),
            counted(gateways.sites, "site"),
            gateways.masks
        )?;
        writeln!(
            out,
            "              a satellite serves while it sees one: {} % of the time on average; {} always, {} never",
            percent(gateways.percent_in_reach, 2),
            gateways.always_in_reach,
            gateways.never_in_reach
        )?;
    }
    if report.at_least > 1 {
        let flown: usize = report.inputs.iter().map(|input| input.satellites).sum();
        writeln!(out, "  covered     {}", covered_means(report.at_least, flown))?;
    }
    writeln!(out, "  model       {}", report.model)?;
    solved(out, report)?;
    figures(out, report)?;
    profile(out, report)?;
    notes(out, report)
}

/// What it takes to be covered where `flown` satellites fly.
pub fn covered_means(at_least: u32, flown: usize) -> String {
    let never = if at_least as usize > flown { ", more than there are" } else { "" };
    format!("means at least {at_least} satellites in view{never}")
}

fn solved(out: &mut Lines, report: &CoverageReport) -> std::fmt::Result {
    match report.exact {
        Exact::All => writeln!(out, "  solved      everything"),
        Exact::None => writeln!(
            out,
            "  solved      nothing: a quick look; gaps and percentages are as coarse as the step of {}",
            length(report.step_s)
        ),
        Exact::Edges => {
            writeln!(out, "  solved      percent covered, gaps, accesses, response time")?;
            write!(out, "  sampled     in-view and other N-fold figures")?;
            match report.sampling_error {
                Some(error) => writeln!(out, "; rough error of a cell, rms: {}", error.told(report.at_least)),
                None if one_sample(report) => writeln!(out, "; of one sample no error can be told"),
                None => writeln!(out),
            }
        }
    }
}

/// Whether the window is over before a second sample.
fn one_sample(report: &CoverageReport) -> bool {
    report.step_s >= report.duration_s
}

fn figures(out: &mut Lines, report: &CoverageReport) -> std::fmt::Result {
    let summary = &report.summary;
    let weighting = if report.grid.h3_resolution.is_some() {
        "area-weighted over the grid"
    } else {
        "mean of the places"
    };
    writeln!(out, "\nFigures of merit ({weighting})")?;
    let of_what = if report.grid.h3_resolution.is_some() { "area" } else { "places" };
    writeln!(out, "  percent covered         {:>12} %", percent(summary.percent_covered, 4))?;
    writeln!(
        out,
        "  covered at all times    {:>12} % of the {of_what}",
        percent(summary.percent_area_always, 4)
    )?;
    writeln!(
        out,
        "  never covered           {:>12} % of the {of_what}",
        percent(summary.percent_area_never, 4)
    )?;
    let [_, two, three, four] = summary.percent_at_least.map(|share| percent(share, 4));
    writeln!(out, "  2-fold, 3-fold, 4-fold  {two:>12} % {three:>11} % {four:>11} %")?;
    writeln!(
        out,
        "  satellites in view      {:>12.3} mean, {} least, {} most",
        summary.mean_in_view, summary.min_in_view, summary.max_in_view
    )?;
    writeln!(out, "  mean response time      {:>12.1} s", summary.mean_response_s)?;
    match summary.mean_gap_s {
        Some(mean) => {
            writeln!(out, "  mean gap                {mean:>12.1} s (where there are gaps)")?;
            writeln!(out, "  mean of longest gaps    {:>12.1} s", summary.mean_max_gap_s)?;
        }
        None => writeln!(out, "  gaps                            none")?,
    }
    if let Some(gap) = &report.longest_gap {
        let cut = match gap.cut_by_window {
            true if summary.max_inner_gap_s > 0.0 => {
                format!(", cut by the window; longest inside it {:.1} s", summary.max_inner_gap_s)
            }
            true => ", cut by the window; none begins and ends inside it".to_owned(),
            false => String::new(),
        };
        writeln!(
            out,
            "  longest gap             {:>12.1} s at {} ({:.2}, {:.2}) from {}{cut}",
            gap.length_s, gap.place, gap.latitude_deg, gap.longitude_deg, gap.start
        )?;
    }
    Ok(())
}

fn profile(out: &mut Lines, report: &CoverageReport) -> std::fmt::Result {
    if report.grid.h3_resolution.is_none() || report.latitude_profile.len() < 2 {
        return Ok(());
    }
    writeln!(
        out,
        "\nLatitude profile            percent covered{}  in view  longest gap",
        " ".repeat(BAR_WIDTH - 12)
    )?;
    for band in &report.latitude_profile {
        let covered = band.summary.percent_covered;
        // Rounded down, so that a full bar is full coverage.
        let filled = (covered / 100.0 * BAR_WIDTH as f64) as usize;
        writeln!(
            out,
            "  {:>3.0}° to {:>3.0}°  {}{} {:>8} %  {:>7.2}  {:>9.1} s",
            band.to_deg,
            band.from_deg,
            "█".repeat(filled),
            "·".repeat(BAR_WIDTH - filled),
            percent(covered, 3),
            band.summary.mean_in_view,
            band.summary.max_gap_s
        )?;
    }
    Ok(())
}

fn notes(out: &mut Lines, report: &CoverageReport) -> std::fmt::Result {
    writeln!(out)?;
    for input in &report.inputs {
        if input.figures > 0 {
            writeln!(
                out,
                "{}: {} of {} figures are assumed",
                input.file,
                input.assumed.len(),
                input.figures
            )?;
        }
        for figure in &input.assumed {
            writeln!(out, "  assumed     {} = {}: {}", figure.name, figure.value, figure.source)?;
        }
        for warning in &input.warnings {
            writeln!(out, "  warning     {warning}")?;
        }
        for note in &input.notes {
            writeln!(out, "  note        {note}")?;
        }
        missing::left_out(out, &input.file, &input.left_out)?;
    }
    for note in report.gateways.iter().flat_map(|gateways| &gateways.notes) {
        writeln!(out, "gateways: {note}")?;
    }
    for note in &report.notes {
        writeln!(out, "{}: {note}", report.grid.region)?;
    }
    missing::lost(out, report.lost.iter().map(LostSatellite::told))
}

/// An area in the unit that suits it.
pub fn surface(area_km2: f64) -> String {
    if area_km2 < 1e5 { format!("{area_km2:.0} km²") } else { format!("{:.2} million km²", area_km2 / 1e6) }
}
