//! The report of a system of short messages.

use std::fmt;

use serde::Serialize;

use super::coverage::{Input, model};
use super::lost::lost_of;
use crate::capacity::messages::{MessageFigures, Messages};
use crate::constellation::Constellation;
use crate::coverage::summary::weighted_mean;
use crate::diagnostics::counted;
use crate::ephemeris::LostSatellite;
use crate::frames::orientation::Orientation;
use crate::grid::cells::Grid;
use crate::time::Epoch;

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageReport {
    /// Version of hexsky.
    pub hexsky_version: &'static str,
    /// The constellations.
    pub inputs: Vec<Input>,
    /// Start of the window.
    pub start: Epoch,
    /// Length of the window, s.
    pub duration_s: f64,
    /// Step at which waits and shares are sampled, s.
    pub step_s: f64,
    /// Elevation mask, degrees.
    pub min_elevation_deg: f64,
    /// Where the mask comes from.
    pub min_elevation_basis: String,
    /// Propagation and Earth model.
    pub model: String,
    /// Region as asked for.
    pub region: String,
    /// H3 resolution.
    pub h3_resolution: u8,
    /// Cells of the region.
    pub cells: usize,
    /// Devices of the whole Earth.
    pub devices: f64,
    /// How they are spread.
    pub demand: String,
    /// Rates of the satellites, kbit/s; none where none is known.
    pub rates_kbps: Option<Rates>,
    /// Share of it which gets through.
    pub access_efficiency: f64,
    /// Devices in the region.
    pub devices_in_region: f64,
    /// Means weighted by devices; none where there is no device in the region.
    pub devices_mean: Option<MessageFiguresOf>,
    /// Means weighted by area.
    pub area_mean: MessageFiguresOf,
    /// Means weighted by area, by latitude, north first.
    pub latitudes: Vec<MessageFiguresOf>,
    /// Satellites lost by the end of the window.
    pub lost: Vec<LostSatellite>,
    /// What the reader of the result should know.
    pub notes: Vec<String>,
}

/// Rates at which satellites take in messages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rates {
    /// The lowest, kbit/s.
    pub least: f64,
    /// Mean of the satellites that have one, kbit/s.
    pub mean: f64,
    /// The highest, kbit/s.
    pub most: f64,
    /// Satellites whose rate nobody tells: they take in nothing and count for no figure.
    pub satellites_without: usize,
}

impl Rates {
    /// Of all satellites; none where none has a rate.
    pub fn of(rates_kbps: &[Option<f64>]) -> Option<Self> {
        let known: Vec<f64> = rates_kbps.iter().flatten().copied().collect();
        (!known.is_empty()).then(|| Self {
            least: known.iter().copied().fold(f64::INFINITY, f64::min),
            mean: known.iter().sum::<f64>() / known.len() as f64,
            most: known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            satellites_without: rates_kbps.len() - known.len(),
        })
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least == self.most {
            true => write!(f, "{:.2} kbit/s", self.most),
            false => write!(f, "{:.2} to {:.2} kbit/s, {:.2} on average,", self.least, self.most, self.mean),
        }
    }
}

/// What is to be said of satellites without a rate beside others that have one.
fn without_rates(constellations: &[Constellation], rates_kbps: &[Option<f64>]) -> Option<String> {
    let without = Rates::of(rates_kbps)?.satellites_without;
    let satellites = constellations.iter().flat_map(|one| one.satellites.iter().map(move |of| (one, of)));
    let mut shells: Vec<String> = Vec::new();
    for ((constellation, satellite), _) in
        satellites.zip(rates_kbps).filter(|(_, rate_kbps)| rate_kbps.is_none())
    {
        let shell = format!("{} {}", constellation.name, satellite.shell);
        if !shells.contains(&shell) {
            shells.push(shell);
        }
    }
    (without > 0).then(|| {
        format!(
            "{without} of {} have no rate in their files, take in nothing and count for no figure: {}; \
             --message-rate-kbps gives one for all",
            counted(rates_kbps.len(), "satellite"),
            shells.join(", ")
        )
    })
}

/// Mean figures of an area.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageFiguresOf {
    /// Of what.
    pub name: String,
    /// Contacts in a day.
    pub contacts_per_day: f64,
    /// Percent of the time with a satellite in view.
    pub percent_covered: f64,
    /// Mean wait, s.
    pub mean_wait_s: f64,
    /// Mean over the cells of the wait that 95 % of the instants do not exceed, s.
    pub p95_wait_s: f64,
    /// Bytes of a device in a day.
    pub bytes_per_device_day: Option<f64>,
}

