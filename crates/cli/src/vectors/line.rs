//! Vectors of the line: scrambler, and FEC before it.
//!
//! Clause: G.709 11.2. In: clear OTUk frames. Out: the frames as they go on the line.

use otn_frame::OtuFrame;
use otn_frame::bip::Bip8;
use otn_frame::layout::{ODU_COLS, PSI, ROWS};
use otn_frame::overhead::{
    BeiBiae, PathMonitoring, PathStatus, PayloadType, SectionMonitoring, client_psi,
};
use otn_frame::scrambler::scramble;

use super::{Pair, Recipe, counting};

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "scrambler-keystream",
        requirements: &["g709:11.2-scrambler"],
        about: "The sequence itself: a frame of zeros comes out as what is added to every frame. \
                It starts with all ones at the MFAS, begins anew in each frame, and leaves the six \
                FAS octets alone.",
        input: "an OTUk frame of zeros, 4 rows of 4080 octets",
        output: "the frame after the scrambler",
        make: || {
            let mut frame = OtuFrame::zeroed();
            scramble(&mut frame);
            Pair::new([0; OtuFrame::OCTETS], frame.octets())
        },
    },
    Recipe {
        name: "scrambler-frame",
        requirements: &["g709:11.2-scrambler"],
        about: "A clear frame with overhead, payload and parity, and the same frame scrambled. \
                The descrambler is the same operation: exchange input and output for its vector.",
        input: "a clear OTUk frame with RS(255,239) parity, 4 rows of 4080 octets",
        output: "the frame after the scrambler",
        make: || {
            let clear = with_parity(clear_frame());
            let mut line = clear.clone();
            scramble(&mut line);
            Pair::new(clear.octets(), line.octets())
        },
    },
    Recipe {
        name: "otu-frame-coded",
        requirements: &["g709:11.2-fec-before-scrambler", "g709:a-interleave", "g709:a-parity"],
        about: "The whole transmit side of a line: parity is computed over the clear frame, \
                overhead and FAS included, put into columns 3825 to 4080, and scrambled with the \
                rest.",
        input: "a clear OTUk frame whose FEC area is zeros, 4 rows of 4080 octets",
        output: "the frame with parity, scrambled",
        make: || {
            let clear = clear_frame();
            let mut line = with_parity(clear.clone());
            scramble(&mut line);
            Pair::new(clear.octets(), line.octets())
        },
    },
];

/// Multiframe number of the frame below: one whose PSI octet means something.
const MFAS: u8 = 0;

/// A clear frame with overhead that is not all zeros; no parity.
fn clear_frame() -> OtuFrame {
    let mut frame = OtuFrame::zeroed();
    let octets = counting(1, ROWS * ODU_COLS);
    for (row, part) in frame.rows_mut().iter_mut().zip(octets.chunks_exact(ODU_COLS)) {
        row[otn_frame::layout::PAYLOAD_RANGE]
            .copy_from_slice(&part[otn_frame::layout::PAYLOAD_RANGE]);
    }
    frame.set_octet(PSI, client_psi(MFAS, PayloadType::GFP, false));
    let bip8 = frame.opu_bip8();
    frame.set_alignment(MFAS);
    let section = SectionMonitoring {
        tti: 0,
        bip8,
        bei: BeiBiae::from_code(3),
        bdi: false,
        iae: false,
        reserved: 0,
    };
    section.write(&mut frame);
    let path = PathMonitoring {
        tti: 0,
        bip8: Bip8::from_octet(bip8.octet()),
        bei_code: 1,
        bdi: true,
        stat: PathStatus::Normal,
    };
    path.write(&mut frame);
    frame
}

fn with_parity(mut frame: OtuFrame) -> OtuFrame {
    for row in frame.rows_mut() {
        otn_fec::rs255_239::encode_row(row);
    }
    frame
}
