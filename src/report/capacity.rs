//! The capacity report.

mod areas;

use std::collections::BTreeMap;

use serde::Serialize;

use self::areas::{countries, in_region, latitudes};
use super::coverage::{Input, model};
use super::lost::lost_of;
use crate::capacity::ability::{Abilities, Ability, Rate};
use crate::capacity::channels;
use crate::capacity::curve::CurvePoint;
use crate::capacity::demand::Usage;
use crate::capacity::instant::UNLIMITED;
use crate::capacity::run::Moment;
use crate::capacity::{Assign, Capacity, Limit, Plan, Unserved};
use crate::constellation::Constellation;
use crate::coverage::percentile;
use crate::ephemeris::LostSatellite;
use crate::frames::orientation::Orientation;
use crate::grid::region::Region;
use crate::time::Epoch;

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CapacityReport {
    /// Version of hexsky.
    pub hexsky_version: &'static str,
    /// The constellations.
    pub inputs: Vec<Input>,
    /// Start of the window.
    pub start: Epoch,
    /// Length of the window, s.
    pub duration_s: f64,
    /// Step between instants, s.
    pub step_s: f64,
    /// Elevation mask of the users, degrees.
    pub min_elevation_deg: f64,
    /// Where the mask comes from.
    pub min_elevation_basis: String,
    /// Least angle to the geostationary arc, degrees.
    pub gso_avoidance_deg: Option<f64>,
    /// Propagation and Earth model.
    pub model: String,
    /// How cells are allocated.
    pub assign: Assign,
    /// The attenuation of links with a budget; none where no link has one.
    pub attenuation: Option<AttenuationText>,
    /// Whether neighbouring cells are held to the colours of the frequency plan; none where no file gives one.
    pub neighbours_share_colours: Option<bool>,
    /// What satellites can do.
    pub abilities: Vec<AbilityText>,
    /// Where the demand comes from.
    pub demand: DemandText,
    /// What feeds the satellites.
    pub gateways: GatewayText,
    /// Region, H3 resolution, cells of the region and cells with demand.
    pub grid: GridText,
    /// Figures of the whole system.
    pub system: SystemFigures,
    /// Utilisation of the satellites.
    pub satellites: Utilisation,
    /// Share of the satellites' time in which each limit binds, percent.
    pub limited_by_percent: BTreeMap<String, f64>,
    /// Mean demand that is not served, by reason, Mbit/s.
    pub unserved_mbps: BTreeMap<&'static str, f64>,
    /// By named region.
    pub regions: Vec<AreaFigures>,
    /// By country, the largest demand first.
    pub countries: Vec<AreaFigures>,
    /// By latitude, north first.
    pub latitudes: Vec<AreaFigures>,
    /// Throughput against the number of gateways; none where it was not asked for.
    pub gateway_curve: Option<Vec<CurvePoint>>,
    /// The system at each instant.
    pub series: Vec<Moment>,
    /// Satellites lost by the end of the window.
    pub lost: Vec<LostSatellite>,
    /// What the reader of the result should know.
    pub notes: Vec<String>,
}

/// What the satellites of one kind can do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AbilityText {
    /// Constellation and shell.
    pub title: String,
    /// Satellites of this kind.
    pub satellites: usize,
    /// Capacity to the users, Gbit/s; none where only beams limit.
    pub user_gbps: Option<f64>,
    /// Whether that is the capacity asked for, since the file gives none.
    pub user_gbps_assumed: bool,
    /// What a satellite carries to its users at most, its beams considered where their rate is stated, Gbit/s; none where
    /// only beams without a stated rate limit it.
    pub carries_gbps: Option<f64>,
    /// Beams at a time.
    pub beams: Option<f64>,
    /// Area of a beam, km².
    pub beam_area_km2: Option<f64>,
    /// Colours of the users' frequency plan.
    pub colours: Option<u32>,
    /// Polarisations of the users' frequency plan; none where no colours are told.
    pub polarisations: Option<u32>,
    /// The frequency plan in words; none for satellites without beams.
    pub frequency_plan: Option<String>,
    /// How the rate of a beam is known.
    pub beam_rate: &'static str,
    /// How the rate of a feeder link is known.
    pub feeder_rate: &'static str,
    /// Gateways at a time.
    pub gateway_antennas: u32,
    /// Whether there are links between satellites.
    pub isl: bool,
}

/// The attenuation that links have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttenuationText {
    /// The model.
    pub model: &'static str,
    /// Percentage of an average year in which it is not exceeded.
    pub availability_percent: f64,
    /// Links that have it.
    pub links: Vec<&'static str>,
}

