//! Unpacking of the data files that are part of the program: a mistake in one is a mistake in the program.

/// Takes a packed file apart from its beginning on.
pub(crate) struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    /// Before the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next bytes.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }

    /// A whole number, seven bits a byte from the lowest on, the eighth bit set where more follow (LEB128).
    pub fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.take(1)[0];
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    /// A number with a sign: 0, -1, 1, -2, 2, … as 0, 1, 2, 3, 4, …
    pub fn signed(&mut self) -> i64 {
        let zigzag = self.number();
        (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
    }

    /// A text behind its length in bytes.
    pub fn text(&mut self) -> String {
        let length = self.number() as usize;
        String::from_utf8(self.take(length).to_vec()).expect("names are UTF-8")
    }

    /// Whether everything has been taken.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}
