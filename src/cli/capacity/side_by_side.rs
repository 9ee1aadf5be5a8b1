//! `hexsky capacity --side-by-side`: each system by itself, one table of all.

use hexsky::constellation::{Constellation, ServiceKind};
use hexsky::diagnostics::counted;
use hexsky::report::capacity::CapacityReport;
use hexsky::report::coverage::Input;
use hexsky::report::percent;
use hexsky::time::exact_length;
use serde::Serialize;

use super::{CapacityArgs, OF_MESSAGES, admit_memory, compute, files, idle, refuse_navigation, window};
use crate::cli::columns::{Lines, columns};
use crate::cli::coverage::Area;
use crate::cli::given::Given;
use crate::cli::rates::RateUnit;
use crate::cli::selection::{labels, read_selection};
use crate::cli::{Failure, capacity_text, print_report, write_json};

/// The JSON document.
#[derive(Serialize)]
struct Document<'a> {
    reports: &'a [CapacityReport],
}

/// Runs the command for each file.
pub fn run(args: &CapacityArgs, given: &Given) -> Result<(), Failure> {
    if args.checkpoint.is_given() {
        return Err(Failure::input(
            "runs side by side keep no checkpoint",
            "leave out --checkpoint, or run the systems one at a time",
        ));
    }
    given.none_of(&OF_MESSAGES, "for systems of short messages only")?;
    if args.json.is_none() {
        let why = "without effect on the table of --side-by-side: only its --json has regions";
        given.none_of(&["report-regions"], why)?;
    }
    if args.outputs.is_asked() {
        return Err(Failure::input(
            "runs side by side make no pages, maps or GIS files",
            "leave out --html, --map, --out and --ascii-map, or run the systems one at a time",
        ));
    }
    let mut constellations =
        args.files.iter().map(|file| read_selection(file)).collect::<Result<Vec<_>, _>>()?;
    args.start.settle(&constellations);
    args.strict.admit(&mut constellations, Some(&window(args)))?;
    refuse_navigation(&constellations)?;
    if let Some(other) = constellations.iter().find(|one| one.service.kind == ServiceKind::Messages) {
        return Err(Failure::input(
            format!("{} is a system of short messages and has no megabits to set beside others", other.name),
            "run hexsky capacity on it alone",
        ));
    }
    idle::refuse(args, given, &constellations)?;
    for one in &constellations {
        admit_memory(args, std::slice::from_ref(one))?;
    }
    let area = Area::of_region(&args.region, args.resolution)?;
    let reports = constellations
        .iter()
        .map(|one| compute(args, given, std::slice::from_ref(one), &area).map(|done| done.report))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &args.json {
        write_json(path, &Document { reports: &reports })?;
    }
    print_report(args.quiet, files(args), || render(&constellations, &reports, args.min_elevation.is_some()))
}

/// The table, and what holds for all systems above it. A mask that the user asked for is nobody's assumption.
fn render(constellations: &[Constellation], reports: &[CapacityReport], mask_is_asked: bool) -> String {
    let mut out = Lines::default();
    if let Some(first) = reports.first() {
        let tracks = first.demand.track_mbps.map_or(String::new(), |mbps| {
            format!("; {} beside", capacity_text::tracks(first.demand.movers, mbps))
        });
        let gateways = first
            .gateways
            .count
            .map_or("the ground always in reach".to_owned(), |count| counted(count, "gateway"));
        let head = format!(
            "Capacity side by side: {} + {}, every {} s; {}, H3 resolution {}",
            first.start,
            exact_length(first.duration_s),
            first.step_s,
            first.grid.region,
            first.grid.h3_resolution,
        );
        let demand = format!("demand {}{tracks}", capacity_text::demand(&first.demand));
        let ground = format!("{gateways}; allocation {}", capacity_text::allocation(first));
        for line in [head, demand, ground, format!("model {}", first.model), String::new()] {
            out.push_line(&line);
        }
    }
    let labels = labels(constellations);
    let mut header = vec![String::new()];
    header.extend(labels.iter().cloned());
    let rows = rows(reports, mask_is_asked);
    let is_marked = rows.iter().flatten().any(|cell| cell.contains(MARK));
    out.push_str(&columns(header, rows));
    if is_marked {
        out.push_str(
            "(a) assumed: no source gives it; `hexsky show FILE` has every figure with its source or reason\n",
        );
    }
    for (label, report) in labels.iter().zip(reports) {
        // Writing to a string cannot fail.
        let _ = capacity_text::absent(&mut out, &report.inputs, label, &report.lost);
    }
    let mut told: Vec<&String> = Vec::new();
    for note in reports.iter().flat_map(|report| &report.notes) {
        if !told.contains(&note) {
            told.push(note);
            out.push_line(&format!("note: {note}"));
        }
    }
    out.into_string()
}

/// What marks an assumed value.
const MARK: &str = " (a)";

/// A value marked where the file's figure for it is assumed.
fn mark(report: &CapacityReport, field: &str, value: &str) -> String {
    let is_of_field = |name: &str| name.rsplit(": ").next() == Some(field);
    let is_assumed = |input: &Input| input.assumed.iter().any(|figure| is_of_field(&figure.name));
    if report.inputs.iter().any(is_assumed) { format!("{value}{MARK}") } else { value.to_owned() }
}

