//! Title and subtitle of a run: what stands above a page and a map, and what GIS files say of themselves.

use crate::capacity::demand::Usage;
use crate::compare::Comparison;
use crate::coverage::Exact;
use crate::diagnostics::counted;
use crate::frames::orientation::Orientation;
use crate::navigation::report::DopReport;
use crate::navigation::tracks::Clock;
use crate::report::capacity::{AbilityText, CapacityReport};
use crate::report::coverage::{CoverageReport, GridDescription, Input};
use crate::report::gateways::GatewayReach;
use crate::report::messages::MessageReport;
use crate::report::passes::PassesReport;
use crate::time::{Epoch, Window, exact_length};

/// What was computed, so that a map or a file by itself says what its numbers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Title, such as `3-fold coverage of Hongyun`.
    pub title: String,
    /// Satellites with their phase, ground, window, mask and what else was asked for.
    pub subtitle: String,
}

/// Between the conditions of a subtitle.
const BETWEEN: &str = " · ";

/// A system with its phase and its satellites.
#[derive(Debug, Clone, Copy)]
struct System<'a> {
    name: &'a str,
    phase: Option<&'a str>,
    satellites: usize,
}

impl<'a> From<&'a Input> for System<'a> {
    fn from(input: &'a Input) -> Self {
        Self { name: &input.name, phase: input.phase.as_deref(), satellites: input.satellites }
    }
}

impl Head {
    fn new(title: String, parts: impl IntoIterator<Item = String>) -> Self {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Self { title, subtitle: parts.join(BETWEEN) }
    }

    /// With further conditions, which the report does not hold.
    #[must_use]
    pub fn with(mut self, conditions: &[String]) -> Self {
        for condition in conditions {
            self.subtitle.push_str(BETWEEN);
            self.subtitle.push_str(condition);
        }
        self
    }

    /// As a GIS file carries it: title, subtitle, and the version that computed it.
    pub fn about(&self) -> String {
        format!("{}\n{}\nhexsky {}", self.title, self.subtitle, env!("CARGO_PKG_VERSION"))
    }

    /// Of a coverage run.
    pub fn of_coverage(report: &CoverageReport) -> Self {
        let systems = systems(&report.inputs);
        let names = names(&systems);
        let title = match report.at_least {
            1 => format!("Coverage of {names}"),
            fold => format!("{fold}-fold coverage of {names}"),
        };
        Self::new(
            title,
            [
                satellites(&systems),
                ground(&report.grid),
                window(report.start, report.duration_s),
                mask(report.min_elevation_deg),
                covered_by(report.at_least),
                gateways(report.gateways.as_ref()),
                sampled(report),
                orientation(&report.model, report.start, report.duration_s),
            ],
        )
    }

    /// Of a comparison: each system with its phase, satellites and, where they differ, mask.
    ///
    /// # Panics
    /// When there is no report.
    pub fn of_comparison(comparison: &Comparison, reports: &[CoverageReport]) -> Self {
        let first = &reports[0];
        let is_common = reports.iter().all(|report| report.min_elevation_deg == first.min_elevation_deg);
        let each = comparison.labels.iter().zip(reports).map(|(label, report)| {
            let own =
                if is_common { String::new() } else { format!(", mask {}°", report.min_elevation_deg) };
            format!("{label} ({}{own})", satellites(&systems(&report.inputs)))
        });
        let what = match first.at_least {
            1 => "Coverage compared".to_owned(),
            fold => format!("{fold}-fold coverage compared"),
        };
        Self::new(
            comparison.labels.join(" · "),
            [
                what,
                each.collect::<Vec<_>>().join(", "),
                ground(&first.grid),
                window(first.start, first.duration_s),
                if is_common { mask(first.min_elevation_deg) } else { String::new() },
                covered_by(first.at_least),
                gateways_of_all(reports),
                sampled(first),
                orientation(&first.model, first.start, first.duration_s),
                format!("differences to {}", comparison.labels[comparison.baseline]),
            ],
        )
    }

