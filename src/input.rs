//! Files in: the one way in which a file of the user's is read.
//!
//! What a reader gets is bounded, so that a file that never ends or would not fit into memory is refused and not
//! read until the system ends the program; and a pipe gives every reader the same, though it can be read but once.

use std::collections::{HashMap, HashSet};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use bytesize::ByteSize;

use crate::diagnostics::{TextError, utf8};
use crate::memory;

/// Why an input file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("cannot read {file}: {source}")]
    Read {
        /// The file as the user named it.
        file: String,
        /// What the system said.
        source: io::Error,
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

/// Memory that reading a catalogue takes, to its size as a file: the tests of 100 MB measured up to 24.
pub const CATALOGUE_GROWTH: f64 = 25.0;
/// The same of a region in GeoJSON, of a table of places, of the track of a ship, and of a network of sites: up to 23,
/// 21, 14 and 41 were measured, the last with sites of which only the place is told.
pub const GEOJSON_GROWTH: f64 = 24.0;
/// See [`GEOJSON_GROWTH`].
pub const PLACES_GROWTH: f64 = 22.0;
/// See [`GEOJSON_GROWTH`].
pub const TRACK_GROWTH: f64 = 15.0;
/// See [`GEOJSON_GROWTH`].
pub const NETWORK_GROWTH: f64 = 45.0;
/// Memory that reading any other text takes, to its size as a file.
pub const TEXT_GROWTH: f64 = 4.0;
/// Memory that a site of a table takes, however short its row is, bytes: up to 670 were measured, where it is shown.
pub const STATION_BYTES: f64 = 750.0;
/// The same of a gateway, with what is looked at of it before the run: up to 1,610 were measured.
pub const GATEWAY_BYTES: f64 = 1650.0;
/// Memory that a list in GeoJSON takes, which is a position, a ring or a polygon, and each byte of its text besides: up to 300
/// and 7.4 were measured.
pub const GEOJSON_LIST_BYTES: f64 = 310.0;
/// See [`GEOJSON_LIST_BYTES`].
pub const GEOJSON_TEXT_GROWTH: f64 = 8.0;
/// What the program takes itself, bytes.
const OWN_BYTES: f64 = 20e6;
/// What rows take is allowed up to here whatever is allowed, bytes.
const SMALL_ROWS_BYTES: f64 = 40e6;
/// Sizes up to which nobody asks how much memory there is, bytes.
const SMALL: u64 = 4_000_000;

/// Pipes that were read, by what the system knows them by.
type Pipes = Mutex<HashMap<(u64, u64), Vec<u8>>>;

/// What the user allows the program to take, bytes; 0 where nothing is said.
static ALLOWED: AtomicU64 = AtomicU64::new(0);

/// From here on files are read only if what they take is allowed, bytes.
pub fn allow(bytes: u64) {
    ALLOWED.store(bytes, Ordering::Relaxed);
}

/// Refuses a file whose rows or rings take more memory than is allowed, however few bytes each of them has as text: `bytes`
/// is what they will take.
///
/// # Errors
/// [`FileError::Read`] with [`io::ErrorKind::FileTooLarge`].
pub fn admit(file: &str, what: &str, bytes: f64) -> Result<(), FileError> {
    let room = (room() - OWN_BYTES).max(0.0);
    if bytes <= SMALL_ROWS_BYTES.max(room) {
        return Ok(());
    }
    let (limit, more) = limits();
    let message = format!(
        "{what} would not fit into {limit}: about {} where there is room for {}; {more}split it, or take away what is not \
         needed",
        told(bytes as u64),
        told(room as u64)
    );
    let source = io::Error::new(io::ErrorKind::FileTooLarge, message);
    Err(FileError::Read { file: file.to_owned(), source })
}

/// What files may take in memory, bytes.
fn room() -> f64 {
    match ALLOWED.load(Ordering::Relaxed) {
        0 => memory::available().map_or(f64::INFINITY, |bytes| bytes as f64 * memory::DEFAULT_SHARE),
        allowed => allowed as f64,
    }
}

/// What bounds it, in words, and what else can be done.
fn limits() -> (&'static str, &'static str) {
    match ALLOWED.load(Ordering::Relaxed) {
        0 => ("memory", ""),
        _ => ("what --memory allows", "allow more, "),
    }
}

/// The whole text of a file, without a byte order mark. `growth` is as for [`read_file`].
///
/// # Errors
/// [`FileError`] for a file that cannot be read, or at the first byte that is not UTF-8.
pub fn read_text(file: &str, growth: f64) -> Result<String, FileError> {
    let bytes = read_bytes(file, growth)?;
    Ok(without_mark(utf8(file, &bytes)?).to_owned())
}

/// All bytes of a text file, as [`read_file`] reads them.
///
/// # Errors
/// [`FileError::Read`] for a file that cannot be read.
pub fn read_bytes(file: &str, growth: f64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { file: file.to_owned(), source };
    read_file(Path::new(file), growth).map_err(failed)
}

/// A text without the byte order mark that some programs put before it.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The first column of a header that stands there for the second time, in whatever case, and its number; blank ones
/// may. Which of the two is meant, nobody can tell.
pub(crate) fn repeated_column<'a>(header: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    let mut seen = HashSet::new();
    let mut is_new = |name: &str| name.is_empty() || seen.insert(name.to_ascii_lowercase());
    header.into_iter().enumerate().find(|(_, name)| !is_new(name))
}

