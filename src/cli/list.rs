//! `hexsky list`: the shipped definitions, one line each.

use std::fmt::Write;

use clap::Args;
use hexsky::constellation::ReadOptions;
use hexsky::constellation::shipped::SHIPPED;
use hexsky::ground::shipped_networks;

use super::{Failure, print};

/// List the definitions that are part of the program.
#[derive(Debug, Args)]
pub struct ListArgs {}

pub fn run(_: &ListArgs) -> Result<(), Failure> {
    let mut text = String::new();
    let width = SHIPPED.iter().map(|shipped| shipped.name.len()).max().unwrap_or(0);
    for shipped in SHIPPED {
        let constellation = shipped.read(&ReadOptions::default())?;
        let phases: Vec<String> = constellation
            .phases
            .iter()
            .map(|phase| {
                let mark = if constellation.phase.as_ref() == Some(&phase.name) { "*" } else { "" };
                format!("{}{mark} {}", phase.name, phase.satellites)
            })
            .collect();
        let phases =
            if phases.is_empty() { String::new() } else { format!("; phases {}", phases.join(", ")) };
        let mask = match constellation.min_elevation_deg {
            Some(mask) => format!("{mask}°"),
            None => "–".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<width$}  {:>6} {:<10}  mask {mask:>4}  {:>3} of {:>3} figures assumed  {}{phases}",
            shipped.name,
            constellation.satellites.len(),
            if constellation.satellites.len() == 1 { "satellite" } else { "satellites" },
            constellation.assumed_count(),
            constellation.figures.len(),
            constellation.name,
        );
    }
    text.push_str("\nGround segment, for --stations and --gateways\n");
    let width = shipped_networks().map(|network| network.name.len()).max().unwrap_or(0);
    for network in shipped_networks() {
        let read = hexsky::ground::read([network.name])?;
        let taking_part = read.choose(&[])?.len();
        let by_name = match read.sites.len() - taking_part {
            0 => String::new(),
            count => format!(", {count} by name only"),
        };
        let sites = if taking_part == 1 { "site" } else { "sites" };
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "{:<width$}  {taking_part:>4} {sites}{by_name}: {}", network.name, network.about);
    }
    print(&text)
}
