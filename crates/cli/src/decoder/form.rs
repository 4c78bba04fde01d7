//! How the bits of a line lie in a file: bit order, inversion, structure, scrambling, FEC.
//!
//! In: the first octets of a line. Out: the likeliest form. The FAS is never scrambled, so alignment
//! comes first, tried in every bit order and polarity and with both lengths of frame; the MFAS then
//! counts up where it is clear and down where every bit of it is inverted, which is what the
//! scrambler does to it.

use otn_fec::rs255_239;
use otn_frame::layout::{FAS, FEC_RANGE, MFAS, ODU_COLS, OTU_COLS, ROWS};
use otn_frame::{Frame, OtuFrame, Signal, scrambler};
use otn_proc::align::{Aligner, Step};
use otn_proc::terminal::{Fec, LineCoding};

/// Frames that are looked at.
const FRAMES: usize = 8;

/// Which frames follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    /// OTUk.
    Otu,
    /// ODUk without an OTUk around it.
    Odu,
}

impl Structure {
    /// The signal of this structure for an ODUk; the ODUk itself where it has no OTUk.
    pub(super) fn signal(self, odu: Signal) -> Signal {
        let is = |s: &Signal| s.is_otu() && s.odu() == odu;
        match self {
            Self::Otu => Signal::ALL.into_iter().find(is).unwrap_or(odu),
            Self::Odu => odu,
        }
    }
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Bit 8 of each octet comes first.
    pub(super) lsb_first: bool,
    /// Every bit is inverted.
    pub(super) inverted: bool,
    /// Length of the frames.
    pub(super) structure: Structure,
    /// Coding of an OTUk.
    pub(super) coding: LineCoding,
}

impl Form {
    /// The octets of a piece with the bits as G.709 has them.
    pub(super) fn put_right<'a>(&self, octets: &'a [u8], buffer: &'a mut Vec<u8>) -> &'a [u8] {
        if !self.lsb_first && !self.inverted {
            return octets;
        }
        let mask = if self.inverted { u8::MAX } else { 0 };
        buffer.clear();
        if self.lsb_first {
            buffer.extend(octets.iter().map(|octet| octet.reverse_bits() ^ mask));
        } else {
            buffer.extend(octets.iter().map(|octet| octet ^ mask));
        }
        buffer
    }
}

/// The likeliest form; a real line, scrambled with FEC, where no frame is found. A signal that is
/// known tells the structure.
pub(super) fn find(octets: &[u8], signal: Option<Signal>) -> Form {
    // A dark line has no frames: there is nothing to look for.
    let octets = if is_constant(octets) { &[] } else { octets };
    let octets = &octets[..octets.len().min(4 * FRAMES * OtuFrame::OCTETS)];
    let coding = LineCoding { fec: Fec::Rs255_239, scrambled: true };
    let structures = match signal {
        Some(signal) if signal.is_otu() => &[Structure::Otu][..],
        Some(_) => &[Structure::Odu],
        None => &[Structure::Otu, Structure::Odu],
    };
    let mut best: Option<(usize, Form)> = None;
    let mut buffer = Vec::new();
    for (lsb_first, inverted) in [(false, false), (true, false), (false, true), (true, true)] {
        for &structure in structures {
            let form = Form { lsb_first, inverted, structure, coding };
            let found = match structure {
                Structure::Otu => score::<OTU_COLS>(form.put_right(octets, &mut buffer)),
                Structure::Odu => score::<ODU_COLS>(form.put_right(octets, &mut buffer)),
            };
            // The plain form is tried first and wins a draw.
            if best.as_ref().is_none_or(|(most, _)| found > *most) {
                best = Some((found, form));
            }
        }
    }
    let plain = Form { lsb_first: false, inverted: false, structure: structures[0], coding };
    let Some((1.., mut form)) = best else { return plain };
    if form.structure == Structure::Otu {
        form.coding = self::coding(form.put_right(octets, &mut buffer));
    }
    form
}

