//! Antennas as they are written on a command line.

use std::fmt;
use std::str::FromStr;

use super::{Antenna, S1528, SideLobes};
use crate::diagnostics::nearest;

/// Where an antenna is steered or looked at from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Direction {
    /// A fixed angle off the axis in degrees.
    OffAxis(f64),
    /// The nadir angle: an antenna on the satellite that looks straight down.
    FromNadir,
    /// The zenith angle: an antenna on the ground that lies flat.
    FromZenith,
}

/// An antenna and the direction of the link in its pattern, as written on a command line.
///
/// `parabolic:d=1.2,eta=0.65`, `s465:gmax=40,d=0.8,at=2`, `s1528:gmax=39,psi_b=1,ln=-25,z=1,at=1.5`,
/// `array:gmax=34,n=1.3,at=zenith`. `at` is an angle in degrees, `nadir` or `zenith`; without it, the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointedAntenna {
    /// The antenna.
    pub antenna: Antenna,
    /// Direction of the link.
    pub direction: Direction,
}

impl fmt::Display for PointedAntenna {
    /// As [`FromStr`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.antenna {
            Antenna::Parabolic { diameter_m, efficiency } => {
                write!(f, "parabolic:d={diameter_m},eta={efficiency}")
            }
            Antenna::S465 { peak_dbi, diameter_m } => write!(f, "s465:gmax={peak_dbi},d={diameter_m}"),
            Antenna::S1528(S1528 { peak_dbi, half_beamwidth_deg, side_lobes, axis_ratio }) => write!(
                f,
                "s1528:gmax={peak_dbi},psi_b={half_beamwidth_deg},ln={},z={axis_ratio}",
                side_lobes.level_db()
            ),
            Antenna::PhasedArray { peak_dbi, exponent } => write!(f, "array:gmax={peak_dbi},n={exponent}"),
        }?;
        match self.direction {
            Direction::OffAxis(0.0) => Ok(()),
            Direction::OffAxis(angle_deg) => write!(f, ",at={angle_deg}"),
            Direction::FromNadir => f.write_str(",at=nadir"),
            Direction::FromZenith => f.write_str(",at=zenith"),
        }
    }
}

impl serde::Serialize for PointedAntenna {
    /// As it is written.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that describes no antenna.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAntennaError {
    /// An unknown pattern.
    #[error("'{name}' is no antenna pattern; expected parabolic, s465, s1528 or array{}", hint(suggestion))]
    UnknownPattern {
        /// As written.
        name: String,
        /// A pattern that may have been meant.
        suggestion: Option<&'static str>,
    },
    /// An unknown or repeated parameter, or one without `=`.
    #[error("'{item}' is no parameter of {pattern}; expected {expected}")]
    UnknownParameter {
        /// The pattern.
        pattern: &'static str,
        /// As written.
        item: String,
        /// What the pattern takes.
        expected: &'static str,
    },
    /// A parameter that is missing.
    #[error("{pattern} needs {name}; expected {expected}")]
    Missing {
        /// The pattern.
        pattern: &'static str,
        /// The parameter.
        name: &'static str,
        /// What the pattern takes.
        expected: &'static str,
    },
    /// A value out of bounds.
    #[error("{name}={value}: expected {expected}")]
    BadValue {
        /// The parameter.
        name: &'static str,
        /// As written.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
}

fn hint(suggestion: &Option<&str>) -> String {
    suggestion.map(|name| format!(" (did you mean {name}?)")).unwrap_or_default()
}

/// Patterns with their parameters.
const PATTERNS: [(&str, &str); 4] = [
    ("parabolic", "d=<m>, eta=<efficiency>, at=<deg|nadir|zenith>"),
    ("s465", "gmax=<dBi>, d=<m>, at=<deg|nadir|zenith>"),
    ("s1528", "gmax=<dBi>, psi_b=<deg>, ln=<-15|-20|-25|-30>, z=<axis ratio>, at=<deg|nadir|zenith>"),
    ("array", "gmax=<dBi>, n=<exponent>, at=<deg|nadir|zenith>"),
];

impl FromStr for PointedAntenna {
    type Err = ParseAntennaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, list) = text.split_once(':').unwrap_or((text, ""));
        let name = name.trim();
        let Some(&(pattern, expected)) = PATTERNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        else {
            let suggestion = nearest(name, PATTERNS.map(|(known, _)| known))
                .and_then(|near| PATTERNS.iter().map(|(known, _)| *known).find(|known| *known == near));
            return Err(ParseAntennaError::UnknownPattern { name: name.to_owned(), suggestion });
        };
        let mut given = Parameters { pattern, expected, items: Vec::new() };
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let known =
                item.split_once('=').map(|(key, value)| (key.trim(), value.trim())).filter(|(key, _)| {
                    expected.split(", ").any(|wanted| wanted.split('=').next() == Some(key))
                        && !given.items.iter().any(|(before, _)| before == key)
                });
            let Some((key, value)) = known else {
                return Err(ParseAntennaError::UnknownParameter { pattern, item: item.to_owned(), expected });
            };
            given.items.push((key, value));
        }
        let antenna = match pattern {
            "parabolic" => Antenna::Parabolic {
                diameter_m: given.number("d", 1e-3..=100.0, "a diameter from 0.001 to 100 m")?,
                efficiency: given.number("eta", 0.01..=1.0, "an efficiency from 0.01 to 1")?,
            },
            "s465" => Antenna::S465 {
                peak_dbi: given.gain()?,
                diameter_m: given.number("d", 1e-3..=100.0, "a diameter from 0.001 to 100 m")?,
            },
            "s1528" => Antenna::S1528(S1528 {
                peak_dbi: given.gain()?,
                half_beamwidth_deg: given.number(
                    "psi_b",
                    0.01..=60.0,
                    "half the beamwidth, 0.01 to 60 degrees",
                )?,
                side_lobes: given.side_lobes()?,
                axis_ratio: match given.text("z") {
                    None => 1.0,
                    Some(_) => given.number("z", 1.0..=10.0, "an axis ratio from 1 to 10")?,
                },
            }),
            _ => Antenna::PhasedArray {
                peak_dbi: given.gain()?,
                exponent: given.number("n", 0.0..=10.0, "an exponent from 0 to 10")?,
            },
        };
        let direction = match given.text("at") {
            None => Direction::OffAxis(0.0),
            Some("nadir") => Direction::FromNadir,
            Some("zenith") => Direction::FromZenith,
            Some(_) => Direction::OffAxis(given.number(
                "at",
                0.0..=180.0,
                "an angle from 0 to 180 degrees, nadir or zenith",
            )?),
        };
        Ok(Self { antenna, direction })
    }
}

