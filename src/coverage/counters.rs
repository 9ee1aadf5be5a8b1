//! Counting with bits: 64 points at a time.
//!
//! A number per point is kept as bit planes: plane `k` holds bit `k` of all numbers, 64 to a word. Adding a
//! footprint is a ripple of ANDs and XORs that ends, on average, after two planes.

use serde::{Deserialize, Serialize};

/// Words that are counted together: one AVX-512 register. The planes of a tile are padded to whole groups.
const GROUP: usize = 8;
type Group = [u64; GROUP];

/// One small number for each point of a tile, as bit planes: `[plane][word]`.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub(super) struct Planes {
    words: usize,
    planes: usize,
    /// Planes that may hold a set bit.
    used: usize,
    bits: Vec<u64>,
}

impl Planes {
    /// Room for numbers up to `largest` at `words * 64` points.
    pub fn new(words: usize, largest: usize) -> Self {
        let planes = planes_for(largest);
        let words = words.next_multiple_of(GROUP);
        Self { words, planes, used: 0, bits: vec![0; words * planes] }
    }

    /// Bytes that a point takes.
    pub fn bytes_per_point(largest: usize) -> f64 {
        planes_for(largest) as f64 / 8.0
    }

    pub fn clear(&mut self) {
        self.bits[..self.used * self.words].fill(0);
        self.used = 0;
    }

    /// Adds one to every point whose bit is set.
    #[inline]
    pub fn add(&mut self, word: usize, mut carry: u64) {
        let mut at = word;
        let mut plane = 0;
        while carry != 0 && plane < self.planes {
            let bits = &mut self.bits[at];
            let next = *bits & carry;
            *bits ^= carry;
            carry = next;
            at += self.words;
            plane += 1;
        }
        self.used = self.used.max(plane);
    }

    /// Counts for every point in how many of several runs of words its bit is set. Each run comes with its
    /// first word.
    pub fn count<'a>(&mut self, runs: impl Iterator<Item = (usize, &'a [u64])>) {
        self.clear();
        for (number, (first, run)) in runs.enumerate() {
            // So many bits the largest number may take now.
            let planes = planes_for(number + 1).min(self.planes);
            self.used = self.used.max(add_run(&mut self.bits, self.words, planes, first, run));
        }
    }

    /// The number at one point.
    #[inline]
    pub fn number(&self, slot: usize) -> u32 {
        let (word, bit) = (slot / 64, slot % 64);
        (0..self.used).map(|plane| ((self.bits[plane * self.words + word] >> bit & 1) as u32) << plane).sum()
    }

    /// For each word, which of its 64 numbers are at least `least`.
    pub fn all_at_least(&self, least: u32, answer: &mut [u64]) {
        all_at_least(self, least, answer);
    }
}

/// For each word, which of its 64 numbers are at least `least`.
#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn all_at_least(planes: &Planes, least: u32, answer: &mut [u64]) {
    for (group, answer) in answer.chunks_mut(GROUP).enumerate() {
        let plane = |number: usize| -> Group {
            let at = number * planes.words + group * GROUP;
            planes.bits[at..at + GROUP].try_into().unwrap_or_default()
        };
        answer.copy_from_slice(&at_least(planes.used, plane, least)[..answer.len()]);
    }
}

/// Adds a run of words to the bit planes of so many words; answers with the number of planes touched.
#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn add_run(bits: &mut [u64], words: usize, planes: usize, first: usize, run: &[u64]) -> usize {
    const TOGETHER: usize = 32;
    let mut touched = 0;
    for (part, run) in run.chunks(TOGETHER).enumerate() {
        let first = first + part * TOGETHER;
        let mut carry = [0; TOGETHER];
        let carry = &mut carry[..run.len()];
        let mut rest = 0;
        for ((sum, carry), &bits) in bits[first..].iter_mut().zip(carry.iter_mut()).zip(run) {
            *carry = *sum & bits;
            *sum ^= bits;
            rest |= *carry;
        }
        touched = touched.max(1);
        for plane in 1..planes {
            if rest == 0 {
                break;
            }
            rest = 0;
            let sums = &mut bits[plane * words + first..][..carry.len()];
            for (sum, carry) in sums.iter_mut().zip(carry.iter_mut()) {
                let next = *sum & *carry;
                *sum ^= *carry;
                *carry = next;
                rest |= next;
            }
            touched = touched.max(plane + 1);
        }
    }
    touched
}

