//! Streams that the program was started with, under whatever name a path calls them: `-`, `/dev/stdout`,
//! `/dev/fd/N`, `/proc/self/fd/N` or a link to one of these.

use std::path::Path;

/// A stream that is open already. A path to it may lead on to a file, which is that of whoever opened it: it is
/// written to where it stands, and never replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
    /// Another open descriptor, or one of another process.
    Descriptor,
}

impl Stream {
    /// The stream that a path names; none for the path of a file, a named pipe or a device.
    pub fn of(path: &Path) -> Option<Self> {
        if path == Path::new("-") {
            return Some(Self::Output);
        }
        descriptor(path)
    }

    /// Whether a path names standard output.
    pub fn is_output(path: &Path) -> bool {
        Self::of(path) == Some(Self::Output)
    }
}

#[cfg(unix)]
fn descriptor(path: &Path) -> Option<Stream> {
    /// Links that are followed one after the other, as many as Linux does.
    const LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let folder = super::folder_of(&path).canonicalize().ok()?;
        let name = path.file_name()?;
        if is_own(&folder) {
            let number: u32 = name.to_str()?.parse().ok()?;
            return Some(match number {
                1 => Stream::Output,
                2 => Stream::Error,
                _ => Stream::Descriptor,
            });
        }
        if is_of_a_process(&folder) {
            return Some(Stream::Descriptor);
        }
        path = folder.join(folder.join(name).read_link().ok()?);
    }
    None
}

#[cfg(not(unix))]
fn descriptor(_: &Path) -> Option<Stream> {
    None
}

/// Whether a folder is that of the descriptors of this process.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    ["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"]
        .iter()
        .any(|own| Path::new(own).canonicalize().is_ok_and(|own| own == folder))
}

/// Whether a folder is that of the descriptors of any process, as Linux has it.
#[cfg(unix)]
fn is_of_a_process(folder: &Path) -> bool {
    folder.starts_with("/proc") && folder.ends_with("fd")
}

/// Whether a file is that to which standard output or standard error go, which would be lost with its old content.
#[cfg(unix)]
pub fn takes_standard_stream(path: &Path) -> bool {
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::fs::MetadataExt;
    let Some(there) = path.metadata().ok().filter(std::fs::Metadata::is_file) else { return false };
    let goes_there = |stream: BorrowedFd<'_>| {
        let open = stream.try_clone_to_owned().map(std::fs::File::from).and_then(|file| file.metadata());
        open.is_ok_and(|open| open.is_file() && (open.dev(), open.ino()) == (there.dev(), there.ino()))
    };
    goes_there(std::io::stdout().as_fd()) || goes_there(std::io::stderr().as_fd())
}

/// Whether a file is that to which standard output or standard error go; other systems do not tell.
#[cfg(not(unix))]
pub fn takes_standard_stream(_: &Path) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn streams_are_known_by_all_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/stdout", &link).unwrap();
        let own = format!("/proc/{}/fd/1", std::process::id());
        for path in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/../dev/stdout", &own] {
            assert_eq!(Stream::of(Path::new(path)), Some(Stream::Output), "{path}");
        }
        assert!(Stream::is_output(&link));
        assert_eq!(Stream::of(Path::new("/dev/stderr")), Some(Stream::Error));
        assert_eq!(Stream::of(Path::new("/dev/fd/7")), Some(Stream::Descriptor));
        assert_eq!(
            Stream::of(Path::new("/proc/1/fd/1")).is_none(),
            Path::new("/proc/1/fd").canonicalize().is_err()
        );
        for path in ["/dev/null", "1", "out.csv", "/nowhere/1", folder.path().to_str().unwrap()] {
            assert_eq!(Stream::of(Path::new(path)), None, "{path}");
        }
    }
}