/// Where the demand comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DemandText {
    /// Population, file or uniform.
    pub source: String,
    /// From people to megabits; none for demand in megabits.
    pub usage: Option<Usage>,
    /// Number of users that move.
    pub movers: usize,
    /// What each of them wants, Mbit/s; none where there are none.
    pub track_mbps: Option<f64>,
    /// Demand outside the region, Mbit/s.
    pub outside_mbps: f64,
}

/// What feeds the satellites.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GatewayText {
    /// Number of gateways; none where they are not limited.
    pub count: Option<usize>,
    /// Antennas of each; none for no limit.
    pub antennas: Option<u32>,
    /// Links between satellites.
    pub isl_links: usize,
    /// The files, as the user named them.
    pub files: Vec<String>,
    /// Masks of the gateways, in words; none without any.
    pub masks: Option<String>,
}

/// Region and grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GridText {
    /// Region as asked for.
    pub region: String,
    /// H3 resolution.
    pub h3_resolution: u8,
    /// Cells of the region.
    pub cells: usize,
    /// Cells with demand at any time.
    pub cells_with_demand: usize,
}

impl GridText {
    /// The region where it is a part of the Earth: of other areas a report has what lies in it, and no more.
    pub fn part_of_earth(&self) -> Option<&str> {
        Some(self.region.as_str()).filter(|region| *region != Region::globe().name())
    }
}

/// Figures of the whole system, means over the window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemFigures {
    /// Satellites.
    pub satellites: usize,
    /// What all satellites carry together if all are full, Tbit/s; none where only beams without a stated rate limit them.
    pub installed_tbps: Option<f64>,
    /// What satellites over demand and with a way to the ground can carry, Tbit/s.
    pub sellable_tbps: f64,
    /// Demand, Tbit/s.
    pub demand_tbps: f64,
    /// Served, Tbit/s.
    pub served_tbps: f64,
    /// Largest served at any instant, Tbit/s.
    pub served_max_tbps: f64,
    /// Least served at any instant, Tbit/s.
    pub served_min_tbps: f64,
    /// Share of the demand that is served, percent.
    pub served_percent: f64,
    /// Mean load of a satellite, Gbit/s.
    pub mean_gbps_per_satellite: f64,
    /// The most that could be served, Tbit/s; none where it was not asked for.
    pub bound_tbps: Option<f64>,
    /// Whether it is known at every instant that the bound can be reached and no more; else it may be too high, or that of
    /// antennas of gateways as they are given to satellites, which might carry more if given otherwise.
    pub bound_is_exact: Option<bool>,
    /// Whether it is that of antennas as they are given.
    pub bound_is_of_given_antennas: Option<bool>,
    /// Share of that which is served, percent.
    pub percent_of_bound: Option<f64>,
    /// Mean spectral efficiency, weighted by traffic, bit/s/Hz.
    pub mean_spectral_efficiency: Option<f64>,
    /// Mean elevation, weighted by traffic, degrees.
    pub mean_elevation_deg: Option<f64>,
    /// Handovers of a cell in an hour, weighted by demand.
    pub handovers_per_hour: f64,
    /// Share of the demand in cells that are fully served at all instants, percent.
    pub always_served_percent: f64,
}

/// Utilisation of satellites: mean load over what they carry at most, percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Utilisation {
    /// Mean.
    pub mean_percent: Option<f64>,
    /// 5th, 25th, 50th, 75th and 95th percentile over the satellites.
    pub percentiles: Vec<f64>,
    /// Mean load of a satellite by percentile, Gbit/s.
    pub gbps_percentiles: Vec<f64>,
}

/// How it is told which demand lies in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedBy {
    /// The parts of the cells' demand that are of its countries; demand of no known country by the centre of its cell.
    Countries,
    /// Demand of a country stands on land and does not count, other demand by the centre of its cell.
    Sea,
    /// Whole cells, by their centres.
    Centres,
}

/// Figures of a region, a country or a band of latitude.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaFigures {
    /// Its name.
    pub name: String,
    /// How it is told what lies in it.
    pub counted_by: CountedBy,
    /// Cells of the run's region with demand of which it has a part; with none the figures are 0.
    pub cells: usize,
    /// Mean demand, Mbit/s.
    pub demand_mbps: f64,
    /// Mean served, Mbit/s.
    pub served_mbps: f64,
    /// Share served, percent.
    pub served_percent: f64,
    /// Percent of the time fully served, weighted by demand.
    pub percent_time_fully_served: f64,
}

