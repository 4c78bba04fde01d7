//! Where a bit of a row is in its inner word and where in its outer word.
//!
//! In: an inner place, or an outer one. Out: the other. The order of the bits inside the parity is
//! stated here and nowhere else; it was not read in the Recommendation.

use super::{INNER_WORDS, OUTER_OCTETS, SPREAD};

/// Units of sixteen octets before the short one.
pub(super) const WHOLE_UNITS: usize = OUTER_OCTETS / INNER_WORDS;
/// Information bits of an inner word: whole units and two bits.
pub(super) const INNER_INFORMATION: usize = 8 * OUTER_OCTETS / INNER_WORDS;
/// Octets of an outer frame in whole units.
pub(super) const WHOLE_OCTETS: usize = INNER_WORDS * WHOLE_UNITS;
/// Bits that an inner word has of the short unit.
const SHORT_BITS: usize = INNER_INFORMATION - 8 * WHOLE_UNITS;

/// A bit of the row: inner word and position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) word: usize,
    pub(super) position: usize,
}

/// A bit of the outer frame, which began `age` rows before the row that carries the bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outer {
    pub(super) age: usize,
    pub(super) word: usize,
    pub(super) position: usize,
}

/// Rows between the start of an outer frame and the row that carries unit `unit` of it.
//= g975.1:i.3-interleave
#[inline]
pub(super) fn age(unit: usize) -> usize {
    unit % SPREAD
}

impl Inner {
    /// The same bit in its outer word; `None` for parity of the inner code.
    //= g975.1:i.3-parity-order
    #[inline]
    pub(super) fn outer(self) -> Option<Outer> {
        let Self { word, position } = self;
        let unit = position / 8;
        if unit < WHOLE_UNITS {
            let octet = INNER_WORDS * unit + word;
            return Some(Outer { age: age(unit), word: position % 8, position: octet });
        }
        if position >= INNER_INFORMATION {
            return None;
        }
        let bit = SHORT_BITS * word + position % 8;
        let octet = WHOLE_OCTETS + bit / 8;
        Some(Outer { age: age(WHOLE_UNITS), word: bit % 8, position: octet })
    }

    /// Octet and bit of the row, bit 0 first in time.
    #[inline]
    pub(super) fn in_row(self) -> (usize, usize) {
        (INNER_WORDS * (self.position / 8) + self.word, self.position % 8)
    }
}

impl Outer {
    /// Bit `position` of outer word `word`, in its inner word.
    #[inline]
    pub(super) fn of(word: usize, position: usize) -> (Self, Inner) {
        if position < WHOLE_OCTETS {
            let unit = position / INNER_WORDS;
            let inner = Inner { word: position % INNER_WORDS, position: 8 * unit + word };
            return (Self { age: age(unit), word, position }, inner);
        }
        let bit = 8 * (position - WHOLE_OCTETS) + word;
        let inner = Inner { word: bit / SHORT_BITS, position: 8 * WHOLE_UNITS + bit % SHORT_BITS };
        (Self { age: age(WHOLE_UNITS), word, position }, inner)
    }
}

/// Copies unit `unit` of an outer frame (the short one is the last) to a row.
pub(super) fn put_unit(outer: &[u8; OUTER_OCTETS], unit: usize, row: &mut [u8]) {
    let at = INNER_WORDS * unit;
    if unit < WHOLE_UNITS {
        row[at..at + INNER_WORDS].copy_from_slice(&outer[at..at + INNER_WORDS]);
        return;
    }
    for (word, octet) in row[at..at + INNER_WORDS].iter_mut().enumerate() {
        let bit = SHORT_BITS * word;
        let two = outer[WHOLE_OCTETS + bit / 8] << (bit % 8) & (0xFF << (8 - SHORT_BITS));
        *octet = *octet & (0xFF >> SHORT_BITS) | two;
    }
}

/// Copies unit `unit` of an outer frame from a row.
pub(super) fn take_unit(row: &[u8], unit: usize, outer: &mut [u8; OUTER_OCTETS]) {
    let at = INNER_WORDS * unit;
    if unit < WHOLE_UNITS {
        outer[at..at + INNER_WORDS].copy_from_slice(&row[at..at + INNER_WORDS]);
        return;
    }
    let per_octet = 8 / SHORT_BITS;
    for (octet, pieces) in
        outer[WHOLE_OCTETS..].iter_mut().zip(row[at..at + INNER_WORDS].chunks_exact(per_octet))
    {
        *octet = pieces.iter().fold(0, |all, piece| all << SHORT_BITS | piece >> (8 - SHORT_BITS));
    }
}
