//! 40GBASE-R as a constant bit rate client: transcoded, at 1027/1056 of its rate.
//!
//! Clauses: G.709 17.7.4.1, Annexes B, E and F. [`FortyGigSource`] makes the stream from frames,
//! [`FortyGigSink`] reads frames from it; [`Ingress`] and [`Egress`] carry a 40GBASE-R signal that
//! comes from elsewhere, bit errors of its lanes included: its BIP-8 is not carried, as the scrambler
//! starts anew, but what was wrong with it is.

use alloc::vec::Vec;

use super::align::{RowAligner, RowEvent};
use super::base_r::{Decoder, DecoderCounters, Encoder, Event};
use super::block66::{Block, LinkFault, Pcs};
use super::code1027::{CODE_BLOCKS, CodeSync, CodeWriter, Framed, Pair, octet_of};
use super::layout::{
    CODE_GROUP, CODE_GROUP_OCTETS, CODE_PAIR, CODE_ROWS, FORTY_LANES, FORTY_MARKERS, MARKER_SPACING,
};
use super::marker::{LaneParity, MultiLane};
use super::scrambler58::Scrambler;
use super::serial::SyncCounters;
use super::transcode::{Coded, TranscodedMarker, codable, decode, encode};
use crate::ethernet::MacQueue;

/// Rows of lanes from markers to markers.
const PERIOD: usize = MARKER_SPACING + 1;

fn code_pair(coded: &[Coded; CODE_BLOCKS]) -> Pair {
    let (halves, _) = coded.as_chunks::<CODE_ROWS>();
    [encode(&halves[0]), encode(&halves[1])]
}

/// Where in the rows of lanes a transcoded stream is, and the parity of each lane.
#[derive(Clone, Copy, Debug, Default)]
struct Lanes {
    lane: usize,
    row: usize,
    parity: [LaneParity; FORTY_LANES],
}

impl Lanes {
    fn step(&mut self) {
        self.lane = (self.lane + 1) % FORTY_LANES;
        if self.lane == 0 {
            self.row = (self.row + 1) % PERIOD;
        }
    }

    /// A block of the lane that is next.
    fn block(&mut self, block: Block) -> Coded {
        let block = codable(block);
        self.parity[self.lane].add(block);
        self.step();
        Coded::Block(block)
    }

    /// The marker of the lane that is next.
    fn marker(&mut self, error_mask: u8) -> Coded {
        let name = FORTY_MARKERS[self.lane];
        let otn_bip = self.parity[self.lane].take();
        self.step();
        Coded::Marker(TranscodedMarker { name, error_mask, otn_bip })
    }
}

/// Frames to the transcoded stream.
#[derive(Clone, Debug)]
pub struct FortyGigSource {
    encoder: Encoder,
    writer: CodeWriter,
    lanes: Lanes,
}

impl Default for FortyGigSource {
    fn default() -> Self {
        Self::new(Encoder::new(Pcs::Clause82))
    }
}

impl FortyGigSource {
    /// A source with this encoder, whose first block is the marker of lane 0.
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder, writer: CodeWriter::default(), lanes: Lanes::default() }
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
    //= g709:17.7.4.1-transcoded-40g
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl MacQueue) {
        let Self { encoder, writer, lanes } = self;
        writer.fill(octets, |first| {
            let mut coded = [Coded::Block(Block::IDLE); CODE_BLOCKS];
            for (n, coded) in coded.iter_mut().enumerate() {
                *coded = if lanes.row == 0 {
                    lanes.marker(0)
                } else {
                    lanes.block(encoder.next_block(octet_of(first + n as u64), queue))
                };
            }
            code_pair(&coded)
        });
    }
}

/// What a receiver of the transcoded stream has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TranscodedCounters {
    /// Markers.
    pub markers: u64,
    /// Markers of no lane, of another lane than is due, or at another place.
    pub bad_markers: u64,
    /// By lane: bits of the client's BIP-8 that were wrong where it came in.
    pub ingress_errors: [u64; FORTY_LANES],
    /// By lane: bits of the OTN BIP-8 that are wrong.
    pub otn_errors: [u64; FORTY_LANES],
    /// Code blocks whose flags were wrong.
    pub bad_flags: u64,
}

