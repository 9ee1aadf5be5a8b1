//! The option of long runs that keeps their state on disk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hexsky::checkpoint::{self, Checkpoint, CheckpointError, Interrupted, Job};

use super::{Failure, positive_duration_s};

/// Where the state of a long run is kept.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckpointArgs {
    /// Keep the state of the run in a folder: interrupted by whatever, the same command goes on from there
    /// and ends with the same results. The file is removed when they are written.
    #[arg(long = "checkpoint", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Least time between two savings.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = positive_duration_s, allow_hyphen_values = true, requires = "folder")]
    checkpoint_every: f64,
}

impl CheckpointArgs {
    /// Refuses an output in the place of the checkpoint, which is removed in the end.
    pub fn check(&self, outputs: &[Option<&Path>]) -> Result<(), Failure> {
        let Some(file) = self.folder.as_deref().map(checkpoint::file_in) else { return Ok(()) };
        let taken = outputs.iter().flatten().find(|output| super::place(output) == super::place(&file));
        taken.map_or(Ok(()), |output| {
            Err(Failure::input(
                format!("the state of the run is kept in {}", output.display()),
                "write to another path, or give another folder with --checkpoint",
            ))
        })
    }

    /// The checkpoint of a job, where one is asked for.
    pub fn open(&self, job: impl FnOnce() -> Job) -> Result<Option<Checkpoint>, Failure> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let every = Duration::from_secs_f64(self.checkpoint_every);
        Checkpoint::new(folder, &job(), every).map(Some).map_err(|error| failure(error.into(), None))
    }

    /// Removes it, once the results are written.
    pub fn clear(&self) {
        if let Some(folder) = &self.folder {
            checkpoint::clear(folder);
        }
    }

    /// Whether one is asked for.
    pub fn is_given(&self) -> bool {
        self.folder.is_some()
    }
}

/// What ended a run before its time, as the user is told.
pub fn failure(interrupted: Interrupted, checkpoint: Option<&Checkpoint>) -> Failure {
    match (interrupted, checkpoint) {
        (Interrupted::Stopped(stopped), None) => Failure::Run(format!("{stopped}; nothing was written")),
        (Interrupted::Stopped(stopped), Some(checkpoint)) => Failure::Run(format!(
            "{stopped}; no results were written, and the same command goes on from {}",
            checkpoint.path().display()
        )),
        (
            Interrupted::Checkpoint(error @ (CheckpointError::OtherJob(_) | CheckpointError::Damaged(_))),
            _,
        ) => Failure::input(
            error.to_string(),
            "give another folder with --checkpoint, or remove the file to start anew",
        ),
        (Interrupted::Checkpoint(error @ CheckpointError::InUse(_)), _) => {
            Failure::input(error.to_string(), "wait until that ends, or give each run its own --checkpoint")
        }
        (Interrupted::Checkpoint(error @ CheckpointError::Write(_)), Some(checkpoint))
            if checkpoint.path().exists() =>
        {
            Failure::Run(format!(
                "{error}; no results were written, and once it can be written the same command goes on from the \
                 state that was saved before"
            ))
        }
        (Interrupted::Checkpoint(error), _) => Failure::Run(error.to_string()),
    }
}
