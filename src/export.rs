//! Files out: one module per format, and the one way in which a file is written.

pub mod areas;
pub mod capacity_csv;
pub mod compare_csv;
pub mod contacts_csv;
pub mod contacts_ical;
pub mod coverage_csv;
pub mod czml;
pub mod elements;
pub mod features;
pub mod gis;
pub mod html;
pub mod map;
pub mod memory;
pub mod sites;
pub mod stream;
pub mod vector;

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::stream::Stream;

/// A file that could not be written. The file that stood there before, if any, is untouched.
#[derive(Debug)]
pub struct WriteError {
    /// Where the file was to go.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if Stream::is_output(&self.path) {
            write!(f, "cannot write to standard output: ")?;
        } else {
            write!(f, "cannot write {}: ", self.path.display())?;
        }
        match system_kind(&self.source) {
            io::ErrorKind::BrokenPipe => write!(f, "it was closed before everything was written"),
            io::ErrorKind::NotFound if folder_of(&self.path).is_dir() => {
                write!(f, "the system lets no file be made in its folder")
            }
            io::ErrorKind::NotFound => write!(f, "its folder does not exist"),
            io::ErrorKind::PermissionDenied => write!(f, "no permission to write in its folder"),
            io::ErrorKind::StorageFull => write!(f, "the disk is full"),
            io::ErrorKind::QuotaExceeded => write!(f, "no more may be written to the disk (quota)"),
            io::ErrorKind::ReadOnlyFilesystem => write!(f, "its disk can only be read"),
            io::ErrorKind::NotADirectory => write!(f, "a file stands where its folder should be"),
            // The name of a temporary file would tell nobody anything.
            _ => f.write_str(self.source.to_string().split(" at path ").next().unwrap_or_default()),
        }
    }
}

/// What the system said. Libraries in between wrap its error, some of them in nothing but its text, which ends with
/// its number.
fn system_kind(error: &io::Error) -> io::ErrorKind {
    let number = || {
        let text = error.to_string();
        let (_, rest) = text.rsplit_once("(os error ")?;
        rest.split(')').next()?.parse().ok()
    };
    match error.kind() {
        io::ErrorKind::Other => {
            number().map_or(io::ErrorKind::Other, |number| io::Error::from_raw_os_error(number).kind())
        }
        kind => kind,
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Where a path leads to.
enum Destination {
    Stdout,
    Stderr,
    /// Another open descriptor: what is written comes behind what is there.
    Descriptor,
    /// A device or a pipe, which is written to as it stands: taking its name would put an ordinary file in the
    /// system's place.
    Device(PathBuf),
    /// A file, which is replaced; with what stands there now.
    File(PathBuf, Option<std::fs::Metadata>),
}

impl Destination {
    fn of(path: &Path) -> io::Result<Self> {
        match Stream::of(path) {
            Some(Stream::Output) => return Ok(Self::Stdout),
            Some(Stream::Error) => return Ok(Self::Stderr),
            Some(Stream::Descriptor) if path.metadata().is_ok() => return Ok(Self::Descriptor),
            Some(Stream::Descriptor) => return Err(io::Error::other("no descriptor of this number is open")),
            None => {}
        }
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match target.metadata() {
            Ok(old) if old.is_dir() => {
                Err(io::Error::new(io::ErrorKind::IsADirectory, "a directory is in the way"))
            }
            Ok(old) if old.is_file() => Ok(Self::File(target, Some(old))),
            Ok(_) => Ok(Self::Device(target)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::File(target, None)),
            Err(error) => Err(error),
        }
    }
}

/// A file beside `target` that may take its name.
fn temporary_beside(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder_of(target))
}

/// How the names of temporary files begin.
pub(crate) const TEMPORARY: &str = ".hexsky-";

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Tries whether a file can be written at a path, as [`write_file`] would, and leaves nothing behind. Of a device or
/// a pipe only its writing tells.
///
/// # Errors
/// [`WriteError`] for what [`write_file`] could not even begin.
pub fn try_file(path: &Path) -> Result<(), WriteError> {
    let tried = match Destination::of(path) {
        Ok(Destination::File(target, _)) => temporary_beside(&target).map(drop),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    tried.map_err(|source| WriteError { path: path.to_owned(), source })
}

/// What this process has written, and what it is about to.
#[derive(Debug)]
struct Outputs {
    written: Vec<PathBuf>,
    unfinished: Vec<PathBuf>,
}

fn outputs() -> MutexGuard<'static, Outputs> {
    static OUTPUTS: Mutex<Outputs> = Mutex::new(Outputs { written: Vec::new(), unfinished: Vec::new() });
    // Lists of paths are whole, whoever panicked while holding them.
    OUTPUTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The files that [`write_file`] has written whole so far, in this order: where a later one fails, the user must be
/// told that these are there.
pub fn written() -> Vec<PathBuf> {
    outputs().written.clone()
}

/// Removes the temporary files that are being written, for a program that ends at once, and tells how many.
pub fn remove_unfinished() -> usize {
    let unfinished = std::mem::take(&mut outputs().unfinished);
    for path in &unfinished {
        // Nobody is left who could be told.
        let _ = std::fs::remove_file(path);
    }
    unfinished.len()
}

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its name once the disk has it.
/// The path `-` means standard output, and streams that are open already are written to under any
/// name. A link keeps pointing where it points, and its target is
/// replaced; what is not a file (a device such as `/dev/null`, a named pipe) is written to as it
/// stands.
///
/// # Errors
/// [`WriteError`]; the old file is intact then and no temporary file is left.
pub fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    replace_file(path, content)?;
    if Stream::of(path).is_none() {
        outputs().written.push(path.to_owned());
    }
    Ok(())
}

/// [`write_file`] of what is no result of the program, such as the state of a run.
///
/// # Errors
/// As [`write_file`].
pub(crate) fn replace_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    let (target, old) = match Destination::of(path).map_err(failed)? {
        Destination::Stdout => {
            let mut stdout = BufWriter::new(io::stdout().lock());
            return content(&mut stdout).and_then(|()| stdout.flush()).map_err(failed);
        }
        Destination::Stderr => {
            let mut stderr = BufWriter::new(io::stderr().lock());
            return content(&mut stderr).and_then(|()| stderr.flush()).map_err(failed);
        }
        Destination::Descriptor => {
            let open = std::fs::OpenOptions::new().append(true).open(path).map_err(failed)?;
            let mut writer = BufWriter::with_capacity(1 << 20, open);
            return content(&mut writer).and_then(|()| writer.flush()).map_err(failed);
        }
        Destination::Device(device) => {
            let device = std::fs::OpenOptions::new().write(true).open(&device).map_err(failed)?;
            let mut writer = BufWriter::with_capacity(1 << 20, device);
            return content(&mut writer).and_then(|()| writer.flush()).map_err(failed);
        }
        Destination::File(target, old) => (target, old),
    };
    let temporary = temporary_beside(&target).map_err(failed)?;
    let unfinished = temporary.path().to_owned();
    outputs().unfinished.push(unfinished.clone());
    let outcome = fill_and_rename(temporary, &target, old, content).map_err(failed);
    outputs().unfinished.retain(|path| *path != unfinished);
    outcome
}

