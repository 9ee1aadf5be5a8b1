//! `hexsky fetch`: a fresh catalogue from CelesTrak, or the copy of it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::Args;
use hexsky::diagnostics::counted;
use hexsky::fetch::{CELESTRAK, FetchError, How, Service, fetch, told};

use super::{Failure, positive_duration_s, print, say};

/// Fetch a group's catalogue from CelesTrak into the cache and print its path; the only command that goes online.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Group of CelesTrak's GP service (starlink, oneweb, active, …) or a shipped name that has one (guowang, gps).
    group: String,
    /// Folder of the copies [default: $HEXSKY_CACHE, else hexsky in $XDG_CACHE_HOME or ~/.cache].
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    /// Ask nobody: the copy or nothing.
    #[arg(long)]
    offline: bool,
    /// Longest time that the answer may take.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = positive_duration_s, allow_hyphen_values = true)]
    timeout: f64,
    /// Address of another service that answers like CelesTrak's.
    #[arg(long, value_name = "URL", default_value = CELESTRAK)]
    server: String,
}

/// Runs the command.
pub fn run(args: &FetchArgs) -> Result<(), Failure> {
    let folder = args.cache.clone().or_else(default_cache).ok_or_else(|| {
        Failure::input("there is no folder for copies", "name one with --cache or in HEXSKY_CACHE")
    })?;
    let service = Service { url: args.server.clone(), timeout: Duration::from_secs_f64(args.timeout) };
    let service = (!args.offline).then_some(&service);
    let fetched = fetch(&args.group, service, &folder, SystemTime::now()).map_err(|error| match error {
        FetchError::Name(_) => {
            Failure::input(error.to_string(), "groups are listed at celestrak.org/NORAD/elements")
        }
        error => Failure::Run(error.to_string()),
    })?;
    let satellites = counted(fetched.satellites, "satellite");
    say(&match &fetched.how {
        How::Downloaded => format!("{satellites}, downloaded now"),
        How::Cached { age } => {
            format!("{satellites}, copy of {} ago (asked for again after two hours)", told(*age))
        }
        How::Stale { age, why } => {
            format!("warning: {satellites} of an old copy, {} old: {why}", told(*age))
        }
    });
    print(&format!("{}\n", fetched.path.display()))
}

fn default_cache() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("HEXSKY_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("hexsky")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache").join("hexsky")))
}
