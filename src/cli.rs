//! Command line of hexsky.
//!
//! Exit codes: 0 done; 1 the work could not be finished (an output could not be written, an interrupt);
//! 2 the input or the arguments are wrong, and nothing was written.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hexsky::diagnostics::TextError;

/// Coverage, access, navigation and capacity of satellite constellations.
#[derive(Debug, Parser)]
#[command(name = "hexsky", version, about, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

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

impl Failure {
    /// Wrong arguments or input, with how to mend it.
    pub fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input { message: message.into(), help: Some(help.into()) }
    }
}

/// Parses the arguments, runs the command and answers with the exit code.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome: Result<(), Failure> = match arguments.command {};
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
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
            (format!("error: {message}{help}"), 2)
        }
        Failure::Run(message) => (format!("error: {message}"), 1),
    };
    // Nothing is left to tell anyone when stderr itself is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(code)
}

/// Writes a command's text to stdout. A reader that closed the pipe has seen enough: no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Run(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
