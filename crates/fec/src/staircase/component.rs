//! The component code (1022, 990) of the staircase: its check matrix and what follows from it.
//!
//! Clause: G.709.2 (check matrix and Table A.2). A word is 512 bits of the block before and 510 bits
//! of one row. A check column is one word: beta in bits 0 to 9, beta^3 in 10 to 19, beta^5 in 20 to
//! 29, F in bit 30, not F in bit 31. In: rows of bits. Out: syndromes; parity; bits in error.

use super::{BLOCK_COLUMNS, BLOCK_ROWS, INFORMATION_COLUMNS, PARITY};
use crate::bch::field::Field;
use crate::bch::roots::Roots;
use alloc::vec;
use alloc::vec::Vec;

/// x^10 + x^3 + 1.
//= g709.2:component-field
const FIELD: u32 = 0x409;
/// `i mod 8` for which F(i) is one.
const F_CLASSES: [usize; 4] = [1, 2, 3, 4];
/// Index of the first column of the right half.
pub(super) const RIGHT: usize = BLOCK_ROWS - 1;
/// Rows without a partner column in the block before.
pub(super) const ALONE: usize = 2;
/// Words of 64 bits in a row of a block or in a column.
pub(super) const WORDS: usize = BLOCK_ROWS / 64;

/// 512 bits, the first in the most significant bit of word 0. A row of a block has two zeros behind
/// its 510 bits.
pub type Line = [u64; WORDS];

/// Tables for 64 bits: what each octet adds, the first octet first.
type Sums = [[u32; 256]; 8];

/// Tables of the component code.
pub struct Component {
    roots: Roots,
    /// Check column f(i), by i.
    column: Vec<u32>,
    /// `position[q]` is the place in the row of check column f(511 + q): Pi_d.
    position: Vec<u16>,
    /// Syndrome of each octet of a row.
    row: Vec<Sums>,
    /// Syndrome of each octet of a column of the block before.
    left: Vec<Sums>,
    /// Parity, first bit in the most significant place, for each octet of a syndrome, which stands
    /// in the lower half of the word.
    parity: Sums,
}

/// A bit of a component word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Of the block before: its row.
    Left(usize),
    /// Of this row: q of check column f(511 + q).
    Right(usize),
}

impl Place {
    /// The place of check column f(`index`), 1 to 1022.
    #[inline]
    pub(super) fn of(index: usize) -> Self {
        if index > RIGHT + BLOCK_COLUMNS - 1 {
            Self::Left(index - (RIGHT + BLOCK_COLUMNS))
        } else if index >= RIGHT {
            Self::Right(index - RIGHT)
        } else {
            Self::Left(index + 1)
        }
    }
}

/// Index of the check column that row `row` of the block before has.
//= g709.2:column-order
#[inline]
pub(super) fn left_index(row: usize) -> usize {
    if row < ALONE { RIGHT + BLOCK_COLUMNS + row } else { row - 1 }
}

/// Check column f(`index`).
//= g709.2:check-matrix
fn check_column(field: &Field, index: usize) -> u32 {
    let power = |n| u32::from(field.pow(index as u16, n));
    let f = F_CLASSES.contains(&(index % 8));
    power(1) | power(3) << 10 | power(5) << 20 | u32::from(f) << 30 | u32::from(!f) << 31
}

/// Pi_d: the place in the row of each check column f(511 + q). Columns are taken from the highest
/// down as long as they are independent; these become the parity, and both groups ascend. The
/// numbers of Table A.2 were not seen, so that this rule stands in their place.
//= g709.2:table-a.2-hypothesis
fn permutation(column: &[u32]) -> Vec<u16> {
    let mut basis: Vec<u32> = Vec::new();
    let mut is_parity = [false; BLOCK_COLUMNS];
    for q in (0..BLOCK_COLUMNS).rev() {
        let rest = basis.iter().fold(column[RIGHT + q], |rest, &b| rest.min(rest ^ b));
        if rest != 0 {
            basis.push(rest);
            basis.sort_unstable_by(|a, b| b.cmp(a));
            is_parity[q] = true;
        }
    }
    let (mut information, mut parity) = (0, INFORMATION_COLUMNS as u16);
    let place = |is_parity| {
        let next = if is_parity { &mut parity } else { &mut information };
        *next += 1;
        *next - 1
    };
    is_parity.into_iter().map(place).collect()
}

