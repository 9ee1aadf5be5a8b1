//! The fast kernel: eight neighbouring sites at once, the same arithmetic in every lane.
//!
//! Three things make it fast. A satellite that none of the eight sites can see is passed over with one
//! dot product. The rest is free of branches, so that the compiler turns each loop over lanes into
//! vector instructions; a satellite below the mask of one site is added there with weight 0. And the
//! position block of the cofactor matrix comes from a 3×3 decomposition `M = L D Lᵀ` whose inverse is
//! written out (Golub and Van Loan 2013, section 4.1.2).

use nalgebra::Vector3;

use super::{Block, Criteria, LANES, Lane, Series};
use crate::navigation::dop::SINGULAR_PDOP;
use crate::navigation::tracks::{Position, Tracks};

const ZERO: Lane = [0.0; LANES];
/// Sites that are summed for at once.
const WIDTH: usize = 4;

/// Observes a block of sites over all instants.
pub fn observe(tracks: &Tracks, block: &Block, criteria: &Criteria, series: &mut Series) {
    series.clear();
    let horizon = Horizon::of(block, criteria);
    let absent = Position { xyz: [0.0; 3], radius: 0.0 };
    let mut candidates = vec![absent; tracks.satellites()];
    for instant in 0..series.dop.len() {
        let satellites = tracks.at(instant);
        let mut sums = Sums::default();
        for clock in tracks.clocks() {
            let count = horizon.pick(&satellites[clock.clone()], &mut candidates);
            add_system(block, &candidates[..count], horizon.sin_mask, &mut sums);
        }
        solve(block, &sums, instant, series);
    }
}

/// What a block as a whole can see.
///
/// A site at `p` with normal `n` sees a satellite at `S` when `(S − p)·n ≥ sin(mask) |S − p|`, so `S·n` is at
/// least `T = p·n + sin(mask) (|S| ∓ |p|)`: the satellite is within `acos(T / |S|)` of the site. With `δ` the
/// spread of the block about its middle `c`, some site may see it only if
/// `S·c ≥ |S| cos(acos(T / |S|) + δ) ≥ T cos δ − |S| sin δ`, which is linear in `|S|`.
struct Horizon {
    sin_mask: f64,
    /// Middle of the normals, unit length.
    centre: [f64; 3],
    /// The bound on `S·c`: a constant in km and what `|S|` is multiplied with.
    bound: (f64, f64),
}

impl Horizon {
    fn of(block: &Block, criteria: &Criteria) -> Self {
        let sites = || (0..LANES).map(|lane| (block.position(lane), block.up(lane)));
        let sum: Vector3<f64> = sites().map(|(_, up)| up).sum();
        let centre = sum.try_normalize(1e-3).unwrap_or_else(Vector3::z);
        let cos_spread = sites().map(|(_, up)| up.dot(&centre)).fold(1.0, f64::min);
        let sin_spread = (1.0 - cos_spread * cos_spread).max(0.0).sqrt();
        let sin_mask = criteria.min_elevation_deg.to_radians().sin();
        let highest_km = sites().map(|(position, _)| position.norm()).fold(0.0, f64::max);
        let lowest_km = sites().map(|(position, up)| position.dot(&up)).fold(f64::INFINITY, f64::min);
        // A kilometre less, so that rounding never hides a satellite at the mask.
        let constant = lowest_km - 1.0 - sin_mask.abs() * highest_km;
        // Sites given by hand may be far apart, and a mask far below the horizon sees round the Earth:
        // the bound would need care with angles beyond 180°, so nothing is ruled out there.
        let bound = if cos_spread < 0.5 || sin_mask < -0.5 {
            (f64::NEG_INFINITY, 0.0)
        } else {
            (constant * cos_spread, sin_mask * cos_spread - sin_spread)
        };
        Self { sin_mask, centre: centre.into(), bound }
    }

