//! A report page as one HTML file that opens offline: script, styles, libraries and values inside.
//!
//! Values are stored, not geometry: h3-js in the page rebuilds the hexagons from their indexes. Each
//! value is rounded to the decimals that the page shows.

mod land;
mod pack;

use std::io::{self, Write};

use h3o::{CellIndex, Resolution};
use serde::Serialize;

use crate::report::page::{Chart, Ground, MapFigure, Marker, Page, Place, Section, Sky, Table, Track};
use crate::time::Epoch;
use pack::{Column, deflated_base64, push_cells, push_column};

const TEMPLATE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPTS: [&str; 7] = [
    include_str!("html/data.js"),
    include_str!("html/colour.js"),
    include_str!("html/view.js"),
    include_str!("html/map.js"),
    include_str!("html/charts.js"),
    include_str!("html/sky.js"),
    include_str!("html/app.js"),
];
const H3_JS: &str = include_str!("html/vendor/h3-js-4.5.0.umd.js");
const SATELLITE_JS: &str = include_str!("html/vendor/satellite-5.0.0.min.js");

/// Packed bytes that the elements of all satellites may take. Above it the page has no timelines.
const MOST_SKY_BYTES: usize = 150_000;

/// The description in the page; numbers that are many stand in the packed block.
#[derive(Serialize)]
struct Description<'a> {
    resolution: Option<u8>,
    count: usize,
    places: &'a [Place],
    #[serde(rename = "box")]
    bounds: Option<[f64; 4]>,
    start: Epoch,
    headline: &'a [(String, String)],
    layers: Vec<DescribedLayer<'a>>,
    markers: &'a [Marker],
    tracks: &'a [Track],
    charts: &'a [Chart],
    tables: &'a [Table],
    made: &'a [Section],
    sky: Option<DescribedSky>,
}

#[derive(Serialize)]
struct DescribedLayer<'a> {
    name: &'a str,
    figures: Vec<DescribedFigure<'a>>,
}

#[derive(Serialize)]
struct DescribedFigure<'a> {
    #[serde(flatten)]
    figure: &'a MapFigure,
    /// Least stored value, in units of the last decimal.
    offset: i64,
}

#[derive(Serialize)]
struct DescribedSky {
    start: Epoch,
    duration_s: f64,
    min_elevation_deg: f64,
    at_least: u32,
}

/// Epoch in ms, then inclination, node, eccentricity, argument of perigee, mean anomaly, mean motion and
/// drag term as SGP4 takes them.
type PackedElements = [f64; 8];

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, page: &Page) -> io::Result<()> {
    let mut data = Vec::new();
    let (order, resolution, places) = arrange(&page.ground, &mut data);
    let layers = page
        .layers
        .iter()
        .map(|layer| DescribedLayer {
            name: &layer.name,
            figures: layer
                .figures
                .iter()
                .map(|figure| {
                    let column = Column::new(order.iter().map(|&row| figure.values[row]), figure.decimals);
                    push_column(&mut data, &column);
                    DescribedFigure { figure, offset: column.offset }
                })
                .collect(),
        })
        .collect();
    let satellites = page.sky.as_ref().map(packed_sky).filter(|packed| packed.len() <= MOST_SKY_BYTES);
    let mut made = page.made.clone();
    if page.sky.is_some() && satellites.is_none() {
        made.push(Section::new(
            "Left out of this page",
            [("timelines", "the elements of so many satellites would make the page too large".to_owned())],
        ));
    }
    let description = Description {
        resolution: resolution.map(u8::from),
        count: order.len(),
        places,
        bounds: bounds(page),
        start: page.start,
        headline: &page.headline,
        layers,
        markers: &page.markers,
        tracks: &page.tracks,
        charts: &page.charts,
        tables: &page.tables,
        made: &made,
        sky: page.sky.as_ref().filter(|_| satellites.is_some()).map(|sky| DescribedSky {
            start: sky.window.start,
            duration_s: sky.window.duration_s,
            min_elevation_deg: sky.min_elevation_deg,
            at_least: sky.at_least,
        }),
    };
    // Inside a script element only `<` could end it or start a comment.
    let json = serde_json::to_string(&description)?.replace('<', "\\u003c");
    let fill = |name: &str| match name {
        "VERSION" => env!("CARGO_PKG_VERSION").to_owned(),
        "TITLE" => escaped(&page.title),
        "SUBTITLE" => escaped(&page.subtitle),
        "STYLE" => STYLE.to_owned(),
        "PAGE" => json.clone(),
        "DATA" => deflated_base64(&data),
        "LAND" => deflated_base64(&land::packed()),
        "H3" if resolution.is_some() => deflated_base64(H3_JS.as_bytes()),
        "SATELLITES" if satellites.is_some() => deflated_base64(SATELLITE_JS.as_bytes()),
        "SKY" => satellites.clone().unwrap_or_default(),
        "SCRIPT" => SCRIPTS.concat(),
        _ => String::new(),
    };
    for (number, part) in TEMPLATE.split("{{").enumerate() {
        let rest = match part.split_once("}}") {
            Some((name, rest)) if number > 0 => {
                out.write_all(fill(name).as_bytes())?;
                rest
            }
            _ => part,
        };
        out.write_all(rest.as_bytes())?;
    }
    Ok(())
}

