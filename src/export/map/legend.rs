//! The legend below a static map: colours with their values or categories, what is grey, and remarks.

use super::colour::Scale;
use super::{MARGIN, WIDTH, font, label};
use crate::report::page::MapFigure;
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
    for step in 0..254u8 {
        let x = left + width * f64::from(step) / 254.0;
        lines.push(format!(
            "<rect x=\"{x:.2}\" y=\"{top:.2}\" width=\"2\" height=\"12\" fill=\"{}\" shape-rendering=\"crispEdges\"/>",
            scale.hex(step + 1)
        ));
    }
    for number in 0..MARKS {
        let part = number as f64 / (MARKS - 1) as f64;
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
        return rounded(value, span);
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

/// A number with the digits that a step of a legend over this span needs.
fn rounded(value: f64, span: f64) -> String {
    let decimals = (2.0 - span.max(1e-9).log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
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
