//! The page of a capacity run.

use std::collections::HashMap;

use h3o::CellIndex;

use super::head::{Head, users};
use super::{Axis, Bars, Chart, Ground, Layer, Line, MapFigure, Page, Sky, Table, length};
use crate::capacity::plan::Mover;
use crate::capacity::{Capacity, CellFigures, Plan, Unserved};
use crate::constellation::Constellation;
use crate::diagnostics::counted;
use crate::grid::cells::Grid;
use crate::report::capacity::{AreaFigures, CapacityReport, CountedBy, PERCENTILES};
use crate::report::{percent, percent_rounded};
use crate::time::Window;

impl Page {
    /// The page of a capacity run. `grid` holds all cells of the region, `movers` are the users that move;
    /// `command` is the command line as the user could repeat it.
    pub fn of_capacity(
        report: &CapacityReport,
        constellations: &[Constellation],
        grid: &Grid,
        plan: &Plan,
        capacity: &Capacity,
        movers: &[Mover],
        command: &str,
    ) -> Self {
        let systems: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
        let system = systems.join(" + ");
        let window = Window { start: report.start, duration_s: report.duration_s };
        let mut page = Self::of(Head::of_capacity(report), report.start);
        page.headline = headline(report);
        page.ground = Ground::Cells(grid.points.iter().filter_map(|point| point.cell).collect());
        page.layers = vec![Layer::new(system, figures(grid, plan, capacity))];
        page.charts = charts(report, plan, capacity);
        page.bars = bars(report);
        page.tables = tables(report);
        page.sky = Some(Sky::of(constellations, window, report.min_elevation_deg));
        for (site, mask_deg) in plan.gateways.sites() {
            page.add_site(site, mask_deg, &window);
        }
        for mover in movers {
            page.add_ship(&mover.site, report.min_elevation_deg, &window);
        }
        made(&mut page, report, command);
        page
    }
}

/// Terabits in a second with the unit that keeps them readable.
fn rate(tbps: f64) -> String {
    match tbps.abs() {
        size if size >= 1.0 => format!("{tbps:.3} Tbit/s"),
        size if size >= 1e-3 => format!("{:.3} Gbit/s", tbps * 1e3),
        size if size >= 1e-6 || size == 0.0 => format!("{:.3} Mbit/s", tbps * 1e6),
        _ => format!("{:.3} kbit/s", tbps * 1e9),
    }
}

fn headline(report: &CapacityReport) -> Vec<(String, String)> {
    let system = &report.system;
    let mut headline = vec![
        ("served".to_owned(), rate(system.served_tbps)),
        ("of a demand of".to_owned(), rate(system.demand_tbps)),
        ("share served".to_owned(), format!("{} %", percent(system.served_percent, 2))),
        ("sellable".to_owned(), rate(system.sellable_tbps)),
    ];
    if let Some(mean) = report.satellites.mean_percent {
        headline.push(("mean utilisation of a satellite".to_owned(), format!("{} %", percent(mean, 2))));
    }
    headline.push(("handovers in an hour".to_owned(), format!("{:.1}", system.handovers_per_hour)));
    headline
}

/// Names of the figures of a page of capacity, in its order, for whoever must know them before a run.
pub const FIGURES: [&str; 10] = [
    "percent_served",
    "demand_mbps",
    "served_mean_mbps",
    "served_p05_mbps",
    "percent_time_fully_served",
    "unserved_mean_mbps",
    "unserved_reason",
    "mean_spectral_efficiency",
    "mean_elevation_deg",
    "handovers_per_hour",
];

