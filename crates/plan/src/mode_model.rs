//! A mode of the library as the photonic layer judges it.
//!
//! Clauses: GNPy 6.7. In: a transceiver of a library and one of its modes. Out: a mode of `otn-photon`.

use core::fmt;

use otn_photon::transceiver::{
    self, PenaltyCurve, PenaltyError, PowerRange, ReceiverError, ReceiverNoise, ReceiverNumbers,
    Tolerance,
};

use crate::library::{Mode, Penalty};

/// Why a mode of a library is none.
#[derive(Clone, Debug, PartialEq)]
pub enum ModeError {
    /// The points of a penalty are no curve.
    Penalty {
        /// The mode.
        format: String,
        /// What is wrong.
        reason: PenaltyError,
    },
    /// The numbers of its receiver are none.
    Receiver {
        /// The mode.
        format: String,
        /// What is wrong.
        reason: ReceiverError,
    },
}

impl fmt::Display for ModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Penalty { format, reason } => write!(f, "mode '{format}': {reason}"),
            Self::Receiver { format, reason } => write!(f, "mode '{format}': {reason}"),
        }
    }
}

impl core::error::Error for ModeError {}

/// The mode as the photonic layer judges it.
///
/// # Errors
/// [`ModeError`] for penalties that are no curve, and for numbers that make no receiver.
pub fn photonic(mode: &Mode) -> Result<transceiver::Mode, ModeError> {
    let curve = |points: &[Penalty]| -> Result<Option<PenaltyCurve>, ModeError> {
        if points.is_empty() {
            return Ok(None);
        }
        let points = points.iter().map(|point| (point.up_to, point.penalty_db)).collect();
        let wrong = |reason| ModeError::Penalty { format: mode.format.clone(), reason };
        Ok(Some(PenaltyCurve::new(points).map_err(wrong)?))
    };
    let penalties = &mode.penalties;
    let receiver = mode.receiver.map(|given| {
        let numbers = ReceiverNumbers {
            k1: given.k1,
            k2: given.k2,
            error_ratio_limit: given.error_ratio_limit,
            snr_transceiver_01nm_db: given.snr_transceiver_01nm_db,
            snr_at_one_watt_01nm_db: given.snr_at_one_watt_01nm_db,
        };
        let wrong = |reason| ModeError::Receiver { format: mode.format.clone(), reason };
        ReceiverNoise::new(numbers).map_err(wrong)
    });
    let range = |min_dbm, max_dbm| PowerRange { min_dbm, max_dbm };
    Ok(transceiver::Mode {
        format: mode.format.clone(),
        baud_rate: mode.baud_rate,
        bit_rate: mode.bit_rate,
        roll_off: mode.roll_off.unwrap_or(0.0),
        required_osnr_db: mode.osnr_db,
        tx_osnr_db: mode.tx_osnr_db,
        min_spacing_hz: mode.min_spacing_hz,
        tolerance: Tolerance {
            chromatic_dispersion: curve(&penalties.chromatic_dispersion)?,
            pmd: curve(&penalties.pmd)?,
            pdl: curve(&penalties.pdl)?,
            rx_power: range(mode.rx_power_min_dbm, mode.rx_power_max_dbm),
        },
        receiver: receiver.transpose()?,
        tx_power: range(mode.tx_power_min_dbm, mode.tx_power_max_dbm),
        equalisation_offset_db: mode.equalisation_offset_db,
        cost: mode.cost,
    })
}
