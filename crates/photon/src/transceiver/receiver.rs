//! The noise of the receiver itself, and the margin of its Q factor.
//!
//! Clauses: GNPy 6.7 (3.0, `detailed_rx` of a mode).
//! In: what a receiver sees of each channel, its penalties counted. Out: SNR with the noise of the transceiver, and
//! how far the Q factor lies above that of the error ratio the FEC bears. OSNR that the mode needs and margin of
//! the system have no part in it.

use core::f64::consts::SQRT_2;
use core::fmt;

use super::reception::{Reception, snr_sum};
use crate::modulation::{erfc, erfc_inverse};
use crate::units::{db, linear};

/// Error ratio that stands for a channel with an infinite penalty.
const HARDLY_ANY_SIGNAL: f64 = 0.5 - 1e-5;

/// Level of one watt, dBm.
const WATT_DBM: f64 = 30.0;

/// Noise and error ratio of a receiver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReceiverNoise {
    k1: f64,
    k2: f64,
    error_ratio_limit: f64,
    snr_transceiver_01nm_db: f64,
    snr_at_one_watt_01nm_db: f64,
}

/// The five numbers of a receiver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReceiverNumbers {
    /// Factor before the error function (`k1`).
    pub k1: f64,
    /// Factor of the SNR within it (`k2`).
    pub k2: f64,
    /// Error ratio before FEC that the FEC bears (`BER-threshold`).
    pub error_ratio_limit: f64,
    /// SNR of noise that grows with the signal, in 0.1 nm (`snr_trx_db_0.1nm`), dB.
    pub snr_transceiver_01nm_db: f64,
    /// SNR of noise that is always the same, in 0.1 nm, at one watt received (`snr_prx_db_0.1nm`), dB.
    pub snr_at_one_watt_01nm_db: f64,
}

/// Why numbers make no receiver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReceiverError {
    /// A number is negative or none.
    Number {
        /// Which one.
        name: &'static str,
        /// What was found.
        found: f64,
    },
    /// An error ratio that no FEC bears, or to which no Q factor belongs.
    Limit {
        /// What was found.
        found: f64,
    },
}

impl fmt::Display for ReceiverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { name, found } => {
                write!(f, "receiver: {name} is {found}, expected a finite number, not negative")
            }
            Self::Limit { found } => {
                write!(f, "receiver: error ratio of {found}, expected one above 0 and below 0.5")
            }
        }
    }
}

impl core::error::Error for ReceiverError {}

impl ReceiverNoise {
    /// The receiver of these numbers.
    ///
    /// # Errors
    /// [`ReceiverError`] for negative numbers, and for an error ratio outside 0 to one half.
    pub fn new(numbers: ReceiverNumbers) -> Result<Self, ReceiverError> {
        let ReceiverNumbers { k1, k2, .. } = numbers;
        for (name, found) in [
            ("k1", k1),
            ("k2", k2),
            ("SNR of the transceiver", numbers.snr_transceiver_01nm_db),
            ("SNR at one watt", numbers.snr_at_one_watt_01nm_db),
        ] {
            if !(found.is_finite() && found >= 0.0) {
                return Err(ReceiverError::Number { name, found });
            }
        }
        let limit = numbers.error_ratio_limit;
        if !(limit > 0.0 && limit < 0.5) {
            return Err(ReceiverError::Limit { found: limit });
        }
        Ok(Self {
            k1,
            k2,
            error_ratio_limit: limit,
            snr_transceiver_01nm_db: numbers.snr_transceiver_01nm_db,
            snr_at_one_watt_01nm_db: numbers.snr_at_one_watt_01nm_db,
        })
    }

    /// SNR of a channel with the noise of the receiver, in the signal's bandwidth, dB.
    ///
    /// `raw_gsnr_bw_db` is what the line left: noise of the transmitter and of the ROADMs, given as OSNR, does not
    /// count here. Power received is that of the channel with its noise.
    //= gnpy:6.7-receiver-noise
    pub fn snr_bw_db(&self, raw_gsnr_bw_db: f64, baud_rate: f64, rx_power_dbm: f64) -> f64 {
        let thermal_01nm_db = self.snr_at_one_watt_01nm_db + rx_power_dbm - WATT_DBM;
        let own = linear(-self.snr_transceiver_01nm_db) + linear(-thermal_01nm_db);
        snr_sum(raw_gsnr_bw_db, baud_rate, -db(own))
    }

    /// What the Q factor has above that of the error ratio borne, dB; NaN where there is none, below zero dB.
    ///
    /// `net_snr_bw_db` is [`ReceiverNoise::snr_bw_db`] less the penalties. As GNPy 3.0.1 does it, the decibels
    /// themselves stand where the ratio belongs: results are its own, not those of a modulation format.
    //= gnpy:6.7-q-margin
    pub fn q_margin_db(&self, net_snr_bw_db: f64) -> f64 {
        let error_ratio = if net_snr_bw_db == f64::NEG_INFINITY {
            HARDLY_ANY_SIGNAL
        } else {
            self.k1 * erfc((self.k2 * net_snr_bw_db).sqrt())
        };
        2.0 * db(q_factor(error_ratio) / q_factor(self.error_ratio_limit))
    }

    /// Margin of each channel that a receiver of `baud_rate` sees, dB.
    //= gnpy:6.7-q-margin
    pub fn q_margins_db(&self, seen: &Reception, baud_rate: f64) -> Vec<f64> {
        let raw = seen.raw_gsnr_bw_db.iter();
        let channels = raw.zip(&seen.rx_power_dbm).zip(&seen.total_penalty_db);
        channels
            .map(|((&raw_db, &rx_power_dbm), penalty_db)| {
                self.q_margin_db(self.snr_bw_db(raw_db, baud_rate, rx_power_dbm) - penalty_db)
            })
            .collect()
    }
}

/// Q factor of a Gaussian decision with this error ratio.
fn q_factor(error_ratio: f64) -> f64 {
    SQRT_2 * erfc_inverse(2.0 * error_ratio)
}
