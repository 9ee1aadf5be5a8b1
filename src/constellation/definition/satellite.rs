//! `[[satellite]]`: satellites given one by one: GEO, IGSO, or explicit elements.

use super::group::{Group, Member};
use super::section::{Limits, Read, Section, Shape};
use super::shell::{ALTITUDE, ANGLE, ECCENTRICITY, INCLINATION, SEMI_MAJOR_AXIS};
use crate::constellation::Satellite;
use crate::orbit::anomaly::mean_from_true_deg;
use crate::orbit::geosynchronous::{Geosynchronous, Longitude};
use crate::orbit::{MeanElements, Propagator};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

const LONGITUDE: Limits = Limits::closed(-180.0, 360.0, "degrees east");
const MEAN_MOTION: Limits = Limits::positive(18.0, "revolutions per day");
pub(super) const CATALOGUE_NUMBER: Limits = Limits::closed(1.0, 999_999_999.0, "as a catalogue number");
const DRAG: Limits = Limits::closed(-1.0, 1.0, "inverse Earth radii");

pub(super) const SATELLITE: Shape = Shape {
    header: "[[satellite]]",
    fields: &[
        "name",
        "shell",
        "norad_id",
        "orbit",
        "epoch",
        "longitude_deg",
        "node_longitude_deg",
        "phase_deg",
        "altitude_km",
        "semi_major_axis_km",
        "mean_motion_rev_day",
        "inclination_deg",
        "raan_deg",
        "eccentricity",
        "argument_of_perigee_deg",
        "mean_anomaly_deg",
        "argument_of_latitude_deg",
        "bstar",
    ],
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Geo,
    Igso,
    Elements,
}

/// Reads one satellite into its group, which may be new.
pub(super) fn read(section: Section, file_epoch: Option<Epoch>, groups: &mut Vec<Group>) -> Read<()> {
    let name = section.text("name")?.ok_or_else(|| section.missing("name", "give the satellite a name"))?;
    section.set_title(format!("satellite {}", name.value));
    let shell = section.text("shell")?;
    let norad_id = section.whole("norad_id", &CATALOGUE_NUMBER)?;
    let kinds = [("geo", Kind::Geo), ("igso", Kind::Igso), ("elements", Kind::Elements)];
    let kind = section
        .choice("orbit", &kinds)?
        .ok_or_else(|| section.missing("orbit", "write orbit = \"geo\", \"igso\" or \"elements\""))?;
    let epoch = match section.date("epoch")? {
        Some(given) => given.value.parse().map_err(|error: crate::time::ParseEpochError| {
            section.error(&given.span, error.to_string()).help(super::EPOCH_HELP)
        })?,
        None => file_epoch.ok_or_else(|| super::epoch_missing(&section))?,
    };
    let (pattern, (elements, station)) = match kind.value {
        Kind::Geo => ("GEO", geosynchronous(&section, epoch, true)?),
        Kind::Igso => ("IGSO", geosynchronous(&section, epoch, false)?),
        Kind::Elements => ("single satellites", (explicit(&section, epoch)?, None)),
    };
    if let Err(error) = Propagator::new(&elements) {
        return Err(Box::new(section.error(section.span(), format!("no orbit: {error}"))));
    }
    let figures = section.finish()?;
    let shell = shell.unwrap_or_else(|| name.clone());
    let shell_name = shell.value.clone();
    let satellite =
        Satellite { name: name.value, norad_id, designator: None, shell: shell_name, elements, station };
    match groups.iter_mut().find(|group| group.name == shell.value) {
        Some(group) => {
            let plane = group.planes + group.singles;
            group.members.push(Member { plane, satellite });
            group.figures.extend(figures);
            if group.of_shell {
                group.singles += 1;
                return Ok(());
            }
            group.planes += 1;
            if !group.pattern.split(", ").any(|known| known == pattern) {
                group.pattern.push_str(&format!(", {pattern}"));
            }
        }
        None => groups.push(Group {
            name: shell.value,
            span: shell.span,
            pattern: pattern.to_owned(),
            of_shell: false,
            planes: 1,
            singles: 0,
            members: vec![Member { plane: 0, satellite }],
            figures,
            left_out: Vec::new(),
            launch_order: Vec::new(),
        }),
    }
    Ok(())
}