/// For each octet of a line, the sum of the columns of its ones.
fn octet_sums(column: &[u32]) -> Vec<Sums> {
    let entry = |columns: &[u32], octet: usize| {
        let is_set = |&(at, _): &(usize, &u32)| octet >> (7 - at) & 1 == 1;
        columns.iter().enumerate().filter(is_set).fold(0, |sum, (_, &column)| sum ^ column)
    };
    let table = |columns: &[u32]| core::array::from_fn(|octet| entry(columns, octet));
    let tables = |columns: &[u32]| {
        let mut of_octet = columns.chunks(8);
        core::array::from_fn(|_| table(of_octet.next().unwrap_or_default()))
    };
    column.chunks(64).map(tables).collect()
}

/// The parity bits, first in the most significant place, that make up for each bit of a syndrome:
/// the inverse of the check matrix's parity part, by Gauss.
fn inverse(parity_columns: &[u32]) -> [u32; PARITY] {
    // Each entry: a syndrome and the parity bits that cause it.
    let mut rows: Vec<(u32, u32)> =
        parity_columns.iter().enumerate().map(|(at, &c)| (c, 1 << (PARITY - 1 - at))).collect();
    for bit in 0..PARITY {
        let Some(at) = (bit..PARITY).find(|&at| rows[at].0 >> bit & 1 == 1) else { continue };
        rows.swap(bit, at);
        let chosen = rows[bit];
        for (at, row) in rows.iter_mut().enumerate() {
            if at != bit && row.0 >> bit & 1 == 1 {
                *row = (row.0 ^ chosen.0, row.1 ^ chosen.1);
            }
        }
    }
    core::array::from_fn(|bit| rows[bit].1)
}

impl Component {
    /// Builds the tables.
    pub fn new() -> Self {
        let field = Field::new(FIELD).expect("x^10 + x^3 + 1 is primitive; a test says so");
        let column: Vec<u32> = (0..2 * BLOCK_ROWS).map(|i| check_column(&field, i)).collect();
        let position = permutation(&column);
        let mut index = vec![0; BLOCK_COLUMNS];
        for (q, &at) in position.iter().enumerate() {
            index[at as usize] = q as u16;
        }
        let in_row: Vec<u32> = index.iter().map(|&q| column[RIGHT + q as usize]).collect();
        let on_left: Vec<u32> = (0..BLOCK_ROWS).map(|row| column[left_index(row)]).collect();
        let mut by_bit = [0; 64];
        by_bit[64 - PARITY..].copy_from_slice(&inverse(&in_row[INFORMATION_COLUMNS..]));
        by_bit[64 - PARITY..].reverse();
        Self {
            roots: Roots::new(&field),
            row: octet_sums(&in_row),
            left: octet_sums(&on_left),
            parity: octet_sums(&by_bit)[0],
            column,
            position,
        }
    }

    /// Place in the row of each check column f(511 + q), by q: Pi_d.
    pub fn positions(&self) -> &[u16] {
        &self.position
    }

    /// Check column f(`index`), `index` from 1 to 1022.
    #[inline]
    pub(super) fn column(&self, index: usize) -> u32 {
        self.column[index]
    }

    /// Place in the row of check column f(511 + q).
    #[inline]
    pub(super) fn position(&self, q: usize) -> usize {
        self.position[q] as usize
    }

