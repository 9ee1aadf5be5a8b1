//! The page of a contact run: sites on the map, satellites in motion, and every contact.

use super::head::Head;
use super::sites::{first_place, lowest_mask_deg};
use super::{Chart, Ground, Layer, Line, MapFigure, Page, Place, Section, Sky, Table, length};
use crate::diagnostics::counted;
use crate::ground::{Site, Whereabouts};
use crate::passes::{self, Contact, Contacts, SiteLoad};
use crate::report::passes::{NetworkReach, PassesReport};
use crate::report::{percent, percent_change};
use crate::time::Window;

/// Contacts that a page holds at most: more would make it larger than two megabytes.
const MOST_CONTACTS: usize = 60_000;
/// Steps of the series of satellites in contact.
const SERIES_STEPS: usize = 720;

impl Page {
    /// The page of a contact run; `settings` are those of the run, `command` is the command line as the
    /// user could repeat it.
    pub fn of_passes(report: &PassesReport<'_>, settings: &passes::Settings, command: &str) -> Self {
        let plan = &report.contacts;
        let window = plan.contacts.window;
        let mut page = Self::of(Head::of_passes(report), report.start);
        page.headline = headline(report);
        page.ground = Ground::Places(plan.sites.iter().map(|site| place(site, &window)).collect());
        page.layers = vec![Layer::new(report.ground.name, figures(report))];
        let masks = plan.sites.iter().map(|site| lowest_mask_deg(Some(&settings.mask(site)), 0.0));
        for (site, mask_deg) in plan.sites.iter().zip(masks) {
            if matches!(site.whereabouts, Whereabouts::Ship(_)) {
                page.add_ship(site, mask_deg, &window);
            }
        }
        page.charts = vec![in_contact(plan.contacts)];
        page.tables = tables(report);
        page.sky = Some(Sky {
            window,
            min_elevation_deg: passes::DEFAULT_MIN_ELEVATION_DEG,
            at_least: 1,
            satellites: plan
                .satellites
                .iter()
                .zip(plan.names)
                .map(|(satellite, name)| (name.clone(), satellite.elements))
                .collect(),
            systems: Vec::new(),
            through_gateways: false,
        });
        page.contacts_in_all = plan.contacts.contacts.len();
        let (first, until_s) = first_contacts(&plan.contacts.contacts, MOST_CONTACTS);
        let begun =
            |until_s: f64| plan.contacts.contacts.iter().filter(|contact| contact.aos_s < until_s).count();
        page.contacts_lacking_before = until_s.map_or(0, |until_s| begun(until_s) - first.len());
        (page.contacts, page.contacts_until_s) =
            (first, until_s.map(|until_s| until_s.min(report.duration_s)));
        made(&mut page, report, command);
        page
    }
}

/// At most so many contacts, those that begin first, with the seconds from which on such that begin are missing: up to
/// there all are, at every site. Where more than that begin together at first, those of the first sites are taken, and
/// up to the next that begin nothing else is missing.
fn first_contacts(contacts: &[Contact], most: usize) -> (Vec<Contact>, Option<f64>) {
    if contacts.len() <= most {
        return (contacts.to_vec(), None);
    }
    let mut begins: Vec<f64> = contacts.iter().map(|contact| contact.aos_s).collect();
    begins.sort_unstable_by(f64::total_cmp);
    let (first_s, until_s) = (begins[0], begins[most]);
    let begun = contacts.iter().filter(|contact| contact.aos_s < until_s);
    if first_s < until_s {
        return (begun.copied().collect(), Some(until_s));
    }
    let mut together: Vec<(usize, &Contact)> =
        contacts.iter().filter(|contact| contact.aos_s == first_s).enumerate().collect();
    together.sort_by_key(|(_, contact)| contact.site);
    together.truncate(most);
    // In the order in which contacts stand.
    together.sort_by_key(|(number, _)| *number);
    let next_s = begins.into_iter().find(|&begin_s| begin_s > first_s).unwrap_or(f64::INFINITY);
    (together.into_iter().map(|(_, contact)| *contact).collect(), Some(next_s))
}

fn place(site: &Site, window: &Window) -> Place {
    // A ship that never takes part has no place to be shown at: it stands where its track begins.
    let place = first_place(site, window).or_else(|| match &site.whereabouts {
        Whereabouts::Fixed(place) => Some(*place),
        Whereabouts::Ship(track) => track.waypoints().first().map(|first| first.place),
    });
    let (longitude, latitude, height_km) =
        place.map_or((0.0, 0.0, 0.0), |place| (place.longitude_deg, place.latitude_deg, place.height_km));
    Place { name: site.name.clone(), longitude, latitude, height_km }
}

