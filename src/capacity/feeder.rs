//! Gateways: which satellites see one, and what their feeder links carry.

use rayon::prelude::*;

use crate::access;
use crate::attenuation::maps::{MapError, Maps};
use crate::diagnostics::counted;
use crate::ephemeris::State;
use crate::frames::{Ecef, Horizon};
use crate::ground::{Mask, Site, Whereabouts};
use crate::passes::DEFAULT_MIN_ELEVATION_DEG;
use crate::time::Epoch;

use super::ability::{Abilities, Rate};
use super::antennas::Antennas;
use super::beam::Sight;
use super::instant::UNLIMITED;
use super::sky::{self, Dish, Sky};

/// A satellite in view of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeederView {
    /// Number of the gateway.
    pub gateway: u32,
    /// Number of the satellite.
    pub satellite: u32,
    /// What one antenna carries up, kbit/s.
    pub rate: u32,
}

/// The gateways of a run.
#[derive(Debug, Clone)]
pub struct Gateways {
    sites: Vec<Site>,
    /// Antennas of a gateway; none for as many as there are satellites.
    antennas: Option<u32>,
    /// For each gateway and kind of satellite.
    skies: Vec<Vec<Option<Sky>>>,
}

/// A gateway's antenna where the file gives none, for scintillation.
const GATEWAY_DISH: Dish = Dish { diameter_m: 3.5, efficiency: 0.6 };

impl Gateways {
    /// Prepares gateways, each with its own mask, or 10° where it has none. The availability is that of their
    /// attenuation; none leaves the atmosphere out.
    ///
    /// # Errors
    /// [`MapError`] when the attenuation cannot be computed.
    pub fn new(
        sites: Vec<Site>,
        antennas: Option<u32>,
        abilities: &Abilities,
        availability_percent: Option<f64>,
        maps: &Maps,
    ) -> Result<Self, MapError> {
        let sky = |site: &Site, rate: &Rate| match (rate, &site.whereabouts, availability_percent) {
            (Rate::Radio(radio), Whereabouts::Fixed(place), Some(percent)) => {
                let mask = lowest_deg(site);
                let height_km = site.height_is_stated.then_some(place.height_km);
                Sky::over(place, height_km, radio.frequency_ghz, percent, mask, GATEWAY_DISH, maps).map(Some)
            }
            _ => Ok(None),
        };
        let skies = sites
            .par_iter()
            .map(|site| abilities.kinds.iter().map(|kind| sky(site, &kind.feeder)).collect())
            .collect::<Result<_, _>>()?;
        let antennas = antennas.filter(|_| !sites.is_empty());
        Ok(Self { sites, antennas, skies })
    }

    /// Number of gateways.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The gateways' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sites.iter().map(|site| site.name.as_str())
    }

    /// The gateways with the least elevation of each in degrees; the lowest of a table by azimuth.
    pub fn sites(&self) -> impl Iterator<Item = (&Site, f64)> {
        self.sites.iter().map(|site| (site, lowest_deg(site)))
    }

    /// The gateways whose links have a budget and no attenuation, for they move.
    pub fn under_clear_sky<'a>(&'a self, abilities: &Abilities) -> Vec<&'a str> {
        if abilities.kinds.iter().all(|kind| !matches!(kind.feeder, Rate::Radio(_))) {
            return Vec::new();
        }
        let moving = |site: &&Site| !matches!(site.whereabouts, Whereabouts::Fixed(_));
        self.sites.iter().filter(moving).map(|site| site.name.as_str()).collect()
    }

    /// What is to be said of the attenuation of feeder links.
    pub fn notes_on_attenuation(&self, abilities: &Abilities, availability_percent: f64) -> Vec<String> {
        let fixed = |(site, _): &(&Site, f64)| matches!(site.whereabouts, Whereabouts::Fixed(_));
        let Some(lowest_deg) = self.sites().filter(fixed).map(|(_, mask_deg)| mask_deg).reduce(f64::min)
        else {
            return Vec::new();
        };
        let feeders = abilities.kinds.iter().map(|kind| &kind.feeder);
        let mut notes = sky::notes("feeder links", feeders, availability_percent, lowest_deg);
        let is_by_budget = abilities.kinds.iter().any(|kind| matches!(kind.feeder, Rate::Radio(_)));
        let without = self.sites().filter(fixed).filter(|(site, _)| !site.height_is_stated).count();
        if is_by_budget && without > 0 {
            notes.push(format!(
                "the attenuation of feeder links is at the height of the topographic map for {} whose height no file states",
                counted(without, "gateway")
            ));
        }
        notes
    }

    /// Antennas of a gateway; none for as many as there are satellites.
    pub fn antennas(&self) -> Option<u32> {
        self.antennas
    }

    /// Every satellite that a gateway sees at an instant.
    pub fn views(&self, epoch: Epoch, states: &[State], abilities: &Abilities) -> Vec<FeederView> {
        let mut views = Vec::new();
        for (number, site) in self.sites.iter().enumerate() {
            let Some(place) = site.place(epoch) else { continue };
            let here = access::Site::at(&place);
            let table = match &site.mask {
                Some(Mask::Table(table)) => Some(table),
                None | Some(Mask::Constant(_)) => None,
            };
            let sin_mask = lowest_deg(site).to_radians().sin();
            for (satellite, state) in states.iter().enumerate().filter(|(_, state)| state.is_present()) {
                let line = state.position - here.position;
                let height = line.dot(&here.normal);
                if height < sin_mask * line.norm() {
                    continue;
                }
                if let Some(table) = table {
                    let look = Horizon::at(&place).look(&Ecef(state.position));
                    if look.elevation_deg < table.elevation_deg(look.azimuth_deg) {
                        continue;
                    }
                }
                let range_km = line.norm();
                let rate = match &abilities.get(satellite).feeder {
                    Rate::Unstated => UNLIMITED,
                    Rate::Stated(kbps) => *kbps,
                    Rate::Radio(radio) => {
                        let kind = usize::from(abilities.of_satellite[satellite]);
                        let sky = &self.skies[number][kind];
                        let clear = sky.as_ref().map_or(1.0, |sky| sky.transmission(height / range_km));
                        let sight =
                            Sight { line, range_km, sin_elevation: height / range_km, satellite: state };
                        super::ability::kbps(radio.beam_mbps(range_km, clear, radio.pointed(&sight)))
                    }
                };
                if rate > 0 {
                    views.push(FeederView { gateway: number as u32, satellite: satellite as u32, rate });
                }
            }
        }
        views
    }

    /// Their antennas, with those that each satellite has for them.
    pub(super) fn sharing<'a>(&self, of_satellite: &'a [u32]) -> Antennas<'a> {
        Antennas { gateways: self.len(), of_gateway: self.antennas, of_satellite }
    }
}

/// The mask of a gateway in degrees; the lowest of a table by azimuth.
fn lowest_deg(site: &Site) -> f64 {
    match &site.mask {
        None => DEFAULT_MIN_ELEVATION_DEG,
        Some(Mask::Constant(mask)) => *mask,
        Some(Mask::Table(table)) => table.lowest_deg(),
    }
}

#[cfg(test)]
mod tests;
