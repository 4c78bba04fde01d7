//! The 8B/10B code against published groups and against the properties that it was made for.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

fn every_symbol() -> Vec<Symbol> {
    let data = (0..=255).map(Symbol::Data);
    data.chain(Control::ALL.map(Symbol::Control)).collect()
}

fn encoded(symbol: Symbol, disparity: Disparity) -> u16 {
    Encoder { disparity }.encode(symbol)
}

fn text(symbol: Symbol) -> [String; 2] {
    Disparity::BOTH.map(|disparity| format!("{:010b}", encoded(symbol, disparity)))
}

fn ones_over_zeros(group: u16) -> i32 {
    2 * group.count_ones() as i32 - 10
}

//= type=test ieee802.3:36.2.4-8b10b
#[test]
fn groups_are_those_of_the_published_tables() {
    for (x, y, negative, positive) in [
        (0, 0, "1001110100", "0110001011"),
        (21, 5, "1010101010", "1010101010"),
        (5, 6, "1010010110", "1010010110"),
        (16, 2, "0110110101", "1001000101"),
        (2, 2, "1011010101", "0100100101"),
        (10, 2, "0101010101", "0101010101"),
        (7, 3, "1110001100", "0001110011"),
        (11, 7, "1101001110", "1101001000"),
        (17, 7, "1000110111", "1000110001"),
        (31, 7, "1010110001", "0101001110"),
        (28, 3, "0011101100", "0011100011"),
        (31, 5, "1010111010", "0101001010"),
    ] {
        assert_eq!(text(Symbol::data(x, y)), [negative, positive], "D{x}.{y}");
    }
}

/// `abcdei` of D0 to D31 as public tables print it, at negative and at positive disparity.
const FIVE_SIX: [[&str; 2]; 32] = [
    ["100111", "011000"],
    ["011101", "100010"],
    ["101101", "010010"],
    ["110001", "110001"],
    ["110101", "001010"],
    ["101001", "101001"],
    ["011001", "011001"],
    ["111000", "000111"],
    ["111001", "000110"],
    ["100101", "100101"],
    ["010101", "010101"],
    ["110100", "110100"],
    ["001101", "001101"],
    ["101100", "101100"],
    ["011100", "011100"],
    ["010111", "101000"],
    ["011011", "100100"],
    ["100011", "100011"],
    ["010011", "010011"],
    ["110010", "110010"],
    ["001011", "001011"],
    ["101010", "101010"],
    ["011010", "011010"],
    ["111010", "000101"],
    ["110011", "001100"],
    ["100110", "100110"],
    ["010110", "010110"],
    ["110110", "001001"],
    ["001110", "001110"],
    ["101110", "010001"],
    ["011110", "100001"],
    ["101011", "010100"],
];
/// `fghj` of Dx.0 to Dx.6, and of the two forms of Dx.7.
const THREE_FOUR: [[&str; 2]; 9] = [
    ["1011", "0100"],
    ["1001", "1001"],
    ["0101", "0101"],
    ["1100", "0011"],
    ["1101", "0010"],
    ["1010", "1010"],
    ["0110", "0110"],
    ["1110", "0001"],
    ["0111", "1000"],
];

//= type=test ieee802.3:36.2.4-8b10b
#[test]
fn every_octet_is_coded_by_the_published_sub_block_tables() {
    for octet in 0..=u8::MAX {
        for (column, disparity) in Disparity::BOTH.into_iter().enumerate() {
            let (x, y) = (usize::from(octet % 32), usize::from(octet / 32));
            let first = FIVE_SIX[x][column];
            let ones = first.matches('1').count();
            let middle = if ones == 3 { column } else { 1 - column };
            let alternate = y == 7 && [[17, 18, 20], [11, 13, 14]][middle].contains(&x);
            let second = THREE_FOUR[y + usize::from(alternate)][middle];
            let found = format!("{:010b}", encoded(Symbol::Data(octet), disparity));
            assert_eq!(found, format!("{first}{second}"), "D{x}.{y} {disparity:?}");
        }
    }
}

//= type=test ieee802.3:36.2.4-control-groups
#[test]
fn control_groups_are_those_of_the_published_table() {
    for (control, octet, negative, positive) in [
        (Control::K28_0, 0x1C, "0011110100", "1100001011"),
        (Control::K28_1, 0x3C, "0011111001", "1100000110"),
        (Control::K28_2, 0x5C, "0011110101", "1100001010"),
        (Control::K28_3, 0x7C, "0011110011", "1100001100"),
        (Control::K28_4, 0x9C, "0011110010", "1100001101"),
        (Control::K28_5, 0xBC, "0011111010", "1100000101"),
        (Control::K28_6, 0xDC, "0011110110", "1100001001"),
        (Control::K28_7, 0xFC, "0011111000", "1100000111"),
        (Control::K23_7, 0xF7, "1110101000", "0001010111"),
        (Control::K27_7, 0xFB, "1101101000", "0010010111"),
        (Control::K29_7, 0xFD, "1011101000", "0100010111"),
        (Control::K30_7, 0xFE, "0111101000", "1000010111"),
    ] {
        assert_eq!(text(Symbol::Control(control)), [negative, positive], "{control:?}");
        assert_eq!(control.octet(), octet, "{control:?}");
    }
}

