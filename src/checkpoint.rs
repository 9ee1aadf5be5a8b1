//! State of long runs on disk, so that a run that was interrupted goes on where it was.
//!
//! A [`Checkpoint`] is one file in a folder of the user's. It is replaced whole from time to time, so that
//! whatever stops the program leaves the last one intact, and it names the [`Job`] that it belongs to: a
//! run with other files, options or another version of the program does not take it for its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::coverage::Stopped;
use crate::export::{WriteError, write_file};

/// Time between two savings, unless the run is stopped.
const EVERY: Duration = Duration::from_secs(5);
const FILE: &str = "hexsky.checkpoint";
const MAGIC: &str = "hexsky checkpoint ";

/// All that decides the result of a run, as a SHA-256 digest.
#[derive(Debug, Clone)]
pub struct Job {
    digest: Sha256,
}

impl Job {
    /// A job of a kind, of this version of the program.
    pub fn new(kind: &str) -> Self {
        Self { digest: Sha256::new() }.text(env!("CARGO_PKG_VERSION")).text(kind)
    }

    /// Takes in a text.
    pub fn text(mut self, text: &str) -> Self {
        self.digest.update((text.len() as u64).to_le_bytes());
        self.digest.update(text);
        self
    }

    /// Takes in numbers, to the last bit.
    pub fn numbers(mut self, numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut count = 0u64;
        for number in numbers {
            self.digest.update(number.to_bits().to_le_bytes());
            count += 1;
        }
        self.digest.update(count.to_le_bytes());
        self
    }

    fn hex(&self) -> String {
        self.digest.clone().finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// A checkpoint that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It is of another run.
    #[error(
        "the checkpoint {} is of another run: of other files or options, or of another version of hexsky",
        .0.display()
    )]
    OtherJob(PathBuf),
    /// It is not one, or not whole.
    #[error("the checkpoint {} is damaged", .0.display())]
    Damaged(PathBuf),
    /// It cannot be read.
    #[error("cannot read the checkpoint {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What ends a run that keeps checkpoints before its time.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    /// The watch asked for it.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The checkpoint failed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// The checkpoint of one run.
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    job: String,
    every: Duration,
    saved: Mutex<Instant>,
}

impl Checkpoint {
    /// The checkpoint of a job in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// [`CheckpointError::Write`] where the folder cannot be made.
    pub fn new(folder: &Path, job: &Job) -> Result<Self, CheckpointError> {
        std::fs::create_dir_all(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
        Ok(Self { path: folder.join(FILE), job: job.hex(), every: EVERY, saved: Mutex::new(Instant::now()) })
    }

    /// The same, saved at the end of every block of work that takes this long.
    pub fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The state that was saved last; none where nothing was.
    ///
    /// # Errors
    /// [`CheckpointError`] for a file that is of another job, damaged or unreadable.
    pub fn load<S: DeserializeOwned>(&self) -> Result<Option<S>, CheckpointError> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CheckpointError::Read { path: self.path.clone(), source }),
        };
        let damaged = || CheckpointError::Damaged(self.path.clone());
        let mut parts = bytes.splitn(3, |&byte| byte == b'\n');
        let mut line = || parts.next().and_then(|line| std::str::from_utf8(line).ok());
        let job = line().and_then(|line| line.strip_prefix(MAGIC)).ok_or_else(damaged)?.to_owned();
        let digest = line().ok_or_else(damaged)?.to_owned();
        let state = parts.next().ok_or_else(damaged)?;
        if digest != Job::new("state").bytes(state).hex() {
            return Err(damaged());
        }
        if job != self.job {
            return Err(CheckpointError::OtherJob(self.path.clone()));
        }
        postcard::from_bytes(state).map(Some).map_err(|_| damaged())
    }

    /// Saves a state where it is time to, or in any case.
    ///
    /// # Errors
    /// [`CheckpointError::Write`]; the state saved before is intact then.
    pub fn save<S: Serialize>(
        &self,
        in_any_case: bool,
        state: impl FnOnce() -> S,
    ) -> Result<(), CheckpointError> {
        // The time survives whoever panicked while holding it.
        let mut saved = self.saved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !in_any_case && saved.elapsed() < self.every {
            return Ok(());
        }
        let failed = |source| WriteError { path: self.path.clone(), source };
        let state = postcard::to_stdvec(&state()).map_err(std::io::Error::other).map_err(failed)?;
        let digest = Job::new("state").bytes(&state).hex();
        write_file(&self.path, |out| {
            writeln!(out, "{MAGIC}{}\n{digest}", self.job)?;
            out.write_all(&state)
        })?;
        *saved = Instant::now();
        Ok(())
    }
}

