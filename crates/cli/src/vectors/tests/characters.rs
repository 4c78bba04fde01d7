//! Vectors of characters against the published sub-block tables and a naive superblock.

use otn_testkit::crc::Crc;

use super::super::Pair;
use super::vector;

/// `abcdei` of D0 to D31 at negative disparity, as public tables print them.
const FIVE_SIX: [&str; 32] = [
    "100111", "011101", "101101", "110001", "110101", "101001", "011001", "111000", "111001",
    "100101", "010101", "110100", "001101", "101100", "011100", "010111", "011011", "100011",
    "010011", "110010", "001011", "101010", "011010", "111010", "110011", "100110", "010110",
    "110110", "001110", "101110", "011110", "101011",
];
/// `fghj` of Dx.0 to Dx.7 at negative disparity, and the other form of Dx.7.
const THREE_FOUR: [&str; 9] =
    ["1011", "1001", "0101", "1100", "1101", "1010", "0110", "1110", "0111"];
/// Control codes in the order of GFP-T: octet, and group at negative disparity.
const CONTROL: [(u8, &str); 12] = [
    (0x1C, "0011110100"),
    (0x3C, "0011111001"),
    (0x5C, "0011110101"),
    (0x7C, "0011110011"),
    (0x9C, "0011110010"),
    (0xBC, "0011111010"),
    (0xDC, "0011110110"),
    (0xFC, "0011111000"),
    (0xF7, "1110101000"),
    (0xFB, "1101101000"),
    (0xFD, "1011101000"),
    (0xFE, "0111101000"),
];

fn inverted(bits: &str) -> String {
    bits.chars().map(|bit| if bit == '0' { '1' } else { '0' }).collect()
}

fn balanced(bits: &str) -> bool {
    2 * bits.matches('1').count() == bits.len()
}

/// The group of an octet: unbalanced sub-blocks, and two balanced ones, have an inverted form.
fn group(octet: u8, positive: bool) -> String {
    let (x, y) = (usize::from(octet % 32), usize::from(octet / 32));
    let first = FIVE_SIX[x];
    let turns = !balanced(first) || x == 7;
    let middle = positive == balanced(first);
    let alternate = y == 7 && [[17, 18, 20], [11, 13, 14]][usize::from(middle)].contains(&x);
    let second = THREE_FOUR[y + usize::from(alternate)];
    let first = if turns && positive { inverted(first) } else { first.into() };
    let turns = !balanced(second) || y == 3;
    first + &if turns && middle { inverted(second) } else { second.into() }
}

//= type=test ieee802.3:36.2.4-8b10b
//= type=test ieee802.3:36.2.4-control-groups
#[test]
fn groups_are_those_of_the_sub_block_tables() {
    let Pair { input, output } = vector("code-8b10b");
    assert_eq!((input.len(), output.len()), (3 * 2 * 268, 2 * 2 * 268));
    for (symbol, found) in input.chunks(3).zip(output.chunks(2)) {
        let positive = symbol[0] == 1;
        let expected = match symbol[1] {
            0 => group(symbol[2], positive),
            _ => {
                let (_, bits) = CONTROL.iter().find(|(octet, _)| *octet == symbol[2]).unwrap();
                if positive { inverted(bits) } else { (*bits).into() }
            }
        };
        let found = u16::from_be_bytes([found[0], found[1]]);
        assert_eq!(format!("{found:010b}"), expected, "{symbol:02X?}");
    }
}

//= type=test g7041:8.2-superblock
//= type=test g7041:8.1-control-octet
//= type=test g7041:8.1-control-codes
//= type=test g7041:8.2-crc16
#[test]
fn the_superblock_has_control_octets_first_then_flags_and_crc() {
    let Pair { input, output } = vector("gfp-t-superblock");
    let (mut expected, mut flags) = (Vec::new(), 0);
    for block in input.chunks(16) {
        let characters: Vec<&[u8]> = block.chunks(2).collect();
        let controls: Vec<usize> = (0..8).filter(|&n| characters[n][0] != 0).collect();
        flags = 2 * flags + u8::from(!controls.is_empty());
        for &n in &controls {
            let code = match characters[n] {
                [1, octet] => CONTROL.iter().position(|(o, _)| o == octet).unwrap() as u8,
                [2, _] => 12,
                _ => 13,
            };
            let more = u8::from(controls.last() != Some(&n));
            expected.push(128 * more + 16 * n as u8 + code);
        }
        expected.extend(characters.iter().filter(|c| c[0] == 0).map(|c| c[1]));
    }
    expected.push(flags);
    // x^16 + x^15 + x^12 + x^10 + x^4 + x^3 + x^2 + x + 1.
    let check = Crc {
        width: 16,
        polynomial: 0x941F,
        init: 0,
        xor_out: 0,
        reflect_in: false,
        reflect_out: false,
    };
    expected.extend((check.of(&expected) as u16).to_be_bytes());
    assert_eq!((output.as_slice(), output.len()), (expected.as_slice(), 67));
    assert_eq!(output[64], 0x3E, "blocks 3 to 7");
}
