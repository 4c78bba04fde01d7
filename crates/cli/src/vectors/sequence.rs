//! Vectors of pseudo-random sequences: the PRBS test signal and PN-11.
//!
//! Clauses: G.709 17.5.2 (PRBS), 16.6.1 (PN-11 of the generic AIS). In: the register at the start.
//! Out: octets, first bit most significant.

use otn_map::prbs::{Polarity, PrbsSource};

use super::{Pair, Recipe};

/// Octets of a PRBS vector.
const PRBS_OCTETS: usize = 1000;
const PRBS_INPUT: &str = "the register at the start, 31 ones, right-aligned in four octets";
const PRBS_OUTPUT: &str = "the first 1000 octets of the sequence";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "prbs31",
        requirements: &["g709:17.5.2-prbs31"],
        about: "The test sequence 2^31 - 1 of 1 + x^28 + x^31 as the register makes it: each bit \
                is the sum of those 28 and 31 before. The first bit sent is the one that follows \
                the ones of the register.",
        input: PRBS_INPUT,
        output: PRBS_OUTPUT,
        make: || prbs(Polarity::Normal),
    },
    Recipe {
        name: "prbs31-inverted",
        requirements: &["g709:17.5.2-prbs31"],
        about: "The same with every bit inverted, as O.150 asks for this length. Test sets differ; \
                a receiver should take both.",
        input: PRBS_INPUT,
        output: PRBS_OUTPUT,
        make: || prbs(Polarity::Inverted),
    },
    Recipe {
        name: "pn11",
        requirements: &["g709:16.6.1-pn11"],
        about: "The sequence of 1 + x^9 + x^11 that OTUk-AIS and the generic AIS of constant bit \
                rate clients repeat: each bit is the sum of those 9 and 11 before. Eight periods \
                of 2047 bits, which are 2047 whole octets. The ones of the register are sent \
                first; the signal has no frame, so its phase is free.",
        input: "the register at the start, 11 ones, right-aligned in two octets",
        output: "2047 octets",
        make: || {
            let start = u16::MAX >> (u16::BITS - PN11_BITS as u32);
            Pair::new(start.to_be_bytes(), pn11())
        },
    },
];

fn prbs(polarity: Polarity) -> Pair {
    let mut sequence = vec![0; PRBS_OCTETS];
    PrbsSource::new(polarity).fill(&mut sequence);
    Pair::new(i32::MAX.to_be_bytes(), sequence)
}

/// Distances of the bits whose sum is the next one.
//= g709:16.6.1-pn11
const PN11_LAGS: [usize; 2] = [9, 11];
/// Bits of the register.
const PN11_BITS: usize = PN11_LAGS[1];
/// Bits after which it repeats.
const PN11_PERIOD: usize = 2047;

fn pn11() -> Vec<u8> {
    let mut bits = vec![true; PN11_BITS];
    for n in PN11_BITS..8 * PN11_PERIOD {
        bits.push(bits[n - PN11_LAGS[0]] ^ bits[n - PN11_LAGS[1]]);
    }
    bits.chunks_exact(8).map(|octet| octet.iter().fold(0, |o, &b| o * 2 + u8::from(b))).collect()
}
