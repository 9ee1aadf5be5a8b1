//! Sites of a contact run as GIS features: a point for each with its load. A ship stands where it first is
//! in the window.

use super::features::Field;
use super::gis::ColumnType;
use crate::grid::cells::GridPoint;
use crate::ground::Whereabouts;
use crate::report::page::first_place;
use crate::report::passes::PassesReport;
use crate::report::percent;

/// Sites that are somewhere in the window, with their load.
pub struct SiteTable<'a> {
    report: &'a PassesReport<'a>,
    /// Numbers of the sites.
    numbers: Vec<usize>,
    points: Vec<GridPoint>,
}

impl<'a> SiteTable<'a> {
    /// The sites of a report.
    pub fn new(report: &'a PassesReport<'a>) -> Self {
        let plan = &report.contacts;
        let placed = plan.sites.iter().enumerate().filter_map(|(number, site)| {
            let place = first_place(site, &plan.contacts.window)?;
            let point = GridPoint {
                cell: None,
                latitude_deg: place.latitude_deg,
                longitude_deg: place.longitude_deg,
                height_km: place.height_km,
                area_km2: 1.0,
            };
            Some((number, point))
        });
        let (numbers, points) = placed.unzip();
        Self { report, numbers, points }
    }

    /// Where they are.
    pub fn points(&self) -> &[GridPoint] {
        &self.points
    }

    /// The fields, in the order of [`Self::texts`].
    pub fn fields() -> Vec<Field> {
        use ColumnType::{DateTime, Integer, Real, Text};
        [
            ("name", Text),
            ("title", Text),
            ("network", Text),
            ("kind", Text),
            ("lat_deg", Real),
            ("lon_deg", Real),
            ("height_m", Real),
            ("moves", Text),
            ("percent_in_service", Real),
            ("contacts", Integer),
            ("contact_s", Real),
            ("percent_busy", Real),
            ("most_simultaneous", Integer),
            ("most_simultaneous_at", DateTime),
            ("busiest_hour", DateTime),
            ("source", Text),
        ]
        .map(|(name, kind)| Field::new(name, kind))
        .into()
    }

    /// The values of a site as text; empty where there is none.
    pub fn texts(&self, row: usize) -> Vec<String> {
        let (number, point) = (self.numbers[row], &self.points[row]);
        let site = &self.report.contacts.sites[number];
        let described = &self.report.ground.sites[number];
        let load = &self.report.loads[number].load;
        let at = |seconds: f64| self.report.start.plus_seconds(seconds).to_string();
        let kind = serde_json::to_value(site.kind).ok();
        vec![
            site.name.clone(),
            site.title.clone().unwrap_or_default(),
            site.network.clone(),
            kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
            format!("{:.6}", point.latitude_deg),
            format!("{:.6}", point.longitude_deg),
            format!("{:.1}", point.height_km * 1000.0),
            if matches!(site.whereabouts, Whereabouts::Ship(_)) { "yes" } else { "no" }.to_owned(),
            percent(described.percent_in_service, 4),
            load.contacts.to_string(),
            format!("{:.3}", load.contact_s),
            percent(load.percent_busy, 4),
            load.most_simultaneous.to_string(),
            if load.contacts > 0 { at(load.most_simultaneous_at_s) } else { String::new() },
            load.busiest_hour.map_or(String::new(), |hour| at(hour.start_s)),
            site.source.clone().unwrap_or_default(),
        ]
    }
}