fn headline(report: &PassesReport<'_>) -> Vec<(String, String)> {
    let summary = &report.summary;
    let mut headline = vec![
        ("contacts".to_owned(), summary.contacts.to_string()),
        ("contact time of all".to_owned(), length(summary.contact_s)),
    ];
    if let Some(mean) = summary.mean_s {
        headline.push(("mean contact".to_owned(), length(mean)));
    }
    if let Some(longest) = summary.longest_s {
        headline.push(("longest contact".to_owned(), length(longest)));
    }
    headline.push(("satellites never seen".to_owned(), summary.never.len().to_string()));
    if let Some(gaps) = &report.gaps {
        let share = format!("{} %", percent(gaps.network.percent_in_contact, 2));
        headline.push(("time in contact, mean satellite".to_owned(), share));
        headline.push(("longest out of reach".to_owned(), longest_gap(&gaps.network, length)));
    }
    headline
}

/// The longest time that a satellite is out of reach, and whether it is lost in it or the window cuts it.
fn longest_gap(reach: &NetworkReach<'_>, told: impl Fn(f64) -> String) -> String {
    let cut = match (reach.largest_gap_holds_loss, reach.largest_gap_is_cut) {
        (true, _) => ", in which the satellite is lost",
        (false, true) => ", cut by the window",
        (false, false) => "",
    };
    format!("{}{cut}", told(reach.largest_gap_s))
}

/// Names of the figures of a page of passes, in its order, for whoever must know them before a run.
pub const FIGURES: [&str; 6] =
    ["percent_busy", "contacts", "contact_s", "most_simultaneous", "most_simultaneous_at", "busiest_hour"];

/// Load of the sites, by the names of the report.
fn figures(report: &PassesReport<'_>) -> Vec<MapFigure> {
    let column = |value: &dyn Fn(&SiteLoad) -> Option<f64>| -> Vec<Option<f64>> {
        report.loads.iter().map(|named| value(&named.load)).collect()
    };
    let no_contact = "grey: no contact";
    let figures = vec![
        MapFigure::new(
            "percent_busy",
            "Time with a satellite in sight",
            3,
            column(&|l| Some(l.percent_busy)),
        )
        .unit("%"),
        MapFigure::new("contacts", "Contacts", 0, column(&|l| Some(l.contacts as f64))),
        MapFigure::new("contact_s", "Contact time of all satellites", 1, column(&|l| Some(l.contact_s)))
            .unit("s"),
        MapFigure::new(
            "most_simultaneous",
            "Most satellites in sight at one time",
            0,
            column(&|l| Some(l.most_simultaneous as f64)),
        ),
        MapFigure::new(
            "most_simultaneous_at",
            "When that is first so",
            0,
            column(&|l| (l.contacts > 0).then_some(l.most_simultaneous_at_s)),
        )
        .instants()
        .note(no_contact),
        MapFigure::new(
            "busiest_hour",
            "Start of the busiest hour",
            0,
            column(&|l| l.busiest_hour.map(|hour| hour.start_s)),
        )
        .instants()
        .note(no_contact),
    ];
    debug_assert!(figures.iter().map(|figure| figure.name.as_str()).eq(FIGURES));
    figures
}

/// Satellites with a contact and contacts under way, over time.
fn in_contact(contacts: &Contacts) -> Chart {
    let window = contacts.window;
    let step_s = window.duration_s / SERIES_STEPS as f64;
    let at = |seconds: f64| (seconds / step_s).ceil() as usize;
    // Differences from step to step, for contacts [AOS, LOS).
    let mut under_way = vec![0i64; SERIES_STEPS + 2];
    let mut satellites = vec![0i64; SERIES_STEPS + 2];
    let add = |counts: &mut Vec<i64>, from: f64, to: f64| {
        counts[at(from).min(SERIES_STEPS + 1)] += 1;
        counts[at(to).min(SERIES_STEPS + 1)] -= 1;
    };
    for of_one in contacts.contacts.chunk_by(|a, b| a.satellite == b.satellite) {
        let intervals = of_one
            .iter()
            .map(|contact| passes::Interval { start_s: contact.aos_s, end_s: contact.los_s })
            .collect();
        for interval in passes::union(intervals) {
            add(&mut satellites, interval.start_s, interval.end_s);
        }
        for contact in of_one {
            add(&mut under_way, contact.aos_s, contact.los_s);
        }
    }
    let summed = |counts: &[i64]| -> Vec<f64> {
        counts[..SERIES_STEPS]
            .iter()
            .scan(0, |sum, difference| {
                *sum += difference;
                Some(*sum as f64)
            })
            .collect()
    };
    Chart {
        from_zero: true,
        ..Chart::series(
            "In contact over time",
            "number",
            window.start,
            step_s,
            vec![
                Line::new("contacts under way", summed(&under_way)),
                Line::new("satellites in contact", summed(&satellites)),
            ],
        )
    }
}

