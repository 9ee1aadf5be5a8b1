//! What files that are flown together say of one thing: the same, or the user decides.

use hexsky::constellation::Constellation;

use super::Failure;

/// A figure that holds for all files of a run.
pub struct Asked<'a, T> {
    /// What the values are, in the plural.
    pub what: &'a str,
    /// How to give one for all.
    pub help: &'a str,
    /// A value as it is told.
    pub told: fn(&T) -> String,
}

/// The value that holds for every file, with where the first has it from; refused where they differ. `of` is the value of a
/// file and where it is from.
pub fn agreed<T: PartialEq>(
    constellations: &[Constellation],
    asked: &Asked<'_, T>,
    of: impl Fn(&Constellation) -> (T, String),
) -> Result<Option<(T, String)>, Failure> {
    let mut values: Vec<(T, String)> = Vec::new();
    for (value, basis) in constellations.iter().map(of) {
        if values.iter().all(|(known, _)| *known != value) {
            values.push((value, basis));
        }
    }
    if values.len() > 1 {
        let list: Vec<String> =
            values.iter().map(|(value, basis)| format!("{} ({basis})", (asked.told)(value))).collect();
        return Err(Failure::input(
            format!("the files have different {}: {}", asked.what, list.join(", ")),
            asked.help,
        ));
    }
    Ok(values.pop())
}

/// The value that a file states, or what holds where it states none, with where it is from.
pub fn stated_or<T>(constellation: &Constellation, stated: Option<T>, without: T) -> (T, String) {
    match stated {
        Some(value) => (value, constellation.file.clone()),
        None => (without, format!("{} states none", constellation.file)),
    }
}

/// An angle in degrees as it is told.
pub fn in_degrees(angle: &f64) -> String {
    format!("{angle}°")
}
