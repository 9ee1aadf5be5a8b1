//! The ground that is looked at: H3 cells of a region, their shapes, and named places.
//!
//! An H3 cell stands for its centre, which is read as geodetic latitude and longitude on WGS-84.

mod areas;
pub mod cells;
pub mod places;
pub mod polygon;
pub mod region;
