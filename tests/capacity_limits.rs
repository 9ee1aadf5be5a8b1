//! `hexsky capacity` and what limits satellites: what it says they carry is what feeds, beams and demand let them.

use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::{Inputs, definition, geostationary, walker};

const INSTANT: &str = "--resolution 1 --duration 1m --step 1m";

/// A cell of resolution 1 at 1° north and 30° east.
const CELL: &str = "816afffffffffff";

fn system(report: &Value, figure: &str) -> f64 {
    report["system"][figure].as_f64().unwrap_or_else(|| panic!("no {figure} in {report}"))
}

/// Gbit/s, to the kbit/s that amounts are counted in.
fn gbps(report: &Value, figure: &str) -> f64 {
    (system(report, figure) * 1e9).round() / 1e6
}

#[test]
fn what_an_even_spread_divides_is_served_whole() {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\nsource = \"s\"\n";
    let seven = geostationary(&[-30, -10, 10, 30, 50, 70, 90], payload);
    for mbps in ["841", "0.003", "0.001", "12.345"] {
        let inputs = Inputs::new(&[
            ("geo.toml", &definition("Geo", "min_elevation_deg = 10", &seven)),
            ("d.csv", &format!("hex_id,demand_mbps\n{CELL},{mbps}\n")),
        ]);
        let report = inputs.report(&format!("capacity geo.toml {INSTANT} --demand d.csv --assign even"));
        assert_eq!(1e3 * gbps(&report, "served_tbps"), mbps.parse::<f64>().unwrap());
        assert_eq!(system(&report, "always_served_percent"), 100.0, "{mbps}: {report}");
        assert_eq!(report["unserved_mbps"]["allocation"], 0.0);
    }
    let inputs = Inputs::new(&[("many.toml", &definition("Many", "min_elevation_deg = 10", &walker(55)))]);
    let report =
        inputs.report(&format!("capacity many.toml {INSTANT} --demand uniform:0.0001 --assign even"));
    let seen = 100.0
        - 100.0 * report["unserved_mbps"]["none_in_view"].as_f64().unwrap()
            / 1e6
            / system(&report, "demand_tbps");
    assert!((system(&report, "always_served_percent") - seen).abs() < 1e-6, "{report}");
}

/// Two satellites of which the gateways see but one, with two antennas and 3 Gbit/s on each of them.
fn half_fed() -> Inputs {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\ngateway_antennas = 2\n\
                   feeder.up.capacity_gbps = 3\nsource = \"s\"\n";
    let service = "min_elevation_deg = 10";
    Inputs::new(&[
        ("near.toml", &definition("Near", service, &geostationary(&[0, 60], payload))),
        ("far.toml", &definition("Far", service, &geostationary(&[0, 140], payload))),
        ("g.csv", "name,lat_deg,lon_deg,height_m\ng1,20,-60,0\ng2,-10,-55,0\n"),
        ("d.csv", &format!("hex_id,demand_mbps\n{CELL},5000\n")),
    ])
}

#[test]
fn antennas_for_all_satellites_carry_what_any_number_does() {
    let inputs = half_fed();
    for assign in ["greedy", "flow"] {
        for antennas in
            ["", "--antennas-per-gateway 1", "--antennas-per-gateway 2", "--antennas-per-gateway 1000"]
        {
            let command = format!(
                "capacity near.toml {INSTANT} --demand d.csv --gateways g.csv --bound --assign {assign} {antennas} \
                 --gateway-curve"
            );
            let report = inputs.report(&command);
            for figure in ["served_tbps", "bound_tbps"] {
                assert_eq!(gbps(&report, figure), 5.0, "{figure} {command}");
            }
            assert_eq!(gbps(&report, "sellable_tbps"), 6.0, "{command}");
            let curve = report["gateway_curve"].as_array().unwrap();
            assert!((curve[1]["served_tbps"].as_f64().unwrap() - 0.005).abs() < 1e-9, "{curve:?}");
        }
    }
    // With fewer than satellites, the bound is that of the antennas as they were given.
    let text = |antennas: u32| {
        inputs.text(&format!(
            "capacity near.toml {INSTANT} --demand d.csv --gateways g.csv --bound --antennas-per-gateway {antennas}"
        ))
    };
    assert!(text(1).contains("(exact for the antennas as they are given to satellites, it can be reached)"));
    assert!(text(2).contains("(exact, it can be reached)"));
}

