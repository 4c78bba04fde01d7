//! BCH codes: the published generators, slow decoders, and every error of small codes.

use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::vec;
use std::vec::Vec;

/// Hamming, double and triple errors, extended, shortened: t, field, n, extension.
const SMALL: [Parameters; 8] = [
    Parameters { field: 0b10011, t: 1, n: 15, extension: 1 },
    Parameters { field: 0b10011, t: 2, n: 15, extension: 1 },
    Parameters { field: 0b10011, t: 3, n: 15, extension: 1 },
    Parameters { field: 0b100101, t: 2, n: 31, extension: 0b11 },
    Parameters { field: 0b100101, t: 3, n: 29, extension: 0b11 },
    Parameters { field: 0b100101, t: 4, n: 31, extension: 1 },
    Parameters { field: 0b1000011, t: 3, n: 50, extension: 0b101 },
    Parameters { field: 0b1000011, t: 5, n: 63, extension: 1 },
];

/// The codes that transport uses.
const USED: [Parameters; 8] = [
    Parameters { field: 0x1941, t: 3, n: 3860, extension: 1 },
    Parameters { field: 0x805, t: 10, n: 2040, extension: 1 },
    Parameters { field: 0x805, t: 8, n: 2040, extension: 1 },
    Parameters { field: 0x409, t: 4, n: 900, extension: 1 },
    Parameters { field: 0x409, t: 11, n: 884, extension: 1 },
    Parameters { field: 0x409, t: 3, n: 1020, extension: 0b101 },
    Parameters { field: 0x211, t: 1, n: 500, extension: 1 },
    Parameters { field: 0x201B, t: 3, n: 4359, extension: 1 },
];

fn random_word(bch: &Bch, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut information = vec![0; bits::octets(bch.k())];
    rng.fill_bytes(&mut information);
    let mut word = vec![0; bits::octets(bch.n())];
    bch.encode(&information, &mut word);
    word
}

/// Inverts `count` different bits.
fn corrupt(word: &mut [u8], n: usize, count: usize, rng: &mut ChaCha8Rng) {
    let mut places = Vec::new();
    while places.len() < count {
        let at = rng.next_u32() as usize % n;
        if !places.contains(&at) {
            bits::flip(word, at);
            places.push(at);
        }
    }
}

/// The places that the decoder finds wrong, in order; `None` where it says it cannot.
fn located(bch: &Bch, word: &[u8]) -> Option<Vec<usize>> {
    bch.locate(bch.syndrome(word)).ok().map(|errors| {
        let mut places: Vec<usize> = errors.as_slice().iter().map(|&at| at.into()).collect();
        places.sort_unstable();
        places
    })
}

//= type=test g975.1:i.3-minimal-polynomials
//= type=test g975.1:i.3-outer
//= type=test g975.1:i.3-inner
//= type=test g975.1:i.7-generators
#[test]
fn the_generators_are_the_published_ones() {
    let generator = |parameters: Parameters| Bch::new(parameters).unwrap().generator();
    assert_eq!(generator(USED[0]), 0x10_4ACC_7845);
    assert_eq!(generator(USED[1]), 0x504D_1D2E_BB0F_1D7E_FCBF_489E_D547);
    assert_eq!(generator(USED[2]).ilog2(), 88, "inner code of I.4");
    assert_eq!(generator(USED[5]), 0x1_120D_555F, "g_H of I.9");
    let of_800lr = Parameters { field: 0x89, t: 2, n: 126, extension: 0b101 };
    let expected = [16, 14, 11, 10, 9, 7, 5, 3, 1, 0].iter().fold(0, |g, j| g | 1 << j);
    assert_eq!(generator(of_800lr), expected, "inner code of 800LR");
    let ofec = Bch::new(Parameters { field: 0x11D, t: 2, n: 255, extension: 1 }).unwrap();
    assert_eq!(ofec.generator(), 0x16F63);
    let rows = Field::new(0x409).unwrap();
    let published = [0x409, 0x40F, 0x50D, 0x7F9, 0x4AF, 0x435, 0x46F, 0x5AB, 0x74D, 0x5FB, 0x7EB];
    for (k, polynomial) in published.into_iter().enumerate() {
        assert_eq!(polynomial::minimal(&rows, 2 * k + 1), polynomial, "G{}", 2 * k + 1);
    }
    let columns = Field::new(0x211).unwrap();
    for (k, polynomial) in [0x211, 0x259, 0x331, 0x299].into_iter().enumerate() {
        assert_eq!(polynomial::minimal(&columns, 2 * k + 1), polynomial, "G{}", 2 * k + 1);
    }
}

