//! The navigation report as a person reads it.

use std::fmt::{Result, Write};

use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::navigation::dop::{Dop, NoFix};
use hexsky::navigation::report::{
    DopReport, Input, LossReport, NamedOutage, PlaceFigures, RegionFigures, Spot,
};
use hexsky::navigation::sky::Sky;
use hexsky::navigation::summary::DopMeans;
use hexsky::navigation::tracks::Clock;
use hexsky::report::percent;

use super::columns::{Left, Lines, widest};
use super::coverage_text::{length, surface};
use super::missing;

/// The report as text, lines ended by line feeds.
pub fn render(report: &DopReport) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, report);
    text.into_string()
}

fn render_into(out: &mut Lines, report: &DopReport) -> Result {
    let names: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
    writeln!(out, "Dilution of precision of {}", names.join(" + "))?;
    for input in &report.inputs {
        let layers: Vec<String> =
            input.layers.iter().map(|(name, count)| format!("{count} {name}")).collect();
        let phase = input.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        let satellites = match layers.as_slice() {
            [] if input.aside > 0 => {
                format!("none of its {} of these shells", counted(input.aside, "satellite"))
            }
            [] => "no satellite".to_owned(),
            layers => format!("{} ({})", counted(input.satellites, "satellite"), layers.join(", ")),
        };
        writeln!(out, "  system      {}: {satellites}, {}{phase}", input.name, input.file)?;
    }
    if report.duration_s == 0.0 {
        writeln!(out, "  instant     {} ({})", report.start, report.start_basis)?;
    } else {
        writeln!(
            out,
            "  window      {} + {}, {} instant{} every {} (start: {})",
            report.start,
            length(report.duration_s),
            report.instants,
            if report.instants == 1 { "" } else { "s" },
            length(report.step_s),
            report.start_basis
        )?;
    }
    if let Some(resolution) = report.h3_resolution {
        for region in &report.regions {
            writeln!(
                out,
                "  grid        {}, H3 resolution {resolution}: {}, {}",
                region.region,
                counted(region.figures.cells, "cell"),
                surface(region.figures.area_km2)
            )?;
        }
    } else {
        writeln!(out, "  places      {}", report.places.len())?;
    }
    for note in &report.notes {
        writeln!(out, "  note        {note}")?;
    }
    writeln!(out, "  mask        {}° elevation", report.min_elevation_deg)?;
    let clocks = match (report.clock, report.inputs.len()) {
        (_, 1) => "one",
        (Clock::PerSystem, _) => {
            "one for each system; GDOP is over position and all of them, TDOP of the first in view"
        }
        (Clock::Common, _) => "one for all systems: their biases are taken as known",
    };
    writeln!(out, "  clocks      {clocks}")?;
    writeln!(
        out,
        "  available   means PDOP at most {}; an instant without a fix is not",
        report.pdop_threshold
    )?;
    writeln!(out, "  model       {}", report.model)?;
    for region in &report.regions {
        region_figures(out, report, region)?;
    }
    places(out, report)?;
    if let Some(loss) = &report.loss {
        losses(out, loss, report.h3_resolution.is_some())?;
    }
    writeln!(out)?;
    for input in &report.inputs {
        notes(out, input)?;
    }
    missing::lost(out, report.lost.iter().map(LostSatellite::told))
}