fn rows(reports: &[CapacityReport], mask_is_asked: bool) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: &dyn Fn(&CapacityReport) -> Option<String>| {
        let values: Vec<Option<String>> = reports.iter().map(value).collect();
        if values.iter().any(Option::is_some) {
            let shown = values.into_iter().map(|value| value.unwrap_or_else(|| "–".to_owned()));
            rows.push(std::iter::once(name.to_owned()).chain(shown).collect());
        }
    };
    row("phase", &|report| report.inputs.first()?.phase.clone());
    row("satellites", &|report| Some(report.system.satellites.to_string()));
    row("figures assumed", &|report| {
        let input = report.inputs.first()?;
        Some(format!("{} of {}", input.assumed.len(), input.figures))
    });
    row("mask of users, °", &|report| {
        let mask = report.min_elevation_deg.to_string();
        Some(if mask_is_asked { mask } else { mark(report, "min_elevation_deg", &mask) })
    });
    row("kept clear of the geostationary arc, °", &|report| {
        report.gso_avoidance_deg.map(|angle| angle.to_string())
    });
    row("antennas of a gateway", &|report| {
        report.gateways.count?;
        Some(report.gateways.antennas.map_or("any number".to_owned(), |antennas| antennas.to_string()))
    });
    row("masks of gateways", &|report| report.gateways.masks.clone());
    row("each satellite carries, Gbit/s", &|report| {
        let told = |mark_asked: &str| {
            let kinds = report.abilities.iter();
            let mut rates: Vec<String> = kinds
                .filter_map(|kind| {
                    Some(format!(
                        "{}{}",
                        kind.carries_gbps?,
                        if kind.user_gbps_assumed { mark_asked } else { "" }
                    ))
                })
                .collect();
            rates.dedup();
            rates.join(" / ")
        };
        // Where the file's own figure is assumed, one mark stands for all.
        let is_by_beams = report.abilities.iter().any(|kind| kind.carries_gbps != kind.user_gbps);
        let decides = if is_by_beams { "beams" } else { "capacity_gbps_per_satellite" };
        let of_file = mark(report, decides, &told(""));
        let marked = if of_file.ends_with(MARK) { of_file } else { told(MARK) };
        (!told("").is_empty()).then_some(marked)
    });
    row("beams of a satellite", &|report| {
        let beams = report.abilities.iter().filter_map(|kind| kind.beams);
        let told: Vec<String> = beams.map(|beams| beams.to_string()).collect();
        (!told.is_empty()).then(|| mark(report, "beams", &told.join(" / ")))
    });
    row("availability of links, %", &|report| {
        report.attenuation.as_ref().map(|attenuation| attenuation.availability_percent.to_string())
    });
    row("neighbouring cells held to colours", &|report| {
        Some(if report.neighbours_share_colours? { "yes" } else { "no" }.to_owned())
    });
    row("links between satellites", &|report| {
        let links = report.gateways.isl_links;
        (links > 0).then(|| mark(report, "isl", &links.to_string()))
    });
    let number = |value: f64, digits: usize| Some(format!("{value:.digits$}"));
    // One unit for a line of systems, by the largest of them.
    let unit_of = |mbps: &dyn Fn(&CapacityReport) -> Option<f64>, coarsest: RateUnit| {
        coarsest.or_finer(reports.iter().filter_map(mbps).fold(0.0, f64::max))
    };
    let mut rates = |name: &str,
                     tbps: &dyn Fn(&CapacityReport) -> Option<f64>,
                     mark: &dyn Fn(&CapacityReport) -> &'static str| {
        let unit = unit_of(&|report| Some(tbps(report)? * 1e6), RateUnit::Tera);
        row(&format!("{name}, {}", unit.name()), &|report| {
            Some(format!("{:.3}{}", unit.number(tbps(report)? * 1e6), mark(report)))
        });
    };
    let plain = |_: &CapacityReport| "";
    rates("installed", &|report| report.system.installed_tbps, &plain);
    rates("sellable", &|report| Some(report.system.sellable_tbps), &plain);
    rates("demand", &|report| Some(report.system.demand_tbps), &plain);
    rates("served", &|report| Some(report.system.served_tbps), &plain);
    rates("bound", &|report| report.system.bound_tbps, &|report| match (
        report.system.bound_is_exact,
        report.system.bound_is_of_given_antennas,
    ) {
        (Some(true), _) => "",
        (_, Some(true)) => " (of antennas as given)",
        _ => " (not exact)",
    });
    row("served of the demand, %", &|report| Some(percent(report.system.served_percent, 2)));
    let load_mbps = |report: &CapacityReport| 1e3 * report.system.mean_gbps_per_satellite;
    let unit = unit_of(&|report| Some(load_mbps(report)), RateUnit::Giga);
    row(&format!("mean load of a satellite, {}", unit.name()), &|report| {
        number(unit.number(load_mbps(report)), 2)
    });
    row("utilisation, %", &|report| Some(percent(report.satellites.mean_percent?, 1)));
    row("spectral efficiency, bit/s/Hz", &|report| number(report.system.mean_spectral_efficiency?, 2));
    row("serving elevation, °", &|report| number(report.system.mean_elevation_deg?, 1));
    row("handovers an hour and cell", &|report| number(report.system.handovers_per_hour, 1));
    row("always fully served, % of demand", &|report| Some(percent(report.system.always_served_percent, 2)));
    row("mostly limited by", &|report| {
        let most = report.limited_by_percent.iter().max_by(|a, b| a.1.total_cmp(b.1))?;
        Some(format!("{} {} %", most.0.replace('_', " "), percent(*most.1, 0)))
    });
    rows
}
