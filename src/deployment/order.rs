//! In which order the planes of a shell are filled where its file does not say.
//!
//! Planes are counted all round: the first follows the last. Each plane that is filled lies in the middle of the widest
//! stretch of planes that are missing: of an even number of them the lower of both in the middle, and where a phase leaves that
//! one out the nearest that it has. Of stretches of the same width the one is taken whose middle is farthest from the
//! plane filled before, so that planes are filled on all sides in turn; of such the one of the lowest number.

use std::collections::{BTreeMap, BTreeSet};

/// The order in which `present` planes, ascending, of so many numbers are filled.
pub fn halving(count: u32, present: &[u32]) -> Vec<u32> {
    let Some(&first) = present.first() else { return Vec::new() };
    let circle = Circle { count, present };
    let mut order = vec![first];
    let mut stretches = Stretches::default();
    stretches.add(&circle, first, count);
    while let Some((after, width)) = stretches.take(count, order[order.len() - 1]) {
        let offset = circle.middle(after, width);
        order.push((after + offset) % count);
        stretches.add(&circle, after, offset);
        stretches.add(&circle, (after + offset) % count, width - offset);
    }
    order
}

/// The planes that there are, all round.
struct Circle<'a> {
    count: u32,
    present: &'a [u32],
}

impl Circle<'_> {
    /// How far behind a plane the next at or behind an offset lies.
    fn next(&self, after: u32, offset: u32) -> u32 {
        let from = (after + offset) % self.count;
        let next = self.present.get(self.present.partition_point(|&plane| plane < from));
        let further = next.map_or_else(|| self.count - from + self.present[0], |&plane| plane - from);
        offset + further
    }

    /// How far behind a plane the last at or before an offset lies.
    fn previous(&self, after: u32, offset: u32) -> u32 {
        let from = (after + offset) % self.count;
        let behind = self.present.partition_point(|&plane| plane <= from);
        let back = match behind.checked_sub(1) {
            Some(at) => from - self.present[at],
            None => from + self.count - self.present[self.present.len() - 1],
        };
        offset.saturating_sub(back)
    }

    /// The plane that is there and nearest to the middle between two that are filled, as an offset from the first.
    fn middle(&self, after: u32, width: u32) -> u32 {
        let middle = width / 2;
        let (lower, upper) = (self.previous(after, middle), self.next(after, middle));
        // Distances are doubled: the middle of an even number of planes lies between two.
        let (below, above) = (width.abs_diff(2 * lower), width.abs_diff(2 * upper));
        if lower == 0 || upper < width && above < below { upper } else { lower }
    }
}

/// Stretches between planes that are filled, by their width: the plane before each.
#[derive(Default)]
struct Stretches(BTreeMap<u32, BTreeSet<u32>>);

impl Stretches {
    /// Adds what lies behind a plane, up to the one that lies so far on, if there is a plane in it.
    fn add(&mut self, circle: &Circle<'_>, after: u32, width: u32) {
        if width > 1 && circle.next(after, 1) < width {
            self.0.entry(width).or_default().insert(after);
        }
    }

    /// Takes the widest stretch; of several the one whose middle is farthest from a plane.
    fn take(&mut self, count: u32, last: u32) -> Option<(u32, u32)> {
        let mut widest = self.0.last_entry()?;
        let width = *widest.key();
        let begins = widest.get();
        // Opposite the plane, all round; doubled as above.
        let distance = |after: u32| {
            let apart = (2 * after + width).abs_diff(2 * last) % (2 * count);
            apart.min(2 * count - apart)
        };
        let opposite = (2 * last + count + 2 * count - width) % (2 * count) / 2;
        let near = [
            begins.first(),
            begins.last(),
            begins.range(opposite..).next(),
            begins.range(..opposite).next_back(),
        ];
        let near = near.into_iter().flatten().copied();
        let after = near.max_by_key(|&after| (distance(after), std::cmp::Reverse(after)))?;
        widest.get_mut().remove(&after);
        if widest.get().is_empty() {
            widest.remove();
        }
        Some((after, width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(planes: u32) -> Vec<u32> {
        halving(planes, &(0..planes).collect::<Vec<_>>())
    }

    #[test]
    fn orders_of_some_shells() {
        assert_eq!(of(8), [0, 4, 2, 6, 1, 5, 3, 7]);
        assert_eq!(of(6), [0, 3, 1, 4, 2, 5]);
        assert_eq!(of(5), [0, 2, 3, 1, 4]);
        assert_eq!(of(1), [0]);
        assert!(of(0).is_empty());
        assert_eq!(halving(8, &[1, 2, 3, 7]), [1, 3, 7, 2]);
        let many = of(100_000);
        assert_eq!((many.len(), &many[..4]), (100_000, &[0, 50_000, 25_000, 75_000][..]));
    }

    /// Of 13 planes the sixth went into a stretch that was not the widest, and of most numbers of planes some did.
    #[test]
    fn each_plane_halves_the_widest_stretch() {
        for count in 1..130u32 {
            let order = of(count);
            let mut filled = BTreeSet::from([0]);
            for &plane in &order[1..] {
                let ring: Vec<u32> = filled.iter().copied().chain([count]).collect();
                let widths = || ring.windows(2).map(|pair| pair[1] - pair[0]);
                let own = ring.windows(2).find(|pair| (pair[0]..pair[1]).contains(&plane)).unwrap();
                assert_eq!(own[1] - own[0], widths().max().unwrap(), "{count}: {order:?}");
                assert_eq!(plane, own[0] + (own[1] - own[0]) / 2, "{count}: {order:?}");
                assert!(filled.insert(plane));
            }
            assert_eq!(filled.len(), count as usize);
        }
    }

    #[test]
    fn planes_that_a_phase_leaves_out_are_passed_over() {
        for count in 1..40u32 {
            for every in 2..5 {
                let present: Vec<u32> =
                    (0..count).filter(|plane| plane % every == 1 || plane % 7 == 2).collect();
                let order = halving(count, &present);
                let mut filled = BTreeSet::from_iter(order.first().copied());
                for &plane in order.iter().skip(1) {
                    // Stretches that hold planes, as the plane before each and its width, all round.
                    let ring: Vec<u32> =
                        filled.iter().copied().chain(filled.first().map(|first| first + count)).collect();
                    let within = |pair: &[u32]| -> Vec<u32> {
                        let inside =
                            (pair[0] + 1..pair[1]).filter(|number| present.contains(&(number % count)));
                        inside.collect()
                    };
                    let stretches: Vec<&[u32]> =
                        ring.windows(2).filter(|pair| !within(pair).is_empty()).collect();
                    let own = stretches
                        .iter()
                        .find(|pair| within(pair).iter().any(|number| number % count == plane));
                    let own = own.unwrap_or_else(|| panic!("{count} {every}: {plane} of {order:?}"));
                    let widest = stretches.iter().map(|pair| pair[1] - pair[0]).max();
                    assert_eq!(Some(own[1] - own[0]), widest, "{count} {every}: {plane} of {order:?}");
                    let off = |number: &u32| (own[0] + own[1]).abs_diff(2 * number);
                    let nearest = within(own).iter().map(off).min();
                    let of_plane = within(own).iter().find(|&number| number % count == plane).map(off);
                    assert_eq!(of_plane, nearest, "{count} {every}: {plane} of {order:?}");
                    filled.insert(plane);
                }
                assert_eq!(filled.into_iter().collect::<Vec<_>>(), present, "{count} {every}");
            }
        }
    }
}
