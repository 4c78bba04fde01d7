//! What limits a channel: the parts of the noise at the receiver.
//!
//! In: the spectrum at the receiver. Out: for each part the SNR it alone would leave, its share of all noise,
//! and what would be won without it.

use otn_photon::spectrum::Spectrum;
use otn_photon::units::{REFERENCE_BANDWIDTH_HZ, db, linear};
use serde::Serialize;

/// A part of the noise.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Where it comes from.
    pub source: &'static str,
    /// Signal over this noise alone in 0.1 nm, dB; nothing if there is none.
    pub snr_01nm_db: Option<f64>,
    /// Its share of all noise, 0 to 1.
    pub share: f64,
    /// What the GSNR would gain without it, dB.
    pub cost_db: f64,
}

/// Names of the parts.
const SOURCES: [&str; 4] = [
    "ASE of amplifiers",
    "nonlinear interference",
    "add, drop and express of ROADMs",
    "the transmitter itself",
];

/// The parts of the noise of the channels that `keep` names, each the mean over them; largest first.
pub(super) fn parts(spectrum: &Spectrum, keep: &[usize]) -> Vec<Part> {
    let mut sums = [0.0; 4];
    for &i in keep {
        // In 0.1 nm over the signal.
        let in_01nm = REFERENCE_BANDWIDTH_HZ / spectrum.plan.baud_rate[i];
        sums[0] += spectrum.ase[i] / spectrum.signal[i] * in_01nm;
        sums[1] += spectrum.nli[i] / spectrum.signal[i] * in_01nm;
        sums[2] += spectrum.added_noise[i];
        sums[3] += linear(-spectrum.plan.tx_osnr_db[i]);
    }
    let all: f64 = sums.iter().sum();
    let part = |(source, sum): (&'static str, f64)| {
        let share = if all > 0.0 { sum / all } else { 0.0 };
        let snr = sum / keep.len().max(1) as f64;
        Part {
            source,
            snr_01nm_db: (snr > 0.0).then(|| -db(snr)),
            share,
            // Without the only noise there is, what is won has no end.
            cost_db: -db((1.0 - share).max(1e-12)),
        }
    };
    let mut parts: Vec<Part> = SOURCES.into_iter().zip(sums).map(part).collect();
    parts.sort_by(|a, b| b.share.total_cmp(&a.share));
    parts
}
