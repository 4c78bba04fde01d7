//! Blocks as a bit stream in octets, and back with block lock.
//!
//! Clauses: IEEE 802.3 49.2.5, 49.2.9 and 49.2.13 (transmission order, block lock); G.709 17.2 (the
//! first bit of a client is the most significant bit of the first octet). A payload octet goes least
//! significant bit first, so it stands in the stream with its bits reversed.

use alloc::vec::Vec;

use super::block66::{Block, SyncHeader};
use super::layout::{
    BLOCK_BITS, GROUP_BLOCKS, GROUP_OCTETS, GROUP_WORDS, WINDOW_OCTETS, join_group, split_group,
    split_window, word_of_window,
};
use super::lock::{Lock, LockRule, Step};

/// Four blocks as octets.
//= ieee802.3:49.2.5-transmission-order
#[inline]
pub fn pack(blocks: &[Block; GROUP_BLOCKS], octets: &mut [u8; GROUP_OCTETS]) {
    let mut bits = [(0, 0); GROUP_BLOCKS];
    for (bits, block) in bits.iter_mut().zip(blocks) {
        *bits = (block.sync as u64, block.payload.reverse_bits());
    }
    let (words, last) = join_group(bits);
    let (chunks, rest) = octets.as_chunks_mut();
    for (chunk, word) in chunks.iter_mut().zip(words) {
        *chunk = word.to_be_bytes();
    }
    rest[0] = last;
}

/// Cuts a stream of groups of four blocks into octets as a caller asks for them.
#[derive(Clone, Debug)]
pub struct Packer {
    group: [u8; GROUP_OCTETS],
    /// Octets of the group that are given.
    given: usize,
    /// Octets made so far.
    made: u64,
}

impl Default for Packer {
    fn default() -> Self {
        Self { group: [0; GROUP_OCTETS], given: GROUP_OCTETS, made: 0 }
    }
}

impl Packer {
    /// Fills `octets` with what comes next; `next` makes four blocks in place, told the octet of the
    /// stream with which the first of them begins.
    #[inline]
    pub fn fill(
        &mut self,
        octets: &mut [u8],
        mut next: impl FnMut(u64, &mut [Block; GROUP_BLOCKS]),
    ) {
        let part = octets.len().min(GROUP_OCTETS - self.given);
        let (first, octets) = octets.split_at_mut(part);
        first.copy_from_slice(&self.group[self.given..self.given + part]);
        self.given += part;
        let (groups, rest) = octets.as_chunks_mut();
        let mut blocks = [Block::IDLE; GROUP_BLOCKS];
        for group in groups {
            next(self.made, &mut blocks);
            pack(&blocks, group);
            self.made += GROUP_OCTETS as u64;
        }
        if !rest.is_empty() {
            next(self.made, &mut blocks);
            pack(&blocks, &mut self.group);
            self.made += GROUP_OCTETS as u64;
            rest.copy_from_slice(&self.group[..rest.len()]);
            self.given = rest.len();
        }
    }
}

/// The last octets of a stream, with zeros behind them.
#[cold]
fn padded(octets: &[u8]) -> [u8; WINDOW_OCTETS] {
    let mut padded = [0; WINDOW_OCTETS];
    padded[..octets.len()].copy_from_slice(octets);
    padded
}

/// What block synchronization reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligned<'a> {
    /// Blocks, while in lock, one or four; their sync headers may be illegal.
    Blocks(&'a [Block]),
    /// Lock was made with this block: a descrambler starts from it, and blocks follow.
    Locked(Block),
    /// Lock was lost: no blocks follow before it is made again.
    Lost,
}

/// What block synchronization has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncCounters {
    /// Blocks in lock.
    pub blocks: u64,
    /// Of these, with an illegal sync header.
    pub bad_headers: u64,
    /// Times lock was made.
    pub locks: u64,
    /// Times lock was lost.
    pub lock_losses: u64,
}

/// Octets of a bit stream that are not read yet.
#[derive(Clone, Debug)]
pub(super) struct BitBuffer {
    held: Vec<u8>,
    /// Bit of them that is next.
    at: usize,
    /// Octets before them.
    before: u64,
}

impl BitBuffer {
    /// Octets to append at once at most.
    pub(super) const CHUNK: usize = 16_384;

    pub(super) const fn new() -> Self {
        Self { held: Vec::new(), at: 0, before: 0 }
    }

    pub(super) fn append(&mut self, octets: &[u8]) {
        self.held.extend_from_slice(octets);
    }

