//! The `hexsky` command: arguments → settings → one library call → print → exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