#[test]
fn satellites_that_see_no_demand_are_not_limited_by_gateways() {
    let inputs = half_fed();
    let limited = |file: &str| {
        let command = "--demand d.csv --gateways g.csv --antennas-per-gateway 2";
        inputs.report(&format!("capacity {file} {INSTANT} {command}"))["limited_by_percent"].clone()
    };
    // The second satellite sees the cell and no gateway; in the other file it sees neither.
    assert_eq!([&limited("near.toml")["gateways"], &limited("near.toml")["demand"]], [50.0, 50.0]);
    assert_eq!([&limited("far.toml")["gateways"], &limited("far.toml")["demand"]], [0.0, 100.0]);
}

#[test]
fn without_gateways_feeder_links_carry_what_is_stated() {
    let demand = &format!("hex_id,demand_mbps\n{CELL},100000\n");
    let payload = |feeder: &str| {
        format!(
            "[[payload]]\ncapacity_gbps_per_satellite = 10\ngateway_antennas = 2\nsource = \"s\"\n{feeder}"
        )
    };
    let budget = "[payload.feeder.up]\nfrequency_ghz = 28.5\nbandwidth_mhz = 500\neirp_dbw = 66\ng_over_t_db_k = 2\n\
                  source = \"s\"\n";
    let geo = |feeder: &str| {
        definition("Geo", "min_elevation_deg = 10", &geostationary(&[0, 60], &payload(feeder)))
    };
    let ring = |isl: &str| {
        let feeder = "gateway_antennas = 2\nfeeder.up.capacity_gbps = 1.5\n";
        definition("Ring", "min_elevation_deg = 10", &format!("{}{feeder}{isl}", walker(30)))
    };
    let inputs = Inputs::new(&[
        ("d.csv", demand),
        ("open.toml", &geo("")),
        ("stated.toml", &geo("feeder.up.capacity_gbps = 3\n")),
        ("budget.toml", &geo(budget)),
        ("alone.toml", &ring("")),
        ("ring.toml", &ring("isl = \"ring\"\nisl_gbps = 1\n")),
    ]);
    let report = |file: &str| {
        inputs.report(&format!("capacity {file} {INSTANT} --demand d.csv --bound --assign flow"))
    };
    let (open, stated) = (report("open.toml"), report("stated.toml"));
    assert_eq!(gbps(&open, "served_tbps"), 20.0);
    for figure in ["served_tbps", "bound_tbps", "sellable_tbps"] {
        assert_eq!(gbps(&stated, figure), 12.0, "{figure}");
    }
    assert_eq!(stated["limited_by_percent"]["feeder"], 100.0);
    // Links between satellites lead to the feeder links of others.
    let (alone, ring) = (report("alone.toml"), report("ring.toml"));
    let (alone, ring) = (gbps(&alone, "served_tbps"), gbps(&ring, "served_tbps"));
    let in_view = alone / 3.0;
    assert!(in_view >= 1.0 && in_view.fract() == 0.0, "{alone}");
    assert!(ring > alone && ring <= in_view * 5.0 + 1e-6, "{alone} {ring}");
    // A budget needs a place, and the report says that it was left out.
    let text = |file: &str| inputs.text(&format!("capacity {file} {INSTANT} --demand d.csv"));
    let note = "without --gateways they set no limit (Geo)";
    assert_eq!(gbps(&report("budget.toml"), "served_tbps"), 20.0);
    assert!(text("budget.toml").contains(note) && !text("stated.toml").contains(note));
    let told = "the ground is taken to be in reach always, over feeder links of the stated rates\n";
    assert!(text("stated.toml").contains(told) && !text("open.toml").contains(told));
}

