//! A survey: the dilution of precision of many sites over many instants, folded to figures per site.
//!
//! Sites are taken a handful at a time, each handful over the whole window, so that what a percentile
//! needs is kept for a few sites only and nothing depends on the number of threads.

use nalgebra::Vector3;
use rayon::prelude::*;

use crate::frames::Geodetic;
use crate::navigation::figures::{Figures, Folder};
use crate::navigation::tracks::Tracks;

pub mod lanes;
pub mod plain;

/// Sites that are worked on together.
pub const LANES: usize = 8;

/// What a thread keeps for each instant of the block that it works on: its [`Series`], and what percentiles of one
/// kind and site are taken from.
pub(super) const BYTES_PER_INSTANT: f64 = (size_of::<[Lane; 5]>() + size_of::<u64>()) as f64;

/// One number for each site of a block.
pub type Lane = [f64; LANES];

/// What counts as in view and as available.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// Elevation mask of the receiver in degrees, above −90.
    pub min_elevation_deg: f64,
    /// Largest PDOP at which the service counts as available.
    pub pdop_threshold: f64,
}

/// Up to [`LANES`] sites; those that are missing repeat the last one.
#[derive(Debug, Clone)]
pub struct Block {
    /// Number of sites.
    pub sites: usize,
    /// Earth-fixed x, y, z of each site in km.
    pub position: [Lane; 3],
    /// Upward normal of each site.
    pub up: [Lane; 3],
}

/// Dilution of precision of a block of sites over the instants of a run.
#[derive(Debug, Clone)]
pub struct Series {
    /// GDOP, PDOP, HDOP, VDOP, TDOP at each instant; NaN where there is no fix.
    pub dop: Vec<[Lane; 5]>,
    /// Sum over the instants of the satellites in view.
    pub in_view_sum: Lane,
    /// Fewest satellites in view.
    pub in_view_min: Lane,
    /// Instants with fewer satellites than unknowns.
    pub too_few: [u32; LANES],
    /// Instants with enough satellites in a singular geometry.
    pub singular: [u32; LANES],
}

impl Block {
    /// The sites of a block.
    ///
    /// # Panics
    /// When there are none, or more than [`LANES`].
    pub fn new(places: &[Geodetic]) -> Self {
        assert!((1..=LANES).contains(&places.len()), "a block holds 1 to {LANES} sites");
        let mut block = Self { sites: places.len(), position: [[0.0; LANES]; 3], up: [[0.0; LANES]; 3] };
        for lane in 0..LANES {
            let place = &places[lane.min(places.len() - 1)];
            let (position, up) = (place.to_ecef().0, place.normal());
            for axis in 0..3 {
                block.position[axis][lane] = position[axis];
                block.up[axis][lane] = up[axis];
            }
        }
        block
    }

    /// Earth-fixed position of a site in km.
    pub fn position(&self, lane: usize) -> Vector3<f64> {
        Vector3::from(self.position.map(|axis| axis[lane]))
    }

    /// Upward normal of a site.
    pub fn up(&self, lane: usize) -> Vector3<f64> {
        Vector3::from(self.up.map(|axis| axis[lane]))
    }
}

impl Series {
    /// Room for a run.
    pub fn new(instants: usize) -> Self {
        Self {
            dop: vec![[[f64::NAN; LANES]; 5]; instants],
            in_view_sum: [0.0; LANES],
            in_view_min: [f64::INFINITY; LANES],
            too_few: [0; LANES],
            singular: [0; LANES],
        }
    }

    /// Forgets the sites before, for the next block.
    pub(crate) fn clear(&mut self) {
        self.in_view_sum = [0.0; LANES];
        self.in_view_min = [f64::INFINITY; LANES];
        self.too_few = [0; LANES];
        self.singular = [0; LANES];
    }
}

