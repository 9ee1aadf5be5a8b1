//! Errors of station and ship files as failures of a command.

use hexsky::ground::{self, Network, Site, UnknownSite};

use super::Failure;

impl From<ground::ReadError> for Failure {
    fn from(error: ground::ReadError) -> Self {
        let help = error.help();
        match error {
            ground::ReadError::File(error) => Self::from(error),
            other => Self::Input { message: other.to_string(), help },
        }
    }
}

impl From<UnknownSite> for Failure {
    fn from(error: UnknownSite) -> Self {
        const TOLD: usize = 12;
        let more = error.known.len().saturating_sub(TOLD);
        let mut known = error.known.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            known.push_str(&format!(" and {more} more"));
        }
        let near = error.nearest.as_ref().map(|near| format!("did you mean '{near}'? ")).unwrap_or_default();
        Self::Input { message: error.to_string(), help: Some(format!("{near}there are {known}")) }
    }
}

/// Refuses a network of which no site takes part; `help` tells how sites that only take part when named could.
pub fn some_take_part(network: &Network, sites: &[Site], help: &str) -> Result<(), Failure> {
    if network.sites.is_empty() && sites.is_empty() {
        let message = match network.unplaced.len() {
            0 => format!("the network {} is empty", network.name),
            1 => format!("{} names one site or voyage, without a position", network.name),
            count => format!("{} names {count} sites or voyages, none with a position", network.name),
        };
        return Err(Failure::input(
            message,
            "add a [[site]] with name, lat_deg and lon_deg, or name another network beside it",
        ));
    }
    match sites {
        [] => {
            Err(Failure::input(format!("no site of {} takes part without being named", network.name), help))
        }
        _ => Ok(()),
    }
}
