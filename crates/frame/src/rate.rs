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

/// Bit rate of an ODUflex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlexRate(Ratio);

impl FlexRate {
    /// Most tributary slots of 1.25G an ODUflex(GFP) fills.
    pub const MAX_SLOTS: u8 = 80;

    /// The recommended rate of an ODUflex(GFP) of `slots` slots of 1.25G; `None` but for 1 to 80.
    //= g709:7.3-oduflex-gfp-rates
    pub const fn gfp(slots: u8) -> Option<Self> {
        let slot_rate = match slots {
            1..=8 => 1_249_177_230,
            9..=32 => 1_254_470_354,
            33..=Self::MAX_SLOTS => 1_301_467_133,
            _ => return None,
        };
        Some(Self(Ratio::new(slots as u128 * slot_rate, 1)))
    }

    /// The rate of an ODUflex(CBR) of a client of this bit rate.
    //= g709:7.3-oduflex-cbr-rate
    pub const fn cbr(client: Ratio) -> Self {
        Self(Ratio::new(239 * client.num, 238 * client.den))
    }

    /// A bit rate as it was measured.
    pub const fn measured(rate: Ratio) -> Self {
        Self(rate)
    }

    /// The bit rate in bit/s.
    pub const fn get(self) -> Ratio {
        self.0
    }
}

/// A signal with a frame and a nominal rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// OTU1.
    Otu1,
    /// OTU2.
    Otu2,
    /// OTU2e, an ODU2e in an OTU2 structure.
    Otu2e,
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
    /// ODUflex of this rate.
    Oduflex(FlexRate),
}

/// Bit rate of STM-16, the base of the OTN rates.
const STM16: u128 = 2_488_320_000;
/// Bit rate of 10GBASE-R, the base of the ODU2e rate.
const TEN_GBASE_R: u128 = 10_312_500_000;

impl Signal {
    /// All signals of one fixed rate.
    pub const ALL: [Self; 11] = [
        Self::Otu1,
        Self::Otu2,
        Self::Otu2e,
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
            Self::Otu2e => "OTU2e",
            Self::Otu3 => "OTU3",
            Self::Otu4 => "OTU4",
            Self::Odu0 => "ODU0",
            Self::Odu1 => "ODU1",
            Self::Odu2 => "ODU2",
            Self::Odu3 => "ODU3",
            Self::Odu4 => "ODU4",
            Self::Odu2e => "ODU2e",
            Self::Oduflex(_) => "ODUflex",
        }
    }

    /// The signal of that name, letter case ignored. An ODUflex has no rate by its name alone.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(name))
    }

    /// The ODUk an OTUk carries; an ODUk itself.
    pub const fn odu(self) -> Self {
        match self {
            Self::Otu1 => Self::Odu1,
            Self::Otu2 => Self::Odu2,
            Self::Otu2e => Self::Odu2e,
            Self::Otu3 => Self::Odu3,
            Self::Otu4 => Self::Odu4,
            odu => odu,
        }
    }

    /// True for an OTUk.
    pub const fn is_otu(self) -> bool {
        matches!(self, Self::Otu1 | Self::Otu2 | Self::Otu2e | Self::Otu3 | Self::Otu4)
    }

    /// Nominal bit rate in bit/s.
    //= g709:7.3-rates
    pub const fn bit_rate(self) -> Ratio {
        match self {
            Self::Otu1 => Ratio::new(255 * STM16, 238),
            Self::Otu2 => Ratio::new(255 * 4 * STM16, 237),
            //= g709:7.3-otu2e
            Self::Otu2e => Ratio::new(255 * TEN_GBASE_R, 237),
            Self::Otu3 => Ratio::new(255 * 16 * STM16, 236),
            Self::Otu4 => Ratio::new(255 * 40 * STM16, 227),
            Self::Odu0 => Ratio::new(STM16, 2),
            Self::Odu1 => Ratio::new(239 * STM16, 238),
            Self::Odu2 => Ratio::new(239 * 4 * STM16, 237),
            Self::Odu3 => Ratio::new(239 * 16 * STM16, 236),
            Self::Odu4 => Ratio::new(239 * 40 * STM16, 227),
            Self::Odu2e => Ratio::new(239 * TEN_GBASE_R, 237),
            Self::Oduflex(rate) => rate.get(),
        }
    }

    /// Nominal bit rate of the OPU payload in bit/s: 3808 of the 3824 columns of the ODU.
    //= g709:7.3-opu-rates
    pub const fn payload_rate(self) -> Ratio {
        let odu = self.odu().bit_rate();
        Ratio::new(238 * odu.num, 239 * odu.den)
    }

    /// Bits of one frame.
    pub const fn frame_bits(self) -> u64 {
        if self.is_otu() { OTU_BITS } else { ODU_BITS }
    }

    /// Bit-rate tolerance, plus or minus.
    //= g709:7.3-tolerance
    pub const fn tolerance(self) -> PartsPerBillion {
        match self {
            Self::Otu2e | Self::Odu2e | Self::Oduflex(_) => PartsPerBillion(100_000),
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
            (Signal::Otu2e, "11095727.848"),
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

    /// Conformance case 2: payload rates as printed.
    //= type=test g709:7.3-opu-rates
    //= type=test g709:7.3-otu2e
    #[test]
    fn payload_rates_are_those_printed() {
        let printed = [
            (Signal::Odu0, "1238954.310"),
            (Signal::Otu1, "2488320.000"),
            (Signal::Odu2, "9995276.962"),
            (Signal::Odu3, "40150519.322"),
            (Signal::Otu4, "104355975.330"),
            (Signal::Otu2e, "10356012.658"),
        ];
        for (signal, kbit) in printed {
            assert_eq!(format!("{:.3}", signal.payload_rate().to_f64() / 1e3), kbit, "{signal}");
        }
        assert_eq!(Signal::Otu2e.odu(), Signal::Odu2e);
    }

    /// Conformance case 6, and case 7: 121 856 bits of a CBR client a frame, 122 368 of the ODU.
    //= type=test g709:7.3-oduflex-gfp-rates
    //= type=test g709:7.3-oduflex-cbr-rate
    #[test]
    fn oduflex_rates_follow_slots_or_client() {
        let rate = |n| FlexRate::gfp(n).map(|r| r.get().to_f64());
        assert_eq!(rate(1), Some(1_249_177_230.0));
        assert_eq!(rate(8), Some(8.0 * 1_249_177_230.0));
        assert_eq!(rate(9), Some(9.0 * 1_254_470_354.0));
        assert_eq!(rate(32), Some(32.0 * 1_254_470_354.0));
        assert_eq!(rate(33), Some(33.0 * 1_301_467_133.0));
        assert_eq!(rate(80), Some(80.0 * 1_301_467_133.0));
        assert_eq!((rate(0), rate(81)), (None, None));
        // In the period of a frame a client fills the payload exactly.
        let client = Ratio::new(4_250_000_000, 1);
        let flex = Signal::Oduflex(FlexRate::cbr(client));
        let clock = FrameClock::new(flex, PartsPerBillion::default());
        let period = clock.period_ps();
        let bits = Ratio::new(client.num * period.num, period.den * 1_000_000_000_000);
        assert_eq!((bits, flex.frame_bits()), (Ratio::new(121_856, 1), 122_368));
        assert_eq!(flex.payload_rate(), client);
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
