//! State of long runs on disk, so that a run that was interrupted goes on where it was.
//!
//! A [`Checkpoint`] is one file in a folder of the user's. It is replaced whole from time to time, so that
//! whatever stops the program leaves the last one intact, and it names the [`Job`] that it belongs to: a
//! run with other files, options or another build of the program does not take it for its own.

use std::fmt::{self, Write as _};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::coverage::Stopped;
use crate::ephemeris::{Fleet, Loss};
use crate::export::{WriteError, replace_file, try_file};
use crate::orbit::PropagationError;
use crate::time::Epoch;

const FILE: &str = "hexsky.checkpoint";
/// How the names of temporary files of checkpoints begin; what follows is as long as this.
const TEMPORARY: &str = ".hexsky.checkpoint-";
const TEMPORARY_REST: usize = 6;
const MAGIC: &str = "hexsky checkpoint ";

/// All that decides the result of a run, as a SHA-256 digest.
#[derive(Debug, Clone)]
pub struct Job {
    digest: Sha256,
}

impl Job {
    /// A job of a kind.
    pub fn new(kind: &str) -> Self {
        Self { digest: Sha256::new() }.text(kind)
    }

    /// Takes in what decides the result as it is told for debugging, where numbers stand to the last bit.
    pub fn debug(mut self, value: &impl fmt::Debug) -> Self {
        struct Digest<'a>(&'a mut Sha256);
        impl fmt::Write for Digest<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.update(text);
                Ok(())
            }
        }
        // Writing to a digest does not fail.
        let _ = writeln!(Digest(&mut self.digest), "{value:?}");
        self
    }

    /// Takes in a text.
    fn text(mut self, text: &str) -> Self {
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

    /// Takes in bytes.
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.digest.update(bytes);
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
        "the checkpoint {} is of another run: of other files or options, or of another build of hexsky",
        .0.display()
    )]
    OtherJob(PathBuf),
    /// It is not one, or not whole.
    #[error("the checkpoint {} is damaged", .0.display())]
    Damaged(PathBuf),
    /// Another run keeps its state there.
    #[error("the checkpoint folder {} is in use by another run", .0.display())]
    InUse(PathBuf),
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
    /// The program cannot be read.
    #[error("cannot read the program file of hexsky, by which checkpoints know what they belong to: {0}")]
    Program(io::Error),
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
    /// Keeps other runs out of the folder for as long as it is held.
    _lock: Option<File>,
}

impl Checkpoint {
    /// The checkpoint of a job in a folder, which is made when it is missing. It is saved at the end of a
    /// block of work once this long has passed, and when the run is stopped.
    ///
    /// The folder is this run's alone for as long as the checkpoint lives, where the system can lock folders; what runs
    /// that were killed while they wrote have left in it is removed.
    ///
    /// # Errors
    /// [`CheckpointError::Write`] where the folder cannot be made; [`CheckpointError::InUse`] by another run;
    /// [`CheckpointError::Program`] where the file of the program cannot be read.
    pub fn new(folder: &Path, job: &Job, every: Duration) -> Result<Self, CheckpointError> {
        Self::of_program(program().map_err(CheckpointError::Program)?, folder, job, every)
    }

    /// The same of a program by its digest.
    fn of_program(program: &str, folder: &Path, job: &Job, every: Duration) -> Result<Self, CheckpointError> {
        std::fs::create_dir_all(folder).map_err(|source| {
            // The system says that it exists, which is no help.
            let stands = source.kind() == std::io::ErrorKind::AlreadyExists;
            let source = if stands { std::io::ErrorKind::NotADirectory.into() } else { source };
            WriteError { path: folder.join(FILE), source }
        })?;
        let lock = locked(folder)?;
        if lock.is_some() {
            remove_remains(folder);
        }
        let path = folder.join(FILE);
        // Hours later would be late to learn that nothing can be written there.
        try_file(&path)?;
        let job = job.clone().text(program).hex();
        Ok(Self { path, job, every, saved: Mutex::new(Instant::now()), _lock: lock })
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
        // Another build may sum states up otherwise, so that only of the same job a digest tells that the file is whole.
        if job != self.job {
            return Err(CheckpointError::OtherJob(self.path.clone()));
        }
        if digest != Job::new("state").bytes(state).hex() {
            return Err(damaged());
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
        // The state is written out twice and never held as bytes, for it may be most of what the run holds.
        let state = state();
        let mut sum = Sum(Job::new("state"));
        serialise(&state, &mut sum).map_err(failed)?;
        replace_file(&self.path, TEMPORARY, |out| {
            writeln!(out, "{MAGIC}{}\n{}", self.job, sum.0.hex())?;
            serialise(&state, out)
        })?;
        *saved = Instant::now();
        Ok(())
    }
}

/// SHA-256 of the file of the program that runs. What it computes may change from one build to the next, and a number that
/// tells so would be forgotten.
fn program() -> io::Result<&'static str> {
    static DIGEST: OnceLock<String> = OnceLock::new();
    if let Some(known) = DIGEST.get() {
        return Ok(known);
    }
    let mut sum = Sum(Job::new("program"));
    io::copy(&mut File::open(running())?, &mut sum)?;
    Ok(DIGEST.get_or_init(|| sum.0.hex()))
}

