//! Allocation as del Portillo, Cameron and Crawley (2019) have it: evenly over the satellites in view.

use super::greedy::Filling;
use super::instant::{Grant, Instant, WITHOUT_BEAMS};

/// Each cell spreads its demand evenly over the satellites it sees; a satellite that gets more than it can
/// carry carries the same share of every cell.
pub fn allocate(instant: &Instant) -> Vec<Grant> {
    in_whole_units(instant, &spread(instant))
}

/// What each edge carries by the rule, which is no whole amount.
fn spread(instant: &Instant) -> Vec<f64> {
    let shares: Vec<f64> = (0..instant.cells())
        .flat_map(|cell| {
            let edges = instant.edges(cell);
            let count = edges.len() as f64;
            let with_beams = edges.clone().filter(|&edge| instant.rate(edge) < WITHOUT_BEAMS).count() as f64;
            let share = f64::from(instant.demand[cell]) / count;
            // Beams over the cell are shared by the satellites in view that have beams, as its demand is by all.
            edges.map(move |edge| match &instant.beams {
                Some(plan) if plan.rate[edge] < WITHOUT_BEAMS => {
                    share.min(f64::from(plan.of_cell[cell]) / with_beams * f64::from(plan.rate[edge]))
                }
                _ => share,
            })
        })
        .collect();
    let mut wanted = vec![0.0f64; instant.limit.len()];
    let mut beams = vec![0.0f64; instant.limit.len()];
    for (edge, share) in shares.iter().enumerate() {
        wanted[instant.satellite[edge] as usize] += share;
        beams[instant.satellite[edge] as usize] += share / f64::from(instant.rate(edge));
    }
    // Where neighbouring cells would hold more beams than the frequency plan has, all get less.
    let neighbours: Vec<f64> = match &instant.beams {
        None => Vec::new(),
        Some(plan) => {
            let held = |cell: usize| -> f64 {
                instant.edges(cell).map(|edge| shares[edge] / f64::from(plan.rate[edge])).sum()
            };
            let (used, _) = plan.used(&[], held);
            used.iter().zip(plan.cluster_limits()).map(|(used, &most)| f64::from(most) / used).collect()
        }
    };
    let around = |cell: usize| {
        let clusters = instant.beams.as_ref().map_or(&[][..], |plan| plan.clusters(cell));
        clusters.iter().map(|&cluster| neighbours[cluster as usize]).fold(1.0, f64::min)
    };
    let mut fixed_used = vec![0.0; instant.beams.as_ref().map_or(0, |plan| plan.channels().len())];
    if let Some(plan) = &instant.beams {
        for (edge, share) in shares.iter().enumerate() {
            if let Some(beam) = plan.fixed_beam(edge) {
                fixed_used[beam] += share / f64::from(plan.rate[edge]);
            }
        }
    }
    let within_fixed = |edge: usize| {
        let plan = instant.beams.as_ref();
        let beam = plan.and_then(|plan| Some((plan.fixed_beam(edge)?, plan.channels())));
        beam.map_or(1.0, |(beam, channels)| (f64::from(channels[beam]) / fixed_used[beam]).min(1.0))
    };
    let part_of: Vec<f64> = (0..wanted.len())
        .map(|s| {
            let plan = instant.beams.as_ref().map_or(f64::INFINITY, |plan| plan.of_satellite[s].into());
            (f64::from(instant.limit[s]) / wanted[s]).min(plan / beams[s]).min(1.0)
        })
        .collect();
    let mut amounts = Vec::with_capacity(shares.len());
    for cell in 0..instant.cells() {
        let around = around(cell);
        for edge in instant.edges(cell) {
            let part = part_of[instant.satellite[edge] as usize].min(around).min(within_fixed(edge));
            amounts.push(shares[edge] * part);
        }
    }
    amounts
}

/// What of a unit the sums of exact amounts may be off by.
const ROUNDING: f64 = 1e-6;

