//! What each site adds to a network: contact and gaps with it and without it.

use rayon::prelude::*;

use super::Contacts;
use super::gaps::reach_of;
use crate::time::intervals::Interval;

/// What a network loses without one site.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Contribution {
    /// Number of the site.
    pub site: usize,
    /// Time in contact of the mean satellite with the whole network, percent of the window.
    pub percent_with: f64,
    /// The same without the site.
    pub percent_without: f64,
    /// Longest time that any satellite is out of reach of the whole network, seconds.
    pub largest_gap_with_s: f64,
    /// The same without the site.
    pub largest_gap_without_s: f64,
    /// Largest gap of the mean satellite with the whole network, seconds.
    pub mean_largest_gap_with_s: f64,
    /// The same without the site.
    pub mean_largest_gap_without_s: f64,
    /// Contact time of all satellites that only this site gives, seconds.
    pub exclusive_s: f64,
}

/// Sums over satellites of what matters to a contribution.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    contact_s: f64,
    largest_gap_s: f64,
    sum_of_largest_s: f64,
}

/// What each of `sites` sites adds to the network that reaches `satellites` satellites, most first: by
/// lost percent in contact, then by lengthened gaps, then by number.
pub fn contributions(contacts: &Contacts, satellites: usize, sites: usize) -> Vec<Contribution> {
    let duration_s = contacts.window.duration_s;
    let mut by_satellite: Vec<Vec<(usize, Interval)>> = vec![Vec::new(); satellites];
    for contact in &contacts.contacts {
        let interval = Interval { start_s: contact.aos_s, end_s: contact.los_s };
        by_satellite[contact.satellite].push((contact.site, interval));
    }
    // Per satellite: the whole network's tally, then one for each site left out.
    let tallies: Vec<Vec<Tally>> = by_satellite
        .into_par_iter()
        .map(|list| {
            let tally = |left_out: Option<usize>| {
                let kept = list
                    .iter()
                    .filter(|(site, _)| Some(*site) != left_out)
                    .map(|(_, interval)| *interval)
                    .collect();
                let reach = reach_of(0, kept, duration_s);
                Tally {
                    contact_s: reach.contact_s,
                    largest_gap_s: reach.largest_gap_s,
                    sum_of_largest_s: reach.largest_gap_s,
                }
            };
            let whole = tally(None);
            let mut all = vec![whole; sites + 1];
            for site in 0..sites {
                if list.iter().any(|(seen, _)| *seen == site) {
                    all[site + 1] = tally(Some(site));
                }
            }
            all
        })
        .collect();
    let total = |column: usize| {
        tallies.iter().fold(Tally::default(), |sum, row| Tally {
            contact_s: sum.contact_s + row[column].contact_s,
            largest_gap_s: sum.largest_gap_s.max(row[column].largest_gap_s),
            sum_of_largest_s: sum.sum_of_largest_s + row[column].sum_of_largest_s,
        })
    };
    let whole = total(0);
    let count = satellites.max(1) as f64;
    let percent = |tally: &Tally| (100.0 * tally.contact_s / (duration_s * count)).min(100.0);
    let mut ranked: Vec<Contribution> = (0..sites)
        .map(|site| {
            let without = total(site + 1);
            Contribution {
                site,
                percent_with: percent(&whole),
                percent_without: percent(&without),
                largest_gap_with_s: whole.largest_gap_s,
                largest_gap_without_s: without.largest_gap_s,
                mean_largest_gap_with_s: whole.sum_of_largest_s / count,
                mean_largest_gap_without_s: without.sum_of_largest_s / count,
                exclusive_s: whole.contact_s - without.contact_s,
            }
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.exclusive_s
            .total_cmp(&a.exclusive_s)
            .then(b.mean_largest_gap_without_s.total_cmp(&a.mean_largest_gap_without_s))
            .then(a.site.cmp(&b.site))
    });
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::{Contact, Cut};
    use crate::time::Window;

    #[test]
    fn a_site_counts_for_what_only_it_gives() {
        let contact = |satellite, site, aos_s: f64, los_s| Contact {
            satellite,
            site,
            aos_s,
            tca_s: aos_s,
            los_s,
            max_elevation_deg: 10.0,
            aos_azimuth_deg: 0.0,
            tca_azimuth_deg: 0.0,
            los_azimuth_deg: 0.0,
            tca_range_km: 1000.0,
            cut: Cut::No,
        };
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 1000.0 };
        let contacts = vec![
            contact(0, 0, 0.0, 400.0),
            contact(0, 1, 300.0, 600.0),
            contact(0, 2, 350.0, 380.0),
            contact(1, 1, 500.0, 1000.0),
        ];
        let run = Contacts { window, contacts, losses: Vec::new(), too_short: 0 };
        let ranked = contributions(&run, 2, 3);
        // Site 1 alone gives 400 to 600 to the first satellite and all of the second's 500 s.
        assert_eq!(
            ranked.iter().map(|c| (c.site, c.exclusive_s)).collect::<Vec<_>>(),
            [(1, 700.0), (0, 300.0), (2, 0.0)]
        );
        assert_eq!((ranked[0].percent_with, ranked[0].percent_without), (55.0, 20.0));
        assert_eq!((ranked[0].largest_gap_with_s, ranked[0].largest_gap_without_s), (500.0, 1000.0));
        assert_eq!((ranked[1].mean_largest_gap_with_s, ranked[1].mean_largest_gap_without_s), (450.0, 450.0));
    }
}
