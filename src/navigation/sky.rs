//! The sky of one place at one instant: which satellites a fix uses, where they stand, and its dilution.

use nalgebra::Vector3;

use crate::frames::{Ecef, Geodetic, Horizon};
use crate::navigation::dop::{Dop, Geometry, NoFix};
use crate::navigation::survey::Criteria;
use crate::navigation::system::System;
use crate::navigation::tracks::Tracks;
use crate::time::Epoch;

/// A satellite in use.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Sighting {
    /// Name of its system.
    pub system: String,
    /// Its name.
    pub satellite: String,
    /// Catalogue number, or number of the pseudo-random code.
    pub number: Option<u32>,
    /// Azimuth in degrees, clockwise from north.
    pub azimuth_deg: f64,
    /// Geometric elevation in degrees.
    pub elevation_deg: f64,
    /// Range in km.
    pub range_km: f64,
}

/// Dilution of the clock of one system.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClockDop {
    /// Systems that keep this clock, joined by `+`.
    pub systems: String,
    /// Satellites in use that keep it.
    pub in_use: usize,
    /// Its dilution of precision.
    pub tdop: f64,
}

/// The sky of a place at an instant.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Sky {
    /// The instant.
    pub epoch: Epoch,
    /// Satellites in use, highest first.
    pub satellites: Vec<Sighting>,
    /// Dilution of precision; none without a fix.
    pub dop: Option<Dop>,
    /// Why there is no fix.
    pub no_fix: Option<NoFix>,
    /// Each clock that has a satellite in use.
    pub clocks: Vec<ClockDop>,
}

/// The sky of a place at an instant of a run.
pub fn sky(
    tracks: &Tracks,
    systems: &[System],
    instant: usize,
    place: &Geodetic,
    criteria: &Criteria,
) -> Sky {
    let horizon = Horizon::at(place);
    let sin_mask = criteria.min_elevation_deg.to_radians().sin();
    let owners: Vec<_> = systems
        .iter()
        .flat_map(|system| system.satellites.iter().map(move |satellite| (system, satellite)))
        .collect();
    let positions = tracks.at(instant);
    let mut geometry = Geometry::default();
    let mut satellites = Vec::new();
    let mut groups: Vec<(String, Vec<Vector3<f64>>)> = Vec::new();
    for clock in tracks.clocks() {
        let mut lines = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for number in clock.clone() {
            let position = Vector3::from(positions[number].xyz);
            let line = (position - horizon.position).normalize();
            if positions[number].radius == 0.0 || line.dot(&horizon.up) < sin_mask {
                continue;
            }
            let (system, satellite) = owners[number];
            let look = horizon.look(&Ecef(position));
            geometry.add(&line);
            lines.push(line);
            if !names.contains(&system.name.as_str()) {
                names.push(&system.name);
            }
            satellites.push(Sighting {
                system: system.name.clone(),
                satellite: satellite.name.clone(),
                number: satellite.number,
                azimuth_deg: look.azimuth_deg,
                elevation_deg: look.elevation_deg,
                range_km: look.range_km,
            });
        }
        geometry.close_clock();
        if !lines.is_empty() {
            groups.push((names.join("+"), lines));
        }
    }
    satellites.sort_by(|a, b| b.elevation_deg.total_cmp(&a.elevation_deg));
    // Reports hold the skies of all places at a time.
    satellites.shrink_to_fit();
    let solution = geometry.solve(&horizon.up);
    let clocks = geometry.cofactors().map_or_else(
        |_| Vec::new(),
        |cofactors| {
            groups
                .into_iter()
                .map(|(systems, lines)| {
                    let n = lines.len() as f64;
                    let mean = lines.iter().sum::<Vector3<f64>>() / n;
                    // σ² = 1/n + b̄ᵀ Q b̄
                    let variance = 1.0 / n + mean.dot(&(cofactors.position * mean));
                    ClockDop { systems, in_use: lines.len(), tdop: variance.sqrt() }
                })
                .collect()
        },
    );
    Sky { epoch: tracks.epoch(instant), satellites, dop: solution.ok(), no_fix: solution.err(), clocks }
}
