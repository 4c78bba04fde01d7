//! What a receiver sees of each channel.
//!
//! Clauses: GNPy 6.7.
//! In: the spectrum at the receiver. Out: [`Reception`]. Noise of the transmitter and of the ROADMs on the path
//! is counted here, once, on what the line left; nonlinear interference is shown as the line left it.

use super::penalty::{ImpairmentKind, PenaltyCurve, Tolerance};
use crate::Compat;
use crate::spectrum::{Spectrum, to_reference_bandwidth_db};
use crate::units::{REFERENCE_BANDWIDTH_HZ, db, dbm, linear};

/// What a receiver sees; one value a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// Signal over all noise in 0.1 nm, transmitter and ROADMs counted, dB.
    pub gsnr_01nm_db: Vec<f64>,
    /// Signal over all noise in the signal's bandwidth, transmitter and ROADMs counted, dB.
    pub gsnr_bw_db: Vec<f64>,
    /// Signal over ASE in 0.1 nm, transmitter and ROADMs counted, dB.
    pub osnr_ase_01nm_db: Vec<f64>,
    /// Signal over ASE in the signal's bandwidth, transmitter and ROADMs counted, dB.
    pub osnr_ase_bw_db: Vec<f64>,
    /// Signal over nonlinear interference in the signal's bandwidth, dB.
    pub osnr_nli_bw_db: Vec<f64>,
    /// Signal over all noise of the line alone, in the signal's bandwidth, dB.
    pub raw_gsnr_bw_db: Vec<f64>,
    /// Signal over ASE of the line alone, in the signal's bandwidth, dB.
    pub raw_osnr_ase_bw_db: Vec<f64>,
    /// Received power, noise included, dBm.
    pub rx_power_dbm: Vec<f64>,
    /// Chromatic dispersion, ps/nm.
    pub cd_ps_nm: Vec<f64>,
    /// Polarisation mode dispersion, ps.
    pub pmd_ps: Vec<f64>,
    /// Polarisation dependent loss, dB.
    pub pdl_db: Vec<f64>,
    /// Delay of the path, ms.
    pub latency_ms: Vec<f64>,
    /// Cost of each impairment that has one, dB.
    pub penalties_db: Vec<(ImpairmentKind, Vec<f64>)>,
    /// Sum of the costs, dB; infinite where one is.
    pub total_penalty_db: Vec<f64>,
}

/// What a receiver of the tolerance given sees of `spectrum`.
///
/// The OSNR of the transmitters is that of the channel plan.
//= gnpy:6.7-receiver-snr
pub fn received(spectrum: &Spectrum, tolerance: &Tolerance, compat: Compat) -> Reception {
    let raw_gsnr_bw_db = spectrum.gsnr_db();
    let raw_osnr_ase_bw_db = spectrum.osnr_ase_db();
    let plan = &spectrum.plan;
    let mut gsnr_bw_db = Vec::with_capacity(spectrum.len());
    let mut osnr_ase_bw_db = Vec::with_capacity(spectrum.len());
    for i in 0..spectrum.len() {
        let added_db = -db(linear(-plan.tx_osnr_db[i]) + spectrum.added_noise[i]);
        gsnr_bw_db.push(snr_sum(raw_gsnr_bw_db[i], plan.baud_rate[i], added_db));
        osnr_ase_bw_db.push(snr_sum(raw_osnr_ase_bw_db[i], plan.baud_rate[i], added_db));
    }
    let in_01nm = |ratios_db: &[f64]| -> Vec<f64> {
        let shift =
            |(ratio, &baud_rate): (&f64, &f64)| ratio + to_reference_bandwidth_db(baud_rate);
        ratios_db.iter().zip(&plan.baud_rate).map(shift).collect()
    };
    let times = |values: &[f64], factor: f64| values.iter().map(|x| x * factor).collect();
    let mut reception = Reception {
        gsnr_01nm_db: in_01nm(&gsnr_bw_db),
        osnr_ase_01nm_db: in_01nm(&osnr_ase_bw_db),
        gsnr_bw_db,
        osnr_ase_bw_db,
        osnr_nli_bw_db: spectrum.osnr_nli_db(),
        raw_gsnr_bw_db,
        raw_osnr_ase_bw_db,
        rx_power_dbm: spectrum.power_w.iter().map(|&power_w| dbm(power_w)).collect(),
        cd_ps_nm: times(&spectrum.dispersion_s_per_m, 1e3),
        pmd_ps: times(&spectrum.pmd_s, 1e12),
        pdl_db: spectrum.pdl_db.clone(),
        latency_ms: times(&spectrum.latency_s, 1e3),
        penalties_db: Vec::new(),
        total_penalty_db: Vec::new(),
    };
    reception.judge(tolerance, compat);
    reception
}

