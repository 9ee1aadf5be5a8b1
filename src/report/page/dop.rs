//! The page of a navigation run.

use super::head::{Head, clocks};
use super::{Chart, FileFacts, Ground, Layer, Line, MapFigure, Page, Place, Sky, Table, length};
use crate::navigation::figures::{Distribution, DopFigures, Figures};
use crate::navigation::report::{DopReport, NamedOutage, RegionFigures};
use crate::navigation::run::Run;
use crate::navigation::source::Source;
use crate::navigation::summary::{AreaFigures, Band};
use crate::navigation::system::Orbit;
use crate::navigation::table::Subject;
use crate::report::percent;
use crate::time::Window;

/// Satellites that a position and one clock take.
const LEAST_FOR_A_FIX: u32 = 4;

impl Page {
    /// The page of a navigation run; `command` is the command line as the user could repeat it.
    pub fn of_dop(run: &Run, sources: &[Source], command: &str) -> Self {
        let report = &run.report;
        let systems: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
        let system = systems.join(" + ");
        let mut page = Self::of(Head::of_dop(report), report.start);
        page.headline = headline(report);
        page.ground = ground(run);
        page.layers = vec![Layer::new(system, figures(run))];
        page.charts = charts(report);
        page.tables = tables(report);
        page.sky = sky(report, sources);
        made(&mut page, report, command);
        page
    }
}

fn headline(report: &DopReport) -> Vec<(String, String)> {
    let Some(region) = report.regions.first() else { return Vec::new() };
    let figures = &region.figures;
    let mut headline = vec![
        (
            format!("PDOP at most {}, of area and time", report.pdop_threshold),
            format!("{} %", percent(figures.availability_percent, 3)),
        ),
        (
            "at every instant".to_owned(),
            format!("{} % of the area", percent(figures.always_available_percent, 2)),
        ),
        ("satellites in view, mean".to_owned(), format!("{:.2}", figures.mean_in_view)),
    ];
    if let Some(mean) = figures.mean {
        headline.push(("mean PDOP".to_owned(), format!("{:.2}", mean.pdop)));
        headline.push(("mean HDOP".to_owned(), format!("{:.2}", mean.hdop)));
    }
    headline
}

fn ground(run: &Run) -> Ground {
    let cells: Vec<_> = run
        .subjects
        .iter()
        .filter_map(|subject| match subject {
            Subject::Cell(cell, _) => Some(*cell),
            Subject::Place(_) => None,
        })
        .collect();
    if run.report.h3_resolution.is_some() {
        return Ground::Cells(cells);
    }
    Ground::Places(
        run.report
            .places
            .iter()
            .map(|place| Place {
                name: place.name.clone(),
                longitude: place.lon_deg,
                latitude: place.lat_deg,
                height_km: place.height_m / 1000.0,
            })
            .collect(),
    )
}

/// Names of the figures of a page of navigation, in its order, for whoever must know them before a run.
pub const FIGURES: [&str; 12] = [
    "availability_percent",
    "mean_pdop",
    "p95_pdop",
    "max_pdop",
    "mean_hdop",
    "p95_hdop",
    "mean_vdop",
    "p95_vdop",
    "mean_tdop",
    "mean_gdop",
    "mean_in_view",
    "min_in_view",
];

