//! Bit multiplexing: five logical lanes into one physical lane, and back.
//!
//! Clause: G.709 Annex C. In: octets of five lanes, or of one physical lane at any bit phase. Out:
//! the other. A phase that is not that of the source only changes which stream is which, and that
//! is found out from the markers.
//!
//! Bit literals: bits of octets are dealt out one by one here.

use alloc::vec::Vec;

use super::LANES_PER_PHYSICAL;

/// Bits of the shortest stretch that is whole octets on both sides: one octet of each lane.
const WORD_BITS: usize = 8 * LANES_PER_PHYSICAL;

/// For each octet of a lane, its bits at every fifth place of a word.
static SPREAD: [u64; 256] = spread();

const fn spread() -> [u64; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let mut bit = 0;
        while bit < 8 {
            if octet >> (7 - bit) & 1 == 1 {
                table[octet] |= 1 << (WORD_BITS - 1 - LANES_PER_PHYSICAL * bit);
            }
            bit += 1;
        }
        octet += 1;
    }
    table
}

/// For each octet of a word of the physical lane and each of its values, what it adds to the five
/// lanes, an octet each, the first lane in the least significant one.
static GATHER: [[u64; 256]; LANES_PER_PHYSICAL] = gather();

const fn gather() -> [[u64; 256]; LANES_PER_PHYSICAL] {
    let mut table = [[0; 256]; LANES_PER_PHYSICAL];
    let mut octet = 0;
    while octet < 256 {
        let mut place = 0;
        while place < WORD_BITS {
            if octet >> (7 - place % 8) & 1 == 1 {
                let (lane, bit) = (place % LANES_PER_PHYSICAL, place / LANES_PER_PHYSICAL);
                table[place / 8][octet] |= 1 << (8 * lane + 7 - bit);
            }
            place += 1;
        }
        octet += 1;
    }
    table
}

/// Appends to `out` the bits of five lanes in turn, as far as the shortest goes.
//= g709:c-bit-multiplexing
pub fn interleave(lanes: [&[u8]; LANES_PER_PHYSICAL], out: &mut Vec<u8>) {
    let [first, second, third, fourth, fifth] = lanes;
    let shortest = lanes.iter().map(|lane| lane.len()).min().unwrap_or(0);
    let start = out.len();
    out.resize(start + LANES_PER_PHYSICAL * shortest, 0);
    let (words, _) = out[start..].as_chunks_mut::<LANES_PER_PHYSICAL>();
    let octets = first.iter().zip(second).zip(third).zip(fourth).zip(fifth);
    for (word, ((((a, b), c), d), e)) in words.iter_mut().zip(octets) {
        let spread = |octet: &u8| SPREAD[usize::from(*octet)];
        let bits = spread(a) | spread(b) >> 1 | spread(c) >> 2 | spread(d) >> 3 | spread(e) >> 4;
        let [_, _, _, out @ ..] = bits.to_be_bytes();
        *word = out;
    }
}

/// Takes the bits of a physical lane apart.
#[derive(Clone, Debug, Default)]
pub struct BitDeinterleaver {
    /// Octets of a word that is not full yet.
    rest: Vec<u8>,
}

impl BitDeinterleaver {
    /// One that starts with the first bit of the first lane.
    pub const fn new() -> Self {
        Self { rest: Vec::new() }
    }

    /// Appends the bits of `octets` in turn to five lanes. Only whole octets of a lane come out;
    /// fewer than five octets wait for the next call.
    pub fn push(&mut self, octets: &[u8], lanes: &mut [Vec<u8>; LANES_PER_PHYSICAL]) {
        let missing = (LANES_PER_PHYSICAL - self.rest.len()).min(octets.len());
        let (head, octets) = octets.split_at(missing);
        self.rest.extend_from_slice(head);
        let Some(&word) = self.rest.first_chunk() else { return };
        gather_words(&[word], lanes);
        let (words, rest) = octets.as_chunks();
        gather_words(words, lanes);
        self.rest.clear();
        self.rest.extend_from_slice(rest);
    }
}

fn gather_words(words: &[[u8; LANES_PER_PHYSICAL]], lanes: &mut [Vec<u8>; LANES_PER_PHYSICAL]) {
    // Lanes grow once, so that the loop only writes.
    let [first, second, third, fourth, fifth] = lanes.each_mut().map(|lane| {
        let start = lane.len();
        lane.resize(start + words.len(), 0);
        lane[start..].iter_mut()
    });
    for (word, ((((a, b), c), d), e)) in
        words.iter().zip(first.zip(second).zip(third).zip(fourth).zip(fifth))
    {
        let parts = GATHER.iter().zip(word);
        let sum = parts.fold(0, |sum, (table, &octet)| sum | table[usize::from(octet)]);
        [*a, *b, *c, *d, *e, ..] = sum.to_le_bytes();
    }
}