/// Rows in the order of the page, ascending by cell, which is stored; and the places when there are no cells.
fn arrange<'a>(ground: &'a Ground, data: &mut Vec<u8>) -> (Vec<usize>, Option<Resolution>, &'a [Place]) {
    match ground {
        Ground::Places(places) => ((0..places.len()).collect(), None, places),
        Ground::Cells(cells) => {
            let mut order: Vec<usize> = (0..cells.len()).collect();
            order.sort_unstable_by_key(|&row| cells[row]);
            let sorted: Vec<CellIndex> = order.iter().map(|&row| cells[row]).collect();
            push_cells(data, &sorted);
            (order, sorted.first().map(|cell| cell.resolution()), &[])
        }
    }
}

fn packed_sky(sky: &Sky) -> String {
    let elements: Vec<PackedElements> = sky
        .satellites
        .iter()
        .map(|(_, e)| {
            [
                e.epoch.unix_nanos() as f64 / 1e6,
                e.inclination_deg,
                e.raan_deg,
                e.eccentricity,
                e.argument_of_perigee_deg,
                e.mean_anomaly_deg,
                e.mean_motion_rev_day,
                e.bstar,
            ]
        })
        .collect();
    // Plain arrays of numbers always serialise.
    deflated_base64(&serde_json::to_vec(&elements).unwrap_or_default())
}

/// West, south, east and north of what is shown; none when it is spread over more than half the Earth.
fn bounds(page: &Page) -> Option<[f64; 4]> {
    let places: Vec<(f64, f64)> = match &page.ground {
        Ground::Places(places) => places.iter().map(|place| (place.longitude, place.latitude)).collect(),
        Ground::Cells(cells) => cells
            .iter()
            .map(|&cell| {
                let centre = h3o::LatLng::from(cell);
                (centre.lng(), centre.lat())
            })
            .collect(),
    };
    if places.len() < 2 {
        return None;
    }
    let (south, north) = places
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &(_, y)| (low.min(y), high.max(y)));
    // The widest stretch of longitude without a place lies outside the box.
    let mut longitudes: Vec<f64> = places.iter().map(|&(x, _)| x).collect();
    longitudes.sort_by(f64::total_cmp);
    let mut west = longitudes[0];
    let mut widest = west + 360.0 - longitudes[longitudes.len() - 1];
    for pair in longitudes.windows(2) {
        if pair[1] - pair[0] > widest {
            (widest, west) = (pair[1] - pair[0], pair[1]);
        }
    }
    let span = 360.0 - widest;
    (span < 180.0).then_some([west, south, west + span, north])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
