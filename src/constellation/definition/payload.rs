//! `[[payload]]`: what a satellite carries.

use std::ops::Range;

use super::group::Group;
use super::section::{Given, Limits, Read, Section, Shape, known_names};
use crate::constellation::Figure;
use crate::constellation::payload::{Beams, Carrier, FixedBeams, Isl, IslTopology, Payload};
use crate::diagnostics::TextError;
use crate::link::antenna::{Direction, ParseAntennaError, PointedAntenna};

const PAYLOAD: Shape = Shape {
    header: "[[payload]]",
    fields: &[
        "name",
        "shells",
        "capacity_gbps_per_satellite",
        "user",
        "feeder",
        "gateway_antennas",
        "isl",
        "isl_gbps",
        "message_rate_kbps",
    ],
};
const USER: Shape = Shape { header: "[payload.user]", fields: BEAM_FIELDS };
const FEEDER: Shape = Shape { header: "[payload.feeder]", fields: BEAM_FIELDS };
const BEAM_FIELDS: &[&str] = &[
    "beams",
    "colours",
    "polarisations",
    "beam_area_km2",
    "beam_antenna",
    "fixed_rows",
    "fixed_columns",
    "row_spacing_deg",
    "column_spacing_deg",
    "down",
    "up",
];
const USER_DOWN: Shape = Shape { header: "[payload.user.down]", fields: CARRIER_FIELDS };
const USER_UP: Shape = Shape { header: "[payload.user.up]", fields: CARRIER_FIELDS };
const FEEDER_DOWN: Shape = Shape { header: "[payload.feeder.down]", fields: CARRIER_FIELDS };
const FEEDER_UP: Shape = Shape { header: "[payload.feeder.up]", fields: CARRIER_FIELDS };
const CARRIER_FIELDS: &[&str] = &[
    "frequency_ghz",
    "bandwidth_mhz",
    "total_bandwidth_mhz",
    "roll_off",
    "eirp_dbw",
    "tx_antenna",
    "rx_antenna",
    "g_over_t_db_k",
    "capacity_gbps",
    "output_backoff_db",
    "other_losses_db",
    "c_im_db",
    "c_aci_db",
    "c_asi_db",
    "c_xpi_db",
    "required_margin_db",
];

const DECIBELS: Limits = Limits::closed(-200.0, 200.0, "decibels");
const LOSS: Limits = Limits::closed(0.0, 100.0, "decibels");
const SPACING: Limits = Limits::positive(90.0, "degrees");
/// What the allocation of [`crate::capacity`] can count.
const GBPS: Limits = Limits::positive(2000.0, "gigabits per second");

/// Reads every `[[payload]]` and checks their shells against the groups of the file: each has one payload.
pub(super) fn read(root: &Section, groups: &[Group]) -> Read<(Vec<Payload>, Vec<Figure>)> {
    let sections = root.tables("payload", &PAYLOAD)?;
    let (mut payloads, mut figures) = (Vec::new(), Vec::new());
    // The shell that a payload is for, none for all, and where the file says so.
    let mut given: Vec<(Option<String>, Range<usize>)> = Vec::new();
    for section in sections {
        let shells = shells(&section, groups)?;
        let places: Vec<_> = match shells.is_empty() {
            true => vec![(None, section.span().clone())],
            false => shells.iter().map(|shell| (Some(shell.value.clone()), shell.span.clone())).collect(),
        };
        let mut own: Vec<(Option<String>, Range<usize>)> = Vec::new();
        for (shell, span) in places {
            if let Some((Some(name), _)) = own.iter().find(|(known, _)| *known == shell) {
                let error = section.error(&span, format!("shells names '{name}' twice"));
                return Err(Box::new(error.help("name each shell once")));
            }
            if let Some((_, first)) = given.iter().find(|(known, _)| *known == shell) {
                return Err(second(&section, shell.as_deref(), &span, first));
            }
            own.push((shell, span));
        }
        given.extend(own);
        let (payload, sourced) = payload(section, shells)?;
        payloads.push(payload);
        figures.extend(sourced);
    }
    Ok((payloads, figures))
}

/// The error of a second payload for one shell, or for all.
fn second(
    section: &Section,
    shell: Option<&str>,
    span: &Range<usize>,
    first: &Range<usize>,
) -> Box<TextError> {
    let line = section.line(first);
    let (message, help) = match shell {
        Some(shell) => (
            format!("a second payload for shell '{shell}': line {line} gives it one"),
            "a satellite carries one [[payload]]: put both into one table, or the satellites into two shells",
        ),
        None => (
            format!("a second payload for all shells: that of line {line} names none either"),
            "name the shells that carry it: shells = [\"MEO\"]; they take it in the place of that for all",
        ),
    };
    Box::new(section.error(span, message).help(help))
}

