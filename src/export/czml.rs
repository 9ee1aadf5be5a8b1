//! CZML for Cesium: satellites and ships that move, stations, and a line for each pair that shows while the
//! two are in contact.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::ephemeris::{Fleet, LAST_S};
use crate::frames::{Ecef, Geodetic};
use crate::ground::{Kind, Site, Whereabouts};
use crate::passes::Contact;
use crate::report::page::presence;
use crate::report::passes::Plan;
use crate::time::{Epoch, Window};

/// Angle in radians that a satellite goes through between two positions at its fastest. Cesium's Lagrange
/// interpolation of degree five between them then departs from the orbit by less than ten metres.
const SAMPLE_ANGLE_RAD: f64 = 0.1;
/// Longest time between two positions, seconds.
const LONGEST_STEP_S: f64 = 300.0;
/// Time between two positions of a ship under way, seconds: its chord sags by less than a metre.
const SHIP_STEP_S: f64 = 600.0;
/// Degree of the interpolation.
const DEGREE: usize = 5;

const SATELLITE_RGBA: [u8; 4] = [255, 215, 0, 255];
const SITE_RGBA: [u8; 4] = [0, 191, 255, 255];
const SHIP_RGBA: [u8; 4] = [255, 127, 80, 255];
const CONTACT_RGBA: [u8; 4] = [0, 255, 127, 200];

/// What a file shows.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The window.
    pub window: Window,
    /// Names of the satellites, in the order of the fleet.
    pub satellites: &'a [&'a str],
    /// Stations and ships.
    pub sites: &'a [&'a Site],
    /// Contacts by satellite, then site, then AOS; empty where they are not known.
    pub contacts: &'a [Contact],
}

/// Writes the contacts of a plan with its satellites and sites. `fleet` holds the satellites in its order.
///
/// # Errors
/// What the writer says.
pub fn write_plan(out: &mut dyn Write, plan: &Plan<'_>, fleet: &Fleet) -> io::Result<()> {
    let satellites: Vec<&str> = plan.names.iter().map(String::as_str).collect();
    let sites: Vec<&Site> = plan.sites.iter().collect();
    let scene = Scene {
        window: plan.contacts.window,
        satellites: &satellites,
        sites: &sites,
        contacts: &plan.contacts.contacts,
    };
    write(out, &scene, fleet)
}

/// Writes the whole scene. `fleet` holds its satellites in their order.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, scene: &Scene<'_>, fleet: &Fleet) -> io::Result<()> {
    let window = scene.window;
    let mut packets = Packets { out, is_first: true };
    packets.add(&document(&window))?;
    for (number, name) in scene.satellites.iter().enumerate() {
        add_satellite(&mut packets, number, name, fleet, &window)?;
    }
    for (number, site) in scene.sites.iter().enumerate() {
        packets.add(&site_packet(number, site, &window))?;
    }
    let of_pair = |a: &Contact, b: &Contact| (a.satellite, a.site) == (b.satellite, b.site);
    for contacts in scene.contacts.chunk_by(of_pair) {
        packets.add(&contact_packet(scene, contacts))?;
    }
    packets.end()
}

/// A JSON list that is written one packet at a time.
struct Packets<'a> {
    out: &'a mut dyn Write,
    is_first: bool,
}

impl Packets<'_> {
    fn add(&mut self, packet: &impl Serialize) -> io::Result<()> {
        self.out.write_all(if self.is_first { b"[\n" } else { b",\n" })?;
        self.is_first = false;
        serde_json::to_writer(&mut *self.out, packet)?;
        Ok(())
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n]\n")
    }
}

fn interval(from: Epoch, to: Epoch) -> String {
    format!("{from}/{to}")
}

fn document(window: &Window) -> Value {
    json!({
        "id": "document",
        "name": "hexsky",
        "version": "1.0",
        "clock": {
            "interval": interval(window.start, window.end()),
            "currentTime": window.start,
            "multiplier": 60,
            "range": "LOOP_STOP",
        },
    })
}

fn point(rgba: [u8; 4], pixels: u8) -> Value {
    json!({ "color": { "rgba": rgba }, "pixelSize": pixels })
}

