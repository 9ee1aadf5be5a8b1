//! Many subsets of the satellites that are seen from one point, folded at once: each subset is a *lane*, one bit
//! of a word.
//!
//! How many satellites of its own each lane has in view is kept as a number whose binary digits are words
//! (bit-sliced), so one edge changes all lanes with a few operations on words. Work lane by lane is left
//! only where a lane gains or loses its first, second, third, fourth or `at_least`-th satellite, which dense fleets
//! seldom do.

use std::borrow::Borrow;

use super::super::gaps::{Gap, GapTally, OpenGap};
use super::{Members, SatelliteEdge, Sightings};

/// Words that are worked on together: a vector register holds them.
const WORDS: usize = 4;
/// Lanes of a block.
pub(super) const LANES: usize = 64 * WORDS;
/// What a satellite takes in each block, bytes.
pub(super) const BYTES_OF_SATELLITE: usize = size_of::<Lanes>();
/// Numbers in view whose share of time is told.
const TOLD: usize = 4;

/// One bit for each lane of a block.
type Lanes = [u64; WORDS];

/// Which lanes each satellite belongs to, for one block of subsets.
pub(super) struct Block {
    /// One entry for each satellite.
    members: Vec<Lanes>,
    /// Number of subsets in the block.
    pub count: usize,
}

impl Block {
    /// Blocks of so many subsets in their order.
    pub fn of(subsets: &[impl Borrow<Members>], satellites: usize) -> Vec<Self> {
        subsets
            .chunks(LANES)
            .map(|subsets| {
                let mut members = vec![[0; WORDS]; satellites];
                for (lane, subset) in subsets.iter().enumerate() {
                    for satellite in subset.borrow().numbers() {
                        members[satellite][lane / 64] |= 1 << (lane % 64);
                    }
                }
                Self { members, count: subsets.len() }
            })
            .collect()
    }

    fn lanes(&self, satellite: u32) -> Lanes {
        self.members.get(satellite as usize).copied().unwrap_or([0; WORDS])
    }
}

/// A number for each lane, its binary digits as words, the lowest first.
#[derive(Debug, Clone, Default)]
struct Counts {
    digits: Vec<Lanes>,
}

impl Counts {
    fn add(&mut self, mut carry: Lanes) {
        for digit in &mut self.digits {
            if carry == [0; WORDS] {
                return;
            }
            for (digit, carry) in digit.iter_mut().zip(&mut carry) {
                (*digit, *carry) = (*digit ^ *carry, *digit & *carry);
            }
        }
        if carry != [0; WORDS] {
            self.digits.push(carry);
        }
    }

    /// Takes one away from these lanes, none of which is at zero.
    fn subtract(&mut self, mut borrow: Lanes) {
        for digit in &mut self.digits {
            if borrow == [0; WORDS] {
                return;
            }
            for (digit, borrow) in digit.iter_mut().zip(&mut borrow) {
                (*digit, *borrow) = (*digit ^ *borrow, !*digit & *borrow);
            }
        }
        debug_assert_eq!(borrow, [0; WORDS], "a satellite sets that was not in view");
    }

    fn digit(&self, number: usize) -> Lanes {
        self.digits.get(number).copied().unwrap_or([0; WORDS])
    }

    /// Lanes with one, two, three and four in view at least.
    fn first_four(&self) -> [Lanes; TOLD] {
        let (ones, twos) = (self.digit(0), self.digit(1));
        let mut high = [0; WORDS];
        for digit in self.digits.iter().skip(2) {
            high = of_words(|word| high[word] | digit[word]);
        }
        [
            of_words(|word| ones[word] | twos[word] | high[word]),
            of_words(|word| twos[word] | high[word]),
            of_words(|word| (ones[word] & twos[word]) | high[word]),
            high,
        ]
    }

