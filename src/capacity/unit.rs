//! What the whole numbers of an allocation stand for.

use super::instant::UNLIMITED;

/// The kbit/s that one of the amounts of a run stands for: 1, or a power of ten where a cell wants so much that kbit/s
/// could not be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit(u32);

/// The most that is counted of anything with limits of its own, below [`UNLIMITED`].
const MOST: f64 = 2e9;

impl Unit {
    /// Kbit/s, as limits are stated in.
    pub const KILOBIT: Self = Self(1);
    /// The most that a cell may want, Tbit/s.
    pub const MOST_TBPS: f64 = 1000.0 * MOST / 1e9;

    /// The finest that so much can be counted in; none for more than [`Self::MOST_TBPS`].
    pub fn finest_for(mbps: f64) -> Option<Self> {
        [1, 10, 100, 1000].map(Self).into_iter().find(|unit| mbps * 1e3 <= MOST * f64::from(unit.0))
    }

    /// The unit itself, kbit/s.
    pub fn kbps(self) -> u32 {
        self.0
    }

    /// Mbit/s as the nearest amount.
    pub fn amount(self, mbps: f64) -> u32 {
        (mbps * 1e3 / f64::from(self.0)).round().clamp(0.0, f64::from(UNLIMITED)) as u32
    }

    /// What a limit in kbit/s lets pass whole.
    pub fn limit(self, kbps: u32) -> u32 {
        if kbps >= UNLIMITED { UNLIMITED } else { kbps / self.0 }
    }

    /// Whether counting a limit in whole units takes more than so many percent of it.
    pub fn loses(self, kbps: u32, percent: u32) -> bool {
        kbps < UNLIMITED && u64::from(kbps % self.0) * 100 > u64::from(kbps) * u64::from(percent)
    }

    /// Mbit/s as a rate.
    pub fn rate(self, mbps: f64) -> f32 {
        (mbps * 1e3 / f64::from(self.0)) as f32
    }

    /// An amount, or a sum of them, in Mbit/s.
    pub fn mbps(self, amount: f64) -> f64 {
        amount * f64::from(self.0) / 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_counted_in_kilobits_is() {
        for (mbps, kbps) in [(0.0, 1), (1.9e6, 1), (2.1e6, 10), (2.1e7, 100), (1.9e9, 1000)] {
            let unit = Unit::finest_for(mbps).unwrap();
            assert_eq!(unit.kbps(), kbps, "{mbps}");
            assert!(unit.amount(mbps) < UNLIMITED);
            assert!((unit.mbps(unit.amount(mbps).into()) - mbps).abs() <= 0.5e-3 * f64::from(kbps));
            assert_eq!(unit.limit(UNLIMITED), UNLIMITED);
            assert_eq!(unit.limit(12_345), 12_345 / kbps);
            assert!((unit.mbps(unit.rate(500.0).into()) - 500.0).abs() < 1e-3);
        }
        assert_eq!(Unit::finest_for(2.1e9), None);
    }
}
