//! Options that all commands share which compute coverage of several systems, phases or losses.

use clap::{Args, ValueEnum};
use hexsky::constellation::{CATALOGUE_PATTERN, Constellation, LeftOut, Satellite};
use hexsky::coverage::memory::{
    Size, SubsetsAhead, estimate_subsets, mean_in_view, most_passes, passes_per_point,
};
use hexsky::coverage::{Exact, Settings};
use hexsky::diagnostics::{counted, quoted};
use hexsky::ephemeris::{Loss, LostSatellite};
use hexsky::frames::orientation::Orientation;
use hexsky::memory::FEWER_PLACES;
use hexsky::report::coverage::model;
use hexsky::report::left_out_at;
use hexsky::time::{Epoch, Window};
use serde::Serialize;

use super::columns::Lines;
use super::coverage::{Area, DEFAULT_MASK_DEG};
use super::coverage_text::{covered_means, length};
use super::earth::EarthArgs;
use super::memory::{MemoryArg, Outlook};
use super::start::StartArg;
use super::strict::StrictArg;
use super::{Failure, degrees, positive_duration_s};

/// Window, grid, mask: the options of `hexsky coverage` under the same names.
#[derive(Debug, Args)]
pub struct RunOptions {
    #[command(flatten)]
    pub start: StartArg,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true)]
    pub duration: f64,
    /// Elevation mask in degrees for all systems [default: each system's own service mask; 10 for a bare catalogue].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    pub min_elevation: Option<f64>,
    /// Number of satellites that must be in view for a place to count as covered.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = crate::cli::whole(1u32, u32::MAX))]
    pub at_least: u32,
    /// Region: globe, a country, a named region, a box, a latitude band or a GeoJSON file.
    #[arg(long, default_value = "globe", conflicts_with = "points", allow_hyphen_values = true)]
    pub region: String,
    /// Places instead of cells: a CSV file with name, lat_deg, lon_deg and, if wanted, height_m.
    #[arg(long, value_name = "FILE")]
    pub points: Option<String>,
    #[command(flatten)]
    pub earth: EarthArgs,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = crate::cli::whole(1u16, 1024))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub memory: MemoryArg,
    /// No report and no progress.
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub strict: StrictArg,
}

/// What is solved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExactArg {
    /// Nothing: a quick look, gaps as coarse as the step.
    None,
    /// Percent covered, gaps, accesses and response time.
    Edges,
    /// In-view figures and N-fold percentages too.
    All,
}

impl ExactArg {
    /// What is solved for: what is asked, or everything where each point is looked at for itself.
    pub fn chosen(self, point_by_point: bool) -> Exact {
        if point_by_point { Exact::All } else { self.into() }
    }
}

impl From<ExactArg> for Exact {
    fn from(exact: ExactArg) -> Self {
        match exact {
            ExactArg::None => Self::None,
            ExactArg::Edges => Self::Edges,
            ExactArg::All => Self::All,
        }
    }
}

impl RunOptions {
    /// What is covered.
    pub fn area(&self, resolution: u8) -> Result<Area, Failure> {
        match &self.points {
            Some(file) => Area::of_places(file),
            None => Area::of_region(&self.region, resolution),
        }
    }

    /// What is covered, before it is made.
    pub fn outlook(&self, resolution: u8) -> Result<Outlook, Failure> {
        Outlook::of(self.points.as_deref(), &self.region, resolution)
    }

