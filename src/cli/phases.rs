//! `hexsky phases`: coverage as a constellation grows.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hexsky::constellation::{Constellation, ReadOptions, Satellite, read};
use hexsky::coverage::memory::SubsetsAhead;
use hexsky::coverage::subsets::{self, SubsetFigures, Subsets, SubsetsError};
use hexsky::coverage::{Exact, Progress, Watch};
use hexsky::deployment::{self, Deployment, Step, by_phase, by_plane, continuous_from, continuous_steps};
use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::export::{text_cell, write_file};
use hexsky::frames::orientation::Orientation;
use hexsky::report::percent;
use serde::Serialize;

use super::columns::{columns, one_line};
use super::coverage::Area;
use super::run_options::{Account, Basis, RunFacts, RunOptions, check_planes, lost};
use super::selection::{read_selection, split};
use super::turn::Turn;
use super::{Failure, progress};

/// Coverage as a constellation grows, by declared phase or plane by plane, and when it becomes continuous.
#[derive(Debug, Args)]
pub struct PhasesArgs {
    /// Definition (TOML) or shipped name; with a phase, that one is filled plane by plane, or with --by phase
    /// the growth ends with it.
    #[arg(value_name = "FILE[:PHASE]")]
    file: String,
    /// Steps [default: planes where a phase is named or the file declares fewer than two, else its phases].
    #[arg(long, value_enum)]
    by: Option<By>,
    /// H3 resolution of the grid, 0 to 7.
    #[arg(long, default_value_t = 2, value_parser = crate::cli::whole(0u8, 7))]
    resolution: u8,
    #[command(flatten)]
    run: RunOptions,
    /// Write a row for each step; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    csv: Option<PathBuf>,
    /// Write the steps as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
}

/// What one step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The phases that the file declares.
    Phase,
    /// One plane after another, shell by shell.
    Plane,
}

/// One step as files tell it.
#[derive(Debug, Serialize)]
struct StepReport {
    step: String,
    date: Option<String>,
    /// Elevation mask of the step, degrees: that of its phase.
    min_elevation_deg: f64,
    /// What the step rests on: the figures of its phase.
    #[serde(flatten)]
    basis: Basis,
    #[serde(flatten)]
    figures: SubsetFigures,
}

#[derive(Debug, Serialize)]
struct Report {
    hexsky_version: &'static str,
    name: String,
    file: String,
    /// The phase that is filled; none where the steps are phases, or the file has none.
    phase: Option<String>,
    order: String,
    #[serde(flatten)]
    run: RunFacts,
    steps: Vec<StepReport>,
    /// Numbers of the steps in which the region is covered at all times.
    continuous_steps: Vec<usize>,
    /// Number of the first step from which on the region is covered at all times; none where steps do not keep what flew
    /// before.
    continuous_from: Option<usize>,
    /// Satellites at that step.
    continuous_satellites: Option<usize>,
    #[serde(flatten)]
    account: Account,
}

/// Runs the command.
pub fn run(args: &PhasesArgs) -> Result<(), Failure> {
    let inputs: Vec<String> = std::iter::once(args.file.clone()).chain(args.run.inputs()).collect();
    super::check_outputs(&[args.csv.as_deref(), args.json.as_deref()], &inputs)?;
    let mut constellation = read_selection(&args.file)?;
    let growth = growth(args, &mut constellation)?;
    let deployment = &growth.deployment;
    let orientation = args.run.orientation()?;
    let area = args.run.area(args.resolution)?;
    let result = super::with_threads(args.run.threads, || {
        progress::watched(args.run.quiet, |watch| growth.cover(args, &orientation, &area, watch))
    })?
    .map_err(failed)?;
    let lost = lost(&result.losses, &deployment.satellites, &constellation.file);
    args.run.strict.complete(lost.iter().map(LostSatellite::told))?;
    let facts = growth.facts(args, &constellation, &area, &orientation);
    let report = report(&constellation, &growth, facts, &result);
    for turn in Turn::ORDER {
        if let Some(path) = turn.of(&args.csv) {
            write_file(path, |out| write_csv(out, &report))?;
        }
        if let Some(path) = turn.of(&args.json) {
            super::write_json(path, &report)?;
        }
    }
    let outputs = [&args.csv, &args.json].into_iter().flatten().map(PathBuf::as_path);
    super::print_report(args.run.quiet, outputs, || text(&report, &growth))
}