fn region_figures(out: &mut Lines, report: &DopReport, region: &RegionFigures) -> Result {
    let figures = &region.figures;
    let threshold = report.pdop_threshold;
    writeln!(out, "\nFigures of merit of {} (area-weighted)", region.region)?;
    writeln!(
        out,
        "  PDOP ≤ {threshold} at all times    {:>9} % of the area, {} of {} cells",
        percent(figures.always_available_percent, 4),
        figures.cells_always_available,
        figures.cells
    )?;
    writeln!(
        out,
        "  availability           {:>9} % of area and time",
        percent(figures.availability_percent, 4)
    )?;
    writeln!(
        out,
        "  without a fix          {:>9} % of area and time",
        percent(figures.without_fix_percent, 4)
    )?;
    if figures.cells_without_fix > 0 {
        let cells = if figures.cells_without_fix == 1 { "cell" } else { "cells" };
        writeln!(out, "  never a fix            {:>9} {cells}, in no mean below", figures.cells_without_fix)?;
    }
    writeln!(
        out,
        "  satellites in view     {:>9.3} mean, {} least",
        figures.mean_in_view, figures.min_in_view
    )?;
    if let (Some(mean), Some(median), Some(p95)) = (figures.mean, figures.median, figures.p95) {
        writeln!(out, "                              GDOP     PDOP     HDOP     VDOP     TDOP")?;
        means(out, "mean", &mean)?;
        means(out, "mean of medians", &median)?;
        means(out, "mean of 95th pct", &p95)?;
    }
    worst(out, "worst site", &region.worst_site)?;
    if let Some(spot) = region.largest_pdop.as_ref().filter(|spot| spot.site != region.worst_site.site) {
        worst(out, "largest PDOP", spot)?;
    }
    for note in &region.notes {
        writeln!(out, "  note        {note}")?;
    }
    if region.latitude_profile.len() < 2 {
        return Ok(());
    }
    writeln!(
        out,
        "\n  Latitude         availability   always   mean PDOP   95th pct    largest   in view   least"
    )?;
    for band in region.latitude_profile.iter().rev() {
        let figures = &band.figures;
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        writeln!(
            out,
            "  {:>3.0}° to {:>3.0}°   {:>10} % {:>8} % {:>9} {:>10} {:>10} {:>9.2} {:>7}",
            band.north_deg,
            band.south_deg,
            percent(figures.availability_percent, 4),
            percent(figures.always_available_percent, 2),
            number(figures.mean.map(|mean| mean.pdop)),
            number(figures.p95.map(|p95| p95.pdop)),
            number(figures.max_pdop),
            figures.mean_in_view,
            figures.min_in_view
        )?;
    }
    Ok(())
}

fn means(out: &mut Lines, name: &str, values: &DopMeans) -> Result {
    let DopMeans { gdop, pdop, hdop, vdop, tdop } = values;
    writeln!(out, "  {name:<22} {gdop:>9.3} {pdop:>8.3} {hdop:>8.3} {vdop:>8.3} {tdop:>8.3}")
}

fn worst(out: &mut Lines, name: &str, spot: &Spot) -> Result {
    let pdop = match (spot.max_pdop, spot.max_pdop_utc) {
        (Some(pdop), Some(utc)) => format!("largest PDOP {pdop:.3} at {utc}"),
        _ => "never a fix".to_owned(),
    };
    let first = spot.first_without_fix_utc.map(|utc| format!(" (first at {utc})")).unwrap_or_default();
    writeln!(
        out,
        "  {name:<22} {} ({:.2}, {:.2}): available {} % of the time, {} without a fix{first}, {pdop}",
        spot.site,
        spot.lat_deg,
        spot.lon_deg,
        percent(spot.availability_percent, 4),
        counted(spot.without_fix as usize, "instant")
    )
}

