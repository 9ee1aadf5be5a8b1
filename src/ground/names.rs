//! Sites by the names that a user gives.

use super::Site;
use crate::diagnostics::nearest;

/// A name that no site has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no site is named '{name}'")]
pub struct UnknownSite {
    /// The name as given.
    pub name: String,
    /// The site probably meant.
    pub nearest: Option<String>,
    /// All names there are.
    pub known: Vec<String>,
}

/// The numbers of the sites that lists of names mean, each once, in the order of the lists.
///
/// Commas part the names of a list. A name may hold commas itself: of several readings the longest name that
/// a site has is taken.
///
/// # Errors
/// [`UnknownSite`] for a name that no site has, with the nearest one.
pub fn find_sites(sites: &[Site], lists: &[String]) -> Result<Vec<usize>, UnknownSite> {
    let mut found = Vec::new();
    for list in lists {
        let mut rest = Some(list.as_str());
        while let Some(text) = rest {
            let ends: Vec<usize> = text.match_indices(',').map(|(at, _)| at).chain([text.len()]).collect();
            let is_name = |end: &&usize| sites.iter().any(|site| site.name == text[..**end].trim());
            let end = *ends.iter().rev().find(is_name).unwrap_or(&ends[0]);
            let number = find_site(sites, text[..end].trim())?;
            if !found.contains(&number) {
                found.push(number);
            }
            rest = text.get(end + 1..);
        }
    }
    Ok(found)
}

/// The number of the site of this name among `sites`.
///
/// # Errors
/// [`UnknownSite`] where there is none, with the nearest name.
pub fn find_site(sites: &[Site], name: &str) -> Result<usize, UnknownSite> {
    sites.iter().position(|site| site.name == name).ok_or_else(|| UnknownSite {
        name: name.to_owned(),
        nearest: nearest_site(sites, name),
        known: sites.iter().map(|site| site.name.clone()).collect(),
    })
}

/// The site probably meant: by its name, by its full name, or by a part of either.
fn nearest_site(sites: &[Site], name: &str) -> Option<String> {
    let by_name = nearest(name, sites.iter().map(|site| site.name.as_str())).map(str::to_owned);
    let lower = name.to_lowercase();
    by_name
        .or_else(|| {
            let titles = sites.iter().filter_map(|site| site.title.as_deref());
            let title = nearest(name, titles)?;
            sites.iter().find(|site| site.title.as_deref() == Some(title)).map(|site| site.name.clone())
        })
        .or_else(|| {
            // "svalbard" is meant for "ksat-svalbard", and with a slip of the pen too.
            let parts = sites
                .iter()
                .flat_map(|site| site.name.split(['-', '_', '/', ' ']).map(move |part| (part, site)));
            let part = nearest(&lower, parts.clone().map(|(part, _)| part).filter(|part| part.len() > 3))?;
            parts.clone().find(|(candidate, _)| *candidate == part).map(|(_, site)| site.name.clone())
        })
}
