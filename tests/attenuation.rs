//! Attenuation against independent figures.
//!
//! * `tests/data/attenuation/*.csv`: made by `scripts/attenuation_vectors.py` with itur 0.4.0 (PyPI, MIT).
//! * The ITU-R Study Group 3 validation examples (CG-3M3J-13-ValEx-Rev5_1): in the folder that
//!   `HEXSKY_SHARED` names or `../shared`, when it is there, in `data/link`.
//! * Full maps: in the folder that `HEXSKY_ITU_DATA` names, when it is set.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hexsky::attenuation::gas::{self, Air};
use hexsky::attenuation::maps::{MapError, Maps, Place};
use hexsky::attenuation::precipitation::MonthlyClimate;
use hexsky::attenuation::scintillation::{self, ScintillationPath};
use hexsky::attenuation::table::PathTable;
use hexsky::attenuation::{Attenuation, PartsAt, Site, cloud, depolarisation, rain, refractivity};

/// A row of numbers by column name.
struct Row(HashMap<String, f64>);

impl Row {
    fn at(&self, column: &str) -> f64 {
        *self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    fn place(&self) -> Place {
        Place { latitude_deg: self.at("lat_deg"), longitude_deg: self.at("lon_deg") }
    }

    fn air(&self) -> Air {
        Air {
            pressure_hpa: self.at("pressure_hpa"),
            temperature_k: self.at("temp_k"),
            water_vapour_density_g_m3: self.at("rho_g_m3"),
        }
    }
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let rows: Vec<Row> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let cells = header.iter().zip(&record);
            Row(cells.filter_map(|(name, cell)| Some((name.to_owned(), cell.parse().ok()?))).collect())
        })
        .collect();
    assert!(!rows.is_empty());
    rows
}

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/attenuation").join(name)
}

