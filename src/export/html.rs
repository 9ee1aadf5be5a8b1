//! A report page as one HTML file that opens offline: script, styles, libraries and values inside.
//!
//! Values are stored, not geometry: h3-js in the page rebuilds the hexagons from their indexes. Each
//! value is rounded to the decimals that the page shows.

pub(crate) mod land;
mod pack;

use std::borrow::Cow;
use std::io::{self, Write};

use h3o::{CellIndex, Resolution};
use rayon::prelude::*;
use serde::Serialize;

use crate::diagnostics::counted;
use crate::orbit::{MeanElements, Propagator};
use crate::passes::Contact;
use crate::report::page::{
    Bars, Chart, Ground, MapFigure, Marker, Page, Place, Section, Sky, SkySystem, Table, Track,
};
use crate::report::percent_rounded;
use crate::time::Epoch;
use pack::{Column, deflated_base64, push_cells, push_column};

const TEMPLATE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPTS: [&str; 12] = [
    include_str!("html/data.js"),
    include_str!("html/colour.js"),
    include_str!("html/view.js"),
    include_str!("html/map.js"),
    include_str!("html/charts.js"),
    include_str!("html/sky.js"),
    include_str!("html/time.js"),
    include_str!("html/contacts.js"),
    include_str!("html/app.js"),
    include_str!("html/panel.js"),
    include_str!("html/controls.js"),
    include_str!("html/start.js"),
];
const H3_JS: &str = include_str!("html/vendor/h3-js-4.5.0.umd.js");
const SATELLITE_JS: &str = include_str!("html/vendor/satellite-5.0.0.min.js");

/// Packed bytes that the elements of all satellites may take. Above it the page has no timelines.
const MOST_SKY_BYTES: usize = 150_000;

/// Characters that the packed values of a cell may take, and what a page may take in any case: with them
/// a page of resolution 3 stays under 800 kB and one of resolution 4 under 4 MB.
const MOST_BYTES_A_POINT: usize = 10;
/// See [`MOST_BYTES_A_POINT`].
const LEAST_BUDGET: usize = 30_000;

/// The description in the page; numbers that are many stand in the packed block.
#[derive(Serialize)]
struct Description<'a> {
    resolution: Option<u8>,
    count: usize,
    /// Height in degrees of the bands in whose order values are stored; none for the order of the cells.
    band: Option<f64>,
    places: &'a [Place],
    #[serde(rename = "box")]
    bounds: Option<[f64; 4]>,
    start: Epoch,
    headline: &'a [(String, String)],
    layers: Vec<DescribedLayer<'a>>,
    markers: &'a [Marker],
    tracks: &'a [Track],
    charts: &'a [Chart],
    bars: &'a [Bars],
    tables: &'a [Table],
    made: &'a [Section],
    sky: Option<DescribedSky<'a>>,
    /// Number of contacts in the packed block.
    contacts: usize,
    contacts_in_all: usize,
    contacts_until_s: Option<f64>,
    contacts_lacking_before: usize,
    playing: bool,
}

#[derive(Serialize)]
struct DescribedLayer<'a> {
    name: &'a str,
    columns: &'a str,
    /// For a difference, whose values the page computes: the layers.
    difference_of: Option<(usize, usize)>,
    figures: Vec<DescribedFigure<'a>>,
}

#[derive(Serialize)]
struct DescribedFigure<'a> {
    #[serde(flatten)]
    figure: Cow<'a, MapFigure>,
    /// Least stored value, in units of the last decimal times `coarse`.
    offset: i64,
    coarse: u32,
}

#[derive(Serialize)]
struct DescribedSky<'a> {
    start: Epoch,
    duration_s: f64,
    ut1_minus_utc_s: f64,
    min_elevation_deg: f64,
    at_least: u32,
    names: Vec<&'a str>,
    systems: &'a [SkySystem],
    through_gateways: bool,
    /// Number of the sites through which satellites serve.
    gateways: usize,
    lost: Vec<(usize, f64)>,
}

