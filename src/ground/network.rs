//! Networks in TOML: sites, ships with their voyages, and other networks that are included.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use self::raw::{RawDefaults, RawNetwork, RawShip, RawSite};
use self::source::Source;
use self::voyage::{about, track_of};
use super::{Kind, Network, ReadError, Site, Unplaced, Whereabouts, shipped, stations};
use crate::diagnostics::{TextError, counted, decimal_comma, nearest};
use crate::input::{NETWORK_GROWTH, STATION_BYTES, admit, read_text};

pub(super) mod named;
mod raw;
mod source;
mod voyage;

/// Networks read so far, each file once.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    network: Network,
    names: Vec<String>,
    seen: BTreeSet<String>,
    /// Numbers of the sites by their names, as far as the sites are numbered.
    by_name: HashMap<String, usize>,
}

impl Gathered {
    /// Adds a file, or a shipped network by its name.
    pub(super) fn add(&mut self, name: &str) -> Result<(), ReadError> {
        if Path::new(name).exists() {
            return self.add_file(name);
        }
        if let Some(network) = shipped::find(name) {
            return self.add_shipped(network);
        }
        let looks_like_a_file = name.contains(['/', '\\', '.']);
        if looks_like_a_file {
            return self.add_file(name);
        }
        let nearest = nearest(name, super::shipped_networks().map(|network| network.name)).map(str::to_owned);
        Err(ReadError::UnknownNetwork { name: name.to_owned(), nearest })
    }

    fn add_shipped(&mut self, network: &shipped::ShippedNetwork) -> Result<(), ReadError> {
        if !self.seen.insert(network.name.to_owned()) {
            return Ok(());
        }
        let file = format!("{}.toml", network.name);
        self.add_toml(&Source { file: &file, text: network.toml, folder: None })
    }

    fn add_file(&mut self, file: &str) -> Result<(), ReadError> {
        let identity = std::fs::canonicalize(file).unwrap_or_else(|_| PathBuf::from(file));
        if !self.seen.insert(identity.to_string_lossy().into_owned()) {
            return Ok(());
        }
        let text = read_text(file, NETWORK_GROWTH)?;
        let folder = Path::new(file).parent().map(Path::to_owned).unwrap_or_default();
        self.add_text(file, &text, Some(folder))
    }

    /// Adds the text of a file. Without a folder, it can name no files beside it.
    pub(super) fn add_text(
        &mut self,
        file: &str,
        text: &str,
        folder: Option<PathBuf>,
    ) -> Result<(), ReadError> {
        if file.to_lowercase().ends_with(".csv") || super::has_columns_of_places(text) {
            let rows = text.lines().count();
            admit(file, &format!("its {}", counted(rows, "row")), rows as f64 * STATION_BYTES)?;
            let read = stations::read(file, text)?;
            self.names.push(read.name);
            self.network.notes.extend(read.notes);
            if self.network.sites.is_empty() {
                // Names within one table differ already.
                self.network.sites = read.sites;
                return Ok(());
            }
            return read.sites.into_iter().try_for_each(|site| self.push(site));
        }
        self.add_toml(&Source { file, text, folder })
    }

    fn add_toml(&mut self, source: &Source) -> Result<(), ReadError> {
        let raw: RawNetwork = toml::from_str(source.text).map_err(|error| {
            let message = plain(&error.message().trim().replace('\n', "; "));
            match error.span() {
                Some(span) => {
                    let comma = decimal_comma(source.text, &span);
                    let error = source.wrong(span, message);
                    match comma {
                        Some(help) => error.help(help),
                        None => help_for_toml(error),
                    }
                }
                None => TextError::whole_file(source.file, message),
            }
        })?;
        let before = self.network.sites.len() + self.network.unplaced.len();
        let network_name = raw.name.unwrap_or_else(|| source.file.to_owned());
        self.names.push(network_name.clone());
        for included in &raw.include {
            self.include(source, included)?;
        }
        for site in &raw.site {
            let site = self.site(source, &raw.defaults, site, &network_name)?;
            self.add_once(source, &network_name, site.0, site.1)?;
        }
        for ship in &raw.ship {
            self.ship(source, &raw.defaults, ship.get_ref(), &network_name)?;
        }
        self.network.unplaced.extend(
            raw.unplaced.into_iter().map(|unplaced| Unplaced { name: unplaced.name, about: unplaced.about }),
        );
        if self.network.sites.len() + self.network.unplaced.len() == before && raw.include.is_empty() {
            return Err(TextError::whole_file(source.file, "the network is empty: no [[site]], no [[ship]]")
                .help("add a [[site]] with name, lat_deg and lon_deg, or include = [\"another.toml\"]")
                .into());
        }
        Ok(())
    }

