//! Bit error ratios before and behind the FEC, and the ratios of G.8201, out of integer counters.
//!
//! Clauses: G.8201 3.2.1, 3.2.2 (SESR, BBER). In: counters. Out: ratios in floating point, for
//! display and decisions of people; `None` where nothing was observed.

use otn_frame::Signal;
use otn_frame::layout::{OPU_RANGE, ROWS};

use super::primitives::FecCounts;
use super::report::EndCounters;

/// An estimate of a bit error ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BerEstimate {
    /// The ratio.
    pub ratio: f64,
    /// The true one is higher: some errors could not be counted.
    pub lower_bound: bool,
}

/// Bit error ratio in front of the FEC decoder, `bits` being all bits of the codewords. Errors of
/// an uncorrectable codeword are unknown, so with any of them the ratio is a lower bound.
//= g798:6.5-pre-fec-ber
pub fn pre_fec(counts: &FecCounts, bits: u64) -> Option<BerEstimate> {
    let ratio = share(counts.corrected_bits as f64, bits as f64)?;
    Some(BerEstimate { ratio, lower_bound: counts.uncorrectable_codewords > 0 })
}

/// Parity bits of a BIP-8.
const PARITY_BITS: u64 = 8;
/// Bits under each parity bit: one of each octet of the OPU.
const BITS_PER_PARITY: usize = ROWS * (OPU_RANGE.end - OPU_RANGE.start);
/// Share of violated parity bits from which on the ratio cannot be told: one half is what bits at
/// random give, and near it a small deviation changes everything.
const SATURATED: f64 = 0.4;

/// Bit error ratio behind the FEC decoder, by the BIP-8 violations of `frames` frames.
///
/// An even number of errors under one parity bit is not seen. With errors at random of ratio b a
/// parity bit over N bits is violated with probability p = (1 - (1 - 2b)^N) / 2; this is solved
/// for b. Where p comes near one half the ratio is a lower bound.
//= g798:6.5-post-fec-ber
pub fn post_fec(violations: u64, frames: u64) -> Option<BerEstimate> {
    let violated = share(violations as f64, frames as f64 * PARITY_BITS as f64)?;
    let known = violated.min(SATURATED);
    let ratio = minus_ln_1_minus(2.0 * known) / (2.0 * BITS_PER_PARITY as f64);
    Some(BerEstimate { ratio, lower_bound: violated > SATURATED })
}

/// -ln(1 - x) for x from 0 to 0.8, by 2 artanh(x / (2 - x)).
fn minus_ln_1_minus(x: f64) -> f64 {
    let z = x / (2.0 - x);
    let (mut power, mut sum) = (z, 0.0);
    // z is at most 2/3, so that the 40th term is below 1e-15 of the sum.
    for odd in (1u32..80).step_by(2) {
        sum += power / f64::from(odd);
        power *= z * z;
    }
    2.0 * sum
}

/// Error performance ratios of one end over its available time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratios {
    /// ESR: errored seconds per available second.
    pub errored_seconds: f64,
    /// SESR: severely errored seconds per available second.
    pub severely_errored_seconds: f64,
    /// BBER: background block errors per block of available seconds that are no SES; `None` where
    /// all are.
    pub background_block_errors: Option<f64>,
}

impl Ratios {
    /// The ratios of these counters of a trail of `signal`; `None` without available time.
    //= g8201:3.2-ratios
    pub fn of(counters: &EndCounters, signal: Signal) -> Option<Self> {
        let available = f64::from(counters.available_seconds);
        let severe = f64::from(counters.severely_errored_seconds);
        let blocks_per_second = signal.bit_rate().to_f64() / signal.frame_bits() as f64;
        let blocks = (available - severe) * blocks_per_second;
        Some(Self {
            errored_seconds: share(f64::from(counters.errored_seconds), available)?,
            severely_errored_seconds: share(severe, available)?,
            background_block_errors: share(counters.background_block_errors as f64, blocks),
        })
    }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// End-to-end objectives of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// The path.
    pub signal: Signal,
    /// Most SESR.
    pub sesr: f64,
    /// Most BBER.
    pub bber: f64,
}

/// The objectives of G.8201 that are known to us; those of ODU0 and ODU4 are not.
//= g8201:objectives
pub const OBJECTIVES: [Objective; 3] = [
    Objective { signal: Signal::Odu1, sesr: 0.002, bber: 4e-5 },
    Objective { signal: Signal::Odu2, sesr: 0.002, bber: 1e-5 },
    Objective { signal: Signal::Odu3, sesr: 0.002, bber: 2.5e-6 },
];

/// Share of the objectives that M.2401 lets bring a path into service with.
//= g8201:objectives
pub const BRINGING_INTO_SERVICE: f64 = 0.5;

