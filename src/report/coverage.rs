//! The coverage report.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::digest;
use super::gateways::GatewayReach;
use super::lost::lost_of;
use crate::constellation::{Confidence, Constellation, Figure, LeftOut};
use crate::coverage::summary::{LatitudeBand, Summary, latitude_profile, summarise};
use crate::coverage::{Coverage, SamplingError};
use crate::ephemeris::LostSatellite;
use crate::frames::orientation::Orientation;
use crate::grid::cells::{Grid, GridPoint};
use crate::report::page::FileFacts;
use crate::time::Epoch;

/// One constellation of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Name of the system.
    pub name: String,
    /// The file as the user named it.
    pub file: String,
    /// Deployment phase, where the file declares phases.
    pub phase: Option<String>,
    /// Satellites used.
    pub satellites: usize,
    /// Number of figures that the file holds.
    pub figures: usize,
    /// Those of them that are assumed, with the reasons.
    pub assumed: Vec<Figure>,
    /// Satellites that were read but not used.
    pub left_out: Vec<LeftOut>,
    /// What the reader wants said.
    pub notes: Vec<String>,
    /// What may make results wrong: duplicates resolved, elements far from the window.
    #[serde(default)]
    pub warnings: Vec<String>,
}

impl Input {
    /// What a report keeps of a constellation.
    pub fn of(constellation: &Constellation) -> Self {
        Self {
            name: constellation.name.clone(),
            file: constellation.file.clone(),
            phase: constellation.phase.clone(),
            satellites: constellation.satellites.len(),
            figures: constellation.figures.len(),
            assumed: constellation
                .figures
                .iter()
                .filter(|figure| figure.confidence == Confidence::Assumed)
                .cloned()
                .collect(),
            left_out: constellation.left_out.clone(),
            notes: constellation.notes.clone(),
            warnings: constellation.warnings.clone(),
        }
    }
}

impl Input {
    /// What a page says of it.
    pub fn facts(&self) -> FileFacts<'_> {
        FileFacts {
            name: &self.name,
            file: &self.file,
            phase: self.phase.as_deref(),
            satellites: self.satellites,
            figures: self.figures,
            assumed: &self.assumed,
            left_out: &self.left_out,
            notes: &self.notes,
            warnings: &self.warnings,
        }
    }
}

/// What is covered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridDescription {
    /// Region or file of places, as asked for.
    pub region: String,
    /// H3 resolution; none for places.
    pub h3_resolution: Option<u8>,
    /// Number of cells or places.
    pub points: usize,
    /// Area in km²; none for places.
    pub area_km2: Option<f64>,
    /// SHA-256 of the cells, or of coordinates and heights of the places; none in reports of earlier versions.
    #[serde(default)]
    pub points_sha256: Option<String>,
}

/// Where the longest gap is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LongestGap {
    /// H3 index or name of the place.
    pub place: String,
    /// Geodetic latitude, degrees.
    pub latitude_deg: f64,
    /// Longitude, degrees.
    pub longitude_deg: f64,
    /// When it starts.
    pub start: Epoch,
    /// Its length, s.
    pub length_s: f64,
    /// Whether an end of the window cuts it.
    pub cut_by_window: bool,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageReport {
    /// Version of hexsky.
    pub hexsky_version: Cow<'static, str>,
    /// The constellations.
    pub inputs: Vec<Input>,
    /// Start of the window.
    pub start: Epoch,
    /// Length of the window, s.
    pub duration_s: f64,
    /// Sampling step, s.
    pub step_s: f64,
    /// What was solved for.
    pub exact: crate::coverage::Exact,
    /// Elevation mask, degrees.
    pub min_elevation_deg: f64,
    /// Where the mask comes from.
    pub min_elevation_basis: String,
    /// Number in view that counts as covered.
    pub at_least: u32,
    /// The gateways without which satellites do not serve; none where they need none.
    pub gateways: Option<GatewayReach>,
    /// Propagation and Earth model.
    pub model: String,
    /// What is covered.
    pub grid: GridDescription,
    /// Figures of the whole grid.
    pub summary: Summary,
    /// The longest gap; none when there is no gap.
    pub longest_gap: Option<LongestGap>,
    /// Figures by latitude, north first.
    pub latitude_profile: Vec<LatitudeBand>,
    /// Percent of the area covered at each sampled instant.
    pub series_percent: Vec<f64>,
    /// Error of the sampled figures.
    pub sampling_error: Option<SamplingError>,
    /// Satellites lost by the end of the window.
    pub lost: Vec<LostSatellite>,
    /// What the reader of the region or of the places wants said.
    pub notes: Vec<String>,
}

/// What a report says besides the computed figures.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The constellations, in the order in which their satellites were numbered.
    pub constellations: &'a [Constellation],
    /// Region or file of places, as asked for.
    pub region: &'a str,
    /// Where the mask comes from.
    pub min_elevation_basis: &'a str,
    /// Names of the points when they are places.
    pub place_names: &'a [String],
    /// What the reader of the region or of the places wants said.
    pub notes: &'a [String],
    /// The gateways without which satellites do not serve; none where they need none.
    pub gateways: Option<&'a GatewayReach>,
    /// How the Earth is oriented.
    pub orientation: &'a Orientation,
}

/// How positions come about, as reports print it.
pub fn model(orientation: &Orientation) -> String {
    format!(
        "{}; GMST 1982, {}; WGS-84 ellipsoid, geometric elevation",
        crate::orbit::SGP4_MODE,
        orientation.words()
    )
}

impl CoverageReport {
    /// Puts a report together.
    ///
    /// # Panics
    /// When the grid has no points; callers refuse empty regions.
    pub fn new(context: &Context<'_>, grid: &Grid, coverage: &Coverage) -> Self {
        let settings = &coverage.settings;
        let summary = summarise(grid, coverage, |_| true).expect("a grid has points");
        let longest_gap = summary.max_gap_point.map(|number| {
            let (point, figures) = (&grid.points[number], &coverage.points[number]);
            LongestGap {
                place: place_name(point, number, context.place_names),
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                start: settings.window.start.plus_seconds(figures.max_gap_start_s),
                length_s: figures.max_gap_s,
                cut_by_window: figures.max_inner_gap_s < figures.max_gap_s,
            }
        });
        Self {
            hexsky_version: env!("CARGO_PKG_VERSION").into(),
            inputs: context.constellations.iter().map(Input::of).collect(),
            start: settings.window.start,
            duration_s: settings.window.duration_s,
            step_s: settings.step_s,
            exact: settings.exact,
            min_elevation_deg: settings.min_elevation_deg,
            min_elevation_basis: context.min_elevation_basis.to_owned(),
            at_least: settings.at_least,
            gateways: context.gateways.cloned(),
            model: model(context.orientation),
            grid: GridDescription {
                region: context.region.to_owned(),
                h3_resolution: grid.resolution.map(u8::from),
                points: grid.points.len(),
                area_km2: grid.resolution.map(|_| grid.total_area_km2()),
                points_sha256: Some(digest::of_grid(grid)),
            },
            summary,
            longest_gap,
            latitude_profile: latitude_profile(grid, coverage),
            series_percent: coverage.series_percent.clone(),
            sampling_error: coverage.sampling_error,
            lost: lost_of(&coverage.losses, context.constellations),
            notes: context.notes.to_vec(),
        }
    }
}

/// H3 index of a cell, name of a place.
pub fn place_name(point: &GridPoint, number: usize, names: &[String]) -> String {
    match (point.cell, names.get(number)) {
        (Some(cell), _) => cell.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => format!("point {number}"),
    }
}
