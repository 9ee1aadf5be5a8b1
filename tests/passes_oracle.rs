//! Contacts against windows made with Skyfield, Orekit and the reference SGP4 (see the README of the
//! reference values): none missing, none extra. Model A has UT1 = UTC; model B, the answer, has UT1 from a
//! table, as is the default here. Neither has polar motion. Model C is another program with the whole IERS 2010
//! chain, which a file of the IERS given as `--eop` takes us to.

#[path = "support/contact_support.rs"]
mod support;

use hexsky::frames::EarthOrientation;
use hexsky::frames::orientation::Orientation;
use hexsky::frames::ut1_table::parse;
use hexsky::ground::{self, Outside, Site};
use hexsky::passes::{Cut, Settings, contacts};
use hexsky::time::{Epoch, Window};
use support::{fleet_over, read_tle, shared};

/// One row of a table of windows.
struct Expected {
    norad_id: u64,
    site: String,
    mask_deg: f64,
    tca: Epoch,
    max_elevation_deg: f64,
    clipped: String,
    aos_s: f64,
    los_s: f64,
    tolerance_s: f64,
}

fn window() -> Window {
    Window { start: "2024-07-17T06:00:00Z".parse().unwrap(), duration_s: 86_400.0 }
}

/// A model of the reference values, and within how many seconds its edges are to be met.
#[derive(Clone, Copy)]
struct Model {
    letter: char,
    tolerance_s: f64,
}

/// EOP 20 C04 of the IERS for the days of the windows: pole in arcseconds, UT1 − UTC in seconds.
const C04: &str = "\
2024   7  17   0  60508.00    0.127893    0.479652   0.0138727
2024   7  18   0  60509.00    0.130528    0.479438   0.0149814
2024   7  19   0  60510.00    0.132796    0.479304   0.0162115
";

impl Model {
    fn orientation(self) -> Orientation {
        match self.letter {
            'a' => EarthOrientation::default().into(),
            'c' => Orientation::of_table(parse("c04", C04).unwrap(), "c04", &window()).unwrap(),
            _ => Orientation::of_window(&window()),
        }
    }
}

fn read_expected(file: &std::path::Path, site: Option<&str>, model: Model) -> Vec<Expected> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name);
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    records
        .iter()
        .map(|record| {
            let text = |name: &str| &record[column(name).unwrap_or_else(|| panic!("no column {name}"))];
            let number = |name: &str| text(name).parse::<f64>().unwrap();
            // Where a crossing is slow, what another chain leaves in metres is more in seconds.
            let is_slow = model.letter == 'c' && text("grade") == "slow";
            Expected {
                norad_id: text("norad_id").parse().unwrap(),
                site: site.map_or_else(|| text("site_id").to_owned(), str::to_owned),
                mask_deg: number("mask_deg"),
                tca: text("tca_utc").parse().unwrap(),
                max_elevation_deg: number("max_el_deg"),
                clipped: text("clipped").to_owned(),
                aos_s: number(&format!("aos_{}_s", model.letter)),
                los_s: number(&format!("los_{}_s", model.letter)),
                tolerance_s: model.tolerance_s + if is_slow { number("spread_s") } else { 0.0 },
            }
        })
        .collect()
}