impl Objective {
    /// The objective of a path, or of the path an OTUk carries.
    pub fn of(signal: Signal) -> Option<Self> {
        OBJECTIVES.into_iter().find(|objective| objective.signal == signal.odu())
    }

    /// What the ratios must not exceed before a path goes into service.
    pub fn bringing_into_service(self) -> Self {
        let Self { signal, sesr, bber } = self;
        Self { signal, sesr: sesr * BRINGING_INTO_SERVICE, bber: bber * BRINGING_INTO_SERVICE }
    }

    /// True where the ratios are within the objective.
    pub fn met(&self, ratios: &Ratios) -> bool {
        ratios.severely_errored_seconds <= self.sesr
            && ratios.background_block_errors.is_none_or(|bber| bber <= self.bber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, relative: f64) -> bool {
        (a - b).abs() <= relative * b.abs()
    }

    //= type=test g798:6.5-pre-fec-ber
    #[test]
    fn corrected_bits_over_all_bits_unless_a_codeword_was_lost() {
        let mut counts = FecCounts { corrected_bits: 42, ..FecCounts::default() };
        let exact = Some(BerEstimate { ratio: 4.2e-9, lower_bound: false });
        assert_eq!(pre_fec(&counts, 10_000_000_000), exact);
        counts.uncorrectable_codewords = 1;
        assert!(pre_fec(&counts, 10_000_000_000).unwrap().lower_bound);
        assert_eq!(pre_fec(&counts, 0), None);
    }

    /// The probability of a violated parity bit by the power function of the standard library.
    //= type=test g798:6.5-post-fec-ber
    #[test]
    fn the_ratio_that_makes_these_violations_comes_back() {
        for ber in [1e-9_f64, 1e-7, 1e-6, 1e-5, 3e-5, 5e-5] {
            let probability = (1.0 - (1.0 - 2.0 * ber).powf(15_240.0)) / 2.0;
            let frames = 1_000_000_000_000u64;
            let violations = (probability * 8.0 * frames as f64).round() as u64;
            let estimate = post_fec(violations, frames).unwrap();
            // 1e12 frames: rounding to whole violations is below 1e-7; ln(1-2b) = -2b up to b.
            assert!(near(estimate.ratio, ber, 1e-4), "{ber} {}", estimate.ratio);
            assert!(!estimate.lower_bound);
        }
        // One violation in 100 000 frames: 1 error in 8 x 15 240 x 100 000 bits.
        let one = post_fec(1, 100_000).unwrap();
        assert!(near(one.ratio, 1.0 / (8.0 * 15_240.0 * 1e5), 1e-5));
        assert!(post_fec(8 * 45, 100).unwrap().lower_bound);
        assert_eq!(post_fec(0, 0), None);
        assert_eq!(post_fec(0, 5), Some(BerEstimate { ratio: 0.0, lower_bound: false }));
    }

    //= type=test g8201:3.2-ratios
    #[test]
    fn ratios_are_over_available_time() {
        let counters = EndCounters {
            available_seconds: 800,
            unavailable_seconds: 100,
            errored_seconds: 40,
            severely_errored_seconds: 8,
            background_block_errors: 792,
            ..EndCounters::default()
        };
        // 1 000 frames of 122 368 bits a second.
        let rate = otn_frame::rate::Ratio::new(122_368_000, 1);
        let signal = Signal::Oduflex(otn_frame::rate::FlexRate::measured(rate));
        let ratios = Ratios::of(&counters, signal).unwrap();
        assert!(near(ratios.errored_seconds, 0.05, 1e-12));
        assert!(near(ratios.severely_errored_seconds, 0.01, 1e-12));
        assert!(near(ratios.background_block_errors.unwrap(), 0.001, 1e-12));
        assert_eq!(Ratios::of(&EndCounters::default(), signal), None);
    }

    //= type=test g8201:objectives
    #[test]
    fn objectives_are_those_printed() {
        let odu2 = Objective::of(Signal::Otu2).unwrap();
        assert_eq!((odu2.sesr, odu2.bber), (0.002, 1e-5));
        assert_eq!(Objective::of(Signal::Odu4), None);
        let half = [(Signal::Odu1, 2e-5), (Signal::Odu2, 5e-6), (Signal::Odu3, 1.25e-6)];
        for (signal, bber) in half {
            let limit = Objective::of(signal).unwrap().bringing_into_service();
            assert!(near(limit.bber, bber, 1e-12) && near(limit.sesr, 0.001, 1e-12));
        }
        let mut ratios = Ratios {
            errored_seconds: 1.0,
            severely_errored_seconds: 0.002,
            background_block_errors: Some(1e-5),
        };
        assert!(odu2.met(&ratios));
        ratios.background_block_errors = Some(1.01e-5);
        assert!(!odu2.met(&ratios));
    }
}