/// Epoch in ms, then inclination, node, eccentricity, argument of perigee, mean anomaly, mean motion and
/// drag term as SGP4 takes them.
type PackedElements = [f64; 8];

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, page: &Page) -> io::Result<()> {
    let arranged = Arranged::new(&page.ground);
    let Packed { layers, data, left_out, cut } = Packed::new(page, &arranged);
    let described = page
        .layers
        .iter()
        .zip(&layers)
        .map(|(layer, figures)| DescribedLayer {
            name: &layer.name,
            columns: &layer.columns,
            difference_of: layer.difference_of,
            figures: figures
                .iter()
                .map(|each| DescribedFigure {
                    figure: Cow::Borrowed(each.figure.as_ref()),
                    offset: each.column.offset,
                    coarse: each.coarse,
                })
                .collect(),
        })
        .collect();
    // Pages whose subject is the satellites have them whatever it takes.
    let is_of_satellites = page.playing || arranged.resolution.is_none();
    let satellites =
        page.sky.as_ref().map(packed_sky).filter(|packed| is_of_satellites || packed.len() <= MOST_SKY_BYTES);
    let mut made = page.made.clone();
    let mut missing = Vec::new();
    if page.sky.is_some() && satellites.is_none() {
        let reason = "the elements of so many satellites would make the page too large";
        missing.push(("timelines and motion", reason.to_owned()));
    }
    if !left_out.is_empty() {
        let text = format!("{}: they would make the page too large; files hold them", left_out.join(", "));
        missing.push(("figures", text));
    }
    if !cut.is_empty() {
        let text =
            format!("{}: with all of them the page would be too large; files hold them", cut.join(", "));
        missing.push(("digits", text));
    }
    if !missing.is_empty() {
        made.push(Section::new("Left out of this page", missing));
    }
    let names_count = if is_of_satellites { usize::MAX } else { 0 };
    let description = Description {
        resolution: arranged.resolution.map(u8::from),
        count: arranged.stored.len(),
        band: arranged.band_deg,
        places: arranged.places,
        bounds: bounds(page),
        start: page.start,
        headline: &page.headline,
        layers: described,
        markers: &page.markers,
        tracks: &page.tracks,
        charts: &page.charts,
        bars: &page.bars,
        tables: &page.tables,
        made: &made,
        playing: page.playing,
        sky: page.sky.as_ref().filter(|_| satellites.is_some()).map(|sky| DescribedSky {
            start: sky.window.start,
            duration_s: sky.window.duration_s,
            ut1_minus_utc_s: page.orientation.at(sky.window.start).ut1_minus_utc_s,
            min_elevation_deg: sky.min_elevation_deg,
            at_least: sky.at_least,
            names: sky.satellites.iter().take(names_count).map(|(name, _)| name.as_str()).collect(),
            systems: &sky.systems,
            through_gateways: sky.through_gateways,
            gateways: page.markers.len() + page.tracks.len(),
            lost: lost(sky),
        }),
        contacts: page.contacts.len(),
        contacts_in_all: page.contacts_in_all,
        contacts_until_s: page.contacts_until_s,
        contacts_lacking_before: page.contacts_lacking_before,
    };
    let fill = |name: &str| -> Cow<'_, str> {
        match name {
            "VERSION" => env!("CARGO_PKG_VERSION").into(),
            "TITLE" => escaped(&page.title).into(),
            "SUBTITLE" => escaped(&page.subtitle).into(),
            "STYLE" => without_indents(STYLE).into(),
            "DATA" => data.as_str().into(),
            "LAND" => deflated_base64(&land::packed()).into(),
            "H3" if arranged.resolution.is_some() => deflated_base64(H3_JS.as_bytes()).into(),
            "SATELLITES" if satellites.is_some() => deflated_base64(SATELLITE_JS.as_bytes()).into(),
            "SKY" => satellites.as_deref().unwrap_or_default().into(),
            "SCRIPT" => SCRIPTS.map(without_indents).concat().into(),
            _ => "".into(),
        }
    };
    for (number, part) in TEMPLATE.split("{{").enumerate() {
        let rest = match part.split_once("}}") {
            Some((name, rest)) if number > 0 => {
                match name {
                    // As text it would take more than all that it tells of.
                    "PAGE" => serde_json::to_writer(InScript(out), &description)?,
                    _ => out.write_all(fill(name).as_bytes())?,
                }
                rest
            }
            _ => part,
        };
        out.write_all(rest.as_bytes())?;
    }
    Ok(())
}

