//! C-FEC: the inner code exhaustively, its decoder against a search of all words near, the stream.

use super::group::{BLOCK_INFORMATION, BLOCKS, UNITS};
use super::hamming::{CHECKS, COLUMNS, Hamming, K, N, WORDS, column};
use super::interleaver::{BRANCHES, DELAY, Interleaver};
use super::*;
use crate::code::Received;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec;
use std::vec::Vec;

fn syndrome(word: u128) -> u16 {
    let ones = (0..N).filter(|k| word >> (N - 1 - k) & 1 == 1);
    ones.fold(0, |sum, k| sum ^ COLUMNS[k])
}

/// The order of the columns as the fact sheet writes it.
//= type=test oif-400zr:inner-columns
#[test]
fn the_columns_stand_in_the_published_order() {
    let mut order: Vec<usize> = (0..=62).chain(64..=94).chain(96..=110).chain(112..=118).collect();
    order.extend([120, 122, 124, 63, 95, 111, 119, 121, 123, 125, 126, 127]);
    assert_eq!(order.len(), N);
    assert!(order.iter().zip(&COLUMNS).all(|(&i, &c)| column(i) == c));
    for i in 0..N {
        let s = |k: usize| i >> k & 1 == 1;
        let s7 = (s(0) && s(2)) ^ (!s(0) && !s(1) && !s(2)) ^ (s(0) && s(1) && !s(2));
        let expected = (0..7).filter(|&k| s(k)).map(|k| 1 << k).sum::<u16>();
        assert_eq!(column(i), expected + 128 * u16::from(s7) + 256);
    }
}

/// Taking columns from the highest number down while they are independent gives the parity columns.
//= type=test oif-400zr:inner-columns
#[test]
fn the_parity_columns_are_those_taken_from_the_top() {
    let mut taken = vec![];
    let mut span = vec![0u16];
    for i in (0..N).rev() {
        if !span.contains(&column(i)) {
            span.extend(span.clone().iter().map(|s| s ^ column(i)));
            taken.push(column(i));
        }
    }
    taken.reverse();
    assert_eq!(taken, COLUMNS[K..]);
    assert_eq!((taken.len(), span.len()), (CHECKS, 1 << CHECKS), "rank 9");
}

//= type=test oif-400zr:inner-code
#[test]
fn the_minimum_distance_is_four_with_52_576_words_of_weight_four() {
    let mut pairs = [0u64; 512];
    for (a, &first) in COLUMNS.iter().enumerate() {
        assert_ne!(first, 0);
        for &second in &COLUMNS[..a] {
            let sum = first ^ second;
            assert_ne!(sum, 0);
            assert!(!COLUMNS.contains(&sum), "three columns are never zero");
            pairs[sum as usize] += 1;
        }
    }
    // Two pairs of one sum are disjoint; each word of weight four has three such splits.
    let words: u64 = pairs.iter().map(|&n| n * n.saturating_sub(1) / 2).sum::<u64>() / 3;
    assert_eq!(words, 52_576);
}

//= type=test oif-400zr:inner-code
#[test]
fn every_unit_bit_and_their_sums_are_coded_without_syndrome() {
    let code = Hamming::new();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let units = (0..K).map(|k| 1u128 << (127 - k));
    for unit in units.chain((0..500).map(|_| rng.next_u64() as u128 * rng.next_u64() as u128)) {
        let word = code.encode(unit);
        assert_eq!((word >> CHECKS, syndrome(word)), (unit >> CHECKS, 0));
    }
}

/// The best word within the patterns of `least` bits and one more error, by trying all.
fn best(values: &[i8; N], least: usize) -> Option<u32> {
    let mut order: Vec<usize> = (0..N).collect();
    order.sort_by_key(|&k| (values[k].unsigned_abs(), k));
    let hard = values.iter().fold(0u128, |w, &v| w << 1 | u128::from(v < 0));
    let cost = |errors: u128| {
        let ones = (0..N).filter(|k| errors >> (N - 1 - k) & 1 == 1);
        ones.map(|k| u32::from(values[k].unsigned_abs())).sum::<u32>()
    };
    let patterns = (0..1usize << least).map(|g| {
        let tried = (0..least).filter(move |i| g >> i & 1 == 1);
        tried.fold(0u128, |e, i| e | 1 << (N - 1 - order[i]))
    });
    patterns
        .flat_map(|e| core::iter::once(e).chain((0..N).map(move |k| e ^ 1 << k)))
        .filter(|&e| syndrome(hard ^ e) == 0)
        .map(cost)
        .min()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_decoder_finds_the_best_word_within_its_patterns(seed in any::<u64>()) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let code = Hamming::new();
        let mut values = Box::new([[0i8; WORDS]; N]);
        for l in 0..WORDS {
            let word = code.encode(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()));
            for k in 0..N {
                let size = (rng.next_u32() % 60) as i8 + if l % 2 == 0 { 10 } else { 0 };
                let wrong = (rng.next_u32() % 64) < l as u32 / 8;
                values[k][l] = if (word >> (N - 1 - k) & 1 == 1) ^ wrong { -size } else { size };
            }
        }
        let (words, _) = code.decode::<4>(&values);
        for (l, &word) in words.iter().enumerate() {
            let column: [i8; N] = core::array::from_fn(|k| values[k][l]);
            let hard = column.iter().fold(0u128, |w, &v| w << 1 | u128::from(v < 0));
            let changed = (0..N).filter(|k| (word ^ hard) >> (N - 1 - k) & 1 == 1);
            let cost: u32 = changed.map(|k| u32::from(column[k].unsigned_abs())).sum();
            match best(&column, 4) {
                Some(least) => prop_assert!(syndrome(word) == 0 && cost == least),
                None => prop_assert_eq!(word, hard),
            }
        }
    }
}

