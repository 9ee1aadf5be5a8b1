//! `hexsky capacity` and what it is given: every figure counts, or the command says that it does not.

use std::path::Path;

use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::{Inputs, definition, geostationary, walker};

const SHORT: &str = "--resolution 1 --duration 10m --step 5m";

/// A satellite that falls within hours.
const FALLING: &str = "[[satellite]]\nname = \"A\"\norbit = \"elements\"\naltitude_km = 200\ninclination_deg = 60\n\
                       raan_deg = 2.0\nargument_of_latitude_deg = 0\nbstar = 0.05\nsource = \"s\"\n";

#[test]
fn a_satellite_that_falls_serves_until_then_in_every_part_of_a_run() {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\nsource = \"s\"\n";
    let sites: String = (0..6)
        .flat_map(|row| (0..12).map(move |column| (row, column)))
        .map(|(row, column)| format!("g{row}-{column},{},{}\n", 20 * row - 50, 30 * column - 180))
        .collect();
    let inputs = Inputs::new(&[
        ("messages.toml", &definition("M", "kind = \"messages\"\nmin_elevation_deg = 10", FALLING)),
        ("broadband.toml", &definition("B", "min_elevation_deg = 10", &format!("{payload}{FALLING}"))),
        ("sites.csv", &format!("name,lat_deg,lon_deg\n{sites}")),
    ]);
    let window = "--resolution 1 --step 60s --duration 6h";
    let report = inputs.report(&format!(
        "capacity messages.toml --message-rate-kbps 10 --devices 1000 {window} --demand uniform:1"
    ));
    assert_eq!(report["lost"].as_array().unwrap().len(), 1, "{}", report["lost"]);
    let devices = &report["devices_mean"];
    assert!(devices["contacts_per_day"].as_f64().unwrap() > 0.0, "{devices}");
    assert!(devices["bytes_per_device_day"].as_f64().unwrap() > 0.0, "{devices}");
    let broadband = format!("capacity broadband.toml --gateways sites.csv {window}");
    let alone = inputs.report(&broadband);
    let with_curve = inputs.report(&format!("{broadband} --gateway-curve 3"));
    assert!(alone["system"]["served_tbps"].as_f64().unwrap() > 0.0, "{}", alone["system"]);
    assert!(with_curve["gateway_curve"][0]["served_tbps"].as_f64().unwrap() > 0.0);
    for part in ["system", "series", "lost", "satellites"] {
        assert_eq!(alone[part], with_curve[part], "{part}");
    }
}

#[test]
fn files_that_say_different_things_are_refused_until_the_user_decides() {
    let inputs = Inputs::new(&[
        ("far.toml", &definition("Far", "min_elevation_deg = 10\ngso_avoidance_deg = 40", &walker(60))),
        ("near.toml", &definition("Near", "min_elevation_deg = 10\ngso_avoidance_deg = 2", &walker(50))),
        ("zero.toml", &definition("Zero", "min_elevation_deg = 10\ngso_avoidance_deg = 0", &walker(50))),
        ("none.toml", &definition("None", "min_elevation_deg = 10", &walker(50))),
        (
            "low.toml",
            &definition("Low", "min_elevation_deg = 10\ngateway_min_elevation_deg = 5", &walker(60)),
        ),
        (
            "high.toml",
            &definition("High", "min_elevation_deg = 10\ngateway_min_elevation_deg = 40", &walker(50)),
        ),
        (
            "ten.toml",
            &definition("Ten", "min_elevation_deg = 10\ngateway_min_elevation_deg = 10", &walker(50)),
        ),
        ("few.toml", &definition("Few", "min_elevation_deg = 10\nantennas_per_gateway = 1", &walker(50))),
        ("site.csv", "name,lat_deg,lon_deg,height_m\ngw,48,11,100\n"),
        ("masked.csv", "name,lat_deg,lon_deg,height_m,min_elevation_deg\ngw,48,11,100,20\n"),
    ]);
    let arc = ["different angles to keep from the geostationary arc", "--gso-avoidance"];
    for (files, values) in [
        ("far.toml near.toml", ["40° (far.toml)", "2° (near.toml)"]),
        ("near.toml far.toml", ["2° (near.toml)", "40° (far.toml)"]),
        ("none.toml far.toml", ["0° (none.toml states none)", "40° (far.toml)"]),
    ] {
        inputs.refused(&format!("capacity {files} {SHORT}"), &[&arc[..], &values].concat());
    }
    let decided = |files: &str| inputs.served_tbps(&format!("capacity {files} {SHORT} --gso-avoidance 40"));
    assert!((decided("far.toml near.toml") - decided("near.toml far.toml")).abs() < 1e-3);
    inputs.served_tbps(&format!("capacity zero.toml none.toml {SHORT}"));

    let masks = ["different masks for their gateways", "--gateway-min-elevation"];
    for command in ["capacity", "coverage"] {
        for (files, values) in [
            ("low.toml high.toml", ["5° (low.toml)", "40° (high.toml)"]),
            ("none.toml high.toml", ["10° (none.toml states none)", "40° (high.toml)"]),
        ] {
            let run = format!("{command} {files} {SHORT} --gateways site.csv");
            inputs.refused(&run, &[&masks[..], &values].concat());
            inputs.report(&format!("{run} --gateway-min-elevation 20"));
        }
        // It does not matter where the sites have masks of their own, or none is flown through.
        inputs.report(&format!("{command} low.toml high.toml {SHORT} --gateways masked.csv"));
        inputs.report(&format!("{command} none.toml ten.toml {SHORT} --gateways site.csv"));
        inputs.report(&format!("{command} low.toml high.toml {SHORT}"));
    }
    let antennas = ["different numbers of antennas per gateway", "any number (none.toml states none)"];
    let run = format!("capacity none.toml few.toml {SHORT} --gateways site.csv");
    inputs.refused(&run, &[&antennas[..], &["1 (few.toml)", "--antennas-per-gateway"]].concat());
    inputs.report(&format!("{run} --antennas-per-gateway 2"));
}