fn label(text: &str, rgba: [u8; 4]) -> Value {
    json!({
        "text": text,
        "font": "11pt sans-serif",
        "fillColor": { "rgba": rgba },
        "horizontalOrigin": "LEFT",
        "pixelOffset": { "cartesian2": [8, 0] },
    })
}

/// A satellite in motion.
#[derive(Serialize)]
struct SatellitePacket<'a> {
    availability: String,
    id: String,
    label: Value,
    name: &'a str,
    point: Value,
    position: Position<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Position<'a> {
    cartesian: Flight<'a>,
    epoch: Epoch,
    interpolation_algorithm: &'static str,
    interpolation_degree: usize,
    reference_frame: &'static str,
}

/// The way of a satellite over the window, which is computed as it is written: years of it would fill the memory.
#[derive(Clone, Copy)]
struct Flight<'a> {
    number: usize,
    fleet: &'a Fleet,
    window: &'a Window,
}

impl Flight<'_> {
    /// Seconds after the start, and where it is in metres, to the centimetre, for as long as it flies.
    fn positions(self) -> impl Iterator<Item = (f64, [f64; 3])> {
        let Self { number, fleet, window } = self;
        let end_s = match fleet.lost_in(number, window) {
            Some(loss) => loss.from.seconds_since(window.start) - LAST_S,
            None => window.duration_s,
        };
        let mut next_s = (end_s >= 0.0).then_some(0.0);
        std::iter::from_fn(move || {
            let t_s: f64 = next_s.take()?;
            let state = fleet.state(number, window.start.plus_seconds(t_s)).ok()?;
            if t_s < end_s {
                // The rate of the satellite as seen from the centre, |r × v| / r².
                let rate = state.position.cross(&state.velocity).norm() / state.position.norm_squared();
                let step_s = (SAMPLE_ANGLE_RAD / rate).clamp(1.0, LONGEST_STEP_S);
                next_s = Some((t_s + step_s).min(end_s));
            }
            let metres = state.position.map(|km| (km * 1e5).round() / 100.0);
            Some((t_s, [metres.x, metres.y, metres.z]))
        })
    }
}

impl Serialize for Flight<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.positions().flat_map(|(t_s, [x, y, z])| [t_s, x, y, z]))
    }
}

fn add_satellite(
    packets: &mut Packets<'_>,
    number: usize,
    name: &str,
    fleet: &Fleet,
    window: &Window,
) -> io::Result<()> {
    let flight = Flight { number, fleet, window };
    let Some((end_s, _)) = flight.positions().last() else {
        return packets.add(&json!({ "id": satellite_id(number), "name": name }));
    };
    packets.add(&SatellitePacket {
        availability: interval(window.start, window.start.plus_seconds(end_s)),
        id: satellite_id(number),
        label: label(name, SATELLITE_RGBA),
        name,
        point: point(SATELLITE_RGBA, 6),
        position: Position {
            cartesian: flight,
            epoch: window.start,
            interpolation_algorithm: "LAGRANGE",
            interpolation_degree: DEGREE,
            reference_frame: "FIXED",
        },
    })
}

fn site_packet(number: usize, site: &Site, window: &Window) -> Value {
    let title = site.title.as_deref().unwrap_or(&site.name);
    let is_ship = site.kind == Kind::Ship || matches!(site.whereabouts, Whereabouts::Ship(_));
    let rgba = if is_ship { SHIP_RGBA } else { SITE_RGBA };
    let stretches = site.stretches(window);
    let at = |t_s: f64| window.start.plus_seconds(t_s);
    let present = presence(site, window);
    let mut packet = json!({ "id": site_id(number), "name": title });
    if present.is_empty() {
        return packet;
    }
    let availability: Vec<String> = present.iter().map(|(from, to)| interval(at(*from), at(*to))).collect();
    packet["availability"] = json!(availability);
    packet["position"] = match &site.whereabouts {
        Whereabouts::Fixed(place) => json!({ "cartesian": metres(place) }),
        Whereabouts::Ship(_) => {
            let mut cartesian = Vec::new();
            for (number, stretch) in stretches.iter().enumerate() {
                let before = number.checked_sub(1).map(|before| &stretches[before]);
                let is_continued = before.is_some_and(|before| before.is_continued_by(stretch));
                let (from_s, to_s) = (stretch.from_s, stretch.to_s);
                // No two samples have one instant: a ship that is elsewhere at once goes there in the moment before.
                let is_left = stretches.get(number + 1).is_some_and(|next| stretch.jumps_to(next));
                let to_s = if is_left { to_s - LAST_S.min(0.5 * (to_s - from_s)) } else { to_s };
                let steps = ((to_s - from_s) / SHIP_STEP_S).ceil().max(1.0);
                // The end of a stretch is the start of the next; a gap needs both its edges.
                for step in usize::from(is_continued)..=steps as usize {
                    let t_s = from_s + (to_s - from_s) * step as f64 / steps;
                    cartesian.push(t_s);
                    cartesian.extend(metres(&stretch.place(t_s)));
                }
            }
            json!({
                "epoch": window.start,
                "referenceFrame": "FIXED",
                "interpolationAlgorithm": "LINEAR",
                "interpolationDegree": 1,
                "cartesian": cartesian,
            })
        }
    };
    packet["point"] = point(rgba, 8);
    packet["label"] = label(title, rgba);
    packet
}