/// GEO by its longitude; IGSO by the longitude where it crosses the equator northwards, and its phase.
fn geosynchronous(
    section: &Section,
    epoch: Epoch,
    equatorial: bool,
) -> Read<(MeanElements, Option<Box<Geosynchronous>>)> {
    let key = if equatorial { "longitude_deg" } else { "node_longitude_deg" };
    let longitude = section
        .figure(key, &LONGITUDE)?
        .ok_or_else(|| section.missing(key, "write degrees east of Greenwich, such as 110.5"))?;
    let inclination = Limits::half_open(0.0, 180.0, "degrees");
    let inclination_deg = if equatorial {
        section.figure_or("inclination_deg", 0.0, &inclination)?
    } else {
        let given = section.figure("inclination_deg", &inclination)?;
        given.ok_or_else(|| section.missing("inclination_deg", "write inclination_deg = 55"))?.value
    };
    let phase_deg = if equatorial && !section.has("phase_deg") {
        0.0
    } else {
        let given = section.figure("phase_deg", &ANGLE)?;
        let help = "write the true argument of latitude at the epoch in degrees from the ascending node";
        given.ok_or_else(|| section.missing("phase_deg", help))?.value
    };
    let eccentricity = section.figure_or("eccentricity", 0.0, &ECCENTRICITY)?;
    let argument_of_perigee_deg = match eccentricity > 0.0 || section.has("argument_of_perigee_deg") {
        true => section.figure_or("argument_of_perigee_deg", 0.0, &ANGLE)?,
        false => 0.0,
    };
    let design = Geosynchronous {
        epoch,
        longitude: match equatorial {
            true => Longitude::Mean(longitude.value),
            false => Longitude::Node(longitude.value),
        },
        inclination_deg,
        phase_deg,
        eccentricity,
        argument_of_perigee_deg,
    };
    let elements = design
        .elements()
        .map_err(|error| Box::new(section.error(section.span(), format!("no orbit: {error}"))))?;
    Ok((elements, Some(Box::new(design))))
}

/// Elements as they are, with the size of the orbit as an altitude, a semi-major axis or a mean motion.
fn explicit(section: &Section, epoch: Epoch) -> Read<MeanElements> {
    let need = |key: &'static str, limits: &Limits| -> Read<f64> {
        let given = section.figure(key, limits)?;
        Ok(given.ok_or_else(|| section.missing(key, "orbit = \"elements\" needs it, in degrees"))?.value)
    };
    let inclination_deg = need("inclination_deg", &INCLINATION)?;
    let raan_deg = need("raan_deg", &ANGLE)?;
    let eccentricity = section.figure_or("eccentricity", 0.0, &ECCENTRICITY)?;
    let argument_of_perigee_deg = match eccentricity > 0.0 || section.has("argument_of_perigee_deg") {
        true => need("argument_of_perigee_deg", &ANGLE)?,
        false => 0.0,
    };
    let mean_anomaly_deg = match section.figure("argument_of_latitude_deg", &ANGLE)? {
        Some(latitude) if section.has("mean_anomaly_deg") => {
            let message = "give mean_anomaly_deg or argument_of_latitude_deg, not both";
            return Err(Box::new(section.error(&latitude.span, message)));
        }
        Some(latitude) => mean_from_true_deg(latitude.value - argument_of_perigee_deg, eccentricity),
        None => need("mean_anomaly_deg", &ANGLE)?,
    };
    let altitude = section.figure("altitude_km", &ALTITUDE)?;
    let axis = section.figure("semi_major_axis_km", &SEMI_MAJOR_AXIS)?;
    let motion = section.figure("mean_motion_rev_day", &MEAN_MOTION)?;
    let kozai = |a_km| MeanElements::kozai_mean_motion_rev_day(a_km, inclination_deg, eccentricity);
    let mean_motion_rev_day = match (&altitude, &axis, &motion) {
        (Some(altitude), None, None) => kozai(altitude.value + EARTH_EQUATORIAL_RADIUS_KM),
        (None, Some(axis), None) => kozai(axis.value),
        (None, None, Some(motion)) => motion.value,
        (None, None, None) => {
            let help = "write altitude_km, semi_major_axis_km or mean_motion_rev_day (Kozai, as in a TLE)";
            return Err(section.missing("altitude_km", help));
        }
        _ => {
            let second = [altitude, axis, motion].into_iter().flatten().nth(1);
            let span = second.map_or_else(|| section.span().clone(), |given| given.span);
            let message = "only one of altitude_km, semi_major_axis_km and mean_motion_rev_day may be given";
            return Err(Box::new(section.error(&span, message)));
        }
    };
    Ok(MeanElements {
        epoch,
        inclination_deg,
        raan_deg: raan_deg.rem_euclid(360.0),
        eccentricity,
        argument_of_perigee_deg: argument_of_perigee_deg.rem_euclid(360.0),
        mean_anomaly_deg: mean_anomaly_deg.rem_euclid(360.0),
        mean_motion_rev_day,
        bstar: section.figure("bstar", &DRAG)?.map_or(0.0, |given| given.value),
    })
}
