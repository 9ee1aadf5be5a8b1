//! Contacts as CSV, and the looks along them.

use std::io::{self, Write};

use super::text_cell;
use crate::passes::{Cut, SeriesPoint};
use crate::report::passes::{ContactRow, Plan};

/// The columns of a table of contacts.
pub const CONTACT_COLUMNS: [&str; 13] = [
    "satellite",
    "norad_id",
    "site",
    "aos",
    "tca",
    "los",
    "duration_s",
    "max_elevation_deg",
    "aos_azimuth_deg",
    "tca_azimuth_deg",
    "los_azimuth_deg",
    "tca_range_km",
    "cut",
];

/// The columns of a table of looks.
pub const SERIES_COLUMNS: [&str; 10] = [
    "satellite",
    "norad_id",
    "site",
    "aos",
    "utc",
    "azimuth_deg",
    "elevation_deg",
    "range_km",
    "range_rate_km_s",
    "doppler_hz",
];

/// Writes one row for each contact.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, plan: &Plan<'_>) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(CONTACT_COLUMNS)?;
    for row in plan.rows() {
        table.write_record(cells(&row))?;
    }
    table.flush()
}

fn cells(row: &ContactRow<'_>) -> [String; 13] {
    [
        text_cell(row.satellite),
        row.norad_id.map_or(String::new(), |number| number.to_string()),
        text_cell(row.site),
        row.aos.to_string(),
        row.tca.to_string(),
        row.los.to_string(),
        format!("{:.3}", row.duration_s),
        format!("{:.4}", row.max_elevation_deg),
        azimuth(row.aos_azimuth_deg),
        azimuth(row.tca_azimuth_deg),
        azimuth(row.los_azimuth_deg),
        format!("{:.3}", row.tca_range_km),
        cut_word(row.cut).to_owned(),
    ]
}

/// An azimuth to 0.0001°, in `[0, 360)` after rounding too.
fn azimuth(degrees: f64) -> String {
    let text = format!("{degrees:.4}");
    if text == "360.0000" { "0.0000".to_owned() } else { text }
}

/// How tables word a cut contact.
pub fn cut_word(cut: Cut) -> &'static str {
    match cut {
        Cut::No => "no",
        Cut::Start => "start",
        Cut::End => "end",
        Cut::Both => "both",
    }
}

/// Writes the header of a table of looks.
///
/// # Errors
/// What the writer says.
pub fn write_series_header(out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(SERIES_COLUMNS)?;
    table.flush()
}

/// Writes looks along the contacts of a plan; the Doppler shift is that of a carrier in Hz.
///
/// # Errors
/// What the writer says.
pub fn write_series(
    out: &mut dyn Write,
    plan: &Plan<'_>,
    points: &[SeriesPoint],
    carrier_hz: f64,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for point in points {
        let row = plan.row(&plan.contacts.contacts[point.contact]);
        table.write_record([
            text_cell(row.satellite),
            row.norad_id.map_or(String::new(), |number| number.to_string()),
            text_cell(row.site),
            row.aos.to_string(),
            plan.contacts.epoch(point.t_s).to_string(),
            azimuth(point.azimuth_deg),
            format!("{:.4}", point.elevation_deg),
            format!("{:.3}", point.range_km),
            format!("{:.6}", point.range_rate_km_s),
            format!("{:.1}", point.doppler_hz(carrier_hz)),
        ])?;
    }
    table.flush()
}
