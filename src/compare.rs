//! Coverage of several systems side by side: over the whole grid, by region, by latitude, cell by cell.
//!
//! Only what was computed alike is compared: [`Comparison::new`] refuses runs over other windows or grids.

use serde::Serialize;

use crate::coverage::summary::{Summary, summarise, unit_of_share};
use crate::coverage::{Coverage, Exact, PointFigures};
use crate::diagnostics::counted;
use crate::grid::cells::{Grid, GridPoint};
use crate::grid::region::Region;
use crate::report::coverage::{CoverageReport, GridDescription};
use crate::time::Epoch;

pub mod definition;
mod figure;
pub mod satellites;

pub use figure::{Better, FIGURES, Figure, POINT_FIGURES, PointFigure};

/// One system with its run.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What tables call it; differs from entry to entry.
    pub label: String,
    /// Its report.
    pub report: &'a CoverageReport,
    /// The run itself; none where only the report is at hand.
    pub coverage: Option<&'a Coverage>,
}

/// Why runs cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unlike {
    /// Fewer than two systems.
    #[error("only {0} system: a comparison needs two at least")]
    TooFew(usize),
    /// The windows differ.
    #[error(
        "{first} was computed from {first_start} over {first_s} s, {other} from {other_start} over {other_s} s"
    )]
    Window {
        /// Label of the first entry.
        first: String,
        /// Its start.
        first_start: Epoch,
        /// Its length, s.
        first_s: f64,
        /// Label of the other entry.
        other: String,
        /// Its start.
        other_start: Epoch,
        /// Its length, s.
        other_s: f64,
    },
    /// The grids differ.
    #[error("{first} was computed on {first_grid}, {other} on {other_grid}")]
    Grid {
        /// Label of the first entry.
        first: String,
        /// Its grid, in words.
        first_grid: String,
        /// Label of the other entry.
        other: String,
        /// Its grid, in words.
        other_grid: String,
    },
    /// The grids are called alike and are not the same.
    #[error("{first} and {other} were computed with other {what}, although both are called {name}")]
    Places {
        /// What differs: cells, places or gateways.
        what: &'static str,
        /// What both are called.
        name: String,
        /// Label of the first entry.
        first: String,
        /// Label of the other entry.
        other: String,
    },
    /// A report does not tell where it was computed.
    #[error(
        "the report of {label} is of an earlier version of hexsky and does not tell which {what} are meant by {name}"
    )]
    Untold {
        /// Label of the entry.
        label: String,
        /// What it does not tell: places or gateways.
        what: &'static str,
        /// What they are called.
        name: String,
    },
    /// A setting that changes what the figures mean differs.
    #[error("{setting} is {first_value} for {first} and {other_value} for {other}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Label of the first entry.
        first: String,
        /// Its value.
        first_value: String,
        /// Label of the other entry.
        other: String,
        /// Its value.
        other_value: String,
    },
}

impl Unlike {
    /// How to mend it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooFew(_) => "name two systems at least",
            Self::Setting { .. } => "compute both with the same setting, then compare",
            Self::Places { .. } => "compute both with the same files, then compare",
            Self::Untold { .. } => "write it anew with hexsky coverage FILE --json PATH",
            Self::Window { .. } | Self::Grid { .. } => {
                "compute both over the same window and grid, then compare"
            }
        }
    }
}

/// One figure of every system.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The figure.
    pub figure: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Which is better.
    pub better: Better,
    /// Values in the order of the systems.
    pub values: Vec<f64>,
    /// The best ones; all false where all are alike.
    pub best: Vec<bool>,
    /// Value less that of the baseline.
    pub difference: Vec<f64>,
}

/// All figures over one region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionRows {
    /// The region.
    pub region: String,
    /// Cells of the grid in it; without any there are no rows.
    pub points: usize,
    /// Area of these cells, km²; the number of places for places.
    pub area_km2: f64,
    /// One row for each figure.
    pub rows: Vec<Row>,
}

/// One figure by band of latitude.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Southern edge, degrees.
    pub from_deg: f64,
    /// Northern edge, degrees.
    pub to_deg: f64,
    /// Percent covered, in the order of the systems.
    pub percent_covered: Vec<f64>,
    /// Mean number in view.
    pub mean_in_view: Vec<f64>,
    /// Longest gap, s.
    pub max_gap_s: Vec<f64>,
}

/// Where one system beats another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beats {
    /// The figure.
    pub figure: &'static str,
    /// Values as near as this count as equal, in the figure's unit.
    pub tolerance: f64,
    /// `[a][b]`: percent of the area, or of the places, where system `a` is better than system `b`.
    pub percent_of_area: Vec<Vec<f64>>,
}

