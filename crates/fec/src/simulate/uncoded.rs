//! No code at all: blocks of 1024 bits as they come. Shows what a channel does.

use alloc::boxed::Box;

use crate::bits;
use crate::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};

/// The block.
pub const BLOCK: BlockSize = BlockSize { information: 1024, coded: 1024 };

/// The code that adds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Uncoded;

impl Code for Uncoded {
    fn block(&self) -> BlockSize {
        BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(Copy)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Copy)
    }
}

struct Copy;

impl Encoder for Copy {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        coded.copy_from_slice(information);
    }
}

impl Decoder for Copy {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        match received {
            Received::Bits(packed) => information.copy_from_slice(packed),
            Received::Llr(llr) => {
                for (at, ratio) in llr.iter().enumerate() {
                    bits::set(information, at, *ratio < 0.0);
                }
            }
        }
        Outcome { codewords: 1, ..Outcome::default() }
    }
}
