//! 513B and 1027B code blocks against bits put together from the tables.

use super::reference;
use crate::pcs::block66::{Block, BlockType, SyncHeader};
use crate::pcs::code1027::{CodeSync, CodeWriter, Framed, Pair};
use crate::pcs::transcode::{CodeBlock, Coded, TranscodedMarker, decode, encode};
use otn_testkit::bits::{from_bytes, from_number};
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

/// Block types and their codes as the figure prints them.
const CODES: [(u8, &str); 15] = [
    (0x1E, "0001"),
    (0x2D, "0010"),
    (0x33, "0111"),
    (0x66, "1011"),
    (0x55, "1101"),
    (0x78, "1110"),
    (0x4B, "1000"),
    (0x87, "0011"),
    (0x99, "0101"),
    (0xAA, "1001"),
    (0xB4, "1010"),
    (0xCC, "1100"),
    (0xD2, "0110"),
    (0xE1, "0000"),
    (0xFF, "1111"),
];

fn lsb_first(octet: u8) -> impl Iterator<Item = bool> {
    (0..8).map(move |n| octet >> n & 1 == 1)
}

/// The 513 bits of eight items, put together row by row.
fn expected(items: &[Coded; 8]) -> Vec<bool> {
    let is_data = |item: &Coded| matches!(item, Coded::Block(b) if b.sync == SyncHeader::Data);
    let controls: Vec<usize> = (0..8).filter(|n| !is_data(&items[*n])).collect();
    let mut bits = vec![!controls.is_empty()];
    for n in &controls {
        bits.push(Some(n) != controls.last());
        bits.extend(from_number(*n as u64, 3));
        let (code, octets) = match items[*n] {
            Coded::Block(block) => {
                let found = CODES.iter().find(|(t, _)| *t == block.octets()[0]).unwrap();
                (found.1, block.octets())
            }
            Coded::Marker(m) => {
                let [a, b, c] = m.name;
                ("0100", [0, a, b, c, m.error_mask, m.otn_bip, 0, 0])
            }
        };
        bits.extend(code.bytes().map(|digit| digit == b'1'));
        bits.extend(octets[1..].iter().copied().flat_map(lsb_first));
    }
    for item in items.iter().filter(|item| is_data(item)) {
        let Coded::Block(block) = item else { unreachable!() };
        bits.extend(block.octets().into_iter().flat_map(lsb_first));
    }
    assert_eq!(bits.len(), 513);
    bits
}

fn bits(code: &CodeBlock) -> Vec<bool> {
    let mut bits = vec![code.flag];
    bits.extend(code.rows.iter().flat_map(|row| row.to_le_bytes()).flat_map(lsb_first));
    bits
}

/// Item of kind 0 to 14: a control block of that type; 15: a marker; others: data.
fn item(kind: usize, seed: u64) -> Coded {
    let [a, b, c, d, e, f, g, h] = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    match kind {
        0..15 => Coded::Block(Block::of_type(BlockType::ALL[kind], [a, b, c, d, e, f, g])),
        15 => Coded::Marker(TranscodedMarker { name: [a, b, c], error_mask: d, otn_bip: e }),
        _ => Coded::Block(Block::data([a, b, c, d, e, f, g, h])),
    }
}

fn check(items: &[Coded; 8]) {
    let code = encode(items);
    assert_eq!(bits(&code), expected(items), "{items:?}");
    assert_eq!(decode(&code), *items);
}

/// All 256 patterns of data and control, every type in every place of each, others at random.
//= type=test g709:b.3-type-codes
//= type=test g709:b.3-rows
//= type=test g709:b.3-control-row
//= type=test g709:b.4-decode
//= type=test g709:e.4-marker-row
//= type=test g709:e.4-marker-octets
#[test]
fn every_pattern_and_type_is_coded_as_the_table_says_and_comes_back() {
    let mut seed = 1u64;
    for pattern in 0..256usize {
        for first in 0..16 {
            let items = core::array::from_fn(|n| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let kind = if pattern >> n & 1 == 0 {
                    16
                } else {
                    (first + n * 5 + (seed >> 60) as usize) % 16
                };
                item(kind, seed)
            });
            check(&items);
        }
    }
    // Every two neighbours in every place.
    for place in 0..7 {
        for pair in 0..16 * 16 {
            let mut items = [item(16, 7); 8];
            items[place] = item(pair / 16, 8);
            items[place + 1] = item(pair % 16, 9);
            check(&items);
        }
    }
}

