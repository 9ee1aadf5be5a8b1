//! A whole navigation run: systems and ground in, report and figures per site out.

use std::io::{self, Write};

use h3o::{CellIndex, Resolution};

use crate::constellation::names::{Called, labels};
use crate::export::features::Field;
use crate::frames::Geodetic;
use crate::frames::orientation::Orientation;
use crate::grid::cells::{Grid, GridPoint};
use crate::grid::region::Region;
use crate::navigation::figures::Figures;
use crate::navigation::loss::{self, Outage};
use crate::navigation::planes::planes;
use crate::navigation::report::{
    DopReport, Input, LossReport, NamedOutage, PlaceFigures, RegionFigures, Spot,
};
use crate::navigation::sky::sky;
use crate::navigation::source::Source;
use crate::navigation::summary::{Site, summarise};
use crate::navigation::survey::{Criteria, survey};
use crate::navigation::system::{Orbit, System};
use crate::navigation::table::{self, Subject};
use crate::navigation::tracks::{Clock, Tracks, TracksError};
use crate::orbit::SGP4_MODE;
use crate::time::{Epoch, Window};

/// Most cells or places of a run; their figures take about 300 bytes each.
pub const MOST_SITES: usize = 16_000_000;
/// Pairs that a report lists.
const PAIRS_LISTED: usize = 10;

/// The ground of a run.
#[derive(Debug, Clone)]
pub enum Ground {
    /// The H3 cells of some regions; each region is summed up for itself.
    Cells {
        /// Resolution of the cells.
        resolution: Resolution,
        /// The regions.
        regions: Vec<Region>,
    },
    /// Named places.
    Places(Vec<(String, Geodetic)>),
}

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct Request {
    /// The systems, in the order of their clocks.
    pub sources: Vec<Source>,
    /// Satellites of each source that are of a shell or layer not asked for.
    pub aside: Vec<usize>,
    /// Which satellites share a clock unknown.
    pub clock: Clock,
    /// The window.
    pub window: Window,
    /// Where its start comes from.
    pub start_basis: String,
    /// Time between the instants in s.
    pub step_s: f64,
    /// Whether only the start of the window is looked at; places then get their sky.
    pub single_instant: bool,
    /// Mask and threshold.
    pub criteria: Criteria,
    /// How the Earth is oriented.
    pub orientation: Orientation,
    /// Cells or places.
    pub ground: Ground,
    /// What the reader of the result should know of them.
    pub notes: Vec<String>,
    /// Whether satellites are to be taken out.
    pub loss: bool,
}

/// Why a run cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No system has a satellite left.
    #[error("no satellite is left to navigate by")]
    NoSatellites,
    /// A region holds no centre of a cell.
    #[error("no cell of resolution {resolution} has its centre in {region}")]
    NoCells {
        /// The region.
        region: String,
        /// The resolution.
        resolution: Resolution,
    },
    /// The figures of all sites would not fit into memory.
    #[error("{0} cells or places are more than the {MOST_SITES} that fit into memory")]
    TooManySites(usize),
    /// The satellites cannot be propagated.
    #[error(transparent)]
    Tracks(#[from] TracksError),
}

/// Outcome of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The report.
    pub report: DopReport,
    /// Cell or place of each site.
    pub subjects: Vec<Subject>,
    /// Where each site is, and what it weighs.
    pub sites: Vec<Site>,
    /// Figures of each site.
    pub figures: Vec<Figures>,
    tracks: Tracks,
}

impl Run {
    /// Writes a CSV row for each site.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.subjects.iter().cloned().zip(&self.sites).zip(&self.figures);
        let rows = rows.map(|((subject, site), figures)| (subject, site.place, *figures));
        let places = !self.report.places.is_empty();
        table::write(out, rows, places, |instant| self.epoch(instant))
    }

    /// Fields of the table of sites.
    pub fn fields(&self) -> Vec<Field> {
        table::fields(!self.report.places.is_empty())
    }

    /// The values of a site as text, in the order of [`Run::fields`].
    pub fn texts(&self, site: usize) -> Vec<String> {
        let (subject, place) = (&self.subjects[site], &self.sites[site].place);
        let mut texts = table::row(subject, place, &self.figures[site], &|instant| self.epoch(instant));
        if let (Subject::Place(name), Some(text)) = (subject, texts.first_mut()) {
            // Only spreadsheets need the guard that a CSV cell has.
            text.clone_from(name);
        }
        texts
    }

    /// The sites as points of a grid.
    pub fn points(&self) -> Vec<GridPoint> {
        self.subjects
            .iter()
            .zip(&self.sites)
            .map(|(subject, site)| GridPoint {
                cell: match subject {
                    Subject::Cell(cell, _) => Some(*cell),
                    Subject::Place(_) => None,
                },
                latitude_deg: site.place.latitude_deg,
                longitude_deg: site.place.longitude_deg,
                height_km: site.place.height_km,
                area_km2: site.area_km2,
            })
            .collect()
    }

    /// The instant with this number.
    pub fn epoch(&self, instant: u32) -> Epoch {
        self.tracks.epoch(instant as usize)
    }
}

