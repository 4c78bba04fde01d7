//! oFEC: encoder, component code, soft decoder and W-Port against the formulas and golden vectors.

use super::chase::{Beta, Chase};
use super::component::{COLUMN, GENERATOR, Lookup, N, NONE, OVERALL};
use super::wport::{Format, Transmitter};
use super::*;
use crate::code::{Decoder as _, Encoder as _, Outcome, Received};
use otn_testkit::golden::{self, Vectors};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::HashSet;

fn golden() -> Vectors {
    golden::parse("ofec/golden.txt", include_str!("golden.txt")).unwrap()
}

/// The information of the golden vectors.
fn pattern(octets: usize) -> Vec<u8> {
    (0..octets).map(|i| (i * i / 7 + i) as u8).collect()
}

fn random(octets: usize, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut out = vec![0; octets];
    rng.fill_bytes(&mut out);
    out
}

fn unpack(packed: &[u8]) -> Vec<bool> {
    (0..8 * packed.len()).map(|at| crate::bits::get(packed, at)).collect()
}

/// Codes a stream of whole steps.
fn encode(information: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    let mut coded = vec![0; information.len() / (INFORMATION_BITS / 8) * (CODED_BITS / 8)];
    let steps = information.chunks_exact(INFORMATION_BITS / 8);
    for (u, y) in steps.zip(coded.chunks_exact_mut(CODED_BITS / 8)) {
        encoder.encode(u, y);
    }
    coded
}

#[test]
fn the_component_code_has_the_published_generator_and_distance_six() {
    //= type=test ofec:component
    // The generator as a word: its highest coefficient, y^16, is bit 238.
    let places = (0..=16).filter(|i| GENERATOR >> i & 1 == 1).map(|i| 254 - i);
    assert_eq!(places.fold(0, |sum, k| sum ^ COLUMN[k]), 0);
    assert_eq!(COLUMN[OVERALL], 0);
    // No two pairs of errors have one syndrome: five errors at least in the cyclic part, six in all.
    let mut seen = HashSet::from([0]);
    for (a, &first) in COLUMN[..OVERALL].iter().enumerate() {
        assert!(seen.insert(first));
        for &second in &COLUMN[..a] {
            assert!(seen.insert(first ^ second), "{first:x} {second:x}");
        }
    }
    assert_eq!(seen.len(), 1 + 255 + 255 * 127);
}

#[test]
fn the_lookup_knows_all_errors_of_up_to_two_bits_and_refuses_the_rest() {
    let lookup = Lookup::new();
    for (a, &first) in COLUMN[..OVERALL].iter().enumerate() {
        assert_eq!(lookup.correct(first, true), Some([a as u8, NONE, 0]));
        assert_eq!(lookup.correct(first, false), Some([a as u8, NONE, 1]));
        for (b, &second) in COLUMN[..a].iter().enumerate() {
            let syndrome = first ^ second;
            assert_eq!(lookup.correct(syndrome, false), Some([a as u8, b as u8, 0]));
            assert_eq!(lookup.correct(syndrome, true), None, "three errors are detected");
        }
    }
    let known = (0..=u16::MAX).filter(|&s| !Lookup::is_failure(lookup.places(s))).count();
    assert_eq!(known, 1 + 255 + 255 * 127);
}

//= type=test ofec:bit-order
//= type=test ofec:information-order
//= type=test ofec:output-order
//= type=test ofec:structure
//= type=test ofec:start
//= type=test ofec:step
#[test]
fn the_encoder_gives_the_golden_steps() {
    let coded = encode(&pattern(13 * 444));
    let golden = golden();
    for step in [0, 9, 10, 12] {
        assert_eq!(coded[step * 512..][..512], *golden.octets(&std::format!("step.{step}")));
    }
    assert_eq!((STEP.information, STEP.coded), (3_552, 4_096));
}

//= type=test ofec:structure
#[test]
fn the_encoder_is_the_formulas() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let information = random(25 * 444, &mut rng);
    let expected = reference::encode(&unpack(&information));
    assert!(unpack(&encode(&information)) == expected);
}

/// Every bit of the stream is in a word that begins with it and in one that ends with it.
//= type=test ofec:structure
//= type=test ofec:component
#[test]
fn all_words_of_a_stream_have_no_syndrome() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut matrix = reference::Matrix::default();
    for _ in 0..15 {
        matrix.push(&unpack(&random(444, &mut rng)));
    }
    let mut uses = std::collections::HashMap::new();
    for row in 0..matrix.rows() {
        for r in 0..16 {
            let word = matrix.word(row, r);
            let ones = (0..N).filter(|&k| word[k]);
            let (syndrome, weight) = ones.fold((0, 0), |(s, w), k| (s ^ COLUMN[k], w + 1));
            assert_eq!((syndrome, weight % 2), (0, 0), "word {row} {r}");
            for place in (0..N).filter_map(|k| reference::Matrix::place(row, r, k)) {
                *uses.entry(place).or_insert(0) += 1;
            }
        }
    }
    assert!(uses.values().all(|&uses| uses <= 2));
    // Bits of steps 3 to 4 are in front of words of steps 10 to 14, which were all made.
    let whole = 4 * 4_096..5 * 4_096;
    assert!(whole.filter(|at| uses[at] == 2).count() >= 2_048 * 2 - 512 * 4);
}