/// Percentiles that are told of distributions over satellites.
pub const PERCENTILES: [f64; 5] = [5.0, 25.0, 50.0, 75.0, 95.0];

/// What a report says besides the computed figures.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The constellations, in the order in which their satellites were numbered.
    pub constellations: &'a [Constellation],
    /// Region as asked for.
    pub region: &'a str,
    /// Number of cells of the region.
    pub cells: usize,
    /// H3 resolution.
    pub h3_resolution: u8,
    /// Where the mask comes from.
    pub min_elevation_basis: &'a str,
    /// Where the demand comes from.
    pub demand: &'a str,
    /// From people to megabits.
    pub usage: Option<Usage>,
    /// Number of users that move.
    pub movers: usize,
    /// What each of them wants, Mbit/s.
    pub track_mbps: f64,
    /// Percentage of an average year in which the attenuation is not exceeded.
    pub availability_percent: f64,
    /// Whether neighbouring cells are held to the colours of the frequency plan.
    pub reuse: bool,
    /// Regions to be told.
    pub regions: &'a [Region],
    /// The files of the gateways.
    pub gateway_files: &'a [String],
    /// Masks of the gateways, in words.
    pub gateway_masks: Option<&'a str>,
    /// Throughput against the number of gateways.
    pub curve: Option<&'a [CurvePoint]>,
    /// What is to be known beside.
    pub notes: &'a [String],
    /// How the Earth is oriented.
    pub orientation: &'a Orientation,
}

impl CapacityReport {
    /// Puts a report together.
    pub fn new(context: &Context<'_>, plan: &Plan, capacity: &Capacity) -> Self {
        let settings = &capacity.settings;
        let limited_by_percent = capacity
            .limits_percent()
            .into_iter()
            .map(|(limit, percent)| (limit_name(limit).to_owned(), percent))
            .collect();
        Self {
            hexsky_version: env!("CARGO_PKG_VERSION"),
            inputs: context.constellations.iter().map(Input::of).collect(),
            start: settings.window.start,
            duration_s: settings.window.duration_s,
            step_s: settings.step_s,
            min_elevation_deg: settings.min_elevation_deg,
            min_elevation_basis: context.min_elevation_basis.to_owned(),
            gso_avoidance_deg: settings.gso_avoidance_deg,
            model: model(context.orientation),
            assign: settings.assign,
            attenuation: attenuation(plan, context.availability_percent),
            neighbours_share_colours: neighbours_share_colours(plan, context.reuse),
            abilities: ability_texts(&plan.abilities),
            demand: DemandText {
                source: context.demand.to_owned(),
                usage: context.usage,
                movers: context.movers,
                track_mbps: (context.movers > 0).then_some(context.track_mbps),
                outside_mbps: plan.outside_mbps,
            },
            gateways: GatewayText {
                count: (!plan.gateways.is_empty()).then(|| plan.gateways.len()),
                antennas: plan.gateways.antennas(),
                isl_links: plan.isl.len(),
                files: context.gateway_files.to_vec(),
                masks: context.gateway_masks.map(str::to_owned),
            },
            grid: GridText {
                region: context.region.to_owned(),
                h3_resolution: context.h3_resolution,
                cells: context.cells,
                cells_with_demand: plan.points.len(),
            },
            system: system(plan, capacity),
            satellites: utilisation(plan, capacity),
            limited_by_percent,
            unserved_mbps: capacity
                .unserved_mbps()
                .into_iter()
                .map(|(reason, mbps): (Unserved, f64)| (reason.name(), mbps))
                .collect(),
            regions: context.regions.iter().map(|region| in_region(region, plan, capacity)).collect(),
            countries: countries(plan, capacity),
            latitudes: latitudes(plan, capacity),
            gateway_curve: context.curve.map(<[CurvePoint]>::to_vec),
            series: capacity.series.clone(),
            lost: lost_of(&capacity.losses, context.constellations),
            notes: [context.notes, plan.notes.as_slice()].concat(),
        }
    }

