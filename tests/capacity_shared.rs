//! `hexsky capacity` where much is shared: antennas of gateways among linked satellites, the channels of a place among
//! systems, fast beams among cells. What is told to limit is what limits.

use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::{Inputs, definition, geostationary};

const INSTANT: &str = "--duration 1m --step 1m";
const SERVICE: &str = "min_elevation_deg = 10";
/// A cell of resolution 3 in Germany.
const CELL: &str = "831fb4fffffffff";

fn number(report: &Value, figure: &str) -> f64 {
    report["system"][figure].as_f64().unwrap_or_else(|| panic!("no {figure} in {report}"))
}

/// Gbit/s, to the kbit/s that amounts are counted in.
fn gbps(report: &Value, figure: &str) -> f64 {
    (number(report, figure) * 1e9).round() / 1e6
}

/// So many satellites at 1200 km in as many planes, and the lines of their payload.
fn walker(satellites: u32, planes: u32, payload: &str) -> String {
    format!(
        "[[shell]]\nname = \"main\"\npattern = \"walker-delta\"\nsatellites = {satellites}\nplanes = {planes}\nphasing = 1\n\
         altitude_km = 1200\ninclination_deg = 60\nsource = \"s\"\n[[payload]]\nsource = \"s\"\n{payload}"
    )
}

/// Beams of 0.1 Gbit/s each, with the lines of a frequency plan.
fn beams(plan: &str) -> String {
    format!("[payload.user]\nbeams = 100\n{plan}[payload.user.down]\ncapacity_gbps = 0.1\n")
}

fn plan(beam_area_km2: u32, colours: u32, polarisations: u32) -> String {
    beams(&format!("beam_area_km2 = {beam_area_km2}\ncolours = {colours}\npolarisations = {polarisations}\n"))
}

/// Five satellites of 1 Gbit/s see a gateway with one antenna, which was shared by all of them where satellites were linked:
/// by a link of 1 kbit/s they carried 5 Gbit/s instead of 1, and the bound was called exact.
#[test]
fn linked_satellites_have_no_more_antennas_than_others() {
    let file = |isl: &str| {
        let payload = format!("capacity_gbps_per_satellite = 1\n{isl}feeder.up.capacity_gbps = 10\n");
        definition("T", SERVICE, &walker(80, 8, &payload))
    };
    let budget =
        "[payload.feeder.up]\nfrequency_ghz = 28\nbandwidth_mhz = 2000\neirp_dbw = 57\ng_over_t_db_k = 3\n";
    let wide = |isl: &str| {
        let payload = format!("capacity_gbps_per_satellite = 50\ngateway_antennas = 2\n{isl}{budget}");
        definition("W", SERVICE, &walker(60, 6, &payload))
    };
    let thin = "isl = \"ring\"\nisl_gbps = 0.000001\n";
    let inputs = Inputs::new(&[
        ("alone.toml", &file("")),
        ("thin.toml", &file(thin)),
        ("ring.toml", &file("isl = \"ring\"\nisl_gbps = 1\n")),
        ("wide.toml", &wide("")),
        ("wide_thin.toml", &wide(thin)),
        ("one.csv", "name,lat_deg,lon_deg,height_m\na,50,10,0\n"),
        (
            "five.csv",
            "name,lat_deg,lon_deg,height_m\na,50,10,0\nb,45,-5,0\nc,40,20,0\nd,60,25,0\ne,36,30,0\n",
        ),
    ]);
    let command = |file: &str, more: &str| {
        format!("capacity {file} {INSTANT} --resolution 1 --demand uniform:0.001 --bound {more}")
    };
    for assign in ["greedy", "flow"] {
        let one = format!(
            "--gateways one.csv --antennas-per-gateway 1 --gateway-min-elevation 5 --assign {assign}"
        );
        let served = ["alone.toml", "thin.toml", "ring.toml"].map(|file| {
            let report = inputs.report(&command(file, &one));
            assert_eq!(gbps(&report, "served_tbps"), gbps(&report, "bound_tbps"), "{file} {assign}");
            assert_eq!(report["system"]["bound_is_exact"], false, "{file}");
            assert_eq!(report["system"]["bound_is_of_given_antennas"], true, "{file}");
            gbps(&report, "served_tbps")
        });
        // Its own, and what the two links of its ring bring.
        assert_eq!(served, [1.0, 1.000_002, 3.0], "{assign}");
        let text = inputs.text(&command("ring.toml", &one));
        assert!(text.contains("(exact for the antennas as they are given to satellites, it can be reached)"));
        let two = format!("--gateways five.csv --assign {assign}");
        let [alone, thin] = ["wide.toml", "wide_thin.toml"]
            .map(|file| gbps(&inputs.report(&command(file, &two)), "served_tbps"));
        assert!(alone > 1.0 && (alone - thin).abs() < 1e-4, "{assign}: {alone} and {thin} Gbit/s");
    }
    let curve = |file: &str| -> Vec<f64> {
        let more = "--gateways five.csv --antennas-per-gateway 1 --gateway-curve";
        let report = inputs.report(&command(file, more));
        report["gateway_curve"]
            .as_array()
            .unwrap()
            .iter()
            .map(|point| point["served_tbps"].as_f64().unwrap())
            .collect()
    };
    let (alone, thin) = (curve("alone.toml"), curve("thin.toml"));
    assert!(alone.iter().zip(&thin).all(|(a, b)| (a - b).abs() < 1e-7), "{alone:?} {thin:?}");
}

