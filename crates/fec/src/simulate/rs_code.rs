//! RS(255,239) as a code of the registry: one codeword is one block.
//!
//! In and out: octets of a codeword in the order of Annex A. A stand-in until
//! [`crate::rs255_239`] shows itself as a code: it uses that module's whole-row functions with one
//! sub-row, so it is right but not fast.

use alloc::boxed::Box;

use crate::bits;
use crate::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};
use crate::rs255_239::{K, N, ROW_OCTETS, SUB_ROWS, decode_row, encode_row};

/// The block.
pub const BLOCK: BlockSize = BlockSize { information: K * 8, coded: N * 8 };

/// RS(255,239).
#[derive(Clone, Copy, Debug)]
pub struct Rs255;

impl Code for Rs255 {
    fn block(&self) -> BlockSize {
        BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(Row(Box::new([0; ROW_OCTETS])))
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Row(Box::new([0; ROW_OCTETS])))
    }
}

/// A row with one codeword, in its first sub-row; the others stay zero.
struct Row(Box<[u8; ROW_OCTETS]>);

impl Row {
    fn fill(&mut self, octets: &[u8]) {
        for (column, octet) in self.0.iter_mut().step_by(SUB_ROWS).zip(octets) {
            *column = *octet;
        }
    }

    fn read(&self, octets: &mut [u8]) {
        for (octet, column) in octets.iter_mut().zip(self.0.iter().step_by(SUB_ROWS)) {
            *octet = *column;
        }
    }
}

impl Encoder for Row {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        self.fill(information);
        encode_row(&mut self.0);
        self.read(coded);
    }
}

impl Decoder for Row {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        match received {
            Received::Bits(packed) => self.fill(packed),
            Received::Llr(llr) => {
                let mut packed = [0; N];
                for (at, ratio) in llr.iter().enumerate() {
                    bits::set(&mut packed, at, *ratio < 0.0);
                }
                self.fill(&packed);
            }
        }
        let row = decode_row(&mut self.0);
        self.read(information);
        Outcome {
            codewords: 1,
            corrected_bits: row.corrected_bits.into(),
            corrected_symbols: row.corrected_symbols.into(),
            uncorrectable: row.uncorrectable_codewords().into(),
        }
    }
}