/// Parameters as written.
struct Parameters<'a> {
    pattern: &'static str,
    expected: &'static str,
    items: Vec<(&'a str, &'a str)>,
}

impl<'a> Parameters<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        self.items.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    fn required(&self, name: &'static str) -> Result<&'a str, ParseAntennaError> {
        let missing = ParseAntennaError::Missing { pattern: self.pattern, name, expected: self.expected };
        self.text(name).ok_or(missing)
    }

    fn number(
        &self,
        name: &'static str,
        bounds: std::ops::RangeInclusive<f64>,
        expected: &'static str,
    ) -> Result<f64, ParseAntennaError> {
        let text = self.required(name)?;
        text.parse().ok().filter(|value| bounds.contains(value)).ok_or_else(|| ParseAntennaError::BadValue {
            name,
            value: text.to_owned(),
            expected,
        })
    }

    fn gain(&self) -> Result<f64, ParseAntennaError> {
        self.number("gmax", -20.0..=90.0, "a gain from -20 to 90 dBi")
    }

    fn side_lobes(&self) -> Result<SideLobes, ParseAntennaError> {
        let level = self.number("ln", -30.0..=-15.0, "-15, -20, -25 or -30 dB")?;
        [SideLobes::Minus15, SideLobes::Minus20, SideLobes::Minus25, SideLobes::Minus30]
            .into_iter()
            .find(|lobes| lobes.level_db() == level)
            .ok_or_else(|| ParseAntennaError::BadValue {
                name: "ln",
                value: self.text("ln").unwrap_or_default().to_owned(),
                expected: "-15, -20, -25 or -30 dB",
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<PointedAntenna, String> {
        text.parse().map_err(|error: ParseAntennaError| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "parabolic:d=1.2,eta=0.65",
            "s465:gmax=40,d=0.8,at=2",
            "s1528:gmax=39,psi_b=1,ln=-25,z=1.5,at=nadir",
            "array:gmax=34,n=1.3,at=zenith",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn faults_say_what_was_expected() {
        for (text, part) in [
            ("parabolc:d=1", "did you mean parabolic?"),
            ("parabolic:d=1", "needs eta"),
            ("parabolic:d=1,eta=65", "efficiency from 0.01 to 1"),
            ("array:gmax=30,n=1.3,d=2", "'d=2' is no parameter of array"),
            ("array:gmax=30,gmax=31,n=1", "'gmax=31' is no parameter"),
            ("s1528:gmax=30,psi_b=2,ln=-22", "-15, -20, -25 or -30"),
            ("s465:gmax=nan,d=1", "a gain from"),
            ("array:gmax=30,n=1,at=sideways", "nadir or zenith"),
            ("", "is no antenna pattern"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
