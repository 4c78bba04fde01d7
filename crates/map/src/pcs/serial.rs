//! Blocks as a bit stream in octets, and back with block lock.
//!
//! Clauses: IEEE 802.3 49.2.5, 49.2.9 and 49.2.13 (transmission order, block lock); G.709 17.2 (the
//! first bit of a client is the most significant bit of the first octet). A payload octet goes least
//! significant bit first, so it stands in the stream with its bits reversed.

use alloc::vec::Vec;

use super::block66::{Block, SyncHeader};
use super::layout::{
    BLOCK_BITS, GROUP_BLOCKS, GROUP_OCTETS, WINDOW_BITS, join_group, split_window, word_of_window,
};
use super::lock::{Lock, LockRule, Step};

/// Octets of a window.
const WINDOW_OCTETS: usize = WINDOW_BITS as usize / 8;

/// Four blocks as octets.
//= ieee802.3:49.2.5-transmission-order
#[inline]
pub fn pack(blocks: &[Block; GROUP_BLOCKS], octets: &mut [u8; GROUP_OCTETS]) {
    let bits = blocks.map(|b| (b.sync as u64, b.payload.reverse_bits()));
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
    /// Octet of the stream in which block `n` of the next group begins.
    pub const fn position(&self, n: usize) -> u64 {
        self.made + (n * BLOCK_BITS / 8) as u64
    }

    /// Fills `octets` with what comes next; `next` makes four blocks, told the octet of the stream
    /// in which each of them begins.
    #[inline]
    pub fn fill(
        &mut self,
        octets: &mut [u8],
        mut next: impl FnMut([u64; GROUP_BLOCKS]) -> [Block; GROUP_BLOCKS],
    ) {
        let part = octets.len().min(GROUP_OCTETS - self.given);
        let (first, octets) = octets.split_at_mut(part);
        first.copy_from_slice(&self.group[self.given..self.given + part]);
        self.given += part;
        let (groups, rest) = octets.as_chunks_mut();
        for group in groups {
            let positions = core::array::from_fn(|n| self.position(n));
            pack(&next(positions), group);
            self.made += GROUP_OCTETS as u64;
        }
        if !rest.is_empty() {
            let positions = core::array::from_fn(|n| self.position(n));
            pack(&next(positions), &mut self.group);
            self.made += GROUP_OCTETS as u64;
            rest.copy_from_slice(&self.group[..rest.len()]);
            self.given = rest.len();
        }
    }
}

/// What block synchronization reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligned {
    /// A block, while in lock; its sync header may be illegal.
    Block(Block),
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

    /// Octet of the stream in which the next bit is.
    #[inline]
    pub(super) const fn position(&self) -> u64 {
        self.before + (self.at / 8) as u64
    }

    /// The next 16 octets from the one on in which a bit is, and the bit in them; zeros behind the
    /// last one.
    #[inline]
    fn window(&self, ahead: usize) -> (u128, usize) {
        let at = self.at + ahead;
        let octets = &self.held[at / 8..];
        let octets = octets.first_chunk::<WINDOW_OCTETS>().copied().unwrap_or_else(|| {
            let mut padded = [0; WINDOW_OCTETS];
            padded[..octets.len()].copy_from_slice(octets);
            padded
        });
        (u128::from_be_bytes(octets), at % 8)
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

    /// Takes octets of the stream; hands on each block with the octet in which it begins, counted
    /// from the first octet ever taken.
    //= ieee802.3:49.2.13-block-lock
    pub fn push(&mut self, octets: &[u8], mut on: impl FnMut(u64, Aligned)) {
        for chunk in octets.chunks(BitBuffer::CHUNK) {
            self.bits.append(chunk);
            while self.bits.left() >= BLOCK_BITS {
                self.block(&mut on);
            }
            self.bits.compact();
        }
    }

    #[inline]
    fn block(&mut self, on: &mut impl FnMut(u64, Aligned)) {
        let (window, bit) = self.bits.window(0);
        let (sync, payload) = split_window(window, bit);
        let sync = SyncHeader::from_bits(sync);
        let position = self.bits.position();
        let good = sync.is_legal();
        let was_locked = self.lock.is_locked();
        let step = self.lock.test(good);
        match step {
            Step::Stay | Step::Locked => self.bits.skip(BLOCK_BITS),
            Step::Slip | Step::Lost => self.bits.skip(1),
        }
        let block = Block { sync, payload: payload.reverse_bits() };
        if was_locked {
            self.counters.blocks += 1;
            self.counters.bad_headers += u64::from(!good);
            on(position, Aligned::Block(block));
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