/// Names of a step and its line in the table, bytes.
const LABEL_BYTES: usize = 500;

/// Step of the settings; everything is solved, so that nothing depends on it.
const STEP_S: f64 = 60.0;

/// A deployment, and of each of its steps the elevation mask in degrees and what it rests on.
struct Growth {
    /// The phase that is filled; none where the steps are phases, or the file has none.
    phase: Option<String>,
    deployment: Deployment,
    masks_deg: Vec<f64>,
    bases: Vec<Basis>,
    /// Whether each step is a phase, and has figures of its own.
    by_phase: bool,
}

impl Growth {
    /// The masks in the order in which they come first, each once.
    fn masks(&self) -> Vec<f64> {
        let mut masks = Vec::new();
        for &mask in &self.masks_deg {
            if !masks.contains(&mask) {
                masks.push(mask);
            }
        }
        masks
    }

    /// What the run rests on, as reports tell it.
    fn facts(
        &self,
        args: &PhasesArgs,
        constellation: &Constellation,
        area: &Area,
        orientation: &Orientation,
    ) -> RunFacts {
        let (mask_deg, basis) = args.run.mask(constellation);
        let basis = match self.masks().len() {
            0 | 1 => basis,
            _ => format!("{basis}; each phase has its own, in the table"),
        };
        let flown = self.deployment.steps.iter().map(|step| step.flying()).max().unwrap_or(0);
        RunFacts::new(&args.run, area, (mask_deg, basis), orientation, flown)
    }

    /// Coverage after each step: steps of one mask share the accesses.
    fn cover(
        &self,
        args: &PhasesArgs,
        orientation: &Orientation,
        area: &Area,
        watch: Watch<'_>,
    ) -> Result<Subsets, SubsetsError> {
        let elements: Vec<_> =
            self.deployment.satellites.iter().map(|satellite| &satellite.elements).collect();
        let masks = self.masks();
        let mut whole = Subsets { figures: Vec::new(), losses: Vec::new() };
        let mut figures = vec![None; self.deployment.steps.len()];
        for (number, &mask) in masks.iter().enumerate() {
            let own: Vec<usize> = (0..figures.len()).filter(|&step| self.masks_deg[step] == mask).collect();
            let members: Vec<_> = own.iter().map(|&step| &self.deployment.steps[step].members).collect();
            let settings = args.run.settings(mask, STEP_S, Exact::All);
            let progress = |part: Progress| {
                (watch.progress)(Progress {
                    done_s: number as f64 * part.total_s + part.done_s,
                    total_s: masks.len() as f64 * part.total_s,
                });
            };
            let watch = Watch { progress: &progress, stop: watch.stop };
            let part = subsets::run(&area.grid, &elements, orientation, &settings, &members, watch)?;
            own.into_iter().zip(part.figures).for_each(|(step, found)| figures[step] = Some(found));
            // Who is lost does not depend on the mask.
            whole.losses = part.losses;
        }
        whole.figures = figures.into_iter().flatten().collect();
        Ok(whole)
    }
}

/// Why subsets have no figures, as the command line tells it.
pub fn failed(error: SubsetsError) -> Failure {
    match error {
        SubsetsError::Stopped(stopped) => Failure::Run(format!("{stopped}; nothing was written")),
        SubsetsError::Elements(..) => {
            Failure::input(error.to_string(), "correct the elements of this satellite")
        }
    }
}

