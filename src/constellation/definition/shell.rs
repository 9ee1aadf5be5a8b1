//! `[[shell]]`: Walker patterns and lists of slots on one orbit.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::group::{Group, Member};
use super::section::{Given, Limits, Read, Section, Shape};
use crate::constellation::Satellite;
use crate::orbit::anomaly::mean_from_true_deg;
use crate::orbit::walker::{Pattern, Slot, Walker};
use crate::orbit::{MeanElements, Propagator};
use crate::time::Epoch;
use crate::units::EARTH_EQUATORIAL_RADIUS_KM;

/// Altitudes in kilometres that an orbit around the Earth may have.
pub(super) const ALTITUDE: Limits = Limits::closed(100.0, 400_000.0, "kilometres");
/// The same as semi-major axes.
pub(super) const SEMI_MAJOR_AXIS: Limits = Limits::closed(6_478.137, 406_378.137, "kilometres");
pub(super) const INCLINATION: Limits = Limits::closed(0.0, 180.0, "degrees");
pub(super) const ANGLE: Limits = Limits::closed(-360.0, 360.0, "degrees");
pub(super) const ECCENTRICITY: Limits = Limits::half_open(0.0, 1.0, "without a unit");
/// Largest number of satellites of a shell, and of all shells of a file.
pub(super) const MOST_SATELLITES: u32 = 1_000_000;

pub(super) const SHELL: Shape = Shape {
    header: "[[shell]]",
    fields: &[
        "name",
        "pattern",
        "satellites",
        "planes",
        "phasing",
        "phase_step_deg",
        "plane_phases_deg",
        "raan_spread_deg",
        "raan_step_deg",
        "first_raan_deg",
        "first_anomaly_deg",
        "slots",
        "altitude_km",
        "semi_major_axis_km",
        "inclination_deg",
        "eccentricity",
        "argument_of_perigee_deg",
        "launch_order",
    ],
};
const SLOT: Shape =
    Shape { header: "an entry of slots", fields: &["name", "plane", "raan_deg", "argument_of_latitude_deg"] };

#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    Walker(Pattern),
    Slots,
}

/// What all satellites of a shell share.
struct Orbit {
    mean_motion_rev_day: f64,
    inclination_deg: f64,
    eccentricity: f64,
    argument_of_perigee_deg: f64,
}

/// Reads one shell and places its satellites at `epoch`.
pub(super) fn read(section: Section, epoch: Epoch) -> Read<Group> {
    let name = section.text("name")?.ok_or_else(|| section.missing("name", "give the shell a name"))?;
    section.set_title(format!("shell {}", name.value));
    let layouts = [
        ("walker-delta", Layout::Walker(Pattern::Delta)),
        ("walker-star", Layout::Walker(Pattern::Star)),
        ("slots", Layout::Slots),
    ];
    let layout = section.choice("pattern", &layouts)?.ok_or_else(|| {
        section.missing("pattern", "write pattern = \"walker-delta\", \"walker-star\" or \"slots\"")
    })?;
    section.note_written("pattern", &layout.span)?;
    let (pattern, places) = match layout.value {
        Layout::Walker(pattern) => walker(&section, pattern, &name.value)?,
        Layout::Slots => slots(&section)?,
    };
    let orbit = orbit(&section)?;
    let members = places
        .into_iter()
        .map(|(place, slot)| Member {
            plane: slot.plane,
            satellite: Satellite {
                name: place,
                norad_id: None,
                designator: None,
                station: None,
                shell: name.value.clone(),
                elements: match layout.value {
                    Layout::Walker(_) => orbit.elements(epoch, slot.raan_deg, slot.argument_of_latitude_deg),
                    Layout::Slots => {
                        orbit.elements(epoch, slot.raan_deg, orbit.mean_deg(slot.argument_of_latitude_deg))
                    }
                },
            },
        })
        .collect::<Vec<_>>();
    // All satellites differ by angles only, so one stands for the shell.
    if let Some(member) = members.first()
        && let Err(error) = Propagator::new(&member.satellite.elements)
    {
        return Err(Box::new(
            section
                .error(section.span(), format!("no orbit: {error}"))
                .help("the altitude is that of the semi-major axis: raise it, or lower the eccentricity"),
        ));
    }
    let planes = members.iter().map(|member| member.plane + 1).max().unwrap_or(0);
    let launch_order = launch_order(&section, planes)?;
    Ok(Group {
        name: name.value,
        span: name.span,
        pattern,
        of_shell: true,
        planes,
        singles: 0,
        members,
        figures: section.finish()?,
        left_out: vec![],
        launch_order,
    })
}

