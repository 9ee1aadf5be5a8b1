//! Attenuation over one place as a function of elevation: P.618-13 for every edge of a run.

use crate::attenuation::maps::{MapError, Maps};
use crate::attenuation::{PartsAt, Site, SlantPath, stated};
use crate::frames::Geodetic;
use crate::link::ratio;

use super::ability::Rate;

/// Attenuation at one place as a function of elevation, tabulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Sky {
    /// Below [`HIGH_DEG`], ascending, where the mask lets links be so low.
    low: Box<[Stretch]>,
    lowest_rad: f64,
    step_rad: f64,
    /// Attenuation in dB times the sine of the elevation, at even steps of the elevation from [`HIGH_DEG`], or from
    /// the mask where that is higher.
    zenith_db: Box<[f64]>,
}

/// From here up the attenuation times the sine of the elevation changes little, and is taken as linear between
/// [`NODES`] elevations.
const HIGH_DEG: f64 = 25.0;
const NODES: usize = 20;
/// Above this elevation the attenuation is that at it: in the last degree to the zenith P.618 rises by its
/// formula's own making.
const HIGHEST_DEG: f64 = 88.0;
/// What an allocation takes beside its content, bytes.
const ALLOCATION_BYTES: f64 = 16.0;
/// Lowest elevation that is tabulated. P.618-13 goes to infinity at the horizon.
const LOWEST_DEG: f64 = 0.01;
/// The stretches below [`HIGH_DEG`]: first and last elevation, and the largest step of the elevation's logarithm.
/// P.618-13 has another path in rain below 5°, with a step in the attenuation there, and another rule for rain below
/// 25°.
const STRETCHES: [(f64, f64, f64); 2] = [(LOWEST_DEG, 5.0, 0.35), (5.0, HIGH_DEG, 0.15)];

/// Attenuation over a stretch of elevations, where it is near a power of the elevation.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    /// Where the stretch ends, in radians.
    end_rad: f64,
    /// Logarithm of the elevation in radians at which it begins, and the step of this logarithm.
    first: f64,
    step: f64,
    /// Logarithm of the attenuation in dB, at even steps of the logarithm of the elevation.
    log_db: Box<[f64]>,
}

/// The user's or gateway's antenna, for scintillation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dish {
    /// Diameter in m.
    pub diameter_m: f64,
    /// Efficiency.
    pub efficiency: f64,
}

impl Sky {
    /// Attenuation by P.618-13 that is not exceeded for `availability_percent` of an average year, on links from
    /// `mask_deg` up. Without a station height above sea level, in km, the topographic map of `maps` tells it.
    ///
    /// # Errors
    /// [`MapError`] as [`SlantPath::attenuation`].
    pub fn over(
        place: &Geodetic,
        station_height_km: Option<f64>,
        frequency_ghz: f64,
        availability_percent: f64,
        mask_deg: f64,
        dish: Dish,
        maps: &Maps,
    ) -> Result<Self, MapError> {
        let at = |elevation_deg: f64| {
            let path = SlantPath {
                latitude_deg: place.latitude_deg,
                longitude_deg: place.longitude_deg,
                station_height_km,
                elevation_deg,
                antenna_diameter_m: dish.diameter_m,
                antenna_efficiency: dish.efficiency,
                ..carrier_path(frequency_ghz, availability_percent)
            };
            path.attenuation(&Site::default(), maps, PartsAt::Total).map(|parts| parts.total_db)
        };
        let stretches = STRETCHES.into_iter().filter(|&(_, end_deg, _)| mask_deg < end_deg);
        let low = all(stretches.clone().count(), stretches, |(first_deg, end_deg, most)| {
            Stretch::over(mask_deg.max(first_deg), end_deg, most, at)
        })?;
        let lowest_deg = mask_deg.clamp(HIGH_DEG, HIGHEST_DEG - 1.0);
        let step_deg = (HIGHEST_DEG - lowest_deg) / (NODES - 1) as f64;
        let zenith_db = all(NODES, 0..NODES, |node| {
            let elevation_deg = lowest_deg + node as f64 * step_deg;
            at(elevation_deg).map(|db| db * elevation_deg.to_radians().sin())
        })?;
        Ok(Self { low, lowest_rad: lowest_deg.to_radians(), step_rad: step_deg.to_radians(), zenith_db })
    }

    /// Attenuation in dB at an elevation; without end at the horizon and below.
    pub fn attenuation_db(&self, sin_elevation: f64) -> f64 {
        let elevation = sin_elevation.clamp(-1.0, 1.0).asin();
        if let Some(stretch) = self.low.iter().find(|stretch| elevation < stretch.end_rad) {
            return stretch.attenuation_db(elevation);
        }
        let elevation = elevation.clamp(self.lowest_rad, HIGHEST_DEG.to_radians());
        let at = ((elevation - self.lowest_rad) / self.step_rad).clamp(0.0, (NODES - 1) as f64);
        let node = (at as usize).min(NODES - 2);
        let (low, high) = (self.zenith_db[node], self.zenith_db[node + 1]);
        (low + (high - low) * (at - node as f64)) / elevation.sin()
    }

