//! Modulation and coding of DVB-S2 and DVB-S2X, and the choice among them.
//!
//! Thresholds are ideal Es/N0 with normal FEC frames: on the AWGN channel from ETSI EN 302 307-1 V1.4.1
//! (2014), table 13, and EN 302 307-2 V1.1.1 (2014), table 20a, which also has the hard-limited non-linear
//! channel. The tables are in the order of modulation, which is not the order of thresholds, so the choice is
//! by efficiency among what is feasible.

mod tables;

pub use self::tables::{DVB_S2, DVB_S2X};

/// A modulation with a code rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Modcod {
    /// Name as the standards write it, such as `16APSK 3/4` or `16APSK 3/5-L`.
    pub name: &'static str,
    /// Bits of a symbol.
    bits: u32,
    /// LDPC code rate.
    rate: (u32, u32),
    /// Errors that the BCH code corrects; each takes 16 bits of the frame.
    bch_errors: u32,
    /// Threshold on the AWGN channel in dB.
    pub es_n0_db: f64,
    /// Threshold on the hard-limited non-linear channel in dB, where the standard has one.
    pub nonlinear_es_n0_db: Option<f64>,
}

/// Which MODCODs and thresholds to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModcodTable {
    /// DVB-S2, 28 MODCODs.
    DvbS2,
    /// DVB-S2X with those of DVB-S2, on the AWGN channel: 67 MODCODs.
    DvbS2x,
    /// The 39 MODCODs that DVB-S2X adds, on the hard-limited non-linear channel; the standard has no such
    /// thresholds for the others.
    DvbS2xNonLinear,
}

impl Modcod {
    /// Bits for each symbol of the frame, header and baseband header off (EN 302 307-1, §5; no pilots):
    /// `(K_bch − 80) / (90 S + 90)` with `S` slots of 90 symbols.
    pub fn efficiency(&self) -> f64 {
        self.payload_bits() / f64::from(90 * (self.slots() + 1))
    }

    /// [`Modcod::efficiency`] with pilots: 36 symbols after every 16 slots, none at the end.
    pub fn efficiency_with_pilots(&self) -> f64 {
        let pilots = 36 * ((self.slots() - 1) / 16);
        self.payload_bits() / f64::from(90 * (self.slots() + 1) + pilots)
    }

    /// Slots of a normal frame of 64,800 bits; the last one is filled up.
    fn slots(&self) -> u32 {
        64_800_u32.div_ceil(90 * self.bits)
    }

    fn payload_bits(&self) -> f64 {
        let coded = 64_800 / self.rate.1 * self.rate.0;
        f64::from(coded - 16 * self.bch_errors - 80)
    }
}

impl ModcodTable {
    /// The MODCODs with the threshold that applies, in dB.
    pub fn entries(self) -> impl Iterator<Item = (&'static Modcod, f64)> {
        let (first, nonlinear): (&'static [Modcod], bool) = match self {
            Self::DvbS2 | Self::DvbS2x => (&DVB_S2, false),
            Self::DvbS2xNonLinear => (&[], true),
        };
        let second: &'static [Modcod] = if self == Self::DvbS2 { &[] } else { &DVB_S2X };
        first.iter().chain(second).filter_map(move |modcod| {
            Some((modcod, if nonlinear { modcod.nonlinear_es_n0_db? } else { modcod.es_n0_db }))
        })
    }

    /// The most efficient MODCOD whose threshold is not above `es_n0_db`, with its threshold; of two that carry
    /// the same, the one with the lower threshold. `None` when no MODCOD is feasible.
    pub fn choose(self, es_n0_db: f64) -> Option<(&'static Modcod, f64)> {
        self.entries().filter(|(_, threshold)| *threshold <= es_n0_db).max_by(|(a, at_a), (b, at_b)| {
            a.efficiency().total_cmp(&b.efficiency()).then(at_b.total_cmp(at_a))
        })
    }

    /// The MODCOD of a name, with its threshold; case and spaces do not count.
    pub fn find(self, name: &str) -> Option<(&'static Modcod, f64)> {
        let plain = |name: &str| name.split_whitespace().collect::<String>().to_uppercase();
        self.entries().find(|(modcod, _)| plain(modcod.name) == plain(name))
    }
}

