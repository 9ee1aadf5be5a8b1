//! The capacity report as text.

use std::fmt::Write;

use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::report::capacity::{AreaFigures, CapacityReport, CountedBy, DemandText, PERCENTILES};
use hexsky::report::coverage::Input;
use hexsky::report::messages::{MessageFiguresOf, MessageReport};
use hexsky::report::percent;
use hexsky::time::exact_length;

use super::columns::{Left, Lines, one_line};
use super::missing;
use super::rates::{RateUnit, rate};

/// Countries that the text tells; JSON has all.
const COUNTRIES: usize = 15;
/// Share of all demand from which on that outside the region is told, or half a Mbit/s.
const OUTSIDE_SHARE: f64 = 0.001;

/// The report as text.
pub fn render(report: &CapacityReport) -> String {
    let mut out = Lines::default();
    // Writing to a string cannot fail.
    let _ = head(&mut out, report)
        .and_then(|()| system(&mut out, report))
        .and_then(|()| shares(&mut out, report))
        .and_then(|()| areas(&mut out, report))
        .and_then(|()| curve(&mut out, report))
        .and_then(|()| foot(&mut out, report));
    out.into_string()
}

fn line(out: &mut Lines, name: &str, value: &str) -> std::fmt::Result {
    writeln!(out, "  {name:<22} {value}")
}

fn head(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    for input in &report.inputs {
        let phase = input.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        writeln!(
            out,
            "{} ({}{phase}): {}; {} of {} figures assumed",
            one_line(&input.name),
            input.file,
            counted(input.satellites, "satellite"),
            input.assumed.len(),
            input.figures
        )?;
    }
    for kind in &report.abilities {
        let limit = kind.user_gbps.map(|gbps| format!("{gbps} Gbit/s each"));
        let beams = kind.beams.map(|beams| format!("{beams} beams, rate: {}", kind.beam_rate));
        let parts: Vec<String> = limit.into_iter().chain(beams).collect();
        line(out, &kind.title, &format!("{} × {}", kind.satellites, parts.join(", ")))?;
    }
    line(
        out,
        "window",
        &format!("{} + {}, every {} s", report.start, exact_length(report.duration_s), report.step_s),
    )?;
    line(out, "mask", &format!("{}° ({})", report.min_elevation_deg, report.min_elevation_basis))?;
    line(out, "model", &report.model)?;
    if let Some(angle) = report.gso_avoidance_deg {
        line(out, "geostationary arc", &format!("{angle}° kept clear"))?;
    }
    for (name, text) in report.conditions() {
        line(out, name, &text)?;
    }
    line(out, "demand", &demand(&report.demand))?;
    if let Some(mbps) = report.demand.track_mbps {
        line(out, "moving demand", &tracks(report.demand.movers, mbps))?;
    }
    let grid = &report.grid;
    line(
        out,
        "cells",
        &format!(
            "{}, H3 resolution {}: {} of {} cells have demand",
            grid.region, grid.h3_resolution, grid.cells_with_demand, grid.cells
        ),
    )?;
    let gateways = match (report.gateways.count, report.gateways.antennas) {
        (None, _) => {
            let rates =
                if report.states_feeder_rates() { ", over feeder links of the stated rates" } else { "" };
            format!("none given: the ground is taken to be in reach always{rates}")
        }
        (Some(count), None) => format!("{count}, with as many antennas as satellites"),
        (Some(count), Some(antennas)) => {
            format!("{count} with {} each", counted(antennas as usize, "antenna"))
        }
    };
    let links = match report.gateways.isl_links {
        0 => String::new(),
        links => format!("; {links} links between satellites"),
    };
    line(out, "gateways", &format!("{gateways}{links}"))?;
    if let Some(masks) = &report.gateways.masks {
        line(out, "gateway masks", masks)?;
    }
    line(out, "allocation", &allocation(report))
}

/// How cells are allocated, in a word.
pub fn allocation(report: &CapacityReport) -> String {
    format!("{:?}", report.assign).to_lowercase()
}

