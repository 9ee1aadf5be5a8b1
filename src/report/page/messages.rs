//! The page of a system of short messages.

use super::capacity::band_middle;
use super::coverage::ground;
use super::head::Head;
use super::{Chart, Layer, Line, MapFigure, Page, Sky, Table, length};
use crate::capacity::messages::{MessageFigures, Messages};
use crate::constellation::{Constellation, Satellite};
use crate::grid::cells::Grid;
use crate::report::messages::{MessageFiguresOf, MessageReport};
use crate::report::percent;
use crate::time::Window;

impl Page {
    /// The page of a run of a system of short messages; `command` is the command line as the user could
    /// repeat it.
    pub fn of_messages(
        report: &MessageReport,
        constellations: &[Constellation],
        grid: &Grid,
        messages: &Messages,
        command: &str,
    ) -> Self {
        let systems: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
        let system = systems.join(" + ");
        let window = Window { start: report.start, duration_s: report.duration_s };
        let mut page = Self::of(Head::of_messages(report, grid.points.len()), report.start);
        // Where there is no device, the figures are those of a place.
        let (mean, whose) = match &report.devices_mean {
            Some(mean) => (mean, "device"),
            None => (&report.area_mean, "place"),
        };
        page.headline = vec![
            (format!("contacts of a {whose} in a day"), format!("{:.1}", mean.contacts_per_day)),
            (format!("mean wait of a {whose}"), length(mean.mean_wait_s)),
            ("wait in 95 % of the instants".to_owned(), length(mean.p95_wait_s)),
            ("with a satellite in view".to_owned(), format!("{} %", percent(mean.percent_covered, 2))),
        ];
        if report.devices_mean.is_none() {
            page.headline.push(("devices in the region".to_owned(), "none".to_owned()));
        } else if let Some(bytes) = mean.bytes_per_device_day {
            page.headline.push(("bytes of a device in a day".to_owned(), format!("{bytes:.0}")));
        }
        page.ground = ground(grid, &[]);
        page.layers = vec![Layer::new(system, figures(messages))];
        page.charts = charts(&report.latitudes);
        page.tables = vec![table(report)];
        let satellites: Vec<&Satellite> =
            constellations.iter().flat_map(|constellation| &constellation.satellites).collect();
        let taking_part = messages.settings.taking_part().into_iter().map(|number| satellites[number]);
        page.sky = Some(Sky::of_satellites(taking_part, window, report.min_elevation_deg));
        made(&mut page, report, command);
        page
    }
}

/// Names of the figures of a page of messages, in its order, for whoever must know them before a run.
pub const FIGURES: [&str; 6] =
    ["contacts_per_day", "percent_covered", "mean_wait_s", "p95_wait_s", "bytes_per_device_day", "devices"];

fn figures(messages: &Messages) -> Vec<MapFigure> {
    let column = |value: &dyn Fn(&MessageFigures) -> Option<f64>| -> Vec<_> {
        messages.cells.iter().map(value).collect()
    };
    let figures = vec![
        MapFigure::new("contacts_per_day", "Contacts in a day", 1, column(&|f| Some(f.contacts_per_day))),
        MapFigure::new(
            "percent_covered",
            "Time with a satellite in view",
            3,
            column(&|f| Some(f.percent_covered)),
        )
        .unit("%"),
        MapFigure::new("mean_wait_s", "Mean wait", 1, column(&|f| Some(f.mean_wait_s)))
            .unit("s")
            .less_is_better(),
        MapFigure::new("p95_wait_s", "Wait in 95 % of the instants", 0, column(&|f| Some(f.p95_wait_s)))
            .unit("s")
            .less_is_better(),
        MapFigure::new(
            "bytes_per_device_day",
            "Bytes of a device in a day",
            0,
            column(&|f| f.bytes_per_device_day),
        )
        .unit("B")
        .note("grey: the rate is not known"),
        MapFigure::new("devices", "Devices", 1, column(&|f| Some(f.devices))),
    ];
    debug_assert!(figures.iter().map(|figure| figure.name.as_str()).eq(FIGURES));
    figures
}

fn charts(bands: &[MessageFiguresOf]) -> Vec<Chart> {
    let middles: Vec<f64> = bands.iter().map(|band| band_middle(&band.name)).collect();
    let line = |name: &str, value: fn(&MessageFiguresOf) -> f64| Line::new(name, bands.iter().map(value));
    vec![
        Chart::profile(
            "Wait by latitude",
            "s",
            middles.clone(),
            vec![line("mean", |f| f.mean_wait_s), line("in 95 % of the instants", |f| f.p95_wait_s)],
        ),
        Chart::profile(
            "Contacts in a day by latitude",
            "contacts",
            middles.clone(),
            vec![line("contacts", |f| f.contacts_per_day)],
        ),
        Chart::profile(
            "Time with a satellite in view by latitude",
            "% of time",
            middles,
            vec![line("in view", |f| f.percent_covered)],
        ),
    ]
}

fn table(report: &MessageReport) -> Table {
    let means: Vec<&MessageFiguresOf> = report.devices_mean.iter().chain([&report.area_mean]).collect();
    let row = |name: &str, value: &dyn Fn(&MessageFiguresOf) -> String| -> Vec<String> {
        std::iter::once(name.to_owned()).chain(means.iter().map(|mean| value(mean))).collect()
    };
    Table {
        title: "Means".to_owned(),
        columns: std::iter::once("figure".to_owned())
            .chain(means.iter().map(|mean| mean.name.clone()))
            .collect(),
        rows: vec![
            row("contacts in a day", &|f| format!("{:.2}", f.contacts_per_day)),
            row("with a satellite in view", &|f| format!("{} %", percent(f.percent_covered, 3))),
            row("mean wait", &|f| format!("{:.1} s", f.mean_wait_s)),
            row("wait in 95 % of the instants", &|f| format!("{:.1} s", f.p95_wait_s)),
            row("bytes of a device in a day", &|f| match f.bytes_per_device_day {
                Some(bytes) => format!("{bytes:.0}"),
                None => "rate not known".to_owned(),
            }),
        ],
    }
}

fn made(page: &mut Page, report: &MessageReport, command: &str) {
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", report.hexsky_version)),
        ("model", report.model.clone()),
        ("elevation mask", format!("{}° ({})", report.min_elevation_deg, report.min_elevation_basis)),
        ("step", length(report.step_s)),
        ("devices", format!("{:.0}, spread as {}", report.devices, report.demand)),
        (
            "rate of a satellite",
            report.rates_kbps.map_or("not known".to_owned(), |rates| {
                format!("{rates} for all in view, of which {:.4} get through", report.access_efficiency)
            }),
        ),
        ("solved for", "contacts, percent covered and mean wait; the rest is sampled at the step".to_owned()),
    ];
    rows.extend(report.notes.iter().map(|note| ("note", note.clone())));
    page.run_sections(rows, &report.lost, report.inputs.iter().map(|input| input.facts()));
}
