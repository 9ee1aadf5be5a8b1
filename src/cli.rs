//! Command line of hexsky.
//!
//! Exit codes: 0 done; 1 the work could not be finished (an output could not be written, an interrupt);
//! 2 the input or the arguments are wrong, and nothing was written.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use hexsky::constellation::{Constellation, ReadOptions, catalogue_beside, read, repeated};
use hexsky::diagnostics::{TextError, printable};
use hexsky::export::stream::{Stream, takes_standard_stream};
use hexsky::export::{WriteError, target_of, try_file, write_file};
use hexsky::grid::region::RegionError;
use hexsky::input::FileError;
use hexsky::time::{Epoch, is_without_unit};

mod agreed;
mod attenuation;
mod capacity;
mod capacity_text;
mod checkpoint;
mod columns;
mod compare;
mod compare_text;
mod coverage;
mod coverage_text;
mod diff;
mod dop;
mod dop_text;
mod earth;
mod export;
mod fetch;
mod gateways;
mod given;
mod ground_errors;
mod ground_notes;
mod guide;
mod infer;
mod link;
mod list;
mod memory;
mod missing;
mod outputs;
mod passes;
mod passes_notes;
mod passes_text;
mod passes_timeline;
mod phases;
mod progress;
mod rates;
mod resilience;
mod run_options;
mod saved;
mod selection;
mod show;
mod show_ground;
mod start;
mod strict;
mod turn;
mod view;

/// Coverage, access, navigation and capacity of satellite constellations.
#[derive(Debug, Parser)]
#[command(name = "hexsky", version, about, max_term_width = 110, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(show::ShowArgs),
    List(list::ListArgs),
    Coverage(Box<coverage::CoverageArgs>),
    Compare(Box<compare::CompareArgs>),
    Diff(diff::DiffArgs),
    Export(export::ExportArgs),
    Fetch(fetch::FetchArgs),
    Infer(infer::InferArgs),
    Phases(Box<phases::PhasesArgs>),
    Resilience(Box<resilience::ResilienceArgs>),
    Attenuation(attenuation::AttenuationArgs),
    Link(Box<link::LinkArgs>),
    Capacity(Box<capacity::CapacityArgs>),
    Dop(Box<dop::DopArgs>),
    Passes(Box<passes::PassesArgs>),
    View(view::ViewArgs),
    Help(guide::HelpArgs),
    Completions(guide::CompletionsArgs),
    Man(guide::ManArgs),
}

/// Why a command stops: decides the exit code and what stderr says.
#[derive(Debug)]
pub enum Failure {
    /// A text file is wrong at one place; exit code 2.
    Text(Box<TextError>),
    /// The arguments or the input are wrong as a whole; exit code 2. Message, then how to mend it.
    Input { message: String, help: Option<String> },
    /// The work could not be finished; exit code 1.
    Run(String),
}

impl From<TextError> for Failure {
    fn from(error: TextError) -> Self {
        Self::Text(Box::new(error))
    }
}

impl From<Box<TextError>> for Failure {
    fn from(error: Box<TextError>) -> Self {
        Self::Text(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let help = match &error {
            FileError::Read { source, .. } if source.kind() == std::io::ErrorKind::FileTooLarge => {
                "--memory says how much may be taken, else what the computer has"
            }
            _ => "give the path of a file that can be read, of a kind that --help names",
        };
        Self::file(error, help)
    }
}

impl From<RegionError> for Failure {
    fn from(error: RegionError) -> Self {
        match error {
            RegionError::File(FileError::Text(error)) => Self::Text(error),
            other => Self::Input { message: other.to_string(), help: other.help() },
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Run(error.to_string())
    }
}

impl Failure {
    /// A file that cannot be used, with how to mend it where it cannot be read.
    pub fn file(error: FileError, help: &str) -> Self {
        match error {
            FileError::Text(error) => Self::Text(error),
            other => Self::input(other.to_string(), help),
        }
    }

