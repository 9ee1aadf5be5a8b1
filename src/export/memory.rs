//! Memory that pages, maps and GIS files take while they are made, told before there is anything to put into them.

use super::vector::Format;

/// What a page takes whatever it shows: outlines of land, scripts, what deflates them; and a map besides, with its
/// fonts; bytes.
const PAGE_BYTES: f64 = 24e6;
const MAP_BYTES: f64 = 8e6;
/// What a scene takes whatever it shows, bytes.
pub const SCENE_BYTES: f64 = 6e6;
/// A value of a figure, bytes.
const VALUE_BYTES: f64 = size_of::<Option<f64>>() as f64;
/// What a page packs a value in on its way into the file, bytes.
const PACKED_BYTES: f64 = 16.0;
/// The hexagon of a cell in an SVG map, bytes.
const DRAWN_BYTES: f64 = 100.0;
/// A shape and a value in a GeoPackage, which is put together in memory and then copied, bytes.
const GEOPACKAGE_BYTES: [f64; 2] = [390.0, 22.0];
/// A shape and a value of the rows that GeoParquet writes together, and how many these are; bytes.
const PARQUET_GROUP_BYTES: [f64; 2] = [200.0, 50.0];
const PARQUET_GROUP: f64 = 50_000.0;
/// A shape and a value in the GeoParquet file, which is put together in memory, bytes.
const PARQUET_BYTES: [f64; 2] = [40.0, 4.0];
/// A cell of an area while its neighbours are joined to it, bytes.
const JOINED_BYTES: f64 = 560.0;

/// What pages, maps and GIS files are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Made {
    /// Number of cells or places.
    pub points: f64,
    /// Figures of each on a page, of all its layers together.
    pub figures: usize,
    /// Figures that a page computes as differences of these.
    pub differences: usize,
    /// Columns of the table that GIS files hold.
    pub columns: usize,
    /// Instants of the chart over time.
    pub instants: usize,
    /// Lines of that chart.
    pub lines: usize,
}

impl Made {
    /// So many figures of so many points.
    pub fn of(points: f64, figures: usize) -> Self {
        // Names, places and areas stand before the figures.
        Self { points, figures, differences: 0, columns: figures + 6, instants: 0, lines: 0 }
    }

    /// With so many lines of so many instants.
    #[must_use]
    pub fn over_time(self, instants: usize, lines: usize) -> Self {
        Self { instants, lines, ..self }
    }

    /// What the values of a page take, bytes, of which maps and scenes are made too.
    pub fn values_bytes(&self) -> f64 {
        self.points * VALUE_BYTES * (self.figures + self.differences) as f64
    }

    /// What a page or a map takes beside its values, bytes; `packed` where it is written as a page.
    pub fn page_bytes(&self, packed: bool) -> f64 {
        PAGE_BYTES + if packed { self.points * PACKED_BYTES * self.figures as f64 } else { 0.0 }
    }

    /// What the chart over time takes in it, bytes.
    pub fn chart_bytes(&self) -> f64 {
        self.instants as f64 * (8.0 + VALUE_BYTES * self.lines as f64)
    }

    /// What a map takes beside the page, bytes, the dots of a picture left out; `drawn` where it is an SVG.
    pub fn map_bytes(&self, drawn: bool) -> f64 {
        if drawn { MAP_BYTES + self.points * DRAWN_BYTES } else { MAP_BYTES }
    }

    /// What a GIS file takes, bytes.
    pub fn file_bytes(&self, format: Format) -> f64 {
        let of = |[shape, value]: [f64; 2]| shape + value * self.columns as f64;
        match format {
            Format::GeoPackage => self.points * of(GEOPACKAGE_BYTES),
            Format::GeoParquet => {
                self.points.min(PARQUET_GROUP) * of(PARQUET_GROUP_BYTES) + self.points * of(PARQUET_BYTES)
            }
            // These are written feature by feature.
            Format::GeoJson | Format::FlatGeobuf | Format::Kml | Format::Kmz | Format::Csv => 0.0,
        }
    }

    /// What areas take while they are dissolved, bytes.
    pub fn areas_bytes(&self) -> f64 {
        self.points * JOINED_BYTES
    }
}
