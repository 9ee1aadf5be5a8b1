//! `[service]` and `[phase.service]`: masks, bands, and what a system is for.

use super::section::{Limits, Read, Section, Shape};
use crate::constellation::payload::MOST_GATEWAY_ANTENNAS;
use crate::constellation::{Figure, Service, ServiceKind};

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

const MASK: Limits = Limits::half_open(0.0, 90.0, "degrees");

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
