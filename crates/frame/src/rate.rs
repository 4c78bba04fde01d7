//! Bit rates as exact ratios, and the clock that turns frame numbers into instants.
//!
//! Clauses: G.709 7.3 (rates, tolerances, frame periods). In: a signal, an offset from nominal.
//! Out: the start of frame n, computed from n and never by summing rounded periods.

use core::fmt;

use crate::layout::{ODU_BITS, OTU_BITS};
use crate::time::{PS_PER_S, SimTime};

/// A positive ratio of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator.
    pub num: u128,
    /// Denominator, never zero.
    pub den: u128,
}

impl Ratio {
    /// `num / den` in lowest terms. `den` must not be zero.
    pub const fn new(num: u128, den: u128) -> Self {
        assert!(den != 0, "a ratio has a denominator");
        let divisor = gcd(num, den);
        Self { num: num / divisor, den: den / divisor }
    }

    /// The nearest floating-point number, for display.
    pub fn to_f64(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A frequency offset in parts per billion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartsPerBillion(i32);

const BILLION: i64 = 1_000_000_000;

impl PartsPerBillion {
    /// An offset; `None` beyond plus or minus 100 000 000 ppb (10 %), which is no clock any more.
    pub const fn new(ppb: i32) -> Option<Self> {
        if ppb.unsigned_abs() <= 100_000_000 { Some(Self(ppb)) } else { None }
    }

    /// The offset.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for PartsPerBillion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03} ppm", magnitude / 1_000, magnitude % 1_000)
    }
}

/// A signal with a frame and a fixed nominal rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// OTU1.
    Otu1,
    /// OTU2.
    Otu2,
    /// OTU3.
    Otu3,
    /// OTU4.
    Otu4,
    /// ODU0.
    Odu0,
    /// ODU1.
    Odu1,
    /// ODU2.
    Odu2,
    /// ODU3.
    Odu3,
    /// ODU4.
    Odu4,
    /// ODU2e.
    Odu2e,
}

/// Bit rate of STM-16, the base of the OTN rates.
const STM16: u128 = 2_488_320_000;
/// Bit rate of 10GBASE-R, the base of the ODU2e rate.
const TEN_GBASE_R: u128 = 10_312_500_000;

impl Signal {
    /// All signals.
    pub const ALL: [Self; 10] = [
        Self::Otu1,
        Self::Otu2,
        Self::Otu3,
        Self::Otu4,
        Self::Odu0,
        Self::Odu1,
        Self::Odu2,
        Self::Odu3,
        Self::Odu4,
        Self::Odu2e,
    ];

