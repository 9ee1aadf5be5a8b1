//! Reports that `hexsky coverage --json` wrote, read back.

use std::path::Path;

use hexsky::input::{TEXT_GROWTH, read_file};
use hexsky::report::coverage::{CoverageReport, Input};
use serde::de::IgnoredAny;

use super::Failure;
use super::selection::{apart, in_brackets};

/// What tells a report from other JSON, such as an OMM.
#[derive(serde::Deserialize)]
struct Mark {
    #[serde(rename = "hexsky_version")]
    _version: IgnoredAny,
    #[serde(rename = "latitude_profile")]
    _profile: IgnoredAny,
}

/// What tells a report of another command.
#[derive(serde::Deserialize)]
struct OtherMark {
    #[serde(rename = "hexsky_version")]
    _version: IgnoredAny,
    #[serde(rename = "limited_by_percent")]
    capacity: Option<IgnoredAny>,
    #[serde(rename = "area_mean")]
    messages: Option<IgnoredAny>,
    contacts: Option<IgnoredAny>,
}

/// The report of a coverage run in a file; none where the file holds no report or is not there.
pub fn read(path: &Path) -> Result<Option<CoverageReport>, Failure> {
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let Some(text) = is_json.then(|| read_file(path, TEXT_GROWTH).ok()).flatten() else { return Ok(None) };
    if serde_json::from_slice::<Mark>(&text).is_err() {
        return match serde_json::from_slice::<OtherMark>(&text) {
            Ok(mark) => Err(other(path, &mark)),
            Err(_) => Ok(None),
        };
    }
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Failure::input(
            format!("{}: not the report of a coverage run: {error}", path.display()),
            "write it anew with hexsky coverage FILE --json PATH",
        )
    })
}

/// Refuses the report of another command.
fn other(path: &Path, mark: &OtherMark) -> Failure {
    let coverage = "compare constellation files, or reports that hexsky coverage FILE --json PATH wrote";
    let (what, help) = if mark.capacity.is_some() {
        let help = "hexsky capacity FILE FILE --side-by-side compares the capacities of constellations";
        ("a report of hexsky capacity", help)
    } else if mark.messages.is_some() {
        let help = "compare takes the coverage of systems of short messages: name their constellation files; \
                    their waits and bytes are told by hexsky capacity FILE, one system at a time";
        ("a report of hexsky capacity on short messages", help)
    } else if mark.contacts.is_some() {
        ("a report of hexsky passes", coverage)
    } else {
        ("a report of another command of hexsky", coverage)
    };
    Failure::input(format!("{}: {what}, not of hexsky coverage", path.display()), help)
}

/// What tables call the reports: the systems in them; where two would be called alike, with the phases, then
/// with the mask, then with the files, then with a number.
pub fn labels(reports: &[CoverageReport]) -> Vec<String> {
    let joined = |report: &CoverageReport, of: &dyn Fn(&Input) -> Option<String>| {
        report.inputs.iter().filter_map(of).collect::<Vec<_>>().join(" + ")
    };
    let parts = reports.iter().map(|report| {
        vec![
            joined(report, &|input| Some(input.name.clone())),
            joined(report, &|input| input.phase.clone()),
            format!("{}°", report.min_elevation_deg),
            joined(report, &|input| Some(in_brackets(&input.file))),
        ]
    });
    apart(parts.map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect()).collect())
}
