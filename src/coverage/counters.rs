//! Counting with bits: 64 points at a time.
//!
//! A number per point is kept as bit planes: plane `k` of a word holds bit `k` of 64 numbers. Adding a
//! footprint is a ripple of ANDs and XORs that ends, on average, after two planes.

/// One small number for each point of a band, as bit planes: `[word][plane]`.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    per_word: usize,
    /// Planes that may hold a set bit.
    used: usize,
    bits: Vec<u64>,
}

impl Planes {
    /// Room for numbers up to `largest` at `words * 64` points.
    pub fn new(words: usize, largest: usize) -> Self {
        let per_word = (usize::BITS - largest.leading_zeros()).max(1) as usize;
        Self { per_word, used: 0, bits: vec![0; words * per_word] }
    }

    pub fn clear(&mut self) {
        self.bits.fill(0);
        self.used = 0;
    }

    /// Adds one to every point whose bit is set.
    #[inline]
    pub fn add(&mut self, word: usize, mut carry: u64) {
        let planes = &mut self.bits[word * self.per_word..(word + 1) * self.per_word];
        for (number, plane) in planes.iter_mut().enumerate() {
            let next = *plane & carry;
            *plane ^= carry;
            carry = next;
            if carry == 0 {
                self.used = self.used.max(number + 1);
                return;
            }
        }
        self.used = self.per_word;
    }

    /// The planes of one word that may hold a set bit, lowest bit first.
    #[inline]
    pub fn word(&self, word: usize) -> &[u64] {
        &self.bits[word * self.per_word..][..self.used]
    }

    /// The number at one point.
    #[inline]
    pub fn number(&self, slot: usize) -> u32 {
        let (word, bit) = (slot / 64, slot % 64);
        self.word(word).iter().enumerate().map(|(plane, bits)| ((bits >> bit & 1) as u32) << plane).sum()
    }
}

/// Which of 64 numbers are at least `least`.
#[inline]
pub(super) fn at_least(planes: &[u64], least: u32) -> u64 {
    if planes.len() < 32 && u64::from(least) >> planes.len() != 0 {
        return 0;
    }
    // Compared from the highest bit: greater so far, or equal so far.
    let (mut greater, mut equal) = (0u64, u64::MAX);
    for (plane, bits) in planes.iter().enumerate().rev() {
        if least >> plane & 1 == 1 {
            equal &= bits;
        } else {
            greater |= equal & bits;
            equal &= !bits;
        }
    }
    greater | equal
}

/// Samples after which the counters of a band are emptied into full numbers.
const FLUSH_AFTER: u32 = 255;
const FLUSH_PLANES: usize = 8;

/// How many samples had a property, for each point of a band.
#[derive(Debug, Clone)]
struct SampleCounter {
    pending: Vec<[u64; FLUSH_PLANES]>,
    totals: Vec<u32>,
}

impl SampleCounter {
    fn new(words: usize) -> Self {
        Self { pending: vec![[0; FLUSH_PLANES]; words], totals: vec![0; words * 64] }
    }

    #[inline]
    fn add(&mut self, word: usize, mut carry: u64) {
        for plane in &mut self.pending[word] {
            if carry == 0 {
                return;
            }
            let next = *plane & carry;
            *plane ^= carry;
            carry = next;
        }
    }

    fn flush(&mut self) {
        for (planes, totals) in self.pending.iter_mut().zip(self.totals.chunks_exact_mut(64)) {
            for (plane, bits) in planes.iter_mut().enumerate() {
                let mut rest = std::mem::take(bits);
                while rest != 0 {
                    totals[rest.trailing_zeros() as usize] += 1 << plane;
                    rest &= rest - 1;
                }
            }
        }
    }
}

/// In-view statistics of a band at the sampled instants.
#[derive(Debug, Clone)]
pub(super) struct InViewSamples {
    samples: u32,
    pending: u32,
    /// Samples with at least 1, 2, 3, 4 in view, then with at least the chosen number where that is larger.
    at_least: [SampleCounter; 5],
    /// Samples in which bit `k` of the number in view was set: their weighted sum is the sum in view.
    bits: Vec<SampleCounter>,
    least: Vec<u64>,
    most: Vec<u64>,
    planes: usize,
    /// Planes in which any sample has had a set bit.
    used: usize,
    chosen: u32,
}