/// Reads what grows. What is left out of any of it, and what is to be warned of, is the constellation's from here on.
fn growth(args: &PhasesArgs, constellation: &mut Constellation) -> Result<Growth, Failure> {
    let (_, named) = split(&args.file, None)?;
    let by = args.by.unwrap_or(match named {
        None if constellation.phases.len() > 1 => By::Phase,
        _ => By::Plane,
    });
    let deployment = match by {
        By::Phase if constellation.phases.is_empty() => {
            return Err(Failure::input(
                format!("{} declares no phases", constellation.file),
                "take --by plane, or add [[phase]] tables to the file",
            ));
        }
        By::Phase => {
            let last = constellation.phases.iter().position(|phase| Some(phase.name.as_str()) == named);
            let mut phases = constellation.phases[..=last.unwrap_or(constellation.phases.len() - 1)]
                .iter()
                .map(|phase| {
                    let options = ReadOptions { phase: Some(phase.name.clone()), shells: Vec::new() };
                    read(&constellation.file, &options).map_err(Failure::from)
                })
                .collect::<Result<Vec<_>, _>>()?;
            args.run.start.settle(&phases);
            phases.iter_mut().for_each(|phase| phase.take_to(&args.run.window()));
            constellation.left_out = each_once(phases.iter().flat_map(|phase| &phase.left_out));
            constellation.warnings = each_once(phases.iter().flat_map(|phase| &phase.warnings));
            // All that fly were warned of, each phase with the ages of its own.
            args.run.strict.admit(std::slice::from_mut(constellation), None)?;
            let masks_deg = phases.iter().map(|phase| args.run.mask(phase).0).collect();
            let bases = phases.iter().map(Basis::of).collect();
            let growth =
                Growth { phase: None, deployment: by_phase(&phases), masks_deg, bases, by_phase: true };
            let steps = growth.deployment.steps.len();
            for mask_deg in growth.masks() {
                // All phases fly in memory, not only the one that the file flies by default.
                admit(args, &growth.deployment.satellites, mask_deg, steps, "fewer phases or satellites")?;
            }
            return Ok(growth);
        }
        By::Plane => {
            args.run.start.settle(std::slice::from_ref(constellation));
            args.run.strict.admit(std::slice::from_mut(constellation), Some(&args.run.window()))?;
            check_planes(constellation)?;
            // A step for each of very many planes may not fit into memory.
            let (mask_deg, _) = args.run.mask(constellation);
            let steps = deployment::planes(constellation);
            admit(args, &constellation.satellites, mask_deg, steps, "fewer planes or satellites")?;
            by_plane(constellation)
        }
    };
    let masks_deg = vec![args.run.mask(constellation).0; deployment.steps.len()];
    let bases = vec![Basis::of(constellation); deployment.steps.len()];
    Ok(Growth { phase: constellation.phase.clone(), deployment, masks_deg, bases, by_phase: false })
}

/// Refuses so many steps at a mask in degrees that need too much memory.
fn admit(
    args: &PhasesArgs,
    satellites: &[Satellite],
    mask_deg: f64,
    steps: usize,
    remedy: &'static str,
) -> Result<(), Failure> {
    let settings = args.run.settings(mask_deg, STEP_S, Exact::All);
    let bytes_of_each = (size_of::<Step>() + 2 * size_of::<StepReport>() + LABEL_BYTES) as f64;
    let subsets = SubsetsAhead { count: steps, bytes_of_each, remedy };
    args.run.admit_subsets(satellites, &args.run.orientation()?, &settings, args.resolution, &subsets)
}

/// What phases say, each thing where it is said first.
fn each_once<'a, T: PartialEq + Clone + 'a>(said: impl Iterator<Item = &'a T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in said {
        if !once.contains(one) {
            once.push(one.clone());
        }
    }
    once
}

fn report(constellation: &Constellation, growth: &Growth, run: RunFacts, result: &Subsets) -> Report {
    let continuous = continuous_from(&growth.deployment, &result.figures);
    let facts = growth.masks_deg.iter().zip(&growth.bases);
    let steps = growth.deployment.steps.iter().zip(facts).zip(&result.figures);
    let account = Account::new(constellation, &growth.deployment.satellites, &result.losses);
    Report {
        hexsky_version: env!("CARGO_PKG_VERSION"),
        name: constellation.name.clone(),
        file: constellation.file.clone(),
        phase: growth.phase.clone(),
        order: growth.deployment.order.clone(),
        run,
        steps: steps
            .map(|((step, (&min_elevation_deg, &basis)), figures)| StepReport {
                step: step.label.clone(),
                date: step.date.clone(),
                min_elevation_deg,
                basis,
                figures: *figures,
            })
            .collect(),
        continuous_steps: continuous_steps(&result.figures),
        continuous_from: continuous,
        continuous_satellites: continuous.map(|step| result.figures[step].satellites),
        account: if growth.by_phase { account.of_steps() } else { account },
    }
}

