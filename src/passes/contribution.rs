//! What each site adds to a network: contact and gaps with it and without it.

use rayon::prelude::*;

use super::{Contact, Contacts};
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
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Tally {
    contact_s: f64,
    largest_gap_s: f64,
    sum_of_largest_s: f64,
}

impl Tally {
    /// Of one satellite that is in contact during some intervals, in order, of a window.
    fn of(covered: impl Iterator<Item = Interval>, duration_s: f64) -> Self {
        let (mut contact_s, mut largest_gap_s, mut from_s) = (0.0, 0.0_f64, 0.0);
        for interval in covered {
            largest_gap_s = largest_gap_s.max(interval.start_s - from_s);
            contact_s += interval.length_s();
            from_s = interval.end_s;
        }
        largest_gap_s = largest_gap_s.max(duration_s - from_s);
        Self { contact_s, largest_gap_s, sum_of_largest_s: largest_gap_s }
    }

    fn add(&mut self, satellite: &Self) {
        self.contact_s += satellite.contact_s;
        self.largest_gap_s = self.largest_gap_s.max(satellite.largest_gap_s);
        self.sum_of_largest_s += satellite.sum_of_largest_s;
    }
}

/// One satellite with the whole network, and with the network without each site that alone gives it contact.
struct Row {
    whole: Tally,
    without: Vec<(usize, Tally)>,
}

impl Row {
    fn new(contacts: &[Contact], duration_s: f64) -> Self {
        let Sweep { covered, mut exclusive } = Sweep::new(contacts);
        let whole = Tally::of(covered.iter().copied(), duration_s);
        // Within a site the order of time stays.
        exclusive.sort_by_key(|(site, _)| *site);
        let without = exclusive
            .chunk_by(|a, b| a.0 == b.0)
            .map(|own| (own[0].0, Tally::of(cut_out(&covered, own), duration_s)))
            .collect();
        Self { whole, without }
    }
}

/// When one satellite is in contact, and when with one site only.
struct Sweep {
    covered: Vec<Interval>,
    exclusive: Vec<(usize, Interval)>,
}

impl Sweep {
    /// From the contacts of a satellite, of which those of one site do not overlap.
    fn new(contacts: &[Contact]) -> Self {
        let mut edges: Vec<(f64, bool, usize)> = contacts
            .iter()
            .filter(|contact| contact.aos_s < contact.los_s)
            .flat_map(|contact| [(contact.aos_s, true, contact.site), (contact.los_s, false, contact.site)])
            .collect();
        edges.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (mut covered, mut exclusive) = (Vec::<Interval>::new(), Vec::<(usize, Interval)>::new());
        // Where one site is in contact, the sum of those in contact is its number.
        let (mut in_contact, mut sum) = (0usize, 0usize);
        for pair in edges.windows(2) {
            let ((start_s, begins, site), (end_s, ..)) = (pair[0], pair[1]);
            if begins {
                (in_contact, sum) = (in_contact + 1, sum + site);
            } else {
                (in_contact, sum) = (in_contact - 1, sum - site);
            }
            if start_s == end_s || in_contact == 0 {
                continue;
            }
            match covered.last_mut() {
                Some(last) if last.end_s == start_s => last.end_s = end_s,
                _ => covered.push(Interval { start_s, end_s }),
            }
            if in_contact == 1 {
                match exclusive.last_mut() {
                    Some((of, last)) if *of == sum && last.end_s == start_s => last.end_s = end_s,
                    _ => exclusive.push((sum, Interval { start_s, end_s })),
                }
            }
        }
        Self { covered, exclusive }
    }
}

/// Disjoint intervals, in order, without parts of them, in order.
fn cut_out<'a>(
    covered: &'a [Interval],
    parts: &'a [(usize, Interval)],
) -> impl Iterator<Item = Interval> + 'a {
    let mut next = 0;
    covered.iter().flat_map(move |whole| {
        let inside = parts[next..].iter().take_while(|(_, part)| part.start_s < whole.end_s).count();
        let own = &parts[next..next + inside];
        next += inside;
        let starts = std::iter::once(whole.start_s).chain(own.iter().map(|(_, part)| part.end_s));
        let ends = own.iter().map(|(_, part)| part.start_s).chain(std::iter::once(whole.end_s));
        starts
            .zip(ends)
            .filter(|(start_s, end_s)| start_s < end_s)
            .map(|(start_s, end_s)| Interval { start_s, end_s })
    })
}

/// Satellites whose rows are in memory at a time.
const SATELLITES_AT_A_TIME: usize = 64;

/// About how much memory the contributions of so many sites take, bytes.
pub fn contribution_bytes(sites: usize) -> f64 {
    let row = SATELLITES_AT_A_TIME * size_of::<(usize, Tally)>();
    sites as f64 * (size_of::<Tally>() + size_of::<Contribution>() + row) as f64
}

