//! Stations from CSV: `name` or `site_id`, `lat_deg`, `lon_deg`, `height_m`, optional `min_elevation_deg`.

use std::collections::HashSet;

use super::mask::is_sound_elevation;
use super::sheet::Sheet;
use super::site::check_place;
use super::{Mask, Network, Site};
use crate::diagnostics::TextError;

/// Columns that are read; the others are named in a note.
const KNOWN: [&str; 6] = ["site_id", "name", "lat_deg", "lon_deg", "height_m", "min_elevation_deg"];

/// Reads a table of stations. Where both are there, `site_id` is the name and `name` the full name.
pub(super) fn read(file: &str, text: &str) -> Result<Network, TextError> {
    let sheet = Sheet::open(file, text)?;
    let name_column = sheet.need(&["site_id", "name"])?;
    let title_column = sheet.column(&["name"]).filter(|&column| column != name_column);
    let latitude_column = sheet.need(&["lat_deg"])?;
    let longitude_column = sheet.need(&["lon_deg"])?;
    let height_column = sheet.column(&["height_m"]);
    let mask_column = sheet.column(&["min_elevation_deg"]);
    let mut network = Network { name: file.to_owned(), ..Network::default() };
    let mut names = HashSet::new();
    for row in sheet.rows() {
        let row = row?;
        let name = row.text(name_column);
        if name.is_empty() {
            return Err(row
                .wrong(name_column, "the site has no name")
                .help("give each site a name of its own"));
        }
        if !names.insert(name.to_owned()) {
            return Err(row
                .wrong(name_column, format!("a second site is named '{name}'"))
                .help("give each site a name of its own"));
        }
        let height_m = row.optional_number(height_column)?;
        let place =
            check_place(row.number(latitude_column)?, row.number(longitude_column)?, height_m.unwrap_or(0.0))
                .map_err(|(value, message, help)| {
                    let columns =
                        [latitude_column, longitude_column, height_column.unwrap_or(latitude_column)];
                    row.wrong(columns[value], message).help(help)
                })?;
        let mask = row.optional_number(mask_column)?;
        if let (Some(elevation), Some(column)) = (mask, mask_column)
            && !is_sound_elevation(elevation)
        {
            let message = format!("least elevation {elevation} is outside -10 to below 90 degrees");
            return Err(row.wrong(column, message).help("give degrees above the horizon, such as 5"));
        }
        network.sites.push(Site {
            title: title_column.map(|column| row.text(column).to_owned()).filter(|title| !title.is_empty()),
            network: file.to_owned(),
            height_is_stated: height_m.is_some(),
            mask: mask.map(Mask::Constant),
            ..Site::fixed(name, place)
        });
    }
    if network.sites.is_empty() {
        return Err(TextError::whole_file(file, "the network is empty: no station follows the header")
            .help("add a line for each station"));
    }
    let others = sheet.others(&KNOWN);
    if !others.is_empty() {
        network.notes.push(format!("{file}: columns not used: {}", others.join(", ")));
    }
    Ok(network)
}
