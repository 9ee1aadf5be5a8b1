//! Coverage when satellites or whole planes fail.
//!
//! Trials leave out so many units (satellites or planes) of the constellation. Where there are no more
//! combinations than trials asked for, each is tried once and the outcome is exact; otherwise they are
//! drawn at random, every combination alike and none twice, by a seeded generator (ChaCha with 8 rounds), so that the
//! same seed gives the same trials. Orbits of the others stay as they are: nothing is moved to close a gap.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::constellation::Constellation;
use crate::constellation::names::told_apart;
use crate::coverage::percentile;
use crate::coverage::subsets::{Members, SubsetFigures};
use crate::coverage::summary::unit_of_share;

/// What fails together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unit {
    /// Name of the satellite, or shell and plane.
    pub name: String,
    /// Numbers of its satellites.
    pub satellites: Vec<usize>,
}

/// Every satellite by itself, each by another name.
pub fn satellites(constellation: &Constellation) -> Vec<Unit> {
    let file = constellation.file.as_str();
    let all: Vec<_> = constellation.satellites.iter().map(|satellite| (satellite, file)).collect();
    let names = told_apart(&all).into_iter().enumerate();
    names.map(|(number, name)| Unit { name, satellites: vec![number] }).collect()
}

/// Every plane of every shell, and every single satellite that is put into one.
pub fn planes(constellation: &Constellation) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut first = 0;
    for shell in &constellation.shells {
        for (plane, own) in (0..).zip(shell.satellites_of_planes()) {
            let satellites: Vec<usize> = own.into_iter().map(|index| first + index).collect();
            if let Some(&one) = satellites.first() {
                let name = shell.plane_label(plane, &constellation.satellites[one]);
                units.push(Unit { name, satellites });
            }
        }
        first += shell.plane_of.len();
    }
    units
}

/// The losses to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trials {
    /// The units lost in each trial.
    pub lost: Vec<Members>,
    /// Whether these are all combinations there are.
    pub exact: bool,
    /// How many there are; none where it is beyond 64 bits.
    pub of: Option<u64>,
}

/// How many trials there are, of so many that are asked for: no more than there are combinations.
pub fn count(units: usize, lose: usize, trials: usize) -> usize {
    combinations(units, lose).and_then(|all| usize::try_from(all).ok()).map_or(trials, |all| all.min(trials))
}

/// Chooses which of `units` are lost, `lose` of them in each trial.
pub fn trials(units: usize, lose: usize, trials: usize, seed: u64) -> Trials {
    let lose = lose.min(units);
    let of = combinations(units, lose);
    if of.is_some_and(|count| count <= trials as u64) {
        return Trials { lost: all_combinations(units, lose), exact: true, of };
    }
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    // By what they hash to, for each is held once only.
    let mut drawn: HashMap<u64, Vec<usize>> = HashMap::with_capacity(trials);
    let mut lost: Vec<Members> = Vec::with_capacity(trials);
    let hasher = RandomState::new();
    while lost.len() < trials {
        let units_lost = Members::of(units, index::sample(&mut generator, units, lose));
        let alike = drawn.entry(hasher.hash_one(&units_lost)).or_default();
        if alike.iter().all(|&trial| lost[trial] != units_lost) {
            alike.push(lost.len());
            lost.push(units_lost);
        }
    }
    Trials { lost, exact: false, of }
}

/// Number of ways to choose; none where it is beyond 64 bits.
pub fn combinations(units: usize, lose: usize) -> Option<u64> {
    let lose = lose.min(units - lose.min(units));
    // The product may pass 64 bits where the quotient does not.
    (0..lose as u64).try_fold(1u64, |count, k| {
        u64::try_from(u128::from(count) * u128::from(units as u64 - k) / u128::from(k + 1)).ok()
    })
}

fn all_combinations(units: usize, lose: usize) -> Vec<Members> {
    let mut all = Vec::new();
    let mut numbers: Vec<usize> = (0..lose).collect();
    loop {
        all.push(Members::of(units, numbers.iter().copied()));
        // The last place that can still move on.
        let Some(place) = (0..lose).rev().find(|&place| numbers[place] < units - lose + place) else {
            return all;
        };
        numbers[place] += 1;
        for later in place + 1..lose {
            numbers[later] = numbers[later - 1] + 1;
        }
    }
}

