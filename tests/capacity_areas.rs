//! Tables of regions and countries in `hexsky capacity`: they agree with one another, and say what they count.

use serde_json::Value;

#[path = "support/inputs.rs"]
mod inputs;

use inputs::Inputs;

const RUN: &str = "capacity hongyun --duration 20m --step 10m";

/// Demand and what is served of it by the name of the area.
fn figures(report: &Value, areas: &str, name: &str) -> (f64, f64) {
    let area = report[areas].as_array().unwrap().iter().find(|area| area["name"] == name);
    let area = area.unwrap_or_else(|| panic!("{name} is none of the {areas}"));
    (area["demand_mbps"].as_f64().unwrap(), area["served_mbps"].as_f64().unwrap())
}

fn sum(report: &Value, areas: &str, names: &[&str]) -> (f64, f64) {
    names.iter().map(|name| figures(report, areas, name)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))
}

fn assert_close(what: &str, one: (f64, f64), other: (f64, f64)) {
    for (one, other) in [(one.0, other.0), (one.1, other.1)] {
        assert!((one - other).abs() <= 1e-9 * other.abs().max(1.0), "{what}: {one} {other}");
    }
}

/// A region took whole cells by their centres, and a country its part of each: India had two demands in one report.
#[test]
fn regions_of_countries_agree_with_the_table_of_countries() {
    let inputs = Inputs::new(&[]);
    let report = inputs.report(&format!(
        "{RUN} --report-regions NG,India,CHN,FR,beidou-users,land,sea,pacific,globe,lat:0..90,lat:-90..0"
    ));
    for country in ["Nigeria", "India", "China", "France"] {
        assert_eq!(figures(&report, "regions", country), figures(&report, "countries", country), "{country}");
    }
    let users = ["Cambodia", "Indonesia", "Kuwait", "Maldives", "Myanmar", "Pakistan", "Thailand", "Uganda"];
    let of_users = figures(&report, "regions", "beidou-users");
    assert_close("beidou-users", of_users, sum(&report, "countries", &users));
    let globe = figures(&report, "regions", "globe");
    let system = |name: &str| 1e6 * report["system"][name].as_f64().unwrap();
    assert_close("globe", globe, (system("demand_tbps"), system("served_tbps")));
    assert_close("land", figures(&report, "regions", "land"), globe);
    assert_close("halves", sum(&report, "regions", &["lat:0..90", "lat:-90..0"]), globe);
    for sea in ["sea", "pacific"] {
        assert_eq!(figures(&report, "regions", sea), (0.0, 0.0), "people live on land");
    }
    let kinds = report["regions"].as_array().unwrap().iter().map(|area| area["counted_by"].as_str().unwrap());
    let countries = ["countries"; 6];
    let rest = ["sea", "sea", "centres", "centres", "centres"];
    assert!(kinds.eq(countries.into_iter().chain(rest)), "{}", report["regions"]);
}

/// Beneath the table stands what each region takes.
#[test]
fn regions_say_what_they_count() {
    let inputs = Inputs::new(&[]);
    let by_country = "the parts of cells' demand that are of their countries, as in the table of countries\n";
    let by_centre = "whole cells whose centre lies there\n";
    let text = inputs.text(&format!("{RUN} --report-regions IN,land,sea,lat:0..20 --html a.html"));
    assert!(text.contains(&format!("\nIndia, land: {by_country}")), "{text}");
    assert!(text.contains("\nsea: demand of no country in cells whose centre lies there\n"), "{text}");
    assert!(
        text.contains(
            "\nsea                            no demand there: what is of a country stands on land\n"
        )
    );
    assert!(text.contains(&format!("\nlat:0..20: {by_centre}")), "{text}");
    let page = std::fs::read_to_string(inputs.0.path().join("a.html")).unwrap();
    for told in ["by the countries of the demand", "by the centres of cells"] {
        assert!(page.contains(told), "{told}");
    }
    // Demand that is of no known country has nothing but its cells.
    let uniform = inputs.text(&format!("{RUN} --report-regions IN,land,sea --demand uniform:0.01"));
    assert!(uniform.contains(&format!("\nIndia, land, sea: {by_centre}")), "{uniform}");
    assert!(!uniform.contains(by_country), "{uniform}");
    let report = inputs.report(&format!("{RUN} --report-regions land,sea --demand uniform:0.01"));
    let system = 1e6 * report["system"]["demand_tbps"].as_f64().unwrap();
    let (both, _) = sum(&report, "regions", &["land", "sea"]);
    assert!((both / system - 1.0).abs() < 1e-9, "{both} {system}");
    assert!(figures(&report, "regions", "land").0 > 0.2 * system);
}

/// A ship where nobody lives was of no country and in no row.
#[test]
fn what_moves_where_nobody_lives_has_a_row_beside_the_countries() {
    let track = "time,lat_deg,lon_deg\n2026-01-01T00:00:00Z,-45,-130\n2026-01-01T01:00:00Z,-45,-130.1\n";
    let inputs = Inputs::new(&[("ship.csv", track)]);
    let report = inputs
        .report(&format!("{RUN} --tracks ship.csv --track-mbps 100 --report-regions land,sea,pacific,NZ"));
    let at_sea = figures(&report, "countries", "country not told");
    assert_eq!(at_sea.0, 100.0);
    assert_eq!(figures(&report, "regions", "pacific"), at_sea);
    assert_eq!(figures(&report, "regions", "New Zealand"), figures(&report, "countries", "New Zealand"));
    let all =
        report["countries"].as_array().unwrap().iter().map(|area| area["demand_mbps"].as_f64().unwrap());
    let system = 1e6 * report["system"]["demand_tbps"].as_f64().unwrap();
    assert!((all.sum::<f64>() / system - 1.0).abs() < 1e-9);
    assert_close(
        "all",
        sum(&report, "regions", &["land", "sea"]),
        (system, 1e6 * report["system"]["served_tbps"].as_f64().unwrap()),
    );
}

/// Territories without an outline of their own, such as SJ, had their codes for names.
#[test]
fn every_country_has_a_name() {
    let report = Inputs::new(&[]).report(RUN);
    let countries = report["countries"].as_array().unwrap();
    let names: Vec<&str> = countries.iter().map(|area| area["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Svalbard and Jan Mayen") && names.len() > 240, "{names:?}");
    assert!(names.iter().all(|name| name.len() > 2), "{names:?}");
}

/// The rate that was asked for, for want of one in the file, looked like one of the file's.
#[test]
fn a_capacity_that_no_file_gives_is_marked_as_assumed() {
    let inputs = Inputs::new(&[]);
    let run = "capacity qianfan hongyun --side-by-side --satellite-gbps 20 --resolution 1 --duration 20m --step 10m";
    let text = inputs.text(run);
    let line = text.lines().find(|line| line.contains("each satellite carries")).unwrap();
    assert_eq!(
        line.split("Gbit/s").nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
        ["20", "(a)", "10"]
    );
    let report = inputs.report(run);
    let is_assumed = |at: usize| report["reports"][at]["abilities"][0]["user_gbps_assumed"].as_bool();
    assert_eq!((is_assumed(0), is_assumed(1)), (Some(true), Some(false)));
}
