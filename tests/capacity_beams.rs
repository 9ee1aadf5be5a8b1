//! `hexsky capacity` with beams that stand still, with satellites that have beams beside others that have none, and what it
//! tells of short messages where nobody sends any.

use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::{Inputs, definition, geostationary};

const SERVICE: &str = "min_elevation_deg = 10";

/// Rows and columns of fixed beams of this half width beside each other, and the head of what they carry.
fn fixed(rows: u32, columns: u32, half_deg: f64) -> String {
    let spacing_deg = 2.0 * half_deg;
    format!(
        "[[payload]]\nsource = \"s\"\n[payload.user]\nfixed_rows = {rows}\nfixed_columns = {columns}\n\
         row_spacing_deg = {spacing_deg:?}\ncolumn_spacing_deg = {spacing_deg:?}\n\
         beam_antenna = \"s1528:gmax=38,psi_b={half_deg},ln=-20\"\n[payload.user.down]\n"
    )
}

/// A satellite over the equator with these lines of its payload.
fn geo(longitude_deg: i32, payload: &str) -> String {
    geostationary(&[longitude_deg], &format!("[[payload]]\nsource = \"s\"\n{payload}"))
}

/// What each cell of a run is served, Mbit/s, by its index.
fn served(inputs: &Inputs, command: &str) -> Vec<(String, f64)> {
    let text = inputs.text(&format!("{command} --quiet --csv -"));
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let (cell, demand, served) = (column("hex_id"), column("demand_mbps"), column("served_mean_mbps"));
    rows.records()
        .map(Result::unwrap)
        .filter(|row| row[demand].parse::<f64>().unwrap() > 0.0)
        .map(|row| (row[cell].to_owned(), row[served].parse().unwrap()))
        .collect()
}

/// Nine columns of beams side by side across the track of a geostationary satellite, which goes east in space: they lie
/// north and south. Over the turning Earth it hardly moves, and its beams stood wherever that little went.
#[test]
fn fixed_beams_of_a_geostationary_satellite_serve_the_same_places_at_any_hour() {
    let payload =
        fixed(1, 9, 0.75) + "frequency_ghz = 12\nbandwidth_mhz = 250\neirp_dbw = 60\ng_over_t_db_k = 12\n";
    let (north, east) = ("833f2efffffffff", "838533fffffffff");
    let inputs = Inputs::new(&[
        ("geo.toml", &definition("G", SERVICE, &geostationary(&[20], &payload))),
        ("ne.csv", &format!("hex_id,demand_mbps\n{north},10\n{east},10\n")),
    ]);
    for hour in (0..24).step_by(3) {
        let run = format!(
            "capacity geo.toml --demand ne.csv --start 2026-01-01T{hour:02}:00:00Z --duration 60s --step 60s"
        );
        let mut got = served(&inputs, &run);
        got.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(got, [(north.to_owned(), 10.0), (east.to_owned(), 0.0)], "{hour} h");
    }
}

/// The stated rate of a beam was given to any cell in view, by as many beams as the satellite has.
#[test]
fn fixed_beams_of_a_stated_rate_serve_what_lies_in_them() {
    let below: h3o::CellIndex = "831fb4fffffffff".parse().unwrap();
    let place = h3o::LatLng::from(below);
    let around = below.grid_disk::<Vec<_>>(2).into_iter();
    let beside = around.max_by_key(|&cell| h3o::LatLng::from(cell).distance_m(place) as u64).unwrap();
    // It is over the cell at the epoch: Greenwich is at 100.66 degrees then, and its nadir is the middle of the Earth.
    let payload = fixed(3, 3, 1.5) + "capacity_gbps = 1\n";
    let satellite = format!(
        "[[satellite]]\nname = \"A\"\norbit = \"elements\"\naltitude_km = 1200\ninclination_deg = 90\nraan_deg = {}\n\
         argument_of_latitude_deg = {}\nsource = \"s\"\n{payload}",
        100.66 + place.lng(),
        (0.993_306 * place.lat_radians().tan()).atan().to_degrees()
    );
    let inputs = Inputs::new(&[
        ("fixed.toml", &definition("F", SERVICE, &satellite)),
        ("below.csv", &format!("hex_id,demand_mbps\n{below},4000\n")),
        ("both.csv", &format!("hex_id,demand_mbps\n{below},4000\n{beside},4000\n")),
    ]);
    let run = "capacity fixed.toml --start 2026-01-01T00:00:00Z --duration 1s --step 1s --bound";
    let report = inputs.report(&format!("{run} --demand below.csv"));
    let gbps = |figure: &str| report["system"][figure].as_f64().unwrap() * 1e3;
    assert!((gbps("served_tbps") - 1.0).abs() < 1e-3, "{}", report["system"]);
    assert!((gbps("bound_tbps") - 1.0).abs() < 1e-3, "{}", report["system"]);
    let got = served(&inputs, &format!("{run} --demand both.csv"));
    let beside_mbps = got.iter().find(|row| row.0 == beside.to_string()).unwrap().1;
    assert!(got.len() == 2 && beside_mbps == 0.0, "{got:?}");
}

