//! Vectors of the maintenance signals ODU-AIS, ODU-OCI and ODU-LCK.
//!
//! Clause: G.709 16. In: a frame. Out: the frame with everything but frame alignment and OTU
//! overhead replaced. The fill alone makes STAT of PM and of every TCM say which signal it is.

use otn_frame::OduFrame;
use otn_frame::layout::OPU_RANGE;

use super::{Pair, Recipe};

/// Octet that fills ODU-AIS: all ones.
//= g709:16-odu-ais
pub(crate) const AIS: u8 = 0xFF;
/// Octet that fills ODU-OCI: 0110 0110.
//= g709:16-odu-oci
pub(crate) const OCI: u8 = 0x66;
/// Octet that fills ODU-LCK: 0101 0101.
//= g709:16-odu-lck
pub(crate) const LCK: u8 = 0x55;

const INPUT: &str = "an ODUk frame with a client, 4 rows of 3824 octets";
const OUTPUT: &str = "the maintenance signal in its place; row 1 columns 1 to 14 are kept";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "odu-ais-frame",
        requirements: &["g709:16-odu-ais", "g709:15.8.2.1.5-pm-stat"],
        about: "Alarm indication signal: all ones in the whole ODUk except frame alignment and \
                OTU overhead. STAT in PM and in every TCM reads 111.",
        input: INPUT,
        output: OUTPUT,
        make: || replaced(AIS),
    },
    Recipe {
        name: "odu-oci-frame",
        requirements: &["g709:16-odu-oci", "g709:15.8.2.1.5-pm-stat"],
        about: "Open connection indication: 0110 0110 repeated in the whole ODUk except frame \
                alignment and OTU overhead. STAT reads 110.",
        input: INPUT,
        output: OUTPUT,
        make: || replaced(OCI),
    },
    Recipe {
        name: "odu-lck-frame",
        requirements: &["g709:16-odu-lck", "g709:15.8.2.1.5-pm-stat"],
        about: "Locked: 0101 0101 repeated in the whole ODUk except frame alignment and OTU \
                overhead. STAT reads 101.",
        input: INPUT,
        output: OUTPUT,
        make: || replaced(LCK),
    },
];

/// Columns of row 1 that belong to frame alignment and OTU overhead end here.
const KEPT: usize = OPU_RANGE.start;

fn replaced(fill: u8) -> Pair {
    let frame = super::monitoring::numbered_frame(3);
    let mut signal = OduFrame::zeroed();
    for row in signal.rows_mut() {
        row.fill(fill);
    }
    signal.rows_mut()[0][..KEPT].copy_from_slice(&frame.rows()[0][..KEPT]);
    Pair::new(frame.octets(), signal.octets())
}
