//! From a carrier of the constellation file to the rate of a beam, fast enough for every edge.
//!
//! The figures are those of [`crate::link::budget`], which a test holds this to; here everything that
//! does not depend on the path is worked out once, and the MODCODs are a staircase over Es/(N0+I0).

use crate::attenuation::maps::{MapError, Maps};
use crate::attenuation::{PartsAt, Site, SlantPath};
use crate::constellation::payload::{Beams, Carrier};
use crate::frames::Geodetic;
use crate::link::budget::{Interference, Link, Receiver, Transmitter, Waveform};
use crate::link::modcod::ModcodTable;
use crate::link::{BOLTZMANN_DBW_K_HZ, free_space_loss_db, ratio};

use super::beam::{Pointed, Pointing, Sight};

/// Roll-off where a file gives none.
pub const DEFAULT_ROLL_OFF: f64 = 0.1;

/// One direction of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Radio {
    /// Carrier frequency in GHz.
    pub frequency_ghz: f64,
    /// Bandwidth of a beam in MHz.
    pub bandwidth_mhz: f64,
    /// What pointing costs; none where every link is on the axes.
    pub pointing: Option<Pointing>,
    symbol_rate_mbd: f64,
    /// Es/N0 at 1 km without attenuation.
    at_one_km: f64,
    /// Interference over signal.
    interference: f64,
    /// Thresholds of Es/(N0+I0), ascending, with the efficiency from there on.
    stairs: Vec<(f64, f64)>,
}

impl Radio {
    /// From a carrier that gives frequency, bandwidth, EIRP and G/T, and the beams it belongs to; none where one
    /// of the four is missing.
    pub fn of(carrier: &Carrier, beams: &Beams) -> Option<Self> {
        let (frequency_ghz, bandwidth_mhz) = (carrier.frequency_ghz?, bandwidth_mhz(carrier, beams)?);
        let (eirp_dbw, g_over_t_db_k) = (carrier.eirp_dbw?, carrier.g_over_t_db_k?);
        let symbol_rate_mbd = bandwidth_mhz / (1.0 + carrier.roll_off.unwrap_or(DEFAULT_ROLL_OFF));
        let at_one_km_db = eirp_dbw
            - carrier.output_backoff_db.unwrap_or(0.0)
            - carrier.other_losses_db.unwrap_or(0.0)
            - free_space_loss_db(frequency_ghz, 1.0)
            + g_over_t_db_k
            - BOLTZMANN_DBW_K_HZ
            - 10.0 * (symbol_rate_mbd * 1e6).log10();
        let interference = [carrier.c_im_db, carrier.c_aci_db, carrier.c_asi_db, carrier.c_xpi_db]
            .into_iter()
            .flatten()
            .map(|db| ratio(-db))
            .sum();
        let margin_db = carrier.required_margin_db.unwrap_or(0.0);
        Some(Self {
            frequency_ghz,
            bandwidth_mhz,
            pointing: Pointing::of(carrier, beams),
            symbol_rate_mbd,
            at_one_km: ratio(at_one_km_db),
            interference,
            stairs: stairs(margin_db),
        })
    }

    /// The same carrier on both polarisations at once.
    pub fn on_two_polarisations(mut self) -> Self {
        self.bandwidth_mhz *= 2.0;
        self.symbol_rate_mbd *= 2.0;
        self
    }

    /// The link with all its lines, for reports and tests.
    pub fn link(carrier: &Carrier, beams: &Beams) -> Option<Link> {
        Some(Link {
            frequency_ghz: carrier.frequency_ghz?,
            transmitter: Transmitter::Eirp(carrier.eirp_dbw?),
            output_backoff_db: carrier.output_backoff_db.unwrap_or(0.0),
            transmit_antenna: carrier.tx_antenna,
            other_losses_db: carrier.other_losses_db.unwrap_or(0.0),
            receive_antenna: carrier.rx_antenna,
            receiver: Receiver::GOverT(carrier.g_over_t_db_k?),
            bandwidth_mhz: bandwidth_mhz(carrier, beams)?,
            rolloff: carrier.roll_off.unwrap_or(DEFAULT_ROLL_OFF),
            interference: Interference {
                intermodulation_db: carrier.c_im_db,
                adjacent_channel_db: carrier.c_aci_db,
                adjacent_satellite_db: carrier.c_asi_db,
                cross_polar_db: carrier.c_xpi_db,
            },
            implementation_loss_db: 0.0,
            required_margin_db: carrier.required_margin_db.unwrap_or(0.0),
            waveform: Waveform::Adaptive(ModcodTable::DvbS2x),
        })
    }

