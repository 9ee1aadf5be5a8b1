//! Contacts along the window, one line for each satellite or site.

use std::fmt::{Result, Write};

use hexsky::passes::{Contact, Interval, union};
use hexsky::report::passes::Plan;
use hexsky::time::Epoch;
use hexsky::units::SECONDS_PER_DAY;

use super::columns::{Left, Lines};
use super::passes_text::width;

/// Columns of the timeline.
const COLUMNS: usize = 72;
/// Lines of a timeline; more satellites or sites have none.
const LINES: usize = 20;

/// Where more than this many can be in contact at a time, their number is drawn.
const COUNTED_FROM: usize = 4;

/// Draws sites where they are few, and satellites where they are few.
pub fn draw(out: &mut Lines, plan: &Plan<'_>) -> Result {
    if plan.contacts.contacts.is_empty() {
        return Ok(());
    }
    let sites: Vec<&str> = plan.sites.iter().map(|site| site.name.as_str()).collect();
    let satellites: Vec<&str> = plan.names.iter().map(String::as_str).collect();
    if sites.len() <= LINES {
        lines(out, plan, "site", &sites, satellites.len(), |contact| contact.site)?;
    }
    if (2..=LINES).contains(&satellites.len()) {
        lines(out, plan, "satellite", &satellites, sites.len(), |contact| contact.satellite)?;
    }
    Ok(())
}

fn lines(
    out: &mut Lines,
    plan: &Plan<'_>,
    what: &str,
    names: &[&str],
    others: usize,
    number: impl Fn(&Contact) -> usize,
) -> Result {
    let mut intervals: Vec<Vec<Interval>> = vec![Vec::new(); names.len()];
    for contact in &plan.contacts.contacts {
        intervals[number(contact)].push(Interval { start_s: contact.aos_s, end_s: contact.los_s });
    }
    let name_width = width(names.iter().copied(), what);
    let duration_s = plan.contacts.window.duration_s;
    let scale = scale(plan.contacts.window.start, duration_s);
    if others < COUNTED_FROM {
        writeln!(out, "\n  {what:<name_width$}  {scale}  █ in contact, ▄ for a part, · not")?;
        for (name, intervals) in names.iter().zip(intervals) {
            writeln!(out, "  {:<name_width$}  {}", Left(name), bar(&union(intervals), duration_s))?;
        }
        return Ok(());
    }
    let counts: Vec<[usize; COLUMNS]> =
        intervals.iter().map(|intervals| most_at_a_time(intervals, duration_s)).collect();
    let largest = counts.iter().flatten().copied().max().unwrap_or(0);
    let legend = if largest > 9 { format!(", █ is {largest}") } else { String::new() };
    writeln!(out, "\n  {what:<name_width$}  {scale}  most in contact at a time{legend}")?;
    for (name, counts) in names.iter().zip(counts) {
        let drawn: String = counts.iter().map(|&count| drawn(count, largest)).collect();
        writeln!(out, "  {:<name_width$}  {drawn}", Left(name))?;
    }
    Ok(())
}

/// The start, the middle and the end, spread over the columns: times of day, or dates with them where days pass, with
/// the year where that changes, and as fine as tells them apart.
fn scale(start: Epoch, duration_s: f64) -> String {
    let at = |part: f64| start.plus_seconds(part * duration_s).to_string();
    let texts = [at(0.0), at(0.5), at(1.0)];
    let alike = |letters: usize| {
        let of = |number: usize| &texts[number][..letters];
        of(0) == of(1) || of(1) == of(2)
    };
    // A window that ends with its day is of one day.
    let is_of_a_day = duration_s <= SECONDS_PER_DAY && texts[0][..10] == texts[1][..10];
    let from = match () {
        () if is_of_a_day => 11,
        () if texts[0][..4] == texts[2][..4] => 5,
        () => 0,
    };
    let to = [16, 19].into_iter().find(|&letters| !alike(letters)).unwrap_or(23);
    let [first, middle, last] = texts.map(|text| text[from..to].replace('T', " "));
    // The middle begins at its column, as far as the end leaves room.
    let half = (COLUMNS / 2).min(COLUMNS - last.len() - 2 - middle.len());
    format!("{first:<half$}{middle:<rest$}{last}", rest = COLUMNS - half - last.len())
}

