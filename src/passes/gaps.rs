//! How long satellites are out of reach of a network, and how busy its sites are.

use super::{Contact, Contacts};
use crate::time::intervals::{Interval, complement, union};

/// How well a network reaches one satellite.
///
/// Gaps at the edges of the window count up to the edge; the largest one inside is given beside.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Reach {
    /// Number of the satellite.
    pub satellite: usize,
    /// Contacts with all sites.
    pub contacts: usize,
    /// Time in contact with at least one site, seconds.
    pub contact_s: f64,
    /// The same in percent of the window.
    pub percent_in_contact: f64,
    /// Number of gaps.
    pub gaps: usize,
    /// Longest gap, seconds; 0 where the satellite is always in contact, the window where it never is.
    pub largest_gap_s: f64,
    /// Start of the longest gap, seconds after the start of the window.
    pub largest_gap_start_s: f64,
    /// Whether the longest gap touches an edge of the window, so that it may be longer in truth.
    pub largest_gap_is_cut: bool,
    /// Whether the satellite is lost in it, after which it is in reach of nobody.
    pub largest_gap_holds_loss: bool,
    /// Longest gap between two contacts, seconds; none where there are no two contacts.
    pub largest_inner_gap_s: Option<f64>,
    /// Mean length of the gaps, seconds; none where there is no gap.
    pub mean_gap_s: Option<f64>,
}

/// How busy a site is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct SiteLoad {
    /// Number of the site.
    pub site: usize,
    /// Contacts with all satellites.
    pub contacts: usize,
    /// Sum of their lengths, seconds.
    pub contact_s: f64,
    /// Time with at least one satellite in sight, percent of the window.
    pub percent_busy: f64,
    /// Most satellites in sight at one time.
    pub most_simultaneous: usize,
    /// When that is first so, seconds after the start of the window.
    pub most_simultaneous_at_s: f64,
    /// The UTC hour with the most contact time, none where there is no contact.
    pub busiest_hour: Option<BusiestHour>,
}

/// The UTC hour in which a site has the most contact time.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct BusiestHour {
    /// Start of the hour, seconds after the start of the window; negative where the window begins
    /// within the hour.
    pub start_s: f64,
    /// Contacts under way in the hour.
    pub contacts: usize,
    /// Contact time of all satellites in the hour, seconds.
    pub contact_s: f64,
}

/// How well the network of a run reaches each of `satellites` satellites.
pub fn reach(contacts: &Contacts, satellites: usize) -> Vec<Reach> {
    let mut by_satellite: Vec<Vec<Interval>> = vec![Vec::new(); satellites];
    for contact in &contacts.contacts {
        by_satellite[contact.satellite].push(Interval { start_s: contact.aos_s, end_s: contact.los_s });
    }
    by_satellite
        .into_iter()
        .enumerate()
        .map(|(satellite, intervals)| {
            let reach = reach_of(satellite, intervals, contacts.window.duration_s);
            let gap_end_s = reach.largest_gap_start_s + reach.largest_gap_s;
            let holds_loss = |lost_s: f64| reach.gaps > 0 && lost_s <= gap_end_s;
            // Nothing comes after a loss, so that it is in the gap that ends last.
            let is_last = gap_end_s >= contacts.window.duration_s * (1.0 - 1e-12);
            Reach {
                largest_gap_holds_loss: is_last && contacts.lost_s(satellite).is_some_and(holds_loss),
                ..reach
            }
        })
        .collect()
}

/// How well the intervals of one satellite's contacts fill a window.
pub(super) fn reach_of(satellite: usize, intervals: Vec<Interval>, duration_s: f64) -> Reach {
    let contacts = intervals.len();
    let covered = union(intervals);
    let gaps = complement(&covered, duration_s);
    let contact_s: f64 = covered.iter().map(Interval::length_s).sum::<f64>() + 0.0;
    let is_cut = |gap: &Interval| gap.start_s <= 0.0 || gap.end_s >= duration_s;
    // The first of equally long ones.
    let largest = gaps.iter().fold(None::<&Interval>, |known, gap| match known {
        Some(known) if known.length_s() >= gap.length_s() => Some(known),
        _ => Some(gap),
    });
    let total: f64 = gaps.iter().map(Interval::length_s).sum();
    Reach {
        satellite,
        contacts,
        contact_s,
        percent_in_contact: (100.0 * contact_s / duration_s).min(100.0),
        gaps: gaps.len(),
        largest_gap_s: largest.map_or(0.0, Interval::length_s),
        largest_gap_start_s: largest.map_or(0.0, |gap| gap.start_s),
        largest_gap_is_cut: largest.is_some_and(is_cut),
        largest_gap_holds_loss: false,
        largest_inner_gap_s: gaps.iter().filter(|gap| !is_cut(gap)).map(Interval::length_s).reduce(f64::max),
        mean_gap_s: (!gaps.is_empty()).then(|| total / gaps.len() as f64),
    }
}

