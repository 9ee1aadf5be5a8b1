//! Progress on stderr, and Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hexsky::coverage::{Progress, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Failure;

/// Runs work with a progress bar (on a terminal only, after a moment) and with Ctrl-C set to stop it.
pub fn watched<T>(quiet: bool, work: impl FnOnce(Watch<'_>) -> T) -> T {
    let stop = stop_on_interrupt();
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
    let outcome = work(Watch { progress: &progress, stop });
    bar.finish_and_clear();
    outcome
}

/// Runs work with a progress bar that goes on by one at each call of what it is handed, which answers
/// whether to go on: no after Ctrl-C. The work answers with none when it was stopped.
pub fn counted<T>(
    quiet: bool,
    total: usize,
    of: &'static str,
    work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> Option<T>,
) -> Result<T, Failure> {
    let stop = stop_on_interrupt();
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
    let outcome = work(&|| {
        bar.inc(1);
        !stop.load(Ordering::Relaxed)
    });
    let done = bar.position();
    bar.finish_and_clear();
    outcome.ok_or_else(|| Failure::Run(format!("stopped after {done} of {total} {of}; nothing was written")))
}

/// Set by Ctrl-C, and by the signals that ask a program to end.
fn stop_on_interrupt() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    // The handler can be set but once, and one is enough for all the work of a process.
    let _ = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed));
    &STOP
}
