//! A comparison as a person reads it.

use std::fmt::{self, Write};

use hexsky::compare::{Band, Beats, Comparison, RegionRows, Row};
use hexsky::constellation::place_of;
use hexsky::coverage::Exact;
use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::report::coverage::{CoverageReport, Input};
use hexsky::report::page::comparison_difference;
use hexsky::report::percent;

use super::columns::{Lines, columns, one_line};
use super::coverage_text::{covered_means, length, surface};
use super::missing;

/// The comparison as text, lines ended by line feeds.
pub fn render(comparison: &Comparison, reports: &[CoverageReport]) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, comparison, reports);
    text.into_string()
}

fn render_into(out: &mut Lines, comparison: &Comparison, reports: &[CoverageReport]) -> fmt::Result {
    head(out, comparison, reports)?;
    writeln!(out, "\nFigures of merit (* the best)")?;
    out.push_str(&table(comparison, &comparison.rows));
    writeln!(out, "\nDifferences to {}", comparison.labels[comparison.baseline])?;
    out.push_str(&differences(comparison, &comparison.rows));
    let point = if reports[0].grid.h3_resolution.is_some() { "cell" } else { "place" };
    for region in &comparison.regions {
        region_table(out, comparison, region, point)?;
    }
    for beats in &comparison.beats {
        let on_places = reports.first().is_some_and(|report| report.grid.h3_resolution.is_none());
        beats_table(out, comparison, beats, if on_places { "places" } else { "area" })?;
    }
    if comparison.latitude_profile.len() > 1 {
        profile(out, comparison)?;
    }
    notes(out, comparison, reports)
}

fn head(out: &mut Lines, comparison: &Comparison, reports: &[CoverageReport]) -> fmt::Result {
    let Some(first) = reports.first() else { return Ok(()) };
    writeln!(out, "Comparison of {}", comparison.labels.join(", "))?;
    writeln!(
        out,
        "  window      {} + {}, {} every {}",
        first.start,
        length(first.duration_s),
        if first.exact == Exact::All { "the time series" } else { "sampled" },
        length(first.step_s)
    )?;
    match first.grid.h3_resolution {
        Some(resolution) => writeln!(
            out,
            "  grid        {}, H3 resolution {resolution}: {}, {}",
            first.grid.region,
            counted(first.grid.points, "cell"),
            surface(first.grid.area_km2.unwrap_or(0.0))
        )?,
        None => {
            writeln!(out, "  grid        {}: {}", first.grid.region, counted(first.grid.points, "place"))?
        }
    }
    if first.at_least > 1 {
        let flown =
            |report: &CoverageReport| report.inputs.iter().map(|input| input.satellites).sum::<usize>();
        let all: usize = reports.iter().map(flown).max().unwrap_or(0);
        let short: Vec<&str> = comparison
            .labels
            .iter()
            .zip(reports)
            .filter(|(_, report)| (first.at_least as usize) > flown(report))
            .map(|(label, _)| label.as_str())
            .collect();
        // Where all have too few, that is said shorter.
        let more = match short.len() < reports.len() && !short.is_empty() {
            true => format!(", more than there are of {}", short.join(", ")),
            false => String::new(),
        };
        writeln!(out, "  covered     {}{more}", covered_means(first.at_least, all))?;
    }
    if let Some(gateways) = &first.gateways {
        writeln!(
            out,
            "  gateways    {}: {}; a satellite serves while it sees one",
            gateways.files.join(", "),
            counted(gateways.sites, "site")
        )?;
    }
    writeln!(out, "  model       {}", first.model)?;
    for report in reports.iter().filter(|report| report.model != first.model) {
        // Reports that were saved may have been made with another UT1.
        let name = report.inputs.first().map_or("another system", |input| input.name.as_str());
        writeln!(out, "              but {name}: {}", report.model)?;
    }
    let solved = match first.exact {
        Exact::All => "everything",
        Exact::Edges => {
            "percent covered, gaps and response time; in-view and other N-fold figures are sampled"
        }
        Exact::None => "nothing: a quick look",
    };
    writeln!(out, "  solved      {solved}\n")?;
    let header = ["", "file", "phase", "satellites", "mask", "assumed", "mask from"];
    let rows = comparison.labels.iter().zip(reports).map(|(label, report)| {
        let each =
            |of: &dyn Fn(&Input) -> String| report.inputs.iter().map(of).collect::<Vec<_>>().join(" + ");
        vec![
            label.clone(),
            each(&|input| input.file.clone()),
            each(&|input| input.phase.clone().unwrap_or_else(|| "–".to_owned())),
            each(&|input| input.satellites.to_string()),
            format!("{}°", report.min_elevation_deg),
            each(&|input| match input.figures {
                0 => "catalogue".to_owned(),
                figures => format!("{} of {figures} figures", input.assumed.len()),
            }),
            report.min_elevation_basis.clone(),
        ]
    });
    out.push_str(&columns(header.map(str::to_owned).to_vec(), rows));
    gateways(out, comparison, reports)
}

