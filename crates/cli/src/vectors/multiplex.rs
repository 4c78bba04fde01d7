//! Vectors of ODU multiplexing: MSI, tributary slots, justification by AMP and GMP, OMFI, rates.
//!
//! Clauses: G.709 19.1 (slots), 19.4 (MSI, OMFI), 19.5 (AMP), 19.6 (GMP), 7.3 (ODUflex). In: what is
//! in the slots, octets of an ODUj. Out: overhead octets, places in the frame, OPU areas.

use otn_frame::layout::{JC1, JC2, JC3, NJO, ODU_COLS, OMFI, OPU_RANGE};
use otn_frame::{FlexRate, OduFrame};
use otn_map::gmp::Count14;
use otn_map::odtu::amp::{Amp, Justification};
use otn_map::odtu::msi::octets;
use otn_map::odtu::ts::TsSource;
use otn_map::odtu::{Content, Interleave, Odtu, SlotSet, Slots};

use super::{Pair, Recipe};

const MSI: &[&str] = &["g709:19.4.1-msi", "g709:19.4-msi"];
const FIXED_MSI: &[&str] = &["g709:19.4.1-msi", "g709:19.4.1-fixed-ports", "g709:19.4-msi"];
const MSI_INPUT: &str = "two octets a slot: j and k of the ODTUjk, k and 0 of an ODTUk.ts, 00 for none; \
     and the port, counted from 1";
const MSI_OUTPUT: &str = "the MSI octets, an octet a slot, PSI[2] first";
const SLOTS: &[&str] = &["g709:19.1-slot-counts", "g709:19.3-odtu-octets"];
const SLOT_INPUT: &str =
    "three octets: k of the OPUk, its number of slots, the slot, counted from 1";
const SLOT_OUTPUT: &str = "row and column of each octet of the slot, two octets each, counted from 1, in order of \
     transmission (a line each with --width 32)";
const AMP: &[&str] = &["g709:19.5-jc", "g709:19.5-pjo", "g709:19.5-stuff", "g709:19.3-odtu-octets"];
const AMP_13: &[&str] = &["g709:19.5-odtu13-column-119", "g709:19.5-jc", "g709:19.5-pjo"];
const AMP_INPUT: &str = "octets of the ODUj, those of one frame after those of another";
const AMP_OUTPUT: &str = "four times columns 15 to 3824 of rows 1 to 4: with negative justification, with none, with \
     positive, with double positive";
const GMP: &[&str] = &["g709:19.6-odtuk-blocks", "g709:19.3-odtu-octets"];
const GMP_INPUT: &str = "two octets: Cm";
const GMP_OUTPUT: &str = "of each stuff octet the frame, from 0, row and column, from 1, two octets each (a line \
     each with --width 48)";
const COUNT: &[&str] = &["g709:19.6-overhead-in-last-slot", "g709:d.3-inversion-patterns"];
const COUNT_INPUT: &str =
    "octets of the ODU0 that come in each of four multiframes, two octets a multiframe";
