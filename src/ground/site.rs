//! A site: a place, or a track, that sees satellites above a mask.

use super::mask::Mask;
use super::ship::{Course, Stretch, Track};
use crate::frames::Geodetic;
use crate::time::{Epoch, Window};

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

/// That the files of some sites give no heights; none where they do. Ships have the heights of their waypoints.
pub fn missing_heights<'a>(sites: impl IntoIterator<Item = &'a Site>) -> Option<String> {
    let is_without =
        |site: &&Site| matches!(site.whereabouts, Whereabouts::Fixed(_)) && !site.height_is_stated;
    match sites.into_iter().filter(is_without).count() {
        0 => None,
        1 => Some("1 site has no published height; taken as 0 m".to_owned()),
        count => Some(format!("{count} sites have no published height; taken as 0 m")),
    }
}

/// Checks latitude, longitude and height as files give them.
///
/// # Errors
/// What is wrong: the number of the value (0 latitude, 1 longitude, 2 height), the message, the help.
pub(super) fn check_place(
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
