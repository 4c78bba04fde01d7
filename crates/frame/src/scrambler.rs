//! The frame-synchronous scrambler of the OTUk.
//!
//! Clause: G.709 11.2. In: an OTUk frame. Out: the same frame, scrambled or descrambled (the
//! operation is its own inverse). The register restarts in every frame, so the whole keystream is
//! a constant; the FAS columns of it are zero.
//!
//! Bit literals: the shift register works on single bits of its 16-bit state.

use crate::frame::OtuFrame;
use crate::layout::{FAS, OTU_COLS, ROWS};

/// Keystream of one frame, zero over the six FAS octets.
static KEYSTREAM: [[u8; OTU_COLS]; ROWS] = keystream();

/// One octet of the sequence of 1 + x + x^3 + x^12 + x^16, and the register after it.
/// Bit i of `register` is stage i + 1; the output is stage 16.
//= g709:11.2-scrambler
const fn next_octet(mut register: u16) -> (u8, u16) {
    let mut octet = 0;
    let mut bit = 0;
    while bit < 8 {
        octet = octet << 1 | (register >> 15) as u8;
        let feedback = (register ^ register >> 2 ^ register >> 11 ^ register >> 15) & 1;
        register = register << 1 | feedback;
        bit += 1;
    }
    (octet, register)
}

const fn keystream() -> [[u8; OTU_COLS]; ROWS] {
    let mut stream = [[0; OTU_COLS]; ROWS];
    // The first bit after the FAS, the MSB of MFAS, sees the register all ones.
    let mut register = 0xFFFF;
    let mut column = FAS.columns().end;
    let mut row = 0;
    while row < ROWS {
        while column < OTU_COLS {
            let (octet, after) = next_octet(register);
            stream[row][column] = octet;
            register = after;
            column += 1;
        }
        column = 0;
        row += 1;
    }
    stream
}

/// Scrambles a clear frame, or descrambles a scrambled one.
pub fn scramble(frame: &mut OtuFrame) {
    for (row, key_row) in frame.rows_mut().iter_mut().zip(&KEYSTREAM) {
        for (octet, key) in row.iter_mut().zip(key_row) {
            *octet ^= key;
        }
    }
}

/// Octet of the keystream at a zero-based row and column; zero over the FAS.
pub fn keystream_at(row: usize, column: usize) -> u8 {
    KEYSTREAM[row][column]
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_testkit::{golden, scrambler as oracle};

    //= type=test g709:11.2-scrambler
    #[test]
    fn the_keystream_is_that_of_the_bit_by_bit_oracle() {
        let mut frame = OtuFrame::zeroed();
        scramble(&mut frame);
        let mut expected = std::vec![0u8; OtuFrame::OCTETS];
        oracle::scramble_otu(&mut expected);
        assert_eq!(frame.octets(), expected);
        assert_eq!(frame.octets()[..6], [0; 6], "the FAS stays clear");
        let golden = golden::scrambler();
        let (start, end) = (golden.octets("keystream"), golden.octets("keystream.frame-end"));
        assert_eq!(frame.octets()[6..6 + start.len()], *start);
        assert_eq!(frame.octets()[OtuFrame::OCTETS - end.len()..], *end);
    }

    #[test]
    fn scrambling_twice_gives_the_frame_back() {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(7);
        frame.rows_mut()[2][1000] = 0x5A;
        let before = frame.clone();
        scramble(&mut frame);
        assert_ne!(frame, before);
        scramble(&mut frame);
        assert_eq!(frame, before);
    }
}
