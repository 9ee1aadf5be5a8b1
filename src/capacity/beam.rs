//! Where beams point and what that costs: scan loss, beam patterns, fixed beams, co-channel beams.

use nalgebra::Vector3;

use crate::constellation::payload::{Beams, Carrier, FixedBeams};
use crate::ephemeris::State;
use crate::link::antenna::{Antenna, Direction, PointedAntenna};
use crate::link::ratio;
use crate::units::EARTH_ROTATION_RAD_S;

/// The antennas of a link with what their pointing costs, relative to their axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Pointing {
    frequency_ghz: f64,
    /// Sender's and receiver's antennas with where the link stands in their patterns.
    ends: [Option<PointedAntenna>; 2],
    /// Pattern of one beam about its own axis.
    beam: Option<Antenna>,
    /// Beams that stand still in the satellite's frame; none where beams are steered at the cell.
    fixed: Option<FixedBeams>,
    /// Distance between the centres of beams of one colour on the ground, km; none leaves them out.
    co_channel_km: Option<f64>,
}

/// Loss off its axis from which on a beam of a stated rate serves nothing, dB: half of the power.
const EDGE_DB: f64 = 3.0;

/// Beams of a stated rate that stand still in the satellite's frame.
///
/// Without a link budget nothing tells what a beam carries off its axis: the stated rate holds as far as its pattern is
/// within 3 dB of the axis, and beyond that the beam serves nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingBeams {
    fixed: FixedBeams,
    antenna: Antenna,
    /// Any where the pattern is the same at all frequencies.
    frequency_ghz: f64,
}

impl StandingBeams {
    /// From a carrier and the beams it belongs to; none where beams are steered, or where their pattern goes with a
    /// frequency that the carrier does not give.
    pub fn of(carrier: &Carrier, beams: &Beams) -> Option<Self> {
        let antenna = beams.beam_antenna?.antenna;
        let goes_with_frequency = matches!(antenna, Antenna::S465 { .. } | Antenna::Parabolic { .. });
        let frequency_ghz = carrier.frequency_ghz.or((!goes_with_frequency).then_some(1.0))?;
        Some(Self { fixed: beams.fixed?, antenna, frequency_ghz })
    }

    /// Number of beams.
    pub fn count(&self) -> u32 {
        self.fixed.rows * self.fixed.columns
    }

    /// Number of the beam that serves a place; none where it lies in none of them.
    pub fn over(&self, sight: &Sight<'_>) -> Option<u32> {
        let (beam, off_axis_deg) = nearest_beam(&self.fixed, sight);
        (self.antenna.relative_db(self.frequency_ghz, off_axis_deg) >= -EDGE_DB).then_some(beam)
    }
}

/// A link between a cell and a satellite.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// From the place on the ground to the satellite, km, Earth-fixed.
    pub line: Vector3<f64>,
    /// Slant range, km.
    pub range_km: f64,
    /// Sine of the elevation.
    pub sin_elevation: f64,
    /// The satellite.
    pub satellite: &'a State,
}

/// What pointing makes of a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointed {
    /// Gain relative to all antennas' axes, as a ratio.
    pub gain: f64,
    /// Interference of beams of the same colour over signal.
    pub interference: f64,
    /// Number of the fixed beam; 0 where beams are steered.
    pub beam: u32,
}

impl Pointed {
    /// On all axes, without interference.
    pub const AXIS: Self = Self { gain: 1.0, interference: 0.0, beam: 0 };
}

impl Pointing {
    /// From a carrier and the beams it belongs to; none where every link is on the axes.
    ///
    /// Beams of one colour interfere where the file gives a beam's pattern, its area and the colours.
    pub fn of(carrier: &Carrier, beams: &Beams) -> Option<Self> {
        let pointing = Self {
            frequency_ghz: carrier.frequency_ghz?,
            ends: [carrier.tx_antenna, carrier.rx_antenna],
            beam: beams.beam_antenna.map(|pointed| pointed.antenna),
            fixed: beams.fixed.filter(|_| beams.beam_antenna.is_some()),
            co_channel_km: beams
                .beam_antenna
                .and(beams.beam_area_km2)
                .zip(beams.colours)
                .map(|(area_km2, colours)| co_channel_km(area_km2, colours)),
        };
        let plain =
            pointing.ends == [None, None] && pointing.fixed.is_none() && pointing.co_channel_km.is_none();
        (!plain).then_some(pointing)
    }

