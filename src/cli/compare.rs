//! `hexsky compare`: several systems over the same window and grid.

use std::path::{Path, PathBuf};

use clap::Args;
use hexsky::compare::{Comparison, Entry, POINT_FIGURES};
use hexsky::constellation::{Constellation, repeated};
use hexsky::coverage::memory::Method;
use hexsky::coverage::{
    Coverage, PointFigures, Progress, Settings, Stopped, Watch, bent_pipe, memory, run as run_coverage,
};
use hexsky::ephemeris::LostSatellite;
use hexsky::export::features::Features;
use hexsky::export::gis::{sidecars, write_sidecars};
use hexsky::export::memory::Made;
use hexsky::export::{compare_csv, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::grid::region::Region;
use hexsky::ground::Site;
use hexsky::memory::{COARSER, FEWER_PLACES, TooLarge};
use hexsky::report::coverage::{Context, CoverageReport};
use hexsky::report::gateways::GatewayReach;
use hexsky::report::page::{COVERAGE_FIGURES, CompareContext, Head, Page, comparison_figures};
use hexsky::time::Epoch;
use serde::Serialize;

use super::coverage::{Area, fleet};
use super::gateways::{self, Gateways};
use super::given::Given;
use super::memory::refused as memory_refused;
use super::outputs::OutputArgs;
use super::run_options::{ExactArg, RunOptions};
use super::selection::{labels, read_selection};
use super::turn::Turn;
use super::{Failure, compare_text, degrees, positive_duration_s, progress, saved};

/// Compare systems: coverage over the same window and grid, best figures, differences, who beats whom where.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Constellation files, catalogues or names of shipped files, each with a phase if wanted: `hongyan:first`;
    /// or reports that `hexsky coverage --json` wrote, as they are.
    #[arg(value_name = "FILE[:PHASE]", required = true)]
    files: Vec<String>,
    /// System that the others are held against [default: the first]; added when it is not among the files.
    #[arg(long, value_name = "FILE[:PHASE]")]
    baseline: Option<String>,
    /// Also compare within these regions; may be given several times.
    #[arg(long, value_name = "REGION", allow_hyphen_values = true)]
    by_region: Vec<String>,
    /// H3 resolution of the grid, 0 to 7.
    #[arg(long, default_value_t = 3, value_parser = crate::cli::whole(0u8, 7))]
    resolution: u8,
    /// Step at which in-view figures and further N-fold percentages are sampled; the others are solved.
    #[arg(long, default_value = "60s", value_parser = positive_duration_s, allow_hyphen_values = true)]
    step: f64,
    /// What is solved for instead of sampled; beside --points and --gateways all is.
    #[arg(long, value_enum, default_value_t = ExactArg::Edges)]
    exact: ExactArg,
    /// Gateways of all systems (station files or names of shipped networks): a satellite serves only while it
    /// sees one of them, as bent pipes do. Everything is solved then. Several may follow: put systems before.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gateways: Vec<String>,
    /// Least elevation at the gateways in degrees [default: that of each gateway's file, else that of each
    /// system, else 10].
    #[arg(long, value_name = "DEG", value_parser = degrees, allow_negative_numbers = true, requires = "gateways")]
    gateway_min_elevation: Option<f64>,
    #[command(flatten)]
    run: RunOptions,
    /// Write a row for each cell or place with every system's figures and their differences.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// With --csv: add a WKT column with the hexagon, and write .csvt and .prj beside it for GIS tools.
    #[arg(long, requires = "csv")]
    gis: bool,
    /// Write the comparison and every report as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    outputs: OutputArgs,
}

impl CompareArgs {
    /// Where something is written to.
    fn paths(&self) -> impl Iterator<Item = &Path> {
        let tables = [&self.csv, &self.json].into_iter().flatten().map(PathBuf::as_path);
        tables.chain(self.outputs.paths())
    }
}

impl CompareArgs {
    /// Whether each point is looked at for itself, which solves everything.
    fn point_by_point(&self) -> bool {
        self.run.points.is_some() || !self.gateways.is_empty()
    }

    /// Settings of the run of one system.
    fn settings(&self, constellation: &Constellation) -> Settings {
        let exact = self.exact.chosen(self.point_by_point());
        self.run.settings(self.run.mask(constellation).0, self.step, exact)
    }
}

/// The JSON document.
#[derive(Serialize)]
struct Document<'a> {
    comparison: &'a Comparison,
    reports: &'a [CoverageReport],
}

