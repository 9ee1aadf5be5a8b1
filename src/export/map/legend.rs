//! The legend below a static map: colours with their values or categories, what is grey, and remarks.

use super::colour::Scale;
use super::{MARGIN, WIDTH, font, label};
use crate::report::page::MapFigure;
use crate::report::percent;
use crate::time::Epoch;

/// Marks along the colours.
const MARKS: usize = 5;
/// Height of a row of categories, and of a line of remarks.
const ROW: f64 = 18.0;
const LINE: f64 = 14.0;
/// From the top of the last row to the baseline of the title, and from there to the end of the sheet.
const TO_TITLE: f64 = 43.0;
const BELOW_TITLE: f64 = 9.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// The lines of a legend that begins at `top`, and where the sheet ends below it. `made` tells what made the map.
pub(super) fn legend(
    scale: &Scale,
    figure: &MapFigure,
    start: Epoch,
    top: f64,
    made: &str,
) -> (Vec<String>, f64) {
    let mut lines = Vec::new();
    let title = titled(figure);
    let baseline = if figure.categories.is_empty() {
        let middle = values(scale, figure, start, top, &mut lines);
        lines.push(label(middle, top + TO_TITLE, 11.0, "middle", &title));
        top + TO_TITLE
    } else {
        let baseline = categories(scale, figure, top, &mut lines) + TO_TITLE;
        lines.push(label(MARGIN, baseline, 11.0, "start", &title));
        baseline
    };
    lines.push(label(WIDTH - MARGIN, baseline, 9.0, "end", made));
    let mut end = baseline;
    if !figure.remark().is_empty() {
        for line in font::wrapped(figure.remark(), 10.0, WIDTH - 2.0 * MARGIN) {
            end += LINE;
            lines.push(label(MARGIN, end, 10.0, "start", &line));
        }
    }
    (lines, end + BELOW_TITLE)
}

fn swatch(x: f64, y: f64, colour: &str) -> String {
    format!("<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"14\" height=\"12\" fill=\"{colour}\"/>")
}

/// A scale of colours with its marks; the middle of it is told.
fn values(scale: &Scale, figure: &MapFigure, start: Epoch, top: f64, lines: &mut Vec<String>) -> f64 {
    let (left, width) = (MARGIN + 60.0, 420.0);
    let only = scale.only();
    for step in 0..254u8 {
        let x = left + width * f64::from(step) / 254.0;
        lines.push(format!(
            "<rect x=\"{x:.2}\" y=\"{top:.2}\" width=\"2\" height=\"12\" fill=\"{}\" shape-rendering=\"crispEdges\"/>",
            scale.hex(only.map_or(step + 1, |value| scale.shade(Some(value))))
        ));
    }
    let parts = (0..MARKS).map(|number| number as f64 / (MARKS - 1) as f64);
    for part in parts.filter(|&part| only.is_none() || part == 0.5) {
        let value = scale.low + part * (scale.high - scale.low);
        let text = mark(figure, start, value, scale.high - scale.low);
        lines.push(label(left + part * width, top + 27.0, 10.0, "middle", &text));
    }
    if figure.values.iter().any(Option::is_none) {
        let x = left + width + 30.0;
        lines.push(swatch(x, top, &scale.hex(0)));
        lines.push(label(x + 20.0, top + 10.0, 10.0, "start", figure.no_value()));
    }
    left + width / 2.0
}

/// The categories in rows, each name whole on the sheet; the top of the last row is told.
fn categories(scale: &Scale, figure: &MapFigure, top: f64, lines: &mut Vec<String>) -> f64 {
    let mut key: Vec<(String, String)> = scale
        .key(figure)
        .into_iter()
        .map(|(numbers, name)| (scale.hex(scale.shade(numbers.first().map(|&number| number as f64))), name))
        .collect();
    if figure.values.iter().any(Option::is_none) {
        key.push((scale.hex(0), figure.no_value().to_owned()));
    }
    let (mut x, mut y) = (MARGIN, top);
    for (colour, name) in key {
        let texts = font::wrapped(&name, 10.0, WIDTH - 2.0 * MARGIN - 20.0);
        let width = texts.iter().map(|text| font::width(text, 10.0)).fold(0.0, f64::max);
        if x > MARGIN && x + 20.0 + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + ROW);
        }
        lines.push(swatch(x, y, &colour));
        for (number, text) in texts.iter().enumerate() {
            y += if number > 0 { LINE } else { 0.0 };
            lines.push(label(x + 20.0, y + 10.0, 10.0, "start", text));
        }
        x += 44.0 + width;
    }
    y
}

/// A value at a mark of a legend over this span; instants as instants.
pub(super) fn mark(figure: &MapFigure, start: Epoch, value: f64, span: f64) -> String {
    if !figure.instant {
        return rounded(value, span, figure.unit == "%");
    }
    // 2026-01-01T12:34:56.789Z
    let text = start.plus_seconds(value).to_string();
    let (date, time) = (text.get(..10).unwrap_or(&text), text.get(11..19).unwrap_or_default());
    match span {
        span if span > 300.0 * SECONDS_PER_DAY => date.to_owned(),
        span if span > 600.0 => format!("{} {}", &date[date.len().min(5)..], &time[..time.len().min(5)]),
        _ => time.to_owned(),
    }
}

/// A number with the digits that a step of a legend over this span needs; a percentage is not told as all or nothing where
/// it is not.
fn rounded(value: f64, span: f64, is_percent: bool) -> String {
    let decimals = if span > 0.0 { (2.0 - span.log10().floor()).clamp(0.0, 12.0) as usize } else { 6 };
    let text = if is_percent { percent(value, decimals) } else { format!("{value:.decimals$}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The title of a figure with its unit.
pub(super) fn titled(figure: &MapFigure) -> String {
    match figure.unit.as_str() {
        "" if figure.instant => format!("{}, UTC", figure.title),
        "" => figure.title.clone(),
        unit => format!("{}, {unit}", figure.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_their_values_apart() {
        for (value, span, is_percent, told) in [
            (50.0, 100.0, true, "50"),
            (12.345_6, 20.0, false, "12.3"),
            // A gap of a second in thirty years at one place of the map.
            (99.999_999_9, 0.000_000_1, true, "99.9999999"),
            (100.0, 0.000_000_1, true, "100"),
            (99.999_999_9, 0.0, true, "99.999999"),
            (1e-9, 0.0, true, "0.000001"),
            (100.0, 0.0, true, "100"),
            (0.333_333_333_3, 0.0, false, "0.333333"),
        ] {
            assert_eq!(rounded(value, span, is_percent), told, "{value} of {span}");
        }
    }

    /// Five marks of 100 along colours of which the map has one say nothing.
    #[test]
    fn a_map_of_one_value_has_one_colour_and_one_mark() {
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        for (values, marks) in
            [(vec![Some(7.25), None, Some(7.25)], 1), (vec![Some(7.25), Some(8.25)], MARKS)]
        {
            let figure = MapFigure::new("figure", "Figure", 1, values);
            let scale = Scale::of(&figure);
            let mut lines = Vec::new();
            super::values(&scale, &figure, start, 0.0, &mut lines);
            assert_eq!(
                lines.iter().filter(|line| line.contains("<text")).count(),
                marks + usize::from(marks == 1)
            );
            let colour = scale.hex(scale.shade(Some(7.25)));
            let colours = lines.iter().filter(|line| line.contains("width=\"2\""));
            assert_eq!(colours.clone().all(|line| line.contains(&colour)), marks == 1);
            assert!(lines.iter().any(|line| line.contains(">7.25<")), "{lines:?}");
        }
    }
}
