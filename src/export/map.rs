//! A figure as a static world map with legend and title: SVG, or PNG drawn from the same SVG with a font
//! that the program carries.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use resvg::{tiny_skia, usvg};

use crate::export::html::land::outlines;
use crate::export::xml_text;
use crate::grid::polygon::cell_polygons;
use crate::report::page::{Ground, Layer, MapFigure, Page, Track};
use colour::Scale;
pub use projection::Projection;

pub mod colour;
mod font;
mod legend;
mod projection;
pub mod terminal;

/// Width of the map in units of the SVG, of which 96 make an inch.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
/// From the map to its legend.
const ABOVE_LEGEND: f64 = 22.0;
/// About how much of a sheet title and legend take: a little more than they mostly do.
const TITLE_AND_LEGEND: f64 = 180.0;
/// Units of an SVG in an inch.
const UNITS_PER_INCH: f64 = 96.0;
/// Degrees by which a line of the background may be moved: less than a pixel at 300 dpi.
const TOLERANCE_DEG: f64 = 0.05;

/// How a map is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapSettings {
    /// The projection.
    pub projection: Projection,
    /// Dots per inch of a PNG file; the map is ten inches wide.
    pub dpi: f64,
}

/// The figure that a map shows: the one of that name, alone or as the CSV file has it with its layer's
/// name before it; or the first that is not the same everywhere, of differences where there are some.
pub fn chosen<'a>(page: &'a Page, name: Option<&str>) -> Option<&'a MapFigure> {
    let layers = || page.layers.iter();
    let figures = || layers().flat_map(|layer| &layer.figures);
    if let Some(name) = name {
        let whole = |layer: &'a Layer| {
            let of_layer = name.strip_prefix(layer.columns.as_str())?;
            layer.figures.iter().find(|figure| figure.name == of_layer)
        };
        let own = layers().filter(|layer| !layer.columns.is_empty()).find_map(whole);
        return own.or_else(|| figures().find(|figure| figure.name == name));
    }
    let varies = |figure: &&MapFigure| figure.values.iter().any(|value| Some(value) != figure.values.first());
    let differences = layers().filter(|layer| layer.difference_of.is_some());
    differences
        .flat_map(|layer| &layer.figures)
        .find(varies)
        .or_else(|| figures().find(varies))
        .or_else(|| figures().next())
}

/// Title of a map: that of the page, or of the layer where there are several.
fn title(page: &Page, figure: &MapFigure) -> String {
    let holds = |layer: &&Layer| layer.figures.iter().any(|own| std::ptr::eq(own, figure));
    let layer = page.layers.iter().find(holds).filter(|_| page.layers.len() > 1);
    let name = layer.map_or(&page.title, |layer| &layer.name);
    format!("{name}: {}", legend::titled(figure))
}

/// Writes a map as SVG.
///
/// # Errors
/// What the writer says.
pub fn write_svg(
    out: &mut dyn Write,
    page: &Page,
    figure: &MapFigure,
    settings: &MapSettings,
) -> io::Result<()> {
    out.write_all(svg(page, figure, settings).as_bytes())
}

/// Writes a map as PNG, and tells the signs of its texts that its font lacks: they are empty boxes in it.
///
/// # Errors
/// What the writer says, or that the picture is too large to draw.
pub fn write_png(
    out: &mut dyn Write,
    page: &Page,
    figure: &MapFigure,
    settings: &MapSettings,
) -> io::Result<BTreeSet<char>> {
    let drawn = svg(page, figure, settings);
    let mut options = usvg::Options { font_family: "DejaVu Sans".to_owned(), ..usvg::Options::default() };
    options.fontdb_mut().load_font_data(dejavu::sans::regular().to_vec());
    let tree = usvg::Tree::from_str(&drawn, &options).map_err(io::Error::other)?;
    let scale = settings.dpi / UNITS_PER_INCH;
    let pixels = |units: f32| (f64::from(units) * scale).round() as u32;
    let mut picture = tiny_skia::Pixmap::new(pixels(tree.size().width()), pixels(tree.size().height()))
        .ok_or_else(|| io::Error::other("the picture is too large; take fewer dots per inch"))?;
    let transform = tiny_skia::Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut picture.as_mut());
    out.write_all(&picture.encode_png().map_err(io::Error::other)?)?;
    // What else an SVG file holds is of ASCII.
    Ok(font::lacking(&drawn))
}

/// About how much memory a PNG of so many dots per inch takes while it is drawn, bytes: its dots in four bytes, and
/// once more while they are packed.
pub fn png_bytes(dpi: f64) -> f64 {
    let scale = dpi / UNITS_PER_INCH;
    let height = WIDTH / 2.0 + TITLE_AND_LEGEND;
    2.0 * 4.0 * WIDTH * height * scale * scale
}

/// The place of the map on the sheet.
struct Sheet {
    projection: Projection,
    scale: f64,
    centre: (f64, f64),
}

impl Sheet {
    /// A map whose upper edge lies at `top`.
    fn new(projection: Projection, top: f64) -> Self {
        let (half_width, half_height) = projection.extent();
        let scale = (WIDTH - 2.0 * MARGIN) / (2.0 * half_width);
        Self { projection, scale, centre: (WIDTH / 2.0, top + half_height * scale) }
    }

    /// Where its lower edge lies.
    fn bottom(&self) -> f64 {
        self.centre.1 + self.projection.extent().1 * self.scale
    }

    fn place(&self, longitude_deg: f64, latitude_deg: f64) -> (f64, f64) {
        let (x, y) = self.projection.project(longitude_deg, latitude_deg);
        (self.centre.0 + x * self.scale, self.centre.1 - y * self.scale)
    }

