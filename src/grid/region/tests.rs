//! Regions against independent ways to the same answer: the angle sum for `contains`, all cells of the
//! Earth one by one for `cells`.

use std::io::Write;
use std::sync::OnceLock;

use geo::Polygon;
use h3o::{CellIndex, LatLng, Resolution};
use proptest::prelude::*;

use super::*;

fn region(text: &str) -> Region {
    Region::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// All cells of a resolution with their centres.
fn all_cells(resolution: Resolution) -> &'static [(CellIndex, LatLng)] {
    static CELLS: [OnceLock<Vec<(CellIndex, LatLng)>>; 5] = [const { OnceLock::new() }; 5];
    CELLS[usize::from(u8::from(resolution))].get_or_init(|| {
        CellIndex::base_cells()
            .flat_map(|base| base.children(resolution))
            .map(|cell| (cell, LatLng::from(cell)))
            .collect()
    })
}

fn assert_cells_are_those_of_a_full_search(region: &Region, resolution: Resolution) {
    let expected: Vec<CellIndex> = all_cells(resolution)
        .iter()
        .filter(|(_, centre)| region.contains(centre.lat(), centre.lng()))
        .map(|(cell, _)| *cell)
        .collect();
    let found = region.cells(resolution);
    assert!(found.is_sorted());
    assert!(found == expected, "{} at {resolution}: {} of {}", region.name(), found.len(), expected.len());
}

/// Whether a point lies in a polygon by the angle under which it sees each ring: ±2π inside, 0 outside.
fn inside_by_angles(polygon: &Polygon<f64>, x: f64, y: f64) -> bool {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let turns: i64 = rings
        .map(|ring| {
            let angle: f64 = ring
                .lines()
                .map(|line| {
                    let (ax, ay, bx, by) =
                        (line.start.x - x, line.start.y - y, line.end.x - x, line.end.y - y);
                    (ax * by - ay * bx).atan2(ax * bx + ay * by)
                })
                .sum();
            (angle / std::f64::consts::TAU).round().abs() as i64
        })
        .sum();
    turns % 2 == 1
}

fn inside_any(polygons: &[Polygon<f64>], lat: f64, lon: f64) -> bool {
    polygons
        .iter()
        .any(|polygon| [-360.0, 0.0, 360.0].iter().any(|turn| inside_by_angles(polygon, lon + turn, lat)))
}

fn from_geojson(text: &str) -> Result<Region, RegionError> {
    let mut file = tempfile::Builder::new().suffix(".geojson").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Region::parse(file.path().to_str().unwrap())
}

#[test]
fn cells_of_every_country_and_name_at_resolution_3() {
    for (name, _) in Region::names() {
        assert_cells_are_those_of_a_full_search(&region(name), Resolution::Three);
    }
}

#[test]
fn cells_of_boxes_and_bands() {
    for text in [
        "-20,170,10,-170",
        "-90,-180,-60,180",
        "66,-180,90,180",
        "80,10,90,20",
        "lon:179.9..-179.9",
        "lon:-1..1",
        "lat:-0.01..0.01",
        "0,0,0.001,0.001",
        "-90,0,90,359",
    ] {
        for resolution in [Resolution::Zero, Resolution::One, Resolution::Two, Resolution::Four] {
            assert_cells_are_those_of_a_full_search(&region(text), resolution);
        }
    }
}

#[test]
fn cells_of_some_countries_at_resolutions_2_and_4() {
    for text in ["CN", "RU", "FJ", "AQ", "US", "CL", "ID", "LS", "ZA", "VA", "NZ", "pacific", "belt-and-road"]
    {
        assert_cells_are_those_of_a_full_search(&region(text), Resolution::Two);
        assert_cells_are_those_of_a_full_search(&region(text), Resolution::Four);
    }
}