    /// Bits left.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.held.len() * 8 - self.at
    }

    /// Number of the next bit in the stream.
    #[inline]
    pub(super) const fn position(&self) -> u64 {
        self.before * 8 + self.at as u64
    }

    /// The next 16 octets from the one on in which a bit is, and the bit in them; zeros behind the
    /// last one.
    #[inline]
    fn window(&self, ahead: usize) -> ([u64; 2], u32) {
        let at = self.at + ahead;
        let octets = &self.held[at / 8..];
        let octets = match octets.first_chunk::<WINDOW_OCTETS>() {
            Some(octets) => *octets,
            None => padded(octets),
        };
        let (words, _) = octets.as_chunks();
        ([u64::from_be_bytes(words[0]), u64::from_be_bytes(words[1])], (at % 8) as u32)
    }

    /// The words in which the next four blocks are, if all of these words are there, and the bit at
    /// which the first block begins.
    #[inline]
    fn group_window(&self) -> Option<([u64; GROUP_WORDS], u32)> {
        let octets = self.held.get(self.at / 8..)?.first_chunk::<{ GROUP_WORDS * 8 }>()?;
        let (chunks, _) = octets.as_chunks();
        let mut words = [0; GROUP_WORDS];
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_be_bytes(*chunk);
        }
        Some((words, (self.at % 8) as u32))
    }

    /// The 64 bits that begin so many bits ahead.
    #[inline]
    pub(super) fn word(&self, ahead: usize) -> u64 {
        let (window, bit) = self.window(ahead);
        word_of_window(window, bit)
    }

    #[inline]
    pub(super) fn skip(&mut self, bits: usize) {
        self.at += bits;
    }

    /// Lets go of what is read.
    pub(super) fn compact(&mut self) {
        let done = self.at / 8;
        self.held.copy_within(done.., 0);
        self.held.truncate(self.held.len() - done);
        self.at -= done * 8;
        self.before += done as u64;
    }
}

/// Finds the blocks of a bit stream.
#[derive(Clone, Debug)]
pub struct BlockSync {
    bits: BitBuffer,
    lock: Lock,
    counters: SyncCounters,
}

impl BlockSync {
    /// Synchronization without lock.
    pub const fn new(rule: LockRule) -> Self {
        Self {
            bits: BitBuffer::new(),
            lock: Lock::new(rule),
            counters: SyncCounters { blocks: 0, bad_headers: 0, locks: 0, lock_losses: 0 },
        }
    }

    /// Whether there is lock.
    pub const fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    /// Counters since the start.
    pub const fn counters(&self) -> SyncCounters {
        self.counters
    }

    /// Bit of an octet, from the most significant one, at which the next block begins.
    pub const fn bit_offset(&self) -> usize {
        self.bits.at % 8
    }

    /// Takes octets of the stream; hands on blocks with the bit at which the first of them begins,
    /// counted from the first bit ever taken.
    //= ieee802.3:49.2.13-block-lock
    pub fn push(&mut self, octets: &[u8], mut on: impl FnMut(u64, Aligned<'_>)) {
        for chunk in octets.chunks(BitBuffer::CHUNK) {
            self.bits.append(chunk);
            while self.bits.left() >= BLOCK_BITS {
                if !self.group(&mut on) {
                    self.block(&mut on);
                }
            }
            self.bits.compact();
        }
    }

    /// Four blocks with legal sync headers in lock: the usual case; `false` if it is not.
    #[inline]
    fn group(&mut self, on: &mut impl FnMut(u64, Aligned<'_>)) -> bool {
        let Some((words, bit)) = self.bits.group_window() else { return false };
        let mut blocks = [Block::IDLE; GROUP_BLOCKS];
        let mut good = true;
        for (n, block) in blocks.iter_mut().enumerate() {
            let (sync, payload) = split_group(&words, n, bit);
            let sync = SyncHeader::from_bits(sync);
            good &= sync.is_legal();
            *block = Block { sync, payload: payload.reverse_bits() };
        }
        if !good || !self.lock.test_good(GROUP_BLOCKS as u32) {
            return false;
        }
        self.counters.blocks += GROUP_BLOCKS as u64;
        on(self.bits.position(), Aligned::Blocks(&blocks));
        self.bits.skip(GROUP_BLOCKS * BLOCK_BITS);
        true
    }

    /// The block that begins so many bits ahead.
    #[inline]
    fn ahead(&self, bits: usize) -> Block {
        let (window, bit) = self.bits.window(bits);
        let (sync, payload) = split_window(window, bit);
        Block { sync: SyncHeader::from_bits(sync), payload: payload.reverse_bits() }
    }

    fn block(&mut self, on: &mut impl FnMut(u64, Aligned<'_>)) {
        let block = self.ahead(0);
        let position = self.bits.position();
        let good = block.sync.is_legal();
        let was_locked = self.lock.is_locked();
        let step = self.lock.test(good);
        match step {
            Step::Stay | Step::Locked => self.bits.skip(BLOCK_BITS),
            Step::Slip | Step::Lost => self.bits.skip(1),
        }
        if was_locked {
            self.counters.blocks += 1;
            self.counters.bad_headers += u64::from(!good);
            on(position, Aligned::Blocks(&[block]));
        }
        match step {
            Step::Stay | Step::Slip => {}
            Step::Locked => {
                self.counters.locks += 1;
                on(position, Aligned::Locked(block));
            }
            Step::Lost => {
                self.counters.lock_losses += 1;
                on(position, Aligned::Lost);
            }
        }
    }
}
