//! Capacity of each cell as CSV.

use std::collections::HashMap;
use std::io::{self, Write};

use h3o::CellIndex;

use super::features::Field;
use super::gis::ColumnType;
use crate::capacity::messages::Messages;
use crate::capacity::plan::main_country;
use crate::capacity::{Capacity, Plan};
use crate::grid::cells::{Grid, GridPoint};
use crate::report::percent;

/// The columns. Empty is a figure that does not exist: nothing is wanted, or nothing is served.
pub const COLUMNS: [&str; 14] = [
    "hex_id",
    "lat_deg",
    "lon_deg",
    "area_km2",
    "demand_mbps",
    "served_mean_mbps",
    "served_p05_mbps",
    "percent_time_fully_served",
    "mean_spectral_efficiency",
    "mean_elevation_deg",
    "handovers_per_hour",
    "unserved_mean_mbps",
    "unserved_reason",
    "country",
];

/// Capacity of each cell of a grid, as rows.
pub struct Table<'a> {
    grid: &'a Grid,
    plan: &'a Plan,
    capacity: &'a Capacity,
    /// Cells with demand, by their numbers in the plan.
    numbers: HashMap<CellIndex, usize>,
}

impl<'a> Table<'a> {
    /// The table of a run on cells.
    pub fn new(grid: &'a Grid, plan: &'a Plan, capacity: &'a Capacity) -> Self {
        let of_cell = |(number, point): (usize, &GridPoint)| Some((point.cell?, number));
        let numbers = plan.points.iter().enumerate().filter_map(of_cell).collect();
        Self { grid, plan, capacity, numbers }
    }

    /// The fields, in the order of [`Self::texts`].
    pub fn fields() -> Vec<Field> {
        let kind = |name: &str| match name {
            "hex_id" | "unserved_reason" | "country" => ColumnType::Text,
            _ => ColumnType::Real,
        };
        COLUMNS.map(|name| Field::new(name, kind(name))).into()
    }

    /// The values of a cell as text; empty where there is none.
    pub fn texts(&self, number: usize) -> Vec<String> {
        let point = &self.grid.points[number];
        let mut texts = vec![
            point.cell.map(|cell| cell.to_string()).unwrap_or_default(),
            format!("{:.6}", point.latitude_deg),
            format!("{:.6}", point.longitude_deg),
            format!("{:.3}", point.area_km2),
        ];
        let Some(&number) = point.cell.as_ref().and_then(|cell| self.numbers.get(cell)) else {
            texts.extend(["0", "0", "0", "", "", "", "", "0", "", ""].map(str::to_owned));
            return texts;
        };
        let figures = &self.capacity.cells[number];
        let optional = |value: Option<f64>| value.map(|value| format!("{value:.3}")).unwrap_or_default();
        let unserved: f64 = figures.unserved_mbps.iter().sum();
        let country = main_country(&self.plan.countries[number]);
        texts.extend([
            format!("{:.3}", figures.demand_mbps),
            format!("{:.3}", figures.served_mean_mbps),
            format!("{:.3}", figures.served_p05_mbps),
            percent(figures.percent_time_fully_served, 4),
            optional(figures.mean_spectral_efficiency),
            optional(figures.mean_elevation_deg),
            format!("{:.3}", figures.handovers_per_hour),
            format!("{unserved:.3}"),
            crate::capacity::Unserved::main(figures).map_or("", |reason| reason.name()).to_owned(),
            if country == *b"??" { String::new() } else { String::from_utf8_lossy(&country).into() },
        ]);
        texts
    }
}

/// Writes a row for each cell of the grid, cells without demand too.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, table: &Table<'_>) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    for (number, _) in table.grid.points.iter().enumerate().filter(|(_, point)| point.cell.is_some()) {
        writeln!(out, "{}", table.texts(number).join(","))?;
    }
    Ok(())
}

/// The columns of a system of short messages.
pub const MESSAGE_COLUMNS: [&str; 10] = [
    "hex_id",
    "lat_deg",
    "lon_deg",
    "area_km2",
    "devices",
    "contacts_per_day",
    "percent_covered",
    "mean_wait_s",
    "p95_wait_s",
    "bytes_per_device_day",
];

/// The fields of a system of short messages, in the order of [`message_texts`].
pub fn message_fields() -> Vec<Field> {
    let kind = |name: &str| if name == "hex_id" { ColumnType::Text } else { ColumnType::Real };
    MESSAGE_COLUMNS.map(|name| Field::new(name, kind(name))).into()
}

/// The message figures of a cell as text; empty where there is none.
pub fn message_texts(grid: &Grid, messages: &Messages, number: usize) -> Vec<String> {
    let (point, figures) = (&grid.points[number], &messages.cells[number]);
    vec![
        point.cell.map(|cell| cell.to_string()).unwrap_or_default(),
        format!("{:.6}", point.latitude_deg),
        format!("{:.6}", point.longitude_deg),
        format!("{:.3}", point.area_km2),
        format!("{:.3}", figures.devices),
        format!("{:.3}", figures.contacts_per_day),
        percent(figures.percent_covered, 4),
        format!("{:.2}", figures.mean_wait_s),
        format!("{:.1}", figures.p95_wait_s),
        figures.bytes_per_device_day.map(|bytes| format!("{bytes:.1}")).unwrap_or_default(),
    ]
}

/// Writes a row of message figures for each cell of the grid.
///
/// # Errors
/// What the writer says.
pub fn write_messages(out: &mut dyn Write, grid: &Grid, messages: &Messages) -> io::Result<()> {
    writeln!(out, "{}", MESSAGE_COLUMNS.join(","))?;
    for number in 0..grid.points.len() {
        writeln!(out, "{}", message_texts(grid, messages, number).join(","))?;
    }
    Ok(())
}
