//! The files that a network names, without reading the network in earnest.

use std::path::{Path, PathBuf};

use crate::input::{NETWORK_GROWTH, read_text};

/// The files that a network in TOML reads beside itself: networks that it includes, with what these name, and tracks of
/// ships. What cannot be read names nothing; reading it in earnest tells why.
pub fn files_named_in(network: &Path) -> Vec<PathBuf> {
    let known = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // The network itself stands first: those that it includes may include it.
    let mut named = vec![known(network)];
    gather(network, &mut named);
    named.remove(0);
    named
}

fn gather(network: &Path, named: &mut Vec<PathBuf>) {
    // Long catalogues are not worth a try as TOML.
    let names_files = |text: &String| text.contains("include") || text.contains("track");
    let text = network.to_str().and_then(|path| read_text(path, NETWORK_GROWTH).ok()).filter(names_files);
    let Some(table) = text.and_then(|text| toml::from_str::<toml::Table>(&text).ok()) else { return };
    let list = |table: &toml::Table, key: &str| -> Vec<toml::Value> {
        table.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default()
    };
    let folder = network.parent().unwrap_or(Path::new(""));
    let beside =
        |name: &toml::Value| name.as_str().map(|name| folder.join(name)).filter(|path| path.is_file());
    for included in list(&table, "include").iter().filter_map(beside) {
        // However it is spelt, lest one that includes itself has no end.
        let included = included.canonicalize().unwrap_or(included);
        if !named.contains(&included) {
            named.push(included.clone());
            gather(&included, named);
        }
    }
    let ships = list(&table, "ship");
    let voyages = ships.iter().filter_map(toml::Value::as_table).flat_map(|ship| list(ship, "voyage"));
    named.extend(voyages.filter_map(|voyage| beside(voyage.get("track")?)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_tracks_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().canonicalize().unwrap().join(name);
        for (name, text) in [
            (
                "a.toml",
                "include = [\"b.toml\", \"chinese-ttc\"]\n[[ship]]\nname = \"S\"\n[[ship.voyage]]\ntrack = \"t.csv\"",
            ),
            (
                "b.toml",
                "include = [\"a.toml\"]\n[[ship]]\n[[ship.voyage]]\ntrack = \"u.gpx\"\n[[ship.voyage]]\ntrack = 5",
            ),
            ("t.csv", "time"),
            ("u.gpx", "<gpx/>"),
        ] {
            std::fs::write(path(name), text).unwrap();
        }
        let mut named = files_named_in(&path("a.toml"));
        named.sort();
        assert_eq!(named, ["b.toml", "t.csv", "u.gpx"].map(path));
        assert!(files_named_in(&path("t.csv")).is_empty());
        assert!(files_named_in(&path("gone.toml")).is_empty());
    }
}
