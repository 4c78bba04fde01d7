//! Conformance cases of the frame itself, with the values of the fact sheet typed in by hand; the
//! whole list is in `docs/conformance.md`.

use otn_frame::layout::{
    EXP_A, EXP_B, EXP_C, Field, ODU_COLS, OTU_COLS, RES_ODU, RES_ODU_END, ROWS,
};
use otn_frame::overhead::PayloadType;
use otn_frame::{Frame, OtuFrame, scrambler};

/// Conformance case 10, the area: a bit in columns 15 to 3824 changes one bit of the BIP-8, a bit
/// elsewhere none. The columns near the edges all, of the others one in 41.
fn bip8_covers<const COLS: usize>() {
    let mut frame = Frame::<COLS>::zeroed();
    let clear = frame.opu_bip8();
    let edges = (1..=40).chain(3_800..=COLS);
    for column in edges.chain((41..3_800).step_by(41)) {
        for row in 0..ROWS {
            let bit = 1 << (column % 8);
            frame.rows_mut()[row][column - 1] ^= bit;
            let changed = clear.octet() ^ frame.opu_bip8().octet();
            let expected = if (15..=3_824).contains(&column) { bit } else { 0 };
            assert_eq!(changed, expected, "row {} column {column}", row + 1);
            frame.rows_mut()[row][column - 1] ^= bit;
        }
    }
}

//= type=test g709:15.7.2.1.2-sm-bip8
//= type=test g709:15.8.2.1.2-pm-bip8
#[test]
fn the_bip8_covers_columns_15_to_3824() {
    bip8_covers::<ODU_COLS>();
    bip8_covers::<OTU_COLS>();
}

/// Conformance case 14, the positions.
//= type=test g709:15.6-field-positions
#[test]
fn experimental_and_reserved_octets_are_where_the_figures_have_them() {
    let places = |field: Field| -> Vec<(usize, usize)> {
        let columns = field.col..field.col + field.octets;
        columns.map(|column| (field.row, column)).collect()
    };
    let experimental: Vec<_> = [EXP_A, EXP_B, EXP_C].into_iter().flat_map(places).collect();
    assert_eq!(experimental, [(2, 4), (2, 14), (3, 13), (3, 14)]);
    assert_eq!(places(RES_ODU), [(2, 1), (2, 2)]);
    assert_eq!(places(RES_ODU_END), [(4, 9), (4, 10), (4, 11), (4, 12), (4, 13), (4, 14)]);
}

/// The scrambler from the MFAS on: the first 32 octets of the fact sheet.
const KEYSTREAM: [u8; 32] = [
    0xFF, 0xFF, 0x4E, 0x91, 0x05, 0xD2, 0x13, 0x1F, 0x77, 0xE7, 0x41, 0x25, 0x51, 0x80, 0x7B, 0x4B,
    0x31, 0x67, 0x71, 0xCE, 0xDB, 0x9F, 0x03, 0xE2, 0x5B, 0x3F, 0xE7, 0xD2, 0x8D, 0x8D, 0x55, 0x5D,
];

/// Conformance case 15.
//= type=test g709:11.2-scrambler
#[test]
fn the_scrambler_spares_the_fas_starts_with_ones_and_comes_again_after_65535_bits() {
    let mut frame = OtuFrame::zeroed();
    frame.set_alignment(0x5A);
    scrambler::scramble(&mut frame);
    assert_eq!(frame.octets()[..6], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28]);
    assert_eq!(frame.octets()[6..8], [0xA5, 0xFF]);
    assert_eq!(frame.octets()[8..38], KEYSTREAM[2..]);
    let mut key = OtuFrame::zeroed();
    scrambler::scramble(&mut key);
    let bits: Vec<bool> = key.octets()[6..]
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1))
        .collect();
    let repeats = |period: usize| bits.iter().zip(&bits[period..]).all(|(a, b)| a == b);
    assert!(repeats(65_535));
    // The period of a part would divide it: 65 535 is 3 times 5 times 17 times 257.
    for prime in [3, 5, 17, 257] {
        assert!(!repeats(65_535 / prime), "{prime}");
    }
}

/// Conformance case 16.
//= type=test g709:11.2-scrambler
#[test]
fn descrambling_gives_the_frame_back_and_every_frame_has_the_same_keystream() {
    let mut zeros = OtuFrame::zeroed();
    scrambler::scramble(&mut zeros);
    for mfas in 0..=255u8 {
        let mut frame = OtuFrame::zeroed();
        for (at, octet) in frame.octets_mut().iter_mut().enumerate() {
            *octet = (at * 7 + usize::from(mfas)) as u8;
        }
        frame.set_alignment(mfas);
        let before = frame.clone();
        scrambler::scramble(&mut frame);
        let key: Vec<u8> =
            frame.octets().iter().zip(before.octets()).map(|(line, clear)| line ^ clear).collect();
        assert_eq!(key, zeros.octets(), "MFAS {mfas}");
        scrambler::scramble(&mut frame);
        assert!(frame == before, "MFAS {mfas}");
    }
}

/// Conformance case 21: a word of the meaning of each code.
//= type=test g709:15.9.2.1.1-payload-type
#[test]
fn payload_types_mean_what_the_table_says() {
    let words = [
        (0x01, "experimental"),
        (0x02, "asynchronous CBR"),
        (0x03, "bit-synchronous CBR"),
        (0x04, "ATM"),
        (0x05, "GFP"),
        (0x06, "virtual concatenation"),
        (0x07, "PCS codeword transparent Ethernet"),
        (0x08, "FC-1200 into OPU2e"),
        (0x09, "GFP mapping into extended OPU2"),
        (0x0A, "STM-1 into OPU0"),
        (0x0B, "STM-4 into OPU0"),
        (0x0C, "FC-100 into OPU0"),
        (0x0D, "FC-200 into OPU1"),
        (0x0E, "FC-400 into OPUflex"),
        (0x0F, "FC-800 into OPUflex"),
        (0x10, "with octet timing"),
        (0x11, "without octet timing"),
        (0x12, "SDR into OPUflex"),
        (0x13, "DDR into OPUflex"),
        (0x14, "QDR into OPUflex"),
        (0x15, "SDI into OPU0"),
        (0x16, "(1.485/1.001) Gbit/s SDI into OPU1"),
        (0x17, "1.485 Gbit/s SDI into OPU1"),
        (0x18, "(2.970/1.001) Gbit/s SDI into OPUflex"),
        (0x19, "2.970 Gbit/s SDI into OPUflex"),
        (0x1A, "SBCON/ESCON into OPU0"),
        (0x1B, "DVB-ASI into OPU0"),
        (0x1C, "FC-1600 into OPUflex"),
        (0x20, "ODTUjk only"),
        (0x21, "ODTUk.ts"),
        (0x22, "ODTUCn.ts"),
        (0x55, "not available"),
        (0x66, "not available"),
        (0xFD, "NULL"),
        (0xFE, "PRBS"),
        (0xFF, "not available"),
    ];
    for code in 0..=255u8 {
        let meaning = PayloadType(code).meaning();
        match words.iter().find(|(known, _)| *known == code) {
            Some((_, word)) => {
                let meaning = meaning.unwrap_or_default();
                assert!(meaning.contains(word), "{code:02X}: {meaning}");
            }
            None if (0x80..=0x8F).contains(&code) => assert_eq!(meaning, Some("proprietary")),
            None => assert_eq!(meaning, None, "{code:02X}"),
        }
    }
}
