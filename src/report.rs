//! Results as plain data with the inputs, sources and versions that made them. No computing here.

pub mod coverage;
pub mod page;