/// The figures of all cells of a grid, by the names of the CSV file; cells that want nothing have none but
/// the demand.
fn figures(grid: &Grid, plan: &Plan, capacity: &Capacity) -> Vec<MapFigure> {
    let numbers: HashMap<CellIndex, usize> =
        plan.points.iter().enumerate().filter_map(|(number, point)| Some((point.cell?, number))).collect();
    let of_cell: Vec<Option<&CellFigures>> = grid
        .points
        .iter()
        .filter_map(|point| point.cell)
        .map(|cell| numbers.get(&cell).map(|&number| &capacity.cells[number]))
        .collect();
    let column = |value: &dyn Fn(&CellFigures) -> Option<f64>| -> Vec<Option<f64>> {
        of_cell.iter().map(|figures| figures.and_then(value)).collect()
    };
    let wanted = |value: fn(&CellFigures) -> f64| column(&|figures| Some(value(figures)));
    let no_demand = "grey: no demand";
    let unserved = |figures: &CellFigures| figures.unserved_mbps.iter().sum::<f64>();
    let share = |figures: &CellFigures| {
        (figures.demand_mbps > 0.0).then(|| 100.0 * figures.served_mean_mbps / figures.demand_mbps)
    };
    let reasons = Unserved::ALL.map(|reason| reason.name().replace('_', " "));
    let figures = vec![
        MapFigure::new("percent_served", "Share of the demand served", 2, column(&share))
            .unit("%")
            .note(no_demand),
        MapFigure::new("demand_mbps", "Demand", 1, wanted(|f| f.demand_mbps)).unit("Mbit/s").note(no_demand),
        MapFigure::new("served_mean_mbps", "Served, mean", 1, wanted(|f| f.served_mean_mbps))
            .unit("Mbit/s")
            .note(no_demand),
        MapFigure::new(
            "served_p05_mbps",
            "Served in all but 5 % of the time",
            1,
            wanted(|f| f.served_p05_mbps),
        )
        .unit("Mbit/s")
        .note(no_demand),
        MapFigure::new(
            "percent_time_fully_served",
            "Time fully served",
            2,
            wanted(|f| f.percent_time_fully_served),
        )
        .unit("%")
        .note(no_demand),
        MapFigure::new("unserved_mean_mbps", "Not served, mean", 1, column(&|f| Some(unserved(f))))
            .unit("Mbit/s")
            .less_is_better()
            .note(no_demand),
        MapFigure::new(
            "unserved_reason",
            "What limits",
            0,
            column(&|figures| Unserved::main(figures).map(|reason| reason as usize as f64)),
        )
        .note("grey: all is served, or nothing wanted")
        .of_categories(reasons.iter().map(String::as_str)),
        MapFigure::new(
            "mean_spectral_efficiency",
            "Mean spectral efficiency",
            3,
            column(&|figures| figures.mean_spectral_efficiency),
        )
        .unit("bit/s/Hz")
        .note("grey: no service or no link budget"),
        MapFigure::new(
            "mean_elevation_deg",
            "Mean elevation of the serving satellites",
            2,
            column(&|figures| figures.mean_elevation_deg),
        )
        .unit("°")
        .note("grey: no service"),
        MapFigure::new("handovers_per_hour", "Handovers", 2, wanted(|f| f.handovers_per_hour))
            .unit("in an hour")
            .less_is_better()
            .note(no_demand),
    ];
    debug_assert!(figures.iter().map(|figure| figure.name.as_str()).eq(FIGURES));
    figures
}

/// What the bound is called: other antennas of the gateways might let more be served.
fn most_that_could_be_served(report: &CapacityReport) -> &'static str {
    match report.system.bound_is_of_given_antennas {
        Some(true) => "most that could be served, for the antennas as they are given",
        _ => "most that could be served",
    }
}

fn charts(report: &CapacityReport, plan: &Plan, capacity: &Capacity) -> Vec<Chart> {
    let middles: Vec<f64> = report.latitudes.iter().map(|band| band_middle(&band.name)).collect();
    let profile =
        |title: &str, unit: &str, lines: Vec<Line>| Chart::profile(title, unit, middles.clone(), lines);
    let of = |name: &str, value: fn(&AreaFigures) -> f64| Line::new(name, report.latitudes.iter().map(value));
    let moments = |name: &str, value: fn(&crate::capacity::run::Moment) -> f64| {
        Line::new(name, report.series.iter().map(value))
    };
    let mut series = vec![
        moments("demand", |moment| moment.demand_mbps / 1e3),
        moments("served", |moment| moment.served_mbps / 1e3),
        moments("sellable", |moment| moment.sellable_mbps / 1e3),
    ];
    if report.series.iter().any(|moment| moment.bound_mbps.is_some()) {
        let values = report.series.iter().map(|moment| moment.bound_mbps.map(|mbps| mbps / 1e3));
        series.push(Line { name: most_that_could_be_served(report).to_owned(), values: values.collect() });
    }
    let mut charts = Vec::new();
    if middles.iter().all(|middle| middle.is_finite()) && !middles.is_empty() {
        charts.push(profile(
            "Demand and served by latitude",
            "Gbit/s",
            vec![of("demand", |f| f.demand_mbps / 1e3), of("served", |f| f.served_mbps / 1e3)],
        ));
        charts.push(profile(
            "Share served by latitude",
            "%",
            vec![
                of("of the demand", |f| f.served_percent),
                of("of the time, fully", |f| f.percent_time_fully_served),
            ],
        ));
    }
    charts.push(Chart {
        from_zero: true,
        ..Chart::series("The system over time", "Gbit/s", report.start, report.step_s, series)
    });
    charts.push(loads(plan, capacity));
    if let Some(curve) = &report.gateway_curve {
        charts.push(Chart {
            title: "Served by number of gateways".to_owned(),
            axis: Axis::Number,
            x_title: "gateways".to_owned(),
            y_title: "Gbit/s".to_owned(),
            start: None,
            x: curve.iter().map(|point| point.gateways as f64).collect(),
            from_zero: true,
            lines: vec![Line::new("served", curve.iter().map(|point| point.served_tbps * 1e3))],
        });
    }
    charts
}