/// The bytes of a text file. One in which carriage returns alone end the lines has them replaced by line feeds, so
/// that every reader counts the same lines; no place moves by that.
///
/// `growth` is how much memory the reader will take for each byte.
///
/// # Errors
/// What the system says, in words; [`io::ErrorKind::FileTooLarge`] for a file that would not fit into memory.
pub fn read_file(path: &Path, growth: f64) -> io::Result<Vec<u8>> {
    let file = File::open(path).map_err(in_words)?;
    let metadata = file.metadata().map_err(in_words)?;
    if metadata.is_dir() {
        return Err(in_words(io::ErrorKind::IsADirectory.into()));
    }
    let Some(pipe) = pipe(&metadata) else {
        return read_bounded(file, &metadata, growth).map(lines_of_unix);
    };
    static PIPES: OnceLock<Pipes> = OnceLock::new();
    // What a reader that panicked has put there is whole.
    let mut pipes = PIPES.get_or_init(Pipes::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = pipes.get(&pipe) {
        return Ok(bytes.clone());
    }
    let bytes = read_bounded(file, &metadata, growth).map(lines_of_unix)?;
    pipes.insert(pipe, bytes.clone());
    Ok(bytes)
}

/// All that comes from standard input, as [`read_file`] reads it.
///
/// # Errors
/// As [`read_file`].
pub fn read_stdin(growth: f64) -> io::Result<Vec<u8>> {
    bounded(io::stdin().lock(), 0, growth.max(CATALOGUE_GROWTH)).map(lines_of_unix)
}

/// By what a pipe is known; none for what is none.
#[cfg(unix)]
fn pipe(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let kind = metadata.file_type();
    (kind.is_fifo() || kind.is_socket()).then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn pipe(_: &Metadata) -> Option<(u64, u64)> {
    None
}

fn read_bounded(file: File, metadata: &Metadata, growth: f64) -> io::Result<Vec<u8>> {
    match metadata.is_file() {
        true => bounded(file, metadata.len(), growth),
        // One that may never end is not worth the wait for as much as would fit.
        false => bounded(file, 0, growth.max(CATALOGUE_GROWTH)),
    }
}

/// Reads to the end, or to where the rest would not fit; `size` is what is known of it beforehand.
fn bounded(mut from: impl Read, size: u64, growth: f64) -> io::Result<Vec<u8>> {
    let limit = || match ALLOWED.load(Ordering::Relaxed) {
        0 => (room() / growth) as u64,
        // Small files are read whatever is allowed: the program itself takes as much.
        _ => ((room() / growth) as u64).max(SMALL),
    };
    let mut bytes = Vec::new();
    if size > SMALL && size > limit() {
        return Err(too_large(&format!("of {}", told(size)), limit()));
    }
    bytes.try_reserve(size as usize).map_err(|_| io::ErrorKind::OutOfMemory)?;
    from.by_ref().take(size.max(SMALL)).read_to_end(&mut bytes).map_err(in_words)?;
    if bytes.len() as u64 >= SMALL {
        let limit = limit();
        from.by_ref()
            .take(limit.saturating_sub(bytes.len() as u64))
            .read_to_end(&mut bytes)
            .map_err(in_words)?;
        if from.read(&mut [0]).map_err(in_words)? > 0 {
            return Err(too_large(&format!("of more than {}", told(limit)), limit));
        }
    }
    Ok(bytes)
}

fn too_large(what: &str, limit: u64) -> io::Error {
    let (room, more) = limits();
    let message = format!(
        "a file {what} would not fit into {room}: files of up to {} would; {more}split it, or take away what is not \
         needed",
        told(limit)
    );
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

fn told(bytes: u64) -> String {
    ByteSize(bytes).display().si().to_string()
}

/// What the system says, without its numbers.
fn in_words(error: io::Error) -> io::Error {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file",
        io::ErrorKind::PermissionDenied => "no permission to read it",
        io::ErrorKind::IsADirectory => "it is a directory, not a file",
        io::ErrorKind::NotADirectory => "a file stands where its folder should be",
        _ => return error,
    };
    io::Error::new(error.kind(), words)
}

/// Puts line feeds in the place of carriage returns where no other line ends are there, as on the Macintosh before
/// 2001.
fn lines_of_unix(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriage_returns_alone_become_line_feeds() {
        assert_eq!(lines_of_unix(b"a\rb\r".to_vec()), b"a\nb\n");
        for kept in [&b"a\r\nb\r\n"[..], b"a\nb\r", b"a", b""] {
            assert_eq!(lines_of_unix(kept.to_vec()), kept);
        }
    }

    #[test]
    fn repeated_columns_are_found_in_any_case() {
        assert_eq!(repeated_column(["a", "", "b", "", "A", "b"]), Some((4, "A")));
        assert_eq!(repeated_column(["a", "", "", "ab"]), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| read_file(path, TEXT_GROWTH).unwrap_err().to_string();
        assert_eq!(told(&folder.path().join("none")), "there is no such file");
        assert_eq!(told(folder.path()), "it is a directory, not a file");
    }

    #[test]
    fn text_is_read_without_its_mark_and_faults_say_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let file = path.to_str().unwrap();
        let missing = read_text(file, TEXT_GROWTH).unwrap_err().to_string();
        assert_eq!(missing, format!("cannot read {file}: there is no such file"));
        std::fs::write(&path, "\u{feff}a,b\n").unwrap();
        assert_eq!(read_text(file, TEXT_GROWTH).unwrap(), "a,b\n");
        assert_eq!(read_bytes(file, TEXT_GROWTH).unwrap().len(), 7);
        std::fs::write(&path, b"a,b\n\xe9,1\n").unwrap();
        let FileError::Text(error) = read_text(file, TEXT_GROWTH).unwrap_err() else {
            panic!("a text error")
        };
        assert_eq!((error.line, error.column), (2, 1));
    }

    /// Read until the system ends the program it would be.
    #[test]
    fn a_file_that_does_not_end_is_refused() {
        let error = bounded(io::repeat(b'x'), 0, 1e5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("would not fit into memory: files of up to"), "{error}");
        assert_eq!(bounded(io::repeat(b'x').take(SMALL + 5), 0, 1.0).unwrap().len() as u64, SMALL + 5);
    }

    #[test]
    fn a_file_that_would_not_fit_into_memory_is_refused_before_it_is_read() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        // A file with a hole takes no room on the disk.
        file.as_file_mut().set_len(1 << 40).unwrap();
        let error = read_file(file.path(), CATALOGUE_GROWTH).unwrap_err().to_string();
        assert!(error.contains("a file of 1.1 TB would not fit into memory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_gives_every_reader_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // Open for reading and writing, so that the second reader finds it open though nobody writes any more.
        let held = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, "through").unwrap()
        });
        writer.join().unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || read_file(&pipe, TEXT_GROWTH).unwrap()
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        drop(held);
        assert_eq!(reader.join().unwrap(), b"through");
        let held = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        assert_eq!(read_file(&pipe, TEXT_GROWTH).unwrap(), b"through");
        drop(held);
    }
}