/// Demand that moves.
pub fn tracks(count: usize, mbps: f64) -> String {
    format!("{} of {mbps} Mbit/s each", counted(count, "track"))
}

/// Where the demand comes from, and how people use their share.
pub fn demand(demand: &DemandText) -> String {
    let usage = demand.usage.map(|usage| {
        let sharing = if usage.oversubscription == 1.0 {
            String::new()
        } else {
            format!(", {} users share it", usage.oversubscription)
        };
        format!("; {} of the people, {} Mbit/s each{sharing}", usage.penetration, usage.busy_hour_mbps)
    });
    format!("{}{}", demand.source, usage.unwrap_or_default())
}

fn system(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    let system = &report.system;
    writeln!(out, "\nSystem, mean over the window")?;
    if let Some(installed) = system.installed_tbps {
        line(out, "installed", &rate(1e6 * installed))?;
    }
    line(out, "sellable", &format!("{} by satellites over demand", rate(1e6 * system.sellable_tbps)))?;
    line(out, "demand", &rate(1e6 * system.demand_tbps))?;
    let unit = RateUnit::Tera.or_finer(1e6 * system.served_tbps);
    let served = [system.served_tbps, system.served_min_tbps, system.served_max_tbps];
    let [mean, least, most] = served.map(|tbps| unit.number(1e6 * tbps));
    line(
        out,
        "served",
        &format!(
            "{mean:.3} {} ({least:.3} to {most:.3}), {} % of the demand",
            unit.name(),
            percent(system.served_percent, 2)
        ),
    )?;
    if let (Some(bound), Some(of_bound)) = (system.bound_tbps, system.percent_of_bound) {
        let of_antennas = match system.bound_is_of_given_antennas {
            Some(true) => " for the antennas as they are given to satellites",
            _ => "",
        };
        let kind = if report.series.iter().all(|moment| moment.bound_is_exact == Some(true)) {
            format!("exact{of_antennas}, it can be reached")
        } else {
            format!("an upper bound{of_antennas}, perhaps out of reach")
        };
        let share = percent(of_bound, 2);
        line(out, "bound", &format!("{} ({kind}); served is {share} % of it", rate(1e6 * bound)))?;
    }
    let each_mbps = 1e3 * system.mean_gbps_per_satellite;
    let unit = RateUnit::Giga.or_finer(each_mbps);
    line(out, "each satellite", &format!("{:.2} {}", unit.number(each_mbps), unit.name()))?;
    if let Some(mean) = report.satellites.mean_percent {
        let spread: Vec<String> = PERCENTILES
            .iter()
            .zip(&report.satellites.percentiles)
            .map(|(rank, value)| format!("p{rank:.0} {}", percent(*value, 1)))
            .collect();
        line(out, "utilisation", &format!("{} % ({})", percent(mean, 1), spread.join(", ")))?;
    }
    if let Some(efficiency) = system.mean_spectral_efficiency {
        line(out, "spectral efficiency", &format!("{efficiency:.2} bit/s/Hz"))?;
    }
    if let Some(elevation) = system.mean_elevation_deg {
        line(out, "serving elevation", &format!("{elevation:.1}°"))?;
    }
    line(out, "handovers", &format!("{:.1} an hour and cell", system.handovers_per_hour))?;
    line(out, "always fully served", &format!("{} % of the demand", percent(system.always_served_percent, 2)))
}

fn shares(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    let limits: Vec<String> = report
        .limited_by_percent
        .iter()
        .filter(|(_, share)| **share > 0.0)
        .map(|(name, share)| format!("{} {} %", name.replace('_', " "), percent(*share, 1)))
        .collect();
    line(out, "satellites limited by", &limits.join(", "))?;
    let all: f64 = report.unserved_mbps.values().sum();
    let reasons: Vec<String> = report
        .unserved_mbps
        .iter()
        .filter(|(_, mbps)| **mbps > 0.0)
        .map(|(name, mbps)| format!("{} {} %", name.replace('_', " "), percent(100.0 * mbps / all, 1)))
        .collect();
    if !reasons.is_empty() {
        line(out, "unserved because of", &reasons.join(", "))?;
    }
    Ok(())
}