#[test]
fn parity_is_the_rest_of_the_long_division() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for parameters in SMALL.into_iter().chain(USED) {
        let bch = Bch::new(parameters).unwrap();
        let word = random_word(&bch, &mut rng);
        let bits = reference::unpack(&word, bch.n());
        assert!(reference::is_codeword(bch.generator(), &bits), "{parameters:?}");
        assert_eq!(bch.syndrome(&word), 0, "{parameters:?}");
        assert_eq!(bch.clone().decode(&mut word.clone()), Ok(0));
    }
}

/// A word of one bit has the column of that bit as syndrome, and the sums are Horner's.
#[test]
fn syndromes_are_the_sums_of_columns() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for parameters in SMALL.into_iter().chain(USED) {
        let bch = Bch::new(parameters).unwrap();
        let mut word = vec![0; bits::octets(bch.n())];
        corrupt(&mut word, bch.n(), 7, &mut rng);
        let unpacked = reference::unpack(&word, bch.n());
        let set = (0..bch.n()).filter(|&at| unpacked[at]);
        assert_eq!(bch.syndrome(&word), set.fold(0, |sum, at| sum ^ bch.column(at)));
        let sums = reference::power_sums(bch.field(), bch.t(), &unpacked);
        for k in 0..bch.t() {
            assert_eq!(bch.sum(bch.syndrome(&word), k), sums[2 * k], "{parameters:?}");
        }
    }
}

/// Every single and double error of the small codes, beside what a search over all patterns finds:
/// the same pattern where there is one within t, a failure where there is none.
#[test]
fn every_single_and_double_error_of_small_codes() {
    for parameters in SMALL {
        let bch = Bch::new(parameters).unwrap();
        let n = bch.n();
        for a in 0..n {
            for b in a..n {
                let mut word = vec![0; bits::octets(n)];
                bits::flip(&mut word, a);
                if b != a {
                    bits::flip(&mut word, b);
                }
                let found = located(&bch, &word);
                let expected = if a == b { vec![a] } else { vec![a, b] };
                if expected.len() <= bch.t() {
                    assert_eq!(found, Some(expected), "{parameters:?}");
                } else {
                    let word = reference::unpack(&word, n);
                    let near = reference::patterns(bch.generator(), &word, bch.t());
                    assert_eq!(found, near.into_iter().next(), "{parameters:?}");
                }
            }
        }
    }
}

/// Every word of 15 bits, beside the list of the 32 codewords: the decoder finds the one within three
/// bits, and says so where there is none.
#[test]
fn every_word_of_the_small_triple_code_is_decoded_or_refused_rightly() {
    let bch = Bch::new(SMALL[2]).unwrap();
    let codeword = |information: u16| {
        let sent: Vec<bool> = (0..5).map(|at| information >> (4 - at) & 1 == 1).collect();
        let parity = reference::parity(bch.generator(), &sent);
        sent.into_iter().chain(parity).fold(0u16, |word, bit| word << 1 | u16::from(bit))
    };
    let codewords: Vec<u16> = (0..32).map(codeword).collect();
    for word in 0..1u16 << 15 {
        let near = codewords.iter().find(|&&c| (c ^ word).count_ones() <= 3);
        let mut packed = (word << 1).to_be_bytes();
        match (bch.decode(&mut packed), near) {
            (Ok(count), Some(&codeword)) => {
                assert_eq!(u16::from_be_bytes(packed), codeword << 1);
                assert_eq!(count as u32, (codeword ^ word).count_ones());
            }
            (result, near) => assert!(result.is_err() && near.is_none(), "{word:04x}"),
        }
    }
}

