//! A figure as a small map for a terminal: half blocks in colour, or letters without.

use std::collections::HashMap;
use std::fmt::Write;

use h3o::{CellIndex, LatLng};

use super::colour::Scale;
use crate::report::page::{Ground, MapFigure, Page};

/// Columns of the map; rows follow from two square pixels a character.
const COLUMNS: usize = 90;
/// From the least to the greatest value, without colour.
const LETTERS: &[u8] = b".:-=+*#%@";

/// The map as text, lines ended by line feeds; none for a page without cells.
///
/// Every character shows the cell at its middle. `colour` takes 24-bit colours.
pub fn render(page: &Page, figure: &MapFigure, colour: bool) -> Option<String> {
    let Ground::Cells(cells) = &page.ground else { return None };
    let resolution = cells.first()?.resolution();
    let values: HashMap<CellIndex, Option<f64>> =
        cells.iter().copied().zip(figure.values.iter().copied()).collect();
    let scale = Scale::of(figure);
    // None outside the region, shade 0 for a cell without a value.
    let shade = |longitude: f64, latitude: f64| {
        let cell = LatLng::new(latitude, longitude).ok()?.to_cell(resolution);
        values.get(&cell).map(|value| scale.shade(*value))
    };
    let mut text = format!("\n{}\n", super::titled(figure));
    let rows = COLUMNS / 4;
    let step = 360.0 / COLUMNS as f64;
    for row in 0..rows {
        for column in 0..COLUMNS {
            let longitude = -180.0 + (column as f64 + 0.5) * step;
            let latitude = 90.0 - (row as f64 + 0.5) * 180.0 / rows as f64;
            if colour {
                let quarter = 45.0 / rows as f64;
                push_block(
                    &mut text,
                    &scale,
                    shade(longitude, latitude + quarter),
                    shade(longitude, latitude - quarter),
                );
            } else {
                text.push(letter(shade(longitude, latitude)));
            }
        }
        if colour {
            text.push_str("\x1b[0m");
        }
        text.push('\n');
    }
    push_legend(&mut text, &scale, colour);
    Some(text)
}

fn letter(shade: Option<u8>) -> char {
    match shade {
        None => ' ',
        Some(0) => '?',
        Some(shade) => {
            let at = usize::from(shade - 1) * LETTERS.len() / 255;
            char::from(LETTERS[at.min(LETTERS.len() - 1)])
        }
    }
}

/// An upper half block: its ink is the upper pixel, its paper the lower one.
fn push_block(text: &mut String, scale: &Scale, upper: Option<u8>, lower: Option<u8>) {
    // Writing to a String cannot fail.
    let _ = match (upper.map(|shade| scale.rgb(shade)), lower.map(|shade| scale.rgb(shade))) {
        (Some([r, g, b]), Some([x, y, z])) => write!(text, "\x1b[38;2;{r};{g};{b};48;2;{x};{y};{z}m▀"),
        (Some([r, g, b]), None) => write!(text, "\x1b[0;38;2;{r};{g};{b}m▀"),
        (None, Some([r, g, b])) => write!(text, "\x1b[0;38;2;{r};{g};{b}m▄"),
        (None, None) => write!(text, "\x1b[0m "),
    };
}

fn push_legend(text: &mut String, scale: &Scale, colour: bool) {
    let span = scale.high - scale.low;
    let _ = write!(text, "{} ", super::rounded(scale.low, span));
    if colour {
        for shade in (1..=251u8).step_by(10) {
            let [r, g, b] = scale.rgb(shade);
            let _ = write!(text, "\x1b[38;2;{r};{g};{b}m█");
        }
        text.push_str("\x1b[0m");
    } else {
        text.push_str(&String::from_utf8_lossy(LETTERS));
    }
    let _ = writeln!(text, " {}", super::rounded(scale.high, span));
}

#[cfg(test)]
mod tests {
    use h3o::Resolution;

    use super::*;
    use crate::grid::cells::Grid;
    use crate::time::Epoch;

