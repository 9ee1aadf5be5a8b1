//! A link budget as a table that reads line by line.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use hexsky::link::BOLTZMANN_DBW_K_HZ;
use hexsky::link::budget::{Budget, Link, Receiver, Transmitter};

use super::Leg;
use crate::cli::rates::RateUnit;

/// The budget as lines: an item, its unit, and a column for each path.
pub fn text(link: &Link, legs: &[Leg]) -> String {
    let mut lines = Lines { legs, table: Table::new() };
    lines.table.load_style(NOTHING);
    let columns = legs.iter().map(|leg| {
        leg.budget.elevation_deg.map_or_else(|| "link".to_owned(), |elevation| format!("at {elevation}°"))
    });
    lines.table.set_header([String::new(), String::new()].into_iter().chain(columns));
    lines.decibels("Slant range", "km", |b| Some(b.range_km));
    lines.transmitter(link);
    lines.path();
    lines.receiver(link);
    lines.carrier();
    lines.modem(link);
    for column in lines.table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    lines.table.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

struct Lines<'a> {
    legs: &'a [Leg],
    table: Table,
}

impl Lines<'_> {
    /// A line, unless it has nothing in every column.
    fn line(&mut self, item: &str, unit: &str, cell: impl Fn(&Leg) -> Option<String>) {
        let cells: Vec<Option<String>> = self.legs.iter().map(cell).collect();
        if cells.iter().any(Option::is_some) {
            let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "-".to_owned()));
            self.table.add_row([item.to_owned(), unit.to_owned()].into_iter().chain(cells));
        }
    }

    fn decibels(&mut self, item: &str, unit: &str, value: impl Fn(&Budget) -> Option<f64>) {
        self.line(item, unit, |leg| value(&leg.budget).map(|value| format!("{value:.2}")));
    }

    /// A line that only stands where it changes something.
    fn unless_zero(&mut self, item: &str, value: impl Fn(&Budget) -> f64) {
        self.decibels(item, "dB", |budget| Some(value(budget)).filter(|value| *value != 0.0));
    }

    fn transmitter(&mut self, link: &Link) {
        match link.transmitter {
            Transmitter::Amplifier { power_dbw, gain_dbi, loss_db } => {
                self.decibels("Amplifier power", "dBW", |_| Some(power_dbw));
                self.unless_zero("- Transmit feeder loss", |_| loss_db);
                self.decibels("+ Transmit gain", "dBi", |_| Some(gain_dbi));
            }
            Transmitter::EirpDensity(dbw_mhz) => {
                self.decibels("EIRP density on the axis", "dBW/MHz", |_| Some(dbw_mhz));
            }
            Transmitter::Eirp(_) => {}
        }
        self.decibels("EIRP on the axis", "dBW", |b| Some(b.eirp_dbw));
        self.unless_zero("- Output back-off", |b| b.output_backoff_db);
        self.unless_zero("+ Transmit pattern", |b| b.transmit_pattern_db);
    }

    fn path(&mut self) {
        self.decibels("- Free-space loss", "dB", |b| Some(b.free_space_loss_db));
        self.decibels("- Atmosphere", "dB", |b| Some(b.atmosphere_db));
        let two = |value: f64| format!("{value:.2}");
        self.line("    of it gas", "dB", |leg| leg.attenuation.map(|a| two(a.gas_db)));
        self.line("    of it cloud", "dB", |leg| leg.attenuation.map(|a| two(a.cloud_db)));
        self.line("    of it rain", "dB", |leg| leg.attenuation.map(|a| two(a.rain_db)));
        self.line("    of it scintillation", "dB", |leg| leg.attenuation.map(|a| two(a.scintillation_db)));
        self.unless_zero("- Other losses", |b| b.other_losses_db);
        self.decibels("Flux density, clear sky", "dBW/m²/MHz", |b| Some(b.flux_density_dbw_m2_mhz));
    }

    fn receiver(&mut self, link: &Link) {
        self.unless_zero("+ Receive pattern", |b| b.receive_pattern_db);
        if let Receiver::Antenna { gain_dbi, loss_db, temperature_k, .. } = link.receiver {
            self.decibels("Receive gain", "dBi", |_| Some(gain_dbi));
            self.unless_zero("Receive feeder loss", |_| loss_db);
            self.decibels("System temperature, clear sky", "K", |_| Some(temperature_k));
        }
        self.decibels("+ G/T on the axis", "dB/K", |b| Some(b.g_over_t_db_k));
        self.unless_zero("- Noise of the atmosphere", |b| b.sky_noise_rise_db);
        self.decibels("- Boltzmann's constant", "dBW/K/Hz", |_| Some(BOLTZMANN_DBW_K_HZ));
    }

    fn carrier(&mut self) {
        self.decibels("= C/N0", "dBHz", |b| Some(b.c_n0_dbhz));
        self.decibels("- Noise bandwidth, symbol rate", "dBHz", |b| Some(b.c_n0_dbhz - b.c_n_db));
        self.decibels("= C/N", "dB", |b| Some(b.c_n_db));
        self.decibels("C/IM, intermodulation", "dB", |b| b.interference.intermodulation_db);
        self.decibels("C/ACI, adjacent channels", "dB", |b| b.interference.adjacent_channel_db);
        self.decibels("C/ASI, adjacent beams, satellites", "dB", |b| b.interference.adjacent_satellite_db);
        self.decibels("C/XPI, other polarisation", "dB", |b| b.interference.cross_polar_db);
        self.decibels("= C/(N+I), Es/(N0+I0)", "dB", |b| Some(b.c_ni_db));
    }

    fn modem(&mut self, link: &Link) {
        self.unless_zero("- Implementation loss", |b| b.implementation_loss_db);
        self.line("MODCOD", "", |leg| leg.budget.modcod.map(str::to_owned));
        self.decibels("- Threshold", "dB", |b| b.threshold_db);
        self.line("= Margin", "dB", |leg| leg.budget.margin_db.map(|margin| format!("{margin:+.2}")));
        // What the margin, or with Shannon's bound the rate, is held to.
        self.unless_zero("Margin to be left", |_| link.required_margin_db);
        self.line("Link closes", "", |leg| Some(if leg.budget.closes { "yes" } else { "no" }.to_owned()));
        self.line("Spectral efficiency", "bit/symbol", |leg| {
            Some(format!("{:.3}", leg.budget.efficiency_bit_per_symbol))
        });
        self.line("Symbol rate", "MBd", |leg| Some(format!("{:.3}", leg.budget.symbol_rate_mbd)));
        let rates = self.legs.iter().map(|leg| leg.budget.rate_mbps).filter(|rate| *rate > 0.0);
        let unit = RateUnit::Mega.or_finer(rates.min_by(f64::total_cmp).unwrap_or(0.0));
        self.line("Rate", unit.name(), |leg| Some(format!("{:.1}", unit.number(leg.budget.rate_mbps))));
    }
}