/// Middle of a band named `south to north`; not a number for other names.
pub(super) fn band_middle(name: &str) -> f64 {
    let number = |text: &str| text.trim().parse::<f64>().unwrap_or(f64::NAN);
    name.split_once(" to ").map_or(f64::NAN, |(south, north)| (number(south) + number(north)) / 2.0)
}

/// Loads of all satellites, the most loaded first: mean and most.
fn loads(plan: &Plan, capacity: &Capacity) -> Chart {
    /// Points that a page draws at most.
    const MOST: usize = 600;
    let mut sorted: Vec<(f64, f64)> =
        capacity.satellites.iter().map(|each| (each.mean_mbps / 1e3, each.max_mbps / 1e3)).collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let step = sorted.len().div_ceil(MOST).max(1);
    let kept = || sorted.iter().enumerate().step_by(step);
    Chart {
        title: "Load of the satellites, the most loaded first".to_owned(),
        axis: Axis::Number,
        x_title: format!("satellites, of {}", plan.abilities.of_satellite.len()),
        y_title: "Gbit/s".to_owned(),
        start: None,
        x: kept().map(|(number, _)| (number + 1) as f64).collect(),
        from_zero: true,
        lines: vec![
            Line::new("mean", kept().map(|(_, load)| load.0)),
            Line::new("largest at any instant", kept().map(|(_, load)| load.1)),
        ],
    }
}

