//! `--gateways`: the sites without which bent-pipe satellites do not serve.

use hexsky::constellation::Constellation;
use hexsky::ephemeris::Fleet;
use hexsky::ground::{self, Mask, Network, ReadError, Site};
use hexsky::input::{GATEWAY_BYTES, admit};
use hexsky::passes::memory::{Size, estimate};
use hexsky::passes::{self, DEFAULT_MIN_ELEVATION_DEG, Settings, masks_in_words};
use hexsky::report::digest;
use hexsky::report::gateways::GatewayReach;
use hexsky::time::Window;
use hexsky::time::intervals::Interval;

use super::Failure;
use super::agreed::{Asked, agreed, in_degrees, stated_or};
use super::ground_notes;
use super::memory::MemoryArg;

/// The gateways of a run.
pub struct Gateways {
    files: Vec<String>,
    sites: Vec<Site>,
    /// Digest of the sites with the masks that their files state, whatever those of the constellations are.
    sites_sha256: String,
    notes: Vec<String>,
    settings: Settings,
}

/// Reads gateways; none where no file is given.
///
/// A gateway whose file states no mask has that of the constellations, which have to agree on one then.
pub fn read(
    files: &[String],
    min_elevation_deg: Option<f64>,
    constellations: &[Constellation],
    window: Window,
) -> Result<Option<Gateways>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut network = ground::read(files.iter().map(String::as_str))?;
    let sites = network.take(&[])?;
    if sites.is_empty() {
        return Err(Failure::input(
            format!("no site of {} can serve as a gateway", network.name),
            "control centres, launch sites and further voyages of ships take no part",
        ));
    }
    let bytes = sites.len() as f64 * GATEWAY_BYTES;
    admit(&network.name, &format!("a network of {} gateways", sites.len()), bytes)
        .map_err(ReadError::from)?;
    let (mut sites, absent) = ground_notes::by_presence(sites, &window);
    let mut notes = notes(&network, &sites, &absent, &window);
    if sites.is_empty() {
        return Err(Failure::input(
            format!(
                "no gateway of {} is there and in service from {} to {}",
                network.name,
                window.start,
                window.end()
            ),
            "take another --start or --duration, or other gateways; without --gateways the ground is always in reach",
        ));
    }
    let sites_sha256 = digest::of_sites(&sites);
    let without: Vec<&mut Site> = sites.iter_mut().filter(|site| site.mask.is_none()).collect();
    if !without.is_empty() && min_elevation_deg.is_none() {
        let masks = Asked {
            what: "masks for their gateways",
            help: "give one for all with --gateway-min-elevation",
            told: in_degrees,
        };
        let stated = |constellation: &Constellation| constellation.service.gateway_min_elevation_deg;
        let of_all =
            agreed(constellations, &masks, |one| stated_or(one, stated(one), DEFAULT_MIN_ELEVATION_DEG))?;
        if let (Some((mask_deg, _)), true) = (of_all, constellations.iter().any(|one| stated(one).is_some()))
        {
            let many =
                if without.len() == 1 { "1 site states" } else { &format!("{} sites state", without.len()) };
            notes.push(format!("{many} no mask; {mask_deg}° of the constellation is taken"));
            for site in without {
                site.mask = Some(Mask::Constant(mask_deg));
            }
        }
    }
    let settings = Settings { min_elevation_deg, ..Settings::over(window) };
    Ok(Some(Gateways { files: files.to_vec(), sites, sites_sha256, notes, settings }))
}

/// What is to be said of gateways, of those that are not there, and of the sites that never are gateways.
fn notes(network: &Network, sites: &[Site], absent: &[Site], window: &Window) -> Vec<String> {
    let by_name: Vec<&str> =
        network.sites.iter().filter(|site| site.by_name_only).map(|site| site.name.as_str()).collect();
    let by_name =
        ground_notes::listed("control centres, launch sites and further voyages, so not used", &by_name);
    let mut notes = network.notes.clone();
    notes.extend(ground_notes::of_sites(sites, absent, window));
    notes.extend(by_name);
    notes.extend(ground_notes::unplaced(network.unplaced.len()));
    notes
}

/// How many there are in files, before they are read in earnest.
pub fn count(files: &[String]) -> Result<usize, Failure> {
    if files.is_empty() {
        return Ok(0);
    }
    let network = ground::read(files.iter().map(String::as_str))?;
    Ok(network.sites.iter().filter(|site| !site.by_name_only).count())
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

    /// The sites, each with the mask that holds for it.
    pub fn masked(&self) -> Vec<Site> {
        let masked = |site: &Site| Site { mask: Some(self.settings.mask(site)), ..site.clone() };
        self.sites.iter().map(masked).collect()
    }

    /// The masks in words.
    pub fn masks(&self) -> String {
        masks_in_words(&self.settings, &self.sites)
    }

    /// What the reader of the result should know of them.
    pub fn notes(&self) -> &[String] {
        &self.notes
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
        memory.admit_closer(&told(&Size::most(elements, &self.sites, &self.settings)), || {
            told(&Size::look(fleet, &self.sites, &self.settings))
        })
    }

    /// How many times they cut one pass of a satellite, at most.
    pub fn cuts(&self) -> f64 {
        passes::memory::cuts(&self.sites, &self.settings)
    }

    /// When each satellite sees a gateway within a window of its own.
    pub fn serving(&self, fleet: &Fleet, window: &Window) -> Vec<Vec<Interval>> {
        passes::network_visibility(fleet, &self.sites, &Settings { window: *window, ..self.settings })
    }

    /// When each satellite sees a gateway, and what the report says of it.
    pub fn reach(&self, fleet: &Fleet) -> (Vec<Vec<Interval>>, GatewayReach) {
        let reach = passes::network_visibility(fleet, &self.sites, &self.settings);
        let (sha256, notes) = (self.sites_sha256.clone(), self.notes.clone());
        let report = GatewayReach::new(&self.files, &self.sites, sha256, notes, &self.settings, &reach);
        (reach, report)
    }
}
