//! Two 513B code blocks as a 1027B one, in a bit stream, and back with its framing.
//!
//! Clause: G.709 Annex F. The flags and their parity go first and unscrambled, the rows behind them
//! scrambled. The framing is found by the parity: four of eight patterns are legal.

use super::layout::{
    CODE_BITS, CODE_GROUP, CODE_GROUP_OCTETS, CODE_PAIR, CODE_ROWS, FLAG_BITS, flags_of_word,
    join_flags, split_flags,
};
use super::lock::{Lock, LockRule, Step};
use super::scrambler58::Scrambler;
use super::serial::{BitBuffer, SyncCounters};
use super::transcode::CodeBlock;

/// Blocks of a 1027B code block.
pub const CODE_BLOCKS: usize = CODE_PAIR * CODE_ROWS;

/// Two code blocks.
pub type Pair = [CodeBlock; CODE_PAIR];

/// Writes bits to octets, the first one most significant.
struct BitWriter<'a> {
    octets: &'a mut [u8],
    at: usize,
    /// Bits that fill no octets yet, from the most significant one on.
    held: u64,
    count: u32,
}

impl BitWriter<'_> {
    /// Writes the first `count` bits of a word, 1 to 64; the rest of it is zeros.
    fn write(&mut self, word: u64, count: u32) {
        self.held |= word >> self.count;
        let total = self.count + count;
        if total < u64::BITS {
            self.count = total;
            return;
        }
        self.octets[self.at..self.at + size_of::<u64>()].copy_from_slice(&self.held.to_be_bytes());
        self.at += size_of::<u64>();
        let used = u64::BITS - self.count;
        self.held = word.checked_shl(used).unwrap_or(0);
        self.count = total - u64::BITS;
    }

    /// Writes what is left.
    fn finish(self) {
        let rest = &mut self.octets[self.at..];
        rest.copy_from_slice(&self.held.to_be_bytes()[..rest.len()]);
    }
}

/// Makes the bit stream.
#[derive(Clone, Debug)]
pub struct CodeWriter {
    scrambler: Scrambler,
    group: [u8; CODE_GROUP_OCTETS],
    /// Octets of the group that are given.
    given: usize,
    /// Blocks made so far, as 66B.
    blocks: u64,
}

impl Default for CodeWriter {
    fn default() -> Self {
        Self {
            scrambler: Scrambler::default(),
            group: [0; CODE_GROUP_OCTETS],
            given: CODE_GROUP_OCTETS,
            blocks: 0,
        }
    }
}

/// Octet of the stream in which the row of a 66B block stands.
pub(super) const fn octet_of(block: u64) -> u64 {
    let (code, row) = (block / CODE_BLOCKS as u64, block % CODE_BLOCKS as u64);
    (code * CODE_BITS as u64 + FLAG_BITS as u64 + row * u64::BITS as u64) / 8
}

impl CodeWriter {
    /// Fills `octets` with what comes next; `next` makes two code blocks, told the number of their
    /// first 66B block.
    pub fn fill(&mut self, octets: &mut [u8], mut next: impl FnMut(u64) -> Pair) {
        let mut rest = octets;
        while !rest.is_empty() {
            if self.given == CODE_GROUP_OCTETS {
                let pairs = core::array::from_fn(|n| next(self.blocks + (n * CODE_BLOCKS) as u64));
                self.group = self.pack(&pairs);
                self.blocks += (CODE_GROUP * CODE_BLOCKS) as u64;
                self.given = 0;
            }
            let part = rest.len().min(CODE_GROUP_OCTETS - self.given);
            let (first, after) = rest.split_at_mut(part);
            first.copy_from_slice(&self.group[self.given..self.given + part]);
            self.given += part;
            rest = after;
        }
    }

    /// Eight 1027B code blocks as octets.
    //= g709:f.2-flag-parity
    //= g709:f.2-scrambler
    pub fn pack(&mut self, pairs: &[Pair; CODE_GROUP]) -> [u8; CODE_GROUP_OCTETS] {
        let mut octets = [0; CODE_GROUP_OCTETS];
        let mut writer = BitWriter { octets: &mut octets, at: 0, held: 0, count: 0 };
        for [first, second] in pairs {
            let flags = join_flags(first.flag, second.flag);
            writer.write(u64::from(flags) << (u64::BITS as usize - FLAG_BITS), FLAG_BITS as u32);
            for row in first.rows.iter().chain(&second.rows) {
                writer.write(self.scrambler.scramble(*row).reverse_bits(), u64::BITS);
            }
        }
        writer.finish();
        octets
    }
}

/// What the framing reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framed {
    /// Two code blocks, while in lock; none where the flags are wrong.
    Pair(Option<Pair>),
    /// Lock was lost.
    Lost,
}

/// Finds the code blocks of a bit stream.
#[derive(Clone, Debug)]
pub struct CodeSync {
    bits: BitBuffer,
    lock: Lock,
    descrambler: Scrambler,
    counters: SyncCounters,
}

impl Default for CodeSync {
    fn default() -> Self {
        Self {
            bits: BitBuffer::new(),
            lock: Lock::new(LockRule::SERIAL),
            descrambler: Scrambler::default(),
            counters: SyncCounters::default(),
        }
    }
}

impl CodeSync {
    /// Whether there is lock.
    pub const fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    /// Counters since the start; a block is one of 1027 bits, its header the flags.
    pub const fn counters(&self) -> SyncCounters {
        self.counters
    }

    /// Takes octets of the stream; hands on what begins in an octet, counted from the first one.
    //= g709:f.2-framing
    pub fn push(&mut self, octets: &[u8], mut on: impl FnMut(u64, Framed)) {
        for chunk in octets.chunks(BitBuffer::CHUNK) {
            self.bits.append(chunk);
            while self.bits.left() >= CODE_BITS {
                self.block(&mut on);
            }
            self.bits.compact();
        }
    }

    fn block(&mut self, on: &mut impl FnMut(u64, Framed)) {
        let position = self.bits.position() / 8;
        let flags = split_flags(flags_of_word(self.bits.word(0)));
        let was_locked = self.lock.is_locked();
        let step = self.lock.test(flags.is_some());
        if matches!(step, Step::Slip) {
            self.bits.skip(1);
            return;
        }
        if was_locked || step == Step::Locked {
            // The descrambler follows the line from the code block on that made lock.
            let mut rows = [0; CODE_BLOCKS];
            for (n, row) in rows.iter_mut().enumerate() {
                let word = self.bits.word(FLAG_BITS + n * u64::BITS as usize);
                *row = self.descrambler.descramble(word.reverse_bits());
            }
            if was_locked {
                self.counters.blocks += 1;
                self.counters.bad_headers += u64::from(flags.is_none());
                on(position, Framed::Pair(flags.map(|flags| pair(flags, &rows))));
            }
        }
        match step {
            Step::Stay | Step::Slip => {}
            Step::Locked => self.counters.locks += 1,
            Step::Lost => {
                self.counters.lock_losses += 1;
                on(position, Framed::Lost);
            }
        }
        self.bits.skip(if step == Step::Lost { 1 } else { CODE_BITS });
    }
}

fn pair((first, second): (bool, bool), rows: &[u64; CODE_BLOCKS]) -> Pair {
    let half = |at: usize| core::array::from_fn(|n| rows[at + n]);
    [CodeBlock { flag: first, rows: half(0) }, CodeBlock { flag: second, rows: half(CODE_ROWS) }]
}