fn areas(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    if let Some(region) = report.grid.part_of_earth() {
        writeln!(out, "\nOf each area the part within {region}")?;
    }
    let hidden = report.countries.len().saturating_sub(COUNTRIES);
    let all = report.latitudes.iter().chain(&report.regions).chain(&report.countries);
    let unit = RateUnit::Giga.or_finer(all.map(|area| area.demand_mbps).fold(0.0, f64::max));
    for (title, areas) in [
        ("Latitude", report.latitudes.as_slice()),
        ("Region", report.regions.as_slice()),
        ("Country", &report.countries[..report.countries.len().min(COUNTRIES)]),
    ] {
        if areas.is_empty() {
            continue;
        }
        writeln!(
            out,
            "\n{title:<30} {:>12} {:>12} {:>9} {:>12}",
            format!("demand {}", unit.short()),
            format!("served {}", unit.short()),
            "served %",
            "fully, % time"
        )?;
        for area in areas {
            row(out, area, unit)?;
        }
        if title == "Region" {
            how_counted(out, areas)?;
        }
    }
    if hidden > 0 {
        writeln!(out, "and {hidden} more countries (--json has all)")?;
    }
    Ok(())
}

/// What the regions of each kind take of the demand.
fn how_counted(out: &mut Lines, regions: &[AreaFigures]) -> std::fmt::Result {
    for (kind, takes) in [
        (
            CountedBy::Countries,
            "the parts of cells' demand that are of their countries, as in the table of countries",
        ),
        (CountedBy::Sea, "demand of no country in cells whose centre lies there"),
        (CountedBy::Centres, "whole cells whose centre lies there"),
    ] {
        let of_kind = regions.iter().filter(|region| region.counted_by == kind);
        let names: Vec<&str> = of_kind.map(|region| region.name.as_str()).collect();
        if !names.is_empty() {
            writeln!(out, "{}: {takes}", names.join(", "))?;
        }
    }
    Ok(())
}

fn row(out: &mut Lines, area: &AreaFigures, unit: RateUnit) -> std::fmt::Result {
    if area.cells == 0 {
        let nothing = match area.counted_by {
            CountedBy::Countries => "no demand there",
            CountedBy::Sea => "no demand there: what is of a country stands on land",
            CountedBy::Centres => "no cell with demand has its centre there",
        };
        return writeln!(out, "{:<30} {nothing}", Left(&area.name));
    }
    writeln!(
        out,
        "{:<30} {:>12.2} {:>12.2} {:>9} {:>12}",
        Left(&area.name),
        unit.number(area.demand_mbps),
        unit.number(area.served_mbps),
        percent(area.served_percent, 2),
        percent(area.percent_time_fully_served, 2)
    )
}

fn curve(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    let Some(curve) = &report.gateway_curve else { return Ok(()) };
    writeln!(out, "\nGateways to build, the one that adds most first")?;
    let largest_mbps = curve.iter().map(|point| 1e6 * point.served_tbps).fold(0.0, f64::max);
    let unit = RateUnit::Tera.or_finer(largest_mbps);
    let heads = [format!("served {}", unit.short()), format!("gain {}", unit.finer().short())];
    writeln!(out, "{:>8} {:>12} {:>12}  added", "gateways", heads[0], heads[1])?;
    let mut before_mbps = 0.0;
    for point in curve {
        let mbps = 1e6 * point.served_tbps;
        let (served, gain) = (unit.number(mbps), unit.finer().number(mbps - before_mbps));
        writeln!(out, "{:>8} {served:>12.4} {gain:>12.2}  {}", point.gateways, point.added)?;
        before_mbps = mbps;
    }
    Ok(())
}

fn foot(out: &mut Lines, report: &CapacityReport) -> std::fmt::Result {
    let mut notes = report.notes.clone();
    let all_mbps = 1e6 * report.system.demand_tbps + report.demand.outside_mbps;
    if report.demand.outside_mbps > (OUTSIDE_SHARE * all_mbps).min(0.5) {
        notes.push(format!("{} of demand lie outside the region", rate(report.demand.outside_mbps)));
    }
    for note in notes {
        writeln!(out, "note: {note}")?;
    }
    absent(out, &report.inputs, "", &report.lost)
}