    /// Copies the satellites that some site of the block may see to the front of `picked`; tells how many.
    fn pick(&self, satellites: &[Position], picked: &mut [Position]) -> usize {
        let [cx, cy, cz] = self.centre;
        let mut count = 0;
        for satellite in satellites {
            let [x, y, z] = satellite.xyz;
            let may_show = x * cx + y * cy + z * cz >= self.bound.0 + self.bound.1 * satellite.radius;
            // Written always and counted when it may show: which ones do is hard to guess for a branch.
            picked[count] = *satellite;
            count += usize::from(may_show & (satellite.radius > 0.0));
        }
        count
    }
}

/// Sums over the satellites in view, as in [`Geometry`](crate::navigation::dop::Geometry).
#[derive(Default)]
struct Sums {
    /// `Σ u uᵀ − Σ b bᵀ / n`: xx, xy, xz, yy, yz, zz.
    normal: [Lane; 6],
    /// Satellites beyond the first of each clock.
    redundancy: Lane,
    in_view: Lane,
    /// `1/n` and mean line of sight of the first clock with a satellite; 0 until there is one.
    reference_weight: Lane,
    reference: [Lane; 3],
    /// `Σ 1/n` of the clocks with a satellite.
    clock_weight: Lane,
    /// `Σ b̄ b̄ᵀ` of the clocks, in the order of `normal`.
    clock_spread: [Lane; 6],
}

#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2", "aarch64+neon"))
)]
fn add_system(block: &Block, satellites: &[Position], sin_mask: f64, sums: &mut Sums) {
    let mut added = [ZERO; 10];
    // A register's width at a time, so that the ten sums of a group never leave the registers.
    for first in (0..LANES).step_by(WIDTH) {
        let of =
            |lanes: &[Lane; 3]| lanes.map(|axis| std::array::from_fn::<f64, WIDTH, _>(|l| axis[first + l]));
        let group = add_group(of(&block.position), of(&block.up), satellites, sin_mask);
        for (all, group) in added.iter_mut().zip(&group) {
            all[first..first + WIDTH].copy_from_slice(group);
        }
    }
    let [count, bx, by, bz, ..] = &added;
    let [mut xx, mut xy, mut xz, mut yy, mut yz, mut zz] = sums.normal;
    let [mut sxx, mut sxy, mut sxz, mut syy, mut syz, mut szz] = sums.clock_spread;
    for l in 0..LANES {
        xx[l] += added[4][l];
        xy[l] += added[5][l];
        xz[l] += added[6][l];
        yy[l] += added[7][l];
        yz[l] += added[8][l];
        zz[l] += added[9][l];
    }
    for l in 0..LANES {
        let seen = count[l] > 0.0;
        let weight = if seen { 1.0 / count[l] } else { 0.0 };
        let (mx, my, mz) = (bx[l] * weight, by[l] * weight, bz[l] * weight);
        xx[l] -= bx[l] * mx;
        xy[l] -= bx[l] * my;
        xz[l] -= bx[l] * mz;
        yy[l] -= by[l] * my;
        yz[l] -= by[l] * mz;
        zz[l] -= bz[l] * mz;
        sxx[l] += mx * mx;
        sxy[l] += mx * my;
        sxz[l] += mx * mz;
        syy[l] += my * my;
        syz[l] += my * mz;
        szz[l] += mz * mz;
        sums.clock_weight[l] += weight;
        sums.in_view[l] += count[l];
        sums.redundancy[l] += if seen { count[l] - 1.0 } else { 0.0 };
        let first = sums.reference_weight[l] == 0.0;
        for (kept, new) in sums.reference.iter_mut().zip([mx, my, mz]) {
            kept[l] = if first { new } else { kept[l] };
        }
        sums.reference_weight[l] = if first { weight } else { sums.reference_weight[l] };
    }
    sums.normal = [xx, xy, xz, yy, yz, zz];
    sums.clock_spread = [sxx, sxy, sxz, syy, syz, szz];
}