//= type=test ofec:wport-encoders
//= type=test ofec:wport-interleaver
//= type=test ofec:wport-in-block
//= type=test ofec:wport-merge
#[test]
fn the_w_port_gives_the_golden_octets_of_the_line() {
    let golden = golden();
    for (format, name) in [(Format::Qpsk, "qpsk"), (Format::Qam16, "16qam")] {
        let payload = pattern(format.codec_blocks() * wport::CODEC_BLOCK_BITS / 8);
        let mut line = vec![0; format.line_bits() / 8];
        Transmitter::new(format).frame(&payload, &mut line);
        for at in [0, line.len() / 2 - 32, line.len() - 64] {
            let expected = golden.octets(&std::format!("wport.{name}.{at}"));
            assert_eq!(line[at..at + 64], *expected, "{name} {at}");
        }
        let streams = wport::deinterleave(&unpack(&line), format);
        let first = payload.chunks(wport::CODEC_BLOCK_BITS / 8);
        for (which, stream) in streams.iter().enumerate() {
            let information = first.clone().flat_map(|block| {
                (0..INFORMATION_BITS).map(move |at| crate::bits::get(block, 4 * at + which))
            });
            assert!(reference::encode(&information.collect::<Vec<_>>()) == *stream);
        }
    }
}

/// One pass over 32 words by the kernel of a backend.
fn pass<const P: usize>(chase: &mut Chase, beta: Beta, backend: Backend) {
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512Gfni => {
            #[expect(unsafe_code, reason = "call of a function for AVX-512 and GFNI")]
            // SAFETY: this variant comes from Backend::available(), which saw these features.
            unsafe {
                chase.decode_gfni::<P>(beta);
            }
        }
        // The others are one function; here it is compiled without vectors.
        _ => {
            chase.decode::<P>(&Lookup::new(), beta);
        }
    }
}

/// One pass of the fast decoder over 32 words against the obvious one.
fn compare<const P: usize>(words: &[[i32; N]; WORDS], beta: i16, backend: Backend) {
    let mut chase = Box::new(Chase::new());
    for (k, vector) in chase.values.iter_mut().enumerate() {
        for (l, value) in vector.iter_mut().enumerate() {
            *value = words[l][k] as i8;
        }
    }
    pass::<P>(&mut chase, Beta { front: beta, back: beta }, backend);
    for (l, word) in words.iter().enumerate() {
        let ones = (0..N).filter(|&k| word[k] < 0);
        let (syndrome, weight) = ones.fold((0, 0), |(s, w), k| (s ^ COLUMN[k], w + 1));
        let clean = syndrome == 0 && weight % 2 == 0;
        // Words without a syndrome are not searched.
        let expected = reference::extrinsic(word, if clean { 0 } else { P }, beta.into());
        for (k, &value) in word.iter().enumerate() {
            let sign = if value < 0 { -1 } else { 1 };
            let found = sign * i32::from(chase.extrinsic[k][l]);
            let expected = expected.map_or(0, |all| all[k].0).clamp(-255, 255);
            assert_eq!(found, expected, "word {l} bit {k}");
        }
    }
}

/// A codeword with noise: values of random size, `errors` of them of the wrong sign and small.
fn noisy_word(errors: usize, rng: &mut ChaCha8Rng) -> [i32; N] {
    let information: [bool; 239] = core::array::from_fn(|_| rng.next_u32() & 1 == 1);
    let parity = reference::parity(&information);
    let word = information.iter().chain(&parity).copied();
    let mut values = [0; N];
    for (value, bit) in values.iter_mut().zip(word) {
        let size = 8 + (rng.next_u32() % 100) as i32;
        *value = if bit { -size } else { size };
    }
    for _ in 0..errors {
        let at = rng.next_u32() as usize % N;
        values[at] = -values[at].signum() * (rng.next_u32() % 30) as i32;
    }
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn fast_words_equal_the_reference(seed in any::<u64>(), beta in 1i16..60) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let words = core::array::from_fn(|l| noisy_word(l % 9, &mut rng));
        let random = core::array::from_fn(|_| {
            core::array::from_fn(|_| rng.next_u32() as i32 % 128)
        });
        for backend in Backend::available().filter(|&backend| own_kernel(backend)) {
            compare::<4>(&words, beta, backend);
            compare::<5>(&words, beta, backend);
            compare::<4>(&random, beta, backend);
        }
    }

    /// All six least reliable bits, for which the obvious decoder takes long.
    #[test]
    fn kernels_equal_each_other(seed in any::<u64>(), front in 1i16..256, back in 1i16..60) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let words: [[i32; N]; WORDS] = core::array::from_fn(|l| noisy_word(l % 16, &mut rng));
        let extrinsic = |backend| {
            let mut chase = Box::new(Chase::new());
            chase.values = core::array::from_fn(|k| words.map(|word| word[k] as i8));
            pass::<6>(&mut chase, Beta { front, back }, backend);
            chase.extrinsic
        };
        let expected = extrinsic(Backend::Portable);
        for backend in Backend::available().filter(|&backend| own_kernel(backend)) {
            prop_assert!(extrinsic(backend) == expected, "{backend:?}");
        }
    }
}

