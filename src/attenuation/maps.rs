//! Digital maps of the site parameters: what P.618-13 takes where no local measurements are given.
//!
//! | map | Recommendation | grid | interpolation |
//! | --- | --- | --- | --- |
//! | rain rate at 0.01 % | P.837-7 | 0.125° | bilinear |
//! | monthly rainfall | P.837-7 | 0.25° | bilinear |
//! | monthly and annual surface temperature | P.1510-1 | 0.75° | bilinear |
//! | height of the 0 °C isotherm | P.839-4 | 1.5° | bilinear |
//! | water-vapour density and content | P.836-6 | 1.125° | each corner brought to the station's height, then bilinear |
//! | reduced cloud liquid | P.840-8 | 1.125° | bilinear |
//! | median wet refractivity | P.453-14 | 0.75° | bilinear |
//! | topography | P.836-6 and P.1511 | 0.5° and 1/12° | bicubic |
//!
//! Between the percentages of a map, values are linear in the logarithm of the percentage.
//!
//! [`Maps::shipped`] are quantised copies inside the program, with the probability of rain in place of the
//! monthly maps; [`Maps::open`] reads the full ones from a folder. Layers are read when they are first asked for. `docs/attenuation.md` tells the error of the
//! shipped maps and the layout of the folder.

mod folder;
mod grid;
mod shipped;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use self::folder::Folder;
use self::grid::Grid;
use self::shipped::Shipped;
use super::precipitation::MonthlyClimate;

/// Percentages of the year of the P.836, P.840 and P.453 maps.
const PERCENTS: [f64; 18] =
    [0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0];

/// A layer is held a second and a third time, as levels and as bytes, while it is unpacked.
const UNPACKING: f64 = 1.35;

/// The kinds of map; each has one layer, or one per month or percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    RainRate001,
    MonthlyRain,
    MonthlyTemperature,
    AnnualTemperature,
    WetRefractivity,
    ZeroIsotherm,
    WaterVapourDensity,
    WaterVapourContent,
    WaterVapourScaleHeight,
    ReducedLiquid,
    Topography,
    FineTopography,
    /// Made of the two monthly maps; only the shipped maps have it.
    RainProbability,
}

/// A place by geodetic latitude and longitude in degrees; any turn of longitude will do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Latitude in degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude in degrees, east positive.
    pub longitude_deg: f64,
}

/// Where the maps in use come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapSource {
    /// The reduced maps inside the program.
    Shipped,
    /// The full maps in a folder.
    Folder(PathBuf),
}

/// A map that cannot be read or asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MapError {
    /// No folder, or a folder without the maps.
    #[error("{} holds no ITU maps: {wanted} is not there", folder.display())]
    NotFound {
        /// The folder.
        folder: PathBuf,
        /// What was looked for.
        wanted: String,
    },
    /// A file that could not be read.
    #[error("cannot read the map {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system or the decoder said.
        source: Arc<std::io::Error>,
    },
    /// A file with another number of values than the map's grid.
    #[error("the map {} has {found} values where its grid of {rows} by {columns} needs {}", path.display(), rows * columns)]
    WrongShape {
        /// The file.
        path: PathBuf,
        /// Rows of the grid.
        rows: usize,
        /// Columns of the grid.
        columns: usize,
        /// Values in the file.
        found: usize,
    },
    /// A map that is not among the shipped ones.
    #[error("the maps inside the program have no monthly rainfall and temperature")]
    NotShipped,
    /// A percentage of the year that the maps do not reach.
    #[error("the maps in use reach {largest} % of the year, not {percent} %")]
    PercentTooLarge {
        /// As asked.
        percent: f64,
        /// Largest percentage of the maps.
        largest: f64,
    },
}

/// A set of maps.
#[derive(Debug)]
pub struct Maps {
    layers: Layers,
    /// Height of the P.836 grid points, from the topography.
    node_height_km: OnceLock<Vec<f32>>,
}

#[derive(Debug)]
enum Layers {
    Shipped(Box<Shipped>),
    Folder(Folder),
}

