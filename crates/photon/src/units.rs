//! Decibels, hertz and metres as types; conversions; physical constants.
//!
//! Types stand in signatures and configuration, so that a level cannot be added to a level. Inside
//! kernels plain `f64` with the unit in the name is used.

use core::ops::{Add, Mul, Neg, Sub};

/// Speed of light in vacuum, m/s (exact, SI).
pub const LIGHT_SPEED: f64 = 299_792_458.0;
/// Planck's constant, J s (exact, SI).
pub const PLANCK: f64 = 6.626_070_15e-34;
/// Boltzmann's constant, J/K (exact, SI).
pub const BOLTZMANN: f64 = 1.380_649e-23;
/// The bandwidth to which OSNR "in 0.1 nm" refers, Hz.
pub const REFERENCE_BANDWIDTH_HZ: f64 = 12.5e9;

/// A ratio in decibels: gain, loss, margin, OSNR.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Db(pub f64);

/// A power level in dB above one milliwatt.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Dbm(pub f64);

/// A frequency or bandwidth in hertz.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Hertz(pub f64);

/// A length in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Metre(pub f64);

impl Db {
    /// The ratio as a number: 10^(x/10).
    pub fn linear(self) -> f64 {
        linear(self.0)
    }

    /// The decibels of the ratio `ratio`; minus infinity for zero.
    pub fn of(ratio: f64) -> Self {
        Self(db(ratio))
    }
}

impl Dbm {
    /// The power in watts.
    pub fn watt(self) -> f64 {
        watt(self.0)
    }

    /// The level of `watt` watts; minus infinity for zero.
    pub fn of_watt(watt: f64) -> Self {
        Self(dbm(watt))
    }
}

impl Add for Db {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Db {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Db {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<f64> for Db {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor)
    }
}

/// A level and a gain make a level.
impl Add<Db> for Dbm {
    type Output = Self;
    fn add(self, gain: Db) -> Self {
        Self(self.0 + gain.0)
    }
}

/// A level and a loss make a level.
impl Sub<Db> for Dbm {
    type Output = Self;
    fn sub(self, loss: Db) -> Self {
        Self(self.0 - loss.0)
    }
}

/// Two levels differ by a ratio.
impl Sub for Dbm {
    type Output = Db;
    fn sub(self, other: Self) -> Db {
        Db(self.0 - other.0)
    }
}

/// Decibels of a ratio.
pub fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// The ratio of `db` decibels.
pub fn linear(db: f64) -> f64 {
    10f64.powf(db / 10.0)
}

/// The level in dBm of a power in watts.
pub fn dbm(watt: f64) -> f64 {
    db(watt * 1e3)
}

/// The power in watts of a level in dBm.
pub fn watt(dbm: f64) -> f64 {
    linear(dbm) * 1e-3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_ratios_keep_apart() {
        assert_eq!(Dbm(3.0) + Db(-5.0), Dbm(-2.0));
        assert_eq!(Dbm(3.0) - Dbm(1.0), Db(2.0));
        assert_eq!(Db(2.0) - Db(0.5) + -Db(1.0), Db(0.5));
        assert!((Dbm(0.0).watt() - 1e-3).abs() < 1e-18);
        assert!((Db::of(2.0).0 - 3.010_299_956_639_812).abs() < 1e-12);
        assert_eq!(Dbm::of_watt(0.0).0, f64::NEG_INFINITY);
    }
}
