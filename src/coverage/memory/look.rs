//! Short looks at some points, which tell about how much a run will have to remember.

use std::sync::atomic::AtomicBool;

use crate::coverage::subsets::{self, SubsetsError};
use crate::coverage::{Exact, NODE_STEP_S, Settings, Watch, bent_pipe, run};
use crate::ephemeris::{Fleet, Loss};
use crate::frames::orientation::Orientation;
use crate::grid::cells::Grid;
use crate::orbit::MeanElements;
use crate::time::Window;
use crate::time::intervals::Interval;

/// Propagations that a look may take.
const PROPAGATIONS: usize = 400_000;
/// Parts of the window at which a look through gateways is taken: ships come and go, sites begin service.
const PARTS: u32 = 3;
/// Points from which passes are looked at.
const POINTS: usize = 128;

/// When each satellite serves in a window: sorted and disjoint intervals in seconds after its start.
pub type Reach<'a> = &'a (dyn Fn(&Fleet, &Window) -> Vec<Vec<Interval>> + 'a);

/// Gaps of a point in the window on the average, from a short look at some points; with `reach`, of satellites that
/// serve only at times. Satellites that it loses are not lost to the run.
pub fn gaps_per_point(look: &Grid, fleet: &mut Fleet, settings: &Settings, reach: Option<Reach<'_>>) -> f64 {
    let window = settings.window;
    let affordable_s = affordable_s(fleet.len());
    let (parts, length_s) = match window.duration_s <= affordable_s || reach.is_none() {
        true => (1, window.duration_s.min(affordable_s)),
        false => (PARTS, affordable_s / f64::from(PARTS)),
    };
    let before: Vec<Loss> = fleet.losses().copied().collect();
    let mut most = 0.0f64;
    for part in 0..parts {
        let later_s = (window.duration_s - length_s) * f64::from(part) / f64::from((parts - 1).max(1));
        let short = Settings {
            window: Window { start: window.start.plus_seconds(later_s), duration_s: length_s },
            exact: Exact::Edges,
            step_s: NODE_STEP_S,
            ..*settings
        };
        let never = AtomicBool::new(false);
        let watch = Watch { progress: &|_| (), stop: &never };
        let outcome = match reach {
            Some(reach) => {
                let intervals = reach(fleet, &short.window);
                bent_pipe::run(look, fleet, &short, &intervals, watch)
            }
            None => run(look, fleet, &short, watch),
        };
        fleet.set_losses(&before);
        let Ok(coverage) = outcome else { continue };
        let begun: u32 = coverage
            .points
            .iter()
            .map(|point| point.gap_count - u32::from(point.first_gap_cut_s > 0.0))
            .sum();
        most = most.max(f64::from(begun) / coverage.points.len().max(1) as f64);
    }
    1.0 + most * window.duration_s / length_s
}

/// Passes of satellites over a point in the window, from a short look at some points. Of as many points as are worked
/// on at a time, those count that have most: one shard may lie where satellites pass on every revolution.
///
/// # Errors
/// [`SubsetsError`] for elements that SGP4 cannot start from.
pub fn passes_per_point(
    look: &Grid,
    points: f64,
    elements: &[&MeanElements],
    orientation: &Orientation,
    settings: &Settings,
) -> Result<f64, SubsetsError> {
    let window = settings.window;
    let duration_s = window.duration_s.min(affordable_s(elements.len()));
    let short = Settings { window: Window { duration_s, ..window }, ..*settings };
    let every = look.points.len().div_ceil(POINTS).max(1);
    let some: Vec<_> = look.points.iter().copied().step_by(every).collect();
    let mut passes = subsets::passes(&some, elements, orientation, &short)?;
    passes.sort_unstable_by(|a, b| b.total_cmp(a));
    let (shard, _) = subsets::limits(elements.len(), settings);
    let counted = (passes.len() as f64 * (shard / points.max(1.0)).min(1.0)).ceil().max(1.0) as usize;
    passes.truncate(counted);
    let mean = passes.iter().sum::<f64>() / passes.len().max(1) as f64;
    Ok(1.0 + mean * window.duration_s / duration_s)
}

fn affordable_s(satellites: usize) -> f64 {
    (PROPAGATIONS / satellites.max(1)).max(10) as f64 * NODE_STEP_S
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, read};
    use crate::grid::region::Region;
    use crate::ground::Site;
    use crate::{frames::Geodetic, passes};
    use h3o::Resolution;

    fn settings(duration_s: f64) -> Settings {
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        Settings {
            window: Window { start, duration_s },
            step_s: 60.0,
            min_elevation_deg: 10.0,
            at_least: 1,
            exact: Exact::All,
        }
    }

    /// One gateway leaves gaps between its satellites where the satellites themselves leave none.
    #[test]
    fn gaps_through_gateways_are_looked_at_through_them() {
        let iridium = read("iridium-next", &ReadOptions::default()).unwrap();
        let elements = || iridium.satellites.iter().map(|satellite| &satellite.elements);
        let mut settings = settings(5.0 * 86_400.0);
        settings.min_elevation_deg = 8.2;
        let orientation = Orientation::of_window(&settings.window);
        let mut fleet = Fleet::new(elements(), orientation).unwrap();
        let place = Geodetic { latitude_deg: 70.0, longitude_deg: 20.0, height_km: 0.0 };
        let mut gateway = Site::fixed("g", place);
        gateway.mask = Some(crate::ground::Mask::Constant(30.0));
        let served = |fleet: &Fleet, window: &Window| {
            passes::network_visibility(
                fleet,
                std::slice::from_ref(&gateway),
                &passes::Settings::over(*window),
            )
        };
        let cells = Region::parse("lat:60..80").unwrap().cells(Resolution::Zero);
        let grid = Grid::from_cells(Resolution::Zero, cells);
        let alone = gaps_per_point(&grid, &mut fleet, &settings, None);
        let look = gaps_per_point(&grid, &mut fleet, &settings, Some(&served));
        let never = AtomicBool::new(false);
        let watch = Watch { progress: &|_| (), stop: &never };
        let reach = served(&fleet, &settings.window);
        let coverage = bent_pipe::run(&grid, &mut fleet, &settings, &reach, watch).unwrap();
        let gaps: u32 = coverage.points.iter().map(|point| point.gap_count).sum();
        let found = f64::from(gaps) / coverage.points.len() as f64;
        assert!(alone < 0.2 * found, "{alone} {found}");
        assert!((look / found - 1.0).abs() < 0.1, "{look} {found}");
    }

    /// A gateway that begins service in the second half of the window opens no gaps in the first.
    #[test]
    fn gateways_that_come_later_are_seen() {
        let iridium = read("iridium-next", &ReadOptions::default()).unwrap();
        let settings = settings(30.0 * 86_400.0);
        let orientation = Orientation::of_window(&settings.window);
        let elements = iridium.satellites.iter().map(|satellite| &satellite.elements);
        let mut fleet = Fleet::new(elements, orientation).unwrap();
        let begins = settings.window.start.plus_seconds(0.5 * settings.window.duration_s);
        let place = Geodetic { latitude_deg: 70.0, longitude_deg: 20.0, height_km: 0.0 };
        let gateway = Site { service_from: Some(begins), ..Site::fixed("g", place) };
        let served = |fleet: &Fleet, window: &Window| {
            passes::network_visibility(
                fleet,
                std::slice::from_ref(&gateway),
                &passes::Settings::over(*window),
            )
        };
        let grid =
            Grid::from_cells(Resolution::Zero, Region::parse("lat:60..80").unwrap().cells(Resolution::Zero));
        let look = gaps_per_point(&grid, &mut fleet, &settings, Some(&served));
        assert!(look > 100.0, "{look}");
    }

    /// Polar satellites pass near the poles on every revolution, elsewhere on less than half of them.
    #[test]
    fn passes_near_the_poles_are_looked_at_there() {
        let iridium = read("iridium-next", &ReadOptions::default()).unwrap();
        let elements: Vec<_> = iridium.satellites.iter().map(|satellite| &satellite.elements).collect();
        let settings = settings(86_400.0);
        let orientation = Orientation::of_window(&settings.window);
        let revolutions: f64 = elements.iter().map(|elements| elements.mean_motion_rev_day).sum();
        let grid = |region: &str, resolution| {
            Grid::from_cells(resolution, Region::parse(region).unwrap().cells(resolution))
        };
        let passes = |grid: &Grid, points: f64| {
            passes_per_point(grid, points, &elements, &orientation, &settings).unwrap() / revolutions
        };
        let polar = passes(&grid("lat:80..90", Resolution::One), 100.0);
        let globe = grid("globe", Resolution::Zero);
        assert!((0.95..1.05).contains(&polar), "{polar}");
        let all = passes(&globe, 100.0);
        assert!((0.2..0.5).contains(&all), "{all}");
        // Of a grid that is worked on in many shards, one is near a pole.
        assert!(passes(&globe, 1e6) > 2.0 * all, "{all}");
    }
}
