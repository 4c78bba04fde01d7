//! Transceivers as the plant uses them: what is launched, and what the receiver makes of it.
//!
//! Clauses: GNPy 6.7 (launched power, receiver, penalties); Cho and Yoon 2002 (errors).
//! In: a [`TransceiverChoice`], the library; then the light of one channel at the end of its way.
//! Out: the channel that is launched; a [`Reception`]. It does not know where the light came from.

use otn_frame::SimTime;
use otn_photon::Compat;
use otn_photon::modulation::Modulation;
use otn_photon::spectrum::{Channel, Spectrum};
use otn_photon::transceiver::{self, LaunchWish, Tolerance, received};
use otn_photon::units::{REFERENCE_BANDWIDTH_HZ, linear};
use otn_plan::design::Reference;
use otn_plan::error::Hint;
use otn_plan::library::{Library, Mode, SpectrumInformation};
use otn_plan::mode_model;

use super::error::PlantError;
use super::lightpath::{DEFAULT_SENSITIVITY_DBM, Lightpath, ModeChoice};
use super::reception::{Limit, Reception};

/// What the receiver asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Needed {
    /// Nothing is known.
    Nothing,
    /// GSNR in 0.1 nm, dB: that of a mode of the library.
    In01nm(f64),
    /// GSNR in the signal's bandwidth, dB: that at the limit of a FEC.
    InSignal(f64),
}

/// A receiver.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Receiver {
    pub(super) modulation: Modulation,
    tolerance: Tolerance,
    sensitivity_dbm: f64,
    implementation_db: f64,
    needed: Needed,
    compat: Compat,
}

/// The channel that `lightpath` launches, and its receiver.
pub(super) fn choose(
    lightpath: &Lightpath,
    library: &Library,
    comb: &SpectrumInformation,
    reference: &Reference,
) -> Result<(Channel, Receiver), PlantError> {
    let choice = &lightpath.transceiver;
    let wrong =
        |problem: String| PlantError::Transceiver { lightpath: lightpath.name.clone(), problem };
    let mode = match &choice.mode {
        ModeChoice::Library { type_variety, mode } => {
            Some(find(library, type_variety, mode).map_err(wrong)?)
        }
        ModeChoice::Figures { .. } => None,
    };
    let (baud_rate, roll_off, tx_osnr_db) = match (&choice.mode, mode) {
        (ModeChoice::Figures { baud_rate, roll_off, tx_osnr_db }, _) => {
            (*baud_rate, *roll_off, tx_osnr_db.unwrap_or(comb.tx_osnr_db))
        }
        (ModeChoice::Library { .. }, Some(mode)) => {
            (mode.baud_rate, mode.roll_off, mode.tx_osnr_db)
        }
        (ModeChoice::Library { .. }, None) => (comb.baud_rate, None, comb.tx_osnr_db),
    };
    let modulation = match (choice.modulation, mode) {
        (Some(modulation), _) => modulation,
        (None, Some(mode)) => modulation_of(mode.bit_rate, mode.baud_rate).ok_or_else(|| {
            wrong(format!("mode '{}' has more bits in a symbol than 64QAM", mode.format))
        })?,
        (None, None) => return Err(wrong("figures without a modulation".to_owned())),
    };
    let judged =
        mode.map(mode_model::photonic).transpose().map_err(|error| wrong(error.to_string()))?;
    let tx_power_dbm = launched(judged.as_ref(), choice.tx_power_dbm, reference);
    let channel = Channel {
        // Whole hertz, so that slots written in decimal terahertz touch and do not overlap.
        frequency_hz: lightpath.frequency_hz.round(),
        slot_width_hz: lightpath.slot_width_hz.round(),
        baud_rate,
        roll_off: roll_off.unwrap_or(comb.roll_off),
        delta_power_db: mode.map_or(0.0, |mode| mode.equalisation_offset_db),
        tx_osnr_db,
        tx_power_dbm,
        label: String::new(),
    };
    let implementation_db = choice.implementation_db;
    let needed = match (choice.fec_limit, mode) {
        (Some(limit), _) => {
            let at_limit_db = modulation.required_gsnr_bw_db(limit).ok_or_else(|| {
                wrong(format!("FEC limit {limit}, expected an error ratio between 0 and 0.5"))
            })?;
            Needed::InSignal(at_limit_db + implementation_db)
        }
        (None, Some(mode)) => Needed::In01nm(mode.osnr_db),
        (None, None) => Needed::Nothing,
    };
    let least_dbm = mode.and_then(|mode| mode.rx_power_min_dbm);
    let receiver = Receiver {
        modulation,
        tolerance: judged.map(|mode| mode.tolerance).unwrap_or_default(),
        sensitivity_dbm: choice.sensitivity_dbm.or(least_dbm).unwrap_or(DEFAULT_SENSITIVITY_DBM),
        implementation_db,
        needed,
        compat: reference.compat,
    };
    Ok((channel, receiver))
}

