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

/// Every backend that this processor has, with its name.
fn codecs() -> Vec<(&'static str, FrameCodec)> {
    let codec = |backend| Some((Backend::name(backend), FrameCodec::with_backend(backend)?));
    Backend::available().filter_map(codec).collect()
}

#[test]
fn backends_have_names_and_the_best_one_is_chosen() {
    for backend in Backend::ALL {
        assert_eq!(Backend::from_name(backend.name()), Some(backend));
        let codec = FrameCodec::with_backend(backend);
        assert_eq!(codec.is_some(), Backend::available().any(|available| available == backend));
        assert!(codec.is_none_or(|codec| codec.backend() == backend));
    }
    assert_eq!(Backend::from_name("avx3"), None);
    assert_eq!(Backend::available().next(), Some(Backend::Portable));
    assert_eq!(Backend::available().last(), Some(FrameCodec::new().backend()));
}

type Frame = [u8; FRAME_OCTETS];

fn rows(frame: &mut Frame) -> &mut [[u8; ROW_OCTETS]] {
    frame.as_chunks_mut().0
}

fn word(row: &[u8; ROW_OCTETS], x: usize) -> [u8; N] {
    core::array::from_fn(|i| row[i * SUB_ROWS + x])
}

fn put_word(row: &mut [u8; ROW_OCTETS], x: usize, word: &[u8; N]) {
    for (i, &octet) in word.iter().enumerate() {
        row[i * SUB_ROWS + x] = octet;
    }
}

/// A frame coded with the reference.
fn coded_frame(rng: &mut ChaCha8Rng) -> std::boxed::Box<Frame> {
    let mut frame = std::boxed::Box::new(octets::<FRAME_OCTETS>(rng));
    for row in rows(&mut frame) {
        for x in 0..SUB_ROWS {
            let mut sent = word(row, x);
            let parity = reference::parity(sent.first_chunk().unwrap());
            sent[K..].copy_from_slice(&parity);
            put_word(row, x, &sent);
        }
    }
    frame
}

/// Decodes with the reference.
fn expected(frame: &Frame) -> (std::boxed::Box<Frame>, FrameOutcome) {
    let mut decoded = std::boxed::Box::new(*frame);
    let mut outcome = FrameOutcome::default();
    for (row, outcome) in rows(&mut decoded).iter_mut().zip(&mut outcome.rows) {
        for x in 0..SUB_ROWS {
            let received = word(row, x);
            let mut corrected = received;
            match reference::decode(&mut corrected) {
                Ok(symbols) => {
                    outcome.corrected_symbols += symbols as u32;
                    outcome.corrected_codewords += u32::from(symbols > 0);
                    let changed = corrected.iter().zip(&received).map(|(a, b)| a ^ b);
                    outcome.corrected_bits += changed.map(u8::count_ones).sum::<u32>();
                }
                Err(reference::Uncorrectable) => outcome.uncorrectable |= 1 << x,
            }
            put_word(row, x, &corrected);
        }
    }
    (decoded, outcome)
}

/// Every backend does to the frame, and to each row of it, what the reference does.
fn all_agree(frame: &Frame) {
    let (decoded, outcome) = expected(frame);
    for (name, codec) in codecs() {
        let mut out = std::boxed::Box::new(*frame);
        assert_eq!(codec.decode_frame(&mut out), outcome, "{name}");
        assert!(out == decoded, "{name}");
        let mut out = std::boxed::Box::new(*frame);
        for (row, outcome) in rows(&mut out).iter_mut().zip(outcome.rows) {
            assert_eq!(codec.decode_row(row), outcome, "{name}, a row");
        }
        assert!(out == decoded, "{name}, rows");
    }
}

/// One wrong octet in every place with every value, sixty-four codewords at a time.
//= type=test g709:a-correct-8
#[test]
fn every_backend_corrects_every_single_error() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let sent = coded_frame(&mut rng);
    for (name, codec) in codecs() {
        for value in 1..=255u8 {
            for base in [0, 64, 128, 192] {
                let mut frame = sent.clone();
                let mut count = 0;
                for (at, row) in rows(&mut frame).iter_mut().enumerate() {
                    for x in 0..SUB_ROWS {
                        // Another order of places for each value.
                        let place = (base + at * SUB_ROWS + x) ^ usize::from(value);
                        if place < N {
                            row[place * SUB_ROWS + x] ^= value;
                            count += 1;
                        }
                    }
                }
                let outcome = codec.decode_frame(&mut frame);
                assert!(frame == sent, "{name} {value}");
                let bits = count * value.count_ones();
                let found = (outcome.corrected_bits(), outcome.corrected_symbols());
                assert_eq!(found, (bits, count), "{name} {value}");
                assert_eq!(outcome.corrected_codewords(), count, "{name} {value}");
                assert_eq!(outcome.uncorrectable_codewords(), 0, "{name} {value}");
            }
        }
    }
}