#[test]
fn no_more_is_served_than_can_be_sold() {
    let user = "beams = 1\nsource = \"s\"\n[payload.user.down]\nfrequency_ghz = 19.5\nbandwidth_mhz = 250\neirp_dbw = 64\n\
                g_over_t_db_k = 12\nsource = \"s\"\n";
    let payload = format!("[[payload]]\nsource = \"s\"\n[payload.user]\n{user}");
    let beams = "[[payload]]\ncapacity_gbps_per_satellite = 3\nsource = \"s\"\n[payload.user]\nbeams = 4\n\
                 source = \"s\"\n[payload.user.down]\ncapacity_gbps = 0.6\nsource = \"s\"\n";
    let service = "min_elevation_deg = 10";
    let inputs = Inputs::new(&[
        ("budget.toml", &definition("Budget", service, &geostationary(&[0], &payload))),
        ("stated.toml", &definition("Stated", service, &geostationary(&[0], beams))),
        // One cell near the satellite, one far from it, where a beam carries less.
        ("d.csv", "hex_id,demand_mbps\n8138fffffffffff,5000\n8108fffffffffff,5000\n"),
    ]);
    let command = format!("{INSTANT} --demand d.csv --assign flow");
    let report = inputs.report(&format!("capacity budget.toml {command} --availability 99.9"));
    let (served, sellable) = (gbps(&report, "served_tbps"), gbps(&report, "sellable_tbps"));
    assert!(served > 0.5 && (sellable - served).abs() <= 2e-6, "{served} {sellable}");
    // Four beams of 0.6 Gbit/s are what there is of a satellite, whatever its capacity is said to be.
    let report = inputs.report(&format!("capacity stated.toml {command}"));
    for figure in ["installed_tbps", "sellable_tbps", "served_tbps"] {
        assert_eq!(gbps(&report, figure), 2.4, "{figure}");
    }
    assert_eq!(report["satellites"]["mean_percent"], 100.0);
}

#[test]
fn ways_to_the_ground_that_are_full_are_feeder_links() {
    let linked = |more: &str| {
        let payload = format!("isl = \"+grid\"\nisl_gbps = 5\nfeeder.up.capacity_gbps = 2.5\n{more}");
        definition("Linked", "min_elevation_deg = 20", &format!("{}{payload}", walker(55)))
    };
    let beams = "user.beams = 4\nuser.beam_area_km2 = 300000\nuser.down.capacity_gbps = 0.6\n";
    let inputs = Inputs::new(&[
        ("plain.toml", &linked("")),
        ("beams.toml", &linked(beams)),
        ("g.csv", "name,lat_deg,lon_deg,height_m\na,50,10,0\nb,-20,130,0\nc,40,-100,0\n"),
    ]);
    for file in ["plain.toml", "beams.toml"] {
        let mut served = Vec::new();
        for assign in ["greedy", "flow", "even"] {
            let command = format!(
                "capacity {file} {INSTANT} --demand uniform:0.001 --gateways g.csv --bound --assign {assign}"
            );
            let report = inputs.report(&command);
            let percent = system(&report, "percent_of_bound");
            assert!(percent > 99.99, "{command}: {percent}");
            let unserved = &report["unserved_mbps"];
            assert_eq!(unserved["allocation"], 0.0, "{command}: {unserved}");
            assert!(unserved["feeder"].as_f64().unwrap() > 1e5, "{command}: {unserved}");
            assert_eq!(unserved["gateways"], 0.0, "{command}: {unserved}");
            assert!(gbps(&report, "served_tbps") <= gbps(&report, "sellable_tbps"), "{report}");
            served.push(gbps(&report, "served_tbps"));
        }
        assert!(served[1] >= served[0] && served[1] >= served[2], "{served:?}");
    }
}
