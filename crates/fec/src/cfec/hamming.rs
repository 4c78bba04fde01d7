//! The inner code of C-FEC: the extended Hamming code (128,119) in its published column order.
//!
//! In: 119 bits, or the values of 32 words of 128. Out: words, or the decided 119 bits of each. The
//! decoder tries all patterns over the least reliable bits of a word, completes each by at most one
//! more error, and takes the word with the smallest sum of changed reliabilities.
//!
//! Bit literals: columns of the check matrix, and fields of packed numbers.

use alloc::boxed::Box;

/// Bits of a word.
//= oif-400zr:inner-code
pub const N: usize = 128;
/// Information bits of a word.
pub const K: usize = 119;
/// Check bits of a word.
pub const CHECKS: usize = N - K;
/// Words decoded side by side.
pub const WORDS: usize = 32;
/// Most least reliable bits that can be tried.
pub const MOST_PATTERN_BITS: usize = 7;

/// Check column g(i): the seven bits of i, then s7, then a one.
//= oif-400zr:inner-columns
pub const fn column(i: usize) -> u16 {
    // s7 = s0 s2 + s0' s1' s2' + s0 s1 s2': true for i mod 8 in {0, 3, 5, 7}.
    let s7 = matches!(i % 8, 0 | 3 | 5 | 7);
    i as u16 | (s7 as u16) << 7 | 1 << 8
}

/// Ranges of i that make up the word, first and last: information, then parity.
//= oif-400zr:inner-columns
const ORDER: [(usize, usize); 14] = [
    (0, 62),
    (64, 94),
    (96, 110),
    (112, 118),
    (120, 120),
    (122, 122),
    (124, 124),
    (63, 63),
    (95, 95),
    (111, 111),
    (119, 119),
    (121, 121),
    (123, 123),
    (125, 127),
];

/// The check column of each bit of a word.
pub static COLUMNS: [u16; N] = columns();

const fn columns() -> [u16; N] {
    let mut columns = [0; N];
    let (mut range, mut at) = (0, 0);
    while range < ORDER.len() {
        let (mut i, last) = ORDER[range];
        while i <= last {
            columns[at] = column(i);
            at += 1;
            i += 1;
        }
        range += 1;
    }
    columns
}

/// No single error.
const FAILURE: u8 = 0xFF;

/// Tables of the code.
#[derive(Clone, Debug)]
pub struct Hamming {
    /// Parity bits of each value of each octet of the information.
    parity: Box<[[u16; 256]; K.div_ceil(8)]>,
    /// The place of a single error for each syndrome.
    place: [u8; 1 << CHECKS],
}

impl Default for Hamming {
    fn default() -> Self {
        Self::new()
    }
}

impl Hamming {
    /// Makes the tables.
    pub fn new() -> Self {
        let mut place = [FAILURE; 1 << CHECKS];
        for (at, &column) in COLUMNS.iter().enumerate() {
            place[column as usize] = at as u8;
        }
        // Which parity bits give each syndrome: all sums of parity columns, which are independent.
        let mut solution = [0u16; 1 << CHECKS];
        for bits in 0..1u16 << CHECKS {
            let ones = (0..CHECKS).filter(|i| bits >> (CHECKS - 1 - i) & 1 == 1);
            solution[ones.fold(0, |sum, i| sum ^ COLUMNS[K + i]) as usize] = bits;
        }
        let mut parity = Box::new([[0; 256]; K.div_ceil(8)]);
        for (at, values) in parity.iter_mut().enumerate() {
            for (value, parity) in values.iter_mut().enumerate() {
                let ones = (0..8).filter(|i| value >> (7 - i) & 1 == 1);
                let places = ones.map(|i| 8 * at + i).filter(|&place| place < K);
                *parity = solution[places.fold(0, |sum, p| sum ^ COLUMNS[p]) as usize];
            }
        }
        Self { parity, place }
    }

    /// The word of an information unit: its 119 bits are the highest of `unit`, the first the most
    /// significant; what stands below them is not read.
    pub fn encode(&self, unit: u128) -> u128 {
        let unit = unit >> CHECKS << CHECKS;
        let octets = unit.to_be_bytes();
        let tables = self.parity.iter().zip(octets);
        unit | u128::from(tables.fold(0, |sum, (table, octet)| sum ^ table[octet as usize]))
    }

    /// Decodes 32 words from their values, bit by bit, at most 127 in magnitude, with `P` least
    /// reliable bits. Gives the words, and how many of them no pattern leads to: these are the hard
    /// decisions.
    #[inline(always)]
    pub fn decode<const P: usize>(&self, values: &[[i8; WORDS]; N]) -> ([u128; WORDS], u32) {
        let mut least = [[u16::MAX; WORDS]; P];
        let mut syndrome = [0u16; WORDS];
        let mut words = [0u128; WORDS];
        for (k, values) in values.iter().enumerate() {
            let mut item = [0u16; WORDS];
            for l in 0..WORDS {
                let value = i16::from(values[l]);
                syndrome[l] ^= (value >> 15) as u16 & COLUMNS[k];
                item[l] = value.unsigned_abs() << 8 | k as u16;
            }
            for least in &mut least {
                for l in 0..WORDS {
                    let (low, high) = (item[l].min(least[l]), item[l].max(least[l]));
                    least[l] = low;
                    item[l] = high;
                }
            }
            for l in 0..WORDS {
                words[l] = words[l] << 1 | u128::from(values[l] < 0);
            }
        }
        let mut lost = 0;
        for l in 0..WORDS {
            if syndrome[l] != 0 {
                let items = core::array::from_fn(|i| least[i][l]);
                match self.search::<P>(syndrome[l], &items, |k| values[k][l]) {
                    Some(errors) => words[l] ^= errors,
                    None => lost += 1,
                }
            }
        }
        (words, lost)
    }

    /// The errors of the best word over all patterns.
    #[inline(always)]
    fn search<const P: usize>(
        &self,
        received: u16,
        least: &[u16; P],
        value: impl Fn(usize) -> i8,
    ) -> Option<u128> {
        const MOST: usize = 1 << MOST_PATTERN_BITS;
        let mut syndrome = [received; MOST];
        let mut sum = [0u16; MOST];
        for i in 0..P {
            for g in 0..1 << i {
                syndrome[g | 1 << i] = syndrome[g] ^ COLUMNS[(least[i] & 0xFF) as usize];
                sum[g | 1 << i] = sum[g] + (least[i] >> 8);
            }
        }
        let mut best = u32::MAX;
        for g in 0..1 << P {
            let place = self.place[syndrome[g] as usize];
            // A pattern that its own error undoes comes with too large a sum, see the module `ofec`.
            let last = match place {
                _ if syndrome[g] == 0 => 0,
                FAILURE => continue,
                place => u16::from(value(place as usize).unsigned_abs()),
            };
            best = best.min(u32::from(sum[g] + last) << 8 | g as u32);
        }
        if best == u32::MAX {
            return None;
        }
        let g = (best & 0xFF) as usize;
        let bit = |place: u16| 1u128 << (N - 1 - place as usize);
        let tried = (0..P).filter(|i| g >> i & 1 == 1).map(|i| least[i] & 0xFF);
        let errors = tried.fold(0, |errors, place| errors ^ bit(place));
        let last = self.place[syndrome[g] as usize];
        Some(if syndrome[g] == 0 { errors } else { errors ^ bit(last.into()) })
    }
}
