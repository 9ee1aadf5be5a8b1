//! What every command does with the satellites of its files that are not as they should be: say so, or
//! with `--strict` refuse.

use clap::Args;
use hexsky::constellation::{Constellation, LeftOut};
use hexsky::navigation::source::Source;
use hexsky::report::left_out_at;
use hexsky::time::{Epoch, Window};

use super::columns::Lines;
use super::{Failure, missing, say};

/// Whether a run may go on without some satellites of its files.
#[derive(Debug, Clone, Copy, Args)]
pub struct StrictArg {
    /// Refuse to go on (exit code 2, nothing written) when a satellite of a file is left out or lost.
    #[arg(long)]
    strict: bool,
}

impl StrictArg {
    /// Takes the constellations of a run, and the window they are used in where there is one. What is left
    /// out, and what may make results wrong, is said on stderr; reports tell it again.
    pub fn admit(self, constellations: &mut [Constellation], window: Option<&Window>) -> Result<(), Failure> {
        for constellation in constellations.iter_mut() {
            self.check(&constellation.file, &constellation.left_out)?;
            if let Some(window) = window {
                constellation.take_to(window);
            }
        }
        for constellation in constellations {
            warn(&constellation.file, &constellation.left_out, &constellation.warnings);
        }
        Ok(())
    }

    /// [`Self::admit`] for navigation systems, before satellites are taken out of them on purpose; [`take_to`] does the
    /// rest.
    pub fn admit_sources(self, sources: &[Source]) -> Result<(), Failure> {
        for source in sources {
            self.check(&source.system.file, &source.left_out)?;
        }
        for source in sources {
            warn(&source.system.file, &source.left_out, &source.warnings);
        }
        Ok(())
    }

    /// Refuses what is left out of a file, with `--strict`.
    pub fn check(self, file: &str, left_out: &[LeftOut]) -> Result<(), Failure> {
        if !self.strict || left_out.is_empty() {
            return Ok(());
        }
        let mut list = Lines::default();
        // Writing to a String cannot fail.
        let _ = missing::left_out(&mut list, file, left_out);
        Err(Failure::input(
            format!("--strict: {}", list.into_string().trim_end()),
            "mend or remove these satellites, or go on without them by leaving --strict out",
        ))
    }

    /// Refuses a run during which satellites were lost; to be asked before anything is written.
    pub fn complete<'a>(
        self,
        lost: impl ExactSizeIterator<Item = (&'a str, Epoch, &'a str)>,
    ) -> Result<(), Failure> {
        if !self.strict || lost.len() == 0 {
            return Ok(());
        }
        let mut list = Lines::default();
        // Writing to a String cannot fail.
        let _ = missing::lost(&mut list, lost);
        Err(Failure::input(
            format!("--strict: {}", list.into_string().trim_end()),
            "take a window in which they fly, remove them, or go on by leaving --strict out",
        ))
    }
}

/// Brings the satellites of navigation systems to a window, and says what of them is far from it.
pub fn take_to(window: &Window, sources: &mut [Source]) {
    for source in sources {
        let told = source.warnings.len();
        source.take_to(window);
        warn(&source.system.file, &[], &source.warnings[told..]);
    }
}

/// Says on stderr what is left out of a file and what may make results wrong.
fn warn(file: &str, left_out: &[LeftOut], warnings: &[String]) {
    if let Some(first) = left_out.first() {
        let count = match left_out.len() {
            1 => "1 satellite left out".to_owned(),
            more => format!("{more} satellites left out, the first"),
        };
        let line = left_out_at(first, file);
        say(&format!("warning: {file}: {count}: {}{line}: {}", first.satellite, first.reason));
    }
    for warning in warnings {
        say(&format!("warning: {file}: {warning}"));
    }
}
