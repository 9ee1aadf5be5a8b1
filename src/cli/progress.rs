//! Progress on stderr, and Ctrl-C.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hexsky::coverage::{Progress, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Failure;

const OF_WINDOW: &str = "{wide_bar} {percent}% of the window, {rate}, {elapsed} gone, {eta} left";
const OF_COUNT: &str = "{wide_bar} {pos} of {len} {msg}, {per_sec}, {elapsed} gone, {eta} left";

/// What the whole is to the bar of a window.
const WHOLE: u64 = 1000;

/// Runs work with a progress bar (on a terminal only, after a moment) and with Ctrl-C set to stop it.
pub fn watched<T>(quiet: bool, work: impl FnOnce(Watch<'_>) -> T) -> T {
    let stop = stop_on_interrupt();
    let bar = ProgressBar::new(WHOLE);
    bar.set_draw_target(if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(4)
    });
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
    let stop = stop_on_interrupt();
    let bar = ProgressBar::new(total as u64);
    bar.set_draw_target(if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(4)
    });
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
fn stop_on_interrupt() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    // The handler can be set but once, and one is enough for all the work of a process.
    let _ = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed));
    &STOP
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
