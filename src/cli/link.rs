//! `hexsky link`: a link budget, line by line.

mod arguments;
mod idle;
mod station;
mod table;

use hexsky::attenuation::{Attenuation, EDITIONS, PartsAt, Site, SlantPath, stated};
use hexsky::diagnostics::nearest;
use hexsky::export::stream::Stream;
use hexsky::link::SlantGeometry;
use hexsky::link::antenna::Direction;
use hexsky::link::budget::{Budget, Interference, Link, LinkPath, Receiver, Transmitter, Waveform};
use hexsky::link::modcod::ModcodTable;
use serde::Serialize;

pub use self::arguments::LinkArgs;
use self::arguments::{ModemArgs, Pattern, WaveformName};
use self::station::Station;
use super::attenuation::OpenMaps;
use super::{Failure, print, write_json};

/// One path of the link, computed.
#[derive(Debug, Serialize)]
struct Leg {
    #[serde(flatten)]
    budget: Budget,
    /// Parts of the attenuation, where P.618-13 gave it.
    attenuation: Option<Attenuation>,
}

/// The JSON report.
#[derive(Debug, Serialize)]
struct Report<'a> {
    frequency_ghz: f64,
    bandwidth_mhz: f64,
    rolloff: f64,
    modem: &'a str,
    /// Margin that a MODCOD must leave, or that Shannon's bound takes off, dB.
    required_margin_db: f64,
    atmosphere: &'a str,
    /// None where the atmosphere is given, or there is none.
    station: Option<&'a Station>,
    notes: &'a [String],
    links: &'a [Leg],
}

/// Runs the command.
pub fn run(args: &LinkArgs) -> Result<(), Failure> {
    super::check_outputs(&[args.json.as_deref()], &[])?;
    let link = link_of(args)?;
    idle::refuse(args)?;
    let station = Station::of(&args.path);
    let maps = args.path.latitude_deg.map(|_| args.path.maps.open()).transpose()?;
    let elevations: Vec<Option<f64>> = match &args.elevation_deg[..] {
        [] => vec![None],
        given => given.iter().copied().map(Some).collect(),
    };
    let paths: Vec<Option<SlantPath>> =
        elevations.iter().map(|&elevation_deg| slant_path(args, elevation_deg)).collect::<Result<_, _>>()?;
    let legs: Vec<Leg> = elevations
        .into_iter()
        .zip(&paths)
        .map(|(elevation_deg, slant)| leg(args, &link, elevation_deg, maps.as_ref().zip(slant.as_ref())))
        .collect::<Result<_, _>>()?;
    let notes = stated::notes(&paths.iter().flatten().collect::<Vec<_>>());
    let atmosphere = atmosphere_text(args, maps.as_ref());
    let modem = modem_text(&args.modem);
    if let Some(path) = &args.json {
        let report = Report {
            frequency_ghz: link.frequency_ghz,
            bandwidth_mhz: link.bandwidth_mhz,
            rolloff: link.rolloff,
            modem: &modem,
            required_margin_db: link.required_margin_db,
            atmosphere: &atmosphere,
            station: station.as_ref(),
            notes: &notes,
            links: &legs,
        };
        write_json(path, &report)?;
        if Stream::is_output(path) {
            return Ok(());
        }
    }
    let mut text = format!("{}\nmodem: {modem}\natmosphere: {atmosphere}\n", table::text(&link, &legs));
    text += &station.as_ref().map(Station::text).unwrap_or_default();
    for note in &notes {
        text += &format!("note: {note}\n");
    }
    print(&text)
}