/// Number in view, `b` and `Σ u uᵀ` of one system for a group of sites.
#[inline(always)]
fn add_group(
    [px, py, pz]: [[f64; WIDTH]; 3],
    [nx, ny, nz]: [[f64; WIDTH]; 3],
    satellites: &[Position],
    sin_mask: f64,
) -> [[f64; WIDTH]; 10] {
    let mut sums = [[0.0; WIDTH]; 10];
    for Position { xyz: [x, y, z], .. } in satellites {
        for l in 0..WIDTH {
            let (dx, dy, dz) = (x - px[l], y - py[l], z - pz[l]);
            let inverse = 1.0 / (dx * dx + dy * dy + dz * dz).sqrt();
            let sin_elevation = (dx * nx[l] + dy * ny[l] + dz * nz[l]) * inverse;
            let weight = if sin_elevation >= sin_mask { 1.0 } else { 0.0 };
            let scale = inverse * weight;
            let (ux, uy, uz) = (dx * scale, dy * scale, dz * scale);
            sums[0][l] += weight;
            sums[1][l] += ux;
            sums[2][l] += uy;
            sums[3][l] += uz;
            sums[4][l] += ux * ux;
            sums[5][l] += ux * uy;
            sums[6][l] += ux * uz;
            sums[7][l] += uy * uy;
            sums[8][l] += uy * uz;
            sums[9][l] += uz * uz;
        }
    }
    sums
}

#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2", "aarch64+neon"))
)]
fn solve(block: &Block, sums: &Sums, instant: usize, series: &mut Series) {
    let [xx, xy, xz, yy, yz, zz] = &sums.normal;
    let [rx, ry, rz] = &sums.reference;
    let [sxx, sxy, sxz, syy, syz, szz] = &sums.clock_spread;
    let [nx, ny, nz] = &block.up;
    let dop = &mut series.dop[instant];
    for l in 0..LANES {
        // M = L D Lᵀ
        let d1 = xx[l];
        let (l21, l31) = (xy[l] / d1, xz[l] / d1);
        let d2 = yy[l] - l21 * xy[l];
        let e = yz[l] - l31 * xy[l];
        let l32 = e / d2;
        let d3 = zz[l] - l31 * xz[l] - l32 * e;
        // L⁻¹ has −l21, l21 l32 − l31 and −l32 below its diagonal; Q = L⁻ᵀ D⁻¹ L⁻¹.
        let (i1, i2, i3) = (1.0 / d1, 1.0 / d2, 1.0 / d3);
        let (a, b, c) = (-l21, l21 * l32 - l31, -l32);
        let qxx = i1 + a * a * i2 + b * b * i3;
        let qxy = a * i2 + b * c * i3;
        let qxz = b * i3;
        let qyy = i2 + c * c * i3;
        let qyz = c * i3;
        let qzz = i3;
        let form = |x: f64, y: f64, z: f64| {
            x * (qxx * x + 2.0 * (qxy * y + qxz * z)) + y * (qyy * y + 2.0 * qyz * z) + qzz * z * z
        };
        let total = qxx + qyy + qzz;
        let vertical = form(nx[l], ny[l], nz[l]);
        let clock = sums.reference_weight[l] + form(rx[l], ry[l], rz[l]);
        let clocks = sums.clock_weight[l]
            + (qxx * sxx[l] + qyy * syy[l] + qzz * szz[l])
            + 2.0 * (qxy * sxy[l] + qxz * sxz[l] + qyz * syz[l]);
        let enough = sums.redundancy[l] >= 3.0;
        let sound = d1 > 0.0 && d2 > 0.0 && d3 > 0.0 && total < SINGULAR_PDOP * SINGULAR_PDOP;
        let fix = if enough & sound { 1.0 } else { f64::NAN };
        dop[0][l] = (total + clocks).sqrt() * fix;
        dop[1][l] = total.sqrt() * fix;
        dop[2][l] = (total - vertical).max(0.0).sqrt() * fix;
        dop[3][l] = vertical.sqrt() * fix;
        dop[4][l] = clock.sqrt() * fix;
        series.too_few[l] += u32::from(!enough);
        series.singular[l] += u32::from(enough & !sound);
        series.in_view_sum[l] += sums.in_view[l];
        series.in_view_min[l] = series.in_view_min[l].min(sums.in_view[l]);
    }
}
