//! What a report page shows, whatever command made it: figures on a map, charts, tables and how it was
//! made. A command fills a [`Page`]; [`crate::export::html`] turns it into one file.

mod coverage;
mod dop;
mod view;

pub use view::ViewContext;

use h3o::CellIndex;
use serde::Serialize;

use crate::constellation::{Figure as FileFigure, LeftOut};
use crate::orbit::MeanElements;
use crate::time::{Epoch, Window};

/// A report page. Start from [`Page::new`] and fill what there is; empty parts are not shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Title, such as `Coverage of BeiDou-3`.
    pub title: String,
    /// One line below the title.
    pub subtitle: String,
    /// The figures that matter most: label and value with its unit.
    pub headline: Vec<(String, String)>,
    /// What the values of the layers belong to.
    pub ground: Ground,
    /// Named sets of figures over the same ground: one for each system.
    pub layers: Vec<Layer>,
    /// Stations, ships and the like.
    pub markers: Vec<Marker>,
    /// Lines on the map, such as the ways of ships.
    pub tracks: Vec<Track>,
    /// Latitude profiles and series.
    pub charts: Vec<Chart>,
    /// Tables of figures.
    pub tables: Vec<Table>,
    /// How it was made: sections of label and text.
    pub made: Vec<Section>,
    /// Start of the window, to which instants refer.
    pub start: Epoch,
    /// Satellites, for timelines of a cell.
    pub sky: Option<Sky>,
    /// Whether the page opens with its satellites in motion.
    pub playing: bool,
}

/// What the values of a figure belong to, in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// H3 cells of one resolution.
    Cells(Vec<CellIndex>),
    /// Places.
    Places(Vec<Place>),
}

/// A named place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Longitude in degrees.
    pub longitude: f64,
    /// Geodetic latitude in degrees.
    pub latitude: f64,
}

/// The figures of one system.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Name of the system, or of a difference of two.
    pub name: String,
    /// Its figures. Figures of one name in several layers share a colour scale.
    pub figures: Vec<MapFigure>,
}

/// Which way a figure is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better.
    High,
    /// Less is better.
    Low,
}

/// A figure with a value for each cell or place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapFigure {
    /// Field name, the same as in the CSV file.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Unit; empty for plain numbers.
    pub unit: String,
    /// Decimals that are kept and shown.
    pub decimals: u8,
    /// Which way it is good; none gives the scale as it is.
    pub better: Option<Better>,
    /// Middle of a diverging scale, for differences.
    pub centre: Option<f64>,
    /// Remark for the legend.
    pub note: String,
    /// Whether values are seconds after the page's start, shown as instants.
    pub instant: bool,
    /// The values; none where the figure does not exist.
    #[serde(skip)]
    pub values: Vec<Option<f64>>,
}

impl MapFigure {
    /// A figure of which more is better, without unit or remark.
    pub fn new(name: &str, title: &str, decimals: u8, values: Vec<Option<f64>>) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            unit: String::new(),
            decimals,
            better: Some(Better::High),
            centre: None,
            note: String::new(),
            instant: false,
            values,
        }
    }

    /// With a unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.unit);
        self
    }

    /// Less is better.
    #[must_use]
    pub fn less_is_better(mut self) -> Self {
        self.better = Some(Better::Low);
        self
    }

    /// A difference: diverging colours around zero.
    #[must_use]
    pub fn difference(mut self) -> Self {
        self.centre = Some(0.0);
        self
    }

    /// With a remark for the legend.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        note.clone_into(&mut self.note);
        self
    }

    /// Values are seconds after the page's start, shown as instants.
    #[must_use]
    pub fn instants(mut self) -> Self {
        self.instant = true;
        self.better = None;
        self
    }
}

/// A point on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marker {
    /// Its name.
    pub name: String,
    /// Kind: `station`, `ship`, `satellite`.
    pub kind: &'static str,
    /// Longitude in degrees.
    pub longitude: f64,
    /// Geodetic latitude in degrees.
    pub latitude: f64,
    /// Elevation mask in degrees, from which contacts are shown; none for no contacts.
    pub mask_deg: Option<f64>,
}

/// A line on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    /// Its name.
    pub name: String,
    /// Longitude and latitude in degrees of its points.
    pub points: Vec<(f64, f64)>,
    /// Seconds after the page's start of each point for a ship that moves; empty for a mere line.
    pub times: Vec<f64>,
    /// Elevation mask of the ship in degrees; none for no contacts.
    pub mask_deg: Option<f64>,
}

/// What runs along a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Latitude in degrees, drawn upright.
    Latitude,
    /// Seconds after `start`.
    Time,
    /// Plain numbers.
    Number,
}

/// A line chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// Title.
    pub title: String,
    /// What runs along.
    pub axis: Axis,
    /// Title along.
    pub x_title: String,
    /// Title of the values, with their unit.
    pub y_title: String,
    /// Start of a time axis.
    pub start: Option<Epoch>,
    /// Where the values are.
    pub x: Vec<f64>,
    /// Whether the scale begins at zero.
    pub from_zero: bool,
    /// The lines, each with a value for each `x`.
    pub lines: Vec<Line>,
}

