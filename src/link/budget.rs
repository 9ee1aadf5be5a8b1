//! A link budget, from EIRP to margin and rate.
//!
//! Gains and losses are in dB, losses positive. Noise and signal are taken over the symbol rate
//! `R_s = B / (1 + α)`, so the carrier-to-noise ratio is Es/N0; a carrier-to-interference ratio is given over
//! the same bandwidth and added as power:
//! `1/(C/(N+I)) = 1/(C/N) + 1/(C/IM) + 1/(C/ACI) + 1/(C/ASI) + 1/(C/XPI)`.

use serde::Serialize;

use super::antenna::{Direction, PointedAntenna};
use super::modcod::{Modcod, ModcodTable, shannon_efficiency};
use super::{BOLTZMANN_DBW_K_HZ, decibels, free_space_loss_db, ratio};

/// Mean radiating temperature of the attenuating atmosphere in K (ITU-R P.618-13, §3).
const RADIATING_TEMPERATURE_K: f64 = 275.0;

/// A link without its path: what is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Frequency in GHz.
    pub frequency_ghz: f64,
    /// The transmitting side.
    pub transmitter: Transmitter,
    /// Output back-off in dB below the power that the transmitter states.
    pub output_backoff_db: f64,
    /// Pattern of the transmitting antenna; without one the link runs along its axis.
    pub transmit_antenna: Option<PointedAntenna>,
    /// Pointing, polarisation and other losses in dB.
    pub other_losses_db: f64,
    /// Pattern of the receiving antenna; without one the link runs along its axis.
    pub receive_antenna: Option<PointedAntenna>,
    /// The receiving side.
    pub receiver: Receiver,
    /// Channel bandwidth in MHz.
    pub bandwidth_mhz: f64,
    /// Roll-off: the channel is `1 + rolloff` symbol rates wide.
    pub rolloff: f64,
    /// Interference over the same bandwidth.
    pub interference: Interference,
    /// Loss of the modem against its ideal thresholds in dB.
    pub implementation_loss_db: f64,
    /// Margin in dB that must be left.
    pub required_margin_db: f64,
    /// How bits are made of signal.
    pub waveform: Waveform,
}

/// What is transmitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Transmitter {
    /// EIRP of the carrier on the axis in dBW.
    Eirp(f64),
    /// EIRP density on the axis in dBW/MHz, over the whole channel bandwidth.
    EirpDensity(f64),
    /// An amplifier behind an antenna.
    Amplifier {
        /// Power in dBW.
        power_dbw: f64,
        /// Gain of the antenna on the axis in dBi.
        gain_dbi: f64,
        /// Loss between them in dB.
        loss_db: f64,
    },
}

/// What receives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Receiver {
    /// Figure of merit on the axis in dB/K.
    GOverT(f64),
    /// An antenna before a receiver.
    Antenna {
        /// Gain on the axis in dBi.
        gain_dbi: f64,
        /// Loss between antenna and receiver in dB.
        loss_db: f64,
        /// System noise temperature in clear sky in K.
        temperature_k: f64,
        /// Whether attenuation by the atmosphere also adds noise: right where the antenna looks at the sky.
        sees_sky: bool,
    },
}

/// Carrier-to-interference ratios in dB; `None` is none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Interference {
    /// Intermodulation of the transmitter.
    #[serde(rename = "c_im_db")]
    pub intermodulation_db: Option<f64>,
    /// Adjacent channels.
    #[serde(rename = "c_aci_db")]
    pub adjacent_channel_db: Option<f64>,
    /// Adjacent beams and satellites.
    #[serde(rename = "c_asi_db")]
    pub adjacent_satellite_db: Option<f64>,
    /// The other polarisation.
    #[serde(rename = "c_xpi_db")]
    pub cross_polar_db: Option<f64>,
}

/// How bits are made of signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Waveform {
    /// The best feasible MODCOD of a table.
    Adaptive(ModcodTable),
    /// One MODCOD with its threshold in dB, feasible or not.
    Fixed(&'static Modcod, f64),
    /// Shannon's bound with a gap in dB.
    Shannon {
        /// Gap to the bound in dB.
        gap_db: f64,
    },
}