    /// Refuses a run of subsets that needs too much memory, before they are made.
    pub fn admit_subsets(
        &self,
        satellites: &[Satellite],
        orientation: &Orientation,
        settings: &Settings,
        resolution: u8,
        subsets: &SubsetsAhead,
    ) -> Result<(), Failure> {
        let outlook = self.outlook(resolution)?;
        let elements: Vec<_> = satellites.iter().map(|satellite| &satellite.elements).collect();
        // Passes are solved of each satellite, whether others fill its gaps or not.
        let most = most_passes(elements.iter().copied(), settings.window.duration_s);
        let told = |passes: f64| {
            let in_view = mean_in_view(elements.iter().copied(), settings.min_elevation_deg);
            let (points, satellites) = (outlook.points, elements.len());
            let size = Size { points, satellites, gaps_per_point: passes, in_view };
            let estimate = estimate_subsets(&size, settings, subsets);
            if self.points.is_some() { estimate.without_cells(FEWER_PLACES) } else { estimate }
        };
        super::with_threads(self.threads, || {
            self.memory.admit_closer(&told(most), || {
                let look = outlook
                    .grid()
                    .map(|look| passes_per_point(&look, outlook.points, &elements, orientation, settings));
                // Elements that cannot be flown are told by the run.
                told(look.and_then(Result::ok).map_or(most, |passes| passes.min(most)))
            })
        })?
    }

    /// Settings of a run for one system.
    pub fn settings(&self, min_elevation_deg: f64, step_s: f64, exact: Exact) -> Settings {
        Settings {
            window: self.window(),
            step_s,
            min_elevation_deg,
            at_least: self.at_least,
            // Places are looked at one by one, which solves everything anyway.
            exact: if self.points.is_some() { Exact::All } else { exact },
        }
    }

    /// Files that are read besides constellations, where they are files.
    pub fn inputs(&self) -> impl Iterator<Item = String> + '_ {
        std::iter::once(&self.region).chain(&self.points).cloned().chain(self.earth.input())
    }

    /// How the Earth is oriented over the window.
    pub fn orientation(&self) -> Result<Orientation, Failure> {
        self.earth.orientation(&self.window())
    }

    /// The window.
    pub fn window(&self) -> Window {
        Window { start: self.start.epoch(), duration_s: self.duration }
    }

    /// The mask of one system in degrees and where it comes from.
    pub fn mask(&self, constellation: &Constellation) -> (f64, String) {
        match (self.min_elevation, constellation.min_elevation_deg) {
            (Some(mask), _) => (mask, "asked for, the same for all".to_owned()),
            (None, Some(mask)) => (mask, format!("service mask of {}", constellation.file)),
            (None, None) => (DEFAULT_MASK_DEG, format!("default: {} states none", constellation.file)),
        }
    }
}

/// What was run on, as the reports of growth and of loss tell it.
#[derive(Debug, Serialize)]
pub struct RunFacts {
    pub region: String,
    h3_resolution: Option<u8>,
    points: usize,
    start: Epoch,
    duration_s: f64,
    min_elevation_deg: f64,
    min_elevation_basis: String,
    at_least: u32,
    /// Satellites of the largest fleet that flies.
    #[serde(skip)]
    flown: usize,
    model: String,
    /// What is to be said about the region or the places.
    notes: Vec<String>,
}

impl RunFacts {
    /// Facts of a run with this mask in degrees and where it comes from, of so many satellites at most.
    pub fn new(
        options: &RunOptions,
        area: &Area,
        (mask_deg, mask_basis): (f64, String),
        orientation: &Orientation,
        flown: usize,
    ) -> Self {
        Self {
            region: area.description.clone(),
            h3_resolution: area.grid.resolution.map(u8::from),
            points: area.grid.points.len(),
            start: options.start.epoch(),
            duration_s: options.duration,
            min_elevation_deg: mask_deg,
            min_elevation_basis: mask_basis,
            at_least: options.at_least,
            flown,
            model: model(orientation),
            notes: area.notes.clone(),
        }
    }

    /// What percentages of the whole are of: places are counted and have no area.
    pub fn of_what(&self) -> &'static str {
        if self.h3_resolution.is_some() { "area" } else { "places" }
    }

    /// Adds them to a text, a line each.
    pub fn lines(&self, mut line: impl FnMut(&str, &str)) {
        line("window", &format!("{} + {}, everything solved", self.start, length(self.duration_s)));
        let resolution =
            self.h3_resolution.map(|number| format!(", H3 resolution {number}")).unwrap_or_default();
        line("grid", &format!("{}{resolution}: {}", self.region, counted(self.points, "point")));
        line("mask", &format!("{}° elevation ({})", self.min_elevation_deg, self.min_elevation_basis));
        if self.at_least > 1 {
            line("covered", &covered_means(self.at_least, self.flown));
        }
        line("model", &self.model);
        self.notes.iter().for_each(|note| line("note", note));
    }
}