const COUNT_OUTPUT: &str =
    "for each frame of the four multiframes JC1 to JC6; zeros in the frames of other slots";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "msi-opu1",
        requirements: FIXED_MSI,
        about: "MSI of an OPU1, payload type 20: an ODTU01 in each slot. Type 11, port less one.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || msi(Slots::Opu1, &[(Odtu::Odtu01, 1, &[1]), (Odtu::Odtu01, 2, &[2])]),
    },
    Recipe {
        name: "msi-opu2-pt20",
        requirements: FIXED_MSI,
        about: "MSI of an OPU2, payload type 20, with an ODTU12 in slot 2 only. Type 00; the port is \
                fixed, that of the slot, whether it is allocated or not.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || msi(Slots::Opu2By4, &[(Odtu::Odtu12, 2, &[2])]),
    },
    Recipe {
        name: "msi-opu2-pt21",
        requirements: MSI,
        about: "MSI of an OPU2, payload type 21: an ODTU12 in slots 1 and 5, an ODTU2.3 in slots 2, 3 \
                and 4, an ODTU2.1 in slot 8. Types 00 and 10; 11 where nothing is allocated.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || {
            let parts: [Part<'_>; 3] =
                [(Odtu::Odtu12, 1, &[1, 5]), (Odtu::Ts, 2, &[2, 3, 4]), (Odtu::Ts, 8, &[8])];
            msi(Slots::Opu2By8, &parts)
        },
    },
    Recipe {
        name: "msi-opu3-pt20",
        requirements: FIXED_MSI,
        about: "MSI of an OPU3, payload type 20: an ODTU13 in slot 1, an ODTU23 at port 4 in slots 2, \
                5, 9 and 16. Types 00 and 01; slots without anything show an ODTU13 at the port of \
                their own number.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || {
            let parts: [Part<'_>; 2] = [(Odtu::Odtu13, 1, &[1]), (Odtu::Odtu23, 4, &[2, 5, 9, 16])];
            msi(Slots::Opu3By16, &parts)
        },
    },
    Recipe {
        name: "msi-opu3-pt21",
        requirements: MSI,
        about: "MSI of an OPU3, payload type 21: an ODTU13 in slots 2 and 25, an ODTU23 in slots 1, 5, \
                9, 10, 11, 26, 27 and 32, an ODTU3.2 in slots 3 and 4. Types 00, 01 and 10; 11 where \
                nothing is allocated.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || {
            let parts: [Part<'_>; 3] = [
                (Odtu::Odtu13, 1, &[2, 25]),
                (Odtu::Odtu23, 2, &[1, 5, 9, 10, 11, 26, 27, 32]),
                (Odtu::Ts, 32, &[3, 4]),
            ];
            msi(Slots::Opu3By32, &parts)
        },
    },
    Recipe {
        name: "msi-opu4",
        requirements: MSI,
        about: "MSI of an OPU4: an ODTU4.1 in slot 1, an ODTU4.2 in slots 2 and 80. Bit 1 says that \
                the slot is allocated, the other seven its port less one.",
        input: MSI_INPUT,
        output: MSI_OUTPUT,
        make: || msi(Slots::Opu4, &[(Odtu::Ts, 1, &[1]), (Odtu::Ts, 80, &[2, 80])]),
    },
    Recipe {
        name: "slot-opu1",
        requirements: SLOTS,
        about: "Places of the second slot of two in an OPU1: every other column from 18 on.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu1, 2),
    },
    Recipe {
        name: "slot-opu2-2g5",
        requirements: SLOTS,
        about: "Places of slot 3 of four, of 2.5G each, in an OPU2.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu2By4, 3),
    },
    Recipe {
        name: "slot-opu2-1g25",
        requirements: SLOTS,
        about: "Places of slot 7 of eight, of 1.25G each, in an OPU2: half of slot 3 of four.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu2By8, 7),
    },
    Recipe {
        name: "slot-opu3-2g5",
        requirements: SLOTS,
        about: "Places of slot 16 of 16, of 2.5G each, in an OPU3.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu3By16, 16),
    },
    Recipe {
        name: "slot-opu3-1g25",
        requirements: SLOTS,
        about: "Places of slot 25 of 32, of 1.25G each, in an OPU3.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu3By32, 25),
    },
    Recipe {
        name: "slot-opu4",
        requirements: &["g709:19.1.4-opu4-slots", "g709:19.3-odtu-octets"],
        about: "Places of slot 41 of 80 in an OPU4. The slots take turns over pairs of rows: 3800 \
                columns are 47 rounds and a half, so rows 2 and 4 begin with slot 41. Columns 3817 to \
                3824 belong to none.",
        input: SLOT_INPUT,
        output: SLOT_OUTPUT,
        make: || slot(Slots::Opu4, 41),
    },
    Recipe {
        name: "amp-odtu01",
        requirements: AMP,
        about: "ODU0 in slot 2 of an OPU1, the four justifications in the frame that holds the \
                overhead of slot 2. JC 01, 00, 11, 10 in column 16 of rows 1 to 3; NJO in column 16 of \
                row 4; PJO1 and PJO2 in columns 18 and 20 of row 4. 7617, 7616, 7615 and 7614 octets \
                of the ODU0. The other slot is zeros.",
        input: AMP_INPUT,
        output: AMP_OUTPUT,
        make: || amp(Odtu::Odtu01, Slots::Opu1, &[2], 2),
    },
    Recipe {
        name: "amp-odtu12",
        requirements: AMP,
        about: "ODU1 in slot 3 of four of an OPU2, payload type 20, in the frame of slot 3: PJO1 and \
                PJO2 in columns 19 and 23 of row 4. 3809, 3808, 3807 and 3806 octets of the ODU1.",
        input: AMP_INPUT,
        output: AMP_OUTPUT,
        make: || amp(Odtu::Odtu12, Slots::Opu2By4, &[3], 3),
    },
    Recipe {
        name: "amp-odtu13",
        requirements: AMP_13,
        about: "ODU1 in slots 2 and 25 of 32 of an OPU3, payload type 21, in the frame of slot 25: \
                PJO1 and PJO2 in columns 41 and 73 of row 4. The 119th octet of the ODTU13 in each row \
                is fixed stuff. 949, 948, 947 and 946 octets of the ODU1.",
        input: AMP_INPUT,
        output: AMP_OUTPUT,
        make: || amp(Odtu::Odtu13, Slots::Opu3By32, &[2, 25], 25),
    },
    Recipe {
        name: "amp-odtu23",
        requirements: AMP,
        about: "ODU2 in slots 1, 2, 5 and 16 of 16 of an OPU3, payload type 20, in the frame of slot \
                5: PJO1 and PJO2 in columns 21 and 37 of row 4. 3809, 3808, 3807 and 3806 octets.",
        input: AMP_INPUT,
        output: AMP_OUTPUT,
        make: || amp(Odtu::Odtu23, Slots::Opu3By16, &[1, 2, 5, 16], 5),
    },
    Recipe {
        name: "gmp-odtu2-1-stuff",
        requirements: GMP,
        about: "ODU0 in an ODTU2.1 in slot 3 of eight: where the 64 stuff octets of a multiframe of \
                eight frames are while Cm is 15168. All other octets of the slot are the ODU0's.",
        input: GMP_INPUT,
        output: GMP_OUTPUT,
        make: || stuff(Slots::Opu2By8, 3, 15_168),
    },
    Recipe {
        name: "gmp-odtu4-1-stuff",
        requirements: GMP,
        about: "ODU0 in an ODTU4.1 in slot 80: where the 672 stuff octets of a multiframe of 80 frames \
                are while Cm is 14528.",
        input: GMP_INPUT,
        output: GMP_OUTPUT,
        make: || stuff(Slots::Opu4, 80, 14_528),
    },
    Recipe {
        name: "gmp-odtu2-1-overhead",
        requirements: COUNT,
        about: "Overhead of an ODTU2.1 in slot 3 of eight. JC1 to JC3 of a multiframe tell the Cm of \
                the next one, 15168 at first; JC4 to JC6 are zeros, since a block is one octet. They \
                are in the third frame of each multiframe.",
        input: COUNT_INPUT,
        output: COUNT_OUTPUT,
        make: || overhead(Slots::Opu2By8, 3, 15_168),
    },
    Recipe {
        name: "gmp-odtu4-1-overhead",
        requirements: COUNT,
        about: "Overhead of an ODTU4.1 in slot 80, Cm 14528 at first. It is in the last frame of each \
                multiframe of 80.",
        input: COUNT_INPUT,
        output: COUNT_OUTPUT,
        make: || overhead(Slots::Opu4, 80, 14_528),
    },
    Recipe {
        name: "omfi-opu4",
        requirements: &["g709:19.4.4-omfi", "g709:19.4-omfi"],
        about: "OMFI of an OPU4 over two multiframes: it counts the frames from 0 to 79. Bit 1 is 0.",
        input: "numbers of 160 frames",
        output: "the octet in row 4 column 16 of each",
        make: || {
            let frames = 0..2 * Slots::Opu4.count() as u8;
            let sent = frames.clone().map(|n| OMFI.set(0, n % Slots::Opu4.count() as u8));
            Pair::new(frames.collect::<Vec<u8>>(), sent.collect::<Vec<u8>>())
        },
    },
    Recipe {
        name: "oduflex-gfp-rates",
        requirements: &["g709:7.3-oduflex-gfp-rates"],
        about: "Recommended rates of ODUflex(GFP) for 1 to 80 slots. With --format csv --width 64 a \
                line for each.",
        input: "the number of slots, an octet each",
        output: "the rate in bit/s, eight octets each, the first one most significant",
        make: || {
            let slots: Vec<u8> = (1..=FlexRate::MAX_SLOTS).collect();
            let rates = slots.iter().filter_map(|n| FlexRate::gfp(*n)).map(FlexRate::get);
            let octets: Vec<u8> =
                rates.flat_map(|rate| ((rate.num / rate.den) as u64).to_be_bytes()).collect();
            Pair::new(slots, octets)
        },
    },
];