/// Does a run.
///
/// # Errors
/// [`RunError`].
pub fn run(request: &Request) -> Result<Run, RunError> {
    let systems: Vec<System> = request.sources.iter().map(|source| source.system.clone()).collect();
    if systems.iter().all(|system| system.satellites.is_empty()) {
        return Err(RunError::NoSatellites);
    }
    let (subjects, sites, members) = lay_out(&request.ground)?;
    let duration_s = if request.single_instant { request.step_s } else { request.window.duration_s };
    let window = Window { duration_s, ..request.window };
    let orientation = request.orientation.clone();
    let tracks = Tracks::new(&systems, request.clock, window, request.step_s, orientation)?;
    let places: Vec<Geodetic> = sites.iter().map(|site| site.place).collect();
    let figures = survey(&tracks, &places, &request.criteria);

    let name = |site: usize| match &subjects[site] {
        Subject::Cell(cell, _) => cell.to_string(),
        Subject::Place(name) => name.clone(),
    };
    let epoch = |instant: u32| tracks.epoch(instant as usize);
    let spot = |site: usize| Spot::new(name(site), &sites[site].place, &figures[site], epoch);
    let mut report = describe(request, &tracks, &systems);
    for (region, chosen) in &members {
        if let Some(summary) = summarise(&sites, &figures, chosen) {
            report.regions.push(RegionFigures {
                region: region.name().to_owned(),
                notes: region.notes().to_vec(),
                figures: summary.whole,
                worst_site: spot(summary.worst_site),
                largest_pdop: summary.largest_pdop_site.map(spot),
                latitude_profile: summary.bands,
            });
        }
    }
    if let Ground::Places(named) = &request.ground {
        report.places = named
            .iter()
            .zip(&figures)
            .map(|((name, place), figures)| PlaceFigures {
                name: name.clone(),
                lat_deg: place.latitude_deg,
                lon_deg: place.longitude_deg,
                height_m: place.height_km * 1000.0,
                figures: *figures,
                max_pdop_utc: figures.dop.map(|dop| epoch(dop.pdop.max_instant)),
                first_without_fix_utc: figures.first_without_fix.map(epoch),
                sky: request.single_instant.then(|| sky(&tracks, &systems, 0, place, &request.criteria)),
            })
            .collect();
    }
    if request.loss {
        report.loss = Some(lose(request, &tracks, &systems, &sites, &name));
    }
    Ok(Run { report, subjects, sites, figures, tracks })
}

/// Sites of the ground, and for each region the numbers of its sites.
type Layout<'a> = (Vec<Subject>, Vec<Site>, Vec<(&'a Region, Vec<usize>)>);

fn lay_out(ground: &Ground) -> Result<Layout<'_>, RunError> {
    let (resolution, regions) = match ground {
        Ground::Places(places) => {
            let subjects = places.iter().map(|(name, _)| Subject::Place(name.clone())).collect();
            let sites = places.iter().map(|&(_, place)| Site { place, area_km2: 1.0 }).collect();
            return Ok((subjects, sites, Vec::new()));
        }
        Ground::Cells { resolution, regions } => (*resolution, regions),
    };
    let mut cells_of = Vec::new();
    for region in regions {
        let cells = region.cells(resolution);
        if cells.is_empty() {
            return Err(RunError::NoCells { region: region.name().to_owned(), resolution });
        }
        if cells.len() > MOST_SITES {
            return Err(RunError::TooManySites(cells.len()));
        }
        cells_of.push((region, cells));
    }
    let mut cells: Vec<CellIndex> = cells_of.iter().flat_map(|(_, cells)| cells.iter().copied()).collect();
    cells.sort_unstable();
    cells.dedup();
    let members = cells_of
        .into_iter()
        .map(|(region, own)| {
            let numbers = own.iter().filter_map(|cell| cells.binary_search(cell).ok()).collect();
            (region, numbers)
        })
        .collect();
    let points = Grid::from_cells(resolution, cells.clone()).points;
    let subjects =
        cells.iter().zip(&points).map(|(&cell, point)| Subject::Cell(cell, point.area_km2)).collect();
    let sites = points
        .iter()
        .map(|point| Site {
            place: Geodetic {
                latitude_deg: point.latitude_deg,
                longitude_deg: point.longitude_deg,
                height_km: point.height_km,
            },
            area_km2: point.area_km2,
        })
        .collect();
    Ok((subjects, sites, members))
}

