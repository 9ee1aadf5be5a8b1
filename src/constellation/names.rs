//! What reports call satellites that files call alike.

use std::collections::HashMap;
use std::path::Path;

use super::Satellite;

/// What tells a satellite from others of its name.
#[derive(Debug, Clone, Copy)]
pub struct Called<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its catalogue number.
    pub number: Option<u32>,
    /// The file it comes from.
    pub file: &'a str,
}

/// What each satellite is called, given with the file it comes from; see [`labels`].
pub fn told_apart(satellites: &[(&Satellite, &str)]) -> Vec<String> {
    let called = satellites.iter().map(|&(satellite, file)| Called {
        name: &satellite.name,
        number: satellite.catalogue_number(),
        file,
    });
    labels(&called.collect::<Vec<_>>())
}

/// What each of these is called: its name; where another one bears it too, with the catalogue number, without one with the
/// file, and where even that is the same with a number.
pub fn labels(satellites: &[Called<'_>]) -> Vec<String> {
    let mut labels: Vec<String> = satellites.iter().map(|one| one.name.to_owned()).collect();
    let more: [fn(&Called<'_>) -> String; 2] = [
        |one| match one.number {
            Some(number) => format!("{} ({number})", one.name),
            None => format!("{} ({})", one.name, stem(one.file)),
        },
        |one| match one.number {
            Some(number) => format!("{} ({number}, {})", one.name, one.file),
            None => format!("{} ({})", one.name, one.file),
        },
    ];
    for more in more {
        for number in alike(&labels) {
            labels[number] = more(&satellites[number]);
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for number in alike(&labels) {
        let count = counts.entry(labels[number].clone()).or_default();
        *count += 1;
        labels[number] = format!("{} #{count}", labels[number]);
    }
    labels
}

/// The name of a file without folder and ending.
pub fn stem(file: &str) -> &str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file)
}

/// Numbers of the labels that another one repeats, in order.
fn alike(labels: &[String]) -> Vec<usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    (0..labels.len()).filter(|&number| counts[labels[number].as_str()] > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orbit::MeanElements;
    use crate::time::Epoch;

    #[test]
    fn only_satellites_of_one_name_are_called_by_more() {
        let satellite = |name: &str, norad_id| Satellite {
            name: name.to_owned(),
            norad_id,
            designator: None,
            station: None,
            shell: "main".to_owned(),
            elements: MeanElements {
                epoch: Epoch::from_unix_nanos(0),
                inclination_deg: 53.0,
                raan_deg: 0.0,
                eccentricity: 0.0,
                argument_of_perigee_deg: 0.0,
                mean_anomaly_deg: 0.0,
                mean_motion_rev_day: 15.0,
                bstar: 0.0,
            },
        };
        let told = |all: &[(&str, Option<u32>, &str)]| -> Vec<String> {
            let satellites: Vec<(Satellite, &str)> =
                all.iter().map(|&(name, number, file)| (satellite(name, number), file)).collect();
            told_apart(&satellites.iter().map(|(satellite, file)| (satellite, *file)).collect::<Vec<_>>())
        };
        assert_eq!(told(&[("A", Some(5), "d.tle"), ("B", None, "d.tle")]), ["A", "B"]);
        assert_eq!(
            told(&[
                ("A", Some(5), "d.tle"),
                ("A", Some(6), "d.tle"),
                ("A", None, "w.toml"),
                ("B", None, "w.toml")
            ]),
            ["A (5)", "A (6)", "A (w)", "B"]
        );
        assert_eq!(told(&[("A", None, "x/one.toml"), ("A", None, "two.toml")]), ["A (one)", "A (two)"]);
        assert_eq!(
            told(&[("A", None, "A/w.toml"), ("A", None, "B/w.toml")]),
            ["A (A/w.toml)", "A (B/w.toml)"]
        );
        // Objects without a number, which have the number 0 in some catalogues.
        assert_eq!(
            told(&[("A", Some(0), "d.csv"), ("A", Some(0), "d.csv")]),
            ["A (d.csv) #1", "A (d.csv) #2"]
        );
    }
}