    /// What decides the figures beside the files, as lines of a name and a text: the attenuation and the frequency plan.
    pub fn conditions(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let Some(AttenuationText { model, availability_percent, links }) = &self.attenuation {
            let links = links.join(" and ");
            lines.push((
                "attenuation",
                format!(
                    "{model} of {links} links, not exceeded in {availability_percent} % of an average year"
                ),
            ));
        }
        let plans: Vec<(&str, &str)> = self
            .abilities
            .iter()
            .filter_map(|kind| Some((kind.title.as_str(), kind.frequency_plan.as_deref()?)))
            .collect();
        let neighbours = match self.neighbours_share_colours {
            Some(true) => "; neighbouring cells are held to the colours",
            Some(false) => "; neighbouring cells are not held to the colours",
            None => "",
        };
        if let Some((_, first)) = plans.first() {
            let told = if plans.iter().all(|(_, plan)| plan == first) {
                (*first).to_owned()
            } else {
                let each = plans.iter().map(|(title, plan)| format!("{title}: {plan}"));
                each.collect::<Vec<_>>().join("; ")
            };
            lines.push(("frequency plan", format!("{told}{neighbours}")));
        }
        lines
    }

    /// Whether files state the rate of a feeder link, which then limits satellites also where no gateways are given.
    pub fn states_feeder_rates(&self) -> bool {
        self.abilities.iter().any(|ability| ability.feeder_rate == STATED)
    }
}

/// Name of a limit in tables.
pub fn limit_name(limit: Limit) -> &'static str {
    match limit {
        Limit::UserLink => "user_link",
        Limit::Beams => "beams",
        Limit::FullCells => "full_cells",
        Limit::Feeder => "feeder",
        Limit::Gateways => "gateways",
        Limit::Allocation => "allocation",
        Limit::Demand => "demand",
    }
}

/// How a rate is known that a file states.
const STATED: &str = "stated";

fn ability_texts(abilities: &Abilities) -> Vec<AbilityText> {
    let rate = |rate: &Rate| match rate {
        Rate::Radio(_) => "link budget",
        Rate::Stated(_) => STATED,
        Rate::Unstated => "not stated, not limited",
    };
    abilities
        .kinds
        .iter()
        .enumerate()
        .map(|(number, kind)| AbilityText {
            title: kind.title.clone(),
            satellites: abilities.of_satellite.iter().filter(|&&of| usize::from(of) == number).count(),
            user_gbps: (kind.user_limit < UNLIMITED).then(|| f64::from(kind.user_limit) / 1e6),
            user_gbps_assumed: kind.is_assumed,
            carries_gbps: (kind.most_to_users() < UNLIMITED).then(|| f64::from(kind.most_to_users()) / 1e6),
            beams: kind.beams.map(f64::from),
            beam_area_km2: kind.beams.and(kind.beam_area_km2),
            colours: kind.beams.and(kind.colours),
            polarisations: kind.beams.and(kind.colours).map(|_| kind.polarisations),
            frequency_plan: kind.beams.map(|_| channels::told(kind)),
            beam_rate: rate(&kind.user),
            feeder_rate: rate(&kind.feeder),
            gateway_antennas: kind.gateway_antennas,
            isl: kind.isl.is_some(),
        })
        .collect()
}

/// The attenuation of the links that have a budget.
fn attenuation(plan: &Plan, availability_percent: f64) -> Option<AttenuationText> {
    let any =
        |of: fn(&Ability) -> &Rate| plan.abilities.kinds.iter().any(|k| matches!(of(k), Rate::Radio(_)));
    let user = any(|kind| &kind.user).then_some("user");
    let feeder = (!plan.gateways.is_empty() && any(|kind| &kind.feeder)).then_some("feeder");
    let links: Vec<&'static str> = user.into_iter().chain(feeder).collect();
    (!links.is_empty()).then_some(AttenuationText { model: "ITU-R P.618-13", availability_percent, links })
}