impl Chart {
    /// A latitude profile: values at the middles of bands.
    pub fn profile(title: &str, y_title: &str, latitudes_deg: Vec<f64>, lines: Vec<Line>) -> Self {
        Self {
            title: title.to_owned(),
            axis: Axis::Latitude,
            x_title: "latitude".to_owned(),
            y_title: y_title.to_owned(),
            start: None,
            x: latitudes_deg,
            from_zero: false,
            lines,
        }
    }

    /// A series at even steps of time.
    pub fn series(title: &str, y_title: &str, start: Epoch, step_s: f64, lines: Vec<Line>) -> Self {
        let count = lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
        Self {
            title: title.to_owned(),
            axis: Axis::Time,
            x_title: "UTC".to_owned(),
            y_title: y_title.to_owned(),
            start: Some(start),
            x: (0..count).map(|number| number as f64 * step_s).collect(),
            from_zero: false,
            lines,
        }
    }
}

/// A line of a chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its values; none where there is none.
    pub values: Vec<Option<f64>>,
}

impl Line {
    /// A line with a value everywhere.
    pub fn new(name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        Self { name: name.to_owned(), values: values.into_iter().map(Some).collect() }
    }
}

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Title.
    pub title: String,
    /// Titles of the columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A section of "how this was made".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Label and text of each line.
    pub rows: Vec<(String, String)>,
}

impl Section {
    /// A section with its lines.
    pub fn new<'a>(heading: &str, rows: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self {
            heading: heading.to_owned(),
            rows: rows.into_iter().map(|(label, text)| (label.to_owned(), text)).collect(),
        }
    }
}

/// The satellites of a run, from which a page computes the timeline of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Sky {
    /// The window.
    pub window: Window,
    /// Elevation mask in degrees.
    pub min_elevation_deg: f64,
    /// Number in view that counts as covered.
    pub at_least: u32,
    /// Name and elements of each.
    pub satellites: Vec<(String, MeanElements)>,
}

impl Page {
    /// A page without figures.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>, start: Epoch) -> Self {
        Self {
            title: title.into(),
            subtitle: subtitle.into(),
            headline: Vec::new(),
            ground: Ground::Places(Vec::new()),
            layers: Vec::new(),
            markers: Vec::new(),
            tracks: Vec::new(),
            charts: Vec::new(),
            tables: Vec::new(),
            made: Vec::new(),
            start,
            sky: None,
            playing: false,
        }
    }

    /// Adds a section of "how this was made", unless it is empty.
    pub fn section<'a>(&mut self, heading: &str, rows: impl IntoIterator<Item = (&'a str, String)>) {
        let section = Section::new(heading, rows);
        if !section.rows.is_empty() {
            self.made.push(section);
        }
    }

    /// Adds what a file says of itself: where it is from, what it assumes, what was left out.
    pub fn file_section(&mut self, file: &FileFacts<'_>) {
        let mut rows = vec![
            ("file", file.file.to_owned()),
            ("satellites used", file.satellites.to_string()),
            ("figures in the file", format!("{}, of them {} assumed", file.figures, file.assumed.len())),
        ];
        if let Some(phase) = file.phase {
            rows.insert(1, ("phase", phase.to_owned()));
        }
        rows.extend(
            file.assumed
                .iter()
                .map(|figure| ("assumed", format!("{} = {}: {}", figure.name, figure.value, figure.source))),
        );
        rows.extend(
            file.left_out
                .iter()
                .take(LEFT_OUT_LISTED)
                .map(|left| ("left out", format!("{}: {}", left.satellite, left.reason))),
        );
        if file.left_out.len() > LEFT_OUT_LISTED {
            rows.push(("left out", format!("and {} more", file.left_out.len() - LEFT_OUT_LISTED)));
        }
        rows.extend(file.warnings.iter().map(|warning| ("warning", warning.clone())));
        rows.extend(file.notes.iter().map(|note| ("note", note.clone())));
        self.section(&format!("Input: {}", file.name), rows);
    }
}

/// Satellites left out that a page lists by name.
const LEFT_OUT_LISTED: usize = 20;

/// What a page says of an input file.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'a> {
    /// Name of the system.
    pub name: &'a str,
    /// The file as the user named it.
    pub file: &'a str,
    /// Deployment phase.
    pub phase: Option<&'a str>,
    /// Satellites used.
    pub satellites: usize,
    /// Number of figures that the file holds.
    pub figures: usize,
    /// Those that are assumed.
    pub assumed: &'a [FileFigure],
    /// Satellites that were read but not used.
    pub left_out: &'a [LeftOut],
    /// What the reader wants said.
    pub notes: &'a [String],
    /// What may make results wrong.
    pub warnings: &'a [String],
}

/// Seconds as people read them: `2 h 5 min`, `12.3 s`.
pub fn length(seconds: f64) -> String {
    const UNITS: [(f64, &str); 3] = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")];
    for (number, (size, name)) in UNITS.iter().enumerate() {
        if seconds >= *size {
            let (below, below_name) = UNITS.get(number + 1).copied().unwrap_or((1.0, "s"));
            let whole = (seconds / below).round() * below;
            let (count, rest) = ((whole / size).floor(), ((whole % size) / below).round());
            return if rest > 0.0 {
                format!("{count} {name} {rest} {below_name}")
            } else {
                format!("{count} {name}")
            };
        }
    }
    format!("{seconds:.1} s")
}
