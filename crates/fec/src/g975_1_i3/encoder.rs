//! The encoder of G.975.1 I.3.
//!
//! In: rows of information. Out: coded rows; the information of a row is spread over it and the
//! seven rows after it.

use super::place::{INNER_INFORMATION, WHOLE_UNITS, age, put_unit};
use super::{
    Codes, INFORMATION_OCTETS, INNER_WORDS, OUTER_OCTETS, OUTER_WORDS, ROW_OCTETS, SPREAD,
};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// Codes row after row; before the first stand rows of zeros.
//= g975.1:i.3-frame
pub struct RowEncoder {
    codes: Arc<Codes>,
    /// The last outer frames; frame n is at n mod 8.
    frames: Vec<[u8; OUTER_OCTETS]>,
    next: usize,
}

impl RowEncoder {
    /// At the first row, with tables of its own.
    pub fn new() -> Self {
        Self::with(Arc::new(Codes::new()))
    }

    /// At the first row, with tables shared.
    pub fn with(codes: Arc<Codes>) -> Self {
        let frames = vec![[0; OUTER_OCTETS]; SPREAD];
        Self { codes, frames, next: 0 }
    }

    /// Codes the next row.
    pub fn encode_row(
        &mut self,
        information: &[u8; INFORMATION_OCTETS],
        row: &mut [u8; ROW_OCTETS],
    ) {
        let frame = &mut self.frames[self.next];
        frame[..INFORMATION_OCTETS].copy_from_slice(information);
        add_outer_parity(&self.codes, frame);
        for unit in 0..=WHOLE_UNITS {
            let frame = (self.next + SPREAD - age(unit)) % SPREAD;
            put_unit(&self.frames[frame], unit, &mut row[..]);
        }
        add_inner_parity(&self.codes, row);
        self.next = (self.next + 1) % SPREAD;
    }
}

impl Default for RowEncoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Eight octets of an outer frame become eight octets of the outer words, the one of word h at h:
/// a transposition of 8 by 8 bits.
#[inline]
pub(super) fn to_words(octets: [u8; 8]) -> [u8; OUTER_WORDS] {
    let mut bits = u64::from_be_bytes(octets);
    for (size, mask) in
        [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)]
    {
        let swap = (bits ^ bits >> size) & mask;
        bits ^= swap ^ swap << size;
    }
    bits.to_be_bytes()
}

/// The information is 478 whole octets of each outer word.
fn add_outer_parity(codes: &Codes, frame: &mut [u8; OUTER_OCTETS]) {
    let mut words = [0u8; INFORMATION_OCTETS];
    for (to, from) in words.chunks_exact_mut(8).zip(frame.chunks_exact(8)) {
        if let Ok(octets) = from.try_into() {
            to.copy_from_slice(&to_words(octets));
        }
    }
    let rests = codes.outer.divide_interleaved::<OUTER_WORDS>(&words);
    for (at, octet) in frame[INFORMATION_OCTETS..].iter_mut().enumerate() {
        // Bit `at` of each word's parity, from the top of the rest.
        *octet = rests.iter().fold(0, |all, rest| all << 1 | (rest >> (127 - at)) as u8 & 1);
    }
}

fn add_inner_parity(codes: &Codes, row: &mut [u8; ROW_OCTETS]) {
    let whole = INNER_WORDS * WHOLE_UNITS;
    let rests = codes.inner.divide_interleaved::<INNER_WORDS>(&row[..whole]);
    for (word, rest) in rests.into_iter().enumerate() {
        let shared = row[whole + word];
        let mut rest = rest;
        let bits = INNER_INFORMATION % 8;
        for bit in 0..bits {
            rest = codes.inner.divide_bit(rest, shared >> (7 - bit) & 1 == 1);
        }
        // The rest of the octet with the two bits, then whole octets to the end of the row.
        row[whole + word] = shared & !(0xFF >> bits) | (rest >> (120 + bits)) as u8;
        let octets = (rest << (8 - bits)).to_be_bytes();
        let rows = row[whole + word..].iter_mut().step_by(INNER_WORDS).skip(1);
        rows.zip(octets).for_each(|(to, octet)| *to = octet);
    }
}
