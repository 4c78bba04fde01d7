//! Tests of RS(255,239): golden vectors, roots, and decoding up to and beyond the bound.

use super::*;
use crate::golden;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// `count` different numbers below `limit`.
fn distinct(rng: &mut ChaCha8Rng, count: usize, limit: usize) -> Vec<usize> {
    let mut chosen = Vec::new();
    while chosen.len() < count {
        let candidate = rng.next_u32() as usize % limit;
        if !chosen.contains(&candidate) {
            chosen.push(candidate);
        }
    }
    chosen.sort_unstable();
    chosen
}

fn not_zero(rng: &mut ChaCha8Rng) -> u8 {
    1 + (rng.next_u32() % 255) as u8
}

fn random_codeword(rng: &mut ChaCha8Rng) -> [u8; CODEWORD_OCTETS] {
    let mut information = [0; INFORMATION_OCTETS];
    rng.fill_bytes(&mut information);
    encode(&information)
}

#[test]
fn generator_equals_the_golden_vector_and_has_its_roots() {
    let coefficients = generator();
    assert_eq!(coefficients, golden::rs255_239().octets("generator"));
    for exponent in 0..255 {
        let point = power(ALPHA, exponent);
        let value = coefficients.iter().fold(0, |value, c| add(multiply(value, point), *c));
        assert_eq!(value == 0, exponent < 16, "alpha^{exponent}");
    }
}

#[test]
fn parity_equals_the_golden_vectors() {
    let vectors = golden::rs255_239();
    let mut last_one = [0; INFORMATION_OCTETS];
    last_one[INFORMATION_OCTETS - 1] = 1;
    let mut first_one = [0; INFORMATION_OCTETS];
    first_one[0] = 1;
    let mut counting = [0; INFORMATION_OCTETS];
    for (index, octet) in counting.iter_mut().enumerate() {
        *octet = index as u8;
    }
    for (name, information) in [
        ("parity.last-one", last_one),
        ("parity.first-one", first_one),
        ("parity.counting", counting),
        ("parity.ones", [0xFF; INFORMATION_OCTETS]),
    ] {
        let codeword = encode(&information);
        assert_eq!(codeword[..INFORMATION_OCTETS], information, "{name}: systematic");
        assert_eq!(codeword[INFORMATION_OCTETS..], *vectors.octets(name), "{name}");
        assert!(is_codeword(&codeword), "{name}");
    }
    assert_eq!(encode(&[0; INFORMATION_OCTETS]), [0; CODEWORD_OCTETS]);
}

#[test]
fn a_single_error_has_the_powers_of_its_location_as_syndromes() {
    for position in [0, 1, 238, 239, 254] {
        let mut word = [0; CODEWORD_OCTETS];
        word[position] = 1;
        let expected: Vec<u8> =
            (0..PARITY_OCTETS).map(|i| power(ALPHA, i * (254 - position))).collect();
        assert_eq!(syndromes(&word)[..], expected);
    }
}

#[test]
fn every_number_of_errors_up_to_eight_is_corrected() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for count in 0..=CORRECTABLE_OCTETS {
        for _ in 0..6 {
            let codeword = random_codeword(&mut rng);
            let positions = distinct(&mut rng, count, CODEWORD_OCTETS);
            let mut word = codeword;
            for position in &positions {
                word[*position] ^= not_zero(&mut rng);
            }
            assert_eq!(is_codeword(&word), count == 0);
            assert_eq!(decode(&word), Some(Decoded { codeword, positions }));
        }
    }
}

#[test]
fn errors_in_the_parity_and_in_a_burst_are_corrected() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let codeword = random_codeword(&mut rng);
    for first in [0, 100, 235, 247] {
        let mut word = codeword;
        for octet in &mut word[first..first + 8] {
            *octet ^= 0xFF;
        }
        let positions = (first..first + 8).collect();
        assert_eq!(decode(&word), Some(Decoded { codeword, positions }));
    }
}