/// How many figures a constellation rests on, and how many of them are assumed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Basis {
    pub figures: usize,
    pub assumed: usize,
}

impl Basis {
    /// That of a constellation in its phase.
    pub fn of(constellation: &Constellation) -> Self {
        Self { figures: constellation.figures.len(), assumed: constellation.assumed_count() }
    }
}

/// What rests on assumptions and what is missing, as the reports of growth and of loss tell it.
#[derive(Debug, Serialize)]
pub struct Account {
    /// The phase whose figures are counted; none where the file has no phases.
    #[serde(skip)]
    phase: Option<String>,
    /// None where each step has its own.
    #[serde(flatten)]
    basis: Option<Basis>,
    #[serde(skip)]
    file: String,
    left_out: Vec<LeftOut>,
    warnings: Vec<String>,
    lost: Vec<String>,
}

impl Account {
    /// Account of a file's satellites, of which some may have been lost during the run.
    pub fn new(constellation: &Constellation, satellites: &[Satellite], losses: &[Loss]) -> Self {
        Self {
            phase: constellation.phase.clone(),
            basis: Some(Basis::of(constellation)),
            file: constellation.file.clone(),
            left_out: constellation.left_out.clone(),
            warnings: constellation.warnings.clone(),
            lost: lost(losses, satellites, &constellation.file)
                .iter()
                .map(|lost| format!("{} at {}: {}", lost.satellite, lost.from, lost.reason))
                .collect(),
        }
    }

    /// The same of steps that rest on figures of their own, which their table tells.
    pub fn of_steps(self) -> Self {
        Self { basis: None, ..self }
    }

    /// Sentences for the end of a report, a line each.
    pub fn text(&self) -> String {
        let mut text = Lines::default();
        if let Some(Basis { figures, assumed }) = self.basis.filter(|basis| basis.figures > 0) {
            let whose = self.phase.as_ref().map_or("the file".to_owned(), |phase| format!("phase {phase}"));
            text.push_line(&format!("{assumed} of {figures} figures of {whose} are assumed"));
        }
        if let Some(first) = self.left_out.first() {
            text.push_line(&format!(
                "{} of the file left out{}: {}{}: {}",
                counted(self.left_out.len(), "satellite"),
                if self.left_out.len() == 1 { "" } else { "; the first" },
                first.satellite,
                left_out_at(first, &self.file),
                first.reason
            ));
        }
        for warning in &self.warnings {
            text.push_line(&format!("warning: {warning}"));
        }
        if !self.lost.is_empty() {
            text.push_line(&format!(
                "{} lost by the end of the window: {}",
                counted(self.lost.len(), "satellite"),
                self.lost.join("; ")
            ));
        }
        text.into_string()
    }
}

/// The satellites of a file that were lost.
pub fn lost(losses: &[Loss], satellites: &[Satellite], file: &str) -> Vec<LostSatellite> {
    let flown: Vec<_> = satellites.iter().map(|satellite| (satellite, file)).collect();
    hexsky::report::lost::lost(losses, &flown)
}

/// Refuses what knows no planes: a catalogue, also one beside shells that know theirs.
pub fn check_planes(constellation: &Constellation) -> Result<(), Failure> {
    let shells = &constellation.shells;
    let Some(catalogue) = shells.iter().find(|shell| shell.pattern == CATALOGUE_PATTERN) else {
        return Ok(());
    };
    let file = &constellation.file;
    Err(match shells.len() {
        1 => Failure::input(
            format!("{file} is a catalogue, which tells no planes"),
            "hexsky infer makes a definition with planes of it",
        ),
        _ => Failure::input(
            format!(
                "'{}' of {file} is a catalogue, which tells no planes: {} of unknown planes",
                quoted(&catalogue.name),
                counted(catalogue.satellites, "satellite")
            ),
            "leave it out of the file, or put shells in its place: hexsky infer makes them of a catalogue",
        ),
    })
}