/// True where all octets are the same.
pub(super) fn is_constant(octets: &[u8]) -> bool {
    octets.windows(2).all(|pair| pair[0] == pair[1])
}

/// Octets of frames whose FAS is right.
fn score<const COLS: usize>(octets: &[u8]) -> usize {
    let intact = aligned::<COLS>(octets).into_iter().filter(|(intact, _)| *intact).count();
    intact * ROWS * COLS
}

/// The likeliest coding of OTUk frames.
fn coding(octets: &[u8]) -> LineCoding {
    let frames: Vec<OtuFrame> = aligned(octets).into_iter().map(|(_, frame)| frame).collect();
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
    // Zeros have zeros for parity, whatever the code; but the FAS stands in six codewords of the first
    // row, and half of their parity is more than the errors of a line make of an empty FEC area.
    let parity = |frame: &OtuFrame| frame.rows()[0][FEC_RANGE].iter().filter(|&&o| o > 0).count();
    let found: usize = clear.map(|frame| parity(&frame)).sum();
    let of_fas = FAS.octets * rs255_239::PARITY;
    let fec = if 2 * found < frames.len() * of_fas { Fec::None } else { Fec::Rs255_239 };
    LineCoding { fec, scrambled }
}

/// The first frames, and whether the FAS of each is right.
pub(super) fn aligned<const COLS: usize>(octets: &[u8]) -> Vec<(bool, Frame<COLS>)> {
    frames(octets, FRAMES)
}

/// Up to `most` frames, and whether the FAS of each is right.
pub(super) fn frames<const COLS: usize>(octets: &[u8], most: usize) -> Vec<(bool, Frame<COLS>)> {
    let mut aligner = Aligner::<COLS>::new();
    aligner.push(octets);
    aligner.end();
    let mut frames = Vec::new();
    let mut frame = Frame::zeroed();
    while frames.len() < most {
        match aligner.next_frame(&mut frame) {
            Step::Starved => break,
            Step::Searched => {}
            Step::Frame(info) => frames.push((info.fas_intact, frame.clone())),
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;

    fn line(fec: Fec, scrambled: bool) -> Vec<u8> {
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
        line
    }

    fn shifted(octets: &[u8], bits: u32) -> Vec<u8> {
        let pairs = octets.iter().zip(&octets[1..]);
        pairs.map(|(a, b)| (u16::from_be_bytes([*a, *b]) >> bits) as u8).collect()
    }

    #[test]
    fn all_codings_orders_polarities_and_structures_are_told_apart() {
        for fec in [Fec::None, Fec::Rs255_239] {
            for scrambled in [false, true] {
                let line = line(fec, scrambled);
                for (lsb_first, inverted) in
                    [(false, false), (true, false), (false, true), (true, true)]
                {
                    let coding = LineCoding { fec, scrambled };
                    let structure = Structure::Otu;
                    let form = Form { lsb_first, inverted, structure, coding };
                    let mut buffer = Vec::new();
                    let sent = form.put_right(&shifted(&line, 3), &mut buffer).to_vec();
                    assert_eq!(find(&sent, None), form);
                    assert_eq!(find(&sent, Some(Signal::Otu2)), form);
                }
            }
        }
        let odu: Vec<u8> = (0..6)
            .flat_map(|mfas| {
                let mut frame = OduFrame::zeroed();
                frame.set_alignment(mfas);
                frame.octets().to_vec()
            })
            .collect();
        assert_eq!(find(&odu, None).structure, Structure::Odu);
        let real = LineCoding { fec: Fec::Rs255_239, scrambled: true };
        assert_eq!(find(&[0x55; 50_000], None).coding, real);
    }

    #[test]
    fn an_otuk_is_named_by_its_oduk() {
        assert_eq!(Structure::Otu.signal(Signal::Odu2e), Signal::Otu2e);
        assert_eq!(Structure::Otu.signal(Signal::Odu4), Signal::Otu4);
        assert_eq!(Structure::Otu.signal(Signal::Odu0), Signal::Odu0);
        assert_eq!(Structure::Odu.signal(Signal::Odu1), Signal::Odu1);
    }
}
