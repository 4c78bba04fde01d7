//! Vectors of GMP: count overhead, checks, positions of data, a mapped payload.
//!
//! Clauses: G.709 Annex D.2 to D.4. In: counts, timing values, client octets. Out: JC octets, a
//! pattern of data and stuff, a payload.

use otn_map::gmp::transport::{Shape, Source, map};
use otn_map::gmp::{Count14, CountOverhead, DataBlocks, TimingOverhead, layout};

use super::{Pair, Recipe, counting};

const COUNTS_INPUT: &str = "pairs of counts, two octets each: Cm before, and the Cm to signal";
const COUNTS_OUTPUT: &str = "JC1, JC2 and JC3 for each pair";
const COUNTS: &[&str] = &["g709:d.3-inversion-patterns", "g709:d.3-jc1-jc2", "g709:d.3-crc8"];
const BLOCKS_INPUT: &str = "two numbers of two octets: blocks P, and the count Cm";
const BLOCKS_OUTPUT: &str = "for block 1 to P an octet: 01 data, 00 stuff";
const BLOCKS: &[&str] = &["g709:d.2-data-blocks"];

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "gmp-count-steady",
        requirements: COUNTS,
        about: "Counts that do not change: C1 to C14 in clear, II and DI zero. They are those of \
                1000BASE-X, ODU0 in ODTU4 and ODTU2, 100GBASE-R, 40GBASE-R, STM-1 and STM-4.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || counts(WORKED.map(|c| (c, c))),
    },
    Recipe {
        name: "gmp-count-plus-1",
        requirements: COUNTS,
        about: "The count grows by one: the old value with its odd bits C1, C3 to C13 inverted, \
                II 1 and DI 0.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || counts(WORKED.map(|c| (c, c + 1))),
    },
    Recipe {
        name: "gmp-count-minus-1",
        requirements: COUNTS,
        about: "The count shrinks by one: the old value with its even bits inverted, II 0, DI 1.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || counts(WORKED.map(|c| (c, c - 1))),
    },
    Recipe {
        name: "gmp-count-plus-2",
        requirements: COUNTS,
        about: "The count grows by two: C2, C3, C6, C7, C10, C11 and C14 inverted, II 1, DI 0.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || counts(WORKED.map(|c| (c, c + 2))),
    },
    Recipe {
        name: "gmp-count-minus-2",
        requirements: COUNTS,
        about: "The count shrinks by two: C1, C4, C5, C8, C9, C12 and C13 inverted, II 0, DI 1.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || counts(WORKED.map(|c| (c, c - 2))),
    },
    Recipe {
        name: "gmp-count-large",
        requirements: COUNTS,
        about: "Changes by more than two: the new value in clear, II and DI both 1.",
        input: COUNTS_INPUT,
        output: COUNTS_OUTPUT,
        make: || {
            let changes = [(14_405, 14_408), (14_405, 14_402), (188, 9_000), (9_000, 188)];
            counts(changes.into_iter().chain([(0, layout::MAX_COUNT)]))
        },
    },
    Recipe {
        name: "gmp-crc8-table",
        requirements: &["g709:d.3-crc8"],
        about: "The CRC-8 of JC3 for a lone one at each of C1 to C14, II and DI. The check is \
                linear: that of any count is the sum of these.",
        input: "JC1 and JC2 with a single one, from C1 to DI: 16 times two octets",
        output: "JC3 of each",
        make: || {
            let words = (0..u16::BITS).rev().map(|at| 2u16.pow(at).to_be_bytes());
            let jc3 =
                words.clone().map(|[jc1, jc2]| CountOverhead::read([jc1, jc2, 0]).0.octets()[2]);
            Pair::new(words.flatten().collect::<Vec<u8>>(), jc3.collect::<Vec<u8>>())
        },
    },
    Recipe {
        name: "gmp-crc5-table",
        requirements: &["g709:d.4-crc5", "g709:d.4-jc4-jc6"],
        about: "JC4, JC5 and JC6 for a lone one at each of D1 to D10; the last octet is the CRC-5, \
                which is linear too.",
        input: "values of Sum CnD with a single one, from D1 to D10: ten times two octets",
        output: "JC4, JC5 and JC6 of each",
        make: || timing((0..layout::TIMING_BITS).rev().map(|at| 2u16.pow(at))),
    },
    Recipe {
        name: "gmp-sum-cnd",
        requirements: &["g709:d.4-jc4-jc6", "g709:d.4-crc5"],
        about: "JC4, JC5 and JC6 of every value of Sum CnD.",
        input: "the values 0 to 1023, two octets each",
        output: "JC4, JC5 and JC6 of each",
        make: || timing(0..=layout::MAX_TIMING),
    },
    Recipe {
        name: "gmp-blocks-190-188",
        requirements: BLOCKS,
        about: "100GBASE-R in an OPU4, the count most frames have: blocks 1 and 96 are stuff.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(190, 188),
    },
    Recipe {
        name: "gmp-blocks-190-189",
        requirements: BLOCKS,
        about: "100GBASE-R in an OPU4, the count of the other frames: block 1 is stuff.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(190, 189),
    },
    Recipe {
        name: "gmp-blocks-476-475",
        requirements: BLOCKS,
        about: "40GBASE-R in an OPU3: block 1 is stuff.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(476, 475),
    },
    Recipe {
        name: "gmp-blocks-15232-14407",
        requirements: BLOCKS,
        about: "1000BASE-X in an OPU0: 825 stuff octets, the first at 1, 19, 37, 56 and 74.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(15_232, 14_407),
    },
    Recipe {
        name: "gmp-blocks-15232-15168",
        requirements: BLOCKS,
        about: "An ODU0 in an ODTU2.1: 64 stuff octets, one every 238.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(15_232, 15_168),
    },
    Recipe {
        name: "gmp-blocks-15200-14528",
        requirements: BLOCKS,
        about: "An ODU0 in an ODTU4.1: 672 stuff octets.",
        input: BLOCKS_INPUT,
        output: BLOCKS_OUTPUT,
        make: || blocks(15_200, 14_528),
    },
    Recipe {
        name: "gmp-jc-100gbase-r",
        requirements: &["g709:d.4-cnd-update", "g709:d.3-inversion-patterns", "g709:d.4-jc4-jc6"],
        about: "JC1 to JC6 of 64 frames of an OPU4 that carries 100GBASE-R, both clocks nominal. \
                JC1 to JC3 of a frame signal the count of the next one; JC4 to JC6 carry what is \
                left over then, 0 to 79. The first frame has the count 188 and nothing left.",
        input: "for each frame two octets: how many octets of the client have come meanwhile",
        output: "for each frame JC1 to JC6",
        make: || {
            let mut source = Source::new(OPU4, count(188));
            let (mut input, mut output) = (Vec::new(), Vec::new());
            let mut before = 0;
            for frame in 1..=64 {
                // 100GBASE-R sends 15 052.324 octets in a frame of an OPU4.
                let come = frame * 15_052_324 / 1_000;
                input.extend(((come - before) as u16).to_be_bytes());
                let sent = source.next_frame(come);
                output.extend(sent.jc123.into_iter().chain(sent.jc456));
                before = come;
            }
            Pair::new(input, output)
        },
    },
    Recipe {
        name: "gmp-opu4-188",
        requirements: &["g709:d.2-data-blocks", "g709:d.2-stuff-zero", "g709:17.7-opuk-blocks"],
        about: "The payload of an OPU4 whose count is 188: 190 blocks of 80 octets, two of them \
                stuff, which is zeros. It lies in columns 17 to 3816, row after row; columns 3817 \
                to 3824 are fixed stuff and not part of it.",
        input: "188 blocks of client octets, 15 040 octets",
        output: "the 15 200 octets of the payload",
        make: || {
            let client = counting(1, 188 * OPU4.block_octets as usize);
            let mut payload = vec![0; OPU4.octets()];
            let mut taken = 0;
            map(OPU4, count(188), &mut payload, |out| {
                out.copy_from_slice(&client[taken..taken + out.len()]);
                taken += out.len();
            });
            Pair::new(client, payload)
        },
    },
];

