//! A contact plan: contacts with the names and instants that files give.

use serde::{Serialize, Serializer};

use crate::constellation::Satellite;
use crate::ground::Site;
use crate::passes::{Contact, Contacts, Cut};
use crate::time::Epoch;

/// One contact as files and tables give it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ContactRow<'a> {
    /// What the satellite is called: its name, with more where another one bears it too.
    pub satellite: &'a str,
    /// Catalogue number; none for designed satellites.
    pub norad_id: Option<u32>,
    /// Name of the site.
    pub site: &'a str,
    /// Acquisition of signal, UTC.
    pub aos: Epoch,
    /// Largest elevation, UTC.
    pub tca: Epoch,
    /// Loss of signal, UTC.
    pub los: Epoch,
    /// Length, seconds.
    pub duration_s: f64,
    /// Largest elevation, degrees.
    pub max_elevation_deg: f64,
    /// Azimuth at AOS, degrees.
    pub aos_azimuth_deg: f64,
    /// Azimuth at TCA, degrees.
    pub tca_azimuth_deg: f64,
    /// Azimuth at LOS, degrees.
    pub los_azimuth_deg: f64,
    /// Range at TCA, km.
    pub tca_range_km: f64,
    /// Which edges are no passage through the mask.
    pub cut: Cut,
    /// Whether its end is cut by the loss of the satellite.
    pub cut_by_loss: bool,
}

/// A contact plan: contacts with the satellites and sites that they number.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The contacts.
    pub contacts: &'a Contacts,
    /// The satellites, in the order of their numbers.
    pub satellites: &'a [&'a Satellite],
    /// What they are called, each by another name; see [`crate::constellation::names::told_apart`].
    pub names: &'a [String],
    /// The files they come from, as the user named them.
    pub files: &'a [&'a str],
    /// The sites, in the order of their numbers.
    pub sites: &'a [Site],
}

impl<'a> Plan<'a> {
    /// One contact with its names and instants.
    pub fn row(&self, contact: &Contact) -> ContactRow<'a> {
        let satellite = self.satellites[contact.satellite];
        ContactRow {
            satellite: &self.names[contact.satellite],
            norad_id: satellite.norad_id,
            site: &self.sites[contact.site].name,
            aos: self.contacts.epoch(contact.aos_s),
            tca: self.contacts.epoch(contact.tca_s),
            los: self.contacts.epoch(contact.los_s),
            duration_s: contact.duration_s(),
            max_elevation_deg: contact.max_elevation_deg,
            aos_azimuth_deg: contact.aos_azimuth_deg,
            tca_azimuth_deg: contact.tca_azimuth_deg,
            los_azimuth_deg: contact.los_azimuth_deg,
            tca_range_km: contact.tca_range_km,
            cut: contact.cut,
            cut_by_loss: self.contacts.ends_by_loss(contact),
        }
    }

    /// All contacts, by satellite, then site, then AOS.
    pub fn rows(&self) -> impl Iterator<Item = ContactRow<'a>> {
        self.contacts.contacts.iter().map(|contact| self.row(contact))
    }
}

impl Serialize for Plan<'_> {
    /// As the list of rows.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}
