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
            io::ErrorKind::NotFound => self.no_folder(f),
            kind if OldFile::is_kept(&self.source) => write_old_file(f, kind),
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

impl WriteError {
    /// What a path lacks that the system calls not found.
    fn no_folder(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = target_of(&self.path);
        if folder_of(&target).is_dir() {
            write!(f, "the system lets no file be made in its folder")
        } else if folder_of(&self.path).is_dir() {
            write!(f, "it is a link to {}, whose folder does not exist", target.display())
        } else {
            write!(f, "its folder does not exist")
        }
    }
}

/// What the system said of an old file that it does not let be written.
#[derive(Debug)]
struct OldFile(io::Error);

impl OldFile {
    fn is_kept(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl fmt::Display for OldFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for OldFile {}

fn write_old_file(f: &mut fmt::Formatter<'_>, kind: io::ErrorKind) -> fmt::Result {
    match kind {
        io::ErrorKind::PermissionDenied => write!(f, "no permission to write the file that is there"),
        io::ErrorKind::ReadOnlyFilesystem => write!(f, "its disk can only be read"),
        io::ErrorKind::ExecutableFileBusy => write!(f, "the file that is there is a program that runs"),
        kind => write!(f, "the file that is there may not be written ({kind})"),
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
        let target = target_of(path);
        match target.metadata() {
            Ok(old) if old.is_dir() => {
                Err(io::Error::new(io::ErrorKind::IsADirectory, "a directory is in the way"))
            }
            Ok(old) if old.is_file() => {
                // A new file would take the name of one that may not be written without asking the system.
                std::fs::OpenOptions::new()
                    .write(true)
                    .open(&target)
                    .map_err(|error| io::Error::new(error.kind(), OldFile(error)))?;
                Ok(Self::File(target, Some(old)))
            }
            Err(error)
                if error.kind() == io::ErrorKind::NotFound
                    && [path, &target].into_iter().any(names_folder) =>
            {
                Err(io::Error::new(io::ErrorKind::IsADirectory, "the path names a folder and no file in it"))
            }
            Ok(_) => Ok(Self::Device(target)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::File(target, None)),
            Err(error) => Err(error),
        }
    }
}

/// Where a path leads to in the end, through links, that of a file which is not there yet too.
pub fn target_of(path: &Path) -> PathBuf {
    /// Links that are followed one after the other, as many as Linux does.
    const LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..LINKS {
        if let Ok(there) = target.canonicalize() {
            return there;
        }
        match target.read_link() {
            Ok(link) => target = folder_of(&target).join(link),
            Err(_) => return target,
        }
    }
    path.to_owned()
}

/// Whether a path ends as that of a folder does.
fn names_folder(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    text.ends_with(std::path::is_separator)
        || text.strip_suffix('.').is_some_and(|rest| rest.ends_with(std::path::is_separator))
}

/// A file beside `target` that may take its name; its own name begins so.
fn temporary_beside(target: &Path, prefix: &str) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(prefix).tempfile_in(folder_of(target))
}

/// How the names of temporary files of results begin.
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
        Ok(Destination::File(target, _)) => temporary_beside(&target, TEMPORARY).map(drop),
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
/// name. A link keeps pointing where it points, and its target is made or
/// replaced; a file that the system does not let be written stays; what is not a file (a device such as `/dev/null`, a named pipe) is written to as it
/// stands.
///
/// # Errors
/// [`WriteError`]; the old file is intact then and no temporary file is left.
pub fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    replace_file(path, TEMPORARY, content)?;
    if Stream::of(path).is_none() {
        outputs().written.push(path.to_owned());
    }
    Ok(())
}

/// [`write_file`] of what is no result of the program, such as the state of a run; the name of the temporary file
/// begins with `prefix`.
///
/// # Errors
/// As [`write_file`].
pub(crate) fn replace_file(
    path: &Path,
    prefix: &str,
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
    let temporary = temporary_beside(&target, prefix).map_err(failed)?;
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

    /// A new file in its place would ask nobody.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_old_file_that_may_not_be_written_stays() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        // Linux lets nobody, not even root, write the file of a program that runs.
        let program = folder.path().join("program");
        std::fs::copy("/bin/sleep", &program).unwrap();
        let before = (std::fs::read(&program).unwrap(), program.metadata().unwrap().ino());
        let mut running = std::process::Command::new(&program).arg("60").spawn().unwrap();
        let tried = try_file(&program).unwrap_err().to_string();
        let written = write_file(&program, |writer| writer.write_all(b"new")).unwrap_err().to_string();
        running.kill().unwrap();
        running.wait().unwrap();
        assert_eq!(tried, written);
        assert!(written.ends_with("the file that is there is a program that runs"), "{written}");
        assert_eq!((std::fs::read(&program).unwrap(), program.metadata().unwrap().ino()), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_yet_is_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("big")).unwrap();
        std::os::unix::fs::symlink("second.csv", at("first.csv")).unwrap();
        std::os::unix::fs::symlink("big/run.csv", at("second.csv")).unwrap();
        try_file(&at("first.csv")).unwrap();
        write_file(&at("first.csv"), |writer| writer.write_all(b"new")).unwrap();
        assert!(at("first.csv").symlink_metadata().unwrap().is_symlink());
        assert!(at("second.csv").symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read(at("big/run.csv")).unwrap(), b"new");

        std::os::unix::fs::symlink(at("none/run.csv"), at("lost.csv")).unwrap();
        let error = try_file(&at("lost.csv")).unwrap_err().to_string();
        assert!(error.ends_with("run.csv, whose folder does not exist"), "{error}");
        std::os::unix::fs::symlink("new/", at("folder.csv")).unwrap();
        std::os::unix::fs::symlink("folder.csv", at("to_folder.csv")).unwrap();
        for link in ["folder.csv", "to_folder.csv"] {
            let error = try_file(&at(link)).unwrap_err().to_string();
            assert!(error.ends_with("the path names a folder and no file in it"), "{error}");
        }
        std::os::unix::fs::symlink("round.csv", at("round.csv")).unwrap();
        try_file(&at("round.csv")).unwrap_err();
    }

    #[test]
    fn the_path_of_a_folder_names_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = format!("{}/new.json/", folder.path().display());
        let error = try_file(Path::new(&path)).unwrap_err().to_string();
        assert!(error.ends_with("the path names a folder and no file in it"), "{error}");
    }
}
