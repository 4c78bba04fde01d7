//! The gain of an amplifier over its channels: ripple, dynamic gain tilt, and what keeps the mean.
//!
//! Clauses: GNPy 6.5; method of di Muro, "The Er3+ fiber gain coefficient derived from a dynamic gain tilt
//! technique", J. Lightwave Technol. 18 (2000) 343.
//! In: the type, the channels and their powers, gain and tilt. Out: gain per channel, without attenuators.
//! Saturation is taken into account before: the gain given here is had.

use super::model::AmplifierModel;
use crate::units::{db, dbm, linear};

/// Spread below which a profile is taken as it is, dB.
const FLAT_ENOUGH_DB: f64 = 0.05;
/// Error of the output power that needs no correction, dB.
const GAIN_TOLERANCE_DB: f64 = 1e-11;

/// The gain of each channel.
#[derive(Clone, Debug, PartialEq)]
pub enum GainProfile {
    /// The same for all, dB.
    Flat(f64),
    /// One a channel, dB.
    Shaped(Vec<f64>),
}

impl GainProfile {
    /// Gain of channel `index`, dB; beyond the channels minus infinity.
    pub fn gain_db(&self, index: usize) -> f64 {
        match self {
            Self::Flat(gain_db) => *gain_db,
            Self::Shaped(gains_db) => gains_db.get(index).copied().unwrap_or(f64::NEG_INFINITY),
        }
    }

    /// Gains of `channels` channels, dB.
    pub fn to_vec(&self, channels: usize) -> Vec<f64> {
        match self {
            Self::Flat(gain_db) => vec![*gain_db; channels],
            Self::Shaped(gains_db) => gains_db.clone(),
        }
    }
}

/// What a profile is asked for.
#[derive(Clone, Copy, Debug)]
pub struct GainTarget {
    /// Power of all channels at the coil, dBm.
    pub p_in_dbm: f64,
    /// Mean gain, dB.
    pub gain_db: f64,
    /// Tilt over the band of the amplifier, dB, positive towards longer waves.
    pub tilt_db: f64,
}

/// The gain of each channel, or nothing if a tilt is asked for that the type's curve cannot give.
///
/// Without ripple or tilt, and for a single channel, this is the gain asked for.
//= gnpy:6.5-gain-profile
pub fn gain_profile(
    model: &AmplifierModel,
    frequency_hz: &[f64],
    power_w: &[f64],
    target: &GainTarget,
) -> Option<GainProfile> {
    let parameters = &model.parameters;
    let band_hz = model.band_hz();
    let tilted = target.tilt_db != 0.0;
    if frequency_hz.len() < 2 || (!tilted && constant(&parameters.gain_ripple_db)) {
        return Some(GainProfile::Flat(target.gain_db));
    }
    let dgt = over_band(&parameters.dgt, band_hz, frequency_hz);
    let share = if tilted {
        let slope = slope(frequency_hz, &dgt);
        if slope == 0.0 || !slope.is_finite() {
            return None;
        }
        -target.tilt_db / (band_hz.1 - band_hz.0) / slope
    } else {
        0.0
    };
    let mut gain_db = over_band(&parameters.gain_ripple_db, band_hz, frequency_hz);
    for (gain, dgt) in gain_db.iter_mut().zip(&dgt) {
        *gain += parameters.gain_flatmax_db + dgt * share;
    }
    let mean = gain_db.iter().map(|&gain| linear(gain)).sum::<f64>() / gain_db.len() as f64;
    let above_db = db(mean) - target.gain_db;
    let highest = gain_db.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lowest = gain_db.iter().copied().fold(f64::INFINITY, f64::min);
    for gain in &mut gain_db {
        *gain -= above_db;
    }
    if highest - lowest > FLAT_ENOUGH_DB {
        meet_power(&mut gain_db, &dgt, power_w, highest - lowest, target);
    }
    Some(GainProfile::Shaped(gain_db))
}

/// Moves the profile along the tilt curve until the total output power is the one asked for: one step of
/// the secant rule from the first guess towards `spread_db` on the side where the target lies.
//= gnpy:6.5-gain-profile
fn meet_power(
    gain_db: &mut [f64],
    dgt: &[f64],
    power_w: &[f64],
    spread_db: f64,
    target: &GainTarget,
) {
    let error_at = |x: f64| {
        let out_w = |i: usize| power_w[i] * linear(gain_db[i] + dgt[i] * x);
        dbm((0..power_w.len()).map(out_w).sum()) - target.p_in_dbm - target.gain_db
    };
    let guess = -error_at(0.0);
    let error = error_at(guess);
    let mut x = guess;
    if error.abs() > GAIN_TOLERANCE_DB {
        let rise = if error > 0.0 {
            error - error_at(guess - spread_db)
        } else {
            error_at(guess + spread_db) - error
        };
        if rise != 0.0 && rise.is_finite() {
            x = guess - error / (rise / spread_db);
        }
    }
    for (gain, dgt) in gain_db.iter_mut().zip(dgt) {
        *gain += dgt * x;
    }
}

/// Whether all points are the same.
pub(super) fn constant(points: &[f64]) -> bool {
    points.windows(2).all(|pair| pair[0] == pair[1])
}

/// `points`, equally spaced from edge to edge of the band, at each frequency; beyond the edges the last one.
//= gnpy:6.5-vectors
pub(super) fn over_band(points: &[f64], band_hz: (f64, f64), frequency_hz: &[f64]) -> Vec<f64> {
    let last = points.len().saturating_sub(1);
    let step = (band_hz.1 - band_hz.0) / last.max(1) as f64;
    let place = |k: usize| if k == last { band_hz.1 } else { band_hz.0 + k as f64 * step };
    let value = |&frequency: &f64| {
        if last == 0 || frequency <= band_hz.0 {
            return points.first().copied().unwrap_or(0.0);
        }
        if frequency >= band_hz.1 {
            return points[last];
        }
        let mut k = (((frequency - band_hz.0) / step) as usize).min(last - 1);
        // The quotient may be rounded over a point; the interval counts from its lower point on.
        if place(k) > frequency {
            k -= 1;
        } else if place(k + 1) <= frequency {
            k += 1;
        }
        let slope = (points[k + 1] - points[k]) / (place(k + 1) - place(k));
        slope * (frequency - place(k)) + points[k]
    };
    frequency_hz.iter().map(value).collect()
}

/// Slope of the straight line with the least squares through `values` over `frequency_hz`.
fn slope(frequency_hz: &[f64], values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let centre = frequency_hz.iter().sum::<f64>() / count;
    let mean = values.iter().sum::<f64>() / count;
    let mut product = 0.0;
    let mut square = 0.0;
    for (frequency, value) in frequency_hz.iter().zip(values) {
        product += (frequency - centre) * (value - mean);
        square += (frequency - centre) * (frequency - centre);
    }
    product / square
}