fn metres(place: &Geodetic) -> [f64; 3] {
    let Ecef(position) = place.to_ecef();
    [position.x, position.y, position.z].map(|km| (km * 1e5).round() / 100.0)
}

/// The line between the two of a pair, shown while they are in contact.
fn contact_packet(scene: &Scene<'_>, contacts: &[Contact]) -> Value {
    let (satellite, site) = (contacts[0].satellite, contacts[0].site);
    let window = scene.window;
    let at = |seconds: f64| window.start.plus_seconds(seconds);
    let mut show = vec![json!({ "interval": interval(window.start, window.end()), "boolean": false })];
    show.extend(contacts.iter().map(|contact| {
        let span = interval(at(contact.aos_s), at(contact.los_s));
        json!({ "interval": span, "boolean": true })
    }));
    let (satellite_id, site_id) = (satellite_id(satellite), site_id(site));
    json!({
        "id": format!("contact/{satellite}/{site}"),
        "name": format!("{} at {}", scene.satellites[satellite], scene.sites[site].name),
        "polyline": {
            "show": show,
            "positions": { "references": [format!("{satellite_id}#position"), format!("{site_id}#position")] },
            "arcType": "NONE",
            "width": 1,
            "material": { "solidColor": { "color": { "rgba": CONTACT_RGBA } } },
        },
    })
}

fn satellite_id(number: usize) -> String {
    format!("satellite/{number}")
}

fn site_id(number: usize) -> String {
    format!("site/{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Outside, Track, Waypoint};

    /// Straight between its samples, it would sail through the Earth for as long as its last step takes.
    #[test]
    fn a_ship_that_is_elsewhere_at_once_goes_there_in_a_moment() {
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        let waypoints = [(0.0, 0.0), (10_000.0, 1.0), (43_210.0, 90.0), (60_000.0, 91.0)];
        let waypoints = waypoints.map(|(at, longitude_deg)| Waypoint {
            epoch: window.start.plus_seconds(at),
            place: Geodetic { latitude_deg: 10.0, longitude_deg, height_km: 0.0 },
        });
        let track = Track::in_parts(100.0, waypoints.into(), &[2], Outside::Hold, Outside::Hold).unwrap();
        let ship = Site::ship("s", track);
        let packet = site_packet(0, &ship, &window);
        let samples: Vec<f64> = serde_json::from_value(packet["position"]["cartesian"].clone()).unwrap();
        let samples: Vec<&[f64]> = samples.chunks(4).collect();
        assert_eq!((samples[0][0], samples[samples.len() - 1][0]), (0.0, 86_400.0));
        let mut jumps = 0;
        for pair in samples.windows(2) {
            let span_s = pair[1][0] - pair[0][0];
            assert!(span_s > 0.0 && span_s <= SHIP_STEP_S, "{span_s}");
            let way_m = (1..4).map(|axis| (pair[1][axis] - pair[0][axis]).powi(2)).sum::<f64>().sqrt();
            if way_m > 1e6 {
                jumps += 1;
                assert!(span_s < 2.0 * LAST_S && pair[1][0] == 43_210.0);
            } else {
                assert!(way_m < 20.0 * span_s + 1.0, "{way_m} m in {span_s} s");
            }
        }
        assert_eq!(jumps, 1);
    }
}
