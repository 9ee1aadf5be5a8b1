//! The files that commands with a map have in common: page, maps and GIS files.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use hexsky::ephemeris::Fleet;
use hexsky::export::czml;
use hexsky::export::features::Features;
use hexsky::export::gis;
use hexsky::export::map::{self, MapSettings, Projection};
use hexsky::export::memory::{Made, SCENE_BYTES};
use hexsky::export::stream::Stream;
use hexsky::export::vector::{self, ENDINGS, Format};
use hexsky::export::{html, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::ground::Site;
use hexsky::memory::{COARSER, Estimate};
use hexsky::report::page::{MapFigure, Page};

use super::turn::Turn;
use super::{Failure, check_outputs, print_as_it_is, say};

/// Page, maps and GIS files.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write a page with map, charts, tables and how it was made: one file that opens in any browser, offline.
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
    /// Write a GIS file; its ending chooses the format: .geojson, .gpkg, .fgb (FlatGeobuf), .parquet
    /// (GeoParquet), .kml, .kmz, .csv with WKT, .csvt and .prj, or .czml (Cesium: satellites, sites and contacts
    /// in motion). May be given several times.
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Write a world map of one figure with legend and title, .png or .svg.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Figure of the maps, by its field name [default: the first that is not the same everywhere].
    #[arg(long, value_name = "NAME")]
    figure: Option<String>,
    /// Projection of --map.
    #[arg(long, value_enum, default_value_t = ProjectionArg::EqualEarth, requires = "map")]
    projection: ProjectionArg,
    /// Dots per inch of a .png map, which is ten inches wide [default: 150].
    #[arg(long, value_name = "DPI", requires = "map", value_parser = crate::cli::whole(30u16, 1200))]
    dpi: Option<u16>,
    /// Show a small map of one figure in the terminal.
    #[arg(long)]
    ascii_map: bool,
}

/// Projections of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProjectionArg {
    /// Areas are true.
    EqualEarth,
    /// Longitude and latitude as they are.
    Equirectangular,
}

impl From<ProjectionArg> for Projection {
    fn from(projection: ProjectionArg) -> Self {
        match projection {
            ProjectionArg::EqualEarth => Self::EqualEarth,
            ProjectionArg::Equirectangular => Self::Equirectangular,
        }
    }
}

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Picture {
    Png,
    Svg,
}

impl OutputArgs {
    /// All paths that are to be written.
    pub fn paths(&self) -> Vec<&Path> {
        self.html.iter().chain(&self.out).chain(&self.map).map(PathBuf::as_path).collect()
    }

    /// Whether anything is asked for.
    pub fn is_asked(&self) -> bool {
        self.ascii_map || !self.paths().is_empty()
    }

    /// An estimate with what the files take while they are made: one after the other, the page behind the GIS files.
    pub fn counted_in(&self, estimate: Estimate, made: &Made) -> Estimate {
        let file = |path: &PathBuf| Format::of(path).map_or(0.0, |format| made.file_bytes(format));
        let files = self.out.iter().map(file).fold(0.0, f64::max);
        let is_shown = self.html.is_some() || self.map.is_some() || self.ascii_map;
        if !is_shown && !self.out.iter().any(|path| is_czml(path)) {
            return estimate.with("outputs", files, COARSER);
        }
        let picture = self.map.as_deref().and_then(|path| picture(path).ok());
        let map = picture.map_or(0.0, |picture| made.map_bytes(picture == Picture::Svg));
        let shown = if is_shown { made.page_bytes(self.html.is_some()) + map } else { SCENE_BYTES };
        let page = made.values_bytes() + shown;
        let estimate = estimate.with("outputs", page.max(files), COARSER).with(
            "the chart over time",
            made.chart_bytes(),
            "a longer --step, a shorter --duration, or no page",
        );
        match picture {
            Some(Picture::Png) => {
                estimate.with("the map", map::png_bytes(self.dots().into()), "a smaller --dpi")
            }
            _ => estimate,
        }
    }

