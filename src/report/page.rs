//! What a report page shows, whatever command made it: figures on a map, charts, tables and how it was
//! made. A command fills a [`Page`]; [`crate::export::html`] turns it into one file.

mod capacity;
mod compare;
mod coverage;
mod dop;
mod head;
mod messages;
mod parts;
mod passes;
mod sites;
mod view;

pub use capacity::FIGURES as CAPACITY_FIGURES;
pub use compare::CompareContext;
pub use compare::{difference as comparison_difference, figure_names as comparison_figures};
pub use coverage::FIGURES as COVERAGE_FIGURES;
pub use dop::FIGURES as DOP_FIGURES;
pub use head::Head;
pub use messages::FIGURES as MESSAGE_FIGURES;
pub use parts::{Axis, Bars, Chart, Line, Section, Table};
pub use passes::FIGURES as PASSES_FIGURES;
pub(crate) use sites::{first_place, presence};
pub use view::ViewContext;

use h3o::CellIndex;
use serde::Serialize;

use crate::constellation::{Constellation, Figure as FileFigure, LeftOut, Satellite};
use crate::ephemeris::LostSatellite;
use crate::frames::EarthOrientation;
use crate::frames::orientation::Orientation;
use crate::orbit::MeanElements;
use crate::passes::Contact;
use crate::report::left_out_at;
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
    /// Shares and amounts by name.
    pub bars: Vec<Bars>,
    /// Tables of figures.
    pub tables: Vec<Table>,
    /// How it was made: sections of label and text.
    pub made: Vec<Section>,
    /// Start of the window, to which instants refer.
    pub start: Epoch,
    /// Satellites, for timelines of a cell and for motion.
    pub sky: Option<Sky>,
    /// How the Earth is oriented below them.
    pub orientation: Orientation,
    /// Contacts of the satellites of the sky with the places of the ground, by their numbers.
    pub contacts: Vec<Contact>,
    /// Contacts of the run, some of which may not be on the page.
    pub contacts_in_all: usize,
    /// Seconds after the start from which on contacts that begin are not on the page; none where all are.
    pub contacts_until_s: Option<f64>,
    /// Contacts that begin before that and are not on the page either, those of the last sites.
    pub contacts_lacking_before: usize,
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
    /// Height above the ellipsoid in km.
    pub height_km: f64,
}

/// The figures of one system.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Name of the system, or of a difference of two.
    pub name: String,
    /// Its figures. Figures of one name in several layers share a colour scale; differences share theirs.
    pub figures: Vec<MapFigure>,
    /// For a difference: the numbers of the layers of which it is the first less the second.
    pub difference_of: Option<(usize, usize)>,
    /// What stands before the names of its figures in the columns of a CSV file.
    pub columns: String,
}

impl Layer {
    /// The figures of a system.
    pub fn new(name: impl Into<String>, figures: Vec<MapFigure>) -> Self {
        Self { name: name.into(), figures, difference_of: None, columns: String::new() }
    }

    /// With what stands before the names of its figures in the columns of a CSV file.
    #[must_use]
    pub fn columns(mut self, before: &str) -> Self {
        before.clone_into(&mut self.columns);
        self
    }

    /// Layer `first` less layer `second` of `layers`, figure by figure; instants have no difference.
    pub fn difference(layers: &[Self], first: usize, second: usize) -> Self {
        let (a, b) = (&layers[first], &layers[second]);
        let figures = a.figures.iter().filter(|figure| !figure.instant && figure.categories.is_empty());
        let figures = figures.filter_map(|figure| {
            let other = b.figures.iter().find(|other| other.name == figure.name)?;
            let less = |(a, b): (&Option<f64>, &Option<f64>)| Some((*a)? - (*b)?);
            let values = figure.values.iter().zip(&other.values).map(less).collect();
            let good = match figure.better {
                Some(Better::High) => ", which is better",
                Some(Better::Low) => ", which is worse",
                None => "",
            };
            let note = format!("orange: more than {}{good}", b.name);
            let unit = if figure.unit == "%" { "points".to_owned() } else { figure.unit.clone() };
            Some(MapFigure { values, note, unit, ..figure.clone() }.difference())
        });
        Self {
            name: format!("{} − {}", a.name, b.name),
            figures: figures.collect(),
            difference_of: Some((first, second)),
            columns: String::new(),
        }
    }
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
    /// What the values 0, 1, … stand for; empty for values that are numbers.
    pub categories: Vec<String>,
    /// The category that stands for none of the others, such as "alike": it is drawn in grey.
    pub neutral: Option<usize>,
    /// The values; none where the figure does not exist.
    #[serde(skip)]
    pub values: Vec<Option<f64>>,
}

/// How the remark on a figure begins that tells where it has no value.
const GREY: &str = "grey: ";

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
            categories: Vec::new(),
            neutral: None,
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

    /// Values are numbers of these categories.
    #[must_use]
    pub fn of_categories<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.categories = names.into_iter().map(str::to_owned).collect();
        self.better = None;
        self
    }

    /// This category stands for none of the others.
    #[must_use]
    pub fn neutral(mut self, number: usize) -> Self {
        self.neutral = Some(number);
        self
    }

    /// What is grey on a map of this figure: "no gaps" where its remark says so.
    pub fn no_value(&self) -> &str {
        self.note.strip_prefix(GREY).unwrap_or("no value")
    }

    /// What its remark says besides what is grey; empty where that is all.
    pub fn remark(&self) -> &str {
        if self.note.starts_with(GREY) { "" } else { &self.note }
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
    /// Kind: `station` or `gateway`.
    pub kind: &'static str,
    /// Longitude in degrees.
    pub longitude: f64,
    /// Geodetic latitude in degrees.
    pub latitude: f64,
    /// Height above the ellipsoid in km.
    #[serde(rename = "height")]
    pub height_km: f64,
    /// Elevation mask in degrees, from which contacts are shown; none for no contacts.
    pub mask_deg: Option<f64>,
    /// Stretches of the window in which it is in service, seconds after the page's start; none where it always is.
    pub present: Option<Vec<(f64, f64)>>,
}