    /// Wrong arguments or input, with how to mend it.
    pub fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input { message: message.into(), help: Some(help.into()) }
    }
}

/// Parses the arguments, runs the command and answers with the exit code.
pub fn run() -> ExitCode {
    let mut arguments = taking_negative_numbers(Arguments::command());
    let matches = match arguments.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(told) => return tell(&told),
    };
    let given = given::Given::of(&arguments, &matches);
    let command = match Arguments::from_arg_matches(&matches) {
        Ok(parsed) => parsed.command,
        Err(error) => error.format(&mut arguments).exit(),
    };
    given.say_idle();
    progress::take_interrupts();
    let outcome = match command {
        Command::Coverage(args) => coverage::run(&args, &given),
        Command::Compare(args) => compare::run(&args, &given),
        Command::Diff(args) => diff::run(&args),
        Command::Export(args) => export::run(&args, &given),
        Command::Fetch(args) => fetch::run(&args),
        Command::Infer(args) => infer::run(&args),
        Command::Phases(args) => phases::run(&args),
        Command::Resilience(args) => resilience::run(&args),
        Command::Attenuation(args) => attenuation::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Capacity(args) => capacity::run(&args, &given),
        Command::Show(args) => show::run(&args, &given),
        Command::List(args) => list::run(&args),
        Command::Dop(args) => dop::run(&args, &given),
        Command::Passes(args) => passes::run(&args),
        Command::View(args) => view::run(&args),
        Command::Help(args) => guide::help(&args),
        Command::Completions(args) => guide::completions(&args),
        Command::Man(args) => guide::man(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
    }
}

/// Every option of every command takes a negative number for its value, so that it can say what it expects instead.
fn taking_negative_numbers(command: clap::Command) -> clap::Command {
    let lenient = |argument: clap::Arg| match argument.get_action().takes_values() {
        true if !argument.is_positional() => argument.allow_negative_numbers(true),
        _ => argument,
    };
    command.mut_subcommands(|subcommand| subcommand.mut_args(lenient))
}

/// Prints what clap has to say: help and version on stdout, as whole as every other result, and wrong arguments on
/// stderr.
fn tell(told: &clap::Error) -> ExitCode {
    let printed = told.print().and_then(|()| std::io::stdout().flush());
    match printed {
        Err(source) if !told.use_stderr() => report(&WriteError { path: PathBuf::from("-"), source }.into()),
        _ => ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2)),
    }
}

/// Prints a failure to stderr.
fn report(failure: &Failure) -> ExitCode {
    let colour =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let (text, code) = match failure {
        Failure::Text(error) => (error.render(colour), 2),
        Failure::Input { message, help } => {
            let help = help.as_ref().map(|help| format!("\n  = help: {help}")).unwrap_or_default();
            (printable(&format!("error: {message}{help}")), 2)
        }
        Failure::Run(message) => (printable(&format!("error: {message}{}", written_before())), 1),
    };
    // Nothing is left to tell anyone when stderr itself is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(code)
}

/// The results that are there although the work was not finished.
fn written_before() -> String {
    let written = hexsky::export::written();
    let paths: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    match paths.as_slice() {
        [] => String::new(),
        [one] => format!("\n  = note: {one} was written before and is whole"),
        _ => format!("\n  = note: these were written before and are whole: {}", paths.join(", ")),
    }
}

/// Says a line on stderr. Nothing is left to tell anyone when stderr itself is closed.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}

/// The command line as it could be given again, quoted for a shell where it must be.
pub fn command_line() -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+%@".contains(c);
    let quoted = |text: String| match text.is_empty() || !text.chars().all(plain) {
        true => format!("'{}'", text.replace('\'', r"'\''")),
        false => text,
    };
    let arguments =
        std::env::args_os().skip(1).map(|argument| quoted(argument.to_string_lossy().into_owned()));
    std::iter::once("hexsky".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Writes a value as indented JSON.
pub fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), Failure> {
    write_file(path, |out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        out.write_all(b"\n")
    })?;
    Ok(())
}