/// The figures of a navigation run, by the names of its CSV file.
fn figures(run: &Run) -> Vec<MapFigure> {
    let column =
        |value: &dyn Fn(&Figures) -> Option<f64>| -> Vec<_> { run.figures.iter().map(value).collect() };
    let dop =
        |name: &str, title: &str, kind: fn(&DopFigures) -> &Distribution, part: fn(&Distribution) -> f64| {
            MapFigure::new(name, title, 3, column(&|f| f.dop.as_ref().map(|dop| part(kind(dop)))))
                .less_is_better()
                .note("grey: never a fix")
        };
    let threshold = run.report.pdop_threshold;
    let available = format!("Time with PDOP at most {threshold}");
    let figures = vec![
        MapFigure::new("availability_percent", &available, 3, column(&|f| Some(f.availability_percent())))
            .unit("%"),
        dop("mean_pdop", "Mean PDOP", |d| &d.pdop, |d| d.mean),
        dop("p95_pdop", "95th percentile of PDOP", |d| &d.pdop, |d| d.p95),
        dop("max_pdop", "Largest PDOP", |d| &d.pdop, |d| d.max),
        dop("mean_hdop", "Mean HDOP", |d| &d.hdop, |d| d.mean),
        dop("p95_hdop", "95th percentile of HDOP", |d| &d.hdop, |d| d.p95),
        dop("mean_vdop", "Mean VDOP", |d| &d.vdop, |d| d.mean),
        dop("p95_vdop", "95th percentile of VDOP", |d| &d.vdop, |d| d.p95),
        dop("mean_tdop", "Mean TDOP", |d| &d.tdop, |d| d.mean),
        dop("mean_gdop", "Mean GDOP", |d| &d.gdop, |d| d.mean),
        MapFigure::new("mean_in_view", "Mean number in view", 3, column(&|f| Some(f.mean_in_view))),
        MapFigure::new("min_in_view", "Fewest in view", 0, column(&|f| Some(f64::from(f.min_in_view)))),
    ];
    debug_assert!(figures.iter().map(|figure| figure.name.as_str()).eq(FIGURES));
    figures
}

