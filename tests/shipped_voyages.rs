//! The shipped voyages stay at sea: every leg against the land of Natural Earth 1:50m.

use hexsky::grid::region::Region;
use hexsky::ground::{Whereabouts, read, shipped_networks};

/// Time between two looks, seconds: 250 m at 16 knots, finer than the outlines.
const STEP_S: f64 = 30.0;

#[test]
fn shipped_voyages_cross_no_land() {
    let land = Region::parse("land").unwrap();
    assert!(land.contains(24.0, 121.0) && !land.contains(24.5, 119.5), "Taiwan and its strait");
    let mut voyages = 0;
    for network in shipped_networks() {
        for site in read([network.name]).unwrap().sites {
            let Whereabouts::Ship(track) = &site.whereabouts else { continue };
            voyages += 1;
            let (first, last) = (track.waypoints()[0], track.waypoints()[track.waypoints().len() - 1]);
            let span_s = last.epoch.seconds_since(first.epoch);
            let looks = (span_s / STEP_S).ceil() as usize;
            for look in 0..=looks {
                let epoch = first.epoch.plus_seconds((look as f64 * STEP_S).min(span_s));
                let place = track.place(epoch).unwrap();
                assert!(
                    !land.contains(place.latitude_deg, place.longitude_deg),
                    "{} is on land at {epoch}: {place:?}",
                    site.name
                );
            }
        }
    }
    assert!(voyages >= 5, "{voyages}");
}