/// Two wrong octets in every pair of places.
#[test]
fn every_backend_corrects_every_pair_of_places() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let sent = coded_frame(&mut rng);
    let mut pairs = (0..N).flat_map(|a| (0..a).map(move |b| (a, b))).peekable();
    while pairs.peek().is_some() {
        let mut frame = sent.clone();
        for row in rows(&mut frame) {
            for (x, (a, b)) in (0..SUB_ROWS).zip(&mut pairs) {
                row[a * SUB_ROWS + x] ^= rng.next_u32() as u8 | 1;
                row[b * SUB_ROWS + x] ^= rng.next_u32() as u8 | 2;
            }
        }
        for (name, codec) in codecs() {
            let mut out = frame.clone();
            let outcome = codec.decode_frame(&mut out);
            assert!(out == sent, "{name}");
            assert_eq!(outcome.corrected_symbols(), 2 * outcome.corrected_codewords(), "{name}");
        }
    }
}

/// Codewords near another one: wrong octets that leave eight to go to a codeword not sent, and the
/// zero word, whose syndromes are those of the errors alone.
#[test]
fn every_backend_miscorrects_as_the_reference_does() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for distance in 0..=9 {
        let mut frame = std::boxed::Box::new([0; FRAME_OCTETS]);
        let other = coded_frame(&mut rng);
        for (row, other) in rows(&mut frame).iter_mut().zip(other.as_chunks().0) {
            for x in 0..SUB_ROWS {
                let mut near = word(other, x);
                corrupt(&mut near, distance, &mut rng);
                put_word(row, x, &near);
            }
        }
        all_agree(&frame);
    }
}

//= type=test g709:a-correct-8
#[test]
fn every_backend_corrects_bursts_over_rows() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let sent = coded_frame(&mut rng);
    for (start, length) in [(0, 128), (5, 131), (4_000, 200), (8_160, 128), (12_239, 300)] {
        let mut frame = sent.clone();
        for octet in &mut frame[start..start + length] {
            *octet ^= rng.next_u32() as u8;
        }
        all_agree(&frame);
    }
}

/// An erased octet and one that is only wrong weigh 1 and 2, up to 16.
//= type=test g709:a-erasures
#[test]
fn erasures_count_half() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for erasures in 0..=PARITY {
        for errors in 0..=(PARITY - erasures) / 2 {
            let mut sent = octets::<ROW_OCTETS>(&mut rng);
            encode_row(&mut sent);
            let (mut row, mut erased, mut wrong) = (sent, Vec::new(), 0);
            for x in 0..SUB_ROWS {
                let mut places: Vec<usize> = Vec::new();
                while places.len() < erasures + errors {
                    let at = (rng.next_u32() as usize % N) * SUB_ROWS + x;
                    if !places.contains(&at) {
                        places.push(at);
                    }
                }
                for (number, &at) in places.iter().enumerate() {
                    // Every third erased octet is right after all.
                    let is_error = number >= erasures || number % 3 > 0;
                    row[at] ^= if is_error { rng.next_u32() as u8 | 1 } else { 0 };
                    wrong += u32::from(is_error);
                }
                erased.extend_from_slice(&places[..erasures]);
            }
            let outcome = decode_row_with_erasures(&mut row, &erased);
            assert!(row == sent, "{erasures} erasures, {errors} errors");
            assert_eq!((outcome.corrected_symbols, outcome.uncorrectable), (wrong, 0));
        }
    }
}

//= type=test g709:a-erasures
#[test]
fn more_erasures_than_parity_are_refused() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let mut row = octets::<ROW_OCTETS>(&mut rng);
    encode_row(&mut row);
    let erased: Vec<usize> = (0..17).map(|n| 3 + n * SUB_ROWS).collect();
    row[3] ^= 1;
    let received = row;
    let outcome = decode_row_with_erasures(&mut row, &erased);
    assert_eq!((outcome.uncorrectable, outcome.corrected_symbols), (1 << 3, 0));
    assert!(row == received);
    // Doubt about other sub-rows and about places that do not exist changes nothing.
    assert_eq!(decode_row_with_erasures(&mut row, &[0, 1, ROW_OCTETS + 3]).corrected_symbols, 1);
}

