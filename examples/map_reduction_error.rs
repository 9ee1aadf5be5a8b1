//! What the reduced maps inside the program cost against the full ones, on paths all over the globe.
//!
//! `cargo run --release --example map_reduction_error -- <folder of full maps> [paths]`
//!
//! Paths are a Halton sequence: places even over the globe, 1.6 to 47 GHz, elevations 5° to 90°, 0.001 % to 5 %
//! even in the logarithm, circular polarisation, ground height from the map.

use std::process::ExitCode;

use hexsky::attenuation::maps::{MapError, Maps, Place};
use hexsky::attenuation::{PartsAt, Site, SlantPath};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: map_reduction_error <folder of full maps> [paths]");
        return ExitCode::from(2);
    };
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(200_000);
    match measure(&folder, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(folder: &str, count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let full = Maps::open(folder.as_ref())?;
    let mut errors: [Vec<(f64, f64)>; 5] = Default::default();
    for i in 1..=count {
        let at = |base| halton(i, base);
        let mut path = SlantPath {
            latitude_deg: place(i).latitude_deg,
            longitude_deg: place(i).longitude_deg,
            station_height_km: None,
            frequency_ghz: 1.6 + 45.4 * at(5),
            elevation_deg: 5.0 + 85.0 * at(7),
            antenna_diameter_m: 1.0,
            antenna_efficiency: 0.6,
            tilt_deg: 45.0,
            percent: 0.001 * 5000.0_f64.powf(at(11)),
        };
        path.station_height_km = Some(full.ground_height_km(path.place())?);
        let parts = |maps| {
            let a = path.attenuation(&Site::default(), maps, PartsAt::Total)?;
            Ok::<_, MapError>([a.gas_db, a.cloud_db, a.rain_db, a.scintillation_db, a.total_db])
        };
        let (exact, reduced) = (parts(&full)?, parts(Maps::shipped())?);
        for (errors, (exact, reduced)) in errors.iter_mut().zip(exact.into_iter().zip(reduced)) {
            errors.push(((reduced - exact).abs(), exact));
        }
    }
    println!("{count} paths");
    println!("                largest error | where 0.1 or more: median %     99 %   99.9 %  largest %");
    for (name, errors) in
        ["gas dB", "cloud dB", "rain dB", "scintillation dB", "total dB"].into_iter().zip(errors)
    {
        print_errors(name, errors);
    }
    let maps: [(&str, MapOf); 3] = [
        ("R0.01 mm/h", |maps, place| maps.rain_rate_001_mm_h(place)),
        ("P0 %", |maps, place| maps.rain_probability_percent(place)),
        ("ground height km", |maps, place| maps.ground_height_km(place)),
    ];
    for (name, map) in maps {
        let errors = (1..=count).map(|i| {
            let (exact, reduced) = (map(&full, place(i))?, map(Maps::shipped(), place(i))?);
            Ok(((reduced - exact).abs(), exact))
        });
        print_errors(name, errors.collect::<Result<_, MapError>>()?);
    }
    Ok(())
}

/// A figure of the maps at a place.
type MapOf = fn(&Maps, Place) -> Result<f64, MapError>;

/// Place number `i` of a sequence that is even over the globe.
fn place(i: usize) -> Place {
    Place {
        latitude_deg: (2.0 * halton(i, 2) - 1.0).asin().to_degrees(),
        longitude_deg: 360.0 * halton(i, 3) - 180.0,
    }
}

/// Prints pairs of absolute error and exact value.
fn print_errors(name: &str, mut errors: Vec<(f64, f64)>) {
    let largest = errors.iter().map(|(error, _)| *error).fold(0.0, f64::max);
    errors.retain(|(_, exact)| *exact >= 0.1);
    let mut percent: Vec<f64> = errors.iter().map(|(error, exact)| 100.0 * error / exact).collect();
    percent.sort_by(f64::total_cmp);
    let quantile = |q: f64| percent[((percent.len() - 1) as f64 * q) as usize];
    println!(
        "{name:16} {largest:12.4} | {:27.3} {:8.3} {:8.3} {:10.3}",
        quantile(0.5),
        quantile(0.99),
        quantile(0.999),
        quantile(1.0)
    );
}

/// The `index`th number of the van der Corput sequence to a base, in 0 to 1.
fn halton(mut index: usize, base: usize) -> f64 {
    let (mut fraction, mut sum) = (1.0, 0.0);
    while index > 0 {
        fraction /= base as f64;
        sum += fraction * (index % base) as f64;
        index /= base;
    }
    sum
}