    fn include(&mut self, source: &Source, included: &Spanned<String>) -> Result<(), ReadError> {
        let name = included.get_ref();
        let beside = source.folder.as_ref().map(|folder| folder.join(name)).filter(|path| path.is_file());
        if let Some(path) = beside {
            return self.add_file(&path.to_string_lossy());
        }
        if let Some(network) = shipped::find(name.strip_suffix(".toml").unwrap_or(name)) {
            return self.add_shipped(network);
        }
        Err(source
            .wrong(
                included.span(),
                format!("'{name}' is neither a file beside this one nor a shipped network"),
            )
            .help("give a path from the folder of this file, or a network that `hexsky list` shows")
            .into())
    }

    /// Adds a site whose name must be new.
    fn add_once(
        &mut self,
        source: &Source,
        network: &str,
        site: Site,
        span: Range<usize>,
    ) -> Result<(), ReadError> {
        match self.push(site) {
            Err(ReadError::SameName { name, first, .. }) if first == network => Err(source
                .wrong(span, format!("a second site is named '{name}'"))
                .help("give each site a name of its own")
                .into()),
            other => other,
        }
    }

    /// Adds a site as [`Network::add`] does, without a search among all others.
    fn push(&mut self, site: Site) -> Result<(), ReadError> {
        let sites = &mut self.network.sites;
        for (number, known) in sites.iter().enumerate().skip(self.by_name.len()) {
            self.by_name.insert(known.name.clone(), number);
        }
        if let Some(&first) = self.by_name.get(&site.name) {
            let first = sites[first].network.clone();
            return Err(ReadError::SameName { name: site.name, first, second: site.network });
        }
        self.by_name.insert(site.name.clone(), sites.len());
        sites.push(site);
        Ok(())
    }

    fn site(
        &mut self,
        source: &Source,
        defaults: &RawDefaults,
        raw: &Spanned<RawSite>,
        network: &str,
    ) -> Result<(Site, Range<usize>), ReadError> {
        let raw = raw.get_ref();
        let name = sound_name(source, &raw.name)?;
        let place = source.place(&raw.lat_deg, &raw.lon_deg, raw.height_m.as_ref())?;
        let mask = match (&raw.mask, &raw.min_elevation_deg) {
            (Some(table), Some(_)) => {
                return Err(source
                    .wrong(table.span(), "the site has both a mask table and min_elevation_deg")
                    .help("keep one of the two")
                    .into());
            }
            (Some(table), None) => Some(source.table_mask(table)?),
            (None, constant) => {
                let constant = constant.as_ref().or(defaults.min_elevation_deg.as_ref());
                constant.map(|value| source.constant_mask(value)).transpose()?
            }
        };
        let epoch = |value: &Option<Spanned<toml::Value>>| {
            value.as_ref().map(|value| source.epoch(value)).transpose()
        };
        let (from, until) = (epoch(&raw.service_from)?, epoch(&raw.service_until)?);
        if let (Some(from), Some(until), Some(value)) = (from, until, &raw.service_until)
            && until <= from
        {
            return Err(source
                .wrong(value.span(), "the service ends before it begins")
                .help("give a service_until that is later than service_from")
                .into());
        }
        let kind = raw.kind.or(defaults.kind).unwrap_or_default();
        let by_name_only = raw
            .by_name_only
            .or(defaults.by_name_only)
            .unwrap_or(matches!(kind, Kind::ControlCentre | Kind::LaunchSite));
        let site = Site {
            title: raw.title.clone(),
            network: network.to_owned(),
            kind,
            country: raw.country.clone().or_else(|| defaults.country.clone()),
            height_is_stated: raw.height_m.is_some(),
            position: raw.position.or(defaults.position).unwrap_or_default(),
            mask,
            bands: raw.bands.clone().or_else(|| defaults.bands.clone()).unwrap_or_default(),
            status: raw.status.clone().or_else(|| defaults.status.clone()),
            service_from: from,
            service_until: until,
            source: raw.source.clone().or_else(|| defaults.source.clone()),
            confidence: raw.confidence.or(defaults.confidence),
            note: raw.note.clone().or_else(|| defaults.note.clone()),
            by_name_only,
            ..Site::fixed(name, place)
        };
        Ok((site, raw.name.span()))
    }

