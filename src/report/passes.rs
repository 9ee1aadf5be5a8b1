//! The contact report: every window with names and instants, and what they add up to.

use serde::Serialize;

use super::coverage::{Input, model};
use crate::constellation::Constellation;
use crate::ephemeris::LostSatellite;
use crate::frames::orientation::Orientation;
use crate::ground::{Site, Unplaced};
use crate::passes::{self, Contact, Contacts, Contribution, Cut, Reach, SiteLoad};
use crate::time::Epoch;

mod ground;
mod plan;

pub use ground::{GroundDescription, SiteDescription};
pub use plan::{ContactRow, Plan};

/// What the contacts add up to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactSummary<'a> {
    /// Contacts.
    pub contacts: usize,
    /// Contacts left out because they are too short.
    pub too_short: usize,
    /// Contacts with an edge that is no passage through the mask.
    pub cut: usize,
    /// Those of them that end because the satellite is lost.
    pub cut_by_loss: usize,
    /// Satellite–site pairs.
    pub pairs: usize,
    /// Pairs with at least one contact.
    pub pairs_in_contact: usize,
    /// Sum of all lengths, seconds.
    pub contact_s: f64,
    /// Shortest contact, seconds. This, the mean and the longest are over all contacts, each as long as it is listed:
    /// those with a cut edge are longer in truth.
    pub shortest_s: Option<f64>,
    /// Mean length, seconds.
    pub mean_s: Option<f64>,
    /// Longest contact, seconds.
    pub longest_s: Option<f64>,
    /// Shortest contact without a cut edge, seconds.
    pub shortest_whole_s: Option<f64>,
    /// Pairs in contact throughout the window: satellite and site.
    pub always: Vec<(&'a str, &'a str)>,
    /// Satellites that no site sees within the window.
    pub never: Vec<&'a str>,
    /// Satellites all of whose contacts are too short.
    pub only_too_short: Vec<&'a str>,
    /// Sites that see no satellite within the window.
    pub idle_sites: Vec<&'a str>,
    /// Sites all of whose contacts are too short.
    pub sites_only_too_short: Vec<&'a str>,
}

/// How well a network reaches all satellites together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkReach<'a> {
    /// Time in contact of the mean satellite, percent of the window.
    pub percent_in_contact: f64,
    /// The same of the satellite that is least in contact.
    pub least_percent_in_contact: f64,
    /// Longest time that any satellite is out of reach, seconds.
    pub largest_gap_s: f64,
    /// The satellite of that gap; none where there is no gap.
    pub largest_gap_satellite: Option<&'a str>,
    /// When that gap begins.
    pub largest_gap_start: Option<Epoch>,
    /// Whether that gap touches an edge of the window.
    pub largest_gap_is_cut: bool,
    /// Whether its satellite is lost in it.
    pub largest_gap_holds_loss: bool,
    /// Largest gap of the mean satellite, seconds.
    pub mean_largest_gap_s: f64,
    /// Mean length of all gaps, seconds; none without gaps.
    pub mean_gap_s: Option<f64>,
    /// Satellites always in contact.
    pub always: usize,
    /// Satellites never in contact.
    pub never: usize,
}

/// How well the network reaches one satellite.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SatelliteReach<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its figures; instants in seconds after the start of the window.
    #[serde(flatten)]
    pub reach: Reach,
}

/// How busy one site is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedLoad<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its figures; instants in seconds after the start of the window.
    #[serde(flatten)]
    pub load: SiteLoad,
}

/// What the network loses without one site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedContribution<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its figures.
    #[serde(flatten)]
    pub contribution: Contribution,
}

/// Gaps of the satellites, load of the sites, and what each site adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GapReport<'a> {
    /// All satellites together.
    pub network: NetworkReach<'a>,
    /// Each satellite, in the order of the input.
    pub satellites: Vec<SatelliteReach<'a>>,
    /// Sites by what they add, most first.
    pub contributions: Vec<NamedContribution<'a>>,
}

/// The network with and without some sites.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithoutReport<'a> {
    /// The sites taken out, all together.
    pub sites: Vec<&'a str>,
    /// With them.
    pub with: NetworkReach<'a>,
    /// Without them.
    pub without: NetworkReach<'a>,
}

/// Looks along contacts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Series {
    /// Time between two looks, s.
    pub step_s: f64,
    /// Carrier whose Doppler shift is told, MHz.
    pub carrier_mhz: f64,
}