/// Satellites of another system, which carry less, had antennas of gateways that those of the first one need; and a second
/// antenna on satellites whose first link carries all that they have.
#[test]
fn neither_another_system_nor_another_antenna_takes_service_away() {
    let one = |payload: &str| {
        let shell = walker(56, 8, &format!("{payload}feeder.up.capacity_gbps = 10\n"));
        definition("One", "min_elevation_deg = 20", &shell)
    };
    let two = |payload: &str| {
        let shell = walker(56, 8, payload).replace("inclination_deg = 60", "inclination_deg = 53");
        definition("Two", "min_elevation_deg = 20", &shell.replace("phasing = 1", "phasing = 2"))
    };
    let grid = "isl = \"+grid\"\nisl_gbps = 20\n";
    let own = "capacity_gbps_per_satellite = 5\n";
    let inputs = Inputs::new(&[
        ("one.toml", &one(own)),
        ("one2.toml", &one(&format!("{own}gateway_antennas = 2\n"))),
        ("one_grid.toml", &one(&format!("{own}{grid}"))),
        ("weak.toml", &two("capacity_gbps_per_satellite = 1\nfeeder.up.capacity_gbps = 20\n")),
        ("thin.toml", &two("capacity_gbps_per_satellite = 1\nfeeder.up.capacity_gbps = 1\n")),
        (
            "weak_grid.toml",
            &two(&format!("capacity_gbps_per_satellite = 0.1\n{grid}feeder.up.capacity_gbps = 20\n")),
        ),
        (
            "five.csv",
            "name,lat_deg,lon_deg,height_m\ng0,53.2,-50.4,0\ng1,-31.2,-21.1,0\ng2,-28.7,-98.2,0\ng3,56.2,-107.0,0\n\
             g4,30.0,-100.3,0\n",
        ),
        ("three.csv", "name,lat_deg,lon_deg,height_m\ng0,-28.8,72.2,0\ng1,47.4,-92.7,0\ng2,-12.0,76.5,0\n"),
        (
            "linked.csv",
            "name,lat_deg,lon_deg,height_m\ng0,-6.6,156.9,0\ng1,-17.8,-72.2,0\ng2,46.2,-128.9,0\n\
             g3,7.6,-59.9,0\ng4,37.8,17.4,0\n",
        ),
    ]);
    let served = |files: &str, gateways: &str, density: &str, assign: &str| {
        let command = format!(
            "capacity {files} --start 2026-01-01T00:00:00Z --duration 60s --step 60s --resolution 1 --demand uniform:{density} \
             --gateways {gateways} --antennas-per-gateway 2 --gateway-min-elevation 5 --assign {assign}"
        );
        gbps(&inputs.report(&command), "served_tbps")
    };
    for assign in ["greedy", "flow"] {
        let of_five = |files: &str| served(files, "five.csv", "0.02", assign);
        let alone = of_five("one.toml");
        assert_eq!(alone, 50.0, "{assign}");
        for files in ["one2.toml", "one.toml weak.toml", "one2.toml weak.toml", "weak.toml one2.toml"] {
            assert!(of_five(files) >= alone, "{assign} {files}: {} and {alone}", of_five(files));
        }
        let of_three = |files: &str| served(files, "three.csv", "0.1", assign);
        // The best there is, found by a program of whole numbers.
        assert_eq!([of_three("one.toml"), of_three("one.toml thin.toml")], [25.0, 26.0], "{assign}");
        let linked = |files: &str| served(files, "linked.csv", "0.1", assign);
        let (alone, both) = (linked("one_grid.toml"), linked("one_grid.toml weak_grid.toml"));
        assert!(alone > 90.0 && both >= alone, "{assign}: {alone} and {both}");
    }
}