fn link_of(args: &LinkArgs) -> Result<Link, Failure> {
    let (transmit, receive) = (&args.transmit, &args.receive);
    let gain_of = |given: Option<f64>, antenna: Option<Pattern>, side: &str| {
        given.or(antenna.map(|pattern| pattern.antenna.antenna.peak_dbi(args.frequency_ghz))).ok_or_else(
            || {
                Failure::input(
                    format!(
                        "the gain of the {} antenna is not known",
                        if side == "tx" { "transmitting" } else { "receiving" }
                    ),
                    format!("give --{side}-gain-dbi or --{side}-antenna"),
                )
            },
        )
    };
    let transmitter = match (transmit.eirp_dbw, transmit.eirp_density_dbw_mhz, transmit.tx_power_dbw) {
        (Some(eirp), _, _) => Transmitter::Eirp(eirp),
        (_, Some(density), _) => Transmitter::EirpDensity(density),
        (_, _, Some(power_dbw)) => Transmitter::Amplifier {
            power_dbw,
            gain_dbi: gain_of(transmit.tx_gain_dbi, transmit.tx_antenna, "tx")?,
            loss_db: transmit.tx_loss_db.unwrap_or(0.0),
        },
        _ => {
            return Err(Failure::input(
                "nothing is transmitted",
                "give --eirp-dbw, --eirp-density-dbw-mhz or --tx-power-dbw",
            ));
        }
    };
    let receiver = match (receive.gt_db_k, receive.system_temperature_k) {
        (Some(db_k), _) => Receiver::GOverT(db_k),
        (None, Some(temperature_k)) => Receiver::Antenna {
            gain_dbi: gain_of(receive.rx_gain_dbi, receive.rx_antenna, "rx")?,
            loss_db: receive.rx_loss_db.unwrap_or(0.0),
            temperature_k,
            sees_sky: receive.sky_noise,
        },
        (None, None) => {
            return Err(Failure::input("nothing receives", "give --gt-db-k or --system-temperature-k"));
        }
    };
    Ok(Link {
        frequency_ghz: args.frequency_ghz,
        transmitter,
        output_backoff_db: transmit.backoff_db,
        transmit_antenna: transmit.tx_antenna.map(|pattern| pattern.antenna),
        other_losses_db: args.path.other_losses_db,
        receive_antenna: receive.rx_antenna.map(|pattern| pattern.antenna),
        receiver,
        bandwidth_mhz: args.modem.bandwidth_mhz,
        rolloff: args.modem.rolloff,
        interference: Interference {
            intermodulation_db: receive.c_im_db,
            adjacent_channel_db: receive.c_aci_db,
            adjacent_satellite_db: receive.c_asi_db,
            cross_polar_db: receive.c_xpi_db,
        },
        implementation_loss_db: args.modem.implementation_loss_db,
        required_margin_db: args.modem.required_margin_db,
        waveform: waveform_of(&args.modem)?,
    })
}

fn waveform_of(args: &ModemArgs) -> Result<Waveform, Failure> {
    let table = match args.waveform {
        WaveformName::DvbS2 => ModcodTable::DvbS2,
        WaveformName::DvbS2x => ModcodTable::DvbS2x,
        WaveformName::DvbS2xNonlinear => ModcodTable::DvbS2xNonLinear,
        WaveformName::Shannon => {
            let gap_db = args.gap_db.ok_or_else(|| {
                Failure::input(
                    "Shannon's bound needs a gap",
                    "give --gap-db; 1.5 to 2 dB is fair for DVB-S2X",
                )
            })?;
            if args.modcod.is_some() {
                return Err(Failure::input(
                    "Shannon's bound has no MODCODs",
                    "leave --modcod or --waveform away",
                ));
            }
            return Ok(Waveform::Shannon { gap_db });
        }
    };
    if args.gap_db.is_some() {
        return Err(Failure::input("a gap goes with Shannon's bound only", "add --waveform shannon"));
    }
    let Some(name) = &args.modcod else { return Ok(Waveform::Adaptive(table)) };
    let found = table.find(name).ok_or_else(|| {
        let near = nearest(name, table.entries().map(|(modcod, _)| modcod.name));
        let help = near
            .map_or("names are such as '16APSK 3/4'".to_owned(), |near| format!("did you mean '{near}'?"));
        Failure::input(format!("'{name}' is no MODCOD of this waveform"), help)
    })?;
    Ok(Waveform::Fixed(found.0, found.1))
}

