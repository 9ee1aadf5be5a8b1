//! Which of so many things are in a set, a bit each.

/// Bits of a word.
const BITS: usize = u64::BITS as usize;

/// Which satellites belong to a subset; also which units are lost in a trial.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Members {
    words: Vec<u64>,
    size: usize,
}

impl Members {
    /// None of so many.
    pub fn none(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(BITS)], size }
    }

    /// These numbers of so many.
    ///
    /// # Panics
    /// As [`Self::insert`].
    pub fn of(size: usize, numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut members = Self::none(size);
        numbers.into_iter().for_each(|number| members.insert(number));
        members
    }

    /// All of so many.
    pub fn all(size: usize) -> Self {
        std::iter::repeat_n(true, size).collect()
    }

    /// What one set of so many takes, bytes.
    pub fn bytes(size: usize) -> f64 {
        (size_of::<Self>() + size.div_ceil(BITS) * size_of::<u64>()) as f64
    }

    /// Of how many there may be members.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Number of members.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a number is a member.
    pub fn contains(&self, number: usize) -> bool {
        self.words.get(number / BITS).is_some_and(|word| word >> (number % BITS) & 1 == 1)
    }

    /// Makes a number a member.
    ///
    /// # Panics
    /// Where the number is not below [`Self::size`].
    pub fn insert(&mut self, number: usize) {
        assert!(number < self.size, "{number} of {}", self.size);
        self.words[number / BITS] |= 1 << (number % BITS);
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / BITS) {
            *word &= !(1 << (number % BITS));
        }
    }

    /// The members' numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(BITS * at + bit)
            })
        })
    }

    /// Whether all of these are members of another set.
    pub fn are_within(&self, other: &Self) -> bool {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter().zip(others).all(|(own, other)| own & !other == 0)
    }
}

/// A set from whether each is a member.
impl FromIterator<bool> for Members {
    fn from_iter<I: IntoIterator<Item = bool>>(are: I) -> Self {
        let mut members = Self::none(0);
        for is_member in are {
            if members.size.is_multiple_of(BITS) {
                members.words.push(0);
            }
            members.size += 1;
            if is_member {
                members.insert(members.size - 1);
            }
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        for size in [0usize, 1, 63, 64, 65, 200] {
            let thirds: Members = (0..size).map(|number| number.is_multiple_of(3)).collect();
            assert!(thirds.numbers().eq((0..size).step_by(3)));
            assert_eq!((thirds.size(), thirds.count()), (size, size.div_ceil(3)));
            let all = Members::all(size);
            assert_eq!(all.count(), size);
            assert!(thirds.are_within(&all) && Members::none(size).are_within(&thirds));
            assert_eq!(all.are_within(&thirds), size < 2);
            let mut less = thirds.clone();
            less.remove(0);
            assert!(
                !less.contains(0) && !less.contains(size) && less.count() == thirds.count().saturating_sub(1)
            );
        }
    }
}