//= type=test ieee802.3:36.2.4.6-validity
#[test]
fn every_group_at_both_disparities_is_what_the_encoder_makes_or_invalid() {
    for disparity in Disparity::BOTH {
        let other = Disparity::BOTH[1 - disparity.index()];
        let column = |d| -> BTreeMap<u16, Symbol> {
            every_symbol().into_iter().map(|s| (encoded(s, d), s)).collect()
        };
        let (own, others) = (column(disparity), column(other));
        assert_eq!((own.len(), others.len()), (268, 268), "no two symbols share a group");
        for group in 0..GROUPS as u16 {
            let expected = match (own.get(&group), others.get(&group)) {
                (Some(symbol), _) => Decoded::Valid(*symbol),
                (None, Some(symbol)) => Decoded::WrongDisparity(*symbol),
                (None, None) => Decoded::Invalid,
            };
            assert_eq!(Decoder::starting(disparity).decode(group), expected, "{group:010b}");
        }
    }
}

//= type=test ieee802.3:36.2.4.4-running-disparity
#[test]
fn every_group_is_balanced_or_pays_the_disparity_back() {
    for symbol in every_symbol() {
        for disparity in Disparity::BOTH {
            let group = encoded(symbol, disparity);
            let excess = ones_over_zeros(group);
            let mut encoder = Encoder { disparity };
            encoder.encode(symbol);
            match disparity {
                Disparity::Negative => assert!(matches!(excess, 0 | 2), "{symbol:?}"),
                Disparity::Positive => assert!(matches!(excess, 0 | -2), "{symbol:?}"),
            }
            assert_eq!(encoder.disparity() != disparity, excess != 0, "{symbol:?}");
        }
    }
}

/// Symbols that may follow one another freely: K28.7 may not stand beside another K28.7.
fn free() -> Vec<Symbol> {
    let k28_7 = Symbol::Control(Control::K28_7);
    every_symbol().into_iter().filter(|s| *s != k28_7).collect()
}

//= type=test ieee802.3:36.2.4.9-comma
#[test]
fn commas_stand_only_at_the_start_of_three_control_groups() {
    let expected = [Control::K28_1, Control::K28_5, Control::K28_7].map(Symbol::Control);
    for disparity in Disparity::BOTH {
        for symbol in every_symbol() {
            let found = has_comma(encoded(symbol, disparity));
            assert_eq!(found, expected.contains(&symbol), "{symbol:?}");
        }
        // No comma across the seam of any two groups, and no run of more than five equal bits.
        for first in free() {
            let mut encoder = Encoder { disparity };
            let group = u32::from(encoder.encode(first));
            for second in free() {
                let pair = group << 10 | u32::from(encoder.clone().encode(second));
                for shift in 4..13 {
                    let seven = pair >> shift & 0x7F;
                    assert!(![0x1F, 0x60].contains(&seven), "{first:?} {second:?}");
                }
                let runs = pair ^ pair >> 1;
                let same = !runs & 0x7FFFF;
                let five_equal = same & same >> 1 & same >> 2 & same >> 3 & same >> 4;
                assert_eq!(five_equal, 0, "{first:?} {second:?}: a run of six");
            }
        }
    }
}

//= type=test g7041:8.1-10b-err
#[test]
fn the_error_group_is_invalid_at_both_disparities_and_balanced() {
    for disparity in Disparity::BOTH {
        let group = Encoder { disparity }.error();
        let mut decoder = Decoder::starting(disparity);
        assert_eq!(decoder.decode(group), Decoded::Invalid);
        assert_eq!(decoder.disparity(), disparity);
    }
}

proptest! {
    #[test]
    fn any_sequence_comes_back_and_its_disparity_is_bounded(
        picks in proptest::collection::vec(0usize..268, 0..400),
    ) {
        let all = every_symbol();
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
        let mut excess = -1;
        for pick in picks {
            let group = encoder.encode(all[pick]);
            for bit in (0..10).rev() {
                excess += if group >> bit & 1 == 1 { 1 } else { -1 };
                prop_assert!((-3..=3).contains(&excess));
            }
            prop_assert_eq!(decoder.decode(group), Decoded::Valid(all[pick]));
        }
    }

    //= type=test ieee802.3:36.2.4.6-validity
    #[test]
    fn any_one_wrong_bit_is_noticed_soon(
        octets in proptest::collection::vec(any::<u8>(), 1..40),
        at in 0usize..40,
        bit in 0u32..10,
    ) {
        let mut encoder = Encoder::new();
        let mut groups: Vec<u16> = octets.iter().map(|o| encoder.encode(Symbol::Data(*o))).collect();
        // Something that needs one disparity ends the line, so that an error has to show.
        groups.push(encoder.encode(Symbol::data(0, 0)));
        groups.push(encoder.encode(Symbol::Control(Control::K28_5)));
        let at = at % octets.len();
        groups[at] ^= 1 << bit;
        let mut decoder = Decoder::new();
        let wrong = groups
            .iter()
            .filter(|group| !matches!(decoder.decode(**group), Decoded::Valid(_)))
            .count();
        prop_assert!(wrong > 0);
    }
}

#[test]
fn the_tables_hold_every_group_once_per_column() {
    let mut seen = vec![BTreeSet::new(); 2];
    for symbol in every_symbol() {
        for disparity in Disparity::BOTH {
            assert!(seen[disparity.index()].insert(encoded(symbol, disparity)));
        }
    }
}
