//! The page of a comparison: a layer for each system, one that tells the best, and the differences.

use super::coverage::{FIGURES, covered_over_time, figures, ground};
use super::head::{Head, covered};
use super::{Chart, Layer, Line, MapFigure, Page, Sky, SkySystem, Table, length};
use crate::compare::{Band, Better, Comparison, POINT_FIGURES, Row, best_at};
use crate::constellation::Constellation;
use crate::coverage::{Coverage, PointFigures};
use crate::diagnostics::counted;
use crate::export::compare_csv::Prefixes;
use crate::grid::cells::Grid;
use crate::ground::Site;
use crate::report::coverage::CoverageReport;
use crate::report::{percent, percent_change};
use crate::time::Window;

/// What a comparison shows.
#[derive(Debug, Clone, Copy)]
pub struct CompareContext<'a> {
    /// The systems side by side.
    pub comparison: &'a Comparison,
    /// The report of each.
    pub reports: &'a [CoverageReport],
    /// The run of each.
    pub runs: &'a [Coverage],
    /// The systems.
    pub constellations: &'a [Constellation],
    /// The points of all runs.
    pub grid: &'a Grid,
    /// Names of the places; empty for cells.
    pub names: &'a [String],
    /// The gateways of all systems with the least elevation of each in degrees; empty where there are none.
    pub gateways: &'a [(Site, f64)],
    /// The command line as the user could repeat it.
    pub command: &'a str,
}

impl Page {
    /// The page of a comparison.
    ///
    /// # Panics
    /// When there is not one report, run and constellation for each system of the comparison, two at least.
    pub fn of_comparison(context: &CompareContext<'_>) -> Self {
        let CompareContext { comparison, reports, grid, .. } = *context;
        let (labels, first) = (&comparison.labels, &reports[0]);
        let mut page = Self::of(Head::of_comparison(comparison, reports), first.start);
        page.headline = labels
            .iter()
            .zip(reports)
            .map(|(label, report)| {
                (format!("{label}: covered"), format!("{} %", percent(report.summary.percent_covered, 3)))
            })
            .collect();
        page.ground = ground(grid, context.names);
        page.layers = layers(context);
        page.charts = charts(context);
        page.tables = tables(context);
        page.sky = Some(sky(context));
        let window = Window { start: first.start, duration_s: first.duration_s };
        for (site, mask_deg) in context.gateways {
            page.add_site(site, *mask_deg, &window);
        }
        made(&mut page, context);
        page
    }
}

/// Names of the figures of a comparison as its CSV file has them, with those that are common to all systems before
/// them, for whoever must know them before a run.
pub fn figure_names(labels: &[String], baseline: usize) -> Vec<String> {
    let prefixes = Prefixes::new(labels, baseline);
    let others = prefixes.differences.iter().enumerate().filter(|(number, _)| *number != baseline);
    let of = |prefix: &String| FIGURES.iter().map(|name| format!("{prefix}_{name}")).collect::<Vec<_>>();
    let differences = others.flat_map(|(_, prefix)| of(prefix)).filter(|name| !name.ends_with(INSTANT));
    let best = POINT_FIGURES.iter().map(|figure| format!("best_{}", figure.column));
    let all = prefixes.systems.iter().flat_map(of).chain(differences).chain(best);
    FIGURES.iter().map(|name| (*name).to_owned()).chain(all).collect()
}

/// The figure that is an instant, of which there are no differences.
const INSTANT: &str = "max_gap_start";