/// So many satellites in as many planes at an altitude, and the lines of their payload.
fn shell(layout: [u32; 2], altitude_km: u32, inclination_deg: u32, raan_deg: u32, payload: &str) -> String {
    let [satellites, planes] = layout;
    let text = format!(
        "[[shell]]\nname = \"main\"\npattern = \"walker-delta\"\nsatellites = {satellites}\nplanes = {planes}\nphasing = 1\n\
         altitude_km = {altitude_km}\ninclination_deg = {inclination_deg}\nfirst_raan_deg = {raan_deg}\nsource = \"s\"\n\
         [[payload]]\nsource = \"s\"\n{payload}"
    );
    definition("T", SERVICE, &text)
}

/// Each manner gave the antennas to the same satellites, so that no system was looked at alone: 15.3 Gbit/s of 26. And where
/// satellites have beams, the ways by which most is served were not among those that were allocated: 20 of 46.
#[test]
fn another_system_takes_nothing_away_where_antennas_are_scarce() {
    let ring = "isl = \"ring\"\nisl_gbps = 5\n";
    let grid = "isl = \"+grid\"\nisl_gbps = 5\n";
    let beams =
        |gbps: &str| format!("[payload.user]\nbeams = 2\n[payload.user.down]\ncapacity_gbps = {gbps}\n");
    let feeder = |gbps: u32| format!("[payload.feeder.down]\ncapacity_gbps = {gbps}\n");
    let few = |gbps: u32| format!("capacity_gbps_per_satellite = {gbps}\ngateway_antennas = 1\n");
    let inputs = Inputs::new(&[
        ("high.toml", &shell([24, 4], 8000, 50, 38, &format!("{}{ring}{}", few(3), feeder(8)))),
        ("low.toml", &shell([12, 6], 2000, 86, 25, &format!("{}{}", few(10), feeder(8)))),
        (
            "grid.toml",
            &shell(
                [36, 4],
                2000,
                50,
                30,
                &format!(
                    "capacity_gbps_per_satellite = 3\ngateway_antennas = 2\n{grid}{}{}",
                    beams("2.25"),
                    feeder(8)
                ),
            ),
        ),
        (
            "polar.toml",
            &shell(
                [36, 4],
                8000,
                86,
                57,
                &format!(
                    "capacity_gbps_per_satellite = 10\ngateway_antennas = 3\n{}{}",
                    beams("7.5"),
                    feeder(2)
                ),
            ),
        ),
        ("gw.csv", "name,lat_deg,lon_deg,height_m\ng0,20,78,0\ng1,50,10,0\n"),
    ]);
    let served = |files: &str, hour: u32, penetration: &str, assign: &str| {
        let command = format!(
            "capacity {files} --gateways gw.csv --antennas-per-gateway 1 --start 2026-01-01T0{hour}:00:00Z {INSTANT} \
             --resolution 1 --penetration {penetration} --assign {assign}"
        );
        gbps(&inputs.report(&command), "served_tbps")
    };
    for assign in ["greedy", "flow"] {
        for (one, other, hour, penetration) in
            [("high.toml", "low.toml", 3, "0.00003"), ("grid.toml", "polar.toml", 6, "0.0001")]
        {
            let of = |files: &str| served(files, hour, penetration, assign);
            let alone = of(one).max(of(other));
            assert!(alone > 25.0, "{assign} {one}: {alone}");
            for both in [format!("{one} {other}"), format!("{other} {one}")] {
                assert!(of(&both) >= alone, "{assign} {both}: {} and {alone}", of(&both));
            }
        }
    }
}