/// Names and slots of a Walker pattern, and how it is written.
fn walker(section: &Section, pattern: Pattern, name: &str) -> Read<(String, Vec<(String, Slot)>)> {
    let satellites = section
        .count("satellites", MOST_SATELLITES)?
        .ok_or_else(|| section.missing("satellites", "write the number T of T/P/F: satellites = 24"))?;
    let planes = section
        .count("planes", MOST_SATELLITES)?
        .ok_or_else(|| section.missing("planes", "write the number P of T/P/F: planes = 3"))?;
    let (total, count) = (satellites.value, planes.value);
    if !total.is_multiple_of(count) {
        let divisors: Vec<String> =
            (1..=total.min(2000)).filter(|p| total.is_multiple_of(*p)).map(|p| p.to_string()).collect();
        let error = section
            .error(&planes.span, format!("{total} satellites cannot be shared evenly by {count} planes"))
            .help(format!("T must be a multiple of P; {total} divides into {} planes", divisors.join(", ")));
        return Err(Box::new(error));
    }
    let plane_phases = section.figures("plane_phases_deg", &ANGLE)?;
    if let Some(phases) = plane_phases.as_ref().filter(|phases| phases.value.len() > count as usize) {
        let message = format!("plane_phases_deg has {} entries for {count} planes", phases.value.len());
        let error = section.error(&phases.span, message);
        return Err(Box::new(error.help("give one phase a plane, or fewer that repeat")));
    }
    let phasing = phasing(section, total, count, plane_phases.as_ref())?;
    let walker = Walker {
        pattern,
        satellites: total,
        planes: count,
        phasing,
        raan_spread_deg: raan_spread(section, count)?,
        first_raan_deg: section.figure_or("first_raan_deg", 0.0, &ANGLE)?,
        first_anomaly_deg: section.figure_or("first_anomaly_deg", 0.0, &ANGLE)?,
    };
    let digits = |largest: u32| largest.to_string().len().max(2);
    let (plane_digits, slot_digits) = (digits(count), digits(total / count));
    let places = walker
        .slots()
        .into_iter()
        .map(|mut slot| {
            if let Some(Given { value: phases, .. }) = &plane_phases {
                let phase = phases[slot.plane as usize % phases.len()];
                slot.argument_of_latitude_deg = (slot.argument_of_latitude_deg + phase).rem_euclid(360.0);
            }
            let (plane, index) = (slot.plane + 1, slot.index + 1);
            (format!("{name} P{plane:0plane_digits$} S{index:0slot_digits$}"), slot)
        })
        .collect();
    let kind = match pattern {
        Pattern::Delta => "Walker delta",
        Pattern::Star => "Walker star",
    };
    let written = match plane_phases {
        Some(_) => format!("{kind} {total}/{count}, phase by plane"),
        None => format!("{kind} {total}/{count}/{}", (phasing * 1000.0).round() / 1000.0),
    };
    Ok((written, places))
}

/// The step between planes in units of 360°/T.
fn phasing(section: &Section, total: u32, planes: u32, by_plane: Option<&Given<Vec<f64>>>) -> Read<f64> {
    let limits = Limits::closed(-1e6, 1e6, "in units of 360 degrees / satellites");
    let whole = section.figure("phasing", &limits)?;
    let step = section.figure("phase_step_deg", &ANGLE)?;
    let spans = [
        whole.as_ref().map(|given| &given.span),
        step.as_ref().map(|given| &given.span),
        by_plane.map(|given| &given.span),
    ];
    if let Some(second) = spans.into_iter().flatten().nth(1) {
        let message = "only one of phasing, phase_step_deg and plane_phases_deg may be given";
        return Err(Box::new(section.error(second, message)));
    }
    match (whole, step, by_plane) {
        (Some(whole), ..) => Ok(whole.value),
        (_, Some(step), _) => Ok(step.value * f64::from(total) / 360.0),
        (.., Some(_)) => Ok(0.0),
        _ if planes == 1 => Ok(0.0),
        _ => Err(section.missing(
            "phasing",
            "write the number F of T/P/F (phasing = 1), or the step between neighbouring planes in degrees \
             (phase_step_deg = 15.1), or plane_phases_deg = [...]",
        )),
    }
}

