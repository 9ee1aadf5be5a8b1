//! Stations of designed geosynchronous satellites: kept up to a window, and lost slowly in it.

use crate::orbit::MeanElements;
use crate::orbit::geosynchronous::Geosynchronous;
use crate::time::{Epoch, Window};
use crate::units::SECONDS_PER_DAY;

/// Drift in a window from which on it is told, degrees: the box that the ITU's Radio Regulations (22.6) leave a
/// geostationary satellite.
const TOLD_FROM_DEG: f64 = 0.1;

/// Time between looks at the drift, days: half a month of the Moon, which moves the satellite by hundredths of a degree,
/// has more than two.
const LOOK_DAYS: f64 = 5.0;

/// The largest drift from the station in a window, degrees; not a number where there is no position.
fn largest_drift_deg(elements: &MeanElements, station: &Geosynchronous, window: &Window) -> f64 {
    let looks = (window.duration_s / (LOOK_DAYS * SECONDS_PER_DAY)).ceil().max(1.0) as u32;
    let drifts = (1..=looks).map(|look| {
        let epoch = window.start.plus_seconds(window.duration_s * f64::from(look) / f64::from(looks));
        station.drift_deg(elements, epoch).map_or(f64::NAN, f64::abs)
    });
    drifts.fold(0.0, |most, drift| if drift.is_nan() || drift > most { drift } else { most })
}

/// Gives satellites, by name, the elements of their stations about the start of a window where theirs are more than a
/// day from it, and tells what they drift until its end where that shows.
pub fn keep<'a>(
    satellites: impl Iterator<Item = (&'a str, &'a mut MeanElements, &'a Geosynchronous)>,
    window: &Window,
) -> Option<String> {
    let (mut count, mut farthest) = (0_usize, None::<(f64, &str)>);
    for (name, elements, station) in satellites {
        if days(elements.epoch, window.start) > 1.0
            && let Ok(kept) = station.kept_until(window.start).elements()
        {
            *elements = kept;
        }
        let drift_deg = largest_drift_deg(elements, station, window);
        if drift_deg.is_nan() || drift_deg > TOLD_FROM_DEG {
            count += 1;
            if farthest.is_none_or(|(most, _)| drift_deg > most) {
                farthest = Some((drift_deg, name));
            }
        }
    }
    let (drift_deg, name) = farthest?;
    let satellites = if count == 1 { "satellite drifts" } else { "satellites drift" };
    Some(format!(
        "{count} geosynchronous {satellites} from the station in the window, {name} by up to {drift_deg:.1}°: SGP4 \
         keeps no stations; take a shorter window"
    ))
}

fn days(one: Epoch, other: Epoch) -> f64 {
    one.seconds_since(other).abs() / SECONDS_PER_DAY
}

#[cfg(test)]
mod tests {
    use crate::constellation::{ReadOptions, parse};
    use crate::frames::EarthOrientation;
    use crate::time::Window;

    /// A year from its epoch the satellite stood 84° from its station, in silence.
    #[test]
    fn a_designed_satellite_is_on_its_station_in_any_window() {
        let text = "name = \"G\"\nepoch = \"2025-01-01T00:00:00Z\"\n[sources]\ns = \"a test\"\n\
                    [[satellite]]\nname = \"GEO\"\norbit = \"geo\"\nlongitude_deg = 120\nsource = \"s\"\n\
                    [[satellite]]\nname = \"IGSO\"\norbit = \"igso\"\nnode_longitude_deg = 118\ninclination_deg = 55\n\
                    phase_deg = 90\neccentricity = 0.05\nargument_of_perigee_deg = 270\nsource = \"s\"\n";
        for start in
            ["2024-06-01T05:00:00Z", "2025-01-01T12:00:00Z", "2026-01-01T00:00:00Z", "2031-07-01T17:00:00Z"]
        {
            let mut read = parse("g.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
            let window = Window { start: start.parse().unwrap(), duration_s: 86_400.0 };
            read.take_to(&window);
            assert_eq!(read.warnings, Vec::<String>::new());
            let elements: Vec<_> = read.satellites.iter().map(|satellite| satellite.elements).collect();
            let fleet = crate::ephemeris::Fleet::new(&elements, EarthOrientation::default()).unwrap();
            // The node of the inclined one is where it goes north through the equator.
            let mut before = fleet.state(1, window.start).unwrap().position;
            let mut crossed = 0;
            for minute in 0..1440 {
                let at = window.start.plus_seconds(f64::from(minute) * 60.0);
                let geo = fleet.state(0, at).unwrap().position;
                assert!((geo.y.atan2(geo.x).to_degrees() - 120.0).abs() < 0.1, "{start}, {minute}");
                let here = fleet.state(1, at).unwrap().position;
                if before.z < 0.0 && here.z >= 0.0 {
                    crossed += 1;
                    let node_deg = here.y.atan2(here.x).to_degrees();
                    assert!((node_deg - 118.0).abs() < 0.3, "{start}: {node_deg}");
                }
                before = here;
            }
            assert_eq!(crossed, 1, "{start}");
        }
        let mut read = parse("g.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
        read.take_to(&Window { start: "2026-01-01T00:00:00Z".parse().unwrap(), duration_s: 90.0 * 86_400.0 });
        assert!(read.warnings[0].starts_with("2 geosynchronous satellites drift"), "{:?}", read.warnings);
        assert!(
            read.warnings[0].contains("GEO by up to 8.") || read.warnings[0].contains("GEO by up to 7."),
            "{:?}",
            read.warnings
        );
        // It swings about the place of rest at 75° E and is back after some 800 days.
        let mut read = parse("g.toml", text.as_bytes(), &ReadOptions::default()).unwrap();
        read.take_to(&Window {
            start: "2025-01-01T00:00:00Z".parse().unwrap(),
            duration_s: 840.0 * 86_400.0,
        });
        let drift =
            read.warnings[0].split("by up to ").nth(1).and_then(|rest| rest.split('°').next()).unwrap();
        assert!(drift.parse::<f64>().unwrap() > 70.0, "{:?}", read.warnings);
    }
}