fn compare(tle: &std::path::Path, sites: &[Site], expected: &[Expected], at_least: usize, model: Model) {
    assert!(expected.len() >= at_least);
    let (numbers, elements): (Vec<u64>, Vec<_>) = read_tle(tle).into_iter().unzip();
    let fleet = fleet_over(&elements, model.orientation());
    let mut masks: Vec<f64> = expected.iter().map(|row| row.mask_deg).collect();
    masks.sort_by(f64::total_cmp);
    masks.dedup();
    let (mut worst_s, mut worst_deg) = (0.0f64, 0.0f64);
    for mask in masks {
        let settings = Settings { min_elevation_deg: Some(mask), ..Settings::over(window()) };
        let found = contacts(&fleet, sites, &settings, &|| {});
        let wanted: Vec<&Expected> = expected.iter().filter(|row| row.mask_deg == mask).collect();
        assert_eq!(found.contacts.len(), wanted.len(), "number of windows at mask {mask}");
        for contact in &found.contacts {
            let (norad_id, site) = (numbers[contact.satellite], &sites[contact.site].name);
            let row = wanted
                .iter()
                .filter(|row| row.norad_id == norad_id && row.site == *site)
                .min_by(|a, b| (a.aos_s - contact.aos_s).abs().total_cmp(&(b.aos_s - contact.aos_s).abs()))
                .unwrap_or_else(|| panic!("{norad_id} at {site}: extra {contact:?}"));
            let cut = match row.clipped.as_str() {
                "" => Cut::No,
                "B" => Cut::Start,
                "E" => Cut::End,
                "BE" => Cut::Both,
                other => panic!("{other}"),
            };
            assert_eq!(contact.cut, cut, "{norad_id} at {site}");
            for (got, wanted) in [(contact.aos_s, row.aos_s), (contact.los_s, row.los_s)] {
                worst_s = worst_s.max((got - wanted).abs());
                assert!((got - wanted).abs() <= row.tolerance_s, "{norad_id} at {site}: {got} for {wanted}");
            }
            worst_deg = worst_deg.max((contact.max_elevation_deg - row.max_elevation_deg).abs());
            assert!((contact.max_elevation_deg - row.max_elevation_deg).abs() < 2e-3, "{contact:?}");
            // The instant is sharp where the curve is: high passes of low satellites.
            if contact.max_elevation_deg > 20.0 && contact.duration_s() < 1200.0 {
                let tca = found.epoch(contact.tca_s);
                assert!(
                    tca.seconds_since(row.tca).abs() < 0.02,
                    "{norad_id} at {site}: {tca} for {}",
                    row.tca
                );
            }
        }
    }
    println!(
        "model {}: worst edge {worst_s:.6} s, worst elevation {worst_deg:.6} deg, {} windows",
        model.letter,
        expected.len()
    );
}

#[test]
fn stations_see_the_reference_windows() {
    let Some(folder) = shared("data/oracles/passes") else { return };
    let sites = ground::read([folder.join("sites.csv").to_str().unwrap()]).unwrap().choose(&[]).unwrap();
    for (letter, tolerance_s) in [('a', 2e-4), ('b', 1e-3), ('c', 5e-3)] {
        let model = Model { letter, tolerance_s };
        let expected = read_expected(&folder.join("passes.csv"), None, model);
        compare(&folder.join("tles.txt"), &sites, &expected, 366, model);
    }
}

#[test]
fn a_ship_under_way_sees_the_reference_windows() {
    let Some(folder) = shared("data/oracles/ship") else { return };
    let track = folder.join("ship_waypoints.csv");
    let ship = ground::read_ship("ship", track.to_str().unwrap(), Outside::Absent).unwrap();
    let mut positions = csv::Reader::from_path(folder.join("ship_positions.csv")).unwrap();
    for record in positions.records().map(Result::unwrap) {
        let epoch: Epoch = record[0].parse().unwrap();
        let place = ship.place(epoch).unwrap();
        let (latitude, longitude): (f64, f64) = (record[1].parse().unwrap(), record[2].parse().unwrap());
        assert!((place.latitude_deg - latitude).abs() < 1e-8, "{place:?}");
        assert!((place.longitude_deg - longitude).abs() < 1e-8, "{place:?}");
    }
    for model in [Model { letter: 'a', tolerance_s: 2e-4 }, Model { letter: 'b', tolerance_s: 2e-3 }] {
        let expected = read_expected(&folder.join("ship.csv"), Some("ship"), model);
        compare(&folder.join("ship_tles.txt"), std::slice::from_ref(&ship), &expected, 1, model);
    }
}
