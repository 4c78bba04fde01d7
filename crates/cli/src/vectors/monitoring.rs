//! Vectors of section and path monitoring: BIP-8, and every value of the third octets.
//!
//! Clauses: G.709 15.7.2.1 (SM), 15.8.2.1 (PM). In: frames, or overhead octets. Out: BIP-8, or what
//! the octets mean.

use otn_frame::OduFrame;
use otn_frame::layout::{BEI, MON_BIP8, MON_STATUS, PAYLOAD_OCTETS, PM, SM};
use otn_frame::overhead::{BeiBiae, PathMonitoring, PathStatus, SectionMonitoring};
use otn_proc::bip::BipSource;

use super::{Pair, Recipe, counting};

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "bip8-opu",
        requirements: &["g709:15.7.2.1.2-sm-bip8", "g709:15.7.2.1.2-bip8-even"],
        about: "BIP-8 of one frame. It covers columns 15 to 3824 of all four rows; the overhead \
                to the left of them, which holds octets here, does not count.",
        input: "a frame of 4 rows of 3824 octets",
        output: "its BIP-8",
        make: || {
            let frame = numbered_frame(0);
            Pair::new(frame.octets(), [frame.opu_bip8().octet()])
        },
    },
    Recipe {
        name: "bip8-frame-i-plus-2",
        requirements: &[
            "g709:15.7.2.1.2-frame-i-plus-2",
            "g709:15.7.2.1.2-sm-bip8",
            "g709:15.8.2.1.2-pm-bip8",
        ],
        about: "Three frames from the first one on, before and after BIP-8 is put in. The third \
                frame carries the BIP-8 of the first, in SM and in PM; the first two carry 00, as \
                nothing was sent before them (that is our choice).",
        input: "three frames of 4 rows of 3824 octets, BIP-8 octets 00",
        output: "the same frames with SM and PM BIP-8",
        make: || {
            let (mut input, mut output) = (Vec::new(), Vec::new());
            let mut source = BipSource::default();
            for number in 0..3 {
                let mut frame = numbered_frame(number);
                input.extend_from_slice(frame.octets());
                let bip8 = source.exchange(frame.opu_bip8());
                for field in [SM, PM] {
                    frame.field_mut(field)[MON_BIP8] = bip8.octet();
                }
                output.extend_from_slice(frame.octets());
            }
            Pair::new(input, output)
        },
    },
    Recipe {
        name: "bei-biae-table",
        requirements: &["g709:15.7.2.1.4-bei-biae"],
        about: "Every code of BEI/BIAE in SM. 0 to 8 are counts, 1011 is BIAE, the rest counts as \
                no violation and no BIAE.",
        input: "the codes 0 to 15, one octet each",
        output: "for each code two octets: violations, and 01 for BIAE",
        make: || {
            let means = |code| {
                let bei = BeiBiae::from_code(code);
                [bei.errors(), u8::from(bei == BeiBiae::Biae)]
            };
            over_codes(BEI.get(u8::MAX), means)
        },
    },
    Recipe {
        name: "pm-bei-table",
        requirements: &["g709:15.8.2.1.4-pm-bei"],
        about: "Every code of BEI in PM: 0 to 8 are counts, the rest is none. There is no BIAE.",
        input: "the codes 0 to 15, one octet each",
        output: "violations of each code, one octet each",
        make: || over_codes(BEI.get(u8::MAX), |code| [path(BEI.set(0, code)).bei_errors()]),
    },
    Recipe {
        name: "pm-stat-table",
        requirements: &["g709:15.8.2.1.5-pm-stat"],
        about: "Every code of STAT in PM. Reserved codes come out as 00, the others as they are: \
                01 normal, 05 ODU-LCK, 06 ODU-OCI, 07 ODU-AIS.",
        input: "the codes 0 to 7, one octet each",
        output: "the code where it has a meaning, 00 where it is reserved",
        make: || {
            let means = |code| match PathStatus::from_code(code) {
                PathStatus::Other(_) => [0],
                known => [known.code()],
            };
            over_codes(otn_frame::layout::STAT.get(u8::MAX), means)
        },
    },
    Recipe {
        name: "sm-octet-3-table",
        requirements: &["g709:15.7.2.1-sm-octet-3", "g709:15.7.2.1.4-bei-biae"],
        about: "Every value of the third SM octet of an OTUk, taken apart.",
        input: "the values 00 to FF",
        output: "for each value five octets: violations, BIAE, BDI, IAE, the two reserved bits",
        make: || {
            let means = |value| {
                let sm = section(value);
                let biae = u8::from(sm.bei == BeiBiae::Biae);
                [sm.bei.errors(), biae, sm.bdi.into(), sm.iae.into(), sm.reserved]
            };
            over_codes(u8::MAX, means)
        },
    },
    Recipe {
        name: "pm-octet-3-table",
        requirements: &["g709:15.8.2.1-pm-field", "g709:15.8.2.1.4-pm-bei"],
        about: "Every value of the third PM octet, taken apart.",
        input: "the values 00 to FF",
        output: "for each value three octets: violations, BDI, the STAT code",
        make: || {
            let means = |value| {
                let pm = path(value);
                [pm.bei_errors(), pm.bdi.into(), pm.stat.code()]
            };
            over_codes(u8::MAX, means)
        },
    },
];

/// A frame that differs from its neighbours, with alignment.
pub(super) fn numbered_frame(number: u8) -> OduFrame {
    let mut frame = OduFrame::zeroed();
    let mut payload = [0; PAYLOAD_OCTETS];
    payload.copy_from_slice(&counting(100 * usize::from(number) + 1, PAYLOAD_OCTETS));
    frame.set_payload(&payload);
    frame.set_alignment(number);
    frame
}

fn over_codes<const OCTETS: usize>(last: u8, means: impl Fn(u8) -> [u8; OCTETS]) -> Pair {
    let output: Vec<u8> = (0..=last).flat_map(means).collect();
    Pair::new((0..=last).collect::<Vec<u8>>(), output)
}

fn section(value: u8) -> SectionMonitoring {
    let mut frame = OduFrame::zeroed();
    frame.field_mut(SM)[MON_STATUS] = value;
    SectionMonitoring::read(&frame)
}

fn path(value: u8) -> PathMonitoring {
    let mut frame = OduFrame::zeroed();
    frame.field_mut(PM)[MON_STATUS] = value;
    PathMonitoring::read(&frame)
}