/// Writes JSON into a script element, which only `<` could end, or start a comment in.
struct InScript<'a>(&'a mut dyn Write);

impl Write for InScript<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (number, part) in bytes.split(|&byte| byte == b'<').enumerate() {
            if number > 0 {
                self.0.write_all(b"\\u003c")?;
            }
            self.0.write_all(part)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Figures of all layers as they are stored, and the block that holds them.
struct Packed<'a> {
    /// The figures of each layer; those of a difference without values.
    layers: Vec<Vec<Figure<'a>>>,
    /// Deflated and in base 64.
    data: String,
    /// Titles of the figures that no layer has because the page would grow too large.
    left_out: Vec<String>,
    /// Titles of the figures that have fewer digits than they could, and how many they have.
    cut: Vec<String>,
}

impl<'a> Packed<'a> {
    /// Packs cells and values. What exceeds [`MOST_BYTES_A_POINT`] is cut where it takes the most: first two
    /// decimals and seconds of instants, then the last figures of the layers, for all of them.
    fn new(page: &'a Page, arranged: &Arranged<'_>) -> Self {
        let mut layers: Vec<Vec<Figure<'a>>> = page
            .layers
            .iter()
            .map(|layer| {
                let is_stored = layer.difference_of.is_none();
                layer.figures.iter().map(|figure| Figure::new(figure, is_stored, arranged)).collect()
            })
            .collect();
        let mut data = Vec::new();
        push_cells(&mut data, &arranged.cells);
        let most = (LEAST_BUDGET + MOST_BYTES_A_POINT * arranged.stored.len())
            .saturating_sub(deflated_base64(&data).len());
        let mut left_out = Vec::new();
        while layers.iter().flatten().map(|figure| figure.cost).sum::<usize>() > most {
            let dearest =
                layers.iter().flatten().filter(|each| each.can_be_cut()).max_by_key(|each| each.cost);
            if let Some(name) = dearest.map(|each| each.figure.name.clone()) {
                // A figure has the same decimals in every layer, so that layers can be compared.
                for each in
                    layers.iter_mut().flatten().filter(|each| each.figure.name == name && each.can_be_cut())
                {
                    each.cut(arranged);
                }
                continue;
            }
            let longest = layers.iter().max_by_key(|layer| layer.len()).filter(|layer| layer.len() > 1);
            let Some(last) = longest.and_then(|layer| layer.last()) else { break };
            let name = last.figure.name.clone();
            // Of one name are figures of systems and the one that tells the best of them.
            for each in layers.iter().flatten().filter(|each| each.figure.name == name) {
                if !left_out.contains(&each.figure.title) {
                    left_out.push(each.figure.title.clone());
                }
            }
            layers.iter_mut().for_each(|layer| layer.retain(|each| each.figure.name != name));
        }
        for each in layers.iter().flatten().filter(|each| each.is_stored) {
            push_column(&mut data, &each.column);
        }
        data.extend(packed_contacts(&page.contacts));
        let mut cut = Vec::new();
        for each in layers.iter().flatten() {
            let told = each.cut_to().map(|digits| format!("{} {digits}", each.figure.title));
            cut.extend(told.filter(|told| !cut.contains(told)));
        }
        Self { layers, data: deflated_base64(&data), left_out, cut }
    }
}

