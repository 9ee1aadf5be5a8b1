//! `hexsky resilience`: coverage when satellites or planes fail.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hexsky::coverage::Exact;
use hexsky::coverage::memory::SubsetsAhead;
use hexsky::coverage::subsets::{self, Members, SubsetFigures};
use hexsky::diagnostics::counted;
use hexsky::ephemeris::LostSatellite;
use hexsky::report::percent;
use hexsky::resilience::{self, Distribution, Trials, Unit, combinations, distributions, survivors};
use serde::{Serialize, Serializer};

use super::columns::{columns, one_line};
use super::run_options::{Account, RunFacts, RunOptions, check_planes, lost};
use super::selection::read_selection;
use super::{Failure, phases, progress};

/// Coverage when satellites or whole planes fail: the distribution over all combinations or a seeded sample.
#[derive(Debug, Args)]
pub struct ResilienceArgs {
    /// Constellation file, catalogue or shipped name, with a phase if wanted.
    #[arg(value_name = "FILE[:PHASE]")]
    file: String,
    /// How many are lost in each trial: a number, or a share such as 5% (rounded, one at least).
    #[arg(long, value_name = "N|N%", value_parser = loss)]
    lose: Loss,
    /// What is lost.
    #[arg(long, value_enum, default_value_t = What::Satellites)]
    what: What,
    /// Number of trials; where there are no more combinations than this, each is tried once.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = crate::cli::whole(1u32, 100_000))]
    trials: u32,
    /// Seed of the random draws; the same seed gives the same trials.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// H3 resolution of the grid, 0 to 7.
    #[arg(long, default_value_t = 2, value_parser = crate::cli::whole(0u8, 7))]
    resolution: u8,
    #[command(flatten)]
    run: RunOptions,
    /// Write the distributions and every trial as JSON; `-` for standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
}

/// What fails as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Single satellites.
    Satellites,
    /// Whole planes.
    Planes,
}

/// How many are lost.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Loss {
    Count(usize),
    Percent(f64),
}

fn loss(text: &str) -> Result<Loss, String> {
    let refused = || "expected a number such as 3, or a share such as 5%".to_owned();
    match text.strip_suffix('%') {
        Some(percent) => match percent.trim().parse::<f64>() {
            Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(Loss::Percent(percent)),
            _ => Err(refused()),
        },
        None => match text.parse::<usize>() {
            Ok(count) if count > 0 => Ok(Loss::Count(count)),
            _ => Err(refused()),
        },
    }
}

#[derive(Debug, Serialize)]
struct Trial<'a> {
    #[serde(serialize_with = "names")]
    lost: Lost<'a>,
    #[serde(flatten)]
    figures: SubsetFigures,
}

/// What a trial lost: names are looked up as they are written, for those of all trials may not fit into memory.
#[derive(Debug, Clone, Copy)]
struct Lost<'a> {
    units: &'a [Unit],
    lost: &'a Members,
}

impl<'a> Lost<'a> {
    fn names(self) -> impl Iterator<Item = &'a str> {
        self.lost.numbers().map(move |unit| self.units[unit].name.as_str())
    }
}

fn names<S: Serializer>(lost: &Lost<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(lost.names())
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    hexsky_version: &'static str,
    name: String,
    file: String,
    phase: Option<String>,
    what: &'static str,
    units: usize,
    lose: usize,
    trials: usize,
    /// Whether the trials are all combinations.
    exact: bool,
    seed: u64,
    #[serde(flatten)]
    run: RunFacts,
    #[serde(flatten)]
    account: Account,
    intact: SubsetFigures,
    distributions: Vec<Distribution>,
    each: Vec<Trial<'a>>,
}

