//! What is not in a result: satellites left out of a file, satellites lost by the end of the window.

use std::fmt::{Result, Write};

use hexsky::constellation::LeftOut;
use hexsky::diagnostics::counted;
use hexsky::report::left_out_at;
use hexsky::time::Epoch;

/// How many satellites are listed by name before the rest is only counted.
const LISTED: usize = 5;

/// Satellites of a file that were read but are not used, with line and reason.
pub fn left_out(out: &mut impl Write, file: &str, satellites: &[LeftOut]) -> Result {
    if satellites.is_empty() {
        return writeln!(out, "{file}: no satellite left out");
    }
    writeln!(out, "{file}: {} left out", counted(satellites.len(), "satellite"))?;
    for left_out in satellites.iter().take(LISTED) {
        let line = left_out_at(left_out, file);
        writeln!(out, "  left out    {}{line}: {}", left_out.satellite, left_out.reason)?;
    }
    rest(out, satellites.len())
}

/// Satellites lost by the end of the window: name, first instant without a position, reason. Nothing for none.
pub fn lost<'a>(
    out: &mut impl Write,
    satellites: impl ExactSizeIterator<Item = (&'a str, Epoch, &'a str)>,
) -> Result {
    let count = satellites.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "{} lost by the end of the window, absent from then on", counted(count, "satellite"))?;
    for (satellite, from, reason) in satellites.take(LISTED) {
        writeln!(out, "  lost        {satellite} at {from}: {reason}")?;
    }
    rest(out, count)
}

fn rest(out: &mut impl Write, count: usize) -> Result {
    match count.saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "  …and {more} more; --json lists all"),
    }
}
