//! Demand from an ESRI ASCII grid of counts, as the Gridded Population of the World is published.
//!
//! Six header lines (`ncols`, `nrows`, `xllcorner` or `xllcenter`, `yllcorner` or `yllcenter`, `cellsize`,
//! `NODATA_value`, the last one optional), then rows from north to south. A square is shared by area among the
//! H3 cells under it: it is cut into smaller squares that go to the cell of their centre.

use std::collections::BTreeMap;

use h3o::{CellIndex, LatLng, Resolution};

use super::{Demand, NO_COUNTRY, Part, Quantity};
use crate::diagnostics::{TextError, counted};
use crate::input::without_mark;

/// Distance of neighbouring cells of resolution 0 in degrees; each resolution is finer by √7.
const SPACING_DEG: f64 = 19.3;
/// A square is cut into parts smaller than this share of the cells' spacing, where that makes no more than
/// [`FEW_PARTS`].
const FINE: f64 = 0.05;
/// Parts that take a few seconds.
const FEW_PARTS: f64 = 4e6;
/// Where it makes more, parts are as small as so many allow, but smaller than this share of the spacing.
const COARSE: f64 = 0.2;

/// Parts that all squares with anything in them may be cut into: what takes a minute or two.
const MOST_PARTS: f64 = 2e8;

/// What a file looks like, for messages.
const LAYOUT: &str = "an ESRI ASCII grid begins with ncols, nrows, xllcorner, yllcorner, cellsize, NODATA_value, in \
                      degrees; then come nrows lines of ncols numbers, north first";

#[derive(Debug, Default)]
struct Header {
    columns: Option<usize>,
    rows: Option<usize>,
    west: Option<Edge>,
    south: Option<Edge>,
    size_deg: Option<f64>,
    no_data: Option<f64>,
}

/// Where the first square begins on an axis.
#[derive(Debug, Clone, Copy)]
struct Edge {
    degrees: f64,
    /// Whether it is the middle of the square and not its corner.
    is_centre: bool,
}

impl Edge {
    /// The corner of a square of that size.
    fn corner_deg(self, size_deg: f64) -> f64 {
        if self.is_centre { self.degrees - 0.5 * size_deg } else { self.degrees }
    }
}

/// Reads the text of a grid of people (or of Mbit/s) and shares it among cells of a resolution.
///
/// # Errors
/// [`TextError`], with the line, for a header that is not complete, a row that is too short or too long, a
/// value that is no number, a grid beyond the globe.
pub fn parse(
    file: &str,
    text: &str,
    quantity: Quantity,
    resolution: Resolution,
) -> Result<Demand, Box<TextError>> {
    let text = without_mark(text);
    let mut header = Header::default();
    let mut lines = text.lines().enumerate().peekable();
    while let Some(&(number, line)) = lines.peek() {
        let mut words = line.split_whitespace();
        let Some(key) = words.next().filter(|key| key.starts_with(char::is_alphabetic)) else { break };
        let value = words.next().and_then(|word| word.parse::<f64>().ok());
        if let Some(word) = words.next() {
            let message = format!("a second value behind `{}`", key.to_ascii_lowercase());
            return Err(at_word(file, number, line, word, message));
        }
        header.set(key, value).map_err(|message| at_line(file, text, number, message))?;
        lines.next();
    }
    let grid =
        header.complete().map_err(|missing| Box::new(TextError::whole_file(file, missing).help(LAYOUT)))?;
    let mut squares: Vec<(u32, u32, f64)> = Vec::new();
    let mut row = 0;
    for (number, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        if row == grid.rows {
            let message = format!("a row more than the {} that the header tells", grid.rows);
            return Err(at_line(file, text, number, message));
        }
        let mut count = 0;
        for (column, word) in line.split_whitespace().enumerate() {
            let value = word.parse().ok().filter(|value: &f64| value.is_finite());
            let value =
                value.ok_or_else(|| at_word(file, number, line, word, format!("`{word}` is no number")))?;
            count += 1;
            // No data is no people.
            if value == grid.no_data {
                continue;
            }
            if !(0.0..1e12).contains(&value) {
                let message = format!("{value} is no amount, and the header does not tell it for no data");
                return Err(at_word(file, number, line, word, message));
            }
            if column < grid.columns && value > 0.0 {
                squares.push((row as u32, column as u32, value));
            }
        }
        if count != grid.columns {
            let message = format!(
                "{} where the header tells {}",
                counted(count, "value"),
                counted(grid.columns, "column")
            );
            return Err(at_line(file, text, number, message));
        }
        row += 1;
    }
    if row != grid.rows {
        let message = format!("{} where the header tells {}", counted(row, "row"), grid.rows);
        return Err(Box::new(TextError::whole_file(file, message).help("the file is cut off")));
    }
    let cuts = grid.cuts(resolution, squares.len());
    let parts = squares.len() as f64 * (cuts as f64).powi(2);
    if parts > MOST_PARTS {
        let message = format!(
            "{} of {}° would be cut into {:.0} million parts for cells of resolution {resolution}; the most is {:.0} million",
            counted(squares.len(), "square"),
            grid.size_deg,
            parts / 1e6,
            MOST_PARTS / 1e6,
        );
        let help = "take a coarser --resolution, or a grid of the part of the globe that is asked for";
        return Err(Box::new(TextError::whole_file(file, message).help(help)));
    }
    let mut amounts: BTreeMap<CellIndex, f64> = BTreeMap::new();
    for (row, column, value) in squares {
        grid.share(row as usize, column as usize, value, cuts, resolution, &mut amounts);
    }
    let parts =
        amounts.into_iter().map(|(cell, amount)| Part { cell, country: NO_COUNTRY, amount }).collect();
    Ok(Demand { source: file.to_owned(), quantity, parts, notes: Vec::new() })
}

