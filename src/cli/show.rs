//! `hexsky show`: what a constellation file or a catalogue holds.

use std::fmt::{self, Write};
use std::path::PathBuf;

use clap::Args;
use hexsky::constellation::payload::{Beams, Carrier, IslTopology, Payload};
use hexsky::constellation::summary::{Range, ShellSummary, Summary};
use hexsky::constellation::{self, Confidence, Figure, ReadOptions};
use hexsky::export::stream::Stream;
use hexsky::export::write_file;
use hexsky::ground::is_network;

use super::columns::{Left, Lines, one_line, widest, width};
use super::given::Given;
use super::selection;
use super::strict::StrictArg;
use super::{Failure, degrees, print};

/// Mask of the footprints where the file states none.
const DEFAULT_MASK_DEG: f64 = 10.0;
/// Satellites left out that are told one by one.
const LEFT_OUT_TOLD: usize = 20;
const WIDTH: usize = 110;

/// Describe a constellation file or a catalogue: shells, satellites, footprints, phases, sources; or the
/// sites of a station file.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Definition (TOML), catalogue (TLE, OMM), station file (TOML, CSV), or the name of a shipped one; with a
    /// phase if wanted.
    #[arg(value_name = "FILE[:PHASE]")]
    file: String,
    /// Deployment phase; the file's default when left out.
    #[arg(long, value_name = "NAME")]
    phase: Option<String>,
    /// Only these shells, separated by commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    shells: Vec<String>,
    /// Minimum elevation of the footprints, degrees; the file's when left out, else 10.
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    min_elevation: Option<f64>,
    /// Write everything as JSON to a file, or to standard output with `-` instead of the text.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    strict: StrictArg,
}

/// Runs the command.
pub fn run(args: &ShowArgs, given: &Given) -> Result<(), Failure> {
    super::check_outputs(&[args.json.as_deref()], std::slice::from_ref(&args.file))?;
    if let Some(mask) = args.min_elevation
        && !(0.0..90.0).contains(&mask)
    {
        let message = format!("--min-elevation is {mask}, expected 0 to below 90 degrees");
        return Err(Failure::input(message, "elevation counts from the horizon up"));
    }
    let is_ground = |name: &str| constellation::shipped::find(name).is_none() && is_network(name);
    if is_ground(&args.file) {
        given.none_of(&["phase", "shells", "min-elevation"], "without effect on a network of stations")?;
        return super::show_ground::run(&args.file, args.json.as_deref());
    }
    let (file, phase) = selection::split(&args.file, args.phase.as_deref())?;
    if file != args.file && is_ground(file) {
        let message = format!("{file} is a network of stations, which has no deployment phases");
        return Err(Failure::input(message, format!("write hexsky show {file}")));
    }
    let options = ReadOptions { phase: phase.map(str::to_owned), shells: args.shells.clone() };
    let mut constellation = constellation::read(file, &options)?;
    args.strict.admit(std::slice::from_mut(&mut constellation), None)?;
    let mask = args.min_elevation.or(constellation.min_elevation_deg).unwrap_or(DEFAULT_MASK_DEG);
    let summary = Summary::new(&constellation, mask);
    if let Some(path) = &args.json {
        write_file(path, |out| {
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            writeln!(out)
        })?;
        if Stream::is_output(path) {
            return Ok(());
        }
    }
    let basis = match (args.min_elevation, constellation.min_elevation_deg) {
        (Some(_), _) => "asked for",
        (None, Some(_)) => "of the file",
        (None, None) => "no mask in the file",
    };
    print(&render(&summary, mask, basis))
}

/// The description as text.
fn render(summary: &Summary, mask: f64, basis: &str) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, summary, mask, basis);
    text.into_string()
}

