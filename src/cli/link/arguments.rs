//! Arguments of `hexsky link`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use hexsky::link::antenna::{ParseAntennaError, PointedAntenna};

use crate::cli::attenuation::MapArgs;

/// Link budget for one geometry, or for several elevations of a pass side by side.
///
/// Gains and losses in dB, losses positive. Antennas are written as a pattern with parameters:
/// parabolic:d=1.2,eta=0.65 · s465:gmax=40,d=0.8,at=2 · s1528:gmax=39,psi_b=1,ln=-25,at=1.5 ·
/// array:gmax=34,n=1.3,at=zenith, where `at` is the direction of the link off the axis: degrees, nadir (antenna
/// on the satellite looking down) or zenith (antenna lying flat on the ground).
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// Frequency in GHz.
    #[arg(long, value_name = "GHZ", value_parser = number(0.03, 1000.0), help_heading = "Geometry")]
    pub frequency_ghz: f64,
    /// Distance in km.
    #[arg(long, value_name = "KM", value_parser = number(1.0, 1e6), conflicts_with = "altitude_km",
        required_unless_present = "altitude_km", help_heading = "Geometry")]
    pub range_km: Option<f64>,
    /// Altitude of a circular orbit in km, on a sphere of 6378.137 km; needs the elevation.
    #[arg(long, value_name = "KM", value_parser = number(50.0, 1e6), requires = "elevation_deg", help_heading = "Geometry")]
    pub altitude_km: Option<f64>,
    /// Elevation at the ground in degrees; several, with commas, make a column each.
    #[arg(long, value_name = "DEG", value_delimiter = ',', value_parser = number(0.0, 90.0), help_heading = "Geometry")]
    pub elevation_deg: Vec<f64>,

    #[command(flatten)]
    pub transmit: TransmitArgs,
    #[command(flatten)]
    pub path: PathArgs,
    #[command(flatten)]
    pub receive: ReceiveArgs,
    #[command(flatten)]
    pub modem: ModemArgs,
    /// Write JSON; without a path, or with -, to standard output in place of the table.
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "-")]
    pub json: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Transmitter")]
pub struct TransmitArgs {
    /// EIRP of the carrier on the axis in dBW.
    #[arg(long, value_name = "DBW", value_parser = number(-100.0, 150.0), allow_negative_numbers = true,
        conflicts_with_all = ["eirp_density_dbw_mhz", "tx_power_dbw"])]
    pub eirp_dbw: Option<f64>,
    /// EIRP density on the axis in dBW/MHz, over the whole channel.
    #[arg(long, value_name = "DBW_MHZ", value_parser = number(-150.0, 150.0), allow_negative_numbers = true,
        conflicts_with = "tx_power_dbw")]
    pub eirp_density_dbw_mhz: Option<f64>,
    /// Power of the amplifier in dBW; needs --tx-gain-dbi or --tx-antenna.
    #[arg(long, value_name = "DBW", value_parser = number(-100.0, 60.0), allow_negative_numbers = true)]
    pub tx_power_dbw: Option<f64>,
    /// Gain of the antenna on the axis in dBi; without it, that of --tx-antenna.
    #[arg(long, value_name = "DBI", value_parser = number(-20.0, 90.0), allow_negative_numbers = true, requires = "tx_power_dbw",
        conflicts_with_all = ["eirp_dbw", "eirp_density_dbw_mhz"])]
    pub tx_gain_dbi: Option<f64>,
    /// Loss between amplifier and antenna in dB.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 30.0), requires = "tx_power_dbw",
        conflicts_with_all = ["eirp_dbw", "eirp_density_dbw_mhz"])]
    pub tx_loss_db: Option<f64>,
    /// Pattern of the antenna with the direction of the link.
    #[arg(long, value_name = "PATTERN")]
    pub tx_antenna: Option<Pattern>,
    /// Output back-off in dB.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 30.0), default_value_t = 0.0)]
    pub backoff_db: f64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Path")]
pub struct PathArgs {
    /// Attenuation by the atmosphere in dB; without it and without a place, none.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 300.0), conflicts_with = "latitude_deg")]
    pub atmosphere_db: Option<f64>,
    /// Latitude of the station, for P.618-13.
    #[arg(long, value_name = "DEG", value_parser = number(-90.0, 90.0), allow_negative_numbers = true,
        requires_all = ["longitude_deg", "availability", "elevation_deg"])]
    pub latitude_deg: Option<f64>,
    /// Longitude of the station.
    #[arg(long, value_name = "DEG", value_parser = number(-180.0, 360.0), allow_negative_numbers = true, requires = "latitude_deg",
        conflicts_with = "atmosphere_db")]
    pub longitude_deg: Option<f64>,
    /// Height of the station above sea level in km; without it, from the topographic map.
    #[arg(long, value_name = "KM", value_parser = number(-0.5, 9.0), allow_negative_numbers = true, requires = "latitude_deg",
        conflicts_with = "atmosphere_db")]
    pub height_km: Option<f64>,
    /// Percentage of an average year in which the attenuation is not exceeded, such as 99.5.
    #[arg(long, value_name = "PERCENT", value_parser = number(50.0, 99.999), requires = "latitude_deg",
        conflicts_with = "atmosphere_db")]
    pub availability: Option<f64>,
    /// Polarisation tilt in degrees: 0 horizontal, 90 vertical, 45 circular.
    #[arg(long, value_name = "DEG", value_parser = number(-180.0, 180.0), allow_negative_numbers = true, default_value_t = 45.0,
        requires = "latitude_deg", conflicts_with = "atmosphere_db")]
    pub tilt_deg: f64,
    /// Diameter of the station's antenna in m, for scintillation.
    #[arg(long, value_name = "M", value_parser = number(0.01, 100.0), default_value_t = 1.0, requires = "latitude_deg",
        conflicts_with = "atmosphere_db")]
    pub station_diameter_m: f64,
    /// Efficiency of the station's antenna, for scintillation.
    #[arg(long, value_name = "RATIO", value_parser = number(0.01, 1.0), default_value_t = 0.6, requires = "latitude_deg",
        conflicts_with = "atmosphere_db")]
    pub station_efficiency: f64,
    /// Pointing, polarisation and other losses in dB.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 100.0), default_value_t = 0.0)]
    pub other_losses_db: f64,
    #[command(flatten)]
    pub maps: MapArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Receiver")]
