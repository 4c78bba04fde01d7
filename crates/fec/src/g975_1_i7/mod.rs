//! The super FEC of G.975.1 I.7 at 7 %: a product of two BCH codes, decoded in turns.
//!
//! Clause: G.975.1 I.7. In: blocks of 491 rows of 860 information bits, packed, row after row. Out:
//! blocks of 500 rows of 900 bits; or the information of a received block, at once. A row is a word
//! of BCH(900,860), which corrects four bits, a column one of BCH(500,491), which corrects one.
//!
//! The generators, the lengths and the numbers of errors are published. How rows of an OTU frame are
//! laid into the block was not seen: this block is the plain product, information in its upper left,
//! and no frame of G.709 is mapped to it. For the modes at 11 % and 25 % see the fact sheet.

use crate::bch::{Bch, Parameters, hard};
use crate::bits;
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// Code of a row.
//= g975.1:i.7-generators
//= g975.1:i.7-mode-7
pub const ROW: Parameters = Parameters { field: 0x409, t: 4, n: 900, extension: 1 };
/// Code of a column.
pub const COLUMN: Parameters = Parameters { field: 0x211, t: 1, n: 500, extension: 1 };
/// Columns of information.
pub const INFORMATION_COLUMNS: usize = 860;
/// Rows of information.
pub const INFORMATION_ROWS: usize = 491;
/// Size of a block.
//= g975.1:i.7-product-hypothesis
pub const BLOCK: BlockSize =
    BlockSize { information: INFORMATION_ROWS * INFORMATION_COLUMNS, coded: COLUMN.n * ROW.n };
/// Turns of row and column decoding, unless told otherwise.
pub const ROUNDS: usize = 16;

/// The two codes with their tables.
#[derive(Clone, Debug)]
pub struct Codes {
    /// BCH(900,860).
    pub row: Bch,
    /// BCH(500,491).
    pub column: Bch,
}

impl Codes {
    /// Builds the tables.
    pub fn new() -> Self {
        let build = |parameters| Bch::new(parameters).expect("both codes exist; a test says so");
        Self { row: build(ROW), column: build(COLUMN) }
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self::new()
    }
}

/// The code with tables shared by all its encoders and decoders.
pub struct G9751I7 {
    codes: Arc<Codes>,
    rounds: usize,
}

impl G9751I7 {
    /// With decoders that take so many turns.
    pub fn new(rounds: usize) -> Self {
        Self { codes: Arc::new(Codes::new()), rounds }
    }
}

impl Default for G9751I7 {
    fn default() -> Self {
        Self::new(ROUNDS)
    }
}

impl Code for G9751I7 {
    fn block(&self) -> BlockSize {
        BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Encoder { codes: self.codes.clone() })
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(Decoder::with(self.codes.clone(), self.rounds))
    }
}

/// Codes blocks, each alone.
pub struct Encoder {
    codes: Arc<Codes>,
}

impl code::Encoder for Encoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        coded.fill(0);
        let Codes { row, column } = &*self.codes;
        let mut line = vec![0; bits::octets(row.n())];
        let mut word = vec![0; bits::octets(row.n())];
        // Columns of information first; then the parity rows are rows like any other.
        let mut parities: Vec<u128> = Vec::with_capacity(INFORMATION_COLUMNS);
        for c in 0..INFORMATION_COLUMNS {
            for r in 0..INFORMATION_ROWS {
                bits::set(&mut line, r, bits::get(information, INFORMATION_COLUMNS * r + c));
            }
            parities.push(column.parity(&line));
        }
        for r in 0..COLUMN.n {
            for (c, parity) in parities.iter().enumerate() {
                let bit = match r.checked_sub(INFORMATION_ROWS) {
                    None => bits::get(information, INFORMATION_COLUMNS * r + c),
                    Some(below) => parity >> (COLUMN.n - INFORMATION_ROWS - 1 - below) & 1 == 1,
                };
                bits::set(&mut line, c, bit);
            }
            row.encode(&line, &mut word);
            copy_bits(&word, 0, coded, ROW.n * r, ROW.n);
        }
    }
}

/// Decodes blocks, each alone. A column can hardly tell two errors from one, so that it may change a
/// bit only in a row that is in error; where nothing else is left to do, a row may have been decoded
/// wrongly, and then the columns are free.
//= g975.1:i.7-iterate
pub struct Decoder {
    codes: Arc<Codes>,
    rounds: usize,
    block: Vec<u8>,
    rows: Vec<u128>,
    columns: Vec<u128>,
}

