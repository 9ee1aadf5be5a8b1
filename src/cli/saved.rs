//! Reports that `hexsky coverage --json` wrote, read back.

use std::path::Path;

use hexsky::report::coverage::CoverageReport;
use serde::de::IgnoredAny;

use super::Failure;

/// What tells a report from other JSON, such as an OMM.
#[derive(serde::Deserialize)]
struct Mark {
    #[serde(rename = "hexsky_version")]
    _version: IgnoredAny,
    #[serde(rename = "latitude_profile")]
    _profile: IgnoredAny,
}

/// The report of a file; none where the file is something else or not there.
pub fn read(path: &Path) -> Result<Option<CoverageReport>, Failure> {
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let Some(text) = is_json.then(|| std::fs::read(path).ok()).flatten() else { return Ok(None) };
    if serde_json::from_slice::<Mark>(&text).is_err() {
        return Ok(None);
    }
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Failure::input(
            format!("{}: not the report of a coverage run: {error}", path.display()),
            "write it anew with hexsky coverage FILE --json PATH",
        )
    })
}

/// What tables call the reports: the systems in them, with phase or number where two would be called alike.
pub fn labels(reports: &[CoverageReport]) -> Vec<String> {
    let name = |report: &CoverageReport, phase: bool| {
        let parts = report.inputs.iter().map(|input| match &input.phase {
            Some(own) if phase => format!("{} {own}", input.name),
            _ => input.name.clone(),
        });
        parts.collect::<Vec<_>>().join(" + ")
    };
    for with_phase in [false, true] {
        let names: Vec<String> = reports.iter().map(|report| name(report, with_phase)).collect();
        if names.iter().enumerate().all(|(number, label)| !names[..number].contains(label)) {
            return names;
        }
    }
    reports
        .iter()
        .enumerate()
        .map(|(number, report)| format!("{} #{}", name(report, true), number + 1))
        .collect()
}