/// The path of a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkPath {
    /// Distance in km.
    pub range_km: f64,
    /// Elevation in degrees, where known.
    pub elevation_deg: Option<f64>,
    /// Nadir angle at the satellite in degrees, where known.
    pub nadir_deg: Option<f64>,
    /// Attenuation by the atmosphere in dB.
    pub atmosphere_db: f64,
}

/// An antenna whose direction follows an angle that the path does not tell.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{antenna}: the angle of the link from {from} is not known",
    from = if antenna.direction == Direction::FromNadir { "nadir" } else { "zenith" })]
pub struct UnknownAngle {
    /// The antenna.
    pub antenna: PointedAntenna,
}

/// A link budget, in the order it is added up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Budget {
    /// Elevation in degrees.
    pub elevation_deg: Option<f64>,
    /// Distance in km.
    pub range_km: f64,
    /// EIRP on the axis in dBW before back-off.
    pub eirp_dbw: f64,
    /// Output back-off in dB.
    pub output_backoff_db: f64,
    /// Gain of the transmitting antenna in the direction of the link relative to the axis, in dB.
    pub transmit_pattern_db: f64,
    /// Free-space loss in dB.
    pub free_space_loss_db: f64,
    /// Attenuation by the atmosphere in dB.
    pub atmosphere_db: f64,
    /// Other losses in dB.
    pub other_losses_db: f64,
    /// Power flux density at the receiver in clear sky in dBW/m² in 1 MHz.
    pub flux_density_dbw_m2_mhz: f64,
    /// Gain of the receiving antenna in the direction of the link relative to the axis, in dB.
    pub receive_pattern_db: f64,
    /// Figure of merit on the axis in clear sky in dB/K.
    pub g_over_t_db_k: f64,
    /// Rise of the noise by the attenuating atmosphere in dB.
    pub sky_noise_rise_db: f64,
    /// Carrier to noise density in dBHz.
    pub c_n0_dbhz: f64,
    /// Symbol rate in MBd, which is the noise bandwidth in MHz.
    pub symbol_rate_mbd: f64,
    /// Carrier to noise in dB.
    pub c_n_db: f64,
    /// Carrier to interference.
    #[serde(flatten)]
    pub interference: Interference,
    /// Carrier to noise and interference in dB, which is Es/(N0 + I0).
    pub c_ni_db: f64,
    /// Loss of the modem in dB.
    pub implementation_loss_db: f64,
    /// Name of the MODCOD; none where no MODCOD is feasible, or with Shannon's bound.
    pub modcod: Option<&'static str>,
    /// Threshold of the MODCOD in dB.
    pub threshold_db: Option<f64>,
    /// Margin above the threshold in dB; none with Shannon's bound, which takes the required margin off.
    pub margin_db: Option<f64>,
    /// Whether the required margin is left.
    pub closes: bool,
    /// Bits for each symbol; 0 where the link does not close.
    pub efficiency_bit_per_symbol: f64,
    /// Rate in Mbit/s; 0 where the link does not close.
    pub rate_mbps: f64,
}

impl Link {
    /// Symbol rate in MBd.
    pub fn symbol_rate_mbd(&self) -> f64 {
        self.bandwidth_mhz / (1.0 + self.rolloff)
    }

