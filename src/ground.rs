//! Ground segment: stations, control centres, gateways and tracking ships.
//!
//! This room is the only reader of station and ship files: networks in TOML ([`read`]), stations in
//! CSV, ship tracks in CSV and GPX ([`read_ship`]), and the networks shipped with the program
//! ([`shipped_networks`]). A site is a position as a function of time plus an elevation mask.
//! `docs/ground-stations.md` describes the files.

use std::path::Path;

use crate::diagnostics::{TextError, nearest};
use crate::frames::Geodetic;
use crate::input::{CATALOGUE_GROWTH, FileError, read_file, read_text, without_mark};
use crate::time::{Epoch, Window};

pub mod mask;
mod network;
mod presence;
mod sheet;
pub mod ship;
mod shipped;
mod stations;
mod track;

pub use mask::{Mask, MaskTable};
pub use presence::Presence;
pub use ship::{Course, Outside, Standpoint, Stretch, Track, Waypoint};
pub use shipped::{ShippedNetwork, shipped_networks};

/// What a site is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A station of no further stated kind.
    #[default]
    Station,
    /// Telemetry, tracking and command.
    Ttc,
    /// Deep-space station.
    DeepSpace,
    /// A control centre: it commands through stations and tracks nothing itself.
    ControlCentre,
    /// A launch site.
    LaunchSite,
    /// Gateway of a communication system.
    Gateway,
    /// Station for hire.
    Commercial,
    /// Teleport.
    Teleport,
    /// Reception of Earth observation data.
    Reception,
    /// A ship.
    Ship,
}

/// How sure a site's figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// From a filing, a standard, the operator or an agency.
    High,
    /// From the press or one secondary list.
    Medium,
    /// From one unverified list.
    Low,
    /// Chosen, because no source gives it.
    Assumed,
}

/// How a position is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// Published by a source.
    #[default]
    Published,
    /// Published as approximate, or sources disagree.
    Approximate,
    /// Chosen: the published sea area or town only.
    Assumed,
}

/// Where a site is: at one place or along a ship's track.
#[derive(Debug, Clone, PartialEq)]
pub enum Whereabouts {
    /// Always here.
    Fixed(Geodetic),
    /// Along a track.
    Ship(Track),
}

/// A site that can see satellites.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Short name, unique in a run.
    pub name: String,
    /// Full name.
    pub title: Option<String>,
    /// Name of the network it was read from.
    pub network: String,
    /// What it is for.
    pub kind: Kind,
    /// Country.
    pub country: Option<String>,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Whether the source states the height of a fixed site; where not, its place has a height of 0.
    pub height_is_stated: bool,
    /// How the position is known.
    pub position: Position,
    /// Elevation mask, where its file gives one.
    pub mask: Option<Mask>,
    /// Frequency bands and antennas as the source words them.
    pub bands: Vec<String>,
    /// Status as the source words it.
    pub status: Option<String>,
    /// First instant in service, where known.
    pub service_from: Option<Epoch>,
    /// End of service, where known.
    pub service_until: Option<Epoch>,
    /// Citation.
    pub source: Option<String>,
    /// How sure the figures are.
    pub confidence: Option<Confidence>,
    /// Remark: conflicts between sources, the basis of an assumption.
    pub note: Option<String>,
    /// Whether the site takes part only when it is asked for by name: control centres, launch sites,
    /// further voyages of a ship.
    pub by_name_only: bool,
}

impl Site {
    /// A fixed site of which only the place is known.
    pub fn fixed(name: impl Into<String>, place: Geodetic) -> Self {
        Self::bare(name.into(), Whereabouts::Fixed(place))
    }

    /// A ship of which only the track is known.
    pub fn ship(name: impl Into<String>, track: Track) -> Self {
        Self { kind: Kind::Ship, ..Self::bare(name.into(), Whereabouts::Ship(track)) }
    }

    fn bare(name: String, whereabouts: Whereabouts) -> Self {
        Self {
            name,
            title: None,
            network: String::new(),
            kind: Kind::Station,
            country: None,
            whereabouts,
            height_is_stated: false,
            position: Position::Published,
            mask: None,
            bands: Vec::new(),
            status: None,
            service_from: None,
            service_until: None,
            source: None,
            confidence: None,
            note: None,
            by_name_only: false,
        }
    }

