//! Charts, bars, tables and sections of a page.

use serde::{Serialize, Serializer};

use crate::time::Epoch;

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
    /// Its values; none where there is none. A page has six digits of each.
    #[serde(serialize_with = "six_digits")]
    pub values: Vec<Option<f64>>,
}

/// Numbers to six significant digits: a chart shows no more, and many of them make a page large.
fn six_digits<S: Serializer>(values: &[Option<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    let rounded = |value: f64| {
        if value == 0.0 || !value.is_finite() {
            return value;
        }
        let scale = 10f64.powi(5 - value.abs().log10().floor() as i32);
        let rounded = (value * scale).round() / scale;
        // What is not all of something stays below 100.
        if value < 100.0 - 1e-9 && rounded == 100.0 { 99.9999 } else { rounded }
    };
    serializer.collect_seq(values.iter().map(|value| value.map(rounded)))
}

impl Line {
    /// A line with a value everywhere.
    pub fn new(name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        Self { name: name.to_owned(), values: values.into_iter().map(Some).collect() }
    }
}

/// Shares or amounts by name, drawn as horizontal bars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bars {
    /// Title.
    pub title: String,
    /// Unit of the amounts.
    pub unit: String,
    /// Decimals that are shown.
    pub decimals: u8,
    /// Name and amount of each.
    pub rows: Vec<(String, f64)>,
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