impl Reception {
    /// Counts the costs anew for another tolerance; the light received stays.
    //= gnpy:6.7-penalties
    pub fn judge(&mut self, tolerance: &Tolerance, compat: Compat) {
        self.judge_each(|_| tolerance, compat);
    }

    /// As [`Reception::judge`], where channels are of several modes: `tolerance_of` gives that of each index.
    ///
    /// An impairment that some channels have a cost for costs the others nothing.
    //= gnpy:6.7-penalties
    pub fn judge_each<'a>(
        &mut self,
        tolerance_of: impl Fn(usize) -> &'a Tolerance,
        compat: Compat,
    ) {
        type Curve = fn(&Tolerance) -> Option<&PenaltyCurve>;
        let curves: [(ImpairmentKind, Curve, &[f64]); 3] = [
            (
                ImpairmentKind::ChromaticDispersion,
                |tolerance| tolerance.chromatic_dispersion.as_ref(),
                &self.cd_ps_nm,
            ),
            (ImpairmentKind::Pmd, |tolerance| tolerance.pmd.as_ref(), &self.pmd_ps),
            (ImpairmentKind::Pdl, |tolerance| tolerance.pdl.as_ref(), &self.pdl_db),
        ];
        let channels = self.gsnr_bw_db.len();
        let mut penalties_db = Vec::new();
        for (kind, curve, values) in curves {
            if (0..channels).any(|i| curve(tolerance_of(i)).is_some()) {
                let cost = |i: usize| {
                    curve(tolerance_of(i)).map_or(0.0, |curve| curve.penalty_db(values[i]))
                };
                penalties_db.push((kind, (0..channels).map(cost).collect::<Vec<f64>>()));
            }
        }
        if compat == Compat::Gnpy30 {
            let cost = |i: usize| tolerance_of(i).rx_power.penalty_db(self.rx_power_dbm[i]);
            penalties_db.push((ImpairmentKind::RxPower, (0..channels).map(cost).collect()));
        }
        self.total_penalty_db = vec![0.0; channels];
        for (_, costs_db) in &penalties_db {
            for (total, cost) in self.total_penalty_db.iter_mut().zip(costs_db) {
                *total += cost;
            }
        }
        self.penalties_db = penalties_db;
    }

    /// Signal over all noise in 0.1 nm less the costs, dB.
    pub fn net_snr_01nm_db(&self) -> impl Iterator<Item = f64> {
        self.gsnr_01nm_db.iter().zip(&self.total_penalty_db).map(|(snr, cost)| snr - cost)
    }
}

/// What is left of `snr_db` in the bandwidth given when noise of `added_01nm_db` in 0.1 nm is added, dB.
//= gnpy:6.7-receiver-snr
pub fn snr_sum(snr_db: f64, bandwidth_hz: f64, added_01nm_db: f64) -> f64 {
    let added_db = added_01nm_db - db(bandwidth_hz / REFERENCE_BANDWIDTH_HZ);
    -db(linear(-snr_db) + linear(-added_db))
}
