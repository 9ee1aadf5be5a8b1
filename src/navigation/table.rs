//! Figures of each cell or place as CSV.

use std::io::{self, Write};

use h3o::CellIndex;

use crate::export::features::Field;
use crate::export::gis::ColumnType;
use crate::export::text_cell;
use crate::frames::Geodetic;
use crate::navigation::figures::{Distribution, DopFigures, Figures};
use crate::report::percent;
use crate::time::Epoch;

/// First columns of a table of cells.
const CELL_COLUMNS: [&str; 4] = ["hex_id", "lat_deg", "lon_deg", "area_km2"];
/// First columns of a table of places.
const PLACE_COLUMNS: [&str; 4] = ["name", "lat_deg", "lon_deg", "height_m"];
/// The columns that follow.
const FIGURE_COLUMNS: [&str; 34] = [
    "availability_percent",
    "mean_pdop",
    "p95_pdop",
    "max_pdop",
    "mean_hdop",
    "mean_vdop",
    "mean_tdop",
    "min_in_view",
    "mean_in_view",
    "median_pdop",
    "max_pdop_utc",
    "mean_gdop",
    "median_gdop",
    "p95_gdop",
    "max_gdop",
    "max_gdop_utc",
    "median_hdop",
    "p95_hdop",
    "max_hdop",
    "max_hdop_utc",
    "median_vdop",
    "p95_vdop",
    "max_vdop",
    "max_vdop_utc",
    "median_tdop",
    "p95_tdop",
    "max_tdop",
    "max_tdop_utc",
    "instants",
    "available_instants",
    "too_few_instants",
    "singular_instants",
    "first_no_fix_utc",
    "flags",
];

/// Names and types of the columns of a table of cells or of places.
pub(crate) fn fields(places: bool) -> Vec<Field> {
    let first = if places { PLACE_COLUMNS } else { CELL_COLUMNS };
    first
        .into_iter()
        .chain(FIGURE_COLUMNS)
        .map(|name| {
            let kind = match name {
                "hex_id" | "name" | "flags" => ColumnType::Text,
                "min_in_view" | "instants" | "available_instants" | "too_few_instants"
                | "singular_instants" => ColumnType::Integer,
                _ if name.ends_with("_utc") => ColumnType::DateTime,
                _ => ColumnType::Real,
            };
            Field::new(name, kind)
        })
        .collect()
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// An H3 cell and its area in km².
    Cell(CellIndex, f64),
    /// A named place.
    Place(String),
}

/// Writes one row for each site: cells or places, not both. A dilution that does not exist, because the
/// site never has a fix, is an empty field, and `flags` says `never-a-fix`.
///
/// # Errors
/// What the writer says.
pub fn write(
    out: &mut dyn Write,
    rows: impl IntoIterator<Item = (Subject, Geodetic, Figures)>,
    places: bool,
    epoch: impl Fn(u32) -> Epoch,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let first = if places { PLACE_COLUMNS } else { CELL_COLUMNS };
    table.write_record(first.iter().chain(&FIGURE_COLUMNS))?;
    for (subject, place, figures) in rows {
        table.write_record(row(&subject, &place, &figures, &epoch))?;
    }
    table.flush()
}

