//! Progress on stderr, and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hexsky::coverage::{Progress, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs work with a progress bar (on a terminal only, after a moment) and with Ctrl-C set to stop it.
pub fn watched<T>(quiet: bool, work: impl FnOnce(Watch<'_>) -> T) -> T {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A second handler cannot be set; then the first one of this process stays in force.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
    let bar = ProgressBar::new(1000);
    bar.set_draw_target(if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(4)
    });
    if let Ok(style) =
        ProgressStyle::with_template("{wide_bar} {percent}% of the window, {elapsed} gone, {eta} left")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    let progress =
        |progress: Progress| bar.set_position((1000.0 * progress.done_s / progress.total_s) as u64);
    let outcome = work(Watch { progress: &progress, stop: &stop });
    bar.finish_and_clear();
    outcome
}

/// Runs work with a progress bar that goes on by one at each call of what it is handed.
pub fn counted<T>(
    quiet: bool,
    total: usize,
    of: &'static str,
    work: impl FnOnce(&(dyn Fn() + Sync)) -> T,
) -> T {
    let bar = ProgressBar::new(total as u64);
    bar.set_draw_target(if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(4)
    });
    if let Ok(style) =
        ProgressStyle::with_template("{wide_bar} {pos} of {len} {msg}, {elapsed} gone, {eta} left")
    {
        bar.set_style(style);
    }
    bar.set_message(of);
    let outcome = work(&|| bar.inc(1));
    bar.finish_and_clear();
    outcome
}
