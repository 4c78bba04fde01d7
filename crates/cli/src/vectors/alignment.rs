//! Vectors of alignment and trail trace: what goes in step with the multiframe.
//!
//! Clauses: G.709 15.6.2.1 (FAS), 15.2 (TTI), 15.7.2.1.1 (phase of the TTI). In: MFAS values, a TTI.
//! Out: overhead octets.

use otn_frame::layout::{FAS, MFAS, ODU_COLS};
use otn_frame::tti::{API_CHARS, OPERATOR_OCTETS};
use otn_frame::{OduFrame, Tti};

use super::{Pair, Recipe};

const SAPI: &str = "FRAPARIS1234567";
const DAPI: &str = "DEUBERLIN";
const OPERATOR: &str = "ring 7";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "fas-mfas-multiframe",
        requirements: &["g709:15.6.2.1-fas"],
        about: "Frame and multiframe alignment of a whole multiframe: six constant octets and a \
                seventh that counts the frames from 00 to FF.",
        input: "MFAS of 256 frames, one octet each",
        output: "columns 1 to 7 of row 1 of each frame, 256 times 7 octets",
        make: || {
            let mut out = Vec::new();
            for mfas in 0..=u8::MAX {
                let mut frame = OduFrame::zeroed();
                frame.set_alignment(mfas);
                out.extend_from_slice(
                    &frame.octets()[FAS.offset(ODU_COLS)..=MFAS.offset(ODU_COLS)],
                );
            }
            Pair::new((0..=u8::MAX).collect::<Vec<u8>>(), out)
        },
    },
    Recipe {
        name: "tti-layout",
        requirements: &["g709:15.2-tti-layout"],
        about: "A trail trace identifier from its three texts. SAPI and DAPI each stand behind a \
                NUL; what a text leaves over is NUL.",
        input: "SAPI (15 octets), DAPI (15) and operator text (32), filled up with NUL",
        output: "the 64 octets of the TTI",
        make: || {
            let mut texts = [0; 2 * API_CHARS + OPERATOR_OCTETS];
            let places = [(0, SAPI), (API_CHARS, DAPI), (2 * API_CHARS, OPERATOR)];
            for (at, text) in places {
                texts[at..at + text.len()].copy_from_slice(text.as_bytes());
            }
            Pair::new(texts, *tti().octets())
        },
    },
    Recipe {
        name: "tti-multiframe",
        requirements: &["g709:15.7.2.1.1-tti-phase"],
        about: "The TTI octet of SM, and of PM, in each frame of a multiframe: octet 0 goes in the \
                frames with MFAS 00, 40, 80 and C0, so the TTI is sent four times.",
        input: "the 64 octets of the TTI",
        output: "the TTI octet of the frames with MFAS 00 to FF",
        make: || {
            let tti = tti();
            let sent: Vec<u8> = (0..=u8::MAX).map(|mfas| tti.octet_at(mfas)).collect();
            Pair::new(*tti.octets(), sent)
        },
    },
];

fn tti() -> Tti {
    Tti::new(SAPI, DAPI, OPERATOR).expect("the texts above are short and plain")
}