fn places(out: &mut Lines, report: &DopReport) -> Result {
    if report.places.is_empty() {
        return Ok(());
    }
    if report.duration_s == 0.0 {
        for place in &report.places {
            if let Some(sky) = &place.sky {
                one_sky(out, place, sky, report)?;
            }
        }
        return Ok(());
    }
    let width = widest(report.places.iter().map(|place| place.name.as_str())).clamp(5, 30);
    writeln!(
        out,
        "\n  {:<width$} availability  no fix  in view  least      GDOP     PDOP     HDOP     VDOP     TDOP",
        "place"
    )?;
    for place in &report.places {
        let figures = &place.figures;
        writeln!(
            out,
            "  {:<width$} {:>10} % {:>7} {:>8.2} {:>6}",
            Left(&place.name),
            percent(figures.availability_percent(), 4),
            figures.without_fix(),
            figures.mean_in_view,
            figures.min_in_view
        )?;
        if let Some(first) = place.first_without_fix_utc {
            writeln!(out, "  {:width$} first without a fix at {first}", "")?;
        }
        let (Some(dop), Some(when)) = (figures.dop, place.max_pdop_utc) else { continue };
        let of = [dop.gdop, dop.pdop, dop.hdop, dop.vdop, dop.tdop];
        let indent = width + 38;
        for (name, values) in [
            ("mean", of.map(|dop| dop.mean)),
            ("median", of.map(|dop| dop.median)),
            ("95th pct", of.map(|dop| dop.p95)),
            ("largest", of.map(|dop| dop.max)),
        ] {
            let values: String = values.iter().map(|value| format!(" {value:>8.3}")).collect();
            let when = if name == "largest" { format!("  PDOP at {when}") } else { String::new() };
            writeln!(out, "{name:>indent$}{values}{when}")?;
        }
    }
    Ok(())
}

fn one_sky(out: &mut Lines, place: &PlaceFigures, sky: &Sky, report: &DopReport) -> Result {
    writeln!(
        out,
        "\n{} ({:.6}, {:.6}, {} m) at {}",
        place.name, place.lat_deg, place.lon_deg, place.height_m, sky.epoch
    )?;
    match (&sky.dop, &sky.no_fix) {
        (Some(dop), _) => {
            dilution(out, dop)?;
            let verdict = if dop.pdop <= report.pdop_threshold { "available" } else { "not available" };
            writeln!(out, "  {verdict}: PDOP against {}", report.pdop_threshold)?;
        }
        (None, Some(reason)) => writeln!(out, "  no fix: {reason}; not available")?,
        (None, None) => {}
    }
    if sky.clocks.len() > 1 {
        for clock in &sky.clocks {
            writeln!(out, "  clock of {}: TDOP {:.6}, {} in use", clock.systems, clock.tdop, clock.in_use)?;
        }
    }
    writeln!(
        out,
        "  {} {}{}",
        counted(sky.satellites.len(), "satellite"),
        // None is used where they are too few.
        if sky.dop.is_some() { "in use" } else { "in view" },
        if sky.satellites.is_empty() { "" } else { ":" }
    )?;
    if sky.satellites.is_empty() {
        return Ok(());
    }
    let width =
        |name: fn(&hexsky::navigation::sky::Sighting) -> &str| widest(sky.satellites.iter().map(name));
    let (first, second) =
        (width(|satellite| &satellite.system).max(6), width(|satellite| &satellite.satellite).max(9));
    writeln!(
        out,
        "  {:<first$}  {:<second$}  {:>7}  azimuth °  elevation °    range km",
        "system", "satellite", "number"
    )?;
    for satellite in &sky.satellites {
        let number = satellite.number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        writeln!(
            out,
            "  {:<first$}  {:<second$}  {:>7}  {:>9.4}  {:>11.4}  {:>10.3}",
            Left(&satellite.system),
            Left(&satellite.satellite),
            number,
            satellite.azimuth_deg,
            satellite.elevation_deg,
            satellite.range_km
        )?;
    }
    Ok(())
}

fn dilution(out: &mut Lines, dop: &Dop) -> Result {
    let Dop { gdop, pdop, hdop, vdop, tdop } = dop;
    writeln!(out, "  GDOP {gdop:.6}  PDOP {pdop:.6}  HDOP {hdop:.6}  VDOP {vdop:.6}  TDOP {tdop:.6}")
}

