//! RS(255,239): golden vectors, an independent oracle, and the fast decoder against the reference.

use super::*;
use otn_testkit::{golden, rs as oracle};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec::Vec;

fn octets<const LEN: usize>(rng: &mut ChaCha8Rng) -> [u8; LEN] {
    let mut out = [0; LEN];
    rng.fill_bytes(&mut out);
    out
}

fn codeword(information: &[u8; K]) -> [u8; N] {
    let mut word = [0; N];
    word[..K].copy_from_slice(information);
    word[K..].copy_from_slice(&reference::parity(information));
    word
}

/// Adds `count` errors at distinct places; returns the bits changed.
fn corrupt(word: &mut [u8], count: usize, rng: &mut ChaCha8Rng) -> u32 {
    let mut places: Vec<usize> = Vec::new();
    let mut bits = 0;
    while places.len() < count {
        let at = rng.next_u32() as usize % word.len();
        let value = rng.next_u32() as u8;
        if value != 0 && !places.contains(&at) {
            word[at] ^= value;
            bits += value.count_ones();
            places.push(at);
        }
    }
    bits
}

//= type=test g709:a-generator
//= type=test g709:a-code-parameters
#[test]
fn the_generator_is_the_published_one() {
    assert_eq!(GENERATOR.as_slice(), golden::rs255_239().octets("generator"));
    assert_eq!((N, K, T, SUB_ROWS, ROW_OCTETS), (255, 239, 8, 16, 4080));
}

//= type=test g709:a-parity
#[test]
fn reference_parity_is_that_of_the_oracle() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let golden = golden::rs255_239();
    let message = |f: fn(usize) -> u8| core::array::from_fn::<u8, K, _>(f);
    let messages = [
        ("parity.last-one", message(|i| u8::from(i == K - 1))),
        ("parity.first-one", message(|i| u8::from(i == 0))),
        ("parity.counting", message(|i| i as u8)),
        ("parity.ones", message(|_| 0xFF)),
    ];
    for (name, information) in messages {
        assert_eq!(reference::parity(&information).as_slice(), golden.octets(name), "{name}");
    }
    for _ in 0..200 {
        let information = octets::<K>(&mut rng);
        assert_eq!(codeword(&information).as_slice(), oracle::encode(&information).as_slice());
    }
}

//= type=test g709:a-correct-8
#[test]
fn the_reference_corrects_eight_and_refuses_to_guess_beyond() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for count in 0..=T {
        for _ in 0..20 {
            let sent = codeword(&octets(&mut rng));
            let mut word = sent;
            corrupt(&mut word, count, &mut rng);
            assert_eq!(reference::decode(&mut word), Ok(count));
            assert_eq!(word, sent);
        }
    }
    let mut refused = 0;
    for _ in 0..200 {
        let mut word = codeword(&octets(&mut rng));
        corrupt(&mut word, 12, &mut rng);
        let received = word;
        if reference::decode(&mut word).is_err() {
            assert_eq!(word, received, "an uncorrectable word is left as received");
            refused += 1;
        }
    }
    assert_eq!(refused, 200, "about one word in 8! decodes to a wrong codeword");
}

//= type=test g709:a-interleave
#[test]
fn sub_row_x_owns_columns_x_plus_16_i() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut row = octets::<ROW_OCTETS>(&mut rng);
    encode_row(&mut row);
    for x in 0..SUB_ROWS {
        assert!(oracle::is_codeword(&oracle::sub_row(&row, x + 1)), "sub-row {}", x + 1);
    }
    let before = row;
    assert_eq!(decode_row(&mut row), RowOutcome::default());
    assert_eq!(row, before);
}

#[test]
fn a_burst_of_128_octets_in_a_row_is_corrected() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut sent = octets::<ROW_OCTETS>(&mut rng);
    encode_row(&mut sent);
    for start in [0, 1, 777, ROW_INFORMATION - 64, ROW_OCTETS - 128] {
        let mut row = sent;
        row[start..start + 128].iter_mut().for_each(|o| *o ^= 0xFF);
        let outcome = decode_row(&mut row);
        assert_eq!(row, sent);
        assert_eq!((outcome.corrected_symbols, outcome.corrected_bits), (128, 1024));
        assert_eq!((outcome.corrected_codewords, outcome.uncorrectable), (16, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Every codeword of a row gets its own number of errors, from none to far too many; the
    /// table decoder must do to each exactly what the reference does.
    #[test]
    fn scalar_rows_equal_the_reference(
        seed in any::<u64>(),
        counts in proptest::array::uniform16(0usize..=11),
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut row = octets::<ROW_OCTETS>(&mut rng);
        encode_row(&mut row);
        let mut expected = RowOutcome::default();
        let mut expected_row = row;
        for (x, &count) in counts.iter().enumerate() {
            let mut word: [u8; N] = core::array::from_fn(|i| row[i * SUB_ROWS + x]);
            let sent = word;
            corrupt(&mut word, count, &mut rng);
            for (i, &octet) in word.iter().enumerate() {
                row[i * SUB_ROWS + x] = octet;
            }
            let mut decoded = word;
            match reference::decode(&mut decoded) {
                Ok(symbols) => {
                    prop_assert!(count > T || decoded == sent);
                    expected.corrected_symbols += symbols as u32;
                    expected.corrected_codewords += u32::from(symbols > 0);
                    expected.corrected_bits +=
                        decoded.iter().zip(&word).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
                }
                Err(reference::Uncorrectable) => expected.uncorrectable |= 1 << x,
            }
            for (i, &octet) in decoded.iter().enumerate() {
                expected_row[i * SUB_ROWS + x] = octet;
            }
        }
        prop_assert_eq!(decode_row(&mut row), expected);
        prop_assert!(row == expected_row);
    }
}
