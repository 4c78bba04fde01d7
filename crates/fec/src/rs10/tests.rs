//! KP4 and KR4: the generators of the fact sheet, and the table codec against the reference.

use super::*;
use crate::code::{Code, Outcome, Received};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec;
use std::vec::Vec;

//= type=test g709.5:rs10-generator
#[test]
fn the_generators_are_those_of_the_fact_sheet() {
    let kr4 = [904, 6, 701, 32, 656, 925, 900, 614, 391, 592, 265, 945, 290, 432];
    let kp4 = [
        575, 552, 187, 230, 552, 1, 108, 565, 282, 249, 593, 132, 94, 720, 495, 385, 942, 503, 883,
        361, 788, 610, 193, 392, 127, 185, 158, 128, 834, 523,
    ];
    assert_eq!(generator::<14>(), kr4);
    assert_eq!(generator::<30>(), kp4);
    assert_eq!((Kp4::T, Kr4::T), (15, 7));
}

/// The last information symbol alone leaves the generator.
//= type=test g709.5:rs10-parity
#[test]
fn a_one_in_front_of_the_parity_leaves_the_generator() {
    let mut information = [0; K];
    information[K - 1] = 1;
    assert_eq!(ReedSolomon10::<544, 30>.parity(&information), generator::<30>());
    assert_eq!(ReedSolomon10::<528, 14>.parity(&information), generator::<14>());
}

fn random_word<const N: usize, const P: usize>(rng: &mut ChaCha8Rng) -> [u16; N] {
    let mut word = core::array::from_fn(|_| rng.next_u32() as u16 % 1024);
    ReedSolomon10::<N, P>.encode(&mut word);
    word
}

/// Adds `count` errors at distinct places; returns the bits changed.
fn corrupt(word: &mut [u16], count: usize, rng: &mut ChaCha8Rng) -> u32 {
    let (mut places, mut bits) = (Vec::new(), 0);
    while places.len() < count {
        let (at, value) = (rng.next_u32() as usize % word.len(), rng.next_u32() as u16 % 1024);
        if value != 0 && !places.contains(&at) {
            word[at] ^= value;
            bits += value.count_ones();
            places.push(at);
        }
    }
    bits
}

fn table_equals_reference<const N: usize, const P: usize>(seed: u64) {
    let (mut rng, code) = (ChaCha8Rng::seed_from_u64(seed), ReedSolomon10::<N, P>);
    for count in 0..=P / 2 + 3 {
        for _ in 0..6 {
            let sent = random_word::<N, P>(&mut rng);
            assert_eq!(reference::parity::<P>(&sent[..K]), sent[K..]);
            assert_eq!(reference::syndromes::<P>(&sent), vec![0; P]);
            let mut word = sent;
            let bits = corrupt(&mut word, count, &mut rng);
            let received = word;
            let mut expected = word;
            let verdict = reference::decode::<P>(&mut expected);
            let found = code.decode(&mut word);
            assert_eq!(found.map(|corrected| corrected.symbols as usize), verdict);
            assert_eq!(word, expected);
            if count <= P / 2 {
                assert_eq!(found, Ok(Corrected { symbols: count as u32, bits }));
                assert_eq!(word, sent);
            } else if found.is_err() {
                assert_eq!(word, received, "an uncorrectable word is left as received");
            }
        }
    }
}

//= type=test g709.5:rs10-parameters
//= type=test g709.5:rs10-correct
#[test]
fn kp4_equals_the_reference() {
    table_equals_reference::<544, 30>(1);
}

//= type=test g709.5:rs10-parameters
//= type=test g709.5:rs10-correct
#[test]
fn kr4_equals_the_reference() {
    table_equals_reference::<528, 14>(2);
}

/// Words near a codeword of the unshortened code whose error lies in the part that is not sent.
#[test]
fn an_error_beyond_the_shortened_codeword_is_reported() {
    let mut word = [0; 528];
    // What z^600 leaves modulo the generator, as parity: one error at a degree not sent.
    let mut information = [0; 1023 - 14];
    information[1023 - 1 - 600] = 1;
    word[K..].copy_from_slice(&reference::parity::<14>(&information));
    let received = word;
    assert_eq!(ReedSolomon10::<528, 14>.decode(&mut word), Err(Uncorrectable));
    assert_eq!(word, received);
}

/// Every place, one value each; every value, one place each.
#[test]
fn single_errors_are_corrected() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let sent = random_word::<544, 30>(&mut rng);
    for at in 0..1023usize {
        let (place, value) = (at % 544, 1 + at as u16);
        let mut word = sent;
        word[place] ^= value;
        let corrected = Corrected { symbols: 1, bits: value.count_ones() };
        assert_eq!(ReedSolomon10::<544, 30>.decode(&mut word), Ok(corrected));
        assert_eq!(word, sent);
    }
}

/// Bits go most significant first, symbol after symbol; 5140 bits leave four of the last octet.
//= type=test g709.5:rs10-bit-order
#[test]
fn blocks_are_packed_bits() {
    let code = ReedSolomon10::<528, 14>;
    let mut information = vec![0u8; 643];
    // Symbol 0 is 1000000001, symbol 513 is 0000000001.
    (information[0], information[1], information[642]) = (0x80, 0x40, 0x10);
    let mut coded = vec![0xFF; 660];
    code.encoder().encode(&information, &mut coded);
    let mut symbols = [0; K];
    (symbols[0], symbols[513]) = (0x201, 1);
    let parity = code.parity(&symbols);
    assert_eq!(coded[..642], information[..642]);
    // The first parity symbol: four bits behind the information, six in the next octet.
    assert_eq!(coded[642], 0x10 | (parity[0] >> 6) as u8);
    assert_eq!(coded[643] >> 2, (parity[0] & 0x3F) as u8);
    coded[100] ^= 0xFF;
    let mut out = vec![0; 643];
    let outcome = code.decoder().decode(Received::Bits(&coded), &mut out);
    assert_eq!(out, information);
    let expected =
        Outcome { codewords: 1, corrected_bits: 8, corrected_symbols: 1, uncorrectable: 0 };
    assert_eq!(outcome, expected);
    let ratios: Vec<f32> =
        (0..5280).map(|at| if crate::bits::get(&coded, at) { -0.5 } else { 0.5 }).collect();
    assert_eq!(code.decoder().decode(Received::Llr(&ratios), &mut out), expected);
    assert_eq!(out, information);
}