/// A satellite that carries all it can throughout was told at 99.9 %, beside a user link at 100.
#[test]
fn a_satellite_that_is_full_throughout_is_used_in_full() {
    // The second is no whole number of the units that amounts are counted in.
    for rate in ["0.7", "1.234567"] {
        let payload = format!("[[payload]]\nsource = \"s\"\ncapacity_gbps_per_satellite = {rate}\n");
        let inputs = Inputs::new(&[("g.toml", &definition("G", SERVICE, &geostationary(&[100], &payload)))]);
        let report = inputs.report("capacity g.toml --resolution 1 --duration 6h --step 1m");
        assert_eq!(report["satellites"]["mean_percent"], 100.0, "{rate}");
        assert_eq!(
            report["satellites"]["percentiles"],
            serde_json::json!([100.0, 100.0, 100.0, 100.0, 100.0])
        );
    }
}

/// A cell smaller than K beams may hold each of the K·P channels: 8 beams of 0.1 Gbit/s. With --ignore-reuse it had one for
/// each beam's area.
#[test]
fn to_ignore_reuse_takes_nothing_away() {
    let inputs = Inputs::new(&[
        ("p.toml", &definition("P", SERVICE, &walker(200, 10, &plan(5000, 4, 2)))),
        ("d.csv", &format!("hex_id,demand_mbps\n{CELL},100000\n")),
    ]);
    for assign in ["greedy", "flow", "even"] {
        let served = ["", "--ignore-reuse"].map(|option| {
            let command = format!("capacity p.toml {INSTANT} --demand d.csv --assign {assign} {option}");
            gbps(&inputs.report(&command), "served_tbps")
        });
        assert_eq!(served, [0.8; 2], "{assign}");
    }
    let served = ["", "--ignore-reuse"].map(|option| {
        let command =
            format!("capacity p.toml {INSTANT} --demand uniform:1 --region -2,5,6,13 --assign flow {option}");
        gbps(&inputs.report(&command), "served_tbps")
    });
    assert!(served[1] > served[0], "{served:?}");
}

/// The plan with the smallest beams was everyone's: another system beside took nine tenths away.
#[test]
fn another_system_takes_no_capacity_away() {
    let inputs = Inputs::new(&[
        ("small.toml", &definition("Small", SERVICE, &walker(200, 10, &plan(1000, 1, 1)))),
        ("many.toml", &definition("Many", SERVICE, &walker(200, 10, &plan(2000, 50, 1)))),
        ("open.toml", &definition("Open", SERVICE, &walker(200, 10, &beams("")))),
        ("wide.toml", &definition("Wide", SERVICE, &walker(200, 10, &plan(75_000, 4, 2)))),
        ("d.csv", &format!("hex_id,demand_mbps\n{CELL},1000000\n")),
    ]);
    let of_cell = |files: &str| {
        let command = format!("capacity {files} {INSTANT} --demand d.csv --assign flow --bound");
        let report = inputs.report(&command);
        let [served, bound] = ["served_tbps", "bound_tbps"].map(|figure| gbps(&report, figure));
        assert!((served / bound - 1.0).abs() < 1e-3, "{files}: {served} {bound}");
        served
    };
    let [small, many, open] = ["small.toml", "many.toml", "open.toml"].map(of_cell);
    // A beam for each 1000 km² of the cell, 50 channels, and a hundred beams of each satellite in view.
    assert!(
        (1.0..1.5).contains(&small) && many == 5.0 && open >= 30.0 && (open / 10.0).fract() < 1e-6,
        "{small} {many} {open}"
    );
    let near = |files: &str, expected: f64| {
        let served = of_cell(files);
        assert!((served / expected - 1.0).abs() < 1e-3, "{files}: {served} and not {expected} Gbit/s");
    };
    near("small.toml many.toml", many);
    near("many.toml small.toml", many);
    // Where beams have no stated area a cell holds any number, but those of a plan no more than their own.
    near("small.toml open.toml", small + open);
    near("many.toml open.toml", many + open);
    let over_cells = |files: &str| {
        let command =
            format!("capacity {files} {INSTANT} --demand uniform:1 --region -2,5,6,13 --assign flow");
        gbps(&inputs.report(&command), "served_tbps")
    };
    let [small, wide] = ["small.toml", "wide.toml"].map(over_cells);
    let both = over_cells("wide.toml small.toml");
    assert!(both >= 0.98 * small.max(wide), "{both} beside {small} and {wide} Gbit/s");
    let text = inputs.text(&format!("capacity small.toml open.toml {INSTANT} --demand d.csv"));
    assert!(text.contains("note: frequency plans differ: in a cell satellites keep to their own"), "{text}");
    assert!(!inputs.text(&format!("capacity small.toml {INSTANT} --demand d.csv")).contains("plans differ"));
}

