//! `hexsky help`, `completions` and `man`: everything that explains the commands.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use hexsky::export::stream::Stream;
use hexsky::export::write_file;

use super::{Arguments, Failure, print, print_as_it_is};

/// Help on a command, or on a convention: gap, covered, exact, response, mask, area, time, orbits, files, page.
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// A command or a topic [default: what there is].
    #[arg(value_name = "TOPIC")]
    topic: Option<String>,
}

/// Completions for a shell, on standard output.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Man pages: one for hexsky and one for each command.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder that they go to.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Topics: name and text.
const TOPICS: [(&str, &str); 10] = [
    ("gap", include_str!("guide/gap.txt")),
    ("covered", include_str!("guide/covered.txt")),
    ("exact", include_str!("guide/exact.txt")),
    ("response", include_str!("guide/response.txt")),
    ("mask", include_str!("guide/mask.txt")),
    ("area", include_str!("guide/area.txt")),
    ("time", include_str!("guide/time.txt")),
    ("orbits", include_str!("guide/orbits.txt")),
    ("files", include_str!("guide/files.txt")),
    ("page", include_str!("guide/page.txt")),
];

/// Runs `hexsky help`.
pub fn help(args: &HelpArgs) -> Result<(), Failure> {
    let mut command = Arguments::command();
    command.build();
    let Some(topic) = &args.topic else {
        let topics: Vec<&str> = TOPICS.iter().map(|(name, _)| *name).collect();
        let help = command.render_long_help();
        return print(&format!("{help}\nTopics (hexsky help TOPIC): {}\n", topics.join(", ")));
    };
    if let Some((_, text)) = TOPICS.iter().find(|(name, _)| name == topic) {
        return print(text);
    }
    match command.find_subcommand_mut(topic) {
        Some(found) => print(&found.render_long_help().to_string()),
        None => Err(Failure::input(
            format!("there is no command or topic '{topic}'"),
            "hexsky help lists the commands and topics",
        )),
    }
}

/// Runs `hexsky completions`.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "hexsky", &mut text);
    print_as_it_is(&String::from_utf8_lossy(&text))
}

/// Runs `hexsky man`.
pub fn man(args: &ManArgs) -> Result<(), Failure> {
    if Stream::of(&args.folder).is_some() {
        let message = format!("man pages are files of a folder, which {} is not", args.folder.display());
        return Err(Failure::input(message, "give the path of a folder; it is made where there is none"));
    }
    std::fs::create_dir_all(&args.folder)
        .map_err(|error| Failure::Run(format!("cannot make {}: {error}", args.folder.display())))?;
    let mut command = Arguments::command();
    command.build();
    let children =
        command.get_subcommands().map(|child| (format!("hexsky-{}", child.get_name()), child.clone()));
    let pages: Vec<_> = std::iter::once(("hexsky".to_owned(), command.clone())).chain(children).collect();
    for (name, page) in pages {
        let page = clap_mangen::Man::new(page);
        write_file(&args.folder.join(format!("{name}.1")), |out| page.render(&mut { out }))?;
    }
    Ok(())
}