/// 3.46 bit/s/Hz were told of a system whose traffic has 2.52 in the mean: what satellites without a link budget carry
/// weighed too.
#[test]
fn the_spectral_efficiency_is_of_the_traffic_with_a_link_budget() {
    let budget = "[payload.user]\nbeams = 4\n[payload.user.down]\nfrequency_ghz = 12\nbandwidth_mhz = 250\neirp_dbw = 66\n\
                  g_over_t_db_k = 12\nrx_antenna = \"array:gmax=34,n=1,at=zenith\"\n";
    let inputs = Inputs::new(&[
        ("a.toml", &definition("A", SERVICE, &geo(-40, "capacity_gbps_per_satellite = 0.099\n"))),
        ("b.toml", &definition("B", SERVICE, &geo(20, budget))),
        ("mix.csv", "hex_id,demand_mbps\n836a95fffffffff,100\n83616dfffffffff,50\n"),
    ]);
    let run = "capacity a.toml b.toml --demand mix.csv --duration 60s --step 60s";
    let report = inputs.report(run);
    let text = inputs.text(&format!("{run} --quiet --csv -"));
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let efficiencies: Vec<(String, f64)> = rows
        .records()
        .map(Result::unwrap)
        .filter(|row| !row[column("mean_spectral_efficiency")].is_empty())
        .map(|row| (row[0].to_owned(), row[column("mean_spectral_efficiency")].parse().unwrap()))
        .collect();
    // A carries 99 of the 100 Mbit/s of the first cell, B the rest and the second.
    let of = |cell: &str| efficiencies.iter().find(|one| one.0 == cell).unwrap().1;
    let expected = (of("836a95fffffffff") + 50.0 * of("83616dfffffffff")) / 51.0;
    let got = report["system"]["mean_spectral_efficiency"].as_f64().unwrap();
    assert!((of("836a95fffffffff") - of("83616dfffffffff")).abs() > 0.3, "{efficiencies:?}");
    assert!((got - expected).abs() < 1e-3, "{got} {expected}");
}

/// Half of a cell's only beam was kept for a satellite that has none.
#[test]
fn an_even_share_of_beams_is_for_satellites_with_beams() {
    let beam = "[payload.user]\nbeams = 1\nbeam_area_km2 = 1000000\n[payload.user.down]\ncapacity_gbps = 1\n";
    let inputs = Inputs::new(&[
        ("a.toml", &definition("A", SERVICE, &geo(20, beam))),
        ("b.toml", &definition("B", SERVICE, &geo(21, "capacity_gbps_per_satellite = 1\n"))),
        ("one.csv", "hex_id,demand_mbps\n836a95fffffffff,2000\n"),
    ]);
    for assign in ["even", "greedy", "flow"] {
        let run =
            format!("capacity a.toml b.toml --demand one.csv --duration 1m --step 1m --assign {assign}");
        assert!((inputs.served_tbps(&run) - 2e-3).abs() < 1e-9, "{assign}");
    }
}

/// A small share was told as 0.0 %, and all but it as all; and a place in a beam's half width off its axis was in none.
#[test]
fn what_lies_in_no_beam_is_told_however_little() {
    let satellite = "[[satellite]]\nname = \"A\"\norbit = \"elements\"\naltitude_km = 780\ninclination_deg = 90\n\
                     raan_deg = 120.66\nargument_of_latitude_deg = 29.833635809583654\nsource = \"s\"\n";
    let beams = |half_deg: f64| {
        let payload = fixed(8, 8, 7.0).replace("psi_b=7", &format!("psi_b={half_deg}"));
        definition("F", SERVICE, &format!("{satellite}{payload}capacity_gbps = 1\n"))
    };
    let (near, far) = ("83595bfffffffff", "831fb4fffffffff");
    let inputs = Inputs::new(&[
        ("wide.toml", &beams(9.0)),
        ("narrow.toml", &beams(1.0)),
        ("one.csv", &format!("hex_id,demand_mbps\n{near},100\n")),
        ("two.csv", &format!("hex_id,demand_mbps\n{near},1\n{far},100000\n")),
    ]);
    let run = |file: &str, demand: &str| {
        format!("capacity {file} --start 2026-01-01T00:00:00Z --duration 1s --step 1s --demand {demand}")
    };
    // 5.96° off the axis of a beam, and more than 9° off those of its row and of its column.
    assert_eq!(served(&inputs, &run("wide.toml", "one.csv")), [(near.to_owned(), 100.0)]);
    let text = inputs.text(&run("narrow.toml", "two.csv"));
    let line = text.lines().find(|line| line.contains("unserved because of")).unwrap();
    assert!(line.contains("link 0.1 %") && line.contains("none in view 99.9 %"), "{line}");
}