fn tables(report: &PassesReport<'_>) -> Vec<Table> {
    let summary = &report.summary;
    let optional = |value: Option<f64>| value.map_or("none".to_owned(), |s| format!("{s:.1} s"));
    let rows = [
        ("contacts", summary.contacts.to_string()),
        ("left out as too short", summary.too_short.to_string()),
        ("cut by the loss of the satellite", summary.cut_by_loss.to_string()),
        ("with an edge cut by window, track or service", (summary.cut - summary.cut_by_loss).to_string()),
        ("pairs of a satellite and a site", summary.pairs.to_string()),
        ("pairs in contact", summary.pairs_in_contact.to_string()),
        ("contact time of all", format!("{:.1} s", summary.contact_s)),
        ("shortest contact, as far as it lies in the window", optional(summary.shortest_s)),
        ("mean contact, likewise", optional(summary.mean_s)),
        ("longest contact, likewise", optional(summary.longest_s)),
        ("shortest contact without a cut edge", optional(summary.shortest_whole_s)),
        ("satellites never seen", summary.never.len().to_string()),
        ("satellites seen too briefly only", summary.only_too_short.len().to_string()),
        ("sites that see none", names(&summary.idle_sites)),
        ("sites that see satellites too briefly only", names(&summary.sites_only_too_short)),
    ];
    let mut tables = vec![
        Table {
            title: "All contacts".to_owned(),
            columns: vec!["figure".to_owned(), report.ground.name.to_owned()],
            rows: rows.map(|(name, value)| vec![name.to_owned(), value]).into(),
        },
        loads(report),
    ];
    if let Some(gaps) = &report.gaps {
        tables.push(reach("Reach of the network", &[("the network", &gaps.network)]));
        tables.push(Table {
            title: "What each site adds".to_owned(),
            columns: [
                "site",
                "in contact without it",
                "percent lost",
                "longest gap without it",
                "time only it gives",
            ]
            .map(str::to_owned)
            .into(),
            rows: gaps
                .contributions
                .iter()
                .map(|named| {
                    let added = &named.contribution;
                    vec![
                        named.name.to_owned(),
                        format!("{} %", percent(added.percent_without, 3)),
                        format!("{:.3}", percent_change(added.percent_without, added.percent_with, 3)),
                        length(added.largest_gap_without_s),
                        length(added.exclusive_s),
                    ]
                })
                .collect(),
        });
    }
    if let Some(without) = &report.without {
        let title = format!("With and without {}", without.sites.join(", "));
        tables.push(reach(&title, &[("with", &without.with), ("without", &without.without)]));
    }
    tables
}

