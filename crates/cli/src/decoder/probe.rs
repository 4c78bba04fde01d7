//! How a line is coded, told from its first frames.
//!
//! In: the first octets of a line. Out: scrambled or not, FEC or none. The FAS is never scrambled,
//! so alignment comes first; the MFAS then counts up where it is clear and down where every bit of
//! it is inverted, which is what the scrambler does to it.

use otn_frame::layout::{FEC_RANGE, MFAS, OTU_COLS, ROWS};
use otn_frame::{OtuFrame, scrambler};
use otn_proc::align::{Aligner, Step};
use otn_proc::terminal::{Fec, LineCoding};

/// Frames that are looked at.
pub(super) const FRAMES: usize = 8;

/// The likeliest coding; a real line, scrambled with FEC, where no frame is found.
pub(super) fn coding(octets: &[u8]) -> LineCoding {
    let frames = aligned(octets);
    let steps = |step: u8| {
        let follows =
            |pair: &&[OtuFrame]| pair[1].octet(MFAS).wrapping_sub(pair[0].octet(MFAS)) == step;
        frames.windows(2).filter(follows).count()
    };
    let scrambled = steps(1) <= steps(u8::MAX);
    let clear = frames.iter().map(|frame| {
        let mut frame = frame.clone();
        if scrambled {
            scrambler::scramble(&mut frame);
        }
        frame
    });
    // Parity is zero in one octet of 256; an empty FEC area is, but for the line's errors.
    let zeros = |frame: &OtuFrame| -> usize {
        frame.rows().iter().map(|r| r[FEC_RANGE].iter().filter(|&&o| o == 0).count()).sum()
    };
    let empty: usize = clear.map(|frame| zeros(&frame)).sum();
    let half = frames.len() * ROWS * FEC_RANGE.len() / 2;
    let fec = if empty > half { Fec::None } else { Fec::Rs255_239 };
    LineCoding { fec, scrambled }
}

fn aligned(octets: &[u8]) -> Vec<OtuFrame> {
    let mut aligner = Aligner::<OTU_COLS>::new();
    aligner.push(octets);
    let mut frames = Vec::new();
    let mut frame = OtuFrame::zeroed();
    loop {
        match aligner.next_frame(&mut frame) {
            Step::Starved => return frames,
            Step::Searched => {}
            Step::Frame(_) => frames.push(frame.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_codings_are_told_apart() {
        for fec in [Fec::None, Fec::Rs255_239] {
            for scrambled in [false, true] {
                let mut line = vec![0u8; 777];
                for mfas in 250..=255u8 {
                    let mut frame = OtuFrame::zeroed();
                    frame.set_alignment(mfas);
                    if fec == Fec::Rs255_239 {
                        frame.rows_mut().iter_mut().for_each(|r| r[FEC_RANGE].fill(0x3C));
                    }
                    if scrambled {
                        scrambler::scramble(&mut frame);
                    }
                    // A noisy line: one octet in a hundred is wrong.
                    frame.octets_mut()[20..].iter_mut().step_by(101).for_each(|o| *o ^= 4);
                    line.extend_from_slice(frame.octets());
                }
                assert_eq!(coding(&line), LineCoding { fec, scrambled });
            }
        }
        let real = LineCoding { fec: Fec::Rs255_239, scrambled: true };
        assert_eq!(coding(&[0x55; 50_000]), real);
    }
}
