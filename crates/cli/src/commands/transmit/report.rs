//! What `otn transmit` found, as the struct that text and JSON are made from.
//!
//! In: an [`Outcome`]. Out: [`Report`]: every element, the receiver, what limits it, the modes that fit.
//! Of a sweep of powers, elements and receiver are those of the power with the best worst channel.

use anyhow::{Result, anyhow};
use otn_photon::spectrum::Spectrum;
use otn_photon::transceiver::Reception;
use otn_photon::units::dbm;
use otn_plan::library::Library;
use otn_plan::network::Fibre;
use otn_plan::network::element::Kind;
use otn_plan::transmission::run::{Crossing, Outcome};
use otn_plan::transmission::{self, Settings, Step};
use serde::Serialize;

use super::inputs::Release;
use super::modes::{Group, Judge, ModeReport, Named, groups};
use super::noise::{self, Part};
use super::pre_fec::{PreFec, PreFecReport};
use super::seen;

/// Least, mean and largest of the channels.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Span {
    /// Least.
    pub min: f64,
    /// Mean.
    pub mean: f64,
    /// Largest.
    pub max: f64,
}

impl Span {
    /// Of the values given.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut min, mut max, mut sum, mut count) =
            (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0usize);
        for value in values {
            min = min.min(value);
            max = max.max(value);
            sum += value;
            count += 1;
        }
        Self { min, mean: sum / count as f64, max }
    }
}

/// An element of the path and what leaves it.
#[derive(Clone, Debug, Serialize)]
pub struct ElementReport {
    /// Its name.
    pub uid: String,
    /// What it is, as files have it.
    pub kind: &'static str,
    /// Its type, if it has one.
    pub type_variety: Option<String>,
    /// Gain of the power of all channels, dB; below zero for loss.
    pub gain_db: f64,
    /// Power of all channels, dBm.
    pub power_dbm: f64,
    /// Signal over all noise in 0.1 nm, transmitter and ROADMs counted, dB.
    pub gsnr_01nm_db: Span,
    /// Mean signal over ASE in 0.1 nm, transmitter and ROADMs counted, dB.
    pub osnr_01nm_db: f64,
    /// Mean chromatic dispersion so far, ps/nm.
    pub cd_ps_nm: f64,
    /// Mean polarisation mode dispersion so far, ps.
    pub pmd_ps: f64,
    /// Largest polarisation dependent loss so far, dB.
    pub pdl_db: f64,
    /// Delay so far, ms.
    pub latency_ms: f64,
    /// Mean noise figure of an amplifier, dB.
    pub noise_figure_db: Option<f64>,
    /// By how much saturation lowered the gain that was set, dB.
    pub saturated_db: Option<f64>,
}

/// Channels of one label at the receiver.
#[derive(Clone, Debug, Serialize)]
pub struct GroupReport {
    /// Label.
    pub label: String,
    /// Number of channels.
    pub channels: usize,
    /// Symbol rate, GBd.
    pub baud_rate_gbd: f64,
    /// Slot, GHz.
    pub slot_ghz: f64,
    /// Received power of a channel, dBm.
    pub power_dbm: Span,
    /// GSNR in 0.1 nm, dB.
    pub gsnr_01nm_db: Span,
    /// GSNR in the signal's bandwidth, dB.
    pub gsnr_bw_db: Span,
    /// OSNR in 0.1 nm, dB.
    pub osnr_01nm_db: Span,
    /// Frequency of the channel with the least GSNR, THz.
    pub worst_thz: Option<f64>,
    /// The parts of the noise, largest first.
    pub noise: Vec<Part>,
}

/// One channel at the receiver.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelReport {
    /// Number from 1.
    pub number: usize,
    /// Label.
    pub label: String,
    /// Centre, THz.
    pub frequency_thz: f64,
    /// Power, dBm.
    pub power_dbm: f64,
    /// OSNR in 0.1 nm, dB.
    pub osnr_01nm_db: f64,
    /// Signal over nonlinear interference in the signal's bandwidth, dB.
    pub snr_nli_bw_db: f64,
    /// GSNR in 0.1 nm, dB.
    pub gsnr_01nm_db: f64,
    /// GSNR in the signal's bandwidth, dB.
    pub gsnr_bw_db: f64,
    /// Chromatic dispersion, ps/nm.
    pub cd_ps_nm: f64,
}

/// One power of a sweep at the receiver.
#[derive(Clone, Debug, Serialize)]
pub struct PowerReport {
    /// Power at the input of spans, dBm.
    pub power_dbm: f64,
    /// GSNR in 0.1 nm, dB.
    pub gsnr_01nm_db: Span,
    /// Mean OSNR in 0.1 nm, dB.
    pub osnr_01nm_db: f64,
    /// Whether this is the one that the rest of the report is about.
    pub shown: bool,
}

