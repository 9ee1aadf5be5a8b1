//! Errors of station and ship files as failures of a command.

use hexsky::ground::{self, UnknownSite};

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
