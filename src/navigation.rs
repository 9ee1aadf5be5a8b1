//! Navigation: dilution of precision and availability of position fixes.
//!
//! | part | holds |
//! | --- | --- |
//! | [`dop`] | DOP of one receiver at one instant from its lines of sight |
//! | [`almanac`] | almanacs of GPS and its peers, GPS time |
//! | [`system`] | which satellites keep a clock together; lists of excluded ones; layers |
//! | [`tracks`] | positions of all satellites at all instants |
//! | [`survey`] | many sites over many instants |
//! | [`figures`] | distributions and availability of one site |
//! | [`summary`] | area-weighted figures, worst site, latitude profile |
//! | [`sky`] | satellites in use at one place and instant |
//! | [`planes`], [`loss`] | orbital planes; availability with satellites out |
//! | [`source`], [`repeats`] | systems from files; what a file says about its figures; satellites in several files |
//! | [`mod@run`] | a whole run: systems and ground in, report and figures out |
//! | [`memory`] | what a run will take |
//! | [`report`], [`table`] | the serialisable report; the CSV table of sites |

pub mod almanac;
pub mod dop;
pub mod figures;
pub mod loss;
pub mod memory;
pub mod planes;
pub mod repeats;
pub mod report;
pub mod run;
pub mod sky;
pub mod source;
pub mod summary;
pub mod survey;
pub mod system;
pub mod table;
pub mod tracks;