    /// Number of fixed beams of a satellite; none where beams are steered.
    pub fn fixed_beams(&self) -> Option<u32> {
        self.fixed.map(|fixed| fixed.rows * fixed.columns)
    }

    /// What the pointing makes of a link.
    pub fn over(&self, sight: &Sight<'_>) -> Pointed {
        let mut gain_db = 0.0;
        for end in self.ends.iter().flatten() {
            let angle_deg = match end.direction {
                Direction::OffAxis(angle_deg) => angle_deg,
                Direction::FromNadir => {
                    let position = &sight.satellite.position;
                    let cosine = sight.line.dot(position) / (sight.range_km * position.norm());
                    cosine.clamp(-1.0, 1.0).acos().to_degrees()
                }
                Direction::FromZenith => sight.sin_elevation.clamp(-1.0, 1.0).acos().to_degrees(),
            };
            gain_db += end.antenna.relative_db(self.frequency_ghz, angle_deg);
        }
        let Some(antenna) = &self.beam else {
            return Pointed { gain: ratio(gain_db), ..Pointed::AXIS };
        };
        let (beam, off_axis_deg) = match &self.fixed {
            None => (0, 0.0),
            Some(fixed) => nearest_beam(fixed, sight),
        };
        let own_db = antenna.relative_db(self.frequency_ghz, off_axis_deg);
        let interference = self.co_channel_km.map_or(0.0, |distance_km| {
            let others = co_channel_angles_deg(distance_km, sight.range_km, sight.sin_elevation);
            let sum: f64 = others
                .into_iter()
                .map(|angle_deg| 2.0 * ratio(antenna.relative_db(self.frequency_ghz, angle_deg) - own_db))
                .sum();
            sum
        });
        Pointed { gain: ratio(gain_db + own_db), interference, beam }
    }
}

/// Distance between the centres of beams of one colour in km.
///
/// Beams of area A on a hexagonal lattice stand √(2A/√3) apart, those of one of K colours √K times as far.
pub fn co_channel_km(beam_area_km2: f64, colours: u32) -> f64 {
    (2.0 * beam_area_km2 / 3f64.sqrt() * f64::from(colours)).sqrt()
}

/// Angles at the satellite between a beam and the six nearest of its colour, in pairs of equals.
///
/// The ground is taken as flat around the beam: along the line of sight distances shrink by the sine of the
/// elevation.
fn co_channel_angles_deg(distance_km: f64, range_km: f64, sin_elevation: f64) -> [f64; 3] {
    [0.0f64, 60.0, 120.0].map(|azimuth_deg| {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        (distance_km * sin.hypot(cos * sin_elevation)).atan2(range_km).to_degrees()
    })
}

/// The fixed beam whose axis is nearest to the line to a cell, and the angle off its axis in degrees.
///
/// Rows follow each other along the track, columns across it; both are centred on nadir. The track is that of the orbit
/// in space: over the turning Earth a geostationary satellite has none.
fn nearest_beam(fixed: &FixedBeams, sight: &Sight<'_>) -> (u32, f64) {
    let down = -sight.satellite.position.normalize();
    let across = down.cross(&velocity_in_space(sight.satellite)).normalize();
    let along = across.cross(&down);
    let to_cell = -sight.line / sight.range_km;
    let parts = [along, across, down].map(|axis| to_cell.dot(&axis));
    let (row, column, cosine) = nearest_axis(fixed, parts);
    (row * fixed.columns + column, cosine.clamp(-1.0, 1.0).acos().to_degrees())
}