fn layers(context: &CompareContext<'_>) -> Vec<Layer> {
    let CompareContext { comparison, runs, grid, .. } = *context;
    let (labels, baseline) = (&comparison.labels, comparison.baseline);
    let prefixes = Prefixes::new(labels, baseline);
    let in_table = |figure: &MapFigure| POINT_FIGURES.iter().any(|known| known.column == figure.name);
    let mut layers: Vec<Layer> = labels
        .iter()
        .zip(runs)
        .zip(&prefixes.systems)
        .map(|((label, run), prefix)| {
            let mut figures = figures(run);
            // Those of the CSV file first: the last ones are left out where a page grows too large.
            figures.sort_by_key(|figure| !in_table(figure));
            Layer::new(label, figures).columns(&format!("{prefix}_"))
        })
        .collect();
    let best = POINT_FIGURES.iter().map(|figure| {
        let values = (0..grid.points.len()).map(|number| {
            let of_all: Vec<&PointFigures> = runs.iter().map(|run| &run.points[number]).collect();
            Some(best_at(figure, &of_all).unwrap_or(labels.len()) as f64)
        });
        let names = labels.iter().map(String::as_str).chain(["alike"]);
        MapFigure::new(figure.column, &format!("Best by {}", figure.name), 0, values.collect())
            .note(&format!("alike: within {} {}", figure.tolerance, unit(figure.column)))
            .of_categories(names)
            .neutral(labels.len())
    });
    let best = Layer::new("Best system", best.collect()).columns("best_");
    for other in (0..labels.len()).filter(|number| *number != baseline) {
        let columns = format!("{}_", prefixes.differences[other]);
        layers.push(Layer::difference(&layers, other, baseline).columns(&columns));
    }
    layers.push(best);
    debug_assert!(
        layers
            .iter()
            .flat_map(|layer| layer.figures.iter().map(|each| format!("{}{}", layer.columns, each.name)))
            .collect::<std::collections::BTreeSet<_>>()
            == figure_names(labels, baseline).into_iter().skip(FIGURES.len()).collect()
    );
    layers
}

/// Unit of a column by the ending of its name.
fn unit(column: &str) -> &'static str {
    match column {
        name if name.ends_with("_s") => "s",
        name if name.starts_with("percent") => "points",
        _ => "satellites",
    }
}

fn charts(context: &CompareContext<'_>) -> Vec<Chart> {
    let CompareContext { comparison, reports, .. } = *context;
    let bands = &comparison.latitude_profile;
    let profile = |title: &str, unit: &str, value: &dyn Fn(&Band) -> &Vec<f64>| {
        let middles = bands.iter().map(|band| (band.from_deg + band.to_deg) / 2.0).collect();
        let lines = comparison.labels.iter().enumerate().map(|(number, label)| {
            let values = bands.iter().map(|band| value(band).get(number).copied());
            Line { name: label.clone(), values: values.collect() }
        });
        Chart::profile(title, unit, middles, lines.collect())
    };
    let mut charts = Vec::new();
    if !bands.is_empty() {
        charts.push(profile("Time covered by latitude", "% of time", &|band| &band.percent_covered));
        charts.push(profile("Mean number in view by latitude", "satellites", &|band| &band.mean_in_view));
        charts.push(profile("Longest gap by latitude", "s", &|band| &band.max_gap_s));
    }
    let lines = comparison.labels.iter().zip(reports);
    let what = of_what(context);
    charts.push(Chart::series(
        covered_over_time(what),
        &format!("% of the {what}"),
        reports[0].start,
        reports[0].step_s,
        lines.map(|(label, report)| Line::new(label, report.series_percent.iter().copied())).collect(),
    ));
    charts
}