impl Job {
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.digest.update(bytes);
        self
    }
}

/// Removes the checkpoint of a folder once the results are safe. A file that cannot be removed stays.
pub fn clear(folder: &Path) {
    let _ = std::fs::remove_file(folder.join(FILE));
}

/// At the end of a block of work: stops where the watch asks for it and saves where it is time to.
pub(crate) fn end_block<S: Serialize>(
    checkpoint: Option<&Checkpoint>,
    stopped: Result<(), Stopped>,
    state: impl FnOnce() -> S,
) -> Result<(), Interrupted> {
    if let Some(checkpoint) = checkpoint {
        checkpoint.save(stopped.is_err(), state)?;
    }
    Ok(stopped?)
}

/// What a run without a checkpoint can end with.
pub(crate) fn only_stopped<T>(outcome: Result<T, Interrupted>) -> Result<T, Stopped> {
    outcome.map_err(|interrupted| match interrupted {
        Interrupted::Stopped(stopped) => stopped,
        // Without a checkpoint none fails.
        Interrupted::Checkpoint(_) => Stopped { done_s: 0.0, total_s: 0.0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_to_its_own_job_alone() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("test").text("a.toml").numbers([1.0, -0.0]);
        let checkpoint = Checkpoint::new(folder.path(), &job).unwrap();
        assert_eq!(checkpoint.load::<Vec<f64>>().unwrap(), None);
        let state = vec![0.1, f64::INFINITY, -0.0, 1e-300];
        checkpoint.save(true, || &state).unwrap();
        let back: Vec<f64> = checkpoint.load().unwrap().unwrap();
        assert_eq!(
            back.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            state.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        );

        for other in [
            Job::new("test").text("a.toml").numbers([1.0, 0.0]),
            Job::new("test").text("a.tom").numbers([1.0, -0.0]),
            Job::new("tes").text("a.toml").numbers([1.0, -0.0]),
        ] {
            let error = Checkpoint::new(folder.path(), &other).unwrap().load::<Vec<f64>>().unwrap_err();
            assert!(matches!(error, CheckpointError::OtherJob(_)), "{error}");
        }
        clear(folder.path());
        assert_eq!(checkpoint.load::<Vec<f64>>().unwrap(), None);
    }

    #[test]
    fn any_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test")).unwrap();
        checkpoint.save(true, || vec![1.0f64; 8]).unwrap();
        let whole = std::fs::read(checkpoint.path()).unwrap();
        for place in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 4;
            std::fs::write(checkpoint.path(), &damaged).unwrap();
            assert!(checkpoint.load::<Vec<f64>>().is_err(), "byte {place}");
            std::fs::write(checkpoint.path(), &whole[..place]).unwrap();
            assert!(checkpoint.load::<Vec<f64>>().is_err(), "cut at {place}");
        }
    }

    #[test]
    fn it_is_saved_when_it_is_time() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test")).unwrap();
        checkpoint.save(false, || 1u32).unwrap();
        assert_eq!(checkpoint.load::<u32>().unwrap(), None);
        let checkpoint = checkpoint.every(Duration::ZERO);
        checkpoint.save(false, || 2u32).unwrap();
        assert_eq!(checkpoint.load::<u32>().unwrap(), Some(2));
    }
}
