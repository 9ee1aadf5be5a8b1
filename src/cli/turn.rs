//! In which order the outputs of a command are written: the files first, and standard output last, which whoever reads
//! it may close at any moment, as `head` does. Nothing else is lost then.

use std::path::{Path, PathBuf};

use hexsky::export::stream::Stream;

/// A turn of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Files, which are written whole or not at all.
    Files,
    /// Standard output, pipes and devices.
    Streams,
}

impl Turn {
    /// Both, in order.
    pub const ORDER: [Self; 2] = [Self::Files, Self::Streams];

    /// Whether an output is written in this turn.
    pub fn takes(self, path: &Path) -> bool {
        let is_stream = Stream::of(path).is_some()
            || path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir());
        is_stream == (self == Self::Streams)
    }

    /// The path of an output, where it is written in this turn.
    pub fn of(self, path: &Option<PathBuf>) -> Option<&Path> {
        path.as_deref().filter(|path| self.takes(path))
    }
}