    /// The name as the Recommendation and our captures spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Otu1 => "OTU1",
            Self::Otu2 => "OTU2",
            Self::Otu3 => "OTU3",
            Self::Otu4 => "OTU4",
            Self::Odu0 => "ODU0",
            Self::Odu1 => "ODU1",
            Self::Odu2 => "ODU2",
            Self::Odu3 => "ODU3",
            Self::Odu4 => "ODU4",
            Self::Odu2e => "ODU2e",
        }
    }

    /// The signal of that name, letter case ignored.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(name))
    }

    /// The ODUk an OTUk carries; an ODUk itself.
    pub const fn odu(self) -> Self {
        match self {
            Self::Otu1 => Self::Odu1,
            Self::Otu2 => Self::Odu2,
            Self::Otu3 => Self::Odu3,
            Self::Otu4 => Self::Odu4,
            odu => odu,
        }
    }

    /// True for an OTUk.
    pub const fn is_otu(self) -> bool {
        matches!(self, Self::Otu1 | Self::Otu2 | Self::Otu3 | Self::Otu4)
    }

    /// Nominal bit rate in bit/s.
    //= g709:7.3-rates
    pub const fn bit_rate(self) -> Ratio {
        match self {
            Self::Otu1 => Ratio::new(255 * STM16, 238),
            Self::Otu2 => Ratio::new(255 * 4 * STM16, 237),
            Self::Otu3 => Ratio::new(255 * 16 * STM16, 236),
            Self::Otu4 => Ratio::new(255 * 40 * STM16, 227),
            Self::Odu0 => Ratio::new(STM16, 2),
            Self::Odu1 => Ratio::new(239 * STM16, 238),
            Self::Odu2 => Ratio::new(239 * 4 * STM16, 237),
            Self::Odu3 => Ratio::new(239 * 16 * STM16, 236),
            Self::Odu4 => Ratio::new(239 * 40 * STM16, 227),
            Self::Odu2e => Ratio::new(239 * TEN_GBASE_R, 237),
        }
    }

    /// Bits of one frame.
    pub const fn frame_bits(self) -> u64 {
        if self.is_otu() { OTU_BITS } else { ODU_BITS }
    }

    /// Bit-rate tolerance, plus or minus.
    //= g709:7.3-tolerance
    pub const fn tolerance(self) -> PartsPerBillion {
        match self {
            Self::Odu2e => PartsPerBillion(100_000),
            _ => PartsPerBillion(20_000),
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A clock that counts frames of one signal at a fixed offset from the nominal rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameClock {
    /// Frame period in picoseconds, exact.
    period_ps: Ratio,
    frame_bits: u64,
}

impl FrameClock {
    /// A clock for `signal`, `offset` away from nominal.
    //= g709:7.3-frame-periods
    pub const fn new(signal: Signal, offset: PartsPerBillion) -> Self {
        let rate = signal.bit_rate();
        let frame_bits = signal.frame_bits();
        // period = bits / (rate * (1 + offset)); reduced twice so that n * num fits 128 bits.
        let nominal = Ratio::new(frame_bits as u128 * PS_PER_S as u128 * rate.den, rate.num);
        let skewed = (BILLION + offset.0 as i64) as u128;
        let period_ps = Ratio::new(nominal.num * BILLION as u128, nominal.den * skewed);
        Self { period_ps, frame_bits }
    }

    /// Start of frame `n`, rounded down to a picosecond; frame 0 starts at zero.
    pub const fn frame_start(&self, n: u64) -> SimTime {
        SimTime::from_ps((n as u128 * self.period_ps.num / self.period_ps.den) as u64)
    }

    /// Start of bit `bit` counted from the start of frame 0.
    pub const fn bit_start(&self, bit: u64) -> SimTime {
        let scaled = bit as u128 * self.period_ps.num;
        SimTime::from_ps((scaled / (self.period_ps.den * self.frame_bits as u128)) as u64)
    }

    /// The first bit that does not start before `time`: the inverse of [`Self::bit_start`].
    pub const fn first_bit_from(&self, time: SimTime) -> u64 {
        let scaled = time.as_ps() as u128 * self.period_ps.den * self.frame_bits as u128;
        let bit = scaled.div_ceil(self.period_ps.num);
        if bit > u64::MAX as u128 { u64::MAX } else { bit as u64 }
    }

    /// Exact frame period in picoseconds.
    pub const fn period_ps(&self) -> Ratio {
        self.period_ps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// Conformance case 1: kbit/s with three decimals, as printed.
    //= type=test g709:7.3-rates
    #[test]
    fn nominal_rates_are_those_printed() {
        let printed = [
            (Signal::Otu1, "2666057.143"),
            (Signal::Otu2, "10709225.316"),
            (Signal::Otu3, "43018413.559"),
            (Signal::Otu4, "111809973.568"),
            (Signal::Odu0, "1244160.000"),
            (Signal::Odu1, "2498775.126"),
            (Signal::Odu2, "10037273.924"),
            (Signal::Odu3, "40319218.983"),
            (Signal::Odu4, "104794445.815"),
            (Signal::Odu2e, "10399525.316"),
        ];
        for (signal, kbit) in printed {
            assert_eq!(format!("{:.3}", signal.bit_rate().to_f64() / 1e3), kbit, "{signal}");
        }
    }

    /// Conformance case 3: microseconds with three decimals, as printed.
    //= type=test g709:7.3-frame-periods
    #[test]
    fn frame_periods_are_those_printed() {
        let printed = [
            (Signal::Odu0, "98.354"),
            (Signal::Otu1, "48.971"),
            (Signal::Odu1, "48.971"),
            (Signal::Otu2, "12.191"),
            (Signal::Otu3, "3.035"),
            (Signal::Otu4, "1.168"),
            (Signal::Odu2e, "11.767"),
        ];
        for (signal, us) in printed {
            let clock = FrameClock::new(signal, PartsPerBillion::default());
            assert_eq!(format!("{:.3}", clock.period_ps().to_f64() / 1e6), us, "{signal}");
        }
    }

    #[test]
    fn an_otu_and_its_odu_keep_step_for_ever() {
        let offset = PartsPerBillion::new(-20_000).unwrap();
        for otu in [Signal::Otu1, Signal::Otu2, Signal::Otu3, Signal::Otu4] {
            let (a, b) = (FrameClock::new(otu, offset), FrameClock::new(otu.odu(), offset));
            for n in [0, 1, 7, 1 << 20, 1 << 33] {
                assert_eq!(a.frame_start(n), b.frame_start(n), "{otu} frame {n}");
            }
        }
    }

    //= type=test g709:7.3-tolerance
    #[test]
    fn an_offset_of_20_ppm_moves_a_second_of_frames_by_20_microseconds() {
        let fast = FrameClock::new(Signal::Otu2, Signal::Otu2.tolerance());
        let slow = FrameClock::new(Signal::Otu2, PartsPerBillion::new(-20_000).unwrap());
        let n = 82_025; // frames of one second at the nominal rate
        let drift = slow.frame_start(n).since(fast.frame_start(n)).as_ns();
        assert!((39_990..40_010).contains(&drift), "{drift} ns");
        assert_eq!(fast.bit_start(n * OTU_BITS), fast.frame_start(n));
    }

    #[test]
    fn the_first_bit_from_an_instant_starts_there_or_later_and_the_one_before_does_not() {
        for (signal, ppb) in [(Signal::Otu1, 20_000), (Signal::Otu2, 0), (Signal::Otu4, -7_321)] {
            let clock = FrameClock::new(signal, PartsPerBillion::new(ppb).unwrap());
            for ps in (0..5_000).chain([12_345_678, 999_999_999_999]) {
                let time = SimTime::from_ps(ps);
                let bit = clock.first_bit_from(time);
                assert!(clock.bit_start(bit) >= time, "{signal} {ps}");
                assert!(bit == 0 || clock.bit_start(bit - 1) < time, "{signal} {ps}");
            }
            assert!(clock.first_bit_from(SimTime::from_ps(u64::MAX)) > 1 << 40);
        }
    }

    #[test]
    fn names_read_back() {
        for signal in Signal::ALL {
            assert_eq!(Signal::from_name(signal.name()), Some(signal));
        }
        assert_eq!(Signal::from_name("otu2"), Some(Signal::Otu2));
        assert_eq!(Signal::from_name("OTU9"), None);
    }
}