    /// Appends a line as path data.
    fn push_line(&self, path: &mut String, points: impl Iterator<Item = (f64, f64)>) {
        for (number, (longitude, latitude)) in points.enumerate() {
            let (x, y) = self.place(longitude, latitude);
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x:.2} {y:.2}", if number == 0 { 'M' } else { 'L' });
        }
    }

    /// The edge of the Earth.
    fn outline(&self) -> String {
        let mut path = String::new();
        let latitudes = (-90..=90).map(f64::from);
        let there = latitudes.clone().map(|latitude| (-180.0, latitude));
        let back = latitudes.rev().map(|latitude| (180.0, latitude));
        self.push_line(&mut path, there.chain(back));
        path + "Z"
    }
}

fn svg(page: &Page, figure: &MapFigure, settings: &MapSettings) -> String {
    let (heading, top) = heading(&title(page, figure), &page.subtitle);
    let sheet = Sheet::new(settings.projection, top);
    let scale = Scale::of(figure);
    let made =
        format!("hexsky {} · {} · Natural Earth", env!("CARGO_PKG_VERSION"), settings.projection.name());
    let (legend, height) = legend::legend(&scale, figure, page.start, sheet.bottom() + ABOVE_LEGEND, &made);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {WIDTH} {height:.0}\" font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let mut add = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    heading.into_iter().for_each(&mut add);
    add(format!("<path d=\"{}\" fill=\"#e8edf2\"/>", sheet.outline()));
    match &page.ground {
        Ground::Cells(cells) => {
            let mut paths = vec![String::new(); 256];
            for (&cell, value) in cells.iter().zip(&figure.values) {
                let path = &mut paths[usize::from(scale.shade(*value))];
                for polygon in &cell_polygons(cell) {
                    let points = polygon.exterior().0.iter();
                    sheet.push_line(path, points.skip(1).map(|point| (point.x, point.y)));
                    path.push('Z');
                }
            }
            for (shade, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
                // Crisp edges and a hair of the same colour: half-covered pixels would show as seams.
                let colour = scale.hex(shade as u8);
                add(format!(
                    "<path d=\"{path}\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.3\" \
                     shape-rendering=\"crispEdges\"/>"
                ));
            }
        }
        Ground::Places(_) => {}
    }
    background(&sheet, &mut add);
    for track in &page.tracks {
        add(way(&sheet, track));
    }
    for marker in &page.markers {
        let (x, y) = sheet.place(marker.longitude, marker.latitude);
        add(format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"3\" fill=\"#e4572e\" stroke=\"white\"/>"));
    }
    if let Ground::Places(places) = &page.ground {
        for (place, value) in places.iter().zip(&figure.values) {
            let (x, y) = sheet.place(place.longitude, place.latitude);
            let colour = scale.hex(scale.shade(*value));
            add(format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"5\" fill=\"{colour}\" stroke=\"black\"/>"));
            // A name that would leave the sheet stands on the other side.
            let is_within = x + 8.0 + font::width(&place.name, 10.0) <= WIDTH;
            let (x, anchor) = if is_within { (x + 8.0, "start") } else { (x - 8.0, "end") };
            add(label(x, y + 4.0, 10.0, anchor, &place.name));
        }
    }
    legend.into_iter().for_each(&mut add);
    text.push_str("</svg>\n");
    text
}

/// Title and subtitle in as many lines as they need, and where the map begins below them.
fn heading(title: &str, subtitle: &str) -> (Vec<String>, f64) {
    let mut lines = Vec::new();
    let mut y = 4.0;
    for (text, size, step) in [(title, 17.0, 22.0), (subtitle, 11.0, 15.0)] {
        for line in font::wrapped(text, size, WIDTH - 2.0 * MARGIN) {
            y += step;
            lines.push(label(MARGIN, y, size, "start", &line));
        }
        y += 5.0;
    }
    (lines, y + 7.0)
}

/// The way of a ship, broken where it crosses the edge of the map, is absent, or is elsewhere at once.
fn way(sheet: &Sheet, track: &Track) -> String {
    let mut path = String::new();
    for way in track.ways() {
        for leg in way.chunk_by(|a, b| (a.0 - b.0).abs() < 180.0) {
            sheet.push_line(&mut path, leg.iter().copied());
        }
    }
    format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"#e4572e\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>"
    )
}

/// Graticule, coasts and borders, and the edge of the Earth.
fn background(sheet: &Sheet, add: &mut impl FnMut(String)) {
    let mut graticule = String::new();
    for longitude in (-150..=150).step_by(30).map(f64::from) {
        sheet.push_line(&mut graticule, (-90..=90).step_by(3).map(|at| (longitude, f64::from(at))));
    }
    for latitude in (-60..=60).step_by(30).map(f64::from) {
        sheet.push_line(&mut graticule, [(-180.0, latitude), (180.0, latitude)].into_iter());
    }
    let (mut coasts, mut borders) = (String::new(), String::new());
    for outline in outlines(TOLERANCE_DEG) {
        let path = if outline.border { &mut borders } else { &mut coasts };
        sheet.push_line(path, outline.line.0.iter().map(|point| (point.x, point.y)));
    }
    let line = |path: &str, colour: &str, width: f64, opacity: f64| {
        format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-opacity=\"{opacity}\" stroke-linejoin=\"round\"/>"
        )
    };
    add(line(&graticule, "#333", 0.4, 0.3));
    add(line(&borders, "black", 0.4, 0.5));
    add(line(&coasts, "white", 1.6, 0.5));
    add(line(&coasts, "black", 0.7, 0.9));
    add(line(&sheet.outline(), "#444", 0.8, 1.0));
}

fn label(x: f64, y: f64, size: f64, anchor: &str, text: &str) -> String {
    let text = xml_text(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" text-anchor=\"{anchor}\">{text}</text>")
}