/// Writes a command's text to stdout, with nothing in it that a terminal would obey.
pub fn print(text: &str) -> Result<(), Failure> {
    print_as_it_is(&printable(text))
}

/// [`print`] of a text of the program's own, which may have colours or tabs in it.
pub fn print_as_it_is(text: &str) -> Result<(), Failure> {
    Ok(write_file(Path::new("-"), |out| out.write_all(text.as_bytes()))?)
}

/// Prints a command's report, unless none is wanted or a file takes standard output.
pub fn print_report<'a>(
    quiet: bool,
    outputs: impl IntoIterator<Item = &'a Path>,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    let stdout_taken = outputs.into_iter().any(Stream::is_output);
    if quiet || stdout_taken { Ok(()) } else { print(&text()) }
}

/// Reads constellation files that are flown together, each in the phase that it names itself, else in the one
/// that is asked for.
pub fn read_constellations(files: &[String], phase: Option<&String>) -> Result<Vec<Constellation>, Failure> {
    let read = |text: &String| -> Result<Constellation, Failure> {
        let (file, phase) = selection::split(text, phase.map(String::as_str))?;
        let options = ReadOptions { phase: phase.map(str::to_owned), ..ReadOptions::default() };
        Ok(read(file, &options)?)
    };
    let mut constellations = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    repeated::fly_once(&mut constellations);
    Ok(constellations)
}

/// A path as a file that is yet to be written has it, by whatever way its folder is named, or its links lead to it.
fn place(path: &Path) -> PathBuf {
    let path = target_of(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// Refuses the files beside a CSV file that is no file.
pub fn check_gis(gis: bool, csv: Option<&Path>) -> Result<(), Failure> {
    match csv.filter(|csv| gis && Stream::of(csv).is_some()) {
        Some(csv) => Err(Failure::input(
            "--gis writes files beside the CSV file",
            format!("give --csv the path of a file instead of {}", csv.display()),
        )),
        None => Ok(()),
    }
}

/// Runs work on its own pool of threads when a number was asked for.
pub fn with_threads<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    match threads {
        None => Ok(work()),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build()
            .map(|pool| pool.install(work))
            .map_err(|error| Failure::Run(format!("cannot start {threads} threads: {error}"))),
    }
}

/// Refuses, before any work is done, an output in a folder that does not exist, two outputs in one place
/// (exit code 2), an output in the place of an input, and one that cannot be written (exit code 1).
pub fn check_outputs(outputs: &[Option<&Path>], inputs: &[String]) -> Result<(), Failure> {
    let outputs: Vec<&Path> = outputs.iter().flatten().copied().collect();
    let read: Vec<PathBuf> = inputs.iter().flat_map(|input| files_of(input)).collect();
    for (number, output) in outputs.iter().enumerate() {
        if let Some(folder) = output.parent().filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            return Err(Failure::input(
                format!("cannot write {}: there is no folder {}", output.display(), folder.display()),
                "make the folder first, or write to another path",
            ));
        }
        if outputs[..number].iter().any(|other| share(other, output)) {
            return Err(Failure::input(
                format!("two outputs are to go to {}", output.display()),
                "give each output its own path",
            ));
        }
        if Stream::of(output).is_none() && takes_standard_stream(output) {
            return Err(Failure::input(
                format!("standard output or the messages of this run go to {} as well", output.display()),
                "give the output a path of its own, or send the rest elsewhere",
            ));
        }
        if let Some(input) = read.iter().find(|input| same(input, output)) {
            return Err(Failure::Run(format!(
                "the output {} is also the input {}: write to another path",
                output.display(),
                input.display()
            )));
        }
    }
    Ok(outputs.into_iter().try_for_each(try_file)?)
}

/// Whether two outputs go to one place.
fn share(a: &Path, b: &Path) -> bool {
    match (Stream::of(a), Stream::of(b)) {
        (Some(a), Some(b)) if a == b && a != Stream::Descriptor => true,
        _ => same(a, b) || place(a) == place(b),
    }
}