/// Three gateways of two antennas each. Beside a system of little capacity the antennas went to its satellites too, and both
/// together served less than the first alone.
#[test]
fn another_system_takes_no_antennas_that_the_first_would_use_better() {
    let system = |name: &str, gbps: f64| {
        let payload = format!("capacity_gbps_per_satellite = {gbps}\nfeeder.up.capacity_gbps = {gbps}\n");
        definition(name, SERVICE, &walker(80, 8, &payload))
    };
    let gateways = "name,lat_deg,lon_deg,height_m\na,50,10,0\nb,45,-5,0\nc,-30,140,0\n";
    let inputs = Inputs::new(&[
        ("rich.toml", &system("Rich", 10.0)),
        ("poor.toml", &system("Poor", 0.1)),
        ("three.csv", gateways),
    ]);
    for assign in ["greedy", "flow", "even"] {
        let served = |files: &str| {
            let command = format!(
                "capacity {files} {INSTANT} --resolution 1 --demand uniform:0.1 --gateways three.csv \
                 --antennas-per-gateway 2 --gateway-min-elevation 5 --assign {assign}"
            );
            gbps(&inputs.report(&command), "served_tbps")
        };
        let (rich, both) = (served("rich.toml"), served("rich.toml poor.toml"));
        assert_eq!(rich, 60.0, "{assign}");
        assert!(both >= rich, "{assign}: {both} {rich}");
    }
}

/// A link left for a faster one took more than its plan had to spare in the cell.
#[test]
fn no_plan_is_broken_where_its_cells_hold_links_of_unlike_rates() {
    let budget = "[payload.user]\nbeams = 20\n[payload.user.down]\nfrequency_ghz = 20\nbandwidth_mhz = 250\neirp_dbw = 36\n\
                  g_over_t_db_k = 10\n";
    let inputs = Inputs::new(&[("b.toml", &definition("B", SERVICE, &walker(40, 4, budget)))]);
    let paper = concat!(env!("CARGO_MANIFEST_DIR"), "/constellations/papers/oneweb-2018.toml");
    for assign in ["greedy", "flow"] {
        // Every instant is held to all plans in builds for tests.
        let report = inputs.report(&format!(
            "capacity {paper} b.toml --min-elevation 55 --resolution 2 --region india --duration 1s --assign {assign} --bound"
        ));
        assert!(gbps(&report, "served_tbps") > 0.0, "{report}");
    }
}

/// Cells with the fastest beam took their slow ones too before others had a fast one, and satellites without beams made
/// every cell that sees them the fastest: 84 % and 65 % of the flow, and less at every later instant.
#[test]
fn greedy_is_near_the_bound_where_beams_are_unlike() {
    let budget = "[payload.user]\nbeams = 20\n[payload.user.down]\nfrequency_ghz = 20\nbandwidth_mhz = 250\neirp_dbw = 36\n\
                  g_over_t_db_k = 10\n";
    let inputs = Inputs::new(&[
        ("a.toml", &definition("A", "min_elevation_deg = 15", &walker(40, 4, budget))),
        ("wide.toml", &definition("Wide", SERVICE, &walker(200, 10, &plan(75_000, 4, 2)))),
        (
            "b.toml",
            &definition("B", "min_elevation_deg = 15", &walker(8, 4, "capacity_gbps_per_satellite = 3\n")),
        ),
    ]);
    let mut served = Vec::new();
    for files in ["a.toml", "a.toml b.toml"] {
        let report =
            inputs.report(&format!("capacity {files} --resolution 2 --duration 20m --step 2m --bound"));
        let percent = number(&report, "percent_of_bound");
        println!("greedy carries {percent:.1} % of the bound: {files}");
        assert!(percent > 97.0, "{files}: {percent} %");
        served.push(gbps(&report, "served_tbps"));
    }
    assert!(served[1] > served[0], "{served:?}");
    // Where neighbouring cells share channels the linear program tells which should have them.
    let report = inputs.report(&format!("capacity wide.toml --region IN {INSTANT} --bound"));
    let percent = number(&report, "percent_of_bound");
    println!("greedy carries {percent:.1} % of the bound where neighbouring cells share channels");
    assert!(percent > 94.0, "{percent} %");
}

