//! Arguments of `hexsky capacity`.

use super::super::checkpoint::CheckpointArgs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hexsky::capacity::Assign;
use hexsky::capacity::ability::MOST_GBPS;
use hexsky::capacity::messages::SLOTTED_ALOHA;
use hexsky::constellation::payload::MOST_GATEWAY_ANTENNAS;

use crate::cli::attenuation::MapArgs;
use crate::cli::earth::EarthArgs;
use crate::cli::memory::MemoryArg;
use crate::cli::outputs::OutputArgs;
use crate::cli::start::StartArg;
use crate::cli::strict::StrictArg;
use crate::cli::{degrees, positive_duration_s};

/// Who gets how much: demand, beams, gateways, and the allocation of cells to satellites.
#[derive(Debug, Args)]
pub struct CapacityArgs {
    /// Constellation files (TOML) or names of shipped files, each with a phase if wanted; several are flown together.
    #[arg(value_name = "FILE[:PHASE]", required = true)]
    pub files: Vec<String>,
    /// Compute each file by itself and print one table of all.
    #[arg(long, conflicts_with_all = ["phase", "csv", "gateway_curve"])]
    pub side_by_side: bool,
    /// H3 resolution of the cells, 0 to 6.
    #[arg(long, default_value_t = 3, value_parser = crate::cli::whole(0u8, 6))]
    pub resolution: u8,
    #[command(flatten)]
    pub start: StartArg,
    /// Length of the window.
    #[arg(long, default_value = "24h", value_parser = positive_duration_s, allow_hyphen_values = true)]
    pub duration: f64,
    /// Step between the instants at which cells are allocated.
    #[arg(long, default_value = "60s", value_parser = positive_duration_s, allow_hyphen_values = true)]
    pub step: f64,
    /// Elevation mask of the users in degrees [default: the file's service mask].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true)]
    pub min_elevation: Option<f64>,
    /// Region whose cells are served: globe, a country, a named region, a box or a GeoJSON file.
    #[arg(long, default_value = "globe", allow_hyphen_values = true)]
    pub region: String,
    /// Deployment phase of the file.
    #[arg(long, value_name = "NAME")]
    pub phase: Option<String>,
    #[command(flatten)]
    pub earth: EarthArgs,
    #[command(flatten)]
    pub demand: DemandArgs,
    #[command(flatten)]
    pub ground: GroundArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How cells are allocated to satellites.
    #[arg(long, value_enum, default_value_t = AssignArg::Greedy)]
    pub assign: AssignArg,
    /// Also compute the most that could be carried, by maximum flow at each instant.
    #[arg(long)]
    pub bound: bool,
    /// Capacity of a satellite in Gbit/s where its file gives none.
    #[arg(long, value_name = "GBPS", value_parser = satellite_gbps)]
    pub satellite_gbps: Option<f64>,
    /// Least angle in degrees between user links and the geostationary arc [default: the file's, or none].
    #[arg(long, value_name = "DEG", value_parser = to_the_arc, allow_negative_numbers = true)]
    pub gso_avoidance: Option<f64>,
    /// Percentage of an average year in which the attenuation of the links is not exceeded. It matters only
    /// where the file gives link budgets.
    #[arg(long, value_name = "PERCENT", default_value_t = 99.5, value_parser = availability)]
    pub availability: f64,
    /// Let every cell hold beams as if its neighbours had none: leaves out what the colours of the frequency plan
    /// put on neighbouring cells.
    #[arg(long)]
    pub ignore_reuse: bool,
    #[command(flatten)]
    pub maps: MapArgs,
    /// Regions told in the report beside countries, with commas; boxes too.
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "belt-and-road,beidou-users",
        allow_hyphen_values = true
    )]
    pub report_regions: Vec<String>,
    /// Write a row for each cell; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    pub csv: Option<PathBuf>,
    /// Write the whole report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,
    #[command(flatten)]
    pub outputs: OutputArgs,
    /// Number of threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = crate::cli::whole(1u16, 1024))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub memory: MemoryArg,
    #[command(flatten)]
    pub checkpoint: CheckpointArgs,
    /// No report and no progress.
    #[arg(long)]
    pub quiet: bool,
    #[command(flatten)]
    pub strict: StrictArg,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Demand")]