/// Writes a temporary file and gives it its name.
fn fill_and_rename(
    temporary: tempfile::NamedTempFile,
    target: &Path,
    old: Option<std::fs::Metadata>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    content(&mut writer).and_then(|()| writer.flush())?;
    drop(writer);
    match old {
        Some(old) => temporary.as_file().set_permissions(old.permissions())?,
        None => make_readable(temporary.as_file())?,
    }
    // Without this a loss of power soon after could leave an empty file under the new name, and the old one lost.
    temporary.as_file().sync_all()?;
    temporary.persist(target).map_err(|error| error.error)?;
    sync_folder(target);
    Ok(())
}

/// Asks the disk to keep the new name. Some file systems cannot, and the file itself is safe by then.
#[cfg(unix)]
fn sync_folder(target: &Path) {
    let _ = std::fs::File::open(folder_of(target)).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

/// A text as a CSV cell that no spreadsheet takes for a formula: one that begins like a formula is
/// given a leading apostrophe, which spreadsheets hide. Those of East Asia take the wide signs for signs too.
pub fn text_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A text as XML can hold it: characters that XML 1.0 knows no way to write are replaced, for one of them would
/// make a whole file unreadable.
pub(crate) fn xml_text(text: &str) -> String {
    let unknown =
        |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(unknown, "\u{fffd}")
}

/// Temporary files are private to their owner; a result is as readable as any new file.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        write_file(&path, |writer| writer.write_all(b"old")).unwrap();
        let error = write_file(&path, |writer| {
            writer.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        })
        .unwrap_err();
        assert!(error.to_string().contains("disk full"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_the_system_said_is_told_through_what_libraries_wrap_around_it() {
        let full = || io::Error::from_raw_os_error(28);
        let told = |path: &str, source: io::Error| WriteError { path: path.into(), source }.to_string();
        for wrapped in [full(), io::Error::other(full()), io::Error::other(format!("writing: {}", full()))] {
            assert_eq!(told("a.fgb", wrapped), "cannot write a.fgb: the disk is full");
        }
        assert_eq!(told("-", io::Error::other(full())), "cannot write to standard output: the disk is full");
        let closed =
            io::Error::other(io::Error::from(io::ErrorKind::BrokenPipe).to_string() + " (os error 32)");
        assert!(told("-", closed).ends_with("it was closed before everything was written"));
        let read_only = io::Error::from_raw_os_error(30);
        assert_eq!(told("a/b.csv", read_only), "cannot write a/b.csv: its disk can only be read");
        let strange = io::Error::other("out of luck at path \"/x/.hexsky-1\"");
        assert_eq!(told("b.csv", strange), "cannot write b.csv: out of luck");
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_replaced() {
        assert_eq!(xml_text("a\u{0}b\u{1f}c\u{fffe}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(xml_text("tab\tline\nreturn\r é 星"), "tab\tline\nreturn\r é 星");
    }

    #[test]
    fn a_text_cell_is_no_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("-2", "'-2"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("＠x", "'＠x"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(text_cell(text), cell);
        }
    }

    #[test]
    fn a_directory_in_the_way_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_file(folder.path(), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("directory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_target_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target.csv"), folder.path().join("link.csv"));
        std::fs::write(&target, b"old").unwrap();
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write_file(&link, |writer| writer.write_all(b"new")).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_to_and_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).unwrap()
        });
        write_file(&pipe, |writer| writer.write_all(b"through")).unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
    }
}
