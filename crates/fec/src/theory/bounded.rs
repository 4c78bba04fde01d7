//! Error ratios behind a decoder that corrects t symbols and not one more, in closed form.
//!
//! Source: textbook combinatorics on the binary symmetric channel. In: n, t, bits of a symbol, and
//! the bit error ratio before the decoder. Out: codeword, symbol and bit error ratios behind it,
//! down to 1e-300. A codeword with more than t wrong symbols stays wrong, whatever the decoder does
//! with it, so that its ratio is exact. RS codewords are taken to be left as received: a
//! miscorrection (one in t! of them) adds less than one part in a thousand to the bits. In BCH codes
//! of few errors it adds more and is counted, as if syndromes of such words were drawn at random.

use super::root;

/// A code with a bounded-distance decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedDistance {
    /// Symbols of a codeword.
    pub symbols: u32,
    /// Symbols it corrects.
    pub correctable: u32,
    /// Bits of a symbol; 1 for BCH codes.
    pub symbol_bits: u32,
    /// Of a BCH code, what its miscorrections depend on.
    pub miscorrection: Option<Miscorrection>,
}

/// What the miscorrections of a binary code depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miscorrection {
    /// Check bits: two to their number are the syndromes there are.
    pub checks: u32,
    /// True if every codeword has even weight: a word then is wrongly taken for one at an even
    /// distance only, or at an odd one only.
    pub even: bool,
}

const fn symbols(symbols: u32, correctable: u32, symbol_bits: u32) -> BoundedDistance {
    BoundedDistance { symbols, correctable, symbol_bits, miscorrection: None }
}

const fn bch(symbols: u32, correctable: u32, checks: u32, even: bool) -> BoundedDistance {
    let miscorrection = Some(Miscorrection { checks, even });
    BoundedDistance { symbols, correctable, symbol_bits: 1, miscorrection }
}

/// The codes of the registry that have a bounded-distance decoder, by name.
const KNOWN: &[(&str, BoundedDistance)] = &[
    ("rs255-239", symbols(255, 8, 8)),
    ("kr4", symbols(528, 7, 10)),
    ("kp4", symbols(544, 15, 10)),
    ("bch-3860-3824", bch(3860, 3, 36, false)),
    ("bch-2040-1930", bch(2040, 10, 110, false)),
    ("bch-1022-990", bch(1022, 3, 32, true)),
    ("uncoded", symbols(1024, 0, 1)),
];

/// Error ratios behind a decoder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorRatios {
    /// Of codewords.
    pub codeword: f64,
    /// Of symbols.
    pub symbol: f64,
    /// Of bits.
    pub bit: f64,
}

impl BoundedDistance {
    /// The parameters of a code of the registry, or `None` if its decoder is another.
    pub fn of(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(known, _)| *known == name).map(|(_, parameters)| *parameters)
    }

    /// Error ratios behind the decoder at a bit error ratio of `p` before it.
    pub fn error_ratios(&self, p: f64) -> ErrorRatios {
        if p <= 0.0 {
            return ErrorRatios { codeword: 0.0, symbol: 0.0, bit: 0.0 };
        }
        let log_right = f64::from(self.symbol_bits) * libm::log1p(-p);
        let symbol_before = -libm::expm1(log_right);
        let (log_wrong, n) = (libm::log(symbol_before), f64::from(self.symbols));
        let mut codeword = 0.0;
        let mut symbol = 0.0;
        // The smallest terms first, so that none is lost beside the large ones.
        for wrong in (self.correctable + 1..=self.symbols).rev() {
            let k = f64::from(wrong);
            let term = libm::exp(log_binomial(n, k) + k * log_wrong + (n - k) * log_right);
            codeword += term;
            symbol += term * (k + self.added(wrong)) / n;
        }
        // Of the bits of a wrong symbol, p over the symbol's own ratio are wrong.
        ErrorRatios { codeword, symbol, bit: symbol * p / symbol_before }
    }

    /// Symbols that a miscorrection adds in the mean to a word with so many wrong ones.
    fn added(&self, wrong: u32) -> f64 {
        let Some(Miscorrection { checks, even }) = self.miscorrection else { return 0.0 };
        let syndromes = f64::from(checks) - f64::from(u8::from(even));
        let distances = (1..=self.correctable).filter(|s| !even || s % 2 == wrong % 2);
        let of = |s: u32| {
            let words = log_binomial(self.symbols.into(), s.into());
            f64::from(s) * libm::exp(words - syndromes * core::f64::consts::LN_2)
        };
        distances.map(of).sum()
    }

    /// The bit error ratio before the decoder at which `after` is left behind it.
    pub fn threshold(&self, after: f64) -> f64 {
        let wanted = libm::log(after);
        let logarithm = root(libm::log(1e-30), libm::log(0.5), |log_p| {
            libm::log(self.error_ratios(libm::exp(log_p)).bit) - wanted
        });
        libm::exp(logarithm)
    }
}

