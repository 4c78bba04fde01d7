//! The engine: blocks of a code through a channel, and one of them once more.
//!
//! In: a point and a range of block numbers. Out: a [`Tally`] that depends on these alone.
//! A code without memory takes each block for itself. A code with a memory of d blocks is run in
//! units: d blocks to warm up, the counted ones, d more until the last answer is out. The first
//! blocks behind a start are better protected than the rest, hence the warm-up.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use rand_core::Rng;

use super::channel::{Reception, Set};
use super::streams::Streams;
use super::tally::{Failure, Tally};
use crate::bits;
use crate::code::{Code, Decoder, Encoder, Input, Outcome, Received};

/// What is simulated.
#[derive(Clone, Copy)]
pub struct Point<'a> {
    /// The code.
    pub code: &'a dyn Code,
    /// The channel with its value.
    pub channel: Set,
    /// Seed of the run.
    pub seed: u64,
}

/// Coded bits of a unit of work, about.
const UNIT_BITS: usize = 1 << 20;
/// Counted blocks of a unit for each block of memory at the least.
const UNIT_MEMORIES: usize = 16;

/// How blocks are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Counted blocks of a unit.
    pub blocks: u64,
    /// Blocks before them, and after them.
    pub memory: u64,
}

impl Units {
    /// The units of a code.
    pub fn of(code: &dyn Code) -> Self {
        let memory = code.decoder().delay();
        let blocks = (UNIT_BITS / code.block().coded.max(1)).max(UNIT_MEMORIES * memory).max(1);
        Self { blocks: blocks as u64, memory: memory as u64 }
    }

    /// First block behind the unit that holds `block`.
    pub fn end(&self, block: u64) -> u64 {
        (block / self.blocks + 1) * self.blocks
    }

    /// Number of the random stream of the block at `index` of the run of `unit`.
    fn stream(&self, unit: u64, index: u64) -> u64 {
        unit * (self.blocks + 2 * self.memory) + index
    }
}

/// A block as it went over the channel and came out.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Information, packed.
    pub information: Vec<u8>,
    /// The coded block, packed.
    pub sent: Vec<u8>,
    /// The block as received, packed: decisions.
    pub received: Vec<u8>,
    /// Log-likelihood ratios, if the decoder was given them.
    pub llr: Vec<f32>,
    /// Information behind the decoder, packed.
    pub decoded: Vec<u8>,
    /// What the decoder said when it gave the block out.
    pub outcome: Outcome,
}

/// Simulates blocks of one point.
pub struct Worker<'a> {
    point: Point<'a>,
    units: Units,
    streams: Streams,
    encoder: Box<dyn Encoder>,
    decoder: Box<dyn Decoder>,
    reception: Reception,
    information: Vec<u8>,
    coded: Vec<u8>,
    decoded: Vec<u8>,
    /// Blocks sent and not yet given out.
    waiting: VecDeque<Sent>,
}

struct Sent {
    information: Vec<u8>,
    wrong: u64,
}

impl<'a> Worker<'a> {
    /// A worker on `point`.
    pub fn new(point: Point<'a>) -> Self {
        let block = point.code.block();
        let name = point.channel.channel().name();
        Self {
            point,
            units: Units::of(point.code),
            streams: Streams::new(point.seed, &name, point.channel.value()),
            encoder: point.code.encoder(),
            decoder: point.code.decoder(),
            reception: Reception::default(),
            information: alloc::vec![0; bits::octets(block.information)],
            coded: alloc::vec![0; bits::octets(block.coded)],
            decoded: alloc::vec![0; bits::octets(block.information)],
            waiting: VecDeque::new(),
        }
    }

