//! Transceiver modes of a library against what a receiver sees.
//!
//! Clauses: GNPy 6.7. In: a library, the spectrum at the receiver. Out: for each mode that fits the channels in
//! symbol rate and spacing: margin, the channel that limits it, and whether it works.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use otn_photon::Compat;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum, uniform_comb};
use otn_photon::transceiver::{self, LaunchWish, received};
use otn_plan::error::Hint;
use otn_plan::library::{Library, Mode, SpectrumInformation, TransceiverType};
use otn_plan::mode_model;
use serde::Serialize;

use super::text::plain;

/// A mode that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    /// The transceiver.
    pub transceiver: &'a TransceiverType,
    /// Its mode.
    pub mode: &'a Mode,
}

/// What became of a mode.
#[derive(Clone, Debug, Serialize)]
pub struct ModeReport {
    /// Type of the transceiver.
    pub transceiver: String,
    /// Name of the mode.
    pub mode: String,
    /// Label of the channels.
    pub label: String,
    /// Symbol rate, GBd.
    pub baud_rate_gbd: f64,
    /// Bit rate of the client, Gbit/s.
    pub bit_rate_gbit_s: f64,
    /// OSNR it needs in 0.1 nm, dB.
    pub required_osnr_db: f64,
    /// Margin of the system that is added, dB.
    pub system_margin_db: f64,
    /// What the worst channel has above all that, dB; nothing if it lies outside of a penalty's range.
    pub margin_db: Option<f64>,
    /// Whether the margin is that of the Q factor over what the FEC bears, not of the GSNR over what is needed.
    pub by_q: bool,
    /// Frequency of that channel, THz.
    pub worst_thz: Option<f64>,
    /// Its GSNR in 0.1 nm with the transmitter of the mode, dB.
    pub worst_gsnr_db: Option<f64>,
    /// Its penalties, dB; nothing if one is outside its range.
    pub worst_penalty_db: Option<f64>,
    /// Each penalty there: name, dB; nothing if it is outside its range.
    pub penalties_db: Vec<(&'static str, Option<f64>)>,
    /// Whether it works.
    pub feasible: bool,
}

impl<'a> Named<'a> {
    /// The mode that `words` name, as `TRX:MODE`.
    ///
    /// # Errors
    /// A name that the library does not have, with the nearest one.
    pub(crate) fn find(library: &'a Library, words: &str) -> Result<Self> {
        let (trx, format) = words
            .split_once(':')
            .ok_or_else(|| anyhow!("--mode: found `{words}`, expected TRX:MODE"))?;
        let transceiver = library.transceiver(trx).ok_or_else(|| {
            let names = library.transceivers.iter().map(|entry| entry.type_variety.as_str());
            let hint = Hint::for_name(trx, names);
            anyhow!("--mode: no transceiver named `{trx}` in the library{hint}")
        })?;
        let mode = transceiver.mode(format).ok_or_else(|| {
            let names = transceiver.modes.iter().map(|mode| mode.format.as_str());
            let hint = Hint::for_name(format, names);
            anyhow!("--mode: transceiver `{trx}` has no mode `{format}`{hint}")
        })?;
        Ok(Self { transceiver, mode })
    }

    /// A comb, filled with channels of this mode.
    ///
    /// # Errors
    /// Numbers of the mode that make no transceiver.
    pub(crate) fn comb(
        &self,
        comb: &SpectrumInformation,
        power_dbm: Option<f64>,
        compat: Compat,
    ) -> Result<Vec<Channel>> {
        let mode = self.mode;
        let spacing_hz = comb.spacing_hz.max(mode.min_spacing_hz);
        let reference_dbm = power_dbm.unwrap_or(comb.power_dbm);
        let wish = LaunchWish {
            asked_dbm: None,
            default_dbm: comb.tx_power_dbm.unwrap_or(reference_dbm),
            reference_dbm,
            searched: false,
        };
        let tx_power_dbm = model(self.transceiver, mode)?.launch_power_dbm(&wish, compat);
        let channel = |frequency_hz| Channel {
            frequency_hz,
            slot_width_hz: spacing_hz,
            baud_rate: mode.baud_rate,
            roll_off: mode.roll_off.unwrap_or(comb.roll_off),
            delta_power_db: mode.equalisation_offset_db,
            tx_osnr_db: mode.tx_osnr_db,
            tx_power_dbm,
            label: mode.format.clone(),
        };
        let centres = uniform_comb(comb.f_min_hz, comb.f_max_hz, spacing_hz, compat);
        Ok(centres.into_iter().map(channel).collect())
    }
}

/// The library's comb.
///
/// # Errors
/// A library without one.
pub(super) fn default_comb(library: &Library) -> Result<&SpectrumInformation> {
    let comb = library.spectra.first();
    comb.ok_or_else(|| anyhow!("the library has no section SI with a default entry"))
}

/// Channels of one label, rate and width.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) label: String,
    pub(super) baud_rate: f64,
    pub(super) slot_width_hz: f64,
    pub(super) channels: Vec<usize>,
}

