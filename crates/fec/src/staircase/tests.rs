//! The staircase: the published facts, the slow encoder, and the decoder on damaged blocks.

use super::*;
use crate::bits;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec;
use std::vec::Vec;

fn information(rng: &mut ChaCha8Rng) -> [u8; INFORMATION_OCTETS] {
    let mut octets = [0; INFORMATION_OCTETS];
    rng.fill_bytes(&mut octets);
    octets
}

fn as_block(coded: &[u8]) -> reference::Block {
    let row = |j| (0..BLOCK_COLUMNS).map(|c| bits::get(coded, j * BLOCK_COLUMNS + c)).collect();
    (0..BLOCK_ROWS).map(row).collect()
}

//= type=test g709.2:block
#[test]
fn a_block_is_two_otu4_frames() {
    assert_eq!((BLOCK.information, BLOCK.coded), (244_736, 2 * 4 * 4080 * 8));
    assert_eq!((BLOCK_ROWS, BLOCK_COLUMNS, INFORMATION_COLUMNS, PARITY), (512, 510, 478, 32));
}

/// The ranges that the fact sheet lists: 0->478, 1:255->0:254, 256->479 and so on.
//= type=test g709.2:table-a.2-hypothesis
#[test]
fn the_permutation_has_the_ranges_of_the_fact_sheet() {
    let component = Component::new();
    let at = component.positions();
    let mut seen = [false; BLOCK_COLUMNS];
    at.iter().for_each(|&place| seen[place as usize] = true);
    assert!(seen.iter().all(|&place| place), "a permutation");
    assert_eq!((at[0], at[256], at[382], at[384]), (478, 479, 480, 481));
    assert!((1..=255).all(|q| at[q] as usize == q - 1));
    assert!((257..=381).all(|q| at[q] as usize == q - 2));
    assert_eq!(at[383], 380);
    assert!((502..510).all(|q| at[q] as usize == q));
    let breaks = at.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
    assert_eq!(breaks + 1, 33, "ranges");
}

//= type=test g709.2:component-field
//= type=test g709.2:check-matrix
//= type=test g709.2:column-order
#[test]
fn the_check_columns_are_those_of_the_formula() {
    let component = Component::new();
    for index in 1..=1022 {
        let column = component.column(index);
        let bits: Vec<bool> = (0..PARITY).map(|bit| column >> bit & 1 == 1).collect();
        assert_eq!(bits, reference::check_column(index));
        assert_eq!(column >> 30 & 1, 1 - (column >> 31), "F and not F");
        let back = match component::Place::of(index) {
            component::Place::Left(row) => component::left_index(row),
            component::Place::Right(q) => component::RIGHT + q,
        };
        assert_eq!(back, index);
    }
    assert_eq!(component::Place::of(1021), component::Place::Left(0));
    assert_eq!(component::Place::of(1022), component::Place::Left(1));
    assert_eq!(component::Place::of(1), component::Place::Left(2));
    assert_eq!(component::Place::of(510), component::Place::Left(511));
}

//= type=test g709.2:parity
//= type=test g709.2:encoder
#[test]
fn three_blocks_are_those_of_the_slow_encoder() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut encoder = Encoder::new();
    let component = Component::new();
    let mut before = reference::zeros();
    for _ in 0..3 {
        let sent = information(&mut rng);
        let mut coded = [0; BLOCK_OCTETS];
        encoder.encode_block(&sent, &mut coded);
        let mut block = reference::zeros();
        for (j, row) in block.iter_mut().enumerate() {
            for (c, bit) in row.iter_mut().enumerate().take(INFORMATION_COLUMNS) {
                *bit = bits::get(&sent, j * INFORMATION_COLUMNS + c);
            }
        }
        reference::encode(&before, &mut block, component.positions());
        assert!(as_block(&coded) == block);
        let matrix = reference::check_matrix(component.positions());
        for j in [0, 1, 2, 3, 255, 511] {
            let word = reference::word(&before, &block, j, component.positions());
            assert_eq!(word.len(), 1022);
            assert_eq!(reference::syndrome(&matrix, &word), [false; PARITY]);
        }
        before = block;
    }
}