    /// Simulates the blocks `range`, which lie in one unit if the code has a memory.
    pub fn run(&mut self, range: Range<u64>) -> Tally {
        let mut tally = Tally::default();
        let unit = range.start / self.units.blocks;
        if self.units.memory == 0 {
            for block in range {
                let outcome = self.block(block);
                self.count(block, outcome, &mut tally);
            }
            return tally;
        }
        self.restart();
        let first = unit * self.units.blocks;
        let delay = self.units.memory;
        // Index `delay` of a run is its first counted block, and is given out `delay` blocks later.
        for index in 0..range.end - first + 2 * delay {
            let outcome = self.block(self.units.stream(unit, index));
            let Some(counted) = index.checked_sub(2 * delay) else {
                if index >= delay {
                    self.waiting.pop_front();
                }
                continue;
            };
            if range.contains(&(first + counted)) {
                self.count(first + counted, outcome, &mut tally);
            } else {
                self.waiting.pop_front();
            }
        }
        tally
    }

    fn restart(&mut self) {
        self.encoder = self.point.code.encoder();
        self.decoder = self.point.code.decoder();
        self.waiting.clear();
    }

    /// Sends the block of stream `number` and takes what the decoder gives out.
    fn block(&mut self, number: u64) -> Outcome {
        let size = self.point.code.block();
        let mut generator = self.streams.stream(number);
        generator.fill_bytes(&mut self.information);
        clear_behind(&mut self.information, size.information);
        self.encoder.encode(&self.information, &mut self.coded);
        let soft = self.point.code.input() == Input::Soft;
        let out = &mut self.reception;
        self.point.channel.carry(&self.coded, size.coded, soft, &mut generator, out);
        self.waiting.push_back(Sent { information: self.information.clone(), wrong: out.wrong });
        let received =
            if out.llr.is_empty() { Received::Bits(&out.bits) } else { Received::Llr(&out.llr) };
        self.decoder.decode(received, &mut self.decoded)
    }

    /// Compares what came out with what was sent longest ago.
    fn count(&mut self, block: u64, outcome: Outcome, tally: &mut Tally) {
        let size = self.point.code.block();
        let Some(sent) = self.waiting.pop_front() else { return };
        let bit_errors = differences(&sent.information, &self.decoded);
        tally.codewords += 1;
        tally.information_bits += size.information as u64;
        tally.coded_bits += size.coded as u64;
        tally.channel_errors += sent.wrong;
        tally.outcome.add(outcome);
        let alone = self.units.memory == 0;
        tally.reported += u64::from(alone && outcome.uncorrectable > 0);
        if bit_errors > 0 {
            tally.undetected += u64::from(alone && outcome.uncorrectable == 0);
            tally.wrong(Failure { seed: self.point.seed, block, bit_errors });
        }
    }
}

/// Block number `block` once more, with all that happened to it.
pub fn replay(point: Point<'_>, block: u64) -> Frame {
    let mut worker = Worker::new(point);
    let units = worker.units;
    let (unit, delay) = (block / units.blocks, units.memory);
    let wanted = block % units.blocks + delay;
    let mut kept = None;
    let mut outcome = Outcome::default();
    let (from, to) = if delay == 0 { (wanted, wanted) } else { (0, wanted + delay) };
    for index in from..=to {
        outcome = worker.block(units.stream(unit, index));
        if index == wanted {
            kept =
                Some((worker.information.clone(), worker.coded.clone(), worker.reception.clone()));
        }
    }
    let (information, sent, reception) = kept.unwrap_or_default();
    let decoded = worker.decoded;
    let Reception { bits: received, llr, .. } = reception;
    Frame { information, sent, received, llr, decoded, outcome }
}

/// Zeros behind the first `count` bits.
pub(super) fn clear_behind(packed: &mut [u8], count: usize) {
    (count..packed.len() * 8).for_each(|at| bits::set(packed, at, false));
}

/// Bits in which two blocks differ.
pub(super) fn differences(a: &[u8], b: &[u8]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a ^ b).count_ones())).sum()
}

/// Places at which two blocks of `count` bits differ, from 0.
pub fn places(a: &[u8], b: &[u8], count: usize) -> Vec<usize> {
    (0..count).filter(|&at| bits::get(a, at) != bits::get(b, at)).collect()
}

#[cfg(test)]
mod tests;
