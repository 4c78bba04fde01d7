//! Vectors of the 64B/66B codings: blocks, scrambler, alignment markers, 513B and 1027B blocks.
//!
//! Clauses: IEEE 802.3 49.2.4, 49.2.6, 82.2.7; G.709 17.7.4, Annexes B and F. In: characters or
//! blocks. Out: blocks, scrambled payloads, code blocks.

use otn_map::pcs::block66::{Block, BlockType, LinkFault, OrderedSet};
use otn_map::pcs::code1027::{CodeWriter, Pair as CodePair};
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::scrambler58::Scrambler;
use otn_map::pcs::transcode::{CodeBlock, Coded, encode};

use super::{Pair, Recipe, counting};

const BLOCKS: &str = "nine octets a block: sync header (01 or 02), then the payload, the least significant \
     bit of an octet sent first";
const MARKERS: &str = "the number of each lane";
const MARKERS_OUT: &str = "M0 to M2, BIP3 (00), M4 to M6, BIP7 (FF) of each lane, the least significant bit sent \
     first";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "pcs-64b66b-blocks",
        requirements: &[
            "ieee802.3:49.2.4-block-types",
            "ieee802.3:49.2.4-sync-header",
            "g709:17.7.4-lf-block",
        ],
        about: "14 blocks of 64B/66B: eight idles, a start in lane 0, one in lane 4 behind four idles, \
                eight octets of data, terminates in lanes 0 to 7, local fault, remote fault.",
        input: "control flags, lane 0 least significant, then lanes 0 to 7 (07 idle, FB start, FD end, \
                9C sequence)",
        output: BLOCKS,
        make: || {
            let (mut characters, mut out) = (Vec::new(), Vec::new());
            for (flags, lanes, block) in blocks() {
                characters.push(flags);
                characters.extend(lanes);
                out.extend(octets(block));
            }
            Pair::new(characters, out)
        },
    },
    Recipe {
        name: "pcs-64b66b-scrambler",
        requirements: &["ieee802.3:49.2.6-scrambler"],
        about: "The self-synchronous scrambler with lags 39 and 58 over the payloads of 16 idle blocks \
                and 16 local faults. Before the first bit the delay line holds ones. Sync headers are \
                not scrambled and not shown.",
        input: "payloads of eight octets, the least significant bit of each octet first",
        output: "the same, scrambled",
        make: || {
            let fault = Block::ordered0(OrderedSet::fault(LinkFault::Local));
            let blocks = [[Block::IDLE; 16], [fault; 16]].concat();
            let mut scrambler = Scrambler::default();
            let scrambled = blocks.iter().map(|block| scrambler.scramble(block.payload));
            let scrambled: Vec<u8> = scrambled.flat_map(u64::to_le_bytes).collect();
            let clear: Vec<u8> = blocks.iter().flat_map(|block| block.octets()).collect();
            Pair::new(clear, scrambled)
        },
    },
    Recipe {
        name: "pcs-markers-40g",
        requirements: &["ieee802.3:82.2.7-markers-40g", "ieee802.3:82.2.7-marker-format"],
        about: "Alignment markers of the four lanes of 40GBASE-R. Their sync header is 10; they are \
                not scrambled.",
        input: MARKERS,
        output: MARKERS_OUT,
        make: || markers(MultiLane::FortyGig),
    },
    Recipe {
        name: "pcs-markers-100g",
        requirements: &["ieee802.3:82.2.7-markers-100g", "ieee802.3:82.2.7-marker-format"],
        about: "Alignment markers of the twenty lanes of 100GBASE-R.",
        input: MARKERS,
        output: MARKERS_OUT,
        make: || markers(MultiLane::HundredGig),
    },
    Recipe {
        name: "transcode-513b",
        requirements: &["g709:b.3-rows", "g709:b.3-control-row", "g709:b.3-type-codes"],
        about: "Four 513B code blocks: eight data blocks; three control blocks among data; control \
                blocks first and last; eight control blocks. All 15 types occur. Control rows come \
                first: whether another one follows, the place of three bits, the type of four, then \
                the seven octets behind the block type.",
        input: BLOCKS,
        output: "65 octets a code block: the flag, 00 or 01, then eight rows of eight octets, the most \
                 significant bit sent first",
        make: || {
            let blocks = mixed();
            let codes = coded(&blocks);
            let out: Vec<u8> = codes.iter().flat_map(sent).collect();
            Pair::new(blocks.into_iter().flat_map(octets).collect::<Vec<u8>>(), out)
        },
    },
    Recipe {
        name: "transcode-1027b",
        requirements: &["g709:f.2-flag-parity", "g709:f.2-scrambler"],
        about: "Eight 1027B code blocks, which fill 1027 octets, in a stream: P, F1 and F2, then 16 \
                rows. The flags are 100, 001, 010 and 111, twice each, and are not scrambled; the rows \
                are, with lags 39 and 58, from a delay line of ones on.",
        input: "16 code blocks of 65 octets: the flag, 00 or 01, then eight rows of eight octets",
        output: "the stream, the most significant bit sent first",
        make: || {
            let codes = coded(&mixed());
            let [data, control] = [codes[0], codes[1]];
            let four = [[data, data], [data, control], [control, data], [control, control]];
            let pairs: [CodePair; 8] = core::array::from_fn(|n| four[n % four.len()]);
            let input: Vec<u8> = pairs.iter().flatten().flat_map(sent).collect();
            Pair::new(input, CodeWriter::default().pack(&pairs))
        },
    },
];

