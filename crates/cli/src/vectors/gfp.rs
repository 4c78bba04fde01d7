//! Vectors of GFP-F: headers, idle, whole frames, the payload scrambler, the FCS inside.
//!
//! Clauses: G.7041 6.1, 6.2, 7.1; IEEE 802.3 3.2.9. In: lengths, types, Ethernet frames. Out: octets of
//! the line.

use std::collections::VecDeque;

use otn_map::ethernet::fcs;
use otn_map::gfp::header::{core_header, hec};
use otn_map::gfp::layout::{CORE_MASK, PFCS_OCTETS, TYPE_HEADER_OCTETS};
use otn_map::gfp::{ClientFrame, ClientQueue, Scrambler, Transmitter, TypeHeader};

use super::{Pair, Recipe, counting};

const MAC_INPUT: &str = "an Ethernet frame of 64 octets, destination address to FCS";
const MAC_OUTPUT: &str = "the GFP frame on the line";
const FRAME: &[&str] = &[
    "g7041:6.1-frame",
    "g7041:6.1.1.3-core-scrambling",
    "g7041:6.1.2.3-payload-scrambler",
    "g7041:7.1-ethernet-upi",
];

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "gfp-core-headers",
        requirements: &["g7041:6.1.1.2-hec", "g7041:6.1.1.3-core-scrambling"],
        about: "Core headers of some lengths: PLI, its CRC-16, and what that becomes on the line, \
                where B6AB31E0 is added. PLI 0 is the idle frame.",
        input: "payload lengths, two octets each",
        output: "for each eight octets: the core header, and the core header on the line",
        make: || {
            let lengths: [u16; 8] = [0, 4, 64, 68, 71, 76, 1522, u16::MAX];
            let header = |pli: u16| [core_header(pli), core_header(pli) ^ CORE_MASK];
            let output = lengths.into_iter().flat_map(header).flat_map(u32::to_be_bytes);
            let input: Vec<u8> = lengths.into_iter().flat_map(u16::to_be_bytes).collect();
            Pair::new(input, output.collect::<Vec<u8>>())
        },
    },
    Recipe {
        name: "gfp-type-headers",
        requirements: &["g7041:6.1.1.2-hec", "g7041:6.1.2.1.1-type-field"],
        about: "Type headers: the type field and its CRC-16. 0001 is an Ethernet frame, 1001 one \
                with payload FCS, 0006 transparent Gigabit Ethernet, 8001 loss of client signal, \
                1101 an Ethernet frame with linear extension header and payload FCS.",
        input: "type fields, two octets each",
        output: "for each four octets: the type field and its tHEC",
        make: || {
            let types: [u16; 7] = [0x0001, 0x1001, 0x0006, 0x0013, 0x0014, 0x8001, 0x1101];
            let header = |word: u16| [word, hec(&word.to_be_bytes())];
            let output = types.into_iter().flat_map(header).flat_map(u16::to_be_bytes);
            let input: Vec<u8> = types.into_iter().flat_map(u16::to_be_bytes).collect();
            Pair::new(input, output.collect::<Vec<u8>>())
        },
    },
    Recipe {
        name: "gfp-idle",
        requirements: &["g7041:6.2-idle-insertion", "g7041:6.1.1.3-core-scrambling"],
        about: "What fills the payload while no client frame waits: idle frames, four octets each, \
                one after another.",
        input: "ten idle frames before their core headers are scrambled: PLI 0, cHEC 0",
        output: "the ten idle frames on the line",
        make: || Pair::new([0; 40], stream([], 40)),
    },
    Recipe {
        name: "gfp-ethernet",
        requirements: FRAME,
        about: "A whole GFP frame around an Ethernet frame: core header with PLI 68, type header \
                0001, the Ethernet frame with its FCS. The payload scrambler starts from zeros.",
        input: MAC_INPUT,
        output: MAC_OUTPUT,
        make: || gfp_frame(false),
    },
    Recipe {
        name: "gfp-ethernet-pfcs",
        requirements: FRAME,
        about: "The same with a payload FCS of four octets over the Ethernet frame: type header \
                1001, PLI 72.",
        input: MAC_INPUT,
        output: MAC_OUTPUT,
        make: || gfp_frame(true),
    },
    Recipe {
        name: "gfp-stream",
        requirements: &["g7041:6.2-idle-insertion", "g7041:6.1.2.3-payload-scrambler"],
        about: "Three Ethernet frames of 64, 70 and 81 octets with two idles after the first and \
                idles behind the last. The payload scrambler stands still during core headers and \
                idles and goes on where it was.",
        input: "the three Ethernet frames, one after another, each with its FCS",
        output: "512 octets of the line",
        make: || {
            let frames = [mac_frame(64), mac_frame(70), mac_frame(81)];
            let input = frames.concat();
            let [first, second, third] = frames;
            let queue = [Some(first), None, None, Some(second), Some(third)];
            Pair::new(input, stream(queue, 512))
        },
    },
    Recipe {
        name: "gfp-scrambler",
        requirements: &["g7041:6.1.2.3-payload-scrambler"],
        about: "The payload scrambler x^43 + 1 alone, from a state of zeros, fed with a single one \
                and zeros: the one comes back every 43 bits.",
        input: "18 octets, the first bit a one",
        output: "the 18 octets scrambled",
        make: || {
            let mut input = [0; 18];
            input[0] = u8::MAX - u8::MAX / 2;
            let mut output = input;
            Scrambler::default().scramble(&mut output);
            Pair::new(input, output)
        },
    },
    Recipe {
        name: "ethernet-fcs",
        requirements: &["ieee802.3:3.2.9-fcs"],
        about: "The frame check sequence of Ethernet over the nine digits that catalogues of CRCs \
                use; its octets in the order they are sent.",
        input: "the text 123456789",
        output: "the four octets of the FCS",
        make: || Pair::new(*b"123456789", fcs(b"123456789")),
    },
];

