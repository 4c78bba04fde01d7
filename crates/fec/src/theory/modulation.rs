//! Gray-mapped modulations: their bit error ratio in closed form, and the axes of a waterfall.
//!
//! Source: textbook geometry. In: a modulation and an axis (bit error ratio, Es/N0, Eb/N0, OSNR).
//! Out: any other axis. Each modulation is one or two lines of equally spaced levels, so that bits
//! fall apart into in-phase and quadrature bits; 8QAM is the 4 x 2 rectangle, the only 8QAM with a
//! Gray mapping. The noise itself is in `simulate`.
//!
//! Bit literals: the Gray code of a level.

use super::gaussian::{decibels, q, ratio};
use super::root;

/// Bandwidth in which the noise of an OSNR is counted: 0.1 nm at 193.4 THz, by convention 12.5 GHz.
pub const OSNR_BANDWIDTH_HZ: f64 = 12.5e9;

/// A modulation of one polarisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modulation {
    /// One bit a symbol.
    Bpsk,
    /// Two bits.
    Qpsk,
    /// Three bits, a rectangle of four by two.
    Qam8,
    /// Four bits.
    Qam16,
    /// Six bits.
    Qam64,
}

impl Modulation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Bpsk, Self::Qpsk, Self::Qam8, Self::Qam16, Self::Qam64];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bpsk => "bpsk",
            Self::Qpsk => "qpsk",
            Self::Qam8 => "8qam",
            Self::Qam16 => "16qam",
            Self::Qam64 => "64qam",
        }
    }

    /// Bits of the in-phase and of the quadrature line, in the order in which a symbol takes them.
    pub const fn line_bits(self) -> [u32; 2] {
        match self {
            Self::Bpsk => [1, 0],
            Self::Qpsk => [1, 1],
            Self::Qam8 => [2, 1],
            Self::Qam16 => [2, 2],
            Self::Qam64 => [3, 3],
        }
    }

    /// Bits of a symbol.
    pub const fn bits(self) -> u32 {
        let [i, q] = self.line_bits();
        i + q
    }

    /// Mean energy of a symbol whose levels are two apart.
    fn energy(self) -> f64 {
        let line = |bits: u32| f64::from(levels(bits) * levels(bits) - 1) / 3.0;
        let [i, q] = self.line_bits();
        line(i) + line(q)
    }

    /// Deviation of the noise in each dimension, with levels two apart.
    pub fn deviation(self, es_n0_db: f64) -> f64 {
        libm::sqrt(self.energy() / (2.0 * ratio(es_n0_db)))
    }

    /// Bit error ratio of decisions for the nearest level.
    pub fn bit_error_ratio(self, es_n0_db: f64) -> f64 {
        let deviation = self.deviation(es_n0_db);
        let wrong: f64 = self.line_bits().iter().map(|&bits| wrong_bits(bits, deviation)).sum();
        wrong / f64::from(self.bits())
    }

    /// Es/N0 in dB at which [`Self::bit_error_ratio`] is `p`, between 1e-300 and 0.4.
    pub fn es_n0_db(self, p: f64) -> f64 {
        let wanted = libm::log(p);
        root(-40.0, 60.0, |db| wanted - libm::log(self.bit_error_ratio(db)))
    }
}

/// Levels of a line of that many bits.
pub const fn levels(bits: u32) -> u32 {
    1 << bits
}

/// The Gray label of level `at`: neighbours differ in one bit, the first bit is the most
/// significant.
pub const fn gray(at: u32) -> u32 {
    at ^ (at >> 1)
}

/// Amplitude of level `at` of a line, from the highest down: a zero is the positive side.
pub fn amplitude(at: u32, bits: u32) -> f64 {
    f64::from(levels(bits) - 1) - 2.0 * f64::from(at)
}

