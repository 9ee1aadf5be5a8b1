//! A figure as a small map for a terminal: half blocks in colour, or letters without.

use std::collections::HashMap;
use std::fmt::Write;

use h3o::{CellIndex, LatLng};

use super::colour::Scale;
use crate::report::page::{Ground, MapFigure, Page};
use crate::time::Epoch;

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
    let key = Key::of(&scale, figure);
    let mut text = format!("\n{}\n", super::legend::titled(figure));
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
                text.push(key.letter(shade(longitude, latitude)));
            }
        }
        if colour {
            text.push_str("\x1b[0m");
        }
        text.push('\n');
    }
    if figure.categories.is_empty() {
        push_legend(&mut text, &scale, figure, page.start, colour);
    } else {
        key.push(&mut text, &scale, colour);
    }
    if figure.values.iter().any(Option::is_none) {
        let between = if figure.categories.is_empty() { "   " } else { "" };
        let sign = sign(&scale, 0, '?', colour);
        // Writing to a String cannot fail.
        let _ = write!(text, "{between}{sign} {}", figure.no_value());
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Some(text)
}

/// What stands for a shade in a key: a block of its colour, or a letter.
fn sign(scale: &Scale, shade: u8, letter: char, colour: bool) -> String {
    let [r, g, b] = scale.rgb(shade);
    if colour { format!("\x1b[38;2;{r};{g};{b}m█\x1b[0m") } else { letter.to_string() }
}

/// Letters of the categories of a figure; none for values that are numbers.
struct Key {
    /// The numbers of categories that share a letter, and their name.
    rows: Vec<(Vec<usize>, String)>,
}

impl Key {
    fn of(scale: &Scale, figure: &MapFigure) -> Self {
        Self { rows: scale.key(figure) }
    }

    /// The letter of a row: there are fewer rows than letters, for there are fewer colours.
    fn of_row(row: usize) -> char {
        char::from(b'A' + (row % 26) as u8)
    }

    fn letter(&self, shade: Option<u8>) -> char {
        match shade {
            None => ' ',
            Some(0) => '?',
            Some(shade) if self.rows.is_empty() => {
                let at = usize::from(shade - 1) * LETTERS.len() / 255;
                char::from(LETTERS[at.min(LETTERS.len() - 1)])
            }
            Some(shade) => {
                let number = usize::from(shade - 1);
                let row = self.rows.iter().position(|(numbers, _)| numbers.contains(&number));
                row.map_or('?', Self::of_row)
            }
        }
    }

    fn push(&self, text: &mut String, scale: &Scale, colour: bool) {
        for (row, (numbers, name)) in self.rows.iter().enumerate() {
            let shade = scale.shade(numbers.first().map(|&number| number as f64));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {name}", sign(scale, shade, Self::of_row(row), colour));
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

fn push_legend(text: &mut String, scale: &Scale, figure: &MapFigure, start: Epoch, colour: bool) {
    let mark = |value: f64| super::legend::mark(figure, start, value, scale.high - scale.low);
    if let Some(value) = scale.only() {
        let shade = scale.shade(Some(value));
        let letter = Key::of(scale, figure).letter(Some(shade));
        let _ = write!(text, "{} {}", sign(scale, shade, letter, colour), mark(value));
        return;
    }
    let _ = write!(text, "{} ", mark(scale.low));
    if colour {
        for shade in (1..=251u8).step_by(10) {
            let [r, g, b] = scale.rgb(shade);
            let _ = write!(text, "\x1b[38;2;{r};{g};{b}m█");
        }
        text.push_str("\x1b[0m");
    } else {
        text.push_str(&String::from_utf8_lossy(LETTERS));
    }
    let _ = write!(text, " {}", mark(scale.high));
}

#[cfg(test)]
mod tests {
    use h3o::Resolution;

    use super::*;
    use crate::grid::cells::Grid;

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
        assert!(text.lines().last().unwrap().ends_with("   ? no value"), "{text}");
        let places = Page { ground: Ground::Places(Vec::new()), ..page };
        assert_eq!(render(&places, &figure, false), None);
    }

    /// Without colour every category has a letter of its own, which a key below explains.
    #[test]
    fn categories_have_letters() {
        let (page, figure) = latitudes();
        let of_category = |value: &Option<f64>| value.map(|latitude| if latitude > 0.0 { 1.0 } else { 0.0 });
        let values = figure.values.iter().map(of_category).collect();
        let figure =
            MapFigure::new("half", "Half", 0, values).of_categories(["south", "north"]).note("grey: a hole");
        let text = render(&page, &figure, false).unwrap();
        assert!(text.ends_with("\nA south\nB north\n? a hole\n"), "{text}");
        let rows: Vec<&str> = text.lines().skip(2).take(COLUMNS / 4).collect();
        assert_eq!((rows[0], rows[16]), (&*"B".repeat(COLUMNS), &*"A".repeat(COLUMNS)), "{text}");
    }

    #[test]
    fn a_figure_of_one_value_has_one_letter() {
        let (page, figure) = latitudes();
        let values = figure.values.iter().map(|value| value.map(|_| 100.0)).collect();
        let figure = MapFigure::new("figure", "Figure", 1, values);
        let text = render(&page, &figure, false).unwrap();
        let row: Vec<char> = text.lines().nth(2).unwrap().chars().collect();
        assert_eq!(row, [row[0]; COLUMNS]);
        assert!(text.lines().last().unwrap().starts_with(&format!("{} 100   ", row[0])), "{text}");
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
