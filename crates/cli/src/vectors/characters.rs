//! Vectors of the 8B/10B code and of a superblock of GFP-T.
//!
//! Clauses: IEEE 802.3 36.2.4; G.7041 8.1, 8.2. In: octets, control codes. Out: code groups, a
//! superblock.

use otn_map::code8b10b::{Control, Disparity, Encoder, Symbol};
use otn_map::gfp::transparent::superblock::{Character, encode};

use super::{Pair, Recipe, counting};

pub(super) const VECTORS: &[Recipe] = &[
    Recipe {
        name: "code-8b10b",
        requirements: &[
            "ieee802.3:36.2.4-8b10b",
            "ieee802.3:36.2.4-control-groups",
            "ieee802.3:36.2.4.4-running-disparity",
        ],
        about: "All code groups of 8B/10B: D0.0 to D31.7 in the order of their octets, then the twelve \
                control codes, first at negative running disparity, then at positive.",
        input: "three octets a symbol: running disparity (00 negative, 01 positive), 00 data or 01 \
                control, the octet",
        output: "two octets a symbol: the ten bits of the group, right-aligned, the first bit sent \
                 most significant",
        make: || {
            let (mut input, mut out) = (Vec::new(), Vec::new());
            for disparity in [Disparity::Negative, Disparity::Positive] {
                let data = (0..=u8::MAX).map(|octet| (Symbol::Data(octet), 0, octet));
                let control = Control::ALL.map(|code| (Symbol::Control(code), 1, code.octet()));
                for (symbol, kind, octet) in data.chain(control) {
                    input.extend([disparity as u8, kind, octet]);
                    out.extend(encoder(disparity).encode(symbol).to_be_bytes());
                }
            }
            Pair::new(input, out)
        },
    },
    Recipe {
        name: "gfp-t-superblock",
        requirements: &[
            "g7041:8.2-superblock",
            "g7041:8.1-control-octet",
            "g7041:8.1-control-codes",
            "g7041:8.2-crc16",
        ],
        about: "64 characters of an 8B/10B client as one superblock of GFP-T: blocks of data, of data \
                with control codes, with 10B_ERR and 65B_PAD, and of control codes alone. In a block \
                the control octets come first: whether another one follows, place, code. The flags \
                of the eight blocks and the CRC-16 end it.",
        input: "64 characters of two octets: 00 and a data octet, 01 and a control code's octet, 02 \
                and 00 for 10B_ERR, 03 and 00 for 65B_PAD",
        output: "the superblock of 67 octets, before the payload scrambler",
        make: || {
            let characters = characters();
            let input: Vec<u8> = characters.iter().flat_map(|c| shown(*c)).collect();
            Pair::new(input, encode(&characters))
        },
    },
];

/// An encoder at this running disparity; it starts at negative.
fn encoder(disparity: Disparity) -> Encoder {
    let mut encoder = Encoder::new();
    if disparity == Disparity::Positive {
        // Six ones of ten bits.
        encoder.encode(Symbol::Control(Control::K28_5));
    }
    encoder
}

fn characters() -> [Character; 64] {
    let data = counting(1, 64);
    core::array::from_fn(|n| match n {
        // Two blocks of data; one control code; an error and a padding; all control codes.
        9 | 21 => Character::Symbol(Symbol::Data(u8::MAX)),
        16 => Character::Symbol(Symbol::Control(Control::K28_5)),
        31 => Character::Error,
        33 | 34 => Character::Pad,
        40..=51 => Character::Symbol(Symbol::Control(Control::ALL[n - 40])),
        _ => Character::Symbol(Symbol::Data(data[n])),
    })
}

fn shown(character: Character) -> [u8; 2] {
    match character {
        Character::Symbol(Symbol::Data(octet)) => [0, octet],
        Character::Symbol(Symbol::Control(code)) => [1, code.octet()],
        Character::Error => [2, 0],
        Character::Pad => [3, 0],
    }
}