/// Who is left of `count` satellites when these units are lost.
pub fn survivors(count: usize, units: &[Unit], lost: &Members) -> Members {
    let mut members = Members::all(count);
    for &satellite in lost.numbers().flat_map(|unit| &units[unit].satellites) {
        members.remove(satellite);
    }
    members
}

/// One figure of merit over all trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Distribution {
    /// The figure.
    pub figure: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// With all satellites.
    pub intact: f64,
    /// Mean of the trials.
    pub mean: f64,
    /// Standard deviation: of all combinations, or as a sample estimates it; none from a sample of one.
    pub deviation: Option<f64>,
    /// Standard error of the mean: how far the mean of a sample may be off, the less the more of the combinations are in
    /// it; 0 where all were tried, and none from a sample of one.
    pub standard_error: Option<f64>,
    /// Least.
    pub min: f64,
    /// 5th percentile.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Greatest.
    pub max: f64,
}

/// A figure with its unit on cells and where it stands.
type Column = (&'static str, &'static str, fn(&SubsetFigures) -> f64);

/// The figures whose distribution is told.
const FIGURES: [Column; 8] = [
    ("percent covered", "%", |f| f.percent_covered),
    ("covered at all times", "% of area", |f| f.percent_area_always),
    ("never covered", "% of area", |f| f.percent_area_never),
    ("2 in view", "%", |f| f.percent_at_least[1]),
    ("4 in view", "%", |f| f.percent_at_least[3]),
    ("mean in view", "", |f| f.mean_in_view),
    ("mean response time", "s", |f| f.mean_response_s),
    ("longest gap", "s", |f| f.max_gap_s),
];

