//! The arrangement of the W-Port around oFEC: four encoders, and the interleavers behind them.
//!
//! In: codec blocks of 14 208 bits. Out: the bits of a frame of the line in the order in which the
//! symbol mapper takes them, and back from bits or values. Source: fact sheet A.5 (Open ROADM W-Port,
//! clauses 10 and 10.3). Not here: CRC, scrambler, mapping to symbols, pilots.

use super::{BLOCK, CODED_BITS, COLUMNS, Encoder, HALF, INFORMATION_BITS};
use crate::bits;
use crate::code::Encoder as _;
use alloc::vec;
use alloc::vec::Vec;

/// Encoders side by side.
//= ofec:wport-encoders
pub const ENCODERS: usize = 4;
/// Bits of a codec block: one step of each encoder.
pub const CODEC_BLOCK_BITS: usize = ENCODERS * INFORMATION_BITS;
/// Steps of one encoder that fill its half of a buffer.
pub const BUFFER_STEPS: usize = 21;
/// Block rows of a buffer, from two encoders.
const BUFFER_ROWS: usize = 4 * BUFFER_STEPS;
/// Bits of a buffer.
//= ofec:wport-interleaver
pub const BUFFER_BITS: usize = BUFFER_STEPS * 2 * CODED_BITS;
/// Bits read from each subset of block rows in turn.
const RUN: usize = 8;

/// How the line takes bits of the two buffers, and how many buffers a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// DP-QPSK: 42 codec blocks a frame, four bits of each buffer in turn.
    Qpsk,
    /// DP-16QAM: 84 codec blocks a frame, eight bits of each buffer in turn.
    Qam16,
}

impl Format {
    /// Codec blocks of a frame.
    pub const fn codec_blocks(self) -> usize {
        match self {
            Self::Qpsk => 2 * BUFFER_STEPS,
            Self::Qam16 => 4 * BUFFER_STEPS,
        }
    }

    /// Coded bits of a frame.
    pub const fn line_bits(self) -> usize {
        self.codec_blocks() * ENCODERS * CODED_BITS
    }

    /// Bits taken from each buffer in turn.
    const fn turn(self) -> usize {
        match self {
            Self::Qpsk => 4,
            Self::Qam16 => 8,
        }
    }
}

/// The row and column that come to (row, column) of a square block.
//= ofec:wport-in-block
pub const fn in_block(row: usize, column: usize) -> (usize, usize) {
    let turn = row / 8;
    ((column + 2 * BLOCK - 2 * (row % 8) - turn) % BLOCK, (column + 2 * BLOCK - row - turn) % BLOCK)
}

/// Where bit `at` of a buffer's output comes from: which of its two encoders, and which of the coded
/// bits that this encoder made for the buffer.
//= ofec:wport-interleaver
pub const fn source(at: usize) -> (usize, usize) {
    let (column, at) = (at / (BUFFER_ROWS * BLOCK), at % (BUFFER_ROWS * BLOCK));
    let (run, bit) = (at / RUN, at % RUN);
    // Runs of a column go down each of four subsets: even and odd block rows of both halves.
    let (subset, place) = (run % 4, run / 4 * RUN + bit);
    let row = BUFFER_ROWS / 2 * (subset / 2) + subset % 2 + 2 * (place / BLOCK);
    let (r, c) = in_block(place % BLOCK, column % BLOCK);
    // Even block rows are of the first encoder, odd ones of the second.
    let own = row / 2;
    let within = (column / BLOCK * 2 + own % 2) * BLOCK * BLOCK + r * BLOCK + c;
    (row % 2, own / 2 * CODED_BITS + within)
}

/// For each bit of the line in the order of the symbol mapper: its encoder and its place among the
/// coded bits that this encoder made for the frame.
//= ofec:wport-merge
pub fn line_order(format: Format) -> Vec<(u8, u32)> {
    let turn = format.turn();
    let mut order = Vec::with_capacity(format.line_bits());
    for at in 0..format.line_bits() {
        let (round, within) = (at / (2 * turn), at % (2 * turn));
        let of_buffer = round * turn + within % turn;
        let (fill, at) = (of_buffer / BUFFER_BITS, of_buffer % BUFFER_BITS);
        let (encoder, place) = source(at);
        let place = fill * BUFFER_STEPS * CODED_BITS + place;
        order.push(((within / turn * 2 + encoder) as u8, place as u32));
    }
    order
}

/// Takes values of a frame apart, one list for each encoder.
pub fn deinterleave<T: Copy + Default>(line: &[T], format: Format) -> [Vec<T>; ENCODERS] {
    let each = format.line_bits() / ENCODERS;
    let mut streams = core::array::from_fn(|_| vec![T::default(); each]);
    for (&value, (encoder, place)) in line.iter().zip(line_order(format)) {
        streams[encoder as usize][place as usize] = value;
    }
    streams
}

/// The four encoders and the interleaver.
#[derive(Clone, Debug)]
pub struct Transmitter {
    encoders: [Encoder; ENCODERS],
    format: Format,
    order: Vec<(u8, u32)>,
}

impl Transmitter {
    /// Four encoders at the start of their streams.
    pub fn new(format: Format) -> Self {
        Self { encoders: Default::default(), format, order: line_order(format) }
    }

    /// Codes and interleaves one frame. `payload` holds the codec blocks of the frame, `line` gets its
    /// coded bits, both packed.
    pub fn frame(&mut self, payload: &[u8], line: &mut [u8]) {
        let mut streams: [Vec<u8>; ENCODERS] = Default::default();
        for block in payload.chunks_exact(CODEC_BLOCK_BITS / 8).take(self.format.codec_blocks()) {
            for (which, encoder) in self.encoders.iter_mut().enumerate() {
                let mut information = [0; INFORMATION_BITS / 8];
                //= ofec:wport-encoders
                for at in 0..INFORMATION_BITS {
                    bits::set(&mut information, at, bits::get(block, ENCODERS * at + which));
                }
                let mut coded = [0; CODED_BITS / 8];
                encoder.encode(&information, &mut coded);
                streams[which].extend_from_slice(&coded);
            }
        }
        for (at, &(encoder, place)) in self.order.iter().enumerate() {
            let bit = streams[encoder as usize].get(place as usize / 8);
            let bit = bit.is_some_and(|_| bits::get(&streams[encoder as usize], place as usize));
            bits::set(line, at, bit);
        }
    }
}

const _: () =
    assert!(COLUMNS * BLOCK == HALF && BUFFER_ROWS * COLUMNS * BLOCK * BLOCK == BUFFER_BITS);