/// What each of `sites` sites adds to the network that reaches `satellites` satellites, most first: by
/// lost percent in contact, then by lengthened gaps, then by number.
pub fn contributions(contacts: &Contacts, satellites: usize, sites: usize) -> Vec<Contribution> {
    let duration_s = contacts.window.duration_s;
    let mut by_satellite: Vec<&[Contact]> = vec![&[]; satellites];
    for own in contacts.contacts.chunk_by(|a, b| a.satellite == b.satellite) {
        by_satellite[own[0].satellite] = own;
    }
    let mut whole = Tally::default();
    let mut without = vec![Tally::default(); sites];
    for some in by_satellite.chunks(SATELLITES_AT_A_TIME) {
        let rows: Vec<Row> = some.par_iter().map(|own| Row::new(own, duration_s)).collect();
        // Satellites are added in their order, so that no thread changes a bit of the sums.
        for row in &rows {
            whole.add(&row.whole);
            let mut own = row.without.iter().peekable();
            for (site, sum) in without.iter_mut().enumerate() {
                let tally = own.next_if(|(of, _)| *of == site).map_or(&row.whole, |(_, tally)| tally);
                sum.add(tally);
            }
        }
    }
    let count = satellites.max(1) as f64;
    let percent = |tally: &Tally| (100.0 * tally.contact_s / (duration_s * count)).min(100.0);
    let mut ranked: Vec<Contribution> = (0..sites)
        .map(|site| {
            let without = &without[site];
            Contribution {
                site,
                percent_with: percent(&whole),
                percent_without: percent(without),
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
    use proptest::prelude::*;

    use super::*;
    use crate::passes::gaps::reach_of;
    use crate::passes::{Contact, Cut, TooShort};
    use crate::time::Window;

    fn contact(satellite: usize, site: usize, aos_s: f64, los_s: f64) -> Contact {
        Contact {
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
        }
    }

    /// The tally of a satellite whose contacts with the sites but one are merged anew.
    fn plain(contacts: &[Contact], left_out: Option<usize>, duration_s: f64) -> Tally {
        let kept = contacts
            .iter()
            .filter(|contact| Some(contact.site) != left_out)
            .map(|contact| Interval { start_s: contact.aos_s, end_s: contact.los_s })
            .collect();
        let reach = reach_of(0, kept, duration_s);
        Tally {
            contact_s: reach.contact_s,
            largest_gap_s: reach.largest_gap_s,
            sum_of_largest_s: reach.largest_gap_s,
        }
    }

    proptest! {
        /// One sweep gives every site what merging the others anew gives, to the bit; whole seconds make many edges
        /// meet, thirds of them sums that round.
        #[test]
        fn one_sweep_is_merging_anew(
            sites in proptest::collection::vec(proptest::collection::vec((0u32..40, 0u32..12), 0..6), 1..7),
            third in any::<bool>(),
        ) {
            let unit_s = if third { 1.0 / 3.0 } else { 1.0 };
            let duration_s = 100.0 * unit_s;
            let mut contacts = Vec::new();
            for (site, lengths) in sites.iter().enumerate() {
                let mut at = 0;
                for (pause, length) in lengths {
                    let (start, end) = ((at + pause).min(100), (at + pause + length).min(100));
                    contacts.push(contact(0, site, f64::from(start) * unit_s, f64::from(end) * unit_s));
                    at = end;
                }
            }
            let row = Row::new(&contacts, duration_s);
            prop_assert_eq!(row.whole, plain(&contacts, None, duration_s));
            for site in 0..sites.len() {
                let own = row.without.iter().find(|(of, _)| *of == site).map_or(row.whole, |(_, own)| *own);
                prop_assert_eq!(own, plain(&contacts, Some(site), duration_s), "site {}", site);
            }
        }
    }

    /// A thousand sites that all see a satellite at once: merging anew for each takes minutes unoptimised.
    #[test]
    fn many_sites_take_time_that_goes_with_their_number() {
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 1e6 };
        let sites = 1000;
        let of_site = |site: usize| (0..200).map(move |pass| 5000.0 * f64::from(pass) + 3.0 * site as f64);
        let contacts = (0..sites)
            .flat_map(|site| of_site(site).map(move |at| contact(0, site, at, at + 600.0)))
            .collect();
        let run = Contacts { window, contacts, losses: Vec::new(), too_short: TooShort::default() };
        let before = std::time::Instant::now();
        let ranked = contributions(&run, 1, sites);
        assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
        // Only the first and the last site of a pass give anything that no other gives: three seconds.
        let given: Vec<(usize, f64)> = ranked[..3].iter().map(|c| (c.site, c.exclusive_s)).collect();
        assert_eq!(given, [(0, 600.0), (999, 600.0), (1, 0.0)]);
    }

    #[test]
    fn a_site_counts_for_what_only_it_gives() {
        let window = Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 1000.0 };
        let contacts = vec![
            contact(0, 0, 0.0, 400.0),
            contact(0, 1, 300.0, 600.0),
            contact(0, 2, 350.0, 380.0),
            contact(1, 1, 500.0, 1000.0),
        ];
        let run = Contacts { window, contacts, losses: Vec::new(), too_short: TooShort::default() };
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
