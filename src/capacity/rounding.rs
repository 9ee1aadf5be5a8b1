//! From megabits to whole amounts, so that demand that is small in every cell is not lost cell by cell.

use std::collections::HashMap;

use h3o::CellIndex;

use crate::grid::cells::GridPoint;

use super::demand::CountryCode;
use super::unit::Unit;

/// Whole amounts of one wish after another, which keep the sum of small ones.
///
/// What rounding takes from an amount below [`SMALL`] is owed to the next such one, so that cells that want less than
/// one unit each do not all come to nothing.
#[derive(Debug, Clone)]
pub(super) struct Rounding {
    unit: Unit,
    /// What is owed, in units: half of one at most.
    owed: f64,
}

/// Amounts from which on each is rounded by itself: it errs by a twentieth at most, up and down alike.
const SMALL: f64 = 10.0;

impl Rounding {
    /// To whole numbers of a unit.
    pub fn to(unit: Unit) -> Self {
        Self { unit, owed: 0.0 }
    }

    /// The amount of the next wish in Mbit/s.
    pub fn amount(&mut self, mbps: f64) -> u32 {
        let exact = mbps * 1e3 / f64::from(self.unit.kbps());
        if exact <= 0.0 || exact >= SMALL {
            return self.unit.amount(mbps);
        }
        let due = exact + self.owed;
        let amount = due.round().max(0.0);
        self.owed = due - amount;
        amount as u32
    }
}

/// What a cell wants.
pub(super) struct Wish<'a> {
    pub point: &'a GridPoint,
    pub cell: CellIndex,
    /// The countries that it is of, Mbit/s.
    pub shares: Vec<(CountryCode, f64)>,
    /// Their sum.
    pub mbps: f64,
}

/// Cells that are kept, with what they want in whole amounts.
#[derive(Default)]
pub(super) struct Counted {
    pub points: Vec<GridPoint>,
    pub demand: Vec<u32>,
    pub countries: Vec<Vec<(CountryCode, f64)>>,
    /// Number of cells that are not kept because others count what they want.
    pub moved: usize,
}

impl Counted {
    /// Cells in their order. Those that something moves to are kept whatever they want, and get their number.
    pub fn of(wishes: Vec<Wish<'_>>, unit: Unit, moving_cells: &mut HashMap<CellIndex, u32>) -> Self {
        let mut counted = Self::default();
        let mut rounding = Rounding::to(unit);
        let mut owed = Vec::new();
        for Wish { point, cell, mut shares, mbps } in wishes {
            let visited = moving_cells.get_mut(&cell);
            let amount = rounding.amount(mbps);
            if amount == 0 && visited.is_none() {
                counted.moved += 1;
                add_shares(&mut owed, shares);
                continue;
            }
            if amount > 0 {
                add_shares(&mut shares, std::mem::take(&mut owed));
            }
            if let Some(number) = visited {
                *number = counted.points.len() as u32;
            }
            counted.points.push(*point);
            counted.demand.push(amount);
            counted.countries.push(shares);
        }
        counted
    }
}

/// Adds shares of countries to others.
fn add_shares(shares: &mut Vec<(CountryCode, f64)>, more: Vec<(CountryCode, f64)>) {
    for (code, mbps) in more {
        match shares.iter_mut().find(|(known, _)| *known == code) {
            Some(share) => share.1 += mbps,
            None => shares.push((code, mbps)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_amounts_keep_their_sum() {
        for mbps in [0.000_000_7, 0.000_36, 0.000_72, 0.0014, 0.0044] {
            let mut rounding = Rounding::to(Unit::KILOBIT);
            let sum: f64 = (0..10_000).map(|_| f64::from(rounding.amount(mbps))).sum();
            assert!((sum - 1e7 * mbps).abs() <= 0.5 + 1e-6, "{mbps}: {sum}");
        }
        let mut rounding = Rounding::to(Unit::KILOBIT);
        rounding.amount(0.0004);
        // Nothing is given to those that want nothing, and larger ones stay as they are.
        assert_eq!([0.0, 0.0123, 0.0].map(|mbps| rounding.amount(mbps)), [0, 12, 0]);
        assert_eq!(rounding.amount(0.0002), 1);
    }
}