/// Result of `otn transmit`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The topology file.
    pub topology: String,
    /// The library file.
    pub library: String,
    /// Release of GNPy that is followed.
    pub compat: String,
    /// Where light starts.
    pub source: String,
    /// Where it ends.
    pub destination: String,
    /// Number of fibres on the path.
    pub fibres: usize,
    /// Their length, km.
    pub length_km: f64,
    /// Power at the input of spans that the report is about, dBm.
    pub power_dbm: f64,
    /// Number of channels that reach the receiver.
    pub channel_count: usize,
    /// Lowest and highest centre, THz.
    pub band_thz: [f64; 2],
    /// Whether amplifiers hold power, not gain.
    pub power_mode: bool,
    /// Every power of a sweep.
    pub powers: Vec<PowerReport>,
    /// Every element of the path.
    pub elements: Vec<ElementReport>,
    /// The receiver, by label.
    pub groups: Vec<GroupReport>,
    /// Modes that fit the channels.
    pub modes: Vec<ModeReport>,
    /// Whether one mode was asked for.
    pub mode_asked: bool,
    /// Errors before FEC.
    pub pre_fec: Vec<PreFecReport>,
    /// Every channel, if asked for.
    pub channels: Vec<ChannelReport>,
}

/// What was asked for.
pub(super) struct Asked<'a> {
    pub(super) topology: String,
    pub(super) library_file: String,
    pub(super) release: Release,
    pub(super) library: &'a Library,
    pub(super) settings: &'a Settings,
    pub(super) mode: Option<&'a Named<'a>>,
    pub(super) pre_fec: Option<&'a PreFec>,
    pub(super) show_channels: bool,
}

/// The report of an outcome.
///
/// # Errors
/// A mode that fits no channel.
pub(super) fn report(outcome: &Outcome, asked: &Asked<'_>) -> Result<Report> {
    let crossing = best(outcome).ok_or_else(|| anyhow!("no power to transmit with"))?;
    let received = crossing.steps.last().map_or(&crossing.launched, |step| &step.spectrum);
    let plan = &received.plan;
    let groups = groups(plan);
    let uid = |vertex: Option<&usize>| {
        vertex.map(|&vertex| outcome.network.element(vertex).uid.clone()).unwrap_or_default()
    };
    let fibres = outcome.path.iter().filter_map(|&vertex| outcome.network.element(vertex).fibre());
    let lengths_m: Vec<f64> = fibres.map(Fibre::length_m).collect();
    let compat = asked.settings.compat;
    let judge = Judge { library: asked.library, compat, named: asked.mode };
    let edge = |frequency: Option<&f64>| frequency.map_or(f64::NAN, |f| f * 1e-12);
    let errors = |pre_fec: &PreFec| -> Vec<PreFecReport> {
        let of = |group| pre_fec.report(group, &plan.frequency_hz, &crossing.reception);
        groups.iter().map(of).collect()
    };
    Ok(Report {
        topology: asked.topology.clone(),
        library: asked.library_file.clone(),
        compat: asked.release.to_string(),
        source: uid(outcome.path.first()),
        destination: uid(outcome.path.last()),
        fibres: lengths_m.len(),
        length_km: lengths_m.iter().sum::<f64>() * 1e-3,
        power_dbm: crossing.power_dbm,
        channel_count: plan.len(),
        band_thz: [edge(plan.frequency_hz.first()), edge(plan.frequency_hz.last())],
        power_mode: asked.library.span().is_some_and(|rules| rules.power_mode),
        powers: outcome.crossings.iter().map(|one| power(one, crossing)).collect(),
        elements: elements(outcome, crossing),
        groups: groups.iter().map(|of| group(of, received, &crossing.reception)).collect(),
        modes: judge.all(received)?,
        mode_asked: asked.mode.is_some(),
        pre_fec: asked.pre_fec.map(errors).unwrap_or_default(),
        channels: if asked.show_channels {
            channels(received, &crossing.reception)
        } else {
            Vec::new()
        },
    })
}

/// The crossing whose worst channel is the best.
pub(super) fn best(outcome: &Outcome) -> Option<&Crossing> {
    let worst = |crossing: &Crossing| {
        crossing.reception.gsnr_01nm_db.iter().copied().fold(f64::INFINITY, f64::min)
    };
    outcome.crossings.iter().max_by(|a, b| worst(a).total_cmp(&worst(b)))
}

fn power(one: &Crossing, shown: &Crossing) -> PowerReport {
    PowerReport {
        power_dbm: one.power_dbm,
        gsnr_01nm_db: Span::of(one.reception.gsnr_01nm_db.iter().copied()),
        osnr_01nm_db: Span::of(one.reception.osnr_ase_01nm_db.iter().copied()).mean,
        shown: std::ptr::eq(one, shown),
    }
}