    /// Of a capacity run.
    pub fn of_capacity(report: &CapacityReport) -> Self {
        let systems = systems(&report.inputs);
        let grid = &report.grid;
        let gateways = match (report.gateways.count, &report.gateways.masks) {
            (Some(count), Some(masks)) => format!("{}, {masks}", through(count, &report.gateways.files)),
            (Some(count), None) => through(count, &report.gateways.files),
            (None, _) => "gateways always in reach".to_owned(),
        };
        let antennas = match (report.gateways.count, report.gateways.antennas) {
            (Some(_), Some(antennas)) => format!("{} at each", counted(antennas as usize, "antenna")),
            _ => String::new(),
        };
        let cells = counted(grid.cells, "cell");
        let conditions = report.conditions().into_iter().map(|(name, text)| format!("{name} {text}"));
        Self::new(
            format!("Capacity of {}", names(&systems)),
            [
                satellites(&systems),
                abilities(&report.abilities),
                grid.region.clone(),
                format!(
                    "{cells} of H3 resolution {}, {} with demand",
                    grid.h3_resolution, grid.cells_with_demand
                ),
                window(report.start, report.duration_s),
                every(report.step_s),
                mask(report.min_elevation_deg),
                gateways,
                antennas,
                demand(report),
                format!("allocation {}", format!("{:?}", report.assign).to_lowercase()),
                report
                    .gso_avoidance_deg
                    .map_or_else(String::new, |angle| format!("geostationary arc kept clear by {angle}°")),
                orientation(&report.model, report.start, report.duration_s),
            ]
            .into_iter()
            .chain(conditions),
        )
    }

    /// Of a run of short messages over so many cells.
    pub fn of_messages(report: &MessageReport, cells: usize) -> Self {
        let systems = systems(&report.inputs);
        Self::new(
            format!("Messages over {}", names(&systems)),
            [
                satellites(&systems),
                report.region.clone(),
                counted(cells, "cell"),
                window(report.start, report.duration_s),
                every(report.step_s),
                mask(report.min_elevation_deg),
                format!("{:.0} devices, spread as {}", report.devices, report.demand),
                match report.rates_kbps {
                    Some(rates) => format!("{rates} for all in view of a satellite"),
                    None => "rate of a satellite not known".to_owned(),
                },
                match report.rates_kbps {
                    Some(_) => format!("{:.4} of it get through", report.access_efficiency),
                    None => String::new(),
                },
                orientation(&report.model, report.start, report.duration_s),
            ],
        )
    }

    /// Of a navigation run.
    pub fn of_dop(report: &DopReport) -> Self {
        let systems: Vec<System<'_>> = report
            .inputs
            .iter()
            .map(|input| System {
                name: &input.name,
                phase: input.phase.as_deref(),
                satellites: input.satellites,
            })
            .collect();
        let ground = match report.h3_resolution {
            Some(resolution) => {
                let names: Vec<&str> = report.regions.iter().map(|region| region.region.as_str()).collect();
                format!("{} · H3 resolution {resolution}", names.join(", "))
            }
            None => counted(report.places.len(), "place"),
        };
        let time = if report.duration_s == 0.0 {
            vec![report.start.to_string()]
        } else {
            vec![window(report.start, report.duration_s), every(report.step_s)]
        };
        let conditions = [
            mask(report.min_elevation_deg),
            format!("available: PDOP at most {}", report.pdop_threshold),
            clocks(report.clock).to_owned(),
            orientation(&report.model, report.start, report.duration_s),
        ];
        Self::new(
            format!("Dilution of precision of {}", names(&systems)),
            [satellites(&systems), ground].into_iter().chain(time).chain(conditions),
        )
    }

    /// Of a contact run.
    pub fn of_passes(report: &PassesReport<'_>) -> Self {
        let systems = systems(&report.inputs);
        let phases: Vec<String> = systems.iter().filter_map(|system| system.phase.map(of_phase)).collect();
        Self::new(
            format!("Contacts of {} with {}", names(&systems), report.ground.name),
            [
                phases.join(", "),
                counted(report.satellites, "satellite"),
                format!(
                    "{} of {}",
                    counted(report.contacts.sites.len(), "site"),
                    report.ground.files.join(", ")
                ),
                window(report.start, report.duration_s),
                report.ground.masks.clone(),
                report.chosen.map_or_else(String::new, |chosen| format!("satellites that match {chosen}")),
                match report.min_duration_s {
                    0.0 => String::new(),
                    least => format!("contacts of {} or more", exact_length(least)),
                },
                orientation(&report.model, report.start, report.duration_s),
            ],
        )
    }
}

/// How the Earth is oriented, by the model of a run, where that is not what holds for its window by itself.
fn orientation(model: &str, start: Epoch, duration_s: f64) -> String {
    let Some(words) = model.find("UT1 ").and_then(|at| model[at..].split("; ").next()) else {
        return String::new();
    };
    let by_itself = Orientation::of_window(&Window { start, duration_s });
    if words == by_itself.words() { String::new() } else { words.to_owned() }
}

/// What satellites carry to users, those alike told together.
fn abilities(kinds: &[AbilityText]) -> String {
    let mut told: Vec<(String, usize)> = Vec::new();
    for kind in kinds {
        let limit = kind.user_gbps.map(|gbps| format!("{gbps} Gbit/s each"));
        let beams = kind.beams.map(|beams| format!("{beams} beams"));
        let parts: Vec<String> = limit.into_iter().chain(beams).collect();
        let own = parts.join(" and ");
        match told.iter_mut().find(|(text, _)| *text == own) {
            Some((_, satellites)) => *satellites += kind.satellites,
            None => told.push((own, kind.satellites)),
        }
    }
    let each = told.iter().filter(|(text, _)| !text.is_empty());
    each.map(|(text, satellites)| format!("{satellites} × {text}")).collect::<Vec<_>>().join(", ")
}

