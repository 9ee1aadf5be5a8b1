//! The oceans as rings around them. Land is taken out afterwards, so that a border may run over land as
//! it likes: only where it crosses water it means something.
//!
//! The water borders are simplified from the International Hydrographic Organization's Limits of Oceans
//! and Seas (S-23, 1953): the meridians of Cape Horn (67°16'W), Cape Agulhas (20°E) and South East Cape
//! of Tasmania (146°49'E); the west of Bass Strait; Cape Londonderry to Roti and along the southern
//! Sunda Islands and Sumatra. Side seas (Mediterranean, Caribbean, Red Sea, …) go with their ocean, and
//! 60°S and the Arctic Circle end the three: that is not S-23's.

use geo::{Coord, LineString, Polygon};

use super::named::POLAR_CIRCLE_DEG;

/// Longitude and latitude in degrees.
type Line = [(f64, f64)];

const SOUTH_DEG: f64 = -60.0;

/// From the south along Cape Horn, the Andes and the isthmus to the Arctic.
const PACIFIC_TO_ATLANTIC: &Line = &[
    (-67.2667, SOUTH_DEG),
    (-67.2667, -55.9),
    (-68.5, -54.7),
    // The eastern mouth of the Strait of Magellan.
    (-68.4, -52.4),
    (-71.0, -51.0),
    (-71.5, -40.0),
    (-69.5, -30.0),
    (-68.0, -20.0),
    (-72.0, -14.0),
    (-78.0, -6.0),
    (-78.0, -1.0),
    (-76.5, 3.0),
    (-76.5, 7.3),
    (-77.6, 8.0),
    (-78.4, 9.1),
    // The Panama Canal, between its two ends.
    (-79.7, 9.1),
    (-80.5, 8.6),
    (-82.2, 8.7),
    (-83.5, 9.6),
    (-84.8, 11.1),
    (-85.9, 12.7),
    (-88.0, 14.3),
    (-90.5, 15.2),
    (-94.8, 17.0),
    (-98.0, 18.5),
    (-100.0, 20.0),
    (-105.0, 25.0),
    (-110.0, 38.0),
    (-115.0, 48.0),
    (-125.0, 60.0),
    (-141.0, 66.0),
    (-141.0, POLAR_CIRCLE_DEG),
];

/// From the south along Cape Agulhas through Africa, between the two ends of the Suez Canal, to Armenia.
const ATLANTIC_TO_INDIAN: &Line = &[
    (20.0, SOUTH_DEG),
    (20.0, -34.7),
    (20.0, -30.0),
    (25.0, -20.0),
    (28.0, -10.0),
    (30.0, 0.0),
    (33.0, 10.0),
    (32.5, 20.0),
    (32.5, 25.0),
    (31.8, 29.0),
    (32.35, 30.4),
    (34.7, 30.3),
    (36.5, 32.0),
    (38.0, 37.0),
    (42.0, 39.0),
];

/// From the south along Tasmania, Australia, the Sunda Islands and Malacca to the Tibetan plateau.
const INDIAN_TO_PACIFIC: &Line = &[
    (146.8236, SOUTH_DEG),
    (146.8236, -43.55),
    (146.5, -42.0),
    (144.8, -40.8),
    // King Island and Cape Otway: the west of Bass Strait.
    (144.0, -39.9),
    (143.5, -38.75),
    (143.0, -36.0),
    (135.0, -25.0),
    (128.0, -17.0),
    (126.95, -13.9),
    // Roti, Sawu, Sumba, Sumbawa, Lombok, Bali, Java.
    (123.1, -10.75),
    (121.85, -10.53),
    (120.2, -9.9),
    (119.1, -9.5),
    (118.5, -8.7),
    (117.0, -8.7),
    (116.4, -8.55),
    (115.2, -8.4),
    (113.5, -8.0),
    (110.0, -7.4),
    (107.0, -7.0),
    (105.9, -6.5),
    // Sumatra, from the Sunda Strait to where the Strait of Malacca, which goes with the Indian Ocean, ends.
    (104.9, -5.3),
    (102.5, -1.5),
    (102.8, 0.0),
    (103.4, 1.0),
    (103.7, 1.5),
    (102.5, 2.8),
    (101.5, 5.0),
    (100.6, 6.6),
    (99.6, 8.2),
    (98.9, 9.2),
    (98.95, 10.3),
    (99.2, 12.5),
    (99.0, 18.0),
    (99.0, 25.0),
    (95.0, 32.0),
];

/// From Armenia south of the Caspian Sea to the Tibetan plateau.
const NORTH_OF_INDIAN: &Line =
    &[(42.0, 39.0), (46.0, 35.5), (52.5, 34.5), (60.0, 35.5), (70.0, 37.0), (85.0, 33.0), (95.0, 32.0)];

pub(super) fn pacific() -> Polygon<f64> {
    let america = PACIFIC_TO_ATLANTIC.iter().rev().map(|&(lon, lat)| (lon + 360.0, lat));
    let siberia = [(100.0, POLAR_CIRCLE_DEG)];
    ring(INDIAN_TO_PACIFIC.iter().copied().chain(siberia).chain(america))
}

