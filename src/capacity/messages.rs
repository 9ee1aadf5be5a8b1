//! Systems of short messages: how often a pass comes, how long a device waits for one, how much it can send.
//!
//! Contacts, percent covered and mean wait are those of [`crate::coverage`], solved. The 95th percentile of
//! the wait is from gaps sampled at the step. While a device sees a satellite it has its share of the rate at
//! which the satellite takes in messages: all devices in view share it evenly, and a part of it only gets
//! through, for they send at random. Where any satellite has a rate, those without one take in nothing and take no
//! part in any figure.

use crate::coverage::{self, PointFigures, Stopped, Watch};
use crate::ephemeris::{Fleet, Loss};
use crate::grid::cells::{Grid, GridPoint};
use crate::time::Window;

use super::scene::Scene;

/// Share of a channel that gets through when devices send at random in slots, at best: 1/e (L. G. Roberts
/// 1975, ALOHA packet system with and without slots and capture).
pub const SLOTTED_ALOHA: f64 = 0.367_879_441_171_442_3;

/// Settings of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageSettings {
    /// The window of time.
    pub window: Window,
    /// Step at which waits and shares are sampled, s.
    pub step_s: f64,
    /// Elevation mask of the devices, degrees.
    pub min_elevation_deg: f64,
    /// Rate at which each satellite of the system takes in messages, kbit/s; none where it is not known.
    pub rate_kbps: Vec<Option<f64>>,
    /// Share of that which gets through.
    pub access_efficiency: f64,
}

impl MessageSettings {
    /// Numbers of the satellites that take part: those with a rate, or all where no rate is known.
    pub fn taking_part(&self) -> Vec<usize> {
        let any_rate = self.rate_kbps.iter().any(Option::is_some);
        (0..self.rate_kbps.len()).filter(|&number| !any_rate || self.rate_kbps[number].is_some()).collect()
    }
}

/// Where the devices are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Devices {
    /// Those of each cell of the grid, in its order.
    pub here: Vec<f64>,
    /// Cells beyond the grid with theirs: they take their share of the satellites and have no figures.
    pub elsewhere: Vec<(GridPoint, f64)>,
}

/// Figures of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MessageFigures {
    /// Devices.
    pub devices: f64,
    /// Contacts in a day: uninterrupted times with a satellite in view that begin inside the window.
    pub contacts_per_day: f64,
    /// Percent of the time with a satellite in view.
    pub percent_covered: f64,
    /// Mean wait for a satellite, over all instants, s.
    pub mean_wait_s: f64,
    /// The wait that 95 % of the instants do not exceed, s.
    pub p95_wait_s: f64,
    /// Bytes that a device gets through in a day; none where no satellite's rate is known.
    pub bytes_per_device_day: Option<f64>,
}

/// Result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Messages {
    /// The settings that made it.
    pub settings: MessageSettings,
    /// Figures of each cell, in the order of the grid.
    pub cells: Vec<MessageFigures>,
    /// Satellites lost by the end of the window, of those that take part, by their numbers in the system.
    pub losses: Vec<Loss>,
}

/// How the coverage is solved that contacts and waits come from.
pub fn coverage_settings(window: Window, step_s: f64, min_elevation_deg: f64) -> coverage::Settings {
    coverage::Settings { window, step_s, min_elevation_deg, at_least: 1, exact: coverage::Exact::Edges }
}

/// Runs the window. The fleet is of the satellites that take part ([`MessageSettings::taking_part`]), in their order.
///
/// # Errors
/// [`Stopped`] when the watch asked for it.
pub fn run(
    grid: &Grid,
    devices: &Devices,
    fleet: &mut Fleet,
    settings: &MessageSettings,
    watch: Watch<'_>,
) -> Result<Messages, Stopped> {
    let window = settings.window;
    let taking_part = settings.taking_part();
    let solved = coverage::run(
        grid,
        fleet,
        &coverage_settings(window, settings.step_s, settings.min_elevation_deg),
        watch,
    )?;
    let rates_kbps: Vec<f64> =
        taking_part.iter().map(|&number| settings.rate_kbps[number].unwrap_or(0.0)).collect();
    let sampled = sample(grid, devices, fleet, &rates_kbps, settings, watch)?;
    let days = window.duration_s / crate::units::SECONDS_PER_DAY;
    let any_rate = settings.rate_kbps.iter().any(Option::is_some);
    let cells = solved
        .points
        .iter()
        .zip(sampled)
        .zip(&devices.here)
        .map(|((solved, mut sampled), &devices)| MessageFigures {
            devices,
            contacts_per_day: f64::from(begun(solved)) / days,
            percent_covered: solved.percent_covered,
            mean_wait_s: solved.mean_response_s,
            p95_wait_s: wait_percentile_s(&mut sampled.gaps_s, window.duration_s, 95.0),
            bytes_per_device_day: any_rate.then(|| sampled.bytes / days),
        })
        .collect();
    let of_system = |loss: Loss| Loss { satellite: taking_part[loss.satellite], ..loss };
    let losses = solved.losses.into_iter().map(of_system).collect();
    Ok(Messages { settings: settings.clone(), cells, losses })
}

