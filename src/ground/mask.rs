//! Elevation masks: one least elevation all around, or a table of the horizon by azimuth.

/// The least elevation at which a site works.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Mask {
    /// The same in all directions, degrees.
    Constant(f64),
    /// By azimuth.
    Table(MaskTable),
}

/// The horizon of a site: elevation in degrees by azimuth, straight lines between the rows.
///
/// Azimuths go up from 0 to 360, both given, with the same elevation there: the table closes.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct MaskTable {
    rows: Vec<[f64; 2]>,
}

/// Why rows make no mask table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MaskError {
    /// There are fewer than two rows.
    #[error(
        "the mask table does not close: it has {rows} of the two rows at azimuth 0 and 360 that it needs"
    )]
    TooShort {
        /// Number of rows.
        rows: usize,
    },
    /// An azimuth stands in two rows.
    #[error("azimuth {azimuth} stands twice in the mask table")]
    Twice {
        /// Number of the later row from 0.
        row: usize,
        /// The azimuth, degrees.
        azimuth: f64,
    },
    /// The first azimuth is not 0 or the last is not 360.
    #[error("the mask table does not close: it goes from azimuth {first} to {last}, expected 0 to 360")]
    NotAround {
        /// First azimuth, degrees.
        first: f64,
        /// Last azimuth, degrees.
        last: f64,
    },
    /// The elevations at azimuth 0 and 360 differ.
    #[error(
        "the mask table does not close: elevation {first} at azimuth 0 but {last} at azimuth 360, which are one direction"
    )]
    NotClosed {
        /// Elevation at azimuth 0, degrees.
        first: f64,
        /// Elevation at azimuth 360, degrees.
        last: f64,
    },
    /// An azimuth does not come after the one before it.
    #[error("azimuth {azimuth} does not come after {before}")]
    Order {
        /// Number of the row from 0.
        row: usize,
        /// The azimuth, degrees.
        azimuth: f64,
        /// The azimuth of the row before, degrees.
        before: f64,
    },
    /// An elevation is outside −10° to 90°. A table may close a direction altogether, which a least elevation may not.
    #[error("mask elevation {elevation} is outside -10 to 90 degrees")]
    Elevation {
        /// Number of the row from 0.
        row: usize,
        /// The elevation, degrees.
        elevation: f64,
    },
}

/// Whether a least elevation in degrees can be worked with: from −10 (a mountain top) to below 90.
pub fn is_sound_elevation(elevation_deg: f64) -> bool {
    (-10.0..90.0).contains(&elevation_deg)
}

impl MaskTable {
    /// From rows of azimuth and elevation in degrees.
    ///
    /// # Errors
    /// [`MaskError`] where the rows do not go once around the horizon.
    pub fn new(rows: Vec<[f64; 2]>) -> Result<Self, MaskError> {
        let (first, last) = match (rows.first(), rows.last()) {
            (Some(&first), Some(&last)) if rows.len() > 1 => (first, last),
            _ => return Err(MaskError::TooShort { rows: rows.len() }),
        };
        for (row, pair) in rows.windows(2).enumerate() {
            if pair[0][0] == pair[1][0] {
                return Err(MaskError::Twice { row: row + 1, azimuth: pair[1][0] });
            }
            // Not-a-number compares as neither, and is refused here too.
            if pair[0][0].partial_cmp(&pair[1][0]) != Some(std::cmp::Ordering::Less) {
                return Err(MaskError::Order { row: row + 1, azimuth: pair[1][0], before: pair[0][0] });
            }
        }
        for (row, &[_, elevation]) in rows.iter().enumerate() {
            if !(-10.0..=90.0).contains(&elevation) {
                return Err(MaskError::Elevation { row, elevation });
            }
        }
        if first[0] != 0.0 || last[0] != 360.0 {
            return Err(MaskError::NotAround { first: first[0], last: last[0] });
        }
        if first[1] != last[1] {
            return Err(MaskError::NotClosed { first: first[1], last: last[1] });
        }
        Ok(Self { rows })
    }

    /// Least elevation in degrees at an azimuth in degrees, `[0, 360]`.
    pub fn elevation_deg(&self, azimuth_deg: f64) -> f64 {
        let after = self.rows.partition_point(|row| row[0] <= azimuth_deg).clamp(1, self.rows.len() - 1);
        let ([az0, el0], [az1, el1]) = (self.rows[after - 1], self.rows[after]);
        el0 + (el1 - el0) * (azimuth_deg - az0) / (az1 - az0)
    }

    /// The lowest elevation of the table, degrees.
    pub fn lowest_deg(&self) -> f64 {
        self.rows.iter().map(|row| row[1]).fold(f64::INFINITY, f64::min)
    }