fn charts(report: &DopReport) -> Vec<Chart> {
    let profile = |title: &str, unit: &str, value: &dyn Fn(&Band) -> Option<f64>| {
        let middle = |band: &Band| (band.south_deg + band.north_deg) / 2.0;
        let latitudes = report.regions.first()?.latitude_profile.iter().map(middle).collect::<Vec<_>>();
        // Regions may have other bands than the first: a line has a gap where its region has none.
        let lines = report.regions.iter().map(|region| Line {
            name: region.region.clone(),
            values: latitudes
                .iter()
                .map(|at| region.latitude_profile.iter().find(|band| middle(band) == *at).and_then(value))
                .collect(),
        });
        Some(Chart::profile(title, unit, latitudes.clone(), lines.collect()))
    };
    let available = format!("Time with PDOP at most {} by latitude", report.pdop_threshold);
    [
        profile(&available, "% of time", &|band| Some(band.figures.availability_percent)),
        profile("Mean PDOP by latitude", "PDOP", &|band| band.figures.mean.map(|mean| mean.pdop)),
        profile("Mean number in view by latitude", "satellites", &|band| Some(band.figures.mean_in_view)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn tables(report: &DopReport) -> Vec<Table> {
    let mut tables = Vec::new();
    if !report.regions.is_empty() {
        tables.push(regions_table(&report.regions, report.pdop_threshold));
    }
    if !report.places.is_empty() {
        tables.push(Table {
            title: "Places".to_owned(),
            columns: ["place", "available", "mean PDOP", "p95 PDOP", "mean in view"]
                .map(str::to_owned)
                .into(),
            rows: report
                .places
                .iter()
                .map(|place| {
                    let pdop = place.figures.dop.map(|dop| dop.pdop);
                    let number = |part: fn(Distribution) -> f64| {
                        pdop.map_or("no fix".to_owned(), |pdop| format!("{:.2}", part(pdop)))
                    };
                    vec![
                        place.name.clone(),
                        format!("{} %", percent(place.figures.availability_percent(), 3)),
                        number(|pdop| pdop.mean),
                        number(|pdop| pdop.p95),
                        format!("{:.2}", place.figures.mean_in_view),
                    ]
                })
                .collect(),
        });
    }
    if let Some(loss) = &report.loss {
        tables.push(loss_table("One satellite out", std::iter::once(&loss.none).chain(&loss.singles)));
        tables.push(loss_table("Worst pairs out", loss.worst_pairs.iter()));
        tables.push(loss_table("One plane out", loss.planes.iter()));
    }
    tables
}

fn regions_table(regions: &[RegionFigures], threshold: f64) -> Table {
    type Value = fn(&AreaFigures) -> String;
    let number = |value: Option<f64>| value.map_or("no fix".to_owned(), |value| format!("{value:.3}"));
    let rows: [(String, Value); 4] = [
        (format!("PDOP at most {threshold}, of area and time"), |f| {
            format!("{} %", percent(f.availability_percent, 4))
        }),
        ("at every instant, of the area".to_owned(), |f| {
            format!("{} %", percent(f.always_available_percent, 4))
        }),
        ("without a fix, of area and time".to_owned(), |f| {
            format!("{} %", percent(f.without_fix_percent, 4))
        }),
        ("mean number in view".to_owned(), |f| format!("{:.3}", f.mean_in_view)),
    ];
    let mut lines: Vec<Vec<String>> = rows
        .iter()
        .map(|(name, value)| {
            let values = regions.iter().map(|region| value(&region.figures));
            std::iter::once(name.clone()).chain(values).collect()
        })
        .collect();
    for (name, kind) in [
        ("mean PDOP", (|f| f.mean.map(|m| m.pdop)) as fn(&AreaFigures) -> Option<f64>),
        ("mean HDOP", |f| f.mean.map(|m| m.hdop)),
        ("mean VDOP", |f| f.mean.map(|m| m.vdop)),
        ("mean TDOP", |f| f.mean.map(|m| m.tdop)),
        ("mean GDOP", |f| f.mean.map(|m| m.gdop)),
        ("mean of 95th percentiles of PDOP", |f| f.p95.map(|m| m.pdop)),
        ("largest PDOP", |f| f.max_pdop),
    ] {
        let values = regions.iter().map(|region| number(kind(&region.figures)));
        lines.push(std::iter::once(name.to_owned()).chain(values).collect());
    }
    Table {
        title: "Dilution of precision, area-weighted".to_owned(),
        columns: std::iter::once("figure".to_owned())
            .chain(regions.iter().map(|region| region.region.clone()))
            .collect(),
        rows: lines,
    }
}

fn loss_table<'a>(title: &str, outages: impl Iterator<Item = &'a NamedOutage>) -> Table {
    Table {
        title: title.to_owned(),
        columns: ["out", "available", "worst site", "available there"].map(str::to_owned).into(),
        rows: outages
            .map(|outage| {
                vec![
                    outage.out.clone(),
                    format!("{} %", percent(outage.availability_percent, 3)),
                    outage.worst_site.clone(),
                    format!("{} %", percent(outage.worst_site_percent, 3)),
                ]
            })
            .collect(),
    }
}

/// The satellites, when all of them have elements: a page cannot compute almanacs.
fn sky(report: &DopReport, sources: &[Source]) -> Option<Sky> {
    let satellites = sources
        .iter()
        .flat_map(|source| &source.system.satellites)
        .map(|satellite| match satellite.orbit {
            Orbit::Elements(elements) => Some((satellite.name.clone(), elements)),
            Orbit::Almanac(_) => None,
        })
        .collect::<Option<Vec<_>>>()?;
    (report.duration_s > 0.0).then_some(Sky {
        window: Window { start: report.start, duration_s: report.duration_s },
        min_elevation_deg: report.min_elevation_deg,
        at_least: LEAST_FOR_A_FIX,
        satellites,
        systems: Vec::new(),
        through_gateways: false,
    })
}

fn made(page: &mut Page, report: &DopReport, command: &str) {
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", report.hexsky_version)),
        ("model", report.model.clone()),
        ("clocks", clocks(report.clock).to_owned()),
        ("elevation mask", format!("{}°", report.min_elevation_deg)),
        ("start", format!("{} ({})", report.start, report.start_basis)),
        (
            "instants",
            match report.duration_s {
                0.0 => "1".to_owned(),
                _ => format!("{} every {}", report.instants, length(report.step_s)),
            },
        ),
    ];
    rows.extend(report.notes.iter().map(|note| ("places", note.clone())));
    for region in &report.regions {
        rows.extend(region.notes.iter().map(|note| ("region", note.clone())));
    }
    let facts = report.inputs.iter().map(|input| FileFacts {
        name: &input.name,
        file: &input.file,
        phase: input.phase.as_deref(),
        satellites: input.satellites,
        figures: input.figures,
        assumed: &input.assumed,
        left_out: &input.left_out,
        notes: &input.notes,
        warnings: &input.warnings,
    });
    page.run_sections(rows, &report.lost, facts);
}