/// How far the satellites of each system are in reach of the gateways, where there are such.
fn gateways(out: &mut Lines, comparison: &Comparison, reports: &[CoverageReport]) -> fmt::Result {
    let reached =
        || comparison.labels.iter().zip(reports).filter_map(|(label, r)| Some((label, r.gateways.as_ref()?)));
    if reached().next().is_none() {
        return Ok(());
    }
    writeln!(out)?;
    let header = ["in reach of gateways", "% of time", "always", "never", "mask of gateways"];
    let rows = reached().map(|(label, reach)| {
        vec![
            label.clone(),
            percent(reach.percent_in_reach, 2),
            reach.always_in_reach.to_string(),
            reach.never_in_reach.to_string(),
            reach.masks.clone(),
        ]
    });
    out.push_str(&columns(header.map(str::to_owned).to_vec(), rows));
    Ok(())
}

/// Digits that suit a unit.
fn decimals(unit: &str) -> usize {
    match unit {
        "s" => 1,
        _ => 3,
    }
}

fn name(row: &Row) -> String {
    if row.unit.is_empty() { row.figure.to_owned() } else { format!("{}, {}", row.figure, row.unit) }
}

fn header(comparison: &Comparison) -> Vec<String> {
    std::iter::once(String::new()).chain(comparison.labels.iter().cloned()).collect()
}

fn table(comparison: &Comparison, rows: &[Row]) -> String {
    let rows = rows.iter().map(|row| {
        let decimals = if row.figure == "least in view" { 0 } else { decimals(row.unit) };
        let values = row.values.iter().zip(&row.best).map(|(value, best)| {
            let told = if row.unit.starts_with('%') {
                percent(*value, decimals)
            } else {
                format!("{value:.decimals$}")
            };
            format!("{told}{}", if *best { "*" } else { " " })
        });
        std::iter::once(name(row)).chain(values).collect()
    });
    columns(header(comparison), rows)
}

fn differences(comparison: &Comparison, rows: &[Row]) -> String {
    let others = || (0..comparison.labels.len()).filter(|number| *number != comparison.baseline);
    let header = std::iter::once(String::new())
        .chain(others().map(|number| comparison.labels[number].clone()))
        .collect();
    let rows = rows.iter().map(|row| {
        let decimals = if row.figure == "least in view" { 0 } else { decimals(row.unit) };
        let values = others().map(|number| {
            format!("{:+.decimals$}", comparison_difference(comparison, row, number, decimals))
        });
        std::iter::once(name(row)).chain(values).collect()
    });
    columns(header, rows)
}

fn region_table(out: &mut Lines, comparison: &Comparison, region: &RegionRows, point: &str) -> fmt::Result {
    if region.rows.is_empty() {
        let nothing =
            if point == "cell" { "no cell of the grid has its centre there" } else { "no place lies there" };
        return writeln!(out, "\n{}: {nothing}", region.region);
    }
    writeln!(out, "\n{} ({}; * the best)", region.region, counted(region.points, point))?;
    out.push_str(&table(comparison, &region.rows));
    Ok(())
}