/// The values of a row as text.
pub(crate) fn row(
    subject: &Subject,
    place: &Geodetic,
    figures: &Figures,
    epoch: &impl Fn(u32) -> Epoch,
) -> Vec<String> {
    let (id, weight) = match subject {
        Subject::Cell(cell, area_km2) => (cell.to_string(), format!("{area_km2:.6}")),
        Subject::Place(name) => (text_cell(name), format!("{:.3}", place.height_km * 1000.0)),
    };
    let value = |kind: fn(&DopFigures) -> &Distribution, part: fn(&Distribution) -> f64| {
        figures.dop.as_ref().map_or(String::new(), |dop| format!("{:.6}", part(kind(dop))))
    };
    let when = |kind: fn(&DopFigures) -> &Distribution| {
        figures.dop.as_ref().map_or(String::new(), |dop| epoch(kind(dop).max_instant).to_string())
    };
    let mean: fn(&Distribution) -> f64 = |distribution| distribution.mean;
    let median: fn(&Distribution) -> f64 = |distribution| distribution.median;
    let p95: fn(&Distribution) -> f64 = |distribution| distribution.p95;
    let max: fn(&Distribution) -> f64 = |distribution| distribution.max;
    let flags = match figures.dop {
        None => "never-a-fix",
        Some(_) if figures.without_fix() > 0 => "at-times-no-fix",
        Some(_) => "",
    };
    vec![
        id,
        format!("{:.6}", place.latitude_deg),
        format!("{:.6}", place.longitude_deg),
        weight,
        percent(figures.availability_percent(), 6),
        value(|dop| &dop.pdop, mean),
        value(|dop| &dop.pdop, p95),
        value(|dop| &dop.pdop, max),
        value(|dop| &dop.hdop, mean),
        value(|dop| &dop.vdop, mean),
        value(|dop| &dop.tdop, mean),
        figures.min_in_view.to_string(),
        format!("{:.6}", figures.mean_in_view),
        value(|dop| &dop.pdop, median),
        when(|dop| &dop.pdop),
        value(|dop| &dop.gdop, mean),
        value(|dop| &dop.gdop, median),
        value(|dop| &dop.gdop, p95),
        value(|dop| &dop.gdop, max),
        when(|dop| &dop.gdop),
        value(|dop| &dop.hdop, median),
        value(|dop| &dop.hdop, p95),
        value(|dop| &dop.hdop, max),
        when(|dop| &dop.hdop),
        value(|dop| &dop.vdop, median),
        value(|dop| &dop.vdop, p95),
        value(|dop| &dop.vdop, max),
        when(|dop| &dop.vdop),
        value(|dop| &dop.tdop, median),
        value(|dop| &dop.tdop, p95),
        value(|dop| &dop.tdop, max),
        when(|dop| &dop.tdop),
        figures.instants.to_string(),
        figures.available.to_string(),
        figures.too_few.to_string(),
        figures.singular.to_string(),
        figures.first_without_fix.map_or(String::new(), |instant| epoch(instant).to_string()),
        flags.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_without_a_fix_has_empty_fields() {
        let cell: CellIndex = "820007fffffffff".parse().unwrap();
        let place = Geodetic { latitude_deg: 80.0, longitude_deg: 20.0, height_km: 0.0 };
        let distribution = Distribution { mean: 2.0, median: 1.5, p95: 3.0, max: 4.0, max_instant: 2 };
        let dop = DopFigures {
            gdop: distribution,
            pdop: distribution,
            hdop: distribution,
            vdop: distribution,
            tdop: distribution,
        };
        let sound = Figures {
            instants: 4,
            available: 3,
            too_few: 1,
            singular: 0,
            first_without_fix: Some(1),
            min_in_view: 3,
            mean_in_view: 4.25,
            dop: Some(dop),
        };
        let none = Figures { available: 0, too_few: 4, dop: None, ..sound };
        let start = Epoch::from_unix_nanos(0);
        let mut out = Vec::new();
        let rows = [sound, none].map(|figures| (Subject::Cell(cell, 7.5), place, figures));
        write(&mut out, rows, false, |instant| start.plus_seconds(60.0 * f64::from(instant))).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with(
            "hex_id,lat_deg,lon_deg,area_km2,availability_percent,mean_pdop,p95_pdop,max_pdop,mean_hdop,\
             mean_vdop,mean_tdop,min_in_view,mean_in_view"
        ));
        assert!(
            lines[1].starts_with("820007fffffffff,80.000000,20.000000,7.500000,75.000000,2.000000,3.000000")
        );
        assert!(
            lines[1].contains("1970-01-01T00:02:00.000Z")
                && lines[1].ends_with("4,3,1,0,1970-01-01T00:01:00.000Z,at-times-no-fix")
        );
        assert!(
            lines[2].starts_with("820007fffffffff,80.000000,20.000000,7.500000,0.000000,,,,,,,3,4.250000,,,")
        );
        assert!(lines[2].ends_with("4,0,4,0,1970-01-01T00:01:00.000Z,never-a-fix"));
    }
}
