//! Rates in texts, in units in which they can be read.

/// A unit of bits in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateUnit {
    /// Tbit/s.
    Tera,
    /// Gbit/s.
    Giga,
    /// Mbit/s.
    Mega,
    /// kbit/s.
    Kilo,
}

impl RateUnit {
    /// This unit, or the next finer one in which a rate in Mbit/s is a tenth or more. Nothing is nothing in any unit.
    pub fn or_finer(self, mbps: f64) -> Self {
        if mbps == 0.0 || self.number(mbps).abs() >= 0.1 || self == Self::Kilo {
            return self;
        }
        self.finer().or_finer(mbps)
    }

    /// The next finer unit; none is finer than kbit/s.
    pub fn finer(self) -> Self {
        match self {
            Self::Tera => Self::Giga,
            Self::Giga => Self::Mega,
            Self::Mega | Self::Kilo => Self::Kilo,
        }
    }

    /// A rate in Mbit/s, in this unit.
    pub fn number(self, mbps: f64) -> f64 {
        match self {
            Self::Tera => mbps / 1e6,
            Self::Giga => mbps / 1e3,
            Self::Mega => mbps,
            Self::Kilo => mbps * 1e3,
        }
    }

    /// Its name in lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tera => "Tbit/s",
            Self::Giga => "Gbit/s",
            Self::Mega => "Mbit/s",
            Self::Kilo => "kbit/s",
        }
    }

    /// Its name over columns.
    pub fn short(self) -> &'static str {
        match self {
            Self::Tera => "Tbps",
            Self::Giga => "Gbps",
            Self::Mega => "Mbps",
            Self::Kilo => "kbps",
        }
    }
}

/// A rate in Mbit/s with the unit that keeps it readable, Tbit/s from a tenth of it on.
pub fn rate(mbps: f64) -> String {
    let unit = RateUnit::Tera.or_finer(mbps);
    format!("{:.3} {}", unit.number(mbps), unit.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rate_reads_as_nothing() {
        for (mbps, text) in [
            (0.0, "0.000 Tbit/s"),
            (228.392e6, "228.392 Tbit/s"),
            (0.1e6, "0.100 Tbit/s"),
            (0.099e6, "99.000 Gbit/s"),
            (70.0, "70.000 Mbit/s"),
            (0.05, "50.000 kbit/s"),
            (0.001, "1.000 kbit/s"),
        ] {
            assert_eq!(rate(mbps), text);
        }
        assert_eq!(RateUnit::Giga.or_finer(2e6), RateUnit::Giga);
    }
}