/// What was run, and on which assumptions.
fn describe(request: &Request, tracks: &Tracks, systems: &[System]) -> DopReport {
    let inputs = request
        .sources
        .iter()
        .zip(&request.aside)
        .map(|(source, &aside)| {
            let mut layers: Vec<(String, usize)> = Vec::new();
            for satellite in &source.system.satellites {
                let layer = satellite.orbit.layer();
                match layers.iter_mut().find(|(name, _)| name == layer) {
                    Some((_, count)) => *count += 1,
                    None => layers.push((layer.to_owned(), 1)),
                }
            }
            Input {
                name: source.system.name.clone(),
                file: source.system.file.clone(),
                phase: source.phase.clone(),
                satellites: source.system.satellites.len(),
                layers,
                aside,
                figures: source.figures,
                assumed: source.assumed.clone(),
                left_out: source.left_out.clone(),
                notes: source.notes.clone(),
                warnings: source.warnings.clone(),
            }
        })
        .collect();
    let all: Vec<_> = systems.iter().flat_map(|system| &system.satellites).collect();
    let names = names(systems);
    let mut model = Vec::new();
    if all.iter().any(|satellite| matches!(satellite.orbit, Orbit::Elements(_))) {
        model.push(format!("{SGP4_MODE}, {}", request.orientation.words()));
    }
    let mut broadcasters: Vec<String> = Vec::new();
    for satellite in &all {
        if let Orbit::Almanac(orbit) = &satellite.orbit {
            let name = orbit.system.to_string();
            if !broadcasters.contains(&name) {
                broadcasters.push(name);
            }
        }
    }
    if !broadcasters.is_empty() {
        model.push(format!(
            "almanacs by IS-GPS-200 table 20-IV with the time and constants of {}, leap seconds by hifitime",
            broadcasters.join(", ")
        ));
    }
    model.push(
        "geometric elevation above the WGS-84 ellipsoid; equal weights, all satellites in view".to_owned(),
    );
    DopReport {
        hexsky_version: env!("CARGO_PKG_VERSION"),
        inputs,
        clock: request.clock,
        start: request.window.start,
        start_basis: request.start_basis.clone(),
        duration_s: if request.single_instant { 0.0 } else { request.window.duration_s },
        step_s: request.step_s,
        instants: tracks.instants(),
        min_elevation_deg: request.criteria.min_elevation_deg,
        pdop_threshold: request.criteria.pdop_threshold,
        model: model.join("; "),
        h3_resolution: match &request.ground {
            Ground::Cells { resolution, .. } => Some((*resolution).into()),
            Ground::Places(_) => None,
        },
        regions: Vec::new(),
        places: Vec::new(),
        notes: request.notes.clone(),
        loss: None,
        lost: tracks.losses().iter().map(|loss| loss.of(&names[loss.satellite])).collect(),
    }
}

/// What the satellites are called, each by another name.
fn names(systems: &[System]) -> Vec<String> {
    let called = systems.iter().flat_map(|system| {
        system.satellites.iter().map(|satellite| Called {
            name: &satellite.name,
            number: satellite.catalogue_number(),
            file: &system.file,
        })
    });
    labels(&called.collect::<Vec<_>>())
}

/// Takes satellites out and names what is left.
fn lose(
    request: &Request,
    tracks: &Tracks,
    systems: &[System],
    sites: &[Site],
    site_name: &dyn Fn(usize) -> String,
) -> LossReport {
    let planes = planes(systems, request.window.start);
    let outages = loss::outages(tracks, sites, &planes, &request.criteria);
    let names = names(systems);
    let named = |outage: &Outage, out: Option<&str>| {
        let satellites: Vec<String> = outage.satellites.iter().map(|&number| names[number].clone()).collect();
        let site = &sites[outage.worst_site].place;
        NamedOutage {
            out: out.map_or_else(|| satellites.join(" and "), str::to_owned),
            satellites,
            availability_percent: outage.availability_percent,
            always_available_percent: outage.always_available_percent,
            worst_site_percent: outage.worst_site_percent,
            worst_site: site_name(outage.worst_site),
            lat_deg: site.latitude_deg,
            lon_deg: site.longitude_deg,
            lost_instants: outage.lost_instants,
        }
    };
    // The worst outage by area and time need not be the one that hurts some site the most.
    let lowest = |outages: &[Outage]| {
        outages
            .iter()
            .enumerate()
            .min_by(|a, b| a.1.worst_site_percent.total_cmp(&b.1.worst_site_percent))
            .map(|(number, _)| number)
    };
    let lowest_of = |outages: &[Outage]| lowest(outages).map(|number| named(&outages[number], None));
    let lowest_plane =
        lowest(&outages.planes).map(|number| named(&outages.planes[number], Some(&planes[number].name)));
    let mut by_plane: Vec<NamedOutage> =
        outages.planes.iter().zip(&planes).map(|(outage, plane)| named(outage, Some(&plane.name))).collect();
    by_plane.sort_by(|a, b| a.availability_percent.total_cmp(&b.availability_percent));
    LossReport {
        none: named(&outages.none, Some("nothing")),
        singles: outages.singles.iter().map(|outage| named(outage, None)).collect(),
        worst_pairs: outages.pairs.iter().take(PAIRS_LISTED).map(|outage| named(outage, None)).collect(),
        pairs_tried: outages.pairs.len(),
        planes: by_plane,
        lowest_single: lowest_of(&outages.singles),
        lowest_pair: lowest_of(&outages.pairs),
        lowest_plane,
        site_instants: (sites.len() * tracks.instants()) as u64,
    }
}
