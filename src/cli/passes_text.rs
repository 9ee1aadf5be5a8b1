//! The contact report as a person reads it.

use std::fmt::{Result, Write};

use hexsky::diagnostics::counted;
use hexsky::export::contacts_csv::cut_word;
use hexsky::ground::Presence;
use hexsky::passes::Cut;
use hexsky::report::passes::{GapReport, NetworkReach, PassesReport, WithoutReport};
use hexsky::report::{percent, percent_change};
use hexsky::time::Epoch;

use super::columns::{Left, Lines, widest};
use super::coverage_text::length;
use super::{passes_notes, passes_timeline};

/// How many names are listed before the rest is only counted.
const LISTED: usize = 5;
/// Contacts up to this number are listed one by one.
const CONTACTS_LISTED: usize = 24;
/// Rows of a table of sites or satellites.
const ROWS: usize = 24;

/// The report as text, lines ended by line feeds.
pub fn render(report: &PassesReport<'_>) -> String {
    let mut text = Lines::default();
    // Writing to a String cannot fail.
    let _ = render_into(&mut text, report);
    text.into_string()
}

fn render_into(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    head(out, report)?;
    summary(out, report)?;
    if (1..=CONTACTS_LISTED).contains(&report.summary.contacts) {
        contacts(out, report)?;
    }
    passes_timeline::draw(out, &report.contacts)?;
    sites(out, report)?;
    if let Some(gaps) = &report.gaps {
        out_of_reach(out, report, gaps)?;
        contributions(out, gaps)?;
    }
    if let Some(without) = &report.without {
        compare(out, without)?;
    }
    passes_notes::notes(out, report)
}

fn head(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    let names: Vec<&str> = report.inputs.iter().map(|input| input.name.as_str()).collect();
    writeln!(out, "Contacts of {} with {}", names.join(" + "), report.ground.name)?;
    for input in &report.inputs {
        let phase = input.phase.as_ref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
        writeln!(out, "  file        {}{phase}: {}", input.file, counted(input.satellites, "satellite"))?;
    }
    if let Some(pattern) = report.chosen {
        writeln!(out, "  chosen      by {pattern}: {}", counted(report.satellites, "satellite"))?;
    }
    let ships = report.ground.sites.iter().filter(|site| site.latitude_deg.is_none()).count();
    let ships = if ships > 0 { format!(", {ships} of them ships") } else { String::new() };
    let files = report.ground.files.join(", ");
    writeln!(out, "  ground      {files}: {}{ships}", counted(report.ground.sites.len(), "site"))?;
    writeln!(
        out,
        "  window      {} + {} (start: {})",
        report.start,
        length(report.duration_s),
        report.start_basis
    )?;
    writeln!(out, "  mask        {}", report.ground.masks)?;
    if let Some(series) = report.series {
        let step = length(series.step_s);
        writeln!(out, "  series      a look every {step}, Doppler shifts of {} MHz", series.carrier_mhz)?;
    }
    writeln!(out, "  model       {}", report.model)
}

