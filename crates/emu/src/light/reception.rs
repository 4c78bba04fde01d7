//! What the receiver of a lightpath has: light or none, its quality, its errors, and what limits it.
//!
//! Clauses: GNPy 6.7 (receiver), Cho and Yoon 2002 (errors).
//! In: the channel as it leaves the line, the receiver. Out: [`Reception`].

use otn_frame::SimTime;

/// What the receiver of one direction of a lightpath has.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// Whether there is light. Without it all ratios and the power are minus infinity.
    pub light: bool,
    /// Error ratio before FEC; one half without light.
    pub pre_fec_ber: f64,
    /// Signal over all noise in 0.1 nm, dB; transmitter and ROADMs counted, penalties not.
    pub gsnr_01nm_db: f64,
    /// The same in the bandwidth of the signal, dB.
    pub gsnr_bw_db: f64,
    /// Signal over amplifier noise in 0.1 nm, dB; transmitter and ROADMs counted.
    pub osnr_01nm_db: f64,
    /// What dispersion, polarisation and received power cost, dB; infinite beyond what the receiver bears.
    pub penalty_db: f64,
    /// Received power, noise included, dBm.
    pub power_dbm: f64,
    /// What the GSNR less costs has above what the FEC limit, else the mode of the library, asks for, dB.
    pub margin_db: Option<f64>,
    /// Time of flight; without light that of the way.
    pub delay: SimTime,
    /// What keeps it from being better.
    pub limited_by: Limit,
}

/// What keeps a lightpath from being better, or dark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The largest part of the noise is of amplifiers.
    Amplifiers,
    /// The largest part of the noise is nonlinear interference.
    Interference,
    /// The largest part of the noise is of transmitter and ROADMs.
    Ends,
    /// Dispersion, polarisation or received power are beyond what the receiver bears.
    Penalty,
    /// No light: the channel is not there.
    Absent,
    /// No light: the laser is off.
    Laser,
    /// No light: this fibre is cut.
    Cut(String),
    /// No light: this amplifier has failed.
    Amplifier(String),
    /// No light: the channel is outside the band of an amplifier behind this element.
    Band(String),
    /// No light: the power is below what the receiver needs.
    Sensitivity,
}