fn render_into(out: &mut Lines, summary: &Summary, mask: f64, basis: &str) -> fmt::Result {
    out.push_line(&summary.name);
    field(out, "file", &summary.file)?;
    for (name, value) in
        [("operator", &summary.operator), ("status", &summary.status), ("as of", &summary.as_of)]
    {
        if let Some(value) = value {
            field(out, name, value)?;
        }
    }
    if let Some(epoch) = summary.epoch {
        let told = match summary.oldest_epoch {
            Some(oldest) if oldest != epoch => format!("{oldest} to {epoch}"),
            _ => epoch.to_string(),
        };
        field(out, "epoch", &told)?;
    }
    if let Some(phase) = &summary.phase {
        field(out, "phase", phase)?;
    }
    let left_out = match summary.left_out_count {
        0 => String::new(),
        count => format!(", {count} left out (below)"),
    };
    field(out, "satellites", &format!("{}{left_out}", summary.satellites))?;
    writeln!(out, "\nShells, footprint at {mask}° elevation ({basis}), on a sphere of 6,378.137 km")?;
    shells(out, &summary.shells)?;
    service(out, summary)?;
    phases(out, summary)?;
    sources(out, summary)?;
    if !summary.warnings.is_empty() {
        writeln!(out, "\nWarnings")?;
        for warning in &summary.warnings {
            paragraph(out, "  - ", warning)?;
        }
    }
    if !summary.notes.is_empty() {
        writeln!(out, "\nNotes")?;
        for note in &summary.notes {
            paragraph(out, "  - ", note)?;
        }
    }
    if summary.left_out_count > 0 {
        writeln!(
            out,
            "\nLeft out: {} of {}",
            summary.left_out_count,
            summary.satellites + summary.left_out_count
        )?;
        for entry in summary.left_out.iter().take(LEFT_OUT_TOLD) {
            // What a file names and does not hold stands on no line.
            let line = if entry.line > 0 { format!(":{}", entry.line) } else { String::new() };
            let told = format!("{}{line} {}: {}", entry.file, entry.satellite, entry.reason);
            paragraph(out, "  - ", &told)?;
        }
        if summary.left_out_count > LEFT_OUT_TOLD {
            writeln!(out, "  and {} more: --json tells all", summary.left_out_count - LEFT_OUT_TOLD)?;
        }
    }
    Ok(())
}

fn field(out: &mut Lines, name: &str, value: &str) -> fmt::Result {
    paragraph(out, &format!("  {name:<13} "), value)
}

fn shells(out: &mut Lines, shells: &[ShellSummary]) -> fmt::Result {
    let name_width = widest(shells.iter().map(|shell| shell.name.as_str())).max(4);
    let pattern_width = widest(shells.iter().map(|shell| shell.pattern.as_str())).max(6);
    let rows: Vec<[String; 4]> = shells
        .iter()
        .map(|shell| {
            let count = if shell.satellites == shell.designed {
                shell.satellites.to_string()
            } else {
                format!("{} of {}", shell.satellites, shell.designed)
            };
            [count, span(&shell.altitude_km, 1), span(&shell.inclination_deg, 2), span(&shell.period_min, 2)]
        })
        .collect();
    let headers = ["satellites", "altitude km", "incl. °", "period min"];
    let widths: Vec<usize> = (0..4)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .zip(headers)
        .map(|(width, header)| width.max(header.chars().count()))
        .collect();
    let line = |out: &mut Lines, name: &str, pattern: &str, row: [&str; 4], footprint: &str| {
        write!(out, "  {:<name_width$}  {pattern:<pattern_width$}", Left(name))?;
        for (value, width) in row.iter().zip(&widths) {
            write!(out, "  {value:>width$}")?;
        }
        writeln!(out, "  {footprint}")
    };
    line(out, "name", "layout", headers, "footprint radius")?;
    for (shell, row) in shells.iter().zip(&rows) {
        let footprint = format!("{:.0} km, {:.2}°", shell.footprint.radius_km, shell.footprint.radius_deg);
        let row = [row[0].as_str(), row[1].as_str(), row[2].as_str(), row[3].as_str()];
        line(out, &shell.name, &shell.pattern, row, &footprint)?;
        if shell.max_eccentricity > 0.01 {
            writeln!(out, "  {:name_width$}  eccentricity up to {:.4}", "", shell.max_eccentricity)?;
        }
    }
    Ok(())
}