fn raan_spread(section: &Section, planes: u32) -> Read<Option<f64>> {
    let spread = section.figure("raan_spread_deg", &Limits::positive(360.0, "degrees"))?;
    let step = section.figure("raan_step_deg", &Limits::positive(360.0, "degrees"))?;
    match (spread, step) {
        (Some(_), Some(step)) => {
            Err(Box::new(section.error(&step.span, "give raan_spread_deg or raan_step_deg, not both")))
        }
        (Some(spread), None) => Ok(Some(spread.value)),
        (None, Some(step)) => Ok(Some(step.value * f64::from(planes))),
        // The spread of 360 or 180 degrees is what delta and star mean.
        (None, None) => Ok(None),
    }
}

/// `slots = [{ name = "A1", raan_deg = 288.85, argument_of_latitude_deg = 239.54 }, …]`.
fn slots(section: &Section) -> Read<(String, Vec<(String, Slot)>)> {
    let tables = section.tables("slots", &SLOT)?;
    if tables.is_empty() {
        return Err(section.missing(
            "slots",
            "write slots = [{ name = \"A1\", raan_deg = 288.85, argument_of_latitude_deg = 239.54 }, …]",
        ));
    }
    section.note_value("slots", format!("{} slots", tables.len()), section.span())?;
    let mut nodes: HashMap<u64, u32> = HashMap::new();
    let mut numbered: BTreeMap<u32, Range<usize>> = BTreeMap::new();
    let mut places = Vec::new();
    for table in tables {
        let name = table.text("name")?.ok_or_else(|| table.missing("name", "give the slot a name"))?;
        let need = |key: &'static str| {
            table.number(key, &ANGLE)?.ok_or_else(|| table.missing(key, "write an angle in degrees"))
        };
        // One node may be written as 0, -0 or 360; the sum makes one zero of both.
        let raan = need("raan_deg")?.value.rem_euclid(360.0) % 360.0 + 0.0;
        let latitude = need("argument_of_latitude_deg")?.value;
        let given = plane_number(&table)?;
        if given.is_some() == numbered.is_empty() && !places.is_empty() {
            let error =
                table.error(table.span(), "some slots of this shell name their planes, and others do not");
            return Err(Box::new(
                error
                    .help("give every slot its plane = 1, 2, …, or none; slots on one node are a plane then"),
            ));
        }
        let next = nodes.len() as u32;
        let plane = match given {
            Some(Given { value, span }) => {
                numbered.entry(value).or_insert(span);
                value - 1
            }
            None => *nodes.entry(raan.to_bits()).or_insert(next),
        };
        let slot = Slot {
            plane,
            index: places.len() as u32,
            raan_deg: raan,
            argument_of_latitude_deg: latitude.rem_euclid(360.0),
        };
        table.finish()?;
        places.push((name.value, slot));
    }
    if let Some((missing, (number, span))) =
        (1..).zip(&numbered).find(|(count, (number, _))| count != *number)
    {
        let message = format!("there is a plane {number} and no plane {missing}");
        return Err(Box::new(section.error(span, message).help("number the planes from 1 without a gap")));
    }
    let planes = nodes.len().max(numbered.len());
    Ok((format!("{} slots on {planes} planes", places.len()), places))
}

