//! Definitions that are part of the program: found by their bare name, such as `hongyun`.

use super::{Constellation, ReadOptions, definition};
use crate::diagnostics::{TextError, nearest};
use crate::input::FileError;

/// A definition that is part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// The name that a command takes.
    pub name: &'static str,
    /// The whole file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../../constellations/", $name, ".toml")) }),*]
    };
}

/// All of them, the systems of the mission first.
pub const SHIPPED: &[Shipped] = shipped![
    "beidou-3",
    "hongyan",
    "hongyun",
    "xingyun",
    "starlink-gen1",
    "starlink",
    "galaxyspace",
    "guowang",
    "qianfan",
    "tiangong",
    "oneweb",
    "kuiper",
    "telesat-lightspeed",
    "iridium-next",
    "globalstar",
    "orbcomm",
    "gps",
    "galileo",
    "glonass",
];

impl Shipped {
    /// Reads it; messages call it by its bare name.
    ///
    /// # Errors
    /// [`FileError`] when `options` ask for a phase or a shell that it does not have.
    pub fn read(&self, options: &ReadOptions) -> Result<Constellation, FileError> {
        definition::read(self.name, self.text, options)
    }
}

/// The shipped definition of a name, with or without `.toml`.
pub fn find(name: &str) -> Option<&'static Shipped> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    SHIPPED.iter().find(|shipped| shipped.name.eq_ignore_ascii_case(name))
}

/// The error of a path that is neither a file nor a shipped name.
pub(super) fn not_found(path: &str) -> TextError {
    let names = || SHIPPED.iter().map(|shipped| shipped.name);
    let stem = super::stem(path);
    let help = match find(&stem).map(|shipped| shipped.name) {
        Some(name) => format!("the shipped definition goes by its bare name: {name}"),
        None => match nearest(&stem, names()) {
            Some(near) => format!("did you mean the shipped '{near}'? `hexsky list` shows all"),
            None => "give the path of a file, or a shipped name: `hexsky list` shows them".to_owned(),
        },
    };
    TextError::whole_file(path, "there is no such file, and no shipped constellation of this name").help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{Confidence, read};

    #[test]
    fn every_file_of_the_folder_is_shipped_and_sound_in_every_phase() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/constellations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .collect();
        files.sort();
        let mut names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        names.sort_unstable();
        assert_eq!(files, names);
        for shipped in SHIPPED {
            let whole = shipped.read(&ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
            let phases = whole.phases.iter().map(|phase| Some(phase.name.clone()));
            for phase in phases.chain([None]) {
                let options = ReadOptions { phase, shells: Vec::new() };
                let read = shipped.read(&options).unwrap_or_else(|error| panic!("{error}"));
                assert!(!read.satellites.is_empty() && read.left_out.is_empty(), "{}", shipped.name);
                for figure in &read.figures {
                    assert!(figure.source.len() > 5, "{}: {figure:?}", shipped.name);
                    // A citation is a place where the figure can be looked up.
                    let assumed = figure.confidence == Confidence::Assumed;
                    assert!(assumed || !figure.source.contains("shared/"), "{}: {figure:?}", shipped.name);
                }
            }
            assert!(whole.operator.is_some() && whole.status.is_some() && whole.as_of.is_some());
        }
    }

    #[test]
    fn bare_names_are_found_and_misspelt_ones_get_help() {
        let options = ReadOptions::default();
        assert_eq!(read("hongyun", &options).unwrap().name, "Hongyun");
        assert_eq!(read("Hongyun.toml", &options).unwrap().file, "Hongyun.toml");
        let error = read("honyun", &options).unwrap_err().to_string();
        assert!(error.contains("did you mean the shipped 'hongyun'"), "{error}");
        let error = read("elsewhere/hongyun.toml", &options).unwrap_err().to_string();
        assert!(error.contains("bare name: hongyun"), "{error}");
    }
}
