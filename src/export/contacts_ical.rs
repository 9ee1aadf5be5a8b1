//! Contacts as an iCalendar file (RFC 5545), one event for each.
//!
//! iCalendar counts whole seconds: an event begins at the second before AOS and ends at the second
//! after LOS, so that it holds the whole contact. The milliseconds are in its description.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike};
use sha2::{Digest, Sha256};

use super::contacts_csv::cut_word;
use crate::constellation::Satellite;
use crate::constellation::identity::is_lent;
use crate::constellation::names::stem;
use crate::ground::{Site, Whereabouts};
use crate::passes::{Contact, Cut};
use crate::report::passes::{ContactRow, Plan};
use crate::time::Epoch;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MINUTE: i64 = 60 * NANOS_PER_SECOND;

/// Writes one event for each contact; where there is none, one over the window that says so, for a calendar
/// without any component is none (RFC 5545, 3.6).
///
/// Events are stamped with the start of the window and not with the time of writing, so that the same
/// contacts give the same file and an import replaces what an earlier one brought.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, plan: &Plan<'_>) -> io::Result<()> {
    let mut calendar = Calendar::empty();
    let head = [("VERSION", "2.0"), ("PRODID", "-//hexsky//contacts//EN"), ("CALSCALE", "GREGORIAN")];
    for property in head {
        calendar.append_property(property);
    }
    calendar.name("Satellite contacts");
    let mut uids = Uids::default();
    for contact in &plan.contacts.contacts {
        let (row, site) = (plan.row(contact), &plan.sites[contact.site]);
        let mut event = Event::with_uid(&uids.of(plan, contact));
        event
            .timestamp(whole_second(plan.contacts.window.start, false))
            .summary(&plain(&format!("{} at {}", row.satellite, row.site)))
            .starts(whole_second(row.aos, false))
            .ends(whole_second(row.los, true))
            .description(&description(&row))
            .location(&plain(site.title.as_deref().unwrap_or(&site.name)));
        if let Some(geo) = geo(site) {
            event.add_property("GEO", geo);
        }
        calendar.push(event.done());
    }
    if plan.contacts.contacts.is_empty() {
        calendar.push(no_contacts(plan));
    }
    write!(out, "{calendar}")
}

/// The window as an event that takes up no time.
fn no_contacts(plan: &Plan<'_>) -> Event {
    let window = plan.contacts.window;
    let name = |first: Option<&str>, count: usize| match (first, count) {
        (Some(only), 1) => only.to_owned(),
        _ => count.to_string(),
    };
    let satellites = name(plan.names.first().map(String::as_str), plan.names.len());
    let sites = name(plan.sites.first().map(|one| one.name.as_str()), plan.sites.len());
    // Calendars of other satellites or sites are others: an import replaces what bears the same name.
    let mut digest = Sha256::new();
    for (satellite, file) in plan.satellites.iter().zip(plan.files) {
        digest.update(satellite_name(satellite, file) + "\n");
    }
    for site in plan.sites {
        digest.update(format!(".{}\n", escaped(&site.name)));
    }
    let digest: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let uid = format!("none-{}-{}-{digest}@hexsky", window.start.unix_nanos(), window.end().unix_nanos());
    let mut event = Event::with_uid(&uid);
    event
        .timestamp(whole_second(window.start, false))
        .summary(&plain(&format!("No contacts: satellites {satellites}, sites {sites}")))
        .starts(whole_second(window.start, false))
        .ends(whole_second(window.end(), true))
        .add_property("TRANSP", "TRANSPARENT");
    event.done()
}

/// A text without control characters, which RFC 5545 does not allow.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The whole second at or before an instant, or at or after it.
fn whole_second(epoch: Epoch, after: bool) -> DateTime<Utc> {
    let nanos = epoch.unix_nanos();
    let seconds =
        nanos.div_euclid(NANOS_PER_SECOND) + i64::from(after && nanos.rem_euclid(NANOS_PER_SECOND) != 0);
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// The names of the events of a calendar, of which no two are the same.
///
/// A contact has the same name in every run that holds it whole: that of the satellite (its catalogue number, or
/// its name and that of its file), of the site, and the minute of TCA, which another window moves by a millisecond.
/// Where that is not enough to tell contacts apart, the later ones have a number behind.
#[derive(Default)]
struct Uids(HashMap<String, usize>);

impl Uids {
    fn of(&mut self, plan: &Plan<'_>, contact: &Contact) -> String {
        let satellite = satellite_name(plan.satellites[contact.satellite], plan.files[contact.satellite]);
        let minute = (plan.contacts.epoch(contact.tca_s).unix_nanos() + NANOS_PER_MINUTE / 2)
            .div_euclid(NANOS_PER_MINUTE);
        let site = escaped(&plan.sites[contact.site].name);
        let name = format!("{satellite}.{site}.{}", minute * (NANOS_PER_MINUTE / NANOS_PER_SECOND));
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        let number = if *count > 1 { format!(".{count}") } else { String::new() };
        format!("{name}{number}@hexsky")
    }
}

/// What a satellite is called in names of events.
fn satellite_name(satellite: &Satellite, file: &str) -> String {
    match satellite.catalogue_number().filter(|&number| !is_lent(number)) {
        Some(number) => number.to_string(),
        None => format!("{}.{}", escaped(stem(file)), escaped(&satellite.name)),
    }
}

/// A name with everything but letters, digits, `-` and `_` of ASCII as its bytes in hexadecimal behind a `%`, so that
/// two names never become one.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'-' | b'_' => text.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

fn description(row: &ContactRow<'_>) -> String {
    let cut = match (row.cut, row.cut_by_loss) {
        (Cut::No, _) => String::new(),
        (cut, false) => format!("\ncut: {}", cut_word(cut)),
        (cut, true) => format!("\ncut: {} (the satellite is lost)", cut_word(cut)),
    };
    format!(
        "AOS {} azimuth {:.1}°\nTCA {} azimuth {:.1}°, elevation {:.1}°, range {:.0} km\nLOS {} azimuth {:.1}°\n\
         {:.1} s{cut}",
        row.aos,
        row.aos_azimuth_deg,
        row.tca,
        row.tca_azimuth_deg,
        row.max_elevation_deg,
        row.tca_range_km,
        row.los,
        row.los_azimuth_deg,
        row.duration_s
    )
}

/// Latitude and longitude of a fixed site.
fn geo(site: &Site) -> Option<String> {
    match &site.whereabouts {
        Whereabouts::Fixed(place) => {
            let east = (place.longitude_deg + 180.0).rem_euclid(360.0) - 180.0;
            Some(format!("{:.6};{east:.6}", place.latitude_deg))
        }
        Whereabouts::Ship(_) => None,
    }
}
