//! Capacity by region, country and latitude.

use std::collections::BTreeMap;

use super::{AreaFigures, CountedBy};
use crate::capacity::demand::{CountryCode, NO_COUNTRY};
use crate::capacity::{Capacity, Plan};
use crate::grid::region::{Region, RegionError};

/// Sums of an area.
#[derive(Debug, Default, Clone, Copy)]
struct AreaSums {
    cells: usize,
    demand: f64,
    served: f64,
    /// What is not served, and the demand times the percent of time in which it is not fully served: nothing of a
    /// whole is exactly nothing.
    unserved: f64,
    not_full: f64,
}

impl AreaSums {
    /// Adds a part of a cell's demand.
    fn add(&mut self, capacity: &Capacity, cell: usize, part: f64) {
        if part == 0.0 {
            return;
        }
        let figures = &capacity.cells[cell];
        let demand = part * figures.demand_mbps;
        self.cells += 1;
        self.demand += demand;
        self.served += part * figures.served_mean_mbps;
        self.unserved += part * (figures.demand_mbps - figures.served_mean_mbps);
        self.not_full += demand * (100.0 - figures.percent_time_fully_served);
    }

    fn figures(self, name: String, counted_by: CountedBy) -> AreaFigures {
        let all_but = |lacking: f64| {
            if self.demand > 0.0 { (100.0 - lacking / self.demand).clamp(0.0, 100.0) } else { 0.0 }
        };
        AreaFigures {
            name,
            counted_by,
            cells: self.cells,
            demand_mbps: self.demand,
            served_mbps: self.served,
            served_percent: all_but(100.0 * self.unserved),
            percent_time_fully_served: all_but(self.not_full),
        }
    }
}

/// The countries of a cell's demand and their parts of it. What moves is of no country by itself: it goes by those who
/// live in its cell.
fn parts(shares: &[(CountryCode, f64)]) -> Vec<(CountryCode, f64)> {
    let all: f64 = shares.iter().map(|(_, mbps)| mbps).sum();
    match all > 0.0 {
        true => shares.iter().map(|(country, mbps)| (*country, mbps / all)).collect(),
        false => vec![(NO_COUNTRY, 1.0)],
    }
}

/// Whether the region has the demand of a country; none where a country may lie in it with a part, or is not known.
fn takes(region: &Region, country: CountryCode) -> Option<bool> {
    if country == NO_COUNTRY {
        return None;
    }
    region.takes_country(str::from_utf8(&country).ok()?)
}

/// Figures of a region. What is known to be of a country goes by the country where the region is made of countries, so that
/// the region agrees with the table of countries; everything else by the centre of its cell.
pub(super) fn in_region(region: &Region, plan: &Plan, capacity: &Capacity) -> AreaFigures {
    let mut sums = AreaSums::default();
    let mut counted_by = CountedBy::Centres;
    for (number, (point, shares)) in plan.points.iter().zip(&plan.countries).enumerate() {
        let is_inside = region.contains(point.latitude_deg, point.longitude_deg);
        let mut inside = 0.0;
        for (country, part) in parts(shares) {
            let taken = takes(region, country);
            if taken.is_some() {
                counted_by = if region.is_sea() { CountedBy::Sea } else { CountedBy::Countries };
            }
            if taken.unwrap_or(is_inside) {
                inside += part;
            }
        }
        sums.add(capacity, number, inside);
    }
    sums.figures(region.name().to_owned(), counted_by)
}

/// Figures by country of the demand, the largest first.
pub(super) fn countries(plan: &Plan, capacity: &Capacity) -> Vec<AreaFigures> {
    let mut sums: BTreeMap<CountryCode, AreaSums> = BTreeMap::new();
    for (number, shares) in plan.countries.iter().enumerate() {
        for (country, part) in parts(shares) {
            sums.entry(country).or_default().add(capacity, number, part);
        }
    }
    let mut figures: Vec<AreaFigures> = sums
        .into_iter()
        .map(|(country, sums)| sums.figures(country_name(country), CountedBy::Countries))
        .collect();
    figures.sort_by(|a, b| b.demand_mbps.total_cmp(&a.demand_mbps).then(a.name.cmp(&b.name)));
    figures
}

/// English name of a country.
pub fn country_name(code: CountryCode) -> String {
    let text = String::from_utf8_lossy(&code).into_owned();
    match Region::parse(&text) {
        _ if code == NO_COUNTRY => "country not told".to_owned(),
        Ok(region) => region.name().to_owned(),
        Err(RegionError::NoOutline { name, .. }) => name,
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
            sums.figures(format!("{} to {north}", north - BAND_DEG), CountedBy::Centres)
        })
        .collect()
}
