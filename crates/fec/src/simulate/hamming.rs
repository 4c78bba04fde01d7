//! Hamming(7,4): a code small enough that the chances of all its error patterns can be added up.

use alloc::boxed::Box;

use crate::bits;
use crate::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};

/// The code; `delay` blocks pass before an answer, to try the engine with a memory.
pub(super) struct Hamming {
    pub(super) delay: usize,
}

impl Code for Hamming {
    fn block(&self) -> BlockSize {
        BlockSize { information: 4, coded: 7 }
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(Coder)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Corrector { line: alloc::vec![0; self.delay] })
    }
}

struct Coder;

/// Places of a codeword that hold information, counted from 1; the powers of two hold parity.
const PLACES: [usize; 4] = [3, 5, 6, 7];

impl Encoder for Coder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        coded[0] = 0;
        let mut sum = 0;
        for (n, place) in PLACES.into_iter().enumerate() {
            if bits::get(information, n) {
                bits::set(coded, place - 1, true);
                sum ^= place;
            }
        }
        for power in [1, 2, 4] {
            bits::set(coded, power - 1, sum / power % 2 == 1);
        }
    }
}

struct Corrector {
    line: alloc::vec::Vec<u8>,
}

impl Decoder for Corrector {
    fn delay(&self) -> usize {
        self.line.len()
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut word = [0u8];
        match received {
            Received::Bits(packed) => word[0] = packed[0],
            Received::Llr(llr) => {
                (0..7).for_each(|at| bits::set(&mut word, at, llr[at] < 0.0));
            }
        }
        let syndrome = (1..=7).filter(|&at| bits::get(&word, at - 1)).fold(0, |sum, at| sum ^ at);
        let mut outcome = Outcome { codewords: 1, ..Outcome::default() };
        if syndrome > 0 {
            bits::flip(&mut word, syndrome - 1);
            outcome.corrected_bits = 1;
            outcome.corrected_symbols = 1;
        }
        self.line.push(word[0]);
        let oldest = [self.line.remove(0)];
        information[0] = 0;
        for (n, place) in PLACES.into_iter().enumerate() {
            bits::set(information, n, bits::get(&oldest, place - 1));
        }
        outcome
    }
}
