//! What a coverage report says of gateways: how far satellites are in their reach.

use serde::{Deserialize, Serialize};

use crate::coverage::summary::weighted_mean;
use crate::ground::Site;
use crate::passes::{Settings, masks_in_words};
use crate::time::intervals::Interval;

/// The gateways of a bent-pipe run and how well they reach the satellites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GatewayReach {
    /// The files, as the user named them.
    pub files: Vec<String>,
    /// Gateways that take part.
    pub sites: usize,
    /// SHA-256 of where and when they are and of the masks that they state; none in reports of earlier versions.
    #[serde(default)]
    pub sites_sha256: Option<String>,
    /// Masks of the gateways, in words.
    pub masks: String,
    /// Least elevation that was asked for at all gateways, degrees; none where each has its own.
    #[serde(default)]
    pub asked_min_elevation_deg: Option<f64>,
    /// Time in reach of the mean satellite, percent of the window.
    pub percent_in_reach: f64,
    /// Satellites in reach throughout the window.
    pub always_in_reach: usize,
    /// Satellites never in reach: they serve nobody.
    pub never_in_reach: usize,
    /// What the reader of the files wants said.
    pub notes: Vec<String>,
}

impl GatewayReach {
    /// From the sites, the digest of them as their files have them, and the intervals in which each satellite sees one
    /// of them.
    pub fn new(
        files: &[String],
        sites: &[Site],
        sites_sha256: String,
        notes: Vec<String>,
        settings: &Settings,
        reach: &[Vec<Interval>],
    ) -> Self {
        let duration_s = settings.window.duration_s;
        let in_reach_s =
            |intervals: &Vec<Interval>| -> f64 { intervals.iter().map(Interval::length_s).sum() };
        let shares = reach.iter().map(|own| (1.0, (100.0 * in_reach_s(own) / duration_s).min(100.0)));
        Self {
            files: files.to_vec(),
            sites: sites.len(),
            sites_sha256: Some(sites_sha256),
            masks: masks_in_words(settings, sites),
            asked_min_elevation_deg: settings.min_elevation_deg,
            percent_in_reach: weighted_mean(shares),
            always_in_reach: reach.iter().filter(|intervals| in_reach_s(intervals) >= duration_s).count(),
            never_in_reach: reach.iter().filter(|intervals| intervals.is_empty()).count(),
            notes,
        }
    }
}
