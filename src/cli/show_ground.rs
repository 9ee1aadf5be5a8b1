//! `hexsky show` of a station file: sites, ships, sources.

use std::fmt::Write;
use std::path::Path;

use hexsky::export::stream::Stream;
use hexsky::ground::{self, Confidence, Mask, Network, Outside, Position, Site, Whereabouts};
use hexsky::time::Epoch;
use serde::Serialize;

use super::columns::{Left, Lines, widest};
use super::{Failure, ground_notes, print};

/// A site as JSON tells it.
#[derive(Debug, Serialize)]
struct SiteRow<'a> {
    name: &'a str,
    title: Option<&'a str>,
    network: &'a str,
    kind: ground::Kind,
    country: Option<&'a str>,
    latitude_deg: Option<f64>,
    longitude_deg: Option<f64>,
    height_m: Option<f64>,
    waypoints: Vec<WaypointRow>,
    mask: Option<&'a Mask>,
    bands: &'a [String],
    status: Option<&'a str>,
    service_from: Option<Epoch>,
    service_until: Option<Epoch>,
    position: Position,
    confidence: Option<Confidence>,
    source: Option<&'a str>,
    note: Option<&'a str>,
    by_name_only: bool,
}

#[derive(Debug, Serialize)]
struct WaypointRow {
    utc: Epoch,
    latitude_deg: f64,
    longitude_deg: f64,
    /// Number of the part of the track, from 1.
    part: usize,
}

#[derive(Debug, Serialize)]
struct NetworkRow<'a> {
    name: &'a str,
    sites: Vec<SiteRow<'a>>,
    unplaced: &'a [ground::Unplaced],
    notes: &'a [String],
}

/// Shows the sites of a station file or a shipped network.
pub fn run(file: &str, json: Option<&Path>) -> Result<(), Failure> {
    let network = ground::read([file])?;
    let more = [ground::missing_heights(&network.sites), ground_notes::in_parts(&network.sites)];
    let notes: Vec<String> = network.notes.iter().cloned().chain(more.into_iter().flatten()).collect();
    if let Some(path) = json {
        let report = NetworkRow {
            name: &network.name,
            sites: network.sites.iter().map(row).collect(),
            unplaced: &network.unplaced,
            notes: &notes,
        };
        super::write_json(path, &report)?;
        if Stream::is_output(path) {
            return Ok(());
        }
    }
    print(&render(file, &network, &notes))
}

fn row(site: &Site) -> SiteRow<'_> {
    let (place, waypoints) = match &site.whereabouts {
        Whereabouts::Fixed(place) => (Some(place), Vec::new()),
        Whereabouts::Ship(track) => {
            let begins: Vec<usize> = track.begins().collect();
            let rows = track.waypoints().iter().enumerate().map(|(number, waypoint)| WaypointRow {
                utc: waypoint.epoch,
                latitude_deg: waypoint.place.latitude_deg,
                longitude_deg: waypoint.place.longitude_deg,
                part: 1 + begins.partition_point(|&begin| begin <= number),
            });
            (None, rows.collect())
        }
    };
    SiteRow {
        name: &site.name,
        title: site.title.as_deref(),
        network: &site.network,
        kind: site.kind,
        country: site.country.as_deref(),
        latitude_deg: place.map(|place| place.latitude_deg),
        longitude_deg: place.map(|place| place.longitude_deg),
        height_m: place.map(|place| place.height_km * 1000.0),
        waypoints,
        mask: site.mask.as_ref(),
        bands: &site.bands,
        status: site.status.as_deref(),
        service_from: site.service_from,
        service_until: site.service_until,
        position: site.position,
        confidence: site.confidence,
        source: site.source.as_deref(),
        note: site.note.as_deref(),
        by_name_only: site.by_name_only,
    }
}

fn render(file: &str, network: &Network, notes: &[String]) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, file, network, notes);
    text.into_string()
}

