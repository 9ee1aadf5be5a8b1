//! The page of a coverage run.

use super::head::{Head, covered};
use super::{Chart, Ground, Layer, Line, MapFigure, Page, Place, Sky, Table, length};
use crate::constellation::Constellation;
use crate::coverage::summary::{LatitudeBand, Summary};
use crate::coverage::{Coverage, Exact, PointFigures};
use crate::grid::cells::Grid;
use crate::ground::Site;
use crate::report::coverage::{CoverageReport, place_name};
use crate::report::percent;
use crate::time::Window;

impl Page {
    /// The page of a coverage run. `names` are those of the places, empty for cells; `gateways` those of
    /// bent pipes with the least elevation of each in degrees; `command` is the command line as the user
    /// could repeat it.
    pub fn of_coverage(
        report: &CoverageReport,
        constellations: &[Constellation],
        grid: &Grid,
        coverage: &Coverage,
        names: &[String],
        gateways: &[(Site, f64)],
        command: &str,
    ) -> Self {
        let systems: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
        let system = systems.join(" + ");
        let mut page = Self::of(Head::of_coverage(report), report.start);
        page.headline = headline(report);
        page.ground = ground(grid, names);
        page.layers = vec![Layer::new(system, figures(coverage))];
        page.charts = charts(report);
        page.tables = vec![figures_table(report)];
        let window = Window { start: report.start, duration_s: report.duration_s };
        page.sky = Some(Sky {
            at_least: report.at_least,
            through_gateways: report.gateways.is_some(),
            ..Sky::of(constellations, window, report.min_elevation_deg)
        });
        for (site, mask_deg) in gateways {
            page.add_site(site, *mask_deg, &window);
        }
        made(&mut page, report, command);
        page
    }
}

/// What percentages are of: places are counted and have no area.
fn of_what(report: &CoverageReport) -> &'static str {
    if report.grid.area_km2.is_some() { "area" } else { "places" }
}

/// Title of the chart of what is covered at each instant.
pub(super) fn covered_over_time(what: &str) -> &'static str {
    if what == "area" { "Area covered over time" } else { "Places covered over time" }
}

fn headline(report: &CoverageReport) -> Vec<(String, String)> {
    let summary = &report.summary;
    let what = of_what(report);
    let mut headline = vec![
        (format!("covered, of {what} and time"), format!("{} %", percent(summary.percent_covered, 3))),
        (
            "covered at all times".to_owned(),
            format!("{} % of the {what}", percent(summary.percent_area_always, 2)),
        ),
        ("satellites in view, mean".to_owned(), format!("{:.2}", summary.mean_in_view)),
        ("mean response time".to_owned(), length(summary.mean_response_s)),
    ];
    if let Some(gap) = &report.longest_gap {
        let at_least = if gap.cut_by_window { "at least " } else { "" };
        headline.push(("longest gap".to_owned(), format!("{at_least}{}", length(gap.length_s))));
    }
    headline
}

pub(super) fn ground(grid: &Grid, names: &[String]) -> Ground {
    if grid.resolution.is_some() {
        return Ground::Cells(grid.points.iter().filter_map(|point| point.cell).collect());
    }
    let place = |(number, point): (usize, &crate::grid::cells::GridPoint)| Place {
        name: place_name(point, number, names),
        longitude: point.longitude_deg,
        latitude: point.latitude_deg,
        height_km: point.height_km,
    };
    Ground::Places(grid.points.iter().enumerate().map(place).collect())
}

/// Names of the figures of a coverage page, in its order, for whoever must know them before a run.
pub const FIGURES: [&str; 15] = [
    "percent_covered",
    "mean_in_view",
    "max_gap_s",
    "max_gap_start",
    "mean_response_s",
    "percent_covered_2",
    "percent_covered_3",
    "percent_covered_4",
    "min_in_view",
    "max_in_view",
    "gap_count",
    "mean_gap_s",
    "access_count",
    "p95_gap_s",
    "mean_access_s",
];