    /// Refuses, before any work is done, what cannot be written of all outputs of a command, these among them: an
    /// ending that tells no format, two that share standard output, and whatever [`check_outputs`] refuses, of
    /// the files that are written beside these too.
    pub fn check(&self, outputs: &[Option<&Path>], inputs: &[String]) -> Result<(), Failure> {
        let vector = self.out.iter().filter(|path| !is_czml(path));
        vector.clone().try_for_each(|path| format("--out", path).map(|_| ()))?;
        let picture = self.map.as_deref().map(picture).transpose()?;
        if self.dpi.is_some() && picture == Some(Picture::Svg) {
            return Err(Failure::input(
                "--dpi has no effect on an .svg map, which is sharp at any size",
                "leave it out, or give --map a name that ends in .png",
            ));
        }
        if self.figure.is_some() && self.map.is_none() && !self.ascii_map {
            return Err(Failure::input(
                "--figure has no effect without a map",
                "add --map or --ascii-map; pages, tables and GIS files hold all figures",
            ));
        }
        if let Some(path) = outputs.iter().flatten().find(|path| self.ascii_map && Stream::is_output(path)) {
            let path = path.display();
            return Err(Failure::input(
                format!("--ascii-map and a file that is given as {path} are both to go to standard output"),
                format!("give the file a path instead of {path}, or leave out --ascii-map"),
            ));
        }
        let beside: Vec<PathBuf> = self.out.iter().flat_map(|path| sidecars(path)).collect();
        let beside = beside.iter().map(|path| Some(path.as_path()));
        check_outputs(&outputs.iter().copied().chain(beside).collect::<Vec<_>>(), inputs)
    }

    fn dots(&self) -> u16 {
        self.dpi.unwrap_or(150)
    }

    /// Refuses a scene for Cesium of a run in which nothing moves, before any work is done.
    pub fn check_scene(&self, moves: bool) -> Result<(), Failure> {
        match self.out.iter().find(|path| is_czml(path)) {
            Some(path) if !moves => Err(no_scene(path)),
            _ => Ok(()),
        }
    }

    /// Refuses a --figure that is none of these, before any work is done.
    pub fn check_figure(&self, names: &[&str]) -> Result<(), Failure> {
        match &self.figure {
            Some(figure) if !names.contains(&figure.as_str()) => Err(no_such_figure(figure, names)),
            _ => Ok(()),
        }
    }

    /// Writes what is written in this turn; the map in the terminal is shown with what goes to standard output. The
    /// page is made when something is asked of it, over an Earth that is oriented so; `sites` are those that a scene of
    /// Cesium shows beside the satellites of the page.
    pub fn write(
        &self,
        turn: Turn,
        page: impl FnOnce() -> Page,
        orientation: &Orientation,
        features: &Features<'_>,
        sites: &[&Site],
    ) -> Result<(), Failure> {
        let (scenes, vector): (Vec<&PathBuf>, Vec<&PathBuf>) =
            self.out.iter().filter(|path| turn.takes(path)).partition(|path| is_czml(path));
        let ascii_map = self.ascii_map && turn == Turn::Streams;
        let (html, map) = (turn.of(&self.html), turn.of(&self.map));
        for path in vector {
            vector::write(path, format("--out", path)?, features)?;
        }
        if html.is_none() && map.is_none() && !ascii_map && scenes.is_empty() {
            return Ok(());
        }
        let page = Page { orientation: orientation.clone(), ..page() };
        for path in scenes {
            write_scene(path, &page, sites)?;
        }
        if let Some(path) = html {
            write_file(path, |out| html::write(out, &page))?;
        }
        if map.is_none() && !ascii_map {
            return Ok(());
        }
        let figure = self.chosen(&page)?;
        if let Some(path) = map {
            let settings = MapSettings { projection: self.projection.into(), dpi: self.dots().into() };
            match picture(path)? {
                Picture::Png => {
                    let mut lacking = BTreeSet::new();
                    write_file(path, |out| {
                        lacking = map::write_png(out, &page, figure, &settings)?;
                        Ok(())
                    })?;
                    say_what_is_lacking(path, &lacking);
                }
                Picture::Svg => write_file(path, |out| map::write_svg(out, &page, figure, &settings))?,
            }
        }
        if ascii_map {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            match map::terminal::render(&page, figure, !plain && std::io::stdout().is_terminal()) {
                Some(text) => print_as_it_is(&text)?,
                None => say("--ascii-map shows cells, not places"),
            }
        }
        Ok(())
    }

