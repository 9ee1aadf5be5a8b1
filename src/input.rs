//! Input files as they lie on disk: bytes and text, and why one cannot be used.

use std::io::{Error, ErrorKind};
use std::path::Path;

use crate::diagnostics::{TextError, utf8};

/// Why an input file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("cannot read {file}: {source}")]
    Read {
        /// The file as the user named it.
        file: String,
        /// What the system said.
        source: Error,
    },
    /// Its text is wrong at one place.
    #[error(transparent)]
    Text(#[from] Box<TextError>),
}

impl From<TextError> for FileError {
    fn from(error: TextError) -> Self {
        Self::Text(Box::new(error))
    }
}

/// All bytes of a file.
///
/// # Errors
/// [`FileError::Read`] for a file that cannot be read, a directory among them.
pub fn read_bytes(file: &str) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { file: file.to_owned(), source };
    // What the system says of a directory differs between systems.
    if Path::new(file).is_dir() {
        return Err(failed(Error::new(ErrorKind::IsADirectory, "it is a directory")));
    }
    std::fs::read(file).map_err(failed)
}

/// The whole text of a file, without a byte order mark.
///
/// # Errors
/// [`FileError`] for a file that cannot be read, or at the first byte that is not UTF-8.
pub fn read_text(file: &str) -> Result<String, FileError> {
    let bytes = read_bytes(file)?;
    Ok(without_mark(utf8(file, &bytes)?).to_owned())
}

/// A text without the byte order mark that some programs put before it.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_without_its_mark_and_faults_say_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let file = path.to_str().unwrap();
        let missing = read_text(file).unwrap_err().to_string();
        assert!(missing.starts_with(&format!("cannot read {file}: ")), "{missing}");
        std::fs::write(&path, "\u{feff}a,b\n").unwrap();
        assert_eq!(read_text(file).unwrap(), "a,b\n");
        assert_eq!(read_bytes(file).unwrap().len(), 7);
        std::fs::write(&path, b"a,b\n\xe9,1\n").unwrap();
        let FileError::Text(error) = read_text(file).unwrap_err() else { panic!("a text error") };
        assert_eq!((error.line, error.column), (2, 1));
        let directory = read_text(folder.path().to_str().unwrap()).unwrap_err().to_string();
        assert!(directory.ends_with("it is a directory"), "{directory}");
    }
}
