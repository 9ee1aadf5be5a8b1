//! The plain kernel: one site, one instant, one satellite after another. The fast one is held to it.

use nalgebra::Vector3;

use super::{Block, Criteria, LANES, Series};
use crate::navigation::dop::{Geometry, NoFix};
use crate::navigation::tracks::Tracks;

/// Observes a block of sites over all instants.
pub fn observe(tracks: &Tracks, block: &Block, criteria: &Criteria, series: &mut Series) {
    series.clear();
    let sin_mask = criteria.min_elevation_deg.to_radians().sin();
    for (instant, dop) in series.dop.iter_mut().enumerate() {
        let satellites = tracks.at(instant);
        for lane in 0..LANES {
            let (position, up) = (block.position(lane), block.up(lane));
            let mut geometry = Geometry::default();
            for clock in tracks.clocks() {
                for satellite in &satellites[clock.clone()] {
                    if satellite.radius == 0.0 {
                        continue;
                    }
                    let line = (Vector3::from(satellite.xyz) - position).normalize();
                    if line.dot(&up) >= sin_mask {
                        geometry.add(&line);
                    }
                }
                geometry.close_clock();
            }
            let in_view = f64::from(geometry.in_use());
            series.in_view_sum[lane] += in_view;
            series.in_view_min[lane] = series.in_view_min[lane].min(in_view);
            let values = match geometry.solve(&up) {
                Ok(dop) => [dop.gdop, dop.pdop, dop.hdop, dop.vdop, dop.tdop],
                Err(reason) => {
                    match reason {
                        NoFix::TooFew => series.too_few[lane] += 1,
                        NoFix::Singular => series.singular[lane] += 1,
                    }
                    [f64::NAN; 5]
                }
            };
            for (lanes, value) in dop.iter_mut().zip(values) {
                lanes[lane] = value;
            }
        }
    }
}