/// What the files say, and the satellites that the run did without: of which system, where there are several.
pub fn absent(out: &mut Lines, inputs: &[Input], system: &str, lost: &[LostSatellite]) -> std::fmt::Result {
    for input in inputs {
        for warning in &input.warnings {
            writeln!(out, "{}: warning: {warning}", input.file)?;
        }
        if !input.left_out.is_empty() {
            missing::left_out(out, &input.file, &input.left_out)?;
        }
    }
    if !lost.is_empty() && !system.is_empty() {
        write!(out, "{system}: ")?;
    }
    missing::lost(out, lost.iter().map(LostSatellite::told))
}

/// The report of a system of short messages as text.
pub fn render_messages(report: &MessageReport) -> String {
    let mut out = Lines::default();
    // Writing to a string cannot fail.
    let _ = messages(&mut out, report);
    out.into_string()
}

fn messages(out: &mut Lines, report: &MessageReport) -> std::fmt::Result {
    for input in &report.inputs {
        let phase = input.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        writeln!(
            out,
            "{} ({}{phase}): {}; {} of {} figures assumed",
            input.name,
            input.file,
            counted(input.satellites, "satellite"),
            input.assumed.len(),
            input.figures
        )?;
    }
    line(out, "service", "short messages: a device waits for a pass and shares it with those in view")?;
    line(
        out,
        "window",
        &format!("{} + {}, sampled every {} s", report.start, exact_length(report.duration_s), report.step_s),
    )?;
    line(
        out,
        "cells",
        &format!(
            "{}, H3 resolution {}: {}",
            report.region,
            report.h3_resolution,
            counted(report.cells, "cell")
        ),
    )?;
    line(out, "mask", &format!("{}° ({})", report.min_elevation_deg, report.min_elevation_basis))?;
    line(out, "model", &report.model)?;
    let here = devices_here(report.devices_in_region);
    line(out, "devices", &format!("{}, spread as: {}; {here} in the region", report.devices, report.demand))?;
    match &report.rates_kbps {
        Some(rates) => line(
            out,
            "rate of a satellite",
            &format!("{} for all in view, of which {:.3} gets through", rates, report.access_efficiency),
        )?,
        None => line(out, "rate of a satellite", "not told: give --message-rate-kbps for bytes")?,
    }
    writeln!(
        out,
        "\n{:<22} {:>12} {:>9} {:>11} {:>11} {:>14}",
        "", "contacts/day", "covered %", "mean wait s", "p95 wait s", "B/device/day"
    )?;
    match &report.devices_mean {
        Some(figures) => message_row(out, figures)?,
        None => writeln!(out, "{:<22} no device in the region", "a device")?,
    }
    for figures in std::iter::once(&report.area_mean).chain(&report.latitudes) {
        message_row(out, figures)?;
    }
    for note in &report.notes {
        writeln!(out, "note: {note}")?;
    }
    absent(out, &report.inputs, "", &report.lost)
}

/// A number of devices, which their spread divides.
fn devices_here(devices: f64) -> String {
    match devices {
        0.0 => "none".to_owned(),
        devices if devices >= 10.0 => format!("{devices:.0}"),
        devices if devices >= 0.001 => format!("{devices:.3}"),
        devices => format!("{devices:.1e}"),
    }
}

fn message_row(out: &mut Lines, figures: &MessageFiguresOf) -> std::fmt::Result {
    let bytes = figures.bytes_per_device_day.map_or_else(|| "-".to_owned(), |bytes| format!("{bytes:.0}"));
    writeln!(
        out,
        "{:<22} {:>12.2} {:>9} {:>11.1} {:>11.0} {bytes:>14}",
        figures.name,
        figures.contacts_per_day,
        percent(figures.percent_covered, 2),
        figures.mean_wait_s,
        figures.p95_wait_s
    )
}