    /// Where the site is at an instant; `None` while it is absent or out of service.
    pub fn place(&self, epoch: Epoch) -> Option<Geodetic> {
        if self.service_from.is_some_and(|from| epoch < from)
            || self.service_until.is_some_and(|until| epoch >= until)
        {
            return None;
        }
        match &self.whereabouts {
            Whereabouts::Fixed(place) => Some(*place),
            Whereabouts::Ship(track) => track.place(epoch),
        }
    }

    /// What the site does over a window: stretches in the order of time, none while it is absent or
    /// out of service.
    pub fn stretches(&self, window: &Window) -> Vec<Stretch> {
        let from = self.service_from.map_or(0.0, |from| from.seconds_since(window.start).max(0.0));
        let to = self
            .service_until
            .map_or(window.duration_s, |until| until.seconds_since(window.start).min(window.duration_s));
        let all = match &self.whereabouts {
            Whereabouts::Fixed(place) => {
                vec![Stretch { from_s: 0.0, to_s: window.duration_s, course: Course::Still(*place) }]
            }
            Whereabouts::Ship(track) => track.stretches(window),
        };
        all.into_iter()
            .map(|stretch| Stretch {
                from_s: stretch.from_s.max(from),
                to_s: stretch.to_s.min(to),
                ..stretch
            })
            .filter(|stretch| stretch.from_s < stretch.to_s)
            .collect()
    }
}

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

/// A name that no site has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no site is named '{name}'")]
pub struct UnknownSite {
    /// The name as given.
    pub name: String,
    /// The site probably meant.
    pub nearest: Option<String>,
    /// All names there are.
    pub known: Vec<String>,
}

/// Why station or ship files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file cannot be read, or its text is wrong at one place.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is neither a file nor a shipped network of this name.
    #[error("'{name}' is neither a file nor a network shipped with hexsky")]
    UnknownNetwork {
        /// The name as given.
        name: String,
        /// The shipped network probably meant.
        nearest: Option<String>,
    },
    /// Two sites have one name.
    #[error("two sites are named '{name}': one in {first}, one in {second}")]
    SameName {
        /// The name.
        name: String,
        /// Network of the first.
        first: String,
        /// Network of the second.
        second: String,
    },
}

impl From<TextError> for ReadError {
    fn from(error: TextError) -> Self {
        Self::File(error.into())
    }
}

impl From<Box<TextError>> for ReadError {
    fn from(error: Box<TextError>) -> Self {
        Self::File(error.into())
    }
}

impl ReadError {
    /// How to mend it, where the message does not say so itself.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownNetwork { nearest, .. } => {
                let known: Vec<&str> = shipped_networks().map(|network| network.name).collect();
                let known = known.join(", ");
                Some(match nearest {
                    Some(nearest) => format!("did you mean '{nearest}'? Shipped networks: {known}"),
                    None => format!("name a TOML or CSV file, or one of the shipped networks: {known}"),
                })
            }
            Self::SameName { .. } => Some("rename one of them, or read only one of the two files".to_owned()),
            Self::File(FileError::Read { .. }) => {
                Some("give a file of stations (TOML, CSV) or of a ship's track (CSV, GPX)".to_owned())
            }
            Self::File(FileError::Text(_)) => None,
        }
    }
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
    parse_ship(name, file, &read_text(file)?, outside)
}