/// The figures of a coverage run, by the names of its CSV file.
pub fn figures(coverage: &Coverage) -> Vec<MapFigure> {
    let window_s = coverage.settings.window.duration_s;
    let column = |value: &dyn Fn(&PointFigures) -> Option<f64>| -> Vec<Option<f64>> {
        coverage.points.iter().map(value).collect()
    };
    let percent = |name: &str, title: &str, decimals: u8, value: &dyn Fn(&PointFigures) -> f64| {
        MapFigure::new(name, title, decimals, column(&|f| Some(value(f)))).unit("%")
    };
    let seconds = |name: &str, title: &str, value: &dyn Fn(&PointFigures) -> Option<f64>| {
        MapFigure::new(name, title, 1, column(value)).unit("s")
    };
    let count = |name: &str, title: &str, value: &dyn Fn(&PointFigures) -> u32| {
        MapFigure::new(name, title, 0, column(&|f| Some(f64::from(value(f)))))
    };
    let without_gaps = "grey: no gaps";
    vec![
        percent("percent_covered", "Time covered", 4, &|f| f.percent_covered),
        MapFigure::new("mean_in_view", "Mean number in view", 3, column(&|f| Some(f.mean_in_view))),
        seconds("max_gap_s", "Longest gap", &|f| Some(f.max_gap_s)).less_is_better(),
        MapFigure::new(
            "max_gap_start",
            "Start of the longest gap",
            0,
            column(&|f| (f.gap_count > 0).then_some(f.max_gap_start_s)),
        )
        .instants()
        .note(without_gaps),
        seconds("mean_response_s", "Mean response time", &|f| Some(f.mean_response_s)).less_is_better(),
        percent("percent_covered_2", "Time with 2 or more in view", 3, &|f| f.percent_at_least[1]),
        percent("percent_covered_3", "Time with 3 or more in view", 3, &|f| f.percent_at_least[2]),
        percent("percent_covered_4", "Time with 4 or more in view", 3, &|f| f.percent_at_least[3]),
        count("min_in_view", "Fewest in view", &|f| f.min_in_view),
        count("max_in_view", "Most in view", &|f| f.max_in_view),
        count("gap_count", "Gaps", &|f| f.gap_count).less_is_better(),
        seconds("mean_gap_s", "Mean gap", &|f| f.mean_gap_s()).less_is_better().note(without_gaps),
        count("access_count", "Accesses", &|f| f.access_count),
        seconds("p95_gap_s", "95th percentile of gaps", &|f| f.p95_gap_s).less_is_better().note(without_gaps),
        seconds("mean_access_s", "Mean access", &|f| f.mean_access_s(window_s)),
    ]
}

fn charts(report: &CoverageReport) -> Vec<Chart> {
    let bands = &report.latitude_profile;
    let middles = || bands.iter().map(|band| (band.from_deg + band.to_deg) / 2.0).collect::<Vec<_>>();
    let line = |name: &str, value: &dyn Fn(&LatitudeBand) -> f64| Line::new(name, bands.iter().map(value));
    let folds = ["1 or more", "2 or more", "3 or more", "4 or more"]
        .iter()
        .enumerate()
        .map(|(number, name)| line(name, &|band| band.summary.percent_at_least[number]))
        .collect();
    let mut charts = vec![
        Chart::profile("Time covered by latitude", "% of time", middles(), folds),
        Chart::profile(
            "Mean number in view by latitude",
            "satellites",
            middles(),
            vec![line("in view", &|band| band.summary.mean_in_view)],
        ),
    ];
    if report.longest_gap.is_some() {
        charts.push(Chart::profile(
            "Longest gap by latitude",
            "s",
            middles(),
            vec![
                line(
                    if report.grid.area_km2.is_some() { "mean of the cells" } else { "mean of the places" },
                    &|band| band.summary.mean_max_gap_s,
                ),
                line("longest", &|band| band.summary.max_gap_s),
            ],
        ));
    }
    let what = of_what(report);
    charts.push(Chart::series(
        covered_over_time(what),
        &format!("% of the {what}"),
        report.start,
        report.step_s,
        vec![Line::new("covered", report.series_percent.iter().copied())],
    ));
    charts
}