/// h3o's own tiling of the same outlines, which goes along the border and fills inwards.
#[test]
fn cells_of_countries_agree_with_the_tiler_of_h3o() {
    use h3o::geom::{ContainmentMode, TilerBuilder};
    for (text, resolution) in [("UG", 5), ("CN", 3), ("KW", 6), ("LU", 7)] {
        let resolution = Resolution::try_from(resolution).unwrap();
        let mut tiler = TilerBuilder::new(resolution)
            .containment_mode(ContainmentMode::ContainsCentroid)
            .disable_transmeridian_heuristic()
            .build();
        tiler.add_batch(countries::find(text).unwrap().polygons.clone()).unwrap();
        let mut expected: Vec<CellIndex> = tiler.into_coverage().collect();
        expected.sort_unstable();
        expected.dedup();
        let found = region(text).cells(resolution);
        assert!(found == expected, "{text}: {} and {}", found.len(), expected.len());
    }
}

#[test]
fn the_globe_is_all_cells() {
    assert_eq!(region("globe").cells(Resolution::Three).len(), 41_162);
    assert_eq!(region("world").cells(Resolution::Four).len(), 288_122);
}

#[test]
fn land_and_sea_share_the_cells() {
    let [land, sea] = ["land", "sea"].map(|name| region(name).cells(Resolution::Three).len());
    assert_eq!(land + sea, 41_162);
}

#[test]
fn countries_by_code_and_name() {
    for (text, name) in [
        ("cn", "China"),
        ("CHN", "China"),
        ("People's Republic of China", "China"),
        ("united states", "United States of America"),
        ("uk", "United Kingdom"),
        ("Cote d'Ivoire", "Côte d'Ivoire"),
        ("CÔTE D’IVOIRE", "Côte d'Ivoire"),
        ("ivory coast", "Côte d'Ivoire"),
        ("Korea, Republic of", "South Korea"),
        ("congo", "Congo"),
        ("cod", "Democratic Republic of the Congo"),
        ("curacao", "Curaçao"),
        ("burma", "Myanmar"),
        ("tuvalu", "Tuvalu"),
        ("xk", "Kosovo"),
        ("somaliland", "Somaliland"),
    ] {
        assert_eq!(region(text).name(), name, "{text}");
    }
    // Every code and name finds its own country.
    for country in countries::all().iter().filter(|country| !country.polygons.is_empty()) {
        for text in [&country.name, &country.alpha2, &country.alpha3].into_iter().chain(&country.names) {
            if !text.is_empty() {
                assert_eq!(region(text).name(), country.name, "{text}");
            }
        }
    }
}

/// Capitals and other well-known places, positions rounded from common knowledge.
#[test]
fn places_lie_in_their_countries() {
    for (lat, lon, inside, outside) in [
        (39.9, 116.4, "China", "Mongolia"),
        (-35.3, 149.1, "AU", "NZ"),
        (55.75, 37.6, "Russia", "Ukraine"),
        // Either side of the antimeridian.
        (66.0, -171.0, "Russia", "US"),
        (71.2, -179.5, "RU", "CA"),
        (71.2, 179.5, "RU", "CA"),
        (-16.6, 179.3, "Fiji", "Tonga"),
        (-16.85, -179.97, "Fiji", "Tonga"),
        (52.0, 177.5, "US", "RU"),
        (51.9, -176.65, "US", "RU"),
        (-90.0, 0.0, "Antarctica", "south-africa"),
        (-89.0, 123.0, "AQ", "AU"),
        (90.0, 17.0, "arctic-ocean", "land"),
        // Lesotho is a hole in South Africa.
        (-29.5, 28.2, "LS", "ZA"),
        (-25.7, 28.2, "ZA", "LS"),
        (4.0, -53.0, "FR", "BR"),
        (78.2, 15.6, "NO", "sea"),
        (36.13, -5.35, "GI", "ES"),
    ] {
        assert!(region(inside).contains(lat, lon), "{lat}, {lon} in {inside}");
        assert!(!region(outside).contains(lat, lon), "{lat}, {lon} not in {outside}");
    }
}

