//! The polynomial that stands for an orbit between two nodes.

use nalgebra::Vector3;

use super::State;

/// The cubic Hermite polynomial between two nodes, in time after the first one.
///
/// Error bound: `h⁴/384 · max|r⁗|`, 0.4 m for a low orbit with `h` = 60 s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Coefficients of 1, t, t², t³; t in seconds after the first node, km.
    pub coefficients: [Vector3<f64>; 4],
}

impl Segment {
    /// Through both ends, `step_s` seconds apart.
    pub fn between(from: &State, to: &State, step_s: f64) -> Self {
        let slope = (to.position - from.position) / step_s;
        Self {
            coefficients: [
                from.position,
                from.velocity,
                (slope * 3.0 - from.velocity * 2.0 - to.velocity) / step_s,
                (from.velocity + to.velocity - slope * 2.0) / (step_s * step_s),
            ],
        }
    }

    /// Position at `t_s` seconds after the first node.
    pub fn position(&self, t_s: f64) -> Vector3<f64> {
        let [c0, c1, c2, c3] = &self.coefficients;
        c0 + (c1 + (c2 + c3 * t_s) * t_s) * t_s
    }

    /// Velocity at `t_s` seconds after the first node.
    pub fn velocity(&self, t_s: f64) -> Vector3<f64> {
        let [_, c1, c2, c3] = &self.coefficients;
        c1 + (c2 * 2.0 + c3 * (3.0 * t_s)) * t_s
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fleet;
    use super::super::tests::circular;
    use super::*;
    use crate::frames::EarthOrientation;
    use crate::orbit::MeanElements;

    #[test]
    fn the_interpolant_stays_within_metres_of_sgp4() {
        let molniya = MeanElements {
            inclination_deg: 63.4,
            eccentricity: 0.74,
            argument_of_perigee_deg: 270.0,
            mean_motion_rev_day: 2.006,
            ..circular(500.0, 63.4)
        };
        let transfer = MeanElements {
            inclination_deg: 27.0,
            eccentricity: 0.73,
            argument_of_perigee_deg: 178.0,
            mean_motion_rev_day: 2.27,
            bstar: 1e-4,
            ..circular(500.0, 27.0)
        };
        let eccentric = MeanElements { eccentricity: 0.06, ..circular(1000.0, 90.0) };
        let elements = [
            circular(300.0, 53.0),
            circular(1000.0, 80.0),
            circular(35_786.0, 55.0),
            eccentric,
            transfer,
            molniya,
        ];
        let mut fleet = Fleet::new(&elements, EarthOrientation::default()).unwrap();
        let start = elements[0].epoch;
        let nodes = fleet.smooth_nodes(start, 60.0, 0, 1441);
        for satellite in 0..fleet.len() {
            let mut worst = 0.0f64;
            for node in 0..1440 {
                let segment =
                    Segment::between(&nodes.at(node)[satellite], &nodes.at(node + 1)[satellite], 60.0);
                for t in [12.0, 15.0, 30.0, 45.0, 48.0] {
                    let epoch = start.plus_seconds(node as f64 * 60.0 + t);
                    let truth = fleet.state(satellite, epoch).unwrap().position;
                    worst = worst.max((segment.position(t) - truth).norm());
                }
            }
            println!("satellite {satellite}: {worst} km");
            let bound_km = if satellite >= 4 { 0.002 } else { 0.000_6 };
            assert!(worst < bound_km, "satellite {satellite}: {worst} km");
        }
    }
}
