//! Fresh catalogues from CelesTrak's GP service, kept in a cache. Nothing else in the program uses the network.
//!
//! CelesTrak makes new data every two hours, answers 403 to whoever downloads the same data twice between,
//! and wants programs to stop at any answer but 200, 301 among them, and tell a person; those that go on
//! are locked out (T. S. Kelso, CelesTrak Usage Policy, May 2026). So: a copy younger than two hours is taken
//! without asking; one question is asked, never a second, and no redirection is followed; after any answer
//! that is no whole catalogue, and where none came, the group is not asked for again for two hours, and no group is
//! after a status that tells of the service (any but 200 and 404); and whatever goes wrong, an older copy is served and
//! said to be one.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::constellation::{ReadOptions, parse};
use crate::export::{TEMPORARY, WriteError, replace_file};

/// How long a copy is fresh, and how long nothing is asked after a question that brought no catalogue.
pub const CYCLE: Duration = Duration::from_secs(2 * 3600);
/// CelesTrak's GP service.
pub const CELESTRAK: &str = "https://celestrak.org/NORAD/elements/gp.php";
/// Longest answer that is taken, bytes; all active satellites are some 10 MB.
const LONGEST_ANSWER: u64 = 256 << 20;

/// File of a refusal that holds for all groups; no group has such a name.
const ALL_GROUPS: &str = "_all.refused";

/// Names of shipped definitions for which the service has another word.
const GROUPS: [(&str, &str); 7] = [
    ("beidou-3", "beidou"),
    ("gps", "gps-ops"),
    ("glonass", "glo-ops"),
    ("iridium", "iridium-NEXT"),
    ("iridium-next", "iridium-NEXT"),
    ("guowang", "hulianwang"),
    ("tiangong", "stations"),
];

/// Where catalogues come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Address of the service, without a question.
    pub url: String,
    /// Longest time that the whole answer may take.
    pub timeout: Duration,
}

/// A catalogue at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    /// The file, OMM in JSON.
    pub path: PathBuf,
    /// Satellites in it.
    pub satellites: usize,
    /// How it came.
    pub how: How,
}

/// How a catalogue came.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// Downloaded now.
    Downloaded,
    /// The copy is fresh enough.
    Cached {
        /// Its age.
        age: Duration,
    },
    /// An older copy, because there is no newer one to be had.
    Stale {
        /// Its age.
        age: Duration,
        /// Why there is no newer one.
        why: NoAnswer,
    },
}

/// Why the service gave no catalogue.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoAnswer {
    /// Asking is not allowed.
    #[error("offline")]
    Offline,
    /// It gave none a short while ago, of this group or of any, and is left alone.
    #[error("asked in vain {} ago, and not asked again before two hours have passed: {why}", told(*.ago))]
    Waiting {
        /// Why it gave none.
        why: String,
        /// When.
        ago: Duration,
    },
    /// An answer other than 200.
    #[error("the service answered {status}{}", meaning(*.status))]
    Status {
        /// The status.
        status: u16,
    },
    /// The name of the service leads nowhere: this machine is offline, and nobody was asked.
    #[error("no whole answer: {0}")]
    Unasked(String),
    /// No whole answer.
    #[error("no whole answer: {0}")]
    Network(String),
    /// An answer that is no catalogue.
    #[error("the answer is no catalogue: {0}")]
    NotACatalogue(String),
}

impl NoAnswer {
    /// Whether it is the service that does not want to be asked, and not a group that it does not have.
    fn is_of_all_groups(&self) -> bool {
        matches!(self, Self::Status { status } if *status != 404)
    }
}

/// What a status means here.
fn meaning(status: u16) -> &'static str {
    match status {
        403 => " (downloaded already in this cycle of two hours, or locked out)",
        301 | 302 | 307 | 308 => " (the service has moved; --server names another address)",
        404 => " (there is no such group)",
        _ => "",
    }
}

