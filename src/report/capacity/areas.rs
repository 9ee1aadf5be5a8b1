//! Capacity by region, country and latitude.

use std::collections::BTreeMap;

use super::AreaFigures;
use crate::capacity::demand::{CountryCode, NO_COUNTRY};
use crate::capacity::{Capacity, Plan};
use crate::grid::region::Region;

/// Sums of an area.
#[derive(Debug, Default, Clone, Copy)]
struct AreaSums {
    cells: usize,
    demand: f64,
    served: f64,
    full: f64,
}

impl AreaSums {
    /// Adds a part of a cell's demand.
    fn add(&mut self, capacity: &Capacity, cell: usize, part: f64) {
        let figures = &capacity.cells[cell];
        let demand = part * figures.demand_mbps;
        self.cells += 1;
        self.demand += demand;
        self.served += part * figures.served_mean_mbps;
        self.full += demand * figures.percent_time_fully_served;
    }

    fn figures(self, name: String) -> AreaFigures {
        let per = |sum: f64| if self.demand > 0.0 { sum / self.demand } else { 0.0 };
        AreaFigures {
            name,
            cells: self.cells,
            demand_mbps: self.demand,
            served_mbps: self.served,
            served_percent: 100.0 * per(self.served),
            percent_time_fully_served: per(self.full),
        }
    }
}

/// Figures of the cells whose centre lies in a region.
pub(super) fn in_region(region: &Region, plan: &Plan, capacity: &Capacity) -> AreaFigures {
    let mut sums = AreaSums::default();
    for (number, point) in plan.points.iter().enumerate() {
        if region.contains(point.latitude_deg, point.longitude_deg) {
            sums.add(capacity, number, 1.0);
        }
    }
    sums.figures(region.name().to_owned())
}

/// Figures by country of the demand, the largest first.
pub(super) fn countries(plan: &Plan, capacity: &Capacity) -> Vec<AreaFigures> {
    let mut sums: BTreeMap<CountryCode, AreaSums> = BTreeMap::new();
    for (number, shares) in plan.countries.iter().enumerate() {
        let all: f64 = shares.iter().map(|(_, mbps)| mbps).sum();
        for (country, mbps) in shares {
            sums.entry(*country).or_default().add(capacity, number, if all > 0.0 { mbps / all } else { 0.0 });
        }
    }
    let mut figures: Vec<AreaFigures> =
        sums.into_iter().map(|(country, sums)| sums.figures(country_name(country))).collect();
    figures.sort_by(|a, b| b.demand_mbps.total_cmp(&a.demand_mbps).then(a.name.cmp(&b.name)));
    figures
}

/// English name of a country.
pub fn country_name(code: CountryCode) -> String {
    let text = String::from_utf8_lossy(&code).into_owned();
    match Region::parse(&text) {
        _ if code == NO_COUNTRY => "country not told".to_owned(),
        Ok(region) => region.name().to_owned(),
        Err(_) => text,
    }
}

/// Height of a band of latitude, degrees.
const BAND_DEG: f64 = 15.0;

/// Figures by latitude, north first.
pub(super) fn latitudes(plan: &Plan, capacity: &Capacity) -> Vec<AreaFigures> {
    let count = (180.0 / BAND_DEG) as usize;
    let mut sums = vec![AreaSums::default(); count];
    for (number, point) in plan.points.iter().enumerate() {
        let band = (((90.0 - point.latitude_deg) / BAND_DEG) as usize).min(count - 1);
        sums[band].add(capacity, number, 1.0);
    }
    sums.into_iter()
        .enumerate()
        .filter(|(_, sums)| sums.cells > 0)
        .map(|(band, sums)| {
            let north = 90.0 - band as f64 * BAND_DEG;
            sums.figures(format!("{} to {north}", north - BAND_DEG))
        })
        .collect()
}
