//! Files out: one module per format, and the one way in which a file is written.

pub mod areas;
pub mod capacity_csv;
pub mod compare_csv;
pub mod contacts_csv;
pub mod contacts_czml;
pub mod contacts_ical;
pub mod coverage_csv;
pub mod elements;
pub mod features;
pub mod gis;
pub mod html;
pub mod map;
pub mod vector;

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
        if self.path == Path::new("-") {
            // The libraries in between may wrap the system's error, so its text is what is left of it.
            let said = self.source.to_string();
            let closed = said.contains("Broken pipe");
            let reason = if closed { "it was closed before everything was written" } else { &said };
            return write!(f, "cannot write to standard output: {reason}");
        }
        write!(f, "cannot write {}: ", self.path.display())?;
        match self.source.kind() {
            io::ErrorKind::NotFound => write!(f, "its folder does not exist"),
            io::ErrorKind::PermissionDenied => write!(f, "no permission to write in its folder"),
            io::ErrorKind::StorageFull => write!(f, "the disk is full"),
            io::ErrorKind::NotADirectory => write!(f, "a file stands where its folder should be"),
            _ => write!(f, "{}", self.source),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
/// The path `-` means standard output.
///
/// # Errors
/// [`WriteError`]; the old file is intact then and no temporary file is left.
pub fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    if path == Path::new("-") {
        let mut stdout = BufWriter::new(io::stdout().lock());
        return content(&mut stdout).and_then(|()| stdout.flush()).map_err(failed);
    }
    if path.is_dir() {
        return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "a directory is in the way")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new().prefix(".hexsky-").tempfile_in(folder).map_err(failed)?;
    let mut writer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    content(&mut writer).and_then(|()| writer.flush()).map_err(failed)?;
    drop(writer);
    make_readable(temporary.as_file()).map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A text as a CSV cell that no spreadsheet takes for a formula: one that begins like a formula is
/// given a leading apostrophe, which spreadsheets hide.
pub fn text_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
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
    fn a_directory_in_the_way_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_file(folder.path(), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("directory"), "{error}");
    }
}