fn names(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn loads(report: &PassesReport<'_>) -> Table {
    let hour = |load: &SiteLoad| match load.busiest_hour {
        Some(hour) => {
            let start = report.start.plus_seconds(hour.start_s).to_string();
            format!("{start} · {} · {}", counted(hour.contacts, "contact"), length(hour.contact_s))
        }
        None => "none".to_owned(),
    };
    Table {
        title: "Load of the sites".to_owned(),
        columns: ["site", "contacts", "contact time", "time busy", "most at one time", "busiest hour"]
            .map(str::to_owned)
            .into(),
        rows: report
            .loads
            .iter()
            .map(|named| {
                let load = &named.load;
                vec![
                    named.name.to_owned(),
                    load.contacts.to_string(),
                    length(load.contact_s),
                    format!("{} %", percent(load.percent_busy, 3)),
                    load.most_simultaneous.to_string(),
                    hour(load),
                ]
            })
            .collect(),
    }
}

fn reach(title: &str, networks: &[(&str, &NetworkReach<'_>)]) -> Table {
    type Value = fn(&NetworkReach<'_>) -> String;
    let rows: [(&str, Value); 7] = [
        ("time in contact, mean satellite", |r| format!("{} %", percent(r.percent_in_contact, 3))),
        ("time in contact, least satellite", |r| format!("{} %", percent(r.least_percent_in_contact, 3))),
        ("longest out of reach", |r| longest_gap(r, |seconds| format!("{seconds:.1} s"))),
        ("which satellite", |r| r.largest_gap_satellite.unwrap_or("none").to_owned()),
        ("longest gap, mean satellite", |r| format!("{:.1} s", r.mean_largest_gap_s)),
        ("satellites always in contact", |r| r.always.to_string()),
        ("satellites never in contact", |r| r.never.to_string()),
    ];
    let names = networks.iter().map(|(name, _)| (*name).to_owned());
    Table {
        title: title.to_owned(),
        columns: std::iter::once("figure".to_owned()).chain(names).collect(),
        rows: rows
            .iter()
            .map(|(name, value)| {
                let values = networks.iter().map(|(_, network)| value(network));
                std::iter::once((*name).to_owned()).chain(values).collect()
            })
            .collect(),
    }
}

fn made(page: &mut Page, report: &PassesReport<'_>, command: &str) {
    let ground = &report.ground;
    let mut rows = vec![
        ("command", command.to_owned()),
        ("version", format!("hexsky {}", report.hexsky_version)),
        ("model", report.model.clone()),
        ("start", format!("{} ({})", report.start, report.start_basis)),
        ("masks", ground.masks.clone()),
        ("contacts", "[AOS, LOS), solved for; TCA is the instant of the largest elevation".to_owned()),
        ("map", "satellites by SGP4 in this page; a contact is drawn while it lasts".to_owned()),
    ];
    if let Some(chosen) = report.chosen {
        rows.push(("satellites", format!("those that match {chosen}")));
    }
    if let Some(until_s) = page.contacts_until_s {
        let before = match page.contacts_lacking_before {
            0 => String::new(),
            lacking => format!(", and {lacking} before it at the last sites"),
        };
        let text = format!(
            "the contacts that begin from {} on{before}, {} of {}; --csv has all",
            report.start.plus_seconds(until_s),
            page.contacts_in_all - page.contacts.len(),
            page.contacts_in_all
        );
        rows.push(("left out of this page", text));
    }
    page.run_sections(rows, &report.lost, []);
    let mut rows: Vec<(&str, String)> = ground.files.iter().map(|file| ("file", file.clone())).collect();
    rows.extend(ground.sites.iter().filter_map(|site| Some((site.name, site.source?.to_owned()))));
    if !ground.not_named.is_empty() {
        rows.push(("take part only by name", ground.not_named.join(", ")));
    }
    rows.extend(
        ground
            .unplaced
            .iter()
            .map(|site| ("no published position", format!("{}: {}", site.name, site.about))),
    );
    rows.extend(ground.notes.iter().map(|note| ("note", note.clone())));
    page.made.push(Section::new("Ground segment", rows));
    for input in &report.inputs {
        page.file_section(&input.facts());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contacts stand by satellite: a page that took the first of them lost satellites, not hours.
    #[test]
    fn contacts_are_left_out_from_an_instant_on() {
        let contact = |satellite: usize, aos_s: f64| Contact {
            satellite,
            site: 0,
            aos_s,
            los_s: aos_s + 60.0,
            tca_s: aos_s + 30.0,
            max_elevation_deg: 45.0,
            aos_azimuth_deg: 0.0,
            tca_azimuth_deg: 90.0,
            los_azimuth_deg: 180.0,
            tca_range_km: 1000.0,
            cut: passes::Cut::No,
        };
        let all: Vec<Contact> = (0..3)
            .flat_map(|of| [0.0, 100.0, 200.0, 300.0].map(|aos| contact(of, aos + of as f64)))
            .collect();
        assert_eq!(first_contacts(&all, 12), (all.clone(), None));
        let (kept, until_s) = first_contacts(&all, 7);
        assert_eq!(until_s, Some(201.0));
        assert_eq!(kept.len(), 7);
        assert!((0..3).all(|of| kept.iter().any(|contact| contact.satellite == of)));
        assert!(all.iter().filter(|contact| contact.aos_s < 201.0).eq(&kept));
        // Where more begin together at first, those of the first sites are there.
        let at = |site: usize, contact: Contact| Contact { site, ..contact };
        let together = [contact(0, 5.0), at(1, contact(0, 5.0)), contact(1, 5.0), contact(2, 7.0)];
        let (kept, until_s) = first_contacts(&together, 2);
        assert_eq!((kept, until_s), (vec![together[0], together[2]], Some(7.0)));
        assert_eq!(first_contacts(&together[..3], 2).1, Some(f64::INFINITY));
        // Contacts that begin together later are all there, or none of them is.
        let later = [contact(0, 1.0), contact(0, 5.0), contact(1, 5.0)];
        assert_eq!(first_contacts(&later, 2), (vec![later[0]], Some(5.0)));
    }
}
