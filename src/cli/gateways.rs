//! `--gateways`: the sites without which bent-pipe satellites do not serve.

use hexsky::constellation::Constellation;
use hexsky::ephemeris::Fleet;
use hexsky::ground::{self, Mask, Position, Site};
use hexsky::passes::memory::{Size, estimate};
use hexsky::passes::{self, Settings};
use hexsky::report::gateways::GatewayReach;
use hexsky::time::Window;
use hexsky::time::intervals::Interval;

use super::Failure;
use super::memory::MemoryArg;

/// The gateways of a run.
pub struct Gateways {
    files: Vec<String>,
    sites: Vec<Site>,
    notes: Vec<String>,
    settings: Settings,
}

/// Reads gateways; none where no file is given.
///
/// A gateway whose file states no mask has that of the constellations, where they agree on one.
pub fn read(
    files: &[String],
    min_elevation_deg: Option<f64>,
    constellations: &[Constellation],
    window: Window,
) -> Result<Option<Gateways>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let network = ground::read(files.iter().map(String::as_str))?;
    let mut sites = network.choose(&[])?;
    if sites.is_empty() {
        return Err(Failure::input(
            format!("no site of {} can serve as a gateway", network.name),
            "control centres, launch sites and further voyages of ships take no part",
        ));
    }
    let mut notes = network.notes;
    let assumed: Vec<&str> = sites
        .iter()
        .filter(|site| site.position == Position::Assumed)
        .map(|site| site.name.as_str())
        .collect();
    if !assumed.is_empty() {
        notes.push(format!("assumed positions: {}", assumed.join(", ")));
    }
    let mut stated: Vec<f64> = constellations
        .iter()
        .filter_map(|constellation| constellation.service.gateway_min_elevation_deg)
        .collect();
    stated.sort_by(f64::total_cmp);
    stated.dedup();
    let without: Vec<&mut Site> = sites.iter_mut().filter(|site| site.mask.is_none()).collect();
    if let ([of_constellation], true, None) = (stated.as_slice(), !without.is_empty(), min_elevation_deg) {
        notes.push(format!(
            "{} sites state no mask; {of_constellation}° of the constellation is taken",
            without.len()
        ));
        for site in without {
            site.mask = Some(Mask::Constant(*of_constellation));
        }
    }
    let settings = Settings { min_elevation_deg, ..Settings::over(window) };
    Ok(Some(Gateways { files: files.to_vec(), sites, notes, settings }))
}

impl Gateways {
    /// The sites with the least elevation of each in degrees; the lowest of a table by azimuth.
    pub fn with_masks(&self) -> Vec<(Site, f64)> {
        let lowest = |site: &Site| match self.settings.mask(site) {
            Mask::Constant(mask_deg) => mask_deg,
            Mask::Table(table) => table.lowest_deg(),
        };
        self.sites.iter().map(|site| (site.clone(), lowest(site))).collect()
    }

    /// Refuses a run whose contacts of satellites with gateways need too much memory.
    pub fn admit(
        &self,
        memory: MemoryArg,
        constellations: &[Constellation],
        fleet: &Fleet,
    ) -> Result<(), Failure> {
        let elements =
            constellations.iter().flat_map(|one| &one.satellites).map(|satellite| &satellite.elements);
        let interval = size_of::<Interval>() as f64;
        let told = |size: &Size| estimate(size, fleet.len(), interval);
        memory.admit_closer(&told(&Size::most(elements, self.sites.len(), &self.settings)), || {
            told(&Size::look(fleet, &self.sites, &self.settings))
        })
    }

    /// When each satellite sees a gateway, and what the report says of it.
    pub fn reach(&self, fleet: &Fleet) -> (Vec<Vec<Interval>>, GatewayReach) {
        let reach = passes::network_visibility(fleet, &self.sites, &self.settings);
        let report = GatewayReach::new(&self.files, &self.sites, self.notes.clone(), &self.settings, &reach);
        (reach, report)
    }
}