    /// Bytes of a sky from a mask up.
    pub fn bytes(mask_deg: f64) -> f64 {
        let low: f64 = STRETCHES
            .into_iter()
            .filter(|&(_, end_deg, _)| mask_deg < end_deg)
            .map(|(first_deg, end_deg, most)| {
                let nodes = Stretch::steps(mask_deg.max(first_deg), end_deg, most) + 1.0;
                size_of::<Stretch>() as f64 + 8.0 * nodes + ALLOCATION_BYTES
            })
            .sum();
        size_of::<Self>() as f64 + 8.0 * NODES as f64 + 2.0 * ALLOCATION_BYTES + low
    }

    /// Share of the power that comes through.
    pub fn transmission(&self, sin_elevation: f64) -> f64 {
        ratio(-self.attenuation_db(sin_elevation))
    }
}

/// What is made of so many items, in as much memory as it takes: there are skies by the hundred thousand.
fn all<I, T>(
    count: usize,
    items: impl Iterator<Item = I>,
    make: impl Fn(I) -> Result<T, MapError>,
) -> Result<Box<[T]>, MapError> {
    let mut made = Vec::with_capacity(count);
    for item in items {
        made.push(make(item)?);
    }
    Ok(made.into_boxed_slice())
}

impl Stretch {
    /// From the attenuation in dB by elevation in degrees.
    fn over(
        first_deg: f64,
        end_deg: f64,
        largest_step: f64,
        at: impl Fn(f64) -> Result<f64, MapError>,
    ) -> Result<Self, MapError> {
        // A mask right below the end leaves a stretch of some width.
        let first_deg = first_deg.min(end_deg - LOWEST_DEG);
        let steps = Self::steps(first_deg, end_deg, largest_step);
        let step = (end_deg / first_deg).ln() / steps;
        let nodes = steps as usize + 1;
        let log_db = all(nodes, 0..nodes, |node| {
            // The last node stands on this side of the step at the end.
            let elevation_deg = (first_deg * (node as f64 * step).exp()).min(end_deg.next_down());
            at(elevation_deg).map(|db| db.max(f64::MIN_POSITIVE).ln())
        })?;
        Ok(Self { end_rad: end_deg.to_radians(), first: first_deg.to_radians().ln(), step, log_db })
    }

    fn steps(first_deg: f64, end_deg: f64, largest_step: f64) -> f64 {
        ((end_deg / first_deg).ln() / largest_step).ceil()
    }

    /// Attenuation in dB at an elevation in radians; below the first node it grows as the way through the air does.
    fn attenuation_db(&self, elevation: f64) -> f64 {
        if elevation <= 0.0 {
            return f64::INFINITY;
        }
        let at = (elevation.ln() - self.first) / self.step;
        if at < 0.0 {
            return self.log_db[0].exp() * (-at * self.step).exp();
        }
        let node = (at as usize).min(self.log_db.len() - 2);
        let (low, high) = (self.log_db[node], self.log_db[node + 1]);
        (low + (high - low) * (at - node as f64)).exp()
    }
}

/// A path of a carrier on circular polarisation, without its place, elevation and antenna.
fn carrier_path(frequency_ghz: f64, availability_percent: f64) -> SlantPath {
    SlantPath {
        latitude_deg: 0.0,
        longitude_deg: 0.0,
        station_height_km: None,
        frequency_ghz,
        elevation_deg: 90.0,
        antenna_diameter_m: 1.0,
        antenna_efficiency: 1.0,
        tilt_deg: 45.0,
        percent: 100.0 - availability_percent,
    }
}

