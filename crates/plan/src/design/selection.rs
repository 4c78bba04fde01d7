//! Which type of amplifier is taken, and why.
//!
//! Clauses: GNPy 6.8 (choice). In: gain and power wanted, the types of a library. Out: a type, by how much
//! its power falls short, and for every candidate what spoke for or against it.

use std::sync::Arc;

use otn_photon::amplifier::{AmplifierModel, NoiseLoad};

use super::LineBand;
use crate::library::SpanRules;
use crate::models::{Amplifying, Models};

/// How far below its least gain a type is still taken; the rest is padding ahead of it, dB.
const PADDED_GAIN_DB: f64 = 3.0;
/// Types whose power falls short are taken if they come so near to the best, dB.
const NEAR_BEST_DB: f64 = 0.3;

/// What an amplifier has to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    /// Gain, dB.
    pub gain_db: f64,
    /// Output power of all channels, dBm.
    pub power_dbm: f64,
    /// The band.
    pub band: LineBand,
    /// Whether Raman pumping may be chosen.
    pub raman_allowed: bool,
}

/// Why a candidate was not taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RuledOut {
    /// The library does not allow it for design, or a restriction does not name it.
    NotAllowed,
    /// Its band does not cover the one wanted.
    Band,
    /// Its least gain is too high, dB.
    LeastGain(f64),
    /// It stands for Raman pumping, and the fibre before it loses too much or is none.
    Raman,
    /// Its power is too low by so much, dB, and others come nearer.
    Power(f64),
    /// Another one has a lower noise figure, or the same and stands earlier.
    Noise,
}

/// A candidate and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Name of the type.
    pub type_variety: String,
    /// Noise figure at the gain wanted, dB; `None` where it was ruled out before.
    pub nf_db: Option<f64>,
    /// Output power it can give over the one wanted, dB; `None` where it was ruled out before.
    pub power_margin_db: Option<f64>,
    /// Why it was not taken; `None` for the one that was.
    pub ruled_out: Option<RuledOut>,
}

/// The type that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Name of the type.
    pub type_variety: String,
    /// By how much power and gain are reduced because no type has more; zero or below, dB.
    pub power_reduction_db: f64,
    /// Whether the gain wanted lies below every type's least gain.
    pub below_all: bool,
    /// All types that were looked at, in the order of the library.
    pub candidates: Vec<Candidate>,
}

/// A type that is still in the running.
struct Fit<'a> {
    model: &'a Arc<AmplifierModel>,
    candidate: usize,
    margin_db: f64,
}

/// Chooses among the types that `names` lists, or those allowed for design if it lists none.
///
/// `None` if no type's band covers the one wanted.
//= gnpy:6.8-choice
pub(super) fn select(
    models: &Models,
    names: &[String],
    wanted: &Wanted,
    rules: &SpanRules,
) -> Option<Selection> {
    let mut candidates = Vec::new();
    let (in_power, below_all) = fits(models, names, wanted, rules, &mut candidates);
    let best = by_noise(&in_power, wanted, &mut candidates)?;
    Some(Selection {
        type_variety: best.model.parameters.type_variety.clone(),
        power_reduction_db: best.margin_db.min(0.0),
        below_all,
        candidates,
    })
}

/// The types among `names` that have gain and power wanted, or come as near as any, whatever their noise.
pub(super) fn fitting(
    models: &Models,
    names: &[String],
    wanted: &Wanted,
    rules: &SpanRules,
) -> Vec<String> {
    let (fits, _) = fits(models, names, wanted, rules, &mut Vec::new());
    fits.into_iter().map(|fit| fit.model.parameters.type_variety.clone()).collect()
}