/// An age in words.
pub fn told(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// Why there is no catalogue at all.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A name that no group can have.
    #[error("'{0}' is no name of a group: letters, digits and hyphens, up to 40")]
    Name(String),
    /// No answer, and no copy.
    #[error("no catalogue '{group}': {why}; there is no copy in {}", folder.display())]
    Nothing {
        /// The group.
        group: String,
        /// Why there is no answer.
        why: NoAnswer,
        /// The cache.
        folder: PathBuf,
    },
    /// The cache cannot be used.
    #[error("the cache {} cannot be used: {source}", path.display())]
    Cache {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A copy cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The last question that brought no catalogue, kept beside the copy.
#[derive(Debug, Serialize, Deserialize)]
struct Refusal {
    /// The service that was asked; another one may be.
    url: String,
    why: String,
    unix_s: u64,
}

/// The service's word for a group, `starlink` or a shipped name such as `guowang`.
///
/// # Errors
/// [`FetchError::Name`].
pub fn group(name: &str) -> Result<String, FetchError> {
    let sound = !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !sound {
        return Err(FetchError::Name(name.to_owned()));
    }
    let known = GROUPS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    Ok(known.map_or(name, |(_, theirs)| theirs).to_owned())
}

/// A catalogue of a group, from the cache or from the service; no service means offline.
///
/// # Errors
/// [`FetchError`] where neither has one.
pub fn fetch(
    name: &str,
    service: Option<&Service>,
    folder: &Path,
    now: SystemTime,
) -> Result<Fetched, FetchError> {
    let group = group(name)?;
    std::fs::create_dir_all(folder)
        .map_err(|source| FetchError::Cache { path: folder.to_owned(), source })?;
    let path = folder.join(format!("{}.json", group.to_ascii_lowercase()));
    let refusal_path = folder.join(format!("{}.refused", group.to_ascii_lowercase()));
    let of_all_groups = folder.join(ALL_GROUPS);
    let copy = copy(&path, now);
    if let Some((age, satellites)) = copy
        && age < CYCLE
    {
        return Ok(Fetched { path, satellites, how: How::Cached { age } });
    }
    let why = match service {
        None => NoAnswer::Offline,
        Some(service) => {
            match [&of_all_groups, &refusal_path].iter().find_map(|path| waiting(path, service, now)) {
                Some(waiting) => waiting,
                None => match ask(service, &group) {
                    Ok((answer, satellites)) => {
                        replace_file(&path, TEMPORARY, |out| out.write_all(&answer))?;
                        // A refusal that is over; where there was none there is nothing to take away.
                        let _ = std::fs::remove_file(&refusal_path);
                        let _ = std::fs::remove_file(&of_all_groups);
                        return Ok(Fetched { path, satellites, how: How::Downloaded });
                    }
                    Err(why @ NoAnswer::Unasked(_)) => why,
                    Err(why) => {
                        let path = if why.is_of_all_groups() { &of_all_groups } else { &refusal_path };
                        note_refusal(path, service, &why, now)?;
                        why
                    }
                },
            }
        }
    };
    match copy {
        Some((age, satellites)) => Ok(Fetched { path, satellites, how: How::Stale { age, why } }),
        None => Err(FetchError::Nothing { group, why, folder: folder.to_owned() }),
    }
}

/// Age and satellites of a copy; none where there is no sound one.
fn copy(path: &Path, now: SystemTime) -> Option<(Duration, usize)> {
    let bytes = std::fs::read(path).ok()?;
    let satellites = check(&bytes).ok()?;
    let written = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    // A copy from the future tells nothing of its age: it is an old one.
    let age = now.duration_since(written).unwrap_or(CYCLE);
    Some((age, satellites))
}

fn waiting(path: &Path, service: &Service, now: SystemTime) -> Option<NoAnswer> {
    let Refusal { url, why, unix_s } = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let asked = UNIX_EPOCH.checked_add(Duration::from_secs(unix_s))?;
    let ago = now.duration_since(asked).ok()?;
    (url == service.url && ago < CYCLE).then_some(NoAnswer::Waiting { why, ago })
}

fn note_refusal(path: &Path, service: &Service, why: &NoAnswer, now: SystemTime) -> Result<(), FetchError> {
    let unix_s = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let refusal = Refusal { url: service.url.clone(), why: why.to_string(), unix_s };
    replace_file(path, TEMPORARY, |out| Ok(serde_json::to_writer(out, &refusal)?))?;
    Ok(())
}

/// Asks once. The answer and its number of satellites.
fn ask(service: &Service, group: &str) -> Result<(Vec<u8>, usize), NoAnswer> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(service.timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("hexsky/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let network = |error: ureq::Error| {
        let told = error.to_string();
        let unasked = match error {
            ureq::Error::HostNotFound | ureq::Error::BadUri(_) => true,
            ureq::Error::Timeout(ureq::Timeout::Resolve) => true,
            // The standard library has no kind of its own for a name that could not be looked up.
            ureq::Error::Io(_) => told.contains("lookup address"),
            _ => false,
        };
        if unasked { NoAnswer::Unasked(told) } else { NoAnswer::Network(told) }
    };
    let mut response =
        agent.get(&service.url).query("GROUP", group).query("FORMAT", "json").call().map_err(network)?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(NoAnswer::Status { status });
    }
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let packed = header("content-encoding").is_some();
    let promised: Option<usize> = header("content-length").and_then(|length| length.parse().ok());
    let answer = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec().map_err(network)?;
    if let Some(promised) = promised.filter(|&promised| !packed && promised != answer.len()) {
        return Err(NoAnswer::Network(format!("{} of {promised} bytes came", answer.len())));
    }
    let satellites = check(&answer).map_err(NoAnswer::NotACatalogue)?;
    Ok((answer, satellites))
}

/// Number of usable satellites of an answer, or what it is instead of a catalogue.
fn check(answer: &[u8]) -> Result<usize, String> {
    let beginning = String::from_utf8_lossy(&answer[..answer.len().min(400)]);
    let shown = || {
        let line: String = beginning.trim().chars().filter(|c| !c.is_control()).take(60).collect();
        if line.is_empty() { "it is empty".to_owned() } else { format!("it begins '{line}'") }
    };
    if !beginning.trim_start().starts_with('[') {
        return Err(shown());
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(answer)
        .map_err(|error| format!("JSON breaks off or is damaged: {error}"))?;
    let read = parse("the answer", answer, &ReadOptions::default()).map_err(|_| shown())?;
    Ok(read.satellites.len())
}
