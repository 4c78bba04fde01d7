//! Vectors of the payload structure identifier.
//!
//! Clauses: G.709 15.9.2.1 (PSI), 17.1 (client signal fail). In: payload type and client signal
//! fail. Out: the PSI octets of a multiframe.

use otn_frame::overhead::{PayloadType, client_psi};

use super::{Pair, Recipe};

const REQUIREMENTS: &[&str] =
    &["g709:15.9.2.1-psi", "g709:15.9.2.1.1-payload-type", "g709:17.1-csf"];
const INPUT: &str = "two octets: payload type, and 01 while the client has failed";
const OUTPUT: &str = "the PSI octet of the frames with MFAS 00 to FF";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "psi-gfp",
        requirements: REQUIREMENTS,
        about: "PSI of an OPU that carries GFP: the payload type 05 in the frame with MFAS 00, \
                zeros in all others.",
        input: INPUT,
        output: OUTPUT,
        make: || psi(PayloadType::GFP, false),
    },
    Recipe {
        name: "psi-gfp-csf",
        requirements: REQUIREMENTS,
        about: "The same while the client has failed: bit 1 of the octet in the frame with MFAS \
                02 is 1.",
        input: INPUT,
        output: OUTPUT,
        make: || psi(PayloadType::GFP, true),
    },
];

fn psi(payload_type: PayloadType, client_signal_fail: bool) -> Pair {
    let sent = |mfas| client_psi(mfas, payload_type, client_signal_fail);
    let sent: Vec<u8> = (0..=u8::MAX).map(sent).collect();
    Pair::new([payload_type.0, client_signal_fail.into()], sent)
}