/// What is to be said about the modem.
fn modem_text(args: &ModemArgs) -> String {
    let source = match args.waveform {
        WaveformName::DvbS2 => "DVB-S2, ETSI EN 302 307-1 table 13, AWGN, normal frames, no pilots",
        WaveformName::DvbS2x => {
            "DVB-S2 and S2X, ETSI EN 302 307-1 table 13 and -2 table 20a, AWGN, normal frames, no pilots"
        }
        WaveformName::DvbS2xNonlinear => {
            "DVB-S2X, ETSI EN 302 307-2 table 20a, hard-limited channel, normal frames, no pilots"
        }
        WaveformName::Shannon => "Shannon's bound",
    };
    match (&args.modcod, args.gap_db) {
        (Some(_), _) => format!("MODCOD as given; {source}"),
        (None, Some(gap_db)) => format!("{source} with a gap of {gap_db} dB"),
        (None, None) => format!("most efficient feasible MODCOD; {source}"),
    }
}

/// What is to be said about the atmosphere.
fn atmosphere_text(args: &LinkArgs, maps: Option<&OpenMaps>) -> String {
    match (maps, args.path.availability, args.path.atmosphere_db) {
        (Some(maps), Some(availability), _) => format!(
            "total exceeded for {:.4} % of an average year; {EDITIONS}; {}",
            100.0 - availability,
            maps.describe()
        ),
        (_, _, Some(_)) => "as given".to_owned(),
        _ => "none".to_owned(),
    }
}

/// The link over the path at an elevation; with maps, P.618-13 tells the attenuation.
fn leg(
    args: &LinkArgs,
    link: &Link,
    elevation_deg: Option<f64>,
    through: Option<(&OpenMaps, &SlantPath)>,
) -> Result<Leg, Failure> {
    let geometry = args.altitude_km.zip(elevation_deg).map(|(h, e)| SlantGeometry::at(h, e));
    let range_km = geometry.map(|geometry| geometry.range_km).or(args.range_km);
    let attenuation = through
        .map(|(maps, slant)| slant.attenuation(&Site::default(), maps.get(), PartsAt::Total))
        .transpose()?;
    let path = LinkPath {
        range_km: range_km.expect("clap asks for a range, or an altitude with elevations"),
        elevation_deg,
        nadir_deg: geometry.map(|geometry| geometry.nadir_deg),
        atmosphere_db: attenuation
            .map_or(args.path.atmosphere_db.unwrap_or(0.0), |attenuation| attenuation.total_db),
    };
    let budget = link.budget(&path).map_err(|error| {
        let help = match error.antenna.direction {
            Direction::FromNadir => {
                "give --altitude-km and --elevation-deg instead of --range-km, or at= in degrees"
            }
            _ => "give --elevation-deg, or at= in degrees",
        };
        Failure::input(error.to_string(), help)
    })?;
    Ok(Leg { budget, attenuation })
}

/// The path that P.618-13 is asked for, where a place is given.
fn slant_path(args: &LinkArgs, elevation_deg: Option<f64>) -> Result<Option<SlantPath>, Failure> {
    let (path, frequency_ghz) = (&args.path, args.frequency_ghz);
    let (Some(latitude_deg), Some(longitude_deg), Some(availability), Some(elevation_deg)) =
        (path.latitude_deg, path.longitude_deg, path.availability, elevation_deg)
    else {
        return Ok(None);
    };
    if elevation_deg <= 0.0 || !(1.0..=350.0).contains(&frequency_ghz) {
        return Err(Failure::input(
            format!("P.618-13 cannot be asked at {elevation_deg} degrees and {frequency_ghz} GHz"),
            "give an elevation above 0 and 1 to 350 GHz, or --atmosphere-db without a place",
        ));
    }
    Ok(Some(SlantPath {
        latitude_deg,
        longitude_deg,
        station_height_km: path.height_km,
        frequency_ghz,
        elevation_deg,
        antenna_diameter_m: path.station_diameter_m,
        antenna_efficiency: path.station_efficiency,
        tilt_deg: path.tilt_deg,
        percent: 100.0 - availability,
    }))
}
