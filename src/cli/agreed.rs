//! What files that are flown together say of one thing: the same, or the user decides.

use std::fmt::Display;

use hexsky::constellation::Constellation;

use super::Failure;

/// A figure that holds for all files of a run.
pub struct Asked<'a> {
    /// What the values are, in the plural.
    pub what: &'a str,
    /// The option that gives one for all.
    pub option: &'a str,
    /// What follows a value.
    pub unit: &'a str,
    /// What a file that states none has.
    pub without: &'a str,
}

/// The value that every file states or that holds where it states none; refused where they differ.
pub fn agreed<T: PartialEq + Display>(
    constellations: &[Constellation],
    asked: &Asked<'_>,
    stated: impl Fn(&Constellation) -> Option<T>,
    holds: impl Fn(Option<T>) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let mut values: Vec<(Option<T>, String)> = Vec::new();
    for constellation in constellations {
        let told = match stated(constellation) {
            Some(value) => format!("{value}{} ({})", asked.unit, constellation.file),
            None => format!("{} ({} states none)", asked.without, constellation.file),
        };
        let value = holds(stated(constellation));
        if values.iter().all(|(known, _)| *known != value) {
            values.push((value, told));
        }
    }
    if values.len() > 1 {
        let list: Vec<String> = values.into_iter().map(|(_, told)| told).collect();
        return Err(Failure::input(
            format!("the files have different {}: {}", asked.what, list.join(", ")),
            format!("give one for all with {}", asked.option),
        ));
    }
    Ok(values.pop().and_then(|(value, _)| value))
}
