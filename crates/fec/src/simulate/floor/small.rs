//! A product code so small that its floor is seen in plain simulation.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;

use super::pattern::StallPatterns;
use crate::bch::{Bch, Parameters};
use crate::bits;
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};

/// Rows and columns in the same code, decoded in turns until nothing changes.
pub(super) struct SmallProduct {
    bch: Arc<Bch>,
}

impl SmallProduct {
    pub(super) fn new(parameters: Parameters) -> Self {
        Self { bch: Arc::new(Bch::new(parameters).unwrap()) }
    }

    pub(super) fn patterns(&self) -> StallPatterns {
        let (n, k, lines) = (self.bch.n() as u32, self.bch.k() as u32, self.bch.t() as u32 + 1);
        StallPatterns::Product { sides: (n, n), information: (k, k), wrong: (lines, lines) }
    }
}

impl Code for SmallProduct {
    fn block(&self) -> BlockSize {
        let (n, k) = (self.bch.n(), self.bch.k());
        BlockSize { information: k * k, coded: n * n }
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Coder { bch: self.bch.clone() })
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(Coder { bch: self.bch.clone() })
    }
}

struct Coder {
    bch: Arc<Bch>,
}

impl code::Encoder for Coder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        coded.fill(0);
        let (n, k) = (self.bch.n(), self.bch.k());
        let bit = |parity: u128, at: usize| parity >> (n - 1 - at) & 1 == 1;
        let mut line = vec![0; bits::octets(k)];
        for r in 0..k {
            (0..k).for_each(|c| bits::set(&mut line, c, bits::get(information, k * r + c)));
            let parity = self.bch.parity(&line);
            for c in 0..n {
                let one = if c < k { bits::get(&line, c) } else { bit(parity, c) };
                bits::set(coded, n * r + c, one);
            }
        }
        for c in 0..n {
            (0..k).for_each(|r| bits::set(&mut line, r, bits::get(coded, n * r + c)));
            let parity = self.bch.parity(&line);
            (k..n).for_each(|r| bits::set(coded, n * r + c, bit(parity, r)));
        }
    }
}

impl code::Decoder for Coder {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let Received::Bits(received) = received else { unreachable!("tests send bits") };
        let (n, k) = (self.bch.n(), self.bch.k());
        let mut block = received.to_vec();
        // Syndromes of rows, then of columns.
        let mut syndromes = [vec![0; n], vec![0; n]];
        for at in (0..n * n).filter(|&at| bits::get(received, at)) {
            syndromes[0][at / n] ^= self.bch.column(at % n);
            syndromes[1][at % n] ^= self.bch.column(at / n);
        }
        let mut idle = 0;
        for turn in 0..40 {
            let (this, other) = (turn % 2, 1 - turn % 2);
            idle += 1;
            for line in 0..n {
                let Ok(errors) = self.bch.locate(syndromes[this][line]) else { continue };
                for &at in errors.as_slice() {
                    let at = usize::from(at);
                    bits::flip(&mut block, if this == 0 { n * line + at } else { n * at + line });
                    syndromes[this][line] ^= self.bch.column(at);
                    syndromes[other][at] ^= self.bch.column(line);
                    idle = 0;
                }
            }
            if idle == 2 {
                break;
            }
        }
        information.fill(0);
        for at in 0..k * k {
            bits::set(information, at, bits::get(&block, n * (at / k) + at % k));
        }
        let left = syndromes.iter().flatten().filter(|&&syndrome| syndrome != 0).count();
        Outcome { uncorrectable: left as u64, ..Outcome::default() }
    }
}