    /// Adds what the rows of `block` add to the syndromes of their words. Word by word of the
    /// rows, so that the tables in use stay close to the processor.
    pub(super) fn add_row_syndromes(
        &self,
        block: &[Line; BLOCK_ROWS],
        syndromes: &mut [u32; BLOCK_ROWS],
    ) {
        for (w, sums) in self.row.iter().enumerate().take(WORDS) {
            for (row, syndrome) in block.iter().zip(syndromes.iter_mut()) {
                *syndrome ^= sum(sums, row[w]);
            }
        }
    }

    /// What the columns of `block` add to the syndromes of the next block's rows.
    pub(super) fn left_syndromes(
        &self,
        block: &[Line; BLOCK_ROWS],
        syndromes: &mut [u32; BLOCK_ROWS],
    ) {
        let mut by_place = [0; BLOCK_ROWS];
        for (rows, sums) in block.chunks_exact(64).zip(&self.left) {
            for (group, syndromes) in by_place.chunks_exact_mut(64).enumerate() {
                let mut bits: [u64; 64] = core::array::from_fn(|at| rows[at][group]);
                transpose(&mut bits);
                for (syndrome, &column) in syndromes.iter_mut().zip(&bits) {
                    *syndrome ^= sum(sums, column);
                }
            }
        }
        syndromes[..ALONE].fill(0);
        for (syndrome, &at) in syndromes[ALONE..].iter_mut().zip(&self.position) {
            *syndrome = by_place[at as usize];
        }
    }

    /// The 32 parity bits, the first in the most significant place, of a row whose word has
    /// `syndrome` with zeros in their place.
    //= g709.2:parity
    pub(super) fn parity(&self, syndrome: u32) -> u32 {
        sum(&self.parity, u64::from(syndrome))
    }

    //= g709.2:component-corrects-3
    /// Indices of the check columns, at most three, that add up to `syndrome`, which is not zero.
    #[inline]
    pub(super) fn locate(&self, syndrome: u32) -> Option<([u16; 3], usize)> {
        let part = |k: u32| (syndrome >> (10 * k)) as u16 & 0x3FF;
        let found = self.roots.up_to_three(part(0), part(1), part(2))?;
        let column = |at: usize| self.column[found.element[at] as usize];
        let sum = match found.count {
            1 => column(0),
            2 => column(0) ^ column(1),
            _ => column(0) ^ column(1) ^ column(2),
        };
        // F and not F have to agree, and f(1023) does not exist.
        let exists = !found.element.contains(&(2 * BLOCK_ROWS as u16 - 1));
        (sum == syndrome && exists).then_some((found.element, found.count))
    }
}

impl Default for Component {
    fn default() -> Self {
        Self::new()
    }
}

/// What the bits of a word add.
#[inline]
fn sum(sums: &Sums, word: u64) -> u32 {
    let octet = |k: u32| (word >> (56 - 8 * k)) as usize & 0xFF;
    // Written out, as the compiler makes a loop of an iterator here, five times as slow.
    let upper = sums[0][octet(0)] ^ sums[1][octet(1)] ^ sums[2][octet(2)] ^ sums[3][octet(3)];
    let lower = sums[4][octet(4)] ^ sums[5][octet(5)] ^ sums[6][octet(6)] ^ sums[7][octet(7)];
    upper ^ lower
}

/// Transposes 64 by 64 bits: bit 63 - c of word r becomes bit 63 - r of word c.
fn transpose(bits: &mut [u64; 64]) {
    let mut mask = u64::MAX >> 32;
    for size in [32, 16, 8, 4, 2, 1] {
        for pair in bits.chunks_exact_mut(2 * size) {
            let (upper, lower) = pair.split_at_mut(size);
            for (u, l) in upper.iter_mut().zip(lower) {
                let swap = (*u ^ *l >> size) & mask;
                *u ^= swap;
                *l ^= swap << size;
            }
        }
        mask ^= mask << (size / 2);
    }
}
