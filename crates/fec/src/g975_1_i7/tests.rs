//! G.975.1 I.7: every row and column of a block by long division, and damaged blocks.

use super::*;
use crate::bch::reference;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec;
use std::vec::Vec;

/// Products of the published minimal polynomials, G1 G3 G5 G7 and G1.
fn published_generators() -> (u128, u128) {
    let product = |factors: &[u128]| {
        factors
            .iter()
            .fold(1, |g, &f| (0..16).filter(|j| f >> j & 1 == 1).fold(0, |sum, j| sum ^ g << j))
    };
    (product(&[0x409, 0x40F, 0x50D, 0x7F9]), 0x211)
}

fn coded_block(rng: &mut ChaCha8Rng) -> (Vec<u8>, Vec<u8>) {
    let mut information = vec![0; bits::octets(BLOCK.information)];
    rng.fill_bytes(&mut information);
    // Bits behind the last are zero.
    information[BLOCK.information / 8] &= 0xF0;
    let mut coded = vec![0; bits::octets(BLOCK.coded)];
    G9751I7::default().encoder().encode(&information, &mut coded);
    (information, coded)
}

//= type=test g975.1:i.7-mode-7
//= type=test g975.1:i.7-product-hypothesis
#[test]
fn every_row_and_every_column_is_a_codeword() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (information, coded) = coded_block(&mut rng);
    let (row, column) = published_generators();
    assert_eq!((row.ilog2(), column.ilog2()), (40, 9));
    assert_eq!((BLOCK.information, BLOCK.coded), (422_260, 450_000));
    let bit = |r: usize, c: usize| bits::get(&coded, 900 * r + c);
    for r in 0..500 {
        let word: Vec<bool> = (0..900).map(|c| bit(r, c)).collect();
        assert!(reference::is_codeword(row, &word), "row {r}");
    }
    for c in 0..900 {
        let word: Vec<bool> = (0..500).map(|r| bit(r, c)).collect();
        assert!(reference::is_codeword(column, &word), "column {c}");
    }
    for at in (0..BLOCK.information).step_by(37) {
        assert_eq!(bits::get(&information, at), bit(at / 860, at % 860));
    }
}

//= type=test g975.1:i.7-iterate
#[test]
fn noise_below_the_threshold_is_corrected_and_above_it_is_reported() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (information, coded) = coded_block(&mut rng);
    let mut decoder = G9751I7::default().decoder();
    let mut out = vec![0; information.len()];
    for (errors, is_corrected) in [(0, true), (300, true), (700, true), (3000, false)] {
        let mut received = coded.clone();
        let mut places = Vec::new();
        while places.len() < errors {
            let at = rng.next_u32() as usize % BLOCK.coded;
            if !places.contains(&at) {
                bits::flip(&mut received, at);
                places.push(at);
            }
        }
        let outcome = decoder.decode(Received::Bits(&received), &mut out);
        assert_eq!(out == information, is_corrected, "{errors} errors");
        assert_eq!(outcome.uncorrectable == 0, is_corrected);
        if is_corrected {
            assert_eq!(outcome.corrected_bits, errors as u64);
        }
    }
}

/// A whole row inverted: no row code helps, and each column has one error.
#[test]
fn a_row_of_errors_is_corrected_by_the_columns() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let (information, coded) = coded_block(&mut rng);
    let mut received = coded.clone();
    for c in 0..900 {
        bits::flip(&mut received, 900 * 77 + c);
    }
    let mut out = vec![0; information.len()];
    let outcome = G9751I7::default().decoder().decode(Received::Bits(&received), &mut out);
    assert!(out == information);
    assert_eq!((outcome.corrected_bits, outcome.uncorrectable), (900, 0));
}