fn losses(out: &mut Lines, loss: &LossReport, cells: bool) -> Result {
    let (of, at) = if cells { ("area and time", "cell") } else { ("places and time", "place") };
    writeln!(out, "\nLoss of satellites (availability in percent of {of})")?;
    writeln!(out, "  out                       availability    always   worst {at}")?;
    outage(out, "nothing", &loss.none)?;
    for (name, outages) in [
        ("worst single", &loss.singles[..loss.singles.len().min(1)]),
        ("worst two", &loss.worst_pairs[..loss.worst_pairs.len().min(1)]),
        ("plane", &loss.planes[..]),
    ] {
        for one in outages {
            outage(out, name, one)?;
        }
    }
    for (name, lowest) in
        [("one", &loss.lowest_single), ("two", &loss.lowest_pair), ("a plane", &loss.lowest_plane)]
    {
        if let Some(lowest) = lowest {
            outage(out, &format!("least {at}, {name} out"), lowest)?;
        }
    }
    if loss.worst_pairs.is_empty() {
        writeln!(out, "  pairs are tried with 2 to {} satellites", hexsky::navigation::loss::MOST_FOR_PAIRS)?;
    }
    let Some(harmless) = loss.harmless_singles() else {
        return writeln!(
            out,
            "  with all satellites nothing is available anywhere: there is nothing that a loss could take; {} tried",
            counted(loss.pairs_tried, "pair")
        );
    };
    writeln!(
        out,
        "  {harmless} of {} can be out singly without any loss; {} tried",
        counted(loss.singles.len(), "satellite"),
        counted(loss.pairs_tried, "pair")
    )
}

fn outage(out: &mut Lines, kind: &str, outage: &NamedOutage) -> Result {
    let named = if kind == "nothing" { String::new() } else { format!(": {}", outage.out) };
    let worst = if outage.worst_site_percent >= 100.0 {
        "100 % everywhere".to_owned()
    } else {
        format!(
            "{} % at {} ({:.2}, {:.2})",
            percent(outage.worst_site_percent, 4),
            outage.worst_site,
            outage.lat_deg,
            outage.lon_deg
        )
    };
    writeln!(
        out,
        "  {kind:<24} {:>10} % {:>8} %   {worst}{named}",
        percent(outage.availability_percent, 4),
        percent(outage.always_available_percent, 2)
    )
}

fn notes(out: &mut Lines, input: &Input) -> Result {
    if input.figures > 0 {
        writeln!(out, "{}: {} of {} figures are assumed", input.file, input.assumed.len(), input.figures)?;
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
    if input.aside > 0 {
        writeln!(out, "{}: {} of other shells not used", input.file, counted(input.aside, "satellite"))?;
    }
    missing::left_out(out, &input.file, &input.left_out)
}

/// The solution of satellites given by azimuth and elevation.
#[derive(Debug, serde::Serialize)]
pub struct SkySolution {
    /// Number of satellites.
    satellites: usize,
    /// Dilution of precision; none without a fix.
    dop: Option<Dop>,
    /// Why there is no fix.
    no_fix: Option<NoFix>,
}

impl SkySolution {
    /// As it is serialised.
    pub fn new(satellites: usize, solution: &std::result::Result<Dop, NoFix>) -> Self {
        Self { satellites, dop: solution.ok(), no_fix: solution.err() }
    }
}

/// The solution of satellites given by azimuth and elevation, as text.
pub fn render_sky(satellites: usize, solution: &std::result::Result<Dop, NoFix>) -> String {
    let mut text = Lines::default();
    text.push_line(&format!("Dilution of precision of {}, one clock", counted(satellites, "satellite")));
    // Writing to a text cannot fail.
    let _ = match solution {
        Ok(dop) => dilution(&mut text, dop),
        Err(reason) => writeln!(text, "  no fix: {reason}"),
    };
    text.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_large_dilutions_do_not_run_together() {
        let large =
            DopMeans { gdop: 123_456.5, pdop: 23_456.5, hdop: 10_000.0, vdop: 20_000.0, tdop: 30_000.0 };
        let mut text = Lines::default();
        means(&mut text, "mean", &large).unwrap();
        let text = text.into_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words, ["mean", "123456.500", "23456.500", "10000.000", "20000.000", "30000.000"]);
    }
}