/// Whether a backend is more than the portable functions compiled once more.
fn own_kernel(backend: Backend) -> bool {
    match backend {
        Backend::Portable => true,
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512Gfni => true,
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 | Backend::Avx512 => false,
    }
}

/// Sends `steps` steps with errors at ratio `p`; gives the wrong information bits behind the decoder.
fn send(config: &Config, backend: Backend, p: f64, steps: usize, hard: bool) -> (usize, Outcome) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut decoder = Decoder::new(config, backend);
    let delay = decoder.delay();
    let information = random((steps + delay) * 444, &mut rng);
    let mut coded = encode(&information);
    // Amplitudes 1 plus noise of a logistic distribution, whose shares have a closed inverse.
    let width = 1.0 / (1.0 / p - 1.0).ln();
    let mut llr = vec![0f32; 8 * coded.len()];
    for (at, value) in llr.iter_mut().enumerate() {
        let u = (f64::from(rng.next_u32()) + 0.5) / 4_294_967_296.0;
        let amplitude = 1.0 + width * (u / (1.0 - u)).ln();
        let bit = crate::bits::get(&coded, at);
        *value = 8.0 * amplitude as f32 * if bit { -1.0 } else { 1.0 };
        crate::bits::set(&mut coded, at, *value < 0.0);
    }
    let (mut wrong, mut outcome) = (0, Outcome::default());
    let mut out = vec![0; 444];
    for (step, (y, llr)) in coded.chunks(512).zip(llr.chunks(4_096)).enumerate() {
        let received = if hard { Received::Bits(y) } else { Received::Llr(llr) };
        outcome.add(decoder.decode(received, &mut out));
        // The first steps have fewer words over their bits: errors may stay in them.
        if let Some(step) = step.checked_sub(delay).filter(|&step| step >= 10) {
            let sent = &information[step * 444..][..444];
            wrong +=
                out.iter().zip(sent).map(|(a, b)| (a ^ b).count_ones() as usize).sum::<usize>();
        }
    }
    (wrong, outcome)
}

#[test]
fn streams_come_back_without_noise_and_with_it() {
    let config = Config::default();
    for backend in Backend::available() {
        assert_eq!(send(&config, backend, 1e-9, 30, false).0, 0, "{backend:?}");
        assert_eq!(send(&config, backend, 1e-9, 30, true).0, 0, "{backend:?}");
        let (wrong, outcome) = send(&config, backend, 8e-3, 60, false);
        assert_eq!((wrong, outcome.uncorrectable), (0, 0), "{backend:?}");
        let expected = 60.0 * 4_096.0 * 8e-3;
        assert!((outcome.corrected_bits as f64 - expected).abs() < 5.0 * expected.sqrt());
        assert_eq!(send(&config, backend, 4e-3, 60, true).0, 0, "{backend:?}");
    }
    let more = Config { schedule: vec![(0.4, 4.0)], hard: 3, pattern_bits: 6, ..config.clone() };
    assert_eq!(send(&more, Backend::detect(), 4e-3, 30, false).0, 0);
    let hard_only = Config { schedule: vec![], hard: 4, ..config };
    assert_eq!(send(&hard_only, Backend::detect(), 2e-3, 30, true).0, 0);
}

#[test]
fn beyond_its_threshold_the_decoder_says_so() {
    let (wrong, outcome) = send(&Config::default(), Backend::detect(), 4e-2, 20, false);
    assert!(wrong > 500 && outcome.uncorrectable > 100, "{wrong} {outcome:?}");
}

#[test]
fn values_that_are_no_numbers_say_nothing() {
    let information = random(60 * 444, &mut ChaCha8Rng::seed_from_u64(9));
    let coded = encode(&information);
    let mut decoder = Ofec::default().decoder();
    let mut out = vec![0; 444];
    for (step, y) in coded.chunks(512).enumerate() {
        let mut llr: Vec<f32> = unpack(y).iter().map(|&b| if b { -9.0 } else { 9.0 }).collect();
        for (at, value) in [(3, f32::NAN), (900, f32::INFINITY), (901, f32::NEG_INFINITY)] {
            llr[at] = if value.is_nan() { value } else { llr[at] * f32::INFINITY };
        }
        decoder.decode(Received::Llr(&llr), &mut out);
        if step >= 50 {
            assert!(out == information[(step - 50) * 444..][..444]);
        }
    }
}
