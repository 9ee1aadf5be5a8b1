//! The `hexsky` command. No subcommand exists yet: it answers `--help` and `--version`.

use clap::Parser;

/// Coverage, access, navigation and capacity of satellite constellations (foundation stage: no commands yet).
#[derive(Debug, Parser)]
#[command(name = "hexsky", version, about, arg_required_else_help = true)]
struct Arguments {}

fn main() {
    let Arguments {} = Arguments::parse();
}
