//! Points sorted into thin latitude rows, each row by longitude, one bit per point.
//!
//! At one geodetic latitude the points that see a satellite are those within a half-width in longitude
//! of it (module `widths`). Rows are thinner than cells, so a footprint is one span per row, certain but
//! for a few points near its ends.
//!
//! The rows are cut into tiles, rectangles in latitude and longitude about as large as a footprint. A
//! row's points within a tile lie in words of their own, so that a footprint takes few words beyond
//! those it needs, however fine the grid; and tiles are what runs in parallel.

use std::ops::Range;

use rayon::prelude::*;

use super::widths::{Boundaries, LANES};
use crate::frames::prime_vertical_radius_km;
use crate::grid::cells::Grid;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// Slot of a point that is padding at the end of a row's last word.
const NO_POINT: u32 = u32::MAX;

/// One latitude row within a tile.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    /// First word of the row; its points are the first `points` bits from there on.
    pub word: u32,
    /// Number of points.
    pub points: u32,
}

impl Row {
    pub fn words(&self) -> u32 {
        self.points.div_ceil(64)
    }
}

/// A rectangle in latitude and longitude with its points.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    /// Latitude rows, counted from the south pole.
    pub latitudes: Range<usize>,
    /// The same rows in [`RowLayout::rows`].
    pub rows: Range<usize>,
    /// Words of the tile's points.
    pub words: Range<usize>,
    /// The tile's part of [`RowLayout::bucket_starts`].
    buckets: Range<usize>,
    /// Longitude of its middle, radians.
    middle_rad: f64,
    /// Half of its width in longitude, radians.
    half_rad: f64,
}

impl Tile {
    /// Where a longitude lies from the tile's western border, for the image of it that is nearest to the
    /// tile's middle; and where its second nearest image lies.
    pub fn images_rad(&self, longitude_rad: f64) -> (f64, f64) {
        let offset = wrap_rad(longitude_rad - self.middle_rad);
        let second = offset - std::f64::consts::TAU.copysign(offset);
        (offset + self.half_rad, second + self.half_rad)
    }

    /// Where a range of the tile's latitude rows stands in [`RowLayout::rows`].
    pub fn rows_of(&self, latitudes: &Range<usize>) -> Range<usize> {
        let start = self.rows.start + latitudes.start - self.latitudes.start;
        start..start + latitudes.len()
    }

    /// The tile's width in longitude, radians.
    pub fn width_rad(&self) -> f64 {
        2.0 * self.half_rad
    }
}

/// A belt of latitude rows that is cut into equal tiles.
#[derive(Debug, Clone, Copy)]
struct Belt {
    sectors: usize,
    /// Where the numbers of its tiles begin in [`RowLayout::tile_of_sector`].
    first: usize,
}

/// The longitude index of consecutive rows of a tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buckets<'a> {
    /// Where each row's buckets begin among those of the tile.
    pub first: &'a [i32],
    /// Number of buckets of each row.
    pub count: &'a [i32],
    /// Number of buckets per radian of each row.
    pub per_rad: &'a [f32],
}

/// All points of a grid in rows.
#[derive(Debug, Clone)]
pub(super) struct RowLayout {
    /// Rows of one tile after those of another.
    pub rows: Vec<Row>,
    pub tiles: Vec<Tile>,
    /// Number of latitude rows from pole to pole.
    pub row_count: usize,
    pub boundaries: Boundaries,
    /// Thickness of a row, radians.
    pub thickness_rad: f64,
    /// For each slot: the three components of the ellipsoid normal, and N in km.
    pub normals: Vec<[f64; 4]>,
    /// For each slot: the point's number in the grid.
    pub point: Vec<u32>,
    /// Latitude rows of a belt.
    belt_rows: usize,
    belts: Vec<Belt>,
    tile_of_sector: Vec<u32>,
    /// First point of each longitude bucket, as position within the row; after the last bucket of a row, its
    /// number of points.
    bucket_starts: Vec<u32>,
    /// For each row, where its buckets begin among those of its tile, their number, and that per radian.
    first_bucket: Vec<i32>,
    bucket_count: Vec<i32>,
    buckets_per_rad: Vec<f32>,
}