/// Bit planes that numbers up to `largest` take.
fn planes_for(largest: usize) -> usize {
    (usize::BITS - largest.leading_zeros()).max(1) as usize
}

/// Which numbers, given by their bit planes, are at least `least`.
#[inline(always)]
fn at_least(planes: usize, plane: impl Fn(usize) -> Group, least: u32) -> Group {
    if planes < 32 && u64::from(least) >> planes != 0 {
        return [0; GROUP];
    }
    // Compared from the highest bit: greater so far, or equal so far.
    let (mut greater, mut equal) = ([0u64; GROUP], [u64::MAX; GROUP]);
    for number in (0..planes).rev() {
        let bits = plane(number);
        for n in 0..GROUP {
            if least >> number & 1 == 1 {
                equal[n] &= bits[n];
            } else {
                greater[n] |= equal[n] & bits[n];
                equal[n] &= !bits[n];
            }
        }
    }
    std::array::from_fn(|n| greater[n] | equal[n])
}

/// Samples after which the counters of a tile go on into wider ones, and those into full numbers.
const NARROW_AFTER: u32 = 15;
const WIDE_AFTER: u32 = 255;
const NARROW_PLANES: usize = 4;
const WIDE_PLANES: usize = 8;

/// How many samples had a property, for each point of a tile.
///
/// Most samples touch the narrow counters alone, whose carries are short.
#[derive(Serialize, Deserialize, Debug, Clone)]
struct SampleCounter {
    narrow: Vec<[Group; NARROW_PLANES]>,
    wide: Vec<[Group; WIDE_PLANES]>,
    totals: Vec<u32>,
}

impl SampleCounter {
    fn new(groups: usize) -> Self {
        Self {
            narrow: vec![[[0; GROUP]; NARROW_PLANES]; groups],
            wide: vec![[[0; GROUP]; WIDE_PLANES]; groups],
            totals: vec![0; groups * GROUP * 64],
        }
    }

    #[inline(always)]
    fn add(&mut self, group: usize, mut carry: Group) {
        for plane in &mut self.narrow[group] {
            let next = std::array::from_fn(|n| plane[n] & carry[n]);
            for n in 0..GROUP {
                plane[n] ^= carry[n];
            }
            carry = next;
        }
    }

    /// Empties the narrow counters into the wide ones: a sum plane by plane.
    fn widen(&mut self) {
        for (narrow, wide) in self.narrow.iter_mut().zip(&mut self.wide) {
            let mut carry = [0; GROUP];
            for (number, sum) in wide.iter_mut().enumerate() {
                let add = narrow.get_mut(number).map(std::mem::take).unwrap_or_default();
                for n in 0..GROUP {
                    let (a, b, c) = (sum[n], add[n], carry[n]);
                    sum[n] = a ^ b ^ c;
                    carry[n] = a & b | c & (a ^ b);
                }
            }
        }
    }

    fn flush(&mut self) {
        self.widen();
        for (planes, totals) in self.wide.iter_mut().zip(self.totals.chunks_exact_mut(GROUP * 64)) {
            for (plane, group) in planes.iter_mut().enumerate() {
                for (word, bits) in group.iter_mut().enumerate() {
                    let mut rest = std::mem::take(bits);
                    while rest != 0 {
                        totals[word * 64 + rest.trailing_zeros() as usize] += 1 << plane;
                        rest &= rest - 1;
                    }
                }
            }
        }
    }
}

/// In-view statistics of a tile at the sampled instants.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub(super) struct InViewSamples {
    groups: usize,
    samples: u32,
    pending: u32,
    /// Samples with at least 1, 2, 3, 4 in view, then with at least the chosen number where that is larger.
    at_least: [SampleCounter; 5],
    /// Samples in which bit `k` of the number in view was set: their weighted sum is the sum in view.
    bits: Vec<SampleCounter>,
    /// Least and most in view, as planes of each group.
    least: Vec<Group>,
    most: Vec<Group>,
    planes: usize,
    /// Planes in which any sample has had a set bit.
    used: usize,
    chosen: u32,
}

/// What [`InViewSamples`] knows of one point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct SampledView {
    /// Weights: whole numbers, unless [`Self::with_last_cut`].
    samples: f64,
    at_least: [f64; 5],
    sum: f64,
    pub least: u32,
    pub most: u32,
}