/// Runs the command.
pub fn run(args: &CompareArgs, given: &Given) -> Result<(), Failure> {
    let others = args.baseline.iter().chain(&args.by_region).chain(&args.gateways).cloned();
    let inputs: Vec<String> = args.files.iter().cloned().chain(others).chain(args.run.inputs()).collect();
    super::check_gis(args.gis, args.csv.as_deref())?;
    let beside: Vec<PathBuf> = args.csv.iter().filter(|_| args.gis).flat_map(|csv| sidecars(csv)).collect();
    let outputs = args.paths().chain(beside.iter().map(PathBuf::as_path));
    args.outputs.check(&outputs.map(Some).collect::<Vec<_>>(), &inputs)?;
    if let Some(reports) = saved_reports(args)? {
        return compare_saved(args, given, &reports);
    }
    let (mut constellations, baseline) = systems(args)?;
    args.run.start.settle(&constellations);
    args.run.strict.admit(&mut constellations, Some(&args.run.window()))?;
    let labels = labels(&constellations);
    let figures = comparison_figures(&labels, baseline);
    args.outputs.check_figure(&figures.iter().map(String::as_str).collect::<Vec<_>>())?;
    let regions = args.by_region.iter().map(|text| Region::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let orientation = args.run.orientation()?;
    let gateways = constellations
        .iter()
        .map(|constellation| {
            let constellation = std::slice::from_ref(constellation);
            gateways::read(&args.gateways, args.gateway_min_elevation, constellation, args.run.window())
        })
        .collect::<Result<Vec<_>, _>>()?;
    admit(args, &constellations, &orientation, &gateways)?;
    let area = args.run.area(args.resolution)?;
    let (runs, reach) = super::with_threads(args.run.threads, || {
        progress::watched(args.run.quiet, |watch| {
            coverages(args, &constellations, &orientation, &gateways, &area, watch)
        })
    })??;
    let reports: Vec<CoverageReport> = constellations
        .iter()
        .zip(runs.iter().zip(&reach))
        .map(|(constellation, (coverage, reach))| {
            let context = Context {
                constellations: std::slice::from_ref(constellation),
                region: &area.description,
                min_elevation_basis: &args.run.mask(constellation).1,
                place_names: &area.names,
                notes: &area.notes,
                gateways: reach.as_ref(),
                orientation: &orientation,
            };
            CoverageReport::new(&context, &area.grid, coverage)
        })
        .collect();
    args.run.strict.complete(lost(&reports).into_iter())?;
    let entries: Vec<Entry> = labels
        .iter()
        .zip(reports.iter().zip(&runs))
        .map(|(label, (report, coverage))| Entry { label: label.clone(), report, coverage: Some(coverage) })
        .collect();
    let comparison = Comparison::new(&entries, Some(&area.grid), baseline, &regions)
        .map_err(|unlike| Failure::input(unlike.to_string(), unlike.help()))?;
    let gateways = sites(&gateways);
    let context = CompareContext {
        comparison: &comparison,
        reports: &reports,
        runs: &runs,
        constellations: &constellations,
        grid: &area.grid,
        names: &area.names,
        gateways: &gateways,
        command: &super::command_line(),
    };
    for turn in Turn::ORDER {
        write_outputs(args, turn, &area, &runs, &comparison, &reports)?;
        write_pictures(args, turn, &area, &context, &orientation)?;
    }
    super::print_report(args.run.quiet, args.paths(), || compare_text::render(&comparison, &reports))
}

/// Refuses what needs too much memory: the system that takes most, beside the figures of all.
fn admit(
    args: &CompareArgs,
    constellations: &[Constellation],
    orientation: &Orientation,
    gateways: &[Option<Gateways>],
) -> Result<(), Failure> {
    let outlook = args.run.outlook(args.resolution)?;
    let method = if args.point_by_point() { Method::Points } else { Method::Footprints };
    let figures = outlook.points * size_of::<PointFigures>() as f64 * constellations.len() as f64;
    let instants = args.run.window().sample_count(args.step);
    let made = made(outlook.points, constellations.len(), instants);
    let mut largest: Option<TooLarge> = None;
    for (constellation, gateways) in constellations.iter().zip(gateways) {
        let settings = args.settings(constellation);
        let constellation = std::slice::from_ref(constellation);
        let mut fleet = fleet(constellation, orientation)?;
        let told = |size: &memory::Size| {
            let estimate =
                memory::estimate(size, &settings, method).with("figures of all systems", figures, COARSER);
            let estimate = args.outputs.counted_in(estimate, &made);
            if args.run.points.is_some() { estimate.without_cells(FEWER_PLACES) } else { estimate }
        };
        let refused =
            outlook.refusal(args.run.memory, constellation, &mut fleet, &settings, gateways.as_ref(), told);
        largest = largest.into_iter().chain(refused).max_by(|a, b| a.bytes().total_cmp(&b.bytes()));
    }
    largest.map_or(Ok(()), |refused| Err(memory_refused(&refused)))
}

/// What the page and the files of a comparison of so many systems are made of.
fn made(points: f64, systems: usize, instants: usize) -> Made {
    let others = systems - 1;
    Made {
        figures: systems * COVERAGE_FIGURES.len() + POINT_FIGURES.len(),
        differences: others * COVERAGE_FIGURES.len(),
        columns: (systems + others + 1) * POINT_FIGURES.len() + 4,
        ..Made::of(points, 0).over_time(instants, systems)
    }
}

/// The reports, where all files are such; none where none is.
fn saved_reports(args: &CompareArgs) -> Result<Option<Vec<CoverageReport>>, Failure> {
    let (files, _) = files(args);
    let reports = files.iter().map(|file| saved::read(Path::new(file))).collect::<Result<Vec<_>, _>>()?;
    let count = reports.iter().flatten().count();
    if count > 0 && count < files.len() {
        return Err(Failure::input(
            "reports and constellations are named together",
            "compare reports with reports; a constellation's comes from hexsky coverage FILE --json PATH",
        ));
    }
    Ok(reports.into_iter().collect())
}

/// Compares reports as they are: what needs the runs themselves is refused.
fn compare_saved(args: &CompareArgs, given: &Given, reports: &[CoverageReport]) -> Result<(), Failure> {
    if !args.gateways.is_empty() {
        return Err(Failure::input(
            "reports are compared as they are: --gateways has no effect on them",
            "hexsky coverage --gateways --json writes reports with gateways",
        ));
    }
    if args.csv.is_some() || !args.by_region.is_empty() || args.outputs.is_asked() {
        return Err(Failure::input(
            "reports hold no cells: --csv, --by-region, pages, maps and GIS files need the systems themselves",
            "name the constellation files instead of the reports",
        ));
    }
    given.only(
        &["baseline", "json", "quiet", "strict", "threads", "memory"],
        "reports are compared as they are",
        "give it to hexsky coverage, which writes the reports, or name the constellation files instead of them",
    )?;
    for input in reports.iter().flat_map(|report| &report.inputs) {
        args.run.strict.check(&input.file, &input.left_out)?;
    }
    args.run.strict.complete(lost(reports).into_iter())?;
    let labels = saved::labels(reports);
    let entries: Vec<Entry> = labels
        .into_iter()
        .zip(reports)
        .map(|(label, report)| Entry { label, report, coverage: None })
        .collect();
    let comparison = Comparison::new(&entries, None, files(args).1, &[])
        .map_err(|unlike| Failure::input(unlike.to_string(), unlike.help()))?;
    if let Some(path) = &args.json {
        super::write_json(path, &Document { comparison: &comparison, reports })?;
    }
    super::print_report(args.run.quiet, args.json.as_deref(), || compare_text::render(&comparison, reports))
}

/// The satellites lost in any of the runs.
fn lost(reports: &[CoverageReport]) -> Vec<(&str, Epoch, &str)> {
    reports.iter().flat_map(|report| &report.lost).map(LostSatellite::told).collect()
}

/// All files, the baseline among them, and its number.
fn files(args: &CompareArgs) -> (Vec<&String>, usize) {
    let mut files: Vec<&String> = args.files.iter().collect();
    let baseline = match &args.baseline {
        None => 0,
        Some(wanted) => files.iter().position(|file| same_file(file, wanted)).unwrap_or_else(|| {
            files.insert(0, wanted);
            0
        }),
    };
    (files, baseline)
}

/// Whether two arguments name one file, and one phase of it, in whatever spelling.
fn same_file(one: &str, other: &str) -> bool {
    let spelled = |text: &str| {
        let (file, phase) = match text.rsplit_once(':') {
            Some((file, phase)) if !Path::new(text).exists() => (file, Some(phase.to_owned())),
            _ => (text, None),
        };
        Some((Path::new(file).canonicalize().ok()?, phase))
    };
    one == other || spelled(one).is_some_and(|known| spelled(other) == Some(known))
}

/// The systems and the number of the baseline among them.
fn systems(args: &CompareArgs) -> Result<(Vec<Constellation>, usize), Failure> {
    let (files, baseline) = files(args);
    if files.len() < 2 {
        return Err(Failure::input(
            "only one system is named, a comparison needs two",
            "hexsky coverage is for one; name another file, or another phase: hongyan:first hongyan:full",
        ));
    }
    let mut systems = files.into_iter().map(|file| read_selection(file)).collect::<Result<Vec<_>, _>>()?;
    // The baseline was put first under another spelling of a system that is there anyway.
    if systems.len() > args.files.len() {
        let same = |other: &Constellation| repeated::same(&systems[0], other);
        if let Some(number) = systems[1..].iter().position(same) {
            systems.remove(0);
            return Ok((systems, number));
        }
    }
    Ok((systems, baseline))
}

/// One run for each system, one after the other: each uses all threads.
fn coverages(
    args: &CompareArgs,
    constellations: &[Constellation],
    orientation: &Orientation,
    gateways: &[Option<Gateways>],
    area: &Area,
    watch: Watch<'_>,
) -> Result<(Vec<Coverage>, Vec<Option<GatewayReach>>), Failure> {
    let total = constellations.len() as f64;
    // What does not fit is refused before the first of them runs.
    for (constellation, gateways) in constellations.iter().zip(gateways) {
        if let Some(gateways) = gateways {
            let alone = std::slice::from_ref(constellation);
            gateways.admit(args.run.memory, alone, &fleet(alone, orientation)?)?;
        }
    }
    constellations
        .iter()
        .zip(gateways)
        .enumerate()
        .map(|(number, (constellation, gateways))| {
            let settings = args.settings(constellation);
            let mut fleet = fleet(std::slice::from_ref(constellation), orientation)?;
            let progress = |part: Progress| {
                (watch.progress)(Progress {
                    done_s: number as f64 * part.total_s + part.done_s,
                    total_s: total * part.total_s,
                });
            };
            let watch = Watch { progress: &progress, stop: watch.stop };
            let reach = gateways.as_ref().map(|gateways| gateways.reach(&fleet));
            let run = match &reach {
                Some((intervals, _)) => bent_pipe::run(&area.grid, &mut fleet, &settings, intervals, watch),
                None => run_coverage(&area.grid, &mut fleet, &settings, watch),
            };
            run.map(|coverage| (coverage, reach.map(|(_, report)| report))).map_err(|stopped: Stopped| {
                Failure::Run(format!("{}: {stopped}; nothing was written", constellation.name))
            })
        })
        .collect()
}

/// The gateways with the lowest mask that any of the systems gives each; they are the same for all.
fn sites(gateways: &[Option<Gateways>]) -> Vec<(Site, f64)> {
    let each: Vec<Vec<(Site, f64)>> = gateways.iter().flatten().map(Gateways::with_masks).collect();
    let lowest = |number: usize| each.iter().map(|sites| sites[number].1).fold(f64::INFINITY, f64::min);
    let first = each.first().into_iter().flatten().enumerate();
    first.map(|(number, (site, _))| (site.clone(), lowest(number))).collect()
}

fn write_outputs(
    args: &CompareArgs,
    turn: Turn,
    area: &Area,
    runs: &[Coverage],
    comparison: &Comparison,
    reports: &[CoverageReport],
) -> Result<(), Failure> {
    if let Some(path) = turn.of(&args.csv) {
        let table = table(args, area, runs, comparison);
        write_file(path, |out| compare_csv::write(out, &table))?;
        if args.gis {
            let types = compare_csv::column_types(&area.grid, &comparison.labels, comparison.baseline);
            write_sidecars(path, &types)?;
        }
    }
    if let Some(path) = turn.of(&args.json) {
        super::write_json(path, &Document { comparison, reports })?;
    }
    Ok(())
}

/// The table of a comparison.
fn table<'a>(
    args: &CompareArgs,
    area: &'a Area,
    runs: &'a [Coverage],
    comparison: &'a Comparison,
) -> compare_csv::Table<'a> {
    compare_csv::Table {
        grid: &area.grid,
        names: &area.names,
        labels: &comparison.labels,
        runs,
        baseline: comparison.baseline,
        geometry: args.gis,
    }
}

fn write_pictures(
    args: &CompareArgs,
    turn: Turn,
    area: &Area,
    context: &CompareContext<'_>,
    orientation: &Orientation,
) -> Result<(), Failure> {
    let comparison = context.comparison;
    let table = table(args, area, context.runs, comparison);
    let texts = |number: usize| compare_csv::texts(&table, number);
    let fields = compare_csv::fields(&area.grid, &comparison.labels, comparison.baseline);
    let sites: Vec<&Site> = context.gateways.iter().map(|(site, _)| site).collect();
    let features = Features::new("compare", fields, &area.grid.points, &texts)
        .about(Head::of_comparison(comparison, context.reports).about());
    args.outputs.write(turn, || Page::of_comparison(context), orientation, &features, &sites)
}