/// A point on its way to its row.
#[derive(Debug, Clone, Copy, Default)]
struct Member {
    tile: u32,
    row: u32,
    longitude_rad: f64,
    point: u32,
}

/// The points tile by tile and row by row: a counting sort.
fn in_rows(members: Vec<Member>, belts: &[Belt], belt_rows: usize) -> Vec<Member> {
    let bins = belts.last().map_or(0, |belt| belt.first + belt.sectors) * belt_rows;
    let bin_of = |member: &Member| member.tile as usize * belt_rows + member.row as usize % belt_rows;
    let mut next = vec![0u32; bins + 1];
    for member in &members {
        next[bin_of(member) + 1] += 1;
    }
    for bin in 1..next.len() {
        next[bin] += next[bin - 1];
    }
    let mut sorted = vec![Member::default(); members.len()];
    for member in members {
        let place = &mut next[bin_of(&member)];
        sorted[*place as usize] = member;
        *place += 1;
    }
    sorted
}

impl RowLayout {
    /// What a point takes, bytes: its normal, its number, and its part of the longitude index.
    pub const BYTES_PER_POINT: f64 =
        (size_of::<[f64; 4]>() + size_of::<u32>()) as f64 + (BUCKETS_PER_POINT * size_of::<u32>()) as f64;

    /// Sorts the points of a grid, all at height 0, into tiles for footprints of about `reach_rad`
    /// radians from their centre. The reach affects speed alone.
    pub fn new(grid: &Grid, reach_rad: f64) -> Self {
        // The spacing of the cells, had the grid their density everywhere; regions keep it.
        let density = match grid.resolution {
            Some(resolution) => 2.0 + 120.0 * 7f64.powi(u8::from(resolution).into()),
            None => 41_162.0,
        };
        let spacing_rad = (4.0 * std::f64::consts::PI / density).sqrt();
        let row_count = (std::f64::consts::PI / (ROW_THICKNESS * spacing_rad)).ceil() as usize;
        let thickness_rad = std::f64::consts::PI / row_count as f64;
        let quarter = std::f64::consts::FRAC_PI_2;
        let row_of = |latitude_deg: f64| {
            (((latitude_deg.to_radians() + quarter) / thickness_rad) as usize).min(row_count - 1)
        };
        let mut members: Vec<Member> = grid
            .points
            .iter()
            .enumerate()
            .map(|(number, point)| Member {
                tile: NO_TILE,
                row: row_of(point.latitude_deg) as u32,
                longitude_rad: wrap_rad(point.longitude_deg.to_radians()),
                point: number as u32,
            })
            .collect();

        let row_words = TILE_WIDTH * reach_rad * ROW_THICKNESS / spacing_rad / FULL_WORD;
        let belt_rows = ((reach_rad * TILE_HEIGHT / thickness_rad).min(TILE_WORDS / row_words) as usize)
            .clamp(TILE_ROWS, TILE_ROWS.max(row_count / LEAST_BELTS));
        let mut points_in_row = vec![0u32; row_count];
        for member in &members {
            points_in_row[member.row as usize] += 1;
        }
        let mut sector_count = 0;
        let belts: Vec<Belt> = points_in_row
            .chunks(belt_rows)
            .enumerate()
            .map(|(belt, counts)| {
                let latitude = |row: usize| row.min(row_count) as f64 * thickness_rad - quarter;
                let cosine = latitude(belt * belt_rows).cos().max(latitude((belt + 1) * belt_rows).cos());
                let around = std::f64::consts::TAU * cosine.max(0.0);
                // No word should be left half empty, and few footprints lie in more than two tiles side by side.
                let points = match grid.resolution {
                    Some(_) => around * ROW_THICKNESS / spacing_rad,
                    None => f64::from(counts.iter().copied().max().unwrap_or(0)),
                };
                let filled = (points / FULL_WORD).ceil();
                let wide = (around / (TILE_WIDTH * reach_rad).max(1e-3)).floor();
                let belt = Belt { sectors: filled.min(wide).max(1.0) as usize, first: sector_count };
                sector_count += belt.sectors;
                belt
            })
            .collect();
        for member in &mut members {
            let belt = belts[member.row as usize / belt_rows];
            let turn = (member.longitude_rad + std::f64::consts::PI) / std::f64::consts::TAU;
            let sector = ((turn * belt.sectors as f64) as usize).min(belt.sectors - 1);
            member.tile = (belt.first + sector) as u32;
        }
        let mut members = in_rows(members, &belts, belt_rows);
        members.par_chunk_by_mut(|a, b| (a.tile, a.row) == (b.tile, b.row)).for_each(|row| {
            row.sort_unstable_by(|a, b| {
                a.longitude_rad.total_cmp(&b.longitude_rad).then(a.point.cmp(&b.point))
            });
        });

        let mut layout = Self {
            rows: Vec::new(),
            tiles: Vec::new(),
            row_count,
            boundaries: Boundaries::new(row_count),
            thickness_rad,
            normals: Vec::new(),
            point: Vec::new(),
            belt_rows,
            belts: belts.clone(),
            tile_of_sector: vec![NO_TILE; sector_count],
            bucket_starts: Vec::new(),
            first_bucket: Vec::new(),
            bucket_count: Vec::new(),
            buckets_per_rad: Vec::new(),
        };
        let mut rest = members.as_slice();
        for (number, belt) in belts.iter().enumerate() {
            let latitudes = number * belt_rows..((number + 1) * belt_rows).min(row_count);
            for sector in 0..belt.sectors {
                let place = belt.first + sector;
                let count = rest.iter().take_while(|member| member.tile as usize == place).count();
                let (tile, later) = rest.split_at(count);
                rest = later;
                if !tile.is_empty() {
                    layout.tile_of_sector[place] = layout.tiles.len() as u32;
                    layout.push_tile(latitudes.clone(), (sector, belt.sectors), tile, grid);
                }
            }
        }
        for array in [&mut layout.first_bucket, &mut layout.bucket_count] {
            array.extend([0; LANES]);
        }
        layout.buckets_per_rad.extend([0.0; LANES]);
        layout
    }

