//! G.975.1 I.3: the slow encoder, the order of bits, and the decoder on damaged rows.

use super::place::{Inner, Outer};
use super::*;
use crate::bits;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec::Vec;

fn information(rng: &mut ChaCha8Rng) -> [u8; INFORMATION_OCTETS] {
    let mut octets = [0; INFORMATION_OCTETS];
    rng.fill_bytes(&mut octets);
    octets
}

//= type=test g975.1:i.3-outer
//= type=test g975.1:i.3-inner
#[test]
fn the_sizes_are_those_of_the_fact_sheet() {
    let codes = Codes::new();
    assert_eq!((codes.outer.n(), codes.outer.k(), codes.outer.t()), (3860, 3824, 3));
    assert_eq!((codes.inner.n(), codes.inner.k(), codes.inner.t()), (2040, 1930, 10));
    assert_eq!((BLOCK.information, BLOCK.coded), (30_592, 32_640));
    assert_eq!(8 * 36 + 16 * 110, 2048);
}

/// Each bit of a row is in one inner word; each that is not inner parity in one outer word as well.
//= type=test g975.1:i.3-parity-order
#[test]
fn places_are_a_bijection() {
    let mut seen = [false; 8 * OUTER_OCTETS];
    for word in 0..INNER_WORDS {
        for position in 0..2040 {
            let inner = Inner { word, position };
            match inner.outer() {
                None => assert!(position >= 1930),
                Some(outer) => {
                    assert_eq!(Outer::of(outer.word, outer.position), (outer, inner));
                    let bit = &mut seen[8 * outer.position + outer.word];
                    assert!(!*bit);
                    *bit = true;
                }
            }
        }
    }
    assert!(seen.iter().all(|&bit| bit));
}

//= type=test g975.1:i.3-frame
//= type=test g975.1:i.3-interleave
//= type=test g975.1:i.3-parity-order
#[test]
fn rows_are_those_of_the_slow_encoder() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut encoder = RowEncoder::new();
    let mut frames = Vec::new();
    for n in 0..18 {
        let sent = information(&mut rng);
        let mut row = [0; ROW_OCTETS];
        encoder.encode_row(&sent, &mut row);
        frames.push(reference::outer_frame(&sent));
        if n < 9 || n == 17 {
            assert_eq!(row.to_vec(), reference::row(&frames), "row {n}");
        }
        // Unit 0 is not delayed, unit 7 by seven rows.
        assert_eq!(row[..16], sent[..16]);
        if n < 7 {
            zeros_before_the_first_row(&row, n);
        } else {
            assert_eq!(row[16 * 7..16 * 8], frames[n - 7][16 * 7..16 * 8], "{n}");
        }
    }
}

/// Before the first row stand zeros: unit 7 is empty until row 7.
fn zeros_before_the_first_row(row: &[u8; ROW_OCTETS], n: usize) {
    for unit in (0..239).filter(|unit| unit % 8 > n) {
        assert_eq!(row[16 * unit..16 * unit + 16], [0; 16], "row {n} unit {unit}");
    }
}

fn noise(coded: &mut [u8], ppm: u64, rng: &mut ChaCha8Rng) {
    for at in 0..8 * coded.len() {
        if u64::from(rng.next_u32()) * 1_000_000 < ppm << 32 {
            bits::flip(coded, at);
        }
    }
}

/// Sends `rows` rows, with errors a million as `ppm` says for each row; returns the rows given out
/// wrong, and whether one of them was not reported.
fn transmit(rows: usize, seed: u64, ppm: impl Fn(usize) -> u64) -> (Vec<usize>, bool) {
    let code = G9751I3::default();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
    let delay = decoder.delay();
    let (mut sent, mut wrong, mut silent) = (Vec::new(), Vec::new(), false);
    for n in 0..rows {
        sent.push(information(&mut rng));
        let mut row = [0; ROW_OCTETS];
        encoder.encode(&sent[n], &mut row);
        noise(&mut row, ppm(n), &mut rng);
        let mut out = [0; INFORMATION_OCTETS];
        let outcome = decoder.decode(Received::Bits(&row), &mut out);
        if n >= delay && out != sent[n - delay] {
            silent |= outcome.uncorrectable == 0;
            wrong.push(n - delay);
        }
    }
    (wrong, silent)
}

//= type=test g975.1:i.3-iterate
#[test]
fn noise_a_little_below_the_threshold_is_corrected() {
    assert_eq!(transmit(0, 2, |_| 0).0, []);
    assert_eq!(transmit(150, 2, |_| 3_000).0, []);
}

#[test]
fn a_hopeless_row_is_reported_and_the_next_ones_recover() {
    let (wrong, silent) = transmit(120, 3, |n| if n == 40 { 80_000 } else { 500 });
    assert!(!silent);
    assert!(wrong.iter().all(|n| (33..=40).contains(n)), "{wrong:?}");
}