    /// Adds a ship: its default voyage under its own name, the others as `ship/voyage`.
    fn ship(
        &mut self,
        source: &Source,
        defaults: &RawDefaults,
        raw: &RawShip,
        network: &str,
    ) -> Result<(), ReadError> {
        let name = sound_name(source, &raw.name)?;
        let default = match &raw.default_voyage {
            Some(default) => {
                let voyages = raw.voyage.iter().map(|voyage| voyage.name.get_ref().as_str());
                if !voyages.clone().any(|voyage| voyage == default.get_ref()) {
                    let error =
                        source.wrong(default.span(), format!("{name} has no voyage '{}'", default.get_ref()));
                    return Err(match nearest(default.get_ref(), voyages) {
                        Some(near) => error.help(format!("did you mean '{near}'?")).into(),
                        None => error.into(),
                    });
                }
                Some(default.get_ref().as_str())
            }
            None => raw
                .voyage
                .iter()
                .find(|voyage| !voyage.waypoints.is_empty() || voyage.track.is_some())
                .map(|voyage| voyage.name.get_ref().as_str()),
        };
        if raw.voyage.is_empty() {
            return Err(source
                .wrong(raw.name.span(), format!("the ship {name} has no [[ship.voyage]]"))
                .help("give a voyage with waypoints, before and after")
                .into());
        }
        let mask = raw.min_elevation_deg.as_ref().or(defaults.min_elevation_deg.as_ref());
        let mask = mask.map(|value| source.constant_mask(value)).transpose()?;
        for voyage in &raw.voyage {
            let voyage_name = sound_name(source, &voyage.name)?;
            let about = about(source, voyage)?;
            let Some(track) = track_of(source, voyage)? else {
                self.network.unplaced.push(Unplaced { name: format!("{name}/{voyage_name}"), about });
                continue;
            };
            let is_default = default == Some(voyage_name.as_str());
            let ship_note = raw.note.as_deref().or(defaults.note.as_deref());
            let basis = [voyage.position_basis.as_deref(), voyage.note.as_deref(), ship_note];
            let note = [about.as_str()]
                .into_iter()
                .chain(basis.into_iter().flatten())
                .collect::<Vec<_>>()
                .join("; ");
            let site = Site {
                title: raw.title.clone(),
                network: network.to_owned(),
                kind: Kind::Ship,
                country: raw.country.clone().or_else(|| defaults.country.clone()),
                whereabouts: Whereabouts::Ship(track),
                position: voyage.position.or(defaults.position).unwrap_or_default(),
                mask: mask.clone(),
                bands: raw.bands.clone().or_else(|| defaults.bands.clone()).unwrap_or_default(),
                status: raw.status.clone().or_else(|| defaults.status.clone()),
                source: voyage
                    .source
                    .clone()
                    .or_else(|| raw.source.clone())
                    .or_else(|| defaults.source.clone()),
                confidence: voyage.confidence.or(defaults.confidence),
                note: Some(note),
                by_name_only: !is_default,
                ..Site::fixed(
                    if is_default { name.clone() } else { format!("{name}/{voyage_name}") },
                    crate::frames::Geodetic { latitude_deg: 0.0, longitude_deg: 0.0, height_km: 0.0 },
                )
            };
            self.add_once(source, network, site, voyage.name.span())?;
        }
        Ok(())
    }

    /// All that was read.
    pub(super) fn finish(mut self) -> Result<Network, ReadError> {
        self.network.name = self.names.first().cloned().unwrap_or_default();
        if self.names.len() > 1 && self.network.sites.iter().any(|site| site.network != self.network.name) {
            let mut names: Vec<&str> = Vec::new();
            for site in &self.network.sites {
                if !names.contains(&site.network.as_str()) {
                    names.push(&site.network);
                }
            }
            if names.len() > 1 {
                self.network.name = names.join(" + ");
            }
        }
        Ok(self.network)
    }
}

fn sound_name(source: &Source, name: &Spanned<String>) -> Result<String, TextError> {
    let text = name.get_ref().trim();
    if text.is_empty() || text.contains(',') {
        return Err(source
            .wrong(name.span(), "a name must not be empty or hold a comma")
            .help("names are listed with commas on the command line"));
    }
    Ok(text.to_owned())
}

/// The message of the TOML reader in words that need no knowledge of Rust.
fn plain(message: &str) -> String {
    if let Some((word, expected)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", "))
    {
        return format!("{word} is not known, {expected}");
    }
    message.replace("invalid type: string", "a text,").replace("expected f64", "expected a number")
}

/// Adds a hint to the messages of the TOML reader where one is plain.
fn help_for_toml(error: TextError) -> TextError {
    let quoted: Vec<&str> = error.message.split('`').skip(1).step_by(2).collect();
    if error.message.starts_with("unknown field") {
        let (wrong, known) = quoted.split_first().map_or(("", &[][..]), |(wrong, known)| (*wrong, known));
        let all = known.join(", ");
        let help = match nearest(wrong, known.iter().copied()) {
            Some(near) => format!("did you mean '{near}'? Known: {all}"),
            None => format!("known: {all}"),
        };
        let message = format!("unknown field '{wrong}'");
        let mut error = error;
        error.message = message;
        return error.help(help);
    }
    let help = if error.message.starts_with("missing field `lat_deg`")
        || error.message.starts_with("missing field `lon_deg`")
    {
        Some("give lat_deg and lon_deg in degrees, or list the site under [[unplaced]]".to_owned())
    } else if error.message.starts_with("missing field") {
        quoted.first().map(|field| format!("write {field} = … in this table"))
    } else if error.message.contains(" is not known, expected ") {
        let (wrong, known) = quoted.split_first().map_or(("", &[][..]), |(wrong, known)| (*wrong, known));
        Some(match nearest(wrong, known.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => "take one of the words that are expected, or leave the field away".to_owned(),
        })
    } else if error.message.contains("overflow") {
        Some("write a number that such a figure can be, such as 39.5".to_owned())
    } else if error.message.ends_with("expected a number") {
        Some("write a plain number without quotes, such as 39.5".to_owned())
    } else {
        None
    };
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}