/// All satellites were limited by demand, which is to say that nobody wants more, where the frequency plan stopped them.
#[test]
fn cells_that_hold_no_more_beams_limit_satellites() {
    let payload = format!("[[payload]]\nsource = \"s\"\n{}", plan(5000, 4, 2));
    let inputs = Inputs::new(&[
        ("geo.toml", &definition("Geo", SERVICE, &geostationary(&[0, 10, 20, 180], &payload))),
        ("d.csv", &format!("hex_id,demand_mbps\n{CELL},100000\n")),
    ]);
    let report = inputs.report(&format!("capacity geo.toml {INSTANT} --demand d.csv"));
    assert_eq!(gbps(&report, "served_tbps"), 0.8);
    let limited = &report["limited_by_percent"];
    assert_eq!([&limited["full_cells"], &limited["demand"], &limited["allocation"]], [75.0, 25.0, 0.0]);
    // By the rule of even shares the cell that sees both satellites is short beside the one that has room; the other sees the
    // full one alone.
    let cell = |east_deg: f64| h3o::LatLng::new(0.0, east_deg).unwrap().to_cell(h3o::Resolution::One);
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\nsource = \"s\"\n";
    let even = Inputs::new(&[
        ("two.toml", &definition("Two", SERVICE, &geostationary(&[0, 60], payload))),
        ("d.csv", &format!("hex_id,demand_mbps\n{},4000\n{},10000\n", cell(30.0), cell(-50.0))),
    ]);
    let report =
        even.report(&format!("capacity two.toml {INSTANT} --resolution 1 --demand d.csv --assign even"));
    let limited = &report["limited_by_percent"];
    assert_eq!(
        [&limited["user_link"], &limited["allocation"], &limited["demand"]],
        [50.0, 50.0, 0.0],
        "{report}"
    );
}

/// 90 kbit/s in units of 100 were nothing, and the bound of nothing exact.
#[test]
fn limits_that_cannot_be_counted_are_refused() {
    let file = |payload: &str| definition("S", SERVICE, &walker(40, 5, payload));
    let inputs = Inputs::new(&[
        ("low.toml", &file("capacity_gbps_per_satellite = 0.000085\n")),
        ("lower.toml", &file("capacity_gbps_per_satellite = 0.000025\n")),
        ("fed.toml", &file("capacity_gbps_per_satellite = 1\nfeeder.up.capacity_gbps = 0.000015\n")),
        ("near.toml", &file("capacity_gbps_per_satellite = 0.001005\n")),
        ("linked.toml", &file("capacity_gbps_per_satellite = 1\nisl = \"ring\"\nisl_gbps = 0.000005\n")),
        ("d.csv", "hex_id,demand_mbps\n816afffffffffff,3000000\n"),
        ("less.csv", "hex_id,demand_mbps\n816afffffffffff,1900000\n"),
    ]);
    let command =
        |file: &str, demand: &str| format!("capacity {file} {INSTANT} --resolution 1 --demand {demand}");
    let words = [
        "25 kbit/s cannot be counted beside amounts of up to 3.0 Tbit/s, which are whole 10 kbit/s",
        "--resolution",
    ];
    inputs.refused(&command("lower.toml", "d.csv"), &words);
    let told = inputs.text(&command("low.toml", "d.csv"));
    assert!(told.contains("85 kbit/s of a satellite or its feeder count as 80 by that"), "{told}");
    inputs.refused(&command("fed.toml", "d.csv"), &["15 kbit/s cannot be counted"]);
    let in_view = gbps(&inputs.report(&command("low.toml", "less.csv")), "served_tbps") / 0.000_085;
    assert!(in_view >= 1.0 && (in_view - in_view.round()).abs() < 1e-9, "{in_view}");
    let near = gbps(&inputs.report(&command("near.toml", "d.csv")), "served_tbps");
    assert!((near - in_view * 0.001).abs() < 1e-9, "{near}");
    let note = "40 links between satellites lose more than 1 % of their rate by that";
    assert!(inputs.text(&command("linked.toml", "d.csv")).contains(note));
}