/// Runs the command.
pub fn run(args: &ResilienceArgs) -> Result<(), Failure> {
    let inputs: Vec<String> = std::iter::once(args.file.clone()).chain(args.run.inputs()).collect();
    super::check_outputs(&[args.json.as_deref()], &inputs)?;
    let mut constellation = read_selection(&args.file)?;
    args.run.start.settle(std::slice::from_ref(&constellation));
    args.run.strict.admit(std::slice::from_mut(&mut constellation), Some(&args.run.window()))?;
    let (units, what) = match args.what {
        What::Satellites => (resilience::satellites(&constellation), "satellites"),
        What::Planes => {
            check_planes(&constellation)?;
            (resilience::planes(&constellation), "planes")
        }
    };
    let lose = match args.lose {
        Loss::Count(count) => count,
        Loss::Percent(percent) => ((units.len() as f64 * percent / 100.0).round() as usize).max(1),
    };
    if lose > units.len() {
        return Err(Failure::input(
            format!("{lose} {what} cannot be lost, there are {}", units.len()),
            "give --lose a smaller number",
        ));
    }
    let orientation = args.run.orientation()?;
    let (mask, basis) = args.run.mask(&constellation);
    let settings = args.run.settings(mask, 60.0, Exact::All);
    let asked = args.trials as usize;
    let subsets = SubsetsAhead {
        count: resilience::count(units.len(), lose, asked) + 1,
        bytes_of_each: Members::bytes(units.len()) + size_of::<Trial>() as f64 + VALUES_BYTES,
        remedy: "fewer --trials",
    };
    args.run.admit_subsets(&constellation.satellites, &orientation, &settings, args.resolution, &subsets)?;
    let trials = resilience::trials(units.len(), lose, asked, args.seed);
    let area = args.run.area(args.resolution)?;
    let count = constellation.satellites.len();
    let members: Vec<Members> = std::iter::once(Members::all(count))
        .chain(trials.lost.iter().map(|lost| survivors(count, &units, lost)))
        .collect();
    let elements: Vec<_> = constellation.satellites.iter().map(|satellite| &satellite.elements).collect();
    let result = super::with_threads(args.run.threads, || {
        progress::watched(args.run.quiet, |watch| {
            subsets::run(&area.grid, &elements, &orientation, &settings, &members, watch)
        })
    })?
    .map_err(phases::failed)?;
    let lost = lost(&result.losses, &constellation.satellites, &constellation.file);
    args.run.strict.complete(lost.iter().map(LostSatellite::told))?;
    let (intact, each) = (result.figures[0], &result.figures[1..]);
    let report = Report {
        hexsky_version: env!("CARGO_PKG_VERSION"),
        name: constellation.name.clone(),
        file: constellation.file.clone(),
        phase: constellation.phase.clone(),
        what,
        units: units.len(),
        lose,
        trials: trials.lost.len(),
        exact: trials.exact,
        seed: args.seed,
        run: RunFacts::new(&args.run, &area, (mask, basis), &orientation, constellation.satellites.len()),
        account: Account::new(&constellation, &constellation.satellites, &result.losses),
        intact,
        distributions: distributions(&intact, each, &trials, area.grid.resolution.is_none()),
        each: tell(&trials, &units, each),
    };
    if let Some(path) = &args.json {
        super::write_json(path, &report)?;
    }
    super::print_report(args.run.quiet, args.json.as_deref(), || text(&report))
}

fn tell<'a>(trials: &'a Trials, units: &'a [Unit], figures: &[SubsetFigures]) -> Vec<Trial<'a>> {
    trials
        .lost
        .iter()
        .zip(figures)
        .map(|(lost, figures)| Trial { lost: Lost { units, lost }, figures: *figures })
        .collect()
}

/// One figure of a trial while its distribution is made, bytes.
const VALUES_BYTES: f64 = 8.0;
/// Names of lost units that are told before the rest is only counted.
const TOLD: usize = 8;

fn text(report: &Report<'_>) -> String {
    let phase = report.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
    let mut text = format!(
        "Loss of {} of {} {} of {}\n",
        report.lose,
        report.units,
        report.what,
        one_line(&report.name)
    );
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<11} {}\n", one_line(value)));
    line("file", &format!("{}{phase}: {}", report.file, counted(report.intact.satellites, "satellite")));
    let how = match (report.exact, combinations(report.units, report.lose)) {
        (true, _) => format!("exact: all {} combinations, each once", report.trials),
        (false, Some(all)) => {
            format!("sampled: {} of {all} combinations, seed {}", report.trials, report.seed)
        }
        (false, None) => {
            format!("sampled: {} of more than 2^64 combinations, seed {}", report.trials, report.seed)
        }
    };
    line("trials", &how);
    report.run.lines(&mut line);
    text.push('\n');
    let mut header: Vec<String> =
        ["", "intact", "mean", "deviation", "least", "5 %", "median", "95 %", "most"]
            .map(str::to_owned)
            .to_vec();
    if !report.exact {
        header.insert(3, "± (1 σ)".to_owned());
    }
    let rows = report.distributions.iter().map(|d| {
        // Seconds below ten are told to the millisecond.
        let decimals = if d.unit == "s" && d.max >= 10.0 { 1 } else { 3 };
        let unit = if d.unit.is_empty() { String::new() } else { format!(", {}", d.unit) };
        let [intact, mean, min, p5, p50, p95, max] =
            [d.intact, d.mean, d.min, d.p5, d.p50, d.p95, d.max].map(Some);
        let mut values = vec![intact, mean, d.deviation, min, p5, p50, p95, max];
        if !report.exact {
            values.insert(2, d.standard_error);
        }
        let cells = values
            .into_iter()
            .map(|value| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}")));
        std::iter::once(format!("{}{unit}", d.figure)).chain(cells).collect()
    });
    text.push_str(&columns(header, rows));
    let worst = report.each.iter().min_by(|a, b| {
        (a.figures.percent_covered, -a.figures.max_gap_s)
            .partial_cmp(&(b.figures.percent_covered, -b.figures.max_gap_s))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    if let Some(worst) = worst {
        let more = match report.lose.saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let told: Vec<&str> = worst.lost.names().take(TOLD).collect();
        text.push_str(&format!(
            "\nworst trial: {} % covered, longest gap {:.1} s, without {}{more}\n",
            percent(worst.figures.percent_covered, 4),
            worst.figures.max_gap_s,
            one_line(&told.join(", "))
        ));
    }
    text.push_str(&report.account.text());
    text
}