/// One number, or least and largest; with the middle one when they are far apart.
fn span(range: &Range, decimals: usize) -> String {
    let [min, median, max] =
        [range.min, range.median, range.max].map(|number| format!("{number:.decimals$}"));
    match (min == max, range.max - range.min < 1.0) {
        (true, _) => min,
        (_, true) => format!("{min}–{max}"),
        _ => format!("{min}–{max} ({median})"),
    }
}

fn service(out: &mut Lines, summary: &Summary) -> fmt::Result {
    writeln!(out, "\nService")?;
    let assumed = |figure: &str| {
        let figure = summary.figures.iter().find(|known| known.name == format!("service: {figure}"));
        match figure.map(|figure| figure.confidence) {
            Some(Confidence::Assumed) => " (assumed)",
            Some(Confidence::Derived) => " (derived)",
            _ => "",
        }
    };
    match summary.service.min_elevation_deg {
        Some(mask) => field(out, "user mask", &format!("{mask}°{}", assumed("min_elevation_deg")))?,
        None => field(out, "user mask", "not stated")?,
    }
    if let Some(mask) = summary.service.gateway_min_elevation_deg {
        field(out, "gateway mask", &format!("{mask}°{}", assumed("gateway_min_elevation_deg")))?;
    }
    if !summary.service.bands.is_empty() {
        field(out, "bands", &summary.service.bands.join(", "))?;
    }
    for payload in &summary.payloads {
        let shells = if payload.shells.is_empty() {
            String::new()
        } else {
            format!(" ({})", payload.shells.join(", "))
        };
        field(out, "payload", &format!("{}{shells}", payload_text(payload)))?;
    }
    Ok(())
}

fn payload_text(payload: &Payload) -> String {
    let mut parts = Vec::new();
    if let Some(capacity) = payload.capacity_gbps_per_satellite {
        parts.push(format!("{capacity} Gbit/s per satellite"));
    }
    parts.extend(payload.message_rate_kbps.map(|rate| format!("messages at {rate} kbit/s")));
    if let Some(isl) = payload.isl {
        let rate = isl.gbps.map(|gbps| format!(" at {gbps} Gbit/s")).unwrap_or_default();
        parts.push(match isl.topology {
            IslTopology::None => "no inter-satellite links".to_owned(),
            IslTopology::Ring => format!("inter-satellite links in the plane{rate}"),
            IslTopology::PlusGrid => format!("inter-satellite links in and between planes{rate}"),
        });
    }
    for (name, beams) in [("user", &payload.user), ("feeder", &payload.feeder)] {
        if let Some(beams) = beams {
            parts.push(format!("{name} {}", beams_text(beams)));
        }
    }
    if let Some(antennas) = payload.gateway_antennas {
        parts.push(format!("{antennas} gateways at a time"));
    }
    parts.join("; ")
}

fn beams_text(beams: &Beams) -> String {
    let mut parts = Vec::new();
    parts.extend(beams.beams.map(|count| format!("{count} beams")));
    parts.extend(beams.colours.map(|count| format!("{count} colours")));
    parts.extend(beams.polarisations.map(|count| format!("{count} polarisations")));
    parts.extend(beams.beam_area_km2.map(|area| format!("{area} km² a beam")));
    parts.extend(beams.beam_antenna.map(|antenna| format!("beam {antenna}")));
    parts.extend(beams.fixed.map(|fixed| {
        format!(
            "{} rows of {} fixed beams, {}° by {}° apart",
            fixed.rows, fixed.columns, fixed.row_spacing_deg, fixed.column_spacing_deg
        )
    }));
    parts.extend(beams.down.as_ref().map(|carrier| format!("down {}", carrier_text(carrier))));
    parts.extend(beams.up.as_ref().map(|carrier| format!("up {}", carrier_text(carrier))));
    parts.join(", ")
}