//= type=test oif-400zr:interleaver
#[test]
fn branch_i_is_delayed_2i_rounds_and_the_receiver_adds_the_rest() {
    let (mut sender, mut receiver) = (Interleaver::sender(), Interleaver::receiver());
    let mut sent = vec![];
    for unit in 0..2_000u128 {
        let out = sender.pass(unit + 1);
        let branch = unit as usize % BRANCHES;
        let early = 16 * 2 * branch as u128;
        assert_eq!(out, (unit + 1).saturating_sub(early) * u128::from(unit >= early));
        sent.push(receiver.pass(out));
    }
    assert!(sent[..DELAY].iter().all(|&unit| unit == 0));
    assert!(sent[DELAY..].iter().enumerate().all(|(at, &unit)| unit == at as u128 + 1));
}

//= type=test oif-400zr:crc
//= type=test oif-400zr:scrambler
//= type=test oif-400zr:block-fields
#[test]
fn scrambler_and_crc_have_their_known_values() {
    // The check value of CRC-32/BZIP2, which is the CRC of IEEE 802.3 with octets not turned.
    assert_eq!(group::crc32(b"123456789"), 0xFC89_1918);
    let units = group::to_units(&vec![vec![0; crate::staircase::BLOCK_OCTETS]; BLOCKS]);
    assert_eq!(units.len(), UNITS);
    assert_eq!(units[0] >> 64, 0xFFFF_4E91_05D2_131F);
    let mut block = Box::new([0; crate::staircase::INFORMATION_OCTETS]);
    let information = vec![7; BLOCK_INFORMATION];
    group::complete(&information, &mut block);
    assert!(group::is_right(&block[..]) && block[BLOCK_INFORMATION + 4..].iter().all(|&o| o == 0));
    block[11] ^= 4;
    assert!(!group::is_right(&block[..]));
}

/// Sends groups with noise; gives the wrong bits and what the decoder said.
fn send(p: f64, hard: bool, backend: Backend) -> (u32, code::Outcome) {
    use crate::code::Decoder as _;
    let code = Cfec::default();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut encoder = code.encoder();
    let mut decoder = Decoder::new(code.outer.clone(), code.config, backend);
    let delay = decoder.delay();
    let width = 1.0 / (1.0 / p - 1.0).ln();
    let mut sent: Vec<Vec<u8>> = vec![];
    let mut coded = vec![0; GROUP.coded / 8];
    let mut out = vec![0; GROUP.information / 8];
    let (mut wrong, mut outcome) = (0, code::Outcome::default());
    for group in 0..=delay + 1 {
        let mut information = vec![0; GROUP.information / 8];
        rng.fill_bytes(&mut information);
        encoder.encode(&information, &mut coded);
        sent.push(information);
        let mut llr = vec![0f32; GROUP.coded];
        for (at, value) in llr.iter_mut().enumerate() {
            let u = (f64::from(rng.next_u32()) + 0.5) / 4_294_967_296.0;
            let amplitude = 1.0 + width * (u / (1.0 - u)).ln();
            let sign = if crate::bits::get(&coded, at) { -1.0 } else { 1.0 };
            *value = 8.0 * amplitude as f32 * sign;
        }
        for (at, &value) in llr.iter().enumerate() {
            crate::bits::set(&mut coded, at, value < 0.0);
        }
        let received = if hard { Received::Bits(&coded) } else { Received::Llr(&llr) };
        outcome.add(decoder.decode(received, &mut out));
        if let Some(group) = group.checked_sub(delay) {
            wrong += out.iter().zip(&sent[group]).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        }
    }
    (wrong, outcome)
}

//= type=test oif-400zr:group
#[test]
fn groups_come_back_through_noise() {
    assert_eq!((GROUP.information, GROUP.coded), (1_223_320, 1_404_928));
    for backend in Backend::available() {
        let (wrong, outcome) = send(9e-3, false, backend);
        assert_eq!((wrong, outcome.uncorrectable), (0, 0), "{backend:?}");
    }
    assert_eq!(send(3e-3, true, Backend::detect()).0, 0);
}