/// What a report says besides the computed figures.
#[derive(Debug, Clone, Copy)]
pub struct MessageContext<'a> {
    /// The constellations, in the order in which their satellites were numbered.
    pub constellations: &'a [Constellation],
    /// Region as asked for.
    pub region: &'a str,
    /// H3 resolution.
    pub h3_resolution: u8,
    /// Where the mask comes from.
    pub min_elevation_basis: &'a str,
    /// How devices are spread.
    pub demand: &'a str,
    /// Devices of the whole Earth.
    pub devices: f64,
    /// What is to be known beside.
    pub notes: &'a [String],
    /// How the Earth is oriented.
    pub orientation: &'a Orientation,
}

/// Height of a band of latitude, degrees.
const BAND_DEG: f64 = 15.0;

impl MessageReport {
    /// Puts a report together.
    pub fn new(context: &MessageContext<'_>, grid: &Grid, messages: &Messages) -> Self {
        let settings = &messages.settings;
        let area = |number: usize| grid.points[number].area_km2;
        let all = 0..grid.points.len();
        let latitudes = (0..(180.0 / BAND_DEG) as usize).filter_map(|band| {
            let north = 90.0 - band as f64 * BAND_DEG;
            let in_band = |number: &usize| {
                let latitude = grid.points[*number].latitude_deg;
                latitude <= north && latitude > north - BAND_DEG
            };
            let cells: Vec<usize> = all.clone().filter(in_band).collect();
            let name = format!("{} to {north}", north - BAND_DEG);
            (!cells.is_empty()).then(|| mean(name, &messages.cells, cells.into_iter(), area))
        });
        let devices_in_region = messages.cells.iter().map(|cell| cell.devices).sum();
        let mut notes = context.notes.to_vec();
        notes.extend(without_rates(context.constellations, &settings.rate_kbps));
        Self {
            hexsky_version: env!("CARGO_PKG_VERSION"),
            inputs: context.constellations.iter().map(Input::of).collect(),
            start: settings.window.start,
            duration_s: settings.window.duration_s,
            step_s: settings.step_s,
            min_elevation_deg: settings.min_elevation_deg,
            min_elevation_basis: context.min_elevation_basis.to_owned(),
            model: model(context.orientation),
            region: context.region.to_owned(),
            h3_resolution: context.h3_resolution,
            cells: grid.points.len(),
            devices: context.devices,
            demand: context.demand.to_owned(),
            rates_kbps: Rates::of(&settings.rate_kbps),
            access_efficiency: settings.access_efficiency,
            devices_in_region,
            devices_mean: (devices_in_region > 0.0).then(|| {
                mean("a device".to_owned(), &messages.cells, all.clone(), |number| {
                    messages.cells[number].devices
                })
            }),
            area_mean: mean("a place (by area)".to_owned(), &messages.cells, all.clone(), area),
            latitudes: latitudes.collect(),
            lost: lost_of(&messages.losses, context.constellations),
            notes,
        }
    }
}

fn mean(
    name: String,
    figures: &[MessageFigures],
    cells: impl Iterator<Item = usize> + Clone,
    weight: impl Fn(usize) -> f64,
) -> MessageFiguresOf {
    let of = |figure: fn(&MessageFigures) -> f64| {
        let weighted = cells.clone().map(|cell| (weight(cell), figure(&figures[cell])));
        weighted_mean(weighted.filter(|(weight, _)| *weight > 0.0))
    };
    let known = figures.iter().any(|figure| figure.bytes_per_device_day.is_some());
    MessageFiguresOf {
        name,
        contacts_per_day: of(|figures| figures.contacts_per_day),
        percent_covered: of(|figures| figures.percent_covered),
        mean_wait_s: of(|figures| figures.mean_wait_s),
        p95_wait_s: of(|figures| figures.p95_wait_s),
        bytes_per_device_day: known.then(|| of(|figures| figures.bytes_per_device_day.unwrap_or(0.0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of many weights gave 99.999999999974 %, which is told as 99.99.
    #[test]
    fn the_mean_of_what_is_whole_is_whole() {
        let whole = MessageFigures {
            devices: 0.0,
            contacts_per_day: 0.1,
            percent_covered: 100.0,
            mean_wait_s: 0.0,
            p95_wait_s: 0.0,
            bytes_per_device_day: None,
        };
        let mut figures = vec![whole; 10_000];
        let weight = |cell: usize| (0.37 * cell as f64).sin().abs();
        let of = |figures: &[MessageFigures]| mean(String::new(), figures, 0..figures.len(), weight);
        let all = of(&figures);
        assert_eq!((all.percent_covered, all.contacts_per_day, all.bytes_per_device_day), (100.0, 0.1, None));
        // Cells without weight do not count, and others do.
        figures[0].percent_covered = 0.0;
        assert_eq!((weight(0), of(&figures).percent_covered), (0.0, 100.0));
        figures[1].percent_covered = 0.0;
        let weights: f64 = (0..figures.len()).map(weight).sum();
        assert!((of(&figures).percent_covered - 100.0 * (1.0 - weight(1) / weights)).abs() < 1e-9);
        assert_eq!(mean(String::new(), &figures, 0..1, weight).percent_covered, 0.0);
    }
}