/// How busy each of `sites` sites is.
pub fn site_loads(contacts: &Contacts, sites: usize) -> Vec<SiteLoad> {
    let mut by_site: Vec<Vec<&Contact>> = vec![Vec::new(); sites];
    for contact in &contacts.contacts {
        by_site[contact.site].push(contact);
    }
    by_site.into_iter().enumerate().map(|(site, list)| load_of(site, &list, contacts)).collect()
}

fn load_of(site: usize, list: &[&Contact], contacts: &Contacts) -> SiteLoad {
    let intervals =
        list.iter().map(|contact| Interval { start_s: contact.aos_s, end_s: contact.los_s }).collect();
    // An empty sum of floats is minus zero.
    let busy: f64 = union(intervals).iter().map(Interval::length_s).sum::<f64>() + 0.0;
    // A contact that ends makes room for one that begins at the same instant.
    let mut events: Vec<(f64, i32)> =
        list.iter().flat_map(|contact| [(contact.aos_s, 1), (contact.los_s, -1)]).collect();
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut now, mut most, mut most_at) = (0, 0, 0.0);
    for (at, change) in events {
        now += change;
        if now > most {
            (most, most_at) = (now, at);
        }
    }
    SiteLoad {
        site,
        contacts: list.len(),
        contact_s: list.iter().map(|contact| contact.duration_s()).sum::<f64>() + 0.0,
        percent_busy: (100.0 * busy / contacts.window.duration_s).min(100.0),
        most_simultaneous: usize::try_from(most).unwrap_or(0),
        most_simultaneous_at_s: most_at,
        busiest_hour: busiest_hour(list, contacts),
    }
}

