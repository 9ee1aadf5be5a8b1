//! Which satellites a DOP run takes: files read, repeats and excluded ones taken out, shells chosen.

use std::path::Path;

use hexsky::diagnostics::TextError;
use hexsky::input::{TEXT_GROWTH, read_text};
use hexsky::navigation::almanac::{Broadcaster, YumaOptions};
use hexsky::navigation::repeats;
use hexsky::navigation::source::{self, Source};
use hexsky::navigation::system::{self, Transmitter};

use super::DopArgs;
use crate::cli::selection::some_of;
use crate::cli::{Failure, selection};

/// An entry of a list of satellites to leave out.
struct Excluded {
    name: String,
    /// Number and text of its line, when it comes from a file.
    line: Option<(usize, String)>,
}

/// Reads the files; satellites that several of them hold stay in one.
pub fn read_sources(args: &DopArgs) -> Result<Vec<Source>, Failure> {
    let asked = &args.almanac_system;
    let mut almanacs = 0;
    let mut sources = Vec::new();
    for text in &args.files {
        let (file, phase) = selection::split(text, args.phase.as_deref())?;
        let system = if asked.len() == 1 { asked.first() } else { asked.get(almanacs) };
        let yuma = YumaOptions { system: system.map(|&system| system.into()), near: args.at.or(args.start) };
        let source = source::read(file, phase, &yuma)?;
        almanacs += usize::from(source.almanac.is_some());
        sources.push(source);
    }
    if !asked.is_empty() && (almanacs == 0 || (asked.len() > 1 && asked.len() != almanacs)) {
        return Err(Failure::input(
            format!(
                "--almanac-system names {} systems, and {almanacs} of the files are almanacs",
                asked.len()
            ),
            "name one system for all almanacs, or one for each in the order of the files",
        ));
    }
    repeats::refuse_same(&sources).map_err(|error| {
        Failure::input(
            error.to_string(),
            "name each file once: a satellite twice would be two lines of sight",
        )
    })?;
    repeats::use_once(&mut sources);
    Ok(sources)
}

/// Which places and satellites take part, and how these are read, as far as options say it.
pub fn told(args: &DopArgs) -> Vec<String> {
    let mut told: Vec<String> = args.points.iter().map(|file| format!("places of {file}")).collect();
    if !args.shells.is_empty() {
        told.push(format!("shells {}", some_of(&args.shells)));
    }
    if !args.exclude.is_empty() {
        told.push(format!("without {}", some_of(&args.exclude)));
    }
    if let Some(path) = &args.exclude_from {
        told.push(format!("without the satellites of {}", path.display()));
    }
    if !args.almanac_system.is_empty() {
        let systems = args.almanac_system.iter().map(|&system| Broadcaster::from(system).to_string());
        told.push(format!("almanacs of {}", systems.collect::<Vec<_>>().join(", ")));
    }
    told
}

/// Takes out what is excluded, or of a shell that is not asked for; tells the number of the latter.
pub fn narrow(args: &DopArgs, sources: &mut [Source]) -> Result<Vec<usize>, Failure> {
    let mut excluded: Vec<Excluded> =
        args.exclude.iter().map(|name| Excluded { name: name.clone(), line: None }).collect();
    if let Some(path) = &args.exclude_from {
        excluded.extend(read_list(path)?);
    }
    let names: Vec<String> = excluded.iter().map(|entry| entry.name.clone()).collect();
    let mut systems: Vec<_> = sources.iter().map(|source| source.system.clone()).collect();
    let unhealthy = sources.iter().flat_map(|source| &source.unhealthy);
    let out: Vec<&Transmitter> = unhealthy.map(|ill| &ill.satellite).collect();
    let left_out = system::exclude(&mut systems, &names, &out).map_err(|error| {
        let near = error.nearest.as_ref().map(|name| format!("did you mean '{name}'? ")).unwrap_or_default();
        let help =
            format!("{near}a satellite is meant by its name, its number, or the beginning of names and *");
        let entry = excluded.iter().find(|entry| entry.name == error.name);
        match (entry.and_then(|entry| entry.line.as_ref()), &args.exclude_from) {
            (Some((number, line)), Some(path)) => {
                let start = line.find(&error.name).unwrap_or(0);
                let span = start..start + error.name.len();
                TextError::on_line(path.display().to_string(), *number, line, span, error.to_string())
                    .help(help)
                    .into()
            }
            _ => Failure::input(error.to_string(), help),
        }
    })?;
    let mut aside = vec![0; systems.len()];
    if !args.shells.is_empty() {
        aside = system::keep_shells(&mut systems, &args.shells).map_err(|error| {
            Failure::input(error.to_string(), format!("there are {}", error.known.join(", ")))
        })?;
    }
    for ((source, system), left_out) in sources.iter_mut().zip(systems).zip(left_out) {
        source.left_out.extend(left_out);
        source.system = system;
    }
    Ok(aside)
}

/// A list of satellites, one a line.
fn read_list(path: &Path) -> Result<Vec<Excluded>, Failure> {
    let text = read_text(&path.display().to_string(), TEXT_GROWTH).map_err(|error| {
        Failure::file(error, "give a text file with the name or number of a satellite on each line")
    })?;
    Ok(text
        .lines()
        .enumerate()
        .map(|(index, line)| Excluded {
            name: line.split_once('#').map_or(line, |(before, _)| before).trim().to_owned(),
            line: Some((index + 1, line.to_owned())),
        })
        .filter(|entry| !entry.name.is_empty())
        .collect())
}
