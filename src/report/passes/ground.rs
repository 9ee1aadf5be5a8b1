//! What a contact report says of the ground segment.

use serde::Serialize;

use super::{Context, Plan};
use crate::ground::{Confidence, Kind, Mask, Position, Unplaced, Whereabouts};
use crate::passes;

/// A site of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteDescription<'a> {
    /// Short name.
    pub name: &'a str,
    /// Full name.
    pub title: Option<&'a str>,
    /// Network it was read from.
    pub network: &'a str,
    /// What it is for.
    pub kind: Kind,
    /// Latitude in degrees; none for a ship.
    pub latitude_deg: Option<f64>,
    /// Longitude in degrees; none for a ship.
    pub longitude_deg: Option<f64>,
    /// Height in metres; none for a ship.
    pub height_m: Option<f64>,
    /// Least elevation of this run, degrees, or a table of azimuth and elevation.
    pub mask: Mask,
    /// How the position is known.
    pub position: Position,
    /// How sure the figures are.
    pub confidence: Option<Confidence>,
    /// Citation.
    pub source: Option<&'a str>,
    /// Remark.
    pub note: Option<&'a str>,
    /// Time at which the site is there and in service, percent of the window.
    pub percent_in_service: f64,
    /// Whether a ship lies held where its track begins or ends for all of the window.
    pub is_held: bool,
    /// How often a ship that is held between two parts of its track is elsewhere at once, since the later one begins there.
    pub jumps: usize,
}

/// The ground segment of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroundDescription<'a> {
    /// Name of the network.
    pub name: &'a str,
    /// The files, as the user named them.
    pub files: &'a [String],
    /// The sites that take part.
    pub sites: Vec<SiteDescription<'a>>,
    /// Sites of the files that take part only when named, and were not.
    pub not_named: Vec<&'a str>,
    /// Sites without a published position.
    pub unplaced: &'a [Unplaced],
    /// Where the masks come from.
    pub masks: String,
    /// What the reader wants said.
    pub notes: &'a [String],
}

impl<'a> GroundDescription<'a> {
    /// The ground segment of a plan.
    pub(super) fn new(context: &Context<'a>, plan: &Plan<'a>) -> Self {
        describe(context, plan)
    }
}

fn describe<'a>(context: &Context<'a>, plan: &Plan<'a>) -> GroundDescription<'a> {
    let window = plan.contacts.window;
    let sites = plan
        .sites
        .iter()
        .map(|site| {
            let place = match &site.whereabouts {
                Whereabouts::Fixed(place) => Some(place),
                Whereabouts::Ship(_) => None,
            };
            SiteDescription {
                name: &site.name,
                title: site.title.as_deref(),
                network: &site.network,
                kind: site.kind,
                latitude_deg: place.map(|place| place.latitude_deg),
                longitude_deg: place.map(|place| place.longitude_deg),
                height_m: place.map(|place| place.height_km * 1000.0),
                mask: context.settings.mask(site),
                position: site.position,
                confidence: site.confidence,
                source: site.source.as_deref(),
                note: site.note.as_deref(),
                percent_in_service: site.percent_in_service(&window),
                is_held: site.is_held(&window),
                jumps: site.jumps(&window),
            }
        })
        .collect();
    GroundDescription {
        name: context.network,
        files: context.files,
        sites,
        not_named: context.not_named.iter().map(|site| site.name.as_str()).collect(),
        unplaced: context.unplaced,
        masks: passes::masks_in_words(context.settings, plan.sites),
        notes: context.notes,
    }
}
