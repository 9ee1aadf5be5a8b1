//! Attenuation of Earth-space paths by the atmosphere, as ITU-R Recommendations have it.
//!
//! The editions are one set and are not to be mixed: with a newer P.676 or P.840 underneath, the total of
//! P.618-13 moves by up to 30 %.
//!
//! | part | Recommendation | module |
//! | --- | --- | --- |
//! | rain, scintillation, total, cross-polar discrimination | P.618-13 (2017) | [`rain`], [`scintillation`], [`depolarisation`], here |
//! | gases | P.676-12 (2019), P.835-6 (2017) | [`gas`] |
//! | clouds | P.840-8 (2019) | [`cloud`] |
//! | specific attenuation in rain, rain height | P.838-3 (2005), P.839-4 (2013) | [`rain`] |
//! | rain rate | P.837-7 (2017) | [`precipitation`] |
//! | water vapour, temperature, refractivity | P.836-6 (2017), P.1510-1 (2017), P.453-14 (2019) | [`maps`], [`refractivity`] |
//!
//! [`SlantPath::attenuation`] gives the parts and the total on one path, [`stated`] what of it is extrapolated.

pub mod cloud;
pub mod depolarisation;
pub mod gas;
pub mod maps;
pub mod precipitation;
pub mod rain;
pub mod refractivity;
pub mod scintillation;
pub mod stated;
pub mod table;

use serde::Serialize;

use self::gas::Air;
use self::maps::{MapError, Maps, Place};
use self::rain::RainPath;
use self::scintillation::ScintillationPath;

/// The editions behind every figure of this module, for reports.
pub const EDITIONS: &str =
    "ITU-R P.618-13, P.676-12, P.835-6, P.836-6, P.837-7, P.838-3, P.839-4, P.840-8, P.453-14, P.1510-1";

/// A path from a station on the ground to a satellite, and how often the attenuation may be exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlantPath {
    /// Latitude of the station in degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude of the station in degrees, east positive.
    pub longitude_deg: f64,
    /// Height of the station above sea level in km; from the topographic map where none is given.
    pub station_height_km: Option<f64>,
    /// Frequency in GHz.
    pub frequency_ghz: f64,
    /// Elevation in degrees, above 0.
    pub elevation_deg: f64,
    /// Physical diameter of the station's antenna in m.
    pub antenna_diameter_m: f64,
    /// Efficiency of the antenna, above 0 and up to 1.
    pub antenna_efficiency: f64,
    /// Polarisation tilt in degrees: 0 horizontal, 90 vertical, 45 circular.
    pub tilt_deg: f64,
    /// Percentage of an average year for which the attenuation is exceeded.
    pub percent: f64,
}

/// Site parameters that are known; what is `None` comes from the maps.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Site {
    /// Rain rate in mm/h exceeded for 0.01 % of an average year.
    pub r001_mm_h: Option<f64>,
    /// Mean rain height above sea level in km.
    pub rain_height_km: Option<f64>,
    /// Annual mean surface temperature in K.
    pub temperature_k: Option<f64>,
    /// Surface pressure in hPa.
    pub pressure_hpa: Option<f64>,
    /// Surface water-vapour density in g/m³ exceeded for the percentage of gas attenuation.
    pub water_vapour_density_g_m3: Option<f64>,
    /// Columnar water-vapour content in kg/m² exceeded for the percentage of gas attenuation.
    pub water_vapour_content_kg_m2: Option<f64>,
    /// Columnar content of reduced cloud liquid in kg/m² exceeded for the percentage of cloud attenuation.
    pub reduced_liquid_kg_m2: Option<f64>,
    /// Median wet term of the surface refractivity in N-units.
    pub wet_refractivity: Option<f64>,
}

/// The percentage of the year that gas and cloud attenuation are reported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartsAt {
    /// The percentage itself, down to 0.1 %, where the maps end: what the ITU's validation sheets list.
    #[default]
    Percentage,
    /// 1 % where less is asked: what the total is made of (P.618-13, equations 65 and 66), which is the same in both.
    Total,
}

