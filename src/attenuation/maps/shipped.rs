//! The reduced maps inside the program. `scripts/reduce_itu_maps.py` makes the file and tells its layout.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;
use serde::Deserialize;

use super::Group;
use super::grid::{Geometry, Grid};

/// Made by `scripts/reduce_itu_maps.py`; sources and licence in `docs/attenuation.md`.
static FILE: &[u8] = include_bytes!("reduced_maps.bin");

/// How many of the maps' percentages are shipped: up to 50 %.
pub(super) const PERCENTS: usize = 12;

/// Groups in the order of the file.
const GROUPS: [(Group, &str); 10] = [
    (Group::RainRate001, "rain_rate_001"),
    (Group::RainProbability, "rain_probability"),
    (Group::AnnualTemperature, "annual_temperature"),
    (Group::WetRefractivity, "wet_refractivity"),
    (Group::ZeroIsotherm, "zero_isotherm"),
    (Group::WaterVapourDensity, "water_vapour_density"),
    (Group::WaterVapourContent, "water_vapour_content"),
    (Group::WaterVapourScaleHeight, "water_vapour_scale_height"),
    (Group::ReducedLiquid, "reduced_liquid"),
    (Group::Topography, "topography"),
];

/// A group in the index of the file.
#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    labels: Vec<f64>,
    rows: usize,
    columns: usize,
    first_latitude_deg: f64,
    first_longitude_deg: f64,
    latitude_step_deg: f64,
    longitude_step_deg: f64,
    step: f64,
    squared: bool,
    delta: bool,
    offset: usize,
    length: usize,
}

/// The groups, each unpacked when first asked for.
#[derive(Debug)]
pub(super) struct Shipped {
    index: Vec<Entry>,
    streams: &'static [u8],
    groups: [OnceLock<Vec<Grid>>; GROUPS.len()],
}

impl Shipped {
    /// Reads the index. The file is part of the program, so a fault in it is a fault of the build.
    pub fn new() -> Self {
        let rest = FILE.strip_prefix(b"HSKYMAPS").expect("the shipped maps begin with their magic");
        let (length, rest) = rest.split_at(4);
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        let (head, streams) = rest.split_at(length);
        let index: Vec<Entry> = serde_json::from_slice(head).expect("the index of the shipped maps is JSON");
        assert!(index.iter().zip(GROUPS).all(|(entry, (_, name))| entry.name == name));
        Self { index, streams, groups: Default::default() }
    }

    pub fn grid(&self, group: Group, layer: usize) -> &Grid {
        let at = GROUPS.iter().position(|(known, _)| *known == group).expect("only shipped groups are asked");
        &self.groups[at].get_or_init(|| self.unpack(group, &self.index[at]))[layer]
    }

    /// Number of values of all layers.
    pub fn values(&self) -> usize {
        self.index.iter().map(|entry| entry.rows * entry.columns * entry.labels.len()).sum()
    }

    fn unpack(&self, group: Group, entry: &Entry) -> Vec<Grid> {
        let cells = entry.rows * entry.columns;
        let count = cells * entry.labels.len();
        let mut bytes = Vec::with_capacity(2 * count);
        ZlibDecoder::new(&self.streams[entry.offset..entry.offset + entry.length])
            .read_to_end(&mut bytes)
            .expect("the shipped maps unpack");
        let (low, high) = bytes.split_at(count);
        let geometry = Geometry {
            rows: entry.rows,
            columns: entry.columns,
            first_latitude_deg: entry.first_latitude_deg,
            first_longitude_deg: entry.first_longitude_deg,
            latitude_step_deg: entry.latitude_step_deg,
            longitude_step_deg: entry.longitude_step_deg,
            margin: usize::from(group == Group::Topography),
        };
        let mut before: Vec<i32> = vec![0; cells];
        (0..entry.labels.len())
            .map(|layer| {
                let range = layer * cells..(layer + 1) * cells;
                let residuals = low[range.clone()].iter().zip(&high[range]).map(|(&low, &high)| {
                    let zigzag = i32::from(low) | i32::from(high) << 8;
                    (zigzag >> 1) ^ -(zigzag & 1)
                });
                let mut levels = undo_prediction(residuals, entry.columns, cells);
                if entry.delta {
                    levels.iter_mut().zip(&before).for_each(|(level, before)| *level += before);
                    before.clone_from(&levels);
                }
                let value = |&level: &i32| {
                    let scaled = f64::from(level) * entry.step;
                    (if entry.squared { scaled * scaled } else { scaled }) as f32
                };
                Grid::new(geometry, levels.iter().map(value).collect())
            })
            .collect()
    }
}

/// Adds the median edge prediction (Weinberger, Seroussi, Sapiro 2000) back to residuals; outside is zero.
fn undo_prediction(residuals: impl Iterator<Item = i32>, columns: usize, cells: usize) -> Vec<i32> {
    let mut levels: Vec<i32> = Vec::with_capacity(cells);
    for (at, residual) in residuals.enumerate() {
        let inside_row = at % columns != 0;
        let west = if inside_row { levels[at - 1] } else { 0 };
        let north = if at >= columns { levels[at - columns] } else { 0 };
        let corner = if inside_row && at >= columns { levels[at - columns - 1] } else { 0 };
        let guess = if corner >= west.max(north) {
            west.min(north)
        } else if corner <= west.min(north) {
            west.max(north)
        } else {
            west + north - corner
        };
        levels.push(guess + residual);
    }
    levels
}