fn system(plan: &Plan, capacity: &Capacity) -> SystemFigures {
    let cells = &capacity.cells;
    let served: f64 = cells.iter().map(|cell| cell.served_mean_mbps).sum();
    let demand: f64 = cells.iter().map(|cell| cell.demand_mbps).sum();
    // Each figure by the traffic that it is of.
    let weighted = |figure: &dyn Fn(&crate::capacity::CellFigures) -> (Option<f64>, f64)| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for cell in cells {
            if let (Some(value), mbps) = figure(cell) {
                sum += value * mbps;
                weight += mbps;
            }
        }
        (weight > 0.0).then(|| sum / weight)
    };
    let served_of = |moment: &Moment| moment.served_mbps / 1e6;
    let bound_tbps = capacity.bound_tbps();
    let limits = (0..plan.abilities.of_satellite.len()).map(|s| plan.abilities.get(s).most_to_users());
    let all_limited = limits.clone().all(|limit| limit < UNLIMITED);
    let always: f64 = cells
        .iter()
        .filter(|cell| cell.percent_time_fully_served >= 100.0)
        .map(|cell| cell.demand_mbps)
        .fold(0.0, |sum, demand| sum + demand);
    let percent = |part: f64| if demand > 0.0 { 100.0 * part / demand } else { 0.0 };
    let satellites = plan.abilities.of_satellite.len();
    let are_shared = plan.gateways.antennas().is_some_and(|each| (each as usize) < satellites);
    SystemFigures {
        satellites,
        installed_tbps: all_limited.then(|| limits.map(f64::from).sum::<f64>() / 1e9),
        sellable_tbps: capacity.mean(|moment| moment.sellable_mbps) / 1e6,
        demand_tbps: demand / 1e6,
        served_tbps: served / 1e6,
        served_max_tbps: capacity.series.iter().map(served_of).fold(0.0, f64::max),
        served_min_tbps: capacity.series.iter().map(served_of).fold(f64::INFINITY, f64::min),
        // Sums of what is wanted and of what is served may round apart where everything is.
        served_percent: if always == demand && demand > 0.0 { 100.0 } else { percent(served) },
        mean_gbps_per_satellite: served / 1e3 / capacity.satellites.len().max(1) as f64,
        bound_tbps,
        bound_is_exact: bound_tbps
            .map(|_| !are_shared && capacity.series.iter().all(|moment| moment.bound_is_exact == Some(true))),
        bound_is_of_given_antennas: bound_tbps.map(|_| are_shared),
        percent_of_bound: bound_tbps.map(|bound| percent_of_bound(served / 1e6, bound)),
        mean_spectral_efficiency: weighted(&|cell| {
            (cell.mean_spectral_efficiency, cell.served_by_budget_mbps)
        }),
        mean_elevation_deg: weighted(&|cell| (cell.mean_elevation_deg, cell.served_mean_mbps)),
        handovers_per_hour: cells.iter().map(|cell| cell.handovers_per_hour * cell.demand_mbps).sum::<f64>()
            / demand.max(1e-9),
        always_served_percent: percent(always),
    }
}

/// Percent of a bound. The two are summed in different orders, so that what reaches it may differ in the last
/// digits; what does is 100.
fn percent_of_bound(served: f64, bound: f64) -> f64 {
    if (served - bound).abs() <= 1e-9 * bound { 100.0 } else { 100.0 * served / bound }
}

fn utilisation(plan: &Plan, capacity: &Capacity) -> Utilisation {
    let spread = |mut values: Vec<f64>| -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        PERCENTILES.iter().filter_map(|&percent| percentile(&values, percent)).collect()
    };
    let shares: Vec<f64> = capacity
        .satellites
        .iter()
        .enumerate()
        .filter_map(|(number, figures)| {
            let limit = plan.abilities.get(number).most_to_users();
            // As it is counted: what is smaller than the unit of amounts is never carried.
            let most = plan.unit.mbps(f64::from(plan.unit.limit(limit).max(1)));
            (limit < UNLIMITED).then(|| percent_of_bound(figures.mean_mbps, most))
        })
        .collect();
    let mean_percent = (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64);
    let loads = capacity.satellites.iter().map(|figures| figures.mean_mbps / 1e3).collect();
    Utilisation { mean_percent, percentiles: spread(shares), gbps_percentiles: spread(loads) }
}

/// Whether neighbouring cells are held to colours; none where no file gives a plan. Beams without an area lift it.
fn neighbours_share_colours(plan: &Plan, reuse: bool) -> Option<bool> {
    let has_plan = |kind: &Ability| kind.colours.is_some() && kind.beam_area_km2.is_some();
    let mut with_beams = plan.abilities.kinds.iter().filter(|kind| kind.beams.is_some());
    with_beams.clone().any(has_plan).then(|| reuse && with_beams.all(has_plan))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_its_bound_is_100_percent_of_it() {
        // More than 0.3 in binary.
        let served: f64 = [0.1, 0.2].iter().sum();
        assert!(100.0 * (served / 0.3) > 100.0);
        assert_eq!(percent_of_bound(served, 0.3), 100.0);
        assert_eq!(percent_of_bound(0.0, 0.0), 100.0);
        // Nothing but rounding is hidden.
        assert!(percent_of_bound(0.300_001, 0.3) > 100.0);
        assert_eq!(percent_of_bound(0.15, 0.3), 50.0);
    }
}
