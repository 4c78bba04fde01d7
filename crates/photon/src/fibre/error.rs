//! What can be wrong with a fibre, its settings, or a spectrum given to it.

use core::fmt;

use crate::simulation::SettingsError;

/// Why a fibre cannot be built, prepared or crossed.
#[derive(Clone, Debug, PartialEq)]
pub enum FibreError {
    /// A value is not what it has to be.
    Value {
        /// Which value.
        what: &'static str,
        /// The value found.
        found: f64,
        /// What is expected in its place.
        expected: &'static str,
    },
    /// A table has columns of unequal length, no rows, values that are no numbers, or does not rise.
    Table {
        /// Which table.
        what: &'static str,
        /// What is wrong with it.
        found: &'static str,
    },
    /// A frequency lies outside a table.
    OutsideTable {
        /// Which table.
        what: &'static str,
        /// The frequency asked for, Hz.
        frequency_hz: f64,
        /// Where the table begins, Hz.
        from_hz: f64,
        /// Where it ends, Hz.
        to_hz: f64,
    },
    /// The spectrum is not of the plan that the fibre was prepared for.
    Plan {
        /// Channels of the spectrum.
        found: usize,
        /// Channels of the plan prepared for.
        expected: usize,
    },
    /// Settings ask for more steps than are computed.
    TooFine {
        /// Steps of what.
        what: &'static str,
        /// Steps needed.
        found: f64,
        /// The most that are computed.
        limit: usize,
    },
    /// Settings are out of range.
    Settings(SettingsError),
}

impl fmt::Display for FibreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { what, found, expected } => {
                write!(f, "{what} is {found}, expected {expected}")
            }
            Self::Table { what, found } => write!(
                f,
                "table of {what} {found}, expected as many values as frequencies, finite and rising"
            ),
            Self::OutsideTable { what, frequency_hz, from_hz, to_hz } => write!(
                f,
                "{what} at {:.5} THz is not known, expected a frequency from {:.5} to {:.5} THz",
                frequency_hz * 1e-12,
                from_hz * 1e-12,
                to_hz * 1e-12
            ),
            Self::Plan { found, expected } => write!(
                f,
                "spectrum of {found} channels is not of the plan of {expected} channels prepared for"
            ),
            Self::TooFine { what, found, limit } => {
                write!(f, "settings ask for {found:.0} steps of {what}, expected at most {limit}")
            }
            Self::Settings(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for FibreError {}

impl From<SettingsError> for FibreError {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}