/// The UTC hour with the most contact time of the given contacts; the first of equals.
pub fn busiest_hour(list: &[&Contact], contacts: &Contacts) -> Option<BusiestHour> {
    const HOUR_S: f64 = 3600.0;
    let into_hour_s = (contacts.window.start.unix_nanos().rem_euclid(3_600_000_000_000)) as f64 / 1e9;
    let hours = ((into_hour_s + contacts.window.duration_s) / HOUR_S).ceil().max(1.0) as usize;
    let mut loads = vec![(0usize, 0.0f64); hours];
    for contact in list {
        let (from, to) = (contact.aos_s + into_hour_s, contact.los_s + into_hour_s);
        let first = (from / HOUR_S) as usize;
        for (hour, load) in loads.iter_mut().enumerate().skip(first) {
            let start = hour as f64 * HOUR_S;
            if start >= to {
                break;
            }
            load.0 += 1;
            load.1 += to.min(start + HOUR_S) - from.max(start);
        }
    }
    loads
        .iter()
        .enumerate()
        .filter(|(_, load)| load.0 > 0)
        .reduce(|known, next| if next.1.1 > known.1.1 { next } else { known })
        .map(|(hour, load)| BusiestHour {
            start_s: hour as f64 * HOUR_S - into_hour_s,
            contacts: load.0,
            contact_s: load.1,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ephemeris::{LAST_S, Loss};
    use crate::passes::{Cut, TooShort};
    use crate::time::Window;

    fn contact(satellite: usize, site: usize, aos_s: f64, los_s: f64) -> Contact {
        Contact {
            satellite,
            site,
            aos_s,
            tca_s: 0.5 * (aos_s + los_s),
            los_s,
            max_elevation_deg: 45.0,
            aos_azimuth_deg: 0.0,
            tca_azimuth_deg: 90.0,
            los_azimuth_deg: 180.0,
            tca_range_km: 1000.0,
            cut: Cut::No,
        }
    }

    fn run(contacts: Vec<Contact>) -> Contacts {
        let window = Window { start: "2026-01-01T00:30:00Z".parse().unwrap(), duration_s: 10_000.0 };
        Contacts { window, contacts, losses: Vec::new(), too_short: TooShort::default() }
    }

    #[test]
    fn gaps_are_counted_to_the_edges() {
        let run = run(vec![
            contact(0, 0, 1000.0, 2000.0),
            contact(0, 1, 1500.0, 2500.0),
            contact(0, 0, 4000.0, 5000.0),
            contact(2, 0, 0.0, 10_000.0),
        ]);
        let [first, never, always] = reach(&run, 3)[..] else { panic!() };
        assert_eq!((first.contacts, first.contact_s, first.percent_in_contact), (3, 2500.0, 25.0));
        assert_eq!((first.gaps, first.largest_gap_s, first.largest_gap_start_s), (3, 5000.0, 5000.0));
        assert!(first.largest_gap_is_cut);
        assert_eq!((first.largest_inner_gap_s, first.mean_gap_s), (Some(1500.0), Some(2500.0)));
        assert_eq!((always.gaps, always.mean_gap_s), (0, None));
        assert_eq!((never.contacts, never.gaps, never.largest_gap_s), (0, 1, 10_000.0));
        assert_eq!((always.gaps, always.largest_gap_s, always.percent_in_contact), (0, 0.0, 100.0));
    }

    #[test]
    fn a_gap_after_the_loss_of_its_satellite_is_known() {
        let mut run = run(vec![
            contact(0, 0, 1000.0, 4000.0),
            contact(1, 0, 5000.0, 6000.0),
            contact(2, 0, 1000.0, 4000.0),
            contact(3, 0, 6000.0, 7000.0),
        ]);
        let from = |seconds: f64| run.window.start.plus_seconds(seconds);
        let reason = crate::orbit::PropagationError::Decayed(0.9);
        let loss = |satellite, seconds| Loss { satellite, from: from(seconds), reason };
        run.losses = vec![loss(0, 4000.0 + LAST_S), loss(1, 6000.0), loss(3, 8000.0)];
        run.contacts[0].cut = Cut::End;
        // Lost before the window, and not yet there at its start: they are lost in no gap of it.
        run.losses.push(loss(4, -3600.0));
        let until = from(20_000.0);
        let not_yet = crate::orbit::PropagationError::NotYet(until);
        run.losses.push(Loss { satellite: 5, from: run.window.start, reason: not_yet });
        let reach = reach(&run, 6);
        let held: Vec<bool> = reach.iter().map(|reach| reach.largest_gap_holds_loss).collect();
        assert_eq!(held, [true, false, false, false, false, false]);
        assert!(reach[4..].iter().all(|reach| reach.largest_gap_is_cut && reach.largest_gap_s == 10_000.0));
        assert!(run.ends_by_loss(&run.contacts[0]));
        // One that ends at the mask does so by itself.
        assert!(!run.ends_by_loss(&run.contacts[1]));
        run.contacts[2].cut = Cut::End;
        assert!(!run.ends_by_loss(&run.contacts[2]));
    }

    #[test]
    fn a_handover_at_one_instant_is_not_two_at_once() {
        let run = run(vec![
            contact(0, 0, 1000.0, 2000.0),
            contact(1, 0, 2000.0, 3000.0),
            contact(2, 0, 2500.0, 2600.0),
        ]);
        let load = site_loads(&run, 2);
        assert_eq!((load[0].contacts, load[0].contact_s, load[0].percent_busy), (3, 2100.0, 20.0));
        assert_eq!((load[0].most_simultaneous, load[0].most_simultaneous_at_s), (2, 2500.0));
        // The window begins at half past: 00:00 to 01:00 ends at 1800 s and holds 800 s of contact,
        // the hour after it 200 + 1000 + 100 s of three contacts.
        let hour = load[0].busiest_hour.unwrap();
        assert_eq!((hour.start_s, hour.contacts, hour.contact_s), (1800.0, 3, 1300.0));
        assert_eq!((load[1].contacts, load[1].busiest_hour), (0, None));
    }
}