/// Distributions of all figures over the trials, of each of which the figures are given, on cells or on places.
pub fn distributions(
    intact: &SubsetFigures,
    each: &[SubsetFigures],
    trials: &Trials,
    on_places: bool,
) -> Vec<Distribution> {
    FIGURES
        .iter()
        .map(|(figure, unit, of)| {
            let unit = unit_of_share(unit, on_places);
            let mut values: Vec<f64> = each.iter().map(of).collect();
            values.sort_unstable_by(f64::total_cmp);
            let count = values.len().max(1) as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            // All combinations are the population, a sample estimates it.
            let freedom = if trials.exact { count } else { count - 1.0 };
            let deviation = (freedom > 0.0).then(|| (squares / freedom).sqrt());
            // What was drawn is not drawn again: the part of the combinations that is in the sample is known.
            let unknown = trials.of.map_or(1.0, |all| (1.0 - count / all as f64).max(0.0));
            let at = |percent| percentile(&values, percent).unwrap_or(f64::NAN);
            Distribution {
                figure,
                unit,
                intact: of(intact),
                mean,
                deviation,
                standard_error: deviation.map(|deviation| deviation * (unknown / count).sqrt()),
                min: at(0.0),
                p5: at(5.0),
                p50: at(50.0),
                p95: at(95.0),
                max: at(100.0),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::constellation::{ReadOptions, read};

    #[test]
    fn few_combinations_are_all_tried() {
        let tried = trials(6, 2, 200, 1);
        assert!(tried.exact);
        assert_eq!(tried.lost.len(), 15);
        let numbers = |lost: &Members| lost.numbers().collect::<Vec<_>>();
        assert_eq!((numbers(&tried.lost[0]), numbers(&tried.lost[14])), (vec![0, 1], vec![4, 5]));
        assert_eq!(tried.lost.iter().collect::<HashSet<_>>().len(), 15);
        assert_eq!(trials(3, 9, 10, 1).lost, [Members::all(3)]);
        assert_eq!(trials(3, 0, 10, 1).lost, [Members::none(3)]);
    }

    #[test]
    fn trials_are_counted_before_they_are_drawn() {
        for (units, lose, asked) in
            [(6, 2, 200), (6, 2, 10), (3, 9, 10), (3, 0, 10), (100, 50, 7), (9, 4, 126)]
        {
            assert_eq!(
                count(units, lose, asked),
                trials(units, lose, asked, 1).lost.len(),
                "{units} {lose} {asked}"
            );
        }
    }

    /// A sample is of different combinations, even where it holds nearly all of them.
    #[test]
    fn no_combination_is_drawn_twice() {
        for (units, lose, count) in [(4, 2, 5), (6, 3, 19), (30, 2, 400), (100, 5, 1000)] {
            for seed in 0..20 {
                let drawn = trials(units, lose, count, seed);
                assert!(!drawn.exact && drawn.of > Some(count as u64));
                let distinct: HashSet<&Members> = drawn.lost.iter().collect();
                assert_eq!((drawn.lost.len(), distinct.len()), (count, count), "{units} {lose} {seed}");
            }
        }
    }

    /// The mean of samples scatters about that of all combinations as the standard error says.
    #[test]
    fn the_standard_error_is_that_of_a_sample_without_repetition() {
        // A figure of a combination: what its units weigh.
        let weight = |lost: &Members| lost.numbers().map(|unit| (unit * unit) as f64).sum::<f64>();
        let figures =
            |lost: &Members| SubsetFigures { percent_covered: weight(lost), ..SubsetFigures::default() };
        let all = trials(8, 2, 28, 1);
        let of = |trials: &Trials| {
            let each: Vec<SubsetFigures> = trials.lost.iter().map(figures).collect();
            distributions(&SubsetFigures::default(), &each, trials, false)[0]
        };
        assert_eq!((all.exact, of(&all).standard_error), (true, Some(0.0)));
        let samples: Vec<Distribution> = (0..2000).map(|seed| of(&trials(8, 2, 21, seed))).collect();
        let root_of_mean = |squares: &dyn Fn(&Distribution) -> f64| {
            (samples.iter().map(squares).sum::<f64>() / samples.len() as f64).sqrt()
        };
        let scatter = root_of_mean(&|sample| (sample.mean - of(&all).mean).powi(2));
        let told = root_of_mean(&|sample| sample.standard_error.unwrap().powi(2));
        assert!((told / scatter - 1.0).abs() < 0.1, "{told} {scatter}");
        let one = of(&trials(8, 2, 1, 1));
        assert_eq!((one.deviation, one.standard_error), (None, None));
    }

    /// Satellites that a catalogue calls alike are told by their numbers.
    #[test]
    fn lost_satellites_are_told_apart() {
        let mut constellation = read("beidou-3", &ReadOptions::default()).unwrap();
        for (number, satellite) in constellation.satellites.iter_mut().enumerate() {
            satellite.name = "TBA".to_owned();
            satellite.norad_id = (number < 20).then_some(270_000 + number as u32);
        }
        let units = satellites(&constellation);
        let names: HashSet<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        assert_eq!(names.len(), constellation.satellites.len(), "{names:?}");
        assert_eq!(units[1].name, "TBA (270001)");
    }

    #[test]
    fn a_seed_gives_the_same_trials_and_each_unit_is_lost_alike_often() {
        let one = trials(100, 5, 4000, 7);
        assert!(!one.exact);
        assert_eq!(one, trials(100, 5, 4000, 7));
        assert_ne!(one, trials(100, 5, 4000, 8));
        let mut counts = [0.0; 100];
        for lost in &one.lost {
            assert_eq!(lost.count(), 5);
            lost.numbers().for_each(|unit| counts[unit] += 1.0);
        }
        // Expected 200 each; chi-squared with 99 degrees of freedom is below 148 in 999 of 1,000 seeds.
        let chi_squared: f64 = counts.iter().map(|count: &f64| (count - 200.0).powi(2) / 200.0).sum();
        assert!(chi_squared < 148.0, "{chi_squared}");
    }

    #[test]
    fn counts_of_combinations() {
        assert_eq!(combinations(52, 5), Some(2_598_960));
        assert_eq!(combinations(6, 6), Some(1));
        assert_eq!(combinations(4408, 220), None);
        // 2^64 is 1.84e19; the products on the way are beyond it.
        assert_eq!(combinations(66, 33), Some(7_219_428_434_016_265_740));
        assert_eq!(combinations(67, 33), Some(14_226_520_737_620_288_370));
        assert_eq!(combinations(68, 34), None);
    }

    #[test]
    fn planes_hold_their_satellites() {
        let beidou = read("beidou-3", &ReadOptions::default()).unwrap();
        let planes = planes(&beidou);
        assert_eq!(planes.len(), 3 + 3 + 3);
        assert_eq!(planes[0].satellites, (0..8).collect::<Vec<_>>());
        let lost: Members = (0..planes.len()).map(|plane| plane == 0 || plane == 8).collect();
        assert_eq!(survivors(30, &planes, &lost).count(), 30 - 9);
    }
}
