//! Places that tests and benches share.

/// Latitude and longitude in degrees of twenty places from pole to pole, the antimeridian among them.
pub const TWENTY: [(f64, f64); 20] = [
    (90.0, 0.0),
    (78.2, 15.4),
    (67.9, 21.1),
    (64.8, -147.5),
    (53.3, -60.4),
    (47.9, 106.9),
    (40.4, 116.9),
    (39.5, 76.0),
    (35.3, -116.9),
    (27.8, -15.6),
    (18.2, 109.6),
    (5.3, -52.8),
    (1.3, 103.8),
    (-3.0, 40.2),
    (-18.1, 178.4),
    (-22.6, 14.5),
    (-33.1, -70.7),
    (-44.0, -176.6),
    (-52.9, -70.9),
    (-77.8, 166.7),
];