/// Attenuation on a slant path in dB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Attenuation {
    /// By oxygen and water vapour.
    pub gas_db: f64,
    /// By clouds.
    pub cloud_db: f64,
    /// By rain.
    pub rain_db: f64,
    /// Scintillation fade.
    pub scintillation_db: f64,
    /// `A_G + √((A_R + A_C)² + A_S²)` with gas and cloud at no less than 1 % (P.618-13, equations 64 to 66).
    pub total_db: f64,
}

impl SlantPath {
    /// The station's place.
    pub fn place(&self) -> Place {
        Place { latitude_deg: self.latitude_deg, longitude_deg: self.longitude_deg }
    }

    /// Attenuation exceeded for the path's percentage of an average year (P.618-13, §2.5).
    ///
    /// # Errors
    /// [`MapError`] when a site parameter is not given and its map cannot be read or does not reach the
    /// percentage.
    pub fn attenuation(&self, site: &Site, maps: &Maps, parts: PartsAt) -> Result<Attenuation, MapError> {
        let place = self.place();
        let height_km = match self.station_height_km {
            Some(height) => height,
            None => maps.ground_height_km(place)?,
        };
        let or_map = |given: Option<f64>, map: &dyn Fn() -> Result<f64, MapError>| given.map_or_else(map, Ok);

        let rain_path = RainPath {
            latitude_deg: self.latitude_deg,
            station_height_km: height_km,
            rain_height_km: or_map(site.rain_height_km, &|| {
                Ok(rain::rain_height_km(maps.zero_isotherm_height_km(place)?))
            })?,
            frequency_ghz: self.frequency_ghz,
            elevation_deg: self.elevation_deg,
            tilt_deg: self.tilt_deg,
            r001_mm_h: or_map(site.r001_mm_h, &|| maps.rain_rate_001_mm_h(place))?,
        };
        let rain_db = rain::attenuation_db(&rain_path, self.percent);

        let scintillation_path = ScintillationPath {
            frequency_ghz: self.frequency_ghz,
            elevation_deg: self.elevation_deg,
            antenna_diameter_m: self.antenna_diameter_m,
            antenna_efficiency: self.antenna_efficiency,
            wet_refractivity: or_map(site.wet_refractivity, &|| maps.wet_refractivity(place))?,
        };
        let scintillation_db = scintillation::fade_depth_db(&scintillation_path, self.percent);

        let temperature_k = or_map(site.temperature_k, &|| maps.surface_temperature_k(place))?;
        let pressure_hpa = site.pressure_hpa.unwrap_or_else(|| gas::standard_pressure_hpa(height_km));
        let gas_and_cloud = |percent: f64| -> Result<(f64, f64), MapError> {
            let air = Air {
                pressure_hpa,
                temperature_k,
                water_vapour_density_g_m3: or_map(site.water_vapour_density_g_m3, &|| {
                    maps.water_vapour_density_g_m3(place, height_km, percent)
                })?,
            };
            let content = or_map(site.water_vapour_content_kg_m2, &|| {
                maps.water_vapour_content_kg_m2(place, height_km, percent)
            })?;
            let liquid = or_map(site.reduced_liquid_kg_m2, &|| maps.reduced_liquid_kg_m2(place, percent))?;
            let (f, elevation) = (self.frequency_ghz, self.elevation_deg);
            Ok((
                gas::slant_attenuation_db(f, elevation, &air, content, height_km),
                cloud::slant_attenuation_db(f, elevation, liquid),
            ))
        };
        let in_total = gas_and_cloud(self.percent.max(1.0))?;
        let (gas_db, cloud_db) = match parts {
            PartsAt::Percentage if self.percent < 1.0 => gas_and_cloud(self.percent)?,
            _ => in_total,
        };
        let total_db = in_total.0 + (rain_db + in_total.1).hypot(scintillation_db);
        Ok(Attenuation { gas_db, cloud_db, rain_db, scintillation_db, total_db })
    }
}
