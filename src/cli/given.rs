//! Which options the command line itself gives, so that what has no effect beside others can be refused.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::{Failure, say};

/// The long names of the options that the command line gives, whatever their values.
#[derive(Debug, Default)]
pub struct Given(Vec<String>);

impl Given {
    /// Those of the subcommand that was called.
    pub fn of(command: &Command, matches: &ArgMatches) -> Self {
        let Some((name, matches)) = matches.subcommand() else { return Self::default() };
        let Some(command) = command.find_subcommand(name) else { return Self::default() };
        let names = command
            .get_arguments()
            .filter(|argument| matches.ids().any(|id| id == argument.get_id()))
            .filter(|argument| {
                matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
            })
            .filter_map(|argument| argument.get_long());
        Self(names.map(str::to_owned).collect())
    }

    /// Says on stderr that the resolution of a grid has no effect where places are given. The results are right without
    /// it, so the run goes on.
    pub fn say_idle(&self) {
        if self.is_given("points") && self.is_given("resolution") {
            say("warning: --resolution has no effect beside --points, which are places and no cells");
        }
    }

    /// Whether the command line gives an option.
    pub fn is_given(&self, name: &str) -> bool {
        self.0.iter().any(|given| given == name)
    }

    /// Refuses some options: each of them is `why`.
    pub fn none_of(&self, some: &[&str], why: &str) -> Result<(), Failure> {
        let written = some.iter().filter(|name| self.0.iter().any(|given| given == *name));
        match written.map(|name| format!("--{name}")).collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            [one] => Err(Failure::input(format!("{one} is {why}"), "leave it out")),
            several => Err(Failure::input(format!("{} are {why}", several.join(", ")), "leave them out")),
        }
    }

    /// Refuses all options but some, which alone have an effect: `why` is so.
    pub fn only(&self, some: &[&str], why: &str, help: &str) -> Result<(), Failure> {
        let idle: Vec<String> = self
            .0
            .iter()
            .filter(|name| !some.contains(&name.as_str()))
            .map(|name| format!("--{name}"))
            .collect();
        match idle.as_slice() {
            [] => Ok(()),
            [one] => Err(Failure::input(format!("{why}: {one} has no effect"), help)),
            _ => Err(Failure::input(format!("{why}: {} have no effect", idle.join(", ")), help)),
        }
    }
}