/// Addresses for local use, and the EtherType for local experiments.
const MAC_HEADER: [u8; 14] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xB5];

/// An Ethernet frame of this many octets, FCS included.
fn mac_frame(octets: usize) -> Vec<u8> {
    let mut frame = MAC_HEADER.to_vec();
    frame.extend(counting(octets, octets - MAC_HEADER.len() - fcs(&[]).len()));
    frame.extend(fcs(&frame));
    frame
}

fn gfp_frame(pfcs: bool) -> Pair {
    let frame = mac_frame(64);
    let mut queue = Queue { waiting: VecDeque::from([Some(frame.clone())]), now: Vec::new(), pfcs };
    let extra = if pfcs { PFCS_OCTETS } else { 0 };
    let core_octets = CORE_MASK.to_be_bytes().len();
    let mut line = vec![0; core_octets + TYPE_HEADER_OCTETS + frame.len() + extra];
    Transmitter::new().fill(0, &mut line, &mut queue);
    Pair::new(frame, line)
}

fn stream(queue: impl Into<VecDeque<Option<Vec<u8>>>>, octets: usize) -> Vec<u8> {
    let mut queue = Queue { waiting: queue.into(), now: Vec::new(), pfcs: false };
    let mut line = vec![0; octets];
    Transmitter::new().fill(0, &mut line, &mut queue);
    line
}

/// Frames and gaps of one idle, in order.
struct Queue {
    waiting: VecDeque<Option<Vec<u8>>>,
    now: Vec<u8>,
    pfcs: bool,
}

impl ClientQueue for Queue {
    fn next(&mut self, _offset: usize) -> Option<ClientFrame<'_>> {
        self.now = self.waiting.pop_front().flatten()?;
        ClientFrame::new(TypeHeader::ethernet(self.pfcs), &self.now).ok()
    }
}