fn summary(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    let summary = &report.summary;
    writeln!(
        out,
        "\n{} of {} with {}, {} in all",
        counted(summary.contacts, "contact"),
        counted(report.satellites, "satellite"),
        counted(report.ground.sites.len(), "site"),
        span(summary.contact_s)
    )?;
    if let (Some(shortest), Some(mean), Some(longest)) =
        (summary.shortest_s, summary.mean_s, summary.longest_s)
    {
        let whole = match (summary.cut, summary.shortest_whole_s) {
            (0, _) => String::new(),
            (_, None) => "; all are cut".to_owned(),
            (cut, Some(whole)) => {
                format!("; {cut} cut among them, the shortest of the others {} s", seconds(whole))
            }
        };
        writeln!(
            out,
            "  length          shortest {} s, mean {} s, longest {} s{whole}",
            seconds(shortest),
            seconds(mean),
            seconds(longest)
        )?;
    }
    writeln!(out, "  pairs           {} of {} in contact", summary.pairs_in_contact, summary.pairs)?;
    if summary.cut_by_loss > 0 {
        writeln!(out, "  cut by the loss of the satellite: {}", summary.cut_by_loss)?;
    }
    let cut = summary.cut - summary.cut_by_loss;
    if cut > 0 {
        let sites = &report.ground.sites;
        let is_whole =
            sites.iter().all(|site| Presence::of_percent(site.percent_in_service) == Presence::Whole);
        let why = match (is_whole, sites.iter().any(|site| site.jumps > 0)) {
            (true, false) => "the window",
            (true, true) => "the window or the start of a track's next part",
            (false, false) => "the window, a track's end or a site's service",
            (false, true) => "the window, a track's end, the start of its next part or a site's service",
        };
        writeln!(out, "  cut by {why}: {cut}")?;
    }
    if summary.too_short > 0 {
        writeln!(
            out,
            "  left out        {} shorter than {}",
            summary.too_short,
            length(report.min_duration_s)
        )?;
    }
    let always: Vec<String> =
        summary.always.iter().map(|(satellite, site)| format!("{satellite} at {site}")).collect();
    listed(out, "always in view  ", &always.iter().map(String::as_str).collect::<Vec<_>>(), "pairs")?;
    listed(out, "never in view   ", &summary.never, "satellites")?;
    listed(out, "only too short  ", &summary.only_too_short, "satellites")?;
    listed(out, "no contact at   ", &summary.idle_sites, "sites")?;
    listed(out, "too short at    ", &summary.sites_only_too_short, "sites")
}

/// A few names after a lead, then the number of the rest; nothing where there are none.
fn listed(out: &mut Lines, lead: &str, names: &[&str], what: &str) -> Result {
    if names.is_empty() {
        return Ok(());
    }
    let some = names.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more {what}"),
    };
    writeln!(out, "  {lead}{some}{more}")
}

fn contacts(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    let mut rows: Vec<_> = report.contacts.rows().collect();
    rows.sort_by_key(|row| row.aos);
    let satellite_width = width(rows.iter().map(|row| row.satellite), "satellite");
    let site_width = width(rows.iter().map(|row| row.site), "site");
    writeln!(
        out,
        "\n  {:<satellite_width$}  {:<site_width$}  {:<24}  {:<16}  {:>9}  {:>6}  {:>15}  {:>9}",
        "satellite", "site", "AOS", "LOS", "length s", "max °", "azimuth °", "range km"
    )?;
    for row in rows {
        let azimuths =
            format!("{:.0} {:.0} {:.0}", row.aos_azimuth_deg, row.tca_azimuth_deg, row.los_azimuth_deg);
        let cut = match (row.cut, row.cut_by_loss) {
            (Cut::No, _) => String::new(),
            (cut, false) => format!("  cut: {}", cut_word(cut)),
            (cut, true) => format!("  cut: {} (the satellite is lost)", cut_word(cut)),
        };
        writeln!(
            out,
            "  {:<satellite_width$}  {:<site_width$}  {:<24}  {:<16}  {:>9.1}  {:>6.1}  {azimuths:>15}  {:>9.0}{cut}",
            Left(row.satellite),
            Left(row.site),
            row.aos.to_string(),
            clock(row.aos, row.los),
            row.duration_s,
            row.max_elevation_deg,
            row.tca_range_km
        )?;
    }
    Ok(())
}