/// An error at one of the words of a line.
fn at_word(file: &str, number: usize, line: &str, word: &str, message: String) -> Box<TextError> {
    // The word is a piece of the line: its address tells its place.
    let at = word.as_ptr() as usize - line.as_ptr() as usize;
    Box::new(TextError::on_line(file, number + 1, line, at..at + word.len(), message).help(LAYOUT))
}

fn at_line(file: &str, text: &str, number: usize, message: impl Into<String>) -> Box<TextError> {
    let line = text.lines().nth(number).unwrap_or_default();
    Box::new(TextError::on_line(file, number + 1, line, 0..line.len().min(60), message).help(LAYOUT))
}

impl Header {
    fn set(&mut self, key: &str, value: Option<f64>) -> Result<(), String> {
        let key = key.to_ascii_lowercase();
        let value =
            value.filter(|value| value.is_finite()).ok_or_else(|| format!("`{key}` has no number"))?;
        let whole = || {
            let sound = value.fract() == 0.0 && (1.0..=1e6).contains(&value);
            sound.then_some(value as usize).ok_or_else(|| format!("{key} is {value}, expected a count"))
        };
        let edge = Edge { degrees: value, is_centre: key.ends_with("center") };
        let is_second = match key.as_str() {
            "ncols" => self.columns.replace(whole()?).is_some(),
            "nrows" => self.rows.replace(whole()?).is_some(),
            "xllcorner" | "xllcenter" => self.west.replace(edge).is_some(),
            "yllcorner" | "yllcenter" => self.south.replace(edge).is_some(),
            "cellsize" if value > 0.0 => self.size_deg.replace(value).is_some(),
            "nodata_value" => self.no_data.replace(value).is_some(),
            _ => return Err(format!("`{key} {value}` is not of the header of an ESRI ASCII grid")),
        };
        match (is_second, key.starts_with("xll") || key.starts_with("yll")) {
            (false, _) => Ok(()),
            (true, false) => Err(format!("`{key}` stands in the header already")),
            (true, true) => {
                Err(format!("`{key}`: the header tells this edge of the grid already, and once is enough"))
            }
        }
    }