/// Land areas in thousand km², CIA World Factbook 2020 (total area), within 2 % at this scale; lakes
/// and what is disputed allow for that. Cells of resolution 5 are 253 km² on average.
#[test]
fn areas_of_countries_from_their_cells() {
    for (text, thousand_km2) in [
        ("China", 9_597.0),
        ("Russia", 17_098.0),
        ("Brazil", 8_516.0),
        ("Australia", 7_741.0),
        ("Mongolia", 1_564.0),
        ("Kazakhstan", 2_725.0),
        ("Thailand", 513.1),
        ("Uganda", 241.0),
    ] {
        let area: f64 = region(text).cells(Resolution::Five).iter().map(|cell| cell.area_km2()).sum();
        assert!((area / 1000.0 / thousand_km2 - 1.0).abs() < 0.025, "{text}: {area} km2");
    }
}

/// Areas in million km², CIA World Factbook, which draws the oceans much as we do. The Arctic Ocean is
/// left out: there it goes further south than the Arctic Circle.
#[test]
fn areas_of_oceans_from_their_cells() {
    for (text, million_km2) in
        [("pacific", 168.723), ("atlantic", 85.133), ("indian", 70.56), ("southern", 21.96)]
    {
        let area: f64 = region(text).cells(Resolution::Four).iter().map(|cell| cell.area_km2()).sum();
        assert!((area / 1e6 / million_km2 - 1.0).abs() < 0.035, "{text}: {area} km2");
    }
}

#[test]
fn unknown_names_get_the_nearest() {
    for (text, nearest) in
        [("Chnia", Some("China")), ("pacfic", Some("pacific")), ("Uganada", Some("Uganda")), ("qqqqqq", None)]
    {
        match Region::parse(text) {
            Err(RegionError::Unknown { nearest: found, .. }) => assert_eq!(found.as_deref(), nearest),
            other => panic!("{text}: {other:?}"),
        }
    }
    let message = Region::parse("RE").unwrap_err().to_string();
    assert!(message.contains("Reunion (RE) has no outline"), "{message}");
    let message = Region::parse("no/such.geojson").unwrap_err().to_string();
    assert!(message.contains("cannot read no/such.geojson"), "{message}");
    assert!(matches!(Region::parse(""), Err(RegionError::Unknown { .. })));
    let help = Region::parse("Chnia").unwrap_err().help().unwrap();
    assert_eq!(help, "did you mean `China`?");
}

#[test]
fn geojson_across_the_antimeridian_and_around_the_pole() {
    let cut = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,"geometry":
        {"type":"MultiPolygon","coordinates":[[[[170,-10],[180,-10],[180,10],[170,10],[170,-10]]],
        [[[-180,-10],[-170,-10],[-170,10],[-180,10],[-180,-10]]]]}}]}"#;
    let beyond = r#"{"type":"Polygon","coordinates":[[[170,-10],[190,-10],[190,10],[170,10],[170,-10]]]}"#;
    let before =
        r#"{"type":"Polygon","coordinates":[[[-190,-10],[-170,-10],[-170,10],[-190,10],[-190,-10]]]}"#;
    let bounds = region("-10,170,10,-170").cells(Resolution::Four);
    for text in [cut, beyond, before] {
        let region = from_geojson(text).unwrap();
        assert_eq!(region.cells(Resolution::Four), bounds);
        for lon in [170.0, 179.999, 180.0, -180.0, -170.001] {
            assert!(region.contains(0.0, lon), "{lon}");
        }
        assert!(!region.contains(0.0, -170.0) && !region.contains(0.0, 169.9));
    }
    let cap = r#"{"type":"Polygon","coordinates":[[[-180,70],[180,70],[180,90],[-180,90],[-180,70]]]}"#;
    let region_of_cap = from_geojson(cap).unwrap();
    assert_eq!(region_of_cap.cells(Resolution::Three), region("lat:70..90").cells(Resolution::Three));
    assert!(region_of_cap.contains(90.0, 12.0));
    assert!(region_of_cap.notes()[0].contains("more than 180 degrees"), "{:?}", region_of_cap.notes());
}

fn polygon_text(rings: &[Vec<[f64; 2]>]) -> String {
    serde_json::json!({"type": "Polygon", "coordinates": rings}).to_string()
}

/// A ring along a parallel from one longitude to another.
fn along(lat: f64, longitudes: impl IntoIterator<Item = i32>) -> Vec<[f64; 2]> {
    longitudes.into_iter().map(|lon| [f64::from(lon), lat]).collect()
}

