//! `hexsky phases`: coverage as a constellation grows.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hexsky::constellation::{Constellation, ReadOptions, read};
use hexsky::coverage::Exact;
use hexsky::coverage::subsets::{self, SubsetFigures, Subsets, SubsetsError};
use hexsky::deployment::{Deployment, by_phase, by_plane, continuous_from};
use hexsky::ephemeris::LostSatellite;
use hexsky::export::{text_cell, write_file};
use serde::Serialize;

use super::columns::columns;
use super::run_options::{Account, RunFacts, RunOptions, check_planes, lost, read_selection};
use super::{Failure, progress};

/// Coverage as a constellation grows, by declared phase or plane by plane, and when it becomes continuous.
#[derive(Debug, Args)]
pub struct PhasesArgs {
    /// Definition (TOML) or shipped name, with the phase that is filled plane by plane if wanted.
    #[arg(value_name = "FILE[:PHASE]")]
    file: String,
    /// Steps [default: the declared phases where the file has two at least, else planes].
    #[arg(long, value_enum)]
    by: Option<By>,
    /// H3 resolution of the grid, 0 to 7.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=7))]
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
    #[serde(flatten)]
    figures: SubsetFigures,
}

#[derive(Debug, Serialize)]
struct Report {
    hexsky_version: &'static str,
    name: String,
    file: String,
    order: String,
    #[serde(flatten)]
    run: RunFacts,
    steps: Vec<StepReport>,
    /// Number of the first step from which on the region is covered at all times.
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
    args.run.strict.admit(std::slice::from_mut(&mut constellation), Some(&args.run.window()))?;
    let deployment = deployment(args, &constellation)?;
    let orientation = args.run.orientation()?;
    let (mask, basis) = args.run.mask(&constellation);
    let settings = args.run.settings(mask, 60.0, Exact::All);
    args.run.admit_subsets(
        &constellation,
        &orientation,
        &settings,
        args.resolution,
        deployment.steps.len(),
    )?;
    let area = args.run.area(args.resolution)?;
    let members: Vec<_> = deployment.steps.iter().map(|step| step.members.clone()).collect();
    let elements: Vec<_> = deployment.satellites.iter().map(|satellite| &satellite.elements).collect();
    let result = super::with_threads(args.run.threads, || {
        progress::watched(args.run.quiet, |watch| {
            subsets::run(&area.grid, &elements, &orientation, &settings, &members, watch)
        })
    })?
    .map_err(failed)?;
    let lost = lost(&result.losses, &deployment.satellites);
    args.run.strict.complete(lost.iter().map(LostSatellite::told))?;
    let run_facts = RunFacts::new(&args.run, &area, (mask, basis), &orientation);
    let report = report(&constellation, &deployment, run_facts, &result);
    if let Some(path) = &args.csv {
        write_file(path, |out| write_csv(out, &report))?;
    }
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    let outputs = [&args.csv, &args.json].into_iter().flatten().map(PathBuf::as_path);
    super::print_report(args.run.quiet, outputs, || text(&report, &deployment))
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

fn deployment(args: &PhasesArgs, constellation: &Constellation) -> Result<Deployment, Failure> {
    let by = args.by.unwrap_or(if constellation.phases.len() > 1 { By::Phase } else { By::Plane });
    match by {
        By::Phase if constellation.phases.is_empty() => Err(Failure::input(
            format!("{} declares no phases", constellation.file),
            "take --by plane, or add [[phase]] tables to the file",
        )),
        By::Phase => {
            let phases = constellation
                .phases
                .iter()
                .map(|phase| {
                    let options = ReadOptions { phase: Some(phase.name.clone()), shells: Vec::new() };
                    read(&constellation.file, &options).map_err(Failure::from)
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(by_phase(&phases))
        }
        By::Plane => {
            check_planes(constellation)?;
            Ok(by_plane(constellation))
        }
    }
}

fn report(constellation: &Constellation, deployment: &Deployment, run: RunFacts, result: &Subsets) -> Report {
    let continuous = continuous_from(&result.figures);
    Report {
        hexsky_version: env!("CARGO_PKG_VERSION"),
        name: constellation.name.clone(),
        file: constellation.file.clone(),
        order: deployment.order.clone(),
        run,
        steps: deployment
            .steps
            .iter()
            .zip(&result.figures)
            .map(|(step, figures)| StepReport {
                step: step.label.clone(),
                date: step.date.clone(),
                figures: *figures,
            })
            .collect(),
        continuous_from: continuous,
        continuous_satellites: continuous.map(|step| result.figures[step].satellites),
        account: Account::new(constellation, &deployment.satellites, &result.losses),
    }
}

fn text(report: &Report, deployment: &Deployment) -> String {
    let mut text = format!("Growth of {} ({})\n", report.name, report.file);
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<11} {value}\n"));
    line("steps", &report.order);
    report.run.lines(&mut line);
    text.push('\n');
    let header = [
        "step",
        "satellites",
        "covered %",
        "always % area",
        "never % area",
        "longest gap s",
        "response s",
        "mean in view",
        "least",
    ];
    let rows = report.steps.iter().map(|step| {
        let f = &step.figures;
        let date = step.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
        vec![
            format!("{}{date}", step.step),
            f.satellites.to_string(),
            format!("{:.3}", f.percent_covered),
            format!("{:.3}", f.percent_area_always),
            format!("{:.3}", f.percent_area_never),
            format!("{:.1}", f.max_gap_s),
            format!("{:.1}", f.mean_response_s),
            format!("{:.3}", f.mean_in_view),
            f.min_in_view.to_string(),
        ]
    });
    text.push_str(&columns(header.map(str::to_owned).to_vec(), rows));
    text.push('\n');
    text.push_str(&match report.continuous_from {
        Some(step) => format!(
            "{} is covered at all times from {} satellites on (step {})\n",
            report.run.region, report.steps[step].figures.satellites, report.steps[step].step
        ),
        None => format!("{} is not covered at all times in the last step\n", report.run.region),
    });
    if !deployment.grows {
        text.push_str("the phases do not all keep the satellites of the one before\n");
    }
    text.push_str(&report.account.text());
    text
}

fn write_csv(out: &mut dyn std::io::Write, report: &Report) -> std::io::Result<()> {
    let mut table = csv::Writer::from_writer(&mut *out);
    table.write_record([
        "step",
        "date",
        "satellites",
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
    ])?;
    for step in &report.steps {
        let f = &step.figures;
        table.write_record([
            text_cell(&step.step),
            text_cell(step.date.as_deref().unwrap_or("")),
            f.satellites.to_string(),
            format!("{:.6}", f.percent_covered),
            format!("{:.6}", f.percent_area_always),
            format!("{:.6}", f.percent_area_never),
            format!("{:.6}", f.percent_at_least[1]),
            format!("{:.6}", f.percent_at_least[2]),
            format!("{:.6}", f.percent_at_least[3]),
            format!("{:.6}", f.mean_in_view),
            f.min_in_view.to_string(),
            format!("{:.3}", f.mean_response_s),
            format!("{:.3}", f.mean_max_gap_s),
            format!("{:.3}", f.max_gap_s),
        ])?;
    }
    table.flush()
}
