//! What several test files need.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;

/// The folder of reference values that is not part of the project, where it is at hand: `HEXSKY_SHARED`
/// or `../shared`. Tests that use it besides their own vectors say so when it is absent.
pub fn reference_folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HEXSKY_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = root.join("data").join(name);
    if folder.is_dir() {
        Some(folder)
    } else {
        println!("no reference folder {}: skipped", folder.display());
        None
    }
}

/// The rows of a CSV file as maps from column to text.
pub fn rows(path: &std::path::Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader
        .deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .collect()
}