/// The types that are left when band, gain and power are looked at; adds an account of all of them.
fn fits<'a>(
    models: &'a Models,
    names: &[String],
    wanted: &Wanted,
    rules: &SpanRules,
    candidates: &mut Vec<Candidate>,
) -> (Vec<Fit<'a>>, bool) {
    let mut covering = Vec::new();
    for entry in models.all() {
        let Amplifying::Single(model) = entry else { continue };
        let type_variety = model.parameters.type_variety.clone();
        let allowed = if names.is_empty() {
            model.parameters.allowed_for_design
        } else {
            names.contains(&type_variety)
        };
        let (f_min_hz, f_max_hz) = model.band_hz();
        let covers = f_min_hz <= wanted.band.f_min_hz && wanted.band.f_max_hz <= f_max_hz;
        let ruled_out = match (allowed, covers) {
            (false, _) => Some(RuledOut::NotAllowed),
            (true, false) => Some(RuledOut::Band),
            (true, true) => None,
        };
        if ruled_out.is_none() {
            covering.push((model, candidates.len()));
        }
        candidates.push(Candidate { type_variety, nf_db: None, power_margin_db: None, ruled_out });
    }
    let (in_gain, below_all) = by_gain(&covering, wanted, candidates);
    (by_power(in_gain, wanted, rules, candidates), below_all)
}

/// Those that reach down to the gain wanted; all but pumps if none does.
fn by_gain<'a>(
    covering: &[(&'a Arc<AmplifierModel>, usize)],
    wanted: &Wanted,
    candidates: &mut [Candidate],
) -> (Vec<(&'a Arc<AmplifierModel>, usize)>, bool) {
    let mut kept = Vec::new();
    for &(model, index) in covering {
        let parameters = &model.parameters;
        let padded_db = if parameters.raman { 0.0 } else { PADDED_GAIN_DB };
        let ruled_out = if parameters.raman && !wanted.raman_allowed {
            Some(RuledOut::Raman)
        } else if wanted.gain_db + padded_db <= parameters.gain_min_db {
            Some(RuledOut::LeastGain(parameters.gain_min_db))
        } else {
            None
        };
        if ruled_out.is_none() {
            kept.push((model, index));
        }
        candidates[index].ruled_out = ruled_out;
    }
    if !kept.is_empty() {
        return (kept, false);
    }
    let mut rest: Vec<_> = covering.to_vec();
    rest.retain(|(model, _)| !model.parameters.raman);
    for &(_, index) in &rest {
        candidates[index].ruled_out = None;
    }
    (rest, true)
}

/// Those that have the power wanted; those nearest to it if none has.
fn by_power<'a>(
    in_gain: Vec<(&'a Arc<AmplifierModel>, usize)>,
    wanted: &Wanted,
    rules: &SpanRules,
    candidates: &mut [Candidate],
) -> Vec<Fit<'a>> {
    let p_in_dbm = wanted.power_dbm - wanted.gain_db;
    let fit = |(model, candidate): (&'a Arc<AmplifierModel>, usize)| {
        let parameters = &model.parameters;
        let most_db = parameters.gain_flatmax_db + rules.target_extended_gain_db;
        let margin_db = (p_in_dbm + most_db).min(parameters.p_max_dbm) - wanted.power_dbm;
        Fit { model, candidate, margin_db }
    };
    let fits: Vec<Fit<'_>> = in_gain.into_iter().map(fit).collect();
    let best_db = fits.iter().map(|fit| fit.margin_db).fold(f64::NEG_INFINITY, f64::max);
    let enough = best_db > 0.0;
    let (kept, out): (Vec<_>, Vec<_>) = fits.into_iter().partition(|fit| {
        if enough { fit.margin_db > 0.0 } else { fit.margin_db - best_db > -NEAR_BEST_DB }
    });
    for fit in kept.iter().chain(&out) {
        candidates[fit.candidate].power_margin_db = Some(fit.margin_db);
    }
    for fit in out {
        candidates[fit.candidate].ruled_out = Some(RuledOut::Power(fit.margin_db));
    }
    kept
}

/// The one with the lowest noise figure, the first of equals.
fn by_noise<'f, 'a>(
    fits: &'f [Fit<'a>],
    wanted: &Wanted,
    candidates: &mut [Candidate],
) -> Option<&'f Fit<'a>> {
    let mut best: Option<(f64, &Fit<'a>)> = None;
    for fit in fits {
        let nf_db = fit.model.noise_figure(wanted.gain_db, &NoiseLoad::DESIGN).nf_db;
        candidates[fit.candidate].nf_db = Some(nf_db);
        candidates[fit.candidate].ruled_out = Some(RuledOut::Noise);
        if best.is_none_or(|(lowest_db, _)| nf_db < lowest_db) {
            best = Some((nf_db, fit));
        }
    }
    let (_, best) = best?;
    candidates[best.candidate].ruled_out = None;
    Some(best)
}