    /// What the pointing of the antennas makes of a link.
    pub fn pointed(&self, sight: &Sight<'_>) -> Pointed {
        self.pointing.as_ref().map_or(Pointed::AXIS, |pointing| pointing.over(sight))
    }

    /// Rate of a beam in Mbit/s over a distance in km with a transmission of the atmosphere (1 is clear);
    /// 0 where the link does not close.
    pub fn beam_mbps(&self, range_km: f64, transmission: f64, pointed: Pointed) -> f64 {
        let noise = range_km * range_km / (self.at_one_km * transmission * pointed.gain)
            + self.interference
            + pointed.interference;
        let es_n0 = 1.0 / noise;
        let step = self.stairs.partition_point(|&(threshold, _)| threshold <= es_n0);
        step.checked_sub(1).map_or(0.0, |step| self.stairs[step].1 * self.symbol_rate_mbd)
    }
}

/// Bandwidth of a beam in MHz: as given, or that of all colours over their number.
fn bandwidth_mhz(carrier: &Carrier, beams: &Beams) -> Option<f64> {
    let of_plan = || Some(carrier.total_bandwidth_mhz? / f64::from(beams.colours.unwrap_or(1)));
    carrier.bandwidth_mhz.or_else(of_plan)
}

/// The MODCODs of DVB-S2X that carry more than any with a lower threshold.
fn stairs(margin_db: f64) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = ModcodTable::DvbS2x
        .entries()
        .map(|(modcod, threshold_db)| (ratio(threshold_db + margin_db), modcod.efficiency()))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut best = 0.0;
    all.retain(|&(_, efficiency)| {
        let better = efficiency > best;
        best = efficiency.max(best);
        better
    });
    all
}

/// Attenuation at one place as a function of elevation, tabulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Sky {
    lowest_rad: f64,
    step_rad: f64,
    /// Attenuation in dB times the sine of the elevation, at even steps of the elevation.
    zenith_db: Vec<f64>,
}

/// Number of elevations of a [`Sky`]; between them the attenuation times the sine of the elevation, which
/// changes little, is taken as linear.
const NODES: usize = 20;
/// No link is looked at below this elevation, where P.618 ends.
const LOWEST_DEG: f64 = 5.0;
/// Above this elevation the attenuation is that at it: in the last degree to the zenith P.618 rises by its
/// formula's own making.
const HIGHEST_DEG: f64 = 88.0;

/// The user's or gateway's antenna, for scintillation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dish {
    /// Diameter in m.
    pub diameter_m: f64,
    /// Efficiency.
    pub efficiency: f64,
}