/// The plane of a slot, where it names one.
fn plane_number(table: &Section) -> Read<Option<Given<u32>>> {
    let limits = Limits::closed(1.0, f64::from(MOST_SATELLITES), "as the number of a plane");
    let Some(given) = table.number("plane", &limits)? else { return Ok(None) };
    if given.value.fract() != 0.0 {
        let error = table.error(&given.span, format!("plane is {}, expected a whole number", given.value));
        return Err(Box::new(error.help("number the planes from 1")));
    }
    Ok(Some(Given { value: given.value as u32, span: given.span }))
}

/// `launch_order = [1, 4, 2, …]`: every plane once, numbered from 1.
fn launch_order(section: &Section, planes: u32) -> Read<Vec<u32>> {
    let limits = Limits::closed(1.0, f64::from(planes), "as the number of a plane");
    let Some(given) = section.figures("launch_order", &limits)? else { return Ok(Vec::new()) };
    let refused = |message: String| {
        let help = "write the number of every plane once, in the order of launch, such as [1, 3, 2]";
        Err(Box::new(section.error(&given.span, message).help(help)))
    };
    let mut order: Vec<u32> = Vec::with_capacity(given.value.len());
    let mut named = vec![false; planes as usize];
    for &number in &given.value {
        if number.fract() != 0.0 {
            return refused(format!("{number} is no number of a plane, expected whole numbers from 1"));
        }
        let plane = number as u32 - 1;
        if std::mem::replace(&mut named[plane as usize], true) {
            return refused(format!("plane {number} is named twice"));
        }
        order.push(plane);
    }
    if order.len() != planes as usize {
        return refused(format!("launch_order must name all {planes} planes, it names {}", order.len()));
    }
    Ok(order)
}

fn orbit(section: &Section) -> Read<Orbit> {
    let altitude = section.figure("altitude_km", &ALTITUDE)?;
    let axis = section.figure("semi_major_axis_km", &SEMI_MAJOR_AXIS)?;
    let semi_major_axis_km = match (altitude, axis) {
        (Some(_), Some(axis)) => {
            let message = "give altitude_km or semi_major_axis_km, not both";
            return Err(Box::new(section.error(&axis.span, message)));
        }
        (Some(altitude), None) => altitude.value + EARTH_EQUATORIAL_RADIUS_KM,
        (None, Some(axis)) => axis.value,
        (None, None) => return Err(section.missing("altitude_km", "write altitude_km = 1000")),
    };
    let inclination_deg = section
        .figure("inclination_deg", &INCLINATION)?
        .ok_or_else(|| section.missing("inclination_deg", "write inclination_deg = 55"))?
        .value;
    let eccentricity = section.figure_or("eccentricity", 0.0, &ECCENTRICITY)?;
    let argument_of_perigee_deg = if eccentricity > 0.0 || section.has("argument_of_perigee_deg") {
        section.figure_or("argument_of_perigee_deg", 0.0, &ANGLE)?
    } else {
        0.0
    };
    let mean_motion_rev_day =
        MeanElements::kozai_mean_motion_rev_day(semi_major_axis_km, inclination_deg, eccentricity);
    Ok(Orbit { mean_motion_rev_day, inclination_deg, eccentricity, argument_of_perigee_deg })
}

impl Orbit {
    /// The mean argument of latitude of a true one: slots are told by where satellites are, phases of a Walker
    /// pattern by when they come.
    fn mean_deg(&self, argument_of_latitude_deg: f64) -> f64 {
        if self.eccentricity == 0.0 {
            return argument_of_latitude_deg;
        }
        let true_deg = argument_of_latitude_deg - self.argument_of_perigee_deg;
        mean_from_true_deg(true_deg, self.eccentricity) + self.argument_of_perigee_deg
    }

    /// Elements by the mean argument of latitude.
    fn elements(&self, epoch: Epoch, raan_deg: f64, argument_of_latitude_deg: f64) -> MeanElements {
        MeanElements {
            epoch,
            inclination_deg: self.inclination_deg,
            raan_deg,
            eccentricity: self.eccentricity,
            argument_of_perigee_deg: self.argument_of_perigee_deg,
            mean_anomaly_deg: (argument_of_latitude_deg - self.argument_of_perigee_deg).rem_euclid(360.0),
            mean_motion_rev_day: self.mean_motion_rev_day,
            bstar: 0.0,
        }
    }
}