fn beats_table(out: &mut Lines, comparison: &Comparison, beats: &Beats, whole: &str) -> fmt::Result {
    writeln!(
        out,
        "\nPercent of the {whole} where the system of the line beats that of the column: {} (by more than {})",
        beats.figure, beats.tolerance
    )?;
    let rows = comparison.labels.iter().enumerate().map(|(number, label)| {
        let cells = beats.percent_of_area[number]
            .iter()
            .enumerate()
            .map(|(other, share)| if other == number { "–".to_owned() } else { percent(*share, 2) });
        std::iter::once(label.clone()).chain(cells).collect()
    });
    out.push_str(&columns(header(comparison), rows));
    Ok(())
}

fn profile(out: &mut Lines, comparison: &Comparison) -> fmt::Result {
    writeln!(out, "\nLatitude profile: percent covered / mean in view")?;
    let rows = comparison.latitude_profile.iter().map(|band: &Band| {
        let cells = band
            .percent_covered
            .iter()
            .zip(&band.mean_in_view)
            .map(|(share, in_view)| format!("{} / {in_view:>6.2}", percent(*share, 2)));
        std::iter::once(format!("{:>3.0}° to {:>3.0}°", band.to_deg, band.from_deg)).chain(cells).collect()
    });
    out.push_str(&columns(header(comparison), rows));
    Ok(())
}

fn notes(out: &mut Lines, comparison: &Comparison, reports: &[CoverageReport]) -> fmt::Result {
    writeln!(out)?;
    let mut told: Vec<&String> = Vec::new();
    for note in reports.iter().flat_map(|report| &report.gateways).flat_map(|gateways| &gateways.notes) {
        if !told.contains(&note) {
            writeln!(out, "gateways: {note}")?;
            told.push(note);
        }
    }
    for note in reports.iter().flat_map(|report| &report.notes) {
        if !told.contains(&note) {
            writeln!(out, "note: {note}")?;
            told.push(note);
        }
    }
    for (label, report) in comparison.labels.iter().zip(reports) {
        let label = &one_line(label);
        for input in report.inputs.iter().filter(|input| !input.left_out.is_empty()) {
            missing::left_out(out, label, &input.left_out)?;
        }
        for warning in report.inputs.iter().flat_map(|input| &input.warnings) {
            writeln!(out, "{label}: warning: {warning}")?;
        }
        if !report.lost.is_empty() {
            write!(out, "{label}: ")?;
            missing::lost(out, report.lost.iter().map(LostSatellite::told))?;
        }
        for input in report.inputs.iter().filter(|input| !input.assumed.is_empty()) {
            writeln!(out, "{label}: assumed: {}", assumed(input))?;
        }
    }
    writeln!(out, "hexsky show FILE gives the source of every figure and the reason of every assumption")
}

/// The assumed figures of a file: those it gives by name, the others by their number.
fn assumed(input: &Input) -> String {
    let (defaults, given): (Vec<_>, Vec<_>) = input.assumed.iter().partition(|figure| figure.is_default());
    let named = by_part(given.iter().map(|figure| figure.name.as_str()));
    match (named.as_str(), defaults.len()) {
        (_, 0) => named,
        ("", count) => format!("{count} by the format's default"),
        (_, count) => format!("{named}; {count} by the format's default"),
    }
}

/// `shell core: planes, phasing; shell main: planes` of `shell core: planes`, `shell core: phasing`, ….
fn by_part<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let (part, figure) = place_of(name);
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, figures)) => figures.push(figure),
            None => parts.push((part, vec![figure])),
        }
    }
    let told: Vec<String> =
        parts.into_iter().map(|(part, figures)| format!("{part}: {}", figures.join(", "))).collect();
    told.join("; ")
}