/// The channels of a plan in groups, in rising frequency.
pub(super) fn groups(plan: &ChannelPlan) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for i in 0..plan.len() {
        let label = plan.labels.get(usize::from(plan.label[i])).cloned().unwrap_or_default();
        let known = groups.iter_mut().find(|group| {
            group.label == label
                && group.baud_rate == plan.baud_rate[i]
                && group.slot_width_hz == plan.slot_width_hz[i]
        });
        match known {
            Some(group) => group.channels.push(i),
            None => groups.push(Group {
                label,
                baud_rate: plan.baud_rate[i],
                slot_width_hz: plan.slot_width_hz[i],
                channels: vec![i],
            }),
        }
    }
    groups
}

/// What all judgements share.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) library: &'a Library,
    pub(super) compat: Compat,
    pub(super) named: Option<&'a Named<'a>>,
}

impl Judge<'_> {
    /// Judges the mode asked for, or every mode of the library, on the channels it fits.
    ///
    /// # Errors
    /// A mode asked for that fits no channel; penalties that are no curve.
    pub(super) fn all(&self, received: &Spectrum) -> Result<Vec<ModeReport>> {
        let groups = groups(&received.plan);
        let mut reports = Vec::new();
        for group in &groups {
            for transceiver in &self.library.transceivers {
                for mode in &transceiver.modes {
                    let asked = self.named.is_none_or(|named| {
                        named.transceiver.type_variety == transceiver.type_variety
                            && named.mode.format == mode.format
                    });
                    if asked && fits(mode, group) {
                        reports.push(self.one(received, group, transceiver, mode)?);
                    }
                }
            }
        }
        if let (Some(named), true) = (self.named, reports.is_empty()) {
            let found: Vec<String> = groups
                .iter()
                .map(|g| {
                    format!(
                        "{} GBd in {} GHz",
                        plain(g.baud_rate * 1e-9),
                        plain(g.slot_width_hz * 1e-9)
                    )
                })
                .collect();
            return Err(anyhow!(
                "--mode: no channel of {} GBd in {} GHz or more for mode `{}`, found {}",
                plain(named.mode.baud_rate * 1e-9),
                plain(named.mode.min_spacing_hz * 1e-9),
                named.mode.format,
                found.join(", ")
            ));
        }
        Ok(reports)
    }

    fn one(
        &self,
        spectrum: &Spectrum,
        group: &Group,
        transceiver: &TransceiverType,
        mode: &Mode,
    ) -> Result<ModeReport> {
        let mut own = spectrum.select(&group.channels);
        let mut plan = ChannelPlan::clone(&own.plan);
        plan.tx_osnr_db = vec![mode.tx_osnr_db; plan.len()];
        own.plan = Arc::new(plan);
        let judged = model(transceiver, mode)?;
        let reception = received(&own, &judged.tolerance, self.compat);
        let comb = self.library.spectra.first();
        let system_margin_db = comb.map_or(0.0, |comb| comb.sys_margins_db);
        let verdict = judged.verdict(&reception, system_margin_db, self.compat);
        let finite = |value: f64| value.is_finite().then_some(value);
        let worst = verdict.worst_channel;
        let at_worst = |values: &[f64]| worst.and_then(|i| values.get(i)).copied().and_then(finite);
        Ok(ModeReport {
            transceiver: transceiver.type_variety.clone(),
            mode: mode.format.clone(),
            label: group.label.clone(),
            baud_rate_gbd: mode.baud_rate * 1e-9,
            bit_rate_gbit_s: mode.bit_rate * 1e-9,
            required_osnr_db: mode.osnr_db,
            system_margin_db,
            margin_db: finite(verdict.margin_db),
            by_q: verdict.by_q,
            worst_thz: worst.map(|i| own.plan.frequency_hz[i] * 1e-12),
            worst_gsnr_db: at_worst(&reception.gsnr_01nm_db),
            worst_penalty_db: at_worst(&reception.total_penalty_db),
            penalties_db: reception
                .penalties_db
                .iter()
                .map(|(kind, values)| (kind.name(), at_worst(values)))
                .collect(),
            feasible: verdict.feasible,
        })
    }
}

/// Whether the channels of a group can be those of a mode.
fn fits(mode: &Mode, group: &Group) -> bool {
    // Rates come from files as decimal numbers; a millionth tells two rates from two spellings.
    (mode.baud_rate / group.baud_rate - 1.0).abs() < 1e-6
        && mode.min_spacing_hz <= group.slot_width_hz * (1.0 + 1e-9)
}

/// The mode as the photonic layer judges it.
///
/// # Errors
/// Numbers of the mode that make no transceiver.
pub(super) fn model(transceiver: &TransceiverType, mode: &Mode) -> Result<transceiver::Mode> {
    let of = &transceiver.type_variety;
    mode_model::photonic(mode).map_err(|error| anyhow!("transceiver {of}: {error}"))
}