/// Devices cannot be spread as a demand of nothing is: they were lost.
#[test]
fn devices_are_spread_as_a_demand_that_is_something() {
    let zero = "hex_id,demand_mbps\n83595bfffffffff,0\n";
    let inputs = Inputs::new(&[("zero.csv", zero)]);
    let run = "capacity xingyun --duration 1h --resolution 3 --demand zero.csv";
    inputs.refused(run, &["the demand of", "zero.csv", "is nothing in all", "above 0"]);
}

/// Means of nothing were told as zeros, and neither the phase nor the region nor the resolution was.
#[test]
fn messages_of_a_region_without_devices_have_no_mean_of_devices() {
    let inputs = Inputs::new(&[]);
    let run = "capacity xingyun:test --resolution 2 --region -30,-130,-20,-120 --duration 2h --step 5min";
    let report = inputs.report(run);
    assert_eq!(report["devices_mean"], Value::Null, "{report}");
    assert_eq!((&report["h3_resolution"], &report["devices_in_region"]), (&2.into(), &0.0.into()));
    assert!(report["area_mean"]["mean_wait_s"].as_f64().unwrap() > 0.0, "{}", report["area_mean"]);
    let text = inputs.text(&format!("{run} --html page.html"));
    let cells = report["cells"].as_u64().unwrap();
    for words in [
        "Xingyun (xingyun, phase test): 2 satellites",
        &format!(", H3 resolution 2: {cells} cells\n"),
        "a device               no device in the region\n",
        "+ 2 h, sampled",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    let page = std::fs::read_to_string(inputs.0.path().join("page.html")).unwrap();
    assert!(page.contains("mean wait of a place") && !page.contains("mean wait of a device"));
    assert!(text.contains("; none in the region\n"), "{text}");
    // Where there is one, it is told.
    let report = inputs
        .report("capacity xingyun --resolution 3 --region DE --duration 1h --step 5min --demand uniform:1");
    assert!(report["devices_mean"]["percent_covered"].as_f64().is_some(), "{report}");
}

/// A window of 1.5 s was called 2 s, a load of 4 Mbit/s 0.00 Gbit/s, and a lost satellite was of no system.
#[test]
fn a_table_of_systems_tells_its_window_its_loads_and_whose_satellites_are_lost() {
    let falling = "[[satellite]]\nname = \"F\"\norbit = \"elements\"\naltitude_km = 150\ninclination_deg = 60\nraan_deg = 2.0\n\
                   argument_of_latitude_deg = 0\nbstar = 0.5\nsource = \"s\"\n[[payload]]\nsource = \"s\"\n\
                   capacity_gbps_per_satellite = 1\n";
    let inputs = Inputs::new(&[
        ("s.toml", &definition("S", SERVICE, &geo(20, "capacity_gbps_per_satellite = 1\n"))),
        ("f.toml", &definition("F", SERVICE, falling)),
        ("d.csv", "hex_id,demand_mbps\n836a95fffffffff,4\n"),
    ]);
    let run = "capacity s.toml f.toml --side-by-side --demand d.csv";
    let short = inputs.text(&format!("{run} --duration 1.5s --step 0.5s"));
    assert!(short.contains(" + 1.5 s, every 0.5 s"), "{short}");
    let load = short.lines().find(|line| line.contains("mean load of a satellite, Mbit/s")).unwrap();
    assert_eq!(load.split_whitespace().skip(6).collect::<Vec<_>>(), ["4.00", "0.00"], "{short}");
    let long = inputs.text(&format!("{run} --duration 2d --step 1h"));
    assert!(long.contains("\nF: 1 satellite lost by the end of the window"), "{long}");
    assert!(
        inputs.text("capacity s.toml --demand d.csv --duration 1.5s --step 0.5s").contains(" + 1.5 s, every")
    );
    inputs.refused(
        &format!("{run} --duration 1m --report-regions FR"),
        &["--report-regions", "--json has regions"],
    );
    inputs.report(&format!("{run} --duration 1m --report-regions FR"));
}