fn carrier_text(carrier: &Carrier) -> String {
    let mut parts = Vec::new();
    for (value, unit) in [
        (carrier.frequency_ghz, "GHz"),
        (carrier.bandwidth_mhz, "MHz wide"),
        (carrier.total_bandwidth_mhz, "MHz in all colours"),
        (carrier.roll_off, "roll-off"),
        (carrier.eirp_dbw, "dBW"),
        (carrier.g_over_t_db_k, "dB/K"),
        (carrier.capacity_gbps, "Gbit/s"),
    ] {
        parts.extend(value.map(|value| format!("{value} {unit}")));
    }
    parts.extend(carrier.tx_antenna.map(|antenna| format!("from {antenna}")));
    parts.extend(carrier.rx_antenna.map(|antenna| format!("to {antenna}")));
    parts.join(" ")
}

fn phases(out: &mut Lines, summary: &Summary) -> fmt::Result {
    if summary.phases.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nPhases")?;
    let first = summary.phases[0].min_elevation_deg;
    let masks_differ = summary.phases.iter().any(|phase| phase.min_elevation_deg != first);
    for phase in &summary.phases {
        let mask = match phase.min_elevation_deg.filter(|_| masks_differ) {
            Some(mask) => format!(", mask {mask}°"),
            None => String::new(),
        };
        let mark = if summary.phase.as_ref() == Some(&phase.name) { "*" } else { " " };
        let date = phase.date.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
        let note = phase.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        paragraph(
            out,
            &format!("{mark} {:<13} ", Left(&phase.name)),
            &format!(
                "{} {}{mask}{date}{note}",
                phase.satellites,
                if phase.satellites == 1 { "satellite" } else { "satellites" }
            ),
        )?;
    }
    Ok(())
}

fn sources(out: &mut Lines, summary: &Summary) -> fmt::Result {
    if summary.figure_count == 0 {
        return Ok(());
    }
    let defaults = match summary.default_count {
        0 => String::new(),
        count => format!(", {count} of these by default"),
    };
    writeln!(out, "\n{} of {} figures assumed{defaults}", summary.assumed_count, summary.figure_count)?;
    for (word, confidence) in
        [("assumed", Confidence::Assumed), ("derived", Confidence::Derived), ("stated", Confidence::Stated)]
    {
        for (source, figures) in summary.by_source(confidence) {
            paragraph(out, &format!("  {word:<9}"), &names(&figures))?;
            paragraph(out, "             ", source)?;
        }
    }
    Ok(())
}

/// `shell MEO: planes = 3, phasing = 1; service: bands = …`.
fn names(figures: &[&Figure]) -> String {
    let mut text = String::new();
    let mut last = "";
    for figure in figures {
        let (place, name) = figure.place();
        let separator = if text.is_empty() {
            ""
        } else if place == last {
            ", "
        } else {
            "; "
        };
        text.push_str(separator);
        if place != last {
            text.push_str(place);
            text.push_str(": ");
        }
        last = place;
        text.push_str(&format!("{name} = {}", figure.value));
    }
    text
}

/// Text after a lead, broken into lines of at most [`WIDTH`] columns that are indented alike.
fn paragraph(out: &mut Lines, lead: &str, text: &str) -> fmt::Result {
    let indent = width(lead);
    let mut column = indent;
    out.push_str(lead);
    for (index, word) in one_line(text).split(' ').enumerate() {
        let length = width(word);
        if index > 0 {
            if column + 1 + length > WIDTH {
                write!(out, "\n{:indent$}", "")?;
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    Ok(())
}