impl SampledView {
    /// Of these samples and those.
    pub fn with(&self, other: &Self) -> Self {
        let extreme = |pick: fn(u32, u32) -> u32, a: u32, b: u32| {
            if self.samples == 0.0 {
                b
            } else if other.samples == 0.0 {
                a
            } else {
                pick(a, b)
            }
        };
        Self {
            samples: self.samples + other.samples,
            at_least: std::array::from_fn(|n| self.at_least[n] + other.at_least[n]),
            sum: self.sum + other.sum,
            least: extreme(u32::min, self.least, other.least),
            most: extreme(u32::max, self.most, other.most),
        }
    }

    /// Shares of the samples with at least 1, 2, 3, 4 and the chosen number in view.
    pub fn shares(&self) -> [f64; 5] {
        self.at_least.map(|count| count / self.weight())
    }

    /// Mean number in view.
    pub fn mean(&self) -> f64 {
        self.sum / self.weight()
    }

    fn weight(&self) -> f64 {
        if self.samples > 0.0 { self.samples } else { 1.0 }
    }

    /// With the last sample, at which so many were in view, standing for less than a step by this part of it.
    pub fn with_last_cut(&self, in_view: u32, chosen: u32, part: f64) -> Self {
        let levels = [1, 2, 3, 4, chosen];
        Self {
            samples: self.samples - part,
            at_least: std::array::from_fn(|n| {
                self.at_least[n] - if in_view >= levels[n] { part } else { 0.0 }
            }),
            sum: self.sum - part * f64::from(in_view),
            ..*self
        }
    }
}

impl InViewSamples {
    pub fn new(words: usize, satellites: usize, chosen: u32) -> Self {
        let planes = planes_for(satellites);
        let groups = words.div_ceil(GROUP);
        let chosen_groups = if chosen > 4 { groups } else { 0 };
        Self {
            groups,
            samples: 0,
            pending: 0,
            at_least: std::array::from_fn(|n| SampleCounter::new(if n < 4 { groups } else { chosen_groups })),
            bits: Vec::new(),
            least: vec![[u64::MAX; GROUP]; groups * planes],
            most: vec![[0; GROUP]; groups * planes],
            planes,
            used: 0,
            chosen,
        }
    }

    /// Bytes that a point takes.
    pub fn bytes_per_point(satellites: usize, chosen: u32) -> f64 {
        let counters = planes_for(satellites) + if chosen > 4 { 5 } else { 4 };
        let counter = (NARROW_PLANES + WIDE_PLANES) as f64 / 8.0 + size_of::<u32>() as f64;
        counters as f64 * counter + 2.0 * Planes::bytes_per_point(satellites)
    }

    /// Takes in the numbers in view at one instant; the planes must be of the same make.
    pub fn add(&mut self, numbers: &Planes) {
        self.used = self.used.max(numbers.used);
        while self.bits.len() < self.used {
            self.bits.push(SampleCounter::new(self.groups));
        }
        add_sample(self, numbers);
        self.samples += 1;
        self.pending += 1;
        if self.pending == WIDE_AFTER {
            self.flush();
        } else if self.pending.is_multiple_of(NARROW_AFTER) {
            self.at_least.iter_mut().chain(&mut self.bits).for_each(SampleCounter::widen);
        }
    }

    fn flush(&mut self) {
        self.at_least.iter_mut().chain(&mut self.bits).for_each(SampleCounter::flush);
        self.pending = 0;
    }

    /// Ends the counting and answers for one point after another.
    pub fn finish(&mut self) -> impl Fn(usize) -> SampledView + '_ {
        self.flush();
        move |slot| {
            let sum: f64 = self.bits[..self.used]
                .iter()
                .enumerate()
                .map(|(plane, counter)| f64::from(counter.totals[slot]) * (1u64 << plane) as f64)
                .sum();
            let number = |groups: &[Group]| -> u32 {
                let (word, bit) = (slot / 64, slot % 64);
                groups[word / GROUP * self.planes..][..self.planes]
                    .iter()
                    .enumerate()
                    .map(|(plane, group)| ((group[word % GROUP] >> bit & 1) as u32) << plane)
                    .sum()
            };
            SampledView {
                samples: self.samples.into(),
                at_least: std::array::from_fn(|n| {
                    let counter = if n == 4 && self.chosen <= 4 { self.chosen as usize - 1 } else { n };
                    self.at_least[counter].totals[slot].into()
                }),
                sum,
                least: if self.samples == 0 { 0 } else { number(&self.least) },
                most: number(&self.most),
            }
        }
    }
}

