//! Demand: what is wanted where, in each H3 cell.
//!
//! The default is the population that the program carries ([`shipped`]), times penetration and busy-hour
//! rate; tables of cells ([`table`]) and ESRI ASCII grids ([`grid_file`]) of population or of megabits stand
//! in its place when asked for. `docs/capacity.md` tells what is in the default and how far it is from GPW.

pub mod grid_file;
pub mod shipped;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};

use h3o::{CellIndex, Resolution};

/// Two letters of ISO 3166; `??` where the country is not known.
pub type CountryCode = [u8; 2];

/// Country of demand that no country is known for.
pub const NO_COUNTRY: CountryCode = *b"??";

/// What an amount of demand counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Inhabitants.
    People,
    /// Mbit/s.
    Mbps,
}

/// One part of a demand: an amount of one country in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The cell, of any resolution.
    pub cell: CellIndex,
    /// The country.
    pub country: CountryCode,
    /// The amount.
    pub amount: f64,
}

/// A demand as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Where it comes from, for reports.
    pub source: String,
    /// What it counts.
    pub quantity: Quantity,
    /// Its parts.
    pub parts: Vec<Part>,
    /// What the reader wants said.
    pub notes: Vec<String>,
}

/// From people to megabits.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Usage {
    /// Share of the people who are users.
    pub penetration: f64,
    /// Rate of a user in the busy hour, Mbit/s.
    pub busy_hour_mbps: f64,
    /// Users who share a rate sold to each of them.
    pub oversubscription: f64,
}

impl Default for Usage {
    /// One in ten, 300 kbit/s each: the rule of del Portillo, Cameron, Crawley 2019, section 4.1.
    fn default() -> Self {
        Self { penetration: 0.1, busy_hour_mbps: 0.3, oversubscription: 1.0 }
    }
}

impl Usage {
    /// Mbit/s for each inhabitant.
    pub fn mbps_per_person(&self) -> f64 {
        self.penetration * self.busy_hour_mbps / self.oversubscription
    }
}

impl Demand {
    /// The same for every square kilometre of the given cells.
    pub fn uniform(mbps_per_km2: f64, cells: &[CellIndex]) -> Self {
        Self {
            source: format!("{mbps_per_km2} Mbit/s for each km²"),
            quantity: Quantity::Mbps,
            parts: cells
                .iter()
                .map(|&cell| Part { cell, country: NO_COUNTRY, amount: mbps_per_km2 * cell.area_km2() })
                .collect(),
            notes: Vec::new(),
        }
    }

    /// Sum of the amounts.
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|part| part.amount).sum()
    }

    /// How many cells of a resolution want something, at most: parts of several resolutions may have some in common.
    pub fn cells_at(&self, resolution: Resolution) -> f64 {
        let of = |part: &Part| part.cell.parent(resolution).unwrap_or(part.cell);
        let cells: BTreeSet<CellIndex> = self.parts.iter().map(of).collect();
        cells.iter().map(|cell| cell.children_count(resolution) as f64).sum()
    }

    /// The amounts by cell of one resolution and country. A coarser part is shared by area among its children.
    pub fn at(&self, resolution: Resolution) -> BTreeMap<CellIndex, Vec<(CountryCode, f64)>> {
        let mut cells: BTreeMap<CellIndex, Vec<(CountryCode, f64)>> = BTreeMap::new();
        let mut add = |cell: CellIndex, country: CountryCode, amount: f64| {
            let shares = cells.entry(cell).or_default();
            match shares.iter_mut().find(|(known, _)| *known == country) {
                Some((_, sum)) => *sum += amount,
                None => shares.push((country, amount)),
            }
        };
        for part in &self.parts {
            match part.cell.parent(resolution) {
                Some(cell) => add(cell, part.country, part.amount),
                None => {
                    let children: Vec<(CellIndex, f64)> =
                        part.cell.children(resolution).map(|child| (child, child.area_km2())).collect();
                    let area_km2: f64 = children.iter().map(|(_, area_km2)| area_km2).sum();
                    for (child, of_child_km2) in children {
                        add(child, part.country, part.amount * of_child_km2 / area_km2);
                    }
                }
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_kept_through_resolutions() {
        let demand = shipped::population();
        for resolution in [Resolution::One, Resolution::Three, Resolution::Four, Resolution::Five] {
            let sum: f64 = demand.at(resolution).values().flatten().map(|&(_, amount)| amount).sum();
            assert!((sum / demand.total() - 1.0).abs() < 1e-9, "{resolution}: {sum}");
            assert_eq!(demand.cells_at(resolution), demand.at(resolution).len() as f64, "{resolution}");
        }
    }

    /// A cell of 12 pentagons among the coarsest, whose middle child is smaller than the others.
    #[test]
    fn a_coarse_cell_is_shared_by_area() {
        let pentagon: CellIndex = "8009fffffffffff".parse().unwrap();
        let parts = vec![Part { cell: pentagon, country: NO_COUNTRY, amount: 700.0 }];
        let demand = Demand { source: String::new(), quantity: Quantity::Mbps, parts, notes: Vec::new() };
        for resolution in [Resolution::One, Resolution::Two, Resolution::Four] {
            let amounts: Vec<(f64, f64)> =
                demand.at(resolution).iter().map(|(cell, shares)| (cell.area_km2(), shares[0].1)).collect();
            let sum = |pick: &dyn Fn(&(f64, f64)) -> f64| amounts.iter().map(pick).sum::<f64>();
            let (area_km2, mbps) = (sum(&|one| one.0), sum(&|one| one.1));
            assert!((mbps - 700.0).abs() < 1e-9, "{resolution}: {mbps}");
            for (of_cell_km2, amount) in &amounts {
                assert!(
                    (amount / of_cell_km2 * area_km2 / 700.0 - 1.0).abs() < 1e-9,
                    "{resolution}: {amount}"
                );
            }
            let areas = amounts.iter().map(|(area, _)| area);
            let (least, most) =
                (areas.clone().fold(f64::MAX, |a, &b| a.min(b)), areas.fold(0.0, |a: f64, &b| a.max(b)));
            assert!(most / least > 1.2, "cells of {resolution} are alike: {least} to {most} km²");
        }
    }

    #[test]
    fn the_default_usage_is_thirty_kilobits_each() {
        assert!((Usage::default().mbps_per_person() - 0.03).abs() < 1e-12);
    }
}