fn sites(out: &mut Lines, report: &PassesReport<'_>) -> Result {
    if report.loads.len() < 2 && report.gaps.is_none() {
        return Ok(());
    }
    let mut loads: Vec<_> = report.loads.iter().collect();
    loads.sort_by(|a, b| b.load.contact_s.total_cmp(&a.load.contact_s));
    let name_width = width(loads.iter().map(|load| load.name), "site");
    writeln!(
        out,
        "\n  {:<name_width$}  {:>8}  {:>11}  {:>7}  {:>12}  busiest hour (UTC)",
        "site", "contacts", "in contact", "busy", "most at once"
    )?;
    for named in loads.iter().take(ROWS) {
        let load = &named.load;
        let busiest = load.busiest_hour.map_or(String::new(), |hour| {
            format!(
                "  {}  {}, {}",
                &report.contacts.contacts.epoch(hour.start_s).to_string()[..16],
                counted(hour.contacts, "contact"),
                span(hour.contact_s)
            )
        });
        writeln!(
            out,
            "  {:<name_width$}  {:>8}  {:>11}  {:>5} %  {:>12}{busiest}",
            Left(named.name),
            load.contacts,
            span(load.contact_s),
            percent(load.percent_busy, 1),
            load.most_simultaneous
        )?;
    }
    rest(out, loads.len(), "sites")
}

fn out_of_reach(out: &mut Lines, report: &PassesReport<'_>, gaps: &GapReport<'_>) -> Result {
    writeln!(out, "\nOut of reach of the whole network")?;
    reach(out, &gaps.network)?;
    let mut satellites: Vec<_> = gaps.satellites.iter().collect();
    satellites.sort_by(|a, b| b.reach.largest_gap_s.total_cmp(&a.reach.largest_gap_s));
    let few = satellites.len() <= ROWS;
    let shown = if few { satellites.len() } else { LISTED };
    let name_width = width(satellites.iter().take(shown).map(|satellite| satellite.name), "satellite");
    writeln!(
        out,
        "\n  {:<name_width$}  {:>8}  {:>10}  {:>11}  {:>11}  longest from",
        if few { "satellite" } else { "worst" },
        "contacts",
        "in contact",
        "largest gap",
        "mean gap"
    )?;
    for named in satellites.iter().take(shown) {
        let reach = &named.reach;
        let from = if reach.gaps == 0 {
            String::new()
        } else {
            let cut = match (reach.largest_gap_holds_loss, reach.largest_gap_is_cut) {
                (true, _) => " (the satellite is lost in it)",
                (false, true) => " (cut by the window)",
                (false, false) => "",
            };
            format!("{}{cut}", report.contacts.contacts.epoch(reach.largest_gap_start_s))
        };
        writeln!(
            out,
            "  {:<name_width$}  {:>8}  {:>8} %  {:>11}  {:>11}  {from}",
            Left(named.name),
            reach.contacts,
            percent(reach.percent_in_contact, 2),
            span(reach.largest_gap_s),
            span(reach.mean_gap_s.unwrap_or(0.0))
        )?;
    }
    if few { Ok(()) } else { rest_after(out, satellites.len(), shown, "satellites") }
}

fn reach(out: &mut Lines, reach: &NetworkReach<'_>) -> Result {
    writeln!(
        out,
        "  in contact      {} % of the time for the mean satellite, {} % for the least",
        percent(reach.percent_in_contact, 3),
        percent(reach.least_percent_in_contact, 3)
    )?;
    if let (Some(satellite), Some(start)) = (reach.largest_gap_satellite, reach.largest_gap_start) {
        let cut = match (reach.largest_gap_holds_loss, reach.largest_gap_is_cut) {
            (true, _) => ", in which it is lost",
            (false, true) => ", cut by the window",
            (false, false) => "",
        };
        writeln!(out, "  largest gap     {}: {satellite} from {start}{cut}", span(reach.largest_gap_s))?;
        writeln!(out, "  mean largest    {}", span(reach.mean_largest_gap_s))?;
    }
    if let Some(mean) = reach.mean_gap_s {
        writeln!(out, "  mean gap        {}", span(mean))?;
    }
    writeln!(out, "  always, never   {} and {}", reach.always, counted(reach.never, "satellite"))
}

