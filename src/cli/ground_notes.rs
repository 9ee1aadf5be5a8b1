//! What a reader of a result is to know of the sites in it: what of them is assumed or doubtful, which have no height,
//! are held, or are absent.

use std::borrow::Borrow;

use hexsky::ground::{Confidence, Outside, Position, Presence, Site, Whereabouts, missing_heights};
use hexsky::report::percent;
use hexsky::time::Window;

/// Names of sites that are told before the rest is only counted.
const LISTED: usize = 12;

/// Those of some sites that are there at some time of the window, and those that are not.
pub fn by_presence<S: Borrow<Site>>(sites: Vec<S>, window: &Window) -> (Vec<S>, Vec<S>) {
    let is_there = |site: &S| site.borrow().presence(window) != Presence::Absent;
    // Of hundreds of thousands no two lists are held.
    if sites.iter().all(is_there) {
        return (sites, Vec::new());
    }
    sites.into_iter().partition(is_there)
}

/// What is to be said of the sites that take part in a run, and of those that would but are not there.
pub fn of_sites<S: Borrow<Site>>(present: &[S], absent: &[S], window: &Window) -> Vec<String> {
    let [present, absent] =
        [present, absent].map(|sites| sites.iter().map(Borrow::borrow).collect::<Vec<&Site>>());
    let of = |which: &dyn Fn(&Site) -> bool| -> Vec<&str> {
        present.iter().filter(|site| which(site)).map(|site| site.name.as_str()).collect()
    };
    let partly: Vec<String> = present
        .iter()
        .filter_map(|site| match site.presence(window) {
            Presence::Part(share) => Some(format!("{} {} %", site.name, percent(share, 1))),
            Presence::Absent | Presence::Whole => None,
        })
        .collect();
    let in_parts = in_parts(present.iter().chain(&absent).copied());
    let absent: Vec<&str> = absent.iter().map(|site| site.name.as_str()).collect();
    let lists = [
        listed("assumed positions", &of(&|site| site.position == Position::Assumed)),
        listed("approximate positions", &of(&|site| site.position == Position::Approximate)),
        listed("of low confidence", &of(&|site| site.confidence == Some(Confidence::Low))),
        listed("assumed, as their file says", &of(&|site| site.confidence == Some(Confidence::Assumed))),
        listed("held where their tracks begin or end, all of the window", &of(&|site| site.is_held(window))),
        listed("absent or out of service throughout, so not used", &absent),
        in_parts,
        listed("there or in service for a part of the window", &partly),
    ];
    missing_heights(present).into_iter().chain(lists.into_iter().flatten()).collect()
}

/// Whose tracks are in parts, and what holds between them; none where all are whole.
pub fn in_parts<'a>(sites: impl IntoIterator<Item = &'a Site>) -> Option<String> {
    let of_one = |site: &Site| match &site.whereabouts {
        Whereabouts::Ship(track) if track.parts() > 1 => {
            let between = if track.after() == Outside::Hold { "held" } else { "absent" };
            Some(format!("{} in {} parts, {between} between them", site.name, track.parts()))
        }
        _ => None,
    };
    let told: Vec<String> = sites.into_iter().filter_map(of_one).collect();
    listed("tracks that are broken off", &told)
}

/// A few names after a lead, then the number of the rest; none where there are none.
pub fn listed<N: AsRef<str>>(lead: &str, names: &[N]) -> Option<String> {
    let some: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{lead}: {}{more}", some.join(", ")))
}

/// How many entries of the files have no published position; none where all have one.
pub fn unplaced(entries: usize) -> Option<String> {
    (entries > 0).then(|| format!("without a published position: {entries} entries of the files"))
}
