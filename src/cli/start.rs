//! When a window begins that nobody says the beginning of.

use std::sync::OnceLock;

use clap::Args;
use hexsky::constellation::{Constellation, age};
use hexsky::time::Epoch;

use super::{epoch, say};

const HOUR_NANOS: i64 = 3_600_000_000_000;
/// 2026-01-01T00:00:00Z.
const NEW_YEAR_2026_NANOS: i64 = 1_767_225_600_000_000_000;

/// The start of a window, for commands that take definitions at one common instant.
#[derive(Debug, Args)]
pub struct StartArg {
    /// Start of the window, UTC [default: 2026-01-01T00:00:00Z; with a catalogue among the files, its newest epoch, to
    /// the hour].
    #[arg(long, value_parser = epoch)]
    start: Option<Epoch>,
    /// The start that the files ask for.
    #[arg(skip)]
    of_catalogues: OnceLock<Epoch>,
}

impl StartArg {
    /// Takes the start from the files of a run where the user gives none. Elements that were observed are good for days:
    /// a catalogue is not flown at a day that has nothing to do with it.
    pub fn settle(&self, constellations: &[Constellation]) {
        if self.start.is_some() {
            return;
        }
        let observed = constellations.iter().flat_map(|one| {
            let catalogues = one.catalogues();
            one.satellites.iter().filter(move |satellite| catalogues.contains(&satellite.shell.as_str()))
        });
        if let Some(newest) = age::newest(observed.map(|satellite| satellite.elements.epoch)) {
            let start = *self.of_catalogues.get_or_init(|| to_the_hour(newest));
            say(&format!(
                "note: the window begins at {start}, the newest epoch of the catalogues, to the hour; --start sets another"
            ));
        }
    }

    /// The start: as asked for, else what [`Self::settle`] found, else the beginning of 2026.
    pub fn epoch(&self) -> Epoch {
        let found = self.start.or_else(|| self.of_catalogues.get().copied());
        found.unwrap_or(Epoch::from_unix_nanos(NEW_YEAR_2026_NANOS))
    }
}

/// Start of a window and where it comes from: asked for, else the newest of the files' epochs.
pub fn newest(asked: Option<Epoch>, epochs: impl Iterator<Item = Epoch>) -> (Epoch, String) {
    match (asked, epochs.max()) {
        (Some(asked), _) => (asked, "asked for".to_owned()),
        (None, Some(newest)) => {
            (to_the_hour(newest), "the newest epoch of the files, to the hour".to_owned())
        }
        (None, None) => {
            (Epoch::from_unix_nanos(NEW_YEAR_2026_NANOS), "default: the files state no epoch".to_owned())
        }
    }
}

fn to_the_hour(epoch: Epoch) -> Epoch {
    Epoch::from_unix_nanos(epoch.unix_nanos().div_euclid(HOUR_NANOS) * HOUR_NANOS)
}