#[test]
fn geojson_rings_that_run_around_a_pole() {
    let every = |from: i32, to: i32| (from..=to).step_by(30);
    let back = |mut ring: Vec<[f64; 2]>| {
        ring.push(ring[0]);
        ring
    };
    let cap = region("lat:70..90").cells(Resolution::Three);
    for ring in [
        back(along(70.0, every(-180, 180))),
        back(along(70.0, every(-180, 150))),
        along(70.0, every(-180, 180)),
        along(70.0, every(0, 360)),
        along(70.0, every(30, 390)),
        back(along(70.0, every(0, 330))),
        back(along(70.0, every(-180, 180).collect::<Vec<_>>().into_iter().rev())),
        back(along(70.0, [0, 120, -120])),
        back(along(70.0, [100, -20, -140])),
    ] {
        let region = from_geojson(&polygon_text(std::slice::from_ref(&ring))).unwrap();
        assert!(region.cells(Resolution::Three) == cap, "{ring:?}");
        assert!(region.contains(90.0, 3.0) && !region.contains(69.9, 179.0) && !region.contains(-90.0, 0.0));
        assert!(region.notes()[0].contains("run around a pole"), "{:?}", region.notes());
    }
    // The nearer pole, from the tropics too; a hole around it, cut at another longitude.
    for (rings, same) in [
        (vec![along(-62.5, every(-180, 180))], "lat:-90..-62.5"),
        (vec![back(along(25.0, every(-170, 160)))], "lat:25..90"),
        (vec![back(along(50.0, every(-180, 150))), back(along(80.0, [7, 127, -113]))], "lat:50..80"),
        (vec![back(along(-50.0, every(-20, 310))), along(-80.0, every(-77, 283))], "lat:-80..-50"),
    ] {
        let found = from_geojson(&polygon_text(&rings)).unwrap();
        for resolution in [Resolution::Zero, Resolution::One, Resolution::Three] {
            assert!(found.cells(resolution) == region(same).cells(resolution), "{same} {resolution}");
        }
    }
}

/// Sides of boxes and what makes sense on a flat map stay as they are drawn.
#[test]
fn geojson_with_wide_edges_that_run_around_no_pole() {
    for (ring, inside, outside) in [
        (vec![[-180.0, -90.0], [180.0, -90.0], [180.0, 90.0], [-180.0, 90.0]], (0.0, 0.0), None),
        (vec![[-180.0, 50.0], [180.0, 50.0], [180.0, 80.0], [-180.0, 80.0]], (60.0, 3.0), Some((85.0, 3.0))),
        (
            vec![[-179.0, 50.0], [179.0, 50.0], [179.0, 80.0], [-179.0, 80.0]],
            (60.0, 3.0),
            Some((60.0, 180.0)),
        ),
        (
            vec![[-180.0, 50.0], [180.0, 50.0], [180.0, 80.0], [90.0, 75.0], [-180.0, 80.0]],
            (60.0, 3.0),
            Some((85.0, 3.0)),
        ),
        (vec![[-170.0, 0.0], [170.0, 0.0], [0.0, 60.0]], (30.0, 0.0), Some((70.0, 0.0))),
    ] {
        let mut ring = ring;
        ring.push(ring[0]);
        let region = from_geojson(&polygon_text(std::slice::from_ref(&ring))).unwrap();
        assert!(region.contains(inside.0, inside.1), "{ring:?}");
        assert!(outside.is_none_or(|(lat, lon)| !region.contains(lat, lon)), "{ring:?}");
        assert!(region.notes()[0].contains("more than 180 degrees"), "{:?}", region.notes());
    }
}

#[test]
fn overlapping_polygons_are_united() {
    let text = r#"{"type":"GeometryCollection","geometries":[
        {"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]},
        {"type":"Point","coordinates":[3,3]},
        {"type":"Polygon","coordinates":[[[5,0],[15,0],[15,10],[5,10]]]}]}"#;
    let united = from_geojson(text).unwrap();
    assert_eq!(united.cells(Resolution::Four), region("0,0,10,15").cells(Resolution::Four));
    let expected = ["left out: 1 point or line", "1 ring did not end where it began and was closed"];
    assert_eq!(united.notes(), expected);
}