#[test]
fn more_than_eight_errors_never_pass_as_the_codeword_sent() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut refused = 0;
    for count in [9, 10, 12, 16, 40] {
        for _ in 0..4 {
            let codeword = random_codeword(&mut rng);
            let mut word = codeword;
            for position in distinct(&mut rng, count, CODEWORD_OCTETS) {
                word[position] ^= not_zero(&mut rng);
            }
            match decode(&word) {
                None => refused += 1,
                Some(found) => {
                    // Another codeword within 8: rare (about 1 in 8! words), yet lawful.
                    assert!(is_codeword(&found.codeword));
                    assert_ne!(found.codeword, codeword);
                    assert!(found.positions.len() <= CORRECTABLE_OCTETS);
                }
            }
        }
    }
    assert!(refused >= 19, "{refused} of 20 words refused");
}

#[test]
fn a_word_halfway_to_another_codeword_is_decoded_to_it() {
    // The generator itself, sent as the last 17 octets, is a codeword of weight 17. Nine of its
    // octets away from zero are eight away from it.
    let mut near = [0; CODEWORD_OCTETS];
    near[CODEWORD_OCTETS - 17..].copy_from_slice(&generator());
    assert!(is_codeword(&near));
    let mut word = near;
    for octet in &mut word[CODEWORD_OCTETS - 8..] {
        *octet = 0;
    }
    let positions = (CODEWORD_OCTETS - 8..CODEWORD_OCTETS).collect();
    assert_eq!(decode(&word), Some(Decoded { codeword: near, positions }));
    word[CODEWORD_OCTETS - 9] = 0;
    let Some(found) = decode(&word) else { panic!("eight errors on the zero codeword") };
    assert_eq!(found.codeword, [0; CODEWORD_OCTETS]);
}

#[test]
fn sub_rows_own_every_sixteenth_column() {
    let row: Vec<u8> = (0..ROW_OCTETS).map(|index| (index / 16) as u8).collect();
    let mut seen = vec![0; ROW_OCTETS];
    for x in 1..=SUB_ROWS {
        let word = sub_row(&row, x);
        for (i, octet) in word.iter().enumerate() {
            assert_eq!(usize::from(*octet), i);
        }
        let mut marks = vec![0; ROW_OCTETS];
        set_sub_row(&mut marks, x, &[1; CODEWORD_OCTETS]);
        assert_eq!(marks[x - 1], 1, "first column of sub-row {x}");
        assert_eq!(marks[3824 + x - 1], 1, "first parity column of sub-row {x}");
        assert_eq!(marks[4064 + x - 1], 1, "last parity column of sub-row {x}");
        for (count, mark) in seen.iter_mut().zip(marks) {
            *count += mark;
        }
    }
    assert!(seen.iter().all(|count| *count == 1));
}

#[test]
fn a_coded_row_survives_a_burst_of_128_octets_and_not_of_129() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut row = vec![0; ROW_OCTETS];
    rng.fill_bytes(&mut row);
    let information = row[..3824].to_vec();
    encode_row(&mut row);
    assert_eq!(row[..3824], information);
    assert_eq!(wrong_codewords(&row), 0);
    for first in [0, 1000, ROW_OCTETS - 128] {
        let mut damaged = row.clone();
        for octet in &mut damaged[first..first + 128] {
            *octet ^= not_zero(&mut rng);
        }
        assert_eq!(wrong_codewords(&damaged), 16);
        assert_eq!(decode_row(&mut damaged), vec![Some(8); 16]);
        assert_eq!(damaged, row);
    }
    let mut damaged = row.clone();
    for octet in &mut damaged[1600..1600 + 129] {
        *octet ^= 0x01;
    }
    let before = damaged.clone();
    let corrected = decode_row(&mut damaged);
    assert_eq!(corrected[0], None, "sub-row 1 has nine errors");
    assert_eq!(corrected[1..], [Some(8); 15]);
    assert_eq!(sub_row(&damaged, 1), sub_row(&before, 1));
}

#[test]
fn all_four_rows_of_a_frame_are_coded() {
    let mut frame = vec![0; 4 * ROW_OCTETS];
    ChaCha8Rng::seed_from_u64(5).fill_bytes(&mut frame);
    assert_eq!(wrong_codewords(&frame), 64);
    encode_frame(&mut frame);
    assert_eq!(wrong_codewords(&frame), 0);
    frame[3 * ROW_OCTETS + 5] ^= 1;
    assert_eq!(wrong_codewords(&frame), 1);
}
