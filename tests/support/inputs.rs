//! Small constellations and demands as files, and `hexsky` run on them.
#![allow(dead_code, reason = "each test file uses its own part")]

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A folder of input files, in which commands run.
pub struct Inputs(pub TempDir);

impl Inputs {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    pub fn command(&self, command: &str) -> Command {
        let mut hexsky = Command::cargo_bin("hexsky").unwrap();
        hexsky.current_dir(self.0.path()).args(command.split_whitespace());
        hexsky
    }

    pub fn text(&self, command: &str) -> String {
        let output = self.command(command).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    }

    /// The report as JSON.
    pub fn report(&self, command: &str) -> Value {
        serde_json::from_str(&self.text(&format!("{command} --quiet --json -"))).unwrap()
    }

    pub fn served_tbps(&self, command: &str) -> f64 {
        self.report(command)["system"]["served_tbps"].as_f64().unwrap()
    }

    /// Refused with exit code 2 and these words, and nothing is written.
    pub fn refused(&self, command: &str, words: &[&str]) {
        let before = std::fs::read_dir(self.0.path()).unwrap().count();
        let assert = self.command(command).assert().code(2).stdout("");
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        for word in words {
            assert!(text.contains(word), "{command}: no '{word}' in {text}");
        }
        assert_eq!(std::fs::read_dir(self.0.path()).unwrap().count(), before, "{command}");
    }
}

/// A definition: lines of its `[service]`, then whatever follows.
pub fn definition(name: &str, service: &str, rest: &str) -> String {
    format!(
        "name = \"{name}\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n[service]\n{service}\n\
         source = \"s\"\n{rest}"
    )
}

/// 48 satellites at 1200 km that carry 10 Gbit/s each. Lines that follow belong to their payload.
pub fn walker(inclination_deg: u32) -> String {
    format!(
        "[[shell]]\nname = \"main\"\npattern = \"walker-delta\"\nsatellites = 48\nplanes = 6\nphasing = 1\n\
         altitude_km = 1200\ninclination_deg = {inclination_deg}\nsource = \"s\"\n[[payload]]\n\
         capacity_gbps_per_satellite = 10\nsource = \"s\"\n"
    )
}

/// Satellites above these longitudes, after whatever stands before them.
pub fn geostationary(longitudes_deg: &[i32], payload: &str) -> String {
    let satellites: String = longitudes_deg
        .iter()
        .map(|east| {
            format!(
                "[[satellite]]\nname = \"G{east}\"\norbit = \"geo\"\nlongitude_deg = {east}\nsource = \"s\"\n"
            )
        })
        .collect();
    format!("{payload}{satellites}")
}