/// Row and column of the axis nearest to a direction, of which the parts along the track, across it and down are given, and
/// the cosine of the angle between them.
///
/// Far off nadir the nearest axis need not be of the nearest row, nor of the nearest column. The axes of a row lie in a
/// plane, and from the direction nearest to the given one within it they get farther on either side, so that of each row two
/// are looked at; rows whose whole plane is farther than the nearest axis yet found are not.
fn nearest_axis(fixed: &FixedBeams, [along, across, down]: [f64; 3]) -> (u32, u32, f64) {
    let rows = Slots { count: fixed.rows, spacing_deg: fixed.row_spacing_deg };
    let columns = Slots { count: fixed.columns, spacing_deg: fixed.column_spacing_deg };
    let nearest_row = rows.place(along.atan2(down)).round() as i64;
    let mut best = (0, 0, f64::NEG_INFINITY);
    for steps in 0..i64::from(fixed.rows) {
        let mut is_near = steps == 0;
        for row in [nearest_row - steps, nearest_row + steps] {
            let Some(row_rad) = rows.middle_rad(row) else { continue };
            let (sin, cos) = row_rad.sin_cos();
            // Out of the row's plane, and within it along its middle.
            let (out, middle) = (along * cos - down * sin, along * sin + down * cos);
            if (1.0 - out * out).max(0.0).sqrt() < best.2 {
                continue;
            }
            is_near = true;
            let place = columns.place(across.atan2(middle * cos));
            for column in [place.floor() as i64, place.ceil() as i64] {
                let Some(column_rad) = columns.middle_rad(column) else { continue };
                let tangents = [row_rad.tan(), column_rad.tan()];
                let length = (1.0 + tangents[0].powi(2) + tangents[1].powi(2)).sqrt();
                let cosine = (along * tangents[0] + across * tangents[1] + down) / length;
                if cosine > best.2 {
                    best = (row as u32, column as u32, cosine);
                }
            }
        }
        if !is_near {
            break;
        }
    }
    best
}

/// Slots of an even spacing around zero.
struct Slots {
    count: u32,
    spacing_deg: f64,
}

impl Slots {
    /// Where an angle lies among their numbers; beyond the ends at the last.
    fn place(&self, angle_rad: f64) -> f64 {
        let last = f64::from(self.count - 1);
        (angle_rad.to_degrees() / self.spacing_deg + 0.5 * last).clamp(0.0, last)
    }

    /// The middle of a slot; none for numbers beyond the ends, and for slots that look up.
    fn middle_rad(&self, number: i64) -> Option<f64> {
        let middle_deg = (number as f64 - 0.5 * f64::from(self.count - 1)) * self.spacing_deg;
        ((0..i64::from(self.count)).contains(&number) && middle_deg.abs() < 90.0)
            .then(|| middle_deg.to_radians())
    }
}