/// The ITU's validation examples in the shared folder, or `None` with a line saying so.
fn examples(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("HEXSKY_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("data/link").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// The full maps, or `None` with a line saying so.
fn full_maps() -> Option<Maps> {
    let Some(folder) = std::env::var_os("HEXSKY_ITU_DATA") else {
        eprintln!("skipped: HEXSKY_ITU_DATA names no folder of full maps");
        return None;
    };
    Some(Maps::open(Path::new(&folder)).unwrap())
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64, what: &str) {
    // Values below 1e-9 are what a model leaves where it has nothing.
    let bound = relative * expected.abs() + 1e-9;
    assert!((got - expected).abs() <= bound, "{what}: {got}, expected {expected}");
}

fn parts(a: &Attenuation) -> [(&'static str, f64); 5] {
    [
        ("gas_db", a.gas_db),
        ("cloud_db", a.cloud_db),
        ("rain_db", a.rain_db),
        ("scintillation_db", a.scintillation_db),
        ("total_db", a.total_db),
    ]
}

#[test]
fn slant_paths_with_given_site_parameters() {
    let path = vectors("slant_paths.csv");
    let table = PathTable::read("slant_paths.csv", &std::fs::read_to_string(&path).unwrap()).unwrap();
    for ((slant, site), row) in table.paths.iter().zip(rows(&path)) {
        assert!(site.r001_mm_h.is_some() && site.wet_refractivity.is_some());
        let a = slant.attenuation(site, Maps::shipped(), PartsAt::Total).unwrap();
        for (name, got) in parts(&a) {
            close(got, row.at(name), 1e-8, name);
        }
    }
}

#[test]
fn slant_paths_from_the_shipped_maps() {
    let path = vectors("slant_paths.csv");
    let table = PathTable::read("slant_paths.csv", &std::fs::read_to_string(&path).unwrap()).unwrap();
    for ((slant, _), row) in table.paths.iter().zip(rows(&path)) {
        let a = slant.attenuation(&Site::default(), Maps::shipped(), PartsAt::Total).unwrap();
        // The bound that docs/attenuation.md states.
        close(a.total_db, row.at("total_db"), 0.03, "total_db");
    }
}

#[test]
fn slant_paths_from_the_full_maps() {
    let Some(maps) = full_maps() else { return };
    let path = vectors("slant_paths.csv");
    let table = PathTable::read("slant_paths.csv", &std::fs::read_to_string(&path).unwrap()).unwrap();
    for ((slant, _), row) in table.paths.iter().zip(rows(&path)) {
        let a = slant.attenuation(&Site::default(), &maps, PartsAt::Total).unwrap();
        for (name, got) in parts(&a) {
            close(got, row.at(name), 1e-6, name);
        }
    }
}

#[test]
fn specific_attenuation_of_air() {
    // The ITU's sheet gives some values with three digits.
    let own = rows(&vectors("specific_gas.csv")).into_iter().map(|row| (row, 1e-8));
    let examples = examples("p676_12_specific_attenuation.csv").map(|path| rows(&path)).into_iter().flatten();
    for (row, tolerance) in own.chain(examples.map(|row| (row, 1e-4))) {
        let f = row.at("freq_ghz");
        let dry = gas::dry_specific_attenuation_db_km(f, &row.air());
        let wet = gas::wet_specific_attenuation_db_km(f, &row.air());
        close(dry, row.at("gamma_o_db_km"), tolerance, "dry");
        close(wet, row.at("gamma_w_db_km"), tolerance, "wet");
    }
}

#[test]
fn gas_on_a_slant_path() {
    // ITU-R validation example, P.676-12: London, 14.25 GHz at 31.08 degrees.
    let air = Air {
        pressure_hpa: 1_009.485_612,
        temperature_k: 283.610_875_6,
        water_vapour_density_g_m3: 13.796_536_79,
    };
    close(
        gas::slant_attenuation_db(14.25, 31.076_991_24, &air, 33.729_465_27, 0.031_382_984),
        0.226_874_038,
        1e-7,
        "London",
    );
    close(gas::standard_pressure_hpa(0.031_382_984), 1_009.485_612, 1e-8, "P.835-6");
    let Some(path) = examples("p676_12_slant_gas.csv") else { return };
    for row in rows(&path) {
        let got = gas::slant_attenuation_db(
            row.at("freq_ghz"),
            row.at("elevation_deg"),
            &row.air(),
            row.at("v_t_kg_m2"),
            row.at("station_height_km"),
        );
        close(got, row.at("gas_db"), 1e-7, "gas");
    }
}

#[test]
fn specific_attenuation_of_rain() {
    let paths = [Some(vectors("specific_rain.csv")), examples("p838_3_rain_specific_attenuation.csv")];
    for row in paths.iter().flatten().flat_map(|path| rows(path)) {
        let (f, elevation, tilt) = (row.at("freq_ghz"), row.at("elevation_deg"), row.at("tau_deg"));
        let (k, alpha) = rain::power_law(f, elevation, tilt);
        close(k, row.at("k"), 1e-6, "k");
        close(alpha, row.at("alpha"), 1e-6, "alpha");
        let gamma = rain::specific_attenuation_db_km(row.at("rain_rate_mm_h"), f, elevation, tilt);
        close(gamma, row.at("gamma_r_db_km"), 1e-6, "gamma");
    }
}

#[test]
fn cross_polar_discrimination() {
    let paths = [Some(vectors("cross_polar.csv")), examples("p618_13_xpd.csv")];
    for row in paths.iter().flatten().flat_map(|path| rows(path)) {
        let got = depolarisation::discrimination_db(
            row.at("freq_ghz"),
            row.at("elevation_deg"),
            row.at("tau_deg"),
            row.at("p_percent"),
            row.at("rain_db"),
        );
        close(got.unwrap(), row.at("xpd_db"), 1e-7, "xpd");
    }
    assert_eq!(depolarisation::discrimination_db(3.9, 30.0, 0.0, 0.1, 3.0), None);
    assert_eq!(depolarisation::discrimination_db(12.0, 30.0, 0.0, 0.1, 0.0), None);
}

#[test]
fn rain_rate_and_probability_of_rain() {
    for row in rows(&vectors("precipitation.csv")) {
        let month = |name: &str| std::array::from_fn(|m| row.at(&format!("{name}_{:02}", m + 1)));
        let climate = MonthlyClimate { rain_mm: month("rain_mm"), temperature_k: month("temp_k") };
        let p0 = climate.rain_probability_percent();
        close(p0, row.at("p0_percent"), 1e-8, "P0");
        // itur solves to 1e-5 mm/h.
        close(climate.rain_rate_mm_h(0.1), row.at("r01_mm_h"), 1e-5, "R0.1");
        close(climate.rain_rate_mm_h(1.0), row.at("r1_mm_h"), 1e-5, "R1");
        assert_eq!(climate.rain_rate_mm_h(p0 * 1.01), 0.0);
        let got = rain::attenuation_probability_percent(p0, row.at("slant_path_km"), row.at("elevation_deg"));
        close(got, row.at("p_rain_percent"), 1e-6, "P(A > 0)");
        // The shipped map has it at grid points of 0.25 degrees.
        close(Maps::shipped().rain_probability_percent(row.place()).unwrap(), p0, 0.03, "P0 as shipped");
    }
}

#[test]
fn a_dry_path_and_a_station_above_the_rain() {
    // P.618-13: without rain at 0.01 %, or above the rain height, there is no rain attenuation.
    assert_eq!(rain::slant_length_km(3.0, 2.5, 30.0), 0.0);
    assert_eq!(rain::attenuation_probability_percent(0.0, 5.0, 30.0), 0.0);
    // Both below and above 5 degrees the path length is the same function to 1 %.
    let (below, above) = (rain::slant_length_km(0.0, 4.0, 4.999_999), rain::slant_length_km(0.0, 4.0, 5.0));
    close(below, above, 0.06, "slant length");
    // At zero distance both ends of the path have the same rain.
    close(rain::attenuation_probability_percent(5.0, 0.0, 90.0), 5.0, 1e-6, "correlation 1");
}

#[test]
fn refractivity_of_moist_air() {
    // ITU-R P.453-14, equation 9: 6.1121 hPa with the enhancement factor at 0 °C and 1013.25 hPa.
    close(
        refractivity::saturation_vapour_pressure_hpa(0.0, 1013.25),
        6.1121 * 1.003_962_4,
        1e-6,
        "saturation",
    );
    // 72·10/300 + 3.75e5·10/300².
    close(refractivity::wet_refractivity(10.0, 300.0), 44.066_666_667, 1e-9, "wet refractivity");
}

#[test]
fn validation_examples_of_rain() {
    let Some(path) = examples("p618_13_rain.csv") else { return };
    let full = full_maps();
    for row in rows(&path) {
        let place = row.place();
        let maps = full.as_ref().unwrap_or(Maps::shipped());
        let rain_path = rain::RainPath {
            latitude_deg: place.latitude_deg,
            station_height_km: row.at("station_height_km"),
            rain_height_km: rain::rain_height_km(maps.zero_isotherm_height_km(place).unwrap()),
            frequency_ghz: row.at("freq_ghz"),
            elevation_deg: row.at("elevation_deg"),
            tilt_deg: row.at("tau_deg"),
            r001_mm_h: row.at("r001_mm_h"),
        };
        let tolerance = if full.is_some() { 1e-6 } else { 2e-3 };
        close(rain::attenuation_db(&rain_path, row.at("p_percent")), row.at("rain_db"), tolerance, "rain");
    }
}

#[test]
fn validation_examples_of_scintillation() {
    let Some(path) = examples("p618_13_scintillation.csv") else { return };
    for row in rows(&path) {
        let scintillation = ScintillationPath {
            frequency_ghz: row.at("freq_ghz"),
            elevation_deg: row.at("elevation_deg"),
            antenna_diameter_m: row.at("antenna_d_m"),
            antenna_efficiency: row.at("efficiency"),
            wet_refractivity: row.at("n_wet"),
        };
        let got = scintillation::fade_depth_db(&scintillation, row.at("p_percent"));
        close(got, row.at("scintillation_db"), 1e-6, "scintillation");
    }
}

#[test]
fn validation_examples_of_the_total() {
    let (Some(path), Some(given)) = (examples("p618_13_total.csv"), examples("p618_13_rain.csv")) else {
        return;
    };
    let Some(maps) = full_maps() else { return };
    let table = PathTable::read("total", &std::fs::read_to_string(&path).unwrap()).unwrap();
    let given = rows(&given);
    for ((slant, _), row) in table.paths.iter().zip(rows(&path)) {
        // Gas and cloud of the ITU's sheet stand at the percentage itself.
        let a = slant.attenuation(&Site::default(), &maps, PartsAt::Percentage).unwrap();
        close(a.gas_db, row.at("gas_db"), 1e-6, "gas");
        close(a.cloud_db, row.at("cloud_db"), 1e-6, "cloud");
        close(a.scintillation_db, row.at("scintillation_db"), 1e-6, "scintillation");
        // Rain rate from the map.
        close(a.rain_db, row.at("rain_db"), 5e-4, "rain, rate from the map");
        close(a.total_db, row.at("total_db"), 5e-4, "total, rate from the map");
        // Rain rate as the sheet gives it.
        let same = |other: &&Row| {
            ["lat_deg", "lon_deg"].iter().all(|column| (other.at(column) - row.at(column)).abs() < 0.01)
        };
        let r001_mm_h = given.iter().find(same).map(|other| other.at("r001_mm_h"));
        assert!(r001_mm_h.is_some());
        let a =
            slant.attenuation(&Site { r001_mm_h, ..Site::default() }, &maps, PartsAt::Percentage).unwrap();
        close(a.rain_db, row.at("rain_db"), 1e-4, "rain");
        close(a.total_db, row.at("total_db"), 1e-4, "total");
    }
}

#[test]
fn validation_examples_of_clouds() {
    let Some(path) = examples("p840_8_cloud_attenuation.csv") else { return };
    let Some(maps) = full_maps() else { return };
    for row in rows(&path) {
        let liquid = maps.reduced_liquid_kg_m2(row.place(), row.at("p_percent")).unwrap();
        let got = cloud::slant_attenuation_db(row.at("freq_ghz"), row.at("elevation_deg"), liquid);
        close(got, row.at("cloud_db"), 1e-6, "cloud");
    }
}

/// What a map gives for a row.
type MapOf = fn(&Maps, &Row) -> Result<f64, MapError>;

#[test]
fn validation_examples_of_maps() {
    let Some(maps) = full_maps() else { return };
    let cases: [(&str, &str, f64, MapOf); 10] = [
        ("p837_7_rain_rate_r001.csv", "r001_mm_h", 5e-4, |maps, row| maps.rain_rate_001_mm_h(row.place())),
        ("p837_7_rain_rate.csv", "rain_rate_mm_h", 5e-4, |maps, row| {
            Ok(maps.monthly_climate(row.place())?.rain_rate_mm_h(row.at("p_percent")))
        }),
        // One place has a probability of 0.000519 % given to two digits.
        ("p837_7_rain_probability.csv", "p0_percent", 1e-5, |maps, row| {
            maps.rain_probability_percent(row.place())
        }),
        ("p839_4_rain_height.csv", "h0_km", 1e-6, |maps, row| maps.zero_isotherm_height_km(row.place())),
        ("p839_4_rain_height.csv", "hr_km", 1e-6, |maps, row| {
            Ok(rain::rain_height_km(maps.zero_isotherm_height_km(row.place())?))
        }),
        ("p840_8_reduced_liquid.csv", "lred_kg_m2", 1e-6, |maps, row| {
            maps.reduced_liquid_kg_m2(row.place(), row.at("p_percent"))
        }),
        ("p836_6_water_vapour_density.csv", "rho_g_m3", 1e-6, |maps, row| {
            maps.water_vapour_density_g_m3(row.place(), row.at("alt_km"), row.at("p_percent"))
        }),
        ("p836_6_total_water_vapour.csv", "v_t_kg_m2", 1e-6, |maps, row| {
            maps.water_vapour_content_kg_m2(row.place(), row.at("alt_km"), row.at("p_percent"))
        }),
        ("p453_14_nwet_median.csv", "n_wet", 1e-6, |maps, row| maps.wet_refractivity(row.place())),
        ("p1510_1_surface_temperature.csv", "temp_k", 1e-6, |maps, row| {
            maps.surface_temperature_k(row.place())
        }),
    ];
    for (file, column, tolerance, map) in cases {
        let Some(path) = examples(file) else { continue };
        for row in rows(&path) {
            close(map(&maps, &row).unwrap(), row.at(column), tolerance, file);
        }
    }
}

#[test]
fn validation_examples_of_rain_probability() {
    let Some(path) = examples("p618_13_rain_probability.csv") else { return };
    for row in rows(&path) {
        let got = rain::attenuation_probability_percent(
            100.0 * row.at("p0_fraction"),
            row.at("slant_path_km"),
            row.at("elevation_deg"),
        );
        close(got, row.at("p_rain_percent"), 1e-5, "P(A > 0)");
    }
}

#[test]
fn maps_stand_where_the_itu_says() {
    // ITU-R validation examples of P.837-7 (R0.01), P.839-4 (h0), P.1510-1 and P.453-14 for Rio de Janeiro's
    // and London's places; the shipped maps are quantised to about 1 %, 5 m, 0.1 K and 0.1 N-units.
    let maps = Maps::shipped();
    let rio = Place { latitude_deg: 22.9, longitude_deg: -43.23 };
    let london = Place { latitude_deg: 51.5, longitude_deg: -0.14 };
    close(maps.rain_rate_001_mm_h(rio).unwrap(), 50.639_304, 0.01, "R0.01");
    close(maps.rain_rate_001_mm_h(london).unwrap(), 26.480_52, 0.01, "R0.01");
    close(maps.zero_isotherm_height_km(london).unwrap(), 2.092_733, 0.002, "h0");
    close(maps.surface_temperature_k(london).unwrap(), 283.610_876, 5e-4, "T");
    close(maps.wet_refractivity(rio).unwrap(), 104.358_475, 1e-3, "Nwet");
    // The same place by another turn of longitude, and the poles, where all meridians meet.
    let turned = Place { longitude_deg: -43.23 + 360.0, ..rio };
    close(maps.rain_rate_001_mm_h(turned).unwrap(), maps.rain_rate_001_mm_h(rio).unwrap(), 1e-9, "turn");
    for latitude_deg in [-90.0, 90.0] {
        for longitude_deg in [-180.0, 0.0, 179.999, 360.0] {
            let pole = Place { latitude_deg, longitude_deg };
            let content = maps.water_vapour_content_kg_m2(pole, 0.0, 1.0).unwrap();
            assert!(content.is_finite() && content > 0.0);
            assert!(maps.ground_height_km(pole).unwrap() >= 0.0);
        }
    }
    // Mont Blanc massif and the middle of the Pacific.
    assert!(maps.ground_height_km(Place { latitude_deg: 46.0, longitude_deg: 7.5 }).unwrap() > 1.0);
    assert!(maps.ground_height_km(Place { latitude_deg: 0.0, longitude_deg: -150.0 }).unwrap() < 0.05);
    let error = maps.reduced_liquid_kg_m2(rio, 60.0).unwrap_err();
    assert!(matches!(error, MapError::PercentTooLarge { .. }), "{error}");
}

#[test]
fn text_files_named_as_the_itu_names_them() {
    // Constant maps, so that the path must come out as with the same site parameters given.
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, rows: usize, columns: usize, value: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let row = vec![value; columns].join(" ");
        std::fs::write(path, vec![row; rows].join("\r\n")).unwrap();
    };
    let missing = Maps::open(folder.path()).unwrap_err();
    assert!(missing.to_string().contains("837/v7_r001.npz is not there"), "{missing}");
    write("837/R001.TXT", 1441, 2881, "31");
    write("1510/T_Annual.TXT", 241, 481, "290");
    write("453/NWET_Annual_50.TXT", 241, 481, "60");
    write("839/h0.txt", 121, 241, "3.64");
    for level in ["1", "2"] {
        write(&format!("836/RHO_{level}_v4.TXT"), 161, 321, "12");
        write(&format!("836/V_{level}_v4.TXT"), 161, 321, "40");
        write(&format!("836/VSCH_{level}_v4.TXT"), 161, 321, "2");
        write(&format!("840/Lred_{level}_v4.TXT"), 161, 321, "1.5");
    }
    write("836/TOPO_0DOT5.txt", 363, 723, "0.25");
    let maps = Maps::open(folder.path()).unwrap();
    let text = "lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,\
                p_percent\n10,20,0.25,30,40,1,0.6,45,0.1\n";
    let slant = PathTable::read("one", text).unwrap().paths[0].0;
    let given = Site {
        r001_mm_h: Some(31.0),
        rain_height_km: Some(4.0),
        temperature_k: Some(290.0),
        pressure_hpa: None,
        water_vapour_density_g_m3: Some(12.0),
        water_vapour_content_kg_m2: Some(40.0),
        reduced_liquid_kg_m2: Some(1.5),
        wet_refractivity: Some(60.0),
    };
    let from_maps = slant.attenuation(&Site::default(), &maps, PartsAt::Total).unwrap();
    let from_site = slant.attenuation(&given, Maps::shipped(), PartsAt::Total).unwrap();
    close(from_maps.total_db, from_site.total_db, 1e-6, "total");
    assert_eq!(maps.ground_height_km(slant.place()).unwrap(), 0.25);
    let error = maps.monthly_climate(slant.place()).unwrap_err();
    assert!(error.to_string().contains("v7_mt_month01"), "{error}");
    write("840/Lred_5_v4.TXT", 161, 320, "1.5");
    let error = maps.reduced_liquid_kg_m2(slant.place(), 5.0).unwrap_err();
    assert!(error.to_string().contains("grid of 161 by 321 needs 51681"), "{error}");
}