/// Payload of an OPU4: 190 blocks of 640 bits, timing in units of 8.
const OPU4: Shape = Shape { blocks: 190, block_octets: 80, entities: 80 };

/// Counts of usual clients.
const WORKED: [u16; 8] = [14_405, 14_407, 14_528, 15_168, 188, 475, 1_912, 7_648];

fn count(c: u16) -> Count14 {
    Count14::new(c).expect("the counts of this file have 14 bits")
}

fn counts(pairs: impl IntoIterator<Item = (u16, u16)>) -> Pair {
    let (mut input, mut output) = (Vec::new(), Vec::new());
    for (before, after) in pairs {
        input.extend(before.to_be_bytes());
        input.extend(after.to_be_bytes());
        output.extend(CountOverhead::signal(count(before), count(after)).octets());
    }
    Pair::new(input, output)
}

fn timing(values: impl IntoIterator<Item = u16>) -> Pair {
    let (mut input, mut output) = (Vec::new(), Vec::new());
    for sum in values {
        input.extend(sum.to_be_bytes());
        let value = TimingOverhead::new(sum).expect("the values of this file have ten bits");
        output.extend(value.octets());
    }
    Pair::new(input, output)
}

fn blocks(blocks: u16, count: u16) -> Pair {
    let input = [blocks.to_be_bytes(), count.to_be_bytes()].concat();
    let output: Vec<u8> = DataBlocks::new(count.into(), blocks.into()).map(u8::from).collect();
    Pair::new(input, output)
}
