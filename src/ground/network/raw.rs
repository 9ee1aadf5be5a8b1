//! What a network file may hold, as its author writes it.

use serde::Deserialize;
use toml::Spanned;

use crate::ground::{Confidence, Kind, Outside, Position};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    pub(super) name: Option<String>,
    #[expect(dead_code, reason = "for people who read the file")]
    pub(super) about: Option<String>,
    #[serde(default)]
    pub(super) include: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) defaults: RawDefaults,
    #[serde(default)]
    pub(super) site: Vec<Spanned<RawSite>>,
    #[serde(default)]
    pub(super) ship: Vec<Spanned<RawShip>>,
    #[serde(default)]
    pub(super) unplaced: Vec<RawUnplaced>,
}

/// What holds for every site of the file that does not say otherwise.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDefaults {
    pub(super) kind: Option<Kind>,
    pub(super) country: Option<String>,
    pub(super) min_elevation_deg: Option<Spanned<f64>>,
    pub(super) bands: Option<Vec<String>>,
    pub(super) status: Option<String>,
    pub(super) source: Option<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) position: Option<Position>,
    pub(super) note: Option<String>,
    pub(super) by_name_only: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSite {
    pub(super) name: Spanned<String>,
    pub(super) title: Option<String>,
    pub(super) kind: Option<Kind>,
    pub(super) country: Option<String>,
    pub(super) lat_deg: Spanned<f64>,
    pub(super) lon_deg: Spanned<f64>,
    pub(super) height_m: Option<Spanned<f64>>,
    pub(super) min_elevation_deg: Option<Spanned<f64>>,
    pub(super) mask: Option<Spanned<Vec<Spanned<Vec<f64>>>>>,
    pub(super) bands: Option<Vec<String>>,
    pub(super) status: Option<String>,
    pub(super) service_from: Option<Spanned<toml::Value>>,
    pub(super) service_until: Option<Spanned<toml::Value>>,
    pub(super) source: Option<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) position: Option<Position>,
    pub(super) note: Option<String>,
    pub(super) by_name_only: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUnplaced {
    pub(super) name: String,
    pub(super) about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawShip {
    pub(super) name: Spanned<String>,
    pub(super) title: Option<String>,
    pub(super) country: Option<String>,
    pub(super) min_elevation_deg: Option<Spanned<f64>>,
    pub(super) bands: Option<Vec<String>>,
    pub(super) status: Option<String>,
    pub(super) source: Option<String>,
    pub(super) note: Option<String>,
    pub(super) default_voyage: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) voyage: Vec<RawVoyage>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVoyage {
    pub(super) name: Spanned<String>,
    pub(super) mission: Option<String>,
    pub(super) area: Option<String>,
    pub(super) from: Option<Spanned<toml::Value>>,
    pub(super) until: Option<Spanned<toml::Value>>,
    pub(super) source: Option<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) position: Option<Position>,
    pub(super) position_basis: Option<String>,
    pub(super) note: Option<String>,
    pub(super) before: Option<Outside>,
    pub(super) after: Option<Outside>,
    #[serde(default)]
    pub(super) waypoints: Vec<Spanned<RawWaypoint>>,
    pub(super) track: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaypoint {
    pub(super) utc: Spanned<toml::Value>,
    pub(super) lat_deg: Spanned<f64>,
    pub(super) lon_deg: Spanned<f64>,
    pub(super) height_m: Option<Spanned<f64>>,
}
