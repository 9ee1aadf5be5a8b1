//! `hexsky infer`: the shells that a catalogue's satellites form.

use std::path::PathBuf;

use clap::Args;
use hexsky::constellation::LeftOut;
use hexsky::diagnostics::counted;
use hexsky::export::stream::Stream;
use hexsky::export::write_file;
use hexsky::infer::{Inference, Shell, definition::definition, infer};
use serde::Serialize;

use super::columns::columns;
use super::selection::read_selection;
use super::strict::StrictArg;
use super::turn::Turn;
use super::{Failure, missing, print, write_json};

/// Recover shells, planes and places from a catalogue, and write them as a constellation file marked derived.
#[derive(Debug, Args)]
pub struct InferArgs {
    /// Catalogue: TLE or OMM.
    #[arg(value_name = "CATALOGUE")]
    catalogue: String,
    /// Write the constellation file; `-` for standard output instead of the table.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Write shells, planes and the satellites of no shell as JSON; `-` for standard output instead of the table.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    strict: StrictArg,
}

#[derive(Serialize)]
struct Report<'a> {
    hexsky_version: &'static str,
    catalogue: &'a str,
    satellites: usize,
    left_out: &'a [LeftOut],
    warnings: &'a [String],
    #[serde(flatten)]
    inference: &'a Inference,
}

/// Runs the command.
pub fn run(args: &InferArgs) -> Result<(), Failure> {
    let outputs = [args.output.as_deref(), args.json.as_deref()];
    super::check_outputs(&outputs, std::slice::from_ref(&args.catalogue))?;
    let mut catalogue = read_selection(&args.catalogue)?;
    args.strict.admit(std::slice::from_mut(&mut catalogue), None)?;
    let Some(inference) = infer(&catalogue) else {
        return Err(Failure::input(
            format!("{} holds no satellite", args.catalogue),
            "give a catalogue with element sets",
        ));
    };
    if args.output.is_some() && inference.shells.is_empty() {
        return Err(Failure::input(
            format!("no shell was found among {}", counted(catalogue.satellites.len(), "satellite")),
            "a shell needs four satellites near the same altitude and inclination; leave --output out to see the rest",
        ));
    }
    let report = Report {
        hexsky_version: env!("CARGO_PKG_VERSION"),
        catalogue: &args.catalogue,
        satellites: catalogue.satellites.len(),
        left_out: &catalogue.left_out,
        warnings: &catalogue.warnings,
        inference: &inference,
    };
    for turn in Turn::ORDER {
        if let Some(path) = turn.of(&args.output) {
            write_file(path, |out| out.write_all(definition(&catalogue, &inference).as_bytes()))?;
        }
        if let Some(path) = turn.of(&args.json) {
            write_json(path, &report)?;
        }
    }
    if outputs.into_iter().flatten().any(Stream::is_output) {
        return Ok(());
    }
    let mut text = format!(
        "{}: {} at {}\n\n",
        catalogue.name,
        counted(catalogue.satellites.len(), "satellite"),
        inference.epoch
    );
    text.push_str(&table(&inference));
    text.push_str(&rest(&inference));
    if !catalogue.left_out.is_empty() {
        // Writing to a String cannot fail.
        let _ = missing::left_out(&mut text, &catalogue.file, &catalogue.left_out);
    }
    print(&text)
}

fn table(inference: &Inference) -> String {
    let header = [
        "shell",
        "satellites",
        "altitude km",
        "SGP4 mean km",
        "incl. °",
        "planes",
        "node step °",
        "in a plane",
        "places",
        "full %",
    ];
    let rows = inference.shells.iter().map(|shell| {
        let told = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
        vec![
            shell.name.clone(),
            shell.satellites.to_string(),
            format!(
                "{:.1} ({:.1} to {:.1})",
                shell.kepler_altitude_km.median, shell.kepler_altitude_km.min, shell.kepler_altitude_km.max
            ),
            format!("{:.1}", shell.mean_altitude_km.median),
            format!("{:.2}", shell.inclination_deg.median),
            if shell.planes.is_empty() { "–".to_owned() } else { shell.planes.len().to_string() },
            told(shell.node_step_deg.map(|step| format!("{step:.2}"))),
            in_a_plane(shell),
            told(shell.places_per_plane.map(|places| places.to_string())),
            told(shell.fill_percent.map(|percent| format!("{percent:.1}"))),
        ]
    });
    columns(header.map(str::to_owned).to_vec(), rows)
}

/// Least, middle and largest number of satellites of a plane.
fn in_a_plane(shell: &Shell) -> String {
    let mut counts: Vec<usize> = shell.planes.iter().map(|plane| plane.satellites).collect();
    counts.sort_unstable();
    match (counts.first(), counts.get(counts.len() / 2), counts.last()) {
        (Some(least), _, Some(most)) if least == most => least.to_string(),
        (Some(least), Some(middle), Some(most)) => format!("{least}–{most} ({middle})"),
        _ => "–".to_owned(),
    }
}

fn rest(inference: &Inference) -> String {
    let mut text = match inference.unplaced.len() {
        1 => "\n1 satellite belongs to no shell".to_owned(),
        count => format!("\n{count} satellites belong to no shell"),
    };
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for unplaced in &inference.unplaced {
        match reasons.iter_mut().find(|(reason, _)| *reason == unplaced.reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((unplaced.reason, 1)),
        }
    }
    for (reason, count) in reasons {
        text.push_str(&format!("\n  {count:>5}  {reason}"));
    }
    if !inference.unplaced.is_empty() {
        text.push_str("\n--json names them");
    }
    text.push('\n');
    text
}
