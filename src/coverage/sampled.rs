//! Sampled figures with the error that the sampling makes.
//!
//! The samples are counted in two halves, every other one to each. What a half alone would have said differs from
//! what the other would have said, and by how much tells the error of both together; see [`ErrorTally::finish`].
//!
//! A sample stands for the step that follows it. Where the window ends within the last step, the last sample stands for
//! what is left, as the gaps do.

use serde::{Deserialize, Serialize};

use super::counters::{InViewSamples, Planes, SampledView};
use super::fold::ViewFigures;
use super::{Exact, SamplingError, Settings};

/// In-view statistics of a tile at the sampled instants, by halves.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub(super) struct SampledHalves {
    /// Two, or one where no error is asked for.
    halves: Vec<InViewSamples>,
    taken: usize,
    /// Samples of the whole window, and the part of a step that it lacks at its end.
    samples: usize,
    cut: f64,
    /// The numbers in view at the last sample, where it stands for less than a step.
    last: Option<Planes>,
    chosen: u32,
}

impl SampledHalves {
    /// For `words * 64` points.
    pub fn new(words: usize, satellites: usize, settings: &Settings) -> Self {
        let words = if settings.exact == Exact::All { 0 } else { words };
        let half = InViewSamples::new(words, satellites, settings.at_least);
        Self {
            halves: vec![half; halves_of(settings)],
            taken: 0,
            samples: settings.window.sample_count(settings.step_s),
            cut: cut_of(settings),
            last: None,
            chosen: settings.at_least,
        }
    }

    /// Bytes that a point takes.
    pub fn bytes_per_point(satellites: usize, settings: &Settings) -> f64 {
        let last = if cut_of(settings) > 0.0 { Planes::bytes_per_point(satellites) } else { 0.0 };
        halves_of(settings) as f64 * InViewSamples::bytes_per_point(satellites, settings.at_least) + last
    }

    /// Takes in the numbers in view at the next sampled instant.
    pub fn add(&mut self, numbers: &Planes) {
        let half = self.taken % self.halves.len();
        self.halves[half].add(numbers);
        self.taken += 1;
        if self.taken == self.samples && self.cut > 0.0 {
            self.last = Some(numbers.clone());
        }
    }

    /// Ends the counting and answers for one point after another.
    pub fn finish(&mut self) -> impl Fn(usize) -> Sampled + '_ {
        let Self { halves, last, cut, chosen, .. } = self;
        let halves: Vec<_> = halves.iter_mut().map(InViewSamples::finish).collect();
        move |slot| {
            let mut views = halves.iter().map(|half| half(slot));
            let first = views.next().unwrap_or_default();
            let second = views.next();
            let whole = second.map_or(first, |second| first.with(&second));
            let all = match &*last {
                Some(last) => whole.with_last_cut(last.number(slot), *chosen, *cut),
                None => whole,
            };
            Sampled { first, second, all }
        }
    }
}

fn halves_of(settings: &Settings) -> usize {
    if settings.exact == Exact::Edges { 2 } else { 1 }
}

/// The part of a step by which the last one passes the end of the window.
fn cut_of(settings: &Settings) -> f64 {
    let last = settings.window.sample_count(settings.step_s) - 1;
    1.0 - settings.window.part_of_step(settings.step_s, last)
}

/// What the samples say of one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampled {
    first: SampledView,
    second: Option<SampledView>,
    /// Of both, the last sample weighed by what it stands for.
    all: SampledView,
}

impl Sampled {
    /// In-view figures.
    pub fn view(&self) -> ViewFigures {
        let all = &self.all;
        let [one, two, three, four, _] = all.shares();
        ViewFigures {
            share_at_least: [one, two, three, four],
            mean: all.mean(),
            least: all.least,
            most: all.most,
        }
    }

    /// Share of the samples with at least the chosen number in view.
    pub fn covered_share(&self) -> f64 {
        let [.., chosen] = self.all.shares();
        chosen
    }
}

/// Errors of the sampled figures, gathered over points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ErrorTally {
    points: f64,
    /// Squares of sampled less solved percent covered.
    squared_points: f64,
    worst_points: f64,
    /// Squares of the differences of the halves: percent with at least 1, 2, 3, 4 and the chosen number.
    halves_percent: [f64; 5],
    halves_mean: f64,
}

impl ErrorTally {
    /// Takes in a point, whose percent covered was solved.
    pub fn add(&mut self, sampled: &Sampled, percent_covered: f64) {
        self.points += 1.0;
        let error = 100.0 * sampled.covered_share() - percent_covered;
        self.squared_points += error * error;
        self.worst_points = self.worst_points.max(error.abs());
        if let Some(second) = &sampled.second {
            let shares = sampled.first.shares().into_iter().zip(second.shares());
            for (squared, (a, b)) in self.halves_percent.iter_mut().zip(shares) {
                *squared += (100.0 * (a - b)).powi(2);
            }
            self.halves_mean += (sampled.first.mean() - second.mean()).powi(2);
        }
    }