/// Power of the transmitter, dBm.
//= gnpy:6.7-tx-power
fn launched(
    mode: Option<&transceiver::Mode>,
    asked_dbm: Option<f64>,
    reference: &Reference,
) -> f64 {
    let wish = LaunchWish {
        asked_dbm,
        default_dbm: reference.tx_power_dbm,
        reference_dbm: reference.power_dbm,
        searched: false,
    };
    match mode {
        Some(mode) => mode.launch_power_dbm(&wish, reference.compat),
        None => asked_dbm.unwrap_or(reference.tx_power_dbm),
    }
}

/// The mode of these names.
fn find<'a>(library: &'a Library, variety: &str, format: &str) -> Result<&'a Mode, String> {
    let transceiver = library.transceiver(variety).ok_or_else(|| {
        let names = library.transceivers.iter().map(|entry| entry.type_variety.as_str());
        format!("no transceiver named '{variety}' in the library{}", Hint::for_name(variety, names))
    })?;
    transceiver.mode(format).ok_or_else(|| {
        let names = transceiver.modes.iter().map(|mode| mode.format.as_str());
        let hint = Hint::for_name(format, names);
        format!("transceiver '{variety}' has no mode '{format}'{hint}")
    })
}

/// The least constellation whose symbols, on two polarisations, hold the bit rate of the client.
///
/// A library of GNPy does not name constellations. The overhead of framing and FEC is not in its bit rate,
/// and is taken to fit.
//= otn:light-modulation
pub(super) fn modulation_of(bit_rate: f64, baud_rate: f64) -> Option<Modulation> {
    let holds = |format: &Modulation| 2.0 * f64::from(format.bits()) * baud_rate >= bit_rate;
    Modulation::ALL.into_iter().find(holds)
}

/// No light, and why.
pub(super) fn darkness(limit: Limit, delay: SimTime) -> Reception {
    Reception {
        light: false,
        pre_fec_ber: 0.5,
        gsnr_01nm_db: f64::NEG_INFINITY,
        gsnr_bw_db: f64::NEG_INFINITY,
        osnr_01nm_db: f64::NEG_INFINITY,
        penalty_db: 0.0,
        power_dbm: f64::NEG_INFINITY,
        margin_db: None,
        delay,
        limited_by: limit,
    }
}

impl Receiver {
    /// What the receiver makes of `light`, a spectrum of its channel alone.
    ///
    /// Errors follow from what is left of the GSNR after the penalties of the mode and the loss of the
    /// implementation.
    //= otn:light-errors
    //= otn:light-sensitivity
    pub(super) fn receive(&self, light: &Spectrum, delay: SimTime) -> Reception {
        let seen = received(light, &self.tolerance, self.compat);
        let first = |values: &[f64]| values.first().copied().unwrap_or(f64::NEG_INFINITY);
        let power_dbm = first(&seen.rx_power_dbm);
        // Not `<`: power that is no number is no light.
        let enough = power_dbm >= self.sensitivity_dbm;
        if !enough {
            return darkness(Limit::Sensitivity, delay);
        }
        let (gsnr_bw_db, gsnr_01nm_db) = (first(&seen.gsnr_bw_db), first(&seen.gsnr_01nm_db));
        let penalty_db = first(&seen.total_penalty_db);
        let left_bw_db = gsnr_bw_db - penalty_db;
        let margin_db = match self.needed {
            Needed::Nothing => None,
            Needed::In01nm(needed_db) => Some(gsnr_01nm_db - penalty_db - needed_db),
            Needed::InSignal(needed_db) => Some(left_bw_db - needed_db),
        };
        Reception {
            light: true,
            pre_fec_ber: self.modulation.bit_error_ratio(left_bw_db - self.implementation_db),
            gsnr_01nm_db,
            gsnr_bw_db,
            osnr_01nm_db: first(&seen.osnr_ase_01nm_db),
            penalty_db,
            power_dbm,
            margin_db,
            delay,
            limited_by: if penalty_db.is_finite() { largest_noise(light) } else { Limit::Penalty },
        }
    }
}

/// The largest of the three parts of the noise, in the signal's bandwidth.
fn largest_noise(light: &Spectrum) -> Limit {
    let plan = &light.plan;
    let of = |values: &[f64]| values.first().copied().unwrap_or(0.0);
    let signal = of(&light.signal);
    let ends = (linear(-of(&plan.tx_osnr_db)) + of(&light.added_noise)) * of(&plan.baud_rate)
        / REFERENCE_BANDWIDTH_HZ;
    let (ase, nli) = (of(&light.ase) / signal, of(&light.nli) / signal);
    if ends >= ase.max(nli) {
        Limit::Ends
    } else if ase >= nli {
        Limit::Amplifiers
    } else {
        Limit::Interference
    }
}