#[cfg_attr(
    not(feature = "portable"),
    multiversion::multiversion(targets(
        "x86_64+avx+avx2+avx512f+avx512bw+avx512dq+avx512vl",
        "x86_64+avx+avx2"
    ))
)]
fn add_sample(samples: &mut InViewSamples, numbers: &Planes) {
    let (used, planes) = (samples.used, samples.planes);
    for group in 0..samples.groups {
        let plane = |k: usize| -> Group {
            let at = k * numbers.words + group * GROUP;
            numbers.bits[at..at + GROUP].try_into().unwrap_or_default()
        };
        let (ones, twos) = (plane(0), if used > 1 { plane(1) } else { [0; GROUP] });
        let mut four = [0; GROUP];
        for k in 2..used {
            let bits = plane(k);
            for n in 0..GROUP {
                four[n] |= bits[n];
            }
        }
        let two: Group = std::array::from_fn(|n| four[n] | twos[n]);
        let three = std::array::from_fn(|n| four[n] | ones[n] & twos[n]);
        let one = std::array::from_fn(|n| two[n] | ones[n]);
        for (counter, bits) in samples.at_least.iter_mut().zip([one, two, three, four]) {
            counter.add(group, bits);
        }
        if samples.chosen > 4 {
            samples.at_least[4].add(group, at_least(used, plane, samples.chosen));
        }
        for (k, counter) in samples.bits[..used].iter_mut().enumerate() {
            counter.add(group, plane(k));
        }
        let kept = group * planes..group * planes + planes;
        let (least, most) = (&mut samples.least[kept.clone()], &mut samples.most[kept]);
        if samples.samples == 0 {
            least.fill([0; GROUP]);
            for k in 0..used {
                least[k] = plane(k);
                most[k] = plane(k);
            }
        } else {
            keep_extreme(&mut least[..used], plane, false);
            keep_extreme(&mut most[..used], plane, true);
        }
    }
}

/// Keeps the larger (or smaller) of the kept and the new numbers.
#[inline(always)]
fn keep_extreme(kept: &mut [Group], new: impl Fn(usize) -> Group, larger: bool) {
    let (mut take, mut equal) = ([0u64; GROUP], [u64::MAX; GROUP]);
    for (number, kept) in kept.iter().enumerate().rev() {
        let new = new(number);
        for n in 0..GROUP {
            let new_wins = if larger { new[n] & !kept[n] } else { kept[n] & !new[n] };
            take[n] |= equal[n] & new_wins;
            equal[n] &= !(kept[n] ^ new[n]);
        }
    }
    if take.iter().fold(0, |any, take| any | take) != 0 {
        for (number, kept) in kept.iter_mut().enumerate() {
            let new = new(number);
            for n in 0..GROUP {
                kept[n] = (kept[n] & !take[n]) | (new[n] & take[n]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_planes_count_like_numbers() {
        let mut planes = Planes::new(2, 300);
        let mut numbers = [0u32; 128];
        let mut random = 12345u64;
        let mut samples = InViewSamples::new(2, 300, 7);
        let mut seen: Vec<[u32; 128]> = Vec::new();
        for round in 0..600 {
            if round % 2 == 0 {
                planes.clear();
                numbers = [0; 128];
            }
            for _ in 0..(round % 13) * 5 {
                for word in 0..2 {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let bits = random ^ random >> 29;
                    planes.add(word, bits);
                    for bit in 0..64 {
                        numbers[word * 64 + bit] += (bits >> bit & 1) as u32;
                    }
                }
            }
            for (slot, &number) in numbers.iter().enumerate() {
                assert_eq!(planes.number(slot), number);
            }
            for least in [0, 1, 2, 5, 30, 300, 5000] {
                let mut bits = [0; 2];
                planes.all_at_least(least, &mut bits);
                for (slot, &number) in numbers.iter().enumerate() {
                    assert_eq!(bits[slot / 64] >> (slot % 64) & 1 == 1, number >= least);
                }
            }
            samples.add(&planes);
            seen.push(numbers);
        }
        let view = samples.finish();
        for slot in 0..128 {
            let column: Vec<u32> = seen.iter().map(|row| row[slot]).collect();
            let share = |least: u32| column.iter().filter(|&&n| n >= least).count() as f64 / 600.0;
            let got = view(slot);
            assert_eq!(got.shares(), [share(1), share(2), share(3), share(4), share(7)]);
            assert_eq!(got.least, *column.iter().min().unwrap());
            assert_eq!(got.most, *column.iter().max().unwrap());
            assert!((got.mean() - f64::from(column.iter().sum::<u32>()) / 600.0).abs() < 1e-12);
        }
    }
}