fn contributions(out: &mut Lines, gaps: &GapReport<'_>) -> Result {
    if gaps.contributions.len() < 2 {
        return Ok(());
    }
    let name_width = width(gaps.contributions.iter().map(|site| site.name), "without");
    writeln!(out, "\nWhat each site adds: the network without it, most missed first")?;
    writeln!(
        out,
        "  {:<name_width$}  {:>10}  {:>8}  {:>11}  {:>12}  only this site",
        "without", "in contact", "change", "largest gap", "mean largest"
    )?;
    for site in gaps.contributions.iter().take(ROWS) {
        let figures = &site.contribution;
        writeln!(
            out,
            "  {:<name_width$}  {:>8} %  {:>8.3}  {:>11}  {:>12}  {:>14}",
            Left(site.name),
            percent(figures.percent_without, 3),
            percent_change(figures.percent_with, figures.percent_without, 3),
            span(figures.largest_gap_without_s),
            span(figures.mean_largest_gap_without_s),
            span(figures.exclusive_s)
        )?;
    }
    rest(out, gaps.contributions.len(), "sites")
}

fn compare(out: &mut Lines, without: &WithoutReport<'_>) -> Result {
    let (with, less) = (&without.with, &without.without);
    writeln!(out, "\nWith and without {}", without.sites.join(", "))?;
    writeln!(out, "  {:<28}  {:>14}  {:>14}  {:>14}", "", "with", "without", "change")?;
    let mut share = |what: &str, a: f64, b: f64| {
        let change = percent_change(a, b, 3);
        writeln!(out, "  {what:<28}  {:>12} %  {:>12} %  {change:>+14.3}", percent(a, 3), percent(b, 3))
    };
    share("in contact, mean satellite", with.percent_in_contact, less.percent_in_contact)?;
    share("in contact, least satellite", with.least_percent_in_contact, less.least_percent_in_contact)?;
    let mut time = |what: &str, a: f64, b: f64| {
        let sign = if b < a && span(a) != span(b) { "-" } else { "+" };
        let change = format!("{sign}{}", span((b - a).abs()));
        writeln!(out, "  {what:<28}  {:>14}  {:>14}  {change:>14}", span(a), span(b))
    };
    time("largest gap", with.largest_gap_s, less.largest_gap_s)?;
    time("largest gap, mean satellite", with.mean_largest_gap_s, less.mean_largest_gap_s)?;
    time("mean gap", with.mean_gap_s.unwrap_or(0.0), less.mean_gap_s.unwrap_or(0.0))?;
    writeln!(out, "  {:<28}  {:>14}  {:>14}", "satellites never in contact", with.never, less.never)
}

fn rest(out: &mut Lines, count: usize, what: &str) -> Result {
    rest_after(out, count, ROWS, what)
}

/// Says how many were left out of a list.
pub fn rest_after(out: &mut Lines, count: usize, shown: usize, what: &str) -> Result {
    match count.saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "  …and {more} more {what}; --json lists all"),
    }
}

/// Columns that the widest of some names and a header take.
pub fn width<'a>(names: impl Iterator<Item = &'a str>, header: &str) -> usize {
    widest(names).max(super::columns::width(header))
}

/// The time of day of an instant, and by how many days it is later than another.
fn clock(earlier: Epoch, epoch: Epoch) -> String {
    let days = epoch.to_naive().date().signed_duration_since(earlier.to_naive().date()).num_days();
    let days = if days > 0 { format!(" +{days}d") } else { String::new() };
    format!("{}{days}", &epoch.to_string()[11..23])
}

/// Seconds to a tenth.
fn seconds(value: f64) -> String {
    format!("{value:.1}")
}

/// A length of time as hours and minutes, minutes and seconds, or seconds.
fn span(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => {
            let minutes = (seconds / 60.0).round() as u64;
            format!("{} h {:02} min", minutes / 60, minutes % 60)
        }
    }
}
