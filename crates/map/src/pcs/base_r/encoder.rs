//! Frames of a queue as blocks, with idles between them, or a link fault instead of both.
//!
//! Clauses: IEEE 802.3 46.3.1 and 81.3.1 (preamble, gap, deficit idle count), 46.3.4 (fault); G.709
//! 17.7.4 (replacement signal). In: a queue that is asked when a frame could start. Out: blocks, one
//! a call or four. Idles are never deleted here: the encoder is asked for as many blocks as there is
//! room for, and frames wait.

use alloc::vec::Vec;

use super::super::block66::{Block, LinkFault, OrderedSet, Pcs};
use super::super::layout::{GROUP_BLOCKS, PAYLOAD_OCTETS, PREAMBLE, PREAMBLE_OCTETS, SFD};
use crate::ethernet::MacQueue;

/// Octets between frames on average: terminate character and idles.
//= ieee802.3:46.3.1-gap
pub const GAP: u32 = 12;
/// Below this a frame could end and the next one start in the same block, which has no type.
const LEAST_GAP: u32 = 8;
/// Beyond this a gap is a pause, which the queue can make itself.
const MOST_GAP: u32 = 65_536;
/// Octets of a block, as the gap counts.
const BLOCK: u32 = PAYLOAD_OCTETS as u32;
/// Octets behind a start character in lane 4.
const HALF_TAIL: usize = 3;

/// The sending side.
#[derive(Clone, Debug)]
pub struct Encoder {
    pcs: Pcs,
    gap: u32,
    /// Octets that gaps were shorter than asked for, so far.
    deficit: u32,
    /// Octets from the next block's start on that belong to the gap.
    wait: u32,
    fault: Option<LinkFault>,
    /// Preamble and frame on their way.
    line: Vec<u8>,
    /// Octets of them that are sent.
    sent: usize,
    /// The terminate character is still to come.
    open: bool,
    frames: u64,
}

impl Encoder {
    /// An encoder that has sent nothing.
    pub const fn new(pcs: Pcs) -> Self {
        Self {
            pcs,
            gap: GAP,
            deficit: 0,
            wait: 0,
            fault: None,
            line: Vec::new(),
            sent: 0,
            open: false,
            frames: 0,
        }
    }

    /// The same with another average gap, of 8 octets at least and 65 536 at most.
    #[must_use]
    pub fn with_gap(mut self, octets: u32) -> Self {
        self.gap = octets.clamp(LEAST_GAP, MOST_GAP);
        self
    }

    /// Sends ordered sets of this fault instead of frames and idles, or frames again. A frame on its
    /// way is ended by an error block; the queue is left alone meanwhile.
    pub fn send_fault(&mut self, fault: Option<LinkFault>) {
        self.fault = fault;
    }

    /// Frames begun.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// The next block, whose first octet is number `position` of the coded stream.
    pub fn next_block(&mut self, position: u64, queue: &mut impl MacQueue) -> Block {
        match (self.open, self.fault) {
            (true, None) => self.frame_block(),
            (true, Some(_)) => {
                self.open = false;
                Block::ERROR
            }
            (false, Some(fault)) => {
                // The fault ends with a whole gap: a receiver must see an idle before a frame.
                (self.wait, self.deficit) = (BLOCK, 0);
                Block::ordered0(OrderedSet::fault(fault))
            }
            (false, None) => self.gap_block(position, queue),
        }
    }

    /// The next four payloads, if all of them are data of one frame.
    #[inline]
    pub(in super::super) fn next_data(&mut self) -> Option<[u64; GROUP_BLOCKS]> {
        if !self.open || self.fault.is_some() {
            return None;
        }
        let octets = self.line[self.sent..].first_chunk::<{ PAYLOAD_OCTETS * GROUP_BLOCKS }>()?;
        self.sent += octets.len();
        let (words, _) = octets.as_chunks::<PAYLOAD_OCTETS>();
        let mut payloads = [0; GROUP_BLOCKS];
        for (payload, word) in payloads.iter_mut().zip(words) {
            *payload = u64::from_le_bytes(*word);
        }
        Some(payloads)
    }

    fn frame_block(&mut self) -> Block {
        let rest = &self.line[self.sent..];
        if let Some(octets) = rest.first_chunk() {
            self.sent += PAYLOAD_OCTETS;
            return Block::data(*octets);
        }
        let block = Block::terminate(rest);
        let end = rest.len() as u32;
        self.open = false;
        self.wait = self.next_start(end) - BLOCK;
        block
    }

    /// Octets between the places where a frame may start.
    const fn alignment(&self) -> u32 {
        match self.pcs {
            Pcs::Clause49 => BLOCK / 2,
            Pcs::Clause82 => BLOCK,
        }
    }

    /// Octet where the next frame may start, both counted from the start of the block in which the
    /// frame before it ends at `end`: a shorter gap than asked for is made up for later.
    //= ieee802.3:46.3.1-deficit-idle-count
    fn next_start(&mut self, end: u32) -> u32 {
        let alignment = self.alignment();
        let short = (end + self.gap) % alignment;
        if self.deficit + short < alignment {
            self.deficit += short;
            end + self.gap - short
        } else {
            let long = alignment - short;
            self.deficit -= long;
            end + self.gap + long
        }
    }

    /// Idles, or the start of a frame.
    fn gap_block(&mut self, position: u64, queue: &mut impl MacQueue) -> Block {
        if self.wait >= BLOCK {
            self.wait -= BLOCK;
            return Block::IDLE;
        }
        let half = BLOCK / 2;
        if self.wait == 0 && self.load(position, queue) {
            let octets = self.line.first_chunk().copied().unwrap_or_default();
            self.sent = PREAMBLE_OCTETS;
            return Block::start0(octets);
        }
        if self.wait == 0 {
            self.idle_longer();
        }
        self.wait = 0;
        if self.pcs == Pcs::Clause49 && self.load(position + u64::from(half), queue) {
            let octets = self.line.first_chunk().copied().unwrap_or_default();
            self.sent = HALF_TAIL;
            return Block::start4(octets);
        }
        if self.pcs == Pcs::Clause49 {
            self.idle_longer();
        }
        Block::IDLE
    }

    /// A place where a frame could start goes by without one.
    fn idle_longer(&mut self) {
        self.deficit = self.deficit.saturating_sub(self.alignment());
    }

    /// Takes the next frame if there is one.
    //= ieee802.3:46.2-preamble
    fn load(&mut self, position: u64, queue: &mut impl MacQueue) -> bool {
        let Some(frame) = queue.next(position) else { return false };
        self.line.clear();
        self.line.extend([PREAMBLE; PREAMBLE_OCTETS - 1]);
        self.line.push(SFD);
        self.line.extend_from_slice(frame);
        self.open = true;
        self.frames += 1;
        true
    }
}