/// The shells that a payload names, of those of the file.
fn shells(section: &Section, groups: &[Group]) -> Read<Vec<Given<String>>> {
    let shells = section.texts("shells")?;
    match shells.iter().find(|shell| !groups.iter().any(|group| group.name == shell.value)) {
        Some(shell) => {
            let error = section.error(&shell.span, format!("no shell is named '{}'", shell.value));
            let names = groups.iter().map(|group| group.name.as_str());
            Err(Box::new(error.help(known_names(&shell.value, names))))
        }
        None => Ok(shells),
    }
}

/// What the figures of a payload are listed under: its name and shells. One of a file at most has no shells.
fn title(name: Option<&str>, shells: &[Given<String>]) -> String {
    let mut title = "payload".to_owned();
    if let Some(name) = name {
        title.push_str(&format!(" {name}"));
    }
    if !shells.is_empty() {
        let names: Vec<&str> = shells.iter().map(|shell| shell.value.as_str()).collect();
        title.push_str(&format!(" ({})", names.join(", ")));
    }
    title
}

/// Reads one `[[payload]]` for these shells.
fn payload(section: Section, shells: Vec<Given<String>>) -> Read<(Payload, Vec<Figure>)> {
    let name = section.text("name")?.map(|name| name.value);
    let title = title(name.as_deref(), &shells);
    section.set_title(title.clone());
    let isl = isl(&section)?;
    let mut figures = Vec::new();
    let mut beams = |key, shape, links| -> Read<Option<Beams>> {
        let Some(table) = section.table(key, shape)? else { return Ok(None) };
        self::beams(table, &format!("{title} {key}"), links, &mut figures).map(Some)
    };
    let payload = Payload {
        name,
        title: title.clone(),
        shells: shells.into_iter().map(|shell| shell.value).collect(),
        user: beams("user", &USER, [&USER_DOWN, &USER_UP])?,
        feeder: beams("feeder", &FEEDER, [&FEEDER_DOWN, &FEEDER_UP])?,
        capacity_gbps_per_satellite: section.optional("capacity_gbps_per_satellite", &GBPS)?,
        gateway_antennas: section.count("gateway_antennas", 1000)?.map(|given| given.value),
        isl,
        message_rate_kbps: section
            .optional("message_rate_kbps", &Limits::positive(1e9, "kilobits per second"))?,
    };
    let mut all = section.finish()?;
    all.extend(figures);
    Ok((payload, all))
}

/// The links between satellites. A rate means nothing where no links are.
fn isl(section: &Section) -> Read<Option<Isl>> {
    let topologies =
        [("none", IslTopology::None), ("ring", IslTopology::Ring), ("+grid", IslTopology::PlusGrid)];
    let topology = section.choice("isl", &topologies)?;
    if let Some(topology) = &topology {
        section.note_written("isl", &topology.span)?;
    }
    let rate = section.figure("isl_gbps", &GBPS)?;
    let idle = |rate: &Given<f64>, message: &str| {
        let help = "write isl = \"ring\" or \"+grid\", or leave isl_gbps away";
        Err(Box::new(section.error(&rate.span, message).help(help)))
    };
    match (topology.map(|given| given.value), rate) {
        (None, Some(rate)) => idle(&rate, "isl_gbps without isl, which says what links there are"),
        (Some(IslTopology::None), Some(rate)) => idle(&rate, "isl_gbps beside isl = \"none\""),
        (topology, rate) => {
            Ok(topology.map(|topology| Isl { topology, gbps: rate.map(|given| given.value) }))
        }
    }
}