/// A column is whole where there is contact throughout, and marked where there is any at all.
fn bar(covered: &[Interval], duration_s: f64) -> String {
    let column_s = duration_s / COLUMNS as f64;
    (0..COLUMNS)
        .map(|column| {
            let (from, to) = (column as f64 * column_s, (column + 1) as f64 * column_s);
            let held: f64 = covered
                .iter()
                .map(|interval| (interval.end_s.min(to) - interval.start_s.max(from)).max(0.0))
                .sum();
            if held <= 0.0 {
                '·'
            } else if held > column_s * (1.0 - 1e-9) {
                '█'
            } else {
                '▄'
            }
        })
        .collect()
}

/// The most contacts at one instant of each column.
fn most_at_a_time(intervals: &[Interval], duration_s: f64) -> [usize; COLUMNS] {
    let column_s = duration_s / COLUMNS as f64;
    let mut most = [0usize; COLUMNS];
    let mut events: Vec<(f64, bool)> =
        intervals.iter().flat_map(|interval| [(interval.start_s, true), (interval.end_s, false)]).collect();
    // A contact that ends makes room for one that begins at the same instant.
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut now = 0usize;
    let mut reached = 0;
    let column = |t_s: f64| ((t_s / column_s) as usize).min(COLUMNS - 1);
    for (t_s, begins) in events {
        // What is in contact since the last event lasts into every column up to this one.
        for most in &mut most[reached..=column(t_s)] {
            *most = now.max(*most);
        }
        reached = column(t_s);
        now = if begins { now + 1 } else { now.saturating_sub(1) };
        most[reached] = most[reached].max(now);
    }
    most
}

/// A number as a digit, or as a bar where the largest number has two digits.
fn drawn(count: usize, largest: usize) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    match count {
        0 => '·',
        1..=9 if largest <= 9 => char::from(b'0' + count as u8),
        _ => BARS[(count * BARS.len()).div_ceil(largest).clamp(1, BARS.len()) - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_at_a_time_is_drawn() {
        let at = |start_s, end_s| Interval { start_s, end_s };
        let most =
            most_at_a_time(&[at(0.0, 350.0), at(150.0, 320.0), at(320.0, 330.0), at(7150.0, 7200.0)], 7200.0);
        assert_eq!((most[..5].to_vec(), most[70], most[71]), (vec![1, 2, 2, 2, 0], 0, 1));
        assert_eq!([0, 1, 9].map(|count| drawn(count, 9)), ['·', '1', '9']);
        assert_eq!([0, 1, 8, 16].map(|count| drawn(count, 16)), ['·', '▁', '▄', '█']);
    }

    #[test]
    fn a_scale_of_days_tells_the_days() {
        let start: Epoch = "2026-01-01T00:00:00Z".parse().unwrap();
        let told =
            |duration_s: f64| scale(start, duration_s).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(told(86_400.0), "00:00 12:00 00:00");
        assert_eq!(told(864_000.0), "01-01 00:00 01-06 00:00 01-11 00:00");
        assert_eq!(told(60.0), "00:00:00 00:00:30 00:01:00");
        assert!(
            ["86400", "864000", "60"]
                .iter()
                .all(|s| scale(start, s.parse().unwrap()).chars().count() == COLUMNS)
        );
        assert_eq!(told(730.0 * 86_400.0), "2026-01-01 00:00 2027-01-01 00:00 2028-01-01 00:00");
        assert_eq!(told(0.5), "00:00:00.000 00:00:00.250 00:00:00.500");
        let midnight: Epoch = "2026-12-31T23:59:50Z".parse().unwrap();
        assert_eq!(
            scale(midnight, 20.0).split_whitespace().collect::<Vec<_>>().join(" "),
            "2026-12-31 23:59:50 2027-01-01 00:00:00 2027-01-01 00:00:10"
        );
        assert_eq!(scale(midnight, 0.5).len(), COLUMNS);
        let new_year: Epoch = "2026-12-31T23:59:59.9Z".parse().unwrap();
        assert_eq!(scale(new_year, 0.5).split_whitespace().count(), 6);
        let late: Epoch = "2026-01-01T18:00:00Z".parse().unwrap();
        assert!(scale(late, 43_200.0).ends_with("01-02 06:00"));
    }

    #[test]
    fn a_short_contact_is_not_lost_in_its_column() {
        let covered = [Interval { start_s: 0.0, end_s: 200.0 }, Interval { start_s: 7199.0, end_s: 7199.5 }];
        let drawn: Vec<char> = bar(&covered, 7200.0).chars().collect();
        assert_eq!(drawn.len(), COLUMNS);
        assert_eq!((drawn[0], drawn[1], drawn[2], drawn[70], drawn[71]), ('█', '█', '·', '·', '▄'));
    }
}