/// A line for each element of the path.
pub(super) fn elements(outcome: &Outcome, crossing: &Crossing) -> Vec<ElementReport> {
    let mut before_dbm = dbm(crossing.launched.total_power_w());
    let mut reports = Vec::with_capacity(crossing.steps.len());
    for step in &crossing.steps {
        let report = element(outcome, step, before_dbm);
        before_dbm = report.power_dbm;
        reports.push(report);
    }
    reports
}

fn element(outcome: &Outcome, step: &Step, before_dbm: f64) -> ElementReport {
    let element = outcome.network.element(step.vertex);
    let seen = seen(&step.spectrum);
    let power_dbm = dbm(step.spectrum.total_power_w());
    let mean = |values: &[f64]| Span::of(values.iter().copied()).mean;
    let most = |values: &[f64]| Span::of(values.iter().copied()).max;
    ElementReport {
        uid: element.uid.clone(),
        kind: element.kind_name(),
        type_variety: type_variety(&element.kind),
        gain_db: power_dbm - before_dbm,
        power_dbm,
        gsnr_01nm_db: Span::of(seen.gsnr_01nm_db.iter().copied()),
        osnr_01nm_db: mean(&seen.osnr_ase_01nm_db),
        cd_ps_nm: mean(&seen.cd_ps_nm),
        pmd_ps: mean(&seen.pmd_ps),
        pdl_db: most(&seen.pdl_db),
        latency_ms: most(&seen.latency_ms),
        noise_figure_db: noise_figure(step),
        saturated_db: saturated(&element.kind, step),
    }
}

fn type_variety(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Transceiver(it) => it.type_variety.clone(),
        Kind::Roadm(it) => Some(it.type_variety.clone()),
        Kind::Fused(_) => None,
        Kind::Fibre(it) => it.type_variety.clone(),
        Kind::Edfa(it) => it.type_variety.clone(),
        Kind::Multiband(it) => it.type_variety.clone(),
    }
}

fn noise_figure(step: &Step) -> Option<f64> {
    let figures: Vec<f64> = match &step.report {
        transmission::Report::Edfa(report) => report.nf_db.clone(),
        transmission::Report::Multiband(bands) => {
            bands.iter().flat_map(|band| band.report.nf_db.clone()).collect()
        }
        _ => return None,
    };
    Some(Span::of(figures).mean)
}

/// Least reduction that is worth a word, dB.
const SATURATED_DB: f64 = 0.005;

fn saturated(kind: &Kind, step: &Step) -> Option<f64> {
    let lost = match (kind, &step.report) {
        (Kind::Edfa(edfa), transmission::Report::Edfa(report)) => {
            edfa.designed.map(|designed| designed.gain_db - report.effective_gain_db)
        }
        (Kind::Multiband(multiband), transmission::Report::Multiband(bands)) => bands
            .iter()
            .filter_map(|band| {
                let designed = multiband.amplifiers.get(band.amplifier)?.designed?;
                Some(designed.gain_db - band.report.effective_gain_db)
            })
            .max_by(f64::total_cmp),
        _ => None,
    };
    lost.filter(|&lost_db| lost_db > SATURATED_DB)
}

fn group(group: &Group, received: &Spectrum, seen: &Reception) -> GroupReport {
    let of = |values: &[f64]| Span::of(group.channels.iter().map(|&i| values[i]));
    let worst = group
        .channels
        .iter()
        .copied()
        .min_by(|&a, &b| seen.gsnr_01nm_db[a].total_cmp(&seen.gsnr_01nm_db[b]));
    GroupReport {
        label: group.label.clone(),
        channels: group.channels.len(),
        baud_rate_gbd: group.baud_rate * 1e-9,
        slot_ghz: group.slot_width_hz * 1e-9,
        power_dbm: of(&seen.rx_power_dbm),
        gsnr_01nm_db: of(&seen.gsnr_01nm_db),
        gsnr_bw_db: of(&seen.gsnr_bw_db),
        osnr_01nm_db: of(&seen.osnr_ase_01nm_db),
        worst_thz: worst.map(|i| received.plan.frequency_hz[i] * 1e-12),
        noise: noise::parts(received, &group.channels),
    }
}

fn channels(received: &Spectrum, seen: &Reception) -> Vec<ChannelReport> {
    let plan = &received.plan;
    let channel = |i: usize| ChannelReport {
        number: i + 1,
        label: plan.labels.get(usize::from(plan.label[i])).cloned().unwrap_or_default(),
        frequency_thz: plan.frequency_hz[i] * 1e-12,
        power_dbm: seen.rx_power_dbm[i],
        osnr_01nm_db: seen.osnr_ase_01nm_db[i],
        snr_nli_bw_db: seen.osnr_nli_bw_db[i],
        gsnr_01nm_db: seen.gsnr_01nm_db[i],
        gsnr_bw_db: seen.gsnr_bw_db[i],
        cd_ps_nm: seen.cd_ps_nm[i],
    };
    (0..plan.len()).map(channel).collect()
}
