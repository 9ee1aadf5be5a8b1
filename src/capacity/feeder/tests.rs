//! Gateways with horizons, link budgets and counted antennas.

use super::*;
use crate::capacity::isl::Way;
use crate::constellation::{ReadOptions, parse};
use crate::ephemeris::{Fleet, Nodes};
use crate::frames::{EarthOrientation, Geodetic};
use crate::ground::MaskTable;

/// Satellites that feed through two gateways at a time, by a link budget.
fn fed(polarisations: u32) -> (Nodes, Abilities, Epoch) {
    let text = format!(
        r#"
name = "Fed"
epoch = "2026-01-01T00:00:00Z"
[sources]
test = "a test"
[[shell]]
name = "main"
pattern = "walker-delta"
satellites = 300
planes = 15
phasing = 1
altitude_km = 1200
inclination_deg = 60
source = "test"
[[payload]]
capacity_gbps_per_satellite = 20
gateway_antennas = 2
source = "test"
[payload.feeder]
polarisations = {polarisations}
source = "test"
[payload.feeder.up]
frequency_ghz = 28.5
bandwidth_mhz = 500
eirp_dbw = 66
g_over_t_db_k = 2.4
source = "test"
"#
    );
    let constellation = parse("fed.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
    let elements = constellation.satellites.iter().map(|satellite| &satellite.elements);
    let mut fleet = Fleet::new(elements, EarthOrientation::default()).unwrap();
    let epoch: Epoch = "2026-01-01T00:00:00Z".parse().unwrap();
    let nodes = fleet.nodes(epoch, 60.0, 0, 1);
    (nodes, Abilities::of(&[constellation], None).unwrap(), epoch)
}

fn site(name: &str, latitude_deg: f64, longitude_deg: f64) -> Site {
    Site::fixed(name, Geodetic { latitude_deg, longitude_deg, height_km: 0.0 })
}

fn gateways(sites: Vec<Site>, abilities: &Abilities, availability_percent: Option<f64>) -> Gateways {
    Gateways::new(sites, Some(1), abilities, availability_percent, Maps::shipped()).unwrap()
}

/// What each satellite has for itself where as many as can have an antenna have one.
fn limits(
    gateways: &Gateways,
    views: &[FeederView],
    need: &[u32],
    most: &[u32],
    abilities: &Abilities,
) -> Vec<u32> {
    let antennas = abilities.gateway_antennas();
    let views = gateways.sharing(&antennas).give(views, need, most);
    Way { links: Vec::new(), views }.limits(need.len())
}

#[test]
fn a_horizon_by_azimuth_hides_what_is_behind_it() {
    let (nodes, abilities, epoch) = fed(1);
    let states = nodes.at(0);
    let open = site("open", 45.0, 10.0);
    let table = MaskTable::new(vec![[0.0, 5.0], [90.0, 5.0], [180.0, 50.0], [270.0, 50.0], [360.0, 5.0]]);
    let table = table.unwrap();
    let hills = Site { mask: Some(Mask::Table(table.clone())), ..site("hills", 45.0, 10.0) };
    let high = Site { mask: Some(Mask::Constant(40.0)), ..site("high", 45.0, 10.0) };
    let low = Site { mask: Some(Mask::Constant(2.0)), ..site("low", 45.0, 10.0) };
    let views =
        gateways(vec![open.clone(), hills, high, low], &abilities, None).views(epoch, states, &abilities);
    let seen = |gateway: u32| -> Vec<u32> {
        views.iter().filter(|view| view.gateway == gateway).map(|view| view.satellite).collect()
    };
    let horizon = Horizon::at(&open.place(epoch).unwrap());
    let behind = |least: &dyn Fn(f64) -> f64| -> Vec<u32> {
        let looks = states.iter().map(|state| horizon.look(&Ecef(state.position)));
        let above = looks.enumerate().filter(|(_, look)| look.elevation_deg >= least(look.azimuth_deg));
        above.map(|(satellite, _)| satellite as u32).collect()
    };
    assert_eq!(seen(0), behind(&|_| 10.0));
    assert_eq!(seen(1), behind(&|azimuth| table.elevation_deg(azimuth)));
    assert_eq!(seen(2), behind(&|_| 40.0));
    assert_eq!(seen(3), behind(&|_| 2.0));
    assert!(seen(1).len() < seen(3).len() && seen(1).len() > seen(2).len(), "{views:?}");
    assert!(seen(0).len() < seen(3).len(), "{views:?}");
}

#[test]
fn a_link_budget_gives_each_gateway_its_rate() {
    let (nodes, abilities, epoch) = fed(1);
    let rates = |abilities: &Abilities, percent: Option<f64>| -> Vec<FeederView> {
        gateways(vec![site("wet", 1.0, 104.0)], abilities, percent).views(epoch, nodes.at(0), abilities)
    };
    let clear = rates(&abilities, None);
    let here = access::Site::at(&Geodetic { latitude_deg: 1.0, longitude_deg: 104.0, height_km: 0.0 });
    let range_km = |view: &FeederView| (nodes.at(0)[view.satellite as usize].position - here.position).norm();
    assert!(clear.len() > 3, "{clear:?}");
    for (a, b) in clear.iter().flat_map(|a| clear.iter().map(move |b| (a, b))) {
        assert!(range_km(a) >= range_km(b) || a.rate >= b.rate, "{a:?} {b:?}");
    }
    // Rain takes from every link, and of the lowest all.
    let rain = rates(&abilities, Some(99.9));
    assert!(rain.len() <= clear.len());
    for view in &rain {
        let dry = clear.iter().find(|own| own.satellite == view.satellite).unwrap();
        assert!(view.rate < dry.rate, "{view:?} {dry:?}");
    }
    let (_, twice, _) = fed(2);
    for (one, two) in clear.iter().zip(rates(&twice, None)) {
        assert!(two.rate.abs_diff(2 * one.rate) <= 1, "{one:?} {two:?}");
    }
}

#[test]
fn antennas_that_are_left_go_to_satellites_that_want_more() {
    let (_, abilities, _) = fed(1);
    let two = gateways(vec![site("a", 0.0, 0.0), site("b", 0.0, 1.0)], &abilities, None);
    let view = |gateway: u32, satellite: u32, rate: u32| FeederView { gateway, satellite, rate };
    let both = [view(0, 0, 40), view(1, 0, 50)];
    assert_eq!(limits(&two, &both, &[100], &[100], &abilities), [90]);
    // One link is enough; nothing is wanted; another satellite has but one gateway to go to.
    assert_eq!(limits(&two, &both, &[45], &[45], &abilities), [50]);
    assert_eq!(limits(&two, &both, &[0], &[0], &abilities), [0]);
    let other = [both[0], both[1], view(0, 1, 30)];
    assert_eq!(limits(&two, &other, &[100, 60], &[100, 60], &abilities), [50, 30]);
    // One gateway is full: its own antennas are no second gateway.
    let four = Gateways { antennas: Some(2), ..two.clone() };
    let full = [view(0, 0, 50), view(1, 0, 40), view(0, 1, 30), view(0, 2, 30)];
    assert_eq!(limits(&four, &full, &[100, 60, 60], &[100, 60, 60], &abilities), [40, 30, 30]);
    // Gateways without a number of antennas feed every satellite, as far as it has antennas itself.
    let any = Gateways { antennas: None, ..two };
    let three = [both[0], both[1], view(1, 0, 70), view(0, 1, 30)];
    assert_eq!(limits(&any, &three, &[100, 60], &[100, 60], &abilities), [120, 30]);
}

#[test]
fn antennas_that_are_left_when_all_needs_are_met_go_to_who_can_use_more() {
    let (_, abilities, _) = fed(1);
    let two = gateways(vec![site("a", 0.0, 0.0), site("b", 0.0, 1.0)], &abilities, None);
    let view = |gateway: u32, satellite: u32, rate: u32| FeederView { gateway, satellite, rate };
    let both = [view(0, 0, 30), view(1, 0, 30)];
    assert_eq!(limits(&two, &both, &[25], &[100], &abilities), [60]);
    // Not before the needs of others, whichever satellite comes first, and not where one link is all it can use.
    let other = [both[0], both[1], view(1, 1, 20)];
    assert_eq!(limits(&two, &other, &[25, 15], &[100, 100], &abilities), [30, 20]);
    assert_eq!(limits(&two, &both, &[25], &[30], &abilities), [30]);
}

/// A number of antennas that is no less than that of the satellites is as good as none.
#[test]
fn antennas_for_all_satellites_are_as_good_as_no_number() {
    let (nodes, abilities, epoch) = fed(1);
    let places = [(48.0, 2.0), (47.0, 7.0), (40.0, -3.0), (52.0, 13.0), (1.0, 104.0), (-34.0, 151.0)];
    let sites: Vec<Site> = places.iter().map(|&(lat, lon)| site("g", lat, lon)).collect();
    let any = Gateways { antennas: None, ..gateways(sites, &abilities, None) };
    let views = any.views(epoch, nodes.at(0), &abilities);
    let most = vec![20_000_000; nodes.at(0).len()];
    let need: Vec<u32> = (0..most.len() as u32).map(|satellite| 1 + satellite * 10_000).collect();
    let carried = |antennas: Option<u32>| -> Vec<u32> {
        let limits = limits(&Gateways { antennas, ..any.clone() }, &views, &need, &most, &abilities);
        limits.iter().zip(&most).map(|(&limit, &most)| limit.min(most)).collect()
    };
    let enough = most.len() as u32;
    assert_eq!(carried(Some(enough)), carried(None));
    assert_eq!(carried(Some(100_000)), carried(None));
    let sum = |limits: Vec<u32>| limits.into_iter().map(u64::from).sum::<u64>();
    assert!(sum(carried(Some(1))) < sum(carried(None)));
}
