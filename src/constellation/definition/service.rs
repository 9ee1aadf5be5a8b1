//! `[service]`, `[phase.service]` and `[[payload]]`: masks, bands, and what a satellite carries.

use super::group::Group;
use super::section::{Limits, Read, Section, Shape, known_names};
use crate::constellation::payload::{
    Beams, Carrier, FixedBeams, Isl, IslTopology, MOST_GATEWAY_ANTENNAS, Payload,
};
use crate::constellation::{Figure, Service, ServiceKind};
use crate::link::antenna::{Direction, ParseAntennaError, PointedAntenna};

const SERVICE_FIELDS: &[&str] = &[
    "kind",
    "min_elevation_deg",
    "gateway_min_elevation_deg",
    "gso_avoidance_deg",
    "antennas_per_gateway",
    "bands",
];
pub(super) const SERVICE: Shape = Shape { header: "[service]", fields: SERVICE_FIELDS };
pub(super) const PHASE_SERVICE: Shape = Shape { header: "[phase.service]", fields: SERVICE_FIELDS };
pub(super) const PAYLOAD: Shape = Shape {
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

const MASK: Limits = Limits::half_open(0.0, 90.0, "degrees");
const DECIBELS: Limits = Limits::closed(-200.0, 200.0, "decibels");
const LOSS: Limits = Limits::closed(0.0, 100.0, "decibels");
const SPACING: Limits = Limits::positive(90.0, "degrees");
/// What the allocation of [`crate::capacity`] can count.
const GBPS: Limits = Limits::positive(2000.0, "gigabits per second");

/// What a `[service]` or `[phase.service]` gives; what it leaves out is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    kind: Option<ServiceKind>,
    gso_avoidance_deg: Option<f64>,
    antennas_per_gateway: Option<u32>,
    min_elevation_deg: Option<f64>,
    gateway_min_elevation_deg: Option<f64>,
    bands: Option<Vec<String>>,
    figures: Vec<Figure>,
}

/// Reads `[service]` or `[phase.service]`. The figures of both are listed alike, so that those of a phase
/// stand in the place of the file's.
pub(super) fn read(section: Section) -> Read<Given> {
    section.set_title("service".to_owned());
    let bands = section.texts("bands")?;
    if let (Some(first), Some(last)) = (bands.first(), bands.last()) {
        let told = bands.iter().map(|band| band.value.as_str()).collect::<Vec<_>>().join(", ");
        section.note_value("bands", told, &(first.span.start..last.span.end))?;
    }
    let kinds = [
        ("broadband", ServiceKind::Broadband),
        ("messages", ServiceKind::Messages),
        ("navigation", ServiceKind::Navigation),
    ];
    let given = Given {
        kind: section.choice("kind", &kinds)?.map(|given| given.value),
        gso_avoidance_deg: section.optional("gso_avoidance_deg", &MASK)?,
        antennas_per_gateway: section
            .count("antennas_per_gateway", MOST_GATEWAY_ANTENNAS)?
            .map(|given| given.value),
        min_elevation_deg: section.optional("min_elevation_deg", &MASK)?,
        gateway_min_elevation_deg: section.optional("gateway_min_elevation_deg", &MASK)?,
        bands: section.has("bands").then(|| bands.into_iter().map(|band| band.value).collect()),
        figures: Vec::new(),
    };
    Ok(Given { figures: section.finish()?, ..given })
}

impl Given {
    /// The mask of the user in degrees, where it is given.
    pub fn min_elevation_deg(&self) -> Option<f64> {
        self.min_elevation_deg
    }

    /// Puts what is given in the place of what stood there, figures included.
    pub fn apply(self, service: &mut Service, figures: &mut Vec<Figure>) {
        fn put<T>(place: &mut T, given: Option<T>) {
            if let Some(given) = given {
                *place = given;
            }
        }
        put(&mut service.kind, self.kind);
        put(&mut service.gso_avoidance_deg, self.gso_avoidance_deg.map(Some));
        put(&mut service.antennas_per_gateway, self.antennas_per_gateway.map(Some));
        put(&mut service.min_elevation_deg, self.min_elevation_deg.map(Some));
        put(&mut service.gateway_min_elevation_deg, self.gateway_min_elevation_deg.map(Some));
        put(&mut service.bands, self.bands);
        for figure in self.figures {
            match figures.iter_mut().find(|known| known.name == figure.name) {
                Some(known) => *known = figure,
                None => figures.push(figure),
            }
        }
    }
}

/// Reads one `[[payload]]` and checks its shells against the groups of the file.
pub(super) fn payload(section: Section, groups: &[Group]) -> Read<(Payload, Vec<Figure>)> {
    let shells = section.texts("shells")?;
    if let Some(shell) = shells.iter().find(|shell| !groups.iter().any(|group| group.name == shell.value)) {
        let error = section.error(&shell.span, format!("no shell is named '{}'", shell.value));
        let names = groups.iter().map(|group| group.name.as_str());
        return Err(Box::new(error.help(known_names(&shell.value, names))));
    }
    if let Some(name) = section.text("name")? {
        section.set_title(format!("payload {}", name.value));
    }
    let topologies =
        [("none", IslTopology::None), ("ring", IslTopology::Ring), ("+grid", IslTopology::PlusGrid)];
    let topology = section.choice("isl", &topologies)?;
    if let Some(topology) = &topology {
        section.note_written("isl", &topology.span)?;
    }
    let isl_gbps = section.optional("isl_gbps", &GBPS)?;
    let mut figures = Vec::new();
    let mut beams = |key, shape, links| -> Read<Option<Beams>> {
        let Some(table) = section.table(key, shape)? else { return Ok(None) };
        table.set_title(format!("payload {key}"));
        self::beams(table, key, links, &mut figures).map(Some)
    };
    let payload = Payload {
        shells: shells.into_iter().map(|shell| shell.value).collect(),
        user: beams("user", &USER, [&USER_DOWN, &USER_UP])?,
        feeder: beams("feeder", &FEEDER, [&FEEDER_DOWN, &FEEDER_UP])?,
        capacity_gbps_per_satellite: section.optional("capacity_gbps_per_satellite", &GBPS)?,
        gateway_antennas: section.count("gateway_antennas", 1000)?.map(|given| given.value),
        isl: topology.map(|topology| Isl { topology: topology.value, gbps: isl_gbps }),
        message_rate_kbps: section
            .optional("message_rate_kbps", &Limits::positive(1e9, "kilobits per second"))?,
    };
    let mut all = section.finish()?;
    all.extend(figures);
    Ok((payload, all))
}

fn beams(
    section: Section,
    link: &str,
    [down, up]: [&'static Shape; 2],
    figures: &mut Vec<Figure>,
) -> Read<Beams> {
    let mut carrier = |key, shape| -> Read<Option<Carrier>> {
        let Some(table) = section.table(key, shape)? else { return Ok(None) };
        table.set_title(format!("payload {link}.{key}"));
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