/// Systems side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Labels of the systems.
    pub labels: Vec<String>,
    /// Number of the baseline.
    pub baseline: usize,
    /// Figures over the whole grid.
    pub rows: Vec<Row>,
    /// Figures over regions.
    pub regions: Vec<RegionRows>,
    /// Where one beats the other; empty where only reports are at hand.
    pub beats: Vec<Beats>,
    /// By latitude, north first; empty for places.
    pub latitude_profile: Vec<Band>,
}

impl Comparison {
    /// Puts the systems side by side. `grid` is the one that all were computed on; regions and cell by cell
    /// figures need it and the runs.
    ///
    /// # Errors
    /// [`Unlike`] where windows, grids or settings differ. Elevation masks may: they belong to the systems.
    ///
    /// # Panics
    /// When `baseline` is no number of an entry, or a run was not made on `grid`.
    pub fn new(
        entries: &[Entry<'_>],
        grid: Option<&Grid>,
        baseline: usize,
        regions: &[Region],
    ) -> Result<Self, Unlike> {
        check_alike(entries)?;
        let summaries: Vec<Summary> = entries.iter().map(|entry| entry.report.summary).collect();
        let runs: Option<Vec<&Coverage>> = entries.iter().map(|entry| entry.coverage).collect();
        let with_runs = grid.zip(runs);
        let by_region = |(grid, runs): (&Grid, Vec<&Coverage>)| {
            regions.iter().map(|region| region_rows(region, grid, &runs, baseline)).collect()
        };
        Ok(Self {
            labels: entries.iter().map(|entry| entry.label.clone()).collect(),
            baseline,
            rows: rows(&summaries, baseline, on_places(&entries[0])),
            regions: with_runs.clone().map(by_region).unwrap_or_default(),
            beats: with_runs.map(|(grid, runs)| beats(grid, &runs)).unwrap_or_default(),
            latitude_profile: profile(entries),
        })
    }
}

/// Refuses what was not computed alike.
fn check_alike(entries: &[Entry<'_>]) -> Result<(), Unlike> {
    let [first, others @ ..] = entries else { return Err(Unlike::TooFew(0)) };
    if others.is_empty() {
        return Err(Unlike::TooFew(1));
    }
    for other in others {
        let (a, b) = (first.report, other.report);
        let labels = || (first.label.clone(), other.label.clone());
        if a.start != b.start || a.duration_s != b.duration_s {
            let (first, other) = labels();
            return Err(Unlike::Window {
                first,
                first_start: a.start,
                first_s: a.duration_s,
                other,
                other_start: b.start,
                other_s: b.duration_s,
            });
        }
        if !called_alike(&a.grid, &b.grid) {
            let (first, other) = labels();
            let words = |report: &CoverageReport| {
                let grid = &report.grid;
                match grid.h3_resolution {
                    Some(resolution) => {
                        let cells = counted(grid.points, "cell");
                        format!("{} at resolution {resolution} ({cells})", grid.region)
                    }
                    None => format!("{} ({})", grid.region, counted(grid.points, "place")),
                }
            };
            return Err(Unlike::Grid { first, first_grid: words(a), other, other_grid: words(b) });
        }
        let settings = [
            ("the ground that satellites must reach", ground(a), ground(b)),
            ("the number in view that counts as covered", a.at_least.to_string(), b.at_least.to_string()),
            ("what is solved for", solved(a.exact), solved(b.exact)),
            ("the sampling step in seconds", a.step_s.to_string(), b.step_s.to_string()),
            ("the model", a.model.clone(), b.model.clone()),
        ];
        for (setting, first_value, other_value) in settings {
            if first_value != other_value {
                let (first, other) = labels();
                return Err(Unlike::Setting { setting, first, first_value, other, other_value });
            }
        }
        check_places(first, other)?;
    }
    Ok(())
}

/// Whether two grids are the same as far as they are told in words.
fn called_alike(a: &GridDescription, b: &GridDescription) -> bool {
    (&a.region, a.h3_resolution, a.points, a.area_km2) == (&b.region, b.h3_resolution, b.points, b.area_km2)
}

/// The option that says what is solved for.
fn solved(exact: Exact) -> String {
    match exact {
        Exact::None => "none",
        Exact::Edges => "edges",
        Exact::All => "all",
    }
    .to_owned()
}

/// Refuses other places or gateways that are called alike, and reports that do not tell them. Of cells without a
/// digest, region, number and area tell enough.
fn check_places(first: &Entry<'_>, other: &Entry<'_>) -> Result<(), Unlike> {
    let (a, b) = (first.report, other.report);
    let is_of_cells = a.grid.h3_resolution.is_some();
    let what = if is_of_cells { "cells" } else { "places" };
    let mut told = vec![(what, a.grid.region.clone(), &a.grid.points_sha256, &b.grid.points_sha256)];
    if let (Some(ours), Some(theirs)) = (&a.gateways, &b.gateways) {
        told.push(("gateways", ours.files.join(", "), &ours.sites_sha256, &theirs.sites_sha256));
    }
    for (what, name, ours, theirs) in told {
        let lacking = if ours.is_none() { first } else { other };
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours == theirs => {}
            (Some(_), Some(_)) => {
                let (first, other) = (first.label.clone(), other.label.clone());
                return Err(Unlike::Places { what, name, first, other });
            }
            _ if what == "cells" => {}
            _ => return Err(Unlike::Untold { label: lacking.label.clone(), what, name }),
        }
    }
    Ok(())
}

/// The gateways without which satellites do not serve. Masks that the files of gateways and systems state may
/// differ, since they belong to them.
fn ground(report: &CoverageReport) -> String {
    let Some(gateways) = &report.gateways else { return "none".to_owned() };
    let mut files = gateways.files.clone();
    files.sort();
    let floor = gateways.asked_min_elevation_deg.map(|floor| format!(", {floor}°")).unwrap_or_default();
    format!("{} ({}{floor})", files.join(", "), counted(gateways.sites, "site"))
}

/// Whether a system was computed on places, which are counted and have no area.
fn on_places(entry: &Entry<'_>) -> bool {
    entry.report.grid.h3_resolution.is_none()
}

/// One row for each figure of a summary.
fn rows(summaries: &[Summary], baseline: usize, on_places: bool) -> Vec<Row> {
    FIGURES
        .iter()
        .map(|figure| {
            let values: Vec<f64> = summaries.iter().map(figure.of).collect();
            let difference = values.iter().map(|value| value - values[baseline]).collect();
            Row {
                figure: figure.name,
                unit: unit_of_share(figure.unit, on_places),
                better: figure.better,
                best: figure.better.best_of(&values),
                values,
                difference,
            }
        })
        .collect()
}

fn region_rows(region: &Region, grid: &Grid, runs: &[&Coverage], baseline: usize) -> RegionRows {
    let inside = |point: &GridPoint| region.contains(point.latitude_deg, point.longitude_deg);
    let summaries: Option<Vec<Summary>> = runs.iter().map(|run| summarise(grid, run, inside)).collect();
    let summaries = summaries.unwrap_or_default();
    RegionRows {
        region: region.name().to_owned(),
        points: summaries.first().map_or(0, |summary| summary.points),
        area_km2: summaries.first().map_or(0.0, |summary| summary.area_km2),
        rows: if summaries.is_empty() {
            Vec::new()
        } else {
            rows(&summaries, baseline, grid.resolution.is_none())
        },
    }
}

fn beats(grid: &Grid, runs: &[&Coverage]) -> Vec<Beats> {
    let whole = grid.total_area_km2();
    POINT_FIGURES
        .iter()
        .map(|figure| {
            let share = |a: &Coverage, b: &Coverage| {
                let area: f64 = grid
                    .points
                    .iter()
                    .zip(a.points.iter().zip(&b.points))
                    .filter(|(_, (a, b))| figure.beats(a, b))
                    .map(|(point, _)| point.area_km2)
                    .sum();
                // An empty sum of floats is -0; adding 0 makes it a plain one.
                100.0 * ((area + 0.0) / whole)
            };
            let percent_of_area = runs.iter().map(|a| runs.iter().map(|b| share(a, b)).collect()).collect();
            Beats { figure: figure.name, tolerance: figure.tolerance, percent_of_area }
        })
        .collect()
}

/// Number of the best system at a point by a figure; none where the best are alike.
pub fn best_at(figure: &PointFigure, figures: &[&PointFigures]) -> Option<usize> {
    (0..figures.len()).find(|&candidate| {
        (0..figures.len()).all(|other| other == candidate || figure.beats(figures[candidate], figures[other]))
    })
}

fn profile(entries: &[Entry<'_>]) -> Vec<Band> {
    let Some(first) = entries.first().filter(|entry| !on_places(entry)) else {
        return Vec::new();
    };
    // The grids are the same, and so are the bands.
    first
        .report
        .latitude_profile
        .iter()
        .enumerate()
        .map(|(number, band)| {
            let of = |value: &dyn Fn(&Summary) -> f64| {
                entries
                    .iter()
                    .filter_map(|entry| entry.report.latitude_profile.get(number))
                    .map(|band| value(&band.summary))
                    .collect()
            };
            Band {
                from_deg: band.from_deg,
                to_deg: band.to_deg,
                percent_covered: of(&|summary| summary.percent_covered),
                mean_in_view: of(&|summary| summary.mean_in_view),
                max_gap_s: of(&|summary| summary.max_gap_s),
            }
        })
        .collect()
}
