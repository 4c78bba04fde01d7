//! One ROADM in a network.
//!
//! Clauses: GNPy 6.6.
//! In: a spectrum and the path it takes. Out: the spectrum at the end of the path, and [`RoadmReport`].

use core::fmt;
use std::collections::BTreeMap;

use super::equalisation::Equalisation;
use super::impairment::{Impairment, ImpairmentProfile, PathKind};
use crate::spectrum::Spectrum;
use crate::units::{db, linear, watt};

/// A ROADM with its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Roadm {
    /// What is held equal at degrees that say nothing else.
    pub equalisation: Equalisation,
    /// What is held equal at a degree, by the name of the element behind it.
    pub degrees: BTreeMap<String, Equalisation>,
    /// OSNR of add and drop together, in 0.1 nm, dB; each alone has twice as much.
    pub add_drop_osnr_db: f64,
    /// Polarisation mode dispersion of paths without a profile, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss of paths without a profile, dB.
    pub pdl_db: f64,
    /// Profiles of the library, in its order.
    pub profiles: Vec<ImpairmentProfile>,
    /// Profile that the path from one element to another uses, by their names.
    pub chosen: BTreeMap<(String, String), i64>,
}

/// A path through a ROADM: which way, what is held equal at its end, which profile it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadmPath<'a> {
    /// Which way.
    pub kind: PathKind,
    /// What is held equal at its end.
    pub equalisation: Equalisation,
    /// Its profile, if the library has one.
    pub profile: Option<&'a ImpairmentProfile>,
}

/// Why nothing leaves a ROADM.
#[derive(Clone, Debug, PartialEq)]
pub enum RoadmError {
    /// A pair of degrees names a profile that is not in the library.
    Profile {
        /// Element before the ROADM.
        from: String,
        /// Element behind it.
        to: String,
        /// Number found.
        found: i64,
        /// Numbers there are.
        expected: Vec<i64>,
    },
    /// The profile of the path says nothing about a channel.
    Frequency {
        /// Number of the profile.
        profile: i64,
        /// Centre of the channel, Hz.
        found_hz: f64,
    },
}

impl fmt::Display for RoadmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile { from, to, found, expected } => write!(
                f,
                "path from {from} to {to}: impairment profile {found} is not in the library, expected \
                 one of {expected:?}"
            ),
            Self::Frequency { profile, found_hz } => write!(
                f,
                "impairment profile {profile} has no range that holds {:.5} THz",
                found_hz * 1e-12
            ),
        }
    }
}

impl core::error::Error for RoadmError {}

/// What a ROADM did.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadmReport {
    /// Power asked for at the end of the path, offset of the channel included, dBm.
    pub target_dbm: Vec<f64>,
    /// Loss of each channel, dB.
    pub loss_db: Vec<f64>,
    /// Largest loss of the open path over the channels, dB.
    pub max_loss_db: f64,
}

/// Levels of the channel that design reckons with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceLevels {
    /// Power at the end of the path, dBm.
    pub out_dbm: f64,
    /// Loss of the path, dB.
    pub loss_db: f64,
}

impl Roadm {
    /// A ROADM that holds channel power equal and has no profiles.
    pub fn new(level_dbm: f64, add_drop_osnr_db: f64) -> Self {
        Self {
            equalisation: Equalisation::Power(level_dbm),
            degrees: BTreeMap::new(),
            add_drop_osnr_db,
            pmd_s: 0.0,
            pdl_db: 0.0,
            profiles: Vec::new(),
            chosen: BTreeMap::new(),
        }
    }