/// Two runs that differed by the availability alone had the same words and other figures.
#[test]
fn reports_tell_what_decides_their_figures() {
    let budget = "[payload.user]\nbeams = 20\nbeam_area_km2 = 5000\ncolours = 4\n[payload.user.down]\nfrequency_ghz = 20\n\
                  bandwidth_mhz = 250\neirp_dbw = 36\ng_over_t_db_k = 10\n";
    let stated = "capacity_gbps_per_satellite = 10\n[payload.user]\nbeams = 2\n[payload.user.down]\ncapacity_gbps = 0.2\n";
    let inputs = Inputs::new(&[
        ("a.toml", &definition("A", SERVICE, &walker(40, 4, budget))),
        ("s.toml", &definition("S", SERVICE, &walker(40, 4, stated))),
        ("t.csv", "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,48,11\n2026-01-01T01:00:00Z,48.1,11\n"),
    ]);
    let told = |options: &str| inputs.text(&format!("capacity a.toml {INSTANT} --resolution 1 {options}"));
    let line = |text: &str, name: &str, value: &str| {
        assert!(text.contains(&format!("\n  {name:<22} {value}\n")), "no {name}: {value} in {text}");
    };
    let of = "ITU-R P.618-13 of user links, not exceeded in";
    let text = told("");
    line(&text, "attenuation", &format!("{of} 99.5 % of an average year"));
    let plan = "4 colours on 1 polarisation, beams of 5000 km²; neighbouring cells are";
    line(&text, "frequency plan", &format!("{plan} held to the colours"));
    let text = told("--availability 99.9 --ignore-reuse --tracks t.csv --track-mbps 7");
    line(&text, "attenuation", &format!("{of} 99.9 % of an average year"));
    line(&text, "frequency plan", &format!("{plan} not held to the colours"));
    line(&text, "moving demand", "1 track of 7 Mbit/s each");
    let options = "--availability 99.9 --ignore-reuse --tracks t.csv --track-mbps 7 --html page.html";
    let report = inputs.report(&format!("capacity a.toml {INSTANT} --resolution 1 {options}"));
    assert_eq!(report["attenuation"]["availability_percent"], 99.9);
    assert_eq!(report["attenuation"]["links"], serde_json::json!(["user"]));
    assert_eq!(report["neighbours_share_colours"], false);
    let kind = &report["abilities"][0];
    assert_eq!([&kind["beam_area_km2"], &kind["colours"], &kind["polarisations"]], [5000.0, 4.0, 1.0]);
    assert_eq!(report["demand"]["track_mbps"], 7.0);
    let page = std::fs::read_to_string(inputs.0.path().join("page.html")).unwrap();
    for words in
        ["not exceeded in 99.9 % of an average year", "not held to the colours", "1 track, 7 Mbit/s each"]
    {
        assert!(page.contains(words), "no '{words}' in the page");
    }
    // Two beams of 0.2 Gbit/s carry 0.4, whatever else is stated.
    let table = inputs.text(&format!("capacity s.toml a.toml --side-by-side {INSTANT} --resolution 1"));
    let row = |name: &str| {
        let row = table.lines().find(|line| line.trim_start().starts_with(name));
        row.unwrap_or_else(|| panic!("no {name} in {table}"))
            .split_whitespace()
            .rev()
            .take(2)
            .collect::<Vec<_>>()
    };
    assert_eq!(row("each satellite carries"), ["–", "0.4"]);
    assert_eq!(row("availability of links"), ["99.5", "–"]);
    assert_eq!(row("installed, Gbit/s"), ["–", "16.000"]);
}

#[test]
fn options_that_change_nothing_or_make_no_sense_are_refused() {
    let inputs = Inputs::new(&[(
        "s.toml",
        &definition("S", SERVICE, &walker(40, 4, "capacity_gbps_per_satellite = 1\n")),
    )]);
    inputs.command("export s.toml --format tle -o c.tle").assert().success();
    let run = format!("capacity c.tle --satellite-gbps 2 --min-elevation 10 --resolution 1 {INSTANT}");
    inputs.refused(
        &format!("{run} --availability 60"),
        &["--availability", "without effect where no link has a budget"],
    );
    assert!(inputs.served_tbps(&run) > 0.0);
    for angle in ["-3", "90", "180", "x"] {
        let command = format!("capacity s.toml --gso-avoidance {angle}");
        inputs.refused(&command, &["expected an angle to the geostationary arc from 0 to below 90 degrees"]);
    }
    // What a file may not say, an option may not either.
    inputs.refused("capacity s.toml --gateways ksat --antennas-per-gateway 10001", &["10001", "10000"]);
    for devices in ["1.5", "0.001", "1000000"] {
        let text = inputs.text(&format!("capacity xingyun --devices {devices} --resolution 1 --duration 1h"));
        assert!(text.contains(&format!("\n  {:<22} {devices}, spread as: ", "devices")), "{text}");
    }
}