    fn complete(&self) -> Result<Squares, String> {
        let missing = |what: &str| format!("the header of the grid has no {what}");
        let size_deg = self.size_deg.ok_or_else(|| missing("cellsize"))?;
        let rows = self.rows.ok_or_else(|| missing("nrows"))?;
        let south = self.south.ok_or_else(|| missing("yllcorner"))?.corner_deg(size_deg);
        let north = south + rows as f64 * size_deg;
        if south < -90.0 - 1e-6 || north > 90.0 + 1e-6 {
            return Err(format!("the grid goes from {south} to {north} degrees, beyond a pole"));
        }
        let columns = self.columns.ok_or_else(|| missing("ncols"))?;
        if columns as f64 * size_deg > 360.0 + 1e-6 {
            let width = columns as f64 * size_deg;
            return Err(format!("the grid is {width} degrees wide, more than once round the globe"));
        }
        let west = self.west.ok_or_else(|| missing("xllcorner"))?.corner_deg(size_deg);
        let east = west + columns as f64 * size_deg;
        if !(-360.0 - 1e-6..=360.0 + 1e-6).contains(&west) || east > 540.0 + 1e-6 {
            return Err(format!(
                "the grid goes from {west} to {east} in longitude, which are no degrees: coordinates of a projection are \
                 not read"
            ));
        }
        Ok(Squares {
            columns,
            rows,
            west,
            north,
            size_deg,
            // What the format says where the header does not.
            no_data: self.no_data.unwrap_or(-9999.0),
        })
    }
}

struct Squares {
    columns: usize,
    rows: usize,
    west: f64,
    north: f64,
    size_deg: f64,
    no_data: f64,
}

impl Squares {
    /// How many times each of so many squares is cut each way.
    fn cuts(&self, resolution: Resolution, squares: usize) -> usize {
        let spacing = SPACING_DEG / 7f64.sqrt().powi(u8::from(resolution).into());
        let cuts = |share: f64| (self.size_deg / (share * spacing)).ceil().max(1.0);
        let most = (FEW_PARTS / squares.max(1) as f64).sqrt().floor();
        cuts(FINE).min(most).max(cuts(COARSE)) as usize
    }