/// What [`InViewSamples`] knows of one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SampledView {
    pub at_least: [f64; 5],
    pub mean: f64,
    pub least: u32,
    pub most: u32,
}

impl InViewSamples {
    pub fn new(words: usize, satellites: usize, chosen: u32) -> Self {
        let planes = Planes::new(0, satellites).per_word;
        Self {
            samples: 0,
            pending: 0,
            at_least: std::array::from_fn(|_| SampleCounter::new(words)),
            bits: vec![SampleCounter::new(words); planes],
            least: vec![u64::MAX; words * planes],
            most: vec![0; words * planes],
            planes,
            used: 0,
            chosen,
        }
    }

    /// Takes in the numbers in view at one instant; the planes must be of the same make.
    pub fn add(&mut self, numbers: &Planes) {
        let p = self.planes;
        self.used = self.used.max(numbers.used);
        let used = self.used;
        for word in 0..self.least.len() / p {
            let now = numbers.word(word);
            let plane = |k: usize| now.get(k).copied().unwrap_or(0);
            let four = now.iter().skip(2).fold(0, |any, bits| any | bits);
            let (two, three) = (four | plane(1), four | plane(0) & plane(1));
            let shares = [two | plane(0), two, three, four];
            for (counter, bits) in self.at_least.iter_mut().zip(shares) {
                counter.add(word, bits);
            }
            if self.chosen > 4 {
                self.at_least[4].add(word, at_least(now, self.chosen));
            }
            for (counter, &bits) in self.bits.iter_mut().zip(now) {
                counter.add(word, bits);
            }
            let (least, most) =
                (&mut self.least[word * p..(word + 1) * p], &mut self.most[word * p..(word + 1) * p]);
            if self.samples == 0 {
                least.fill(0);
                least[..now.len()].copy_from_slice(now);
                most[..now.len()].copy_from_slice(now);
            } else {
                keep_extreme(&mut least[..used], now, false);
                keep_extreme(&mut most[..used], now, true);
            }
        }
        self.samples += 1;
        self.pending += 1;
        if self.pending == FLUSH_AFTER {
            self.flush();
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
            let samples = f64::from(self.samples.max(1));
            let sum: f64 = self
                .bits
                .iter()
                .enumerate()
                .map(|(plane, counter)| f64::from(counter.totals[slot]) * (1u64 << plane) as f64)
                .sum();
            let number = |planes: &[u64]| -> u32 {
                let (word, bit) = (slot / 64, slot % 64);
                planes[word * self.planes..(word + 1) * self.planes]
                    .iter()
                    .enumerate()
                    .map(|(plane, bits)| ((bits >> bit & 1) as u32) << plane)
                    .sum()
            };
            SampledView {
                at_least: std::array::from_fn(|n| {
                    let counter = if n == 4 && self.chosen <= 4 { self.chosen as usize - 1 } else { n };
                    f64::from(self.at_least[counter].totals[slot]) / samples
                }),
                mean: sum / samples,
                least: if self.samples == 0 { 0 } else { number(&self.least) },
                most: number(&self.most),
            }
        }
    }
}

/// Keeps the larger (or smaller) of 64 kept and 64 new numbers.
#[inline]
fn keep_extreme(kept: &mut [u64], new: &[u64], larger: bool) {
    let (mut take, mut equal) = (0u64, u64::MAX);
    let plane = |number: usize| new.get(number).copied().unwrap_or(0);
    for (number, kept) in kept.iter().enumerate().rev() {
        let new = plane(number);
        let new_wins = if larger { new & !kept } else { kept & !new };
        take |= equal & new_wins;
        equal &= !(kept ^ new);
    }
    if take != 0 {
        for (number, kept) in kept.iter_mut().enumerate() {
            *kept = (*kept & !take) | (plane(number) & take);
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
                let bits = at_least(planes.word(1), least);
                for bit in 0..64 {
                    assert_eq!(bits >> bit & 1 == 1, numbers[64 + bit] >= least);
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
            assert_eq!(got.at_least, [share(1), share(2), share(3), share(4), share(7)]);
            assert_eq!(got.least, *column.iter().min().unwrap());
            assert_eq!(got.most, *column.iter().max().unwrap());
            assert!((got.mean - f64::from(column.iter().sum::<u32>()) / 600.0).abs() < 1e-12);
        }
    }
}