/// Random words decode to something as often as counting says: a share of sum C(n, i) 2^-parity of
/// all words lies within t bits of a codeword.
#[test]
fn undetected_miscorrection_is_as_frequent_as_counted() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for (parameters, trials) in [
        (Parameters { field: 0x1941, t: 3, n: 3860, extension: 1 }, 20_000),
        (Parameters { field: 0x409, t: 4, n: 900, extension: 1 }, 60_000),
        (Parameters { field: 0x409, t: 3, n: 1020, extension: 0b101 }, 60_000),
    ] {
        let bch = Bch::new(parameters).unwrap();
        let mut decoded = 0u32;
        for _ in 0..trials {
            let mut word = vec![0; bits::octets(bch.n())];
            rng.fill_bytes(&mut word);
            decoded += u32::from(bch.locate(bch.syndrome(&word)).is_ok());
        }
        let (mut sphere, mut shell) = (1.0, 1.0);
        for i in 0..bch.t() {
            shell *= (bch.n() - i) as f64 / (i + 1) as f64;
            sphere += shell;
        }
        let expected = f64::from(trials) * sphere / (bch.parity as f64).exp2();
        let deviation = expected.sqrt();
        assert!(
            (f64::from(decoded) - expected).abs() < 5.0 * deviation,
            "{parameters:?}: {decoded}, expected {expected}"
        );
    }
}

#[test]
fn impossible_codes_are_refused() {
    let good = Parameters { field: 0x409, t: 3, n: 1020, extension: 1 };
    let error = |parameters| Bch::new(parameters).unwrap_err();
    let no_field = ParametersError::Field(NotPrimitive { polynomial: 0x408 });
    assert_eq!(error(Parameters { field: 0x408, ..good }), no_field);
    assert_eq!(error(Parameters { t: 0, ..good }), ParametersError::Errors { t: 0 });
    assert_eq!(error(Parameters { t: 17, ..good }), ParametersError::Errors { t: 17 });
    assert_eq!(error(Parameters { t: 13, ..good }), ParametersError::Parity);
    assert_eq!(error(Parameters { extension: 2, ..good }), ParametersError::Extension);
    for n in [30, 1024] {
        let expected = ParametersError::Length { n, expected: (31, 1023) };
        assert_eq!(error(Parameters { n, ..good }), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Up to t errors in the codes in use are undone; beyond, the word is left as it was or is a
    /// codeword within t bits.
    #[test]
    fn up_to_t_errors_are_undone(seed in any::<u64>(), which in 0usize..USED.len()) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let bch = Bch::new(USED[which]).unwrap();
        let sent = random_word(&bch, &mut rng);
        for count in 0..bch.t() + 4 {
            let mut word = sent.clone();
            corrupt(&mut word, bch.n(), count, &mut rng);
            let received = word.clone();
            match bch.decode(&mut word) {
                Ok(changed) if count <= bch.t() => {
                    prop_assert_eq!(changed, count);
                    prop_assert_eq!(&word, &sent);
                }
                Ok(changed) => {
                    let distance: u32 =
                        word.iter().zip(&received).map(|(a, b)| (a ^ b).count_ones()).sum();
                    prop_assert_eq!(distance as usize, changed);
                    prop_assert_eq!(bch.syndrome(&word), 0);
                }
                Err(Uncorrectable) => {
                    prop_assert!(count > bch.t());
                    prop_assert_eq!(&word, &received);
                }
            }
        }
    }

    /// Berlekamp, Massey and the sequences find what Peterson's equations and trying find.
    #[test]
    fn many_errors_are_those_of_peterson(seed in any::<u64>(), count in 0usize..9) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for parameters in [SMALL[5], SMALL[7], USED[3]] {
            let bch = Bch::new(parameters).unwrap();
            let mut word = random_word(&bch, &mut rng);
            corrupt(&mut word, bch.n(), count, &mut rng);
            let expected =
                reference::locate(bch.field(), bch.t(), &reference::unpack(&word, bch.n()));
            prop_assert_eq!(located(&bch, &word), expected);
        }
    }
}
