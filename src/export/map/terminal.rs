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