/// The step of a run.
fn every(step_s: f64) -> String {
    format!("every {}", exact_length(step_s))
}

/// What of a coverage run is sampled, and how often.
fn sampled(report: &CoverageReport) -> String {
    let step = exact_length(report.step_s);
    match report.exact {
        Exact::None => format!("everything sampled every {step}"),
        Exact::Edges => format!("in-view and further N-fold figures sampled every {step}"),
        Exact::All => "all figures solved for".to_owned(),
    }
}

/// What is wanted, and what of the people makes it so.
fn demand(report: &CapacityReport) -> String {
    let usage = report.demand.usage.as_ref().map_or_else(String::new, |usage| format!(", {}", users(usage)));
    let tracks = match report.demand.track_mbps {
        Some(mbps) => format!(", {} of {mbps} Mbit/s each", counted(report.demand.movers, "track")),
        None => String::new(),
    };
    format!("demand {}{usage}{tracks}", report.demand.source)
}

/// The users that a demand is of, in words.
pub(super) fn users(usage: &Usage) -> String {
    format!(
        "{} of the people, {} Mbit/s in the busy hour, oversubscription {}",
        usage.penetration, usage.busy_hour_mbps, usage.oversubscription
    )
}

/// The clock unknowns of a navigation run, in words.
pub(super) fn clocks(clock: Clock) -> &'static str {
    match clock {
        Clock::PerSystem => "one clock unknown for each system",
        Clock::Common => "one clock unknown for all systems",
    }
}

/// When a cell or place counts as covered, in words.
pub(super) fn covered(report: &CoverageReport) -> String {
    let what = if report.grid.area_km2.is_some() { "the centre of a cell" } else { "the place" };
    let reach = if report.gateways.is_some() { ", each while it is in reach of a gateway" } else { "" };
    format!("at least {} in view of {what}{reach}", report.at_least)
}

fn systems(inputs: &[Input]) -> Vec<System<'_>> {
    inputs.iter().map(System::from).collect()
}

fn names(systems: &[System<'_>]) -> String {
    systems.iter().map(|system| system.name).collect::<Vec<_>>().join(" + ")
}

/// `phase first`, but `phase-1` as it is.
fn of_phase(phase: &str) -> String {
    if phase.starts_with("phase") { phase.to_owned() } else { format!("phase {phase}") }
}

/// `phase first: 168 satellites`; of several systems each with its name.
fn satellites(systems: &[System<'_>]) -> String {
    let told = |system: &System<'_>| {
        let count = counted(system.satellites, "satellite");
        match (systems.len(), system.phase) {
            (1, None) => count,
            (1, Some(phase)) => format!("{}: {count}", of_phase(phase)),
            (_, None) => format!("{}: {count}", system.name),
            (_, Some(phase)) => format!("{}, {}: {count}", system.name, of_phase(phase)),
        }
    };
    systems.iter().map(told).collect::<Vec<_>>().join(" + ")
}

fn ground(grid: &GridDescription) -> String {
    match grid.h3_resolution {
        Some(resolution) => {
            format!("{} · {} of H3 resolution {resolution}", grid.region, counted(grid.points, "cell"))
        }
        None => format!("{} · {}", grid.region, counted(grid.points, "place")),
    }
}

fn window(start: Epoch, duration_s: f64) -> String {
    format!("{start} + {}", exact_length(duration_s))
}

fn mask(mask_deg: f64) -> String {
    format!("elevation mask {mask_deg}°")
}

fn covered_by(at_least: u32) -> String {
    match at_least {
        1 => String::new(),
        fold => format!("covered with {fold} or more in view"),
    }
}

fn through(count: usize, files: &[String]) -> String {
    format!("through {} of {}", counted(count, "gateway"), files.join(", "))
}

fn gateways(reach: Option<&GatewayReach>) -> String {
    reach.map_or_else(String::new, |reach| format!("{}, {}", through(reach.sites, &reach.files), reach.masks))
}

/// Gateways are common to all systems of a comparison; their masks are told once where they are the same.
fn gateways_of_all(reports: &[CoverageReport]) -> String {
    let first = gateways(reports[0].gateways.as_ref());
    match &reports[0].gateways {
        Some(reach) if reports.iter().any(|report| gateways(report.gateways.as_ref()) != first) => {
            through(reach.sites, &reach.files)
        }
        _ => first,
    }
}