    /// The highest elevation of the table, degrees.
    pub fn highest_deg(&self) -> f64 {
        self.rows.iter().map(|row| row[1]).fold(f64::NEG_INFINITY, f64::max)
    }

    /// How many times the elevation goes down behind a height, once around the horizon.
    pub fn heights(&self) -> usize {
        let levels: Vec<f64> = self.rows.windows(2).map(|pair| pair[1][1] - pair[0][1]).collect();
        let turns: Vec<f64> = levels.into_iter().filter(|&step| step != 0.0).collect();
        let before = turns.iter().cycle().skip(turns.len().saturating_sub(1));
        before.zip(&turns).filter(|&(&before, &step)| before > 0.0 && step < 0.0).count()
    }

    /// The steepest slope: degrees of elevation per degree of azimuth.
    pub fn steepest(&self) -> f64 {
        self.rows
            .windows(2)
            .map(|pair| ((pair[1][1] - pair[0][1]) / (pair[1][0] - pair[0][0])).abs())
            .fold(0.0, f64::max)
    }

    /// The table raised to at least `elevation_deg` in every direction.
    #[must_use]
    pub fn raised_to(&self, elevation_deg: f64) -> Self {
        let mut rows: Vec<[f64; 2]> = Vec::with_capacity(self.rows.len());
        for pair in self.rows.windows(2) {
            let ([az0, el0], [az1, el1]) = (pair[0], pair[1]);
            rows.push([az0, el0.max(elevation_deg)]);
            // Where the line passes through the floor it gets a corner.
            if (el0 - elevation_deg) * (el1 - elevation_deg) < 0.0 {
                let corner = az0 + (az1 - az0) * (elevation_deg - el0) / (el1 - el0);
                if az0 < corner && corner < az1 {
                    rows.push([corner, elevation_deg]);
                }
            }
        }
        rows.push([360.0, self.rows[self.rows.len() - 1][1].max(elevation_deg)]);
        Self { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elevations_lie_on_lines_between_rows() {
        let table = MaskTable::new(vec![[0.0, 5.0], [90.0, 5.0], [100.0, 25.0], [360.0, 5.0]]).unwrap();
        for (azimuth, expected) in
            [(0.0, 5.0), (45.0, 5.0), (95.0, 15.0), (100.0, 25.0), (230.0, 15.0), (360.0, 5.0)]
        {
            assert!((table.elevation_deg(azimuth) - expected).abs() < 1e-12, "{azimuth}");
        }
        assert_eq!((table.lowest_deg(), table.highest_deg(), table.steepest()), (5.0, 25.0, 2.0));
        let raised = table.raised_to(15.0);
        for azimuth in [0.0, 95.0, 97.0, 100.0, 200.0, 230.0, 300.0, 360.0] {
            let expected = table.elevation_deg(azimuth).max(15.0);
            assert!((raised.elevation_deg(azimuth) - expected).abs() < 1e-12, "{azimuth}");
        }
    }

    /// As many times as one turning around may lose sight of a satellite behind them.
    #[test]
    fn heights_are_counted_once_around() {
        let jagged = (0..=36).map(|row| [10.0 * f64::from(row), f64::from(row % 2) * 20.0]).collect();
        assert_eq!(MaskTable::new(jagged).unwrap().heights(), 18);
        // One height that lies around north, and a plain.
        let north = MaskTable::new(vec![[0.0, 9.0], [90.0, 1.0], [270.0, 1.0], [360.0, 9.0]]).unwrap();
        let plain = MaskTable::new(vec![[0.0, 9.0], [360.0, 9.0]]).unwrap();
        assert_eq!((north.heights(), plain.heights()), (1, 0));
    }

    #[test]
    fn tables_that_do_not_close_are_refused() {
        for (rows, expected) in [
            (vec![], "has 0 of the two rows"),
            (vec![[0.0, 5.0]], "has 1 of the two rows"),
            (vec![[0.0, 5.0], [350.0, 5.0]], "from azimuth 0 to 350"),
            (vec![[10.0, 5.0], [360.0, 5.0]], "from azimuth 10 to 360"),
            (vec![[0.0, 5.0], [360.0, 7.0]], "elevation 5 at azimuth 0 but 7"),
            (vec![[0.0, 5.0], [90.0, 5.0], [90.0, 6.0], [360.0, 5.0]], "azimuth 90 stands twice"),
            (vec![[0.0, 5.0], [90.0, 95.0], [360.0, 5.0]], "mask elevation 95"),
            (vec![[0.0, 5.0], [f64::NAN, 5.0], [360.0, 5.0]], "does not come after"),
        ] {
            let message = MaskTable::new(rows).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
