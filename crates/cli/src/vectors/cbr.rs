//! Vectors of constant bit rate clients by AMP.
//!
//! Clause: G.709 17.2. In: client octets. Out: the OPU area of the frame, columns 15 to 3824.

use otn_frame::OduFrame;
use otn_frame::layout::OPU_RANGE;
use otn_map::cbr::{Container, Justification, map};

use super::{Pair, Recipe, counting};

const INPUT: &str = "the client octets of one frame, first to last";
const OUTPUT: &str = "columns 15 to 3824 of rows 1 to 4: JC in column 16 of rows 1 to 3, NJO in column 16 of row 4, \
     PJO in column 17 of row 4";
const JUSTIFIED: &[&str] = &["g709:17.2-jc-codes", "g709:17.2-cbr-columns"];

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "amp-cbr2g5-none",
        requirements: JUSTIFIED,
        about: "CBR2G5 in an OPU1 without justification: JC 00, the NJO is stuff, the PJO data. \
                15 232 client octets; an OPU1 has no fixed stuff. BMP looks the same.",
        input: INPUT,
        output: OUTPUT,
        make: || mapped(Container::Opu1, Justification::None),
    },
    Recipe {
        name: "amp-cbr2g5-negative",
        requirements: JUSTIFIED,
        about: "Negative justification: JC 01, the NJO holds a client octet, one more than usual.",
        input: INPUT,
        output: OUTPUT,
        make: || mapped(Container::Opu1, Justification::Negative),
    },
    Recipe {
        name: "amp-cbr2g5-positive",
        requirements: JUSTIFIED,
        about: "Positive justification: JC 11, the PJO is stuff too, one client octet less.",
        input: INPUT,
        output: OUTPUT,
        make: || mapped(Container::Opu1, Justification::Positive),
    },
    Recipe {
        name: "amp-cbr10g",
        requirements: &["g709:17.2-fixed-stuff", "g709:17.2-cbr-columns"],
        about: "CBR10G in an OPU2, and CBR10G3 in an OPU2e: columns 1905 to 1920 of every row are \
                fixed stuff, 64 octets a frame.",
        input: INPUT,
        output: OUTPUT,
        make: || mapped(Container::Opu2, Justification::None),
    },
    Recipe {
        name: "amp-cbr40g",
        requirements: &["g709:17.2-fixed-stuff", "g709:17.2-cbr-columns"],
        about: "CBR40G in an OPU3: columns 1265 to 1280 and 2545 to 2560 of every row are fixed \
                stuff, 128 octets a frame.",
        input: INPUT,
        output: OUTPUT,
        make: || mapped(Container::Opu3, Justification::None),
    },
];

fn mapped(container: Container, justification: Justification) -> Pair {
    // Client octets are never zero, so that stuff stands out.
    let mut client = counting(1, container.octets() + 1);
    client.iter_mut().for_each(|octet| *octet = (*octet).max(1));
    let mut frame = OduFrame::zeroed();
    let mut taken = 0;
    map(container, justification, &mut frame, |out| {
        out.copy_from_slice(&client[taken..taken + out.len()]);
        taken += out.len();
    });
    client.truncate(taken);
    let area: Vec<u8> = frame.rows().iter().flat_map(|row| &row[OPU_RANGE]).copied().collect();
    Pair::new(client, area)
}
