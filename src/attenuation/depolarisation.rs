//! Cross-polar discrimination in rain and ice: Recommendation ITU-R P.618-13 (2017), §4.1.

/// Cross-polar discrimination in dB not exceeded for `percent` of an average year, from the rain
/// attenuation in dB exceeded for the same percentage.
///
/// Valid from 4 to 55 GHz and for elevations up to 60°; `None` outside these frequencies and where there is
/// no rain attenuation, since the relation needs its logarithm.
pub fn discrimination_db(
    frequency_ghz: f64,
    elevation_deg: f64,
    tilt_deg: f64,
    percent: f64,
    rain_db: f64,
) -> Option<f64> {
    if !(4.0..=55.0).contains(&frequency_ghz) || rain_db <= 0.0 {
        return None;
    }
    // Between 4 and 6 GHz the value at 6 GHz is scaled (§4.3).
    let f = frequency_ghz.max(6.0);
    let frequency_term = if f < 9.0 {
        60.0 * f.log10() - 28.3
    } else if f < 36.0 {
        26.0 * f.log10() + 4.1
    } else {
        35.9 * f.log10() - 11.3
    };
    let v = if f < 9.0 {
        30.8 * f.powf(-0.21)
    } else if f < 20.0 {
        12.8 * f.powf(0.19)
    } else if f < 40.0 {
        22.6
    } else {
        13.0 * f.powf(0.15)
    };
    let attenuation_term = v * rain_db.log10();
    let polarisation_term = -10.0 * (1.0 - 0.484 * (1.0 + (4.0 * tilt_deg).to_radians().cos())).log10();
    let elevation_term = -40.0 * elevation_deg.to_radians().cos().log10();
    // 0.0053 σ² with the standard deviation of the canting angle at 0.001, 0.01, 0.1 and 1 %.
    let canting_deg: f64 = match percent {
        p if p <= 0.001 => 15.0,
        p if p <= 0.01 => 10.0,
        p if p <= 0.1 => 5.0,
        _ => 0.0,
    };
    let canting_term = 0.0053 * canting_deg * canting_deg;
    let rain = frequency_term - attenuation_term + polarisation_term + elevation_term + canting_term;
    let ice = rain * (0.3 + 0.1 * percent.log10()) / 2.0;
    Some(rain - ice - 20.0 * (frequency_ghz / f).log10())
}
