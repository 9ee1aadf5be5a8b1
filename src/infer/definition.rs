//! What was inferred as a constellation file whose figures are marked `derived`.

use std::fmt::Write;

use super::planes::PLANE_GAP_DEG;
use super::{Inference, Place, Shell};
use crate::constellation::Constellation;

/// The text of a definition: each shell as slots, every satellite at its place at the common epoch, on the
/// middle node of its plane, or on its own where the nodes of the plane lie wide. Satellites of no shell are left out,
/// which a note of the file says.
pub fn definition(constellation: &Constellation, inference: &Inference) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_into(&mut text, constellation, inference);
    text
}

fn write_into(out: &mut String, constellation: &Constellation, inference: &Inference) -> std::fmt::Result {
    let placed: usize = inference.shells.iter().map(|shell| shell.satellites).sum();
    writeln!(out, "# Shells as flown, inferred by hexsky {} from a catalogue.", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "name = {}", quoted(&format!("{} as flown", constellation.name)))?;
    writeln!(out, "status = \"as flown\"")?;
    let date = inference.epoch.to_string();
    writeln!(out, "as_of = {}", quoted(date.get(..10).unwrap_or(&date)))?;
    writeln!(out, "epoch = {}", quoted(&date))?;
    writeln!(
        out,
        "notes = [\"{placed} satellites on shells, {} of no shell are left out\"]",
        inference.unplaced.len()
    )?;
    writeln!(out, "\n[sources]")?;
    writeln!(out, "elements = {}", quoted(&format!("element sets of {}", constellation.file)))?;
    for shell in &inference.shells {
        self::shell(out, constellation, shell)?;
    }
    Ok(())
}

fn shell(out: &mut String, constellation: &Constellation, shell: &Shell) -> std::fmt::Result {
    let range = |range: &super::Range| format!("{:.2} to {:.2}", range.min, range.max);
    writeln!(out, "\n[[shell]]\nname = {}", quoted(&shell.name))?;
    writeln!(out, "pattern = \"slots\"")?;
    writeln!(out, "altitude_km = {:.3}", shell.mean_altitude_km.median)?;
    writeln!(out, "inclination_deg = {:.4}", shell.inclination_deg.median)?;
    writeln!(out, "slots = [")?;
    let mut rest = shell.places.as_slice();
    let mut planes = Vec::new();
    for plane in &shell.planes {
        let places;
        (places, rest) = rest.split_at(plane.satellites.min(rest.len()));
        let off_deg = |place: &Place| (place.raan_deg - plane.raan_deg + 180.0).rem_euclid(360.0) - 180.0;
        let narrow = places.iter().all(|place| off_deg(place).abs() <= PLANE_GAP_DEG);
        planes.push((narrow.then_some(plane.raan_deg), places));
    }
    // Only where nodes do not tell the planes need the slots name them.
    let wide = planes.iter().any(|(middle_deg, _)| middle_deg.is_none());
    let named = (1..).map(|number| if wide { format!(", plane = {number}") } else { String::new() });
    // Without planes each satellite keeps its own node.
    for ((middle_deg, places), plane) in planes.into_iter().zip(named).chain([((None, rest), String::new())])
    {
        for place in places {
            writeln!(
                out,
                "    {{ name = {}{plane}, raan_deg = {:.4}, argument_of_latitude_deg = {:.4} }},",
                quoted(&constellation.satellites[place.satellite].name),
                middle_deg.unwrap_or(place.raan_deg),
                place.argument_of_latitude_deg
            )?;
        }
    }
    writeln!(out, "]\nsource = \"elements\"\nconfidence = \"derived\"")?;
    writeln!(
        out,
        "derived.altitude_km = \"elements: median of SGP4's mean semi-major axes, {} km; {:.1} km by Kepler's law\"",
        range(&shell.mean_altitude_km),
        shell.kepler_altitude_km.median
    )?;
    writeln!(
        out,
        "derived.inclination_deg = \"elements: median of {} degrees\"",
        range(&shell.inclination_deg)
    )?;
    let nodes = match (shell.planes.is_empty(), wide) {
        (true, _) => "nodes are those of the satellites",
        (false, true) => "nodes are means of the planes, and those of the satellites where the plane is wide",
        (false, false) => "nodes are means of the planes",
    };
    writeln!(out, "derived.slots = \"elements: {nodes}\"")?;
    writeln!(out, "assumed.eccentricity = \"near-circular orbits are taken as circular\"")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