    /// Adds other points.
    pub fn join(&mut self, other: &Self) {
        self.points += other.points;
        self.squared_points += other.squared_points;
        self.worst_points = self.worst_points.max(other.worst_points);
        for (mine, theirs) in self.halves_percent.iter_mut().zip(other.halves_percent) {
            *mine += theirs;
        }
        self.halves_mean += other.halves_mean;
    }

    /// Root mean squares over the points.
    ///
    /// Half the difference of two halves is the standard error of their mean where their errors are independent.
    /// Here they are only for conditions that last less than a step. Where a condition lasts long and begins anywhere
    /// between two samples, the error is h·√(k/12) s for k beginnings and ends and twice that for each half, so the half
    /// difference is √3 too large; and the even spacing of a constellation can do more or less. So where percent
    /// covered was both sampled and solved, the proportion of its error to its half difference tells of the other
    /// figures, too, but not for certain: their conditions are shorter. The geometric mean of that proportion and of 1
    /// is taken, which errs to either side by less than both do.
    pub fn finish(&self, settings: &Settings) -> SamplingError {
        let rms = |squared: f64| (squared / self.points.max(1.0)).sqrt();
        let [halves @ .., chosen] = self.halves_percent.map(|squared| rms(squared) / 2.0);
        let measured = rms(self.squared_points);
        let proportion = match chosen > LEAST_TOLD_POINTS && measured > LEAST_TOLD_POINTS {
            true => (measured / chosen).clamp(1.0 / MOST_PROPORTION, MOST_PROPORTION).sqrt(),
            false => 1.0,
        };
        let mut percent_at_least = halves.map(|half| proportion * half);
        if let Some(solved) = percent_at_least.get_mut(settings.at_least as usize - 1) {
            *solved = 0.0;
        }
        SamplingError {
            rms_points: measured,
            worst_points: self.worst_points,
            percent_at_least,
            mean_in_view: proportion * rms(self.halves_mean) / 2.0,
        }
    }
}

/// Errors below this, in percentage points, say nothing about those of other figures.
const LEAST_TOLD_POINTS: f64 = 1e-4;
/// An error is not taken for more than this many times the half difference, nor for less than its inverse.
const MOST_PROPORTION: f64 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Epoch, Window};

    /// Intervals of random length at random times, seen at each whole second: the estimate against the true error.
    #[test]
    fn halves_tell_the_error_of_the_whole() {
        let mut random = 7u64;
        let mut uniform = move || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 11) as f64 / (1u64 << 53) as f64
        };
        let window = Window { start: Epoch::from_unix_nanos(0), duration_s: 1000.0 };
        let settings = |at_least| Settings {
            window,
            step_s: 1.0,
            min_elevation_deg: 0.0,
            at_least,
            exact: Exact::Edges,
        };
        let points = 64 * 40;
        let intervals: Vec<Vec<(f64, f64)>> = (0..points)
            .map(|_| {
                let mut start_s = 0.0;
                (0..40)
                    .map(|_| {
                        start_s += 24.0 * uniform() + 2.0;
                        let end_s = start_s + 2.0 + 8.0 * uniform();
                        let interval = (start_s, end_s);
                        start_s = end_s;
                        interval
                    })
                    .take_while(|(_, end_s)| *end_s < 999.0)
                    .collect()
            })
            .collect();
        let told = |settings: &Settings| {
            let mut halves = SampledHalves::new(points / 64, 3, settings);
            for second in 0..1000 {
                let mut planes = Planes::new(points / 64, 3);
                for (slot, intervals) in intervals.iter().enumerate() {
                    let t_s = f64::from(second);
                    if intervals.iter().any(|(start_s, end_s)| (*start_s..*end_s).contains(&t_s)) {
                        // Twice, so that the second figure is the first one over again.
                        planes.add(slot / 64, 1 << (slot % 64));
                        planes.add(slot / 64, 1 << (slot % 64));
                    }
                }
                halves.add(&planes);
            }
            let sampled = halves.finish();
            let mut tally = ErrorTally::default();
            for (slot, intervals) in intervals.iter().enumerate() {
                let covered_s: f64 = intervals.iter().map(|(start_s, end_s)| end_s - start_s).sum();
                let solved = if settings.at_least > 2 { 0.0 } else { covered_s / 10.0 };
                tally.add(&sampled(slot), solved);
            }
            tally.finish(settings)
        };
        let solved = told(&settings(1));
        assert_eq!(solved.percent_at_least[0], 0.0);
        assert_eq!(solved.percent_at_least[2], 0.0);
        // The same figure again is told half-way between its error and the half difference, which is √3 times that.
        let again = solved.percent_at_least[1] / solved.rms_points;
        assert!((again / 3.0f64.powf(0.25) - 1.0).abs() < 0.03, "{again}");
        assert!((solved.mean_in_view * 50.0 / solved.rms_points - again).abs() < 1e-9, "{solved:?}");
        assert!(solved.worst_points > solved.rms_points);
        // Where nothing is ever covered it tells nothing, and the half difference is √3 too large.
        let unsolved = told(&settings(3));
        assert_eq!(unsolved.rms_points, 0.0);
        let ratio = unsolved.percent_at_least[1] / solved.rms_points;
        assert!((ratio / 3.0f64.sqrt() - 1.0).abs() < 0.06, "{ratio}");
    }
}
