//! Rules of design and the default comb.
//!
//! Clauses: sections Span and SI of GNPy's equipment file.

use super::DEFAULT_VARIETY;

/// A range of powers and its step, dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerRange {
    /// Lower end, dB.
    pub min_db: f64,
    /// Upper end, dB.
    pub max_db: f64,
    /// Step, dB.
    pub step_db: f64,
}

/// Rules by which spans are split, padded and amplified.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanRules {
    /// Name.
    pub type_variety: String,
    /// Whether amplifiers are set by power (else by the gain given).
    pub power_mode: bool,
    /// Range of the power offset that follows a span's loss.
    pub delta_power_range_db: PowerRange,
    /// Loss per length from which Raman pumping is not chosen, dB/km.
    pub max_fiber_lineic_loss_for_raman_db_per_km: f64,
    /// How far beyond its flat gain an amplifier may be chosen, dB.
    pub target_extended_gain_db: f64,
    /// Longest fibre that is not split, m.
    pub max_length_m: f64,
    /// Largest loss of a span, dB; not used by design.
    pub max_loss_db: Option<f64>,
    /// Least loss of a span; an attenuator makes up for the rest, dB.
    pub padding_db: f64,
    /// Margin for the end of life on every span, dB.
    pub eol_db: f64,
    /// Loss of input connectors that are not given, dB.
    pub con_in_db: f64,
    /// Loss of output connectors that are not given, dB.
    pub con_out_db: f64,
    /// Loss of the span whose power offset is zero, dB.
    pub span_loss_ref_db: f64,
    /// Offset per loss, dB/dB.
    pub power_slope: f64,
    /// What an automatic attenuator leaves free, dB.
    pub voa_margin_db: f64,
    /// Step of an automatic attenuator, dB.
    pub voa_step_db: f64,
}

impl Default for SpanRules {
    //= gnpy:1.2-library-defaults
    fn default() -> Self {
        Self {
            type_variety: DEFAULT_VARIETY.to_owned(),
            power_mode: true,
            delta_power_range_db: PowerRange { min_db: 0.0, max_db: 0.0, step_db: 0.0 },
            max_fiber_lineic_loss_for_raman_db_per_km: 0.25,
            target_extended_gain_db: 2.5,
            max_length_m: 150e3,
            max_loss_db: None,
            padding_db: 10.0,
            eol_db: 0.0,
            con_in_db: 0.0,
            con_out_db: 0.0,
            span_loss_ref_db: 20.0,
            power_slope: 0.3,
            voa_margin_db: 1.0,
            voa_step_db: 0.5,
        }
    }
}

/// The comb that design and planning take where nothing else is said.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumInformation {
    /// Name; `default`, or that of a further band.
    pub type_variety: String,
    /// Lower end of the band, Hz.
    pub f_min_hz: f64,
    /// Upper end of the band, Hz.
    pub f_max_hz: f64,
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Spacing of the channels, Hz.
    pub spacing_hz: f64,
    /// Reference power of a channel, dBm.
    pub power_dbm: f64,
    /// Powers to sweep, relative to the reference.
    pub power_range_db: PowerRange,
    /// Roll-off of the raised cosine.
    pub roll_off: f64,
    /// OSNR of the transmitter in 0.1 nm, dB.
    pub tx_osnr_db: f64,
    /// Power of the transmitter, dBm; the reference power if not given.
    pub tx_power_dbm: Option<f64>,
    /// Margin on the required OSNR, dB.
    pub sys_margins_db: f64,
    /// Whether design counts the channels of this comb (else those of the design band).
    pub use_si_channel_count_for_design: bool,
}

impl Default for SpectrumInformation {
    //= gnpy:1.2-library-defaults
    fn default() -> Self {
        Self {
            type_variety: DEFAULT_VARIETY.to_owned(),
            f_min_hz: 191.35e12,
            f_max_hz: 196.1e12,
            baud_rate: 32e9,
            spacing_hz: 50e9,
            power_dbm: 0.0,
            power_range_db: PowerRange { min_db: 0.0, max_db: 0.0, step_db: 0.5 },
            roll_off: 0.15,
            tx_osnr_db: 45.0,
            tx_power_dbm: None,
            sys_margins_db: 0.0,
            use_si_channel_count_for_design: false,
        }
    }
}
