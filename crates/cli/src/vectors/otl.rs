//! Vectors of the lanes of an OTU4: groups of 16 octets in turn, the logical lane marker.
//!
//! Clause: G.709 Annex C. In: a frame, frame numbers. Out: what the logical lanes carry.

use otn_frame::OtuFrame;
use otn_frame::layout::OTU_OCTETS;
use otn_proc::otl::{GROUP_OCTETS, LLM_OCTET, LaneDistributor, Otl};

use super::{Pair, Recipe, counting};

const REQUIREMENTS: &[&str] = &[
    "g709:c-groups",
    "g709:c-llm",
    "g709:c-lane-number",
    "g709:c-llm-range",
    "g709:c-otl44-rotation",
];
/// Number of the frame that is shown whole.
const NUMBER: u64 = 23;

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "otl44-groups",
        requirements: REQUIREMENTS,
        about: "One OTU4 frame, number 23, on the 20 logical lanes of an OTL4.4: the first 16 octets \
                that each lane carries of it. The first group, with the FAS, goes to lane 3, the next \
                to lane 4 and so on; the sixth octet of the FAS is the LLM, 23.",
        input: "a frame of 16320 octets; its octets behind the FAS count from 0 to 250",
        output: "20 times 16 octets, lane 0 first",
        make: || {
            let octets = octets();
            let mut lanes = LaneDistributor::new(Otl::Otl44);
            let shares = lanes.distribute_numbered(NUMBER, &frame(&octets));
            let first: Vec<u8> =
                shares.iter().flat_map(|share| &share[..GROUP_OCTETS]).copied().collect();
            Pair::new(octets, first)
        },
    },
    Recipe {
        name: "otl44-llm",
        requirements: REQUIREMENTS,
        about: "Rotation of an OTL4.4 over 480 frames: the lane that gets the FAS, and the LLM there, \
                which counts from 0 to 239.",
        input: "numbers of the frames, two octets each",
        output: "two octets a frame: logical lane, LLM",
        make: || {
            let frame = frame(&octets());
            let mut lanes = LaneDistributor::new(Otl::Otl44);
            let (mut numbers, mut out) = (Vec::new(), Vec::new());
            for number in 0..480u16 {
                numbers.extend(number.to_be_bytes());
                let shares = lanes.distribute(&frame);
                let has_fas = |share: &Vec<u8>| share[..LLM_OCTET] == frame.octets()[..LLM_OCTET];
                let lane = shares.iter().position(has_fas);
                out.extend(
                    lane.map(|lane| [lane as u8, shares[lane][LLM_OCTET]]).unwrap_or_default(),
                );
            }
            Pair::new(numbers, out)
        },
    },
];

fn octets() -> Vec<u8> {
    let mut octets = vec![0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28];
    octets.extend(counting(0, OTU_OCTETS - octets.len()));
    octets
}

fn frame(octets: &[u8]) -> OtuFrame {
    OtuFrame::from_octets(octets).expect("the octets of one frame")
}