fn text(report: &Report, growth: &Growth) -> String {
    let phase = report.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
    let mut text = format!("{}\n", one_line(&format!("Growth of {} ({}{phase})", report.name, report.file)));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<11} {}\n", one_line(value)));
    line("steps", &report.order);
    report.run.lines(&mut line);
    text.push('\n');
    let of_what = report.run.of_what();
    let (always, never) = (format!("always % {of_what}"), format!("never % {of_what}"));
    let mut header = vec![
        "step",
        "satellites",
        "covered %",
        &always,
        &never,
        "longest gap s",
        "response s",
        "mean in view",
        "least",
    ];
    // Told by the head of the report where it is the same for all.
    let masks_differ = growth.masks().len() > 1;
    if masks_differ {
        header.insert(2, "mask");
    }
    if growth.by_phase {
        header.push("assumed");
    }
    let rows = report.steps.iter().map(|step| {
        let f = &step.figures;
        let date = step.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
        let mut row = vec![
            format!("{}{date}", step.step),
            f.satellites.to_string(),
            percent(f.percent_covered, 3),
            percent(f.percent_area_always, 3),
            percent(f.percent_area_never, 3),
            format!("{:.1}", f.max_gap_s),
            format!("{:.1}", f.mean_response_s),
            format!("{:.3}", f.mean_in_view),
            f.min_in_view.to_string(),
        ];
        if masks_differ {
            row.insert(2, format!("{}°", step.min_elevation_deg));
        }
        if growth.by_phase {
            row.push(format!("{} of {} figures", step.basis.assumed, step.basis.figures));
        }
        row
    });
    text.push_str(&columns(header.into_iter().map(str::to_owned).collect(), rows));
    text.push('\n');
    text.push_str(&continuity(report, growth.deployment.grows));
    text.push_str(&report.account.text());
    text
}

/// Sentences on when the region is covered at all times.
fn continuity(report: &Report, grows: bool) -> String {
    let region = &report.run.region;
    let satellites = |step: usize| counted(report.steps[step].figures.satellites, "satellite");
    if grows {
        return match report.continuous_from {
            Some(step) => format!(
                "{region} is covered at all times from {} on (step {})\n",
                satellites(step),
                report.steps[step].step
            ),
            None => format!("{region} is not covered at all times in the last step\n"),
        };
    }
    let steps = report.continuous_steps.iter();
    let listed: Vec<String> =
        steps.map(|&step| format!("{} ({})", report.steps[step].step, satellites(step))).collect();
    let told = match listed.len() {
        0 => format!("{region} is covered at all times in none of the steps\n"),
        count => format!(
            "{region} is covered at all times in {count} of {} steps: {}\n",
            report.steps.len(),
            listed.join(", ")
        ),
    };
    format!(
        "{told}the phases do not all keep the satellites of the one before, so each step stands for itself\n"
    )
}

fn write_csv(out: &mut dyn std::io::Write, report: &Report) -> std::io::Result<()> {
    let mut table = csv::Writer::from_writer(&mut *out);
    table.write_record([
        "step",
        "date",
        "satellites",
        "min_elevation_deg",
        "percent_covered",
        "percent_area_always",
        "percent_area_never",
        "percent_covered_2",
        "percent_covered_3",
        "percent_covered_4",
        "mean_in_view",
        "min_in_view",
        "mean_response_s",
        "mean_max_gap_s",
        "max_gap_s",
        "figures",
        "assumed",
    ])?;
    for step in &report.steps {
        let f = &step.figures;
        table.write_record([
            text_cell(&step.step),
            text_cell(step.date.as_deref().unwrap_or("")),
            f.satellites.to_string(),
            step.min_elevation_deg.to_string(),
            percent(f.percent_covered, 6),
            percent(f.percent_area_always, 6),
            percent(f.percent_area_never, 6),
            percent(f.percent_at_least[1], 6),
            percent(f.percent_at_least[2], 6),
            percent(f.percent_at_least[3], 6),
            format!("{:.6}", f.mean_in_view),
            f.min_in_view.to_string(),
            format!("{:.3}", f.mean_response_s),
            format!("{:.3}", f.mean_max_gap_s),
            format!("{:.3}", f.max_gap_s),
            step.basis.figures.to_string(),
            step.basis.assumed.to_string(),
        ])?;
    }
    table.flush()
}
