//! Systems whose satellites an almanac may tell of: their time, their constants, their codes.
//!
//! | system | week 0 begins | week broadcast | μ, m³/s² | Earth rate, rad/s | source |
//! | --- | --- | --- | --- | --- | --- |
//! | GPS, QZSS | 1980-01-06, GPS time | modulo 1024 | 3.986005e14 | 7.2921151467e-5 | IS-GPS-200N, sections 3.3.4 and 20.3.3.5.2.4, table 20-IV |
//! | Beidou | 2006-01-01 UTC, 14 s after GPS time | modulo 8192 | 3.986004418e14 | 7.2921150e-5 | BDS-SIS-ICD-B1I-3.0, sections 3.2 and 3.3 |
//! | Galileo | GPS week 1024 | modulo 4096 | 3.986004418e14 | 7.2921151467e-5 | Galileo OS SIS ICD 2.1, section 5.1 |

use std::fmt;

use super::{SECONDS_PER_WEEK, gps_seconds, utc_of_gps_seconds};
use crate::time::Epoch;

/// First week of the era of GPS that began on 2019-04-07 and ends on 2038-11-20.
const PRESENT_GPS_ERA_WEEK: u32 = 2048;

/// QZSS has the codes from 193 to 202, for J01 to J10 (IS-QZSS-PNT; RINEX 3 counts them from 1).
const BEFORE_QZSS: u32 = 192;
const MOST_OF_QZSS: u32 = 10;
/// Its signal L1S has codes that are lower by so much (IS-QZSS-L1S), and catalogues call its satellites by these: 184 is
/// 194.
const L1S_BEFORE: u32 = 10;

/// Whether a number among those of GPS is that of a code of QZSS, be it of another signal.
pub fn is_of_qzss(prn: u32) -> bool {
    (BEFORE_QZSS - L1S_BEFORE + 1..=BEFORE_QZSS + MOST_OF_QZSS).contains(&prn)
}

/// A system that broadcasts almanacs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Broadcaster {
    /// GPS.
    #[default]
    Gps,
    /// BeiDou, in BDT.
    Beidou,
    /// Galileo, in Galileo system time.
    Galileo,
    /// QZSS, in the time and with the constants of GPS.
    Qzss,
}

impl Broadcaster {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gps, Self::Beidou, Self::Galileo, Self::Qzss];

    /// The system that satellite codes such as `C19` mean (RINEX 3, table 1).
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.letter() == letter.to_ascii_uppercase())
    }

    /// Letter of its satellite codes.
    pub fn letter(self) -> char {
        match self {
            Self::Gps => 'G',
            Self::Beidou => 'C',
            Self::Galileo => 'E',
            Self::Qzss => 'J',
        }
    }

    /// Start of its week 0 in seconds of GPS time after 1980-01-06T00:00:00.
    pub fn start_gps_s(self) -> f64 {
        match self {
            Self::Gps | Self::Qzss => 0.0,
            // 2006-01-01T00:00:00 UTC is 1356 weeks and 14 leap seconds on.
            Self::Beidou => 1356.0 * SECONDS_PER_WEEK + 14.0,
            Self::Galileo => 1024.0 * SECONDS_PER_WEEK,
        }
    }

    /// Start of a week of its own count, not rolled over.
    pub fn start_of_week(self, week: u32) -> Epoch {
        utc_of_gps_seconds(self.start_gps_s() + f64::from(week) * SECONDS_PER_WEEK)
    }

    /// Weeks after which the broadcast number starts again at 0.
    pub fn weeks_per_era(self) -> u32 {
        match self {
            Self::Gps | Self::Qzss => 1024,
            Self::Beidou => 8192,
            Self::Galileo => 4096,
        }
    }

    /// Gravitational parameter of the Earth for its users, m³/s².
    pub fn mu_m3_s2(self) -> f64 {
        match self {
            Self::Gps | Self::Qzss => 3.986_005e14,
            Self::Beidou | Self::Galileo => 3.986_004_418e14,
        }
    }

    /// Rotation rate of the Earth for its users, rad/s.
    pub fn earth_rate_rad_s(self) -> f64 {
        match self {
            Self::Beidou => 7.292_115_0e-5,
            Self::Gps | Self::Qzss | Self::Galileo => 7.292_115_146_7e-5,
        }
    }

    /// The week number counted through that a broadcast one stands for: the one nearest to `near`, or without
    /// that in the first era, for GPS in the era from 2019-04-07. A number too large for a broadcast is
    /// taken as it is.
    pub fn full_week(self, week: u32, near: Option<Epoch>) -> u32 {
        let era = self.weeks_per_era();
        if week >= era {
            return week;
        }
        let Some(near) = near else {
            return match self {
                Self::Gps | Self::Qzss => PRESENT_GPS_ERA_WEEK + week,
                Self::Beidou | Self::Galileo => week,
            };
        };
        let weeks = (gps_seconds(near) - self.start_gps_s()) / SECONDS_PER_WEEK;
        week + era * ((weeks - f64::from(week)) / f64::from(era)).round().max(0.0) as u32
    }

    /// The number of a satellite's code: as the almanac has it, but that of QZSS counts on from GPS, whose numbers it
    /// shares: 194 for J02.
    pub fn code_number(self, prn: u32) -> u32 {
        match self {
            Self::Qzss if prn <= MOST_OF_QZSS => BEFORE_QZSS + prn,
            Self::Qzss if prn <= BEFORE_QZSS && is_of_qzss(prn) => L1S_BEFORE + prn,
            _ => prn,
        }
    }

    /// What a satellite with a number is called: `PRN-07` for GPS, `C19`, `E05` and `J02` for the others.
    pub fn satellite_name(self, prn: u32) -> String {
        match self {
            Self::Gps => format!("PRN-{prn:02}"),
            Self::Qzss => match self.code_number(prn).checked_sub(BEFORE_QZSS) {
                Some(own @ 1..=MOST_OF_QZSS) => format!("J{own:02}"),
                _ => format!("PRN-{prn}"),
            },
            Self::Beidou | Self::Galileo => format!("{}{prn:02}", self.letter()),
        }
    }
}

