//! The frame-synchronous scrambler of the OTUk, G.709 11.2, one bit at a time.
//!
//! A register of sixteen stages generates 1 + x + x^3 + x^12 + x^16. It is set to all ones at the
//! most significant bit of the MFAS and runs to the end of the frame; the output of the x^16 stage
//! is added modulo 2 to the frame, parity included. The six octets of the FAS stay clear.
//! Scrambling twice gives the frame back, so the same functions descramble.

use crate::bits;

/// Octets of an OTUk frame: 4 rows of 4080 (G.709 11.1).
pub const FRAME_OCTETS: usize = 4 * 4080;

/// Octets of the frame alignment signal, which are not scrambled (G.709 11.2, 15.6.2.1).
pub const FAS_OCTETS: usize = 6;

/// The shift register of G.709 11.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// `stages[0]` is the x stage, `stages[15]` the x^16 stage.
    stages: Vec<bool>,
}

impl Register {
    /// The register as it is at the first bit after the FAS: all ones.
    pub fn all_ones() -> Self {
        Self { stages: vec![true; 16] }
    }

    /// Gives the output of the x^16 stage and moves every stage on by one.
    pub fn step(&mut self) -> bool {
        let output = self.stages[16 - 1];
        let mut ones = 0;
        for tap in [1, 3, 12, 16] {
            if self.stages[tap - 1] {
                ones += 1;
            }
        }
        for stage in (1..16).rev() {
            self.stages[stage] = self.stages[stage - 1];
        }
        self.stages[0] = ones % 2 == 1;
        output
    }
}

/// The first `octets` octets that are added to a frame from the MFAS on (G.709 11.2).
pub fn keystream(octets: usize) -> Vec<u8> {
    let mut register = Register::all_ones();
    let mut key = Vec::new();
    for _ in 0..8 * octets {
        key.push(register.step());
    }
    bits::to_bytes(&key)
}

/// Scrambles, or descrambles, OTUk frames of 16 320 octets that follow each other without gaps.
/// The register restarts in every frame. A last piece shorter than a frame counts as the beginning
/// of one.
pub fn scramble_otu(frames: &mut [u8]) {
    let key = keystream(FRAME_OCTETS - FAS_OCTETS);
    for frame in frames.chunks_mut(FRAME_OCTETS) {
        for (octet, key_octet) in frame.iter_mut().skip(FAS_OCTETS).zip(&key) {
            *octet ^= key_octet;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{golden, pn};

    #[test]
    fn keystream_equals_the_golden_vector() {
        let vectors = golden::scrambler();
        assert_eq!(keystream(32), vectors.octets("keystream"));
        let key = keystream(FRAME_OCTETS - FAS_OCTETS);
        assert_eq!(key[key.len() - 8..], *vectors.octets("keystream.frame-end"));
    }

    #[test]
    fn register_equals_the_recurrence() {
        let expected = pn::recurrence(&[1, 3, 12, 16], 8 * 16_314);
        assert_eq!(bits::from_bytes(&keystream(16_314)), expected);
    }

    #[test]
    fn register_returns_after_65535_steps_and_not_before() {
        let start = Register::all_ones();
        let mut register = start.clone();
        let mut period = 0u32;
        loop {
            register.step();
            period += 1;
            if register == start {
                break;
            }
        }
        assert_eq!(period, 65_535);
    }

    #[test]
    fn frame_alignment_signal_stays_clear_and_every_frame_restarts() {
        let mut frames = vec![0; 2 * FRAME_OCTETS];
        scramble_otu(&mut frames);
        let (first, second) = frames.split_at(FRAME_OCTETS);
        assert_eq!(first, second);
        assert_eq!(first[..FAS_OCTETS], [0; 6]);
        assert_eq!(first[FAS_OCTETS..], keystream(FRAME_OCTETS - FAS_OCTETS));
        scramble_otu(&mut frames);
        assert!(frames.iter().all(|octet| *octet == 0));
    }

    #[test]
    fn mfas_and_the_next_octet_are_inverted() {
        let mut piece = [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0x01, 0xA5];
        scramble_otu(&mut piece);
        assert_eq!(piece, [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0xFE, 0x5A]);
    }
}
