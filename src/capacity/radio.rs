//! From a carrier of the constellation file to the rate of a beam, fast enough for every edge.
//!
//! The figures are those of [`crate::link::budget`], which a test holds this to; here everything that
//! does not depend on the path is worked out once, and the MODCODs are a staircase over Es/(N0+I0).

use crate::constellation::payload::{Beams, Carrier};
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
                let expected = link.budget(&path).unwrap().rate_mbps;
                let got = radio.beam_mbps(range_km, ratio(-atmosphere_db), Pointed::AXIS);
                assert!((got - expected).abs() < 1e-9, "{range_km} {atmosphere_db}: {got} {expected}");
                steps.insert(expected as u64);
            }
        }
        assert!(steps.len() > 20);
    }
}