/// Bits per symbol of a channel code that stays `gap_db` from Shannon's bound, `lg₂(1 + SNR/Γ)`.
pub fn shannon_efficiency(es_n0_db: f64, gap_db: f64) -> f64 {
    super::ratio(es_n0_db - gap_db).ln_1p() / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efficiencies_are_the_standard_s() {
        // EN 302 307-1, table 13, and EN 302 307-2, table 20a, as printed.
        for (name, efficiency) in [
            ("QPSK 1/4", 0.490_243),
            ("QPSK 9/10", 1.788_612),
            ("8PSK 5/6", 2.478_562),
            ("16APSK 3/4", 2.966_728),
            ("32APSK 9/10", 4.453_027),
            ("8APSK 26/45-L", 1.713_601),
            ("32APSK 2/3-L", 3.291_954),
            ("64APSK 5/6", 4.936_639),
            ("128APSK 3/4", 5.163_248),
            ("256APSK 3/4", 5.900_855),
        ] {
            let (modcod, _) = ModcodTable::DvbS2x.find(name).unwrap();
            assert!((modcod.efficiency() - efficiency).abs() < 1e-6, "{name}: {}", modcod.efficiency());
        }
        assert_eq!(ModcodTable::DvbS2x.entries().count(), 67);
        assert_eq!(ModcodTable::DvbS2xNonLinear.entries().count(), 39);
    }

    #[test]
    fn pilots_take_what_the_frame_says() {
        // A normal QPSK frame has 360 slots and 22 blocks of 36 pilots in 33,282 symbols (EN 302 307-1, §5.5.3).
        let (modcod, _) = ModcodTable::DvbS2.find("qpsk1/2").unwrap();
        assert!((modcod.efficiency_with_pilots() / modcod.efficiency() - 32_490.0 / 33_282.0).abs() < 1e-12);
    }

    #[test]
    fn the_choice_is_by_efficiency() {
        // 8PSK 3/5 needs 5.5 dB and carries more than QPSK 8/9 at 6.2 dB.
        let name = |table: ModcodTable, es_n0_db| table.choose(es_n0_db).map(|(modcod, _)| modcod.name);
        assert_eq!(name(ModcodTable::DvbS2, -2.36), None);
        assert_eq!(name(ModcodTable::DvbS2, -2.35), Some("QPSK 1/4"));
        assert_eq!(name(ModcodTable::DvbS2, 6.3), Some("8PSK 3/5"));
        assert_eq!(name(ModcodTable::DvbS2, 30.0), Some("32APSK 9/10"));
        // Two codes of 2.370043: the one that needs less.
        assert_eq!(name(ModcodTable::DvbS2x, 7.85), Some("16APSK 3/5-L"));
        // 256APSK 29/45-L needs less than 128APSK 3/4 and is listed behind it.
        assert_eq!(name(ModcodTable::DvbS2x, 17.0), Some("256APSK 29/45-L"));
        assert_eq!(name(ModcodTable::DvbS2xNonLinear, 9.36), Some("16APSK 26/45"));
    }

    #[test]
    fn more_signal_never_carries_less() {
        for table in [ModcodTable::DvbS2, ModcodTable::DvbS2x, ModcodTable::DvbS2xNonLinear] {
            let efficiency = |es_n0_db| table.choose(es_n0_db).map_or(0.0, |(modcod, _)| modcod.efficiency());
            for step in -400..3000 {
                let es_n0_db = f64::from(step) * 0.01;
                assert!(efficiency(es_n0_db) <= efficiency(es_n0_db + 0.01));
                // No code beats Shannon on the channel it is stated for.
                assert!(efficiency(es_n0_db) <= shannon_efficiency(es_n0_db, 0.0));
            }
        }
    }

    #[test]
    fn shannon_s_bound() {
        assert!((shannon_efficiency(0.0, 0.0) - 1.0).abs() < 1e-12);
        assert!((shannon_efficiency(10.0, 0.0) - 11.0_f64.log2()).abs() < 1e-12);
        assert!((shannon_efficiency(11.5, 1.5) - 11.0_f64.log2()).abs() < 1e-12);
    }
}
