//! The words of a block, from the beginning of a cache line on.

use std::ops::{Deref, DerefMut};

use crate::{LatticeError, error::reserve};

/// Words of 64 bits in a cache line, and in the widest cell.
const LINE: usize = 8;

/// Words of which the first begins a cache line, so that no cell is in two lines.
#[derive(Debug)]
pub(crate) struct AlignedWords {
    /// With room for the words from any place of a line on.
    room: Vec<u64>,
    start: usize,
    length: usize,
}

impl AlignedWords {
    /// So many zeros.
    pub(crate) fn zeros(length: usize) -> Result<Self, LatticeError> {
        let mut room = reserve(length + LINE - 1)?;
        room.resize(length + LINE - 1, 0);
        Ok(Self::of(room, length))
    }

    fn of(room: Vec<u64>, length: usize) -> Self {
        let start = room.as_ptr().align_offset(LINE * size_of::<u64>()).min(LINE - 1);
        Self { room, start, length }
    }
}

impl Deref for AlignedWords {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.room[self.start..][..self.length]
    }
}

impl DerefMut for AlignedWords {
    fn deref_mut(&mut self) -> &mut [u64] {
        &mut self.room[self.start..][..self.length]
    }
}

impl Clone for AlignedWords {
    /// The copy may begin at another place of its room.
    fn clone(&self) -> Self {
        let mut copy = Self::of(vec![0; self.room.len()], self.length);
        copy.copy_from_slice(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_a_line_and_copies_are_equal() {
        for length in [0, 1, 7, 8, 1000] {
            let mut words = AlignedWords::zeros(length).expect("there is memory");
            for (place, word) in words.iter_mut().enumerate() {
                *word = place as u64;
            }
            for copy in [words.clone(), words] {
                assert_eq!(copy.as_ptr().addr() % 64, 0);
                assert!(copy.iter().copied().eq(0..length as u64));
            }
        }
    }
}