fn figures_table(report: &CoverageReport) -> Table {
    type Value = fn(&Summary) -> String;
    let rows: [(&str, Value); 12] = [
        ("percent covered", |s| format!("{} %", percent(s.percent_covered, 4))),
        ("covered at all times", |s| format!("{} %", percent(s.percent_area_always, 4))),
        ("never covered", |s| format!("{} %", percent(s.percent_area_never, 4))),
        ("2 or more in view", |s| format!("{} %", percent(s.percent_at_least[1], 4))),
        ("3 or more in view", |s| format!("{} %", percent(s.percent_at_least[2], 4))),
        ("4 or more in view", |s| format!("{} %", percent(s.percent_at_least[3], 4))),
        ("mean number in view", |s| format!("{:.3}", s.mean_in_view)),
        ("fewest and most in view", |s| format!("{} and {}", s.min_in_view, s.max_in_view)),
        ("mean response time", |s| format!("{:.1} s", s.mean_response_s)),
        ("mean gap, where there are gaps", |s| {
            s.mean_gap_s.map_or("no gaps".to_owned(), |mean| format!("{mean:.1} s"))
        }),
        ("mean of the longest gaps", |s| format!("{:.1} s", s.mean_max_gap_s)),
        ("longest gap", |s| format!("{:.1} s", s.max_gap_s)),
    ];
    let told = |name: &str| match name {
        "covered at all times" | "never covered" => format!("{name}, of the {}", of_what(report)),
        _ => name.to_owned(),
    };
    let weighting = if report.grid.area_km2.is_some() { "area-weighted" } else { "mean of the places" };
    Table {
        title: format!("Figures of merit, {weighting}"),
        columns: vec!["figure".to_owned(), report.grid.region.clone()],
        rows: rows.iter().map(|(name, value)| vec![told(name), value(&report.summary)]).collect(),
    }
}

/// What a run solves for, in words.
pub(super) fn solved(exact: Exact) -> &'static str {
    match exact {
        Exact::None => "nothing: everything is sampled at the step",
        Exact::Edges => {
            "percent covered, gaps, accesses and response time; in-view figures and the other N-fold percentages are sampled"
        }
        Exact::All => "everything",
    }
}

fn made(page: &mut Page, report: &CoverageReport, command: &str) {
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", report.hexsky_version)),
        ("model", report.model.clone()),
        ("elevation mask", format!("{}° ({})", report.min_elevation_deg, report.min_elevation_basis)),
        ("covered", covered(report)),
        ("step", length(report.step_s)),
        ("solved for", solved(report.exact).to_owned()),
        ("gaps at the ends", "counted up to the edge of the window".to_owned()),
    ];
    if let Some(error) = report.sampling_error {
        rows.push((
            "sampling error",
            format!(
                "of a cell, rms, roughly: {}; measured on percent covered, had it been sampled: {:.3} points, \
                 {:.3} worst cell",
                error.told(report.at_least),
                error.rms_points,
                error.worst_points
            ),
        ));
    }
    if let Some(gateways) = &report.gateways {
        rows.push(("gateways", format!("{} of {}", gateways.sites, gateways.files.join(", "))));
        rows.push(("gateway masks", gateways.masks.clone()));
        rows.push((
            "satellites in reach of one",
            format!("{} % of the time", percent(gateways.percent_in_reach, 2)),
        ));
        rows.extend(gateways.notes.iter().map(|note| ("gateways", note.clone())));
    }
    rows.extend(report.notes.iter().map(|note| ("region", note.clone())));
    page.run_sections(rows, &report.lost, report.inputs.iter().map(|input| input.facts()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Epoch;

    #[test]
    fn figures_have_the_names_that_are_told() {
        let window = Window { start: Epoch::from_unix_nanos(0), duration_s: 60.0 };
        let settings = crate::coverage::Settings {
            window,
            step_s: 60.0,
            min_elevation_deg: 10.0,
            at_least: 1,
            exact: Exact::All,
        };
        let coverage = Coverage {
            settings,
            points: Vec::new(),
            series_percent: Vec::new(),
            sampling_error: None,
            losses: Vec::new(),
            satellites: 0,
        };
        let names: Vec<String> =
            figures(&coverage).into_iter().map(|figure| figure.name.to_string()).collect();
        assert_eq!(names, FIGURES);
    }
}