pub struct DemandArgs {
    /// Demand: population (shipped), a CSV file of hex_id with demand_mbps or population, an ESRI ASCII grid of
    /// people (.asc), or uniform:MBPS for each km².
    #[arg(long, value_name = "SOURCE", default_value = "population")]
    pub demand: String,
    /// Share of the people who are users.
    #[arg(long, value_name = "RATIO", default_value_t = 0.1, value_parser = share)]
    pub penetration: f64,
    /// Rate of a user in the busy hour, Mbit/s.
    #[arg(long, value_name = "MBPS", default_value_t = 0.3, value_parser = positive)]
    pub busy_hour_mbps: f64,
    /// Users who share a rate sold to each of them.
    #[arg(long, value_name = "USERS", default_value_t = 1.0, value_parser = positive)]
    pub oversubscription: f64,
    /// Tracks of ships or aircraft that want capacity where they are: CSV or GPX files.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub tracks: Vec<String>,
    /// What each track wants, Mbit/s.
    #[arg(long, value_name = "MBPS", default_value_t = 50.0, value_parser = positive, requires = "tracks")]
    pub track_mbps: f64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Gateways")]
pub struct GroundArgs {
    /// Gateways: station files (TOML, CSV) or names of shipped networks. Without any, feeder links are taken
    /// to reach the ground always, at the rates that files state.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub gateways: Vec<String>,
    /// Antennas of a gateway [default: the file's, or as many as there are satellites].
    #[arg(long, value_name = "N", requires = "gateways", value_parser = crate::cli::whole(1u32, MOST_GATEWAY_ANTENNAS))]
    pub antennas_per_gateway: Option<u32>,
    /// Throughput against the number of gateways, up to a number of them: which to build next.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10000", requires = "gateways",
        value_parser = crate::cli::whole(1u32, u32::MAX))]
    pub gateway_curve: Option<u32>,
    /// Least elevation at the gateways in degrees [default: that of each gateway's file, else that of the
    /// constellation, else 10].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true, requires = "gateways")]
    pub gateway_min_elevation: Option<f64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Systems of short messages")]
pub struct MessageArgs {
    /// Devices of the whole Earth, spread as the demand is.
    #[arg(long, value_name = "N", default_value_t = 1e6, value_parser = devices)]
    pub devices: f64,
    /// Rate in kbit/s at which a satellite takes in messages [default: the file's].
    #[arg(long, value_name = "KBPS", value_parser = positive)]
    pub message_rate_kbps: Option<f64>,
    /// Share of that rate which gets through when devices send at random [default: 1/e, slotted ALOHA].
    #[arg(long, value_name = "RATIO", default_value_t = SLOTTED_ALOHA, hide_default_value = true, value_parser = share)]
    pub access_efficiency: f64,
}

/// How cells are allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AssignArg {
    /// By scarcity, with mending: fast.
    Greedy,
    /// By maximum flow: the most that can be carried.
    Flow,
    /// Each cell evenly over the satellites it sees (del Portillo, Cameron, Crawley 2019).
    Even,
}

impl From<AssignArg> for Assign {
    fn from(assign: AssignArg) -> Self {
        match assign {
            AssignArg::Greedy => Self::Greedy,
            AssignArg::Flow => Self::Flow,
            AssignArg::Even => Self::Even,
        }
    }
}

/// A number above 0 from the command line.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(value) if value >= 1e9 => Err("expected a number below 1,000,000,000".to_owned()),
        Ok(value) if value > 0.0 => Ok(value),
        _ => Err("expected a number above 0".to_owned()),
    }
}

/// An angle between a user link and the geostationary arc, degrees.
fn to_the_arc(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| (0.0..90.0).contains(value));
    value.ok_or_else(|| {
        "expected an angle to the geostationary arc from 0 to below 90 degrees, such as 10".to_owned()
    })
}

fn satellite_gbps(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value <= MOST_GBPS);
    value.ok_or_else(|| format!("expected Gbit/s above 0 and up to {MOST_GBPS}"))
}

fn devices(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value <= 1e12);
    value.ok_or_else(|| "expected a number above 0 and up to 1e12".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value <= 1.0);
    value.ok_or_else(|| "expected a share above 0 and up to 1, such as 0.1".to_owned())
}

fn availability(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| (50.0..=99.999).contains(value));
    value.ok_or_else(|| "expected a percentage from 50 to 99.999".to_owned())
}
