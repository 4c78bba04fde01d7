//! Virtual time in integer picoseconds.
//!
//! In: integers. Out: instants that order, subtract and print. Nothing here asks a clock.

use core::fmt;
use core::ops::{Add, Sub};

/// An instant, or a span, in picoseconds; 2^64 ps are about 213 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(u64);

/// Picoseconds of one second.
pub const PS_PER_S: u64 = 1_000_000_000_000;

impl SimTime {
    /// The beginning.
    pub const ZERO: Self = Self(0);

    /// From picoseconds.
    pub const fn from_ps(ps: u64) -> Self {
        Self(ps)
    }

    /// From nanoseconds; saturates at the end of time.
    pub const fn from_ns(ns: u64) -> Self {
        Self(ns.saturating_mul(1_000))
    }

    /// From milliseconds; saturates at the end of time.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms.saturating_mul(PS_PER_S / 1_000))
    }

    /// Picoseconds.
    pub const fn as_ps(self) -> u64 {
        self.0
    }

    /// Whole nanoseconds, rounded down.
    pub const fn as_ns(self) -> u64 {
        self.0 / 1_000
    }

    /// Seconds, for display and ratios only.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / PS_PER_S as f64
    }

    /// The span from `earlier` to here; zero where `earlier` is later.
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

impl Add for SimTime {
    type Output = Self;

    fn add(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for SimTime {
    type Output = Self;

    fn sub(self, span: Self) -> Self {
        self.since(span)
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, ps) = match self.0 {
            0 => return f.write_str("0 s"),
            1..1_000 => return write!(f, "{} ps", self.0),
            1_000..1_000_000 => ("ns", 1_000),
            1_000_000..1_000_000_000 => ("µs", 1_000_000),
            1_000_000_000..PS_PER_S => ("ms", 1_000_000_000),
            _ => ("s", PS_PER_S),
        };
        let thousandths = self.0 % ps / (ps / 1_000);
        write!(f, "{}.{thousandths:03} {unit}", self.0 / ps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn prints_with_the_unit_that_fits() {
        let shown = [
            (0, "0 s"),
            (999, "999 ps"),
            (1_500, "1.500 ns"),
            (12_191_000, "12.191 µs"),
            (3_000_000_000, "3.000 ms"),
            (61_234_567_890_123, "61.234 s"),
        ];
        for (ps, text) in shown {
            assert_eq!(SimTime::from_ps(ps).to_string(), text);
        }
    }

    #[test]
    fn arithmetic_saturates() {
        let end = SimTime::from_ps(u64::MAX);
        assert_eq!(end + SimTime::from_ps(1), end);
        assert_eq!(SimTime::from_ps(1) - SimTime::from_ps(2), SimTime::ZERO);
        assert_eq!(SimTime::from_ms(3).as_ns(), 3_000_000);
    }
}