/// The whole report.
#[derive(Debug, Clone, Serialize)]
pub struct PassesReport<'a> {
    /// Version of hexsky.
    pub hexsky_version: &'static str,
    /// The constellations.
    pub inputs: Vec<Input>,
    /// Satellites that take part.
    pub satellites: usize,
    /// Which satellites of the inputs take part, where not all do.
    pub chosen: Option<&'a str>,
    /// Start of the window.
    pub start: Epoch,
    /// Where the start comes from.
    pub start_basis: &'a str,
    /// Length of the window, s.
    pub duration_s: f64,
    /// Contacts shorter than this are left out, s.
    pub min_duration_s: f64,
    /// Propagation and Earth model.
    pub model: String,
    /// The ground segment.
    pub ground: GroundDescription<'a>,
    /// What the contacts add up to.
    pub summary: ContactSummary<'a>,
    /// Load of each site, in the order of the files.
    pub loads: Vec<NamedLoad<'a>>,
    /// Gaps and contributions, where asked for.
    pub gaps: Option<GapReport<'a>>,
    /// The network without some sites, where asked for.
    pub without: Option<WithoutReport<'a>>,
    /// How looks along the contacts were written beside the report, where they were.
    pub series: Option<Series>,
    /// Satellites lost by the end of the window.
    pub lost: Vec<LostSatellite>,
    /// All contacts, by satellite, then site, then AOS.
    pub contacts: Plan<'a>,
}

/// What a report says besides the computed figures.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The constellations.
    pub constellations: &'a [Constellation],
    /// Which satellites take part, where not all do.
    pub chosen: Option<&'a str>,
    /// Where the start of the window comes from.
    pub start_basis: &'a str,
    /// Name of the network.
    pub network: &'a str,
    /// The station and ship files.
    pub files: &'a [String],
    /// Sites that take part only when named, and were not.
    pub not_named: &'a [Site],
    /// Sites without a published position.
    pub unplaced: &'a [Unplaced],
    /// What the reader of the ground segment wants said.
    pub notes: &'a [String],
    /// Settings of the run.
    pub settings: &'a passes::Settings,
    /// Whether gaps and contributions are asked for.
    pub gaps: bool,
    /// Numbers of the sites to compare without; empty for no comparison.
    pub without: &'a [usize],
    /// How the Earth is oriented.
    pub orientation: &'a Orientation,
}

impl<'a> PassesReport<'a> {
    /// Puts a report together.
    pub fn new(context: &Context<'a>, plan: Plan<'a>) -> Self {
        let window = plan.contacts.window;
        Self {
            hexsky_version: env!("CARGO_PKG_VERSION"),
            inputs: context.constellations.iter().map(Input::of).collect(),
            satellites: plan.satellites.len(),
            chosen: context.chosen,
            start: window.start,
            start_basis: context.start_basis,
            duration_s: window.duration_s,
            min_duration_s: context.settings.min_duration_s,
            model: model(context.orientation),
            ground: GroundDescription::new(context, &plan),
            summary: summarise(&plan),
            loads: passes::site_loads(plan.contacts, plan.sites.len())
                .into_iter()
                .map(|load| NamedLoad { name: &plan.sites[load.site].name, load })
                .collect(),
            gaps: context.gaps.then(|| gaps(&plan)),
            without: (!context.without.is_empty()).then(|| WithoutReport {
                sites: context.without.iter().map(|&site| plan.sites[site].name.as_str()).collect(),
                with: network_reach(&plan, plan.contacts),
                without: network_reach(&plan, &plan.contacts.without_sites(context.without)),
            }),
            series: None,
            lost: plan.contacts.losses.iter().map(|loss| loss.of(&plan.names[loss.satellite])).collect(),
            contacts: plan,
        }
    }
}

