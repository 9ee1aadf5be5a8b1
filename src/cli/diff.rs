//! `hexsky diff`: which parameters of two constellation files differ, shell by shell, with their sources, and which satellites.

use std::fmt::{self, Write};
use std::path::PathBuf;

use clap::Args;
use hexsky::compare::definition::{FileDifference, Part, Side};
use hexsky::compare::satellites::SatelliteDifference;
use hexsky::constellation::{Confidence, Constellation};
use hexsky::diagnostics::counted;
use hexsky::export::stream::Stream;

use super::columns::Lines;
use super::missing;
use super::selection::{labels, read_selection};
use super::strict::StrictArg;
use super::{Failure, print, write_json};

/// Show which parameters of two constellation files differ, shell by shell, with their sources, and which satellites.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// First file or shipped name, with a phase if wanted.
    #[arg(value_name = "A[:PHASE]")]
    a: String,
    /// Second file or shipped name, with a phase if wanted.
    #[arg(value_name = "B[:PHASE]")]
    b: String,
    /// Write the differences as JSON; `-` for standard output instead of the text.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    strict: StrictArg,
}

/// Runs the command.
pub fn run(args: &DiffArgs) -> Result<(), Failure> {
    super::check_outputs(&[args.json.as_deref()], &[args.a.clone(), args.b.clone()])?;
    let mut pair = [read_selection(&args.a)?, read_selection(&args.b)?];
    args.strict.admit(&mut pair, None)?;
    let difference = FileDifference::new(&pair[0], &pair[1]);
    if let Some(path) = &args.json {
        write_json(path, &difference)?;
        if Stream::is_output(path) {
            return Ok(());
        }
    }
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render(&mut text, &pair, &difference);
    print(&text.into_string())
}

fn render(out: &mut Lines, pair: &[Constellation; 2], difference: &FileDifference) -> fmt::Result {
    let labels = labels(pair);
    for (sign, (label, constellation)) in ["A", "B"].into_iter().zip(labels.iter().zip(pair)) {
        let figures = match constellation.figures.len() {
            0 => "a catalogue, without sourced figures".to_owned(),
            count => format!("{} of {count} figures assumed", constellation.assumed_count()),
        };
        let phase = constellation.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        writeln!(
            out,
            "{sign}  {label} ({}{phase}): {}, {figures}",
            constellation.file,
            counted(constellation.satellites.len(), "satellite"),
        )?;
    }
    if difference.same_parameters() {
        writeln!(out, "\nno parameter differs")?;
    }
    for part in difference.parts.iter().filter(|part| !part.differences.is_empty()) {
        self::part(out, part)?;
    }
    satellites(out, &difference.satellites)?;
    for (constellation, left_out) in pair.iter().zip(&difference.left_out) {
        if !left_out.is_empty() {
            out.push('\n');
            missing::left_out(out, &constellation.file, left_out)?;
        }
    }
    Ok(())
}

/// Names told of each kind.
const NAMES_TOLD: usize = 3;

fn satellites(out: &mut Lines, difference: &SatelliteDifference) -> fmt::Result {
    if difference.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nsatellites")?;
    if let [Some(a), Some(b)] = difference.epochs
        && a != b
    {
        writeln!(out, "  newest epoch")?;
        writeln!(out, "    A  {a}")?;
        writeln!(out, "    B  {b}")?;
    }
    for (what, names) in [
        ("only in A", &difference.only_a),
        ("only in B", &difference.only_b),
        ("in both, with other elements", &difference.changed),
    ] {
        let told: Vec<&str> = names.iter().take(NAMES_TOLD).map(String::as_str).collect();
        match names.len() {
            0 => {}
            count if count > NAMES_TOLD => {
                writeln!(out, "  {count} {what}: {} and {} more", told.join(", "), count - NAMES_TOLD)?;
            }
            count => writeln!(out, "  {count} {what}: {}", told.join(", "))?,
        }
    }
    match difference.same {
        0 => Ok(()),
        1 => writeln!(out, "  1 is the same"),
        more => writeln!(out, "  {more} are the same"),
    }
}

fn part(out: &mut Lines, part: &Part) -> fmt::Result {
    match (&part.a, &part.b) {
        (Some(a), Some(b)) if a == b => writeln!(out, "\n{a}")?,
        (Some(a), Some(b)) => writeln!(out, "\n{a} (A), {b} (B)")?,
        (Some(a), None) => writeln!(out, "\n{a}: only in A")?,
        (None, Some(b)) => writeln!(out, "\n{b}: only in B")?,
        (None, None) => {}
    }
    for difference in &part.differences {
        writeln!(out, "  {}", difference.parameter)?;
        for (sign, side) in [("A", &difference.a), ("B", &difference.b)] {
            match side {
                Some(side) => writeln!(out, "    {sign}  {}  ({})", side.value, basis(side))?,
                None if part.a.is_some() && part.b.is_some() => writeln!(out, "    {sign}  not given")?,
                None => {}
            }
        }
    }
    match part.same {
        0 => {}
        1 => writeln!(out, "  1 parameter is the same")?,
        more => writeln!(out, "  {more} parameters are the same")?,
    }
    Ok(())
}

fn basis(side: &Side) -> String {
    let word = match side.confidence {
        Confidence::Stated => "stated",
        Confidence::Derived => "derived",
        Confidence::Assumed => "assumed",
    };
    format!("{word}: {}", side.source)
}
