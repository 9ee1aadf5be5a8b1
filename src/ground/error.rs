//! What is wrong with station and ship files.

use super::shipped_networks;
use crate::diagnostics::TextError;
use crate::input::FileError;

/// Why station or ship files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file cannot be read, or its text is wrong at one place.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is neither a file nor a shipped network of this name.
    #[error("'{name}' is neither a file nor a network shipped with hexsky")]
    UnknownNetwork {
        /// The name as given.
        name: String,
        /// The shipped network probably meant.
        nearest: Option<String>,
    },
    /// Two sites have one name.
    #[error("two sites are named '{name}': one in {first}, one in {second}")]
    SameName {
        /// The name.
        name: String,
        /// Network of the first.
        first: String,
        /// Network of the second.
        second: String,
    },
}

impl From<TextError> for ReadError {
    fn from(error: TextError) -> Self {
        Self::File(error.into())
    }
}

impl From<Box<TextError>> for ReadError {
    fn from(error: Box<TextError>) -> Self {
        Self::File(error.into())
    }
}

impl ReadError {
    /// How to mend it, where the message does not say so itself.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownNetwork { nearest, .. } => {
                let known: Vec<&str> = shipped_networks().map(|network| network.name).collect();
                let known = known.join(", ");
                Some(match nearest {
                    Some(nearest) => format!("did you mean '{nearest}'? Shipped networks: {known}"),
                    None => format!("name a TOML or CSV file, or one of the shipped networks: {known}"),
                })
            }
            Self::SameName { .. } => Some("rename one of them, or read only one of the two files".to_owned()),
            Self::File(FileError::Read { .. }) => {
                Some("give a file of stations (TOML, CSV) or of a ship's track (CSV, GPX)".to_owned())
            }
            Self::File(FileError::Text(_)) => None,
        }
    }
}