/// Idle, start, terminate and sequence on the XGMII.
const XGMII: [u8; 4] = [0x07, 0xFB, 0xFD, 0x9C];

/// Control flags, characters and the block they make.
fn blocks() -> Vec<(u8, [u8; 8], Block)> {
    let [idle, start, terminate, sequence] = XGMII;
    let data: [u8; 8] = core::array::from_fn(|n| 0xA0 + n as u8);
    let [_, a, b, c, d, e, f, g] = data;
    let mut all = vec![
        (0xFF, [idle; 8], Block::IDLE),
        (0x01, [start, a, b, c, d, e, f, g], Block::start0([a, b, c, d, e, f, g])),
        (0x1F, [idle, idle, idle, idle, start, e, f, g], Block::start4([e, f, g])),
        (0x00, data, Block::data(data)),
    ];
    for octets in 0..8 {
        let mut lanes = [idle; 8];
        lanes[..octets].copy_from_slice(&data[..octets]);
        lanes[octets] = terminate;
        // Lanes of data have no flag.
        all.push((u8::MAX << octets, lanes, Block::terminate(&data[..octets])));
    }
    for (value, fault) in [(1, LinkFault::Local), (2, LinkFault::Remote)] {
        let block = Block::ordered0(OrderedSet::fault(fault));
        all.push((0xF1, [sequence, 0, 0, value, idle, idle, idle, idle], block));
    }
    all
}

/// Sync header and payload.
fn octets(block: Block) -> [u8; 9] {
    let mut octets = [block.sync as u8; 9];
    octets[1..].copy_from_slice(&block.octets());
    octets
}

/// Blocks of four code blocks: data, and control blocks of every type.
fn mixed() -> Vec<Block> {
    use BlockType as T;
    let control = |t: BlockType, n: u8| Block::of_type(t, core::array::from_fn(|i| n + i as u8));
    let some = Some::<BlockType>;
    let places = [
        [None, some(T::Start0), None, None, some(T::Terminate3), some(T::Ordered0), None, None],
        [
            some(T::Control),
            None,
            None,
            some(T::Terminate4),
            some(T::Terminate5),
            None,
            None,
            some(T::Terminate6),
        ],
        [
            T::Ordered4,
            T::Start4,
            T::Ordered0Start4,
            T::Ordered0Ordered4,
            T::Terminate0,
            T::Terminate1,
            T::Terminate2,
            T::Terminate7,
        ]
        .map(Some),
    ];
    let data = |n: usize| Block::data(core::array::from_fn(|i| counting(1, 256)[8 * n + i]));
    let first = (0..8).map(data);
    let rest = places.into_iter().flatten().zip(8..).map(|(place, n)| match place {
        Some(t) => control(t, 7 * n as u8),
        None => data(n),
    });
    first.chain(rest).collect()
}

fn coded(blocks: &[Block]) -> Vec<CodeBlock> {
    let (eights, _) = blocks.as_chunks::<8>();
    eights.iter().map(|eight| encode(&eight.map(Coded::Block))).collect()
}

/// Flag and rows of a code block, the first bit sent most significant.
fn sent(code: &CodeBlock) -> Vec<u8> {
    let rows = code.rows.iter().flat_map(|row| row.reverse_bits().to_be_bytes());
    core::iter::once(code.flag.into()).chain(rows).collect()
}

fn markers(of: MultiLane) -> Pair {
    let lanes: Vec<u8> = (0..of.lanes() as u8).collect();
    let markers = lanes.iter().flat_map(|lane| of.marker(usize::from(*lane), 0).octets());
    let markers: Vec<u8> = markers.collect();
    Pair::new(lanes, markers)
}
