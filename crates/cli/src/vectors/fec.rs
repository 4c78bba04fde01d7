//! Vectors of RS(255,239): codewords, a row of sixteen, and what the decoder must mend.
//!
//! Clause: G.709 Annex A. In: information octets, or a damaged row. Out: codewords, or the row
//! mended.

use otn_fec::rs255_239::{K, N, ROW_INFORMATION, ROW_OCTETS, SUB_ROWS, T, encode_row, reference};

use super::{Pair, Recipe, counting};

/// Requirements of a single codeword.
const CODEWORD: &[&str] = &["g709:a-parity", "g709:a-field", "g709:a-generator"];
const INPUT: &str = "239 information octets, D254 first";
const OUTPUT: &str = "the codeword: the information octets, then 16 of parity, R15 first";

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "rs255-239-last-one",
        requirements: CODEWORD,
        about: "Information of 238 zeros and a one in the last octet: the parity is the generator \
                polynomial without its leading coefficient.",
        input: INPUT,
        output: OUTPUT,
        make: || {
            let mut information = [0; K];
            information[K - 1] = 1;
            codeword(&information)
        },
    },
    Recipe {
        name: "rs255-239-first-one",
        requirements: CODEWORD,
        about: "A one in the first octet and 238 zeros: the parity is z^254 modulo the generator \
                polynomial. It shows the order of the octets.",
        input: INPUT,
        output: OUTPUT,
        make: || {
            let mut information = [0; K];
            information[0] = 1;
            codeword(&information)
        },
    },
    Recipe {
        name: "rs255-239-counting",
        requirements: CODEWORD,
        about: "Information 00 01 02 to EE: every octet another value.",
        input: INPUT,
        output: OUTPUT,
        make: || codeword(&core::array::from_fn(|i| i as u8)),
    },
    Recipe {
        name: "rs255-239-ones",
        requirements: CODEWORD,
        about: "Information of 239 octets FF.",
        input: INPUT,
        output: OUTPUT,
        make: || codeword(&[u8::MAX; K]),
    },
    Recipe {
        name: "rs255-239-row",
        requirements: &["g709:a-interleave", "g709:a-code-parameters"],
        about: "A whole row: sixteen codewords with their octets interleaved. Sub-row X owns \
                columns X, X + 16, X + 32 and so on; its parity stands in columns 3824 + X and \
                every sixteenth after it.",
        input: "columns 1 to 3824 of a row",
        output: "the row of 4080 octets",
        make: || {
            let row = counting_row();
            Pair::new(&row[..ROW_INFORMATION], row)
        },
    },
    Recipe {
        name: "rs255-239-mend",
        requirements: &["g709:a-correct-8"],
        about: "A row with the most damage that is always mended: 128 consecutive columns are \
                inverted, eight octets of each of the sixteen codewords.",
        input: "a row of 4080 octets, columns 2001 to 2128 inverted",
        output: "the row as it was sent",
        make: || {
            let row = counting_row();
            let mut damaged = row;
            for octet in &mut damaged[2000..2000 + T * SUB_ROWS] {
                *octet = !*octet;
            }
            Pair::new(damaged, row)
        },
    },
];

fn codeword(information: &[u8; K]) -> Pair {
    let mut word = information.to_vec();
    word.extend(reference::parity(information));
    debug_assert_eq!(word.len(), N);
    Pair::new(*information, word)
}

fn counting_row() -> [u8; ROW_OCTETS] {
    let mut row = [0; ROW_OCTETS];
    row[..ROW_INFORMATION].copy_from_slice(&counting(7, ROW_INFORMATION));
    encode_row(&mut row);
    row
}
