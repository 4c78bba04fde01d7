//! Amplifiers side by side, each for its band.
//!
//! Clauses: GNPy 6.5 (multi_band).
//! In: a spectrum. Out: the spectrum with each channel amplified by the amplifier whose band it lies in, and
//! one report per band. Channels in no band are dropped.

use core::fmt;
use std::sync::Arc;

use super::element::{Amplifier, AmplifierError, AmplifierReport};
use super::model::AmplifierModel;
use crate::Compat;
use crate::spectrum::Spectrum;

/// A `multi_band` entry of a library: which types stand side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct MultibandModel {
    /// Name of the type.
    pub type_variety: String,
    /// The types, one a band.
    pub members: Vec<Arc<AmplifierModel>>,
    /// Whether design may choose this type.
    pub allowed_for_design: bool,
}

/// Why amplifiers do not stand side by side.
#[derive(Clone, Debug, PartialEq)]
pub enum MultibandError {
    /// There is none.
    Empty,
    /// The bands of two of them overlap.
    Overlap {
        /// Type of one.
        first: String,
        /// Type of the other.
        second: String,
    },
    /// One of them passes nothing on.
    Amplifier(AmplifierError),
    /// No channel lies in any band.
    OutOfBand,
}

impl fmt::Display for MultibandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                write!(f, "multiband amplifier without amplifiers: expected one per band")
            }
            Self::Overlap { first, second } => write!(
                f,
                "multiband amplifier: the bands of {first} and {second} overlap, expected them apart"
            ),
            Self::Amplifier(error) => write!(f, "multiband amplifier: {error}"),
            Self::OutOfBand => {
                write!(f, "multiband amplifier: no channel of the input lies in any of its bands")
            }
        }
    }
}

impl core::error::Error for MultibandError {}

/// Several amplifiers, each for its band.
#[derive(Clone, Debug, PartialEq)]
pub struct MultibandAmplifier {
    amplifiers: Vec<Amplifier>,
}

/// What the amplifier of one band did.
#[derive(Clone, Debug, PartialEq)]
pub struct BandReport {
    /// Place of the amplifier among those given.
    pub amplifier: usize,
    /// Indices of the channels it took, of those at the input.
    pub channels: Vec<usize>,
    /// What it did.
    pub report: AmplifierReport,
}

impl MultibandAmplifier {
    /// Puts `amplifiers` side by side.
    ///
    /// # Errors
    /// [`MultibandError::Empty`] for none, [`MultibandError::Overlap`] for bands that overlap.
    pub fn new(amplifiers: Vec<Amplifier>) -> Result<Self, MultibandError> {
        if amplifiers.is_empty() {
            return Err(MultibandError::Empty);
        }
        for (i, first) in amplifiers.iter().enumerate() {
            for second in &amplifiers[i + 1..] {
                let (one, other) = (first.model.band_hz(), second.model.band_hz());
                if one.0 < other.1 && other.0 < one.1 {
                    return Err(MultibandError::Overlap {
                        first: first.model.parameters.type_variety.clone(),
                        second: second.model.parameters.type_variety.clone(),
                    });
                }
            }
        }
        Ok(Self { amplifiers })
    }

    /// The amplifiers, in the order given.
    pub fn amplifiers(&self) -> &[Amplifier] {
        &self.amplifiers
    }

    /// Amplifies each band with its amplifier; bands without channels are not reported.
    ///
    /// # Errors
    /// [`MultibandError`]; `spectrum` is then as it was.
    //= gnpy:6.5-multiband
    pub fn propagate(
        &self,
        spectrum: &mut Spectrum,
        compat: Compat,
    ) -> Result<Vec<BandReport>, MultibandError> {
        let mut reports = Vec::with_capacity(self.amplifiers.len());
        let mut parts = Vec::with_capacity(self.amplifiers.len());
        for (amplifier, element) in self.amplifiers.iter().enumerate() {
            let channels = spectrum.plan.inside(&[element.model.band_hz()]);
            if channels.is_empty() {
                continue;
            }
            let mut part = spectrum.select(&channels);
            let report = element.propagate(&mut part, compat).map_err(MultibandError::Amplifier)?;
            reports.push(BandReport { amplifier, channels, report });
            parts.push(part);
        }
        let mut kept: Vec<usize> =
            reports.iter().flat_map(|r| r.channels.iter().copied()).collect();
        if kept.is_empty() {
            return Err(MultibandError::OutOfBand);
        }
        kept.sort_unstable();
        let mut whole = spectrum.select(&kept);
        for (part, report) in parts.iter().zip(&reports) {
            for (i, channel) in report.channels.iter().enumerate() {
                // Every channel taken is in the sorted list of those kept.
                if let Ok(place) = kept.binary_search(channel) {
                    copy_channel(&mut whole, place, part, i);
                }
            }
        }
        *spectrum = whole;
        Ok(reports)
    }
}

fn copy_channel(to: &mut Spectrum, place: usize, from: &Spectrum, index: usize) {
    to.power_w[place] = from.power_w[index];
    to.signal[place] = from.signal[index];
    to.ase[place] = from.ase[index];
    to.nli[place] = from.nli[index];
    to.dispersion_s_per_m[place] = from.dispersion_s_per_m[index];
    to.pmd_s[place] = from.pmd_s[index];
    to.pdl_db[place] = from.pdl_db[index];
    to.latency_s[place] = from.latency_s[index];
    to.added_noise[place] = from.added_noise[index];
}
