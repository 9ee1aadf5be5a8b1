//! Results as plain data with the inputs, sources and versions that made them. No computing here.

pub mod capacity;
pub mod coverage;
pub mod digest;
pub mod gateways;
pub mod lost;
pub mod messages;
pub mod page;
pub mod passes;
mod percent;

pub use percent::{percent, percent_rounded};