/// Follows the lanes of a received stream.
#[derive(Clone, Copy, Debug, Default)]
struct Follower {
    lanes: Lanes,
    /// A marker told where the stream is.
    known: bool,
    /// The parity of each lane covers all blocks since its marker.
    whole: [bool; FORTY_LANES],
    counters: TranscodedCounters,
}

impl Follower {
    fn reset(&mut self) {
        (self.known, self.whole) = (false, [false; FORTY_LANES]);
    }

    fn block(&mut self, block: Block) {
        self.counters.bad_markers += u64::from(self.known && self.lanes.row == 0);
        self.lanes.block(block);
    }

    /// Takes a marker; its lane and the bits of the BIP-8 that are wrong, counted by who made them
    /// so.
    //= g709:e.4.1-bip-transparency
    fn marker(&mut self, marker: TranscodedMarker) -> Option<(usize, u8)> {
        self.counters.markers += 1;
        let Some(lane) = FORTY_MARKERS.iter().position(|name| *name == marker.name) else {
            self.counters.bad_markers += 1;
            self.lanes.step();
            return None;
        };
        if self.known && (self.lanes.lane, self.lanes.row) != (lane, 0) {
            self.counters.bad_markers += 1;
            self.reset();
        }
        (self.lanes.lane, self.lanes.row, self.known) = (lane, 0, true);
        let bip = self.lanes.parity[lane].take();
        let wrong = if self.whole[lane] { bip ^ marker.otn_bip } else { 0 };
        self.whole[lane] = true;
        self.counters.ingress_errors[lane] += u64::from(marker.error_mask.count_ones());
        self.counters.otn_errors[lane] += u64::from(wrong.count_ones());
        self.lanes.step();
        Some((lane, marker.error_mask ^ wrong))
    }
}

/// What comes out of code blocks: sixteen, or as many error blocks where the flags were wrong.
//= g709:f.2-bad-flags
fn open(pair: Option<Pair>) -> [[Coded; CODE_ROWS]; CODE_PAIR] {
    match pair {
        Some([first, second]) => [decode(&first), decode(&second)],
        None => [[Coded::Block(Block::ERROR); CODE_ROWS]; CODE_PAIR],
    }
}

/// The transcoded stream to frames.
#[derive(Clone, Debug)]
pub struct FortyGigSink {
    sync: CodeSync,
    follower: Follower,
    decoder: Decoder,
}

impl Default for FortyGigSink {
    fn default() -> Self {
        Self {
            sync: CodeSync::default(),
            follower: Follower::default(),
            decoder: Decoder::new(Pcs::Clause82),
        }
    }
}

impl FortyGigSink {
    /// Whether the code blocks are found.
    pub const fn is_locked(&self) -> bool {
        self.sync.is_locked()
    }

    /// The link fault that the other side reports.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.decoder.fault()
    }

    /// Counters of the framing.
    pub const fn sync_counters(&self) -> SyncCounters {
        self.sync.counters()
    }

    /// Counters of markers and parities.
    pub const fn transcoded_counters(&self) -> TranscodedCounters {
        self.follower.counters
    }

    /// Counters of the decoder.
    pub const fn counters(&self) -> DecoderCounters {
        self.decoder.counters()
    }

    /// Takes octets of the stream, in pieces of any length.
    pub fn push(&mut self, octets: &[u8], on: &mut impl FnMut(Event<'_>)) {
        let Self { sync, follower, decoder } = self;
        sync.push(octets, |position, framed| match framed {
            Framed::Pair(pair) => {
                follower.counters.bad_flags += u64::from(pair.is_none());
                for (n, coded) in open(pair).as_flattened().iter().enumerate() {
                    match coded {
                        Coded::Block(block) => {
                            follower.block(*block);
                            decoder.push(position + octet_of(n as u64), *block, on);
                        }
                        Coded::Marker(marker) => {
                            follower.marker(*marker);
                        }
                    }
                }
            }
            Framed::Lost => {
                follower.reset();
                decoder.reset(on);
            }
        });
    }
}