    /// The latitudes of the cells of the globe as a figure, without a value between 25° and 48° N in the east,
    /// and without the cells south of 60° S.
    fn latitudes() -> (Page, MapFigure) {
        let grid = Grid::globe(Resolution::Two);
        let points: Vec<_> = grid.points.iter().filter(|point| point.latitude_deg > -60.0).collect();
        let values = points.iter().map(|point| {
            let is_hole = (25.0..48.0).contains(&point.latitude_deg) && point.longitude_deg > 0.0;
            (!is_hole).then_some(point.latitude_deg)
        });
        let mut page = Page::new("Latitudes", "", "2026-01-01T00:00:00Z".parse::<Epoch>().unwrap());
        page.ground = Ground::Cells(points.iter().filter_map(|point| point.cell).collect());
        (page, MapFigure::new("latitude", "Latitude", 1, values.collect()))
    }

    #[test]
    fn letters_go_from_the_least_to_the_greatest_value() {
        let (page, figure) = latitudes();
        let text = render(&page, &figure, false).unwrap();
        let rows: Vec<&str> = text.lines().skip(2).take(COLUMNS / 4).collect();
        assert!(rows.iter().all(|row| row.chars().count() == COLUMNS), "{text}");
        let of = |row: usize| -> Vec<char> { rows[row].chars().collect() };
        // Rows are 8.2° high: the first lies at 86° N, the seventh at 37° N, the last two at 82° and 86° S.
        assert_eq!(of(0), ['@'; COLUMNS], "{text}");
        assert!(
            of(6)[50..88].iter().all(|&letter| letter == '?') && of(6)[5..40].iter().all(|l| *l != '?'),
            "{text}"
        );
        assert_eq!(of(21), [' '; COLUMNS], "{text}");
        let column: String = rows.iter().map(|row| row.chars().nth(20).unwrap()).collect();
        let order: Vec<usize> = column
            .trim_end()
            .chars()
            .map(|c| LETTERS.iter().position(|&own| char::from(own) == c).unwrap())
            .collect();
        assert!(order.is_sorted_by(|a, b| a >= b) && order.last() == Some(&0), "{column}");
        assert!(text.ends_with("\n") && text.lines().last().unwrap().contains(".:-=+*#%@"), "{text}");
        let places = Page { ground: Ground::Places(Vec::new()), ..page };
        assert_eq!(render(&places, &figure, false), None);
    }

    #[test]
    fn half_blocks_have_the_colours_of_both_their_pixels() {
        let (page, figure) = latitudes();
        let text = render(&page, &figure, true).unwrap();
        let rows: Vec<&str> = text.lines().skip(2).take(COLUMNS / 4).collect();
        let scale = Scale::of(&figure);
        for row in &rows {
            assert!(row.ends_with("\x1b[0m"), "{row:?}");
            let blocks = row.chars().filter(|c| matches!(c, '▀' | '▄' | ' ')).count();
            assert_eq!(blocks, COLUMNS, "{row:?}");
        }
        // Both pixels of the first row are near the greatest value, those of the hole have none.
        let of = |shade: u8, kind: &str| {
            let [r, g, b] = scale.rgb(shade);
            format!("{kind};2;{r};{g};{b}")
        };
        let first = rows[0].split('▀').next().unwrap();
        assert!(first.starts_with("\x1b[38;2;") && !first.contains(&of(0, "38")), "{first:?}");
        assert!(rows[6].matches(&format!("{};{}m", of(0, "38"), of(0, "48"))).count() > 35, "{:?}", rows[6]);
        // South of 60° S nothing is drawn; the coast of what is drawn has half blocks of one pixel.
        assert_eq!(rows[21], format!("{}\x1b[0m", "\x1b[0m ".repeat(COLUMNS)));
        assert!(rows.iter().any(|row| row.contains("\x1b[0;38;2;") && row.contains('▀')));
        assert!(text.lines().last().unwrap().contains(&format!("\x1b[{}m█", of(1, "38"))));
    }
}