/// Whether two paths are one file, by whatever names or links.
fn same(a: &Path, b: &Path) -> bool {
    // A hard link is the same file under a name that no canonical path tells.
    #[cfg(unix)]
    let linked = {
        use std::os::unix::fs::MetadataExt;
        let file = |path: &Path| path.metadata().ok().filter(std::fs::Metadata::is_file);
        matches!((file(a), file(b)), (Some(a), Some(b)) if (a.dev(), a.ino()) == (b.dev(), b.ino()))
    };
    #[cfg(not(unix))]
    let linked = false;
    a == b || linked || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// The files that an input such as `FILE`, `FILE:PHASE` or `NAME=FILE` reads: none for a shipped name; with the
/// catalogue that a definition points at, and the networks and tracks that a network names.
fn files_of(input: &str) -> Vec<PathBuf> {
    let names = [
        Some(input),
        input.rsplit_once(':').map(|(file, _)| file),
        input.split_once('=').map(|(_, file)| file),
    ];
    let Some(file) = names.into_iter().flatten().find(|name| Path::new(name).is_file()) else {
        return Vec::new();
    };
    let file = Path::new(file);
    std::iter::once(file.to_owned())
        .chain(file.to_str().and_then(catalogue_beside))
        .chain(hexsky::ground::files_named_in(file))
        .collect()
}

/// A UTC instant from the command line.
pub fn epoch(text: &str) -> Result<Epoch, String> {
    text.parse().map_err(|error: hexsky::time::ParseEpochError| error.to_string())
}

/// A hundred Julian years: longer windows are slips of the pen, and no element set lasts a tenth of it.
const LONGEST_DURATION_S: f64 = 100.0 * 365.25 * 86_400.0;

/// A duration from the command line, in seconds. One without a unit is told, for 24 may be meant as hours.
pub fn duration_s(text: &str) -> Result<f64, String> {
    let seconds = hexsky::time::parse_duration_s(text).map_err(|error| error.to_string())?;
    if is_without_unit(text) {
        let number = text.trim();
        say(&format!(
            "warning: the duration {number} has no unit and is taken as {number}s; write {number}h, {number}m or {number}s"
        ));
    }
    Ok(seconds)
}

/// A duration above zero from the command line, in seconds.
pub fn positive_duration_s(text: &str) -> Result<f64, String> {
    match duration_s(text) {
        Ok(seconds) if seconds > LONGEST_DURATION_S => Err("must be no longer than 100 years".to_owned()),
        Ok(seconds) if seconds > 0.0 => Ok(seconds),
        Ok(_) => Err("must be longer than zero".to_owned()),
        Err(error) => {
            match text.trim_start().strip_prefix(['-', '\u{2212}']).map(hexsky::time::parse_duration_s) {
                Some(Ok(_)) => Err("must be longer than zero, not negative".to_owned()),
                _ => Err(error),
            }
        }
    }
}

/// A parser of whole numbers between two, for the command line.
pub fn whole<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display + Copy,
{
    move |text| match text.trim().parse::<T>() {
        Ok(value) if least <= value && value <= most => Ok(value),
        _ => Err(format!("expected a whole number from {least} to {most}")),
    }
}

/// The least elevation mask above the horizon, degrees: less is a slip of the pen, and hundreds of digits in reports.
const LEAST_MASK_DEG: f64 = 1e-9;

/// An elevation mask from the command line, degrees.
pub fn degrees(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < LEAST_MASK_DEG => {
            Err(format!("an elevation mask below {LEAST_MASK_DEG} degrees is the horizon: write 0"))
        }
        Ok(value) if (0.0..=90.0).contains(&value) => Ok(value),
        Ok(_) => Err("an elevation mask lies between 0 and 90 degrees".to_owned()),
        Err(_) => Err("expected a number of degrees such as 10 or 25.5".to_owned()),
    }
}
