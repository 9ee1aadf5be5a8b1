//! The station for which P.618-13 tells the atmosphere.

use serde::Serialize;

use super::arguments::PathArgs;

/// Place, antenna and polarisation of a station.
#[derive(Debug, Serialize)]
pub struct Station {
    latitude_deg: f64,
    longitude_deg: f64,
    /// None where the topographic map tells it.
    height_km: Option<f64>,
    tilt_deg: f64,
    antenna_diameter_m: f64,
    antenna_efficiency: f64,
    availability_percent: f64,
}

impl Station {
    /// The station that the arguments place, if they do.
    pub fn of(args: &PathArgs) -> Option<Self> {
        Some(Self {
            latitude_deg: args.latitude_deg?,
            longitude_deg: args.longitude_deg?,
            height_km: args.height_km,
            tilt_deg: args.tilt_deg,
            antenna_diameter_m: args.station_diameter_m,
            antenna_efficiency: args.station_efficiency,
            availability_percent: args.availability?,
        })
    }

    /// A line of the report.
    pub fn text(&self) -> String {
        let height =
            self.height_km.map_or("height from the topographic map".to_owned(), |km| format!("{km} km high"));
        format!(
            "station: latitude {}°, longitude {}°, {height}; antenna of {} m, efficiency {}; polarisation tilt {}°\n",
            self.latitude_deg,
            self.longitude_deg,
            self.antenna_diameter_m,
            self.antenna_efficiency,
            self.tilt_deg
        )
    }
}