/// Two satellites want two gateways each and see one gateway both, a third sees the other.
#[test]
fn a_satellite_has_no_gateway_twice() {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\ngateway_antennas = 2\nsource = \"s\"\n\
                   [payload.feeder.up]\ncapacity_gbps = 1\n";
    let inputs = Inputs::new(&[
        (
            "feed.toml",
            &definition("Feed", "min_elevation_deg = 10", &geostationary(&[-60, -55, 30], payload)),
        ),
        ("sites.csv", "name,lat_deg,lon_deg\nG1,0,0\nG2,0,60\n"),
    ]);
    let served = inputs.served_tbps(&format!(
        "capacity feed.toml --gateways sites.csv --antennas-per-gateway 2 --demand uniform:0.05 {SHORT}"
    ));
    assert!((served - 0.003).abs() < 1e-9, "{served}");
}

/// Rows of a CSV file by their first column.
fn rows(inputs: &Inputs, command: &str) -> Vec<(String, csv::StringRecord)> {
    let text = inputs.text(&format!("{command} --quiet --csv -"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.map(|row| (row[0].to_owned(), row)).unwrap()).collect()
}

#[test]
fn the_last_step_of_messages_ends_with_the_window() {
    let inputs = Inputs::new(&[]);
    let bytes = |step: &str| {
        let report = inputs.report(&format!("capacity xingyun --resolution 1 --duration 1h --step {step}"));
        let devices = &report["devices_mean"];
        assert!(devices["p95_wait_s"].as_f64().unwrap() <= 3600.0, "{devices}");
        devices["bytes_per_device_day"].as_f64().unwrap()
    };
    let (fine, coarse) = (bytes("60s"), bytes("59m"));
    assert!((coarse / fine - 1.0).abs() < 0.3, "{coarse} {fine}");
    let header = inputs.text("capacity xingyun --resolution 0 --duration 1h --step 59m --quiet --csv -");
    let at = header.lines().next().unwrap().split(',').position(|name| name == "p95_wait_s").unwrap();
    for (cell, row) in rows(&inputs, "capacity xingyun --resolution 0 --duration 1h --step 59m") {
        assert!(row[at].parse::<f64>().unwrap() <= 3600.0, "{cell}: {row:?}");
    }
}

/// Two instants, of which the second stands for the last minute of an hour.
#[test]
fn the_last_step_of_capacity_ends_with_the_window() {
    let inputs = Inputs::new(&[
        ("cap.toml", &definition("Cap", "min_elevation_deg = 15", &walker(60))),
        ("site.csv", "name,lat_deg,lon_deg\nA,10,100\n"),
    ]);
    let base = "capacity cap.toml --resolution 0 --step 59m --bound --report-regions lat:0..90";
    let report = inputs.report(&format!("{base} --duration 60m"));
    let number = |value: &Value| value.as_f64().unwrap();
    let series = report["series"].as_array().unwrap();
    let [first, last] = series.as_slice() else { panic!("{series:?}") };
    let weighted = |name: &str| (59.0 * number(&first[name]) + number(&last[name])) / 60.0;
    let close = |what: &str, got: f64, expected: f64| {
        assert!((got / expected - 1.0).abs() < 1e-9, "{what}: {got} {expected}");
    };
    assert!((number(&first["served_mbps"]) / number(&last["served_mbps"]) - 1.0).abs() > 0.01, "{series:?}");
    for name in ["sellable", "served", "bound", "demand"] {
        let of_system = number(&report["system"][format!("{name}_tbps")]);
        close(name, 1e6 * of_system, weighted(&format!("{name}_mbps")));
    }
    let sum = |areas: &str| -> f64 {
        report[areas].as_array().unwrap().iter().map(|area| number(&area["served_mbps"])).sum()
    };
    close("latitudes", sum("latitudes"), weighted("served_mbps"));
    close("countries", sum("countries"), weighted("served_mbps"));
    let unserved: f64 = report["unserved_mbps"].as_object().unwrap().values().map(number).sum();
    close("unserved", unserved, weighted("demand_mbps") - weighted("served_mbps"));
    let each = number(&report["system"]["mean_gbps_per_satellite"]);
    close("satellites", 1e3 * 48.0 * each, weighted("served_mbps"));
    // All satellites are of one capacity, so that their mean utilisation tells the sum of their loads.
    let utilisation = number(&report["satellites"]["mean_percent"]);
    close("utilisation", utilisation * 48.0 * 10_000.0 / 100.0, weighted("served_mbps"));
    // By each of the instants alone.
    let alone = |start: &str, what: &dyn Fn(&Value) -> f64, more: &str| {
        what(&inputs.report(&format!("{base} --start 2026-01-01T{start}Z --duration 59m {more}")))
    };
    let mean = |what: &dyn Fn(&Value) -> f64, more: &str| {
        (59.0 * alone("00:00", what, more) + alone("00:59", what, more)) / 60.0
    };
    let region = |report: &Value| number(&report["regions"][0]["served_mbps"]);
    close("region", region(&report), mean(&region, ""));
    let user_link = |report: &Value| number(&report["limited_by_percent"]["user_link"]);
    close("limits", user_link(&report), mean(&user_link, ""));
    let curve = |report: &Value| 1e6 * number(&report["gateway_curve"][0]["served_tbps"]);
    let gateway = "--gateways site.csv --gateway-curve 1";
    let whole = curve(&inputs.report(&format!("{base} --duration 60m {gateway}")));
    let expected = mean(&curve, gateway);
    assert!((whole - expected).abs() < 0.01 && expected > 0.0, "{whole} {expected}");
}

#[test]
fn contacts_in_a_day_do_not_grow_as_the_window_shrinks() {
    let inputs = Inputs::new(&[]);
    let report = |duration: &str| {
        inputs.report(&format!("capacity xingyun --resolution 0 --devices 100000 --duration {duration}"))
    };
    let contacts = |report: &Value| report["devices_mean"]["contacts_per_day"].as_f64().unwrap();
    let day = report("24h");
    for duration in ["30m", "1h", "6h"] {
        let short = report(duration);
        assert!((contacts(&short) / contacts(&day) - 1.0).abs() < 0.1, "{duration}: {}", contacts(&short));
        // Next to the poles there is always a satellite in view, and no contact begins.
        let north = &short["latitudes"][0];
        assert_eq!(north["name"], "75 to 90", "{north}");
        assert!(north["percent_covered"].as_f64().unwrap() > 99.999_999, "{north}");
        assert_eq!(north["contacts_per_day"], 0.0, "{north}");
    }
}

#[test]
fn what_small_systems_carry_can_be_read() {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 10\nsource = \"s\"\n";
    let inputs = Inputs::new(&[
        ("geo.toml", &definition("Geo", "min_elevation_deg = 0", &geostationary(&[180], payload))),
        ("d.csv", "hex_id,demand_mbps\n87283472bffffff,50\n83754efffffffff,20\n"),
        ("less.csv", "hex_id,demand_mbps\n87283472bffffff,0.05\n"),
    ]);
    let short = "--duration 10m --step 5m";
    let text = inputs.text(&format!("capacity geo.toml --demand d.csv {short} --region lat:20..90"));
    for part in [
        "installed              10.000 Gbit/s\n",
        "sellable               10.000 Gbit/s by",
        "demand                 50.000 Mbit/s\n",
        "served                 50.000 Mbit/s (50.000 to 50.000), 100.00 % of the demand\n",
        "each satellite         50.00 Mbit/s\n",
        "demand Mbps  served Mbps",
        "note: 20.000 Mbit/s of demand lie outside the region\n",
    ] {
        assert!(text.contains(part), "no '{part}' in {text}");
    }
    let text = inputs.text(&format!("capacity geo.toml --demand less.csv {short}"));
    assert!(text.contains("served                 50.000 kbit/s (50.000 to 50.000)"), "{text}");
    assert!(text.contains("demand kbps"), "{text}");
}

#[test]
fn a_region_shares_satellites_with_the_rest_of_the_earth() {
    let inputs = Inputs::new(&[]);
    for demand in ["population", "uniform:0.01"] {
        let base = format!("capacity xingyun --resolution 1 --duration 2h --step 5m --demand {demand}");
        let globe = rows(&inputs, &base);
        let region = rows(&inputs, &format!("{base} --region lat:20..60"));
        assert!(region.len() > 20 && region.len() < globe.len());
        for (cell, row) in region {
            let same = globe.iter().find(|(other, _)| *other == cell).unwrap();
            assert_eq!(row, same.1, "{demand}");
        }
    }
    // They take memory too.
    let fine = "capacity xingyun --resolution 5 --region FR --duration 10m --memory 50MB";
    inputs.refused(fine, &["MB for devices elsewhere", "--memory"]);
}

#[test]
fn options_without_effect_are_refused() {
    let inputs = Inputs::new(&[(
        "t.csv",
        "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,1,1\n2026-01-02T00:00:00Z,1,2\n",
    )]);
    let why = "without effect on a system of short messages";
    for option in [
        "--gateways ksat",
        "--tracks t.csv",
        "--tracks t.csv --track-mbps 5",
        "--penetration 0.5",
        "--busy-hour-mbps 1",
        "--oversubscription 2",
        // Given with the value that it has anyway, too.
        "--assign greedy",
        "--bound",
        "--satellite-gbps 5",
        "--gso-avoidance 5",
        "--availability 99",
        "--ignore-reuse",
        "--itu-data .",
        "--report-regions CN",
    ] {
        let names: Vec<&str> = option.split(' ').filter(|word| word.starts_with("--")).collect();
        let are = if names.len() == 1 { "is" } else { "are" };
        let words = format!("{} {are} {why}", names.join(", "));
        inputs.refused(&format!("capacity xingyun {option}"), &[&words]);
    }
    inputs.refused(
        "capacity xingyun --gateway-curve 3 --antennas-per-gateway 2 --gateway-min-elevation 5 --gateways ksat",
        &["--gateways, --antennas-per-gateway, --gateway-curve, --gateway-min-elevation are without effect"],
    );
    for option in ["--devices 5", "--message-rate-kbps 3", "--access-efficiency 0.3"] {
        let name = option.split(' ').next().unwrap();
        for files in ["hongyun", "hongyun hongyan --side-by-side"] {
            let words = format!("{name} is for systems of short messages only");
            inputs.refused(&format!("capacity {files} {option}"), &[&words]);
        }
    }
    for (option, needs) in [
        ("--gateway-min-elevation 80", "--gateways"),
        ("--antennas-per-gateway 1", "--gateways"),
        ("--track-mbps 5", "--tracks"),
    ] {
        inputs.refused(&format!("capacity hongyun {option}"), &[needs]);
    }
    for files in ["hongyun", "hongyun hongyan --side-by-side"] {
        inputs.refused(
            &format!("capacity {files} --satellite-gbps 5"),
            &["--satellite-gbps has no effect: each file states what its satellites carry"],
        );
        inputs.refused(
            &format!("capacity {files} --availability 99"),
            &["--availability is without effect where no link has a budget"],
        );
    }
    for files in ["hongyun", "hongyun hongyan --side-by-side", "hongyun --satellite-gbps 5"] {
        inputs.refused(
            &format!("capacity {files} --ignore-reuse"),
            &["--ignore-reuse has no effect: no file gives a frequency plan", "leave it out"],
        );
    }
    inputs.refused(
        "capacity hongyun --demand uniform:0.01 --penetration 0.5 --oversubscription 2 --resolution 0",
        &["--penetration, --oversubscription are without effect on a demand in Mbit/s"],
    );
}

#[test]
fn figures_beyond_their_limits_are_told_with_the_limits() {
    let payload = "[[payload]]\ncapacity_gbps_per_satellite = 3000\nsource = \"s\"\n";
    let inputs = Inputs::new(&[(
        "big.toml",
        &definition("Big", "min_elevation_deg = 10", &geostationary(&[10], payload)),
    )]);
    inputs.refused("capacity big.toml", &["big.toml:9", "3000", "2000"]);
    inputs.refused("capacity hongyun --satellite-gbps 3000", &["up to 2000"]);
    inputs.refused("capacity xingyun --devices 2e12", &["up to 1e12"]);
    inputs.refused("capacity hongyun --busy-hour-mbps 2e9", &["below 1,000,000,000"]);
    inputs.report("capacity xingyun --devices 2e9 --resolution 0 --duration 10m");
}

#[test]
fn gateways_keep_their_own_masks_and_the_report_tells_them() {
    let inputs = Inputs::new(&[
        ("five.csv", "name,lat_deg,lon_deg,height_m,min_elevation_deg\ngw,48,11,100,5\n"),
        ("thirty.csv", "name,lat_deg,lon_deg,height_m,min_elevation_deg\ngw,48,11,100,30\n"),
        ("bare.csv", "name,lat_deg,lon_deg,height_m\ngw,48,11,100\n"),
        (
            "own.toml",
            &definition("Own", "min_elevation_deg = 10\ngateway_min_elevation_deg = 30", &walker(60)),
        ),
        ("none.toml", &definition("None", "min_elevation_deg = 10", &walker(60))),
    ]);
    let run = |file: &str, sites: &str| {
        let region = "--region 20,-20,70,40 --resolution 2 --duration 2h --step 10m";
        let report = inputs.report(&format!("capacity {file} --gateways {sites} {region}"));
        (
            report["system"]["served_tbps"].as_f64().unwrap(),
            report["gateways"]["masks"].as_str().unwrap().to_owned(),
        )
    };
    let (five, five_told) = run("none.toml", "five.csv");
    let (ten, ten_told) = run("none.toml", "bare.csv");
    let (thirty, thirty_told) = run("none.toml", "thirty.csv");
    assert!(five > ten && ten > thirty, "{five} {ten} {thirty}");
    assert!(five_told.starts_with("5°") && ten_told.starts_with("10°") && thirty_told.starts_with("30°"));
    // The option holds for every site, the system's mask for those without one.
    assert_eq!(run("none.toml", "thirty.csv --gateway-min-elevation 10").0, ten);
    assert_eq!(run("own.toml", "bare.csv").0, thirty);
    assert_eq!(run("own.toml", "five.csv").0, five);
    let text = inputs.text(&format!("capacity none.toml --gateways five.csv {SHORT}"));
    assert!(text.contains("gateway masks          5° elevation"), "{text}");
}

#[test]
fn gateways_that_cannot_serve_are_refused_and_assumptions_told() {
    let inputs = Inputs::new(&[("five.csv", "name,lat_deg,lon_deg,min_elevation_deg\ngw,48,11,5\n")]);
    let refusal = ["no site of", "can serve as a gateway"];
    inputs.refused("capacity hongyun --gateways chinese-control-centres --step 30m", &refusal);
    let report = inputs.report(&format!("capacity hongyun --gateways yuanwang five.csv {SHORT}"));
    let notes = report["notes"].to_string();
    assert!(notes.contains("gateways: assumed positions: ") && notes.contains("height"), "{notes}");
    // Ships have no attenuation, which matters where the feeder link has a budget.
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("constellations/papers/telesat-2018.toml");
    let run = |sites: &str| {
        let run = format!("capacity {} --gateways {sites} --resolution 1 --duration 1m", papers.display());
        inputs.report(&run)["notes"].to_string()
    };
    assert!(run("yuanwang").contains("gateways on ships have clear sky at all times"));
    assert!(!run("five.csv").contains("clear sky"));
    assert!(!notes.contains("clear sky"), "{notes}");
}

#[test]
fn a_track_that_adds_nothing_is_told() {
    let inputs = Inputs::new(&[
        ("late.csv", "utc,lat_deg,lon_deg\n2027-01-01T00:00:00Z,0,-30\n2027-01-01T12:00:00Z,1,-30\n"),
        ("far.csv", "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,0,-30\n2026-01-01T12:00:00Z,1,-30\n"),
        ("here.csv", "utc,lat_deg,lon_deg\n2026-01-01T00:00:00Z,48,2\n2026-01-01T12:00:00Z,48,3\n"),
    ]);
    let run = |tracks: &str| {
        inputs.text(&format!(
            "capacity hongyun --region FR --resolution 2 --duration 10m --step 5m --tracks {tracks}"
        ))
    };
    let one = run("late.csv");
    assert!(one.contains("moving demand          1 track of 50 Mbit/s each\n"), "{one}");
    assert!(one.contains("note: late.csv wants nothing: it is absent in the whole window"), "{one}");
    let all = run("late.csv far.csv here.csv");
    assert!(all.contains("moving demand          3 tracks of 50 Mbit/s each\n"), "{all}");
    assert!(all.contains("note: far.csv wants nothing: it is never in a cell of the region"), "{all}");
    assert!(!all.contains("here.csv wants nothing"), "{all}");
}

#[test]
fn a_track_that_is_broken_off_is_told() {
    let point = |day: u32, lon: u32| {
        format!("<trkpt lat=\"48\" lon=\"{lon}\"><time>2026-01-0{day}T00:00:00Z</time></trkpt>")
    };
    let part = |day: u32, lon: u32| format!("<trkseg>{}{}</trkseg>", point(day, lon), point(day + 1, lon));
    let gpx = format!("<gpx><trk>{}{}</trk></gpx>", part(1, 2), part(4, 40));
    let inputs = Inputs::new(&[("t.gpx", &gpx)]);
    let run = "capacity hongyun --region FR --resolution 2 --duration 10m --step 5m --tracks t.gpx";
    let text = inputs.text(run);
    assert!(
        text.contains("note: tracks that are broken off: t.gpx in 2 parts, absent between them"),
        "{text}"
    );
}

#[test]
fn a_mask_that_was_asked_for_is_not_called_assumed() {
    let inputs = Inputs::new(&[]);
    let base = format!("--side-by-side --region FR {}", SHORT.replace("resolution 1", "resolution 2"));
    let own = inputs.text(&format!("capacity hongyan:full hongyun {base}"));
    assert!(own.contains("10 (a)") && own.contains("(a) assumed: no source gives it"), "{own}");
    let asked = inputs.text(&format!("capacity hongyun {base} --min-elevation 30"));
    assert!(asked.contains("mask of users, °") && !asked.contains("(a)"), "{asked}");
}

#[test]
fn nothing_is_no_less_than_nothing() {
    let inputs = Inputs::new(&[
        ("far.toml", &definition("Far", "min_elevation_deg = 10", &geostationary(&[-100], ""))),
        ("demand.csv", "hex_id,demand_mbps\n821fb7fffffffff,100\n"),
    ]);
    let run =
        "capacity far.toml --satellite-gbps 5 --demand demand.csv --resolution 2 --duration 10m --step 5m";
    let report = inputs.report(run);
    assert_eq!(report["system"]["served_tbps"].as_f64(), Some(0.0));
    assert_eq!(report["demand"]["outside_mbps"].as_f64(), Some(0.0));
    let json = inputs.text(&format!("{run} --quiet --json -"));
    assert!(!json.contains("-0.0,") && !json.contains("-0.0\n"), "{json}");
    let text = inputs.text(run);
    assert!(text.contains("sellable") && !text.contains("-0.0"), "{text}");
}

/// One gateway, by links of which no file tells a rate, feeds as much as if the ground were always in reach.
#[test]
fn links_without_a_rate_pass_everything() {
    let payload = "capacity_gbps_per_satellite = 1000\nisl = \"+grid\"";
    let linked = walker(60).replace("capacity_gbps_per_satellite = 10", payload);
    let inputs = Inputs::new(&[
        ("linked.toml", &definition("Linked", "min_elevation_deg = 10", &linked)),
        ("site.csv", "name,lat_deg,lon_deg,height_m\ngw,48,11,100\n"),
    ]);
    let run = "capacity linked.toml --assign flow --duration 1m --bound";
    let (free, fed) = (inputs.report(run), inputs.report(&format!("{run} --gateways site.csv")));
    let served = |report: &Value| report["system"]["served_tbps"].as_f64().unwrap();
    assert!(
        served(&free) > 15.0 && (served(&fed) / served(&free) - 1.0).abs() < 1e-4,
        "{} {}",
        served(&fed),
        served(&free)
    );
    assert_eq!(fed["system"]["bound_is_exact"], true);
    assert!(fed["notes"].to_string().contains("are counted in whole 100 kbit/s"), "{}", fed["notes"]);
}

/// Two terabits and more of one cell are beyond what kbit/s can count.
#[test]
fn cells_that_want_terabits_are_allocated_whole() {
    let inputs = Inputs::new(&[(
        "geo.toml",
        &definition("Geo", "min_elevation_deg = 10", &geostationary(&[70, 75, 80, 85], "")),
    )]);
    let run = |resolution: u8| {
        let report = inputs.report(&format!(
            "capacity geo.toml --satellite-gbps 1000 --region 15,75,35,90 --duration 1m --bound --resolution {resolution}"
        ));
        let (system, cells) = (&report["system"], report["grid"]["cells_with_demand"].as_f64().unwrap());
        for figure in ["served_tbps", "bound_tbps", "installed_tbps"] {
            assert_eq!(system[figure].as_f64().unwrap(), 4.0, "{figure} at {resolution}");
        }
        assert_eq!(system["bound_is_exact"], true);
        assert_eq!(report["satellites"]["mean_percent"].as_f64().unwrap(), 100.0);
        let demand = system["demand_tbps"].as_f64().unwrap();
        (demand / cells, report["notes"].to_string())
    };
    let (each, notes) = run(0);
    assert!(each > 2.2 && notes.contains("are counted in whole 100 kbit/s"), "{each} {notes}");
    let (each, notes) = run(3);
    assert!(each < 2.0 && !notes.contains("are counted in whole"), "{each} {notes}");
    inputs.refused(
        &format!("capacity geo.toml --satellite-gbps 1000 --demand uniform:100000 {SHORT}"),
        &["Tbit/s; the most that can be allocated to one is 2000 Tbit/s", "--resolution"],
    );
}

/// A gateway that is not in service was counted as one that serves, and a ship held at an old place passed for one
/// that is there.
#[test]
fn gateways_that_are_not_there_are_told() {
    let site = |name: &str, rest: &str| {
        format!("[[site]]\nname = \"{name}\"\nlat_deg = 50\nlon_deg = 10\nheight_m = 0\n{rest}")
    };
    let later = site("later", "service_from = 2027-01-01T00:00:00Z\n");
    let soon = site("soon", "service_from = 2026-01-01T00:05:00Z\n");
    let some = format!("{later}{}{soon}", site("now", ""));
    let inputs = Inputs::new(&[("later.toml", &later), ("some.toml", &some)]);
    let run = "--resolution 0 --duration 10m --step 5m";
    let told = [
        "absent or out of service throughout, so not used: later",
        "there or in service for a part of the window: soon 50.0 %",
    ];
    for command in ["coverage hongyun", "compare hongyun hongyan", "capacity hongyun"] {
        let text = inputs.text(&format!("{command} --gateways some.toml {run}"));
        assert!(told.iter().all(|words| text.contains(&format!("gateways: {words}"))), "{text}");
        let count = if command.starts_with("capacity") {
            "gateways               2, with"
        } else {
            "some.toml: 2 sites"
        };
        assert!(text.contains(count), "{text}");
        let ships = inputs.text(&format!("{command} --gateways yuanwang {run}"));
        let held =
            "gateways: held where their tracks begin or end, all of the window: yuanwang-3, yuanwang-5";
        assert!(ships.contains(held) && ships.contains("so not used: yuanwang-7/atlantic-2020"), "{ships}");
        let refusal =
            ["no gateway of later.toml is there and in service from 2026-01-01", "take another --start"];
        inputs.refused(&format!("{command} --gateways later.toml {run}"), &refusal);
    }
}

/// A mean of rates hid that some satellites have none.
#[test]
fn satellites_without_a_rate_are_counted() {
    let messages = |name: &str, rate: &str| {
        let shell = walker(80).replace("capacity_gbps_per_satellite = 10\n", rate);
        let shell =
            if rate.is_empty() { shell.split("[[payload]]").next().unwrap().to_owned() } else { shell };
        definition(name, "kind = \"messages\"\nmin_elevation_deg = 10", &shell)
    };
    let ten = messages("Ten", "message_rate_kbps = 10\n");
    let (two, none) = (messages("Two", "message_rate_kbps = 2\n"), messages("None", ""));
    let files = [("ten.toml", ten.as_str()), ("two.toml", &two), ("none.toml", &none)];
    let inputs = Inputs::new(&files);
    let run = |names: &str| inputs.text(&format!("capacity {names} --resolution 0 --duration 1h --step 5m"));
    let all = run("ten.toml two.toml");
    assert!(all.contains("2.00 to 10.00 kbit/s, 6.00 on average, for all in view"), "{all}");
    assert!(!all.contains("take in nothing"), "{all}");
    let some = run("ten.toml none.toml");
    assert!(some.contains("rate of a satellite    10.00 kbit/s for all in view"), "{some}");
    assert!(
        some.contains("48 of 96 satellites have no rate in their files, take in nothing and count for no figure: None main"),
        "{some}"
    );
    let none = run("none.toml");
    assert!(
        none.contains("not told: give --message-rate-kbps") && !none.contains("take in nothing"),
        "{none}"
    );
    let report = inputs.report("capacity ten.toml none.toml --resolution 0 --duration 1h --step 5m");
    let rates = &report["rates_kbps"];
    assert_eq!((&rates["least"], &rates["most"]), (&Value::from(10.0), &Value::from(10.0)), "{rates}");
    assert_eq!(rates["satellites_without"], 48, "{rates}");
}

/// Of the shipped navigation systems only Beidou was refused; the others got reports of broadband.
#[test]
fn navigation_systems_carry_no_traffic() {
    let inputs = Inputs::new(&[]);
    for system in ["beidou-3", "galileo", "glonass", "gps"] {
        let words = ["capacity does not apply to", "hexsky dop"];
        inputs.refused(&format!("capacity {system} --satellite-gbps 1"), &words);
        inputs.refused(&format!("capacity hongyun {system} --side-by-side --satellite-gbps 1"), &words);
    }
}

/// A geostationary satellite without a rate covered a cell for all of the day, and left nobody waiting.
#[test]
fn satellites_without_a_rate_are_no_contact() {
    let low = "[[shell]]\nname = \"leo\"\npattern = \"walker-delta\"\nsatellites = 2\nplanes = 1\n\
               altitude_km = 800\ninclination_deg = 50\nsource = \"s\"\n\
               [[payload]]\nshells = [\"leo\"]\nmessage_rate_kbps = 10\nsource = \"s\"\n";
    let geo = "[[satellite]]\nname = \"G\"\norbit = \"geo\"\nlongitude_deg = 0\nsource = \"s\"\n";
    let service = "kind = \"messages\"\nmin_elevation_deg = 10";
    let of = |rest: &str| definition("M", service, rest);
    let (both, alone) = (of(&[geo, low].concat()), of(low));
    let inputs = Inputs::new(&[("both.toml", &both), ("alone.toml", &alone)]);
    // The window ends within a step.
    let run = "--resolution 0 --duration 5h --step 7m";
    let table = |file: &str| inputs.text(&format!("capacity {file} {run} --csv -"));
    assert_eq!(table("both.toml"), table("alone.toml"));
    let figures = |options: &str| inputs.report(&format!("capacity {options} {run}"))["area_mean"].clone();
    let mean = figures("both.toml");
    assert_eq!(mean, figures("alone.toml"));
    assert!(mean["percent_covered"].as_f64().unwrap() < 50.0, "{mean}");
    // With a rate for all it takes part, and where nobody tells a rate all do.
    let all = figures("both.toml --message-rate-kbps 10");
    assert!(all["percent_covered"].as_f64().unwrap() > mean["percent_covered"].as_f64().unwrap() + 10.0);
}

/// Three quarters of a small demand were left out without a word.
#[test]
fn demand_outside_the_region_is_told_by_its_share() {
    let payload = "[[payload]]\nsource = \"s\"\ncapacity_gbps_per_satellite = 10\n";
    let inputs = Inputs::new(&[
        ("geo.toml", &definition("Geo", "min_elevation_deg = 0", &geostationary(&[180], payload))),
        ("small.csv", "hex_id,demand_mbps\n87283472bffffff,0.1\n83754efffffffff,0.3\n"),
        ("least.csv", "hex_id,demand_mbps\n87283472bffffff,100\n83754efffffffff,0.01\n"),
        ("large.csv", "hex_id,demand_mbps\n87283472bffffff,9000\n83754efffffffff,0.6\n"),
    ]);
    let told = |demand: &str| {
        let job = format!("capacity geo.toml --demand {demand} --duration 10m --step 5m --region lat:20..90");
        let text = inputs.text(&job);
        text.lines()
            .find_map(|line| line.strip_suffix(" of demand lie outside the region"))
            .map(str::to_owned)
    };
    assert_eq!(told("small.csv").as_deref(), Some("note: 0.300 Mbit/s"));
    assert_eq!(told("least.csv"), None);
    assert_eq!(told("large.csv").as_deref(), Some("note: 0.600 Mbit/s"));
}

/// What lies outside the region of the run has no figures, which looked as if there were no demand.
#[test]
fn areas_are_those_within_the_region() {
    let inputs = Inputs::new(&[]);
    let run = |region: &str| {
        inputs.text(&format!(
            "capacity hongyun --region {region} --report-regions china,lat:0..20 --resolution 1 --duration 10m --step 5m"
        ))
    };
    let part = run("lat:-10..10");
    assert!(part.contains("Of each area the part within lat:-10..10\n"), "{part}");
    let china = part.lines().find(|line| line.starts_with("China ")).unwrap();
    assert!(china.ends_with(" no demand there"), "{china}");
    let whole = run("globe");
    assert!(!whole.contains("the part within") && !whole.contains("no demand there"), "{whole}");
}

/// Tracks of aircraft were offered, and refused by the speed of ships.
#[test]
fn aircraft_are_faster_than_ships() {
    let track = |hours: u32| {
        format!(
            "time,lat_deg,lon_deg,height_m\n2026-01-01T00:00:00Z,40,0,11000\n\
             2026-01-01T0{hours}:00:00Z,40,40,11000\n"
        )
    };
    let inputs = Inputs::new(&[("air.csv", &track(4)), ("rocket.csv", &track(1))]);
    let run = "capacity hongyun --resolution 0 --duration 10m --step 5m --tracks";
    let report = inputs.report(&format!("{run} air.csv"));
    assert_eq!(report["demand"]["movers"], 1);
    assert!(!report["notes"].to_string().contains("air.csv"), "{}", report["notes"]);
    inputs.refused(
        &format!("{run} rocket.csv"),
        &["rocket.csv:3:1", "the fastest accepted is 1500", "check the time"],
    );
    let ship = "passes hongyun --duration 10m --ship a=air.csv";
    inputs.refused(ship, &["asks for 457 knots", "the fastest accepted is 100"]);
}

/// Cells that want less than a kbit/s each: the sum is kept, at whatever resolution.
#[test]
fn demand_that_is_small_in_every_cell_is_kept() {
    let inputs = Inputs::new(&[("a.toml", &definition("A", "min_elevation_deg = 10", &walker(50)))]);
    let demand = |options: &str, resolution: u8| {
        let run = format!("capacity a.toml --duration 1m --resolution {resolution} {options}");
        let report = inputs.report(&run);
        let told =
            report["notes"].to_string().contains("cells of the region that want a part of 1 kbit/s each");
        (report["system"]["demand_tbps"].as_f64().unwrap() * 1e6, told)
    };
    for mbps_per_km2 in [0.000_02, 0.000_01] {
        let options = format!("--region mongolia --demand uniform:{mbps_per_km2}");
        let [coarse, fine] = [3, 6].map(|resolution| demand(&options, resolution));
        // The border of cells is not the border of the country.
        assert!((fine.0 / coarse.0 - 1.0).abs() < 0.02, "{coarse:?} {fine:?}");
        assert_eq!((coarse.1, fine.1), (false, true));
    }
    let people = "--region mongolia --penetration 0.001 --busy-hour-mbps 0.001";
    let [coarse, fine] = [2, 5].map(|resolution| demand(people, resolution));
    assert!(coarse.0 > 1.0 && (fine.0 / coarse.0 - 1.0).abs() < 0.1 && fine.1, "{coarse:?} {fine:?}");
    inputs.refused(
        "capacity a.toml --duration 1m --region mongolia --demand uniform:0.0000000001",
        &["wants 1.5", "kbit/s in all, less than can be counted"],
    );
}