/// Kind of an ODTU, its tributary port, its slots.
type Part<'a> = (Odtu, u8, &'a [usize]);

fn set(slots: &[usize]) -> SlotSet {
    SlotSet::new(slots.iter().copied()).expect("every slot of the tables above is 1 to 80")
}

fn interleave(slots: Slots, of: &[usize]) -> Interleave {
    Interleave::new(slots, set(of)).expect("the tables above name slots that the OPU has")
}

/// k of the OPUk.
const fn order(slots: Slots) -> u8 {
    match slots {
        Slots::Opu1 => 1,
        Slots::Opu2By4 | Slots::Opu2By8 => 2,
        Slots::Opu3By16 | Slots::Opu3By32 => 3,
        Slots::Opu4 => 4,
    }
}

fn msi(slots: Slots, parts: &[Part<'_>]) -> Pair {
    let mut input = vec![0; 2 * slots.count()];
    for &(kind, port, of) in parts {
        let name = match kind {
            Odtu::Odtu01 => 0x01,
            Odtu::Odtu12 => 0x12,
            Odtu::Odtu13 => 0x13,
            Odtu::Odtu23 => 0x23,
            Odtu::Ts => 0x10 * order(slots),
        };
        for slot in of {
            input[2 * (slot - 1)..2 * slot].copy_from_slice(&[name, port]);
        }
    }
    let content = |&(kind, port, of): &Part<'_>| Content { kind, port, set: set(of) };
    let contents: Vec<Content> = parts.iter().map(content).collect();
    Pair::new(input, octets(slots, &contents))
}

/// Row and column of the octets of a frame that have this value, counted from 1.
fn places(frame: &OduFrame, value: u8) -> impl Iterator<Item = [u16; 2]> {
    let at = frame.octets().iter().enumerate().filter(move |(_, octet)| **octet == value);
    at.map(|(at, _)| [at / ODU_COLS + 1, at % ODU_COLS + 1].map(|n| n as u16))
}

/// The octets of an ODTU in a frame that holds nothing else.
fn framed(interleave: Interleave, octets: &[u8]) -> OduFrame {
    let slots = interleave.slots();
    let mut payload = vec![0; slots.slot_octets()];
    interleave.scatter(octets, &mut payload);
    let mut frame = OduFrame::zeroed();
    slots.put(&payload, &mut frame);
    frame
}

fn slot(slots: Slots, slot: usize) -> Pair {
    let interleave = interleave(slots, &[slot]);
    let frame = framed(interleave, &vec![1; interleave.octets()]);
    let places: Vec<u8> = places(&frame, 1).flatten().flat_map(u16::to_be_bytes).collect();
    Pair::new([order(slots), slots.count() as u8, slot as u8], places)
}

fn amp(kind: Odtu, slots: Slots, of: &[usize], slot: usize) -> Pair {
    let amp = Amp::new(kind, interleave(slots, of));
    let (mut client, mut areas) = (Vec::new(), Vec::new());
    for justification in [
        Justification::Negative,
        Justification::None,
        Justification::Positive,
        Justification::DoublePositive,
    ] {
        let mut octets = vec![0; amp.interleave().octets()];
        let njo = amp.map(slot - 1, justification, &mut octets, |out| {
            for octet in out {
                // Never zero, so that stuff stands out.
                *octet = (client.len() % 250) as u8 + 1;
                client.push(*octet);
            }
        });
        let mut frame = framed(amp.interleave(), &octets);
        for field in [JC1, JC2, JC3] {
            frame.set_octet(field, justification.octet());
        }
        frame.set_octet(NJO, njo);
        areas.extend(frame.rows().iter().flat_map(|row| &row[OPU_RANGE]));
    }
    Pair::new(client, areas)
}

fn count(cm: u16) -> Count14 {
    Count14::new(cm).expect("the counts above have 14 bits")
}

fn stuff(slots: Slots, slot: usize, cm: u16) -> Pair {
    const DATA: u8 = 1;
    const MARK: u8 = 2;
    let interleave = interleave(slots, &[slot]);
    let mut source = TsSource::new(interleave, count(cm));
    let mut out = Vec::new();
    for number in 0..slots.count() as u16 {
        let mut octets = vec![0; interleave.octets()];
        source.map(&mut octets, |data| data.fill(DATA));
        octets.iter_mut().filter(|octet| **octet != DATA).for_each(|octet| *octet = MARK);
        let frame = framed(interleave, &octets);
        for [row, column] in places(&frame, MARK) {
            out.extend([number, row, column].into_iter().flat_map(u16::to_be_bytes));
        }
    }
    Pair::new(cm.to_be_bytes(), out)
}

fn overhead(slots: Slots, slot: usize, cm: u16) -> Pair {
    let mut source = TsSource::new(interleave(slots, &[slot]), count(cm));
    let (mut total, mut input, mut out) = (0, Vec::new(), Vec::new());
    for come in [cm, cm + 1, cm, cm - 2] {
        input.extend(come.to_be_bytes());
        total += u64::from(come);
        source.begin(total);
        for number in 0..slots.count() {
            out.extend(source.overhead(number).unwrap_or_default().concat());
        }
    }
    Pair::new(input, out)
}
