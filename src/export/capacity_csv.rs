//! Capacity of each cell as CSV.

use std::collections::HashMap;
use std::io::{self, Write};

use h3o::CellIndex;

use crate::capacity::messages::Messages;
use crate::capacity::plan::main_country;
use crate::capacity::{Capacity, Plan};
use crate::grid::cells::Grid;

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

/// Writes a row for each cell of the grid, cells without demand too.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, grid: &Grid, plan: &Plan, capacity: &Capacity) -> io::Result<()> {
    let numbers: HashMap<CellIndex, usize> =
        plan.points.iter().enumerate().filter_map(|(number, point)| Some((point.cell?, number))).collect();
    writeln!(out, "{}", COLUMNS.join(","))?;
    for point in &grid.points {
        let Some(cell) = point.cell else { continue };
        write!(out, "{cell},{:.6},{:.6},{:.3}", point.latitude_deg, point.longitude_deg, point.area_km2)?;
        let Some(&number) = numbers.get(&cell) else {
            writeln!(out, ",0,0,0,,,,,0,,")?;
            continue;
        };
        let figures = &capacity.cells[number];
        let optional = |value: Option<f64>| value.map(|value| format!("{value:.3}")).unwrap_or_default();
        write!(
            out,
            ",{:.3},{:.3},{:.3},{:.4},{},{},{:.3}",
            figures.demand_mbps,
            figures.served_mean_mbps,
            figures.served_p05_mbps,
            figures.percent_time_fully_served,
            optional(figures.mean_spectral_efficiency),
            optional(figures.mean_elevation_deg),
            figures.handovers_per_hour,
        )?;
        let unserved: f64 = figures.unserved_mbps.iter().sum();
        let reason = crate::capacity::Unserved::main(figures).map_or("", |reason| reason.name());
        let country = main_country(&plan.countries[number]);
        let country =
            if country == *b"??" { String::new() } else { String::from_utf8_lossy(&country).into() };
        writeln!(out, ",{unserved:.3},{reason},{country}")?;
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

/// Writes a row of message figures for each cell of the grid.
///
/// # Errors
/// What the writer says.
pub fn write_messages(out: &mut dyn Write, grid: &Grid, messages: &Messages) -> io::Result<()> {
    writeln!(out, "{}", MESSAGE_COLUMNS.join(","))?;
    for (point, figures) in grid.points.iter().zip(&messages.cells) {
        let cell = point.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let bytes = figures.bytes_per_device_day.map(|bytes| format!("{bytes:.1}")).unwrap_or_default();
        writeln!(
            out,
            "{cell},{:.6},{:.6},{:.3},{:.3},{:.3},{:.4},{:.2},{:.1},{bytes}",
            point.latitude_deg,
            point.longitude_deg,
            point.area_km2,
            figures.devices,
            figures.contacts_per_day,
            figures.percent_covered,
            figures.mean_wait_s,
            figures.p95_wait_s,
        )?;
    }
    Ok(())
}
