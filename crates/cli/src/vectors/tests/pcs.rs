//! Vectors of the 64B/66B codings against naive readings of the clauses, bit by bit.

use otn_testkit::bits;

use super::super::Pair;
use super::vector;

/// Types and their codes in a 513B code block, fact sheet 10.2.
const CODES: [(u8, u64); 15] = [
    (0x1E, 1),
    (0x2D, 2),
    (0x33, 7),
    (0x66, 11),
    (0x55, 13),
    (0x4B, 8),
    (0x87, 3),
    (0x99, 5),
    (0xAA, 9),
    (0x78, 14),
    (0xB4, 10),
    (0xCC, 12),
    (0xD2, 6),
    (0xE1, 0),
    (0xFF, 15),
];

/// The lags 39 and 58, from ones on; bits in order of transmission.
fn scrambled(clear: &[bool]) -> Vec<bool> {
    let mut line = vec![true; 58];
    for bit in clear {
        line.push(bit ^ line[line.len() - 39] ^ line[line.len() - 58]);
    }
    line.split_off(58)
}

/// Idle has the character code 0, so what is behind a terminate is zeros, and in front of a start.
//= type=test ieee802.3:49.2.4-block-types
//= type=test g709:17.7.4-lf-block
#[test]
fn blocks_have_the_type_of_their_characters() {
    let Pair { input, output } = vector("pcs-64b66b-blocks");
    assert_eq!((input.len(), output.len()), (14 * 9, 14 * 9));
    for (characters, block) in input.chunks(9).zip(output.chunks(9)) {
        let (flags, lanes) = (characters[0], &characters[1..]);
        let control = |lane: usize| flags >> lane & 1 == 1;
        let data: Vec<u8> = (0..8).filter(|&l| !control(l)).map(|l| lanes[l]).collect();
        let mut expected = vec![2; 2];
        match lanes.iter().position(|c| *c != 0x07 && [0xFB, 0xFD, 0x9C].contains(c)) {
            None if flags == 0 => expected = [&[1], &data[..]].concat(),
            None => expected[1] = 0x1E,
            Some(0) if lanes[0] == 0xFB => expected = [&[2, 0x78], &data[..]].concat(),
            Some(4) if lanes[4] == 0xFB => expected = [&[2, 0x33, 0, 0, 0, 0], &data[..]].concat(),
            Some(0) if lanes[0] == 0x9C => expected = [&[2, 0x4B], &data[..]].concat(),
            Some(n) => {
                assert_eq!(lanes[n], 0xFD);
                let types = [0x87, 0x99, 0xAA, 0xB4, 0xCC, 0xD2, 0xE1, 0xFF];
                expected = [&[2, types[n]], &data[..]].concat();
            }
        }
        expected.resize(9, 0);
        assert_eq!(block, expected);
    }
    assert_eq!(output[12 * 9..13 * 9], [2, 0x4B, 0, 0, 1, 0, 0, 0, 0], "as the fact sheet has it");
}

//= type=test ieee802.3:49.2.6-scrambler
#[test]
fn payloads_are_scrambled_by_the_recurrence() {
    let Pair { input, output } = vector("pcs-64b66b-scrambler");
    assert_eq!(input[..8], [0x1E, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(input[128..136], [0x4B, 0, 0, 1, 0, 0, 0, 0]);
    let sent = bits::from_bytes(&bits::reverse_in_octets(&input));
    let expected = bits::reverse_in_octets(&bits::to_bytes(&scrambled(&sent)));
    assert_eq!((output.as_slice(), output.len()), (expected.as_slice(), 256));
}

/// M0 to M2 as public tables print them; those of lane 0 of 40GBASE-R were recalled.
//= type=test ieee802.3:82.2.7-markers-40g
//= type=test ieee802.3:82.2.7-markers-100g
//= type=test ieee802.3:82.2.7-marker-format
#[test]
fn markers_are_those_of_public_tables() {
    let forty = [0x90_7647, 0xF0_C4E6, 0xC5_659B, 0xA2_793Du32];
    let hundred = [
        0xC1_6821,
        0x9D_718E,
        0x59_4BE8,
        0x4D_957B,
        0xF5_0709,
        0xDD_14C2,
        0x9A_4A26,
        0x7B_4566,
        0xA0_2476,
        0x68_C9FB,
        0xFD_6C99,
        0xB9_9155,
        0x5C_B9B2,
        0x1A_F8BD,
        0x83_C7CA,
        0x35_36CD,
        0xC4_314C,
        0xAD_D6B7,
        0x5F_662A,
        0xC0_F0E5u32,
    ];
    for (name, table) in [("pcs-markers-40g", &forty[..]), ("pcs-markers-100g", &hundred)] {
        let pair = vector(name);
        assert!(pair.input.iter().copied().eq(0..table.len() as u8));
        let first = table.iter().map(|m| m * 256);
        let expected: Vec<u8> = first.flat_map(|m| [m, !m]).flat_map(u32::to_be_bytes).collect();
        assert_eq!(pair.output, expected, "{name}");
    }
}

/// Annex B on strings of bits.
//= type=test g709:b.3-rows
//= type=test g709:b.3-control-row
//= type=test g709:b.3-type-codes
#[test]
fn code_blocks_have_their_control_rows_first() {
    let Pair { input, output } = vector("transcode-513b");
    let mut seen = std::collections::BTreeSet::new();
    assert_eq!((input.len(), output.len()), (4 * 8 * 9, 4 * 65));
    for (blocks, code) in input.chunks(72).zip(output.chunks(65)) {
        let blocks: Vec<&[u8]> = blocks.chunks(9).collect();
        let controls: Vec<usize> = (0..8).filter(|&n| blocks[n][0] == 2).collect();
        let mut sent = Vec::new();
        for &n in &controls {
            let (_, kind) = CODES.iter().find(|(t, _)| *t == blocks[n][1]).unwrap();
            seen.insert(blocks[n][1]);
            sent.push(controls.last() != Some(&n));
            sent.extend(bits::from_number(n as u64, 3));
            sent.extend(bits::from_number(*kind, 4));
            sent.extend(bits::from_bytes(&bits::reverse_in_octets(&blocks[n][2..])));
        }
        for data in blocks.iter().filter(|block| block[0] == 1) {
            sent.extend(bits::from_bytes(&bits::reverse_in_octets(&data[1..])));
        }
        assert_eq!(code[0], u8::from(!controls.is_empty()));
        assert_eq!(code[1..], bits::to_bytes(&sent));
    }
    assert_eq!(seen.len(), 15, "every type");
}

//= type=test g709:f.2-flag-parity
//= type=test g709:f.2-scrambler
#[test]
fn streams_of_code_blocks_have_clear_flags_and_scrambled_rows() {
    let Pair { input, output } = vector("transcode-1027b");
    let pairs: Vec<&[u8]> = input.chunks(130).collect();
    let rows: Vec<u8> =
        pairs.iter().flat_map(|pair| [&pair[1..65], &pair[66..]].concat()).collect();
    let rows = scrambled(&bits::from_bytes(&rows));
    let mut stream = Vec::new();
    for (n, (pair, rows)) in pairs.iter().zip(rows.chunks(1024)).enumerate() {
        // P F1 F2 of the fact sheet, 10.2.
        let flags = [4, 1, 2, 7u8][n % 4];
        assert_eq!(flags % 4, 2 * pair[0] + pair[65]);
        stream.extend(bits::from_number(u64::from(flags), 3));
        stream.extend(rows);
    }
    assert_eq!((output.len(), stream.len()), (1027, 8 * 1027));
    assert_eq!(output, bits::to_bytes(&stream));
}