    /// Lanes with `least` in view at least.
    fn at_least(&self, least: u32) -> Lanes {
        let (mut above, mut equal) = ([0; WORDS], [u64::MAX; WORDS]);
        for number in (0..self.digits.len().max(32 - least.leading_zeros() as usize)).rev() {
            let digit = self.digit(number);
            if number < 32 && least >> number & 1 == 1 {
                equal = of_words(|word| equal[word] & digit[word]);
            } else {
                above = of_words(|word| above[word] | (equal[word] & digit[word]));
                equal = of_words(|word| equal[word] & !digit[word]);
            }
        }
        of_words(|word| above[word] | equal[word])
    }

    /// Takes the lesser of two numbers in each lane.
    fn lower_to(&mut self, other: &Self) {
        let digits = self.digits.len().max(other.digits.len());
        self.digits.resize(digits, [0; WORDS]);
        let (mut less, mut equal) = ([0; WORDS], [u64::MAX; WORDS]);
        for number in (0..digits).rev() {
            let (own, theirs) = (self.digits[number], other.digit(number));
            less = of_words(|word| less[word] | (equal[word] & own[word] & !theirs[word]));
            equal = of_words(|word| equal[word] & !(own[word] ^ theirs[word]));
        }
        if less != [0; WORDS] {
            for (number, own) in self.digits.iter_mut().enumerate() {
                let theirs = other.digit(number);
                *own = of_words(|word| (own[word] & !less[word]) | (theirs[word] & less[word]));
            }
        }
    }

    fn of_lane(&self, lane: usize) -> u32 {
        let bit = |digit: &Lanes| (digit[lane / 64] >> (lane % 64) & 1) as u32;
        self.digits.iter().enumerate().map(|(number, digit)| bit(digit) << number).sum()
    }
}

fn of_words(word: impl Fn(usize) -> u64) -> Lanes {
    std::array::from_fn(word)
}

