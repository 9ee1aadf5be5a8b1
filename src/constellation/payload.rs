//! What a satellite carries, as far as its file says: beams, carriers, links between satellites.
//!
//! Every field is optional: a file may give no more than the capacity of a satellite. The source of each
//! figure is in [`Constellation::figures`](super::Constellation::figures).

use crate::link::antenna::PointedAntenna;

/// Most antennas that a gateway may have.
pub const MOST_GATEWAY_ANTENNAS: u32 = 10_000;

/// Payload of the satellites of some shells.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Payload {
    /// Name, where the file gives one.
    #[serde(skip)]
    pub name: Option<String>,
    /// What its figures are listed under, which no other payload of the file shares.
    #[serde(skip)]
    pub title: String,
    /// Shells that carry it; empty for all.
    pub shells: Vec<String>,
    /// Capacity of a satellite in Gbit/s, all users together, down to the users.
    pub capacity_gbps_per_satellite: Option<f64>,
    /// Beams to and from the users.
    pub user: Option<Beams>,
    /// Beams to and from the gateways.
    pub feeder: Option<Beams>,
    /// Gateways that a satellite can work with at a time.
    pub gateway_antennas: Option<u32>,
    /// Links between satellites.
    pub isl: Option<Isl>,
    /// Rate in kbit/s at which a satellite takes in messages, all devices together.
    pub message_rate_kbps: Option<f64>,
}

/// The beams of one kind of link.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Beams {
    /// Beams at a time.
    pub beams: Option<u32>,
    /// Colours of the frequency plan: each beam has the bandwidth of one.
    pub colours: Option<u32>,
    /// Polarisations in use, 1 or 2.
    pub polarisations: Option<u32>,
    /// Area of one beam on the ground in km².
    pub beam_area_km2: Option<f64>,
    /// Pattern of one beam about its own axis.
    pub beam_antenna: Option<PointedAntenna>,
    /// Beams that stand still in the satellite's frame; none for beams that are steered at the cell.
    pub fixed: Option<FixedBeams>,
    /// From the satellite to the ground.
    pub down: Option<Carrier>,
    /// From the ground to the satellite.
    pub up: Option<Carrier>,
}

/// Beams in rows along the track and columns across it, centred on nadir.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct FixedBeams {
    /// Rows, one after the other along the track.
    pub rows: u32,
    /// Columns, side by side across the track.
    pub columns: u32,
    /// Angle at the satellite from row to row, degrees.
    pub row_spacing_deg: f64,
    /// Angle at the satellite from column to column, degrees.
    pub column_spacing_deg: f64,
}

/// One direction of a link.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Carrier {
    /// Carrier frequency in GHz.
    pub frequency_ghz: Option<f64>,
    /// Bandwidth of a beam in MHz.
    pub bandwidth_mhz: Option<f64>,
    /// Bandwidth of all colours together in MHz, on one polarisation, where that is given instead.
    pub total_bandwidth_mhz: Option<f64>,
    /// Roll-off of the pulse.
    pub roll_off: Option<f64>,
    /// Equivalent isotropic radiated power of the sender in dBW, one beam.
    pub eirp_dbw: Option<f64>,
    /// The sender's antenna and where the link stands in its pattern; the EIRP is that on its axis.
    pub tx_antenna: Option<PointedAntenna>,
    /// The receiver's antenna and where the link stands in its pattern; G/T is that on its axis.
    pub rx_antenna: Option<PointedAntenna>,
    /// Figure of merit of the receiver in dB/K.
    pub g_over_t_db_k: Option<f64>,
    /// Rate of a beam in Gbit/s where the source gives that instead.
    pub capacity_gbps: Option<f64>,
    /// Output back-off of the sender in dB.
    pub output_backoff_db: Option<f64>,
    /// Pointing, polarisation and other losses in dB.
    pub other_losses_db: Option<f64>,
    /// Carrier to intermodulation in dB.
    pub c_im_db: Option<f64>,
    /// Carrier to adjacent-channel interference in dB.
    pub c_aci_db: Option<f64>,
    /// Carrier to interference from neighbouring beams and satellites in dB.
    pub c_asi_db: Option<f64>,
    /// Carrier to cross-polar interference in dB.
    pub c_xpi_db: Option<f64>,
    /// Margin in dB above the threshold of a MODCOD.
    pub required_margin_db: Option<f64>,
}

/// Links between satellites.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Isl {
    /// Who is linked with whom.
    pub topology: IslTopology,
    /// Rate of one link in Gbit/s.
    pub gbps: Option<f64>,
}

/// Topology of the links between satellites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum IslTopology {
    /// No links.
    #[serde(rename = "none")]
    None,
    /// Each satellite with the next ones in its plane.
    #[serde(rename = "ring")]
    Ring,
    /// In the plane and with both neighbouring planes.
    #[serde(rename = "+grid")]
    PlusGrid,
}