pub struct ReceiveArgs {
    /// Figure of merit on the axis in dB/K.
    #[arg(long, value_name = "DB_K", value_parser = number(-60.0, 80.0), allow_negative_numbers = true,
        conflicts_with = "system_temperature_k")]
    pub gt_db_k: Option<f64>,
    /// System noise temperature in clear sky in K; needs --rx-gain-dbi or --rx-antenna.
    #[arg(long, value_name = "K", value_parser = number(1.0, 1e5))]
    pub system_temperature_k: Option<f64>,
    /// Gain of the antenna on the axis in dBi; without it, that of --rx-antenna.
    #[arg(long, value_name = "DBI", value_parser = number(-20.0, 90.0), allow_negative_numbers = true, requires = "system_temperature_k",
        conflicts_with = "gt_db_k")]
    pub rx_gain_dbi: Option<f64>,
    /// Loss between antenna and receiver in dB.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 30.0), requires = "system_temperature_k",
        conflicts_with = "gt_db_k")]
    pub rx_loss_db: Option<f64>,
    /// Pattern of the antenna with the direction of the link.
    #[arg(long, value_name = "PATTERN")]
    pub rx_antenna: Option<Pattern>,
    /// Add the noise that the attenuating atmosphere radiates; right for a station on the ground.
    #[arg(long, requires = "system_temperature_k", conflicts_with = "gt_db_k")]
    pub sky_noise: bool,
    /// Carrier to intermodulation in dB.
    #[arg(long, value_name = "DB", value_parser = number(-20.0, 100.0), allow_negative_numbers = true)]
    pub c_im_db: Option<f64>,
    /// Carrier to adjacent-channel interference in dB.
    #[arg(long, value_name = "DB", value_parser = number(-20.0, 100.0), allow_negative_numbers = true)]
    pub c_aci_db: Option<f64>,
    /// Carrier to adjacent-beam or adjacent-satellite interference in dB.
    #[arg(long, value_name = "DB", value_parser = number(-20.0, 100.0), allow_negative_numbers = true)]
    pub c_asi_db: Option<f64>,
    /// Carrier to cross-polar interference in dB.
    #[arg(long, value_name = "DB", value_parser = number(-20.0, 100.0), allow_negative_numbers = true)]
    pub c_xpi_db: Option<f64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Modem")]
pub struct ModemArgs {
    /// Channel bandwidth in MHz.
    #[arg(long, value_name = "MHZ", value_parser = number(1e-4, 1e5))]
    pub bandwidth_mhz: f64,
    /// Roll-off: the channel is 1 + roll-off symbol rates wide.
    #[arg(long, value_name = "RATIO", value_parser = number(0.0, 1.0), default_value_t = 0.1)]
    pub rolloff: f64,
    /// Where the thresholds come from.
    #[arg(long, value_enum, default_value_t = WaveformName::DvbS2x)]
    pub waveform: WaveformName,
    /// One MODCOD, such as '16APSK 3/4', instead of the most efficient that is feasible.
    #[arg(long, value_name = "NAME")]
    pub modcod: Option<String>,
    /// Gap to Shannon's bound in dB; needs --waveform shannon.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 30.0))]
    pub gap_db: Option<f64>,
    /// Loss of the modem against its ideal thresholds in dB.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 20.0), default_value_t = 0.0)]
    pub implementation_loss_db: f64,
    /// Margin in dB that must be left.
    #[arg(long, value_name = "DB", value_parser = number(0.0, 50.0), default_value_t = 0.0)]
    pub required_margin_db: f64,
}

/// A pattern, and whether it says where in it the link runs: else it is the axis.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    pub antenna: PointedAntenna,
    pub has_direction: bool,
}

impl FromStr for Pattern {
    type Err = ParseAntennaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let antenna = text.parse()?;
        let parameters = text.split_once(':').map_or("", |(_, parameters)| parameters).split(',');
        let mut keys = parameters.filter_map(|parameter| parameter.split_once('='));
        Ok(Self { antenna, has_direction: keys.any(|(key, _)| key.trim() == "at") })
    }
}

/// Thresholds by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WaveformName {
    /// 28 MODCODs, AWGN channel.
    DvbS2,
    /// Those and 39 more, AWGN channel.
    DvbS2x,
    /// The 39 that DVB-S2X adds, hard-limited non-linear channel.
    DvbS2xNonlinear,
    /// Shannon's bound with a gap.
    Shannon,
}

/// A number within bounds, for clap.
fn number(low: f64, high: f64) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let value = text.trim().parse::<f64>().ok().filter(|value| (low..=high).contains(value));
        value.ok_or_else(|| format!("expected a number from {low} to {high}"))
    }
}
