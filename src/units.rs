//! Physical constants with their source, and the two angle conversions.

/// Equatorial radius of the WGS-84 ellipsoid in km (NGA.STND.0036, 2014).
///
/// It is also the radius above which the altitude of a designed shell is counted.
pub const EARTH_EQUATORIAL_RADIUS_KM: f64 = 6378.137;

/// Flattening of the WGS-84 ellipsoid (NGA.STND.0036, 2014).
pub const EARTH_FLATTENING: f64 = 1.0 / 298.257_223_563;

/// Square of the first eccentricity of the WGS-84 ellipsoid, `f (2 - f)`.
pub const EARTH_ECCENTRICITY_SQUARED: f64 = EARTH_FLATTENING * (2.0 - EARTH_FLATTENING);

/// Rotation rate of the Earth in rad/s (WGS-84, NGA.STND.0036, 2014).
pub const EARTH_ROTATION_RAD_S: f64 = 7.292_115e-5;

/// Gravitational parameter of the Earth in km³/s² as WGS-72 has it (Hoots and Roehrich,
/// Spacetrack Report No. 3, 1980; Vallado et al., AIAA 2006-6753). SGP4 works with it.
pub const EARTH_MU_WGS72_KM3_S2: f64 = 398_600.8;

/// Speed of light in vacuum in km/s (exact, SI).
pub const SPEED_OF_LIGHT_KM_S: f64 = 299_792.458;

/// Seconds in a day of UTC without a leap second.
pub const SECONDS_PER_DAY: f64 = 86_400.0;