    fn push_tile(
        &mut self,
        latitudes: Range<usize>,
        (sector, sectors): (usize, usize),
        mut members: &[Member],
        grid: &Grid,
    ) {
        let half_rad = std::f64::consts::PI / sectors as f64;
        let middle_rad = (2 * sector + 1) as f64 * half_rad - std::f64::consts::PI;
        let (row, word, bucket) = (self.rows.len(), self.point.len() / 64, self.bucket_starts.len());
        for latitude in latitudes.clone() {
            let count = members.iter().take_while(|member| member.row as usize == latitude).count();
            let (row, later) = members.split_at(count);
            members = later;
            self.push_row(row, bucket, (middle_rad, half_rad), grid);
        }
        let (rows, words) = (row..self.rows.len(), word..self.point.len() / 64);
        let buckets = bucket..self.bucket_starts.len();
        self.tiles.push(Tile { latitudes, rows, words, buckets, middle_rad, half_rad });
    }

    fn push_row(
        &mut self,
        members: &[Member],
        bucket: usize,
        (middle_rad, half_rad): (f64, f64),
        grid: &Grid,
    ) {
        let buckets = (members.len() * BUCKETS_PER_POINT).max(1);
        let per_rad = buckets as f64 / (2.0 * half_rad);
        self.rows.push(Row { word: (self.point.len() / 64) as u32, points: members.len() as u32 });
        self.first_bucket.push((self.bucket_starts.len() - bucket) as i32);
        self.bucket_count.push(buckets as i32);
        self.buckets_per_rad.push(per_rad as f32);
        let bucket_of = |member: &Member| {
            let from_west = member.longitude_rad - middle_rad + half_rad;
            ((from_west * per_rad) as usize).min(buckets - 1)
        };
        let mut next = 0;
        for bucket in 0..=buckets {
            while next < members.len() && bucket_of(&members[next]) < bucket {
                next += 1;
            }
            self.bucket_starts.push(next as u32);
        }
        for member in members {
            let place = &grid.points[member.point as usize];
            let (sin_lat, cos_lat) = place.latitude_deg.to_radians().sin_cos();
            let (sin_lon, cos_lon) = place.longitude_deg.to_radians().sin_cos();
            self.normals.push([
                cos_lat * cos_lon,
                cos_lat * sin_lon,
                sin_lat,
                prime_vertical_radius_km(sin_lat),
            ]);
            self.point.push(member.point);
        }
        while !self.point.len().is_multiple_of(64) {
            self.normals.push([0.0, 0.0, 0.0, EARTH_EQUATORIAL_RADIUS_KM]);
            self.point.push(NO_POINT);
        }
    }