impl Maps {
    /// The reduced maps inside the program; they reach 50 % of the year.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Maps> = LazyLock::new(|| Maps {
            layers: Layers::Shipped(Box::new(Shipped::new())),
            node_height_km: OnceLock::new(),
        });
        &SHIPPED
    }

    /// The full maps in a folder: the `data` folder of the Python package itur 0.4.0, or one folder for each
    /// Recommendation (`837`, `836`, …) with the ITU's text files.
    ///
    /// # Errors
    /// [`MapError::NotFound`] when a map that every slant path needs is not there. Other maps are looked for
    /// when they are first used.
    pub fn open(folder: &Path) -> Result<Self, MapError> {
        Ok(Self { layers: Layers::Folder(Folder::open(folder)?), node_height_km: OnceLock::new() })
    }

    /// Where the maps come from.
    pub fn source(&self) -> MapSource {
        match &self.layers {
            Layers::Shipped(_) => MapSource::Shipped,
            Layers::Folder(folder) => MapSource::Folder(folder.path().to_owned()),
        }
    }

    /// What all layers take once they are read, and while the largest of them are, bytes.
    pub fn bytes(&self) -> f64 {
        let values = match &self.layers {
            Layers::Shipped(shipped) => shipped.values(),
            Layers::Folder(folder) => folder.values(),
        };
        UNPACKING * (values * size_of::<f32>()) as f64
    }

    /// Percentages of the year for which there are maps.
    fn percents(&self) -> &'static [f64] {
        match &self.layers {
            Layers::Shipped(_) => &PERCENTS[..shipped::PERCENTS],
            Layers::Folder(_) => &PERCENTS,
        }
    }

    fn grid(&self, group: Group, layer: usize) -> Result<&Grid, MapError> {
        match &self.layers {
            Layers::Shipped(shipped) => Ok(shipped.grid(group, layer)),
            Layers::Folder(folder) => folder.grid(group, layer),
        }
    }

    /// Rain rate in mm/h exceeded for 0.01 % of an average year (P.837-7).
    ///
    /// # Errors
    /// [`MapError`] when the map cannot be read.
    pub fn rain_rate_001_mm_h(&self, place: Place) -> Result<f64, MapError> {
        Ok(self.grid(Group::RainRate001, 0)?.bilinear(place))
    }

    /// Percentage probability of rain in an average year (P.837-7).
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read.
    pub fn rain_probability_percent(&self, place: Place) -> Result<f64, MapError> {
        match &self.layers {
            Layers::Shipped(shipped) => Ok(shipped.grid(Group::RainProbability, 0).bilinear(place)),
            Layers::Folder(_) => Ok(self.monthly_climate(place)?.rain_probability_percent()),
        }
    }

    /// Monthly rainfall (P.837-7) and surface temperature (P.1510-1), from which rain rates at other
    /// percentages than 0.01 % follow.
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read; the shipped maps have none by month.
    pub fn monthly_climate(&self, place: Place) -> Result<MonthlyClimate, MapError> {
        if matches!(self.layers, Layers::Shipped(_)) {
            return Err(MapError::NotShipped);
        }
        let mut climate = MonthlyClimate { rain_mm: [0.0; 12], temperature_k: [0.0; 12] };
        for month in 0..12 {
            climate.rain_mm[month] = self.grid(Group::MonthlyRain, month)?.bilinear(place);
            climate.temperature_k[month] = self.grid(Group::MonthlyTemperature, month)?.bilinear(place);
        }
        Ok(climate)
    }

    /// Annual mean surface temperature in K (P.1510-1).
    ///
    /// # Errors
    /// [`MapError`] when the map cannot be read.
    pub fn surface_temperature_k(&self, place: Place) -> Result<f64, MapError> {
        Ok(self.grid(Group::AnnualTemperature, 0)?.bilinear(place))
    }

    /// Median wet term of the surface refractivity in N-units (P.453-14).
    ///
    /// # Errors
    /// [`MapError`] when the map cannot be read.
    pub fn wet_refractivity(&self, place: Place) -> Result<f64, MapError> {
        Ok(self.grid(Group::WetRefractivity, 0)?.bilinear(place))
    }

    /// Mean height of the 0 °C isotherm above sea level in km (P.839-4).
    ///
    /// # Errors
    /// [`MapError`] when the map cannot be read.
    pub fn zero_isotherm_height_km(&self, place: Place) -> Result<f64, MapError> {
        Ok(self.grid(Group::ZeroIsotherm, 0)?.bilinear(place))
    }

    /// Surface water-vapour density in g/m³ exceeded for `percent` of an average year at a height above sea
    /// level (P.836-6, annex 1). Below 0.1 % it is the value at 0.1 %.
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read or does not reach `percent`.
    pub fn water_vapour_density_g_m3(
        &self,
        place: Place,
        height_km: f64,
        percent: f64,
    ) -> Result<f64, MapError> {
        self.vapour(Group::WaterVapourDensity, place, height_km, percent)
    }

    /// Columnar water-vapour content in kg/m² exceeded for `percent` of an average year above a height above
    /// sea level (P.836-6, annex 2). Below 0.1 % it is the value at 0.1 %.
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read or does not reach `percent`.
    pub fn water_vapour_content_kg_m2(
        &self,
        place: Place,
        height_km: f64,
        percent: f64,
    ) -> Result<f64, MapError> {
        self.vapour(Group::WaterVapourContent, place, height_km, percent)
    }

    /// Columnar content of reduced cloud liquid in kg/m² exceeded for `percent` of an average year (P.840-8).
    /// Below 0.1 % it is the value at 0.1 %.
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read or does not reach `percent`.
    pub fn reduced_liquid_kg_m2(&self, place: Place, percent: f64) -> Result<f64, MapError> {
        self.between(percent, |level| Ok(self.grid(Group::ReducedLiquid, level)?.bilinear(place)))
    }

    /// Height of the ground above sea level in km: P.1511-2 from a folder that holds it, else the 0.5° map of
    /// P.836-6. Never below 0.
    ///
    /// # Errors
    /// [`MapError`] when a map cannot be read.
    pub fn ground_height_km(&self, place: Place) -> Result<f64, MapError> {
        let height = match &self.layers {
            Layers::Folder(folder) if folder.has_fine_topography() => {
                folder.grid(Group::FineTopography, 0)?.bicubic(place) / 1000.0
            }
            _ => self.grid(Group::Topography, 0)?.bicubic(place),
        };
        Ok(height.max(0.0))
    }

    /// A P.836 map at a height: each corner is brought from its own height to the station's with its scale
    /// height, then bilinear.
    fn vapour(&self, group: Group, place: Place, height_km: f64, percent: f64) -> Result<f64, MapError> {
        let topography = self.grid(Group::Topography, 0)?;
        self.between(percent, |level| {
            let values = self.grid(group, level)?;
            let scales = self.grid(Group::WaterVapourScaleHeight, level)?;
            let heights = self.node_height_km.get_or_init(|| {
                values.geometry().nodes().map(|node| topography.bicubic(node) as f32).collect()
            });
            let sum = values.corners(place).into_iter().map(|(node, weight)| {
                let rise_km = height_km - f64::from(heights[node]);
                weight * values.value(node) * (-rise_km / scales.value(node)).exp()
            });
            Ok(sum.sum())
        })
    }

    /// Linear in the logarithm of the percentage between the layers around it.
    fn between(&self, percent: f64, at: impl Fn(usize) -> Result<f64, MapError>) -> Result<f64, MapError> {
        let levels = self.percents();
        let largest = levels[levels.len() - 1];
        if percent > largest {
            return Err(MapError::PercentTooLarge { percent, largest });
        }
        let percent = percent.max(levels[0]);
        let above = levels.partition_point(|&level| level < percent);
        if levels[above] == percent {
            return at(above);
        }
        let (low, high) = (at(above - 1)?, at(above)?);
        let share = (percent / levels[above - 1]).ln() / (levels[above] / levels[above - 1]).ln();
        Ok(low + (high - low) * share)
    }
}