    /// The path from the element `from` to the element `to`.
    ///
    /// A profile chosen for this pair is used whatever its kind is; else the first one of the kind, if any.
    ///
    /// # Errors
    /// [`RoadmError::Profile`] if the pair names a profile that is not there.
    //= gnpy:6.6-impairments
    pub fn path(&self, from: &str, to: &str, kind: PathKind) -> Result<RoadmPath<'_>, RoadmError> {
        let pair = (from.to_owned(), to.to_owned());
        let profile = match self.chosen.get(&pair) {
            Some(&found) => {
                let named = self.profiles.iter().find(|profile| profile.id == found);
                let expected = || self.profiles.iter().map(|profile| profile.id).collect();
                Some(named.ok_or_else(|| RoadmError::Profile {
                    from: pair.0,
                    to: pair.1,
                    found,
                    expected: expected(),
                })?)
            }
            None => self.profiles.iter().find(|profile| profile.kind == kind),
        };
        let equalisation = self.degrees.get(to).copied().unwrap_or(self.equalisation);
        Ok(RoadmPath { kind, equalisation, profile })
    }

    /// Takes `spectrum` along `path`: no channel leaves with more than its target, none is amplified.
    ///
    /// # Errors
    /// [`RoadmError::Frequency`] for a channel the profile does not cover; `spectrum` is then as it was.
    //= gnpy:6.6-equalisation
    //= gnpy:6.6-impairments
    pub fn propagate(
        &self,
        spectrum: &mut Spectrum,
        path: &RoadmPath<'_>,
    ) -> Result<RoadmReport, RoadmError> {
        let impairments = self.impairments(&spectrum.plan.frequency_hz, path)?;
        let target_dbm = targets(spectrum, path.equalisation);
        let mut report = RoadmReport {
            target_dbm,
            loss_db: Vec::with_capacity(spectrum.len()),
            max_loss_db: 0.0,
        };
        let mut held = (f64::NAN, 0.0);
        for i in 0..spectrum.len() {
            let impairment = impairments.at(i);
            report.max_loss_db = report.max_loss_db.max(impairment.max_loss_db);
            if report.target_dbm[i] != held.0 {
                held = (report.target_dbm[i], watt(report.target_dbm[i]));
            }
            let before = spectrum.power_w[i];
            let open = if impairment.max_loss_db == 0.0 {
                before
            } else {
                before * linear(-impairment.max_loss_db)
            };
            // Not a minimum of floats: power that is no number stays none.
            let after = if open > held.1 { held.1 } else { open };
            spectrum.power_w[i] = after;
            report.loss_db.push(if after == before { 0.0 } else { db(before / after) });
        }
        for i in 0..spectrum.len() {
            let impairment = impairments.at(i);
            if impairment.pmd_s != 0.0 {
                spectrum.pmd_s[i] = spectrum.pmd_s[i].hypot(impairment.pmd_s);
            }
            if impairment.pdl_db != 0.0 {
                spectrum.pdl_db[i] = spectrum.pdl_db[i].hypot(impairment.pdl_db);
            }
            spectrum.added_noise[i] += impairments.noise(i);
        }
        Ok(report)
    }

    /// Levels of the reference channel, which comes in with `in_dbm`; the loss of the open path is that of a
    /// [`RoadmReport`].
    //= gnpy:6.6-reference
    pub fn reference(
        path: &RoadmPath<'_>,
        in_dbm: f64,
        baud_rate: f64,
        slot_width_hz: f64,
        max_loss_db: f64,
    ) -> ReferenceLevels {
        let target_dbm = path.equalisation.target_dbm(baud_rate, slot_width_hz);
        let out_dbm = target_dbm.min(in_dbm - max_loss_db);
        ReferenceLevels { out_dbm, loss_db: in_dbm - out_dbm }
    }

    /// What the path does to each channel.
    fn impairments<'a>(
        &self,
        frequency_hz: &[f64],
        path: &RoadmPath<'a>,
    ) -> Result<PathImpairments<'a>, RoadmError> {
        let Some(profile) = path.profile else {
            let osnr_db = match path.kind {
                PathKind::Express => None,
                PathKind::Add | PathKind::Drop => Some(self.add_drop_osnr_db + db(2.0)),
            };
            let (pmd_s, pdl_db) = (self.pmd_s, self.pdl_db);
            let same = Impairment { max_loss_db: 0.0, pmd_s, pdl_db, osnr_db };
            return Ok(PathImpairments::Same(same, same.noise()));
        };
        let found = |&frequency: &f64| {
            profile
                .at(frequency)
                .ok_or(RoadmError::Frequency { profile: profile.id, found_hz: frequency })
        };
        Ok(PathImpairments::Each(frequency_hz.iter().map(found).collect::<Result<_, _>>()?))
    }
}

/// What a path does to the channels.
enum PathImpairments<'a> {
    /// The same to all, with its noise.
    Same(Impairment, f64),
    /// One a channel.
    Each(Vec<&'a Impairment>),
}

impl PathImpairments<'_> {
    fn at(&self, index: usize) -> &Impairment {
        match self {
            Self::Same(same, _) => same,
            Self::Each(each) => each[index],
        }
    }

    fn noise(&self, index: usize) -> f64 {
        match self {
            Self::Same(_, noise) => *noise,
            Self::Each(each) => each[index].noise(),
        }
    }
}

/// Target of each channel, its own offset included, dBm.
fn targets(spectrum: &Spectrum, equalisation: Equalisation) -> Vec<f64> {
    let plan = &spectrum.plan;
    let of = |i: usize| {
        equalisation.target_dbm(plan.baud_rate[i], plan.slot_width_hz[i]) + plan.delta_power_db[i]
    };
    (0..spectrum.len()).map(of).collect()
}
