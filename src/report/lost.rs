//! What reports call satellites that were lost.

use crate::constellation::names::told_apart;
use crate::constellation::{Constellation, Satellite};
use crate::ephemeris::{Loss, LostSatellite};

/// The satellites that were lost of those that flew, each given with the file it comes from, by names that no two of them
/// share.
pub fn lost(losses: &[Loss], flown: &[(&Satellite, &str)]) -> Vec<LostSatellite> {
    if losses.is_empty() {
        return Vec::new();
    }
    let names = told_apart(flown);
    losses.iter().map(|loss| loss.of(&names[loss.satellite])).collect()
}

/// [`lost`] where all satellites of some constellations flew, in their order.
pub fn lost_of(losses: &[Loss], constellations: &[Constellation]) -> Vec<LostSatellite> {
    let flown = constellations
        .iter()
        .flat_map(|one| one.satellites.iter().map(|satellite| (satellite, one.file.as_str())));
    lost(losses, &flown.collect::<Vec<_>>())
}