/// The velocity without the Earth's turn, km/s, along Earth-fixed axes.
fn velocity_in_space(satellite: &State) -> Vector3<f64> {
    satellite.velocity + Vector3::new(0.0, 0.0, EARTH_ROTATION_RAD_S).cross(&satellite.position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beams(text: &str, fixed: Option<FixedBeams>) -> Beams {
        Beams {
            beams: None,
            colours: Some(4),
            polarisations: None,
            beam_area_km2: None,
            beam_antenna: Some(text.parse().unwrap()),
            fixed,
            down: None,
            up: None,
        }
    }

    /// A satellite 550 km above a sphere, on a polar orbit to the north, and a place `along` and `across` degrees off nadir.
    fn sight(along_deg: f64, across_deg: f64, state: &State) -> Sight<'_> {
        let to_cell = Vector3::new(-1.0, across_deg.to_radians().tan(), along_deg.to_radians().tan());
        // Any range does: patterns look at angles only.
        Sight { line: -to_cell.normalize() * 700.0, range_km: 700.0, sin_elevation: 0.8, satellite: state }
    }

    fn state() -> State {
        let position = Vector3::new(6928.0, 0.0, 0.0);
        State { position, velocity: Vector3::new(0.0, -EARTH_ROTATION_RAD_S * position.x, 7.5) }
    }

    /// The rows of a satellite that stands still over the Earth lie east and west, its columns north and south, whichever
    /// way the little goes that it moves by.
    #[test]
    fn fixed_beams_of_a_geostationary_satellite_keep_their_places() {
        let fixed = FixedBeams { rows: 1, columns: 9, row_spacing_deg: 1.5, column_spacing_deg: 1.5 };
        for velocity in [[0.0; 3], [1e-4, 2e-4, -3e-4], [0.0, -2e-3, 1e-3], [0.0, 0.0, -1e-3]] {
            let state = State { position: Vector3::new(42_164.2, 0.0, 0.0), velocity: velocity.into() };
            for (north_deg, east_deg, beam) in [(6.0, 0.0, 0), (-6.0, 0.0, 8), (0.0, 0.0, 4)] {
                let (nearest, off_deg) = nearest_beam(&fixed, &sight(north_deg, east_deg, &state));
                assert_eq!(nearest, beam, "{north_deg} {east_deg} {velocity:?}");
                assert!(off_deg < 0.01, "{off_deg}");
            }
            let (nearest, off_deg) = nearest_beam(&fixed, &sight(0.0, 6.0, &state));
            assert!(nearest == 4 && (off_deg - 6.0).abs() < 0.01, "{nearest} {off_deg}");
        }
    }

    /// Row and column were rounded each for itself: a place 6° off the axis of one beam was given to another, 10° off.
    #[test]
    fn the_nearest_beam_is_the_nearest_of_all() {
        let state = state();
        let axis = |along_deg: f64, across_deg: f64| sight(along_deg, across_deg, &state).line.normalize();
        let mut differ = 0;
        for (rows, columns, row_spacing_deg, column_spacing_deg) in
            [(8, 8, 14.0, 14.0), (16, 4, 7.0, 30.0), (3, 40, 40.0, 3.0), (2, 2, 90.0, 90.0), (1, 5, 9.0, 9.0)]
        {
            let fixed = FixedBeams { rows, columns, row_spacing_deg, column_spacing_deg };
            let middle = |number: u32, count: u32, spacing_deg: f64| {
                (f64::from(number) - 0.5 * f64::from(count - 1)) * spacing_deg
            };
            for (along, across) in
                (-7..=7).flat_map(|a| (-7..=7).map(move |b| (9.3 * f64::from(a), 9.1 * f64::from(b))))
            {
                let sight = sight(along, across, &state);
                let mut least = (f64::INFINITY, 0);
                for number in 0..rows * columns {
                    let row_deg = middle(number / columns, rows, row_spacing_deg);
                    let column_deg = middle(number % columns, columns, column_spacing_deg);
                    let off_deg = axis(row_deg, column_deg).angle(&sight.line.normalize()).to_degrees();
                    if off_deg < least.0 {
                        least = (off_deg, number);
                    }
                }
                let (beam, off_deg) = nearest_beam(&fixed, &sight);
                assert!((off_deg - least.0).abs() < 1e-5, "{fixed:?} {along} {across}: {off_deg} {least:?}");
                let by_rounding = |angle: f64, count: u32, spacing_deg: f64| {
                    let middle = 0.5 * f64::from(count - 1);
                    (angle / spacing_deg + middle).round().clamp(0.0, 2.0 * middle) as u32
                };
                let row = by_rounding(along, rows, row_spacing_deg);
                differ += u32::from(beam != row * columns + by_rounding(across, columns, column_spacing_deg));
            }
        }
        assert!(differ > 20, "{differ}");
    }

    #[test]
    fn beams_of_a_stated_rate_serve_what_lies_within_half_of_their_power() {
        let fixed = FixedBeams { rows: 2, columns: 2, row_spacing_deg: 3.0, column_spacing_deg: 3.0 };
        let beams = beams("s1528:gmax=38,psi_b=1.5,ln=-20", Some(fixed));
        let standing = StandingBeams::of(&Carrier::default(), &beams).unwrap();
        assert_eq!(standing.count(), 4);
        let state = state();
        for (along, across, beam) in [
            (1.5, 1.5, Some(3)),
            (1.5, 2.9, Some(3)),
            (1.5, 3.1, None),
            (-1.5, 1.5, Some(1)),
            (20.0, 0.0, None),
        ] {
            assert_eq!(standing.over(&sight(along, across, &state)), beam, "{along} {across}");
        }
        // A dish is as wide as its frequency lets it be.
        let dish = Beams { beam_antenna: Some("parabolic:d=1,eta=0.65".parse().unwrap()), ..beams.clone() };
        assert_eq!(StandingBeams::of(&Carrier::default(), &dish), None);
        let at_12_ghz = Carrier { frequency_ghz: Some(12.0), ..Carrier::default() };
        assert!(StandingBeams::of(&at_12_ghz, &dish).is_some());
        assert_eq!(StandingBeams::of(&at_12_ghz, &Beams { fixed: None, ..beams }), None);
    }

    #[test]
    fn an_array_on_the_satellite_loses_by_the_nadir_angle() {
        let carrier = Carrier {
            frequency_ghz: Some(12.0),
            tx_antenna: Some("array:gmax=34,n=1.3,at=nadir".parse().unwrap()),
            rx_antenna: Some("array:gmax=33,n=1,at=zenith".parse().unwrap()),
            ..Carrier::default()
        };
        let pointing = Pointing::of(&carrier, &Beams::default()).unwrap();
        let state = state();
        let got = pointing.over(&sight(40.0, 0.0, &state));
        // cos¹·³ 40° at the satellite; the zenith angle has a cosine of 0.8 at the user.
        assert!((got.gain - 40f64.to_radians().cos().powf(1.3) * 0.8).abs() < 1e-9, "{got:?}");
        assert_eq!(got.interference, 0.0);
    }

    #[test]
    fn fixed_beams_lose_off_their_axes_and_nowhere_else() {
        let fixed = FixedBeams { rows: 4, columns: 2, row_spacing_deg: 3.0, column_spacing_deg: 10.0 };
        let carrier = Carrier { frequency_ghz: Some(12.0), ..Carrier::default() };
        let pointing = Pointing::of(&carrier, &beams("s1528:gmax=30,psi_b=1.5,ln=-20", Some(fixed))).unwrap();
        let state = state();
        assert_eq!(pointing.fixed_beams(), Some(8));
        // Rows at −4.5°, −1.5°, 1.5°, 4.5°; columns at ±5°; `across` is east of a track to the north.
        for (along, across, beam, loss_db) in
            [(1.5, 5.0, 5, 0.0), (-4.5, -5.0, 0, 0.0), (6.0, 5.0, 7, 3.0), (-1.5, -6.5, 2, 3.0)]
        {
            let got = pointing.over(&sight(along, across, &state));
            assert_eq!(got.beam, beam, "{along} {across}");
            assert!((-10.0 * got.gain.log10() - loss_db).abs() < 0.05, "{along} {across}: {got:?}");
        }
    }

    #[test]
    fn co_channel_beams_are_six_at_the_reuse_distance() {
        // Beams of 1000 km² stand 33.98 km apart, those of one of four colours 67.96 km.
        assert!((co_channel_km(1000.0, 4) - 67.961).abs() < 1e-3);
        let carrier = Carrier { frequency_ghz: Some(12.0), ..Carrier::default() };
        let beams = Beams { beam_area_km2: Some(1000.0), ..beams("s1528:gmax=40,psi_b=1.5,ln=-20", None) };
        let pointing = Pointing::of(&carrier, &beams).unwrap();
        let state = state();
        let overhead = Sight { sin_elevation: 1.0, range_km: 550.0, ..sight(0.0, 0.0, &state) };
        // 67.961 km at 550 km are 7.04°, in the plateau of −20 dB to 6.32 · 1.5°: six of them.
        let got = pointing.over(&overhead);
        assert!((got.interference - 0.06).abs() < 1e-9, "{got:?}");
        // Lower down the distances shrink and interference grows.
        let low = Sight { sin_elevation: 0.5, range_km: 1000.0, ..overhead };
        assert!(pointing.over(&low).interference > got.interference);
        // More colours stand further apart.
        let apart = Pointing::of(&carrier, &Beams { colours: Some(16), ..beams }).unwrap();
        assert!(apart.over(&overhead).interference < got.interference);
    }
}