/// What is to be said of the attenuation of `links`, such as "user links", that have these rates and are used from
/// an elevation up.
pub fn notes<'a>(
    links: &str,
    rates: impl Iterator<Item = &'a Rate>,
    availability_percent: f64,
    mask_deg: f64,
) -> Vec<String> {
    let mut notes = Vec::new();
    for rate in rates {
        let Rate::Radio(radio) = rate else { continue };
        for note in notes_at(links, radio.frequency_ghz, availability_percent, mask_deg) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

/// Where P.618-13 is extrapolated on links of a frequency, and where it has no answer.
fn notes_at(links: &str, frequency_ghz: f64, availability_percent: f64, mask_deg: f64) -> Vec<String> {
    let lowest = SlantPath { elevation_deg: mask_deg, ..carrier_path(frequency_ghz, availability_percent) };
    let links = format!("{links} at {frequency_ghz} GHz, from {mask_deg}° up");
    let beyond: Vec<&str> = stated::beyond(&lowest).collect();
    let mut notes = Vec::new();
    if !beyond.is_empty() {
        notes.push(format!("{links}: attenuation is extrapolated {}", beyond.join("; ")));
    }
    if mask_deg < 0.0 {
        notes.push(format!("{links}: none at or below the horizon carries anything, P.618-13 ends above it"));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISH: Dish = Dish { diameter_m: 0.5, efficiency: 0.6 };

    /// Places all over the globe.
    fn places() -> impl Iterator<Item = Geodetic> {
        (0..24u32).map(|number| Geodetic {
            latitude_deg: (1.96 * f64::from(number) / 24.0 - 0.98).asin().to_degrees(),
            longitude_deg: (f64::from(number) * 137.5).rem_euclid(360.0) - 180.0,
            height_km: 0.0,
        })
    }

    /// The attenuation that `hexsky link` has for a path.
    fn exact_db(place: &Geodetic, frequency_ghz: f64, availability: f64, elevation_deg: f64) -> f64 {
        let path = SlantPath {
            latitude_deg: place.latitude_deg,
            longitude_deg: place.longitude_deg,
            station_height_km: None,
            frequency_ghz,
            elevation_deg,
            antenna_diameter_m: DISH.diameter_m,
            antenna_efficiency: DISH.efficiency,
            tilt_deg: 45.0,
            percent: 100.0 - availability,
        };
        path.attenuation(&Site::default(), Maps::shipped(), PartsAt::Total).unwrap().total_db
    }

    /// Bands from L to Q. Links below 5° had the attenuation of 5°.
    #[test]
    fn the_tabulated_sky_is_close_to_p618() {
        let elevations = |from: f64, to: f64, steps: u32| {
            (0..steps).map(move |step| from * (to / from).powf((f64::from(step) + 0.37) / f64::from(steps)))
        };
        // The share of the attenuation by which it is off at most, below 5°, to 25° and above.
        let mut worst = [0.0f64; 3];
        for place in places() {
            for frequency_ghz in [1.6, 11.7, 19.7, 29.0, 47.0] {
                for availability in [97.0, 99.5, 99.99] {
                    let all = elevations(0.01, 5.0, 60)
                        .chain(elevations(5.0, 25.0, 40))
                        .chain(elevations(25.0, 88.0, 30));
                    let exact: Vec<(f64, f64)> =
                        all.map(|at| (at, exact_db(&place, frequency_ghz, availability, at))).collect();
                    for mask in [-2.0, 0.0, 0.5, 4.995, 5.0, 10.0, 24.0, 25.0, 40.0] {
                        let sky =
                            Sky::over(&place, None, frequency_ghz, availability, mask, DISH, Maps::shipped())
                                .unwrap();
                        for &(elevation_deg, exact) in exact.iter().filter(|&&(at, _)| at >= mask) {
                            let got = sky.attenuation_db(elevation_deg.to_radians().sin());
                            let share = (got - exact).abs() / exact;
                            let part = usize::from(elevation_deg >= 5.0) + usize::from(elevation_deg >= 25.0);
                            worst[part] = worst[part].max(share);
                        }
                    }
                }
            }
        }
        println!("largest share below 5°, to 25°, above: {worst:?}");
        assert!(worst.iter().all(|share| *share < 0.01), "{worst:?}");
    }

    #[test]
    fn nothing_comes_through_along_the_horizon() {
        let place = Geodetic { latitude_deg: 30.0, longitude_deg: -56.5, height_km: 0.0 };
        for frequency_ghz in [0.1, 1.6, 14.0, 900.0] {
            for mask in [-10.0, 0.0, 0.001] {
                let sky = Sky::over(&place, None, frequency_ghz, 99.5, mask, DISH, Maps::shipped()).unwrap();
                assert_eq!(sky.transmission(0.0), 0.0);
                assert_eq!(sky.transmission(-0.1), 0.0);
                let steps =
                    (0..=90_000).map(|step| sky.attenuation_db((1e-3 * f64::from(step)).to_radians().sin()));
                let all: Vec<f64> = steps.collect();
                assert!(all[1..].iter().all(|db| db.is_finite() && *db >= 0.0), "{frequency_ghz} GHz");
                // No step up by more than that of P.618-13 at 5° and its rules for rain at 25°.
                assert!(all.windows(2).all(|pair| pair[1] < 1.1 * pair[0]), "{frequency_ghz} GHz");
            }
        }
    }

    #[test]
    fn extrapolated_attenuation_is_told() {
        assert_eq!(notes_at("user links", 13.5, 99.5, 10.0), [""; 0]);
        assert_eq!(notes_at("user links", 13.5, 99.5, 5.0), [""; 0]);
        let low = notes_at("user links", 20.0, 99.5, 0.0);
        assert!(low.len() == 1 && low[0].starts_with("user links at 20 GHz, from 0° up: "), "{low:?}");
        assert!(low[0].contains("below 5 degrees") && !low[0].contains("4 to 20 GHz"), "{low:?}");
        let below = notes_at("feeder links", 70.0, 60.0, -1.0);
        assert!(below.len() == 2 && below[1].contains("none at or below the horizon"), "{below:?}");
        for text in ["below 5 degrees", "above 55 GHz", "outside 4 to 20 GHz", "outside 0.001 to 5"] {
            assert!(below[0].contains(text), "{text}: {below:?}");
        }
        assert!(notes_at("user links", 0.4, 99.5, 10.0)[0].contains("outside 1 to 350 GHz"));
    }
}