/// Amounts rounded down, and what that takes from a cell handed out again in single units: first to the edges that
/// lost most, as far as satellites and beams have room.
fn in_whole_units(instant: &Instant, exact: &[f64]) -> Vec<Grant> {
    let mut floors = Vec::new();
    for cell in 0..instant.cells() {
        for edge in instant.edges(cell) {
            let amount = exact[edge] as u32;
            if amount > 0 {
                floors.push(Grant { cell: cell as u32, edge: edge as u32, amount });
            }
        }
    }
    let mut filling = Filling::new(instant, &floors);
    let lost = |edge: usize| exact[edge].fract();
    let mut by_loss = Vec::new();
    for cell in 0..instant.cells() {
        let edges = instant.edges(cell);
        let mut left = (edges.clone().map(lost).sum::<f64>() - ROUNDING).ceil();
        if left <= 0.0 {
            continue;
        }
        by_loss.clear();
        by_loss.extend(edges.filter(|&edge| lost(edge) > 0.0));
        by_loss.sort_by(|&a, &b| lost(b).total_cmp(&lost(a)));
        for &edge in &by_loss {
            if left > 0.0 && filling.fits(cell, edge) > 0 {
                filling.take(cell, edge, 1);
                left -= 1.0;
            }
        }
    }
    filling.grants()
}

#[cfg(test)]
mod tests {
    use super::super::instant::{BeamPlan, load, total};
    use super::*;

    /// Cells that all see all satellites.
    fn instant(demand: &[u32], limit: &[u32]) -> Instant {
        let satellites = limit.len() as u32;
        Instant {
            demand: demand.to_vec(),
            limit: limit.to_vec(),
            first_edge: (0..=demand.len() as u32).map(|cell| cell * satellites).collect(),
            satellite: demand.iter().flat_map(|_| 0..satellites).collect(),
            beams: None,
        }
    }

    #[test]
    fn even_shares_keep_the_remainder_of_their_division() {
        for (demand, satellites) in [(841_000, 7), (3, 20), (1, 3), (7, 7), (1_000_000, 11)] {
            let instant = instant(&[demand; 5], &vec![10_000_000; satellites]);
            let grants = allocate(&instant);
            instant.check(&grants).unwrap();
            assert_eq!(total(&grants), 5 * u64::from(demand), "{demand} over {satellites}");
            let share = demand / satellites as u32;
            assert!(grants.iter().all(|grant| grant.amount.abs_diff(share) <= 1), "{grants:?}");
        }
    }

    #[test]
    fn remainders_stay_within_what_satellites_and_beams_carry() {
        // 100 of 303 fit, and each of the three cells has a third of them.
        let full = instant(&[101; 3], &[40, 60]);
        let grants = allocate(&full);
        full.check(&grants).unwrap();
        assert_eq!(load(&full, &grants), [40, 60]);
        let of_cell = |cell: u32| -> u32 {
            grants.iter().filter(|grant| grant.cell == cell).map(|grant| grant.amount).sum()
        };
        assert!((0..3).all(|cell| of_cell(cell).abs_diff(33) <= 1), "{grants:?}");
        // A third of a beam of each satellite over the cell: together 8 and no more.
        let mut beams = instant(&[50], &[50; 3]);
        beams.beams = Some(BeamPlan {
            of_satellite: vec![1.0; 3],
            of_cell: vec![1.0],
            rate: vec![8.0; 3],
            ..BeamPlan::default()
        });
        let grants = allocate(&beams);
        beams.check(&grants).unwrap();
        assert_eq!(total(&grants), 8, "{grants:?}");
    }

    #[test]
    fn beams_of_a_cell_are_shared_by_satellites_that_have_beams() {
        // One beam of 10 over the cell, of the first satellite; the second has no number of beams.
        let mut beams = instant(&[20], &[50; 2]);
        beams.beams = Some(BeamPlan {
            of_satellite: vec![1.0, f32::INFINITY],
            of_cell: vec![1.0],
            rate: vec![10.0, WITHOUT_BEAMS],
            ..BeamPlan::default()
        });
        let grants = allocate(&beams);
        beams.check(&grants).unwrap();
        assert_eq!(load(&beams, &grants), [10, 10], "{grants:?}");
    }
}