/// Figures of every site, in the order of the sites.
pub fn survey(tracks: &Tracks, sites: &[Geodetic], criteria: &Criteria) -> Vec<Figures> {
    sites
        .par_chunks(LANES)
        .map_init(
            || (Series::new(tracks.instants()), Folder::default()),
            |(series, folder), places| {
                let block = Block::new(places);
                lanes::observe(tracks, &block, criteria, series);
                (0..block.sites).map(|lane| folder.fold(series, lane, criteria)).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::frames::EarthOrientation;
    use crate::navigation::system::{Orbit, System, Transmitter};
    use crate::navigation::tracks::Clock;
    use crate::orbit::walker::Walker;
    use crate::time::Window;

    pub(crate) fn designed(
        name: &str,
        altitude_km: f64,
        inclination_deg: f64,
        satellites: u32,
        planes: u32,
    ) -> System {
        let epoch = "2026-01-01T00:00:00Z".parse().unwrap();
        let walker = Walker::delta(satellites, planes, 1.0);
        let satellites = walker
            .slots()
            .iter()
            .zip(walker.circular_orbits(epoch, altitude_km, inclination_deg))
            .map(|(slot, elements)| Transmitter {
                name: format!("{name} {}-{}", slot.plane, slot.index),
                number: None,
                designator: None,
                is_designed: true,
                shell: name.into(),
                orbit: Orbit::Elements(elements),
                station: None,
                repeats: Vec::new(),
            })
            .collect();
        System { name: name.into(), file: format!("{name}.toml"), satellites }
    }

    fn tracks(systems: &[System], clock: Clock) -> Tracks {
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        let window = Window { start, duration_s: 12.0 * 3600.0 };
        Tracks::new(systems, clock, window, 600.0, EarthOrientation::default()).unwrap()
    }

    pub(crate) fn places(blocks: usize) -> Vec<Geodetic> {
        // A spiral over the globe, so that neighbours are near and all latitudes are met.
        let count = blocks * LANES;
        (0..count)
            .map(|k| Geodetic {
                latitude_deg: 180.0 * k as f64 / (count - 1) as f64 - 90.0,
                longitude_deg: (23.0 * k as f64) % 360.0 - 180.0,
                height_km: 0.001 * (k % 5) as f64,
            })
            .collect()
    }

    /// The fast kernel against the plain one: near and scattered sites, masks from below the horizon to
    /// high, one and two clocks, a low orbit where nearly everything is ruled out by the block.
    #[test]
    fn the_fast_kernel_equals_the_plain_one() {
        let meo = designed("meo", 21_528.0, 55.0, 24, 3);
        let geo = designed("igso", 35_786.0, 55.0, 3, 3);
        let low = designed("leo", 1000.0, 80.0, 60, 6);
        let mut fixes = 0;
        for (systems, clock) in [
            (vec![meo.clone(), geo.clone()], Clock::PerSystem),
            (vec![geo, meo.clone()], Clock::Common),
            (vec![low, meo], Clock::PerSystem),
        ] {
            let tracks = tracks(&systems, clock);
            let all = places(12);
            let scattered: Vec<Geodetic> = (0..LANES).map(|lane| all[lane * 12]).collect();
            for mask in [-20.0, -2.0, 0.0, 5.0, 40.0] {
                let criteria = Criteria { min_elevation_deg: mask, pdop_threshold: 6.0 };
                for places in all.chunks(LANES).chain([&scattered[..], &scattered[..3]]) {
                    let block = Block::new(places);
                    let (mut fast, mut slow) =
                        (Series::new(tracks.instants()), Series::new(tracks.instants()));
                    lanes::observe(&tracks, &block, &criteria, &mut fast);
                    plain::observe(&tracks, &block, &criteria, &mut slow);
                    assert_eq!(fast.in_view_sum, slow.in_view_sum, "mask {mask}");
                    assert_eq!(fast.in_view_min, slow.in_view_min);
                    assert_eq!(fast.too_few, slow.too_few);
                    assert_eq!(fast.singular, slow.singular);
                    for (fast, slow) in fast.dop.iter().zip(&slow.dop) {
                        for lane in 0..LANES {
                            // Rounding grows with what the geometry is ill-conditioned by.
                            let tolerance = 1e-13 * slow[0][lane].max(1.0).powi(3);
                            for (fast, slow) in fast.iter().zip(slow) {
                                let (fast, slow) = (fast[lane], slow[lane]);
                                fixes += usize::from(!slow.is_nan());
                                let near = (fast - slow).abs() <= tolerance;
                                assert!(near || (fast.is_nan() && slow.is_nan()), "{fast} {slow}");
                            }
                        }
                    }
                }
            }
        }
        assert!(fixes > 100_000, "{fixes}");
    }

    #[test]
    fn figures_do_not_depend_on_threads_or_on_the_company() {
        let systems = [designed("meo", 21_528.0, 55.0, 24, 3)];
        let tracks = tracks(&systems, Clock::PerSystem);
        let criteria = Criteria { min_elevation_deg: 5.0, pdop_threshold: 2.0 };
        let places = places(9);
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(|| survey(&tracks, &places, &criteria));
        let four = pool(4).install(|| survey(&tracks, &places, &criteria));
        assert_eq!(one, four);
        let alone = survey(&tracks, &places[13..14], &criteria);
        assert_eq!(alone[0], one[13]);
        assert!(one.iter().any(|figures| !figures.is_always_available() && figures.available > 0));
    }

    /// At a mask of 60° a 24-satellite system rarely shows four: such instants are counted and never mixed
    /// into a mean.
    #[test]
    fn instants_without_a_fix_are_counted_apart() {
        let systems = [designed("meo", 21_528.0, 55.0, 24, 3)];
        let tracks = tracks(&systems, Clock::PerSystem);
        let criteria = Criteria { min_elevation_deg: 60.0, pdop_threshold: 6.0 };
        for figures in survey(&tracks, &places(2), &criteria) {
            assert_eq!(figures.instants, 72);
            assert!(figures.too_few > 0);
            assert!(figures.first_without_fix.is_some_and(|first| first <= 72 - figures.without_fix()));
            assert!(figures.available + figures.without_fix() <= figures.instants);
            if let Some(dop) = figures.dop {
                assert!(dop.pdop.mean.is_finite() && dop.pdop.max.is_finite());
            }
        }
        let none = Criteria { min_elevation_deg: 89.9, pdop_threshold: 6.0 };
        let figures = survey(&tracks, &places(1), &none)[0];
        assert_eq!((figures.dop, figures.available, figures.without_fix()), (None, 0, 72));
        assert_eq!(figures.first_without_fix, Some(0));
        let always = Criteria { min_elevation_deg: 0.0, pdop_threshold: 6.0 };
        assert_eq!(survey(&tracks, &places(1), &always)[0].first_without_fix, None);
    }
}
