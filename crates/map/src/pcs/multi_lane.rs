//! 100GBASE-R as a constant bit rate client: the lanes' blocks in turn, markers included.
//!
//! Clauses: G.709 17.7.5.1 and E.3.2; IEEE 802.3 82. The stream is that of the deskewed lanes: a
//! block of lane 0, one of lane 1, and so on, 66 bits each; a row of markers ahead of 16383 rows of
//! blocks. [`MultiLaneSource`] makes it from frames, [`MultiLaneSink`] reads it. The serial stream of
//! 40GBASE-R has the same form; into an OPU3 it goes transcoded, see
//! [`forty_gig`](super::forty_gig).

pub use super::align::LaneCounters;
use super::align::{RowAligner, RowEvent};
use super::base_r::{Decoder, DecoderCounters, Encoder, Event};
use super::block66::{Block, LinkFault, Pcs};
use super::layout::{BLOCK_BITS, GROUP_BLOCKS, HUNDRED_LANES};
use super::lock::LockRule;
use super::marker::{LaneParity, MultiLane};
use super::scrambler58::Scrambler;
use super::serial::{Aligned, BlockSync, Packer, SyncCounters};
use super::ten_gig::{decode_blocks, encode_group};
use crate::ethernet::MacQueue;

/// The most lanes that there are.
pub(super) const MAX_LANES: usize = HUNDRED_LANES;

/// The sending side.
#[derive(Clone, Debug)]
pub struct MultiLaneSource {
    interface: MultiLane,
    encoder: Encoder,
    scrambler: Scrambler,
    packer: Packer,
    parity: [LaneParity; MAX_LANES],
    /// Blocks since the last row of markers began.
    at: usize,
    /// Lane of the next block.
    lane: usize,
}

impl MultiLaneSource {
    /// A source whose first block is the marker of lane 0.
    pub fn new(interface: MultiLane) -> Self {
        Self::with_encoder(interface, Encoder::new(Pcs::Clause82))
    }

    /// The same with this encoder.
    pub fn with_encoder(interface: MultiLane, encoder: Encoder) -> Self {
        Self {
            interface,
            encoder,
            scrambler: Scrambler::default(),
            packer: Packer::default(),
            parity: [LaneParity::default(); MAX_LANES],
            at: 0,
            lane: 0,
        }
    }

    /// Sends a link fault instead of frames, markers as ever, or frames again.
    //= g709:17.7.4-lf-block
    pub fn send_fault(&mut self, fault: Option<LinkFault>) {
        self.encoder.send_fault(fault);
    }

    /// Frames begun.
    pub const fn frames(&self) -> u64 {
        self.encoder.frames()
    }

    /// Fills `octets` with what comes next.
    //= g709:e.3-serial-order
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl MacQueue) {
        let Self { interface, encoder, scrambler, packer, parity, at, lane } = self;
        let lanes = interface.lanes();
        packer.fill(octets, |position, blocks| {
            let parity = &mut parity[*lane..*lane + GROUP_BLOCKS];
            if *at < lanes {
                for (n, block) in blocks.iter_mut().enumerate() {
                    *block = interface.marker(*lane + n, parity[n].take());
                }
            } else {
                encode_group(encoder, scrambler, position, queue, blocks);
            }
            for (parity, block) in parity.iter_mut().zip(blocks) {
                parity.add(*block);
            }
            *at = if *at + GROUP_BLOCKS == interface.period() { 0 } else { *at + GROUP_BLOCKS };
            *lane = if *lane + GROUP_BLOCKS == lanes { 0 } else { *lane + GROUP_BLOCKS };
        });
    }
}

// A row is so many groups, and so is a period.
const _: () = assert!(MultiLane::FortyGig.lanes().is_multiple_of(GROUP_BLOCKS));
const _: () = assert!(MultiLane::HundredGig.lanes().is_multiple_of(GROUP_BLOCKS));

/// The receiving side.
#[derive(Clone, Debug)]
pub struct MultiLaneSink {
    sync: BlockSync,
    receiver: RowReceiver,
}

impl MultiLaneSink {
    /// A sink without lock.
    pub fn new(interface: MultiLane) -> Self {
        Self { sync: BlockSync::new(LockRule::LANE), receiver: RowReceiver::new(interface) }
    }

    /// Whether there is block lock.
    pub const fn is_locked(&self) -> bool {
        self.sync.is_locked()
    }

    /// Which lane stands at each place of a row, while the lanes are known.
    pub fn order(&self) -> Option<&[usize]> {
        self.receiver.aligner.order()
    }

    /// The link fault that the other side reports.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.receiver.decoder.fault()
    }

    /// Counters of block synchronization.
    pub const fn sync_counters(&self) -> SyncCounters {
        self.sync.counters()
    }

    /// Counters of markers and lanes.
    pub const fn lane_counters(&self) -> &LaneCounters {
        self.receiver.aligner.counters()
    }

    /// Counters of the decoder.
    pub const fn counters(&self) -> DecoderCounters {
        self.receiver.decoder.counters()
    }

    /// Takes octets of the stream, in pieces of any length.
    pub fn push(&mut self, octets: &[u8], on: &mut impl FnMut(Event<'_>)) {
        let Self { sync, receiver } = self;
        sync.push(octets, |bit, aligned| match aligned {
            Aligned::Blocks(blocks) => receiver.push(bit, blocks, on),
            Aligned::Locked(_) => {}
            Aligned::Lost => receiver.reset(on),
        });
    }
}

/// Blocks of the deskewed lanes in turn to frames: what a sink does behind block lock, and behind
/// [`Deskew`](super::deskew::Deskew).
#[derive(Clone, Debug)]
pub struct RowReceiver {
    aligner: RowAligner,
    descrambler: Scrambler,
    /// The descrambler follows the line: it has had a block of it.
    follows: bool,
    decoder: Decoder,
}

impl RowReceiver {
    /// A receiver that looks for markers.
    pub fn new(interface: MultiLane) -> Self {
        Self {
            aligner: RowAligner::new(interface),
            descrambler: Scrambler::default(),
            follows: false,
            decoder: Decoder::new(Pcs::Clause82),
        }
    }

    /// Counters of markers and lanes.
    pub const fn lane_counters(&self) -> &LaneCounters {
        self.aligner.counters()
    }

    /// Counters of the decoder.
    pub const fn counters(&self) -> DecoderCounters {
        self.decoder.counters()
    }

    /// Blocks are missing here.
    pub fn reset(&mut self, on: &mut impl FnMut(Event<'_>)) {
        self.aligner.reset();
        self.follows = false;
        self.decoder.reset(on);
    }

    /// Takes the next blocks, the first of which begins at a bit of the stream.
    #[inline]
    pub fn push(&mut self, bit: u64, blocks: &[Block], on: &mut impl FnMut(Event<'_>)) {
        let Self { aligner, descrambler, follows, decoder } = self;
        aligner.push(bit, blocks, |event| match event {
            RowEvent::Blocks { bit, blocks } if *follows => {
                decode_blocks(descrambler, decoder, bit, blocks, on);
            }
            RowEvent::Blocks { bit, blocks } => {
                if let Some((first, rest)) = blocks.split_first() {
                    *descrambler = Scrambler::new(first.payload);
                    *follows = true;
                    decode_blocks(descrambler, decoder, bit + BLOCK_BITS as u64, rest, on);
                }
            }
            RowEvent::Markers { .. } => {}
            RowEvent::Lost => {
                *follows = false;
                decoder.reset(on);
            }
        });
    }
}