    fn share(
        &self,
        row: usize,
        column: usize,
        amount: f64,
        cuts: usize,
        resolution: Resolution,
        amounts: &mut BTreeMap<CellIndex, f64>,
    ) {
        let part = self.size_deg / cuts as f64;
        let latitude = |cut: usize| self.north - row as f64 * self.size_deg - (cut as f64 + 0.5) * part;
        // The area of a part goes with the cosine of its latitude.
        let weight: f64 = (0..cuts).map(|cut| latitude(cut).to_radians().cos()).sum::<f64>() * cuts as f64;
        for down in 0..cuts {
            let share = amount * latitude(down).to_radians().cos() / weight;
            for across in 0..cuts {
                let longitude = self.west + column as f64 * self.size_deg + (across as f64 + 0.5) * part;
                if let Ok(place) = LatLng::new(latitude(down), longitude) {
                    *amounts.entry(place.to_cell(resolution)).or_default() += share;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 10\ncellsize 1\nNODATA_value -9999\n\
                         1 2 -9999\n4 5 6.5\n";

    #[test]
    fn nothing_is_lost_and_all_is_in_place() {
        for resolution in [Resolution::Two, Resolution::Three, Resolution::Five] {
            let demand = parse("p.asc", SMALL, Quantity::People, resolution).unwrap();
            assert!((demand.total() - 18.5).abs() < 1e-9);
            for part in &demand.parts {
                let centre = LatLng::from(part.cell);
                assert!((8.0..14.0).contains(&centre.lat()) && (-2.0..5.0).contains(&centre.lng()));
            }
        }
        // The northern row is the first.
        let demand = parse("p.asc", SMALL, Quantity::People, Resolution::Five).unwrap();
        let north: f64 = demand
            .parts
            .iter()
            .filter(|part| LatLng::from(part.cell).lat() > 11.0)
            .map(|part| part.amount)
            .sum();
        assert!((north - 3.0).abs() < 0.5, "{north}");
    }

    /// The corner of one axis may be told beside the centre of the other.
    #[test]
    fn corner_and_centre_are_each_of_their_own_axis() {
        let read = |west: &str, south: &str| {
            let text = SMALL.replace("xllcorner 0", west).replace("yllcorner 10", south);
            parse("p.asc", &text, Quantity::People, Resolution::Four).unwrap().parts
        };
        let expected = read("xllcorner 0", "yllcorner 10");
        assert_eq!(read("xllcenter 0.5", "yllcenter 10.5"), expected);
        assert_eq!(read("xllcenter 0.5", "yllcorner 10"), expected);
        assert_eq!(read("xllcorner 0", "YLLCENTER 10.5"), expected);
        assert_ne!(read("xllcenter 0", "yllcorner 10"), expected);
    }

    /// Every cell well inside a square of 5° has what goes with its area, though thousands of cells lie in it.
    #[test]
    fn large_squares_are_shared_by_area_among_small_cells() {
        let text = "ncols 1\nnrows 1\nxllcorner 10\nyllcorner 40\ncellsize 5\n1000000\n";
        let demand = parse("p.asc", text, Quantity::People, Resolution::Six).unwrap();
        assert!((demand.total() / 1e6 - 1.0).abs() < 1e-9);
        let density: Vec<f64> = demand
            .parts
            .iter()
            .filter(|part| {
                let centre = LatLng::from(part.cell);
                (40.2..44.8).contains(&centre.lat()) && (10.2..14.8).contains(&centre.lng())
            })
            .map(|part| part.amount / part.cell.area_km2())
            .collect();
        let mean = density.iter().sum::<f64>() / density.len() as f64;
        assert!(density.len() > 4000, "{}", density.len());
        let spread = density.iter().map(|of| (of / mean - 1.0).powi(2)).sum::<f64>() / density.len() as f64;
        assert!(spread.sqrt() < 0.1, "{}", spread.sqrt());
        let worst = density.iter().map(|of| (of / mean - 1.0).abs()).fold(0.0, f64::max);
        assert!(worst < 0.4, "{worst}");
        // Those of the whole globe take too long.
        let globe = "ncols 2\nnrows 1\nxllcorner -180\nyllcorner -90\ncellsize 180\n5 5\n";
        let error = parse("p.asc", globe, Quantity::People, Resolution::Six).unwrap_err();
        assert!(
            error.message.starts_with("2 squares of 180° would be cut into 512 million parts"),
            "{error}"
        );
        assert!(parse("p.asc", globe, Quantity::People, Resolution::Two).is_ok());
    }

    /// What a cell has is what the true areas of its pieces give, found with cuts that no square is shared by.
    #[test]
    fn squares_larger_than_cells_are_shared_by_area() {
        const FINER: usize = 401;
        let amounts = [[3.0, 50.0, 7.0], [90.0, 1.0, 40.0]];
        let rows = amounts.map(|row| row.map(|amount| amount.to_string()).join(" ")).join("\n");
        let text = format!("ncols 3\nnrows 2\nxllcorner 171.0\nyllcorner -9.0\ncellsize 3.3\n{rows}\n");
        let shared = parse("p.asc", &text, Quantity::People, Resolution::Two).unwrap();
        let squares =
            Squares { columns: 3, rows: 2, west: 171.0, north: -2.4, size_deg: 3.3, no_data: -9999.0 };
        let mut expected = BTreeMap::new();
        for (row, amounts) in amounts.iter().enumerate() {
            for (column, &amount) in amounts.iter().enumerate() {
                squares.share(row, column, amount, FINER, Resolution::Two, &mut expected);
            }
        }
        assert_eq!(shared.parts.len(), expected.len());
        let off = |part: &Part| (part.amount - expected[&part.cell]).abs();
        let misplaced = shared.parts.iter().map(off).sum::<f64>() / 2.0 / shared.total();
        assert!(misplaced < 0.005, "{misplaced}");
        let largest = shared.parts.iter().filter(|part| expected[&part.cell] > 10.0);
        let worst = largest.map(|part| off(part) / expected[&part.cell]).fold(0.0, f64::max);
        assert!(worst < 0.02, "{worst}");
        // Of many squares none is cut finer than its cost allows, and none coarser than it must be.
        assert_eq!([6, 500_000, 50_000_000].map(|count| squares.cuts(Resolution::Two, count)), [24, 6, 6]);
        assert_eq!(squares.cuts(Resolution::Two, 40_000), 10);
    }

    /// A file of another kind may be one word of thousands of characters.
    #[test]
    fn a_long_key_is_not_quoted_whole() {
        let text = format!("{} 1\n", "l\u{8f}".repeat(20_000));
        let error = parse("p.asc", &text, Quantity::People, Resolution::Zero).unwrap_err();
        assert!(error.message.contains("is not of the header") && error.to_string().len() < 4000);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let cut = |from: &str, to: &str| SMALL.replace(from, to);
        for (text, line, message) in [
            (cut("cellsize 1\n", ""), 0, "no cellsize"),
            (cut("4 5 6.5", "4 5"), 8, "2 values where the header tells 3"),
            (cut("4 5 6.5\n", ""), 0, "1 row where the header tells 2"),
            (cut("4 5 6.5", "4 x 6.5"), 8, "`x` is no number"),
            (cut("nrows 2", "nrows two"), 2, "has no number"),
            (cut("nrows 2", "rows 2"), 2, "not of the header"),
            (format!("{SMALL}1 2 3\n"), 9, "a row more"),
            (cut("yllcorner 10", "yllcorner 89.5"), 0, "beyond a pole"),
            (cut("nrows 2", "ncols 3"), 2, "`ncols` stands in the header already"),
            (
                cut("cellsize 1", "xllcenter 0.5"),
                5,
                "`xllcenter`: the header tells this edge of the grid already",
            ),
            (
                cut("cellsize 1", "yllcorner 10"),
                5,
                "`yllcorner`: the header tells this edge of the grid already",
            ),
            (format!("NODATA_value 0\n{SMALL}"), 7, "`nodata_value` stands in the header already"),
            (cut("ncols 3", "ncols 400"), 0, "more than once round the globe"),
            (cut("4 5 6.5", "4 -5 6.5"), 8, "no amount"),
        ] {
            let error = parse("p.asc", &text, Quantity::People, Resolution::Three).unwrap_err();
            assert!(error.message.contains(message), "{error}");
            assert_eq!(error.line, line, "{error}");
        }
    }

    /// GPW v4 revision 11, 2020, 1°: 7.969445 billion in all (the shared folder's README).
    #[test]
    fn the_published_grid_keeps_its_total() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/data/population/gpw_v4_population_count_rev11_2020_1_deg.asc"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is not there");
            return;
        };
        let demand = parse("gpw", &text, Quantity::People, Resolution::Three).unwrap();
        assert!((demand.total() / 7.969_445e9 - 1.0).abs() < 1e-6, "{}", demand.total());
    }

    /// Metres of a projection were taken for degrees, and what stood behind a value was passed over.
    #[test]
    fn longitudes_are_degrees_and_values_single() {
        let read = |old: &str, new: &str| {
            parse("p.asc", &SMALL.replace(old, new), Quantity::People, Resolution::Three)
        };
        for west in ["-360", "357", "360"] {
            assert!(read("xllcorner 0", &format!("xllcorner {west}")).is_ok(), "{west}");
        }
        for west in ["1e300", "1e9", "500000", "360.5", "-361"] {
            let error = read("xllcorner 0", &format!("xllcorner {west}")).unwrap_err();
            assert!(error.message.contains("a projection"), "{west}: {error}");
        }
        for (old, new, key) in [
            ("ncols 3", "ncols 3 4", "ncols"),
            ("cellsize 1", "cellsize 1 2", "cellsize"),
            ("nrows 2", "NROWS 2 x", "nrows"),
        ] {
            let error = read(old, new).unwrap_err();
            assert_eq!(error.message, format!("a second value behind `{key}`"));
        }
    }
}