/// Accesses that begin inside the window.
///
/// One that is under way at its start belongs to the window before: counted in both, a short window would tell of
/// more contacts in a day than a long one.
fn begun(solved: &PointFigures) -> u32 {
    let is_under_way = solved.access_count > 0 && solved.first_gap_cut_s == 0.0;
    solved.access_count - u32::from(is_under_way)
}

/// What is sampled of a cell.
#[derive(Debug, Clone, Default)]
struct Sampled {
    gaps_s: Vec<f64>,
    open_s: f64,
    bytes: f64,
}

fn sample(
    grid: &Grid,
    devices: &Devices,
    fleet: &mut Fleet,
    rates_kbps: &[f64],
    settings: &MessageSettings,
    watch: Watch<'_>,
) -> Result<Vec<Sampled>, Stopped> {
    let (beyond, theirs): (Vec<GridPoint>, Vec<f64>) = devices.elsewhere.iter().copied().unzip();
    let scene = Scene::new(&[grid.points.as_slice(), &beyond].concat());
    let devices = [devices.here.as_slice(), &theirs].concat();
    let sin_mask = settings.min_elevation_deg.to_radians().sin();
    let steps = settings.window.sample_count(settings.step_s);
    let reported = grid.points.len();
    let mut cells = vec![Sampled::default(); reported];
    let mut seen = vec![false; reported];
    let mut footprint = Vec::new();
    for step in 0..steps {
        let nodes = fleet.nodes(settings.window.start, settings.step_s, step, 1);
        let length_s = settings.step_s * settings.window.part_of_step(settings.step_s, step);
        seen.fill(false);
        for (number, state) in nodes.at(0).iter().enumerate() {
            footprint.clear();
            scene.look(number as u32, state, sin_mask, |view, _| footprint.push(view.cell as usize));
            let sharing: f64 = footprint.iter().map(|&cell| devices[cell]).sum();
            let rate = rates_kbps[number] * settings.access_efficiency;
            let bytes = rate * 1e3 / 8.0 * length_s / sharing.max(1.0);
            for &cell in footprint.iter().filter(|cell| **cell < reported) {
                seen[cell] = true;
                cells[cell].bytes += bytes;
            }
        }
        for (cell, seen) in cells.iter_mut().zip(&seen) {
            if !seen {
                cell.open_s += length_s;
            } else if cell.open_s > 0.0 {
                cell.gaps_s.push(cell.open_s);
                cell.open_s = 0.0;
            }
        }
        let done_s = step as f64 * settings.step_s + length_s;
        watch.step(done_s, settings.window.duration_s)?;
    }
    for cell in &mut cells {
        if cell.open_s > 0.0 {
            cell.gaps_s.push(cell.open_s);
        }
    }
    Ok(cells)
}

/// The wait that a percentage of all instants of a span does not exceed.
///
/// An instant `w` before the end of a gap waits `w`, so waits longer than `w` take `Σ max(0, gap − w)`.
pub fn wait_percentile_s(gaps_s: &mut [f64], span_s: f64, percent: f64) -> f64 {
    gaps_s.sort_by(|a, b| b.total_cmp(a));
    let longer_s = span_s * (1.0 - percent / 100.0);
    // With the k longest gaps above w: Σ gap − k w = the time that may wait longer.
    let mut sum = 0.0;
    for (count, &gap) in gaps_s.iter().enumerate() {
        sum += gap;
        let wait = (sum - longer_s) / (count + 1) as f64;
        let next = gaps_s.get(count + 1).copied().unwrap_or(0.0);
        if wait >= next {
            return wait.max(0.0);
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_those_that_begin_inside() {
        let figures = |access_count, first_gap_cut_s, last_gap_cut_s| PointFigures {
            access_count,
            first_gap_cut_s,
            last_gap_cut_s,
            ..PointFigures::default()
        };
        // Never and always in view; one that runs on from before; one that runs on at the end; in between.
        for (solved, expected) in [
            (figures(0, 60.0, 60.0), 0),
            (figures(1, 0.0, 0.0), 0),
            (figures(2, 0.0, 30.0), 1),
            (figures(2, 30.0, 0.0), 2),
            (figures(3, 30.0, 30.0), 3),
        ] {
            assert_eq!(begun(&solved), expected, "{solved:?}");
        }
    }

    #[test]
    fn waits_are_percentiles_of_all_instants() {
        // Instants one by one, each waiting for the end of its gap.
        let gaps = [100.0, 40.0, 40.0, 7.0, 300.0];
        let span = 1000.0;
        let mut waits: Vec<f64> =
            gaps.iter().flat_map(|&gap| (0..gap as usize).map(move |s| gap - s as f64 - 0.5)).collect();
        waits.resize(1000, 0.0);
        waits.sort_by(f64::total_cmp);
        for percent in [40.0, 60.0, 80.0, 95.0, 99.0] {
            let expected = waits[(percent * 10.0) as usize];
            let got = wait_percentile_s(&mut gaps.to_vec(), span, percent);
            assert!((got - expected).abs() <= 1.0, "{percent}: {got} {expected}");
        }
        assert_eq!(wait_percentile_s(&mut [], 1000.0, 95.0), 0.0);
        // Never seen: all of the window is one gap.
        assert!((wait_percentile_s(&mut [1000.0], 1000.0, 95.0) - 950.0).abs() < 1e-9);
    }
}