/// A figure on its way into a page.
struct Figure<'a> {
    figure: Cow<'a, MapFigure>,
    /// Whether its values are stored, and not computed by the page.
    is_stored: bool,
    /// Unit of the stored numbers in units of the last decimal.
    coarse: u32,
    /// Decimals that may still be cut.
    spare: u8,
    /// Decimals that are cut.
    taken: u8,
    column: Column,
    /// Characters that it takes.
    cost: usize,
}

impl<'a> Figure<'a> {
    fn new(figure: &'a MapFigure, is_stored: bool, arranged: &Arranged<'_>) -> Self {
        let column = Column { offset: 0, stored: Vec::new() };
        let figure = Cow::Borrowed(figure);
        let mut made =
            Self { spare: figure.decimals.min(2), taken: 0, figure, is_stored, coarse: 1, column, cost: 0 };
        made.store(arranged);
        made
    }

    fn store(&mut self, arranged: &Arranged<'_>) {
        if !self.is_stored {
            return;
        }
        let coarse = f64::from(self.coarse);
        let decimals = usize::from(self.figure.decimals);
        let is_percent = self.figure.unit == "%";
        let kept = |value: f64| if is_percent { percent_rounded(value, decimals) } else { value };
        let value = |&row: &usize| self.figure.values[row].map(|value| kept(value) / coarse);
        self.column = Column::new(arranged.stored.iter().map(value), self.figure.decimals);
        let mut data = Vec::new();
        push_column(&mut data, &self.column);
        self.cost = deflated_base64(&data).len();
    }

    fn can_be_cut(&self) -> bool {
        self.spare > 0 || (self.figure.instant && self.coarse == 1)
    }

    /// What is left of its digits where some are cut, in words.
    fn cut_to(&self) -> Option<String> {
        match (self.taken, self.coarse, self.figure.decimals) {
            (0, 1, _) => None,
            (0, ..) => Some("to the minute".to_owned()),
            (.., 0) => Some("without decimals".to_owned()),
            (.., decimals) => Some(format!("to {}", counted(usize::from(decimals), "decimal"))),
        }
    }

    /// Takes a decimal away, or the seconds of instants.
    fn cut(&mut self, arranged: &Arranged<'_>) {
        if self.figure.instant {
            self.coarse = 60;
        } else {
            self.figure.to_mut().decimals -= 1;
            self.spare -= 1;
            self.taken += 1;
        }
        self.store(arranged);
    }
}

/// Contacts as columns of whole numbers: satellite, site, AOS, TCA less AOS, LOS less AOS in ms, largest
/// elevation in hundredths of a degree, azimuths at AOS and LOS in tenths, range at TCA in km.
fn packed_contacts(contacts: &[Contact]) -> Vec<u8> {
    let mut data = Vec::new();
    if contacts.is_empty() {
        return data;
    }
    let columns: [fn(&Contact) -> f64; 9] = [
        |contact| contact.satellite as f64,
        |contact| contact.site as f64,
        |contact| 1e3 * contact.aos_s,
        |contact| 1e3 * (contact.tca_s - contact.aos_s),
        |contact| 1e3 * contact.duration_s(),
        |contact| 1e2 * contact.max_elevation_deg,
        |contact| 1e1 * contact.aos_azimuth_deg,
        |contact| 1e1 * contact.los_azimuth_deg,
        |contact| contact.tca_range_km,
    ];
    for value in columns {
        let stored = contacts.iter().map(|contact| value(contact).round() as i64).collect();
        push_column(&mut data, &Column { offset: 0, stored });
    }
    data
}

/// The ground of a page in the order in which it is stored.
struct Arranged<'a> {
    resolution: Option<Resolution>,
    /// Ascending cells: the rows of the page.
    cells: Vec<CellIndex>,
    places: &'a [Place],
    /// The command's rows in the order in which values are stored.
    stored: Vec<usize>,
    band_deg: Option<f64>,
}

