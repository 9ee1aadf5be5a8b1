//! Memory of coverage runs, before they start.

use super::engine::{self, NODES_AT_A_TIME};
use super::rows::RowLayout;
use super::subsets::Members;
use super::{PointFigures, Settings};
use crate::ephemeris::State;
use crate::memory::{COARSER, Estimate};
use crate::orbit::MeanElements;
use crate::units::{EARTH_EQUATORIAL_RADIUS_KM, SECONDS_PER_DAY};

mod look;

pub use look::{Reach, gaps_per_point, passes_per_point};

/// What makes gaps fewer.
pub(crate) const SHORTER_OR_AT_LEAST: &str =
    "a shorter --duration, or --at-least closer to what is always in view";
const LONGER_STEP: &str = "a longer --step or a shorter --duration";
/// Vectors that grow are larger than what is in them.
const GROWTH: f64 = 1.25;
/// What the allocator and the last words of rows leave unused.
const WASTE: f64 = 1.15;
/// What flies a satellite of many subsets beside its path: its orbit as SGP4 has it, and its last arc, bytes.
const FLIGHT_BYTES: f64 = 1000.0;
/// One step of a satellite towards several subsets: an edge with its satellite, bytes.
const EDGE_BYTES: f64 = 24.0;

/// Turns of the Earth in a day.
const EARTH_REV_DAY: f64 = 1.0028;
/// Revolutions a day from which on a satellite is fast beside the Earth.
const FAST_REV_DAY: f64 = 8.0;

/// How coverage is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Footprints on cells.
    Footprints,
    /// Point by point: places, and bent pipes.
    Points,
}

/// What decides the memory of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Number of points.
    pub points: f64,
    /// Number of satellites.
    pub satellites: usize,
    /// Gaps of a point in the window, on the average; of subsets the passes, each of which is solved.
    pub gaps_per_point: f64,
    /// Mean number of satellites in view.
    pub in_view: f64,
}

/// Mean number of satellites above an elevation in degrees from a round Earth.
pub fn mean_in_view<'a>(elements: impl IntoIterator<Item = &'a MeanElements>, min_elevation_deg: f64) -> f64 {
    let mask = min_elevation_deg.to_radians();
    let seen = |elements: &MeanElements| {
        let radius_km = elements.brouwer_semi_major_axis_km().max(EARTH_EQUATORIAL_RADIUS_KM);
        let reach = (EARTH_EQUATORIAL_RADIUS_KM / radius_km * mask.cos()).min(1.0).acos() - mask;
        (1.0 - reach.max(0.0).cos()) / 2.0
    };
    elements.into_iter().map(seen).sum()
}

/// More passes than a point has in a window of so many seconds. A satellite that is fast beside the Earth passes once each
/// time that it comes round over the turning ground, most often where it flies against the turn; another no more than
/// twice in a revolution of its own or of the Earth: an inclined geosynchronous one may pass on its way north and on its
/// way south.
pub fn most_passes<'a>(elements: impl IntoIterator<Item = &'a MeanElements>, duration_s: f64) -> f64 {
    let days = duration_s / SECONDS_PER_DAY;
    let passes = |elements: &MeanElements| match elements.mean_motion_rev_day {
        fast if fast >= FAST_REV_DAY => days * (fast + EARTH_REV_DAY) + 1.0,
        slow => 2.0 * (days * slow.max(EARTH_REV_DAY) + 1.0),
    };
    elements.into_iter().map(passes).sum()
}

/// More gaps than a point has: none has more than there are passes, and gateways cut each into so many more at most,
/// where the satellite comes into their reach ([`crate::passes::memory::cuts`]).
pub fn most_gaps_per_point<'a>(
    elements: impl IntoIterator<Item = &'a MeanElements>,
    settings: &Settings,
    cuts: f64,
) -> f64 {
    1.0 + most_passes(elements, settings.window.duration_s) * (1.0 + cuts)
}

