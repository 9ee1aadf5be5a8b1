//! What a constellation amounts to: ranges of its shells, footprints, how many figures are assumed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::payload::Payload;
use super::{Confidence, Constellation, Figure, LeftOut, Phase, Service};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// Least, middle and largest of a set of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// Least.
    pub min: f64,
    /// Middle one in order (the upper of two).
    pub median: f64,
    /// Largest.
    pub max: f64,
}

/// What a satellite sees of the ground at a minimum elevation, on a sphere of the equatorial radius.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Footprint {
    /// Minimum elevation in degrees.
    pub min_elevation_deg: f64,
    /// Angle at the centre of the Earth from the sub-satellite point to the edge, degrees.
    pub radius_deg: f64,
    /// The same along the ground, km.
    pub radius_km: f64,
    /// Part of the Earth's surface, percent.
    pub percent_of_earth: f64,
}

impl Footprint {
    /// Footprint from an altitude above the equatorial radius.
    ///
    /// λ = arccos(R cos ε / (R + h)) - ε. Source: Wertz and Larson 1999, Space Mission Analysis and Design,
    /// section 5.2.
    pub fn new(altitude_km: f64, min_elevation_deg: f64) -> Self {
        let elevation = min_elevation_deg.to_radians();
        let ratio = EARTH_EQUATORIAL_RADIUS_KM / (EARTH_EQUATORIAL_RADIUS_KM + altitude_km);
        let radius = ((ratio * elevation.cos()).min(1.0).acos() - elevation).max(0.0);
        Self {
            min_elevation_deg,
            radius_deg: radius.to_degrees(),
            radius_km: radius * EARTH_EQUATORIAL_RADIUS_KM,
            percent_of_earth: 50.0 * (1.0 - radius.cos()),
        }
    }
}

/// One shell or group with the ranges of its satellites.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShellSummary {
    /// Name.
    pub name: String,
    /// How it is laid out.
    pub pattern: String,
    /// Satellites in use.
    pub satellites: usize,
    /// Satellites of the whole shell.
    pub designed: usize,
    /// Mean semi-major axis above 6,378.137 km.
    pub altitude_km: Range,
    /// Inclination.
    pub inclination_deg: Range,
    /// Largest eccentricity.
    pub max_eccentricity: f64,
    /// Anomalistic period.
    pub period_min: Range,
    /// Footprint from the middle altitude.
    pub footprint: Footprint,
}

/// A constellation in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the system.
    pub name: String,
    /// Operator.
    pub operator: Option<String>,
    /// The file as the user named it.
    pub file: String,
    /// State of the system.
    pub status: Option<String>,
    /// Date of the file's figures.
    pub as_of: Option<String>,
    /// Deployment phase.
    pub phase: Option<String>,
    /// All phases.
    pub phases: Vec<Phase>,
    /// Epoch of designed shells; the newest of a catalogue.
    pub epoch: Option<Epoch>,
    /// The oldest epoch of an element set.
    pub oldest_epoch: Option<Epoch>,
    /// Satellites in use.
    pub satellites: usize,
    /// Shells in the order of the file.
    pub shells: Vec<ShellSummary>,
    /// Masks and bands.
    pub service: Service,
    /// What the satellites carry.
    pub payloads: Vec<Payload>,
    /// Number of figures.
    pub figure_count: usize,
    /// How many of them are assumed.
    pub assumed_count: usize,
    /// How many of the assumed ones are defaults of the format.
    pub default_count: usize,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// Number of satellites left out.
    pub left_out_count: usize,
    /// Satellites left out.
    pub left_out: Vec<LeftOut>,
    /// What the reader wants said.
    pub notes: Vec<String>,
    /// What may make results wrong, such as duplicates.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Describes a constellation; footprints are given at `min_elevation_deg`.
    pub fn new(constellation: &Constellation, min_elevation_deg: f64) -> Self {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, satellite) in constellation.satellites.iter().enumerate() {
            members.entry(&satellite.shell).or_default().push(index);
        }
        let shells = constellation
            .shells
            .iter()
            .filter_map(|shell| {
                let indices = members.get(shell.name.as_str())?;
                let elements = || indices.iter().map(|&index| &constellation.satellites[index].elements);
                let altitude_km = range(elements().map(|elements| elements.mean_altitude_km()))?;
                Some(ShellSummary {
                    name: shell.name.clone(),
                    pattern: shell.pattern.clone(),
                    satellites: shell.satellites,
                    designed: shell.designed,
                    altitude_km,
                    inclination_deg: range(elements().map(|elements| elements.inclination_deg))?,
                    max_eccentricity: elements().map(|elements| elements.eccentricity).fold(0.0, f64::max),
                    period_min: range(elements().map(|elements| elements.period_min()))?,
                    footprint: Footprint::new(altitude_km.median, min_elevation_deg),
                })
            })
            .collect();
        let epochs = || constellation.satellites.iter().map(|satellite| satellite.elements.epoch);
        Self {
            name: constellation.name.clone(),
            operator: constellation.operator.clone(),
            file: constellation.file.clone(),
            status: constellation.status.clone(),
            as_of: constellation.as_of.clone(),
            phase: constellation.phase.clone(),
            phases: constellation.phases.clone(),
            epoch: constellation.epoch,
            oldest_epoch: epochs().min(),
            satellites: constellation.satellites.len(),
            shells,
            service: constellation.service.clone(),
            payloads: constellation.payloads.clone(),
            figure_count: constellation.figures.len(),
            assumed_count: constellation.assumed_count(),
            default_count: constellation.figures.iter().filter(|figure| figure.is_default()).count(),
            figures: constellation.figures.clone(),
            left_out_count: constellation.left_out.len(),
            left_out: constellation.left_out.clone(),
            notes: constellation.notes.clone(),
            warnings: constellation.warnings.clone(),
        }
    }

    /// Figures grouped by what they rest on, in the order in which that comes first.
    pub fn by_source(&self, confidence: Confidence) -> Vec<(&str, Vec<&Figure>)> {
        let mut groups: Vec<(&str, Vec<&Figure>)> = Vec::new();
        for figure in self.figures.iter().filter(|figure| figure.confidence == confidence) {
            match groups.iter_mut().find(|(source, _)| *source == figure.source) {
                Some((_, figures)) => figures.push(figure),
                None => groups.push((&figure.source, vec![figure])),
            }
        }
        groups
    }
}

fn range(numbers: impl Iterator<Item = f64>) -> Option<Range> {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(Range { min: *sorted.first()?, median: sorted[sorted.len() / 2], max: *sorted.last()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A GEO satellite is seen up to 81.3° from its sub-satellite point and covers 42.4 % of the Earth:
    /// Maral and Bousquet 2009, Satellite Communications Systems, section 2.2.
    #[test]
    fn the_footprint_of_a_geo_satellite() {
        let footprint = Footprint::new(35_786.0, 0.0);
        assert!((footprint.radius_deg - 81.3).abs() < 0.05, "{footprint:?}");
        assert!((footprint.percent_of_earth - 42.4).abs() < 0.1, "{footprint:?}");
        assert!(Footprint::new(0.0, 10.0).radius_km.abs() < 1e-9);
    }
}