/// The file of the program that runs. On Linux the kernel holds it open: another build that has taken its place is not it.
#[cfg(target_os = "linux")]
fn running() -> PathBuf {
    PathBuf::from("/proc/self/exe")
}

/// The file of the program that runs.
#[cfg(not(target_os = "linux"))]
fn running() -> PathBuf {
    std::env::current_exe().unwrap_or_default()
}

/// Takes bytes into a digest.
struct Sum(Job);

impl io::Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.digest.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer that remembers what went wrong, which the serialiser does not tell.
struct Remembering<'a> {
    out: &'a mut dyn io::Write,
    failed: Option<io::Error>,
}

impl io::Write for Remembering<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn serialise<S: Serialize>(state: &S, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Remembering { out, failed: None };
    match postcard::to_io(state, &mut out) {
        Ok(_) => Ok(()),
        Err(error) => Err(out.failed.unwrap_or_else(|| io::Error::other(error))),
    }
}

/// The lock of a folder; none where the system cannot lock it.
fn locked(folder: &Path) -> Result<Option<File>, CheckpointError> {
    let Ok(handle) = File::open(folder) else { return Ok(None) };
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => Err(CheckpointError::InUse(folder.to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Removes temporary files of checkpoints of runs that were killed while they wrote. Those that cannot be removed
/// stay. Others are left alone: they may be of a run that writes a result in this folder right now.
fn remove_remains(folder: &Path) {
    let is_ours = |name: &str| name.strip_prefix(TEMPORARY).is_some_and(|rest| rest.len() == TEMPORARY_REST);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_ours) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The file of a checkpoint in a folder.
pub fn file_in(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Removes the checkpoint of a folder once the results are safe. A file that cannot be removed stays.
pub fn clear(folder: &Path) {
    let _ = std::fs::remove_file(folder.join(FILE));
}

/// A satellite that was lost: its number, the nanoseconds of [`Epoch::unix_nanos`], and why.
type Lost = (usize, i64, PropagationError);

/// The state that a run goes on from, if any was saved; the fleet takes over what it had lost by then.
pub(crate) fn restore<S: DeserializeOwned>(
    checkpoint: Option<&Checkpoint>,
    fleet: &mut Fleet,
) -> Result<Option<S>, CheckpointError> {
    let saved = checkpoint.map(Checkpoint::load::<(Vec<Lost>, S)>).transpose()?.flatten();
    Ok(saved.map(|(lost, state)| {
        let losses: Vec<Loss> = lost
            .into_iter()
            .map(|(satellite, nanos, reason)| Loss { satellite, from: Epoch::from_unix_nanos(nanos), reason })
            .collect();
        fleet.set_losses(&losses);
        state
    }))
}

/// At the end of a block of work: stops where the watch asks for it and saves where it is time to.
pub(crate) fn end_block<S: Serialize>(
    checkpoint: Option<&Checkpoint>,
    stopped: Result<(), Stopped>,
    fleet: &Fleet,
    state: impl FnOnce() -> S,
) -> Result<(), Interrupted> {
    if let Some(checkpoint) = checkpoint {
        let lost = |loss: &Loss| -> Lost { (loss.satellite, loss.from.unix_nanos(), loss.reason) };
        checkpoint.save(stopped.is_err(), || (fleet.losses().map(lost).collect::<Vec<_>>(), state()))?;
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

    const LATER: Duration = Duration::from_secs(3600);

    #[test]
    fn a_state_comes_back_to_its_own_job_alone() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("test").text("a.toml").numbers([1.0, -0.0]);
        let checkpoint = Checkpoint::new(folder.path(), &job, LATER).unwrap();
        assert_eq!(checkpoint.load::<Vec<f64>>().unwrap(), None);
        let state = vec![0.1, f64::INFINITY, -0.0, 1e-300];
        checkpoint.save(true, || &state).unwrap();
        let back: Vec<f64> = checkpoint.load().unwrap().unwrap();
        assert_eq!(
            back.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            state.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        );

        drop(checkpoint);
        for other in [
            Job::new("test").text("a.toml").numbers([1.0, 0.0]),
            Job::new("test").text("a.tom").numbers([1.0, -0.0]),
            Job::new("tes").text("a.toml").numbers([1.0, -0.0]),
        ] {
            let error =
                Checkpoint::new(folder.path(), &other, LATER).unwrap().load::<Vec<f64>>().unwrap_err();
            assert!(matches!(error, CheckpointError::OtherJob(_)), "{error}");
        }
        clear(folder.path());
        let checkpoint = Checkpoint::new(folder.path(), &job, LATER).unwrap();
        assert_eq!(checkpoint.load::<Vec<f64>>().unwrap(), None);
    }

    #[test]
    fn a_file_in_the_place_of_its_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state");
        std::fs::write(&file, "").unwrap();
        let error = Checkpoint::new(&file, &Job::new("test"), LATER).unwrap_err().to_string();
        assert!(error.ends_with("a file stands where its folder should be"), "{error}");
    }

    /// Two runs would replace each other's states.
    #[cfg(unix)]
    #[test]
    fn one_run_has_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("test");
        let first = Checkpoint::new(folder.path(), &job, LATER).unwrap();
        let error = Checkpoint::new(folder.path(), &job, LATER).unwrap_err().to_string();
        assert!(error.ends_with("is in use by another run"), "{error}");
        drop(first);
        Checkpoint::new(folder.path(), &job, LATER).unwrap();
    }

    #[test]
    fn what_killed_runs_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let others = [".hexsky-AbCdEf", ".hexsky-mine", ".hexsky.checkpoint-of-mine", "mine.txt"];
        for name in others.into_iter().chain([".hexsky.checkpoint-AbCdEf"]) {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test"), LATER).unwrap();
        checkpoint.save(true, || 1u32).unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [others[0], others[1], others[2], FILE, others[3]]);
        // What a run leaves that is killed while it saves bears such a name.
        let temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder.path()).unwrap();
        remove_remains(folder.path());
        assert!(!temporary.path().exists());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FILE)).unwrap();
        let error = Checkpoint::new(folder.path(), &Job::new("test"), LATER).unwrap_err().to_string();
        assert!(error.ends_with("a directory is in the way"), "{error}");
    }

    #[test]
    fn losses_come_back_to_the_nanosecond() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test"), LATER).unwrap();
        let elements = crate::orbit::MeanElements {
            epoch: Epoch::from_unix_nanos(1_767_225_600_000_000_000),
            inclination_deg: 53.0,
            raan_deg: 0.0,
            eccentricity: 0.0,
            argument_of_perigee_deg: 0.0,
            mean_anomaly_deg: 0.0,
            mean_motion_rev_day: 15.0,
            bstar: 0.0,
        };
        let mut fleet =
            Fleet::new(&[elements, elements], crate::frames::EarthOrientation::default()).unwrap();
        let loss = Loss {
            satellite: 1,
            from: Epoch::from_unix_nanos(1_767_225_660_123_456_789),
            reason: PropagationError::Decayed(0.1 + 0.2),
        };
        fleet.set_losses(&[loss]);
        let stopped = Err(Stopped { done_s: 1.0, total_s: 2.0 });
        end_block(Some(&checkpoint), stopped, &fleet, || 7u32).unwrap_err();
        fleet.set_losses(&[]);
        assert_eq!(restore(Some(&checkpoint), &mut fleet).unwrap(), Some(7u32));
        assert_eq!(fleet.losses().copied().collect::<Vec<_>>(), [loss]);
    }

    /// A full disk is told as such, though the serialiser in between has no word for it.
    #[test]
    fn what_a_writer_says_comes_through() {
        struct Full;
        impl io::Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(28))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert_eq!(serialise(&vec![1.0f64; 8], &mut Full).unwrap_err().raw_os_error(), Some(28));
    }

    /// Another build may compute something else, and half of each would be mixed.
    #[test]
    fn of_another_build_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new("test");
        let of = |program: &str| Checkpoint::of_program(program, folder.path(), &job, LATER).unwrap();
        of("one").save(true, || 1u32).unwrap();
        let error = of("other").load::<u32>().unwrap_err().to_string();
        assert!(error.ends_with("or of another build of hexsky"), "{error}");
        assert_eq!(of("one").load::<u32>().unwrap(), Some(1));
        // What another build sums up otherwise is no damage.
        let path = of("one").path().to_owned();
        let whole = std::fs::read_to_string(&path).unwrap();
        let digest = whole.lines().nth(1).unwrap();
        std::fs::write(&path, whole.replace(digest, &"0".repeat(digest.len()))).unwrap();
        let error = of("other").load::<u32>().unwrap_err().to_string();
        assert!(error.ends_with("or of another build of hexsky"), "{error}");
        assert!(of("one").load::<u32>().unwrap_err().to_string().contains("damaged"));
        of("one").save(true, || 1u32).unwrap();
        // The digest is of what runs, and the same each time.
        let mut own = Sum(Job::new("program"));
        io::copy(&mut File::open(std::env::current_exe().unwrap()).unwrap(), &mut own).unwrap();
        assert_eq!([program().unwrap(), program().unwrap()], [own.0.hex(), own.0.hex()]);
    }

    #[test]
    fn any_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test"), LATER).unwrap();
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
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test"), LATER).unwrap();
        checkpoint.save(false, || 1u32).unwrap();
        assert_eq!(checkpoint.load::<u32>().unwrap(), None);
        drop(checkpoint);
        let checkpoint = Checkpoint::new(folder.path(), &Job::new("test"), Duration::ZERO).unwrap();
        checkpoint.save(false, || 2u32).unwrap();
        assert_eq!(checkpoint.load::<u32>().unwrap(), Some(2));
    }
}