/// ln of n over k.
fn log_binomial(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::gain::net_coding_gain_db;
    use super::*;
    use alloc::vec::Vec;

    fn of(name: &str) -> BoundedDistance {
        BoundedDistance::of(name).unwrap()
    }

    /// Section B of the fact sheet of the codes, to the digits printed there.
    #[test]
    fn rs_255_239_has_the_codeword_error_rates_of_the_fact_sheet() {
        let printed = [(2e-3, 2.196e-2), (1e-3, 2.452e-4), (5e-4, 1.164e-6), (2e-4, 5.22e-10)];
        for (p, expected) in printed {
            let found = of("rs255-239").error_ratios(p).codeword;
            assert!((found / expected - 1.0).abs() < 1e-3, "{p}: {found}");
        }
    }

    #[test]
    fn thresholds_and_gains_are_those_of_the_fact_sheet() {
        let printed = [
            ("rs255-239", 8.26e-5, 6.197, 239.0 / 255.0, 5e-4),
            ("kp4", 2.26e-4, 6.85, 514.0 / 544.0, 6e-3),
            ("kr4", 2.18e-5, 5.65, 514.0 / 528.0, 6e-3),
        ];
        for (name, threshold, gain, rate, digits) in printed {
            let found = of(name).threshold(1e-15);
            assert!((found / threshold - 1.0).abs() < 5e-3, "{name}: {found}");
            let found = net_coding_gain_db(found, rate);
            assert!((found - gain).abs() < digits, "{name}: {found}");
        }
    }

    /// Small codes against the sum over all error patterns, weight by weight and bit by bit.
    #[test]
    fn a_small_code_agrees_with_the_sum_over_all_patterns() {
        let code = symbols(4, 1, 3);
        for p in [0.3f64, 1e-2] {
            let (mut codeword, mut symbol, mut bit) = (0.0, 0.0, 0.0);
            for pattern in 0u32..4096 {
                let octal: Vec<u32> = (0..4).map(|at| pattern / 8u32.pow(at) % 8).collect();
                let wrong = octal.iter().filter(|&&digit| digit > 0).count();
                let ones = pattern.count_ones();
                let chance = p.powi(ones as i32) * (1.0 - p).powi(12 - ones as i32);
                if wrong > 1 {
                    codeword += chance;
                    symbol += chance * wrong as f64 / 4.0;
                    bit += chance * f64::from(ones) / 12.0;
                }
            }
            let found = code.error_ratios(p);
            for (a, b) in [(found.codeword, codeword), (found.symbol, symbol), (found.bit, bit)] {
                assert!((a / b - 1.0).abs() < 1e-11, "{p}: {a} {b}");
            }
        }
    }

    /// Hamming(7,4) is perfect: all 128 patterns, decoded by the syndrome.
    #[test]
    fn miscorrections_of_a_perfect_code_are_exact() {
        let code = bch(7, 1, 3, false);
        let p = 1e-2f64;
        let (mut codeword, mut bit) = (0.0, 0.0);
        for pattern in 0u32..128 {
            let syndrome =
                (1..=7).filter(|at| pattern >> (at - 1) & 1 == 1).fold(0, |s, at| s ^ at);
            let after = if syndrome > 0 { pattern ^ 1 << (syndrome - 1) } else { pattern };
            let ones = pattern.count_ones() as i32;
            let chance = p.powi(ones) * (1.0 - p).powi(7 - ones);
            codeword += if ones > 1 { chance } else { 0.0 };
            bit += chance * f64::from(after.count_ones()) / 7.0;
        }
        let found = code.error_ratios(p);
        assert!((found.codeword / codeword - 1.0).abs() < 1e-12, "{found:?} {codeword}");
        // Two errors are followed by a third one, 7 times in 8 as the closed form has it; in truth
        // each time, as no syndrome of theirs is zero.
        assert!((found.bit / bit - 1.0).abs() < 0.05, "{found:?} {bit}");
    }

    #[test]
    fn ratios_go_down_to_nothing_and_up_to_one() {
        let code = of("rs255-239");
        // The same sum with sixty decimal digits.
        let lowest = code.error_ratios(1e-5).codeword;
        assert!((lowest / 1.435_737_924_858_53e-21 - 1.0).abs() < 1e-9, "{lowest}");
        let lowest = code.error_ratios(1e-35).codeword;
        assert!((lowest / 1.461_852_384_224_967e-291 - 1.0).abs() < 1e-9, "{lowest}");
        assert!((code.error_ratios(0.5).codeword - 1.0).abs() < 1e-12);
        assert_eq!(code.error_ratios(0.0).bit, 0.0);
        assert!((of("uncoded").error_ratios(1e-3).bit / 1e-3 - 1.0).abs() < 1e-9);
    }
}