    /// The budget over a path.
    ///
    /// # Errors
    /// [`UnknownAngle`] where the direction of an antenna follows an angle that the path does not tell.
    pub fn budget(&self, path: &LinkPath) -> Result<Budget, UnknownAngle> {
        let eirp_dbw = match self.transmitter {
            Transmitter::Eirp(dbw) => dbw,
            Transmitter::EirpDensity(dbw_mhz) => dbw_mhz + decibels(self.bandwidth_mhz),
            Transmitter::Amplifier { power_dbw, gain_dbi, loss_db } => power_dbw + gain_dbi - loss_db,
        };
        let transmit_pattern_db = self.pattern_db(self.transmit_antenna, path)?;
        let receive_pattern_db = self.pattern_db(self.receive_antenna, path)?;
        let free_space_loss_db = free_space_loss_db(self.frequency_ghz, path.range_km);
        let (g_over_t_db_k, sky_noise_rise_db) = self.receiver.figures(path.atmosphere_db);
        let radiated_dbw = eirp_dbw - self.output_backoff_db + transmit_pattern_db;
        let flux_density_dbw_m2_mhz = radiated_dbw
            - decibels(4.0 * std::f64::consts::PI * (path.range_km * 1e3).powi(2))
            - decibels(self.bandwidth_mhz);
        let c_n0_dbhz = radiated_dbw - free_space_loss_db - path.atmosphere_db - self.other_losses_db
            + receive_pattern_db
            + g_over_t_db_k
            - sky_noise_rise_db
            - BOLTZMANN_DBW_K_HZ;
        let symbol_rate_mbd = self.symbol_rate_mbd();
        let c_n_db = c_n0_dbhz - decibels(symbol_rate_mbd * 1e6);
        let c_ni_db = self.interference.with_noise_db(c_n_db);
        let usable_db = c_ni_db - self.implementation_loss_db;
        let modem = self.modem(usable_db);
        let efficiency = if modem.closes { modem.efficiency } else { 0.0 };
        Ok(Budget {
            elevation_deg: path.elevation_deg,
            range_km: path.range_km,
            eirp_dbw,
            output_backoff_db: self.output_backoff_db,
            transmit_pattern_db,
            free_space_loss_db,
            atmosphere_db: path.atmosphere_db,
            other_losses_db: self.other_losses_db,
            flux_density_dbw_m2_mhz,
            receive_pattern_db,
            g_over_t_db_k,
            sky_noise_rise_db,
            c_n0_dbhz,
            symbol_rate_mbd,
            c_n_db,
            interference: self.interference,
            c_ni_db,
            implementation_loss_db: self.implementation_loss_db,
            modcod: modem.modcod,
            threshold_db: modem.threshold_db,
            margin_db: modem.margin_db,
            closes: modem.closes,
            efficiency_bit_per_symbol: efficiency,
            rate_mbps: efficiency * symbol_rate_mbd,
        })
    }

    fn pattern_db(&self, antenna: Option<PointedAntenna>, path: &LinkPath) -> Result<f64, UnknownAngle> {
        let Some(antenna) = antenna else { return Ok(0.0) };
        let off_axis_deg = match antenna.direction {
            Direction::OffAxis(angle) => Some(angle),
            Direction::FromNadir => path.nadir_deg,
            Direction::FromZenith => path.elevation_deg.map(|elevation| 90.0 - elevation),
        };
        let off_axis_deg = off_axis_deg.ok_or(UnknownAngle { antenna })?;
        Ok(antenna.antenna.relative_db(self.frequency_ghz, off_axis_deg))
    }

    fn modem(&self, usable_db: f64) -> Modem {
        let at_threshold = |(modcod, threshold_db): (&'static Modcod, f64)| Modem {
            modcod: Some(modcod.name),
            threshold_db: Some(threshold_db),
            margin_db: Some(usable_db - threshold_db),
            closes: usable_db - threshold_db >= self.required_margin_db,
            efficiency: modcod.efficiency(),
        };
        match self.waveform {
            Waveform::Adaptive(table) => table.choose(usable_db - self.required_margin_db).map_or(
                Modem { modcod: None, threshold_db: None, margin_db: None, closes: false, efficiency: 0.0 },
                at_threshold,
            ),
            Waveform::Fixed(modcod, threshold_db) => at_threshold((modcod, threshold_db)),
            Waveform::Shannon { gap_db } => Modem {
                modcod: None,
                threshold_db: None,
                margin_db: None,
                closes: true,
                efficiency: shannon_efficiency(usable_db - self.required_margin_db, gap_db),
            },
        }
    }
}

/// What the modem makes of the signal.
struct Modem {
    modcod: Option<&'static str>,
    threshold_db: Option<f64>,
    margin_db: Option<f64>,
    closes: bool,
    efficiency: f64,
}

