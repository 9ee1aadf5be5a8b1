//! Allocation as del Portillo, Cameron and Crawley (2019) have it: evenly over the satellites in view.

use super::instant::{Grant, Instant};

/// Each cell spreads its demand evenly over the satellites it sees; a satellite that gets more than it can
/// carry carries the same share of every cell.
pub fn allocate(instant: &Instant) -> Vec<Grant> {
    let shares: Vec<f64> = (0..instant.cells())
        .flat_map(|cell| {
            let edges = instant.edges(cell);
            let count = edges.len() as f64;
            let share = f64::from(instant.demand[cell]) / count;
            // Beams over the cell are shared by the satellites in view as its demand is.
            edges.map(move |edge| match &instant.beams {
                None => share,
                Some(plan) => share.min(f64::from(plan.of_cell[cell]) / count * f64::from(plan.rate[edge])),
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
    let mut grants = Vec::new();
    for cell in 0..instant.cells() {
        let around = around(cell);
        for edge in instant.edges(cell) {
            let part = part_of[instant.satellite[edge] as usize].min(around).min(within_fixed(edge));
            let amount = (shares[edge] * part).floor() as u32;
            if amount > 0 {
                grants.push(Grant { cell: cell as u32, edge: edge as u32, amount });
            }
        }
    }
    grants
}