/// One codeword alone, as the simulator sees it.
#[test]
fn single_words_equal_the_reference() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for count in 0..=10 {
        for _ in 0..50 {
            let mut sent = octets::<N>(&mut rng);
            encode_word(&mut sent);
            assert!(oracle::is_codeword(&sent));
            let mut word = sent;
            let bits = corrupt(&mut word, count, &mut rng);
            let mut expected = word;
            let verdict = reference::decode(&mut expected);
            assert_eq!(decode_word(&mut word).map(|(octets, _)| octets), verdict);
            assert_eq!(word, expected);
            if count <= T {
                let mut again = sent;
                corrupt(&mut again, 0, &mut rng);
                assert_eq!((word, verdict), (sent, Ok(count)), "{bits}");
            }
        }
    }
}

/// A word whose syndromes are random lies within eight octets of a codeword with the share that
/// spheres of that radius have of all words: about 1 in 8!.
//= type=test g709:a-correct-8
#[test]
fn random_words_are_miscorrected_as_often_as_theory_says() {
    // The number of words within eight octets over that of syndromes.
    let (mut sphere, mut term) = (1.0, 1.0);
    for weight in 1..=T {
        term *= 255.0 * (N + 1 - weight) as f64 / weight as f64;
        sphere += term;
    }
    let share = sphere / 256f64.powi(PARITY as i32);
    let codec = FrameCodec::new();
    // Two million words where the processor corrects 64 at once.
    let frames = match codec.backend() {
        Backend::GfniAvx2 | Backend::GfniAvx512 => 31_250,
        _ => 3_125,
    };
    let words = frames * (ROWS * SUB_ROWS) as u32;
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut frame = coded_frame(&mut rng);
    let mut miscorrected = 0;
    for _ in 0..frames {
        // Sixteen random octets of a codeword make all of its syndromes random.
        for row in rows(&mut frame) {
            rng.fill_bytes(&mut row[ROW_INFORMATION..]);
        }
        let outcome = codec.decode_frame(&mut frame);
        assert_eq!(outcome.corrected_codewords() + outcome.uncorrectable_codewords(), 64);
        miscorrected += outcome.corrected_codewords();
    }
    let expected = share * f64::from(words);
    let deviation = (f64::from(miscorrected) - expected) / expected.sqrt();
    assert!(deviation.abs() < 5.0, "{miscorrected} of {words}, expected {expected:.1}");
}

/// Sum over all octets of a codeword, by the definition.
//= type=test g709:a-syndromes
#[test]
fn syndromes_are_values_of_the_codewords() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    for _ in 0..4 {
        let row = octets::<ROW_OCTETS>(&mut rng);
        let (found, wrong) = kernel::syndromes(portable::Portable, row.as_chunks().0, 0);
        assert_eq!(wrong, 0xFFFF, "random words are no codewords");
        for x in 0..SUB_ROWS {
            let expected = oracle::syndromes(&word(&row, x));
            let found = found.map(|value| lanes::Lanes::octets(portable::Portable, value)[x]);
            assert_eq!(found, expected, "sub-row {}", x + 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Every codeword of a frame gets its own number of errors, from none to far too many.
    //= type=test g709:a-correct-8
    //= type=test g709:a-parity
    #[test]
    fn every_backend_equals_the_reference(seed in any::<u64>(), most in 0usize..=12) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let sent = coded_frame(&mut rng);
        for (name, codec) in codecs() {
            let mut frame = sent.clone();
            for row in rows(&mut frame) {
                row[ROW_INFORMATION..].fill(0x5A);
            }
            let mut by_rows = frame.clone();
            codec.encode_frame(&mut frame);
            prop_assert!(frame == sent, "{}", name);
            rows(&mut by_rows).iter_mut().for_each(|row| codec.encode_row(row));
            prop_assert!(by_rows == sent, "{}, rows", name);
        }
        let mut frame = sent.clone();
        for row in rows(&mut frame) {
            for x in 0..SUB_ROWS {
                let mut received = word(row, x);
                let count = rng.next_u32() as usize % (most + 1);
                corrupt(&mut received, count, &mut rng);
                put_word(row, x, &received);
            }
        }
        all_agree(&frame);
    }
}
