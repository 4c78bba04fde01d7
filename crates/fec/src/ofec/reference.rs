//! oFEC from its formulas, one bit at a time, for reading and for tests.
//!
//! Source: fact sheet A.5 (Open ROADM W-Port, clause 10.1). In: information bits of whole steps, or
//! the 256 values of one component word. Out: coded bits, or extrinsic values. The matrix V is kept
//! whole and addressed as the formulas do: block row, block column, bit row, bit column.
//!
//! Bit literals: polynomials over GF(2).

use super::component::{CHECKS, COLUMN, GENERATOR, K, N, OVERALL};
use alloc::vec;
use alloc::vec::Vec;

/// Bits in a side of a square block.
const B: usize = 16;
/// Block columns.
const COLUMNS: usize = 8;
/// Block rows whose words have no front half: 2G + 2N/B.
const START: usize = 20;

/// The matrix of all bits.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    bits: Vec<bool>,
}

impl Matrix {
    /// Where V{block row; block column; bit row; bit column} is kept.
    fn at(row: usize, column: usize, r: usize, c: usize) -> usize {
        ((row * COLUMNS + column) * B + r) * B + c
    }

    /// Bit k of component word (R, r).
    //= ofec:structure
    pub fn place(row: usize, r: usize, k: usize) -> Option<usize> {
        if k >= N / 2 {
            let k = k - N / 2;
            return Some(Self::at(row, k / B, r, (k % B) ^ r));
        }
        //= ofec:start
        if row < START {
            return None;
        }
        Some(Self::at((row ^ 1) - START + 2 * (k / B), k / B, (k % B) ^ r, r))
    }

    /// All bits of word (R, r); the front half is zero for the first block rows.
    pub fn word(&self, row: usize, r: usize) -> [bool; N] {
        core::array::from_fn(|k| Self::place(row, r, k).is_some_and(|at| self.bits[at]))
    }

    /// Block rows so far.
    pub fn rows(&self) -> usize {
        self.bits.len() / (COLUMNS * B * B)
    }

    /// Adds the two block rows of one step.
    pub fn push(&mut self, u: &[bool]) {
        assert_eq!(u.len(), 3_552, "information bits of a step");
        let first = self.rows();
        self.bits.resize(self.bits.len() + 2 * COLUMNS * B * B, false);
        for row in [first, first + 1] {
            for r in 0..B {
                let mut word = self.word(row, r);
                for k in 0..111 {
                    //= ofec:information-order
                    word[128 + k] =
                        u[((row % 2) * B + r) * (16 - k / 96) + 512 * (k / 16) + k % 16];
                }
                let parity = parity(&word[..K].try_into().expect("239 bits"));
                word[K..].copy_from_slice(&parity);
                for (k, &bit) in word.iter().enumerate().skip(N / 2) {
                    if let Some(at) = Self::place(row, r, k) {
                        self.bits[at] = bit;
                    }
                }
            }
        }
    }

    /// The coded bits of step `step`: block column after block column, in each the 32 bit rows of the
    /// two block rows.
    //= ofec:output-order
    pub fn output(&self, step: usize) -> Vec<bool> {
        let mut y = Vec::new();
        for column in 0..COLUMNS {
            for row in [2 * step, 2 * step + 1] {
                for r in 0..B {
                    y.extend((0..B).map(|c| self.bits[Self::at(row, column, r, c)]));
                }
            }
        }
        y
    }
}

/// The 17 check bits of a component word: the remainder of the division by g(y), then what makes the
/// word even.
//= ofec:bit-order
pub fn parity(information: &[bool; K]) -> [bool; CHECKS + 1] {
    let mut rest = vec![false; OVERALL];
    rest[..K].copy_from_slice(information);
    for at in 0..K {
        if rest[at] {
            for (i, bit) in rest[at..=at + CHECKS].iter_mut().enumerate() {
                *bit ^= GENERATOR >> (CHECKS - i) & 1 == 1;
            }
        }
    }
    let mut parity = [false; CHECKS + 1];
    parity[..CHECKS].copy_from_slice(&rest[K..]);
    let ones = information.iter().chain(&parity).filter(|&&bit| bit).count();
    parity[CHECKS] = ones % 2 == 1;
    parity
}

/// Codes the bits of whole steps from the start of a stream.
pub fn encode(information: &[bool]) -> Vec<bool> {
    let mut matrix = Matrix::default();
    let mut coded = Vec::new();
    for (step, u) in information.chunks_exact(3_552).enumerate() {
        matrix.push(u);
        coded.extend(matrix.output(step));
    }
    coded
}

/// Soft-in soft-out decoding of one component word as Chase and Pyndiah describe it (Pyndiah, "Near-
/// optimum decoding of product codes", 1998): hard decisions of all test patterns over the least
/// reliable of the first 255 bits, the best word, and for each bit the best word that differs there.
///
/// Gives, for each bit, the extrinsic value and the bit of the best word; `None` where no pattern has
/// a word within two bits. Of equal reliabilities the bit with the lower number counts as less
/// reliable. `beta` stands in where no other word is known.
pub fn extrinsic(values: &[i32; N], patterns: usize, beta: i32) -> Option<[(i32, bool); N]> {
    let hard: Vec<bool> = values.iter().map(|&v| v < 0).collect();
    let mut order: Vec<usize> = (0..OVERALL).collect();
    order.sort_by_key(|&k| (values[k].abs(), k));
    let mut words: Vec<(i32, Vec<bool>)> = Vec::new();
    for pattern in 0..1usize << patterns {
        let mut word = hard.clone();
        for (i, &k) in order[..patterns].iter().enumerate() {
            word[k] ^= pattern >> i & 1 == 1;
        }
        let Some(errors) = errors(&word) else { continue };
        for k in errors {
            word[k] ^= true;
        }
        word[OVERALL] = word[..OVERALL].iter().filter(|&&bit| bit).count() % 2 == 1;
        let changed = word.iter().zip(&hard).zip(values).filter(|((a, b), _)| a != b);
        words.push((changed.map(|(_, value)| value.abs()).sum(), word));
    }
    // Of equal metrics the first found; the fast decoder may choose another (see its test).
    let (best, decided) = words.iter().min_by_key(|(metric, _)| *metric)?;
    Some(core::array::from_fn(|k| {
        let sign = if decided[k] { -1 } else { 1 };
        let other = words.iter().filter(|(_, w)| w[k] != decided[k]).map(|(m, _)| *m).min();
        let extrinsic = match other {
            Some(other) => sign * (other - best) - values[k],
            None => sign * beta,
        };
        (extrinsic, decided[k])
    }))
}

/// Places of up to two errors in the first 255 bits, by trying all.
fn errors(word: &[bool]) -> Option<Vec<usize>> {
    let ones = word[..OVERALL].iter().enumerate().filter(|(_, bit)| **bit);
    let syndrome = ones.fold(0, |sum, (k, _)| sum ^ COLUMN[k]);
    if syndrome == 0 {
        return Some(vec![]);
    }
    for (a, &column) in COLUMN[..OVERALL].iter().enumerate() {
        if column == syndrome {
            return Some(vec![a]);
        }
        if let Some(b) = (0..a).find(|&b| column ^ COLUMN[b] == syndrome) {
            return Some(vec![b, a]);
        }
    }
    None
}