pub(super) fn atlantic() -> Polygon<f64> {
    let north = [
        // The White Sea goes with the Arctic Ocean.
        (32.0, POLAR_CIRCLE_DEG),
        (32.0, WHITE_SEA_SOUTH_DEG),
        (45.0, WHITE_SEA_SOUTH_DEG),
        (45.0, POLAR_CIRCLE_DEG),
        (62.0, POLAR_CIRCLE_DEG),
        // West of the Caspian Sea, which belongs to no ocean.
        (55.0, 60.0),
        (45.0, 50.0),
        (45.0, 43.0),
    ];
    let africa = ATLANTIC_TO_INDIAN.iter().rev().copied();
    ring(PACIFIC_TO_ATLANTIC.iter().copied().chain(north).chain(africa))
}

pub(super) fn indian() -> Polygon<f64> {
    let east = INDIAN_TO_PACIFIC.iter().rev().copied();
    ring(ATLANTIC_TO_INDIAN.iter().chain(NORTH_OF_INDIAN).copied().chain(east))
}

/// The White Sea lies between this latitude and the Arctic Circle, 32°E to 45°E.
pub(super) const WHITE_SEA_SOUTH_DEG: f64 = 63.5;

fn ring(points: impl Iterator<Item = (f64, f64)>) -> Polygon<f64> {
    Polygon::new(LineString::new(points.map(|(x, y)| Coord { x, y }).collect()), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::super::{Region, countries};
    use super::*;

    /// Where the borders cross water they are to be those that are named above, and no others.
    #[test]
    fn borders_run_over_land_save_where_they_are_named() {
        // Within these boxes (south, west, north, east) a border may be at sea.
        let named: &[[f64; 4]] = &[
            [-60.0, -68.6, -52.3, -67.0], // Cape Horn, Tierra del Fuego
            [-60.0, 19.9, -34.7, 20.1],   // Agulhas
            [-60.0, 146.7, -43.4, 146.9], // Tasmania
            [-40.8, 143.4, -38.7, 144.9], // Bass Strait
            [-14.0, 104.8, -5.2, 127.0],  // the Sunda Islands
            [0.0, 102.7, 1.6, 103.8],     // end of the Strait of Malacca
        ];
        for line in [PACIFIC_TO_ATLANTIC, ATLANTIC_TO_INDIAN, INDIAN_TO_PACIFIC, NORTH_OF_INDIAN] {
            for ends in line.windows(2) {
                for step in 0..=200 {
                    let along = f64::from(step) / 200.0;
                    let lon = ends[0].0 + along * (ends[1].0 - ends[0].0);
                    let lat = ends[0].1 + along * (ends[1].1 - ends[0].1);
                    let allowed = named.iter().any(|[south, west, north, east]| {
                        (*south..=*north).contains(&lat) && (*west..=*east).contains(&lon)
                    });
                    assert!(
                        allowed || countries::land().contains(lat, lon),
                        "a border crosses water at {lat}, {lon}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_sea_is_in_one_ocean() {
        let oceans: Vec<Region> = ["pacific", "atlantic", "indian", "southern", "arctic-ocean"]
            .map(|name| Region::parse(name).unwrap())
            .into();
        let expected = [
            ("Mariana Trench", 11.3, 142.2, "pacific"),
            ("Tasman Sea", -40.0, 160.0, "pacific"),
            ("Sea of Okhotsk", 55.0, 150.0, "pacific"),
            ("Gulf of Thailand", 10.0, 101.5, "pacific"),
            ("Java Sea", -5.0, 110.0, "pacific"),
            ("Gulf of California", 27.0, -111.5, "pacific"),
            ("Gulf of Panama", 8.0, -79.3, "pacific"),
            ("Chilean coast", -45.0, -76.0, "pacific"),
            ("date line", 0.0, 180.0, "pacific"),
            ("Bering Strait", 65.8, -169.0, "pacific"),
            ("Gulf of Mexico", 25.0, -90.0, "atlantic"),
            ("Caribbean Sea off Colon", 9.6, -79.9, "atlantic"),
            ("Mediterranean off Port Said", 31.8, 32.4, "atlantic"),
            ("Black Sea", 43.0, 34.0, "atlantic"),
            ("Baltic Sea", 58.0, 20.0, "atlantic"),
            ("Hudson Bay", 60.0, -85.0, "atlantic"),
            ("Norwegian Sea", 66.0, 5.0, "atlantic"),
            ("Argentine coast", -45.0, -63.0, "atlantic"),
            ("Gulf of Suez", 28.6, 33.1, "indian"),
            ("Gulf of Aqaba", 29.0, 34.8, "indian"),
            ("Persian Gulf", 27.0, 51.0, "indian"),
            ("Andaman Sea", 10.0, 96.0, "indian"),
            ("Strait of Malacca", 3.0, 100.5, "indian"),
            ("Great Australian Bight", -35.0, 130.0, "indian"),
            ("south of Java", -10.0, 110.0, "indian"),
            ("Ross Sea", -75.0, 175.0, "southern"),
            ("north pole", 90.0, 0.0, "arctic-ocean"),
            ("White Sea", 65.3, 38.0, "arctic-ocean"),
            ("Baffin Bay", 74.0, -68.0, "arctic-ocean"),
        ];
        for (place, lat, lon, ocean) in expected {
            let found: Vec<&str> =
                oceans.iter().filter(|region| region.contains(lat, lon)).map(Region::name).collect();
            assert_eq!(found, [ocean], "{place}");
        }
        // The Caspian Sea and the summit of Everest.
        for (lat, lon) in [(42.0, 50.5), (46.0, 49.9), (27.99, 86.93)] {
            assert!(!oceans.iter().any(|region| region.contains(lat, lon)), "{lat}, {lon}");
        }
    }
}
