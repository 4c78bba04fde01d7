//! 10GBASE-R as a constant bit rate client: frames to octets of the serial stream, and back.
//!
//! Clauses: IEEE 802.3 49; G.709 17.2.4 (the client of OPU2e). The source fills as many octets as
//! the mapping asks for; at 10 312 500 kbit/s that is 10 Gbit/s of frames and gaps.

use super::base_r::{Decoder, DecoderCounters, Encoder, Event};
use super::block66::{LinkFault, Pcs, SyncHeader};
use super::lock::LockRule;
use super::scrambler58::Scrambler;
use super::serial::{Aligned, BlockSync, Packer, SyncCounters};
use super::{
    block66::Block,
    layout::{BLOCK_BITS, GROUP_BLOCKS, PAYLOAD_OCTETS},
};
use crate::ethernet::MacQueue;

/// The sending side.
#[derive(Clone, Debug)]
pub struct TenGigSource {
    encoder: Encoder,
    scrambler: Scrambler,
    packer: Packer,
}

impl Default for TenGigSource {
    fn default() -> Self {
        Self::new(Encoder::new(Pcs::Clause49))
    }
}

impl TenGigSource {
    /// A source with this encoder.
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder, scrambler: Scrambler::default(), packer: Packer::default() }
    }

    /// Sends a link fault instead of frames, or frames again.
    pub fn send_fault(&mut self, fault: Option<LinkFault>) {
        self.encoder.send_fault(fault);
    }

    /// Frames begun.
    pub const fn frames(&self) -> u64 {
        self.encoder.frames()
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl MacQueue) {
        let Self { encoder, scrambler, packer } = self;
        packer.fill(octets, |position, blocks| {
            encode_group(encoder, scrambler, position, queue, blocks);
        });
    }
}

/// The next four blocks, scrambled, in place; the first begins with octet `position` of the stream.
#[inline]
pub(super) fn encode_group(
    encoder: &mut Encoder,
    scrambler: &mut Scrambler,
    position: u64,
    queue: &mut impl MacQueue,
    blocks: &mut [Block; GROUP_BLOCKS],
) {
    if let Some(payloads) = encoder.next_data() {
        for (block, payload) in blocks.iter_mut().zip(payloads) {
            block.sync = SyncHeader::Data;
            block.payload = scrambler.scramble(payload);
        }
        return;
    }
    for (n, scrambled) in blocks.iter_mut().enumerate() {
        let block = encoder.next_block(position + (n * BLOCK_BITS / 8) as u64, queue);
        scrambled.sync = block.sync;
        scrambled.payload = scrambler.scramble(block.payload);
    }
}

/// Descrambles and decodes blocks, the first of which begins at a bit of the stream.
#[inline]
pub(super) fn decode_blocks(
    descrambler: &mut Scrambler,
    decoder: &mut Decoder,
    bit: u64,
    blocks: &[Block],
    on: &mut impl FnMut(Event<'_>),
) {
    if let Ok(group) = <&[Block; GROUP_BLOCKS]>::try_from(blocks)
        && group.iter().all(|block| block.sync == SyncHeader::Data)
    {
        let mut line = *descrambler;
        let mut octets = [[0; PAYLOAD_OCTETS]; GROUP_BLOCKS];
        for (octets, block) in octets.iter_mut().zip(group) {
            *octets = line.descramble(block.payload).to_le_bytes();
        }
        if decoder.push_data(&octets) {
            *descrambler = line;
            return;
        }
    }
    for (n, block) in blocks.iter().enumerate() {
        let payload = descrambler.descramble(block.payload);
        let position = (bit + (n * BLOCK_BITS) as u64) / 8;
        decoder.push(position, Block { payload, ..*block }, on);
    }
}

/// The receiving side.
#[derive(Clone, Debug)]
pub struct TenGigSink {
    sync: BlockSync,
    descrambler: Scrambler,
    decoder: Decoder,
}

impl Default for TenGigSink {
    fn default() -> Self {
        Self {
            sync: BlockSync::new(LockRule::SERIAL),
            descrambler: Scrambler::default(),
            decoder: Decoder::new(Pcs::Clause49),
        }
    }
}

impl TenGigSink {
    /// Whether there is block lock.
    pub const fn is_locked(&self) -> bool {
        self.sync.is_locked()
    }

    /// The link fault that the other side reports.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.decoder.fault()
    }

    /// Counters of block synchronization.
    pub const fn sync_counters(&self) -> SyncCounters {
        self.sync.counters()
    }

    /// Counters of the decoder.
    pub const fn counters(&self) -> DecoderCounters {
        self.decoder.counters()
    }

    /// Takes octets of the stream, in pieces of any length.
    pub fn push(&mut self, octets: &[u8], on: &mut impl FnMut(Event<'_>)) {
        let Self { sync, descrambler, decoder } = self;
        sync.push(octets, |bit, aligned| match aligned {
            Aligned::Blocks(blocks) => decode_blocks(descrambler, decoder, bit, blocks, on),
            Aligned::Locked(block) => *descrambler = Scrambler::new(block.payload),
            Aligned::Lost => decoder.reset(on),
        });
    }
}