/// What one coverage run needs.
pub fn estimate(size: &Size, settings: &Settings, method: Method) -> Estimate {
    let Size { points, satellites, gaps_per_point, in_view } = *size;
    let samples = settings.window.sample_count(settings.step_s) as f64;
    let figures = size_of::<PointFigures>() as f64;
    let start = Estimate::of_satellites(satellites).with_grid(points * WASTE);
    let gaps = points * gaps_per_point;
    match method {
        Method::Footprints => {
            let account = engine::bytes_per_point(satellites, settings);
            // Accounts turn into figures tile by tile, and those are then put in the order of the grid.
            let finished = 2.0 * (figures + 16.0);
            let (gaps_of_point, gap) = engine::bytes_of_gaps(settings);
            start
                .with(
                    "figures of points",
                    points * WASTE * (RowLayout::BYTES_PER_POINT + account.max(finished)),
                    COARSER,
                )
                .with("gaps", (points * gaps_of_point + gaps * gap) * GROWTH, SHORTER_OR_AT_LEAST)
                .with("the time series", 3.0 * 8.0 * samples, LONGER_STEP)
                .with("instants", engine::bytes_of_block(satellites, settings), LONGER_STEP)
                .with("footprints", engine::bytes_of_prints(points, satellites, in_view), "fewer satellites")
        }
        Method::Points => {
            let (account, gap) = super::fold::bytes_of_account();
            start
                .with("figures of points", points * WASTE * (account + 2.0 * figures), COARSER)
                .with("gaps", gaps * gap * 1.6, SHORTER_OR_AT_LEAST)
                .with("the time series", 3.0 * 8.0 * samples, LONGER_STEP)
                .with(
                    "instants",
                    1.5 * (32 << 20) as f64 + nodes(satellites, NODES_AT_A_TIME),
                    "fewer satellites",
                )
        }
    }
}

/// Subsets of a fleet that are to be computed, before they are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubsetsAhead {
    /// How many.
    pub count: usize,
    /// Bytes that the command keeps of each beside its satellites.
    pub bytes_of_each: f64,
    /// What makes them fewer.
    pub remedy: &'static str,
}

/// What a run of many subsets needs: points go through it in shards.
pub fn estimate_subsets(size: &Size, settings: &Settings, subsets: &SubsetsAhead) -> Estimate {
    let Size { points, satellites, gaps_per_point, .. } = *size;
    let (shard, paths) = super::subsets::limits(satellites, settings);
    let edges = points.min(shard) * gaps_per_point * 2.0 * EDGE_BYTES;
    let each = Members::bytes(satellites) + subsets.bytes_of_each;
    let sums = super::subsets::bytes_of_subsets(subsets.count, satellites, points.min(shard));
    Estimate::of_satellites(satellites)
        .with_grid(points * WASTE)
        .with("passes", edges * GROWTH, "a shorter --duration, or fewer satellites")
        .with("paths of satellites", paths, "a shorter --duration")
        .with("flights of satellites", satellites as f64 * FLIGHT_BYTES, "fewer satellites")
        .with("subsets", subsets.count as f64 * each + sums, subsets.remedy)
}

/// States of satellites at so many nodes, bytes.
fn nodes(satellites: usize, count: usize) -> f64 {
    (satellites * count * size_of::<State>()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{ReadOptions, parse};
    use crate::ephemeris::Fleet;
    use crate::frames::Geodetic;
    use crate::frames::orientation::Orientation;
    use crate::ground::{Mask, Site};
    use crate::passes;
    use crate::time::Window;

    /// An inclined geosynchronous satellite is seen twice a day from a place that it passes on its way north and on its way
    /// south; one beyond the geosynchronous orbit on each turn of the Earth. Once in a revolution was taken for the most.
    #[test]
    fn no_satellite_passes_more_often_than_is_counted() {
        let text = r#"
name = "High"
epoch = "2026-01-01T00:00:00Z"
[sources]
p = "plan"
[[satellite]]
name = "igso"
orbit = "igso"
node_longitude_deg = 0
phase_deg = 0
inclination_deg = 55
source = "p"
[[satellite]]
name = "beyond"
orbit = "elements"
altitude_km = 150000
inclination_deg = 10
raan_deg = 0
argument_of_latitude_deg = 0
source = "p"
"#;
        let constellation = parse("x.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
        let window =
            Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 10.0 * SECONDS_PER_DAY };
        let place = Geodetic { latitude_deg: 0.0, longitude_deg: 0.0, height_km: 0.0 };
        let site = Site { mask: Some(Mask::Constant(60.0)), ..Site::fixed("g", place) };
        for satellite in &constellation.satellites {
            let fleet = Fleet::new([&satellite.elements], Orientation::of_window(&window)).unwrap();
            let settings = passes::Settings::over(window);
            let sites = std::slice::from_ref(&site);
            let found = passes::contacts(&fleet, sites, &settings, &|| ()).contacts.len() as f64;
            let most = most_passes([&satellite.elements], window.duration_s);
            let size = passes::memory::Size::most([&satellite.elements], sites, &settings);
            assert!(found <= most && found <= size.contacts, "{}: {found} {most} {size:?}", satellite.name);
            assert!(found > 7.0 && most < 3.0 * found, "{}: {found} {most}", satellite.name);
        }
    }
}