impl Sky {
    /// Attenuation by P.618-13 that is not exceeded for `availability_percent` of an average year.
    ///
    /// # Errors
    /// [`MapError`] as [`SlantPath::attenuation`].
    pub fn over(
        place: &Geodetic,
        frequency_ghz: f64,
        availability_percent: f64,
        mask_deg: f64,
        dish: Dish,
        maps: &Maps,
    ) -> Result<Self, MapError> {
        let lowest_deg = mask_deg.clamp(LOWEST_DEG, HIGHEST_DEG - 1.0);
        let step_deg = (HIGHEST_DEG - lowest_deg) / (NODES - 1) as f64;
        let zenith_db = (0..NODES)
            .map(|node| {
                let path = SlantPath {
                    latitude_deg: place.latitude_deg,
                    longitude_deg: place.longitude_deg,
                    station_height_km: None,
                    frequency_ghz,
                    elevation_deg: lowest_deg + node as f64 * step_deg,
                    antenna_diameter_m: dish.diameter_m,
                    antenna_efficiency: dish.efficiency,
                    tilt_deg: 45.0,
                    percent: 100.0 - availability_percent,
                };
                path.attenuation(&Site::default(), maps, PartsAt::Total)
                    .map(|parts| parts.total_db * path.elevation_deg.to_radians().sin())
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { lowest_rad: lowest_deg.to_radians(), step_rad: step_deg.to_radians(), zenith_db })
    }

    /// Attenuation in dB at an elevation.
    pub fn attenuation_db(&self, sin_elevation: f64) -> f64 {
        let highest = HIGHEST_DEG.to_radians();
        let elevation = sin_elevation.clamp(-1.0, 1.0).asin().clamp(self.lowest_rad, highest);
        let at = ((elevation - self.lowest_rad) / self.step_rad).clamp(0.0, (NODES - 1) as f64);
        let node = (at as usize).min(NODES - 2);
        let (low, high) = (self.zenith_db[node], self.zenith_db[node + 1]);
        (low + (high - low) * (at - node as f64)) / elevation.sin()
    }

    /// Share of the power that comes through.
    pub fn transmission(&self, sin_elevation: f64) -> f64 {
        ratio(-self.attenuation_db(sin_elevation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::budget::LinkPath;

    /// A carrier like SpaceX's user down-link of del Portillo, Cameron, Crawley 2019, table 6.
    fn carrier() -> Carrier {
        Carrier {
            frequency_ghz: Some(13.5),
            bandwidth_mhz: Some(250.0),
            roll_off: Some(0.1),
            eirp_dbw: Some(36.7),
            g_over_t_db_k: Some(12.1),
            output_backoff_db: Some(0.5),
            other_losses_db: Some(0.2),
            c_im_db: Some(30.0),
            c_asi_db: Some(25.0),
            c_xpi_db: Some(22.0),
            required_margin_db: Some(0.8),
            ..Carrier::default()
        }
    }

    #[test]
    fn the_fast_rate_is_the_link_budget_s() {
        let carrier = carrier();
        let beams = Beams::default();
        let (radio, link) = (Radio::of(&carrier, &beams).unwrap(), Radio::link(&carrier, &beams).unwrap());
        let mut steps = std::collections::BTreeSet::new();
        for number in 0..400 {
            let range_km = 400.0 * 1.01f64.powi(number);
            for atmosphere_db in [0.0, 0.53, 3.0, 9.0] {
                let path = LinkPath { range_km, elevation_deg: None, nadir_deg: None, atmosphere_db };
                let expected = link.budget(&path).rate_mbps;
                let got = radio.beam_mbps(range_km, ratio(-atmosphere_db), Pointed::AXIS);
                assert!((got - expected).abs() < 1e-9, "{range_km} {atmosphere_db}: {got} {expected}");
                steps.insert(expected as u64);
            }
        }
        assert!(steps.len() > 20);
    }

    /// Places all over the globe, bands from L to Q. Below 25° P.618 bends where its rules for rain change.
    #[test]
    fn the_tabulated_sky_is_close_to_p618() {
        let dish = Dish { diameter_m: 0.5, efficiency: 0.6 };
        let maps = Maps::shipped();
        let mut worst = [(0.0f64, 0.0f64); 2];
        for number in 0..24u32 {
            let along = f64::from(number) / 24.0;
            let place = Geodetic {
                latitude_deg: (1.96 * along - 0.98).asin().to_degrees(),
                longitude_deg: (f64::from(number) * 137.5).rem_euclid(360.0) - 180.0,
                height_km: 0.0,
            };
            for frequency_ghz in [1.6, 11.7, 19.7, 29.0, 47.0] {
                for (mask, availability) in [(5.0, 99.0), (10.0, 99.5), (25.0, 99.9), (40.0, 99.5)] {
                    let sky = Sky::over(&place, frequency_ghz, availability, mask, dish, maps).unwrap();
                    for step in 0..40 {
                        let elevation_deg = mask + (88.0 - mask) * (f64::from(step) + 0.37) / 40.0;
                        let path = SlantPath {
                            latitude_deg: place.latitude_deg,
                            longitude_deg: place.longitude_deg,
                            station_height_km: None,
                            frequency_ghz,
                            elevation_deg,
                            antenna_diameter_m: dish.diameter_m,
                            antenna_efficiency: dish.efficiency,
                            tilt_deg: 45.0,
                            percent: 100.0 - availability,
                        };
                        let exact =
                            path.attenuation(&Site::default(), maps, PartsAt::Total).unwrap().total_db;
                        let got = sky.attenuation_db(elevation_deg.to_radians().sin());
                        let kind = usize::from(mask < 25.0);
                        let (most, share) = &mut worst[kind];
                        *most = most.max((got - exact).abs());
                        *share = share.max((got - exact).abs() / exact);
                    }
                }
            }
        }
        println!("largest (dB, share) from masks of 25° and more, and below: {worst:?}");
        // The largest differences in dB are of the Q band, where some 20 and 50 dB are exceeded.
        assert!(worst[0].0 < 0.2 && worst[0].1 < 0.01, "{worst:?}");
        assert!(worst[1].0 < 1.5 && worst[1].1 < 0.03, "{worst:?}");
    }
}