fn summarise<'a>(plan: &Plan<'a>) -> ContactSummary<'a> {
    let contacts = &plan.contacts.contacts;
    let duration_s = plan.contacts.window.duration_s;
    let too_short = &plan.contacts.too_short;
    let mut is_seen = vec![false; plan.satellites.len()];
    let mut is_busy = vec![false; plan.sites.len()];
    too_short.satellites.iter().for_each(|&number| is_seen[number] = true);
    too_short.sites.iter().for_each(|&number| is_busy[number] = true);
    let mut always = Vec::new();
    let mut pairs_in_contact = 0;
    let mut last = None;
    for contact in contacts {
        is_seen[contact.satellite] = true;
        is_busy[contact.site] = true;
        // Contacts of a pair stand together.
        pairs_in_contact += usize::from(last != Some((contact.satellite, contact.site)));
        last = Some((contact.satellite, contact.site));
        if contact.aos_s <= 0.0 && contact.los_s >= duration_s {
            always.push((plan.names[contact.satellite].as_str(), plan.sites[contact.site].name.as_str()));
        }
    }
    let lengths = || contacts.iter().map(Contact::duration_s);
    // An empty sum of floats is minus zero.
    let contact_s: f64 = lengths().sum::<f64>() + 0.0;
    ContactSummary {
        contacts: contacts.len(),
        too_short: too_short.contacts,
        cut: contacts.iter().filter(|contact| contact.cut != Cut::No).count(),
        cut_by_loss: contacts.iter().filter(|contact| plan.contacts.ends_by_loss(contact)).count(),
        pairs: plan.satellites.len() * plan.sites.len(),
        pairs_in_contact,
        contact_s,
        shortest_s: lengths().reduce(f64::min),
        mean_s: (!contacts.is_empty()).then(|| contact_s / contacts.len() as f64),
        longest_s: lengths().reduce(f64::max),
        shortest_whole_s: contacts
            .iter()
            .filter(|contact| contact.cut == Cut::No)
            .map(Contact::duration_s)
            .reduce(f64::min),
        always,
        never: unmarked(&is_seen, |number| &plan.names[number]),
        only_too_short: too_short.satellites.iter().map(|&number| plan.names[number].as_str()).collect(),
        idle_sites: unmarked(&is_busy, |number| &plan.sites[number].name),
        sites_only_too_short: too_short
            .sites
            .iter()
            .map(|&number| plan.sites[number].name.as_str())
            .collect(),
    }
}

/// Names of what is not marked.
fn unmarked<'a>(marks: &[bool], name: impl Fn(usize) -> &'a String) -> Vec<&'a str> {
    marks
        .iter()
        .enumerate()
        .filter(|(_, marked)| !**marked)
        .map(|(number, _)| name(number).as_str())
        .collect()
}

fn gaps<'a>(plan: &Plan<'a>) -> GapReport<'a> {
    let count = plan.satellites.len();
    GapReport {
        network: network_reach(plan, plan.contacts),
        satellites: passes::reach(plan.contacts, count)
            .into_iter()
            .map(|reach| SatelliteReach { name: &plan.names[reach.satellite], reach })
            .collect(),
        contributions: passes::contributions(plan.contacts, count, plan.sites.len())
            .into_iter()
            .map(|contribution| NamedContribution { name: &plan.sites[contribution.site].name, contribution })
            .collect(),
    }
}

fn network_reach<'a>(plan: &Plan<'a>, contacts: &Contacts) -> NetworkReach<'a> {
    let all = passes::reach(contacts, plan.satellites.len());
    let count = all.len().max(1) as f64;
    let largest = all.iter().fold(None::<&Reach>, |known, next| match known {
        Some(known) if known.largest_gap_s >= next.largest_gap_s => Some(known),
        _ => Some(next),
    });
    let largest = largest.filter(|reach| reach.gaps > 0);
    let gap_count: usize = all.iter().map(|reach| reach.gaps).sum();
    let gap_total_s: f64 = all.iter().map(|reach| reach.mean_gap_s.unwrap_or(0.0) * reach.gaps as f64).sum();
    NetworkReach {
        percent_in_contact: all.iter().map(|reach| reach.percent_in_contact).sum::<f64>() / count,
        least_percent_in_contact: all
            .iter()
            .map(|reach| reach.percent_in_contact)
            .reduce(f64::min)
            .unwrap_or(0.0),
        largest_gap_s: largest.map_or(0.0, |reach| reach.largest_gap_s),
        largest_gap_satellite: largest.map(|reach| plan.names[reach.satellite].as_str()),
        largest_gap_start: largest.map(|reach| contacts.epoch(reach.largest_gap_start_s)),
        largest_gap_is_cut: largest.is_some_and(|reach| reach.largest_gap_is_cut),
        largest_gap_holds_loss: largest.is_some_and(|reach| reach.largest_gap_holds_loss),
        mean_largest_gap_s: all.iter().map(|reach| reach.largest_gap_s).sum::<f64>() / count,
        mean_gap_s: (gap_count > 0).then(|| gap_total_s / gap_count as f64),
        always: all.iter().filter(|reach| reach.gaps == 0).count(),
        never: all.iter().filter(|reach| reach.contacts == 0).count(),
    }
}
