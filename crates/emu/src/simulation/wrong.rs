//! What the decoder of a line left wrong in a frame, as only someone who knows both ends can tell.
//!
//! In: the bits that the line flipped, and what the decoder did. Out: counts, and the payload octets that
//! are not what was sent, each with the codeword to blame.
//!
//! Bit literals: the codewords that the decoder gave up are a mask.

use otn_fec::rs255_239::{SUB_ROWS, T};
use otn_frame::layout::{OTU_COLS, PAYLOAD_COLS, PAYLOAD_RANGE, ROWS};
use otn_proc::observer::FrameReport;
use otn_proc::terminal::Fec;

use crate::ledger::Codeword;

/// What the decoder of a line left wrong in a frame.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) residual_bit_errors: u64,
    pub(super) miscorrected_codewords: u64,
    /// Payload octets, in order, and the codeword to blame.
    pub(super) octets: Vec<(u32, Codeword)>,
}

/// What is wrong in a frame after the decoder, where the line flipped these bits of it.
pub(super) fn left_wrong(
    (line, number): (usize, u64),
    flipped: &[u32],
    report: &FrameReport<'_>,
    fec: Fec,
) -> Wrong {
    let mut left = Wrong::default();
    let word_of = |bit: u32| {
        let octet = bit as usize / 8;
        (octet / OTU_COLS, octet % SUB_ROWS)
    };
    let mut symbols = [[0usize; SUB_ROWS]; ROWS];
    let mut last = None;
    for &bit in flipped {
        let (row, sub_row) = word_of(bit);
        if last != Some(bit / 8) {
            symbols[row][sub_row] += 1;
        }
        last = Some(bit / 8);
    }
    let given_up =
        |row: usize, x: usize| report.fec[row].uncorrectable >> x & 1 == 1 || fec == Fec::None;
    let place = |octet: u32, row: usize, sub_row: usize| {
        let column = octet as usize % OTU_COLS;
        let word = Codeword { line, frame: number, row: row as u8 + 1, sub_row: sub_row as u8 + 1 };
        let within = || (row * PAYLOAD_COLS + column - PAYLOAD_RANGE.start) as u32;
        PAYLOAD_RANGE.contains(&column).then(|| (within(), word))
    };
    for &bit in flipped {
        let (row, sub_row) = word_of(bit);
        if given_up(row, sub_row) {
            left.residual_bit_errors += 1;
            left.octets.extend(place(bit / 8, row, sub_row));
        }
    }
    if fec != Fec::None {
        for (row, words) in symbols.iter().enumerate() {
            for (x, _) in words.iter().enumerate().filter(|&(x, &n)| n > T && !given_up(row, x)) {
                left.miscorrected_codewords += 1;
                // Which octets the decoder made wrong is not asked: any of the codeword.
                let octets = (0..OTU_COLS).filter(|c| c % SUB_ROWS == x);
                left.octets.extend(
                    octets.filter_map(|column| place((row * OTU_COLS + column) as u32, row, x)),
                );
            }
        }
    }
    left.octets.sort_by_key(|(offset, _)| *offset);
    left
}