//= type=test g709:b.3-illegal-blocks
#[test]
fn blocks_that_are_none_become_error_blocks() {
    let error = Coded::Block(Block::ERROR);
    for code in 0..=255u8 {
        for sync in [SyncHeader::Zeros, SyncHeader::Control, SyncHeader::Ones] {
            let block = Block { sync, payload: u64::from(code) | 0xABCD_0000 };
            let known = sync == SyncHeader::Control && CODES.iter().any(|(t, _)| *t == code);
            let mut items = [item(16, 3); 8];
            items[5] = Coded::Block(block);
            let mut expected = items;
            if !known {
                expected[5] = error;
            }
            assert_eq!(decode(&encode(&items)), expected);
        }
    }
    // Positions that fall or come twice, and a last row that promises more.
    for rows in [[0x8, 0x0], [0x9, 0x1], [0xF, 0x3]] {
        let mut code = CodeBlock { flag: true, rows: [0; 8] };
        for (row, header) in code.rows.iter_mut().zip(rows) {
            *row = u64::from((header << 4 | 1u8).reverse_bits());
        }
        assert_eq!(decode(&code), [error; 8]);
    }
    let mut code = CodeBlock { flag: true, rows: [0; 8] };
    for (n, row) in code.rows.iter_mut().enumerate() {
        *row = u64::from((0x81 | (n as u8) << 4).reverse_bits());
    }
    assert_eq!(decode(&code), [error; 8]);
    code.rows[7] = u64::from(0x71u8.reverse_bits());
    assert_ne!(decode(&code), [error; 8]);
}

/// Exhaustive: the header octets of all first two rows, and the flag.
#[test]
fn any_headers_decode_to_what_codes_the_same_or_to_errors() {
    for headers in 0..=u16::MAX {
        let [first, second] = headers.to_le_bytes();
        let rows = [u64::from(first), u64::from(second), 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];
        let code = CodeBlock { flag: true, rows };
        let items = decode(&code);
        if items != [Coded::Block(Block::ERROR); 8] {
            let again = encode(&items);
            assert!(again.flag);
            assert!(again.rows[0] == rows[0] || first.reverse_bits() & 0xF == 4);
        }
    }
}

fn pairs(count: usize, seed: u64) -> Vec<Pair> {
    let mut state = seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state ^ state >> 29
    };
    (0..count)
        .map(|_| {
            core::array::from_fn(|_| CodeBlock {
                flag: next() >> 40 & 1 == 1,
                rows: core::array::from_fn(|_| next()),
            })
        })
        .collect()
}

fn stream(pairs: &[Pair]) -> Vec<u8> {
    let mut line = vec![0; pairs.len() * 1027 / 8];
    let mut at = pairs.iter();
    CodeWriter::default().fill(&mut line, |_| *at.next().unwrap());
    line
}

/// Flags and parity first and clear, the rest behind the scrambler of the bit recurrence.
//= type=test g709:f.2-flag-parity
//= type=test g709:f.2-scrambler
#[test]
fn the_stream_of_code_blocks_is_that_put_together_by_bits() {
    let pairs = pairs(16, 5);
    let mut payload = Vec::new();
    for (bits, [first, second]) in from_bytes(&stream(&pairs)).chunks_exact(1027).zip(&pairs) {
        let flags: std::string::String =
            bits[..3].iter().map(|bit| if *bit { '1' } else { '0' }).collect();
        let legal = match (first.flag, second.flag) {
            (false, false) => "100",
            (false, true) => "001",
            (true, false) => "010",
            (true, true) => "111",
        };
        assert_eq!(flags, legal);
        for row in bits[3..].chunks_exact(64) {
            // The slow descrambler takes blocks: two bits of header that it leaves alone.
            payload.extend([false, true]);
            payload.extend_from_slice(row);
        }
    }
    let rows = reference::descramble(&payload);
    let expected: Vec<u64> = pairs.iter().flatten().flat_map(|code| code.rows).collect();
    assert_eq!(rows.len(), expected.len());
    for (bits, row) in rows.iter().zip(expected) {
        assert_eq!(
            bits[2..],
            row.to_le_bytes().into_iter().flat_map(lsb_first).collect::<Vec<_>>()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    //= type=test g709:f.2-framing
    #[test]
    fn code_blocks_are_found_at_any_bit_offset(
        seed in any::<u64>(), offset in 0usize..1027, piece in 1usize..3_000,
    ) {
        let pairs = pairs(2_000, seed);
        let line = otn_testkit::bits::advance(&stream(&pairs), offset);
        let mut sync = CodeSync::default();
        let mut found = Vec::new();
        for part in line.chunks(piece) {
            sync.push(part, |_, framed| match framed {
                Framed::Pair(pair) => found.push(pair.unwrap()),
                Framed::Lost => panic!("lost"),
            });
        }
        // Half of all patterns are legal: each wrong place costs a code block on average, and 64 make
        // lock at the right one.
        prop_assert!(found.len() > 500, "{}", found.len());
        let last = usize::from(found.last() != pairs.last());
        prop_assert!(found.iter().rev().eq(pairs.iter().rev().skip(last).take(found.len())));
    }

    #[test]
    fn any_code_block_is_borne(rows in any::<[u64; 8]>(), flag in any::<bool>()) {
        let items = decode(&CodeBlock { flag, rows });
        prop_assert_eq!(decode(&encode(&items)), items);
    }
}
