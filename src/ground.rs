//! Ground segment: stations, control centres, gateways and tracking ships.
//!
//! This room is the only reader of station and ship files: networks in TOML ([`read`]), stations in
//! CSV, ship tracks in CSV and GPX ([`read_ship`]), and the networks shipped with the program
//! ([`shipped_networks`]). A site is a position as a function of time plus an elevation mask.
//! `docs/ground-stations.md` describes the files.

use std::path::Path;

use crate::input::{CATALOGUE_GROWTH, TRACK_GROWTH, read_file, read_text, without_mark};

mod error;
pub mod mask;
mod names;
mod network;
mod presence;
mod sheet;
pub mod ship;
mod shipped;
mod site;
mod stations;
mod track;

pub use error::ReadError;
pub use mask::{Mask, MaskTable};
pub use names::{UnknownSite, find_site, find_sites};
pub use network::named::files_named_in;
pub use presence::Presence;
pub use ship::{Course, Outside, Standpoint, Stretch, Track, Waypoint};
pub use shipped::{ShippedNetwork, shipped_networks};
pub use site::{Confidence, Kind, Position, Site, Whereabouts, missing_heights};

/// A site or voyage that a file names but that has no published position.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Unplaced {
    /// Short name.
    pub name: String,
    /// What is known of it.
    pub about: String,
}

/// Sites read from one or more files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Name of the network; names joined with `+` where several were read.
    pub name: String,
    /// The sites, in the order of the files.
    pub sites: Vec<Site>,
    /// Named by the files but without a position, so left out.
    pub unplaced: Vec<Unplaced>,
    /// Things the reader wants said.
    pub notes: Vec<String>,
}

/// Reads networks from files (TOML, or CSV by the ending `.csv`) or by the names of shipped networks.
///
/// A network that is reached twice, by name or through `include`, is read once.
///
/// # Errors
/// [`ReadError`] at the first file that is wrong.
pub fn read<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Network, ReadError> {
    let mut gathered = network::Gathered::default();
    for name in names {
        gathered.add(name)?;
    }
    gathered.finish()
}

/// [`read`] on the text of one file in memory; `file` names it in messages, and its ending tells CSV from
/// TOML. It can include shipped networks, but no files.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &str, text: &str) -> Result<Network, ReadError> {
    let mut gathered = network::Gathered::default();
    gathered.add_text(file, without_mark(text), None)?;
    gathered.finish()
}

/// [`read_ship`] on text in memory; `file` names it in messages.
///
/// # Errors
/// [`ReadError`] for text that holds no track a ship can follow.
pub fn parse_ship(name: &str, file: &str, text: &str, outside: Outside) -> Result<Site, ReadError> {
    let track = track::read(file, without_mark(text), outside)?;
    Ok(Site { network: file.to_owned(), ..Site::ship(name, track) })
}

/// Whether [`read`] is meant by a name: a station file by its content, or a shipped network where there is
/// no file of the name.
pub fn is_network(name: &str) -> bool {
    const KEYS: [&str; 4] = ["site", "ship", "unplaced", "include"];
    let text = read_file(Path::new(name), CATALOGUE_GROWTH).map(String::from_utf8);
    match text {
        Err(_) | Ok(Err(_)) => shipped::find(name).is_some() && !Path::new(name).exists(),
        Ok(Ok(text)) if has_columns_of_places(&text) => true,
        Ok(Ok(_)) if name.to_lowercase().ends_with(".csv") => false,
        // Long catalogues are not worth a try as TOML.
        Ok(Ok(text)) => {
            let begins = |line: &str| {
                let line = line.trim_start().trim_start_matches('[');
                KEYS.iter().any(|key| line.starts_with(key))
            };
            text.lines().any(begins)
                && toml::from_str::<toml::Table>(&text).is_ok_and(|table| {
                    KEYS.iter().any(|key| table.contains_key(*key)) && !table.contains_key("shell")
                })
        }
    }
}

/// Reads a ship's track from CSV, or GPX by the ending `.gpx` or a first character `<`.
///
/// `outside` says what holds before the first and after the last waypoint, which these formats do
/// not tell.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read or holds no track a ship can follow.
pub fn read_ship(name: &str, file: &str, outside: Outside) -> Result<Site, ReadError> {
    parse_ship(name, file, &read_text(file, TRACK_GROWTH)?, outside)
}

/// Reads the track of a ship or an aircraft, which is there on its track only.
///
/// # Errors
/// As [`read_ship`], but for speeds no aircraft reaches.
pub fn read_mover(name: &str, file: &str) -> Result<Site, ReadError> {
    let text = read_text(file, TRACK_GROWTH)?;
    let track = track::read_up_to(ship::FASTEST_AIRCRAFT_KNOTS, file, without_mark(&text), Outside::Absent)?;
    Ok(Site { network: file.to_owned(), ..Site::ship(name, track) })
}

impl Network {
    /// The sites that take part: those named, as [`find_sites`] reads the names, or all but those that need
    /// naming.
    ///
    /// # Errors
    /// [`UnknownSite`] for a name that no site has, with the nearest one.
    pub fn choose(&self, names: &[String]) -> Result<Vec<Site>, UnknownSite> {
        if names.is_empty() {
            return Ok(self.sites.iter().filter(|site| !site.by_name_only).cloned().collect());
        }
        let mut chosen = find_sites(&self.sites, names)?;
        chosen.sort_unstable();
        Ok(chosen.into_iter().map(|number| self.sites[number].clone()).collect())
    }

    /// [`Self::choose`] that takes the sites out of the network and leaves the others in it: of hundreds of thousands no two
    /// copies are held.
    ///
    /// # Errors
    /// As [`Self::choose`].
    pub fn take(&mut self, names: &[String]) -> Result<Vec<Site>, UnknownSite> {
        let mut is_chosen: Vec<bool> =
            self.sites.iter().map(|site| names.is_empty() && !site.by_name_only).collect();
        for number in find_sites(&self.sites, names)? {
            is_chosen[number] = true;
        }
        let all = std::mem::take(&mut self.sites);
        if is_chosen.iter().all(|&chosen| chosen) {
            return Ok(all);
        }
        let mut is_chosen = is_chosen.into_iter();
        let (chosen, others) = all.into_iter().partition(|_| is_chosen.next() == Some(true));
        self.sites = others;
        Ok(chosen)
    }

    /// The number of the site of this name.
    ///
    /// # Errors
    /// [`UnknownSite`] where there is none, with the nearest name.
    pub fn find(&self, name: &str) -> Result<usize, UnknownSite> {
        find_site(&self.sites, name)
    }

    /// Adds a site.
    ///
    /// # Errors
    /// [`ReadError::SameName`] where its name is taken.
    pub fn add(&mut self, site: Site) -> Result<(), ReadError> {
        if let Some(known) = self.sites.iter().find(|known| known.name == site.name) {
            return Err(ReadError::SameName {
                name: site.name,
                first: known.network.clone(),
                second: site.network,
            });
        }
        self.sites.push(site);
        Ok(())
    }
}

/// Whether a text begins as a table of places does, whatever its file is called.
fn has_columns_of_places(text: &str) -> bool {
    let text = without_mark(text);
    let header = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default().to_lowercase();
    !header.contains('=') && ["lat_deg", "lon_deg"].iter().all(|column| header.contains(column))
}

#[cfg(test)]
mod tests;