impl fmt::Display for Broadcaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gps => "GPS",
            Self::Beidou => "Beidou",
            Self::Galileo => "Galileo",
            Self::Qzss => "QZSS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(text: &str) -> Epoch {
        text.parse().unwrap()
    }

    #[test]
    fn the_week_number_is_unrolled() {
        let gps = Broadcaster::Gps;
        assert_eq!(gps.full_week(866, Some(epoch("2016-08-07T00:00:00Z"))), 1890);
        assert_eq!(gps.full_week(380, Some(epoch("2026-07-22T00:00:00Z"))), 2428);
        assert_eq!(gps.full_week(1023, Some(epoch("2019-04-10T00:00:00Z"))), 2047);
        assert_eq!(gps.full_week(0, Some(epoch("2019-04-01T00:00:00Z"))), 2048);
        assert_eq!(gps.full_week(380, None), 2428);
        assert_eq!(gps.full_week(2428, Some(epoch("1999-01-01T00:00:00Z"))), 2428);
        for system in [Broadcaster::Beidou, Broadcaster::Galileo] {
            assert_eq!(system.full_week(853, None), 853);
            assert_eq!(system.full_week(853, Some(epoch("2026-07-22T00:00:00Z"))), 853);
        }
        // 2163-01-10, after the years that are read.
        let rolled_over = epoch("2100-01-01T00:00:00Z").plus_seconds(23_019.0 * 86_400.0);
        assert_eq!(Broadcaster::Beidou.full_week(1, Some(rolled_over)), 8193);
    }

    /// BDT starts with 2006-01-01 UTC and Galileo's time 13 s before 1999-08-22 UTC, as their interface
    /// documents say. Two weeks of both: NovAtel's manual shows a Beidou almanac of week 853 received in
    /// GPS week 2209 (OEM7 documentation, log BDSALMANAC), and GPS week 2048 is Galileo week 1024.
    #[test]
    fn each_system_counts_weeks_in_its_own_time() {
        assert_eq!(Broadcaster::Beidou.start_of_week(0), epoch("2006-01-01T00:00:00Z"));
        assert_eq!(Broadcaster::Galileo.start_of_week(0), epoch("1999-08-21T23:59:47Z"));
        let start =
            |system: Broadcaster, week: u32| system.start_gps_s() + f64::from(week) * SECONDS_PER_WEEK;
        assert_eq!(start(Broadcaster::Beidou, 853) - start(Broadcaster::Gps, 2209), 14.0);
        assert_eq!(start(Broadcaster::Galileo, 1024), start(Broadcaster::Gps, 2048));
        assert_eq!(start(Broadcaster::Qzss, 2048), start(Broadcaster::Gps, 2048));
    }
}
