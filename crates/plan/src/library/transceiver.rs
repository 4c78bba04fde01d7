//! Transceivers of the library and their modes.
//!
//! Clauses: section Transceiver of GNPy's equipment file.

use super::Band;

/// One point of a penalty curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Penalty {
    /// Size of the impairment: ps/nm, ps or dB.
    pub up_to: f64,
    /// Penalty there, dB of OSNR.
    pub penalty_db: f64,
}

/// Penalty curves of a mode, points in rising order; an empty curve means no penalty and no limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impairments {
    /// Over chromatic dispersion, ps/nm.
    pub chromatic_dispersion: Vec<Penalty>,
    /// Over polarisation mode dispersion, ps.
    pub pmd: Vec<Penalty>,
    /// Over polarisation dependent loss, dB.
    pub pdl: Vec<Penalty>,
}

/// Noise of a receiver, and what its FEC bears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetailedReceiver {
    /// Factor before the error function.
    pub k1: f64,
    /// Factor of the SNR within it.
    pub k2: f64,
    /// Power at which the mode was measured, dBm; no result depends on it.
    pub rx_reference_dbm: f64,
    /// Error ratio before FEC that the FEC bears.
    pub error_ratio_limit: f64,
    /// SNR of noise that grows with the signal, in 0.1 nm, dB.
    pub snr_transceiver_01nm_db: f64,
    /// SNR of noise that is always the same, in 0.1 nm, at one watt received, dB.
    pub snr_at_one_watt_01nm_db: f64,
}

/// One way a transceiver can send.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    /// Name.
    pub format: String,
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Required OSNR in 0.1 nm, dB.
    pub osnr_db: f64,
    /// Bit rate of the client, bit/s.
    pub bit_rate: f64,
    /// Roll-off of the raised cosine; the default comb's if not given.
    pub roll_off: Option<f64>,
    /// OSNR of the transmitter in 0.1 nm, dB.
    pub tx_osnr_db: f64,
    /// Least spacing of neighbours, Hz.
    pub min_spacing_hz: f64,
    /// Cost, in any unit.
    pub cost: f64,
    /// Penalties.
    pub penalties: Impairments,
    /// Offset from the power that ROADMs level to, dB.
    pub equalisation_offset_db: f64,
    /// Least power of the transmitter, dBm (3.0).
    pub tx_power_min_dbm: Option<f64>,
    /// Largest power of the transmitter, dBm (3.0).
    pub tx_power_max_dbm: Option<f64>,
    /// Power of the transmitter, dBm; GNPy reads it and does not use it.
    pub tx_power_dbm: Option<f64>,
    /// Least power at the receiver, dBm (3.0).
    pub rx_power_min_dbm: Option<f64>,
    /// Largest power at the receiver, dBm (3.0).
    pub rx_power_max_dbm: Option<f64>,
    /// Noise of the receiver (3.0).
    pub receiver: Option<DetailedReceiver>,
}

/// A transceiver that the library offers.
#[derive(Clone, Debug, PartialEq)]
pub struct TransceiverType {
    /// Name.
    pub type_variety: String,
    /// Range its laser covers.
    pub frequency: Band,
    /// Its modes, in the order of the file.
    pub modes: Vec<Mode>,
}

impl TransceiverType {
    /// The mode of this name.
    #[must_use]
    pub fn mode(&self, format: &str) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.format == format)
    }
}
