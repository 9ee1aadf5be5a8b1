//! The footprints in one tile at one instant.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A point that is close to the mask at an instant and may turn before the next or after the last one.
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
pub(super) struct NearPoint {
    pub slot: u32,
    pub inside: bool,
    pub rising: bool,
}

/// Where the footprint of one satellite is kept in [`Prints`].
#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
struct PrintIndex {
    satellite: u32,
    /// Words of the tile that the footprint's rows take.
    first_word: u32,
    end_word: u32,
    at: u32,
    near_from: u32,
    near_to: u32,
}

/// The footprints in one tile at one instant, of the satellites that see any of it, in their order.
///
/// The words of a row are kept whole, so that a footprint is one run of words and two footprints are
/// compared as slices.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
pub(super) struct Prints {
    index: Vec<PrintIndex>,
    words: Vec<u64>,
    near: Vec<NearPoint>,
}

/// A footprint: the tile's words from `first_word` on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Print<'a> {
    pub first_word: usize,
    pub words: &'a [u64],
    /// Points close to the mask, by slots counted from the start of the grid.
    pub near: &'a [NearPoint],
}

impl Print<'_> {
    pub fn end_word(&self) -> usize {
        self.first_word + self.words.len()
    }

    /// The words of a range of the tile, which must lie in the footprint or be empty.
    pub fn slice(&self, range: Range<usize>) -> &[u64] {
        if range.is_empty() {
            return &[];
        }
        &self.words[range.start - self.first_word..range.end - self.first_word]
    }

    /// Whether the footprint has a point of the tile.
    #[inline]
    pub fn has(&self, slot: u32) -> bool {
        let word = ((slot / 64) as usize).checked_sub(self.first_word);
        word.and_then(|word| self.words.get(word)).is_some_and(|bits| bits >> (slot % 64) & 1 == 1)
    }

    /// The words that both footprints have.
    pub fn common(&self, other: &Print<'_>) -> Range<usize> {
        let start = self.first_word.max(other.first_word);
        start..self.end_word().min(other.end_word()).max(start)
    }
}

impl Prints {
    /// What so many footprints take, with so many words and points close to the mask; bytes.
    pub fn bytes(footprints: f64, words: f64, near: f64) -> f64 {
        footprints * size_of::<PrintIndex>() as f64
            + words * size_of::<u64>() as f64
            + near * size_of::<NearPoint>() as f64
    }

    pub fn clear(&mut self) {
        self.index.clear();
        self.words.clear();
        self.near.clear();
    }

    /// Number of footprints.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Number of the satellite whose footprint stands at a place.
    pub fn satellite(&self, place: usize) -> Option<u32> {
        self.index.get(place).map(|index| index.satellite)
    }

    /// The footprint of a satellite; empty where it has none.
    pub fn of(&self, satellite: usize) -> Print<'_> {
        let place = self.index.iter().position(|index| index.satellite as usize == satellite);
        self.at(place.unwrap_or(self.index.len()))
    }

    /// The footprint at a place; empty where there is none.
    #[inline]
    pub fn at(&self, place: usize) -> Print<'_> {
        let Some(index) = self.index.get(place) else { return Print::default() };
        let count = index.end_word - index.first_word;
        Print {
            first_word: index.first_word as usize,
            words: &self.words[index.at as usize..(index.at + count) as usize],
            near: &self.near[index.near_from as usize..index.near_to as usize],
        }
    }

    /// Room for a footprint in a range of the tile's words; all zero.
    pub fn begin(&mut self, words: Range<u32>) -> Begun {
        let at = self.words.len();
        self.words.resize(at + words.len(), 0);
        Begun { at, near_from: self.near.len(), words }
    }

    /// The words of a footprint at work, and the list of points close to the mask.
    pub fn at_work(&mut self, begun: &Begun) -> (&mut [u64], &mut Vec<NearPoint>) {
        (&mut self.words[begun.at..], &mut self.near)
    }

    /// Keeps a footprint, or gives up the room for it.
    pub fn end(&mut self, begun: Begun, satellite: u32, keep: bool) {
        if !keep {
            self.words.truncate(begun.at);
            return;
        }
        self.index.push(PrintIndex {
            satellite,
            first_word: begun.words.start,
            end_word: begun.words.end,
            at: begun.at as u32,
            near_from: begun.near_from as u32,
            near_to: self.near.len() as u32,
        });
    }
}

/// A footprint at work in [`Prints`].
#[derive(Debug)]
pub(super) struct Begun {
    at: usize,
    near_from: usize,
    words: Range<u32>,
}
