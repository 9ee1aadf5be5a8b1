//! Where the Recommendations end. Paths beyond what they state are computed with the same expressions, and said.

use super::SlantPath;

/// Something that a Recommendation states a bound for.
struct Bound {
    is_beyond: fn(&SlantPath) -> bool,
    /// Goes on from "the path is".
    text: &'static str,
}

/// A percentage that comes of an availability is a rounding off: 100 − 99.999 is not quite 0.001.
const ROUNDING: f64 = 1e-9;

const BOUNDS: [Bound; 7] = [
    Bound {
        is_beyond: |path| path.elevation_deg < 5.0,
        text: "below 5 degrees, where the gas, cloud and scintillation models are not stated",
    },
    Bound {
        is_beyond: |path| !(1.0..=350.0).contains(&path.frequency_ghz),
        text: "outside 1 to 350 GHz, for which P.676-12 gas is stated",
    },
    Bound {
        is_beyond: |path| path.frequency_ghz > 55.0,
        text: "above 55 GHz, where P.618-13 rain is not stated",
    },
    Bound {
        is_beyond: |path| path.frequency_ghz > 200.0,
        text: "above 200 GHz, where P.840-8 cloud is not stated",
    },
    Bound {
        is_beyond: |path| !(4.0..=20.0).contains(&path.frequency_ghz),
        text: "outside 4 to 20 GHz, for which P.618-13 scintillation is stated",
    },
    Bound {
        is_beyond: |path| path.percent < 0.01 * (1.0 - ROUNDING),
        text: "at a percentage below 0.01, from which on P.618-13 scintillation is stated",
    },
    Bound {
        is_beyond: |path| path.percent < 0.001 * (1.0 - ROUNDING) || path.percent > 5.0 * (1.0 + ROUNDING),
        text: "at a percentage outside 0.001 to 5, for which P.618-13 rain is stated",
    },
];

/// What the models are extrapolated for on a path: texts that go on from "the path is".
pub fn beyond(path: &SlantPath) -> impl Iterator<Item = &'static str> {
    BOUNDS.iter().filter(|bound| (bound.is_beyond)(path)).map(|bound| bound.text)
}

/// The same of many paths, counted, for the reader of their attenuation.
pub fn notes(paths: &[&SlantPath]) -> Vec<String> {
    let count = |bound: &Bound| paths.iter().filter(|path| (bound.is_beyond)(path)).count();
    let told = |bound: &Bound| match (count(bound), paths.len()) {
        (0, _) => None,
        (_, 1) => Some(format!("the path is {}", bound.text)),
        (count, all) => Some(format!("{count} of {all} paths are {}", bound.text)),
    };
    BOUNDS.iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_told_beyond_it_and_only_there() {
        let inside = SlantPath {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            station_height_km: None,
            frequency_ghz: 20.0,
            elevation_deg: 5.0,
            antenna_diameter_m: 1.0,
            antenna_efficiency: 0.6,
            tilt_deg: 45.0,
            percent: 5.0,
        };
        let rare = SlantPath { percent: 100.0 - 99.99, ..inside };
        assert_eq!(notes(&[&inside, &rare]), [""; 0]);
        let texts = |path: SlantPath| beyond(&path).collect::<Vec<_>>().join("; ");
        for (path, expected) in [
            (SlantPath { elevation_deg: 4.99, ..inside }, "below 5 degrees"),
            (SlantPath { frequency_ghz: 20.1, ..inside }, "outside 4 to 20 GHz"),
            (SlantPath { percent: 0.009, ..inside }, "below 0.01"),
            (SlantPath { percent: 40.0, ..inside }, "outside 0.001 to 5"),
        ] {
            let told = texts(path);
            assert!(told.contains(expected) && !told.contains(';'), "{expected}: {told}");
            assert_eq!(notes(&[&path]), [format!("the path is {told}")]);
            assert_eq!(notes(&[&inside, &path]), [format!("1 of 2 paths are {told}")]);
        }
        let far = texts(SlantPath { frequency_ghz: 400.0, ..inside });
        for expected in ["1 to 350 GHz", "above 55 GHz", "above 200 GHz"] {
            assert!(far.contains(expected), "{far}");
        }
        // The rarest that an availability can ask for.
        let told = texts(SlantPath { percent: 100.0 - 99.999, ..inside });
        assert!(told.contains("below 0.01") && !told.contains("outside 0.001"), "{told}");
    }
}