/// Every single error is found; of double and triple ones a sample, and words that look like a
/// codeword but for F are refused.
//= type=test g709.2:component-corrects-3
#[test]
fn up_to_three_errors_are_located_and_the_spare_checks_count() {
    let component = Component::new();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let check = |errors: &[u16]| {
        let syndrome = errors.iter().fold(0, |sum, &e| sum ^ component.column(e as usize));
        let (found, count) = component.locate(syndrome).unwrap();
        let mut found = found[..count].to_vec();
        found.sort_unstable();
        assert_eq!(found, errors);
        for spare in [1 << 30, 1 << 31, 3 << 30] {
            assert_eq!(component.locate(syndrome ^ spare), None);
        }
    };
    for a in 1..=1022u16 {
        check(&[a]);
        for _ in 0..20 {
            let mut errors: Vec<u16> = vec![a];
            while errors.len() < 3 {
                let next = 1 + (rng.next_u32() % 1022) as u16;
                if !errors.contains(&next) {
                    errors.push(next);
                }
                let mut sorted = errors.clone();
                sorted.sort_unstable();
                check(&sorted);
            }
        }
    }
}

/// Of random syndromes a share of sum C(1022, i) / 2^32 is decoded.
#[test]
fn random_syndromes_are_decoded_as_often_as_counted() {
    let component = Component::new();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let trials = 400_000;
    let decoded =
        (0..trials).filter(|_| component.locate(rng.next_u32().max(1)).is_some()).count() as f64;
    let sphere: f64 = 1022.0 + 1022.0 * 1021.0 / 2.0 + 1022.0 * 1021.0 * 1020.0 / 6.0;
    let expected = f64::from(trials) * sphere / 2f64.powi(32);
    assert!((decoded - expected).abs() < 5.0 * expected.sqrt(), "{decoded}, expected {expected}");
}

/// Inverts each bit with the chance of `ppm` in a million; returns how many.
fn noise(coded: &mut [u8], ppm: u64, rng: &mut ChaCha8Rng) -> u64 {
    let mut flipped = 0;
    for at in 0..8 * coded.len() {
        if u64::from(rng.next_u32()) * 1_000_000 < ppm << 32 {
            bits::flip(coded, at);
            flipped += 1;
        }
    }
    flipped
}

//= type=test g709.2:window-decoder
#[test]
fn noise_a_little_below_the_threshold_is_corrected() {
    let code = Staircase::default();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
    let delay = decoder.delay();
    assert_eq!(delay, 6);
    let mut sent = Vec::new();
    let mut flips = Vec::new();
    for n in 0..14 {
        sent.push(information(&mut rng));
        let mut coded = [0; BLOCK_OCTETS];
        encoder.encode(&sent[n], &mut coded);
        flips.push(noise(&mut coded, 4_300, &mut rng));
        let mut out = [0; INFORMATION_OCTETS];
        let outcome = decoder.decode(Received::Bits(&coded), &mut out);
        if n >= delay {
            assert!(out == sent[n - delay], "block {n}");
            assert_eq!((outcome.codewords, outcome.uncorrectable), (512, 0));
            assert_eq!(outcome.corrected_bits, flips[n - delay]);
        }
    }
}

#[test]
fn a_hopeless_block_is_reported_and_the_next_ones_recover() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut encoder = Encoder::new();
    let mut decoder = WindowDecoder::new(WindowConfig::default());
    let mut sent = Vec::new();
    let mut wrong = Vec::new();
    for n in 0..22 {
        sent.push(information(&mut rng));
        let mut coded = [0; BLOCK_OCTETS];
        encoder.encode_block(&sent[n], &mut coded);
        noise(&mut coded, if n == 8 { 60_000 } else { 1_000 }, &mut rng);
        let mut out = [0; INFORMATION_OCTETS];
        let outcome = decoder.decode_block(&coded, &mut out);
        if n >= 6 && out != sent[n - 6] {
            assert!(outcome.uncorrectable > 0);
            wrong.push(n - 6);
        }
    }
    assert!(wrong.contains(&8) && wrong.iter().all(|n| (7..=10).contains(n)), "{wrong:?}");
}

/// Any three errors in every row of a block that stands alone: no iteration helps the last block, and
/// none is needed.
#[test]
fn three_errors_in_every_row_of_the_newest_block_are_corrected_at_once() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut encoder = Encoder::new();
    let mut decoder = WindowDecoder::new(WindowConfig::default());
    let sent = information(&mut rng);
    let mut coded = [0; BLOCK_OCTETS];
    encoder.encode_block(&sent, &mut coded);
    for j in 0..BLOCK_ROWS {
        for k in 0..3 {
            bits::flip(&mut coded, j * BLOCK_COLUMNS + (j * 7 + k * 131) % BLOCK_COLUMNS);
        }
    }
    let mut out = [0; INFORMATION_OCTETS];
    decoder.decode_block(&coded, &mut out);
    let pending = decoder.pending();
    assert!(pending.len() == 7 && pending[6] == sent);
}
