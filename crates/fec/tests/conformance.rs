//! Conformance cases of the FEC of Annex A, with the values of the fact sheet typed in by hand; the
//! whole list is in `docs/conformance.md`.

use otn_fec::rs255_239::{ROW_OCTETS, decode_row, encode_row};
use otn_testkit::rs as oracle;

/// Information and parity of four codewords.
fn vectors() -> [([u8; 239], [u8; 16]); 4] {
    let (mut last, mut first) = ([0; 239], [0; 239]);
    (last[238], first[0]) = (1, 1);
    [
        (
            last,
            [
                0x3B, 0x0D, 0x68, 0xBD, 0x44, 0xD1, 0x1E, 0x08, 0xA3, 0x41, 0x29, 0xE5, 0x62, 0x32,
                0x24, 0x3B,
            ],
        ),
        (
            first,
            [
                0xA9, 0x01, 0x16, 0xB0, 0xFA, 0x8B, 0xD4, 0xB2, 0x21, 0x48, 0xBC, 0x0C, 0x8C, 0xDE,
                0x89, 0x1A,
            ],
        ),
        (
            std::array::from_fn(|at| at as u8),
            [
                0x3D, 0x4A, 0x1D, 0xAC, 0xCC, 0x4A, 0x4C, 0xAA, 0x43, 0x48, 0x8E, 0x7B, 0x4F, 0x65,
                0x59, 0xC4,
            ],
        ),
        (
            [0xFF; 239],
            [
                0xEB, 0x90, 0x74, 0x07, 0xD6, 0xEF, 0x1D, 0x98, 0x38, 0x6C, 0x11, 0x1F, 0x5A, 0xA1,
                0x6E, 0x84,
            ],
        ),
    ]
}

/// Columns of a sub-row, counted from 1: 1, 17, 33 and so on for the first.
fn columns(sub_row: usize) -> Vec<usize> {
    (sub_row..=ROW_OCTETS).step_by(16).collect()
}

/// Conformance case 17, the parity: each codeword in each sub-row, and all its syndromes zero.
//= type=test g709:a-parity
//= type=test g709:a-generator
#[test]
fn the_four_code_words_have_the_parity_of_the_fact_sheet_in_every_sub_row() {
    for (information, parity) in vectors() {
        for sub_row in 1..=16 {
            let mut row = [0; ROW_OCTETS];
            let columns = columns(sub_row);
            for (column, octet) in columns.iter().zip(information) {
                row[column - 1] = octet;
            }
            encode_row(&mut row);
            let word: Vec<u8> = columns.iter().map(|column| row[column - 1]).collect();
            assert_eq!(word[239..], parity);
            let word: [u8; 255] = word.try_into().unwrap();
            assert_eq!(oracle::syndromes(&word), [0; 16]);
            assert_eq!(
                row.iter().filter(|&&octet| octet > 0).count(),
                word.iter().filter(|&&octet| octet > 0).count(),
                "the other sub-rows stay zero"
            );
        }
    }
}

/// Conformance case 17, the correction: any eight symbols of each sub-row, in places far apart and in
/// 128 columns one after another; the ninth is too many.
//= type=test g709:a-correct-8
#[test]
fn eight_symbols_of_each_sub_row_are_corrected_and_so_are_128_columns() {
    let mut sent = [0; ROW_OCTETS];
    for (at, octet) in sent.iter_mut().take(3_824).enumerate() {
        *octet = (at * at / 3) as u8;
    }
    encode_row(&mut sent);
    for first in (1..=ROW_OCTETS - 127).step_by(247) {
        let mut row = sent;
        row[first - 1..first + 127].iter_mut().for_each(|octet| *octet ^= 0xA7);
        assert_eq!(decode_row(&mut row).corrected_symbols, 128, "from column {first}");
        assert!(row == sent);
    }
    for spread in [1, 7, 31] {
        let mut row = sent;
        for sub_row in 1..=16 {
            for column in columns(sub_row).into_iter().skip(sub_row).step_by(spread).take(8) {
                row[column - 1] ^= 0x01;
            }
        }
        assert_eq!(decode_row(&mut row).corrected_symbols, 128, "{spread} apart");
        assert!(row == sent);
    }
    let mut row = sent;
    for column in columns(3).into_iter().take(9) {
        row[column - 1] ^= 0x80;
    }
    assert_eq!(decode_row(&mut row).uncorrectable_codewords(), 1);
}

/// Conformance case 18: an octet of a column has its parity in the columns of its own sub-row only.
//= type=test g709:a-interleave
#[test]
fn sub_row_1_is_columns_1_17_to_4065_with_parity_from_3825_on() {
    assert_eq!((columns(1)[..4].to_vec(), columns(1)[254]), (vec![1, 17, 33, 49], 4_065));
    for sub_row in 1..=16 {
        for column in [sub_row, sub_row + 16, sub_row + 32, sub_row + 16 * 238] {
            let mut row = [0; ROW_OCTETS];
            row[column - 1] = 0x42;
            encode_row(&mut row);
            let parity: Vec<usize> = (3_825..=4_080).filter(|column| row[column - 1] > 0).collect();
            // Code words differ in 17 octets at least: one octet changes all sixteen of its parity.
            let expected: Vec<usize> = (0..16).map(|n| 3_824 + sub_row + 16 * n).collect();
            assert_eq!(parity, expected, "column {column}");
        }
    }
}