/// A 40GBASE-R signal into the transcoded stream.
#[derive(Clone, Debug)]
pub struct Ingress {
    aligner: RowAligner,
    descrambler: Scrambler,
    lanes: Lanes,
    writer: CodeWriter,
    coded: Vec<Coded>,
}

impl Default for Ingress {
    fn default() -> Self {
        Self {
            aligner: RowAligner::new(MultiLane::FortyGig),
            descrambler: Scrambler::default(),
            lanes: Lanes::default(),
            writer: CodeWriter::default(),
            coded: Vec::new(),
        }
    }
}

impl Ingress {
    /// Whether the rows of lanes are known.
    pub fn is_aligned(&self) -> bool {
        self.aligner.order().is_some()
    }

    /// Takes the next block of the deskewed lanes as it is on the line; hands out octets of the
    /// stream, 128 blocks at a time. Where the lanes are lost nothing comes: the caller replaces the
    /// signal, see [`FortyGigSource::send_fault`].
    //= g709:e.4.1-bip-transparency
    pub fn push(&mut self, block: Block, mut on: impl FnMut(&[u8; CODE_GROUP_OCTETS])) {
        let Self { aligner, descrambler, lanes, writer, coded } = self;
        aligner.push(0, &[block], |event| match event {
            RowEvent::Blocks { blocks, .. } => coded.extend(blocks.iter().map(|block| {
                let payload = descrambler.descramble(block.payload);
                lanes.block(Block { payload, ..*block })
            })),
            RowEvent::Markers { masks } => {
                *lanes = Lanes { parity: lanes.parity, ..Lanes::default() };
                coded.extend(masks.iter().map(|mask| lanes.marker(*mask)));
            }
            RowEvent::Lost => {}
        });
        if let (groups, []) = coded.as_chunks::<CODE_BLOCKS>()
            && groups.len() == CODE_GROUP
        {
            on(&writer.pack(&core::array::from_fn(|n| code_pair(&groups[n]))));
            coded.clear();
        }
    }
}

/// The transcoded stream to a 40GBASE-R signal.
#[derive(Clone, Debug, Default)]
pub struct Egress {
    sync: CodeSync,
    follower: Follower,
    scrambler: Scrambler,
    parity: [LaneParity; FORTY_LANES],
}

impl Egress {
    /// Counters of markers and parities.
    pub const fn transcoded_counters(&self) -> TranscodedCounters {
        self.follower.counters
    }

    /// Takes octets of the stream; hands out the blocks of the lanes in turn as they go on the line,
    /// from the first marker on, or `None` where the stream is lost.
    //= g709:e.4.1-bip-transparency
    pub fn push(&mut self, octets: &[u8], mut on: impl FnMut(Option<Block>)) {
        let Self { sync, follower, scrambler, parity } = self;
        sync.push(octets, |_, framed| match framed {
            Framed::Pair(pair) => {
                follower.counters.bad_flags += u64::from(pair.is_none());
                for coded in open(pair).into_iter().flatten() {
                    let lane = follower.lanes.lane;
                    let block = match coded {
                        Coded::Block(block) => {
                            follower.block(block);
                            Block { payload: scrambler.scramble(block.payload), ..block }
                        }
                        Coded::Marker(marker) => {
                            let (lane, mask) = follower.marker(marker).unwrap_or((lane, 0));
                            MultiLane::FortyGig.marker(lane, parity[lane].take() ^ mask)
                        }
                    };
                    if follower.known {
                        let lane = (follower.lanes.lane + FORTY_LANES - 1) % FORTY_LANES;
                        parity[lane].add(block);
                        on(Some(block));
                    }
                }
            }
            Framed::Lost => {
                follower.reset();
                on(None);
            }
        });
    }
}