/// Wrong bits expected in one line of one symbol.
fn wrong_bits(bits: u32, deviation: f64) -> f64 {
    let count = levels(bits);
    let mut sum = 0.0;
    for sent in 0..count {
        for decided in sent + 1..count {
            // From the sent level to the near and the far edge of the decided one's region.
            let near = f64::from(2 * (decided - sent) - 1) / deviation;
            let far = f64::from(2 * (decided - sent) + 1) / deviation;
            let region = if decided + 1 == count { q(near) } else { q(near) - q(far) };
            // The line is symmetric: the other half of the pairs has the same sum.
            sum += 2.0 * region * f64::from((gray(sent) ^ gray(decided)).count_ones());
        }
    }
    sum / f64::from(count)
}

/// From symbols to information bits: a code of `rate` shares a symbol's energy among them.
pub fn eb_n0_db(es_n0_db: f64, modulation: Modulation, rate: f64) -> f64 {
    es_n0_db - decibels(f64::from(modulation.bits()) * rate)
}

/// From information bits to symbols.
pub fn es_n0_from_eb_n0_db(eb_n0_db: f64, modulation: Modulation, rate: f64) -> f64 {
    eb_n0_db + decibels(f64::from(modulation.bits()) * rate)
}

/// OSNR in dB in 0.1 nm of a signal in both polarisations, of `symbol_rate_hz`.
pub fn osnr_db(es_n0_db: f64, symbol_rate_hz: f64) -> f64 {
    // Two polarisations carry the signal, and the noise of two is counted.
    es_n0_db + decibels(symbol_rate_hz / OSNR_BANDWIDTH_HZ)
}

/// From OSNR in 0.1 nm to Es/N0.
pub fn es_n0_from_osnr_db(osnr_db: f64, symbol_rate_hz: f64) -> f64 {
    osnr_db - decibels(symbol_rate_hz / OSNR_BANDWIDTH_HZ)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bpsk_and_qpsk_are_the_q_function() {
        for db in [-3.0, 0.0, 6.0, 12.0] {
            let expected = q(libm::sqrt(2.0 * ratio(db)));
            let bpsk = Modulation::Bpsk.bit_error_ratio(db);
            assert!((bpsk / expected - 1.0).abs() < 1e-12);
            let qpsk = Modulation::Qpsk.bit_error_ratio(db + decibels(2.0));
            assert!((qpsk / expected - 1.0).abs() < 1e-12);
        }
    }

    /// The textbook formula of 16QAM, and the leading term of 64QAM.
    #[test]
    fn square_qam_has_its_textbook_ratio() {
        for db in [5.0, 12.0, 18.0] {
            let x = libm::sqrt(ratio(db) / 5.0);
            let expected = 0.75 * q(x) + 0.5 * q(3.0 * x) - 0.25 * q(5.0 * x);
            let found = Modulation::Qam16.bit_error_ratio(db);
            assert!((found / expected - 1.0).abs() < 1e-9, "{db}: {found} {expected}");
        }
        let x = libm::sqrt(ratio(24.0) / 21.0);
        let found = Modulation::Qam64.bit_error_ratio(24.0);
        assert!((found / (7.0 / 12.0 * q(x)) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn every_axis_leads_back() {
        for modulation in Modulation::ALL {
            for p in [0.1, 1e-2, 1e-3, 1e-9] {
                let db = modulation.es_n0_db(p);
                assert!((modulation.bit_error_ratio(db) / p - 1.0).abs() < 1e-9, "{p}");
                let eb = eb_n0_db(db, modulation, 0.8);
                assert!((es_n0_from_eb_n0_db(eb, modulation, 0.8) - db).abs() < 1e-12);
                let osnr = osnr_db(db, 64e9);
                assert!((es_n0_from_osnr_db(osnr, 64e9) - db).abs() < 1e-12);
            }
        }
        // 12.5 GBd fill the reference bandwidth: OSNR is Es/N0.
        assert!((osnr_db(10.0, 12.5e9) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn neighbours_differ_in_one_bit_and_lie_two_apart() {
        for bits in 1..=3 {
            for at in 1..levels(bits) {
                assert_eq!((gray(at) ^ gray(at - 1)).count_ones(), 1);
                assert!((amplitude(at - 1, bits) - amplitude(at, bits) - 2.0).abs() < 1e-12);
            }
        }
    }
}
