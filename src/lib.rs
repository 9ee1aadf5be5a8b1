//! hexsky: constellation coverage and capacity on an H3 hexagon grid.
//!
//! Numbers flow one way: constellation file → elements → ephemeris → access →
//! coverage, capacity, navigation or passes → report → export. What computes them
//! uses no report: only [`compare`], [`export`] and the command line do. Rooms that
//! keep files share the writing of files in [`export`], those that fill tables of their
//! own ([`navigation`], [`attenuation`]) its fields and cells, and rooms beside each other
//! share types: [`coverage`] and [`checkpoint`], [`report`] and [`export`].
//!
//! Times are UTC; positions are Earth-fixed kilometres on the WGS-84 ellipsoid
//! unless a name says otherwise; angles carry their unit in their name.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod access;
pub mod attenuation;
pub mod capacity;
pub mod checkpoint;
pub mod compare;
pub mod constellation;
pub mod coverage;
pub mod deployment;
pub mod diagnostics;
pub mod ephemeris;
pub mod export;
pub mod fetch;
pub mod frames;
pub mod grid;
pub mod ground;
pub mod infer;
pub mod input;
pub mod link;
pub mod memory;
pub mod navigation;
pub mod orbit;
mod packed;
pub mod passes;
pub mod report;
pub mod resilience;
pub mod time;
pub mod units;