impl Receiver {
    /// Figure of merit in clear sky in dB/K and rise of the noise by the atmosphere in dB.
    fn figures(&self, atmosphere_db: f64) -> (f64, f64) {
        match *self {
            Self::GOverT(db_k) => (db_k, 0.0),
            Self::Antenna { gain_dbi, loss_db, temperature_k, sees_sky } => {
                // T_sky = T_mr (1 − 10^(−A/10)), seen through the loss before the receiver.
                let added_k = if sees_sky {
                    RADIATING_TEMPERATURE_K * (1.0 - ratio(-atmosphere_db)) * ratio(-loss_db)
                } else {
                    0.0
                };
                (
                    gain_dbi - loss_db - decibels(temperature_k),
                    decibels((temperature_k + added_k) / temperature_k),
                )
            }
        }
    }
}

impl Interference {
    /// Carrier to noise and interference in dB.
    pub fn with_noise_db(&self, c_n_db: f64) -> f64 {
        let terms = [
            self.intermodulation_db,
            self.adjacent_channel_db,
            self.adjacent_satellite_db,
            self.cross_polar_db,
        ];
        let noise: f64 = terms.into_iter().flatten().chain([c_n_db]).map(|term| ratio(-term)).sum();
        -decibels(noise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SpaceX user down-link of del Portillo, Cameron, Crawley 2019, table 6.
    fn published() -> (Link, LinkPath) {
        let link = Link {
            frequency_ghz: 13.5,
            transmitter: Transmitter::Eirp(36.7),
            output_backoff_db: 0.0,
            transmit_antenna: None,
            other_losses_db: 0.0,
            receive_antenna: None,
            receiver: Receiver::Antenna {
                gain_dbi: 37.7,
                loss_db: 0.0,
                temperature_k: 362.9,
                sees_sky: false,
            },
            bandwidth_mhz: 250.0,
            rolloff: 0.1,
            interference: Interference {
                intermodulation_db: Some(30.0),
                adjacent_channel_db: None,
                adjacent_satellite_db: Some(25.0),
                cross_polar_db: Some(22.0),
            },
            implementation_loss_db: 0.0,
            required_margin_db: 0.0,
            waveform: Waveform::Adaptive(ModcodTable::DvbS2x),
        };
        let path =
            LinkPath { range_km: 1684.0, elevation_deg: Some(40.0), nadir_deg: None, atmosphere_db: 0.53 };
        (link, path)
    }

    #[test]
    fn adds_up() {
        let (link, path) = published();
        let budget = link.budget(&path).unwrap();
        // By hand: 36.7 − 179.58 − 0.53 + 37.7 − 25.60 + 228.60 = 97.29 dBHz; less 83.57 dB of 227.3 MBd is 13.72.
        assert!((budget.free_space_loss_db - 179.582).abs() < 0.005, "{}", budget.free_space_loss_db);
        assert!((budget.c_n0_dbhz - 97.289).abs() < 0.01, "{}", budget.c_n0_dbhz);
        assert!((budget.c_n_db - 13.724).abs() < 0.01, "{}", budget.c_n_db);
        // 10^−1.3724 + 10^−3 + 10^−2.5 + 10^−2.2 = 0.05290: 12.77 dB.
        assert!((budget.c_ni_db - 12.766).abs() < 0.01, "{}", budget.c_ni_db);
        assert_eq!(budget.modcod, Some("32APSK 3/4"));
        assert!((budget.margin_db.unwrap() - (budget.c_ni_db - 12.73)).abs() < 1e-9);
    }

    #[test]
    fn published_rates() {
        // Del Portillo, Cameron, Crawley 2019, tables 5 and 6: B/1.1 times the efficiency of the MODCOD.
        for (bandwidth_mhz, name, rate_mbps) in [
            (500.0, "256APSK 3/4", 2682.1),
            (2100.0, "128APSK 3/4", 9857.1),
            (250.0, "16APSK 2/3", 599.4),
            (250.0, "16APSK 3/4", 674.3),
        ] {
            let (link, path) = published();
            let (modcod, threshold) = ModcodTable::DvbS2x.find(name).unwrap();
            let strong = Transmitter::Eirp(80.0);
            let link = Link {
                bandwidth_mhz,
                transmitter: strong,
                interference: Interference::default(),
                waveform: Waveform::Fixed(modcod, threshold),
                ..link
            };
            let rate = link.budget(&path).unwrap().rate_mbps;
            assert!((rate - rate_mbps).abs() < 0.2, "{name}: {rate}");
        }
    }

    #[test]
    fn density_amplifier_and_eirp_are_the_same_carrier() {
        let (link, path) = published();
        let c_n0 = |transmitter| Link { transmitter, ..link.clone() }.budget(&path).unwrap().c_n0_dbhz;
        let density = Transmitter::EirpDensity(36.7 - decibels(250.0));
        let amplifier = Transmitter::Amplifier { power_dbw: 5.0, gain_dbi: 32.7, loss_db: 1.0 };
        assert!((c_n0(density) - c_n0(link.transmitter)).abs() < 1e-9);
        assert!((c_n0(amplifier) - c_n0(link.transmitter)).abs() < 1e-9);
    }

    #[test]
    fn rain_is_heard_as_noise() {
        let (link, path) = published();
        let receiver =
            Receiver::Antenna { gain_dbi: 37.7, loss_db: 0.0, temperature_k: 100.0, sees_sky: true };
        let budget = Link { receiver, ..link }.budget(&LinkPath { atmosphere_db: 3.0103, ..path }).unwrap();
        // Half of 275 K on 100 K: 10 lg 2.375.
        assert!((budget.sky_noise_rise_db - 3.7566).abs() < 1e-3);
    }

    #[test]
    fn a_steered_array_loses_with_elevation() {
        let (link, path) = published();
        let receive_antenna = Some("array:gmax=37.7,n=1.3,at=zenith".parse().unwrap());
        let budget = Link { receive_antenna, ..link }.budget(&path).unwrap();
        // 13 lg sin 40°.
        assert!((budget.receive_pattern_db - 13.0 * 40.0_f64.to_radians().sin().log10()).abs() < 1e-9);
    }

    /// It was taken to be on its axis.
    #[test]
    fn an_antenna_without_its_angle_has_no_budget() {
        let (link, path) = published();
        let antenna = |text: &str| Some(text.parse::<PointedAntenna>().unwrap());
        let zenith = Link { receive_antenna: antenna("array:gmax=37.7,n=1.3,at=zenith"), ..link.clone() };
        let nadir = Link { transmit_antenna: antenna("array:gmax=37.7,n=1.3,at=nadir"), ..link };
        let error = nadir.budget(&path).unwrap_err();
        assert!(
            error.to_string().contains("at=nadir: the angle of the link from nadir is not known"),
            "{error}"
        );
        nadir.budget(&LinkPath { nadir_deg: Some(30.0), ..path }).unwrap();
        let error = zenith.budget(&LinkPath { elevation_deg: None, ..path }).unwrap_err();
        assert!(error.to_string().contains("the angle of the link from zenith is not known"), "{error}");
    }

    #[test]
    fn a_link_that_does_not_close_carries_nothing() {
        let (link, path) = published();
        let weak = Link { transmitter: Transmitter::Eirp(0.0), ..link.clone() }.budget(&path).unwrap();
        assert_eq!((weak.modcod, weak.closes, weak.rate_mbps), (None, false, 0.0));
        let (modcod, threshold) = ModcodTable::DvbS2x.find("256APSK 3/4").unwrap();
        let short =
            Link { waveform: Waveform::Fixed(modcod, threshold), ..link.clone() }.budget(&path).unwrap();
        assert!(!short.closes && short.rate_mbps == 0.0 && short.margin_db.unwrap() < 0.0);
        // A margin that is asked for is left.
        let budget = Link { required_margin_db: 2.0, ..link }.budget(&path).unwrap();
        assert!(budget.closes && budget.margin_db.unwrap() >= 2.0);
    }
}