/// A line on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    /// Its name.
    pub name: String,
    /// Longitude and latitude in degrees of its points.
    pub points: Vec<(f64, f64)>,
    /// Seconds after the page's start of each point for a ship that moves, twice the same where it is elsewhere at once;
    /// empty for a mere line.
    pub times: Vec<f64>,
    /// Heights of the points above the ellipsoid in km; empty where all are 0.
    #[serde(rename = "heights")]
    pub heights_km: Vec<f64>,
    /// Elevation mask of the ship in degrees; none for no contacts.
    pub mask_deg: Option<f64>,
    /// Stretches of the window in which it is there, seconds after the page's start; none where it always is.
    pub present: Option<Vec<(f64, f64)>>,
}

impl Track {
    /// The stretches of its points that are lines: none where a ship is absent between two points or elsewhere at once.
    pub fn ways(&self) -> Vec<&[(f64, f64)]> {
        let is_absent = |seconds: f64| {
            let is_in = |&(from_s, to_s): &(f64, f64)| (from_s..=to_s).contains(&seconds);
            self.present.as_ref().is_some_and(|present| !present.iter().any(is_in))
        };
        let pairs = self.times.windows(2).enumerate();
        let breaks = pairs
            .filter(|(_, pair)| pair[0] == pair[1] || is_absent(0.5 * (pair[0] + pair[1])))
            .map(|(number, _)| number + 1);
        let ends = breaks.chain([self.points.len()]);
        ends.scan(0, |from, end| Some(&self.points[std::mem::replace(from, end)..end])).collect()
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
    /// The systems that they belong to, in their order; empty for one.
    pub systems: Vec<SkySystem>,
    /// Whether a satellite counts only while it sees a marker or a track that has a mask.
    pub through_gateways: bool,
}

/// A system of a sky with several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SkySystem {
    /// Its name.
    pub name: String,
    /// Its satellites follow each other; this many.
    pub count: usize,
    /// Its elevation mask in degrees.
    pub min_elevation_deg: f64,
}

impl Sky {
    /// The satellites of constellations, in their order.
    pub fn of(constellations: &[Constellation], window: Window, min_elevation_deg: f64) -> Self {
        let satellites = constellations.iter().flat_map(|constellation| &constellation.satellites);
        Self::of_satellites(satellites, window, min_elevation_deg)
    }

    /// Satellites in their order.
    pub fn of_satellites<'a>(
        satellites: impl IntoIterator<Item = &'a Satellite>,
        window: Window,
        min_elevation_deg: f64,
    ) -> Self {
        Self {
            window,
            min_elevation_deg,
            at_least: 1,
            satellites: satellites
                .into_iter()
                .map(|satellite| (satellite.name.clone(), satellite.elements))
                .collect(),
            systems: Vec::new(),
            through_gateways: false,
        }
    }
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
            bars: Vec::new(),
            tables: Vec::new(),
            made: Vec::new(),
            start,
            sky: None,
            orientation: EarthOrientation::default().into(),
            contacts: Vec::new(),
            contacts_in_all: 0,
            contacts_until_s: None,
            contacts_lacking_before: 0,
            playing: false,
        }
    }

    /// A page with this title and subtitle and nothing else.
    fn of(head: Head, start: Epoch) -> Self {
        Self::new(head.title, head.subtitle, start)
    }

    /// With further conditions in its subtitle, which the report of its run does not hold.
    #[must_use]
    pub fn with(mut self, conditions: &[String]) -> Self {
        let head = Head { title: self.title, subtitle: self.subtitle }.with(conditions);
        (self.title, self.subtitle) = (head.title, head.subtitle);
        self
    }

    /// Adds a section of "how this was made", unless it is empty.
    pub fn section<'a>(&mut self, heading: &str, rows: impl IntoIterator<Item = (&'a str, String)>) {
        let section = Section::new(heading, rows);
        if !section.rows.is_empty() {
            self.made.push(section);
        }
    }

    /// Adds the section of the run, with the satellites lost in it, and one of each file.
    pub fn run_sections<'a>(
        &mut self,
        mut rows: Vec<(&'a str, String)>,
        lost: &[LostSatellite],
        files: impl IntoIterator<Item = FileFacts<'a>>,
    ) {
        rows.extend(lost.iter().map(|lost| {
            ("lost satellite", format!("{} from {}: {}", lost.satellite, lost.from, lost.reason))
        }));
        self.section("Run", rows);
        for file in files {
            self.file_section(&file);
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
        rows.extend(file.left_out.iter().take(LEFT_OUT_LISTED).map(|left| {
            ("left out", format!("{}{}: {}", left.satellite, left_out_at(left, file.file), left.reason))
        }));
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
