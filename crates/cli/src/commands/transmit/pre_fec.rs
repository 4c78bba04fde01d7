//! Bit error ratios before FEC, and how far they are from what a FEC bears.
//!
//! In: GSNR in the signal's bandwidth, a modulation and a FEC by name. A library says nothing of either, so
//! the user does. Out: ratios and margins for each group of channels.

use anyhow::{Result, bail};
use clap::ValueEnum;
use otn_fec::registry::Entry;
use otn_fec::theory::bounded::BoundedDistance;
use otn_fec::theory::gain::TARGET;
use otn_photon::modulation::Modulation;
use otn_photon::transceiver::Reception;
use serde::Serialize;

use super::modes::Group;
use crate::commands::fec::code;

/// A modulation by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModulationName {
    /// Two points
    Bpsk,
    /// Four points
    Qpsk,
    /// Two rings of four points
    #[value(name = "8qam")]
    Qam8,
    /// Four by four points
    #[value(name = "16qam")]
    Qam16,
    /// Six by six points without corners
    #[value(name = "32qam")]
    Qam32,
    /// Eight by eight points
    #[value(name = "64qam")]
    Qam64,
}

impl ModulationName {
    fn modulation(self) -> Modulation {
        match self {
            Self::Bpsk => Modulation::Bpsk,
            Self::Qpsk => Modulation::Qpsk,
            Self::Qam8 => Modulation::Qam8,
            Self::Qam16 => Modulation::Qam16,
            Self::Qam32 => Modulation::Qam32,
            Self::Qam64 => Modulation::Qam64,
        }
    }

    fn shown(self) -> &'static str {
        match self {
            Self::Bpsk => "BPSK",
            Self::Qpsk => "QPSK",
            Self::Qam8 => "8QAM",
            Self::Qam16 => "16QAM",
            Self::Qam32 => "32QAM",
            Self::Qam64 => "64QAM",
        }
    }
}

/// What is asked about errors before FEC.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PreFecArguments {
    /// Bit error ratio before FEC at the receiver; needs --modulation
    #[arg(long)]
    pub pre_fec: bool,
    /// Modulation of the channels
    #[arg(long, value_enum, requires = "pre_fec")]
    pub modulation: Option<ModulationName>,
    /// FEC whose limit is compared with, a name of `otn fec list`
    #[arg(long, value_name = "NAME", requires = "pre_fec")]
    pub fec: Option<String>,
}

/// What is computed.
#[derive(Clone, Copy)]
pub(super) struct PreFec {
    name: ModulationName,
    fec: Option<Limit>,
}

/// What a FEC bears.
#[derive(Clone, Copy)]
struct Limit {
    name: &'static str,
    bit_error_ratio: f64,
    gsnr_bw_db: Option<f64>,
}

/// Errors of a group of channels before FEC.
#[derive(Clone, Debug, Serialize)]
pub struct PreFecReport {
    /// Label of the channels.
    pub label: String,
    /// Modulation.
    pub modulation: &'static str,
    /// Least bit error ratio.
    pub min: f64,
    /// Mean bit error ratio.
    pub mean: f64,
    /// Largest bit error ratio.
    pub max: f64,
    /// Frequency of the channel with the largest one, THz.
    pub worst_thz: Option<f64>,
    /// The FEC.
    pub fec: Option<&'static str>,
    /// Bit error ratio before the FEC for 1e-15 behind it.
    pub limit: Option<f64>,
    /// GSNR in the signal's bandwidth at which the channel has that ratio, dB.
    pub limit_gsnr_bw_db: Option<f64>,
    /// What the worst channel's GSNR has above that, dB.
    pub margin_db: Option<f64>,
}

impl PreFec {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// No modulation; a FEC that is unknown or has no threshold.
    pub(super) fn of(arguments: &PreFecArguments) -> Result<Option<Self>> {
        if !arguments.pre_fec {
            return Ok(None);
        }
        let Some(name) = arguments.modulation else {
            bail!(
                "--pre-fec: a library does not say how its modes are modulated, expected --modulation \
                 bpsk|qpsk|8qam|16qam|32qam|64qam"
            );
        };
        let fec = arguments.fec.as_ref().map(|fec| limit(code("--fec", fec)?, name));
        Ok(Some(Self { name, fec: fec.transpose()? }))
    }

    /// The errors of the channels of `group`.
    pub(super) fn report(
        &self,
        group: &Group,
        frequency_hz: &[f64],
        seen: &Reception,
    ) -> PreFecReport {
        let modulation = self.name.modulation();
        let ratio = |&i: &usize| modulation.bit_error_ratio(seen.gsnr_bw_db[i]);
        let ratios: Vec<f64> = group.channels.iter().map(ratio).collect();
        let worst = group
            .channels
            .iter()
            .copied()
            .min_by(|&a, &b| seen.gsnr_bw_db[a].total_cmp(&seen.gsnr_bw_db[b]));
        let limit_gsnr_bw_db = self.fec.and_then(|fec| fec.gsnr_bw_db);
        let above = |i: usize| limit_gsnr_bw_db.map(|limit_db| seen.gsnr_bw_db[i] - limit_db);
        PreFecReport {
            label: group.label.clone(),
            modulation: self.name.shown(),
            min: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            mean: ratios.iter().sum::<f64>() / ratios.len().max(1) as f64,
            max: ratios.iter().copied().fold(0.0, f64::max),
            worst_thz: worst.map(|i| frequency_hz[i] * 1e-12),
            fec: self.fec.map(|fec| fec.name),
            limit: self.fec.map(|fec| fec.bit_error_ratio),
            limit_gsnr_bw_db,
            margin_db: worst.and_then(above),
        }
    }
}

fn limit(entry: &'static Entry, name: ModulationName) -> Result<Limit> {
    let computed = BoundedDistance::of(entry.name).filter(|code| code.correctable > 0);
    let published = entry.published.map(|published| published.threshold);
    let Some(bit_error_ratio) = computed.map(|code| code.threshold(TARGET)).or(published) else {
        bail!("--fec: `{}` has no known threshold, expected a code that corrects", entry.name);
    };
    let gsnr_bw_db = name.modulation().required_gsnr_bw_db(bit_error_ratio);
    Ok(Limit { name: entry.name, bit_error_ratio, gsnr_bw_db })
}
