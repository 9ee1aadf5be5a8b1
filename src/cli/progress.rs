//! Progress on stderr, and Ctrl-C.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hexsky::coverage::{Progress, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Failure;

const OF_WINDOW: &str = "{wide_bar} {percent}% of the window, {rate}, {elapsed} gone, {eta} left";
const OF_COUNT: &str = "{wide_bar} {pos} of {len} {msg}, {per_sec}, {elapsed} gone, {eta} left";

/// What the whole is to the bar of a window.
const WHOLE: u64 = 1000;

/// A bar on a terminal, four times a second; nothing for those who want it quiet.
fn bar(quiet: bool, whole: u64) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(4) };
    ProgressBar::with_draw_target(Some(whole), target)
}

/// Runs work with a progress bar (on a terminal only, after a moment) and with Ctrl-C set to stop it.
pub fn watched<T>(quiet: bool, work: impl FnOnce(Watch<'_>) -> T) -> T {
    let (stop, _watched) = stop_on_interrupt();
    let bar = bar(quiet, WHOLE);
    if let Ok(style) = ProgressStyle::with_template(OF_WINDOW) {
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            // A rate that cannot be written is no reason to stop.
            let _ = out.write_str(&rate_told(state.per_sec()));
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    let progress =
        |progress: Progress| bar.set_position((WHOLE as f64 * progress.done_s / progress.total_s) as u64);
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
    let (stop, _watched) = stop_on_interrupt();
    let bar = bar(quiet, total as u64);
    if let Ok(style) = ProgressStyle::with_template(OF_COUNT) {
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

/// The rate of a bar of [`WHOLE`] in words: by the second when it is fast, by the minute when it is slow.
fn rate_told(per_s: f64) -> String {
    let percent = 100.0 * per_s / WHOLE as f64;
    if percent >= 1.0 {
        format!("{percent:.1} % a second")
    } else {
        format!("{:.1} % a minute", 60.0 * percent)
    }
}

/// Set by Ctrl-C, and by the signals that ask a program to end.
static STOP: AtomicBool = AtomicBool::new(false);
/// How much work is under way that looks at [`STOP`].
static WATCHED: AtomicUsize = AtomicUsize::new(0);

/// Work that looks at the flag, until it is dropped.
struct Watched;

impl Drop for Watched {
    fn drop(&mut self) {
        WATCHED.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The flag that Ctrl-C sets while there is work that looks at it. Before and behind such work, while files are
/// written, and when the signal comes again, the program ends at once.
fn stop_on_interrupt() -> (&'static AtomicBool, Watched) {
    WATCHED.fetch_add(1, Ordering::SeqCst);
    (&STOP, Watched)
}

/// Takes over Ctrl-C, and the signals that ask a program to end.
pub fn take_interrupts() {
    // Where that cannot be had, the system ends the program as it would have without.
    let _ = ctrlc::set_handler(|| {
        if WATCHED.load(Ordering::SeqCst) > 0 && !STOP.swap(true, Ordering::SeqCst) {
            return;
        }
        let stopped = match (hexsky::export::remove_unfinished(), hexsky::export::written().is_empty()) {
            (0, true) => "stopped; nothing was written",
            (0, false) => "stopped",
            (_, _) => "stopped; what was being written is not there",
        };
        super::report(&Failure::Run(stopped.to_owned()));
        std::process::exit(1);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_a_rate_and_the_time_left() {
        for template in [OF_WINDOW, OF_COUNT] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
            assert!(template.contains("{eta} left"), "{template}");
        }
        assert_eq!(rate_told(25.0), "2.5 % a second");
        assert_eq!(rate_told(0.5), "3.0 % a minute");
    }
}
