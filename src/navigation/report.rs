//! The navigation report: what was run, on which assumptions, and what came out, ready to be serialised.

use serde::Serialize;

use crate::constellation::{Figure, LeftOut};
use crate::ephemeris::LostSatellite;
use crate::frames::Geodetic;
use crate::navigation::figures::Figures;
use crate::navigation::sky::Sky;
use crate::navigation::summary::{AreaFigures, Band};
use crate::navigation::tracks::Clock;
use crate::time::Epoch;

/// A system of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// Name of the system.
    pub name: String,
    /// The file as the user named it.
    pub file: String,
    /// Deployment phase, where the file declares phases.
    pub phase: Option<String>,
    /// Satellites used.
    pub satellites: usize,
    /// How many of them fly in each layer (`MEO`, `IGSO`, …).
    pub layers: Vec<(String, usize)>,
    /// Satellites of shells or layers that were not asked for.
    pub aside: usize,
    /// Number of figures that the file holds.
    pub figures: usize,
    /// Those of them that are assumed, with the reasons.
    pub assumed: Vec<Figure>,
    /// Satellites that were read but not used.
    pub left_out: Vec<LeftOut>,
    /// What the reader wants said.
    pub notes: Vec<String>,
    /// What may make results wrong: duplicates resolved, elements far from the window.
    pub warnings: Vec<String>,
}

/// One site and what is remarkable about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spot {
    /// H3 index or name.
    pub site: String,
    /// Geodetic latitude in degrees.
    pub lat_deg: f64,
    /// Longitude in degrees.
    pub lon_deg: f64,
    /// Percent of the instants with PDOP at most the threshold.
    pub availability_percent: f64,
    /// Instants without a fix.
    pub without_fix: u32,
    /// The first of them.
    pub first_without_fix_utc: Option<Epoch>,
    /// Largest PDOP; none without a fix.
    pub max_pdop: Option<f64>,
    /// When it is largest.
    pub max_pdop_utc: Option<Epoch>,
}

/// Figures of one region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionFigures {
    /// Name of the region.
    pub region: String,
    /// What a reader should know of its definition.
    pub notes: Vec<String>,
    /// Area-weighted figures.
    pub figures: AreaFigures,
    /// The site with the least availability; the largest PDOP decides between equals.
    pub worst_site: Spot,
    /// The site with the largest PDOP.
    pub largest_pdop: Option<Spot>,
    /// Latitude profile, south to north.
    pub latitude_profile: Vec<Band>,
}

/// Figures of one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceFigures {
    /// Its name.
    pub name: String,
    /// Geodetic latitude in degrees.
    pub lat_deg: f64,
    /// Longitude in degrees.
    pub lon_deg: f64,
    /// Height above the ellipsoid in m.
    pub height_m: f64,
    /// Its figures.
    pub figures: Figures,
    /// When PDOP is largest.
    pub max_pdop_utc: Option<Epoch>,
    /// When there is no fix for the first time.
    pub first_without_fix_utc: Option<Epoch>,
    /// Its sky, for a single instant.
    pub sky: Option<Sky>,
}

/// An outage with names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedOutage {
    /// What is out: a satellite, two satellites, or a plane.
    pub out: String,
    /// Satellites that are out.
    pub satellites: Vec<String>,
    /// Percent of area and time with PDOP at most the threshold.
    pub availability_percent: f64,
    /// Percent of the area where that holds at every instant.
    pub always_available_percent: f64,
    /// Availability of the worst site, percent of time.
    pub worst_site_percent: f64,
    /// The worst site: H3 index or name.
    pub worst_site: String,
    /// Its latitude in degrees.
    pub lat_deg: f64,
    /// Its longitude in degrees.
    pub lon_deg: f64,
    /// Instants that are not available, counted at each site.
    #[serde(skip)]
    pub lost_instants: u64,
}

/// What is left when satellites are out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossReport {
    /// Nothing out.
    pub none: NamedOutage,
    /// Each satellite out, the worst first.
    pub singles: Vec<NamedOutage>,
    /// The worst pairs out, the worst first.
    pub worst_pairs: Vec<NamedOutage>,
    /// Number of pairs that were tried.
    pub pairs_tried: usize,
    /// Each plane out, the worst first.
    pub planes: Vec<NamedOutage>,
    /// Of all single satellites, the one whose outage leaves the least availability at any site.
    pub lowest_single: Option<NamedOutage>,
    /// The same of all pairs that were tried.
    pub lowest_pair: Option<NamedOutage>,
    /// The same of all planes.
    pub lowest_plane: Option<NamedOutage>,
    /// Instants, counted at each site.
    #[serde(skip)]
    pub site_instants: u64,
}

impl LossReport {
    /// Single satellites that can be out without any loss; none where there is nothing to lose, for nothing is available
    /// anywhere with all of them.
    pub fn harmless_singles(&self) -> Option<usize> {
        let lost = self.none.lost_instants;
        (lost < self.site_instants)
            .then(|| self.singles.iter().filter(|single| single.lost_instants == lost).count())
    }
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DopReport {
    /// Version of hexsky.
    pub hexsky_version: &'static str,
    /// The systems.
    pub inputs: Vec<Input>,
    /// Which satellites share a clock unknown.
    pub clock: Clock,
    /// Start of the window.
    pub start: Epoch,
    /// Where the start comes from.
    pub start_basis: String,
    /// Length of the window in s; 0 for a single instant.
    pub duration_s: f64,
    /// Step in s.
    pub step_s: f64,
    /// Number of instants.
    pub instants: usize,
    /// Elevation mask in degrees.
    pub min_elevation_deg: f64,
    /// Largest PDOP at which the service counts as available.
    pub pdop_threshold: f64,
    /// Propagation, Earth and measurement model.
    pub model: String,
    /// H3 resolution; none for places.
    pub h3_resolution: Option<u8>,
    /// Figures of each region; empty for places.
    pub regions: Vec<RegionFigures>,
    /// Figures of each place; empty for cells.
    pub places: Vec<PlaceFigures>,
    /// What the reader should know of the places.
    pub notes: Vec<String>,
    /// What is left when satellites are out, when asked for.
    pub loss: Option<LossReport>,
    /// Satellites lost by the end of the window.
    pub lost: Vec<LostSatellite>,
}

impl Spot {
    /// What is remarkable about a site of a run.
    pub fn new(site: String, place: &Geodetic, figures: &Figures, epoch: impl Fn(u32) -> Epoch) -> Self {
        let pdop = figures.dop.map(|dop| dop.pdop);
        Self {
            site,
            lat_deg: place.latitude_deg,
            lon_deg: place.longitude_deg,
            availability_percent: figures.availability_percent(),
            without_fix: figures.without_fix(),
            first_without_fix_utc: figures.first_without_fix.map(&epoch),
            max_pdop: pdop.map(|pdop| pdop.max),
            max_pdop_utc: pdop.map(|pdop| epoch(pdop.max_instant)),
        }
    }
}