    fn chosen<'a>(&self, page: &'a Page) -> Result<&'a MapFigure, Failure> {
        map::chosen(page, self.figure.as_deref()).ok_or_else(|| {
            let names = page.layers.iter().flat_map(|layer| {
                layer.figures.iter().map(move |each| format!("{}{}", layer.columns, each.name))
            });
            let names: Vec<String> = names.collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            no_such_figure(self.figure.as_deref().unwrap_or(""), &names)
        })
    }
}

/// Signs that a message lists.
const SIGNS_LISTED: usize = 10;

/// Says which signs of a picture are empty boxes.
fn say_what_is_lacking(path: &Path, lacking: &BTreeSet<char>) {
    if lacking.is_empty() {
        return;
    }
    let listed: Vec<String> = lacking.iter().take(SIGNS_LISTED).map(|sign| format!("'{sign}'")).collect();
    let more = if lacking.len() > SIGNS_LISTED { " and others" } else { "" };
    say(&format!(
        "warning: {}: the font of .png maps lacks {}{more}, for which it has empty boxes; a map that ends in .svg keeps \
         its texts",
        path.display(),
        listed.join(", ")
    ));
}

fn no_such_figure(figure: &str, names: &[&str]) -> Failure {
    Failure::input(
        format!("--figure {figure}: there is no such figure"),
        format!("take one of {}", names.join(", ")),
    )
}

/// The files that are written beside a GIS file of this path.
pub fn sidecars(path: &Path) -> Vec<PathBuf> {
    match Format::of(path) {
        Some(Format::Csv) => gis::sidecars(path).into(),
        _ => Vec::new(),
    }
}

fn no_scene(path: &Path) -> Failure {
    Failure::input(
        format!("{}: this run has no satellites with mean elements in motion", path.display()),
        "CZML needs constellation files, TLE or OMM, and a window of time",
    )
}

/// Whether a path is for Cesium, by its ending.
pub fn is_czml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("czml"))
}

/// Writes the satellites and contacts of a page and some sites as a scene of Cesium.
pub fn write_scene(path: &Path, page: &Page, sites: &[&Site]) -> Result<(), Failure> {
    let sky = page.sky.as_ref().ok_or_else(|| no_scene(path))?;
    let elements = sky.satellites.iter().map(|(_, elements)| elements);
    let fleet = Fleet::new(elements, page.orientation.clone()).map_err(|(number, error)| {
        Failure::input(
            format!("{}: {error}", sky.satellites[number].0),
            "correct the elements of this satellite",
        )
    })?;
    let satellites: Vec<&str> = sky.satellites.iter().map(|(name, _)| name.as_str()).collect();
    let scene = czml::Scene { window: sky.window, satellites: &satellites, sites, contacts: &page.contacts };
    Ok(write_file(path, |out| czml::write(out, &scene, &fleet))?)
}

fn picture(path: &Path) -> Result<Picture, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) if ending.eq_ignore_ascii_case("png") => Ok(Picture::Png),
        Some(ending) if ending.eq_ignore_ascii_case("svg") => Ok(Picture::Svg),
        _ => Err(Failure::input(
            format!("--map {}: the ending tells no kind of picture", path.display()),
            "give a path that ends in .png or .svg",
        )),
    }
}

/// The format of a path by its ending.
pub fn format(option: &str, path: &Path) -> Result<Format, Failure> {
    Format::of(path).ok_or_else(|| {
        Failure::input(
            format!("{option} {}: the ending tells no format", path.display()),
            match option {
                "--out" => format!("give a path that ends in one of {ENDINGS}, .czml"),
                _ => format!("give a path that ends in one of {ENDINGS}"),
            },
        )
    })
}