fn render_into(out: &mut Lines, file: &str, network: &Network, notes: &[String]) -> std::fmt::Result {
    let by_name = network.sites.iter().filter(|site| site.by_name_only).count();
    out.push_line(&network.name);
    writeln!(out, "  file          {file}")?;
    writeln!(out, "  sites         {}, {by_name} of them only when named (marked *)", network.sites.len())?;
    let width = widest(network.sites.iter().map(|site| site.name.as_str())).max(4);
    writeln!(
        out,
        "\n  {:<width$}   {:>9}  {:>10}  {:>8}  {:<12}  {:<16}  title, status, service",
        "name", "lat °", "lon °", "height m", "mask", "known"
    )?;
    for site in &network.sites {
        let mark = if site.by_name_only { "*" } else { " " };
        let place = match &site.whereabouts {
            Whereabouts::Fixed(place) => format!(
                "{:>9.4}  {:>10.4}  {:>8.0}",
                place.latitude_deg,
                place.longitude_deg,
                place.height_km * 1000.0
            ),
            Whereabouts::Ship(track) => format!("{:<31}", voyage(track)),
        };
        let service = service(site);
        let words = [site.title.as_deref(), site.status.as_deref(), service.as_deref()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
        writeln!(
            out,
            "  {:<width$} {mark} {place}  {:<12}  {:<16}  {words}",
            Left(&site.name),
            mask(site.mask.as_ref()),
            confidence(site)
        )?;
    }
    if !network.unplaced.is_empty() {
        writeln!(out, "\nWithout a published position")?;
        for unplaced in &network.unplaced {
            writeln!(out, "  {}: {}", unplaced.name, unplaced.about)?;
        }
    }
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for note in notes {
        writeln!(out, "note: {note}")?;
    }
    writeln!(out, "\n--json tells the source of each site")
}

/// A track in a few words: its days and what holds outside them.
fn voyage(track: &ground::Track) -> String {
    let day = |waypoint: Option<&ground::Waypoint>| {
        waypoint.map_or(String::new(), |waypoint| waypoint.epoch.to_string()[..10].to_owned())
    };
    let (first, last) = (day(track.waypoints().first()), day(track.waypoints().last()));
    let days = if first == last { first } else { format!("{first} to {last}") };
    match (track.before(), track.after()) {
        (Outside::Hold, Outside::Hold) => format!("{days}, held"),
        (Outside::Absent, Outside::Absent) => days,
        (Outside::Hold, Outside::Absent) => format!("until {days}"),
        (Outside::Absent, Outside::Hold) => format!("from {days}"),
    }
}

/// From when and until when a site is in service; none where its file does not say.
fn service(site: &Site) -> Option<String> {
    match (site.service_from, site.service_until) {
        (None, None) => None,
        (Some(from), None) => Some(format!("in service from {from}")),
        (None, Some(until)) => Some(format!("in service until {until}")),
        (Some(from), Some(until)) => Some(format!("in service from {from} until {until}")),
    }
}

fn mask(mask: Option<&Mask>) -> String {
    match mask {
        None => "none: 10°".to_owned(),
        Some(Mask::Constant(elevation)) => format!("{elevation}°"),
        Some(Mask::Table(table)) => format!("{}° to {}°", table.lowest_deg(), table.highest_deg()),
    }
}

fn confidence(site: &Site) -> &'static str {
    match (site.position, site.confidence) {
        (Position::Assumed, _) | (Position::Published, Some(Confidence::Assumed)) => "assumed",
        (Position::Approximate, Some(Confidence::Low)) => "approximate, low",
        (Position::Approximate, _) => "approximate",
        (Position::Published, None) => "",
        (Position::Published, Some(Confidence::High)) => "high",
        (Position::Published, Some(Confidence::Medium)) => "medium",
        (Position::Published, Some(Confidence::Low)) => "low",
    }
}
