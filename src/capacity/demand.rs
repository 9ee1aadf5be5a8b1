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

/// Amounts by cell and country.
pub type ByCell = BTreeMap<CellIndex, Vec<(CountryCode, f64)>>;

/// Adds what a country has in a cell.
fn add(cells: &mut ByCell, cell: CellIndex, country: CountryCode, amount: f64) {
    let shares = cells.entry(cell).or_default();
    match shares.iter_mut().find(|(known, _)| *known == country) {
        Some((_, sum)) => *sum += amount,
        None => shares.push((country, amount)),
    }
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

    /// The amounts that lie in some cells of one resolution, in their order, by cell and country, and the sum of what lies
    /// in none of them. Parts are shared as by [`Self::at`], but nothing is kept of what lies elsewhere.
    pub fn on(&self, resolution: Resolution, cells: &[CellIndex]) -> (ByCell, f64) {
        let mut on = ByCell::new();
        let mut elsewhere = 0.0;
        // Parts of several countries in one coarse cell come one after the other.
        let mut measured: Option<(CellIndex, f64)> = None;
        for part in &self.parts {
            if let Some(cell) = part.cell.parent(resolution) {
                match cells.binary_search(&cell) {
                    Ok(_) => add(&mut on, cell, part.country, part.amount),
                    Err(_) => elsewhere += part.amount,
                }
                continue;
            }
            let is_within = |cell: &CellIndex| cell.parent(part.cell.resolution()) == Some(part.cell);
            // The children of a cell follow each other among all cells of their resolution.
            let first = part.cell.children(resolution).next();
            let from = first.map_or(cells.len(), |first| cells.partition_point(|&cell| cell < first));
            let within = cells[from..].iter().take_while(|cell| is_within(cell));
            if within.clone().next().is_none() {
                elsewhere += part.amount;
                continue;
            }
            let area_km2 = match measured {
                Some((cell, area_km2)) if cell == part.cell => area_km2,
                _ => part.cell.children(resolution).map(CellIndex::area_km2).sum(),
            };
            measured = Some((part.cell, area_km2));
            let mut here_km2 = 0.0;
            for &child in within {
                let child_km2 = child.area_km2();
                here_km2 += child_km2;
                add(&mut on, child, part.country, part.amount * child_km2 / area_km2);
            }
            // What rounding leaves of a cell that lies here whole is nowhere.
            let rest_km2 = area_km2 - here_km2;
            elsewhere += if rest_km2 > 1e-9 * area_km2 { part.amount * rest_km2 / area_km2 } else { 0.0 };
        }
        (on, elsewhere)
    }

    /// The amounts by cell of one resolution and country. A coarser part is shared by area among its children.
    pub fn at(&self, resolution: Resolution) -> ByCell {
        let mut cells = ByCell::new();
        for part in &self.parts {
            match part.cell.parent(resolution) {
                Some(cell) => add(&mut cells, cell, part.country, part.amount),
                None => {
                    let children: Vec<(CellIndex, f64)> =
                        part.cell.children(resolution).map(|child| (child, child.area_km2())).collect();
                    let area_km2: f64 = children.iter().map(|(_, area_km2)| area_km2).sum();
                    for (child, of_child_km2) in children {
                        add(&mut cells, child, part.country, part.amount * of_child_km2 / area_km2);
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

    /// What lies in the cells of a region is the same whether or not what lies beyond is shared out too.
    #[test]
    fn only_what_lies_in_the_region_is_shared_out() {
        let coarse: Vec<CellIndex> =
            ["8009fffffffffff", "801ffffffffffff", "821fb7fffffffff", "841e00bffffffff"]
                .map(|cell| cell.parse().unwrap())
                .into();
        let mut parts: Vec<Part> = Vec::new();
        for (number, &cell) in coarse.iter().enumerate() {
            for country in [*b"FR", NO_COUNTRY] {
                parts.push(Part { cell, country, amount: 100.0 * (number + 1) as f64 });
            }
        }
        let tabled = Demand { source: String::new(), quantity: Quantity::Mbps, parts, notes: Vec::new() };
        for (demand, resolution) in [(tabled, Resolution::Three), (shipped::population(), Resolution::Five)] {
            let all = demand.at(resolution);
            for every in [1, 2, 7, usize::MAX] {
                let cells: Vec<CellIndex> = all.keys().copied().step_by(every).collect();
                let (on, elsewhere) = demand.on(resolution, &cells);
                let sum = |cells: &ByCell| cells.values().flatten().map(|&(_, amount)| amount).sum::<f64>();
                assert!(on.iter().all(|(cell, shares)| all[cell] == *shares), "{resolution} {every}");
                assert_eq!(on.len(), cells.len(), "{resolution} {every}");
                assert!(
                    (sum(&on) + elsewhere - demand.total()).abs() < 1e-9 * demand.total(),
                    "{resolution} {every}"
                );
                assert!(every > 1 || elsewhere == 0.0, "{elsewhere}");
            }
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