impl<'a> Arranged<'a> {
    fn new(ground: &'a Ground) -> Self {
        let cells = match ground {
            Ground::Cells(cells) => cells,
            Ground::Places(places) => {
                let stored = (0..places.len()).collect();
                return Self { resolution: None, cells: Vec::new(), places, stored, band_deg: None };
            }
        };
        let mut rows: Vec<usize> = (0..cells.len()).collect();
        rows.sort_unstable_by_key(|&row| cells[row]);
        let sorted: Vec<CellIndex> = rows.iter().map(|&row| cells[row]).collect();
        let (stored, band_deg) = match band_order(&sorted) {
            Some((order, band_deg)) => (order.into_iter().map(|at| rows[at]).collect(), Some(band_deg)),
            None => (rows, None),
        };
        let resolution = sorted.first().map(|cell| cell.resolution());
        Self { resolution, cells: sorted, places: &[], stored, band_deg }
    }
}

/// Cells in bands of latitude from the south, in each eastward: neighbours along a parallel have nearly
/// the same figures, which packs far better than the order of indexes. The page finds the same order
/// from the centres; a height of the bands is taken for which the last digits of a centre cannot matter.
fn band_order(cells: &[CellIndex]) -> Option<(Vec<usize>, f64)> {
    const MARGIN_DEG: f64 = 1e-7;
    const HEIGHTS_DEG: [f64; 4] = [0.1, 0.1003, 0.1007, 0.1013];
    let centres: Vec<(f64, f64)> =
        cells.iter().map(|&cell| h3o::LatLng::from(cell)).map(|c| (c.lng(), c.lat())).collect();
    HEIGHTS_DEG.into_iter().find_map(|height| {
        let band = |latitude: f64| ((latitude + 90.0) / height).floor();
        let key = |&(longitude, latitude): &(f64, f64)| band(latitude) * 1000.0 + longitude + 180.0;
        let sure = |latitude: f64| band(latitude - MARGIN_DEG) == band(latitude + MARGIN_DEG);
        let keys: Vec<f64> = centres.iter().map(key).collect();
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.sort_unstable_by(|&a, &b| keys[a].total_cmp(&keys[b]));
        let apart = order.windows(2).all(|pair| keys[pair[1]] - keys[pair[0]] > MARGIN_DEG);
        let within = centres.iter().all(|&(x, y)| sure(y) && x.abs() < 180.0 - MARGIN_DEG);
        (apart && within).then_some((order, height))
    })
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

/// The satellites that are lost by the end of the window, with the second of it from which on they are absent: SGP4
/// may have positions for them again.
fn lost(sky: &Sky) -> Vec<(usize, f64)> {
    let since = |elements: &MeanElements| {
        let (from, _) = Propagator::new(elements).ok()?.lost_in(&sky.window)?;
        Some(from.seconds_since(sky.window.start).max(0.0))
    };
    let lost = sky.satellites.par_iter().enumerate();
    lost.filter_map(|(number, (_, elements))| Some((number, since(elements)?))).collect()
}

/// West, south, east and north of what is shown, cells with their corners; none when it is spread over more than half the Earth.
fn bounds(page: &Page) -> Option<[f64; 4]> {
    let places: Vec<(f64, f64)> = match &page.ground {
        Ground::Places(places) => places.iter().map(|place| (place.longitude, place.latitude)).collect(),
        Ground::Cells(cells) => cells
            .iter()
            .flat_map(|&cell| {
                cell.boundary().iter().map(|corner| (corner.lng(), corner.lat())).collect::<Vec<_>>()
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

/// Lines without their indents, without those that are comments: a page is for reading in a browser.
fn without_indents(text: &str) -> String {
    let is_comment =
        |line: &&str| line.starts_with("//") || (line.starts_with("/**") && line.ends_with("*/"));
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty());
    lines.filter(|line| !is_comment(line)).flat_map(|line| [line, "\n"]).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::Layer;

    /// Figures of which nothing can be packed well: what a page has fewer digits of than were given, or leaves out
    /// altogether, it says.
    #[test]
    fn digits_that_a_page_lacks_are_told() {
        let cells: Vec<CellIndex> =
            CellIndex::base_cells().flat_map(|base| base.children(Resolution::Two)).collect();
        let mut state = 1u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        for count in [2, 5, 8] {
            let mut page = Page::new("Noise", "", "2026-01-01T00:00:00Z".parse().unwrap());
            let mut column = |most: f64| cells.iter().map(|_| Some(most * noise())).collect::<Vec<_>>();
            let mut figures = vec![MapFigure::new("start", "Start", 0, column(1e6)).instants()];
            figures.extend(
                (1..count)
                    .map(|n| MapFigure::new(&format!("f{n}"), &format!("Figure {n}"), 4, column(100.0))),
            );
            page.ground = Ground::Cells(cells.clone());
            let bests = figures.iter().map(|figure| MapFigure {
                title: format!("Best by {}", figure.title),
                instant: false,
                decimals: 0,
                values: vec![Some(0.0); cells.len()],
                ..figure.clone()
            });
            page.layers = vec![Layer::new("Best", bests.collect()), Layer::new("Noise", figures)];
            let mut written = Vec::new();
            write(&mut written, &page).unwrap();
            let text = String::from_utf8(written).unwrap();
            let json = text.split("id=\"hexsky-page\">").nth(1).unwrap().split("</script>").next().unwrap();
            let described: serde_json::Value = serde_json::from_str(json).unwrap();
            let kept = described["layers"][1]["figures"].as_array().unwrap();
            let expected: Vec<String> = kept
                .iter()
                .filter_map(|figure| {
                    let title = figure["title"].as_str().unwrap();
                    match (figure["coarse"].as_u64().unwrap(), figure["decimals"].as_u64().unwrap()) {
                        (60, _) => Some(format!("{title} to the minute")),
                        (1, 4) => None,
                        (1, _) if title == "Start" => None,
                        (_, decimals) => Some(format!("{title} to {decimals} decimals")),
                    }
                })
                .collect();
            let told = described["made"].to_string();
            assert_eq!(expected.is_empty(), count == 2, "{expected:?}");
            let whole = format!("[\"digits\",\"{}: with all of them", expected.join(", "));
            assert_eq!(told.contains(&whole), count > 2, "{whole} in {told}");
            assert_eq!(told.contains("[\"figures\",\""), kept.len() < count, "{told}");
            let sections = described["made"].as_array().unwrap();
            let rows = sections.iter().flat_map(|section| section["rows"].as_array().unwrap());
            let row =
                rows.filter(|row| row[0] == "figures").find_map(|row| row[1].as_str()).unwrap_or_default();
            let listed: Vec<&str> = row.split(": ").next().unwrap().split(", ").collect();
            for title in
                page.layers.iter().flat_map(|layer| &layer.figures).map(|figure| figure.title.as_str())
            {
                let is_kept = kept.iter().any(|kept| title.ends_with(kept["title"].as_str().unwrap()));
                assert_ne!(is_kept, listed.contains(&title), "{title} in {listed:?}");
            }
        }
    }

    #[test]
    fn nothing_in_the_data_ends_its_script() {
        let mut written = Vec::new();
        let names = ["</script><!--", "<", "", "a<b"];
        serde_json::to_writer(InScript(&mut written), &names).unwrap();
        assert!(!written.contains(&b'<'));
        assert_eq!(serde_json::from_slice::<Vec<String>>(&written).unwrap(), names);
        // Whatever a writer hands over at a time.
        let mut parts = Vec::new();
        [&b"a<"[..], b"<b", b"", b"<"].iter().for_each(|part| InScript(&mut parts).write_all(part).unwrap());
        assert_eq!(parts, b"a\\u003c\\u003cb\\u003c");
    }
}