/// Reads the track of a ship or an aircraft, which is there on its track only.
///
/// # Errors
/// As [`read_ship`], but for speeds no aircraft reaches.
pub fn read_mover(name: &str, file: &str) -> Result<Site, ReadError> {
    let text = read_text(file)?;
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

/// The numbers of the sites that lists of names mean, each once, in the order of the lists.
///
/// Commas part the names of a list. A name may hold commas itself: of several readings the longest name that
/// a site has is taken.
///
/// # Errors
/// [`UnknownSite`] for a name that no site has, with the nearest one.
pub fn find_sites(sites: &[Site], lists: &[String]) -> Result<Vec<usize>, UnknownSite> {
    let mut found = Vec::new();
    for list in lists {
        let mut rest = Some(list.as_str());
        while let Some(text) = rest {
            let ends: Vec<usize> = text.match_indices(',').map(|(at, _)| at).chain([text.len()]).collect();
            let is_name = |end: &&usize| sites.iter().any(|site| site.name == text[..**end].trim());
            let end = *ends.iter().rev().find(is_name).unwrap_or(&ends[0]);
            let number = find_site(sites, text[..end].trim())?;
            if !found.contains(&number) {
                found.push(number);
            }
            rest = text.get(end + 1..);
        }
    }
    Ok(found)
}

/// The number of the site of this name among `sites`.
///
/// # Errors
/// [`UnknownSite`] where there is none, with the nearest name.
pub fn find_site(sites: &[Site], name: &str) -> Result<usize, UnknownSite> {
    sites.iter().position(|site| site.name == name).ok_or_else(|| UnknownSite {
        name: name.to_owned(),
        nearest: nearest_site(sites, name),
        known: sites.iter().map(|site| site.name.clone()).collect(),
    })
}

/// The site probably meant: by its name, by its full name, or by a part of either.
fn nearest_site(sites: &[Site], name: &str) -> Option<String> {
    let by_name = nearest(name, sites.iter().map(|site| site.name.as_str())).map(str::to_owned);
    let lower = name.to_lowercase();
    by_name
        .or_else(|| {
            let titles = sites.iter().filter_map(|site| site.title.as_deref());
            let title = nearest(name, titles)?;
            sites.iter().find(|site| site.title.as_deref() == Some(title)).map(|site| site.name.clone())
        })
        .or_else(|| {
            // "svalbard" is meant for "ksat-svalbard", and with a slip of the pen too.
            let parts = sites
                .iter()
                .flat_map(|site| site.name.split(['-', '_', '/', ' ']).map(move |part| (part, site)));
            let part = nearest(&lower, parts.clone().map(|(part, _)| part).filter(|part| part.len() > 3))?;
            parts.clone().find(|(candidate, _)| *candidate == part).map(|(_, site)| site.name.clone())
        })
}

/// Whether a text begins as a table of places does, whatever its file is called.
fn has_columns_of_places(text: &str) -> bool {
    let text = without_mark(text);
    let header = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default().to_lowercase();
    !header.contains('=') && ["lat_deg", "lon_deg"].iter().all(|column| header.contains(column))
}

/// Checks latitude, longitude and height as files give them.
///
/// # Errors
/// What is wrong: the number of the value (0 latitude, 1 longitude, 2 height), the message, the help.
fn check_place(
    latitude_deg: f64,
    longitude_deg: f64,
    height_m: f64,
) -> Result<Geodetic, (usize, String, &'static str)> {
    if !(-90.0..=90.0).contains(&latitude_deg) {
        let message = format!("latitude {latitude_deg} is outside -90 to 90 degrees");
        return Err((
            0,
            message,
            "give degrees, north positive; check that latitude and longitude are not swapped",
        ));
    }
    if !(-180.0..=360.0).contains(&longitude_deg) {
        let message = format!("longitude {longitude_deg} is outside -180 to 360 degrees");
        return Err((1, message, "give degrees, east positive"));
    }
    if !(-1000.0..=20_000.0).contains(&height_m) {
        let message = format!("height {height_m} is outside -1000 to 20000 metres");
        return Err((2, message, "give metres above the WGS-84 ellipsoid"));
    }
    // Maps and files of other programs know longitudes up to 180 degrees.
    let longitude_deg = if longitude_deg > 180.0 { longitude_deg - 360.0 } else { longitude_deg };
    Ok(Geodetic { latitude_deg, longitude_deg, height_km: height_m / 1000.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_toml(toml: &str) -> Result<Network, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("net.toml");
        std::fs::write(&file, toml).unwrap();
        read([file.to_str().unwrap()])
    }

    #[test]
    fn longitudes_beyond_180_degrees_are_turned_back() {
        for (given, taken) in [(350.0, -10.0), (180.0, 180.0), (-180.0, -180.0), (360.0, 0.0)] {
            let place = check_place(10.0, given, 0.0).unwrap();
            assert_eq!(place.longitude_deg, taken);
        }
        assert!(check_place(10.0, 360.1, 0.0).is_err());
    }

    #[test]
    fn every_shipped_network_reads() {
        for network in shipped_networks() {
            let read = read([network.name]).unwrap_or_else(|error| panic!("{}: {error}", network.name));
            assert!(!read.sites.is_empty(), "{}", network.name);
            for site in &read.sites {
                assert!(site.source.is_some() && site.confidence.is_some(), "{} has no source", site.name);
            }
        }
        let chinese = read(["chinese-ttc", "chinese-home", "yuanwang"]).unwrap();
        assert_eq!(chinese.sites.iter().filter(|site| site.kind == Kind::LaunchSite).count(), 6);
        assert_eq!(chinese.choose(&[]).unwrap().len(), 7 + 7 + 4);
        assert!(chinese.unplaced.iter().any(|unplaced| unplaced.name == "yuanwang-5/indian-ocean-2019"));
        let atlantic = chinese.choose(&["yuanwang-7/atlantic-2020".to_owned()]).unwrap();
        assert_eq!(atlantic[0].position, Position::Assumed);
    }

    #[test]
    fn everything_a_site_file_says_is_read() {
        let network = read_toml(
            r#"
            name = "Test"
            include = ["nasa-dsn"]
            [defaults]
            bands = ["S"]
            min_elevation_deg = 5
            [[site]]
            name = "a"
            title = "Site A"
            lat_deg = 67.857
            lon_deg = 20.964
            height_m = 400
            mask = [[0, 5], [90, 12.5], [360, 5]]
            service_from = 2024-07-17T12:00:00Z
            service_until = "2024-07-17T18:00:00Z"
            source = "s"
            confidence = "low"
            position = "approximate"
            [[site]]
            name = "b"
            lat_deg = 0
            lon_deg = 200
            bands = ["X", "Ka"]
            [[ship]]
            name = "s"
            [[ship.voyage]]
            name = "v"
            before = "absent"
            after = "hold"
            waypoints = [
              { utc = 2024-07-17T06:00:00Z, lat_deg = 3.0, lon_deg = 176.0, height_m = 15 },
              { utc = "2024-07-17T20:00:00Z", lat_deg = -1.5, lon_deg = -179.0 },
            ]
            "#,
        )
        .unwrap();
        assert_eq!(network.sites.len(), 6);
        let a = &network.sites[network.find("a").unwrap()];
        assert!(matches!(&a.mask, Some(Mask::Table(table)) if table.highest_deg() == 12.5));
        assert_eq!((a.bands.as_slice(), a.position), (["S".to_owned()].as_slice(), Position::Approximate));
        let window = Window { start: "2024-07-17T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
        let stretches = a.stretches(&window);
        assert_eq!((stretches[0].from_s, stretches[0].to_s), (43_200.0, 64_800.0));
        assert!(a.place("2024-07-17T11:59:59Z".parse().unwrap()).is_none());
        let b = &network.sites[network.find("b").unwrap()];
        assert_eq!(b.mask, Some(Mask::Constant(5.0)));
        assert_eq!(b.bands, ["X", "Ka"]);
        let ship = &network.sites[network.find("s").unwrap()];
        assert_eq!(ship.stretches(&window).len(), 2);
    }

    #[test]
    fn wrong_files_say_where_and_what() {
        let site = |rest: &str| format!("[[site]]\nname = \"a\"\nlat_deg = 1\nlon_deg = 2\n{rest}\n");
        let ship = |rest: &str| format!("[[ship]]\nname = \"s\"\n[[ship.voyage]]\nname = \"v\"\n{rest}\n");
        let waypoints =
            |list: &str| ship(&format!("before = \"hold\"\nafter = \"hold\"\nwaypoints = [{list}]"));
        for (toml, line, expected) in [
            (String::new(), 0, "the network is empty"),
            ("name = ".to_owned(), 1, ""),
            ("[[site]]\nname = \"a\"\nlat_deg = 95\nlon_deg = 0".to_owned(), 3, "latitude 95 is outside"),
            ("[[site]]\nname = \"a\"\nlat_deg = 5\nlon_deg = 400".to_owned(), 4, "longitude 400 is outside"),
            ("[[site]]\nname = \"a\"\nlat_deg = \"N\"\nlon_deg = 0".to_owned(), 3, "expected a number"),
            ("[[site]]\nname = \"a\"\nlatdeg = 5\nlon_deg = 0".to_owned(), 3, "did you mean 'lat_deg'"),
            (site("frequency = 8"), 5, "known: name, title, kind, country, lat_deg"),
            ("[[site]]\nname = \"a\"\nlon_deg = 0".to_owned(), 1, "missing field `lat_deg`"),
            (site("min_elevation_deg = 95"), 5, "least elevation 95"),
            (site("mask = [[0, 5], [180, 9], [350, 5]]"), 5, "does not close"),
            (site("mask = [[0, 5], [180, 9], [360, 6]]"), 5, "does not close"),
            (site("mask = [\n[10, 5],\n[180, 9],\n[360, 5]]"), 6, "from azimuth 10 to 360"),
            (site("mask = [\n[0, 5],\n[90, 9],\n[90, 8],\n[360, 5]]"), 8, "azimuth 90 stands twice"),
            (site("mask = []"), 5, "has 0 of the two rows"),
            (site("mask = [[0, 5],\n[90, 9, 3], [360, 5]]"), 6, "not 3 values"),
            (site("mask = [[0, 5],\n[90], [360, 5]]"), 6, "not 1 values"),
            (site("mask = [[0, 5], [180, 9], [90, 6], [360, 5]]"), 5, "90 does not come after 180"),
            (site("mask = [[0, 5], [360, 5]]\nmin_elevation_deg = 5"), 5, "both a mask table"),
            (site("service_from = \"soon\""), 5, "not a UTC instant"),
            (site("service_from = 2024-01-01\nservice_until = 2023-01-01"), 6, "ends before it begins"),
            (format!("name = \"n\"\n{}{}", site(""), site("")), 8, "a second site is named 'a'"),
            (
                format!("include = [\"chinese-home\"]\n{}", site("").replace("\"a\"", "\"sanya\"")),
                0,
                "two sites are named 'sanya'",
            ),
            ("include = [\"nowhere.toml\"]".to_owned(), 1, "neither a file beside this one"),
            ("[[ship]]\nname = \"s\"".to_owned(), 2, "has no [[ship.voyage]]"),
            (
                ship("waypoints = [{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}]"),
                4,
                "does not say what holds",
            ),
            (
                waypoints(
                    "{utc = 2024-01-02, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}",
                ),
                8,
                "earlier than the one before",
            ),
            (
                waypoints(
                    "{utc = 2024-01-01, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}",
                ),
                8,
                "have the same time",
            ),
            (
                waypoints(
                    "{utc = 2024-01-01T00:00:00Z, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01T01:00:00Z, lat_deg = 15, lon_deg = 0}",
                ),
                8,
                "asks for 896 knots",
            ),
            (
                ship("").replace("name = \"s\"", "name = \"s\"\ndefault_voyage = \"w\""),
                3,
                "has no voyage 'w'",
            ),
        ] {
            let error = read_toml(&toml).expect_err(&toml);
            let at = if let ReadError::File(FileError::Text(error)) = &error { error.line } else { 0 };
            assert_eq!(at, line, "{toml}\n{error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn networks_are_told_from_constellations() {
        let folder = tempfile::tempdir().unwrap();
        let is_network_file = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            is_network(file.to_str().unwrap())
        };
        assert!(is_network("yuanwang") && !is_network("hongyun") && !is_network("nowhere.toml"));
        assert!(is_network_file("a.toml", "[[site]]\nname = \"a\"\nlat_deg = 1\nlon_deg = 2\n"));
        assert!(is_network_file("b.toml", "include = [\"ksat\"]\n"));
        assert!(is_network_file("a.csv", "# mine\nname,lat_deg,lon_deg\na,1,2\n"));
        assert!(!is_network_file("c.toml", "[[shell]]\nname = \"site\"\n"));
        assert!(!is_network_file("c.csv", "OBJECT_NAME,NORAD_CAT_ID\nx,1\n"));
        assert!(!is_network_file("d.tle", "site\n1 25544U\n"));
    }

    #[test]
    fn unknown_names_say_the_nearest() {
        let error = read(["chinese-tcc"]).unwrap_err();
        assert!(error.help().unwrap().contains("did you mean 'chinese-ttc'"), "{error}");
        assert!(matches!(read(["no/such.toml"]), Err(ReadError::File(FileError::Read { .. }))));
        let network = read(["ksat"]).unwrap();
        assert_eq!(network.find("ksat-svalbrad").unwrap_err().nearest.as_deref(), Some("ksat-svalbard"));
        assert_eq!(network.find("Svalbrd").unwrap_err().nearest.as_deref(), Some("ksat-svalbard"));
    }

    #[test]
    fn names_may_hold_commas() {
        let at = |name: &str| {
            Site::fixed(name, Geodetic { latitude_deg: 0.0, longitude_deg: 0.0, height_km: 0.0 })
        };
        let sites = ["Kiruna", "Kiruna, Esrange", "b", "a,b,c"].map(at);
        let find = |lists: &[&str]| {
            let lists: Vec<String> = lists.iter().map(|list| (*list).to_owned()).collect();
            find_sites(&sites, &lists).map_err(|unknown| unknown.name)
        };
        assert_eq!(find(&["Kiruna"]), Ok(vec![0]));
        assert_eq!(find(&["Kiruna, Esrange"]), Ok(vec![1]));
        assert_eq!(find(&["b,Kiruna, Esrange,Kiruna", "b"]), Ok(vec![2, 1, 0]));
        assert_eq!(find(&["a,b,c,b"]), Ok(vec![3, 2]));
        assert_eq!(find(&["Kiruna, Esrang"]), Err("Esrang".to_owned()));
        assert_eq!(find(&["b,"]), Err(String::new()));
    }

    /// Spreadsheets part cells by semicolons where the comma stands in decimals.
    #[test]
    fn semicolons_and_tabs_part_cells_too() {
        for (separator, comma) in [(";", "\"Kiruna, Esrange\""), ("\t", "Kiruna, Esrange")] {
            let text = format!("# sites\nname;lat_deg;lon_deg\n{comma};67.9;21\nb;1;2\n");
            let network = parse("sites.csv", &text.replace(';', separator)).unwrap();
            assert_eq!(network.sites[0].name, "Kiruna, Esrange");
            assert_eq!(network.sites.len(), 2);
        }
        let track = "utc;lat_deg;lon_deg\n2026-01-01T00:00:00Z;1;2\n";
        assert!(parse_ship("s", "track.csv", track, Outside::Hold).is_ok());
        let error = parse("sites.csv", "name;lat_deg;lon_deg\na;67,9;21\n").unwrap_err();
        let ReadError::File(FileError::Text(error)) = error else { panic!("{error}") };
        assert_eq!((error.line, error.column), (2, 3));
        assert!(error.help.unwrap().contains("decimals with a point"));
    }

    #[test]
    fn stations_are_read_from_csv() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sites.csv");
        let name = file.to_str().unwrap();
        let read_csv = |text: &str| {
            std::fs::write(&file, text).unwrap();
            read([name])
        };
        let network = read_csv(
            "site_id,name,lat_deg,lon_deg,height_m,min_elevation_deg,operator\nD1,\"Kiruna, Esrange\",67.857,20.964,400,5,SSC\nD2,,1.35,103.8,,,\n",
        )
        .unwrap();
        assert_eq!(network.sites[0].title.as_deref(), Some("Kiruna, Esrange"));
        assert_eq!(network.sites[0].mask, Some(Mask::Constant(5.0)));
        assert_eq!((network.sites[1].name.as_str(), &network.sites[1].mask), ("D2", &None));
        assert_eq!(network.notes.len(), 2, "{:?}", network.notes);
        for (text, line, expected) in [
            ("", 0, "empty"),
            ("name,lat_deg,lon_deg\n", 0, "the network is empty"),
            ("name,lat,lon_deg\na,1,2\n", 1, "no column lat_deg"),
            ("name,lat_deg,lon_deg\na,95,2\n", 2, "latitude 95"),
            ("name,lat_deg,lon_deg\na,5,2\na,6,2\n", 3, "a second site is named 'a'"),
            ("name,lat_deg,lon_deg\n,5,2\n", 2, "no name"),
            ("name,lat_deg,lon_deg\na,,2\n", 2, "lat_deg is empty"),
            ("name,lat_deg,lon_deg,min_elevation_deg\na,1,2,91\n", 2, "least elevation 91"),
        ] {
            let error = read_csv(text).unwrap_err();
            let at = if let ReadError::File(FileError::Text(error)) = &error { error.line } else { 0 };
            assert_eq!(at, line, "{text}\n{error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
        std::fs::write(&file, b"name,lat_deg,lon_deg\n\xe9,1,2\n").unwrap();
        let ReadError::File(FileError::Text(error)) = read([name]).unwrap_err() else {
            panic!("a text error")
        };
        assert!(error.message.contains("not UTF-8") && (error.line, error.column) == (2, 1), "{error}");
    }
}