/// Calls for each lane that is set.
fn each_lane(lanes: Lanes, mut call: impl FnMut(usize)) {
    for (number, mut word) in lanes.into_iter().enumerate() {
        while word != 0 {
            call(64 * number + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

/// The account of one lane at one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    open: OpenGap,
    /// The gaps that have ended.
    pub gaps: GapTally,
    /// Time with one, two, three, four in view at least, s.
    pub at_least_s: [f64; TOLD],
    since_s: [f64; TOLD],
}

/// Folds the sightings of points, one after the other, for all lanes of a block.
pub(super) struct Folder<'a> {
    block: &'a Block,
    at_least: u32,
    window_s: f64,
    in_view: Counts,
    /// Least number in view at any point so far; none before the first.
    least: Option<Counts>,
    lanes: Vec<Lane>,
}

impl<'a> Folder<'a> {
    pub fn new(block: &'a Block, at_least: u32, window_s: f64) -> Self {
        Self { block, at_least, window_s, in_view: Counts::default(), least: None, lanes: Vec::new() }
    }

    /// Lanes that are covered.
    fn covered(&self, first_four: &[Lanes; TOLD]) -> Lanes {
        match first_four.get((self.at_least as usize).wrapping_sub(1)) {
            Some(covered) => *covered,
            None => self.in_view.at_least(self.at_least),
        }
    }

    /// The lanes of one point, in the order of the subsets. Edges are in the order of time.
    pub fn point(&mut self, sightings: &Sightings) -> &[Lane] {
        self.in_view.digits.clear();
        for &satellite in &sightings.initial {
            self.in_view.add(self.block.lanes(satellite));
        }
        self.least.get_or_insert_with(|| self.in_view.clone()).lower_to(&self.in_view);
        let mut held = self.in_view.first_four();
        let mut covered = self.covered(&held);
        let is_covered = |lane: usize| covered[lane / 64] >> (lane % 64) & 1 == 1;
        self.lanes.clear();
        self.lanes.extend((0..self.block.count).map(|lane| Lane {
            open: OpenGap::new(is_covered(lane)),
            gaps: GapTally::default(),
            at_least_s: [0.0; TOLD],
            since_s: [0.0; TOLD],
        }));
        for SatelliteEdge { edge, satellite } in &sightings.edges {
            let members = self.block.lanes(*satellite);
            if edge.up {
                self.in_view.add(members);
            } else {
                self.in_view.subtract(members);
                if let Some(least) = &mut self.least {
                    least.lower_to(&self.in_view);
                }
            }
            let now = self.in_view.first_four();
            let now_covered = self.covered(&now);
            if now_covered != covered {
                let changed = of_words(|word| now_covered[word] ^ covered[word]);
                each_lane(changed, |lane| {
                    let lane = &mut self.lanes[lane];
                    if lane.open.is_open() {
                        let gap = lane.open.close(edge.t_s);
                        gap.iter().for_each(|gap| lane.gaps.add(gap, false));
                    } else {
                        lane.open.open(edge.t_s);
                    }
                });
                covered = now_covered;
            }
            for (number, (now, held)) in now.iter().zip(&mut held).enumerate() {
                if now != held {
                    let changed = of_words(|word| now[word] ^ held[word]);
                    each_lane(changed, |lane| {
                        let is_held = now[lane / 64] >> (lane % 64) & 1 == 1;
                        let lane = &mut self.lanes[lane];
                        if is_held {
                            lane.since_s[number] = edge.t_s;
                        } else {
                            lane.at_least_s[number] += edge.t_s - lane.since_s[number];
                        }
                    });
                    *held = *now;
                }
            }
        }
        self.finish(&held)
    }

    /// Ends the account of all lanes with the window.
    fn finish(&mut self, held: &[Lanes; TOLD]) -> &[Lane] {
        let window_s = self.window_s;
        for (number, held) in held.iter().enumerate() {
            each_lane(*held, |lane| {
                let lane = &mut self.lanes[lane];
                lane.at_least_s[number] += window_s - lane.since_s[number];
            });
        }
        for lane in &mut self.lanes {
            let gap: Option<Gap> = lane.open.is_open().then(|| lane.open.close(window_s)).flatten();
            gap.iter().for_each(|gap| lane.gaps.add(gap, true));
        }
        &self.lanes
    }

    /// Least number in view of each lane at any point so far.
    pub fn least_in_view(&self) -> Vec<u32> {
        let of = |lane| self.least.as_ref().map_or(0, |least| least.of_lane(lane));
        (0..self.block.count).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fold::{Edge, Listener, ViewTally, fold};
    use super::*;

    /// Marsaglia 2003, "Xorshift RNGs", the triple 13, 7, 17.
    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    /// Counting up and down lane by lane, against plain numbers.
    #[test]
    fn digits_count_as_numbers_do() {
        let (mut counts, mut plain) = (Counts::default(), [0u32; LANES]);
        let (mut least, mut plain_least) = (Counts::default(), [0u32; LANES]);
        let mut state = 7;
        for round in 0..600 {
            let lanes: Lanes = [0; WORDS].map(|_| random(&mut state));
            if round % 3 < 2 {
                counts.add(lanes);
                each_lane(lanes, |lane| plain[lane] += 1);
            } else {
                let there = counts.first_four()[0];
                let lanes = of_words(|word| lanes[word] & there[word]);
                counts.subtract(lanes);
                each_lane(lanes, |lane| plain[lane] -= 1);
            }
            if round == 100 {
                (least, plain_least) = (counts.clone(), plain);
            }
            least.lower_to(&counts);
            for lane in 0..LANES {
                plain_least[lane] = plain_least[lane].min(plain[lane]);
                assert_eq!((counts.of_lane(lane), least.of_lane(lane)), (plain[lane], plain_least[lane]));
                let is_set = |lanes: Lanes| lanes[lane / 64] >> (lane % 64) & 1 == 1;
                for (number, held) in counts.first_four().into_iter().enumerate() {
                    assert_eq!(is_set(held), plain[lane] > number as u32);
                    assert_eq!(is_set(counts.at_least(number as u32 + 1)), is_set(held));
                }
                for wanted in [5, 17, 64, 100, 1000] {
                    assert_eq!(is_set(counts.at_least(wanted)), plain[lane] >= wanted);
                }
            }
        }
    }

    /// Hears of gaps alone.
    struct Gaps(Vec<Gap>);

    impl Listener for Gaps {
        fn gap(&mut self, gap: Gap) {
            self.0.push(gap);
        }

        fn covered(&mut self, _: f64, _: bool) {}
    }

    /// More subsets than a block holds, each against the fold that all engines share.
    #[test]
    fn lanes_equal_the_fold_of_each_subset() {
        const SATELLITES: usize = 24;
        const WINDOW_S: f64 = 5000.0;
        let mut state = 11;
        let subsets: Vec<Members> = (0..LANES + 44)
            .map(|number| (0..SATELLITES).map(|_| random(&mut state) % 300 < number as u64).collect())
            .collect();
        let blocks = Block::of(&subsets, SATELLITES);
        assert_eq!(blocks.iter().map(|block| block.count).collect::<Vec<_>>(), [LANES, 44]);
        let points: Vec<Sightings> = (0..5)
            .map(|_| {
                let mut sightings = Sightings::default();
                for satellite in 0..SATELLITES as u32 {
                    let mut up = !random(&mut state).is_multiple_of(4);
                    if !up {
                        sightings.initial.push(satellite);
                    }
                    let mut t_s = 0.0;
                    loop {
                        // Whole tens of seconds make many instants at which one sets as another rises.
                        t_s += 10.0 * (1 + random(&mut state) % 90) as f64;
                        if t_s >= WINDOW_S {
                            break;
                        }
                        sightings.edges.push(SatelliteEdge { edge: Edge { t_s, up }, satellite });
                        up = !up;
                    }
                }
                sightings
                    .edges
                    .sort_by(|a, b| a.edge.t_s.total_cmp(&b.edge.t_s).then(b.edge.up.cmp(&a.edge.up)));
                sightings
            })
            .collect();
        for at_least in [1, 3, 6] {
            let mut least = vec![u32::MAX; subsets.len()];
            let mut folders: Vec<Folder> =
                blocks.iter().map(|block| Folder::new(block, at_least, WINDOW_S)).collect();
            for sightings in &points {
                let lanes: Vec<Lane> =
                    folders.iter_mut().flat_map(|folder| folder.point(sightings).to_vec()).collect();
                for ((members, lane), least) in subsets.iter().zip(&lanes).zip(&mut least) {
                    let own = |satellite: u32| members.contains(satellite as usize);
                    let edges: Vec<Edge> = sightings
                        .edges
                        .iter()
                        .filter(|edge| own(edge.satellite))
                        .map(|edge| edge.edge)
                        .collect();
                    let initial =
                        sightings.initial.iter().filter(|satellite| own(**satellite)).count() as u32;
                    let mut open = OpenGap::new(initial >= at_least);
                    let (mut view, mut gaps) = (ViewTally::new(initial), Gaps(Vec::new()));
                    fold(&edges, initial, at_least, &mut open, Some(&mut view), &mut gaps);
                    let last = open.close(WINDOW_S);
                    gaps.0.extend(last);
                    let (tally, view) = (GapTally::of(&gaps.0, last.is_some()), view.finish(WINDOW_S));
                    assert_eq!(format!("{:?}", lane.gaps), format!("{tally:?}"));
                    for (held_s, share) in lane.at_least_s.iter().zip(view.share_at_least) {
                        assert!((held_s / WINDOW_S - share).abs() < 1e-12);
                    }
                    *least = view.least.min(*least);
                }
            }
            let found: Vec<u32> = folders.iter().flat_map(Folder::least_in_view).collect();
            assert_eq!(found, least, "{at_least}");
        }
    }
}
