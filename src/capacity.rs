//! Capacity: who is served, by whom, with how much.
//!
//! At each sampled instant cells with demand are allocated to the satellites they see, within the limits of
//! user links, beams, feeder links, gateways and links between satellites. Capacity is that of the forward
//! direction, from gateway over satellite to user. `docs/capacity.md` tells the model and its limits.
//!
//! | module | holds |
//! | --- | --- |
//! | [`demand`] | what is wanted where |
//! | [`ability`], [`radio`], [`sky`], [`beam`], [`reuse`] | what satellites can do, from the constellation file |
//! | [`scene`], [`gso`], [`feeder`], [`antennas`], [`topology`], [`isl`] | who sees whom, and over which gateway and link |
//! | [`instant`], [`greedy`], [`exact`], [`dual`], [`flow`], [`even`] | the allocation |
//! | [`plan`], [`mod@unit`], [`mod@run`], [`fold`] | a window of time |
//! | [`curve`] | which gateway to build next |
//! | [`messages`] | systems of short messages |
//! | [`memory`] | what a run will take |

pub mod ability;
pub mod antennas;
pub mod beam;
pub(crate) mod channels;
pub mod curve;
pub mod demand;
pub mod dual;

pub mod even;
pub mod exact;
pub mod feeder;
mod feeds;
pub mod flow;
pub mod fold;
pub mod greedy;
pub mod gso;
pub mod instant;
pub mod isl;
pub mod memory;
pub mod messages;
pub mod plan;
pub mod radio;
mod relay;
pub mod reuse;
mod rounding;
pub mod run;
pub mod scene;
pub mod sky;
mod snapshot;
pub mod topology;
pub mod unit;

pub use fold::{CellFigures, Limit, SatelliteFigures, Unserved};
pub use plan::Plan;
pub use run::{Capacity, Settings, run};

/// How cells are allocated to satellites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Assign {
    /// By scarcity, with mending: fast.
    Greedy,
    /// By maximum flow: the most that can be carried.
    Flow,
    /// Each cell spreads its demand evenly over the satellites it sees, whatever these can carry: the rule of
    /// del Portillo, Cameron, Crawley 2019.
    Even,
}