impl Decoder {
    fn with(codes: Arc<Codes>, rounds: usize) -> Self {
        let block = vec![0; bits::octets(BLOCK.coded)];
        Self { codes, rounds, block, rows: vec![0; COLUMN.n], columns: vec![0; ROW.n] }
    }

    /// Computes all syndromes from the ones of the block.
    fn measure(&mut self) {
        self.rows.fill(0);
        self.columns.fill(0);
        for (at, &octet) in self.block.iter().enumerate() {
            let mut left = octet;
            while left != 0 {
                let first = left.leading_zeros() as usize;
                left &= !(0x80 >> first);
                let (r, c) = ((8 * at + first) / ROW.n, (8 * at + first) % ROW.n);
                self.rows[r] ^= self.codes.row.column(c);
                self.columns[c] ^= self.codes.column.column(r);
            }
        }
    }

    fn flip(&mut self, r: usize, c: usize) {
        bits::flip(&mut self.block, ROW.n * r + c);
        self.rows[r] ^= self.codes.row.column(c);
        self.columns[c] ^= self.codes.column.column(r);
    }

    /// Decodes all rows in error; returns the bits changed.
    fn decode_rows(&mut self) -> u64 {
        let mut changed = 0;
        for r in 0..COLUMN.n {
            let Ok(errors) = self.codes.row.locate(self.rows[r]) else { continue };
            for &c in errors.as_slice() {
                self.flip(r, c.into());
                changed += 1;
            }
        }
        changed
    }

    fn is_clean(&self) -> bool {
        self.rows.iter().chain(&self.columns).all(|&syndrome| syndrome == 0)
    }

    /// Decodes the columns, if `guarded` those whose one error is in a row in error; returns the
    /// bits changed.
    fn decode_columns(&mut self, guarded: bool) -> u64 {
        let mut changed = 0;
        for c in 0..ROW.n {
            let Ok(errors) = self.codes.column.locate(self.columns[c]) else { continue };
            let [r] = *errors.as_slice() else { continue };
            if !guarded || self.rows[usize::from(r)] != 0 {
                self.flip(r.into(), c);
                changed += 1;
            }
        }
        changed
    }
}

impl code::Decoder for Decoder {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        hard::decide(received, BLOCK.coded, &mut self.block);
        self.measure();
        let before = self.block.clone();
        for _ in 0..self.rounds {
            if self.decode_rows() + self.decode_columns(true) > 0 {
                continue;
            }
            if self.is_clean() || self.decode_columns(false) == 0 {
                break;
            }
        }
        information.fill(0);
        for r in 0..INFORMATION_ROWS {
            let (from, to) = (ROW.n * r, INFORMATION_COLUMNS * r);
            copy_bits(&self.block, from, information, to, INFORMATION_COLUMNS);
        }
        let words = self.rows.iter().chain(&self.columns);
        let pairs = before.iter().zip(&self.block);
        let corrected_bits = pairs.map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
        Outcome {
            codewords: (ROW.n + COLUMN.n) as u64,
            corrected_bits,
            corrected_symbols: corrected_bits,
            uncorrectable: words.filter(|&&syndrome| syndrome != 0).count() as u64,
        }
    }
}

/// Adds `count` bits of `from`, from bit `start` on, to `to`, which has zeros there, at bit `at`.
fn copy_bits(from: &[u8], start: usize, to: &mut [u8], at: usize, count: usize) {
    let mut done = 0;
    while done < count {
        let taken = (count - done).min(8);
        let (source, target) = (start + done, at + done);
        let pair = |octets: &[u8], at: usize| {
            u16::from(octets[at]) << 8 | u16::from(octets.get(at + 1).copied().unwrap_or(0))
        };
        let octet = (pair(from, source / 8) << (source % 8) >> 8) as u8 & !(0xFFu16 >> taken) as u8;
        let spread = (u16::from(octet) << 8 >> (target % 8)).to_be_bytes();
        to[target / 8] |= spread[0];
        if let Some(next) = to.get_mut(target / 8 + 1) {
            *next |= spread[1];
        }
        done += taken;
    }
}

#[cfg(test)]
mod tests;