/// What percentages are of: places are counted and have no area.
fn of_what(context: &CompareContext<'_>) -> &'static str {
    if context.grid.resolution.is_some() { "area" } else { "places" }
}

fn tables(context: &CompareContext<'_>) -> Vec<Table> {
    let comparison = context.comparison;
    let mut tables = vec![figures_table(context, "Figures of merit; ★ marks the best", &comparison.rows)];
    for region in comparison.regions.iter().filter(|region| !region.rows.is_empty()) {
        let point = if context.grid.resolution.is_some() { "cell" } else { "place" };
        let title = format!("{}: {}", region.region, counted(region.points, point));
        tables.push(figures_table(context, &title, &region.rows));
    }
    for beats in &comparison.beats {
        let head = std::iter::once("better than →".to_owned()).chain(comparison.labels.iter().cloned());
        let rows = comparison.labels.iter().zip(&beats.percent_of_area).enumerate();
        tables.push(Table {
            title: format!(
                "Percent of the {} where the system of a row is the better one: {}",
                of_what(context),
                beats.figure
            ),
            columns: head.collect(),
            rows: rows
                .map(|(row, (label, shares))| {
                    let share = |(column, share): (usize, &f64)| {
                        if row == column { "–".to_owned() } else { format!("{} %", percent(*share, 2)) }
                    };
                    std::iter::once(label.clone()).chain(shares.iter().enumerate().map(share)).collect()
                })
                .collect(),
        });
    }
    tables
}

fn figures_table(context: &CompareContext<'_>, title: &str, rows: &[Row]) -> Table {
    let CompareContext { comparison, .. } = *context;
    let labels = &comparison.labels;
    let number = |value: f64, unit: &str, signed: bool| {
        let decimals = if unit == "s" { 1 } else { 3 };
        let text = match (signed, unit) {
            (true, _) => format!("{value:+.decimals$}"),
            (false, unit) if unit.starts_with('%') => percent(value, decimals),
            (false, _) => format!("{value:.decimals$}"),
        };
        if unit.is_empty() { text } else { format!("{text} {unit}") }
    };
    let others = || (0..labels.len()).filter(|number| *number != comparison.baseline);
    let mut columns = vec!["figure".to_owned(), "better".to_owned()];
    columns.extend(labels.iter().cloned());
    columns.extend(others().map(|other| format!("{} − {}", labels[other], labels[comparison.baseline])));
    let rows = rows.iter().map(|row| {
        let better = match row.better {
            Better::Higher => "higher",
            Better::Lower => "lower",
        };
        let values = row.values.iter().zip(&row.best).map(|(value, best)| {
            format!("{}{}", number(*value, row.unit, false), if *best { " ★" } else { "" })
        });
        let differences = others().map(|other| number(difference(comparison, row, other, 3), row.unit, true));
        [row.figure.to_owned(), better.to_owned()].into_iter().chain(values).chain(differences).collect()
    });
    Table { title: title.to_owned(), columns, rows: rows.collect() }
}

/// By how much a figure of a system differs from that of the baseline; a percentage as the two are told.
pub fn difference(comparison: &Comparison, row: &Row, system: usize, decimals: usize) -> f64 {
    if row.unit.starts_with('%') {
        percent_change(row.values[comparison.baseline], row.values[system], decimals)
    } else {
        row.difference[system] + 0.0
    }
}

fn sky(context: &CompareContext<'_>) -> Sky {
    let first = &context.reports[0];
    let window = Window { start: first.start, duration_s: first.duration_s };
    let systems = context.comparison.labels.iter().zip(context.constellations).zip(context.reports);
    Sky {
        at_least: first.at_least,
        through_gateways: first.gateways.is_some(),
        systems: systems
            .map(|((label, constellation), report)| SkySystem {
                name: label.clone(),
                count: constellation.satellites.len(),
                min_elevation_deg: report.min_elevation_deg,
            })
            .collect(),
        ..Sky::of(context.constellations, window, first.min_elevation_deg)
    }
}

fn made(page: &mut Page, context: &CompareContext<'_>) {
    let CompareContext { comparison, reports, command, .. } = *context;
    let first = &reports[0];
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", first.hexsky_version)),
        ("model", first.model.clone()),
        ("baseline", comparison.labels[comparison.baseline].clone()),
        ("covered", covered(first)),
        ("step", length(first.step_s)),
        ("solved for", super::coverage::solved(first.exact).to_owned()),
        ("gaps at the ends", "counted up to the edge of the window".to_owned()),
        ("differences", "of the values as this page holds them, rounded".to_owned()),
    ];
    for (label, report) in comparison.labels.iter().zip(reports) {
        let mask = format!("{label}: {}° ({})", report.min_elevation_deg, report.min_elevation_basis);
        rows.push(("elevation mask", mask));
        rows.extend(report.gateways.as_ref().map(|reach| {
            let files = reach.files.join(", ");
            let told = format!("{label}: {} of {files}, {}", reach.sites, reach.masks);
            let in_reach = percent(reach.percent_in_reach, 2);
            ("gateways", format!("{told}; satellites in reach {in_reach} % of the time"))
        }));
    }
    // Gateways are common to all systems: a note on them is told once.
    let mut notes: Vec<&String> = Vec::new();
    for note in reports.iter().filter_map(|report| report.gateways.as_ref()).flat_map(|reach| &reach.notes) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    rows.extend(notes.into_iter().map(|note| ("gateways", note.clone())));
    rows.extend(first.notes.iter().map(|note| ("region", note.clone())));
    for (label, report) in comparison.labels.iter().zip(reports) {
        rows.extend(report.lost.iter().map(|lost| {
            ("lost satellite", format!("{label}: {} from {}: {}", lost.satellite, lost.from, lost.reason))
        }));
    }
    let inputs = reports.iter().flat_map(|report| &report.inputs);
    page.run_sections(rows, &[], inputs.map(|input| input.facts()));
}