#[test]
fn geojson_with_some_heights_is_told() {
    let square = |second: &str| {
        format!("{{\"type\":\"Polygon\",\"coordinates\":[[[10,5],{second},[11,6],[10,6],[10,5]]]}}")
    };
    let notes = from_geojson(&square("[11,5,50]")).unwrap().notes().join("; ");
    assert!(notes.contains("1 position of three numbers") && notes.contains("beside 4 of two"), "{notes}");
    assert_eq!(from_geojson(&square("[11,5]")).unwrap().notes(), Vec::<String>::new());
}

#[test]
fn wrong_geojson_is_shown_where_it_is_wrong() {
    for (text, line, column, message) in [
        ("", 0, 0, "the file is empty"),
        ("{\n\"type\": \"Polygon\",\n}", 3, 1, "not JSON"),
        ("{\"type\": \"Polygn\"}", 1, 10, "expected a GeoJSON type"),
        ("[1, 2]", 1, 1, "a member \"type\""),
        ("{\"type\":\"FeatureCollection\"}", 1, 1, "an array \"features\""),
        ("{\"type\":\"Polygon\"}", 1, 1, "no sound geometry"),
        (
            "{\"type\":\"Polygon\",\n\"coordinates\":[[[0,0],\n  [10, 91.5],[5,5],[0,0]]]}",
            3,
            8,
            "latitude from -90 to 90",
        ),
        ("{\"type\":\"Polygon\",\"coordinates\":[[[500000,0],[1,1],[2,0],[0,0]]]}", 1, 36, "longitude"),
        ("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[0,0]]]}", 1, 34, "three corners"),
        ("{\"type\":\"Polygon\",\"coordinates\":[]}", 1, 33, "at least one ring"),
        ("{\"type\":\"Polygon\",\"coordinates\":[[[0],[1,1],[0,0]]]}", 1, 35, "two numbers"),
        // 10.5 E and 50.2 N of those who write commas.
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[10,5,50,2],[11,5,50,2],[11,5,51,2],[10,5,50,2]]]}",
            1,
            35,
            "two numbers, or three with a height, found 4",
        ),
        ("{\"type\":\"Point\",\"coordinates\":[1,1]}", 0, 0, "no polygon with an area in it (left out: 1"),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[2,2],[0,0]]]}",
            0,
            0,
            "1 polygon without area",
        ),
        (
            "{\"type\":\"Polygon\",\"crs\":{\"properties\":{\"name\":\"EPSG:3857\"}},\"coordinates\":[]}",
            1,
            25,
            "found EPSG:3857",
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[-181,0],[181,0],[0,9],[-181,0]]]}",
            1,
            34,
            "no more than 360 degrees wide",
        ),
    ] {
        match from_geojson(text) {
            Err(RegionError::File(FileError::Text(error))) => {
                assert!(error.message.contains(message), "{text}: {error}");
                assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn contains_agrees_with_the_angle_sum_for_countries(
        index in 0..240_usize, across in 0.0..1.0_f64, up in 0.0..1.0_f64,
    ) {
        use geo::BoundingRect;
        let countries = countries::all();
        let country = &countries[index % countries.len()];
        prop_assume!(!country.polygons.is_empty());
        let region = Region::country(country).unwrap();
        let bounds = geo::MultiPolygon::new(country.polygons.clone()).bounding_rect().unwrap();
        let lon = bounds.min().x + across * bounds.width();
        let lat = bounds.min().y + up * bounds.height();
        prop_assert_eq!(region.contains(lat, lon), inside_any(&country.polygons, lat, lon), "{} {} {}", region.name(), lat, lon);
        prop_assert_eq!(region.contains(lat, lon), region.contains(lat, lon + 360.0));
    }

    #[test]
    fn a_star_with_a_hole_anywhere(
        centre in (-80.0..80.0_f64, -180.0..180.0_f64),
        radii in prop::collection::vec(0.5..9.0_f64, 5..40),
        hole in 0.05..0.45_f64,
        places in prop::collection::vec((-10.0..10.0_f64, -10.0..10.0_f64), 20),
    ) {
        let ring = |scale: f64| -> Vec<[f64; 2]> {
            let count = radii.len();
            (0..=count).map(|k| {
                let angle = std::f64::consts::TAU * (k % count) as f64 / count as f64;
                let radius = radii[k % count] * scale;
                [centre.1 + radius * angle.cos(), centre.0 + radius * angle.sin()]
            }).collect()
        };
        let rings = [ring(1.0), ring(hole)];
        let text = serde_json::json!({"type": "Polygon", "coordinates": rings}).to_string();
        let region = from_geojson(&text).unwrap();
        let [outer, inner] = rings.map(|ring| geo::LineString::from(ring.iter().map(|&[x, y]| (x, y)).collect::<Vec<_>>()));
        let polygon = Polygon::new(outer, vec![inner]);
        for (up, across) in places {
            let (lat, lon) = (centre.0 + up, centre.1 + across);
            prop_assert_eq!(region.contains(lat, lon), inside_any(std::slice::from_ref(&polygon), lat, lon));
        }
        assert_cells_are_those_of_a_full_search(&region, Resolution::Three);
    }

    /// A ring around the north pole holds a place where its latitude at the longitude of the place is lower.
    #[test]
    fn a_ring_around_the_pole_with_its_hole(
        latitudes in prop::collection::vec(46.0..75.0_f64, 4..20),
        hole in prop::collection::vec(76.0..89.0_f64, 4..9),
        starts in (-180.0..180.0_f64, -180.0..180.0_f64),
        westward in any::<(bool, bool)>(),
        places in prop::collection::vec((40.0..90.0_f64, -180.0..180.0_f64), 30),
    ) {
        let wrapped = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
        let ring = |latitudes: &[f64], start: f64, westward: bool| {
            let step = 360.0 / latitudes.len() as f64;
            let corner = |(index, &lat): (usize, &f64)| [wrapped(start + step * index as f64), lat];
            let mut ring: Vec<[f64; 2]> = latitudes.iter().enumerate().map(corner).collect();
            ring.push(ring[0]);
            if westward {
                ring.reverse();
            }
            ring
        };
        let height = |latitudes: &[f64], start: f64, lon: f64| {
            let along = (lon - start).rem_euclid(360.0) * latitudes.len() as f64 / 360.0;
            let (index, part) = (along.floor() as usize % latitudes.len(), along.fract());
            latitudes[index] * (1.0 - part) + latitudes[(index + 1) % latitudes.len()] * part
        };
        let text = polygon_text(&[ring(&latitudes, starts.0, westward.0), ring(&hole, starts.1, westward.1)]);
        let region = from_geojson(&text).unwrap();
        for (lat, lon) in places {
            let (outer, inner) = (height(&latitudes, starts.0, lon), height(&hole, starts.1, lon));
            prop_assume!((lat - outer).abs() > 1e-9 && (lat - inner).abs() > 1e-9);
            prop_assert_eq!(region.contains(lat, lon), lat > outer && lat < inner, "{} {}", lat, lon);
        }
        assert_cells_are_those_of_a_full_search(&region, Resolution::Two);
    }

    #[test]
    fn no_json_panics(
        kind in "Polygon|MultiPolygon|Feature|FeatureCollection|GeometryCollection|Point|x",
        key in "coordinates|geometry|features|geometries|crs",
        inner in r#"(\[|\]|,|1|-7\.5|1e3|null|"a"|\{\}|\[0,0\]|\[5,0\]|\[5,5\]){0,20}"#,
    ) {
        let _ = from_geojson(&format!(r#"{{"type":"{kind}","{key}":{inner}}}"#));
        let _ = from_geojson(&format!(r#"{{"type":"{kind}","{key}":[[{inner}]]}}"#));
    }

    #[test]
    fn no_argument_panics(text in "(lat:|lon:|-?[0-9]{1,3}(\\.5)?|,|\\.\\.|é|CN| ){0,9}") {
        let _ = Region::parse(&text);
    }
}
