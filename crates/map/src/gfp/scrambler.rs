//! The x^43 + 1 self-synchronous scrambler of the GFP payload area.
//!
//! Clause: G.7041 6.1.2.3. In: octets of payload areas, in order; core headers are not part of
//! the sequence. Out: the same octets scrambled or descrambled. The state starts at zero and is
//! held from one payload area to the next.
//!
//! Bit literals: the delay line is 43 bits of one machine word.

/// Length of the delay line in bits.
//= g7041:6.1.2.3-payload-scrambler
const DELAY: u32 = 43;

/// The delay line: the last 43 bits on the line, the oldest most significant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scrambler {
    line: u64,
}

impl Scrambler {
    /// Bits taken at once; at most [`DELAY`], so that no output bit depends on another of the same
    /// step.
    const STEP_BITS: u32 = 32;
    const STEP_OCTETS: usize = Self::STEP_BITS as usize / 8;

    fn delayed(self, bits: u32) -> u64 {
        self.line >> (DELAY - bits) & ((1 << bits) - 1)
    }

    fn shift_in(&mut self, on_line: u64, bits: u32) {
        self.line = (self.line << bits | on_line) & ((1 << DELAY) - 1);
    }

    /// Scrambles `octets` in place.
    pub fn scramble(&mut self, octets: &mut [u8]) {
        let (words, rest) = octets.as_chunks_mut::<{ Self::STEP_OCTETS }>();
        for word in words {
            let out = u64::from(u32::from_be_bytes(*word)) ^ self.delayed(Self::STEP_BITS);
            self.shift_in(out, Self::STEP_BITS);
            *word = (out as u32).to_be_bytes();
        }
        for octet in rest {
            let out = u64::from(*octet) ^ self.delayed(u8::BITS);
            self.shift_in(out, u8::BITS);
            *octet = out as u8;
        }
    }

    /// Takes an octet of the line into the delay line without descrambling it.
    pub fn follow(&mut self, octet: u8) {
        self.shift_in(u64::from(octet), u8::BITS);
    }

    /// Descrambles `octets` in place.
    pub fn descramble(&mut self, octets: &mut [u8]) {
        let (words, rest) = octets.as_chunks_mut::<{ Self::STEP_OCTETS }>();
        for word in words {
            let on_line = u64::from(u32::from_be_bytes(*word));
            *word = ((on_line ^ self.delayed(Self::STEP_BITS)) as u32).to_be_bytes();
            self.shift_in(on_line, Self::STEP_BITS);
        }
        for octet in rest {
            let on_line = u64::from(*octet);
            *octet = (on_line ^ self.delayed(u8::BITS)) as u8;
            self.shift_in(on_line, u8::BITS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    proptest! {
        //= type=test g7041:6.1.2.3-payload-scrambler
        #[test]
        fn any_cut_of_the_stream_gives_the_bits_of_the_oracle(
            octets in proptest::collection::vec(any::<u8>(), 0..300),
            cuts in proptest::collection::vec(0usize..300, 0..6),
        ) {
            let expected = otn_testkit::gfp::Scrambler::new().scramble(&octets);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(octets.len())).collect();
            cuts.extend([0, octets.len()]);
            cuts.sort_unstable();
            let (mut tx, mut rx) = (Scrambler::default(), Scrambler::default());
            let mut line = octets.clone();
            for pair in cuts.windows(2) {
                tx.scramble(&mut line[pair[0]..pair[1]]);
            }
            prop_assert_eq!(&line, &expected);
            rx.descramble(&mut line);
            prop_assert_eq!(line, octets);
        }
    }

    #[test]
    fn a_wrong_start_heals_after_43_bits() {
        let mut octets = [0x5Au8; 12];
        Scrambler::default().scramble(&mut octets);
        Scrambler { line: 0x123_4567_89AB }.descramble(&mut octets);
        assert_eq!(octets[6..], [0x5A; 6]);
        assert_ne!(octets[..6], [0x5A; 6]);
    }
}
