//! Memory that a run will need, told before it starts.
//!
//! An [`Estimate`] is a sum of parts, each with what would make it smaller. The rooms that do the work make
//! them: [`crate::coverage::memory`], [`crate::capacity::memory`], [`crate::navigation::memory`].
//! `tests/memory.rs` holds them to what runs really take.

use std::fmt;

use bytesize::ByteSize;
use sysinfo::{MemoryRefreshKind, System};

use crate::grid::cells::GridPoint;

/// Share of the machine's available memory that a run may take unless told otherwise.
pub const DEFAULT_SHARE: f64 = 0.8;
/// What the program takes whatever it does: code, outlines of countries, threads; bytes.
const PROGRAM_BYTES: f64 = 18e6;
/// One satellite of a constellation: what its file says, elements and propagator, bytes.
const SATELLITE_BYTES: f64 = 1000.0;
/// One site: what its file says, its mask, its lines in reports, bytes.
const SITE_BYTES: f64 = 2700.0;

/// One part of what a run needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is for.
    pub what: &'static str,
    /// Its size in bytes.
    pub bytes: f64,
    /// What makes it smaller.
    pub remedy: &'static str,
}

/// Memory that a run will need at its peak.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimate {
    /// The parts, all of which are held at the same time.
    pub parts: Vec<Part>,
}

impl Estimate {
    /// The program with so many satellites.
    pub fn of_satellites(satellites: usize) -> Self {
        Self::default().with("the program", PROGRAM_BYTES, "nothing").with(
            "satellites",
            satellites as f64 * SATELLITE_BYTES,
            "fewer satellites",
        )
    }

    /// Adds a part.
    pub fn with(mut self, what: &'static str, bytes: f64, remedy: &'static str) -> Self {
        self.parts.push(Part { what, bytes, remedy });
        self
    }

    /// Takes another remedy in the place of [`COARSER`], where there are places and no cells.
    pub fn without_cells(self, remedy: &'static str) -> Self {
        self.with_remedy(COARSER, remedy)
    }

    /// Takes another remedy in the place of one that the command does not have.
    pub fn with_remedy(mut self, old: &str, remedy: &'static str) -> Self {
        for part in self.parts.iter_mut().filter(|part| part.remedy == old) {
            part.remedy = remedy;
        }
        self
    }

    /// Adds the grid itself, of so many points.
    pub fn with_grid(self, points: f64) -> Self {
        self.with("the grid", points * size_of::<GridPoint>() as f64, COARSER)
    }

    /// Adds so many sites.
    pub fn with_sites(self, sites: usize) -> Self {
        self.with("sites", sites as f64 * SITE_BYTES, "fewer sites")
    }

    /// All parts together, bytes.
    pub fn bytes(&self) -> f64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// Refuses what is more than a limit in bytes.
    ///
    /// # Errors
    /// [`TooLarge`], with the numbers.
    pub fn admit(&self, limit: u64) -> Result<(), TooLarge> {
        if self.bytes() <= limit as f64 {
            return Ok(());
        }
        let mut parts = self.parts.clone();
        parts.sort_by(|a, b| b.bytes.total_cmp(&a.bytes));
        Err(TooLarge { parts, limit })
    }
}

/// What makes everything that goes with the number of points smaller.
pub const COARSER: &str = "a coarser --resolution or a smaller --region";

/// What takes the place of [`COARSER`] where a file gives the places.
pub const FEWER_PLACES: &str = "fewer places in the file of --points";

/// A run that does not fit into memory.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub struct TooLarge {
    /// What it needs, the largest part first.
    parts: Vec<Part>,
    /// What it may take, bytes.
    limit: u64,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.bytes();
        write!(f, "this run would take about {}, and may take {}:", size(total), size(self.limit as f64))?;
        let told = self.parts.iter().filter(|part| part.bytes >= 0.01 * total);
        for (number, part) in told.enumerate() {
            write!(f, "{} {} for {}", if number == 0 { "" } else { "," }, size(part.bytes), part.what)?;
        }
        Ok(())
    }
}

impl TooLarge {
    /// What it needs, bytes.
    pub fn bytes(&self) -> f64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// How the run could be made to fit.
    pub fn help(&self) -> String {
        let total = self.bytes();
        let mut remedies: Vec<&str> = Vec::new();
        for part in self.parts.iter().filter(|part| part.bytes >= 0.2 * total) {
            if part.remedy != "nothing" && !remedies.contains(&part.remedy) {
                remedies.push(part.remedy);
            }
        }
        let list = remedies.join(", or ");
        match list.is_empty() {
            true => "allow more with --memory".to_owned(),
            false => format!("take {list}; or allow more with --memory if the machine has it"),
        }
    }
}

/// A number of bytes as text, in powers of 1000.
fn size(bytes: f64) -> String {
    // Sizes beyond 2^64 bytes are all the same to a reader.
    ByteSize(bytes.min(u64::MAX as f64) as u64).display().si().to_string()
}

/// A size such as `8GB`, `500 MiB` or a number of bytes.
///
/// # Errors
/// What was expected.
pub fn parse_size(text: &str) -> Result<u64, String> {
    match text.parse::<ByteSize>() {
        Ok(ByteSize(bytes)) if bytes > 0 => Ok(bytes),
        _ => Err("expected a size above zero such as 8GB, 500MB or 1.5GiB".to_owned()),
    }
}

/// Memory that the machine has available now, bytes: what can be had without swapping, and no more than the
/// control group of the process allows. None where the system does not tell.
pub fn available() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let machine = Some(system.available_memory()).filter(|&bytes| bytes > 0);
    // File caches of the group are counted as used by it, but are given up on demand.
    let group = system
        .cgroup_limits()
        .map(|limits| limits.total_memory.saturating_sub(limits.rss))
        .filter(|&bytes| bytes > 0);
    match (machine, group) {
        (Some(machine), Some(group)) => Some(machine.min(group)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_with_numbers_and_remedies() {
        let estimate = Estimate::default()
            .with("the grid", 3e9, COARSER)
            .with("gaps", 6e9, "a shorter --duration")
            .with("satellites", 1e6, "fewer satellites");
        assert_eq!(estimate.admit(10_000_000_000), Ok(()));
        let refused = estimate.admit(1_000_000_000).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "this run would take about 9.0 GB, and may take 1.0 GB: 6.0 GB for gaps, 3.0 GB for the grid"
        );
        assert_eq!(
            refused.help(),
            "take a shorter --duration, or a coarser --resolution or a smaller --region; \
             or allow more with --memory if the machine has it"
        );
    }

    #[test]
    fn places_are_not_made_fewer_by_a_resolution() {
        let estimate = Estimate::default().with_grid(1e9).with("gaps", 6e12, "a shorter --duration");
        let refused = estimate.without_cells(FEWER_PLACES).admit(1000).unwrap_err();
        assert!(!refused.help().contains("--resolution"), "{}", refused.help());
        let grid = Estimate::default().with_grid(1e9).without_cells(FEWER_PLACES).admit(1000).unwrap_err();
        assert!(grid.help().contains("fewer places"), "{}", grid.help());
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(parse_size("8GB"), Ok(8_000_000_000));
        assert_eq!(parse_size("1.5GiB"), Ok(3 << 29));
        assert_eq!(parse_size("12345"), Ok(12_345));
        for wrong in ["", "0", "-1GB", "many", "8 parsecs", "nan"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_machine_has_memory() {
        let bytes = available().expect("the system tells");
        assert!((1 << 20..1 << 50).contains(&bytes), "{bytes}");
    }
}
