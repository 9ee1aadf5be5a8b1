//! `hexsky export`: satellites as element sets that other tools read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hexsky::diagnostics::counted;
use hexsky::export::elements::{
    ElementsExportError, FIRST_NUMBER, GREATEST_OMM_NUMBER, GREATEST_TLE_NUMBER, TLE_NAME_LENGTH, number,
    tle_text, write_omm_csv, write_omm_json,
};
use hexsky::export::write_file;

use super::given::Given;
use super::selection::read_selection;
use super::strict::StrictArg;
use super::{Failure, say};

/// Write the satellites of a constellation as TLE or OMM, so that other tools can read them.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Constellation file, catalogue or shipped name, with a phase if wanted.
    #[arg(value_name = "FILE[:PHASE]")]
    file: String,
    /// Format. OMM keeps every bit and holds numbers of nine digits; TLE rounds and ends at 339,999.
    #[arg(long, value_enum)]
    format: ElementFormat,
    /// Where to write; `-` for standard output.
    #[arg(long, short, value_name = "PATH", default_value = "-")]
    output: PathBuf,
    /// First catalogue number for satellites that have none.
    #[arg(long, value_name = "N", default_value_t = FIRST_NUMBER, value_parser = crate::cli::whole(1u32, 999_999_999))]
    first_number: u32,
    #[command(flatten)]
    strict: StrictArg,
}

/// Format of the element sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ElementFormat {
    /// Name, line 1, line 2; numbers from 100,000 on as Alpha-5.
    Tle,
    /// OMM, CSV with a header of keywords.
    OmmCsv,
    /// OMM, a JSON array.
    OmmJson,
}

/// Runs the command.
pub fn run(args: &ExportArgs, given: &Given) -> Result<(), Failure> {
    super::check_outputs(&[Some(&args.output)], std::slice::from_ref(&args.file))?;
    let mut constellation = read_selection(&args.file)?;
    args.strict.admit(std::slice::from_mut(&mut constellation), None)?;
    let (greatest, name) = match args.format {
        ElementFormat::Tle => (GREATEST_TLE_NUMBER, "a TLE"),
        ElementFormat::OmmCsv | ElementFormat::OmmJson => (GREATEST_OMM_NUMBER, "an OMM"),
    };
    let satellites = number(&constellation, args.first_number, greatest, name)
        .map_err(|error| refused(error, args.format))?;
    match args.format {
        ElementFormat::Tle => {
            let text = tle_text(&satellites).map_err(|error| refused(error, args.format))?;
            write_file(&args.output, |out| out.write_all(text.as_bytes()))?;
        }
        ElementFormat::OmmCsv => write_file(&args.output, |out| write_omm_csv(out, &satellites))?,
        ElementFormat::OmmJson => write_file(&args.output, |out| write_omm_json(out, &satellites))?,
    }
    let lent = constellation.satellites.iter().filter(|satellite| satellite.norad_id.is_none()).count();
    if lent == 0 && given.is_given("first-number") {
        say("warning: --first-number has no effect: every satellite has a number");
    }
    let numbers = match lent {
        0 => String::new(),
        _ => format!("; {lent} of them are given numbers from {} on", args.first_number),
    };
    let count = counted(satellites.len(), "satellite");
    say(&format!("{count} of {} written{numbers}", constellation.name));
    let long = satellites
        .iter()
        .filter(|numbered| numbered.satellite.name.chars().count() > TLE_NAME_LENGTH)
        .count();
    if args.format == ElementFormat::Tle && long > 0 {
        let are = if long == 1 { "is" } else { "are" };
        let names = counted(long, "name");
        say(&format!("{names} {are} longer than the {TLE_NAME_LENGTH} characters some readers expect"));
    }
    Ok(())
}

fn refused(error: ElementsExportError, format: ElementFormat) -> Failure {
    let help = match error {
        ElementsExportError::Number { .. } if format == ElementFormat::Tle => {
            "give a lower --first-number, or write OMM"
        }
        ElementsExportError::Number { .. } => "give a lower --first-number",
        ElementsExportError::Year { .. } | ElementsExportError::TooWide { .. } => "write OMM instead",
    };
    Failure::input(error.to_string(), help)
}