fn bars(report: &CapacityReport) -> Vec<Bars> {
    let named = |name: &str| name.replace('_', " ");
    let mut limits: Vec<(String, f64)> =
        report.limited_by_percent.iter().map(|(name, percent)| (named(name), *percent)).collect();
    let mut unserved: Vec<(String, f64)> = report
        .unserved_mbps
        .iter()
        .filter(|(_, mbps)| **mbps > 0.0)
        .map(|(name, mbps)| (named(name), mbps / 1e3))
        .collect();
    for rows in [&mut limits, &mut unserved] {
        rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    let bars = |title: &str, unit: &str, mut rows: Vec<(String, f64)>| {
        if unit == "%" {
            rows.iter_mut().for_each(|(_, value)| *value = percent_rounded(*value, 2));
        }
        Bars { title: title.to_owned(), unit: unit.to_owned(), decimals: 2, rows }
    };
    let mut all = vec![bars("What limits the satellites, of their time", "%", limits)];
    if !unserved.is_empty() {
        all.push(bars("Why demand is not served", "Gbit/s", unserved));
    }
    let percentiles = PERCENTILES.iter().zip(&report.satellites.percentiles);
    let utilisation: Vec<(String, f64)> = percentiles
        .map(|(percent, value)| (format!("{percent:.0} % of the satellites below"), *value))
        .collect();
    if !utilisation.is_empty() {
        all.push(bars("Utilisation of the satellites", "%", utilisation));
    }
    all
}

fn tables(report: &CapacityReport) -> Vec<Table> {
    let system = &report.system;
    let optional = |value: Option<f64>, unit: &str| match value {
        Some(value) => format!("{value:.3} {unit}").trim_end().to_owned(),
        None => "–".to_owned(),
    };
    let rows = [
        ("satellites", system.satellites.to_string()),
        ("installed", system.installed_tbps.map_or("limited by beams only".to_owned(), rate)),
        ("sellable", rate(system.sellable_tbps)),
        ("demand", rate(system.demand_tbps)),
        ("served, mean", rate(system.served_tbps)),
        (
            "served, least and most",
            format!("{} and {}", rate(system.served_min_tbps), rate(system.served_max_tbps)),
        ),
        ("share served", format!("{} %", percent(system.served_percent, 3))),
        (
            "demand in cells that are always fully served",
            format!("{} %", percent(system.always_served_percent, 3)),
        ),
        (most_that_could_be_served(report), system.bound_tbps.map_or("not asked for".to_owned(), rate)),
        ("mean load of a satellite", rate(system.mean_gbps_per_satellite / 1e3)),
        ("mean spectral efficiency, by traffic", optional(system.mean_spectral_efficiency, "bit/s/Hz")),
        ("mean elevation, by traffic", optional(system.mean_elevation_deg, "°")),
        ("handovers of a cell in an hour", format!("{:.2}", system.handovers_per_hour)),
    ];
    let mut tables = vec![Table {
        title: "The system, means over the window".to_owned(),
        columns: vec!["figure".to_owned(), report.grid.region.clone()],
        rows: rows.map(|(name, value)| vec![name.to_owned(), value]).into(),
    }];
    for (title, areas) in
        [("Regions", &report.regions), ("Countries, the largest demand first", &report.countries)]
    {
        if !areas.is_empty() {
            let within = report.grid.part_of_earth().map(|region| format!(", the part within {region}"));
            let mut table = areas_table(&format!("{title}{}", within.unwrap_or_default()), areas);
            if title == "Regions" {
                table.columns.push("counted".to_owned());
                table.rows.iter_mut().zip(areas).for_each(|(row, area)| row.push(told(area.counted_by)));
            }
            tables.push(table);
        }
    }
    tables
}

fn told(by: CountedBy) -> String {
    match by {
        CountedBy::Countries => "by the countries of the demand",
        CountedBy::Sea => "demand of no country, by the centres of cells",
        CountedBy::Centres => "by the centres of cells",
    }
    .to_owned()
}

/// Areas that a table of a page lists.
const AREAS_LISTED: usize = 40;

fn areas_table(title: &str, areas: &[AreaFigures]) -> Table {
    Table {
        title: match areas.len() {
            count if count > AREAS_LISTED => format!("{title} ({AREAS_LISTED} of {count})"),
            _ => title.to_owned(),
        },
        columns: ["", "cells", "demand", "served", "share", "time fully served"].map(str::to_owned).into(),
        rows: areas
            .iter()
            .take(AREAS_LISTED)
            .map(|area| {
                vec![
                    area.name.clone(),
                    area.cells.to_string(),
                    rate(area.demand_mbps / 1e6),
                    rate(area.served_mbps / 1e6),
                    format!("{} %", percent(area.served_percent, 2)),
                    format!("{} %", percent(area.percent_time_fully_served, 2)),
                ]
            })
            .collect(),
    }
}

fn made(page: &mut Page, report: &CapacityReport, command: &str) {
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", report.hexsky_version)),
        ("model", report.model.clone()),
        ("elevation mask", format!("{}° ({})", report.min_elevation_deg, report.min_elevation_basis)),
        ("step", length(report.step_s)),
        ("allocation", format!("{:?}", report.assign).to_lowercase()),
        ("demand", report.demand.source.clone()),
    ];
    rows.extend(report.conditions());
    if let Some(mbps) = report.demand.track_mbps {
        rows.push((
            "moving demand",
            format!("{}, {mbps} Mbit/s each", counted(report.demand.movers, "track")),
        ));
    }
    if let Some(usage) = &report.demand.usage {
        rows.push(("users", users(usage)));
    }
    if let Some(angle) = report.gso_avoidance_deg {
        rows.push(("geostationary arc", format!("kept clear by {angle}°")));
    }
    rows.push((
        "gateways",
        match (report.gateways.count, report.gateways.antennas) {
            (None, _) if report.states_feeder_rates() => {
                "always in reach, over feeder links of the stated rates".to_owned()
            }
            (None, _) => "not limited: feeder links always reach the ground".to_owned(),
            (Some(count), None) => format!("{count}, antennas not limited"),
            (Some(count), Some(antennas)) => {
                format!("{count} with {} each", counted(antennas as usize, "antenna"))
            }
        },
    ));
    rows.extend(report.gateways.masks.iter().map(|masks| ("gateway masks", masks.clone())));
    rows.extend(report.abilities.iter().map(|ability| {
        let rate =
            ability.user_gbps.map_or("limited by beams only".to_owned(), |gbps| format!("{gbps} Gbit/s"));
        let text = format!(
            "{}: {} satellites, {rate}; rate of a beam: {}; of a feeder link: {}",
            ability.title, ability.satellites, ability.beam_rate, ability.feeder_rate
        );
        ("satellites", text)
    }));
    rows.extend(report.notes.iter().map(|note| ("note", note.clone())));
    page.run_sections(rows, &report.lost, report.inputs.iter().map(|input| input.facts()));
}
