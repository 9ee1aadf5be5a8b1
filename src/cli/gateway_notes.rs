//! What a reader of a result is to know of its gateways: those that stand still, are absent, were assumed.

use hexsky::ground::{Network, Position, Presence, Site};
use hexsky::time::Window;

/// Names of sites that are told before the rest is only counted.
const LISTED: usize = 12;

/// The sites of a network that take part in a run, and what is to be said of them and of the others.
pub fn taking_part(network: &Network, sites: Vec<Site>, window: &Window) -> (Vec<Site>, Vec<String>) {
    let mut notes = network.notes.clone();
    let (sites, absent): (Vec<Site>, Vec<Site>) =
        sites.into_iter().partition(|site| site.presence(window) != Presence::Absent);
    let of = |sites: &[Site], which: &dyn Fn(&Site) -> bool| -> Vec<String> {
        sites.iter().filter(|site| which(site)).map(|site| site.name.clone()).collect()
    };
    let partly = sites.iter().filter_map(|site| match site.presence(window) {
        Presence::Part(percent) => Some(format!("{} {percent:.1} %", site.name)),
        Presence::Absent | Presence::Whole => None,
    });
    let not_named = of(&network.sites, &|site| site.by_name_only);
    for (lead, names) in [
        ("assumed positions", of(&sites, &|site| site.position == Position::Assumed)),
        ("held where their tracks begin or end, all of the window", of(&sites, &|site| site.is_held(window))),
        ("absent or out of service throughout, so not used", of(&absent, &|_| true)),
        ("there or in service for a part of the window", partly.collect()),
        ("control centres, launch sites and further voyages, so not used", not_named),
    ] {
        notes.extend(listed(lead, &names));
    }
    if !network.unplaced.is_empty() {
        notes.push(format!("without a published position: {} entries of the files", network.unplaced.len()));
    }
    (sites, notes)
}

/// A few names after a lead, then the number of the rest; none where there are none.
fn listed(lead: &str, names: &[String]) -> Option<String> {
    let some = names.get(..LISTED).unwrap_or(names).join(", ");
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{lead}: {some}{more}"))
}
