//! `FILE` or `FILE:PHASE`, as every command takes it, and what tables call the systems read.

use std::path::Path;

use hexsky::constellation::{Constellation, ReadOptions, read};

use super::Failure;

/// The file and the phase that an argument names. A file whose name holds a colon is taken as it is where
/// there is one.
///
/// `phase` is that of an option for all files; it may not contradict the argument's own.
pub fn split<'a>(text: &'a str, phase: Option<&'a str>) -> Result<(&'a str, Option<&'a str>), Failure> {
    let (file, own) = match text.rsplit_once(':') {
        Some((file, own)) if !Path::new(text).exists() => (file, Some(own)),
        _ => (text, None),
    };
    if file.is_empty() || own == Some("") {
        return Err(Failure::input(
            format!("'{text}' is neither FILE nor FILE:PHASE"),
            "write hongyan, hongyan:first or path/to/file.toml:first",
        ));
    }
    match (own, phase) {
        (Some(own), Some(phase)) if own != phase => Err(Failure::input(
            format!("{text} names the phase '{own}', --phase names '{phase}'"),
            "name the phase once",
        )),
        _ => Ok((file, own.or(phase))),
    }
}

/// Reads `FILE` or `FILE:PHASE`.
pub fn read_selection(text: &str) -> Result<Constellation, Failure> {
    let (file, phase) = split(text, None)?;
    Ok(read(file, &ReadOptions { phase: phase.map(str::to_owned), shells: Vec::new() })?)
}

/// What tables call the systems: their names; where two would be called alike, with the phase; then with the
/// file; then with a number.
pub fn labels(constellations: &[Constellation]) -> Vec<String> {
    let parts = constellations.iter().map(|constellation| {
        let mut parts = vec![constellation.name.clone()];
        parts.extend(constellation.phase.clone());
        parts.push(in_brackets(&constellation.file));
        parts
    });
    apart(parts.collect())
}

/// Names that were asked for, the first twenty of them.
pub fn some_of(names: &[String]) -> String {
    const TOLD: usize = 20;
    let more = match names.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names[..names.len().min(TOLD)].join(", "))
}

/// The name of a file without folder and ending, as part of a label.
pub fn in_brackets(file: &str) -> String {
    let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    format!("({})", stem.unwrap_or_else(|| file.to_owned()))
}

/// Labels made of as many of the parts as it takes for all to differ, a number behind those that never do.
pub fn apart(parts: Vec<Vec<String>>) -> Vec<String> {
    let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
    let mut taken = vec![1; parts.len()];
    let told = |taken: &[usize]| -> Vec<String> {
        parts.iter().zip(taken).map(|(parts, taken)| parts[..*taken.min(&parts.len())].join(" ")).collect()
    };
    for _ in 1..longest {
        let labels = told(&taken);
        for number in doubles(&labels) {
            taken[number] += 1;
        }
    }
    let mut labels = told(&taken);
    for number in doubles(&labels) {
        labels[number] = format!("{} #{}", labels[number], number + 1);
    }
    labels
}

/// Numbers of the labels that another one repeats.
fn doubles(labels: &[String]) -> Vec<usize> {
    let alike = |label: &String| labels.iter().filter(|other| *other == label).count() > 1;
    (0..labels.len()).filter(|&number| alike(&labels[number])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_may_be_named_once() {
        let split = |text, phase| split(text, phase).map_err(|failure| format!("{failure:?}"));
        assert_eq!(split("hongyan:first", None), Ok(("hongyan", Some("first"))));
        assert_eq!(split("hongyan:first", Some("first")), Ok(("hongyan", Some("first"))));
        assert_eq!(split("hongyan", Some("first")), Ok(("hongyan", Some("first"))));
        assert!(split("hongyan:first", Some("full")).unwrap_err().contains("names the phase 'first'"));
        assert!(split("hongyan:", None).unwrap_err().contains("neither FILE nor FILE:PHASE"));
        // A file with a colon in its name.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a:b.tle").to_str().unwrap().to_owned();
        std::fs::write(&path, "").unwrap();
        assert_eq!(split(&path, None), Ok((path.as_str(), None)));
    }

    #[test]
    fn labels_take_what_tells_them_apart() {
        let labels = |parts: &[&[&str]]| {
            apart(parts.iter().map(|parts| parts.iter().map(|part| (*part).to_owned()).collect()).collect())
        };
        assert_eq!(labels(&[&["A", "x"], &["B", "x"]]), ["A", "B"]);
        assert_eq!(labels(&[&["A", "x"], &["A", "y"], &["B", "z"]]), ["A x", "A y", "B"]);
        assert_eq!(labels(&[&["A", "(one)"], &["A", "(two)"]]), ["A (one)", "A (two)"]);
        assert_eq!(labels(&[&["A", "x"], &["A", "x"], &["B"]]), ["A x #1", "A x #2", "B"]);
        assert_eq!(labels(&[&["A"], &["A", "x"]]), ["A", "A x"]);
    }
}