fn beams(
    section: Section,
    title: &str,
    [down, up]: [&'static Shape; 2],
    figures: &mut Vec<Figure>,
) -> Read<Beams> {
    section.set_title(title.to_owned());
    let mut carrier = |key, shape| -> Read<Option<Carrier>> {
        let Some(table) = section.table(key, shape)? else { return Ok(None) };
        table.set_title(format!("{title}.{key}"));
        self::carrier(table, figures).map(Some)
    };
    let (down, up) = (carrier("down", down)?, carrier("up", up)?);
    let count = |key, most| -> Read<Option<u32>> { Ok(section.count(key, most)?.map(|given| given.value)) };
    let fixed = fixed_beams(&section)?;
    let beam_antenna = antenna(&section, "beam_antenna")?;
    if beam_antenna.is_some_and(|pattern| pattern.direction != Direction::OffAxis(0.0)) {
        let span = section.span().clone();
        let error = section.error(&span, "a beam's own pattern is about its own axis");
        return Err(Box::new(error.help("leave out at= in beam_antenna; scan loss belongs into tx_antenna")));
    }
    if fixed.is_some() && beam_antenna.is_none() {
        return Err(section.missing("beam_antenna", "fixed beams need the pattern of one of them"));
    }
    let beams = Beams {
        beams: count("beams", 100_000)?,
        colours: count("colours", 100)?,
        polarisations: count("polarisations", 2)?,
        beam_area_km2: section.optional("beam_area_km2", &Limits::positive(5.1e8, "square kilometres"))?,
        beam_antenna,
        fixed,
        down,
        up,
    };
    figures.extend(section.finish()?);
    Ok(beams)
}

/// The rows and columns of fixed beams: all four figures or none.
fn fixed_beams(section: &Section) -> Read<Option<FixedBeams>> {
    let rows = section.count("fixed_rows", 1000)?.map(|given| given.value);
    let columns = section.count("fixed_columns", 1000)?.map(|given| given.value);
    let row_spacing_deg = section.optional("row_spacing_deg", &SPACING)?;
    let column_spacing_deg = section.optional("column_spacing_deg", &SPACING)?;
    if rows.is_none() && columns.is_none() && row_spacing_deg.is_none() && column_spacing_deg.is_none() {
        return Ok(None);
    }
    let missing = |key| {
        let help =
            "fixed beams are given by fixed_rows, fixed_columns, row_spacing_deg and column_spacing_deg";
        section.missing(key, help)
    };
    Ok(Some(FixedBeams {
        rows: rows.ok_or_else(|| missing("fixed_rows"))?,
        columns: columns.ok_or_else(|| missing("fixed_columns"))?,
        row_spacing_deg: row_spacing_deg.ok_or_else(|| missing("row_spacing_deg"))?,
        column_spacing_deg: column_spacing_deg.ok_or_else(|| missing("column_spacing_deg"))?,
    }))
}

/// An antenna in the notation of `hexsky link`.
fn antenna(section: &Section, key: &'static str) -> Read<Option<PointedAntenna>> {
    let Some(given) = section.text(key)? else { return Ok(None) };
    match given.value.parse() {
        Ok(antenna) => {
            section.note_written(key, &given.span)?;
            Ok(Some(antenna))
        }
        Err(fault) => {
            let fault: ParseAntennaError = fault;
            let error = section.error(&given.span, format!("{key}: {fault}"));
            Err(Box::new(
                error.help("for example \"array:gmax=34,n=1.3,at=nadir\"; docs/link.md has the patterns"),
            ))
        }
    }
}

fn carrier(section: Section, figures: &mut Vec<Figure>) -> Read<Carrier> {
    if section.has("bandwidth_mhz") && section.has("total_bandwidth_mhz") {
        let span = section.span().clone();
        let error = section.error(&span, "bandwidth_mhz and total_bandwidth_mhz are both given");
        return Err(Box::new(error.help("give that of a beam, or that of all colours together")));
    }
    let carrier = Carrier {
        frequency_ghz: section.optional("frequency_ghz", &Limits::positive(1000.0, "gigahertz"))?,
        bandwidth_mhz: section.optional("bandwidth_mhz", &Limits::positive(1e6, "megahertz per beam"))?,
        total_bandwidth_mhz: section
            .optional("total_bandwidth_mhz", &Limits::positive(1e6, "megahertz of all colours"))?,
        tx_antenna: antenna(&section, "tx_antenna")?,
        rx_antenna: antenna(&section, "rx_antenna")?,
        roll_off: section.optional("roll_off", &Limits::closed(0.0, 1.0, "without a unit"))?,
        eirp_dbw: section.optional("eirp_dbw", &DECIBELS)?,
        g_over_t_db_k: section.optional("g_over_t_db_k", &DECIBELS)?,
        capacity_gbps: section.optional("capacity_gbps", &GBPS)?,
        output_backoff_db: section.optional("output_backoff_db", &LOSS)?,
        other_losses_db: section.optional("other_losses_db", &LOSS)?,
        c_im_db: section.optional("c_im_db", &DECIBELS)?,
        c_aci_db: section.optional("c_aci_db", &DECIBELS)?,
        c_asi_db: section.optional("c_asi_db", &DECIBELS)?,
        c_xpi_db: section.optional("c_xpi_db", &DECIBELS)?,
        required_margin_db: section.optional("required_margin_db", &LOSS)?,
    };
    figures.extend(section.finish()?);
    Ok(carrier)
}