    /// Calls `reached` with the number of every tile that has points in a range of latitude rows and
    /// within `widest_rad` of a longitude.
    pub fn tiles_around(
        &self,
        latitudes: Range<usize>,
        longitude_rad: f64,
        widest_rad: f64,
        mut reached: impl FnMut(u32),
    ) {
        if latitudes.is_empty() {
            return;
        }
        let belts = latitudes.start / self.belt_rows..=(latitudes.end - 1) / self.belt_rows;
        for belt in &self.belts[belts] {
            let sectors = belt.sectors;
            let per_rad = sectors as f64 / std::f64::consts::TAU;
            let west = ((longitude_rad + std::f64::consts::PI - widest_rad) * per_rad).floor() as i64;
            let east = ((longitude_rad + std::f64::consts::PI + widest_rad) * per_rad).floor() as i64;
            let (west, count) = match (east - west + 1) as usize {
                count if count < sectors => (west.rem_euclid(sectors as i64) as usize, count),
                _ => (0, sectors),
            };
            for sector in west..west + count {
                let sector = if sector < sectors { sector } else { sector - sectors };
                let tile = self.tile_of_sector[belt.first + sector];
                if tile != NO_TILE {
                    reached(tile);
                }
            }
        }
    }

    /// Whether a slot has a point.
    pub fn has_point(&self, slot: usize) -> bool {
        self.point[slot] != NO_POINT
    }

    /// The points of a range of words, with their slots.
    pub fn points_in(&self, words: Range<usize>) -> impl Iterator<Item = (usize, u32)> + '_ {
        (words.start * 64..words.end * 64)
            .map(|slot| (slot, self.point[slot]))
            .filter(|&(_, point)| point != NO_POINT)
    }

    /// First point of each longitude bucket of a tile, as position within its row.
    pub fn bucket_starts(&self, tile: &Tile) -> &[u32] {
        &self.bucket_starts[tile.buckets.clone()]
    }

    /// The longitude index of a range of latitude rows of a tile.
    /// Up to [`LANES`] rows beyond make whole groups.
    pub fn buckets(&self, tile: &Tile, latitudes: &Range<usize>) -> Buckets<'_> {
        let rows = tile.rows_of(latitudes);
        let rows = rows.start..rows.start + rows.len().next_multiple_of(LANES);
        Buckets {
            first: &self.first_bucket[rows.clone()],
            count: &self.bucket_count[rows.clone()],
            per_rad: &self.buckets_per_rad[rows],
        }
    }
}

/// Thickness of a row in units of the spacing between cells.
const ROW_THICKNESS: f64 = 1.2;
/// Longitude buckets for each point of a row.
const BUCKETS_PER_POINT: usize = 3;
/// Height and least width of a tile in units of a footprint's radius.
const TILE_HEIGHT: f64 = 3.0;
const TILE_WIDTH: f64 = 4.0;
/// Least height of a tile in rows, and least number of belts where that allows it.
const TILE_ROWS: usize = 16;
const LEAST_BELTS: usize = 6;
/// Words of a tile whose accounts stay in the cache of a core.
const TILE_WORDS: f64 = 128.0;
/// Points that a row's words should hold on average, so that few need one word more.
const FULL_WORD: f64 = 59.0;
/// Number of a sector without points.
const NO_TILE: u32 = u32::MAX;

/// A longitude brought to `[-π, π)`.
fn wrap_rad(longitude_rad: f64) -> f64 {
    let pi = std::f64::consts::PI;
    (longitude_rad + pi).rem_euclid(std::f64::consts::TAU) - pi
}
